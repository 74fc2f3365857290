//! Who gains and loses, by a column of the registry: park, industry, size.

use std::collections::BTreeMap;

use jiufen_interpret::{Fact, Facts, RowId};
use jiufen_language::program::{Field, FieldRef, Literal, SubjectId, Type};
use jiufen_language::words;

use super::{Counts, Simulation};
use crate::registry::Registry;

/// A column by which subjects are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// The column, as the draft's side numbers it.
    pub field: FieldRef,
}

/// The subjects with one value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupChange {
    /// The value; 缺 and 无 are values of their own.
    pub label: String,
    /// How many gain and lose.
    pub counts: Counts,
    /// What is exactly payable by the law in force, in fen.
    pub before_fen: i128,
    /// With the draft.
    pub after_fen: i128,
}

impl Simulation<'_> {
    /// The column of this name of whoever is paid; none where there is no such column.
    pub fn by_name(&self, name: &str) -> Option<By> {
        let program = &self.after.pack.program;
        let of_paid = self.paid_subjects();
        let fields = of_paid.iter().filter_map(|subject| {
            let declared = program.subject(*subject);
            let named = |f: &Field| f.name == name || f.alias.as_deref() == Some(name);
            let index = declared.fields.iter().position(named)?;
            Some(By {
                field: FieldRef {
                    subject: *subject,
                    index: u16::try_from(index).ok()?,
                },
            })
        });
        fields.into_iter().next()
    }

    /// The columns that tell subjects apart: references, enumerations and codes that are no keys.
    pub fn by_default(&self) -> Vec<By> {
        let program = &self.after.pack.program;
        let mut found = Vec::new();
        for subject in self.paid_subjects() {
            let declared = program.subject(subject);
            for (index, field) in (0u16..).zip(&declared.fields) {
                let tells = matches!(field.ty, Type::Row(_) | Type::Enumeration(_) | Type::Code(_));
                if tells && !field.yearly && !declared.key.contains(&index) {
                    found.push(By {
                        field: FieldRef { subject, index },
                    });
                }
            }
        }
        found
    }

    /// The names by which columns can be asked for.
    pub fn by_names(&self) -> Vec<String> {
        let program = &self.after.pack.program;
        let of = |subject: SubjectId| program.subject(subject).fields.iter().map(|f| f.name.to_string());
        self.paid_subjects().into_iter().flat_map(of).collect()
    }

    /// The subjects of which somebody is paid, those with most of them first.
    fn paid_subjects(&self) -> Vec<SubjectId> {
        let mut count: BTreeMap<SubjectId, usize> = BTreeMap::new();
        for change in &self.subjects {
            if let Some(row) = self.place(change.row).after {
                *count.entry(row.subject).or_default() += 1;
            }
        }
        let mut subjects: Vec<(usize, SubjectId)> = count.into_iter().map(|(s, n)| (n, s)).collect();
        subjects.sort_by_key(|(count, subject)| (std::cmp::Reverse(*count), *subject));
        subjects.into_iter().map(|(_, subject)| subject).collect()
    }

    /// The subjects by the values of a column, the greatest change of what is payable first.
    pub fn groups(&self, by: By) -> Vec<GroupChange> {
        let mut groups: BTreeMap<String, GroupChange> = BTreeMap::new();
        for change in &self.subjects {
            let row = self.place(change.row).after;
            let Some(row) = row.filter(|row| row.subject == by.field.subject) else {
                continue;
            };
            let label = label(self.after.registry, row, by.field, self.after.run.options.year);
            let group = groups.entry(label.clone()).or_insert_with(|| GroupChange {
                label,
                counts: Counts::default(),
                before_fen: 0,
                after_fen: 0,
            });
            group.counts.add(change.effect);
            group.before_fen += change.before_fen;
            group.after_fen += change.after_fen;
        }
        let mut groups: Vec<GroupChange> = groups.into_values().collect();
        groups.sort_by_key(|g| std::cmp::Reverse((g.after_fen - g.before_fen).abs()));
        groups
    }
}

/// The value of a column as a label. Codes are put together by their first two digits, the division of GB/T 4754.
fn label(registry: &Registry, row: RowId, field: FieldRef, year: i16) -> String {
    let declared = registry.program().field(field);
    let year = declared.yearly.then_some(year);
    match registry.field(row, field, year) {
        Fact::Row(of) => registry.name(of).to_string(),
        Fact::Known(Literal::Text(text)) if matches!(declared.ty, Type::Code(_)) => {
            text.chars().take(2).collect::<String>() + "…"
        }
        Fact::Known(literal) => words::literal(registry.program(), &literal, &declared.ty),
        Fact::Missing => "缺".to_owned(),
        Fact::Absent | Fact::NotApplicable => "无".to_owned(),
    }
}
