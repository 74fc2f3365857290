//! Territories of rows that no document's territory can match, because they are not written in full.

use std::collections::HashMap;

use jiufen_diagnostic::catalogue::registry::TERRITORY_CELL_NOT_IN_FULL;
use jiufen_diagnostic::{Argument, Diagnostic, Lang, nearest};
use jiufen_language::is_full_territory;
use jiufen_language::program::{SubjectId, Type};
use jiufen_table::Table;

use super::{NOWHERE, Registry};

/// The territory of a document that holds everywhere.
const NATION: &str = "全国";

/// Ways of writing that a finding shows of one column; the others are counted.
const MOST_SHOWN: usize = 5;

/// One way in which rows of a column write a territory.
struct Written<'t> {
    text: &'t str,
    rows: usize,
    first_line: u64,
}

impl Registry<'_> {
    /// Says which territories lie in no document's because of how they are written, one finding a column. Where every
    /// document holds everywhere, nobody asks.
    pub(super) fn territories_not_in_full(&mut self) {
        let documents = self.program.documents.iter().map(|d| d.territory.as_str());
        let local: Vec<&str> = documents
            .filter(|t| *t != NATION && is_full_territory(t))
            .collect();
        if local.is_empty() {
            return;
        }
        let mut findings = Vec::new();
        for (subject, declared) in (0u32..).map(SubjectId).zip(&self.program.subjects) {
            let Some(table) = self.table(subject) else {
                continue;
            };
            let fields = declared.fields.iter().enumerate();
            for (column, field) in fields.filter(|(_, f)| f.ty == Type::Territory && !f.yearly) {
                let written = written(table, column);
                let (full, other): (Vec<_>, Vec<_>) =
                    written.iter().partition(|w| is_written_in_full(w.text, &local));
                let Some(first) = other.first() else { continue };
                let known: Vec<&str> = local.iter().copied().chain(full.iter().map(|w| w.text)).collect();
                let rows: usize = other.iter().map(|w| w.rows).sum();
                let shown = |lang| shown(&other, &known, lang);
                let finding = Diagnostic::new(&TERRITORY_CELL_NOT_IN_FULL, NOWHERE)
                    .with("file", table.place(0).0)
                    .with("table", declared.name.as_str())
                    .with("column", field.name.as_str())
                    .with("count", rows.to_string())
                    .with("line", first.first_line.to_string())
                    .with("found", Argument::term(shown(Lang::Zh), shown(Lang::En)))
                    .with("example", local[0]);
                findings.push(finding);
            }
        }
        self.findings.extend(findings);
    }
}

/// The ways in which a column writes territories, in the order of their first rows.
fn written(table: &Table, column: usize) -> Vec<Written<'_>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut all: Vec<Written<'_>> = Vec::new();
    let mut last = ("", 0);
    for row in 0..table.row_count() {
        let Some(text) = table.text(row, column) else {
            continue;
        };
        if text != last.0 {
            last = (text, *places.entry(text).or_insert(all.len()));
        }
        if last.1 == all.len() {
            all.push(Written {
                text,
                rows: 0,
                first_line: table.place(row).1,
            });
        }
        all[last.1].rows += 1;
    }
    all
}

/// Whether a territory begins with its province and is none of the documents' written otherwise: 浙江省钱塘区 and
/// 浙江省杭州市钱塘新区 are most likely 浙江省杭州市钱塘区.
fn is_written_in_full(text: &str, local: &[&str]) -> bool {
    let is_likely = |territory: &&str| {
        let name = plain(last_level(territory));
        !text.starts_with(*territory) && name.chars().count() > 1 && plain(last_level(text)).contains(&name)
    };
    is_full_territory(text) && !local.iter().any(is_likely)
}

/// What stands after the last province, city or prefecture of a territory, or the whole where that is all.
fn last_level(territory: &str) -> &str {
    let own = territory.trim_end_matches(['省', '市', '州', '盟']);
    let above = own.rfind(['省', '市', '州', '盟']);
    above
        .and_then(|at| own[at..].chars().next().map(|c| at + c.len_utf8()))
        .map_or(territory, |from| &territory[from..])
}

/// A territory without blanks and without the words for its levels.
fn plain(territory: &str) -> String {
    let is_level = |c: &char| c.is_whitespace() || matches!(c, '省' | '市' | '区' | '县');
    territory.chars().filter(|c| !is_level(c)).collect()
}

/// The full name that was most likely meant: one that ends in these words, one whose last level is among them, or one
/// that differs by little.
fn meant<'n>(text: &str, known: &[&'n str]) -> Option<&'n str> {
    let words = plain(text);
    let ends = |name: &&&str| !words.is_empty() && plain(name).ends_with(&words);
    let within = |name: &&&str| {
        let name = plain(last_level(name));
        name.chars().count() > 1 && words.contains(&name)
    };
    let mut names = known.iter();
    names
        .clone()
        .find(ends)
        .or_else(|| names.find(within))
        .copied()
        .or_else(|| nearest(text, known.iter().copied()))
}

fn shown(written: &[&Written<'_>], known: &[&str], lang: Lang) -> String {
    let one = |w: &&Written<'_>| {
        let near = meant(w.text, known);
        match (near, lang) {
            (Some(near), Lang::Zh) => {
                format!("「{}」{} 行(是否想写「{near}」?)", w.text, w.rows)
            }
            (None, Lang::Zh) => format!("「{}」{} 行", w.text, w.rows),
            (Some(near), Lang::En) => {
                format!("“{}” in {} rows (did you mean “{near}”?)", w.text, w.rows)
            }
            (None, Lang::En) => format!("“{}” in {} rows", w.text, w.rows),
        }
    };
    let mut all: Vec<String> = written.iter().take(MOST_SHOWN).map(one).collect();
    if let Some(more) = written.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        all.push(match lang {
            Lang::Zh => format!("另有 {more} 种写法"),
            Lang::En => format!("and {more} other ways"),
        });
    }
    all.join(lang.pick("、", ", "))
}

#[cfg(test)]
mod tests {
    use super::{is_written_in_full, meant};

    const KNOWN: [&str; 3] = ["浙江省杭州市钱塘区", "浙江省杭州市", "浙江省"];

    #[test]
    fn what_is_written_in_full_lies_where_it_says_and_the_rest_is_most_likely_a_known_place() {
        for (text, meant_by_it) in [
            ("钱塘", Some(KNOWN[0])),
            ("钱塘区", Some(KNOWN[0])),
            ("杭州市钱塘区", Some(KNOWN[0])),
            ("浙江杭州钱塘", Some(KNOWN[0])),
            ("浙江省钱塘区", Some(KNOWN[0])),
            ("浙江省杭州市钱塘新区", Some(KNOWN[0])),
            ("浙江省杭州市 钱塘区", Some(KNOWN[0])),
            ("浙江省杭州", Some(KNOWN[1])),
            ("杭州", Some(KNOWN[1])),
            ("浙江", Some(KNOWN[2])),
            ("某区", None),
        ] {
            assert!(!is_written_in_full(text, &KNOWN), "{text}");
            assert_eq!(meant(text, &KNOWN), meant_by_it, "{text}");
        }
        for text in [
            "浙江省杭州市钱塘区",
            "浙江省杭州市钱塘区下沙街道",
            "浙江省杭州市余杭区",
            "浙江省杭州市",
            "浙江省绍兴市越城区",
            "江苏省苏州市",
            "北京市海淀区",
            "Region One",
        ] {
            assert!(is_written_in_full(text, &KNOWN), "{text}");
        }
    }
}
