//! What operations are called: the definitions they stem from, for whoever shows a plan to people.

use jiufen_language::program::{CiteId, Definition, Type};
use jiufen_quantity::Exact;
use smol_str::SmolStr;

use super::{Lowering, Year};
use crate::graph::{Node, NodeId};
use crate::value::{RowAt, Value};

/// Which side of a definition an operation gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Its number, date or word, or where it is 是.
    Value,
    /// Where it has a value.
    Known,
    /// Where it is 否.
    No,
    /// What its number is still to be divided by.
    Divisor,
}

/// The name of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The definition, after the references that lead to its row.
    pub name: SmolStr,
    /// Of which year, where that is not 当年.
    pub year: Option<i16>,
    /// What it gives.
    pub side: Side,
    /// What one of a number is, in base units.
    pub scale: Option<Exact>,
    /// Where the definition stands.
    pub cite: CiteId,
    /// What the definition gives.
    pub ty: Type,
}

impl Lowering<'_> {
    /// Names the nodes of a definition's value. An operation that has a name keeps it.
    pub fn label(&mut self, definition: &Definition, row: &RowAt, year: Year, value: &Value) {
        let mut name = String::new();
        for (field, _) in row.path.iter() {
            name.push_str(&self.program.field(*field).name);
            name.push('.');
        }
        name.push_str(&definition.name);
        let year = match year {
            Year::Fixed(year) if year != self.year => Some(year),
            _ => None,
        };
        let nodes: Vec<(NodeId, Side)> = match value {
            Value::Number(number) => [(number.value, Side::Value), (number.known, Side::Known)]
                .into_iter()
                .chain(number.over.map(|over| (over, Side::Divisor)))
                .collect(),
            Value::Code(code) => vec![(code.value, Side::Value), (code.marks.known, Side::Known)],
            Value::Truth(truth) => vec![(truth.yes, Side::Value), (truth.no, Side::No)],
            _ => Vec::new(),
        };
        let scale = match value {
            Value::Number(number) => Some(number.scale.clone()),
            _ => None,
        };
        for (node, side) in nodes {
            let plain = matches!(
                self.graph.node(node),
                Node::Constant(_) | Node::Truth(_) | Node::Load(_) | Node::Flag(..)
            );
            if !plain {
                self.labels.entry(node).or_insert_with(|| Label {
                    name: SmolStr::new(&name),
                    year,
                    side,
                    scale: scale.clone().filter(|_| side == Side::Value),
                    ty: definition.ty.clone(),
                    cite: definition.cite,
                });
            }
        }
    }
}
