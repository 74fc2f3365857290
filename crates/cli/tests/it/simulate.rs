//! `jiufen simulate` as a person and a script meet it.

use serde_json::Value;

use crate::command_line::{code, errors, jiufen, text};

const DRAFT: &str = "研发补助调整征求意见稿.md";

#[test]
fn a_draft_is_named_by_its_path_in_the_pack_by_its_number_or_as_a_file() {
    let by_path = text(&jiufen(&["simulate", "shili", "--with", DRAFT, "--year", "2025"]));
    let by_number = text(&jiufen(&[
        "simulate",
        "shili",
        "--with",
        "示例征求意见〔2025〕3号",
        "--year",
        "2025",
    ]));
    let file = format!("packs/shili/{DRAFT}");
    let by_file = text(&jiufen(&["simulate", "shili", "--with", &file, "--year", "2025"]));
    assert_eq!(by_path, by_number);
    assert_eq!(by_path, by_file);
    assert!(
        by_path.contains("首次上规奖") && by_path.contains("+260,000.00"),
        "{by_path}"
    );
    assert!(
        by_path
            .lines()
            .all(|line| unicode_width::UnicodeWidthStr::width(line) <= 80),
        "{by_path}"
    );
}

#[test]
fn the_totals_are_those_that_a_run_gives() {
    let simulated = jiufen(&[
        "simulate", "shili", "--with", DRAFT, "--year", "2025", "--format", "json",
    ]);
    let simulated: Value = serde_json::from_str(&text(&simulated)).unwrap();
    let run = jiufen(&["run", "shili", "--year", "2025", "--format", "json"]);
    let run: Value = serde_json::from_str(&text(&run)).unwrap();
    let payable: i128 = run["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|rule| rule["payable_fen"].as_str()?.parse::<i128>().ok())
        .sum();
    assert_eq!(simulated["before"]["payable_fen"], payable.to_string());
    assert_ne!(
        simulated["after"]["payable_fen"],
        simulated["before"]["payable_fen"]
    );
    let counts = &simulated["subjects"];
    assert!(
        counts["gains"].as_u64() > Some(0) && counts["loses"].as_u64() > Some(0),
        "{counts}"
    );
    let largest = &simulated["largest"][0];
    assert!(
        largest["rights"][0]["reasons"][0]
            .as_str()
            .unwrap()
            .contains('〔'),
        "{largest}"
    );
}

#[test]
fn lists_and_a_page_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let output = jiufen(&[
        "simulate", "shili", "--with", DRAFT, "--year", "2025", "--by", "园区", "--out", out,
    ]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let groups = read("groups.csv");
    assert!(groups.lines().nth(2).unwrap().starts_with("园区,"), "{groups}");
    let changes = read("changes.csv");
    let changed = changes.lines().skip(2).count();
    assert!(read("whatif.html").contains(&format!("有变化的权利共 {changed} 项")));
    assert!(read("simulation.csv").contains("合计 total"));
}

#[test]
fn what_is_no_draft_and_no_column_is_refused_with_the_nearest() {
    let output = jiufen(&["simulate", "shili", "--with", "没有的.md"]);
    assert_eq!(code(&output), 2);
    assert!(
        errors(&output).contains("没有找到草案「没有的.md」"),
        "{}",
        errors(&output)
    );
    assert!(errors(&output).contains(DRAFT), "{}", errors(&output));
    let output = jiufen(&["simulate", "shili", "--with", DRAFT, "--by", "行业"]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("是 行业组 吗?"), "{}", errors(&output));
    let output = jiufen(&["simulate", "shili"]);
    assert_eq!(code(&output), 2);
}

#[test]
fn a_draft_with_an_error_is_shown_with_its_place_and_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("坏草案.md");
    let text_of =
        std::fs::read_to_string(crate::command_line::root().join("packs/shili").join(DRAFT)).unwrap();
    std::fs::write(&path, text_of.replace("= 7%", "= 7亩")).unwrap();
    let output = jiufen(&["simulate", "shili", "--with", path.to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    assert!(text(&output).contains("坏草案.md:"), "{}", text(&output));
}
