//! The identity of a right, as text that lists and ledgers can hold on to (language.md §8.4).

use jiufen_language::program::Type;
use jiufen_language::words;
use jiufen_quantity::Date;

use crate::decision::{Decision, Right};
use crate::eval::Interpreter;
use crate::facts::RowId;
use crate::settle::{KeyPart, SettlementKey};

impl Interpreter<'_> {
    /// What makes a right this one right: the first rule of its line, its row, its year or 一次, and the key under
    /// which its group sees it, empty without a group: `示例〔2025〕2号/绿色工厂奖|认定0001|一次|示例企业0001`.
    ///
    /// Who is paid and how much are no part of it, and neither is the group's name: editions of one line share the text.
    /// A key that is not known yet reads 未定; such a right is not settled and cannot be paid.
    pub fn identity(&self, decision: &Decision) -> String {
        self.identity_with(decision.right, &self.key_words(decision))
    }

    /// The same of a right whose key in its group is known in words; empty for a rule without a group.
    pub fn identity_with(&self, right: Right, key: &str) -> String {
        let rule = self.program.rule(right.rule);
        let year = right
            .year
            .map_or_else(|| "一次".to_owned(), |year| year.to_string());
        let parts = [
            rule.lineage.to_string(),
            self.facts.key(right.row).to_string(),
            year,
            key.to_owned(),
        ];
        parts
            .map(|part| part.replace('\\', "\\\\").replace('|', "\\|"))
            .join("|")
    }

    /// As [`Interpreter::identity`], of a right of which only the law day is told: its key depends on nothing else.
    pub fn identity_on(&self, right: Right, law_day: Option<Date>) -> String {
        let key = match self.program.rule(right.rule).group {
            Some(_) => self.key_words(&self.told_nothing(right, law_day)),
            None => String::new(),
        };
        self.identity_with(right, &key)
    }

    /// Who is paid by a right of which only the law day is told.
    pub fn beneficiary_on(&self, right: Right, law_day: Option<Date>) -> Option<RowId> {
        self.told_nothing(right, law_day).beneficiary
    }

    fn key_words(&self, decision: &Decision) -> String {
        let Some(group) = self.program.rule(decision.right.rule).group else {
            return String::new();
        };
        let of_group = |(id, _): &(_, _)| *id == group;
        let Some((id, member)) = self.memberships(decision.right.rule).find(of_group) else {
            return String::new();
        };
        let Ok(SettlementKey::Group { key, .. }) = self.group_key(decision, id, member) else {
            return "未定".to_owned();
        };
        let words: Vec<String> = key.iter().map(|part| self.key_part_words(part)).collect();
        words.join("、")
    }

    fn key_part_words(&self, part: &KeyPart) -> String {
        match part {
            KeyPart::Row(row) => self.facts.key(*row).to_string(),
            KeyPart::Literal(jiufen_language::program::Literal::Text(text)) => text.to_string(),
            KeyPart::Literal(literal) => words::literal(self.program, literal, &Type::Text),
            KeyPart::Absent => "无".to_owned(),
        }
    }
}
