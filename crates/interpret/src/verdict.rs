//! Verdicts: the strictest of all lines, or the first that holds.

use jiufen_language::program::{FieldRef, Literal, Verdict, VerdictId};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::arithmetic::{any, not};
use crate::decision::{Step, VerdictDecision, What};
use crate::eval::{Interpreter, Scope, values};
use crate::facts::RowId;
use crate::rank::Peers;
use crate::value::{Fault, FaultCode, Truth, Value};

/// The outcome of a verdict that is open.
pub const OPEN: &str = "无法判定";

/// The outcome for a row outside the document's territory.
pub const OUTSIDE: &str = "不适用";

/// The outcome of a ranking for a row that is not ranked.
pub const UNRANKED: &str = "不参评";

/// The outcome of a verdict without an answer.
pub const REFUSED: &str = "拒绝";

impl Interpreter<'_> {
    /// The answers to a verdict for some rows, in order, as [`Interpreter::verdict`] gives them but for one thing: of the
    /// peers that leave a place in a ranking open at most one is named. So a row costs the same however many there are.
    pub fn answers(
        mut self,
        verdict: VerdictId,
        rows: impl Iterator<Item = RowId>,
    ) -> impl Iterator<Item = VerdictDecision> {
        self.named = Peers::One;
        rows.map(move |row| self.verdict(verdict, row))
    }

    /// The answer to a verdict for a row.
    pub fn verdict(&self, verdict: VerdictId, row: RowId) -> VerdictDecision {
        self.derived.borrow_mut().clear();
        let declared = &self.program.verdicts[verdict.index()];
        let mut decision = VerdictDecision {
            verdict,
            row,
            outcome: OPEN.into(),
            lines: Vec::new(),
            attachments: Vec::new(),
            missing: Vec::new(),
            fault: None,
            derivation: Step::leaf(What::Verdict(verdict), Value::Absent),
        };
        if let Some(ranking) = &declared.ranking {
            return self.ranked(verdict, ranking, decision);
        }
        let day = match self.verdict_day(declared, row) {
            Ok(day) => day,
            Err(step) => {
                step.add_missing(&mut decision.missing);
                if let Value::Refused(fault) = &step.value {
                    decision.fault = Some(fault.clone());
                    decision.outcome = REFUSED.into();
                }
                decision.derivation.children.push(*step);
                return decision;
            }
        };
        if self.lies_elsewhere(declared, row, day) {
            decision.outcome = OUTSIDE.into();
            decision.derivation.value = Value::Literal(Literal::Text(OUTSIDE.into()));
            return decision;
        }
        let (scope, steps) = self.verdict_lines(declared, row, day);
        decision.derivation.children.push(scope);
        decide(declared, &steps, &mut decision);
        decision.derivation.value = match &decision.fault {
            Some(fault) => Value::Refused(fault.clone()),
            None => Value::Literal(Literal::Text(decision.outcome.clone())),
        };
        decision.derivation.children.extend(steps);
        decision
    }

    /// Whether the row is known to lie outside the document's territory.
    pub(crate) fn lies_elsewhere(&self, verdict: &Verdict, row: RowId, day: Date) -> bool {
        let territory = self.program.document(verdict.document).territory.as_str();
        if territory.is_empty() || territory == "全国" {
            return false;
        }
        let Some(of) = verdict.territory_of else {
            return false;
        };
        let (Value::Row(row), _) = self.row(of, &Scope::of(Some(row), day, self.year)) else {
            return false;
        };
        let Some(index) = self.program.subject(row.subject).territory else {
            return false;
        };
        let field = FieldRef {
            subject: row.subject,
            index,
        };
        match self.fact(row, field, None) {
            Value::Literal(Literal::Text(text)) => !text.starts_with(territory),
            _ => false,
        }
    }

    /// The law day of a verdict: its 按, or 今日.
    fn verdict_day(&self, verdict: &Verdict, row: RowId) -> Result<Date, Box<Step>> {
        let refused =
            |code, words: String| Box::new(Step::leaf(What::Condition, Value::refused(code, words)));
        let mut day = self.facts.today();
        if let Some(as_of) = verdict.as_of {
            let step = self.eval(as_of, &Scope::of(Some(row), day, self.year));
            match &step.value {
                Value::Literal(Literal::Date(date)) => day = *date,
                Value::Absent => return Err(refused(FaultCode::NoDate, verdict.name.to_string())),
                _ => return Err(Box::new(step)),
            }
        }
        if !self.program.document(verdict.document).period.contains(day) {
            return Err(refused(FaultCode::NotInForce, format!("{}({day})", verdict.name)));
        }
        Ok(day)
    }

    /// The law day, and whether each line holds. 否则 holds when every other line is 否.
    fn verdict_lines(&self, verdict: &Verdict, row: RowId, day: Date) -> (Step, Vec<Step>) {
        let year = if verdict.as_of.is_some() {
            day.year()
        } else {
            self.year
        };
        let scope = Scope::of(Some(row), day, year);
        let mut steps: Vec<Step> = Vec::with_capacity(verdict.lines.len());
        for (index, line) in verdict.lines.iter().enumerate() {
            let step = match line.when {
                Some(when) => {
                    let step = self.eval(when, &scope);
                    Step::of(What::Line(index), step.value.clone(), vec![step])
                }
                None => Step::leaf(What::Line(index), not(&any(values(&steps)))),
            };
            steps.push(step);
        }
        (
            Step::leaf(What::LawDay(day), Value::Literal(Literal::Date(day))),
            steps,
        )
    }
}

/// Severity of an outcome: 不可 > 无法判定 > 有条件 > 可; any other word stands between the last two.
fn severity(outcome: &str) -> u8 {
    match outcome {
        "不可" => 4,
        OPEN => 3,
        "有条件" => 2,
        "可" => 0,
        _ => 1,
    }
}

fn decide(verdict: &Verdict, steps: &[Step], decision: &mut VerdictDecision) {
    let mut outcome: Option<SmolStr> = None;
    let mut fault: Option<Fault> = None;
    for (index, (line, step)) in verdict.lines.iter().zip(steps).enumerate() {
        let found: SmolStr = match step.value.truth() {
            Truth::No => continue,
            Truth::Yes => {
                decision.lines.push(index);
                line.outcome.clone()
            }
            Truth::Open(_) => OPEN.into(),
            Truth::Refused(why) => {
                fault = fault.or_else(|| Some(why.clone()));
                REFUSED.into()
            }
        };
        if !verdict.strictest {
            outcome = Some(found);
            break;
        }
        if found != REFUSED
            && outcome
                .as_deref()
                .is_none_or(|best| severity(&found) > severity(best))
        {
            outcome = Some(found);
        }
    }
    let certain = outcome.as_deref() == Some("不可") || fault.is_none();
    match outcome {
        Some(outcome) if certain => decision.outcome = outcome,
        Some(_) | None => {
            let none_holds = || Fault::new(FaultCode::Domain, format!("{}:没有一条成立", verdict.name));
            decision.outcome = REFUSED.into();
            decision.fault = Some(fault.unwrap_or_else(none_holds));
        }
    }
    if decision.outcome == OPEN {
        steps
            .iter()
            .for_each(|step| step.add_missing(&mut decision.missing));
    }
    for index in &decision.lines {
        let line = &verdict.lines[*index];
        if line.outcome == decision.outcome {
            let new = line
                .attachments
                .iter()
                .filter(|a| !decision.attachments.contains(a))
                .cloned();
            decision.attachments.extend(new.collect::<Vec<_>>());
        }
    }
}
