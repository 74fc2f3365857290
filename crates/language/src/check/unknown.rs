//! Names that mean nothing where they stand: what was probably meant, judged by what the place asks for.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::names, nearest};
use smol_str::SmolStr;

use super::scope::{Scope, written};
use super::{Checker, Declared, spelled};
use crate::program::SubjectId;
use crate::syntax::keywords::ReservedWord;

/// How many names a help lists at most.
const LISTED: usize = 6;

/// What a name has to be at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sought {
    /// A value by itself: a field of the row at hand, a parameter, a value of an enumeration.
    Value,
    /// The first step of a longer path, or rows: a subject as well.
    Head,
    Subject,
    /// Who is paid: a subject, or a field that leads to one.
    Payee,
    Enumeration,
    /// A field of any subject.
    Field,
    Parameter,
    Group,
    Account,
    Exception,
    /// A grant.
    Grant,
    /// What a case can expect something of: a grant, a verdict, a parameter, a table.
    Expected,
    /// What an exception or amendment can change.
    Part,
}

impl Sought {
    /// What is sought, in Chinese and English.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Value | Self::Head => ("一个值", "a value"),
            Self::Subject => ("对象或事件", "a subject or event"),
            Self::Payee => ("收款的对象", "a beneficiary"),
            Self::Enumeration => ("类别", "an enumeration"),
            Self::Field => ("字段", "a field"),
            Self::Parameter => ("参数", "a parameter"),
            Self::Group => ("组合", "a group"),
            Self::Account => ("账户", "an account"),
            Self::Exception => ("例外", "an exception"),
            Self::Grant => ("奖补", "a grant"),
            Self::Expected => ("奖补、判定、参数或表", "a grant, verdict, parameter or table"),
            Self::Part => ("参数、定义或奖补", "a parameter, definition or grant"),
        }
    }

    /// How one is declared, or where it comes from.
    fn declare(self, name: &str) -> (String, String) {
        let both = |zh: &str, en: &str| (zh.replace("{}", name), en.replace("{}", name));
        match self {
            Self::Value | Self::Head => both(
                "先声明「{}」:字段写在 对象 或 事件 里,数值写成 参数,算出来的写成 定义",
                "declare “{}”: a field in 对象 or 事件, a figure as 参数, a derived value as 定义",
            ),
            Self::Subject => both(
                "先声明:一直在的写成 对象 {},发生一次的写成 事件 {},下面逐行写字段",
                "declare it: 对象 {} for what lasts, 事件 {} for what happens once, with its fields below",
            ),
            Self::Payee => both(
                "写对象的名字,或通向它的字段,例如 给 企业、给 园区.运营方",
                "write the name of a subject, or a field that leads to one, such as 给 企业 or 给 园区.运营方",
            ),
            Self::Enumeration => both("先声明:类别 {}: 甲, 乙", "declare it: 类别 {}: 甲, 乙"),
            Self::Field => both(
                "在 对象 或 事件 里加一行:{}: 类型",
                "add it to a 对象 or 事件: {}: type",
            ),
            Self::Parameter => both(
                "先声明:参数 {}: 类型,下面写 自 日期: 数值",
                "declare it: 参数 {}: type, with 自 date: value below",
            ),
            Self::Group => both(
                "另写一块 组合 {},下面写 键(在什么范围内算重复)和 法(就高、补差、互斥、先到 或 叠加)",
                "write a block 组合 {}, with 键 (within what rights repeat) and 法 (就高, 补差, 互斥, 先到 or 叠加) below",
            ),
            Self::Account => both(
                "另写一块 账户 {},下面写 额度 和 超出,例如 额度 100万元 每年",
                "write a block 账户 {}, with 额度 and 超出 below, such as 额度 100万元 每年",
            ),
            Self::Exception => both(
                "「先于」后面写另一个 例外 的名字",
                "先于 takes the name of another 例外",
            ),
            Self::Grant => both("写一条 奖补 的名字", "write the name of a 奖补"),
            Self::Expected => both(
                "写一条 奖补、判定、参数 或 表 的名字;定义写作 对象的名字.定义",
                "write the name of a 奖补, 判定, 参数 or 表; a definition is written row.definition",
            ),
            Self::Part => both(
                "写参数的名字、对象.定义、奖补的名字,或 奖补.当、奖补.金额、奖补.封顶、奖补.至多",
                "write a parameter, subject.definition, a grant, or grant.当, grant.金额, grant.封顶, grant.至多",
            ),
        }
    }

    fn takes(self, declared: Declared) -> bool {
        match self {
            Self::Value | Self::Head | Self::Parameter => matches!(declared, Declared::Parameter(_)),
            Self::Group => matches!(declared, Declared::Group(_)),
            Self::Account => matches!(declared, Declared::Account(_)),
            Self::Exception => matches!(declared, Declared::Exception(_)),
            Self::Grant => matches!(declared, Declared::Rule(_)),
            Self::Expected => matches!(
                declared,
                Declared::Rule(_) | Declared::Verdict(_) | Declared::Parameter(_) | Declared::Table(_)
            ),
            Self::Part => matches!(declared, Declared::Rule(_) | Declared::Parameter(_)),
            Self::Subject | Self::Payee | Self::Enumeration | Self::Field => false,
        }
    }
}

impl Checker<'_> {
    /// Reports a name that is not what its place asks for, with the best remedy there is.
    pub(super) fn unknown_name(&mut self, scope: &Scope, name: &str, span: Span, sought: Sought) {
        let told = |f: &Diagnostic| f.span == span && f.code() == names::AMBIGUOUS_NAME.code;
        if self.findings.last().is_some_and(told) {
            return;
        }
        if let Some((zh, en)) = self.kind_of(name) {
            return self.wrong_kind(scope, name, span, sought, (zh, en));
        }
        if let Some((word, cut)) = self.cut_at_reserved(scope, name) {
            let finding = Diagnostic::new(&names::MISSING_SPACE, span)
                .with("name", name)
                .with("word", word)
                .with("cut", cut.as_str())
                .fix(span, cut.as_str());
            return self.report(scope.at, finding);
        }
        let finding = Diagnostic::new(&names::UNKNOWN_NAME, span).with("name", name);
        if let Some((owner, path)) = self.field_elsewhere(scope, name, sought) {
            let hint = Argument::term(
                format!("「{name}」是「{owner}」的字段:写作 {path}"),
                format!("“{name}” is a field of “{owner}”: write {path}"),
            );
            return self.report(scope.at, finding.with("hint", hint).fix(span, path));
        }
        if let Some((hint, word)) = self.said_otherwise(scope, name, sought) {
            let finding = finding.with("hint", hint);
            let finding = match word {
                Some(word) => finding.fix(span, word),
                None => finding,
            };
            return self.report(scope.at, finding);
        }
        let tiers = self.candidates(scope, sought);
        let near = tiers
            .iter()
            .find_map(|tier| nearest(name, tier.iter().map(SmolStr::as_str)))
            .map(SmolStr::new);
        let finding = match near {
            Some(near) => {
                let (zh, en) = sought.declare(name);
                let hint = match sought {
                    Sought::Value | Sought::Head => Argument::term(
                        format!("最接近的名字是「{near}」;改成它,或先声明「{name}」"),
                        format!("the nearest name is “{near}”: use it, or declare “{name}”"),
                    ),
                    _ => Argument::term(
                        format!("最接近的{}是「{near}」;改成它,或者{zh}", sought.words().0),
                        format!("the nearest is “{near}”: use it, or {en}"),
                    ),
                };
                finding.with("hint", hint).fix(span, written(&near))
            }
            None => finding.with("hint", listed(sought, &tiers, name)),
        };
        self.report(scope.at, finding);
    }

    /// A figure or a year in the words of official texts: what to do, and what to write instead.
    fn said_otherwise(
        &self,
        scope: &Scope,
        name: &str,
        sought: Sought,
    ) -> Option<(Argument, Option<String>)> {
        if !matches!(sought, Sought::Value | Sought::Head) {
            return None;
        }
        if let Some(digits) = spelled::figure(name) {
            let hint = Argument::term(
                format!("数用阿拉伯数字写:{digits}"),
                format!("write figures in digits: {digits}"),
            );
            return Some((hint, Some(digits)));
        }
        if let Some(word) = spelled::year(name) {
            let word = word.text(self.keywords(scope.at));
            let hint = Argument::term(format!("这里写 {word}"), format!("write {word}"));
            return Some((hint, Some(word.to_owned())));
        }
        spelled::year_before_last(name).map(|hint| (hint, None))
    }

    /// A name that is declared, as something else than its place asks for.
    fn wrong_kind(&mut self, scope: &Scope, name: &str, span: Span, sought: Sought, found: (&str, &str)) {
        let table = matches!(sought, Sought::Value | Sought::Head)
            .then(|| self.program.tables.iter().find(|t| t.name == name))
            .flatten();
        let hint = match table {
            Some(table) => {
                let inputs: Vec<&str> = table.inputs.iter().map(|(n, _)| n.as_str()).collect();
                let form = format!("{}({})", written(name), inputs.join(", "));
                Argument::term(
                    format!("用表时写明按什么查:{form}"),
                    format!("say what is looked up in the table: {form}"),
                )
            }
            None if matches!(sought, Sought::Value | Sought::Head) => Argument::term(
                "别处也要用的数,写成 参数 或 定义,再引用它的名字",
                "declare a figure that is used elsewhere as 参数 or 定义, and use its name",
            ),
            None => listed(sought, &self.candidates(scope, sought), "…"),
        };
        let (zh, en) = sought.words();
        let finding = Diagnostic::new(&names::WRONG_KIND, span)
            .with("name", name)
            .with("found", Argument::term(found.0, found.1))
            .with("expected", Argument::term(zh, en))
            .with("hint", hint);
        self.report(scope.at, finding);
    }

    /// What a declared name is, in Chinese and English.
    fn kind_of(&self, name: &str) -> Option<(&'static str, &'static str)> {
        if let Some(subject) = self.names.subjects.get(name) {
            return Some(match self.program.subject(*subject).event {
                true => ("事件", "an event"),
                false => ("对象", "a subject"),
            });
        }
        if self.names.enumerations.contains_key(name) {
            return Some(("类别", "an enumeration"));
        }
        let (_, declared) = self.names.global.get(name)?.first()?;
        Some(match declared {
            Declared::Subject(_) => ("对象", "a subject"),
            Declared::Enumeration(_) => ("类别", "an enumeration"),
            Declared::Parameter(_) => ("参数", "a parameter"),
            Declared::Definition(_) => ("定义", "a definition"),
            Declared::Table(_) => ("表", "a table"),
            Declared::Rule(_) => ("奖补", "a grant"),
            Declared::Verdict(_) => ("判定", "a verdict"),
            Declared::Group(_) => ("组合", "a group"),
            Declared::Account(_) => ("账户", "an account"),
            Declared::Exception(_) => ("例外", "an exception"),
        })
    }

    /// A field or definition of that name on the one row that the row at hand belongs to: who has it, and its path.
    fn field_elsewhere(&self, scope: &Scope, name: &str, sought: Sought) -> Option<(SmolStr, String)> {
        let from = scope.rows.first().copied()?;
        if !matches!(sought, Sought::Value | Sought::Head) {
            return None;
        }
        let owners = (0..self.program.subjects.len() as u32)
            .map(SubjectId)
            .filter(|s| {
                self.program.field_named(*s, name).is_some()
                    || self.names.definitions.contains_key(&(*s, SmolStr::new(name)))
            });
        let mut ways = owners.filter_map(|owner| Some((owner, self.reach(from, owner)?)));
        let (owner, way) = ways.next()?;
        if ways.next().is_some() {
            return None;
        }
        let steps = way.iter().map(|field| self.program.field(*field).name.as_str());
        let path: Vec<String> = steps.chain([name]).map(written).collect();
        Some((self.program.subject(owner).name.clone(), path.join(".")))
    }

    /// The names that would do, those that fit best first; a later list is looked at only when none before it is near.
    fn candidates(&self, scope: &Scope, sought: Sought) -> Vec<Vec<SmolStr>> {
        let sorted = |mut names: Vec<SmolStr>| {
            names.sort();
            names
        };
        let subjects = || sorted(self.names.subjects.keys().cloned().collect());
        let of_kind = || {
            let all = self.names.global.iter();
            let own = scope.at.block.name().map(|n| n.text());
            let fitting = all.filter(|(name, all)| {
                Some(*name) != own.as_ref() && all.iter().any(|(_, d)| sought.takes(*d))
            });
            sorted(fitting.map(|(name, _)| name.clone()).collect())
        };
        match sought {
            Sought::Value | Sought::Head => {
                let fields = scope.rows.first().map(|s| self.members(*s)).unwrap_or_default();
                let values = sorted(self.names.values.keys().cloned().collect());
                let mut tiers = vec![fields, of_kind()];
                tiers.push(if sought == Sought::Head {
                    subjects()
                } else {
                    values
                });
                tiers
            }
            Sought::Subject => vec![subjects()],
            Sought::Payee => {
                let fields = scope.rows.first().map(|s| self.members(*s)).unwrap_or_default();
                vec![[subjects(), fields].concat()]
            }
            Sought::Enumeration => vec![sorted(self.names.enumerations.keys().cloned().collect())],
            Sought::Field => vec![sorted(self.names.fields.keys().cloned().collect())],
            Sought::Part => vec![of_kind(), subjects()],
            _ => vec![of_kind()],
        }
    }

    /// The fields of a subject in their order, and its definitions.
    pub(super) fn members(&self, subject: SubjectId) -> Vec<SmolStr> {
        let fields = self.program.subject(subject).fields.iter();
        let mut members: Vec<SmolStr> = fields.map(|f| f.name.clone()).collect();
        let derived = self.program.definitions.iter().filter(|d| d.subject == subject);
        members.extend(derived.map(|d| d.name.clone()));
        members
    }

    /// All names that could stand at the head of a path here.
    pub(super) fn known_names(&self, scope: &Scope) -> Vec<SmolStr> {
        let mut known: Vec<SmolStr> = Vec::new();
        if let Some(subject) = scope.rows.first() {
            known.extend(
                self.program
                    .subject(*subject)
                    .fields
                    .iter()
                    .map(|f| f.name.clone()),
            );
            known.extend(
                self.names
                    .definitions
                    .keys()
                    .filter(|(s, _)| s == subject)
                    .map(|(_, n)| n.clone()),
            );
        }
        known.extend(self.names.subjects.keys().cloned());
        known.extend(self.names.global.keys().cloned());
        known.extend(self.names.values.keys().cloned());
        known.sort();
        known
    }

    /// If cutting a run of letters at reserved words gives known names in exactly one way: the word and the cut.
    pub(super) fn cut_at_reserved(&self, scope: &Scope, name: &str) -> Option<(&'static str, String)> {
        let known = self.known_names(scope);
        let keywords = self.keywords(scope.at);
        let is_known = |part: &str| part.is_empty() || known.iter().any(|k| k == part);
        let mut found: Vec<(&'static str, String)> = Vec::new();
        for word in ReservedWord::ALL {
            for (start, matched) in name.match_indices(word.text(keywords)) {
                let (before, after) = (&name[..start], &name[start + matched.len()..]);
                if (before.is_empty() && after.is_empty()) || !is_known(before) || !is_known(after) {
                    continue;
                }
                let cut = [before, matched, after]
                    .iter()
                    .filter(|p| !p.is_empty())
                    .copied()
                    .collect::<Vec<_>>();
                found.push((word.text(keywords), cut.join(" ")));
            }
        }
        if found.len() == 1 { found.pop() } else { None }
    }
}

/// The declared names, where there are few enough to read, and how one is declared.
fn listed(sought: Sought, tiers: &[Vec<SmolStr>], name: &str) -> Argument {
    let (zh, en) = sought.declare(name);
    let all = tiers.first().map(Vec::as_slice).unwrap_or_default();
    let by_name = !matches!(sought, Sought::Value | Sought::Head | Sought::Field);
    if !by_name || all.is_empty() || all.len() > LISTED {
        return Argument::term(zh, en);
    }
    let (all_zh, all_en) = (all.join("、"), all.join(", "));
    if matches!(
        sought,
        Sought::Exception | Sought::Grant | Sought::Expected | Sought::Part
    ) {
        return Argument::term(
            format!("{zh};已有的是:{all_zh}"),
            format!("{en}; there is: {all_en}"),
        );
    }
    Argument::term(
        format!("已有的{}:{all_zh};或者{zh}", sought.words().0),
        format!("there is: {all_en}; or {en}"),
    )
}
