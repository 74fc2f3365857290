//! What verdicts and rankings say of a subject, and why.

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Facts, Interpreter, RowId, VerdictDecision, describe};
use jiufen_language::program::VerdictId;
use serde_json::json;

use super::{Belonging, Node, node, settled_by};
use crate::consolidated::in_document_called;
use crate::pack::Pack;
use crate::registry::Registry;
use crate::run::RunOptions;

/// The explanation of one answer.
#[derive(Debug, Clone)]
pub struct VerdictExplanation {
    /// The answer itself.
    pub decision: VerdictDecision,
    /// The verdict or ranking.
    pub verdict: String,
    /// What it is about.
    pub row: String,
    /// Its key.
    pub key: String,
    /// Whether that is the subject itself, and not a row that belongs to it.
    pub own: bool,
    /// 可, A, 不参评, 无法判定, …
    pub outcome: String,
    /// Why there is no answer; empty where there is one.
    pub fault: String,
    /// Papers needed, alternatives joined.
    pub papers: Vec<String>,
    /// Where the verdict stands.
    pub citation: String,
    /// How sure the text is.
    pub source_status: String,
    /// The steps.
    pub derivation: Node,
    /// Facts that would settle it.
    pub missing: Vec<String>,
}

/// The verdicts in force that go by a name, which may name its document as well: `「示例〔2025〕3号」.亩均评价`.
pub fn verdicts_called(pack: &Pack, name: &str) -> Vec<VerdictId> {
    let program = &pack.program;
    let declared = (0u32..).map(VerdictId).zip(&program.verdicts);
    declared
        .filter(|(_, v)| program.in_law(v.document) && in_document_called(program, v.document, &v.name, name))
        .map(|(id, _)| id)
        .collect()
}

/// Explains what verdicts say of a subject and of the rows that belong to it.
pub fn explain_verdicts(
    pack: &Pack,
    registry: &Registry,
    options: RunOptions,
    subject: RowId,
    verdicts: &[VerdictId],
    lang: Lang,
) -> Vec<VerdictExplanation> {
    let interpreter = Interpreter::new(&pack.program, registry, options.year);
    let belonging = Belonging::new(pack, registry, subject);
    let mut explained = Vec::new();
    for id in verdicts {
        let each = pack.program.verdicts[id.index()].each;
        let own = belonging.rows(each).into_iter();
        explained
            .extend(own.map(|row| explanation(pack, registry, subject, interpreter.verdict(*id, row), lang)));
    }
    explained
}

fn explanation(
    pack: &Pack,
    registry: &Registry,
    subject: RowId,
    decision: VerdictDecision,
    lang: Lang,
) -> VerdictExplanation {
    let program = &pack.program;
    let verdict = &program.verdicts[decision.verdict.index()];
    let document = program.document(verdict.document);
    let papers = decision.attachments.iter();
    VerdictExplanation {
        verdict: verdict.name.to_string(),
        row: registry.name(decision.row).to_string(),
        key: registry.key(decision.row).to_string(),
        own: decision.row == subject,
        outcome: describe::outcome(&decision.outcome, lang).to_owned(),
        fault: decision
            .fault
            .as_ref()
            .map_or_else(String::new, |f| describe::fault(f, lang)),
        papers: papers
            .map(|papers| papers.join(lang.pick(" 或 ", " or ")))
            .collect(),
        citation: program.citation(verdict.cite).to_owned(),
        source_status: lang
            .pick(document.source_status.zh(), document.source_status.en())
            .to_owned(),
        derivation: node(pack, registry, &decision.derivation, lang),
        missing: decision
            .missing
            .iter()
            .map(|reason| settled_by(pack, registry, reason, lang))
            .collect(),
        decision,
    }
}

impl VerdictExplanation {
    /// As JSON.
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            "verdict": self.verdict,
            "row": self.row,
            "key": self.key,
            "outcome": self.outcome,
            "fault": self.decision.fault.as_ref().map(|fault| fault.code.code()),
            "why": self.fault,
            "papers": self.papers,
            "citation": self.citation,
            "source_status": self.source_status,
            "missing": self.missing,
            "derivation": self.derivation.to_json(),
        })
    }
}
