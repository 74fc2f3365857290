//! Bodies of verdicts (判定).

use jiufen_diagnostic::{Argument, Diagnostic, catalogue::types};
use smol_str::SmolStr;

use super::scope::Scope;
use super::{BlockAt, Checker, Declared};
use crate::program::{Verdict, VerdictLine};
use crate::syntax::ast::{self, AstNode, Line};
use crate::syntax::keywords::{OptionWord, ReservedWord};

/// What a verdict with 法 取严 can say; the order of gravity is the evaluator's.
const OUTCOMES: &[&str] = &["可", "有条件", "不可"];

impl Checker<'_> {
    pub(super) fn verdict_body(&mut self, at: &BlockAt, block: &ast::Verdict) {
        let Some(Declared::Verdict(id)) = self.declared(at) else {
            return;
        };
        let lines: Vec<Line> = block.lines().collect();
        let Some(each) = self.each(at, &lines) else { return };
        let scope = Scope::of(at, each, Self::basis(&lines));
        let mut verdict: Verdict = self.program.verdicts[id.index()].clone();
        verdict.each = each;
        verdict.territory_of = self.territory_row(&scope, each, None);
        verdict.cite = self.cite_line(at, &lines);
        let first = |l: &Line| matches!(l, Line::Mode(line) if line.option() == Some(OptionWord::First));
        let strictest = !lines.iter().any(first);
        verdict.strictest = strictest;
        for line in &lines {
            match line {
                Line::AsOf(line) => verdict.as_of = line.path().map(|p| self.date_path(&scope, &p)),
                Line::Result(line) => {
                    let arms: Vec<ast::Arm> = line.arms().collect();
                    verdict.lines = arms
                        .iter()
                        .filter_map(|arm| self.verdict_line(&scope, arm, strictest))
                        .collect();
                }
                _ => {}
            }
        }
        if verdict.lines.is_empty() {
            self.missing_line(
                at,
                ("结论", "result"),
                (
                    "写 结论,下面逐行写 - 条件: 可、不可 或 有条件",
                    "write result, and below it line by line - condition: 可, 不可 or 有条件",
                ),
            );
        }
        self.program.verdicts[id.index()] = verdict;
    }

    /// `- 条件: 结论` with its papers and basis.
    pub(super) fn verdict_line(
        &mut self,
        scope: &Scope,
        arm: &ast::Arm,
        strictest: bool,
    ) -> Option<VerdictLine> {
        let when = match arm.condition() {
            Some(condition) if !arm.is_otherwise() => Some(self.condition(scope, &condition)),
            _ => None,
        };
        let outcome = match arm.value()? {
            ast::Expr::Path(path) => path.as_name()?.text(),
            ast::Expr::Literal(l) => SmolStr::new(l.word()?.zh()),
            _ => return None,
        };
        let (mut attachments, mut basis) = (Vec::new(), Vec::new());
        for note in arm.notes() {
            let strings: Vec<String> = note.strings().map(String::from).collect();
            match note.word() {
                Some(ReservedWord::Attach) => attachments.push(strings),
                _ => basis.extend(strings),
            }
        }
        let span = scope.at.span(arm.range());
        if strictest && !OUTCOMES.contains(&outcome.as_str()) {
            let finding = Diagnostic::new(&types::UNKNOWN_VALUE, span)
                .with("name", outcome.as_str())
                .with(
                    "enumeration",
                    Argument::term("取严的结论", "outcome of mode strictest"),
                )
                .with("values", OUTCOMES.join("、"));
            self.report(scope.at, finding);
        }
        Some(VerdictLine {
            when,
            outcome,
            attachments,
            basis,
            span,
        })
    }
}
