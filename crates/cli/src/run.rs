//! `jiufen run`.

use std::fs;
use std::io;

use jiufen_office::{Registry, Run, lists, outcome, values};
use jiufen_quantity::show;
use serde_json::json;

use crate::Outcome;
use crate::arguments::{Format, RunArguments};
use crate::packs;
use crate::terminal::{Terminal, wrap};

/// Runs a pack over its registry and shows one line a rule.
pub fn run(command: &RunArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let (pack, tables) = packs::load_with_tables(&command.pack, &command.when)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    let (registry, options) = packs::facts(pack, &command.when, tables)?;
    let run = Run::all(pack, registry, options);
    if let Some(folder) = &command.out {
        fs::create_dir_all(folder).map_err(packs::about(folder))?;
        write(folder, "decisions.csv", |out| {
            lists::decisions(pack, registry, &run).write_csv(out, jiufen_office::ByteOrderMark::Written)
        })?;
        write(folder, "values.csv", |out| {
            values::values(pack, registry, options, terminal.lang)
                .write_csv(out, jiufen_office::ByteOrderMark::Written)
        })?;
        write(folder, "rejected.csv", |out| {
            registry.write_rejected(terminal.lang, out)
        })?;
    }
    match terminal.format {
        Format::Json => terminal.json(&as_json(pack, registry, &run))?,
        Format::Text => show_run(pack, registry, &run, command, terminal)?,
    }
    // A file that could not be read as a whole is a finding; single rows are accounted for in rejected.csv.
    let broken = jiufen_diagnostic::has_errors(&registry.findings);
    Ok(if broken { Outcome::Findings } else { Outcome::Fine })
}

/// Writes a file beside its place and then moves it there, so that no half-written list is ever found.
fn write(
    folder: &std::path::Path,
    name: &str,
    content: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    content(&mut bytes)?;
    let part = folder.join(format!("{name}.part"));
    fs::write(&part, bytes).map_err(packs::about(&part))?;
    fs::rename(&part, folder.join(name)).map_err(packs::about(&part))
}

/// The table by rule, then what was read, then where the lists are.
pub fn show_run(
    pack: &jiufen_office::Pack,
    registry: &Registry,
    run: &Run,
    command: &RunArguments,
    terminal: &mut Terminal,
) -> io::Result<()> {
    let synthetic = if registry.is_synthetic() {
        terminal.say(" · 合成数据", " · synthetic data")
    } else {
        ""
    };
    let head = format!(
        "{} · {} {} · {} {}{synthetic}",
        pack.name,
        terminal.say("当年", "year"),
        run.options.year,
        terminal.say("今日", "as of"),
        run.options.as_of
    );
    let head = terminal.strong(&head);
    terminal.line(&head)?;
    if command.when.year.is_none() && command.when.as_of.is_none() {
        let words = terminal
            .say(
                "没有写 --year,取登记数据的最后一年;口径是上年的规则,要写下一年",
                "no --year given: the last year of the data; rules on last year's figures need the next one",
            )
            .to_owned();
        for line in wrap(&words, terminal.width()) {
            terminal.line(&line)?;
        }
    }
    let header = match terminal.lang {
        jiufen_diagnostic::Lang::Zh => [
            "规则",
            "符合",
            "不符合",
            "无法判定",
            "拒绝",
            "待到账",
            "可兑付(元)",
            "至多(元)",
        ],
        jiufen_diagnostic::Lang::En => [
            "rule",
            "yes",
            "no",
            "open",
            "refused",
            "pending",
            "payable (yuan)",
            "at most (yuan)",
        ],
    };
    let summaries = run.summaries(pack);
    let mut total = 0;
    let rows: Vec<Vec<String>> = summaries
        .iter()
        .map(|(id, s)| {
            total += s.payable_fen;
            let counts = [s.eligible, s.ineligible, s.undetermined, s.refused, s.pending];
            let mut row = vec![pack.rule_label(*id)];
            row.extend(
                counts
                    .iter()
                    .map(|n| if *n == 0 { "·".to_owned() } else { n.to_string() }),
            );
            row.push(show::fen(s.payable_fen));
            row.push(if s.at_most_fen == 0 {
                "·".to_owned()
            } else {
                show::fen(s.at_most_fen)
            });
            row
        })
        .collect();
    if !rows.is_empty() {
        terminal.table(&header, &rows)?;
        let words = terminal.say("可兑付合计(元)", "payable in all (yuan)").to_owned();
        terminal.line(&format!("{words}  {}", show::fen(total)))?;
    }
    show_verdicts(pack, run, terminal)?;
    if rows.is_empty() {
        show_values(pack, registry, run, terminal)?;
    }
    for account in &registry.accounts {
        let line = match terminal.lang {
            jiufen_diagnostic::Lang::Zh => format!(
                "{}:读入 {} 行 = 收下 {} + 退回 {}",
                account.table, account.read, account.accepted, account.rejected
            ),
            jiufen_diagnostic::Lang::En => format!(
                "{}: {} rows read = {} accepted + {} rejected",
                account.table, account.read, account.accepted, account.rejected
            ),
        };
        let line = terminal.faint(&line);
        terminal.line(&line)?;
    }
    for finding in &registry.findings {
        let message = format!(
            "{} {}",
            finding.message(terminal.lang),
            finding.help(terminal.lang)
        );
        for line in wrap(&message, terminal.width()) {
            terminal.line(&line)?;
        }
    }
    let next = match &command.out {
        Some(folder) => {
            format!(
                "{} decisions.csv values.csv rejected.csv → {}",
                terminal.say("已写出", "written:"),
                folder.display()
            )
        }
        None => terminal
            .say(
                "要名单和退回的行,加 --out 文件夹",
                "for the lists and the rejected rows add --out FOLDER",
            )
            .to_owned(),
    };
    terminal.line(&next)
}

/// How often each verdict came to which outcome.
fn show_verdicts(pack: &jiufen_office::Pack, run: &Run, terminal: &mut Terminal) -> io::Result<()> {
    for (index, verdict) in pack.program.verdicts.iter().enumerate() {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for decision in run.verdicts.iter().filter(|d| d.verdict.index() == index) {
            match counts
                .iter_mut()
                .find(|(word, _)| word == decision.outcome.as_str())
            {
                Some((_, count)) => *count += 1,
                None => counts.push((decision.outcome.to_string(), 1)),
            }
        }
        if counts.is_empty() {
            continue;
        }
        let words: Vec<String> = counts
            .iter()
            .map(|(word, count)| format!("{} {count}", outcome(word, terminal.lang)))
            .collect();
        let line = format!(
            "{} {}  {}",
            terminal.say("判定", "verdict"),
            verdict.name,
            words.join(" · ")
        );
        terminal.line(&line)?;
    }
    Ok(())
}

/// A pack without grants is about its indicators: the first of them, the rest in `values.csv`.
fn show_values(
    pack: &jiufen_office::Pack,
    registry: &Registry,
    run: &Run,
    terminal: &mut Terminal,
) -> io::Result<()> {
    const SHOWN: usize = 60;
    let sheet = values::values(pack, registry, run.options, terminal.lang);
    // A value that is not settled carries its reasons in brackets; it is counted here and written out in full.
    let (open, settled): (Vec<_>, Vec<_>) = sheet.rows.iter().partition(|r| r[4].contains(['(', '(']));
    for row in settled.iter().take(SHOWN) {
        terminal.line(&format!("{} {}  {}", row[1], row[2], row[4]))?;
    }
    let rest = settled.len().saturating_sub(SHOWN);
    if rest + open.len() > 0 {
        let words = match terminal.lang {
            jiufen_diagnostic::Lang::Zh => format!(
                "另有 {rest} 个值未列、{} 个缺数据;加 --out 看 values.csv",
                open.len()
            ),
            jiufen_diagnostic::Lang::En => {
                format!(
                    "{rest} more values and {} without data; add --out for values.csv",
                    open.len()
                )
            }
        };
        terminal.line(&words)?;
    }
    Ok(())
}

fn as_json(pack: &jiufen_office::Pack, registry: &Registry, run: &Run) -> serde_json::Value {
    let rules: Vec<_> = run
        .summaries(pack)
        .iter()
        .map(|(id, s)| {
            json!({
                "rule": pack.rule_label(*id),
                "eligible": s.eligible,
                "ineligible": s.ineligible,
                "undetermined": s.undetermined,
                "refused": s.refused,
                "pending": s.pending,
                "payable_fen": s.payable_fen.to_string(),
                "at_most_fen": s.at_most_fen.to_string(),
            })
        })
        .collect();
    let tables: Vec<_> = registry
        .accounts
        .iter()
        .map(|a| json!({"table": a.table, "read": a.read, "accepted": a.accepted, "rejected": a.rejected}))
        .collect();
    json!({
        "pack": pack.name,
        "year": run.options.year,
        "as_of": run.options.as_of.to_string(),
        "synthetic": registry.is_synthetic(),
        "rules": rules,
        "tables": tables,
    })
}
