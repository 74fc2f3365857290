//! From the checked meaning of rules to a graph, for one subject, one year and one registry.

mod expression;
mod function;
mod label;
mod part;
mod rule;
mod table;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use jiufen_language::program::{DefinitionId, FieldRef, Literal, Program, SubjectId, Type};
use jiufen_quantity::Date;
use jiufen_table::lanes::{LaneColumn, LaneState, Meaning};

use crate::graph::{Flag, Graph, InputId, NeedsWide, NodeId};
use crate::machine::{Columns, Input};
use crate::value::{Code, Kind, Number, Path, RowAt, Truth, Value};

pub use label::{Label, Side};
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
    pub day: Day,
    pub year: Year,
    pub original: Option<Value>,
}

/// A definition of a row in a year by the law of a day.
type Derived = (DefinitionId, Path, Year, Day);

/// Lowering of the rules of one subject.
pub(crate) struct Lowering<'a> {
    pub program: &'a Program,
    pub columns: &'a dyn Columns,
    pub year: i16,
    pub today: Date,
    pub graph: Graph,
    pub inputs: Vec<Input>,
    input_ids: HashMap<Input, InputId>,
    derived: HashMap<Derived, Value>,
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
            graph: Graph::default(),
            inputs: Vec::new(),
            input_ids: HashMap::new(),
            derived: HashMap::new(),
            left: BTreeSet::new(),
            labels: HashMap::new(),
        }
    }

    /// The row that a rule is about.
    pub fn base(&mut self, subject: SubjectId) -> RowAt {
        RowAt {
            path: Rc::default(),
            subject,
            known: self.graph.truth(true),
            absent: self.graph.truth(false),
        }
    }

    /// Something this version leaves to the interpreter, remembered by name.
    pub fn leave(&mut self, what: impl Into<String>) -> Value {
        self.left.insert(what.into());
        Value::Soft
    }

    /// A number, unless it may not fit 64 bits: then nothing is known of it here.
    pub fn fitting(&mut self, number: Result<Number, NeedsWide>) -> Value {
        match number {
            Ok(number) => Value::Number(number),
            Err(NeedsWide) => self.leave("超过六十四位的数"),
        }
    }

    /// As a condition. 无 is 否.
    pub fn truth(&mut self, value: &Value) -> Truth {
        match value {
            Value::Truth(truth) => *truth,
            Value::Absent => {
                let no = self.graph.truth(false);
                self.graph.certain(no)
            }
            _ => self.graph.open(),
        }
    }

    /// As a number; what is none is soft.
    pub fn number(&mut self, value: &Value) -> Number {
        match value {
            Value::Number(number) => number.clone(),
            Value::Literal(Literal::Number(n)) => self.graph.exact(n),
            Value::Absent => Number {
                absent: self.graph.truth(true),
                ..self.graph.soft_number()
            },
            _ => self.graph.soft_number(),
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
            known: self.graph.truth(true),
            absent: self.graph.truth(false),
        })
    }

    /// A field of a row.
    pub fn load(&mut self, row: &RowAt, field: FieldRef, year: Option<i16>) -> Value {
        let Some(column) = self.columns.column(field, year) else {
            return Value::Soft;
        };
        let input = Input {
            path: row.path.to_vec(),
            field,
            year,
        };
        let on_way = |this: &Self, state: fn(&LaneColumn) -> bool| {
            row.path
                .iter()
                .any(|(field, year)| this.columns.column(*field, *year).is_none_or(state))
        };
        let open = column.states.is_some() || on_way(self, |way| way.states.is_some());
        let none =
            |column: &LaneColumn| column.has(LaneState::ABSENT) || column.has(LaneState::NOT_APPLICABLE);
        let none = none(column) || on_way(self, none);
        let id = self.input(input);
        let known = if open {
            self.graph.flag(id, Flag::Known)
        } else {
            self.graph.truth(true)
        };
        let absent = if none {
            self.graph.flag(id, Flag::Absent)
        } else {
            self.graph.truth(false)
        };
        let kind = match &column.meaning {
            Meaning::Number(scale) => {
                let scale = scale.clone();
                let number = self.graph.load(id, column.low, column.high).map(|value| Number {
                    value,
                    over: None,
                    scale,
                    known,
                    absent,
                });
                return self.fitting(number);
            }
            Meaning::Truth => {
                let set = self.graph.flag(id, Flag::True);
                let yes = self.graph.and(known, set);
                let unset = self.graph.not(set);
                let no = self.graph.and(known, unset);
                // 无 is 否.
                let no = self.graph.or(no, absent);
                return Value::Truth(Truth { yes, no });
            }
            Meaning::Row => {
                let mut path = row.path.to_vec();
                path.push((field, year));
                let Type::Row(subject) = self.program.field(field).ty else {
                    return Value::Soft;
                };
                return Value::Row(RowAt {
                    path: Rc::new(path),
                    subject,
                    known,
                    absent,
                });
            }
            Meaning::Date => Kind::Date,
            Meaning::Year => Kind::Year,
            Meaning::Text(words) => Kind::Text(words.clone()),
            Meaning::Enumeration => match self.program.field(field).ty {
                Type::Enumeration(of) => Kind::Enumeration(of),
                _ => return Value::Soft,
            },
        };
        match self.graph.load(id, column.low, column.high) {
            Ok(value) => Value::Code(Code {
                value,
                kind,
                known,
                absent,
            }),
            Err(NeedsWide) => Value::Soft,
        }
    }

    /// Where a yearly field's year lies before the row existed.
    pub fn left_out(&mut self, row: &RowAt, field: FieldRef, year: i16) -> NodeId {
        match self.columns.column(field, Some(year)) {
            Some(column) if row.path.is_empty() && column.has(LaneState::NOT_APPLICABLE) => {
                let id = self.input(Input {
                    path: Vec::new(),
                    field,
                    year: Some(year),
                });
                self.graph.flag(id, Flag::NotApplicable)
            }
            Some(column) if column.has(LaneState::NOT_APPLICABLE) => {
                let id = self.input(Input {
                    path: row.path.to_vec(),
                    field,
                    year: Some(year),
                });
                self.graph.flag(id, Flag::NotApplicable)
            }
            _ => self.graph.truth(false),
        }
    }

    fn input(&mut self, input: Input) -> InputId {
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
