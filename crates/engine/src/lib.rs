//! In: a checked program and columns of machine integers. Out: for every row of a subject, how each right comes out after
//! step 6: its amount in whole fen, or between which amounts it lies and why.
//! Guarantees: exact integers only, with bounds proved before anything runs; the same bytes for any number of threads;
//! a row that is not decided here is marked as left and never guessed at.
//! Does not know: prose, derivations, files; who explains a row.

mod arithmetic;
mod assume;
mod condition;
mod division;
mod graph;
mod hash;
mod kernels;
mod lower;
mod machine;
mod outcome;
mod plan;
pub mod population;
pub mod rank;
pub mod related;
mod span;
pub mod sql;
mod stage;
mod value;
mod why;

pub use graph::{Bounds, Flag, Graph, InputId, Node, NodeId};
pub use kernels::ROWS;
pub use lower::RankingPlan;
pub use lower::{Label, Side};
pub use machine::{Answer, Columns, FoldedInput, Input, Lane, Listing, Machine, Output, Reading, Wanted};
pub use outcome::{ListedUnknown, Outcome, ReasonSet, Refusal, RuleColumns, Uncertain, Unknown, WhyOpen};
pub use plan::{Plan, RulePlan};
pub use stage::{ListStage, ListedReasons};

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
