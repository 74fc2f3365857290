//! Whole files: encodings, line ends, headers, keys, years.

use jiufen_diagnostic::{Lang, Severity};
use jiufen_quantity::{Date, exact};
use jiufen_table::{
    ByteOrderMark, Cell, ColumnSchema, ColumnType, Loaded, Sheet, TableSchema, read_csv, write_rejected,
};

use crate::{load, schema};

/// The findings but the one that lists what else a file could have; the tables here hold few columns on purpose.
pub fn codes(loaded: &Loaded) -> Vec<&'static str> {
    let codes = loaded.findings.iter().map(|f| f.code());
    codes.filter(|code| *code != "columns-not-given").collect()
}

/// `line code` of every rejection, further codes after `+`.
pub fn rejections(loaded: &Loaded) -> Vec<String> {
    let rejected = u64::try_from(loaded.rejected.len()).unwrap();
    assert_eq!(loaded.accepted + rejected, loaded.read);
    let one = |r: jiufen_table::Rejection| {
        let further: String = r
            .further
            .iter()
            .map(|f| format!(" + {}", f.reason.code()))
            .collect();
        format!("{} {}{further}", r.line, r.code())
    };
    loaded.rejected.iter().map(one).collect()
}

#[test]
fn a_comment_line_says_what_is_synthetic_and_until_when_the_rows_are_complete() {
    let loaded = load(
        "\u{FEFF}\"# 合成数据 synthetic; 登记完整至 2025-12-31\",,\r\n编号,名称\r\n1,甲\r\n",
        None,
    );
    assert!(codes(&loaded).is_empty() && loaded.rejected.is_empty());
    assert!(loaded.table.is_synthetic());
    assert_eq!(loaded.table.complete_to(), Date::parse("2025-12-31"));
    assert_eq!(loaded.table.place(0), ("企业.csv", 3));
    assert_eq!(
        loaded.table.provenance().notes,
        ["合成数据 synthetic; 登记完整至 2025-12-31"]
    );
    let loaded = load("# 登记完整至去年底\n编号,名称\n1,甲\n", None);
    assert_eq!(codes(&loaded), ["unreadable-complete-to"]);
    assert_eq!(loaded.table.complete_to(), None);
}

#[test]
fn the_same_rows_in_three_encodings_give_the_same_table() {
    let text = "编号,名称\n330100200001011234,杭州钱塘新材料有限公司\n";
    let gb18030 = encoding_rs::GB18030.encode(text).0.into_owned();
    let marked = format!("\u{FEFF}{text}");
    for (bytes, findings) in [
        (text.as_bytes().to_vec(), vec![]),
        (marked.into_bytes(), vec![]),
        (gb18030, vec!["gb18030-file"]),
    ] {
        let loaded = load(bytes, None);
        assert_eq!(codes(&loaded), findings);
        assert_eq!(loaded.table.key(0), "330100200001011234");
        assert_eq!(
            loaded.table.cell(0, 1),
            Cell::Text("杭州钱塘新材料有限公司".into())
        );
    }
}

#[test]
fn utf16_is_refused_with_the_way_out() {
    let text = "编号,名称\n1,甲\n";
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    let marked: Vec<u8> = [0xFF, 0xFE].into_iter().chain(units).collect();
    let plain: Vec<u8> = "id,name\n1,a\n"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    for bytes in [marked, plain] {
        let loaded = load(bytes, None);
        assert_eq!((codes(&loaded), loaded.read), (vec!["utf16-file"], 0));
        assert!(loaded.findings[0].help(Lang::Zh).contains("CSV UTF-8"));
    }
}

#[test]
fn a_file_that_is_no_text_is_refused_whatever_it_is_called() {
    let noise: Vec<u8> = (0..4000u32).map(|i| (i * i * 7 % 251) as u8 | 1).collect();
    for bytes in [
        b"PK\x03\x04\x14\0\x06\0".to_vec(),
        b"\x89PNG\r\n\x1a\n".to_vec(),
        noise,
    ] {
        let loaded = load(bytes, None);
        assert_eq!((codes(&loaded), loaded.read), (vec!["not-a-text-file"], 0));
    }
}

#[test]
fn a_code_keeps_all_its_digits_or_is_told() {
    let loaded = load(
        "编号,名称\n9.1999E+17,甲\n9.1999E17,乙\n９１９９,丙\n9199 0001,丁\n9199\u{A0}0001,戊\n919900000000012000,己\n\
         919900000000012001,庚\n91990000000001200X,辛\n",
        None,
    );
    assert_eq!(
        rejections(&loaded),
        [
            "2 scientific-notation",
            "3 scientific-notation",
            "4 full-width-digits",
            "5 space-in-code",
            "6 space-in-code"
        ]
    );
    assert_eq!(codes(&loaded), ["digits-lost"]);
    let lost = loaded
        .findings
        .iter()
        .find(|f| f.code() == "digits-lost")
        .unwrap();
    assert_eq!(
        lost.message(Lang::Zh),
        "“企业.csv”的“编号”有 1 个代码从第 16 位起全是 0,例如第 7 行的“919900000000012000”,像是被表格软件截去了末几位"
    );
}

#[test]
fn a_header_with_an_invisible_character_shows_it() {
    let loaded = load("编号,名\u{200B}称\n1,甲\n", None);
    assert_eq!(codes(&loaded), ["unknown-table-column", "missing-table-column"]);
    assert!(loaded.findings[0].message(Lang::Zh).contains("名⟨U+200B⟩称"));
    assert_eq!(loaded.findings[0].argument("line", Lang::Zh), Some("1"));
}

#[test]
fn a_cell_of_endless_digits_is_counted_and_cut() {
    let loaded = load(
        format!("编号,名称,注册资本(元)\n1,甲,{}\n", "1".repeat(100_000)),
        None,
    );
    assert_eq!(rejections(&loaded), ["2 not-a-number"]);
    let message = loaded.rejected.get(0).unwrap().message(Lang::Zh);
    assert!(
        message.contains("…(共 100000 位)") && message.chars().count() < 100,
        "{message}"
    );
    assert!(loaded.rejected.get(0).unwrap().found.chars().count() <= 61);
}

#[test]
fn a_damaged_byte_costs_its_row_and_no_other() {
    let mut bytes = "编号,名称\n1,甲公司\n2,乙公司\n3,丙公司\n".as_bytes().to_vec();
    let at = bytes.windows(3).position(|w| w == "乙".as_bytes()).unwrap();
    bytes[at] = 0xFF;
    let loaded = load(bytes, None);
    assert_eq!(rejections(&loaded), ["3 broken-characters"]);
    assert_eq!(loaded.table.row_count(), 2);
    let loaded = load(
        "编号,名称\n1,甲\0\n2,乙\u{FFFD}\n3,丙\u{200B}丁\n4,\u{1b}[1m\n5,甲·乙\n",
        None,
    );
    assert_eq!(
        rejections(&loaded),
        [
            "2 control-character",
            "3 broken-characters",
            "4 control-character",
            "5 control-character"
        ]
    );
    assert_eq!(loaded.rejected.get(2).unwrap().found, "丙⟨U+200B⟩丁");
}

#[test]
fn empty_files_and_bare_headers_are_findings() {
    for text in ["", "\u{FEFF}", "\n\n", "# 合成\n"] {
        let loaded = load(text, None);
        assert_eq!(
            (codes(&loaded), loaded.read),
            (vec!["empty-table-file"], 0),
            "{text:?}"
        );
    }
    assert_eq!(codes(&load("编号,名称\n", None)), ["file-without-rows"]);
}

#[test]
fn lines_are_counted_as_an_editor_counts_them_whatever_ends_them() {
    let loaded = load("编号,名称\r\n1,甲\r\r\n2,\"乙\r\n丙\"\n\n3\r\n4,丁\n,,\n", None);
    assert_eq!(rejections(&loaded), ["7 wrong-cell-count"]);
    let lines: Vec<u64> = (0..3).map(|row| loaded.table.place(row).1).collect();
    assert_eq!(lines, [2, 4, 8]);
    assert_eq!(loaded.table.cell(1, 1), Cell::Text("乙\r\n丙".into()));
}

/// Every line that a quotation mark swallowed is a row that was read and rejected.
#[track_caller]
fn swallowed(text: &str, lines: &[u64], first_to_last: (u32, u32)) {
    let loaded = load(text, None);
    let expected: Vec<String> = lines.iter().map(|n| format!("{n} open-quote-in-row")).collect();
    assert_eq!(rejections(&loaded), expected, "{text:?}");
    let (first, last) = first_to_last;
    for rejected in loaded.rejected.iter() {
        let message = rejected.message(Lang::En);
        assert!(message.contains(&format!("line {first} is")), "{message}");
        assert!(message.contains(&format!("up to line {last} was")), "{message}");
    }
}

#[test]
fn an_unclosed_quote_rejects_each_line_it_swallowed() {
    swallowed("编号,名称\n1,\"甲\n2,乙\n\n,,\n3,丙\n", &[2, 3, 6], (2, 6));
    // Closed by the quote of a later row, with the right number of cells or a wrong one.
    swallowed("编号,名称\n1,\"甲\n2,\"乙\"\n3,丙\n", &[2, 3], (2, 3));
    swallowed(
        "编号,名称\r\n0,零\r\n1,\"甲\r\n2,乙\r\n3,丙\",x\r\n4,丁\r\n",
        &[3, 4, 5],
        (3, 5),
    );
    // The text ends before the quote does.
    swallowed("编号,名称\n1,甲\n2,\"乙", &[3], (3, 3));
    // The second line of a cell that spans lines as it may opens another that may not.
    swallowed("编号,名称\n\"1\n\",\"甲\n2,乙\n", &[2, 3, 4], (3, 4));
    let loaded = load("编号,名称\n1,\"甲\n2,乙\n3,丙\n", None);
    let found: Vec<String> = loaded.rejected.iter().map(|row| row.found).collect();
    assert_eq!(found, ["1", "2", "3"]);
}

#[test]
fn a_quoted_cell_may_span_lines() {
    let loaded = load("编号,名称\n1,\"甲\n乙 \"\"丙\"\"\"\n2,\"丁\"", None);
    assert_eq!((rejections(&loaded).len(), loaded.accepted), (0, 2));
    assert_eq!(loaded.table.cell(0, 1), Cell::Text("甲\n乙 \"丙\"".into()));
}

#[test]
fn very_many_unknown_columns_are_a_few_findings_and_a_count() {
    let more: String = (0..10_000).map(|n| format!(",甲{n}")).collect();
    let loaded = load(format!("编号{more}\n"), None);
    let told: Vec<String> = loaded.findings.iter().map(|f| f.message(Lang::Zh)).collect();
    let unknown = codes(&loaded)
        .iter()
        .filter(|c| **c == "unknown-table-column")
        .count();
    assert_eq!(unknown, 8);
    assert!(
        told[8].contains("还有 9992 处 unknown-table-column"),
        "{}",
        told[8]
    );
}

#[test]
fn a_missing_column_is_a_finding_with_the_nearest_name_and_the_rows_are_read() {
    let loaded = load("编号,名 称,备注\n1,甲,x\n", None);
    assert_eq!(
        codes(&loaded),
        [
            "unknown-table-column",
            "unknown-table-column",
            "missing-table-column"
        ]
    );
    assert_eq!(
        loaded.findings[2].message(Lang::Zh),
        "“企业.csv”缺少必需的栏目“名称”,现有栏目:编号、名 称、备注"
    );
    assert_eq!(
        loaded.findings[2].help(Lang::Zh),
        "把表头“名 称”改为“名称”,或补上这一栏"
    );
    assert_eq!((loaded.accepted, loaded.table.cell(0, 1)), (1, Cell::Missing));
    assert!(
        load("名称\n甲\n", None).read == 0,
        "without its key no row can be read"
    );
}

#[test]
fn fields_without_a_column_are_named_once_a_file() {
    let loaded = load(
        "编号,名称,成立日期\n1,甲,\n",
        Some("编号,年度,营业收入(万元)\n1,2024,1\n"),
    );
    let said: Vec<String> = loaded.findings.iter().map(|f| f.message(Lang::Zh)).collect();
    assert!(
        said[0].starts_with("“企业.csv”没有这些栏目,全部算缺:认定年度、规上、行业、园区、"),
        "{said:?}"
    );
    assert_eq!(said[1..], ["“企业.年度.csv”没有这些栏目,全部算缺:从业人员"]);
    let loaded = load("编号,名称\n1,甲\n", None);
    let said = loaded.findings[1].message(Lang::Zh);
    assert_eq!(
        said,
        "“企业.csv”没有年度文件(企业.年度.csv),没有这些按年的栏目,全部算缺:营业收入、从业人员"
    );
}

#[test]
fn columns_twice_by_alias_and_in_the_wrong_file_are_told() {
    let loaded = load("编号,企业名称,名称,营业收入(万元)\n1,甲,乙,5\n", None);
    assert_eq!(codes(&loaded), ["duplicate-table-column", "column-in-other-file"]);
    assert_eq!(loaded.table.cell(0, 1), Cell::Text("甲".into()));
    assert_eq!(loaded.findings[0].severity(), Severity::Error);
}

#[test]
fn a_row_is_rejected_once_with_all_its_faults_and_leaves_nothing_behind() {
    let loaded = load(
        "编号,名称,规上,注册资本(元),用地\n1,甲,1,\"1,000\",3\n2,乙,是,100,3亩\n2,丙,否,5,5亩\n无,丁,是,1,1亩\n,戊,是,1,1亩\n",
        None,
    );
    assert_eq!(
        rejections(&loaded),
        [
            "2 not-a-boolean + separators-in-number + number-without-unit",
            "4 duplicate-row-key",
            "5 missing-row-key",
            "6 missing-row-key"
        ]
    );
    assert_eq!(
        loaded.rejected.get(1).unwrap().message(Lang::Zh),
        "主键“2”在第 3 行已有,第 4 行重复"
    );
    assert_eq!(loaded.table.row_count(), 1);
    assert_eq!(loaded.table.cell(0, 8), Cell::Number(exact::integer(2000)));
    assert_eq!(loaded.table.cell(0, 9), Cell::Number(exact::integer(100)));
}

#[test]
fn yearly_rows_join_by_key_and_strangers_and_repeats_are_rejected() {
    let yearly = "编号,年度,营业收入(万元),从业人员\n1,2024,1.5,10\n1,2025,缺,12\n9,2025,1,1\n1,2025,2,2\n1,25年,3,3\n2,2023,,5人\n";
    let loaded = load("编号,名称\n1,甲\n2,乙\n", Some(yearly));
    assert_eq!(
        rejections(&loaded),
        [
            "4 yearly-row-without-subject",
            "5 duplicate-yearly-row",
            "6 not-a-year"
        ]
    );
    let table = &loaded.table;
    assert_eq!(table.years(), [2023, 2024, 2025]);
    assert_eq!(
        table.yearly_cell(0, 17, 2024),
        Cell::Number(exact::integer(15_000))
    );
    assert_eq!(table.yearly_cell(0, 17, 2025), Cell::Missing);
    assert_eq!(table.yearly_cell(1, 18, 2023), Cell::Number(exact::integer(5)));
    assert_eq!(table.yearly_cell(1, 18, 2024), Cell::Missing);
    assert_eq!(table.yearly_place(1, 2023), Some(("企业.年度.csv", 7)));
    assert_eq!((table.find("2"), table.find("9")), (Some(1), None));
}

#[test]
fn a_yearly_row_holds_from_the_day_it_was_known() {
    let yearly = "编号,年度,得知日,从业人员\n1,2024,2025-03-01,10\n1,2024,2025-09-01,12\n1,2024,,8\n2,2024,2025-09-01,5\n1,2024,2025-09-01,9\n2,2025,九月,5\n";
    let loaded = load("编号,名称\n1,甲\n2,乙\n", Some(yearly));
    assert_eq!(rejections(&loaded), ["6 duplicate-yearly-row", "7 not-a-date"]);
    let mut table = loaded.table;
    let staff = |table: &jiufen_table::Table, row| match table.yearly_cell(row, 18, 2024) {
        Cell::Number(n) => n.to_string(),
        other => format!("{other:?}"),
    };
    let day = |text: &str| jiufen_quantity::Date::parse(text).unwrap();
    assert_eq!((staff(&table, 0), staff(&table, 1)), ("12".into(), "5".into()));
    for (on, one, two) in [
        ("2025-02-28", "8", "Missing"),
        ("2025-03-01", "10", "Missing"),
        ("2025-08-31", "10", "Missing"),
        ("2025-09-01", "12", "5"),
    ] {
        table.known_on(day(on));
        assert_eq!(
            (staff(&table, 0), staff(&table, 1)),
            (one.into(), two.into()),
            "{on}"
        );
    }
    assert_eq!(table.known_later(day("2025-08-31")), Some((2, 3)));
    assert_eq!(table.known_later(day("2025-09-01")), None);
}

#[test]
fn the_hash_of_one_file_is_its_sha256_and_two_files_have_another() {
    let one = load("编号,名称\n1,甲\n", None);
    let two = load("编号,名称\n1,甲\n", Some("编号,年度\n1,2024\n"));
    assert_eq!(one.table.hash(), one.table.provenance().file_hashes[0]);
    assert_eq!(one.table.hash().len(), 64);
    assert_ne!(one.table.hash(), two.table.hash());
    assert_eq!(
        one.table.provenance().file_hashes[0],
        two.table.provenance().file_hashes[0]
    );
}

#[test]
fn a_required_yearly_column_asks_for_the_yearly_file() {
    let mut schema = schema();
    schema.columns[17].required = true;
    let main = jiufen_table::CsvSource::new("企业.csv", "编号,名称\n1,甲\n");
    assert_eq!(
        codes(&jiufen_table::read_csv(&schema, &main, None)),
        ["missing-yearly-file"]
    );
    schema.key.clear();
    let yearly = jiufen_table::CsvSource::new("企业.年度.csv", "编号,年度\n1,2024\n");
    let loaded = jiufen_table::read_csv(&schema, &main, Some(&yearly));
    assert_eq!(codes(&loaded), ["unexpected-yearly-file"]);
    assert_eq!(loaded.table.key(0), "1");
}

#[test]
fn a_key_of_two_parts_never_meets_another() {
    let mut schema = schema();
    schema.key = vec!["编号".into(), "名称".into()];
    let main = jiufen_table::CsvSource::new("表.csv", "编号,名称\na/,b\na,/b\n\"a\\\",b\n");
    let loaded = jiufen_table::read_csv(&schema, &main, None);
    let keys: Vec<&str> = (0..3).map(|row| loaded.table.key(row)).collect();
    assert_eq!(keys, ["a\\//b", "a/\\/b", "a\\\\/b"]);
}

#[test]
fn rejected_rows_are_written_for_the_person_who_mends_them() {
    let loaded = load("编号,名称,规上\n1,=cmd|x,1\n", None);
    let mut out = Vec::new();
    write_rejected(&loaded.rejected, Lang::Zh, &mut out, ByteOrderMark::Omitted).unwrap();
    let expected = "文件,行号,栏目,内容,代码,原因,怎么办,同一行的其他问题\r\n\
                    企业.csv,2,规上,1,not-a-boolean,\"“规上”只能写“是”或“否”,写的是“1”\",写成 是,\r\n";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    let sheet = Sheet::of_rejections(&loaded.rejected, Lang::En);
    assert_eq!(sheet.to_json()["rows"][0][5], "`规上` is 是 or 否 and has `1`");
}

/// A row is a line, unless a quotation mark stands in it: then commas and ends of line may belong to a cell. Both ways
/// of reading give the same table, whichever rows of a file are quoted and however its lines end.
#[test]
fn quoted_rows_and_plain_ones_mix_in_one_file() {
    let plain = "编号,名称,备注\n1,甲,一\n\n2,乙,\n, ,\n3,丙,三";
    let quoted = "编号,名称,备注\n\"1\",甲,\"一\"\n\n2,\"乙\",\n\"\",\" \",\"\"\n3,丙,\"三\"";
    let rows = |text: &str| {
        let loaded = read_named(text);
        assert!(loaded.rejected.is_empty(), "{text}: {:?}", loaded.rejected);
        let cells = |row| (0..3).map(move |column| (row, column));
        let table = loaded.table;
        let all = (0..table.row_count()).flat_map(cells);
        all.map(|(row, column)| format!("{:?}@{}", table.cell(row, column), table.place(row).1))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(plain).len(), 9);
    for end in ["\n", "\r\n", "\r"] {
        assert_eq!(rows(&plain.replace('\n', end)), rows(plain), "{end:?}");
        assert_eq!(rows(&quoted.replace('\n', end)), rows(plain), "{end:?}");
    }
}

#[test]
fn a_quoted_cell_holds_commas_and_lines_and_the_rows_after_it_keep_their_places() {
    let loaded =
        read_named("编号,名称,备注\n1,\"甲,乙\",一\"二\n2,\"丙\n丁\",\n3,戊,\"他说\"\"好\"\"\"\n4,己,末\n");
    // An end of line within a cell is a fault of the row; a quotation mark within a bare cell is a character.
    let table = &loaded.table;
    let texts: Vec<_> = (0..table.row_count())
        .map(|row| (table.text(row, 1), table.text(row, 2), table.place(row).1))
        .collect();
    assert_eq!(
        texts,
        [
            (Some("甲,乙"), Some("一\"二"), 2),
            (Some("丙\n丁"), None, 3),
            (Some("戊"), Some("他说\"好\""), 5),
            (Some("己"), Some("末"), 6),
        ]
    );
}

fn read_named(text: &str) -> jiufen_table::Loaded {
    let column = |name: &str| ColumnSchema::new(name, ColumnType::Text);
    let schema = TableSchema {
        name: "表".into(),
        key: vec!["编号".into()],
        columns: ["编号", "名称", "备注"].map(column).into(),
    };
    read_csv(
        &schema,
        &jiufen_table::CsvSource::new("表.csv", text.to_owned()),
        None,
    )
}
