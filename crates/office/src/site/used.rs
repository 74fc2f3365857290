//! What a rule rests on: the parameters, definitions and tables that its expressions name, through all of them.

use std::collections::BTreeSet;

use jiufen_language::program::{
    DefinitionId, ExprId, ExprKind, ParameterId, Part, PartValue, Program, Rule, StageAmount, TableId,
};

/// What a rule rests on.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// Parameters.
    pub parameters: BTreeSet<ParameterId>,
    /// Definitions.
    pub definitions: BTreeSet<DefinitionId>,
    /// Decision tables.
    pub tables: BTreeSet<TableId>,
}

impl Used {
    /// What `rule` rests on.
    pub fn by(program: &Program, rule: &Rule) -> Self {
        let mut used = Self::default();
        let mut open: Vec<ExprId> = vec![rule.pay_to];
        open.extend(rule.as_of);
        add_part(program, &rule.when, &mut open);
        add_part(program, &rule.amount, &mut open);
        for cap in rule.caps.iter().chain(&rule.at_most) {
            add_part(program, &cap.part, &mut open);
        }
        for stage in &rule.stages {
            open.push(stage.due);
            open.extend(stage.when);
            if let StageAmount::Expr(amount) = stage.amount {
                open.push(amount);
            }
        }
        if let Some(group) = rule.group {
            program.groups[group.index()]
                .cap
                .iter()
                .for_each(|cap| add_part(program, &cap.part, &mut open));
        }
        while let Some(expr) = open.pop() {
            open.extend(program.operands(expr));
            match &program.expr(expr).kind {
                ExprKind::Parameter { parameter, .. } if used.parameters.insert(*parameter) => {
                    add_part(program, &program.parameters[parameter.index()].part, &mut open);
                }
                ExprKind::Definition { definition, .. } if used.definitions.insert(*definition) => {
                    add_part(program, &program.definitions[definition.index()].part, &mut open);
                }
                ExprKind::Lookup { table, .. } => {
                    used.tables.insert(*table);
                }
                _ => {}
            }
        }
        used
    }
}

fn add_part(program: &Program, part: &Part, open: &mut Vec<ExprId>) {
    let exceptions = part.exceptions.iter().map(|e| e.value);
    for value in part.versions.iter().map(|v| v.value).chain(exceptions) {
        if let PartValue::Expr(expr) = value {
            open.push(expr);
        }
    }
    open.extend(
        part.exceptions
            .iter()
            .filter_map(|e| program.exceptions[e.exception.index()].when),
    );
}
