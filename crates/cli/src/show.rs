//! `jiufen show`.

use std::io;

use jiufen_diagnostic::Lang;
use jiufen_office::Pack;
use jiufen_office::consolidated::{Asked, Consolidated, ConsolidatedLine, Edition, consolidated};
use jiufen_quantity::Date;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::Outcome;
use crate::arguments::{Format, ShowArguments};
use crate::packs;
use crate::terminal::Terminal;

/// Shows what a name stands for on a day, with the source of every part.
pub fn run(command: &ShowArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let Some(day) = Date::parse(&command.at).filter(|day| day.is_within_years()) else {
        let words = format!(
            "--at {}:{}",
            command.at,
            match written_in_full(&command.at) {
                Some(day) => match terminal.lang {
                    Lang::Zh => format!("日期的月、日写两位:{day}"),
                    Lang::En => format!("a date has two digits for month and day: {day}"),
                },
                None => terminal
                    .say(
                        "没有这一天,写 1900 至 2199 年里的一天,例如 2026-03-01",
                        "no such day, write one in 1900 to 2199, such as 2026-03-01",
                    )
                    .to_owned(),
            }
        );
        terminal.complain(&words);
        return Ok(Outcome::WrongUse);
    };
    let pack = packs::load(&command.pack)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    let found = match consolidated(pack, &command.name, day, terminal.lang) {
        Asked::Found(found) => found,
        other => {
            terminal.complain(&refusal(&other, &command.name, pack, terminal.lang));
            return Ok(Outcome::WrongUse);
        }
    };
    match terminal.format {
        Format::Json => {
            let items: Vec<_> = found.iter().map(as_json).collect();
            terminal.json(&json!({"at": day.to_string(), "found": items}))?;
        }
        Format::Text => {
            for (at, item) in found.iter().enumerate() {
                if at > 0 {
                    terminal.line("")?;
                }
                show(item, day, terminal)?;
            }
        }
    }
    Ok(Outcome::Fine)
}

/// The day that is meant by one without its noughts or with other marks, such as 2025-5-1 or 2025年5月1日.
fn written_in_full(words: &str) -> Option<Date> {
    let words = words.trim().trim_end_matches('日');
    let parts: Vec<&str> = words.split(['-', '/', '.', '年', '月']).collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let day = Date::parse(&format!("{year}-{month:0>2}-{day:0>2}"))?;
    day.is_within_years().then_some(day)
}

fn refusal(asked: &Asked, name: &str, pack: &Pack, lang: Lang) -> String {
    let listed = |names: &[String]| names.join(lang.pick("、", ", "));
    match (asked, lang) {
        (Asked::NoPart(parts), Lang::Zh) => format!("没有「{name}」这一部分;有的是 {}", listed(parts)),
        (Asked::NoPart(parts), Lang::En) => format!("there is no part “{name}”; there are {}", listed(parts)),
        (Asked::NoDocument { asked, near }, _) => {
            let there = match near {
                Some(near) => format!("{}「{near}」", lang.pick("最接近的是", "the nearest is ")),
                None => lang.pick("写文号或标题", "write its number or title").to_owned(),
            };
            match lang {
                Lang::Zh => format!("{} 里没有文件「{asked}」;{there}", pack.name),
                Lang::En => format!("{} has no document 「{asked}」; {there}", pack.name),
            }
        }
        (Asked::NoName(near), Lang::Zh) if near.is_empty() => {
            format!(
                "{} 里没有「{name}」,也没有相近的名称;别的政策包写 --pack",
                pack.name
            )
        }
        (Asked::NoName(near), Lang::En) if near.is_empty() => {
            format!(
                "nothing in {} is called “{name}” or nearly so; for another pack write --pack",
                pack.name
            )
        }
        (Asked::NoName(near), Lang::Zh) => {
            format!("{} 里没有「{name}」;最接近的是 {}", pack.name, listed(near))
        }
        (Asked::NoName(near), Lang::En) => {
            format!(
                "nothing in {} is called “{name}”; the nearest are {}",
                pack.name,
                listed(near)
            )
        }
        (Asked::Found(_), _) => String::new(),
    }
}

fn show(item: &Consolidated, day: Date, terminal: &mut Terminal) -> io::Result<()> {
    let standing = match item.standing.as_str() {
        "" => String::new(),
        why => format!(" · {why}"),
    };
    terminal.strong_lines("", &format!("{} · {day}{standing}", item.title))?;
    terminal.faint_lines("", &format!("{} · {}", item.source, item.source_status))?;
    for line in &item.lines {
        show_line(line, terminal)?;
    }
    match &item.edition {
        Some(edition) => show_edition(edition, terminal),
        None => Ok(()),
    }
}

fn show_line(line: &ConsolidatedLine, terminal: &mut Terminal) -> io::Result<()> {
    let text = if line.text.is_empty() {
        &line.absent
    } else {
        &line.text
    };
    terminal.hanging(&format!("  {}  ", line.part), text)?;
    let source = [line.period.as_str(), &line.source];
    let source: Vec<&str> = source.into_iter().filter(|words| !words.is_empty()).collect();
    if !source.is_empty() {
        terminal.faint_lines("      ", &source.join(" · "))?;
    }
    show_replaced(&line.replaced, terminal)?;
    for exception in &line.exceptions {
        let standing = match exception.standing.as_str() {
            "" => String::new(),
            why => format!("({why})"),
        };
        let word = terminal.say("例外", "except");
        terminal.hanging(
            &format!("      {word} {}{standing}  ", exception.name),
            &exception.value,
        )?;
        terminal.faint_lines("        ", &exception.source)?;
    }
    Ok(())
}

fn show_replaced(replaced: &str, terminal: &mut Terminal) -> io::Result<()> {
    if replaced.is_empty() {
        return Ok(());
    }
    let word = terminal.say("取代", "replaces");
    terminal.faint_lines("      ", &format!("{word} {replaced}"))
}

/// The rows of a table in columns; each row on lines of its own where they are wider than the terminal.
fn show_edition(edition: &Edition, terminal: &mut Terminal) -> io::Result<()> {
    let source = [edition.period.as_str(), &edition.source];
    let source: Vec<&str> = source.into_iter().filter(|words| !words.is_empty()).collect();
    terminal.faint_lines("      ", &source.join(" · "))?;
    show_replaced(&edition.replaced, terminal)?;
    let all = || std::iter::once(&edition.header).chain(&edition.rows);
    let widths: Vec<usize> = (0..edition.header.len())
        .map(|column| all().map(|row| row[column].width()).max().unwrap_or(0))
        .collect();
    let total: usize = widths.iter().map(|w| w + 2).sum();
    if total > terminal.width() {
        for (at, row) in edition.rows.iter().enumerate() {
            let cells: Vec<String> = edition
                .header
                .iter()
                .zip(row)
                .map(|(name, cell)| format!("{name} {cell}"))
                .collect();
            terminal.hanging(&format!("  {}  ", at + 1), &cells.join(terminal.say(",", ", ")))?;
        }
        return Ok(());
    }
    for (at, row) in all().enumerate() {
        let cells = row.iter().zip(&widths);
        let line: String = cells
            .map(|(cell, width)| format!("  {cell}{}", " ".repeat(width - cell.width())))
            .collect();
        match at {
            0 => terminal.strong_lines("", line.trim_end())?,
            _ => terminal.line(line.trim_end())?,
        }
    }
    Ok(())
}

fn as_json(item: &Consolidated) -> serde_json::Value {
    let lines: Vec<_> = item
        .lines
        .iter()
        .map(|l| {
            let exceptions: Vec<_> = l
                .exceptions
                .iter()
                .map(
                    |e| json!({"name": e.name, "standing": e.standing, "value": e.value, "source": e.source}),
                )
                .collect();
            json!({"part": l.part, "text": l.text, "absent": l.absent, "period": l.period, "source": l.source,
                   "replaced": l.replaced, "exceptions": exceptions})
        })
        .collect();
    let table = item
        .edition
        .as_ref()
        .map(|e| json!({"period": e.period, "source": e.source, "replaced": e.replaced, "header": e.header, "rows": e.rows}));
    json!({"title": item.title, "source": item.source, "source_status": item.source_status,
           "in_force": item.standing.is_empty(), "standing": item.standing, "lines": lines, "table": table})
}
