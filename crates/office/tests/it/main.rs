//! Integration tests of the office.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod compete;
mod engine;
mod formats;
mod fuzz;
mod listed;
mod needs;
mod random;
mod rank;
mod records;
mod runs;
mod shipped;
mod simulate;
mod site;
mod sql;
mod stream;
