//! `jiufen demo`: the shipped packs, checked, tested, run, explained and written as pages.

use std::io;

use jiufen_diagnostic::Severity;
use jiufen_office::explain::{Explanation, explain};
use jiufen_office::{Decision, Facts, Pack, Registry, RowId, Run, RunOptions, Status, testing};
use serde_json::{Value, json};

use crate::Outcome;
use crate::arguments::{DemoArguments, Format, PackArgument, RunArguments, TableFormat, When};
use crate::terminal::Terminal;
use crate::{check, explain as explaining, packs, run, site, test};

/// Shows what the system does, on the packs inside the binary.
pub fn run(command: &DemoArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    match terminal.format {
        Format::Text => in_text(command, terminal),
        Format::Json => in_json(command, terminal),
    }
}

fn in_text(command: &DemoArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let mut outcome = Outcome::Fine;
    for name in packs::SHIPPED {
        let argument = PackArgument {
            pack: name.to_owned(),
        };
        let pack = packs::load(name)?;
        title(terminal, &format!("jiufen check {name}"))?;
        // What the check finds in the shipped packs is on the pages.
        check::summary(pack, terminal)?;
        title(terminal, &format!("jiufen test {name}"))?;
        let tested = test::run(&argument, terminal)?;
        title(terminal, &format!("jiufen run {name}"))?;
        let ran = run::run(
            &RunArguments {
                pack: name.to_owned(),
                when: When::default(),
                out: None,
                lists: TableFormat::Csv,
                stream: None,
            },
            terminal,
        )?;
        outcome = outcome.max(check::outcome(pack, false)).max(tested).max(ran);
    }
    if let Some(example) = example()? {
        let rule = example.pack.rule_label(example.decision.right.rule);
        let key = example.registry.key(example.subject);
        title(
            terminal,
            &format!("jiufen explain shili --subject {key} --rule {rule}"),
        )?;
        explaining::show_all(&example.explanations(terminal), true, terminal)?;
    }
    for name in packs::SHIPPED {
        let out = command.out.join(name);
        title(terminal, &format!("jiufen site {name} --out {}", out.display()))?;
        let written = site::write(&pages(name, &When::default(), &drafts(name)), &out, terminal)?;
        outcome = outcome.max(written.outcome);
    }
    Ok(outcome)
}

/// The same as one value: for each pack what `check`, `test`, `run` and `site` say.
fn in_json(command: &DemoArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let mut outcome = Outcome::Fine;
    let mut told = Vec::new();
    for name in packs::SHIPPED {
        let pack = packs::load(name)?;
        let count = |severity| pack.findings.iter().filter(|d| d.severity() == severity).count();
        let reports = testing::run_cases(pack);
        let failed = reports.iter().filter(|report| !report.passed()).count();
        let (registry, options) = packs::facts(pack, &When::default(), Vec::new())?;
        let run = Run::all(pack, registry, options);
        let written = site::write(
            &pages(name, &When::default(), &drafts(name)),
            &command.out.join(name),
            terminal,
        )?;
        outcome = outcome.max(written.outcome);
        told.push(json!({
            "pack": name,
            "check": {
                "errors": count(Severity::Error),
                "warnings": count(Severity::Warning),
                "notes": count(Severity::Note),
            },
            "test": {"passed": reports.len() - failed, "failed": failed},
            "run": run::as_json(pack, registry, &run, terminal.lang),
            "site": written.json,
        }));
    }
    let explained = example()?.map(|example| {
        let rights: Vec<Value> = example
            .explanations(terminal)
            .iter()
            .map(|explanation| explanation.to_json(example.pack, example.registry))
            .collect();
        json!({"subject": example.registry.key(example.subject).as_str(), "rights": rights})
    });
    terminal.json(&json!({"packs": told, "explain": explained}))?;
    Ok(outcome)
}

fn title(terminal: &mut Terminal, command: &str) -> io::Result<()> {
    terminal.line("")?;
    terminal.strong_lines("", &format!("$ {command}"))
}

/// A decision that is worth explaining.
struct Example {
    pack: &'static Pack,
    registry: &'static Registry<'static>,
    options: RunOptions,
    decision: Decision,
    subject: RowId,
}

impl Example {
    fn explanations(&self, terminal: &Terminal) -> Vec<Explanation> {
        explain(
            self.pack,
            self.registry,
            self.options,
            self.subject,
            &[self.decision.right.rule],
            terminal.lang,
        )
        .rights
    }
}

/// The first right that pays something after a group or account had its say.
fn example() -> io::Result<Option<Example>> {
    let pack = packs::load("shili")?;
    let (registry, options) = packs::facts(pack, &When::default(), Vec::new())?;
    let run = Run::all(pack, registry, options);
    let pays = |d: &&Decision| d.status == Status::Eligible && d.payable_fen().is_some_and(|f| f > 0);
    let shown = run
        .whole_decisions()
        .iter()
        .filter(pays)
        .max_by_key(|d| (!d.settlement.is_empty(), std::cmp::Reverse(d.right)));
    Ok(shown.map(|decision| Example {
        pack,
        registry,
        options,
        decision: decision.clone(),
        subject: decision.beneficiary.unwrap_or(decision.right.row),
    }))
}

fn pages<'a>(pack: &'a str, when: &'a When, with: &'a [String]) -> site::What<'a> {
    site::What {
        pack,
        when,
        column: None,
        with,
    }
}

/// The draft that the invented pack is tried with.
fn drafts(name: &str) -> Vec<String> {
    let of_shili = (name == "shili").then(|| "研发补助调整征求意见稿.md".to_owned());
    of_shili.into_iter().collect()
}
