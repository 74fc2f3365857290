//! The checked meaning of a pack: every name resolved, every type known, every part with its timeline.
//!
//! Expressions live in one arena and are named by [`ExprId`], so that a derivation can point at them cheaply.
//! Numbers are in base units (元, 平方米, 千克 …); a rate is a plain fraction; a percentage point is 1/100.

mod case;
mod expression;

pub use case::{Case, Expectation, ExpectedOf, GivenDetermination, GivenRow, GivenValue};
pub use expression::{Aggregate, Comparison, Expr, ExprKind, Function, Literal, Operator, YearOf};

use jiufen_diagnostic::Span;
use jiufen_document::{SourceStatus, Status};
use jiufen_quantity::{Date, Dimension, Period};
use smol_str::SmolStr;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Position in its list.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids!(
    /// A document of the program.
    DocumentId,
    /// A subject or event.
    SubjectId,
    /// An enumeration.
    EnumId,
    /// A parameter.
    ParameterId,
    /// A definition on a subject.
    DefinitionId,
    /// A decision or bracket table.
    TableId,
    /// A grant.
    RuleId,
    /// A verdict.
    VerdictId,
    /// A group of rights that share a repeat-claim rule.
    GroupId,
    /// An account that rights draw on.
    AccountId,
    /// An exception.
    ExceptionId,
    /// A checked expression.
    ExprId,
    /// A citation.
    CiteId,
);

/// A field: its subject and its position there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef {
    /// The subject that has it.
    pub subject: SubjectId,
    /// Position among the subject's fields.
    pub index: u16,
}

/// The checked meaning of all documents of a pack.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// Where the parts come from.
    pub documents: Vec<DocumentInfo>,
    /// Subjects and events.
    pub subjects: Vec<Subject>,
    /// Enumerations.
    pub enumerations: Vec<Enumeration>,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// Definitions.
    pub definitions: Vec<Definition>,
    /// Decision and bracket tables.
    pub tables: Vec<LookupTable>,
    /// Grants, in document order.
    pub rules: Vec<Rule>,
    /// Verdicts.
    pub verdicts: Vec<Verdict>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Exceptions.
    pub exceptions: Vec<Exception>,
    /// Targets of what people do; carried for follow-up, not evaluated here.
    pub targets: Vec<Target>,
    /// Cases.
    pub cases: Vec<Case>,
    /// All checked expressions.
    pub expressions: Vec<Expr>,
    /// All citations.
    pub citations: Vec<Citation>,
    /// Parts that are written down but that no evaluator of this version carries out, by name.
    pub unevaluated: Vec<Unevaluated>,
}

/// A part of the program that this version checks but does not evaluate.
#[derive(Debug, Clone)]
pub struct Unevaluated {
    /// The block, such as `评级 亩均评价`.
    pub name: SmolStr,
    /// What it needs that is missing, in Chinese: `同类排名`.
    pub needs: &'static str,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// A document as the program knows it.
#[derive(Debug, Clone)]
pub struct DocumentInfo {
    /// Title.
    pub title: String,
    /// Document number; empty when it has none.
    pub number: String,
    /// Issuing authority.
    pub issuer: String,
    /// Territory as full names from the province down (`浙江省杭州市钱塘区`); `全国` covers everything.
    pub territory: String,
    /// In force; both ends belong to it.
    pub period: Period,
    /// 正式, 征求意见, ….
    pub status: Status,
    /// How sure the text is.
    pub source_status: SourceStatus,
    /// SHA-256 of its text, hexadecimal.
    pub hash: String,
    /// Path in the pack.
    pub path: String,
    /// The whole text's place.
    pub span: Span,
}

/// What a derivation quotes: a clause of a document, or the paper named by 依据.
#[derive(Debug, Clone)]
pub struct Citation {
    /// As a person cites it: `杭政函〔2025〕21号 一(一)`.
    pub text: String,
    /// The document it stands in.
    pub document: DocumentId,
    /// The clause it stands under, as a position in the document's clauses.
    pub clause: Option<u32>,
    /// Place of the block or line.
    pub span: Span,
}

/// A thing that rules are about (对象) or that happened (事件).
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its name.
    pub name: SmolStr,
    /// Whether it is an event.
    pub event: bool,
    /// Counter noun: 家, 人; none for pure counts.
    pub counter: Option<SmolStr>,
    /// Fields, in order.
    pub fields: Vec<Field>,
    /// Fields that make its key; empty: rows are numbered.
    pub key: Vec<u16>,
    /// The date field from which a row exists; years before it do not apply.
    pub since: Option<u16>,
    /// The field that says in which territory a row lies.
    pub territory: Option<u16>,
    /// Where it is declared.
    pub span: Span,
}

/// One field of a subject.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: SmolStr,
    /// A second name, such as one in English.
    pub alias: Option<SmolStr>,
    /// What it holds.
    pub ty: Type,
    /// Whether it has a value for each year.
    pub yearly: bool,
    /// Whether 无 is a possible value (references and texts).
    pub optional: bool,
    /// Whether a number may be negative.
    pub signed: bool,
    /// What its absence means.
    pub absence: Absence,
    /// The field of the same subject that tells the vintage (版次) of this figure.
    pub vintage: Option<u16>,
    /// Where it is declared.
    pub span: Span,
}

/// What it means that a fact is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// 缺: nobody has told.
    Missing,
    /// 待到账: money that has not arrived yet.
    PendingArrival,
    /// 未公布: a figure that is not published.
    Unpublished,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// A pure number.
    Number,
    /// 比率.
    Rate,
    /// 比率差, percentage points.
    Points,
    /// A number with a dimension; `floor` marks floor area, which never mixes with land area.
    Quantity {
        /// What it measures.
        dimension: Dimension,
        /// Floor area.
        floor: bool,
    },
    /// 是否.
    Boolean,
    /// 文本.
    Text,
    /// 日期.
    Date,
    /// 年: a calendar year.
    Year,
    /// One of a closed list.
    Enumeration(EnumId),
    /// A code within one named system; two systems never compare.
    Code(SmolStr),
    /// A territory, as full names from the province down.
    Territory,
    /// Opaque for now.
    Geometry,
    /// 取整方式.
    RoundingMode,
    /// One row of a subject.
    Row(SubjectId),
    /// Rows of a subject that belong to a row.
    Rows(SubjectId),
    /// A value for each of several years.
    Series(Box<Type>),
    /// Several possible values, from a table read with 法 候选.
    Candidates(Box<Type>),
    /// The type of an expression that has already been refused.
    Unknown,
}

impl Type {
    /// Money.
    pub fn money() -> Self {
        Self::Quantity {
            dimension: Dimension::money(),
            floor: false,
        }
    }

    /// Whether values are numbers, and thus intervals when uncertain.
    pub fn is_numeric(&self) -> bool {
        matches!(
            self,
            Self::Number | Self::Rate | Self::Points | Self::Quantity { .. }
        )
    }
}

/// A closed list of values.
#[derive(Debug, Clone)]
pub struct Enumeration {
    /// Its name.
    pub name: SmolStr,
    /// Its values.
    pub values: Vec<SmolStr>,
    /// Whether the values are ordered as listed (序), lowest first.
    pub ordered: bool,
    /// Where it is declared.
    pub span: Span,
}

/// Something with a value that may change over time and have exceptions.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Values with their periods, in order of time, none overlapping. A gap has no value.
    pub versions: Vec<Version>,
    /// Exceptions in the order they apply; each sees the value before it as 原值.
    pub exceptions: Vec<PartException>,
}

impl Part {
    /// The version in force on a day.
    pub fn at(&self, day: Date) -> Option<&Version> {
        self.versions.iter().find(|v| v.period.contains(day))
    }
}

/// A value of a part during a period.
#[derive(Debug, Clone)]
pub struct Version {
    /// When it holds; both ends belong to it.
    pub period: Period,
    /// What holds.
    pub value: PartValue,
    /// Where it is laid down: the clause, the amending clause, or the paper named by 依据.
    pub cite: CiteId,
    /// The clause it replaced, when it stems from a 修订.
    pub replaced: Option<CiteId>,
}

/// What a version says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartValue {
    /// A formula or value.
    Expr(ExprId),
    /// 未公布: there is a figure, but no published formula.
    Unpublished,
    /// 废止: nothing from here on.
    Repealed,
}

/// What an exception puts in place of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartException {
    /// The exception, with its condition.
    pub exception: ExceptionId,
    /// The value when the condition holds.
    pub value: PartValue,
}

/// 例外: a special case at the same time.
#[derive(Debug, Clone)]
pub struct Exception {
    /// Its name.
    pub name: SmolStr,
    /// What it is an exception to, as written: `研发补助比例`, `研发投入补助.封顶`.
    pub target: SmolStr,
    /// The subject its condition is about.
    pub each: SubjectId,
    /// The condition; evaluated with the `each` row as row 0.
    pub when: Option<ExprId>,
    /// From and to, from its document.
    pub period: Period,
    /// The exceptions it goes before (先于): it applies later and so decides.
    pub before: Vec<ExceptionId>,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// 参数.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: SmolStr,
    /// What it holds.
    pub ty: Type,
    /// Its timeline; no version at all means unverified, and whoever asks is refused by name.
    pub part: Part,
    /// The subject its exceptions depend on, when there are any: the parameter is then a value per row of it.
    pub per: Option<SubjectId>,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// 定义 on a subject: a derived field.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The subject it belongs to.
    pub subject: SubjectId,
    /// Its name.
    pub name: SmolStr,
    /// What it gives.
    pub ty: Type,
    /// The formula, with its timeline.
    pub part: Part,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// How a table picks its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableMode {
    /// 唯一: exactly one row fits; checked beforehand.
    Unique,
    /// 首个: the first row that fits.
    First,
    /// 候选: all rows that fit; more than one leaves the answer to a person.
    Candidates,
    /// 累进: each band's rate on the part of the value inside it, summed.
    Progressive,
}

/// 表: a decision or bracket table.
#[derive(Debug, Clone)]
pub struct LookupTable {
    /// Its name.
    pub name: SmolStr,
    /// How it answers.
    pub mode: TableMode,
    /// Condition columns: name and type.
    pub inputs: Vec<(SmolStr, Type)>,
    /// The result column: name and type.
    pub output: (SmolStr, Type),
    /// Editions, in order of time.
    pub versions: Vec<TableVersion>,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// The rows of a table during a period.
#[derive(Debug, Clone)]
pub struct TableVersion {
    /// When it holds.
    pub period: Period,
    /// Rows, in order.
    pub rows: Vec<TableRow>,
    /// Where it is laid down.
    pub cite: CiteId,
}

/// One row: a test for each input column, and the result.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// One test a column.
    pub tests: Vec<CellTest>,
    /// The answer.
    pub result: CellResult,
    /// Its place.
    pub span: Span,
}

/// What a cell asks of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellTest {
    /// 不限.
    Any,
    /// Equal to a literal.
    Equals(Literal),
    /// Between two ends, each open, closed or absent.
    Range {
        /// Lower end and whether it belongs.
        low: Option<(Literal, bool)>,
        /// Upper end and whether it belongs.
        high: Option<(Literal, bool)>,
    },
}

/// What a row answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellResult {
    /// A value.
    Value(Literal),
    /// `200 至 400`: a published range that is no formula.
    Range(Literal, Literal),
    /// 未公布.
    Unpublished,
    /// 无: this row gives nothing.
    Absent,
}

/// How often a right arises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// One right a row.
    Row,
    /// One right a row and year.
    Yearly,
    /// One right a row, ever.
    Once,
}

/// 奖补: a grant.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name.
    pub name: SmolStr,
    /// What one right is for.
    pub each: SubjectId,
    /// How often.
    pub frequency: Frequency,
    /// The row that is paid.
    pub pay_to: ExprId,
    /// How 给 was written: `企业`, `园区.运营方`.
    pub pay_to_words: SmolStr,
    /// The row (or none) whose territory must lie in the document's.
    pub territory_of: Option<ExprId>,
    /// The date that chooses the version of the law; none: 31 December of 当年.
    pub as_of: Option<ExprId>,
    /// The condition; no version: everybody.
    pub when: Part,
    /// The formula, in 元.
    pub amount: Part,
    /// Caps in the order written.
    pub caps: Vec<Cap>,
    /// 至多: a ceiling where no formula is published.
    pub at_most: Option<Cap>,
    /// Instalments, empty when paid at once.
    pub stages: Vec<Stage>,
    /// The group whose repeat-claim rule it falls under.
    pub group: Option<GroupId>,
    /// What it draws: an account and, unless it draws its own money, how much.
    pub draws: Vec<Draw>,
    /// 方式, such as 免申即享.
    pub delivery: Option<SmolStr>,
    /// 附: papers that are needed; alternatives inside.
    pub attachments: Vec<Vec<String>>,
    /// 期限: duty to act within a duration from a date.
    pub deadline: Option<Deadline>,
    /// What "once" is counted over: the earliest rule it continues (承接), as `文号/名称`; a document without a number
    /// stands there with its title.
    pub lineage: SmolStr,
    /// 跨期, when the document lapses within a year.
    pub spanning: Option<Spanning>,
    /// Whether it is promised only under fair-competition review (lint `fair-competition`).
    pub fair_competition_review: bool,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// A cap (封顶) or ceiling (至多).
#[derive(Debug, Clone)]
pub struct Cap {
    /// How much, in 元.
    pub part: Part,
    /// What it is shared over; none: this right alone.
    pub per: Option<CapScope>,
}

/// What a cap is shared over.
#[derive(Debug, Clone)]
pub struct CapScope {
    /// Each year of its own.
    pub yearly: bool,
    /// Each row that this gives; none: the beneficiary.
    pub row: Option<ExprId>,
    /// As written: `每年 每 项目`.
    pub words: SmolStr,
}

/// 分期: one instalment.
#[derive(Debug, Clone)]
pub struct Stage {
    /// When it is due.
    pub due: ExprId,
    /// A condition of its own.
    pub when: Option<ExprId>,
    /// How much.
    pub amount: StageAmount,
    /// Its place.
    pub span: Span,
}

/// How much an instalment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageAmount {
    /// A rate of the whole, or money, by the expression's type.
    Expr(ExprId),
    /// 未公布.
    Unpublished,
    /// 余额: what is left of the whole.
    Rest,
}

/// What a right draws on.
#[derive(Debug, Clone, Copy)]
pub struct Draw {
    /// The account.
    pub account: AccountId,
    /// How much of it; none: the money of the right itself.
    pub amount: Option<ExprId>,
}

/// 期限.
#[derive(Debug, Clone)]
pub struct Deadline {
    /// How long, with unit: days, working days, months or years.
    pub length: ExprId,
    /// From which date, as written.
    pub from: SmolStr,
}

/// 跨期: what a yearly right is when its document lapses within the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spanning {
    /// 全年.
    WholeYear,
    /// 按日.
    ByDay,
    /// 不给.
    Nothing,
}

/// 法 of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupMode {
    /// 就高: the highest only.
    Highest,
    /// 补差: the highest so far less what was received on this key.
    TopUp,
    /// 互斥: more than one is a contradiction for a person.
    Exclusive,
    /// 先到: the earliest only.
    FirstCome,
    /// 叠加: all, under a common cap.
    Stack,
}

/// 组合: a repeat-claim rule over several rights.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: SmolStr,
    /// Its rule.
    pub mode: GroupMode,
    /// Cap over the group (法 叠加), in 元.
    pub cap: Option<Cap>,
    /// The key, for each member rule in its own terms.
    pub members: Vec<Member>,
    /// 待选: the names an officer must choose among, when the key is not fixed.
    pub choices: Vec<SmolStr>,
    /// The key as written.
    pub key_words: SmolStr,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// One rule of a group.
#[derive(Debug, Clone)]
pub struct Member {
    /// The rule.
    pub rule: RuleId,
    /// Key expressions on the rule's row; with 待选, one for each choice (none where the row has no such path).
    pub keys: Vec<Option<ExprId>>,
    /// Whether 年 is part of the key.
    pub yearly: bool,
    /// 计入: money from elsewhere that is counted in, in 元.
    pub counting: Option<ExprId>,
}

/// 超出: what happens when claims exceed an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdraw {
    /// 按比例, largest remainder.
    ProRata,
    /// 先后, by the right's date.
    InOrder,
    /// 择优, by a score, highest first.
    ByScore(ExprId),
    /// Nothing said: more than there is, is refused.
    Refuse,
}

/// 账户: a fund or quota.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its name.
    pub name: SmolStr,
    /// What it holds.
    pub ty: Type,
    /// How much, with its timeline; no version: unlimited or unverified, as `limited` says.
    pub quota: Part,
    /// Whether a quota line is written.
    pub limited: bool,
    /// Whether the quota is for each year.
    pub yearly: bool,
    /// What happens beyond it.
    pub over: Overdraw,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// 判定: a verdict with its legal basis.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Its name.
    pub name: SmolStr,
    /// What it is about.
    pub each: SubjectId,
    /// The date that chooses the version of the law.
    pub as_of: Option<ExprId>,
    /// The row (or none) whose territory must lie in the document's.
    pub territory_of: Option<ExprId>,
    /// 取严 (strictest of all lines) or 首个 (first that holds).
    pub strictest: bool,
    /// Lines in order.
    pub lines: Vec<VerdictLine>,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// A line of a verdict.
#[derive(Debug, Clone)]
pub struct VerdictLine {
    /// The condition; none: 否则.
    pub when: Option<ExprId>,
    /// 可, 不可, 有条件, or any other word.
    pub outcome: SmolStr,
    /// Papers needed; alternatives inside.
    pub attachments: Vec<Vec<String>>,
    /// 依据.
    pub basis: Vec<String>,
    /// Its place.
    pub span: Span,
}

/// 目标: what people want to reach.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name.
    pub name: SmolStr,
    /// Dated values, in order of time.
    pub values: Vec<(Period, ExprId)>,
    /// Whether the values are 累计 (running totals) or 当季.
    pub cumulative: Option<bool>,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

impl DocumentInfo {
    /// What tells the document from others: its number, or its title where it has none.
    pub fn number_or_title(&self) -> &str {
        if self.number.is_empty() {
            &self.title
        } else {
            &self.number
        }
    }
}

impl Program {
    /// A checked expression.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.expressions[id.index()]
    }

    /// A subject.
    pub fn subject(&self, id: SubjectId) -> &Subject {
        &self.subjects[id.index()]
    }

    /// A field.
    pub fn field(&self, field: FieldRef) -> &Field {
        &self.subjects[field.subject.index()].fields[usize::from(field.index)]
    }

    /// A document.
    pub fn document(&self, id: DocumentId) -> &DocumentInfo {
        &self.documents[id.index()]
    }

    /// The words of a citation.
    pub fn citation(&self, id: CiteId) -> &str {
        &self.citations[id.index()].text
    }

    /// A grant.
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.index()]
    }

    /// Grants with their identities.
    pub fn rules(&self) -> impl Iterator<Item = (RuleId, &Rule)> {
        self.rules.iter().enumerate().map(|(i, r)| (RuleId(i as u32), r))
    }

    /// The subject of a name.
    pub fn subject_named(&self, name: &str) -> Option<SubjectId> {
        self.subjects
            .iter()
            .position(|s| s.name == name)
            .map(|i| SubjectId(i as u32))
    }

    /// The field of a subject by name or alias.
    pub fn field_named(&self, subject: SubjectId, name: &str) -> Option<FieldRef> {
        let fields = &self.subject(subject).fields;
        let index = fields
            .iter()
            .position(|f| f.name == name || f.alias.as_deref() == Some(name))?;
        Some(FieldRef {
            subject,
            index: u16::try_from(index).ok()?,
        })
    }

    /// The expressions an expression is made of, in source order. Not those behind the names it uses.
    pub fn operands(&self, id: ExprId) -> Vec<ExprId> {
        match &self.expr(id).kind {
            ExprKind::Follow { row, .. }
            | ExprKind::Field { row, .. }
            | ExprKind::FieldSeries { row, .. }
            | ExprKind::FieldHistory { row, .. }
            | ExprKind::Related { row, .. }
            | ExprKind::Definition { row, .. }
            | ExprKind::Spatial { row, .. } => vec![*row],
            ExprKind::Parameter { row, .. } => row.iter().copied().collect(),
            ExprKind::Negate(a) | ExprKind::Not(a) | ExprKind::OverYears { series: a, .. } => vec![*a],
            ExprKind::Arithmetic(_, a, b) | ExprKind::Compare(_, a, b) => vec![*a, *b],
            ExprKind::All(items) | ExprKind::Any(items) | ExprKind::Call(_, items) => items.clone(),
            ExprKind::Lookup { inputs, .. } => inputs.clone(),
            ExprKind::Among(value, items) => [*value].into_iter().chain(items.iter().copied()).collect(),
            ExprKind::Cases { arms, otherwise } => arms
                .iter()
                .flat_map(|(c, v)| [*c, *v])
                .chain(otherwise.iter().copied())
                .collect(),
            ExprKind::Aggregate {
                rows, filter, value, ..
            } => [*rows].into_iter().chain(*filter).chain(*value).collect(),
            ExprKind::SameVintage { left, right, value } => vec![*left, *right, *value],
            ExprKind::Literal(_)
            | ExprKind::Row(_)
            | ExprKind::AllRows(_)
            | ExprKind::Original
            | ExprKind::Today
            | ExprKind::ThisYear
            | ExprKind::Unevaluated(_)
            | ExprKind::Invalid => Vec::new(),
        }
    }

    /// Whether a document belongs to the law in force: drafts take part only in what-if.
    pub fn in_law(&self, document: DocumentId) -> bool {
        !matches!(self.document(document).status, Status::Draft)
    }
}
