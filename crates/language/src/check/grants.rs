//! Bodies of grants (奖补).

use jiufen_diagnostic::{Argument, Diagnostic, catalogue::types};
use smol_str::SmolStr;

use super::dated::always;
use super::scope::Scope;
use super::unknown::Sought;
use super::{BlockAt, Checker, Declared};
use crate::program::{
    CiteId, Deadline, Draw, ExprId, ExprKind, Frequency, Part, PartValue, Rule, Spanning, SubjectId, Type,
};
use crate::syntax::ast::{self, AstNode, Line};
use crate::syntax::keywords::OptionWord;

impl Checker<'_> {
    pub(super) fn rule_body(&mut self, at: &BlockAt, block: &ast::Grant) {
        let Some(Declared::Rule(id)) = self.declared(at) else {
            return;
        };
        if block.name().map(|n| at.span(n.range())) != Some(self.program.rule(id).span) {
            return;
        }
        let lines: Vec<Line> = block.lines().collect();
        self.needed_lines(at, &lines);
        let Some(each) = self.each(at, &lines) else { return };
        let scope = Scope::of(at, each, Self::basis(&lines));
        let cite = self.cite_line(at, &lines);
        let mut rule = self.program.rule(id).clone();
        rule.each = each;
        rule.cite = cite;
        rule.when = Part::default();
        for line in &lines {
            self.rule_line(&scope, &mut rule, line, cite);
        }
        self.date_basis(at, &rule);
        self.stages_add_up(at, &rule);
        rule.territory_of = self.territory_row(&scope, each, Some(rule.pay_to));
        self.program.rules[id.index()] = rule;
    }

    fn rule_line(&mut self, scope: &Scope, rule: &mut Rule, line: &Line, cite: CiteId) {
        match line {
            Line::Each(line) => {
                rule.frequency = match (line.is_yearly(), line.is_once()) {
                    (true, _) => Frequency::Yearly,
                    (_, true) => Frequency::Once,
                    _ => Frequency::Row,
                };
            }
            Line::PayTo(line) => {
                if let Some(path) = line.path() {
                    rule.pay_to_words = SmolStr::new(self.sources.text(scope.at.span(path.range())).trim());
                    rule.pay_to = self.pay_to(scope, &path);
                }
            }
            Line::AsOf(line) => rule.as_of = line.path().map(|p| self.date_path(scope, &p)),
            Line::When(line) => {
                if let Some(value) = line.value() {
                    let when = self.condition(scope, &value);
                    rule.when.versions = always(PartValue::Expr(when), cite);
                }
            }
            Line::Amount(line) => rule.amount.versions = always(self.amount(scope, line), cite),
            Line::Cap(line) => {
                let per: Vec<ast::Name> = line.per().collect();
                rule.caps
                    .extend(self.cap(scope, line.value(), line.is_yearly(), &per, cite));
            }
            Line::AtMost(line) => {
                let per: Vec<ast::Name> = line.per().collect();
                rule.at_most = self.cap(scope, line.value(), line.is_yearly(), &per, cite);
            }
            Line::Stages(line) => rule.stages = self.stages(scope, line),
            Line::Fund(line) => {
                if let Some(account) = line.name().and_then(|n| self.account_of(scope.at, &n)) {
                    rule.draws.push(Draw {
                        account,
                        amount: None,
                    });
                }
            }
            Line::Debit(line) => {
                if let Some(account) = line.name().and_then(|n| self.account_of(scope.at, &n)) {
                    let ty = self.program.accounts[account.index()].ty.clone();
                    let amount = line.value().map(|v| self.typed(scope, &v, &ty));
                    rule.draws.push(Draw { account, amount });
                }
            }
            other => self.delivery_line(scope, rule, other),
        }
    }

    /// Lines that say how and when a right is met, and those that no evaluator carries out.
    fn delivery_line(&mut self, scope: &Scope, rule: &mut Rule, line: &Line) {
        match line {
            Line::Delivery(line) => rule.delivery = line.option().map(|o| SmolStr::new(o.zh())),
            Line::Attach(line) => rule.attachments.push(line.strings().map(String::from).collect()),
            Line::Within(line) => {
                if let (Some(length), Some(from)) = (line.length(), line.path()) {
                    self.date_path(scope, &from);
                    let words = SmolStr::new(self.sources.text(scope.at.span(from.range())).trim());
                    let length = self.expr(scope, &ast::Expr::Literal(length), None);
                    rule.deadline = Some(Deadline { length, from: words });
                }
            }
            Line::Spanning(line) => {
                rule.spanning = match line.option() {
                    Some(OptionWord::WholeYear) => Some(Spanning::WholeYear),
                    Some(OptionWord::ByDay) => Some(Spanning::ByDay),
                    Some(OptionWord::None) => Some(Spanning::Nothing),
                    _ => None,
                };
            }
            Line::Tier(line) => {
                let needs = ("分档认定", "tiers determined by an officer");
                self.not_evaluated(scope.at, "定档", scope.at.span(line.range()), needs);
            }
            Line::Credit(line) => {
                let needs = ("账户记账", "posting to accounts");
                self.not_evaluated(scope.at, "收", scope.at.span(line.range()), needs);
            }
            _ => {}
        }
    }

    fn pay_to(&mut self, scope: &Scope, path: &ast::Path) -> ExprId {
        let checked = match path.as_name() {
            // 给 企业: the row itself, a field of that name, or the one row of that subject it belongs to.
            Some(name) => match self.names.subjects.get(&name.text()).copied() {
                Some(subject) => {
                    let span = scope.at.span(name.range());
                    match self.row_of(scope, subject, span) {
                        Some(row) => row,
                        None => self.invalid(span),
                    }
                }
                None if self.known_names(scope).contains(&name.text()) => self.path_value(scope, path, None),
                None => {
                    let span = scope.at.span(name.range());
                    self.unknown_name(scope, &name.text(), span, Sought::Payee);
                    self.invalid(span)
                }
            },
            None => self.path_value(scope, path, None),
        };
        match self.ty(checked).clone() {
            Type::Row(_) | Type::Unknown | Type::Text => checked,
            other => {
                let span = scope.at.span(path.range());
                self.mismatch(
                    scope,
                    span,
                    Argument::term("一个收款的对象", "a beneficiary"),
                    &other,
                )
            }
        }
    }

    fn amount(&mut self, scope: &Scope, line: &ast::AmountLine) -> PartValue {
        let span = scope.at.span(line.range());
        let value = self.part_value(scope, line.value(), line.arms(), &Type::money(), span);
        value.unwrap_or_else(|| PartValue::Expr(self.invalid(span)))
    }

    pub(super) fn account_of(&mut self, at: &BlockAt, name: &ast::Name) -> Option<crate::program::AccountId> {
        let span = at.span(name.range());
        match self.global(at, &name.text(), span) {
            Some(Declared::Account(id)) => Some(id),
            _ => {
                self.unknown_name(&Scope::new(at), &name.text(), span, Sought::Account);
                None
            }
        }
    }

    /// Lines that a grant cannot do without; nothing that changes money is assumed silently.
    fn needed_lines(&mut self, at: &BlockAt, lines: &[Line]) {
        if !lines.iter().any(|l| matches!(l, Line::PayTo(_))) {
            self.missing_line(
                at,
                ("给", "pay_to"),
                (
                    "写明钱打给谁,例如 给 企业、给 园区.运营方",
                    "say who is paid, such as pay_to 企业 or pay_to 园区.运营方",
                ),
            );
        }
        if !lines.iter().any(|l| matches!(l, Line::Amount(_))) {
            self.missing_line(
                at,
                ("金额", "amount"),
                (
                    "有公式写 金额 公式;只公布了上限写 金额 未公布 和 至多 …",
                    "with a formula write amount formula; where only a ceiling is published write amount unpublished and at_most …",
                ),
            );
        }
    }

    /// A right that arises from an event needs the date that chooses the version of the law.
    fn date_basis(&mut self, at: &BlockAt, rule: &Rule) {
        let event = self.program.subject(rule.each).event;
        if event && rule.as_of.is_none() && rule.frequency != Frequency::Yearly {
            let subject = self.program.subject(rule.each);
            let dates: Vec<&str> = subject
                .fields
                .iter()
                .filter(|f| f.ty == Type::Date)
                .map(|f| f.name.as_str())
                .collect();
            let each = &subject.name;
            let hint = match dates.is_empty() {
                true => Argument::term(
                    format!("先给「{each}」加一个日期字段,例如 公布日: 日期,再写一行 按 公布日"),
                    format!(
                        "give “{each}” a date first, such as 公布日: 日期, and then add a line 按 公布日"
                    ),
                ),
                false => Argument::term(
                    format!("加一行 按,写「{each}」的日期字段之一:{}", dates.join("、")),
                    format!(
                        "add a line 按 with one of the date fields of “{each}”: {}",
                        dates.join(", ")
                    ),
                ),
            };
            let finding = Diagnostic::new(&types::NO_DATE_BASIS, at.header())
                .with("name", rule.name.as_str())
                .with("each", each.as_str())
                .with("hint", hint);
            self.report(at, finding);
        }
    }

    /// The row whose territory must lie in the document's.
    pub(super) fn territory_row(
        &mut self,
        scope: &Scope,
        each: SubjectId,
        pay_to: Option<ExprId>,
    ) -> Option<ExprId> {
        let span = scope.at.header();
        if self.program.subject(each).territory.is_some() {
            return Some(self.push(ExprKind::Row(0), Type::Row(each), span));
        }
        if let Some(pay_to) = pay_to
            && let Type::Row(subject) = self.ty(pay_to)
            && self.program.subject(*subject).territory.is_some()
        {
            return Some(pay_to);
        }
        let with: Vec<SubjectId> = (0..self.program.subjects.len() as u32)
            .map(SubjectId)
            .filter(|s| self.program.subject(*s).territory.is_some())
            .collect();
        let ways: Vec<_> = with.iter().filter_map(|to| self.reach(each, *to)).collect();
        let shortest = ways.into_iter().min_by_key(Vec::len)?;
        let row = self.push(ExprKind::Row(0), Type::Row(each), span);
        Some(self.follow_all(row, &shortest, span))
    }
}
