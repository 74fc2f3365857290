//! Findings about the words and lines of a rule block.

use crate::Entry;

/// All findings of this stage.
pub static ALL: &[&Entry] = &[];
