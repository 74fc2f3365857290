//! What deciding a rule asks of the world: facts with their years, lists of rows, relations of space, parameters,
//! tables, and what its rights share with others.
//!
//! A plan that loads columns, computes overlaps or chooses what to ask an applicant stands on this: an evaluator
//! never asks for a fact that is not named here.

mod walk;

use std::collections::{BTreeMap, BTreeSet};

use jiufen_quantity::{Date, Period};
use smol_str::SmolStr;

use super::{
    AccountId, Aggregate, DefinitionId, ExprId, FieldRef, GroupId, ParameterId, Part, Program, Rule, RuleId,
    SubjectId, TableId, Type, VerdictId, YearOf,
};
use walk::{THIS, Walk};

/// Something that is asked of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// What a grant gives for it.
    Rule(RuleId),
    /// What a verdict says of it.
    Verdict(VerdictId),
    /// What a definition gives for it.
    Definition(DefinitionId),
}

/// Which years of a field are asked for; nothing is set for a field that has no years.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Years {
    /// 当年 of the right plus each of these: 上年 is -1, 近3年 by the last year -3, -2 and -1. 当年 of an event is the
    /// year of its law day, and so differs from row to row.
    pub relative: BTreeSet<i16>,
    /// Years by number.
    pub fixed: BTreeSet<i16>,
    /// Every year there is, for 首年 and 连续.
    pub all: bool,
}

impl Years {
    /// Whether a year is asked for when 当年 is `this`.
    pub fn ask_for(&self, year: i16, this: i16) -> bool {
        let by = year.checked_sub(this);
        self.all || self.fixed.contains(&year) || by.is_some_and(|by| self.relative.contains(&by))
    }

    fn add(&mut self, year: YearOf) {
        match year {
            YearOf::Relative(by) => self.relative.insert(by),
            YearOf::Fixed(year) => self.fixed.insert(year),
        };
    }
}

/// Rows that are gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Listed {
    /// Those whose reference field names a row.
    Related(FieldRef),
    /// All of a subject.
    All(SubjectId),
}

/// A relation of a row to layers of a map, computed beforehand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relation {
    /// The subject of the row.
    pub subject: SubjectId,
    /// As the program names it: `重叠面积(永久基本农田)`.
    pub words: SmolStr,
}

impl Relation {
    /// `重叠面积`, `位于`, `距离` or `相邻`.
    pub fn function(&self) -> &str {
        self.words.split('(').next().unwrap_or_default()
    }

    /// The layers it names, without 「」.
    pub fn layers(&self) -> Vec<&str> {
        let inside = self.words.split_once('(').map_or("", |(_, rest)| rest);
        let inside = inside.strip_suffix(')').unwrap_or(inside);
        let mut quoted = false;
        let outside = |c: char| {
            quoted = (quoted || c == '「') && c != '」';
            c == ',' && !quoted
        };
        let layers = inside
            .split(outside)
            .map(|layer| layer.trim().trim_matches(['「', '」']));
        layers.filter(|layer| !layer.is_empty()).collect()
    }
}

/// What a right shares with others, so that it is not settled alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shared {
    /// A cap over several rights of one rule, by position; one past the last is its 至多.
    Cap(RuleId, usize),
    /// A group.
    Group(GroupId),
    /// An account with a quota.
    Account(AccountId),
}

/// What some questions ask of the world.
///
/// ```
/// use jiufen_language::program::Question;
/// # let text = "---\n标题: 示例\n施行: 2025-01-01\n适用地区: 全国\n状态: 示例\n来源: 示例\n---\n## 一、示例\n\n示例。\n\n```jiufen\n\
/// # 对象 企业 家\n  键 代码\n  代码: 文本\n  研发费用: 金额 每年\n  在规: 是否 每年\n\n\
/// # 奖补 研发补助\n  每   企业 每年\n  给   企业\n  口径 上年\n  当   连续(在规, 3)\n  金额 研发费用 × 5%\n  封顶 200万元 每年\n```\n";
/// # let mut sources = jiufen_diagnostic::Sources::default();
/// # let id = sources.add("示例.md", text);
/// # let (document, _) = jiufen_document::parse(&sources, id);
/// # let program = jiufen_language::check(&sources, &[document]).program;
/// // 奖补 研发补助: 口径 上年, 当 连续(在规, 3), 金额 研发费用 × 5%, 封顶 200万元 每年.
/// let (rule, _) = program.rules().next().unwrap();
/// let needs = program.needs([Question::Rule(rule)]);
/// let asked = |name: &str| {
///     let field = program.field_named(program.subject_named("企业")?, name)?;
///     needs.fields.get(&field)
/// };
/// assert_eq!(asked("研发费用").unwrap().relative, [-1].into());
/// assert_eq!(asked("在规").unwrap().relative, [-3, -2, -1].into());
/// assert_eq!(asked("代码"), None);
/// assert!(needs.of_population(), "the rights of one firm share 200万元 a year");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// The subjects whose rows are asked about.
    pub rows: BTreeSet<SubjectId>,
    /// Fields, references among them, with their years. The day from which a row exists is among them where years
    /// before it do not apply.
    pub fields: BTreeMap<FieldRef, Years>,
    /// Lists of rows, with what is done over them.
    pub lists: BTreeMap<Listed, BTreeSet<Aggregate>>,
    /// Relations of space.
    pub relations: BTreeSet<Relation>,
    /// Parameters.
    pub parameters: BTreeSet<ParameterId>,
    /// Definitions.
    pub definitions: BTreeSet<DefinitionId>,
    /// Tables.
    pub tables: BTreeSet<TableId>,
    /// What rights share with others.
    pub shared: BTreeSet<Shared>,
    /// Rules whose amount may be unpublished, so that a determination is looked for.
    pub determined: BTreeSet<RuleId>,
    /// Whether 今日 is asked for.
    pub today: bool,
    /// Whether 当年 itself is compared or computed with.
    pub this_year: bool,
    /// What no evaluator of this version carries out, by its Chinese name.
    pub unevaluated: BTreeSet<&'static str>,
}

impl Needs {
    /// The reference fields that are followed or listed by.
    pub fn references(&self, program: &Program) -> BTreeSet<FieldRef> {
        let fields = self.fields.keys().copied();
        let listed = self.lists.keys().filter_map(|listed| match listed {
            Listed::Related(via) => Some(*via),
            Listed::All(_) => None,
        });
        let is_reference = |field: &FieldRef| matches!(program.field(*field).ty, Type::Row(_));
        fields.filter(is_reference).chain(listed).collect()
    }

    /// Every subject of which rows are looked at.
    pub fn subjects(&self) -> BTreeSet<SubjectId> {
        let listed = self.lists.keys().map(|listed| match listed {
            Listed::Related(via) => via.subject,
            Listed::All(subject) => *subject,
        });
        let of_fields = self.fields.keys().map(|field| field.subject);
        let related = self.relations.iter().map(|relation| relation.subject);
        let rows = self.rows.iter().copied();
        rows.chain(of_fields).chain(listed).chain(related).collect()
    }

    /// Whether the answer depends on which year 当年 is, besides the version of the law.
    pub fn of_year(&self) -> bool {
        self.this_year || self.fields.values().any(|years| !years.relative.is_empty())
    }

    /// Whether one row cannot be answered without others like it: shared caps, groups, accounts, and what is counted
    /// over all rows of a subject.
    pub fn of_population(&self) -> bool {
        !self.shared.is_empty() || self.lists.keys().any(|listed| matches!(listed, Listed::All(_)))
    }
}

impl Program {
    /// Every grant and verdict.
    pub fn questions(&self) -> impl Iterator<Item = Question> + use<> {
        let rules = (0..self.rules.len() as u32).map(|id| Question::Rule(RuleId(id)));
        let verdicts = (0..self.verdicts.len() as u32).map(|id| Question::Verdict(VerdictId(id)));
        rules.chain(verdicts)
    }

    /// What some questions ask of the world, on any day of the law.
    ///
    /// Of a right that is settled together with others this names what it asks itself;
    /// [`Program::settled_together`] gives the rules that have to be asked with it.
    pub fn needs(&self, questions: impl IntoIterator<Item = Question>) -> Needs {
        let mut needs = Needs::default();
        for question in questions {
            Walk::new(self, &mut needs).question(question);
        }
        // Years before a row existed do not apply.
        let yearly = needs.fields.keys().filter(|field| self.field(**field).yearly);
        let subjects: BTreeSet<SubjectId> = yearly.map(|field| field.subject).collect();
        for subject in subjects {
            if let Some(index) = self.subject(subject).since {
                needs.fields.entry(FieldRef { subject, index }).or_default();
            }
        }
        needs
    }

    /// What some parts ask for, seen from a row of a subject.
    pub fn needs_of_parts<'p>(&'p self, parts: impl IntoIterator<Item = &'p Part>, row: SubjectId) -> Needs {
        let mut needs = Needs::default();
        let mut walk = Walk::new(self, &mut needs);
        for part in parts {
            walk.part(part, Some(row), THIS);
        }
        walk.finish();
        needs
    }

    /// What some expressions ask for.
    pub fn needs_of_expressions(&self, expressions: impl IntoIterator<Item = ExprId>) -> Needs {
        let mut needs = Needs::default();
        let mut walk = Walk::new(self, &mut needs);
        walk.later(expressions);
        walk.finish();
        needs
    }

    /// The days on which some parts, or what they ask for, begin to be something else.
    pub fn days_of_change<'p>(
        &'p self,
        parts: impl IntoIterator<Item = &'p Part>,
        needs: &Needs,
    ) -> BTreeSet<Date> {
        let parameters = needs
            .parameters
            .iter()
            .map(|id| &self.parameters[id.index()].part);
        let definitions = needs
            .definitions
            .iter()
            .map(|id| &self.definitions[id.index()].part);
        let mut periods: Vec<Period> = Vec::new();
        for part in parts.into_iter().chain(parameters).chain(definitions) {
            periods.extend(part.versions.iter().map(|version| version.period));
            let exceptions = part.exceptions.iter().map(|e| e.exception);
            periods.extend(exceptions.map(|id| self.exceptions[id.index()].period));
        }
        let tables = needs.tables.iter().map(|id| &self.tables[id.index()]);
        periods.extend(tables.flat_map(|table| &table.versions).map(|v| v.period));
        let ends = |period: &Period| [period.from, period.to.and_then(|to| to.add_days(1))];
        periods.iter().flat_map(ends).flatten().collect()
    }

    /// Some rules and all rules whose rights can compete with theirs, directly or by way of others: those of the same
    /// groups, and those that draw on the same accounts.
    pub fn settled_together(&self, rules: impl IntoIterator<Item = RuleId>) -> BTreeSet<RuleId> {
        let mut found: BTreeSet<RuleId> = BTreeSet::new();
        let mut open: Vec<RuleId> = rules.into_iter().collect();
        while let Some(rule) = open.pop() {
            if !found.insert(rule) {
                continue;
            }
            let of_rule = |group: &&super::Group| group.members.iter().any(|member| member.rule == rule);
            let groups = self.groups.iter().filter(of_rule);
            open.extend(groups.flat_map(|group| &group.members).map(|member| member.rule));
            for account in self.limited_accounts(self.rule(rule)) {
                let draws = |(_, other): &(RuleId, &Rule)| other.draws.iter().any(|d| d.account == account);
                open.extend(self.rules().filter(draws).map(|(id, _)| id));
            }
        }
        found
    }

    /// The accounts with a quota that a rule draws on.
    fn limited_accounts(&self, rule: &Rule) -> impl Iterator<Item = AccountId> {
        let accounts = rule.draws.iter().map(|draw| draw.account);
        accounts.filter(|account| self.accounts[account.index()].limited)
    }
}
