//! Names that every dialect takes and that stand for one thing only.

use std::collections::HashSet;

use super::dialect::LONGEST_NAME;

/// The names of columns that are taken.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// A name before any of some endings, the longest of which has so many bytes.
    pub fn take_head(&mut self, wanted: &str, ending: usize) -> String {
        let most = LONGEST_NAME - ending;
        let mut name = cut(wanted, most);
        let mut number = 1_u32;
        // Spark takes names that differ in case only for the same.
        while !self.taken.insert(name.to_lowercase()) {
            number += 1;
            let tail = format!("~{number}");
            name = cut(wanted, most - tail.len()) + &tail;
        }
        name
    }

    /// The name itself, or, where it is taken or too long, one that begins with it.
    pub fn take(&mut self, wanted: &str) -> String {
        self.take_head(wanted, 0)
    }
}

/// The beginning of a text that fits so many bytes.
fn cut(text: &str, bytes: usize) -> String {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_fit() {
        let mut names = Names::default();
        assert_eq!(names.take("研发费用"), "研发费用");
        assert_eq!(names.take("研发费用"), "研发费用~2");
        let long = "一".repeat(40);
        assert_eq!(names.take(&long), "一".repeat(21));
        assert_eq!(names.take(&long), format!("{}~2", "一".repeat(20)));
        assert_eq!((names.take("a"), names.take("A")), ("a".into(), "A~2".into()));
    }
}
