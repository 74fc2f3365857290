//! Parameters: every figure that the law lays down, with its history.

use std::io;

use jiufen_language::program::ParameterId;

use super::document::badges;
use super::markup::{Markup, badge};
use super::page::{Page, Writer};
use super::{Site, timeline, words};

/// Writes the page of all parameters.
pub(super) fn write(site: &Site, writer: &mut Writer) -> io::Result<()> {
    let lang = site.input.lang;
    let page = Page::over_pack(site, "parameters.html", lang.pick("参数", "Parameters"));
    let program = site.program();
    let mut out = Markup::new();
    out.raw("<h1>").text(&page.title).raw("</h1>\n<p>");
    let empty = program
        .parameters
        .iter()
        .filter(|p| p.part.versions.is_empty())
        .count();
    out.text(&match lang {
        jiufen_diagnostic::Lang::Zh => format!(
            "共 {} 个,其中 {empty} 个没有核实的数值。没有数值的参数不当作零:用到它的规则按名拒绝。",
            program.parameters.len()
        ),
        jiufen_diagnostic::Lang::En => format!(
            "{} in all, {empty} of them without a verified value. A parameter without a value is not zero: a rule that uses it is refused by name.",
            program.parameters.len()
        ),
    });
    out.raw("</p>\n<div data-filter-list>\n");
    for index in 0..program.parameters.len() {
        let id = ParameterId(index as u32);
        out.raw("<section class=\"parameter\"")
            .attribute("id", site.names.parameter_anchor(id))
            .raw(">");
        out.add(&parameter(site, &page, id, "<h2>", "</h2>"))
            .raw("</section>\n");
    }
    out.raw("</div>\n");
    writer.page(site, &page, &out)
}

/// A parameter: its name, type, clause and history.
pub(super) fn parameter(
    site: &Site,
    page: &Page,
    id: ParameterId,
    open: &'static str,
    close: &'static str,
) -> Markup {
    let declared = &site.program().parameters[id.index()];
    let mut out = Markup::new();
    out.raw(open).text(&declared.name);
    if declared.part.versions.is_empty() {
        out.raw(" ")
            .add(&badge("care", site.pick("未核实", "unverified")));
    }
    out.raw(close).raw("<p class=\"where\">");
    out.text(&timeline::type_words(site, site.program(), &declared.ty))
        .raw(" · ");
    let document = site.program().document(declared.document);
    out.add(&words::cite(site, page, declared.cite)).raw(" ");
    out.add(&badges(site, document.status, document.source_status))
        .raw("</p>");
    out.add(&timeline::part(
        site,
        page,
        &declared.name,
        declared.document,
        &declared.part,
    ));
    out
}
