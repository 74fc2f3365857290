//! The blocks of a program by name.

use jiufen_diagnostic::Span;
use jiufen_language::program::{CiteId, Program, RuleId};
use jiufen_language::syntax::keywords::BlockWord;
use smol_str::SmolStr;

use crate::pack::Pack;

/// Something that a document declares by name, by its position in the program's list of its kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum Block {
    Rule(usize),
    Parameter(usize),
    Definition(usize),
    Table(usize),
    Verdict(usize),
    Group(usize),
    Account(usize),
    Exception(usize),
    Target(usize),
    Subject(usize),
    Enumeration(usize),
    Unevaluated(usize),
}

impl Block {
    pub fn all(program: &Program) -> Vec<Self> {
        let p = program;
        let of = |count: usize, block: fn(usize) -> Self| (0..count).map(block);
        of(p.rules.len(), Self::Rule)
            .chain(of(p.parameters.len(), Self::Parameter))
            .chain(of(p.definitions.len(), Self::Definition))
            .chain(of(p.tables.len(), Self::Table))
            .chain(of(p.verdicts.len(), Self::Verdict))
            .chain(of(p.groups.len(), Self::Group))
            .chain(of(p.accounts.len(), Self::Account))
            .chain(of(p.exceptions.len(), Self::Exception))
            .chain(of(p.targets.len(), Self::Target))
            .chain(of(p.subjects.len(), Self::Subject))
            .chain(of(p.enumerations.len(), Self::Enumeration))
            .chain(of(p.unevaluated.len(), Self::Unevaluated))
            .collect()
    }

    /// Its own name, its place, and the clause it stands under; words of the vocabulary have none.
    fn declared(self, program: &Program) -> (&SmolStr, Span, Option<CiteId>) {
        match self {
            Self::Rule(i) => {
                let d = &program.rules[i];
                (&d.name, d.span, Some(d.cite))
            }
            Self::Parameter(i) => {
                let d = &program.parameters[i];
                (&d.name, d.span, Some(d.cite))
            }
            Self::Definition(i) => {
                let d = &program.definitions[i];
                (&d.name, d.span, Some(d.cite))
            }
            Self::Table(i) => {
                let d = &program.tables[i];
                (&d.name, d.span, Some(d.cite))
            }
            Self::Verdict(i) => {
                let d = &program.verdicts[i];
                (&d.name, d.span, Some(d.cite))
            }
            Self::Group(i) => {
                let d = &program.groups[i];
                (&d.name, d.span, Some(d.cite))
            }
            Self::Account(i) => {
                let d = &program.accounts[i];
                (&d.name, d.span, Some(d.cite))
            }
            Self::Exception(i) => {
                let d = &program.exceptions[i];
                (&d.name, d.span, Some(d.cite))
            }
            Self::Target(i) => {
                let d = &program.targets[i];
                (&d.name, d.span, Some(d.cite))
            }
            Self::Unevaluated(i) => {
                let d = &program.unevaluated[i];
                (&d.name, d.span, Some(d.cite))
            }
            Self::Subject(i) => (&program.subjects[i].name, program.subjects[i].span, None),
            Self::Enumeration(i) => (&program.enumerations[i].name, program.enumerations[i].span, None),
        }
    }

    /// The name in full: that of a definition with its subject, that of what is not evaluated without its block word.
    pub fn name(self, program: &Program) -> String {
        let (name, ..) = self.declared(program);
        match self {
            Self::Definition(i) => {
                let subject = program.definitions[i].subject;
                format!("{}.{name}", program.subject(subject).name)
            }
            Self::Unevaluated(_) => name
                .split_once(' ')
                .map_or(name.as_str(), |(_, own)| own)
                .to_owned(),
            _ => name.to_string(),
        }
    }

    /// Whether it goes by that name: in full, a definition without its subject, a grant as lists name it.
    pub fn is_called(self, pack: &Pack, name: &str) -> bool {
        let program = &pack.program;
        if self.name(program) == name {
            return true;
        }
        match self {
            Self::Rule(i) => pack.rule_label(RuleId(i as u32)) == name,
            Self::Definition(i) => program.definitions[i].name == name,
            _ => false,
        }
    }

    /// The clause it stands under; a word of the vocabulary is declared at a place.
    pub fn source(self, pack: &Pack) -> String {
        match self.declared(&pack.program) {
            (.., Some(cite)) => pack.program.citation(cite).to_owned(),
            (_, span, None) => pack.sources.locate(span),
        }
    }

    /// The position of the document that declares it.
    pub fn document(self, program: &Program) -> Option<usize> {
        let (_, span, _) = self.declared(program);
        program
            .documents
            .iter()
            .position(|d| d.span.source == span.source)
    }

    pub fn word(self, program: &Program) -> BlockWord {
        match self {
            Self::Rule(_) => BlockWord::Grant,
            Self::Parameter(_) => BlockWord::Param,
            Self::Definition(_) => BlockWord::Define,
            Self::Table(_) => BlockWord::Table,
            Self::Verdict(i) if program.verdicts[i].ranking.is_some() => BlockWord::Rank,
            Self::Verdict(_) => BlockWord::Verdict,
            Self::Group(_) => BlockWord::Group,
            Self::Account(_) => BlockWord::Account,
            Self::Exception(_) => BlockWord::Except,
            Self::Target(_) => BlockWord::Target,
            Self::Subject(i) if program.subjects[i].event => BlockWord::Event,
            Self::Subject(_) => BlockWord::Subject,
            Self::Enumeration(_) => BlockWord::Enum,
            Self::Unevaluated(i) => {
                let word = program.unevaluated[i].name.split(' ').next();
                word.and_then(BlockWord::lookup).unwrap_or(BlockWord::Post)
            }
        }
    }
}
