//! Literals, and what is said of a value that is not of the kind its place demands.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::types};
use jiufen_quantity::{Date, Unit, exact};
use smol_str::SmolStr;

use super::assignable;
use crate::check::Checker;
use crate::check::scope::Scope;
use crate::check::types::of_unit;
use crate::check::units::unknown_unit;
use crate::program::{ExprId, ExprKind, Literal, Type};
use crate::syntax::ast::{self, AstNode, LiteralKind};
use crate::syntax::keywords::ReservedWord;

impl Checker<'_> {
    /// Reports a value whose type is not the demanded one.
    pub(in crate::check) fn demand(&mut self, scope: &Scope, checked: ExprId, expected: &Type) -> ExprId {
        let found = self.ty(checked).clone();
        if assignable(expected, &found) {
            return checked;
        }
        let span = self.program.expr(checked).span;
        let bare = matches!(found, Type::Number) && matches!(expected, Type::Quantity { .. });
        let finding = if bare && self.is_literal(checked) {
            self.missing_unit(span, expected, scope.unit.as_deref())
        } else {
            Diagnostic::new(&types::TYPE_MISMATCH, span)
                .with("expected", self.type_words(expected))
                .with("found", self.type_words(&found))
        };
        self.report(scope.at, finding);
        self.invalid(span)
    }

    pub(super) fn is_literal(&self, id: ExprId) -> bool {
        matches!(self.program.expr(id).kind, ExprKind::Literal(_))
    }

    pub(super) fn literal(
        &mut self,
        scope: &Scope,
        literal: &ast::Literal,
        expected: Option<&Type>,
    ) -> ExprId {
        let span = scope.at.span(literal.range());
        let Some(kind) = literal.kind() else {
            return self.invalid(span);
        };
        let (literal, ty) = match kind {
            LiteralKind::Number(digits) => {
                let Some(number) = exact::decimal(&digits) else {
                    return self.invalid(span);
                };
                (Literal::Number(number), Type::Number)
            }
            LiteralKind::Quantity(digits, unit) => match self.quantity(scope, &digits, &unit, span) {
                Some(found) => found,
                None => {
                    if let Some(expected) = expected {
                        self.bare_multiplier(span, expected, scope.unit.as_deref());
                    }
                    return self.invalid(span);
                }
            },
            LiteralKind::Text(text) => return self.text(scope, text, expected, span),
            LiteralKind::Date(text) => match Date::parse(&text) {
                Some(date) => (Literal::Date(date), Type::Date),
                None => {
                    if !self.reported(span) {
                        let finding = Diagnostic::new(&types::NO_SUCH_DATE, span).with("date", text.as_str());
                        self.report(scope.at, finding);
                    }
                    return self.invalid(span);
                }
            },
            LiteralKind::Year(text) => match text.parse() {
                Ok(year) => (Literal::Year(year), Type::Year),
                Err(_) => return self.invalid(span),
            },
            LiteralKind::Word(ReservedWord::Yes) => (Literal::Boolean(true), Type::Boolean),
            LiteralKind::Word(ReservedWord::No) => (Literal::Boolean(false), Type::Boolean),
            LiteralKind::Word(ReservedWord::ThisYear) => {
                return self.push(ExprKind::ThisYear, Type::Year, span);
            }
            LiteralKind::Word(ReservedWord::Original) => return self.original(scope, span),
            LiteralKind::Word(word) => {
                let finding = Diagnostic::new(&types::TYPE_MISMATCH, span)
                    .with("expected", Argument::term("一个值", "a value"))
                    .with("found", format!("「{}」", word.zh()));
                self.report(scope.at, finding);
                return self.invalid(span);
            }
        };
        self.push(ExprKind::Literal(literal), ty, span)
    }

    fn original(&mut self, scope: &Scope, span: Span) -> ExprId {
        match &scope.original {
            Some(ty) => self.push(ExprKind::Original, ty.clone(), span),
            None => {
                self.report(scope.at, Diagnostic::new(&types::ORIGINAL_OUTSIDE, span));
                self.invalid(span)
            }
        }
    }

    /// A number with its unit, in base units.
    pub(in crate::check) fn quantity(
        &mut self,
        scope: &Scope,
        digits: &str,
        unit: &str,
        span: Span,
    ) -> Option<(Literal, Type)> {
        let Some(known) = Unit::parse(unit) else {
            if self.reported(span) {
                return None;
            }
            let finding = unknown_unit(unit, span, |meant| format!("{digits}{meant}"));
            self.report(scope.at, finding);
            return None;
        };
        let number = exact::decimal(digits)? * &known.factor;
        Some((Literal::Number(number), of_unit(&known)))
    }

    /// A string takes the type that is expected: text, a code, a territory.
    fn text(&mut self, scope: &Scope, text: SmolStr, expected: Option<&Type>, span: Span) -> ExprId {
        let ty = match expected {
            Some(Type::Code(system)) => Type::Code(system.clone()),
            Some(Type::Territory) => Type::Territory,
            Some(Type::Enumeration(id)) => {
                let known = self.program.enumerations[id.index()].values.contains(&text);
                let mut finding = self.no_such_value(*id, &text, span);
                if known {
                    // The value without the quotation marks.
                    finding.fix.clear();
                    finding = finding.fix(span, crate::check::scope::written(&text));
                }
                finding.arguments.retain(|(name, _)| *name != "name");
                let finding = finding.with("name", format!("“{text}”"));
                self.report(scope.at, finding);
                return self.invalid(span);
            }
            _ => Type::Text,
        };
        self.push(ExprKind::Literal(Literal::Text(text)), ty, span)
    }
}
