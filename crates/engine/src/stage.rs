//! Stages: what is made of listed rows before the rows that list them are gone through.
//!
//! A stage is a row program over the listed subject: whether a row belongs, and its value. Its answers are folded onto the
//! rows that they are listed for, and stand there as columns like any other. A list with a row that is left is left.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use jiufen_language::program::{Absence, Aggregate, FieldRef, Listed, Program, SubjectId};
use jiufen_quantity::exact::integer;
use jiufen_table::lanes::{LaneColumn, LaneState, Lanes, Meaning};

use crate::graph::{Graph, NodeId};
use crate::machine::{Answer, Columns, Lane, Listing, Machine, Output, Reading, Wanted};
use crate::outcome::{Unknown, WhyOpen, members};
use crate::rank::Belongs;
use crate::related::{self, Fold, Folded, Rows};

/// What is made of listed rows.
#[derive(Debug)]
pub struct ListStage {
    /// Which rows are listed.
    pub over: Listed,
    /// What is made of them.
    pub function: Aggregate,
    /// How many there are.
    pub listing: Listing,
    /// The operations on a listed row.
    pub graph: Graph,
    /// The columns that they read.
    pub inputs: Vec<Reading>,
    /// The stages behind them.
    pub stages: Vec<Self>,
    /// Whether values may be below zero.
    pub(crate) signed: bool,
    /// Where a row belongs, where it does not, where that is open.
    pub(crate) belongs: [NodeId; 3],
    pub(crate) item: Option<ItemNodes>,
    /// Why it is open whether a row belongs, and why its value is.
    pub(crate) whys: [Vec<(WhyOpen, NodeId)>; 2],
}

/// The value of a listed row.
#[derive(Debug, Clone)]
pub(crate) struct ItemNodes {
    pub low: NodeId,
    pub high: NodeId,
    pub no_low: NodeId,
    pub no_high: NodeId,
    /// Where there is a value, known or open.
    pub here: NodeId,
    pub absent: NodeId,
    pub open: NodeId,
    /// What its integers mean: a number, or something that is only compared.
    pub meaning: Meaning,
}

/// Why what a stage made of listed rows is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedReasons {
    over: Listed,
    belongs: Vec<Belongs>,
    membership: Sets,
    value: Sets,
    stages: Arc<[Self]>,
}

/// Reasons a row, rows with the same reasons under one number.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sets {
    whys: Vec<WhyOpen>,
    of_row: Vec<u32>,
    sets: Vec<Vec<u16>>,
}

impl ListedReasons {
    /// Which rows are listed.
    pub fn over(&self) -> Listed {
        self.over
    }

    /// Whether a listed row belongs; none where that is left.
    pub fn belongs(&self, row: usize) -> Belongs {
        self.belongs[row]
    }

    /// Why it is open whether a row belongs, in source order.
    pub fn of_membership(&self, row: usize) -> impl Iterator<Item = &WhyOpen> {
        self.membership.of(row)
    }

    /// Why the value of a row is open.
    pub fn of_value(&self, row: usize) -> impl Iterator<Item = &WhyOpen> {
        self.value.of(row)
    }

    /// The same of the stages behind it.
    pub fn stages(&self) -> &[Self] {
        &self.stages
    }

    /// Everything that some list may be open for.
    pub fn unknowns(&self) -> impl Iterator<Item = &Unknown> {
        let own = self.membership.whys.iter().chain(&self.value.whys);
        own.map(|why| &why.unknown)
    }
}

impl Sets {
    fn new(whys: &[(WhyOpen, NodeId)], words: &[Vec<u64>], rows: usize) -> Self {
        let mut numbers: HashMap<Vec<u64>, u32> = HashMap::new();
        let mut sets = Vec::new();
        let mut of_row = Vec::new();
        if !whys.is_empty() {
            of_row = (0..rows)
                .map(|row| {
                    let of: Vec<u64> = words.iter().map(|words| words[row]).collect();
                    *numbers.entry(of).or_insert_with_key(|of| {
                        sets.push(members(of));
                        // INVARIANT: no more sets than rows, and rows are numbered with 32 bits.
                        sets.len() as u32 - 1
                    })
                })
                .collect();
        }
        Self {
            whys: whys.iter().map(|(why, _)| why.clone()).collect(),
            of_row,
            sets,
        }
    }

    fn of(&self, row: usize) -> impl Iterator<Item = &WhyOpen> {
        let set = self.of_row.get(row).and_then(|set| self.sets.get(*set as usize));
        let set = set.map_or(&[][..], Vec::as_slice);
        set.iter().filter_map(|at| self.whys.get(usize::from(*at)))
    }
}

/// The columns of a stage.
#[derive(Debug)]
struct Made {
    value: LaneColumn,
    open: LaneColumn,
    low: LaneColumn,
    high: LaneColumn,
    over: LaneColumn,
}

/// Columns with those that stages made.
pub(crate) struct Staged<'a> {
    columns: &'a dyn Columns,
    made: Vec<Made>,
    pub reasons: Arc<[ListedReasons]>,
}

impl<'a> Staged<'a> {
    /// Runs stages.
    pub fn new(stages: &[ListStage], columns: &'a dyn Columns, threads: usize) -> Self {
        let (made, reasons): (Vec<Made>, Vec<ListedReasons>) =
            stages.iter().map(|stage| stage.run(columns, threads)).unzip();
        Self {
            columns,
            made,
            reasons: reasons.into(),
        }
    }
}

impl Columns for Staged<'_> {
    fn column(&self, field: FieldRef, year: Option<i16>) -> Option<&LaneColumn> {
        self.columns.column(field, year)
    }

    fn years(&self, subject: SubjectId) -> Option<(i16, i16)> {
        self.columns.years(subject)
    }

    fn listing(&self, over: Listed) -> Option<Listing> {
        self.columns.listing(over)
    }

    fn folded(&self, stage: usize, lane: Lane) -> Option<&LaneColumn> {
        let made = self.made.get(stage)?;
        Some(match lane {
            Lane::Value => &made.value,
            Lane::Open => &made.open,
            Lane::Low => &made.low,
            Lane::High => &made.high,
            Lane::Over => &made.over,
        })
    }
}

/// What a list comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Total {
    Left,
    Nothing,
    /// Between two ends that are still to be divided; known where they are the same.
    Between(Option<i64>, Option<i64>, u32),
}

/// The answers of a stage's program, row by row.
struct Answers {
    belongs: Vec<Belongs>,
    /// Rows of which something is left.
    left: Vec<bool>,
    values: Vec<related::Listed>,
    /// Rows that belong, or may, and whose value is open.
    open: Vec<bool>,
}

impl ListStage {
    /// The first of its invariants that does not hold.
    pub fn fault(&self) -> Option<String> {
        let of_inputs = || missing(&self.inputs, &self.stages);
        let of_stages = || self.stages.iter().find_map(Self::fault);
        self.graph.fault().or_else(of_inputs).or_else(of_stages)
    }

    /// The subject whose rows are listed.
    pub fn subject(&self) -> SubjectId {
        match self.over {
            Listed::Related(via) => via.subject,
            Listed::All(subject) => subject,
        }
    }

    /// What the integers of what is made mean.
    pub(crate) fn meaning(&self) -> Meaning {
        match (&self.item, self.function) {
            (_, Aggregate::Exists) => Meaning::Truth,
            (Some(item), Aggregate::Sum | Aggregate::Mean | Aggregate::Maximum | Aggregate::Minimum) => {
                item.meaning.clone()
            }
            _ => Meaning::Number(integer(1)),
        }
    }

    /// Whether what is made of some list may be open.
    pub(crate) fn may_be_open(&self) -> bool {
        let never = |node: NodeId| self.graph.is_never(node);
        let of_value = self.item.as_ref().is_some_and(|item| !never(item.open));
        !self.listing.complete || !never(self.belongs[2]) || of_value
    }

    /// The least and the most that is made of a list, as proved from the bounds of a row's value.
    pub(crate) fn bounds(&self) -> (i64, i64) {
        let times = |n: i64| {
            let most = i64::try_from(self.listing.most).unwrap_or(i64::MAX);
            n.saturating_mul(most)
        };
        match (&self.item, self.function) {
            (_, Aggregate::Count | Aggregate::Exists) | (None, _) => (0, times(1)),
            (Some(item), function) => {
                let low = self.graph.bounds(item.low).low.min(0);
                let high = self.graph.bounds(item.high).high.max(0);
                match function {
                    Aggregate::Sum | Aggregate::Mean => (times(low), times(high)),
                    _ => (low, high),
                }
            }
        }
    }

    /// Whether something behind it may be open because it is not published.
    pub(crate) fn may_be_unpublished(&self, program: &Program) -> bool {
        self.whys.iter().flatten().any(|(why, _)| match &why.unknown {
            Unknown::Unpublished(_) => true,
            Unknown::Fact(input) => program.field(input.field).absence == Absence::Unpublished,
            Unknown::Listed(listed) => self.stages[listed.stage].may_be_unpublished(program),
        })
    }

    fn outputs(&self) -> Vec<Output> {
        let masks = |masks: Vec<NodeId>| Wanted::Bytes(masks);
        let mut wanted = vec![masks(self.belongs.to_vec())];
        if let Some(item) = &self.item {
            wanted.push(masks(vec![
                item.here,
                item.absent,
                item.open,
                item.no_low,
                item.no_high,
            ]));
            wanted.extend([Wanted::Node(item.low), Wanted::Node(item.high)]);
        }
        for whys in &self.whys {
            let rows: Vec<NodeId> = whys.iter().map(|(_, rows)| *rows).collect();
            wanted.extend(rows.chunks(64).map(|rows| Wanted::Words(rows.to_vec())));
        }
        let everywhere = |wanted| Output { wanted, guard: None };
        wanted.into_iter().map(everywhere).collect()
    }

    fn run(&self, columns: &dyn Columns, threads: usize) -> (Made, ListedReasons) {
        let staged = Staged::new(&self.stages, columns, threads);
        let rows = self.listing.rows;
        let machine = Machine::new(&self.graph, self.inputs.len(), &self.outputs());
        let mut answers = machine.run(&self.inputs, &staged, rows, threads).into_iter();
        let of_rows = self.answers(&mut answers);
        let mut words = |whys: &[(WhyOpen, NodeId)]| -> Sets {
            let words: Vec<Vec<u64>> = whys.chunks(64).map(|_| words(answers.next())).collect();
            Sets::new(whys, &words, rows)
        };
        let [membership, value] = [&self.whys[0], &self.whys[1]].map(|whys| words(whys));
        let parents = self.parents(columns);
        let totals = self.totals(&of_rows, &parents);
        let reasons = ListedReasons {
            over: self.over,
            belongs: of_rows.belongs,
            membership,
            value,
            stages: staged.reasons,
        };
        (self.made(&totals), reasons)
    }

    fn answers(&self, answers: &mut std::vec::IntoIter<Answer>) -> Answers {
        let rows = self.listing.rows;
        let asked = bytes(answers.next());
        let belongs: Vec<Belongs> = asked
            .iter()
            .map(|asked| match asked {
                1 => Belongs::Yes,
                2 => Belongs::No,
                _ => Belongs::Maybe,
            })
            .collect();
        let mut left: Vec<bool> = asked.iter().map(|asked| *asked == 0).collect();
        let (mut values, mut open) = (vec![related::Listed::only(1); rows], vec![false; rows]);
        if self.item.is_some() {
            let given = bytes(answers.next());
            let (low, high) = (numbers(answers.next()), numbers(answers.next()));
            for row in 0..rows {
                let is = |bit: u8| given[row] >> bit & 1 != 0;
                values[row] = match (is(0), is(1)) {
                    (_, true) => related::Listed::Nothing,
                    (true, false) => {
                        related::Listed::Between((!is(3)).then_some(low[row]), (!is(4)).then_some(high[row]))
                    }
                    (false, false) => {
                        // Whether it is asked depends on whether the row belongs.
                        left[row] |= belongs[row] != Belongs::No && self.function != Aggregate::Exists;
                        related::Listed::Nothing
                    }
                };
                open[row] = is(2) && belongs[row] != Belongs::No;
                // What may be none, or any number at all, is no number of which an extreme is taken.
                let extreme = matches!(self.function, Aggregate::Maximum | Aggregate::Minimum);
                left[row] |= extreme && self.is_number() && open[row] && is(3) && is(4);
            }
        }
        Answers {
            belongs,
            left,
            values,
            open,
        }
    }

    fn is_number(&self) -> bool {
        let meaning = self.item.as_ref().map(|item| &item.meaning);
        matches!(meaning, None | Some(Meaning::Number(_)))
    }

    /// The row that each row is listed for. All rows of a subject are listed for one.
    fn parents(&self, columns: &dyn Columns) -> Vec<Option<u32>> {
        let Listed::Related(via) = self.over else {
            return vec![Some(0); self.listing.rows];
        };
        let Some(column) = columns.column(via, None) else {
            return vec![None; self.listing.rows];
        };
        let known = |row: usize| column.states.as_ref().is_none_or(|s| s[row] == LaneState::KNOWN);
        match &column.lanes {
            Lanes::Narrow(lanes) => lanes
                .iter()
                .enumerate()
                .map(|(row, parent)| u32::try_from(*parent).ok().filter(|_| known(row)))
                .collect(),
            _ => vec![None; self.listing.rows],
        }
    }

    fn totals(&self, rows: &Answers, parent: &[Option<u32>]) -> Vec<Total> {
        let lists = match self.over {
            Listed::Related(_) => self.listing.parents,
            Listed::All(_) => 1,
        };
        let listed = Rows {
            parent,
            belongs: &rows.belongs,
            values: &rows.values,
            complete: self.listing.complete,
            signed: self.signed,
        };
        let fold = match self.function {
            Aggregate::Sum => Fold::Sum,
            Aggregate::Mean => Fold::Mean,
            Aggregate::Count | Aggregate::Exists => Fold::Count,
            Aggregate::Maximum => Fold::Maximum,
            Aggregate::Minimum => Fold::Minimum,
        };
        let folded = related::fold(fold, listed, lists);
        let mut totals: Vec<Total> = folded.iter().map(|folded| self.total(folded)).collect();
        if !self.is_number() && self.function != Aggregate::Exists {
            self.open_extremes(rows, parent, &mut totals);
        }
        for (row, parent) in parent.iter().enumerate() {
            if let (true, Some(parent)) = (rows.left[row], parent) {
                let total = &mut totals[*parent as usize];
                // A row that belongs for sure decides, whatever the others are.
                let decided = self.function == Aggregate::Exists
                    && matches!(total, Total::Between(Some(low), ..) if *low > 0);
                if !decided {
                    *total = Total::Left;
                }
            }
        }
        totals
    }

    fn total(&self, folded: &Folded) -> Total {
        // INVARIANT: the bounds of what is read of a stage were proved to hold the sum of every list.
        let end = |end: Option<i128>| end.and_then(|n| i64::try_from(n).ok());
        match folded.there {
            Belongs::No => Total::Nothing,
            Belongs::Maybe => Total::Between(None, None, 1),
            Belongs::Yes => Total::Between(end(folded.low), end(folded.high), folded.over),
        }
    }

    /// The latest of dates of which one is open, or may not belong, is open as a whole.
    fn open_extremes(&self, rows: &Answers, parent: &[Option<u32>], totals: &mut [Total]) {
        let mut some = vec![false; totals.len()];
        let mut uncertain = vec![!self.listing.complete; totals.len()];
        for (row, parent) in parent.iter().enumerate() {
            let Some(parent) = parent.map(|parent| parent as usize) else {
                continue;
            };
            if rows.belongs[row] == Belongs::No {
                continue;
            }
            some[parent] |= rows.values[row] != related::Listed::Nothing;
            uncertain[parent] |= rows.open[row] || rows.belongs[row] == Belongs::Maybe;
        }
        for (total, (some, uncertain)) in totals.iter_mut().zip(some.into_iter().zip(uncertain)) {
            if some && uncertain {
                *total = Total::Between(None, None, 1);
            }
        }
    }

    fn made(&self, totals: &[Total]) -> Made {
        let exists = self.function == Aggregate::Exists;
        let known = |total: &Total| match *total {
            Total::Between(Some(low), high, over) if high == Some(low) => Some((low, over)),
            Total::Between(Some(low), ..) if exists && low > 0 => Some((1, 1)),
            _ => None,
        };
        let state = |total: &Total| match (known(total), total) {
            (Some(_), _) => LaneState::KNOWN,
            (None, Total::Nothing) => LaneState::ABSENT,
            (None, _) => LaneState::MISSING,
        };
        let meaning = self.meaning();
        let values = totals
            .iter()
            .map(|total| known(total).map_or(0, |(value, _)| value));
        let lanes = match exists {
            true => Lanes::Truth(values.map(|value| u8::from(value > 0)).collect()),
            false => Lanes::Wide(values.collect()),
        };
        let end = |of: fn(&Total) -> Option<i64>| {
            let states = totals.iter().map(|total| match of(total) {
                Some(_) => LaneState::KNOWN,
                None => LaneState::MISSING,
            });
            let states = Some(states.collect());
            let lanes = totals.iter().map(|total| of(total).unwrap_or(0)).collect();
            self.column(LaneColumn::new(Lanes::Wide(lanes), states, meaning.clone()))
        };
        let open = |total: &Total| known(total).is_none() && matches!(total, Total::Between(..));
        let open = totals.iter().map(|total| u8::from(open(total))).collect();
        let over = totals.iter().map(|total| match total {
            Total::Between(_, _, over) => i64::from(*over),
            Total::Left | Total::Nothing => 1,
        });
        Made {
            low: end(|total| match total {
                Total::Between(low, ..) => *low,
                Total::Left | Total::Nothing => None,
            }),
            high: end(|total| match total {
                Total::Between(_, high, _) => *high,
                Total::Left | Total::Nothing => None,
            }),
            open: self.column(LaneColumn::known(Lanes::Truth(open), Meaning::Truth)),
            over: self.column(LaneColumn::known(
                Lanes::Wide(over.collect()),
                Meaning::Number(integer(1)),
            )),
            value: self.column(LaneColumn::new(
                lanes,
                Some(totals.iter().map(state).collect()),
                meaning.clone(),
            )),
        }
    }

    /// A column of lists as one of the rows that they are listed for.
    fn column(&self, column: LaneColumn) -> LaneColumn {
        let Listed::All(_) = self.over else {
            return column;
        };
        let parents = self.listing.parents;
        let lanes = match column.lanes {
            Lanes::Wide(lanes) => Lanes::Wide(vec![lanes[0]; parents]),
            Lanes::Narrow(lanes) => Lanes::Narrow(vec![lanes[0]; parents]),
            Lanes::Truth(lanes) => Lanes::Truth(vec![lanes[0]; parents]),
        };
        let states = column.states.map(|states| vec![states[0]; parents]);
        LaneColumn::new(lanes, states, column.meaning)
    }
}

/// A stage that is read and not there.
pub(crate) fn missing(inputs: &[Reading], stages: &[ListStage]) -> Option<String> {
    inputs.iter().find_map(|input| match input {
        Reading::Folded(input) if input.stage >= stages.len() => {
            Some(format!("stage {} is read and not there", input.stage))
        }
        _ => None,
    })
}

fn bytes(answer: Option<Answer>) -> Vec<u8> {
    match answer {
        Some(Answer::Bytes(bytes)) => bytes,
        _ => Vec::new(),
    }
}

fn numbers(answer: Option<Answer>) -> Vec<i64> {
    answer.map_or_else(Vec::new, Answer::into_numbers)
}

fn words(answer: Option<Answer>) -> Vec<u64> {
    match answer {
        Some(Answer::Words(words)) => words,
        _ => Vec::new(),
    }
}

impl fmt::Display for ListStage {
    /// Its operations, one a line, then what is made of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, stage) in self.stages.iter().enumerate() {
            writeln!(f, "stage {index}:\n{stage}")?;
        }
        write!(f, "{}", self.graph)?;
        let [yes, no, open] = self.belongs.map(NodeId::position);
        writeln!(
            f,
            "{:?} over {:?}: belongs %{yes}, not %{no}, open %{open}",
            self.function, self.over
        )?;
        if let Some(item) = &self.item {
            let (low, high) = (item.low.position(), item.high.position());
            writeln!(f, "    value %{low} to %{high}, here %{}", item.here.position())?;
        }
        for (why, rows) in self.whys.iter().flatten() {
            writeln!(f, "    {:?} in %{}", why.unknown, rows.position())?;
        }
        Ok(())
    }
}
