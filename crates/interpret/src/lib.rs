//! In: a checked `Program` and the facts of one subject, seen through the [`Facts`] trait.
//! Out: decisions with their derivation, down to the registry row.
//! Guarantees: exact, no floating point; unknown is never zero; the reference that every other evaluator is held against.
//! Does not know: plans, columns, files, how a derivation is shown.

mod account;
mod arithmetic;
mod call;
pub mod cases;
pub mod conflict;
mod decide;
mod decision;
pub mod describe;
mod eval;
mod facts;
mod ground;
mod group;
mod lookup;
mod part;
mod rows;
mod settle;
mod share;
mod stages;
mod value;
mod verdict;

pub use decision::{
    Decision, FenInterval, Outside, PartName, Right, SettledBy, Settlement, StageDecision, Status, Step,
    VerdictDecision, What, fen_of,
};
pub use eval::Interpreter;
pub use facts::{Determination, Fact, Facts, RowId};
pub use ground::FAIR_COMPETITION_SINCE;
pub use part::reach;
pub use settle::{KeyPart, SettlementKey};
pub use value::{Fault, FaultCode, Interval, Reason, Reasons, Value, fact_words};
