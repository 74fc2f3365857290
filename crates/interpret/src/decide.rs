//! One right, from the version of the law to whole fen (language.md §8.2, steps 1–6).

use jiufen_language::program::{CapScope, Frequency, Literal, Rule, RuleId};
use jiufen_quantity::exact::{fen, ratio};
use jiufen_quantity::{Date, Exact, Period};
use num_traits::Zero;

use crate::arithmetic::{Operand, all, minimum, multiply, operand};
use crate::decision::{Decision, FenInterval, Outside, PartName, Right, Status, Step, What};
use crate::eval::{Interpreter, Scope, number};
use crate::facts::{Determination, RowId};
use crate::ground::Ground;
use crate::part::PartScope;
use crate::value::{Fault, FaultCode, Interval, Reason, Reasons, Truth, Value};

/// How a decision ended before there was an amount.
pub(crate) enum Ending {
    Refused(Fault),
    Outside(Outside),
    No,
}

/// An amount after step 6.
pub(crate) struct Amount {
    pub fen: FenInterval,
    pub reasons: Reasons,
    pub holds: Option<bool>,
    pub at_most: bool,
    pub determination: Option<Determination>,
}

/// What another evaluator says of a right that is not settled, after step 6.
#[derive(Debug, Clone)]
pub struct OpenAmount {
    /// Between which amounts it lies.
    pub fen: FenInterval,
    /// Whether territory and condition hold; none when that cannot be decided.
    pub holds: Option<bool>,
    /// Whether the upper end is a ceiling (至多) of an unpublished formula.
    pub at_most: bool,
    /// Why it is not settled.
    pub reasons: Reasons,
    /// What would settle it, in source order.
    pub missing: Vec<Reason>,
}

/// A decision in the making.
pub(crate) struct Draft<'p> {
    pub right: Right,
    pub rule: &'p Rule,
    pub day: Option<Date>,
    pub year: i16,
    pub own_year: Option<i16>,
    pub beneficiary: Option<RowId>,
    pub steps: Vec<Step>,
    pub missing: Vec<Reason>,
}

impl Interpreter<'_> {
    /// The right of a rule for a row.
    pub(crate) fn right(&self, rule: RuleId, row: RowId) -> Right {
        let yearly = self.program.rule(rule).frequency == Frequency::Yearly;
        Right {
            rule,
            row,
            year: yearly.then_some(self.year),
        }
    }

    /// Decides one right, up to step 6; [`Interpreter::settle`] does the rest.
    pub fn decide(&self, right: Right) -> Decision {
        self.derived.borrow_mut().clear();
        let mut draft = Draft {
            right,
            rule: self.program.rule(right.rule),
            day: None,
            year: right.year.unwrap_or(self.year),
            own_year: right.year,
            beneficiary: None,
            steps: Vec::new(),
            missing: Vec::new(),
        };
        let ended = match self.facts.assumed_entitlement(right.rule, right.row) {
            Some(amount) => self.assumed(&mut draft, &amount),
            None => self.entitlement(&mut draft),
        };
        self.find_beneficiary(&mut draft);
        let mut decision = finish(draft, ended);
        decision.stages = self.stages(&decision);
        decision
    }

    /// The decision on a right of which is known already what its steps 1 to 6 come to, without those steps: 符合 with
    /// this many fen, or 不符合 by its condition. Another evaluator says so; that it is true is what tests hold it to.
    pub fn known(&self, right: Right, law_day: Date, fen: Option<i128>) -> Decision {
        let ended = match fen {
            Some(fen) => Ok(Amount::of(FenInterval::only(fen), Some(true))),
            None => Err(Ending::No),
        };
        self.told(right, Some(law_day), Vec::new(), ended)
    }

    /// As [`Interpreter::known`], of a right that is not settled, perhaps for want of a law day.
    pub fn known_open(&self, right: Right, law_day: Option<Date>, open: OpenAmount) -> Decision {
        let ended = Ok(Amount {
            fen: open.fen,
            reasons: open.reasons,
            holds: open.holds,
            at_most: open.at_most,
            determination: None,
        });
        self.told(right, law_day, open.missing, ended)
    }

    /// As [`Interpreter::known`], of a right that is refused, perhaps for want of a law day.
    pub fn known_refused(&self, right: Right, law_day: Option<Date>, fault: Fault) -> Decision {
        self.told(right, law_day, Vec::new(), Err(Ending::Refused(fault)))
    }

    fn told(
        &self,
        right: Right,
        law_day: Option<Date>,
        missing: Vec<Reason>,
        ended: Result<Amount, Ending>,
    ) -> Decision {
        let mut decision = self.unstaged(right, law_day, missing, ended);
        decision.stages = self.stages(&decision);
        decision
    }

    /// A right of which nothing but its law day is told: 不符合, good for its keys only.
    pub(crate) fn told_nothing(&self, right: Right, law_day: Option<Date>) -> Decision {
        self.unstaged(right, law_day, Vec::new(), Err(Ending::No))
    }

    fn unstaged(
        &self,
        right: Right,
        law_day: Option<Date>,
        missing: Vec<Reason>,
        ended: Result<Amount, Ending>,
    ) -> Decision {
        self.derived.borrow_mut().clear();
        let rule = self.program.rule(right.rule);
        let event = rule.frequency == Frequency::Row;
        let year = match (event, rule.as_of, law_day) {
            (true, Some(_), Some(day)) => day.year(),
            _ => right.year.unwrap_or(self.year),
        };
        let mut draft = Draft {
            right,
            rule,
            day: law_day,
            year,
            own_year: if event && law_day.is_some() {
                Some(year)
            } else {
                right.year
            },
            beneficiary: None,
            steps: Vec::new(),
            missing,
        };
        self.find_beneficiary(&mut draft);
        finish(draft, ended)
    }

    /// Who is paid is known even where nothing else is, so that rights of one beneficiary can be told to compete.
    fn find_beneficiary(&self, draft: &mut Draft<'_>) {
        if let Some(day) = draft.day.or(Date::year_end(draft.year))
            && let Value::Row(row) = self
                .row(
                    draft.rule.pay_to,
                    &Scope::of(Some(draft.right.row), day, draft.year),
                )
                .0
        {
            draft.beneficiary = Some(row);
        }
    }

    fn entitlement(&self, draft: &mut Draft<'_>) -> Result<Amount, Ending> {
        let (day, by_day) = match self.ground(draft)? {
            Ground::On { day, by_day } => (day, by_day),
            Ground::Open(reasons) => return Ok(self.without_law_day(draft, reasons)),
        };
        let scope = Scope::of(Some(draft.right.row), day, draft.year);
        let territory = self.territory(draft, &scope)?;
        self.in_force(draft, day)?;
        let condition = self.condition(draft, &scope);
        let together = all([&territory, &condition].into_iter());
        let holds = match together.truth() {
            Truth::No => return Err(Ending::No),
            Truth::Refused(fault) => return Err(Ending::Refused(fault.clone())),
            Truth::Yes => Some(true),
            Truth::Open(_) => None,
        };
        self.fair_competition(draft.rule, day)?;
        let mut amount = self.amount(draft, &scope, by_day)?;
        amount.holds = holds;
        if let Truth::Open(reasons) = together.truth() {
            amount.fen.low = Some(0);
            if amount.fen.exact().is_none() {
                amount.reasons.extend(reasons.iter().cloned());
            }
        }
        if amount.fen.exact().is_some() && holds.is_some() {
            amount.reasons.clear();
        }
        Ok(amount)
    }

    /// An entitlement that a case assumes. Its law day is that of 按 where the case tells it, else the last of the year.
    fn assumed(&self, draft: &mut Draft<'_>, amount: &Exact) -> Result<Amount, Ending> {
        let year_end = Date::year_end(draft.year);
        let scope = year_end.map(|day| Scope::of(Some(draft.right.row), day, draft.year));
        let as_of = scope.zip(draft.rule.as_of);
        let told = as_of.map(|(scope, as_of)| self.eval(as_of, &scope).value);
        draft.day = match told {
            Some(Value::Literal(Literal::Date(day))) => Some(day),
            _ => year_end,
        };
        if let (Some(day), Frequency::Row) = (draft.day, draft.rule.frequency) {
            draft.year = day.year();
            draft.own_year = Some(draft.year);
        }
        let (fen, value) = in_fen(&Value::exact(amount.clone()))
            .map_err(|fault| fault.map_or(Ending::No, Ending::Refused))?;
        remember(draft, Step::leaf(What::Assumed, value));
        Ok(Amount::of(fen, Some(true)))
    }

    fn condition(&self, draft: &mut Draft<'_>, scope: &Scope<'_>) -> Value {
        let part = &draft.rule.when;
        if part.versions.is_empty() && part.exceptions.is_empty() {
            return Value::Truth(true);
        }
        let name = draft.rule.name.clone();
        let unpublished = || Value::Undecided(Reasons::from([Reason::Unpublished(name.clone())]));
        let with = self.rule_scope(scope, &unpublished);
        let step = self.part(PartName::Condition(draft.right.rule), part, &with);
        remember(draft, framed(What::Condition, step))
    }

    pub(crate) fn rule_scope<'s>(
        &self,
        scope: &Scope<'s>,
        unpublished: &'s dyn Fn() -> Value,
    ) -> PartScope<'s> {
        PartScope {
            scope: *scope,
            row: scope.row.map_or(Value::Absent, Value::Row),
            assumed: None,
            unpublished,
        }
    }

    /// Steps 4 to 6: the formula or the determination, 跨期, caps without scope, whole fen.
    pub(crate) fn amount(
        &self,
        draft: &mut Draft<'_>,
        scope: &Scope<'_>,
        by_day: Option<(i32, i32)>,
    ) -> Result<Amount, Ending> {
        let (rule, id) = (draft.rule, draft.right.rule);
        let why = Reason::Unpublished(rule.name.clone());
        let ceiling = self.ceiling(draft, scope);
        let unpublished = || under(&ceiling, &why);
        let with = self.rule_scope(scope, &unpublished);
        let published = self.part(PartName::Amount(id), &rule.amount, &with);
        let mut step = framed(What::Amount, published);
        let at_most = matches!(&step.value, Value::Number(i, r) if i.high.is_some() && r.contains(&why));
        let determination = self.determined(draft, &mut step)?;
        if let Some((days, of)) = by_day {
            let share = Interval::only(ratio(i128::from(days), i128::from(of)));
            let value = number(&step.value, |amount| multiply(amount, &share));
            step = Step::of(What::ByDay { days, of }, value, vec![step]);
        }
        step = self.capped(draft, scope, step);
        let (fen, value) = match in_fen(&step.value) {
            Ok(found) => found,
            Err(fault) => {
                draft.steps.push(step);
                // A table that answers 无 says that there is nothing to give.
                return Err(fault.map_or(Ending::No, Ending::Refused));
            }
        };
        let step = Step::of(What::RoundToFen, value, vec![step]);
        let mut reasons = Reasons::new();
        step.value.add_reasons(&mut reasons);
        remember(draft, step);
        if fen.high.is_some_and(|high| high < 0) {
            return Err(Ending::Refused(Fault::new(
                FaultCode::NegativeAmount,
                rule.name.clone(),
            )));
        }
        let fen = FenInterval {
            low: Some(fen.low.unwrap_or(0).max(0)),
            ..fen
        };
        Ok(Amount {
            fen,
            reasons,
            holds: None,
            // What rounds to one amount is that amount.
            at_most: at_most && determination.is_none() && fen.exact().is_none(),
            determination,
        })
    }

    /// 至多, where there is one.
    fn ceiling(&self, draft: &Draft<'_>, scope: &Scope<'_>) -> Value {
        let Some(at_most) = &draft.rule.at_most else {
            return Value::Absent;
        };
        let unpublished = || Value::Number(Interval::not_negative(), Reasons::new());
        let with = self.rule_scope(scope, &unpublished);
        self.part(PartName::AtMost(draft.right.rule), &at_most.part, &with)
            .value
    }

    /// A determination makes an unpublished amount exact, when it keeps within what is published.
    fn determined(&self, draft: &Draft<'_>, step: &mut Step) -> Result<Option<Determination>, Ending> {
        let Value::Number(interval, reasons) = &step.value else {
            return Ok(None);
        };
        if !reasons.iter().any(|reason| reason.kind() == "未公布") {
            return Ok(None);
        }
        let right = draft.right;
        let Some(determination) = self.facts.determination(right.rule, right.row, right.year) else {
            return Ok(None);
        };
        let amount = &determination.amount;
        let above = interval.high.as_ref().is_some_and(|high| high < amount);
        let below = interval.low.as_ref().is_some_and(|low| amount < low);
        if above || below {
            let words = format!(
                "{} 核定 {},{}公布的 {}",
                draft.rule.name,
                jiufen_quantity::show::money(amount),
                if above { "超过" } else { "低于" },
                interval
                    .high
                    .as_ref()
                    .filter(|_| above)
                    .or(interval.low.as_ref())
                    .map_or_else(String::new, jiufen_quantity::show::money),
            );
            return Err(Ending::Refused(Fault::new(FaultCode::Domain, words)));
        }
        let value = Value::exact(amount.clone());
        let published = std::mem::replace(step, Step::leaf(What::Determined, value));
        step.children.push(published);
        Ok(Some(determination))
    }

    /// Step 5: caps of this right alone.
    fn capped(&self, draft: &Draft<'_>, scope: &Scope<'_>, mut step: Step) -> Step {
        for (index, cap) in draft
            .rule
            .caps
            .iter()
            .enumerate()
            .filter(|(_, cap)| cap.per.is_none())
        {
            let cap = self.cap(draft.right.rule, index, cap, scope);
            step = match cap.value {
                Value::Absent => step,
                Value::Refused(_) => Step::of(What::Cap, cap.value.clone(), vec![step, cap]),
                _ => {
                    let value = smaller(&step.value, &cap.value);
                    Step::of(What::Cap, value, vec![step, cap])
                }
            };
        }
        step
    }

    /// A cap on the law day, in 元; 无 where none holds.
    pub(crate) fn cap(
        &self,
        rule: RuleId,
        index: usize,
        cap: &jiufen_language::program::Cap,
        scope: &Scope<'_>,
    ) -> Step {
        let why = Reason::Unpublished(self.program.rule(rule).name.clone());
        let unpublished = || Value::Number(Interval::not_negative(), Reasons::from([why.clone()]));
        let with = self.rule_scope(scope, &unpublished);
        self.part(PartName::Cap(rule, index), &cap.part, &with)
    }

    /// The scope in which the keys and parts of a decided right are evaluated again; without a law day, that of the
    /// last day of its year, which is good for keys only.
    pub(crate) fn scope_of(&self, decision: &Decision) -> Option<Scope<'static>> {
        let day = decision.law_day.or(Date::year_end(decision.year))?;
        let lapse = self
            .program
            .document(self.program.rule(decision.right.rule).document)
            .period
            .to;
        // 跨期: after the lapse the law of the last day goes on.
        let day = lapse.map_or(day, |lapse| lapse.min(day));
        Some(Scope::of(Some(decision.right.row), day, decision.year))
    }

    /// Years and rows that a cap's scope shares over, in one right's own terms.
    pub(crate) fn scope_row(&self, per: &CapScope, decision: &Decision, scope: &Scope<'_>) -> Value {
        match per.row {
            Some(row) => self.row(row, scope).0,
            None => match decision.beneficiary {
                Some(row) => Value::Row(row),
                None => self.row(self.program.rule(decision.right.rule).pay_to, scope).0,
            },
        }
    }
}

/// A part of the rule under its own name. The version is shown only where it has a history.
fn framed(what: What, version: Step) -> Step {
    let plain = match &version.what {
        What::Version {
            period,
            replaced: None,
            exception: None,
            ..
        } => *period == Period::default(),
        _ => false,
    };
    let with_exceptions = version
        .children
        .iter()
        .any(|child| matches!(child.what, What::Exception(_)));
    if plain && !with_exceptions {
        return Step { what, ..version };
    }
    let (value, cite) = (version.value.clone(), version.cite);
    Step {
        what,
        value,
        cite,
        children: vec![version],
        told: None,
    }
}

/// Keeps a step, with what would settle it, and gives its value.
pub(crate) fn remember(draft: &mut Draft<'_>, step: Step) -> Value {
    step.add_missing(&mut draft.missing);
    let value = step.value.clone();
    draft.steps.push(step);
    value
}

/// An unpublished amount: from nothing to its ceiling, and open for what leaves the ceiling open.
fn under(ceiling: &Value, why: &Reason) -> Value {
    let mut reasons = Reasons::from([why.clone()]);
    match ceiling {
        Value::Number(interval, more) => {
            reasons.extend(more.iter().cloned());
            Value::number(
                Interval {
                    low: Some(Exact::zero()),
                    high: interval.high.clone(),
                },
                reasons,
            )
        }
        Value::Refused(fault) => Value::Refused(fault.clone()),
        other => {
            other.add_reasons(&mut reasons);
            Value::Number(Interval::not_negative(), reasons)
        }
    }
}

/// The smaller of two numbers; the same at both ends leaves no reason.
pub(crate) fn smaller(a: &Value, b: &Value) -> Value {
    match (operand(a), operand(b)) {
        (Operand::Refused(fault), _) | (_, Operand::Refused(fault)) => Value::Refused(fault),
        (Operand::Absent, _) | (_, Operand::Absent) => Value::Absent,
        (Operand::Number(x, mut reasons), Operand::Number(y, more)) => {
            reasons.extend(more);
            Value::number(minimum(&x, &y), reasons)
        }
    }
}

/// Step 6: whole fen, 四舍五入, once. The fault says why an amount has none.
fn in_fen(amount: &Value) -> Result<(FenInterval, Value), Option<Fault>> {
    let (interval, reasons) = match operand(amount) {
        Operand::Number(interval, reasons) => (interval, reasons),
        Operand::Refused(fault) => return Err(Some(fault)),
        Operand::Absent => return Err(None),
    };
    let end = |e: &Option<Exact>| match e {
        None => Ok(None),
        Some(e) => fen(e)
            .map(Some)
            .ok_or_else(|| Some(Fault::new(FaultCode::Overflow, "金额"))),
    };
    let whole = FenInterval {
        low: end(&interval.low)?,
        high: end(&interval.high)?,
    };
    Ok((whole, Value::number(yuan_interval(&whole), reasons)))
}

/// Fen as 元, at both ends.
pub(crate) fn yuan_interval(fen: &FenInterval) -> Interval {
    let end = |e: Option<i128>| e.map(|e| ratio(e, 100));
    Interval {
        low: end(fen.low),
        high: end(fen.high),
    }
}

/// Puts a decision together.
fn finish(draft: Draft<'_>, ended: Result<Amount, Ending>) -> Decision {
    let nothing = FenInterval::default();
    let (status, fault, outside, amount) = match ended {
        Ok(amount) => (
            status(amount.holds, &amount.fen, &amount.reasons),
            None,
            None,
            amount,
        ),
        Err(Ending::Refused(fault)) => (
            Status::Refused,
            Some(fault),
            None,
            Amount::of(nothing, Some(true)),
        ),
        Err(Ending::Outside(outside)) => (
            Status::Ineligible,
            None,
            Some(outside),
            Amount::of(FenInterval::only(0), Some(false)),
        ),
        Err(Ending::No) => (
            Status::Ineligible,
            None,
            None,
            Amount::of(FenInterval::only(0), Some(false)),
        ),
    };
    let value = match &fault {
        Some(fault) => Value::Refused(fault.clone()),
        None => Value::number(yuan_interval(&amount.fen), amount.reasons.clone()),
    };
    let settled = status == Status::Ineligible || status == Status::Refused;
    Decision {
        right: draft.right,
        status,
        fault,
        outside,
        law_day: draft.day,
        year: draft.year,
        own_year: draft.own_year,
        holds: amount.holds,
        beneficiary: draft.beneficiary,
        entitlement: amount.fen,
        at_most: amount.at_most,
        reasons: amount.reasons,
        missing: if settled { Vec::new() } else { draft.missing },
        determination: amount.determination,
        stages: Vec::new(),
        settled: amount.fen,
        settlement: Vec::new(),
        merged_into: None,
        derivation: Step::of(What::Right(draft.right), value, draft.steps),
    }
}

impl Amount {
    pub(crate) fn of(fen: FenInterval, holds: Option<bool>) -> Self {
        Self {
            fen,
            reasons: Reasons::new(),
            holds,
            at_most: false,
            determination: None,
        }
    }
}

/// Open while the condition is, or while a fact or a choice behind the amount is; money that is only unpublished or
/// on its way leaves the right itself certain.
pub(crate) fn status(holds: Option<bool>, amount: &FenInterval, reasons: &Reasons) -> Status {
    match holds {
        Some(false) => Status::Ineligible,
        Some(true) if amount.exact().is_some() => Status::Eligible,
        Some(true) if !reasons.iter().any(Reason::leaves_open) => Status::Eligible,
        _ => Status::Undetermined,
    }
}
