//! Rules: how each is written, what it means, how it changed, what it rests on, and how it came out.

use std::io;

use jiufen_interpret::describe;
use jiufen_language::program::{Account, Group, Part, Rule, RuleId};

use super::markup::{Markup, TABLE_END, badge, table};
use super::page::{Page, Writer};
use super::used::Used;
use super::{Site, cases, document, list, parameters, rule_lines, timeline, words};

/// Writes a page for each rule, and the lists of its decisions.
pub(super) fn write(site: &Site, writer: &mut Writer) -> io::Result<()> {
    for (id, rule) in site.program().rules() {
        let page = page_of(site, site.names.rule(id), site.input.pack.rule_label(id), rule);
        let body = body(site, &page, id, rule);
        writer.page(site, &page, &body)?;
        list::write(site, writer, id)?;
    }
    Ok(())
}

/// A page about a rule.
pub(super) fn page_of(site: &Site, path: &str, title: String, rule: &Rule) -> Page {
    let declared = site.program().document(rule.document);
    let mut page = Page::new(path, title);
    page.standing = Some(declared.status);
    page.facts = true;
    page.hashes
        .push((format!("{} SHA-256", declared.path), declared.hash.clone()));
    if let Some(registry) = site.input.registry
        && let Some(table) = registry.table(rule.each)
    {
        let words = format!(
            "{} {} SHA-256",
            site.pick("登记表", "table"),
            site.program().subject(rule.each).name
        );
        page.hashes.push((words, table.hash().to_owned()));
    }
    page.above
        .push(("index.html".to_owned(), site.pick("总览", "Overview").to_owned()));
    if let Some(position) = site.names.position(&declared.path) {
        page.above
            .push((site.names.document(position).to_owned(), declared.title.clone()));
    }
    page
}

fn body(site: &Site, page: &Page, id: RuleId, rule: &Rule) -> Markup {
    let lang = site.input.lang;
    let mut out = Markup::new();
    head(site, page, rule, &mut out);
    summary(site, id, &mut out);
    out.raw("<section><h2>")
        .text(lang.pick("条文怎样写成规则", "How the clause is written"))
        .raw("</h2>\n");
    out.add(&rule_lines::explained(site, page, rule))
        .raw("</section>\n");
    timelines(site, page, rule, &mut out);
    rests_on(site, page, rule, &mut out);
    together(site, page, rule, &mut out);
    rule_cases(site, page, id, &mut out);
    out.add(&list::section(site, page, id));
    out
}

fn head(site: &Site, page: &Page, rule: &Rule, out: &mut Markup) {
    let declared = site.program().document(rule.document);
    out.raw("<h1 lang=\"zh-CN\">")
        .text(&page.title)
        .raw("</h1>\n<p class=\"where\">");
    out.add(&words::cite(site, page, rule.cite)).raw(" ");
    out.add(&document::badges(site, declared.status, declared.source_status));
    let lang = site.input.lang;
    if !site.program().in_law(rule.document) {
        out.raw(" ")
            .add(&badge("care", lang.pick("未施行", "not in force")));
    }
    if rule.fair_competition_review {
        out.raw(" ").add(&badge(
            "care",
            lang.pick("需公平竞争审查", "needs fair-competition review"),
        ));
    }
    let today = site.input.run.map(|run| run.options.as_of);
    if today.is_some_and(|day| !declared.period.contains(day)) {
        out.raw(" ")
            .add(&badge("off", lang.pick("不在施行期", "not in effect")));
    }
    out.raw("</p>\n<p class=\"where\">")
        .text(&declared.issuer)
        .raw(" · ")
        .text(&declared.territory)
        .raw(" · ");
    out.text(lang.pick("施行 ", "in force "))
        .text(&timeline::period_words(site, declared.period))
        .raw("</p>\n");
}

fn summary(site: &Site, id: RuleId, out: &mut Markup) {
    let lang = site.input.lang;
    let Some(summary) = site.summary(id) else { return };
    out.raw("<dl class=\"figures\">");
    let mut entry = |zh: &str, en: &str, value: &str| {
        out.raw("<div><dt>")
            .text(lang.pick(zh, en))
            .raw("</dt><dd>")
            .text(value)
            .raw("</dd></div>");
    };
    entry("符合", "Eligible", &summary.eligible.to_string());
    entry("不符合", "Ineligible", &summary.ineligible.to_string());
    entry("无法判定", "Undetermined", &summary.undetermined.to_string());
    entry("拒绝", "Refused", &summary.refused.to_string());
    entry(
        "可兑付(元)",
        "Payable (yuan)",
        &jiufen_quantity::show::fen(summary.payable_fen),
    );
    entry(
        "至多合计(元)",
        "Ceilings (yuan)",
        &list::fen_or_dash(summary.at_most_fen),
    );
    entry("待到账", "Pending", &summary.pending.to_string());
    if let Some(paid) = site.paid(id) {
        let fen = jiufen_quantity::show::fen;
        entry("已付(元)", "Paid before (yuan)", &fen(paid.paid_fen));
        entry("还应付(元)", "Still to pay (yuan)", &fen(paid.to_pay_fen));
        if paid.overpaid > 0 {
            entry(
                "多付,建议追回(元)",
                "Too much, to be reclaimed (yuan)",
                &fen(paid.overpaid_fen),
            );
        }
    }
    out.raw("</dl>\n");
}

fn timelines(site: &Site, page: &Page, rule: &Rule, out: &mut Markup) {
    let lang = site.input.lang;
    out.raw("<section><h2>")
        .text(lang.pick("各部分的沿革", "Each part through time"))
        .raw("</h2>\n");
    let mut part = |title: &str, part: &Part| {
        if !part.versions.is_empty() || !part.exceptions.is_empty() {
            out.raw("<h3>").text(title).raw("</h3>\n").add(&timeline::part(
                site,
                page,
                title,
                rule.document,
                part,
            ));
        }
    };
    part(lang.pick("当", "When"), &rule.when);
    part(lang.pick("金额", "Amount"), &rule.amount);
    for cap in &rule.caps {
        let scope = describe::scope(cap, lang);
        part(
            format!("{} {scope}", lang.pick("封顶", "Cap")).trim_end(),
            &cap.part,
        );
    }
    if let Some(at_most) = &rule.at_most {
        part(lang.pick("至多", "At most"), &at_most.part);
    }
    out.raw("</section>\n");
}

fn rests_on(site: &Site, page: &Page, rule: &Rule, out: &mut Markup) {
    let (program, lang) = (site.program(), site.input.lang);
    let used = Used::by(program, rule);
    if !used.parameters.is_empty() {
        out.raw("<section><h2>")
            .text(lang.pick("用到的参数", "Parameters it uses"))
            .raw("</h2>\n");
        for id in &used.parameters {
            out.add(&parameters::parameter(site, page, *id, "<h3>", "</h3>"));
        }
        out.raw("</section>\n");
    }
    if !used.definitions.is_empty() {
        out.raw("<section><h2>")
            .text(lang.pick("用到的定义", "Definitions it uses"))
            .raw("</h2>\n");
        for id in &used.definitions {
            let declared = &program.definitions[id.index()];
            let name = format!("{}.{}", program.subject(declared.subject).name, declared.name);
            out.raw("<h3>").text(&name).raw("</h3>\n");
            out.add(&timeline::part(
                site,
                page,
                &name,
                declared.document,
                &declared.part,
            ));
        }
        out.raw("</section>\n");
    }
    if !used.tables.is_empty() {
        out.raw("<section><h2>")
            .text(lang.pick("用到的表", "Tables it uses"))
            .raw("</h2>\n");
        for id in &used.tables {
            out.raw("<h3>")
                .text(&program.tables[id.index()].name)
                .raw("</h3>\n");
            out.add(&timeline::lookup_table(site, page, id.index()));
        }
        out.raw("</section>\n");
    }
}

fn together(site: &Site, page: &Page, rule: &Rule, out: &mut Markup) {
    let program = site.program();
    if let Some(id) = rule.group {
        group(site, page, &program.groups[id.index()], out);
    }
    for draw in &rule.draws {
        account(site, page, &program.accounts[draw.account.index()], out);
    }
}

fn group(site: &Site, page: &Page, group: &Group, out: &mut Markup) {
    let (program, lang) = (site.program(), site.input.lang);
    out.raw("<section><h2>")
        .text(lang.pick("组合 ", "Group "))
        .text(&group.name)
        .raw("</h2>\n<p>");
    out.text(words::group_mode(group.mode, lang))
        .raw(" · ")
        .add(&words::cite(site, page, group.cite))
        .raw("</p>\n<p>");
    out.text(lang.pick("键:", "Key: "))
        .text(&group.key_words)
        .raw("</p>\n<p>");
    out.text(lang.pick("同组:", "Members: "));
    for (at, member) in group.members.iter().enumerate() {
        if at > 0 {
            out.text(lang.pick("、", ", "));
        }
        out.link(
            &page.to(site.names.rule(member.rule)),
            &program.rule(member.rule).name,
        );
        if member.counting.is_some() {
            out.text(lang.pick("(计入上级资金)", " (money from above is counted in)"));
        }
    }
    out.raw("</p>\n");
    if let Some(cap) = &group.cap {
        let title = lang.pick("共同封顶", "Common cap");
        out.add(&timeline::part(site, page, title, group.document, &cap.part));
    }
    out.raw("</section>\n");
}

fn account(site: &Site, page: &Page, account: &Account, out: &mut Markup) {
    let lang = site.input.lang;
    out.raw("<section><h2>")
        .text(lang.pick("账户 ", "Account "))
        .text(&account.name)
        .raw("</h2>\n<p>");
    out.text(&timeline::type_words(site, site.program(), &account.ty))
        .raw(" · ");
    out.text(words::overdraw(account.over, lang))
        .raw(" · ")
        .add(&words::cite(site, page, account.cite))
        .raw("</p>\n");
    if account.limited {
        let title = lang.pick("额度", "Quota");
        out.add(&timeline::part(
            site,
            page,
            title,
            account.document,
            &account.quota,
        ));
    } else {
        out.raw("<p>")
            .text(lang.pick("没有写额度。", "No quota is laid down."))
            .raw("</p>\n");
    }
    out.raw("</section>\n");
}

fn rule_cases(site: &Site, page: &Page, id: RuleId, out: &mut Markup) {
    let lang = site.input.lang;
    let about: Vec<usize> = (0..site.program().cases.len())
        .filter(|at| site.is_about(*at, id))
        .collect();
    if about.is_empty() {
        return;
    }
    out.raw("<section><h2>")
        .text(lang.pick("例", "Cases"))
        .raw("</h2>\n");
    let headers = lang.pick("例|条款|结果|推导", "Case|Clause|Result|Derivation");
    out.add(&table(
        "list",
        lang.pick("例", "Cases"),
        &headers.split('|').collect::<Vec<_>>(),
    ));
    for at in about {
        let case = &site.program().cases[at];
        out.raw("<tr><td>")
            .text(&case.name)
            .raw("</td><td>")
            .add(&words::cite(site, page, case.cite));
        out.raw("</td><td>")
            .add(&cases::result(site, at))
            .raw("</td><td>");
        for (number, file) in site.case_files(at, id).enumerate() {
            let words = format!("{} {}", lang.pick("推导", "derivation"), number + 1);
            out.link(&page.to(file), &words).raw(" ");
        }
        out.raw("</td></tr>\n");
    }
    out.raw(TABLE_END).raw("</section>\n");
}
