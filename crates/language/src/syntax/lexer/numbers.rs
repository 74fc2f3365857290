//! Numbers with their units, years and dates.

use jiufen_diagnostic::Argument;
use jiufen_diagnostic::catalogue::syntax as entries;
use jiufen_quantity::YEARS;
use jiufen_quantity::unit::longest_match;

use super::names::{continues_name, starts_name};
use super::{Lexer, range};
use crate::syntax::SyntaxKind;
use crate::syntax::error::SyntaxError;
use crate::syntax::text::{fold, folded};

/// Digits a number may have, as in a registry; no amount, area or rate needs more.
const MOST_DIGITS: usize = 40;

/// Characters looked at for a unit; the longest is a compound of three names.
const UNIT_CHARS: usize = 32;

impl Lexer<'_> {
    pub(super) fn number(&mut self) {
        if self.date() {
            return;
        }
        let start = self.at;
        self.advance_while(|c| c.is_ascii_digit());
        let whole = self.text[start..self.at].chars().count();
        if whole == 4
            && self.peek() == Some('年')
            && !self.nth(1).is_some_and(|c| continues_name(c) || c == '/')
        {
            self.advance();
            let year: String = self.text[start..self.at].chars().take(4).map(fold).collect();
            if !year.parse().is_ok_and(|year| YEARS.contains(&year)) {
                self.year_out_of_range(start);
            }
            return self.push(SyntaxKind::YEAR, start);
        }
        if whole <= 3 {
            self.separated(start);
        }
        if self.peek() == Some('.') && self.nth(1).is_some_and(|c| c.is_ascii_digit()) {
            self.advance();
            self.advance_while(|c| c.is_ascii_digit());
        }
        if self.at - start > MOST_DIGITS {
            self.many_digits(start);
        }
        self.unit(start);
    }

    fn year_out_of_range(&mut self, start: usize) {
        let error = SyntaxError::new(&entries::YEAR_OUT_OF_RANGE, range(start, self.at));
        self.errors.push(error.with("found", &self.text[start..self.at]));
    }

    fn many_digits(&mut self, start: usize) {
        let found = &self.text[start..self.at];
        let count = found.chars().filter(|c| fold(*c).is_ascii_digit()).count();
        if count > MOST_DIGITS {
            let error = SyntaxError::new(&entries::TOO_MANY_DIGITS, range(start, self.at))
                .with("count", count.to_string())
                .with("limit", MOST_DIGITS.to_string());
            self.errors.push(error);
        }
    }

    /// `,345` behind up to three digits.
    fn separated(&mut self, start: usize) {
        let mut groups = 0;
        while self.separator_follows() {
            self.advance();
            self.advance_while(|c| c.is_ascii_digit());
            groups += 1;
        }
        if groups == 0 || (self.in_row && self.depth == 0) {
            return;
        }
        let place = range(start, self.at);
        let found = &self.text[start..self.at];
        let number: String = folded(found).chars().filter(char::is_ascii_digit).collect();
        let mut error = SyntaxError::new(&entries::THOUSANDS_SEPARATOR, place)
            .with("found", found)
            .with("number", number.clone());
        if self.depth == 0 {
            error = error.fix(place, number);
        }
        self.errors.push(error);
    }

    fn separator_follows(&self) -> bool {
        let mut chars = self.rest().chars();
        if !matches!(chars.next(), Some(',' | '，')) {
            return false;
        }
        let mut chars = chars.map(fold);
        chars.by_ref().take(3).filter(char::is_ascii_digit).count() == 3
            && !chars.next().is_some_and(|c| c.is_ascii_digit())
    }

    /// The number's token and, behind it, its unit's.
    fn unit(&mut self, start: usize) {
        self.push(SyntaxKind::NUMBER, start);
        let direct = self.at;
        if self.peek() == Some(' ') {
            let spaced = self.at + self.rest().chars().next().map_or(0, char::len_utf8);
            let length = self.unit_length(spaced);
            let ends = !self.text[spaced + length..]
                .chars()
                .next()
                .map(fold)
                .is_some_and(continues_name);
            if length == 0 || !ends {
                return;
            }
            self.at = spaced;
            self.push(SyntaxKind::WHITESPACE, direct);
        }
        let unit = self.at;
        let mut length = self.unit_length(unit);
        if length == 0 {
            if !self.peek().is_some_and(starts_name) {
                return;
            }
            return self.undeclared(start, unit);
        }
        self.at = unit + length;
        let known = self.at;
        self.advance_while(continues_name);
        if self.at > known {
            self.left_over(start, unit, known);
        } else {
            length = self.declared_parts(unit, length);
            self.at = unit + length;
        }
        self.push(SyntaxKind::UNIT, unit);
    }

    /// Length in bytes of the longest known unit at `at`, full-width forms mapped.
    fn unit_length(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let end = rest.char_indices().nth(UNIT_CHARS).map_or(rest.len(), |(i, _)| i);
        let window = rest[..end].split('\n').next().unwrap_or("");
        let mapped = folded(window);
        let length = longest_match(&mapped);
        let chars = mapped.get(..length).map_or(0, |matched| matched.chars().count());
        window.char_indices().nth(chars).map_or(window.len(), |(i, _)| i)
    }

    /// `元/品种`: a counter that a subject declares may stand below a known unit.
    fn declared_parts(&self, unit: usize, mut length: usize) -> usize {
        loop {
            let rest = &self.text[unit + length..];
            let mut chars = rest.chars().map(fold);
            if chars.next() != Some('/') || !chars.next().is_some_and(starts_name) {
                return length;
            }
            let slash = rest.chars().next().map_or(0, char::len_utf8);
            let name = rest[slash..].chars().take_while(|c| continues_name(fold(*c)));
            length += slash + name.map(char::len_utf8).sum::<usize>();
        }
    }

    /// Words run on behind a number: a counter that a subject declares, or a name that should be quoted.
    fn undeclared(&mut self, start: usize, unit: usize) {
        self.advance_while(continues_name);
        let length = self.declared_parts(unit, self.at - unit);
        self.at = unit + length;
        let words = folded(&self.text[unit..self.at]).into_owned();
        let place = range(start, self.at);
        let found = &self.text[start..self.at];
        if words
            .chars()
            .all(|c| matches!(c, '十' | '百' | '千' | '万' | '亿'))
        {
            let error = SyntaxError::new(&entries::BARE_MULTIPLIER, place);
            let example = Argument::term(
                format!("“{found}元”、“{found}亩”或“{found}人”"),
                format!("“{found}元”, “{found}亩” or “{found}人”"),
            );
            let error = error.with("found", found).with("unit", words);
            self.errors.push(error.with("example", example));
        } else if words.starts_with(|c: char| c.is_ascii()) {
            let error = SyntaxError::new(&entries::NAME_STARTS_WITH_DIGIT, place);
            self.errors
                .push(error.with("found", found).fix(place, format!("「{found}」")));
        }
        self.push(SyntaxKind::UNIT, unit);
    }

    fn left_over(&mut self, start: usize, unit: usize, known: usize) {
        let error = SyntaxError::new(&entries::UNIT_FOLLOWED_BY_WORDS, range(start, self.at))
            .with("found", &self.text[start..self.at])
            .with("number", &self.text[start..unit])
            .with("unit", &self.text[unit..known])
            .with("extra", &self.text[known..self.at]);
        self.errors.push(error);
    }

    /// A date, well written or not. `2025-1-31` is never a subtraction.
    fn date(&mut self) -> bool {
        let window: String = self.rest().chars().take(12).map(fold).collect();
        let Some(written) = written_date(&window) else {
            return false;
        };
        let start = self.at;
        for _ in 0..written.chars {
            self.advance();
        }
        let known = self.at;
        self.advance_while(continues_name);
        let place = range(start, self.at);
        let iso = format!("{:04}-{:02}-{:02}", written.year, written.month, written.day);
        let found = &self.text[start..self.at];
        if !written.is_real() {
            self.errors
                .push(SyntaxError::new(&entries::INVALID_DATE, place).with("found", found));
        } else if !written.is_iso || self.at > known {
            let error = SyntaxError::new(&entries::MALFORMED_DATE, place);
            let error = error.with("found", found).with("date", iso.clone());
            self.errors.push(error.fix(place, iso));
        }
        if written.is_real() && !i16::try_from(written.year).is_ok_and(|year| YEARS.contains(&year)) {
            self.year_out_of_range(start);
        }
        self.push(SyntaxKind::DATE, start);
        true
    }
}

struct WrittenDate {
    year: u32,
    month: u32,
    day: u32,
    chars: usize,
    is_iso: bool,
}

impl WrittenDate {
    fn is_real(&self) -> bool {
        let leap =
            self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let days = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return false,
        };
        (1..=days).contains(&self.day)
    }
}

/// Reads `2025-01-31` and the ways people write it: `2025-1-31`, `2025/1/31`, `2025.1.31`, `2025年1月31日`.
fn written_date(window: &str) -> Option<WrittenDate> {
    let mut chars = window.chars().peekable();
    let mut taken = 0;
    let mut digits = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>, most: usize| {
        let mut value = 0;
        let mut count = 0;
        while count < most {
            let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) else {
                break;
            };
            chars.next();
            value = value * 10 + digit;
            count += 1;
        }
        taken += count;
        (value, count)
    };
    let (year, year_digits) = digits(&mut chars, 4);
    let first = chars.next().filter(|c| matches!(c, '-' | '/' | '.' | '年'))?;
    let (month, month_digits) = digits(&mut chars, 2);
    let second = chars.next()?;
    let (day, day_digits) = digits(&mut chars, 2);
    if year_digits != 4
        || month_digits == 0
        || day_digits == 0
        || chars.peek().is_some_and(char::is_ascii_digit)
    {
        return None;
    }
    let mut chars_taken = taken + 2;
    if first == '年' {
        if second != '月' || chars.next() != Some('日') {
            return None;
        }
        chars_taken += 1;
    } else if second != first {
        return None;
    }
    let is_iso = first == '-' && month_digits == 2 && day_digits == 2;
    Some(WrittenDate {
        year,
        month,
        day,
        chars: chars_taken,
        is_iso,
    })
}
