//! Groups (组合): the repeat-claim rule, and its key in the terms of each member rule.

use smol_str::SmolStr;

use super::scope::Scope;
use super::{BlockAt, Checker, Declared};
use crate::program::{ExprId, ExprKind, GroupId, Member, Type, YearOf};
use crate::syntax::ast::{self, AstNode, Block, Line};
use crate::syntax::keywords::LineWord;

impl Checker<'_> {
    pub(super) fn group_body(&mut self, at: &BlockAt, block: &ast::Group) {
        let Some(Declared::Group(id)) = self.declared(at) else {
            return;
        };
        let lines: Vec<Line> = block.lines().collect();
        let cite = self.cite_line(at, &lines);
        self.program.groups[id.index()].cite = cite;
        self.group_blocks.insert(id, at.clone());
        let (mut mode, mut key) = (None, false);
        for line in &lines {
            match line {
                Line::Mode(line) => mode = line.option().and_then(super::declare::group_mode),
                Line::Key(line) => {
                    key = true;
                    let written = self.sources.text(at.span(line.range()));
                    let word = [LineWord::Key.zh(), LineWord::Key.en()];
                    let words = word.iter().find_map(|word| written.strip_prefix(word));
                    let words = words.unwrap_or(written).trim();
                    self.program.groups[id.index()].key_words = SmolStr::new(words);
                    if let Some(choices) = line.to_choose() {
                        self.program.groups[id.index()].choices = choices.names().map(|n| n.text()).collect();
                    }
                }
                Line::Cap(line) => {
                    let scope = Scope::new(at);
                    let cap = self.cap(&scope, line.value(), line.is_yearly(), &[], cite);
                    self.program.groups[id.index()].cap = cap;
                }
                _ => {}
            }
        }
        match mode {
            Some(mode) => self.program.groups[id.index()].mode = mode,
            None => self.missing_line(
                at,
                ("法", "mode"),
                (
                    "写 法 就高、补差、互斥、先到 或 叠加",
                    "write mode highest, top_up, exclusive, first_come or stack",
                ),
            ),
        }
        if !key {
            self.missing_line(
                at,
                ("键", "key"),
                (
                    "写明在什么范围内算重复,例如 键 企业, 年 或 键 项目",
                    "say within what two rights count as the same, such as key 企业, 年 or key 项目",
                ),
            );
        }
    }

    /// Adds a rule to its group, with the group's key read in the rule's own terms.
    pub(super) fn membership(&mut self, at: &BlockAt, block: &ast::Grant) {
        let Some(Declared::Rule(rule)) = self.declared(at) else {
            return;
        };
        let line = block.lines().find_map(|l| {
            if let Line::Group(line) = l {
                Some(line)
            } else {
                None
            }
        });
        let Some(name) = line.and_then(|l| l.name()) else {
            return;
        };
        let text = name.text();
        let span = at.span(name.range());
        let group = match self.global(at, &text, span) {
            Some(Declared::Group(id)) => id,
            _ => return self.unknown_name(&Scope::new(at), &text, span),
        };
        self.program.rules[rule.index()].group = Some(group);
        let member = self.member_of(at, group, rule);
        self.program.groups[group.index()].members.push(member);
    }

    fn member_of(&mut self, at: &BlockAt, group: GroupId, rule: crate::program::RuleId) -> Member {
        let each = self.program.rule(rule).each;
        let mut member = Member {
            rule,
            keys: Vec::new(),
            yearly: false,
            counting: None,
        };
        if each.index() >= self.program.subjects.len() {
            return member;
        }
        let Some(group_at) = self.group_blocks.get(&group).cloned() else {
            return member;
        };
        let Block::Group(block) = &group_at.block else {
            return member;
        };
        let lines: Vec<Line> = block.lines().collect();
        // The key stands in the group's text and is read from the rule's row.
        let scope = Scope::of(&group_at, each, self.rule_basis(at));
        for line in &lines {
            match line {
                Line::Key(line) => {
                    for path in line.paths() {
                        if path.as_name().is_some_and(|n| n.text() == "年") {
                            member.yearly = true;
                            continue;
                        }
                        let key = self.key_path(&scope, &path);
                        member.keys.push(key);
                    }
                    if let Some(choices) = line.to_choose() {
                        for choice in choices.names() {
                            let row = self.names.subjects.get(&choice.text()).copied();
                            let way = row.and_then(|to| self.reach(each, to));
                            let key = way.map(|way| {
                                let span = at.header();
                                let row = self.push(ExprKind::Row(0), Type::Row(each), span);
                                self.follow_all(row, &way, span)
                            });
                            member.keys.push(key);
                        }
                    }
                }
                Line::Counting(line) => {
                    let money = Type::money();
                    member.counting = line.value().map(|value| self.typed(&scope, &value, &money));
                }
                _ => {}
            }
        }
        member
    }

    /// A key in a rule's terms: a field or definition of its row, or the row of that subject it belongs to.
    fn key_path(&mut self, scope: &Scope, path: &ast::Path) -> Option<ExprId> {
        if let Some(name) = path.as_name()
            && let Some(to) = self.names.subjects.get(&name.text()).copied()
            && scope
                .rows
                .first()
                .is_none_or(|row| self.program.field_named(*row, &name.text()).is_none())
        {
            let span = scope.at.header();
            return self.row_of(scope, to, span);
        }
        Some(self.path_value(scope, path, None))
    }

    fn rule_basis(&self, at: &BlockAt) -> Option<YearOf> {
        match &at.block {
            Block::Grant(block) => Self::basis(&block.lines().collect::<Vec<_>>()),
            _ => None,
        }
    }
}
