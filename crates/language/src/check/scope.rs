//! What a name can mean at a place.

use jiufen_diagnostic::{Diagnostic, Span, catalogue::names};
use jiufen_document::FenceLanguage;

use smol_str::SmolStr;

use super::{BlockAt, Checker, Declared};
use crate::program::{DocumentId, ExprId, FieldRef, SubjectId, Type, YearOf};
use crate::syntax::keywords::{Keywords, ReservedWord};

/// Where an expression stands: which rows are in scope, which year is meant.
#[derive(Debug, Clone)]
pub(super) struct Scope<'b> {
    pub at: &'b BlockAt,
    /// Rows in scope, innermost first.
    pub rows: Vec<SubjectId>,
    /// 口径: the year of unqualified yearly facts.
    pub basis: Option<YearOf>,
    /// The type of 原值, inside an exception.
    pub original: Option<Type>,
    /// The unit in which the figure that is read here was declared.
    pub unit: Option<SmolStr>,
    /// The names that a 评级 lends to its own lines.
    pub ranking: RankNames,
}

/// What 位次, 总数 and 总分 mean in a line of a 评级.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RankNames {
    /// 总分: the weighted sum, where the block has 权重.
    pub score: Option<ExprId>,
    /// Whether places are known: in 结论, behind the ranking.
    pub placed: bool,
}

impl<'b> Scope<'b> {
    pub fn new(at: &'b BlockAt) -> Self {
        Self {
            at,
            rows: Vec::new(),
            basis: None,
            original: None,
            unit: None,
            ranking: RankNames::default(),
        }
    }

    pub fn of(at: &'b BlockAt, subject: SubjectId, basis: Option<YearOf>) -> Self {
        Self {
            at,
            rows: vec![subject],
            basis,
            original: None,
            unit: None,
            ranking: RankNames::default(),
        }
    }

    /// The same place, where a figure declared in a unit is read.
    pub fn in_unit(&self, unit: Option<SmolStr>) -> Self {
        Self { unit, ..self.clone() }
    }

    /// The scope inside 其中: the listed row first, then the rows around it.
    pub fn listing(&self, subject: SubjectId) -> Self {
        let mut inner = self.clone();
        inner.rows.insert(0, subject);
        inner
    }
}

impl Checker<'_> {
    /// The one thing that a short name means in a document: its own, then that of a document it refers to, then
    /// the only one in the pack. Several candidates are reported; `None` without a report when there is none.
    pub(super) fn global(&mut self, at: &BlockAt, name: &str, span: Span) -> Option<Declared> {
        let candidates = self.names.global.get(name)?.clone();
        let own: Vec<_> = candidates.iter().filter(|(d, _)| *d == at.document).collect();
        if let [(_, declared)] = own.as_slice() {
            return Some(*declared);
        }
        let referenced: Vec<_> = candidates
            .iter()
            .filter(|(d, _)| self.refers_to(at.document, *d))
            .collect();
        if let [(_, declared)] = referenced.as_slice() {
            return Some(*declared);
        }
        if let [(_, declared)] = candidates.as_slice() {
            return Some(*declared);
        }
        let listed: Vec<String> = candidates
            .iter()
            .map(|(d, _)| self.documents[d.index()].citation(None))
            .collect();
        let finding = Diagnostic::new(&names::AMBIGUOUS_NAME, span);
        self.report(
            at,
            finding
                .with("name", name)
                .with("candidates", listed.join("、"))
                .with("form", format!("「{}」.{}", listed[0], written(name))),
        );
        None
    }

    /// What a name of one document, or of the pack, means.
    pub(super) fn declared_in(
        &mut self,
        at: &BlockAt,
        document: Option<DocumentId>,
        name: &str,
        span: Span,
    ) -> Option<Declared> {
        match document {
            Some(document) => self.in_document(document, name),
            None => self.global(at, name, span),
        }
    }

    /// The document of a number or title.
    pub(super) fn document_named(&self, name: &str) -> Option<DocumentId> {
        let bare = name.trim_start_matches('《').trim_end_matches('》');
        let position = self
            .program
            .documents
            .iter()
            .position(|d| d.number == name || d.title == bare)?;
        Some(DocumentId(position as u32))
    }

    fn refers_to(&self, from: DocumentId, to: DocumentId) -> bool {
        let target = &self.program.documents[to.index()];
        self.documents[from.index()].meta.references.iter().any(|r| {
            r.value == target.number
                || r.value.trim_start_matches('《').trim_end_matches('》') == target.title
        })
    }

    /// The thing of a name in one document.
    pub(super) fn in_document(&self, document: DocumentId, name: &str) -> Option<Declared> {
        let candidates = self.names.global.get(name)?;
        candidates
            .iter()
            .find(|(d, _)| *d == document)
            .map(|(_, declared)| *declared)
    }

    /// The only shortest way from a subject to another along reference fields. Empty when they are the same.
    pub(super) fn reach(&self, from: SubjectId, to: SubjectId) -> Option<Vec<FieldRef>> {
        self.program.way(from, to).only()
    }

    /// The only reference field of `listed` that names `row`.
    pub(super) fn only_reference(&self, listed: SubjectId, row: SubjectId) -> Option<FieldRef> {
        let mut found = self.program.references(listed, row);
        let field = found.next()?;
        found.next().is_none().then_some(field)
    }

    /// The language of the keywords around a block.
    pub(super) fn keywords(&self, at: &BlockAt) -> Keywords {
        let fences = &self.documents[at.document.index()].fences;
        match fences
            .iter()
            .find(|f| f.content.start == at.base)
            .map(|f| f.keywords)
        {
            Some(FenceLanguage::English) => Keywords::English,
            _ => Keywords::Chinese,
        }
    }
}

/// A name as it is written: in 「」 where it would not be read as one word.
pub(super) fn written(name: &str) -> String {
    let mut chars = name.chars();
    let plain =
        chars.next().is_some_and(unicode_ident::is_xid_start) && chars.all(unicode_ident::is_xid_continue);
    let free = !name.contains('·') && ReservedWord::lookup(name).is_none();
    if plain && free {
        name.to_owned()
    } else {
        format!("「{name}」")
    }
}
