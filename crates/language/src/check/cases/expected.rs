//! 应得: what must come out of a case.

use jiufen_diagnostic::Span;
use smol_str::SmolStr;

use crate::check::path::{Reached, Yearly};
use crate::check::scope::Scope;
use crate::check::{BlockAt, Checker, Declared};
use crate::program::{Case, Expectation, ExpectedOf, ExprId, ExprKind, Type};
use crate::syntax::ast::{self, AstNode, OutcomeShape, Segment, SegmentKind};
use crate::syntax::keywords::ReservedWord;

impl Checker<'_> {
    pub(super) fn expectation(
        &mut self,
        at: &BlockAt,
        case: &mut Case,
        line: &ast::ExpectLine,
    ) -> Option<Expectation> {
        let (path, outcome) = (line.path()?, line.outcome()?);
        let of = self.expected_of(at, case, &path)?;
        let mut expectation = Expectation {
            of,
            value: None,
            high: None,
            at_most: false,
            word: None,
            fault: None,
            pay_to: None,
            merged_into: None,
            reasons: Vec::new(),
            attachments: Vec::new(),
            span: at.span(line.range()),
        };
        self.outcome(at, case, &mut expectation, &outcome);
        Some(expectation)
    }

    fn expected_of(&mut self, at: &BlockAt, case: &mut Case, path: &ast::Path) -> Option<ExpectedOf> {
        let mut segments: Vec<Segment> = path.segments().collect();
        let span = at.span(path.range());
        let document = self.document_prefix(&mut segments);
        let (name, call) = match segments.first()?.kind()? {
            SegmentKind::Name(name) => (name, None),
            SegmentKind::Call(call) => (call.name().clone(), Some(call)),
            SegmentKind::Period(_) => return None,
        };
        if call.is_none()
            && let Some(row) = case.rows.iter().position(|r| r.name == name.text())
            && segments.len() > 1
        {
            let scope = Scope::of(at, case.rows[row].subject, None);
            let reached = self.segments(&scope, &segments[1..], span, None, Yearly::Value);
            return match reached {
                Reached::Value(expr) => Some(ExpectedOf::Value { expr, row }),
                _ => None,
            };
        }
        let row = call.as_ref().and_then(|c| self.row_argument(at, case, c));
        match self.declared_in(at, document, &name.text(), at.span(name.range())) {
            Some(Declared::Rule(rule)) => {
                let stage = segments.get(1).and_then(|s| match s.kind() {
                    Some(SegmentKind::Name(n)) => n.text().strip_prefix("分期").and_then(|n| n.parse().ok()),
                    _ => None,
                });
                Some(ExpectedOf::Right { rule, row, stage })
            }
            Some(Declared::Verdict(verdict)) => Some(ExpectedOf::Verdict { verdict, row }),
            Some(Declared::Parameter(id)) => {
                let row = row.or((case.rows.len() == 1).then_some(0))?;
                let scope = Scope::of(at, case.rows[row].subject, None);
                let expr = self.parameter(&scope, id, span);
                Some(ExpectedOf::Value { expr, row })
            }
            Some(Declared::Table(_)) => {
                let row = row.or((case.rows.len() == 1).then_some(0))?;
                let scope = Scope::of(at, case.rows[row].subject, None);
                let expr = self.lookup_of_row(&scope, &name, span)?;
                Some(ExpectedOf::Value { expr, row })
            }
            _ => {
                self.unknown_name(&Scope::new(at), &name.text(), at.span(name.range()));
                None
            }
        }
    }

    fn lookup_of_row(&mut self, scope: &Scope, name: &ast::Name, span: Span) -> Option<ExprId> {
        let Some(Declared::Table(table)) = self.global(scope.at, &name.text(), span) else {
            return None;
        };
        let subject = scope.rows.first().copied()?;
        let row = self.push(ExprKind::Row(0), Type::Row(subject), span);
        let declared = self.program.tables[table.index()].clone();
        let inputs = declared
            .inputs
            .iter()
            .map(|(input, ty)| self.input_of_row(scope, row, subject, input, ty, span))
            .collect();
        Some(self.push(ExprKind::Lookup { table, inputs }, declared.output.1, span))
    }

    fn outcome(&mut self, at: &BlockAt, case: &Case, expectation: &mut Expectation, outcome: &ast::Outcome) {
        let (ty, verdict) = match &expectation.of {
            ExpectedOf::Right { .. } => (Type::money(), false),
            ExpectedOf::Verdict { .. } => (Type::Text, true),
            ExpectedOf::Value { expr, .. } => (self.ty(*expr).clone(), false),
        };
        let ty = if let Type::Candidates(inner) = ty {
            *inner
        } else {
            ty
        };
        let scope = Scope::new(at);
        match outcome.shape() {
            Some(OutcomeShape::Value(ast::Expr::Path(path))) if verdict => {
                expectation.word = path.as_name().map(|n| n.text());
            }
            Some(OutcomeShape::Value(value)) => {
                if let (Type::Row(_), ast::Expr::Path(path)) = (&ty, &value) {
                    expectation.pay_to = path.as_name().map(|n| n.text());
                } else if let Some(
                    word @ (ReservedWord::Unpublished | ReservedWord::Pending | ReservedWord::ToChoose),
                ) = value.word()
                {
                    expectation.reasons.push(SmolStr::new(word.zh()));
                } else if value
                    .word()
                    .is_some_and(|w| matches!(w, ReservedWord::Missing | ReservedWord::Nothing))
                {
                    expectation.word = value.word().map(|w| SmolStr::new(w.zh()));
                } else {
                    expectation.value = Some(self.typed(&scope, &value, &ty));
                }
            }
            Some(OutcomeShape::Range(low, high)) => {
                expectation.value = Some(self.typed(&scope, &low, &ty));
                expectation.high = Some(self.typed(&scope, &high, &ty));
            }
            Some(OutcomeShape::AtMost(value)) => {
                expectation.at_most = true;
                expectation.value = Some(self.typed(&scope, &value, &ty));
            }
            Some(OutcomeShape::Refused(fault)) => {
                expectation.word = Some("拒绝".into());
                expectation.fault = fault;
            }
            Some(OutcomeShape::Ineligible) => expectation.word = Some("不符合".into()),
            Some(OutcomeShape::Undecidable) => expectation.word = Some("无法判定".into()),
            None => {}
        }
        for qualifier in outcome.qualifiers() {
            match qualifier.word() {
                Some(ReservedWord::PayTo) => {
                    let words = qualifier
                        .path()
                        .map(|p| self.sources.text(at.span(p.range())).trim().to_owned());
                    expectation.pay_to = words.map(SmolStr::new);
                }
                Some(ReservedWord::MergedInto) => {
                    let right = qualifier.path().and_then(|p| self.right_of(at, case, &p));
                    expectation.merged_into = right.map(|(rule, _)| rule);
                }
                Some(word) => expectation.reasons.push(SmolStr::new(word.zh())),
                None => {}
            }
        }
        for note in outcome.notes() {
            if note.word() == Some(ReservedWord::Attach) {
                expectation
                    .attachments
                    .push(note.strings().map(String::from).collect());
            }
        }
    }
}
