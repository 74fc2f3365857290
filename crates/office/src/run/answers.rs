//! What verdicts and rankings came to, row by row: the outcome, and why where there is none.

use jiufen_interpret::{Facts, Fault, Interpreter, Reason, RowId, VerdictDecision};
use jiufen_language::program::{SubjectId, VerdictId};

use super::{Outcomes, RunOptions};
use crate::pack::Pack;
use crate::registry::{Registry, on_all_cores};

/// The answers of a verdict to the rows of its subject, in order.
#[derive(Debug)]
pub(crate) struct Answers {
    pub verdict: VerdictId,
    pub outcomes: Outcomes,
    subject: SubjectId,
    /// Which of the outcomes each row came to, by position.
    of_row: Vec<u32>,
    /// Rows without an answer, in order, and why.
    open: Vec<(u32, Open)>,
}

/// Why a row has no answer.
#[derive(Debug)]
pub(crate) enum Open {
    Missing(Vec<Reason>),
    Refused(Fault),
}

impl Answers {
    fn new(pack: &Pack, verdict: VerdictId) -> Self {
        Self {
            verdict,
            outcomes: Outcomes::new(),
            subject: pack.program.verdicts[verdict.index()].each,
            of_row: Vec::new(),
            open: Vec::new(),
        }
    }

    fn add(&mut self, answer: &VerdictDecision) {
        let known = self.outcomes.iter().position(|(word, _)| *word == answer.outcome);
        let at = known.unwrap_or_else(|| {
            self.outcomes.push((answer.outcome.clone(), 0));
            self.outcomes.len() - 1
        });
        self.outcomes[at].1 += 1;
        // INVARIANT: a verdict has fewer outcomes than its text has lines.
        self.of_row.push(at as u32);
        let open = match &answer.fault {
            Some(fault) => Open::Refused(fault.clone()),
            None if answer.missing.is_empty() => return,
            None => Open::Missing(answer.missing.clone()),
        };
        self.open.push((answer.row.row, open));
    }

    /// How many rows were asked about.
    pub fn len(&self) -> u32 {
        self.of_row.len() as u32
    }

    /// A row by its position, its outcome, and why there is none.
    pub fn get(&self, row: u32) -> Option<(RowId, &str, Option<&Open>)> {
        let outcome = *self.of_row.get(row as usize)?;
        let (word, _) = self.outcomes.get(outcome as usize)?;
        let open = self.open.binary_search_by_key(&row, |(row, _)| *row).ok();
        let subject = self.subject;
        Some((RowId { subject, row }, word, open.map(|at| &self.open[at].1)))
    }
}

/// The verdicts of the law in force.
fn in_law(pack: &Pack) -> Vec<VerdictId> {
    let all = (0u32..).map(VerdictId).zip(&pack.program.verdicts);
    all.filter(|(_, verdict)| pack.program.in_law(verdict.document))
        .map(|(id, _)| id)
        .collect()
}

fn rows(pack: &Pack, registry: &Registry, id: VerdictId) -> impl Iterator<Item = RowId> {
    let subject = pack.program.verdicts[id.index()].each;
    (0..registry.row_count(subject)).map(move |row| RowId { subject, row })
}

/// The answers of all verdicts with their derivations.
pub(super) fn in_full(pack: &Pack, registry: &Registry, interpreter: &Interpreter) -> Vec<VerdictDecision> {
    let of = |id| rows(pack, registry, id).map(move |row| interpreter.verdict(id, row));
    in_law(pack).into_iter().flat_map(of).collect()
}

/// The answers of all verdicts without derivations.
pub(super) fn all(pack: &Pack, registry: &Registry, options: RunOptions) -> Vec<Answers> {
    let verdicts = in_law(pack);
    let of = |at: usize| asked(pack, registry, options, verdicts[at]);
    on_all_cores(verdicts.len(), of)
}

/// The same as [`all`] where answers with derivations are at hand. Those of a ranking name every peer, so that it is
/// asked again.
pub(super) fn of(
    pack: &Pack,
    registry: &Registry,
    options: RunOptions,
    known: &[VerdictDecision],
) -> Vec<Answers> {
    let of = |id: VerdictId| match &pack.program.verdicts[id.index()].ranking {
        Some(_) => asked(pack, registry, options, id),
        None => {
            let mut answers = Answers::new(pack, id);
            let known = known.iter().filter(|answer| answer.verdict == id);
            known.for_each(|answer| answers.add(answer));
            answers
        }
    };
    in_law(pack).into_iter().map(of).collect()
}

fn asked(pack: &Pack, registry: &Registry, options: RunOptions, id: VerdictId) -> Answers {
    let interpreter = Interpreter::new(&pack.program, registry, options.year);
    let mut answers = Answers::new(pack, id);
    let rows = rows(pack, registry, id);
    interpreter
        .answers(id, rows)
        .for_each(|answer| answers.add(&answer));
    answers
}
