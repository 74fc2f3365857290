//! What is written fits the terminal, in both languages, however narrow it is.

use std::path::Path;
use std::process::Command;

use unicode_width::UnicodeWidthStr;

use crate::command_line::root;

/// Lines wider than the terminal, but for paths, which nobody could use in pieces, and excerpts of a text, which are
/// shown as they stand.
fn too_wide(arguments: &[&str], columns: usize, lang: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_jiufen"))
        .args(arguments)
        .args(["--lang", lang])
        .current_dir(root())
        .env("COLUMNS", columns.to_string())
        .output()
        .unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}");
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8(told).unwrap();
    assert!(!told.is_empty() || arguments[0] == "sql", "{arguments:?}");
    let is_whole = |line: &&str| line.contains('/') || line.contains(" | ");
    let wide = told
        .lines()
        .filter(|line| line.width() > columns && !is_whole(line));
    wide.map(|line| format!("{columns} {arguments:?}: {line}"))
        .collect()
}

fn fits(commands: &[&[&str]]) {
    for columns in [80, 60, 40] {
        for (command, lang) in commands.iter().flat_map(|c| [(c, "zh"), (c, "en")]) {
            let wide = too_wide(command, columns, lang);
            assert!(wide.is_empty(), "{}", wide.join("\n"));
        }
    }
}

#[test]
fn findings_cases_and_explanations_fit_the_terminal() {
    fits(&[
        &["check", "shili"],
        &["check", "qiantang"],
        &["test", "shili"],
        &["explain", "shili", "--subject", "91999999MA0002715A", "--all"],
        &["show", "亩均评价", "--at", "2026-03-01", "--pack", "shili"],
        &["--help"],
        &["run", "--help"],
        &["simulate", "--help"],
    ]);
}

#[test]
fn runs_and_what_is_made_of_them_fit_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (lists, kept, pages, script) = (path("lists"), path("kept"), path("pages"), path("s.sql"));
    let draft = "研发补助调整征求意见稿.md";
    fits(&[
        &["run", "shili"],
        &["run", "shili", "--year", "2025", "--out", &lists],
        &["replay", &lists],
        &["simulate", "shili", "--with", draft],
        &["sql", "shili", "--dialect", "duckdb", "--out", &script],
        &["snapshot", "shili", "--out", &kept],
        &["site", "shili", "--out", &pages],
    ]);
    assert!(Path::new(&script).exists());
}

#[test]
fn a_table_too_wide_for_the_terminal_names_each_figure() {
    let output = Command::new(env!("CARGO_BIN_EXE_jiufen"))
        .args(["run", "shili", "--year", "2025"])
        .current_dir(root())
        .env("LANG", "C")
        .env("COLUMNS", "40")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let row = "研发投入补助\n  符合 114 · 不符合 186\n  可兑付(元) 20,912,626.96\n";
    assert!(told.contains(row), "{told}");
}
