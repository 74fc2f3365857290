//! A program as SQL: the operations of a [`Plan`] written for a database, whole numbers throughout.
//!
//! One view a subject: a first stage that reads its table and those that its rows lead to, then stage upon stage of
//! named columns, each definition under its own name with its clause beside it, then for each rule a result, whole fen
//! and the day of the law. What a database cannot decide says `open`. A row outside the limits within which the numbers
//! are proved to fit 64 bits says `open`, too, and is counted by a second view.

mod assumed;
mod dialect;
mod expression;
mod fold;
mod layout;
mod names;
mod source;
mod stage;

use std::collections::HashMap;
use std::fmt::Write as _;

use jiufen_language::program::{FieldRef, Program, RuleId, SubjectId};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::graph::{Graph, Node, NodeId};
use crate::lower::{Label, Side};
use crate::machine::Reading;
use crate::plan::{Plan, RulePlan};
use crate::stage::ListStage;

pub use assumed::Assumed;
pub use dialect::Dialect;
pub use layout::{ColumnKind, ColumnLayout, TableLayout};

use expression::Printer;
use names::Names;
use source::Source;
use stage::Stages;

/// The column that names a row of a table.
pub const KEY: &str = "键";
/// The column that says of which year a row of a yearly table is.
pub const YEAR: &str = "年度";
/// Whether a row lies outside the limits.
const OUTSIDE: &str = "超限";

/// How the columns of a rule end.
const RESULT: &str = ":结果";
const FEN: &str = ":金额_分";
const LOW: &str = ":下限_分";
const HIGH: &str = ":上限_分";
const DAY: &str = ":法律日";

/// What is to be written.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The program.
    pub program: &'a Program,
    /// The rules to write, in any order, with the names they are known by.
    pub rules: &'a [(RuleId, String)],
    /// What the columns are taken to hold.
    pub assumed: &'a Assumed,
    /// For which database.
    pub dialect: Dialect,
    /// 当年.
    pub year: i16,
    /// 今日.
    pub today: Date,
}

/// A rule of a script, and what of it the script does not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The rule.
    pub rule: RuleId,
    /// Whether no row of it can be decided: all say `open`.
    pub open: bool,
    /// What makes rows say `open`, by name.
    pub left: Vec<String>,
    /// What comes after the amount of a right alone and is not in the script, by name.
    pub after: Vec<String>,
}

/// SQL and what it expects.
#[derive(Debug)]
pub struct Script {
    /// The statements.
    pub text: String,
    /// Each rule, in the order of the request.
    pub rules: Vec<Written>,
    /// The tables that it reads.
    pub tables: Vec<TableLayout>,
}

/// Writes rules as SQL.
pub fn script(request: &Request<'_>) -> Script {
    let mut subjects: Vec<SubjectId> = Vec::new();
    for (rule, _) in request.rules {
        let each = request.program.rule(*rule).each;
        if !subjects.contains(&each) {
            subjects.push(each);
        }
    }
    let rules: Vec<Written> = request
        .rules
        .iter()
        .map(|(rule, _)| written(request, *rule))
        .collect();
    let mut layouts = layout::Layouts::default();
    let mut views = String::new();
    let mut long: Vec<String> = Vec::new();
    for subject in subjects {
        let (view, rows) = of_subject(request, subject, &mut layouts);
        views.push_str(&view);
        long.push(rows);
    }
    let tables = layouts.tables(request);
    let mut text = header(request, &rules, &tables);
    text.push_str(&layout::checks(request, &tables));
    text.push_str(&views);
    let _ = write!(
        text,
        "\n-- 一份权利一行。\n{}\n{};\n",
        request.dialect.view("权利"),
        long.join("\nUNION ALL\n")
    );
    Script { text, rules, tables }
}

/// What a rule's rows leave open, and what is done with its rights afterwards.
fn written(request: &Request<'_>, id: RuleId) -> Written {
    let rule = request.program.rule(id);
    let mut plan = Plan::new(
        request.program,
        rule.each,
        &[id],
        request.assumed,
        (request.year, request.today),
    );
    let answers: Vec<Answers> = plan
        .rules
        .iter()
        .map(|rule| Answers::new(&mut plan.graph, rule, request.assumed))
        .collect();
    let never = |node: NodeId| plan.graph.truth_of(node) == Some(false);
    let open = answers.iter().all(|a| {
        [a.eligible, a.uncertain, a.ineligible, a.refused]
            .into_iter()
            .all(never)
    });
    let mut after = Vec::new();
    let shared = |cap: &jiufen_language::program::Cap| cap.per.is_some();
    if rule.caps.iter().any(shared) {
        after.push("共用的封顶".to_owned());
    }
    for group in &request.program.groups {
        if group.members.iter().any(|m| m.rule == id) {
            after.push(format!("组合 {}", group.name));
        }
    }
    for draw in &rule.draws {
        let account = &request.program.accounts[draw.account.index()];
        if account.limited {
            after.push(format!("账户 {}", account.name));
        }
    }
    if !rule.stages.is_empty() {
        after.push("分期".to_owned());
    }
    Written {
        rule: id,
        open,
        left: plan.left,
        after,
    }
}

fn header(request: &Request<'_>, rules: &[Written], tables: &[TableLayout]) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "-- 九分写出的 {} · 当年 {} · 今日 {}\n-- 金额一律整数分;结果为 符合、不符合、无法判定、拒绝 或 open(数据库里判不了,由 jiufen run 判)。",
        request.dialect, request.year, request.today
    );
    if request.dialect == Dialect::Spark {
        out.push_str("-- 溢出和除以零要报错,不要悄悄出错数。\nSET spark.sql.ansi.enabled = true;\n");
    }
    out.push_str("--\n-- 需要的表(各栏的写法见 docs/sql.md):\n");
    for table in tables {
        out.push_str(&table.comment());
    }
    out.push_str("--\n-- 规则:\n");
    for (written, (_, name)) in rules.iter().zip(request.rules) {
        let rule = request.program.rule(written.rule);
        let _ = writeln!(out, "--   {name}:{}", request.program.citation(rule.cite));
        if written.open {
            out.push_str("--     全部 open\n");
        }
        if !written.left.is_empty() {
            let _ = writeln!(out, "--     用到下列各项的行 open:{}", written.left.join("、"));
        }
        if !written.after.is_empty() {
            let _ = writeln!(
                out,
                "--     不在本文件里,金额是它们之前的:{}",
                written.after.join("、")
            );
        }
    }
    out
}

/// The view of a subject, and the selection of its rights from it.
fn of_subject(request: &Request<'_>, subject: SubjectId, layouts: &mut layout::Layouts) -> (String, String) {
    let Request {
        program,
        assumed,
        dialect,
        ..
    } = *request;
    let rules: Vec<&(RuleId, String)> = request
        .rules
        .iter()
        .filter(|(rule, _)| program.rule(*rule).each == subject)
        .collect();
    let ids: Vec<RuleId> = rules.iter().map(|(rule, _)| *rule).collect();
    let mut plan = Plan::new(program, subject, &ids, assumed, (request.year, request.today));
    let mut heads = Names::default();
    let heads: Vec<String> = rules
        .iter()
        .map(|(_, name)| heads.take_head(name, FEN.len()))
        .collect();
    let answers: Vec<Answers> = plan
        .rules
        .iter()
        .map(|rule| Answers::new(&mut plan.graph, rule, request.assumed))
        .collect();
    let named = answers.iter().zip(&heads);
    let outputs: Vec<(NodeId, String)> = named
        .flat_map(|(answers, head)| answers.named(&plan.graph, head))
        .collect();
    let part = Part {
        subject,
        graph: &plan.graph,
        labels: &plan.labels,
        inputs: &plan.inputs,
        stages: &plan.stages,
        head: String::new(),
        via: None,
    };
    let mut steps = Vec::new();
    let written = write_steps(request, &part, &outputs, layouts, &mut steps);
    let printer = written.printer(request, &part);
    let table = &program.subject(subject).name;
    let identifier = |name: &str| dialect.identifier(name);
    let view = format!("逐行·{table}");
    let steps: Vec<String> = steps
        .into_iter()
        .map(|(name, body)| format!("{name} AS (\n{body}\n)"))
        .collect();
    let mut out = format!(
        "\n-- {table}:一行一户,每条规则五栏。\n{}\nWITH\n{}",
        dialect.view(&view),
        steps.join(",\n")
    );
    let mut last = vec![format!("  {}", identifier(KEY))];
    for (answers, head) in answers.iter().zip(&heads) {
        last.extend(results(&printer, answers, head));
    }
    let _ = write!(out, "\nSELECT\n{}\nFROM {};\n", last.join(",\n"), written.last);
    (out, rights(dialect, &view, &rules, &heads))
}

/// A row program that is written as steps.
struct Part<'a> {
    subject: SubjectId,
    graph: &'a Graph,
    labels: &'a HashMap<NodeId, Label>,
    inputs: &'a [Reading],
    /// What is made of listed rows beforehand.
    stages: &'a [ListStage],
    /// How the names of its steps begin.
    head: String,
    /// The reference by which its rows are listed.
    via: Option<FieldRef>,
}

/// What was written for a row program.
struct Steps<'a> {
    source: Source<'a>,
    stages: Stages,
    /// The step that has all that is wanted.
    last: String,
}

impl<'a> Steps<'a> {
    fn printer(&'a self, request: &Request<'a>, part: &Part<'a>) -> Printer<'a> {
        Printer {
            graph: part.graph,
            source: &self.source,
            dialect: request.dialect,
            words: request.assumed.words(),
            columns: &self.stages.columns,
            texts: &self.stages.texts,
        }
    }
}

/// Writes the steps of a row program, each with its name: first what is made of listed rows, then its own.
fn write_steps<'a>(
    request: &Request<'a>,
    part: &Part<'a>,
    outputs: &[(NodeId, String)],
    layouts: &mut layout::Layouts,
    steps: &mut Vec<(String, String)>,
) -> Steps<'a> {
    let dialect = request.dialect;
    for (at, stage) in part.stages.iter().enumerate() {
        fold::write(request, stage, &fold::name(&part.head, at), layouts, steps);
    }
    let mut names = Names::default();
    let mut always = vec![KEY, OUTSIDE];
    always.extend(part.via.map(|_| fold::PARENT));
    for reserved in &always {
        names.take(reserved);
    }
    let mut source = Source::new(request.program, request.assumed, dialect, part);
    let stages = Stages::new(part.graph, outputs, part.labels, &mut source, &mut names);
    layouts.see(&source, part.subject);
    let identifier = |name: &str| dialect.identifier(name);
    let step = |at: usize| identifier(&format!("{}步骤{at}", part.head));
    steps.extend(source.turned());
    steps.push((step(0), source.stage(OUTSIDE)));
    let written = Steps {
        last: step(stages.stages.len()),
        source,
        stages,
    };
    let printer = written.printer(request, part);
    let wanted: Vec<NodeId> = outputs.iter().map(|(id, _)| *id).collect();
    let handed_on = written.stages.handed_on(part.graph, &wanted, &written.source);
    for (at, (ids, kept)) in written.stages.stages.iter().zip(&handed_on).enumerate() {
        let kept = kept.iter().map(String::as_str);
        let columns: Vec<String> = always.iter().copied().chain(kept).map(identifier).collect();
        let new: Vec<(String, String)> = ids
            .iter()
            .map(|id| column(request, part.labels, &printer, *id))
            .collect();
        let body = format!(
            "  SELECT\n    {},\n{}\n  FROM {}{}",
            wrapped(&columns),
            with_commas(&new),
            step(at),
            dialect.fence()
        );
        steps.push((step(at + 1), body));
    }
    written
}

/// How the rights of a rule come out, as operations.
struct Answers {
    eligible: NodeId,
    uncertain: NodeId,
    ineligible: NodeId,
    refused: NodeId,
    low: NodeId,
    high: NodeId,
    no_high: NodeId,
    law_day: NodeId,
}

impl Answers {
    fn new(graph: &mut Graph, rule: &RulePlan, assumed: &Assumed) -> Self {
        let nodes = &rule.nodes;
        let given = graph.not(nodes.none);
        let given = graph.and(given, nodes.here);
        let given = graph.and(given, nodes.promised);
        let exact = graph.not(nodes.open);
        let exact = graph.and(exact, nodes.holds);
        let certain = graph.and(given, exact);
        let inexact = graph.not(exact);
        let uncertain = graph.and(given, inexact);
        let never = graph.truth(false);
        let zero = graph.constant(0);
        // A determination (核定) stands in no table of the script: what one may settle is left open.
        let (eligible, uncertain, low) = match rule.determinable {
            true => (rule.plain, never, rule.fen),
            false => (certain, uncertain, graph.choose(nodes.holds, nodes.low, zero)),
        };
        let uncertain = if assumed.years_seen() { uncertain } else { never };
        Self {
            eligible,
            uncertain,
            ineligible: graph.or(rule.ineligible, nodes.outside),
            refused: nodes.refused,
            low,
            high: nodes.high,
            no_high: nodes.no_high,
            law_day: nodes.law_day,
        }
    }

    /// What a view gives, with the names of its columns.
    fn named(&self, graph: &Graph, head: &str) -> Vec<(NodeId, String)> {
        let name = |ending: &str| format!("{head}·{ending}");
        let mut named = vec![
            (self.eligible, name("符合")),
            (self.ineligible, name("不符合")),
            (self.refused, name("拒绝")),
            (self.low, name("下限")),
            (self.law_day, name("日")),
        ];
        if graph.truth_of(self.uncertain) != Some(false) {
            named.push((self.uncertain, name("未定")));
            named.push((self.high, name("上限")));
            named.push((self.no_high, name("无上限")));
        }
        named
    }
}

/// One new column of a stage, and its comment.
fn column(
    request: &Request<'_>,
    labels: &HashMap<NodeId, Label>,
    printer: &Printer<'_>,
    id: NodeId,
) -> (String, String) {
    let name = printer.columns[id.position()].as_deref().unwrap_or("");
    let line = format!(
        "    {} AS {}",
        printer.definition(id),
        request.dialect.identifier(name)
    );
    let comment = labels
        .get(&id)
        .map_or(String::new(), |label| comment(request.program, label));
    (line, comment)
}

fn comment(program: &Program, label: &Label) -> String {
    let mut words = program.citation(label.cite).replace(['\n', '\r'], " ");
    if let (Some(scale), Side::Value) = (&label.scale, label.side) {
        let _ = write!(words, " · 以 {} 为一", assumed::step_words(&label.ty, scale));
    }
    words
}

/// Lines with commas between them, comments after the commas.
fn with_commas(lines: &[(String, String)]) -> String {
    let mut out = String::new();
    for (at, (line, comment)) in lines.iter().enumerate() {
        let comma = if at + 1 < lines.len() { "," } else { "" };
        let comment = match comment.is_empty() {
            true => String::new(),
            false => format!("  -- {comment}"),
        };
        let end = if at + 1 < lines.len() { "\n" } else { "" };
        let _ = write!(out, "{line}{comma}{comment}{end}");
    }
    out
}

/// Columns in lines of at most some hundred characters.
fn wrapped(columns: &[String]) -> String {
    let mut out = String::new();
    let mut width = 0;
    for (at, column) in columns.iter().enumerate() {
        let long = column.chars().count() + 2;
        if at > 0 {
            out.push(',');
            if width + long > 100 {
                out.push_str("\n    ");
                width = 0;
            } else {
                out.push(' ');
            }
        }
        out.push_str(column);
        width += long;
    }
    out
}

/// Result, fen, their ends where they are not exact, and law day of a rule.
fn results(printer: &Printer<'_>, rule: &Answers, head: &str) -> Vec<String> {
    let dialect = printer.dialect;
    let name = |ending: &str| dialect.identifier(&format!("{head}{ending}"));
    let outside = dialect.identifier(OUTSIDE);
    let never = |id: NodeId| printer.graph.truth_of(id) == Some(false);
    let kinds = [
        (rule.eligible, "符合"),
        (rule.ineligible, "不符合"),
        (rule.uncertain, "无法判定"),
        (rule.refused, "拒绝"),
    ];
    let mut arms = format!("WHEN {outside} THEN 'open'");
    let mut dated: Vec<String> = Vec::new();
    for (mask, words) in kinds.into_iter().filter(|(mask, _)| !never(*mask)) {
        let _ = write!(arms, " WHEN {} THEN '{words}'", printer.whole(mask));
        dated.push(printer.used(mask));
    }
    let fen = |mask: NodeId, value: &dyn Fn() -> String| match never(mask) {
        true => "CAST(NULL AS BIGINT)".to_owned(),
        false => format!(
            "CASE WHEN {} AND NOT {outside} THEN {} END",
            printer.used(mask),
            value()
        ),
    };
    let high = || match printer.graph.truth_of(rule.no_high) {
        Some(false) => printer.whole(rule.high),
        Some(true) => "CAST(NULL AS BIGINT)".to_owned(),
        None => format!(
            "CASE WHEN NOT {} THEN {} END",
            printer.denied(rule.no_high),
            printer.whole(rule.high)
        ),
    };
    let low = || printer.whole(rule.low);
    let undated = matches!(printer.graph.node(rule.law_day), Node::Constant(0));
    let day = match dated.is_empty() || undated {
        true => "CAST(NULL AS DATE)".to_owned(),
        false => format!(
            "CASE WHEN ({}) AND NOT {outside} THEN {} END",
            dated.join(" OR "),
            printer.day(rule.law_day)
        ),
    };
    vec![
        format!("  CASE {arms} ELSE 'open' END AS {}", name(RESULT)),
        format!("  {} AS {}", fen(rule.eligible, &low), name(FEN)),
        format!("  {} AS {}", fen(rule.uncertain, &low), name(LOW)),
        format!("  {} AS {}", fen(rule.uncertain, &high), name(HIGH)),
        format!("  {day} AS {}", name(DAY)),
    ]
}

/// The rights of a view, one a row.
fn rights(dialect: Dialect, view: &str, rules: &[&(RuleId, String)], heads: &[String]) -> String {
    let identifier = |name: &str| dialect.identifier(name);
    let endings = [RESULT, FEN, LOW, HIGH, DAY];
    let row = |(name, head): (&str, &String)| {
        let mut cells = vec![dialect.text(name)];
        cells.extend(endings.map(|ending| {
            let cell = format!("r.{}", identifier(&format!("{head}{ending}")));
            // Spark has a small constant as INT, and stacks no INT on BIGINT.
            match dialect == Dialect::Spark && [FEN, LOW, HIGH].contains(&ending) {
                true => format!("CAST({cell} AS BIGINT)"),
                false => cell,
            }
        }));
        cells.join(", ")
    };
    let columns: Vec<String> = endings.map(|ending| identifier(&ending[1..])).to_vec();
    let selected: Vec<String> = columns.iter().map(|column| format!("v.{column}")).collect();
    let rule = identifier("规则");
    let head = format!(
        "SELECT v.{rule}, r.{}, {}\nFROM {} r",
        identifier(KEY),
        selected.join(", "),
        identifier(view)
    );
    let columns = format!("{rule}, {}", columns.join(", "));
    let names = rules.iter().map(|(_, name)| name.as_str());
    let rows: Vec<String> = names.zip(heads).map(row).collect();
    match dialect {
        Dialect::Spark => format!(
            "{head}\nLATERAL VIEW stack({}, {}) v AS {columns}",
            rows.len(),
            rows.join(",\n  ")
        ),
        Dialect::DuckDb | Dialect::Postgres => format!(
            "{head}\nCROSS JOIN LATERAL (VALUES ({})) AS v({columns})",
            rows.join("),\n  (")
        ),
    }
}

/// A day `yyyymmdd` as a literal.
fn date_literal(day: i64) -> String {
    format!(
        "DATE '{:04}-{:02}-{:02}'",
        day / 10_000,
        day / 100 % 100,
        day % 100
    )
}

/// Something named in a program, as a column or table is called.
type Name = SmolStr;
