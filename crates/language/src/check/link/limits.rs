//! Which cap or ceiling of a grant an exception or amendment means: the one of the same scope.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::names};

use super::PartRef;
use crate::check::blocks::scope_words;
use crate::check::scope::Scope;
use crate::check::{BlockAt, Checker};
use crate::program::{Cap, CapScope, Part, RuleId};
use crate::syntax::ast::{self, AstNode, Block};

/// What lays down a new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Exception,
    /// May add a limit where there was none.
    Amendment,
    /// An amendment that is not law yet.
    Draft,
}

impl Checker<'_> {
    /// The cap of `X.封顶` without a scope beside it: there has to be one only.
    pub(super) fn only_cap(
        &mut self,
        at: &BlockAt,
        change: Change,
        rule: RuleId,
        span: Span,
    ) -> Option<PartRef> {
        match self.program.rule(rule).caps.len() {
            0 if change == Change::Amendment => Some(self.add_cap(rule, None)),
            0 | 1 => Some(PartRef::Cap(rule, 0)),
            _ => self.which_cap(at, rule, "封顶", span),
        }
    }

    /// The cap that a line `封顶 …` with its scope means.
    pub(super) fn cap_of_line(
        &mut self,
        scope: &Scope,
        change: Change,
        rule: RuleId,
        line: &ast::CapLine,
    ) -> Option<PartRef> {
        let per: Vec<ast::Name> = line.per().collect();
        let words = scope_words(line.is_yearly(), &per);
        let caps = &self.program.rule(rule).caps;
        let alike: Vec<usize> = (0..caps.len()).filter(|i| words_of(&caps[*i]) == words).collect();
        match alike.as_slice() {
            [only] => Some(PartRef::Cap(rule, *only)),
            [] if caps.is_empty() => Some(match change {
                Change::Amendment => {
                    let per = self.limit_scope(scope, line.is_yearly(), &per);
                    self.add_cap(rule, per)
                }
                _ => PartRef::Cap(rule, 0),
            }),
            _ => self.which_cap(scope.at, rule, "封顶", scope.at.span(line.range())),
        }
    }

    /// The ceiling that a line `至多 …` with its scope means.
    pub(super) fn ceiling_of_line(
        &mut self,
        scope: &Scope,
        change: Change,
        rule: RuleId,
        line: &ast::AtMostLine,
    ) -> Option<PartRef> {
        let per: Vec<ast::Name> = line.per().collect();
        match &self.program.rule(rule).at_most {
            Some(at_most) if words_of(at_most) != scope_words(line.is_yearly(), &per) => {
                return self.which_cap(scope.at, rule, "至多", scope.at.span(line.range()));
            }
            None if change == Change::Amendment => {
                let per = self.limit_scope(scope, line.is_yearly(), &per);
                self.program.rules[rule.index()].at_most = Some(Cap {
                    part: Part::default(),
                    per,
                });
            }
            _ => {}
        }
        Some(PartRef::AtMost(rule))
    }

    /// A cap that the rule did not have: it holds from the amendment on.
    fn add_cap(&mut self, rule: RuleId, per: Option<CapScope>) -> PartRef {
        let caps = &mut self.program.rules[rule.index()].caps;
        caps.push(Cap {
            part: Part::default(),
            per,
        });
        PartRef::Cap(rule, caps.len() - 1)
    }

    fn which_cap(&mut self, at: &BlockAt, rule: RuleId, part: &'static str, span: Span) -> Option<PartRef> {
        let declared = self.program.rule(rule);
        let limits: Vec<&Cap> = match part {
            "封顶" => declared.caps.iter().collect(),
            _ => declared.at_most.iter().collect(),
        };
        let named = |none: &str| {
            let words = limits.iter().map(|cap| match words_of(cap) {
                "" => format!("{part} …{none}"),
                words => format!("{part} … {words}"),
            });
            words.collect::<Vec<_>>().join("、")
        };
        let mut scopes: Vec<&str> = limits.iter().map(|cap| words_of(cap)).collect();
        scopes.sort_unstable();
        let twice = scopes.windows(2).any(|pair| pair[0] == pair[1]);
        let name = &declared.name;
        let block = match at.block {
            Block::Except(_) => "例外 … 对",
            _ => "修订",
        };
        let hint = match twice {
            true => Argument::term(
                format!("范围相同的两道{part}先并成一道:{part} 最小(甲, 乙)"),
                format!("first make one of the two of the same scope: {part} 最小(a, b)"),
            ),
            false => Argument::term(
                format!("写 {block} {name},下面照原来的范围写全那一行;要换范围,另立一条 奖补 并写 承接"),
                format!(
                    "write {block} {name}, and below it the whole line with the scope it has; for another scope write a new 奖补 with 承接"
                ),
            ),
        };
        let finding = Diagnostic::new(&names::WHICH_CAP, span)
            .with("target", declared.name.as_str())
            .with("part", part)
            .with(
                "choices",
                Argument::term(named("(不带范围)"), named(" (without a scope)")),
            )
            .with("hint", hint);
        self.report(at, finding);
        None
    }
}

fn words_of(cap: &Cap) -> &str {
    cap.per.as_ref().map_or("", |per| per.words.as_str())
}
