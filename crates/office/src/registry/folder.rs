//! The folder of a registry as a whole: files that no table is read from.

use jiufen_diagnostic::catalogue::registry as entries;
use jiufen_diagnostic::{Argument, Diagnostic, nearest};

use super::sources::{ENDINGS, paths};
use super::{NOWHERE, Registry, in_folder};
use crate::pack::{PackFiles, is_sheet};

/// Tables of what people decided, which every pack may have.
pub(super) const RECORDS: [&str; 4] = ["核定", "归组", "兑付", "沿革"];

/// Tables named in a proposal.
const MOST_NAMED: usize = 12;

impl Registry<'_> {
    /// Says which files of the folder look like tables and are none of this pack.
    pub(super) fn unknown_files(&mut self, files: &PackFiles, folder: &str) {
        let subjects = self.program.subjects.iter().map(|s| s.name.as_str());
        let tables: Vec<String> = subjects
            .flat_map(|name| [name.to_owned(), format!("{name}.年度")])
            .chain(RECORDS.map(str::to_owned))
            .collect();
        let inside = in_folder(folder, "");
        for file in &files.files {
            let Some(name) = file.path.strip_prefix(&inside) else {
                self.beside_the_folder(&file.path, folder, &tables);
                continue;
            };
            if name.ends_with('/') {
                let finding = Diagnostic::new(&entries::FOLDER_AS_TABLE, NOWHERE);
                self.findings.push(finding.with("file", file.path.as_str()));
                continue;
            }
            let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
            let known = tables.iter().any(|table| table == stem);
            if known && ENDINGS.contains(&extension) {
                self.years_without_main_file(files, folder, stem, extension);
            } else if is_sheet(name) || known {
                let finding = Diagnostic::new(&entries::UNKNOWN_FILE, NOWHERE)
                    .with("file", file.path.as_str())
                    .with("proposal", proposal(stem, known, &tables));
                self.findings.push(finding);
            }
        }
    }

    /// A table that lies beside the folder it belongs in.
    fn beside_the_folder(&mut self, path: &str, folder: &str, tables: &[String]) {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        if is_sheet(path) && tables.iter().any(|table| table == stem) {
            let proposal = Argument::term(
                format!("放进 {folder} 文件夹"),
                format!("put it into the folder {folder}"),
            );
            let finding = Diagnostic::new(&entries::UNKNOWN_FILE, NOWHERE)
                .with("file", path)
                .with("proposal", proposal);
            self.findings.push(finding);
        }
    }

    /// Says that nothing was read at all, where the pack has subjects to read.
    pub(super) fn no_tables(&mut self, files: &PackFiles, folder: &str) {
        let nothing = self.tables.iter().all(Option::is_none);
        if !nothing || self.program.subjects.is_empty() {
            return;
        }
        let subjects = self.program.subjects.iter().take(MOST_NAMED);
        let tables: Vec<String> = subjects.map(|s| format!("{}.csv", s.name)).collect();
        let finding = Diagnostic::new(&entries::NO_TABLES, NOWHERE)
            .with("file", if folder.is_empty() { &files.name } else { folder })
            .with("tables", Argument::term(tables.join("、"), tables.join(", ")));
        self.findings.push(finding);
    }

    fn years_without_main_file(&mut self, files: &PackFiles, folder: &str, stem: &str, extension: &str) {
        let Some(subject) = stem.strip_suffix(".年度") else {
            return;
        };
        if paths(files, folder, subject).is_empty() {
            let main = in_folder(folder, &format!("{subject}.{extension}"));
            let finding = Diagnostic::new(&entries::YEARS_WITHOUT_MAIN_FILE, NOWHERE)
                .with("file", in_folder(folder, &format!("{stem}.{extension}")))
                .with("main", main);
            self.findings.push(finding);
        }
    }
}

fn proposal(stem: &str, known: bool, tables: &[String]) -> Argument {
    if known {
        return Argument::term(
            format!("在表格软件里打开,另存为“{stem}.csv”(CSV UTF-8)"),
            format!("open it in a spreadsheet and save it as `{stem}.csv` (CSV UTF-8)"),
        );
    }
    if stem.contains('/') {
        return Argument::term(
            "它在下一层文件夹里:移上来,或把 --data 写到那一层",
            "it lies in a folder below: move it up, or give that folder to --data",
        );
    }
    if let Some(near) = nearest(stem, tables.iter().map(String::as_str)) {
        return Argument::term(
            format!("是否想写“{near}.csv”?改名后再算"),
            format!("did you mean `{near}.csv`? Rename it and run again"),
        );
    }
    let named: Vec<&str> = tables
        .iter()
        .filter(|table| !table.contains('.'))
        .take(MOST_NAMED)
        .map(String::as_str)
        .collect();
    Argument::term(
        format!("这个包的表有 {};不需要的文件移走", named.join("、")),
        format!(
            "the tables of this pack are {}; take away what is not needed",
            named.join(", ")
        ),
    )
}
