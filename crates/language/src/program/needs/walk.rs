//! The way through the expressions behind a question.

use std::collections::HashSet;

use super::{Listed, Needs, Question, Relation, Shared};
use crate::program::{
    Absence, Aggregate, CapScope, CellResult, DocumentId, ExprId, ExprKind, FieldRef, GroupId, LookupTable,
    Overdraw, Part, PartValue, Program, Ranking, Rule, RuleId, StageAmount, SubjectId, Type, Way, YearOf,
};

/// A way through the expressions behind one question.
pub(super) struct Walk<'p> {
    program: &'p Program,
    needs: &'p mut Needs,
    /// Whether something behind the question may be unpublished.
    unpublished: bool,
    /// Expressions that were gone through, with the year that 当年 means in them.
    seen: HashSet<(ExprId, YearOf)>,
    /// Expressions to go through. A stack of its own, so that a long chain of definitions cannot exhaust the thread's.
    open: Vec<(ExprId, YearOf)>,
}

/// 当年 of the right itself.
pub(super) const THIS: YearOf = YearOf::Relative(0);

/// A year, as seen from where 当年 means `this`.
fn seen_from(this: YearOf, year: YearOf) -> YearOf {
    match (this, year) {
        (_, YearOf::Fixed(year)) => YearOf::Fixed(year),
        (YearOf::Relative(this), YearOf::Relative(by)) => YearOf::Relative(this.saturating_add(by)),
        (YearOf::Fixed(this), YearOf::Relative(by)) => YearOf::Fixed(this.saturating_add(by)),
    }
}

impl<'p> Walk<'p> {
    pub(super) fn new(program: &'p Program, needs: &'p mut Needs) -> Self {
        Self {
            program,
            needs,
            unpublished: false,
            seen: HashSet::new(),
            open: Vec::new(),
        }
    }

    pub(super) fn question(&mut self, question: Question) {
        let program = self.program;
        match question {
            Question::Rule(id) => self.rule(id),
            Question::Verdict(id) => {
                let verdict = &program.verdicts[id.index()];
                self.needs.rows.insert(verdict.each);
                // Without 按 the law is that of 今日.
                let yearly = verdict.ranking.as_ref().is_some_and(|r| r.yearly);
                self.needs.today |= verdict.as_of.is_none() && !yearly;
                self.territory(verdict.territory_of, verdict.document);
                let conditions = verdict.lines.iter().filter_map(|line| line.when);
                self.later(conditions.chain(verdict.as_of));
                if let Some(ranking) = &verdict.ranking {
                    self.ranking(verdict.each, ranking);
                }
            }
            Question::Definition(id) => {
                let definition = &program.definitions[id.index()];
                self.needs.rows.insert(definition.subject);
                self.needs.definitions.insert(id);
                self.part(&definition.part, Some(definition.subject), THIS);
            }
        }
        self.finish();
        if let (Question::Rule(id), true) = (question, self.unpublished) {
            self.needs.determined.insert(id);
        }
    }

    /// A place depends on every row of the subject, and on how many there are.
    fn ranking(&mut self, each: SubjectId, ranking: &Ranking) {
        let listed = self.needs.lists.entry(Listed::All(each)).or_default();
        listed.insert(Aggregate::Count);
        let vetoes = ranking.vetoes.iter().filter_map(|line| line.when);
        let keys = ranking.order.iter().map(|key| key.value);
        self.later(vetoes.chain(keys));
        self.later(ranking.group.iter().copied().chain(ranking.peers));
    }

    /// Goes through all that is left to go through.
    pub(super) fn finish(&mut self) {
        while let Some((id, this)) = self.open.pop() {
            if self.seen.insert((id, this)) {
                self.expression(id, this);
                let operands = self.program.operands(id).into_iter();
                self.open.extend(operands.map(|operand| (operand, this)));
            }
        }
    }

    pub(super) fn later(&mut self, expressions: impl IntoIterator<Item = ExprId>) {
        self.open.extend(expressions.into_iter().map(|id| (id, THIS)));
    }

    fn rule(&mut self, id: RuleId) {
        let program = self.program;
        let rule = program.rule(id);
        self.needs.rows.insert(rule.each);
        // An event that has not come yet gives no right.
        self.needs.today |= rule.as_of.is_some();
        self.territory(rule.territory_of, rule.document);
        self.later([rule.pay_to].into_iter().chain(rule.as_of));
        for part in [&rule.when, &rule.amount] {
            self.part(part, Some(rule.each), THIS);
        }
        for (index, cap) in rule.caps.iter().chain(&rule.at_most).enumerate() {
            self.part(&cap.part, Some(rule.each), THIS);
            if let Some(per) = &cap.per {
                self.needs.shared.insert(Shared::Cap(id, index));
                self.scope(per);
            }
        }
        for stage in &rule.stages {
            let amount = match stage.amount {
                StageAmount::Expr(amount) => Some(amount),
                _ => None,
            };
            self.later([stage.due].into_iter().chain(stage.when).chain(amount));
        }
        self.groups(id, rule);
        self.accounts(rule);
    }

    fn groups(&mut self, id: RuleId, rule: &Rule) {
        let program = self.program;
        for (group_id, group) in (0u32..).map(GroupId).zip(&program.groups) {
            let Some(member) = group.members.iter().find(|member| member.rule == id) else {
                continue;
            };
            self.needs.shared.insert(Shared::Group(group_id));
            self.later(member.keys.iter().flatten().copied().chain(member.counting));
            if let Some(cap) = &group.cap {
                self.part(&cap.part, Some(rule.each), THIS);
                cap.per.iter().for_each(|per| self.scope(per));
            }
        }
    }

    fn accounts(&mut self, rule: &Rule) {
        let program = self.program;
        for id in program.limited_accounts(rule) {
            let account = &program.accounts[id.index()];
            self.needs.shared.insert(Shared::Account(id));
            self.part(&account.quota, None, THIS);
            if let Overdraw::ByScore(score) = account.over {
                self.later([score]);
            }
            let drawn = rule.draws.iter().filter(|draw| draw.account == id);
            self.later(drawn.filter_map(|draw| draw.amount));
        }
    }

    /// What a cap is shared over; the beneficiary is asked for in any case.
    fn scope(&mut self, per: &CapScope) {
        self.later(per.row);
    }

    /// The territory of a row, where the document holds in some territory only.
    fn territory(&mut self, of: Option<ExprId>, document: DocumentId) {
        let territory = self.program.document(document).territory.as_str();
        let Some(of) = of.filter(|_| !territory.is_empty() && territory != "全国") else {
            return;
        };
        self.later([of]);
        if let Some(subject) = self.subject_of(of)
            && let Some(index) = self.program.subject(subject).territory
        {
            self.field(FieldRef { subject, index }, None);
        }
    }

    /// What the row that an expression gives is.
    fn subject_of(&self, row: ExprId) -> Option<SubjectId> {
        match self.program.expr(row).ty {
            Type::Row(subject) => Some(subject),
            _ => None,
        }
    }

    fn field(&mut self, field: FieldRef, year: Option<YearOf>) {
        let years = self.needs.fields.entry(field).or_default();
        if let Some(year) = year {
            years.add(year);
        }
        self.unpublished |= self.program.field(field).absence == Absence::Unpublished;
    }

    /// The values and exceptions of a part; `from` is the row that its exceptions start from.
    pub(super) fn part(&mut self, part: &Part, from: Option<SubjectId>, this: YearOf) {
        let values = part.versions.iter().map(|version| version.value);
        for value in values.chain(part.exceptions.iter().map(|exception| exception.value)) {
            match value {
                PartValue::Expr(value) => self.open.push((value, this)),
                PartValue::Unpublished => self.unpublished = true,
                PartValue::Repealed => {}
            }
        }
        for exception in &part.exceptions {
            let declared = &self.program.exceptions[exception.exception.index()];
            self.open.extend(declared.when.map(|when| (when, this)));
            let way = from.map_or(Way::None, |from| self.program.way(from, declared.each));
            for field in way.only().into_iter().flatten() {
                let yearly = self.program.field(field).yearly;
                self.field(field, yearly.then_some(this));
            }
        }
    }

    fn table(&mut self, table: &LookupTable) {
        let rows = table.versions.iter().flat_map(|version| &version.rows);
        let open = |result: &CellResult| matches!(result, CellResult::Unpublished | CellResult::Range(..));
        self.unpublished |= rows.map(|row| &row.result).any(open);
    }

    /// What an expression asks for itself; its operands are gone through on their own.
    fn expression(&mut self, id: ExprId, this: YearOf) {
        let program = self.program;
        match &program.expr(id).kind {
            ExprKind::Follow { field, .. } => self.field(*field, None),
            ExprKind::Field { field, year, .. } => {
                self.field(*field, year.map(|year| seen_from(this, year)));
            }
            ExprKind::FieldSeries {
                field, count, last, ..
            } => {
                for back in 0..i16::try_from(*count).unwrap_or(i16::MAX) {
                    let year = seen_from(seen_from(this, *last), YearOf::Relative(-back));
                    self.field(*field, Some(year));
                }
            }
            ExprKind::FieldHistory { field, .. } => {
                self.field(*field, None);
                self.needs.fields.entry(*field).or_default().all = true;
            }
            ExprKind::Related { via, .. } => {
                self.needs.lists.entry(Listed::Related(*via)).or_default();
            }
            ExprKind::AllRows(subject) => {
                self.needs.lists.entry(Listed::All(*subject)).or_default();
            }
            ExprKind::Aggregate { function, rows, .. } => self.list(*function, *rows),
            ExprKind::Parameter { parameter, row } => {
                self.needs.parameters.insert(*parameter);
                let from = row.and_then(|row| self.subject_of(row));
                self.part(&program.parameters[parameter.index()].part, from, this);
            }
            ExprKind::Definition { definition, year, .. } => {
                self.needs.definitions.insert(*definition);
                let definition = &program.definitions[definition.index()];
                let this = year.map_or(this, |year| seen_from(this, year));
                self.part(&definition.part, Some(definition.subject), this);
            }
            ExprKind::Lookup { table, .. } => {
                self.needs.tables.insert(*table);
                self.table(&program.tables[table.index()]);
            }
            ExprKind::Spatial { row, relation } => {
                let words = relation.clone();
                let relation = self.subject_of(*row).map(|subject| Relation { subject, words });
                self.needs.relations.extend(relation);
            }
            ExprKind::Today => self.needs.today = true,
            ExprKind::ThisYear => self.needs.this_year = true,
            ExprKind::Unevaluated(name) => {
                self.needs.unevaluated.insert(name);
            }
            _ => {}
        }
    }

    fn list(&mut self, function: Aggregate, rows: ExprId) {
        let listed = match &self.program.expr(rows).kind {
            ExprKind::Related { via, .. } => Listed::Related(*via),
            ExprKind::AllRows(subject) => Listed::All(*subject),
            _ => return,
        };
        self.needs.lists.entry(listed).or_default().insert(function);
    }
}
