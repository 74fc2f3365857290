//! Flaws put in on purpose: facts that are missing, and rows as real offices hand them in.

use crate::registry::random::Random;
use crate::registry::sheet::Sheet;
use crate::registry::vocabulary::Kind;

/// Of a hundred cells that are no key, how many are missing.
const MISSING: u64 = 2;
/// Of a thousand rows, how many are faulty.
const FAULTY: u64 = 5;

/// What can be wrong with a row. They take turns, so that each occurs in a registry of some size.
#[derive(Debug, Clone, Copy)]
enum Fault {
    /// The key of the row before, or its year.
    Repeated,
    /// An identifier that a spreadsheet has turned into a number.
    CutKey,
    Multiplier,
    FullWidth,
    Separators,
    Date,
    Boolean,
    Word,
    CutReference,
}

const FAULTS: [Fault; 9] = [
    Fault::Multiplier,
    Fault::Repeated,
    Fault::FullWidth,
    Fault::Date,
    Fault::CutKey,
    Fault::Word,
    Fault::Separators,
    Fault::Boolean,
    Fault::CutReference,
];

/// Puts flaws into a sheet.
pub fn put_in(sheet: &mut Sheet, seed: u64) {
    let mut turn = 0;
    for row in 0..sheet.rows.len() {
        let mut random = Random::new(seed, &format!("{} flaws", sheet.name), row);
        forget(sheet, row, &mut random);
        if random.below(1000) >= FAULTY {
            continue;
        }
        // The first fault from this turn on that the row has a cell for.
        for step in 0..FAULTS.len() {
            if spoil(sheet, row, FAULTS[(turn + step) % FAULTS.len()], &mut random) {
                turn += step + 1;
                break;
            }
        }
    }
}

fn forget(sheet: &mut Sheet, row: usize, random: &mut Random) {
    for (column, cell) in sheet.columns.iter().zip(&mut sheet.rows[row]) {
        if !column.key && random.below(100) < MISSING {
            *cell = if random.chance(1, 3) { "缺" } else { "" }.to_owned();
        }
    }
}

/// Spoils a cell of a row; `false` when the row has none that this fault fits.
fn spoil(sheet: &mut Sheet, row: usize, fault: Fault, random: &mut Random) -> bool {
    let fits: Vec<usize> = (0..sheet.columns.len())
        .filter(|column| can_be(sheet, row, *column, fault))
        .collect();
    let Some(column) = random.pick(&fits).copied() else {
        return false;
    };
    let cell = sheet.rows[row][column].as_str();
    let spoiled = match fault {
        Fault::Repeated => sheet.rows[row - 1][column].clone(),
        Fault::CutKey | Fault::CutReference => "9.2E+17".to_owned(),
        Fault::Multiplier => "1.2万".to_owned(),
        Fault::FullWidth => cell.chars().map(full_width).collect(),
        Fault::Separators => separated(cell),
        Fault::Date => dated(cell, random),
        Fault::Boolean => if cell == "是" { "√" } else { "0" }.to_owned(),
        Fault::Word => format!("{cell}(待定)"),
    };
    sheet.rows[row][column] = spoiled;
    true
}

fn can_be(sheet: &Sheet, row: usize, column: usize, fault: Fault) -> bool {
    let (field, cell) = (&sheet.columns[column], sheet.rows[row][column].as_str());
    let number = matches!(field.kind, Kind::Money | Kind::Area | Kind::Measure(_));
    let given = !field.key && !matches!(cell, "" | "缺" | "无");
    match fault {
        // The last column of the key: in a yearly file that is the year.
        Fault::Repeated => {
            field.key
                && row > 0
                && sheet.columns.get(column + 1).is_none_or(|next| !next.key)
                && same_subject(sheet, row, column)
        }
        Fault::CutKey => field.key && column == 0,
        Fault::Multiplier => given && matches!(field.kind, Kind::Money | Kind::Area),
        Fault::FullWidth => given && number,
        Fault::Separators => given && number && cell.split('.').next().is_some_and(|whole| whole.len() > 3),
        Fault::Date => given && field.kind == Kind::Date,
        Fault::Boolean => given && field.kind == Kind::Boolean,
        Fault::Word => given && matches!(field.kind, Kind::Enumeration(_)),
        Fault::CutReference => given && field.kind == Kind::Reference("企业".to_owned()),
    }
}

/// Whether the columns of the key before this one are as in the row before: else a repeated year would be no repetition.
fn same_subject(sheet: &Sheet, row: usize, column: usize) -> bool {
    sheet.rows[row][..column] == sheet.rows[row - 1][..column]
}

fn full_width(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn separated(cell: &str) -> String {
    let (whole, fraction) = cell
        .split_once('.')
        .map_or((cell, ""), |(whole, fraction)| (whole, fraction));
    let mut out = String::new();
    for (at, c) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if fraction.is_empty() {
        out
    } else {
        format!("{out}.{fraction}")
    }
}

fn dated(cell: &str, random: &mut Random) -> String {
    match random.below(4) {
        0 => cell.replace('-', "/"),
        1 => cell.replace('-', ""),
        2 => format!("{}-02-30", cell.get(..4).unwrap_or("2025")),
        _ => "45688".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spoiled_spellings() {
        assert_eq!(separated("1234567.5"), "1,234,567.5");
        assert_eq!(separated("123456"), "123,456");
        assert_eq!("12.5".chars().map(full_width).collect::<String>(), "１２．５");
    }
}
