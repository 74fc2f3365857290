//! Why a right changes: what its two derivations rest on that is not the same.

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Decision, Right, Step, What, describe};

use super::{RightChange, Side, Simulation};

/// Something that a decision rests on: its words, what it came to, and its clause.
#[derive(PartialEq, Eq)]
struct Ground {
    what: String,
    came_to: String,
}

impl Simulation<'_> {
    /// Why a right changes, each in one line: parameters, formulas and exceptions that are not the same, with their
    /// clauses; then what groups, caps and accounts did otherwise.
    pub fn reasons(&self, change: &RightChange, lang: Lang) -> Vec<String> {
        let of = |side: Side<'_>, outcome: Option<super::Outcome>| {
            outcome.map_or_else(Vec::new, |outcome| grounds(side, outcome.right, lang))
        };
        let (was, becomes) = (of(self.before, change.before), of(self.after, change.after));
        let only = |these: &[Ground], those: &[Ground]| -> Vec<String> {
            let other = |ground: &&Ground| !those.contains(ground);
            let words = |ground: &Ground| format!("{} {}", ground.what, ground.came_to);
            these.iter().filter(other).map(words).collect()
        };
        let (gone, come) = (only(&was, &becomes), only(&becomes, &was));
        let mut lines = Vec::new();
        for line in gone {
            lines.push(format!("{} {line}", lang.pick("原", "was")));
        }
        for line in come {
            lines.push(format!("{} {line}", lang.pick("改为", "becomes")));
        }
        lines
    }
}

/// What a right rests on: the deepest versions first, as they lead to it.
fn grounds(side: Side<'_>, right: Right, lang: Lang) -> Vec<Ground> {
    let mut grounds = Vec::new();
    if let Some(decision) = side.run.decision(side.pack, side.registry, right) {
        collect(side, &decision.derivation, lang, &mut grounds);
        grounds.extend(settlements(side, &decision, lang));
    }
    grounds
}

fn collect(side: Side<'_>, step: &Step, lang: Lang, into: &mut Vec<Ground>) {
    for child in &step.children {
        collect(side, child, lang, into);
    }
    let laid_down = matches!(
        step.what,
        What::Version { .. }
            | What::Exception(_)
            | What::TableRow { .. }
            | What::Determined
            | What::ByDay { .. }
    );
    if !laid_down {
        return;
    }
    let program = &side.pack.program;
    let words = describe::step_words(program, side.registry, step, lang);
    let clause = step.cite.map_or("", |cite| program.citation(cite));
    let what = if clause.is_empty() {
        words.text
    } else {
        format!("{}〔{clause}〕", words.text)
    };
    let ground = Ground {
        what: format!("{what} ="),
        came_to: words.value,
    };
    if !into.contains(&ground) {
        into.push(ground);
    }
}

fn settlements(side: Side<'_>, decision: &Decision, lang: Lang) -> Vec<Ground> {
    let of = |settlement| Ground {
        what: format!("{} →", describe::settlement(&side.pack.program, settlement, lang)),
        came_to: crate::lists::amount_words(settlement.after, false, lang),
    };
    decision.settlement.iter().map(of).collect()
}
