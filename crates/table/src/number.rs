//! Numbers of cells: digits, a unit of the cell's own or of the header, and nothing that has to be guessed.

use jiufen_diagnostic::Argument;
use jiufen_diagnostic::catalogue::registry;
use jiufen_quantity::unit::UnitKind;
use jiufen_quantity::{Base, Dimension, Exact, Unit, exact};
use num_traits::One;
use smol_str::SmolStr;

use crate::column::{Figure, Number, Numbers};
use crate::flaw::Flaw;
use crate::schema::{ColumnSchema, ColumnType, NumberKind};

/// Words that multiply a unit and are none by themselves, longest first.
const MULTIPLIERS: [(&str, i128); 11] = [
    ("万亿", 1_000_000_000_000),
    ("千亿", 100_000_000_000),
    ("百亿", 10_000_000_000),
    ("十亿", 1_000_000_000),
    ("千万", 10_000_000),
    ("百万", 1_000_000),
    ("亿", 100_000_000),
    ("万", 10_000),
    ("千", 1_000),
    ("百", 100),
    ("十", 10),
];

/// Digits a mantissa may have to be kept as one machine word.
const NARROW_DIGITS: usize = 18;
/// Digits a number may have at all; longer ones are damage, and would cost time to read.
const MOST_DIGITS: usize = 40;

/// Bytes of a number with its unit; a longer cell is damage, and every question asked of it would cost time.
const MOST_BYTES: usize = 200;

/// Characters of an unknown unit that are quoted.
const MOST_UNIT: usize = 20;

/// Why a unit does not serve a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitFault {
    /// It is not in the table of units.
    Unknown,
    /// It measures something else.
    Mismatch,
}

/// What a number column accepts.
#[derive(Debug, Clone)]
pub(crate) struct NumberForm {
    dimension: Dimension,
    kind: NumberKind,
    signed: bool,
    /// The noun of a pure count, which is then whole.
    counter: Option<SmolStr>,
    /// The name of the unit with factor one, or `%` and 个百分点.
    pub base_name: SmolStr,
    /// Base units in one of `base_name`.
    pub base_factor: Exact,
}

impl NumberForm {
    /// The form of a column of numbers; `None` for another type.
    pub fn of(column: &ColumnSchema) -> Option<Self> {
        let ColumnType::Number { dimension, kind } = &column.column_type else {
            return None;
        };
        let hundredth = exact::ratio(1, 100);
        let (base_name, base_factor) = match kind {
            NumberKind::Rate => ("%".into(), hundredth),
            NumberKind::Points => ("个百分点".into(), hundredth),
            NumberKind::Plain => (SmolStr::default(), Exact::one()),
            NumberKind::Quantity => (base_name(dimension), Exact::one()),
        };
        Some(Self {
            dimension: dimension.clone(),
            kind: *kind,
            signed: column.signed,
            counter: column.column_type.counter().cloned(),
            base_name,
            base_factor,
        })
    }

    /// The unit of a bare number under a header without a unit: the counter of a count, nothing for a plain number.
    pub fn implied_unit(&self) -> Option<(SmolStr, Exact)> {
        match &self.counter {
            Some(noun) => Some((noun.clone(), Exact::one())),
            None if self.dimension.is_none()
                && matches!(self.kind, NumberKind::Plain | NumberKind::Quantity) =>
            {
                Some((SmolStr::default(), Exact::one()))
            }
            None => None,
        }
    }

    /// Base units in one of the unit `name`.
    pub fn factor(&self, name: &str) -> Result<Exact, UnitFault> {
        if name == self.base_name {
            return Ok(self.base_factor.clone());
        }
        let kind = match self.kind {
            NumberKind::Rate => UnitKind::Rate,
            NumberKind::Points => UnitKind::Points,
            NumberKind::Quantity | NumberKind::Plain => UnitKind::Plain,
        };
        // Alone 分 is a score; of money it is the hundredth that accounts are kept in.
        if name == "分" && self.dimension == Dimension::money() {
            return Ok(exact::ratio(1, 100));
        }
        match Unit::parse(name) {
            Some(unit) if unit.dimension == self.dimension && unit.kind == kind => Ok(unit.factor),
            Some(_) => Err(UnitFault::Mismatch),
            None => self.counted(name).ok_or(UnitFault::Unknown),
        }
    }

    /// A counter that a program declares may have a multiplier too: 万只.
    fn counted(&self, name: &str) -> Option<Exact> {
        let multiplier = name.strip_suffix(self.counter.as_deref()?)?;
        let found = MULTIPLIERS.iter().find(|(word, _)| *word == multiplier)?;
        Some(exact::integer(found.1))
    }

    /// The type in words.
    pub fn expected(&self) -> Argument {
        let unit = &self.base_name;
        match (self.kind, self.dimension.powers()) {
            (NumberKind::Rate, _) => Argument::term("百分数", "a percentage"),
            (NumberKind::Points, _) => Argument::term("百分点", "percentage points"),
            (_, []) => Argument::term("不带单位的数", "a number without a unit"),
            (_, [(Base::Money, 1)]) => Argument::term("金额", "an amount of money"),
            (_, [(Base::Length, 2)]) => Argument::term("面积", "an area"),
            _ => Argument::term(format!("以{unit}计的数"), format!("a number in {unit}")),
        }
    }

    /// A unit as people write it in this column.
    pub fn usual_unit(&self) -> &str {
        match (self.kind, self.dimension.powers()) {
            (NumberKind::Quantity, [(Base::Money, 1)]) => "万元",
            (NumberKind::Quantity, [(Base::Length, 2)]) => "亩",
            _ => &self.base_name,
        }
    }

    /// A cell that would be accepted.
    fn example(&self) -> String {
        format!("5{}", self.usual_unit())
    }

    /// Reads a cell. A cell that only differs in width or separators is refused with the words to write.
    pub fn read(&self, text: &str, numbers: &mut Numbers) -> Result<Number, Flaw> {
        if text.len() > MOST_BYTES {
            return Err(self.not_a_number());
        }
        let flaw = match self.read_strictly(text, numbers) {
            Ok(number) => return Ok(number),
            Err(flaw) => flaw,
        };
        let Some(plain) = plainly(text) else {
            return Err(flaw);
        };
        self.read_strictly(&plain, numbers)?;
        let entry = if plain_width(text) == text {
            &registry::THOUSANDS
        } else {
            &registry::FULL_WIDTH
        };
        Err(Flaw::new(entry).with("proposal", plain))
    }

    fn read_strictly(&self, text: &str, numbers: &mut Numbers) -> Result<Number, Flaw> {
        let Some(digits) = Digits::scan(text) else {
            return Err(self.not_a_number());
        };
        let rest = text[digits.length..].trim_start();
        let unit = if rest.is_empty() {
            numbers.bare.ok_or_else(|| self.without_unit(text, numbers))?
        } else if let Some(known) = numbers.known_unit(rest) {
            known
        } else {
            let factor = self
                .factor(rest)
                .map_err(|fault| self.bad_unit(&text[..digits.length], rest, fault, numbers))?;
            match numbers.unit(rest, &factor) {
                Some(place) => place,
                None => return Ok(Number::Wide(Box::new(digits.exact(text)? * factor))),
            }
        };
        if digits.negative && !digits.is_zero {
            self.allow_negative()?;
        }
        let number = match digits.narrow(unit) {
            Some(figure) => Number::Written(figure),
            None => {
                let factor = &numbers.units[usize::from(unit)].factor;
                Number::Wide(Box::new(digits.exact(text)? * factor))
            }
        };
        self.whole(number, numbers)
    }

    /// Takes a number that comes as one, `mantissa / 10^places` of the header's unit.
    pub fn take(&self, mantissa: i128, places: i8, numbers: &Numbers) -> Result<Number, Flaw> {
        let shown = || exact::digits(&decimal(mantissa, places), 18).0;
        let unit = numbers.bare.ok_or_else(|| self.without_unit(&shown(), numbers))?;
        if mantissa < 0 {
            self.allow_negative()?;
        }
        let narrow = i64::try_from(mantissa)
            .ok()
            .zip(u8::try_from(places).ok().filter(|p| *p <= 18));
        let number = match narrow {
            Some((mantissa, places)) => Number::Written(Figure {
                mantissa,
                places,
                unit,
            }),
            None => {
                let factor = &numbers.units[usize::from(unit)].factor;
                Number::Wide(Box::new(decimal(mantissa, places) * factor))
            }
        };
        self.whole(number, numbers)
    }

    /// Takes the shortest digits of a floating-point number of a type that keeps `kept` of them.
    pub fn read_float(&self, digits: &str, kept: usize, numbers: &mut Numbers) -> Result<Number, Flaw> {
        if !digits.bytes().any(|b| b.is_ascii_digit()) {
            return Err(self.not_a_number());
        }
        if has_more_digits(digits, kept) {
            return Err(Flaw::new(&registry::BEYOND_FIFTEEN));
        }
        self.read_strictly(digits, numbers)
    }

    /// Whether numbers on one scale, the smallest of them `low`, are all values of the column.
    pub fn admits(&self, low: i64, scale: &Exact) -> bool {
        (low >= 0 || self.signed) && (self.counter.is_none() || scale.is_integer())
    }

    fn allow_negative(&self) -> Result<(), Flaw> {
        if self.signed {
            Ok(())
        } else {
            Err(Flaw::new(&registry::NEGATIVE))
        }
    }

    /// The number, unless it counts and is not whole.
    fn whole(&self, number: Number, numbers: &Numbers) -> Result<Number, Flaw> {
        match &self.counter {
            Some(noun) if !numbers.is_whole(&number) => {
                Err(Flaw::new(&registry::NOT_WHOLE).with("unit", noun.as_str()))
            }
            _ => Ok(number),
        }
    }

    /// A value as a decimal of the base unit, or of 亩 or 个月 where only that is finite; `None` when none is.
    pub fn write(&self, value: &Exact, numbers: &mut Numbers) -> Option<Number> {
        self.units().into_iter().find_map(|(name, factor)| {
            let (text, cut) = exact::digits(&(value / &factor), 18);
            let digits = Digits::scan(&text).filter(|_| !cut)?;
            let unit = numbers.unit(&name, &factor)?;
            digits.narrow(unit).map(Number::Written)
        })
    }

    /// The units that between them have a finite decimal for what can be written: the base unit, and 亩 or 个月.
    pub fn units(&self) -> Vec<(SmolStr, Exact)> {
        let spare = match self.dimension.powers() {
            [(Base::Length, 2)] => Some("亩"),
            [(Base::Year, 1)] => Some("个月"),
            _ => None,
        };
        let spare = spare.and_then(|name| Some((SmolStr::new(name), self.factor(name).ok()?)));
        let base = (self.base_name.clone(), self.base_factor.clone());
        std::iter::once(base).chain(spare).collect()
    }

    /// What is wrong with a cell that is no number.
    pub fn not_a_number(&self) -> Flaw {
        Flaw::new(&registry::NOT_A_NUMBER)
            .with("expected", self.expected())
            .with("proposal", self.example())
    }

    /// Both likely readings are offered: the machine must not choose between 1200元 and 1200万元 for anyone.
    fn without_unit(&self, text: &str, numbers: &Numbers) -> Flaw {
        let unit = self.usual_unit();
        let other = match self.kind {
            NumberKind::Rate => exact::decimal(text).map(|n| exact::digits(&(n * exact::integer(100)), 18).0),
            _ => Some(text.to_owned()).filter(|_| *unit != self.base_name),
        };
        let usual = format!("{text}{unit}");
        let proposal = match other {
            Some(other) => {
                let other = format!("{other}{}", self.base_name);
                Argument::term(format!("{other} 或 {usual}"), format!("{other}` or `{usual}"))
            }
            None => Argument::from(usual),
        };
        Flaw::new(&registry::NUMBER_WITHOUT_UNIT)
            .with("proposal", proposal)
            .with("header", format!("{}({unit})", numbers.header))
    }

    /// What is wrong with the words after a number.
    fn bad_unit(&self, number: &str, rest: &str, fault: UnitFault, numbers: &Numbers) -> Flaw {
        if is_exponent(rest) {
            return Flaw::new(&registry::SCIENTIFIC);
        }
        if let Some((word, times)) = MULTIPLIERS.iter().find(|(word, _)| *word == rest) {
            return self.bare_multiplier(number, word, *times, numbers);
        }
        // `1.2.3`: what does not look like a unit is not called one.
        if rest.starts_with(|c: char| c.is_ascii_punctuation() && c != '%') {
            return self.not_a_number();
        }
        let entry = match fault {
            UnitFault::Mismatch => &registry::UNIT_MISMATCH,
            UnitFault::Unknown => &registry::UNKNOWN_UNIT,
        };
        let quoted: String = rest.chars().take(MOST_UNIT).collect();
        Flaw::new(entry)
            .with("unit", quoted)
            .with("expected", self.expected())
            .with("proposal", self.example())
    }

    fn bare_multiplier(&self, number: &str, word: &str, times: i128, numbers: &Numbers) -> Flaw {
        let spelled = exact::decimal(number).map(|n| exact::digits(&(n * exact::integer(times)), 18).0);
        let base = numbers.bare.map(|place| &numbers.units[usize::from(place)]);
        // Written out, the number is only safe to offer where the header's unit is the base unit itself:
        // under (万元), 1.2万 may have meant 1.2万元 or 12000万元.
        let spelled = spelled.filter(|_| base.is_some_and(|unit| unit.factor.is_one()));
        let full = format!("{number}{word}{}", self.base_name);
        let proposal = match spelled {
            Some(spelled) if self.base_name.is_empty() => Argument::from(spelled),
            Some(spelled) => {
                Argument::term(format!("{spelled} 或 {full}"), format!("`{spelled}` or `{full}`"))
            }
            None => Argument::from(full),
        };
        Flaw::new(&registry::MULTIPLIER_WITHOUT_UNIT)
            .with("multiplier", word)
            .with("proposal", proposal)
    }
}

/// `mantissa / 10^places`.
fn decimal(mantissa: i128, places: i8) -> Exact {
    let tens = exact::integer(10).pow(i32::from(places.unsigned_abs()));
    if places < 0 {
        exact::integer(mantissa) * tens
    } else {
        exact::integer(mantissa) / tens
    }
}

/// Whether a decimal has more than `kept` digits, zeros before them not counted.
pub(crate) fn has_more_digits(decimal: &str, kept: usize) -> bool {
    let digits = decimal.bytes().filter(u8::is_ascii_digit);
    digits.skip_while(|b| *b == b'0').count() > kept
}

/// The name of the unit with factor one.
fn base_name(dimension: &Dimension) -> SmolStr {
    if dimension.is_none() {
        return SmolStr::default();
    }
    let name = dimension.to_string();
    match name.strip_prefix("1/") {
        // 1/年 has no unit above the stroke; 次 counts and has no dimension.
        Some(below) => SmolStr::from(format!("次/{below}")),
        None => SmolStr::from(name),
    }
}

/// The digits at the beginning of a cell.
struct Digits {
    /// Bytes, sign and point included.
    length: usize,
    negative: bool,
    is_zero: bool,
    count: usize,
    places: u8,
    mantissa: i64,
}

impl Digits {
    /// `[-]digits[.digits]`; `None` when the text does not begin so.
    fn scan(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let negative = bytes.first() == Some(&b'-');
        let mut at = usize::from(negative);
        let mut mantissa = 0u64;
        let mut take = |at: &mut usize| {
            let from = *at;
            while let Some(digit) = bytes.get(*at).filter(|b| b.is_ascii_digit()) {
                mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
                *at += 1;
            }
            *at - from
        };
        let whole = take(&mut at);
        if whole == 0 {
            return None;
        }
        let mut places = 0;
        if bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
            at += 1;
            places = take(&mut at);
        }
        let mantissa = i64::try_from(mantissa).unwrap_or(0);
        Some(Self {
            length: at,
            negative,
            is_zero: !bytes[..at].iter().any(|b| (b'1'..=b'9').contains(b)),
            count: whole + places,
            places: u8::try_from(places).unwrap_or(u8::MAX),
            mantissa: if negative { -mantissa } else { mantissa },
        })
    }

    fn narrow(&self, unit: u8) -> Option<Figure> {
        (self.count <= NARROW_DIGITS).then_some(Figure {
            mantissa: self.mantissa,
            places: self.places,
            unit,
        })
    }

    fn exact(&self, text: &str) -> Result<Exact, Flaw> {
        let flaw = || {
            Flaw::new(&registry::NOT_A_NUMBER)
                .with(
                    "expected",
                    Argument::term("不超过 40 位的数", "a number of at most 40 digits"),
                )
                .with("proposal", "1200")
        };
        if self.count > MOST_DIGITS {
            return Err(flaw());
        }
        exact::decimal(&text[..self.length]).ok_or_else(flaw)
    }
}

/// `E+17`, `e17`: what follows the digits of scientific notation.
fn is_exponent(rest: &str) -> bool {
    rest.strip_prefix(['E', 'e'])
        .map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether words are an identifier that a spreadsheet has turned into `3.3E+17`.
pub(crate) fn is_cut_identifier(text: &str) -> bool {
    // Nearly all words end here.
    if !text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    // `1E5` may be a name of its own; with a point or a plus it is not.
    let (exponent, signed) = match exponent.strip_prefix('+') {
        Some(exponent) => (exponent, true),
        None => (exponent, mantissa.contains('.')),
    };
    signed && digits(whole) && digits(fraction) && digits(exponent)
}

/// The same text in half-width characters.
pub(crate) fn plain_width(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '\u{3000}')
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '−' | '–' => '-',
            _ => c,
        })
        .collect()
}

/// The text in half width, without thousands separators, a leading plus or inner blanks; `None` when nothing changes.
fn plainly(text: &str) -> Option<String> {
    let narrow = plain_width(text);
    let narrow = narrow.strip_prefix('+').unwrap_or(&narrow);
    let chars: Vec<char> = narrow.chars().collect();
    let digit_at = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let mut out = String::with_capacity(narrow.len());
    for (i, c) in chars.iter().enumerate() {
        let separates = matches!(c, ',' | ' ' | '\u{A0}' | '\u{202F}' | '\'')
            && i > 0
            && digit_at(i - 1)
            && (1..=3).all(|k| digit_at(i + k))
            && !digit_at(i + 4);
        if !separates {
            out.push(*c);
        }
    }
    (out != text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scientific_notation_is_told_from_words() {
        assert!(is_cut_identifier("3.3E+17") && is_cut_identifier("3e+17"));
        assert!(is_cut_identifier("9.1999E17"));
        for word in [
            "C++",
            "E+5号楼",
            "91330100E12345678X",
            "1E5",
            "3.3.3E+1",
            "3.3E-4号",
        ] {
            assert!(!is_cut_identifier(word), "{word}");
        }
    }

    #[test]
    fn separators_are_taken_out_only_between_groups_of_three() {
        assert_eq!(plainly("１，０００").as_deref(), Some("1000"));
        assert_eq!(plainly("1,234,567.8万元").as_deref(), Some("1234567.8万元"));
        assert_eq!(plainly("1,00"), None);
        assert_eq!(plainly("1,0000"), None);
    }
}
