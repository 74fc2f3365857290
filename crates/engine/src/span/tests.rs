//! Ends in columns against ends computed plainly with fractions, row by row.

use jiufen_language::program::Operator;
use jiufen_quantity::exact::{integer, ratio, round_to};
use jiufen_quantity::{Exact, Rounding};
use num_traits::{Signed, Zero};
use proptest::prelude::*;

use super::*;
use crate::graph::{Flag, InputId, Node};
use crate::why::UnknownId;

/// A cell of a column: its number, or missing.
type Cell = Option<i64>;

/// An end; none is no end.
type End = Option<Exact>;

/// A column that may be missing, on a scale; a signed one may be any number where it is.
fn column(graph: &mut Graph, input: usize, scale: &Exact, signed: bool) -> Number {
    let id = InputId::at(input);
    let (low, high) = if signed { (-40, 40) } else { (0, 40) };
    let value = graph.load(id, low, high).unwrap();
    let known = graph.flag(id, Flag::Known);
    let open = graph.not(known);
    let (never, always) = (graph.never(), graph.always());
    let span = Span {
        low: value,
        high: value,
        over: None,
        no_low: if signed { open } else { never },
        no_high: open,
        here: always,
        open,
        why: Why::one(UnknownId(input as u32), open),
    };
    Number {
        value,
        over: None,
        scale: scale.clone(),
        known,
        absent: never,
        span: Some(Rc::new(span)),
    }
}

/// Every node of a graph on one row.
fn nodes_on(graph: &Graph, row: &[Cell]) -> Vec<i128> {
    let mut all: Vec<i128> = Vec::new();
    for node in graph.nodes() {
        let of = |id: NodeId| all[id.position()];
        let is = |id: NodeId| all[id.position()] != 0;
        all.push(match *node {
            Node::Constant(n) => i128::from(n),
            Node::Load(input) => i128::from(row[input.position()].unwrap_or(0)),
            Node::Add(a, b) => of(a) + of(b),
            Node::Subtract(a, b) => of(a) - of(b),
            Node::Multiply(a, b) => of(a) * of(b),
            Node::Smaller(a, b) => of(a).min(of(b)),
            Node::Larger(a, b) => of(a).max(of(b)),
            Node::DivideBy(a, by) => quotient(of(a), i128::from(by.divisor), by.mode),
            Node::Divide(_, b, _) if of(b) <= 0 => 0,
            Node::Divide(a, b, mode) => quotient(of(a), of(b), mode),
            Node::Choose(mask, a, b) => {
                if is(mask) {
                    of(a)
                } else {
                    of(b)
                }
            }
            Node::Truth(truth) => i128::from(truth),
            Node::Flag(input, Flag::Known) => i128::from(row[input.position()].is_some()),
            Node::Flag(..) => 0,
            Node::Compare(comparison, a, b) => i128::from(crate::value_order(comparison, of(a).cmp(&of(b)))),
            Node::Within(a, low, high) => i128::from(i128::from(low) <= of(a) && of(a) <= i128::from(high)),
            Node::And(a, b) => i128::from(is(a) && is(b)),
            Node::Or(a, b) => i128::from(is(a) || is(b)),
            Node::Not(a) => i128::from(!is(a)),
        });
    }
    all
}

fn quotient(n: i128, d: i128, mode: Rounding) -> i128 {
    use num_traits::ToPrimitive;
    jiufen_quantity::exact::round(&ratio(n, d), mode)
        .to_i128()
        .unwrap()
}

/// Both ends of a number on a row, and whether it is open; none where it is left.
fn ends_on(graph: &mut Graph, n: &Number, row: &[Cell]) -> Option<(End, End, bool)> {
    let span = graph.span(n);
    let all = nodes_on(graph, row);
    let is = |mask: NodeId| all[mask.position()] != 0;
    let over = span.over.map_or(1, |over| all[over.position()]);
    let end = |node: NodeId| ratio(all[node.position()], over) * &n.scale;
    is(span.here).then(|| {
        (
            (!is(span.no_low)).then(|| end(span.low)),
            (!is(span.no_high)).then(|| end(span.high)),
            is(span.open),
        )
    })
}

fn cell(cell: Cell, scale: &Exact, signed: bool) -> (End, End) {
    match cell {
        Some(n) => (
            Some(integer(i128::from(n)) * scale),
            Some(integer(i128::from(n)) * scale),
        ),
        None => ((!signed).then(|| integer(0)), None),
    }
}

/// The product of two ends; `None` beside a sign is an end without limit.
fn times(a: (&End, i32), b: (&End, i32)) -> (i32, Exact) {
    let sign = |(end, limit): (&End, i32)| match end {
        Some(n) if n.is_zero() => 0,
        Some(n) if n.is_negative() => -1,
        Some(_) => 1,
        None => limit,
    };
    match (a.0, b.0) {
        (Some(x), Some(y)) => (0, x * y),
        _ => (sign(a) * sign(b), integer(0)),
    }
}

/// The image of an operation by corners, as language.md §8.1 says it; none where it is refused.
fn image(operator: Operator, a: &(End, End), b: &(End, End)) -> Option<(End, End)> {
    let both = |x: &End, y: &End, with: fn(&Exact, &Exact) -> Exact| {
        x.as_ref().zip(y.as_ref()).map(|(x, y)| with(x, y))
    };
    Some(match operator {
        Operator::Add => (both(&a.0, &b.0, |x, y| x + y), both(&a.1, &b.1, |x, y| x + y)),
        Operator::Subtract => (both(&a.0, &b.1, |x, y| x - y), both(&a.1, &b.0, |x, y| x - y)),
        Operator::Multiply => {
            let mut corners = Vec::new();
            for x in [(&a.0, -1), (&a.1, 1)] {
                for y in [(&b.0, -1), (&b.1, 1)] {
                    corners.push(times(x, y));
                }
            }
            corners.sort();
            let end = |(limit, n): &(i32, Exact)| (*limit == 0).then(|| n.clone());
            (end(&corners[0]), end(&corners[3]))
        }
        Operator::Divide => {
            let zero = |end: &End, is: fn(&Exact) -> bool| end.as_ref().is_none_or(is);
            if b.0 == b.1 && b.0.as_ref().is_some_and(Zero::is_zero) {
                return None;
            }
            if zero(&b.0, |n| !n.is_positive()) && zero(&b.1, |n| !n.is_negative()) {
                return Some((None, None));
            }
            let inverse = |end: &End| Some(end.as_ref().map_or_else(|| integer(0), |n| n.recip()));
            return image(Operator::Multiply, a, &(inverse(&b.1), inverse(&b.0)));
        }
    })
}

fn cells() -> impl Strategy<Value = Cell> {
    prop_oneof![1 => Just(None), 1 => Just(Some(0)), 3 => (-40i64..=40).prop_map(Some)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn ends_are_the_image_of_each_operation(
        row in proptest::collection::vec(cells(), 3),
        signed in proptest::collection::vec(any::<bool>(), 3),
        operators in (0usize..6, 0usize..6),
        step in 1i128..5,
    ) {
        let row: Vec<Cell> = row.iter().zip(&signed).map(|(c, s)| c.map(|n| if *s { n } else { n.abs() })).collect();
        let scales = [ratio(1, 100), ratio(20, 3), integer(1)];
        let mut graph = Graph::default();
        let columns: Vec<Number> = (0..3).map(|i| column(&mut graph, i, &scales[i], signed[i])).collect();
        let plain: Vec<(End, End)> = (0..3).map(|i| cell(row[i], &scales[i], signed[i])).collect();
        let apply = |graph: &mut Graph, which: usize, a: &Number, b: &Number| match which {
            0 => graph.sum(a, b, false),
            1 => graph.sum(a, b, true),
            2 => graph.product(a, b),
            3 => graph.quotient(a, b),
            4 => graph.extreme(a, b, true),
            _ => graph.extreme(a, b, false),
        };
        let expect = |which: usize, a: &(End, End), b: &(End, End)| match which {
            0 => image(Operator::Add, a, b),
            1 => image(Operator::Subtract, a, b),
            2 => image(Operator::Multiply, a, b),
            3 => image(Operator::Divide, a, b),
            largest => {
                let lower = |x: &End, y: &End| x.clone().zip(y.clone()).map(|(x, y)| x.min(y));
                let negative = |(low, high): &(End, End)| (high.clone().map(|n| -n), low.clone().map(|n| -n));
                let smaller = |a: &(End, End), b: &(End, End)| {
                    let high = match (&a.1, &b.1) {
                        (Some(x), Some(y)) => Some(x.min(y).clone()),
                        (x, y) => x.clone().or(y.clone()),
                    };
                    (lower(&a.0, &b.0), high)
                };
                Some(match largest {
                    4 => negative(&smaller(&negative(a), &negative(b))),
                    _ => smaller(a, b),
                })
            }
        };
        let Ok(first) = apply(&mut graph, operators.0, &columns[0], &columns[1]) else { return Ok(()) };
        let Ok(second) = apply(&mut graph, operators.1, &first, &columns[2]) else { return Ok(()) };
        let Ok(rounded) = graph.rounded(&second, &ratio(step, 2), Rounding::HalfUp) else { return Ok(()) };
        let Ok(magnitude) = graph.magnitude(&second) else { return Ok(()) };
        prop_assert_eq!(graph.fault(), None);
        let expected = expect(operators.0, &plain[0], &plain[1]).and_then(|first| expect(operators.1, &first, &plain[2]));
        let round = |end: &End| end.as_ref().map(|n| round_to(n, &ratio(step, 2), Rounding::HalfUp));
        let absolute = |(low, high): &(End, End)| match (low, high) {
            (Some(low), _) if !low.is_negative() => (Some(low.clone()), high.clone()),
            (_, Some(high)) if !high.is_positive() => (Some(-high), low.clone().map(|n| -n)),
            (low, high) => (Some(integer(0)), low.clone().zip(high.clone()).map(|(l, h)| l.abs().max(h))),
        };
        for (number, expected) in [
            (&second, expected.clone()),
            (&rounded, expected.as_ref().map(|(low, high)| (round(low), round(high)))),
            (&magnitude, expected.as_ref().map(absolute)),
        ] {
            // What is left may be anything: the interpreter decides it.
            let Some((low, high, open)) = ends_on(&mut graph, number, &row) else { continue };
            let (wanted_low, wanted_high) = expected.expect("a number that is not refused");
            let exact = wanted_low == wanted_high && wanted_low.is_some();
            prop_assert_eq!((&low, &high), (&wanted_low, &wanted_high));
            prop_assert_eq!(open, !exact);
            let all = nodes_on(&graph, &row);
            if all[number.known.position()] != 0 {
                let over = number.over.map_or(1, |over| all[over.position()]);
                prop_assert_eq!(Some(ratio(all[number.value.position()], over) * &number.scale), low);
            }
        }
    }
}
