//! The machine against the same operations one row at a time, on 128 bits: two ways to every number.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use jiufen_engine::{
    Answer, Columns, Flag, Graph, Input, InputId, Machine, Node, NodeId, Output, ROWS, Reading, Wanted,
};
use jiufen_language::program::{Comparison, FieldRef, SubjectId};
use jiufen_quantity::Rounding;
use jiufen_quantity::exact::{integer, ratio, round};
use jiufen_table::lanes::{LaneColumn, LaneState, Lanes, Meaning};
use num_traits::ToPrimitive;
use proptest::prelude::*;

/// Columns of one subject, by the index of the field.
struct Table(Vec<LaneColumn>);

impl Columns for Table {
    fn column(&self, field: FieldRef, _year: Option<i16>) -> Option<&LaneColumn> {
        self.0.get(usize::from(field.index))
    }

    fn years(&self, _subject: SubjectId) -> Option<(i16, i16)> {
        None
    }
}

fn field(index: u16) -> FieldRef {
    FieldRef {
        subject: SubjectId(0),
        index,
    }
}

fn input(path: &[u16], of: u16) -> Input {
    Input {
        path: path.iter().map(|f| (field(*f), None)).collect(),
        field: field(of),
        year: None,
    }
}

/// A value of a node for one row: a number, or 1 and 0.
fn one_row(graph: &Graph, inputs: &[Input], table: &Table, row: usize) -> Vec<i128> {
    let mut values: Vec<i128> = Vec::new();
    for node in graph.nodes() {
        let v = |id: NodeId| values[id.position()];
        let value = match *node {
            Node::Constant(n) => i128::from(n),
            Node::Load(id) => cell(inputs, table, id, row).1,
            Node::Add(a, b) => v(a) + v(b),
            Node::Subtract(a, b) => v(a) - v(b),
            Node::Multiply(a, b) => v(a) * v(b),
            Node::Smaller(a, b) => v(a).min(v(b)),
            Node::Larger(a, b) => v(a).max(v(b)),
            Node::DivideBy(a, d) => round(&ratio(v(a), i128::from(d.divisor)), d.mode)
                .to_i128()
                .unwrap(),
            Node::Divide(_, b, _) if v(b) <= 0 => 0,
            Node::Divide(a, b, mode) => round(&(integer(v(a)) / integer(v(b))), mode).to_i128().unwrap(),
            Node::Choose(m, a, b) => {
                if v(m) == 1 {
                    v(a)
                } else {
                    v(b)
                }
            }
            Node::Truth(truth) => i128::from(truth),
            Node::Flag(id, flag) => i128::from(match (flag, cell(inputs, table, id, row)) {
                (Flag::True, (_, n)) => n != 0,
                (Flag::Known, (state, _)) => state == LaneState::KNOWN,
                (Flag::Absent, (state, _)) => state >= LaneState::ABSENT,
                (Flag::NotApplicable, (state, _)) => state == LaneState::NOT_APPLICABLE,
            }),
            Node::Compare(comparison, a, b) => i128::from(match comparison {
                Comparison::Equal => v(a) == v(b),
                Comparison::NotEqual => v(a) != v(b),
                Comparison::Less => v(a) < v(b),
                Comparison::AtMost => v(a) <= v(b),
                Comparison::Greater => v(a) > v(b),
                Comparison::AtLeast => v(a) >= v(b),
            }),
            Node::Within(a, low, high) => i128::from(v(a) >= i128::from(low) && v(a) <= i128::from(high)),
            Node::And(a, b) => v(a) & v(b),
            Node::Or(a, b) => v(a) | v(b),
            Node::Not(a) => 1 - v(a),
        };
        values.push(value);
    }
    values
}

/// State and number of an input for a row, following its way.
fn cell(inputs: &[Input], table: &Table, id: InputId, row: usize) -> (u8, i128) {
    let input = &inputs[id.position()];
    let mut at = row;
    for (step, _) in &input.path {
        let column = table.column(*step, None).unwrap();
        let state = column.states.as_ref().map_or(LaneState::KNOWN, |s| s[at]);
        if state != LaneState::KNOWN {
            return (state.min(LaneState::ABSENT), 0);
        }
        let Lanes::Narrow(rows) = &column.lanes else {
            panic!("no way")
        };
        at = usize::try_from(rows[at]).unwrap();
    }
    let column = table.column(input.field, None).unwrap();
    let state = column.states.as_ref().map_or(LaneState::KNOWN, |s| s[at]);
    let n = match &column.lanes {
        Lanes::Wide(lanes) => i128::from(lanes[at]),
        Lanes::Narrow(lanes) => i128::from(lanes[at]),
        Lanes::Truth(lanes) => i128::from(lanes[at]),
    };
    (state, n)
}

/// Which operation to add next, and on what: places among the numbers and masks that are there.
type Step = (u8, usize, usize, usize, i64);

fn grow(graph: &mut Graph, numbers: &mut Vec<NodeId>, masks: &mut Vec<NodeId>, step: &Step) {
    let (kind, i, j, k, n) = *step;
    let number = |at: usize| numbers[at % numbers.len()];
    let mask = |at: usize| masks[at % masks.len()];
    let (a, b) = (number(i), number(j));
    let modes = [Rounding::HalfUp, Rounding::Truncate, Rounding::Up];
    let mode = modes[k % 3];
    let made = match kind % 16 {
        0 => graph.add(a, b).ok(),
        1 => graph.subtract(a, b).ok(),
        2 => graph.multiply(a, b).ok(),
        3 => graph.times(a, n).ok(),
        4 => Some(graph.smaller(a, b)),
        5 => Some(graph.larger(a, b)),
        6 => Some(graph.divide_by(a, n.unsigned_abs().max(1) as i64, mode)),
        7 => {
            let one = graph.constant(1);
            let positive = graph.larger(b, one);
            Some(graph.divide(a, positive, mode))
        }
        8 => Some(graph.choose(mask(k), a, b)),
        9 => Some(graph.constant(n)),
        _ => None,
    };
    numbers.extend(made);
    let comparisons = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::AtMost,
        Comparison::Greater,
        Comparison::AtLeast,
    ];
    let made = match kind % 16 {
        10 => Some(graph.compare(comparisons[k % 6], a, b)),
        11 => Some(graph.within(a, n.min(n / 2), n.max(n / 2))),
        12 => Some(graph.and(mask(i), mask(j))),
        13 => Some(graph.or(mask(i), mask(j))),
        14 => Some(graph.not(mask(i))),
        15 => {
            let n = graph.constant(n);
            Some(graph.compare(comparisons[k % 6], a, n))
        }
        _ => None,
    };
    masks.extend(made);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn the_machine_computes_what_each_row_alone_comes_to(
        steps in prop::collection::vec(
            (any::<u8>(), any::<usize>(), any::<usize>(), any::<usize>(), prop_oneof![-50i64..50, -2_000_000i64..2_000_000]),
            1..60,
        ),
        wide in prop::collection::vec(prop_oneof![-5i64..5, -3_000_000_000i64..3_000_000_000], 1..40),
        states in prop::collection::vec(0u8..4, 1..40),
        rows in prop_oneof![1usize..40, Just(ROWS), Just(ROWS + 1), Just(2 * ROWS + 7)],
    ) {
        let at = |list: &[i64], row: usize| list[row * 7 % list.len()];
        let state = |row: usize| states[row * 3 % states.len()];
        let known: Vec<i64> = (0..rows).map(|r| at(&wide, r)).collect();
        let narrow: Vec<i32> = (0..rows).map(|r| (at(&wide, r) % 100) as i32).collect();
        let truths: Vec<u8> = (0..rows).map(|r| u8::from(at(&wide, r) % 2 == 0)).collect();
        let ways: Vec<i32> = (0..rows).map(|r| ((r * 5 + 3) % rows) as i32).collect();
        let all_states: Vec<u8> = (0..rows).map(state).collect();
        let zeroed = |v: Vec<i64>| -> Vec<i64> {
            v.into_iter().zip(&all_states).map(|(v, s)| if *s == LaneState::KNOWN { v } else { 0 }).collect()
        };
        let number = || Meaning::Number(integer(1));
        let table = Table(vec![
            LaneColumn::known(Lanes::Wide(known.clone()), number()),
            LaneColumn::known(Lanes::Narrow(narrow), number()),
            LaneColumn::new(Lanes::Truth(truths), Some(all_states.clone()), Meaning::Truth),
            LaneColumn::new(Lanes::Narrow(ways), Some(all_states.clone()), Meaning::Row),
            LaneColumn::new(Lanes::Wide(zeroed(known)), Some(all_states.clone()), number()),
        ]);
        let inputs = vec![
            input(&[], 0), input(&[], 1), input(&[], 2), input(&[], 4),
            input(&[3], 0), input(&[3], 2), input(&[3, 3], 4),
        ];
        let read: Vec<Reading> = inputs.iter().cloned().map(Reading::from).collect();
        let ids: Vec<InputId> = (0..inputs.len()).map(InputId::at).collect();
        let mut graph = Graph::default();
        let mut numbers = Vec::new();
        for (id, input) in ids.iter().zip(&inputs) {
            let column = table.column(input.field, None).unwrap();
            if !matches!(column.lanes, Lanes::Truth(_)) {
                numbers.push(graph.load(*id, column.low, column.high).unwrap());
            }
        }
        let mut masks = Vec::new();
        for id in &ids {
            for flag in [Flag::Known, Flag::Absent, Flag::NotApplicable] {
                masks.push(graph.flag(*id, flag));
            }
        }
        masks.push(graph.flag(ids[2], Flag::True));
        masks.push(graph.flag(ids[5], Flag::True));
        for step in &steps {
            grow(&mut graph, &mut numbers, &mut masks, step);
        }
        let outputs: Vec<NodeId> = numbers.iter().chain(&masks).copied().collect();
        let plain: Vec<Output> = outputs.iter().map(|o| Output::from(*o)).collect();
        let machine = Machine::new(&graph, inputs.len(), &plain);
        let answers = machine.run(&read, &table, rows, 1);
        prop_assert_eq!(&answers, &machine.run(&read, &table, rows, 2), "two threads");
        let guarded: Vec<Output> = outputs
            .iter()
            .zip(masks.iter().rev().cycle())
            .map(|(node, guard)| Output { wanted: Wanted::Node(*node), guard: Some(*guard) })
            .collect();
        let two_steps = Machine::in_two_steps(&graph, inputs.len(), &guarded);
        prop_assert_eq!(&answers, &two_steps.run(&read, &table, rows, 1), "two steps");
        let packed = [
            Output { wanted: Wanted::Bytes(masks.iter().copied().take(8).collect()), guard: masks.last().copied() },
            Output { wanted: Wanted::Words(masks.iter().copied().take(64).collect()), guard: None },
        ];
        for machine in [Machine::new(&graph, inputs.len(), &packed), Machine::in_two_steps(&graph, inputs.len(), &packed)] {
            let found = machine.run(&read, &table, rows, 2);
            let [Answer::Bytes(bytes), Answer::Words(words)] = found.as_slice() else { panic!("{found:?}") };
            for (bit, mask) in answers[numbers.len()..].iter().take(64).enumerate() {
                let Answer::Mask(mask) = mask else { panic!("no mask") };
                for row in 0..rows {
                    prop_assert_eq!(words[row] >> bit & 1, u64::from(mask[row] & 1));
                    prop_assert!(bit >= 8 || bytes[row] >> bit & 1 == mask[row] & 1);
                }
            }
        }
        for row in (0..rows).step_by(1 + rows / 50) {
            let expected = one_row(&graph, &inputs, &table, row);
            for (output, answer) in outputs.iter().zip(&answers) {
                let wanted = expected[output.position()];
                let found = match answer {
                    Answer::Numbers(all) => i128::from(all[row]),
                    Answer::Mask(all) => i128::from(all[row] & 1),
                    Answer::Bytes(_) | Answer::Words(_) => panic!("not asked for"),
                };
                prop_assert_eq!(found, wanted, "row {} of {:?}", row, graph.node(*output));
                if !graph.node(*output).is_mask() {
                    let bounds = graph.bounds(*output);
                    prop_assert!(i128::from(bounds.low) <= wanted && wanted <= i128::from(bounds.high), "{:?}", graph.node(*output));
                }
            }
        }
    }
}
