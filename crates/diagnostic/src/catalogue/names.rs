//! Findings about names and links between documents.

use crate::Entry;

/// All findings of this stage.
pub static ALL: &[&Entry] = &[];
