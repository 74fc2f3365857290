//! Several rights together: shared caps, groups, accounts (language.md §8.2, steps 7–10).

use std::collections::{BTreeMap, HashMap};

use jiufen_language::program::{
    AccountId, Cap, CiteId, Frequency, GroupId, GroupMode, Literal, Member, RuleId,
};
use jiufen_quantity::show;

use crate::arithmetic::{Operand, operand};
use crate::decide::status;
use crate::decision::{Decision, FenInterval, PartName, Received, SettledBy, Settlement, Status};
use crate::eval::{Interpreter, Scope};
use crate::facts::{Facts, RowId};
use crate::stages::fen_interval;
use crate::value::{Fault, FaultCode, Interval, Reason, Reasons, Value};

/// One of the values that make up a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPart {
    /// A row.
    Row(RowId),
    /// A value.
    Literal(Literal),
    /// 无: rights without the thing that is the key share a key.
    Absent,
}

/// What a right competes on. Two decisions that share a key must be settled together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettlementKey {
    /// A cap of one rule that several rights share.
    SharedCap {
        /// The rule.
        rule: RuleId,
        /// Position among its caps; one past the last is its 至多.
        cap: usize,
        /// What it is shared over.
        row: KeyPart,
        /// The year, for a cap of each year.
        year: Option<i16>,
    },
    /// A group and its key.
    Group {
        /// The group.
        group: GroupId,
        /// The key.
        key: Vec<KeyPart>,
        /// The year, where 年 is part of the key.
        year: Option<i16>,
    },
    /// A group and a beneficiary: while the key of one right is open, it may be that of any other right of the same
    /// beneficiary.
    GroupOf {
        /// The group.
        group: GroupId,
        /// Who is paid.
        beneficiary: RowId,
    },
    /// An account, in a year for a yearly one.
    Account {
        /// The account.
        account: AccountId,
        /// The year.
        year: Option<i16>,
    },
}

/// What is said of a right whose key is open.
pub(crate) const NO_KEY: &str = "键未定";

/// Why there is no key.
pub(crate) enum NoKey {
    /// It is not settled.
    Open(Reasons),
    /// It has no value.
    Refused(Fault),
}

/// Rights that may share a cap with others because their key is open, by rule, cap and what the cap is shared over where
/// only the year is open: what they may use up together, and why that is open.
type CapRivals = HashMap<(RuleId, usize, Option<KeyPart>), (FenInterval, Reasons)>;

impl Interpreter<'_> {
    /// Carries out steps 7–10 over decisions that [`Interpreter::decide`] gave, once. The set must be closed: no
    /// right outside it shares a key (see [`Interpreter::settlement_keys`]) with one inside. Rights that are 不符合 claim
    /// nothing, nor do those that the law itself ends; a right that is 拒绝 because a figure is wanting may come to
    /// anything.
    pub fn settle(&self, decisions: &mut [Decision]) {
        self.settle_after(decisions, &[]);
    }

    /// The same, where money was paid in earlier years on rights that are not in the set: 补差 counts it as received on
    /// their keys.
    pub fn settle_after(&self, decisions: &mut [Decision], received: &[Received]) {
        let mut refused = set_aside(decisions);
        let own: Vec<Reasons> = decisions.iter().map(|d| d.reasons.clone()).collect();
        self.shared_caps(decisions);
        refused.extend(set_aside(decisions));
        self.groups(decisions, received);
        refused.extend(set_aside(decisions));
        self.accounts(decisions);
        for (decision, own) in decisions.iter_mut().zip(&own) {
            if is_claim(decision) {
                if decision.settled.exact().is_some() && decision.holds.is_some() {
                    decision.reasons.clear();
                    decision.missing.clear();
                }
                // What keeps a rival open keeps this right open too.
                let of_rivals = decision.reasons.difference(own);
                let of_rivals: Vec<Reason> = of_rivals
                    .filter(|reason| !decision.missing.contains(reason))
                    .cloned()
                    .collect();
                decision.missing.extend(of_rivals);
                decision.status = status(decision.holds, &decision.settled, &decision.reasons);
            }
            decision.stages = self.stages(decision);
        }
        for (at, mut decision) in refused {
            decision.stages = self.stages(&decision);
            decisions[at] = decision;
        }
    }

    /// The keys a decision competes on: those of its shared caps, its groups and its accounts.
    pub fn settlement_keys(&self, decision: &Decision) -> Vec<SettlementKey> {
        if !competes(decision) {
            return Vec::new();
        }
        let rule = self.program.rule(decision.right.rule);
        let mut keys = Vec::new();
        for (index, cap) in self.shared_caps_of(decision.right.rule) {
            keys.extend(self.cap_key(decision, index, cap).ok());
        }
        for (group, member) in self.memberships(decision.right.rule) {
            keys.extend(self.group_key(decision, group, member).ok());
            let beneficiary = decision.beneficiary;
            keys.extend(beneficiary.map(|beneficiary| SettlementKey::GroupOf { group, beneficiary }));
        }
        for draw in &rule.draws {
            let account = &self.program.accounts[draw.account.index()];
            if account.limited {
                let year = account.yearly.then_some(decision.year);
                keys.push(SettlementKey::Account {
                    account: draw.account,
                    year,
                });
            }
        }
        keys
    }

    /// Caps of a rule that several rights share, with their positions.
    pub(crate) fn shared_caps_of(&self, rule: RuleId) -> impl Iterator<Item = (usize, &Cap)> {
        let rule = self.program.rule(rule);
        rule.caps
            .iter()
            .chain(&rule.at_most)
            .enumerate()
            .filter(|(_, cap)| cap.per.is_some())
    }

    pub(crate) fn memberships(&self, rule: RuleId) -> impl Iterator<Item = (GroupId, &Member)> {
        let groups = (0u32..).map(GroupId).zip(&self.program.groups);
        groups.filter_map(move |(id, group)| Some((id, group.members.iter().find(|m| m.rule == rule)?)))
    }

    pub(crate) fn cap_key(
        &self,
        decision: &Decision,
        index: usize,
        cap: &Cap,
    ) -> Result<SettlementKey, NoKey> {
        let Some((per, scope)) = cap.per.as_ref().zip(self.scope_of(decision)) else {
            return Err(NoKey::Open(Reasons::new()));
        };
        let row = key_part(self.facts, self.scope_row(per, decision, &scope))?;
        let year = self.key_year(decision, per.yearly)?;
        Ok(SettlementKey::SharedCap {
            rule: decision.right.rule,
            cap: index,
            row,
            year,
        })
    }

    /// The key of a right in a group; with 待选, the one that an officer chose.
    pub(crate) fn group_key(
        &self,
        decision: &Decision,
        id: GroupId,
        member: &Member,
    ) -> Result<SettlementKey, NoKey> {
        let group = &self.program.groups[id.index()];
        let pending = || NoKey::Open(Reasons::from([Reason::PendingChoice(group.name.clone())]));
        let scope = self.scope_of(decision).ok_or_else(pending)?;
        let mut key = Vec::new();
        if group.choices.is_empty() {
            for expr in member.keys.iter().flatten() {
                key.push(key_part(self.facts, self.row(*expr, &scope).0)?);
            }
        } else {
            let right = decision.right;
            let chosen = self
                .facts
                .chosen_key(id, right.rule, right.row)
                .ok_or_else(pending)?;
            // An officer names a kind of key, which leads to its row, or the key itself.
            key.push(match group.choices.iter().position(|choice| *choice == chosen) {
                Some(position) => {
                    let expr = member.keys.get(position).copied().flatten().ok_or_else(pending)?;
                    key_part(self.facts, self.row(expr, &scope).0)?
                }
                None => KeyPart::Literal(Literal::Text(chosen)),
            });
        }
        if let Some(per) = group
            .cap
            .as_ref()
            .filter(|_| group.mode == GroupMode::Stack)
            .and_then(|c| c.per.as_ref())
        {
            key.push(key_part(self.facts, self.scope_row(per, decision, &scope))?);
        }
        let yearly = member.yearly
            || group
                .cap
                .as_ref()
                .and_then(|c| c.per.as_ref())
                .is_some_and(|per| per.yearly);
        let year = self.key_year(decision, yearly)?;
        Ok(SettlementKey::Group { group: id, key, year })
    }

    /// The year of a yearly key: open for an event whose law day is.
    fn key_year(&self, decision: &Decision, yearly: bool) -> Result<Option<i16>, NoKey> {
        let event = self.program.rule(decision.right.rule).frequency == Frequency::Row;
        match (yearly, event && decision.law_day.is_none()) {
            (false, _) => Ok(None),
            (true, false) => Ok(Some(decision.year)),
            (true, true) => Err(NoKey::Open(decision.reasons.clone())),
        }
    }

    /// Step 7: caps of one rule that several rights share, used up by law day, then by right.
    fn shared_caps(&self, decisions: &mut [Decision]) {
        let mut classes: BTreeMap<SettlementKey, Vec<usize>> = BTreeMap::new();
        let mut without: Vec<(usize, usize, NoKey)> = Vec::new();
        for (at, decision) in decisions
            .iter()
            .enumerate()
            .filter(|(_, decision)| is_claim(decision))
        {
            for (index, cap) in self.shared_caps_of(decision.right.rule) {
                match self.cap_key(decision, index, cap) {
                    Ok(key) => classes.entry(key).or_default().push(at),
                    Err(none) => without.push((at, index, none)),
                }
            }
        }
        let mut rivals = CapRivals::new();
        for (at, index, none) in without {
            let decision = &mut decisions[at];
            let rule = decision.right.rule;
            let cite = self.program.rule(rule).cite;
            let open = matches!(none, NoKey::Open(_));
            open_or_refuse(decision, none, 7, SettledBy::SharedCap, cite);
            if open {
                let key = (rule, index, self.cap_row(decision, index));
                let (used, reasons) = rivals
                    .entry(key)
                    .or_insert((FenInterval::only(0), Reasons::new()));
                *used = used.plus(&FenInterval::up_to(decision.settled.high));
                reasons.extend(decision.reasons.iter().cloned());
            }
        }
        for (key, mut class) in classes {
            let SettlementKey::SharedCap { rule, cap, row, .. } = key else {
                continue;
            };
            // A right whose key is open may have used up some of this cap before.
            let (mut used, mut reasons) = (FenInterval::only(0), Reasons::new());
            for row in [None, Some(row)] {
                if let Some((amount, more)) = rivals.get(&(rule, cap, row)) {
                    used = used.plus(amount);
                    reasons.extend(more.iter().cloned());
                }
            }
            sort_by_day(&mut class, decisions);
            self.use_up(cap, &class, (used, reasons), decisions);
        }
    }

    /// What a shared cap of a decided right is shared over, where that is settled.
    fn cap_row(&self, decision: &Decision, index: usize) -> Option<KeyPart> {
        let (_, cap) = self
            .shared_caps_of(decision.right.rule)
            .find(|(i, _)| *i == index)?;
        let scope = self.scope_of(decision)?;
        key_part(self.facts, self.scope_row(cap.per.as_ref()?, decision, &scope)).ok()
    }

    fn use_up(
        &self,
        index: usize,
        class: &[usize],
        (mut used, mut reasons): (FenInterval, Reasons),
        decisions: &mut [Decision],
    ) {
        for at in class {
            let decision = &mut decisions[*at];
            let id = decision.right.rule;
            let Some((_, cap)) = self.shared_caps_of(id).find(|(i, _)| *i == index) else {
                continue;
            };
            let Some(scope) = self.scope_of(decision) else {
                continue;
            };
            if decision.law_day.is_none() {
                // Which cap holds is not known; what the right may use up is without limit.
                used = used.plus(&decision.settled);
                reasons.extend(decision.reasons.iter().cloned());
                continue;
            }
            let limit = match self.limit(id, index, cap, &scope) {
                Ok(Some(limit)) => limit,
                Ok(None) => continue,
                Err(fault) => {
                    refuse(
                        decision,
                        fault,
                        7,
                        SettledBy::SharedCap,
                        self.program.rule(id).cite,
                    );
                    continue;
                }
            };
            let left = limit.0.above(&used);
            let after = decision.settled.smaller(&left);
            if after != decision.settled {
                let words = format!(
                    "封顶 {} {}:已用 {},余 {}",
                    fen_words(&limit.0),
                    cap.per.as_ref().map_or("", |per| per.words.as_str()),
                    fen_words(&used),
                    fen_words(&left)
                );
                let mut why = limit.1;
                why.extend(reasons.iter().cloned());
                change(
                    decision,
                    Change {
                        step: 7,
                        by: SettledBy::SharedCap,
                        after,
                        words,
                        cite: limit.2,
                    },
                    &why,
                );
            }
            reasons.extend(decision.reasons.iter().cloned());
            used = used.plus(&after);
        }
    }

    /// A cap in fen on a right's law day, why it is open, and where it is laid down; none where none holds.
    pub(crate) fn limit(
        &self,
        rule: RuleId,
        index: usize,
        cap: &Cap,
        scope: &Scope<'_>,
    ) -> Result<Option<(FenInterval, Reasons, CiteId)>, Fault> {
        let unpublished = || Value::Number(Interval::not_negative(), Reasons::new());
        let is_cap = index < self.program.rule(rule).caps.len();
        let step = if is_cap {
            self.cap(rule, index, cap, scope)
        } else {
            self.part(
                PartName::AtMost(rule),
                &cap.part,
                &self.rule_scope(scope, &unpublished),
            )
        };
        let cite = step.cite.unwrap_or(self.program.rule(rule).cite);
        match operand(&step.value) {
            Operand::Refused(fault) => Err(fault),
            Operand::Absent => Ok(None),
            Operand::Number(interval, reasons) => Ok(Some((fen_interval(&interval), reasons, cite))),
        }
    }
}

/// Whether a decision still claims something.
pub(crate) fn is_claim(decision: &Decision) -> bool {
    matches!(decision.status, Status::Eligible | Status::Undetermined)
}

/// Whether a decision may bear on what others come to: it claims something, or was refused and may still.
pub fn competes(decision: &Decision) -> bool {
    is_claim(decision) || may_be_mended(decision)
}

fn may_be_mended(decision: &Decision) -> bool {
    let fault = decision.fault.as_ref();
    decision.status == Status::Refused && fault.is_some_and(|fault| fault.code.may_be_mended())
}

/// Leaves refused rights that may be mended as the others see them, as if nothing were known of them, and gives them as
/// they are, with their positions.
fn set_aside(decisions: &mut [Decision]) -> Vec<(usize, Decision)> {
    let mut aside = Vec::new();
    for (at, decision) in decisions.iter_mut().enumerate() {
        let Some(fault) = decision.fault.as_ref().filter(|_| may_be_mended(decision)) else {
            continue;
        };
        let reason = Reason::Refused {
            right: decision.right,
            fault: fault.code,
        };
        aside.push((at, decision.clone()));
        decision.status = Status::Undetermined;
        decision.fault = None;
        decision.holds = None;
        decision.settled = FenInterval::up_to(None);
        decision.reasons = Reasons::from([reason]);
    }
    aside
}

/// Sorts positions by law day, then by right.
pub(crate) fn sort_by_day(class: &mut [usize], decisions: &[Decision]) {
    class.sort_by_key(|at| (decisions[*at].law_day, decisions[*at].right));
}

fn key_part(facts: &dyn Facts, value: Value) -> Result<KeyPart, NoKey> {
    match value {
        Value::Row(row) => Ok(KeyPart::Row(facts.line(row))),
        Value::Literal(literal) => Ok(KeyPart::Literal(literal)),
        Value::Truth(truth) => Ok(KeyPart::Literal(Literal::Boolean(truth))),
        Value::Number(interval, reasons) => match interval.exact() {
            Some(n) => Ok(KeyPart::Literal(Literal::Number(n.clone()))),
            None => Err(NoKey::Open(reasons)),
        },
        Value::Absent => Ok(KeyPart::Absent),
        Value::Refused(fault) => Err(NoKey::Refused(fault)),
        open if open.is_open() => {
            let mut reasons = Reasons::new();
            open.add_reasons(&mut reasons);
            Err(NoKey::Open(reasons))
        }
        _ => Err(NoKey::Refused(Fault::new(FaultCode::Domain, "键"))),
    }
}

/// A change to a settled amount.
pub(crate) struct Change {
    pub step: u8,
    pub by: SettledBy,
    pub after: FenInterval,
    pub words: String,
    pub cite: CiteId,
}

/// Changes what a right comes to and says why. An exact amount needs no reasons of others.
pub(crate) fn change(decision: &mut Decision, change: Change, reasons: &Reasons) {
    let Change {
        step,
        by,
        after,
        words,
        cite,
    } = change;
    debug_assert!(
        after.high.is_none_or(|high| after.least() <= high),
        "the lower end of {after:?} is above the upper one: {words}"
    );
    if after.exact().is_none() {
        decision.reasons.extend(reasons.iter().cloned());
    }
    let before = std::mem::replace(&mut decision.settled, after);
    decision.settlement.push(Settlement {
        step,
        by,
        before,
        after,
        words,
        cite,
    });
}

/// Leaves a right without a value.
pub(crate) fn refuse(decision: &mut Decision, fault: Fault, step: u8, by: SettledBy, cite: CiteId) {
    let words = format!("{}:{}", fault.code.zh(), fault.words);
    change(
        decision,
        Change {
            step,
            by,
            after: FenInterval::default(),
            words,
            cite,
        },
        &Reasons::new(),
    );
    decision.status = Status::Refused;
    decision.fault = Some(fault);
    decision.reasons.clear();
}

/// What becomes of a right without a key: from nothing to its own amount, or no value.
pub(crate) fn open_or_refuse(decision: &mut Decision, none: NoKey, step: u8, by: SettledBy, cite: CiteId) {
    match none {
        NoKey::Refused(fault) => refuse(decision, fault, step, by, cite),
        NoKey::Open(reasons) => {
            let after = FenInterval::up_to(decision.settled.high);
            let words = NO_KEY.to_owned();
            change(
                decision,
                Change {
                    step,
                    by,
                    after,
                    words,
                    cite,
                },
                &reasons,
            );
        }
    }
}

/// An amount in fen, in words.
pub(crate) fn fen_words(amount: &FenInterval) -> String {
    let one = |fen: i128| show::money(&jiufen_quantity::exact::ratio(fen, 100));
    match (amount.low, amount.high) {
        (Some(low), Some(high)) if low == high => one(low),
        (low, Some(high)) => format!("{} 至 {}", one(low.unwrap_or(0)), one(high)),
        (low, None) => format!("{} 以上", one(low.unwrap_or(0))),
    }
}
