//! Expressions: types, units and the meaning of every operator.

mod algebra;
mod calls;
mod comparison;
mod fixed;
mod literal;

use algebra::quotient_type;
pub(super) use algebra::{assignable, comparable, product_type, sum_type};

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::types};
use jiufen_quantity::exact;

use super::Checker;
use super::scope::Scope;
use crate::program::{ExprId, ExprKind, Operator, Type, YearOf};
use crate::syntax::ast::{self, AstNode, BinaryOp, LiteralKind, LogicKind};

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
                    || operator == Operator::Divide && self.divided_by_zero(scope, r, span)
                {
                    return self.invalid(span);
                }
                let value = self.push(ExprKind::Arithmetic(operator, l, r), ty, span);
                self.same_vintage(l, r, value, span)
            }
            None => self.cannot_combine(scope, l, r, symbol, span),
        }
    }

    /// An expression as it is written.
    fn written_at(&self, id: ExprId) -> String {
        self.sources.text(self.program.expr(id).span).trim().to_owned()
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
                let unit = [l, r].into_iter().find_map(|side| self.unit_of(side));
                self.demand(&scope.in_unit(unit), number, other);
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
                "两边要是同一种量;检查单位,或是不是少乘了一个数",
                "both sides have to be of one kind: check the units, or whether a factor is missing",
            ),
            _ => Argument::term(
                "两边要是同一种值;检查是不是用错了名字",
                "both sides have to be of one kind: check whether another name is meant",
            ),
        };
        let finding = Diagnostic::new(&types::UNIT_MISMATCH, span)
            .with("left", self.written_at(l))
            .with("left_type", self.type_words(&lt))
            .with("right", self.written_at(r))
            .with("right_type", self.type_words(&rt))
            .with("operator", symbol)
            .with("hint", hint);
        self.report(scope.at, finding);
        self.invalid(span)
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

/// The relative year of 口径.
pub(super) fn basis_year(period: &ast::Period) -> Option<YearOf> {
    period.kind().and_then(super::path::year_of)
}
