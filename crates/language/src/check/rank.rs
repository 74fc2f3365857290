//! Bodies of rankings (评级): who is ranked, by what, what ties and vetoes do, and what a place comes to.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::types};
use jiufen_quantity::exact::integer;
use jiufen_quantity::{Base, Dimension, Exact, show};
use smol_str::SmolStr;

use super::expression::{product_type, sum_type};
use super::scope::{RankNames, Scope};
use super::{BlockAt, Checker, Declared};
use crate::program::{
    ExprId, ExprKind, Literal, Operator, PartValue, RankKey, Ranking, Standing, SubjectId, Type, VerdictLine,
};
use crate::syntax::ast::{self, AstNode, Line};
use crate::syntax::keywords::{OptionWord, ReservedWord};

/// A choice that a line leaves open, and the ways to make it; each in Chinese and English.
struct Choice {
    line: (&'static str, &'static str),
    what: (&'static str, &'static str),
    choices: (&'static str, &'static str),
}

const ONCE: Choice = Choice {
    line: ("每", "each"),
    what: ("按哪一年排名", "of which year the ranking is"),
    choices: (
        "排名不是一次了结的事:写 每 企业 每年(用当年的规则和口径),或 每 企业(用今日的规则)",
        "a ranking is not done once for all: write each 企业 yearly (the rules of 当年), or each 企业 (the rules of 今日)",
    ),
};

const DIRECTION: Choice = Choice {
    line: ("排", "order"),
    what: ("谁排在前面", "who comes first"),
    choices: (
        "写 降序(大的在前)或 升序(小的在前)",
        "write descending (the largest first) or ascending (the smallest first)",
    ),
};

const VETO_TIME: Choice = Choice {
    line: ("否决", "veto"),
    what: ("被否决的占不占名次", "whether a vetoed row takes a place"),
    choices: (
        "写 否决 排名前(先剔除,不占名次,后面的递补)或 否决 排名后(占名次,只改结论)",
        "write veto before_ranking (taken out first, those behind move up) or veto after_ranking (it keeps its place, only the outcome changes)",
    ),
};

const TIES: Choice = Choice {
    line: ("法", "mode"),
    what: ("同分怎么排", "what happens to rows that are level"),
    choices: (
        "写 法 并列(同分同名次,取靠前的:1、1、3),或再写一行 排 作第二依据",
        "write mode tied (level rows share the better place: 1, 1, 3), or a second line order that decides between them",
    ),
};

const KEY: Choice = Choice {
    line: ("键", "key"),
    what: ("和谁比", "who is ranked against whom"),
    choices: (
        "待选 不能用在评级里:写字段,例如 键 行业组",
        "to_choose has no meaning in a rank: write fields, such as key 行业组",
    ),
};

impl Checker<'_> {
    pub(super) fn rank_body(&mut self, at: &BlockAt, block: &ast::Rank) {
        let Some(Declared::Verdict(id)) = self.declared(at) else {
            return;
        };
        let lines: Vec<Line> = block.lines().collect();
        let Some(each) = self.each(at, &lines) else { return };
        let mut scope = Scope::of(at, each, Self::basis(&lines));
        let mut verdict = self.program.verdicts[id.index()].clone();
        verdict.each = each;
        verdict.strictest = false;
        verdict.territory_of = self.territory_row(&scope, each, None);
        verdict.cite = self.cite_line(at, &lines);
        let mut ranking = Ranking {
            yearly: self.rank_year(at, &lines),
            peers: self.peers(&scope, &lines),
            group: self.peer_group(&scope, &lines),
            score: self.score(&scope, &verdict.name, &lines),
            order: Vec::new(),
            vetoes: Vec::new(),
            vetoed_before: false,
        };
        scope.ranking.score = ranking.score;
        ranking.order = self.rank_order(&scope, &lines);
        self.ties(at, &lines, &ranking);
        self.vetoes(&scope, &lines, &mut ranking);
        scope.ranking.placed = true;
        for line in &lines {
            if let Line::Result(line) = line {
                verdict.lines = line
                    .arms()
                    .filter_map(|arm| self.verdict_line(&scope, &arm, false))
                    .collect();
            }
        }
        if verdict.lines.is_empty() {
            self.missing_line(
                at,
                ("结论", "result"),
                (
                    "写 结论,下面逐行写 - 条件: 档次,例如 - 位次 ≤ 去尾(总数 × 20%, 1): A",
                    "write result, and below it line by line - condition: class, such as - 位次 ≤ 去尾(总数 × 20%, 1): A",
                ),
            );
        }
        self.unplaced(at, &verdict.lines, &ranking, each);
        for line in &verdict.lines {
            if let Some(when) = line.when {
                self.unrounded(at, when);
                self.count(when);
            }
        }
        verdict.ranking = Some(ranking);
        self.program.verdicts[id.index()] = verdict;
    }

    /// 位次, 总数 and 总分, where a ranking lends them.
    pub(super) fn rank_name(&mut self, scope: &Scope, name: &str, span: Span) -> Option<ExprId> {
        if scope.rows.len() != 1 {
            return None;
        }
        let RankNames { score, placed } = scope.ranking;
        let standing = match name {
            "总分" => return score,
            "位次" if placed => Standing::Place,
            "总数" if placed => Standing::Peers,
            _ => return None,
        };
        Some(self.push(ExprKind::Standing(standing), Type::Number, span))
    }

    fn left_open(&mut self, at: &BlockAt, choice: &Choice, span: Span) {
        let finding = Diagnostic::new(&types::MISSING_CHOICE, span)
            .with("line", Argument::term(choice.line.0, choice.line.1))
            .with("what", Argument::term(choice.what.0, choice.what.1))
            .with("choices", Argument::term(choice.choices.0, choice.choices.1));
        self.report(at, finding);
    }

    /// Whether the ranking is one of a year.
    fn rank_year(&mut self, at: &BlockAt, lines: &[Line]) -> bool {
        let each = lines.iter().find_map(|line| match line {
            Line::Each(line) => Some(line),
            _ => None,
        });
        let Some(each) = each else { return false };
        if each.is_once() {
            self.left_open(at, &ONCE, at.span(each.range()));
        }
        each.is_yearly()
    }

    /// 当: who is ranked.
    fn peers(&mut self, scope: &Scope, lines: &[Line]) -> Option<ExprId> {
        let value = lines.iter().find_map(|line| match line {
            Line::When(line) => line.value(),
            _ => None,
        });
        match value {
            Some(value) if value.word() == Some(ReservedWord::Unlimited) => None,
            Some(value) => Some(self.condition(scope, &value)),
            None => {
                self.missing_line(
                    scope.at,
                    ("当", "when"),
                    (
                        "写明谁参加排名,例如 当 用地面积 ≥ 3亩;全部参加的写 当 不限",
                        "say who is ranked, such as when 用地面积 ≥ 3亩; where all are, write when unlimited",
                    ),
                );
                None
            }
        }
    }

    /// 键: who is ranked against whom.
    fn peer_group(&mut self, scope: &Scope, lines: &[Line]) -> Vec<ExprId> {
        let mut keys = Vec::new();
        for line in lines {
            let Line::Key(line) = line else { continue };
            if let Some(choice) = line.to_choose() {
                self.left_open(scope.at, &KEY, scope.at.span(choice.range()));
            }
            for path in line.paths() {
                keys.push(self.path_value(scope, &path, None));
            }
        }
        keys
    }

    /// 权重: the weighted sum of the measures, each term in the place of its line.
    fn score(&mut self, scope: &Scope, name: &SmolStr, lines: &[Line]) -> Option<ExprId> {
        let line = lines.iter().find_map(|line| match line {
            Line::Weight(line) => Some(line),
            _ => None,
        })?;
        let whole = scope.at.span(line.range());
        let (mut sum, mut weights) = (None, Vec::new());
        for arm in line.arms() {
            let (Some(measure), Some(weight)) = (arm.condition(), arm.value()) else {
                continue;
            };
            let span = scope.at.span(arm.range());
            let measure = self.expr(scope, &measure, None);
            let weight = self.weight(scope, &weight);
            weights.push(weight);
            let term = self.term(scope, measure, weight, span);
            sum = Some(match sum {
                None => term,
                Some(before) => self.added(scope, before, term, whole, span),
            });
        }
        self.weights_add_up(scope.at, name, &weights, whole);
        sum
    }

    /// A weight: a rate of a whole, or points (分) of a hundred.
    fn weight(&mut self, scope: &Scope, weight: &ast::Expr) -> ExprId {
        let weight = self.expr(scope, weight, Some(&Type::Rate));
        if *self.ty(weight) == points() {
            return weight;
        }
        self.demand(scope, weight, &Type::Rate)
    }

    fn term(&mut self, scope: &Scope, measure: ExprId, weight: ExprId, span: Span) -> ExprId {
        let ty = self.ty(measure).clone();
        if ty == Type::Unknown || *self.ty(weight) == Type::Unknown {
            return self.invalid(span);
        }
        match product_type(&ty, self.ty(weight)) {
            Some(ty) => self.push(
                ExprKind::Arithmetic(Operator::Multiply, measure, weight),
                ty,
                span,
            ),
            None => self.mismatch(scope, span, Argument::term("一个数", "a number"), &ty),
        }
    }

    /// Measures are added up, so that all of them are of one kind: 元/亩 and 元/人 are no sum.
    fn added(&mut self, scope: &Scope, before: ExprId, term: ExprId, whole: Span, span: Span) -> ExprId {
        let (a, b) = (self.ty(before).clone(), self.ty(term).clone());
        if a == Type::Unknown || b == Type::Unknown {
            return self.invalid(whole);
        }
        match sum_type(Operator::Add, &a, &b) {
            Some(ty) => self.push(ExprKind::Arithmetic(Operator::Add, before, term), ty, whole),
            None => {
                let expected = self.type_words(&a);
                self.mismatch(scope, span, expected, &b)
            }
        }
    }

    fn weights_add_up(&mut self, at: &BlockAt, name: &SmolStr, weights: &[ExprId], span: Span) {
        let known: Option<Vec<Exact>> = weights.iter().map(|w| self.constant_rate(*w)).collect();
        let Some(known) = known else { return };
        let sum = known.into_iter().fold(integer(0), |a, b| a + b);
        let in_points = |w: &ExprId| *self.ty(*w) == points();
        let (whole, of) = match weights.first() {
            None => return,
            Some(first) if in_points(first) => (integer(100), "100分"),
            Some(_) => (integer(1), "100%"),
        };
        if sum != whole {
            let sum = match whole == integer(1) {
                true => show::rate(&sum),
                false => show::quantity(&sum, &Dimension::of(Base::Score, 1)),
            };
            let finding = Diagnostic::new(&types::WEIGHTS_DO_NOT_ADD_UP, span)
                .with("name", name.as_str())
                .with("sum", sum)
                .with("whole", of);
            self.report(at, finding);
        }
    }

    /// A rate that is the same on every day: a literal, or a parameter with one figure.
    fn constant_rate(&self, id: ExprId) -> Option<Exact> {
        match &self.program.expr(id).kind {
            ExprKind::Literal(Literal::Number(n)) => Some(n.clone()),
            ExprKind::Parameter { parameter, .. } => {
                let part = &self.program.parameters[parameter.index()].part;
                match (part.versions.as_slice(), part.exceptions.is_empty()) {
                    ([only], true) => match only.value {
                        PartValue::Expr(value) => self.constant_rate(value),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn rank_order(&mut self, scope: &Scope, lines: &[Line]) -> Vec<RankKey> {
        let mut order = Vec::new();
        for line in lines {
            let Line::Order(line) = line else { continue };
            let span = scope.at.span(line.range());
            let Some(value) = line.value() else { continue };
            let value = self.expr(scope, &value, None);
            let ty = self.ty(value).clone();
            let value = if ty == Type::Unknown || ty.is_numeric() {
                value
            } else {
                self.mismatch(scope, span, Argument::term("一个数", "a number"), &ty)
            };
            match line.option() {
                Some(option) => order.push(RankKey {
                    value,
                    descending: option == OptionWord::Descending,
                    span,
                }),
                None if self.lines_lost(scope.at) => {}
                None => self.left_open(scope.at, &DIRECTION, span),
            }
        }
        let written = lines.iter().any(|line| matches!(line, Line::Order(_)));
        if !written {
            self.missing_line(
                scope.at,
                ("排", "order"),
                (
                    "写明按什么排、谁在前,例如 排 总分 降序",
                    "say by what the rows are ordered and who comes first, such as order 总分 descending",
                ),
            );
        }
        order
    }

    /// 法 并列, or a second key.
    fn ties(&mut self, at: &BlockAt, lines: &[Line], ranking: &Ranking) {
        let mode = lines.iter().find_map(|line| match line {
            Line::Mode(line) => Some(line),
            _ => None,
        });
        match mode {
            Some(line) if line.option() == Some(OptionWord::Tied) => {}
            Some(line) => {
                let span = at.span(line.range());
                if !self.reported(span) {
                    self.left_open(at, &TIES, span);
                }
            }
            None if ranking.order.len() == 1 && !self.lines_lost(at) => {
                let only = ranking.order[0].span;
                self.left_open(at, &TIES, only);
            }
            None => {}
        }
    }

    fn vetoes(&mut self, scope: &Scope, lines: &[Line], ranking: &mut Ranking) {
        for line in lines {
            let Line::Veto(line) = line else { continue };
            match line.option() {
                Some(option) => ranking.vetoed_before = option == OptionWord::BeforeRanking,
                None if self.lines_lost(scope.at) => {}
                None => self.left_open(scope.at, &VETO_TIME, scope.at.span(line.range())),
            }
            ranking.vetoes = line
                .arms()
                .filter_map(|arm| self.verdict_line(scope, &arm, false))
                .collect();
        }
    }

    /// A line that asks neither the place nor what it is ranked by, before one that asks the place, is a veto whose
    /// effect on the others is not said.
    fn unplaced(&mut self, at: &BlockAt, lines: &[VerdictLine], ranking: &Ranking, each: SubjectId) {
        let last = lines
            .iter()
            .rposition(|line| line.when.is_some_and(|when| self.asks(when, is_place)));
        let keys: Vec<ExprId> = ranking.order.iter().map(|key| key.value).collect();
        let own = |id: ExprId, kind: &ExprKind| {
            matches!(kind, ExprKind::Standing(_)) || keys.contains(&id) || ranking.score == Some(id)
        };
        let vetoes: Vec<Span> = lines[..last.unwrap_or(0)]
            .iter()
            .filter(|line| line.when.is_some_and(|when| !self.asks(when, own)))
            .map(|line| line.span)
            .collect();
        for span in vetoes {
            let text = self.sources.text(span).trim().trim_start_matches('-').trim();
            let finding = Diagnostic::new(&types::UNPLACED_VETO, span)
                .with("text", text.to_owned())
                .with("subject", self.program.subject(each).name.as_str());
            self.report(at, finding);
        }
    }

    /// Whether an expression has a part of which something holds. Not behind the names it uses.
    fn asks(&self, id: ExprId, what: impl Fn(ExprId, &ExprKind) -> bool) -> bool {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if what(id, &self.program.expr(id).kind) {
                return true;
            }
            open.extend(self.program.operands(id));
        }
        false
    }

    /// A comparison of the place with a share of 总数 says how the share becomes whole.
    fn unrounded(&mut self, at: &BlockAt, when: ExprId) {
        let mut open = vec![when];
        let mut found = Vec::new();
        while let Some(id) = open.pop() {
            let kind = &self.program.expr(id).kind;
            if matches!(kind, ExprKind::Compare(..)) && self.asks(id, is_place) && self.has_share(id) {
                found.push(self.program.expr(id).span);
            } else {
                open.extend(self.program.operands(id));
            }
        }
        found.sort_by_key(|span| span.start);
        for span in found {
            let text = self.sources.text(span).trim().to_owned();
            self.report(
                at,
                Diagnostic::new(&types::UNROUNDED_SHARE, span).with("text", text),
            );
        }
    }

    /// A share of a number of peers is a number of peers: 20% of 39 is 7.8, not 780%.
    fn count(&mut self, when: ExprId) {
        let mut open = vec![when];
        while let Some(id) = open.pop() {
            let expr = self.program.expr(id);
            let counts = matches!(expr.kind, ExprKind::Arithmetic(..) | ExprKind::Call(..));
            if counts && expr.ty == Type::Rate && (self.asks(id, is_peers) || self.asks(id, is_place)) {
                self.program.expressions[id.index()].ty = Type::Number;
            }
            open.extend(self.program.operands(id));
        }
    }

    /// Whether 总数 is multiplied or divided outside of a rounding.
    fn has_share(&self, id: ExprId) -> bool {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let share = match &self.program.expr(id).kind {
                ExprKind::Call(function, _) if function.is_rounding() => continue,
                ExprKind::Arithmetic(Operator::Multiply | Operator::Divide, ..) => self.asks(id, is_peers),
                _ => false,
            };
            if share {
                return true;
            }
            open.extend(self.program.operands(id));
        }
        false
    }
}

fn points() -> Type {
    Type::Quantity {
        dimension: Dimension::of(Base::Score, 1),
        floor: false,
    }
}

fn is_place(_: ExprId, kind: &ExprKind) -> bool {
    matches!(kind, ExprKind::Standing(Standing::Place))
}

fn is_peers(_: ExprId, kind: &ExprKind) -> bool {
    matches!(kind, ExprKind::Standing(Standing::Peers))
}
