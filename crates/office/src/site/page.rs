//! The frame of every page, and the files.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use jiufen_diagnostic::Lang;
use jiufen_document::Status;
use jiufen_table::files::write_one_of_many;

use super::markup::Markup;
use super::written;
use super::{Site, SiteReport};

const STYLE: &str = include_str!("site.css");
/// The page of a what-if.
pub(super) const WHATIF: &str = "whatif.html";

const SCRIPT: &str = include_str!("site.js");

/// Writes files below a folder and counts them.
pub(super) struct Writer {
    root: PathBuf,
    paths: BTreeSet<String>,
    report: SiteReport,
}

impl Writer {
    /// Makes the folder and those in it.
    pub fn new(root: &Path) -> io::Result<Self> {
        for folder in ["assets", "documents", "rules", "decisions"] {
            std::fs::create_dir_all(root.join(folder))?;
        }
        Ok(Self {
            root: root.to_owned(),
            paths: BTreeSet::new(),
            report: SiteReport::default(),
        })
    }

    /// The style sheet and the script.
    pub fn assets(&mut self) -> io::Result<()> {
        self.file("assets/site.css", STYLE)?;
        self.file("assets/site.js", SCRIPT)
    }

    /// Writes a page.
    pub fn page(&mut self, site: &Site, page: &Page, body: &Markup) -> io::Result<()> {
        self.file(&page.path, frame(site, page, body).as_str())
    }

    /// Takes away what an earlier site wrote and this one does not, and lists the files of this one.
    pub fn finish(mut self) -> io::Result<SiteReport> {
        self.paths.insert(written::LIST.to_owned());
        written::take_away(&self.root, &self.paths)?;
        self.file(written::LIST, &written::list(&self.paths))?;
        Ok(self.report)
    }

    fn file(&mut self, path: &str, text: &str) -> io::Result<()> {
        write_one_of_many(&self.root.join(path), text.as_bytes())?;
        self.paths.insert(path.to_owned());
        self.report.files += 1;
        self.report.bytes += text.len() as u64;
        Ok(())
    }
}

/// A page: where it is, what it is called, and what must be said on it.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    /// Relative to the root of the site.
    pub path: String,
    /// Its title.
    pub title: String,
    /// The standing of the document that it shows, where a reader must not take it for law in force.
    pub standing: Option<Status>,
    /// How many of the documents that it lists are invented, where not all are.
    pub examples: usize,
    /// Whether it shows facts of the registry.
    pub facts: bool,
    /// SHA-256 of what it shows, with the words before it.
    pub hashes: Vec<(String, String)>,
    /// The pages above it: file and words.
    pub above: Vec<(String, String)>,
}

impl Page {
    /// A page of a title.
    pub fn new(path: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            title: title.into(),
            ..Self::default()
        }
    }

    /// A page over all documents of the pack: it says how many of them are invented.
    pub fn over_pack(site: &Site, path: &str, title: impl Into<String>) -> Self {
        let mut page = Self::new(path, title);
        let statuses = site.input.pack.documents.iter().map(|d| d.meta.status);
        let of_law: Vec<Status> = statuses.filter(|s| *s != Status::Vocabulary).collect();
        let examples = of_law.iter().filter(|s| **s == Status::Example).count();
        if examples > 0 && examples == of_law.len() {
            page.standing = Some(Status::Example);
        } else {
            page.examples = examples;
        }
        page
    }

    /// The address of a file of the site, as seen from this page.
    pub fn to(&self, target: &str) -> String {
        let up = "../".repeat(self.path.matches('/').count());
        format!("{up}{target}")
    }
}

/// A page by itself, with the style in it and no links.
pub(super) fn alone(title: &str, lang: Lang, body: &Markup) -> Markup {
    let mut out = Markup::new();
    out.raw("<!DOCTYPE html>\n<html")
        .attribute("lang", lang.pick("zh-CN", "en"))
        .raw(">\n<head>\n<meta charset=\"utf-8\">\n");
    out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.raw("<title>")
        .text(title)
        .raw("</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n");
    out.raw(STYLE)
        .raw("</style>\n</head>\n<body>\n<main id=\"main\">\n");
    out.add(body).raw("</main>\n</body>\n</html>\n");
    out
}

fn frame(site: &Site, page: &Page, body: &Markup) -> Markup {
    let lang = site.input.lang;
    let mut out = Markup::new();
    out.raw("<!DOCTYPE html>\n<html")
        .attribute("lang", lang.pick("zh-CN", "en"))
        .raw(">\n<head>\n<meta charset=\"utf-8\">\n");
    out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.raw("<title>")
        .text(&page.title)
        .raw(" · ")
        .text(&site.input.pack.name)
        .raw("</title>\n");
    out.raw("<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\"")
        .attribute("href", &page.to("assets/site.css"));
    out.raw(">\n<script defer")
        .attribute("src", &page.to("assets/site.js"))
        .raw("></script>\n</head>\n<body>\n");
    out.raw("<a class=\"skip\" href=\"#main\">")
        .text(lang.pick("跳到正文", "Skip to content"))
        .raw("</a>\n");
    header(site, page, &mut out);
    banners(site, page, &mut out);
    out.raw("<main id=\"main\">\n");
    above(page, lang, &mut out);
    out.add(body).raw("</main>\n");
    footer(site, page, &mut out);
    out.raw("</body>\n</html>\n");
    out
}

fn header(site: &Site, page: &Page, out: &mut Markup) {
    let lang = site.input.lang;
    out.raw("<header class=\"top\"><div class=\"wrap\"><a class=\"brand\"")
        .attribute("href", &page.to("index.html"))
        .raw(">");
    out.text(lang.pick("九分", "Jiufen"))
        .raw("<span class=\"pack\">")
        .text(&site.input.pack.name)
        .raw("</span></a>\n<nav");
    out.attribute("aria-label", lang.pick("全站", "Site"))
        .raw("><ul>");
    let mut entry = |file: &str, zh: &str, en: &str| {
        out.raw("<li><a").attribute("href", &page.to(file));
        if page.path == file {
            out.raw(" aria-current=\"page\"");
        }
        out.raw(">").text(lang.pick(zh, en)).raw("</a></li>");
    };
    entry("index.html", "总览", "Overview");
    entry("parameters.html", "参数", "Parameters");
    entry("cases.html", "例", "Cases");
    entry("findings.html", "检查发现", "Findings");
    if site.input.whatif.is_some() {
        entry(WHATIF, "试算", "What-if");
    }
    if site.input.column.is_some() {
        entry("column.html", "栏目", "Column");
    }
    out.raw("</ul></nav></div></header>\n");
}

fn banners(site: &Site, page: &Page, out: &mut Markup) {
    let synthetic = page.facts && site.input.registry.is_some_and(crate::Registry::is_synthetic);
    let lang = site.input.lang;
    let standing = page.standing.and_then(|status| warning(status, lang));
    if !synthetic && standing.is_none() && page.examples == 0 {
        return;
    }
    out.raw("<div class=\"banners\" role=\"note\"><div class=\"wrap\">");
    if synthetic {
        out.raw("<p><strong>")
            .text(lang.pick("合成数据", "Synthetic data"))
            .raw("</strong> ");
        out.text(lang.pick(
            "登记数据由程序生成,企业、人员、金额均非真实。",
            "The registry was generated by a program: no firm, person or figure in it is real.",
        ));
        out.raw("</p>");
    }
    if page.examples > 0 {
        out.raw("<p><strong>")
            .text(lang.pick("示例", "Example"))
            .raw("</strong> ")
            .text(&match lang {
                Lang::Zh => format!("其中 {} 份文件系虚构,用来说明写法,已分别标明。", page.examples),
                Lang::En => format!(
                    "{} of the documents are invented to show how things are written; each is marked.",
                    page.examples
                ),
            });
        out.raw("</p>");
    }
    if let Some((word, sentence)) = standing {
        out.raw("<p><strong>").text(word).raw("</strong> ");
        out.text(sentence).raw("</p>");
    }
    out.raw("</div></div>\n");
}

/// What a reader must know of a document that is no law in force: a word and a sentence.
fn warning(status: Status, lang: Lang) -> Option<(&'static str, &'static str)> {
    let (zh, en) = match status {
        Status::Example => (
            ("示例", "文件系虚构,用来说明写法,不是任何机关的政策。"),
            (
                "Example",
                "The document is invented to show how things are written; it is no authority's policy.",
            ),
        ),
        Status::Draft => (
            ("征求意见", "文件还在征求意见,未施行,不产生权利。"),
            (
                "Draft",
                "The document is published for comment: it is not in force and gives no rights.",
            ),
        ),
        Status::Lapsed => (
            ("失效", "文件已经失效,不再产生新的权利。"),
            ("Lapsed", "The document has lapsed and gives no new rights."),
        ),
        Status::Official | Status::Reprint | Status::Vocabulary => return None,
    };
    Some(match lang {
        Lang::Zh => zh,
        Lang::En => en,
    })
}

fn above(page: &Page, lang: Lang, out: &mut Markup) {
    if page.above.is_empty() {
        return;
    }
    out.raw("<nav class=\"above\"")
        .attribute("aria-label", lang.pick("所在位置", "You are here"))
        .raw("><ol>");
    for (file, words) in &page.above {
        out.raw("<li>").link(&page.to(file), words).raw("</li>");
    }
    out.raw("</ol></nav>\n");
}

fn footer(site: &Site, page: &Page, out: &mut Markup) {
    let lang = site.input.lang;
    out.raw("<footer><div class=\"wrap\"><h2>")
        .text(lang.pick("出处", "Provenance"))
        .raw("</h2><dl>");
    let mut entry = |words: &str, value: &str, class: &'static str| {
        out.raw("<div><dt>")
            .text(words)
            .raw("</dt><dd")
            .raw(class)
            .raw(">")
            .text(value)
            .raw("</dd></div>");
    };
    entry(lang.pick("政策包", "Pack"), &site.input.pack.name, "");
    if let Some(run) = site.input.run {
        entry(
            lang.pick("当年(权利年度)", "Entitlement year"),
            &run.options.year.to_string(),
            "",
        );
        entry(
            lang.pick("今日(运行基准日)", "As-of date"),
            &run.options.as_of.to_string(),
            "",
        );
    }
    for (words, hash) in &page.hashes {
        entry(words, hash, " class=\"hash\"");
    }
    entry(
        lang.pick("程序版本", "Version"),
        concat!("jiufen ", env!("CARGO_PKG_VERSION")),
        "",
    );
    out.raw("</dl>");
    if page.path != "index.html" {
        let words = lang.pick("全部文件和登记表的散列值", "Hashes of all documents and tables");
        out.raw("<p>")
            .link(&page.to("index.html#provenance"), words)
            .raw("</p>");
    }
    out.raw("</div></footer>\n");
}

/// The words and class of a document's standing.
pub(super) fn status_class(status: Status) -> &'static str {
    match status {
        Status::Official => "good",
        Status::Draft | Status::Reprint => "care",
        Status::Lapsed => "off",
        Status::Example => "example",
        Status::Vocabulary => "plain",
    }
}
