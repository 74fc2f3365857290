//! Which file and anchor everything has: ASCII, stable while the thing keeps its name, the same in every build.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiufen_document::{Clause, Document};
use jiufen_interpret::Right;
use jiufen_language::program::{CiteId, ParameterId, Program, RuleId, VerdictId};
use smol_str::SmolStr;

use crate::Pack;

/// The files of a site, relative to its root, and the anchors in them.
#[derive(Debug, Default)]
pub(super) struct Names {
    documents: Vec<String>,
    clauses: Vec<Vec<String>>,
    rules: Vec<String>,
    verdicts: Vec<String>,
    parameters: Vec<String>,
    /// Documents by the path that the program knows them by.
    by_path: BTreeMap<String, usize>,
    /// Names of rules and parameters that mean one thing only, for links inside rule blocks.
    words: HashMap<SmolStr, String>,
}

impl Names {
    /// Names for all documents, clauses, rules, verdicts and parameters of a pack.
    pub fn of(pack: &Pack) -> Self {
        let program = &pack.program;
        let path = |document| program.document(document).path.as_str();
        let mut taken = HashSet::new();
        let mut documents = Vec::new();
        for document in &pack.documents {
            let number = document.meta.number.as_ref().map_or("", |n| n.value.as_str());
            documents.push(unique(&mut taken, "documents/", &ascii(number), &document.path));
        }
        let rules = program
            .rules
            .iter()
            .map(|rule| {
                unique(
                    &mut taken,
                    "rules/",
                    "r",
                    &format!("{}\n{}", path(rule.document), rule.name),
                )
            })
            .collect();
        let verdicts = program
            .verdicts
            .iter()
            .map(|v| {
                unique(
                    &mut taken,
                    "rules/",
                    "v",
                    &format!("{}\n{}", path(v.document), v.name),
                )
            })
            .collect();
        let mut anchors = HashSet::new();
        let parameters = program
            .parameters
            .iter()
            .map(|p| anchor(&mut anchors, "p", &format!("{}\n{}", path(p.document), p.name)))
            .collect();
        let mut names = Self {
            clauses: pack.documents.iter().map(clause_anchors).collect(),
            by_path: pack
                .documents
                .iter()
                .enumerate()
                .map(|(i, d)| (d.path.clone(), i))
                .collect(),
            documents,
            rules,
            verdicts,
            parameters,
            words: HashMap::new(),
        };
        names.words = names.unambiguous(program);
        names
    }

    fn unambiguous(&self, program: &Program) -> HashMap<SmolStr, String> {
        let mut words: HashMap<SmolStr, Option<String>> = HashMap::new();
        let mut add = |name: &SmolStr, target: String| {
            words
                .entry(name.clone())
                .and_modify(|known| *known = None)
                .or_insert(Some(target));
        };
        for (index, rule) in program.rules.iter().enumerate() {
            add(&rule.name, self.rules[index].clone());
        }
        for (index, verdict) in program.verdicts.iter().enumerate() {
            add(&verdict.name, self.verdicts[index].clone());
        }
        for (index, parameter) in program.parameters.iter().enumerate() {
            add(&parameter.name, self.parameter(ParameterId(index as u32)));
        }
        words
            .into_iter()
            .filter_map(|(name, target)| Some((name, target?)))
            .collect()
    }

    /// The page of a document, by its position in the pack.
    pub fn document(&self, index: usize) -> &str {
        &self.documents[index]
    }

    /// The anchor of a clause within its document's page.
    pub fn clause_anchor(&self, document: usize, clause: u32) -> &str {
        &self.clauses[document][clause as usize]
    }

    /// The position in the pack of a document of the program.
    pub fn position(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The page of a rule.
    pub fn rule(&self, id: RuleId) -> &str {
        &self.rules[id.index()]
    }

    /// The n-th page of the decisions of a rule; the first is 1.
    pub fn list(&self, id: RuleId, page: usize) -> String {
        let stem = self.rules[id.index()].trim_end_matches(".html");
        format!("{stem}-list-{page}.html")
    }

    /// The page of a verdict.
    pub fn verdict(&self, id: VerdictId) -> &str {
        &self.verdicts[id.index()]
    }

    /// The anchor of a parameter within the page of parameters.
    pub fn parameter_anchor(&self, id: ParameterId) -> &str {
        &self.parameters[id.index()]
    }

    /// The place of a parameter.
    pub fn parameter(&self, id: ParameterId) -> String {
        format!("parameters.html#{}", self.parameters[id.index()])
    }

    /// The clause that a citation names.
    pub fn citation(&self, program: &Program, id: CiteId) -> Option<String> {
        let citation = &program.citations[id.index()];
        let document = self.position(&program.document(citation.document).path)?;
        Some(match citation.clause {
            Some(clause) => format!(
                "{}#{}",
                self.documents[document],
                self.clauses[document].get(clause as usize)?
            ),
            None => self.documents[document].clone(),
        })
    }

    /// The rule, verdict or parameter of a name that means one thing only.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(String::as_str)
    }

    /// The page of a decision. The key of a row may be a person's number, so that it is not in the file's name.
    pub fn decision(&self, right: Right, key: &str) -> String {
        let year = right.year.map_or_else(String::new, |y| y.to_string());
        let identity = format!("{}\n{key}\n{year}", self.rules[right.rule.index()]);
        format!("decisions/{:016x}.html", fingerprint(&identity))
    }

    /// The page of the derivation of a case.
    pub fn case(&self, place: &str, right: usize) -> String {
        format!(
            "decisions/case-{:016x}.html",
            fingerprint(&format!("{place}\n{right}"))
        )
    }
}

fn clause_anchors(document: &Document) -> Vec<String> {
    let mut taken = HashSet::new();
    let identity = |clause: &Clause| match clause.path.as_str() {
        "" => clause.heading.clone(),
        path => path.to_owned(),
    };
    document
        .clauses
        .iter()
        .map(|clause| anchor(&mut taken, "c", &identity(clause)))
        .collect()
}

fn anchor(taken: &mut HashSet<String>, kind: &str, identity: &str) -> String {
    let base = format!("{kind}-{:08x}", fingerprint(identity) >> 32);
    numbered(taken, &base)
}

fn unique(taken: &mut HashSet<String>, folder: &str, words: &str, identity: &str) -> String {
    let hash = fingerprint(identity) >> 16;
    let base = if words.is_empty() {
        format!("{folder}{hash:012x}")
    } else {
        format!("{folder}{words}-{hash:012x}")
    };
    format!("{}.html", numbered(taken, &base))
}

fn numbered(taken: &mut HashSet<String>, base: &str) -> String {
    let mut name = base.to_owned();
    let mut number = 1;
    while !taken.insert(name.clone()) {
        number += 1;
        name = format!("{base}-{number}");
    }
    name
}

/// The ASCII letters and digits of a document number, so that a file can be told by its year and number.
fn ascii(words: &str) -> String {
    let parts: Vec<&str> = words
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|p| !p.is_empty())
        .collect();
    parts.join("-").chars().take(24).collect()
}

/// FNV-1a: short names for files, not a proof of contents.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{ascii, fingerprint, unique};

    #[test]
    fn names_of_files_are_ascii_and_never_the_same_twice() {
        assert_eq!(ascii("杭政函〔2025〕21号"), "2025-21");
        let mut taken = std::collections::HashSet::new();
        let first = unique(&mut taken, "rules/", "r", "甲");
        let second = unique(&mut taken, "rules/", "r", "甲");
        assert!(first.is_ascii() && first != second, "{first} {second}");
        assert_eq!(fingerprint(""), 0xcbf2_9ce4_8422_2325);
    }
}
