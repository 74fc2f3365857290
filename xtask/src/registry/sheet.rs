//! One CSV file: the comment line, the header with its units, the rows.

use crate::registry::vocabulary::{Field, Kind};

/// The first line of every file.
const NOTE: &str = "# 合成数据 synthetic; 登记完整至 2025-12-31";

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub header: String,
    pub kind: Kind,
    pub key: bool,
}

impl Column {
    /// The column of a field. Money stands in 万元 and land in 亩, as offices report them.
    pub fn of(field: &Field, key: bool) -> Self {
        let unit = match &field.kind {
            Kind::Money => Some("万元"),
            Kind::Area => Some("亩"),
            Kind::Rate => Some("%"),
            Kind::Points => Some("百分点"),
            Kind::Measure(unit) => Some(unit.as_str()),
            _ => None,
        };
        let name = &field.name;
        Self {
            header: unit.map_or_else(|| name.clone(), |unit| format!("{name}({unit})")),
            kind: field.kind.clone(),
            key,
        }
    }
}

/// A file in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The file's name without `.csv`.
    pub name: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    /// The file's text, lines ended by LF.
    pub fn text(&self) -> String {
        let header: Vec<String> = self.columns.iter().map(|column| column.header.clone()).collect();
        let mut out = format!("{NOTE}\n");
        for row in std::iter::once(&header).chain(&self.rows) {
            let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
            out.push_str(&cells.join(","));
            out.push('\n');
        }
        out
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_written_with_its_note_its_units_and_quotes() {
        let field = |name: &str, kind| Field {
            name: name.into(),
            kind,
            yearly: false,
            optional: false,
            pending: false,
        };
        let sheet = Sheet {
            name: "某".into(),
            columns: vec![
                Column::of(&field("金额", Kind::Money), false),
                Column::of(&field("人数", Kind::Measure("人".into())), false),
                Column::of(&field("亩均", Kind::Measure("元/亩".into())), false),
            ],
            rows: vec![vec!["1,234".into(), "5".into(), "".into()]],
        };
        assert_eq!(
            sheet.text(),
            "# 合成数据 synthetic; 登记完整至 2025-12-31\n金额(万元),人数(人),亩均(元/亩)\n\"1,234\",5,\n"
        );
    }
}
