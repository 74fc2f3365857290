//! Bodies in their order, and the lines that blocks of several kinds have.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::names};
use smol_str::SmolStr;

use super::dated::always;
use super::expression::basis_year;
use super::scope::Scope;
use super::{BlockAt, Checker, Declared};
use crate::program::{Cap, CapScope, CiteId, ExprId, ExprKind, Part, PartValue, SubjectId, Type, YearOf};
use crate::syntax::ast::{self, AstNode, Block, Line};
use crate::syntax::keywords::ReservedWord;

impl Checker<'_> {
    /// Checks the body of every block but cases and amendments.
    pub(super) fn bodies(&mut self, blocks: &[BlockAt]) {
        for at in blocks {
            if let Block::Table(block) = &at.block {
                self.table(at, block);
            }
        }
        // A parameter with an exception for each firm is a value of a firm wherever it is used, so who its
        // exceptions are about has to be known before any expression is read.
        for at in blocks {
            if let Block::Except(block) = &at.block {
                self.exception_header(at, block);
            }
        }
        // What an account counts follows from its quota; a rule that stands above it draws in the same unit.
        for at in blocks {
            if let Block::Account(block) = &at.block {
                self.account_body(at, block);
            }
        }
        for at in blocks {
            match &at.block {
                Block::Param(block) => self.parameter_body(at, block),
                Block::Define(block) => self.definition_body(at, block),
                Block::Grant(block) => self.rule_body(at, block),
                Block::Verdict(block) => self.verdict_body(at, block),
                Block::Target(block) => self.target_body(at, block),
                Block::Rank(block) => self.rank_body(at, block),
                Block::Post(block) => self.post_body(at, block),
                _ => {}
            }
        }
        for at in blocks {
            if let Block::Group(block) = &at.block {
                self.group_body(at, block);
            }
        }
        for at in blocks {
            if let Block::Grant(block) = &at.block {
                self.membership(at, block);
            }
        }
    }

    /// 口径, when a body has that line with a year.
    pub(super) fn basis(lines: &[Line]) -> Option<YearOf> {
        lines.iter().find_map(|line| match line {
            Line::Basis(line) => line.period().as_ref().and_then(basis_year),
            _ => None,
        })
    }

    /// The citation of a line: its 依据 beside the clause, or the block's own.
    pub(super) fn cite_notes(&mut self, at: &BlockAt, notes: &[ast::Note], span: Span) -> CiteId {
        let papers: Vec<SmolStr> = notes
            .iter()
            .filter(|n| n.word() == Some(ReservedWord::Cite))
            .flat_map(ast::Note::strings)
            .collect();
        if papers.is_empty() {
            return at.cite;
        }
        self.cite(at.document, at.clause, span, Some(papers.join("、")))
    }

    /// 依据 as a line of a body.
    pub(super) fn cite_line(&mut self, at: &BlockAt, lines: &[Line]) -> CiteId {
        let papers: Vec<(Span, String)> = lines
            .iter()
            .filter_map(|line| match line {
                Line::Cite(line) => Some((
                    at.span(line.range()),
                    line.strings().collect::<Vec<_>>().join("、"),
                )),
                _ => None,
            })
            .collect();
        match papers.first() {
            None => at.cite,
            Some((span, _)) => {
                let span = *span;
                let words: Vec<String> = papers.into_iter().map(|(_, p)| p).collect();
                let clause = self.documents[at.document.index()].citation(at.clause);
                let text = format!("{clause}(依据 {})", words.join("、"));
                self.cite(at.document, at.clause, span, Some(text))
            }
        }
    }

    fn definition_body(&mut self, at: &BlockAt, block: &ast::Define) {
        let Some(Declared::Definition(id)) = self.declared(at) else {
            return;
        };
        let definition = self.program.definitions[id.index()].clone();
        if definition.span != block.path().map_or(definition.span, |p| at.span(p.range())) {
            return;
        }
        let lines: Vec<Line> = block.lines().collect();
        let scope = Scope::of(at, definition.subject, Self::basis(&lines));
        let cite = self.cite_line(at, &lines);
        let dated: Vec<ast::FromLine> = lines
            .iter()
            .filter_map(|l| {
                if let Line::From(line) = l {
                    Some(line.clone())
                } else {
                    None
                }
            })
            .collect();
        if let Some(first) = dated.first() {
            let undated = block.value().map(|value| at.span(value.range()));
            let undated = undated.or_else(|| block.arms().next().map(|arm| at.span(arm.range())));
            self.undated_beside(at, &definition.name, undated, first);
            let part = self.dated_part(&scope, dated.into_iter(), &definition.ty, &definition.name);
            self.program.definitions[id.index()].part.versions = part.versions;
            return;
        }
        let value = match block.value() {
            Some(value) => Some(self.typed(&scope, &value, &definition.ty)),
            None => {
                let arms: Vec<ast::Arm> = block.arms().collect();
                (!arms.is_empty()).then(|| self.arms(&scope, &arms, &definition.ty, at.header()))
            }
        };
        match value {
            Some(value) => {
                self.program.definitions[id.index()].part.versions = always(PartValue::Expr(value), cite);
            }
            None => self.missing_line(
                at,
                ("=", "="),
                (
                    "写成 = 公式,或逐行写 - 条件: 值",
                    "write = formula, or line by line - condition: value",
                ),
            ),
        }
    }

    /// Cases: the first whose condition holds.
    pub(super) fn arms(&mut self, scope: &Scope, arms: &[ast::Arm], ty: &Type, span: Span) -> ExprId {
        let mut checked = Vec::new();
        let mut otherwise = None;
        for arm in arms {
            let Some(value) = arm.value() else { continue };
            let value = self.typed(scope, &value, ty);
            match arm.condition() {
                Some(condition) if !arm.is_otherwise() => {
                    checked.push((self.condition(scope, &condition), value));
                }
                _ => otherwise = Some(value),
            }
        }
        self.push(
            ExprKind::Cases {
                arms: checked,
                otherwise,
            },
            ty.clone(),
            span,
        )
    }

    /// Reports a line that a block needs; the line and what can be written there, each in Chinese and English.
    pub(super) fn missing_line(&mut self, at: &BlockAt, line: (&str, &str), choices: (&str, &str)) {
        if self.lines_lost(at) {
            return;
        }
        let path = match &at.block {
            Block::Define(block) => block.path(),
            Block::Amend(block) => block.path(),
            _ => None,
        };
        let name = match (at.block.name(), path) {
            (Some(name), _) => name.text().to_string(),
            (None, Some(path)) => self.sources.text(at.span(path.range())).trim().to_owned(),
            (None, None) => at.block.word().map_or_else(String::new, |w| w.zh().to_owned()),
        };
        let finding = Diagnostic::new(&names::MISSING_LINE, at.header())
            .with("block", name)
            .with("line", Argument::term(line.0, line.1))
            .with("choices", Argument::term(choices.0, choices.1));
        self.report(at, finding);
    }

    /// A path that must give a date.
    pub(super) fn date_path(&mut self, scope: &Scope, path: &ast::Path) -> ExprId {
        let checked = self.path_value(scope, path, Some(&Type::Date));
        self.demand(scope, checked, &Type::Date)
    }

    /// 每: the subject.
    pub(super) fn each(&mut self, at: &BlockAt, lines: &[Line]) -> Option<SubjectId> {
        let line = lines.iter().find_map(|l| {
            if let Line::Each(line) = l {
                Some(line)
            } else {
                None
            }
        });
        let Some(name) = line.and_then(ast::EachLine::name) else {
            self.missing_line(
                at,
                ("每", "each"),
                (
                    "写明按什么算一份,例如 每 企业 每年、每 企业 一次、每 项目",
                    "say what one right is for, such as each 企业 yearly, each 企业 once or each 项目",
                ),
            );
            return None;
        };
        self.subject_of(at, &name)
    }

    pub(super) fn subject_of(&mut self, at: &BlockAt, name: &ast::Name) -> Option<SubjectId> {
        let text = name.text();
        let found = self.names.subjects.get(&text).copied();
        if found.is_none() {
            self.unknown_name(&Scope::new(at), &text, at.span(name.range()));
        }
        found
    }

    /// A cap or ceiling.
    pub(super) fn cap(
        &mut self,
        scope: &Scope,
        value: Option<ast::Expr>,
        yearly: bool,
        per: &[ast::Name],
        cite: CiteId,
    ) -> Option<Cap> {
        let value = value?;
        let value = self.typed(scope, &value, &Type::money());
        let part = Part {
            versions: always(PartValue::Expr(value), cite),
            exceptions: Vec::new(),
        };
        let per = self.cap_scope(scope, yearly, per);
        Some(Cap { part, per })
    }

    /// What a cap is shared over; none: nothing.
    pub(super) fn cap_scope(&mut self, scope: &Scope, yearly: bool, per: &[ast::Name]) -> Option<CapScope> {
        let row = match per.first() {
            Some(name) => match self.names.subjects.get(&name.text()).copied() {
                Some(subject) => self.row_of(scope, subject, scope.at.span(name.range())),
                None => {
                    self.unknown_name(scope, &name.text(), scope.at.span(name.range()));
                    None
                }
            },
            None => None,
        };
        let mut words = Vec::new();
        if yearly {
            words.push("每年".to_owned());
        }
        words.extend(per.iter().map(|n| format!("每 {}", n.text())));
        (!words.is_empty()).then(|| CapScope {
            yearly,
            row,
            words: SmolStr::new(words.join(" ")),
        })
    }
}
