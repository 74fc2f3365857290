//! The site: a pack, its run and its column as static HTML that opens from the file system.
//!
//! Clause beside rule, each decision with its derivation, every figure with its source. Without a network, without a
//! framework; readable without JavaScript. The same input gives the same bytes.

mod cases;
mod chart;
mod column;
mod decision;
mod derivation;
mod document;
mod findings;
mod highlight;
mod index;
mod list;
mod markup;
mod names;
mod page;
mod parameters;
mod privacy;
mod rule;
mod rule_lines;
mod timeline;
mod used;
mod verdict;
pub mod whatif;
mod words;
mod written;

use std::collections::HashMap;
use std::io;
use std::path::Path;

use jiufen_diagnostic::Lang;
use jiufen_gazette::Issue;
use jiufen_interpret::{Decision, Right, Status};
use jiufen_language::program::{Case, ExpectedOf, Program, RuleId};

use crate::simulate::{By, Simulation};
use crate::testing::CaseReport;
use crate::{Pack, Paid, Registry, RuleSummary, Run, SetOff};
use names::Names;
use page::{Page, WHATIF, Writer};
use privacy::Masked;

/// What a site is made of. Everything but the pack may be absent; the site then says so.
#[derive(Debug, Clone, Copy)]
pub struct SiteInput<'a> {
    /// The documents and their meaning.
    pub pack: &'a Pack,
    /// The facts of the run.
    pub registry: Option<&'a Registry<'a>>,
    /// The decisions; needs the registry.
    pub run: Option<&'a Run>,
    /// An issue of the column, and how its text is called.
    pub column: Option<(&'a str, &'a Issue)>,
    /// How the cases came out, in the order of the program; empty when they were not run.
    pub cases: &'a [CaseReport],
    /// A draft against the law in force, and the columns by which it is looked at.
    pub whatif: Option<(&'a Simulation<'a>, &'a [By])>,
    /// The language of the pages; documents keep theirs.
    pub lang: Lang,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SiteReport {
    /// Files, with the style sheet and the script.
    pub files: usize,
    /// Their size together.
    pub bytes: u64,
    /// Decisions with a page of their derivation.
    pub derivations: usize,
}

/// Writes the site into a folder, which is made when it is not there. What an earlier site wrote there and this one does
/// not is taken away, by the list it left; other files are left alone.
///
/// # Errors
/// When a file cannot be written.
pub fn build(input: &SiteInput, out: &Path) -> io::Result<SiteReport> {
    let site = Site::of(*input);
    let mut writer = Writer::new(out)?;
    writer.assets()?;
    index::write(&site, &mut writer)?;
    document::write(&site, &mut writer)?;
    rule::write(&site, &mut writer)?;
    verdict::write(&site, &mut writer)?;
    decision::write(&site, &mut writer)?;
    parameters::write(&site, &mut writer)?;
    findings::write(&site, &mut writer)?;
    cases::write(&site, &mut writer)?;
    column::write(&site, &mut writer)?;
    if let Some((simulation, by)) = input.whatif {
        let mut page = Page::over_pack(&site, WHATIF, input.lang.pick("试算", "What-if"));
        page.facts = true;
        writer.page(&site, &page, &whatif::body(simulation, by, input.lang))?;
    }
    Ok(SiteReport {
        derivations: site.derivations(),
        ..writer.finish()?
    })
}

/// Derivation pages for each rule and status: enough to see how it works, few enough to carry on a stick.
const SHOWN_ELIGIBLE: usize = 10;
const SHOWN_OTHER: usize = 5;

/// Which rights have a page, among those of one run or one case.
type Files = HashMap<Right, String>;

/// What all pages share.
struct Site<'a> {
    input: SiteInput<'a>,
    names: Names,
    /// The registry with the names of persons masked.
    facts: Option<Masked<'a>>,
    /// Positions in the run's decisions, by rule: eligible, undetermined, refused, ineligible.
    by_rule: Vec<Vec<usize>>,
    /// How each rule came out.
    summaries: HashMap<RuleId, RuleSummary>,
    /// What was paid before on the rights of each rule; empty where no payment is recorded.
    paid: HashMap<RuleId, Paid>,
    /// Positions of decisions that have a page of their own, and its file.
    shown: Vec<(usize, String)>,
    files: Files,
    /// The decisions of each case, with their files; empty when the cases were not run.
    case_decisions: Vec<Vec<(Decision, String)>>,
}

impl<'a> Site<'a> {
    fn of(input: SiteInput<'a>) -> Self {
        let names = Names::of(input.pack);
        let program = &input.pack.program;
        let facts = input.registry.map(|registry| Masked::new(program, registry));
        let mut by_rule = vec![Vec::new(); program.rules.len()];
        let decisions = input.run.map_or(&[][..], |run| run.whole_decisions());
        for (at, decision) in decisions.iter().enumerate() {
            by_rule[decision.right.rule.index()].push(at);
        }
        // What needs a person comes first: a list of 2,000 rows is read from the top.
        for of in &mut by_rule {
            of.sort_by_key(|at| (rank(decisions[*at].status), *at));
        }
        let mut shown = Vec::new();
        let mut files = HashMap::new();
        if let Some(registry) = input.registry {
            let mut chosen: Vec<usize> = by_rule.iter().flat_map(|of| choose(decisions, of)).collect();
            chosen.sort_unstable();
            for at in chosen {
                let right = decisions[at].right;
                let key = jiufen_interpret::Facts::key(registry, right.row);
                let file = names.decision(right, &key);
                shown.push((at, file.clone()));
                files.insert(right, file);
            }
        }
        let summaries = input
            .run
            .map_or_else(HashMap::new, |run| run.summaries().into_iter().collect());
        let recorded = input.registry.is_some_and(|r| !r.payments.is_empty());
        let paid = input
            .run
            .filter(|_| recorded)
            .map_or_else(HashMap::new, |run| run.paid_by_rule().into_iter().collect());
        let case_decisions = decide_cases(&input, &names);
        Self {
            input,
            names,
            facts,
            by_rule,
            summaries,
            paid,
            shown,
            files,
            case_decisions,
        }
    }

    fn derivations(&self) -> usize {
        self.shown.len() + self.case_decisions.iter().map(Vec::len).sum::<usize>()
    }

    /// How a rule came out, when it was run.
    fn summary(&self, id: RuleId) -> Option<&RuleSummary> {
        self.summaries.get(&id)
    }

    /// What was paid before on the rights of a rule, where any payment on them is recorded.
    fn paid(&self, id: RuleId) -> Option<&Paid> {
        self.paid.get(&id).filter(|paid| paid.rights > 0)
    }

    /// What was paid before on a right of the run, where any payment is recorded.
    fn set_off(&self, right: Right) -> Option<SetOff> {
        self.input.run?.set_off(right)
    }

    /// Whether a case, by its position in the program, expects something of a rule.
    fn is_about(&self, case: usize, id: RuleId) -> bool {
        let of_rule = |of: &ExpectedOf| matches!(of, ExpectedOf::Right { rule, .. } if *rule == id);
        self.program().cases[case]
            .expectations
            .iter()
            .any(|e| of_rule(&e.of))
    }

    /// The pages of the decisions of a case on a rule.
    fn case_files(&self, case: usize, id: RuleId) -> impl Iterator<Item = &str> {
        let of_case = self.case_decisions.get(case).into_iter().flatten();
        of_case
            .filter(move |(decision, _)| decision.right.rule == id)
            .map(|(_, file)| file.as_str())
    }

    fn program(&self) -> &'a Program {
        &self.input.pack.program
    }

    fn decisions(&self) -> &'a [Decision] {
        self.input.run.map_or(&[], |run| run.whole_decisions())
    }

    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.input.lang.pick(zh, en)
    }

    /// How a case came out, by its position in the program.
    fn case(&self, index: usize) -> Option<&'a CaseReport> {
        let all_run = self.input.cases.len() == self.program().cases.len();
        self.input.cases.get(index).filter(|_| all_run)
    }
}

fn rank(status: Status) -> u8 {
    match status {
        Status::Eligible => 0,
        Status::Undetermined => 1,
        Status::Refused => 2,
        Status::Ineligible => 3,
    }
}

fn decide_cases(input: &SiteInput, names: &Names) -> Vec<Vec<(Decision, String)>> {
    let program = &input.pack.program;
    if input.cases.len() != program.cases.len() {
        return Vec::new();
    }
    let of_case = |(at, case): (usize, &Case)| {
        let decisions = jiufen_interpret::cases::run_case(program, case).decisions;
        let place = &input.cases[at].place;
        decisions
            .into_iter()
            .enumerate()
            .map(|(n, decision)| (decision, names.case(place, n)))
            .collect()
    };
    program.cases.iter().enumerate().map(of_case).collect()
}

/// The decisions of one rule that get a page: the first of each status, and the first that were merged.
fn choose(decisions: &[Decision], of_rule: &[usize]) -> Vec<usize> {
    let first = |wanted: &dyn Fn(&Decision) -> bool, count: usize| -> Vec<usize> {
        of_rule
            .iter()
            .copied()
            .filter(|at| wanted(&decisions[*at]))
            .take(count)
            .collect()
    };
    let mut out = first(&|d| d.status == Status::Eligible, SHOWN_ELIGIBLE);
    for status in [Status::Undetermined, Status::Ineligible, Status::Refused] {
        out.extend(first(&|d| d.status == status, SHOWN_OTHER));
    }
    out.extend(first(&|d| d.merged_into.is_some(), SHOWN_OTHER));
    out.sort_unstable();
    out.dedup();
    out
}
