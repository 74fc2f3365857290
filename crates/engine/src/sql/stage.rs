//! Which operations get a column of their own, and in which stage each stands.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiufen_language::program::Comparison;
use jiufen_quantity::Rounding;
use jiufen_table::lanes::Meaning;

use super::expression::load_reads;
use super::names::Names;
use super::source::{Read, Source};
use crate::graph::{Graph, Node, NodeId};
use crate::lower::{Label, Side};

/// How many operations are written out within one column.
const LONGEST: usize = 16;

/// The columns of a program.
pub(crate) struct Stages {
    /// By position, the column of an operation; none where it is written out, or not needed.
    pub columns: Vec<Option<String>>,
    /// By position, whether an operation gives a text.
    pub texts: Vec<bool>,
    /// The operations of each stage after the first.
    pub stages: Vec<Vec<NodeId>>,
    /// By position, the stage of an operation; the first, which reads the tables, is 0.
    level: Vec<usize>,
}

fn all(graph: &Graph) -> impl DoubleEndedIterator<Item = NodeId> {
    (0..graph.nodes().len()).map(|n| NodeId(n as u32))
}

/// Whether an operation is so small that it is written wherever it is used.
fn is_leaf(node: Node) -> bool {
    matches!(
        node,
        Node::Constant(_) | Node::Truth(_) | Node::Load(_) | Node::Flag(..)
    )
}

impl Stages {
    /// The stages of a graph from which `outputs` are wanted, each with a name, and the reading of its inputs.
    pub fn new(
        graph: &Graph,
        outputs: &[(NodeId, String)],
        labels: &HashMap<NodeId, Label>,
        source: &mut Source<'_>,
        names: &mut Names,
    ) -> Self {
        let count = graph.nodes().len();
        let mut uses = vec![0usize; count];
        for (output, _) in outputs {
            uses[output.position()] += 1;
        }
        for id in all(graph).rev() {
            if uses[id.position()] > 0 {
                for operand in graph.node(id).operands() {
                    uses[operand.position()] += 1;
                }
            }
        }
        let live = |id: &NodeId| uses[id.position()] > 0;
        for id in all(graph).filter(live) {
            reads(graph, id, source, names);
        }
        for (output, _) in outputs {
            if let Node::Load(input) = graph.node(*output) {
                source.read(input, Read::Value, names);
            }
        }
        let mut stages = Self {
            columns: vec![None; count],
            texts: texts(graph, source),
            stages: Vec::new(),
            level: vec![0; count],
        };
        let repeated = repeated(graph, &uses);
        let wanted: HashMap<NodeId, &str> = outputs.iter().map(|(id, name)| (*id, name.as_str())).collect();
        let mut size = vec![1usize; count];
        let mut number = 0;
        for id in all(graph).filter(live) {
            let node = graph.node(id);
            if is_leaf(node) {
                continue;
            }
            let inlined = |o: &NodeId| stages.columns[o.position()].is_none();
            size[id.position()] = 1 + node
                .operands()
                .filter(inlined)
                .map(|o| size[o.position()])
                .sum::<usize>();
            stages.level[id.position()] = node.operands().map(|o| stages.reached(o)).max().unwrap_or(0);
            let label = labels.get(&id);
            let output = wanted.get(&id);
            let simple = match node {
                Node::Not(a) => {
                    stages.columns[a.position()].is_some() || is_leaf(graph.node(a)) || plain(graph, a)
                }
                _ => plain(graph, id),
            };
            let shared = uses[id.position()] > 1 && !simple;
            let long = size[id.position()] > LONGEST;
            let own = label.is_some_and(|_| !simple)
                || output.is_some()
                || shared
                || long
                || repeated.contains(&id);
            if own {
                number += 1;
                let name = match (label, output) {
                    (Some(label), _) => label_words(label),
                    (None, Some(name)) => (*name).to_owned(),
                    (None, None) if node.is_mask() => format!("m{number}"),
                    (None, None) => format!("n{number}"),
                };
                stages.columns[id.position()] = Some(names.take(&name));
                stages.level[id.position()] += 1;
                let level = stages.level[id.position()];
                if stages.stages.len() < level {
                    stages.stages.resize(level, Vec::new());
                }
                stages.stages[level - 1].push(id);
            }
        }
        stages
    }

    /// The last stage that an operation needs to be there.
    fn reached(&self, id: NodeId) -> usize {
        self.level[id.position()]
    }

    /// The columns that each stage hands on to those after it, by stage; the first one reads the tables.
    pub fn handed_on(&self, graph: &Graph, outputs: &[NodeId], source: &Source<'_>) -> Vec<BTreeSet<String>> {
        let mut last: BTreeMap<String, usize> = BTreeMap::new();
        let mut need = |name: &str, at: usize| {
            let known = last.entry(name.to_owned()).or_insert(at);
            *known = (*known).max(at);
        };
        let end = self.stages.len() + 1;
        let whole = self
            .stages
            .iter()
            .enumerate()
            .flat_map(|(at, ids)| ids.iter().map(move |id| (*id, at + 1)));
        for (id, at) in whole {
            for operand in graph.node(id).operands() {
                self.needed(graph, operand, source, (id, at), &mut need);
            }
        }
        for output in outputs {
            match &self.columns[output.position()] {
                Some(name) => need(name, end),
                None => self.needed(graph, *output, source, (*output, end), &mut need),
            }
        }
        let mut born: HashMap<&str, usize> = source.names().map(|name| (name, 0)).collect();
        for (at, ids) in self.stages.iter().enumerate() {
            for id in ids {
                if let Some(name) = &self.columns[id.position()] {
                    born.insert(name, at + 1);
                }
            }
        }
        (0..self.stages.len())
            .map(|stage| {
                let stage = stage + 1;
                last.iter()
                    .filter(|(name, until)| {
                        born.get(name.as_str()).is_some_and(|born| *born < stage) && **until > stage
                    })
                    .map(|(name, _)| name.clone())
                    .collect()
            })
            .collect()
    }

    fn needed(
        &self,
        graph: &Graph,
        id: NodeId,
        source: &Source<'_>,
        (by, at): (NodeId, usize),
        need: &mut dyn FnMut(&str, usize),
    ) {
        if let Some(name) = &self.columns[id.position()] {
            return need(name, at);
        }
        let node = graph.node(id);
        match node {
            Node::Load(input) => {
                // Which of the columns of the input it is depends on who asks: all that are read are kept.
                for read in [Read::Value, Read::Ordinal] {
                    let name = source.name(input, read);
                    if !name.is_empty() {
                        need(name, at);
                    }
                }
            }
            Node::Flag(input, flag) => need(source.name(input, Read::of(flag)), at),
            _ => {
                debug_assert!(id <= by);
                for operand in node.operands() {
                    self.needed(graph, operand, source, (id, at), need);
                }
            }
        }
    }
}

/// A question to one column, or a leaf.
fn plain(graph: &Graph, id: NodeId) -> bool {
    match graph.node(id) {
        Node::Within(a, ..) => is_leaf(graph.node(a)),
        node => is_leaf(node),
    }
}

/// What an operation reads of the inputs it works on.
fn reads(graph: &Graph, id: NodeId, source: &mut Source<'_>, names: &mut Names) {
    let node = graph.node(id);
    if let Node::Flag(input, flag) = node {
        source.read(input, Read::of(flag), names);
        return;
    }
    for operand in node.operands() {
        let Node::Load(input) = graph.node(operand) else {
            continue;
        };
        let meaning = source.meaning(input);
        let is_date = |id: NodeId, source: &Source<'_>| match graph.node(id) {
            Node::Load(input) => matches!(source.meaning(input), Some(Meaning::Date)),
            _ => false,
        };
        let as_written = match node {
            Node::Within(..) => true,
            Node::DivideBy(_, by) => {
                matches!(meaning, Some(Meaning::Date))
                    && by.divisor == 10_000
                    && by.mode == Rounding::Truncate
            }
            Node::Compare(Comparison::Equal | Comparison::Less, a, b) => {
                is_date(a, source) && is_date(b, source)
            }
            _ => false,
        };
        let read = if as_written {
            Read::Value
        } else {
            load_reads(meaning.as_ref())
        };
        source.read(input, read, names);
    }
}

/// Which operations give texts.
fn texts(graph: &Graph, source: &Source<'_>) -> Vec<bool> {
    let mut texts = vec![false; graph.nodes().len()];
    for id in all(graph) {
        texts[id.position()] = match graph.node(id) {
            Node::Load(input) => matches!(source.meaning(input), Some(Meaning::Text(_))),
            Node::Choose(_, a, b) => texts[a.position()] || texts[b.position()],
            _ => false,
        };
    }
    texts
}

/// Operations that are written more than once by the one that uses them.
fn repeated(graph: &Graph, uses: &[usize]) -> BTreeSet<NodeId> {
    let mut repeated = BTreeSet::new();
    for id in all(graph).filter(|id| uses[id.position()] > 0) {
        match graph.node(id) {
            Node::DivideBy(a, by) if by.signed && by.bias() > 0 => {
                repeated.insert(a);
            }
            Node::Divide(a, b, _) => {
                repeated.insert(a);
                repeated.insert(b);
            }
            _ => {}
        }
    }
    repeated.retain(|id| !is_leaf(graph.node(*id)));
    repeated
}

fn label_words(label: &Label) -> String {
    let year = label.year.map_or(String::new(), |year| format!("@{year}"));
    let side = match label.side {
        Side::Value => "",
        Side::Known => "·有",
        Side::No => "·否",
        Side::Divisor => "·分母",
    };
    format!("{}{year}{side}", label.name)
}
