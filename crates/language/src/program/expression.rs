//! Checked expressions.

use jiufen_diagnostic::Span;
use jiufen_quantity::{Date, Exact, Rounding};
use smol_str::SmolStr;

use super::{DefinitionId, EnumId, ExprId, FieldRef, ParameterId, SubjectId, TableId, Type};

/// A value written in the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Literal {
    /// In base units.
    Number(Exact),
    /// Text, a code, or a territory.
    Text(SmolStr),
    /// 是 or 否.
    Boolean(bool),
    /// A date.
    Date(Date),
    /// A year.
    Year(i16),
    /// A value of an enumeration, by position.
    Enumeration(EnumId, u16),
    /// A way of rounding.
    Rounding(Rounding),
}

/// A checked expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it does.
    pub kind: ExprKind,
    /// What it gives.
    pub ty: Type,
    /// Its place.
    pub span: Span,
}

/// Which year a yearly fact is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum YearOf {
    /// 当年 plus this many (上年 is -1).
    Relative(i16),
    /// A year by number.
    Fixed(i16),
}

/// What an expression does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// A value written in the text.
    Literal(Literal),
    /// The row in scope: 0 the innermost (the listed row inside 其中), 1 the one around it.
    Row(u8),
    /// The row that a reference field of a row names.
    Follow {
        /// A row.
        row: ExprId,
        /// Its reference field.
        field: FieldRef,
    },
    /// A field of a row.
    Field {
        /// A row.
        row: ExprId,
        /// The field.
        field: FieldRef,
        /// The year, for a yearly field.
        year: Option<YearOf>,
    },
    /// 近N年 of a yearly field, oldest first.
    FieldSeries {
        /// A row.
        row: ExprId,
        /// The yearly field.
        field: FieldRef,
        /// How many years.
        count: u16,
        /// The last of them.
        last: YearOf,
    },
    /// A yearly field as a whole, for 首年 and 连续.
    FieldHistory {
        /// A row.
        row: ExprId,
        /// The yearly field.
        field: FieldRef,
    },
    /// The rows of a subject whose reference field names a row.
    Related {
        /// The row that is named.
        row: ExprId,
        /// The reference field, on the listed subject.
        via: FieldRef,
    },
    /// All rows of a subject.
    AllRows(SubjectId),
    /// A parameter, by the date of the rule that asks; `row` when its exceptions need one.
    Parameter {
        /// The parameter.
        parameter: ParameterId,
        /// The row its exceptions are about.
        row: Option<ExprId>,
    },
    /// A definition of a row.
    Definition {
        /// The definition.
        definition: DefinitionId,
        /// A row of its subject.
        row: ExprId,
        /// Another 当年 to compute it in.
        year: Option<YearOf>,
    },
    /// A table's answer.
    Lookup {
        /// The table.
        table: TableId,
        /// One value a condition column.
        inputs: Vec<ExprId>,
    },
    /// −x.
    Negate(ExprId),
    /// Arithmetic.
    Arithmetic(Operator, ExprId, ExprId),
    /// A comparison.
    Compare(Comparison, ExprId, ExprId),
    /// 且, or 全部.
    All(Vec<ExprId>),
    /// 或, or 任一.
    Any(Vec<ExprId>),
    /// 非.
    Not(ExprId),
    /// 属于 { … }.
    Among(ExprId, Vec<ExprId>),
    /// Cases; the first whose condition holds.
    Cases {
        /// Condition and value.
        arms: Vec<(ExprId, ExprId)>,
        /// 否则.
        otherwise: Option<ExprId>,
    },
    /// A function of values.
    Call(Function, Vec<ExprId>),
    /// 合计, 计数, 存在 … over rows; `filter` and `value` see the listed row as row 0.
    Aggregate {
        /// Which.
        function: Aggregate,
        /// The rows.
        rows: ExprId,
        /// 其中.
        filter: Option<ExprId>,
        /// What is summed or compared; none for 计数 and 存在.
        value: Option<ExprId>,
    },
    /// 合计, 平均, 最大 … over the years of a series.
    OverYears {
        /// Which.
        function: Aggregate,
        /// A series.
        series: ExprId,
    },
    /// 原值, inside an exception.
    Original,
    /// 今日: the as-of date of the run.
    Today,
    /// 当年: the entitlement year.
    ThisYear,
    /// An overlap or distance that land computes beforehand; looked up as a fact of the row.
    Spatial {
        /// The row.
        row: ExprId,
        /// `重叠面积(永久基本农田)`.
        relation: SmolStr,
    },
    /// 位次 or 总数, in 结论 of a 评级.
    Standing(Standing),
    /// `value`, unless the vintages (版次) of two figures in it differ.
    SameVintage {
        /// Vintage of one figure.
        left: ExprId,
        /// Vintage of the other.
        right: ExprId,
        /// The operation on both.
        value: ExprId,
    },
    /// Something that this version checks and cannot evaluate, by its Chinese name.
    Unevaluated(&'static str),
    /// Something already refused.
    Invalid,
}

/// What a ranking (评级) tells of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// 位次: its place, from 1; rows that are level share the better one.
    Place,
    /// 总数: how many are ranked, itself among them.
    Peers,
}

/// Arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// +
    Add,
    /// −
    Subtract,
    /// ×
    Multiply,
    /// ÷
    Divide,
}

/// Comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// =
    Equal,
    /// ≠
    NotEqual,
    /// <
    Less,
    /// ≤
    AtMost,
    /// >
    Greater,
    /// ≥
    AtLeast,
}

impl Comparison {
    /// The symbol.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "≠",
            Self::Less => "<",
            Self::AtMost => "≤",
            Self::Greater => ">",
            Self::AtLeast => "≥",
        }
    }
}

/// Functions of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// 最大(a, b, …).
    Maximum,
    /// 最小(a, b, …).
    Minimum,
    /// 首年(yearly boolean): the first year it is 是.
    FirstYear,
    /// 连续(series of booleans): 是 in each of its years. (`连续(在规, 3)` is checked into a series.)
    Consecutive,
    /// 取整(x, step, mode): the named mode decides.
    RoundTo,
    /// 去尾(x, step).
    FloorTo,
    /// 进一(x, step).
    CeilTo,
    /// 四舍五入(x, step).
    HalfUpTo,
    /// 加年(date, n).
    AddYears,
    /// 加月(date, n).
    AddMonths,
    /// 加日(date, n).
    AddDays,
    /// 天数(from, to).
    DaysBetween,
    /// 满年(from, to): completed years, as a number of 年.
    FullYears,
    /// 年份(date): its year.
    YearOf,
    /// 开头(code or text, prefix).
    StartsWith,
    /// 绝对值(x).
    Absolute,
    /// 已知(x): 是 when the fact is there, 否 when it is 缺. Never unknown itself.
    IsKnown,
    /// 可比(a): takes the tag of vintage away from a figure, with the reason written beside it.
    Comparable,
}

impl Function {
    /// Whether it rounds to a multiple of its second argument.
    pub fn is_rounding(self) -> bool {
        matches!(
            self,
            Self::RoundTo | Self::FloorTo | Self::CeilTo | Self::HalfUpTo
        )
    }
}

/// Functions over rows or years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aggregate {
    /// 合计.
    Sum,
    /// 计数.
    Count,
    /// 存在.
    Exists,
    /// 平均.
    Mean,
    /// 最大.
    Maximum,
    /// 最小.
    Minimum,
}
