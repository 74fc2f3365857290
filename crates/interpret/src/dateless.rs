//! Rights whose law day is not known: they are open, and come to no more than they would on any day of the law.

use std::collections::BTreeSet;

use jiufen_language::program::{Frequency, Part};
use jiufen_quantity::Date;

use crate::arithmetic::{Operand, operand};
use crate::decide::{Amount, Draft, Ending};
use crate::decision::{FenInterval, Step};
use crate::eval::{Interpreter, Scope};
use crate::stages::fen_interval;
use crate::value::Reasons;

impl Interpreter<'_> {
    /// A right without a law day, because of `reasons`: anything from nothing to the most it comes to on a day of the
    /// law. The law changes on few days, so that the first day of each of its states stands for the rest.
    pub(crate) fn without_law_day(&self, draft: &mut Draft<'_>, reasons: Reasons) -> Amount {
        let caps: Vec<&Part> = draft.rule.caps.iter().map(|cap| &cap.part).collect();
        let most = draft.rule.at_most.iter().map(|cap| &cap.part);
        let all: Vec<&Part> = caps
            .iter()
            .copied()
            .chain(most)
            .chain([&draft.rule.amount])
            .collect();
        let mut answer = Amount::of(FenInterval::up_to(None), None);
        answer.reasons = reasons;
        if self.same_every_year(draft, &all) {
            if let Some((most, steps)) = self.most(draft, &self.days_of_law(draft, &all)) {
                answer.fen.high = most.fen.high;
                answer.at_most = most.at_most;
                answer.reasons.extend(most.reasons);
                draft.steps.extend(steps);
            }
        } else if self.same_every_year(draft, &caps) {
            let days = self.days_of_law(draft, &caps);
            let limits = days.iter().map(|day| self.limit_on(draft, *day));
            let limits: Option<Vec<i128>> = limits.collect();
            answer.fen.high = limits.and_then(|limits| limits.into_iter().max());
        }
        answer
    }

    /// Whether parts do not depend on which year 当年 is. Of an event it is the year of the day that is not known.
    fn same_every_year(&self, draft: &Draft<'_>, parts: &[&Part]) -> bool {
        let of_event = draft.rule.frequency == Frequency::Row;
        let needs = self
            .program
            .needs_of_parts(parts.iter().copied(), draft.rule.each);
        !of_event || !needs.of_year()
    }

    /// One day of each state of the law behind some parts, while the document holds. An event after 今日 gives no right.
    fn days_of_law(&self, draft: &Draft<'_>, parts: &[&Part]) -> BTreeSet<Date> {
        let rule = draft.rule;
        let period = self.program.document(rule.document).period;
        let needs = self.program.needs_of_parts(parts.iter().copied(), rule.each);
        let changes = self.program.days_of_change(parts.iter().copied(), &needs);
        let today = self.facts.today();
        let before = changes.first().map_or(Some(today), |first| first.previous());
        let possible = |day: &Date| rule.frequency != Frequency::Row || *day <= today;
        let first = period.from.or(before).into_iter();
        let days = first.chain(changes).filter(|day| period.contains(*day));
        days.filter(possible).collect()
    }

    /// The largest amount that a right comes to on one of some days, and how. A day without a value is passed over.
    fn most(&self, draft: &Draft<'_>, days: &BTreeSet<Date>) -> Option<(Amount, Vec<Step>)> {
        let found = days.iter().filter_map(|day| {
            let mut on_day = Draft {
                day: Some(*day),
                year: self.year_on(draft, *day),
                steps: Vec::new(),
                missing: Vec::new(),
                ..*draft
            };
            let scope = Scope::of(Some(draft.right.row), *day, on_day.year);
            let mut amount = match self.amount(&mut on_day, &scope, None) {
                Ok(amount) => amount,
                Err(Ending::No) => Amount::of(FenInterval::only(0), None),
                Err(_) => return None,
            };
            let limit = FenInterval::up_to(self.limit_on(draft, *day));
            amount.fen = amount.fen.smaller(&limit);
            Some((amount, on_day.steps))
        });
        found.max_by_key(|(amount, _)| (amount.fen.high.is_none(), amount.fen.high))
    }

    /// The smallest cap on a day, shared or not: a right comes to no more than the cap it shares.
    fn limit_on(&self, draft: &Draft<'_>, day: Date) -> Option<i128> {
        let scope = Scope::of(Some(draft.right.row), day, self.year_on(draft, day));
        let caps = draft.rule.caps.iter().enumerate();
        let limits = caps.filter_map(|(index, cap)| {
            let cap = self.cap(draft.right.rule, index, cap, &scope);
            match operand(&cap.value) {
                Operand::Number(interval, _) => fen_interval(&interval).high,
                _ => None,
            }
        });
        limits.min()
    }

    fn year_on(&self, draft: &Draft<'_>, day: Date) -> i16 {
        match draft.rule.frequency {
            Frequency::Row => day.year(),
            Frequency::Yearly | Frequency::Once => draft.year,
        }
    }
}
