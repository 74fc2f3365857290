//! Why a subject gets what it gets: its rights, decided together with those that share a cap, group or account.

mod refusals;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiufen_diagnostic::Lang;
use jiufen_interpret::{
    Decision, Facts, Interpreter, Reason, Right, RowId, SettlementKey, Status, Step, Value, describe,
};
use jiufen_language::program::{ExprId, FieldRef, GroupId, RuleId, SubjectId, Type};
use jiufen_quantity::Date;
use serde_json::json;

use crate::consolidated::near_names;
use crate::lists;
use crate::pack::Pack;
use crate::payments::{Held, SetOff};
use crate::registry::Registry;
use crate::run::{RuleSummary, RunOptions, years_of};

pub(crate) use refusals::failed_conditions;
pub use refusals::{Refusal, refusals};
pub use verdicts::{VerdictExplanation, explain_verdicts, verdicts_called};

/// A derivation as people read it: what was done, what it gave, where it is laid down, what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What was done.
    pub text: String,
    /// What it gave, with unit.
    pub value: String,
    /// Clause, or registry row; empty where the step has none of its own.
    pub source: String,
    /// The steps it rests on.
    pub children: Vec<Node>,
}

/// The explanation of one right.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The decision itself.
    pub decision: Decision,
    /// The rule, as it is named in lists.
    pub rule: String,
    /// What the right is for.
    pub row: String,
    /// Its key.
    pub key: String,
    /// Whether that is the subject itself, and not a row that belongs to it.
    pub own: bool,
    /// 符合, 不符合, 无法判定, 拒绝.
    pub status: String,
    /// The amount after settlement.
    pub amount: String,
    /// How it falls due, an instalment a line; empty where it is paid at once.
    pub instalments: Vec<String>,
    /// What was paid on it before, where any payment is recorded.
    pub set_off: Option<SetOff>,
    /// Why, in a few words.
    pub why: String,
    /// Where the rule stands.
    pub citation: String,
    /// How sure the text is.
    pub source_status: String,
    /// The determination that settled it: the amount, then who, when and on which paper.
    pub determination: Option<String>,
    /// Steps 1–6.
    pub derivation: Node,
    /// Steps 7–10, in words.
    pub settlement: Vec<String>,
    /// Facts that would settle it.
    pub missing: Vec<String>,
}

/// What a subject gets in a year.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Its rights of the year, in the order of the rules.
    pub rights: Vec<Explanation>,
    /// How many of its rights of events belong to each other year.
    pub other_years: BTreeMap<i16, usize>,
}

/// Explains the rights of a subject, in the order of the rules: those of some rules, or all where none is named.
pub fn explain(
    pack: &Pack,
    registry: &Registry,
    options: RunOptions,
    subject: RowId,
    rules: &[RuleId],
    lang: Lang,
) -> Explained {
    let interpreter = Interpreter::new(&pack.program, registry, options.year);
    let mut wanted: Vec<Right> = Vec::new();
    let belonging = Belonging::new(pack, registry, subject);
    let mut own: HashMap<SubjectId, BTreeSet<RowId>> = HashMap::new();
    for (id, declared) in pack.program.rules() {
        let asked = rules.is_empty() || rules.contains(&id);
        if asked && pack.program.in_law(declared.document) {
            let rows = own
                .entry(declared.each)
                .or_insert_with(|| belonging.rows(declared.each));
            if !rows.is_empty() {
                wanted.extend(
                    interpreter
                        .rights(id)
                        .into_iter()
                        .filter(|r| rows.contains(&r.row)),
                );
            }
        }
    }
    let mut decisions = closed_set(
        pack,
        &interpreter,
        &editions(pack, registry, &interpreter, &wanted),
        options.as_of,
    );
    let payments = &registry.payments;
    interpreter.settle_after(&mut decisions, &payments.received(&pack.program, options.year));
    let find = |rule: RuleId, row: RowId| {
        let of = |d: &&Decision| (d.right.rule, d.right.row) == (rule, row);
        decisions.iter().find(of).map(Held::of)
    };
    let set_off = payments.set_off(&pack.program, find);
    let found = wanted
        .iter()
        .filter_map(|right| decisions.iter().find(|d| d.right == *right));
    let (own, others): (Vec<_>, Vec<_>) = found.partition(|d| options.owns(d));
    let rights = own.into_iter().map(|decision| Explanation {
        set_off: set_off.get(&decision.right).copied(),
        ..explanation(pack, registry, subject, decision.clone(), lang)
    });
    Explained {
        rights: rights.collect(),
        other_years: years_of(others),
    }
}

/// Some rights and, where something was paid, the same rights as other editions of their rules decide them: a payment
/// counts for the one that grants it.
fn editions(pack: &Pack, registry: &Registry, interpreter: &Interpreter, wanted: &[Right]) -> Vec<Right> {
    let mut out = wanted.to_vec();
    if registry.payments.is_empty() {
        return out;
    }
    for right in wanted {
        let own = pack.program.rule(right.rule);
        for (id, rule) in pack.program.rules() {
            if rule.lineage == own.lineage && rule.each == own.each && pack.program.in_law(rule.document) {
                let of_row = interpreter.rights(id).into_iter().filter(|r| r.row == right.row);
                out.extend(of_row);
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

/// The decisions of some rights and of all rights that compete with them.
fn closed_set(pack: &Pack, interpreter: &Interpreter, wanted: &[Right], today: Date) -> Vec<Decision> {
    let mut decisions: Vec<Decision> = wanted.iter().map(|r| interpreter.decide(*r)).collect();
    let mut known: BTreeSet<Right> = wanted.iter().copied().collect();
    let mut at = 0;
    while at < decisions.len() {
        for right in competitors(pack, interpreter, &decisions[at], today) {
            if pack.program.in_law(pack.program.rule(right.rule).document) && known.insert(right) {
                decisions.push(interpreter.decide(right));
            }
        }
        at += 1;
    }
    decisions.sort_by_key(|d| d.right);
    decisions
}

/// Rights that may share a cap, a group or an account with a decision. A few too many do no harm; keys are compared
/// before anything is decided, so that one firm's explanation does not decide the whole registry.
fn competitors(pack: &Pack, interpreter: &Interpreter, decision: &Decision, today: Date) -> Vec<Right> {
    let program = &pack.program;
    let own = decision.right;
    let mut out = Vec::new();
    for key in interpreter.settlement_keys(decision) {
        match key {
            SettlementKey::Account { account, .. } => {
                let drawing = program
                    .rules()
                    .filter(|(_, r)| r.draws.iter().any(|d| d.account == account));
                drawing.for_each(|(id, _)| out.extend(interpreter.rights(id)));
            }
            SettlementKey::SharedCap { rule, cap, .. } => {
                let declared = program.rule(rule);
                let scope = declared
                    .caps
                    .iter()
                    .chain(&declared.at_most)
                    .nth(cap)
                    .and_then(|c| c.per.as_ref());
                let row = scope.and_then(|s| s.row);
                let mine = row.map(|e| same(interpreter, e, own, today));
                let shares = |right: &Right| match row {
                    Some(expr) => Some(same(interpreter, expr, *right, today)) == mine,
                    None => right.row == own.row,
                };
                out.extend(interpreter.rights(rule).into_iter().filter(shares));
            }
            SettlementKey::Group { group, .. } | SettlementKey::GroupOf { group, .. } => {
                out.extend(group_rivals(pack, interpreter, group, own, today));
            }
        }
    }
    out
}

/// Rights that may stand under one key of a group with another: the same key, a key that may be chosen alike, or the
/// same beneficiary, whose open keys may turn out to be this one.
fn group_rivals(
    pack: &Pack,
    interpreter: &Interpreter,
    group: GroupId,
    own: Right,
    today: Date,
) -> Vec<Right> {
    let declared = &pack.program.groups[group.index()];
    let keys = |right: Right| -> Option<(Vec<Option<Value>>, Value)> {
        let member = declared.members.iter().find(|m| m.rule == right.rule)?;
        let keys = member
            .keys
            .iter()
            .map(|k| k.map(|e| same(interpreter, e, right, today)))
            .collect();
        Some((
            keys,
            same(interpreter, pack.program.rule(right.rule).pay_to, right, today),
        ))
    };
    let Some((own_keys, own_beneficiary)) = keys(own) else {
        return Vec::new();
    };
    let rival = |right: &Right| {
        keys(*right).is_some_and(|(keys, beneficiary)| {
            let mut pairs = keys.iter().zip(&own_keys);
            let shared = match declared.choices.is_empty() {
                true => pairs.all(|(a, b)| is_open(a) || is_open(b) || a == b),
                false => pairs.any(|(a, b)| a.is_some() && a == b),
            };
            shared || beneficiary == own_beneficiary
        })
    };
    declared
        .members
        .iter()
        .flat_map(|m| interpreter.rights(m.rule))
        .filter(rival)
        .collect()
}

fn is_open(key: &Option<Value>) -> bool {
    matches!(key, Some(Value::Unsettled(_)))
}

/// The value of a key expression for a right.
fn same(interpreter: &Interpreter, expr: ExprId, right: Right, today: Date) -> Value {
    let day = right.year.and_then(Date::year_end).unwrap_or(today);
    match interpreter.value(expr, right.row, day).0 {
        Value::Row(row) => Value::Row(interpreter.line(row)),
        other => other,
    }
}

/// The rows that are the subject or lead to it by references, by the subject they are rows of.
struct Belonging<'a> {
    registry: &'a Registry<'a>,
    wanted: RowId,
    /// For each subject, its references by which the wanted one can be reached at all.
    ways: Vec<Vec<FieldRef>>,
}

impl<'a> Belonging<'a> {
    fn new(pack: &Pack, registry: &'a Registry<'a>, wanted: RowId) -> Self {
        let ways_of = |index: usize| {
            let subject = SubjectId(index as u32);
            let fields = pack.program.subject(subject).fields.iter().enumerate();
            let leading = fields.filter(|(_, field)| leads_to(pack, &field.ty, wanted.subject));
            let field = |(index, _): (usize, _)| FieldRef {
                subject,
                index: index as u16,
            };
            leading.map(field).collect()
        };
        Self {
            registry,
            wanted,
            ways: (0..pack.program.subjects.len()).map(ways_of).collect(),
        }
    }

    fn rows(&self, subject: SubjectId) -> BTreeSet<RowId> {
        let all = 0..self.registry.row_count(subject);
        let rows = all.map(|row| RowId { subject, row });
        rows.filter(|row| self.leads(*row, FURTHEST)).collect()
    }

    /// Whether a row is the wanted one or names, within some steps, one that is.
    fn leads(&self, row: RowId, steps: u32) -> bool {
        let named = |field: &FieldRef| match self.registry.field(row, *field, None) {
            jiufen_interpret::Fact::Row(named) => Some(named),
            _ => None,
        };
        row == self.wanted
            || steps > 0
                && self.ways[row.subject.index()]
                    .iter()
                    .filter_map(named)
                    .any(|next| self.leads(next, steps - 1))
    }
}

/// How many references a row may be away from the subject whose right it is.
const FURTHEST: u32 = 3;

/// Whether a subject of interest can be reached from a reference of this type at all.
fn leads_to(pack: &Pack, ty: &Type, wanted: SubjectId) -> bool {
    let Type::Row(first) = ty else { return false };
    let mut seen = vec![*first];
    let mut at = 0;
    while at < seen.len() {
        if seen[at] == wanted {
            return true;
        }
        for field in &pack.program.subject(seen[at]).fields {
            if let Type::Row(next) = field.ty
                && !seen.contains(&next)
            {
                seen.push(next);
            }
        }
        at += 1;
    }
    false
}

/// A decision in words, for a subject.
fn explanation(
    pack: &Pack,
    registry: &Registry,
    subject: RowId,
    decision: Decision,
    lang: Lang,
) -> Explanation {
    let program = &pack.program;
    let rule = program.rule(decision.right.rule);
    let document = program.document(rule.document);
    let settlement = decision
        .settlement
        .iter()
        .map(|s| {
            let (before, after) = (
                lists::amount_words(s.before, false, lang),
                lists::amount_words(s.after, false, lang),
            );
            let (words, cite) = (describe::settlement(program, s, lang), program.citation(s.cite));
            let change = match (s.before == s.after, lang) {
                (false, _) => format!("{before} → {after}"),
                (true, Lang::Zh) => format!("{before},不变"),
                (true, Lang::En) => format!("{before}, unchanged"),
            };
            match lang {
                Lang::Zh => format!("第{}步 {words}({change};{cite})", s.step),
                Lang::En => format!("step {} {words} ({change}; {cite})", s.step),
            }
        })
        .collect();
    let determination = decision.determination.as_ref().map(|d| {
        let amount = jiufen_quantity::show::money(&d.amount);
        format!("{amount} {}", d.record).trim_end().to_owned()
    });
    let mut why = lists::why(pack, registry, &decision, lang);
    let failed = failed_conditions(program, registry, &decision, lang);
    if !failed.is_empty() {
        why = format!(
            "{}{}",
            lang.pick("不成立:", "does not hold: "),
            failed.join(lang.pick("、", ", "))
        );
    }
    Explanation {
        rule: pack.rule_label(decision.right.rule),
        row: registry.name(decision.right.row).to_string(),
        key: registry.key(decision.right.row).to_string(),
        own: decision.right.row == subject,
        status: lang.pick(decision.status.zh(), decision.status.en()).to_owned(),
        amount: lists::amount_words(decision.settled, decision.at_most, lang),
        instalments: lists::stages_of(&decision)
            .map(|(number, stage)| lists::instalment_words(pack, registry, number, stage, lang))
            .collect(),
        why,
        citation: program.citation(rule.cite).to_owned(),
        source_status: lang
            .pick(document.source_status.zh(), document.source_status.en())
            .to_owned(),
        determination,
        derivation: node(pack, registry, &decision.derivation, lang),
        settlement,
        set_off: None,
        missing: decision
            .missing
            .iter()
            .map(|r| settled_by(pack, registry, r, lang))
            .collect(),
        decision,
    }
}

/// What would settle a reason: the fact itself, or the record that a person has to make.
pub fn settled_by(pack: &Pack, registry: &Registry, reason: &Reason, lang: Lang) -> String {
    let words = describe::reason_about(&pack.program, registry, reason, lang);
    if matches!(reason, Reason::Incomplete { .. }) {
        let how = lang.pick(
            "(在这张表首行写明 登记完整至,有退回的行先改好)",
            " (say 登记完整至 in the first line of that table, and mend its rejected rows)",
        );
        return format!("{words}{how}");
    }
    match reason.kind() {
        "未公布" => format!(
            "{words}{}",
            lang.pick(
                "(公式未公布,要有核定记录)",
                " (no published formula: a determination)"
            )
        ),
        "待选" => format!(
            "{words}{}",
            lang.pick("(要有归组或认定记录)", " (a recorded choice)")
        ),
        "待到账" => format!("{words}{}", lang.pick("(等资金到账)", " (money still to arrive)")),
        _ => words,
    }
}

/// A step and what it rests on, in words.
pub fn node(pack: &Pack, registry: &dyn Facts, step: &Step, lang: Lang) -> Node {
    let words = describe::step_words(&pack.program, registry, step, lang);
    Node {
        text: words.text,
        value: words.value,
        source: step
            .cite
            .map_or(words.place, |c| pack.program.citation(c).to_owned()),
        children: step
            .children
            .iter()
            .map(|child| node(pack, registry, child, lang))
            .collect(),
    }
}

/// Rows whose key or name comes near some words, the nearest first.
pub fn near_subjects(pack: &Pack, registry: &Registry, words: &str) -> Vec<RowId> {
    let mut rows: HashMap<String, RowId> = HashMap::new();
    for index in 0..pack.program.subjects.len() {
        let subject = SubjectId(index as u32);
        for row in 0..registry.row_count(subject) {
            let row = RowId { subject, row };
            rows.insert(registry.name(row).to_string(), row);
            rows.insert(registry.key(row).to_string(), row);
        }
    }
    let known: Vec<String> = rows.keys().cloned().collect();
    let mut near: Vec<RowId> = Vec::new();
    for row in near_names(words, &known).iter().filter_map(|name| rows.get(name)) {
        if !near.contains(row) {
            near.push(*row);
        }
    }
    near
}

/// How the rights came out together.
pub fn summary(explanations: &[Explanation]) -> RuleSummary {
    let mut summary = RuleSummary::default();
    explanations.iter().for_each(|e| summary.add(&e.decision));
    summary
}

/// Puts first what a person looks for: what comes to something, what is open or refused, what was merged; last what
/// is 不符合. Otherwise the order of the rules stays.
pub fn order(explanations: &mut [Explanation]) {
    explanations.sort_by_key(|e| match e.decision.status {
        Status::Eligible if e.decision.settled.high != Some(0) => 0,
        Status::Undetermined => 1,
        Status::Refused => 2,
        Status::Eligible => 3,
        Status::Ineligible => 4,
    });
}

impl Node {
    /// As JSON: text, value, source, children.
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            "text": self.text,
            "value": self.value,
            "source": self.source,
            "children": self.children.iter().map(Node::to_json).collect::<Vec<_>>(),
        })
    }
}

impl Explanation {
    /// As JSON; amounts in whole fen, null where there is no such figure.
    pub fn to_json(&self, pack: &Pack, registry: &Registry) -> serde_json::Value {
        // Fen are written as strings: JSON readers cut integers beyond 2^53.
        let fen = |value: Option<i128>| value.map(|f| f.to_string());
        json!({
            "rule": self.rule,
            "row": self.row,
            "key": self.key,
            "status": self.status,
            "amount": self.amount,
            "amount_lo_fen": fen(self.decision.settled.low),
            "amount_hi_fen": fen(self.decision.settled.high),
            "payable_fen": fen(self.decision.payable_fen()),
            "why": self.why,
            "citation": self.citation,
            "source_status": self.source_status,
            "determination": self.determination,
            "missing": self.missing,
            "derivation": self.derivation.to_json(),
            "settlement": self.settlement,
            "year": self.decision.own_year,
            "paid_fen": fen(self.set_off.map(|s| s.paid_fen)),
            "remaining_fen": fen(self.set_off.and_then(|s| s.remaining_fen)),
            "due_fen": fen(self.decision.due_fen()),
            "instalments": lists::stages_of(&self.decision)
                .map(|(number, stage)| lists::instalment_json(pack, registry, number, stage))
                .collect::<Vec<_>>(),
        })
    }
}
