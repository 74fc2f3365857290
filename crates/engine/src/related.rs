//! 合计, 平均, 计数, 存在, 最大 and 最小 over the rows that refer to a row: from columns of the listed rows to a column of the
//! rows they name, in one pass.
//!
//! Sums are on 128 bits, which 2³² numbers of 64 bits cannot fill. What is not known of a listed row leaves an interval;
//! nothing is guessed at.

use crate::rank::Belongs;

/// What is made of the listed rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// 合计: of nothing it is 0.
    Sum,
    /// 平均: of nothing there is none.
    Mean,
    /// 计数 of the rows that belong; their values are not asked.
    Count,
    /// 最大: of nothing there is none.
    Maximum,
    /// 最小: of nothing there is none.
    Minimum,
}

/// A value of a listed row, between two ends; an absent end has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// A number.
    Between(Option<i64>, Option<i64>),
    /// 无: it is left out.
    Nothing,
}

impl Listed {
    /// A known number.
    pub fn only(n: i64) -> Self {
        Self::Between(Some(n), Some(n))
    }
}

/// Columns of the listed subject.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// The row that each names; none where it names none. A row that may name any is no column for this operator.
    pub parent: &'a [Option<u32>],
    /// Whether each belongs (其中).
    pub belongs: &'a [Belongs],
    /// The value of each.
    pub values: &'a [Listed],
    /// Whether the list of every row is known to be whole.
    pub complete: bool,
    /// Whether values may be below zero: then a row that is not listed may take away from a sum.
    pub signed: bool,
}

/// What the listed rows of one row come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    /// The lower end, if there is one.
    pub low: Option<i128>,
    /// The upper end, if there is one.
    pub high: Option<i128>,
    /// By what both ends are still to be divided: above 1 for 平均 only.
    pub over: u32,
    /// Whether there is a number at all: for 平均, 最大 and 最小 of nothing there is none.
    pub there: Belongs,
}

impl Folded {
    /// The number, where it is known.
    pub fn exact(&self) -> Option<i128> {
        self.low
            .filter(|low| self.high == Some(*low) && self.there == Belongs::Yes)
    }
}

/// Folds the listed rows onto the `parents` rows that they name.
///
/// # Panics
/// When the columns are not of one length, or a row names one that is not there.
pub fn fold(fold: Fold, rows: Rows<'_>, parents: usize) -> Vec<Folded> {
    assert!(
        rows.parent.len() == rows.belongs.len() && rows.parent.len() == rows.values.len(),
        "columns of one subject have one length"
    );
    let mut states = vec![State::default(); parents];
    for (row, parent) in rows.parent.iter().enumerate() {
        let certain = match rows.belongs[row] {
            Belongs::No => continue,
            Belongs::Yes => true,
            Belongs::Maybe => false,
        };
        if let Some(parent) = parent {
            states[*parent as usize].add(fold, certain, rows.values[row]);
        }
    }
    states.into_iter().map(|state| state.folded(fold, rows)).collect()
}

/// Whether a listed row belongs (存在): one that does for sure wins over whatever is not known.
pub fn exists(rows: Rows<'_>, parents: usize) -> Vec<Belongs> {
    let counted = fold(Fold::Count, rows, parents).into_iter();
    counted
        .map(|count| match (count.low, count.high) {
            (Some(low), _) if low > 0 => Belongs::Yes,
            (_, Some(0)) => Belongs::No,
            _ => Belongs::Maybe,
        })
        .collect()
}

/// What has been folded onto a row so far.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    certain: u64,
    perhaps: u64,
    sum: Ends,
    /// The extreme of the rows that belong for sure, and its hull with those that may.
    known: Option<Ends>,
    hull: Option<Ends>,
}

/// Two ends; `None` has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends(Option<i128>, Option<i128>);

impl Default for Ends {
    fn default() -> Self {
        Self(Some(0), Some(0))
    }
}

impl Ends {
    fn hull(self, other: Self) -> Self {
        let both = |a: Option<i128>, b: Option<i128>, pick: fn(i128, i128) -> i128| Some(pick(a?, b?));
        Self(both(self.0, other.0, i128::min), both(self.1, other.1, i128::max))
    }

    fn plus(self, other: Self) -> Self {
        // INVARIANT: fewer than 2³² numbers of 64 bits, so that the sum stays below 2⁹⁶.
        let both = |a: Option<i128>, b: Option<i128>| Some(a? + b?);
        Self(both(self.0, other.0), both(self.1, other.1))
    }

    /// The larger or smaller of two, end by end.
    fn extreme(self, other: Self, fold: Fold) -> Self {
        // An end without limit stands beyond every number: below for a lower end, above for an upper one.
        let (low, high) = match fold {
            Fold::Minimum => (
                self.0.zip(other.0).map(|(a, b)| a.min(b)),
                match (self.1, other.1) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                },
            ),
            _ => (
                match (self.0, other.0) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    (a, b) => a.or(b),
                },
                self.1.zip(other.1).map(|(a, b)| a.max(b)),
            ),
        };
        Self(low, high)
    }
}

impl State {
    fn add(&mut self, fold: Fold, certain: bool, value: Listed) {
        if fold == Fold::Count {
            self.certain += u64::from(certain);
            self.perhaps += 1;
            return;
        }
        let Listed::Between(low, high) = value else { return };
        let number = Ends(low.map(i128::from), high.map(i128::from));
        self.certain += u64::from(certain);
        self.perhaps += 1;
        match (fold, certain) {
            (Fold::Mean, _) => {
                self.sum = self.sum.plus(number);
                self.hull = Some(self.hull.map_or(number, |hull| hull.hull(number)));
            }
            (Fold::Sum, true) => self.sum = self.sum.plus(number),
            (Fold::Sum, false) => self.sum = self.sum.plus(number.hull(Ends::default())),
            (_, true) => {
                self.known = Some(self.known.map_or(number, |known| known.extreme(number, fold)));
            }
            // What may belong is put in at the end, beside the extreme of all that do.
            (_, false) => self.hull = Some(self.hull.map_or(number, |hull| hull.hull(number))),
        }
    }

    fn folded(self, fold: Fold, rows: Rows<'_>) -> Folded {
        match fold {
            Fold::Count => Folded {
                low: Some(i128::from(self.certain)),
                high: rows.complete.then_some(i128::from(self.perhaps)),
                over: 1,
                there: Belongs::Yes,
            },
            Fold::Sum => Folded {
                low: self.sum.0.filter(|_| rows.complete || !rows.signed),
                high: self.sum.1.filter(|_| rows.complete),
                over: 1,
                there: Belongs::Yes,
            },
            Fold::Mean => self.mean(rows),
            Fold::Maximum | Fold::Minimum => self.extreme(fold, rows),
        }
    }

    /// The mean of what certainly belongs; where rows may belong or be missing, anything between the ends of all.
    fn mean(self, rows: Rows<'_>) -> Folded {
        let between = |Ends(low, high): Ends, over: u32, there: Belongs| Folded {
            low,
            high,
            over,
            there,
        };
        match self.hull {
            _ if !rows.complete => between(Ends((!rows.signed).then_some(0), None), 1, Belongs::Yes),
            None => between(Ends(None, None), 1, Belongs::No),
            Some(hull) if self.certain < self.perhaps => {
                let there = if self.certain > 0 {
                    Belongs::Yes
                } else {
                    Belongs::Maybe
                };
                between(hull, 1, there)
            }
            // INVARIANT: no more rows than are numbered with 32 bits.
            Some(_) => between(self.sum, self.certain as u32, Belongs::Yes),
        }
    }

    /// A row that only may belong can move the end it is pulled to, not the other.
    fn extreme(self, fold: Fold, rows: Rows<'_>) -> Folded {
        let beyond = (!rows.complete).then_some(Ends((!rows.signed).then_some(0), None));
        let mut answer = self.known;
        for number in self.hull.into_iter().chain(beyond) {
            answer = Some(match (answer, self.known) {
                (Some(answer), Some(_)) => answer.hull(answer.extreme(number, fold)),
                (Some(answer), None) => answer.hull(number),
                (None, _) => number,
            });
        }
        let there = match (self.known, answer) {
            (Some(_), _) => Belongs::Yes,
            (None, Some(_)) => Belongs::Maybe,
            (None, None) => Belongs::No,
        };
        let Ends(low, high) = answer.unwrap_or(Ends(None, None));
        Folded {
            low,
            high,
            over: 1,
            there,
        }
    }
}
