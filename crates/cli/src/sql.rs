//! `jiufen sql`.

use std::fs;
use std::io;
use std::path::Path;

use jiufen_diagnostic::Lang;
use jiufen_office::sql::{Dialect, Script, TableError, declared, shown, write_script, write_table};
use jiufen_office::{Pack, Registry, write_atomically, write_bytes};
use serde_json::json;

use crate::Outcome;
use crate::arguments::{DialectChoice, Format, SqlArguments};
use crate::explain::asked_rules;
use crate::packs;
use crate::terminal::Terminal;
use crate::trouble::wrong;

/// Writes the rules of a pack as SQL, and its registry as the tables that the SQL reads.
pub fn run(command: &SqlArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let (pack, tables) = packs::load_with_tables(&command.pack, &command.when)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    let rules = match &command.rule {
        None => None,
        Some(name) => match asked_rules(pack, &command.pack, name, terminal.lang) {
            Ok(rules) => Some(rules),
            Err(words) => {
                terminal.complain(&words);
                return Ok(Outcome::WrongUse);
            }
        },
    };
    let (registry, options) = packs::facts(pack, &command.when, tables)?;
    let assumed = match &command.when.data {
        Some(_) => shown(pack, registry, options.year),
        None => declared(pack, options.year),
    };
    let dialect = match command.dialect {
        DialectChoice::Duckdb => Dialect::DuckDb,
        DialectChoice::Postgres => Dialect::Postgres,
        DialectChoice::Spark => Dialect::Spark,
    };
    let script = write_script(pack, &assumed, rules.as_deref(), dialect, options);
    if script.rules.is_empty() {
        let words = terminal.say(
            "包里没有施行中的奖补规则,没有可写的;判定、定义不写成 SQL",
            "the pack has no grants of the law in force: there is nothing to write; verdicts and definitions alone are not written",
        );
        terminal.complain(words);
        return Ok(Outcome::WrongUse);
    }
    if command.rule.is_some() && script.rules.iter().all(|rule| rule.open) {
        terminal.complain(&cannot(pack, &script, terminal.lang));
        return Ok(Outcome::WrongUse);
    }
    if let Some(folder) = &command.tables {
        write_tables(registry, &script, (folder, dialect))?;
    }
    for words in notes(pack, &script, terminal.lang) {
        terminal.complain(&words);
    }
    if let Some(path) = &command.out {
        write_bytes(path, script.text.as_bytes()).map_err(packs::about(path))?;
    }
    match terminal.format {
        Format::Json => terminal.json(&as_json(pack, &script, dialect, command.out.is_none()))?,
        Format::Text if command.out.is_none() => {
            for line in script.text.lines() {
                terminal.line(line)?;
            }
        }
        Format::Text => {}
    }
    Ok(packs::outcome(registry, terminal))
}

/// Why a rule that was asked for by name is not written.
fn cannot(pack: &Pack, script: &Script, lang: Lang) -> String {
    let of = |rule: &jiufen_office::sql::Written| {
        let left = match rule.left.is_empty() {
            true => lang
                .pick("金额或条件没有公布", "its amount or condition is not published")
                .to_owned(),
            false => rule.left.join(lang.pick("、", ", ")),
        };
        let name = pack.rule_label(rule.rule);
        match lang {
            Lang::Zh => format!("规则「{name}」写不成 SQL,每一行都会是 open:{left};用 jiufen run 算"),
            Lang::En => {
                format!("“{name}” cannot be written as SQL, every row would be open: {left}; use jiufen run")
            }
        }
    };
    script.rules.iter().map(of).collect::<Vec<_>>().join("\n")
}

/// What the SQL leaves to `jiufen run`, a line a rule.
fn notes(pack: &Pack, script: &Script, lang: Lang) -> Vec<String> {
    let comma = lang.pick("、", ", ");
    let mut notes = Vec::new();
    for rule in &script.rules {
        let mut parts = Vec::new();
        if rule.open {
            parts.push(lang.pick("全部 open", "open throughout").to_owned());
        }
        if !rule.left.is_empty() {
            let left = rule.left.join(comma);
            parts.push(match lang {
                Lang::Zh => format!("用到下列各项的行 open:{left}"),
                Lang::En => format!("rows that use these are open: {left}"),
            });
        }
        if !rule.after.is_empty() {
            let after = rule.after.join(comma);
            parts.push(match lang {
                Lang::Zh => format!("不含 {after},金额是它们之前的"),
                Lang::En => format!("without {after}: the amounts are those before them"),
            });
        }
        if !parts.is_empty() {
            let name = pack.rule_label(rule.rule);
            notes.push(format!("{name}: {}", parts.join(lang.pick(";", "; "))));
        }
    }
    notes
}

fn as_json(pack: &Pack, script: &Script, dialect: Dialect, with_text: bool) -> serde_json::Value {
    let rules: Vec<_> = script
        .rules
        .iter()
        .map(|rule| {
            json!({
                "rule": pack.rule_label(rule.rule),
                "open": rule.open,
                "left": rule.left,
                "after": rule.after,
            })
        })
        .collect();
    let tables: Vec<_> = script
        .tables
        .iter()
        .map(|table| {
            let columns: Vec<_> = table
                .typed(dialect)
                .into_iter()
                .map(|(name, sql_type)| json!({"name": name, "type": sql_type}))
                .collect();
            json!({"table": table.name.as_str(), "columns": columns})
        })
        .collect();
    json!({
        "dialect": dialect.name(),
        "rules": rules,
        "tables": tables,
        "sql": with_text.then_some(&script.text),
    })
}

/// Writes each table as CSV and the statements that make them all.
fn write_tables(registry: &Registry, script: &Script, (folder, dialect): (&Path, Dialect)) -> io::Result<()> {
    fs::create_dir_all(folder).map_err(packs::about(folder))?;
    let mut statements = String::new();
    for table in &script.tables {
        let path = folder.join(format!("{}.csv", table.name));
        let mut off_step = None;
        let written = write_atomically(&path, |out| match write_table(registry, table, out) {
            Ok(()) => Ok(()),
            Err(TableError::Write(error)) => Err(error),
            Err(TableError::OffStep(at)) => {
                off_step = Some(at);
                Err(io::ErrorKind::InvalidData.into())
            }
        });
        if let Some(at) = off_step {
            return Err(wrong(
                io::ErrorKind::InvalidData,
                format!(
                    "表“{}”的“{}”这一行,“{}”不是整数({});加 --data 写明登记数据的文件夹,就按数据取单位",
                    at.table, at.key, at.column, at.step
                ),
                format!(
                    "row `{}` of `{}`: `{}` is no whole number ({}); with --data FOLDER the unit is taken from the data",
                    at.key, at.table, at.column, at.step
                ),
            ));
        }
        written.map_err(packs::about(&path))?;
        statements.push_str(&table.create(dialect));
    }
    let path = folder.join("tables.sql");
    write_bytes(&path, statements.as_bytes()).map_err(packs::about(&path))
}
