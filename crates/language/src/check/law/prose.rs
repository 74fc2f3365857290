//! The clause against its rule: words of limit, figures, and sums.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::law};
use jiufen_document::Paragraph;
use jiufen_quantity::{Exact, exact, show};
use num_traits::Zero;

use super::figures::{Figure, figures, folded, limit_at};
use super::is_figure;
use crate::check::{BlockAt, Checker};
use crate::program::{Comparison, ExprId, ExprKind, Literal, Type};

impl Checker<'_> {
    /// Holds the literals of a block against the prose of its clause.
    pub(super) fn prose_against_block(&mut self, at: &BlockAt, by_place: &[(Span, ExprId)]) {
        let Some(clause) = at.clause else { return };
        let document = &self.documents[at.document.index()];
        let mut prose: Vec<Paragraph> = document.prose(clause).cloned().collect();
        if prose.is_empty() {
            return;
        }
        prose
            .iter_mut()
            .for_each(|paragraph| paragraph.text = folded(&paragraph.text));
        let range = at.span(crate::syntax::ast::AstNode::range(&at.block));
        let from = by_place.partition_point(|(s, _)| (s.source, s.start) < (range.source, range.start));
        let inside: Vec<ExprId> = by_place[from..]
            .iter()
            .take_while(|(s, _)| s.source == range.source && s.start <= range.end)
            .filter(|(s, _)| s.end <= range.end)
            .map(|(_, id)| *id)
            .collect();
        let stated: Vec<(Figure, usize)> = prose
            .iter()
            .enumerate()
            .flat_map(|(i, p)| figures(&p.text).into_iter().map(move |f| (f, i)))
            .collect();
        for id in &inside {
            self.limit_words(at, *id, &prose, &stated);
        }
        if stated.is_empty() {
            return;
        }
        for id in &inside {
            self.percent_in_prose(at, *id, &stated);
        }
        // The step of a rounding is a way of writing, not a figure of the law.
        let steps: Vec<ExprId> = inside
            .iter()
            .filter_map(|id| match &self.program.expr(*id).kind {
                ExprKind::Call(function, args) if function.is_rounding() => args.get(1).copied(),
                _ => None,
            })
            .collect();
        for id in inside.into_iter().filter(|id| !steps.contains(id)) {
            self.figure_in_prose(at, id, &stated);
        }
    }

    /// 超过 beside ≥ and the like.
    fn limit_words(&mut self, at: &BlockAt, id: ExprId, prose: &[Paragraph], stated: &[(Figure, usize)]) {
        let expr = self.program.expr(id).clone();
        let ExprKind::Compare(op, l, r) = expr.kind else {
            return;
        };
        let literal = |id: ExprId| match &self.program.expr(id).kind {
            ExprKind::Literal(Literal::Number(n)) => Some((n.clone(), self.program.expr(id).ty.clone())),
            _ => None,
        };
        let (op, value, ty) = match (literal(l), literal(r)) {
            (None, Some((value, ty))) => (op, value, ty),
            (Some((value, ty)), None) => (mirrored(op), value, ty),
            _ => return,
        };
        let (above, included) = match op {
            Comparison::AtLeast => (true, true),
            Comparison::Greater => (true, false),
            Comparison::AtMost => (false, true),
            Comparison::Less => (false, false),
            _ => return,
        };
        let candidates = stated.iter().filter(|(f, _)| f.value == value && f.ty == ty);
        let limits: Vec<_> = candidates
            .filter_map(|(f, p)| limit_at(&prose[*p].text, f).map(|limit| (limit, *p)))
            .filter(|(limit, _)| limit.above == above)
            .collect();
        // One mention that agrees is enough: a clause may state both sides of a limit.
        let Some((limit, paragraph)) = limits.iter().find(|(l, _)| l.included != included) else {
            return;
        };
        if limits.iter().any(|(l, _)| l.included == included) {
            return;
        }
        let meaning = |included: bool| match included {
            true => Argument::term("含本数", "limit included"),
            false => Argument::term("不含本数", "limit excluded"),
        };
        let proper = match (limit.above, limit.included) {
            (true, true) => "≥",
            (true, false) => ">",
            (false, true) => "≤",
            (false, false) => "<",
        };
        let finding = Diagnostic::new(&law::PROSE_CONTRADICTS, expr.span)
            .with("words", limit.words)
            .with("prose_meaning", meaning(limit.included))
            .with("symbol", op.symbol())
            .with("symbol_meaning", meaning(included))
            .with("proper", proper)
            .related(prose[*paragraph].span);
        self.report(at, finding);
    }

    /// A figure of the rule that its clause does not state.
    fn figure_in_prose(&mut self, at: &BlockAt, id: ExprId, stated: &[(Figure, usize)]) {
        let expr = self.program.expr(id);
        let ExprKind::Literal(Literal::Number(value)) = &expr.kind else {
            return;
        };
        if !is_figure(&expr.ty) || value.is_zero() {
            return;
        }
        let (value, ty, span) = (value.clone(), expr.ty.clone(), expr.span);
        let kind = |ty: &Type| std::mem::discriminant(ty);
        let known = stated
            .iter()
            .any(|(f, _)| f.value == value && kind(&f.ty) == kind(&ty));
        if !known {
            let words = self.sources.text(span).to_owned();
            self.report(
                at,
                Diagnostic::new(&law::FIGURE_NOT_IN_PROSE, span).with("figure", words),
            );
        }
    }

    /// A ratio held against 0.5 where the clause says 0.5%; against 1 or more it is told wherever it stands.
    fn percent_in_prose(&mut self, at: &BlockAt, id: ExprId, stated: &[(Figure, usize)]) {
        let ExprKind::Compare(_, l, r) = self.program.expr(id).kind else {
            return;
        };
        let pair = [(l, r), (r, l)];
        let number = pair
            .into_iter()
            .find(|(ratio, number)| *self.ty(*ratio) == Type::Rate && self.is_bare_number(*number))
            .and_then(|(_, number)| Some((number, self.constant(number)?)));
        let Some((number, value)) =
            number.filter(|(_, value)| !value.is_zero() && *value < exact::integer(1))
        else {
            return;
        };
        let says = |wanted: &Exact| {
            let mut rates = stated.iter().filter(|(f, _)| f.ty == Type::Rate);
            rates.any(|(f, _)| f.value == *wanted)
        };
        if says(&(&value / exact::integer(100))) && !says(&value) {
            let span = self.program.expr(number).span;
            let words = self.sources.text(span).to_owned();
            self.report(
                at,
                Diagnostic::new(&law::FIGURE_NOT_IN_PROSE, span).with("figure", words),
            );
        }
    }

    /// `39亿 = 7.35 + 18.35 + 7.04 + 6.26` anywhere in prose.
    pub(super) fn sums(&mut self) {
        let mut found = Vec::new();
        for document in self.documents {
            for paragraph in &document.paragraphs {
                for (total, sum) in stated_sums(&paragraph.text) {
                    if total != sum {
                        found.push((paragraph.span, document.citation(paragraph.clause), total, sum));
                    }
                }
            }
        }
        for (span, clause, total, sum) in found {
            self.sum_mismatch(span, clause, &total, &sum);
        }
    }

    fn sum_mismatch(&mut self, span: Span, clause: String, total: &Exact, sum: &Exact) {
        let none = jiufen_quantity::Dimension::none();
        let words = |n: &Exact| show::quantity(n, &none);
        let finding = Diagnostic::new(&law::SUM_MISMATCH, span)
            .with("total", words(total))
            .with("sum", words(sum))
            .with("difference", words(&(total - sum)));
        self.findings.push(finding.in_clause(clause));
    }
}

fn mirrored(op: Comparison) -> Comparison {
    match op {
        Comparison::Less => Comparison::Greater,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Greater => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        other => other,
    }
}

/// Every `total = a + b + …` of a text, numbers only; units of one equation are taken to be the same unless written.
fn stated_sums(text: &str) -> Vec<(Exact, Exact)> {
    let folded = folded(text);
    let mut out = Vec::new();
    for (index, _) in folded.match_indices('=') {
        let before = folded[..index].trim_end();
        let digits = |s: &str| {
            s.trim()
                .trim_end_matches(|c: char| !c.is_ascii_digit())
                .to_owned()
        };
        let head = digits(before);
        let start = head
            .rfind(|c: char| !c.is_ascii_digit() && c != '.')
            .map_or(0, |i| i + head[i..].chars().next().map_or(1, char::len_utf8));
        let Some(total) = exact::decimal(&head[start..]) else {
            continue;
        };
        let mut sum = exact::integer(0);
        let mut terms = 0;
        let mut rest = &folded[index + 1..];
        loop {
            rest = rest.trim_start();
            // A label may stand in front of each figure: `城市建设 7.35`.
            let label = rest
                .find(|c: char| c.is_ascii_digit() || "+。;,,、=".contains(c))
                .unwrap_or(rest.len());
            rest = &rest[label..];
            let length = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .unwrap_or(rest.len());
            let Some(term) = exact::decimal(rest[..length].trim_end_matches('.')) else {
                break;
            };
            sum += term;
            terms += 1;
            rest = rest[length..].trim_start_matches(|c: char| "亿万元人家户亩 ".contains(c));
            match rest.strip_prefix('+') {
                Some(next) => rest = next,
                None => break,
            }
        }
        if terms >= 2 {
            out.push((total, sum));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_sums_are_read_exactly() {
        let sums = stated_sums("39亿元 = 7.35 + 18.35 + 7.04 + 6.26;另 36=4+21+0+3。比率 3% = 标准");
        assert_eq!(sums.len(), 2);
        assert_eq!(sums[0].0, sums[0].1);
        assert_eq!(sums[1], (exact::integer(36), exact::integer(28)));
    }
}
