//! The interpreter on real sources: each rule of language.md §8 has a test of its own, and its cases are data.

mod order;
mod packs;
mod support;
mod unknown;
