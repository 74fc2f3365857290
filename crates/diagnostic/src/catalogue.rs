//! Every finding the system can report, one file for each stage that reports it.

pub mod document;
pub mod gazette;
pub mod law;
pub mod names;
pub mod registry;
pub mod syntax;
pub mod types;

use crate::Entry;

/// All entries, stage by stage.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    [
        document::ALL,
        gazette::ALL,
        syntax::ALL,
        names::ALL,
        types::ALL,
        law::ALL,
        registry::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
