//! The checked meaning of a pack: every name resolved, every type known, every part with its timeline.
//!
//! Expressions live in one arena and are named by [`ExprId`], so that a derivation can point at them cheaply.
//! Numbers are in base units (元, 平方米, 千克 …); a rate is a plain fraction; a percentage point is 1/100.

mod case;
mod expression;
mod groups;
mod needs;
mod parts;
mod rules;
mod subjects;
mod tables;
mod verdicts;
mod ways;

pub use case::{Case, Expectation, ExpectedOf, GivenDetermination, GivenEntitlement, GivenRow, GivenValue};
pub use expression::{Aggregate, Comparison, Expr, ExprKind, Function, Literal, Operator, Standing, YearOf};
pub use groups::{Account, Group, GroupMode, Member, Overdraw};
pub use needs::{Listed, Needs, Question, Relation, Shared, Years};
pub use parts::{Definition, Exception, Parameter, Part, PartException, PartValue, Version};
pub use rules::{Cap, CapScope, Deadline, Draw, Frequency, Rule, Spanning, Stage, StageAmount};
pub use subjects::{Absence, Enumeration, Field, FieldRef, Subject, Type};
pub use tables::{CellResult, CellTest, LookupTable, TableMode, TableRow, TableVersion};
pub use verdicts::{RankKey, Ranking, Target, Verdict, VerdictLine};
pub use ways::Way;

use jiufen_diagnostic::Span;
use jiufen_document::{SourceStatus, Status};
use jiufen_quantity::Period;
use num_traits::Signed;
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
            | ExprKind::Standing(_)
            | ExprKind::Today
            | ExprKind::ThisYear
            | ExprKind::Unevaluated(_)
            | ExprKind::Invalid => Vec::new(),
        }
    }

    /// Whether an expression can give a number below zero, by its form alone.
    pub fn may_be_negative(&self, id: ExprId) -> bool {
        match &self.expr(id).kind {
            ExprKind::Literal(Literal::Number(n)) => n.is_negative(),
            ExprKind::Field { field, .. }
            | ExprKind::FieldSeries { field, .. }
            | ExprKind::FieldHistory { field, .. } => self.field(*field).signed,
            ExprKind::Arithmetic(Operator::Subtract, ..) | ExprKind::Negate(_) => true,
            ExprKind::Arithmetic(_, a, b) => self.may_be_negative(*a) || self.may_be_negative(*b),
            ExprKind::Call(_, arguments) => arguments.iter().any(|a| self.may_be_negative(*a)),
            ExprKind::OverYears { series, .. } => self.may_be_negative(*series),
            ExprKind::Aggregate { value, .. } => value.is_some_and(|value| self.may_be_negative(value)),
            ExprKind::Cases { arms, otherwise } => arms
                .iter()
                .map(|(_, then)| *then)
                .chain(*otherwise)
                .any(|then| self.may_be_negative(then)),
            ExprKind::Definition { .. } | ExprKind::Original => true,
            _ => false,
        }
    }

    /// Whether a document belongs to the law in force: drafts take part only in what-if.
    pub fn in_law(&self, document: DocumentId) -> bool {
        !matches!(self.document(document).status, Status::Draft)
    }
}
