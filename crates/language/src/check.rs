//! From trees to a program: names first, then types, then the links between documents, then the lints about law.
//!
//! Each stage reports all it finds and goes on; an expression that was refused has the type `Unknown`, which is
//! never reported a second time.

mod accounts;
mod alike;
mod blocks;
mod cases;
mod coverage;
mod cycles;
mod dated;
mod declare;
mod expression;
mod grants;
mod groups;
mod law;
mod link;
mod path;
mod rank;
mod rules;
mod scope;
mod spelled;
mod stages;
mod tables;
mod types;
mod unevaluated;
mod units;
mod unknown;
mod verdicts;

pub(crate) use coverage::literal_words;
pub use law::is_full_territory;
pub(crate) use types::type_names;

use std::collections::HashMap;

use jiufen_diagnostic::{Diagnostic, SourceId, Sources, Span, catalogue::syntax as syntax_findings};
use jiufen_document::{ClauseId, Document, Fence, FenceLanguage};
use jiufen_quantity::{Date, Period};
use rowan::TextRange;
use smol_str::SmolStr;

use crate::program::{
    Citation, CiteId, DefinitionId, DocumentId, DocumentInfo, EnumId, ExceptionId, Expr, ExprId, ExprKind,
    FieldRef, GroupId, ParameterId, Program, RuleId, SubjectId, TableId, Type, VerdictId,
};
use crate::syntax::ast;
use crate::syntax::{self, Keywords};

/// What checking gives.
#[derive(Debug)]
pub struct Checked {
    /// The program; meaningful for running only when no finding is an error.
    pub program: Program,
    /// All findings of all documents, in order of place.
    pub findings: Vec<Diagnostic>,
}

/// Checks the documents of a pack together.
///
/// The order of `documents` decides the order of rules; names may be used before they are declared.
pub fn check(sources: &Sources, documents: &[Document]) -> Checked {
    let whole = |fence: &Fence| vec![fence.content];
    checked(sources, documents, &whole)
}

/// The rules of documents that [`check`] has found sound: their program without its cases, which are not even read.
///
/// What is decided does not hang on cases; half of a policy's text does.
pub fn check_rules(sources: &Sources, documents: &[Document]) -> Checked {
    let rules = |fence: &Fence| rules::without_cases(sources.text(fence.content), fence);
    checked(sources, documents, &rules)
}

fn checked(sources: &Sources, documents: &[Document], parts: &dyn Fn(&Fence) -> Vec<Span>) -> Checked {
    let mut checker = Checker::new(sources, documents);
    let blocks = checker.parse(parts);
    checker.declare(&blocks);
    checker.bodies(&blocks);
    checker.link(&blocks);
    checker.cases(&blocks);
    checker.cycles();
    checker.law(&blocks);
    checker.finish()
}

/// A block with the place it stands in.
#[derive(Debug, Clone)]
struct BlockAt {
    document: DocumentId,
    clause: Option<ClauseId>,
    source: SourceId,
    base: u32,
    block: ast::Block,
    cite: CiteId,
    /// What the block declares, once declared.
    declared: Option<Declared>,
}

impl BlockAt {
    fn span(&self, range: TextRange) -> Span {
        let start: u32 = range.start().into();
        let end: u32 = range.end().into();
        Span {
            source: self.source,
            start: self.base + start,
            end: self.base + end,
        }
    }

    fn header(&self) -> Span {
        self.span(self.block.header_range())
    }
}

/// The thing a block declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Declared {
    Subject(SubjectId),
    Enumeration(EnumId),
    Parameter(ParameterId),
    Definition(DefinitionId),
    Table(TableId),
    Rule(RuleId),
    Verdict(VerdictId),
    Group(GroupId),
    Account(crate::program::AccountId),
    Exception(ExceptionId),
}

struct Checker<'a> {
    sources: &'a Sources,
    documents: &'a [Document],
    program: Program,
    findings: Vec<Diagnostic>,
    names: Names,
    /// Cases and amendments that could not be resolved are left out of the program, never half done.
    amendments: Vec<link::Amendment>,
    editions: Vec<link::Edition>,
    /// The blocks of groups: their keys are read once for each member rule, in the rule's own terms.
    group_blocks: HashMap<GroupId, BlockAt>,
}

/// Everything that has a name, by name.
#[derive(Debug, Default)]
struct Names {
    subjects: HashMap<SmolStr, SubjectId>,
    enumerations: HashMap<SmolStr, EnumId>,
    values: HashMap<SmolStr, Vec<(EnumId, u16)>>,
    definitions: HashMap<(SubjectId, SmolStr), DefinitionId>,
    fields: HashMap<SmolStr, Vec<FieldRef>>,
    global: HashMap<SmolStr, Vec<(DocumentId, Declared)>>,
    /// The units of fields that are declared by one, such as 亩.
    field_units: HashMap<FieldRef, SmolStr>,
    /// The units of parameters and definitions that are declared by one.
    units: HashMap<Declared, SmolStr>,
}

impl<'a> Checker<'a> {
    fn new(sources: &'a Sources, documents: &'a [Document]) -> Self {
        let mut checker = Self {
            sources,
            documents,
            program: Program::default(),
            findings: Vec::new(),
            names: Names::default(),
            amendments: Vec::new(),
            editions: Vec::new(),
            group_blocks: HashMap::new(),
        };
        for document in documents {
            checker.program.documents.push(document_info(sources, document));
        }
        checker
    }

    /// Parses the parts of every fence of every document.
    fn parse(&mut self, parts: &dyn Fn(&Fence) -> Vec<Span>) -> Vec<BlockAt> {
        let mut texts: Vec<Part> = Vec::new();
        for (index, document) in self.documents.iter().enumerate() {
            for fence in &document.fences {
                let of_fence = parts(fence).into_iter();
                texts.extend(of_fence.map(|content| Part {
                    index,
                    fence,
                    content,
                }));
            }
        }
        let mut blocks = Vec::new();
        for (part, parse) in texts.iter().zip(parse_all(self.sources, &texts)) {
            let Part {
                index,
                fence,
                content,
            } = part;
            let clause = self.documents[*index].citation(fence.clause);
            let findings = parse.diagnostics(*content).into_iter();
            self.findings
                .extend(findings.map(|d| d.in_clause(clause.as_str())));
            for block in parse.root().blocks() {
                let mut at = BlockAt {
                    document: DocumentId(*index as u32),
                    clause: fence.clause,
                    source: self.documents[*index].source,
                    base: content.start,
                    block,
                    cite: CiteId(0),
                    declared: None,
                };
                at.cite = self.cite(at.document, at.clause, at.header(), None);
                blocks.push(at);
            }
        }
        blocks
    }

    /// Records a citation: the clause, or the paper named beside the line.
    fn cite(
        &mut self,
        document: DocumentId,
        clause: Option<ClauseId>,
        span: Span,
        paper: Option<String>,
    ) -> CiteId {
        let text = paper.unwrap_or_else(|| self.documents[document.index()].citation(clause));
        let id = CiteId(self.program.citations.len() as u32);
        self.program.citations.push(Citation {
            text,
            document,
            clause: clause.map(|c| c.0),
            span,
        });
        id
    }

    fn report(&mut self, at: &BlockAt, finding: Diagnostic) {
        let clause = self.documents[at.document.index()].citation(at.clause);
        self.findings.push(finding.in_clause(clause));
    }

    fn push(&mut self, kind: ExprKind, ty: Type, span: Span) -> ExprId {
        let id = ExprId(self.program.expressions.len() as u32);
        self.program.expressions.push(Expr { kind, ty, span });
        id
    }

    fn invalid(&mut self, span: Span) -> ExprId {
        self.push(ExprKind::Invalid, Type::Unknown, span)
    }

    fn ty(&self, expr: ExprId) -> &Type {
        &self.program.expressions[expr.index()].ty
    }

    /// Reads a date of the text; reports one that does not exist.
    fn date(&mut self, at: &BlockAt, range: TextRange, text: Option<SmolStr>) -> Option<Date> {
        let text = text?;
        let date = Date::parse(&text);
        if date.is_none() && !self.reported(at.span(range)) {
            let finding = Diagnostic::new(&jiufen_diagnostic::catalogue::types::NO_SUCH_DATE, at.span(range));
            self.report(at, finding.with("date", text.as_str()));
        }
        date
    }

    /// Whether reading the text has reported something within a place already.
    fn reported(&self, span: Span) -> bool {
        self.findings.iter().any(|f| {
            syntax_findings::ALL.iter().any(|entry| entry.code == f.code())
                && f.span.source == span.source
                && span.start <= f.span.start
                && f.span.end <= span.end
        })
    }

    /// Whether a line of a block could not be read: then nothing is known of what the block lacks.
    fn lines_lost(&self, at: &BlockAt) -> bool {
        let block = at.span(ast::AstNode::range(&at.block));
        let lost = [
            &syntax_findings::UNEXPECTED_WORDS,
            &syntax_findings::UNFINISHED_LINE,
            &syntax_findings::EXTRA_WORDS,
            &syntax_findings::EMPTY_BLOCK,
            &syntax_findings::UNKNOWN_LINE,
            &syntax_findings::UNKNOWN_OPTION,
            &syntax_findings::UNEVEN_INDENT,
            &syntax_findings::FULL_WIDTH_INDENT,
            &syntax_findings::LINE_NOT_INDENTED,
            &syntax_findings::MISSING_ITEMS,
            &syntax_findings::MISSING_SPACE,
        ];
        self.findings.iter().any(|f| {
            lost.iter().any(|entry| entry.code == f.code())
                && f.span.source == block.source
                && block.start <= f.span.start
                && f.span.start <= block.end
        })
    }

    /// The clause of a place in a fence.
    fn clause_of(&self, span: Span) -> Option<String> {
        let document = self.documents.iter().find(|d| d.source == span.source)?;
        let inside = |c: Span| c.start <= span.start && span.end <= c.end;
        let fence = document.fences.iter().find(|f| inside(f.content))?;
        Some(document.citation(fence.clause))
    }

    fn finish(mut self) -> Checked {
        for index in 0..self.findings.len() {
            if self.findings[index].clause.is_none() {
                self.findings[index].clause = self.clause_of(self.findings[index].span);
            }
        }
        self.findings
            .sort_by_key(|d| (d.span.source, d.span.start, d.span.end));
        self.findings
            .dedup_by(|a, b| a.entry.code == b.entry.code && a.span == b.span && a.arguments == b.arguments);
        Checked {
            program: self.program,
            findings: self.findings,
        }
    }
}

/// A part of a fence that is read: all of it, or a stretch of whole blocks.
struct Part<'a> {
    /// The document.
    index: usize,
    fence: &'a Fence,
    content: Span,
}

/// Parses fences on all cores: each parses alone, so the order in which it happens does not matter.
fn parse_all(sources: &Sources, fences: &[Part<'_>]) -> Vec<syntax::Parse> {
    let one = |part: &Part| {
        let keywords = match part.fence.keywords {
            FenceLanguage::Chinese => Keywords::Chinese,
            FenceLanguage::English => Keywords::English,
        };
        syntax::parse(sources.text(part.content), keywords)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // Below this a thread costs more than it saves.
    const WORTH_A_THREAD: usize = 16;
    let share = fences.len().div_ceil(threads).max(WORTH_A_THREAD);
    if fences.len() <= share {
        return fences.iter().map(one).collect();
    }
    std::thread::scope(|scope| {
        let parts: Vec<_> = fences
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(one).collect::<Vec<_>>()))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| {
                part.join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    })
}

/// Ways to say that a text holds in the whole country; the program knows the first.
const NATION: &[&str] = &["全国", "中国", "中华人民共和国"];

fn document_info(sources: &Sources, document: &Document) -> DocumentInfo {
    let meta = &document.meta;
    let text = |t: &Option<jiufen_document::Text>| t.as_ref().map_or_else(String::new, |t| t.value.clone());
    // A text that names no first day in force does not reach back before it was drawn up or published.
    let since = meta.dated.or(meta.published).filter(|_| !meta.retroactive);
    let first = sources.file(document.source).and_then(|f| f.text.chars().next());
    DocumentInfo {
        title: text(&meta.title),
        number: text(&meta.number),
        issuer: text(&meta.issuer),
        territory: match text(&meta.territory) {
            country if NATION.contains(&country.as_str()) => NATION[0].to_owned(),
            territory => territory,
        },
        period: Period {
            from: meta.valid_from.or(since).map(|d| Date::from(d.date)),
            to: meta.valid_to.map(|d| Date::from(d.date)),
        },
        status: meta.status,
        source_status: meta.source_status,
        hash: document.hash.clone(),
        path: document.path.clone(),
        span: sources.span(document.source, 0..first.map_or(0, char::len_utf8)),
    }
}
