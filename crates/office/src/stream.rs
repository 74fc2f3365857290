//! Tables larger than memory: a Parquet file of one subject is gone through batch by batch, and every row decided by
//! itself. A rule whose rights depend on other rows or other tables cannot be decided so, and says which.

mod decisions;
mod payables;

use jiufen_diagnostic::Lang;
use jiufen_language::program::{FieldRef, Listed, Program, Question, RuleId, Shared, SubjectId, Type};

use crate::pack::Pack;

pub use decisions::{ROWS_AT_A_TIME, StreamSummary, Streaming};
pub use payables::write_payables;

/// How many rows a stream had.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Streamed {
    /// Rows of the file.
    pub read: u64,
    /// Rows decided.
    pub accepted: u64,
    /// Rows rejected; accepted + rejected = read.
    pub rejected: u64,
}

/// Why the rights of a rule cannot be decided row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tie {
    /// They share a cap, a group or an account with other rights.
    Shares(Shared),
    /// They are about what other rows add up to.
    Lists(Listed),
    /// They ask another table, by a reference.
    Follows(FieldRef),
    /// They ask a map.
    Lies(String),
}

/// The grants of the law in force, and the one subject that they are all about; none where they are about several.
pub fn rules_of(program: &Program) -> Option<(SubjectId, Vec<RuleId>)> {
    let rules = program.rules().filter(|(_, rule)| program.in_law(rule.document));
    let rules: Vec<(RuleId, SubjectId)> = rules.map(|(id, rule)| (id, rule.each)).collect();
    let (_, subject) = *rules.first()?;
    let one = rules.iter().all(|(_, each)| *each == subject);
    one.then(|| (subject, rules.into_iter().map(|(id, _)| id).collect()))
}

/// The rules among these that cannot be decided row by row, each with the first reason.
pub fn tied(program: &Program, rules: &[RuleId]) -> Vec<(RuleId, Tie)> {
    let tie = |rule: &RuleId| {
        let needs = program.needs([Question::Rule(*rule)]);
        let shares = || needs.shared.first().map(|shared| Tie::Shares(*shared));
        let lists = || needs.lists.keys().next().map(|listed| Tie::Lists(*listed));
        let own = program.rule(*rule).each;
        let elsewhere =
            |field: &FieldRef| field.subject != own || matches!(program.field(*field).ty, Type::Row(_));
        let follows = || needs.fields.keys().copied().find(elsewhere).map(Tie::Follows);
        let lies = || {
            needs
                .relations
                .first()
                .map(|relation| Tie::Lies(relation.words.to_string()))
        };
        Some((*rule, shares().or_else(lists).or_else(follows).or_else(lies)?))
    };
    rules.iter().filter_map(tie).collect()
}

/// A tie as people read it: what the rule needs beside the row.
pub fn tie_words(pack: &Pack, tie: &Tie, lang: Lang) -> String {
    let program = &pack.program;
    let field = |field: &FieldRef| {
        let subject = &program.subject(field.subject).name;
        format!("{subject}.{}", program.field(*field).name)
    };
    let (zh, en) = match tie {
        Tie::Shares(Shared::Cap(..)) => (
            "有几份权利共用的封顶".to_owned(),
            "several of its rights share a cap".to_owned(),
        ),
        Tie::Shares(Shared::Group(id)) => {
            let name = &program.groups[id.index()].name;
            (
                format!("属于组合「{name}」"),
                format!("it belongs to the group “{name}”"),
            )
        }
        Tie::Shares(Shared::Account(id)) => {
            let name = &program.accounts[id.index()].name;
            (
                format!("动用账户「{name}」"),
                format!("it draws on the account “{name}”"),
            )
        }
        Tie::Lists(Listed::Related(via)) => {
            let via = field(via);
            (
                format!("要看经由 {via} 相关的各行"),
                format!("it goes through the rows related by {via}"),
            )
        }
        Tie::Lists(Listed::All(subject)) => {
            let name = &program.subject(*subject).name;
            (
                format!("要看全部 {name}"),
                format!("it goes through all rows of {name}"),
            )
        }
        Tie::Follows(other) => {
            let other = field(other);
            (
                format!("要查另一张表({other})"),
                format!("it asks another table ({other})"),
            )
        }
        Tie::Lies(words) => (format!("要看地图({words})"), format!("it asks a map ({words})")),
    };
    lang.pick(&zh, &en).to_owned()
}
