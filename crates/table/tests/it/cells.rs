//! Runs the cases of `cells.md`.

use jiufen_diagnostic::{Lang, Severity};

use crate::{load, schema};

/// What one cell under one header gives: its value, or the code, sentence and help of its fault.
fn outcome(header: &str, cell: &str) -> String {
    let cell = cell.replace('"', "\"\"");
    let loaded = load(format!("编号,名称,{header}\n1,甲,\"{cell}\"\n"), None);
    if let Some(finding) = loaded.findings.iter().find(|f| f.severity() != Severity::Note) {
        let (message, help) = (finding.message(Lang::Zh), finding.help(Lang::Zh));
        return format!("{}:{message};{help}", finding.code());
    }
    if let Some(rejection) = loaded.rejected.get(0) {
        assert_eq!(loaded.rejected.len(), 1);
        assert!(!rejection.message(Lang::En).contains('{') && !rejection.help(Lang::En).contains('{'));
        let (message, help) = (rejection.message(Lang::Zh), rejection.help(Lang::Zh));
        return format!("{}:{message};{help}", rejection.code());
    }
    let name = header.split(['(', '（']).next().unwrap_or(header);
    let column = schema().column(name).expect("the case names a column");
    let value = loaded.table.cell(0, column);
    match value {
        jiufen_table::Cell::Missing => "缺".to_owned(),
        value => value.to_string(),
    }
}

#[test]
fn every_cell_gives_the_value_or_the_sentence_beside_it() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("../cells.md")
        .lines()
        .filter(|l| l.starts_with("| `"))
    {
        let parts: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [header, cell, expected] = parts[..] else {
            panic!("not three columns: {line}");
        };
        let (header, cell) = (header.trim_matches('`'), cell.trim_matches('`'));
        let found = outcome(header, cell);
        count += 1;
        if found != expected {
            wrong.push(format!("| `{header}` | `{cell}` | {found} |"));
        }
    }
    assert!(count > 60, "the cases are read");
    assert!(
        wrong.is_empty(),
        "these lines give otherwise:\n{}",
        wrong.join("\n")
    );
}
