//! Tables, exceptions and amendments of a random policy, and what it judges.

use super::kind::{Kind, day};
use super::policy::{Block, Policy};
use super::terms::{Scope, Term};
use super::world::{FIRM, Lookup};

impl Policy {
    /// A table.
    pub(super) fn table(&mut self, number: usize) -> Block {
        let name = format!("表{number}");
        let mode = self.draw.of(&["首个", "首个", "唯一", "累进", "候选"]);
        let inputs: Vec<Kind> = match mode {
            "累进" => vec![Kind::Money],
            "唯一" => vec![self.draw.of(&[
                Kind::Money,
                Kind::People,
                Kind::Class(0),
                Kind::Class(1),
                Kind::Rate,
            ])],
            _ => {
                let first = self.draw.of(&[
                    Kind::Money,
                    Kind::Number,
                    Kind::People,
                    Kind::Class(0),
                    Kind::Truth,
                    Kind::Area,
                ]);
                let second = self
                    .draw
                    .of(&[Kind::Class(1), Kind::Truth, Kind::Money, Kind::Days]);
                let count = 1 + self.draw.below(2);
                [first, second].into_iter().take(count).collect()
            }
        };
        let output = match mode {
            "累进" => Kind::Rate,
            "候选" => Kind::Money,
            _ => self
                .draw
                .of(&[Kind::Money, Kind::Money, Kind::Rate, Kind::Number]),
        };
        let mut lines = vec![format!("表 {name}"), format!("  法   {mode}")];
        if self.draw.percent(50) {
            for period in self.periods() {
                lines.push(format!("  {period}"));
                lines.extend(self.rows(mode, &inputs, output, "    "));
            }
        } else {
            lines.extend(self.rows(mode, &inputs, output, "    "));
        }
        if mode == "候选" {
            self.candidates.push(self.world.lookups.len());
        }
        let output = match mode {
            "累进" => Kind::Money,
            // No operation takes what is still to be chosen.
            "候选" => Kind::Code,
            _ => output,
        };
        self.world.lookups.push(Lookup { name, inputs, output });
        lines
    }

    fn rows(&mut self, mode: &str, inputs: &[Kind], output: Kind, indent: &str) -> Block {
        let header: Vec<String> = (0..)
            .zip(inputs)
            .map(|(at, kind): (usize, _)| match kind {
                Kind::Class(class) => self.world.classes[*class].name.clone(),
                _ => format!("入{at}"),
            })
            .chain(["出".to_owned()])
            .collect();
        let mut lines = vec![format!("{indent}| {} |", header.join(" | "))];
        let cells = match (mode, inputs) {
            ("唯一" | "累进", [kind]) => self.bands(*kind),
            _ => self.tests(inputs),
        };
        for (at, cells) in cells.into_iter().enumerate() {
            let result = self.result(output, at == 0 || mode == "累进");
            lines.push(format!("{indent}| {cells} | {result} |"));
        }
        lines
    }

    /// Rows none of which overlaps another.
    fn bands(&mut self, kind: Kind) -> Vec<String> {
        if let Kind::Class(class) = kind {
            return self.world.classes[class].values.clone();
        }
        let mut ends: Vec<i128> = (0..1 + self.draw.below(3))
            .map(|_| kind.figure(&mut self.draw))
            .collect();
        ends.sort_unstable();
        ends.dedup();
        self.figures.extend(ends.iter().map(|end| (kind, *end)));
        let written: Vec<String> = ends.iter().map(|end| kind.written(*end)).collect();
        let mut rows = vec![format!("≤ {}", written[0])];
        rows.extend(
            written
                .windows(2)
                .map(|pair| format!("({}, {}]", pair[0], pair[1])),
        );
        rows.extend(written.last().map(|last| format!("> {last}")));
        rows
    }

    fn tests(&mut self, inputs: &[Kind]) -> Vec<String> {
        let count = 1 + self.draw.below(4);
        let mut rows = Vec::new();
        for at in 0..count {
            let cells: Vec<String> = inputs
                .iter()
                .map(|kind| match at > 0 && self.draw.percent(20) {
                    true => "不限".to_owned(),
                    false => self.test(*kind),
                })
                .collect();
            rows.push(cells.join(" | "));
        }
        if self.draw.percent(70) {
            rows.push(vec!["不限"; inputs.len()].join(" | "));
        }
        rows
    }

    fn test(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Class(class) => {
                let values = self.world.classes[class].values.clone();
                self.draw.of(&values)
            }
            Kind::Truth => self.draw.of(&["是", "否"]).to_owned(),
            number => {
                let value = self.literal(number).alone();
                let sign = self.draw.of(&["≥ ", "≤ ", "> ", "< ", ""]);
                format!("{sign}{value}")
            }
        }
    }

    fn result(&mut self, kind: Kind, plain: bool) -> String {
        match self.draw.below(12) {
            0 if !plain => "未公布".to_owned(),
            1 if !plain => "无".to_owned(),
            2 if !plain => {
                let low = kind.figure(&mut self.draw);
                format!("{} 至 {}", kind.written(low), kind.written(low + 10_000_000))
            }
            _ => kind.written(kind.figure(&mut self.draw)),
        }
    }

    /// An exception to a definition or a part of a grant.
    pub(super) fn exception(&mut self, number: usize) -> Option<Block> {
        let of_definition = self.draw.percent(40) && !self.world.definitions.is_empty();
        let (target, subject, kind, definitions) = match of_definition {
            true => {
                let at = self.draw.below(self.world.definitions.len());
                let definition = self.world.definitions[at].clone();
                let subject = self.world.subjects[definition.subject].name;
                (
                    format!("{subject}.{}", definition.name),
                    definition.subject,
                    definition.kind,
                    at,
                )
            }
            false => {
                let grant = self.draw.any(&self.grants)?;
                let part = match grant.caps {
                    1 => self.draw.of(&["当", "金额", "金额", "封顶"]),
                    _ => self.draw.of(&["当", "金额", "金额"]),
                };
                let open = self.draw.of(&["当", "至多"]);
                let part = if grant.unpublished { open } else { part };
                let kind = if part == "当" { Kind::Truth } else { Kind::Money };
                (
                    format!("{}.{part}", grant.name),
                    grant.subject,
                    kind,
                    self.world.definitions.len(),
                )
            }
        };
        if self.touched.contains(&target) && self.draw.percent(70) {
            return None;
        }
        let before: Vec<String> = (0..number)
            .filter(|n| self.touched.contains(&format!("{target} 例外{n}")))
            .map(|n| format!("例外{n}"))
            .collect();
        let (basis, said) = self.basis();
        let mut scope = Scope {
            basis: said,
            original: Some(kind),
            ..Scope::of(subject, definitions)
        };
        let mut lines = vec![format!("例外 例外{number} 对 {target}")];
        lines.extend(basis);
        scope.original = None;
        lines.push(format!("  当   {}", self.truth(scope, 1).alone()));
        scope.original = Some(kind);
        lines.push(format!("  = {}", self.any_value(kind, scope, 2)));
        if !before.is_empty() {
            lines.push(format!("  先于 {}", before.join(", ")));
        }
        self.touched.push(format!("{target} 例外{number}"));
        self.touched.push(target);
        Some(lines)
    }

    /// An amendment from a day on.
    pub(super) fn amendment(&mut self) -> Option<Block> {
        let from = self.draw.of(&["2025-07-01", "2026-01-01", "2026-03-01"]);
        let to = self.draw.of(&["", "", " 至 2026-06-30"]);
        let (target, value): (String, Block) = match self.draw.below(4) {
            0 => {
                let parameter = self.draw.any(&self.world.parameters)?;
                let value = self.constant(parameter.kind);
                (parameter.name, vec![format!("  = {value}")])
            }
            1 => {
                let at = self
                    .draw
                    .any(&(0..self.world.definitions.len()).collect::<Vec<_>>())?;
                let definition = self.world.definitions[at].clone();
                let scope = Scope {
                    basis: false,
                    ..Scope::of(definition.subject, at)
                };
                let value = self.any_value(definition.kind, scope, 2);
                let subject = self.world.subjects[definition.subject].name;
                (
                    format!("{subject}.{}", definition.name),
                    vec![format!("  = {value}")],
                )
            }
            _ => self.amended_grant()?,
        };
        let whole = target.split('.').next().unwrap_or_default().to_owned();
        let taken = |name: &String| self.touched.iter().any(|t| t == &format!("修 {name}"));
        if taken(&target) || (target.starts_with('奖') && taken(&whole)) {
            return None;
        }
        self.touched.push(format!("修 {target}"));
        if target.starts_with('奖') {
            self.touched.push(format!("修 {whole}"));
        }
        let mut lines = vec![format!("修订 {target}"), format!("  自   {from}{to}")];
        lines.extend(value);
        Some(lines)
    }

    fn amended_grant(&mut self) -> Option<(String, Block)> {
        let grant = self.draw.any(&self.grants)?;
        let scope = Scope::of(grant.subject, self.world.definitions.len());
        let part = match grant.caps {
            1 => self.draw.of(&["当", "金额", "封顶", "废止"]),
            _ => self.draw.of(&["当", "金额", "废止"]),
        };
        let value = match part {
            "废止" => return Some((grant.name, vec!["  废止".to_owned()])),
            "当" => self.truth(scope, 2).alone(),
            _ if grant.staged => return None,
            _ if grant.unpublished => {
                let value = self.number(Kind::Money, scope, 1).alone();
                return Some((format!("{}.至多", grant.name), vec![format!("  = {value}")]));
            }
            "封顶" => self.literal(Kind::Money).alone(),
            _ => self.number(Kind::Money, scope, 2).alone(),
        };
        Some((format!("{}.{part}", grant.name), vec![format!("  = {value}")]))
    }

    /// A verdict.
    pub(super) fn verdict(&mut self, number: usize) -> Block {
        let subject = self.draw.below(self.world.subjects.len());
        let scope = Scope {
            today: true,
            ..Scope::of(subject, self.world.definitions.len())
        };
        let mut lines = vec![
            format!("判定 审{number}"),
            format!("  每   {}", self.world.subjects[subject].name),
        ];
        lines.extend(
            self.field(Kind::Date, scope)
                .map(|day| format!("  按   {}", day.alone())),
        );
        lines.push(format!("  法   {}", self.draw.of(&["取严", "首个"])));
        lines.push("  结论".to_owned());
        lines.push(format!(
            "    - {}: 不可 依据 \"示例 一\"",
            self.truth(scope, 2).alone()
        ));
        lines.push(format!(
            "    - {}: 有条件 附 \"甲\" 或 \"乙\"",
            self.truth(scope, 2).alone()
        ));
        lines.push("    - 否则: 可".to_owned());
        lines
    }

    /// A ranking.
    pub(super) fn ranking(&mut self, number: usize) -> Block {
        let scope = Scope {
            basis: true,
            ..Scope::of(FIRM, self.world.definitions.len())
        };
        let peers = match self.draw.percent(30) {
            true => "不限".to_owned(),
            false => self.truth(scope, 1).alone(),
        };
        let mut lines = vec![
            format!("评级 等{number}"),
            "  每   企业 每年".to_owned(),
            "  口径 上年".to_owned(),
            format!("  当   {peers}"),
        ];
        let key = self.draw.of(&[Kind::Class(0), Kind::Class(1)]);
        if self.draw.percent(50) {
            lines.extend(
                self.field(key, scope)
                    .map(|key| format!("  键   {}", Term::alone(key))),
            );
        }
        let kind = self.draw.of(&[Kind::Money, Kind::Rate, Kind::Number]);
        let order = self.draw.of(&["降序", "升序"]);
        if self.draw.percent(35) {
            let (one, other) = (self.number(kind, scope, 1), self.number(kind, scope, 1));
            lines.push("  权重".to_owned());
            lines.push(format!("    - {}: 60%", one.alone()));
            lines.push(format!("    - {}: 40%", other.alone()));
            lines.push(format!("  排   总分 {order}"));
        } else {
            lines.push(format!("  排   {} {order}", self.number(kind, scope, 1).alone()));
        }
        match self.draw.percent(60) {
            true => lines.push("  法   并列".to_owned()),
            false => {
                let second = self.number(Kind::Money, scope, 0).alone();
                lines.push(format!("  排   {second} {order}"));
            }
        }
        if self.draw.percent(40) {
            let time = self.draw.of(&["排名前", "排名后"]);
            lines.push(format!("  否决 {time}"));
            lines.push(format!("    - {}: 丁", self.truth(scope, 1).alone()));
        }
        let (first, second) = (self.draw.between(5, 40), self.draw.between(41, 90));
        lines.push("  结论".to_owned());
        lines.push(format!("    - 位次 ≤ 去尾(总数 × {first}%, 1): 甲"));
        lines.push(format!("    - 位次 ≤ 四舍五入(总数 × {second}%, 1): 乙"));
        lines.push("    - 否则: 丙".to_owned());
        lines
    }

    /// A day, for what has no date of its own.
    pub(super) fn some_day(&mut self) -> String {
        day(&mut self.draw)
    }
}
