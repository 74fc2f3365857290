//! What is asked before any condition: the law day, the document's period and territory, whether the clause stands.

use jiufen_language::program::{FieldRef, Frequency, Literal, PartValue, Rule, Spanning};
use jiufen_quantity::Date;

use crate::decide::{Draft, Ending, remember};
use crate::decision::{Outside, PartName, Step, What};
use crate::eval::{Interpreter, Scope};
use crate::value::{Fault, FaultCode, Reasons, Value};

/// From this day grants that single out operators need fair-competition review before anyone new is promised one:
/// 公平竞争审查条例 第十条, in force since 2024-08-01. (Year, month, day.)
pub const FAIR_COMPETITION_SINCE: (i16, i8, i8) = (2024, 8, 1);

/// Whether the law day is known.
pub(crate) enum Ground {
    On {
        day: Date,
        /// Days in force and days of the year, with 跨期 按日.
        by_day: Option<(i32, i32)>,
    },
    /// No version can be chosen, and why.
    Open(Reasons),
}

impl Interpreter<'_> {
    /// The law day and 当年, and whether the document holds on that day.
    pub(crate) fn ground(&self, draft: &mut Draft<'_>) -> Result<Ground, Ending> {
        let rule = draft.rule;
        let Some(year_end) = Date::year_end(draft.year) else {
            return Err(Ending::Refused(Fault::new(FaultCode::NoDate, rule.name.clone())));
        };
        let mut day = year_end;
        if let Some(as_of) = rule.as_of {
            let step = self.eval(as_of, &Scope::of(Some(draft.right.row), year_end, draft.year));
            match &step.value {
                Value::Literal(Literal::Date(date)) => day = *date,
                Value::Refused(fault) => return Err(Ending::Refused(fault.clone())),
                open if open.is_open() => {
                    let mut reasons = Reasons::new();
                    open.add_reasons(&mut reasons);
                    step.add_missing(&mut draft.missing);
                    draft.steps.push(step);
                    return Ok(Ground::Open(reasons));
                }
                _ => return Err(Ending::Refused(Fault::new(FaultCode::NoDate, rule.name.clone()))),
            }
            if rule.frequency == Frequency::Row {
                draft.year = day.year();
                draft.own_year = Some(draft.year);
                let today = self.facts.today();
                if day > today {
                    return Err(Ending::Outside(Outside::NotYet { day, today }));
                }
            }
            draft
                .steps
                .push(Step::of(What::LawDay(day), step.value.clone(), vec![step]));
        } else {
            if rule.frequency == Frequency::Row {
                draft.own_year = Some(draft.year);
            }
            draft
                .steps
                .push(Step::leaf(What::LawDay(day), Value::Literal(Literal::Date(day))));
        }
        draft.day = Some(day);
        self.within_period(draft, day)
    }

    /// A day outside the document's period gives nothing; a year in which the document lapses is a question that
    /// 跨期 must answer (language.md §8.3).
    fn within_period(&self, draft: &Draft<'_>, day: Date) -> Result<Ground, Ending> {
        let rule = draft.rule;
        let period = self.program.document(rule.document).period;
        if period.contains(day) {
            return Ok(Ground::On { day, by_day: None });
        }
        let outside = Err(Ending::Outside(Outside::Period { day, period }));
        let by_year = rule.frequency == Frequency::Yearly || rule.as_of.is_none();
        let (Some(lapse), Some(new_year)) = (period.to, Date::year_start(day.year())) else {
            return outside;
        };
        if !by_year || lapse < new_year || lapse >= day {
            return outside;
        }
        let Some(last) = Date::year_end(day.year()) else {
            return outside;
        };
        match rule.spanning {
            None => {
                let words = format!("{}({lapse})", rule.name);
                Err(Ending::Refused(Fault::new(FaultCode::LapsedWithinYear, words)))
            }
            Some(Spanning::Nothing) => outside,
            Some(Spanning::WholeYear) => Ok(Ground::On {
                day: lapse,
                by_day: None,
            }),
            Some(Spanning::ByDay) => {
                let from = period.from.map_or(new_year, |from| from.max(new_year));
                let days = lapse.days_since(from).saturating_add(1);
                let of = last.days_since(new_year).saturating_add(1);
                Ok(Ground::On {
                    day: lapse,
                    by_day: Some((days, of)),
                })
            }
        }
    }

    /// Whether the row lies in the document's territory: 是, or open. Outside it, nothing more is asked.
    pub(crate) fn territory(&self, draft: &mut Draft<'_>, scope: &Scope<'_>) -> Result<Value, Ending> {
        let inside = Ok(Value::Truth(true));
        let territory = self.program.document(draft.rule.document).territory.as_str();
        let Some(of) = draft
            .rule
            .territory_of
            .filter(|_| !territory.is_empty() && territory != "全国")
        else {
            return inside;
        };
        let (row, way) = self.row(of, scope);
        let (lies, step) = match row {
            Value::Row(row) => {
                let Some(index) = self.program.subject(row.subject).territory else {
                    return inside;
                };
                let field = FieldRef {
                    subject: row.subject,
                    index,
                };
                let lies = self.fact(row, field, None);
                (
                    lies.clone(),
                    Some(Step::leaf(
                        What::Fact {
                            row,
                            field,
                            year: None,
                        },
                        lies,
                    )),
                )
            }
            other => (other, way),
        };
        let outside = |row: &str| {
            let (row, document) = (row.into(), territory.into());
            Err(Ending::Outside(Outside::Territory { row, document }))
        };
        let value = match lies {
            Value::Literal(Literal::Text(text)) if text.starts_with(territory) => Value::Truth(true),
            Value::Literal(Literal::Text(text)) => return outside(&text),
            Value::Refused(fault) => return Err(Ending::Refused(fault)),
            open if open.is_open() && self.facts.territory_assumed() => return inside,
            open if open.is_open() => {
                let mut reasons = Reasons::new();
                open.add_reasons(&mut reasons);
                Value::Undecided(reasons)
            }
            _ => return outside("无"),
        };
        Ok(remember(
            draft,
            Step::of(What::Territory, value, step.into_iter().collect()),
        ))
    }

    /// A clause that is repealed or not yet in force refuses before anything is asked.
    pub(crate) fn in_force(&self, draft: &Draft<'_>, day: Date) -> Result<(), Ending> {
        let id = draft.right.rule;
        let parts = [
            (PartName::Condition(id), &draft.rule.when),
            (PartName::Amount(id), &draft.rule.amount),
        ];
        for (name, part) in parts {
            let refused = |code: FaultCode, words: String| Err(Ending::Refused(Fault::new(code, words)));
            match part.at(day) {
                Some(version) if version.value == PartValue::Repealed => {
                    let mut words = format!("{}({})", draft.rule.name, self.program.citation(version.cite));
                    if draft.rule.fair_competition_review {
                        words.push_str(",需公平竞争审查");
                    }
                    return refused(FaultCode::Repealed, words);
                }
                None if !part.versions.is_empty() => {
                    return refused(FaultCode::NotInForce, format!("{}({day})", self.part_words(name)));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A right of someone new under a clause that singles out operators is not promised any more.
    pub(crate) fn fair_competition(&self, rule: &Rule, day: Date) -> Result<(), Ending> {
        let (year, month, of_month) = FAIR_COMPETITION_SINCE;
        let since = Date::new(year, month, of_month);
        if rule.fair_competition_review && since.is_some_and(|since| since <= day) {
            return Err(Ending::Refused(Fault::new(
                FaultCode::FairCompetition,
                rule.name.clone(),
            )));
        }
        Ok(())
    }
}
