//! `jiufen show`.

use std::io;

use jiufen_office::consolidated::{Consolidated, consolidated, names};
use jiufen_quantity::Date;
use serde_json::json;

use crate::Outcome;
use crate::arguments::{Format, ShowArguments};
use crate::packs;
use crate::terminal::Terminal;

/// Shows a rule, parameter or definition as it stands on a day, with the source of every part.
pub fn run(command: &ShowArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let Some(day) = Date::parse(&command.at) else {
        let words = format!(
            "--at {}:{}",
            command.at,
            terminal.say("没有这一天,日期写作 2026-03-01", "no such day, write 2026-03-01")
        );
        terminal.complain(&words);
        return Ok(Outcome::WrongUse);
    };
    let pack = packs::load(&command.pack)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    let found = consolidated(pack, &command.name, day);
    if found.is_empty() {
        let known = names(&pack.program);
        let near = jiufen_diagnostic::nearest(&command.name, known.iter().map(String::as_str));
        let some = known
            .iter()
            .take(8)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("、");
        let words = match (near, terminal.lang) {
            (Some(near), jiufen_diagnostic::Lang::Zh) => {
                format!("没有「{}」;最接近的是「{near}」", command.name)
            }
            (Some(near), jiufen_diagnostic::Lang::En) => {
                format!("nothing is called “{}”; the nearest is “{near}”", command.name)
            }
            (None, jiufen_diagnostic::Lang::Zh) => format!("没有「{}」;这个包里有 {some} 等", command.name),
            (None, jiufen_diagnostic::Lang::En) => {
                format!(
                    "nothing is called “{}”; this pack has {some} and others",
                    command.name
                )
            }
        };
        terminal.complain(&words);
        return Ok(Outcome::WrongUse);
    }
    match terminal.format {
        Format::Json => {
            let items: Vec<_> = found.iter().map(as_json).collect();
            terminal.json(&json!({"at": day.to_string(), "found": items}))?;
        }
        Format::Text => {
            for item in &found {
                show(item, day, terminal)?;
            }
        }
    }
    Ok(Outcome::Fine)
}

fn show(item: &Consolidated, day: Date, terminal: &mut Terminal) -> io::Result<()> {
    let state = if item.in_force {
        String::new()
    } else {
        format!("({})", terminal.say("不在施行期", "not in force"))
    };
    let head = terminal.strong(&format!("{} · {day}{state}", item.title));
    terminal.line(&head)?;
    let source = terminal.faint(&item.source);
    terminal.line(&source)?;
    for line in &item.lines {
        let nothing = terminal.say("这一天没有值", "no value on that day").to_owned();
        let text = if line.text.is_empty() {
            &nothing
        } else {
            &line.text
        };
        terminal.line(&format!("  {}  {text}", line.part))?;
        let mut source = format!("      {} · {}", line.period, line.source);
        if !line.replaced.is_empty() {
            source.push_str(&format!(
                " · {} {}",
                terminal.say("取代", "replaces"),
                line.replaced
            ));
        }
        let source = terminal.faint(&source);
        terminal.line(&source)?;
        for (name, value, source) in &line.exceptions {
            terminal.line(&format!(
                "      {} {name}  {value}",
                terminal.say("例外", "except")
            ))?;
            let source = terminal.faint(&format!("        {source}"));
            terminal.line(&source)?;
        }
    }
    terminal.line("")
}

fn as_json(item: &Consolidated) -> serde_json::Value {
    let lines: Vec<_> = item
        .lines
        .iter()
        .map(|l| {
            let exceptions: Vec<_> = l
                .exceptions
                .iter()
                .map(|(n, v, s)| json!({"name": n, "value": v, "source": s}))
                .collect();
            json!({"part": l.part, "text": l.text, "period": l.period, "source": l.source,
                   "replaced": l.replaced, "exceptions": exceptions})
        })
        .collect();
    json!({"title": item.title, "source": item.source, "in_force": item.in_force, "lines": lines})
}
