//! From the checked meaning of rules to a graph, for one subject, one year and one registry.

mod choice;
mod dateless;
mod expression;
mod function;
mod ground;
mod label;
mod part;
mod ranking;
mod refused;
mod related;
mod rule;
mod table;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use jiufen_language::program::{DefinitionId, FieldRef, Literal, Program, SubjectId, Type};
use jiufen_quantity::Date;
use jiufen_table::lanes::{LaneColumn, LaneState, Meaning};

use crate::graph::{Flag, Graph, InputId, NeedsWide, NodeId};
use crate::machine::{Columns, Input, Reading};
use crate::outcome::Unknown;
use crate::stage::ListStage;
use crate::value::{Code, Kind, Marks, Number, Path, RowAt, Span, Truth, Value};
use crate::why::{UnknownId, Why};

pub use label::{Label, Side};
pub use ranking::RankingPlan;
pub(crate) use rule::RuleNodes;

/// Which day chooses the version of the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Day {
    Fixed(Date),
    /// `yyyymmdd`, and where it is known.
    Lane(NodeId, NodeId),
}

/// 当年.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Year {
    Fixed(i16),
    /// The year, and where it is known.
    Lane(NodeId, NodeId),
}

/// What an expression is evaluated with.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub row: Option<RowAt>,
    /// The rows around it, inside 其中: the next one first.
    pub around: Rc<[RowAt]>,
    pub day: Day,
    pub year: Year,
    pub original: Option<Value>,
}

/// A definition of a row in a year by the law of a day.
type Derived = (DefinitionId, Path, Year, Day);

/// Which states other than known the cells of a column have.
#[derive(Debug, Clone, Copy, Default)]
struct States {
    missing: bool,
    /// 无, or a year before the row existed.
    absent: bool,
    /// A year before the row existed.
    early: bool,
}

/// Lowering of the rules of one subject.
pub(crate) struct Lowering<'a> {
    pub program: &'a Program,
    pub columns: &'a dyn Columns,
    pub year: i16,
    pub today: Date,
    /// The subject whose rows are gone through.
    subject: Option<SubjectId>,
    pub graph: Graph,
    pub inputs: Vec<Reading>,
    input_ids: HashMap<Reading, InputId>,
    /// What is made of listed rows beforehand.
    pub stages: Vec<ListStage>,
    stage_ids: HashMap<related::Key, Option<usize>>,
    derived: HashMap<Derived, Value>,
    /// What is not known somewhere, each once.
    pub unknowns: Vec<Unknown>,
    unknown_ids: HashMap<Unknown, UnknownId>,
    states: HashMap<(FieldRef, Option<i16>), States>,
    /// What was left to the interpreter, by name.
    pub left: BTreeSet<String>,
    /// What nodes are called in the text.
    pub labels: HashMap<NodeId, Label>,
}

impl<'a> Lowering<'a> {
    pub fn new(program: &'a Program, columns: &'a dyn Columns, year: i16, today: Date) -> Self {
        Self {
            program,
            columns,
            year,
            today,
            subject: None,
            graph: Graph::default(),
            inputs: Vec::new(),
            input_ids: HashMap::new(),
            stages: Vec::new(),
            stage_ids: HashMap::new(),
            derived: HashMap::new(),
            unknowns: Vec::new(),
            unknown_ids: HashMap::new(),
            states: HashMap::new(),
            left: BTreeSet::new(),
            labels: HashMap::new(),
        }
    }

    /// The row that a rule is about.
    pub fn base(&mut self, subject: SubjectId) -> RowAt {
        self.subject = Some(subject);
        RowAt {
            path: Rc::default(),
            subject,
            marks: self.graph.known_marks(),
        }
    }

    /// Something this version leaves to the interpreter, remembered by name.
    pub fn leave(&mut self, what: impl Into<String>) -> Value {
        self.left.insert(what.into());
        Value::Left
    }

    /// A number, unless it may not fit 64 bits: then it is left.
    pub fn fitting(&mut self, number: Result<Number, NeedsWide>) -> Value {
        if std::mem::take(&mut self.graph.wide) {
            self.leave("超过六十四位的数");
        }
        match number {
            Ok(number) => Value::Number(number),
            Err(NeedsWide) => self.leave("超过六十四位的数"),
        }
    }

    /// Something that is not known.
    pub fn unknown(&mut self, unknown: Unknown) -> UnknownId {
        if let Some(id) = self.unknown_ids.get(&unknown) {
            return *id;
        }
        // INVARIANT: fewer than 2³² unknowns; each is a column or a name of a text in memory.
        let id = UnknownId(self.unknowns.len() as u32);
        self.unknowns.push(unknown.clone());
        self.unknown_ids.insert(unknown, id);
        id
    }

    /// The reason that something of this name is not published, everywhere.
    pub fn unpublished(&mut self, name: &smol_str::SmolStr) -> Why {
        let id = self.unknown(Unknown::Unpublished(name.clone()));
        Why::one(id, self.graph.always())
    }

    /// A value of a type of which nothing is known but why, everywhere.
    pub fn open(&mut self, ty: &Type, signed: bool, why: Why) -> Value {
        match ty {
            Type::Boolean => Value::Truth(self.graph.open_truth(why)),
            numeric if numeric.is_numeric() => Value::Number(self.graph.open_number(signed, why)),
            _ => Value::Unsettled(why),
        }
    }

    /// As a condition. 无 is 否.
    pub fn truth(&mut self, value: &Value) -> Truth {
        match value {
            Value::Truth(truth) => truth.clone(),
            Value::Absent => {
                let absent = self.graph.always();
                Truth {
                    absent,
                    ..self.graph.everywhere(false)
                }
            }
            Value::Literal(Literal::Boolean(truth)) => self.graph.everywhere(*truth),
            Value::Unsettled(why) => self.graph.open_truth(why.clone()),
            _ => self.graph.left_truth(),
        }
    }

    /// As a number. What is not settled may be any.
    pub fn number(&mut self, value: &Value) -> Number {
        match value {
            Value::Number(number) => number.clone(),
            Value::Literal(Literal::Number(n)) => self.graph.exact(n),
            Value::Absent => Number {
                absent: self.graph.always(),
                ..self.graph.left_number()
            },
            Value::Unsettled(why) => self.graph.open_number(true, why.clone()),
            _ => self.graph.left_number(),
        }
    }

    /// Where a value is known, 无 and open.
    pub fn marks(&mut self, value: &Value) -> Marks {
        match value {
            Value::Number(n) => self.graph.marks_of_number(n),
            Value::Truth(t) => self.graph.marks_of_truth(t),
            Value::Code(c) => c.marks.clone(),
            Value::Row(r) => r.marks.clone(),
            Value::Literal(_) => self.graph.known_marks(),
            Value::Absent => self.graph.absent_marks(),
            Value::Unsettled(why) => self.graph.open_marks(why.clone()),
            Value::Series(_) | Value::Left => self.graph.left_marks(),
        }
    }

    /// As a code, with words of a text put among those of `beside`.
    pub fn code(&mut self, value: &Value, beside: Option<&Kind>) -> Option<Code> {
        let literal = match value {
            Value::Code(code) => return Some(code.clone()),
            Value::Literal(literal) => literal,
            _ => return None,
        };
        let (n, kind) = match literal {
            Literal::Date(date) => (jiufen_table::lanes::lane_of_date(*date), Kind::Date),
            Literal::Year(year) => (i32::from(*year), Kind::Year),
            Literal::Enumeration(of, index) => (i32::from(*index), Kind::Enumeration(*of)),
            Literal::Text(text) => {
                let words = match beside {
                    Some(Kind::Text(words)) => words.clone(),
                    _ => std::sync::Arc::from([text.clone()]),
                };
                let place = words.binary_search(text).ok()?;
                (i32::try_from(place).ok()?, Kind::Text(words))
            }
            _ => return None,
        };
        Some(Code {
            value: self.graph.constant(i64::from(n)),
            kind,
            marks: self.graph.known_marks(),
        })
    }

    /// A field of a row.
    pub fn load(&mut self, row: &RowAt, field: FieldRef, year: Option<i16>) -> Value {
        let columns = self.columns;
        let Some(column) = columns.column(field, year) else {
            return Value::Left;
        };
        if row
            .path
            .iter()
            .any(|(field, year)| columns.column(*field, *year).is_none())
        {
            return Value::Left;
        }
        let id = self.input(Input {
            path: row.path.to_vec(),
            field,
            year,
        });
        let marks = self.loaded(row, id, field, year);
        let declared = self.program.field(field);
        let kind = match &column.meaning {
            Meaning::Number(scale) => {
                let number = self.loaded_number(id, column, scale, declared.signed, marks);
                return self.fitting(number);
            }
            Meaning::Truth => return Value::Truth(self.loaded_truth(id, marks)),
            Meaning::Row => {
                let mut path = row.path.to_vec();
                path.push((field, year));
                let Type::Row(subject) = declared.ty else {
                    return Value::Left;
                };
                return Value::Row(RowAt {
                    path: Rc::new(path),
                    subject,
                    marks,
                });
            }
            Meaning::Date => Kind::Date,
            Meaning::Year => Kind::Year,
            Meaning::Text(words) => Kind::Text(words.clone()),
            Meaning::Enumeration => match declared.ty {
                Type::Enumeration(of) => Kind::Enumeration(of),
                _ => return Value::Left,
            },
        };
        match self.graph.load(id, column.low, column.high) {
            Ok(value) => Value::Code(Code { value, kind, marks }),
            Err(NeedsWide) => Value::Left,
        }
    }

    fn loaded_number(
        &mut self,
        id: InputId,
        column: &LaneColumn,
        scale: &jiufen_quantity::Exact,
        signed: bool,
        marks: Marks,
    ) -> Result<Number, NeedsWide> {
        let value = self.graph.load(id, column.low, column.high)?;
        let here = self.graph.not(marks.absent);
        let no_low = if signed { marks.open } else { self.graph.never() };
        let open = !self.graph.is_never(marks.open);
        // A row without a value reads 0: the lower end of what may not be negative.
        let span = Span {
            low: value,
            high: value,
            over: None,
            no_low,
            no_high: marks.open,
            here,
            open: marks.open,
            why: marks.why,
        };
        Ok(Number {
            value,
            over: None,
            scale: scale.clone(),
            known: marks.known,
            absent: marks.absent,
            span: open.then(|| Rc::new(span)),
        })
    }

    fn loaded_truth(&mut self, id: InputId, marks: Marks) -> Truth {
        // A row without a value reads 否.
        let yes = self.graph.flag(id, Flag::True);
        let no = self.graph.and_not(marks.known, yes);
        Truth {
            yes,
            no: self.graph.or(no, marks.absent),
            absent: marks.absent,
            open: marks.open,
            why: marks.why,
        }
    }

    /// Where a field of a row is known, 无 and open; it is one of them in every row.
    fn loaded(&mut self, row: &RowAt, id: InputId, field: FieldRef, year: Option<i16>) -> Marks {
        let states = row.path.iter().copied().chain([(field, year)]);
        let states = states
            .map(|(field, year)| self.states(field, year))
            .fold(States::default(), |a, b| States {
                missing: a.missing || b.missing,
                absent: a.absent || b.absent,
                early: a.early || b.early,
            });
        let absent = match states.absent {
            true => self.graph.flag(id, Flag::Absent),
            false => self.graph.never(),
        };
        if !states.missing {
            return Marks {
                known: self.graph.not(absent),
                absent,
                open: self.graph.never(),
                why: Why::default(),
            };
        }
        let known = self.graph.flag(id, Flag::Known);
        let there = self.graph.or(known, absent);
        let open = self.graph.not(there);
        // On the way, or at its end.
        let own = self.graph.and(open, row.marks.known);
        let unknown = self.unknown(Unknown::Fact(Input {
            path: row.path.to_vec(),
            field,
            year,
        }));
        let own = Why::one(unknown, own);
        Marks {
            known,
            absent,
            open,
            why: self.graph.reasons_of(&[&row.marks.why, &own], open),
        }
    }

    fn states(&mut self, field: FieldRef, year: Option<i16>) -> States {
        let columns = self.columns;
        *self.states.entry((field, year)).or_insert_with(|| {
            columns
                .column(field, year)
                .map_or_else(States::default, |column| {
                    let early = column.has(LaneState::NOT_APPLICABLE);
                    States {
                        missing: column.has(LaneState::MISSING),
                        absent: early || column.has(LaneState::ABSENT),
                        early,
                    }
                })
        })
    }

    /// Where a yearly field's year lies before the row existed.
    pub fn left_out(&mut self, row: &RowAt, field: FieldRef, year: i16) -> NodeId {
        if !self.states(field, Some(year)).early {
            return self.graph.never();
        }
        let id = self.input(Input {
            path: row.path.to_vec(),
            field,
            year: Some(year),
        });
        self.graph.flag(id, Flag::NotApplicable)
    }

    fn input(&mut self, input: impl Into<Reading>) -> InputId {
        let input = input.into();
        if let Some(id) = self.input_ids.get(&input) {
            return *id;
        }
        // INVARIANT: fewer than 2³² columns; each is a field of a text in memory in some year.
        let id = InputId(self.inputs.len() as u32);
        self.inputs.push(input.clone());
        self.input_ids.insert(input, id);
        id
    }
}
