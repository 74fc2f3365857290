//! The text in force on a day: a rule, parameter or definition with the source of every part.

use jiufen_diagnostic::Lang;
use jiufen_interpret::describe;
use jiufen_language::program::{DocumentId, Part, PartValue, Program};
use jiufen_quantity::Date;

use crate::pack::Pack;

/// One line of a consolidated text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsolidatedLine {
    /// `金额`, `当`, `封顶`, or the name of a parameter.
    pub part: String,
    /// What holds on that day; empty when nothing does.
    pub text: String,
    /// When it holds.
    pub period: String,
    /// Where it is laid down.
    pub source: String,
    /// The clause it replaced, when an amendment laid it down.
    pub replaced: String,
    /// Its exceptions: name, value, source.
    pub exceptions: Vec<(String, String, String)>,
}

/// A rule, parameter or definition as it stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consolidated {
    /// `奖补 研发投入补助`.
    pub title: String,
    /// Where it is declared.
    pub source: String,
    /// Whether its document is in force on that day.
    pub in_force: bool,
    /// Its parts.
    pub lines: Vec<ConsolidatedLine>,
}

/// Everything of that name, as it stands on a day.
pub fn consolidated(pack: &Pack, name: &str, day: Date) -> Vec<Consolidated> {
    let program = &pack.program;
    let mut out = Vec::new();
    for (_, rule) in program.rules().filter(|(_, r)| r.name == name) {
        let mut lines = Vec::new();
        let mut push = |part: &Part, words: &str| {
            if !part.versions.is_empty() || !part.exceptions.is_empty() {
                lines.push(line(program, part, words, day, rule.document));
            }
        };
        push(&rule.when, "当");
        push(&rule.amount, "金额");
        rule.caps.iter().for_each(|c| push(&c.part, "封顶"));
        rule.at_most.iter().for_each(|c| push(&c.part, "至多"));
        out.push(Consolidated {
            title: format!("奖补 {}", rule.name),
            source: program.citation(rule.cite).to_owned(),
            in_force: program.document(rule.document).period.contains(day),
            lines,
        });
    }
    for parameter in program.parameters.iter().filter(|p| p.name == name) {
        out.push(Consolidated {
            title: format!("参数 {}", parameter.name),
            source: program.citation(parameter.cite).to_owned(),
            in_force: program.document(parameter.document).period.contains(day),
            lines: vec![line(
                program,
                &parameter.part,
                &parameter.name,
                day,
                parameter.document,
            )],
        });
    }
    for definition in &program.definitions {
        let subject = &program.subject(definition.subject).name;
        let full = format!("{subject}.{}", definition.name);
        if definition.name == name || full == name {
            out.push(Consolidated {
                title: format!("定义 {full}"),
                source: program.citation(definition.cite).to_owned(),
                in_force: program.document(definition.document).period.contains(day),
                lines: vec![line(
                    program,
                    &definition.part,
                    &definition.name,
                    day,
                    definition.document,
                )],
            });
        }
    }
    out
}

/// Names that can be shown, for a helpful refusal.
pub fn names(program: &Program) -> Vec<String> {
    let rules = program.rules.iter().map(|r| r.name.to_string());
    let parameters = program.parameters.iter().map(|p| p.name.to_string());
    let definitions = program.definitions.iter().map(|d| d.name.to_string());
    rules.chain(parameters).chain(definitions).collect()
}

fn line(program: &Program, part: &Part, words: &str, day: Date, document: DocumentId) -> ConsolidatedLine {
    let in_force = program.document(document).period;
    let version = part.at(day);
    let exceptions = part
        .exceptions
        .iter()
        .map(|e| {
            let exception = &program.exceptions[e.exception.index()];
            let when = exception.when.map_or_else(String::new, |w| {
                format!("当 {}:", describe::expression(program, w, Lang::Zh))
            });
            let value = format!("{when}{}", value_words(program, e.value));
            (
                exception.name.to_string(),
                value,
                program.citation(exception.cite).to_owned(),
            )
        })
        .collect();
    ConsolidatedLine {
        part: words.to_owned(),
        text: version.map_or_else(String::new, |v| value_words(program, v.value)),
        period: version.map_or_else(String::new, |v| {
            v.period.intersect(&in_force).unwrap_or(v.period).to_string()
        }),
        source: version.map_or_else(String::new, |v| program.citation(v.cite).to_owned()),
        replaced: version
            .and_then(|v| v.replaced)
            .map_or_else(String::new, |c| program.citation(c).to_owned()),
        exceptions,
    }
}

fn value_words(program: &Program, value: PartValue) -> String {
    match value {
        PartValue::Expr(expr) => describe::expression(program, expr, Lang::Zh),
        PartValue::Unpublished => "未公布".to_owned(),
        PartValue::Repealed => "废止".to_owned(),
    }
}
