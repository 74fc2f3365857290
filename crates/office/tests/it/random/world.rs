//! The nouns of a random policy: its classes, the subjects with their fields, its parameters, definitions and tables.

use super::draw::Draw;
use super::kind::{Kind, NUMBERS};

/// A class (类别).
#[derive(Debug, Clone)]
pub(super) struct Class {
    pub name: String,
    pub values: Vec<String>,
    pub ordered: bool,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Value(Kind),
    /// A row of a subject, by its position.
    Row(usize),
}

/// A field of a subject.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub name: String,
    pub holds: Holds,
    pub yearly: bool,
    pub optional: bool,
    pub signed: bool,
    /// 缺则.
    pub absence: &'static str,
    /// The field with its vintage (版次).
    pub vintage: Option<String>,
}

/// A subject (对象 or 事件).
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub name: &'static str,
    pub event: bool,
    pub key: Option<&'static str>,
    /// 按: the field with the day from which a row is there.
    pub since: Option<String>,
    pub fields: Vec<Field>,
}

/// A parameter; its exceptions may make it one of each row of a subject.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub name: String,
    pub kind: Kind,
    pub per: Option<usize>,
}

/// A definition.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub subject: usize,
    pub name: String,
    pub kind: Kind,
}

/// A table.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    pub name: String,
    pub inputs: Vec<Kind>,
    pub output: Kind,
}

/// Everything that can be named.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub classes: Vec<Class>,
    pub subjects: Vec<Subject>,
    pub parameters: Vec<Parameter>,
    pub definitions: Vec<Definition>,
    pub lookups: Vec<Lookup>,
}

pub(super) const FIRM: usize = 0;
pub(super) const PARK: usize = 1;
pub(super) const PROJECT: usize = 2;
pub(super) const TITLE: usize = 3;
pub(super) const TRANSFER: usize = 4;

impl Field {
    fn new(name: impl Into<String>, holds: Holds) -> Self {
        Self {
            name: name.into(),
            holds,
            yearly: false,
            optional: false,
            signed: false,
            absence: "",
            vintage: None,
        }
    }
}

impl World {
    pub(super) fn new(draw: &mut Draw) -> Self {
        let mut world = Self::default();
        world.classes(draw);
        world.subjects(draw);
        world
    }

    fn classes(&mut self, draw: &mut Draw) {
        let ordered = ["区级", "市级", "省级", "国级"];
        let plain = ["甲类", "乙类", "丙类", "丁类", "「其他(类)」"];
        for (name, values, is_ordered) in [("级", &ordered[..], true), ("类", &plain[..], false)] {
            let count = 2 + draw.below(values.len() - 1);
            self.classes.push(Class {
                name: name.into(),
                values: values[..count].iter().map(|v| (*v).to_owned()).collect(),
                ordered: is_ordered,
            });
        }
    }

    fn subjects(&mut self, draw: &mut Draw) {
        let names = [
            ("企业", "企", false, Some("代码")),
            ("园区", "园", false, Some("园号")),
            ("项目", "项", false, Some("项号")),
            ("认定", "认", true, Some("认号")),
            ("拨款", "拨", true, Some("拨号")),
        ];
        for (at, (name, sign, event, key)) in names.into_iter().enumerate() {
            let key = key.filter(|_| !event || draw.percent(70));
            let mut fields = Vec::new();
            self.references(at, draw, &mut fields);
            self.values(at, sign, key.is_some(), draw, &mut fields);
            let since = fields
                .iter()
                .find(|f| f.holds == Holds::Value(Kind::Date) && !f.yearly && !event)
                .map(|f| f.name.clone());
            self.subjects.push(Subject {
                name,
                event,
                key,
                since: since.filter(|_| draw.percent(50)),
                fields,
            });
        }
    }

    fn references(&self, at: usize, draw: &mut Draw, fields: &mut Vec<Field>) {
        let mut refer = |name: &str, to: usize, optional: bool| {
            fields.push(Field {
                optional,
                ..Field::new(name, Holds::Row(to))
            });
        };
        match at {
            FIRM if draw.percent(70) => refer("园区", PARK, draw.percent(70)),
            PARK if draw.percent(60) => refer("运营方", FIRM, draw.percent(50)),
            PROJECT => {
                refer("企业", FIRM, draw.percent(30));
                if draw.percent(25) {
                    refer("合作方", FIRM, true);
                }
            }
            TITLE => {
                refer("企业", FIRM, draw.percent(20));
                if draw.percent(40) {
                    refer("项目", PROJECT, true);
                }
            }
            TRANSFER if draw.percent(60) => refer("项目", PROJECT, draw.percent(40)),
            TRANSFER => refer("企业", FIRM, draw.percent(40)),
            _ => {}
        }
    }

    fn values(&mut self, at: usize, sign: &str, keyed: bool, draw: &mut Draw, fields: &mut Vec<Field>) {
        let event = at >= TITLE;
        let mut kinds = vec![Kind::Money];
        if event || draw.percent(70) {
            kinds.push(Kind::Date);
        }
        if at == FIRM {
            kinds.extend([Kind::Truth, Kind::Money]);
        }
        if at == FIRM && draw.percent(40) {
            kinds.push(Kind::Territory);
        }
        for _ in 0..2 + draw.below(6) {
            kinds.push(match draw.below(10) {
                0..3 => draw.of(&NUMBERS),
                3 | 4 => Kind::Truth,
                5 | 6 => Kind::Class(draw.below(self.classes.len())),
                7 => draw.of(&[Kind::Date, Kind::Year]),
                8 => Kind::Money,
                _ => draw.of(&[Kind::Text, Kind::Code]),
            });
        }
        for (number, kind) in kinds.into_iter().enumerate() {
            let mut field = Field::new(format!("{sign}{}{number}", kind.sign()), Holds::Value(kind));
            let always = matches!(kind, Kind::Territory) || (number == 1 && event);
            field.yearly =
                keyed && !event && !always && (number == 2 || draw.percent(45)) && kind != Kind::Date;
            field.signed = kind.is_number() && kind != Kind::People && draw.percent(25);
            field.optional = matches!(kind, Kind::Text) && draw.percent(40);
            if draw.percent(15) {
                field.absence = draw.of(&["待到账", "未公布"]);
            }
            if kind == Kind::Money && draw.percent(15) {
                let tag = format!("{}版", field.name);
                fields.push(Field {
                    yearly: field.yearly,
                    ..Field::new(tag.clone(), Holds::Value(Kind::Text))
                });
                field.vintage = Some(tag);
            }
            fields.push(field);
        }
    }

    /// The value fields of a subject.
    pub(super) fn fields(&self, subject: usize) -> impl Iterator<Item = (&Field, Kind)> {
        self.subjects[subject]
            .fields
            .iter()
            .filter_map(|f| match f.holds {
                Holds::Value(kind) => Some((f, kind)),
                Holds::Row(_) => None,
            })
    }

    /// The paths from a subject to rows: each as written before a field (empty for itself), and where it leads.
    pub(super) fn paths(&self, from: usize) -> Vec<(String, usize)> {
        let mut paths = vec![(String::new(), from)];
        let mut at = 0;
        while at < paths.len() {
            let (path, subject) = paths[at].clone();
            at += 1;
            if path.matches('.').count() == 2 {
                continue;
            }
            for field in &self.subjects[subject].fields {
                if let Holds::Row(to) = field.holds {
                    paths.push((format!("{path}{}.", field.name), to));
                }
            }
        }
        paths
    }

    /// Whether a row leads to one row of another subject by the only shortest way.
    pub(super) fn leads(&self, from: usize, to: usize) -> bool {
        if from == to {
            return true;
        }
        let named = |f: &Field| f.holds == Holds::Row(to) && f.name == self.subjects[to].name;
        if self.subjects[from].fields.iter().any(named) {
            return true;
        }
        let lengths: Vec<usize> = self
            .paths(from)
            .into_iter()
            .filter(|(_, at)| *at == to)
            .map(|(path, _)| path.matches('.').count())
            .collect();
        let shortest = lengths.iter().min();
        shortest.is_some_and(|shortest| lengths.iter().filter(|l| *l == shortest).count() == 1)
    }

    /// How rows that name a row of a subject are written, and of which subject they are.
    pub(super) fn related(&self, row: usize) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        for (at, listed) in self.subjects.iter().enumerate() {
            let own = self.subjects[row].fields.iter().any(|f| f.name == listed.name);
            let via: Vec<&Field> = listed
                .fields
                .iter()
                .filter(|f| f.holds == Holds::Row(row))
                .collect();
            match via.as_slice() {
                [] => {}
                _ if own => {}
                [_] => found.push((listed.name.to_owned(), at)),
                several => {
                    let call = |f: &&Field| (format!("{}(经由 {})", listed.name, f.name), at);
                    found.extend(several.iter().map(call));
                }
            }
        }
        found
    }

    /// The subjects that references lead to from a row, however many there are on the way; its own among them.
    fn reached(&self, row: usize) -> Vec<usize> {
        let mut reached = vec![row];
        let mut at = 0;
        while at < reached.len() {
            for field in &self.subjects[reached[at]].fields {
                if let Holds::Row(to) = field.holds
                    && !reached.contains(&to)
                {
                    reached.push(to);
                }
            }
            at += 1;
        }
        reached
    }

    /// Subjects all of whose rows a name stands for, asked from a row.
    pub(super) fn unrelated(&self, row: usize) -> Vec<(String, usize)> {
        let reached = self.reached(row);
        let linked = |at: usize| {
            reached.contains(&at)
                || self.subjects[at]
                    .fields
                    .iter()
                    .any(|f| f.holds == Holds::Row(row))
        };
        let all = (0..self.subjects.len()).filter(|at| !linked(*at));
        all.map(|at| (self.subjects[at].name.to_owned(), at)).collect()
    }
}
