//! Of very many findings of one kind about one file, the first and how many more there are.

use std::collections::HashMap;

use crate::catalogue::registry::MORE_FINDINGS;
use crate::{Diagnostic, Lang};

/// Findings of one code about one file that are shown one by one.
const MOST_SHOWN: usize = 8;

/// The findings in their order; behind the first of each file and code, one that says how many more there are.
///
/// Of errors an error is always left: the first of a kind stay.
pub fn capped(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut places: HashMap<(String, &str), usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut out: Vec<Diagnostic> = Vec::new();
    for finding in findings {
        let file = finding.argument("file", Lang::Zh).unwrap_or_default().to_owned();
        let group = *places.entry((file, finding.code())).or_insert(groups.len());
        if group == groups.len() {
            groups.push(Group::default());
        }
        let group = &mut groups[group];
        if group.shown < MOST_SHOWN {
            group.shown += 1;
            group.behind = out.len();
            out.push(finding);
        } else {
            group.more += 1;
        }
    }
    let mut full: Vec<&Group> = groups.iter().filter(|group| group.more > 0).collect();
    full.sort_by_key(|group| std::cmp::Reverse(group.behind));
    for group in full {
        let more = more_than(&out[group.behind], group.more);
        out.insert(group.behind + 1, more);
    }
    out
}

/// The findings of one code about one file.
#[derive(Default)]
struct Group {
    shown: usize,
    more: usize,
    /// Where the last one that is shown stands.
    behind: usize,
}

fn more_than(last: &Diagnostic, more: usize) -> Diagnostic {
    let finding = Diagnostic::new(&MORE_FINDINGS, last.span)
        .with("more", more.to_string())
        .with("code", last.code());
    match last.argument("file", Lang::Zh) {
        Some(file) => finding.with("file", file),
        None => finding.with("file", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::registry::{DUPLICATE_COLUMN, UNKNOWN_COLUMN};
    use crate::{Entry, Sources};

    fn check(findings: &[(&'static Entry, &str, usize)], expected: &[&str]) {
        let mut sources = Sources::default();
        let source = sources.add("表.csv", "");
        let all = findings.iter().flat_map(|(entry, file, count)| {
            let span = sources.span(source, 0..0);
            let one = move || Diagnostic::new(entry, span).with("file", *file);
            (0..*count).map(move |_| one())
        });
        let said: Vec<String> = capped(all.collect())
            .chunk_by(|a, b| a.code() == b.code())
            .map(|same| match same[0].argument("more", Lang::Zh) {
                Some(more) => format!("{more} more"),
                None => format!("{} {}", same.len(), same[0].code()),
            })
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn each_file_and_code_has_a_few_findings_and_one_that_counts_the_others() {
        check(&[(&UNKNOWN_COLUMN, "a", 8)], &["8 unknown-table-column"]);
        check(
            &[
                (&UNKNOWN_COLUMN, "a", 5),
                (&DUPLICATE_COLUMN, "a", 1),
                (&UNKNOWN_COLUMN, "a", 10_000),
                (&DUPLICATE_COLUMN, "a", 9),
                (&UNKNOWN_COLUMN, "b", 2),
            ],
            &[
                "5 unknown-table-column",
                "1 duplicate-table-column",
                "3 unknown-table-column",
                "9997 more",
                "7 duplicate-table-column",
                "2 more",
                "2 unknown-table-column",
            ],
        );
    }
}
