//! Indicators: the value of every definition for every row, with its reason where there is none.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Facts, Interpreter, RowId, describe};
use jiufen_language::program::{Definition, ExprId, ExprKind, PartValue};
use jiufen_table::{ByteOrderMark, CsvLines, Sheet};

use crate::pack::Pack;
use crate::registry::{Registry, on_all_cores};
use crate::run::Run;

/// The columns of `values.csv`.
pub const VALUE_COLUMNS: [&str; 7] = [
    "subject",
    "name",
    "definition",
    "year",
    "value",
    "citation",
    "table",
];

/// The comment line of lists whose rows are invented.
const SYNTHETIC: &str = "合成数据 synthetic";

/// A piece of the list: a definition with its formula, and some rows of its subject.
type Block<'p> = (&'p Definition, ExprId, Range<u32>);

/// One row a definition and subject row, in the order of the definitions. An event whose rights are all of other years
/// is left to them, as its rights are.
pub fn values(pack: &Pack, registry: &Registry, run: &Run, lang: Lang) -> Sheet {
    let left = run.left_to_other_years();
    let mut rows = Vec::new();
    for block in blocks(pack, registry, run) {
        rows_of(pack, registry, run, (&left, lang), &block, |row| {
            rows.push(row.map(str::to_owned).to_vec())
        });
    }
    Sheet {
        note: registry.is_synthetic().then(|| SYNTHETIC.to_owned()),
        columns: VALUE_COLUMNS.iter().map(|c| (*c).to_owned()).collect(),
        rows,
    }
}

/// Writes what [`values`] gives, without holding it: the same bytes on any number of cores.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_values(
    pack: &Pack,
    registry: &Registry,
    run: &Run,
    (lang, mark): (Lang, ByteOrderMark),
    out: &mut impl Write,
) -> io::Result<()> {
    let note = registry.is_synthetic().then_some(SYNTHETIC);
    out.write_all(&CsvLines::head(note, VALUE_COLUMNS, mark)?)?;
    let left = run.left_to_other_years();
    let blocks = blocks(pack, registry, run);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // A few blocks for each core at a time, so that what waits to be written stays small.
    for wave in blocks.chunks(cores * 4) {
        let written = on_all_cores(wave.len(), |at| {
            let mut lines = CsvLines::new();
            let mut done = Ok(());
            rows_of(pack, registry, run, (&left, lang), &wave[at], |row| {
                let cells = row.iter().try_for_each(|cell| lines.cell(cell));
                let ended = cells.and_then(|()| lines.end_row());
                if done.is_ok() {
                    done = ended;
                }
            });
            done.and_then(|()| lines.into_bytes())
        });
        for bytes in written {
            out.write_all(&bytes?)?;
        }
    }
    Ok(())
}

/// The definitions that have a formula of their own on 今日, and their rows in pieces.
fn blocks<'p>(pack: &'p Pack, registry: &Registry, run: &Run) -> Vec<Block<'p>> {
    const ROWS: u32 = 1 << 12;
    let program = &pack.program;
    let mut blocks = Vec::new();
    for definition in &program.definitions {
        // A definition that reads 原值 or is repealed has no formula of its own to ask.
        let formula = definition.part.at(run.options.as_of).map(|v| v.value);
        let Some(PartValue::Expr(expr)) = formula else {
            continue;
        };
        if !program.in_law(definition.document) || matches!(program.expr(expr).kind, ExprKind::Original) {
            continue;
        }
        let rows = registry.row_count(definition.subject);
        let pieces = (0..rows.div_ceil(ROWS)).map(|at| at * ROWS..rows.min((at + 1) * ROWS));
        blocks.extend(pieces.map(|rows| (definition, expr, rows)));
    }
    blocks
}

fn rows_of(
    pack: &Pack,
    registry: &Registry,
    run: &Run,
    (left, lang): (&HashMap<RowId, bool>, Lang),
    (definition, expr, rows): &Block<'_>,
    mut take: impl FnMut([&str; 7]),
) {
    let (program, options) = (&pack.program, run.options);
    let interpreter = Interpreter::new(program, registry, options.year);
    let year = options.year.to_string();
    let subject = definition.subject;
    for row in rows.clone().map(|row| RowId { subject, row }) {
        if left.get(&row).copied().unwrap_or(false) {
            continue;
        }
        let (value, _) = interpreter.value(*expr, row, options.as_of);
        take([
            &registry.key(row),
            &registry.name(row),
            &definition.name,
            &year,
            &describe::value(program, registry, &value, &definition.ty, lang),
            program.citation(definition.cite),
            &program.subject(subject).name,
        ]);
    }
}
