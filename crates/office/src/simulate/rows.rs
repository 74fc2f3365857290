//! Rows of two registries over the same files, held together by their keys.

use std::collections::HashMap;

use jiufen_interpret::{Facts, RowId};
use jiufen_language::program::SubjectId;
use smol_str::SmolStr;

use crate::registry::Registry;

/// Which side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Before,
    After,
}

/// Where a row stands on either side; none where it was not taken there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Where {
    /// By the law in force.
    pub before: Option<RowId>,
    /// With the draft.
    pub after: Option<RowId>,
}

/// All rows of both sides, each once.
#[derive(Debug)]
pub(super) struct Rows {
    before: Vec<Vec<u32>>,
    after: Vec<Vec<u32>>,
    places: Vec<Where>,
}

impl Rows {
    /// The rows of two registries: those of one table with the same key are one row.
    pub fn new(before: &Registry, after: &Registry) -> Self {
        let mut places: Vec<Where> = Vec::new();
        let mut known: HashMap<(SmolStr, SmolStr), u32> = HashMap::new();
        let mut number = |registry: &Registry, which: Which| {
            let mut of_subject = Vec::new();
            for (subject, declared) in (0u32..).map(SubjectId).zip(&registry.program().subjects) {
                let rows = (0..registry.row_count(subject)).map(|row| RowId { subject, row });
                let ids = rows.map(|row| {
                    let key = (declared.name.clone(), registry.key(row));
                    let id = *known.entry(key).or_insert_with(|| {
                        places.push(Where::default());
                        // INVARIANT: fewer than 2³² rows, as in each table.
                        places.len() as u32 - 1
                    });
                    let place = &mut places[id as usize];
                    match which {
                        Which::Before => place.before = Some(row),
                        Which::After => place.after = Some(row),
                    }
                    id
                });
                of_subject.push(ids.collect());
            }
            of_subject
        };
        let before = number(before, Which::Before);
        let after = number(after, Which::After);
        Self {
            before,
            after,
            places,
        }
    }

    /// The number of a row of one side.
    pub fn id(&self, which: Which, row: RowId) -> u32 {
        let of = match which {
            Which::Before => &self.before,
            Which::After => &self.after,
        };
        of[row.subject.index()][row.row as usize]
    }

    /// Where a numbered row stands.
    pub fn place(&self, id: u32) -> Where {
        self.places.get(id as usize).copied().unwrap_or_default()
    }
}
