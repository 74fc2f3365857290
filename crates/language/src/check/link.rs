//! Links between blocks and documents: exceptions, amendments, lineage.

mod amendments;
mod editions;
mod limits;

pub(super) use editions::Edition;
use limits::Change;

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::law, catalogue::names};
use jiufen_quantity::Period;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};

use super::scope::Scope;
use super::unknown::Sought;
use super::{BlockAt, Checker, Declared};
use crate::program::{
    CiteId, DefinitionId, ExceptionId, ParameterId, Part, PartException, PartValue, RuleId, SubjectId,
    TableId, Type,
};
use crate::syntax::ast::{self, AstNode, Block, Line, SegmentKind};

/// A part that an exception or amendment changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum PartRef {
    Parameter(ParameterId),
    Definition(DefinitionId),
    When(RuleId),
    Amount(RuleId),
    /// The caps of a grant; their scope says which.
    Caps(RuleId),
    Cap(RuleId, usize),
    AtMost(RuleId),
    /// A grant as a whole; its lines say which part.
    Rule(RuleId),
    /// A table, by its editions.
    Table(TableId),
}

/// 修订, resolved but not yet applied: all of them are put in order of time first.
#[derive(Debug, Clone)]
pub(super) struct Amendment {
    part: PartRef,
    words: SmolStr,
    period: Period,
    value: PartValue,
    cite: CiteId,
    span: Span,
}

const RULE_PARTS: &str = "当、金额、封顶、至多";

impl Checker<'_> {
    /// Exceptions, amendments and lineage, once every block has its body.
    pub(super) fn link(&mut self, blocks: &[BlockAt]) {
        for at in blocks {
            if let Block::Except(block) = &at.block {
                self.exception_body(at, block);
            }
        }
        for at in blocks {
            if let Block::Amend(block) = &at.block {
                self.amendment(at, block);
            }
        }
        self.apply_amendments();
        self.apply_editions();
        let mut earlier = HashMap::new();
        let mut said = HashSet::new();
        for at in blocks {
            if let Block::Grant(block) = &at.block {
                self.continues(at, block, &mut earlier, &mut said);
            }
        }
        self.document_lineage(&mut earlier, &said);
        self.follow_lineage(&earlier);
        self.succession_gaps();
        self.order_exceptions();
    }

    // ---- targets ----

    /// The part that a path names: `研发补助比例`, `研发投入补助.封顶`, `项目.补助比例`, 「文号」.名称.
    fn part_named(&mut self, at: &BlockAt, path: &ast::Path) -> Option<(PartRef, SmolStr)> {
        let span = at.span(path.range());
        let mut steps: Vec<SmolStr> = path
            .segments()
            .filter_map(|s| match s.kind() {
                Some(SegmentKind::Name(name)) => Some(name.text()),
                _ => None,
            })
            .collect();
        let words = SmolStr::new(steps.join("."));
        let document = steps.first().and_then(|first| self.document_named(first));
        if document.is_some() {
            steps.remove(0);
        }
        let first = steps.first()?.clone();
        if let Some(subject) = self.names.subjects.get(&first).copied() {
            let name = steps.get(1).cloned().unwrap_or_default();
            return match self.names.definitions.get(&(subject, name.clone())) {
                Some(id) => Some((PartRef::Definition(*id), words)),
                None => {
                    self.unknown_field(at, subject, &name, span);
                    None
                }
            };
        }
        let declared = match document {
            Some(document) => self.in_document(document, &first),
            None => self.global(at, &first, span),
        };
        match (declared, steps.get(1).map(SmolStr::as_str)) {
            (Some(Declared::Parameter(id)), None) => Some((PartRef::Parameter(id), words)),
            (Some(Declared::Rule(id)), None) => Some((PartRef::Rule(id), words)),
            (Some(Declared::Rule(id)), Some("当" | "when")) => Some((PartRef::When(id), words)),
            (Some(Declared::Rule(id)), Some("金额" | "amount")) => Some((PartRef::Amount(id), words)),
            (Some(Declared::Rule(id)), Some("封顶" | "cap")) => Some((PartRef::Caps(id), words)),
            (Some(Declared::Rule(id)), Some("至多" | "at_most")) => Some((PartRef::AtMost(id), words)),
            (Some(Declared::Table(id)), None) if matches!(at.block, Block::Amend(_)) => {
                Some((PartRef::Table(id), words))
            }
            (Some(declared), part) => {
                let choices = match declared {
                    Declared::Rule(_) => Argument::from(RULE_PARTS),
                    _ => Argument::term(
                        "参数,定义,奖补的 当、金额、封顶、至多;表只能整张 修订,特殊情形在表里加一栏",
                        "a parameter, a definition, the 当, 金额, 封顶 or 至多 of a grant; a table is amended (修订) as a whole, and a special case is a column of it",
                    ),
                };
                let finding = Diagnostic::new(&names::UNKNOWN_PART, span)
                    .with("target", first.as_str())
                    .with(
                        "part",
                        part.map_or_else(|| Argument::term("值", "value"), Argument::from),
                    )
                    .with("choices", choices);
                self.report(at, finding);
                None
            }
            (None, _) => {
                if document.is_some() || !self.names.global.contains_key(&first) {
                    self.unknown_name(&Scope::new(at), &first, span, Sought::Part);
                }
                None
            }
        }
    }

    fn part_mut(&mut self, part: PartRef) -> Option<&mut Part> {
        match part {
            PartRef::Parameter(id) => Some(&mut self.program.parameters[id.index()].part),
            PartRef::Definition(id) => Some(&mut self.program.definitions[id.index()].part),
            PartRef::When(id) => Some(&mut self.program.rules[id.index()].when),
            PartRef::Amount(id) | PartRef::Rule(id) => Some(&mut self.program.rules[id.index()].amount),
            PartRef::Cap(id, index) => self.program.rules[id.index()]
                .caps
                .get_mut(index)
                .map(|c| &mut c.part),
            PartRef::AtMost(id) => self.program.rules[id.index()]
                .at_most
                .as_mut()
                .map(|c| &mut c.part),
            PartRef::Caps(_) | PartRef::Table(_) => None,
        }
    }

    fn part_type(&self, part: PartRef) -> Type {
        match part {
            PartRef::Parameter(id) => self.program.parameters[id.index()].ty.clone(),
            PartRef::Definition(id) => self.program.definitions[id.index()].ty.clone(),
            PartRef::When(_) => Type::Boolean,
            _ => Type::money(),
        }
    }

    /// The row that expressions inside a part see.
    fn part_subject(&self, part: PartRef) -> Option<SubjectId> {
        match part {
            PartRef::Parameter(id) => self.program.parameters[id.index()].per,
            PartRef::Definition(id) => Some(self.program.definitions[id.index()].subject),
            PartRef::When(id)
            | PartRef::Amount(id)
            | PartRef::Caps(id)
            | PartRef::Cap(id, _)
            | PartRef::AtMost(id)
            | PartRef::Rule(id) => {
                Some(self.program.rule(id).each).filter(|s| s.index() < self.program.subjects.len())
            }
            PartRef::Table(_) => None,
        }
    }

    // ---- exceptions ----

    /// Who the exception is about: needed before expressions are read.
    pub(super) fn exception_header(&mut self, at: &BlockAt, block: &ast::Except) {
        let Some(Declared::Exception(id)) = self.declared(at) else {
            return;
        };
        let each = block.lines().find_map(|l| {
            if let Line::Each(line) = l {
                line.name()
            } else {
                None
            }
        });
        let each = each.and_then(|name| self.subject_of(at, &name));
        let Some(path) = block.path() else { return };
        let name = path.as_name().map(|n| n.text());
        let parameter = name.and_then(|n| match self.names.global.get(&n) {
            Some(_) => match self.global(at, &n, at.span(path.range())) {
                Some(Declared::Parameter(p)) => Some(p),
                _ => None,
            },
            None => None,
        });
        if let Some(each) = each {
            self.program.exceptions[id.index()].each = each;
            if let Some(parameter) = parameter {
                // Exceptions for firms and for their parks are both asked from the firm.
                let per = self.program.parameters[parameter.index()].per;
                if per.is_none_or(|per| !self.belongs_to(per, each)) {
                    self.program.parameters[parameter.index()].per = Some(each);
                }
            }
        } else if parameter.is_some() {
            self.missing_line(
                at,
                ("每", "each"),
                (
                    "写明例外是对谁的,例如 每 企业",
                    "say whom the exception is for, such as each 企业",
                ),
            );
        }
    }

    fn exception_body(&mut self, at: &BlockAt, block: &ast::Except) {
        let Some(Declared::Exception(id)) = self.declared(at) else {
            return;
        };
        let Some(path) = block.path() else { return };
        let Some((part, words)) = self.part_named(at, &path) else {
            return;
        };
        let lines: Vec<Line> = block.lines().collect();
        let Some(each) = self.exception_subject(at, id, part, &lines) else {
            return;
        };
        let scope = Scope::of(at, each, Self::basis(&lines));
        let cite = self.cite_line(at, &lines);
        let mut when = None;
        for line in &lines {
            if let Line::When(line) = line {
                when = line.value().map(|v| self.condition(&scope, &v));
            }
        }
        {
            let exception = &mut self.program.exceptions[id.index()];
            exception.each = each;
            exception.target = words;
            exception.when = when;
            exception.cite = cite;
        }
        self.exception_order(at, id, &lines);
        let told = self.findings.len();
        let values = self.new_values(&scope, Change::Exception, part, &lines);
        if values.is_empty() && self.findings.len() == told {
            self.missing_line(
                at,
                ("=", "="),
                (
                    "写明换成什么:= 值,或 金额 …、封顶 …",
                    "say what it becomes: = value, or amount …, cap …",
                ),
            );
        }
        for (part, value) in values {
            match self.part_mut(part) {
                Some(target) => target.exceptions.push(PartException { exception: id, value }),
                None => self.no_such_part(at, part, at.span(path.range())),
            }
        }
    }

    /// Whom an exception is about: its 每, or the row that its part is of; and that row leads there.
    fn exception_subject(
        &mut self,
        at: &BlockAt,
        id: ExceptionId,
        part: PartRef,
        lines: &[Line],
    ) -> Option<SubjectId> {
        let said = lines.iter().find_map(|l| match l {
            Line::Each(line) => Some(line.name()),
            _ => None,
        });
        let each = match said {
            // A subject that is not there was reported with the header; nothing can be read in its terms.
            Some(name) => {
                self.names.subjects.get(&name?.text())?;
                self.program.exceptions[id.index()].each
            }
            None => self.part_subject(part)?,
        };
        if let Some(from) = self.part_subject(part)
            && !self.belongs_to(from, each)
        {
            let finding = Diagnostic::new(&names::NO_PATH, at.header())
                .with("from", self.program.subject(from).name.as_str())
                .with("to", self.program.subject(each).name.as_str());
            self.report(at, finding);
            return None;
        }
        Some(each)
    }

    fn no_such_part(&mut self, at: &BlockAt, part: PartRef, span: Span) {
        let (target, part) = match part {
            PartRef::Cap(id, _) => (self.program.rule(id).name.clone(), "封顶"),
            PartRef::AtMost(id) => (self.program.rule(id).name.clone(), "至多"),
            _ => (SmolStr::default(), "值"),
        };
        let finding = Diagnostic::new(&names::UNKNOWN_PART, span)
            .with("target", target.as_str())
            .with("part", part)
            .with("choices", RULE_PARTS);
        self.report(at, finding);
    }

    fn exception_order(&mut self, at: &BlockAt, id: ExceptionId, lines: &[Line]) {
        for line in lines {
            let Line::Before(line) = line else { continue };
            for name in line.names() {
                let span = at.span(name.range());
                match self.global(at, &name.text(), span) {
                    Some(Declared::Exception(other)) => {
                        self.program.exceptions[id.index()].before.push(other)
                    }
                    _ => self.unknown_name(&Scope::new(at), &name.text(), span, Sought::Exception),
                }
            }
        }
    }

    /// What the lines of an exception or amendment put in place of which part.
    fn new_values(
        &mut self,
        scope: &Scope,
        change: Change,
        part: PartRef,
        lines: &[Line],
    ) -> Vec<(PartRef, PartValue)> {
        let mut out = Vec::new();
        for line in lines {
            let (part, value) = match (line, part) {
                (Line::Value(line), part) => {
                    let span = scope.at.span(line.range());
                    let part = match part {
                        PartRef::Caps(rule) => self.only_cap(scope.at, change, rule, span),
                        other => Some(other),
                    };
                    let Some(part) = part else { continue };
                    let mut scope = scope.clone();
                    let ty = self.part_type(part);
                    scope.original = Some(ty.clone());
                    match self.part_value(&scope, line.value(), line.arms(), &ty, span) {
                        Some(value) => (part, value),
                        None => continue,
                    }
                }
                (Line::Amount(line), PartRef::Rule(id) | PartRef::Amount(id)) => {
                    let money = Type::money();
                    (
                        PartRef::Amount(id),
                        self.new_money(scope, line.value(), &line.arms().collect::<Vec<_>>(), &money),
                    )
                }
                (Line::Cap(line), PartRef::Rule(id) | PartRef::Caps(id)) => {
                    let part = self.cap_of_line(scope, change, id, line);
                    let value = self.new_money(scope, line.value(), &[], &Type::money());
                    match part {
                        Some(part) => (part, value),
                        None => continue,
                    }
                }
                (Line::AtMost(line), PartRef::Rule(id) | PartRef::Amount(id) | PartRef::AtMost(id)) => {
                    let part = self.ceiling_of_line(scope, change, id, line);
                    let value = self.new_money(scope, line.value(), &[], &Type::money());
                    match part {
                        Some(part) => (part, value),
                        None => continue,
                    }
                }
                (Line::Stages(line), PartRef::Rule(_) | PartRef::Amount(_)) => {
                    let target = match part {
                        PartRef::Rule(id) | PartRef::Amount(id) => self.program.rule(id).name.clone(),
                        _ => SmolStr::default(),
                    };
                    let finding = Diagnostic::new(&names::UNKNOWN_PART, scope.at.span(line.range()))
                        .with("target", target.as_str())
                        .with("part", "分期")
                        .with("choices", RULE_PARTS);
                    self.report(scope.at, finding);
                    continue;
                }
                _ => continue,
            };
            out.push((part, value));
        }
        out
    }

    fn new_money(
        &mut self,
        scope: &Scope,
        value: Option<ast::Expr>,
        arms: &[ast::Arm],
        ty: &Type,
    ) -> PartValue {
        let mut scope = scope.clone();
        scope.original = Some(ty.clone());
        let span = scope.at.header();
        let value = self.part_value(&scope, value, arms.iter().cloned(), ty, span);
        value.unwrap_or_else(|| PartValue::Expr(self.invalid(span)))
    }

    /// Puts the exceptions of each part in the order in which they apply: one that goes before another (先于)
    /// applies after it, and so decides.
    fn order_exceptions(&mut self) {
        let before: Vec<Vec<ExceptionId>> =
            self.program.exceptions.iter().map(|e| e.before.clone()).collect();
        let order = |exceptions: &mut Vec<PartException>| {
            let mut out: Vec<PartException> = Vec::new();
            let mut rest = std::mem::take(exceptions);
            while !rest.is_empty() {
                let free = rest.iter().position(|e| {
                    !rest
                        .iter()
                        .any(|other| before[e.exception.index()].contains(&other.exception))
                });
                out.push(rest.remove(free.unwrap_or(0)));
            }
            *exceptions = out;
        };
        self.program
            .parameters
            .iter_mut()
            .for_each(|p| order(&mut p.part.exceptions));
        self.program
            .definitions
            .iter_mut()
            .for_each(|d| order(&mut d.part.exceptions));
        for rule in &mut self.program.rules {
            order(&mut rule.when.exceptions);
            order(&mut rule.amount.exceptions);
            rule.caps.iter_mut().for_each(|c| order(&mut c.part.exceptions));
            rule.at_most
                .iter_mut()
                .for_each(|c| order(&mut c.part.exceptions));
        }
    }

    // ---- lineage ----

    /// `承接 "文号" 名称` of a grant.
    fn continues(
        &mut self,
        at: &BlockAt,
        block: &ast::Grant,
        earlier: &mut HashMap<RuleId, RuleId>,
        said: &mut HashSet<RuleId>,
    ) {
        let Some(Declared::Rule(id)) = self.declared(at) else {
            return;
        };
        let line = block.lines().find_map(|l| {
            if let Line::Continues(line) = l {
                Some(line)
            } else {
                None
            }
        });
        let Some(line) = line else { return };
        said.insert(id);
        let number = line.document().unwrap_or_default();
        let name = line
            .name()
            .map_or_else(|| self.program.rule(id).name.clone(), |n| n.text());
        let predecessor = self
            .document_named(&number)
            .and_then(|d| self.in_document(d, &name));
        match predecessor {
            Some(Declared::Rule(predecessor)) => {
                earlier.insert(id, predecessor);
            }
            _ => {
                let finding = Diagnostic::new(&names::UNKNOWN_PREDECESSOR, at.span(line.range()));
                self.report(at, finding.with("name", format!("{number} {name}")));
            }
        }
    }

    /// 承接 in the front matter: grants of the same name continue one another; same names without it are told.
    fn document_lineage(&mut self, earlier: &mut HashMap<RuleId, RuleId>, said: &HashSet<RuleId>) {
        for later in 0..self.program.rules.len() {
            let id = RuleId(later as u32);
            if said.contains(&id) {
                continue;
            }
            let rule = self.program.rules[later].clone();
            let follows = self.documents[rule.document.index()]
                .meta
                .follows
                .as_ref()
                .map(|t| t.value.clone());
            let before = follows.as_deref().and_then(|f| self.document_named(f));
            if let Some(Declared::Rule(predecessor)) = before.and_then(|d| self.in_document(d, &rule.name)) {
                earlier.insert(id, predecessor);
                continue;
            }
            let twin = self.program.rules[..later].iter().find(|r| {
                r.name == rule.name
                    && r.document != rule.document
                    && self.program.document(r.document).issuer == self.program.document(rule.document).issuer
            });
            if let Some(twin) = twin {
                let finding = Diagnostic::new(&names::NO_LINEAGE, rule.span)
                    .with("name", rule.name.as_str())
                    .with("number", self.program.document(twin.document).number.as_str())
                    .related(twin.span);
                self.findings.push(finding);
            }
        }
    }

    /// Every rule of a line takes the name of its first, in whatever order the documents stand.
    fn follow_lineage(&mut self, earlier: &HashMap<RuleId, RuleId>) {
        for id in earlier.keys() {
            let mut first = *id;
            let mut steps = 0;
            while let Some(before) = earlier.get(&first).filter(|_| steps <= earlier.len()) {
                first = *before;
                steps += 1;
            }
            let document = self.program.document(self.program.rule(first).document);
            let lineage = format!("{}/{}", document.number_or_title(), self.program.rule(first).name);
            self.program.rules[id.index()].lineage = SmolStr::new(lineage);
        }
    }

    fn succession_gaps(&mut self) {
        for (index, document) in self.documents.iter().enumerate() {
            let Some(follows) = &document.meta.follows else {
                continue;
            };
            let Some(earlier) = self.document_named(&follows.value) else {
                let finding = Diagnostic::new(&names::UNKNOWN_PREDECESSOR, follows.span);
                self.findings.push(finding.with("name", follows.value.as_str()));
                continue;
            };
            let (earlier, later) = (
                &self.program.documents[earlier.index()],
                &self.program.documents[index],
            );
            // A draft is not in force, so there is no day on which it follows.
            if later.status != jiufen_document::Status::Draft
                && let (Some(to), Some(from)) = (earlier.period.to, later.period.from)
                && to.add_days(1).is_some_and(|next| next < from)
            {
                let finding = Diagnostic::new(&law::SUCCESSION_GAP, follows.span)
                    .with("earlier", earlier.title.as_str())
                    .with("to", to.to_string())
                    .with("later", later.title.as_str())
                    .with("from", from.to_string());
                self.findings.push(finding);
            }
        }
    }
}
