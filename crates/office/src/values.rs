//! Indicators: the value of every definition for every row, with its reason where there is none.

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Facts, Interpreter, RowId, describe};
use jiufen_language::program::{ExprKind, PartValue, SubjectId};
use jiufen_table::Sheet;

use crate::pack::Pack;
use crate::registry::Registry;
use crate::run::Run;

/// The columns of `values.csv`.
pub const VALUE_COLUMNS: [&str; 6] = ["subject", "key", "definition", "year", "value", "citation"];

/// One row a definition and subject row, in the order of the definitions. An event whose rights are all of other years
/// is left to them, as its rights are.
pub fn values(pack: &Pack, registry: &Registry, run: &Run, lang: Lang) -> Sheet {
    let (program, options) = (&pack.program, run.options);
    let of_other_years = run.left_to_other_years();
    let left = |row: &RowId| of_other_years.get(row).copied().unwrap_or(false);
    let interpreter = Interpreter::new(program, registry, options.year);
    let mut rows = Vec::new();
    for definition in &program.definitions {
        // A definition that reads 原值 or is repealed has no formula of its own to ask.
        let formula = definition.part.at(options.as_of).map(|v| v.value);
        let Some(PartValue::Expr(expr)) = formula else {
            continue;
        };
        if !program.in_law(definition.document) || matches!(program.expr(expr).kind, ExprKind::Original) {
            continue;
        }
        for row in rows_of(registry, definition.subject).filter(|row| !left(row)) {
            let (value, _) = interpreter.value(expr, row, options.as_of);
            rows.push(vec![
                program.subject(definition.subject).name.to_string(),
                registry.name(row).to_string(),
                definition.name.to_string(),
                options.year.to_string(),
                describe::value(program, registry, &value, &definition.ty, lang),
                program.citation(definition.cite).to_owned(),
            ]);
        }
    }
    Sheet {
        note: registry.is_synthetic().then(|| "合成数据 synthetic".to_owned()),
        columns: VALUE_COLUMNS.iter().map(|c| (*c).to_owned()).collect(),
        rows,
    }
}

fn rows_of(registry: &Registry, subject: SubjectId) -> impl Iterator<Item = RowId> {
    (0..registry.row_count(subject)).map(move |row| RowId { subject, row })
}
