//! Persons on public pages: a family name and the end of a number, never more.

use jiufen_interpret::{Determination, Fact, FactPlace, Facts, RowId};
use jiufen_language::program::{FieldRef, GroupId, Literal, ParameterId, Program, RuleId, SubjectId};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::Registry;

/// A registry whose rows of persons are shown masked. Values that a derivation rests on are not changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Masked<'a> {
    program: &'a Program,
    registry: &'a Registry<'a>,
}

impl<'a> Masked<'a> {
    pub fn new(program: &'a Program, registry: &'a Registry<'a>) -> Self {
        Self { program, registry }
    }

    /// Whether rows of a subject are persons: they are counted in 人.
    pub fn is_person(&self, subject: SubjectId) -> bool {
        self.program.subject(subject).counter.as_deref() == Some("人")
    }
}

/// `张三丰` is `张**`.
fn masked_name(name: &str) -> SmolStr {
    name.chars()
        .enumerate()
        .map(|(i, c)| if i == 0 { c } else { '*' })
        .collect()
}

/// `330102199001011234` is `…1234`.
fn masked_key(key: &str) -> SmolStr {
    let count = key.chars().count();
    let end: String = key.chars().skip(count.saturating_sub(4.min(count / 2))).collect();
    SmolStr::from(format!("…{end}"))
}

impl Facts for Masked<'_> {
    fn row_count(&self, subject: SubjectId) -> u32 {
        self.registry.row_count(subject)
    }

    fn key(&self, row: RowId) -> SmolStr {
        let key = self.registry.key(row);
        if self.is_person(row.subject) {
            masked_key(&key)
        } else {
            key
        }
    }

    fn name(&self, row: RowId) -> SmolStr {
        if !self.is_person(row.subject) {
            return self.registry.name(row);
        }
        let name = self.registry.name(row);
        if name == self.registry.key(row) {
            masked_key(&name)
        } else {
            masked_name(&name)
        }
    }

    fn field(&self, row: RowId, field: FieldRef, year: Option<i16>) -> Fact {
        let fact = self.registry.field(row, field, year);
        let subject = self.program.subject(row.subject);
        let is_key = field.subject == row.subject && subject.key.contains(&field.index);
        let is_name = self.program.field(field).name == "姓名";
        match fact {
            Fact::Known(Literal::Text(text)) if self.is_person(row.subject) && (is_key || is_name) => {
                Fact::Known(Literal::Text(if is_key {
                    masked_key(&text)
                } else {
                    masked_name(&text)
                }))
            }
            other => other,
        }
    }

    fn years(&self, row: RowId) -> Option<(i16, i16)> {
        self.registry.years(row)
    }

    fn related(&self, row: RowId, via: FieldRef) -> (Vec<RowId>, bool) {
        self.registry.related(row, via)
    }

    fn complete(&self, subject: SubjectId) -> bool {
        self.registry.complete(subject)
    }

    fn spatial(&self, row: RowId, relation: &str) -> Fact {
        self.registry.spatial(row, relation)
    }

    fn determination(&self, rule: RuleId, row: RowId, year: Option<i16>) -> Option<Determination> {
        self.registry.determination(rule, row, year)
    }

    fn chosen_key(&self, group: GroupId, rule: RuleId, row: RowId) -> Option<SmolStr> {
        self.registry.chosen_key(group, rule, row)
    }

    fn assumed(&self, parameter: ParameterId) -> Option<Literal> {
        self.registry.assumed(parameter)
    }

    fn place(&self, row: RowId, field: Option<FieldRef>, year: Option<i16>) -> Option<FactPlace> {
        self.registry.place(row, field, year)
    }

    fn territory_assumed(&self) -> bool {
        self.registry.territory_assumed()
    }

    fn today(&self) -> Date {
        self.registry.today()
    }
}

#[cfg(test)]
mod tests {
    use super::{masked_key, masked_name};

    #[test]
    fn a_person_is_shown_by_family_name_and_the_end_of_a_number() {
        assert_eq!(masked_name("张三丰"), "张**");
        assert_eq!(masked_key("330102199001011234"), "…1234");
        assert_eq!(masked_key("P1"), "…1");
    }
}
