//! `verdicts.csv`, and the counts of outcomes as JSON.

use std::io;
use std::ops::Range;

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Facts, describe};
use jiufen_table::Sheet;
use serde_json::{Value, json};

use super::{all_reasons, sheet};
use crate::pack::Pack;
use crate::registry::Registry;
use crate::run::{Answers, Open, Run};

/// The columns of `verdicts.csv`, in order.
pub const VERDICT_COLUMNS: [&str; 8] = [
    "verdict",
    "subject",
    "name",
    "year",
    "outcome",
    "reasons",
    "citation",
    "source_status",
];

/// One row an answer, in the order of the verdicts and their rows.
pub fn verdicts(pack: &Pack, registry: &Registry, run: &Run) -> Sheet {
    let mut all = Vec::new();
    for block in blocks(run) {
        // Keeping rows in memory does not fail.
        let _ = rows(pack, registry, run, &block, &mut |row| {
            all.push(row.iter().map(|cell| (*cell).to_owned()).collect());
            Ok(())
        });
    }
    sheet(registry, &VERDICT_COLUMNS, all.into_iter())
}

/// Pieces of the answers, in order: the position of a verdict and some rows of its subject.
pub(super) fn blocks(run: &Run) -> Vec<(usize, Range<u32>)> {
    const ROWS: u32 = 1 << 13;
    let of = |(at, answers): (usize, &Answers)| {
        let rows = answers.len();
        (0..rows.div_ceil(ROWS)).map(move |block| (at, block * ROWS..rows.min((block + 1) * ROWS)))
    };
    run.answers().iter().enumerate().flat_map(of).collect()
}

/// What [`verdicts`] gives for a piece.
pub(super) fn rows(
    pack: &Pack,
    registry: &Registry,
    run: &Run,
    (at, rows): &(usize, Range<u32>),
    take: &mut dyn FnMut(&[&str]) -> io::Result<()>,
) -> io::Result<()> {
    let Some(answers) = run.answers().get(*at) else {
        return Ok(());
    };
    let verdict = &pack.program.verdicts[answers.verdict.index()];
    let label = pack.verdict_label(answers.verdict);
    let year = run.options.year.to_string();
    let citation = pack.program.citation(verdict.cite);
    let source_status = pack.program.document(verdict.document).source_status.zh();
    for (row, outcome, open) in rows.clone().filter_map(|row| answers.get(row)) {
        let reasons = match open {
            None => String::new(),
            Some(Open::Missing(reasons)) => all_reasons(pack, registry, reasons),
            Some(Open::Refused(fault)) => describe::fault(fault, Lang::Zh),
        };
        take(&[
            &label,
            &registry.key(row),
            &registry.name(row),
            &year,
            outcome,
            &reasons,
            citation,
            source_status,
        ])?;
    }
    Ok(())
}

/// How often each verdict came to which outcome, as JSON.
pub fn verdicts_json(pack: &Pack, run: &Run) -> Vec<Value> {
    let all = run.verdict_outcomes().into_iter();
    all.map(|(id, outcomes)| {
        let verdict = &pack.program.verdicts[id.index()];
        let counts = outcomes.iter();
        let counts = counts.map(|(outcome, count)| json!({"outcome": outcome.as_str(), "count": count}));
        json!({
            "verdict": pack.verdict_label(id),
            "ranking": verdict.ranking.is_some(),
            "citation": pack.program.citation(verdict.cite),
            "source_status": pack.program.document(verdict.document).source_status.zh(),
            "outcomes": counts.collect::<Vec<_>>(),
        })
    })
    .collect()
}
