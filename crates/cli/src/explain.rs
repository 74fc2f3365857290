//! `jiufen explain`.

use std::io;

use jiufen_diagnostic::Lang;
use jiufen_office::consolidated::{near_names, rules_called};
use jiufen_office::explain::{
    Explained, Explanation, Node, VerdictExplanation, explain, explain_verdicts, near_subjects, order,
    refusals, summary, verdicts_called,
};
use jiufen_office::lists::{amount_words, other_years_words, set_off_words};
use jiufen_office::{Facts, Pack, Registry, RowId, RuleId, RuleSummary, RunOptions, Status};
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
    let found = of_rule(
        pack,
        command.rule.as_deref(),
        registry.find_by_name(&command.subject),
    );
    let subject = match found.as_slice() {
        [only] => *only,
        found => {
            let message = no_single_subject(pack, registry, &command.subject, found, terminal.lang);
            terminal.complain(&message);
            return Ok(Outcome::WrongUse);
        }
    };
    let verdicts = command
        .rule
        .as_ref()
        .map_or_else(Vec::new, |name| verdicts_called(pack, name));
    if !verdicts.is_empty() {
        let answers = explain_verdicts(pack, registry, options, subject, &verdicts, terminal.lang);
        show_verdicts(pack, registry, options, subject, &answers, terminal)?;
        return Ok(packs::outcome(registry, terminal));
    }
    let rules = match &command.rule {
        None => Vec::new(),
        Some(name) => match asked_rules(pack, &command.pack, name, terminal.lang) {
            Ok(rules) => rules,
            Err(message) => {
                terminal.complain(&message);
                return Ok(Outcome::WrongUse);
            }
        },
    };
    let mut explained = explain(pack, registry, options, subject, &rules, terminal.lang);
    if terminal.format == Format::Json {
        terminal.json(&as_json(pack, registry, options, subject, &explained))?;
        return Ok(packs::outcome(registry, terminal));
    }
    show_head(registry, options, subject, terminal)?;
    let explanations = &mut explained.rights;
    order(explanations);
    if explanations.is_empty() {
        let words = terminal
            .say("没有与它有关的权利", "no right is about it")
            .to_owned();
        terminal.text(&words)?;
    } else if explanations.len() > 1 {
        let words = summary_words(&summary(explanations), terminal.lang);
        terminal.strong_lines("", &words)?;
    }
    let in_full = command.rule.is_some() || command.all;
    show_all(explanations, in_full, terminal)?;
    show_other_years(&explained, terminal)?;
    Ok(packs::outcome(registry, terminal))
}

/// Among several rows, those that the rule which was asked for gives rights to.
fn of_rule(pack: &Pack, rule: Option<&str>, found: Vec<RowId>) -> Vec<RowId> {
    let Some(name) = rule.filter(|_| found.len() > 1) else {
        return found;
    };
    let program = &pack.program;
    let verdicts = verdicts_called(pack, name).into_iter();
    let each: Vec<_> = rules_called(pack, name)
        .into_iter()
        .map(|id| program.rule(id).each)
        .chain(verdicts.map(|id| program.verdicts[id.index()].each))
        .collect();
    let of_table: Vec<RowId> = found
        .iter()
        .copied()
        .filter(|row| each.contains(&row.subject))
        .collect();
    if of_table.is_empty() { found } else { of_table }
}

/// Who is explained, for which year and as of which day.
fn show_head(
    registry: &Registry,
    options: RunOptions,
    subject: RowId,
    terminal: &mut Terminal,
) -> io::Result<()> {
    let synthetic = if registry.is_synthetic() {
        terminal.say(" · 合成数据", " · synthetic data")
    } else {
        ""
    };
    let head = format!(
        "{} · {} {} · {} {}{synthetic}",
        called(terminal.lang, &registry.name(subject), &registry.key(subject)),
        terminal.say("当年", "year"),
        options.year,
        terminal.say("今日", "as of"),
        options.as_of
    );
    terminal.strong_lines("", &head)
}

/// What verdicts and rankings say, each in full: they are shown where one is asked for by name.
fn show_verdicts(
    pack: &Pack,
    registry: &Registry,
    options: RunOptions,
    subject: RowId,
    answers: &[VerdictExplanation],
    terminal: &mut Terminal,
) -> io::Result<()> {
    if terminal.format == Format::Json {
        let rights = Explained {
            rights: Vec::new(),
            other_years: std::collections::BTreeMap::new(),
        };
        let mut whole = as_json(pack, registry, options, subject, &rights);
        let answers: Vec<_> = answers.iter().map(VerdictExplanation::to_json).collect();
        whole["verdicts"] = answers.into();
        return terminal.json(&whole);
    }
    show_head(registry, options, subject, terminal)?;
    if answers.is_empty() {
        let words = terminal
            .say("没有与它有关的结论", "no answer is about it")
            .to_owned();
        terminal.text(&words)?;
    }
    for answer in answers {
        terminal.line("")?;
        let verdict = match answer.own {
            true => answer.verdict.clone(),
            false => called(terminal.lang, &answer.verdict, &answer.key),
        };
        terminal.strong_lines("", &format!("{verdict}  {}", answer.outcome))?;
        let source = format!("{} · {}", answer.citation, answer.source_status);
        terminal.faint_lines("  ", &source)?;
        if !answer.fault.is_empty() {
            terminal.hanging("  ", &answer.fault)?;
        }
        for papers in &answer.papers {
            let label = terminal.say("附", "papers");
            terminal.hanging(&format!("  {label} "), papers)?;
        }
        tree(&answer.derivation.children, "  ", terminal)?;
        if !answer.missing.is_empty() {
            let label = terminal.say("补齐这些就能判定:", "these facts would settle it: ");
            let missing = answer.missing.join(terminal.say("、", ", "));
            terminal.hanging(&format!("  {label}"), &missing)?;
        }
    }
    Ok(())
}

fn as_json(
    pack: &Pack,
    registry: &Registry,
    options: RunOptions,
    subject: RowId,
    explained: &Explained,
) -> serde_json::Value {
    let items: Vec<_> = explained
        .rights
        .iter()
        .map(|e| e.to_json(pack, registry))
        .collect();
    json!({
        "subject": registry.key(subject).as_str(),
        "name": registry.name(subject).as_str(),
        "year": options.year,
        "as_of": options.as_of.to_string(),
        "synthetic": registry.is_synthetic(),
        "rights": items,
        "verdicts": [],
        "other_years": explained.other_years,
    })
}

/// `示例公司(91…)`; the name alone where it is the key.
fn called(lang: Lang, name: &str, key: &str) -> String {
    match (name == key, lang) {
        (true, _) => key.to_owned(),
        (false, Lang::Zh) => format!("{name}({key})"),
        (false, Lang::En) => format!("{name} ({key})"),
    }
}

/// `符合 2 项,可兑付 50万元,至多 300万元;无法判定 1 项;拒绝 1 项;不符合 64 项`. What is none is left out.
fn summary_words(summary: &RuleSummary, lang: Lang) -> String {
    let yuan = |fen: i128| amount_words(jiufen_office::FenInterval::only(fen), false, lang);
    let count = |zh: &str, en: &str, n: u64| match lang {
        Lang::Zh => format!("{zh} {n} 项"),
        Lang::En => format!("{n} {en}"),
    };
    let mut parts = vec![count("符合", "eligible", summary.eligible)];
    parts.push(format!(
        "{} {}",
        lang.pick("可兑付", "payable"),
        yuan(summary.payable_fen)
    ));
    let beside = summary.due_beside_fen();
    if beside > 0 {
        parts.push(match lang {
            Lang::Zh => format!("另有已到期的分期 {}(后期未定)", yuan(beside)),
            Lang::En => format!("{} due in instalments whose later ones are open", yuan(beside)),
        });
    }
    if summary.at_most_fen > 0 {
        let most = yuan(summary.at_most_fen);
        parts.push(match lang {
            Lang::Zh => format!("至多 {most}(公式未公布)"),
            Lang::En => format!("at most {most} (no published formula)"),
        });
    }
    let others = [
        (summary.undetermined, "无法判定", "undetermined"),
        (summary.refused, "拒绝", "refused"),
        (summary.ineligible, "不符合", "ineligible"),
    ];
    let others = others.into_iter().filter(|(n, ..)| *n > 0);
    parts.extend(others.map(|(n, zh, en)| count(zh, en, n)));
    parts.join(lang.pick(",", ", "))
}

/// Shows the rights: in full what came to something or is asked for, the others folded by rule and reason.
pub fn show_all(explanations: &[Explanation], in_full: bool, terminal: &mut Terminal) -> io::Result<()> {
    let shown = |e: &&Explanation| in_full || e.decision.status != Status::Ineligible;
    for explanation in explanations.iter().filter(shown) {
        show(explanation, terminal)?;
    }
    let refused = refusals(explanations, terminal.lang);
    if in_full || refused.is_empty() {
        return Ok(());
    }
    terminal.line("")?;
    let count: usize = refused.iter().map(|r| r.count).sum();
    let head = match terminal.lang {
        Lang::Zh => format!("不符合 {count} 项(逐项展开加 --all)"),
        Lang::En => format!("ineligible: {count} (each in full with --all)"),
    };
    terminal.strong_lines("", &head)?;
    for refusal in &refused {
        let keys = refusal.keys.join(terminal.say("、", ", "));
        let words = match (refusal.keys.len(), terminal.lang) {
            (0 | 1, _) => keys,
            (n, Lang::Zh) => format!("{n} 项:{keys}"),
            (n, Lang::En) => format!("{n}: {keys}"),
        };
        terminal.hanging(&format!("  {}  ", refusal.rule), &words)?;
        terminal.hanging("    ", &refusal.why)?;
        terminal.faint_lines(
            "    ",
            &format!("{} · {}", refusal.citation, refusal.source_status),
        )?;
    }
    Ok(())
}

/// Rights of events of other years are counted, so that nobody takes the list for all there is.
fn show_other_years(explained: &Explained, terminal: &mut Terminal) -> io::Result<()> {
    let words = other_years_words(&explained.other_years, terminal.lang);
    if words.is_empty() {
        return Ok(());
    }
    terminal.line("")?;
    for line in wrap(&words, terminal.width()) {
        terminal.line(&line)?;
    }
    Ok(())
}

fn show(explanation: &Explanation, terminal: &mut Terminal) -> io::Result<()> {
    terminal.line("")?;
    let rule = if explanation.own {
        explanation.rule.clone()
    } else {
        called(terminal.lang, &explanation.rule, &explanation.key)
    };
    // What is refused has no amount, and why stands below.
    let head = match explanation.decision.status {
        Status::Refused => format!("{rule}  {}", explanation.status),
        _ => format!("{rule}  {}  {}", explanation.status, explanation.amount),
    };
    terminal.strong_lines("", &head)?;
    let set_off = explanation.set_off.map(|s| set_off_words(s, terminal.lang));
    for words in explanation.instalments.iter().chain(&set_off) {
        terminal.hanging("  ", words)?;
    }
    let source = format!("{} · {}", explanation.citation, explanation.source_status);
    terminal.faint_lines("  ", &source)?;
    if !explanation.why.is_empty() {
        terminal.hanging("  ", &explanation.why)?;
    }
    if let Some(determination) = &explanation.determination {
        let label = terminal.say("核定", "determined");
        terminal.hanging(&format!("  {label} "), determination)?;
    }
    tree(&explanation.derivation.children, "  ", terminal)?;
    for line in &explanation.settlement {
        terminal.hanging("  ", line)?;
    }
    if !explanation.missing.is_empty() {
        let label = terminal.say("补齐这些就能判定:", "these facts would settle it: ");
        let missing = explanation.missing.join(terminal.say("、", ", "));
        terminal.hanging(&format!("  {label}"), &missing)?;
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
                let margin = format!("{lead}{below}  ");
                for value in wrap(&node.value, width.saturating_sub(margin.width())) {
                    terminal.line(&line)?;
                    let room = width.saturating_sub(margin.width() + value.width());
                    line = format!("{margin}{}{value}", " ".repeat(room));
                }
            }
        }
        terminal.line(&line)?;
        if !node.source.is_empty() {
            terminal.faint_lines(&format!("{lead}{below}  "), &node.source)?;
        }
        tree(&node.children, &format!("{lead}{below}"), terminal)?;
    }
    Ok(())
}

fn no_single_subject(pack: &Pack, registry: &Registry, words: &str, found: &[RowId], lang: Lang) -> String {
    let one = |row: &RowId| {
        let subject = &pack.program.subject(row.subject).name;
        let (name, key) = (registry.name(*row), registry.key(*row));
        match name == key {
            true => format!("{subject}:{key}"),
            false => called(lang, &format!("{subject}:{key}"), &name),
        }
    };
    let listed = |rows: &[RowId]| {
        let rows: Vec<String> = rows.iter().take(5).map(one).collect();
        rows.join(lang.pick("、", ", "))
    };
    if !found.is_empty() {
        return match lang {
            Lang::Zh => format!("「{words}」不止一个,写明是哪张表的哪个键:{}", listed(found)),
            Lang::En => format!(
                "“{words}” is more than one, give table and key: {}",
                listed(found)
            ),
        };
    }
    let near = near_subjects(pack, registry, words);
    match (near.is_empty(), lang) {
        (true, Lang::Zh) => {
            format!("登记数据里没有键或名称为「{words}」的对象;用 jiufen run --out 写出名单来找")
        }
        (true, Lang::En) => {
            format!("no subject has the key or name “{words}”; find it in the lists of jiufen run --out")
        }
        (false, Lang::Zh) => {
            format!(
                "登记数据里没有键或名称为「{words}」的对象;最接近的是 {}",
                listed(&near)
            )
        }
        (false, Lang::En) => {
            format!(
                "no subject has the key or name “{words}”; the nearest are {}",
                listed(&near)
            )
        }
    }
}

/// The rules that go by a name and can give rights, or why there are none.
pub fn asked_rules(pack: &Pack, path: &str, name: &str, lang: Lang) -> Result<Vec<RuleId>, String> {
    let called = rules_called(pack, name);
    let in_law = |id: &RuleId| pack.program.in_law(pack.program.rule(*id).document);
    let rules: Vec<RuleId> = called.iter().copied().filter(in_law).collect();
    if !rules.is_empty() {
        return Ok(rules);
    }
    if !called.is_empty() {
        return Err(match lang {
            Lang::Zh => {
                format!(
                    "「{name}」在征求意见稿里,未施行,不产生权利;条文用 jiufen show {name} --pack {path} --at 日期 看"
                )
            }
            Lang::En => format!(
                "“{name}” stands in a draft that is not in force and gives no rights; read it with jiufen show {name} --pack {path} --at DAY"
            ),
        });
    }
    let known: Vec<String> = pack.program.rules().map(|(id, _)| pack.rule_label(id)).collect();
    let near = near_names(name, &known);
    Err(match (near.is_empty(), lang) {
        (true, Lang::Zh) => format!("没有规则「{name}」;不写 --rule 就列出全部"),
        (true, Lang::En) => format!("no rule is called “{name}”; without --rule all are listed"),
        (false, Lang::Zh) => format!("没有规则「{name}」;最接近的是 {}", near.join("、")),
        (false, Lang::En) => format!("no rule is called “{name}”; the nearest are {}", near.join(", ")),
    })
}
