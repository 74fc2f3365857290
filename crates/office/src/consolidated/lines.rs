//! Each block as it stands on a day: its lines with their sources.

use jiufen_diagnostic::Lang;
use jiufen_interpret::describe;
use jiufen_language::program::{
    CiteId, DocumentId, ExceptionId, ExprId, Frequency, GroupMode, Overdraw, Part, PartValue, Program, Rule,
    Spanning, StageAmount, TableMode,
};
use jiufen_language::syntax::keywords::{LineWord, OptionWord, ReservedWord};
use jiufen_language::words;
use jiufen_quantity::{Date, Period};

use super::blocks::Block;
use super::{Consolidated, ConsolidatedException, ConsolidatedLine, Edition, standing};
use crate::pack::Pack;

/// Makes consolidated texts for one day and language.
pub(super) struct Builder<'a> {
    pub pack: &'a Pack,
    pub day: Date,
    pub lang: Lang,
}

impl Builder<'_> {
    pub(super) fn program(&self) -> &Program {
        &self.pack.program
    }

    pub fn block(&self, block: &Block) -> Consolidated {
        let program = self.program();
        let mut edition = None;
        let lines = match *block {
            Block::Rule(i) => self.rule(&program.rules[i]),
            Block::Parameter(i) => {
                let p = &program.parameters[i];
                vec![self.timed(&p.name, &p.part, p.document, "")]
            }
            Block::Definition(i) => {
                let d = &program.definitions[i];
                vec![self.timed(&d.name, &d.part, d.document, "")]
            }
            Block::Table(i) => {
                edition = self.edition(i);
                self.table(i, edition.is_some())
            }
            Block::Verdict(i) => self.verdict(i),
            Block::Group(i) => self.group(i),
            Block::Account(i) => self.account(i),
            Block::Exception(i) => self.exception(i),
            Block::Target(i) => self.target(i),
            Block::Subject(i) => self.subject(i),
            Block::Enumeration(i) => self.enumeration(i),
            Block::Unevaluated(i) => {
                let needs = program.unevaluated[i].needs;
                let label = self.lang.pick("本版不能计算,缺", "not evaluated, needs");
                vec![plain(label, needs)]
            }
        };
        let word = block.word(program);
        let name = block.name(program);
        let document = block.document(program).map(|i| &program.documents[i]);
        Consolidated {
            title: format!("{} {name}", self.lang.pick(word.zh(), word.en())),
            standing: self
                .repealed(*block)
                .unwrap_or_else(|| document.map_or_else(String::new, |d| standing(d, self.day, self.lang))),
            source: block.source(self.pack),
            source_status: document.map_or_else(String::new, |d| {
                self.lang
                    .pick(d.source_status.zh(), d.source_status.en())
                    .to_owned()
            }),
            lines,
            edition,
        }
    }

    /// That a grant is repealed on the day: since when, and by which clause.
    fn repealed(&self, block: Block) -> Option<String> {
        let Block::Rule(index) = block else { return None };
        let version = self.program().rules[index].amount.at(self.day)?;
        let since = version
            .period
            .from
            .filter(|_| version.value == PartValue::Repealed)?;
        let clause = self.program().citation(version.cite);
        Some(match self.lang {
            Lang::Zh => format!("{since} 起废止({clause})"),
            Lang::En => format!("repealed from {since} ({clause})"),
        })
    }

    pub(super) fn expression(&self, id: ExprId) -> String {
        describe::expression(self.program(), id, self.lang)
    }

    fn value(&self, value: PartValue) -> String {
        match value {
            PartValue::Expr(expr) => self.expression(expr),
            PartValue::Unpublished => self.reserved(ReservedWord::Unpublished).to_owned(),
            PartValue::Repealed => self.line_word(LineWord::Repeal).to_owned(),
        }
    }

    fn line_word(&self, word: LineWord) -> &'static str {
        self.lang.pick(word.zh(), word.en())
    }

    pub(super) fn reserved(&self, word: ReservedWord) -> &'static str {
        self.lang.pick(word.zh(), word.en())
    }

    pub(super) fn option(&self, word: OptionWord) -> &'static str {
        self.lang.pick(word.zh(), word.en())
    }

    pub(super) fn said(&self, word: LineWord, text: impl Into<String>) -> ConsolidatedLine {
        plain(self.line_word(word), text)
    }

    /// A period within that of its document; nothing where neither begins nor ends.
    fn held(&self, period: Period, document: DocumentId) -> String {
        let in_force = self.program().document(document).period;
        match period.intersect(&in_force).unwrap_or(period) {
            open if open == Period::default() => String::new(),
            held => describe::period(held, self.lang),
        }
    }

    /// A part with a timeline: what holds on the day, its source, what it replaced, its exceptions.
    fn timed(&self, label: &str, part: &Part, document: DocumentId, after: &str) -> ConsolidatedLine {
        let program = self.program();
        let held = |period: Period| self.held(period, document);
        let exceptions = part
            .exceptions
            .iter()
            .map(|e| self.exception_line(e.exception, e.value));
        let mut line = ConsolidatedLine {
            part: label.to_owned(),
            exceptions: exceptions.collect(),
            ..ConsolidatedLine::default()
        };
        match part.at(self.day) {
            Some(version) => {
                line.text = format!("{} {after}", self.value(version.value))
                    .trim_end()
                    .to_owned();
                line.period = held(version.period);
                line.source = program.citation(version.cite).to_owned();
                line.replaced = self.replaced(version.replaced);
            }
            None => line.absent = self.absent(part.versions.iter().map(|v| held(v.period)).collect()),
        }
        line
    }

    /// The clause that an amendment replaced.
    fn replaced(&self, cite: Option<CiteId>) -> String {
        cite.map_or_else(String::new, |cite| self.program().citation(cite).to_owned())
    }

    /// That nothing holds on the day, and when something does.
    fn absent(&self, periods: Vec<String>) -> String {
        let held = periods.join(self.lang.pick("、", ", "));
        match (self.lang, held.is_empty()) {
            (Lang::Zh, true) => "没有核实的数值".to_owned(),
            (Lang::En, true) => "no verified value".to_owned(),
            (Lang::Zh, false) => format!("这一天没有值;有值的期间:{held}"),
            (Lang::En, false) => format!("no value on that day; there is one {held}"),
        }
    }

    fn exception_line(&self, id: ExceptionId, value: PartValue) -> ConsolidatedException {
        let program = self.program();
        let exception = &program.exceptions[id.index()];
        let when = exception.when.map_or_else(String::new, |w| {
            let when = self.reserved(ReservedWord::When);
            format!("{when} {}{}", self.expression(w), self.lang.pick(":", ": "))
        });
        ConsolidatedException {
            name: exception.name.to_string(),
            standing: standing(program.document(exception.document), self.day, self.lang),
            value: format!("{when}{}", self.value(value)),
            source: program.citation(exception.cite).to_owned(),
        }
    }

    fn rule(&self, rule: &Rule) -> Vec<ConsolidatedLine> {
        let program = self.program();
        let often = match rule.frequency {
            Frequency::Row => "",
            Frequency::Yearly => self.reserved(ReservedWord::Yearly),
            Frequency::Once => self.reserved(ReservedWord::Once),
        };
        let each = format!("{} {often}", program.subject(rule.each).name);
        let mut lines = vec![
            self.said(LineWord::Each, each.trim_end()),
            self.said(LineWord::PayTo, rule.pay_to_words.as_str()),
        ];
        lines.extend(rule.as_of.map(|e| self.said(LineWord::AsOf, self.expression(e))));
        let mut part = |word: LineWord, part: &Part, after: &str| {
            if !part.versions.is_empty() || !part.exceptions.is_empty() {
                lines.push(self.timed(self.line_word(word), part, rule.document, after));
            }
        };
        part(LineWord::When, &rule.when, "");
        part(LineWord::Amount, &rule.amount, "");
        for cap in &rule.caps {
            part(LineWord::Cap, &cap.part, &describe::scope(cap, self.lang));
        }
        if let Some(cap) = &rule.at_most {
            part(LineWord::AtMost, &cap.part, &describe::scope(cap, self.lang));
        }
        self.delivery(rule, &mut lines);
        lines
    }

    /// How the money of a rule is paid: instalments, group, accounts, papers, deadline.
    fn delivery(&self, rule: &Rule, lines: &mut Vec<ConsolidatedLine>) {
        let program = self.program();
        for stage in &rule.stages {
            let share = match stage.amount {
                StageAmount::Expr(e) => self.expression(e),
                StageAmount::Unpublished => self.reserved(ReservedWord::Unpublished).to_owned(),
                StageAmount::Rest => self.reserved(ReservedWord::Remainder).to_owned(),
            };
            let when = stage.when.map_or_else(String::new, |w| {
                format!(" {} {}", self.reserved(ReservedWord::When), self.expression(w))
            });
            lines.push(self.said(
                LineWord::Stages,
                format!("{}{when}: {share}", self.expression(stage.due)),
            ));
        }
        if let Some(group) = rule.group {
            lines.push(self.said(LineWord::Group, program.groups[group.index()].name.as_str()));
        }
        for draw in &rule.draws {
            let account = &program.accounts[draw.account.index()].name;
            lines.push(match draw.amount {
                None => self.said(LineWord::Fund, account.as_str()),
                Some(amount) => self.said(LineWord::Debit, format!("{account} {}", self.expression(amount))),
            });
        }
        if let Some(delivery) = &rule.delivery {
            let word = OptionWord::lookup(delivery).map_or(delivery.as_str(), |w| self.option(w));
            lines.push(self.said(LineWord::Delivery, word));
        }
        lines.extend(
            rule.attachments
                .iter()
                .map(|papers| self.said(LineWord::Attach, self.papers(papers))),
        );
        if let Some(deadline) = &rule.deadline {
            let from = self.line_word(LineWord::From);
            let length = self.expression(deadline.length);
            lines.push(self.said(LineWord::Within, format!("{length} {from} {}", deadline.from)));
        }
        if let Some(spanning) = rule.spanning {
            let word = match spanning {
                Spanning::WholeYear => OptionWord::WholeYear,
                Spanning::ByDay => OptionWord::ByDay,
                Spanning::Nothing => OptionWord::None,
            };
            lines.push(self.said(LineWord::Spanning, self.option(word)));
        }
    }

    pub(super) fn papers(&self, papers: &[String]) -> String {
        let or = format!(" {} ", self.reserved(ReservedWord::Or));
        papers
            .iter()
            .map(|p| format!("“{p}”"))
            .collect::<Vec<_>>()
            .join(&or)
    }

    fn table(&self, index: usize, there: bool) -> Vec<ConsolidatedLine> {
        let table = &self.program().tables[index];
        let mode = match table.mode {
            TableMode::Unique => OptionWord::Unique,
            TableMode::First => OptionWord::First,
            TableMode::Candidates => OptionWord::Candidates,
            TableMode::Progressive => OptionWord::Progressive,
        };
        let mut lines = vec![self.said(LineWord::Mode, self.option(mode))];
        if let Some(version) = table.at(self.day).filter(|version| version.repealed) {
            lines.push(ConsolidatedLine {
                part: table.output.0.to_string(),
                text: self.value(PartValue::Repealed),
                period: self.held(version.period, table.document),
                source: self.program().citation(version.cite).to_owned(),
                replaced: self.replaced(version.replaced),
                ..ConsolidatedLine::default()
            });
        } else if !there {
            let held = table.versions.iter().map(|v| self.held(v.period, table.document));
            lines.push(ConsolidatedLine {
                part: table.output.0.to_string(),
                absent: self.absent(held.collect()),
                ..ConsolidatedLine::default()
            });
        }
        lines
    }

    fn edition(&self, index: usize) -> Option<Edition> {
        let program = self.program();
        let table = &program.tables[index];
        let version = table.at(self.day).filter(|version| !version.repealed)?;
        let mut header: Vec<String> = table.inputs.iter().map(|(name, _)| name.to_string()).collect();
        header.push(table.output.0.to_string());
        let rows = version.rows.iter().map(|row| {
            let tests = row.tests.iter().zip(&table.inputs);
            let mut cells: Vec<String> = tests
                .map(|(test, (_, ty))| describe::cell_test(program, test, ty, self.lang))
                .collect();
            cells.push(describe::cell_result(
                program,
                &row.result,
                &table.output.1,
                self.lang,
            ));
            cells
        });
        Some(Edition {
            period: self.held(version.period, table.document),
            source: program.citation(version.cite).to_owned(),
            replaced: self.replaced(version.replaced),
            rows: rows.collect(),
            header,
        })
    }

    fn verdict(&self, index: usize) -> Vec<ConsolidatedLine> {
        let program = self.program();
        let verdict = &program.verdicts[index];
        if let Some(ranking) = &verdict.ranking {
            let mut lines = self.ranking(verdict, ranking);
            lines.extend(self.verdict_lines(&verdict.lines, ("第", "line")));
            return lines;
        }
        let mode = if verdict.strictest {
            OptionWord::Strictest
        } else {
            OptionWord::First
        };
        let mut lines = vec![
            self.said(LineWord::Each, program.subject(verdict.each).name.as_str()),
            self.said(LineWord::Mode, self.option(mode)),
        ];
        lines.extend(
            verdict
                .as_of
                .map(|e| self.said(LineWord::AsOf, self.expression(e))),
        );
        lines.extend(self.verdict_lines(&verdict.lines, ("第", "line")));
        lines
    }

    fn group(&self, index: usize) -> Vec<ConsolidatedLine> {
        let program = self.program();
        let group = &program.groups[index];
        let mode = match group.mode {
            GroupMode::Highest => OptionWord::Highest,
            GroupMode::TopUp => OptionWord::TopUp,
            GroupMode::Exclusive => OptionWord::Exclusive,
            GroupMode::FirstCome => OptionWord::FirstCome,
            GroupMode::Stack => OptionWord::Stack,
        };
        let members: Vec<String> = group
            .members
            .iter()
            .map(|m| self.pack.rule_label(m.rule))
            .collect();
        let mut lines = vec![
            self.said(LineWord::Key, group.key_words.as_str()),
            self.said(LineWord::Mode, self.option(mode)),
        ];
        if let Some(cap) = &group.cap {
            let (label, scope) = (self.line_word(LineWord::Cap), describe::scope(cap, self.lang));
            lines.push(self.timed(label, &cap.part, group.document, &scope));
        }
        let counted = group.members.iter().find_map(|m| m.counting);
        lines.extend(counted.map(|e| self.said(LineWord::Counting, self.expression(e))));
        let label = self.lang.pick("同组", "members");
        lines.push(plain(label, members.join(self.lang.pick("、", ", "))));
        lines
    }

    fn account(&self, index: usize) -> Vec<ConsolidatedLine> {
        let program = self.program();
        let account = &program.accounts[index];
        let mut lines = Vec::new();
        if account.limited {
            let yearly = if account.yearly {
                self.reserved(ReservedWord::Yearly)
            } else {
                ""
            };
            lines.push(self.timed(
                self.line_word(LineWord::Quota),
                &account.quota,
                account.document,
                yearly,
            ));
        } else {
            let none = self.lang.pick("没有写", "not laid down");
            lines.push(self.said(LineWord::Quota, none));
        }
        let over = match account.over {
            Overdraw::ProRata => self.option(OptionWord::ProRata).to_owned(),
            Overdraw::InOrder => self.option(OptionWord::InOrder).to_owned(),
            Overdraw::ByScore(score) => {
                format!("{} {}", self.option(OptionWord::ByScore), self.expression(score))
            }
            Overdraw::Refuse => self.option(OptionWord::Refuse).to_owned(),
        };
        lines.push(self.said(LineWord::Over, over));
        let drawing = program
            .rules()
            .filter(|(_, r)| r.draws.iter().any(|d| d.account.index() == index));
        let drawing: Vec<String> = drawing.map(|(id, _)| self.pack.rule_label(id)).collect();
        let label = self.lang.pick("列支的奖补", "drawn on by");
        lines.push(plain(label, drawing.join(self.lang.pick("、", ", "))));
        lines
    }

    /// An exception with what it replaces: its own source stands at the head, that of the other beside it.
    fn exception(&self, index: usize) -> Vec<ConsolidatedLine> {
        let program = self.program();
        let exception = &program.exceptions[index];
        let id = ExceptionId(index as u32);
        let mut lines = vec![self.said(LineWord::Each, program.subject(exception.each).name.as_str())];
        lines.extend(
            exception
                .when
                .map(|w| self.said(LineWord::When, self.expression(w))),
        );
        for (label, part, document) in parts(program, self.lang) {
            let Some(own) = part.exceptions.iter().find(|e| e.exception == id) else {
                continue;
            };
            let text = format!("{label} = {}", self.value(own.value));
            lines.push(plain(self.reserved(ReservedWord::Of), text));
            let mut original = self.timed(self.reserved(ReservedWord::Original), part, document, "");
            original.exceptions.clear();
            lines.push(original);
        }
        lines
    }

    fn target(&self, index: usize) -> Vec<ConsolidatedLine> {
        let target = &self.program().targets[index];
        target
            .values
            .iter()
            .map(|(period, value)| plain(&describe::period(*period, self.lang), self.expression(*value)))
            .collect()
    }

    fn subject(&self, index: usize) -> Vec<ConsolidatedLine> {
        let program = self.program();
        let subject = &program.subjects[index];
        let names = |fields: &[u16]| -> String {
            let names: Vec<&str> = fields
                .iter()
                .filter_map(|i| subject.fields.get(usize::from(*i)))
                .map(|f| f.name.as_str())
                .collect();
            names.join(self.lang.pick("、", ", "))
        };
        let mut lines = Vec::new();
        if !subject.key.is_empty() {
            lines.push(self.said(LineWord::Key, names(&subject.key)));
        }
        lines.extend(subject.since.map(|i| self.said(LineWord::AsOf, names(&[i]))));
        for field in &subject.fields {
            let mut text = words::type_name(program, &field.ty, self.lang);
            let mut add = |word: &str| {
                text.push(' ');
                text.push_str(word);
            };
            if field.yearly {
                add(self.reserved(ReservedWord::Yearly));
            }
            if field.optional {
                add(self.option(OptionWord::Optional));
            }
            if field.signed {
                add(self.option(OptionWord::Signed));
            }
            lines.push(plain(&field.name, text));
        }
        lines
    }

    fn enumeration(&self, index: usize) -> Vec<ConsolidatedLine> {
        let program = self.program();
        let declared = &program.enumerations[index];
        let label = if declared.ordered {
            self.lang.pick("取值(从低到高)", "values, lowest first")
        } else {
            self.lang.pick("取值", "values")
        };
        let values: Vec<&str> = declared.values.iter().map(smol_str::SmolStr::as_str).collect();
        vec![plain(label, values.join(self.lang.pick("、", ", ")))]
    }
}

pub(super) fn plain(part: &str, text: impl Into<String>) -> ConsolidatedLine {
    ConsolidatedLine {
        part: part.to_owned(),
        text: text.into(),
        ..ConsolidatedLine::default()
    }
}

/// Every part that may have exceptions, as it is named, with the document that declares it.
fn parts(program: &Program, lang: Lang) -> Vec<(String, &Part, DocumentId)> {
    let mut out = Vec::new();
    for parameter in &program.parameters {
        out.push((parameter.name.to_string(), &parameter.part, parameter.document));
    }
    for definition in &program.definitions {
        let name = format!("{}.{}", program.subject(definition.subject).name, definition.name);
        out.push((name, &definition.part, definition.document));
    }
    for rule in &program.rules {
        let mut add = |word: LineWord, part| {
            let name = format!("{}.{}", rule.name, lang.pick(word.zh(), word.en()));
            out.push((name, part, rule.document));
        };
        add(LineWord::When, &rule.when);
        add(LineWord::Amount, &rule.amount);
        rule.caps.iter().for_each(|cap| add(LineWord::Cap, &cap.part));
        rule.at_most
            .iter()
            .for_each(|cap| add(LineWord::AtMost, &cap.part));
    }
    out
}
