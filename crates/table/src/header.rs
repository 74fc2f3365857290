//! From the header line to what each column of the file means.

use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Argument, Diagnostic, Entry, nearest};
use smol_str::SmolStr;

use crate::column::Column;
use crate::number::{NumberForm, UnitFault};
use crate::parse::trim;
use crate::schema::TableSchema;

/// The header of the year column of a yearly file.
pub(crate) const YEAR_HEADER: &str = "年度";

/// The header of the column that says from which day a row of a yearly file was known.
pub(crate) const KNOWN_HEADER: &str = "得知日";

/// Which of the two files is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Main,
    Yearly,
}

impl Part {
    /// Its place among the files of a table.
    pub fn place(self) -> usize {
        match self {
            Self::Main => 0,
            Self::Yearly => 1,
        }
    }

    /// The name of the sheet, or of the file without its ending, for a table of this name.
    pub fn sheet_of(self, table: &str) -> String {
        match self {
            Self::Main => table.to_owned(),
            Self::Yearly => format!("{table}.{YEAR_HEADER}"),
        }
    }
}

/// A finding about the file whose header is read.
pub(crate) type Place<'a> = dyn Fn(&'static Entry) -> Diagnostic + 'a;

/// What the columns of one file mean.
pub(crate) struct Header {
    /// How many cells a row has.
    pub width: usize,
    /// The columns that are read: place in the file, index in the schema.
    pub fields: Vec<(usize, usize)>,
    /// The places in the file of the key's columns, in the key's order; empty when one is missing.
    pub key: Vec<usize>,
    /// The place in the file of 年度, in a yearly file.
    pub year: Option<usize>,
    /// The place in the file of 得知日, in a yearly file that has it.
    pub known: Option<usize>,
}

/// Reads the header cells, sets the header units of number columns, and reports what does not fit.
pub(crate) fn read_header(
    cells: &[String],
    schema: &TableSchema,
    part: Part,
    place: &Place<'_>,
    columns: &mut [Column],
    findings: &mut Vec<Diagnostic>,
) -> Header {
    let mut reader = HeaderReader {
        cells,
        schema,
        part,
        place,
        findings,
        taken: vec![None; schema.columns.len()],
        year: None,
        known: None,
        fields: Vec::new(),
    };
    for (place, cell) in cells.iter().enumerate() {
        reader.cell(place, trim(cell), columns);
    }
    reader.report_missing();
    let key = schema
        .key
        .iter()
        .filter_map(|name| reader.taken[schema.column(name)?])
        .collect::<Vec<_>>();
    Header {
        width: cells.len(),
        key: if key.len() == schema.key.len() {
            key
        } else {
            Vec::new()
        },
        year: reader.year,
        known: reader.known,
        fields: reader.fields,
    }
}

struct HeaderReader<'a> {
    cells: &'a [String],
    schema: &'a TableSchema,
    part: Part,
    place: &'a Place<'a>,
    findings: &'a mut Vec<Diagnostic>,
    /// For each column of the schema, the place in the file where it was found.
    taken: Vec<Option<usize>>,
    year: Option<usize>,
    known: Option<usize>,
    fields: Vec<(usize, usize)>,
}

impl HeaderReader<'_> {
    fn cell(&mut self, place: usize, cell: &str, columns: &mut [Column]) {
        let (name, unit) = split_unit(cell);
        let whole = self.schema.column(cell).map(|column| (column, None));
        let Some((column, unit)) = whole.or_else(|| self.schema.column(name).map(|column| (column, unit)))
        else {
            return self.other_column(place, cell);
        };
        if let Some(first) = self.taken[column] {
            return self.report_duplicate(place, first, cell);
        }
        self.taken[column] = Some(place);
        let is_key = self.schema.is_key(column);
        if self.part == Part::Yearly && is_key {
            return;
        }
        if self.schema.columns[column].yearly != (self.part == Part::Yearly) {
            let place = match self.part {
                Part::Main => Argument::term("年度文件", "the yearly file"),
                Part::Yearly => Argument::term("主文件", "the main file"),
            };
            let finding = (self.place)(&registry::COLUMN_IN_OTHER_FILE);
            self.findings
                .push(finding.with("column", cell).with("place", place));
            return;
        }
        if self.set_unit(column, cell, unit, &mut columns[column]) {
            self.fields.push((place, column));
        }
    }

    /// A header that is no field: 年度 or 得知日 of a yearly file, or a stranger.
    fn other_column(&mut self, place: usize, cell: &str) {
        let own = match cell {
            YEAR_HEADER => Some(&mut self.year),
            KNOWN_HEADER => Some(&mut self.known),
            _ => None,
        };
        if let Some(own) = own.filter(|_| self.part == Part::Yearly) {
            return match *own {
                Some(first) => self.report_duplicate(place, first, cell),
                None => *own = Some(place),
            };
        }
        let free =
            self.schema.columns.iter().enumerate().filter(|(i, column)| {
                self.taken[*i].is_none() && (column.yearly == (self.part == Part::Yearly))
            });
        let names = free.flat_map(|(_, c)| std::iter::once(c.name.as_str()).chain(c.alias.as_deref()));
        let proposal = match nearest(split_unit(cell).0, names) {
            Some(near) => Argument::term(format!("是否想写“{near}”?"), format!("did you mean `{near}`?")),
            None => Argument::term(
                "不需要的栏目可以留着,也可以删去",
                "a column that is not needed may stay or be deleted",
            ),
        };
        let shown = if cell.is_empty() { "(空)" } else { cell };
        let finding = (self.place)(&registry::UNKNOWN_COLUMN);
        self.findings
            .push(finding.with("column", shown).with("proposal", proposal));
    }

    fn report_duplicate(&mut self, place: usize, first: usize, cell: &str) {
        let finding = (self.place)(&registry::DUPLICATE_COLUMN);
        self.findings.push(
            finding
                .with("column", cell)
                .with("first", (first + 1).to_string())
                .with("second", (place + 1).to_string()),
        );
    }

    /// Gives a number column its unit for bare numbers; `false` when the header's unit cannot be used.
    fn set_unit(&mut self, index: usize, cell: &str, unit: Option<&str>, column: &mut Column) -> bool {
        let field = &self.schema.columns[index];
        let (Some(form), Column::Numbers(numbers)) = (NumberForm::of(field), column) else {
            if let Some(unit) = unit {
                let finding = (self.place)(&registry::HEADER_UNIT_IGNORED);
                let finding = finding.with("header", cell).with("unit", unit);
                self.findings.push(finding.with("column", field.name.as_str()));
            }
            return true;
        };
        numbers.header = field.name.clone();
        let Some(unit) = unit else {
            numbers.bare = form
                .implied_unit()
                .and_then(|(name, factor)| numbers.unit(&name, &factor));
            return true;
        };
        match form.factor(unit) {
            Ok(factor) => {
                numbers.bare = numbers.unit(unit, &factor);
                true
            }
            Err(fault) => {
                let entry = match fault {
                    UnitFault::Mismatch => &registry::HEADER_UNIT_MISMATCH,
                    UnitFault::Unknown => &registry::UNKNOWN_HEADER_UNIT,
                };
                let proposal = match form.usual_unit() {
                    "" => field.name.to_string(),
                    usual => format!("{}({usual})", field.name),
                };
                let finding = (self.place)(entry).with("header", cell);
                let finding = finding.with("unit", unit).with("expected", form.expected());
                self.findings.push(finding.with("proposal", proposal));
                false
            }
        }
    }

    fn report_missing(&mut self) {
        let wanted: Vec<SmolStr> = self
            .schema
            .columns
            .iter()
            .enumerate()
            .filter(|(i, column)| {
                let here = column.yearly == (self.part == Part::Yearly);
                self.taken[*i].is_none() && (self.schema.is_key(*i) || (column.required && here))
            })
            .map(|(_, column)| column.name.clone())
            .chain(
                (self.part == Part::Yearly && self.year.is_none()).then(|| SmolStr::new_static(YEAR_HEADER)),
            )
            .collect();
        for name in wanted {
            let finding = self.missing(&name);
            self.findings.push(finding);
        }
        self.report_not_given();
    }

    /// Fields that this file could have and has not: nobody is at fault, and nobody should have to guess it.
    fn report_not_given(&mut self) {
        let columns = self.schema.columns.iter().enumerate();
        let absent = columns.filter(|(i, column)| {
            let here = column.yearly == (self.part == Part::Yearly);
            here && self.taken[*i].is_none() && !column.required && !self.schema.is_key(*i)
        });
        let names: Vec<&str> = absent.map(|(_, column)| column.name.as_str()).collect();
        if !names.is_empty() {
            let columns = Argument::term(names.join("、"), names.join(", "));
            let finding = (self.place)(&registry::COLUMNS_NOT_GIVEN);
            let lacks = Argument::term("没有这些栏目", "has no column for");
            self.findings
                .push(finding.with("lacks", lacks).with("columns", columns));
        }
    }

    fn missing(&self, name: &str) -> Diagnostic {
        let strangers = self
            .cells
            .iter()
            .enumerate()
            .filter(|(place, _)| !self.taken.contains(&Some(*place)) && self.year != Some(*place));
        let near = nearest(name, strangers.map(|(_, cell)| split_unit(trim(cell)).0));
        let proposal = match near {
            Some(near) => Argument::term(
                format!("把表头“{near}”改为“{name}”,或补上这一栏"),
                format!("rename the header `{near}` to `{name}`, or add the column"),
            ),
            None => Argument::term(format!("补上“{name}”一栏"), format!("add a column `{name}`")),
        };
        let columns: Vec<&str> = self.cells.iter().map(|c| trim(c)).collect();
        (self.place)(&registry::MISSING_COLUMN)
            .with("column", name)
            .with("columns", columns.join("、"))
            .with("proposal", proposal)
    }
}

/// `营业收入(万元)` is a name and a unit; brackets may be full-width.
pub(crate) fn split_unit(cell: &str) -> (&str, Option<&str>) {
    let split = || {
        let inner = cell.strip_suffix([')', '）'])?;
        let open = inner.rfind(['(', '（'])?;
        let unit = inner[open..].trim_start_matches(['(', '（']).trim();
        let name = inner[..open].trim_end();
        (!name.is_empty()).then_some((name, unit))
    };
    split().map_or((cell, None), |(name, unit)| (name, Some(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_stands_in_brackets_of_either_width() {
        assert_eq!(split_unit("营业收入(万元)"), ("营业收入", Some("万元")));
        assert_eq!(split_unit("营业收入（ 万元 ）"), ("营业收入", Some("万元")));
        assert_eq!(split_unit("营业收入"), ("营业收入", None));
        assert_eq!(split_unit("(万元)"), ("(万元)", None));
    }
}
