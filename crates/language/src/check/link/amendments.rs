//! Amendments (修订): from a date, by a later document, part by part.

use jiufen_diagnostic::{Diagnostic, catalogue::names};
use jiufen_document::Status;
use jiufen_quantity::{Date, Period};

use super::{Amendment, NewValue, PartRef};
use crate::check::dated::always;
use crate::check::scope::Scope;
use crate::check::{BlockAt, Checker};
use crate::program::{Cap, CiteId, ExprKind, Literal, Part, PartValue, TableId, TableVersion, Type, Version};
use crate::syntax::ast::{self, AstNode, Line};

impl Checker<'_> {
    pub(super) fn amendment(&mut self, at: &BlockAt, block: &ast::Amend) {
        let Some(path) = block.path() else { return };
        let lines: Vec<Line> = block.lines().collect();
        let Some((part, words)) = self.part_named(at, &path) else {
            return;
        };
        let dated = lines.iter().find_map(|line| match line {
            Line::From(line) => Some(line),
            _ => None,
        });
        let Some(period) = self.amended_period(at, dated) else {
            return;
        };
        let scope = match self.part_subject(part) {
            Some(subject) => Scope::of(at, subject, Self::basis(&lines)),
            None => Scope::new(at),
        };
        let notes: Vec<ast::Note> = dated.into_iter().flat_map(ast::FromLine::notes).collect();
        let cite = match notes.is_empty() {
            true => self.cite_line(at, &lines),
            false => self.cite_notes(at, &notes, at.header()),
        };
        let draft = self.program.documents[at.document.index()].status == Status::Draft;
        if !draft {
            self.add_caps(&scope, part, &lines);
        }
        let values = match part {
            PartRef::Table(id) => self.amended_table(at, id, &lines, dated),
            _ => self.amended_parts(&scope, part, &lines, dated),
        };
        if draft {
            return self.report(at, Diagnostic::new(&names::DRAFT_AMENDMENT, at.header()));
        }
        for (part, value) in values {
            // A grant is repealed by its amount, so that two changes of one grant meet on one timeline.
            let part = if let PartRef::Rule(id) = part {
                PartRef::Amount(id)
            } else {
                part
            };
            self.amendments.push(Amendment {
                part,
                words: words.clone(),
                period,
                value,
                cite,
                span: at.span(path.range()),
            });
        }
    }

    /// When an amendment holds: what it says, or from the first day of its document on. Reported when there is none.
    fn amended_period(&mut self, at: &BlockAt, dated: Option<&ast::FromLine>) -> Option<Period> {
        if let Some(line) = dated {
            return self.period(at, line).map(|(period, _)| period);
        }
        let from = self.program.documents[at.document.index()].period.from;
        if from.is_none() {
            self.missing_line(
                at,
                ("自", "from"),
                (
                    "写明从哪一天起,例如 自 2026-01-01",
                    "say from which day on, such as from 2026-01-01",
                ),
            );
        }
        from.map(|from| Period {
            from: Some(from),
            to: None,
        })
    }

    /// What an amendment puts in place of the parts of a grant, a parameter or a definition.
    fn amended_parts(
        &mut self,
        scope: &Scope,
        part: PartRef,
        lines: &[Line],
        dated: Option<&ast::FromLine>,
    ) -> Vec<(PartRef, NewValue)> {
        let mut values = self.new_values(scope, part, lines);
        for line in lines {
            match (line, part) {
                (Line::Repeal(_), _) => values.push((part, PartValue::Repealed)),
                (Line::When(line), PartRef::Rule(id) | PartRef::When(id)) => {
                    if let Some(value) = line.value() {
                        let when = self.condition(scope, &value);
                        values.push((PartRef::When(id), PartValue::Expr(when)));
                    }
                }
                _ => {}
            }
        }
        if let Some(rows) = dated.and_then(ast::FromLine::rows) {
            self.no_rows_here(scope.at, part, scope.at.span(rows.range()));
        } else if values.is_empty() {
            self.missing_line(
                scope.at,
                ("=", "="),
                (
                    "写明改成什么:= 值,金额 …,封顶 …,当 …,或 废止",
                    "say what it becomes: = value, amount …, cap …, when …, or repeal",
                ),
            );
        }
        let whole = |(part, value)| (part, NewValue::Part(value));
        values.into_iter().map(whole).collect()
    }

    /// What an amendment puts in place of an edition of a table: other rows, or nothing.
    fn amended_table(
        &mut self,
        at: &BlockAt,
        id: TableId,
        lines: &[Line],
        dated: Option<&ast::FromLine>,
    ) -> Vec<(PartRef, NewValue)> {
        let other = lines.iter().find_map(|line| match line {
            Line::From(_) | Line::Cite(_) | Line::Before(_) | Line::Repeal(_) => None,
            other => Some(at.span(other.range())),
        });
        if let Some(other) = other {
            self.no_such_part(at, PartRef::Table(id), other);
            return Vec::new();
        }
        let value = if lines.iter().any(|line| matches!(line, Line::Repeal(_))) {
            NewValue::Part(PartValue::Repealed)
        } else {
            match self.amended_rows(at, id, dated) {
                rows if rows.is_empty() => return Vec::new(),
                rows => NewValue::Rows(rows),
            }
        };
        vec![(PartRef::Table(id), value)]
    }

    pub(super) fn apply_amendments(&mut self) {
        let mut amendments = std::mem::take(&mut self.amendments);
        amendments.sort_by_key(|a| a.period.from);
        for (index, amendment) in amendments.iter().enumerate() {
            let same = amendments[..index]
                .iter()
                .find(|a| a.part == amendment.part && a.period.from == amendment.period.from);
            if let Some(other) = same {
                let from = amendment.period.from.map_or_else(String::new, |d| d.to_string());
                let finding = Diagnostic::new(&names::CONFLICTING_AMENDMENTS, amendment.span)
                    .with("date", from)
                    .with("part", amendment.words.as_str())
                    .with("first", self.program.citation(other.cite))
                    .with("second", self.program.citation(amendment.cite))
                    .related(other.span);
                self.findings.push(finding);
                continue;
            }
            self.apply_amendment(amendment);
        }
    }

    /// An amendment may add what the rule did not have: a ceiling, a condition where everybody was admitted.
    fn make_room(&mut self, part: PartRef) {
        match part {
            PartRef::AtMost(id) => {
                self.program.rules[id.index()].at_most.get_or_insert_with(|| Cap {
                    part: Part::default(),
                    per: None,
                });
            }
            PartRef::When(id) if self.program.rule(id).when.versions.is_empty() => {
                let (span, cite) = (self.program.rule(id).span, self.program.rule(id).cite);
                let always_true = ExprKind::Literal(Literal::Boolean(true));
                let admitted = self.push(always_true, Type::Boolean, span);
                self.program.rules[id.index()].when.versions = always(PartValue::Expr(admitted), cite);
            }
            _ => {}
        }
    }

    /// Cuts the timeline of a part and puts the new value there.
    fn apply_amendment(&mut self, amendment: &Amendment) {
        self.make_room(amendment.part);
        if let Some(cite) = self.repealed_before(amendment) {
            let place = self.program.citations[cite.index()].span;
            let from = amendment.period.from.map_or_else(String::new, |d| d.to_string());
            let finding = Diagnostic::new(&names::AMENDS_REPEALED, amendment.span)
                .with("part", amendment.words.as_str())
                .with("date", from)
                .related(place);
            self.findings.push(finding);
            return;
        }
        let (period, cite) = (amendment.period, amendment.cite);
        match (amendment.part, &amendment.value) {
            (PartRef::Table(id), value) => {
                let rows = match value {
                    NewValue::Rows(rows) => rows.clone(),
                    NewValue::Part(_) => Vec::new(),
                };
                let repealed = rows.is_empty();
                insert(
                    &mut self.program.tables[id.index()].versions,
                    period,
                    |replaced| TableVersion {
                        period,
                        rows,
                        repealed,
                        cite,
                        replaced,
                    },
                );
            }
            (part, NewValue::Part(value)) => {
                let value = *value;
                if let Some(part) = self.part_mut(part) {
                    insert(&mut part.versions, period, |replaced| Version {
                        period,
                        value,
                        cite,
                        replaced,
                    });
                }
            }
            (_, NewValue::Rows(_)) => {}
        }
    }

    /// The clause that repealed what an amendment is to change, when it did so before.
    fn repealed_before(&mut self, amendment: &Amendment) -> Option<CiteId> {
        let from = amendment.period.from?;
        let gone = |versions: &[Version]| {
            let version = versions
                .iter()
                .find(|v| v.value == PartValue::Repealed && v.period.contains(from));
            version.map(|v| v.cite)
        };
        let whole = match amendment.part {
            PartRef::When(id) | PartRef::Cap(id, _) | PartRef::AtMost(id) => {
                gone(&self.program.rule(id).amount.versions)
            }
            PartRef::Table(id) => {
                let edition = self.program.tables[id.index()].at(from);
                edition.filter(|v| v.repealed).map(|v| v.cite)
            }
            _ => None,
        };
        let own = self.part_mut(amendment.part);
        own.and_then(|part| gone(&part.versions)).or(whole)
    }
}

/// A value of a timeline: a version of a part, or an edition of a table.
trait Dated: Clone {
    fn period(&mut self) -> &mut Period;
    fn cite(&self) -> CiteId;
}

impl Dated for Version {
    fn period(&mut self) -> &mut Period {
        &mut self.period
    }

    fn cite(&self) -> CiteId {
        self.cite
    }
}

impl Dated for TableVersion {
    fn period(&mut self) -> &mut Period {
        &mut self.period
    }

    fn cite(&self) -> CiteId {
        self.cite
    }
}

/// Puts a value into a timeline. What held before goes on until then, and after the period when it ends; without an
/// end, later values of the base text are overtaken. `make` is told what is replaced on the first day.
fn insert<V: Dated>(versions: &mut Vec<V>, period: Period, make: impl FnOnce(Option<CiteId>) -> V) {
    let mut replaced = None;
    let mut kept: Vec<V> = Vec::new();
    let mut after: Vec<V> = Vec::new();
    for mut version in std::mem::take(versions) {
        let old = *version.period();
        if period.from.is_some_and(|from| old.contains(from)) {
            replaced = Some(version.cite());
        }
        if old.from < period.from {
            let mut before = version.clone();
            before.period().to = match (old.to, period.from) {
                (Some(to), Some(from)) if to < from => Some(to),
                (_, from) => from.and_then(Date::previous),
            };
            kept.push(before);
        }
        if let Some(end) = period.to
            && old.to.is_none_or(|to| to > end)
        {
            version.period().from = old.from.max(end.add_days(1));
            after.push(version);
        }
    }
    kept.push(make(replaced));
    kept.extend(after);
    *versions = kept;
}
