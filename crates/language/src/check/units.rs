//! The units in which fields and values are declared, for what is said of a number that has none.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::syntax, catalogue::types, nearest};
use jiufen_quantity::{Base, Dimension, Unit, unit};
use smol_str::SmolStr;

use super::{Checker, Declared, types::builtin};
use crate::program::{ExprId, ExprKind, Type};
use crate::syntax::ast;

/// The unit that a declaration names in place of a type: `亩`, `元/亩`. 金额 and 面积 name none.
pub(super) fn declared_unit(ty: &ast::Type) -> Option<SmolStr> {
    let text = ty.text();
    (builtin(&text).is_none() && Unit::parse(&text).is_some()).then_some(text)
}

/// The units in which a quantity may have been meant: the declared one, or those in use.
pub(super) fn units_of(ty: &Type, declared: Option<&str>) -> Vec<String> {
    let Type::Quantity { dimension, .. } = ty else {
        return Vec::new();
    };
    if let Some(unit) = declared.filter(|u| Unit::parse(u).is_some_and(|u| u.dimension == *dimension)) {
        return vec![unit.to_owned()];
    }
    let several: &[&str] = match dimension.powers() {
        [(Base::Money, 1)] => &["元", "万元"],
        [(Base::Length, 2)] => &["平方米", "亩"],
        [(Base::Length, 1)] => &["米", "公里"],
        [(Base::Mass, 1)] => &["公斤", "吨"],
        _ => return vec![dimension.to_string()],
    };
    several.iter().map(|unit| (*unit).to_owned()).collect()
}

/// What to say of words that are no unit. `written` is what the place is to say with the unit that was meant.
pub(super) fn unknown_unit(words: &str, span: Span, written: impl Fn(&str) -> String) -> Diagnostic {
    let finding = Diagnostic::new(&types::UNKNOWN_UNIT, span).with("unit", words);
    // Short names are near to each other: 公顷 to 公里.
    let near = || nearest(words, unit::names().filter(|name| name.chars().count() > 2)).map(str::to_owned);
    match unit::meant(words).or_else(near) {
        Some(meant) => finding
            .with(
                "nearest",
                Argument::term(format!("是不是「{meant}」?"), format!("did you mean “{meant}”? ")),
            )
            .fix(span, written(&meant)),
        None => finding.with("nearest", Argument::term("", "")),
    }
}

/// Ways to write something, as a message lists them.
fn either(ways: &[String]) -> Argument {
    Argument::term(ways.join(" 或 "), ways.join(" or "))
}

impl Checker<'_> {
    /// The unit in which the figure that an expression gives was declared.
    pub(super) fn unit_of(&self, id: ExprId) -> Option<SmolStr> {
        let expr = self.program.expr(id);
        let Type::Quantity { dimension, .. } = &expr.ty else {
            return None;
        };
        let unit = match &expr.kind {
            ExprKind::Field { field, .. } | ExprKind::FieldSeries { field, .. } => {
                self.names.field_units.get(field)
            }
            ExprKind::Parameter { parameter, .. } => self.names.units.get(&Declared::Parameter(*parameter)),
            ExprKind::Definition { definition, .. } => {
                self.names.units.get(&Declared::Definition(*definition))
            }
            _ => {
                let operands = self.program.operands(id);
                return operands
                    .iter()
                    .find_map(|o| self.unit_of(*o).filter(|u| measures(u, dimension)));
            }
        };
        unit.filter(|u| measures(u, dimension)).cloned()
    }

    /// What to say of a bare number where a quantity is needed. It is a remedy only where there is one unit.
    pub(super) fn missing_unit(&self, span: Span, expected: &Type, declared: Option<&str>) -> Diagnostic {
        let number = self.sources.text(span).trim();
        let ways: Vec<String> = units_of(expected, declared)
            .iter()
            .map(|unit| format!("{number}{unit}"))
            .collect();
        let finding = Diagnostic::new(&types::MISSING_UNIT, span)
            .with("number", number)
            .with("expected", self.type_words(expected))
            .with("example", either(&ways));
        match ways.as_slice() {
            [only] => finding.fix(span, only.as_str()),
            _ => finding,
        }
    }

    /// Says of `1.2万`, which the reader of words has reported, with which unit it would be whole here.
    pub(super) fn bare_multiplier(&mut self, span: Span, expected: &Type, declared: Option<&str>) {
        let number = self.sources.text(span).trim();
        let ways: Vec<String> = units_of(expected, declared)
            .iter()
            .filter(|unit| !unit.starts_with('万'))
            .map(|unit| format!("“{number}{unit}”"))
            .collect();
        let told = self
            .findings
            .iter_mut()
            .find(|f| f.span == span && f.code() == syntax::BARE_MULTIPLIER.code);
        if let Some(finding) = told.filter(|_| !ways.is_empty()) {
            finding.arguments.retain(|(name, _)| *name != "example");
            finding.arguments.push(("example", either(&ways)));
        }
    }
}

fn measures(unit: &str, dimension: &Dimension) -> bool {
    Unit::parse(unit).is_some_and(|unit| unit.dimension == *dimension)
}
