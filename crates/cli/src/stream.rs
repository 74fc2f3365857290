//! `jiufen run --stream`: a table larger than memory, row by row.

use std::io;
use std::path::Path;

use jiufen_diagnostic::Lang;
use jiufen_office::lists::{List, ListFormat};
use jiufen_office::stream::{ROWS_AT_A_TIME, Streaming, rules_of, tie_words, tied};
use jiufen_office::{Pack, RuleId, RunOptions, write_atomically};
use jiufen_quantity::Date;
use serde_json::json;

use crate::Outcome;
use crate::arguments::{Format, RunArguments};
use crate::packs;
use crate::progress::Progress;
use crate::run::{rule_json, show_rules};
use crate::terminal::Terminal;
use crate::trouble::wrong;

/// Decides every row of a Parquet file by itself.
pub fn run(command: &RunArguments, file: &Path, terminal: &mut Terminal) -> io::Result<Outcome> {
    let pack = packs::load(&command.pack)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    is_a_stream(command, file)?;
    let options = options(command)?;
    let Some(out) = &command.out else {
        return Err(wrong(
            io::ErrorKind::InvalidInput,
            "--stream 边算边写:写明 --out 文件夹",
            "--stream writes as it goes: give --out FOLDER",
        ));
    };
    let (subject, rules) = rules_of(&pack.program).ok_or_else(|| {
        wrong(
            io::ErrorKind::InvalidInput,
            "不能逐行算:包里的奖补不是关于同一种对象的",
            "cannot go row by row: the grants of the pack are not all about one subject",
        )
    })?;
    if let Some(reasons) = reasons(pack, &rules, terminal.lang) {
        terminal.complain(&reasons);
        return Ok(Outcome::WrongUse);
    }
    std::fs::create_dir_all(out).map_err(packs::about(out))?;
    let format = ListFormat::from(command.lists);
    let progress = Progress::new(terminal.lang);
    let streaming = Streaming {
        pack,
        subject,
        options,
        lang: terminal.lang,
        format,
        rows_at_a_time: ROWS_AT_A_TIME,
        watch: &progress,
    };
    let path = |list: List| out.join(list.file(format));
    let (decisions, rejected) = (path(List::Decisions), path(List::Rejected));
    let mut summary = None;
    write_atomically(&decisions, |decisions| {
        write_atomically(&rejected, |rejected| {
            summary = Some(streaming.write(file, decisions, rejected)?);
            Ok(())
        })
    })
    .map_err(packs::about(file))?;
    drop(progress);
    let summary = summary.unwrap_or_default();
    let rows = summary.rows;
    match terminal.format {
        Format::Json => {
            let rules = summary
                .rules
                .iter()
                .map(|(id, of)| rule_json(&pack.rule_label(*id), of));
            terminal.json(&json!({
                "pack": pack.name,
                "year": options.year,
                "as_of": options.as_of.to_string(),
                "read": rows.read,
                "accepted": rows.accepted,
                "rejected": rows.rejected,
                "rules": rules.collect::<Vec<_>>(),
            }))?;
        }
        Format::Text => {
            show_rules(pack, &summary.rules, terminal)?;
            let line = match terminal.lang {
                Lang::Zh => format!(
                    "读入 {} 行 = 收下 {} + 退回 {}",
                    rows.read, rows.accepted, rows.rejected
                ),
                Lang::En => format!(
                    "{} rows read = {} accepted + {} rejected",
                    rows.read, rows.accepted, rows.rejected
                ),
            };
            terminal.text(&line)?;
            let words = terminal.say("已写出", "written:").to_owned();
            let files = [List::Decisions, List::Rejected]
                .map(|list| list.file(format))
                .join(" ");
            terminal.text(&format!("{words} {files} → {}", out.display()))?;
        }
    }
    Ok(Outcome::Fine)
}

/// Says what a stream is, where something else was given.
fn is_a_stream(command: &RunArguments, file: &Path) -> io::Result<()> {
    let path = file.display();
    if command.when.data.is_some() {
        return Err(wrong(
            io::ErrorKind::InvalidInput,
            "--stream 和 --data 只写一个:--stream 是一个 Parquet 文件,各行单独算;--data 是登记数据的文件夹,整个读进来算",
            "give --stream or --data, not both: --stream is one Parquet file whose rows are decided one by one, --data the folder of a registry that is read as a whole",
        ));
    }
    if file.is_dir() {
        return Err(wrong(
            io::ErrorKind::IsADirectory,
            format!("--stream “{path}”是文件夹,这里要一个 Parquet 文件;登记数据的文件夹写 --data"),
            format!(
                "--stream `{path}` is a folder and a Parquet file is needed; a folder of registry data is given with --data"
            ),
        ));
    }
    let is_parquet = file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("parquet"));
    if file.is_file() && !is_parquet {
        return Err(wrong(
            io::ErrorKind::InvalidInput,
            format!(
                "--stream “{path}”不是 Parquet 文件(.parquet);CSV、Excel 放进文件夹,用 --data 整个读进来算"
            ),
            format!(
                "--stream `{path}` is no Parquet file (.parquet); CSV and Excel go into a folder, and --data reads it as a whole"
            ),
        ));
    }
    Ok(())
}

fn options(command: &RunArguments) -> io::Result<RunOptions> {
    let year = command.when.year.or(command.when.as_of.map(Date::year));
    let day = |year| command.when.as_of.or_else(|| Date::year_end(year));
    year.and_then(|year| {
        Some(RunOptions {
            year,
            as_of: day(year)?,
        })
    })
    .ok_or_else(|| {
        wrong(
            io::ErrorKind::InvalidInput,
            "--stream 不先把数据看一遍:写明 --year",
            "--stream does not look at the data first: give --year",
        )
    })
}

/// Why the pack cannot be streamed, rule by rule; none where it can.
fn reasons(pack: &Pack, rules: &[RuleId], lang: Lang) -> Option<String> {
    let tied = tied(&pack.program, rules);
    if tied.is_empty() {
        return None;
    }
    let each = tied.iter().map(|(rule, tie)| {
        let (label, words) = (pack.rule_label(*rule), tie_words(pack, tie, lang));
        match lang {
            Lang::Zh => format!("「{label}」{words}"),
            Lang::En => format!("“{label}”: {words}"),
        }
    });
    let each: Vec<String> = each.collect();
    Some(match lang {
        Lang::Zh => format!(
            "不能逐行算:{};不加 --stream,用 --data 整个读进来算",
            each.join(";")
        ),
        Lang::En => format!(
            "cannot go row by row: {}; without --stream, --data reads it all and decides it",
            each.join("; ")
        ),
    })
}
