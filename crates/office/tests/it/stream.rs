//! A table larger than memory: what is streamed is what a run over the whole registry lists.

use std::path::Path;

use jiufen_diagnostic::Lang;
use jiufen_office::lists::{List, ListFormat, Written};
use jiufen_office::progress::Unwatched;
use jiufen_office::stream::{Streaming, Tie, rules_of, tied, write_payables};
use jiufen_office::{Facts, Pack, PackFile, PackFiles, Registry, Run, RunOptions};
use jiufen_quantity::Date;
use jiufen_table::output::{OutputCell, OutputColumn, OutputFormat, OutputTable, OutputType, OutputWriter};

const POLICY: &str = "---
标题: 试
文号: 试〔2025〕1号
施行: 2025-01-01
适用地区: 全国
状态: 示例
来源: 示例
---
## 第一条 补助

补助。

```jiufen
对象 企业 家
  键 代码
  按 成立
  代码: 文本
  成立: 日期
  在规: 是否
  营业收入: 金额 每年
  研发费用: 金额 每年

奖补 研发补助
  每   企业 每年
  给   企业
  当   上年.研发费用 ≥ 上年.营业收入 × 3% 且 在规
  金额 上年.研发费用 × 5%
  封顶 200万元

奖补 规模补助
  每   企业 每年
  给   企业
  当   上年.营业收入 ≥ 1000万元
  金额 20万元
```
";

const ROWS: i128 = 9_000;

fn options() -> RunOptions {
    RunOptions {
        year: 2025,
        as_of: Date::year_end(2025).unwrap(),
    }
}

fn pack(data: Vec<PackFile>) -> Pack {
    let policy = PackFile {
        path: "试.md".into(),
        bytes: POLICY.as_bytes().into(),
    };
    let files = PackFiles {
        name: "试".into(),
        files: std::iter::once(policy).chain(data).collect(),
    };
    let pack = Pack::load(files);
    assert!(pack.is_sound(), "{:?}", pack.findings);
    pack
}

/// The figures of a row; every seventh has no revenue, every ninth no research, some are not told to be listed.
fn figures(row: i128) -> (Option<i128>, Option<i128>, Option<bool>) {
    let revenue = (row % 7 != 0).then_some(row * 7_919 % 4_000_000_000);
    let research = (row % 9 != 0).then_some(row * 104_729 % 90_000_000);
    (revenue, research, (row % 11 != 0).then_some(row % 3 != 0))
}

/// The rows as a CSV registry.
fn registry() -> Vec<PackFile> {
    let mut main = "代码,成立,在规\n".to_owned();
    let mut yearly = "代码,年度,营业收入(元),研发费用(元)\n".to_owned();
    let yuan = |fen: Option<i128>| fen.map_or_else(String::new, |f| format!("{}.{:02}", f / 100, f % 100));
    for row in 0..ROWS {
        let (revenue, research, listed) = figures(row);
        let listed = listed.map_or("", |l| if l { "是" } else { "否" });
        main.push_str(&format!("{row:05},2020-01-01,{listed}\n"));
        yearly.push_str(&format!("{row:05},2024,{},{}\n", yuan(revenue), yuan(research)));
    }
    let file = |path: &str, text: String| PackFile {
        path: path.to_owned(),
        bytes: text.into_bytes().into(),
    };
    vec![file("data/企业.csv", main), file("data/企业.年度.csv", yearly)]
}

/// The same rows as a flat Parquet file; one row may be wrong.
fn flat(path: &Path, wrong: bool) {
    let money = |name: &str| OutputColumn::new(name, OutputType::Decimal { places: 2 }).in_unit("元");
    let table = OutputTable {
        name: "企业".into(),
        columns: vec![
            OutputColumn::new("代码", OutputType::Text),
            OutputColumn::new("成立", OutputType::Date),
            OutputColumn::new("在规", OutputType::Boolean),
            money("营业收入@2024"),
            money("研发费用@2024"),
        ],
        ..OutputTable::default()
    };
    let file = std::fs::File::create(path).unwrap();
    let mut writer = OutputWriter::new(&table, OutputFormat::Parquet, file).unwrap();
    let number = |fen: Option<i128>| fen.map_or(OutputCell::Empty, OutputCell::Number);
    for row in 0..ROWS {
        let (mut revenue, research, listed) = figures(row);
        if wrong && row == 8_500 {
            revenue = Some(-1);
        }
        let cells = [
            OutputCell::Text(format!("{row:05}").into()),
            OutputCell::Date(Date::new(2020, 1, 1).unwrap()),
            listed.map_or(OutputCell::Empty, OutputCell::Boolean),
            number(revenue),
            number(research),
        ];
        writer.append(&cells).unwrap();
    }
    writer.finish().unwrap();
}

fn streaming(pack: &Pack) -> Streaming<'_> {
    let (subject, rules) = rules_of(&pack.program).unwrap();
    assert_eq!(tied(&pack.program, &rules), []);
    Streaming {
        pack,
        subject,
        options: options(),
        lang: Lang::Zh,
        format: ListFormat::Csv,
        rows_at_a_time: 1,
        watch: &Unwatched,
    }
}

/// Lines of a list without its header, in order.
fn sorted(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut lines: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn a_stream_lists_what_a_run_over_the_whole_registry_lists() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("企业.parquet");
    flat(&path, false);
    let pack = pack(registry());
    let registry = Registry::load(&pack.program, &pack.files, "data", options().as_of);
    let run = Run::columnar(&pack, &registry, options());
    let whole = Written {
        pack: &pack,
        registry: &registry,
        run: &run,
        lang: Lang::Zh,
        provenance: &[],
        watch: &Unwatched,
    };
    let whole = whole.write(List::Decisions, ListFormat::Csv, Vec::new()).unwrap();
    let (mut decisions, mut rejected) = (Vec::new(), Vec::new());
    let summary = streaming(&pack)
        .write(&path, &mut decisions, &mut rejected)
        .unwrap();
    assert_eq!(
        (summary.rows.read, summary.rows.accepted, summary.rows.rejected),
        (9_000, 9_000, 0)
    );
    assert_eq!(summary.rules, run.summaries());
    assert_eq!(sorted(&decisions).len(), 18_000);
    assert!(sorted(&decisions) == sorted(&whole));
}

#[test]
fn a_wrong_row_of_a_stream_is_listed_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("企业.parquet");
    flat(&path, true);
    let pack = pack(Vec::new());
    let (mut decisions, mut rejected) = (Vec::new(), Vec::new());
    let summary = streaming(&pack)
        .write(&path, &mut decisions, &mut rejected)
        .unwrap();
    assert_eq!(
        (summary.rows.read, summary.rows.accepted, summary.rows.rejected),
        (9_000, 8_999, 1)
    );
    assert_eq!(sorted(&decisions).len(), 2 * 8_999);
    let rejected = sorted(&rejected);
    assert_eq!(rejected.len(), 1);
    assert!(
        rejected[0].contains("8501") && rejected[0].contains("营业收入"),
        "{rejected:?}"
    );
}

#[test]
fn the_column_of_fen_is_what_is_payable_in_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("企业.parquet");
    flat(&path, false);
    let pack = pack(registry());
    let registry = Registry::load(&pack.program, &pack.files, "data", options().as_of);
    let run = Run::columnar(&pack, &registry, options());
    let (_, rules) = rules_of(&pack.program).unwrap();
    let out = folder.path().join("应付.parquet");
    let file = std::fs::File::create(&out).unwrap();
    let (_, streamed) = write_payables(&pack, &rules, &path, options(), file).unwrap();
    assert_eq!(
        (streamed.read, streamed.accepted, streamed.rejected),
        (9_000, 9_000, 0)
    );
    let column = |name: &str| jiufen_table::ColumnSchema {
        signed: true,
        ..jiufen_table::ColumnSchema::new(
            name,
            jiufen_table::ColumnType::Number {
                dimension: jiufen_quantity::Dimension::money(),
                kind: jiufen_table::NumberKind::Quantity,
            },
        )
    };
    let schema = jiufen_table::TableSchema {
        name: "应付".into(),
        key: vec!["代码".into()],
        columns: vec![
            jiufen_table::ColumnSchema::new("代码", jiufen_table::ColumnType::Text),
            column("研发补助"),
            column("规模补助"),
        ],
    };
    let source =
        jiufen_table::TableSource::of_file("应付.parquet", std::fs::read(&out).unwrap().into()).unwrap();
    let written = jiufen_table::read_table(&schema, &source, None);
    assert_eq!(written.accepted, 9_000, "{:?}", written.findings);
    let mut exact = 0;
    for line in run.lines() {
        let right = line.right();
        let column = 1 + rules.iter().position(|rule| *rule == right.rule).unwrap();
        let row = written.table.find(&registry.key(right.row)).unwrap();
        let fen = match written.table.cell(row, column) {
            jiufen_table::Cell::Number(yuan) => Some(yuan * jiufen_quantity::exact::integer(100)),
            _ => None,
        };
        let payable = line.payable_fen().map(jiufen_quantity::exact::integer);
        assert_eq!(fen, payable, "{}", registry.key(right.row));
        exact += usize::from(payable.is_some());
    }
    assert!(exact > 9_000, "{exact}");
}

#[test]
fn rules_that_need_others_say_what_they_need() {
    let pack = crate::shipped::pack("shili");
    let rules: Vec<_> = pack.program.rules().map(|(id, _)| id).collect();
    let tied = tied(&pack.program, &rules);
    assert!(tied.iter().any(|(_, tie)| matches!(tie, Tie::Shares(_))));
    assert!(tied.iter().any(|(_, tie)| matches!(tie, Tie::Follows(_))));
    assert_eq!(rules_of(&pack.program), None);
}
