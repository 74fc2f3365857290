//! How far long work has come. What is told changes nothing of what the work gives.

use crate::lists::List;

/// What goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Rights are decided.
    Deciding,
    /// A list is written.
    Writing(List),
}

/// Who is told how far work has come, from any thread.
pub trait Watch: Sync {
    /// Work begins that goes through so many rows.
    fn begin(&self, work: Work, rows: u64);

    /// So many more of them are done.
    fn done(&self, rows: u64);
}

/// Nobody.
#[derive(Debug, Clone, Copy)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn begin(&self, _work: Work, _rows: u64) {}

    fn done(&self, _rows: u64) {}
}
