//! Runs as data: a section of a page holds a policy, its registry, and the lists that must come of it.
//!
//! Files stand in fences below a line that names them in backquotes; those of the first section belong to all. A fence
//! `decisions 2025 2025-12-31` (also `instalments`, `verdicts`, `values`, `rejected`) shows the columns named by its first line, for
//! that year and day; without a day, the last of the year. `UPDATE_EXPECT=1` writes anew what is shown.

use std::path::Path;

use jiufen_diagnostic::Lang;
use jiufen_office::explain::explain;
use jiufen_office::{Pack, PackFile, PackFiles, Registry, Run, RunOptions, lists, values};
use jiufen_quantity::Date;
use jiufen_table::Sheet;

struct Fence<'t> {
    info: &'t str,
    body: &'t str,
}

/// Where the sections begin; a heading inside a fence is not one of the page.
fn headings(text: &str) -> Vec<usize> {
    let (mut out, mut at, mut open) = (Vec::new(), 0, None);
    for line in text.split_inclusive('\n') {
        let marks = line.chars().take_while(|c| *c == '`').count();
        open = match open {
            None if marks >= 3 => Some(marks),
            Some(opened) if marks == opened => None,
            other => other,
        };
        if open.is_none() && line.starts_with("## ") {
            out.push(at);
        }
        at += line.len();
    }
    out
}

/// The fences of a section with, for a file, its path.
fn fences(section: &str) -> Vec<(Option<&str>, Fence<'_>)> {
    let mut out = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut rest = section;
    while let Some(start) = rest.find("\n```") {
        let above = rest[..start].trim_end().lines().last().unwrap_or("");
        let named: Vec<&str> = above
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|n| n.contains('.'))
            .collect();
        if !named.is_empty() {
            names = named;
        }
        let opened = &rest[start + 1..];
        let marks = opened.chars().take_while(|c| *c == '`').count();
        let (info, body) = opened[marks..].split_once('\n').unwrap();
        let close = format!("\n{}\n", &opened[..marks]);
        let end = body.find(&close).unwrap() + 1;
        let is_file = matches!(info, "markdown" | "csv");
        let path = is_file.then(|| names.remove(0));
        out.push((
            path,
            Fence {
                info,
                body: &body[..end],
            },
        ));
        rest = &body[end + marks..];
    }
    out
}

fn files(section: &str) -> Vec<PackFile> {
    let of = |(path, fence): (Option<&str>, Fence<'_>)| {
        let bytes = fence.body.as_bytes().to_vec().into();
        Some(PackFile {
            path: path?.to_owned(),
            bytes,
        })
    };
    fences(section).into_iter().filter_map(of).collect()
}

/// The columns that the first line of `shown` names.
fn columns(sheet: &Sheet, shown: &str) -> String {
    let header = shown.lines().next().unwrap();
    let at: Vec<usize> = header
        .split(',')
        .map(|name| sheet.columns.iter().position(|c| c == name).unwrap())
        .collect();
    let row = |row: &Vec<String>| at.iter().map(|i| row[*i].as_str()).collect::<Vec<_>>().join(",");
    let rows = sheet.rows.iter().map(row);
    std::iter::once(header.to_owned())
        .chain(rows)
        .map(|line| line + "\n")
        .collect()
}

/// What a fence must show.
fn shown(pack: &Pack, fence: &Fence<'_>) -> String {
    let mut words = fence.info.split(' ');
    let list = words.next().unwrap();
    let year: i16 = words.next().unwrap().parse().unwrap();
    let as_of = words
        .next()
        .map_or_else(|| Date::year_end(year), Date::parse)
        .unwrap();
    let registry = Registry::load(&pack.program, &pack.files, "data", as_of);
    let run = Run::all(pack, &registry, RunOptions { year, as_of });
    let sheet = match list {
        "decisions" => {
            explained_alike(pack, &registry, &run);
            lists::decisions(pack, &registry, &run)
        }
        "instalments" => lists::instalments(pack, &registry, &run),
        "verdicts" => {
            let sheet = lists::verdicts(pack, &registry, &run);
            let columnar = Run::columnar(pack, &registry, run.options);
            assert_eq!(sheet, lists::verdicts(pack, &registry, &columnar));
            sheet
        }
        "values" => values::values(pack, &registry, &run, Lang::Zh),
        other => {
            assert_eq!(other, "rejected");
            Sheet::of_rejections(&registry.rejected, Lang::Zh)
        }
    };
    columns(&sheet, fence.body)
}

/// Explaining one right decides far less than a run does, and must come to the same.
fn explained_alike(pack: &Pack, registry: &Registry, run: &Run) {
    for decision in run.whole_decisions() {
        let right = decision.right;
        let alone = explain(pack, registry, run.options, right.row, &[right.rule], Lang::Zh);
        let found = alone.rights.iter().find(|e| e.decision.right == right).unwrap();
        assert_eq!(found.decision.settled, decision.settled, "{right:?}");
        assert_eq!(found.decision.due_fen(), decision.due_fen(), "{right:?}");
        assert_eq!(found.set_off, run.set_off(right), "{right:?}");
    }
}

/// Runs every section of a page; gives the page as it should be.
fn run_page(text: &str) -> String {
    let mut anew = text.to_owned();
    let starts = headings(text);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let sections: Vec<&str> = starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(a, b)| &text[a..b])
        .collect();
    let common = files(sections[0]);
    for section in &sections[1..] {
        let title = section.lines().next().unwrap();
        let pack = Pack::load(PackFiles {
            name: "试".into(),
            files: common.iter().cloned().chain(files(section)).collect(),
        });
        let place = |d: &jiufen_diagnostic::Diagnostic| {
            format!("{} {}", pack.sources.locate(d.span), d.message(Lang::Zh))
        };
        let findings: Vec<String> = pack.findings.iter().map(place).collect();
        assert!(pack.is_sound(), "{title}: {findings:#?}");
        let mut mended = (*section).to_owned();
        let expected = fences(section).into_iter().filter(|(path, _)| path.is_none());
        for (_, fence) in expected {
            let info = fence.info;
            let found = shown(&pack, &fence);
            mended = mended.replace(&format!("{info}\n{}", fence.body), &format!("{info}\n{found}"));
        }
        anew = anew.replace(section, &mended);
    }
    anew
}

#[test]
fn every_list_is_what_the_page_shows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/runs");
    let mut pages: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    pages.sort();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let anew = run_page(&text);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&page, anew).unwrap();
        } else {
            let differs = text.lines().zip(anew.lines()).find(|(a, b)| a != b);
            assert!(text == anew, "{}: {differs:#?}", page.display());
        }
    }
}
