//! Findings about types, units and values.

use crate::Entry;

/// All findings of this stage.
pub static ALL: &[&Entry] = &[];
