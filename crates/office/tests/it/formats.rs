//! A registry in Excel and Parquet: the same facts as in CSV, and one table in one file only.

use jiufen_diagnostic::Lang;
use jiufen_office::{Pack, PackFile, PackFiles, Registry, Run, RunOptions};
use jiufen_quantity::Date;
use jiufen_table::ByteOrderMark;
use jiufen_table::output::{OutputCell, OutputColumn, OutputFormat, OutputTable, OutputType, OutputWriter};

const POLICY: &str = "---\n标题: 试行细则\n文号: 示例〔2025〕1号\n状态: 示例\n来源: 示例\n适用地区: 全国\n---\n\
    ## 第一条 试\n\n营业收入的 1% 补助。\n\n```jiufen\n\
    对象 企业 家\n  键 名\n  名: 文本\n  地区: 地区\n  营业收入: 金额 每年\n\n\
    奖补 补助\n  每   企业 每年\n  给   企业\n  口径 上年\n  金额 营业收入 × 1%\n```\n";

fn text(words: &str) -> OutputCell {
    OutputCell::Text(words.into())
}

/// The bytes of a table of words, its last column amounts in 万元 where there are any.
fn file(format: OutputFormat, columns: &[&str], amount: bool, rows: &[(&[&str], i128)]) -> Vec<u8> {
    let mut table = OutputTable {
        name: "企业".into(),
        columns: columns
            .iter()
            .map(|name| OutputColumn::new(*name, OutputType::Text))
            .collect(),
        ..OutputTable::default()
    };
    if amount {
        let kind = OutputType::Decimal { places: 1 };
        table
            .columns
            .push(OutputColumn::new("营业收入", kind).in_unit("万元"));
    }
    let mut writer = OutputWriter::new(&table, format, Vec::new()).unwrap();
    for (words, number) in rows {
        let mut row: Vec<OutputCell> = words.iter().map(|words| text(words)).collect();
        row.extend(amount.then_some(OutputCell::Number(*number)));
        writer.append(&row).unwrap();
    }
    writer.finish().unwrap()
}

fn pack(data: Vec<(&str, Vec<u8>)>) -> Pack {
    let mut files = vec![PackFile {
        path: "试.md".into(),
        bytes: POLICY.as_bytes().into(),
    }];
    files.extend(data.into_iter().map(|(path, bytes)| PackFile {
        path: format!("data/{path}"),
        bytes: bytes.into(),
    }));
    let pack = Pack::load(PackFiles {
        name: "试".into(),
        files,
    });
    let said: Vec<String> = pack.findings.iter().map(|f| f.message(Lang::Zh)).collect();
    assert!(pack.is_sound(), "{said:#?}");
    pack
}

fn main_file(format: OutputFormat) -> Vec<u8> {
    file(
        format,
        &["名", "地区"],
        false,
        &[(&["甲", "全国"], 0), (&["乙", "全国"], 0)],
    )
}

fn yearly_file(format: OutputFormat) -> Vec<u8> {
    let rows: [(&[&str], i128); 2] = [(&["甲", "2024"], 10_005), (&["乙", "2024"], 70)];
    file(format, &["名", "年度"], true, &rows)
}

fn load(pack: &Pack) -> Registry<'_> {
    let today = Date::parse("2025-12-31").unwrap();
    Registry::load(&pack.program, &pack.files, "data", today)
}

#[test]
fn the_decisions_are_the_same_whatever_the_format_of_the_tables() {
    let csv = OutputFormat::Csv(ByteOrderMark::Omitted);
    let mut lists: Vec<Vec<i128>> = Vec::new();
    for (format, ending) in [
        (csv, "csv"),
        (OutputFormat::Excel, "xlsx"),
        (OutputFormat::Parquet, "parquet"),
    ] {
        let (main, yearly) = (format!("企业.{ending}"), format!("企业.年度.{ending}"));
        let pack = pack(vec![(&main, main_file(format)), (&yearly, yearly_file(format))]);
        let registry = load(&pack);
        assert!(registry.findings.is_empty(), "{ending}: {:?}", registry.findings);
        assert_eq!(registry.accounts[0].read, 4);
        let today = Date::parse("2025-12-31").unwrap();
        let run = Run::all(
            &pack,
            &registry,
            RunOptions {
                year: 2025,
                as_of: today,
            },
        );
        lists.push(run.lines().filter_map(|line| line.payable_fen()).collect());
    }
    assert_eq!(lists[0], [10_005_000, 70_000]);
    assert!(lists.iter().all(|list| *list == lists[0]), "{lists:?}");
}

#[test]
fn a_table_in_several_files_is_read_from_none() {
    let csv = OutputFormat::Csv(ByteOrderMark::Omitted);
    let pack = pack(vec![
        ("企业.csv", main_file(csv)),
        ("企业.parquet", main_file(OutputFormat::Parquet)),
        ("企业.年度.csv", yearly_file(csv)),
    ]);
    let registry = load(&pack);
    let codes: Vec<&str> = registry.findings.iter().map(|f| f.code()).collect();
    assert_eq!(codes, ["table-in-several-files"]);
    assert_eq!(
        registry.findings[0].message(Lang::Zh),
        "“企业”同时有 data/企业.csv、data/企业.parquet,分不清以哪一份为准,都没有读取"
    );
    assert_eq!(registry.accounts[0].read, 0);
}

#[test]
fn records_and_payments_may_be_workbooks_too() {
    let csv = OutputFormat::Csv(ByteOrderMark::Omitted);
    let paid = file(
        OutputFormat::Excel,
        &["规则", "对象", "年度", "金额", "日期", "文件"],
        false,
        &[(&["补助", "甲", "2025", "1元", "2026-02-01", "示例"], 0)],
    );
    let pack = pack(vec![
        ("企业.csv", main_file(csv)),
        ("企业.年度.xlsx", yearly_file(OutputFormat::Excel)),
        ("兑付.xlsx", paid),
    ]);
    let registry = load(&pack);
    assert!(registry.findings.is_empty(), "{:?}", registry.findings);
    let accounts: Vec<(&str, u64)> = registry
        .accounts
        .iter()
        .map(|a| (a.table.as_str(), a.accepted))
        .collect();
    assert_eq!(accounts, [("企业", 4), ("兑付", 1)]);
}

#[test]
fn a_truncated_file_in_the_folder_is_told_with_its_path_and_the_others_are_read() {
    let csv = OutputFormat::Csv(ByteOrderMark::Omitted);
    let mut cut = yearly_file(OutputFormat::Parquet);
    cut.truncate(cut.len() / 2);
    let pack = pack(vec![("企业.csv", main_file(csv)), ("企业.年度.parquet", cut)]);
    let registry = load(&pack);
    let codes: Vec<&str> = registry.findings.iter().map(|f| f.code()).collect();
    assert_eq!(codes, ["damaged-table-file"]);
    assert_eq!(
        registry.findings[0].argument("file", Lang::Zh),
        Some("data/企业.年度.parquet")
    );
    assert_eq!(registry.accounts[0].accepted, 2);
}
