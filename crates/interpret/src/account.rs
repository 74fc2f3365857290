//! Accounts: what is there, shared out over the rights that draw on it (language.md §8.2, step 10).

use std::collections::BTreeMap;

use jiufen_language::program::{Account, AccountId, CiteId, Overdraw, Type};
use jiufen_quantity::exact::{integer, ratio, round};
use jiufen_quantity::{Date, Dimension, Exact, Rounding, show};
use num_traits::ToPrimitive;

use crate::arithmetic::{Operand, operand};
use crate::decision::{Decision, FenInterval, PartName, SettledBy};
use crate::eval::{Interpreter, Scope};
use crate::part::PartScope;
use crate::settle::{Change, change, is_claim, refuse};
use crate::share::proportional;
use crate::stages::scaled;
use crate::value::{Fault, FaultCode, Interval, Reason, Reasons, Value};

/// What a right asks of an account, in whole units of it.
struct Claim {
    /// Position of the decision.
    at: usize,
    units: FenInterval,
}

/// A draw: the positions of the decision and of the draw among its rule's.
type Drawn = (usize, usize);

/// How many claims a refusal lists.
const LISTED: usize = 8;

impl Interpreter<'_> {
    /// Step 10, account by account in the order of the program.
    pub(crate) fn accounts(&self, decisions: &mut [Decision]) {
        let mut drawn: BTreeMap<(AccountId, Option<i16>), Vec<Drawn>> = BTreeMap::new();
        for (at, decision) in decisions
            .iter()
            .enumerate()
            .filter(|(_, decision)| is_claim(decision))
        {
            for (index, draw) in self.program.rule(decision.right.rule).draws.iter().enumerate() {
                let account = &self.program.accounts[draw.account.index()];
                if account.limited {
                    let year = account.yearly.then_some(decision.year);
                    drawn.entry((draw.account, year)).or_default().push((at, index));
                }
            }
        }
        for ((id, year), draws) in drawn {
            self.share_out(id, year, &draws, decisions);
        }
    }

    fn share_out(&self, id: AccountId, year: Option<i16>, draws: &[Drawn], decisions: &mut [Decision]) {
        let account = &self.program.accounts[id.index()];
        let unit = unit_of(&account.ty);
        let mut claims: Vec<Claim> = Vec::with_capacity(draws.len());
        for (at, draw) in draws {
            let decision = &mut decisions[*at];
            if !is_claim(decision) || decision.settled.exact() == Some(0) {
                continue;
            }
            match self.claim(decision, *draw, &unit) {
                Ok(units) => claims.push(Claim { at: *at, units }),
                Err(fault) => refuse(decision, fault, 10, SettledBy::Account(id), account.cite),
            }
        }
        claims.sort_by_key(|claim| decisions[claim.at].right);
        let total = claims
            .iter()
            .fold(FenInterval::only(0), |sum, claim| sum.plus(&claim.units));
        let (quota, cite) = match self.quota(id, account, year, &unit) {
            Ok(found) => found,
            Err(fault) => return refuse_all(&claims, &fault, id, account.cite, decisions),
        };
        if !total.may_exceed(quota) {
            return;
        }
        if let Some(fault) = self.uncertain(account, &claims, decisions) {
            return refuse_all(&claims, &fault, id, cite, decisions);
        }
        let parts = match self.allocate(account, quota, &claims, decisions) {
            Ok(parts) => parts,
            Err(fault) => return refuse_all(&claims, &fault, id, cite, decisions),
        };
        let why = self.score_reasons(account, &claims, decisions);
        for (claim, part) in claims.iter().zip(parts) {
            let decision = &mut decisions[claim.at];
            let after = received(decision.settled, claim.units.least(), &part);
            if after != decision.settled {
                let words = shortage_words(account, &total, quota);
                change(
                    decision,
                    Change {
                        step: 10,
                        by: SettledBy::Account(id),
                        after,
                        words,
                        cite,
                    },
                    &why,
                );
            }
        }
    }

    /// What each claim receives of a quota that is not enough for all.
    fn allocate(
        &self,
        account: &Account,
        quota: i128,
        claims: &[Claim],
        decisions: &[Decision],
    ) -> Result<Vec<FenInterval>, Fault> {
        let asked: Vec<i128> = claims.iter().map(|claim| claim.units.least()).collect();
        let only = |parts: Vec<i128>| parts.into_iter().map(FenInterval::only).collect();
        let divisible = divisible(&account.ty);
        match account.over {
            Overdraw::ProRata => Ok(only(proportional(quota, &asked))),
            Overdraw::InOrder => {
                let mut order: Vec<usize> = (0..claims.len()).collect();
                order.sort_by_key(|i| (decisions[claims[*i].at].law_day, decisions[claims[*i].at].right));
                Ok(only(in_order(quota, &asked, &order, divisible)))
            }
            Overdraw::ByScore(score) => {
                let scores = claims
                    .iter()
                    .map(|claim| self.score(score, &decisions[claim.at]))
                    .collect();
                by_score(quota, &asked, scores, claims, decisions, divisible)
            }
            Overdraw::Refuse => {
                let words = format!("{}:申请合计超过额度", account.name);
                Err(Fault::new(FaultCode::Account, words))
            }
        }
    }

    /// What a draw asks for, in whole units; of a right that is not certain, anything up to that.
    pub(crate) fn claim(&self, decision: &Decision, draw: usize, unit: &Exact) -> Result<FenInterval, Fault> {
        let rule = self.program.rule(decision.right.rule);
        let Some(amount) = rule.draws.get(draw).and_then(|draw| draw.amount) else {
            return Ok(decision.settled);
        };
        let Some(scope) = self.scope_of(decision) else {
            return Ok(FenInterval::up_to(None));
        };
        let units = match operand(&self.eval(amount, &scope).value) {
            Operand::Refused(fault) => return Err(fault),
            Operand::Absent => FenInterval::only(0),
            Operand::Number(interval, _) => in_units(&interval, unit),
        };
        let certain = decision.holds == Some(true);
        Ok(if certain {
            units
        } else {
            FenInterval::up_to(units.high)
        })
    }

    /// What is in the account, in whole units, on the last day of its year.
    pub(crate) fn quota(
        &self,
        id: AccountId,
        account: &Account,
        year: Option<i16>,
        unit: &Exact,
    ) -> Result<(i128, CiteId), Fault> {
        let year = year.unwrap_or(self.year);
        let no_quota = || Fault::new(FaultCode::EmptyParameter, format!("{}.额度", account.name));
        let day = Date::year_end(year).ok_or_else(no_quota)?;
        let unpublished = || Value::refused(FaultCode::EmptyParameter, format!("{}.额度", account.name));
        let with = PartScope {
            scope: Scope::of(None, day, year),
            row: Value::Absent,
            assumed: None,
            unpublished: &unpublished,
        };
        let step = self.part(PartName::Quota(id), &account.quota, &with);
        let cite = step.cite.unwrap_or(account.cite);
        match operand(&step.value) {
            Operand::Refused(fault) => Err(fault),
            Operand::Absent => Err(no_quota()),
            Operand::Number(interval, _) => {
                // A fraction of a unit cannot be given out.
                let whole = interval
                    .exact()
                    .map(|quota| round(&(quota / unit), Rounding::Truncate));
                Ok((whole.and_then(|n| n.to_i128()).ok_or_else(no_quota)?, cite))
            }
        }
    }

    /// The fault of sharing out while a claim is open, naming the open claims.
    fn uncertain(&self, account: &Account, claims: &[Claim], decisions: &[Decision]) -> Option<Fault> {
        let open: Vec<&Claim> = claims
            .iter()
            .filter(|claim| claim.units.exact().is_none())
            .collect();
        if open.is_empty() {
            return None;
        }
        let name = |claim: &&Claim| {
            let right = decisions[claim.at].right;
            format!(
                "{}({})",
                self.program.rule(right.rule).name,
                self.facts.name(right.row)
            )
        };
        let names: Vec<String> = open.iter().take(LISTED).map(name).collect();
        let more = if open.len() > LISTED {
            format!(" 等 {} 项", open.len())
        } else {
            String::new()
        };
        Some(Fault::new(
            FaultCode::Account,
            format!("{}:{}{more} 未定", account.name, names.join("、")),
        ))
    }

    pub(crate) fn score(&self, score: jiufen_language::program::ExprId, decision: &Decision) -> Value {
        match self.scope_of(decision) {
            Some(scope) => self.eval(score, &scope).value,
            None => Value::Absent,
        }
    }

    fn score_reasons(&self, account: &Account, claims: &[Claim], decisions: &[Decision]) -> Reasons {
        let mut reasons = Reasons::new();
        if let Overdraw::ByScore(score) = account.over {
            for claim in claims {
                self.score(score, &decisions[claim.at]).add_reasons(&mut reasons);
            }
        }
        if reasons.is_empty() {
            reasons.insert(Reason::PendingChoice(account.name.clone()));
        }
        reasons
    }
}

fn refuse_all(claims: &[Claim], fault: &Fault, id: AccountId, cite: CiteId, decisions: &mut [Decision]) {
    for claim in claims {
        refuse(
            &mut decisions[claim.at],
            fault.clone(),
            10,
            SettledBy::Account(id),
            cite,
        );
    }
}

/// `账户 科技专项:申请合计 520万元,额度 200万元,按比例给`.
fn shortage_words(account: &Account, asked: &FenInterval, quota: i128) -> String {
    let unit = unit_of(&account.ty);
    let words = |units: i128| match &account.ty {
        Type::Quantity { dimension, .. } => show::quantity(&(integer(units) * &unit), dimension),
        _ => units.to_string(),
    };
    let how = match account.over {
        Overdraw::ProRata => "按比例给",
        Overdraw::InOrder => "按先后给,同一天的按登记表里的先后",
        Overdraw::ByScore(_) => "按得分给,同分的先看日期,再看登记表里的先后",
        Overdraw::Refuse => "由人定",
    };
    format!(
        "账户 {}:申请合计 {},额度 {},{how}",
        account.name,
        words(asked.least()),
        words(quota)
    )
}

/// The smallest part of an account's holdings: a fen, 0.0001 平方米, one head.
pub(crate) fn unit_of(ty: &Type) -> Exact {
    match ty {
        Type::Quantity { dimension, .. } if *dimension == Dimension::money() => ratio(1, 100),
        Type::Quantity { dimension, .. } if *dimension == Dimension::area() => ratio(1, 10_000),
        _ => integer(1),
    }
}

/// Whether the last claim in order may receive a part. Heads cannot be divided.
fn divisible(ty: &Type) -> bool {
    *ty == Type::money()
}

fn in_units(interval: &Interval, unit: &Exact) -> FenInterval {
    let end = |e: &Option<Exact>| {
        e.as_ref()
            .and_then(|e| round(&(e / unit), Rounding::HalfUp).to_i128())
    };
    FenInterval {
        low: Some(end(&interval.low).unwrap_or(0).max(0)),
        high: end(&interval.high).map(|n| n.max(0)),
    }
}

/// What is given in an order: each what it asks for while there is enough; the last a part, where one is possible.
fn in_order(quota: i128, asked: &[i128], order: &[usize], divisible: bool) -> Vec<i128> {
    let mut left = quota.max(0);
    let mut parts = vec![0; asked.len()];
    for i in order {
        let part = if asked[*i] <= left {
            asked[*i]
        } else if divisible {
            left
        } else {
            0
        };
        parts[*i] = part;
        // Who comes later does not overtake a claim that found too little.
        left = if part < asked[*i] { 0 } else { left - part };
    }
    parts
}

/// 择优: by score, highest first; between equals by law day, then right. A claim whose score is open may come first
/// or last, and moves the others between what they get in either case.
fn by_score(
    quota: i128,
    asked: &[i128],
    scores: Vec<Value>,
    claims: &[Claim],
    decisions: &[Decision],
    divisible: bool,
) -> Result<Vec<FenInterval>, Fault> {
    let mut known: Vec<Option<Exact>> = Vec::with_capacity(scores.len());
    for score in &scores {
        match operand(score) {
            Operand::Refused(fault) => return Err(fault),
            Operand::Absent => known.push(None),
            Operand::Number(interval, _) => known.push(interval.exact().cloned()),
        }
    }
    let open: Vec<bool> = scores
        .iter()
        .zip(&known)
        .map(|(s, k)| k.is_none() && *s != Value::Absent)
        .collect();
    let allocate = |open_first: bool| {
        let mut order: Vec<usize> = (0..asked.len()).collect();
        let place = |i: usize| match (open[i], &known[i]) {
            (true, _) => u8::from(!open_first) * 2,
            // No score at all is the lowest.
            (false, None) => 1 + u8::from(!open_first) * 2,
            (false, Some(_)) => 1,
        };
        order.sort_by(|a, b| {
            let day = |i: &usize| (decisions[claims[*i].at].law_day, decisions[claims[*i].at].right);
            place(*a)
                .cmp(&place(*b))
                .then(known[*b].cmp(&known[*a]))
                .then(day(a).cmp(&day(b)))
        });
        in_order(quota, asked, &order, divisible)
    };
    let (first, last) = (allocate(true), allocate(false));
    let part = |i: usize| match open[i] {
        true => FenInterval::up_to(Some(asked[i].min(quota.max(0)))),
        false => FenInterval {
            low: Some(first[i].min(last[i])),
            high: Some(first[i].max(last[i])),
        },
    };
    Ok((0..asked.len()).map(part).collect())
}

/// What a right comes to when it receives `part` of what it asked for.
fn received(settled: FenInterval, asked: i128, part: &FenInterval) -> FenInterval {
    let scale = |amount: Option<i128>, part: Option<i128>| match (amount, part) {
        (amount, Some(part)) if part == asked => amount,
        (_, Some(0)) => Some(0),
        (Some(amount), Some(part)) => Some(scaled(amount, part, asked)),
        (_, _) => None,
    };
    FenInterval {
        low: scale(settled.low, part.low),
        high: scale(settled.high, part.high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order_the_last_one_gets_a_part_of_money_but_no_part_of_a_head() {
        assert_eq!(in_order(100, &[60, 60, 10], &[1, 0, 2], true), [40, 60, 0]);
        assert_eq!(in_order(3, &[1, 2, 1], &[0, 1, 2], false), [1, 2, 0]);
        assert_eq!(in_order(2, &[1, 2, 1], &[0, 1, 2], false), [1, 0, 0]);
    }
}
