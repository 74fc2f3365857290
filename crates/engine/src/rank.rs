//! Places of all rows of a subject among their peers, from columns of exact scores: the best and the worst each can be,
//! how many are ranked, how many are level, and which band of shares a place falls in.
//!
//! A score is a ratio of machine integers and is compared by cross-multiplication on 128 bits. Sorting once and looking
//! twice gives every row its place in `n log n`.

use std::cmp::Ordering;
use std::collections::HashMap;

/// A ratio of whole numbers.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    num: i64,
    den: i64,
}

impl Ratio {
    /// `num / den`; none when `den` is zero, or when a sign cannot be turned on 64 bits.
    pub fn new(num: i64, den: i64) -> Option<Self> {
        let turned = (num.checked_neg()?, den.checked_neg()?);
        match den.cmp(&0) {
            Ordering::Greater => Some(Self { num, den }),
            Ordering::Less => Some(Self {
                num: turned.0,
                den: turned.1,
            }),
            Ordering::Equal => None,
        }
    }

    /// A whole number; none for the least of 64 bits.
    pub fn whole(num: i64) -> Option<Self> {
        Self::new(num, 1)
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ratio {}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        // INVARIANT: denominators are above zero; a product of two 64-bit numbers fits 128 bits.
        let (left, right) = (
            i128::from(self.num) * i128::from(other.den),
            i128::from(other.num) * i128::from(self.den),
        );
        left.cmp(&right)
    }
}

/// An end of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// It may be as low as can be.
    Below,
    /// It is this at most, or at least.
    At(Ratio),
    /// It may be as high as can be.
    Above,
}

/// A score between two ends; the same twice where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Its lower end.
    pub low: End,
    /// Its upper end.
    pub high: End,
}

impl Score {
    /// A known score.
    pub fn known(ratio: Ratio) -> Self {
        Self {
            low: End::At(ratio),
            high: End::At(ratio),
        }
    }

    /// A score of which nothing is known.
    pub fn open() -> Self {
        Self {
            low: End::Below,
            high: End::Above,
        }
    }
}

/// Whether a row takes a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It may.
    Maybe,
}

/// A key of the ranking: a score a row, and whether the largest is first.
#[derive(Debug, Clone)]
pub struct Key {
    /// One a row.
    pub scores: Vec<Score>,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// The columns that a ranking reads; all are as long as the subject has rows.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// Whether each row takes a place.
    pub belongs: Vec<Belongs>,
    /// Which peers each row is ranked against, by a number of its own; none where that is open.
    pub group: Vec<Option<u32>>,
    /// The first decides first; rows level in all of them share the better place.
    pub keys: Vec<Key>,
}

/// What a ranking says of each row, as if it took a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// The best place it can have, from 1.
    pub best: Vec<u32>,
    /// The worst.
    pub worst: Vec<u32>,
    /// How many are ranked at least, itself among them.
    pub fewest: Vec<u32>,
    /// How many at most.
    pub most: Vec<u32>,
    /// How many others are level with it, nothing of them or of itself being open.
    pub level: Vec<u32>,
}

/// The ends of a row's keys, turned so that more is better.
type Ends = Vec<End>;

/// Peers in order.
#[derive(Debug, Default)]
struct Group {
    certain: Vec<Ends>,
    possible: Vec<Ends>,
    settled: Vec<Ends>,
}

impl Ranking {
    /// The place of every row.
    ///
    /// # Panics
    /// When the columns are not of one length.
    pub fn places(&self) -> Places {
        let rows = self.belongs.len();
        assert!(
            self.group.len() == rows && self.keys.iter().all(|key| key.scores.len() == rows),
            "columns of one subject have one length"
        );
        let ends: Vec<(Ends, Ends)> = (0..rows).map(|row| self.ends(row)).collect();
        let groups = self.groups(&ends);
        let ranked = self.belongs.iter().filter(|b| **b != Belongs::No).count();
        let mut places = Places::default();
        for (row, (worst, best)) in ends.iter().enumerate() {
            let (belongs, inside) = (self.belongs[row], self.belongs[row] != Belongs::No);
            let Some(group) = self.group[row].and_then(|group| groups.get(&group)) else {
                let others = match self.group[row] {
                    Some(_) => 0,
                    None => ranked - usize::from(inside),
                };
                places.push([0, others, 0, others, 0]);
                continue;
            };
            let itself = usize::from(inside && best > worst);
            let settled = belongs == Belongs::Yes && best == worst;
            places.push([
                above(&group.certain, best),
                above(&group.possible, worst) - itself,
                group.certain.len() - usize::from(belongs == Belongs::Yes),
                group.possible.len() - usize::from(inside),
                if settled {
                    equal(&group.settled, worst) - 1
                } else {
                    0
                },
            ]);
        }
        places
    }

    fn ends(&self, row: usize) -> (Ends, Ends) {
        let turned = |key: &Key| {
            let Score { low, high } = key.scores[row];
            match key.descending {
                true => (low, high),
                false => (mirrored(high), mirrored(low)),
            }
        };
        self.keys.iter().map(turned).unzip()
    }

    fn groups(&self, ends: &[(Ends, Ends)]) -> HashMap<u32, Group> {
        let mut groups: HashMap<u32, Group> = HashMap::new();
        for (row, group) in self.group.iter().enumerate() {
            if let (Some(group), true) = (group, self.belongs[row] != Belongs::No) {
                groups.entry(*group).or_default();
            }
        }
        for (row, (worst, best)) in ends.iter().enumerate() {
            let add = |group: &mut Group, certain: bool| {
                group.possible.push(best.clone());
                if certain {
                    group.certain.push(worst.clone());
                    if best == worst {
                        group.settled.push(worst.clone());
                    }
                }
            };
            match (self.belongs[row], self.group[row]) {
                (Belongs::No, _) => {}
                (belongs, Some(group)) => {
                    if let Some(group) = groups.get_mut(&group) {
                        add(group, belongs == Belongs::Yes);
                    }
                }
                (_, None) => groups.values_mut().for_each(|group| add(group, false)),
            }
        }
        for group in groups.values_mut() {
            group.certain.sort_unstable();
            group.possible.sort_unstable();
            group.settled.sort_unstable();
        }
        groups
    }
}

impl Places {
    /// Numbers of others: ahead for sure, ahead perhaps, ranked for sure, ranked perhaps, level.
    fn push(&mut self, [ahead, may_be_ahead, fewest, most, level]: [usize; 5]) {
        // INVARIANT: a subject has fewer than 2³² rows; its rows are numbered in 32 bits.
        let one_more = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        self.best.push(one_more(ahead));
        self.worst.push(one_more(may_be_ahead));
        self.fewest.push(one_more(fewest));
        self.most.push(one_more(most));
        self.level.push(u32::try_from(level).unwrap_or(u32::MAX));
    }

    /// Which of ascending bands of shares each row falls in wherever its place and the number of peers fall; none where
    /// that is open. A row behind the last band is in band `bands.len()`.
    pub fn bands(&self, bands: &[Band]) -> Vec<Option<usize>> {
        let of = |place: u32, peers: u32| {
            let within = |band: &Band| u64::from(place) <= band.places(peers);
            bands.iter().position(within).unwrap_or(bands.len())
        };
        let rows = self
            .best
            .iter()
            .zip(&self.worst)
            .zip(self.fewest.iter().zip(&self.most));
        rows.map(|((best, worst), (fewest, most))| {
            // More peers make a band wider, so that the ends of both are the ends of the band.
            let (first, last) = (of(*best, *most), of(*worst, *fewest));
            (first == last).then_some(first)
        })
        .collect()
    }

    /// `place / peers` of each row of whom both are known: the percentile.
    pub fn percentiles(&self) -> Vec<Option<Ratio>> {
        let known = |row: usize| self.best[row] == self.worst[row] && self.fewest[row] == self.most[row];
        let of = |row: usize| Ratio::new(i64::from(self.best[row]), i64::from(self.fewest[row]));
        (0..self.best.len())
            .map(|row| known(row).then(|| of(row)).flatten())
            .collect()
    }
}

/// The first places up to a share of all, brought to whole places.
#[derive(Debug, Clone, Copy)]
pub struct Band {
    /// The share, not below zero.
    pub share: Ratio,
    /// How a part of a place is brought to a whole one.
    pub rounding: jiufen_quantity::Rounding,
}

impl Band {
    /// How many places belong to it among this many peers.
    pub fn places(&self, peers: u32) -> u64 {
        use jiufen_quantity::Rounding;
        let (num, den) = (i128::from(self.share.num.max(0)), i128::from(self.share.den));
        let whole = num * i128::from(peers);
        let places = match self.rounding {
            Rounding::Truncate => whole / den,
            Rounding::Up => (whole + den - 1) / den,
            Rounding::HalfUp => (2 * whole + den) / (2 * den),
        };
        u64::try_from(places).unwrap_or(u64::MAX)
    }
}

fn mirrored(end: End) -> End {
    match end {
        End::Below => End::Above,
        // INVARIANT: a ratio is not made of the least 64-bit number, which has no negative.
        End::At(Ratio { num, den }) => End::At(Ratio { num: -num, den }),
        End::Above => End::Below,
    }
}

/// How many of `ordered` are above `key`.
fn above(ordered: &[Ends], key: &Ends) -> usize {
    ordered.len() - ordered.partition_point(|other| other <= key)
}

/// How many of `ordered` are `key`.
fn equal(ordered: &[Ends], key: &Ends) -> usize {
    ordered.partition_point(|other| other <= key) - ordered.partition_point(|other| other < key)
}
