//! Operations as SQL expressions.

use jiufen_language::program::Comparison;
use jiufen_quantity::Rounding;
use jiufen_table::lanes::Meaning;
use smol_str::SmolStr;

use super::assumed::prefix_end;
use super::date_literal;
use super::dialect::Dialect;
use super::source::{Read, Source};
use crate::division::Divisor;
use crate::graph::{Graph, InputId, Node, NodeId};

/// How tightly an expression holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    Or,
    And,
    Not,
    Comparison,
    /// Whole-number division: its operator ranks differently from database to database.
    Quotient,
    Sum,
    Product,
    Atom,
}

type Text = (String, Hold);

/// Prints operations; an operation with a column of its own is named, any other is written out.
pub(crate) struct Printer<'a> {
    pub graph: &'a Graph,
    pub source: &'a Source<'a>,
    pub dialect: Dialect,
    /// The words behind the places that texts are compared with.
    pub words: &'a [SmolStr],
    /// By position, the column of an operation.
    pub columns: &'a [Option<String>],
    /// By position, whether an operation gives a text.
    pub texts: &'a [bool],
}

impl Printer<'_> {
    /// An operation as an expression, its own column left aside.
    pub fn definition(&self, id: NodeId) -> String {
        self.print(id).0
    }

    /// An operation where it is used: its column, or its expression, in brackets where a part of something else.
    pub fn used(&self, id: NodeId) -> String {
        self.operand(id, Hold::Comparison)
    }

    /// An operation after NOT: its column, or its expression in brackets.
    pub fn denied(&self, id: NodeId) -> String {
        self.operand(id, Hold::Atom)
    }

    /// An operation as a whole expression: its column, or the expression.
    pub fn whole(&self, id: NodeId) -> String {
        match &self.columns[id.position()] {
            Some(column) => self.dialect.identifier(column),
            None => self.definition(id),
        }
    }

    /// A day: its date.
    pub fn day(&self, id: NodeId) -> String {
        match self.graph.node(id) {
            Node::Constant(n) => date_literal(n),
            // A row without a day reads the first one.
            Node::Load(input) => format!("NULLIF({}, {})", self.value(input), date_literal(10_101)),
            _ => {
                let day = self.operand(id, Hold::Atom);
                let year = self.dialect.quotient(&day, "10000");
                let month = self.dialect.quotient(&day, "100");
                format!(
                    "CASE WHEN {day} > 0 THEN make_date(CAST({year} AS INT), CAST(({month}) % 100 AS INT), CAST({day} % 100 AS INT)) END"
                )
            }
        }
    }

    fn operand(&self, id: NodeId, least: Hold) -> String {
        if let Some(column) = &self.columns[id.position()] {
            return self.dialect.identifier(column);
        }
        let (text, hold) = self.print(id);
        if hold < least { format!("({text})") } else { text }
    }

    fn value(&self, input: InputId) -> String {
        self.dialect.identifier(self.source.name(input, Read::Value))
    }

    fn print(&self, id: NodeId) -> Text {
        let atom = |text: String| (text, Hold::Atom);
        match self.graph.node(id) {
            Node::Constant(n) => atom(n.to_string()),
            Node::Truth(truth) => atom(if truth { "TRUE" } else { "FALSE" }.to_owned()),
            Node::Load(input) => atom(self.load(input)),
            Node::Flag(input, flag) => atom(self.dialect.identifier(self.source.name(input, Read::of(flag)))),
            Node::Add(a, b) => match self.graph.constant_of(b) {
                Some(n) if n < 0 => self.infix((a, Hold::Sum), "-", &n.unsigned_abs().to_string()),
                _ => self.infix((a, Hold::Sum), "+", &self.operand(b, Hold::Product)),
            },
            Node::Subtract(a, b) => self.infix((a, Hold::Sum), "-", &self.operand(b, Hold::Product)),
            Node::Multiply(a, b) => {
                let b = match self.graph.constant_of(b) {
                    Some(n) if n < 0 => format!("({n})"),
                    _ => self.operand(b, Hold::Atom),
                };
                self.infix((a, Hold::Product), "*", &b)
            }
            Node::Smaller(a, b) => atom(format!("LEAST({}, {})", self.whole(a), self.whole(b))),
            Node::Larger(a, b) => atom(format!("GREATEST({}, {})", self.whole(a), self.whole(b))),
            Node::DivideBy(a, divisor) => self.divide_by(a, divisor),
            Node::Divide(a, b, mode) => atom(self.divide(a, b, mode)),
            Node::Choose(..) => atom(self.choose(id)),
            Node::Compare(comparison, a, b) => self.compare(comparison, a, b),
            Node::Within(a, low, high) => self.within(a, (low, high), true),
            Node::And(..) => (self.chain(id, Hold::And), Hold::And),
            Node::Or(..) => (self.chain(id, Hold::Or), Hold::Or),
            Node::Not(a) => match self.graph.node(a) {
                Node::Within(of, low, high) if self.columns[a.position()].is_none() => {
                    self.within(of, (low, high), false)
                }
                _ => (format!("NOT {}", self.operand(a, Hold::Atom)), Hold::Not),
            },
        }
    }

    fn infix(&self, (a, least): (NodeId, Hold), operator: &str, b: &str) -> Text {
        (format!("{} {operator} {b}", self.operand(a, least)), least)
    }

    /// Both or either of a chain, written as one.
    fn chain(&self, id: NodeId, hold: Hold) -> String {
        let mut parts = Vec::new();
        self.links(id, hold, &mut parts);
        let word = if hold == Hold::And { " AND " } else { " OR " };
        parts.join(word)
    }

    fn links(&self, id: NodeId, hold: Hold, parts: &mut Vec<String>) {
        let (a, b) = match (self.graph.node(id), hold) {
            (Node::And(a, b), Hold::And) | (Node::Or(a, b), Hold::Or) => (a, b),
            _ => return,
        };
        for part in [a, b] {
            let same = match self.graph.node(part) {
                Node::And(..) => hold == Hold::And,
                Node::Or(..) => hold == Hold::Or,
                _ => false,
            };
            if same && self.columns[part.position()].is_none() {
                self.links(part, hold, parts);
                continue;
            }
            // That there is a value is asked by each of the questions that are put to it.
            let text = self.operand(part, Hold::Not);
            if !parts.contains(&text) {
                parts.push(text);
            }
        }
    }

    fn load(&self, input: InputId) -> String {
        let read = load_reads(self.source.meaning(input).as_ref());
        self.dialect.identifier(self.source.name(input, read))
    }

    /// (|a| + bias) ÷ divisor, with the sign of a. Division cuts towards zero in every dialect, so that the bias is
    /// taken off below zero.
    fn divide_by(&self, a: NodeId, by: Divisor) -> Text {
        if let (Node::Load(input), 10_000, Rounding::Truncate) = (self.graph.node(a), by.divisor, by.mode)
            && matches!(self.source.meaning(input), Some(Meaning::Date))
        {
            let year = format!("CAST(EXTRACT(YEAR FROM {}) AS BIGINT)", self.value(input));
            return (year, Hold::Atom);
        }
        let bias = by.bias();
        let above = match (bias, by.signed) {
            (0, _) => self.operand(a, Hold::Atom),
            (_, false) => format!("({} + {bias})", self.operand(a, Hold::Sum)),
            (_, true) => {
                let a = self.operand(a, Hold::Sum);
                format!("(CASE WHEN {a} < 0 THEN {a} - {bias} ELSE {a} + {bias} END)")
            }
        };
        (
            self.dialect.quotient(&above, &by.divisor.to_string()),
            Hold::Quotient,
        )
    }

    /// The same where the divisor is a column; 0 where it is not above zero.
    fn divide(&self, a: NodeId, b: NodeId, mode: Rounding) -> String {
        let signed = self.graph.bounds(a).low < 0;
        let (a, b) = (self.operand(a, Hold::Sum), self.operand(b, Hold::Atom));
        let bias = match mode {
            Rounding::Truncate => None,
            Rounding::HalfUp => Some(format!("({})", self.dialect.quotient(&b, "2"))),
            Rounding::Up => Some(format!("({b} - 1)")),
        };
        let above = match (bias, signed) {
            (None, _) => format!("({a})"),
            (Some(bias), false) => format!("({a} + {bias})"),
            (Some(bias), true) => format!("(CASE WHEN {a} < 0 THEN {a} - {bias} ELSE {a} + {bias} END)"),
        };
        let quotient = self.dialect.quotient(&above, &b);
        format!("CASE WHEN {b} > 0 THEN {quotient} ELSE 0 END")
    }

    fn choose(&self, id: NodeId) -> String {
        let text = self.texts[id.position()];
        let arm = |id: NodeId| match self.graph.constant_of(id) {
            Some(place) if text => self.dialect.text(self.word(place)),
            _ => self.whole(id),
        };
        let (mut arms, mut at, mut constant) = (String::new(), id, true);
        while let Node::Choose(mask, then, otherwise) = self.graph.node(at) {
            if at != id && self.columns[at.position()].is_some() {
                break;
            }
            constant = constant && self.graph.constant_of(then).is_some();
            arms.push_str(&format!(" WHEN {} THEN {}", self.whole(mask), arm(then)));
            at = otherwise;
        }
        constant = constant && self.graph.constant_of(at).is_some();
        let case = format!("CASE{arms} ELSE {} END", arm(at));
        // Small constants alone would make a column of 32 bits.
        if constant && !text {
            format!("CAST({case} AS BIGINT)")
        } else {
            case
        }
    }

    fn compare(&self, comparison: Comparison, a: NodeId, b: NodeId) -> Text {
        let sign = match comparison {
            Comparison::Equal => "=",
            Comparison::NotEqual => "<>",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
        };
        let (left, right) = match (self.date(a), self.date(b)) {
            (Some(left), Some(right)) => (left, right),
            _ => (self.operand(a, Hold::Sum), self.operand(b, Hold::Sum)),
        };
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let left = match self.texts[a.position()] && !equality {
            true => self.dialect.by_code_point(&left),
            false => left,
        };
        (format!("{left} {sign} {right}"), Hold::Comparison)
    }

    /// A date column as a date.
    fn date(&self, id: NodeId) -> Option<String> {
        match self.graph.node(id) {
            Node::Load(input) if matches!(self.source.meaning(input), Some(Meaning::Date)) => {
                Some(self.value(input))
            }
            _ => None,
        }
    }

    fn word(&self, place: i64) -> &str {
        let word = usize::try_from(place)
            .ok()
            .and_then(|place| self.words.get(place));
        word.map_or("", SmolStr::as_str)
    }

    fn within(&self, a: NodeId, (low, high): (i64, i64), inside: bool) -> Text {
        if self.texts[a.position()] {
            return self.text_within(a, (low, high), inside);
        }
        if let Node::Load(input) = self.graph.node(a) {
            match self.source.meaning(input) {
                Some(Meaning::Date) => {
                    let ends = (first_day_from(low), last_day_until(high));
                    return between(&self.value(input), ends, inside);
                }
                Some(Meaning::Enumeration) => return self.among(input, (low, high), inside),
                _ => {}
            }
        }
        let end = |n: i64, none: i64| (n != none).then(|| n.to_string());
        let ends = (end(low, i64::MIN), end(high, i64::MAX));
        between(&self.operand(a, Hold::Sum), ends, inside)
    }

    /// Words of an enumeration between two places.
    fn among(&self, input: InputId, (low, high): (i64, i64), inside: bool) -> Text {
        let column = self.value(input);
        let words: Vec<String> = (0i64..)
            .zip(self.source.enumeration(input))
            .filter(|(place, _)| low <= *place && *place <= high)
            .map(|(_, word)| self.dialect.text(word))
            .collect();
        let text = match (words.as_slice(), inside) {
            ([word], true) => format!("{column} = {word}"),
            ([word], false) => format!("{column} <> {word}"),
            (_, true) => format!("{column} IN ({})", words.join(", ")),
            (_, false) => format!("{column} NOT IN ({})", words.join(", ")),
        };
        (text, Hold::Comparison)
    }

    /// Places of the dictionary as the words they stand for: an even one is a word, an odd one is whatever lies between
    /// the word before and the next.
    fn text_within(&self, a: NodeId, (low, high): (i64, i64), inside: bool) -> Text {
        let column = self.operand(a, Hold::Atom);
        let not = if inside { "" } else { "NOT " };
        if low == high && low % 2 == 0 {
            let sign = if inside { "=" } else { "<>" };
            let word = self.dialect.text(self.word(low));
            return (format!("{column} {sign} {word}"), Hold::Comparison);
        }
        let ordered = self.dialect.by_code_point(&column);
        let lower = (low > 0).then(|| match low % 2 {
            0 => (">=", self.word(low)),
            _ => (">", self.word(low - 1)),
        });
        let upper = match high % 2 {
            0 => Some(("<=", self.word(high))),
            _ => usize::try_from(high)
                .ok()
                .and_then(|high| self.words.get(high.checked_add(1)?))
                .map(|word| ("<", word.as_str())),
        };
        let side = |(sign, word): (&str, &str)| format!("{ordered} {sign} {}", self.dialect.text(word));
        match (lower, upper) {
            (Some((">=", prefix)), Some(("<", end))) if prefix_end(prefix).as_deref() == Some(end) => (
                format!("{not}{}", self.dialect.starts_with(&column, prefix)),
                if inside { Hold::Atom } else { Hold::Not },
            ),
            (Some((">=", low)), Some(("<=", high))) => {
                let ends = (Some(self.dialect.text(low)), Some(self.dialect.text(high)));
                between(&ordered, ends, inside)
            }
            (Some(lower), Some(upper)) => {
                let both = format!("{} AND {}", side(lower), side(upper));
                match inside {
                    true => (both, Hold::And),
                    false => (format!("NOT ({both})"), Hold::Not),
                }
            }
            (Some((sign, word)), None) | (None, Some((sign, word))) => {
                let sign = match (sign, inside) {
                    (sign, true) => sign,
                    (">=", false) => "<",
                    (">", false) => "<=",
                    ("<=", false) => ">",
                    (_, false) => ">=",
                };
                (side((sign, word)), Hold::Comparison)
            }
            (None, None) => (if inside { "TRUE" } else { "FALSE" }.to_owned(), Hold::Atom),
        }
    }
}

/// Which column of an input an operation reads that knows nothing of its meaning.
pub(crate) fn load_reads(meaning: Option<&Meaning>) -> Read {
    match meaning {
        Some(Meaning::Date | Meaning::Enumeration) => Read::Ordinal,
        _ => Read::Value,
    }
}

/// Between two ends, or not.
fn between(value: &str, ends: (Option<String>, Option<String>), inside: bool) -> Text {
    let text = match (ends, inside) {
        ((Some(low), Some(high)), true) if low == high => format!("{value} = {low}"),
        ((Some(low), Some(high)), false) if low == high => format!("{value} <> {low}"),
        ((Some(low), Some(high)), true) => format!("{value} BETWEEN {low} AND {high}"),
        ((Some(low), Some(high)), false) => format!("{value} NOT BETWEEN {low} AND {high}"),
        ((Some(low), None), true) => format!("{value} >= {low}"),
        ((Some(low), None), false) => format!("{value} < {low}"),
        ((None, Some(high)), true) => format!("{value} <= {high}"),
        ((None, Some(high)), false) => format!("{value} > {high}"),
        ((None, None), true) => "TRUE".to_owned(),
        ((None, None), false) => "FALSE".to_owned(),
    };
    (text, Hold::Comparison)
}

/// The first day whose number is not below this one.
fn first_day_from(number: i64) -> Option<String> {
    (number != i64::MIN).then(|| {
        let day = (number..number.saturating_add(10_000)).find(|n| is_day(*n));
        date_literal(day.unwrap_or(number))
    })
}

/// The last day whose number is not above this one.
fn last_day_until(number: i64) -> Option<String> {
    (number != i64::MAX).then(|| {
        let day = (0..10_000).map(|back| number - back).find(|n| is_day(*n));
        date_literal(day.unwrap_or(number))
    })
}

fn is_day(number: i64) -> bool {
    let part = |n: i64| i8::try_from(n.rem_euclid(100)).ok();
    let year = i16::try_from(number / 10_000).ok();
    year.zip(part(number / 100))
        .zip(part(number))
        .is_some_and(|((year, month), day)| jiufen_quantity::Date::new(year, month, day).is_some())
}
