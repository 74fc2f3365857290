//! Ways from one subject to another along reference fields.

use super::{FieldRef, Program, SubjectId, Type};

/// How a row leads to one row of another subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// By these reference fields, one after the other; none for a subject itself.
    Only(Vec<FieldRef>),
    /// By several ways of the same length: the text has to say which.
    Several,
    /// By none.
    None,
}

impl Way {
    /// The reference fields, where there is one way.
    pub fn only(self) -> Option<Vec<FieldRef>> {
        match self {
            Self::Only(fields) => Some(fields),
            Self::Several | Self::None => None,
        }
    }
}

/// How many references a way has at most.
const LONGEST: usize = 3;

impl Program {
    /// The shortest way from one subject to another. A reference field that bears the name of the subject it refers
    /// to goes before others: `企业` of a project is that firm, however many other firms the project names.
    pub fn way(&self, from: SubjectId, to: SubjectId) -> Way {
        if from == to {
            return Way::Only(Vec::new());
        }
        if let Some(field) = self.field_named(from, &self.subject(to).name)
            && self.field(field).ty == Type::Row(to)
        {
            return Way::Only(vec![field]);
        }
        let mut frontier: Vec<(SubjectId, Vec<FieldRef>)> = vec![(from, Vec::new())];
        for _ in 0..LONGEST {
            let mut next = Vec::new();
            for (subject, way) in &frontier {
                for (index, field) in (0u16..).zip(&self.subject(*subject).fields) {
                    if let Type::Row(target) = field.ty {
                        let mut longer = way.clone();
                        longer.push(FieldRef {
                            subject: *subject,
                            index,
                        });
                        next.push((target, longer));
                    }
                }
            }
            let mut found = next.iter().filter(|(subject, _)| *subject == to);
            match (found.next(), found.next()) {
                (Some((_, way)), None) => return Way::Only(way.clone()),
                (Some(_), Some(_)) => return Way::Several,
                (None, _) => {}
            }
            frontier = next;
        }
        Way::None
    }

    /// The reference fields of a subject that name rows of another.
    pub fn references(&self, listed: SubjectId, row: SubjectId) -> impl Iterator<Item = FieldRef> + '_ {
        let fields = (0u16..).zip(&self.subject(listed).fields);
        let naming = fields.filter(move |(_, field)| field.ty == Type::Row(row));
        naming.map(move |(index, _)| FieldRef {
            subject: listed,
            index,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Absence, Field, Subject};
    use jiufen_diagnostic::{SourceId, Span};

    fn subject(name: &str, references: &[(&str, u32)]) -> Subject {
        let span = Span {
            source: SourceId(0),
            start: 0,
            end: 0,
        };
        let field = |(name, to): &(&str, u32)| Field {
            name: (*name).into(),
            alias: None,
            ty: Type::Row(SubjectId(*to)),
            yearly: false,
            optional: false,
            signed: false,
            absence: Absence::Missing,
            vintage: None,
            span,
        };
        Subject {
            name: name.into(),
            event: false,
            counter: None,
            fields: references.iter().map(field).collect(),
            key: Vec::new(),
            since: None,
            territory: None,
            span,
        }
    }

    #[test]
    fn two_ways_of_one_length_are_several_unless_a_field_bears_the_name() {
        let program = Program {
            subjects: vec![
                subject("企业", &[]),
                subject("项目", &[("企业", 0), ("承担单位", 0)]),
                subject("联合体", &[("牵头方", 0), ("参加方", 0)]),
                subject("下达", &[("项目", 1)]),
            ],
            ..Program::default()
        };
        let [firm, project, union, transfer] = [0, 1, 2, 3].map(SubjectId);
        let field = |subject, index| FieldRef { subject, index };
        assert_eq!(program.way(project, firm), Way::Only(vec![field(project, 0)]));
        assert_eq!(program.way(union, firm), Way::Several);
        assert_eq!(program.way(firm, union), Way::None);
        assert_eq!(program.way(firm, firm), Way::Only(Vec::new()));
        assert_eq!(program.references(union, firm).count(), 2);
        // By way of a project, a transfer has two firms; the name of the field counts for the last step only.
        assert_eq!(program.way(transfer, firm), Way::Several);
    }
}
