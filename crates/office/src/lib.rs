//! In: the files of a pack. Out: findings, cases that passed and failed, decisions, explanations, lists, a site.
//! Guarantees: one place where policy and data meet; every row read is accounted for; the same inputs give the same bytes.
//! A pack with errors is checked and shown, never run.
//! Does not know: terminals, HTTP, SQL.

pub mod column;
pub mod consolidated;
pub mod explain;
mod formatting;
pub mod lists;
mod pack;
mod payments;
mod registry;
mod run;
pub mod site;
mod snapshot;
pub mod testing;
pub mod values;

pub use jiufen_interpret::describe::outcome;
pub use jiufen_interpret::{Decision, Facts, FenInterval, RowId, Status};
pub use jiufen_language::program::RuleId;
pub use jiufen_table::ByteOrderMark;

pub use formatting::{Formatted, format_document};
pub use jiufen_table::files::{write_atomically, write_bytes};
pub use jiufen_table::{Loaded, TableSchema};
pub use pack::{Pack, PackFile, PackFiles};
pub use payments::{Payments, SetOff};
pub use registry::{Account, Registry, read_ahead, schema_of};
pub use run::{Idle, RuleSummary, Run, RunOptions, Standing};
pub use snapshot::Snapshot;
