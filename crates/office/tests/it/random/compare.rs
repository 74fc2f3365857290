//! Everything that a run says, by the engine and by the interpreter, and after the formatter.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiufen_diagnostic::{Lang, Severity, Sources};
use jiufen_engine::{Outcome, Plan};
use jiufen_interpret::Interpreter;
use jiufen_language::program::{RuleId, SubjectId};
use jiufen_office::{
    ByteOrderMark, Line, Pack, PackFile, PackFiles, Registry, Run, RunOptions, Snapshot, Told,
    format_document, lists, values,
};

use crate::engine::told;

/// Files of a pack: path and text.
pub(super) type Files = Vec<(String, String)>;

/// How a pack came out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The check refused it: the code of its first error, and the text there.
    Refused(String, String),
    /// Everything is said alike.
    Same,
    /// Something is said in two ways: in which respect, and how.
    Differs(&'static str, String),
}

/// What the packs that were compared have reached.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub packs: u64,
    pub refused: BTreeMap<String, u64>,
    /// Rights decided by the engine, by status.
    pub decided: BTreeMap<&'static str, u64>,
    /// Rights left to the interpreter, by status and fault.
    pub left: BTreeMap<String, u64>,
    /// What expressions of sound packs do.
    pub kinds: BTreeMap<String, u64>,
    /// What lines of sound packs say, by their first word, with the choice where there is one; and their tables.
    pub lines: BTreeMap<String, u64>,
    /// What plans leave to the interpreter, by name.
    pub unplanned: BTreeMap<String, u64>,
}

type Differs = Result<(), (&'static str, String)>;

/// The rows of the lists of a run.
type Sheets = [Vec<Vec<String>>; 4];

/// Compares all that a run says.
pub(super) fn compare(files: &Files, options: RunOptions, tally: &mut Tally) -> Found {
    let all = catch_unwind(AssertUnwindSafe(|| whole(files, options, tally)));
    match all {
        Ok(found) => found,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            Found::Differs("panic", text.unwrap_or_default())
        }
    }
}

fn pack_of(files: &Files) -> Pack {
    let files = files.iter().map(|(path, text)| PackFile {
        path: path.clone(),
        bytes: text.clone().into_bytes().into(),
    });
    Pack::load(PackFiles {
        name: "random".into(),
        files: files.collect(),
    })
}

fn whole(files: &Files, options: RunOptions, tally: &mut Tally) -> Found {
    let pack = pack_of(files);
    let error = pack.findings.iter().find(|f| f.severity() == Severity::Error);
    if let Some(error) = error {
        let text = pack.sources.text(error.span).chars().take(80).collect();
        return Found::Refused(error.code().to_owned(), text);
    }
    for expr in &pack.program.expressions {
        let words = format!("{:?}", expr.kind);
        let head: String = words.chars().take_while(|c| c.is_alphanumeric()).collect();
        let inner = words.strip_prefix(&format!("{head}(")).unwrap_or_default();
        let inner: String = inner.chars().take_while(|c| c.is_alphabetic()).collect();
        let named = matches!(head.as_str(), "Call" | "Arithmetic" | "Compare" | "Standing");
        let word = if named { format!("{head} {inner}") } else { head };
        *tally.kinds.entry(word).or_default() += 1;
    }
    for (path, text) in files {
        match path.ends_with(".md") {
            true => text.lines().for_each(|line| tally.line(line)),
            false => *tally.lines.entry(path.clone()).or_default() += 1,
        }
    }
    let registry = Registry::load(&pack.program, &pack.files, "data", options.as_of);
    let fast = Run::columnar(&pack, &registry, options);
    let before = sheets(&pack, &registry, &fast);
    let differs = decisions(&pack, &registry, options, tally)
        .and_then(|()| runs(&pack, &registry, (&fast, &before), options))
        .and_then(|()| formats(files, &before, options));
    match differs {
        Ok(()) => Found::Same,
        Err((respect, how)) => Found::Differs(respect, how),
    }
}

/// Steps 1 to 6, right by right.
fn decisions(pack: &Pack, registry: &Registry, options: RunOptions, tally: &mut Tally) -> Differs {
    let program = &pack.program;
    let snapshot = Snapshot::new(program, registry);
    let interpreter = Interpreter::new(program, registry, options.year);
    let mut by_engine = Told::new(program, registry, &interpreter);
    for subject in (0..program.subjects.len()).map(|i| SubjectId(i as u32)) {
        let of = program.rules().filter(|(_, r)| r.each == subject);
        let rules: Vec<RuleId> = of.map(|(id, _)| id).collect();
        let plan = Plan::new(program, subject, &rules, &snapshot, (options.year, options.as_of));
        if let Some(fault) = plan.fault() {
            return Err(("plan", fault));
        }
        for left in &plan.left {
            let kind = left.split_once(": ").map_or(left.as_str(), |(_, kind)| kind);
            *tally.unplanned.entry(kind.to_owned()).or_default() += 1;
        }
        let answers = plan.run(&snapshot, snapshot.rows(subject), 1);
        for columns in &answers {
            for (row, right) in interpreter.rights(columns.rule).into_iter().enumerate() {
                let decision = interpreter.decide(right);
                let outcome = columns.outcome(row);
                let place = || {
                    let rule = &program.rule(columns.rule).name;
                    format!("{rule} for row {row}: {outcome:?}")
                };
                if outcome == Outcome::Outside && decision.outside.is_none() {
                    return Err(("outside", place()));
                }
                match by_engine.decision(columns, row, right) {
                    Some(known) if told(&known) != told(&decision) => {
                        let both = format!("engine {}\n\ninterpreter {}", told(&known), told(&decision));
                        return Err(("decision", format!("{}\n{both}\n\n{plan}", place())));
                    }
                    Some(_) => *tally.decided.entry(decision.status.zh()).or_default() += 1,
                    None if outcome == Outcome::Outside => *tally.decided.entry("在外").or_default() += 1,
                    None => {
                        let why = decision.fault.as_ref().map_or("", |f| f.code.code());
                        let kind = format!("{} {why}", decision.status.zh());
                        *tally.left.entry(kind).or_default() += 1;
                    }
                }
            }
        }
    }
    Ok(())
}

fn line_words(line: &Line<'_>) -> String {
    format!(
        "{:?} {:?} own year {:?} law day {:?} to {:?}\n{:?} settled {:?} payable {:?} due {:?} at most {}\nmerged {:?} fault {:?} outside {}",
        line.right(),
        line.status(),
        line.own_year(),
        line.law_day(),
        line.beneficiary(),
        line.entitlement(),
        line.settled(),
        line.payable_fen(),
        line.due_fen(),
        line.is_at_most(),
        line.merged_into(),
        line.fault(),
        line.is_outside(),
    )
}

/// The same or not, in one respect.
fn alike<T: PartialEq + std::fmt::Debug>(respect: &'static str, slow: T, fast: T) -> Differs {
    match slow == fast {
        true => Ok(()),
        false => Err((respect, format!("interpreter {slow:?}\n\nengine {fast:?}"))),
    }
}

/// Whole runs, and what they write.
fn runs(pack: &Pack, registry: &Registry, (fast, before): (&Run, &Sheets), options: RunOptions) -> Differs {
    let slow = Run::all(pack, registry, options);
    alike("lines", slow.lines().count(), fast.lines().count())?;
    for (a, b) in slow.lines().zip(fast.lines()) {
        let (one, other) = (line_words(&a), line_words(&b));
        if one != other {
            return Err(("line", format!("interpreter {one}\n\nengine {other}")));
        }
        let again = fast.decision(pack, registry, b.right());
        let (whole, again) = (a.full(), again.as_ref());
        // In lines, they take longer to write.
        if format!("{whole:?}") != format!("{again:?}") {
            let (one, other) = (format!("{whole:#?}"), format!("{again:#?}"));
            let apart = one.lines().zip(other.lines()).find(|(a, b)| a != b);
            return Err(("asked again", format!("{:?} {apart:?}", a.right())));
        }
    }
    for (one, other) in sheets(pack, registry, &slow).iter().zip(before) {
        if let Some((one, other)) = one.iter().zip(other).find(|(a, b)| a != b) {
            return Err(("list", format!("interpreter {one:?}\n\nengine {other:?}")));
        }
        alike("list", one.len(), other.len())?;
    }
    alike("summary", slow.summaries(), fast.summaries())?;
    alike("other years", slow.other_years(), fast.other_years())?;
    alike("paid", slow.paid_by_rule(), fast.paid_by_rule())?;
    alike("overpaid", slow.overpaid().count(), fast.overpaid().count())?;
    alike("verdicts", slow.verdict_outcomes(), fast.verdict_outcomes())?;
    for (id, outcomes) in fast.verdict_outcomes() {
        for (word, count) in outcomes {
            let known = slow.verdicts.iter().filter(|v| v.verdict == id);
            let known = known.filter(|v| v.outcome == *word).count() as u64;
            alike("outcomes that name one peer", known, *count)?;
        }
    }
    let mut sheet = Vec::new();
    let written = lists::decisions(pack, registry, &slow).write_csv(&mut sheet, ByteOrderMark::Written);
    let blocks = bytes(pack, registry, fast);
    if written.is_err() || sheet != blocks || sheet != bytes(pack, registry, &slow) {
        return Err(("bytes", String::from_utf8_lossy(&blocks).into_owned()));
    }
    Ok(())
}

fn bytes(pack: &Pack, registry: &Registry, run: &Run) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = lists::Written {
        pack,
        registry,
        run,
        lang: jiufen_diagnostic::Lang::Zh,
        provenance: &[],
        watch: &jiufen_office::progress::Unwatched,
    };
    let (list, format) = (lists::List::Decisions, lists::ListFormat::Csv);
    written.write(list, format, &mut bytes).unwrap();
    bytes
}

fn sheets(pack: &Pack, registry: &Registry, run: &Run) -> Sheets {
    [
        lists::decisions(pack, registry, run),
        lists::instalments(pack, registry, run),
        lists::verdicts(pack, registry, run),
        values::values(pack, registry, run, Lang::Zh),
    ]
    .map(|sheet| sheet.rows)
}

fn formatted(files: &Files, keywords: Option<Lang>) -> Result<Files, String> {
    let one = |(path, text): &(String, String)| {
        if !path.ends_with(".md") || path.ends_with("README.md") {
            return Ok((path.clone(), text.clone()));
        }
        let formatted = format_document(&mut Sources::default(), path, text.as_bytes(), keywords);
        match formatted.text {
            Some(text) if formatted.findings.is_empty() => Ok((path.clone(), text)),
            _ => Err(format!("{path}: {:?}", formatted.findings)),
        }
    };
    files.iter().map(one).collect()
}

/// What formatted text says in English is what the text says; English and back is where it began.
fn formats(files: &Files, before: &Sheets, options: RunOptions) -> Differs {
    let format = |files: &Files, lang| formatted(files, lang).map_err(|how| ("format", how));
    let chinese = format(files, None)?;
    let english = format(&chinese, Some(Lang::En))?;
    let back = format(&english, Some(Lang::Zh))?;
    for ((path, text), (_, again)) in chinese.iter().zip(&back) {
        if let Some(apart) = text.lines().zip(again.lines()).find(|(a, b)| a != b) {
            return Err(("back from English", format!("{path}: {apart:?}")));
        }
    }
    alike("format again", &chinese, &format(&chinese, None)?)?;
    let pack = pack_of(&english);
    if let Some(error) = pack.findings.iter().find(|f| f.severity() == Severity::Error) {
        return Err(("English", format!("{}: {error:?}", error.code())));
    }
    let registry = Registry::load(&pack.program, &pack.files, "data", options.as_of);
    let run = Run::columnar(&pack, &registry, options);
    for (one, other) in before.iter().zip(&sheets(&pack, &registry, &run)) {
        if let Some((one, other)) = one.iter().zip(other).find(|(a, b)| a != b) {
            return Err(("English", format!("before {one:?}\n\nafter {other:?}")));
        }
    }
    Ok(())
}

impl Tally {
    fn line(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        if !first.chars().all(char::is_alphabetic) {
            return;
        }
        let said = match first {
            "法" | "超出" | "跨期" | "否决" | "方式" | "口径" => words.next(),
            "每" => words.nth(1),
            _ => None,
        };
        let word = [first, said.unwrap_or_default()].join(" ");
        *self.lines.entry(word.trim().to_owned()).or_default() += 1;
    }

    /// The constructs that were reached.
    pub(super) fn reached(&self) -> BTreeSet<&str> {
        self.kinds.keys().map(String::as_str).collect()
    }
}
