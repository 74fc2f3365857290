//! Instalments (分期): how a settled amount falls due.

use jiufen_language::program::{Literal, Stage, StageAmount};
use jiufen_quantity::Exact;
use jiufen_quantity::exact::{fen, ratio};
use num_traits::One;

use crate::arithmetic::{Operand, multiply, operand};
use crate::decide::yuan_interval;
use crate::decision::{Decision, FenInterval, StageDecision, Status};
use crate::eval::{Interpreter, Scope};
use crate::value::{Interval, Reason, Reasons, Truth, Value};

/// What an instalment is before its own condition.
enum Share {
    Fixed(FenInterval, Reasons),
    Rest,
}

impl Interpreter<'_> {
    /// The instalments of what a right comes to; none where it is paid at once or refused.
    pub(crate) fn stages(&self, decision: &Decision) -> Vec<StageDecision> {
        let rule = self.program.rule(decision.right.rule);
        let Some(scope) = self.scope_of(decision) else {
            return Vec::new();
        };
        if rule.stages.is_empty() || decision.status == Status::Refused {
            return Vec::new();
        }
        let whole = decision.settled;
        let mut shares: Vec<Share> = Vec::with_capacity(rule.stages.len());
        let mut rates = Some(Exact::from_integer(0.into()));
        for (index, stage) in rule.stages.iter().enumerate() {
            shares.push(self.share(index, stage, decision, &scope, &mut rates));
        }
        // Shares that make up the whole leave no fen over: the last one is what is left.
        if rates.is_some_and(|sum| sum.is_one())
            && let Some(last) = shares.last_mut()
        {
            *last = Share::Rest;
        }
        let parts = divide(&whole, &shares);
        let mut stages = Vec::with_capacity(parts.len());
        for (stage, (amount, mut reasons)) in rule.stages.iter().zip(parts) {
            let amount = self.stage_when(stage, &scope, amount, &mut reasons);
            if amount.exact().is_some() {
                reasons.clear();
            } else {
                reasons.extend(decision.reasons.iter().cloned());
            }
            let due = match self.eval(stage.due, &scope).value {
                Value::Literal(Literal::Date(due)) => Some(due),
                _ => None,
            };
            stages.push(StageDecision { due, amount, reasons });
        }
        stages
    }

    fn share(
        &self,
        index: usize,
        stage: &Stage,
        decision: &Decision,
        scope: &Scope<'_>,
        rates: &mut Option<Exact>,
    ) -> Share {
        let whole = decision.settled;
        let name = &self.program.rule(decision.right.rule).name;
        let unpublished = || Reasons::from([Reason::Unpublished(format!("{name}.分期{}", index + 1).into())]);
        let StageAmount::Expr(expr) = stage.amount else {
            *rates = None;
            if stage.amount == StageAmount::Rest {
                return Share::Rest;
            }
            let first = decision
                .determination
                .as_ref()
                .and_then(|d| d.first_stage.as_ref())
                .filter(|_| index == 0);
            return match first.and_then(fen) {
                Some(fen) => Share::Fixed(FenInterval::only(fen), Reasons::new()),
                None => Share::Fixed(FenInterval::up_to(whole.high), unpublished()),
            };
        };
        let value = self.eval(expr, scope).value;
        let Operand::Number(interval, reasons) = operand(&value) else {
            *rates = None;
            return Share::Fixed(FenInterval::up_to(whole.high), unpublished());
        };
        let money = self.program.expr(expr).ty == jiufen_language::program::Type::money();
        match interval.exact().filter(|_| !money) {
            Some(rate) => {
                if let Some(sum) = rates {
                    *sum += rate;
                }
            }
            None => *rates = None,
        }
        let amount = if money {
            interval
        } else {
            multiply(&interval, &yuan_interval(&whole))
        };
        Share::Fixed(in_fen(&amount), reasons)
    }

    /// An instalment whose condition is 否 falls away; while it is open, so is the instalment.
    fn stage_when(
        &self,
        stage: &Stage,
        scope: &Scope<'_>,
        amount: FenInterval,
        reasons: &mut Reasons,
    ) -> FenInterval {
        let Some(when) = stage.when else { return amount };
        match self.eval(when, scope).value.truth() {
            Truth::Yes => amount,
            Truth::No => FenInterval::only(0),
            Truth::Open(more) => {
                reasons.extend(more.iter().cloned());
                FenInterval::up_to(amount.high)
            }
            Truth::Refused(fault) => {
                reasons.insert(Reason::PendingChoice(fault.words.clone()));
                FenInterval::up_to(amount.high)
            }
        }
    }
}

/// Divides a whole: fixed shares in order, none more than is left; 余额 takes the whole less all others, whether or
/// not their conditions come true.
fn divide(whole: &FenInterval, shares: &[Share]) -> Vec<(FenInterval, Reasons)> {
    let mut left = *whole;
    let mut why = Reasons::new();
    let mut parts = Vec::with_capacity(shares.len());
    for share in shares {
        if let Share::Fixed(amount, reasons) = share {
            let amount = amount.smaller(&left);
            left = left.above(&amount);
            why.extend(reasons.iter().cloned());
            parts.push((amount, reasons.clone()));
        } else {
            parts.push((FenInterval::only(0), Reasons::new()));
        }
    }
    for (part, share) in parts.iter_mut().zip(shares) {
        if matches!(share, Share::Rest) {
            *part = (left, why.clone());
        }
    }
    parts
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

    fn fixed(fen: i128) -> Share {
        Share::Fixed(FenInterval::only(fen), Reasons::new())
    }

    #[test]
    fn the_rest_is_what_the_others_leave() {
        let parts = divide(&FenInterval::only(100), &[fixed(33), Share::Rest, fixed(33)]);
        let amounts: Vec<_> = parts.iter().map(|(amount, _)| amount.exact()).collect();
        assert_eq!(amounts, [Some(33), Some(34), Some(33)]);
    }

    #[test]
    fn instalments_never_exceed_the_whole() {
        let parts = divide(&FenInterval::only(50), &[fixed(40), fixed(40)]);
        assert_eq!(parts[1].0.exact(), Some(10));
    }
}
