//! Records of officers that no decision of a run took up.

use jiufen_diagnostic::catalogue::registry::RECORD_NOT_USED;
use jiufen_diagnostic::{Argument, Diagnostic};
use jiufen_interpret::{Facts, Status};
use jiufen_quantity::show;

use super::{Line, Run};
use crate::pack::Pack;
use crate::registry::{NOWHERE, Registry};

impl Run {
    /// A note for each rule whose determinations (核定) of this year and no later day settled nothing: the first of them
    /// in its file, and how many others there are. A right that was refused has told its reason already.
    pub(super) fn unused_determinations(&self, pack: &Pack, registry: &Registry) -> Vec<Diagnostic> {
        let mut unused: Vec<(&str, u64, Line<'_>)> = Vec::new();
        for (right, file, line) in registry.determinations_until_today() {
            let Some(of) = self
                .line(right.rule, right.row)
                .filter(|of| of.right() == right && of.is_owned())
            else {
                continue;
            };
            let used = of.full().is_some_and(|decision| decision.determination.is_some());
            if !used && of.status() != Status::Refused {
                unused.push((file, line, of));
            }
        }
        unused.sort_by_key(|(file, line, of)| (of.right().rule, *file, *line));
        let same_rule =
            |a: &(&str, u64, Line<'_>), b: &(&str, u64, Line<'_>)| a.2.right().rule == b.2.right().rule;
        let note = |of_rule: &[(&str, u64, Line<'_>)]| {
            let (file, line, of) = of_rule.first()?;
            let right = of.right();
            let found = match (of.status(), of.is_outside(), of.entitlement().exact()) {
                (_, true, _) => (
                    "不在适用地区或期间内".to_owned(),
                    "lies outside the territory or the period".to_owned(),
                ),
                (Status::Ineligible, ..) => ("不符合".to_owned(), "is not eligible".to_owned()),
                (Status::Eligible, _, Some(fen)) => {
                    let amount = show::money(&jiufen_quantity::exact::ratio(fen, 100));
                    (
                        format!("照公式是 {amount}"),
                        format!("comes to {amount} by its formula"),
                    )
                }
                _ => (
                    "还缺登记的事实".to_owned(),
                    "waits for facts of the registry".to_owned(),
                ),
            };
            let others = match of_rule.len() - 1 {
                0 => (String::new(), String::new()),
                more => (
                    format!(";这条规则另有 {more} 条也没有用上"),
                    format!("; nor were {more} more of this rule"),
                ),
            };
            Some(
                Diagnostic::new(&RECORD_NOT_USED, NOWHERE)
                    .with("file", *file)
                    .with("line", line.to_string())
                    .with("rule", pack.rule_label(right.rule))
                    .with("row", registry.key(right.row).as_str())
                    .with("found", Argument::term(found.0, found.1))
                    .with("others", Argument::term(others.0, others.1)),
            )
        };
        unused.chunk_by(same_rule).filter_map(note).collect()
    }
}
