//! What the columns of a database are taken to hold while nobody has looked at them: a step, limits, which kinds of
//! nothing can occur.
//!
//! A program is proved to fit 64 bits within these limits. A row that lies outside says so in its answer.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiufen_language::program::{
    Aggregate, CellResult, CellTest, ExprKind, FieldRef, Listed, Literal, Program, SubjectId, Type,
};
use jiufen_quantity::exact::{integer, ratio};
use jiufen_quantity::{Base, Dimension, Exact};
use jiufen_table::lanes::{LaneColumn, LaneState, Lanes, Meaning, common_scale};
use num_traits::{One, ToPrimitive, Zero};
use smol_str::SmolStr;

use crate::machine::{Columns, Listing};

/// How many years before and after the known ones a rule may ask for. There nothing is known.
const YEARS_AROUND: i16 = 12;

/// How many rows may name a row by a reference.
const MOST_LISTED: usize = 10_000;

/// The first and the last day that a date may be.
pub(crate) const DAYS: (i64, i64) = (19_000_101, 21_991_231);

/// Columns without rows: steps, limits and states.
#[derive(Debug)]
pub struct Assumed {
    columns: HashMap<(FieldRef, Option<i16>), LaneColumn>,
    years: HashMap<SubjectId, (i16, i16)>,
    /// How many rows may name a row by a reference, and whether all that do are there.
    listings: HashMap<FieldRef, Listing>,
    words: Arc<[SmolStr]>,
    /// Whether the years are those of a registry.
    years_seen: bool,
}

impl Assumed {
    /// What is assumed of the columns of a program when there is no registry: yearly values from eleven years before
    /// the year to the year, amounts in fen up to ten trillion yuan, everything possibly missing.
    pub fn declared(program: &Program, year: i16) -> Self {
        let words = dictionary(program);
        let mut assumed = Self {
            columns: HashMap::new(),
            years: HashMap::new(),
            listings: HashMap::new(),
            words,
            years_seen: false,
        };
        for subject in (0u32..).map(SubjectId).take(program.subjects.len()) {
            if program.subject(subject).fields.iter().any(|f| f.yearly) {
                assumed.set_years(program, subject, (year.saturating_sub(11), year));
            }
            for (index, field) in (0u16..).zip(&program.subject(subject).fields) {
                if !field.yearly {
                    let field = FieldRef { subject, index };
                    assumed.declare(program, field, None);
                }
            }
        }
        assumed
    }

    /// Sets the years for which the yearly fields of a subject have values.
    pub fn set_years(&mut self, program: &Program, subject: SubjectId, (first, last): (i16, i16)) {
        self.years.insert(subject, (first, last));
        for (index, field) in (0u16..).zip(&program.subject(subject).fields) {
            if field.yearly {
                let field = FieldRef { subject, index };
                for year in first.saturating_sub(YEARS_AROUND)..=last.saturating_add(YEARS_AROUND) {
                    if !self.columns.contains_key(&(field, Some(year))) {
                        self.declare(program, field, Some(year));
                    }
                }
            }
        }
    }

    fn declare(&mut self, program: &Program, field: FieldRef, year: Option<i16>) {
        let declared = program.field(field);
        let mut states = vec![LaneState::MISSING];
        states.extend(declared.optional.then_some(LaneState::ABSENT));
        states.extend(declared.yearly.then_some(LaneState::NOT_APPLICABLE));
        let (lanes, meaning, (low, high)) = match &declared.ty {
            ty if ty.is_numeric() => {
                let (step, most) = step_and_most(ty);
                let low = if declared.signed { -most } else { 0 };
                (Lanes::Wide(Vec::new()), Meaning::Number(step), (low, most))
            }
            Type::Boolean => (Lanes::Truth(Vec::new()), Meaning::Truth, (0, 1)),
            Type::Date => (Lanes::Narrow(Vec::new()), Meaning::Date, DAYS),
            Type::Year => (Lanes::Narrow(Vec::new()), Meaning::Year, (1900, 2199)),
            Type::Enumeration(of) => {
                let last = program.enumerations[of.index()].values.len() as i64 - 1;
                (Lanes::Narrow(Vec::new()), Meaning::Enumeration, (0, last))
            }
            Type::Row(_) => (Lanes::Narrow(Vec::new()), Meaning::Row, (0, i64::from(i32::MAX))),
            Type::Text | Type::Code(_) | Type::Territory => {
                let last = self.words.len() as i64 - 1;
                let words = self.words.clone();
                (Lanes::Narrow(Vec::new()), Meaning::Text(words), (0, last))
            }
            _ => return,
        };
        let column = LaneColumn {
            lanes,
            states: Some(states),
            meaning,
            low,
            high,
        };
        self.columns.insert((field, year), column);
    }

    /// Takes over what a registry shows of a column: a finer step where the declared one does not serve (0.01亩 of areas), limits from its
    /// numbers with room above them, and that it is complete where no value is missing.
    pub fn refine(&mut self, program: &Program, field: FieldRef, year: Option<i16>, seen: &LaneColumn) {
        let Some(column) = self.columns.get_mut(&(field, year)) else {
            return;
        };
        if seen.states.is_none() && !seen.is_empty() {
            column.states = None;
        }
        let (Meaning::Number(step), Meaning::Number(scale)) = (&mut column.meaning, &seen.meaning) else {
            return;
        };
        if seen.low > seen.high {
            return;
        }
        let whole = |step: &Exact| {
            let times = scale / step;
            times.to_integer().to_i64().filter(|_| times.is_integer())
        };
        let in_mu = ratio(20, 3);
        let of_area = matches!(&program.field(field).ty, Type::Quantity { dimension, .. } if *dimension == Dimension::area());
        let times = match whole(step) {
            Some(times) => times,
            None => {
                *step = match of_area && whole(&in_mu).is_some() {
                    true => in_mu,
                    false => common_scale(step, scale),
                };
                whole(step).unwrap_or(1)
            }
        };
        let end = |n: i64| n.unsigned_abs().checked_mul(times.unsigned_abs()).map(above);
        let high = end(seen.high.max(0)).unwrap_or(i64::MAX);
        let low = end(seen.low.min(0)).unwrap_or(i64::MAX);
        column.high = high;
        column.low = if seen.low < 0 || column.low < 0 {
            -low.max(high)
        } else {
            0
        };
    }

    /// The step of a number column.
    pub fn step(&self, field: FieldRef, year: Option<i16>) -> Option<&Exact> {
        match &self.columns.get(&(field, year))?.meaning {
            Meaning::Number(step) => Some(step),
            _ => None,
        }
    }

    /// Takes over what a registry shows of the rows that name a row by a reference: whether all that do are there, and with
    /// room above it, how many do.
    pub fn refine_listing(&mut self, via: FieldRef, seen: Listing) {
        let most = usize::try_from(above(seen.most as u64)).unwrap_or(MOST_LISTED);
        self.listings.insert(via, Listing { most, ..seen });
    }

    /// Says that the years are those of a registry. Until then a row of which something is open may be decided by years
    /// that are not there, so that it is left open.
    pub fn see_years(&mut self) {
        self.years_seen = true;
    }

    /// Whether the years are those of a registry.
    pub(crate) fn years_seen(&self) -> bool {
        self.years_seen
    }

    /// One step for all years of a field: the coarsest on which the numbers of each are whole.
    pub fn align_years(&mut self, program: &Program) {
        let mut steps: HashMap<FieldRef, Exact> = HashMap::new();
        for ((field, _), column) in &self.columns {
            if let Meaning::Number(step) = &column.meaning {
                let common = match steps.get(field) {
                    Some(known) => common_scale(known, step),
                    None => step.clone(),
                };
                steps.insert(*field, common);
            }
        }
        for ((field, _), column) in &mut self.columns {
            let (Some(common), Meaning::Number(step)) = (steps.get(field), &mut column.meaning) else {
                continue;
            };
            debug_assert!(program.field(*field).ty.is_numeric());
            let times = (step.clone() / common).to_integer().to_i64().unwrap_or(i64::MAX);
            column.low = column.low.saturating_mul(times);
            column.high = column.high.saturating_mul(times);
            *step = common.clone();
        }
    }

    /// The limits of a number column over all its years.
    pub(crate) fn widest(&self, field: FieldRef) -> (i64, i64) {
        let all = self.columns.iter().filter(|((of, _), _)| *of == field);
        all.fold((0, 0), |(low, high), (_, column)| {
            (low.min(column.low), high.max(column.high))
        })
    }

    /// Whether no value of a column may be missing.
    pub(crate) fn is_complete(&self, field: FieldRef) -> bool {
        self.columns
            .get(&(field, None))
            .is_some_and(|column| column.states.is_none())
    }

    /// The words of the program's text columns.
    pub(crate) fn words(&self) -> &[SmolStr] {
        &self.words
    }
}

impl Columns for Assumed {
    fn column(&self, field: FieldRef, year: Option<i16>) -> Option<&LaneColumn> {
        self.columns.get(&(field, year))
    }

    fn years(&self, subject: SubjectId) -> Option<(i16, i16)> {
        self.years.get(&subject).copied()
    }

    fn listing(&self, over: Listed) -> Option<Listing> {
        let Listed::Related(via) = over else { return None };
        let declared = Listing {
            rows: 0,
            parents: 0,
            most: MOST_LISTED,
            complete: false,
        };
        Some(self.listings.get(&via).copied().unwrap_or(declared))
    }

    fn folds(&self, function: Aggregate) -> bool {
        matches!(function, Aggregate::Sum | Aggregate::Count | Aggregate::Exists)
    }
}

/// A round number with room above one: the next power of ten, ten times over.
fn above(n: u64) -> i64 {
    let mut power = 1_000_i64;
    while power.unsigned_abs() <= n && power < i64::MAX / 100 {
        power *= 10;
    }
    power.saturating_mul(10)
}

/// The step in which numbers of a type stand in a database, in base units, and how many steps they may be.
fn step_and_most(ty: &Type) -> (Exact, i64) {
    const TRILLION: i64 = 1_000_000_000_000;
    match ty {
        Type::Quantity { dimension, .. } => match dimension.powers() {
            // Fen, up to ten trillion yuan.
            [(Base::Money, 1)] => (ratio(1, 100), 1000 * TRILLION),
            [(Base::Count(_), 1)] => (integer(1), 10_000_000_000),
            _ => (ratio(1, 100), TRILLION),
        },
        Type::Rate | Type::Points => (ratio(1, 1_000_000), 1_000_000_000),
        _ => (ratio(1, 10_000), TRILLION),
    }
}

/// All words that a program compares texts with, sorted, each followed by one that stands for whatever lies between it
/// and the next: so that a place in this list says of any text whatever the program asks.
fn dictionary(program: &Program) -> Arc<[SmolStr]> {
    let mut words: BTreeSet<SmolStr> = BTreeSet::from([SmolStr::default()]);
    let mut see = |literal: &Literal| {
        if let Literal::Text(text) = literal {
            words.insert(text.clone());
            words.extend(prefix_end(text));
        }
    };
    for expr in &program.expressions {
        if let ExprKind::Literal(literal) = &expr.kind {
            see(literal);
        }
    }
    for row in program
        .tables
        .iter()
        .flat_map(|t| &t.versions)
        .flat_map(|v| &v.rows)
    {
        for test in &row.tests {
            match test {
                CellTest::Equals(literal) => see(literal),
                CellTest::Range { low, high } => {
                    low.iter().chain(high).for_each(|(end, _)| see(end));
                }
                CellTest::Any => {}
            }
        }
        if let CellResult::Value(literal) = &row.result {
            see(literal);
        }
    }
    for document in &program.documents {
        see(&Literal::Text(SmolStr::new(&document.territory)));
    }
    words
        .into_iter()
        .flat_map(|word| {
            let after = SmolStr::new(format!("{word}\0"));
            [word, after]
        })
        .collect()
}

/// The first text after all that begin with a prefix.
pub(crate) fn prefix_end(prefix: &str) -> Option<SmolStr> {
    let mut head = prefix.to_owned();
    while let Some(last) = head.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            head.push(next);
            return Some(SmolStr::new(head));
        }
    }
    None
}

/// A step as people write it: `0.01元`, `0.01亩`, `1人`.
pub(crate) fn step_words(ty: &Type, step: &Exact) -> String {
    let decimal = |value: &Exact| {
        let (text, cut) = jiufen_quantity::exact::digits(value, 9);
        (!cut).then_some(text)
    };
    let unit = match ty {
        Type::Quantity { dimension, .. } => {
            let words = jiufen_quantity::show::quantity(&Exact::one(), dimension);
            let mu = ratio(2000, 3);
            if *dimension == Dimension::area()
                && decimal(step).is_none()
                && let Some(text) = decimal(&(step / mu))
            {
                return format!("{text}亩");
            }
            words.trim_start_matches('1').to_owned()
        }
        _ => String::new(),
    };
    let shown = decimal(step).unwrap_or_else(|| format!("{}/{}", step.numer(), step.denom()));
    debug_assert!(!step.is_zero());
    format!("{shown}{unit}")
}
