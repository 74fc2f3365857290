//! The order of all rows of a subject, and the place it gives each.

use std::collections::HashMap;

use jiufen_language::program::Literal;
use jiufen_quantity::Exact;
use jiufen_quantity::exact::integer;

use crate::facts::RowId;
use crate::value::{Interval, Reason, Reasons, Truth, Value};

/// The order of all rows of a subject in one year.
#[derive(Debug)]
pub(crate) struct Standings {
    rows: Vec<Ranked>,
    /// How many of them take a place, or may.
    ranked: usize,
    groups: HashMap<Vec<GroupKey>, Group>,
    /// Why there may be rows that the facts do not list.
    unlisted: Reasons,
}

/// A row as the others see it.
#[derive(Debug)]
pub(super) struct Ranked {
    /// Whether it takes a place; certain without reasons.
    pub(super) belongs: Belongs,
    /// Which peers it is ranked against; none while that is open.
    pub(super) group: Option<Vec<GroupKey>>,
    /// Its keys at their worst and at their best, the first deciding first. A larger end is a better one.
    pub(super) worst: Vec<End>,
    pub(super) best: Vec<End>,
    /// Why its keys, its group or whether it belongs is open.
    pub(super) reasons: Reasons,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belongs {
    Yes,
    No,
    Maybe,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum GroupKey {
    Literal(Literal),
    Row(RowId),
    Nothing,
}

/// An end of a score.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Below,
    At(Exact),
    Above,
}

/// Peers that are ranked against each other.
#[derive(Debug, Default)]
struct Group {
    /// The worst keys of those that take a place for sure, in order.
    certain: Vec<Vec<End>>,
    /// The best keys of all that may take one, in order.
    possible: Vec<Vec<End>>,
    /// The keys of those of whom nothing is open, in order.
    settled: Vec<Vec<End>>,
    /// Those of whom something is open and who can be ahead of some only.
    open: Vec<u32>,
    /// Why those are open who may stand anywhere.
    anywhere: Reasons,
    /// Why it is open who takes a place.
    uncertain: Reasons,
}

/// Which peers are named as the reason why a place is open. All of them are as many as the registry has rows, for every
/// row; what a row comes to does not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peers {
    All,
    /// At most one.
    One,
}

impl Peers {
    fn of(self, reasons: &Reasons) -> impl Iterator<Item = Reason> {
        reasons.iter().take(self.at_most(reasons.len())).cloned()
    }

    fn open(self, group: &Group) -> impl Iterator<Item = u32> {
        group.open.iter().take(self.at_most(group.open.len())).copied()
    }

    fn at_most(self, all: usize) -> usize {
        match self {
            Self::All => all,
            Self::One => 1,
        }
    }
}

/// What a ranking tells of one row.
#[derive(Debug, Clone)]
pub(crate) struct PlaceOf {
    /// 位次.
    pub place: Value,
    /// 总数.
    pub peers: Value,
    /// How many others are level with it, all of them settled.
    pub level: u32,
}

/// What peers agree in; none while that is open.
pub(super) fn group_key(value: &Value) -> Option<GroupKey> {
    match value {
        Value::Literal(literal) => Some(GroupKey::Literal(literal.clone())),
        Value::Truth(truth) => Some(GroupKey::Literal(Literal::Boolean(*truth))),
        Value::Number(interval, _) => interval
            .exact()
            .map(|n| GroupKey::Literal(Literal::Number(n.clone()))),
        Value::Row(row) => Some(GroupKey::Row(*row)),
        Value::Absent => Some(GroupKey::Nothing),
        _ => None,
    }
}

impl End {
    pub(super) fn mirrored(self) -> Self {
        match self {
            Self::Below => Self::Above,
            Self::At(value) => Self::At(-value),
            Self::Above => Self::Below,
        }
    }
}

impl Ranked {
    pub(super) fn none() -> Self {
        Self {
            belongs: Belongs::No,
            group: None,
            worst: Vec::new(),
            best: Vec::new(),
            reasons: Reasons::new(),
        }
    }

    /// Narrows whether it takes a place by one more condition.
    pub(super) fn belongs_if(&mut self, value: &Value, unranked: &Reason) {
        if self.belongs == Belongs::No {
            return;
        }
        match value.truth() {
            Truth::Yes => {}
            Truth::No => self.belongs = Belongs::No,
            Truth::Open(reasons) => {
                self.belongs = Belongs::Maybe;
                self.reasons.extend(reasons.iter().cloned());
            }
            Truth::Refused(_) => {
                self.belongs = Belongs::Maybe;
                self.reasons.insert(unranked.clone());
            }
        }
    }

    fn is_settled(&self) -> bool {
        self.belongs == Belongs::Yes && self.worst == self.best && self.group.is_some()
    }
}

impl Standings {
    pub(super) fn new(rows: Vec<Ranked>, unlisted: Reasons) -> Self {
        let mut groups: HashMap<Vec<GroupKey>, Group> = HashMap::new();
        for ranked in rows.iter().filter(|r| r.belongs != Belongs::No) {
            groups
                .entry(ranked.group.clone().unwrap_or_default())
                .or_default();
        }
        for (index, ranked) in (0u32..).zip(&rows) {
            match (&ranked.group, ranked.belongs) {
                (_, Belongs::No) => {}
                (Some(key), _) => {
                    if let Some(group) = groups.get_mut(key) {
                        group.add(index, ranked);
                    }
                }
                (None, _) => groups.values_mut().for_each(|group| group.add(index, ranked)),
            }
        }
        for group in groups.values_mut() {
            group.certain.sort();
            group.possible.sort();
            group.settled.sort();
        }
        Self {
            ranked: rows.iter().filter(|r| r.belongs != Belongs::No).count(),
            rows,
            groups,
            unlisted,
        }
    }

    /// The place of a row as if it took one, and of how many.
    pub(super) fn place(&self, row: u32, named: Peers) -> PlaceOf {
        let own = &self.rows[row as usize];
        match own.group.as_ref().and_then(|key| self.groups.get(key)) {
            Some(group) => self.place_in(group, own, row, named),
            None => self.anywhere(own, named),
        }
    }

    fn place_in(&self, group: &Group, own: &Ranked, row: u32, named: Peers) -> PlaceOf {
        let ahead = above(&group.certain, &own.best);
        let itself = usize::from(own.belongs != Belongs::No && own.best > own.worst);
        let may_be_ahead = above(&group.possible, &own.worst) - itself;
        let others_for_sure = group.certain.len() - usize::from(own.belongs == Belongs::Yes);
        let others = group.possible.len() - usize::from(own.belongs != Belongs::No);
        let mut place_reasons = own.reasons.clone();
        place_reasons.extend(named.of(&group.anywhere));
        for (index, peer) in named.open(group).map(|index| (index, &self.rows[index as usize])) {
            if index == row {
                continue;
            }
            let certain = peer.belongs == Belongs::Yes && peer.group.is_some();
            if peer.best > own.worst && !(certain && peer.worst > own.best) {
                place_reasons.extend(peer.reasons.iter().cloned());
            }
        }
        let level = match own.is_settled() {
            true => range(&group.settled, &own.worst).saturating_sub(1),
            false => 0,
        };
        PlaceOf {
            place: self.between(ahead, may_be_ahead, place_reasons),
            peers: self.between(others_for_sure, others, named.of(&group.uncertain).collect()),
            level: u32::try_from(level).unwrap_or(u32::MAX),
        }
    }

    /// The place of a row of which it is not known against whom it is ranked.
    fn anywhere(&self, own: &Ranked, named: Peers) -> PlaceOf {
        let others = self.ranked - usize::from(own.belongs != Belongs::No);
        let mut reasons = own.reasons.clone();
        let open = self
            .rows
            .iter()
            .filter(|r| named == Peers::All && r.belongs != Belongs::No && !r.is_settled());
        reasons.extend(open.flat_map(|r| r.reasons.iter().cloned()));
        PlaceOf {
            place: self.between(0, others, reasons.clone()),
            peers: self.between(0, others, reasons),
            level: 0,
        }
    }

    /// One more than between two numbers of others.
    fn between(&self, low: usize, high: usize, mut reasons: Reasons) -> Value {
        let whole = |n: usize| integer(i128::try_from(n).unwrap_or(i128::MAX)) + integer(1);
        let high = self.unlisted.is_empty().then(|| whole(high));
        reasons.extend(self.unlisted.iter().cloned());
        Value::number(
            Interval {
                low: Some(whole(low)),
                high,
            },
            reasons,
        )
    }
}

impl Group {
    fn add(&mut self, index: u32, ranked: &Ranked) {
        let certain = ranked.belongs == Belongs::Yes && ranked.group.is_some();
        if certain {
            self.certain.push(ranked.worst.clone());
        }
        self.possible.push(ranked.best.clone());
        if !certain {
            self.uncertain.extend(ranked.reasons.iter().cloned());
        }
        let boundless = ranked.worst.first() == Some(&End::Below) && ranked.best.first() == Some(&End::Above);
        if ranked.is_settled() {
            self.settled.push(ranked.worst.clone());
        } else if boundless {
            self.anywhere.extend(ranked.reasons.iter().cloned());
        } else {
            self.open.push(index);
        }
    }
}

/// How many of `ordered` are above `key`.
fn above(ordered: &[Vec<End>], key: &Vec<End>) -> usize {
    ordered.len() - ordered.partition_point(|other| other <= key)
}

/// How many of `ordered` are `key`.
fn range(ordered: &[Vec<End>], key: &Vec<End>) -> usize {
    ordered.partition_point(|other| other <= key) - ordered.partition_point(|other| other < key)
}
