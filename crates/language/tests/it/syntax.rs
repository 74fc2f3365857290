//! Text to tree and back.

use jiufen_diagnostic::Lang;
use jiufen_language::format::format_fence;
use jiufen_language::syntax::{Keywords, Parse, parse};

/// Every fence of the corpus, with the name of its file.
pub(crate) fn corpus() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut fences = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for part in text.split("```jiufen\n").skip(1) {
            fences.push((name.clone(), part.split("```").next().unwrap().to_string()));
        }
    }
    fences
}

fn describe(parse: &Parse) -> String {
    let text = parse.syntax().text().to_string();
    let findings = parse.errors().iter().map(|error| {
        let mut sources = jiufen_diagnostic::Sources::default();
        let id = sources.add("t", text.clone());
        let finding = error.diagnostic(sources.span(id, 0..0));
        format!(
            "{} «{}» {} / {}",
            finding.code(),
            &text[error.range],
            finding.message(Lang::Zh),
            finding.help(Lang::Zh)
        )
    });
    findings.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_corpus_has_no_faults() {
    let fences = corpus();
    assert!(fences.len() >= 12, "{}", fences.len());
    for (name, text) in fences {
        let parse = parse(&text, Keywords::Chinese);
        assert_eq!(parse.syntax().text().to_string(), text);
        assert_eq!(describe(&parse), "", "{name}\n{:#?}", parse.syntax());
    }
}

/// The tree without trivia: kinds and words, keywords in Chinese, names without 「」.
fn structure(parse: &Parse) -> String {
    use jiufen_language::syntax::ast::AstNode;
    use jiufen_language::syntax::keywords::{BlockWord, Function, LineWord, OptionWord, ReservedWord};
    use jiufen_language::syntax::{SyntaxKind as K, SyntaxNode, ast};
    fn walk(node: &SyntaxNode, out: &mut String) {
        out.push_str(&format!("({:?}", node.kind()));
        if let Some(name) = ast::Name::cast(node.clone()) {
            out.push_str(&match name.function() {
                Some(function) => format!(" fn {}", function.zh()),
                None => format!(" {}", name.text()),
            });
        } else {
            for child in node.children_with_tokens() {
                match child {
                    rowan::NodeOrToken::Node(node) => walk(&node, out),
                    rowan::NodeOrToken::Token(token) if !token.kind().is_trivia() => {
                        let text = token.text();
                        let number = text.replace(',', "");
                        let word = match token.kind() {
                            K::NUMBER => &number,
                            K::BLOCK_WORD => BlockWord::lookup(text).unwrap().zh(),
                            K::LINE_WORD => LineWord::lookup(text).unwrap().zh(),
                            K::RESERVED_WORD => ReservedWord::lookup(text).unwrap().zh(),
                            K::OPTION_WORD => OptionWord::lookup(text).unwrap().zh(),
                            K::FUNCTION_WORD => Function::lookup(text).unwrap().zh(),
                            K::IDENT | K::UNIT | K::STRING | K::TEXT | K::YEAR | K::DATE => text,
                            _ => "",
                        };
                        let kind = if token.kind() == K::QUOTED {
                            K::IDENT
                        } else {
                            token.kind()
                        };
                        let word = if token.kind() == K::QUOTED {
                            text.trim_matches(['「', '」'])
                        } else {
                            word
                        };
                        out.push_str(&format!(" {kind:?}:{word}"));
                    }
                    rowan::NodeOrToken::Token(_) => {}
                }
            }
        }
        out.push(')');
    }
    let mut out = String::new();
    walk(&parse.syntax(), &mut out);
    out
}

fn formatted(text: &str, from: Keywords, to: Keywords) -> String {
    match format_fence(text, from, to) {
        Ok(out) => out,
        Err(_) => panic!("{}\n{text}", describe(&parse(text, from))),
    }
}

/// All that holds of a sound Chinese fence; gives its canonical form.
fn check_sound(text: &str) -> String {
    use Keywords::{Chinese, English};
    let zh = formatted(text, Chinese, Chinese);
    assert_eq!(formatted(&zh, Chinese, Chinese), zh, "format ∘ format = format");
    let en = formatted(text, Chinese, English);
    assert_eq!(
        formatted(&en, English, English),
        en,
        "format ∘ format = format, in English"
    );
    assert_eq!(
        formatted(&en, English, Chinese),
        zh,
        "zh → en → zh = format\n{en}"
    );
    let canonical = structure(&parse(&zh, Chinese));
    assert_eq!(
        structure(&parse(&en, English)),
        canonical,
        "one tree in both languages\n{en}"
    );
    zh
}

#[test]
fn formatting_is_stable_and_both_languages_give_one_tree() {
    for (_, text) in corpus() {
        let zh = check_sound(&text);
        assert_eq!(
            structure(&parse(&text, Keywords::Chinese)),
            structure(&parse(&zh, Keywords::Chinese))
        );
    }
}

#[test]
fn the_canonical_form_is_the_one_in_the_reference() {
    // What the design document shows is what the formatter writes, column for column.
    for (name, text) in corpus() {
        if ["f01", "f02", "f04", "f06", "f08", "f10"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        {
            assert_eq!(
                formatted(&text, Keywords::Chinese, Keywords::Chinese),
                text,
                "{name}"
            );
        }
    }
}

#[test]
fn the_english_form_of_a_rule() {
    let zh = "奖补 重点科研任务配套\n  每 下达\n  给 项目.承担单位\n  当 级别 属于 {国家, 省} 且 最大(下达额, 0元) > 0元\n  金额 近三年.下达额 × 25%\n  封顶 500万元 每 项目\n";
    let en = "grant 重点科研任务配套\n  each   下达\n  pay_to 项目.承担单位\n  when   级别 in {国家, 省} and max(下达额, 0元) > 0元\n  amount recent_3_years.下达额 × 25%\n  cap    500万元 each 项目\n";
    assert_eq!(formatted(zh, Keywords::Chinese, Keywords::English), en);
}

#[test]
fn a_document_is_formatted_fence_by_fence() {
    let text =
        "# 标题\n\n```jiufen\n参数 甲:比率\n    自 2025-01-01:5%\n```\n\n文字\n\n```jiufen\n参数\n```\n";
    let fences: Vec<_> = text
        .match_indices("```jiufen\n")
        .map(|(at, mark)| {
            let start = at + mark.len();
            (
                start..start + text[start..].find("```").unwrap(),
                Keywords::Chinese,
            )
        })
        .collect();
    let done = jiufen_language::format::format_document(text, &fences, Some(Keywords::English));
    assert_eq!(
        done,
        "# 标题\n\n```jiufen en\nparam 甲: 比率\n  from 2025-01-01: 5%\n```\n\n文字\n\n```jiufen\n参数\n```\n"
    );
}

/// A small generator, so that a failing case can be run again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

#[test]
fn broken_texts_never_panic_and_keep_their_text() {
    let fences = corpus();
    let pieces = [
        "「",
        "」",
        "“",
        "”",
        "\"",
        "|",
        "(",
        ")",
        "[",
        "{",
        "}",
        "-",
        "且",
        " 或 ",
        "非 ",
        "，",
        "３",
        "。",
        ";",
        "\n",
        "\n  ",
        "\n    - ",
        "\t",
        "：",
        "=",
        "≥",
        "最高",
        "3年内",
        "1,345",
        "2025-1-3",
        "当",
        " 全部\n",
        "#",
        "年",
        ".",
        "每",
        "\r\n",
        "\u{feff}",
        "e\u{301}",
        "例 ",
        "属于",
        "其中",
        "/",
        "×",
    ];
    let windows: Vec<&str> = fences
        .iter()
        .flat_map(|(_, text)| {
            let starts = text
                .match_indices('\n')
                .map(|(at, _)| at + 1)
                .filter(|at| !text[*at..].starts_with([' ', '\n']));
            std::iter::once(0).chain(starts).map(|at| &text[at..])
        })
        .filter(|text| !text.is_empty())
        .collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let rounds = std::env::var("JIUFEN_ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(20_000);
    let mut sound = 0;
    for round in 0..rounds {
        // A block or two keep 20,000 mutants under three seconds.
        let text = random.pick(&windows);
        let mut window: String = text.chars().take(60).collect();
        window.truncate(window.rfind('\n').map_or(window.len(), |at| at + 1));
        let mut chars: Vec<char> = window.chars().collect();
        for _ in 0..1 + random.below(4) {
            let at = random.below(chars.len());
            match random.below(3) {
                0 if !chars.is_empty() => {
                    chars.remove(at);
                }
                1 if !chars.is_empty() => {
                    chars[at] = random.pick(&pieces).chars().next().unwrap();
                }
                _ => {
                    let piece: Vec<char> = random.pick(&pieces).chars().collect();
                    chars.splice(at..at, piece);
                }
            }
        }
        let mutant: String = chars.into_iter().collect();
        let keywords = if random.below(8) == 0 {
            Keywords::English
        } else {
            Keywords::Chinese
        };
        let parse = parse(&mutant, keywords);
        assert_eq!(parse.syntax().text().to_string(), mutant, "round {round}");
        for error in parse.errors() {
            assert!(
                mutant.get(std::ops::Range::<usize>::from(error.range)).is_some(),
                "round {round}"
            );
        }
        if parse.errors().is_empty() && keywords == Keywords::Chinese && round % 4 == 0 {
            sound += 1;
            check_sound(&mutant);
        }
    }
    assert!(sound > rounds / 2_000, "{sound}");
}

#[test]
fn any_name_in_quotes_survives_both_languages() {
    use jiufen_language::syntax::SyntaxKind;
    let names = [
        "且",
        "and",
        "金额",
        "amount",
        "全部",
        "all",
        "合计",
        "sum",
        "最高",
        "当年",
        "this_year",
        "近3年",
        "3A企业",
        "首台(套)",
        "累计",
        "cumulative",
        "不符合",
        "ineligible",
        "经由",
        "必填",
        "required",
        "甲",
        "专精特新“小巨人”",
        "ＡＢ",
        "m²",
        "对",
        "of",
        "例",
        "case",
        "有 空格",
        "recent_2_years",
        "参数",
        "先于",
        "before",
        "无",
        "to",
    ];
    let mut random = Random(42);
    for _ in 0..15 {
        for (_, text) in corpus() {
            let tree = parse(&text, Keywords::Chinese).syntax();
            let mut renamed = String::new();
            for token in tree
                .descendants_with_tokens()
                .filter_map(rowan::NodeOrToken::into_token)
            {
                let is_name = matches!(token.kind(), SyntaxKind::IDENT | SyntaxKind::QUOTED);
                if is_name && random.below(4) == 0 {
                    renamed.push_str(&format!("「{}」", random.pick(&names)));
                } else {
                    renamed.push_str(token.text());
                }
            }
            check_sound(&renamed);
        }
    }
}

#[test]
fn full_width_forms_and_spaces_say_the_same() {
    use jiufen_language::syntax::SyntaxKind as K;
    let spaces: [&str; 4] = [" ", "  ", "\u{3000}", " \u{3000}"];
    let indents = ["  ", "\u{3000}"];
    let mut random = Random(7);
    for _ in 0..20 {
        for (name, text) in corpus() {
            let expected = formatted(&text, Keywords::Chinese, Keywords::Chinese);
            let tree = parse(&text, Keywords::Chinese).syntax();
            let mut noisy = String::new();
            for token in tree
                .descendants_with_tokens()
                .filter_map(rowan::NodeOrToken::into_token)
            {
                let words = token.text();
                let inside = !noisy.is_empty() && !noisy.ends_with('\n');
                match token.kind() {
                    K::STRING | K::QUOTED | K::COMMENT | K::TEXT | K::NEWLINE | K::IDENT => {
                        noisy.push_str(words)
                    }
                    K::WHITESPACE if inside => {
                        noisy.push_str(random.pick::<&str>(&spaces));
                    }
                    K::WHITESPACE => noisy.push_str(&words.replace("  ", indents[random.below(2)])),
                    _ if random.below(3) == 0 => {
                        let full = |c: char| match c {
                            '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap(),
                            '×' => '*',
                            _ => c,
                        };
                        noisy.extend(words.chars().map(full));
                    }
                    K::COMMA => noisy.push('、'),
                    K::GE => noisy.push_str(">="),
                    _ => noisy.push_str(words),
                }
            }
            assert_eq!(
                formatted(&noisy, Keywords::Chinese, Keywords::Chinese),
                expected,
                "{name}\n{noisy}"
            );
        }
    }
}

#[test]
fn deep_nesting_is_refused_without_exhausting_the_stack() {
    let deep = [
        format!(
            "定义 甲: 金额\n  = {}1元{}\n",
            "(".repeat(50_000),
            ")".repeat(50_000)
        ),
        format!("定义 甲: 金额\n  = {}1元\n", "- ".repeat(50_000)),
        format!("定义 甲: 金额\n  = 1元{}\n", " + 1元".repeat(50_000)),
        format!("定义 甲: 金额\n  = {}乙\n", "非 ".repeat(50_000)),
        format!(
            "定义 甲: 金额\n  = {}乙{}\n",
            "甲(".repeat(50_000),
            ")".repeat(50_000)
        ),
        format!(
            "定义 甲: 金额\n  = {}乙{}\n",
            "{".repeat(50_000),
            "}".repeat(50_000)
        ),
        {
            let items: String = (2..3_000)
                .map(|n| format!("{}- 任一\n", " ".repeat(n + 1)))
                .collect();
            format!("奖补 甲\n  当 全部\n{items}")
        },
    ];
    for text in deep {
        let parse = parse(&text, Keywords::Chinese);
        assert_eq!(parse.syntax().text().to_string(), text);
        let codes: Vec<_> = parse.errors().iter().map(|e| e.entry.code).collect();
        assert_eq!(codes, ["nesting-too-deep"], "{}", &text[..40]);
    }
}

#[test]
fn a_thousand_clauses_are_read_quickly() {
    let fences = corpus();
    let text: String = fences
        .iter()
        .map(|(_, text)| text.as_str())
        .cycle()
        .take(fences.len() * 20)
        .collect::<Vec<_>>()
        .join("\n");
    let blocks = parse(&text, Keywords::Chinese).root().blocks().count();
    assert!(blocks >= 1_000, "{blocks}");
    let start = std::time::Instant::now();
    let parse = parse(&text, Keywords::Chinese);
    let took = start.elapsed();
    assert!(parse.errors().is_empty());
    println!("{blocks} blocks, {} KB: {took:?}", text.len() / 1024);
}
