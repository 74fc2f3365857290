//! Help and wrong use, in the language of the reader.

use crate::command_line::{code, errors, jiufen, text};

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

const COMMANDS: [&str; 9] = [
    "check", "test", "run", "explain", "show", "fmt", "site", "sql", "demo",
];

#[test]
fn wrong_use_is_told_with_the_nearest_word_in_both_languages() {
    let cases: [(&[&str], &str, &str); 12] = [
        (&["chek", "shili"], "没有“chek”这个命令", "did you mean check?"),
        (
            &["frobnicate"],
            "写其中之一:check、test",
            "there is no command `frobnicate`",
        ),
        (
            &["run", "shili", "--yeer", "2025"],
            "是否想写 --year?",
            "this command has no option `--yeer`",
        ),
        (
            &["test", "shili", "--strict"],
            "没有“--strict”这个选项",
            "write one of --format",
        ),
        (
            &["check", "shili", "甲"],
            "多出了“甲”",
            "`甲` is one word too many",
        ),
        (
            &["run", "shili", "--year"],
            "写成 --year <年度>",
            "write --year <YEAR>",
        ),
        (
            &["check", "shili", "--format"],
            "“--format”后面没有写值",
            "`--format` has no value",
        ),
        (
            &["check", "shili", "--format", "xml"],
            "写其中之一:text、json",
            "write one of text, json",
        ),
        (
            &["run", "shili", "--year", "0"],
            "“--year”不能是“0”",
            "1900 to 2199",
        ),
        (
            &["run", "shili", "--year", "-2025"],
            "“--year”不能是“-2025”",
            "`--year` cannot be `-2025`",
        ),
        (
            &["explain", "shili"],
            "还要写 --subject <键或名称>",
            "usage: jiufen explain <PACK> --subject <KEY> [OPTIONS]",
        ),
        (
            &["run", "shili", "--year", "2025", "--year", "2026"],
            "不止一次",
            "more than once",
        ),
    ];
    for (arguments, chinese, english) in cases {
        let output = jiufen(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        let said = errors(&output);
        assert!(said.contains(chinese), "{arguments:?}: {said}");
        assert!(
            said.lines()
                .all(|line| line.starts_with("jiufen: ") || line.starts_with("  怎么办:")),
            "{said}"
        );
        let said = errors(&jiufen(&[&["--lang=en"], arguments].concat()));
        assert!(said.contains(english), "{arguments:?}: {said}");
    }
}

#[test]
fn help_is_whole_in_both_languages_and_fits_a_terminal() {
    let (chinese, english) = (text(&jiufen(&["--help"])), text(&jiufen(&["-h", "--lang", "en"])));
    for command in COMMANDS {
        assert!(chinese.contains(&format!("\n  {command} ")) && english.contains(&format!("\n  {command} ")));
    }
    assert!(chinese.contains("退出码:\n  0  无事") && english.contains("Exit codes:\n  0  fine"));
    for command in COMMANDS {
        let chinese = text(&jiufen(&[command, "--help"]));
        let english = text(&jiufen(&[command, "--help", "--lang", "en"]));
        assert!(chinese.contains("用法:jiufen "), "{chinese}");
        assert!(english.starts_with(|c: char| c.is_ascii_lowercase()), "{english}");
        assert!(!english.contains(is_chinese), "{english}");
        let options = |text: &str| text.matches("\n  --").count();
        assert_eq!(options(&chinese), options(&english));
        for line in chinese.lines().chain(english.lines()) {
            let width: usize = line.chars().map(|c| 1 + usize::from(is_chinese(c))).sum();
            assert!(width <= 90, "{line}");
            // Every argument has its words.
            let empty = line.starts_with("  --") && !line.trim().contains("  ");
            assert!(!empty, "{line}");
        }
    }
    assert_eq!(code(&jiufen(&["--help"])), 0);
    assert!(text(&jiufen(&["--version"])).starts_with("jiufen 0."));
}
