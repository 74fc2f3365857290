//! What a name can mean at a place.

use jiufen_diagnostic::{Diagnostic, Span, catalogue::names, nearest};
use jiufen_document::FenceLanguage;
use smol_str::SmolStr;

use super::{BlockAt, Checker, Declared};
use crate::program::{DocumentId, FieldRef, SubjectId, Type, YearOf};
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
}

impl<'b> Scope<'b> {
    pub fn new(at: &'b BlockAt) -> Self {
        Self {
            at,
            rows: Vec::new(),
            basis: None,
            original: None,
        }
    }

    pub fn of(at: &'b BlockAt, subject: SubjectId, basis: Option<YearOf>) -> Self {
        Self {
            at,
            rows: vec![subject],
            basis,
            original: None,
        }
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
            finding.with("name", name).with("candidates", listed.join("、")),
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

    /// Reports a name that means nothing here, with the best remedy there is.
    pub(super) fn unknown_name(&mut self, scope: &Scope, name: &str, span: Span) {
        let told = |f: &Diagnostic| f.span == span && f.code() == names::AMBIGUOUS_NAME.code;
        if self.findings.last().is_some_and(told) {
            return;
        }
        if let Some((word, cut)) = self.cut_at_reserved(scope, name) {
            let finding = Diagnostic::new(&names::MISSING_SPACE, span)
                .with("name", name)
                .with("word", word)
                .with("cut", cut.as_str())
                .fix(span, cut.as_str());
            return self.report(scope.at, finding);
        }
        let known = self.known_names(scope);
        let near = nearest(name, known.iter().map(SmolStr::as_str)).map(SmolStr::new);
        let hint = match &near {
            Some(near) => jiufen_diagnostic::Argument::term(
                format!("最接近的名字是「{near}」;改成它,或先声明「{name}」"),
                format!("the nearest name is “{near}”: use it, or declare “{name}”"),
            ),
            None => jiufen_diagnostic::Argument::term(
                format!("先声明「{name}」:字段写在 对象 或 事件 里,数值写成 参数,算出来的写成 定义"),
                format!(
                    "declare “{name}”: a field in 对象 or 事件, a figure as 参数, a derived value as 定义"
                ),
            ),
        };
        let mut finding = Diagnostic::new(&names::UNKNOWN_NAME, span)
            .with("name", name)
            .with("hint", hint);
        if let Some(near) = near {
            finding = finding.fix(span, written(&near));
        }
        self.report(scope.at, finding);
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

    /// All names that could stand at the head of a path here.
    pub(super) fn known_names(&self, scope: &Scope) -> Vec<SmolStr> {
        let mut known: Vec<SmolStr> = Vec::new();
        if let Some(subject) = scope.rows.first() {
            known.extend(
                self.program
                    .subject(*subject)
                    .fields
                    .iter()
                    .map(|f| f.name.clone()),
            );
            known.extend(
                self.names
                    .definitions
                    .keys()
                    .filter(|(s, _)| s == subject)
                    .map(|(_, n)| n.clone()),
            );
        }
        known.extend(self.names.subjects.keys().cloned());
        known.extend(self.names.global.keys().cloned());
        known.extend(self.names.values.keys().cloned());
        known.sort();
        known
    }

    /// If cutting a run of letters at reserved words gives known names in exactly one way: the word and the cut.
    pub(super) fn cut_at_reserved(&self, scope: &Scope, name: &str) -> Option<(&'static str, String)> {
        let known = self.known_names(scope);
        let keywords = self.keywords(scope.at);
        let is_known = |part: &str| part.is_empty() || known.iter().any(|k| k == part);
        let mut found: Vec<(&'static str, String)> = Vec::new();
        for word in ReservedWord::ALL {
            for (start, matched) in name.match_indices(word.text(keywords)) {
                let (before, after) = (&name[..start], &name[start + matched.len()..]);
                if (before.is_empty() && after.is_empty()) || !is_known(before) || !is_known(after) {
                    continue;
                }
                let cut = [before, matched, after]
                    .iter()
                    .filter(|p| !p.is_empty())
                    .copied()
                    .collect::<Vec<_>>();
                found.push((word.text(keywords), cut.join(" ")));
            }
        }
        if found.len() == 1 { found.pop() } else { None }
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
