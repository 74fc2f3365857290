//! A random policy: its documents as text.

use super::draw::Draw;
use super::kind::{Kind, day};
use super::terms::{Scope, Term};
use super::world::{Definition, Field, Holds, Parameter, World};

/// A grant that was written.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub name: String,
    pub subject: usize,
    pub yearly: bool,
    pub caps: usize,
    pub unpublished: bool,
    pub staged: bool,
}

/// A group that grants may fall under.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub name: String,
    /// Subjects of its key.
    pub keys: Vec<usize>,
    /// The only subject of its members, where its key says fields.
    pub only: Option<usize>,
}

/// An account that grants may draw on.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub name: String,
    pub heads: bool,
    /// The only subject of those who draw, where they are chosen by a score.
    pub only: Option<usize>,
}

/// A policy that is being written.
pub(super) struct Policy {
    pub draw: Draw,
    pub world: World,
    /// Figures that it names, in smallest steps.
    pub figures: Vec<(Kind, i128)>,
    pub grants: Vec<Grant>,
    pub groups: Vec<Group>,
    pub accounts: Vec<Account>,
    /// Tables that may give several answers, by position.
    pub candidates: Vec<usize>,
    /// What was amended or has an exception, as written.
    pub touched: Vec<String>,
    /// Of a hundred cells of its registry, so many are empty.
    pub missing: usize,
}

/// The lines of a block.
pub(super) type Block = Vec<String>;

/// The documents of a random policy, and what its registry has to know.
pub(super) fn policy(seed: u64) -> (Vec<(String, String)>, Policy) {
    let mut draw = Draw::new(seed);
    let world = World::new(&mut draw);
    let mut policy = Policy {
        draw,
        world,
        figures: Vec::new(),
        grants: Vec::new(),
        groups: Vec::new(),
        accounts: Vec::new(),
        candidates: Vec::new(),
        touched: Vec::new(),
        missing: 12,
    };
    let documents = policy.documents();
    (documents, policy)
}

fn document(number: &str, meta: &str, blocks: Vec<Block>) -> String {
    let mut text = format!(
        "---\n标题: 示例{number}号\n文号: 示例〔2024〕{number}号\n发文机关: 示例区\n{meta}来源: 示例\n---\n\n# 示例{number}号\n\n## 一、示例\n\n示例。\n\n```jiufen\n"
    );
    let blocks: Vec<String> = blocks.into_iter().map(|lines| lines.join("\n")).collect();
    text.push_str(&blocks.join("\n\n"));
    text.push_str("\n```\n");
    text
}

impl Policy {
    fn documents(&mut self) -> Vec<(String, String)> {
        let mut blocks = self.vocabulary();
        blocks.extend(self.parameters());
        let tables = self.draw.below(4);
        for number in 0..tables {
            blocks.push(self.table(number));
        }
        let definitions = self.draw.below(7);
        for number in 0..definitions {
            blocks.push(self.define(number));
        }
        blocks.extend(self.shared());
        let grants = 1 + self.draw.below(5);
        for _ in 0..grants {
            blocks.push(self.grant());
        }
        let judged = self.draw.below(3);
        for number in 0..judged {
            blocks.push(match self.draw.percent(50) {
                true => self.verdict(number),
                false => self.ranking(number),
            });
        }
        let exceptions = self.draw.below(4);
        for number in 0..exceptions {
            blocks.extend(self.exception(number));
        }
        let territory = self
            .draw
            .of(&["全国", "全国", "示例省示例市示例区", "示例省示例市"]);
        let from = self.draw.of(&[
            "2023-01-01",
            "2024-01-01",
            "2024-01-01",
            "2024-07-01",
            "2025-01-01",
        ]);
        let to = self.draw.of(&[
            "",
            "",
            "失效: 2026-06-30\n",
            "失效: 2025-12-31\n",
            "失效: 2026-12-31\n",
        ]);
        let meta = format!("适用地区: {territory}\n施行: {from}\n{to}状态: 示例\n");
        let mut documents = vec![("policy.md".to_owned(), document("1", &meta, blocks))];
        if self.draw.percent(60) {
            documents.push(("修订.md".to_owned(), self.amending(territory)));
        }
        if self.draw.percent(20) {
            let draft = self.grant();
            let meta = format!("适用地区: {territory}\n施行: 2025-01-01\n状态: 征求意见\n");
            self.grants.pop();
            documents.push(("草案.md".to_owned(), document("3", &meta, vec![draft])));
        }
        documents
    }

    fn amending(&mut self, territory: &str) -> String {
        let mut blocks = Vec::new();
        let amendments = 1 + self.draw.below(4);
        for _ in 0..amendments {
            blocks.extend(self.amendment());
        }
        if self.draw.percent(50) {
            let mut grant = self.grant();
            if self.draw.percent(30) {
                let fit = &self.grants[self.grants.len() - 1];
                let before = self
                    .grants
                    .iter()
                    .find(|g| g.name != fit.name && g.subject == fit.subject);
                grant.extend(before.map(|g| format!("  承接 \"示例〔2024〕1号\" {}", g.name)));
            }
            blocks.push(grant);
        }
        if self.draw.percent(40) {
            blocks.extend(self.exception(9));
        }
        let from = self.draw.of(&["2025-01-01", "2025-07-01", "2026-01-01"]);
        let to = self.draw.of(&["", "", "失效: 2026-12-31\n"]);
        let meta =
            format!("适用地区: {territory}\n施行: {from}\n{to}引用:\n  - 示例〔2024〕1号\n状态: 示例\n");
        document("2", &meta, blocks)
    }

    fn vocabulary(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for class in &self.world.classes {
            let order = if class.ordered { " 序" } else { "" };
            blocks.push(vec![format!(
                "类别 {}{order}: {}",
                class.name,
                class.values.join(", ")
            )]);
        }
        let classes: Vec<String> = self.world.classes.iter().map(|c| c.name.clone()).collect();
        for subject in &self.world.subjects {
            let mut lines = vec![match (subject.event, subject.name) {
                (true, name) => format!("事件 {name}"),
                (_, "企业") => "对象 企业 家".to_owned(),
                (_, name) => format!("对象 {name} 个"),
            }];
            lines.extend(subject.key.map(|key| format!("  键 {key}")));
            lines.extend(subject.since.as_ref().map(|since| format!("  按 {since}")));
            lines.extend(subject.key.map(|key| format!("  {key}: 文本")));
            lines.extend(
                subject
                    .fields
                    .iter()
                    .map(|field| self.field_line(field, &classes)),
            );
            blocks.push(lines);
        }
        blocks
    }

    fn field_line(&self, field: &Field, classes: &[String]) -> String {
        let ty = match field.holds {
            Holds::Value(kind) => kind.declared(classes),
            Holds::Row(subject) => self.world.subjects[subject].name.to_owned(),
        };
        let mut line = format!("  {}: {ty}", field.name);
        for (said, word) in [
            (field.yearly, " 每年"),
            (field.optional, " 可无"),
            (field.signed, " 可负"),
        ] {
            line.push_str(if said { word } else { "" });
        }
        if let Some(vintage) = &field.vintage {
            line.push_str(&format!(" 版次 {vintage}"));
        }
        if !field.absence.is_empty() {
            line.push_str(&format!(" 缺则 {}", field.absence));
        }
        line
    }

    fn parameters(&mut self) -> Vec<Block> {
        let kinds = [
            Kind::Money,
            Kind::Money,
            Kind::Rate,
            Kind::Rate,
            Kind::Number,
            Kind::People,
            Kind::Points,
            Kind::Date,
            Kind::PerArea,
            Kind::Area,
        ];
        let mut blocks = vec![vec![
            "参数 取整法: 取整方式".to_owned(),
            format!("  自 2023-01-01: {}", self.draw.of(&["去尾", "进一", "四舍五入"])),
            "  自 2025-07-01: 四舍五入".to_owned(),
        ]];
        let count = 1 + self.draw.below(5);
        for number in 0..count {
            let kind = self.draw.of(&kinds);
            let name = format!("参{number}");
            let mut lines = vec![format!("参数 {name}: {}", kind.declared(&[]))];
            match self.draw.below(12) {
                0 => {}
                1 | 2 => lines.push(format!("  = {}", self.constant(kind))),
                _ => {
                    for period in self.periods() {
                        let value = self.constant(kind);
                        lines.push(format!("  {period}: {value}"));
                    }
                }
            }
            let per = self.draw.percent(30).then(|| self.draw.of(&[0, 0, 1, 2]));
            self.world.parameters.push(Parameter { name, kind, per });
            blocks.push(lines);
        }
        blocks.extend(self.per_row());
        blocks
    }

    /// Parameters that are one of each row have an exception that makes them so.
    fn per_row(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for at in 0..self.world.parameters.len() {
            let Parameter { name, kind, per } = self.world.parameters[at].clone();
            let Some(subject) = per else { continue };
            let when = Scope {
                exceptional: false,
                basis: true,
                ..Scope::of(subject, 0)
            };
            let scope = Scope {
                original: Some(kind),
                ..when
            };
            blocks.push(vec![
                format!("例外 各{name} 对 {name}"),
                format!("  每   {}", self.world.subjects[subject].name),
                "  口径 上年".to_owned(),
                format!("  当   {}", self.truth(when, 1).alone()),
                match kind {
                    Kind::Date => format!("  = {}", self.date(scope, 1).alone()),
                    number => format!("  = {}", self.number(number, scope, 1).alone()),
                },
            ]);
            self.touched.push(name);
        }
        blocks
    }

    /// A value that asks nothing.
    pub(super) fn constant(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Date => day(&mut self.draw),
            number => self.literal(number).alone(),
        }
    }

    /// `自 …` lines in order of time, the last perhaps with an end.
    pub(super) fn periods(&mut self) -> Vec<String> {
        let mut days = vec![
            self.draw
                .of(&["2022-01-01", "2023-01-01", "2024-01-01", "2025-01-01"])
                .to_owned(),
        ];
        let more = self.draw.below(3);
        days.extend(
            (0..more)
                .map(|_| day(&mut self.draw))
                .filter(|day| day.as_str() > "2025-01-01"),
        );
        days.sort();
        days.dedup();
        let last = days.len() - 1;
        let end = self.draw.of(&["2025-06-30", "2025-12-31", "2027-06-30"]);
        let ends = self.draw.percent(20) && days[last].as_str() <= end;
        let line = |(at, day): (usize, &String)| match at == last && ends {
            true => format!("自 {day} 至 {end}"),
            false => format!("自 {day}"),
        };
        days.iter().enumerate().map(line).collect()
    }

    /// 口径, or none: what it is and whether one is said.
    pub(super) fn basis(&mut self) -> (Option<String>, bool) {
        match self.draw.below(6) {
            0 | 1 => (None, false),
            2 => (Some("  口径 当年".to_owned()), true),
            3 => (Some("  口径 2024年".to_owned()), true),
            _ => (Some("  口径 上年".to_owned()), true),
        }
    }

    fn define(&mut self, number: usize) -> Block {
        let subject = self.draw.below(self.world.subjects.len());
        let kind = match self.draw.below(12) {
            0..4 => Kind::Money,
            4 => Kind::Rate,
            5 | 6 => Kind::Truth,
            7 => Kind::Class(self.draw.below(self.world.classes.len())),
            8 => Kind::Date,
            9 => Kind::Year,
            10 => Kind::Number,
            _ => self.draw.of(&super::kind::NUMBERS),
        };
        let classes: Vec<String> = self.world.classes.iter().map(|c| c.name.clone()).collect();
        let name = format!("定{number}");
        let of = self.world.subjects[subject].name;
        let (basis, said) = self.basis();
        let scope = Scope {
            basis: said,
            today: true,
            ..Scope::of(subject, number)
        };
        let mut lines = vec![format!("定义 {of}.{name}: {}", kind.declared(&classes))];
        lines.extend(basis);
        if matches!(kind, Kind::Class(_)) || self.draw.percent(25) {
            lines.extend(self.arms(kind, scope, "  "));
        } else if self.draw.percent(20) {
            for period in self.periods() {
                let value = self.any_value(kind, scope, 2);
                lines.push(format!("  {period}: {value}"));
            }
        } else {
            lines.push(format!("  = {}", self.any_value(kind, scope, 3)));
        }
        self.world.definitions.push(Definition { subject, name, kind });
        lines
    }

    /// A value of a kind as a whole expression.
    pub(super) fn any_value(&mut self, kind: Kind, scope: Scope, depth: u8) -> String {
        if let Kind::Class(class) = kind
            && self.draw.percent(80)
        {
            let values = self.world.classes[class].values.clone();
            return self.draw.of(&values);
        }
        match self.value(kind, scope, depth) {
            Some(value) => Term::alone(value),
            None => match kind {
                Kind::Class(class) => self.world.classes[class].values[0].clone(),
                _ => self.constant(kind),
            },
        }
    }

    /// Cases, the last of them for all others.
    pub(super) fn arms(&mut self, kind: Kind, scope: Scope, indent: &str) -> Block {
        let count = 1 + self.draw.below(3);
        let mut lines = Vec::new();
        for _ in 0..count {
            let when = self.truth(scope, 1).alone();
            let value = self.any_value(kind, scope, 1);
            lines.push(format!("{indent}- {when}: {value}"));
        }
        let rest = match self.draw.percent(15) {
            true => "无".to_owned(),
            false => self.any_value(kind, scope, 1),
        };
        lines.push(format!("{indent}- 否则: {rest}"));
        lines
    }
}
