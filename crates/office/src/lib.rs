//! In: the files of a pack. Out: findings, cases that passed and failed, decisions, explanations, lists, a site.
//! Guarantees: one place where policy and data meet; every row read is accounted for; the same inputs give the same bytes.
//! A pack with errors is checked and shown, never run.
//! Does not know: terminals, HTTP; SQL is written by the engine.

pub mod column;
pub mod consolidated;
pub mod explain;
mod formatting;
pub mod lists;
pub mod manifest;
mod pack;
mod payments;
pub mod progress;
mod registry;
mod run;
pub mod simulate;
pub mod site;
mod snapshot;
pub mod sql;
pub mod stream;
pub mod testing;
mod told;
pub mod values;

pub use jiufen_interpret::describe::outcome;
pub use jiufen_interpret::{Decision, Facts, FenInterval, RowId, Status};
pub use jiufen_language::program::RuleId;
pub use jiufen_table::ByteOrderMark;

pub use jiufen_document::{Document, Status as DocumentStatus, Text as DocumentText};

pub use formatting::{Formatted, format_document};
pub use jiufen_table::files::{abandon, write_atomically, write_bytes};
pub use jiufen_table::{Loaded, TableSchema};
pub use pack::{Pack, PackFile, PackFiles};
pub use payments::{Paid, Payments, SetOff};
pub use registry::{Account, Kept, NotKept, Registry, faults_json, keep, read_ahead, schema_of};
pub use run::{Idle, Line, Outcomes, RuleSummary, Run, RunOptions, Standing};
pub use snapshot::Snapshot;
pub use told::Told;
