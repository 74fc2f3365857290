//! An expression printed back in the language, with as few brackets as it needs.

use jiufen_diagnostic::Lang;
use jiufen_language::program::{
    Aggregate, ExprId, ExprKind, FieldRef, Function, Literal, Operator, Program, Standing, Type, YearOf,
};
use jiufen_language::syntax::keywords::{self, ReservedWord};

/// How tightly an expression binds; an operand that binds less needs brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Connective,
    Not,
    Compare,
    Sum,
    Product,
    Negate,
    Atom,
}

/// An expression as it would be written: `研发费用 × 研发补助比例`.
pub fn expression(program: &Program, id: ExprId, lang: Lang) -> String {
    Printer { program, lang }.print(id)
}

struct Printer<'p> {
    program: &'p Program,
    lang: Lang,
}

impl Printer<'_> {
    fn word(&self, word: ReservedWord) -> &'static str {
        self.lang.pick(word.zh(), word.en())
    }

    fn print(&self, id: ExprId) -> String {
        let expr = self.program.expr(id);
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal, &expr.ty),
            ExprKind::Row(_) => match &expr.ty {
                Type::Row(subject) => quoted(&self.program.subject(*subject).name),
                _ => String::new(),
            },
            ExprKind::Follow { row, field } => self.member(*row, &self.program.field(*field).name),
            ExprKind::Field { row, field, year } => self.field(*row, *field, *year),
            ExprKind::FieldSeries {
                row, field, count, ..
            } => self.member(*row, &self.years_back(*count, &self.program.field(*field).name)),
            ExprKind::FieldHistory { row, field } => self.member(*row, &self.program.field(*field).name),
            ExprKind::Related { row, via } => {
                let listed = &self.program.subject(via.subject).name;
                let references = self.program.subject(via.subject).fields.iter();
                let several = references.filter(|f| f.ty == self.program.field(*via).ty).count() > 1;
                let name = if several {
                    let via_word = self.lang.pick("经由", "via");
                    format!("{listed}({via_word} {})", self.program.field(*via).name)
                } else {
                    listed.to_string()
                };
                self.member(*row, &name)
            }
            ExprKind::AllRows(subject) => quoted(&self.program.subject(*subject).name),
            ExprKind::Parameter { parameter, .. } => quoted(&self.program.parameters[parameter.index()].name),
            ExprKind::Definition {
                definition,
                row,
                year,
            } => {
                let name = &self.program.definitions[definition.index()].name;
                match year {
                    Some(year) => self.member(*row, &format!("{}.{}", self.year(*year), quoted(name))),
                    None => self.member(*row, name),
                }
            }
            ExprKind::Lookup { table, inputs } => {
                format!(
                    "{}({})",
                    quoted(&self.program.tables[table.index()].name),
                    self.list(inputs)
                )
            }
            ExprKind::Spatial { row, relation } => self.spatial(*row, relation),
            ExprKind::Original => self.word(ReservedWord::Original).into(),
            ExprKind::Standing(Standing::Place) => "位次".into(),
            ExprKind::Standing(Standing::Peers) => "总数".into(),
            ExprKind::Today => self.lang.pick("今日", "today").into(),
            ExprKind::ThisYear => self.word(ReservedWord::ThisYear).into(),
            ExprKind::SameVintage { value, .. } => self.print(*value),
            ExprKind::Unevaluated(name) => (*name).into(),
            ExprKind::Invalid => "?".into(),
            _ => self.compound(id),
        }
    }

    fn compound(&self, id: ExprId) -> String {
        match &self.program.expr(id).kind {
            ExprKind::Negate(operand) => format!("-{}", self.within(*operand, Binding::Atom)),
            ExprKind::Arithmetic(operator, left, right) => self.arithmetic(*operator, *left, *right),
            ExprKind::Compare(comparison, left, right) => {
                let left = self.within(*left, Binding::Sum);
                format!(
                    "{left} {} {}",
                    comparison.symbol(),
                    self.within(*right, Binding::Sum)
                )
            }
            ExprKind::All(operands) => self.connective(operands, self.word(ReservedWord::And)),
            ExprKind::Any(operands) => self.connective(operands, self.word(ReservedWord::Or)),
            ExprKind::Not(operand) => {
                format!(
                    "{} {}",
                    self.word(ReservedWord::Not),
                    self.within(*operand, Binding::Compare)
                )
            }
            ExprKind::Among(value, set) => {
                let value = self.within(*value, Binding::Sum);
                format!("{value} {} {{{}}}", self.word(ReservedWord::In), self.list(set))
            }
            ExprKind::Cases { arms, otherwise } => self.cases(arms, *otherwise),
            ExprKind::Call(function, arguments) => self.call(*function, arguments),
            ExprKind::Aggregate {
                function,
                rows,
                filter,
                value,
            } => self.aggregate(*function, *rows, *filter, *value),
            ExprKind::OverYears { function, series } => {
                format!("{}({})", self.aggregate_word(*function), self.print(*series))
            }
            _ => String::new(),
        }
    }

    /// An operand, in brackets when it binds less than its place asks.
    fn within(&self, id: ExprId, least: Binding) -> String {
        let text = self.print(id);
        if self.binding(id) < least {
            format!("({text})")
        } else {
            text
        }
    }

    fn arithmetic(&self, operator: Operator, left: ExprId, right: ExprId) -> String {
        // The right operand of − and ÷ needs brackets where the left one does not.
        let (symbol, at_left, at_right) = match operator {
            Operator::Add => ("+", Binding::Sum, Binding::Product),
            Operator::Subtract => ("-", Binding::Sum, Binding::Product),
            Operator::Multiply => ("×", Binding::Product, Binding::Negate),
            Operator::Divide => ("÷", Binding::Product, Binding::Negate),
        };
        format!(
            "{} {symbol} {}",
            self.within(left, at_left),
            self.within(right, at_right)
        )
    }

    fn connective(&self, operands: &[ExprId], word: &str) -> String {
        let operands: Vec<String> = operands.iter().map(|o| self.within(*o, Binding::Not)).collect();
        operands.join(&format!(" {word} "))
    }

    fn cases(&self, arms: &[(ExprId, ExprId)], otherwise: Option<ExprId>) -> String {
        let arm = |(when, then): &(ExprId, ExprId)| format!("{}: {}", self.print(*when), self.print(*then));
        let mut parts: Vec<String> = arms.iter().map(arm).collect();
        parts.extend(otherwise.map(|o| format!("{}: {}", self.word(ReservedWord::Otherwise), self.print(o))));
        format!("{{ {} }}", parts.join("; "))
    }

    fn call(&self, function: Function, arguments: &[ExprId]) -> String {
        if function == Function::Consecutive
            && let [series] = arguments
            && let ExprKind::FieldSeries {
                row, field, count, ..
            } = &self.program.expr(*series).kind
        {
            let field = self.member(*row, &self.program.field(*field).name);
            return format!("{}({field}, {count})", self.function_word(function));
        }
        format!("{}({})", self.function_word(function), self.list(arguments))
    }

    fn aggregate(
        &self,
        function: Aggregate,
        rows: ExprId,
        filter: Option<ExprId>,
        value: Option<ExprId>,
    ) -> String {
        let mut text = format!("{}({}", self.aggregate_word(function), self.print(rows));
        if let Some(value) = value {
            text.push_str(&format!(".{}", self.within(value, Binding::Atom)));
        }
        if let Some(filter) = filter {
            text.push_str(&format!(
                " {} {}",
                self.word(ReservedWord::Where),
                self.print(filter)
            ));
        }
        text.push(')');
        text
    }

    fn binding(&self, id: ExprId) -> Binding {
        match &self.program.expr(id).kind {
            ExprKind::SameVintage { value, .. } => self.binding(*value),
            ExprKind::All(_) | ExprKind::Any(_) => Binding::Connective,
            ExprKind::Not(_) => Binding::Not,
            ExprKind::Compare(..) | ExprKind::Among(..) => Binding::Compare,
            ExprKind::Arithmetic(Operator::Add | Operator::Subtract, ..) => Binding::Sum,
            ExprKind::Arithmetic(..) => Binding::Product,
            ExprKind::Negate(_) => Binding::Negate,
            _ => Binding::Atom,
        }
    }

    fn list(&self, expressions: &[ExprId]) -> String {
        expressions
            .iter()
            .map(|e| self.print(*e))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn literal(&self, literal: &Literal, ty: &Type) -> String {
        match literal {
            Literal::Enumeration(..) => quoted(&super::literal(self.program, literal, ty, self.lang)),
            // The language has no thousands separators.
            Literal::Number(_) => super::literal(self.program, literal, ty, self.lang).replace(',', ""),
            other => super::literal(self.program, other, ty, self.lang),
        }
    }

    fn field(&self, row: ExprId, field: FieldRef, year: Option<YearOf>) -> String {
        let name = &self.program.field(field).name;
        match year {
            Some(year) => self.member(row, &format!("{}.{}", self.year(year), quoted(name))),
            None => self.member(row, name),
        }
    }

    /// A member of a row; the row in scope is not named.
    fn member(&self, row: ExprId, name: &str) -> String {
        let name = if name.contains(['.', '(']) {
            name.to_owned()
        } else {
            quoted(name)
        };
        match &self.program.expr(row).kind {
            ExprKind::Row(0) => name,
            _ => format!("{}.{name}", self.print(row)),
        }
    }

    fn spatial(&self, row: ExprId, relation: &str) -> String {
        match &self.program.expr(row).kind {
            ExprKind::Row(0) => relation.to_owned(),
            _ => format!("{}.{relation}", self.print(row)),
        }
    }

    fn year(&self, year: YearOf) -> String {
        match year {
            YearOf::Relative(0) => self.word(ReservedWord::ThisYear).into(),
            YearOf::Relative(-1) => self.word(ReservedWord::LastYear).into(),
            YearOf::Relative(by) => format!("{}{by:+}", self.word(ReservedWord::ThisYear)),
            YearOf::Fixed(year) => match self.lang {
                Lang::Zh => format!("{year}年"),
                Lang::En => year.to_string(),
            },
        }
    }

    fn years_back(&self, count: u16, field: &str) -> String {
        match self.lang {
            Lang::Zh => format!("近{count}年.{}", quoted(field)),
            Lang::En => format!("recent({count}).{}", quoted(field)),
        }
    }

    fn function_word(&self, function: Function) -> &'static str {
        use keywords::Function as Word;
        let word = match function {
            Function::Maximum => Word::Max,
            Function::Minimum => Word::Min,
            Function::FirstYear => Word::FirstYear,
            Function::Consecutive => Word::Consecutive,
            Function::RoundTo => Word::RoundTo,
            Function::FloorTo => Word::FloorTo,
            Function::CeilTo => Word::CeilTo,
            Function::HalfUpTo => Word::HalfUp,
            Function::AddYears => Word::AddYears,
            Function::AddMonths => Word::AddMonths,
            Function::AddDays => Word::AddDays,
            Function::DaysBetween => Word::DaysBetween,
            Function::FullYears => Word::FullYears,
            Function::StartsWith => Word::StartsWith,
            Function::Comparable => Word::Comparable,
            Function::YearOf => return self.lang.pick("年份", "year_of"),
            Function::Absolute => return self.lang.pick("绝对值", "absolute"),
            Function::IsKnown => return self.lang.pick("已知", "is_known"),
        };
        self.lang.pick(word.zh(), word.en())
    }

    fn aggregate_word(&self, function: Aggregate) -> &'static str {
        use keywords::Function as Word;
        let word = match function {
            Aggregate::Sum => Word::Sum,
            Aggregate::Count => Word::Count,
            Aggregate::Exists => Word::Exists,
            Aggregate::Mean => Word::Mean,
            Aggregate::Maximum => Word::Max,
            Aggregate::Minimum => Word::Min,
        };
        self.lang.pick(word.zh(), word.en())
    }
}

/// A name, in 「」 when it is no plain word.
fn quoted(name: &str) -> String {
    let mut chars = name.chars();
    let plain =
        chars.next().is_some_and(char::is_alphabetic) && chars.all(|c| c.is_alphanumeric() || c == '_');
    if plain && ReservedWord::lookup(name).is_none() {
        name.to_owned()
    } else {
        format!("「{name}」")
    }
}
