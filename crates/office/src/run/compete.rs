//! Steps 7 to 10: rights that share a cap, a group or an account are settled in columns; closed sets of them that hold an
//! open one are left to the interpreter.

use std::collections::{BTreeMap, HashMap};

use jiufen_engine::Outcome;
use jiufen_engine::population::{
    Account, Claims, Draw, Group, Member, NONE, Over, Population, Sets, Settled, Units,
};
use jiufen_interpret::{
    Decision, Fault, FenInterval, Interpreter, Received, Right, RowId, SettlementKey, Status, Term, Terms,
};
use jiufen_language::program::{AccountId, GroupId, Overdraw, Program, RuleId, Type};
use jiufen_quantity::Exact;
use jiufen_table::lanes::lane_of_date;

use super::build::{Kept, World};
use super::rights::{Changed, RuleRights};
use crate::registry::on_all_cores;

/// Whether rights of a rule may share a cap, a group or an account with others.
pub(super) fn competes(program: &Program, id: RuleId) -> bool {
    let rule = program.rule(id);
    let shares = rule.caps.iter().chain(&rule.at_most).any(|cap| cap.per.is_some());
    let grouped = program
        .groups
        .iter()
        .any(|group| group.members.iter().any(|member| member.rule == id));
    let draws = rule
        .draws
        .iter()
        .any(|draw| program.accounts[draw.account.index()].limited);
    shares || grouped || draws
}

/// Which rights share something with each other.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Claims in the order of rights: the position of the rule, and the row.
    claims: Vec<(u32, u32)>,
    sets: Option<Sets>,
}

impl Shared {
    /// All rights that share something with one, itself among them: the position of the rule, and the row.
    pub fn with(&self, rule: usize, row: u32) -> Vec<(usize, u32)> {
        // INVARIANT: rules are numbered with 32 bits.
        let own = (rule as u32, row);
        match (self.claims.binary_search(&own), &self.sets) {
            (Ok(claim), Some(sets)) => {
                let all = sets.with(claim as u32).into_iter();
                all.map(|claim| self.claims[claim as usize])
                    .map(|(rule, row)| (rule as usize, row))
                    .collect()
            }
            _ => vec![(rule, row)],
        }
    }
}

/// A right that claims something.
struct Claim {
    rule: RuleId,
    row: u32,
    /// None: not exact.
    fen: Option<i64>,
    most: i64,
    law_day: i32,
    beneficiary: Option<RowId>,
    terms: Terms,
}

/// What settling gives beside the changed rights.
pub(super) struct SettledRights {
    pub shared: Shared,
    /// Faults of accounts that refuse rights.
    pub faults: Vec<Fault>,
}

/// Settles the rights of all rules that compete.
pub(super) fn settle(
    world: World<'_>,
    rights: &mut [RuleRights],
    kept: &mut [Kept],
    competing: &[bool],
) -> SettledRights {
    let of_rules = on_all_cores(rights.len(), |at| match competing[at] {
        true => claims_of(world, &rights[at], &kept[at]),
        false => Vec::new(),
    });
    let mut shared = Shared::default();
    let mut claims: Vec<Claim> = Vec::new();
    for (at, of_rule) in of_rules.into_iter().enumerate() {
        shared
            .claims
            .extend(of_rule.iter().map(|claim| (at as u32, claim.row)));
        claims.extend(of_rule);
    }
    let received = world
        .registry
        .payments
        .received(world.program(), world.options.year);
    let mut coding = Coding::new(world, &claims);
    coding.received_before(&received);
    let (population, faults, fault_of) = coding.finish();
    drop(claims);
    let settled = population.settle();
    let whole = left(world, rights, kept, &received, (&shared.claims, &settled));
    let interpreter = world.interpreter();
    for (claim, (at, row)) in shared.claims.iter().enumerate() {
        if settled.left[claim] {
            continue;
        }
        let refused = settled.refused_by[claim];
        let changed = Changed {
            row: *row,
            fen: (refused == NONE).then_some(settled.fen[claim]),
            merged_into: shared.claims.get(settled.merged_into[claim] as usize).copied(),
            fault: fault_of.get(refused as usize).copied().unwrap_or(NONE),
        };
        if let Some(decision) = kept[*at as usize].get_mut(row) {
            let into = changed.merged_into;
            let into = into.map(|(rule, row)| rights[rule as usize].right(row));
            apply(&interpreter, decision, &changed, into, &faults);
        }
        let before = population.claims.fen[claim];
        if changed.fen == Some(before) && changed.merged_into.is_none() {
            continue;
        }
        rights[*at as usize].changed.push(changed);
    }
    for ((at, _), decision) in whole {
        kept[at].insert(decision.right.row.row, decision);
    }
    shared.sets = Some(settled.sets);
    SettledRights { shared, faults }
}

/// What columns say of a right that is kept as a whole.
fn apply(
    interpreter: &Interpreter<'_>,
    decision: &mut Decision,
    changed: &Changed,
    merged_into: Option<Right>,
    faults: &[Fault],
) {
    match changed.fen {
        Some(fen) => interpreter.come_to(decision, fen.into(), merged_into),
        None => {
            decision.status = Status::Refused;
            decision.settled = FenInterval::default();
            decision.fault = faults.get(changed.fault as usize).cloned();
            decision.reasons.clear();
            decision.stages.clear();
        }
    }
}

/// The rights of a rule that claim something, with what steps 7 to 10 ask of them.
fn claims_of(world: World<'_>, of: &RuleRights, kept: &Kept) -> Vec<Claim> {
    let interpreter = world.interpreter();
    let mut told = world.told(&interpreter);
    let mut claims = Vec::new();
    let mut add = |decision: &Decision| {
        let amount = decision.settled.exact().filter(|_| decision.holds == Some(true));
        let most = decision.settled.high.and_then(|high| i64::try_from(high).ok());
        claims.push(Claim {
            rule: decision.right.rule,
            row: decision.right.row.row,
            fen: amount.and_then(|fen| i64::try_from(fen).ok()),
            most: most.unwrap_or(i64::MAX),
            law_day: decision.law_day.map_or(0, lane_of_date),
            beneficiary: decision.beneficiary,
            terms: interpreter.competing_terms(decision),
        });
    };
    for row in 0..of.rows {
        if let Some(decision) = kept.get(&row) {
            if jiufen_interpret::competes(decision) {
                add(decision);
            }
        } else if let (Outcome::Eligible(_) | Outcome::Uncertain(_) | Outcome::Refused(_), Some(columns)) =
            (of.outcome(row), &of.told)
        {
            let decision = told.decision(columns, row as usize, of.right(row));
            decision
                .iter()
                .filter(|decision| jiufen_interpret::competes(decision))
                .for_each(&mut add);
        }
    }
    claims
}

/// The closed sets that hold an open claim, settled by the interpreter: the position of the rule, whether the decision
/// was kept before, and the decision, where there is something to keep.
fn left(
    world: World<'_>,
    rights: &[RuleRights],
    kept: &mut [Kept],
    received: &[Received],
    (claims, settled): (&[(u32, u32)], &Settled),
) -> Vec<((usize, bool), Decision)> {
    let parts = std::thread::available_parallelism().map_or(1, usize::from);
    let kept: &[Kept] = kept;
    let all = on_all_cores(parts, |part| {
        let interpreter = world.interpreter();
        let mut told = world.told(&interpreter);
        let mut places = Vec::new();
        let mut decisions: Vec<Decision> = Vec::new();
        for (claim, (at, row)) in claims
            .iter()
            .enumerate()
            .filter(|(claim, _)| settled.left[*claim])
        {
            // A set goes as a whole to one core.
            if settled.sets.of(claim as u32) as usize % parts != part {
                continue;
            }
            let (at, of) = (*at as usize, &rights[*at as usize]);
            let known = kept[at].get(row).cloned();
            let was_kept = known.is_some();
            let decision = known.or_else(|| {
                let columns = of.told.as_ref()?;
                told.decision(columns, *row as usize, of.right(*row))
            });
            places.extend(decision.iter().map(|_| (at, was_kept)));
            decisions.extend(decision);
        }
        interpreter.settle_after(&mut decisions, received);
        let settled = places.into_iter().zip(decisions);
        let settled: Vec<_> = settled
            .filter(|((_, was_kept), decision)| *was_kept || !decision.settlement.is_empty())
            .map(|(place, mut decision)| {
                decision.derivation.children = Vec::new();
                (place, decision)
            })
            .collect();
        settled
    });
    all.into_iter().flatten().collect()
}

/// A shared cap: its rule, and its position there.
type CapId = (RuleId, usize);

/// An account, in a year for a yearly one.
type AccountYear = (AccountId, Option<i16>);

/// Puts numbers for what claims share.
struct Coding<'a> {
    world: World<'a>,
    claims: &'a [Claim],
    columns: Claims,
    caps: BTreeMap<CapId, Vec<Member>>,
    groups: BTreeMap<GroupId, Vec<Member>>,
    draws: BTreeMap<AccountYear, Vec<(Draw, Term<Exact>)>>,
    keys: HashMap<&'a SettlementKey, u32>,
    bonds: Vec<(u32, u32)>,
}

impl<'a> Coding<'a> {
    fn new(world: World<'a>, claims: &'a [Claim]) -> Self {
        let mut coding = Self {
            world,
            claims,
            columns: Claims {
                fen: claims.iter().map(|claim| claim.fen.unwrap_or(0)).collect(),
                most: claims.iter().map(|claim| claim.most).collect(),
                law_day: claims.iter().map(|claim| claim.law_day).collect(),
                open: claims
                    .iter()
                    .map(|claim| claim.fen.is_none() || claim.law_day == 0)
                    .collect(),
            },
            caps: BTreeMap::new(),
            groups: BTreeMap::new(),
            draws: BTreeMap::new(),
            keys: HashMap::new(),
            bonds: Vec::new(),
        };
        for (at, claim) in (0u32..).zip(claims) {
            coding.add(at, claim);
        }
        coding.open_keys();
        coding
    }

    fn add(&mut self, at: u32, claim: &'a Claim) {
        for cap in &claim.terms.caps {
            let limit = self.figure(at, &cap.limit);
            if let Some(key) = &cap.key {
                let SettlementKey::SharedCap { rule, .. } = key else {
                    continue;
                };
                let member = Member {
                    limit,
                    ..Member::new(at, self.number(key))
                };
                self.caps.entry((*rule, cap.cap)).or_default().push(member);
            }
        }
        for group in &claim.terms.groups {
            let (limit, received) = (self.figure(at, &group.limit), self.figure(at, &group.received));
            if let Some(key) = &group.key {
                let member = Member {
                    limit,
                    received,
                    ..Member::new(at, self.number(key))
                };
                self.groups.entry(group.group).or_default().push(member);
            }
        }
        for draw in &claim.terms.draws {
            let units = match draw.units {
                Term::None => Units::OwnMoney,
                Term::Exact(units) => i64::try_from(units).map_or(Units::Open, Units::Whole),
                Term::Open => Units::Open,
            };
            let own = Draw {
                claim: at,
                units,
                score: None,
            };
            let draws = self.draws.entry((draw.account, draw.year)).or_default();
            draws.push((own, draw.score.clone()));
        }
    }

    /// A figure as a column holds it. No right comes to more than a column can hold, so that more limits nothing.
    fn figure(&mut self, at: u32, term: &Term<i128>) -> Option<i64> {
        match term {
            Term::None => None,
            Term::Exact(fen) => Some(i64::try_from(*fen).unwrap_or(i64::MAX)),
            Term::Open => {
                self.columns.open[at as usize] = true;
                None
            }
        }
    }

    fn number(&mut self, key: &'a SettlementKey) -> u32 {
        // INVARIANT: no more keys than claims times groups, each of which takes room in memory.
        let next = self.keys.len() as u32;
        *self.keys.entry(key).or_insert(next)
    }

    /// A claim whose key is open may share that of any other of its rule's cap, or of its beneficiary in the group.
    fn open_keys(&mut self) {
        let mut of_payee: HashMap<(GroupId, RowId), Vec<u32>> = HashMap::new();
        let mut open: Vec<(GroupId, u32)> = Vec::new();
        let mut open_caps: BTreeMap<CapId, Vec<u32>> = BTreeMap::new();
        for (at, claim) in (0u32..).zip(self.claims) {
            for group in &claim.terms.groups {
                if let Some(payee) = claim.beneficiary {
                    of_payee.entry((group.group, payee)).or_default().push(at);
                }
                if group.key.is_none() {
                    open.push((group.group, at));
                }
            }
            for cap in claim.terms.caps.iter().filter(|cap| cap.key.is_none()) {
                self.columns.open[at as usize] = true;
                open_caps.entry((claim.rule, cap.cap)).or_default().push(at);
            }
        }
        for (cap, mut claims) in open_caps {
            let members = self.caps.get(&cap).into_iter().flatten();
            claims.extend(members.map(|member| member.claim));
            self.bonds.extend(
                claims
                    .windows(2)
                    .filter_map(|pair| Some((*pair.first()?, *pair.last()?))),
            );
        }
        for (group, at) in open {
            self.columns.open[at as usize] = true;
            let payee = self.claims[at as usize].beneficiary;
            let rivals = payee.and_then(|payee| of_payee.get(&(group, payee)));
            self.bonds
                .extend(rivals.into_iter().flatten().map(|rival| (at, *rival)));
        }
    }

    /// Money that was paid in earlier years on a key of 补差: the interpreter counts it.
    fn received_before(&mut self, received: &[Received]) {
        let interpreter = self.world.interpreter();
        for right in received.iter().flat_map(|received| &received.editions) {
            for group in interpreter.competing_terms(&interpreter.decide(*right)).groups {
                let number = group.key.as_ref().and_then(|key| self.keys.get(key)).copied();
                let members = self.groups.get(&group.group);
                for member in members.into_iter().flatten() {
                    if Some(member.key) == number {
                        self.columns.open[member.claim as usize] = true;
                    }
                }
            }
        }
    }

    /// The population, the faults of accounts, and which of them is that of each account.
    fn finish(mut self) -> (Population, Vec<Fault>, Vec<u32>) {
        let program = self.world.program();
        let interpreter = self.world.interpreter();
        let (mut accounts, mut faults, mut fault_of) = (Vec::new(), Vec::new(), Vec::new());
        for ((id, year), draws) in std::mem::take(&mut self.draws) {
            let declared = &program.accounts[id.index()];
            let quota = interpreter.quota_of(id, year);
            // INVARIANT: no more faults than accounts.
            fault_of.push(quota.as_ref().map_or(faults.len() as u32, |_| NONE));
            let over = match declared.over {
                Overdraw::ProRata => Over::ProRata,
                Overdraw::InOrder => Over::InOrder,
                Overdraw::ByScore(_) if draws.iter().all(|(_, score)| *score != Term::Open) => Over::ByScore,
                Overdraw::ByScore(_) | Overdraw::Refuse => Over::Left,
            };
            accounts.push(Account {
                quota: quota.as_ref().ok().copied(),
                over,
                divisible: declared.ty == Type::money(),
                draws: scored(draws),
            });
            faults.extend(quota.err());
        }
        let modes = |(id, members): (GroupId, Vec<Member>)| Group {
            mode: program.groups[id.index()].mode,
            members,
        };
        let population = Population {
            claims: self.columns,
            caps: self.caps.into_values().collect(),
            groups: self.groups.into_iter().map(modes).collect(),
            accounts,
            bonds: self.bonds,
        };
        (population, faults, fault_of)
    }
}

/// Draws with the places of their scores for scores: what is compared is only which is higher.
fn scored(draws: Vec<(Draw, Term<Exact>)>) -> Vec<Draw> {
    let exact = |term: &Term<Exact>| match term {
        Term::Exact(score) => Some(score.clone()),
        Term::None | Term::Open => None,
    };
    let mut scores: Vec<Exact> = draws.iter().filter_map(|(_, score)| exact(score)).collect();
    scores.sort_unstable();
    scores.dedup();
    let place = |score: Exact| scores.binary_search(&score).ok().map(|place| place as i128);
    draws
        .into_iter()
        .map(|(draw, score)| Draw {
            score: exact(&score).and_then(place),
            ..draw
        })
        .collect()
}
