//! The number in front of a heading, and the path by which a clause is cited.

use crate::document::{Clause, ClauseId};

/// The depth of a numbering style in an official text, outermost first (GB/T 9704: 一、(一)1.(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Annex,
    Part,
    Chapter,
    Section,
    Article,
    Decimal,
    First,
    Second,
    Third,
    Fourth,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Number {
    rank: Rank,
    /// As cited: brackets and digits of half width, without 、 but with the dot of `1.`.
    text: String,
}

/// Gives every clause its parent and its path. `title` is the clause that names the document itself.
pub(crate) fn assign(clauses: &mut [Clause], title: Option<ClauseId>) {
    let mut open: Vec<Open> = Vec::new();
    for clause in clauses {
        let number = read(&clause.heading);
        while open
            .last()
            .is_some_and(|outer| !outer.holds(clause.level, number.as_ref()))
        {
            open.pop();
        }
        let outer = open.last();
        clause.parent = outer.map(|o| o.id);
        let annex = outer.map_or("", |o| o.annex.as_str());
        let prefix = outer.map_or("", |o| o.prefix.as_str());
        let mut next = Open {
            id: clause.id,
            level: clause.level,
            rank: number.as_ref().map(|n| n.rank),
            annex: annex.to_owned(),
            prefix: prefix.to_owned(),
        };
        match number {
            _ if Some(clause.id) == title => clause.path.clear(),
            None => clause.path = spaced(prefix, &clause.heading),
            Some(Number {
                rank: Rank::Annex,
                text,
            }) => {
                next.annex.clone_from(&text);
                next.prefix.clone_from(&text);
                clause.path = text;
            }
            // Chapters are not cited: what stands in them starts afresh.
            Some(Number {
                rank: Rank::Part | Rank::Chapter | Rank::Section,
                text,
            }) => {
                clause.path = spaced(annex, &text);
                next.prefix = annex.to_owned();
            }
            Some(Number {
                rank: Rank::Article | Rank::Decimal,
                text,
            }) => {
                clause.path = spaced(annex, &text);
                next.prefix.clone_from(&clause.path);
            }
            Some(Number { text, .. }) if prefix.is_empty() => {
                next.prefix = text.trim_end_matches('.').to_owned();
                clause.path = text;
            }
            Some(Number { text, .. }) => {
                let text = text.trim_end_matches('.');
                clause.path = if prefix == annex {
                    spaced(prefix, text)
                } else {
                    format!("{prefix}{text}")
                };
                next.prefix.clone_from(&clause.path);
            }
        }
        open.push(next);
    }
}

/// A clause that later ones may stand in.
struct Open {
    id: ClauseId,
    level: u8,
    rank: Option<Rank>,
    annex: String,
    /// What the paths of the clauses within begin with.
    prefix: String,
}

impl Open {
    /// A deeper heading stands within; so does one of the same depth whose number is of a deeper style,
    /// because official texts are often typed with all headings alike.
    fn holds(&self, level: u8, number: Option<&Number>) -> bool {
        let deeper_style = || matches!((self.rank, number), (Some(own), Some(other)) if own < other.rank);
        level > self.level || (level == self.level && deeper_style())
    }
}

fn spaced(prefix: &str, text: &str) -> String {
    if prefix.is_empty() {
        text.to_owned()
    } else {
        format!("{prefix} {text}")
    }
}

/// Whether a heading carries a number of any style.
pub(crate) fn is_numbered(heading: &str) -> bool {
    read(heading).is_some()
}

fn read(heading: &str) -> Option<Number> {
    // The longest number is far shorter than this; long headings need not be folded whole.
    let head: String = heading.chars().take(24).map(half_width).collect();
    article(&head)
        .or_else(|| annex(&head))
        .or_else(|| bracketed(&head))
        .or_else(|| chinese(&head))
        .or_else(|| decimal(&head))
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || is_chinese_numeral(c)
}

fn is_chinese_numeral(c: char) -> bool {
    "〇零一二三四五六七八九十百千".contains(c)
}

fn split_while(text: &str, take: fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !take(c)).unwrap_or(text.len()))
}

/// 第三条, 第十二条之一, 第二章, 第一节, 第一编, 第一部分.
fn article(head: &str) -> Option<Number> {
    let (digits, rest) = split_while(head.strip_prefix('第')?, is_numeral);
    let units = [
        ("条", Rank::Article),
        ("章", Rank::Chapter),
        ("节", Rank::Section),
        ("编", Rank::Part),
        ("部分", Rank::Part),
    ];
    let (unit, rank) = units.into_iter().find(|(unit, _)| rest.starts_with(unit))?;
    let after = &rest[unit.len()..];
    // 第三条件 begins with a word, not with a number.
    if digits.is_empty() || after.starts_with('件') {
        return None;
    }
    let inserted = after
        .strip_prefix('之')
        .map_or("", |tail| split_while(tail, is_numeral).0);
    let text = match inserted {
        "" => format!("第{digits}{unit}"),
        n => format!("第{digits}{unit}之{n}"),
    };
    Some(Number { rank, text })
}

/// 附件, 附件1, 附件二.
fn annex(head: &str) -> Option<Number> {
    let (digits, rest) = split_while(head.strip_prefix("附件")?.trim_start(), is_numeral);
    let ends = rest.is_empty() || rest.starts_with([' ', ':', '.', '、', '-', '—', '《']);
    ends.then(|| Number {
        rank: Rank::Annex,
        text: format!("附件{digits}"),
    })
}

/// (一), (1), ①.
fn bracketed(head: &str) -> Option<Number> {
    let first = head.chars().next()?;
    if ('①'..='⑳').contains(&first) {
        return Some(Number {
            rank: Rank::Fourth,
            text: first.to_string(),
        });
    }
    let (digits, rest) = split_while(head.strip_prefix('(')?, is_numeral);
    if digits.is_empty() || !rest.starts_with(')') {
        return None;
    }
    let rank = if digits.starts_with(is_chinese_numeral) {
        Rank::Second
    } else {
        Rank::Fourth
    };
    Some(Number {
        rank,
        text: format!("({digits})"),
    })
}

/// 一、 and 一.
fn chinese(head: &str) -> Option<Number> {
    let (digits, rest) = split_while(head, is_chinese_numeral);
    let numbered = !digits.is_empty() && rest.starts_with(['、', '.']);
    numbered.then(|| Number {
        rank: Rank::First,
        text: digits.to_owned(),
    })
}

/// 1. and 1、, and 2.1 of technical standards. `1.5万元` is an amount.
fn decimal(head: &str) -> Option<Number> {
    let (digits, rest) = split_while(head, |c| c.is_ascii_digit() || c == '.');
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let bare = digits.trim_end_matches('.');
    if bare.contains('.') {
        let stands_alone = rest.is_empty() || rest.starts_with(' ');
        return stands_alone.then(|| Number {
            rank: Rank::Decimal,
            text: bare.to_owned(),
        });
    }
    let numbered = digits.ends_with('.') || rest.starts_with('、');
    numbered.then(|| Number {
        rank: Rank::Third,
        text: format!("{bare}."),
    })
}

#[cfg(test)]
mod tests {
    use jiufen_diagnostic::{SourceId, Span};

    use super::{assign, read};
    use crate::document::{Clause, ClauseId};

    fn check(headings: &[(u8, &str)], expected: &[&str]) {
        let span = Span {
            source: SourceId(0),
            start: 0,
            end: 0,
        };
        let mut clauses: Vec<Clause> = headings
            .iter()
            .enumerate()
            .map(|(i, (level, heading))| Clause {
                id: ClauseId(i as u32),
                level: *level,
                heading: (*heading).to_owned(),
                span,
                body: span,
                parent: None,
                path: String::new(),
            })
            .collect();
        let title = (headings[0].1 == "标题").then_some(ClauseId(0));
        assign(&mut clauses, title);
        let paths: Vec<&str> = clauses.iter().map(|c| c.path.as_str()).collect();
        assert_eq!(paths, expected);
    }

    #[test]
    fn a_number_is_read_in_every_style_and_in_both_widths() {
        for (heading, expected) in [
            ("第三条 研发投入补助", Some("第三条")),
            ("第十二条之一 补充", Some("第十二条之一")),
            ("第１２条　补助", Some("第12条")),
            ("第一章 总则", Some("第一章")),
            ("一、支持方向", Some("一")),
            ("十二、附则", Some("十二")),
            ("（一）标准", Some("(一)")),
            ("(2)标准", Some("(2)")),
            ("１．标准", Some("1.")),
            ("1、标准", Some("1.")),
            ("2.1 基本要求", Some("2.1")),
            ("②其他", Some("②")),
            ("附件2:申报表", Some("附件2")),
            ("附件", Some("附件")),
            ("附则", None),
            ("附件管理办法", None),
            ("第三条件下的支持", None),
            ("1.5万元补助", None),
            ("三年行动", None),
            ("一是加强领导", None),
            ("", None),
            ("第", None),
        ] {
            assert_eq!(read(heading).map(|n| n.text).as_deref(), expected, "{heading}");
        }
    }

    #[test]
    fn a_path_joins_the_numbered_clauses_around_it() {
        check(
            &[
                (1, "标题"),
                (2, "一、甲"),
                (3, "（一）乙"),
                (4, "1.丙"),
                (5, "（1）丁"),
                (3, "（二）戊"),
                (2, "附则"),
            ],
            &["", "一", "一(一)", "一(一)1", "一(一)1(1)", "一(二)", "附则"],
        );
    }

    #[test]
    fn an_article_is_cited_without_its_chapter() {
        check(
            &[
                (2, "第一章 总则"),
                (3, "第一条 目的"),
                (4, "（一）甲"),
                (2, "第二章 支持"),
                (3, "第二条 补助"),
            ],
            &["第一章", "第一条", "第一条(一)", "第二章", "第二条"],
        );
    }

    #[test]
    fn headings_of_one_depth_are_nested_by_their_numbers() {
        check(
            &[
                (2, "一、甲"),
                (2, "（一）乙"),
                (2, "（二）丙"),
                (2, "二、丁"),
                (2, "1.戊"),
                (2, "说明"),
            ],
            &["一", "一(一)", "一(二)", "二", "二1", "说明"],
        );
    }

    #[test]
    fn an_annex_starts_a_numbering_of_its_own() {
        check(
            &[
                (2, "第一条 甲"),
                (2, "附件1"),
                (3, "第一条 乙"),
                (2, "附件2"),
                (2, "一、丁"),
                (2, "(一)戊"),
            ],
            &[
                "第一条",
                "附件1",
                "附件1 第一条",
                "附件2",
                "附件2 一",
                "附件2 一(一)",
            ],
        );
    }

    #[test]
    fn a_number_without_an_outer_number_keeps_its_dot() {
        check(
            &[(2, "支持方向"), (3, "1.甲"), (4, "(1)乙"), (3, "说明")],
            &["支持方向", "1.", "1(1)", "说明"],
        );
        check(&[(2, "一、甲"), (3, "申报条件")], &["一", "一 申报条件"]);
    }
}
