//! Steps 7 to 10 of language.md §8.2 over columns: rights that share a cap, a group or an account.
//!
//! Rights are claims by number, in the order of rights: the rule, then the row. Keys are numbers: two rights with the
//! same number share. What a class of rights with one key comes to depends on its own rights only, so that closed sets
//! that hold a claim which is not exact, or whose key is open, are told apart and left as a whole to the interpreter.
//! All sums are in i128; nothing depends on how many threads there are.

mod accounts;
mod caps;
mod groups;
mod sets;
mod share;

use jiufen_language::program::GroupMode;

pub use sets::Sets;

/// No claim, no account.
pub const NONE: u32 = u32::MAX;

/// What the rights claim after step 6, a column a figure.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    /// Whole fen; 0 where the claim is open.
    pub fen: Vec<i64>,
    /// The most it may come to, in fen; [`i64::MAX`]: without limit. Where it is exact, the same as `fen`.
    pub most: Vec<i64>,
    /// The law day as `yyyymmdd`; 0 where it is not known.
    pub law_day: Vec<i32>,
    /// Whether the interpreter has to settle it: it is not exact, or one of its keys is open.
    pub open: Vec<bool>,
}

impl Claims {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.fen.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.fen.is_empty()
    }
}

/// A claim under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Which claim.
    pub claim: u32,
    /// Its key; numbers mean something within one cap, group or account only.
    pub key: u32,
    /// A shared cap, or the cap of a stacking group, by this claim's law, in fen; none where none holds.
    pub limit: Option<i64>,
    /// What was received elsewhere and is counted in, in fen.
    pub received: Option<i64>,
}

impl Member {
    /// A claim under a key, without a limit and with nothing to be counted in.
    pub fn new(claim: u32, key: u32) -> Self {
        Self {
            claim,
            key,
            limit: None,
            received: None,
        }
    }
}

/// A group of rights.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its rule.
    pub mode: GroupMode,
    /// Its rights.
    pub members: Vec<Member>,
}

/// What a right draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// Its own money, in fen.
    OwnMoney,
    /// This much, in whole units of the account.
    Whole(i64),
    /// Not known.
    Open,
}

/// A draw on an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// Which claim.
    pub claim: u32,
    /// What it asks for.
    pub units: Units,
    /// Its score on a scale that all draws of the account share; none is the lowest.
    pub score: Option<i128>,
}

/// How an account that is not enough is shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// 按比例, largest remainder.
    ProRata,
    /// 先后, by law day, then right.
    InOrder,
    /// 择优, by score, highest first.
    ByScore,
    /// The interpreter says what becomes of it.
    Left,
}

/// An account, in one year for a yearly one.
#[derive(Debug, Clone)]
pub struct Account {
    /// What it holds, in whole units; none: it has no figure, and every right that draws on it is refused.
    pub quota: Option<i128>,
    /// What happens beyond it.
    pub over: Over,
    /// Whether the last claim in order may receive a part.
    pub divisible: bool,
    /// What is drawn, in the order of rights.
    pub draws: Vec<Draw>,
}

/// Everything that rights share.
#[derive(Debug, Clone, Default)]
pub struct Population {
    /// What they claim.
    pub claims: Claims,
    /// Shared caps, in the order of rules and their caps.
    pub caps: Vec<Vec<Member>>,
    /// Groups, in the order of the program.
    pub groups: Vec<Group>,
    /// Accounts, in the order of the program, then of the years.
    pub accounts: Vec<Account>,
    /// Pairs of claims that may share a key that is open.
    pub bonds: Vec<(u32, u32)>,
}

/// What claims come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Whole fen after step 10.
    pub fen: Vec<i64>,
    /// The claim that stands in its place; [`NONE`]: none.
    pub merged_into: Vec<u32>,
    /// The account that refuses it, by position; [`NONE`]: none.
    pub refused_by: Vec<u32>,
    /// Whether it is left to the interpreter. The claims that are left are closed: none of them shares anything with one
    /// that is not.
    pub left: Vec<bool>,
    /// Claims that share something stand in one set.
    pub sets: Sets,
}

/// What goes through the steps.
pub(crate) struct State {
    pub fen: Vec<i64>,
    pub merged_into: Vec<u32>,
    pub refused_by: Vec<u32>,
    pub left: Vec<bool>,
}

impl Population {
    /// Settles all claims that are exact with known keys, together with all that they share something with.
    pub fn settle(&self) -> Settled {
        let count = self.claims.len();
        let mut sets = Sets::new(count);
        let mut state = State {
            fen: self.claims.fen.clone(),
            merged_into: vec![NONE; count],
            refused_by: vec![NONE; count],
            left: self.claims.open.clone(),
        };
        for (a, b) in &self.bonds {
            sets.join(*a, *b);
        }
        let classes_of = |members: &[Member]| classes(members, &self.claims.law_day);
        for cap in &self.caps {
            let members = classes_of(cap);
            sets.join_classes(&members);
            caps::settle(&members, &mut state);
        }
        let groups: Vec<(GroupMode, Vec<Member>)> = self
            .groups
            .iter()
            .map(|group| (group.mode, classes_of(&group.members)))
            .collect();
        groups.iter().for_each(|(_, members)| sets.join_classes(members));
        let stacks = |group: &&(GroupMode, Vec<Member>)| group.0 == GroupMode::Stack;
        for (mode, members) in groups.iter().filter(|group| !stacks(group)) {
            groups::choose(*mode, members, &mut state);
        }
        for (_, members) in groups.iter().filter(stacks) {
            groups::stack(members, &mut state);
        }
        for (at, account) in self.accounts.iter().enumerate() {
            if account.is_tight(&self.claims) {
                sets.join_all(account.draws.iter().map(|draw| draw.claim));
            }
            accounts::settle(at as u32, account, &self.claims, &mut state);
        }
        let left = sets.spread(&state.left);
        Settled {
            fen: state.fen,
            merged_into: state.merged_into,
            refused_by: state.refused_by,
            left,
            sets,
        }
    }
}

/// Members by key, in each by law day, then by right.
fn classes(members: &[Member], law_day: &[i32]) -> Vec<Member> {
    let mut sorted = members.to_vec();
    sorted.sort_unstable_by_key(|member| (member.key, law_day[member.claim as usize], member.claim));
    sorted
}

/// The members of each key.
fn each_class(members: &[Member]) -> impl Iterator<Item = &[Member]> {
    members.chunk_by(|a, b| a.key == b.key)
}

impl State {
    fn amount(&self, member: &Member) -> i64 {
        self.fen[member.claim as usize]
    }

    fn come_to(&mut self, member: &Member, fen: i64) {
        self.fen[member.claim as usize] = fen;
    }

    /// Left to the interpreter, and with it all that it shares something with.
    fn leave(&mut self, claim: u32) {
        self.left[claim as usize] = true;
    }
}
