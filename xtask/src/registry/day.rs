//! Days of the calendar as whole numbers.

use std::fmt::{self, Display, Formatter};

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// A day of the Gregorian calendar; the month and the day must exist.
    pub const fn new(year: i64, month: i64, day: i64) -> Self {
        // Years from March: the leap day is the last one (Howard Hinnant, days_from_civil).
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// `2025-01-31`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) => Some(Self::new(year, month, day)),
            _ => None,
        }
    }

    /// This many days later.
    pub fn plus(self, days: u64) -> Self {
        Self(self.0 + i64::try_from(days).unwrap_or(0))
    }

    /// Year, month and day.
    pub fn civil(self) -> (i64, i64, i64) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        (year + era * 400 + i64::from(month <= 2), month, day)
    }

    /// The year.
    pub fn year(self) -> i64 {
        self.civil().0
    }
}

impl Display for Day {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_turn_into_each_other() {
        for text in [
            "1970-01-01",
            "2000-02-29",
            "2024-02-29",
            "2024-12-31",
            "2025-03-01",
            "2100-03-01",
        ] {
            assert_eq!(Day::parse(text).unwrap().to_string(), text);
        }
        let day = Day::new(2023, 12, 31).plus(60);
        assert_eq!(day.to_string(), "2024-02-29");
    }
}
