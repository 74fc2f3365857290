//! Findings about registry tables and their rows.

use crate::Entry;

/// All findings of this stage.
pub static ALL: &[&Entry] = &[];
