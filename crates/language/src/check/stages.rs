//! Instalments (分期): they come to the whole, once, in the order of their days.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::types};
use jiufen_quantity::{Date, Exact, exact, show};
use num_traits::{One, Zero};

use super::scope::Scope;
use super::{BlockAt, Checker};
use crate::program::{ExprId, ExprKind, Function, Literal, PartValue, Rule, Stage, StageAmount, Type};
use crate::syntax::ast::{self, AstNode};
use crate::syntax::keywords::ReservedWord;

/// What the instalments of a rule come to, as far as they are written as figures.
struct Sum {
    rates: Exact,
    money: Exact,
    /// Whether every instalment is a figure.
    known: bool,
}

/// The day of an instalment, counted from something that is known later.
struct Due {
    from: ExprId,
    months: i128,
    days: i128,
}

impl Checker<'_> {
    /// 分期 of a grant.
    pub(super) fn stages(&mut self, scope: &Scope, line: &ast::StagesLine) -> Vec<Stage> {
        let arms: Vec<ast::Arm> = line.arms().collect();
        arms.iter().filter_map(|arm| self.stage(scope, arm)).collect()
    }

    fn stage(&mut self, scope: &Scope, arm: &ast::Arm) -> Option<Stage> {
        let due = arm.condition()?;
        let due = self.typed(scope, &due, &Type::Date);
        let when = arm.when().map(|w| self.condition(scope, &w));
        let value = arm.value()?;
        let amount = match value.word() {
            Some(ReservedWord::Unpublished) => StageAmount::Unpublished,
            Some(ReservedWord::Remainder) => StageAmount::Rest,
            _ => {
                let checked = self.expr(scope, &value, None);
                match self.ty(checked).clone() {
                    Type::Rate | Type::Unknown => StageAmount::Expr(checked),
                    other if other == Type::money() => StageAmount::Expr(checked),
                    other => {
                        let words =
                            Argument::term("金额、比率、未公布 或 余额", "money, a rate, 未公布 or 余额");
                        let span = scope.at.span(arm.range());
                        StageAmount::Expr(self.mismatch(scope, span, words, &other))
                    }
                }
            }
        };
        Some(Stage {
            due,
            when,
            amount,
            span: scope.at.span(arm.range()),
        })
    }

    /// Looks through the instalments of a rule whose body has been read.
    pub(super) fn stages_add_up(&mut self, at: &BlockAt, rule: &Rule) {
        let refused = |s: &Stage| match s.amount {
            StageAmount::Expr(e) => *self.ty(e) == Type::Unknown,
            _ => false,
        };
        if rule.stages.is_empty() || rule.stages.iter().any(refused) || self.lines_lost(at) {
            return;
        }
        self.remainder_last(at, rule);
        self.days_in_order(at, rule);
        let sum = self.sum_of(rule);
        let (whole, most) = self.whole_of(rule);
        if let Some((span, sum, whole)) = self.over_the_whole(rule, &sum, most.as_ref()) {
            let finding = Diagnostic::new(&types::STAGES_EXCEED, span)
                .with("name", rule.name.as_str())
                .with("sum", sum)
                .with("whole", whole);
            return self.report(at, finding);
        }
        let open = |s: &Stage| matches!(s.amount, StageAmount::Rest | StageAmount::Unpublished);
        if rule.stages.iter().any(open) {
            return;
        }
        let complete = match (&whole, sum.known) {
            _ if sum.known && sum.money.is_zero() => sum.rates.is_one(),
            (Some(whole), true) => &sum.rates * whole + &sum.money == *whole,
            _ => false,
        };
        if !complete {
            let words = match sum.known {
                true => {
                    let words = sum.words();
                    Argument::term(format!("合计 {words}"), format!("come to {words}"))
                }
                false => Argument::term("合起来不一定是全部", "need not come to the whole"),
            };
            let span = rule.stages.last().map_or(rule.span, |s| s.span);
            let finding = Diagnostic::new(&types::STAGES_LEAVE_REST, span)
                .with("name", rule.name.as_str())
                .with("sum", words);
            self.report(at, finding);
        }
    }

    /// 余额 is what all others leave: there is one, and it comes last.
    fn remainder_last(&mut self, at: &BlockAt, rule: &Rule) {
        let last = rule.stages.len() - 1;
        let early = rule.stages[..last].iter().find(|s| s.amount == StageAmount::Rest);
        if let Some(early) = early {
            let finding = Diagnostic::new(&types::REMAINDER_NOT_LAST, early.span);
            self.report(at, finding.with("name", rule.name.as_str()));
        }
    }

    fn sum_of(&self, rule: &Rule) -> Sum {
        let mut sum = Sum {
            rates: Exact::zero(),
            money: Exact::zero(),
            known: true,
        };
        for stage in &rule.stages {
            let StageAmount::Expr(share) = stage.amount else {
                continue;
            };
            match self.constant(share) {
                Some(n) if *self.ty(share) == Type::Rate => sum.rates += n,
                Some(n) => sum.money += n,
                None => sum.known = false,
            }
        }
        sum
    }

    /// What a rule gives when that is one figure, and the most that it can give.
    fn whole_of(&self, rule: &Rule) -> (Option<Exact>, Option<Exact>) {
        let constant = |part: &crate::program::Part| match part.versions.as_slice() {
            [only] if part.exceptions.is_empty() => match only.value {
                PartValue::Expr(e) => Some(e),
                _ => None,
            },
            _ => None,
        };
        let amount = constant(&rule.amount);
        let exact = amount.and_then(|e| self.constant(e));
        let limits = rule.caps.iter().chain(&rule.at_most);
        let limits = limits.filter_map(|cap| self.constant(constant(&cap.part)?));
        let most = limits.chain(amount.and_then(|e| self.most(e))).min();
        let whole = exact.filter(|_| rule.caps.is_empty() && rule.at_most.is_none());
        (whole, most)
    }

    /// The largest figure that an amount can be: its own, or the largest of its cases.
    fn most(&self, id: ExprId) -> Option<Exact> {
        match &self.program.expr(id).kind {
            ExprKind::Cases { arms, otherwise } => {
                let values = arms.iter().map(|(_, value)| *value).chain(*otherwise);
                let figures: Option<Vec<Exact>> = values.map(|v| self.most(v)).collect();
                figures?.into_iter().max()
            }
            _ => self.constant(id),
        }
    }

    /// Where and by what the instalments exceed the whole, conditions or not: the evaluator divides in their order and
    /// would leave the last ones with less than is written.
    fn over_the_whole(&self, rule: &Rule, sum: &Sum, most: Option<&Exact>) -> Option<(Span, String, String)> {
        let span = rule.stages.last()?.span;
        if sum.rates > Exact::one() {
            return Some((span, show::rate(&sum.rates), show::rate(&Exact::one())));
        }
        let most = most?;
        let over = !sum.money.is_zero() && &sum.rates * most + &sum.money > *most;
        over.then(|| (span, sum.words(), show::money(most)))
    }

    /// No instalment falls due before the one above it, as far as the days can be told apart.
    fn days_in_order(&mut self, at: &BlockAt, rule: &Rule) {
        for pair in rule.stages.windows(2) {
            let [earlier, later] = pair else { continue };
            if self.is_before(later.due, earlier.due) {
                let finding = Diagnostic::new(&types::STAGES_OUT_OF_ORDER, later.span)
                    .with("name", rule.name.as_str())
                    .related(earlier.span);
                self.report(at, finding);
            }
        }
    }

    fn is_before(&self, one: ExprId, other: ExprId) -> bool {
        if let (Some(one), Some(other)) = (self.day(one), self.day(other)) {
            return one < other;
        }
        let (Some(one), Some(other)) = (self.due(one), self.due(other)) else {
            return false;
        };
        // A month has 28 to 31 days; where that leaves it open, nothing is said.
        let days = if one.months <= other.months { 28 } else { 31 };
        self.same(one.from, other.from) && (one.months - other.months) * days + (one.days - other.days) < 0
    }

    /// A day that is written, or moved from one.
    fn day(&self, id: ExprId) -> Option<Date> {
        match &self.program.expr(id).kind {
            ExprKind::Literal(Literal::Date(date)) => Some(*date),
            ExprKind::Call(_, arguments) => {
                let (months, days) = self.moved(id)?;
                let day = self.day(*arguments.first()?)?;
                let day = day.add_months(i32::try_from(months).ok()?)?;
                day.add_days(i32::try_from(days).ok()?)
            }
            _ => None,
        }
    }

    fn due(&self, id: ExprId) -> Option<Due> {
        let Some((months, days)) = self.moved(id) else {
            return (!matches!(self.program.expr(id).kind, ExprKind::Call(..))).then_some(Due {
                from: id,
                months: 0,
                days: 0,
            });
        };
        let from = self.program.operands(id).first().copied()?;
        let due = self.due(from)?;
        Some(Due {
            months: due.months + months,
            days: due.days + days,
            ..due
        })
    }

    /// By how many months and days 加年, 加月 or 加日 moves a day.
    fn moved(&self, id: ExprId) -> Option<(i128, i128)> {
        let ExprKind::Call(function, arguments) = &self.program.expr(id).kind else {
            return None;
        };
        let by = *arguments.get(1)?;
        let number = self.constant(by)?;
        // A duration counts in years, a bare number in the unit of the function's name.
        let years = *function == Function::AddYears || *self.ty(by) != Type::Number;
        let scale = exact::integer(if years { 12 } else { 1 });
        match function {
            Function::AddYears | Function::AddMonths => Some((exact::to_integer(&(number * scale))?, 0)),
            Function::AddDays => Some((0, exact::to_integer(&number)?)),
            _ => None,
        }
    }
}

impl Sum {
    fn words(&self) -> String {
        match (self.rates.is_zero(), self.money.is_zero()) {
            (_, true) => show::rate(&self.rates),
            (true, false) => show::money(&self.money),
            (false, false) => format!("{} + {}", show::rate(&self.rates), show::money(&self.money)),
        }
    }
}
