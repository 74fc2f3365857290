//! Bodies of parameters, definitions, verdicts, accounts, groups, exceptions and targets.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::law, catalogue::names, catalogue::types};
use jiufen_quantity::{Date, Period};
use smol_str::SmolStr;

use super::expression::basis_year;
use super::scope::Scope;
use super::{BlockAt, Checker, Declared};
use crate::program::{
    Cap, CapScope, CiteId, ExprId, ExprKind, Overdraw, Part, PartValue, SubjectId, Target, Type, Verdict,
    VerdictLine, Version, YearOf,
};
use crate::syntax::ast::{self, AstNode, Block, Line};
use crate::syntax::keywords::{OptionWord, ReservedWord};

/// What a verdict with 法 取严 can say; the order of gravity is the evaluator's.
const OUTCOMES: &[&str] = &["可", "有条件", "不可"];

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

    // ---- parameters and other dated values ----

    fn parameter_body(&mut self, at: &BlockAt, block: &ast::Param) {
        let Some(Declared::Parameter(id)) = self.declared(at) else {
            return;
        };
        let ty = self.program.parameters[id.index()].ty.clone();
        let name = self.program.parameters[id.index()].name.clone();
        let scope = Scope::new(at);
        let mut part = self.dated_part(&scope, block.dated(), &ty, &name);
        let lines: Vec<Line> = block.lines().collect();
        let undated = lines.iter().find_map(|l| {
            if let Line::Value(line) = l {
                Some(line)
            } else {
                None
            }
        });
        if let Some((line, value)) = undated.and_then(|line| Some((line, line.value()?))) {
            // A figure whose first day is not known holds as long as its document does.
            let value = self.typed(&scope, &value, &ty);
            let notes: Vec<ast::Note> = line.notes().collect();
            let cite = self.cite_notes(at, &notes, at.span(line.range()));
            part.versions = always(PartValue::Expr(value), cite);
        }
        if block.dated().next().is_none() && undated.is_none() {
            let finding = Diagnostic::new(&law::EMPTY_PARAMETER, at.header()).with("name", name.as_str());
            self.report(at, finding);
        }
        self.program.parameters[id.index()].part.versions = part.versions;
    }

    /// Dated lines as a timeline; each without 至 runs to the day before the next.
    fn dated_part(
        &mut self,
        scope: &Scope,
        dated: impl Iterator<Item = ast::FromLine>,
        ty: &Type,
        name: &str,
    ) -> Part {
        let mut versions: Vec<(Span, bool, Version)> = Vec::new();
        for line in dated {
            let Some((period, open)) = self.period(scope.at, &line) else {
                continue;
            };
            let span = scope.at.span(line.range());
            let value = match line.value() {
                Some(value) if value.word() == Some(ReservedWord::Unpublished) => PartValue::Unpublished,
                Some(value) => PartValue::Expr(self.typed(scope, &value, ty)),
                None => continue,
            };
            let notes: Vec<ast::Note> = line.notes().collect();
            let cite = self.cite_notes(scope.at, &notes, span);
            versions.push((
                span,
                open,
                Version {
                    period,
                    value,
                    cite,
                    replaced: None,
                },
            ));
        }
        Part {
            versions: self.timeline(scope.at, name, versions),
            exceptions: Vec::new(),
        }
    }

    /// The days of a line, and whether its end is open.
    pub(super) fn period(&mut self, at: &BlockAt, line: &ast::FromLine) -> Option<(Period, bool)> {
        let span = at.span(line.range());
        let from = self.date(at, line.range(), line.from())?;
        let to_text = line.to();
        let open = to_text.is_none();
        let to = self.date(at, line.range(), to_text);
        if let Some(to) = to
            && to < from
        {
            let finding = Diagnostic::new(&types::PERIOD_REVERSED, span);
            self.report(
                at,
                finding.with("from", from.to_string()).with("to", to.to_string()),
            );
            return None;
        }
        self.retroactive(at, from, span);
        Some((Period { from: Some(from), to }, open))
    }

    fn retroactive(&mut self, at: &BlockAt, from: Date, span: Span) {
        let meta = &self.documents[at.document.index()].meta;
        let Some(dated) = meta.dated.map(|d| Date::from(d.date)) else {
            return;
        };
        if from < dated && !meta.retroactive {
            let finding = Diagnostic::new(&law::RETROACTIVE, span)
                .with("from", from.to_string())
                .with("dated", dated.to_string());
            self.report(at, finding);
        }
    }

    /// Orders versions, closes open ends, and reports overlaps and gaps.
    pub(super) fn timeline(
        &mut self,
        at: &BlockAt,
        name: &str,
        mut versions: Vec<(Span, bool, Version)>,
    ) -> Vec<Version> {
        versions.sort_by_key(|(_, _, v)| v.period.from);
        for index in 0..versions.len().saturating_sub(1) {
            let next = versions[index + 1].2.period.from;
            let (span, open, version) = &mut versions[index];
            let span = *span;
            if *open && next > version.period.from {
                version.period.to = next.and_then(Date::previous);
                continue;
            }
            let to = version.period.to;
            if to >= next || (*open && next == version.period.from) {
                let date = next.map_or_else(String::new, |d| d.to_string());
                let finding = Diagnostic::new(&types::OVERLAPPING_PERIODS, versions[index + 1].0);
                self.report(at, finding.with("name", name).with("date", date).related(span));
            } else if let (Some(to), Some(next)) = (to, next)
                && let (Some(first), Some(last)) = (to.add_days(1), next.previous())
                && first <= last
            {
                let finding = Diagnostic::new(&types::DATE_GAP, versions[index + 1].0)
                    .with("name", name)
                    .with("from", first.to_string())
                    .with("to", last.to_string());
                self.report(at, finding);
            }
        }
        versions.into_iter().map(|(_, _, v)| v).collect()
    }

    // ---- definitions ----

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
        if !dated.is_empty() {
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

    // ---- verdicts ----

    fn verdict_body(&mut self, at: &BlockAt, block: &ast::Verdict) {
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

    fn verdict_line(&mut self, scope: &Scope, arm: &ast::Arm, strictest: bool) -> Option<VerdictLine> {
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

    // ---- accounts and targets ----

    fn account_body(&mut self, at: &BlockAt, block: &ast::Account) {
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

    fn target_body(&mut self, at: &BlockAt, block: &ast::Target) {
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
        let scoped = yearly || !per.is_empty();
        let per = scoped.then(|| CapScope {
            yearly,
            row,
            words: SmolStr::new(words.join(" ")),
        });
        Some(Cap { part, per })
    }
}

/// One version that always holds; the document's own period is asked separately.
pub(super) fn always(value: PartValue, cite: CiteId) -> Vec<Version> {
    vec![Version {
        period: Period::default(),
        value,
        cite,
        replaced: None,
    }]
}
