//! One rule, from the day that chooses the law to whole fen (language.md §8.2, steps 1–6).

use std::rc::Rc;

use jiufen_language::program::{Absence, Cap, Rule, RuleId};
use jiufen_quantity::Rounding;
use jiufen_quantity::exact::ratio;

use super::choice::Otherwise;
use super::dateless::Undated;
use super::ground::{Ground, Grounds};
use super::part::{PartOf, Without};
use super::{Lowering, Scope};
use crate::graph::{NeedsWide, NodeId};
use crate::outcome::Unknown;
use crate::span::Ends;
use crate::value::{Number, RowAt, Span, Truth, Value};
use crate::why::{UnknownId, Why};

/// How the rights of a rule come out, and what they come to. In every row at most one of the first four masks holds;
/// where none does, the row is left.
#[derive(Debug, Clone)]
pub(crate) struct RuleNodes {
    pub rule: RuleId,
    /// 不符合, because a condition does not hold.
    pub fails: NodeId,
    /// 不符合 before any condition is asked: outside the territory or the period, or not yet.
    pub outside: NodeId,
    /// 拒绝.
    pub refused: NodeId,
    /// The amount decides: territory and condition hold or are open, and the clause stands.
    pub promised: NodeId,
    /// Which refusal.
    pub refusal: NodeId,
    /// Where territory and condition hold.
    pub holds: NodeId,
    /// Where promised: there is an amount, known or open; else it is left, unless it is none.
    pub here: NodeId,
    /// Where its ends are not the same.
    pub open: NodeId,
    /// Where there is nothing to give.
    pub none: NodeId,
    /// Where the upper end is a ceiling of an unpublished formula.
    pub at_most: NodeId,
    /// Where there is no upper end.
    pub no_high: NodeId,
    /// The least in whole fen where promised, did the condition hold; else 0.
    pub low: NodeId,
    /// The most.
    pub high: NodeId,
    /// Where it is 符合 and everything behind its amount is known.
    pub plain: NodeId,
    /// The amount in whole fen there, else 0.
    pub fen: NodeId,
    /// The law day as `yyyymmdd`.
    pub law_day: NodeId,
    /// Why it is open: the law day, territory and condition, the amount; and why the most is that much where there is no
    /// law day, which would not settle it.
    pub whys: [Why; 4],
    /// Whether the amount rests on something that is not published, so that a determination may settle it.
    pub determinable: bool,
}

/// Refusals by number.
mod refusal {
    /// The document lapses within the year.
    pub const LAPSED: i64 = 0;
    /// The clause is repealed, or not yet in force.
    pub const NOT_IN_FORCE: i64 = 1;
    /// It needs fair-competition review.
    pub const FAIR_COMPETITION: i64 = 2;
    /// There is no date to choose the law by.
    pub const NO_DATE: i64 = 3;
    /// A figure in the condition was not found.
    pub const NO_FIGURE: i64 = 4;
}

/// An amount after step 6, in whole fen.
pub(super) struct Amount {
    pub fen: Number,
    pub span: Span,
    pub at_most: NodeId,
    pub determinable: bool,
}

impl Lowering<'_> {
    /// The nodes of a rule.
    pub fn rule(&mut self, id: RuleId) -> RuleNodes {
        let program = self.program;
        let rule = program.rule(id);
        let row = self.base(rule.each);
        let ground = match self.ground(rule, &row) {
            Grounds::On(ground) => ground,
            Grounds::Lapsed(law_day) => {
                let refused = self.graph.always();
                return RuleNodes {
                    refused,
                    refusal: self.graph.constant(refusal::LAPSED),
                    law_day,
                    ..self.nothing(id)
                };
            }
            Grounds::Left => return self.nothing(id),
        };
        let scope = Scope {
            row: Some(row.clone()),
            around: Rc::default(),
            day: ground.day,
            year: ground.year,
            original: None,
        };
        let inside = self.territory(rule, &scope);
        let in_force = self.in_force(rule, &scope.day);
        let condition = self.condition(rule, &row, &scope);
        let together = self.graph.both(&inside, &condition);
        let figureless = self.condition_refused(rule, &scope);
        let amount = self.amount(rule, &row, &scope, ground.by_day);
        let fair = self.fair_competition(rule, &scope.day);
        let nodes = self.nothing(id);
        self.decided(
            nodes,
            &ground,
            &inside,
            &condition,
            &together,
            [in_force, figureless, fair],
            amount,
        )
    }

    /// A rule of which every right is left.
    fn nothing(&mut self, rule: RuleId) -> RuleNodes {
        let (never, zero) = (self.graph.never(), self.graph.constant(0));
        RuleNodes {
            rule,
            fails: never,
            outside: never,
            refused: never,
            promised: never,
            refusal: zero,
            holds: never,
            here: never,
            open: never,
            none: never,
            at_most: never,
            no_high: never,
            low: zero,
            high: zero,
            plain: never,
            fen: zero,
            law_day: zero,
            whys: Default::default(),
            determinable: false,
        }
    }

    fn condition(&mut self, rule: &Rule, row: &RowAt, scope: &Scope) -> Truth {
        let why = self.unpublished(&rule.name);
        let of = PartOf {
            document: rule.document,
            without: Without::Everybody,
            unpublished: Value::Truth(self.graph.open_truth(why)),
            row: Some(row),
        };
        let condition = self.part(&rule.when, &of, scope);
        self.truth(&condition)
    }

    /// What is asked in which order: the period, the territory, whether the clause stands, the condition, fair
    /// competition, the amount.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the steps of a decision, each once"
    )]
    fn decided(
        &mut self,
        nodes: RuleNodes,
        ground: &Ground,
        inside: &Truth,
        condition: &Truth,
        together: &Truth,
        [in_force, figureless, fair]: [NodeId; 3],
        amount: Amount,
    ) -> RuleNodes {
        let graph = &mut self.graph;
        let elsewhere = graph.and(ground.stands.yes, inside.no);
        let outside = graph.or(ground.stands.no, elsewhere);
        // Inside the territory, or open whether it is.
        let asked = graph.or(inside.yes, inside.open);
        let asked = graph.and(ground.stands.yes, asked);
        let standing = graph.and(asked, in_force);
        let fails = graph.and(standing, condition.no);
        let possible = graph.or(together.yes, together.open);
        let possible = graph.and(standing, possible);
        let promised = graph.and(possible, fair);
        let holds = graph.and(promised, together.yes);
        let plain = graph.and(holds, amount.fen.known);
        let zero = graph.constant(0);
        let repealed = graph.and_not(asked, in_force);
        let unfair = graph.and_not(possible, fair);
        // What would settle the territory is told beside the fault: such a row is left.
        let figureless = graph.and(figureless, standing);
        let figureless = graph.and(figureless, inside.yes);
        let [not_in_force, no_figure, unfair_number, no_date] = [
            refusal::NOT_IN_FORCE,
            refusal::NO_FIGURE,
            refusal::FAIR_COMPETITION,
            refusal::NO_DATE,
        ]
        .map(|number| graph.constant(number));
        let refused = graph.or(repealed, figureless);
        let refused = graph.or(refused, unfair);
        let refusal = graph.choose(figureless, no_figure, unfair_number);
        let refusal = graph.choose(repealed, not_in_force, refusal);
        let given = graph.and(promised, amount.span.here);
        let certain = graph.and_not(holds, amount.span.open);
        let uncertain = graph.and_not(given, certain);
        let nodes = RuleNodes {
            fails,
            outside,
            refused: graph.or(refused, ground.dateless),
            promised,
            refusal: graph.choose(ground.dateless, no_date, refusal),
            holds,
            here: amount.span.here,
            open: amount.span.open,
            none: amount.fen.absent,
            at_most: amount.at_most,
            no_high: amount.span.no_high,
            low: graph.choose(promised, amount.span.low, zero),
            high: graph.choose(promised, amount.span.high, zero),
            plain,
            fen: graph.choose(plain, amount.fen.value, zero),
            law_day: ground.law_day.unwrap_or(zero),
            whys: [
                Why::default(),
                graph.reasons_of(&[&inside.why, &condition.why], uncertain),
                graph.reasons_in(&amount.span.why, uncertain),
                Why::default(),
            ],
            determinable: amount.determinable,
            ..nodes
        };
        match &ground.undated {
            Some(undated) => self.with_undated(nodes, undated),
            None => nodes,
        }
    }

    /// Rows without a known law day are promised what they come to at most.
    fn with_undated(&mut self, nodes: RuleNodes, undated: &Undated) -> RuleNodes {
        let graph = &mut self.graph;
        let rows = undated.rows;
        let others = graph.not(rows);
        let mut pick = |a: NodeId, b: NodeId| graph.pick(rows, others, a, b);
        let (here, at_most, no_high) = (
            pick(undated.here, nodes.here),
            pick(undated.at_most, nodes.at_most),
            pick(undated.no_high, nodes.no_high),
        );
        let [_, condition, amount, _] = nodes.whys;
        RuleNodes {
            promised: graph.or(nodes.promised, rows),
            determinable: nodes.determinable || undated.determinable,
            here,
            at_most,
            no_high,
            none: graph.and_not(nodes.none, rows),
            high: graph.choose(rows, undated.high, nodes.high),
            whys: [
                graph.reasons_in(&undated.day, rows),
                condition,
                amount,
                graph.reasons_in(&undated.most, rows),
            ],
            ..nodes
        }
    }

    /// Steps 4 to 6: formula, 跨期, caps of this right alone, whole fen.
    pub(super) fn amount(
        &mut self,
        rule: &Rule,
        row: &RowAt,
        scope: &Scope,
        by_day: Option<(i32, i32)>,
    ) -> Amount {
        let why = Unknown::Unpublished(rule.name.clone());
        let of = PartOf {
            document: rule.document,
            without: Without::Refused,
            unpublished: self.under_ceiling(rule, row, scope),
            row: Some(row),
        };
        let value = self.part(&rule.amount, &of, scope);
        let mut number = self.number(&value);
        let published = self.graph.span(&number);
        let determinable = published
            .why
            .occurrences()
            .iter()
            .any(|o| self.is_unpublished(o.unknown));
        let formula = self.unknown(why);
        let mut at_most = self.graph.never();
        for occurrence in published
            .why
            .occurrences()
            .iter()
            .filter(|o| o.unknown == formula)
        {
            let limited = self.graph.and_not(occurrence.rows, published.no_high);
            at_most = self.graph.or(at_most, limited);
        }
        let mut fits = Ok(());
        if let Some((days, of)) = by_day {
            let share = self.graph.exact(&ratio(i128::from(days), i128::from(of)));
            match self.graph.product(&number, &share) {
                Ok(part) => number = part,
                Err(wide) => fits = Err(wide),
            }
        }
        for cap in rule.caps.iter().filter(|cap| cap.per.is_none()) {
            let capped = self.capped(rule, cap, &number, row, scope);
            match capped {
                Ok(capped) => number = capped,
                Err(wide) => fits = Err(wide),
            }
        }
        let whole = fits.and_then(|()| self.graph.rounded(&number, &ratio(1, 100), Rounding::HalfUp));
        let fen = match self.fitting(whole) {
            Value::Number(fen) => fen,
            _ => self.graph.left_number(),
        };
        self.not_negative(fen, at_most, determinable)
    }

    /// 未公布: from nothing to the ceiling.
    fn under_ceiling(&mut self, rule: &Rule, row: &RowAt, scope: &Scope) -> Value {
        let why = self.unpublished(&rule.name);
        let open = self.graph.open_number(false, why);
        let Some(at_most) = &rule.at_most else {
            return Value::Number(open);
        };
        let of = PartOf {
            document: rule.document,
            without: Without::NoLimit,
            unpublished: Value::Left,
            row: Some(row),
        };
        let ceiling = self.part(&at_most.part, &of, scope);
        let ceiling = self.number(&ceiling);
        let under = self.graph.under(&open, &ceiling);
        self.fitting(under)
    }

    fn is_unpublished(&self, unknown: UnknownId) -> bool {
        match &self.unknowns[unknown.0 as usize] {
            Unknown::Unpublished(_) => true,
            Unknown::Fact(input) => self.program.field(input.field).absence == Absence::Unpublished,
            Unknown::Listed(listed) => self.stages[listed.stage].may_be_unpublished(self.program),
        }
    }

    fn capped(
        &mut self,
        rule: &Rule,
        cap: &Cap,
        number: &Number,
        row: &RowAt,
        scope: &Scope,
    ) -> Result<Number, NeedsWide> {
        let why = self.unpublished(&rule.name);
        let of = PartOf {
            document: rule.document,
            without: Without::NoLimit,
            unpublished: Value::Number(self.graph.open_number(false, why)),
            row: Some(row),
        };
        let cap = self.part(&cap.part, &of, scope);
        let cap = self.number(&cap);
        let capped = self.graph.extreme(number, &cap, false)?;
        // Where there is no cap, nothing is capped.
        let when = Truth {
            yes: cap.here(),
            no: cap.absent,
            ..self.graph.left_truth()
        };
        let uncapped = Otherwise::Value(Value::Number(number.clone()));
        let chosen = self.choose(&[(when, Value::Number(capped))], uncapped);
        Ok(self.number(&chosen))
    }

    /// An amount that is surely below zero is refused; one that may be is nothing at least.
    fn not_negative(&mut self, mut fen: Number, at_most: NodeId, determinable: bool) -> Amount {
        let graph = &mut self.graph;
        let positive = graph.within(fen.value, 0, i64::MAX);
        fen.known = graph.and(fen.known, positive);
        let span = graph.span(&fen);
        let zero = graph.constant(0);
        let negative = graph.within(span.high, i64::MIN, -1);
        let negative = graph.and_not(negative, span.no_high);
        let low = graph.larger(span.low, zero);
        let ends = Ends {
            low: graph.choose(span.no_low, zero, low),
            high: span.high,
            over: None,
            no_low: graph.never(),
            no_high: span.no_high,
            closes: true,
        };
        // What may be below zero and is nothing at most is exact, and has facts that would settle it: it is left.
        let meets = graph.meets(&ends);
        let strange = graph.and(span.open, meets);
        let strange = graph.or(strange, negative);
        // What rounds to one amount is that amount.
        let at_most = graph.and_not(at_most, meets);
        let here = graph.and_not(span.here, strange);
        let open = graph.and(span.open, here);
        Amount {
            span: Span {
                low: ends.low,
                high: ends.high,
                over: None,
                no_low: ends.no_low,
                no_high: ends.no_high,
                here,
                open,
                why: span.why,
            },
            fen,
            at_most,
            determinable,
        }
    }
}
