//! A 评级 as it stands on a day: who is ranked, by what, and what a place comes to.

use jiufen_diagnostic::Lang;
use jiufen_interpret::describe;
use jiufen_language::program::{Ranking, Verdict, VerdictLine};
use jiufen_language::syntax::keywords::{LineWord, OptionWord, ReservedWord};

use super::ConsolidatedLine;
use super::lines::{Builder, plain};

impl Builder<'_> {
    pub(super) fn ranking(&self, verdict: &Verdict, ranking: &Ranking) -> Vec<ConsolidatedLine> {
        let program = self.program();
        let mut each = program.subject(verdict.each).name.to_string();
        if ranking.yearly {
            each.push_str(&format!(" {}", self.reserved(ReservedWord::Yearly)));
        }
        let unlimited = || self.reserved(ReservedWord::Unlimited).to_owned();
        let peers = ranking
            .peers
            .map_or_else(unlimited, |peers| self.expression(peers));
        let mut lines = vec![self.said(LineWord::Each, each), self.said(LineWord::When, peers)];
        if !ranking.group.is_empty() {
            let keys: Vec<String> = ranking.group.iter().map(|key| self.expression(*key)).collect();
            lines.push(self.said(LineWord::Key, keys.join(self.lang.pick("、", ", "))));
        }
        for key in &ranking.order {
            let direction = match key.descending {
                true => OptionWord::Descending,
                false => OptionWord::Ascending,
            };
            let words = format!("{} {}", self.expression(key.value), self.option(direction));
            lines.push(self.said(LineWord::Order, words));
        }
        if !ranking.vetoes.is_empty() {
            let time = match ranking.vetoed_before {
                true => OptionWord::BeforeRanking,
                false => OptionWord::AfterRanking,
            };
            lines.push(self.said(LineWord::Veto, self.option(time)));
        }
        lines.extend(self.verdict_lines(&ranking.vetoes, ("否决第", "veto")));
        lines
    }

    /// Lines of a verdict, each under its number.
    pub(super) fn verdict_lines(
        &self,
        lines: &[VerdictLine],
        (zh, en): (&str, &str),
    ) -> Vec<ConsolidatedLine> {
        let mut said = Vec::with_capacity(lines.len());
        for (at, line) in lines.iter().enumerate() {
            let when = line.when.map_or_else(
                || self.reserved(ReservedWord::Otherwise).to_owned(),
                |w| self.expression(w),
            );
            let mut text = format!("{when}: {}", describe::outcome(&line.outcome, self.lang));
            for papers in &line.attachments {
                text.push_str(&format!(
                    " {} {}",
                    self.reserved(ReservedWord::Attach),
                    self.papers(papers)
                ));
            }
            let label = match self.lang {
                Lang::Zh => format!("{zh} {} 条", at + 1),
                Lang::En => format!("{en} {}", at + 1),
            };
            let mut line_of = plain(&label, text);
            line_of.source = line.basis.join(self.lang.pick(";", "; "));
            said.push(line_of);
        }
        said
    }
}
