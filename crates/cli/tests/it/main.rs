//! The `jiufen` binary, and every command that the documentation shows.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod clerk;
mod command_line;
mod docs;
mod english;
mod exit_codes;
mod reading;
mod replay;
mod scale;
mod simulate;
mod slips;
mod sql;
mod usage;
mod width;
