//! Packs by path or, for those inside the binary, by name.

use std::io;
use std::path::Path;

use include_dir::{Dir, include_dir};
use jiufen_diagnostic::{Diagnostic, Severity, has_errors};
use jiufen_office::{Loaded, Pack, PackFile, PackFiles, Registry, RunOptions, TableSchema, read_ahead};
use jiufen_quantity::Date;

use crate::Outcome;
use crate::arguments::When;
use crate::terminal::Terminal;
use crate::trouble::wrong;

pub use crate::trouble::about;

static QIANTANG: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../packs/qiantang");
static SHILI: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../packs/shili");

/// The packs inside the binary.
pub const SHIPPED: [&str; 2] = ["shili", "qiantang"];

/// Whether a pack can be found under a name.
pub fn is_there(name: &str) -> bool {
    Path::new(name).exists() || SHIPPED.contains(&name)
}

/// The files of a pack.
pub fn files(name: &str) -> io::Result<PackFiles> {
    let path = Path::new(name);
    if path.exists() {
        return PackFiles::read(path).map_err(about(path));
    }
    match name {
        "qiantang" => Ok(embedded(name, &QIANTANG)),
        "shili" => Ok(embedded(name, &SHILI)),
        _ => Err(wrong(
            io::ErrorKind::NotFound,
            format!(
                "没有找到政策包「{name}」:写它的文件夹或 .md 文件的路径,或随附的包 {}",
                SHIPPED.join("、")
            ),
            format!(
                "no pack “{name}”: give its folder or .md file, or one of the shipped packs {}",
                SHIPPED.join(", ")
            ),
        )),
    }
}

fn embedded(name: &str, folder: &'static Dir<'static>) -> PackFiles {
    let mut files = Vec::new();
    collect(folder, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    PackFiles {
        name: name.to_owned(),
        files,
    }
}

fn collect(folder: &'static Dir<'static>, files: &mut Vec<PackFile>) {
    for file in folder.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        files.push(PackFile {
            path,
            bytes: file.contents().into(),
        });
    }
    for inner in folder.dirs() {
        collect(inner, files);
    }
}

/// Reads and checks a pack. It is never freed: a command ends right after its last use of it, and taking a program
/// apart piece by piece would only keep the person waiting.
pub fn load(name: &str) -> io::Result<&'static Pack> {
    kept(name, Pack::load(files(name)?))
}

/// A checked pack for as long as the program runs; one without documents is refused.
pub fn kept(name: &str, pack: Pack) -> io::Result<&'static Pack> {
    if pack.documents.is_empty() {
        return Err(no_documents(name));
    }
    Ok(Box::leak(Box::new(pack)))
}

/// Says that a folder holds no policy.
pub fn no_documents(name: &str) -> io::Error {
    wrong(
        io::ErrorKind::NotFound,
        format!("「{name}」里没有 .md 文件:政策写成 Markdown,放进这个文件夹(README.md 和 data/ 里的不算)"),
        format!(
            "“{name}” has no .md documents: write policies as Markdown into it (README.md and data/ do not count)"
        ),
    )
}

/// A pack and the tables of its registry, read at the same time.
pub fn load_with_tables(name: &str, when: &When) -> io::Result<(&'static Pack, Tables)> {
    let files = files(name)?;
    let data = match &when.data {
        Some(folder) => Some(data(folder)?),
        None => None,
    };
    std::thread::scope(|scope| {
        let tables = scope.spawn(|| match &data {
            Some(data) => read_ahead(&files, data, ""),
            None => read_ahead(&files, &files, "data"),
        });
        // A pack inside the binary was found sound when it went in; what it decides hangs on its rules alone.
        let shipped = !Path::new(name).exists();
        let read = if shipped { Pack::load_rules } else { Pack::load };
        let pack = kept(name, read(files.clone()));
        let tables = tables
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((pack?, tables))
    })
}

/// The files of a folder of registry data.
pub fn data(folder: &Path) -> io::Result<PackFiles> {
    if folder.is_file() {
        let path = folder.display();
        return Err(wrong(
            io::ErrorKind::NotADirectory,
            format!("--data “{path}”是文件,这里要登记数据的文件夹,里面每张表一个文件"),
            format!(
                "--data `{path}` is a file; give the folder of the registry, which has a file for each table"
            ),
        ));
    }
    PackFiles::read(folder).map_err(about(folder))
}

/// Tables that were read while the pack was checked.
pub type Tables = Vec<(TableSchema, Loaded)>;

/// The facts of a run, from `--data` or from the pack's own `data`, with the year and day it decides for. What is not
/// given is taken from the data, never from the clock, and is told.
pub fn facts(
    pack: &'static Pack,
    when: &When,
    tables: Tables,
) -> io::Result<(&'static Registry<'static>, RunOptions)> {
    let given = when.year.or(when.as_of.map(Date::year));
    let day_of = |year: i16| {
        let day = when.as_of.or_else(|| Date::year_end(year));
        day.ok_or_else(|| {
            wrong(
                io::ErrorKind::InvalidInput,
                format!("没有 {year} 年"),
                format!("there is no year {year}"),
            )
        })
    };
    // Where the year follows from the data, 今日 is set below; nothing asks for it while files are read.
    let today = day_of(given.unwrap_or(1))?;
    let mut registry = match &when.data {
        Some(folder) => {
            let files = data(folder)?;
            Registry::load_after(&pack.program, &files, "", today, tables)
        }
        None => Registry::load_after(&pack.program, &pack.files, "data", today, tables),
    };
    let year = match given.or_else(|| registry.last_year()) {
        Some(year) => year,
        None => {
            return Err(wrong(
                io::ErrorKind::InvalidInput,
                "登记数据里没有年度,写明 --year",
                "the data has no years: give --year",
            ));
        }
    };
    let as_of = day_of(year)?;
    registry.set_today(as_of);
    registry.say_early_day(year);
    Ok((Box::leak(Box::new(registry)), RunOptions { year, as_of }))
}

/// How a command over a registry ends: a file that could not be read as it should be is a finding, a rejected row is not.
/// What is wrong is told beside the output, for a command that does not show it there.
pub fn outcome(registry: &Registry, terminal: &mut Terminal) -> Outcome {
    let errors = registry
        .findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Error);
    for finding in errors {
        let words = format!(
            "{} {}",
            finding.message(terminal.lang),
            finding.help(terminal.lang)
        );
        terminal.complain(&words);
    }
    if has_errors(&registry.findings) {
        Outcome::Findings
    } else {
        Outcome::Fine
    }
}

/// The errors of a pack.
pub fn errors(pack: &Pack) -> Vec<Diagnostic> {
    let errors = pack.findings.iter().filter(|d| d.severity() == Severity::Error);
    errors.cloned().collect()
}

/// Says that a pack has errors and is not run.
pub fn refuse(pack: &Pack, terminal: &mut Terminal) -> io::Result<()> {
    terminal.findings(&errors(pack), &pack.sources)?;
    let words = terminal.say(
        "政策包有错误,没有运行;先改好上面几处",
        "the pack has errors and was not run; mend the places above",
    );
    terminal.complain(words);
    Ok(())
}
