//! Findings about law: dates, sources, territory, lints.

use crate::Entry;

/// All findings of this stage.
pub static ALL: &[&Entry] = &[];
