//! Bodies that are checked and not yet evaluated: postings (记账), and single lines of grants.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::names};
use smol_str::SmolStr;

use super::scope::Scope;
use super::{BlockAt, Checker};
use crate::program::Unevaluated;
use crate::syntax::ast::{self, Line};

impl Checker<'_> {
    pub(super) fn post_body(&mut self, at: &BlockAt, block: &ast::Post) {
        self.unevaluated(at, ("账户记账", "posting to accounts"));
        let lines: Vec<Line> = block.lines().collect();
        let Some(each) = self.each(at, &lines) else { return };
        let scope = Scope::of(at, each, Self::basis(&lines));
        for line in &lines {
            match line {
                Line::Credit(line) => self.posting(&scope, line.name(), line.value()),
                Line::Debit(line) => self.posting(&scope, line.name(), line.value()),
                other => self.shared_line(&scope, other),
            }
        }
    }

    fn posting(&mut self, scope: &Scope, name: Option<ast::Name>, value: Option<ast::Expr>) {
        let account = name.and_then(|name| self.account_of(scope.at, &name));
        if let (Some(account), Some(value)) = (account, value) {
            let ty = self.program.accounts[account.index()].ty.clone();
            self.typed(scope, &value, &ty);
        }
    }

    fn shared_line(&mut self, scope: &Scope, line: &Line) {
        match line {
            Line::AsOf(line) => {
                if let Some(path) = line.path() {
                    self.date_path(scope, &path);
                }
            }
            Line::When(line) => {
                if let Some(value) = line.value() {
                    self.condition(scope, &value);
                }
            }
            _ => {}
        }
    }

    /// Says that a block is checked and not evaluated.
    fn unevaluated(&mut self, at: &BlockAt, needs: (&'static str, &'static str)) {
        let word = at.block.word().map_or("", |w| w.zh());
        let name = at.block.name().map(|n| n.text()).unwrap_or_default();
        self.not_evaluated(at, &format!("{word} {name}"), at.header(), needs);
    }

    /// Says that a line of a block is checked and not evaluated.
    pub(super) fn not_evaluated(
        &mut self,
        at: &BlockAt,
        name: &str,
        span: Span,
        needs: (&'static str, &'static str),
    ) {
        let finding = Diagnostic::new(&names::NOT_EVALUATED, span).with("name", name);
        self.report(at, finding.with("needs", Argument::term(needs.0, needs.1)));
        let name = SmolStr::new(name);
        self.program.unevaluated.push(Unevaluated {
            name,
            needs: needs.0,
            cite: at.cite,
            span,
        });
    }
}
