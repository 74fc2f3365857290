//! Decisions: what came out for one right, why, and the whole derivation down to the registry row.

use std::io;

use jiufen_diagnostic::Lang;
use jiufen_interpret::cases::CaseFacts;
use jiufen_interpret::{Decision, Facts, describe};

use super::markup::{Markup, TABLE_END, table};
use super::page::{Page, Writer};
use super::rule::page_of;
use super::{Files, Site, cases, derivation, words};
use crate::SetOff;
use crate::lists::{amount_words, set_off_words};

/// Writes a page for each decision that was chosen, and for each decision of a case.
pub(super) fn write(site: &Site, writer: &mut Writer) -> io::Result<()> {
    if let Some(facts) = &site.facts {
        for (at, file) in &site.shown {
            let decision = &site.decisions()[*at];
            let page = page(site, file, facts, decision);
            let set_off = site.set_off(decision.right);
            let mut body = body(site, &page, facts, &site.files, (decision, set_off));
            command(site, decision, &mut body);
            writer.page(site, &page, &body)?;
        }
    }
    for (at, decisions) in site.case_decisions.iter().enumerate() {
        let case = &site.program().cases[at];
        let facts = CaseFacts::new(site.program(), case);
        let files: Files = decisions
            .iter()
            .map(|(decision, file)| (decision.right, file.clone()))
            .collect();
        for (decision, file) in decisions {
            let mut page = page(site, file, &facts, decision);
            // A case knows its own facts only, none of the registry's.
            page.facts = false;
            page.hashes.truncate(1);
            let mut head = Markup::new();
            head.raw("<p class=\"where\">")
                .text(site.pick("例 ", "Case "))
                .text(&case.name)
                .raw(" ");
            head.add(&cases::result(site, at))
                .raw(" ")
                .add(&words::cite(site, &page, case.cite))
                .raw("</p>\n");
            head.add(&body(site, &page, &facts, &files, (decision, None)));
            writer.page(site, &page, &head)?;
        }
    }
    Ok(())
}

fn page(site: &Site, file: &str, facts: &dyn Facts, decision: &Decision) -> Page {
    let id = decision.right.rule;
    let label = site.input.pack.rule_label(id);
    let title = format!(
        "{} · {label}",
        words::row_title(site.program(), facts, decision.right.row)
    );
    let mut page = page_of(site, file, title, site.program().rule(id));
    page.above.push((site.names.rule(id).to_owned(), label));
    page
}

fn body(
    site: &Site,
    page: &Page,
    facts: &dyn Facts,
    files: &Files,
    (decision, set_off): (&Decision, Option<SetOff>),
) -> Markup {
    let lang = site.input.lang;
    let mut out = Markup::new();
    answer(site, page, facts, files, (decision, set_off), &mut out);
    figures(site, facts, (decision, set_off), &mut out);
    open_facts(site, facts, decision, &mut out);
    stages(site, facts, decision, &mut out);
    settlement(site, page, decision, &mut out);
    out.raw("<section><h2>")
        .text(lang.pick("推导", "Derivation"))
        .raw("</h2>\n<div data-unfold></div>\n");
    out.add(&derivation::tree(site, page, facts, &decision.derivation))
        .raw("</section>\n");
    order(lang, &mut out);
    out
}

/// What came out and why, and what was paid on it.
fn answer(
    site: &Site,
    page: &Page,
    facts: &dyn Facts,
    files: &Files,
    (decision, set_off): (&Decision, Option<SetOff>),
    out: &mut Markup,
) {
    let (program, lang) = (site.program(), site.input.lang);
    let rule = program.rule(decision.right.rule);
    out.raw("<h1 lang=\"zh-CN\">")
        .text(&words::row_title(program, facts, decision.right.row))
        .raw("</h1>\n<p class=\"where\">");
    out.link(
        &page.to(site.names.rule(decision.right.rule)),
        &site.input.pack.rule_label(decision.right.rule),
    );
    out.raw(" · ")
        .add(&words::cite(site, page, rule.cite))
        .raw("</p>\n<div class=\"answer\"><p>");
    out.add(&words::status(lang, decision.status))
        .raw(" <strong class=\"amount\">");
    out.text(&words::amount(lang, decision)).raw("</strong></p>");
    let why = words::why(site, page, facts, files, decision);
    if !why.is_empty() {
        out.raw("<p>").add(&why).raw("</p>");
    }
    if let Some(set_off) = set_off {
        out.raw("<p><strong class=\"paid\">")
            .text(&set_off_words(set_off, lang))
            .raw("</strong></p>");
    }
    out.raw("</div>\n");
}

fn figures(
    site: &Site,
    facts: &dyn Facts,
    (decision, set_off): (&Decision, Option<SetOff>),
    out: &mut Markup,
) {
    let lang = site.input.lang;
    out.raw("<dl class=\"facts\">");
    let mut entry = |zh: &str, en: &str, value: &str| {
        if !value.is_empty() {
            out.raw("<div><dt>")
                .text(lang.pick(zh, en))
                .raw("</dt><dd>")
                .text(value)
                .raw("</dd></div>");
        }
    };
    entry("键", "Key", &facts.key(decision.right.row));
    entry("当年", "Year", &decision.year.to_string());
    entry(
        "适用日期",
        "Day that chooses the law",
        &decision.law_day.map_or_else(String::new, |d| d.to_string()),
    );
    entry(
        "收款",
        "Beneficiary",
        &decision
            .beneficiary
            .map_or_else(String::new, |row| facts.name(row).to_string()),
    );
    if decision.entitlement != decision.settled {
        let entitlement = amount_words(decision.entitlement, decision.at_most, lang);
        entry("应得(并计前)", "Entitlement before groups", &entitlement);
    }
    entry("可兑付(元)", "Payable (yuan)", &words::payable(decision));
    if let Some(set_off) = set_off {
        let [paid, left, too_much] = words::set_off(lang, set_off);
        entry("已付(元)", "Paid before (yuan)", &paid);
        entry("还应付(元)", "Still to pay (yuan)", &left);
        if set_off.remaining_fen.is_some_and(|left| left < 0) {
            entry("多付,建议追回(元)", "Too much, to be reclaimed (yuan)", &too_much);
        }
    }
    if let Some(determination) = &decision.determination {
        let amount = jiufen_quantity::show::money(&determination.amount);
        entry(
            "核定",
            "Determined",
            format!("{amount} {}", determination.record).trim_end(),
        );
    }
    entry(
        "登记行",
        "Registry row",
        &facts
            .place(decision.right.row, None, None)
            .map_or_else(String::new, |at| describe::place(&at, lang)),
    );
    out.raw("</dl>\n");
}

fn open_facts(site: &Site, facts: &dyn Facts, decision: &Decision, out: &mut Markup) {
    if decision.missing.is_empty() {
        return;
    }
    let lang = site.input.lang;
    out.raw("<section class=\"missing\"><h2>")
        .text(lang.pick("补齐这些就能定", "What would settle it"))
        .raw("</h2>\n<ul>");
    for reason in &decision.missing {
        out.raw("<li>")
            .text(&describe::reason(site.program(), facts, reason, lang));
        out.raw(" <span class=\"number\">")
            .text(words::remedy(lang, reason))
            .raw("</span></li>");
    }
    out.raw("</ul></section>\n");
}

fn stages(site: &Site, facts: &dyn Facts, decision: &Decision, out: &mut Markup) {
    if decision.stages.is_empty() {
        return;
    }
    let lang = site.input.lang;
    let label = lang.pick("分期", "Instalments");
    out.raw("<section><h2>").text(label).raw("</h2>\n");
    let headers = lang.pick("#期|到期日|状态|金额|说明", "#No.|Due|Status|Amount|Why");
    out.add(&table("list", label, &headers.split('|').collect::<Vec<_>>()));
    for (at, stage) in decision.stages.iter().enumerate() {
        let due = stage
            .due
            .map_or_else(|| lang.pick("缺数据", "not known").to_owned(), |d| d.to_string());
        let reasons: Vec<String> = stage
            .reasons
            .iter()
            .map(|r| describe::reason(site.program(), facts, r, lang))
            .collect();
        out.raw("<tr><td class=\"n\">")
            .text(&(at + 1).to_string())
            .raw("</td><td>")
            .text(&due)
            .raw("</td><td>")
            .text(lang.pick(stage.status.zh(), stage.status.en()))
            .raw("</td><td>");
        out.text(&amount_words(stage.amount, false, lang))
            .raw("</td><td>");
        out.text(&reasons.join(lang.pick(";", "; "))).raw("</td></tr>\n");
    }
    out.raw(TABLE_END).raw("</section>\n");
}

fn settlement(site: &Site, page: &Page, decision: &Decision, out: &mut Markup) {
    if decision.settlement.is_empty() {
        return;
    }
    let lang = site.input.lang;
    let label = lang.pick("并计和额度(第 7–10 步)", "Caps, groups and accounts (steps 7–10)");
    out.raw("<section><h2>").text(label).raw("</h2>\n");
    let headers = lang.pick(
        "#步|做了什么|之前|之后|依据",
        "#Step|What was done|Before|After|Source",
    );
    out.add(&table("list", label, &headers.split('|').collect::<Vec<_>>()));
    for step in &decision.settlement {
        out.raw("<tr><td class=\"n\">")
            .text(&step.step.to_string())
            .raw("</td><td>")
            .text(&describe::settlement(site.program(), step, lang))
            .raw("</td><td>");
        out.text(&amount_words(step.before, false, lang))
            .raw("</td><td>")
            .text(&amount_words(step.after, false, lang));
        out.raw("</td><td>")
            .add(&words::cite(site, page, step.cite))
            .raw("</td></tr>\n");
    }
    out.raw(TABLE_END).raw("</section>\n");
}

/// The order of evaluation, printed in every explanation.
fn order(lang: Lang, out: &mut Markup) {
    const STEPS: [(&str, &str); 11] = [
        (
            "按适用日期选定各部分的版本,修订并入",
            "the version of each part by its date, amendments consolidated",
        ),
        ("取值:先基础值,后例外", "values: base, then exceptions"),
        ("条件:是、否、无法判定", "condition: yes, no, undetermined"),
        ("公式,精确分数,不取整", "formula, exact"),
        ("本条封顶", "the rule's own cap"),
        (
            "四舍五入到分,每项权利一次",
            "rounding half up to the fen, once a right",
        ),
        ("本条按年、按对象的封顶", "caps of the rule by year or row"),
        (
            "组合:就高、补差、互斥、先到;再扣计入的上级资金",
            "choosing groups; money from above is counted in",
        ),
        ("组合:叠加封顶", "stacking groups and their caps"),
        ("账户:按比例、先后、择优", "accounts"),
        ("还应付 = 可兑付 − 已付", "still to pay = payable − paid"),
    ];
    out.raw("<details class=\"order\"><summary>")
        .text(lang.pick("计算次序(固定)", "Order of evaluation (fixed)"));
    out.raw("</summary><ol>");
    for (zh, en) in STEPS {
        out.raw("<li>").text(lang.pick(zh, en)).raw("</li>");
    }
    out.raw("</ol></details>\n");
}

/// How to get this explanation, or any other, on the command line.
fn command(site: &Site, decision: &Decision, out: &mut Markup) {
    let (Some(registry), Some(run)) = (site.input.registry, site.input.run) else {
        return;
    };
    let person = site
        .facts
        .is_some_and(|f| f.is_person(decision.right.row.subject));
    let key = if person {
        "KEY".into()
    } else {
        registry.key(decision.right.row)
    };
    let lang = site.input.lang;
    out.raw("<section><h2>")
        .text(lang.pick("在命令行重现", "On the command line"))
        .raw("</h2>\n<pre class=\"command\"><code>");
    out.text(&format!(
        "jiufen explain {} --subject {} --rule {} --year {} --as-of {}",
        quoted(&site.input.pack.name),
        quoted(&key),
        quoted(&site.input.pack.rule_label(decision.right.rule)),
        run.options.year,
        run.options.as_of
    ));
    out.raw("</code></pre>\n<p class=\"note\">").text(lang.pick(
        "换 --subject 和 --rule,可以看没有做成网页的任何一项。",
        "With another --subject and --rule it explains any decision that has no page.",
    ));
    out.raw("</p></section>\n");
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
