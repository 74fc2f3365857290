//! What is made of listed rows: the rows of a list as steps of their own, brought together by the key of the row that
//! they name, and joined to it.

use std::collections::HashMap;
use std::fmt::Write as _;

use jiufen_language::program::{Aggregate, Listed};

use super::source::{Read, Source, Step};
use super::{KEY, OUTSIDE, Part, Request, layout, write_steps};
use crate::graph::NodeId;
use crate::machine::{FoldedInput, Lane};
use crate::stage::ListStage;

/// The key of the row that lists a row.
pub(super) const PARENT: &str = "列于";

/// How many rows there are.
const ROWS: &str = "行数";
/// How many belong for sure, and how many do or may.
const CERTAIN: &str = "确有";
const POSSIBLE: &str = "可有";
/// Of how many something is left.
const LEFT: &str = "不明";
/// The least and the most of a sum, and how many of its rows have no such end.
const LOW: &str = "下限";
const HIGH: &str = "上限";
const NO_LOW: &str = "无下限";
const NO_HIGH: &str = "无上限";

/// The name of what a stage makes, within the part of a script that begins so.
pub(super) fn name(head: &str, at: usize) -> String {
    format!("{head}列{at}")
}

fn word(function: Aggregate) -> &'static str {
    match function {
        Aggregate::Sum => "合计",
        Aggregate::Count => "计数",
        Aggregate::Exists => "存在",
        Aggregate::Mean => "平均",
        Aggregate::Maximum => "最大",
        Aggregate::Minimum => "最小",
    }
}

/// Writes the steps of a stage and what it makes, a row for each row that lists some.
pub(super) fn write(
    request: &Request<'_>,
    stage: &ListStage,
    name: &str,
    layouts: &mut layout::Layouts,
    steps: &mut Vec<(String, String)>,
) {
    // INVARIANT: of all rows of a subject nothing is known, so that no stage is made of them.
    let Listed::Related(via) = stage.over else { return };
    let labels = HashMap::new();
    let part = Part {
        subject: via.subject,
        graph: &stage.graph,
        labels: &labels,
        inputs: &stage.inputs,
        stages: &stage.stages,
        head: format!("{name}·"),
        via: Some(via),
    };
    let [yes, no, open] = stage.belongs;
    let mut outputs = vec![(yes, "是"), (no, "否"), (open, "或")];
    if let Some(item) = &stage.item {
        outputs.extend([
            (item.here, "有值"),
            (item.absent, "无值"),
            (item.low, "下"),
            (item.high, "上"),
            (item.no_low, "无下"),
            (item.no_high, "无上"),
        ]);
    }
    let outputs: Vec<(NodeId, String)> = outputs
        .into_iter()
        .map(|(node, name)| (node, name.to_owned()))
        .collect();
    let written = write_steps(request, &part, &outputs, layouts, steps);
    let printer = written.printer(request, &part);
    let used = |node: NodeId| printer.denied(node);
    let identifier = |name: &str| request.dialect.identifier(name);
    let [yes, no, open] = [yes, no, open].map(used);
    let possible = any(&[&yes, &open]);
    let mut left = not(&any(&[&yes, &open, &no]));
    let mut lines = Vec::new();
    let mut line = |expression: String, name: &str| {
        lines.push(format!("    {expression} AS {}", identifier(name)));
    };
    let count = |when: &str| match when {
        "FALSE" => "CAST(0 AS BIGINT)".to_owned(),
        "TRUE" => "COUNT(*)".to_owned(),
        when => format!("CAST(SUM(CASE WHEN {when} THEN 1 ELSE 0 END) AS BIGINT)"),
    };
    if let Some(item) = stage
        .item
        .as_ref()
        .filter(|_| stage.function != Aggregate::Exists)
    {
        let (here, absent) = (used(item.here), used(item.absent));
        let valueless = not(&any(&[&here, &absent]));
        left = any(&[&left, &all(&[&not(&no), &valueless])]);
        if stage.function == Aggregate::Sum {
            let here = all(&[&here, &not(&absent)]);
            let end = |node: NodeId, or_nothing: &str| {
                let node = printer.whole(node);
                let mut arms = String::new();
                for (when, then) in [(&yes, node.clone()), (&open, format!("{or_nothing}({node}, 0)"))] {
                    let when = all(&[when, &here]);
                    if when != "FALSE" {
                        let _ = write!(arms, " WHEN {when} THEN {then}");
                    }
                }
                match arms.is_empty() {
                    true => "CAST(0 AS BIGINT)".to_owned(),
                    false => format!("CAST(SUM(CASE{arms} ELSE 0 END) AS BIGINT)"),
                }
            };
            line(end(item.low, "LEAST"), LOW);
            line(end(item.high, "GREATEST"), HIGH);
            for (node, name) in [(item.no_low, NO_LOW), (item.no_high, NO_HIGH)] {
                line(count(&all(&[&possible, &here, &used(node)])), name);
            }
        }
    }
    line("COUNT(*)".to_owned(), ROWS);
    line(format!("bool_or({})", identifier(OUTSIDE)), OUTSIDE);
    line(count(&yes), CERTAIN);
    line(count(&possible), POSSIBLE);
    line(count(&left), LEFT);
    let parent = identifier(PARENT);
    let body = format!(
        "  SELECT\n    {parent} AS {},\n{}\n  FROM {}\n  WHERE {parent} IS NOT NULL\n  GROUP BY {parent}",
        identifier(KEY),
        lines.join(",\n"),
        written.last
    );
    steps.push((identifier(name), body));
}

/// All of some conditions, constants left out.
fn all(conditions: &[&str]) -> String {
    if conditions.contains(&"FALSE") {
        return "FALSE".to_owned();
    }
    let mut told: Vec<&str> = Vec::new();
    for condition in conditions.iter().filter(|condition| **condition != "TRUE") {
        if !told.contains(condition) {
            told.push(condition);
        }
    }
    match told.as_slice() {
        [] => "TRUE".to_owned(),
        told => told.join(" AND "),
    }
}

/// Either of some conditions, constants left out, in brackets where it is more than one.
fn any(conditions: &[&str]) -> String {
    if conditions.contains(&"TRUE") {
        return "TRUE".to_owned();
    }
    let told: Vec<&str> = conditions.iter().copied().filter(|c| *c != "FALSE").collect();
    match told.as_slice() {
        [] => "FALSE".to_owned(),
        [one] => (*one).to_owned(),
        told => format!("({})", told.join(" OR ")),
    }
}

fn not(condition: &str) -> String {
    match condition {
        "TRUE" => "FALSE".to_owned(),
        "FALSE" => "TRUE".to_owned(),
        other => format!("NOT {other}"),
    }
}

/// The ends of what a stage made of a list, and where they are there.
struct Ends {
    low: String,
    high: String,
    has_low: String,
    has_high: String,
    /// Where nothing is left.
    firm: String,
}

impl Source<'_> {
    /// What is made of listed rows, in words: `项目·合计`.
    pub(super) fn fold_words(&self, input: &FoldedInput) -> String {
        let stage = &self.stages[input.stage];
        let lane = match input.lane {
            Lane::Value | Lane::Over => "",
            Lane::Open => "·未定",
            Lane::Low => "·下限",
            Lane::High => "·上限",
        };
        let listed = &self.program.subject(stage.subject()).name;
        format!("{listed}·{}{lane}", word(stage.function))
    }

    /// The alias of what a stage made for the row that references lead to.
    fn fold_alias(&mut self, path: &[Step], stage: usize) -> String {
        let known = |(of, at): &(Vec<Step>, usize)| of == path && *at == stage;
        if let Some(at) = self.folds.iter().position(known) {
            return format!("f{at}");
        }
        // The row that lists them is joined before.
        self.alias(path);
        self.folds.push((path.to_vec(), stage));
        let alias = format!("f{}", self.folds.len() - 1);
        let column = |name: &str| format!("{alias}.{}", self.dialect.identifier(name));
        let most = self.stages[stage].listing.most;
        let limits = [column(OUTSIDE), format!("{} > {most}", column(ROWS))];
        self.limits.extend(limits);
        alias
    }

    /// The joins with what was made of listed rows.
    pub(super) fn fold_joins(&self) -> String {
        let key = self.dialect.identifier(KEY);
        let mut joins = String::new();
        for (at, (path, stage)) in self.folds.iter().enumerate() {
            let of = match self.joins.iter().position(|(known, _)| known == path) {
                Some(join) => format!("j{join}"),
                None => "t".to_owned(),
            };
            let name = self.dialect.identifier(&name(&self.head, *stage));
            let _ = write!(joins, "\n  LEFT JOIN {name} f{at} ON f{at}.{key} = {of}.{key}");
        }
        joins
    }

    /// What is read of what a stage made, as an expression.
    pub(super) fn fold_expression(&mut self, input: &FoldedInput, read: Read) -> String {
        let alias = self.fold_alias(&input.path, input.stage);
        let stage = &self.stages[input.stage];
        let ends = self.fold_ends(&alias, stage);
        let exists = stage.function == Aggregate::Exists;
        let Ends {
            low,
            high,
            has_low,
            has_high,
            firm,
        } = ends;
        let met = match exists {
            true => all(&[&firm, &has_high, &format!("{high} = 0")]),
            false => all(&[&firm, &has_low, &has_high, &format!("{low} = {high}")]),
        };
        let exact = match exists {
            true => any(&[&format!("{low} > 0"), &met]),
            false => met,
        };
        let or_zero = |when: &str, n: &str| match when {
            "FALSE" => "CAST(0 AS BIGINT)".to_owned(),
            when => format!("CAST(CASE WHEN {when} THEN {n} ELSE 0 END AS BIGINT)"),
        };
        match (input.lane, read) {
            (Lane::Value, Read::Known) => exact,
            (Lane::Value, Read::True) => format!("{low} > 0"),
            (Lane::Value, Read::Value) => or_zero(&exact, &low),
            (Lane::Open, Read::True) if exact == "FALSE" => firm,
            (Lane::Open, Read::True) => all(&[&firm, &format!("NOT ({exact})")]),
            (Lane::Low, Read::Known) => all(&[&firm, &has_low]),
            (Lane::High, Read::Known) => all(&[&firm, &has_high]),
            (Lane::Low, Read::Value) => or_zero(&all(&[&firm, &has_low]), &low),
            (Lane::High, Read::Value) => or_zero(&all(&[&firm, &has_high]), &high),
            // 合计, 计数 and 存在 are never 无, and nothing is divided.
            (_, Read::Value | Read::Ordinal) => "1".to_owned(),
            _ => "FALSE".to_owned(),
        }
    }

    fn fold_ends(&self, alias: &str, stage: &ListStage) -> Ends {
        let number = |name: &str| format!("COALESCE({alias}.{}, 0)", self.dialect.identifier(name));
        let truth = |truth: bool| if truth { "TRUE" } else { "FALSE" }.to_owned();
        let complete = stage.listing.complete;
        let firm = format!("{} = 0", number(LEFT));
        if stage.function != Aggregate::Sum {
            return Ends {
                low: number(CERTAIN),
                high: number(POSSIBLE),
                has_low: truth(true),
                has_high: truth(complete),
                firm,
            };
        }
        let limited = |there: bool, name: &str| match there {
            true => format!("{} = 0", number(name)),
            false => truth(false),
        };
        Ends {
            low: number(LOW),
            high: number(HIGH),
            has_low: limited(complete || !stage.signed, NO_LOW),
            has_high: limited(complete, NO_HIGH),
            firm,
        }
    }
}
