//! The interpreter on real sources: each rule of language.md §8 has a test of its own, and its cases are data.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod amendments;
mod case_runs;
mod conflicts;
mod facts;
mod order;
mod packs;
mod ranks;
mod support;
mod unknown;
