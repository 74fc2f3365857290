//! In: a checked program and columns of machine integers. Out: for every row of a subject, which rights are decided
//! exactly, and what they come to in whole fen.
//! Guarantees: exact integers only, with bounds proved before anything runs; the same bytes for any number of threads;
//! a row that is not exact is marked and never guessed at.
//! Does not know: prose, derivations, reasons, files; who explains a row.

mod arithmetic;
mod condition;
mod division;
mod graph;
mod kernels;
mod lower;
mod machine;
mod outcome;
mod plan;
pub mod population;
mod span;
mod value;
mod why;

pub use graph::{Bounds, Flag, Graph, InputId, Node, NodeId};
pub use kernels::ROWS;
pub use machine::{Answer, Columns, Input, Machine, Output};
pub use outcome::{Outcome, ReasonSet, Refusal, RuleColumns, Uncertain, Unknown, WhyOpen};
pub use plan::{Plan, RulePlan};

use jiufen_language::program::Comparison;

/// Whether a comparison holds of two things that stand in this order.
fn value_order(comparison: Comparison, order: std::cmp::Ordering) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
    }
}
