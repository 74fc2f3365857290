//! What was paid before (兑付.csv): read beside the registry, and set against what a run finds payable (step 11).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use jiufen_diagnostic::catalogue::payments::{
    AMBIGUOUS_RULE, INCOMPLETE, NO_YEAR, NOT_AN_AMOUNT, REPEATED, UNKNOWN_ROW, UNKNOWN_RULE,
};
use jiufen_diagnostic::{Argument, Diagnostic, Entry, SourceId, Span, nearest};
use jiufen_interpret::{Decision, FenInterval, Received, Right, RowId, Status};
use jiufen_language::program::{Frequency, GroupMode, Program, RuleId, SubjectId};
use jiufen_quantity::exact::{fen, ratio};
use jiufen_quantity::{Dimension, Exact, show};
use jiufen_table::{
    Cell, ColumnSchema, ColumnType, Loaded, NumberKind, Rejection, Rejections, Table, TableSchema,
};
use smol_str::SmolStr;

use crate::run::Line;

/// A right as every edition of its rule knows it: the line of the rule, the row, the year where one was written.
type Key = (SmolStr, RowId, Option<i16>);

/// Money paid before on rights, in fen.
#[derive(Debug, Default)]
pub struct Payments {
    paid: BTreeMap<Key, i128>,
    /// For every row that goes back to others (沿革), those: what they were paid once, it was.
    pub(crate) forebears: HashMap<RowId, Vec<RowId>>,
}

/// What was paid on a right, and what that leaves of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetOff {
    /// Paid so far, in fen.
    pub paid_fen: i128,
    /// Payable less paid; below zero, what should be reclaimed. None while it is open what is payable.
    pub remaining_fen: Option<i128>,
}

/// What was paid before on some rights and what is left of them, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paid {
    /// Rights on which any payment is recorded.
    pub rights: u64,
    /// What may be paid, whether or not it was paid before.
    pub payable_fen: i128,
    /// What was paid before.
    pub paid_fen: i128,
    /// What of it was paid on rights of which it is open what is payable.
    pub open_fen: i128,
    /// What is still to be paid. Rights that received too much are left out: they are reclaimed, not set against others.
    pub to_pay_fen: i128,
    /// Rights that received too much.
    pub overpaid: u64,
    /// How much too much they received.
    pub overpaid_fen: i128,
}

impl Paid {
    /// Adds one right.
    pub(crate) fn add(&mut self, payable_fen: Option<i128>, set_off: Option<SetOff>) {
        self.payable_fen += payable_fen.unwrap_or(0);
        let Some(set_off) = set_off else {
            self.to_pay_fen += payable_fen.unwrap_or(0);
            return;
        };
        self.rights += 1;
        self.paid_fen += set_off.paid_fen;
        match set_off.remaining_fen {
            None => self.open_fen += set_off.paid_fen,
            Some(left) if left < 0 => {
                self.overpaid += 1;
                self.overpaid_fen -= left;
            }
            Some(left) => self.to_pay_fen += left,
        }
    }

    /// Adds other rights.
    pub fn include(&mut self, other: &Self) {
        self.rights += other.rights;
        self.payable_fen += other.payable_fen;
        self.paid_fen += other.paid_fen;
        self.open_fen += other.open_fen;
        self.to_pay_fen += other.to_pay_fen;
        self.overpaid += other.overpaid;
        self.overpaid_fen += other.overpaid_fen;
    }
}

/// The columns of 兑付.csv, in the order of their schema.
const RULE: usize = 0;
const ROW: usize = 1;
const YEAR: usize = 2;
const AMOUNT: usize = 3;
const DATE: usize = 4;
const PAPER: usize = 5;

pub(crate) fn schema() -> TableSchema {
    let money = ColumnType::Number {
        dimension: Dimension::money(),
        kind: NumberKind::Quantity,
    };
    let column = |name: &str, column_type| ColumnSchema {
        required: name != "年度",
        // What is not more than nothing is refused with its own words.
        signed: name == "金额",
        ..ColumnSchema::new(name, column_type)
    };
    TableSchema {
        name: "兑付".into(),
        key: Vec::new(),
        columns: vec![
            column("规则", ColumnType::Text),
            column("对象", ColumnType::Text),
            column("年度", ColumnType::Year),
            column("金额", money),
            column("日期", ColumnType::Date),
            column("文件", ColumnType::Text),
        ],
    }
}

/// What was paid, from the rows of its table. A row that does not say what was paid on which right is refused with its reason.
pub(crate) fn read(
    program: &Program,
    mut loaded: Loaded,
    find: &dyn Fn(SubjectId, &str) -> Option<RowId>,
) -> (Payments, Loaded) {
    let mut payments = Payments::default();
    let mut lines: HashMap<(Key, String, String), u64> = HashMap::new();
    let mut refused = Rejections::default();
    for row in 0..loaded.table.row_count() {
        let record = Record {
            program,
            find,
            table: &loaded.table,
            row,
        };
        let found = record.payment().and_then(|(key, fen)| {
            let paper = (key.clone(), record.words(DATE), record.words(PAPER));
            match lines.insert(paper.clone(), record.line()) {
                None => Ok((key, fen)),
                Some(first) => {
                    lines.insert(paper, first);
                    Err(record.fault(&REPEATED, PAPER, |d| d.with("first", first.to_string())))
                }
            }
        });
        match found {
            Ok((key, fen)) => *payments.paid.entry(key).or_default() += fen,
            Err(rejection) => refused.push(*rejection),
        }
    }
    loaded.refuse(refused);
    (payments, loaded)
}

/// A row of the file, while it is looked at.
struct Record<'a> {
    program: &'a Program,
    find: &'a dyn Fn(SubjectId, &str) -> Option<RowId>,
    table: &'a Table,
    row: usize,
}

impl Record<'_> {
    fn payment(&self) -> Result<(Key, i128), Box<Rejection>> {
        for column in [RULE, ROW, AMOUNT, DATE, PAPER] {
            if self.table.cell(self.row, column) == Cell::Missing {
                return Err(self.fault(&INCOMPLETE, column, |d| d));
            }
        }
        let editions = self.editions()?;
        let row = editions
            .iter()
            .find_map(|id| (self.find)(self.program.rule(*id).each, &self.words(ROW)))
            .ok_or_else(|| {
                let each = &self.program.subject(self.program.rule(editions[0]).each).name;
                self.fault(&UNKNOWN_ROW, ROW, |d| d.with("each", each.as_str()))
            })?;
        let year = match self.table.cell(self.row, YEAR) {
            Cell::Year(year) => Some(year),
            _ => None,
        };
        let yearly = |id: &RuleId| self.program.rule(*id).frequency == Frequency::Yearly;
        if year.is_none() && editions.iter().all(yearly) {
            return Err(self.fault(&NO_YEAR, YEAR, |d| d));
        }
        let fen = self
            .amount()
            .and_then(|yuan| fen(&yuan).filter(|fen| *fen > 0 && ratio(*fen, 100) == yuan));
        let fen = fen.ok_or_else(|| self.fault(&NOT_AN_AMOUNT, AMOUNT, |d| d))?;
        Ok(((self.program.rule(editions[0]).lineage.clone(), row, year), fen))
    }

    fn amount(&self) -> Option<Exact> {
        match self.table.cell(self.row, AMOUNT) {
            Cell::Number(yuan) => Some(yuan),
            _ => None,
        }
    }

    /// The rules that are named, all of one line: by name, as lists name them, or as `文号/名称`.
    fn editions(&self) -> Result<Vec<RuleId>, Box<Rejection>> {
        let words = self.words(RULE);
        let label = |id: RuleId| {
            let rule = self.program.rule(id);
            format!(
                "{}({})",
                rule.name,
                self.program.document(rule.document).number_or_title()
            )
        };
        let named = |id: RuleId| {
            let rule = self.program.rule(id);
            let document = self.program.document(rule.document).number_or_title();
            rule.name == words.as_str() || label(id) == words || format!("{document}/{}", rule.name) == words
        };
        let found: Vec<RuleId> = self
            .program
            .rules()
            .map(|(id, _)| id)
            .filter(|id| named(*id))
            .collect();
        let Some(first) = found.first() else {
            let names = self.program.rules().map(|(_, rule)| rule.name.as_str());
            let near = nearest(&words, names).unwrap_or_default();
            let proposal = match near {
                "" => Argument::term("写规则的名字;", "write the name of a rule."),
                near => Argument::term(format!("是不是“{near}”?"), format!("did you mean `{near}`?")),
            };
            return Err(self.fault(&UNKNOWN_RULE, RULE, |d| d.with("proposal", proposal)));
        };
        let lineage = |id: &RuleId| &self.program.rule(*id).lineage;
        if found.iter().any(|id| lineage(id) != lineage(first)) {
            let labels: Vec<String> = found.iter().map(|id| label(*id)).collect();
            return Err(self.fault(&AMBIGUOUS_RULE, RULE, |d| d.with("choices", labels.join("、"))));
        }
        Ok(found)
    }

    fn words(&self, column: usize) -> String {
        match self.table.cell(self.row, column) {
            Cell::Text(text) => text.to_string(),
            Cell::Date(date) => date.to_string(),
            Cell::Number(yuan) => show::money(&yuan),
            _ => String::new(),
        }
    }

    fn line(&self) -> u64 {
        self.table.place(self.row).1
    }

    fn fault(
        &self,
        entry: &'static Entry,
        column: usize,
        with: impl FnOnce(Diagnostic) -> Diagnostic,
    ) -> Box<Rejection> {
        let span = Span {
            source: SourceId(u32::MAX),
            start: 0,
            end: 0,
        };
        let name = self.table.schema().columns[column].name.clone();
        let (found, rule) = (self.words(column), self.words(RULE));
        let reason = Diagnostic::new(entry, span)
            .with("column", name.as_str())
            .with("found", found.as_str())
            .with("rule", rule);
        Box::new(Rejection {
            file: self.table.place(self.row).0.into(),
            line: self.line(),
            column: name,
            found,
            reason: with(reason),
            further: Vec::new(),
        })
    }
}

impl Payments {
    /// Whether nothing is known to have been paid.
    pub fn is_empty(&self) -> bool {
        self.paid.is_empty()
    }

    /// All that was paid, in fen.
    pub fn total_fen(&self) -> i128 {
        self.paid.values().sum()
    }

    /// What was paid in earlier years on yearly rights whose group is 补差: the run of `year` does not decide them, so
    /// that what they received is known from here only.
    pub(crate) fn received(&self, program: &Program, year: i16) -> Vec<Received> {
        let tops_up = |id: RuleId| {
            let member = |g: &&jiufen_language::program::Group| g.members.iter().any(|m| m.rule == id);
            program
                .groups
                .iter()
                .filter(member)
                .any(|g| g.mode == GroupMode::TopUp)
        };
        let mut received = Vec::new();
        for ((lineage, row, of_year), fen) in &self.paid {
            let Some(of_year) = of_year.filter(|of_year| *of_year < year) else {
                continue;
            };
            let editions = program.rules().filter(|(id, rule)| {
                let yearly = rule.frequency == Frequency::Yearly && rule.each == row.subject;
                yearly && rule.lineage == *lineage && program.in_law(rule.document) && tops_up(*id)
            });
            let right = |(rule, _)| Right {
                rule,
                row: *row,
                year: Some(of_year),
            };
            let editions: Vec<Right> = editions.map(right).collect();
            if !editions.is_empty() {
                received.push(Received { editions, fen: *fen });
            }
        }
        received
    }

    /// Step 11: what was paid on the rights that were decided, and what that leaves. Where several editions of a rule
    /// decide one right, the payment counts for the one that grants it. `find` gives the right of a rule for a row.
    pub(crate) fn set_off(
        &self,
        program: &Program,
        find: impl Fn(RuleId, RowId) -> Option<Held>,
    ) -> HashMap<Right, SetOff> {
        let mut lines: HashMap<&str, Vec<RuleId>> = HashMap::new();
        if self.is_empty() {
            return HashMap::new();
        }
        for (id, rule) in program.rules() {
            lines.entry(&rule.lineage).or_default().push(id);
        }
        let mut out = HashMap::new();
        for (lineage, row) in self.held_by() {
            let mut holders: BTreeMap<Option<i16>, Held> = BTreeMap::new();
            for id in lines.get(lineage.as_str()).into_iter().flatten() {
                let Some(held) = find(*id, row) else { continue };
                let holder = holders.entry(held.right.year).or_insert(held);
                if holder.standing < held.standing {
                    *holder = held;
                }
            }
            for (year, held) in holders {
                let paid = self.paid_on(program, lineage, row, year, held.right.rule);
                if paid > 0 {
                    out.insert(held.right, set_off(program, &held, paid));
                }
            }
        }
        out
    }

    /// The lines of rules and the rows that something was paid on: to the row itself, or to one whose place it took.
    fn held_by(&self) -> BTreeSet<(&SmolStr, RowId)> {
        let mut held: BTreeSet<(&SmolStr, RowId)> = self
            .paid
            .keys()
            .map(|(lineage, row, _)| (lineage, *row))
            .collect();
        let mut heirs: HashMap<RowId, Vec<RowId>> = HashMap::new();
        for (row, before) in &self.forebears {
            for forebear in before {
                heirs.entry(*forebear).or_default().push(*row);
            }
        }
        for (lineage, row, _) in self.paid.keys() {
            let of_row = heirs.get(row).into_iter().flatten();
            held.extend(of_row.map(|heir| (lineage, *heir)));
        }
        held
    }

    /// What was paid on a right, in fen.
    fn paid_on(
        &self,
        program: &Program,
        lineage: &SmolStr,
        row: RowId,
        year: Option<i16>,
        rule: RuleId,
    ) -> i128 {
        let years = match year {
            Some(year) => Some(year)..=Some(year),
            // What arises once was paid in whatever year.
            None => None..=Some(i16::MAX),
        };
        let once = program.rule(rule).frequency == Frequency::Once;
        let before = self.forebears.get(&row).filter(|_| once);
        let rows = before.into_iter().flatten().copied().chain([row]);
        let paid_to = |row: RowId| -> i128 {
            let of_row: RangeInclusive<Key> =
                (lineage.clone(), row, *years.start())..=(lineage.clone(), row, *years.end());
            self.paid.range(of_row).map(|(_, fen)| fen).sum()
        };
        rows.map(paid_to).sum()
    }
}

/// A right that a payment may have been made on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    right: Right,
    standing: (u8, bool),
    payable_fen: Option<i128>,
    in_stages: bool,
}

impl Held {
    pub fn of(decision: &Decision) -> Self {
        Self {
            right: decision.right,
            standing: standing(decision.status, decision.settled, decision.outside.is_some()),
            payable_fen: decision.payable_fen(),
            in_stages: !decision.stages.is_empty(),
        }
    }

    /// Rights with instalments that may come to something are kept as a whole.
    pub fn of_line(line: &Line<'_>) -> Self {
        Self {
            right: line.right(),
            standing: standing(line.status(), line.settled(), line.is_outside()),
            payable_fen: line.payable_fen(),
            in_stages: line.full().is_some_and(|decision| !decision.stages.is_empty()),
        }
    }
}

/// How likely a decision is the one that a payment was made on, among those of the editions of one rule.
fn standing(status: Status, settled: FenInterval, outside: bool) -> (u8, bool) {
    let rank = match status {
        Status::Eligible if settled.exact() != Some(0) => 3,
        Status::Undetermined => 2,
        Status::Eligible => 1,
        Status::Ineligible | Status::Refused => 0,
    };
    (rank, !outside)
}

/// What is left of a right. One that arises once was settled in the year it was paid: it is neither paid again nor
/// reclaimed because another year finds it otherwise; only instalments that were not paid yet are left.
fn set_off(program: &Program, held: &Held, paid_fen: i128) -> SetOff {
    let left = held.payable_fen.map(|payable| payable - paid_fen);
    let once = program.rule(held.right.rule).frequency == Frequency::Once;
    let remaining_fen = match (once, held.in_stages) {
        (false, _) => left,
        (true, false) => Some(0),
        (true, true) => left.map(|left| left.max(0)),
    };
    SetOff {
        paid_fen,
        remaining_fen,
    }
}
