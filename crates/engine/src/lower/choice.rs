//! The value of the first condition that holds. An open condition leaves the answer between its value and the later ones.

use std::rc::Rc;

use jiufen_language::program::{Comparison, Literal};
use smol_str::SmolStr;

use super::Lowering;
use crate::graph::NodeId;
use crate::span::Ends;
use crate::value::{Code, Kind, Marks, Number, Span, Truth, Value};
use crate::why::{Ground, Why};

/// What holds where no condition does.
pub(super) enum Otherwise {
    Value(Value),
    /// Nothing: the answer is refused. Where some condition is open, the answer is open even when all that it could be
    /// are the same.
    Nothing,
}

/// Where the arms of a choice are asked and where their values may be the answer.
pub(super) struct Ways {
    pub asked: Vec<NodeId>,
    pub taken: Vec<NodeId>,
    /// Where no arm is taken for sure.
    pub last: NodeId,
}

/// Why something that a choice rests on counts: reasons, where they are listed, and where they are reasons of the answer.
pub(super) type Counts = (Why, NodeId, NodeId);

/// The rows of a step of a choice, from its last arm to its first.
struct Turn {
    /// The value of the arm.
    this: NodeId,
    /// The answer of the later arms.
    later: NodeId,
    /// Either.
    either: NodeId,
}

impl Lowering<'_> {
    /// A choice whose conditions and values stand in source order.
    pub(super) fn choose(&mut self, arms: &[(Truth, Value)], otherwise: Otherwise) -> Value {
        self.choose_for(arms, otherwise, |lowering, ways, otherwise| {
            let mut counts = Vec::new();
            for (index, (when, value)) in arms.iter().enumerate() {
                let (asked, taken) = (ways.asked[index], ways.taken[index]);
                let open = lowering.graph.and(asked, when.open);
                counts.push((when.why.clone(), asked, open));
                counts.push((lowering.why(value), taken, taken));
            }
            if let Otherwise::Value(value) = otherwise {
                counts.push((lowering.why(value), ways.last, ways.last));
            }
            counts
        })
    }

    /// A choice, with what its reasons are in which order.
    pub(super) fn choose_for(
        &mut self,
        arms: &[(Truth, Value)],
        otherwise: Otherwise,
        counts: impl FnOnce(&mut Self, &Ways, &Otherwise) -> Vec<Counts>,
    ) -> Value {
        let open = arms
            .iter()
            .any(|(when, value)| !self.graph.is_never(when.open) || self.may_be_open(value));
        let open = open || matches!(&otherwise, Otherwise::Value(value) if self.may_be_open(value));
        let answer = self.chosen(arms, &otherwise);
        if !open {
            return answer;
        }
        let ways = self.ways(arms);
        let counts = counts(self, &ways, &otherwise);
        let grounds: Vec<Ground<'_>> = counts
            .iter()
            .map(|(why, seen, counts)| Ground {
                why,
                seen: *seen,
                counts: *counts,
            })
            .collect();
        let why = |this: &mut Self, open: NodeId| this.graph.reasons(&grounds, open);
        match answer {
            Value::Number(mut number) => {
                if let Some(span) = &number.span {
                    let why = why(self, span.open);
                    number.span = Some(Rc::new(Span {
                        why,
                        ..Span::clone(span)
                    }));
                }
                Value::Number(number)
            }
            Value::Truth(mut truth) => {
                truth.why = why(self, truth.open);
                Value::Truth(truth)
            }
            Value::Code(mut code) => {
                code.marks.why = why(self, code.marks.open);
                Value::Code(code)
            }
            other => other,
        }
    }

    fn ways(&mut self, arms: &[(Truth, Value)]) -> Ways {
        let mut ways = Ways {
            asked: Vec::with_capacity(arms.len()),
            taken: Vec::with_capacity(arms.len()),
            last: self.graph.always(),
        };
        for (when, _) in arms {
            let possible = self.graph.or(when.yes, when.open);
            let on = self.graph.or(when.no, when.open);
            ways.asked.push(ways.last);
            ways.taken.push(self.graph.and(ways.last, possible));
            ways.last = self.graph.and(ways.last, on);
        }
        ways
    }

    /// The reasons of a value.
    pub(super) fn why(&mut self, value: &Value) -> Why {
        match value {
            Value::Number(n) => n.span.as_ref().map_or_else(Why::default, |span| span.why.clone()),
            Value::Truth(t) => t.why.clone(),
            Value::Code(c) => c.marks.why.clone(),
            Value::Row(r) => r.marks.why.clone(),
            Value::Unsettled(why) => why.clone(),
            Value::Series(years) => {
                let whys: Vec<Why> = years
                    .iter()
                    .map(|of| (of.left_out, of.value.clone()))
                    .map(|(left_out, value)| {
                        let there = self.graph.not(left_out);
                        let why = self.why(&value);
                        self.graph.reasons_in(&why, there)
                    })
                    .collect();
                let always = self.graph.always();
                self.graph.reasons_of(&whys.iter().collect::<Vec<_>>(), always)
            }
            Value::Literal(_) | Value::Absent | Value::Left => Why::default(),
        }
    }

    fn may_be_open(&self, value: &Value) -> bool {
        match value {
            Value::Number(n) => n.span.is_some(),
            Value::Truth(t) => !self.graph.is_never(t.open),
            Value::Code(c) => !self.graph.is_never(c.marks.open),
            Value::Row(r) => !self.graph.is_never(r.marks.open),
            Value::Series(years) => years.iter().any(|of| self.may_be_open(&of.value)),
            Value::Unsettled(_) => true,
            Value::Literal(_) | Value::Absent | Value::Left => false,
        }
    }

    /// The answer, its reasons aside.
    fn chosen(&mut self, arms: &[(Truth, Value)], otherwise: &Otherwise) -> Value {
        let last = match otherwise {
            Otherwise::Value(value) => Some(value),
            Otherwise::Nothing => None,
        };
        let values: Vec<&Value> = arms.iter().map(|(_, v)| v).chain(last).collect();
        let is = |test: fn(&Value) -> bool| values.iter().any(|v| test(v));
        if is(|v| matches!(v, Value::Number(_))) {
            return self.choose_number(arms, last);
        }
        if is(|v| matches!(v, Value::Truth(_))) {
            return self.choose_truth(arms, last);
        }
        if is(|v| matches!(v, Value::Code(_) | Value::Literal(_))) {
            return self.choose_code(arms, last);
        }
        if values.iter().all(|v| matches!(v, Value::Absent)) && last.is_some() {
            let firm = arms.iter().map(|(when, _)| when.clone()).collect::<Vec<_>>();
            let decided = firm
                .iter()
                .all(|when| self.graph.firm(when) == self.graph.always());
            return if decided { Value::Absent } else { Value::Left };
        }
        if is(|v| matches!(v, Value::Row(_) | Value::Series(_))) {
            return self.leave("分情形的引用");
        }
        if is(|v| matches!(v, Value::Unsettled(_))) {
            return self.choose_number(arms, last);
        }
        Value::Left
    }

    fn turn(&mut self, when: &Truth, void: NodeId) -> Turn {
        let alone = self.graph.and(when.open, void);
        Turn {
            this: self.graph.or(when.yes, alone),
            later: when.no,
            either: self.graph.and_not(when.open, void),
        }
    }

    /// Rows without any arm so far, and rows in which all that may be the answer may also not be it.
    fn before(&mut self, when: &Truth, (void, loose): (NodeId, NodeId)) -> (NodeId, NodeId) {
        let uncertain = self.graph.or(void, loose);
        let uncertain = self.graph.and(when.open, uncertain);
        let passed = self.graph.and(when.no, loose);
        (self.graph.and(when.no, void), self.graph.or(passed, uncertain))
    }

    fn choose_number(&mut self, arms: &[(Truth, Value)], last: Option<&Value>) -> Value {
        let (mut void, mut loose) = (self.graph.truth(last.is_none()), self.graph.never());
        let mut all = match last {
            Some(last) => self.number(last),
            None => self.graph.left_number(),
        };
        for (when, value) in arms.iter().rev() {
            let value = self.number(value);
            let turn = self.turn(when, void);
            match self.number_of_turn(when, &turn, &value, &all) {
                Ok(chosen) => all = chosen,
                Err(wide) => return self.fitting(Err(wide)),
            }
            (void, loose) = self.before(when, (void, loose));
        }
        if !self.graph.is_never(loose) {
            all = self.loosened(all, loose);
        }
        Value::Number(all)
    }

    fn number_of_turn(
        &mut self,
        when: &Truth,
        turn: &Turn,
        a: &Number,
        b: &Number,
    ) -> crate::arithmetic::Result<Number> {
        let graph = &mut self.graph;
        let scale = graph.shared_scale(a, b);
        let (x, y) = (
            graph.scaled(a.value, &a.scale, &scale)?,
            graph.scaled(b.value, &b.scale, &scale)?,
        );
        let value = graph.choose(when.yes, x, y);
        let over = graph.choose_over(when.yes, a.over, b.over);
        let known = graph.pick(when.yes, when.no, a.known, b.known);
        let absent = graph.pick(turn.this, turn.later, a.absent, b.absent);
        let number = Number {
            value,
            over,
            scale,
            known,
            absent,
            span: None,
        };
        let always_decided = graph.is_never(when.open);
        if always_decided && a.span.is_none() && b.span.is_none() {
            return Ok(number);
        }
        match graph.span_of_turn(turn, a, b, &number.scale) {
            Ok((span, none)) => Ok(Number {
                absent: graph.or(absent, none),
                span: Some(Rc::new(span)),
                ..number
            }),
            Err(_) => {
                graph.wide = true;
                Ok(number)
            }
        }
    }

    /// Where perhaps no arm holds at all, nothing is settled by what the arms agree on.
    fn loosened(&mut self, all: Number, loose: NodeId) -> Number {
        let graph = &mut self.graph;
        let span = graph.span(&all);
        let ends = Ends {
            low: span.low,
            high: span.high,
            over: span.over,
            no_low: span.no_low,
            no_high: span.no_high,
            closes: true,
        };
        let meets = graph.meets(&ends);
        let meets = graph.and(meets, span.here);
        let agreed = graph.or(meets, all.absent);
        let any = graph.and(agreed, loose);
        let none = graph.and(all.absent, loose);
        let here = graph.or(span.here, none);
        let unsettled = graph.and(here, loose);
        let span = Span {
            no_low: graph.or(span.no_low, any),
            no_high: graph.or(span.no_high, any),
            here,
            open: graph.or(span.open, unsettled),
            ..span
        };
        Number {
            absent: graph.and_not(all.absent, loose),
            known: graph.and_not(all.known, loose),
            span: Some(Rc::new(span)),
            ..all
        }
    }

    fn choose_truth(&mut self, arms: &[(Truth, Value)], last: Option<&Value>) -> Value {
        let (mut void, mut loose) = (self.graph.truth(last.is_none()), self.graph.never());
        let mut all = match last {
            Some(last) => self.truth(last),
            None => self.graph.left_truth(),
        };
        for (when, value) in arms.iter().rev() {
            let value = self.truth(value);
            let turn = self.turn(when, void);
            let marks_a = self.graph.marks_of_truth(&value);
            let marks_b = self.graph.marks_of_truth(&all);
            let both_yes = self.graph.and(value.yes, all.yes);
            let (not_a, not_b) = (
                self.graph.and_not(value.no, value.absent),
                self.graph.and_not(all.no, all.absent),
            );
            let both_no = self.graph.and(not_a, not_b);
            let same = self.graph.or(both_yes, both_no);
            let marks = self.graph.marks_of_turn(&turn, &marks_a, &marks_b, same);
            let yes = self.graph.pick(turn.this, turn.later, value.yes, all.yes);
            let no = self.graph.pick(turn.this, turn.later, value.no, all.no);
            let (agreed_yes, agreed_no) = (
                self.graph.and(turn.either, both_yes),
                self.graph.and(turn.either, both_no),
            );
            let no = self.graph.or(no, agreed_no);
            all = Truth {
                yes: self.graph.or(yes, agreed_yes),
                no: self.graph.or(no, marks.absent),
                absent: marks.absent,
                open: marks.open,
                why: Why::default(),
            };
            (void, loose) = self.before(when, (void, loose));
        }
        if !self.graph.is_never(loose) {
            let firm = self.graph.firm(&all);
            let unsettled = self.graph.and(firm, loose);
            all = Truth {
                yes: self.graph.and_not(all.yes, loose),
                no: self.graph.and_not(all.no, loose),
                absent: self.graph.and_not(all.absent, loose),
                open: self.graph.or(all.open, unsettled),
                why: all.why,
            };
        }
        Value::Truth(all)
    }

    fn choose_code(&mut self, arms: &[(Truth, Value)], last: Option<&Value>) -> Value {
        let values: Vec<&Value> = arms.iter().map(|(_, v)| v).chain(last).collect();
        let Some(kind) = self.kind_of(&values) else {
            return Value::Left;
        };
        let (mut void, mut loose) = (self.graph.truth(last.is_none()), self.graph.never());
        let mut all = match last.map(|last| self.coded(last, &kind)) {
            None => {
                let left = self.graph.left_marks();
                self.bare_code(&kind, left)
            }
            Some(Some(code)) => code,
            Some(None) => return Value::Left,
        };
        for (when, value) in arms.iter().rev() {
            let Some(value) = self.coded(value, &kind) else {
                return Value::Left;
            };
            if !all.kind.agrees(&value.kind) {
                return self.leave("两份名录的文本");
            }
            let turn = self.turn(when, void);
            let same = self.graph.compare(Comparison::Equal, value.value, all.value);
            let same_known = self.graph.and(value.marks.known, all.marks.known);
            let same = self.graph.and(same, same_known);
            let marks = self.graph.marks_of_turn(&turn, &value.marks, &all.marks, same);
            all = Code {
                value: self.graph.choose(turn.this, value.value, all.value),
                kind: value.kind,
                marks,
            };
            (void, loose) = self.before(when, (void, loose));
        }
        if !self.graph.is_never(loose) {
            let firm = self.graph.firm_marks(&all.marks);
            let unsettled = self.graph.and(firm, loose);
            all.marks = Marks {
                known: self.graph.and_not(all.marks.known, loose),
                absent: self.graph.and_not(all.marks.absent, loose),
                open: self.graph.or(all.marks.open, unsettled),
                why: all.marks.why,
            };
        }
        Value::Code(all)
    }

    /// What the integers of a choice between codes mean.
    fn kind_of(&mut self, values: &[&Value]) -> Option<Kind> {
        let of_column = values.iter().find_map(|v| match v {
            Value::Code(code) => Some(code.kind.clone()),
            _ => None,
        });
        if of_column.is_some() {
            return of_column;
        }
        let mut words: Vec<SmolStr> = values
            .iter()
            .filter_map(|v| match v {
                Value::Literal(Literal::Text(text)) => Some(text.clone()),
                _ => None,
            })
            .collect();
        words.sort_unstable();
        words.dedup();
        if !words.is_empty() {
            return Some(Kind::Text(words.into()));
        }
        values.iter().find_map(|v| self.code(v, None).map(|c| c.kind))
    }

    fn coded(&mut self, value: &Value, kind: &Kind) -> Option<Code> {
        if let Some(code) = self.code(value, Some(kind)) {
            return Some(code);
        }
        let marks = match value {
            Value::Absent => self.graph.absent_marks(),
            Value::Unsettled(why) => self.graph.open_marks(why.clone()),
            Value::Left => self.graph.left_marks(),
            _ => return None,
        };
        Some(self.bare_code(kind, marks))
    }

    fn bare_code(&mut self, kind: &Kind, marks: Marks) -> Code {
        Code {
            value: self.graph.constant(0),
            kind: kind.clone(),
            marks,
        }
    }
}

impl crate::graph::Graph {
    /// One mask in some rows, another in others.
    pub(crate) fn pick(&mut self, first: NodeId, second: NodeId, a: NodeId, b: NodeId) -> NodeId {
        let (a, b) = (self.and(first, a), self.and(second, b));
        self.or(a, b)
    }

    fn choose_over(&mut self, when: NodeId, a: Option<NodeId>, b: Option<NodeId>) -> Option<NodeId> {
        match (a, b) {
            (None, None) => None,
            (p, q) => {
                let one = self.constant(1);
                Some(self.choose(when, p.unwrap_or(one), q.unwrap_or(one)))
            }
        }
    }

    /// Known, 无 and open of a step of a choice; where either may be the answer, it is certain when both are the same.
    fn marks_of_turn(&mut self, turn: &Turn, a: &Marks, b: &Marks, same: NodeId) -> Marks {
        let known = self.pick(turn.this, turn.later, a.known, b.known);
        let absent = self.pick(turn.this, turn.later, a.absent, b.absent);
        let open = self.pick(turn.this, turn.later, a.open, b.open);
        if self.is_never(turn.either) {
            return Marks {
                known,
                absent,
                open,
                why: Why::default(),
            };
        }
        let none = self.and(a.absent, b.absent);
        let none = self.and(turn.either, none);
        let agreed = self.and(turn.either, same);
        let (firm_a, firm_b) = (self.firm_marks(a), self.firm_marks(b));
        let firm = self.and(firm_a, firm_b);
        let firm = self.and(turn.either, firm);
        let settled = self.or(none, agreed);
        let unsettled = self.and_not(firm, settled);
        Marks {
            known: self.or(known, agreed),
            absent: self.or(absent, none),
            open: self.or(open, unsettled),
            why: Why::default(),
        }
    }

    /// Ends of a step of a choice, and where either number may be the answer and both are 无.
    fn span_of_turn(
        &mut self,
        turn: &Turn,
        a: &Number,
        b: &Number,
        scale: &jiufen_quantity::Exact,
    ) -> crate::arithmetic::Result<(Span, NodeId)> {
        let (p, q) = (self.span(a), self.span(b));
        let decided = self.is_never(turn.either);
        let (low_a, high_a, low_b, high_b, over) = if decided {
            let mut ends = [p.low, p.high, q.low, q.high];
            for (end, from) in ends.iter_mut().zip([&a.scale, &a.scale, &b.scale, &b.scale]) {
                *end = self.scaled(*end, from, scale)?;
            }
            let [low_a, high_a, low_b, high_b] = ends;
            let over = self.choose_over(turn.this, p.over, q.over);
            (low_a, high_a, low_b, high_b, over)
        } else {
            let aligned = self.aligned(p.lanes(&a.scale), q.lanes(&b.scale), scale)?;
            let ([low_a, high_a], [low_b, high_b]) = (aligned.a, aligned.b);
            (low_a, high_a, low_b, high_b, aligned.over)
        };
        let (least, greatest) = (self.smaller(low_a, low_b), self.larger(high_a, high_b));
        let low = self.choose(turn.either, least, low_b);
        let high = self.choose(turn.either, greatest, high_b);
        let (low, high) = (
            self.choose(turn.this, low_a, low),
            self.choose(turn.this, high_a, high),
        );
        let here = self.pick(turn.this, turn.later, p.here, q.here);
        let open = self.pick(turn.this, turn.later, p.open, q.open);
        let no_low = self.pick(turn.this, turn.later, p.no_low, q.no_low);
        let no_high = self.pick(turn.this, turn.later, p.no_high, q.no_high);
        let never = self.never();
        let span = Span {
            low,
            high,
            over,
            no_low,
            no_high,
            here,
            open,
            why: Why::default(),
        };
        if decided {
            return Ok((span, never));
        }
        let both = self.and(p.here, q.here);
        let both = self.and(turn.either, both);
        let (mixed_a, mixed_b) = (self.and(p.here, b.absent), self.and(a.absent, q.here));
        let mixed = self.or(mixed_a, mixed_b);
        let mixed = self.and(turn.either, mixed);
        let none = self.and(a.absent, b.absent);
        let none = self.and(turn.either, none);
        let end = |graph: &mut Self, of_turn: NodeId, x: NodeId, y: NodeId| {
            let either = graph.or(x, y);
            let either = graph.and(both, either);
            let either = graph.or(either, mixed);
            graph.or(of_turn, either)
        };
        let no_low = end(self, no_low, p.no_low, q.no_low);
        let no_high = end(self, no_high, p.no_high, q.no_high);
        let meets = self.compare(Comparison::Equal, low, high);
        let unlimited = self.or(no_low, no_high);
        let meets = self.and_not(meets, unlimited);
        let apart = self.and_not(both, meets);
        let unsettled = self.or(apart, mixed);
        let found = self.or(both, mixed);
        let span = Span {
            no_low,
            no_high,
            here: self.or(here, found),
            open: self.or(open, unsettled),
            ..span
        };
        Ok((span, none))
    }
}
