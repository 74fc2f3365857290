//! `jiufen explain`.

use std::io;

use jiufen_office::explain::{Explanation, Node, explain};
use jiufen_office::{Facts, Pack, Registry, RowId};
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use crate::Outcome;
use crate::arguments::{ExplainArguments, Format};
use crate::packs;
use crate::terminal::{Terminal, wrap};

/// Explains what a subject gets.
pub fn run(command: &ExplainArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let (pack, tables) = packs::load_with_tables(&command.pack, &command.when)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    let (registry, options) = packs::facts(pack, &command.when, tables)?;
    let subject = match registry.find_by_name(&command.subject).as_slice() {
        [only] => *only,
        found => {
            return Ok(no_single_subject(
                pack,
                registry,
                &command.subject,
                found,
                terminal,
            ));
        }
    };
    let rule = match &command.rule {
        None => None,
        Some(name) => match pack
            .program
            .rules()
            .find(|(id, r)| r.name == name.as_str() || pack.rule_label(*id) == *name)
        {
            Some((id, _)) => Some(id),
            None => return Ok(no_rule(pack, name, terminal)),
        },
    };
    let explanations = explain(pack, registry, options, subject, rule, terminal.lang);
    match terminal.format {
        Format::Json => {
            let items: Vec<_> = explanations.iter().map(Explanation::to_json).collect();
            terminal.json(&json!({
                "subject": registry.key(subject).as_str(),
                "name": registry.name(subject).as_str(),
                "year": options.year,
                "as_of": options.as_of.to_string(),
                "synthetic": registry.is_synthetic(),
                "rights": items,
            }))?;
        }
        Format::Text => {
            let synthetic = if registry.is_synthetic() {
                terminal.say(" · 合成数据", " · synthetic data")
            } else {
                ""
            };
            let head = format!(
                "{}({}) · {} {} · {} {}{synthetic}",
                registry.name(subject),
                registry.key(subject),
                terminal.say("当年", "year"),
                options.year,
                terminal.say("今日", "as of"),
                options.as_of
            );
            let head = terminal.strong(&head);
            terminal.line(&head)?;
            show_all(&explanations, command.rule.is_some(), terminal)?;
        }
    }
    Ok(packs::outcome(registry, terminal))
}

/// Shows the rights: all of them in a line each, and in full those that came to something or are asked for.
pub fn show_all(explanations: &[Explanation], in_full: bool, terminal: &mut Terminal) -> io::Result<()> {
    for explanation in explanations {
        show(explanation, in_full, terminal)?;
    }
    Ok(())
}

fn show(explanation: &Explanation, in_full: bool, terminal: &mut Terminal) -> io::Result<()> {
    let full = in_full || explanation.decision.status != jiufen_office::Status::Ineligible;
    terminal.line("")?;
    let head = format!(
        "{}  {}  {}",
        explanation.rule, explanation.status, explanation.amount
    );
    let head = terminal.strong(&head);
    terminal.line(&head)?;
    let source = format!("  {} · {}", explanation.citation, explanation.source_status);
    let source = terminal.faint(&source);
    terminal.line(&source)?;
    if !explanation.why.is_empty() {
        let width = terminal.width().saturating_sub(2);
        for line in wrap(&explanation.why, width) {
            terminal.line(&format!("  {line}"))?;
        }
    }
    if full {
        tree(&explanation.derivation.children, "  ", terminal)?;
        for line in &explanation.settlement {
            terminal.line(&format!("  {line}"))?;
        }
    }
    if !explanation.missing.is_empty() {
        let words = terminal
            .say("补齐这些就能判定:", "these facts would settle it: ")
            .to_owned();
        let width = terminal.width().saturating_sub(2);
        for line in wrap(&format!("{words}{}", explanation.missing.join("、")), width) {
            terminal.line(&format!("  {line}"))?;
        }
    }
    Ok(())
}

/// Draws a tree; values stand in one column at the right where there is room.
fn tree(nodes: &[Node], lead: &str, terminal: &mut Terminal) -> io::Result<()> {
    for (index, node) in nodes.iter().enumerate() {
        let last = index + 1 == nodes.len();
        let (branch, below) = if last { ("└ ", "  ") } else { ("├ ", "│ ") };
        let width = terminal.width();
        let start = format!("{lead}{branch}");
        let mut lines = wrap(&node.text, width.saturating_sub(start.width() + 2)).into_iter();
        let mut line = format!("{start}{}", lines.next().unwrap_or_default());
        for more in lines {
            terminal.line(&line)?;
            line = format!("{lead}{below}{more}");
        }
        if !node.value.is_empty() {
            let room = width.saturating_sub(line.width() + node.value.width());
            if room >= 2 {
                line.push_str(&" ".repeat(room));
                line.push_str(&node.value);
            } else {
                terminal.line(&line)?;
                let room = width.saturating_sub(node.value.width()).max(lead.width() + 4);
                line = format!("{}{}", " ".repeat(room), node.value);
            }
        }
        terminal.line(&line)?;
        if !node.source.is_empty() {
            let source = format!("{lead}{below}  {}", node.source);
            let source = terminal.faint(&source);
            terminal.line(&source)?;
        }
        tree(&node.children, &format!("{lead}{below}"), terminal)?;
    }
    Ok(())
}

fn no_single_subject(
    pack: &Pack,
    registry: &Registry,
    words: &str,
    found: &[RowId],
    terminal: &mut Terminal,
) -> Outcome {
    let listed: Vec<String> = found
        .iter()
        .take(5)
        .map(|row| {
            format!(
                "{} {}",
                pack.program.subject(row.subject).name,
                registry.key(*row)
            )
        })
        .collect();
    let message = match (found.is_empty(), terminal.lang) {
        (true, jiufen_diagnostic::Lang::Zh) => {
            format!("登记数据里没有键或名称为「{words}」的对象;先用 jiufen run --out 看名单")
        }
        (true, jiufen_diagnostic::Lang::En) => {
            format!("no subject has the key or name “{words}”; see the list with jiufen run --out")
        }
        (false, jiufen_diagnostic::Lang::Zh) => {
            format!("「{words}」不止一个,写明键:{}", listed.join("、"))
        }
        (false, jiufen_diagnostic::Lang::En) => {
            format!("“{words}” is more than one, give the key: {}", listed.join(", "))
        }
    };
    terminal.complain(&message);
    Outcome::WrongUse
}

fn no_rule(pack: &Pack, name: &str, terminal: &mut Terminal) -> Outcome {
    let known: Vec<String> = pack.program.rules().map(|(id, _)| pack.rule_label(id)).collect();
    let near = jiufen_diagnostic::nearest(name, known.iter().map(String::as_str));
    let message = match (near, terminal.lang) {
        (Some(near), jiufen_diagnostic::Lang::Zh) => format!("没有规则「{name}」;最接近的是「{near}」"),
        (Some(near), jiufen_diagnostic::Lang::En) => {
            format!("no rule is called “{name}”; the nearest is “{near}”")
        }
        (None, jiufen_diagnostic::Lang::Zh) => format!("没有规则「{name}」;用 jiufen check 看有哪些"),
        (None, jiufen_diagnostic::Lang::En) => format!("no rule is called “{name}”"),
    };
    terminal.complain(&message);
    Outcome::WrongUse
}
