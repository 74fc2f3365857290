//! The values worth trying for a fact: those that the conditions name, and their neighbours.

use std::collections::HashSet;

use jiufen_language::program::{
    CellResult, CellTest, ExprId, ExprKind, Literal, Part, PartValue, Program, SubjectId, Type,
};
use jiufen_quantity::exact::{integer, ratio, to_integer};
use jiufen_quantity::{Base, Date, Exact, Rounding};
use num_traits::Signed;
use smol_str::SmolStr;

use super::world::YEARS_BACK;

/// The largest size of a list that is tried.
const LONGEST_LIST: u32 = 4;

/// Thresholds of a kind that are combined with rates at most.
const COMBINED: usize = 8;

/// Sizes of a list.
pub(super) struct Sizes {
    /// Those worth trying.
    pub tried: Vec<u32>,
    /// Whether a longer list is named that is not tried.
    pub longer: bool,
}

/// What the conditions name, through definitions, parameters and tables.
#[derive(Default)]
pub(super) struct Named {
    numbers: Vec<(Type, Exact)>,
    literals: Vec<Literal>,
    relations: Vec<(SmolStr, Type)>,
    seen: HashSet<ExprId>,
}

impl Named {
    /// Adds what an expression names.
    pub(super) fn add(&mut self, program: &Program, id: ExprId) {
        if !self.seen.insert(id) {
            return;
        }
        let expr = program.expr(id);
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal, &expr.ty),
            ExprKind::Spatial { relation, .. } => self.relations.push((relation.clone(), expr.ty.clone())),
            ExprKind::Parameter { parameter, .. } => {
                self.part(program, &program.parameters[parameter.index()].part)
            }
            ExprKind::Definition { definition, .. } => {
                self.part(program, &program.definitions[definition.index()].part);
            }
            ExprKind::Lookup { table, .. } => {
                let table = &program.tables[table.index()];
                for row in table.versions.iter().flat_map(|version| &version.rows) {
                    for (test, (_, ty)) in row.tests.iter().zip(&table.inputs) {
                        self.test(test, ty);
                    }
                    if let CellResult::Value(literal) = &row.result {
                        self.literal(literal, &table.output.1);
                    }
                }
            }
            _ => {}
        }
        program
            .operands(id)
            .into_iter()
            .for_each(|operand| self.add(program, operand));
    }

    fn part(&mut self, program: &Program, part: &Part) {
        let values = part
            .versions
            .iter()
            .map(|v| v.value)
            .chain(part.exceptions.iter().map(|e| e.value));
        for value in values {
            if let PartValue::Expr(expr) = value {
                self.add(program, expr);
            }
        }
        for exception in &part.exceptions {
            if let Some(when) = program.exceptions[exception.exception.index()].when {
                self.add(program, when);
            }
        }
    }

    fn literal(&mut self, literal: &Literal, ty: &Type) {
        match literal {
            Literal::Number(n) => self.numbers.push((ty.clone(), n.clone())),
            other if !self.literals.contains(other) => self.literals.push(other.clone()),
            _ => {}
        }
    }

    fn test(&mut self, test: &CellTest, ty: &Type) {
        match test {
            CellTest::Any => {}
            CellTest::Equals(literal) => self.literal(literal, ty),
            CellTest::Range { low, high } => {
                low.iter()
                    .chain(high)
                    .for_each(|(literal, _)| self.literal(literal, ty));
            }
        }
    }

    /// The type of a relation between a row and a layer.
    pub(super) fn relation(&self, name: &str) -> Option<&Type> {
        self.relations
            .iter()
            .find(|(relation, _)| relation == name)
            .map(|(_, ty)| ty)
    }

    /// The values worth trying for a fact of a type; none when the type has no values to list.
    pub(super) fn candidates(&self, program: &Program, ty: &Type, signed: bool, day: Date) -> Vec<Literal> {
        match ty {
            Type::Boolean => vec![Literal::Boolean(true), Literal::Boolean(false)],
            Type::RoundingMode => [Rounding::HalfUp, Rounding::Truncate, Rounding::Up]
                .map(Literal::Rounding)
                .into(),
            Type::Enumeration(id) => {
                let all = (0u16..).zip(&program.enumerations[id.index()].values);
                let all = all.map(|(index, _)| Literal::Enumeration(*id, index));
                let (named, others): (Vec<_>, Vec<_>) = all.partition(|value| self.literals.contains(value));
                named.into_iter().chain(others).collect()
            }
            Type::Text | Type::Code(_) | Type::Territory => {
                let named = self
                    .literals
                    .iter()
                    .filter(|l| matches!(l, Literal::Text(_)))
                    .cloned();
                named.chain([Literal::Text("其他".into())]).collect()
            }
            Type::Date => self.dates(day),
            Type::Year => self.years(day),
            numeric if numeric.is_numeric() => self.numbers(numeric, signed),
            _ => Vec::new(),
        }
    }

    /// Days that are named, the law day, days as far from it as a length that is named, and their neighbours.
    fn dates(&self, day: Date) -> Vec<Literal> {
        let named = self.literals.iter().filter_map(|l| match l {
            Literal::Date(date) => Some(*date),
            _ => None,
        });
        let before = self.numbers.iter().filter_map(|(ty, n)| {
            let n = to_integer(n).and_then(|n| i32::try_from(n).ok())?;
            match ty {
                Type::Quantity { dimension, .. } => match dimension.powers() {
                    [(Base::Day, 1)] => day.add_days(n.checked_neg()?),
                    [(Base::Year, 1)] => day.add_years(n.checked_neg()?),
                    _ => None,
                },
                Type::Number => day.add_years(n.checked_neg()?),
                _ => None,
            }
        });
        let near = named
            .chain(before)
            .chain([day])
            .flat_map(|d| [Some(d), d.previous(), d.add_days(1)]);
        distinct(near.flatten().map(Literal::Date))
    }

    /// Years that are named, the year of the law day, those that facts reach back to, and their neighbours.
    fn years(&self, day: Date) -> Vec<Literal> {
        let named = self.literals.iter().filter_map(|l| match l {
            Literal::Year(year) => Some(*year),
            _ => None,
        });
        let known = (0..=YEARS_BACK).map(|back| day.year().saturating_sub(back));
        let near = named
            .chain(known)
            .flat_map(|y| [y, y.saturating_sub(1), y.saturating_add(1)]);
        distinct(near.map(Literal::Year))
    }

    /// The sizes of a list of rows worth trying: one, none, and those about a number of such rows that is named.
    pub(super) fn sizes(&self, program: &Program, listed: SubjectId) -> Sizes {
        let counter = &program.subject(listed).counter;
        let counts = |ty: &Type| match ty {
            Type::Number => true,
            Type::Quantity { dimension, .. } => match dimension.powers() {
                [(Base::Count(noun), 1)] => counter.as_ref() == Some(noun),
                _ => false,
            },
            _ => false,
        };
        let mut sizes = Sizes {
            tried: vec![1, 0],
            longer: false,
        };
        for (_, n) in self.numbers.iter().filter(|(ty, _)| counts(ty)) {
            let Some(whole) = to_integer(n).and_then(|n| u32::try_from(n).ok()) else {
                continue;
            };
            for size in [whole, whole.saturating_add(1), whole.saturating_sub(1)] {
                if size > LONGEST_LIST {
                    sizes.longer = true;
                } else if !sizes.tried.contains(&size) {
                    sizes.tried.push(size);
                }
            }
        }
        sizes
    }

    /// Thresholds of the same kind and their neighbours; then figures that stand to these at the rates named.
    fn numbers(&self, ty: &Type, signed: bool) -> Vec<Literal> {
        let same = |other: &Type| match (ty, other) {
            (Type::Quantity { dimension: a, .. }, Type::Quantity { dimension: b, .. }) => a == b,
            (a, b) => a == b,
        };
        let unit = smallest(ty);
        let mut found: Vec<Exact> = Vec::new();
        let base = integer(1_000_000);
        let thresholds = self.numbers.iter().filter(|(t, _)| same(t)).map(|(_, n)| n);
        for n in thresholds.clone() {
            found.extend([n.clone(), n + &unit, n - &unit]);
        }
        found.extend([integer(0), base.clone()]);
        if matches!(ty, Type::Quantity { .. }) {
            let rates = self
                .numbers
                .iter()
                .filter(|(t, _)| matches!(t, Type::Rate | Type::Number))
                .map(|(_, rate)| rate);
            let of: Vec<&Exact> = [&base].into_iter().chain(thresholds).take(COMBINED).collect();
            for rate in rates.take(COMBINED) {
                for n in &of {
                    let share = rate * *n;
                    found.extend([share.clone(), &share + &unit, &share - &unit]);
                }
            }
        }
        let possible = found.into_iter().filter(|n| signed || !n.is_negative());
        distinct(possible.map(Literal::Number))
    }
}

/// Values once each, in order.
fn distinct(values: impl Iterator<Item = Literal>) -> Vec<Literal> {
    let mut kept: Vec<Literal> = Vec::new();
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

/// The step to the next value: a fen, one head, a hundredth of a percent.
fn smallest(ty: &Type) -> Exact {
    match ty {
        Type::Number => integer(1),
        Type::Quantity { dimension, .. } => match dimension.powers() {
            [(Base::Money, 1)] => ratio(1, 100),
            [(Base::Count(_) | Base::Year | Base::Day, 1)] => integer(1),
            _ => ratio(1, 10_000),
        },
        _ => ratio(1, 10_000),
    }
}
