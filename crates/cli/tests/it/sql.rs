//! `jiufen sql`: what it writes, and what it refuses.

use serde_json::Value;

use crate::command_line::{SOUND, code, errors, folder_with, jiufen, text};

/// The sound document with a field and a rule of its own.
fn with_rule(field: &str, rule: &str) -> tempfile::TempDir {
    let document = SOUND
        .replace("  地区: 地区\n", &format!("  地区: 地区\n{field}"))
        .replace("\n奖补 试奖", &format!("\n{rule}\n奖补 试奖"));
    folder_with(&document)
}

#[test]
fn a_pack_is_written_with_its_tables_and_what_they_hold() {
    let folder = with_rule(
        "  用地: 面积\n  园区: 文本 可无\n",
        "奖补 用地奖\n  每   企业 每年\n  给   企业\n  当   用地 ≥ 10亩 且 园区 = \"甲园\"\n  金额 1万元\n",
    );
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(
        data.join("企业.csv"),
        "名,地区,用地(亩),园区\n甲,全国,12.5,\"甲,\"\"乙\"\n乙,全国,,无\n",
    )
    .unwrap();
    let (out, tables) = (folder.path().join("程序.sql"), folder.path().join("表"));
    let output = jiufen(&[
        "sql",
        folder.path().to_str().unwrap(),
        "--dialect",
        "duckdb",
        "--year",
        "2025",
        "--data",
        data.to_str().unwrap(),
        "--tables",
        tables.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--format",
        "json",
    ]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let told: Value = serde_json::from_str(&text(&output)).unwrap();
    assert_eq!(told["dialect"], "duckdb");
    assert_eq!(told["sql"], Value::Null);
    assert_eq!(told["rules"].as_array().unwrap().len(), 2);
    let sql = std::fs::read_to_string(&out).unwrap();
    assert!(sql.contains("用地(以 0.01亩 为一)"), "{sql}");
    assert!(sql.contains("CREATE OR REPLACE VIEW \"权利\""), "{sql}");
    let rows = std::fs::read_to_string(tables.join("企业.csv")).unwrap();
    assert_eq!(rows, "键,用地,园区,园区_无\n甲,1250,\"甲,\"\"乙\",\n乙,,,true\n");
    let made = std::fs::read_to_string(tables.join("tables.sql")).unwrap();
    assert!(made.contains("\"用地\" BIGINT"), "{made}");
}

#[test]
fn a_database_that_is_not_known_is_wrong_use() {
    let output = jiufen(&["sql", "shili", "--dialect", "oracle", "--lang", "en"]);
    assert_eq!(code(&output), 2);
    assert!(
        errors(&output).contains("duckdb, postgres, spark"),
        "{}",
        errors(&output)
    );
    let output = jiufen(&["sql", "shili", "--lang", "zh"]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("--dialect"), "{}", errors(&output));
}

#[test]
fn a_pack_with_errors_is_not_written() {
    let bad = folder_with(&SOUND.replace("3万元\n\n例", "3万亩\n\n例"));
    let output = jiufen(&[
        "sql",
        bad.path().to_str().unwrap(),
        "--dialect",
        "spark",
        "--year",
        "2025",
    ]);
    assert_eq!(code(&output), 1);
    assert!(!text(&output).contains("SELECT"), "{}", text(&output));
}

#[test]
fn a_rule_that_no_row_of_is_decided_is_refused_by_name() {
    let rule =
        "奖补 多次奖\n  每   企业 每年\n  给   企业\n  当   最大(奖状.发放日) ≥ 2024-01-01\n  金额 1万元\n";
    let folder = with_rule("\n事件 奖状\n  企业: 企业\n  发放日: 日期\n", rule);
    let pack = folder.path().to_str().unwrap();
    let asked = ["sql", pack, "--dialect", "postgres", "--year", "2025"];
    for (lang, words) in [("zh", "写不成 SQL"), ("en", "cannot be written as SQL")] {
        let output = jiufen(&[&asked[..], &["--rule", "多次奖", "--lang", lang]].concat());
        assert_eq!(code(&output), 2, "{}", text(&output));
        assert!(errors(&output).contains(words), "{}", errors(&output));
        assert!(text(&output).is_empty(), "{}", text(&output));
    }
    // Beside others it is written, and told.
    let output = jiufen(&[&asked[..], &["--lang", "en"]].concat());
    assert_eq!(code(&output), 0);
    assert!(
        errors(&output).contains("多次奖: open throughout"),
        "{}",
        errors(&output)
    );
    assert!(
        text(&output).contains("'open' ELSE 'open' END AS \"多次奖:结果\""),
        "{}",
        text(&output)
    );
    let output = jiufen(&[&asked[..], &["--rule", "多次讲", "--lang", "en"]].concat());
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("多次奖"), "{}", errors(&output));
}

#[test]
fn a_number_that_is_no_multiple_of_the_declared_step_asks_for_the_data() {
    let rule = "奖补 用地奖\n  每   企业 每年\n  给   企业\n  当   用地 ≥ 10亩\n  金额 1万元\n";
    let folder = with_rule("  用地: 面积\n", rule);
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("企业.csv"), "名,地区,用地(亩)\n甲,全国,12.5\n").unwrap();
    let tables = folder.path().join("表");
    let output = jiufen(&[
        "sql",
        folder.path().to_str().unwrap(),
        "--dialect",
        "duckdb",
        "--year",
        "2025",
        "--tables",
        tables.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 2);
    assert!(errors(&output).contains("--data"), "{}", errors(&output));
    assert!(!tables.join("企业.csv").exists());
}
