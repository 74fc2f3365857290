//! Definitions and parameters that lead back to themselves, shown whole.

use jiufen_diagnostic::{Diagnostic, catalogue::names};

use super::Checker;
use crate::program::{DefinitionId, ExprId, ExprKind, ParameterId, Part, PartValue, Program};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Parameter(ParameterId),
    Definition(DefinitionId),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Open,
    Done,
}

impl Checker<'_> {
    pub(super) fn cycles(&mut self) {
        let parameters = self.program.parameters.len();
        let total = parameters + self.program.definitions.len();
        let node = |i: usize| match i.checked_sub(parameters) {
            None => Node::Parameter(ParameterId(i as u32)),
            Some(d) => Node::Definition(DefinitionId(d as u32)),
        };
        let index = |n: Node| match n {
            Node::Parameter(id) => id.index(),
            Node::Definition(id) => parameters + id.index(),
        };
        let edges: Vec<Vec<usize>> = (0..total)
            .map(|i| needs(&self.program, node(i)).into_iter().map(index).collect())
            .collect();
        let mut marks = vec![Mark::New; total];
        for start in 0..total {
            if marks[start] == Mark::New
                && let Some(cycle) = search(start, &edges, &mut marks)
            {
                let nodes: Vec<Node> = cycle.into_iter().map(node).collect();
                self.report_cycle(&nodes);
            }
        }
    }

    fn report_cycle(&mut self, cycle: &[Node]) {
        let name = |n: &Node| match n {
            Node::Parameter(id) => self.program.parameters[id.index()].name.to_string(),
            Node::Definition(id) => {
                let definition = &self.program.definitions[id.index()];
                format!(
                    "{}.{}",
                    self.program.subject(definition.subject).name,
                    definition.name
                )
            }
        };
        let span = |n: &Node| match n {
            Node::Parameter(id) => self.program.parameters[id.index()].span,
            Node::Definition(id) => self.program.definitions[id.index()].span,
        };
        let Some(first) = cycle.first() else { return };
        let mut path: Vec<String> = cycle.iter().map(name).collect();
        path.push(name(first));
        let mut finding = Diagnostic::new(&names::CYCLE, span(first)).with("path", path.join(" → "));
        for other in &cycle[1..] {
            finding = finding.related(span(other));
        }
        self.findings.push(finding);
    }
}

/// Depth-first search with its own stack, so that a long chain cannot exhaust the thread's.
fn search(start: usize, edges: &[Vec<usize>], marks: &mut [Mark]) -> Option<Vec<usize>> {
    let mut path: Vec<(usize, usize)> = vec![(start, 0)];
    marks[start] = Mark::Open;
    while let Some((node, next)) = path.last().copied() {
        let Some(to) = edges[node].get(next).copied() else {
            marks[node] = Mark::Done;
            path.pop();
            continue;
        };
        if let Some(last) = path.last_mut() {
            last.1 += 1;
        }
        match marks[to] {
            Mark::Done => {}
            Mark::New => {
                marks[to] = Mark::Open;
                path.push((to, 0));
            }
            Mark::Open => {
                let from = path.iter().position(|(n, _)| *n == to).unwrap_or(0);
                let cycle = path[from..].iter().map(|(n, _)| *n).collect();
                for (n, _) in &path {
                    marks[*n] = Mark::Done;
                }
                return Some(cycle);
            }
        }
    }
    None
}

fn needs(program: &Program, node: Node) -> Vec<Node> {
    let part: &Part = match node {
        Node::Parameter(id) => &program.parameters[id.index()].part,
        Node::Definition(id) => &program.definitions[id.index()].part,
    };
    let mut out = Vec::new();
    let values = part
        .versions
        .iter()
        .map(|v| v.value)
        .chain(part.exceptions.iter().map(|e| e.value));
    for value in values {
        if let PartValue::Expr(expr) = value {
            collect(program, expr, &mut out);
        }
    }
    for exception in &part.exceptions {
        if let Some(when) = program.exceptions[exception.exception.index()].when {
            collect(program, when, &mut out);
        }
    }
    out
}

fn collect(program: &Program, expr: ExprId, out: &mut Vec<Node>) {
    let mut stack = vec![expr];
    while let Some(id) = stack.pop() {
        match &program.expr(id).kind {
            ExprKind::Parameter { parameter, .. } => out.push(Node::Parameter(*parameter)),
            // Another year's value of a definition is another value: 上年.x inside x does not lead back to itself,
            // but nothing guarantees that it ends, so it counts as a cycle all the same.
            ExprKind::Definition { definition, .. } => out.push(Node::Definition(*definition)),
            _ => {}
        }
        stack.extend(program.operands(id));
    }
}
