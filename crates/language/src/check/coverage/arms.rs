//! Lists of cases (- 条件: 值) without 否则: whether the conditions answer for everything.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::types};

use super::grid::{Domain, Grid, Measure, Row};
use crate::check::{BlockAt, Checker};
use crate::program::{CellTest, Comparison, ExprId, ExprKind, Literal, Type, YearOf};

/// Alternatives that one condition may come to before it is taken as it stands.
const ALTERNATIVES: usize = 64;

/// Tests that hold together, each of one measure.
type Together = Vec<(usize, CellTest)>;

/// The measures that conditions are about, each with an expression that gives it.
#[derive(Default)]
struct Measures {
    found: Vec<Measure>,
    given_by: Vec<ExprId>,
}

impl Checker<'_> {
    /// Reports what no case answers for. A case that is not told what comes of it would come to 无 in silence.
    pub(in crate::check) fn arms_cover(&mut self, at: &BlockAt, conditions: &[ExprId], span: Span) {
        if conditions.iter().any(|c| *self.ty(*c) == Type::Unknown) {
            return;
        }
        let mut measures = Measures::default();
        let read: Option<Vec<Vec<Together>>> = conditions
            .iter()
            .map(|c| self.alternatives(*c, true, &mut measures))
            .collect();
        let example = match read {
            None => Argument::term("各行的条件都不成立时", "when none of the conditions holds"),
            Some(read) => {
                let rows: Vec<Row> = read
                    .iter()
                    .flatten()
                    .map(|t| row(t, measures.found.len()))
                    .collect();
                let grid = Grid::new(&self.program, &measures.found, &rows);
                let gaps = grid.gaps();
                if gaps.is_empty() {
                    return;
                }
                self.cases_words(&measures.found, &grid, &gaps)
            }
        };
        let finding = Diagnostic::new(&types::CASES_NOT_COVERED, span).with("example", example);
        self.report(at, finding);
    }

    /// A condition as alternatives of tests of single measures; none when it is of another shape.
    fn alternatives(&self, id: ExprId, holds: bool, measures: &mut Measures) -> Option<Vec<Together>> {
        let expr = self.program.expr(id);
        match &expr.kind {
            ExprKind::Not(inner) => self.alternatives(*inner, !holds, measures),
            ExprKind::All(parts) | ExprKind::Any(parts) => {
                let every = matches!(expr.kind, ExprKind::All(_)) == holds;
                let parts: Option<Vec<_>> = parts
                    .iter()
                    .map(|p| self.alternatives(*p, holds, measures))
                    .collect();
                match every {
                    true => parts?
                        .into_iter()
                        .try_fold(vec![Together::new()], |all, part| meet(&all, &part)),
                    false => Some(parts?.concat()),
                }
            }
            ExprKind::Compare(comparison, l, r) => {
                let (measure, literal, comparison) = match (self.literal_of(*l), self.literal_of(*r)) {
                    (None, Some(literal)) => (*l, literal, *comparison),
                    (Some(literal), None) => (*r, literal, turned(*comparison)),
                    _ => return None,
                };
                let comparison = if holds { comparison } else { opposite(comparison) };
                let measure = self.measure(measure, measures);
                self.tests(comparison, literal, measure, measures)
            }
            ExprKind::Among(value, items) => {
                let literals: Option<Vec<Literal>> = items.iter().map(|i| self.literal_of(*i)).collect();
                let measure = self.measure(*value, measures);
                let comparison = if holds {
                    Comparison::Equal
                } else {
                    Comparison::NotEqual
                };
                let each: Option<Vec<Vec<Together>>> = literals?
                    .into_iter()
                    .map(|literal| self.tests(comparison, literal, measure, measures))
                    .collect();
                match holds {
                    true => Some(each?.concat()),
                    false => each?
                        .into_iter()
                        .try_fold(vec![Together::new()], |all, one| meet(&all, &one)),
                }
            }
            ExprKind::Field { .. } | ExprKind::Definition { .. } if expr.ty == Type::Boolean => {
                let measure = self.measure(id, measures);
                Some(vec![vec![(measure, CellTest::Equals(Literal::Boolean(holds)))]])
            }
            _ => None,
        }
    }

    /// A comparison with a literal as tests; an inequality is the tests of all that is not equal.
    fn tests(
        &self,
        comparison: Comparison,
        literal: Literal,
        measure: usize,
        measures: &Measures,
    ) -> Option<Vec<Together>> {
        let range = |low, high| CellTest::Range { low, high };
        let only = |test| Some(vec![vec![(measure, test)]]);
        match comparison {
            Comparison::Equal => only(CellTest::Equals(literal)),
            Comparison::Less => only(range(None, Some((literal, false)))),
            Comparison::AtMost => only(range(None, Some((literal, true)))),
            Comparison::Greater => only(range(Some((literal, false)), None)),
            Comparison::AtLeast => only(range(Some((literal, true)), None)),
            Comparison::NotEqual => {
                let others: Vec<CellTest> = match (&measures.found[measure].ty, &literal) {
                    (Type::Enumeration(id), Literal::Enumeration(_, index)) => {
                        let count = self.program.enumerations[id.index()].values.len() as u16;
                        let others = (0..count).filter(|i| i != index);
                        others
                            .map(|i| CellTest::Equals(Literal::Enumeration(*id, i)))
                            .collect()
                    }
                    (Type::Boolean, Literal::Boolean(truth)) => {
                        vec![CellTest::Equals(Literal::Boolean(!truth))]
                    }
                    (Type::Date | Type::Year, _) | (_, Literal::Number(_)) => vec![
                        range(None, Some((literal.clone(), false))),
                        range(Some((literal, false)), None),
                    ],
                    _ => return None,
                };
                Some(others.into_iter().map(|test| vec![(measure, test)]).collect())
            }
        }
    }

    /// The position of what an expression measures.
    fn measure(&self, id: ExprId, measures: &mut Measures) -> usize {
        let expr = self.program.expr(id);
        if let Some(found) = measures.given_by.iter().position(|other| self.same(id, *other)) {
            return found;
        }
        let signed = match &expr.kind {
            ExprKind::Field { field, .. } => self.program.field(*field).signed,
            _ => true,
        };
        measures.given_by.push(id);
        measures.found.push(Measure {
            name: self.measure_words(id),
            ty: expr.ty.clone(),
            domain: Domain::Every {
                signed,
                optional: self.may_be_nothing(id),
            },
        });
        measures.found.len() - 1
    }

    /// The path of a fact as it would be written from the row at hand; of anything else, what is written.
    fn measure_words(&self, id: ExprId) -> String {
        let expr = self.program.expr(id);
        let step = |row: ExprId, year: Option<YearOf>, name: &str| {
            let before = match self.program.expr(row).kind {
                ExprKind::Row(_) => String::new(),
                _ => format!("{}.", self.measure_words(row)),
            };
            let year = match year {
                None => String::new(),
                Some(YearOf::Relative(0)) => "当年.".to_owned(),
                Some(YearOf::Relative(_)) => "上年.".to_owned(),
                Some(YearOf::Fixed(year)) => format!("{year}年."),
            };
            format!("{before}{year}{name}")
        };
        match &expr.kind {
            ExprKind::Follow { row, field } => step(*row, None, &self.program.field(*field).name),
            ExprKind::Field { row, field, year } => step(*row, *year, &self.program.field(*field).name),
            ExprKind::Definition {
                definition,
                row,
                year,
            } => step(*row, *year, &self.program.definitions[definition.index()].name),
            _ => self.sources.text(expr.span).split_whitespace().collect(),
        }
    }

    /// Whether a fact, or a step on the way to it, may be 无.
    fn may_be_nothing(&self, id: ExprId) -> bool {
        match &self.program.expr(id).kind {
            ExprKind::Field { row, field, .. } | ExprKind::Follow { row, field } => {
                self.program.field(*field).optional || self.may_be_nothing(*row)
            }
            ExprKind::Definition { row, .. } => self.may_be_nothing(*row),
            _ => false,
        }
    }

    fn literal_of(&self, id: ExprId) -> Option<Literal> {
        match &self.program.expr(id).kind {
            ExprKind::Literal(literal) => Some(literal.clone()),
            _ => None,
        }
    }
}

/// Tests as a row with one test a column.
fn row(together: &Together, columns: usize) -> Row {
    let mut row = vec![CellTest::Any; columns];
    for (measure, test) in together {
        row[*measure] = test.clone();
    }
    row
}

/// What holds when one alternative of each side does; none when that is no longer a test of each measure.
fn meet(left: &[Together], right: &[Together]) -> Option<Vec<Together>> {
    let mut out = Vec::new();
    for one in left {
        for other in right {
            let mut both = one.clone();
            let mut possible = true;
            for (measure, test) in other {
                match both.iter_mut().find(|(m, _)| m == measure) {
                    None => both.push((*measure, test.clone())),
                    Some((_, already)) => match narrower(already, test) {
                        Some(narrowed) => *already = narrowed,
                        None => possible = false,
                    },
                }
            }
            if possible {
                out.push(both);
            }
        }
    }
    (out.len() <= ALTERNATIVES).then_some(out)
}

/// Both tests of one measure as one; none when nothing passes both.
fn narrower(one: &CellTest, other: &CellTest) -> Option<CellTest> {
    use CellTest::{Any, Equals, Range};
    match (one, other) {
        (Any, test) | (test, Any) => Some(test.clone()),
        (Equals(a), Equals(b)) => (a == b).then(|| one.clone()),
        (Equals(value), range @ Range { .. }) | (range @ Range { .. }, Equals(value)) => {
            passes(range, value).then(|| Equals(value.clone()))
        }
        (Range { low: l1, high: h1 }, Range { low: l2, high: h2 }) => {
            // Of two ends at one value the open one is the narrower.
            let low = match (l1, l2) {
                (Some(a), Some(b)) => Some(if (&a.0, !a.1) >= (&b.0, !b.1) { a } else { b }),
                (a, b) => a.as_ref().or(b.as_ref()),
            };
            let high = match (h1, h2) {
                (Some(a), Some(b)) => Some(if (&a.0, a.1) <= (&b.0, b.1) { a } else { b }),
                (a, b) => a.as_ref().or(b.as_ref()),
            };
            Some(Range {
                low: low.cloned(),
                high: high.cloned(),
            })
        }
    }
}

fn passes(range: &CellTest, value: &Literal) -> bool {
    let CellTest::Range { low, high } = range else {
        return true;
    };
    low.as_ref()
        .is_none_or(|(l, closed)| value > l || (*closed && value == l))
        && high
            .as_ref()
            .is_none_or(|(h, closed)| value < h || (*closed && value == h))
}

/// The comparison with its sides exchanged.
fn turned(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Greater => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        same => same,
    }
}

/// The comparison that holds where this one does not.
fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::AtLeast,
        Comparison::AtMost => Comparison::Greater,
        Comparison::Greater => Comparison::AtMost,
        Comparison::AtLeast => Comparison::Less,
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
    }
}
