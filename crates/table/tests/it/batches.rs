//! A table as a stream: batches put together are the table read whole, on the shapes the survey gave.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Decimal128Array, Int64Array};
use jiufen_diagnostic::Lang;
use jiufen_table::batches::{Batch, ParquetTable, Survey, Wanted};
use jiufen_table::lanes::{Lanes, Meaning};
use jiufen_table::{FileBytes, TableSource, read_table};

use crate::files::rejections;
use crate::lanes::value;
use crate::parquet::{file, texts};
use crate::schema;

const ROWS: usize = 20_000;

/// The columns that are streamed.
const WANTED: [(usize, Option<i16>); 5] = [(2, None), (5, None), (8, None), (10, None), (17, Some(2024))];

fn wanted() -> Vec<Wanted> {
    WANTED
        .iter()
        .map(|(column, year)| Wanted {
            column: *column,
            year: *year,
        })
        .collect()
}

/// A file of many rows; `faulty` makes some of them wrong.
fn saved(folder: &tempfile::TempDir, faulty: bool) -> PathBuf {
    let keys: Vec<String> = (0..ROWS).map(|row| format!("91330100{row:010}")).collect();
    let keys: Vec<Option<&str>> = keys.iter().map(|key| Some(key.as_str())).collect();
    let words = ["工业", "软件", "生物医药", "别的"];
    let industries: Vec<Option<&str>> = (0..ROWS)
        .map(|row| {
            (!row.is_multiple_of(7)).then(|| words[if faulty && row % 100 == 5 { 3 } else { row % 3 }])
        })
        .collect();
    let land: Vec<Option<i128>> = (0..ROWS)
        .map(|row| Some(i128::try_from(row * 25).unwrap()))
        .collect();
    let land = Decimal128Array::from(land)
        .with_precision_and_scale(20, 2)
        .unwrap();
    let profit: Vec<Option<i64>> = (0..ROWS)
        .map(|row| (!row.is_multiple_of(11)).then(|| 700 - i64::try_from(row).unwrap()))
        .collect();
    let revenue: Vec<i64> = (0..ROWS)
        .map(|row| i64::try_from(row).unwrap() * if faulty && row == 3 { -1 } else { 1 })
        .collect();
    let days: Vec<i32> = (0..ROWS)
        .map(|row| i32::try_from(row % 9000).unwrap() + 10_000)
        .collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("编号", texts(&keys)),
        ("备注", texts(&vec![None; ROWS])),
        ("成立日期", Arc::new(Date32Array::from(days))),
        ("行业", texts(&industries)),
        ("用地(亩)", Arc::new(land)),
        ("利润(分)", Arc::new(Int64Array::from(profit))),
        ("营业收入@2024(万元)", Arc::new(Int64Array::from(revenue))),
    ];
    let path = folder.path().join("企业.parquet");
    std::fs::write(&path, file(columns, None)).unwrap();
    path
}

fn streamed(path: &std::path::Path) -> (Survey, Vec<Batch>) {
    let table = ParquetTable::new(path, &schema(), &wanted());
    let survey = table.survey().unwrap();
    let batches = table.batches(&survey).unwrap().collect();
    (survey, batches)
}

#[test]
fn every_batch_has_the_shape_of_the_survey_and_the_cells_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (survey, batches) = streamed(&saved(&folder, false));
    assert_eq!((survey.read, survey.accepted), (20_000, 20_000));
    assert!(survey.findings.is_empty(), "{:?}", survey.findings);
    assert!(batches.len() > 1);
    let land = survey.shapes[2].as_ref().unwrap();
    let Meaning::Number(scale) = &land.meaning else {
        panic!("{land:?}")
    };
    assert_eq!(*scale, jiufen_quantity::exact::ratio(20, 3));
    assert_eq!((land.low, land.high, land.open), (0, 25 * 19_999, false));
    let mut row = 0usize;
    for batch in &batches {
        for (index, key) in batch.keys.iter().enumerate() {
            assert_eq!(*key, format!("91330100{row:010}"));
            assert_eq!(batch.lines[index] as usize, row + 1);
            let cell = |column: usize| value(batch.columns[column].as_ref().unwrap(), index);
            let industry = ["0", "1", "2"][row % 3];
            assert_eq!(cell(1), (!row.is_multiple_of(7)).then(|| industry.to_owned()));
            let profit = jiufen_quantity::exact::ratio(700 - row as i128, 100);
            let profit = jiufen_table::Cell::Number(profit).to_string();
            assert_eq!(cell(3), (!row.is_multiple_of(11)).then_some(profit));
            assert_eq!(cell(4), Some((row * 10_000).to_string()));
            row += 1;
        }
        for (column, shape) in batch.columns.iter().zip(&survey.shapes) {
            let (column, shape) = (column.as_ref().unwrap(), shape.as_ref().unwrap());
            assert_eq!((column.low, column.high), (shape.low, shape.high));
            assert_eq!(column.states.is_some(), shape.open);
        }
    }
    assert_eq!(row, ROWS);
}

#[test]
fn faulty_rows_leave_the_stream_with_their_number_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (survey, batches) = streamed(&saved(&folder, true));
    let rejected: Vec<(u64, &str)> = batches
        .iter()
        .flat_map(|batch| batch.rejected.iter().map(|r| (r.line, r.code())))
        .collect();
    assert_eq!(
        rejected[..2],
        [(4, "negative-not-allowed"), (6, "unknown-enumeration-value")]
    );
    let accepted: usize = batches.iter().map(|batch| batch.keys.len()).sum();
    let read: u64 = batches.iter().map(|batch| batch.read).sum();
    assert_eq!((read, survey.read), (20_000, 20_000));
    assert_eq!(accepted as u64 + rejected.len() as u64, read);
    assert_eq!(survey.accepted, accepted as u64);
    let shape = survey.shapes[2].as_ref().unwrap();
    for batch in &batches {
        let land = batch.columns[2].as_ref().unwrap();
        let (Lanes::Wide(lanes), Meaning::Number(scale)) = (&land.lanes, &land.meaning) else {
            panic!("{land:?}")
        };
        let Meaning::Number(common) = &shape.meaning else {
            panic!("{shape:?}")
        };
        assert_eq!(scale, common);
        // Two ways: by the row of the file.
        for (line, lane) in batch.lines.iter().zip(lanes) {
            let mu = jiufen_quantity::exact::ratio((i128::from(*line) - 1) * 25, 100);
            let area = mu * jiufen_quantity::exact::ratio(2000, 3);
            assert_eq!(jiufen_quantity::exact::integer(i128::from(*lane)) * scale, area);
        }
    }
}

#[test]
fn a_key_that_comes_again_in_a_later_batch_is_found_when_the_table_is_read_whole() {
    let again = [(9_000, 5), (19_999, 5), (19_000, 8_191)];
    let mut keys: Vec<String> = (0..ROWS).map(|row| format!("{row:018}")).collect();
    for (later, earlier) in again {
        keys[later] = keys[earlier].clone();
    }
    let keys: Vec<Option<&str>> = keys.iter().map(|key| Some(key.as_str())).collect();
    let bytes = file(
        vec![("编号", texts(&keys)), ("备注", texts(&vec![None; ROWS]))],
        None,
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("企业.parquet");
    std::fs::write(&path, &bytes).unwrap();
    let source = TableSource::Parquet(FileBytes::new("企业.parquet", bytes));
    let loaded = read_table(&schema(), &source, None);
    assert_eq!(
        rejections(&loaded),
        [
            "9001 duplicate-row-key",
            "19001 duplicate-row-key",
            "20000 duplicate-row-key"
        ]
    );
    let last = loaded.rejected.get(2).unwrap();
    assert_eq!(last.reason.argument("first", Lang::Zh), Some("6"));
    // A stream keeps no keys of other batches, as docs/registry.md says.
    let table = ParquetTable::new(&path, &schema(), &[]);
    assert_eq!(table.survey().unwrap().accepted, 20_000);
}

#[test]
fn a_column_or_a_file_that_is_not_there_is_an_error_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = saved(&folder, false);
    let asked = [Wanted {
        column: 17,
        year: Some(2023),
    }];
    let survey = ParquetTable::new(&path, &schema(), &asked).survey().unwrap();
    assert_eq!(survey.findings[0].code(), "missing-table-column");
    assert_eq!(
        survey.findings[0].argument("column", jiufen_diagnostic::Lang::Zh),
        Some("营业收入@2023")
    );
    let table = ParquetTable::new(&path, &schema(), &asked);
    assert!(table.batches(&survey).is_err());
    let missing = ParquetTable::new(&folder.path().join("没有.parquet"), &schema(), &asked);
    assert!(missing.survey().unwrap_err().to_string().contains("没有.parquet"));
}
