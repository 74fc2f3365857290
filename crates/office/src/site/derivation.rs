//! A derivation as a tree that unfolds: each step with what was done, what it gave and where it is laid down.

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Facts, PartName, Step, What, describe};
use jiufen_language::program::{ExprId, ExprKind, ParameterId};

use super::markup::{Markup, badge};
use super::page::Page;
use super::{Site, timeline, words};

/// Steps of a level that are shown; a sum over a whole registry has thousands.
const SIBLINGS: usize = 100;
/// Levels of a large derivation that are open from the start; a small one is open down to the registry row.
const OPEN: usize = 4;
/// Steps of a small derivation.
const SMALL: usize = 60;

/// The steps that `root` rests on. The root itself stands at the head of the page.
pub(super) fn tree(site: &Site, page: &Page, facts: &dyn Facts, root: &Step) -> Markup {
    let open = if size(root) <= SMALL { usize::MAX } else { OPEN };
    let view = View {
        site,
        page,
        facts,
        open,
    };
    let mut out = Markup::new();
    out.raw("<ul class=\"derivation\" lang=\"zh-CN\">\n");
    view.children(&root.children, 0, &mut out);
    out.raw("</ul>\n");
    out
}

struct View<'v, 's> {
    site: &'v Site<'s>,
    page: &'v Page,
    facts: &'v dyn Facts,
    open: usize,
}

fn size(step: &Step) -> usize {
    1 + step.children.iter().map(size).sum::<usize>()
}

impl View<'_, '_> {
    fn children(&self, steps: &[Step], depth: usize, out: &mut Markup) {
        // What is written in the text says itself: `5% = 5%` tells nothing.
        for step in steps.iter().take(SIBLINGS).filter(|step| !self.is_literal(step)) {
            out.raw("<li>");
            if step.children.iter().all(|child| self.is_literal(child)) {
                out.raw("<div class=\"leaf\">");
                self.line(step, out);
                out.raw("</div>");
            } else {
                out.raw(if depth < self.open {
                    "<details open><summary>"
                } else {
                    "<details><summary>"
                });
                self.line(step, out);
                out.raw("</summary><ul>\n");
                self.children(&step.children, depth + 1, out);
                out.raw("</ul></details>");
            }
            out.raw("</li>\n");
        }
        if let Some(more) = steps.len().checked_sub(SIBLINGS).filter(|n| *n > 0) {
            let words = self.site.pick(
                "步没有列出,用 jiufen explain 看全部",
                "more steps; jiufen explain shows all",
            );
            out.raw("<li class=\"note\">")
                .text(&format!("… {more} {words}"))
                .raw("</li>\n");
        }
    }

    fn is_literal(&self, step: &Step) -> bool {
        let literal = |id: ExprId| matches!(self.site.program().expr(id).kind, ExprKind::Literal(_));
        matches!(step.what, What::Expr(id) if literal(id))
    }

    fn line(&self, step: &Step, out: &mut Markup) {
        let lang = self.site.input.lang;
        out.raw("<span class=\"what\">");
        self.what(step, out);
        out.raw("</span> <span class=\"eq\">=</span> ");
        let value = describe::step_words(self.site.program(), self.facts, step, lang).value;
        out.raw(if step.value.is_open() {
            "<span class=\"value open\">"
        } else {
            "<span class=\"value\">"
        });
        out.text(&value).raw("</span>");
        if let Some(cite) = step.cite {
            out.raw(" ").add(&words::cite(self.site, self.page, cite));
        }
        if let What::Version {
            replaced: Some(replaced),
            ..
        } = &step.what
        {
            out.raw(" <small>")
                .text(lang.pick("修订,替代 ", "amendment, replaces "));
            out.add(&words::cite(self.site, self.page, *replaced))
                .raw("</small>");
        }
    }

    fn what(&self, step: &Step, out: &mut Markup) {
        let (program, lang) = (self.site.program(), self.site.input.lang);
        match &step.what {
            What::Fact { row, field, year } => {
                out.text(&describe::fact(program, self.facts, *row, *field, *year, lang));
                if let Some(at) = self.facts.place(*row, Some(*field), *year) {
                    out.raw(" ").classed("span", "place", &describe::place(&at, lang));
                }
            }
            What::Expr(id) | What::Spatial { expr: id, .. } => {
                out.text(&describe::expression(program, *id, lang));
            }
            What::Version {
                of,
                period,
                exception,
                ..
            } => {
                self.part_name(*of, out);
                if let Some(id) = exception {
                    let words = format!(
                        "{} {}",
                        lang.pick("例外", "exception"),
                        program.exceptions[id.index()].name
                    );
                    out.raw(" ").add(&badge("plain", &words));
                } else if *period != jiufen_quantity::Period::default() {
                    out.raw(" ")
                        .classed("small", "period", &timeline::period_words(self.site, *period));
                }
            }
            What::Exception(id) => {
                out.text(lang.pick("例外 ", "exception "))
                    .text(&program.exceptions[id.index()].name);
            }
            What::TableRow { .. } => {
                out.text(&describe::step_words(program, self.facts, step, lang).text);
            }
            What::Right(right) => {
                out.text(&describe::right_words(program, self.facts, *right, lang));
            }
            What::Verdict(id) => {
                out.text(&program.verdicts[id.index()].name);
            }
            What::Score(_) | What::Veto(_) | What::Place { .. } | What::Peers => {
                out.text(&describe::step_words(program, self.facts, step, lang).text);
            }
            What::Listed(row) => {
                out.text(&self.facts.name(*row));
            }
            other => {
                out.raw("<b>").text(&step_words(other, lang)).raw("</b>");
            }
        }
    }

    fn part_name(&self, of: PartName, out: &mut Markup) {
        let words = describe::part(self.site.program(), of, self.site.input.lang);
        let target = match of {
            PartName::Parameter(id) => Some(self.parameter(id)),
            PartName::Condition(id) | PartName::Amount(id) | PartName::Cap(id, _) | PartName::AtMost(id) => {
                Some(self.page.to(self.site.names.rule(id)))
            }
            PartName::Definition(_) | PartName::GroupCap(_) | PartName::Quota(_) => None,
        };
        match target {
            Some(target) => out.link(&target, &words),
            None => out.text(&words),
        };
    }

    fn parameter(&self, id: ParameterId) -> String {
        self.page.to(&self.site.names.parameter(id))
    }
}

fn step_words(what: &What, lang: Lang) -> String {
    let (zh, en) = match what {
        What::LawDay(_) => ("适用日期", "day that chooses the version of the law"),
        What::Territory => ("在适用地区内", "within the territory"),
        What::Condition => ("当(条件)", "condition"),
        What::Amount => ("金额", "amount"),
        What::Cap => ("封顶后", "after the cap"),
        What::RoundToFen => ("四舍五入到分", "rounded half up to the fen"),
        What::Determined => ("核定", "determined"),
        What::Assumed => ("例里假定的应得额", "entitlement assumed by the case"),
        What::ByDay { days, of } => {
            return match lang {
                Lang::Zh => format!("按日,{of} 天中施行 {days} 天"),
                Lang::En => format!("in force on {days} of {of} days"),
            };
        }
        What::Line(index) => {
            return match lang {
                Lang::Zh => format!("第 {} 条", index + 1),
                Lang::En => format!("line {}", index + 1),
            };
        }
        _ => ("", ""),
    };
    lang.pick(zh, en).to_owned()
}
