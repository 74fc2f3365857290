//! A part through time: its versions with dates and clauses, gaps, exceptions, and what holds on the day of the run.

use jiufen_document::Status;
use jiufen_interpret::describe;
use jiufen_language::program::{DocumentId, DocumentInfo, Part, PartValue, Program, Type, Version};
use jiufen_quantity::{Date, Period};

use super::Site;
use super::markup::{Markup, TABLE_END, badge, table};
use super::page::Page;
use super::words;
use crate::consolidated::standing;

/// The timeline of a part as a table, and its exceptions as another.
pub(super) fn part(site: &Site, page: &Page, label: &str, document: DocumentId, part: &Part) -> Markup {
    let mut out = Markup::new();
    let info = site.program().document(document);
    if part.versions.is_empty() {
        let words = site.pick(
            "没有核实的数值;用到时按名拒绝。",
            "No verified value; whoever asks is refused by name.",
        );
        out.raw("<p>").text(words).raw("</p>\n");
    } else {
        versions(site, page, label, info, part, &mut out);
    }
    if !part.exceptions.is_empty() {
        exceptions(site, page, label, part, &mut out);
    }
    out
}

fn versions(site: &Site, page: &Page, label: &str, document: &DocumentInfo, part: &Part, out: &mut Markup) {
    let (lang, in_force) = (site.input.lang, document.period);
    let headers = lang.pick("期间|内容|依据|状态", "Period|What holds|Source|State");
    out.add(&table("timeline", label, &headers.split('|').collect::<Vec<_>>()));
    let mut last_day: Option<Option<Date>> = None;
    for version in &part.versions {
        let period = version.period.intersect(&in_force).unwrap_or(version.period);
        if let (Some(Some(end)), Some(start)) = (last_day, period.from)
            && start.previous().is_some_and(|day| day > end)
        {
            gap(site, end, start, out);
        }
        last_day = Some(period.to);
        row(site, page, document, version, period, out);
    }
    out.raw(TABLE_END);
    let today = site.input.run.map(|run| run.options.as_of);
    if let Some(today) = today.filter(|day| part.at(*day).is_none() || !in_force.contains(*day)) {
        out.raw("<p class=\"state\">")
            .add(&badge("off", site.pick("不在施行期", "not in effect")));
        out.text(lang.pick(" 今日 ", " as of "))
            .text(&today.to_string())
            .raw("</p>\n");
    }
}

fn row(
    site: &Site,
    page: &Page,
    document: &DocumentInfo,
    version: &Version,
    period: Period,
    out: &mut Markup,
) {
    out.raw("<tr><td class=\"date\">")
        .text(&period_words(site, period))
        .raw("</td><td>");
    out.add(&words::part_value(site, version.value))
        .raw("</td><td>")
        .add(&words::cite(site, page, version.cite));
    if let Some(replaced) = version.replaced {
        out.raw("<br><small>")
            .text(site.pick("修订,替代 ", "amendment, replaces "));
        out.add(&words::cite(site, page, replaced)).raw("</small>");
    }
    out.raw("</td><td>");
    let today = site.input.run.map(|run| run.options.as_of);
    match today {
        Some(_) if version.value == PartValue::Repealed => {}
        _ if document.status == Status::Draft => {
            out.add(&badge(
                "care",
                site.pick("征求意见,未施行", "draft, not in force"),
            ));
        }
        Some(day) if period.contains(day) => {
            out.add(&badge("good", site.pick("现行", "in effect")));
        }
        Some(day) if period.from.is_some_and(|from| from > day) => {
            out.add(&badge("plain", site.pick("尚未施行", "not yet")));
        }
        Some(_) => {
            out.add(&badge("off", site.pick("已过期", "past")));
        }
        None => {}
    }
    out.raw("</td></tr>\n");
}

fn gap(site: &Site, end: Date, start: Date, out: &mut Markup) {
    let period = Period {
        from: end.add_days(1),
        to: start.previous(),
    };
    out.raw("<tr><td class=\"date\">")
        .text(&period_words(site, period))
        .raw("</td><td colspan=\"3\">");
    out.add(&badge("care", site.pick("空档", "gap"))).raw(" ");
    out.text(site.pick("这段时间没有规定", "nothing is laid down for this time"))
        .raw("</td></tr>\n");
}

fn exceptions(site: &Site, page: &Page, label: &str, part: &Part, out: &mut Markup) {
    let lang = site.input.lang;
    let label = format!("{label} {}", lang.pick("例外", "exceptions"));
    let headers = lang.pick(
        "例外|何时|换成|期间|依据",
        "Exception|When|Puts in place|Period|Source",
    );
    out.add(&table(
        "timeline",
        &label,
        &headers.split('|').collect::<Vec<_>>(),
    ));
    for one in &part.exceptions {
        let exception = &site.program().exceptions[one.exception.index()];
        out.raw("<tr><th scope=\"row\">").text(&exception.name);
        let document = site.program().document(exception.document);
        let day = site.input.run.map(|run| run.options.as_of);
        let standing = day.map_or_else(String::new, |day| standing(document, day, lang));
        if !standing.is_empty() {
            out.raw(" ").add(&badge("care", &standing));
        }
        out.raw("</th><td>");
        match exception.when {
            Some(when) => out.add(&words::part_value(site, PartValue::Expr(when))),
            None => out.text(lang.pick("总是", "always")),
        };
        out.raw("</td><td>")
            .add(&words::part_value(site, one.value))
            .raw("</td><td class=\"date\">");
        let period = exception.period.intersect(&document.period);
        let period = period.unwrap_or(exception.period);
        out.text(&period_words(site, period)).raw("</td><td>");
        out.add(&words::cite(site, page, exception.cite))
            .raw("</td></tr>\n");
    }
    out.raw(TABLE_END);
}

/// A period in the language of the page.
pub(super) fn period_words(site: &Site, period: Period) -> String {
    describe::period(period, site.input.lang)
}

/// The editions of a decision table, one after the other.
pub(super) fn lookup_table(site: &Site, page: &Page, index: usize) -> Markup {
    let (program, lang) = (site.program(), site.input.lang);
    let declared = &program.tables[index];
    let in_force = program.document(declared.document).period;
    let mut out = Markup::new();
    for version in &declared.versions {
        let period = version.period.intersect(&in_force).unwrap_or(version.period);
        out.raw("<p class=\"edition\">")
            .text(&period_words(site, period))
            .text(" · ");
        out.add(&words::cite(site, page, version.cite));
        if let Some(replaced) = version.replaced {
            out.raw(" <small>")
                .text(site.pick("修订,替代 ", "amendment, replaces "));
            out.add(&words::cite(site, page, replaced)).raw("</small>");
        }
        if version.repealed {
            out.text(" · ").add(&words::part_value(site, PartValue::Repealed));
            out.raw("</p>\n");
            continue;
        }
        out.raw("</p>\n");
        let mut headers: Vec<&str> = declared.inputs.iter().map(|(name, _)| name.as_str()).collect();
        headers.push(&declared.output.0);
        out.add(&table("lookup", &declared.name, &headers));
        for row in &version.rows {
            out.raw("<tr>");
            for (test, (_, ty)) in row.tests.iter().zip(&declared.inputs) {
                out.raw("<td>")
                    .text(&describe::cell_test(program, test, ty, lang))
                    .raw("</td>");
            }
            let answer = describe::cell_result(program, &row.result, &declared.output.1, lang);
            out.raw("<td class=\"answer\">").text(&answer).raw("</td></tr>\n");
        }
        out.raw(TABLE_END);
    }
    out
}

/// A type in the language of the page.
pub(super) fn type_words(site: &Site, program: &Program, ty: &Type) -> String {
    jiufen_language::words::type_name(program, ty, site.input.lang)
}
