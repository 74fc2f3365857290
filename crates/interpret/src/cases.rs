//! Cases (例): what they know, what came out, and how that differs from what they expect.

mod facts;

use jiufen_diagnostic::{Lang, Span};
use jiufen_language::program::{
    Case, Expectation, ExpectedOf, ExprId, Literal, Program, RuleId, Type, VerdictId,
};
use jiufen_language::syntax::keywords::{OptionWord, ReservedWord};
use jiufen_quantity::exact::{fen, ratio};
use jiufen_quantity::{Date, show};

use crate::decision::{Decision, FenInterval, Status, VerdictDecision};
use crate::describe;
use crate::eval::Interpreter;
use crate::facts::{Facts, RowId};
use crate::value::{Fault, FaultCode, Interval, Reasons, Value};
use crate::verdict::{OPEN, REFUSED};

pub use facts::CaseFacts;

/// How a case ended.
#[derive(Debug)]
pub struct CaseResult {
    /// Whether all expectations were met.
    pub passed: bool,
    /// Those that were not.
    pub failures: Vec<Failure>,
    /// The decisions on the rights that the case is about, settled.
    pub decisions: Vec<Decision>,
}

/// An expectation that was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The expectation's place.
    pub span: Span,
    /// What was expected, in words.
    pub expected: String,
    /// What was found, in words.
    pub found: String,
}

/// Runs a case; what was not met is told in Chinese.
pub fn run_case(program: &Program, case: &Case) -> CaseResult {
    run_case_in(program, case, Lang::Zh)
}

/// Runs a case. The rules that it names are decided, with all rules that are settled together with them, as in a run:
/// `应得 甲奖 = …` means the same in both. A rule that the case does not name is asked for the rows of which it tells
/// something. What was not met is told in `lang`.
pub fn run_case_in(program: &Program, case: &Case, lang: Lang) -> CaseResult {
    let facts = CaseFacts::new(program, case);
    let interpreter = Interpreter::new(program, &facts, facts.year());
    let run = Run {
        program,
        case,
        facts: &facts,
        lang,
        decisions: decide(&interpreter, &facts, case),
        interpreter,
    };
    let failures: Vec<Failure> = case.expectations.iter().filter_map(|e| run.check(e)).collect();
    CaseResult {
        passed: failures.is_empty(),
        failures,
        decisions: run.decisions,
    }
}

fn decide(interpreter: &Interpreter<'_>, facts: &CaseFacts<'_>, case: &Case) -> Vec<Decision> {
    let program = interpreter.program;
    let expected = case
        .expectations
        .iter()
        .filter_map(|expectation| match expectation.of {
            ExpectedOf::Right { rule, row, .. } => Some((rule, row)),
            _ => None,
        });
    let determined = case.determinations.iter().map(|d| (d.rule, d.row));
    let assumed = case.entitlements.iter().map(|e| (e.rule, e.row));
    let chosen = case.choices.iter().map(|(rule, _)| (*rule, None));
    let named: Vec<(RuleId, Option<usize>)> =
        expected.chain(determined).chain(assumed).chain(chosen).collect();
    let mut rights = Vec::new();
    for (rule, row) in &named {
        let subject = program.rule(*rule).each;
        let named = row.and_then(|row| facts.row(row));
        let only = (facts.row_count(subject) == 1).then_some(RowId { subject, row: 0 });
        let rows = named.into_iter().chain(only);
        rights.extend(rows.map(|row| interpreter.right(*rule, row)));
    }
    // A draft takes part where the case itself is about it.
    let own: Vec<_> = named
        .iter()
        .map(|(rule, _)| program.rule(*rule).document)
        .collect();
    for rule in program.settled_together(named.into_iter().map(|(rule, _)| rule)) {
        let declared = program.rule(rule);
        if program.in_law(declared.document) || own.contains(&declared.document) {
            let rows = facts.told(declared.each).into_iter();
            rights.extend(rows.map(|row| interpreter.right(rule, row)));
        }
    }
    rights.sort();
    rights.dedup();
    let mut decisions: Vec<Decision> = rights
        .into_iter()
        .map(|right| interpreter.decide(right))
        .collect();
    interpreter.settle(&mut decisions);
    decisions
}

struct Run<'a> {
    program: &'a Program,
    case: &'a Case,
    facts: &'a CaseFacts<'a>,
    lang: Lang,
    interpreter: Interpreter<'a>,
    decisions: Vec<Decision>,
}

/// The case tells nothing of the row that an expectation is about.
const NO_ROW: (&str, &str) = ("例中没有这一对象", "the case has no such row");
/// The case tells of several, and the expectation does not say which.
const SEVERAL_ROWS: (&str, &str) = (
    "例中不止一个对象,须写明是哪一个",
    "the case has more than one row: say which",
);

/// What was found, in the shape of an expectation.
struct Found {
    words: String,
    met: bool,
}

impl Run<'_> {
    fn check(&self, expectation: &Expectation) -> Option<Failure> {
        let found = match &expectation.of {
            ExpectedOf::Right { rule, row, stage } => match self.decision(*rule, *row) {
                Ok(decision) => self.right(expectation, decision, *stage),
                Err(words) => Found { words, met: false },
            },
            ExpectedOf::Verdict { verdict, row } => match self.verdict_row(*verdict, *row) {
                Ok(row) => self.verdict(expectation, &self.interpreter.verdict(*verdict, row)),
                Err(words) => Found { words, met: false },
            },
            ExpectedOf::Value { expr, row } => self.value(expectation, *expr, *row),
        };
        (!found.met).then(|| Failure {
            span: expectation.span,
            expected: self.expected_words(expectation),
            found: found.words,
        })
    }

    /// The decision that an expectation is about: of the row it names, or the only one.
    fn decision(&self, rule: RuleId, row: Option<usize>) -> Result<&Decision, String> {
        let named = row.and_then(|row| self.facts.row(row));
        let of = |d: &&Decision| d.right.rule == rule && named.is_none_or(|row| d.right.row == row);
        let mut found = self.decisions.iter().filter(of);
        match (found.next(), found.next()) {
            (Some(decision), None) => Ok(decision),
            (None, _) => Err(self.say(NO_ROW)),
            (Some(_), Some(_)) => Err(self.say(SEVERAL_ROWS)),
        }
    }

    fn verdict_row(&self, verdict: VerdictId, row: Option<usize>) -> Result<RowId, String> {
        let each = self.program.verdicts[verdict.index()].each;
        if let Some(row) = row.and_then(|row| self.facts.row(row)) {
            return Ok(row);
        }
        match self.facts.row_count(each) {
            0 => Err(self.say(NO_ROW)),
            1 => Ok(RowId {
                subject: each,
                row: 0,
            }),
            _ => Err(self.say(SEVERAL_ROWS)),
        }
    }

    fn right(&self, expectation: &Expectation, decision: &Decision, stage: Option<usize>) -> Found {
        let (amount, reasons) = match stage {
            None => (decision.settled, &decision.reasons),
            Some(number) => match number.checked_sub(1).and_then(|index| decision.stages.get(index)) {
                Some(stage) => (stage.amount, &stage.reasons),
                None => {
                    let words = match self.lang {
                        Lang::Zh => format!("没有第 {number} 期"),
                        Lang::En => format!("there is no instalment {number}"),
                    };
                    return Found { words, met: false };
                }
            },
        };
        let refused = decision.status == Status::Refused;
        let beneficiary = decision.beneficiary;
        let met = word_met(expectation, decision.status.zh(), decision.fault.as_ref())
            && (expectation.value.is_none()
                || !refused && self.amount_met(expectation, &amount, decision.at_most))
            && expectation
                .pay_to
                .as_ref()
                .is_none_or(|words| self.is_called(beneficiary, words))
            && expectation
                .merged_into
                .is_none_or(|rule| decision.merged_into.is_some_and(|r| r.rule == rule))
            && reasons_met(expectation, reasons)
            && expectation
                .attachments
                .iter()
                .all(|a| self.program.rule(decision.right.rule).attachments.contains(a));
        Found {
            words: self.right_words(expectation, decision, &amount, reasons),
            met,
        }
    }

    fn is_called(&self, row: Option<RowId>, words: &str) -> bool {
        row.is_some_and(|row| self.facts.name(row) == words || self.facts.key(row) == words)
    }

    fn amount_met(&self, expectation: &Expectation, amount: &FenInterval, at_most: bool) -> bool {
        let number = |expr: Option<ExprId>| match facts::constant(self.program, expr?) {
            Some(Literal::Number(n)) => fen(&n),
            _ => None,
        };
        let value = number(expectation.value);
        match (expectation.at_most, expectation.high) {
            (true, _) => at_most && amount.low == Some(0) && amount.high == value,
            (false, Some(high)) => amount.low == value && amount.high == number(Some(high)),
            (false, None) => amount.exact().is_some() && amount.exact() == value,
        }
    }

    fn right_words(
        &self,
        expectation: &Expectation,
        decision: &Decision,
        amount: &FenInterval,
        reasons: &Reasons,
    ) -> String {
        let mut words = match (&decision.fault, decision.status) {
            (Some(fault), _) => self.after(ReservedWord::Refuse, &describe::fault(fault, self.lang)),
            (None, Status::Ineligible) => self.lang.pick("不符合", "ineligible").to_owned(),
            (None, _) => self.amount_words(amount, decision.at_most),
        };
        if !reasons.is_empty() {
            let why = describe::reasons_words(self.program, self.facts, reasons, self.lang);
            let status = self.lang.pick(decision.status.zh(), decision.status.en());
            words.push_str(&match self.lang {
                Lang::Zh => format!("({status},{why})"),
                Lang::En => format!(" ({status}, {why})"),
            });
        }
        if expectation.pay_to.is_some() {
            let name = decision.beneficiary.map_or_else(
                || self.lang.pick("未知", "unknown").into(),
                |row| self.facts.name(row),
            );
            words.push_str(&format!(" {}", self.after(ReservedWord::PayTo, &name)));
        }
        if let Some(into) = decision.merged_into {
            let into = describe::right_words(self.program, self.facts, into, self.lang);
            words.push_str(&format!(" {}", self.after(ReservedWord::MergedInto, &into)));
        }
        words
    }

    fn amount_words(&self, amount: &FenInterval, at_most: bool) -> String {
        let yuan = |fen: i128| show::money(&ratio(fen, 100));
        let low = yuan(amount.low.unwrap_or(0));
        match (amount.low, amount.high) {
            (Some(0), Some(high)) if at_most => self.after(ReservedWord::AtMost, &yuan(high)),
            (from, Some(high)) if from == Some(high) => low,
            (_, Some(high)) => format!("{low} {}", self.after(ReservedWord::To, &yuan(high))),
            (_, None) => match self.lang {
                Lang::Zh => format!("{low} 以上"),
                Lang::En => format!("at least {low}"),
            },
        }
    }

    fn say(&self, (zh, en): (&str, &str)) -> String {
        self.lang.pick(zh, en).to_owned()
    }

    /// A word of the language and what follows it, as an expectation is written.
    fn after(&self, word: ReservedWord, rest: &str) -> String {
        format!("{} {rest}", self.lang.pick(word.zh(), word.en()))
    }

    /// A word that an expectation asks for: of the language, of a verdict, or of a fault.
    fn asked(&self, word: &str) -> String {
        let option = OptionWord::lookup(word).map(|w| (w.zh(), w.en()));
        let reserved = || ReservedWord::lookup(word).map(|w| (w.zh(), w.en()));
        let fault = || {
            FaultCode::ALL
                .iter()
                .find(|code| code.zh() == word)
                .map(|code| (code.zh(), code.en()))
        };
        match option.or_else(reserved).or_else(fault) {
            Some(both) => self.say(both),
            None => describe::outcome(word, self.lang).to_owned(),
        }
    }

    fn verdict(&self, expectation: &Expectation, found: &VerdictDecision) -> Found {
        let word = |word: &str| found.outcome == word;
        let met = expectation.word.as_deref().is_none_or(word)
            && fault_met(expectation, found.fault.as_ref())
            && expectation
                .attachments
                .iter()
                .all(|wanted| found.attachments.contains(wanted))
            && (expectation.attachments.is_empty()
                || expectation.attachments.len() == found.attachments.len());
        let mut words = describe::outcome(&found.outcome, self.lang).to_owned();
        if let Some(fault) = &found.fault {
            words.push_str(&format!(" {}", describe::fault(fault, self.lang)));
        }
        for papers in &found.attachments {
            words.push_str(&format!(" {}", self.papers(papers)));
        }
        let why: Vec<String> = found
            .missing
            .iter()
            .map(|r| describe::reason_about(self.program, self.facts, r, self.lang))
            .collect();
        if !why.is_empty() {
            let why = why.join(self.lang.pick("、", ", "));
            let why = self.after(ReservedWord::Missing, &why);
            words.push_str(&format!("{}({why})", self.lang.pick("", " ")));
        }
        Found { words, met }
    }

    fn value(&self, expectation: &Expectation, expr: ExprId, row: usize) -> Found {
        let Some(row) = self.facts.row(row) else {
            return Found {
                words: self.say(NO_ROW),
                met: false,
            };
        };
        let day = self
            .case
            .date
            .or(Date::year_end(self.facts.year()))
            .unwrap_or(self.facts.today());
        let (value, _) = self.interpreter.value(expr, row, day);
        let ty = &self.program.expr(expr).ty;
        let words = describe::value(self.program, self.facts, &value, ty, self.lang);
        let word = match &value {
            Value::Refused(_) => REFUSED,
            Value::Absent => "无",
            open if open.is_open() => OPEN,
            _ => "",
        };
        let fault = match &value {
            Value::Refused(fault) => Some(fault),
            _ => None,
        };
        let mut reasons = Reasons::new();
        value.add_reasons(&mut reasons);
        let asked = expectation.word.as_deref();
        let word_met = asked.is_none_or(|asked| asked == word || (asked == "缺" && word == OPEN));
        let named = match (&expectation.pay_to, &value) {
            (None, _) => true,
            (Some(name), Value::Row(row)) => self.is_called(Some(*row), name),
            (Some(_), _) => false,
        };
        let met = word_met
            && named
            && fault_met(expectation, fault)
            && reasons_met(expectation, &reasons)
            && (expectation.value.is_none() || self.value_met(expectation, &value));
        Found { words, met }
    }

    fn value_met(&self, expectation: &Expectation, value: &Value) -> bool {
        let literal = |expr: Option<ExprId>| facts::constant(self.program, expr?);
        let (Some(wanted), high) = (literal(expectation.value), literal(expectation.high)) else {
            return false;
        };
        match (value, wanted, high) {
            (Value::Number(found, _), Literal::Number(low), Some(Literal::Number(high))) => {
                *found
                    == Interval {
                        low: Some(low),
                        high: Some(high),
                    }
            }
            (Value::Number(found, _), Literal::Number(high), None) if expectation.at_most => {
                found.exact().is_none() && found.high == Some(high)
            }
            (Value::Number(found, _), Literal::Number(wanted), None) => found.exact() == Some(&wanted),
            (Value::Truth(found), Literal::Boolean(wanted), None) => *found == wanted,
            // 无 in a condition is 否.
            (Value::Absent, Literal::Boolean(wanted), None) => !wanted,
            (Value::Literal(found), wanted, None) => *found == wanted,
            _ => false,
        }
    }

    fn expected_words(&self, expectation: &Expectation) -> String {
        let ty = match &expectation.of {
            ExpectedOf::Right { .. } => Type::money(),
            ExpectedOf::Verdict { .. } => Type::Text,
            ExpectedOf::Value { expr, .. } => self.program.expr(*expr).ty.clone(),
        };
        let one = |expr: ExprId| {
            let literal = facts::constant(self.program, expr);
            literal.map_or_else(String::new, |l| {
                describe::literal(self.program, &l, &ty, self.lang)
            })
        };
        let mut parts: Vec<String> = Vec::new();
        if let Some(value) = expectation.value {
            let value = one(value);
            parts.push(match (expectation.at_most, expectation.high) {
                (true, _) => self.after(ReservedWord::AtMost, &value),
                (false, Some(high)) => format!("{value} {}", self.after(ReservedWord::To, &one(high))),
                (false, None) => value,
            });
        }
        parts.extend(expectation.word.as_ref().map(|word| self.asked(word)));
        parts.extend(expectation.fault.as_ref().map(|fault| self.asked(fault)));
        let paid_to = expectation.pay_to.as_ref();
        parts.extend(paid_to.map(|name| self.after(ReservedWord::PayTo, name)));
        parts.extend(
            expectation
                .merged_into
                .map(|rule| self.after(ReservedWord::MergedInto, &self.program.rule(rule).name)),
        );
        parts.extend(expectation.reasons.iter().map(|kind| self.asked(kind)));
        parts.extend(expectation.attachments.iter().map(|papers| self.papers(papers)));
        parts.join(" ")
    }

    /// `附 “甲” 或 “乙”`.
    fn papers(&self, papers: &[String]) -> String {
        let papers: Vec<String> = papers.iter().map(|paper| format!("“{paper}”")).collect();
        let or = self.lang.pick(ReservedWord::Or.zh(), ReservedWord::Or.en());
        self.after(ReservedWord::Attach, &papers.join(&format!(" {or} ")))
    }
}

fn word_met(expectation: &Expectation, status: &str, fault: Option<&Fault>) -> bool {
    expectation.word.as_deref().is_none_or(|word| word == status) && fault_met(expectation, fault)
}

/// A fault is named by its code, or by its words in either language.
fn fault_met(expectation: &Expectation, fault: Option<&Fault>) -> bool {
    expectation.fault.as_deref().is_none_or(|wanted| {
        fault.is_some_and(|f| [f.code.code(), f.code.zh(), f.code.en()].contains(&wanted))
    })
}

fn reasons_met(expectation: &Expectation, reasons: &Reasons) -> bool {
    expectation
        .reasons
        .iter()
        .all(|kind| reasons.iter().any(|reason| reason.kind() == kind))
}
