//! What a program says that it needs, against what the interpreter asks of a registry.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiufen_interpret::{Decision, Determination, Fact, Facts, Interpreter, RowId, VerdictDecision, What};
use jiufen_language::program::{
    FieldRef, GroupId, Listed, Literal, Needs, ParameterId, Program, Question, Relation, RuleId, Shared,
    SubjectId, VerdictId, Years,
};
use jiufen_office::{Pack, Registry};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::shipped::pack;

/// What was asked of a registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Field(FieldRef, Option<i16>),
    Years(SubjectId),
    Listed(Listed),
    Relation(Relation),
    Determination(RuleId),
    Key(GroupId),
    Parameter(ParameterId),
}

/// A registry that writes down what it is asked.
struct Watched<'a> {
    registry: &'a Registry<'a>,
    asked: RefCell<BTreeSet<Asked>>,
}

impl Watched<'_> {
    fn note(&self, asked: Asked) {
        self.asked.borrow_mut().insert(asked);
    }

    fn take(&self) -> BTreeSet<Asked> {
        std::mem::take(&mut *self.asked.borrow_mut())
    }
}

impl Facts for Watched<'_> {
    fn row_count(&self, subject: SubjectId) -> u32 {
        self.registry.row_count(subject)
    }

    fn key(&self, row: RowId) -> SmolStr {
        self.registry.key(row)
    }

    fn field(&self, row: RowId, field: FieldRef, year: Option<i16>) -> Fact {
        assert_eq!(
            row.subject, field.subject,
            "a field of another subject is asked for"
        );
        self.note(Asked::Field(field, year));
        self.registry.field(row, field, year)
    }

    fn years(&self, row: RowId) -> Option<(i16, i16)> {
        self.note(Asked::Years(row.subject));
        self.registry.years(row)
    }

    fn related(&self, row: RowId, via: FieldRef) -> (Vec<RowId>, bool) {
        self.note(Asked::Listed(Listed::Related(via)));
        self.registry.related(row, via)
    }

    fn complete(&self, subject: SubjectId) -> bool {
        self.note(Asked::Listed(Listed::All(subject)));
        self.registry.complete(subject)
    }

    fn spatial(&self, row: RowId, relation: &str) -> Fact {
        self.note(Asked::Relation(Relation {
            subject: row.subject,
            words: relation.into(),
        }));
        self.registry.spatial(row, relation)
    }

    fn determination(&self, rule: RuleId, row: RowId, year: Option<i16>) -> Option<Determination> {
        self.note(Asked::Determination(rule));
        self.registry.determination(rule, row, year)
    }

    fn chosen_key(&self, group: GroupId, rule: RuleId, row: RowId) -> Option<SmolStr> {
        self.note(Asked::Key(group));
        self.registry.chosen_key(group, rule, row)
    }

    fn assumed(&self, parameter: ParameterId) -> Option<Literal> {
        self.note(Asked::Parameter(parameter));
        None
    }

    fn today(&self) -> Date {
        self.registry.today()
    }
}

/// Whether needs name what was asked, when 当年 is one of `this`.
fn named(needs: &Needs, asked: &Asked, this: &BTreeSet<i16>) -> bool {
    match asked {
        Asked::Field(field, year) => needs.fields.get(field).is_some_and(|years| match year {
            Some(year) => this.iter().any(|this| years.ask_for(*year, *this)),
            None => true,
        }),
        Asked::Years(subject) => needs.fields.iter().any(|(f, y)| f.subject == *subject && y.all),
        Asked::Listed(listed) => needs.lists.contains_key(listed),
        Asked::Relation(relation) => needs.relations.contains(relation),
        Asked::Determination(rule) => needs.determined.contains(rule),
        Asked::Key(group) => needs.shared.contains(&Shared::Group(*group)),
        Asked::Parameter(parameter) => needs.parameters.contains(parameter),
    }
}

fn assert_named(
    program: &Program,
    needs: &Needs,
    asked: BTreeSet<Asked>,
    this: &BTreeSet<i16>,
    what: &str,
) -> usize {
    for one in &asked {
        let field = match one {
            Asked::Field(field, _) => program.field(*field).name.as_str(),
            _ => "",
        };
        assert!(
            named(needs, one, this),
            "{what} asks for {one:?} {field}, which it does not name"
        );
    }
    asked.len()
}

/// The year of the law day of a verdict.
fn law_year(verdict: &VerdictDecision) -> Option<i16> {
    verdict
        .derivation
        .children
        .iter()
        .find_map(|step| match step.what {
            What::LawDay(day) => Some(day.year()),
            _ => None,
        })
}

/// How many rights of a rule are decided at most: enough to meet every kind of row.
const ROWS: usize = 200;

fn decide_all(pack: &Pack, watched: &Watched<'_>, interpreter: &Interpreter<'_>, year: i16) -> Vec<Decision> {
    let program = &pack.program;
    let mut decisions: Vec<Decision> = Vec::new();
    for (id, rule) in program.rules() {
        let needs = program.needs([Question::Rule(id)]);
        let rights = interpreter.rights(id);
        for right in rights.iter().copied().step_by(rights.len() / ROWS + 1) {
            let decision = interpreter.decide(right);
            let this = [year, decision.year].into();
            assert_named(program, &needs, watched.take(), &this, &rule.name);
            decisions.push(decision);
        }
    }
    decisions
}

#[test]
fn the_interpreter_asks_for_nothing_that_needs_do_not_name() {
    for (name, folder) in [
        ("shili", "data"),
        ("qiantang", "data"),
        ("qiantang/economy", "data"),
    ] {
        let pack = pack(name);
        let program = &pack.program;
        let (year, today) = (2025, Date::parse("2025-12-31").unwrap());
        let registry = Registry::load(program, &pack.files, folder, today);
        let watched = Watched {
            registry: &registry,
            asked: RefCell::default(),
        };
        let interpreter = Interpreter::new(program, &watched, year);
        let mut decisions = decide_all(&pack, &watched, &interpreter, year);
        let mut asked = 0;
        for (index, verdict) in program.verdicts.iter().enumerate() {
            let id = VerdictId(index as u32);
            let needs = program.needs([Question::Verdict(id)]);
            let count = watched.row_count(verdict.each);
            for row in (0..count).step_by(count as usize / ROWS + 1) {
                let subject = verdict.each;
                let decision = interpreter.verdict(id, RowId { subject, row });
                let this = [Some(year), law_year(&decision)].into_iter().flatten().collect();
                asked += assert_named(program, &needs, watched.take(), &this, &verdict.name);
            }
        }
        interpreter.settle(&mut decisions);
        let this: BTreeSet<i16> = decisions.iter().map(|decision| decision.year).collect();
        let needs = program.needs(program.questions());
        asked += assert_named(program, &needs, watched.take(), &this, "settling");
        assert!(decisions.is_empty() || asked > 20, "{name}: only {asked} asked");
    }
}

/// Needs, line by line.
fn lines(program: &Program, needs: &Needs) -> Vec<String> {
    let subject = |id: SubjectId| program.subject(id).name.to_string();
    let field = |field: &FieldRef| format!("{}.{}", subject(field.subject), program.field(*field).name);
    let years = |years: &Years| {
        let relative = years.relative.iter().map(|by| format!(" 当年{by:+}"));
        let fixed = years.fixed.iter().map(|year| format!(" {year}年"));
        let all = years.all.then(|| " 全部年度".to_owned());
        relative.chain(fixed).chain(all).collect::<String>()
    };
    let mut out: Vec<String> = needs
        .rows
        .iter()
        .map(|id| format!("每 {}", subject(*id)))
        .collect();
    out.extend(
        needs
            .fields
            .iter()
            .map(|(f, y)| format!("字段 {}{}", field(f), years(y))),
    );
    out.extend(needs.lists.iter().map(|(listed, functions)| match listed {
        Listed::Related(via) => format!("列表 经由 {} {functions:?}", field(via)),
        Listed::All(id) => format!("列表 全部 {} {functions:?}", subject(*id)),
    }));
    let relations = needs.relations.iter();
    out.extend(relations.map(|r| {
        format!(
            "空间 {} {} {}",
            subject(r.subject),
            r.function(),
            r.layers().join("、")
        )
    }));
    out.extend(
        needs
            .parameters
            .iter()
            .map(|id| format!("参数 {}", program.parameters[id.index()].name)),
    );
    out.extend(
        needs
            .definitions
            .iter()
            .map(|id| format!("定义 {}", program.definitions[id.index()].name)),
    );
    out.extend(
        needs
            .tables
            .iter()
            .map(|id| format!("表 {}", program.tables[id.index()].name)),
    );
    out.extend(needs.shared.iter().map(|shared| match shared {
        Shared::Cap(rule, index) => format!("共用封顶 {} {index}", program.rule(*rule).name),
        Shared::Group(id) => format!("组合 {}", program.groups[id.index()].name),
        Shared::Account(id) => format!("账户 {}", program.accounts[id.index()].name),
    }));
    out.extend(
        needs
            .determined
            .iter()
            .map(|id| format!("核定 {}", program.rule(*id).name)),
    );
    out.extend(needs.today.then(|| "今日".to_owned()));
    out
}

fn rule_named(program: &Program, name: &str) -> RuleId {
    program.rules().find(|(_, rule)| rule.name == name).unwrap().0
}

#[test]
fn the_needs_of_a_rule_of_the_example_pack_are_these() {
    let pack = pack("shili");
    let program = &pack.program;
    let needs = |name| {
        lines(
            program,
            &program.needs([Question::Rule(rule_named(program, name))]),
        )
    };
    assert_eq!(
        needs("稳定在规奖"),
        [
            "每 企业",
            "字段 企业.地区",
            "字段 企业.成立日",
            "字段 企业.行业组",
            "字段 企业.营业收入 当年-1",
            "字段 企业.从业人员 当年-1",
            "字段 企业.重大违法 当年-1",
            "字段 企业.在规 当年-3 当年-2 当年-1",
            "定义 规模",
            "表 规模对照",
        ]
    );
    assert_eq!(
        needs("研发投入补助"),
        [
            "每 企业",
            "字段 企业.地区",
            "字段 企业.成立日",
            "字段 企业.园区",
            "字段 企业.专精特新",
            "字段 企业.营业收入 当年-1",
            "字段 企业.研发费用 当年-1",
            "字段 企业.重大违法 当年-1",
            "字段 企业.在规 当年-1",
            "字段 园区.小微企业园",
            "字段 上级资金.级别",
            "字段 上级资金.金额",
            "字段 上级资金.到账日",
            "列表 经由 上级资金.企业 {Sum}",
            "参数 研发占比门槛",
            "参数 研发补助比例",
            "参数 科技专项额度",
            "定义 可申报",
            "组合 研发类",
            "账户 科技专项",
        ]
    );
    assert_eq!(
        needs("首台套奖励"),
        [
            "每 首台套认定",
            "字段 企业.地区",
            "字段 首台套认定.企业",
            "字段 首台套认定.首台套级别",
            "字段 首台套认定.零部件类",
            "字段 首台套认定.公布日",
            "参数 首台套专项额度",
            "表 首台套标准",
            "共用封顶 首台套奖励 0",
            "账户 首台套专项",
            "核定 首台套奖励",
            "今日",
        ]
    );
}
