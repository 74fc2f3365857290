//! Dates as official texts count them, and periods closed at both ends.

use std::fmt;
use std::ops::RangeInclusive;

use jiff::ToSpan;

/// The years that policies and registries speak of.
pub const YEARS: RangeInclusive<i16> = 1900..=2199;

/// A calendar date, printed `2025-01-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// The date of a year, month and day; `None` when there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }

    /// Reads `2025-01-31`, ASCII digits, exactly ten characters.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| {
                if i == 4 || i == 7 {
                    *b == b'-'
                } else {
                    b.is_ascii_digit()
                }
            });
        if !shaped {
            return None;
        }
        Self::new(
            text[..4].parse().ok()?,
            text[5..7].parse().ok()?,
            text[8..].parse().ok()?,
        )
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Whether its year is one of [`YEARS`].
    pub fn is_within_years(self) -> bool {
        YEARS.contains(&self.year())
    }

    /// The month, from 1, and the day of the month, from 1.
    pub fn month_day(self) -> (i8, i8) {
        (self.0.month(), self.0.day())
    }

    /// The last day of a year.
    pub fn year_end(year: i16) -> Option<Self> {
        Self::new(year, 12, 31)
    }

    /// The first day of a year.
    pub fn year_start(year: i16) -> Option<Self> {
        Self::new(year, 1, 1)
    }

    /// 加年: 2024-02-29 plus one year is 2025-02-28. `None` out of range.
    pub fn add_years(self, years: i32) -> Option<Self> {
        self.0
            .checked_add(jiff::Span::new().try_years(years).ok()?)
            .ok()
            .map(Self)
    }

    /// 加月: the same day of a later month, or its last day.
    pub fn add_months(self, months: i32) -> Option<Self> {
        self.0
            .checked_add(jiff::Span::new().try_months(months).ok()?)
            .ok()
            .map(Self)
    }

    /// 加日.
    pub fn add_days(self, days: i32) -> Option<Self> {
        self.0
            .checked_add(jiff::Span::new().try_days(days).ok()?)
            .ok()
            .map(Self)
    }

    /// Whole days from `earlier` to this date; negative when it is later.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0.since(earlier.0).map_or(0, |span| span.get_days())
    }

    /// Whole years completed from `earlier` to this date, by anniversaries; 0 when it is not after it.
    pub fn full_years_since(self, earlier: Self) -> i32 {
        if self < earlier {
            return 0;
        }
        let years = i32::from(self.year()) - i32::from(earlier.year());
        match earlier.add_years(years) {
            Some(anniversary) if anniversary <= self => years,
            _ => years - 1,
        }
    }

    /// The day before.
    pub fn previous(self) -> Option<Self> {
        self.0.checked_sub(1.day()).ok().map(Self)
    }

    /// Saturday or Sunday. Holidays need a calendar.
    pub fn is_weekend(self) -> bool {
        matches!(
            self.0.weekday(),
            jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday
        )
    }
}

impl From<jiff::civil::Date> for Date {
    fn from(date: jiff::civil::Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

/// A stretch of days, both ends in it; an open end has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Period {
    /// First day, or none.
    pub from: Option<Date>,
    /// Last day, or none.
    pub to: Option<Date>,
}

impl Period {
    /// Whether a day lies in it.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// The days in both, when there are any.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match (from, to) {
            (Some(from), Some(to)) if from > to => None,
            _ => Some(Self { from, to }),
        }
    }
}

impl fmt::Display for Period {
    /// `2025-01-01 至 2025-12-31`, `2025-01-01 起`, `至 2025-12-31`, or `不限`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (Some(from), Some(to)) => write!(f, "{from} 至 {to}"),
            (Some(from), None) => write!(f, "{from} 起"),
            (None, Some(to)) => write!(f, "至 {to}"),
            (None, None) => f.write_str("不限"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn the_leap_day_plus_a_year_is_the_last_of_february() {
        assert_eq!(day("2024-02-29").add_years(1), Some(day("2025-02-28")));
        assert_eq!(day("2025-01-31").add_months(1), Some(day("2025-02-28")));
    }

    #[test]
    fn only_one_spelling_of_a_date_is_read() {
        for bad in [
            "2025-1-1",
            "2025/01/01",
            "２０２５-01-01",
            "2025-02-30",
            "20250101",
            "2025-01-011",
        ] {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn full_years_count_anniversaries() {
        assert_eq!(day("2025-06-30").full_years_since(day("2024-07-01")), 0);
        assert_eq!(day("2025-07-01").full_years_since(day("2024-07-01")), 1);
        assert_eq!(day("2025-02-28").full_years_since(day("2024-02-29")), 1);
        assert_eq!(day("2024-03-01").days_since(day("2024-02-28")), 2);
    }

    #[test]
    fn periods_are_closed_at_both_ends() {
        let period = Period {
            from: Some(day("2025-01-01")),
            to: Some(day("2025-12-31")),
        };
        assert!(period.contains(day("2025-12-31")) && !period.contains(day("2026-01-01")));
        let next = Period {
            from: Some(day("2026-01-01")),
            to: None,
        };
        assert_eq!(period.intersect(&next), None);
    }
}
