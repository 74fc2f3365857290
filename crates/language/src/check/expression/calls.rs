//! Calls: functions, tables, rows of an event, aggregates.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::names, catalogue::types};
use jiufen_quantity::Unit;
use smol_str::SmolStr;

use super::algebra::{assignable, comparable, product_type};
use crate::check::Checker;
use crate::check::path::{Reached, Wanted, no_year};
use crate::check::scope::Scope;
use crate::check::types::of_unit;
use crate::program::{Aggregate, ExprId, ExprKind, Function, SubjectId, Type};
use crate::syntax::ast::{self, AstNode, LiteralKind};
use crate::syntax::keywords::{Function as Prelude, ReservedWord};

impl Checker<'_> {
    /// A call: a function, a table, or the rows of an event by a named reference.
    pub(in crate::check) fn call(
        &mut self,
        scope: &Scope,
        call: &ast::Call,
        expected: Option<&Type>,
    ) -> ExprId {
        let span = scope.at.span(call.segment().range());
        let name = call.name().text();
        if let Some(function) = call.name().function() {
            return self.function(scope, call, function, expected, span);
        }
        if let Some(crate::check::Declared::Table(table)) = self.global(scope.at, &name, span) {
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

    pub(in crate::check) fn lookup(
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
    pub(in crate::check) fn input_of_row(
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
            self.report(scope.at, no_year(name, span));
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
        let Reached::History { row, field, last } = self.path(scope, &path, None, Wanted::History) else {
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
            let finding = no_year(&self.program.field(field).name, scope.at.span(path.range()))
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
            ast::Expr::Path(path) => match self.path(scope, path, None, Wanted::Rows) {
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
            (!rest.is_empty()).then(|| match self.segments(&inner, &rest, span, None, Wanted::Value) {
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

/// Functions that are plain names in the tree.
fn extra_function(name: &str) -> Option<Function> {
    match name {
        "年份" => Some(Function::YearOf),
        "绝对值" => Some(Function::Absolute),
        "已知" => Some(Function::IsKnown),
        _ => None,
    }
}
