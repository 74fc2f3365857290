//! Every finding the system can report, one file for each stage that reports it, and what is said of wrong use.

pub mod document;
pub mod gazette;
pub mod law;
pub mod names;
pub mod payments;
pub mod registry;
pub mod syntax;
pub mod types;
pub mod usage;

use crate::{Entry, Severity, Wording};

/// All entries, stage by stage.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    [
        document::ALL,
        gazette::ALL,
        syntax::ALL,
        names::ALL,
        types::ALL,
        law::ALL,
        registry::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

const fn entry(
    severity: Severity,
    code: &'static str,
    zh: (&'static str, &'static str),
    en: (&'static str, &'static str),
) -> Entry {
    Entry {
        code,
        severity,
        zh: Wording {
            message: zh.0,
            help: zh.1,
            related: "",
        },
        en: Wording {
            message: en.0,
            help: en.1,
            related: "",
        },
    }
}

const fn error(
    code: &'static str,
    zh: &'static str,
    zh_help: &'static str,
    en: &'static str,
    en_help: &'static str,
) -> Entry {
    entry(Severity::Error, code, (zh, zh_help), (en, en_help))
}

const fn warning(
    code: &'static str,
    zh: &'static str,
    zh_help: &'static str,
    en: &'static str,
    en_help: &'static str,
) -> Entry {
    entry(Severity::Warning, code, (zh, zh_help), (en, en_help))
}

const fn note(
    code: &'static str,
    zh: &'static str,
    zh_help: &'static str,
    en: &'static str,
    en_help: &'static str,
) -> Entry {
    entry(Severity::Note, code, (zh, zh_help), (en, en_help))
}

impl Entry {
    /// The same entry with words for a second place.
    const fn second(mut self, zh: &'static str, en: &'static str) -> Self {
        self.zh.related = zh;
        self.en.related = en;
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::usage;
    use crate::Entry;

    fn all() -> impl Iterator<Item = &'static Entry> {
        super::all().chain(usage::ALL.iter().copied())
    }

    #[test]
    fn every_code_is_kebab_case_and_stands_for_one_finding() {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for entry in all() {
            assert!(
                entry
                    .code
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{}",
                entry.code
            );
            let before = seen.insert(entry.code, entry.zh.message);
            assert!(before.is_none(), "{} stands for two findings", entry.code);
        }
    }

    #[test]
    fn every_finding_says_what_to_do_next_in_both_languages() {
        for entry in all() {
            for wording in [&entry.zh, &entry.en] {
                assert!(
                    !wording.message.is_empty() && !wording.help.is_empty(),
                    "{}",
                    entry.code
                );
            }
        }
    }
}
