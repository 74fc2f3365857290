//! `jiufen replay`.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::Path;

use jiufen_diagnostic::Lang;
use jiufen_office::lists::{List, Written};
use jiufen_office::manifest::{self, AskedFor, Changed, Comparing, How, Manifest};
use jiufen_office::progress::Unwatched;
use jiufen_office::{Pack, Registry, Run};
use serde_json::json;

use crate::Outcome;
use crate::arguments::{Format, ReplayArguments, When};
use crate::packs;
use crate::terminal::Terminal;
use crate::trouble::wrong;

/// What came of one list.
struct Compared {
    name: String,
    /// The first line that is not as it was; none when all are.
    differs: Option<u64>,
    /// Whether the list is gone.
    missing: bool,
}

/// Runs again what a manifest names, and says whether every byte is the same.
pub fn run(command: &ReplayArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let recorded = read(&command.run)?;
    let name = command.pack.clone().unwrap_or_else(|| recorded.pack.clone());
    if command.pack.is_none() && !packs::is_there(&name) {
        return Err(no_pack(&name));
    }
    let pack = packs::load(&name)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    let data = command
        .data
        .clone()
        .or_else(|| recorded.data.clone().map(Into::into));
    let when = When {
        data: data.clone(),
        as_of: Some(recorded.options.as_of),
        year: Some(recorded.options.year),
    };
    let (registry, options) = packs::facts(pack, &when, Vec::new())?;
    let changed = recorded.changed_inputs(&now(pack, &name, data.as_deref(), registry, &recorded)?);
    let run = Run::columnar(pack, registry, options);
    let compared = compare(command.run.as_path(), &recorded, pack, registry, &run)?;
    let same = changed.is_empty() && compared.iter().all(|list| list.differs.is_none());
    match terminal.format {
        Format::Json => terminal.json(&json!({
            "same": same,
            "changed": changed.iter().map(|c| words(c, terminal.lang)).collect::<Vec<_>>(),
            "outputs": compared.iter().map(|list| json!({
                "path": list.name,
                "first_different_line": list.differs,
                "missing": list.missing,
            })).collect::<Vec<_>>(),
        }))?,
        Format::Text => show(&recorded, &changed, &compared, same, terminal)?,
    }
    Ok(if same { Outcome::Fine } else { Outcome::Findings })
}

/// The pack of the run is not where it was.
fn no_pack(name: &str) -> io::Error {
    wrong(
        io::ErrorKind::NotFound,
        format!("没有找到运行时的政策包「{name}」:换了地方的,用 --pack 写明它现在的文件夹或 .md 文件"),
        format!(
            "the pack “{name}” of the run is not there: where it was moved, give its folder or .md file with --pack"
        ),
    )
}

fn read(folder: &Path) -> io::Result<Manifest> {
    let path = folder.join(manifest::FILE);
    let text = fs::read_to_string(&path).map_err(packs::about(&path))?;
    Manifest::from_text(&text).map_err(|field| {
        wrong(
            io::ErrorKind::InvalidData,
            format!(
                "{}:「{field}」读不懂;这不是 jiufen run --out 写出的 {},或者由更新的版本写出",
                path.display(),
                manifest::FILE
            ),
            format!(
                "{}: “{field}” cannot be read; it is no {} of jiufen run --out, or of a later version",
                path.display(),
                manifest::FILE
            ),
        )
    })
}

/// The manifest as it would be written now.
fn now(
    pack: &Pack,
    name: &str,
    data: Option<&Path>,
    registry: &Registry,
    recorded: &Manifest,
) -> io::Result<Manifest> {
    let files = match data {
        Some(folder) => Some((folder.display().to_string(), packs::data(folder)?)),
        None => None,
    };
    let asked = AskedFor {
        pack: name,
        data: files.as_ref().map(|(folder, files)| (folder.as_str(), files)),
    };
    Ok(Manifest::new(
        asked,
        pack,
        registry,
        recorded.options,
        recorded.lang,
    ))
}

/// Writes each list anew, to nowhere, beside the one that was written.
fn compare(
    folder: &Path,
    recorded: &Manifest,
    pack: &Pack,
    registry: &Registry,
    run: &Run,
) -> io::Result<Vec<Compared>> {
    let provenance = recorded.provenance();
    let written = Written {
        pack,
        registry,
        run,
        lang: recorded.lang,
        provenance: &provenance,
        watch: &Unwatched,
    };
    let mut compared = Vec::new();
    for output in &recorded.outputs {
        let path = folder.join(&output.path);
        let missing = !path.exists();
        let differs = match (File::open(&path), List::of_file(&output.path)) {
            (Ok(file), Some((list, format))) => {
                let comparing = written.write(list, format, Comparing::new(BufReader::new(file)))?;
                comparing.finish().map_err(packs::about(&path))?
            }
            (Err(error), _) if error.kind() != io::ErrorKind::NotFound => {
                return Err(packs::about(&path)(error));
            }
            // A list that is gone, or that this program does not write.
            _ => Some(1),
        };
        compared.push(Compared {
            name: output.path.clone(),
            differs,
            missing,
        });
    }
    Ok(compared)
}

fn show(
    recorded: &Manifest,
    changed: &[Changed],
    compared: &[Compared],
    same: bool,
    terminal: &mut Terminal,
) -> io::Result<()> {
    let head = format!(
        "{} · {} {} · {} {} · {} {}",
        recorded.pack,
        terminal.say("当年", "year"),
        recorded.options.year,
        terminal.say("今日", "as of"),
        recorded.options.as_of,
        terminal.say("快照", "snapshot"),
        recorded.snapshot().get(..12).unwrap_or_default()
    );
    terminal.strong_lines("", &head)?;
    for change in changed {
        let line = words(change, terminal.lang);
        terminal.text(&line)?;
    }
    for list in compared {
        let line = match (list.differs, terminal.lang) {
            _ if list.missing => format!("{}{}", list.name, terminal.say(":没有了", ": is missing")),
            (None, Lang::Zh) => format!("{}:逐字节相同", list.name),
            (None, Lang::En) => format!("{}: the same, byte for byte", list.name),
            (Some(_), _) if !list.name.ends_with(".csv") => {
                let words = terminal.say(":与当时不同", ": not as it was");
                format!("{}{words}", list.name)
            }
            (Some(line), Lang::Zh) => format!("{}:第 {line} 行起不同", list.name),
            (Some(line), Lang::En) => format!("{}: different from line {line} on", list.name),
        };
        terminal.text(&line)?;
    }
    let verdict = match (same, changed.is_empty()) {
        (true, _) => terminal.say("重放一致", "replayed: the same"),
        (false, true) => terminal.say(
            "重放不一致:文件和登记数据都没有变,名单变了,或者名单被人改过、删去",
            "not the same: documents and registry are as they were, so a list was changed or taken away after it was written",
        ),
        (false, false) => terminal.say(
            "重放不一致:上面这些和当时不同",
            "not the same: the things above are not as they were",
        ),
    };
    terminal.strong_lines("", verdict)
}

fn words(change: &Changed, lang: Lang) -> String {
    let how = |how: &How| match how {
        How::Other => lang.pick("内容变了", "has other contents"),
        How::Gone => lang.pick("没有了", "is gone"),
        How::New => lang.pick("是新的", "is new"),
    };
    let (kind, path, how) = match change {
        Changed::Document(path, at) => (lang.pick("文件", "document"), path, how(at)),
        Changed::Table(path, at) => (lang.pick("登记数据", "registry file"), path, how(at)),
        Changed::Version { was, is } => {
            return match lang {
                Lang::Zh => format!("程序版本 {was} → {is}"),
                Lang::En => format!("version {was} → {is}"),
            };
        }
    };
    match lang {
        Lang::Zh => format!("{kind} {path} {how}"),
        Lang::En => format!("{kind} {path} {how}"),
    }
}
