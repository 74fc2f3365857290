//! Figures that no law can mean: a ceiling, a quota, an amount or an instalment below zero, a share above the whole.

use std::collections::HashSet;

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::types};
use jiufen_quantity::Exact;
use num_traits::{One, Signed};

use super::exprs_of;
use crate::check::Checker;
use crate::program::{ExprId, ExprKind, StageAmount, Type};

/// A line whose figure has limits, in both languages.
type LineName = (&'static str, &'static str);

const AMOUNT: LineName = ("金额", "amount");
const CAP: LineName = ("封顶", "cap");
const AT_MOST: LineName = ("至多", "at_most");
const STAGES: LineName = ("分期", "stages");
const FUND: LineName = ("资金", "fund");
const QUOTA: LineName = ("额度", "quota");

impl Checker<'_> {
    /// Looks through every figure of grants, groups and accounts that is written down.
    pub(super) fn ranges(&mut self) {
        let mut lines: Vec<(LineName, ExprId)> = Vec::new();
        for rule in &self.program.rules {
            let caps = rule.caps.iter().map(|cap| (CAP, cap));
            let caps = caps.chain(rule.at_most.iter().map(|cap| (AT_MOST, cap)));
            lines
                .extend(caps.flat_map(|(line, cap)| exprs_of(&cap.part).into_iter().map(move |e| (line, e))));
            lines.extend(exprs_of(&rule.amount).into_iter().map(|e| (AMOUNT, e)));
            let stages = rule.stages.iter().filter_map(|stage| match stage.amount {
                StageAmount::Expr(share) => Some((STAGES, share)),
                StageAmount::Unpublished | StageAmount::Rest => None,
            });
            lines.extend(stages);
            lines.extend(rule.draws.iter().filter_map(|draw| Some((FUND, draw.amount?))));
        }
        for group in &self.program.groups {
            let caps = group.cap.iter().flat_map(|cap| exprs_of(&cap.part));
            lines.extend(caps.map(|e| (CAP, e)));
        }
        for account in &self.program.accounts {
            lines.extend(exprs_of(&account.quota).into_iter().map(|e| (QUOTA, e)));
        }
        for (line, expr) in lines {
            self.range(line, expr);
        }
    }

    fn range(&mut self, line: LineName, expr: ExprId) {
        let is_share = line == STAGES && *self.ty(expr) == Type::Rate;
        let out = |figure: &Exact| match figure {
            figure if figure.is_negative() => Some(Argument::term("不能小于零", "cannot be below zero")),
            figure if is_share && *figure > Exact::one() => {
                Some(Argument::term("不能超过 100%", "cannot be more than 100%"))
            }
            _ => None,
        };
        let figures = self.figures_of(expr);
        let wrong = figures.into_iter().find_map(|(n, at)| Some((out(&n)?, at)));
        let Some((why, at)) = wrong else { return };
        let span = self.program.expr(expr).span;
        let figure = self.sources.text(at).trim().to_owned();
        let mut finding = Diagnostic::new(&types::FIGURE_OUT_OF_RANGE, span)
            .with("line", Argument::term(line.0, format!("{} ({})", line.1, line.0)))
            .with("figure", figure)
            .with("why", why);
        if at != span {
            finding = finding.related(at);
        }
        self.findings.push(finding);
    }

    /// Whether an expression is one written figure, which [`Self::ranges`] looks at.
    pub(super) fn is_figure_as_written(&self, expr: ExprId) -> bool {
        self.constant(expr).is_some()
    }

    /// The figures that an expression is, where it is nothing else: as written, by case, or by the versions of a parameter.
    fn figures_of(&self, expr: ExprId) -> Vec<(Exact, Span)> {
        let mut out = Vec::new();
        let mut seen = HashSet::new();
        let mut waiting = vec![expr];
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            if let Some(figure) = self.constant(id) {
                out.push((figure, self.program.expr(id).span));
                continue;
            }
            match &self.program.expr(id).kind {
                ExprKind::Parameter { parameter, .. } => {
                    waiting.extend(exprs_of(&self.program.parameters[parameter.index()].part));
                }
                ExprKind::Cases { arms, otherwise } => {
                    waiting.extend(arms.iter().map(|(_, value)| *value).chain(*otherwise));
                }
                _ => {}
            }
        }
        out.sort_by_key(|(_, span)| (span.source, span.start));
        out
    }
}
