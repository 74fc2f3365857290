//! When a rule is asked, and where: the day that chooses the law, territory, what stands in force.

use std::rc::Rc;

use jiufen_language::program::{DocumentId, ExprId, Frequency, PartValue, Rule, Spanning};
use jiufen_quantity::{Date, Rounding};
use jiufen_table::lanes::lane_of_date;

use super::dateless::Undated;
use super::{Day, Lowering, Scope, Year};
use crate::graph::NodeId;
use crate::value::{Code, Kind, RowAt, Truth, Value};

/// From this day on grants that single out operators need fair-competition review (公平竞争审查条例 第十条).
const FAIR_COMPETITION_SINCE: i32 = 20_240_801;

/// The law day, and where a right does not arise for its sake.
pub(super) struct Ground {
    pub day: Day,
    /// The day itself, before 跨期 moves the law to the last day in force.
    pub law_day: Option<NodeId>,
    pub year: Year,
    /// In force; `no`: outside the period, or not yet.
    pub stands: Truth,
    /// Where there is no law day.
    pub dateless: NodeId,
    /// Where it is not known.
    pub undated: Option<Undated>,
    pub by_day: Option<(i32, i32)>,
}

/// How the law day of a rule comes out.
pub(super) enum Grounds {
    On(Ground),
    /// Every right is refused, because its document lapses within the year.
    Lapsed(NodeId),
    Left,
}

impl Lowering<'_> {
    pub(super) fn ground(&mut self, rule: &Rule, row: &RowAt) -> Grounds {
        let Some(year_end) = Date::year_end(self.year) else {
            return Grounds::Left;
        };
        let Some(as_of) = rule.as_of else {
            return self.yearly_ground(rule, year_end, Year::Fixed(self.year));
        };
        let scope = Scope {
            row: Some(row.clone()),
            around: Rc::default(),
            day: Day::Fixed(year_end),
            year: Year::Fixed(self.year),
            original: None,
        };
        let value = self.expr(as_of, &scope);
        let event = rule.frequency == Frequency::Row;
        if let Some(day) = Self::fixed_date(&value) {
            return match event {
                true => Grounds::Left,
                false => self.yearly_ground(rule, day, Year::Fixed(self.year)),
            };
        }
        let Value::Code(Code {
            value,
            kind: Kind::Date,
            marks,
        }) = value
        else {
            return Grounds::Left;
        };
        let (known, absent) = (marks.known, marks.absent);
        let day = Day::Lane(value, known);
        let period = self.program.document(rule.document).period;
        let mut stands = self.within_period(&day, &period);
        if rule.frequency == Frequency::Yearly {
            // A yearly right whose document lapses within the year is a question for 跨期.
            stands.no = self.graph.never();
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
        Grounds::On(Ground {
            day,
            law_day: Some(value),
            year,
            stands,
            dateless: absent,
            undated: self.undated(rule, row, &marks),
            by_day: None,
        })
    }

    /// One law day for all rows.
    fn yearly_ground(&mut self, rule: &Rule, day: Date, year: Year) -> Grounds {
        let period = self.program.document(rule.document).period;
        let law_day = self.graph.constant(i64::from(lane_of_date(day)));
        let ground = |this: &mut Self, day: Date, stands: bool, by_day| {
            Grounds::On(Ground {
                day: Day::Fixed(day),
                law_day: Some(law_day),
                year,
                stands: this.graph.everywhere(stands),
                dateless: this.graph.never(),
                undated: None,
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
            None => Grounds::Lapsed(law_day),
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
    pub(super) fn territory(&mut self, rule: &Rule, scope: &Scope) -> Truth {
        self.inside(rule.territory_of, rule.document, scope)
    }

    /// Where a row lies in the territory of a document.
    pub fn inside(&mut self, of: Option<ExprId>, document: DocumentId, scope: &Scope) -> Truth {
        let territory = self.program.document(document).territory.as_str();
        let Some(of) = of.filter(|_| !territory.is_empty() && territory != "全国") else {
            return self.graph.everywhere(true);
        };
        let row = match self.row(of, scope) {
            Value::Row(row) => row,
            Value::Absent => return self.graph.everywhere(false),
            Value::Unsettled(why) => return self.graph.open_truth(why),
            _ => return self.graph.left_truth(),
        };
        let Some(index) = self.program.subject(row.subject).territory else {
            return match self.graph.truth_of(row.marks.known) {
                Some(true) => self.graph.everywhere(true),
                _ => self.graph.left_truth(),
            };
        };
        let field = jiufen_language::program::FieldRef {
            subject: row.subject,
            index,
        };
        match self.load(&row, field, None) {
            Value::Code(code) => self.starts_with(&code, territory),
            _ => self.graph.left_truth(),
        }
    }

    /// Where condition and amount have a version that was not repealed.
    pub(super) fn in_force(&mut self, rule: &Rule, day: &Day) -> NodeId {
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

    pub(super) fn fair_competition(&mut self, rule: &Rule, day: &Day) -> NodeId {
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
}
