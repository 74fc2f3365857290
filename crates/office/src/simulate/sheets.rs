//! What a simulation found, as lists for people and programs.

use jiufen_diagnostic::Lang;
use jiufen_interpret::FenInterval;
use jiufen_table::Sheet;
use serde_json::{Value, json};

use super::{By, Counts, Effect, Outcome, RightChange, RuleChange, Simulation, SubjectChange};
use crate::run::RuleSummary;

/// For how many beneficiaries it is told why they get more or less.
pub const LARGEST: usize = 20;

impl Simulation<'_> {
    /// The name of a rule's line: that of the draft, or of the law in force where the draft has it no longer.
    pub fn rule_label(&self, change: &RuleChange) -> String {
        match (change.after, change.before) {
            (Some(rule), _) => self.after.pack.rule_label(rule),
            (None, Some(rule)) => self.before.pack.rule_label(rule),
            (None, None) => String::new(),
        }
    }

    /// The name of the rule of a right.
    pub fn right_label(&self, change: &RightChange) -> String {
        match (change.after, change.before) {
            (Some(outcome), _) => self.after.pack.rule_label(outcome.right.rule),
            (None, Some(outcome)) => self.before.pack.rule_label(outcome.right.rule),
            (None, None) => String::new(),
        }
    }

    /// `simulation.csv`: one row a rule, and the total last.
    pub fn rules_sheet(&self) -> Sheet {
        let columns = [
            "rule",
            "eligible_before",
            "eligible_after",
            "payable_before_fen",
            "payable_after_fen",
            "change_fen",
            "gains",
            "loses",
            "same",
            "open",
        ];
        let row = |label: String, was: &RuleSummary, becomes: &RuleSummary, counts: &Counts| {
            vec![
                label,
                was.eligible.to_string(),
                becomes.eligible.to_string(),
                was.payable_fen.to_string(),
                becomes.payable_fen.to_string(),
                (becomes.payable_fen - was.payable_fen).to_string(),
                counts.gains.to_string(),
                counts.loses.to_string(),
                counts.same.to_string(),
                counts.open.to_string(),
            ]
        };
        let mut rows: Vec<Vec<String>> = self
            .rules
            .iter()
            .map(|rule| row(self.rule_label(rule), &rule.was, &rule.becomes, &rule.rights))
            .collect();
        let mut rights = Counts::default();
        for rule in &self.rules {
            rights.gains += rule.rights.gains;
            rights.loses += rule.rights.loses;
            rights.same += rule.rights.same;
            rights.open += rule.rights.open;
        }
        rows.push(row(
            "合计 total".to_owned(),
            &self.before.total(),
            &self.after.total(),
            &rights,
        ));
        self.sheet(&columns, rows)
    }

    /// `changes.csv`: one row for each right that does not come to the same.
    pub fn changes_sheet(&self) -> Sheet {
        let columns = [
            "rule",
            "subject",
            "name",
            "beneficiary",
            "effect",
            "status_before",
            "low_before_fen",
            "high_before_fen",
            "status_after",
            "low_after_fen",
            "high_after_fen",
            "change_fen",
        ];
        let fen = |amount: Option<i128>| amount.map_or_else(String::new, |fen| fen.to_string());
        let row = |change: &RightChange| {
            let (key, name) = self.key_and_name(change.row);
            let side = |outcome: Option<Outcome>| match outcome {
                Some(outcome) => [
                    outcome.status.zh().to_owned(),
                    fen(outcome.amount.low),
                    fen(outcome.amount.high),
                ],
                None => ["无此权利".to_owned(), String::new(), String::new()],
            };
            let mut row = vec![
                self.right_label(change),
                key.to_string(),
                name.to_string(),
                self.key_and_name(change.beneficiary).0.to_string(),
                change.effect.words().0.to_owned(),
            ];
            row.extend(side(change.before));
            row.extend(side(change.after));
            row.push(fen(change.change.exact()));
            row
        };
        self.sheet(&columns, self.rights.iter().map(row).collect())
    }

    /// `groups.csv`: one row for each value of each column that was asked for.
    pub fn groups_sheet(&self, by: &[By]) -> Sheet {
        let columns = [
            "column",
            "value",
            "subjects",
            "gains",
            "loses",
            "same",
            "open",
            "payable_before_fen",
            "payable_after_fen",
            "change_fen",
        ];
        let mut rows = Vec::new();
        for by in by {
            let name = self.column_name(*by);
            for group in self.groups(*by) {
                let counts = group.counts;
                let mut row = vec![name.clone(), group.label, counts.all().to_string()];
                let four = [counts.gains, counts.loses, counts.same, counts.open];
                row.extend(four.map(|count| count.to_string()));
                let change = group.after_fen - group.before_fen;
                row.extend([group.before_fen, group.after_fen, change].map(|fen| fen.to_string()));
                rows.push(row);
            }
        }
        self.sheet(&columns, rows)
    }

    /// The name of a column.
    pub fn column_name(&self, by: By) -> String {
        self.after.pack.program.field(by.field).name.to_string()
    }

    /// Everything as JSON, amounts in fen as text.
    pub fn to_json(&self, by: &[By], lang: Lang) -> Value {
        let rule = |rule: &RuleChange| {
            json!({
                "rule": self.rule_label(rule),
                "before": summary(&rule.was),
                "after": summary(&rule.becomes),
                "rights": counts(&rule.rights),
            })
        };
        let group = |by: &By| {
            let groups: Vec<Value> = self
                .groups(*by)
                .into_iter()
                .map(|g| {
                    json!({
                        "value": g.label,
                        "subjects": counts(&g.counts),
                        "payable_before_fen": g.before_fen.to_string(),
                        "payable_after_fen": g.after_fen.to_string(),
                    })
                })
                .collect();
            json!({"column": self.column_name(*by), "groups": groups})
        };
        let change = |change: &RightChange| {
            let (key, name) = self.key_and_name(change.row);
            json!({
                "rule": self.right_label(change),
                "subject": key.as_str(),
                "name": name.as_str(),
                "before": side(change.before),
                "after": side(change.after),
                "change": ends(change.change),
                "effect": effect(change.effect),
                "reasons": self.reasons(change, lang),
            })
        };
        let largest = |subject: &SubjectChange| {
            let (key, name) = self.key_and_name(subject.row);
            json!({
                "subject": key.as_str(),
                "name": name.as_str(),
                "before": ends(subject.before),
                "after": ends(subject.after),
                "change": ends(subject.change),
                "effect": effect(subject.effect),
                "rights": self.rights_of(subject).map(change).collect::<Vec<_>>(),
            })
        };
        json!({
            "year": self.after.run.options.year,
            "as_of": self.after.run.options.as_of.to_string(),
            "before": summary(&self.before.total()),
            "after": summary(&self.after.total()),
            "subjects": counts(&self.counts),
            "rules": self.rules.iter().map(rule).collect::<Vec<_>>(),
            "by": by.iter().map(group).collect::<Vec<_>>(),
            "largest": self.largest().map(largest).collect::<Vec<_>>(),
            "changed_rights": self.rights.len(),
        })
    }

    fn sheet(&self, columns: &[&str], rows: Vec<Vec<String>>) -> Sheet {
        let synthetic = self.after.registry.is_synthetic();
        Sheet {
            note: synthetic.then(|| "合成数据 synthetic".to_owned()),
            columns: columns.iter().map(|c| (*c).to_owned()).collect(),
            rows,
        }
    }
}

fn summary(summary: &RuleSummary) -> Value {
    json!({
        "eligible": summary.eligible,
        "ineligible": summary.ineligible,
        "undetermined": summary.undetermined,
        "refused": summary.refused,
        "payable_fen": summary.payable_fen.to_string(),
        "at_most_fen": summary.at_most_fen.to_string(),
    })
}

fn counts(counts: &Counts) -> Value {
    json!({"gains": counts.gains, "loses": counts.loses, "same": counts.same, "open": counts.open})
}

fn ends(amount: FenInterval) -> Value {
    let end = |fen: Option<i128>| fen.map(|fen| fen.to_string());
    json!({"low_fen": end(amount.low), "high_fen": end(amount.high)})
}

fn side(outcome: Option<Outcome>) -> Value {
    outcome.map_or(
        Value::Null,
        |outcome| json!({"status": outcome.status.zh(), "amount": ends(outcome.amount)}),
    )
}

fn effect(effect: Effect) -> &'static str {
    effect.words().1
}
