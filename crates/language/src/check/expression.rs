//! Expressions: types, units and the meaning of every operator.

mod algebra;
mod calls;

pub(super) use algebra::{assignable, comparable};
use algebra::{product_type, quotient_type, sum_type};

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::types};
use jiufen_quantity::{Date, Unit, exact};
use smol_str::SmolStr;

use super::Checker;
use super::scope::Scope;
use super::types::of_unit;
use crate::program::{Comparison, ExprId, ExprKind, Literal, Operator, Type, YearOf};
use crate::syntax::ast::{self, AstNode, BinaryOp, LiteralKind, LogicKind};
use crate::syntax::keywords::ReservedWord;

impl Checker<'_> {
    /// Checks an expression. `expected` is a hint for enumeration values and text literals, not a demand.
    pub(super) fn expr(&mut self, scope: &Scope, expr: &ast::Expr, expected: Option<&Type>) -> ExprId {
        let span = scope.at.span(expr.range());
        match expr {
            ast::Expr::Literal(literal) => self.literal(scope, literal, expected),
            ast::Expr::Path(path) => self.path_value(scope, path, expected),
            ast::Expr::Paren(paren) => match paren.inner() {
                Some(inner) => self.expr(scope, &inner, expected),
                None => self.invalid(span),
            },
            ast::Expr::Unary(unary) => self.negate(scope, unary, span),
            ast::Expr::Binary(binary) => self.binary(scope, binary, span),
            ast::Expr::Compare(compare) => self.compare(scope, compare, span),
            ast::Expr::Logic(logic) => {
                let operands: Vec<ExprId> = logic.operands().map(|o| self.condition(scope, &o)).collect();
                let kind = match logic.kind() {
                    LogicKind::And => ExprKind::All(operands),
                    LogicKind::Or => ExprKind::Any(operands),
                };
                self.push(kind, Type::Boolean, span)
            }
            ast::Expr::Not(not) => match not.operand() {
                Some(operand) => {
                    let operand = self.condition(scope, &operand);
                    self.push(ExprKind::Not(operand), Type::Boolean, span)
                }
                None => self.invalid(span),
            },
            ast::Expr::In(among) => self.among(scope, among, span),
            ast::Expr::List(list) => self.list(scope, list, span),
            ast::Expr::Set(_) | ast::Expr::Interval(_) => self.invalid(span),
        }
    }

    /// Checks a condition: its type must be 是否.
    pub(super) fn condition(&mut self, scope: &Scope, expr: &ast::Expr) -> ExprId {
        let checked = self.expr(scope, expr, Some(&Type::Boolean));
        self.demand(scope, checked, &Type::Boolean)
    }

    /// Checks an expression that must have a type.
    pub(super) fn typed(&mut self, scope: &Scope, expr: &ast::Expr, expected: &Type) -> ExprId {
        let checked = self.expr(scope, expr, Some(expected));
        self.demand(scope, checked, expected)
    }

    /// Reports a value whose type is not the demanded one.
    pub(super) fn demand(&mut self, scope: &Scope, checked: ExprId, expected: &Type) -> ExprId {
        let found = self.ty(checked).clone();
        if assignable(expected, &found) {
            return checked;
        }
        let span = self.program.expr(checked).span;
        let bare = matches!(found, Type::Number) && matches!(expected, Type::Quantity { .. });
        let finding = if bare && self.is_literal(checked) {
            let number = self.sources.text(span).to_owned();
            let finding = Diagnostic::new(&types::MISSING_UNIT, span)
                .with("number", number.as_str())
                .with("other", self.type_words(expected))
                .with("example", example(&number, expected));
            finding.fix(span, example(&number, expected))
        } else {
            Diagnostic::new(&types::TYPE_MISMATCH, span)
                .with("expected", self.type_words(expected))
                .with("found", self.type_words(&found))
        };
        self.report(scope.at, finding);
        self.invalid(span)
    }

    fn is_literal(&self, id: ExprId) -> bool {
        matches!(self.program.expr(id).kind, ExprKind::Literal(_))
    }

    fn literal(&mut self, scope: &Scope, literal: &ast::Literal, expected: Option<&Type>) -> ExprId {
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
                None => return self.invalid(span),
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
    pub(super) fn quantity(
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
            let finding = Diagnostic::new(&types::UNKNOWN_UNIT, span)
                .with("unit", unit)
                .with("hint", "");
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
                    finding = finding.fix(span, super::scope::written(&text));
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

    fn negate(&mut self, scope: &Scope, unary: &ast::Unary, span: Span) -> ExprId {
        let Some(operand) = unary.operand() else {
            return self.invalid(span);
        };
        let operand = self.expr(scope, &operand, None);
        let ty = self.ty(operand).clone();
        if ty == Type::Unknown || ty.is_numeric() {
            return self.push(ExprKind::Negate(operand), ty, span);
        }
        self.mismatch(scope, span, Argument::term("一个数", "a number"), &ty)
    }

    pub(super) fn mismatch(&mut self, scope: &Scope, span: Span, expected: Argument, found: &Type) -> ExprId {
        let finding = Diagnostic::new(&types::TYPE_MISMATCH, span)
            .with("expected", expected)
            .with("found", self.type_words(found));
        self.report(scope.at, finding);
        self.invalid(span)
    }

    fn binary(&mut self, scope: &Scope, binary: &ast::Binary, span: Span) -> ExprId {
        let (Some(op), Some(left), Some(right)) = (binary.op(), binary.left(), binary.right()) else {
            return self.invalid(span);
        };
        let (l, r) = (self.expr(scope, &left, None), self.expr(scope, &right, None));
        let (lt, rt) = (self.ty(l).clone(), self.ty(r).clone());
        let literal = match op {
            BinaryOp::Add | BinaryOp::Subtract if is_percent(&right) => Some((&right, &left, &lt)),
            BinaryOp::Add if is_percent(&left) => Some((&left, &right, &rt)),
            _ => None,
        };
        if let Some((literal, other, ty)) = literal
            && matches!(ty, Type::Rate | Type::Number | Type::Unknown)
            && !is_bare(other)
        {
            self.percent_added(scope, op, literal);
            return self.invalid(span);
        }
        if lt == Type::Unknown || rt == Type::Unknown {
            return self.invalid(span);
        }
        let operator = match op {
            BinaryOp::Add => Operator::Add,
            BinaryOp::Subtract => Operator::Subtract,
            BinaryOp::Multiply => Operator::Multiply,
            BinaryOp::Divide => Operator::Divide,
        };
        let result = match operator {
            Operator::Add | Operator::Subtract => sum_type(operator, &lt, &rt),
            Operator::Multiply => product_type(&lt, &rt),
            Operator::Divide => quotient_type(&lt, &rt),
        };
        let symbol = ["+", "-", "×", "÷"][operator as usize];
        match result {
            Some(ty) => {
                if matches!(operator, Operator::Add | Operator::Subtract)
                    && self.floor_clash(scope, l, r, symbol, span)
                {
                    return self.invalid(span);
                }
                let value = self.push(ExprKind::Arithmetic(operator, l, r), ty, span);
                self.same_vintage(l, r, value, span)
            }
            None => self.cannot_combine(scope, l, r, symbol, span),
        }
    }

    /// `rate + 5%`: two readings, so it is refused with both.
    fn percent_added(&mut self, scope: &Scope, op: BinaryOp, written: &ast::Expr) {
        let ast::Expr::Literal(l) = written else { return };
        let Some(LiteralKind::Quantity(digits, unit)) = l.kind() else {
            return;
        };
        let literal = format!("{digits}{unit}");
        let sign = if op == BinaryOp::Add { "+" } else { "-" };
        let rate = exact::decimal(&digits).unwrap_or_else(|| exact::integer(0))
            / exact::integer(if unit == "%" { 100 } else { 1000 });
        let signed = if op == BinaryOp::Add {
            rate.clone()
        } else {
            -rate.clone()
        };
        let twelve = exact::ratio(12, 100);
        let points = jiufen_quantity::show::points(&rate);
        let span = scope.at.span(written.range());
        let finding = Diagnostic::new(&types::POINTS_OR_PERCENT, span)
            .with("sign", sign)
            .with("literal", literal)
            .with("points", points.as_str())
            .with(
                "percent",
                jiufen_quantity::show::rate(&(exact::integer(1) + &signed)),
            )
            .with("by_points", jiufen_quantity::show::rate(&(&twelve + &signed)))
            .with(
                "by_percent",
                jiufen_quantity::show::rate(&(&twelve * (exact::integer(1) + &signed))),
            )
            .fix(span, points);
        self.report(scope.at, finding);
    }

    fn cannot_combine(&mut self, scope: &Scope, l: ExprId, r: ExprId, symbol: &str, span: Span) -> ExprId {
        let (lt, rt) = (self.ty(l).clone(), self.ty(r).clone());
        for (number, number_type, other) in [(l, &lt, &rt), (r, &rt, &lt)] {
            if *number_type == Type::Number
                && self.is_literal(number)
                && matches!(other, Type::Quantity { .. })
            {
                self.demand(scope, number, other);
                return self.invalid(span);
            }
        }
        if let (Type::Code(left), Type::Code(right)) = (&lt, &rt) {
            let finding = Diagnostic::new(&types::CODE_SYSTEMS, span)
                .with("left", left.as_str())
                .with("right", right.as_str());
            self.report(scope.at, finding);
            return self.invalid(span);
        }
        let hint = match (&lt, &rt) {
            (Type::Quantity { .. }, Type::Rate) => Argument::term(
                "要按比例增减,用 × 乘,例如 × 105%",
                "to scale by a rate multiply, such as × 105%",
            ),
            (Type::Date, Type::Date) => Argument::term(
                "两个日期之间用 天数(起, 止) 或 满年(起, 止)",
                "between two dates use 天数(from, to) or 满年(from, to)",
            ),
            (Type::Date, _) => Argument::term(
                "日期加减用 加年、加月、加日,例如 加年(日期, 2)",
                "to move a date use 加年, 加月 or 加日, such as 加年(date, 2)",
            ),
            (Type::Quantity { .. }, Type::Quantity { .. }) => Argument::term(
                "检查单位,或是不是少乘了一个数",
                "check the units, or whether a factor is missing",
            ),
            _ => Argument::term("检查是不是用错了名字", "check whether another name is meant"),
        };
        let finding = Diagnostic::new(&types::UNIT_MISMATCH, span)
            .with("left", self.type_words(&lt))
            .with("right", self.type_words(&rt))
            .with("operator", symbol)
            .with("hint", hint);
        self.report(scope.at, finding);
        self.invalid(span)
    }

    /// Land area against floor area: the same dimension, two things.
    fn floor_clash(&mut self, scope: &Scope, l: ExprId, r: ExprId, symbol: &str, span: Span) -> bool {
        let direct = |id: ExprId| match &self.program.expr(id).kind {
            ExprKind::Field { .. } | ExprKind::Parameter { .. } | ExprKind::Definition { .. } => {
                match &self.program.expr(id).ty {
                    Type::Quantity { floor, .. } => Some(*floor),
                    _ => None,
                }
            }
            _ => None,
        };
        let clash = matches!((direct(l), direct(r)), (Some(a), Some(b)) if a != b);
        if clash {
            self.report(
                scope.at,
                Diagnostic::new(&types::FLOOR_AND_LAND, span).with("operator", symbol),
            );
        }
        clash
    }

    /// Guards an operation on two figures that carry a vintage (版次): it applies only when both are the same.
    fn same_vintage(&mut self, l: ExprId, r: ExprId, value: ExprId, span: Span) -> ExprId {
        let (Some(left), Some(right)) = (self.vintage(l), self.vintage(r)) else {
            return value;
        };
        if left == right {
            return value;
        }
        let ty = self.ty(value).clone();
        self.push(ExprKind::SameVintage { left, right, value }, ty, span)
    }

    /// The expression that tells the vintage of a figure.
    fn vintage(&mut self, id: ExprId) -> Option<ExprId> {
        let expr = self.program.expr(id).clone();
        let ExprKind::Field { row, field, year } = expr.kind else {
            return None;
        };
        let tag = self.program.field(field).vintage?;
        let tag_field = crate::program::FieldRef {
            subject: field.subject,
            index: tag,
        };
        let year = self.program.field(tag_field).yearly.then_some(year).flatten();
        let existing = self.program.expressions.iter().rposition(|e| {
            matches!(&e.kind, ExprKind::Field { row: r, field: f, year: y } if *r == row && *f == tag_field && *y == year)
        });
        if let Some(found) = existing {
            return Some(ExprId(found as u32));
        }
        Some(self.push(
            ExprKind::Field {
                row,
                field: tag_field,
                year,
            },
            Type::Text,
            expr.span,
        ))
    }

    fn compare(&mut self, scope: &Scope, compare: &ast::Compare, span: Span) -> ExprId {
        let operands: Vec<ast::Expr> = compare.operands().collect();
        let comparisons: Vec<Comparison> = compare.comparisons().map(comparison).collect();
        let mut checked: Vec<ExprId> = Vec::new();
        // Names of enumeration values and text literals take the type of the other side, whichever it is.
        let anchor = operands
            .iter()
            .position(|o| !self.needs_hint(scope, o))
            .unwrap_or(0);
        if let Some(first) = operands.get(anchor) {
            let first = self.expr(scope, first, None);
            let hint = match self.ty(first).clone() {
                Type::Candidates(inner) | Type::Series(inner) => *inner,
                other => other,
            };
            for (index, operand) in operands.iter().enumerate() {
                checked.push(if index == anchor {
                    first
                } else {
                    self.expr(scope, operand, Some(&hint))
                });
            }
        }
        let mut links = Vec::new();
        for (pair, op) in checked.windows(2).zip(&comparisons) {
            links.push(self.one_comparison(scope, *op, pair[0], pair[1], span));
        }
        match links.as_slice() {
            [] => self.invalid(span),
            [only] => *only,
            _ => self.push(ExprKind::All(links), Type::Boolean, span),
        }
    }

    /// Whether an operand can be read only once the type of the other side is known.
    fn needs_hint(&self, scope: &Scope, operand: &ast::Expr) -> bool {
        match operand {
            ast::Expr::Literal(l) => matches!(l.kind(), Some(LiteralKind::Text(_))),
            ast::Expr::Path(path) => path.as_name().is_some_and(|name| {
                let name = name.text();
                let field = scope.rows.first().is_some_and(|s| {
                    self.program.field_named(*s, &name).is_some()
                        || self.names.definitions.contains_key(&(*s, name.clone()))
                });
                !field && self.names.values.contains_key(&name)
            }),
            _ => false,
        }
    }

    fn one_comparison(&mut self, scope: &Scope, op: Comparison, l: ExprId, r: ExprId, span: Span) -> ExprId {
        let (lt, rt) = (self.ty(l).clone(), self.ty(r).clone());
        if lt == Type::Unknown || rt == Type::Unknown {
            return self.invalid(span);
        }
        if !comparable(&lt, &rt) {
            return self.cannot_combine(scope, l, r, op.symbol(), span);
        }
        if self.floor_clash(scope, l, r, op.symbol(), span) {
            return self.invalid(span);
        }
        let equality = matches!(op, Comparison::Equal | Comparison::NotEqual);
        if !equality && !self.is_ordered(&lt) {
            let finding = Diagnostic::new(&types::NOT_ORDERED, span)
                .with("found", self.type_words(&lt))
                .with("operator", op.symbol());
            self.report(scope.at, finding);
            return self.invalid(span);
        }
        let value = self.push(ExprKind::Compare(op, l, r), Type::Boolean, span);
        self.same_vintage(l, r, value, span)
    }

    fn is_ordered(&self, ty: &Type) -> bool {
        match ty {
            Type::Enumeration(id) => self.program.enumerations[id.index()].ordered,
            Type::Date | Type::Year | Type::Code(_) => true,
            other => other.is_numeric(),
        }
    }

    fn among(&mut self, scope: &Scope, among: &ast::In, span: Span) -> ExprId {
        let (Some(subject), Some(member)) = (among.subject(), among.member()) else {
            return self.invalid(span);
        };
        let value = self.expr(scope, &subject, None);
        let hint = match self.ty(value).clone() {
            Type::Candidates(inner) => *inner,
            other => other,
        };
        match member {
            ast::Member::Set(set) => {
                let items: Vec<ast::Expr> = set.items().collect();
                let items: Vec<ExprId> = items.iter().map(|i| self.expr(scope, i, Some(&hint))).collect();
                let mut alike = true;
                for item in &items {
                    let ty = self.ty(*item).clone();
                    if hint != Type::Unknown && ty != Type::Unknown && !comparable(&hint, &ty) {
                        let place = self.program.expr(*item).span;
                        self.cannot_combine(scope, value, *item, "属于", place);
                        alike = false;
                    }
                }
                if !alike {
                    return self.invalid(span);
                }
                self.push(ExprKind::Among(value, items), Type::Boolean, span)
            }
            ast::Member::Interval(interval) => self.within(scope, value, &hint, &interval, span),
            ast::Member::Path(path) => self.among_enumeration(scope, value, &hint, &path, span),
        }
    }

    fn within(
        &mut self,
        scope: &Scope,
        value: ExprId,
        hint: &Type,
        interval: &ast::Interval,
        span: Span,
    ) -> ExprId {
        let (Some(low), Some(high)) = (interval.low(), interval.high()) else {
            return self.invalid(span);
        };
        let (low, high) = (
            self.expr(scope, &low, Some(hint)),
            self.expr(scope, &high, Some(hint)),
        );
        let above = if interval.includes_low() {
            Comparison::AtLeast
        } else {
            Comparison::Greater
        };
        let below = if interval.includes_high() {
            Comparison::AtMost
        } else {
            Comparison::Less
        };
        let above = self.one_comparison(scope, above, value, low, span);
        let below = self.one_comparison(scope, below, value, high, span);
        self.push(ExprKind::All(vec![above, below]), Type::Boolean, span)
    }

    /// `x 属于 类别`: is a value of a (usually smaller) enumeration, by name.
    fn among_enumeration(
        &mut self,
        scope: &Scope,
        value: ExprId,
        hint: &Type,
        path: &ast::Path,
        span: Span,
    ) -> ExprId {
        let name = path.as_name().map(|n| n.text()).unwrap_or_default();
        let Some(id) = self.names.enumerations.get(&name).copied() else {
            self.unknown_name(scope, &name, scope.at.span(path.range()));
            return self.invalid(span);
        };
        let values = self.program.enumerations[id.index()].values.clone();
        let shared = match hint {
            Type::Enumeration(other) => values
                .iter()
                .any(|v| self.program.enumerations[other.index()].values.contains(v)),
            other => matches!(other, Type::Text | Type::Code(_) | Type::Unknown),
        };
        if !shared {
            let words = self.type_words(hint);
            return self.mismatch(scope, scope.at.span(path.range()), words, &Type::Enumeration(id));
        }
        let items = values.into_iter().enumerate().map(|(index, name)| match hint {
            Type::Enumeration(other) if *other != id => {
                let position = self.program.enumerations[other.index()]
                    .values
                    .iter()
                    .position(|v| *v == name);
                position.map(|p| (Literal::Enumeration(*other, p as u16), hint.clone()))
            }
            Type::Enumeration(_) => Some((Literal::Enumeration(id, index as u16), hint.clone())),
            _ => Some((Literal::Text(name), hint.clone())),
        });
        let items: Vec<_> = items.flatten().collect();
        let items = items
            .into_iter()
            .map(|(l, ty)| self.push(ExprKind::Literal(l), ty, span))
            .collect();
        self.push(ExprKind::Among(value, items), Type::Boolean, span)
    }

    fn list(&mut self, scope: &Scope, list: &ast::List, span: Span) -> ExprId {
        let items: Vec<ast::Expr> = list.items().filter_map(|i| i.value()).collect();
        let items: Vec<ExprId> = items.iter().map(|i| self.condition(scope, i)).collect();
        let kind = match list.kind() {
            Some(ast::ListKind::Any) => ExprKind::Any(items),
            _ => ExprKind::All(items),
        };
        self.push(kind, Type::Boolean, span)
    }
}

/// `5%` as written.
fn is_percent(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Literal(l)
        if matches!(l.kind(), Some(LiteralKind::Quantity(_, unit)) if unit == "%" || unit == "‰"))
}

/// A number without a unit, as written.
fn is_bare(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Literal(l) if matches!(l.kind(), Some(LiteralKind::Number(_))))
}

fn comparison(op: ast::Comparison) -> Comparison {
    match op {
        ast::Comparison::Eq => Comparison::Equal,
        ast::Comparison::Ne => Comparison::NotEqual,
        ast::Comparison::Lt => Comparison::Less,
        ast::Comparison::Le => Comparison::AtMost,
        ast::Comparison::Gt => Comparison::Greater,
        ast::Comparison::Ge => Comparison::AtLeast,
    }
}

/// The bare number with the unit that its place asks for.
fn example(number: &str, expected: &Type) -> String {
    let unit = match expected {
        Type::Quantity { dimension, .. } if *dimension == jiufen_quantity::Dimension::money() => {
            "万元".to_owned()
        }
        Type::Quantity { dimension, .. } => dimension.to_string(),
        _ => String::new(),
    };
    format!("{number}{unit}")
}

/// The relative year of 口径.
pub(super) fn basis_year(period: &ast::Period) -> Option<YearOf> {
    period.kind().and_then(super::path::year_of)
}
