//! Which cap of a grant is meant: by its number, or by what it is shared over.

use jiufen_diagnostic::{Diagnostic, Span, catalogue::names};
use smol_str::SmolStr;

use super::PartRef;
use crate::check::scope::Scope;
use crate::check::{BlockAt, Checker};
use crate::program::{Cap, CapScope, Part, RuleId};
use crate::syntax::ast::{self, AstNode, Line};

impl Checker<'_> {
    /// `封顶` where there is one at most, `封顶2` where there are several; none where it has to be said which.
    pub(super) fn cap_named(&self, rule: RuleId, part: &str) -> Option<usize> {
        let caps = self.program.rule(rule).caps.len();
        match part.strip_prefix("封顶")? {
            "" => (caps <= 1).then_some(0),
            number => {
                let number: usize = number.parse().ok()?;
                (1..=caps).contains(&number).then(|| number - 1)
            }
        }
    }

    /// The cap that a line with a scope stands for: one that is shared alike, or else one more.
    pub(super) fn cap_of_line(
        &mut self,
        scope: &Scope,
        part: PartRef,
        rule: RuleId,
        line: &ast::CapLine,
    ) -> PartRef {
        let per: Vec<ast::Name> = line.per().collect();
        let words = self.cap_scope(scope, line.is_yearly(), &per).map(|per| per.words);
        let caps = &self.program.rule(rule).caps;
        let shared = |cap: &Cap| cap.per.as_ref().map(|per| per.words.clone());
        let same = caps.iter().position(|cap| shared(cap) == words);
        match part {
            // Named by its number: the line may repeat what it is shared over, and cannot change it.
            PartRef::Cap(_, index) if index < caps.len() && words.is_some() && same != Some(index) => {
                let words = SmolStr::new(format!("封顶 {}", words.unwrap_or_default()));
                self.no_such_cap(scope.at, rule, &words, scope.at.span(line.range()));
                part
            }
            PartRef::Cap(..) => part,
            _ => PartRef::Cap(rule, same.unwrap_or(caps.len())),
        }
    }

    /// Makes room for the caps that an amendment adds to a rule; each holds from its first version on.
    pub(super) fn add_caps(&mut self, scope: &Scope, part: PartRef, lines: &[Line]) {
        for line in lines {
            if let (Line::Cap(line), PartRef::Rule(id) | PartRef::Cap(id, _)) = (line, part)
                && let PartRef::Cap(_, index) = self.cap_of_line(scope, part, id, line)
                && index == self.program.rule(id).caps.len()
            {
                let per: Vec<ast::Name> = line.per().collect();
                let per = self.cap_scope(scope, line.is_yearly(), &per);
                self.add_cap(id, per);
            }
        }
        if let PartRef::Cap(id, index) = part
            && index == self.program.rule(id).caps.len()
        {
            self.add_cap(id, None);
        }
    }

    fn add_cap(&mut self, rule: RuleId, per: Option<CapScope>) {
        let part = Part::default();
        self.program.rules[rule.index()].caps.push(Cap { part, per });
    }

    pub(super) fn no_such_cap(&mut self, at: &BlockAt, rule: RuleId, part: &str, span: Span) {
        let rule = self.program.rule(rule);
        let one = |(index, cap): (usize, &Cap)| match &cap.per {
            Some(per) => format!("封顶{}({})", index + 1, per.words),
            None => format!("封顶{}", index + 1),
        };
        let caps: Vec<String> = rule.caps.iter().enumerate().map(one).collect();
        let choices = match (caps.is_empty(), rule.at_most.is_some()) {
            (false, _) => caps.join("、"),
            (true, true) => "当、金额、至多".to_owned(),
            (true, false) => "当、金额".to_owned(),
        };
        let finding = Diagnostic::new(&names::UNKNOWN_PART, span)
            .with("target", rule.name.as_str())
            .with("part", part)
            .with("choices", choices);
        self.report(at, finding);
    }
}
