//! A case of a table or of a list of cases, in words.

use jiufen_diagnostic::Lang;
use jiufen_quantity::{Dimension, show};

use super::grid::{Axis, Case, Measure, Region};
use crate::program::{Literal, Program, Type};

/// What holds in a case, column by column; columns in which everything does are left out.
pub(super) fn case_words(
    program: &Program,
    measures: &[Measure],
    axes: &[Axis],
    case: &Case,
    lang: Lang,
) -> String {
    let columns = measures.iter().zip(axes).zip(case);
    let words: Vec<String> = columns
        .filter(|((_, axis), regions)| !axis.asked.iter().all(|asked| regions.contains(asked)))
        .map(|((measure, axis), regions)| {
            let regions: Vec<&Region> = regions.iter().map(|i| &axis.regions[*i]).collect();
            match axis.continuous {
                true => run_words(program, measure, &regions, lang),
                false => set_words(program, measure, &regions, lang),
            }
        })
        .collect();
    match words.is_empty() {
        true => lang.pick("任何情形", "every case").to_owned(),
        false => words.join(","),
    }
}

/// Neighbouring regions as an interval: `100万元 < 增量 ≤ 200万元`.
fn run_words(program: &Program, measure: &Measure, run: &[&Region], lang: Lang) -> String {
    let name = &measure.name;
    let value = |literal: &Literal| literal_words(program, literal, &measure.ty);
    match (run.first(), run.last()) {
        (Some(Region::Nothing), _) => format!("{name} {}", lang.pick("为无", "is none")),
        (Some(Region::At(only)), Some(Region::At(last))) if only == last => {
            format!("{name} = {}", value(only))
        }
        (Some(first), Some(last)) => {
            let low = match first {
                Region::At(low) => Some((value(low), "≤", "≥")),
                Region::Between(Some(low), _) => Some((value(low), "<", ">")),
                _ => None,
            };
            let high = match last {
                Region::At(high) => Some((value(high), "≤")),
                Region::Between(_, Some(high)) => Some((value(high), "<")),
                _ => None,
            };
            match (low, high) {
                (Some((low, sign, _)), Some((high, below))) => format!("{low} {sign} {name} {below} {high}"),
                (Some((low, _, sign)), None) => format!("{name} {sign} {low}"),
                (None, Some((high, below))) => format!("{name} {below} {high}"),
                (None, None) => format!("{name} {}", lang.pick("为任何值", "is anything")),
            }
        }
        _ => name.clone(),
    }
}

/// Values one by one: `级别 = 市`, `级别 属于 {市, 区}`.
fn set_words(program: &Program, measure: &Measure, set: &[&Region], lang: Lang) -> String {
    let name = &measure.name;
    let values: Vec<String> = set
        .iter()
        .filter_map(|region| match region {
            Region::At(value) => Some(literal_words(program, value, &measure.ty)),
            _ => None,
        })
        .collect();
    let other = set.contains(&&Region::Other);
    match (values.as_slice(), other) {
        ([], true) => format!("{name} {}", lang.pick("为其他值", "is something else")),
        ([], false) => format!("{name} {}", lang.pick("为无", "is none")),
        ([only], false) => format!("{name} = {only}"),
        (several, _) => {
            let rest = if other {
                lang.pick("或其他值", " or something else")
            } else {
                ""
            };
            let among = lang.pick("属于", "in");
            format!("{name} {among} {{{}}}{rest}", several.join(", "))
        }
    }
}

/// A literal as it would be written.
pub(crate) fn literal_words(program: &Program, literal: &Literal, ty: &Type) -> String {
    match literal {
        Literal::Number(n) => match ty {
            Type::Rate => show::rate(n),
            Type::Points => show::points(n),
            Type::Quantity { dimension, .. } => show::quantity(n, dimension),
            _ => show::quantity(n, &Dimension::none()),
        },
        Literal::Text(text) => format!("“{text}”"),
        Literal::Boolean(true) => "是".into(),
        Literal::Boolean(false) => "否".into(),
        Literal::Date(date) => date.to_string(),
        Literal::Year(year) => format!("{year}年"),
        Literal::Enumeration(id, index) => program.enumerations[id.index()]
            .values
            .get(usize::from(*index))
            .map_or_else(String::new, ToString::to_string),
        Literal::Rounding(mode) => mode.zh().into(),
    }
}
