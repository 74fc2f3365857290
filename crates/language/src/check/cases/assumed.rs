//! What a case assumes in place of facts: entitlements of step 6, chosen keys, money received from elsewhere.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::types};
use smol_str::SmolStr;

use super::row_of;
use crate::check::scope::Scope;
use crate::check::{BlockAt, Checker};
use crate::program::{Case, ExprId, ExprKind, GivenEntitlement, GroupId, Literal, RuleId, Type};
use crate::syntax::ast::{self, AstNode, LiteralKind};

impl Checker<'_> {
    /// `应得额: 甲奖 = 200万元`: what a right comes to at step 6, so that a group can be tested alone.
    pub(super) fn given_entitlement(&mut self, at: &BlockAt, case: &mut Case, fact: &ast::Fact) {
        let (Some(path), Some(value)) = (fact.path(), fact.value()) else {
            return;
        };
        let amount = self.typed(&Scope::new(at), &value, &Type::money());
        if let Some((rule, row)) = self.right_of(at, case, &path) {
            case.entitlements.push(GivenEntitlement { rule, row, amount });
        }
    }

    /// A right whose entitlement is assumed needs a row; a case about a group alone does not name any.
    pub(super) fn rows_of_assumed(&self, case: &mut Case) {
        for index in 0..case.entitlements.len() {
            let each = self.program.rule(case.entitlements[index].rule).each;
            let known = case.rows.iter().any(|row| row.subject == each);
            if !known && each.index() < self.program.subjects.len() {
                row_of(case, each, self.program.subject(each).name.clone());
            }
        }
    }

    /// `归组: 甲奖 = 项目` names a kind of key; `归组: 甲奖 = 项目一, 键 = 项目` the key itself and its kind.
    pub(super) fn given_choices(&mut self, at: &BlockAt, case: &mut Case, facts: &[ast::Fact]) {
        let named: Vec<(ast::Path, SmolStr, Span)> = facts
            .iter()
            .filter_map(|fact| {
                let value = fact.value()?;
                Some((fact.path()?, word_of(&value)?, at.span(value.range())))
            })
            .collect();
        let is_kind = |path: &ast::Path| path.as_name().is_some_and(|name| name.text() == "键");
        let kind = named.iter().find(|(path, ..)| is_kind(path)).cloned();
        for (path, choice, span) in named.into_iter().filter(|(path, ..)| !is_kind(path)) {
            let Some((rule, _)) = self.right_of(at, case, &path) else {
                continue;
            };
            case.choices.push((rule, choice.clone()));
            let (kind, span) = match &kind {
                Some((_, kind, span)) => (kind, *span),
                None => (&choice, span),
            };
            self.known_kind(at, rule, kind, span);
        }
    }

    /// Reports a kind of key that the group of a rule does not offer.
    fn known_kind(&mut self, at: &BlockAt, rule: RuleId, kind: &SmolStr, span: Span) {
        let Some(group) = self.program.rule(rule).group.map(GroupId::index) else {
            return;
        };
        let group = &self.program.groups[group];
        if group.choices.is_empty() || group.choices.contains(kind) {
            return;
        }
        let words = Argument::term(
            format!("组合 {} 的键", group.name),
            format!("key of {}", group.name),
        );
        let finding = Diagnostic::new(&types::UNKNOWN_VALUE, span)
            .with("name", kind.as_str())
            .with("enumeration", words)
            .with("values", group.choices.join("、"));
        self.report(at, finding);
    }

    /// `已得: 省 = 80万元`: in place of what 计入 would find. The name has to be one that a 计入 names.
    pub(super) fn given_received(&mut self, at: &BlockAt, case: &mut Case, fact: &ast::Fact) {
        let (Some(path), Some(value)) = (fact.path(), fact.value()) else {
            return;
        };
        let amount = self.typed(&Scope::new(at), &value, &Type::money());
        case.received.push(amount);
        let name = path.as_name().map(|name| name.text()).unwrap_or_default();
        let givers = self.givers();
        if !givers.is_empty() && !givers.contains(&name) {
            let finding = Diagnostic::new(&types::UNKNOWN_VALUE, at.span(path.range()))
                .with("name", name.as_str())
                .with("enumeration", Argument::term("计入", "counting"))
                .with("values", givers.join("、"));
            self.report(at, finding);
        }
    }

    /// The values of enumerations that the 计入 of groups name: 市, 省.
    fn givers(&self) -> Vec<SmolStr> {
        let members = self.program.groups.iter().flat_map(|group| &group.members);
        let mut stack: Vec<ExprId> = members.filter_map(|member| member.counting).collect();
        let mut givers = Vec::new();
        while let Some(id) = stack.pop() {
            if let ExprKind::Literal(Literal::Enumeration(of, index)) = self.program.expr(id).kind {
                let value = &self.program.enumerations[of.index()].values[usize::from(index)];
                if !givers.contains(value) {
                    givers.push(value.clone());
                }
            }
            stack.extend(self.program.operands(id));
        }
        givers
    }
}

/// A name, or a text.
fn word_of(value: &ast::Expr) -> Option<SmolStr> {
    match value {
        ast::Expr::Path(path) => Some(path.as_name()?.text()),
        ast::Expr::Literal(literal) => match literal.kind()? {
            LiteralKind::Text(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}
