//! What deciding a rule asks of the world: facts with their years, lists of rows, relations of space, parameters,
//! tables, and what its rights share with others.
//!
//! A plan that loads columns, computes overlaps or chooses what to ask an applicant stands on this: an evaluator
//! never asks for a fact that is not named here.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use smol_str::SmolStr;

use super::{
    Absence, AccountId, Aggregate, CapScope, CellResult, DefinitionId, ExprId, ExprKind, FieldRef, GroupId,
    LookupTable, Overdraw, ParameterId, Part, PartValue, Program, Rule, RuleId, SubjectId, TableId, Type,
    VerdictId, Way, YearOf,
};

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
            let mut walk = Walk {
                program: self,
                needs: &mut needs,
                unpublished: false,
                seen: HashSet::new(),
                open: Vec::new(),
            };
            walk.question(question);
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

/// A way through the expressions behind one question.
struct Walk<'p> {
    program: &'p Program,
    needs: &'p mut Needs,
    /// Whether something behind the question may be unpublished.
    unpublished: bool,
    /// Expressions that were gone through, with the year that 当年 means in them.
    seen: HashSet<(ExprId, YearOf)>,
    /// Expressions to go through. A stack of its own, so that a long chain of definitions cannot exhaust the thread's.
    open: Vec<(ExprId, YearOf)>,
}

/// 当年 of the right itself.
const THIS: YearOf = YearOf::Relative(0);

/// A year, as seen from where 当年 means `this`.
fn seen_from(this: YearOf, year: YearOf) -> YearOf {
    match (this, year) {
        (_, YearOf::Fixed(year)) => YearOf::Fixed(year),
        (YearOf::Relative(this), YearOf::Relative(by)) => YearOf::Relative(this.saturating_add(by)),
        (YearOf::Fixed(this), YearOf::Relative(by)) => YearOf::Fixed(this.saturating_add(by)),
    }
}

impl Walk<'_> {
    fn question(&mut self, question: Question) {
        let program = self.program;
        match question {
            Question::Rule(id) => self.rule(id),
            Question::Verdict(id) => {
                let verdict = &program.verdicts[id.index()];
                self.needs.rows.insert(verdict.each);
                // Without 按 the law is that of 今日.
                self.needs.today |= verdict.as_of.is_none();
                self.territory(verdict.territory_of, verdict.document);
                let conditions = verdict.lines.iter().filter_map(|line| line.when);
                self.later(conditions.chain(verdict.as_of));
            }
            Question::Definition(id) => {
                let definition = &program.definitions[id.index()];
                self.needs.rows.insert(definition.subject);
                self.needs.definitions.insert(id);
                self.part(&definition.part, Some(definition.subject), THIS);
            }
        }
        while let Some((id, this)) = self.open.pop() {
            if self.seen.insert((id, this)) {
                self.expression(id, this);
                let operands = program.operands(id).into_iter();
                self.open.extend(operands.map(|operand| (operand, this)));
            }
        }
        if let (Question::Rule(id), true) = (question, self.unpublished) {
            self.needs.determined.insert(id);
        }
    }

    fn later(&mut self, expressions: impl IntoIterator<Item = ExprId>) {
        self.open.extend(expressions.into_iter().map(|id| (id, THIS)));
    }

    fn rule(&mut self, id: RuleId) {
        let program = self.program;
        let rule = program.rule(id);
        self.needs.rows.insert(rule.each);
        // An event that has not come yet gives no right.
        self.needs.today |= rule.as_of.is_some();
        self.territory(rule.territory_of, rule.document);
        self.later([rule.pay_to].into_iter().chain(rule.as_of));
        for part in [&rule.when, &rule.amount] {
            self.part(part, Some(rule.each), THIS);
        }
        for (index, cap) in rule.caps.iter().chain(&rule.at_most).enumerate() {
            self.part(&cap.part, Some(rule.each), THIS);
            if let Some(per) = &cap.per {
                self.needs.shared.insert(Shared::Cap(id, index));
                self.scope(per);
            }
        }
        for stage in &rule.stages {
            let amount = match stage.amount {
                super::StageAmount::Expr(amount) => Some(amount),
                _ => None,
            };
            self.later([stage.due].into_iter().chain(stage.when).chain(amount));
        }
        self.groups(id, rule);
        self.accounts(rule);
    }

    fn groups(&mut self, id: RuleId, rule: &Rule) {
        let program = self.program;
        for (group_id, group) in (0u32..).map(GroupId).zip(&program.groups) {
            let Some(member) = group.members.iter().find(|member| member.rule == id) else {
                continue;
            };
            self.needs.shared.insert(Shared::Group(group_id));
            self.later(member.keys.iter().flatten().copied().chain(member.counting));
            if let Some(cap) = &group.cap {
                self.part(&cap.part, Some(rule.each), THIS);
                cap.per.iter().for_each(|per| self.scope(per));
            }
        }
    }

    fn accounts(&mut self, rule: &Rule) {
        let program = self.program;
        for id in program.limited_accounts(rule) {
            let account = &program.accounts[id.index()];
            self.needs.shared.insert(Shared::Account(id));
            self.part(&account.quota, None, THIS);
            if let Overdraw::ByScore(score) = account.over {
                self.later([score]);
            }
            let drawn = rule.draws.iter().filter(|draw| draw.account == id);
            self.later(drawn.filter_map(|draw| draw.amount));
        }
    }

    /// What a cap is shared over; the beneficiary is asked for in any case.
    fn scope(&mut self, per: &CapScope) {
        self.later(per.row);
    }

    /// The territory of a row, where the document holds in some territory only.
    fn territory(&mut self, of: Option<ExprId>, document: super::DocumentId) {
        let territory = self.program.document(document).territory.as_str();
        let Some(of) = of.filter(|_| !territory.is_empty() && territory != "全国") else {
            return;
        };
        self.later([of]);
        if let Some(subject) = self.subject_of(of)
            && let Some(index) = self.program.subject(subject).territory
        {
            self.field(FieldRef { subject, index }, None);
        }
    }

    /// What the row that an expression gives is.
    fn subject_of(&self, row: ExprId) -> Option<SubjectId> {
        match self.program.expr(row).ty {
            Type::Row(subject) => Some(subject),
            _ => None,
        }
    }

    fn field(&mut self, field: FieldRef, year: Option<YearOf>) {
        let years = self.needs.fields.entry(field).or_default();
        if let Some(year) = year {
            years.add(year);
        }
        self.unpublished |= self.program.field(field).absence == Absence::Unpublished;
    }

    /// The values and exceptions of a part; `from` is the row that its exceptions start from.
    fn part(&mut self, part: &Part, from: Option<SubjectId>, this: YearOf) {
        let values = part.versions.iter().map(|version| version.value);
        for value in values.chain(part.exceptions.iter().map(|exception| exception.value)) {
            match value {
                PartValue::Expr(value) => self.open.push((value, this)),
                PartValue::Unpublished => self.unpublished = true,
                PartValue::Repealed => {}
            }
        }
        for exception in &part.exceptions {
            let declared = &self.program.exceptions[exception.exception.index()];
            self.open.extend(declared.when.map(|when| (when, this)));
            let way = from.map_or(Way::None, |from| self.program.way(from, declared.each));
            for field in way.only().into_iter().flatten() {
                let yearly = self.program.field(field).yearly;
                self.field(field, yearly.then_some(this));
            }
        }
    }

    fn table(&mut self, table: &LookupTable) {
        let rows = table.versions.iter().flat_map(|version| &version.rows);
        let open = |result: &CellResult| matches!(result, CellResult::Unpublished | CellResult::Range(..));
        self.unpublished |= rows.map(|row| &row.result).any(open);
    }

    /// What an expression asks for itself; its operands are gone through on their own.
    fn expression(&mut self, id: ExprId, this: YearOf) {
        let program = self.program;
        match &program.expr(id).kind {
            ExprKind::Follow { field, .. } => self.field(*field, None),
            ExprKind::Field { field, year, .. } => {
                self.field(*field, year.map(|year| seen_from(this, year)));
            }
            ExprKind::FieldSeries {
                field, count, last, ..
            } => {
                for back in 0..i16::try_from(*count).unwrap_or(i16::MAX) {
                    let year = seen_from(seen_from(this, *last), YearOf::Relative(-back));
                    self.field(*field, Some(year));
                }
            }
            ExprKind::FieldHistory { field, .. } => {
                self.field(*field, None);
                self.needs.fields.entry(*field).or_default().all = true;
            }
            ExprKind::Related { via, .. } => {
                self.needs.lists.entry(Listed::Related(*via)).or_default();
            }
            ExprKind::AllRows(subject) => {
                self.needs.lists.entry(Listed::All(*subject)).or_default();
            }
            ExprKind::Aggregate { function, rows, .. } => self.list(*function, *rows),
            ExprKind::Parameter { parameter, row } => {
                self.needs.parameters.insert(*parameter);
                let from = row.and_then(|row| self.subject_of(row));
                self.part(&program.parameters[parameter.index()].part, from, this);
            }
            ExprKind::Definition { definition, year, .. } => {
                self.needs.definitions.insert(*definition);
                let definition = &program.definitions[definition.index()];
                let this = year.map_or(this, |year| seen_from(this, year));
                self.part(&definition.part, Some(definition.subject), this);
            }
            ExprKind::Lookup { table, .. } => {
                self.needs.tables.insert(*table);
                self.table(&program.tables[table.index()]);
            }
            ExprKind::Spatial { row, relation } => {
                let words = relation.clone();
                let relation = self.subject_of(*row).map(|subject| Relation { subject, words });
                self.needs.relations.extend(relation);
            }
            ExprKind::Today => self.needs.today = true,
            ExprKind::Unevaluated(name) => {
                self.needs.unevaluated.insert(name);
            }
            _ => {}
        }
    }

    fn list(&mut self, function: Aggregate, rows: ExprId) {
        let listed = match &self.program.expr(rows).kind {
            ExprKind::Related { via, .. } => Listed::Related(*via),
            ExprKind::AllRows(subject) => Listed::All(*subject),
            _ => return,
        };
        self.needs.lists.entry(listed).or_default().insert(function);
    }
}
