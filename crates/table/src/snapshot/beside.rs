//! What a snapshot keeps of rows that are in no table: every rejected row with all its faults, and the findings of the
//! files, as they were when it was made.

use jiufen_diagnostic::{Argument, Diagnostic, Lang, catalogue};
use serde_json::{Value, json};

use crate::rejection::{Fault, Rejection};
use crate::rejections::Rejections;
use crate::source::NOWHERE;

/// Arguments that are no words of a message: where it was found.
const PLACES: [&str; 5] = ["file", "line", "table", "column", "found"];

/// The rejected rows and findings of a table as JSON.
pub(super) fn to_json(rejected: &Rejections, findings: &[Diagnostic]) -> Value {
    let fault = |fault: &Fault| json!({"column": fault.column.as_str(), "found": fault.found, "reason": reason(&fault.reason)});
    let row = |row: Rejection| {
        json!({
            "file": row.file.as_str(),
            "line": row.line,
            "column": row.column.as_str(),
            "found": row.found,
            "reason": reason(&row.reason),
            "further": row.further.iter().map(fault).collect::<Vec<_>>(),
        })
    };
    json!({
        "rejected": rejected.iter().map(row).collect::<Vec<_>>(),
        "findings": findings.iter().map(reason).collect::<Vec<_>>(),
    })
}

fn reason(diagnostic: &Diagnostic) -> Value {
    let arguments = diagnostic.arguments.iter().map(|(name, _)| {
        let said = |lang| diagnostic.argument(name, lang).unwrap_or("");
        json!([name, said(Lang::Zh), said(Lang::En)])
    });
    json!({"code": diagnostic.code(), "arguments": arguments.collect::<Vec<_>>()})
}

/// What [`to_json`] made; none where this version does not know a message.
pub(super) fn from_json(value: &Value) -> Option<(Rejections, Vec<Diagnostic>)> {
    let rows = value["rejected"].as_array()?.iter().map(rejection);
    let findings = value["findings"].as_array()?.iter().map(diagnostic);
    let mut rejected = Rejections::default();
    for row in rows {
        rejected.push(row?);
    }
    Some((rejected, findings.collect::<Option<_>>()?))
}

fn rejection(value: &Value) -> Option<Rejection> {
    let fault = |value: &Value| {
        Some(Fault {
            column: value["column"].as_str()?.into(),
            found: value["found"].as_str()?.to_owned(),
            reason: diagnostic(&value["reason"])?,
        })
    };
    let further = value["further"].as_array()?.iter().map(fault);
    Some(Rejection {
        file: value["file"].as_str()?.into(),
        line: value["line"].as_u64()?,
        column: value["column"].as_str()?.into(),
        found: value["found"].as_str()?.to_owned(),
        reason: diagnostic(&value["reason"])?,
        further: further.collect::<Option<_>>()?,
    })
}

fn diagnostic(value: &Value) -> Option<Diagnostic> {
    let code = value["code"].as_str()?;
    let entry = catalogue::all().find(|entry| entry.code == code)?;
    let mut found = Diagnostic::new(entry, NOWHERE);
    for argument in value["arguments"].as_array()? {
        let text = |at: usize| argument.get(at).and_then(Value::as_str);
        let (name, zh, en) = (text(0)?, text(1)?, text(2)?);
        // A word that no message of this version quotes is not needed.
        if let Some(name) = known(entry, name) {
            found = found.with(name, Argument::term(zh, en));
        }
    }
    Some(found)
}

/// The name of an argument as the catalogue has it.
fn known(entry: &'static jiufen_diagnostic::Entry, name: &str) -> Option<&'static str> {
    let slot = |text: &'static str| {
        let mut slots = text
            .split('{')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('}')?.0));
        slots.find(|slot| *slot == name)
    };
    let wordings = [entry.zh, entry.en];
    let mut texts = wordings.iter().flat_map(|w| [w.message, w.help, w.related]);
    let place = PLACES.into_iter().find(|place| *place == name);
    place.or_else(|| texts.find_map(slot))
}
