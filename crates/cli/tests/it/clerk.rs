//! What a clerk reads of one firm: what is due now, what is open and what would settle it.

use crate::command_line::{code, errors, folder_with, jiufen, text};

const POLICY: &str = "---
标题: 两项奖励办法
文号: 示例〔2025〕4号
适用地区: 全国
施行: 2025-01-01
状态: 示例
来源: 示例
---

## 一、奖励

好的企业奖 5 万元,大的企业奖 3 万元,就高不重复;开门的企业奖 10 万元,分两期,各 60% 和余额。

```jiufen
对象 企业 家
  键 名
  名: 文本
  地区: 地区
  开门日: 日期
  好: 是否
  大: 是否
  开门: 是否

奖补 好奖
  每   企业 每年
  给   企业
  当   好
  金额 5万元
  组合 同类

奖补 大奖
  每   企业 每年
  给   企业
  当   大
  金额 3万元
  组合 同类

组合 同类
  键   企业, 年
  法   就高

奖补 开门奖
  每   企业 一次
  给   企业
  按   开门日
  金额 10万元
  分期
    - 开门日: 60%
    - 加年(开门日, 1) 当 开门: 余额
```
";

fn pack() -> tempfile::TempDir {
    let folder = folder_with(POLICY);
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(
        data.join("企业.csv"),
        "# 合成\n名,地区,开门日,好,大,开门\n甲,全国,2025-03-01,缺,缺,缺\n",
    )
    .unwrap();
    folder
}

fn explained(folder: &std::path::Path) -> String {
    let output = jiufen(&[
        "explain",
        folder.to_str().unwrap(),
        "--subject",
        "甲",
        "--year",
        "2025",
    ]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    text(&output)
}

#[test]
fn what_is_due_now_stands_at_the_top_even_while_a_later_instalment_is_open() {
    let said = explained(pack().path());
    assert!(
        said.contains("\n符合 1 项,可兑付 0元,另有已到期的分期 6万元(后期未定),无法判定 2 项\n"),
        "{said}"
    );
}

#[test]
fn a_right_of_a_group_says_all_that_would_settle_it() {
    let said = explained(pack().path());
    assert!(said.contains("\n  补齐这些就能判定:甲.好、甲.大\n"), "{said}");
    assert!(said.contains("\n  补齐这些就能判定:甲.大、甲.好\n"), "{said}");
}

#[test]
fn a_step_that_changes_nothing_says_so_once() {
    let said = explained(pack().path());
    assert!(said.contains("高者未定(0元 至 5万元,不变;"), "{said}");
    assert!(!said.contains("0元 至 5万元 → 0元 至 5万元"), "{said}");
}

#[test]
fn a_pack_is_called_as_its_folder_however_the_path_ends() {
    let folder = pack();
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    let path = folder.path().join("data").join("..");
    let said = text(&jiufen(&["run", path.to_str().unwrap(), "--year", "2025"]));
    assert!(said.starts_with(&format!("{name} · ")), "{said}");
}

#[test]
fn the_first_page_counts_what_is_due_beside_the_payable_amounts() {
    let (folder, out) = (pack(), tempfile::tempdir().unwrap());
    let (pack, site) = (folder.path().to_str().unwrap(), out.path().to_str().unwrap());
    let output = jiufen(&["site", pack, "--year", "2025", "--out", site]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let page = std::fs::read_to_string(out.path().join("index.html")).unwrap();
    assert!(page.contains("后期未定但已到期的分期(元) 60,000.00"), "{page}");
}
