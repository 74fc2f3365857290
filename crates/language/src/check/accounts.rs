//! Bodies of accounts (账户) and targets (目标).

use super::dated::always;
use super::scope::Scope;
use super::{BlockAt, Checker, Declared};
use crate::program::{Overdraw, PartValue, Target, Type};
use crate::syntax::ast::{self, AstNode, Line};
use crate::syntax::keywords::{OptionWord, ReservedWord};

impl Checker<'_> {
    pub(super) fn account_body(&mut self, at: &BlockAt, block: &ast::Account) {
        let Some(Declared::Account(id)) = self.declared(at) else {
            return;
        };
        let lines: Vec<Line> = block.lines().collect();
        let cite = self.cite_line(at, &lines);
        let scope = Scope::new(at);
        let typed = block.type_().is_some();
        for line in &lines {
            match line {
                Line::Quota(line) => {
                    self.program.accounts[id.index()].limited = true;
                    self.program.accounts[id.index()].yearly = line.is_yearly();
                    let Some(value) = line.value() else { continue };
                    if value.word() == Some(ReservedWord::Unpublished) {
                        continue;
                    }
                    let checked = self.expr(&scope, &value, None);
                    if typed {
                        let ty = self.program.accounts[id.index()].ty.clone();
                        self.demand(&scope, checked, &ty);
                    } else {
                        self.program.accounts[id.index()].ty = self.ty(checked).clone();
                    }
                    self.program.accounts[id.index()].quota.versions = always(PartValue::Expr(checked), cite);
                }
                Line::Over(line) => {
                    self.program.accounts[id.index()].over = self.overdraw(at, line);
                }
                _ => {}
            }
        }
    }

    /// 超出: 择优 names a score of the drawing rule's row; it is checked against the first rule that draws.
    fn overdraw(&mut self, at: &BlockAt, line: &ast::OverLine) -> Overdraw {
        match line.option() {
            Some(OptionWord::ProRata) => Overdraw::ProRata,
            Some(OptionWord::InOrder) => Overdraw::InOrder,
            Some(OptionWord::ByScore) => {
                let Some(ast::Expr::Path(path)) = line.value() else {
                    return Overdraw::Refuse;
                };
                let name = path.as_name().map(|n| n.text()).unwrap_or_default();
                let Some(field) = self.names.fields.get(&name).and_then(|f| f.first()).copied() else {
                    self.unknown_name(&Scope::new(at), &name, at.span(path.range()));
                    return Overdraw::Refuse;
                };
                let scope = Scope::of(at, field.subject, None);
                Overdraw::ByScore(self.path_value(&scope, &path, None))
            }
            _ => Overdraw::Refuse,
        }
    }

    pub(super) fn target_body(&mut self, at: &BlockAt, block: &ast::Target) {
        let scope = Scope::new(at);
        let Some(name) = block.name() else { return };
        let mut target = Target {
            name: name.text(),
            values: Vec::new(),
            cumulative: None,
            cite: at.cite,
            span: at.span(name.range()),
        };
        let mut ty: Option<Type> = None;
        for line in block.lines() {
            match line {
                Line::From(line) => {
                    let Some((period, _)) = self.period(at, &line) else {
                        continue;
                    };
                    let Some(value) = line.value() else { continue };
                    let value = match &ty {
                        Some(ty) => self.typed(&scope, &value, ty),
                        None => self.expr(&scope, &value, None),
                    };
                    ty.get_or_insert_with(|| self.program.expr(value).ty.clone());
                    target.values.push((period, value));
                }
                Line::Basis(line) => {
                    target.cumulative = match line.option() {
                        Some(OptionWord::Cumulative) => Some(true),
                        Some(OptionWord::Quarterly) => Some(false),
                        _ => None,
                    };
                }
                _ => {}
            }
        }
        if target.values.len() > 1 && target.cumulative.is_none() {
            self.missing_line(
                at,
                ("口径", "basis"),
                (
                    "几个时点的数是累计还是当季,数字看不出来:写 口径 累计 或 口径 当季",
                    "figures alone do not tell a running total from one quarter: write basis cumulative or basis quarterly",
                ),
            );
        }
        self.program.targets.push(target);
    }
}
