//! Cells before their column's type is known: of a rule block, and of a Markdown table.

use super::{RawCell, RawValue};

use jiufen_diagnostic::Span;
use jiufen_document::Cell as MarkdownCell;
use jiufen_quantity::{Date, Unit, exact};
use smol_str::SmolStr;

use crate::check::types::of_unit;
use crate::syntax::ast::{self, CellShape, LiteralKind};
use crate::syntax::keywords::ReservedWord;

pub(super) fn raw_cell(cell: &ast::Cell) -> RawCell {
    let ends = |comparison, value| match comparison {
        ast::Comparison::Ge => RawCell::Range {
            low: Some((value, true)),
            high: None,
        },
        ast::Comparison::Gt => RawCell::Range {
            low: Some((value, false)),
            high: None,
        },
        ast::Comparison::Le => RawCell::Range {
            low: None,
            high: Some((value, true)),
        },
        ast::Comparison::Lt => RawCell::Range {
            low: None,
            high: Some((value, false)),
        },
        ast::Comparison::Eq => RawCell::Value(value),
        ast::Comparison::Ne => RawCell::Broken,
    };
    match cell.shape() {
        None => RawCell::Reported,
        Some(CellShape::Unlimited) => RawCell::Any,
        Some(CellShape::Missing) => RawCell::Empty,
        Some(CellShape::Nothing) => RawCell::Absent,
        Some(CellShape::Value(expr)) if expr.word() == Some(ReservedWord::Unpublished) => {
            RawCell::Unpublished
        }
        Some(CellShape::Value(expr)) => raw_value(&expr).map_or(RawCell::Broken, RawCell::Value),
        Some(CellShape::Compare(op, expr)) => raw_value(&expr).map_or(RawCell::Broken, |v| ends(op, v)),
        Some(CellShape::Range(low, high)) => match (raw_value(&low), raw_value(&high)) {
            (Some(low), Some(high)) => RawCell::Between(low, high),
            _ => RawCell::Broken,
        },
        Some(CellShape::Interval(interval)) => {
            let low = interval.low().and_then(|e| raw_value(&e));
            let high = interval.high().and_then(|e| raw_value(&e));
            RawCell::Range {
                low: low.map(|v| (v, interval.includes_low())),
                high: high.map(|v| (v, interval.includes_high())),
            }
        }
    }
}

fn raw_value(expr: &ast::Expr) -> Option<RawValue> {
    match expr {
        ast::Expr::Path(path) => path.as_name().map(|n| RawValue::Word(n.text())),
        ast::Expr::Unary(unary) => match raw_value(&unary.operand()?)? {
            RawValue::Number(n) => Some(RawValue::Number(-n)),
            RawValue::Quantity(n, ty) => Some(RawValue::Quantity(-n, ty)),
            _ => None,
        },
        ast::Expr::Literal(literal) => match literal.kind()? {
            LiteralKind::Number(digits) => Some(RawValue::Number(exact::decimal(&digits)?)),
            LiteralKind::Quantity(digits, unit) => {
                let unit = Unit::parse(&unit)?;
                Some(RawValue::Quantity(
                    exact::decimal(&digits)? * &unit.factor,
                    of_unit(&unit),
                ))
            }
            LiteralKind::Text(text) => Some(RawValue::Text(text)),
            LiteralKind::Date(text) => Date::parse(&text).map(RawValue::Date),
            LiteralKind::Year(text) => text.parse().ok().map(RawValue::Year),
            LiteralKind::Word(ReservedWord::Yes) => Some(RawValue::Boolean(true)),
            LiteralKind::Word(ReservedWord::No) => Some(RawValue::Boolean(false)),
            LiteralKind::Word(_) => None,
        },
        _ => None,
    }
}

/// `金额(万元)` into name and unit.
pub(super) fn split_header(text: &str) -> (SmolStr, Option<String>) {
    let folded: String = text.chars().map(fold).collect();
    if let Some((name, rest)) = folded.split_once('(')
        && let Some(unit) = rest.trim_end().strip_suffix(')')
        && Unit::parse(unit.trim()).is_some()
    {
        return (SmolStr::new(name.trim()), Some(unit.trim().to_owned()));
    }
    (SmolStr::new(text.trim().trim_matches(['「', '」'])), None)
}

pub(super) fn markdown_cell(cell: &MarkdownCell) -> (RawCell, Span) {
    (text_cell(&cell.text), cell.span)
}

fn text_cell(text: &str) -> RawCell {
    let folded: String = text.trim().chars().map(fold).collect();
    let text = folded.trim();
    match text {
        "" => return RawCell::Empty,
        "不限" => return RawCell::Any,
        "无" => return RawCell::Absent,
        "未公布" => return RawCell::Unpublished,
        _ => {}
    }
    for (sign, low, closed) in [
        ("≥", true, true),
        (">=", true, true),
        (">", true, false),
        ("≤", false, true),
        ("<=", false, true),
        ("<", false, false),
    ] {
        if let Some(rest) = text.strip_prefix(sign) {
            let end = Some((text_value(rest), closed));
            return if low {
                RawCell::Range { low: end, high: None }
            } else {
                RawCell::Range { low: None, high: end }
            };
        }
    }
    let inner = text
        .strip_prefix(['[', '('])
        .and_then(|t| t.strip_suffix([']', ')']));
    if let Some((low, high)) = inner.and_then(|t| t.split_once(',')) {
        let (low, high) = (text_value(low), text_value(high));
        return RawCell::Range {
            low: Some((low, text.starts_with('['))),
            high: Some((high, text.ends_with(']'))),
        };
    }
    if let Some((low, high)) = text.split_once(" 至 ") {
        return RawCell::Between(text_value(low), text_value(high));
    }
    RawCell::Value(text_value(text))
}

fn fold(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '、' => ',',
        other => other,
    }
}

fn text_value(text: &str) -> RawValue {
    let text = text.trim();
    let digits_end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',' && c != '-')
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(digits_end);
    if let Some(date) = Date::parse(text) {
        return RawValue::Date(date);
    }
    if let Some(number) = exact::decimal(&digits.replace(',', "")) {
        if unit.is_empty() {
            return RawValue::Number(number);
        }
        if let Some(unit) = Unit::parse(unit.trim()) {
            return RawValue::Quantity(number * &unit.factor, of_unit(&unit));
        }
    }
    match text {
        "是" => RawValue::Boolean(true),
        "否" => RawValue::Boolean(false),
        _ => RawValue::Word(SmolStr::new(text.trim_matches(['「', '」', '"', '“', '”']))),
    }
}
