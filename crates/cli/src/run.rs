//! `jiufen run`.

use std::io;

use jiufen_diagnostic::Lang;
use jiufen_diagnostic::catalogue::registry::NO_TABLES;
use jiufen_office::lists::{List, ListFormat};
use jiufen_office::{Facts, Idle, Registry, RuleId, RuleSummary, Run, faults_json, lists, outcome, values};
use jiufen_quantity::show;
use serde_json::json;

use crate::Outcome;
use crate::arguments::{Format, RunArguments};
use crate::lists::write_all;
use crate::packs;
use crate::progress::Progress;
use crate::stream;
use crate::terminal::{NONE, Terminal, wrap};

/// Runs a pack over its registry and shows one line a rule.
pub fn run(command: &RunArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    if let Some(file) = &command.stream {
        return stream::run(command, file, terminal);
    }
    let (pack, tables) = packs::load_with_tables(&command.pack, &command.when)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    let (registry, options) = packs::facts(pack, &command.when, tables)?;
    let progress = Progress::new(terminal.lang);
    let run = Run::watched(pack, registry, options, &progress);
    if let Some(folder) = &command.out {
        write_all(command, folder, (pack, registry, &run), terminal.lang, &progress)?;
    }
    drop(progress);
    match terminal.format {
        Format::Json => terminal.json(&as_json(pack, registry, &run, terminal.lang))?,
        Format::Text => show_run(pack, registry, &run, command, terminal)?,
    }
    // A file that could not be read as a whole is a finding, and so is a run over nothing; single rows are accounted for
    // in rejected.csv.
    let nothing = registry
        .findings
        .iter()
        .any(|finding| finding.code() == NO_TABLES.code);
    let broken = nothing || jiufen_diagnostic::has_errors(&registry.findings);
    Ok(if broken { Outcome::Findings } else { Outcome::Fine })
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
    terminal.strong_lines("", &head)?;
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
    show_rules(pack, &run.summaries(), terminal)?;
    show_verdicts(pack, run, terminal)?;
    if run.summaries().is_empty() {
        show_values(pack, registry, run, terminal)?;
    }
    for words in notes(pack, registry, run, terminal.lang) {
        for line in wrap(&words, terminal.width()) {
            terminal.line(&line)?;
        }
    }
    show_accounts(registry, run, terminal)?;
    let next = match &command.out {
        Some(folder) => {
            let files = List::ALL.map(|list| list.file(ListFormat::from(command.lists)));
            format!(
                "{} {} manifest.json → {}",
                terminal.say("已写出", "written:"),
                files.join(" "),
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
    terminal.text(&next)
}

/// What was read and refused, table by table, and what is wrong with files as a whole.
fn show_accounts(registry: &Registry, run: &Run, terminal: &mut Terminal) -> io::Result<()> {
    for account in &registry.accounts {
        let line = match terminal.lang {
            Lang::Zh => format!(
                "{}:读入 {} 行 = 收下 {} + 退回 {}",
                account.table, account.read, account.accepted, account.rejected
            ),
            Lang::En => format!(
                "{}: {} rows read = {} accepted + {} rejected",
                account.table, account.read, account.accepted, account.rejected
            ),
        };
        terminal.faint_lines("", &line)?;
    }
    for finding in registry.findings.iter().chain(&run.notes) {
        let lang = terminal.lang;
        let label = format!("{}[{}]: ", finding.severity().label(lang), finding.code());
        terminal.hanging(&label, &finding.message(lang))?;
        let help = terminal.say("  怎么办: ", "  help: ").to_owned();
        terminal.hanging(&help, &finding.help(lang))?;
    }
    Ok(())
}

/// The table by rule, and what may be paid in all.
pub fn show_rules(
    pack: &jiufen_office::Pack,
    summaries: &[(RuleId, RuleSummary)],
    terminal: &mut Terminal,
) -> io::Result<()> {
    let header = match terminal.lang {
        Lang::Zh => [
            "规则",
            "符合",
            "不符合",
            "无法判定",
            "拒绝",
            "待到账",
            "可兑付(元)",
            "至多(元)",
        ],
        Lang::En => [
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
    let mut total = RuleSummary::default();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let or_dot = |none: bool, words: String| if none { NONE.to_owned() } else { words };
    for (id, s) in summaries {
        total.include(s);
        let mut row = vec![pack.rule_label(*id)];
        let counts = [s.eligible, s.ineligible, s.undetermined, s.refused, s.pending];
        row.extend(counts.iter().map(|n| or_dot(*n == 0, n.to_string())));
        row.push(show::fen(s.payable_fen));
        row.push(or_dot(s.at_most_fen == 0, show::fen(s.at_most_fen)));
        rows.push(row);
    }
    if rows.is_empty() {
        return Ok(());
    }
    terminal.table(&header, &rows)?;
    let beside = total.due_beside_fen();
    let sums = [
        (total.payable_fen, "可兑付合计(元)", "payable in all (yuan)"),
        (
            total.later_fen,
            "其中以后到期的分期(元)",
            "of it in instalments that fall due later (yuan)",
        ),
        (
            beside,
            "此外,后期未定但已到期的分期(元)",
            "beside it, instalments due whose later ones are open (yuan)",
        ),
    ];
    for (at, (fen, zh, en)) in sums.into_iter().enumerate() {
        if at == 0 || fen != 0 {
            let words = terminal.say(zh, en).to_owned();
            terminal.text(&format!("{words}  {}", show::fen(fen)))?;
        }
    }
    Ok(())
}

/// What the table does not show: rights left to other years, and documents that grant nothing.
fn notes(pack: &jiufen_office::Pack, registry: &Registry, run: &Run, lang: Lang) -> Vec<String> {
    let standing = run.standing(pack);
    let of = |idle: Idle| {
        let verdicts = match (lang, idle.verdicts) {
            (_, 0) => String::new(),
            (Lang::Zh, count) => format!("、{count} 项判定"),
            (Lang::En, count) => format!(" and {count} verdicts"),
        };
        match lang {
            Lang::Zh => format!("{} 条规则{verdicts}({} 个文件)", idle.rules, idle.documents),
            Lang::En => format!("{} rules{verdicts} of {} documents", idle.rules, idle.documents),
        }
    };
    let year = run.options.year;
    let mut out = paid_notes(pack, registry, run, lang);
    out.push(lists::other_years_words(&run.other_years(), lang));
    if standing.drafts != Idle::default() {
        out.push(match lang {
            Lang::Zh => format!("征求意见的 {}不参与,只用于试算", of(standing.drafts)),
            Lang::En => format!(
                "drafts for comment take no part, what-if only: {}",
                of(standing.drafts)
            ),
        });
    }
    if standing.lapsed != Idle::default() {
        out.push(match lang {
            Lang::Zh => format!("已失效的 {},{year} 年没有一天有效", of(standing.lapsed)),
            Lang::En => format!("lapsed, without a day in {year}: {}", of(standing.lapsed)),
        });
    }
    if standing.to_come != Idle::default() {
        out.push(match lang {
            Lang::Zh => format!("还没有施行的 {},{year} 年没有一天有效", of(standing.to_come)),
            Lang::En => format!(
                "not yet in force, without a day in {year}: {}",
                of(standing.to_come)
            ),
        });
    }
    out.retain(|words| !words.is_empty());
    out
}

/// What was paid before and what is still to be paid, where payments are recorded; what should be reclaimed, right by
/// right.
fn paid_notes(pack: &jiufen_office::Pack, registry: &Registry, run: &Run, lang: Lang) -> Vec<String> {
    const LISTED: usize = 8;
    let mut out = lists::paid_words(registry, run, lang);
    let overpaid: Vec<_> = run.overpaid().collect();
    if !overpaid.is_empty() {
        let one = |(line, fen): &(jiufen_office::Line<'_>, i128)| {
            let (rule, key) = (pack.rule_label(line.right().rule), registry.key(line.right().row));
            format!("{rule}({key}) {}", show::fen(*fen))
        };
        let mut each: Vec<String> = overpaid.iter().take(LISTED).map(one).collect();
        if overpaid.len() > LISTED {
            each.push("…".to_owned());
        }
        let (count, sum) = (
            overpaid.len(),
            show::fen(overpaid.iter().map(|(_, fen)| fen).sum()),
        );
        out.push(match lang {
            Lang::Zh => format!(
                "追回建议 {count} 份,共 {sum} 元,不与别的权利相抵:{};全部见 decisions.csv 的 remaining_fen",
                each.join("、")
            ),
            Lang::En => format!(
                "to be reclaimed, not set against other rights: {count} rights, {sum} yuan: {}; all in remaining_fen of decisions.csv",
                each.join(", ")
            ),
        });
    }
    out
}

/// How often each verdict came to which outcome.
fn show_verdicts(pack: &jiufen_office::Pack, run: &Run, terminal: &mut Terminal) -> io::Result<()> {
    for (id, counts) in run.verdict_outcomes() {
        let verdict = &pack.program.verdicts[id.index()];
        let words: Vec<String> = counts
            .iter()
            .map(|(word, count)| format!("{} {count}", outcome(word, terminal.lang)))
            .collect();
        let line = format!(
            "{} {}  {}",
            match verdict.ranking {
                Some(_) => terminal.say("评级", "rank"),
                None => terminal.say("判定", "verdict"),
            },
            pack.verdict_label(id),
            words.join(" · ")
        );
        terminal.text(&line)?;
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
    let sheet = values::values(pack, registry, run, terminal.lang);
    // A value that is not settled carries its reasons in brackets; it is counted here and written out in full.
    let (open, settled): (Vec<_>, Vec<_>) = sheet.rows.iter().partition(|r| r[4].contains(['(', '(']));
    for row in settled.iter().take(SHOWN) {
        terminal.text(&format!("{} {}  {}", row[1], row[2], row[4]))?;
    }
    let rest = settled.len().saturating_sub(SHOWN);
    if rest + open.len() > 0 {
        let words = match terminal.lang {
            Lang::Zh => format!(
                "另有 {rest} 个值未列、{} 个缺数据;加 --out 看 values.csv",
                open.len()
            ),
            Lang::En => {
                format!(
                    "{rest} more values and {} without data; add --out for values.csv",
                    open.len()
                )
            }
        };
        terminal.text(&words)?;
    }
    Ok(())
}

/// What a run came to, for programs.
pub fn as_json(pack: &jiufen_office::Pack, registry: &Registry, run: &Run, lang: Lang) -> serde_json::Value {
    let rules: Vec<_> = run
        .summaries()
        .iter()
        .map(|(id, s)| rule_json(&pack.rule_label(*id), s))
        .collect();
    let tables: Vec<_> = registry
        .accounts
        .iter()
        .map(|a| json!({"table": a.table, "read": a.read, "accepted": a.accepted, "rejected": a.rejected}))
        .collect();
    let standing = run.standing(pack);
    let payments = (!registry.payments.is_empty()).then(|| run.paid());
    json!({
        "pack": pack.name,
        "year": run.options.year,
        "as_of": run.options.as_of.to_string(),
        "synthetic": registry.is_synthetic(),
        "rules": rules,
        "tables": tables,
        "other_years": run.other_years(),
        "paid_fen": payments.map(|paid| paid.paid_fen.to_string()),
        "to_pay_fen": payments.map(|paid| paid.to_pay_fen.to_string()),
        "reclaim": lists::reclaim_json(pack, registry, run),
        "drafts": idle_json(standing.drafts),
        "lapsed": idle_json(standing.lapsed),
        "to_come": idle_json(standing.to_come),
        "verdicts": lists::verdicts_json(pack, run),
        "instalments": lists::instalments_json(pack, registry, run),
        "faults": faults_json(registry.findings.iter().chain(&run.notes), lang),
    })
}

/// How a rule came out, for programs.
pub fn rule_json(label: &str, s: &RuleSummary) -> serde_json::Value {
    json!({
        "rule": label,
        "eligible": s.eligible,
        "ineligible": s.ineligible,
        "undetermined": s.undetermined,
        "refused": s.refused,
        "pending": s.pending,
        "payable_fen": s.payable_fen.to_string(),
        "at_most_fen": s.at_most_fen.to_string(),
        "due_fen": s.due_fen.to_string(),
        "later_fen": s.later_fen.to_string(),
        "of_other_years": s.of_other_years,
    })
}

fn idle_json(idle: Idle) -> serde_json::Value {
    json!({"documents": idle.documents, "rules": idle.rules, "verdicts": idle.verdicts})
}
