//! The site as a person finds it: every link leads somewhere, the same bytes twice, nothing unescaped, nothing hidden.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail the test that calls them"
)]

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use jiufen_diagnostic::Lang;
use jiufen_gazette::Issue;
use jiufen_office::site::{SiteInput, SiteReport, build};
use jiufen_office::{Pack, PackFile, PackFiles, Registry, Run, RunOptions, column, testing};
use jiufen_quantity::Date;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn shili() -> PackFiles {
    PackFiles::read(&workspace().join("packs/shili")).unwrap()
}

/// A pack of one document and a registry, for texts that no shipped pack has.
fn small(document: &str, tables: &[(&str, &str)]) -> PackFiles {
    let file = |path: &str, text: &str| PackFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec().into(),
    };
    let mut files = vec![file("政策.md", document)];
    files.extend(
        tables
            .iter()
            .map(|(name, text)| file(&format!("data/{name}"), text)),
    );
    PackFiles {
        name: "small".to_owned(),
        files,
    }
}

/// Every page of a site by its path, and what was written.
struct Built {
    pages: BTreeMap<String, String>,
    report: SiteReport,
}

fn site(files: PackFiles, issue: Option<&Issue>, lang: Lang) -> Built {
    let folder = tempfile::tempdir().unwrap();
    let issue = issue.map(|issue| ("/somewhere/issue.txt", issue));
    site_in(folder.path(), files, issue, lang)
}

fn site_in(folder: &Path, files: PackFiles, issue: Option<(&str, &Issue)>, lang: Lang) -> Built {
    let pack = Pack::load(files);
    let as_of = Date::new(2025, 12, 31).unwrap();
    let registry = Registry::load(&pack.program, &pack.files, "data", as_of);
    let sound = pack.is_sound();
    let run = sound.then(|| Run::all(&pack, &registry, RunOptions { year: 2025, as_of }));
    let cases = if sound {
        testing::run_cases(&pack)
    } else {
        Vec::new()
    };
    let input = SiteInput {
        pack: &pack,
        registry: Some(&registry),
        run: run.as_ref(),
        column: issue,
        cases: &cases,
        whatif: None,
        lang,
    };
    let report = build(&input, folder).unwrap();
    let mut pages = BTreeMap::new();
    collect(folder, "", &mut pages);
    Built { pages, report }
}

fn collect(folder: &Path, below: &str, pages: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), pages);
        } else {
            pages.insert(path, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// The values of an attribute in a page.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    page.split(attribute)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// `../a/b.html` as seen from `c/d.html`.
fn resolved(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        if part == ".." {
            assert!(
                parts.pop().is_some(),
                "{from} leads outside the site with {target}"
            );
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// Every link leads to a file and an anchor of the site; no page asks the network for anything.
fn check_links(built: &Built) {
    let ids: BTreeMap<&str, HashSet<&str>> = built
        .pages
        .iter()
        .map(|(path, page)| (path.as_str(), values(page, " id=\"").into_iter().collect()))
        .collect();
    for (path, page) in built.pages.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(path.is_ascii(), "{path}");
        assert_eq!(
            values(page, " id=\"").len(),
            ids[path.as_str()].len(),
            "{path} has an anchor twice"
        );
        for source in values(page, " src=\"") {
            assert!(
                built.pages.contains_key(&resolved(path, source)),
                "{path} loads {source}"
            );
        }
        for target in values(page, " href=\"").into_iter().filter(|t| *t != "data:,") {
            if target.starts_with("http") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() {
                path.clone()
            } else {
                resolved(path, file)
            };
            let known = ids.get(file.as_str());
            assert!(known.is_some(), "{path} links to {target}: no such file");
            let there = anchor.is_empty() || known.is_some_and(|ids| ids.contains(anchor));
            assert!(there, "{path} links to {target}: no such anchor");
        }
    }
    let style = &built.pages["assets/site.css"];
    assert!(!style.contains("url(") && !style.contains("@import"));
}

#[test]
fn every_link_of_the_example_pack_leads_somewhere() {
    let files = shili();
    let issue = files
        .get("column/issue.txt")
        .map(|bytes| column::read("column/issue.txt", bytes).unwrap().issue);
    let built = site(files, issue.as_ref(), Lang::Zh);
    check_links(&built);
    let index = &built.pages["index.html"];
    assert!(index.len() < 200 * 1024, "{}", index.len());
    assert!(index.contains(">合成数据<") && index.contains(">示例<"));
    assert!(built.report.derivations > 20 && built.report.files == built.pages.len());
    let english = site(shili(), issue.as_ref(), Lang::En);
    check_links(&english);
    assert!(english.pages["index.html"].contains("Synthetic data"));
}

#[test]
fn every_link_of_the_shipped_pack_leads_somewhere() {
    let built = site(
        PackFiles::read(&workspace().join("packs/qiantang")).unwrap(),
        None,
        Lang::Zh,
    );
    check_links(&built);
    assert!(built.pages["index.html"].len() < 200 * 1024);
    assert!(built.report.bytes < 60 * 1024 * 1024, "{}", built.report.bytes);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (first, second) = (site(shili(), None, Lang::Zh), site(shili(), None, Lang::Zh));
    assert_eq!(first.report, second.report);
    assert!(first.pages == second.pages);
}

#[test]
fn a_site_takes_the_place_of_an_earlier_one_and_leaves_other_files_alone() {
    const LIST: &str = "jiufen-files.txt";
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let outside = folder.with_extension("outside");
    std::fs::write(&outside, "").unwrap();
    let old = site_in(folder, shili(), None, Lang::Zh).pages;
    let listed: Vec<&str> = old[LIST].lines().skip(1).collect();
    assert_eq!(listed, old.keys().collect::<Vec<_>>());
    let own = ["笔记.txt", "decisions/own.html"];
    for path in own {
        std::fs::write(folder.join(path), "own").unwrap();
    }
    let name = outside.file_name().unwrap().to_string_lossy();
    let list = format!("{}../{name}\n{}\n", old[LIST], outside.display());
    std::fs::write(folder.join(LIST), list).unwrap();

    let text =
        "---\n标题: 另一个办法\n文号: 示例〔2026〕9号\n状态: 示例\n---\n\n## 第一条 试\n\n每户十万元。\n";
    let other = || small(text, &[]);
    let mut expected = site(other(), None, Lang::Zh).pages;
    expected.extend(own.map(|path| (path.to_owned(), "own".to_owned())));
    let becomes = site_in(folder, other(), None, Lang::Zh).pages;
    assert!(becomes == expected, "{:?}", becomes.keys());
    assert!(outside.exists());
    std::fs::remove_file(outside).unwrap();

    std::fs::write(folder.join(LIST), "index.html\nrules/甲.html\n").unwrap();
    std::fs::write(folder.join("rules/甲.html"), "").unwrap();
    assert!(
        site_in(folder, other(), None, Lang::Zh)
            .pages
            .contains_key("rules/甲.html")
    );
}

const HOSTILE: &str = "---\n标题: \"<script>alert(1)</script>\"\n文号: 示例〔2025〕<b>1</b>号\n发文机关: \"<img src=x onerror=alert(1)>\"\n适用地区: 全国\n施行: 2025-01-01\n状态: 示例\n---\n\
    ## 第一条 <script>alert(2)</script>\n\n<script>alert(3)</script>\n\n[甲](javascript:alert(4)) [乙](不在.md) ![丙](https://example.invalid/x.png)\n\n\
    ```jiufen\n对象 企业 家\n  键 号\n  号: 文本\n  名称: 文本\n  研发费用: 金额\n\n\
    奖补 「<script>alert(5)</script>」  # <script>alert(6)</script>\n  每   企业 每年\n  给   企业\n  金额 研发费用 × 5%\n```\n";

#[test]
fn nothing_that_a_user_wrote_becomes_a_tag() {
    let tables = [(
        "企业.csv",
        "号,名称,研发费用(万元)\nA,<script>alert(7)</script>,100\n\"\"\"><script>alert(8)\",乙,缺\n",
    )];
    let built = site(small(HOSTILE, &tables), None, Lang::Zh);
    check_links(&built);
    for (path, page) in built.pages.iter().filter(|(path, _)| path.ends_with(".html")) {
        for bad in [
            "<script>alert",
            "<img src",
            "javascript:",
            "<b>1</b>号",
            " onerror=alert(1)>",
        ] {
            assert!(!page.contains(bad), "{path} holds {bad}");
        }
    }
    let all: String = built.pages.values().map(String::as_str).collect();
    assert!(all.contains("data-address=\"https://example.invalid/x.png\""));
    assert!(all.contains("&lt;script&gt;alert(5)") && all.contains("&lt;script&gt;alert(7)"));
}

#[test]
fn what_is_not_known_is_said_and_never_shown_as_zero() {
    let tables = [("企业.csv", "号,名称,研发费用(万元)\nA,甲公司,缺\nB,乙公司,100\n")];
    let built = site(small(HOSTILE, &tables), None, Lang::Zh);
    let of = |name: &str| {
        let head = format!("<h1 lang=\"zh-CN\">{name}</h1>");
        built.pages.values().find(|page| page.contains(&head)).unwrap()
    };
    let unknown = of("甲公司");
    assert!(unknown.contains("缺 甲公司.研发费用") && unknown.contains("data/企业.csv 第 2 行"));
    assert!(unknown.contains("<strong class=\"amount\">未知,没有上限</strong>"));
    assert!(of("乙公司").contains("<strong class=\"amount\">5万元</strong>"));
    assert!(of("乙公司").contains("jiufen explain small --subject B"));
}

/// A document of a standing, with a parameter, a rule on it and an exception to it.
fn standing(words: &str) -> PackFiles {
    let document = format!(
        "---\n标题: 试行办法\n文号: 示例〔2025〕3号\n适用地区: 全国\n施行: 2025-01-01\n{words}---\n## 第一条 奖励\n\n\
        ```jiufen\n对象 企业 家\n  键 号\n  号: 文本\n  名称: 文本\n  规上: 是否\n\n\
        参数 奖励额: 金额\n  = 5万元\n\n\
        奖补 规上奖\n  每   企业 每年\n  给   企业\n  当   规上\n  金额 奖励额\n\n\
        例外 加码 对 奖励额\n  每   企业\n  当   规上\n  = 6万元\n```\n"
    );
    small(&document, &[("企业.csv", "号,名称,规上\nA,甲公司,否\n")])
}

#[test]
fn a_text_that_is_no_law_in_force_is_marked_wherever_it_is_shown() {
    for (words, word) in [
        ("状态: 征求意见\n", "征求意见"),
        ("状态: 失效\n失效: 2025-06-30\n", "失效"),
    ] {
        let built = site(standing(words), None, Lang::Zh);
        check_links(&built);
        let banner =
            format!("<div class=\"banners\" role=\"note\"><div class=\"wrap\"><p><strong>{word}</strong>");
        let shows = |prefix: &str| {
            let mut pages = built.pages.iter().filter(|(path, _)| path.starts_with(prefix));
            assert!(pages.all(|(_, page)| page.contains(&banner)), "{word} {prefix}");
        };
        shows("documents/");
        shows("rules/");
        let parameters = &built.pages["parameters.html"];
        assert!(parameters.contains(&format!(">{word}</span>")), "{word}");
        assert!(!parameters.contains(">现行<"), "{word}");
    }
    let draft = site(standing("状态: 征求意见\n"), None, Lang::Zh);
    assert!(draft.pages["index.html"].contains("征求意见,未施行"));
    let exception = "<th scope=\"row\">加码 <span class=\"badge care\">征求意见,未施行</span>";
    assert!(draft.pages["parameters.html"].contains(exception));
    // Pages over a pack of examples say so as well.
    let example = site(standing("状态: 示例\n"), None, Lang::Zh);
    for page in ["index.html", "parameters.html", "cases.html"] {
        assert!(example.pages[page].contains("<strong>示例</strong>"), "{page}");
    }
}

#[test]
fn a_sum_stands_under_its_column_and_once_on_paper() {
    let built = site(shili(), None, Lang::Zh);
    let (_, table) = built.pages["index.html"]
        .split_once("<section id=\"rules\">")
        .unwrap();
    let between = |open: &str, close: &str| table.split_once(open).unwrap().1.split_once(close).unwrap().0;
    let cells = |row: &str| row.matches("<th").count() + row.matches("<td").count();
    assert_eq!(
        cells(between("<thead>", "</thead>")),
        cells(between("<tfoot>", "</tfoot>"))
    );
    assert!(!between("<tfoot>", "</tfoot>").contains("colspan"));
    // A table-footer-group would be printed below every page of a long table.
    assert!(built.pages["assets/site.css"].contains("tfoot { display: table-row-group; }"));
}

#[test]
fn a_refusal_names_the_condition_that_fails() {
    let built = site(standing("状态: 正式\n来源: 见过原文\n"), None, Lang::Zh);
    let all: String = built.pages.values().map(String::as_str).collect();
    assert!(all.contains("不成立:规上") && !all.contains("条件不成立"));
}

#[test]
fn persons_are_masked() {
    let document = "---\n标题: 人才\n状态: 示例\n适用地区: 全国\n施行: 2025-01-01\n---\n## 第一条 人才\n\n```jiufen\n对象 人员 人\n  键 证件号\n  证件号: 文本\n  姓名: 文本\n  补助: 金额\n\n奖补 人才补助\n  每   人员 每年\n  给   人员\n  金额 补助\n```\n";
    let tables = [(
        "人员.csv",
        "证件号,姓名,补助(万元)\n330102199001011234,张三丰,5\n",
    )];
    let built = site(small(document, &tables), None, Lang::Zh);
    let all: String = built
        .pages
        .iter()
        .map(|(path, page)| format!("{path}{page}"))
        .collect();
    assert!(all.contains("张**") && all.contains("…1234"));
    assert!(!all.contains("张三丰") && !all.contains("19900101"));
}

#[test]
fn a_pack_with_errors_is_shown_with_its_findings() {
    let document = "---\n标题: 坏\n状态: 示例\n---\n## 第一条 坏\n\n```jiufen\n奖补 坏\n  每   企业\n  金额 3 + 5元\n```\n";
    let built = site(small(document, &[]), None, Lang::Zh);
    check_links(&built);
    assert!(built.pages["index.html"].contains("有错误"));
    assert!(built.pages["findings.html"].contains("政策.md:"));
}

#[test]
fn the_source_document_shows_as_signed_articles_and_an_editors_note() {
    let shared = std::env::var_os("JIUFEN_SHARED").map_or(workspace().join("../shared"), PathBuf::from);
    let path = shared.join("data/column-issue.txt");
    let Ok(bytes) = std::fs::read(&path) else {
        println!(
            "{} is not here: the column page of the source document was not tested",
            path.display()
        );
        return;
    };
    let issue = column::read("column-issue.txt", &bytes).unwrap().issue;
    let page = &site(shili(), Some(&issue), Lang::Zh).pages["column.html"];
    assert_eq!(page.matches("<p class=\"byline\">").count(), 3);
    for (bureau, author) in [
        ("区财政局", "胡科强"),
        ("区经信科技局", "于坚栋"),
        ("市规划资源局钱塘分局", "沈超峰"),
    ] {
        assert!(page.contains(&format!(
            "<span class=\"bureau\">{bureau}</span> <span class=\"author\">{author}</span>"
        )));
    }
    assert!(page.contains("<article id=\"note\"") && page.contains("一、深入贯彻"));
    assert!(!page.contains("/somewhere/"));
}

#[test]
fn the_site_lists_the_rights_that_the_run_lists_and_names_the_years_of_the_others() {
    let built = site(shili(), None, Lang::Zh);
    let pack = Pack::load(shili());
    let as_of = Date::new(2025, 12, 31).unwrap();
    let registry = Registry::load(&pack.program, &pack.files, "data", as_of);
    let run = Run::all(&pack, &registry, RunOptions { year: 2025, as_of });
    let rules = built.pages.iter().filter(|(path, _)| path.starts_with("rules/"));
    let lists = rules.filter_map(|(_, page)| page.split("<section id=\"decisions\">").nth(1));
    let listed: usize = lists
        .map(|list| {
            list.split("</section>")
                .next()
                .unwrap()
                .matches("<tr><td>")
                .count()
        })
        .sum();
    let summaries = run.summaries();
    let counted: u64 = summaries
        .iter()
        .map(|(_, s)| s.eligible + s.ineligible + s.undetermined + s.refused)
        .sum();
    let rows = jiufen_office::lists::decisions(&pack, &registry, &run).rows.len();
    assert_eq!((listed, counted as usize), (rows, rows));
    let elsewhere: u64 = summaries.iter().map(|(_, s)| s.of_other_years).sum();
    assert_eq!(run.other_years().values().sum::<usize>(), elsewhere as usize);
    let words = jiufen_office::lists::other_years_words(&run.other_years(), Lang::Zh);
    assert!(elsewhere > 0 && built.pages["index.html"].contains(&words));
}

const PAID: &str = "---
标题: 示例办法
文号: 示例〔2024〕1号
施行: 2024-01-01
失效: 2026-12-31
适用地区: 全国
状态: 示例
来源: 示例
---
## 一、奖励

示例。

```jiufen
对象 企业 家
  键 代码
  代码: 文本

事件 认定
  键 编号
  编号: 文本
  企业: 企业
  奖额: 金额
  档: 文本
  公布日: 日期

表 档次
  法 首个
  | 档   | 倍数 |
  | 甲   | 1    |
  | 不限 | 1    |

奖补 认定奖
  每   认定
  给   企业
  按   公布日
  金额 奖额 × 档次(档)

奖补 年奖
  每   企业 每年
  给   企业
  当   代码 = \"无\"
  金额 1万元
```
";

fn paid() -> PackFiles {
    let tables = [
        ("企业.csv", "代码\n甲\n乙\n"),
        (
            "认定.csv",
            "编号,企业,奖额,档,公布日\n一,甲,100元,甲,2025-03-01\n二,甲,100元,甲,2025-03-01\n三,乙,缺,甲,2025-03-01\n四,乙,100元,甲,2025-03-01\n五,乙,100元,甲,2024-03-01\n",
        ),
        (
            "兑付.csv",
            "规则,对象,年度,金额,日期,文件\n认定奖,一,,120元,2025-06-01,拨付1号\n认定奖,三,,10.01元,2025-07-01,拨付2号\n认定奖,四,,40元,2025-07-01,拨付2号\n认定奖,五,,10元,2025-07-01,拨付2号\n",
        ),
    ];
    small(PAID, &tables)
}

#[test]
fn what_was_paid_before_stands_on_the_pages_with_the_figures_of_the_run() {
    let built = site(paid(), None, Lang::Zh);
    check_links(&built);
    let index = &built.pages["index.html"];
    let total =
        "<td class=\"n\">170.01</td><td class=\"n\">160.00</td><td class=\"n\">20.00</td></tr></tfoot>";
    assert!(index.contains(total), "{index}");
    assert!(index.contains("还应兑付(元)  160.00,是可兑付 300.00 减去其中已经付清的 140.00"));
    assert!(index.contains(
        "付在这里列出的权利上 170.01(其中多付 20.00、可兑付未定的 10.01),付在别的权利(如别的年度的)上 10.00"
    ));
    assert!(index.contains("追回建议 1 份,共 20.00 元"));
    let rules: String = built
        .pages
        .iter()
        .filter(|(path, _)| path.starts_with("rules/"))
        .map(|(_, page)| page.as_str())
        .collect();
    for words in [
        "<dt>已付(元)</dt><dd>170.01</dd>",
        "<dt>还应付(元)</dt><dd>160.00</dd>",
        "<dt>多付,建议追回(元)</dt><dd>20.00</dd>",
        "<td class=n>100.00<td class=n>120.00<td class=n>0.00<td class=n>20.00<td>",
        "<td class=n>100.00<td class=n>—<td class=n>100.00<td class=n>—<td>",
        "<td class=n>—<td class=n>10.01<td class=n>未定<td class=n>—<td>",
        "<td class=n>100.00<td class=n>40.00<td class=n>60.00<td class=n>—<td>",
    ] {
        assert!(rules.contains(words), "{words}\n{rules}");
    }
    // A rule on which nothing was paid needs no columns for it.
    assert_eq!(rules.matches(">已付(元)</th>").count(), 1);
    let decisions: String = built
        .pages
        .iter()
        .filter(|(path, _)| path.starts_with("decisions/"))
        .map(|(_, page)| page.as_str())
        .collect();
    for words in [
        "<strong class=\"paid\">已兑付 40元,还应付 60元</strong>",
        "<strong class=\"paid\">已兑付 120元,多付,建议追回 20元</strong>",
        "<strong class=\"paid\">已兑付 10.01元</strong>",
        "<dt>多付,建议追回(元)</dt><dd>20.00</dd>",
    ] {
        assert_eq!(decisions.matches(words).count(), 1, "{words}");
    }
    let english = &site(paid(), None, Lang::En).pages["index.html"];
    assert!(
        english.contains("still to pay (yuan)  160.00: payable 300.00, less 140.00 of it settled before")
    );
    assert!(!site(shili(), None, Lang::Zh).pages["index.html"].contains("还应付"));
}

#[test]
fn a_sum_of_nothing_is_a_figure_and_a_table_holds_within_its_document() {
    let built = site(paid(), None, Lang::Zh);
    // 年奖: nobody is eligible, nothing is payable, there is no ceiling and nothing is pending.
    let index = &built.pages["index.html"];
    let none = "<td class=\"n\">0.00</td><td class=\"n\">—</td><td class=\"n\">—</td>";
    assert!(index.contains(none), "{index}");
    let held = "<p class=\"edition\">2024-01-01 至 2026-12-31 · ";
    assert!(built.pages.values().any(|page| page.contains(held)));
}

#[test]
fn rejected_rows_are_told_in_words_and_the_page_says_what_is_invented() {
    let files = shili();
    let issue = files
        .get("column/issue.txt")
        .map(|bytes| column::read("column/issue.txt", bytes).unwrap().issue);
    for (lang, words, banners) in [
        (Lang::Zh, "“研发费用”应为金额,写的是“…”", ["合成数据", "示例"]),
        (
            Lang::En,
            "`研发费用` needs an amount of money and has `…`",
            ["Synthetic data", "Example"],
        ),
    ] {
        let tables = [(
            "企业.csv",
            "# 合成数据\n号,名称,研发费用(万元)\nA,甲公司,约三百\n",
        )];
        let built = site(small(HOSTILE, &tables), None, lang);
        let page = &built.pages["findings.html"];
        let row = format!("<td>{words}");
        assert!(page.contains(&row), "{page}");
        assert!(page.contains("<code class=\"code\">not-a-number</code>"));
        assert!(!page.contains("约三百"));
        for banner in banners {
            assert!(page.contains(&format!("<strong>{banner}</strong>")), "{banner}");
        }
        let column = &site(shili(), issue.as_ref(), lang).pages["column.html"];
        assert!(column.contains(&format!("<strong>{}</strong>", banners[0])));
        // This issue is no part of the pack, by its name: it may be a real one.
        let example = format!("<strong>{}</strong>", banners[1]);
        assert!(!column.contains(&example));
        let folder = tempfile::tempdir().unwrap();
        let own = issue.as_ref().map(|issue| ("column/issue.txt", issue));
        let own = site_in(folder.path(), shili(), own, lang);
        assert!(own.pages["column.html"].contains(&example));
    }
}
