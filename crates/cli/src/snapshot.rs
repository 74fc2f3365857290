//! `jiufen snapshot`.

use std::io;

use jiufen_diagnostic::Lang;
use jiufen_office::{NotKept, keep};
use serde_json::json;

use crate::Outcome;
use crate::arguments::{Format, SnapshotArguments};
use crate::packs;
use crate::terminal::Terminal;
use crate::trouble::wrong;

/// Keeps the registry of a pack as a snapshot.
pub fn run(command: &SnapshotArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let pack = packs::load(&command.pack)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    let out = &command.out;
    std::fs::create_dir_all(out).map_err(packs::about(out))?;
    let kept = match &command.data {
        Some(data) => keep(pack, &packs::data(data)?, "", out),
        None => keep(pack, &pack.files, "data", out),
    };
    let kept = kept.map_err(not_kept)?;
    let rows = |table: &jiufen_office::Loaded| (table.read, table.accepted, table.read - table.accepted);
    match terminal.format {
        Format::Json => {
            let tables = kept.tables.iter().map(|table| {
                let (read, accepted, rejected) = rows(table);
                json!({"table": table.table.schema().name.as_str(), "read": read, "accepted": accepted, "rejected": rejected})
            });
            terminal.json(&json!({
                "snapshot": kept.snapshot.hash(),
                "folder": kept.snapshot.folder().display().to_string(),
                "tables": tables.collect::<Vec<_>>(),
            }))?;
        }
        Format::Text => {
            for table in &kept.tables {
                let (name, (read, accepted, rejected)) = (&table.table.schema().name, rows(table));
                let line = match terminal.lang {
                    Lang::Zh => format!("{name}:读入 {read} 行 = 收下 {accepted} + 退回 {rejected}"),
                    Lang::En => {
                        format!("{name}: {read} rows read = {accepted} accepted + {rejected} rejected")
                    }
                };
                terminal.text(&line)?;
            }
            let words = terminal.say("快照 → ", "snapshot → ").to_owned();
            terminal.line(&format!("{words}{}", kept.snapshot.folder().display()))?;
        }
    }
    Ok(if kept.has_errors() {
        Outcome::Findings
    } else {
        Outcome::Fine
    })
}

fn not_kept(why: NotKept) -> io::Error {
    match why {
        NotKept::Io(error) => error,
        NotKept::Versions(name) => wrong(
            io::ErrorKind::InvalidData,
            format!(
                "{name}.年度 有 得知日 一栏:快照只能存一个版本,会丢了更正以前的数;用原来的文件运行,或去掉这一栏再留"
            ),
            format!(
                "`{name}.年度` has 得知日, and a snapshot holds one version of a row: run on the files, or take the column out"
            ),
        ),
    }
}
