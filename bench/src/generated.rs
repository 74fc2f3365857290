//! A generated pack: many clauses, each with prose, a parameter, a grant and a case.

use std::fmt::Write;

use jiufen_office::{PackFile, PackFiles};

/// Clauses in one document.
const PER_DOCUMENT: usize = 50;

/// A pack with so many clauses, spread over documents as a district's policies are.
pub fn pack(clauses: usize) -> PackFiles {
    let mut files = vec![file("词汇.md", vocabulary())];
    let mut from = 0;
    while from < clauses {
        let to = (from + PER_DOCUMENT).min(clauses);
        files.push(file(
            &format!("文件{:04}.md", from / PER_DOCUMENT),
            document(from, to),
        ));
        from = to;
    }
    PackFiles {
        name: "generated".into(),
        files,
    }
}

fn file(path: &str, text: String) -> PackFile {
    PackFile {
        path: path.to_owned(),
        bytes: text.into_bytes().into(),
    }
}

fn vocabulary() -> String {
    "---\n标题: 词汇(生成)\n状态: 词汇\n来源: 示例\n---\n\n## 词汇\n\n```jiufen\n对象 企业 家\n  键 代码\n  代码: 文本\n  \
     地区: 地区\n  营业收入: 金额 每年\n  研发费用: 金额 每年\n  规上工业: 是否 每年\n```\n"
        .to_owned()
}

fn document(from: usize, to: usize) -> String {
    let number = from / PER_DOCUMENT + 1;
    let mut text = format!(
        "---\n标题: 生成的政策之{number}\n文号: 示例〔2025〕{number}号\n发文机关: 示例区人民政府\n适用地区: 示例省示例市示例区\n\
         施行: 2025-01-01\n状态: 示例\n来源: 示例\n---\n"
    );
    for clause in from..to {
        let (threshold, rate, cap) = (clause % 9 + 1, clause % 7 + 1, (clause % 40 + 1) * 10);
        let _ = write!(
            text,
            "\n## 第{clause}条 补助{clause}\n\n上年研发费用占营业收入 {threshold}% 以上的规上工业企业,按研发费用的 {rate}% 补助,最高 {cap}万元。\n\n\
             ```jiufen\n参数 比例{clause}: 比率\n  自 2025-01-01: {rate}%\n\n奖补 补助{clause}\n  每   企业 每年\n  给   企业\n  口径 上年\n  \
             当   规上工业 且 研发费用 ÷ 营业收入 ≥ {threshold}%\n  金额 研发费用 × 比例{clause}\n  封顶 {cap}万元\n\n例 压线{clause}\n  年度 2025\n  \
             已知 企业 甲: 2024年.营业收入 = 1000万元, 2024年.研发费用 = {}万元, 2024年.规上工业 = 是\n  应得 补助{clause}(甲) = {}元\n```\n",
            threshold * 10,
            (threshold * 10 * rate * 100).min(cap * 10_000),
        );
    }
    text
}
