//! What is said of small slips, and the ways out that are named: each of them works.

use std::fs;
use std::path::Path;

use crate::command_line::{SOUND, code, errors, folder_with, jiufen, text};

const POLICY: &str = "---
标题: 入选激励办法
文号: 示例〔2025〕4号
适用地区: 全国
施行: 2025-01-01
状态: 示例
来源: 示例
---

## 一、激励

入选的给 3 万元和 2 万元,同一项目就高;每年另给最高 5 万元。

```jiufen
对象 企业 家
  键 名
  名: 文本
  地区: 地区

对象 项目
  企业: 企业
  名称: 文本

事件 入选
  企业: 企业
  项目: 项目
  公布日: 日期

奖补 入选激励
  每   入选
  给   企业
  按   公布日
  金额 3万元
  组合 项目类

奖补 入选奖
  每   入选
  给   企业
  按   公布日
  金额 2万元
  组合 项目类

组合 项目类
  键   项目
  法   就高

奖补 年度补助
  每   企业 每年
  给   企业
  当   计数(入选) ≥ 9
  金额 未公布
  至多 5万元
```
";

fn pack(more: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = folder_with(POLICY);
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let tables = [
        ("企业.csv", "名,地区\n甲,全国\n"),
        ("项目.csv", "企业,名称\n甲,一\n甲,二\n"),
        (
            "入选.csv",
            "企业,项目,公布日\n甲,1,2025-03-01\n甲,缺,2025-03-01\n",
        ),
    ];
    for (name, rows) in tables.iter().chain(more) {
        fs::write(data.join(name), rows).unwrap();
    }
    folder
}

fn explain(folder: &Path, more: &[&str]) -> std::process::Output {
    let mut words = vec!["explain", folder.to_str().unwrap(), "--year", "2025"];
    words.extend(more);
    jiufen(&words)
}

#[test]
fn a_key_that_two_tables_have_is_settled_by_the_rule_or_by_the_table() {
    let folder = pack(&[]);
    let asked = explain(folder.path(), &["--subject", "2"]);
    assert_eq!(code(&asked), 2);
    assert!(
        errors(&asked).contains("项目:2(二)、入选:2"),
        "{}",
        errors(&asked)
    );
    for words in [
        &["--subject", "2", "--rule", "入选激励"][..],
        &["--subject", "入选:2"],
        &["--subject", "入选:2", "--rule", "入选激励"],
        &["--subject", "项目：2"],
    ] {
        let asked = explain(folder.path(), words);
        assert_eq!(code(&asked), 0, "{words:?} {}", errors(&asked));
    }
}

#[test]
fn the_commands_that_a_site_prints_work() {
    let (folder, out) = (pack(&[]), tempfile::tempdir().unwrap());
    let (path, site) = (folder.path().to_str().unwrap(), out.path().to_str().unwrap());
    let output = jiufen(&["site", path, "--year", "2025", "--out", site]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let mut seen = 0;
    for page in fs::read_dir(out.path().join("decisions")).unwrap() {
        let page = fs::read_to_string(page.unwrap().path()).unwrap();
        let Some((_, rest)) = page.split_once("<code>jiufen explain ") else {
            continue;
        };
        let command = rest.split("</code>").next().unwrap();
        let options: Vec<&str> = command.split(' ').skip(1).collect();
        let mut words = vec!["explain", path];
        words.extend(options);
        let asked = jiufen(&words);
        assert_eq!(code(&asked), 0, "{command}: {}", errors(&asked));
        seen += 1;
    }
    assert!(seen >= 3, "{seen}");
}

#[test]
fn an_open_key_is_told_in_english_too() {
    let folder = pack(&[]);
    let words = ["--subject", "入选:2", "--rule", "入选奖", "--lang", "en"];
    let said = text(&explain(folder.path(), &words));
    assert!(
        said.contains("step 8 group 项目类: its key is not known"),
        "{said}"
    );
}

#[test]
fn a_list_that_is_not_complete_says_how_to_complete_it() {
    let folder = pack(&[]);
    let said = text(&explain(
        folder.path(),
        &["--subject", "甲", "--rule", "年度补助"],
    ));
    let said = said.replace(['\n', ' '], "");
    assert!(said.contains("首行写明登记完整至"), "{said}");
}

#[test]
fn a_run_over_a_snapshot_names_the_files_that_were_kept() {
    let folder = pack(&[
        (
            "核定.csv",
            "规则,键,年度,金额(万元),首期(万元),核定人,日期,依据文件\n年度补助,甲,2025,-3,,张,2025-03-01,文\n",
        ),
        ("归组.csv", "规则,键,归组\n没有,甲,一\n"),
        (
            "兑付.csv",
            "规则,对象,年度,金额,日期,文件\n没有,甲,,1万元,2025-03-01,文\n",
        ),
        (
            "沿革.csv",
            "对象,前身,后继,事由,日期,确认人,依据文件\n企业,乙,丙,更名,2024-07-01,,文\n",
        ),
    ]);
    let (path, root) = (folder.path().to_str().unwrap(), tempfile::tempdir().unwrap());
    let ran = jiufen(&[
        "run",
        path,
        "--year",
        "2025",
        "--out",
        root.path().join("甲").to_str().unwrap(),
    ]);
    assert_eq!(code(&ran), 0, "{}", errors(&ran));
    let kept = jiufen(&[
        "snapshot",
        path,
        "--out",
        root.path().to_str().unwrap(),
        "--format",
        "json",
    ]);
    let told: serde_json::Value = serde_json::from_str(&text(&kept)).unwrap();
    let snapshot = told["folder"].as_str().unwrap();
    let out = root.path().join("乙");
    let ran = jiufen(&[
        "run",
        path,
        "--data",
        snapshot,
        "--year",
        "2025",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(code(&ran), 0, "{}", errors(&ran));
    let rejected = fs::read_to_string(out.join("rejected.csv")).unwrap();
    for file in ["核定", "归组", "兑付", "沿革"] {
        assert!(rejected.contains(&format!("data/{file}.csv")), "{rejected}");
    }
    assert!(rejected.contains("核定、兑付的金额不能为负"), "{rejected}");
    for list in ["decisions.csv", "instalments.csv", "values.csv", "rejected.csv"] {
        let read = |run: &str| fs::read(root.path().join(run).join(list)).unwrap();
        assert!(read("甲") == read("乙"), "{list}");
    }
}

#[test]
fn a_snapshot_that_cannot_be_kept_is_told_in_one_language() {
    let folder = folder_with(&SOUND.replace("  地区: 地区\n", "  地区: 地区\n  人数: 人 每年\n"));
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("企业.csv"), "名,地区\n甲,全国\n").unwrap();
    fs::write(
        data.join("企业.年度.csv"),
        "名,年度,得知日,人数\n甲,2024,2025-01-01,3\n",
    )
    .unwrap();
    let (path, out) = (folder.path().to_str().unwrap(), folder.path().join("快照"));
    let keep = |lang| {
        errors(&jiufen(&[
            "snapshot",
            path,
            "--out",
            out.to_str().unwrap(),
            "--lang",
            lang,
        ]))
    };
    assert!(keep("zh").contains("快照只能存一个版本") && !keep("zh").contains("holds one version"));
    assert!(
        keep("en").contains("holds one version") && !keep("en").contains("快照"),
        "{}",
        keep("en")
    );
}

#[test]
fn a_wrong_path_or_day_says_what_is_expected() {
    let folder = folder_with(SOUND);
    let path = folder.path().to_str().unwrap();
    let table = folder.path().join("企业.csv");
    fs::write(&table, "名,地区\n").unwrap();
    let (table, document) = (table.to_str().unwrap(), folder.path().join("试.md"));
    let document = document.to_str().unwrap();
    let streams = ["run", path, "--year", "2025", "--out", path, "--stream"];
    let cases: [(Vec<&str>, &str); 7] = [
        (
            [&streams[..], &[path]].concat(),
            "这里要一个 Parquet 文件;登记数据的文件夹写 --data",
        ),
        ([&streams[..], &[table]].concat(), "不是 Parquet 文件(.parquet)"),
        ([&streams[..], &[table, "--data", path]].concat(), "只写一个"),
        (vec!["run", path, "--data", document], "这里要登记数据的文件夹"),
        (
            vec!["show", "试奖", "--pack", path, "--at", "2025-5-1"],
            "月、日写两位:2025-05-01",
        ),
        (
            vec!["show", "试奖", "--pack", path, "--at", "2025-02-30"],
            "没有这一天",
        ),
        (
            vec!["simulate", path, "--year", "2025", "--with", "试.md"],
            "不是草案(状态 示例)",
        ),
    ];
    for (words, said) in cases {
        let output = jiufen(&words);
        assert_eq!(code(&output), 2, "{words:?} {}", errors(&output));
        let found = errors(&output).replace("\n  ", "").replace('\n', "");
        assert!(found.contains(said), "{words:?} {found}");
    }
}

#[test]
fn the_help_of_sql_says_what_stands_without_data() {
    let help = text(&jiufen(&["sql", "--help"])).replace(['\n', ' '], "");
    assert!(
        help.contains("不写就用声明值") && !help.contains("缺省为政策包里的data"),
        "{help}"
    );
    let help = text(&jiufen(&["run", "--help"])).replace(['\n', ' '], "");
    assert!(help.contains("缺省为政策包里的data"), "{help}");
}
