//! The lists of a run as files: CSV as they stand, or Excel and Parquet with typed cells, units in the headers and where
//! they come from.

use std::io::{self, Write};
use std::ops::Range;

use jiufen_diagnostic::Lang;
use jiufen_quantity::Date;
use jiufen_table::output::{OutputCell, OutputColumn, OutputFormat, OutputTable, OutputType, OutputWriter};
use jiufen_table::{ByteOrderMark, CsvLines, Rejections, Sheet};

use super::{
    DECISION_COLUMNS, INSTALMENT_COLUMNS, SYNTHETIC, VERDICT_COLUMNS, instalments, rows_of_decisions,
    verdicts,
};
use crate::pack::Pack;
use crate::progress::{Watch, Work};
use crate::registry::{Registry, on_all_cores};
use crate::run::Run;
use crate::values::{Listing, VALUE_COLUMNS};

/// A list of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// A row a right.
    Decisions,
    /// A row an instalment.
    Instalments,
    /// A row a verdict and row.
    Verdicts,
    /// A row a definition and row.
    Values,
    /// A row a rejected row of the registry.
    Rejected,
}

/// The format of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// UTF-8 with a byte-order mark.
    Csv,
    /// A workbook a list.
    Excel,
    /// A Parquet file a list.
    Parquet,
}

impl ListFormat {
    /// How the names of its files end.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Excel => "xlsx",
            Self::Parquet => "parquet",
        }
    }
}

impl List {
    /// All, in the order in which they are written.
    pub const ALL: [Self; 5] = [
        Self::Decisions,
        Self::Instalments,
        Self::Verdicts,
        Self::Values,
        Self::Rejected,
    ];

    /// Its name, without the ending of a format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decisions => "decisions",
            Self::Instalments => "instalments",
            Self::Verdicts => "verdicts",
            Self::Values => "values",
            Self::Rejected => "rejected",
        }
    }

    /// The name of its file.
    pub fn file(self, format: ListFormat) -> String {
        format!("{}.{}", self.name(), format.ending())
    }

    /// Which list in which format a file of this name is.
    pub fn of_file(file: &str) -> Option<(Self, ListFormat)> {
        let formats = [ListFormat::Csv, ListFormat::Excel, ListFormat::Parquet];
        let mut all = Self::ALL
            .into_iter()
            .flat_map(|list| formats.map(|format| (list, format)));
        all.find(|(list, format)| list.file(*format) == file)
    }
}

/// A run and how its lists are written.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    /// Its pack.
    pub pack: &'a Pack,
    /// Its registry.
    pub registry: &'a Registry<'a>,
    /// What it decided.
    pub run: &'a Run,
    /// The language of words.
    pub lang: Lang,
    /// 出处, for formats that have a place for it.
    pub provenance: &'a [(String, String)],
    /// Who is told how far it has come.
    pub watch: &'a dyn Watch,
}

impl Written<'_> {
    /// Writes one list: the same bytes on any number of cores.
    ///
    /// # Errors
    /// When `out` cannot be written; a list that its format cannot hold.
    pub fn write<W: Write + Send>(&self, list: List, format: ListFormat, out: W) -> io::Result<W> {
        let synthetic = self.registry.is_synthetic();
        let mut writer = ListWriter::new((list, format), (self.lang, synthetic), self.provenance, out)?;
        writer.append(self)?;
        writer.finish()
    }

    /// Makes the pieces of a list on all cores, and hands them on in order.
    fn in_waves<T: Send>(
        &self,
        list: List,
        make: impl Fn(&Source<'_>, usize) -> io::Result<T> + Sync,
        mut take: impl FnMut(T) -> io::Result<()>,
    ) -> io::Result<()> {
        let source = self.source(list);
        let pieces = source.pieces();
        self.watch.begin(Work::Writing(list), pieces.iter().sum());
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // A few pieces for each core at a time, so that what waits to be written stays small.
        for (wave, rows) in pieces.chunks(cores * 4).enumerate() {
            let first = wave * cores * 4;
            for made in on_all_cores(rows.len(), |at| make(&source, first + at)) {
                take(made?)?;
            }
            self.watch.done(rows.iter().sum());
        }
        Ok(())
    }

    fn source(&self, list: List) -> Source<'_> {
        let (pack, registry, run) = (self.pack, self.registry, self.run);
        match list {
            List::Decisions => Source::Decisions(run.blocks()),
            List::Verdicts => Source::Verdicts(verdicts::blocks(run)),
            List::Values => Source::Values(Listing::new(pack, registry, run, self.lang)),
            List::Instalments => Source::Sheet(instalments(pack, registry, run)),
            List::Rejected => Source::Sheet(Sheet::of_rejections(&registry.rejected, self.lang)),
        }
    }

    fn rows(
        &self,
        source: &Source<'_>,
        at: usize,
        take: &mut dyn FnMut(&[&str]) -> io::Result<()>,
    ) -> io::Result<()> {
        match source {
            Source::Decisions(blocks) => {
                let block = blocks[at].clone();
                rows_of_decisions(self.pack, self.registry, self.run, block, take)
            }
            Source::Verdicts(blocks) => verdicts::rows(self.pack, self.registry, self.run, &blocks[at], take),
            Source::Values(values) => values.rows(at, take),
            Source::Sheet(sheet) => {
                let words = |row: &Vec<String>, take: &mut dyn FnMut(&[&str]) -> io::Result<()>| {
                    take(&row.iter().map(String::as_str).collect::<Vec<_>>())
                };
                sheet.rows.iter().try_for_each(|row| words(row, take))
            }
        }
    }
}

/// A list that is being written: the rows of one run, or of several after each other.
pub struct ListWriter<W: Write + Send> {
    list: List,
    columns: Vec<OutputColumn>,
    sink: Sink<W>,
}

enum Sink<W: Write + Send> {
    Csv(W),
    Typed(OutputWriter<W>),
}

impl<W: Write + Send> ListWriter<W> {
    /// Begins a list; of invented rows it says so.
    ///
    /// # Errors
    /// What `out` reports.
    pub fn new(
        (list, format): (List, ListFormat),
        (lang, synthetic): (Lang, bool),
        provenance: &[(String, String)],
        mut out: W,
    ) -> io::Result<Self> {
        let names = columns(list, lang);
        let note = (list != List::Rejected && synthetic).then_some(SYNTHETIC);
        let output = match format {
            ListFormat::Csv => None,
            ListFormat::Excel => Some(OutputFormat::Excel),
            ListFormat::Parquet => Some(OutputFormat::Parquet),
        };
        let columns: Vec<OutputColumn> = names.iter().map(|name| typed(name)).collect();
        let Some(output) = output else {
            let names = names.iter().map(String::as_str);
            out.write_all(&CsvLines::head(note, names, ByteOrderMark::Written)?)?;
            let sink = Sink::Csv(out);
            return Ok(Self { list, columns, sink });
        };
        let table = OutputTable {
            name: list.name().into(),
            note: note.map(str::to_owned),
            columns: columns.clone(),
            provenance: provenance.to_vec(),
        };
        let sink = Sink::Typed(OutputWriter::new(&table, output, out)?);
        Ok(Self { list, columns, sink })
    }

    /// Appends the rows of a run.
    ///
    /// # Errors
    /// When it cannot be written; a list that its format cannot hold.
    pub fn append(&mut self, run: &Written<'_>) -> io::Result<()> {
        let columns = &self.columns;
        match &mut self.sink {
            Sink::Csv(out) => {
                let make = |source: &Source<'_>, at: usize| {
                    let mut lines = CsvLines::new();
                    run.rows(source, at, &mut |row| {
                        row.iter().try_for_each(|cell| lines.cell(cell))?;
                        lines.end_row()
                    })?;
                    lines.into_bytes()
                };
                run.in_waves(self.list, make, |bytes| out.write_all(&bytes))
            }
            Sink::Typed(writer) => {
                let make = |source: &Source<'_>, at: usize| {
                    let mut rows: Vec<Vec<OutputCell>> = Vec::new();
                    run.rows(source, at, &mut |row| {
                        let cells = row.iter().zip(columns);
                        rows.push(cells.map(|(words, column)| cell(words, column)).collect());
                        Ok(())
                    })?;
                    Ok(rows)
                };
                let mut append =
                    |rows: Vec<Vec<OutputCell>>| rows.iter().try_for_each(|row| writer.append(row));
                run.in_waves(self.list, make, &mut append)
            }
        }
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn finish(self) -> io::Result<W> {
        match self.sink {
            Sink::Csv(out) => Ok(out),
            Sink::Typed(writer) => writer.finish(),
        }
    }
}

fn columns(list: List, lang: Lang) -> Vec<String> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match list {
        List::Decisions => names(&DECISION_COLUMNS),
        List::Instalments => names(&INSTALMENT_COLUMNS),
        List::Verdicts => names(&VERDICT_COLUMNS),
        List::Values => names(&VALUE_COLUMNS),
        List::Rejected => Sheet::of_rejections(&Rejections::default(), lang).columns,
    }
}

/// Where the rows of a list come from, in pieces.
enum Source<'a> {
    Decisions(Vec<(usize, Range<u32>)>),
    Verdicts(Vec<(usize, Range<u32>)>),
    Values(Listing<'a>),
    Sheet(Sheet),
}

impl Source<'_> {
    /// How many rows each piece has.
    fn pieces(&self) -> Vec<u64> {
        let rows = |range: &Range<u32>| u64::from(range.end - range.start);
        match self {
            Self::Decisions(blocks) | Self::Verdicts(blocks) => {
                blocks.iter().map(|(_, range)| rows(range)).collect()
            }
            Self::Values(values) => values.blocks().map(rows).collect(),
            Self::Sheet(sheet) => vec![sheet.rows.len() as u64],
        }
    }
}

/// A column of a list with the type of its cells. What is fen in CSV is 元 with two places here.
fn typed(name: &str) -> OutputColumn {
    if let Some(money) = name.strip_suffix("_fen") {
        return OutputColumn::new(money, OutputType::Decimal { places: 2 }).in_unit("元");
    }
    let kind = match name {
        "year" | "stage" | "line" => OutputType::Integer,
        "due" => OutputType::Date,
        _ => OutputType::Text,
    };
    OutputColumn::new(name, kind)
}

/// The words of a cell as a value of its column's type. Lists hold none that is not.
fn cell(words: &str, column: &OutputColumn) -> OutputCell {
    if words.is_empty() {
        return OutputCell::Empty;
    }
    let value = match column.kind {
        OutputType::Integer | OutputType::Decimal { .. } => words.parse().ok().map(OutputCell::Number),
        OutputType::Date => Date::parse(words).map(OutputCell::Date),
        OutputType::Text | OutputType::Boolean => Some(OutputCell::Text(words.into())),
    };
    // The writer refuses words in a column of numbers or days, and says which.
    value.unwrap_or_else(|| OutputCell::Text(words.into()))
}
