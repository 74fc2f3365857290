//! The number (文号) by which a document is cited: one document each.

use std::collections::HashMap;

use jiufen_diagnostic::{Diagnostic, Span, catalogue::law};

use crate::check::Checker;

impl Checker<'_> {
    pub(super) fn document_numbers(&mut self) {
        let mut first: HashMap<&str, Span> = HashMap::new();
        let mut findings = Vec::new();
        for number in self.documents.iter().filter_map(|d| d.meta.number.as_ref()) {
            match first.get(number.value.as_str()) {
                Some(earlier) => findings.push(
                    Diagnostic::new(&law::NUMBER_TWICE, number.span)
                        .with("number", number.value.as_str())
                        .related(*earlier),
                ),
                None => {
                    first.insert(&number.value, number.span);
                }
            }
        }
        self.findings.extend(findings);
    }
}
