//! Indicators: the value of every definition for every row, with its reason where there is none.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Facts, Interpreter, RowId, describe};
use jiufen_language::program::{Definition, ExprId, ExprKind, PartValue};
use jiufen_table::Sheet;

use crate::pack::Pack;
use crate::registry::Registry;
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
    let listing = Listing::new(pack, registry, run, lang);
    let mut rows = Vec::new();
    for block in &listing.blocks {
        listing.each(block, |row| rows.push(row.map(str::to_owned).to_vec()));
    }
    Sheet {
        note: registry.is_synthetic().then(|| SYNTHETIC.to_owned()),
        columns: VALUE_COLUMNS.iter().map(|c| (*c).to_owned()).collect(),
        rows,
    }
}

/// The rows of [`values`] in pieces, none of them made yet.
pub(crate) struct Listing<'a> {
    pack: &'a Pack,
    registry: &'a Registry<'a>,
    run: &'a Run,
    lang: Lang,
    left: HashMap<RowId, bool>,
    blocks: Vec<Block<'a>>,
}

impl<'a> Listing<'a> {
    pub fn new(pack: &'a Pack, registry: &'a Registry<'a>, run: &'a Run, lang: Lang) -> Self {
        Self {
            pack,
            registry,
            run,
            lang,
            left: run.left_to_other_years(),
            blocks: blocks(pack, registry, run),
        }
    }

    /// The rows of the subject that each piece is about.
    pub fn blocks(&self) -> impl Iterator<Item = &Range<u32>> {
        self.blocks.iter().map(|(_, _, rows)| rows)
    }

    /// The rows of a piece.
    pub fn rows(&self, piece: usize, take: &mut dyn FnMut(&[&str]) -> io::Result<()>) -> io::Result<()> {
        let mut done = Ok(());
        self.each(&self.blocks[piece], |row| {
            if done.is_ok() {
                done = take(&row);
            }
        });
        done
    }

    fn each(&self, (definition, expr, rows): &Block<'_>, mut take: impl FnMut([&str; 7])) {
        let (program, registry, options) = (&self.pack.program, self.registry, self.run.options);
        let interpreter = Interpreter::new(program, registry, options.year);
        let year = options.year.to_string();
        let subject = definition.subject;
        for row in rows.clone().map(|row| RowId { subject, row }) {
            if self.left.get(&row).copied().unwrap_or(false) {
                continue;
            }
            let (value, _) = interpreter.value(*expr, row, options.as_of);
            take([
                &registry.key(row),
                &registry.name(row),
                &definition.name,
                &year,
                &describe::value(program, registry, &value, &definition.ty, self.lang),
                program.citation(definition.cite),
                &program.subject(subject).name,
            ]);
        }
    }
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
