//! Step 7: caps of one rule that several rights share, used up by law day, then by right.

use super::{Member, State, each_class};

pub(super) fn settle(members: &[Member], state: &mut State) {
    for class in each_class(members) {
        let mut used: i128 = 0;
        for member in class {
            // Where no cap holds, what the right comes to uses nothing up.
            let Some(limit) = member.limit else { continue };
            let own = i128::from(state.amount(member));
            let after = own.min((i128::from(limit) - used).max(0));
            used += after;
            // Not above what it was.
            state.come_to(member, after as i64);
        }
    }
}
