//! read ∘ write = identity; accepted + rejected = read.

use jiufen_quantity::{Date, exact};
use jiufen_table::{ByteOrderMark, Cell, CsvSource, Sheet, Table, TableBuilder, read_csv};
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::{load, schema};

fn bytes_of(sheet: &Sheet) -> Vec<u8> {
    let mut out = Vec::new();
    sheet
        .write_csv(&mut out, ByteOrderMark::Written)
        .expect("memory takes every byte");
    out
}

/// Words that a file can spell.
fn words() -> impl Strategy<Value = Cell> {
    let hard = [
        "=1+1",
        "'=x",
        "-1+2",
        "+86",
        "@甲",
        "a\"b",
        "甲,乙",
        "一\r\n二",
        "#甲",
        "330100200001011234",
    ];
    prop_oneof![
        proptest::sample::select(hard.to_vec()).prop_map(str::to_owned),
        "[a-z甲乙'=\"/\\\\,-]{1,12}",
    ]
    .prop_map(|text| Cell::Text(text.into()))
}

/// Exact values that have a finite decimal in base units or in the column's customary one, long ones too.
fn value(unit: (i128, i128)) -> impl Strategy<Value = Cell> {
    (0i128..10i128.pow(22), 0u32..5, 0u8..2).prop_map(move |(n, places, customary)| {
        let n = if n % 3 == 0 { n } else { n % 1_000_000 };
        let n = exact::ratio(n, 10i128.pow(places));
        let factor = if customary == 1 {
            exact::ratio(unit.0, unit.1)
        } else {
            exact::integer(1)
        };
        Cell::Number(n * factor)
    })
}

fn cell_of(name: &str) -> proptest::strategy::BoxedStrategy<Cell> {
    let given = match name {
        "成立日期" => (1990i16..2030, 1i8..13, 1i8..29)
            .prop_map(|(y, m, d)| Cell::Date(Date::new(y, m, d).expect("such a day")))
            .boxed(),
        "认定年度" => (1900i16..2200).prop_map(Cell::Year).boxed(),
        "规上" => proptest::bool::ANY.prop_map(Cell::Boolean).boxed(),
        "行业" => proptest::sample::select(vec!["工业", "软件", "生物医药"])
            .prop_map(|word| Cell::Text(word.into()))
            .boxed(),
        "园区" => prop_oneof![Just(Cell::Absent), words()].boxed(),
        "用地" => prop_oneof![(1i128..5000).prop_map(|n| Cell::Number(exact::ratio(n * 2000, 3)))].boxed(),
        "利润" => (-1_000_000i128..1_000_000)
            .prop_map(|n| Cell::Number(exact::ratio(n, 100)))
            .boxed(),
        "人数" | "从业人员" => (0i128..100_000)
            .prop_map(|n| Cell::Number(exact::integer(n)))
            .boxed(),
        "年限" => (0i128..500)
            .prop_map(|n| Cell::Number(exact::ratio(n, 12)))
            .boxed(),
        "名称" | "地区" => words().boxed(),
        _ => value((10_000, 1)).boxed(),
    };
    prop_oneof![1 => Just(Cell::Missing), 4 => given].boxed()
}

fn row() -> impl Strategy<Value = Vec<Cell>> {
    schema()
        .columns
        .iter()
        .map(|column| cell_of(&column.name))
        .collect::<Vec<_>>()
}

pub fn tables() -> impl Strategy<Value = Table> {
    proptest::collection::vec((row(), proptest::collection::vec(row(), 0..3)), 0..6).prop_map(|subjects| {
        let mut builder = TableBuilder::new(&schema());
        for (number, (mut cells, years)) in subjects.into_iter().enumerate() {
            cells[0] = Cell::Text(format!("91330100{number:010}").into());
            let at = builder.subject(&cells);
            for (year, cells) in (2020..).zip(years) {
                builder.year(at, year, &cells);
            }
        }
        builder.finish()
    })
}

pub fn assert_same(a: &Table, b: &Table) {
    assert_eq!((a.row_count(), a.years()), (b.row_count(), b.years()));
    for row in 0..a.row_count() {
        assert_eq!(a.key(row), b.key(row));
        for column in 0..a.schema().columns.len() {
            assert_eq!(
                a.cell(row, column),
                b.cell(row, column),
                "row {row} column {column}"
            );
            for year in a.years() {
                assert_eq!(a.yearly_cell(row, column, year), b.yearly_cell(row, column, year));
            }
        }
    }
}

pub fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]))
}

#[test]
fn reading_what_was_written_gives_the_same_table_and_the_same_bytes() {
    let outcome = runner(300).run(&tables(), |table| {
        let main = Sheet::main_of(&table);
        let yearly = Sheet::yearly_of(&table).expect("the schema has yearly columns");
        let again = read_csv(
            &schema(),
            &CsvSource::new("企业.csv", bytes_of(&main)),
            Some(&CsvSource::new("企业.年度.csv", bytes_of(&yearly))),
        );
        assert!(again.rejected.is_empty(), "{:?}", again.rejected);
        assert_same(&table, &again.table);
        assert_eq!(bytes_of(&Sheet::main_of(&again.table)), bytes_of(&main));
        assert_eq!(Sheet::yearly_of(&again.table), Some(yearly));
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

/// A small generator with a fixed seed, so that every run mutates alike.
struct Mutations(u64);

impl Mutations {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit.max(1)
    }

    /// Cuts, doubles, overwrites or inserts somewhere.
    fn apply(&mut self, bytes: &mut Vec<u8>) {
        let inserts: [&[u8]; 16] = [
            b"\"",
            b",",
            b"\n",
            b"\r",
            b"\0",
            b"\xFF",
            b"#",
            "１".as_bytes(),
            "无".as_bytes(),
            "万".as_bytes(),
            b"-",
            b"E+17",
            "\u{FFFD}".as_bytes(),
            b"\xEF\xBB\xBF",
            b"1,000",
            "缺".as_bytes(),
        ];
        let at = self.below(bytes.len() + 1);
        let end = (at + self.below(12)).min(bytes.len());
        match self.below(4) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            2 if at < bytes.len() => bytes[at] = u8::try_from(self.below(256)).unwrap_or(0),
            _ => drop(bytes.splice(at..at, inserts[self.below(inserts.len())].iter().copied())),
        }
    }
}

#[test]
fn every_row_of_two_thousand_damaged_files_is_accepted_or_rejected_once() {
    let main = "# 合成数据; 登记完整至 2025-12-31\n编号,名称,成立日期,规上,行业,园区,用地(亩),注册资本,人数\n\
                1,甲,2020-01-01,是,工业,无,3.5,1.2万元,10\n2,\"乙,丙\",,否,软件,医药港,缺,5亿元,20人\n\
                3,丁,2021-12-31,是,生物医药,江海,10,300元,\n4,戊,2022-06-30,否,工业,无,0,0元,7\n";
    let yearly =
        "编号,年度,营业收入(万元),从业人员\n1,2023,5,1\n1,2024,6,2\n2,2023,7,3\n3,2024,8,4\n4,2025,,5\n";
    let mut mutations = Mutations(20_250_131);
    let (mut read, mut rejected) = (0, 0);
    for _ in 0..2000 {
        let mut bytes = main.as_bytes().to_vec();
        let mut years = yearly.as_bytes().to_vec();
        for _ in 0..=mutations.below(4) {
            mutations.apply(&mut bytes);
            mutations.apply(&mut years);
        }
        let years = String::from_utf8_lossy(&years).into_owned();
        let loaded = load(bytes, Some(&years));
        let count = u64::try_from(loaded.rejected.len()).unwrap();
        assert_eq!(loaded.accepted + count, loaded.read);
        assert!(loaded.rejected.iter().all(|r| !r.code().is_empty() && r.line > 0));
        let in_table = loaded.table.row_count() + years_in(&loaded.table);
        assert_eq!(loaded.accepted, u64::try_from(in_table).unwrap());
        read += loaded.read;
        rejected += count;
    }
    assert!(
        read > 10_000 && rejected > 1_000,
        "the damage reaches the rows: {rejected} of {read}"
    );
}

fn years_in(table: &Table) -> usize {
    let years = table.years();
    let of_row = |row| years.iter().filter(|year| table.has_year(row, **year)).count();
    (0..table.row_count()).map(of_row).sum()
}
