//! Records of officers and the folder they lie in: what is used, what is rejected, what is only told.

use jiufen_diagnostic::Lang;
use jiufen_office::{Pack, PackFile, PackFiles, Registry, Run, RunOptions, faults_json};
use jiufen_quantity::Date;

const POLICY: &str = "---\n标题: 试行细则\n文号: 示例〔2025〕1号\n状态: 示例\n来源: 示例\n适用地区: 全国\n---\n\
    ## 第一条 试\n\n入选企业给予最高 50万元激励,分期给。每年再给予最高 10万元补助。每人最高 30万元。\n\n```jiufen\n\
    对象 企业 家\n  键 名\n  名: 文本\n  地区: 地区\n\n\
    对象 人员 人\n  键 名\n  名: 文本\n  企业: 企业\n\n\
    事件 入选\n  键 编号\n  编号: 文本\n  企业: 企业\n  公布日: 日期\n\n\
    奖补 入选激励\n  每   入选\n  给   企业\n  按   公布日\n  金额 未公布\n  至多 50万元\n  分期\n    - 公布日: 未公布\n    \
    - 加年(公布日, 2): 余额\n\n\
    奖补 年度补助\n  每   企业 每年\n  给   企业\n  金额 未公布\n  至多 10万元\n\n\
    奖补 人才资助\n  每   人员 一次\n  给   企业\n  金额 30万元\n  组合 人才就高\n\n\
    组合 人才就高\n  法 就高\n  键 待选 {企业, 人员}\n```\n";

const TWIN: &str = "---\n标题: 另一细则\n文号: 示例〔2025〕2号\n状态: 示例\n来源: 示例\n适用地区: 全国\n---\n## 第一条 试\n\n\
    每年给予最高 5万元补助。\n\n```jiufen\n奖补 年度补助\n  每   企业 每年\n  给   企业\n  金额 未公布\n  至多 5万元\n```\n";

fn pack(documents: &[&str], data: &[(&str, &str)]) -> Pack {
    let documents = documents
        .iter()
        .enumerate()
        .map(|(i, text)| (format!("{i}.md"), (*text).to_owned()));
    let data = data.iter().map(|(name, text)| match name.strip_prefix("../") {
        Some(beside) => (beside.to_owned(), (*text).to_owned()),
        None => (format!("data/{name}"), (*text).to_owned()),
    });
    let files = documents.chain(data).map(|(path, text)| PackFile {
        path,
        bytes: text.into_bytes().into(),
    });
    let pack = Pack::load(PackFiles {
        name: "试".into(),
        files: files.collect(),
    });
    let said: Vec<String> = pack.findings.iter().map(|f| f.message(Lang::Zh)).collect();
    assert!(pack.is_sound(), "{said:#?}");
    pack
}

const TABLES: [(&str, &str); 3] = [
    ("企业.csv", "# 登记完整至 2025-12-31\n名,地区\n甲,全国\n乙,全国\n"),
    ("人员.csv", "# 登记完整至 2025-12-31\n名,企业\n张,甲\n"),
    (
        "入选.csv",
        "# 登记完整至 2025-12-31\n编号,企业,公布日\n入1,甲,2025-03-01\n入2,乙,2025-03-01\n",
    ),
];

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// What came of the rows under the header of 核定.csv or 归组.csv: `line code + further codes`, then the findings.
fn told(documents: &[&str], file: &str, rows: &str) -> Vec<String> {
    let header = match file {
        "核定.csv" => "规则,键,年度,金额(万元),首期(万元),核定人,日期,依据文件\n",
        _ => "规则,键,归组\n",
    };
    let text = format!("{header}{rows}\n");
    let pack = pack(documents, &[&TABLES[..], &[(file, text.as_str())]].concat());
    let registry = Registry::load(&pack.program, &pack.files, "data", day("2025-12-31"));
    for account in &registry.accounts {
        assert_eq!(
            account.accepted + account.rejected,
            account.read,
            "{}",
            account.table
        );
    }
    let rejected: u64 = registry.accounts.iter().map(|a| a.rejected).sum();
    assert_eq!(rejected as usize, registry.rejected.len());
    let rows = registry.rejected.iter().map(|r| {
        assert_eq!(r.file, format!("data/{file}"));
        let words = r.message(Lang::Zh) + &r.help(Lang::En).replace("{…}", "");
        assert!(!words.contains('{'), "{words}");
        let further: String = r
            .further
            .iter()
            .map(|f| format!(" + {}", f.reason.code()))
            .collect();
        format!("{} {} {}{further}", r.line, r.column, r.code())
    });
    let findings = registry.findings.iter().map(|f| f.code().to_owned());
    rows.chain(findings).collect()
}

#[test]
fn a_determination_that_does_not_say_everything_is_rejected_with_its_reason() {
    let cases: [(&str, &[&str]); 15] = [
        ("入选激励,入1,,40,15,张,2025-07-01,甲1号", &[]),
        ("年度补助,甲,2025,5,,张,2025-07-01,甲1号", &[]),
        (
            "入选激厉,入1,,40,,张,2025-07-01,甲1号",
            &["2 规则 record-without-rule"],
        ),
        (
            "入选激励,入9,,40,,张,2025-07-01,甲1号",
            &["2 键 record-without-row"],
        ),
        (",入1,,40,,张,2025-07-01,甲1号", &["2 规则 empty-record-cell"]),
        ("入选激励,,,40,,张,2025-07-01,甲1号", &["2 键 empty-record-cell"]),
        (
            "入选激励,入1,,,,缺,,",
            &["2 核定人 empty-record-cell + empty-record-cell + empty-record-cell + empty-record-cell"],
        ),
        (
            "入选激励,入1,,40,41,张,2025-07-01,甲1号",
            &["2 首期 first-stage-above-amount"],
        ),
        (
            "年度补助,甲,2025,5,2,张,2025-07-01,甲1号",
            &["2 首期 first-stage-not-open"],
        ),
        (
            "入选激励,入1,,-40,,张,2025-07-01,甲1号",
            &["2 金额 negative-not-allowed"],
        ),
        (
            "入选激励,入1,,40,-1,张,2025-07-01,甲1号",
            &["2 首期 negative-not-allowed"],
        ),
        (
            "年度补助,甲,,5,,张,2025-07-01,甲1号",
            &["2 年度 record-without-year"],
        ),
        (
            "入选激励,入1,2025,40,,张,2025-07-01,甲1号",
            &["2 年度 record-with-year"],
        ),
        ("入选激励,入1,,40,,张,2025-02-30,甲1号", &["2 日期 not-a-date"]),
        ("入选激励,入1,,40,,张,2026-01-01,甲1号", &["later-record"]),
    ];
    for (row, expected) in cases {
        assert_eq!(told(&[POLICY], "核定.csv", row), expected, "{row}");
    }
}

#[test]
fn of_two_records_of_one_right_none_is_used() {
    let rows = "年度补助,甲,2024,5,,张,2025-07-01,甲1号\n年度补助,甲,2025,5,,张,2025-07-01,甲1号\n入选激励,入1,,40,,张,2025-07-01,甲1号\n\
                入选激励,入1,,50,,张,2025-08-01,甲2号";
    assert_eq!(
        told(&[POLICY], "核定.csv", rows),
        ["4 键 records-of-one-right", "5 键 records-of-one-right"]
    );
    let rows = "人才资助,张,企业\n人才资助,张,人员";
    assert_eq!(
        told(&[POLICY], "归组.csv", rows),
        ["2 键 records-of-one-right", "3 键 records-of-one-right"]
    );
}

#[test]
fn a_name_that_two_documents_have_is_not_chosen_between() {
    let plain = "年度补助,甲,2025,5,,张,2025-07-01,甲1号";
    assert_eq!(
        told(&[POLICY, TWIN], "核定.csv", plain),
        ["2 规则 record-of-several-rules"]
    );
    let full = "年度补助(示例〔2025〕2号),甲,2025,5,,张,2025-07-01,甲1号";
    assert!(told(&[POLICY, TWIN], "核定.csv", full).is_empty());
}

#[test]
fn a_choice_names_something_that_can_be_chosen() {
    assert!(told(&[POLICY], "归组.csv", "人才资助,张,人员").is_empty());
    assert_eq!(
        told(
            &[POLICY],
            "归组.csv",
            "人才资助,张,人圆\n入选激励,入1,人员\n人才资助,张,\n人才资助,李,企业"
        ),
        [
            "2 归组 misspelled-choice",
            "3 归组 nothing-to-choose",
            "4 归组 empty-record-cell",
            "5 键 record-without-row"
        ]
    );
}

#[test]
fn a_determination_counts_from_its_day_on() {
    let record =
        "规则,键,年度,金额(万元),首期(万元),核定人,日期,依据文件\n年度补助,甲,2025,5,,张,2025-12-01,甲1号\n";
    let pack = pack(&[POLICY], &[&TABLES[..], &[("核定.csv", record)]].concat());
    let payable = |registry: &Registry<'_>, as_of: &str| {
        let options = RunOptions {
            year: 2025,
            as_of: day(as_of),
        };
        let run = Run::all(&pack, registry, options);
        run.whole_decisions()
            .iter()
            .filter_map(|d| d.payable_fen())
            .sum::<i128>()
    };
    let mut registry = Registry::load(&pack.program, &pack.files, "data", day("2025-11-30"));
    assert_eq!(payable(&registry, "2025-11-30"), 0);
    assert_eq!(registry.findings[0].code(), "later-record");
    assert_eq!(
        registry.findings[0].message(Lang::Zh),
        "“data/核定.csv”有 1 条核定的日期晚于今日 2025-11-30,还不算;最早的在第 2 行,2025-12-01"
    );
    registry.set_today(day("2025-12-31"));
    assert_eq!(payable(&registry, "2025-12-31"), 5_000_000);
    assert!(registry.findings.is_empty(), "{:?}", registry.findings);
}

#[test]
fn a_determination_that_settles_nothing_is_told_with_what_stands_instead() {
    let published = POLICY.replace("  金额 未公布\n  至多 10万元\n", "  当   规上\n  金额 8万元\n");
    let published = published.replacen("  地区: 地区\n", "  地区: 地区\n  规上: 是否\n", 1);
    let record = "规则,键,年度,金额(万元),首期(万元),核定人,日期,依据文件\n年度补助,甲,2025,5,,张,2025-07-01,甲1号\n\
                  年度补助,乙,2025,5,,张,2025-07-01,甲2号\n年度补助,甲,2024,5,,张,2025-07-01,甲3号\n\
                  入选激励,入1,,40,,张,2025-07-01,甲4号\n";
    let firms = (
        "企业.csv",
        "# 登记完整至 2025-12-31\n名,地区,规上\n甲,全国,是\n乙,全国,否\n",
    );
    let pack = pack(
        &[&published],
        &[&[firms], &TABLES[1..], &[("核定.csv", record)]].concat(),
    );
    let registry = Registry::load(&pack.program, &pack.files, "data", day("2025-12-31"));
    let options = RunOptions {
        year: 2025,
        as_of: day("2025-12-31"),
    };
    let both = [
        Run::all(&pack, &registry, options),
        Run::columnar(&pack, &registry, options),
    ];
    for run in both {
        let told: Vec<String> = run.notes.iter().map(|note| note.message(Lang::Zh)).collect();
        assert_eq!(
            told,
            ["“data/核定.csv”第 2 行的核定没有用上:年度补助(甲)照公式是 8万元;这条规则另有 1 条也没有用上"]
        );
        assert_eq!(run.notes[0].code(), "record-not-used");
        assert_eq!(faults_json(&run.notes, Lang::En)[0]["place"]["line"], 2);
    }
}

#[test]
fn a_file_that_is_no_table_is_told_with_the_nearest_name() {
    let files = [
        &TABLES[..],
        &[
            ("企叶.csv", "名\n"),
            ("企业.xls", ""),
            ("下层/企业.csv", "名\n"),
            ("别的.csv", "名\n"),
            ("说明.txt", ""),
            ("README.md", ""),
            ("人员.年度.csv", "名,年度\n"),
            ("../企业.csv", "名\n"),
        ],
    ]
    .concat();
    let pack = pack(&[POLICY], &files);
    let registry = Registry::load(&pack.program, &pack.files, "data", day("2025-12-31"));
    let said: Vec<String> = registry
        .findings
        .iter()
        .map(|f| format!("{} {}", f.code(), f.message(Lang::Zh) + ";" + &f.help(Lang::Zh)))
        .collect();
    let unknown = |file: &str, help: &str| {
        format!("unknown-data-file “data/{file}”不是这个政策包的登记表,没有读入;{help}")
    };
    assert_eq!(
        said[1..],
        [
            unknown("企叶.csv", "是否想写“企业.csv”?改名后再算"),
            unknown("企业.xls", "在表格软件里打开,另存为“企业.csv”(CSV UTF-8)"),
            unknown(
                "下层/企业.csv",
                "它在下一层文件夹里:移上来,或把 --data 写到那一层"
            ),
            unknown(
                "别的.csv",
                "这个包的表有 企业、人员、入选、核定、归组、兑付、沿革;不需要的文件移走"
            ),
            unknown("企业.csv", "放进 data 文件夹").replace("data/企业", "企业"),
        ]
    );
    let faults = faults_json(&registry.findings, Lang::Zh);
    assert_eq!(faults[1]["severity"], "warning");
    assert_eq!(faults[1]["place"]["path"], "data/企叶.csv");
    assert_eq!(faults[0]["code"], "unexpected-yearly-file");
}

#[cfg(unix)]
#[test]
fn a_folder_behind_a_link_is_read_and_a_circle_ends() {
    let (pack, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(pack.path().join("试.md"), POLICY).unwrap();
    std::fs::write(data.path().join("企业.csv"), TABLES[0].1).unwrap();
    std::os::unix::fs::symlink(data.path(), pack.path().join("data")).unwrap();
    std::os::unix::fs::symlink(pack.path(), data.path().join("back")).unwrap();
    let files = PackFiles::read(pack.path()).unwrap();
    let paths: Vec<&str> = files.files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["data/企业.csv", "试.md"]);
}

#[test]
fn years_without_their_main_file_are_an_error() {
    let pack = pack(&[POLICY], &[("企业.年度.csv", "名,年度\n甲,2025\n")]);
    let registry = Registry::load(&pack.program, &pack.files, "data", day("2025-12-31"));
    let faults = faults_json(&registry.findings, Lang::Zh);
    assert_eq!(faults[0]["code"], "yearly-file-without-main-file");
    assert_eq!(faults[0]["severity"], "error");
}

/// What is said of the territories of some firms under a document that holds in `territory`.
fn territories_told(territory: &str, firms: &str) -> Vec<String> {
    const DOCUMENT: &str = "---\n标题: 区细则\n文号: 示例〔2025〕3号\n状态: 示例\n来源: 示例\n适用地区: 某地\n---\n## 第一条 试\n\n\
        每家 3万元。\n\n```jiufen\n对象 企业 家\n  键 名\n  名: 文本\n  地区: 地区\n\n\
        奖补 试奖\n  每   企业 一次\n  给   企业\n  金额 3万元\n```\n";
    let document = DOCUMENT.replace("某地", territory);
    let firms = format!("# 登记完整至 2025-12-31\n名,地区\n{firms}");
    let pack = pack(&[&document], &[("企业.csv", &firms)]);
    let registry = Registry::load(&pack.program, &pack.files, "data", day("2025-12-31"));
    let one = |finding: &jiufen_diagnostic::Diagnostic| {
        let line = finding.argument("line", Lang::Zh).unwrap_or("");
        format!("{line} {} {}", finding.code(), finding.message(Lang::Zh))
    };
    registry.findings.iter().map(one).collect()
}

#[test]
fn territories_that_are_not_full_names_are_told_once_with_the_nearest_full_name() {
    let firms =
        "甲,浙江省杭州市钱塘区\n乙,钱塘\n丙,浙江省杭州市余杭区\n丁,缺\n戊,钱塘\n己,浙江省钱塘区\n庚,火星\n";
    assert_eq!(
        territories_told("浙江省杭州市钱塘区", firms),
        [
            "4 territory-cell-not-in-full “企业”的“地区”有 4 行没有写全称,和文件的适用地区对不上,都会算作不适用:\
             「钱塘」2 行(是否想写「浙江省杭州市钱塘区」?)、「浙江省钱塘区」1 行(是否想写「浙江省杭州市钱塘区」?)、「火星」1 行"
        ]
    );
    assert!(territories_told("全国", firms).is_empty());
    assert!(territories_told("浙江省杭州市钱塘区", "甲,浙江省杭州市钱塘区\n乙,江苏省苏州市\n").is_empty());
}

#[test]
fn ways_of_writing_a_territory_beyond_five_are_counted() {
    let firms: String = (0..3000)
        .map(|row| format!("户{row},第{}村\n", row % 1000))
        .collect();
    let told = territories_told("示例省示例市", &firms);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("有 3000 行"), "{told:?}");
    assert!(told[0].ends_with("「第4村」3 行、另有 995 种写法"), "{told:?}");
}

#[test]
fn every_fault_of_a_file_names_its_place() {
    let pack = pack(
        &[POLICY],
        &[
            ("企业.csv", "# 合成\n名称,地区\n甲,全国\n"),
            ("人员.csv", "\u{feff}"),
            ("入选.csv", "编号,企业,公布日,编号\n入1,没有,2025-03-01,入1\n"),
        ],
    );
    let registry = Registry::load(&pack.program, &pack.files, "data", day("2025-12-31"));
    let places: Vec<String> = faults_json(&registry.findings, Lang::Zh)
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            format!(
                "{}:{} {}",
                f["place"]["path"].as_str().unwrap(),
                f["place"]["line"],
                f["code"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            "data/企业.csv:2 unknown-table-column",
            "data/企业.csv:2 missing-table-column",
            "data/人员.csv:1 empty-table-file",
            "data/入选.csv:1 duplicate-table-column",
            "data/入选.csv:2 dangling-reference"
        ]
    );
}

#[test]
fn a_row_that_repeats_a_key_is_told_beside_its_rejection() {
    let firms = (
        "企业.csv",
        "# 登记完整至 2025-12-31\n名,地区\n甲,全国\n甲,全国\n乙,全国\n乙,全国\n",
    );
    let pack = pack(&[POLICY], &[&[firms], &TABLES[1..]].concat());
    let registry = Registry::load(&pack.program, &pack.files, "data", day("2025-12-31"));
    let told: Vec<String> = registry.findings.iter().map(|f| f.message(Lang::Zh)).collect();
    assert_eq!(
        told,
        ["“data/企业.csv”有 2 行与前面的行是同一个键或同一年,退回了,采用前面的一行;第一处在第 4 行"]
    );
    assert_eq!(registry.rejected.len(), 2);
}
