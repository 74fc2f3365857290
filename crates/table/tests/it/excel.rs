//! Excel in: sheets, dates, percentages, formulas, merged cells, numbers that lost digits, files that are not whole.

use jiufen_diagnostic::Lang;
use jiufen_quantity::exact;
use jiufen_table::{Cell, FileBytes, Loaded, TableSource, read_table};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use crate::files::{codes, rejections};
use crate::{load, schema};

fn bytes(mut book: Workbook) -> Vec<u8> {
    book.save_to_buffer().unwrap()
}

/// A workbook of one sheet with these words in its first rows.
fn book(rows: &[&[&str]], more: impl Fn(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    write(sheet, rows);
    more(sheet);
    bytes(book)
}

fn write(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(*cells) {
            if !cell.is_empty() {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
    }
}

/// A workbook from the XML of its one sheet, for what no writer writes: its parts stored in a ZIP file.
fn by_hand(sheet: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets><sheet name=\"企业\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>"),
        ),
    ];
    let (mut out, mut index): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
    for (name, text) in &parts {
        let at = u32::try_from(out.len()).unwrap();
        let length = u32::try_from(text.len()).unwrap().to_le_bytes();
        let mut about = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        about.extend(crc32(text.as_bytes()).to_le_bytes());
        about.extend(length.into_iter().chain(length));
        about.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        about.extend([0, 0]);
        out.extend(
            b"PK\x03\x04"
                .iter()
                .chain(&about)
                .chain(name.as_bytes())
                .chain(text.as_bytes()),
        );
        index.extend(b"PK\x01\x02\x14\x00".iter().chain(&about).chain(&[0; 10]));
        index.extend(at.to_le_bytes().iter().chain(name.as_bytes()));
    }
    let at = u32::try_from(out.len()).unwrap().to_le_bytes();
    let length = u32::try_from(index.len()).unwrap().to_le_bytes();
    out.extend(index);
    out.extend(
        b"PK\x05\x06\0\0\0\0\x04\0\x04\0"
            .iter()
            .chain(&length)
            .chain(&at)
            .chain(&[0, 0]),
    );
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1));
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

fn read(main: Vec<u8>) -> Loaded {
    read_table(
        &schema(),
        &TableSource::Excel(FileBytes::new("企业.xlsx", main)),
        None,
    )
}

#[test]
fn the_same_rows_as_csv_and_as_a_workbook_give_the_same_cells() {
    let mut book = Workbook::new();
    let percent = Format::new().set_num_format("0.00%");
    let day = Format::new().set_num_format("yyyy/m/d");
    let sheet = book.add_worksheet().set_name("说明").unwrap();
    sheet.write_string(0, 0, "随便写写").unwrap();
    let sheet = book.add_worksheet().set_name("企业").unwrap();
    write(
        sheet,
        &[
            &["# 合成数据 synthetic; 登记完整至 2025-12-31"],
            &[
                "编号",
                "名称",
                "成立日期",
                "认定年度",
                "规上",
                "用地(亩)",
                "利润(元)",
                "研发强度(%)",
                "注册资本",
            ],
            &["330100200001011234", "甲"],
            &[],
            &["2", " 乙\n丙 ", "2021-03-01"],
        ],
    );
    let date = ExcelDateTime::parse_from_str("2018-06-12").unwrap();
    sheet.write_datetime_with_format(2, 2, &date, &day).unwrap();
    sheet.write_number(2, 3, 2020).unwrap();
    sheet.write_boolean(2, 4, true).unwrap();
    sheet.write_number(2, 5, 12.5).unwrap();
    sheet.write_number(2, 6, -123.45).unwrap();
    sheet.write_number_with_format(2, 7, 0.031, &percent).unwrap();
    sheet.write_string(2, 8, "1.2亿元").unwrap();
    sheet.write_number(4, 5, 1.1).unwrap();
    sheet.write_number(4, 7, 0.05).unwrap();
    let sheet = book.add_worksheet().set_name("企业.年度").unwrap();
    write(sheet, &[&["编号", "年度", "营业收入(万元)"], &["2"], &["2"]]);
    sheet.write_number(1, 1, 2024).unwrap();
    sheet.write_number(1, 2, 1.5).unwrap();
    sheet.write_number(2, 1, 2025).unwrap();
    sheet.write_number(2, 2, 7000).unwrap();
    let loaded = read(bytes(book));
    let csv = load(
        "# 合成数据 synthetic; 登记完整至 2025-12-31\n编号,名称,成立日期,认定年度,规上,用地(亩),利润(元),研发强度(%),注册资本\n\
         330100200001011234,甲,2018-06-12,2020,是,12.5,-123.45,3.1,1.2亿元\n2,\"乙\n丙\",2021-03-01,,,1.1,,0.05,\n",
        Some("编号,年度,营业收入(万元)\n2,2024,1.5\n2,2025,7000\n"),
    );
    assert_eq!(codes(&loaded), ["sheets-not-read"]);
    assert!(rejections(&loaded).is_empty() && csv.rejected.is_empty());
    crate::properties::assert_same(&loaded.table, &csv.table);
    assert_eq!(loaded.table.complete_to(), csv.table.complete_to());
    assert!(loaded.table.is_synthetic());
    assert_eq!(loaded.table.cell(0, 11), Cell::Number(exact::ratio(31, 1000)));
    assert_eq!(loaded.table.place(1), ("企业.xlsx(企业)", 5));
    assert_eq!(
        loaded.table.yearly_place(1, 2025),
        Some(("企业.xlsx(企业.年度)", 3))
    );
}

#[test]
fn a_number_that_lost_digits_is_refused_and_a_short_one_among_codes_is_told() {
    let loaded = read(book(
        &[
            &["编号", "名称", "注册资本(元)"],
            &["", "甲"],
            &["", "乙"],
            &["3", "丙"],
            &["4", "丁"],
        ],
        |sheet| {
            sheet.write_number(1, 0, 330_100_200_001_011_234.0).unwrap();
            sheet.write_number(2, 0, 91_330_100).unwrap();
            sheet.write_number(3, 2, 0.1 + 0.2).unwrap();
            sheet.write_number(4, 2, 123_456_789_012.345).unwrap();
        },
    ));
    assert_eq!(
        rejections(&loaded),
        ["2 beyond-fifteen-digits", "4 beyond-fifteen-digits"]
    );
    assert_eq!(codes(&loaded), ["numbers-as-codes"]);
    assert_eq!(loaded.table.key(0), "91330100");
    assert_eq!(
        loaded
            .findings
            .iter()
            .find(|f| f.code() == "numbers-as-codes")
            .unwrap()
            .message(Lang::Zh),
        "“企业.xlsx”的“编号”有 1 格是数值,例如第 3 行的“91330100”;数值开头的 0 已经没有了"
    );
    let amount = Cell::Number(exact::decimal("123456789012.345").unwrap());
    assert_eq!(loaded.table.cell(1, 9), amount);
}

#[test]
fn formulas_give_their_saved_value_and_are_told_and_one_without_is_refused() {
    let sheet = r#"<row r="1"><c r="A1" t="str"><v>编号</v></c><c r="B1" t="str"><v>名称</v></c><c r="C1" t="str"><v>注册资本(元)</v></c></row>
        <row r="2"><c r="A2" t="str"><v>1</v></c><c r="C2"><f>10*20</f><v>200</v></c></row>
        <row r="3"><c r="A3" t="str"><v>2</v></c><c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>
        <row r="4"><c r="A4" t="str"><v>3</v></c><c r="C4"><f>B1</f><v></v></c></row>
        <row r="5"><c r="A5" t="str"><v>4</v></c><c r="C5" t="str"><f>IF(1,"","")</f><v></v></c></row>"#;
    let loaded = read(by_hand(sheet));
    assert_eq!(codes(&loaded), ["formula-cells"], "{:?}", loaded.findings);
    assert_eq!(
        rejections(&loaded),
        ["3 spreadsheet-error", "4 formula-without-value"]
    );
    let told = loaded
        .findings
        .iter()
        .find(|f| f.code() == "formula-cells")
        .unwrap();
    assert_eq!(
        told.message(Lang::Zh),
        "“企业.xlsx”有 1 格是公式,例如 C2;取用的是上次保存时算出的值"
    );
    assert_eq!(loaded.table.cell(0, 9), Cell::Number(exact::integer(200)));
    assert_eq!(loaded.table.cell(1, 9), Cell::Missing);
    assert_eq!(
        loaded.rejected.get(1).unwrap().message(Lang::Zh),
        "“注册资本”在 C4 的公式没有保存算出的值"
    );
}

#[test]
fn a_sheet_that_breaks_off_keeps_the_rows_before() {
    let sheet = r#"<row r="1"><c r="A1" t="str"><v>编号</v></c><c r="B1" t="str"><v>名称</v></c></row>
        <row r="2"><c r="A2" t="str"><v>1</v></c><c r="B2" t="str"><v>甲</v></c></row>
        <row r="3"><c r="A3" t="str"><v>2</v></c><c r="B3" t="zzz"><v>乙</v></c></row>"#;
    let loaded = read(by_hand(sheet));
    assert_eq!(codes(&loaded), ["table-file-broke-off"]);
    assert_eq!((loaded.read, loaded.accepted), (1, 1));
    assert_eq!(loaded.table.complete_to(), None);
}

#[test]
fn merged_cells_are_refused_by_their_place() {
    let plain = Format::new();
    let loaded = read(book(
        &[
            &["编号", "名称", "地区"],
            &["1", "甲"],
            &["2", "乙"],
            &["3", "丙", "北区"],
        ],
        |sheet| {
            sheet.merge_range(1, 2, 2, 2, "南区", &plain).unwrap();
        },
    ));
    assert_eq!(rejections(&loaded), ["2 merged-cells", "3 merged-cells"]);
    assert_eq!(loaded.rejected.get(1).unwrap().found, "C2:C3");
    assert_eq!(loaded.table.cell(0, 7), Cell::Text("北区".into()));
    let loaded = read(book(
        &[&["编号", "", "地区"], &["1", "甲", "北区"]],
        |sheet| {
            sheet.merge_range(0, 0, 0, 1, "编号", &plain).unwrap();
        },
    ));
    assert!(codes(&loaded).contains(&"merged-header"), "{:?}", codes(&loaded));
}

#[test]
fn a_day_number_and_a_time_of_day_are_refused_with_the_day_they_mean() {
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let loaded = read(book(
        &[&["编号", "名称", "成立日期"], &["1", "甲"], &["2", "乙"]],
        |sheet| {
            sheet.write_number(1, 2, 45_688).unwrap();
            let noon = ExcelDateTime::parse_from_str("2025-01-31 12:00").unwrap();
            sheet.write_datetime_with_format(2, 2, &noon, &moment).unwrap();
        },
    ));
    assert_eq!(rejections(&loaded), ["2 not-a-date", "3 not-a-date"]);
    for rejection in loaded.rejected.iter() {
        assert_eq!(rejection.help(Lang::Zh), "写成 2025-01-31");
    }
}

#[test]
fn several_sheets_need_one_of_the_tables_name() {
    let mut two = Workbook::new();
    for name in ["甲表", "乙表"] {
        write(
            two.add_worksheet().set_name(name).unwrap(),
            &[&["编号", "名称"], &["1", "甲"]],
        );
    }
    let loaded = read(bytes(two));
    assert_eq!((codes(&loaded), loaded.read), (vec!["no-such-sheet"], 0));
    assert_eq!(
        loaded.findings[0].message(Lang::Zh),
        "“企业.xlsx”有几个工作表(甲表、乙表),没有一个叫“企业”,没有读取"
    );
}

#[test]
fn blank_truncated_and_foreign_files_say_what_they_are() {
    assert_eq!(codes(&read(Vec::new())), ["empty-table-file"]);
    assert_eq!(codes(&read(book(&[], |_| {}))), ["empty-table-file"]);
    assert_eq!(
        codes(&read(book(&[&["编号", "名称"]], |_| {}))),
        ["file-without-rows"]
    );
    let whole = book(&[&["编号", "名称"], &["1", "甲"]], |_| {});
    for cut in [10, 200, whole.len() / 2, whole.len() - 1] {
        let loaded = read(whole[..cut].to_vec());
        assert_eq!(
            (codes(&loaded), loaded.read),
            (vec!["damaged-table-file"], 0),
            "{cut}"
        );
    }
    let text = "编号,名称\n1,甲\n".as_bytes().to_vec();
    assert_eq!(codes(&read(text)), ["damaged-table-file"]);
}

#[test]
fn a_workbook_with_a_password_is_refused_with_what_to_do() {
    let loaded = read(include_bytes!("../protected.xlsx").to_vec());
    assert_eq!(
        (codes(&loaded), loaded.read),
        (vec!["password-protected-file"], 0)
    );
    let finding = &loaded.findings[0];
    assert_eq!(finding.message(Lang::Zh), "“企业.xlsx”有打开密码,没有读取");
    assert!(finding.help(Lang::En).contains("take the password off"));
}

#[test]
fn no_damage_to_a_workbook_ends_in_a_panic() {
    let whole = book(&[&["编号", "名称"], &["1", "甲"], &["2", "乙"]], |sheet| {
        sheet.write_number(1, 2, 1.5).unwrap();
    });
    let mut seed = 7u64;
    for _ in 0..300 {
        let mut damaged = whole.clone();
        for _ in 0..3 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(seed >> 33).unwrap() % damaged.len();
            damaged[at] ^= u8::try_from(seed >> 24 & 0xFF).unwrap();
        }
        rejections(&read(damaged));
    }
}

#[test]
fn ten_thousand_columns_are_read_by_their_names() {
    let loaded = read(book(&[], |sheet| {
        for column in 0..10_000u16 {
            sheet.write_string(0, column, format!("栏{column}")).unwrap();
            sheet.write_number(1, column, column).unwrap();
        }
        sheet.write_string(0, 5000, "编号").unwrap();
        sheet.write_string(0, 9999, "名称").unwrap();
        sheet.write_string(1, 9999, "甲").unwrap();
    }));
    assert_eq!(loaded.accepted, 1);
    assert_eq!(
        (loaded.table.key(0), loaded.table.cell(0, 1)),
        ("5000", Cell::Text("甲".into()))
    );
}
