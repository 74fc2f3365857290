//! The command line as a person and a script meet it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn jiufen(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jiufen"))
        .args(arguments)
        .current_dir(root())
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "C")
        .env("COLUMNS", "80")
        .output()
        .unwrap()
}

pub fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A folder with one document.
pub fn folder_with(document: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("试.md"), document).unwrap();
    folder
}

pub const SOUND: &str = "---\n标题: 试行细则\n状态: 示例\n来源: 示例\n适用地区: 全国\n---\n## 第一条 试\n\n每家企业 3万元。\n\n```jiufen\n对象 企业 家\n  键 名\n  名: 文本\n  地区: 地区\n\n奖补 试奖\n  每   企业 一次\n  给   企业\n  金额 3万元\n\n例 每家三万\n  年度 2025\n  已知 企业 甲: 名 = \"甲\"\n  应得 试奖(甲) = 3万元\n```\n";

#[test]
fn exit_codes_tell_fine_findings_and_wrong_use() {
    assert_eq!(code(&jiufen(&["check", "shili"])), 0);
    let bad = folder_with(&SOUND.replace("3万元\n\n例", "3万亩\n\n例"));
    assert_eq!(code(&jiufen(&["check", bad.path().to_str().unwrap()])), 1);
    assert_eq!(code(&jiufen(&["test", bad.path().to_str().unwrap()])), 1);
    assert_eq!(code(&jiufen(&["run", bad.path().to_str().unwrap()])), 1);
    let failing = folder_with(&SOUND.replace("应得 试奖(甲) = 3万元", "应得 试奖(甲) = 4万元"));
    let output = jiufen(&["test", failing.path().to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    assert!(
        text(&output).contains("4万元") && text(&output).contains("3万元"),
        "{}",
        text(&output)
    );
    for wrong in [
        &["check", "没有这个包"][..],
        &["run", "shili", "--as-of", "2025-02-30"],
        &["explain", "shili", "--subject", "没有这家"],
        &["show", "没有这条", "--at", "2025-01-01", "--pack", "shili"],
        &["frobnicate"],
    ] {
        let output = jiufen(wrong);
        assert_eq!(code(&output), 2, "{wrong:?}: {}", errors(&output));
        assert!(!errors(&output).is_empty(), "{wrong:?}");
    }
}

#[test]
fn the_last_line_of_test_is_the_same_in_every_language() {
    for lang in ["zh", "en"] {
        let output = jiufen(&["test", "shili", "--lang", lang]);
        let last = text(&output).lines().last().unwrap().to_owned();
        let (passed, rest) = last.split_once(" passed, ").unwrap();
        assert!(
            passed.parse::<u32>().unwrap() > 50 && rest == "0 failed",
            "{last}"
        );
    }
}

#[test]
fn every_command_speaks_json() {
    let check: Value =
        serde_json::from_slice(&jiufen(&["check", "qiantang", "--format", "json"]).stdout).unwrap();
    assert!(
        check
            .as_array()
            .unwrap()
            .iter()
            .all(|f| f["code"].is_string() && f["place"]["line"].is_u64())
    );
    let test: Value = serde_json::from_slice(&jiufen(&["test", "shili", "--format", "json"]).stdout).unwrap();
    assert_eq!(test["failed"], 0);
    let run: Value =
        serde_json::from_slice(&jiufen(&["run", "shili", "--year", "2025", "--format", "json"]).stdout)
            .unwrap();
    assert!(
        run["rules"]
            .as_array()
            .unwrap()
            .iter()
            .all(|r| r["payable_fen"].is_string())
    );
    for table in run["tables"].as_array().unwrap() {
        let number = |key: &str| table[key].as_u64().unwrap();
        assert_eq!(number("accepted") + number("rejected"), number("read"));
    }
    let show = jiufen(&[
        "show",
        "研发补助比例",
        "--at",
        "2025-06-01",
        "--pack",
        "shili",
        "--format",
        "json",
    ]);
    let show: Value = serde_json::from_slice(&show.stdout).unwrap();
    assert_eq!(show["found"][0]["lines"][0]["text"], "5%");
}

#[test]
fn run_writes_its_lists_and_explain_gives_the_same_figure() {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    let run = jiufen(&["run", "shili", "--year", "2025", "--out", folder]);
    assert_eq!(code(&run), 0, "{}", errors(&run));
    let list = std::fs::read_to_string(out.path().join("decisions.csv")).unwrap();
    let mut lines = list.lines();
    assert!(lines.next().unwrap().contains("合成数据"));
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    for column in [
        "rule",
        "subject",
        "status",
        "amount_lo_fen",
        "amount_hi_fen",
        "reasons",
        "entitlement_fen",
        "payable_fen",
        "group",
        "merged_into",
        "missing",
        "citation",
        "source_status",
    ] {
        assert!(header.contains(&column), "{column}");
    }
    assert!(out.path().join("rejected.csv").exists());
    let at = |name: &str| header.iter().position(|h| *h == name).unwrap();
    let paid = lines.map(|l| l.split(',').collect::<Vec<_>>()).find(|r| {
        r.get(at("payable_fen"))
            .is_some_and(|f| !f.is_empty() && *f != "0")
    });
    let paid = paid.unwrap();
    let (rule, subject) = (paid[at("rule")], paid[at("subject")]);
    let explained = jiufen(&[
        "explain",
        "shili",
        "--year",
        "2025",
        "--subject",
        subject,
        "--rule",
        rule,
        "--format",
        "json",
    ]);
    let explained: Value = serde_json::from_slice(&explained.stdout).unwrap();
    let fens: Vec<&str> = explained["rights"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|r| r["payable_fen"].as_str())
        .collect();
    assert!(fens.contains(&paid[at("payable_fen")]), "{fens:?} {paid:?}");
}

#[test]
fn verdicts_are_written_and_counted() {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    let ran = jiufen(&["run", "shili", "--year", "2025", "--out", folder]);
    let written = std::fs::read_to_string(out.path().join("verdicts.csv")).unwrap();
    let told = jiufen(&["run", "shili", "--year", "2025", "--format", "json"]);
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let verdicts = told["verdicts"].as_array().unwrap();
    assert_eq!(verdicts.len(), 3);
    let shown = text(&ran).replace('\n', "");
    let mut counted = 0;
    for verdict in verdicts {
        let name = verdict["verdict"].as_str().unwrap();
        let outcomes = verdict["outcomes"].as_array().unwrap();
        let words: Vec<String> = outcomes
            .iter()
            .map(|of| format!("{} {}", of["outcome"].as_str().unwrap(), of["count"]))
            .collect();
        let line = format!("{name}  {}", words.join(" · "));
        assert!(shown.contains(&line), "{line}\n{shown}");
        for of in outcomes {
            let is = |row: &&str| {
                let cells: Vec<&str> = row.split(',').collect();
                cells[0] == name && cells[4] == of["outcome"].as_str().unwrap()
            };
            let rows = written.lines().skip(2).filter(is).count() as u64;
            assert_eq!(of["count"], rows, "{name} {of}");
            counted += rows;
        }
    }
    assert_eq!(written.lines().count() as u64, counted + 2);
}

#[test]
fn a_year_after_the_payments_says_what_they_were_for() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "办法.md",
        "---\n标题: 办法\n文号: 示例〔2024〕1号\n状态: 示例\n来源: 示例\n适用地区: 全国\n---\n## 第一条 试\n\n示例。\n\n```jiufen\n\
        对象 企业 家\n  键 名\n  名: 文本\n  投资: 金额\n\n\
        奖补 年奖\n  每   企业 每年\n  给   企业\n  金额 1万元\n\n\
        奖补 投资奖\n  每   企业 一次\n  给   企业\n  当   投资 > 100万元\n  金额 投资 × 10%\n```\n",
    );
    std::fs::create_dir(folder.path().join("data")).unwrap();
    write("data/企业.csv", "名,投资(万元)\n子,50\n丑,200\n寅,缺\n");
    write(
        "data/兑付.csv",
        "规则,对象,年度,金额,日期,文件\n年奖,子,2024,1万元,2024-12-01,拨付1号\n投资奖,子,,8万元,2024-12-01,拨付1号\n投资奖,寅,,3万元,2024-12-01,拨付1号\n",
    );
    let pack = folder.path().to_str().unwrap();
    let shown = text(&jiufen(&["run", pack, "--year", "2025"])).replace('\n', "");
    for words in [
        "可兑付合计(元)  230,000.00",
        "还应兑付(元)  230,000.00,是可兑付 230,000.00 减去其中已经付清的 0.00",
        "兑付记录(元)  120,000.00:付在这里列出的权利上 110,000.00,付在别的权利(如别的年度的)上 10,000.00,后者不从这里的可兑付里减",
        "一次的权利付过就算付清:记录的比这一次算出的多 110,000.00 元,不追也不补",
    ] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
}

#[test]
fn a_run_says_what_it_does_not_list_and_what_was_paid_before() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let document = |meta: &str, blocks: &str| {
        format!(
            "---\n标题: 办法\n{meta}\n来源: 示例\n适用地区: 全国\n---\n## 第一条 试\n\n示例。\n\n```jiufen\n{blocks}\n```\n"
        )
    };
    write(
        "词汇.md",
        &document(
            "状态: 词汇",
            "对象 企业 家\n  键 名\n  名: 文本\n\n事件 认定\n  键 号\n  号: 文本\n  企业: 企业\n  公布日: 日期",
        ),
    );
    let grant = |name: &str| {
        format!(
            "奖补 {name}\n  每   认定\n  给   企业\n  按   公布日\n  金额 10万元\n  分期\n    - 公布日: 30%\n    - 加年(公布日, 1): 余额"
        )
    };
    write(
        "甲.md",
        &document("状态: 示例\n文号: 示例〔2024〕1号", &grant("甲奖")),
    );
    write(
        "乙.md",
        &document("状态: 征求意见\n文号: 示例〔2024〕2号", &grant("乙奖")),
    );
    write(
        "丙.md",
        &document(
            "状态: 示例\n文号: 示例〔2020〕3号\n失效: 2024-12-31",
            &grant("丙奖"),
        ),
    );
    write(
        "丁.md",
        &document(
            "状态: 示例\n文号: 示例〔2026〕4号\n施行: 2026-01-01",
            &grant("丁奖"),
        ),
    );
    std::fs::create_dir(folder.path().join("data")).unwrap();
    write("data/企业.csv", "名\n子\n");
    write(
        "data/认定.csv",
        "号,企业,公布日\n一,子,2025-03-01\n二,子,2024-03-01\n三,子,2025-05-01\n",
    );
    write(
        "data/兑付.csv",
        "规则,对象,年度,金额,日期,文件\n甲奖,一,,3万元,2025-04-01,拨付1号\n甲奖,三,,11万元,2025-06-01,拨付2号\n甲奖,二,,3万元,2024-04-01,拨付3号\n",
    );
    let pack = folder.path().to_str().unwrap();
    let run = ["run", pack, "--year", "2025"];
    let shown = text(&jiufen(&run)).replace('\n', "");
    for words in [
        "可兑付合计(元)  200,000.00",
        "其中以后到期的分期(元)  140,000.00",
        "还应兑付(元)  70,000.00,是可兑付 200,000.00 减去其中已经付清的 130,000.00",
        "兑付记录(元)  170,000.00:付在这里列出的权利上 140,000.00(其中多付 10,000.00),付在别的权利(如别的年度的)上 30,000.00,后者不从这里的可兑付里减",
        "追回建议 1 份,共 10,000.00 元,不与别的权利相抵:甲奖(三) 10,000.00",
        "另有 3 份按事件日期属于其他年度(2024 年 3)",
        "征求意见的 1 条规则(1 个文件)不参与",
        "已失效的 1 条规则(1 个文件),2025 年没有一天有效",
        "还没有施行的 1 条规则(1 个文件),2025 年没有一天有效",
    ] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    let json = |arguments: &[&str]| -> Value {
        let arguments = [arguments, &["--format", "json"]].concat();
        serde_json::from_slice(&jiufen(&arguments).stdout).unwrap()
    };
    let told = json(&run);
    assert_eq!(told["other_years"]["2024"], 3);
    let rules = told["rules"].as_array().unwrap();
    let rule = rules.iter().find(|r| r["rule"] == "甲奖").unwrap();
    assert_eq!(
        (&rule["due_fen"], &rule["of_other_years"]),
        (&"6000000".into(), &1.into())
    );
    for left in ["drafts", "lapsed", "to_come"] {
        assert_eq!(
            told[left],
            serde_json::json!({"documents": 1, "rules": 1, "verdicts": 0}),
            "{left}"
        );
    }
    assert_eq!(
        (&told["paid_fen"], &told["to_pay_fen"]),
        (&"14000000".into(), &"7000000".into())
    );
    assert_eq!(told["reclaim"][0]["right"], "示例〔2024〕1号/甲奖|三|一次|");
    assert_eq!(told["instalments"].as_array().unwrap().len(), 4);
    let first = &told["instalments"][0];
    assert_eq!((&first["stage"], &first["status"]), (&1.into(), &"到期".into()));
    let explain = [
        "explain",
        pack,
        "--year",
        "2025",
        "--subject",
        "一",
        "--rule",
        "甲奖",
    ];
    let right = &json(&explain)["rights"][0];
    assert_eq!(right["due_fen"], "3000000");
    assert_eq!(right["remaining_fen"], "7000000");
    assert_eq!(right["instalments"][1]["due"], "2026-03-01");
    assert_eq!(right["instalments"][1]["amount_fen"], "7000000");
    let shown = text(&jiufen(&explain));
    assert!(shown.contains("第 2 期 2026-03-01  未到期  7万元"), "{shown}");
    assert!(shown.contains("已兑付 3万元,还应付 7万元"), "{shown}");
    let other = [
        "explain",
        pack,
        "--year",
        "2025",
        "--subject",
        "二",
        "--rule",
        "甲奖",
    ];
    assert_eq!(json(&other)["other_years"]["2024"], 1);
    assert!(text(&jiufen(&other)).contains("另有 1 份按事件日期属于其他年度(2024 年 1)"));
}

#[test]
fn a_narrow_terminal_a_closed_pipe_and_no_colour_all_work() {
    let narrow = Command::new(env!("CARGO_BIN_EXE_jiufen"))
        .args(["run", "shili", "--year", "2025"])
        .current_dir(root())
        .env("COLUMNS", "40")
        .output()
        .unwrap();
    assert_eq!(narrow.status.code(), Some(0));
    let coloured = jiufen(&["check", "shili", "--color", "always"]);
    assert_eq!(code(&coloured), 0);
    assert!(!text(&jiufen(&["run", "shili"])).contains('\u{1b}'));
    let mut child = Command::new(env!("CARGO_BIN_EXE_jiufen"))
        .args(["explain", "qiantang", "--subject", "没有"])
        .current_dir(root())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().code().is_some());
}

#[test]
fn english_is_spoken_where_it_is_asked_for() {
    assert!(text(&jiufen(&["check", "shili", "--lang", "en"])).contains("documents"));
    assert!(text(&jiufen(&["check", "shili"])).contains("个文件"));
    let english = Command::new(env!("CARGO_BIN_EXE_jiufen"))
        .args(["check", "shili"])
        .current_dir(root())
        .env_remove("LC_ALL")
        .env("LANG", "en_GB.UTF-8")
        .output()
        .unwrap();
    assert!(text(&english).contains("documents"));
}

#[test]
fn fmt_mends_a_block_and_then_finds_nothing_to_do() {
    let folder = folder_with(&SOUND.replace("  每   企业 一次", "  每 企业   一次"));
    let file = folder.path().join("试.md");
    let file = file.to_str().unwrap();
    assert_eq!(code(&jiufen(&["fmt", "--check", file])), 1);
    assert_eq!(code(&jiufen(&["fmt", file])), 0);
    assert_eq!(code(&jiufen(&["fmt", "--check", file])), 0);
    assert_eq!(code(&jiufen(&["fmt", "--keywords", "en", file])), 0);
    assert!(std::fs::read_to_string(file).unwrap().contains("```jiufen en"));
    assert_eq!(code(&jiufen(&["test", folder.path().to_str().unwrap()])), 0);
}

#[test]
fn bad_documents_are_told_and_never_panic() {
    let gb18030 = [0xB1u8, 0xEA, 0xCC, 0xE2];
    let cases: [(&str, Vec<u8>); 6] = [
        ("gb18030", gb18030.repeat(40)),
        ("empty", Vec::new()),
        ("nul", b"---\n\0\n---\n```jiufen\n\0".to_vec()),
        (
            "unclosed",
            SOUND.replace("= 3万元\n```\n", "= 3万元\n").into_bytes(),
        ),
        (
            "deep",
            format!(
                "{}\n## 一、试\n```jiufen\n定义 企业.甲: 数\n  = {}1{}\n```\n",
                SOUND,
                "(".repeat(10_000),
                ")".repeat(10_000)
            )
            .into_bytes(),
        ),
        ("mixed", SOUND.replace("\n每家", "\r\n每家").into_bytes()),
    ];
    for (name, bytes) in cases {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("试.md"), bytes).unwrap();
        let output = jiufen(&["check", folder.path().to_str().unwrap()]);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{name}: {:?} {}",
            output.status,
            errors(&output)
        );
        assert!(
            !errors(&output).contains("panicked"),
            "{name}: {}",
            errors(&output)
        );
    }
}

#[test]
fn the_source_document_becomes_a_page_of_three_articles() {
    let shared = std::env::var_os("JIUFEN_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let column = shared.join("data/column-issue.txt");
    if !column.exists() {
        println!("skipped: {} is not here", column.display());
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    let output = jiufen(&[
        "site",
        "shili",
        "--out",
        folder,
        "--column",
        column.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let page = std::fs::read_to_string(out.path().join("column.html")).unwrap();
    for words in [
        "区财政局",
        "区经信科技局",
        "市规划资源局钱塘分局",
        "编者的话",
        "qtxqbyz@126.com",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn fmt_never_rewrites_a_file_that_is_no_utf_8() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("旧.md");
    let bytes = [0xB1u8, 0xEA, 0xCC, 0xE2, b'\n', 0xFF];
    std::fs::write(&path, bytes).unwrap();
    let output = jiufen(&["fmt", path.to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_table_without_its_key_column_is_a_finding_of_the_run() {
    let folder = folder_with(SOUND);
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/企业.csv"), "名称,地区\n甲,全国\n").unwrap();
    let output = jiufen(&["run", folder.path().to_str().unwrap(), "--year", "2025"]);
    assert_eq!(code(&output), 1, "{}", text(&output));
    assert!(text(&output).contains("缺少必需的栏目“名”"), "{}", text(&output));
}
