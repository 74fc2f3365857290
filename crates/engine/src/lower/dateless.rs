//! Rights whose law day is not known: they are open, and come to no more than they would on any day of the law.

use std::collections::BTreeSet;
use std::rc::Rc;

use jiufen_language::program::{Frequency, Part, Rule};
use jiufen_quantity::exact::ratio;
use jiufen_quantity::{Date, Rounding};

use super::part::{PartOf, Without};
use super::{Day, Lowering, Scope, Year};
use crate::graph::NodeId;
use crate::value::{Marks, RowAt, Value};
use crate::why::{Ground, Why};

/// What is known where the law day is not.
pub(super) struct Undated {
    /// Where the law day is open.
    pub rows: NodeId,
    /// Where what follows is known; elsewhere the right is left.
    pub here: NodeId,
    /// The most it comes to, in fen.
    pub high: NodeId,
    pub no_high: NodeId,
    pub at_most: NodeId,
    /// Why the law day is open.
    pub day: Why,
    /// Why the most is not what it comes to. Knowing this would not settle the right.
    pub most: Why,
    /// Whether a determination (核定) may say the most.
    pub determinable: bool,
}

/// An upper end in fen: where it is known at all, and where there is none.
struct Limit {
    here: NodeId,
    high: NodeId,
    no_high: NodeId,
}

/// The most that a right comes to on a day.
struct Most {
    limit: Limit,
    at_most: NodeId,
    why: Why,
    determinable: bool,
}

impl Lowering<'_> {
    /// What a right comes to where its law day is open; none when it is open nowhere.
    pub(super) fn undated(&mut self, rule: &Rule, row: &RowAt, day: &Marks) -> Option<Undated> {
        if self.graph.is_never(day.open) {
            return None;
        }
        let caps: Vec<&Part> = rule.caps.iter().map(|cap| &cap.part).collect();
        let most = rule.at_most.iter().map(|cap| &cap.part);
        let all: Vec<&Part> = caps.iter().copied().chain(most).chain([&rule.amount]).collect();
        let most = if self.same_every_year(rule, &all) {
            let days = self.days_of_law(rule, &all);
            self.most(rule, row, &days)
        } else if self.same_every_year(rule, &caps) {
            let days = self.days_of_law(rule, &caps);
            self.most_of_limits(rule, row, &days)
        } else {
            self.without_most()
        };
        let graph = &mut self.graph;
        // What is surely nothing is exact, and has reasons all the same: it is left.
        let nothing = graph.within(most.limit.high, i64::MIN, 0);
        let nothing = graph.and_not(nothing, most.limit.no_high);
        Some(Undated {
            rows: day.open,
            here: graph.and_not(most.limit.here, nothing),
            high: most.limit.high,
            no_high: most.limit.no_high,
            at_most: most.at_most,
            day: day.why.clone(),
            most: most.why,
            determinable: most.determinable,
        })
    }

    /// Whether parts do not depend on which year 当年 is. Of an event it is the year of the day that is not known.
    fn same_every_year(&self, rule: &Rule, parts: &[&Part]) -> bool {
        let needs = self.program.needs_of_parts(parts.iter().copied(), rule.each);
        rule.frequency != Frequency::Row || !needs.of_year()
    }

    /// One day of each state of the law behind some parts, while the document holds. An event after 今日 gives no right.
    fn days_of_law(&self, rule: &Rule, parts: &[&Part]) -> BTreeSet<Date> {
        let period = self.program.document(rule.document).period;
        let needs = self.program.needs_of_parts(parts.iter().copied(), rule.each);
        let changes = self.program.days_of_change(parts.iter().copied(), &needs);
        let today = self.today;
        let before = changes.first().map_or(Some(today), |first| first.previous());
        let possible = |day: &Date| rule.frequency != Frequency::Row || *day <= today;
        let first = period.from.or(before).into_iter();
        let days = first.chain(changes).filter(|day| period.contains(*day));
        days.filter(possible).collect()
    }

    fn scope_on(&self, rule: &Rule, row: &RowAt, day: Date) -> Scope {
        let year = match rule.frequency {
            Frequency::Row => day.year(),
            Frequency::Yearly | Frequency::Once => self.year,
        };
        Scope {
            row: Some(row.clone()),
            around: Rc::default(),
            day: Day::Fixed(day),
            year: Year::Fixed(year),
            original: None,
        }
    }

    /// No day of the law, and no limit.
    fn without_most(&mut self) -> Most {
        let (never, always) = (self.graph.never(), self.graph.always());
        Most {
            limit: Limit {
                here: always,
                high: self.graph.constant(0),
                no_high: always,
            },
            at_most: never,
            why: Why::default(),
            determinable: false,
        }
    }

    /// The largest amount that a right comes to on one of some days; of equals the last.
    fn most(&mut self, rule: &Rule, row: &RowAt, days: &BTreeSet<Date>) -> Most {
        let mut most: Option<Most> = None;
        for day in days {
            let next = self.most_on(rule, row, *day);
            most = Some(match most {
                None => next,
                Some(before) => self.larger_of(before, next),
            });
        }
        most.unwrap_or_else(|| self.without_most())
    }

    fn most_on(&mut self, rule: &Rule, row: &RowAt, day: Date) -> Most {
        let scope = self.scope_on(rule, row, day);
        let amount = self.amount(rule, row, &scope, None);
        let limit = self.limit_on(rule, row, &scope);
        let graph = &mut self.graph;
        let (span, absent) = (amount.span, amount.fen.absent);
        let zero = graph.constant(0);
        let here = graph.or(span.here, absent);
        let of_amount = graph.choose(absent, zero, span.high);
        let unlimited = graph.and_not(span.no_high, absent);
        let smaller = graph.smaller(of_amount, limit.high);
        let high = graph.choose(limit.no_high, of_amount, smaller);
        Most {
            limit: Limit {
                here: graph.and(here, limit.here),
                high: graph.choose(unlimited, limit.high, high),
                no_high: graph.and(unlimited, limit.no_high),
            },
            at_most: graph.and(amount.at_most, span.here),
            why: graph.reasons_in(&span.why, span.here),
            determinable: amount.determinable,
        }
    }

    fn larger_of(&mut self, a: Most, b: Most) -> Most {
        let graph = &mut self.graph;
        let less = graph.compare(
            jiufen_language::program::Comparison::Less,
            b.limit.high,
            a.limit.high,
        );
        let less = graph.or(less, a.limit.no_high);
        // Of equals the later day.
        let first = graph.and_not(less, b.limit.no_high);
        let second = graph.not(first);
        let always = graph.always();
        let grounds = [(&a.why, first), (&b.why, second)].map(|(why, rows)| Ground {
            why,
            seen: rows,
            counts: rows,
        });
        Most {
            why: graph.reasons(&grounds, always),
            determinable: a.determinable || b.determinable,
            at_most: graph.pick(first, second, a.at_most, b.at_most),
            limit: Limit {
                here: graph.and(a.limit.here, b.limit.here),
                high: graph.choose(first, a.limit.high, b.limit.high),
                no_high: graph.pick(first, second, a.limit.no_high, b.limit.no_high),
            },
        }
    }

    /// The largest of the limits of some days, when each has one.
    fn most_of_limits(&mut self, rule: &Rule, row: &RowAt, days: &BTreeSet<Date>) -> Most {
        if days.is_empty() {
            return self.without_most();
        }
        let never = self.graph.never();
        let mut most = Limit {
            here: self.graph.always(),
            high: self.graph.constant(0),
            no_high: never,
        };
        for day in days {
            let scope = self.scope_on(rule, row, *day);
            let limit = self.limit_on(rule, row, &scope);
            most = Limit {
                here: self.graph.and(most.here, limit.here),
                high: self.graph.larger(most.high, limit.high),
                no_high: self.graph.or(most.no_high, limit.no_high),
            };
        }
        Most {
            limit: most,
            at_most: never,
            why: Why::default(),
            determinable: false,
        }
    }

    /// The smallest cap on a day, shared or not: a right comes to no more than the cap it shares.
    fn limit_on(&mut self, rule: &Rule, row: &RowAt, scope: &Scope) -> Limit {
        let mut smallest = Limit {
            here: self.graph.always(),
            high: self.graph.constant(0),
            no_high: self.graph.always(),
        };
        for cap in &rule.caps {
            let why = self.unpublished(&rule.name);
            let of = PartOf {
                document: rule.document,
                without: Without::NoLimit,
                unpublished: Value::Number(self.graph.open_number(false, why)),
                row: Some(row),
            };
            let value = self.part(&cap.part, &of, scope);
            let value = self.number(&value);
            let whole = self.graph.rounded(&value, &ratio(1, 100), Rounding::HalfUp);
            let fen = match self.fitting(whole) {
                Value::Number(fen) => fen,
                _ => self.graph.left_number(),
            };
            let graph = &mut self.graph;
            let span = graph.span(&fen);
            let there = graph.or(span.here, fen.absent);
            let limits = graph.and_not(span.here, span.no_high);
            let zero = graph.constant(0);
            let most = graph.larger(span.high, zero);
            let smaller = graph.smaller(smallest.high, most);
            let high = graph.choose(smallest.no_high, most, smaller);
            smallest = Limit {
                here: graph.and(smallest.here, there),
                high: graph.choose(limits, high, smallest.high),
                no_high: graph.and_not(smallest.no_high, limits),
            };
        }
        smallest
    }
}
