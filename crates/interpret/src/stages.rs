//! Instalments (分期): how a settled amount falls due.

use jiufen_language::program::{Literal, Stage, StageAmount, Type};
use jiufen_quantity::exact::{fen, ratio};
use jiufen_quantity::{Date, Exact};
use num_traits::{One, Zero};

use crate::arithmetic::{Operand, multiply, operand};
use crate::decide::yuan_interval;
use crate::decision::{Decision, FenInterval, StageCondition, StageDecision, StageStatus, Status};
use crate::eval::{Interpreter, Scope};
use crate::value::{Interval, Reason, Reasons, Truth, Value};

/// What the text says an instalment is.
enum Asked {
    /// A rate of the whole.
    Rate(Exact),
    /// An amount.
    Amount(FenInterval),
    /// 余额.
    Rest,
}

/// An instalment before the whole is divided.
struct Share {
    asked: Asked,
    condition: StageCondition,
    /// Why what is asked, or the condition, is open.
    reasons: Reasons,
}

impl Interpreter<'_> {
    /// The instalments of what a right comes to; none where it is paid at once or refused.
    pub(crate) fn stages(&self, decision: &Decision) -> Vec<StageDecision> {
        let stages = &self.program.rule(decision.right.rule).stages;
        if stages.is_empty() || decision.status == Status::Refused {
            return Vec::new();
        }
        let Some(scope) = self.scope_of(decision) else {
            return Vec::new();
        };
        let shares: Vec<Share> = stages
            .iter()
            .enumerate()
            .map(|(index, stage)| self.share(index, stage, decision, &scope))
            .collect();
        let parts = divide(&decision.settled, &shares);
        let of = |(stage, (share, part))| self.stage(stage, share, part, decision, &scope);
        stages.iter().zip(shares.iter().zip(parts)).map(of).collect()
    }

    fn stage(
        &self,
        stage: &Stage,
        share: &Share,
        (amount, others): (FenInterval, Reasons),
        decision: &Decision,
        scope: &Scope<'_>,
    ) -> StageDecision {
        let mut reasons = Reasons::new();
        if amount.exact().is_none() {
            reasons.extend(
                share
                    .reasons
                    .iter()
                    .chain(&others)
                    .chain(&decision.reasons)
                    .cloned(),
            );
        }
        let due = match self.eval(stage.due, scope).value {
            Value::Literal(Literal::Date(due)) => Some(due),
            open => {
                if amount.may_exceed(0) {
                    open.add_reasons(&mut reasons);
                }
                None
            }
        };
        StageDecision {
            due,
            condition: share.condition,
            status: stage_status(share.condition, decision.holds, due, self.facts.today()),
            amount,
            reasons,
        }
    }

    /// An instalment as the text has it, and whether its condition holds.
    fn share(&self, index: usize, stage: &Stage, decision: &Decision, scope: &Scope<'_>) -> Share {
        let (asked, mut reasons) = self.asked(index, stage, decision, scope);
        let condition = match stage.when.map(|when| self.eval(when, scope).value) {
            None => StageCondition::None,
            Some(when) => match when.truth() {
                Truth::Yes => StageCondition::Holds,
                Truth::No => StageCondition::Fails,
                Truth::Open(more) => {
                    reasons.extend(more.iter().cloned());
                    StageCondition::Open
                }
                Truth::Refused(fault) => {
                    reasons.insert(Reason::PendingChoice(fault.words.clone()));
                    StageCondition::Open
                }
            },
        };
        Share {
            asked,
            condition,
            reasons,
        }
    }

    fn asked(&self, index: usize, stage: &Stage, decision: &Decision, scope: &Scope<'_>) -> (Asked, Reasons) {
        let name = &self.program.rule(decision.right.rule).name;
        let unpublished = || {
            let why = Reason::Unpublished(format!("{name}.分期{}", index + 1).into());
            let amount = Asked::Amount(FenInterval::up_to(decision.settled.high));
            (amount, Reasons::from([why]))
        };
        let expr = match stage.amount {
            StageAmount::Expr(expr) => expr,
            StageAmount::Rest => return (Asked::Rest, Reasons::new()),
            StageAmount::Unpublished => {
                let determined = decision.determination.as_ref().filter(|_| index == 0);
                let first = determined.and_then(|d| d.first_stage.as_ref()).and_then(fen);
                return first.map_or_else(unpublished, |fen| {
                    (Asked::Amount(FenInterval::only(fen)), Reasons::new())
                });
            }
        };
        let value = self.eval(expr, scope).value;
        let Operand::Number(interval, reasons) = operand(&value) else {
            return unpublished();
        };
        let asked = match interval.exact() {
            _ if self.program.expr(expr).ty == Type::money() => Asked::Amount(in_fen(&interval)),
            Some(rate) => Asked::Rate(rate.clone()),
            None => Asked::Amount(in_fen(&multiply(&interval, &yuan_interval(&decision.settled)))),
        };
        (asked, reasons)
    }
}

/// Where an instalment stands on 今日. One that is still to come is not asked for its condition yet.
fn stage_status(
    condition: StageCondition,
    holds: Option<bool>,
    due: Option<Date>,
    today: Date,
) -> StageStatus {
    match (condition, due) {
        (StageCondition::Fails, _) => StageStatus::Fails,
        (_, Some(due)) if due > today => StageStatus::NotYet,
        (StageCondition::Open, _) => StageStatus::Open,
        _ if holds.is_none() => StageStatus::Open,
        (_, None) => StageStatus::NoDate,
        (_, Some(_)) => StageStatus::Due,
    }
}

/// Divides a whole: rates and amounts in order, none more than is left; 余额 takes the whole less all others, whether
/// or not their conditions come true. An instalment whose condition is 否 falls away; while it is open, so is the
/// instalment. With each part come the reasons of the others that it depends on.
///
/// Rates that make up the whole leave no fen over: the one that completes it takes what the others leave.
fn divide(whole: &FenInterval, shares: &[Share]) -> Vec<(FenInterval, Reasons)> {
    let mut parts = vec![(FenInterval::only(0), Reasons::new()); shares.len()];
    // What the instalments before may leave, what they leave when all of them that do not fail are paid, and what all
    // leave for 余额.
    let (mut left, mut unclaimed, mut rest) = (*whole, *whole, *whole);
    let mut rates = Exact::zero();
    let mut why = Reasons::new();
    for (part, share) in parts.iter_mut().zip(shares) {
        let fails = share.condition == StageCondition::Fails;
        let asked = match &share.asked {
            Asked::Rest => continue,
            Asked::Amount(amount) => *amount,
            Asked::Rate(rate) => {
                let amount = in_fen(&multiply(&Interval::only(rate.clone()), &yuan_interval(whole)));
                rates += if fails { Exact::zero() } else { rate.clone() };
                if rates.is_one() && !fails {
                    unclaimed
                } else {
                    amount
                }
            }
        };
        let amount = asked.smaller(&left);
        rest = rest.above(&amount);
        *part = (under(share.condition, amount), why.clone());
        if !fails {
            unclaimed = unclaimed.above(&amount);
            left = left.above(&part.0);
            why.extend(share.reasons.iter().cloned());
        }
    }
    for (part, share) in parts.iter_mut().zip(shares) {
        if matches!(share.asked, Asked::Rest) {
            *part = (under(share.condition, rest), why.clone());
            // Of several, a later one takes what an earlier one does not.
            rest = rest.above(&part.0);
            why.extend(share.reasons.iter().cloned());
        }
    }
    parts
}

fn under(condition: StageCondition, amount: FenInterval) -> FenInterval {
    match condition {
        StageCondition::None | StageCondition::Holds => amount,
        StageCondition::Fails => FenInterval::only(0),
        StageCondition::Open => FenInterval::up_to(amount.high),
    }
}

fn in_fen(amount: &Interval) -> FenInterval {
    let end = |e: &Option<Exact>| e.as_ref().and_then(fen).map(|fen| fen.max(0));
    FenInterval {
        low: Some(end(&amount.low).unwrap_or(0)),
        high: end(&amount.high),
    }
}

/// A number of 元 as whole fen, 四舍五入.
pub(crate) fn fen_interval(amount: &Interval) -> FenInterval {
    in_fen(amount)
}

/// `part / whole` of an amount of fen, 四舍五入.
pub(crate) fn scaled(amount: i128, part: i128, whole: i128) -> i128 {
    fen(&(ratio(amount, 100) * ratio(part, whole))).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(asked: Asked, condition: StageCondition) -> Share {
        Share {
            asked,
            condition,
            reasons: Reasons::new(),
        }
    }

    fn rate(percent: i128, condition: StageCondition) -> Share {
        share(Asked::Rate(ratio(percent, 100)), condition)
    }

    fn fixed(fen: i128) -> Share {
        share(Asked::Amount(FenInterval::only(fen)), StageCondition::None)
    }

    fn rest(condition: StageCondition) -> Share {
        share(Asked::Rest, condition)
    }

    fn fens(whole: i128, shares: &[Share]) -> Vec<Option<i128>> {
        let parts = divide(&FenInterval::only(whole), shares);
        parts.iter().map(|(amount, _)| amount.exact()).collect()
    }

    use StageCondition::{Fails, Holds, None as Always, Open};

    #[test]
    fn the_rest_is_what_the_others_leave() {
        assert_eq!(
            fens(100, &[fixed(33), rest(Always), fixed(33)]),
            [Some(33), Some(34), Some(33)]
        );
    }

    #[test]
    fn instalments_never_exceed_the_whole() {
        assert_eq!(fens(50, &[fixed(40), fixed(40)]), [Some(40), Some(10)]);
    }

    #[test]
    fn rates_that_make_up_the_whole_lose_no_fen_to_rounding() {
        // A third of 100 分 is 33 each time; of 1 分, halves are both rounded up.
        let thirds = || share(Asked::Rate(ratio(1, 3)), Always);
        assert_eq!(
            fens(100, &[thirds(), thirds(), thirds()]),
            [Some(33), Some(33), Some(34)]
        );
        assert_eq!(fens(1, &[rate(50, Always), rate(50, Always)]), [Some(1), Some(0)]);
    }

    #[test]
    fn an_open_condition_does_not_blur_the_instalments_after_it() {
        assert_eq!(fens(101, &[rate(40, Open), rate(60, Always)]), [None, Some(61)]);
        assert_eq!(fens(101, &[rate(40, Open), rest(Always)]), [None, Some(61)]);
    }

    #[test]
    fn of_two_alternatives_the_one_that_fails_leaves_its_money() {
        let of = |done, not| fens(100, &[rate(40, Always), rate(60, done), rate(30, not)]);
        assert_eq!(of(Holds, Fails), [Some(40), Some(60), Some(0)]);
        assert_eq!(of(Fails, Holds), [Some(40), Some(0), Some(30)]);
        assert_eq!(of(Open, Open), [Some(40), None, None]);
        let of = |done, not| fens(100, &[rate(40, Always), rest(done), rest(not)]);
        assert_eq!(of(Holds, Holds), [Some(40), Some(60), Some(0)]);
        assert_eq!(of(Fails, Holds), [Some(40), Some(0), Some(60)]);
        assert_eq!(of(Open, Open), [Some(40), None, None]);
    }

    proptest::proptest! {
        #[test]
        fn instalments_that_make_up_the_whole_add_up_to_it(
            whole in 0i128..1_000_000_000, weights in proptest::collection::vec(1i128..1000, 1..7), with_rest: bool
        ) {
            let sum: i128 = weights.iter().sum();
            let mut shares: Vec<Share> =
                weights.iter().map(|w| share(Asked::Rate(ratio(*w, sum)), Always)).collect();
            if with_rest {
                shares.pop();
                shares.insert(shares.len() / 2, rest(Always));
            }
            let parts = fens(whole, &shares);
            proptest::prop_assert_eq!(parts.into_iter().sum::<Option<i128>>(), Some(whole));
        }

        #[test]
        fn what_conditions_leave_is_never_more_than_the_whole(
            whole in 0i128..1_000_000, percents in proptest::collection::vec((0i128..120, 0..5), 1..7)
        ) {
            let shares: Vec<Share> = percents
                .iter()
                .map(|(percent, kind)| match kind {
                    0 => rate(*percent, Always),
                    1 => rate(*percent, Fails),
                    2 => rest(Holds),
                    3 => rest(Fails),
                    _ => fixed(*percent * 1000),
                })
                .collect();
            let sum = fens(whole, &shares).into_iter().sum::<Option<i128>>();
            proptest::prop_assert!(sum.is_some_and(|sum| sum <= whole), "{sum:?} {whole}");
        }
    }
}
