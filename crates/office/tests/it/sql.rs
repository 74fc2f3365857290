//! SQL as data: a section of a page holds a policy and the view that each database gets for it.
//!
//! After the policy a section holds a fence for each database whose SQL is shown; `UPDATE_EXPECT=1` writes it anew, one
//! fence for DuckDB where the three differ in quoting only, else all of them. The databases themselves are asked by
//! `bench/sql/check.py`.

use std::path::Path;

use jiufen_office::sql::{Dialect, Script, declared, write_script};
use jiufen_office::{Pack, PackFile, PackFiles, RunOptions};
use jiufen_quantity::Date;

fn page() -> (std::path::PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/sql.md");
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

/// The policy of a section: the body of its first fence, whose rule blocks stand between `~~~`.
fn policy(section: &str) -> String {
    let body = section.split_once("```markdown\n").unwrap().1;
    body.split_once("\n```\n").unwrap().0.replace("~~~", "```") + "\n"
}

fn pack(vocabulary: &str, section: &str) -> Pack {
    let file = |path: &str, text: String| PackFile {
        path: path.into(),
        bytes: text.into_bytes().into(),
    };
    let pack = Pack::load(PackFiles {
        name: "sql".into(),
        files: vec![
            file("词汇.md", policy(vocabulary)),
            file("办法.md", policy(section)),
        ],
    });
    assert!(pack.is_sound(), "{:?}", pack.findings);
    pack
}

fn script(pack: &Pack, dialect: Dialect) -> Script {
    let options = RunOptions {
        year: 2025,
        as_of: Date::year_end(2025).unwrap(),
    };
    write_script(pack, &declared(pack, 2025), None, dialect, options)
}

/// What is left of each rule, then the statement of the view of each subject.
fn shown(script: &Script) -> String {
    let mut out = String::new();
    for rule in &script.rules {
        if rule.open {
            out.push_str("-- 全部 open\n");
        }
        if !rule.left.is_empty() {
            out.push_str(&format!("-- {}\n", rule.left.join("、")));
        }
    }
    let views = script.text.split("\n\n").filter(|part| part.contains("一行一户"));
    out + &views.collect::<Vec<_>>().join("\n\n")
}

/// A SQL text without what each database has in all of it: quotes, how a view is made, what keeps a stage whole.
fn bare(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("DROP VIEW") && line.trim() != "OFFSET 0");
    let text: Vec<&str> = lines.collect();
    text.join("\n")
        .replace(['`', '"'], "")
        .replace("CREATE OR REPLACE TEMPORARY VIEW", "CREATE VIEW")
        .replace("CREATE OR REPLACE VIEW", "CREATE VIEW")
}

#[test]
fn each_database_gets_the_sql_that_is_shown() {
    let (path, text) = page();
    let sections: Vec<&str> = text.split("\n## ").collect();
    let mut written = format!("{}\n## {}", sections[0], sections[1]);
    for section in &sections[2..] {
        let pack = pack(sections[1], section);
        let texts: Vec<(Dialect, String)> = Dialect::ALL
            .into_iter()
            .map(|dialect| (dialect, shown(&script(&pack, dialect))))
            .collect();
        let head = section.find("\n```\n").unwrap() + "\n```\n".len();
        written.push_str("\n## ");
        written.push_str(&section[..head]);
        for (dialect, text) in &texts {
            if *dialect == Dialect::DuckDb || bare(text) != bare(&texts[0].1) {
                written.push_str(&format!(
                    "\n```sql {}\n{}\n```\n",
                    dialect.name(),
                    text.trim_end()
                ));
            }
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    assert_eq!(
        written.trim_end(),
        text.trim_end(),
        "run with UPDATE_EXPECT=1 to accept"
    );
}

#[test]
fn the_same_program_gives_the_same_bytes() {
    let (_, text) = page();
    let sections: Vec<&str> = text.split("\n## ").collect();
    for section in &sections[2..] {
        let (one, two) = (pack(sections[1], section), pack(sections[1], section));
        for dialect in Dialect::ALL {
            assert_eq!(script(&one, dialect).text, script(&two, dialect).text);
        }
    }
}

#[test]
fn no_name_is_longer_than_postgresql_keeps_and_no_number_is_a_float() {
    for name in ["shili", "qiantang"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../packs")
            .join(name);
        let pack = Pack::load(PackFiles::read(&folder).unwrap());
        let text = script(&pack, Dialect::Postgres).text;
        let lines = text.lines().filter(|line| !line.starts_with("--"));
        let code: String = lines
            .map(|line| line.split("  -- ").next().unwrap().to_owned() + "\n")
            .collect();
        for quoted in code.split('"').skip(1).step_by(2) {
            assert!(quoted.len() <= 63, "{quoted}");
        }
        // Outside names and texts, a dot stands behind an alias only.
        let outside: String = code.split(['"', '\'']).step_by(2).collect();
        let digits = |text: &str| text.contains(|c: char| c.is_ascii_digit());
        for word in outside.split(|c: char| !c.is_ascii_alphanumeric() && c != '.') {
            assert!(
                !word.split_once('.').is_some_and(|(_, after)| digits(after)),
                "{word}"
            );
        }
    }
}
