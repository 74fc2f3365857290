//! The lines of a grant, each beside what it means.

use jiufen_diagnostic::Lang;
use jiufen_language::program::Rule;
use jiufen_language::syntax::{SyntaxKind, SyntaxNode};

use super::Site;
use super::highlight;
use super::markup::{Markup, TABLE_END, table};
use super::page::Page;

/// The lines of a rule as written, with their meaning; what is not written and therefore holds is told too.
pub(super) fn explained(site: &Site, page: &Page, rule: &Rule) -> Markup {
    let mut out = Markup::new();
    let Some(block) = grant(site, rule) else {
        return out;
    };
    let lang = site.input.lang;
    let label = lang.pick("逐行说明", "Line by line");
    let headers = lang.pick("写法|意思", "As written|What it means");
    out.add(&table("lines", label, &headers.split('|').collect::<Vec<_>>()));
    let lines: Vec<SyntaxNode> = block.children().filter(|n| n.kind().is_line()).collect();
    for line in &lines {
        out.raw("<tr><td lang=\"zh-CN\"><code class=\"written\">")
            .add(&highlight::node(site, page, line));
        out.raw("</code></td><td>")
            .text(meaning(line.kind(), lang))
            .raw("</td></tr>\n");
    }
    for (kind, zh, en) in UNSAID {
        if !lines.iter().any(|l| l.kind() == *kind) {
            out.raw("<tr class=\"unsaid\"><td>")
                .text(lang.pick("(没有写)", "(not written)"))
                .raw("</td><td>");
            out.text(lang.pick(zh, en)).raw("</td></tr>\n");
        }
    }
    out.raw(TABLE_END);
    out
}

fn grant(site: &Site, rule: &Rule) -> Option<SyntaxNode> {
    let document = site
        .input
        .pack
        .documents
        .iter()
        .find(|d| d.source == rule.span.source)?;
    let within = |start: u32, end: u32| (start..end).contains(&rule.span.start);
    let fence = document
        .fences
        .iter()
        .find(|f| within(f.content.start, f.content.end))?;
    let offset = rule.span.start - fence.content.start;
    highlight::tree(site, fence)
        .children()
        .find(|node| node.kind() == SyntaxKind::GRANT && node.text_range().contains(offset.into()))
}

/// What holds where a line is left out.
const UNSAID: &[(SyntaxKind, &str, &str)] = &[
    (
        SyntaxKind::AS_OF_LINE,
        "按:没有写适用日期,用权利年度的 12 月 31 日选择条款版本",
        "asof: no date is named; 31 December of the entitlement year chooses the version of the law",
    ),
    (
        SyntaxKind::WHEN_LINE,
        "当:没有条件,所列对象都符合",
        "when: no condition, every row qualifies",
    ),
];

fn meaning(kind: SyntaxKind, lang: Lang) -> &'static str {
    let (zh, en) = match kind {
        SyntaxKind::EACH_LINE => (
            "一项权利对应什么,多久一次",
            "what one right is for, and how often it arises",
        ),
        SyntaxKind::PAY_TO_LINE => ("钱打给谁", "who is paid"),
        SyntaxKind::AS_OF_LINE => (
            "按哪一天选择条款版本",
            "the date that chooses the version of the law",
        ),
        SyntaxKind::BASIS_LINE => ("年度数据取哪一年", "the year that yearly facts are taken from"),
        SyntaxKind::WHEN_LINE => (
            "条件;缺数据时不当作否,而是无法判定",
            "the condition; a missing fact is not a no, the answer is then undetermined",
        ),
        SyntaxKind::AMOUNT_LINE => (
            "金额公式;精确计算,最后四舍五入到分",
            "the formula; exact, rounded half up to the fen at the end",
        ),
        SyntaxKind::CAP_LINE => ("封顶:限制公式算出的金额", "a cap on what the formula gives"),
        SyntaxKind::AT_MOST_LINE => (
            "至多:只公布上限、没有公布公式,核定以后才能兑付",
            "a ceiling without a published formula: payable only once determined",
        ),
        SyntaxKind::STAGES_LINE => ("分几期付,各在何时", "instalments and when they are due"),
        SyntaxKind::GROUP_LINE => (
            "与同组的待遇怎样并计",
            "how it counts together with others of the group",
        ),
        SyntaxKind::FUND_LINE => ("从哪个账户出钱", "the account it is paid from"),
        SyntaxKind::DEBIT_LINE => ("占用哪个额度", "the quota it uses"),
        SyntaxKind::DELIVERY_LINE => ("怎样兑付", "how it is delivered"),
        SyntaxKind::ATTACH_LINE => ("要交的材料", "papers that are needed"),
        SyntaxKind::WITHIN_LINE => ("机关应当在多久之内办", "within what time the authority must act"),
        SyntaxKind::CONTINUES_LINE => (
            "承接旧文件;“一次”连同旧文件一起算",
            "continues an earlier text; “once” is counted over both",
        ),
        SyntaxKind::SPANNING_LINE => (
            "文件年内失效时,这一年怎么算",
            "what the year is worth when the document lapses within it",
        ),
        SyntaxKind::CITE_LINE => ("另有出处", "a source of its own"),
        _ => ("", ""),
    };
    lang.pick(zh, en)
}
