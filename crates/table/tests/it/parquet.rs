//! Parquet in: types, units, years, faults with their row, and files that are not whole.

use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt64Array,
};
use jiufen_diagnostic::Lang;
use jiufen_quantity::{Date, exact};
use jiufen_table::{Cell, FileBytes, Loaded, TableSource, read_table};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::files::{codes, rejections};
use crate::{load, schema};

/// A file of these columns in about four row groups, with a comment where one is given.
pub fn file(columns: Vec<(&str, ArrayRef)>, comment: Option<&str>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let noted = comment.map(|words| vec![KeyValue::new("说明".to_owned(), words.to_owned())]);
    let properties = WriterProperties::builder()
        .set_key_value_metadata(noted)
        .set_max_row_group_row_count(Some(batch.num_rows().div_ceil(4).max(2)))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

pub fn texts(cells: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(cells.to_vec()))
}

fn decimals(cells: &[Option<i128>], places: i8) -> ArrayRef {
    let cells = Decimal128Array::from(cells.to_vec());
    Arc::new(cells.with_precision_and_scale(30, places).unwrap())
}

fn read(main: Vec<u8>, yearly: Option<Vec<u8>>) -> Loaded {
    let source = |name: &str, bytes| TableSource::Parquet(FileBytes::new(name, bytes));
    let yearly = yearly.map(|bytes| source("企业.年度.parquet", bytes));
    read_table(&schema(), &source("企业.parquet", main), yearly.as_ref())
}

#[test]
fn the_same_rows_as_csv_and_as_parquet_give_the_same_cells() {
    let mut industries = StringDictionaryBuilder::<Int32Type>::new();
    for word in [Some("工业"), None, Some("软件")] {
        industries.append_option(word);
    }
    let days = [Some("2018-06-12"), None, Some("2021-03-01")];
    let epoch = Date::parse("1970-01-01").unwrap();
    let days = days.map(|day| day.map(|day| Date::parse(day).unwrap().days_since(epoch)));
    let main = file(
        vec![
            ("编号", texts(&[Some("330100200001011234"), Some("2"), Some("3")])),
            ("企业名称", texts(&[Some("甲"), Some(" 乙 "), None])),
            ("成立日期", Arc::new(Date32Array::from(days.to_vec()))),
            (
                "认定年度",
                Arc::new(Int64Array::from(vec![Some(2020), None, Some(2021)])),
            ),
            (
                "规上",
                Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
            ),
            ("行业", Arc::new(industries.finish())),
            ("园区", texts(&[Some("药谷"), Some("无"), Some("缺")])),
            ("用地(亩)", decimals(&[Some(1250), None, Some(300)], 2)),
            (
                "注册资本(元)",
                Arc::new(UInt64Array::from(vec![Some(u64::MAX), None, Some(5)])),
            ),
            (
                "利润(分)",
                Arc::new(Int64Array::from(vec![Some(-12_345), Some(0), None])),
            ),
            (
                "研发强度(%)",
                Arc::new(Float64Array::from(vec![Some(3.1), None, Some(0.07)])),
            ),
            ("亩均", texts(&[Some("40万元/亩"), None, None])),
        ],
        Some("合成数据 synthetic; 登记完整至 2025-12-31"),
    );
    let yearly = file(
        vec![
            ("编号", texts(&[Some("2"), Some("3"), Some("2")])),
            ("年度", Arc::new(Int64Array::from(vec![2024, 2024, 2025]))),
            ("营业收入(万元)", decimals(&[Some(15), None, Some(70_000)], 1)),
        ],
        None,
    );
    let csv = load(
        "# 合成数据 synthetic; 登记完整至 2025-12-31\n编号,企业名称,成立日期,认定年度,规上,行业,园区,用地(亩),注册资本(元),利润(元),研发强度(%),亩均\n\
         330100200001011234,甲,2018-06-12,2020,是,工业,药谷,12.5,18446744073709551615,-123.45,3.1,40万元/亩\n\
         2,乙,,,否,,无,,,0,,\n3,,2021-03-01,2021,,软件,缺,3,5,,0.07,\n",
        Some("编号,年度,营业收入(万元)\n2,2024,1.5\n3,2024,\n2,2025,7000\n"),
    );
    let loaded = read(main, Some(yearly));
    assert_eq!(codes(&loaded), ["float-column"]);
    let float = loaded
        .findings
        .iter()
        .find(|f| f.code() == "float-column")
        .unwrap();
    let help = float.help(jiufen_diagnostic::Lang::Zh);
    assert!(help.ends_with("栏名“研发强度(分)”"), "{help}");
    assert!(rejections(&loaded).is_empty() && csv.rejected.is_empty());
    crate::properties::assert_same(&loaded.table, &csv.table);
    assert_eq!(loaded.table.complete_to(), csv.table.complete_to());
    assert!(loaded.table.is_synthetic());
    assert_eq!(loaded.table.place(2), ("企业.parquet", 3));
    assert_eq!(loaded.table.yearly_place(1, 2025), Some(("企业.年度.parquet", 3)));
    assert_eq!(
        loaded.table.yearly_cell(1, 17, 2024),
        Cell::Number(exact::integer(15_000))
    );
}

#[test]
fn a_faulty_row_is_rejected_by_its_number_and_the_others_are_taken() {
    let midnight = 86_400_000_000i64;
    let loaded = read(
        file(
            vec![
                (
                    "编号",
                    texts(&[
                        Some("1"),
                        Some("2"),
                        Some("2"),
                        None,
                        Some("5"),
                        Some("6"),
                        Some("7"),
                    ]),
                ),
                (
                    "名称",
                    texts(&[
                        Some("甲"),
                        Some("a\u{200B}b"),
                        Some("丙"),
                        Some("丁"),
                        None,
                        None,
                        None,
                    ]),
                ),
                (
                    "成立日期",
                    Arc::new(TimestampMicrosecondArray::from(vec![
                        Some(midnight * 20_000),
                        None,
                        None,
                        None,
                        Some(midnight * 20_000 + 1),
                        None,
                        None,
                    ])),
                ),
                (
                    "用地(亩)",
                    Arc::new(Float64Array::from(vec![
                        Some(12.5),
                        None,
                        Some(0.1 + 0.2),
                        None,
                        None,
                        Some(f64::NAN),
                        Some(12_345_678_901_234_568.0),
                    ])),
                ),
                (
                    "人数",
                    decimals(&[Some(10), None, None, None, Some(15), Some(-10), None], 1),
                ),
            ],
            None,
        ),
        None,
    );
    assert_eq!(
        rejections(&loaded),
        [
            "2 control-character",
            "3 beyond-fifteen-digits",
            "4 missing-row-key",
            "5 not-a-date + count-not-whole",
            "6 not-a-number + negative-not-allowed",
            "7 beyond-fifteen-digits",
        ]
    );
    assert_eq!(loaded.rejected.get(1).unwrap().found, "0.30000000000000004");
    assert_eq!(loaded.table.row_count(), 1);
    assert_eq!(
        loaded.table.cell(0, 2),
        Cell::Date(Date::parse("2024-10-04").unwrap())
    );
}

#[test]
fn a_column_of_another_type_is_named_with_what_to_write() {
    let nested = RecordBatch::try_from_iter(vec![("一", texts(&[Some("1")]))]).unwrap();
    let nested: ArrayRef = Arc::new(arrow_array::StructArray::from(nested));
    let loaded = read(
        file(
            vec![
                ("编号", texts(&[Some("1")])),
                ("名称", Arc::new(Int64Array::from(vec![1]))),
                ("规上", Arc::new(Int64Array::from(vec![1]))),
                ("注册资本(元)", Arc::new(BooleanArray::from(vec![true]))),
                ("行业", nested),
            ],
            None,
        ),
        None,
    );
    assert_eq!(codes(&loaded), ["wrong-column-type"; 4]);
    assert_eq!(
        loaded.findings[1].message(Lang::Zh),
        "“企业.parquet”的“名称”是 Int64,应为文本,该栏没有读取"
    );
    assert_eq!(
        loaded.findings[1].help(Lang::Zh),
        "导出时写成 CAST(\"名称\" AS VARCHAR)"
    );
    assert_eq!((loaded.accepted, loaded.table.cell(0, 1)), (1, Cell::Missing));
    let loaded = read(
        file(vec![("编号", Arc::new(Int64Array::from(vec![1])))], None),
        None,
    );
    assert!(codes(&loaded).contains(&"wrong-column-type"));
    assert_eq!(loaded.read, 0, "without its key no row can be read");
}

#[test]
fn a_number_without_a_unit_is_refused_as_in_a_csv_file() {
    let loaded = read(
        file(
            vec![
                ("编号", texts(&[Some("1")])),
                ("注册资本", Arc::new(Int64Array::from(vec![1200]))),
            ],
            None,
        ),
        None,
    );
    assert_eq!(rejections(&loaded), ["1 number-without-unit"]);
    assert!(
        loaded
            .rejected
            .get(0)
            .unwrap()
            .help(Lang::Zh)
            .contains("1200元 或 1200万元")
    );
}

#[test]
fn a_missing_column_and_a_stranger_are_findings_with_the_nearest_name() {
    let loaded = read(
        file(
            vec![("编号", texts(&[Some("1")])), ("名 称", texts(&[Some("甲")]))],
            None,
        ),
        None,
    );
    assert_eq!(codes(&loaded), ["unknown-table-column", "missing-table-column"]);
    assert_eq!(
        loaded.findings[1].help(Lang::Zh),
        "把表头“名 称”改为“名称”,或补上这一栏"
    );
}

fn whole() -> Vec<u8> {
    let keys: Vec<String> = (0..40_000).map(|n| format!("91330100{n:010}")).collect();
    let keys: Vec<Option<&str>> = keys.iter().map(|key| Some(key.as_str())).collect();
    file(
        vec![("编号", texts(&keys)), ("名称", texts(&keys))],
        Some("登记完整至 2025-12-31"),
    )
}

#[test]
fn a_truncated_empty_or_foreign_file_gives_no_rows_and_says_so() {
    let bytes = whole();
    for cut in [3, 7, 100, bytes.len() / 2, bytes.len() - 1] {
        let loaded = read(bytes[..cut].to_vec(), None);
        assert_eq!(
            (codes(&loaded), loaded.read),
            (vec!["damaged-table-file"], 0),
            "{cut}"
        );
        assert!(
            loaded.findings[0].message(Lang::Zh).contains("多半是没有传完"),
            "{:?}",
            loaded.findings[0]
        );
    }
    assert_eq!(codes(&read(Vec::new(), None)), ["empty-table-file"]);
    let text = "编号,名称\n1,甲\n".as_bytes().to_vec();
    assert_eq!(codes(&read(text, None)), ["damaged-table-file"]);
    let none = file(vec![("编号", texts(&[])), ("名称", texts(&[]))], None);
    assert_eq!(codes(&read(none, None)), ["file-without-rows"]);
}

#[test]
fn a_file_damaged_within_keeps_the_rows_before_and_knows_nothing_of_those_after() {
    let mut bytes = whole();
    let at = bytes.len() / 2;
    // The header of some page in the middle no longer is one.
    bytes[at - 9000..at].fill(0xFF);
    let loaded = read(bytes, None);
    let broke = loaded
        .findings
        .iter()
        .find(|f| f.code() == "table-file-broke-off");
    let broke = broke.unwrap_or_else(|| panic!("{:?}", loaded.findings));
    assert!(loaded.read > 0 && loaded.read < 40_000, "{}", loaded.read);
    assert_eq!(
        broke.argument("line", Lang::Zh),
        Some(loaded.read.to_string().as_str())
    );
    assert_eq!(loaded.table.complete_to(), None);
    assert_eq!(loaded.accepted, loaded.read);
}

#[test]
fn no_damage_to_a_file_ends_in_a_panic() {
    let bytes = file(
        vec![
            ("编号", texts(&[Some("1"), Some("2"), None])),
            ("注册资本(元)", decimals(&[Some(1), None, Some(3)], 2)),
            ("规上", Arc::new(BooleanArray::from(vec![true, false, true]))),
        ],
        None,
    );
    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    for _ in 0..400 {
        let mut damaged = bytes.clone();
        for _ in 0..3 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(seed >> 33).unwrap() % damaged.len();
            damaged[at] ^= u8::try_from(seed >> 24 & 0xFF).unwrap();
        }
        let loaded = read(damaged, None);
        rejections(&loaded);
    }
}

#[test]
fn ten_thousand_columns_are_read_by_their_names() {
    let names: Vec<String> = (0..10_000).map(|n| format!("栏{n}")).collect();
    let mut columns: Vec<(&str, ArrayRef)> = names
        .iter()
        .map(|name| (name.as_str(), texts(&[Some("x")])))
        .collect();
    columns.insert(7000, ("编号", texts(&[Some("1")])));
    columns.push(("名称", texts(&[Some("甲")])));
    let loaded = read(file(columns, None), None);
    assert_eq!(loaded.table.cell(0, 1), Cell::Text("甲".into()));
    assert_eq!(loaded.accepted, 1);
}
