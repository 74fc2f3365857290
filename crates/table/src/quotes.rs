//! The quoted cells of a row as they stand in the text.

/// A cell that begins with a quotation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quoted {
    /// Where its first mark stands in the row.
    pub open: usize,
    /// Whether it holds an end of line.
    pub spans_lines: bool,
    /// How it ends.
    pub end: QuoteEnd,
}

/// How a quoted cell ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuoteEnd {
    /// At a mark with nothing but the end of the cell behind it.
    Closed,
    /// At a mark with more of the cell behind it.
    Followed,
    /// Nowhere.
    Open,
}

/// The quoted cells of a row, in order.
pub(crate) fn quoted_cells(row: &[u8]) -> impl Iterator<Item = Quoted> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < row.len() {
            let open = at;
            let close = (row[open] == b'"').then(|| closing_mark(row, open + 1));
            let behind = match close {
                Some(Some(mark)) => mark + 1,
                Some(None) => row.len(),
                None => open,
            };
            let comma = row[behind..].iter().position(|b| *b == b',');
            at = comma.map_or(row.len(), |comma| behind + comma + 1);
            if let Some(close) = close {
                let end = match (close, row.get(behind)) {
                    (None, _) => QuoteEnd::Open,
                    (_, None | Some(b',')) => QuoteEnd::Closed,
                    _ => QuoteEnd::Followed,
                };
                return Some(Quoted {
                    open,
                    spans_lines: row[open..behind].iter().any(|b| matches!(b, b'\n' | b'\r')),
                    end,
                });
            }
        }
        None
    })
}

/// The mark that closes the cell whose words begin at `at`; a mark written twice is one of its words.
fn closing_mark(row: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let mark = at + row[at..].iter().position(|b| *b == b'"')?;
        if row.get(mark + 1) != Some(&b'"') {
            return Some(mark);
        }
        at = mark + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(row: &str, expected: &[(usize, bool, QuoteEnd)]) {
        let found: Vec<_> = quoted_cells(row.as_bytes())
            .map(|cell| (cell.open, cell.spans_lines, cell.end))
            .collect();
        assert_eq!(found, expected, "{row:?}");
    }

    #[test]
    fn a_quoted_cell_ends_at_its_mark_or_says_how_it_does_not() {
        use QuoteEnd::{Closed, Followed, Open};
        check("a,5\",c", &[]);
        check("a,\"b,\"\"c\",\"\"", &[(2, false, Closed), (10, false, Closed)]);
        check("\"a\nb\",c", &[(0, true, Closed)]);
        check("a,\"b\nc,\"d\",e", &[(2, true, Followed)]);
        check("a,\"b\"\"", &[(2, false, Open)]);
        check("\"", &[(0, false, Open)]);
    }
}
