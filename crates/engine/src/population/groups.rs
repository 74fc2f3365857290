//! Steps 8 and 9: groups that choose, what is counted in, then groups that stack under a cap.

use jiufen_language::program::GroupMode;

use super::share::proportional;
use super::{Member, State, each_class};

/// Step 8.
pub(super) fn choose(mode: GroupMode, members: &[Member], state: &mut State) {
    for class in each_class(members) {
        match mode {
            GroupMode::Highest => {
                let first = |at: &usize| std::cmp::Reverse(*at);
                let claims = 0..class.len();
                let winner = claims.max_by_key(|at| (state.amount(&class[*at]), first(at)));
                stands(winner, class, state);
            }
            GroupMode::FirstCome => {
                let winner = class.iter().position(|member| state.amount(member) > 0);
                stands(winner, class, state);
            }
            GroupMode::Exclusive => {
                if class.iter().filter(|member| state.amount(member) > 0).count() > 1 {
                    // A person must settle which one stands.
                    class.iter().for_each(|member| state.leave(member.claim));
                }
            }
            GroupMode::TopUp => {
                top_up(class, state);
                continue;
            }
            GroupMode::Stack => continue,
        }
        count_in(class, state);
    }
}

/// One right stands, the others that come to something are merged into it.
fn stands(winner: Option<usize>, class: &[Member], state: &mut State) {
    let Some(winner) = winner else { return };
    for (at, member) in class.iter().enumerate() {
        if at != winner && state.amount(member) > 0 {
            state.come_to(member, 0);
            state.merged_into[member.claim as usize] = class[winner].claim;
        }
    }
}

/// 计入: what was received elsewhere is deducted from what stands, never below nothing.
fn count_in(class: &[Member], state: &mut State) {
    for member in class {
        let merged = state.merged_into[member.claim as usize] != super::NONE;
        if let Some(received) = member.received.filter(|_| !merged) {
            let after = state.amount(member).saturating_sub(received).max(0);
            state.come_to(member, after);
        }
    }
}

/// 补差: by law day, each right pays what it adds to the highest so far, less what was received elsewhere and not taken off
/// before.
fn top_up(class: &[Member], state: &mut State) {
    let (mut highest, mut given) = (0i64, 0i64);
    let mut highest_claim = super::NONE;
    for member in class {
        let own = state.amount(member);
        let top = highest.max(own);
        let due = top.saturating_sub(member.received.unwrap_or(0)).max(0);
        let after = due.saturating_sub(given).min(own.saturating_sub(highest)).max(0);
        if after == 0 && own != 0 {
            state.merged_into[member.claim as usize] = highest_claim;
        }
        state.come_to(member, after);
        if own > highest || highest_claim == super::NONE {
            highest_claim = member.claim;
        }
        given = given.max(due);
        highest = top;
    }
}

/// Step 9. 叠加: together not more than the cap by the law of the latest right; what is over is cut in proportion.
pub(super) fn stack(members: &[Member], state: &mut State) {
    for class in each_class(members) {
        let Some(limit) = class.last().and_then(|last| last.limit) else {
            continue;
        };
        let mut by_right: Vec<Member> = class.to_vec();
        by_right.sort_unstable_by_key(|member| member.claim);
        let claims: Vec<i64> = by_right.iter().map(|member| state.amount(member)).collect();
        match proportional(i128::from(limit), &claims) {
            Some(parts) => by_right
                .iter()
                .zip(parts)
                .for_each(|(member, part)| state.come_to(member, part)),
            None => class.iter().for_each(|member| state.leave(member.claim)),
        }
    }
}
