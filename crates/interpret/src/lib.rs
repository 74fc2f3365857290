//! In: a checked `Program` and the facts of one subject, seen through the [`Facts`] trait.
//! Out: decisions with their derivation, down to the registry row.
//! Guarantees: exact, no floating point; unknown is never zero; the reference that every other evaluator is held against.
//! Does not know: plans, columns, files, how a derivation is shown.

mod decision;
mod facts;
mod value;

pub use decision::{
    Decision, FenInterval, Outside, Right, SettledBy, Settlement, StageDecision, Status, Step, VerdictDecision, What,
    fen_of,
};
pub use facts::{Determination, Fact, Facts, RowId};
pub use value::{Fault, FaultCode, Interval, Reason, Reasons, Value};
