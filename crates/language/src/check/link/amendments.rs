//! Amendments (修订): from a date, by a later document, part by part.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::names};
use jiufen_document::Status;
use jiufen_quantity::Period;

use super::limits::Change;
use super::{Amendment, Edition, PartRef, RULE_PARTS};
use crate::check::dated::always;
use crate::check::scope::Scope;
use crate::check::{BlockAt, Checker};
use crate::program::{Cap, ExprKind, Literal, Part, PartValue, Type, Version};
use crate::syntax::ast::{self, AstNode, Line};

impl Checker<'_> {
    pub(super) fn amendment(&mut self, at: &BlockAt, block: &ast::Amend) {
        let Some(path) = block.path() else { return };
        let lines: Vec<Line> = block.lines().collect();
        let Some((part, words)) = self.part_named(at, &path) else {
            return;
        };
        let Some(period) = self.amended_from(at, &lines) else {
            return;
        };
        let draft = self.program.documents[at.document.index()].status == Status::Draft;
        let span = at.span(path.range());
        let notes: Vec<ast::Note> = from_line(&lines)
            .into_iter()
            .flat_map(ast::FromLine::notes)
            .collect();
        let cite = match notes.is_empty() {
            true => self.cite_line(at, &lines),
            false => self.cite_notes(at, &notes, span),
        };
        if let PartRef::Table(table) = part {
            let edition = self.edition(at, table, &lines, span);
            self.editions
                .extend(edition.filter(|_| !draft).map(|rows| Edition {
                    table,
                    words,
                    period,
                    rows,
                    cite,
                    span,
                }));
        } else {
            let change = if draft { Change::Draft } else { Change::Amendment };
            let values = self.amended_values(at, change, part, &lines, span);
            let amendments = values
                .into_iter()
                .filter(|_| !draft)
                .map(|(part, value)| Amendment {
                    part,
                    words: words.clone(),
                    period,
                    value,
                    cite,
                    span,
                });
            self.amendments.extend(amendments);
        }
        if draft {
            self.report(at, Diagnostic::new(&names::DRAFT_AMENDMENT, at.header()));
        }
    }

    /// The days of an amendment: its 自, or those of its document.
    fn amended_from(&mut self, at: &BlockAt, lines: &[Line]) -> Option<Period> {
        let period = match from_line(lines) {
            Some(line) => self.period(at, line)?.0,
            None => Period {
                from: self.program.documents[at.document.index()].period.from,
                to: None,
            },
        };
        if period.from.is_none() {
            self.missing_line(
                at,
                ("自", "from"),
                (
                    "写明从哪一天起,例如 自 2026-01-01",
                    "say from which day on, such as from 2026-01-01",
                ),
            );
            return None;
        }
        Some(period)
    }

    /// What an amendment puts in place of which part.
    fn amended_values(
        &mut self,
        at: &BlockAt,
        change: Change,
        part: PartRef,
        lines: &[Line],
        span: Span,
    ) -> Vec<(PartRef, PartValue)> {
        let scope = match self.part_subject(part) {
            Some(subject) => Scope::of(at, subject, Self::basis(lines)),
            None => Scope::new(at),
        };
        let told = self.findings.len();
        if let Some(rows) = from_line(lines).and_then(ast::FromLine::rows) {
            let finding = Diagnostic::new(&names::UNKNOWN_PART, at.span(rows.range()))
                .with("target", self.sources.text(span).trim())
                .with("part", Argument::term("表格的行", "rows of a table"))
                .with("choices", RULE_PARTS);
            self.report(at, finding);
        }
        let mut values = self.new_values(&scope, change, part, lines);
        for line in lines {
            match (line, part) {
                (Line::Repeal(_), PartRef::Caps(id)) => {
                    let cap = self.only_cap(at, change, id, span);
                    values.extend(cap.map(|cap| (cap, PartValue::Repealed)));
                }
                (Line::Repeal(_), _) => values.push((part, PartValue::Repealed)),
                (Line::When(line), PartRef::Rule(id) | PartRef::When(id)) => {
                    if let Some(value) = line.value() {
                        let when = self.condition(&scope, &value);
                        values.push((PartRef::When(id), PartValue::Expr(when)));
                    }
                }
                _ => {}
            }
        }
        if values.is_empty() && self.findings.len() == told {
            self.missing_line(
                at,
                ("=", "="),
                (
                    "写明改成什么:= 值,金额 …,封顶 …,当 …,或 废止",
                    "say what it becomes: = value, amount …, cap …, when …, or repeal",
                ),
            );
        }
        // A grant is repealed by its amount, so that two changes of one grant meet on one timeline.
        for (part, _) in &mut values {
            if let PartRef::Rule(id) = *part {
                *part = PartRef::Amount(id);
            }
        }
        values
    }

    pub(super) fn apply_amendments(&mut self) {
        let mut amendments = std::mem::take(&mut self.amendments);
        amendments.sort_by_key(|a| a.period.from);
        for (index, amendment) in amendments.iter().enumerate() {
            let same = amendments[..index]
                .iter()
                .find(|a| a.part == amendment.part && a.period.from == amendment.period.from);
            if let Some(other) = same {
                let finding = Diagnostic::new(&names::CONFLICTING_AMENDMENTS, amendment.span)
                    .with("date", first_day(amendment))
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

    /// Cuts the timeline of a part at a day and puts the new value there.
    fn apply_amendment(&mut self, amendment: &Amendment) {
        self.make_room(amendment.part);
        let Some(from) = amendment.period.from else { return };
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
            _ => None,
        };
        let repealed = self
            .part_mut(amendment.part)
            .and_then(|part| gone(&part.versions))
            .or(whole);
        if let Some(cite) = repealed {
            let place = self.program.citations[cite.index()].span;
            let finding = Diagnostic::new(&names::AMENDS_REPEALED, amendment.span)
                .with("part", amendment.words.as_str())
                .with("date", first_day(amendment))
                .related(place);
            self.findings.push(finding);
            return;
        }
        let Some(part) = self.part_mut(amendment.part) else {
            return;
        };
        let replaced = part
            .versions
            .iter()
            .find(|v| v.period.contains(from))
            .map(|v| v.cite);
        clear(&mut part.versions, amendment.period, |v| &mut v.period);
        part.versions.push(Version {
            period: amendment.period,
            value: amendment.value,
            cite: amendment.cite,
            replaced,
        });
        part.versions.sort_by_key(|v| v.period.from);
    }
}

/// The 自 of an amendment.
pub(super) fn from_line(lines: &[Line]) -> Option<&ast::FromLine> {
    lines.iter().find_map(|line| match line {
        Line::From(line) => Some(line),
        _ => None,
    })
}

fn first_day(amendment: &Amendment) -> String {
    amendment
        .period
        .from
        .map_or_else(String::new, |day| day.to_string())
}

/// Takes the days of a period off what held before: without a last day, later versions are overtaken as well.
pub(super) fn clear<T: Clone>(versions: &mut Vec<T>, days: Period, period: fn(&mut T) -> &mut Period) {
    let before = days.from.map(|from| Period {
        from: None,
        to: from.previous(),
    });
    let after = days.to.and_then(|to| to.add_days(1)).map(|next| Period {
        from: Some(next),
        to: None,
    });
    let mut kept = Vec::new();
    for version in versions.iter_mut() {
        let whole = *period(version);
        for part in before
            .iter()
            .chain(&after)
            .filter_map(|part| whole.intersect(part))
        {
            let mut version = version.clone();
            *period(&mut version) = part;
            kept.push(version);
        }
    }
    *versions = kept;
}
