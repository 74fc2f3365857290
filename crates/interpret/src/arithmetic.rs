//! Operations on intervals, by corners (language.md §8.1). `x − x` is not simplified: bounds are the image of each
//! operation, so that two evaluators agree.

use jiufen_language::program::{Comparison, Literal, Operator};
use jiufen_quantity::Exact;
use jiufen_quantity::exact::{integer, to_integer};
use num_traits::{Signed, Zero};

use crate::value::{Fault, FaultCode, Interval, Reason, Reasons, Truth, Value};

/// What an operation on numbers sees of a value.
pub(crate) enum Operand {
    /// A number.
    Number(Interval, Reasons),
    /// 无.
    Absent,
    /// No value.
    Refused(Fault),
}

/// A value as a number: an unsettled one may be any number, candidates may be any of theirs.
pub(crate) fn operand(value: &Value) -> Operand {
    match value {
        Value::Number(interval, reasons) => Operand::Number(interval.clone(), reasons.clone()),
        Value::Absent => Operand::Absent,
        Value::Refused(fault) => Operand::Refused(fault.clone()),
        Value::Unsettled(reasons) | Value::Undecided(reasons) => {
            Operand::Number(Interval::unbounded(), reasons.clone())
        }
        Value::Candidates(literals, table) => candidates(literals, table),
        _ => not_a_number(),
    }
}

fn candidates(literals: &[Literal], table: &smol_str::SmolStr) -> Operand {
    let numbers = literals.iter().map(|l| match l {
        Literal::Number(n) => Some(Interval::only(n.clone())),
        _ => None,
    });
    let hull = numbers.reduce(|a, b| Some(a?.hull(&b?))).flatten();
    match hull {
        Some(hull) => Operand::Number(hull, Reasons::from([Reason::PendingChoice(table.clone())])),
        None => not_a_number(),
    }
}

fn not_a_number() -> Operand {
    Operand::Refused(Fault::new(FaultCode::Domain, "不是数"))
}

/// `left operator right`. `divisor` names the divisor when it is zero.
pub(crate) fn arithmetic(
    operator: Operator,
    left: &Value,
    right: &Value,
    divisor: impl FnOnce() -> String,
) -> Value {
    if let Some(value) = calendar(operator, left, right) {
        return value;
    }
    let (left, right) = match (operand(left), operand(right)) {
        (Operand::Refused(fault), _) | (_, Operand::Refused(fault)) => return Value::Refused(fault),
        (Operand::Absent, _) | (_, Operand::Absent) => return Value::Absent,
        (Operand::Number(a, ra), Operand::Number(b, rb)) => ((a, ra), (b, rb)),
    };
    let ((a, mut reasons), (b, more)) = (left, right);
    reasons.extend(more);
    let interval = match operator {
        Operator::Add => add(&a, &b),
        Operator::Subtract => add(&a, &negate(&b)),
        Operator::Multiply => multiply(&a, &b),
        Operator::Divide if b.exact().is_some_and(Zero::is_zero) => {
            return Value::refused(FaultCode::DivisionByZero, divisor());
        }
        // A divisor that may be zero is 缺, not 拒绝: nothing says yet that it is zero.
        Operator::Divide if b.holds_zero() => Interval::unbounded(),
        Operator::Divide => multiply(&a, &inverse(&b)),
    };
    Value::number(interval, reasons)
}

/// Years plus and minus numbers; none when no year takes part.
fn calendar(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    let year = |v: &Value| match v {
        Value::Literal(Literal::Year(year)) => Some(i128::from(*year)),
        _ => None,
    };
    let as_year = |n: i128| match i16::try_from(n) {
        Ok(year) => Value::Literal(Literal::Year(year)),
        Err(_) => Value::refused(FaultCode::Domain, format!("{n}年")),
    };
    let sign = if operator == Operator::Subtract { -1 } else { 1 };
    let other = match (year(left), year(right)) {
        (None, None) => return None,
        (Some(a), Some(b)) if operator == Operator::Subtract => return Some(Value::exact(integer(a - b))),
        (Some(_), Some(_)) => return Some(Value::refused(FaultCode::Domain, "年份相加")),
        (Some(_), None) => right,
        (None, Some(_)) => left,
    };
    Some(match (year(left).or(year(right)), operand(other)) {
        (_, Operand::Refused(fault)) => Value::Refused(fault),
        (_, Operand::Absent) => Value::Absent,
        (Some(year), Operand::Number(interval, reasons)) => match interval.exact().map(to_integer) {
            Some(Some(n)) => as_year(year + sign * n),
            Some(None) => Value::refused(FaultCode::Domain, "年数不是整数"),
            None => Value::Unsettled(reasons),
        },
        (None, _) => return None,
    })
}

fn add(a: &Interval, b: &Interval) -> Interval {
    if let (Some(a), Some(b)) = (a.exact(), b.exact()) {
        return Interval::only(a + b);
    }
    let end = |a: &Option<Exact>, b: &Option<Exact>| a.as_ref().zip(b.as_ref()).map(|(a, b)| a + b);
    Interval {
        low: end(&a.low, &b.low),
        high: end(&a.high, &b.high),
    }
}

/// −x.
pub(crate) fn negate(a: &Interval) -> Interval {
    let end = |e: &Option<Exact>| e.as_ref().map(|e| -e);
    Interval {
        low: end(&a.high),
        high: end(&a.low),
    }
}

/// |x|.
pub(crate) fn absolute(a: &Interval) -> Interval {
    if a.low.as_ref().is_some_and(|low| !low.is_negative()) {
        return a.clone();
    }
    if a.high.as_ref().is_some_and(|high| !high.is_positive()) {
        return negate(a);
    }
    let high = a
        .low
        .as_ref()
        .zip(a.high.as_ref())
        .map(|(low, high)| low.abs().max(high.clone()));
    Interval {
        low: Some(Exact::zero()),
        high,
    }
}

/// An end of an interval, on the extended line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Below,
    At(Exact),
    Above,
}

impl End {
    /// Product; 0 × ∞ is 0, because an unlimited end is a limit of numbers, each of which gives 0.
    fn times(&self, other: &Self) -> Self {
        let sign = self.sign() * other.sign();
        match (self, other) {
            (Self::At(a), Self::At(b)) => Self::At(a * b),
            _ if sign == 0 => Self::At(Exact::zero()),
            _ if sign > 0 => Self::Above,
            _ => Self::Below,
        }
    }

    fn sign(&self) -> i8 {
        match self {
            Self::Below => -1,
            Self::Above => 1,
            Self::At(n) if n.is_zero() => 0,
            Self::At(n) if n.is_negative() => -1,
            Self::At(_) => 1,
        }
    }

    fn finite(self) -> Option<Exact> {
        match self {
            Self::At(n) => Some(n),
            Self::Below | Self::Above => None,
        }
    }
}

fn ends(a: &Interval) -> (End, End) {
    let low = a.low.as_ref().map_or(End::Below, |n| End::At(n.clone()));
    let high = a.high.as_ref().map_or(End::Above, |n| End::At(n.clone()));
    (low, high)
}

/// Product by corners.
pub(crate) fn multiply(a: &Interval, b: &Interval) -> Interval {
    if let (Some(a), Some(b)) = (a.exact(), b.exact()) {
        return Interval::only(a * b);
    }
    let ((a0, a1), (b0, b1)) = (ends(a), ends(b));
    let mut corners = [a0.times(&b0), a0.times(&b1), a1.times(&b0), a1.times(&b1)];
    corners.sort();
    let [low, .., high] = corners;
    Interval {
        low: low.finite(),
        high: high.finite(),
    }
}

/// 1 ÷ x where x does not hold zero; an unlimited end gives 0.
fn inverse(a: &Interval) -> Interval {
    let end = |e: &Option<Exact>| Some(e.as_ref().map_or_else(Exact::zero, |n| n.recip()));
    Interval {
        low: end(&a.high),
        high: end(&a.low),
    }
}

/// The larger of two at either end.
pub(crate) fn maximum(a: &Interval, b: &Interval) -> Interval {
    negate(&minimum(&negate(a), &negate(b)))
}

/// The smaller of two at either end.
pub(crate) fn minimum(a: &Interval, b: &Interval) -> Interval {
    let ((a0, a1), (b0, b1)) = (ends(a), ends(b));
    Interval {
        low: a0.min(b0).finite(),
        high: a1.min(b1).finite(),
    }
}

/// `left comparison right`. 无 equals nothing and stands in no order.
pub(crate) fn compare(comparison: Comparison, left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Refused(fault), _) | (_, Value::Refused(fault)) => Value::Refused(fault.clone()),
        (Value::Absent, _) | (_, Value::Absent) => Value::Truth(comparison == Comparison::NotEqual),
        (Value::Number(a, ra), Value::Number(b, rb)) => match compare_intervals(comparison, a, b) {
            Some(truth) => Value::Truth(truth),
            None => Value::Undecided(ra.union(rb).cloned().collect()),
        },
        (Value::Candidates(several, table), other) | (other, Value::Candidates(several, table)) => {
            let flipped = matches!(right, Value::Candidates(..)) && !matches!(left, Value::Candidates(..));
            compare_candidates(comparison, several, table, other, flipped)
        }
        (Value::Literal(a), Value::Literal(b)) => Value::Truth(holds(comparison, a.cmp(b))),
        (Value::Row(a), Value::Row(b)) => Value::Truth(holds(comparison, a.cmp(b))),
        (Value::Truth(a), Value::Truth(b)) => Value::Truth(holds(comparison, a.cmp(b))),
        (a, b) if a.is_open() || b.is_open() => {
            let mut reasons = Reasons::new();
            a.add_reasons(&mut reasons);
            b.add_reasons(&mut reasons);
            Value::Undecided(reasons)
        }
        _ => Value::refused(FaultCode::Domain, "不能相比"),
    }
}

/// Decided only when every choice answers alike.
fn compare_candidates(
    comparison: Comparison,
    several: &[Literal],
    table: &smol_str::SmolStr,
    other: &Value,
    flipped: bool,
) -> Value {
    let mut answers = several.iter().map(|literal| {
        let one = Value::literal(literal);
        if flipped {
            compare(comparison, other, &one)
        } else {
            compare(comparison, &one, other)
        }
    });
    let Some(first) = answers.next() else {
        return Value::Truth(comparison == Comparison::NotEqual);
    };
    let reason = Reasons::from([Reason::PendingChoice(table.clone())]);
    answers.fold(first, |all, next| all.either(next, &reason))
}

fn holds(comparison: Comparison, order: std::cmp::Ordering) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
    }
}

/// Whether a comparison holds for all numbers of two intervals, for none, or (`None`) for some.
pub(crate) fn compare_intervals(comparison: Comparison, a: &Interval, b: &Interval) -> Option<bool> {
    let both = |x: &Option<Exact>, y: &Option<Exact>, test: fn(&Exact, &Exact) -> bool| {
        x.as_ref().zip(y.as_ref()).is_some_and(|(x, y)| test(x, y))
    };
    let decide = |yes: bool, no: bool| {
        if yes {
            Some(true)
        } else if no {
            Some(false)
        } else {
            None
        }
    };
    match comparison {
        Comparison::Less => decide(
            both(&a.high, &b.low, |x, y| x < y),
            both(&a.low, &b.high, |x, y| x >= y),
        ),
        Comparison::AtMost => decide(
            both(&a.high, &b.low, |x, y| x <= y),
            both(&a.low, &b.high, |x, y| x > y),
        ),
        Comparison::Greater => compare_intervals(Comparison::Less, b, a),
        Comparison::AtLeast => compare_intervals(Comparison::AtMost, b, a),
        Comparison::Equal => {
            let same = a.exact().zip(b.exact()).is_some_and(|(x, y)| x == y);
            let apart = both(&a.high, &b.low, |x, y| x < y) || both(&b.high, &a.low, |x, y| x < y);
            decide(same, apart)
        }
        Comparison::NotEqual => compare_intervals(Comparison::Equal, a, b).map(|truth| !truth),
    }
}

/// 且 over conditions: any 否 is 否, else any refusal refuses, else any open one leaves it open, else 是.
pub(crate) fn all<'v>(values: impl Iterator<Item = &'v Value>) -> Value {
    connect(values, false)
}

/// 或 over conditions, the dual of [`all`].
pub(crate) fn any<'v>(values: impl Iterator<Item = &'v Value>) -> Value {
    connect(values, true)
}

fn connect<'v>(values: impl Iterator<Item = &'v Value>, deciding: bool) -> Value {
    let mut refused: Option<&Fault> = None;
    let mut open = false;
    let mut reasons = Reasons::new();
    for value in values {
        match value.truth() {
            Truth::Yes if deciding => return Value::Truth(true),
            Truth::No if !deciding => return Value::Truth(false),
            Truth::Yes | Truth::No => {}
            Truth::Refused(fault) => refused = refused.or(Some(fault)),
            Truth::Open(more) => {
                open = true;
                reasons.extend(more.iter().cloned());
            }
        }
    }
    match refused {
        Some(fault) => Value::Refused(fault.clone()),
        None if open => Value::Undecided(reasons),
        None => Value::Truth(!deciding),
    }
}

/// 非.
pub(crate) fn not(value: &Value) -> Value {
    match value.truth() {
        Truth::Yes => Value::Truth(false),
        Truth::No => Value::Truth(true),
        Truth::Open(reasons) => Value::Undecided(reasons.clone()),
        Truth::Refused(fault) => Value::Refused(fault.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiufen_quantity::exact::ratio;

    fn between(low: Option<i128>, high: Option<i128>) -> Interval {
        Interval {
            low: low.map(integer),
            high: high.map(integer),
        }
    }

    fn open(low: Option<i128>, high: Option<i128>) -> Value {
        Value::Number(
            between(low, high),
            Reasons::from([Reason::Unpublished("甲".into())]),
        )
    }

    fn exact(n: i128) -> Value {
        Value::exact(integer(n))
    }

    fn check(operator: Operator, left: Value, right: Value, expected: Value) {
        assert_eq!(arithmetic(operator, &left, &right, || "丙".into()), expected);
    }

    #[test]
    fn bounds_are_the_image_of_each_operation() {
        check(
            Operator::Add,
            open(Some(1), Some(2)),
            exact(3),
            open(Some(4), Some(5)),
        );
        check(
            Operator::Subtract,
            open(Some(1), Some(2)),
            open(Some(1), Some(2)),
            open(Some(-1), Some(1)),
        );
        check(
            Operator::Multiply,
            open(Some(-2), Some(3)),
            open(Some(-5), None),
            open(None, None),
        );
        check(
            Operator::Multiply,
            open(Some(0), None),
            exact(2),
            open(Some(0), None),
        );
        check(
            Operator::Multiply,
            open(Some(0), None),
            open(Some(0), None),
            open(Some(0), None),
        );
        check(Operator::Divide, open(Some(1), Some(6)), exact(2), {
            let interval = Interval {
                low: Some(ratio(1, 2)),
                high: Some(integer(3)),
            };
            Value::Number(interval, Reasons::from([Reason::Unpublished("甲".into())]))
        });
        check(
            Operator::Divide,
            exact(6),
            open(Some(2), None),
            open(Some(0), Some(3)),
        );
    }

    #[test]
    fn an_unknown_number_times_zero_is_zero_without_reasons() {
        check(Operator::Multiply, open(Some(0), None), exact(0), exact(0));
    }

    #[test]
    fn division_refuses_zero_and_leaves_open_what_may_be_zero() {
        check(
            Operator::Divide,
            exact(1),
            exact(0),
            Value::refused(FaultCode::DivisionByZero, "丙"),
        );
        check(
            Operator::Divide,
            exact(1),
            open(Some(0), Some(5)),
            open(None, None),
        );
    }

    #[test]
    fn nothing_in_arithmetic_gives_nothing() {
        check(Operator::Add, Value::Absent, open(None, None), Value::Absent);
    }

    #[test]
    fn a_year_plus_years_is_a_year() {
        let year = |y| Value::Literal(Literal::Year(y));
        check(Operator::Add, year(2022), exact(2), year(2024));
        check(Operator::Subtract, year(2024), year(2022), exact(2));
    }

    #[test]
    fn comparisons_are_decided_when_certain() {
        let unknown = Reasons::from([Reason::Unpublished("甲".into())]);
        for (comparison, left, right, expected) in [
            (
                Comparison::AtLeast,
                open(Some(3), None),
                exact(3),
                Value::Truth(true),
            ),
            (
                Comparison::Greater,
                open(Some(3), None),
                exact(3),
                Value::Undecided(unknown.clone()),
            ),
            (
                Comparison::Less,
                open(Some(3), None),
                exact(3),
                Value::Truth(false),
            ),
            (
                Comparison::Equal,
                open(Some(3), Some(5)),
                exact(6),
                Value::Truth(false),
            ),
            (
                Comparison::NotEqual,
                open(Some(3), Some(5)),
                exact(4),
                Value::Undecided(unknown),
            ),
            (Comparison::Equal, Value::Absent, exact(4), Value::Truth(false)),
            (Comparison::NotEqual, Value::Absent, exact(4), Value::Truth(true)),
            (
                Comparison::Less,
                Value::Absent,
                open(None, None),
                Value::Truth(false),
            ),
        ] {
            assert_eq!(
                compare(comparison, &left, &right),
                expected,
                "{comparison:?} {left:?} {right:?}"
            );
        }
    }

    #[test]
    fn candidates_answer_when_all_of_them_agree() {
        let text = |t: &str| Literal::Text(t.into());
        let several = Value::Candidates(vec![text("1301"), text("1302")], "产业对照".into());
        let ask = |t: &str| compare(Comparison::Equal, &several, &Value::Literal(text(t)));
        assert_eq!(ask("1400"), Value::Truth(false));
        assert!(
            matches!(ask("1301"), Value::Undecided(reasons) if reasons.iter().all(|r| r.kind() == "待选"))
        );
    }

    #[test]
    fn kleene_logic_is_structural() {
        let reasons = Reasons::from([Reason::Unpublished("甲".into())]);
        let (yes, no, unknown) = (Value::Truth(true), Value::Truth(false), Value::Undecided(reasons));
        let fault = Value::refused(FaultCode::Domain, "丁");
        assert_eq!(all([&unknown, &fault, &no].into_iter()), no);
        assert_eq!(all([&unknown, &fault, &yes].into_iter()), fault);
        assert_eq!(all([&unknown, &yes].into_iter()), unknown);
        assert_eq!(any([&unknown, &fault, &yes].into_iter()), yes);
        assert_eq!(any([&no, &unknown].into_iter()), unknown);
        assert_eq!(
            any([&unknown, &not(&unknown)].into_iter()),
            unknown,
            "x ≥ 3 或 x < 3 stays open"
        );
        assert_eq!(all([&Value::Absent].into_iter()), no);
    }

    proptest::proptest! {
        #[test]
        fn every_number_inside_stays_inside(a in -9i128..9, b in -9i128..9, c in -9i128..9, d in -9i128..9,
                                            t in 0i128..=4, u in 0i128..=4, operator in 0usize..4) {
            let operator = [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide][operator];
            let (x, y) = (Interval::between(integer(a), integer(b)), Interval::between(integer(c), integer(d)));
            let inside = |i: &Interval, t: i128| {
                let (low, high) = (i.low.clone().unwrap(), i.high.clone().unwrap());
                &low + (&high - &low) * ratio(t, 4)
            };
            let point = arithmetic(operator, &Value::exact(inside(&x, t)), &Value::exact(inside(&y, u)), String::new);
            let why = Reasons::from([Reason::Unpublished("甲".into())]);
            let image = arithmetic(operator, &Value::number(x, why.clone()), &Value::number(y, why), String::new);
            if let (Value::Number(point, _), Value::Number(image, _)) = (point, image) {
                let point = point.low.unwrap();
                proptest::prop_assert!(image.low.is_none_or(|low| low <= point));
                proptest::prop_assert!(image.high.is_none_or(|high| high >= point));
            }
        }
    }
}
