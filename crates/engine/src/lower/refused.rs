//! Conditions that are refused because a figure was not found (参数未核实): the same fault in every row.

use jiufen_language::program::{ExprId, ExprKind, Function, PartValue, Rule};

use super::{Lowering, Scope};
use crate::graph::NodeId;

impl Lowering<'_> {
    /// Where the condition of a rule is refused for want of one figure: what stands beside it is 是 or open there. A
    /// condition that may be refused for something else is left.
    pub(super) fn condition_refused(&mut self, rule: &Rule, scope: &Scope) -> NodeId {
        let program = self.program;
        let ([version], true) = (rule.when.versions.as_slice(), rule.when.exceptions.is_empty()) else {
            return self.graph.never();
        };
        let PartValue::Expr(condition) = version.value else {
            return self.graph.never();
        };
        let items: &[ExprId] = match &program.expr(condition).kind {
            ExprKind::All(items) => items,
            _ => &[condition],
        };
        // The first of several figures that were not found is the one that is told.
        if !items.iter().any(|item| self.wants_figure(*item)) {
            return self.graph.never();
        }
        let mut refused = self.within_period(&scope.day, &version.period).yes;
        for item in items {
            if self.wants_figure(*item) {
                continue;
            }
            let value = self.expr(*item, scope);
            let truth = self.truth(&value);
            let passing = self.graph.or(truth.yes, truth.open);
            refused = self.graph.and(refused, passing);
        }
        refused
    }

    /// Whether an expression is refused in every row, because of the first figure in it that was not found.
    fn wants_figure(&self, id: ExprId) -> bool {
        match &self.program.expr(id).kind {
            ExprKind::Parameter { parameter, .. } => {
                let part = &self.program.parameters[parameter.index()].part;
                part.versions.is_empty() && part.exceptions.is_empty()
            }
            ExprKind::Call(Function::YearOf, of) => of.iter().any(|of| self.wants_figure(*of)),
            ExprKind::Compare(_, a, b) => {
                let (x, y) = (self.wants_figure(*a), self.wants_figure(*b));
                (x && (y || self.is_never_refused(*b))) || (y && self.is_never_refused(*a))
            }
            _ => false,
        }
    }

    fn is_never_refused(&self, id: ExprId) -> bool {
        match &self.program.expr(id).kind {
            ExprKind::Literal(_) | ExprKind::ThisYear | ExprKind::Today | ExprKind::Row(0) => true,
            ExprKind::Field { row, .. } => self.is_never_refused(*row),
            ExprKind::Call(Function::YearOf, of) => of.iter().all(|of| self.is_never_refused(*of)),
            _ => false,
        }
    }
}
