//! Findings about the column.

use crate::Entry;

/// All findings of this stage.
pub static ALL: &[&Entry] = &[];
