//! Every block of the documentation: documents are checked and their cases run, commands print what the page shows.
//!
//! A `console` fence holds `$ jiufen …` and what it prints; a line `…` stands for any number of lines.
//! `UPDATE_EXPECT=1` writes anew what is shown in full.

use std::path::{Path, PathBuf};
use std::process::Command;

use jiufen_office::{Pack, PackFile, PackFiles, testing};

use crate::command_line::root;

/// A fenced block: its info string, its body, and the prose line above it.
struct Fence {
    info: String,
    body: String,
    above: String,
    section: String,
}

fn fences(text: &str) -> Vec<Fence> {
    let mut out = Vec::new();
    let mut open: Option<(String, Fence)> = None;
    let (mut above, mut section) = (String::new(), String::new());
    for line in text.split_inclusive('\n') {
        let marks: String = line.chars().take_while(|c| *c == '`').collect();
        match &mut open {
            Some((mark, fence)) if line.trim_end() == mark.as_str() => {
                out.push(Fence {
                    body: std::mem::take(&mut fence.body),
                    info: fence.info.clone(),
                    above: fence.above.clone(),
                    section: section.clone(),
                });
                open = None;
            }
            Some((_, fence)) => fence.body.push_str(line),
            None if marks.len() >= 3 => {
                let info = line[marks.len()..].trim().to_owned();
                let fence = Fence {
                    info,
                    body: String::new(),
                    above: above.clone(),
                    section: section.clone(),
                };
                open = Some((marks, fence));
            }
            None => {
                if let Some(heading) = line.strip_prefix("## ") {
                    section = heading.trim().to_owned();
                }
                if !line.trim().is_empty() {
                    above = line.trim().to_owned();
                }
            }
        }
    }
    out
}

/// Paths in backquotes of a line that ends in a colon: the files that the fences below it are.
fn paths(line: &str) -> Vec<String> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(|p| p.ends_with(".md") || p.ends_with(".csv"))
        .map(str::to_owned)
        .collect()
}

/// Writes the files that a page names into a folder. `a/data/企业.csv` 和 `企业.年度.csv` share a folder.
fn write_files(page: &[Fence], folder: &Path) {
    let mut waiting: Vec<String> = Vec::new();
    let mut last = String::new();
    for fence in page {
        if !matches!(fence.info.as_str(), "markdown" | "csv") {
            continue;
        }
        if fence.above != last {
            last.clone_from(&fence.above);
            waiting = paths(&fence.above);
            if let Some(parent) = waiting
                .first()
                .and_then(|p| p.rsplit_once('/'))
                .map(|(p, _)| p.to_owned())
            {
                for path in waiting.iter_mut().skip(1).filter(|p| !p.contains('/')) {
                    *path = format!("{parent}/{path}");
                }
            }
        }
        if waiting.is_empty() {
            continue;
        }
        let path = folder.join(waiting.remove(0));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &fence.body).unwrap();
    }
}

/// The commands of a console block with what each must print.
fn commands(body: &str) -> Vec<(String, Vec<String>)> {
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    for line in body.lines() {
        match (line.strip_prefix("$ "), out.last_mut()) {
            (Some(command), _) => out.push((command.to_owned(), Vec::new())),
            (None, Some((_, printed))) => printed.push(line.to_owned()),
            (None, None) => {}
        }
    }
    out
}

fn printed(command: &str, folder: &Path) -> Option<Vec<String>> {
    let words: Vec<&str> = command.split('#').next().unwrap().split_whitespace().collect();
    let (first, rest) = words.split_first()?;
    if *first != "jiufen" {
        return None;
    }
    let output = Command::new(env!("CARGO_BIN_EXE_jiufen"))
        .args(rest)
        .current_dir(folder)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "C")
        .env("COLUMNS", "80")
        .output()
        .unwrap();
    Some(
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect(),
    )
}

/// Whether the shown lines stand in the printed ones; `…` stands for any number of lines.
fn matches(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first.trim() == "…" => {
            (0..=printed.len()).any(|skip| matches(rest, &printed[skip..]))
        }
        Some((first, rest)) => printed
            .split_first()
            .is_some_and(|(line, more)| line == first && matches(rest, more)),
    }
}

fn pages() -> Vec<PathBuf> {
    [
        "README.md",
        "docs/language/tutorial.md",
        "docs/language/reference.md",
        "packs/shili/README.md",
        "docs/registry.md",
    ]
    .map(|p| root().join(p))
    .into()
}

#[test]
fn every_command_prints_what_the_page_shows() {
    let bless = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut seen = 0;
    for page in pages() {
        let mut text = std::fs::read_to_string(&page).unwrap();
        let fences = fences(&text);
        let folder = tempfile::tempdir().unwrap();
        write_files(&fences, folder.path());
        for fence in fences.iter().filter(|f| f.info == "console") {
            let mut anew = fence.body.clone();
            for (command, shown) in commands(&fence.body) {
                let Some(printed) = printed(&command, folder.path()) else {
                    continue;
                };
                seen += 1;
                // A command without output on the page is only shown; it has run all the same.
                if shown.is_empty() || matches(&shown, &printed) {
                    continue;
                }
                let gaps = shown.iter().any(|l| l.trim() == "…");
                assert!(
                    bless && !gaps,
                    "{}: `{command}` prints\n{}\n\nthe page shows\n{}",
                    page.display(),
                    printed.join("\n"),
                    shown.join("\n")
                );
                let old = format!("$ {command}\n{}\n", shown.join("\n"));
                anew = anew.replace(&old, &format!("$ {command}\n{}\n", printed.join("\n")));
            }
            text = text.replace(&fence.body, &anew);
        }
        if bless {
            std::fs::write(&page, text).unwrap();
        }
    }
    assert!(seen >= 5, "{seen} commands");
}

#[test]
fn every_document_in_the_docs_is_checked_and_its_cases_pass() {
    let (mut documents, mut cases) = (0, 0);
    for page in pages()
        .iter()
        .filter(|p| p.components().any(|c| c.as_os_str() == "language"))
    {
        let text = std::fs::read_to_string(page).unwrap();
        let fences = fences(&text);
        let markdown = |section: &str| {
            fences
                .iter()
                .filter(|f| f.info == "markdown" && f.section == section)
                .map(|f| f.body.clone())
                .collect::<Vec<_>>()
        };
        let vocabulary = markdown("词汇");
        let mut sections: Vec<&str> = fences
            .iter()
            .filter(|f| f.info == "markdown")
            .map(|f| f.section.as_str())
            .collect();
        sections.dedup();
        for section in sections.into_iter().filter(|s| *s != "词汇") {
            let texts = vocabulary.iter().cloned().chain(markdown(section));
            let files = texts.enumerate().map(|(i, t)| PackFile {
                path: format!("{i:02}.md"),
                bytes: t.into_bytes().into(),
            });
            let pack = Pack::load(PackFiles {
                name: section.to_owned(),
                files: files.collect(),
            });
            documents += pack.documents.len();
            let refused = fences
                .iter()
                .any(|f| f.info == "text" && f.section == section && f.body.contains("错误["));
            assert_eq!(
                pack.is_sound(),
                !refused,
                "{} · {section}: {:#?}",
                page.display(),
                pack.findings
            );
            if pack.is_sound() {
                let reports = testing::run_cases(&pack);
                cases += reports.len();
                let failed: Vec<_> = reports.iter().filter(|r| !r.passed()).collect();
                assert!(failed.is_empty(), "{} · {section}: {failed:#?}", page.display());
            }
        }
    }
    assert!(
        documents >= 40 && cases >= 30,
        "{documents} documents, {cases} cases"
    );
}
