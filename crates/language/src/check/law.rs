//! Lints about law: what a person should look at before a text is adopted or paid by.

mod figures;
mod numbers;
mod prose;
mod ranges;
mod territory;

pub use territory::is_full_territory;

use jiufen_diagnostic::{Argument, Diagnostic, catalogue::law};
use jiufen_document::{SourceStatus, Status};

use super::{BlockAt, Checker};
use crate::program::{ExprId, ExprKind, Literal, PartValue, Rule, RuleId, Type};
use crate::syntax::ast::Block;

impl Checker<'_> {
    pub(super) fn law(&mut self, blocks: &[BlockAt]) {
        self.sources_of_documents();
        self.document_numbers();
        self.territories();
        for id in 0..self.program.rules.len() as u32 {
            self.fair_competition(RuleId(id));
            self.amounts(RuleId(id));
            self.delivery(RuleId(id));
        }
        let mut by_place: Vec<(jiufen_diagnostic::Span, ExprId)> = self
            .program
            .expressions
            .iter()
            .enumerate()
            .map(|(i, e)| (e.span, ExprId(i as u32)))
            .collect();
        by_place.sort_by_key(|(span, _)| (span.source, span.start));
        for at in blocks {
            if matches!(
                at.block,
                Block::Grant(_) | Block::Param(_) | Block::Define(_) | Block::Verdict(_)
            ) {
                self.prose_against_block(at, &by_place);
            }
        }
        self.ranges();
        self.sums();
    }

    fn sources_of_documents(&mut self) {
        for (index, document) in self.documents.iter().enumerate() {
            let info = &self.program.documents[index];
            let has_rules = self.program.rules.iter().any(|r| r.document.index() == index);
            let place = document.meta.status_span.unwrap_or(info.span);
            let title = info.title.as_str();
            if info.status == Status::Draft && has_rules {
                self.findings
                    .push(Diagnostic::new(&law::DRAFT_SOURCE, place).with("title", title));
            }
            if let (Status::Lapsed, Some(to)) = (info.status, info.period.to) {
                let finding = Diagnostic::new(&law::LAPSED_SOURCE, place).with("title", title);
                self.findings.push(finding.with("to", to.to_string()));
            }
            let unverified = matches!(
                info.source_status,
                SourceStatus::Memory | SourceStatus::Unverified
            );
            if unverified && has_rules {
                let source = info.source_status;
                let finding = Diagnostic::new(&law::UNVERIFIED_SOURCE, place)
                    .with("title", title)
                    .with("source", Argument::term(source.zh(), source.en()));
                self.findings.push(finding);
            }
            if has_rules && info.number.is_empty() && info.title.is_empty() {
                let rule = self.program.rules.iter().find(|r| r.document.index() == index);
                if let Some(rule) = rule {
                    let finding =
                        Diagnostic::new(&law::NO_SOURCE, rule.span).with("name", rule.name.as_str());
                    self.findings.push(finding);
                }
            }
        }
    }

    /// 公平竞争审查条例 第十条: amounts that follow what an operator paid in, or that name an operator.
    fn fair_competition(&mut self, id: RuleId) {
        let rule = self.program.rule(id).clone();
        let amounts = exprs_of(&rule.amount);
        let conditions = exprs_of(&rule.when);
        let contribution = amounts.iter().find_map(|e| self.contribution(*e));
        let named = conditions.iter().find_map(|e| self.named_operator(*e));
        let why = match (contribution, named) {
            (Some(field), _) => Argument::term(
                format!("的金额随「{field}」变化"),
                format!("pays an amount that follows “{field}”"),
            ),
            (None, Some(name)) => Argument::term(format!("只给「{name}」"), format!("is for “{name}” only")),
            (None, None) => return,
        };
        self.program.rules[id.index()].fair_competition_review = true;
        let finding = Diagnostic::new(&law::FAIR_COMPETITION, rule.span).with("name", rule.name.as_str());
        let finding = finding
            .with("why", why)
            .in_clause(self.program.citation(rule.cite));
        self.findings.push(finding);
    }

    /// A field that tells what the operator paid in (区贡献 and the like).
    fn contribution(&self, expr: ExprId) -> Option<String> {
        self.search(expr, &mut |kind| match kind {
            ExprKind::Field { field, .. } | ExprKind::FieldSeries { field, .. } => {
                let name = &self.program.field(*field).name;
                name.contains("贡献").then(|| name.to_string())
            }
            _ => None,
        })
    }

    /// A comparison of the operator's own name or key with a constant.
    fn named_operator(&self, expr: ExprId) -> Option<String> {
        self.search(expr, &mut |kind| {
            let ExprKind::Compare(crate::program::Comparison::Equal, l, r) = kind else {
                return None;
            };
            let pair = [(*l, *r), (*r, *l)];
            pair.into_iter().find_map(|(field, value)| {
                let ExprKind::Field { row, field, .. } = &self.program.expr(field).kind else {
                    return None;
                };
                let own = matches!(self.program.expr(*row).kind, ExprKind::Row(0));
                let subject = self.program.subject(field.subject);
                let identifies =
                    subject.key.contains(&field.index) || self.program.field(*field).name == "名称";
                match &self.program.expr(value).kind {
                    ExprKind::Literal(Literal::Text(text)) if own && identifies => Some(text.to_string()),
                    _ => None,
                }
            })
        })
    }

    /// The first thing found in an expression or in the definitions and parameters it uses.
    fn search<T>(&self, expr: ExprId, found: &mut impl FnMut(&ExprKind) -> Option<T>) -> Option<T> {
        let mut stack = vec![expr];
        let mut seen = std::collections::HashSet::new();
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            let kind = &self.program.expr(id).kind;
            if let Some(result) = found(kind) {
                return Some(result);
            }
            stack.extend(self.program.operands(id));
            match kind {
                ExprKind::Definition { definition, .. } => {
                    stack.extend(exprs_of(&self.program.definitions[definition.index()].part));
                }
                ExprKind::Parameter { parameter, .. } => {
                    stack.extend(exprs_of(&self.program.parameters[parameter.index()].part));
                }
                _ => {}
            }
        }
        None
    }

    fn amounts(&mut self, id: RuleId) {
        let rule = self.program.rule(id).clone();
        for expr in exprs_of(&rule.amount) {
            let today = self.search(expr, &mut |kind| matches!(kind, ExprKind::Today).then_some(()));
            let span = self.program.expr(expr).span;
            if today.is_some() {
                self.findings.push(
                    Diagnostic::new(&law::TODAY_IN_AMOUNT, span).in_clause(self.program.citation(rule.cite)),
                );
            }
            let may = !self.is_figure_as_written(expr) && self.may_be_negative(expr, &exprs_of(&rule.when));
            if may {
                let finding = Diagnostic::new(&law::MAY_BE_NEGATIVE, span).with("name", rule.name.as_str());
                self.findings
                    .push(finding.in_clause(self.program.citation(rule.cite)));
            }
        }
    }

    /// Whether a formula can go below zero, judged by its signs and by what the conditions, one of which holds, compare.
    fn may_be_negative(&self, expr: ExprId, conditions: &[ExprId]) -> bool {
        use crate::program::{Function, Operator};
        use num_traits::Signed;
        match &self.program.expr(expr).kind {
            ExprKind::Literal(Literal::Number(n)) => n.is_negative(),
            ExprKind::Negate(_) => true,
            ExprKind::Arithmetic(Operator::Subtract, l, r) => {
                conditions.is_empty() || !conditions.iter().all(|c| self.asks_at_least(*c, *l, *r))
            }
            ExprKind::Arithmetic(_, l, r) => {
                self.may_be_negative(*l, conditions) || self.may_be_negative(*r, conditions)
            }
            ExprKind::Field { field, .. } => self.program.field(*field).signed,
            ExprKind::Call(Function::Maximum, args) => {
                args.iter().all(|a| self.may_be_negative(*a, conditions))
            }
            ExprKind::Call(Function::Minimum, args) => {
                args.iter().any(|a| self.may_be_negative(*a, conditions))
            }
            ExprKind::Call(Function::Absolute, _) => false,
            ExprKind::Call(_, args) => args.first().is_some_and(|a| self.may_be_negative(*a, conditions)),
            ExprKind::Cases { arms, otherwise } => {
                arms.iter().any(|(_, v)| self.may_be_negative(*v, conditions))
                    || otherwise.is_some_and(|o| self.may_be_negative(o, conditions))
            }
            ExprKind::Definition { definition, .. } => {
                exprs_of(&self.program.definitions[definition.index()].part)
                    .iter()
                    .any(|e| self.program.expr(*e).ty.is_numeric() && self.may_be_negative_shallow(*e))
            }
            _ => false,
        }
    }

    /// As [`Self::may_be_negative`], without following further definitions.
    fn may_be_negative_shallow(&self, expr: ExprId) -> bool {
        match &self.program.expr(expr).kind {
            ExprKind::Definition { .. } => false,
            _ => self.may_be_negative(expr, &[]),
        }
    }

    /// Whether a condition holds only where one expression is not below another.
    fn asks_at_least(&self, condition: ExprId, high: ExprId, low: ExprId) -> bool {
        use crate::program::Comparison::{AtLeast, AtMost, Greater, Less};
        match &self.program.expr(condition).kind {
            ExprKind::All(parts) => parts.iter().any(|part| self.asks_at_least(*part, high, low)),
            ExprKind::Compare(Greater | AtLeast, l, r) => self.same(*l, high) && self.same(*r, low),
            ExprKind::Compare(Less | AtMost, l, r) => self.same(*l, low) && self.same(*r, high),
            _ => false,
        }
    }

    fn delivery(&mut self, id: RuleId) {
        let rule: &Rule = self.program.rule(id);
        if rule.delivery.as_deref() == Some("免申即享")
            && let Some(paper) = rule.attachments.first().and_then(|a| a.first())
        {
            let finding = Diagnostic::new(&law::NOT_AUTOMATIC, rule.span)
                .with("name", rule.name.as_str())
                .with("paper", paper.as_str())
                .in_clause(self.program.citation(rule.cite));
            self.findings.push(finding);
        }
    }
}

/// The formulas of all versions of a part.
fn exprs_of(part: &crate::program::Part) -> Vec<ExprId> {
    let values = part
        .versions
        .iter()
        .map(|v| v.value)
        .chain(part.exceptions.iter().map(|e| e.value));
    values
        .filter_map(|v| if let PartValue::Expr(e) = v { Some(e) } else { None })
        .collect()
}

/// Whether a type is a figure that official prose would state.
fn is_figure(ty: &Type) -> bool {
    matches!(ty, Type::Rate | Type::Points | Type::Quantity { .. })
}
