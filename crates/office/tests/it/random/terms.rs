//! Random expressions, typed: what is written is of the kind that was asked for.

use super::kind::{CODES, Kind, NUMBERS, TERRITORIES, TEXTS, day};
use super::policy::Policy;

/// An expression as written, and how tightly it holds together: 0 an atom, 1 a product, 2 a sum, 3 a relation, 4 且, 或, 非.
pub(super) struct Term {
    text: String,
    level: u8,
}

impl Term {
    pub(super) fn atom(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            level: 0,
        }
    }

    fn at(text: impl Into<String>, level: u8) -> Self {
        Self {
            text: text.into(),
            level,
        }
    }

    /// As it stands where only so loose an expression may stand.
    pub(super) fn within(self, level: u8) -> String {
        match self.level > level {
            true => format!("({})", self.text),
            false => self.text,
        }
    }

    /// As it stands alone.
    pub(super) fn alone(self) -> String {
        self.text
    }
}

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    pub subject: usize,
    /// The row around a listed one, where it can be named.
    pub outer: Option<usize>,
    /// Whether 口径 says the year.
    pub basis: bool,
    /// The kind of 原值, in an exception.
    pub original: Option<Kind>,
    /// How many of the definitions may be asked.
    pub definitions: usize,
    /// Whether parameters may be asked that are one of each row.
    pub exceptional: bool,
    /// Whether 今日 may be asked.
    pub today: bool,
}

impl Scope {
    pub(super) fn of(subject: usize, definitions: usize) -> Self {
        Self {
            subject,
            outer: None,
            basis: false,
            original: None,
            definitions,
            exceptional: true,
            today: false,
        }
    }
}

impl Policy {
    /// A figure as written; it is remembered, so that facts can hit it.
    pub(super) fn literal(&mut self, kind: Kind) -> Term {
        let steps = kind.figure(&mut self.draw);
        self.figures.push((kind, steps));
        Term::atom(kind.written(steps))
    }

    fn year_before(&mut self, basis: bool) -> &'static str {
        match self.draw.below(5) {
            0 | 1 if basis => "",
            0..3 => "上年.",
            3 => "当年.",
            _ => "2024年.",
        }
    }

    /// A field of a kind, of the row in scope or one that it leads to.
    pub(super) fn field(&mut self, kind: Kind, scope: Scope) -> Option<Term> {
        let mut found: Vec<(String, String, bool)> = Vec::new();
        for (path, subject) in self.world.paths(scope.subject) {
            for (field, of) in self.world.fields(subject).filter(|(_, of)| *of == kind) {
                debug_assert_eq!(of, kind);
                let times = if path.is_empty() { 3 } else { 1 };
                let entry = (path.clone(), field.name.clone(), field.yearly);
                found.extend(std::iter::repeat_n(entry, times));
            }
        }
        let (path, name, yearly) = self.draw.any(&found)?;
        let year = if yearly { self.year_before(scope.basis) } else { "" };
        Some(Term::atom(format!("{path}{year}{name}")))
    }

    /// A yearly field without its year.
    fn yearly(&mut self, kind: Kind, scope: Scope) -> Option<(String, String)> {
        let mut found = Vec::new();
        for (path, subject) in self.world.paths(scope.subject) {
            let fields = self.world.fields(subject);
            let yearly = fields.filter(|(field, of)| *of == kind && field.yearly);
            found.extend(yearly.map(|(field, _)| (path.clone(), field.name.clone())));
        }
        self.draw.any(&found)
    }

    fn definition(&mut self, kind: Kind, scope: Scope) -> Option<Term> {
        let mut found = Vec::new();
        for (path, subject) in self.world.paths(scope.subject) {
            let known = &self.world.definitions[..scope.definitions];
            let of = known.iter().filter(|d| d.subject == subject && d.kind == kind);
            found.extend(of.map(|d| (path.clone(), d.name.clone())));
        }
        let (path, name) = self.draw.any(&found)?;
        let year = match self.draw.below(6) {
            0 => "上年.",
            1 => "2024年.",
            _ => "",
        };
        Some(Term::atom(format!("{path}{year}{name}")))
    }

    fn parameter(&mut self, kind: Kind, scope: Scope) -> Option<Term> {
        let world = &self.world;
        let reached = |per: usize| scope.exceptional && (world.leads(scope.subject, per));
        let fit = world
            .parameters
            .iter()
            .filter(|p| p.kind == kind && p.per.is_none_or(reached));
        let found: Vec<String> = fit.map(|p| p.name.clone()).collect();
        self.draw.any(&found).map(Term::atom)
    }

    /// A value of a kind that is no operation on others.
    fn leaf(&mut self, kind: Kind, scope: Scope) -> Term {
        let found = match self.draw.below(10) {
            0..5 => self.field(kind, scope),
            5 | 6 => self.parameter(kind, scope),
            7 | 8 => self.definition(kind, scope),
            _ => scope
                .original
                .filter(|of| *of == kind)
                .map(|_| Term::atom("原值")),
        };
        found.unwrap_or_else(|| self.literal(kind))
    }

    /// A number of a kind.
    pub(super) fn number(&mut self, kind: Kind, scope: Scope, depth: u8) -> Term {
        if depth == 0 || self.draw.percent(25) {
            return self.leaf(kind, scope);
        }
        let found = match self.draw.below(15) {
            0 | 1 => self.sum(kind, scope, depth - 1),
            // A number of which a share is taken is a rate.
            2 | 3 if kind != Kind::Number => Some(self.scaled(kind, Kind::Rate, "×", scope, depth - 1)),
            4 => Some(self.scaled(kind, Kind::Number, "×", scope, depth - 1)),
            5 => Some(self.scaled(kind, Kind::Number, "÷", scope, depth - 1)),
            6 if !matches!(kind, Kind::Points | Kind::Number) => {
                Some(self.scaled(kind, Kind::Rate, "÷", scope, depth - 1))
            }
            7 | 8 => Some(self.extreme(kind, scope, depth - 1)),
            9 => Some(self.rounded(kind, scope, depth - 1)),
            10 => self.over_years(kind, scope),
            11 => self.over_rows(kind, scope, depth - 1),
            12 => self.looked_up(kind, scope, depth - 1),
            13 if self.draw.percent(50) => {
                let of = self.number(kind, scope, depth - 1).alone();
                Some(Term::atom(format!("绝对值({of})")))
            }
            13 => {
                let of = self.number(kind, scope, depth - 1).within(0);
                Some(Term::at(format!("-{of}"), 1))
            }
            _ => self.special(kind, scope, depth - 1),
        };
        found.unwrap_or_else(|| self.leaf(kind, scope))
    }

    fn sum(&mut self, kind: Kind, scope: Scope, depth: u8) -> Option<Term> {
        let sign = self.draw.of(&["+", "-"]);
        let (left, right) = match kind {
            // 5% beside a rate may mean two things, so that only points are added to one.
            Kind::Rate => {
                let left = self.field(kind, scope).or_else(|| self.parameter(kind, scope))?;
                (left, self.number(Kind::Points, scope, depth))
            }
            Kind::Points if sign == "-" => {
                (self.field(Kind::Rate, scope)?, self.parameter(Kind::Rate, scope)?)
            }
            _ => (self.number(kind, scope, depth), self.number(kind, scope, depth)),
        };
        Some(Term::at(
            format!("{} {sign} {}", left.within(2), right.within(1)),
            2,
        ))
    }

    fn scaled(&mut self, kind: Kind, by: Kind, sign: &str, scope: Scope, depth: u8) -> Term {
        let left = self.number(kind, scope, depth).within(1);
        let right = self.number(by, scope, depth).within(0);
        Term::at(format!("{left} {sign} {right}"), 1)
    }

    fn extreme(&mut self, kind: Kind, scope: Scope, depth: u8) -> Term {
        let function = self.draw.of(&["最大", "最小"]);
        let count = 2 + self.draw.below(2);
        let values: Vec<String> = (0..count)
            .map(|_| self.number(kind, scope, depth).alone())
            .collect();
        Term::atom(format!("{function}({})", values.join(", ")))
    }

    fn rounded(&mut self, kind: Kind, scope: Scope, depth: u8) -> Term {
        let of = self.number(kind, scope, depth).alone();
        let step = match self.draw.percent(85) {
            true => kind.written(self.draw.of(&[1, 10, 100, 1_000_000, 700])),
            false => self.number(kind, scope, 0).alone(),
        };
        let call = match self.draw.below(4) {
            0 => format!("去尾({of}, {step})"),
            1 => format!("进一({of}, {step})"),
            2 => format!("四舍五入({of}, {step})"),
            _ => format!("取整({of}, {step}, 取整法)"),
        };
        Term::atom(call)
    }

    fn over_years(&mut self, kind: Kind, scope: Scope) -> Option<Term> {
        let (path, name) = self.yearly(kind, scope).filter(|_| scope.basis)?;
        let function = self.draw.of(&["合计", "合计", "平均", "最大", "最小"]);
        let years = self.draw.of(&["近2年", "近3年", "近5年"]);
        Some(Term::atom(format!("{function}({path}{years}.{name})")))
    }

    /// Rows that can be listed from the row in scope, and the scope of their conditions.
    fn listed(&mut self, scope: Scope) -> Option<(String, Scope)> {
        let mut found = self.world.related(scope.subject);
        for (path, subject) in self.world.paths(scope.subject).into_iter().skip(1) {
            let related = self.world.related(subject).into_iter();
            found.extend(related.map(|(rows, at)| (format!("{path}{rows}"), at)));
        }
        let all = self.world.unrelated(scope.subject);
        let (rows, subject) = match self.draw.percent(15) && !all.is_empty() {
            true => self.draw.of(&all),
            false => self.draw.any(&found)?,
        };
        let outer = all.iter().any(|(_, at)| *at == subject).then_some(scope.subject);
        let inner = Scope {
            subject,
            outer,
            ..scope
        };
        Some((rows, inner))
    }

    fn filter(&mut self, scope: Scope, depth: u8) -> String {
        match self.draw.percent(60) {
            true => format!(" 其中 {}", self.truth(scope, depth.min(1)).alone()),
            false => String::new(),
        }
    }

    fn over_rows(&mut self, kind: Kind, scope: Scope, depth: u8) -> Option<Term> {
        let (rows, inner) = self.listed(scope).filter(|_| scope.outer.is_none())?;
        if kind == Kind::Number && self.draw.percent(60) && inner.subject != 0 {
            let filter = self.filter(inner, depth);
            return Some(Term::atom(format!("计数({rows}{filter})")));
        }
        let of = self
            .field(
                kind,
                Scope {
                    basis: inner.basis,
                    ..inner
                },
            )?
            .alone();
        let function = self.draw.of(&["合计", "合计", "平均", "最大", "最小"]);
        let filter = self.filter(inner, depth);
        Some(Term::atom(format!("{function}({rows}.{of}{filter})")))
    }

    fn looked_up(&mut self, kind: Kind, scope: Scope, depth: u8) -> Option<Term> {
        let fit = self.world.lookups.iter().filter(|l| l.output == kind);
        let fit: Vec<_> = fit.cloned().collect();
        let lookup = self.draw.any(&fit)?;
        let mut inputs = Vec::new();
        for input in lookup.inputs {
            inputs.push(self.value(input, scope, depth.min(1))?.alone());
        }
        Some(Term::atom(format!("{}({})", lookup.name, inputs.join(", "))))
    }

    /// A value of any kind, other than a text.
    pub(super) fn value(&mut self, kind: Kind, scope: Scope, depth: u8) -> Option<Term> {
        Some(match kind {
            Kind::Truth => self.truth(scope, depth),
            Kind::Date => self.date(scope, depth),
            Kind::Year => self.year(scope, depth),
            Kind::Class(_) => match self.draw.below(3) {
                0 => self.definition(kind, scope).or_else(|| self.field(kind, scope))?,
                _ => self.field(kind, scope)?,
            },
            Kind::Text | Kind::Code | Kind::Territory => self.field(kind, scope)?,
            number => self.number(number, scope, depth),
        })
    }

    /// Two figures that have vintages against each other.
    fn of_vintages(&mut self, scope: Scope) -> Option<Term> {
        let fields = self.world.fields(scope.subject);
        let fit = fields.filter(|(field, kind)| *kind == Kind::Money && field.vintage.is_some());
        let fit: Vec<(String, bool)> = fit.map(|(field, _)| (field.name.clone(), field.yearly)).collect();
        let mut one = || {
            let (name, yearly) = self.draw.any(&fit)?;
            let year = if yearly { self.year_before(scope.basis) } else { "" };
            Some(format!("{year}{name}"))
        };
        let (left, right) = (one()?, one()?);
        Some(match self.draw.percent(40) {
            true => Term::at(format!("可比({left}) ÷ 可比({right})"), 1),
            false => Term::at(format!("{left} ÷ {right}"), 1),
        })
    }

    /// Ways to a kind that others do not have.
    fn special(&mut self, kind: Kind, scope: Scope, depth: u8) -> Option<Term> {
        if kind == Kind::Rate
            && self.draw.percent(30)
            && let Some(rate) = self.of_vintages(scope)
        {
            return Some(rate);
        }
        let (left, sign, right) = match kind {
            Kind::Money => (Kind::Area, "×", Kind::PerArea),
            Kind::PerArea => (Kind::Money, "÷", Kind::Area),
            Kind::Area => (Kind::Length, "×", Kind::Length),
            Kind::Rate => match self.draw.below(3) {
                0 => (Kind::People, "÷", Kind::People),
                _ => (Kind::Money, "÷", Kind::Money),
            },
            Kind::Days | Kind::Span => {
                let (from, to) = (self.date(scope, 1).alone(), self.date(scope, 1).alone());
                let function = if kind == Kind::Days { "天数" } else { "满年" };
                return Some(Term::atom(format!("{function}({from}, {to})")));
            }
            _ => return None,
        };
        let (left, right) = (self.number(left, scope, depth), self.number(right, scope, depth));
        Some(Term::at(
            format!("{} {sign} {}", left.within(1), right.within(0)),
            1,
        ))
    }

    /// A date.
    pub(super) fn date(&mut self, scope: Scope, depth: u8) -> Term {
        if depth > 0 && self.draw.percent(30) {
            let of = self.date(scope, 0).alone();
            let by = self.draw.between(-3, 14);
            let function = self.draw.of(&["加年", "加月", "加日"]);
            return Term::atom(format!("{function}({of}, {by})"));
        }
        let found = match self.draw.below(8) {
            0 if scope.today => Some(Term::atom("今日")),
            1 => self.definition(Kind::Date, scope),
            2 => self.parameter(Kind::Date, scope),
            3 => None,
            _ => self.field(Kind::Date, scope),
        };
        found.unwrap_or_else(|| Term::atom(day(&mut self.draw)))
    }

    /// A year.
    fn year(&mut self, scope: Scope, depth: u8) -> Term {
        let found = match self.draw.below(8) {
            0 | 1 if depth > 0 => {
                let of = self.year(scope, 0).within(2);
                let (sign, by) = (self.draw.of(&["+", "-"]), self.draw.below(4));
                Some(Term::at(format!("{of} {sign} {by}"), 2))
            }
            2 => self
                .yearly(Kind::Truth, scope)
                .map(|(path, name)| Term::atom(format!("首年({path}{name})"))),
            3 => Some(Term::atom(format!("年份({})", self.date(scope, 0).alone()))),
            4 => Some(Term::atom(self.draw.of(&["上年", "2024年", "2025年"]))),
            5 => self.definition(Kind::Year, scope),
            6 => self.field(Kind::Year, scope),
            _ => None,
        };
        found.unwrap_or_else(|| Term::atom("当年"))
    }

    /// A condition.
    pub(super) fn truth(&mut self, scope: Scope, depth: u8) -> Term {
        let found = match self.draw.below(22) {
            0 | 1 => self.field(Kind::Truth, scope),
            2 => self.definition(Kind::Truth, scope),
            3..7 => self.compared(scope, depth),
            7 | 8 => self.classed(scope),
            9 => Some(self.dated(scope)),
            10 => Some(self.in_year(scope)),
            11..15 if depth > 0 => Some(self.joined(scope, depth - 1)),
            15 if depth > 0 => {
                let of = self.truth(scope, depth - 1).within(3);
                Some(Term::at(format!("非 {of}"), 4))
            }
            16 => {
                let found = self.yearly(Kind::Truth, scope);
                let year = self.draw.of(&["上年.", "当年."]);
                let year = if scope.basis { "" } else { year };
                found.map(|(path, name)| {
                    let years = 1 + self.draw.below(4);
                    Term::atom(format!("连续({path}{year}{name}, {years})"))
                })
            }
            17 => self.exists(scope, depth),
            18 => self.is_known(scope),
            19 | 20 => self.texts(scope),
            _ => self.between(scope),
        };
        match found {
            Some(found) => found,
            None => {
                let kind = self.draw.of(&NUMBERS);
                let (left, right) = (self.number(kind, scope, 1), self.number(kind, scope, 0));
                Term::at(format!("{} ≥ {}", left.within(2), right.within(2)), 3)
            }
        }
    }

    fn relation(&mut self) -> &'static str {
        self.draw.of(&["≥", "≤", ">", "<", "=", "≠"])
    }

    fn compared(&mut self, scope: Scope, depth: u8) -> Option<Term> {
        let kind = self.draw.of(&NUMBERS);
        let left = match self.draw.percent(60) {
            true => self.field(kind, scope)?,
            false => self.number(kind, scope, depth.min(2)),
        };
        let right = match self.draw.percent(70) {
            true => self.literal(kind),
            false => self.number(kind, scope, depth.min(1)),
        };
        let sign = self.relation();
        Some(Term::at(
            format!("{} {sign} {}", left.within(2), right.within(2)),
            3,
        ))
    }

    fn between(&mut self, scope: Scope) -> Option<Term> {
        let kind = self.draw.of(&NUMBERS);
        let of = self.field(kind, scope)?.within(2);
        let (low, high) = (self.literal(kind).alone(), self.literal(kind).alone());
        if self.draw.percent(50) {
            let (open, close) = (self.draw.of(&["[", "("]), self.draw.of(&["]", ")"]));
            return Some(Term::at(format!("{of} 属于 {open}{low}, {high}{close}"), 3));
        }
        let (first, second) = (self.draw.of(&["≤", "<"]), self.draw.of(&["≤", "<"]));
        Some(Term::at(format!("{low} {first} {of} {second} {high}"), 3))
    }

    fn classed(&mut self, scope: Scope) -> Option<Term> {
        let class = self.draw.below(self.world.classes.len());
        let left = self.value(Kind::Class(class), scope, 0)?.within(2);
        let class = self.world.classes[class].clone();
        let value = self.draw.of(&class.values);
        if self.draw.percent(40) {
            let other = self.draw.of(&class.values);
            let set = if other == value {
                value
            } else {
                format!("{value}, {other}")
            };
            return Some(Term::at(format!("{left} 属于 {{{set}}}"), 3));
        }
        let sign = match class.ordered {
            true => self.relation(),
            false => self.draw.of(&["=", "≠"]),
        };
        Some(Term::at(format!("{left} {sign} {value}"), 3))
    }

    fn dated(&mut self, scope: Scope) -> Term {
        let left = self.date(scope, 1).alone();
        let right = match self.draw.percent(40) && scope.today {
            true => "今日".to_owned(),
            false => self.date(scope, 1).alone(),
        };
        let sign = self.relation();
        Term::at(format!("{left} {sign} {right}"), 3)
    }

    fn in_year(&mut self, scope: Scope) -> Term {
        let (left, right) = (self.year(scope, 1).within(2), self.year(scope, 1).within(2));
        let sign = self.relation();
        Term::at(format!("{left} {sign} {right}"), 3)
    }

    fn joined(&mut self, scope: Scope, depth: u8) -> Term {
        let word = self.draw.of(&["且", "或"]);
        let count = 2 + self.draw.below(2);
        let parts: Vec<String> = (0..count).map(|_| self.truth(scope, depth).within(3)).collect();
        Term::at(parts.join(&format!(" {word} ")), 4)
    }

    fn exists(&mut self, scope: Scope, depth: u8) -> Option<Term> {
        let (rows, inner) = self.listed(scope).filter(|_| scope.outer.is_none())?;
        let filter = self.filter(inner, depth);
        Some(Term::atom(format!("存在({rows}{filter})")))
    }

    fn is_known(&mut self, scope: Scope) -> Option<Term> {
        let kind = self
            .draw
            .of(&[Kind::Money, Kind::Date, Kind::Truth, Kind::Number, Kind::Text]);
        let of = self.field(kind, scope)?.alone();
        Some(Term::atom(format!("已知({of})")))
    }

    fn texts(&mut self, scope: Scope) -> Option<Term> {
        let (kind, words): (Kind, &[&str]) = match self.draw.below(5) {
            0 | 1 => (Kind::Text, &TEXTS),
            2 | 3 => (Kind::Code, &CODES),
            _ => (Kind::Territory, &TERRITORIES),
        };
        let of = self.field(kind, scope)?.alone();
        let (one, other) = (self.draw.of(words), self.draw.of(words));
        Some(match self.draw.below(4) {
            0 => Term::atom(format!("开头({of}, \"{one}\")")),
            1 if one != other => Term::at(format!("{of} 属于 {{\"{one}\", \"{other}\"}}"), 3),
            2 => Term::at(format!("{of} ≠ “{one}”"), 3),
            _ => Term::at(format!("{of} = \"{one}\""), 3),
        })
    }
}
