//! Step 10: what is in an account, shared out over the rights that draw on it.

use std::cmp::Reverse;

use super::share::{proportional, scaled};
use super::{Account, Claims, Draw, Over, State, Units};

impl Account {
    /// Whether it may be too little for all that may be drawn on it. Otherwise no right that draws on it feels another.
    pub(super) fn is_tight(&self, claims: &Claims) -> bool {
        let Some(quota) = self.quota else { return false };
        let most = |draw: &Draw| match draw.units {
            Units::OwnMoney => Some(claims.most[draw.claim as usize]).filter(|most| *most != i64::MAX),
            Units::Whole(units) => Some(units),
            Units::Open => None,
        };
        let total: Option<i128> = self.draws.iter().map(|draw| most(draw).map(i128::from)).sum();
        total.is_none_or(|total| total > quota)
    }
}

pub(super) fn settle(position: u32, account: &Account, claims: &Claims, state: &mut State) {
    // What comes to nothing draws nothing, and what was refused before neither.
    let draws = account.draws.iter().filter(|draw| {
        let at = draw.claim as usize;
        !state.left[at] && state.refused_by[at] == super::NONE && state.fen[at] != 0
    });
    let draws: Vec<Draw> = draws.copied().collect();
    let mut asked = Vec::with_capacity(draws.len());
    for draw in &draws {
        match draw.units {
            Units::OwnMoney => asked.push(state.fen[draw.claim as usize]),
            Units::Whole(units) => asked.push(units),
            Units::Open => {
                state.leave(draw.claim);
                asked.push(0);
            }
        }
    }
    let Some(quota) = account.quota else {
        for draw in &draws {
            state.refused_by[draw.claim as usize] = position;
        }
        return;
    };
    let total: i128 = asked.iter().map(|units| i128::from(*units)).sum();
    if total <= quota {
        return;
    }
    let parts = match account.over {
        Over::ProRata => proportional(quota, &asked),
        Over::InOrder => {
            let order = ordered(&draws, |at| (claims.law_day[draws[at].claim as usize], at));
            Some(in_order(quota, &asked, &order, account.divisible))
        }
        Over::ByScore => {
            let order = ordered(&draws, |at| {
                (
                    Reverse(draws[at].score),
                    claims.law_day[draws[at].claim as usize],
                    at,
                )
            });
            Some(in_order(quota, &asked, &order, account.divisible))
        }
        Over::Left => None,
    };
    for (at, draw) in draws.iter().enumerate() {
        let own = state.fen[draw.claim as usize];
        let part = parts.as_ref().map(|parts| parts[at]);
        let after = match part {
            Some(part) if part == asked[at] => Some(own),
            Some(0) => Some(0),
            Some(part) => scaled(own, part, asked[at]),
            None => None,
        };
        match after {
            Some(after) => state.fen[draw.claim as usize] = after,
            None => state.leave(draw.claim),
        }
    }
}

fn ordered<K: Ord>(draws: &[Draw], key: impl Fn(usize) -> K) -> Vec<usize> {
    let mut order: Vec<usize> = (0..draws.len()).collect();
    order.sort_by_key(|at| key(*at));
    order
}

/// What is given in an order: each what it asks for while there is enough; the last a part, where one is possible.
fn in_order(quota: i128, asked: &[i64], order: &[usize], divisible: bool) -> Vec<i64> {
    let mut left = quota.max(0);
    let mut parts = vec![0; asked.len()];
    for at in order {
        let own = i128::from(asked[*at]);
        let part = match own <= left {
            true => own,
            false if divisible => left,
            false => 0,
        };
        // At most what it asks for.
        parts[*at] = part as i64;
        // Who comes later does not overtake a claim that found too little.
        left = if part < own { 0 } else { left - part };
    }
    parts
}
