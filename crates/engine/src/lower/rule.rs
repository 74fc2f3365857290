//! One rule, from the day that chooses the law to whole fen (language.md §8.2, steps 1–6).

use jiufen_language::program::{Frequency, PartValue, Rule, RuleId, Spanning};
use jiufen_quantity::exact::ratio;
use jiufen_quantity::{Date, Rounding};
use jiufen_table::lanes::lane_of_date;

use super::part::Without;
use super::{Day, Lowering, Scope, Year};
use crate::graph::NodeId;
use crate::value::{Code, Kind, Number, RowAt, Truth, Value};

/// From this day on grants that single out operators need fair-competition review (公平竞争审查条例 第十条).
const FAIR_COMPETITION_SINCE: i32 = 20_240_801;

/// Where a rule's rights are decided exactly, and what they come to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuleNodes {
    pub rule: RuleId,
    /// 符合, with an exact amount.
    pub eligible: NodeId,
    /// 不符合, because a condition does not hold or the law gives nothing.
    pub ineligible: NodeId,
    /// 不符合 before any condition is asked: outside the territory or the period, or not yet.
    pub outside: NodeId,
    /// Whole fen where eligible.
    pub fen: NodeId,
    /// The law day as `yyyymmdd`.
    pub law_day: NodeId,
    /// Where its conditions hold.
    pub asked: NodeId,
}

/// The law day, and where a right does not arise for its sake.
struct Ground {
    day: Day,
    /// The day itself, before 跨期 moves the law to the last day in force.
    law_day: Option<NodeId>,
    year: Year,
    /// In force; `no`: outside the period, or not yet.
    stands: Truth,
    by_day: Option<(i32, i32)>,
}

impl Lowering<'_> {
    /// The nodes of a rule.
    pub fn rule(&mut self, id: RuleId) -> RuleNodes {
        let rule = self.program.rule(id);
        let row = self.base(rule.each);
        let no = self.graph.truth(false);
        let zero = self.graph.constant(0);
        let Some(ground) = self.ground(rule, &row) else {
            return RuleNodes {
                rule: id,
                eligible: no,
                ineligible: no,
                outside: no,
                fen: zero,
                law_day: zero,
                asked: no,
            };
        };
        let scope = Scope {
            row: Some(row.clone()),
            day: ground.day,
            year: ground.year,
            original: None,
        };
        let law_day = ground.law_day.unwrap_or(zero);
        let inside = self.territory(rule, &scope);
        let asked = self.graph.all(ground.stands, inside);
        let in_force = self.in_force(rule, &scope.day);
        let condition = self.part(
            (&rule.when, rule.document),
            Without::Everybody,
            Some(&row),
            &scope,
        );
        let condition = self.truth(&condition);
        let amount = self.amount(rule, &scope, ground.by_day);
        // Nothing to give is no right, where everything before it holds.
        let given = Truth {
            yes: amount.known,
            no: amount.absent,
        };
        let holds = self.graph.all(asked, condition);
        let yes = self.graph.and(holds.yes, in_force);
        let fair = self.fair_competition(rule, &scope.day);
        let yes = self.graph.and(yes, fair);
        let eligible = self.graph.and(yes, given.yes);
        // Outside the territory or the period nothing more is asked; the condition is asked only of a clause in force.
        let refused_by_condition = self.graph.and(condition.no, in_force);
        let nothing = self.graph.and(yes, given.no);
        let none = self.graph.or(refused_by_condition, nothing);
        let none = self.graph.and(none, ground.stands.yes);
        let elsewhere = self.graph.and(ground.stands.yes, inside.no);
        let outside = self.graph.or(ground.stands.no, elsewhere);
        let in_question = self.graph.not(outside);
        RuleNodes {
            rule: id,
            eligible,
            ineligible: self.graph.and(none, in_question),
            outside,
            fen: self.graph.choose(eligible, amount.value, zero),
            law_day,
            asked: yes,
        }
    }

    fn ground(&mut self, rule: &Rule, row: &RowAt) -> Option<Ground> {
        let year_end = Date::year_end(self.year)?;
        let Some(as_of) = rule.as_of else {
            return self.yearly_ground(rule, year_end, Year::Fixed(self.year));
        };
        let scope = Scope {
            row: Some(row.clone()),
            day: Day::Fixed(year_end),
            year: Year::Fixed(self.year),
            original: None,
        };
        let value = self.expr(as_of, &scope);
        let event = rule.frequency == Frequency::Row;
        if let Some(day) = Self::fixed_date(&value) {
            let year = if event { day.year() } else { self.year };
            return (!event)
                .then_some(())
                .and_then(|()| self.yearly_ground(rule, day, Year::Fixed(year)));
        }
        let Value::Code(Code {
            value,
            kind: Kind::Date,
            known,
            ..
        }) = value
        else {
            return None;
        };
        let day = Day::Lane(value, known);
        let period = self.program.document(rule.document).period;
        let mut stands = self.within_period(&day, &period);
        if rule.frequency == Frequency::Yearly {
            // A yearly right whose document lapses within the year is a question for 跨期.
            stands.no = self.graph.truth(false);
        }
        let mut year = Year::Fixed(self.year);
        if event {
            let late = self
                .graph
                .within(value, i64::from(lane_of_date(self.today)) + 1, i64::MAX);
            let late = self.graph.and(late, known);
            let in_time = self.graph.not(late);
            stands.yes = self.graph.and(stands.yes, in_time);
            stands.no = self.graph.or(stands.no, late);
            year = Year::Lane(self.graph.divide_by(value, 10_000, Rounding::Truncate), known);
        }
        Some(Ground {
            day,
            law_day: Some(value),
            year,
            stands,
            by_day: None,
        })
    }

    /// One law day for all rows.
    fn yearly_ground(&mut self, rule: &Rule, day: Date, year: Year) -> Option<Ground> {
        let period = self.program.document(rule.document).period;
        let law_day = self.graph.constant(i64::from(lane_of_date(day)));
        let ground = |this: &mut Self, day: Date, stands: bool, by_day| {
            let yes = this.graph.truth(stands);
            Some(Ground {
                day: Day::Fixed(day),
                law_day: Some(law_day),
                year,
                stands: this.graph.certain(yes),
                by_day,
            })
        };
        if period.contains(day) {
            return ground(self, day, true, None);
        }
        let by_year = rule.frequency == Frequency::Yearly || rule.as_of.is_none();
        let (Some(lapse), Some(new_year), Some(last)) = (
            period.to,
            Date::year_start(day.year()),
            Date::year_end(day.year()),
        ) else {
            return ground(self, day, false, None);
        };
        if !by_year || lapse < new_year || lapse >= day {
            return ground(self, day, false, None);
        }
        match rule.spanning {
            None => None,
            Some(Spanning::Nothing) => ground(self, day, false, None),
            Some(Spanning::WholeYear) => ground(self, lapse, true, None),
            Some(Spanning::ByDay) => {
                let from = period.from.map_or(new_year, |from| from.max(new_year));
                let days = lapse.days_since(from).saturating_add(1);
                let of = last.days_since(new_year).saturating_add(1);
                ground(self, lapse, true, Some((days, of)))
            }
        }
    }

    /// Where the row lies in the document's territory.
    fn territory(&mut self, rule: &Rule, scope: &Scope) -> Truth {
        let yes = self.graph.truth(true);
        let inside = self.graph.certain(yes);
        let territory = self.program.document(rule.document).territory.as_str();
        let Some(of) = rule
            .territory_of
            .filter(|_| !territory.is_empty() && territory != "全国")
        else {
            return inside;
        };
        let row = match self.row(of, scope) {
            Value::Row(row) => row,
            Value::Absent => {
                let no = self.graph.truth(false);
                return self.graph.certain(no);
            }
            _ => return self.graph.open(),
        };
        let Some(index) = self.program.subject(row.subject).territory else {
            return inside;
        };
        let field = jiufen_language::program::FieldRef {
            subject: row.subject,
            index,
        };
        match self.load(&row, field, None) {
            Value::Code(code) => self.starts_with(&code, territory),
            _ => self.graph.open(),
        }
    }

    /// Where condition and amount have a version that was not repealed.
    fn in_force(&mut self, rule: &Rule, day: &Day) -> NodeId {
        let mut standing = self.graph.truth(true);
        for part in [&rule.when, &rule.amount] {
            if part.versions.is_empty() {
                continue;
            }
            let mut any = self.graph.truth(false);
            for version in part.versions.iter().filter(|v| v.value != PartValue::Repealed) {
                let when = self.within_period(day, &version.period);
                any = self.graph.or(any, when.yes);
            }
            standing = self.graph.and(standing, any);
        }
        standing
    }

    fn fair_competition(&mut self, rule: &Rule, day: &Day) -> NodeId {
        if !rule.fair_competition_review {
            return self.graph.truth(true);
        }
        let day = match day {
            Day::Fixed(day) => self.graph.constant(i64::from(lane_of_date(*day))),
            Day::Lane(day, _) => *day,
        };
        self.graph
            .within(day, i64::MIN, i64::from(FAIR_COMPETITION_SINCE) - 1)
    }

    /// Steps 4 to 6: formula, 跨期, caps of this right alone, whole fen. Its value is in fen.
    fn amount(&mut self, rule: &Rule, scope: &Scope, by_day: Option<(i32, i32)>) -> Number {
        let row = scope.row.clone();
        let value = self.part(
            (&rule.amount, rule.document),
            Without::Refused,
            row.as_ref(),
            scope,
        );
        let mut number = self.number(&value);
        let mut fits = Ok(());
        if let Some((days, of)) = by_day {
            let share = self.graph.exact(&ratio(i128::from(days), i128::from(of)));
            match self.graph.product(&number, &share) {
                Ok(part) => number = part,
                Err(wide) => fits = Err(wide),
            }
        }
        for cap in rule.caps.iter().filter(|cap| cap.per.is_none()) {
            let cap = self.part((&cap.part, rule.document), Without::NoLimit, row.as_ref(), scope);
            let cap = self.number(&cap);
            let capped = self.graph.extreme(&number, &cap, false).and_then(|capped| {
                // Where there is no cap, nothing is capped.
                let when = Truth {
                    yes: cap.known,
                    no: cap.absent,
                };
                self.graph.choose_number(when, &capped, &number)
            });
            match capped {
                Ok(capped) => number = capped,
                Err(wide) => fits = Err(wide),
            }
        }
        let whole = fits.and_then(|()| self.graph.rounded(&number, &ratio(1, 100), Rounding::HalfUp));
        match self.fitting(whole) {
            Value::Number(mut fen) => {
                // Below zero is refused.
                let positive = self.graph.within(fen.value, 0, i64::MAX);
                fen.known = self.graph.and(fen.known, positive);
                fen
            }
            _ => self.graph.soft_number(),
        }
    }
}
