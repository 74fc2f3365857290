//! Values with a date: the lines of a parameter, the editions of a table, each until the next.

use jiufen_diagnostic::{Diagnostic, Span, catalogue::law, catalogue::types};
use jiufen_quantity::{Date, Period};

use super::scope::Scope;
use super::{BlockAt, Checker, Declared};
use crate::program::{CiteId, Part, PartValue, Type, Version};
use crate::syntax::ast::{self, AstNode, Line};
use crate::syntax::keywords::ReservedWord;

impl Checker<'_> {
    pub(super) fn parameter_body(&mut self, at: &BlockAt, block: &ast::Param) {
        let Some(Declared::Parameter(id)) = self.declared(at) else {
            return;
        };
        let ty = self.program.parameters[id.index()].ty.clone();
        let name = self.program.parameters[id.index()].name.clone();
        let scope = Scope::new(at);
        let mut part = self.dated_part(&scope, block.dated(), &ty, &name);
        let lines: Vec<Line> = block.lines().collect();
        let undated = lines.iter().find_map(|l| {
            if let Line::Value(line) = l {
                Some(line)
            } else {
                None
            }
        });
        if let Some((line, value)) = undated.and_then(|line| Some((line, line.value()?))) {
            // A figure whose first day is not known holds as long as its document does.
            let value = self.typed(&scope, &value, &ty);
            let notes: Vec<ast::Note> = line.notes().collect();
            let cite = self.cite_notes(at, &notes, at.span(line.range()));
            part.versions = always(PartValue::Expr(value), cite);
            if let Some(first) = block.dated().next() {
                self.undated_beside(at, &name, Some(at.span(line.range())), &first);
            }
        }
        if block.dated().next().is_none() && undated.is_none() {
            let finding = Diagnostic::new(&law::EMPTY_PARAMETER, at.header()).with("name", name.as_str());
            self.report(at, finding);
        }
        self.program.parameters[id.index()].part.versions = part.versions;
    }

    /// Reports a value without a day beside values with one: it would hold on every day.
    pub(super) fn undated_beside(
        &mut self,
        at: &BlockAt,
        name: &str,
        undated: Option<Span>,
        dated: &ast::FromLine,
    ) {
        if let (Some(undated), Some(day)) = (undated, dated.from()) {
            let finding = Diagnostic::new(&types::OVERLAPPING_PERIODS, at.span(dated.range()));
            let finding = finding.with("name", name).with("date", day.as_str());
            self.report(at, finding.related(undated));
        }
    }

    /// Dated lines as a timeline; each without 至 runs to the day before the next.
    pub(super) fn dated_part(
        &mut self,
        scope: &Scope,
        dated: impl Iterator<Item = ast::FromLine>,
        ty: &Type,
        name: &str,
    ) -> Part {
        let mut versions: Vec<(Span, bool, Version)> = Vec::new();
        for line in dated {
            let Some((period, open)) = self.period(scope.at, &line) else {
                continue;
            };
            let span = scope.at.span(line.range());
            let value = match line.value() {
                Some(value) if value.word() == Some(ReservedWord::Unpublished) => PartValue::Unpublished,
                Some(value) => PartValue::Expr(self.typed(scope, &value, ty)),
                None => {
                    let arms: Vec<ast::Arm> = line.arms().collect();
                    if arms.is_empty() {
                        continue;
                    }
                    PartValue::Expr(self.arms(scope, &arms, ty, span))
                }
            };
            let notes: Vec<ast::Note> = line.notes().collect();
            let cite = self.cite_notes(scope.at, &notes, span);
            versions.push((
                span,
                open,
                Version {
                    period,
                    value,
                    cite,
                    replaced: None,
                },
            ));
        }
        Part {
            versions: self.timeline(scope.at, name, versions),
            exceptions: Vec::new(),
        }
    }

    /// The days of a line, and whether its end is open.
    pub(super) fn period(&mut self, at: &BlockAt, line: &ast::FromLine) -> Option<(Period, bool)> {
        let span = at.span(line.range());
        let from = self.date(at, line.range(), line.from())?;
        let to_text = line.to();
        let open = to_text.is_none();
        let to = self.date(at, line.range(), to_text);
        if let Some(to) = to
            && to < from
        {
            let finding = Diagnostic::new(&types::PERIOD_REVERSED, span);
            self.report(
                at,
                finding.with("from", from.to_string()).with("to", to.to_string()),
            );
            return None;
        }
        self.retroactive(at, from, span);
        Some((Period { from: Some(from), to }, open))
    }

    fn retroactive(&mut self, at: &BlockAt, from: Date, span: Span) {
        let meta = &self.documents[at.document.index()].meta;
        let Some(dated) = meta.dated.map(|d| Date::from(d.date)) else {
            return;
        };
        if from < dated && !meta.retroactive {
            let finding = Diagnostic::new(&law::RETROACTIVE, span)
                .with("from", from.to_string())
                .with("dated", dated.to_string());
            self.report(at, finding);
        }
    }

    /// Orders versions, closes open ends, and reports overlaps and gaps.
    pub(super) fn timeline(
        &mut self,
        at: &BlockAt,
        name: &str,
        mut versions: Vec<(Span, bool, Version)>,
    ) -> Vec<Version> {
        versions.sort_by_key(|(_, _, v)| v.period.from);
        for index in 0..versions.len().saturating_sub(1) {
            let next = versions[index + 1].2.period.from;
            let (span, open, version) = &mut versions[index];
            let span = *span;
            if *open && next > version.period.from {
                version.period.to = next.and_then(Date::previous);
                continue;
            }
            let to = version.period.to;
            if to >= next || (*open && next == version.period.from) {
                let date = next.map_or_else(String::new, |d| d.to_string());
                let finding = Diagnostic::new(&types::OVERLAPPING_PERIODS, versions[index + 1].0);
                self.report(at, finding.with("name", name).with("date", date).related(span));
            } else if let (Some(to), Some(next)) = (to, next)
                && let (Some(first), Some(last)) = (to.add_days(1), next.previous())
                && first <= last
            {
                let finding = Diagnostic::new(&types::DATE_GAP, versions[index + 1].0)
                    .with("name", name)
                    .with("from", first.to_string())
                    .with("to", last.to_string());
                self.report(at, finding);
            }
        }
        versions.into_iter().map(|(_, _, v)| v).collect()
    }
}

/// One version that always holds; the document's own period is asked separately.
pub(super) fn always(value: PartValue, cite: CiteId) -> Vec<Version> {
    vec![Version {
        period: Period::default(),
        value,
        cite,
        replaced: None,
    }]
}
