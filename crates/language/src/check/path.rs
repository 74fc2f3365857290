//! Paths: from a row through references to a fact, a definition, a period, or several rows.

mod member;

pub(super) use member::no_year;

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::names, catalogue::types, nearest};
use smol_str::SmolStr;

use super::scope::{Scope, written};
use super::unknown::Sought;
use super::{Checker, Declared};
use crate::program::{EnumId, ExprId, ExprKind, FieldRef, Literal, SubjectId, Type, Way, YearOf};
use crate::syntax::ast::{self, AstNode, PeriodKind, Segment, SegmentKind};

/// What a path led to.
pub(super) enum Reached {
    /// One value.
    Value(ExprId),
    /// Rows, and what is asked of each of them.
    Mapped {
        /// The rows.
        rows: ExprId,
        /// The listed subject.
        subject: SubjectId,
        /// The rest of the path.
        rest: Vec<Segment>,
    },
    /// A yearly field without its year, for 首年 and 连续.
    History {
        row: ExprId,
        field: FieldRef,
        last: Option<YearOf>,
    },
}

/// What the end of a path is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// One value of one year, or the years of 近N年.
    Value,
    /// Rows, or a field of each of them: what 合计 and the like take.
    Rows,
    /// A yearly field as a whole: what 首年 and 连续 take.
    History,
}

impl Checker<'_> {
    /// Follows a path. `expected` helps to read the name of an enumeration value.
    pub(super) fn path(
        &mut self,
        scope: &Scope,
        path: &ast::Path,
        expected: Option<&Type>,
        wanted: Wanted,
    ) -> Reached {
        let span = scope.at.span(path.range());
        let segments: Vec<Segment> = path.segments().collect();
        self.segments(scope, &segments, span, expected, wanted)
    }

    /// Follows the steps of a path from the row in scope.
    pub(super) fn segments(
        &mut self,
        scope: &Scope,
        segments: &[Segment],
        span: Span,
        expected: Option<&Type>,
        wanted: Wanted,
    ) -> Reached {
        let Some((first, rest)) = segments.split_first() else {
            return Reached::Value(self.invalid(span));
        };
        if let Some((found, rest)) = self.qualified(scope, first, rest, span) {
            return self.steps(scope, found, rest, span, wanted);
        }
        let head = match first.kind() {
            Some(SegmentKind::Period(period)) => return self.period_head(scope, &period, rest, span, wanted),
            Some(SegmentKind::Call(call)) => self.call(scope, &call, expected),
            Some(SegmentKind::Name(name)) => {
                let text = name.text();
                let at = scope.at.span(name.range());
                match self.head(scope, &text, at, expected, rest, wanted) {
                    Some(Reached::Value(value)) => value,
                    Some(other) => return other,
                    None => {
                        match expected {
                            Some(Type::Enumeration(id)) if rest.is_empty() => {
                                self.unknown_value(scope, *id, &text, at)
                            }
                            _ => {
                                let alone = rest.is_empty() && wanted != Wanted::Rows;
                                let sought = if alone { Sought::Value } else { Sought::Head };
                                self.unknown_name(scope, &text, at, sought);
                            }
                        }
                        self.invalid(at)
                    }
                }
            }
            None => self.invalid(span),
        };
        self.steps(scope, head, rest, span, wanted)
    }

    /// `「文号」.名称`: a parameter or table of one document, and the rest of the path.
    fn qualified<'s>(
        &mut self,
        scope: &Scope,
        first: &Segment,
        rest: &'s [Segment],
        span: Span,
    ) -> Option<(ExprId, &'s [Segment])> {
        let Some(SegmentKind::Name(number)) = first.kind() else {
            return None;
        };
        let document = self.document_named(&number.text())?;
        let (next, rest) = rest.split_first()?;
        let found = match next.kind()? {
            SegmentKind::Name(name) => {
                let declared = self.in_document(document, &name.text())?;
                self.global_value(scope, declared, &name.text(), scope.at.span(name.range()))
            }
            SegmentKind::Call(call) => match self.in_document(document, &call.name().text())? {
                Declared::Table(table) => self.lookup(scope, &call, table, span),
                _ => return None,
            },
            SegmentKind::Period(_) => return None,
        };
        Some((found, rest))
    }

    /// What the first name of a path means: see language.md, scope.
    fn head(
        &mut self,
        scope: &Scope,
        name: &SmolStr,
        span: Span,
        expected: Option<&Type>,
        rest: &[Segment],
        wanted: Wanted,
    ) -> Option<Reached> {
        if rest.is_empty() && (name == "今日" || name == "today") {
            return Some(Reached::Value(self.push(ExprKind::Today, Type::Date, span)));
        }
        if rest.is_empty()
            && let Some(value) = self.enumeration_value(name, expected, span)
        {
            return Some(Reached::Value(value));
        }
        if rest.is_empty()
            && let Some(value) = self.rank_name(scope, name, span)
        {
            return Some(Reached::Value(value));
        }
        if let Some(subject) = scope.rows.first().copied() {
            let row = self.push(ExprKind::Row(0), Type::Row(subject), span);
            if let Some(found) = self.member(scope, row, subject, name, None, span, wanted) {
                return Some(found);
            }
        }
        for (depth, subject) in scope.rows.clone().into_iter().enumerate() {
            if self.program.subject(subject).name == *name {
                let row = self.push(ExprKind::Row(depth as u8), Type::Row(subject), span);
                return Some(Reached::Value(row));
            }
        }
        if let Some(subject) = self.names.subjects.get(name).copied() {
            return Some(self.subject_head(scope, subject, span, rest));
        }
        if let Some(declared) = self.global(scope.at, name, span) {
            return Some(Reached::Value(self.global_value(scope, declared, name, span)));
        }
        if self.names.global.contains_key(name) {
            return Some(Reached::Value(self.invalid(span)));
        }
        let only = self.names.values.get(name).filter(|v| v.len() == 1).map(|v| v[0]);
        if let Some((id, index)) = only.filter(|_| rest.is_empty()) {
            let kind = ExprKind::Literal(Literal::Enumeration(id, index));
            return Some(Reached::Value(self.push(kind, Type::Enumeration(id), span)));
        }
        if name == "今日" {
            return Some(Reached::Value(self.push(ExprKind::Today, Type::Date, span)));
        }
        let mode = rest
            .is_empty()
            .then(|| jiufen_quantity::Rounding::parse(name))
            .flatten()?;
        let kind = ExprKind::Literal(Literal::Rounding(mode));
        Some(Reached::Value(self.push(kind, Type::RoundingMode, span)))
    }

    /// A subject's name at the head: rows that name the row in scope, a row reached by references, or all rows.
    fn subject_head(&mut self, scope: &Scope, subject: SubjectId, span: Span, rest: &[Segment]) -> Reached {
        if let Some(from) = scope.rows.first().copied() {
            if let Some(via) = self.only_reference(subject, from) {
                let row = self.push(ExprKind::Row(0), Type::Row(from), span);
                let rows = self.push(ExprKind::Related { row, via }, Type::Rows(subject), span);
                return self.rows_then(rows, subject, rest);
            }
            if let Some(way) = self.reach(from, subject) {
                let row = self.push(ExprKind::Row(0), Type::Row(from), span);
                return Reached::Value(self.follow_all(row, &way, span));
            }
            // Several references either way: all rows of the subject is not what was meant.
            let several = self.program.references(subject, from).count() > 1;
            if several || self.program.way(from, subject) == Way::Several {
                self.no_path(scope, subject, span);
                return Reached::Value(self.invalid(span));
            }
        }
        let rows = self.push(ExprKind::AllRows(subject), Type::Rows(subject), span);
        self.rows_then(rows, subject, rest)
    }

    fn rows_then(&mut self, rows: ExprId, subject: SubjectId, rest: &[Segment]) -> Reached {
        if rest.is_empty() {
            return Reached::Value(rows);
        }
        Reached::Mapped {
            rows,
            subject,
            rest: rest.to_vec(),
        }
    }

    /// Follows reference fields one after the other.
    pub(super) fn follow_all(&mut self, row: ExprId, way: &[FieldRef], span: Span) -> ExprId {
        way.iter().fold(row, |row, field| {
            let ty = self.program.field(*field).ty.clone();
            self.push(ExprKind::Follow { row, field: *field }, ty, span)
        })
    }

    /// Reports a name where a value of an enumeration is expected.
    fn unknown_value(&mut self, scope: &Scope, id: EnumId, name: &str, span: Span) {
        if self.cut_at_reserved(scope, name).is_some() {
            return self.unknown_name(scope, name, span, Sought::Value);
        }
        let finding = self.no_such_value(id, name, span);
        self.report(scope.at, finding);
    }

    /// What to say of a word that is no value of an enumeration.
    pub(super) fn no_such_value(&self, id: EnumId, name: &str, span: Span) -> Diagnostic {
        let enumeration = &self.program.enumerations[id.index()];
        let finding = Diagnostic::new(&types::UNKNOWN_VALUE, span)
            .with("name", name)
            .with("enumeration", enumeration.name.as_str())
            .with("values", enumeration.values.join("、"));
        match nearest(name, enumeration.values.iter().map(SmolStr::as_str)) {
            Some(near) => finding.fix(span, written(near)),
            None => finding,
        }
    }

    /// A value of the enumeration that is expected here.
    fn enumeration_value(&mut self, name: &str, expected: Option<&Type>, span: Span) -> Option<ExprId> {
        let Some(Type::Enumeration(id)) = expected else {
            return None;
        };
        let index = self.program.enumerations[id.index()]
            .values
            .iter()
            .position(|v| v == name)?;
        let kind = ExprKind::Literal(Literal::Enumeration(*id, index as u16));
        Some(self.push(kind, Type::Enumeration(*id), span))
    }

    fn global_value(&mut self, scope: &Scope, declared: Declared, name: &str, span: Span) -> ExprId {
        match declared {
            Declared::Parameter(parameter) => self.parameter(scope, parameter, span),
            _ => {
                self.unknown_name(scope, name, span, Sought::Value);
                self.invalid(span)
            }
        }
    }

    /// A parameter; its exceptions may make it a value of a row, which is then looked for from the row in scope.
    pub(super) fn parameter(
        &mut self,
        scope: &Scope,
        parameter: crate::program::ParameterId,
        span: Span,
    ) -> ExprId {
        let ty = self.program.parameters[parameter.index()].ty.clone();
        let row = match self.program.parameters[parameter.index()].per {
            None => None,
            Some(per) => match self.row_of(scope, per, span) {
                Some(row) => Some(row),
                None => return self.invalid(span),
            },
        };
        self.push(ExprKind::Parameter { parameter, row }, ty, span)
    }

    /// The row of a subject that belongs to the row in scope; reported when there is no single one.
    pub(super) fn row_of(&mut self, scope: &Scope, subject: SubjectId, span: Span) -> Option<ExprId> {
        for (depth, from) in scope.rows.clone().into_iter().enumerate() {
            if let Some(way) = self.reach(from, subject) {
                let row = self.push(ExprKind::Row(depth as u8), Type::Row(from), span);
                return Some(self.follow_all(row, &way, span));
            }
        }
        self.no_path(scope, subject, span);
        None
    }

    fn no_path(&mut self, scope: &Scope, to: SubjectId, span: Span) {
        let name = |id: &SubjectId| Argument::from(self.program.subject(*id).name.as_str());
        let from = scope.rows.first().map(name);
        let finding = Diagnostic::new(&names::NO_PATH, span)
            .with("from", from.unwrap_or_else(|| Argument::term("此处", "here")))
            .with("to", name(&to));
        self.report(scope.at, finding);
    }

    /// Whether a row leads to one row of another subject, or is one, by the only shortest way: an exception is asked
    /// along that way when it is evaluated.
    pub(super) fn belongs_to(&self, from: SubjectId, to: SubjectId) -> bool {
        self.reach(from, to).is_some()
    }

    fn period_head(
        &mut self,
        scope: &Scope,
        period: &ast::Period,
        rest: &[Segment],
        span: Span,
        wanted: Wanted,
    ) -> Reached {
        let Some((next, rest)) = rest.split_first() else {
            let kind = match period.kind() {
                Some(PeriodKind::ThisYear) => ExprKind::ThisYear,
                Some(PeriodKind::Year(year)) => ExprKind::Literal(Literal::Year(year as i16)),
                Some(PeriodKind::LastYear) => {
                    let this = self.push(ExprKind::ThisYear, Type::Year, span);
                    let one = ExprKind::Literal(Literal::Number(jiufen_quantity::exact::integer(1)));
                    let one = self.push(one, Type::Number, span);
                    ExprKind::Arithmetic(crate::program::Operator::Subtract, this, one)
                }
                _ => ExprKind::Invalid,
            };
            return Reached::Value(self.push(kind, Type::Year, span));
        };
        let Some(subject) = scope.rows.first().copied() else {
            return Reached::Value(self.invalid(span));
        };
        let row = self.push(ExprKind::Row(0), Type::Row(subject), span);
        self.after_period(scope, row, subject, period, next, rest, span, wanted)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one step of a path needs all of its surroundings"
    )]
    fn after_period(
        &mut self,
        scope: &Scope,
        row: ExprId,
        subject: SubjectId,
        period: &ast::Period,
        next: &Segment,
        rest: &[Segment],
        span: Span,
        wanted: Wanted,
    ) -> Reached {
        let Some(SegmentKind::Name(name)) = next.kind() else {
            return Reached::Value(self.invalid(span));
        };
        let at = scope.at.span(name.range());
        match self.member(scope, row, subject, &name.text(), Some(period), at, wanted) {
            Some(Reached::Value(value)) => self.steps(scope, value, rest, span, wanted),
            Some(other) => other,
            None => {
                self.unknown_field(scope.at, subject, &name.text(), at);
                Reached::Value(self.invalid(at))
            }
        }
    }

    /// Goes on from a value along the rest of a path.
    fn steps(
        &mut self,
        scope: &Scope,
        mut value: ExprId,
        rest: &[Segment],
        span: Span,
        wanted: Wanted,
    ) -> Reached {
        let mut rest = rest;
        while let Some((next, after)) = rest.split_first() {
            let subject = match self.ty(value).clone() {
                Type::Row(subject) => subject,
                Type::Rows(subject) => {
                    return Reached::Mapped {
                        rows: value,
                        subject,
                        rest: rest.to_vec(),
                    };
                }
                Type::Unknown => return Reached::Value(self.invalid(span)),
                other => {
                    let found = self.type_words(&other);
                    let finding = Diagnostic::new(&types::TYPE_MISMATCH, scope.at.span(next.range()))
                        .with(
                            "expected",
                            jiufen_diagnostic::Argument::term("一个对象", "a subject"),
                        )
                        .with("found", found);
                    self.report(scope.at, finding);
                    return Reached::Value(self.invalid(span));
                }
            };
            match next.kind() {
                Some(SegmentKind::Period(period)) => {
                    let Some((field, after)) = after.split_first() else {
                        return Reached::Value(self.invalid(span));
                    };
                    return self.after_period(scope, value, subject, &period, field, after, span, wanted);
                }
                Some(SegmentKind::Name(name)) => {
                    let at = scope.at.span(name.range());
                    match self.member(scope, value, subject, &name.text(), None, at, wanted) {
                        Some(Reached::Value(found)) => value = found,
                        Some(other) => return other,
                        None => {
                            self.unknown_field(scope.at, subject, &name.text(), at);
                            return Reached::Value(self.invalid(at));
                        }
                    }
                }
                Some(SegmentKind::Call(call)) => match self.related_call(scope, value, subject, &call) {
                    Some(found) => value = found,
                    None => {
                        self.unknown_field(
                            scope.at,
                            subject,
                            &call.name().text(),
                            scope.at.span(next.range()),
                        );
                        return Reached::Value(self.invalid(span));
                    }
                },
                None => return Reached::Value(self.invalid(span)),
            }
            rest = after;
        }
        Reached::Value(value)
    }

    /// A path where one value is needed.
    pub(super) fn path_value(&mut self, scope: &Scope, path: &ast::Path, expected: Option<&Type>) -> ExprId {
        let span = scope.at.span(path.range());
        match self.path(scope, path, expected, Wanted::Value) {
            Reached::Value(value) => {
                if matches!(self.ty(value), Type::Rows(_)) {
                    self.rows_need_aggregate(scope, path, span);
                    return self.invalid(span);
                }
                value
            }
            Reached::Mapped { .. } => {
                self.rows_need_aggregate(scope, path, span);
                self.invalid(span)
            }
            Reached::History { .. } => self.invalid(span),
        }
    }

    fn rows_need_aggregate(&mut self, scope: &Scope, path: &ast::Path, span: Span) {
        let words = path
            .segments()
            .next()
            .map_or_else(String::new, |s| s.syntax().text().to_string());
        let finding = Diagnostic::new(&types::ROWS_NEED_AGGREGATE, span).with("name", words);
        self.report(scope.at, finding);
    }
}

/// The year of a period that means one year.
pub(super) fn year_of(kind: PeriodKind) -> Option<YearOf> {
    match kind {
        PeriodKind::ThisYear => Some(YearOf::Relative(0)),
        PeriodKind::LastYear => Some(YearOf::Relative(-1)),
        PeriodKind::Year(year) => i16::try_from(year).ok().map(YearOf::Fixed),
        PeriodKind::Recent(_) => None,
    }
}
