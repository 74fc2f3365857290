//! Cases (例): what they know, and what must come out.

mod assumed;
mod expected;

use jiufen_diagnostic::catalogue::syntax::YEAR_OUT_OF_RANGE;
use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::names, catalogue::types};
use jiufen_quantity::{Unit, YEARS};
use smol_str::SmolStr;

use super::scope::Scope;
use super::unknown::Sought;
use super::{BlockAt, Checker, Declared};
use crate::program::{
    Case, ExprKind, FieldRef, GivenDetermination, GivenRow, GivenValue, Literal, SubjectId, Type,
};
use crate::syntax::ast::{
    self, AstNode, Block, CellShape, Line, LiteralKind, PeriodKind, Segment, SegmentKind,
};
use crate::syntax::keywords::ReservedWord;

impl Checker<'_> {
    pub(super) fn cases(&mut self, blocks: &[BlockAt]) {
        for at in blocks {
            if let Block::Case(block) = &at.block {
                let case = self.case(at, block);
                self.program.cases.push(case);
            }
        }
    }

    fn case(&mut self, at: &BlockAt, block: &ast::Case) -> Case {
        let mut case = Case {
            name: SmolStr::new(block.title().trim()),
            year: None,
            date: None,
            rows: Vec::new(),
            parameters: Vec::new(),
            determinations: Vec::new(),
            choices: Vec::new(),
            entitlements: Vec::new(),
            received: Vec::new(),
            expectations: Vec::new(),
            document: at.document,
            cite: at.cite,
            span: at.header(),
        };
        for line in block.lines() {
            match line {
                Line::Year(line) => case.year = self.case_year(at, &line),
                Line::Date(line) => case.date = self.date(at, line.range(), line.date()),
                Line::Given(line) => self.given(at, &mut case, &line),
                Line::Expect(line) => {
                    if let Some(expectation) = self.expectation(at, &mut case, &line) {
                        case.expectations.push(expectation);
                    }
                }
                _ => {}
            }
        }
        self.rows_of_assumed(&mut case);
        case
    }

    /// The year of a case; reports one that no policy speaks of.
    fn case_year(&mut self, at: &BlockAt, line: &ast::YearLine) -> Option<i16> {
        let (range, text) = line.year()?;
        let year = text.parse().ok().filter(|year| YEARS.contains(year));
        if year.is_none() && !self.reported(at.span(range)) {
            let finding = Diagnostic::new(&YEAR_OUT_OF_RANGE, at.span(range));
            self.report(at, finding.with("found", text.as_str()));
        }
        year
    }

    // ---- 已知 ----

    fn given(&mut self, at: &BlockAt, case: &mut Case, line: &ast::GivenLine) {
        let names: Vec<ast::Name> = line.names().collect();
        let facts: Vec<ast::Fact> = line.facts().collect();
        let Some(first) = names.first() else { return };
        let first_text = first.text();
        match (first_text.as_str(), names.get(1)) {
            ("参数", None) => facts.iter().for_each(|f| self.given_parameter(at, case, f)),
            ("核定", None) => self.given_determination(at, case, &facts),
            ("归组", None) => self.given_choices(at, case, &facts),
            ("应得额", None) => facts.iter().for_each(|f| self.given_entitlement(at, case, f)),
            ("已得", None) => facts.iter().for_each(|f| self.given_received(at, case, f)),
            (_, second) => {
                let row = match (self.names.subjects.get(&first_text).copied(), second) {
                    (Some(subject), Some(name)) => Some(row_of(case, subject, name.text())),
                    (Some(subject), None) => {
                        if let Some(rows) = line.rows() {
                            return self.given_rows(at, case, subject, &rows);
                        }
                        Some(row_of(case, subject, first_text.clone()))
                    }
                    (None, _) => case.rows.iter().position(|r| r.name == first_text),
                };
                match row {
                    Some(row) => facts.iter().for_each(|f| self.given_fact(at, case, row, f)),
                    None => self.unknown_name(
                        &Scope::new(at),
                        &first_text,
                        at.span(first.range()),
                        Sought::Subject,
                    ),
                }
            }
        }
    }

    fn given_parameter(&mut self, at: &BlockAt, case: &mut Case, fact: &ast::Fact) {
        let (Some(path), Some(value)) = (fact.path(), fact.value()) else {
            return;
        };
        let span = at.span(path.range());
        let name = path.as_name().map(|n| n.text()).unwrap_or_default();
        match self.global(at, &name, span) {
            Some(Declared::Parameter(id)) => {
                let ty = self.program.parameters[id.index()].ty.clone();
                let unit = self.names.units.get(&Declared::Parameter(id)).cloned();
                let value = self.typed(&Scope::new(at).in_unit(unit), &value, &ty);
                case.parameters.push((id, value));
            }
            _ => self.unknown_name(&Scope::new(at), &name, span, Sought::Parameter),
        }
    }

    fn given_determination(&mut self, at: &BlockAt, case: &mut Case, facts: &[ast::Fact]) {
        for fact in facts {
            let (Some(path), Some(value)) = (fact.path(), fact.value()) else {
                continue;
            };
            let value = self.typed(&Scope::new(at), &value, &Type::money());
            if path.as_name().is_some_and(|n| n.text() == "首期") {
                if let Some(last) = case.determinations.last_mut() {
                    last.first_stage = Some(value);
                }
                continue;
            }
            if let Some((rule, row)) = self.right_of(at, case, &path) {
                case.determinations.push(GivenDetermination {
                    rule,
                    row,
                    amount: value,
                    first_stage: None,
                });
            }
        }
    }

    /// `规则` or `规则(甲)`.
    fn right_of(
        &mut self,
        at: &BlockAt,
        case: &Case,
        path: &ast::Path,
    ) -> Option<(crate::program::RuleId, Option<usize>)> {
        let mut segments: Vec<Segment> = path.segments().collect();
        let document = self.document_prefix(&mut segments);
        let (name, row) = match segments.first()?.kind()? {
            SegmentKind::Name(name) => (name, None),
            SegmentKind::Call(call) => (call.name().clone(), self.row_argument(at, case, &call)),
            SegmentKind::Period(_) => return None,
        };
        let span = at.span(name.range());
        match self.declared_in(at, document, &name.text(), span) {
            Some(Declared::Rule(id)) => Some((id, row)),
            _ => {
                self.unknown_name(&Scope::new(at), &name.text(), span, Sought::Grant);
                None
            }
        }
    }

    /// Takes 「文号」 off the front of a path, when it begins with the number or title of a document.
    fn document_prefix(&self, segments: &mut Vec<Segment>) -> Option<crate::program::DocumentId> {
        if segments.len() < 2 {
            return None;
        }
        let Some(SegmentKind::Name(name)) = segments.first()?.kind() else {
            return None;
        };
        let document = self.document_named(&name.text())?;
        segments.remove(0);
        Some(document)
    }

    fn row_argument(&mut self, at: &BlockAt, case: &Case, call: &ast::Call) -> Option<usize> {
        let arg = call.args().next()?.value()?;
        let name = match &arg {
            ast::Expr::Path(path) => path.as_name()?.text(),
            ast::Expr::Literal(l) => match l.kind()? {
                LiteralKind::Text(text) | LiteralKind::Number(text) => text,
                _ => return None,
            },
            _ => return None,
        };
        let found = case.rows.iter().position(|r| r.name == name);
        if found.is_none() {
            let known: Vec<&str> = case.rows.iter().map(|r| r.name.as_str()).collect();
            let finding = Diagnostic::new(&names::UNKNOWN_NAME, at.span(arg.range()))
                .with("name", name.as_str())
                .with("hint", rows_of_case(&known));
            self.report(at, finding);
        }
        found
    }

    fn given_rows(&mut self, at: &BlockAt, case: &mut Case, subject: SubjectId, rows: &ast::Rows) {
        let header: Vec<ast::HeaderCell> = rows.header().map(|h| h.cells().collect()).unwrap_or_default();
        for (index, row) in rows.rows().enumerate() {
            let cells: Vec<ast::Cell> = row.cells().collect();
            let names_column = header
                .iter()
                .position(|h| h.name().is_some_and(|n| n.text() == "号"));
            let name = names_column
                .and_then(|i| cells.get(i))
                .map(|c| {
                    SmolStr::new(
                        self.sources
                            .text(at.span(c.range()))
                            .trim()
                            .trim_matches(['「', '」']),
                    )
                })
                .unwrap_or_else(|| SmolStr::new((index + 1).to_string()));
            let position = row_of(case, subject, name);
            for (column, cell) in header.iter().zip(&cells) {
                let Some(field_name) = column.name() else { continue };
                let span = at.span(field_name.range());
                match self.program.field_named(subject, &field_name.text()) {
                    Some(field) => {
                        let unit = column.unit().and_then(|u| Unit::parse(&u.text()));
                        self.given_cell(at, case, position, field, cell, unit.as_ref());
                    }
                    None if field_name.text() == "号" => {}
                    None => self.unknown_field(at, subject, &field_name.text(), span),
                }
            }
        }
    }

    fn given_cell(
        &mut self,
        at: &BlockAt,
        case: &mut Case,
        row: usize,
        field: FieldRef,
        cell: &ast::Cell,
        unit: Option<&Unit>,
    ) {
        let declared = self.program.field(field);
        if declared.yearly {
            let name = declared.name.clone();
            return self.report(at, no_year_given(&name, at.span(cell.range())));
        }
        let value = match cell.shape() {
            Some(CellShape::Missing) | None => GivenValue::Missing,
            Some(CellShape::Nothing) => GivenValue::Absent,
            Some(CellShape::Value(expr)) => match (&expr, unit) {
                (ast::Expr::Literal(l), Some(unit)) if matches!(l.kind(), Some(LiteralKind::Number(_))) => {
                    let Some(LiteralKind::Number(digits)) = l.kind() else {
                        return;
                    };
                    let span = at.span(cell.range());
                    let Some(number) = jiufen_quantity::exact::decimal(&digits) else {
                        return;
                    };
                    let literal = ExprKind::Literal(Literal::Number(number * &unit.factor));
                    let ty = super::types::of_unit(unit);
                    let id = self.push(literal, ty, span);
                    let wanted = self.program.field(field).ty.clone();
                    GivenValue::Value(self.demand(&Scope::new(at), id, &wanted))
                }
                _ => self.given_value(at, case, field, &expr),
            },
            Some(_) => return,
        };
        case.rows[row].values.push((field, None, value));
    }

    fn given_value(
        &mut self,
        at: &BlockAt,
        case: &mut Case,
        field: FieldRef,
        expr: &ast::Expr,
    ) -> GivenValue {
        match expr.word() {
            Some(ReservedWord::Missing) => return GivenValue::Missing,
            Some(ReservedWord::Nothing) => return GivenValue::Absent,
            _ => {}
        }
        let ty = self.program.field(field).ty.clone();
        if let Type::Row(target) = ty {
            let name = match expr {
                ast::Expr::Path(path) => path.as_name().map(|n| n.text()),
                ast::Expr::Literal(l) => match l.kind() {
                    Some(LiteralKind::Text(text)) => Some(text),
                    _ => None,
                },
                _ => None,
            };
            return match name {
                Some(name) => GivenValue::Row(row_of(case, target, name)),
                None => GivenValue::Missing,
            };
        }
        let unit = self.names.field_units.get(&field).cloned();
        GivenValue::Value(self.typed(&Scope::new(at).in_unit(unit), expr, &ty))
    }

    /// `2024年.营业收入 = 1亿元`, `园区.名称 = "医药港"`, `重叠面积(永久基本农田) = 0平方米`.
    fn given_fact(&mut self, at: &BlockAt, case: &mut Case, row: usize, fact: &ast::Fact) {
        let (Some(path), Some(value)) = (fact.path(), fact.value()) else {
            return;
        };
        let segments: Vec<Segment> = path.segments().collect();
        let mut row = row;
        let mut year: Option<i16> = None;
        for (index, segment) in segments.iter().enumerate() {
            let last = index + 1 == segments.len();
            let span = at.span(segment.range());
            match segment.kind() {
                Some(SegmentKind::Period(period)) => year = self.given_year(case, &period),
                Some(SegmentKind::Call(call)) if last => {
                    return self.given_spatial(at, case, row, &call, &value);
                }
                Some(SegmentKind::Name(name)) => {
                    let subject = case.rows[row].subject;
                    let Some(field) = self.program.field_named(subject, &name.text()) else {
                        return self.unknown_field(at, subject, &name.text(), span);
                    };
                    if last {
                        return self.given_field(at, case, row, field, year, &value, span);
                    }
                    match self.implied_row(case, row, field) {
                        Some(next) => row = next,
                        None => return self.unknown_field(at, subject, &name.text(), span),
                    }
                }
                _ => return,
            }
        }
    }

    fn given_year(&self, case: &Case, period: &ast::Period) -> Option<i16> {
        match period.kind()? {
            PeriodKind::Year(year) => i16::try_from(year).ok(),
            PeriodKind::ThisYear => case.year,
            PeriodKind::LastYear => case.year.map(|y| y - 1),
            PeriodKind::Recent(_) => None,
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one fact of a case in the light of its row and year"
    )]
    fn given_field(
        &mut self,
        at: &BlockAt,
        case: &mut Case,
        row: usize,
        field: FieldRef,
        year: Option<i16>,
        value: &ast::Expr,
        span: Span,
    ) {
        let declared = self.program.field(field);
        let (yearly, name) = (declared.yearly, declared.name.clone());
        if yearly && year.is_none() {
            return self.report(at, no_year_given(&name, span));
        }
        if !yearly && year.is_some() {
            let finding = Diagnostic::new(&types::NOT_YEARLY, span).with("name", name.as_str());
            return self.report(
                at,
                finding.with("period", format!("{}年", year.unwrap_or_default())),
            );
        }
        let value = self.given_value(at, case, field, value);
        case.rows[row].values.push((field, year, value));
    }

    /// The row that a reference field of a row names; made up when the case has not named one.
    fn implied_row(&mut self, case: &mut Case, row: usize, field: FieldRef) -> Option<usize> {
        let Type::Row(target) = self.program.field(field).ty else {
            return None;
        };
        let known = case.rows[row].values.iter().find_map(|(f, _, v)| match v {
            GivenValue::Row(position) if *f == field => Some(*position),
            _ => None,
        });
        if known.is_some() {
            return known;
        }
        let name = SmolStr::new(format!(
            "{}的{}",
            case.rows[row].name,
            self.program.field(field).name
        ));
        let position = row_of(case, target, name);
        case.rows[row]
            .values
            .push((field, None, GivenValue::Row(position)));
        Some(position)
    }

    fn given_spatial(
        &mut self,
        at: &BlockAt,
        case: &mut Case,
        row: usize,
        call: &ast::Call,
        value: &ast::Expr,
    ) {
        let Some(function) = call.name().function() else {
            let name = call.name().text();
            return self.unknown_name(
                &Scope::new(at),
                &name,
                at.span(call.segment().range()),
                Sought::Field,
            );
        };
        let layers: Vec<String> = call
            .args()
            .map(|a| a.syntax().text().to_string().trim().to_owned())
            .collect();
        let relation = SmolStr::new(format!("{}({})", function.zh(), layers.join(",")));
        let value = self.expr(&Scope::new(at), value, None);
        case.rows[row].spatial.push((relation, value));
    }
}

/// The row of a name in a case; added when it is not there yet.
fn row_of(case: &mut Case, subject: SubjectId, name: SmolStr) -> usize {
    let found = case
        .rows
        .iter()
        .position(|r| r.subject == subject && r.name == name);
    found.unwrap_or_else(|| {
        case.rows.push(GivenRow {
            subject,
            name,
            values: Vec::new(),
            spatial: Vec::new(),
        });
        case.rows.len() - 1
    })
}

/// What to say of a yearly fact that a case gives without its year.
fn no_year_given(name: &str, span: Span) -> Diagnostic {
    let hint = Argument::term(
        format!("例里逐年给:已知 对象 名字: 2024年.{name} = …;表格里写不了每年的数"),
        format!(
            "a case gives it year by year: 已知 subject name: 2024年.{name} = …; rows hold no yearly figures"
        ),
    );
    Diagnostic::new(&types::YEAR_NOT_SAID, span)
        .with("name", name)
        .with("hint", hint)
}

/// The rows that a case knows, for a name that is none of them.
fn rows_of_case(known: &[&str]) -> Argument {
    if known.is_empty() {
        return Argument::term(
            "这个例还没有写 已知;先写是谁的什么事实,例如 已知 企业 甲: …",
            "this case gives nothing yet: first write whose facts they are, such as 已知 企业 甲: …",
        );
    }
    Argument::term(
        format!("这个例里有:{}", known.join("、")),
        format!("this case has: {}", known.join(", ")),
    )
}
