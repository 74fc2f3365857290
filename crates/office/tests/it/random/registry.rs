//! A random registry for a random policy: figures that hit its thresholds, extreme ones, and rows that are not sound.

use super::kind::{CODES, EXTREMES, Kind, TERRITORIES, TEXTS, day};
use super::policy::Policy;
use super::world::{Field, Holds, Subject};

/// The files of the registry, below `data/`.
pub(super) fn registry(policy: &mut Policy) -> Vec<(String, String)> {
    policy.missing = policy.draw.of(&[2, 12, 12, 12, 40, 100]);
    let subjects = policy.world.subjects.clone();
    let counts: Vec<usize> = subjects.iter().map(|_| policy.row_count()).collect();
    let mut files = Vec::new();
    for (at, subject) in subjects.iter().enumerate() {
        if policy.draw.percent(4) {
            continue;
        }
        let main = policy.main_table(at, subject, &counts);
        files.push((format!("data/{}.csv", subject.name), main));
        let yearly = subject.fields.iter().any(|f| f.yearly);
        if yearly && policy.draw.percent(95) {
            let table = policy.yearly_table(at, subject, counts[at]);
            files.push((format!("data/{}.年度.csv", subject.name), table));
        }
    }
    files.extend(policy.records(&counts));
    files.extend(policy.succession(&counts));
    files
}

/// The key of a row.
fn key(subject: usize, row: usize) -> String {
    format!("{}{row:03}", ["企", "园", "项", "认", "拨"][subject])
}

impl Policy {
    fn row_count(&mut self) -> usize {
        match self.draw.below(12) {
            0 => 0,
            1 => 1,
            2 => 2,
            3 if self.draw.percent(10) => 60 + self.draw.below(80),
            3..8 => 2 + self.draw.below(4),
            _ => 4 + self.draw.below(8),
        }
    }

    fn note(&mut self) -> String {
        let until = self
            .draw
            .of(&["2026-12-31", "2026-12-31", "2025-12-31", "2025-06-30", ""]);
        match until {
            "" => "# 合成数据 synthetic\n".to_owned(),
            day => format!("# 合成数据 synthetic; 登记完整至 {day}\n"),
        }
    }

    fn main_table(&mut self, at: usize, subject: &Subject, counts: &[usize]) -> String {
        let fields: Vec<Field> = subject.fields.iter().filter(|f| !f.yearly).cloned().collect();
        let header: Vec<&str> = subject
            .key
            .into_iter()
            .chain(fields.iter().map(|f| f.name.as_str()))
            .collect();
        let mut text = self.note();
        text.push_str(&header.join(","));
        text.push('\n');
        for row in 0..counts[at] {
            let mut cells: Vec<String> = Vec::new();
            if subject.key.is_some() {
                let twice = row > 0 && self.draw.percent(2);
                cells.push(key(at, if twice { row - 1 } else { row }));
            }
            for field in &fields {
                cells.push(self.cell(field, subject.since.as_ref(), counts));
            }
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        text
    }

    fn yearly_table(&mut self, at: usize, subject: &Subject, count: usize) -> String {
        let fields: Vec<Field> = subject.fields.iter().filter(|f| f.yearly).cloned().collect();
        let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
        let mut text = self.note();
        text.push_str(&format!(
            "{},年度,{}\n",
            subject.key.unwrap_or_default(),
            names.join(",")
        ));
        let dense = self.draw.of(&[95, 80, 50]);
        for row in 0..count {
            for year in 2019..=2026 {
                if !self.draw.percent(dense) {
                    continue;
                }
                let cells: Vec<String> = fields.iter().map(|f| self.cell(f, None, &[])).collect();
                text.push_str(&format!("{},{year},{}\n", key(at, row), cells.join(",")));
            }
        }
        text
    }

    fn cell(&mut self, field: &Field, since: Option<&String>, counts: &[usize]) -> String {
        let missing = if since == Some(&field.name) {
            5
        } else {
            self.missing
        };
        if self.draw.percent(missing) {
            return self.draw.of(&["", "缺"]).to_owned();
        }
        if field.optional && self.draw.percent(25) {
            return "无".to_owned();
        }
        if self.draw.percent(1) {
            return self
                .draw
                .of(&["约5", "1.2万", "2025/1/1", "1", "0001-01-01", "9999-12-31"])
                .to_owned();
        }
        match field.holds {
            Holds::Row(to) if self.draw.percent(4) || counts[to] == 0 => key(to, 999),
            Holds::Row(to) => key(to, self.draw.below(counts[to])),
            Holds::Value(Kind::Truth) => self.draw.of(&["是", "是", "否"]).to_owned(),
            Holds::Value(Kind::Date) => day(&mut self.draw),
            Holds::Value(Kind::Year) => self.draw.between(2021, 2027).to_string(),
            Holds::Value(Kind::Class(class)) => {
                let values = self.world.classes[class].values.clone();
                self.draw.of(&values).replace(['「', '」'], "")
            }
            Holds::Value(Kind::Text) if field.name.ends_with('版') => {
                self.draw.of(&["初步", "最终", "最终"]).to_owned()
            }
            Holds::Value(Kind::Text) => self.draw.of(&TEXTS).to_owned(),
            Holds::Value(Kind::Code) => self.draw.of(&CODES).to_owned(),
            Holds::Value(Kind::Territory) => self.draw.of(&TERRITORIES).to_owned(),
            Holds::Value(number) => self.figure(number, field.signed),
        }
    }

    fn figure(&mut self, kind: Kind, signed: bool) -> String {
        let named: Vec<i128> = self
            .figures
            .iter()
            .filter(|(of, _)| *of == kind)
            .map(|(_, n)| *n)
            .collect();
        let steps = match self.draw.below(20) {
            0..8 => self.draw.any(&named).map(|n| n + self.draw.of(&[0, 0, 0, 1, -1])),
            8 => Some(0),
            9 => Some(1),
            10 => self.draw.percent(40).then(|| match kind {
                Kind::Money => self.draw.of(&[
                    100_000_000_000_000_000,
                    99_999_999_999_999_999,
                    10_000_000_000_000,
                ]),
                Kind::People | Kind::Days | Kind::Span => 100_000,
                _ => 1_000_000_000,
            }),
            11 if self.draw.percent(10) => Some(self.draw.of(&EXTREMES)),
            _ => None,
        };
        let steps = steps.unwrap_or_else(|| kind.figure(&mut self.draw));
        let steps = match kind {
            Kind::Span | Kind::Days => steps.clamp(-100_000, 100_000),
            _ => steps,
        };
        match signed {
            true if self.draw.percent(40) => kind.written(-steps),
            true => kind.written(steps),
            false => kind.written(steps.max(0)),
        }
    }

    /// 沿革: rows that took one another's place.
    fn succession(&mut self, counts: &[usize]) -> Option<(String, String)> {
        if !self.draw.percent(15) {
            return None;
        }
        let mut text = "对象,前身,后继,事由,日期,确认人,依据文件\n".to_owned();
        for _ in 0..1 + self.draw.below(4) {
            let at = self.draw.below(3);
            let (one, other) = (
                self.draw.below(counts[at].max(1)),
                self.draw.below(counts[at].max(1)),
            );
            let before = if self.draw.percent(30) { 998 } else { one };
            let why = self.draw.of(&["更名", "迁入", "合并", "分立"]);
            let (day, by) = (day(&mut self.draw), self.draw.of(&["张", "张", ""]));
            text.push_str(&format!(
                "{},{},{},{why},{day},{by},示例变更〔2024〕1号\n",
                self.world.subjects[at].name,
                key(at, before),
                key(at, other)
            ));
        }
        Some(("data/沿革.csv".to_owned(), text))
    }

    /// 核定, 归组 and 兑付.
    fn records(&mut self, counts: &[usize]) -> Vec<(String, String)> {
        let mut files = Vec::new();
        let grants = self.grants.clone();
        let mut determined = "规则,键,年度,金额,首期,核定人,日期,依据文件\n".to_owned();
        let mut grouped = "规则,键,归组\n".to_owned();
        let mut paid = "规则,对象,年度,金额,日期,文件\n".to_owned();
        for grant in &grants {
            let keyed = self.world.subjects[grant.subject].key.is_some();
            let name = |row: usize| match keyed {
                true => key(grant.subject, row),
                false => (row + 1).to_string(),
            };
            for row in 0..counts[grant.subject] {
                let year = self.draw.of(&["2024", "2025", "2025", "2026"]);
                let year = if grant.yearly { year } else { "" };
                if self.draw.percent(if grant.unpublished { 30 } else { 3 }) {
                    let whole = self.draw.between(0, 300);
                    let first = match grant.staged && self.draw.percent(70) {
                        true => format!("{}元", self.draw.between(0, whole)),
                        false => String::new(),
                    };
                    let day = self.draw.of(&["2025-03-01", "2026-09-01"]);
                    let first = first.as_str();
                    determined.push_str(&format!(
                        "{},{},{year},{whole}元,{first},张,{day},示例核定〔2025〕{row}号\n",
                        grant.name,
                        name(row)
                    ));
                }
                if self.draw.percent(20) {
                    let to = self.draw.of(&["企业", "项目", "企001", "项001"]);
                    grouped.push_str(&format!("{},{},{to}\n", grant.name, name(row)));
                }
                if self.draw.percent(4) {
                    let (fen, day) = (self.draw.between(1, 99_999_999), self.some_day());
                    paid.push_str(&format!(
                        "{},{},{year},{},{day},示例拨付〔2025〕{row}号\n",
                        grant.name,
                        name(row),
                        Kind::Money.written(fen)
                    ));
                }
            }
        }
        for (name, text) in [("核定", determined), ("归组", grouped), ("兑付", paid)] {
            if text.lines().count() > 1 && self.draw.percent(70) {
                files.push((format!("data/{name}.csv"), text));
            }
        }
        files
    }
}
