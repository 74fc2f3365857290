//! What a subject does not get, in few words: one line for all rights of a rule that fail for one reason.

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Decision, Facts, Outside, Status, Step, Value, What, describe};
use jiufen_language::program::{ExprKind, Program};

use super::Explanation;

/// The rights of one rule that are 不符合 for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule, as it is named in lists.
    pub rule: String,
    /// Where it stands.
    pub citation: String,
    /// How sure the text is.
    pub source_status: String,
    /// Why.
    pub why: String,
    /// How many.
    pub count: usize,
    /// The keys of the rows that belong to the subject, in the order of the registry; none for the subject itself.
    pub keys: Vec<String>,
}

/// The rights that are 不符合, folded. The order of the rules stays.
pub fn refusals(explanations: &[Explanation], lang: Lang) -> Vec<Refusal> {
    let mut groups: Vec<(String, Vec<&Explanation>)> = Vec::new();
    for one in explanations
        .iter()
        .filter(|e| e.decision.status == Status::Ineligible)
    {
        let reason = match &one.decision.outside {
            // The days of several events differ, the period that they miss is one.
            Some(Outside::Period { period, .. }) => period.to_string(),
            _ => one.why.clone(),
        };
        let same = |(other, members): &&mut (String, Vec<&Explanation>)| {
            *other == reason && members[0].decision.right.rule == one.decision.right.rule
        };
        match groups.iter_mut().find(same) {
            Some((_, members)) => members.push(one),
            None => groups.push((reason, vec![one])),
        }
    }
    groups.iter().map(|(_, members)| folded(members, lang)).collect()
}

fn folded(members: &[&Explanation], lang: Lang) -> Refusal {
    let first = members[0];
    let mut days: Vec<String> = members
        .iter()
        .filter_map(|e| match &e.decision.outside {
            Some(Outside::Period { day, .. }) => Some(day.to_string()),
            _ => None,
        })
        .collect();
    days.dedup();
    let why = match &first.decision.outside {
        Some(Outside::Period { period, .. }) if days.len() > 1 => {
            let period = describe::period(*period, lang);
            match lang {
                Lang::Zh => format!("{} 不在施行期({period})", days.join("、")),
                Lang::En => format!("{} are outside the period in force ({period})", days.join(", ")),
            }
        }
        _ => first.why.clone(),
    };
    Refusal {
        rule: first.rule.clone(),
        citation: first.citation.clone(),
        source_status: first.source_status.clone(),
        why,
        count: members.len(),
        keys: members.iter().filter(|e| !e.own).map(|e| e.key.clone()).collect(),
    }
}

/// The parts of 当 that are 否, when it is the condition that fails: of a list of conditions those that do not hold.
pub(crate) fn failed_conditions(
    program: &Program,
    facts: &dyn Facts,
    decision: &Decision,
    lang: Lang,
) -> Vec<String> {
    let is_condition = |step: &&Step| matches!(step.what, What::Condition) && is_no(step);
    let mut out = Vec::new();
    let open = decision.outside.is_some() || decision.status != Status::Ineligible;
    if let Some(condition) = decision
        .derivation
        .children
        .iter()
        .find(is_condition)
        .filter(|_| !open)
    {
        failed(program, facts, condition, lang, &mut out);
    }
    out
}

fn is_no(step: &Step) -> bool {
    matches!(step.value, Value::Truth(false) | Value::Absent)
}

fn failed(program: &Program, facts: &dyn Facts, step: &Step, lang: Lang, out: &mut Vec<String>) {
    let splits = match &step.what {
        What::Condition => true,
        What::Expr(id) => matches!(program.expr(*id).kind, ExprKind::All(_)),
        _ => false,
    };
    // An exception that does not apply is no condition that fails.
    let no = || {
        step.children
            .iter()
            .filter(|c| is_no(c) && !matches!(c.what, What::Exception(_)))
    };
    if splits && no().next().is_some() {
        no().for_each(|child| failed(program, facts, child, lang, out));
        return;
    }
    let words = match &step.what {
        What::Fact { field, .. } => program.field(*field).name.to_string(),
        What::Condition => return,
        _ => describe::step_words(program, facts, step, lang).text,
    };
    if !out.contains(&words) {
        out.push(words);
    }
}
