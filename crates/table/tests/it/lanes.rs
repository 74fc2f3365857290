//! Columns as lanes: the pass of integer arithmetic against exact values, cell by cell.

use std::time::Instant;

use jiufen_quantity::exact;
use jiufen_table::lanes::{LaneColumn, Lanes, Meaning, number_lanes, state_of, text_lanes};
use jiufen_table::{Cell, CsvSource, Loaded, Table, read_csv};

use crate::properties::{runner, tables};
use crate::schema;

/// The exact value of a number lane, the word of a text lane; `None` where nothing is known.
pub fn value(column: &LaneColumn, row: usize) -> Option<String> {
    if column.states.as_ref().is_some_and(|states| states[row] != 1) {
        return None;
    }
    Some(match (&column.lanes, &column.meaning) {
        (Lanes::Wide(lanes), Meaning::Number(scale)) => {
            Cell::Number(exact::integer(i128::from(lanes[row])) * scale).to_string()
        }
        (Lanes::Narrow(lanes), Meaning::Text(words)) => {
            words[usize::try_from(lanes[row]).unwrap()].to_string()
        }
        (Lanes::Narrow(lanes), _) => lanes[row].to_string(),
        (Lanes::Truth(lanes), _) => lanes[row].to_string(),
        other => panic!("{other:?}"),
    })
}

/// Columns of numbers and words are what the way by cells makes of them; scale, bounds and all.
fn assert_as_by_cells(made: Option<LaneColumn>, cells: &[Cell], name: &str) {
    let by_cells = match cells
        .iter()
        .find(|cell| !matches!(cell, Cell::Missing | Cell::Absent))
    {
        Some(Cell::Number(_)) => number_lanes(cells),
        Some(Cell::Text(_)) if !["行业"].contains(&name) => text_lanes(cells),
        _ => {
            let made = made.expect("such a column always fits");
            let states: Vec<u8> = (0..cells.len())
                .map(|row| made.states.as_ref().map_or(1, |s| s[row]))
                .collect();
            assert_eq!(states, cells.iter().map(state_of).collect::<Vec<_>>());
            return;
        }
    };
    match (made, by_cells) {
        (Some(made), Some(by_cells)) => {
            let words =
                |column: &LaneColumn| -> Vec<_> { (0..cells.len()).map(|row| value(column, row)).collect() };
            assert_eq!(words(&made), words(&by_cells), "{name}");
            assert_eq!((made.low, made.high), (by_cells.low, by_cells.high), "{name}");
            assert_eq!(made.states, by_cells.states, "{name}");
            if let (Meaning::Number(a), Meaning::Number(b)) = (&made.meaning, &by_cells.meaning) {
                assert_eq!(a, b, "{name}");
            }
        }
        (made, by_cells) => assert_eq!(made.is_none(), by_cells.is_none(), "{name}"),
    }
}

fn assert_all(table: &Table) {
    for (index, field) in table.schema().columns.iter().enumerate() {
        if field.yearly {
            for year in 2019..2023 {
                let cells: Vec<Cell> = (0..table.row_count())
                    .map(|row| table.yearly_cell(row, index, year))
                    .collect();
                assert_as_by_cells(table.yearly_lanes(index, year), &cells, &field.name);
            }
        } else {
            let cells: Vec<Cell> = (0..table.row_count()).map(|row| table.cell(row, index)).collect();
            assert_as_by_cells(table.lanes(index), &cells, &field.name);
        }
    }
}

#[test]
fn one_pass_of_integers_gives_what_exact_values_give() {
    let outcome = runner(200).run(&tables(), |table| {
        assert_all(&table);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

fn read(rows: &str) -> Loaded {
    read_csv(
        &schema(),
        &CsvSource::new(
            "企业.csv",
            format!("编号,名称,用地(亩),注册资本(元),园区,行业,规上\n{rows}"),
        ),
        None,
    )
}

#[test]
fn units_mixed_in_a_column_share_the_coarsest_scale() {
    let loaded = read("1,甲,3,1.2万元,药谷,软件,是\n2,乙,10公顷,缺,无,,\n3,丙,,0.05,2,工业,否\n");
    assert_all(&loaded.table);
    let land = loaded.table.lanes(8).unwrap();
    let Meaning::Number(scale) = &land.meaning else {
        panic!("{land:?}")
    };
    assert_eq!((scale, land.low, land.high), (&exact::integer(2000), 1, 50));
    let industry = loaded.table.lanes(5).unwrap();
    assert_eq!((industry.low, industry.high), (0, 1));
    let parks = loaded
        .table
        .row_lanes(6, |key| Some(loaded.table.find(key)? as u32))
        .unwrap();
    assert_eq!(parks.states.as_deref(), Some([0u8, 2, 1].as_slice()));
    assert_eq!(value(&parks, 2).as_deref(), Some("1"));
}

#[test]
fn a_number_that_does_not_fit_is_told_and_a_column_not_in_the_file_is_unknown() {
    let loaded = read("1,甲,3,123456789012345678901234567890,,,\n2,乙,3,0.01,,,\n");
    assert!(loaded.table.lanes(9).is_none());
    let absent = loaded.table.lanes(10).unwrap();
    assert_eq!(absent.states.as_deref(), Some([0u8, 0].as_slice()));
    assert!(
        loaded.table.lanes(17).is_none(),
        "a yearly column has no lanes without its year"
    );
}

/// Nanoseconds a cell; run by hand with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a check"]
fn nanoseconds_a_cell() {
    const ROWS: usize = 100_000;
    let mut rows = String::with_capacity(ROWS * 40);
    for row in 0..ROWS {
        let (land, capital) = (row * 7 % 10_000, row * 7919 % 1_000_000_007);
        let park = ["东区", "西区", "药谷"][row % 3];
        rows.push_str(&format!(
            "{row:018},企业{row},{}.{},{}.{:02},{park},软件,是\n",
            land / 10,
            land % 10,
            capital / 100,
            capital % 100
        ));
    }
    let table = read(&rows).table;
    let time = |name: &str, work: &dyn Fn() -> Option<LaneColumn>| {
        let start = Instant::now();
        let made = work();
        let nanos = start.elapsed().as_nanos() / ROWS as u128;
        println!(
            "{name}: {nanos} ns a cell, {} rows",
            made.map_or(0, |column| column.len())
        );
    };
    let cells = |column: usize| -> Vec<Cell> { (0..ROWS).map(|row| table.cell(row, column)).collect() };
    for (name, column) in [("用地", 8), ("注册资本", 9)] {
        time(&format!("{name} by cells"), &|| number_lanes(&cells(column)));
        time(&format!("{name} in one pass"), &|| table.lanes(column));
    }
    for (name, column) in [("名称", 1), ("园区", 6)] {
        time(&format!("{name} by cells"), &|| text_lanes(&cells(column)));
        time(&format!("{name} in one pass"), &|| table.lanes(column));
    }
    time("规上 in one pass", &|| table.lanes(4));
}
