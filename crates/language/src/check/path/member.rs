//! One step of a path: a field of a row in its year, a definition, or the rows that refer to it.

use jiufen_diagnostic::{Diagnostic, Span, catalogue::types};
use smol_str::SmolStr;

use super::{Reached, Yearly, year_of};
use crate::check::Checker;
use crate::check::scope::Scope;
use crate::program::{ExprId, ExprKind, FieldRef, SubjectId, Type, YearOf};
use crate::syntax::ast::{self, AstNode, PeriodKind};
use crate::syntax::keywords::ReservedWord;

impl Checker<'_> {
    /// A field, definition or related rows of a row.
    #[expect(
        clippy::too_many_arguments,
        reason = "one step of a path needs all of its surroundings"
    )]
    pub(super) fn member(
        &mut self,
        scope: &Scope,
        row: ExprId,
        subject: SubjectId,
        name: &str,
        period: Option<&ast::Period>,
        span: Span,
        yearly: Yearly,
    ) -> Option<Reached> {
        if let Some(field) = self.program.field_named(subject, name) {
            return Some(self.field(scope, row, field, period, span, yearly));
        }
        if let Some(definition) = self
            .names
            .definitions
            .get(&(subject, SmolStr::new(name)))
            .copied()
        {
            let ty = self.program.definitions[definition.index()].ty.clone();
            let year = match period.and_then(ast::Period::kind) {
                Some(PeriodKind::Recent(_)) => {
                    self.not_yearly(scope, name, period, span);
                    None
                }
                Some(kind) => year_of(kind),
                None => None,
            };
            return Some(Reached::Value(self.push(
                ExprKind::Definition {
                    definition,
                    row,
                    year,
                },
                ty,
                span,
            )));
        }
        let listed = self.names.subjects.get(name).copied()?;
        let via = self.only_reference(listed, subject)?;
        Some(Reached::Value(self.push(
            ExprKind::Related { row, via },
            Type::Rows(listed),
            span,
        )))
    }

    fn field(
        &mut self,
        scope: &Scope,
        row: ExprId,
        field: FieldRef,
        period: Option<&ast::Period>,
        span: Span,
        yearly: Yearly,
    ) -> Reached {
        let declared = self.program.field(field);
        let (ty, name) = (declared.ty.clone(), declared.name.clone());
        if !declared.yearly {
            if period.is_some() {
                self.not_yearly(scope, &name, period, span);
            }
            let kind = match ty {
                Type::Row(_) => ExprKind::Follow { row, field },
                _ => ExprKind::Field {
                    row,
                    field,
                    year: None,
                },
            };
            return Reached::Value(self.push(kind, ty, span));
        }
        let kind = period.and_then(ast::Period::kind);
        if yearly == Yearly::History && !matches!(kind, Some(PeriodKind::Recent(_))) {
            return Reached::History {
                row,
                field,
                last: kind.and_then(year_of).or(scope.basis),
            };
        }
        let year = match kind {
            Some(PeriodKind::Recent(count)) => {
                if scope.basis.is_none() {
                    let finding = Diagnostic::new(&types::YEAR_NOT_SAID, span).with("name", name.as_str());
                    self.report(scope.at, finding);
                }
                let last = scope.basis.unwrap_or(YearOf::Relative(-1));
                let count = count.min(100) as u16;
                let series = ExprKind::FieldSeries {
                    row,
                    field,
                    count,
                    last,
                };
                return Reached::Value(self.push(series, Type::Series(Box::new(ty)), span));
            }
            Some(kind) => year_of(kind),
            None => scope.basis,
        };
        if year.is_none() {
            // The value keeps its type, so that what else is wrong with it is told at once.
            self.year_not_said(scope, &name, span);
        }
        Reached::Value(self.push(ExprKind::Field { row, field, year }, ty, span))
    }

    pub(super) fn year_not_said(&mut self, scope: &Scope, name: &str, span: Span) {
        let finding = Diagnostic::new(&types::YEAR_NOT_SAID, span).with("name", name);
        let year = ReservedWord::LastYear.text(self.keywords(scope.at));
        let finding = finding.fix(span.at_start(), format!("{year}."));
        self.report(scope.at, finding);
    }

    pub(super) fn not_yearly(&mut self, scope: &Scope, name: &str, period: Option<&ast::Period>, span: Span) {
        let words = period.map_or_else(String::new, |p| p.syntax().text().to_string());
        let mut finding = Diagnostic::new(&types::NOT_YEARLY, span)
            .with("name", name)
            .with("period", words);
        if let Some(period) = period {
            let start = scope.at.span(period.range()).start;
            finding = finding.fix(
                Span {
                    start,
                    end: span.start,
                    ..span
                },
                "",
            );
        }
        self.report(scope.at, finding);
    }

    /// `下达(经由 项目)`: the rows of an event by a named reference.
    pub(in crate::check) fn related_call(
        &mut self,
        scope: &Scope,
        row: ExprId,
        subject: SubjectId,
        call: &ast::Call,
    ) -> Option<ExprId> {
        let listed = self.names.subjects.get(&call.name().text()).copied()?;
        let arg = call.args().next().filter(ast::Arg::is_via)?;
        let span = scope.at.span(arg.range());
        let name = match arg.value() {
            Some(ast::Expr::Path(path)) => path.as_name().map(|n| n.text())?,
            _ => return None,
        };
        match self.program.field_named(listed, &name) {
            Some(via) if self.program.field(via).ty == Type::Row(subject) => {
                Some(self.push(ExprKind::Related { row, via }, Type::Rows(listed), span))
            }
            _ => {
                self.unknown_field(scope.at, listed, &name, span);
                Some(self.invalid(span))
            }
        }
    }
}
