//! Expressions: types, units and the meaning of every operator and call.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::names, catalogue::types};
use jiufen_quantity::{Date, Unit, exact};
use smol_str::SmolStr;

use super::Checker;
use super::path::{Reached, Yearly};
use super::scope::Scope;
use super::types::of_unit;
use crate::program::{
    Aggregate, Comparison, ExprId, ExprKind, Function, Literal, Operator, SubjectId, Type, YearOf,
};
use crate::syntax::ast::{self, AstNode, BinaryOp, LiteralKind, LogicKind};
use crate::syntax::keywords::{Function as Prelude, ReservedWord};

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

    // ---- calls ----

    /// A call: a function, a table, or the rows of an event by a named reference.
    pub(super) fn call(&mut self, scope: &Scope, call: &ast::Call, expected: Option<&Type>) -> ExprId {
        let span = scope.at.span(call.segment().range());
        let name = call.name().text();
        if let Some(function) = call.name().function() {
            return self.function(scope, call, function, expected, span);
        }
        if let Some(super::Declared::Table(table)) = self.global(scope.at, &name, span) {
            return self.lookup(scope, call, table, span);
        }
        if let Some(subject) = scope.rows.first().copied() {
            let row = self.push(ExprKind::Row(0), Type::Row(subject), span);
            if let Some(found) = self.related_call(scope, row, subject, call) {
                return found;
            }
        }
        if let Some(function) = extra_function(&name) {
            return self.plain_call(scope, call, function, span);
        }
        let words = self.sources.text(span).to_owned();
        let quoted = words.replace(['「', '」'], "");
        let names = self.known_names(scope);
        let tables = self.program.tables.iter().map(|t| t.name.as_str());
        let keywords = self.keywords(scope.at);
        let known = Prelude::ALL.iter().map(|f| f.text(keywords)).chain(tables);
        let near = jiufen_diagnostic::nearest(&name, known).map(SmolStr::new);
        let hint = near.as_ref().map_or_else(Argument::default, |n| {
            Argument::term(format!(",例如 {n}"), format!(", such as {n}"))
        });
        let finding = Diagnostic::new(&names::UNKNOWN_FUNCTION, span)
            .with("name", name.as_str())
            .with("quoted", quoted.as_str())
            .with("hint", hint);
        // `首台(套)装备` is a declared name, or its argument is no name at all: the brackets belong to the name.
        let block = scope.at.span(scope.at.block.range());
        let text = self.sources.text(Span {
            end: block.end,
            ..span
        });
        let begins = |n: &&SmolStr| n.starts_with(&quoted) && text.starts_with(n.as_str());
        let declared = names.iter().filter(begins).max_by_key(|n| n.len());
        let is_name = |a: ast::Arg| match a.value() {
            Some(ast::Expr::Path(path)) => path.as_name().is_none_or(|n| names.contains(&n.text())),
            _ => true,
        };
        let finding = match (declared, near) {
            (Some(whole), _) => {
                let end = span.start + u32::try_from(whole.len()).unwrap_or(0);
                finding.fix(Span { end, ..span }, format!("「{whole}」"))
            }
            (None, _) if !call.args().all(is_name) => finding.fix(span, format!("「{quoted}」")),
            (None, Some(near)) => finding.fix(scope.at.span(call.name().range()), near.as_str()),
            (None, None) => finding,
        };
        self.report(scope.at, finding);
        self.invalid(span)
    }

    pub(super) fn lookup(
        &mut self,
        scope: &Scope,
        call: &ast::Call,
        table: crate::program::TableId,
        span: Span,
    ) -> ExprId {
        let declared = self.program.tables[table.index()].clone();
        let args: Vec<ast::Expr> = call.args().filter_map(|a| a.value()).collect();
        let ty = match declared.mode {
            crate::program::TableMode::Candidates => Type::Candidates(Box::new(declared.output.1.clone())),
            crate::program::TableMode::Progressive => match declared.inputs.first() {
                Some((_, ty)) => product_type(ty, &declared.output.1).unwrap_or(Type::Unknown),
                None => Type::Unknown,
            },
            _ => declared.output.1.clone(),
        };
        let mut inputs = Vec::new();
        if args.len() == 1 && declared.inputs.len() != 1 {
            let row = self.expr(scope, &args[0], None);
            if let Type::Row(subject) = self.ty(row).clone() {
                for (name, input) in &declared.inputs {
                    inputs.push(self.input_of_row(scope, row, subject, name, input, span));
                }
                return self.push(ExprKind::Lookup { table, inputs }, ty, span);
            }
        }
        if args.len() != declared.inputs.len() {
            let form: Vec<&str> = declared.inputs.iter().map(|(n, _)| n.as_str()).collect();
            return self.argument_count(
                scope,
                call,
                declared.inputs.len(),
                args.len(),
                &form.join(", "),
                span,
            );
        }
        for (arg, (_, input)) in args.iter().zip(&declared.inputs) {
            inputs.push(self.typed(scope, arg, input));
        }
        self.push(ExprKind::Lookup { table, inputs }, ty, span)
    }

    /// A table's input taken from the row of the same name.
    pub(super) fn input_of_row(
        &mut self,
        scope: &Scope,
        row: ExprId,
        subject: SubjectId,
        name: &str,
        ty: &Type,
        span: Span,
    ) -> ExprId {
        let Some(field) = self.program.field_named(subject, name) else {
            self.unknown_field(scope.at, subject, name, span);
            return self.invalid(span);
        };
        let declared = self.program.field(field);
        let (found, yearly) = (declared.ty.clone(), declared.yearly);
        if yearly && scope.basis.is_none() {
            let finding = Diagnostic::new(&types::YEAR_NOT_SAID, span).with("name", name);
            self.report(scope.at, finding);
            return self.invalid(span);
        }
        let year = if yearly { scope.basis } else { None };
        let value = self.push(ExprKind::Field { row, field, year }, found, span);
        self.demand(scope, value, ty)
    }

    fn argument_count(
        &mut self,
        scope: &Scope,
        call: &ast::Call,
        expected: usize,
        found: usize,
        form: &str,
        span: Span,
    ) -> ExprId {
        let name = call.name().text();
        let finding = Diagnostic::new(&types::ARGUMENT_COUNT, span)
            .with("name", name.as_str())
            .with("expected", expected.to_string())
            .with("found", found.to_string())
            .with("form", format!("{name}({form})"));
        self.report(scope.at, finding);
        self.invalid(span)
    }

    fn function(
        &mut self,
        scope: &Scope,
        call: &ast::Call,
        function: Prelude,
        expected: Option<&Type>,
        span: Span,
    ) -> ExprId {
        let aggregate = match function {
            Prelude::Sum => Some(Aggregate::Sum),
            Prelude::Count => Some(Aggregate::Count),
            Prelude::Exists => Some(Aggregate::Exists),
            Prelude::Mean => Some(Aggregate::Mean),
            Prelude::Max if call.args().count() == 1 => Some(Aggregate::Maximum),
            Prelude::Min if call.args().count() == 1 => Some(Aggregate::Minimum),
            _ => None,
        };
        if let Some(aggregate) = aggregate {
            return self.aggregate(scope, call, aggregate, span);
        }
        match function {
            Prelude::Max | Prelude::Min => self.extreme(scope, call, function, expected, span),
            Prelude::FirstYear | Prelude::Consecutive => self.history(scope, call, function, span),
            Prelude::OverlapArea | Prelude::LocatedIn | Prelude::Distance | Prelude::Adjacent => {
                self.spatial(scope, call, function, span)
            }
            Prelude::RoundTo => self.plain_call(scope, call, Function::RoundTo, span),
            Prelude::FloorTo => self.plain_call(scope, call, Function::FloorTo, span),
            Prelude::CeilTo => self.plain_call(scope, call, Function::CeilTo, span),
            Prelude::HalfUp => self.plain_call(scope, call, Function::HalfUpTo, span),
            Prelude::AddYears => self.plain_call(scope, call, Function::AddYears, span),
            Prelude::AddMonths => self.plain_call(scope, call, Function::AddMonths, span),
            Prelude::AddDays => self.plain_call(scope, call, Function::AddDays, span),
            Prelude::DaysBetween => self.plain_call(scope, call, Function::DaysBetween, span),
            Prelude::FullYears => self.plain_call(scope, call, Function::FullYears, span),
            Prelude::StartsWith => self.plain_call(scope, call, Function::StartsWith, span),
            Prelude::Comparable => self.plain_call(scope, call, Function::Comparable, span),
            other => {
                let finding = Diagnostic::new(&names::NOT_EVALUATED, span)
                    .with("name", other.zh())
                    .with(
                        "needs",
                        Argument::term(
                            "工作日历或总体运算",
                            "a calendar of working days, or all rows at once",
                        ),
                    );
                self.report(scope.at, finding);
                self.push(ExprKind::Unevaluated(other.zh()), Type::Unknown, span)
            }
        }
    }

    /// 最大(a, b, …) and 最小: all arguments of one type.
    fn extreme(
        &mut self,
        scope: &Scope,
        call: &ast::Call,
        function: Prelude,
        expected: Option<&Type>,
        span: Span,
    ) -> ExprId {
        let args: Vec<ast::Expr> = call.args().filter_map(|a| a.value()).collect();
        let values: Vec<ExprId> = args.iter().map(|a| self.expr(scope, a, expected)).collect();
        let Some(first) = values.first().copied() else {
            return self.argument_count(scope, call, 2, 0, "a, b", span);
        };
        let ty = self.ty(first).clone();
        let mut alike = true;
        for value in &values[1..] {
            let other = self.ty(*value).clone();
            if ty != Type::Unknown
                && other != Type::Unknown
                && (!comparable(&ty, &other) || !self.is_ordered(&ty))
            {
                let place = self.program.expr(*value).span;
                self.cannot_combine(scope, first, *value, call.name().text().as_str(), place);
                alike = false;
            }
        }
        if !alike {
            return self.invalid(span);
        }
        let kind = match function {
            Prelude::Max => Function::Maximum,
            _ => Function::Minimum,
        };
        self.push(ExprKind::Call(kind, values), ty, span)
    }

    /// 首年(field) and 连续(field, n).
    fn history(&mut self, scope: &Scope, call: &ast::Call, function: Prelude, span: Span) -> ExprId {
        let mut args = call.args().filter_map(|a| a.value());
        let (first, second) = (args.next(), args.next());
        let Some(ast::Expr::Path(path)) = first else {
            return self.argument_count(scope, call, 1, 0, "每年的是否字段", span);
        };
        let Reached::History { row, field, last } = self.path(scope, &path, None, Yearly::History) else {
            let found = Type::Unknown;
            return self.mismatch(
                scope,
                span,
                Argument::term("一个每年的是否字段", "a yearly 是否 field"),
                &found,
            );
        };
        let ty = self.program.field(field).ty.clone();
        if ty != Type::Boolean {
            return self.mismatch(
                scope,
                span,
                Argument::term("一个每年的是否字段", "a yearly 是否 field"),
                &ty,
            );
        }
        if function == Prelude::FirstYear {
            let history = self.push(
                ExprKind::FieldHistory { row, field },
                Type::Series(Box::new(ty)),
                span,
            );
            return self.push(
                ExprKind::Call(Function::FirstYear, vec![history]),
                Type::Year,
                span,
            );
        }
        let count = second.and_then(|e| match e {
            ast::Expr::Literal(l) => match l.kind() {
                Some(LiteralKind::Number(n)) => n.parse::<u16>().ok(),
                Some(LiteralKind::Quantity(n, unit)) if unit == "年" => n.parse::<u16>().ok(),
                _ => None,
            },
            _ => None,
        });
        let Some(count) = count else {
            return self.argument_count(scope, call, 2, 1, "在规, 3", span);
        };
        let Some(last) = last else {
            let this_year = ReservedWord::ThisYear.text(self.keywords(scope.at));
            let finding = Diagnostic::new(&types::YEAR_NOT_SAID, scope.at.span(path.range()))
                .with("name", self.program.field(field).name.as_str())
                .fix(scope.at.span(path.range()).at_start(), format!("{this_year}."));
            self.report(scope.at, finding);
            return self.invalid(span);
        };
        let series = ExprKind::FieldSeries {
            row,
            field,
            count: count.min(100),
            last,
        };
        let series = self.push(series, Type::Series(Box::new(ty)), span);
        self.push(
            ExprKind::Call(Function::Consecutive, vec![series]),
            Type::Boolean,
            span,
        )
    }

    fn spatial(&mut self, scope: &Scope, call: &ast::Call, function: Prelude, span: Span) -> ExprId {
        let Some(subject) = scope.rows.first().copied() else {
            return self.invalid(span);
        };
        let row = self.push(ExprKind::Row(0), Type::Row(subject), span);
        let layers: Vec<String> = call
            .args()
            .map(|a| a.syntax().text().to_string().trim().to_owned())
            .collect();
        let relation = SmolStr::new(format!("{}({})", function.zh(), layers.join(",")));
        let ty = match function {
            Prelude::OverlapArea => Type::Quantity {
                dimension: jiufen_quantity::Dimension::area(),
                floor: false,
            },
            Prelude::Distance => Type::Quantity {
                dimension: jiufen_quantity::Dimension::of(jiufen_quantity::Base::Length, 1),
                floor: false,
            },
            _ => Type::Boolean,
        };
        self.push(ExprKind::Spatial { row, relation }, ty, span)
    }

    /// A function with fixed argument types.
    fn plain_call(&mut self, scope: &Scope, call: &ast::Call, function: Function, span: Span) -> ExprId {
        let args: Vec<ast::Expr> = call.args().filter_map(|a| a.value()).collect();
        let (needed, form) = match function {
            Function::RoundTo => (3, "数, 精度, 方式"),
            Function::YearOf | Function::Absolute | Function::IsKnown | Function::Comparable => (1, "值"),
            Function::DaysBetween | Function::FullYears => (2, "起, 止"),
            Function::StartsWith => (2, "代码, \"开头\""),
            Function::FloorTo | Function::CeilTo | Function::HalfUpTo => (2, "数, 精度"),
            _ => (2, "日期, 数"),
        };
        if args.len() != needed {
            return self.argument_count(scope, call, needed, args.len(), form, span);
        }
        let mut checked: Vec<ExprId> = Vec::new();
        for (index, arg) in args.iter().enumerate() {
            let hint = match (function, index) {
                (Function::RoundTo, 2) => Some(Type::RoundingMode),
                _ => None,
            };
            checked.push(self.expr(scope, arg, hint.as_ref()));
        }
        let ty = self.call_type(scope, function, &checked, span);
        match ty {
            Some(ty) => self.push(ExprKind::Call(function, checked), ty, span),
            None => self.invalid(span),
        }
    }

    fn call_type(&mut self, scope: &Scope, function: Function, args: &[ExprId], span: Span) -> Option<Type> {
        let ty = |checker: &Self, i: usize| checker.ty(args[i]).clone();
        let first = ty(self, 0);
        if args.iter().any(|a| *self.ty(*a) == Type::Unknown) {
            return None;
        }
        let day = Type::Quantity {
            dimension: jiufen_quantity::Dimension::of(jiufen_quantity::Base::Day, 1),
            floor: false,
        };
        let years = Type::Quantity {
            dimension: jiufen_quantity::Dimension::of(jiufen_quantity::Base::Year, 1),
            floor: false,
        };
        let (wanted, result) = match function {
            Function::FloorTo | Function::CeilTo | Function::HalfUpTo | Function::RoundTo => {
                if !comparable(&first, &ty(self, 1)) || !first.is_numeric() {
                    self.cannot_combine(scope, args[0], args[1], "取整", span);
                    return None;
                }
                return Some(first);
            }
            Function::AddYears => (vec![Type::Date, years], Type::Date),
            Function::AddMonths => (vec![Type::Date, years], Type::Date),
            Function::AddDays => (vec![Type::Date, day], Type::Date),
            Function::DaysBetween => (vec![Type::Date, Type::Date], day),
            Function::FullYears => (vec![Type::Date, Type::Date], years),
            Function::YearOf => (vec![Type::Date], Type::Year),
            Function::Absolute | Function::Comparable => return Some(first),
            Function::IsKnown => return Some(Type::Boolean),
            Function::StartsWith => {
                let text = matches!(first, Type::Text | Type::Code(_) | Type::Territory);
                if !text {
                    self.mismatch(
                        scope,
                        span,
                        Argument::term("文本或代码", "text or a code"),
                        &first,
                    );
                    return None;
                }
                return Some(Type::Boolean);
            }
            _ => return Some(first),
        };
        for (index, wanted) in wanted.iter().enumerate() {
            let found = ty(self, index);
            // 加年(日期, 2): a bare number counts in the unit of the function's name.
            let counted = found == Type::Number
                && matches!(
                    function,
                    Function::AddYears | Function::AddMonths | Function::AddDays
                );
            let fits = assignable(wanted, &found) || (counted && index == 1);
            if !fits {
                let words = self.type_words(wanted);
                self.mismatch(scope, span, words, &found);
                return None;
            }
        }
        Some(result)
    }

    /// 合计(rows.field 其中 condition), 计数(rows), 合计(近3年.field).
    fn aggregate(&mut self, scope: &Scope, call: &ast::Call, function: Aggregate, span: Span) -> ExprId {
        let Some(arg) = call.args().next() else {
            return self.argument_count(scope, call, 1, 0, "对象.字段 其中 条件", span);
        };
        let Some(value) = arg.value() else {
            return self.invalid(span);
        };
        let (rows, subject, rest) = match &value {
            ast::Expr::Path(path) => match self.path(scope, path, None, Yearly::Value) {
                Reached::Mapped { rows, subject, rest } => (rows, subject, rest),
                Reached::Value(found) => match self.ty(found).clone() {
                    Type::Rows(subject) => (found, subject, Vec::new()),
                    Type::Series(inner) => return self.over_years(scope, function, found, *inner, span),
                    Type::Unknown => return self.invalid(span),
                    other => {
                        let words =
                            Argument::term("几行或几年的数", "several rows, or figures of several years");
                        return self.mismatch(scope, span, words, &other);
                    }
                },
                Reached::History { .. } => return self.invalid(span),
            },
            other => {
                let found = self.expr(scope, other, None);
                let ty = self.ty(found).clone();
                let words = Argument::term("几行或几年的数", "several rows, or figures of several years");
                return self.mismatch(scope, span, words, &ty);
            }
        };
        let inner = scope.listing(subject);
        let filter = arg.filter().map(|f| self.condition(&inner, &f));
        let asked =
            (!rest.is_empty()).then(|| match self.segments(&inner, &rest, span, None, Yearly::Value) {
                Reached::Value(value) => value,
                _ => self.invalid(span),
            });
        let ty = match (function, asked) {
            (Aggregate::Count, _) => self.count_type(subject),
            (Aggregate::Exists, _) => Type::Boolean,
            (_, Some(asked)) => self.ty(asked).clone(),
            (_, None) => {
                let words = Argument::term("行里的一个字段(如 合计(对象.字段))", "a field of the rows");
                return self.mismatch(scope, span, words, &Type::Rows(subject));
            }
        };
        let value = if matches!(function, Aggregate::Count | Aggregate::Exists) {
            None
        } else {
            asked
        };
        self.push(
            ExprKind::Aggregate {
                function,
                rows,
                filter,
                value,
            },
            ty,
            span,
        )
    }

    fn over_years(
        &mut self,
        scope: &Scope,
        function: Aggregate,
        series: ExprId,
        inner: Type,
        span: Span,
    ) -> ExprId {
        let ty = match function {
            Aggregate::Count => Type::Number,
            Aggregate::Exists => Type::Boolean,
            _ => inner,
        };
        if !matches!(function, Aggregate::Count | Aggregate::Exists) && !ty.is_numeric() {
            return self.mismatch(
                scope,
                span,
                Argument::term("几年的数", "figures of several years"),
                &ty,
            );
        }
        self.push(ExprKind::OverYears { function, series }, ty, span)
    }

    /// 计数(企业) is in 家 when the subject declares that counter.
    fn count_type(&self, subject: SubjectId) -> Type {
        let counter = self.program.subject(subject).counter.as_deref();
        counter
            .and_then(Unit::parse)
            .map_or(Type::Number, |unit| of_unit(&unit))
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

/// Functions that are plain names in the tree.
fn extra_function(name: &str) -> Option<Function> {
    match name {
        "年份" => Some(Function::YearOf),
        "绝对值" => Some(Function::Absolute),
        "已知" => Some(Function::IsKnown),
        _ => None,
    }
}

/// Whether a value of type `found` can stand where `expected` is demanded.
pub(super) fn assignable(expected: &Type, found: &Type) -> bool {
    match (expected, found) {
        (Type::Unknown, _) | (_, Type::Unknown) => true,
        (Type::Rate, Type::Number) | (Type::Number, Type::Rate) => true,
        (Type::Quantity { dimension: a, .. }, Type::Quantity { dimension: b, .. }) => a == b,
        (Type::Candidates(a), b) | (b, Type::Candidates(a)) => **a == *b,
        (a, b) => a == b,
    }
}

/// Whether two values can be compared.
pub(super) fn comparable(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Geometry, _) | (Type::Rows(_), _) | (Type::Series(_), _) => false,
        (a, b) => assignable(a, b),
    }
}

/// Type of a sum or difference; `None` when there is none.
pub(super) fn sum_type(operator: Operator, left: &Type, right: &Type) -> Option<Type> {
    let subtract = operator == Operator::Subtract;
    match (left, right) {
        (Type::Rate, Type::Points) => Some(Type::Rate),
        (Type::Points, Type::Rate) if !subtract => Some(Type::Rate),
        (Type::Rate, Type::Rate) => Some(if subtract { Type::Points } else { Type::Rate }),
        (Type::Number, Type::Rate) | (Type::Rate, Type::Number) => Some(Type::Number),
        (Type::Year, Type::Number) => Some(Type::Year),
        (Type::Number, Type::Year) if !subtract => Some(Type::Year),
        (Type::Year, Type::Year) if subtract => Some(Type::Number),
        (Type::Year, Type::Quantity { dimension, .. }) if is_years(dimension) => Some(Type::Year),
        (Type::Quantity { dimension: a, floor }, Type::Quantity { dimension: b, .. }) if a == b => {
            Some(Type::Quantity {
                dimension: a.clone(),
                floor: *floor,
            })
        }
        (Type::Number, Type::Number) => Some(Type::Number),
        (Type::Points, Type::Points) => Some(Type::Points),
        _ => None,
    }
}

fn is_years(dimension: &jiufen_quantity::Dimension) -> bool {
    *dimension == jiufen_quantity::Dimension::of(jiufen_quantity::Base::Year, 1)
}

/// Type of a product; `None` when there is none.
pub(super) fn product_type(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::Number, other) | (other, Type::Number) if other.is_numeric() => Some(other.clone()),
        (Type::Rate, Type::Rate) => Some(Type::Rate),
        (Type::Rate, Type::Points) | (Type::Points, Type::Rate) => Some(Type::Points),
        (Type::Rate, Type::Quantity { dimension, .. }) | (Type::Quantity { dimension, .. }, Type::Rate) => {
            Some(Type::Quantity {
                dimension: dimension.clone(),
                floor: false,
            })
        }
        (Type::Quantity { dimension: a, .. }, Type::Quantity { dimension: b, .. }) => {
            Some(of_dimension(a.times(b)))
        }
        _ => None,
    }
}

/// Type of a quotient; `None` when there is none.
pub(super) fn quotient_type(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::Number, Type::Number) => Some(Type::Number),
        (Type::Rate | Type::Points, Type::Rate | Type::Points) => Some(Type::Rate),
        (other, Type::Number) if other.is_numeric() => Some(other.clone()),
        (Type::Number, Type::Rate) => Some(Type::Number),
        (Type::Quantity { dimension, .. }, Type::Rate) => Some(Type::Quantity {
            dimension: dimension.clone(),
            floor: false,
        }),
        (Type::Quantity { dimension: a, .. }, Type::Quantity { dimension: b, .. }) => match a == b {
            true => Some(Type::Rate),
            false => Some(of_dimension(a.per(b))),
        },
        (Type::Number, Type::Quantity { dimension, .. }) => {
            Some(of_dimension(jiufen_quantity::Dimension::none().per(dimension)))
        }
        _ => None,
    }
}

fn of_dimension(dimension: jiufen_quantity::Dimension) -> Type {
    if dimension.is_none() {
        Type::Number
    } else {
        Type::Quantity {
            dimension,
            floor: false,
        }
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
