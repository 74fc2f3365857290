//! From columns of the engine to the rights of a run: the interpreter is asked for those that the engine leaves.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiufen_engine::{Columns, Outcome, Plan, Refusal, RuleColumns};
use jiufen_interpret::{Decision, Facts, Fault, Interpreter};
use jiufen_language::program::{ExprId, ExprKind, FieldRef, Frequency, Program, RuleId, SubjectId, Type};
use jiufen_quantity::Date;
use jiufen_table::lanes::{LaneState, Lanes};

use super::rights::{NONE, Payees, RuleRights, SetOfReasons, sets_of};
use super::{RunOptions, compete, in_law};
use crate::pack::Pack;
use crate::progress::{Watch, Work};
use crate::registry::{Registry, on_all_cores};
use crate::snapshot::Snapshot;
use crate::told::Told;

/// The rights of a run, and the decisions that are kept as a whole, in order.
pub(super) struct Built {
    pub rights: Vec<RuleRights>,
    pub kept: Vec<Decision>,
    pub account_faults: Vec<Fault>,
    pub shared: compete::Shared,
    pub without_steps: usize,
}

/// What all steps of building share.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub pack: &'a Pack,
    pub registry: &'a Registry<'a>,
    pub snapshot: &'a Snapshot<'a>,
    pub options: RunOptions,
}

impl<'a> World<'a> {
    pub fn program(&self) -> &'a Program {
        &self.pack.program
    }

    pub fn interpreter(&self) -> Interpreter<'a> {
        Interpreter::new(&self.pack.program, self.registry, self.options.year)
    }

    pub fn told<'i>(&self, interpreter: &'i Interpreter<'a>) -> Told<'i>
    where
        'a: 'i,
    {
        Told::new(&self.pack.program, self.registry, interpreter)
    }
}

/// Decisions of a rule that are kept as a whole, by row.
pub(super) type Kept = BTreeMap<u32, Decision>;

/// The rules of the law in force, none of whose rights is decided.
pub(super) fn undecided(pack: &Pack, registry: &Registry, options: RunOptions) -> Vec<RuleRights> {
    in_law(pack)
        .map(|(id, rule)| RuleRights {
            rule: id,
            subject: rule.each,
            rows: registry.row_count(rule.each),
            year: (rule.frequency == Frequency::Yearly).then_some(options.year),
            frequency: rule.frequency,
            dated: rule.as_of.is_some(),
            told: None,
            faults: HashMap::new(),
            sets: Vec::new(),
            of_lists: HashMap::new(),
            payees: Payees::Own,
            full: Vec::new(),
            changed: Vec::new(),
        })
        .collect()
}

/// Decides and settles all rights.
pub(super) fn columnar(pack: &Pack, registry: &Registry, options: RunOptions, watch: &dyn Watch) -> Built {
    let snapshot = Snapshot::new(&pack.program, registry);
    let world = World {
        pack,
        registry,
        snapshot: &snapshot,
        options,
    };
    let mut rights = undecided(pack, registry, options);
    watch.begin(Work::Deciding, rights.iter().map(|of| u64::from(of.rows)).sum());
    tell(world, &mut rights);
    let payees = payees(world, &rights);
    let competing: Vec<bool> = rights
        .iter()
        .map(|of| compete::competes(&pack.program, of.rule))
        .collect();
    let whole = on_all_cores(rights.len(), |at| {
        let whole = whole(world, &rights[at], competing[at]);
        watch.done(u64::from(rights[at].rows));
        whole
    });
    let mut kept: Vec<Kept> = Vec::with_capacity(rights.len());
    let mut without_steps = 0;
    for ((of, payees), whole) in rights.iter_mut().zip(payees).zip(whole) {
        without_steps += of.rows as usize - whole.by_interpreter;
        (of.payees, of.faults, of.of_lists) = (payees, whole.faults, whole.of_lists);
        kept.push(whole.kept);
    }
    let settled = compete::settle(world, &mut rights, &mut kept, &competing);
    let kept = kept
        .into_iter()
        .flat_map(BTreeMap::into_values)
        .map(without_derivation);
    Built {
        kept: kept.collect(),
        rights,
        account_faults: settled.faults,
        shared: settled.shared,
        without_steps,
    }
}

/// A derivation takes more room than all the rest; who asks for one has it derived again.
fn without_derivation(mut decision: Decision) -> Decision {
    decision.derivation.children = Vec::new();
    decision
}

/// The answers of the columnar engine, a plan a subject.
fn tell(world: World<'_>, rights: &mut [RuleRights]) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut of_subject: BTreeMap<SubjectId, Vec<RuleId>> = BTreeMap::new();
    for of in rights.iter() {
        of_subject.entry(of.subject).or_default().push(of.rule);
    }
    let mut columns: HashMap<RuleId, RuleColumns> = HashMap::new();
    for (subject, rules) in of_subject {
        let when = (world.options.year, world.options.as_of);
        let plan = Plan::new(world.program(), subject, &rules, world.snapshot, when);
        let answers = plan.run(world.snapshot, world.snapshot.rows(subject), threads);
        columns.extend(answers.into_iter().map(|of_rule| (of_rule.rule, of_rule)));
    }
    for of in rights {
        of.told = columns.remove(&of.rule);
        of.sets = of
            .told
            .as_ref()
            .map_or_else(Vec::new, |told| sets_of(world.program(), told));
    }
}

/// What the interpreter says of a rule.
struct Whole {
    kept: Kept,
    faults: HashMap<(Refusal, Option<Date>), Fault>,
    /// What the reasons of a right say that are those of listed rows.
    of_lists: HashMap<u32, SetOfReasons>,
    /// How many rights it decided itself.
    by_interpreter: usize,
}

/// The decisions of a rule that are kept as a whole: those that the engine leaves, and those with instalments. Where its
/// rights do not compete, they are settled.
fn whole(world: World<'_>, of: &RuleRights, competes: bool) -> Whole {
    let interpreter = world.interpreter();
    let mut told = world.told(&interpreter);
    let mut whole = Whole {
        kept: Kept::new(),
        faults: HashMap::new(),
        of_lists: HashMap::new(),
        by_interpreter: 0,
    };
    let staged = !world.program().rule(of.rule).stages.is_empty();
    let determinable = of.told.as_ref().is_some_and(|columns| columns.determinable)
        && world.registry.has_determinations(of.rule);
    for row in 0..of.rows {
        let right = of.right(row);
        let outcome = of.outcome(row);
        let determined = || {
            determinable
                && world
                    .registry
                    .determination(right.rule, right.row, right.year)
                    .is_some()
        };
        let day = of.law_day(row);
        let dated = day.is_some() || matches!(outcome, Outcome::Refused(_));
        if outcome == Outcome::Open || !dated || determined() {
            whole.by_interpreter += 1;
            whole.kept.insert(row, interpreter.decide(right));
            continue;
        }
        if let (Outcome::Uncertain(open), Some(columns)) = (outcome, &of.told)
            && of
                .sets
                .get(open.reasons.0 as usize)
                .is_some_and(|set| set.of_lists)
        {
            let open = told.open_amount(columns, &open, right.row);
            whole.of_lists.insert(row, SetOfReasons::of(&open.reasons));
        }
        match outcome {
            Outcome::Refused(refusal) if !whole.faults.contains_key(&(refusal, day)) => {
                if let Some(fault) = interpreter.decide(right).fault {
                    whole.faults.insert((refusal, day), fault);
                }
            }
            Outcome::Eligible(_) | Outcome::Uncertain(_) if staged => {
                let decision = of
                    .told
                    .as_ref()
                    .and_then(|columns| told.decision(columns, row as usize, right));
                whole.kept.extend(decision.map(|decision| (row, decision)));
            }
            _ => {}
        }
    }
    if !competes && !whole.kept.is_empty() {
        let (rows, mut decisions): (Vec<u32>, Vec<Decision>) =
            std::mem::take(&mut whole.kept).into_iter().unzip();
        interpreter.settle_after(&mut decisions, &[]);
        whole.kept = rows.into_iter().zip(decisions).collect();
    }
    whole
}

/// Who is paid by each rule.
fn payees(world: World<'_>, rights: &[RuleRights]) -> Vec<Payees> {
    let mut known: HashMap<(SubjectId, Vec<FieldRef>), Payees> = HashMap::new();
    let mut all = Vec::with_capacity(rights.len());
    for of in rights {
        let pay_to = world.program().rule(of.rule).pay_to;
        let found = match path(world.program(), pay_to) {
            Some(path) => {
                let key = (of.subject, path);
                match known.get(&key) {
                    Some(payees) => Some(payees.clone()),
                    None => {
                        let payees = along(world, of.subject, &key.1);
                        known.extend(payees.clone().map(|payees| (key, payees)));
                        payees
                    }
                }
            }
            None => None,
        };
        all.push(found.unwrap_or_else(|| asked(world, of, pay_to)));
    }
    all
}

/// The references that lead from a row to the one that an expression gives, where it is no more than that.
fn path(program: &Program, expr: ExprId) -> Option<Vec<FieldRef>> {
    match &program.expr(expr).kind {
        ExprKind::Row(0) => Some(Vec::new()),
        ExprKind::Follow { row, field } if !program.field(*field).yearly => {
            let mut path = path(program, *row)?;
            path.push(*field);
            Some(path)
        }
        _ => None,
    }
}

fn along(world: World<'_>, subject: SubjectId, path: &[FieldRef]) -> Option<Payees> {
    let Some(last) = path.last() else {
        return Some(Payees::Own);
    };
    let Type::Row(target) = world.program().field(*last).ty else {
        return None;
    };
    let mut rows: Vec<u32> = (0..world.registry.row_count(subject)).collect();
    for field in path {
        let column = world.snapshot.column(*field, None)?;
        let Lanes::Narrow(lanes) = &column.lanes else {
            return None;
        };
        let known = |row: usize| {
            let states = column.states.as_ref();
            states.is_none_or(|states| states[row] == LaneState::KNOWN)
        };
        for row in rows.iter_mut().filter(|row| **row != NONE) {
            let at = *row as usize;
            let next = lanes.get(at).copied().filter(|_| known(at));
            *row = next.and_then(|next| u32::try_from(next).ok()).unwrap_or(NONE);
        }
    }
    Some(Payees::Rows(target, Arc::from(rows)))
}

/// The same by the interpreter.
fn asked(world: World<'_>, of: &RuleRights, pay_to: ExprId) -> Payees {
    let Type::Row(target) = world.program().expr(pay_to).ty else {
        return Payees::Own;
    };
    let interpreter = world.interpreter();
    let rows = (0..of.rows).map(|row| {
        let paid = interpreter.beneficiary_on(of.right(row), of.law_day(row));
        paid.map_or(NONE, |paid| paid.row)
    });
    Payees::Rows(target, rows.collect())
}
