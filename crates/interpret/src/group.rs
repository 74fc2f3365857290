//! Groups: repeat-claim rules over several rights (language.md §8.2, steps 8 and 9).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiufen_language::program::{CiteId, Group, GroupId, GroupMode};

use crate::arithmetic::{Operand, operand};
use crate::decision::{Decision, FenInterval, PartName, Received, Right, SettledBy};
use crate::eval::Interpreter;
use crate::facts::RowId;
use crate::settle::{
    Change, SettlementKey, change, fen_words, is_claim, open_or_refuse, refuse, sort_by_day,
};
use crate::share::proportional;
use crate::stages::fen_interval;
use crate::value::{Fault, Interval, Reason, Reasons, Value};

/// Rights of one group and key.
struct Class<'p> {
    id: GroupId,
    group: &'p Group,
    /// Positions of the rights, by law day, then by right.
    members: Vec<usize>,
    /// What was paid in earlier years on this key, in fen by the year of the right.
    earlier: Payments,
    /// Rights of the same beneficiaries whose key is open: they may belong here too.
    rivals: Vec<(FenInterval, Reasons)>,
}

/// Fen paid, by the year of the rights.
type Payments = BTreeMap<i16, i128>;

impl Interpreter<'_> {
    /// Steps 8 and 9: groups that choose, what is counted in, then groups that stack under a cap.
    pub(crate) fn groups(&self, decisions: &mut [Decision], received: &[Received]) {
        let mut classes: BTreeMap<SettlementKey, Vec<usize>> = BTreeMap::new();
        let mut without = Vec::new();
        for (at, decision) in decisions
            .iter()
            .enumerate()
            .filter(|(_, decision)| is_claim(decision))
        {
            for (id, member) in self.memberships(decision.right.rule) {
                match self.group_key(decision, id, member) {
                    Ok(key) => classes.entry(key).or_default().push(at),
                    Err(none) => without.push((id, at, none)),
                }
            }
        }
        let mut open = OpenKeys::new();
        for (id, at, _) in &without {
            let (beneficiary, amount) = (decisions[*at].beneficiary, decisions[*at].settled);
            if let Some(beneficiary) = beneficiary.filter(|_| amount.may_exceed(0)) {
                open.entry((*id, beneficiary)).or_default().push((*at, amount));
            }
        }
        for (id, at, none) in without {
            let step = if self.program.groups[id.index()].mode == GroupMode::Stack {
                9
            } else {
                8
            };
            let cite = self.program.groups[id.index()].cite;
            open_or_refuse(&mut decisions[at], none, step, SettledBy::Group(id), cite);
        }
        let mut earlier = self.received(received);
        let mut stacks = Vec::new();
        for (key, mut members) in classes {
            let SettlementKey::Group { group: id, .. } = key else {
                continue;
            };
            sort_by_day(&mut members, decisions);
            let rivals = rivals(id, &members, &open, decisions);
            let class = Class {
                id,
                group: &self.program.groups[id.index()],
                earlier: earlier.remove(&key).unwrap_or_default(),
                members,
                rivals,
            };
            match class.group.mode {
                GroupMode::Stack => stacks.push(class),
                _ => self.choose(&class, decisions),
            }
        }
        for class in stacks {
            self.stack(&class, decisions);
        }
    }

    /// What was paid in earlier years under each key of a 补差 group. A right counts once, whichever edition has the key.
    fn received(&self, received: &[Received]) -> BTreeMap<SettlementKey, Payments> {
        let mut by_key: BTreeMap<SettlementKey, Payments> = BTreeMap::new();
        for paid in received {
            let mut counted: Vec<GroupId> = Vec::new();
            for right in &paid.editions {
                for (id, member) in self.memberships(right.rule) {
                    let tops_up = self.program.groups[id.index()].mode == GroupMode::TopUp;
                    if !tops_up || counted.contains(&id) {
                        continue;
                    }
                    let decision = self.decide(*right);
                    if let Ok(key) = self.group_key(&decision, id, member) {
                        *by_key.entry(key).or_default().entry(decision.year).or_default() += paid.fen;
                        counted.push(id);
                    }
                }
            }
        }
        by_key
    }

    fn choose(&self, class: &Class<'_>, decisions: &mut [Decision]) {
        match class.group.mode {
            GroupMode::Highest => {
                highest(class, decisions);
                self.count_in(class, decisions);
            }
            GroupMode::TopUp => self.top_up(class, decisions),
            GroupMode::Exclusive => {
                exclusive(class, decisions);
                self.count_in(class, decisions);
            }
            GroupMode::FirstCome => {
                first_come(class, decisions);
                self.count_in(class, decisions);
            }
            GroupMode::Stack => {}
        }
    }

    /// 计入: what was received elsewhere, in fen, and why it is open.
    fn counted(&self, class: &Class<'_>, decision: &mut Decision) -> Option<(FenInterval, Reasons)> {
        let member = class
            .group
            .members
            .iter()
            .find(|member| member.rule == decision.right.rule)?;
        let scope = self.scope_of(decision)?;
        let counting = member.counting?;
        let value = match self.facts.assumed_received() {
            Some(received) => Value::exact(received),
            None => self.eval(counting, &scope).value,
        };
        match operand(&value) {
            Operand::Number(interval, reasons) => Some((fen_interval(&interval), reasons)),
            Operand::Absent => None,
            Operand::Refused(fault) => {
                refuse(
                    decision,
                    fault,
                    8,
                    SettledBy::Counting(class.id),
                    class.group.cite,
                );
                None
            }
        }
    }

    /// What was received elsewhere is deducted from what stands after the choice, never below nothing.
    fn count_in(&self, class: &Class<'_>, decisions: &mut [Decision]) {
        for at in &class.members {
            let decision = &mut decisions[*at];
            if !is_claim(decision) || decision.merged_into.is_some() {
                continue;
            }
            let Some((received, reasons)) = self.counted(class, decision) else {
                continue;
            };
            let after = decision.settled.above(&received);
            if after != decision.settled {
                let words = format!("计入已得 {}", fen_words(&received));
                let by = SettledBy::Counting(class.id);
                change(
                    decision,
                    Change {
                        step: 8,
                        by,
                        after,
                        words,
                        cite: class.group.cite,
                    },
                    &reasons,
                );
            }
        }
    }

    /// 补差: by law day, each right pays what it adds to the highest so far, less what was received elsewhere and what
    /// was paid in the years before it on rights that are not among these.
    fn top_up(&self, class: &Class<'_>, decisions: &mut [Decision]) {
        let mut highest = FenInterval::only(0);
        let mut given = FenInterval::only(0);
        let mut earlier = class.earlier.iter().peekable();
        let mut paid = 0;
        let mut highest_right: Option<Right> = None;
        let mut reasons: Reasons = class
            .rivals
            .iter()
            .flat_map(|(_, reasons)| reasons.iter().cloned())
            .collect();
        for at in &class.members {
            let decision = &mut decisions[*at];
            let own = decision.settled;
            let before = |year: i16| decision.law_day.is_some_and(|day| year < day.year());
            while let Some((_, fen)) = earlier.next_if(|(year, _)| before(**year)) {
                given = given.plus(&FenInterval::only(*fen));
                paid += fen;
            }
            let (received, more) = self
                .counted(class, decision)
                .unwrap_or((FenInterval::only(0), Reasons::new()));
            if !is_claim(decision) {
                continue;
            }
            reasons.extend(more);
            let top = highest.larger(&own);
            let due = top.above(&received);
            // What is counted in may be less than for a right before it: no right pays more than it adds to the highest.
            let mut after = due.above(&given).smaller(&own.above(&highest));
            if !class.rivals.is_empty() {
                after.low = Some(0);
            }
            // What only payments used up is not merged into a right.
            let reached = paid == 0 || !own.may_exceed(highest.least());
            let merged =
                highest_right.filter(|_| reached && after.exact() == Some(0) && own.exact() != Some(0));
            if after != own || merged.is_some() {
                let words = top_up_words(&class.group.name, &highest, &own, paid);
                let by = SettledBy::Group(class.id);
                change(
                    decision,
                    Change {
                        step: 8,
                        by,
                        after,
                        words,
                        cite: class.group.cite,
                    },
                    &reasons,
                );
                decision.merged_into = merged;
            }
            reasons.extend(decision.reasons.iter().cloned());
            if own.least() > highest.least() || highest_right.is_none() {
                highest_right = Some(decision.right);
            }
            given = given.larger(&due);
            highest = top;
        }
    }

    /// 叠加: together not more than the cap; what is over is cut in proportion.
    fn stack(&self, class: &Class<'_>, decisions: &mut [Decision]) {
        let (limit, mut reasons, cite) = match self.stack_cap(class, decisions) {
            Ok(Some(found)) => found,
            Ok(None) => return,
            Err(fault) => {
                for at in &class.members {
                    let by = SettledBy::Group(class.id);
                    refuse(&mut decisions[*at], fault.clone(), 9, by, class.group.cite);
                }
                return;
            }
        };
        let claims: Vec<FenInterval> = class.members.iter().map(|at| decisions[*at].settled).collect();
        let rivals = class.rivals.iter().map(|(amount, _)| amount);
        let total = claims
            .iter()
            .chain(rivals)
            .fold(FenInterval::only(0), |sum, claim| sum.plus(claim));
        if !total.may_exceed(limit.least()) {
            return;
        }
        let exact: Option<Vec<i128>> = claims.iter().map(FenInterval::exact).collect();
        let parts: Vec<FenInterval> = match (exact.filter(|_| class.rivals.is_empty()), limit.exact()) {
            (Some(exact), Some(limit)) => in_right_order(&class.members, decisions, &exact, limit),
            _ => {
                reasons.extend(all_reasons(class, decisions));
                claims
                    .iter()
                    .map(|claim| FenInterval::up_to(claim.smaller(&limit).high))
                    .collect()
            }
        };
        let (name, total, limit) = (&class.group.name, fen_words(&total), fen_words(&limit));
        for (at, after) in class.members.iter().zip(parts) {
            if decisions[*at].settled != after {
                let words = format!("组合 {name} 叠加:合计 {total},封顶 {limit}");
                let by = SettledBy::Group(class.id);
                change(
                    &mut decisions[*at],
                    Change {
                        step: 9,
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

    /// The cap of a stacking group by the law of its latest right, why it is open, and where it is laid down; none
    /// where none holds.
    fn stack_cap(
        &self,
        class: &Class<'_>,
        decisions: &[Decision],
    ) -> Result<Option<(FenInterval, Reasons, CiteId)>, Fault> {
        match class.members.last() {
            Some(last) => self.stack_limit_of(class.id, &decisions[*last]),
            None => Ok(None),
        }
    }

    /// The same by the law of one right.
    pub(crate) fn stack_limit_of(
        &self,
        id: GroupId,
        decision: &Decision,
    ) -> Result<Option<(FenInterval, Reasons, CiteId)>, Fault> {
        let group = &self.program.groups[id.index()];
        let scope = decision.law_day.and_then(|_| self.scope_of(decision));
        let Some((cap, scope)) = group.cap.as_ref().zip(scope) else {
            return Ok(None);
        };
        let unpublished = || {
            let why = Reason::Unpublished(group.name.clone());
            Value::Number(Interval::not_negative(), Reasons::from([why]))
        };
        let step = self.part(
            PartName::GroupCap(id),
            &cap.part,
            &self.rule_scope(&scope, &unpublished),
        );
        let cite = step.cite.unwrap_or(group.cite);
        match operand(&step.value) {
            Operand::Absent => Ok(None),
            Operand::Refused(fault) => Err(fault),
            Operand::Number(interval, reasons) => Ok(Some((fen_interval(&interval), reasons, cite))),
        }
    }
}

fn top_up_words(group: &str, highest: &FenInterval, own: &FenInterval, paid: i128) -> String {
    let paid = match paid {
        0 => String::new(),
        paid => format!(",往年已付 {}", fen_words(&FenInterval::only(paid))),
    };
    let (highest, own) = (fen_words(highest), fen_words(own));
    format!("组合 {group} 补差:已达 {highest},本次 {own}{paid}")
}

/// Shares in proportion, ties by right; gives the parts in the order of `members`.
fn in_right_order(
    members: &[usize],
    decisions: &[Decision],
    claims: &[i128],
    total: i128,
) -> Vec<FenInterval> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|i| decisions[members[*i]].right);
    let sorted: Vec<i128> = order.iter().map(|i| claims[*i]).collect();
    let mut parts = vec![FenInterval::only(0); members.len()];
    for (i, part) in order.into_iter().zip(proportional(total, &sorted)) {
        parts[i] = FenInterval::only(part);
    }
    parts
}

/// Rights whose key is open and that may come to something, by whom they are paid to: their positions and amounts.
type OpenKeys = HashMap<(GroupId, RowId), Vec<(usize, FenInterval)>>;

/// Rights of the same beneficiaries whose key is open, in the order of rights.
fn rivals(
    id: GroupId,
    members: &[usize],
    open: &OpenKeys,
    decisions: &[Decision],
) -> Vec<(FenInterval, Reasons)> {
    if open.is_empty() {
        return Vec::new();
    }
    let beneficiaries: BTreeSet<RowId> = members
        .iter()
        .filter_map(|at| decisions[*at].beneficiary)
        .collect();
    let of_each = beneficiaries.iter().filter_map(|row| open.get(&(id, *row)));
    let mut found: Vec<&(usize, FenInterval)> = of_each.flatten().collect();
    found.sort_by_key(|(at, _)| *at);
    found
        .into_iter()
        .map(|(at, amount)| (*amount, decisions[*at].reasons.clone()))
        .collect()
}

fn all_reasons(class: &Class<'_>, decisions: &[Decision]) -> Reasons {
    let own = class.members.iter().flat_map(|at| decisions[*at].reasons.iter());
    own.chain(class.rivals.iter().flat_map(|(_, reasons)| reasons))
        .cloned()
        .collect()
}

/// 就高: the highest stays. Between equals the earlier law day, then the smaller right. While it is open which one
/// is the highest, each that may be is anything up to its own amount.
fn highest(class: &Class<'_>, decisions: &mut [Decision]) {
    let may_be = |at: &usize| decisions[*at].settled.may_exceed(0);
    let members: Vec<usize> = class.members.iter().copied().filter(may_be).collect();
    // The first of the largest lower ends: members are in the order that breaks ties.
    let least_of = |at: usize| decisions[at].settled.least();
    let lead = members
        .iter()
        .enumerate()
        .rev()
        .max_by_key(|(_, at)| least_of(**at));
    let Some((place, winner)) = lead.map(|(place, at)| (place, *at)) else {
        return;
    };
    let least = least_of(winner);
    let (mut losers, mut contenders) = (Vec::new(), vec![winner]);
    for (i, at) in members.into_iter().enumerate().filter(|(i, _)| *i != place) {
        let high = decisions[at].settled.high;
        let loses = high.is_some_and(|high| high < least || (high == least && place < i));
        if loses {
            losers.push(at)
        } else {
            contenders.push(at)
        }
    }
    let rivals = class.rivals.iter().filter(|(amount, _)| amount.may_exceed(least));
    let rivals: Vec<&Reasons> = rivals.map(|(_, reasons)| reasons).collect();
    let by = SettledBy::Group(class.id);
    let cite = class.group.cite;
    let words = format!(
        "组合 {} 就高:高者为 {}",
        class.group.name,
        fen_words(&decisions[winner].settled)
    );
    if contenders.len() > 1 || !rivals.is_empty() {
        let own = contenders.iter().flat_map(|at| decisions[*at].reasons.iter());
        let reasons: Reasons = own.chain(rivals.into_iter().flatten()).cloned().collect();
        for at in contenders {
            let after = FenInterval::up_to(decisions[at].settled.high);
            let words = format!("组合 {} 就高:高者未定", class.group.name);
            change(
                &mut decisions[at],
                Change {
                    step: 8,
                    by,
                    after,
                    words,
                    cite,
                },
                &reasons,
            );
        }
    }
    lose(&losers, decisions[winner].right, decisions, by, &words, cite);
}

/// Losers come to nothing and are merged into the right that stands.
fn lose(losers: &[usize], into: Right, decisions: &mut [Decision], by: SettledBy, words: &str, cite: CiteId) {
    for at in losers {
        let after = FenInterval::only(0);
        let change_to = Change {
            step: 8,
            by,
            after,
            words: words.to_owned(),
            cite,
        };
        change(&mut decisions[*at], change_to, &Reasons::new());
        decisions[*at].merged_into = Some(into);
    }
}

/// 互斥: two rights at once contradict each other, and a person must settle which one stands.
fn exclusive(class: &Class<'_>, decisions: &mut [Decision]) {
    let possible: Vec<usize> = class
        .members
        .iter()
        .copied()
        .filter(|at| decisions[*at].settled.may_exceed(0))
        .collect();
    if possible.len() + class.rivals.len() < 2 {
        return;
    }
    let certain = possible
        .iter()
        .filter(|at| decisions[**at].settled.least() > 0)
        .count();
    let reasons = match certain {
        0 | 1 => all_reasons(class, decisions),
        _ => Reasons::from([Reason::PendingChoice(class.group.name.clone())]),
    };
    for at in possible {
        let after = FenInterval::up_to(decisions[at].settled.high);
        let words = format!("组合 {} 互斥:须由人选定一项", class.group.name);
        let by = SettledBy::Group(class.id);
        change(
            &mut decisions[at],
            Change {
                step: 8,
                by,
                after,
                words,
                cite: class.group.cite,
            },
            &reasons,
        );
    }
}

/// 先到: the earliest stays. An earlier right that is open leaves the later ones open.
fn first_come(class: &Class<'_>, decisions: &mut [Decision]) {
    let by = SettledBy::Group(class.id);
    let mut earlier: Reasons = class
        .rivals
        .iter()
        .flat_map(|(_, reasons)| reasons.iter().cloned())
        .collect();
    let mut open_before = !class.rivals.is_empty();
    let mut first: Option<usize> = None;
    for at in class.members.iter().copied() {
        if !decisions[at].settled.may_exceed(0) {
            continue;
        }
        if let Some(first) = first {
            let same_day = decisions[first].law_day == decisions[at].law_day;
            let how = match same_day {
                true => "同一天,登记表里在先的已享受",
                false => "在先者已享受",
            };
            let words = format!("组合 {} 先到:{how}", class.group.name);
            lose(
                &[at],
                decisions[first].right,
                decisions,
                by,
                &words,
                class.group.cite,
            );
            continue;
        }
        let certain = decisions[at].settled.least() > 0;
        let own = decisions[at].reasons.clone();
        if open_before {
            let after = FenInterval::up_to(decisions[at].settled.high);
            let words = format!("组合 {} 先到:在先者未定", class.group.name);
            change(
                &mut decisions[at],
                Change {
                    step: 8,
                    by,
                    after,
                    words,
                    cite: class.group.cite,
                },
                &earlier,
            );
        }
        if certain {
            first = Some(at);
        } else {
            open_before = true;
            earlier.extend(own);
        }
    }
}
