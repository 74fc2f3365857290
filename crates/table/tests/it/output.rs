//! Results out: CSV, Excel and Parquet say the same, read back as they were, and are the same bytes each time.

use std::io::{self, Write};
use std::path::Path;

use jiufen_quantity::{Date, Dimension, exact};
use jiufen_table::files::{write_atomically, write_bytes};
use jiufen_table::output::{OutputCell, OutputColumn, OutputFormat, OutputTable, OutputType, OutputWriter};
use jiufen_table::{
    ByteOrderMark, Cell, ColumnSchema, ColumnType, Loaded, NumberKind, TableSchema, TableSource, read_table,
};

fn table() -> OutputTable {
    let provenance = [
        ("快照", "sha256:01ab"),
        ("年度", "2025"),
        ("今日", "2025-12-31"),
        ("版本", "0.1.0"),
    ];
    OutputTable {
        name: "决定".into(),
        note: Some("合成数据 synthetic".into()),
        columns: vec![
            OutputColumn::new("编号", OutputType::Text),
            OutputColumn::new("可兑付", OutputType::Decimal { places: 2 }).in_unit("元"),
            OutputColumn::new("期数", OutputType::Integer),
            OutputColumn::new("成立", OutputType::Boolean),
            OutputColumn::new("日期", OutputType::Date),
        ],
        provenance: provenance
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
    }
}

fn rows() -> Vec<Vec<OutputCell>> {
    let day = Date::parse("2025-01-31").unwrap();
    vec![
        vec![
            OutputCell::Text("330100200001011234".into()),
            OutputCell::Number(123_456),
            OutputCell::Number(3),
            OutputCell::Boolean(true),
            OutputCell::Date(day),
        ],
        vec![
            OutputCell::Text("=1+1".into()),
            OutputCell::Number(-5),
            OutputCell::Empty,
            OutputCell::Boolean(false),
            OutputCell::Empty,
        ],
        vec![
            OutputCell::Text("3".into()),
            OutputCell::Number(99_999_999_999_999_999),
            OutputCell::Number(i128::from(i64::MAX)),
            OutputCell::Empty,
            OutputCell::Date(day),
        ],
    ]
}

fn written(format: OutputFormat) -> Vec<u8> {
    let mut writer = OutputWriter::new(&table(), format, Vec::new()).unwrap();
    for row in rows() {
        writer.append(&row).unwrap();
    }
    writer.finish().unwrap()
}

const FORMATS: [(OutputFormat, &str); 3] = [
    (OutputFormat::Csv(ByteOrderMark::Written), "决定.csv"),
    (OutputFormat::Excel, "决定.xlsx"),
    (OutputFormat::Parquet, "决定.parquet"),
];

fn read(bytes: &[u8], path: &str) -> Loaded {
    let number = |dimension, kind| ColumnType::Number { dimension, kind };
    let signed = |name, column_type| ColumnSchema {
        signed: true,
        ..ColumnSchema::new(name, column_type)
    };
    let schema = TableSchema {
        name: "决定".into(),
        key: vec!["编号".into()],
        columns: vec![
            ColumnSchema::new("编号", ColumnType::Text),
            signed("可兑付", number(Dimension::money(), NumberKind::Quantity)),
            signed("期数", number(Dimension::none(), NumberKind::Plain)),
            ColumnSchema::new("成立", ColumnType::Boolean),
            ColumnSchema::new("日期", ColumnType::Date),
        ],
    };
    read_table(
        &schema,
        &TableSource::of_file(path, bytes.to_vec().into()).unwrap(),
        None,
    )
}

#[test]
fn every_format_reads_back_to_the_cells_that_were_written() {
    for (format, path) in FORMATS {
        let loaded = read(&written(format), path);
        assert!(loaded.rejected.is_empty(), "{path}: {:?}", loaded.rejected);
        assert_eq!(loaded.findings.len(), 0, "{path}: {:?}", loaded.findings);
        let cell = |row, column| loaded.table.cell(row, column);
        assert_eq!(loaded.table.key(0), "330100200001011234");
        assert_eq!(loaded.table.key(1), "=1+1", "{path}");
        assert_eq!(cell(0, 1), Cell::Number(exact::ratio(123_456, 100)));
        assert_eq!(cell(1, 1), Cell::Number(exact::ratio(-5, 100)));
        assert_eq!(
            cell(2, 1),
            Cell::Number(exact::ratio(99_999_999_999_999_999, 100)),
            "{path}"
        );
        assert_eq!(
            cell(2, 2),
            Cell::Number(exact::integer(i128::from(i64::MAX))),
            "{path}"
        );
        assert_eq!(
            (cell(0, 3), cell(1, 3), cell(2, 3)),
            (Cell::Boolean(true), Cell::Boolean(false), Cell::Missing)
        );
        assert_eq!(
            (cell(0, 4), cell(1, 4)),
            (Cell::Date(Date::parse("2025-01-31").unwrap()), Cell::Missing)
        );
        // A workbook says it on the sheet 出处.
        assert!(
            loaded.table.is_synthetic() || format == OutputFormat::Excel,
            "{path}"
        );
    }
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    for (format, path) in FORMATS {
        assert!(written(format) == written(format), "{path}");
    }
}

#[test]
fn a_workbook_and_a_parquet_file_say_where_their_rows_come_from() {
    use calamine::{Data, Reader, Xlsx};
    let mut book: Xlsx<_> = Xlsx::new(io::Cursor::new(written(OutputFormat::Excel))).unwrap();
    let sheet = book.worksheet_range("出处").unwrap();
    let told: Vec<String> = sheet.rows().map(|row| format!("{}={}", row[0], row[1])).collect();
    assert_eq!(
        told,
        [
            "说明=合成数据 synthetic",
            "快照=sha256:01ab",
            "年度=2025",
            "今日=2025-12-31",
            "版本=0.1.0"
        ]
    );
    let amounts = book.worksheet_range("决定").unwrap();
    assert_eq!(amounts.get((0, 1)), Some(&Data::String("可兑付(元)".into())));
    assert_eq!(amounts.get((1, 1)), Some(&Data::Float(1234.56)));
    let bytes = bytes::Bytes::from(written(OutputFormat::Parquet));
    let reader = parquet::file::reader::SerializedFileReader::new(bytes).unwrap();
    let about = parquet::file::reader::FileReader::metadata(&reader).file_metadata();
    let pairs = about.key_value_metadata().unwrap();
    assert!(
        pairs
            .iter()
            .any(|pair| pair.key == "出处.快照" && pair.value.as_deref() == Some("sha256:01ab"))
    );
    assert_eq!(
        about.created_by(),
        Some(concat!("jiufen ", env!("CARGO_PKG_VERSION")))
    );
}

#[test]
fn a_cell_that_does_not_fit_its_column_is_refused_with_the_column() {
    for (format, _) in FORMATS {
        let mut writer = OutputWriter::new(&table(), format, Vec::new()).unwrap();
        let mut row = rows().remove(0);
        row[2] = OutputCell::Number(i128::from(i64::MAX) + 1);
        assert!(writer.append(&row).unwrap_err().to_string().starts_with("期数: "));
        row[2] = OutputCell::Text("三".into());
        assert!(writer.append(&row).unwrap_err().to_string().starts_with("期数: "));
        assert!(writer.append(&row[1..]).is_err());
    }
    let mut writer = OutputWriter::new(&table(), OutputFormat::Excel, Vec::new()).unwrap();
    let mut row = rows().remove(0);
    row[0] = OutputCell::Text("长".repeat(32_768).into());
    let said = writer.append(&row).unwrap_err().to_string();
    assert!(said.contains("write Parquet or CSV instead"), "{said}");
}

/// Takes so many bytes, and then has no room.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.checked_sub(bytes.len()) {
            Some(left) => {
                self.0 = left;
                Ok(bytes.len())
            }
            None => Err(io::ErrorKind::StorageFull.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_in_every_format() {
    for (format, path) in FORMATS {
        let whole = (|| {
            let mut writer = OutputWriter::new(&table(), format, Full(100))?;
            for row in rows() {
                writer.append(&row)?;
            }
            writer.finish().map(|_| ())
        })();
        assert_eq!(whole.unwrap_err().kind(), io::ErrorKind::StorageFull, "{path}");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_written_whole_or_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("决定.csv");
    write_bytes(&path, b"first").unwrap();
    let failed = write_atomically(&path, |out| {
        out.write_all(&[b'x'; 1 << 20])?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(std::fs::read(&path).unwrap(), b"first");
    assert_eq!(names(folder.path()), ["决定.csv"]);
    // What a stopped program left is written over.
    std::fs::write(folder.path().join("决定.csv.part"), "half").unwrap();
    write_bytes(&path, b"second").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"second");
    assert_eq!(names(folder.path()), ["决定.csv"]);
    assert!(write_bytes(&folder.path().join("没有/决定.csv"), b"").is_err());
}
