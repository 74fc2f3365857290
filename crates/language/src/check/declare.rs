//! Names and signatures: what every block declares, before any expression is read.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::names, catalogue::types};
use smol_str::SmolStr;
use std::collections::HashMap;

use super::units::declared_unit;
use super::{BlockAt, Checker, Declared};
use crate::program::{
    Absence, Account, Definition, DefinitionId, EnumId, Enumeration, Exception, Field, FieldRef, Frequency,
    Group, GroupMode, LookupTable, Overdraw, Parameter, Part, Rule, Subject, SubjectId, TableMode, Type,
    Verdict,
};
use crate::syntax::ast::{self, AstNode, Block, Line};
use crate::syntax::keywords::{OptionWord, ReservedWord};

impl Checker<'_> {
    /// Declares every block; the declared identity is kept in the block.
    pub(super) fn declare(&mut self, blocks: &[BlockAt]) {
        // INVARIANT: identities are positions, so both passes walk the blocks in the same order.
        self.declare_subjects_and_enumerations(blocks);
        self.declare_fields(blocks);
        for at in blocks {
            self.declare_block(at);
        }
    }

    /// What the block at a place declared.
    pub(super) fn declared(&self, at: &BlockAt) -> Option<Declared> {
        if at.declared.is_some() {
            return at.declared;
        }
        match &at.block {
            Block::Define(define) => {
                let (subject, name) = self.definition_key(define)?;
                self.names
                    .definitions
                    .get(&(subject, name))
                    .copied()
                    .map(Declared::Definition)
            }
            Block::Subject(_) | Block::Event(_) => self
                .names
                .subjects
                .get(&at.block.name()?.text())
                .copied()
                .map(Declared::Subject),
            Block::Enum(_) => self
                .names
                .enumerations
                .get(&at.block.name()?.text())
                .copied()
                .map(Declared::Enumeration),
            _ => self.in_document(at.document, &at.block.name()?.text()),
        }
    }

    fn declare_subjects_and_enumerations(&mut self, blocks: &[BlockAt]) {
        for at in blocks {
            let Some(name) = at.block.name() else { continue };
            let (text, span) = (name.text(), at.span(name.range()));
            match &at.block {
                Block::Subject(_) | Block::Event(_) => {
                    if let Some(first) = self.names.subjects.get(&text) {
                        let first = self.program.subject(*first).span;
                        self.duplicate(at, &text, span, first);
                        continue;
                    }
                    let event = matches!(at.block, Block::Event(_));
                    let id = SubjectId(self.program.subjects.len() as u32);
                    self.program.subjects.push(Subject {
                        name: text.clone(),
                        event,
                        counter: None,
                        fields: Vec::new(),
                        key: Vec::new(),
                        since: None,
                        territory: None,
                        span,
                    });
                    self.names.subjects.insert(text, id);
                }
                Block::Enum(block) => self.declare_enumeration(at, block, &text, span),
                _ => {}
            }
        }
    }

    fn declare_enumeration(&mut self, at: &BlockAt, block: &ast::Enum, name: &SmolStr, span: Span) {
        if let Some(first) = self.names.enumerations.get(name) {
            let first = self.program.enumerations[first.index()].span;
            return self.duplicate(at, name, span, first);
        }
        let id = EnumId(self.program.enumerations.len() as u32);
        let mut values: Vec<SmolStr> = Vec::new();
        let mut places: HashMap<SmolStr, Span> = HashMap::new();
        for value in block.values() {
            let (text, place) = (value.text(), at.span(value.range()));
            match places.get(&text).copied() {
                Some(first) => self.duplicate(at, &text, place, first),
                None => {
                    places.insert(text.clone(), place);
                    values.push(text);
                }
            }
        }
        if let Some(table) = block.loaded_from() {
            values.extend(self.values_of_table(at, &table.text()));
        }
        let mut seen = std::collections::HashSet::new();
        values.retain(|v| seen.insert(v.clone()));
        for (index, value) in values.iter().enumerate() {
            self.names
                .values
                .entry(value.clone())
                .or_default()
                .push((id, index as u16));
        }
        self.program.enumerations.push(Enumeration {
            name: name.clone(),
            values,
            ordered: block.is_ordered(),
            span,
        });
        self.names.enumerations.insert(name.clone(), id);
    }

    /// The first column of the Markdown table whose header begins with `name`, anywhere in the document.
    fn values_of_table(&mut self, at: &BlockAt, name: &str) -> Vec<SmolStr> {
        let document = &self.documents[at.document.index()];
        let table = document.tables.iter().find(|t| {
            t.header.iter().any(|c| c.text == name)
                || t.clause
                    .is_some_and(|c| document.clause(c).heading.contains(name))
        });
        let Some(table) = table else {
            let finding = Diagnostic::new(&types::TABLE_WITHOUT_ROWS, at.header()).with("table", name);
            self.report(at, finding);
            return Vec::new();
        };
        let column = table.header.iter().position(|c| c.text == name).unwrap_or(0);
        table
            .rows
            .iter()
            .filter_map(|r| r.get(column))
            .map(|c| SmolStr::new(&c.text))
            .collect()
    }

    fn declare_fields(&mut self, blocks: &[BlockAt]) {
        for at in blocks {
            let (lines, units): (Vec<Line>, Vec<ast::Type>) = match &at.block {
                Block::Subject(b) => (b.lines().collect(), b.units().collect()),
                Block::Event(b) => (b.lines().collect(), Vec::new()),
                _ => continue,
            };
            let Some(Declared::Subject(id)) = self.declared(at) else {
                continue;
            };
            let name_span = at.block.name().map(|n| at.span(n.range()));
            if name_span != Some(self.program.subject(id).span) {
                continue;
            }
            self.program.subjects[id.index()].counter = units.first().map(ast::Type::text);
            for line in &lines {
                if let Line::Field(line) = line {
                    self.declare_field(at, id, line);
                }
            }
            for line in &lines {
                self.subject_line(at, id, line);
            }
            self.vintages(at, id, &lines);
        }
    }

    fn declare_field(&mut self, at: &BlockAt, id: SubjectId, line: &ast::FieldLine) {
        let (Some(name), Some(ty)) = (line.name(), line.type_()) else {
            return;
        };
        let (text, span) = (name.text(), at.span(name.range()));
        if let Some(first) = self.program.subject(id).fields.iter().find(|f| f.name == text) {
            let first = first.span;
            return self.duplicate(at, &text, span, first);
        }
        let unit = declared_unit(&ty);
        let ty = self.read_type(at, &ty);
        let index = self.program.subject(id).fields.len() as u16;
        if ty == Type::Territory && self.program.subject(id).territory.is_none() {
            self.program.subjects[id.index()].territory = Some(index);
        }
        let absence = match line.if_missing() {
            Some(ReservedWord::Pending) => Absence::PendingArrival,
            Some(ReservedWord::Unpublished) => Absence::Unpublished,
            _ => Absence::Missing,
        };
        let alias = line.alias().map(|a| a.text());
        let field = FieldRef { subject: id, index };
        self.names.fields.entry(text.clone()).or_default().push(field);
        if let Some(unit) = unit {
            self.names.field_units.insert(field, unit);
        }
        self.program.subjects[id.index()].fields.push(Field {
            name: text,
            alias,
            ty,
            yearly: line.is_yearly(),
            optional: line.is_optional(),
            signed: line.is_signed(),
            absence,
            vintage: None,
            span,
        });
    }

    /// `版次 字段`: the field that tells the vintage of a figure.
    fn vintages(&mut self, at: &BlockAt, id: SubjectId, lines: &[Line]) {
        for line in lines {
            let Line::Field(line) = line else { continue };
            let (Some(name), Some(vintage)) = (line.name(), line.vintage()) else {
                continue;
            };
            let Some(field) = self.program.field_named(id, &name.text()) else {
                continue;
            };
            match self.program.field_named(id, &vintage.text()) {
                Some(tag) => {
                    let fields = &mut self.program.subjects[id.index()].fields;
                    fields[usize::from(field.index)].vintage = Some(tag.index);
                }
                None => self.unknown_field(at, id, &vintage.text(), at.span(vintage.range())),
            }
        }
    }

    fn subject_line(&mut self, at: &BlockAt, id: SubjectId, line: &Line) {
        match line {
            Line::Key(line) => {
                for path in line.paths() {
                    let Some(name) = path.as_name() else { continue };
                    match self.program.field_named(id, &name.text()) {
                        Some(field) => self.program.subjects[id.index()].key.push(field.index),
                        None => self.unknown_field(at, id, &name.text(), at.span(name.range())),
                    }
                }
            }
            Line::AsOf(line) => {
                let Some(name) = line.path().and_then(|p| p.as_name()) else {
                    return;
                };
                match self.program.field_named(id, &name.text()) {
                    Some(field) => self.program.subjects[id.index()].since = Some(field.index),
                    None => self.unknown_field(at, id, &name.text(), at.span(name.range())),
                }
            }
            _ => {}
        }
    }

    /// Reports a field that a subject does not have.
    pub(super) fn unknown_field(&mut self, at: &BlockAt, subject: SubjectId, name: &str, span: Span) {
        let declared = self.program.subject(subject);
        let known = self.members(subject);
        let near = jiufen_diagnostic::nearest(name, known.iter().map(SmolStr::as_str)).map(SmolStr::new);
        const LISTED: usize = 12;
        let fields: Vec<&str> = declared.fields.iter().map(|f| f.name.as_str()).collect();
        let more = fields.len().saturating_sub(LISTED);
        let first = fields[..fields.len() - more].join("、");
        let hint = match &near {
            Some(near) => Argument::term(
                format!("最接近的是「{near}」"),
                format!("the nearest is “{near}”"),
            ),
            None if more > 0 => Argument::term(
                format!("它的字段有:{first},还有 {more} 个"),
                format!("its fields are {first}, and {more} more"),
            ),
            None => Argument::term(format!("它的字段有:{first}"), format!("its fields are {first}")),
        };
        let mut finding = Diagnostic::new(&names::UNKNOWN_FIELD, span)
            .with("subject", declared.name.as_str())
            .with("name", name)
            .with("hint", hint);
        if let Some(near) = near {
            finding = finding.fix(span, super::scope::written(&near));
        }
        self.report(at, finding);
    }

    pub(super) fn duplicate(&mut self, at: &BlockAt, name: &str, span: Span, first: Span) {
        let finding = Diagnostic::new(&names::DUPLICATE_NAME, span)
            .with("name", name)
            .related(first);
        self.report(at, finding);
    }

    /// The subject and name of a 定义, when its path has that shape.
    pub(super) fn definition_key(&self, define: &ast::Define) -> Option<(SubjectId, SmolStr)> {
        let segments: Vec<_> = define.path()?.segments().collect();
        let name = |s: &ast::Segment| match s.kind() {
            Some(ast::SegmentKind::Name(name)) => Some(name.text()),
            _ => None,
        };
        let [subject, field] = segments.as_slice() else {
            return None;
        };
        Some((*self.names.subjects.get(&name(subject)?)?, name(field)?))
    }

    fn declare_block(&mut self, at: &BlockAt) {
        match &at.block {
            Block::Param(block) => self.declare_parameter(at, block),
            Block::Define(block) => self.declare_definition(at, block),
            Block::Table(_) => self.declare_table(at),
            Block::Grant(_) => self.declare_rule(at),
            Block::Verdict(_) | Block::Rank(_) => {
                let id = crate::program::VerdictId(self.program.verdicts.len() as u32);
                if let Some((name, span)) = self.declare_global(at, Declared::Verdict(id)) {
                    self.program.verdicts.push(Verdict {
                        name,
                        each: SubjectId(0),
                        as_of: None,
                        territory_of: None,
                        strictest: true,
                        lines: Vec::new(),
                        ranking: None,
                        document: at.document,
                        cite: at.cite,
                        span,
                    });
                }
            }
            Block::Group(_) => {
                let id = crate::program::GroupId(self.program.groups.len() as u32);
                if let Some((name, span)) = self.declare_global(at, Declared::Group(id)) {
                    self.program.groups.push(Group {
                        name,
                        mode: GroupMode::Highest,
                        cap: None,
                        members: Vec::new(),
                        choices: Vec::new(),
                        key_words: SmolStr::default(),
                        document: at.document,
                        cite: at.cite,
                        span,
                    });
                }
            }
            Block::Account(block) => self.declare_account(at, block),
            Block::Except(_) => {
                let id = crate::program::ExceptionId(self.program.exceptions.len() as u32);
                if let Some((name, span)) = self.declare_global(at, Declared::Exception(id)) {
                    let period = self.program.documents[at.document.index()].period;
                    self.program.exceptions.push(Exception {
                        name,
                        target: SmolStr::default(),
                        each: SubjectId(0),
                        when: None,
                        period,
                        before: Vec::new(),
                        document: at.document,
                        cite: at.cite,
                        span,
                    });
                }
            }
            _ => {}
        }
    }

    /// Declares a name that is unique within its document.
    fn declare_global(&mut self, at: &BlockAt, declared: Declared) -> Option<(SmolStr, Span)> {
        let name = at.block.name()?;
        let (text, span) = (name.text(), at.span(name.range()));
        if let Some(first) = self.in_document(at.document, &text) {
            let first = self.span_of(first);
            self.duplicate(at, &text, span, first);
            return None;
        }
        // A subject's name comes first in every path, so that nothing else of that name could ever be meant.
        if let Some(subject) = self.names.subjects.get(&text).copied() {
            let first = self.program.subject(subject).span;
            self.duplicate(at, &text, span, first);
            return None;
        }
        self.names
            .global
            .entry(text.clone())
            .or_default()
            .push((at.document, declared));
        Some((text, span))
    }

    pub(super) fn span_of(&self, declared: Declared) -> Span {
        match declared {
            Declared::Subject(id) => self.program.subjects[id.index()].span,
            Declared::Enumeration(id) => self.program.enumerations[id.index()].span,
            Declared::Parameter(id) => self.program.parameters[id.index()].span,
            Declared::Definition(id) => self.program.definitions[id.index()].span,
            Declared::Table(id) => self.program.tables[id.index()].span,
            Declared::Rule(id) => self.program.rules[id.index()].span,
            Declared::Verdict(id) => self.program.verdicts[id.index()].span,
            Declared::Group(id) => self.program.groups[id.index()].span,
            Declared::Account(id) => self.program.accounts[id.index()].span,
            Declared::Exception(id) => self.program.exceptions[id.index()].span,
        }
    }

    fn declare_parameter(&mut self, at: &BlockAt, block: &ast::Param) {
        let id = crate::program::ParameterId(self.program.parameters.len() as u32);
        let Some((name, span)) = self.declare_global(at, Declared::Parameter(id)) else {
            return;
        };
        let ty = self.declared_type(at, block.type_(), Declared::Parameter(id));
        self.program.parameters.push(Parameter {
            name,
            ty,
            part: Part::default(),
            per: None,
            document: at.document,
            cite: at.cite,
            span,
        });
    }

    fn declare_definition(&mut self, at: &BlockAt, block: &ast::Define) {
        let Some(path) = block.path() else { return };
        let Some((subject, name)) = self.definition_key(block) else {
            let words = path.syntax().text().to_string();
            let finding = Diagnostic::new(&names::UNKNOWN_NAME, at.span(path.range()))
                .with("name", words)
                .with(
                    "hint",
                    Argument::term(
                        "定义写作 对象.名称: 类型,例如 定义 企业.首规年: 年",
                        "write a definition as subject.name: type, such as define 企业.首规年: 年",
                    ),
                );
            return self.report(at, finding);
        };
        let span = at.span(path.range());
        if let Some(first) = self.names.definitions.get(&(subject, name.clone())) {
            let first = self.program.definitions[first.index()].span;
            return self.duplicate(at, &name, span, first);
        }
        if let Some(field) = self.program.field_named(subject, &name) {
            let first = self.program.field(field).span;
            return self.duplicate(at, &name, span, first);
        }
        let id = DefinitionId(self.program.definitions.len() as u32);
        let ty = self.declared_type(at, block.type_(), Declared::Definition(id));
        self.names.definitions.insert((subject, name.clone()), id);
        self.program.definitions.push(Definition {
            subject,
            name,
            ty,
            part: Part::default(),
            document: at.document,
            cite: at.cite,
            span,
        });
    }

    /// The type behind the colon; a unit that stands there is kept for what is said of bare numbers.
    fn declared_type(&mut self, at: &BlockAt, ty: Option<ast::Type>, declared: Declared) -> Type {
        let Some(ty) = ty else { return Type::Unknown };
        if let Some(unit) = declared_unit(&ty) {
            self.names.units.insert(declared, unit);
        }
        self.read_type(at, &ty)
    }

    fn declare_table(&mut self, at: &BlockAt) {
        let id = crate::program::TableId(self.program.tables.len() as u32);
        if let Some((name, span)) = self.declare_global(at, Declared::Table(id)) {
            self.program.tables.push(LookupTable {
                name,
                mode: TableMode::Unique,
                inputs: Vec::new(),
                output: (SmolStr::default(), Type::Unknown),
                versions: Vec::new(),
                document: at.document,
                cite: at.cite,
                span,
            });
        }
    }

    fn declare_rule(&mut self, at: &BlockAt) {
        let id = crate::program::RuleId(self.program.rules.len() as u32);
        let Some((name, span)) = self.declare_global(at, Declared::Rule(id)) else {
            return;
        };
        let pay_to = self.invalid(span);
        let document = self.program.document(at.document).number_or_title();
        let lineage = SmolStr::new(format!("{document}/{name}"));
        self.program.rules.push(Rule {
            name,
            each: SubjectId(u32::MAX),
            frequency: Frequency::Row,
            pay_to,
            pay_to_words: SmolStr::default(),
            territory_of: None,
            as_of: None,
            when: Part::default(),
            amount: Part::default(),
            caps: Vec::new(),
            at_most: None,
            stages: Vec::new(),
            group: None,
            draws: Vec::new(),
            delivery: None,
            attachments: Vec::new(),
            deadline: None,
            lineage,
            spanning: None,
            fair_competition_review: false,
            document: at.document,
            cite: at.cite,
            span,
        });
    }

    fn declare_account(&mut self, at: &BlockAt, block: &ast::Account) {
        let id = crate::program::AccountId(self.program.accounts.len() as u32);
        let Some((name, span)) = self.declare_global(at, Declared::Account(id)) else {
            return;
        };
        let ty = block.type_().map_or_else(Type::money, |t| self.read_type(at, &t));
        self.program.accounts.push(Account {
            name,
            ty,
            quota: Part::default(),
            limited: false,
            yearly: false,
            over: Overdraw::Refuse,
            document: at.document,
            cite: at.cite,
            span,
        });
    }
}

/// The mode of a table.
pub(super) fn table_mode(option: OptionWord) -> Option<TableMode> {
    match option {
        OptionWord::Unique => Some(TableMode::Unique),
        OptionWord::First => Some(TableMode::First),
        OptionWord::Candidates => Some(TableMode::Candidates),
        OptionWord::Progressive => Some(TableMode::Progressive),
        _ => None,
    }
}

/// The mode of a group.
pub(super) fn group_mode(option: OptionWord) -> Option<GroupMode> {
    match option {
        OptionWord::Highest => Some(GroupMode::Highest),
        OptionWord::TopUp => Some(GroupMode::TopUp),
        OptionWord::Exclusive => Some(GroupMode::Exclusive),
        OptionWord::FirstCome => Some(GroupMode::FirstCome),
        OptionWord::Stack => Some(GroupMode::Stack),
        _ => None,
    }
}
