//! Views of expressions.

use rowan::NodeOrToken;
use smol_str::SmolStr;

use super::{
    AstNode, Name, child, children, choice, first_token, has_reserved, nodes, nth, option_word, smol, token,
    tokens,
};
use crate::syntax::keywords::{OptionWord, ReservedWord};
use crate::syntax::{SyntaxKind, SyntaxNode, SyntaxToken, text};

nodes! {
    /// A number, quantity, string, date, year or reserved word.
    Literal = LITERAL;
    /// `园区.运营方`, `上年.营业收入`, `合计(近3年.研发费用)`.
    Path = PATH;
    /// One step of a path: a name, a call, or a period.
    Segment = SEGMENT;
    /// `当年`, `上年`, `近3年`, `2024年`.
    Period = PERIOD;
    /// An argument of a call, perhaps with 其中.
    Arg = ARG;
    /// `( … )`.
    Paren = PAREN;
    /// `- x`.
    Unary = UNARY;
    /// `x + y`, `x × y`.
    Binary = BINARY;
    /// `x ≥ y`, `a < x ≤ b`.
    Compare = COMPARE;
    /// `x 且 y 且 z`, `x 或 y`.
    Logic = LOGIC;
    /// `非 x`.
    Not = NOT;
    /// `x 属于 {…}`, `x 属于 名`, `x 属于 [a, b)`.
    In = IN;
    /// `{a, b}`.
    Set = SET;
    /// `[a, b)`.
    Interval = INTERVAL;
    /// `全部` or `任一` with its items.
    List = LIST;
    /// One item of a list.
    ListItem = LIST_ITEM;
}

choice! {
    /// Any expression.
    Expr {
        Literal(Literal),
        Path(Path),
        Paren(Paren),
        Unary(Unary),
        Binary(Binary),
        Compare(Compare),
        Logic(Logic),
        Not(Not),
        In(In),
        Set(Set),
        Interval(Interval),
        List(List),
    }
}

choice! {
    /// What stands after 属于.
    Member {
        Set(Set),
        Interval(Interval),
        Path(Path),
    }
}

/// What a literal says. Texts of numbers have ASCII digits and no separators.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LiteralKind {
    /// `300`
    Number(SmolStr),
    /// `200万元`: number and unit, such as `万元/亩/年`.
    Quantity(SmolStr, SmolStr),
    /// `"…"`, without its marks.
    Text(SmolStr),
    /// `2025-01-31`
    Date(SmolStr),
    /// `2024年`: the four digits.
    Year(SmolStr),
    /// 是, 否, 原值, 未公布, 余额, 缺, 无, 不限, 待到账, 待选.
    Word(ReservedWord),
}

impl Literal {
    /// What it says.
    pub fn kind(&self) -> Option<LiteralKind> {
        let first = first_token(self.syntax())?;
        let piece = || smol(text::folded(first.text()));
        Some(match first.kind() {
            SyntaxKind::NUMBER => {
                let number = SmolStr::new(piece().replace(',', ""));
                match token(self.syntax(), SyntaxKind::UNIT) {
                    Some(unit) => LiteralKind::Quantity(number, smol(text::folded(unit.text()))),
                    None => LiteralKind::Number(number),
                }
            }
            SyntaxKind::STRING => LiteralKind::Text(SmolStr::new(text::unquoted(first.text()))),
            SyntaxKind::DATE => LiteralKind::Date(piece()),
            SyntaxKind::YEAR => LiteralKind::Year(SmolStr::new(piece().trim_end_matches('年'))),
            SyntaxKind::RESERVED_WORD => LiteralKind::Word(ReservedWord::lookup(&piece())?),
            _ => return None,
        })
    }

    /// The reserved word it consists of.
    pub fn word(&self) -> Option<ReservedWord> {
        match self.kind() {
            Some(LiteralKind::Word(word)) => Some(word),
            _ => None,
        }
    }
}

impl Expr {
    /// The reserved word the expression consists of, such as 未公布 or 余额.
    pub fn word(&self) -> Option<ReservedWord> {
        match self {
            Expr::Literal(literal) => literal.word(),
            _ => None,
        }
    }
}

impl Path {
    /// Its steps, outermost first.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + use<> {
        children(self.syntax())
    }

    /// The name of a path that is one plain name, not called.
    pub fn as_name(&self) -> Option<Name> {
        let mut segments = self.segments();
        match (segments.next()?.kind()?, segments.next()) {
            (SegmentKind::Name(name), None) => Some(name),
            _ => None,
        }
    }

    /// The call a path consists of, if it is one.
    pub fn as_call(&self) -> Option<Call> {
        let mut segments = self.segments();
        match (segments.next()?.kind()?, segments.next()) {
            (SegmentKind::Call(call), None) => Some(call),
            _ => None,
        }
    }
}

/// What a step of a path is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SegmentKind {
    /// A name.
    Name(Name),
    /// A name with arguments.
    Call(Call),
    /// A period.
    Period(Period),
}

/// A name with arguments: a function, a table, a rule of a named row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    name: Name,
    segment: Segment,
}

impl Call {
    /// What is called.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The arguments in order.
    pub fn args(&self) -> impl Iterator<Item = Arg> + use<> {
        children(self.segment.syntax())
    }

    /// The segment it is.
    pub fn segment(&self) -> &Segment {
        &self.segment
    }
}

impl Segment {
    /// What it is.
    pub fn kind(&self) -> Option<SegmentKind> {
        if let Some(period) = child(self.syntax()) {
            return Some(SegmentKind::Period(period));
        }
        let name: Name = child(self.syntax())?;
        Some(match token(self.syntax(), SyntaxKind::L_PAREN) {
            Some(_) => SegmentKind::Call(Call {
                name,
                segment: self.clone(),
            }),
            None => SegmentKind::Name(name),
        })
    }
}

/// Which years a period means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeriodKind {
    /// 当年
    ThisYear,
    /// 上年
    LastYear,
    /// 近N年
    Recent(u32),
    /// `2024年`
    Year(i32),
}

impl Period {
    /// Which years it means.
    pub fn kind(&self) -> Option<PeriodKind> {
        let first = first_token(self.syntax())?;
        let piece = text::folded(first.text());
        match first.kind() {
            SyntaxKind::RESERVED_WORD => match ReservedWord::lookup(&piece)? {
                ReservedWord::ThisYear => Some(PeriodKind::ThisYear),
                ReservedWord::LastYear => Some(PeriodKind::LastYear),
                _ => None,
            },
            SyntaxKind::PERIOD_WORD => text::recent_years(&piece).map(PeriodKind::Recent),
            SyntaxKind::YEAR => piece.trim_end_matches('年').parse().ok().map(PeriodKind::Year),
            _ => None,
        }
    }
}

impl Arg {
    /// The argument.
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The condition after 其中.
    pub fn filter(&self) -> Option<Expr> {
        super::after(self.syntax(), |t| {
            super::reserved_of(t) == Some(ReservedWord::Where)
        })
    }

    /// Whether `经由` stands before it: the reference to go through.
    pub fn is_via(&self) -> bool {
        option_word(self.syntax()) == Some(OptionWord::Via)
    }
}

impl Paren {
    /// What stands in the brackets.
    pub fn inner(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl Unary {
    /// What is negated.
    pub fn operand(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl Not {
    /// What is denied.
    pub fn operand(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

/// An operator of two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// +
    Add,
    /// -
    Subtract,
    /// ×
    Multiply,
    /// ÷
    Divide,
}

impl Binary {
    /// The operator.
    pub fn op(&self) -> Option<BinaryOp> {
        Some(match self.op_token()?.kind() {
            SyntaxKind::PLUS => BinaryOp::Add,
            SyntaxKind::MINUS => BinaryOp::Subtract,
            SyntaxKind::TIMES => BinaryOp::Multiply,
            SyntaxKind::DIVIDE | SyntaxKind::SLASH => BinaryOp::Divide,
            _ => return None,
        })
    }

    /// The operator's token.
    pub fn op_token(&self) -> Option<SyntaxToken> {
        first_token(self.syntax())
    }

    /// The left operand.
    pub fn left(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The right operand.
    pub fn right(&self) -> Option<Expr> {
        nth(self.syntax(), 1)
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// =
    Eq,
    /// ≠
    Ne,
    /// ≥
    Ge,
    /// ≤
    Le,
    /// >
    Gt,
    /// <
    Lt,
}

impl Comparison {
    /// The comparison a token is.
    pub fn of(kind: SyntaxKind) -> Option<Comparison> {
        Some(match kind {
            SyntaxKind::EQ => Comparison::Eq,
            SyntaxKind::NE => Comparison::Ne,
            SyntaxKind::GE => Comparison::Ge,
            SyntaxKind::LE => Comparison::Le,
            SyntaxKind::GT => Comparison::Gt,
            SyntaxKind::LT => Comparison::Lt,
            _ => return None,
        })
    }
}

impl Compare {
    /// The two or three operands.
    pub fn operands(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }

    /// The comparisons between them.
    pub fn comparisons(&self) -> impl Iterator<Item = Comparison> + use<> {
        tokens(self.syntax()).filter_map(|t| Comparison::of(t.kind()))
    }
}

/// How truths are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogicKind {
    /// 且
    And,
    /// 或
    Or,
}

impl Logic {
    /// 且 or 或; one kind per node.
    pub fn kind(&self) -> LogicKind {
        if has_reserved(self.syntax(), ReservedWord::Or) {
            LogicKind::Or
        } else {
            LogicKind::And
        }
    }

    /// The operands in order, at least two in sound text.
    pub fn operands(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }
}

impl In {
    /// What is asked about.
    pub fn subject(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// Where it is looked for.
    pub fn member(&self) -> Option<Member> {
        super::after(self.syntax(), |t| super::reserved_of(t) == Some(ReservedWord::In))
    }
}

impl Set {
    /// The elements.
    pub fn items(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }
}

impl Interval {
    /// The lower end.
    pub fn low(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The upper end.
    pub fn high(&self) -> Option<Expr> {
        nth(self.syntax(), 1)
    }

    /// Whether the lower end belongs to it: `[`.
    pub fn includes_low(&self) -> bool {
        first_token(self.syntax()).is_some_and(|t| t.kind() == SyntaxKind::L_BRACKET)
    }

    /// Whether the upper end belongs to it: `]`.
    pub fn includes_high(&self) -> bool {
        let last = self
            .syntax()
            .children_with_tokens()
            .filter_map(NodeOrToken::into_token)
            .last();
        last.is_some_and(|t| t.kind() == SyntaxKind::R_BRACKET)
    }
}

/// 全部 or 任一.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// 全部
    All,
    /// 任一
    Any,
}

impl List {
    /// 全部 or 任一.
    pub fn kind(&self) -> Option<ListKind> {
        match option_word(self.syntax())? {
            OptionWord::All => Some(ListKind::All),
            OptionWord::Any => Some(ListKind::Any),
            _ => None,
        }
    }

    /// Its items.
    pub fn items(&self) -> impl Iterator<Item = ListItem> + use<> {
        children(self.syntax())
    }

    /// What its items say, in order.
    pub fn operands(&self) -> impl Iterator<Item = Expr> + use<> {
        self.items().filter_map(|item| item.value())
    }
}

impl ListItem {
    /// What it says.
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }
}
