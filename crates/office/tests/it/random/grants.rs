//! Grants of a random policy, what they share, and what later text makes of them.

use super::kind::{Kind, day};
use super::policy::{Account, Block, Grant, Group, Policy};
use super::terms::Scope;
use super::world::{FIRM, PROJECT};

impl Policy {
    /// Groups and accounts.
    pub(super) fn shared(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let groups = self.draw.below(3);
        for number in 0..groups {
            blocks.push(self.group(number));
        }
        let accounts = self.draw.below(3);
        for number in 0..accounts {
            blocks.push(self.account(number));
        }
        blocks
    }

    fn group(&mut self, number: usize) -> Block {
        let name = format!("组{number}");
        let only = self
            .draw
            .percent(40)
            .then(|| self.draw.below(self.world.subjects.len()));
        let keys = match self.draw.percent(70) {
            true => vec![FIRM],
            false => vec![PROJECT],
        };
        let keys: Vec<usize> = match only {
            Some(subject) => keys
                .into_iter()
                .filter(|k| self.world.leads(subject, *k))
                .collect(),
            None => keys,
        };
        let chosen = only.is_none() && self.draw.percent(12);
        let mut written: Vec<String> = keys
            .iter()
            .map(|k| self.world.subjects[*k].name.to_owned())
            .collect();
        if let Some(subject) = only {
            let kind = self.draw.of(&[
                Kind::Class(0),
                Kind::Class(1),
                Kind::Truth,
                Kind::Text,
                Kind::Year,
                Kind::Money,
            ]);
            let scope = Scope {
                basis: true,
                ..Scope::of(subject, 0)
            };
            written.extend(self.field(kind, scope).map(super::terms::Term::alone));
            written.retain(|path| !path.contains("年."));
            let yearly: Vec<String> = self
                .world
                .fields(subject)
                .filter(|(f, _)| f.yearly)
                .map(|(f, _)| f.name.clone())
                .collect();
            written.retain(|path| !yearly.iter().any(|f| path.ends_with(f.as_str())) && !path.contains('.'));
        }
        if chosen {
            written = vec!["待选 {企业, 项目}".to_owned()];
        }
        if written.is_empty() || self.draw.percent(40) {
            written.push("年".to_owned());
        }
        let mode = self.draw.of(&["就高", "补差", "互斥", "先到", "叠加", "叠加"]);
        let mut lines = vec![
            format!("组合 {name}"),
            format!("  键   {}", written.join(", ")),
            format!("  法   {mode}"),
        ];
        if mode == "叠加" {
            let yearly = self.draw.of(&["", "", " 每年"]);
            lines.push(format!("  封顶 {}{yearly}", self.limit()));
        } else if let (Some(subject), true) = (only, self.draw.percent(50)) {
            let scope = Scope {
                today: true,
                ..Scope::of(subject, self.world.definitions.len())
            };
            lines.push(format!("  计入 {}", self.number(Kind::Money, scope, 2).alone()));
        }
        self.groups.push(Group { name, keys, only });
        lines
    }

    /// Money that asks no row.
    fn limit(&mut self) -> String {
        let fit = self.world.parameters.iter();
        let fit = fit.filter(|p| p.kind == Kind::Money && p.per.is_none());
        let fit: Vec<String> = fit.map(|p| p.name.clone()).collect();
        match self.draw.percent(30) {
            true => self.draw.any(&fit).unwrap_or_else(|| "50万元".to_owned()),
            false => self.literal(Kind::Money).alone(),
        }
    }

    fn account(&mut self, number: usize) -> Block {
        let name = format!("池{number}");
        let heads = self.draw.percent(35);
        let yearly = self.draw.of(&["", " 每年"]);
        let quota = match heads {
            true => format!("{}家", self.draw.below(6)),
            false => self.limit(),
        };
        let mut lines = vec![match heads {
            true => format!("账户 {name}: 家"),
            false => format!("账户 {name}"),
        }];
        lines.push(format!("  额度 {quota}{yearly}"));
        let mut only = None;
        match self.draw.below(5) {
            0 => {}
            1 if !heads => lines.push("  超出 按比例".to_owned()),
            2 | 3 => lines.push("  超出 先后".to_owned()),
            _ => {
                let subject = self.draw.below(self.world.subjects.len());
                let fields = self.world.fields(subject);
                let scores: Vec<String> = fields
                    .filter(|(f, kind)| kind.is_number() && !f.yearly)
                    .map(|(f, _)| f.name.clone())
                    .collect();
                if let Some(score) = self.draw.any(&scores) {
                    lines.push(format!("  超出 择优 {score}"));
                    only = Some(subject);
                }
            }
        }
        self.accounts.push(Account { name, heads, only });
        lines
    }

    /// A grant.
    pub(super) fn grant(&mut self) -> Block {
        let subject = self.draw.below(self.world.subjects.len());
        let event = self.world.subjects[subject].event;
        let name = format!("奖{}", self.grants.len());
        let often = match (event, self.draw.below(10)) {
            (true, 0) => " 一次",
            (true, 1) => " 每年",
            (true, _) => "",
            (false, 0..6) => " 每年",
            (false, 9) => "",
            (false, _) => " 一次",
        };
        let (basis, said) = self.basis();
        let scope = Scope {
            basis: said,
            today: self.draw.percent(30),
            ..Scope::of(subject, self.world.definitions.len())
        };
        let mut lines = vec![
            format!("奖补 {name}"),
            format!("  每   {}{often}", self.world.subjects[subject].name),
            format!("  给   {}", self.payee(subject)),
        ];
        let dated = self.field(Kind::Date, scope).map(super::terms::Term::alone);
        let must = event && often != " 每年";
        let dated = dated.filter(|_| must || often.is_empty() || self.draw.percent(25));
        lines.extend(dated.as_ref().map(|day| format!("  按   {day}")));
        lines.extend(basis);
        lines.extend(self.when_lines(scope));
        let unpublished = self.draw.percent(12);
        lines.extend(self.amount_lines(scope, unpublished));
        let caps = match unpublished {
            true => 0,
            false => self.cap_lines(scope, &mut lines),
        };
        let staged = self.draw.percent(22);
        if staged {
            let nothing = lines
                .iter()
                .any(|line| line.contains(" 0元") || line.contains(" 0.0"));
            lines.extend(self.stage_lines(scope, dated.as_deref(), (unpublished, nothing)));
        }
        lines.extend(self.sharing_lines(subject));
        if often == " 每年" && self.draw.percent(40) {
            lines.push(format!(
                "  跨期 {}",
                self.draw.of(&["全年", "按日", "按日", "不给"])
            ));
        }
        if self.draw.percent(10) {
            lines.push(format!("  方式 {}", self.draw.of(&["免申即享", "申报"])));
            lines.push("  附   \"申请表\"".to_owned());
        }
        self.grants.push(Grant {
            name,
            subject,
            yearly: often == " 每年",
            caps,
            unpublished,
            staged,
        });
        lines
    }

    fn payee(&mut self, subject: usize) -> String {
        let mut ways: Vec<String> = self
            .world
            .paths(subject)
            .into_iter()
            .filter(|(path, _)| !path.is_empty() && path.matches('.').count() <= 2)
            .map(|(path, _)| path.trim_end_matches('.').to_owned())
            .collect();
        ways.push(self.world.subjects[subject].name.to_owned());
        self.draw.of(&ways)
    }

    fn when_lines(&mut self, scope: Scope) -> Block {
        match self.draw.below(10) {
            0 => Vec::new(),
            1..6 => vec![format!("  当   {}", self.truth(scope, 2).alone())],
            _ => {
                let mut lines = vec![format!("  当   {}", self.draw.of(&["全部", "任一"]))];
                self.items(scope, "    ", 1, &mut lines);
                lines
            }
        }
    }

    fn items(&mut self, scope: Scope, indent: &str, depth: u8, lines: &mut Block) {
        let count = 2 + self.draw.below(2);
        for _ in 0..count {
            if depth > 0 && self.draw.percent(25) {
                lines.push(format!("{indent}- {}", self.draw.of(&["全部", "任一"])));
                self.items(scope, &format!("{indent}  "), depth - 1, lines);
            } else {
                lines.push(format!("{indent}- {}", self.truth(scope, 1).alone()));
            }
        }
    }

    fn amount_lines(&mut self, scope: Scope, unpublished: bool) -> Block {
        if unpublished {
            let shared = self.draw.of(&["", "", "", " 每年"]);
            return vec![
                "  金额 未公布".to_owned(),
                format!("  至多 {}{shared}", self.number(Kind::Money, scope, 1).alone()),
            ];
        }
        if let (Some(at), true) = (self.draw.any(&self.candidates.clone()), self.draw.percent(30)) {
            let lookup = self.world.lookups[at].clone();
            let inputs: Option<Vec<String>> = lookup
                .inputs
                .iter()
                .map(|kind| self.value(*kind, scope, 0).map(super::terms::Term::alone))
                .collect();
            if let Some(inputs) = inputs {
                return vec![format!("  金额 {}({})", lookup.name, inputs.join(", "))];
            }
        }
        if self.draw.percent(25) {
            let mut lines = vec!["  金额".to_owned()];
            lines.extend(self.arms(Kind::Money, scope, "    "));
            return lines;
        }
        let depth = 1 + self.draw.below(3) as u8;
        vec![format!(
            "  金额 {}",
            self.number(Kind::Money, scope, depth).alone()
        )]
    }

    fn cap_lines(&mut self, scope: Scope, lines: &mut Block) -> usize {
        let reached: Vec<usize> = (0..self.world.subjects.len())
            .filter(|to| self.world.leads(scope.subject, *to))
            .collect();
        let per = self.world.subjects[self.draw.of(&reached)].name;
        let mut scopes = vec![
            String::new(),
            " 每年".to_owned(),
            format!(" 每 {per}"),
            format!(" 每年 每 {per}"),
        ];
        let count = self.draw.of(&[0, 0, 1, 1, 2]);
        for _ in 0..count {
            let at = self.draw.below(scopes.len());
            let shared = scopes.remove(at);
            let value = match self.draw.percent(70) {
                true => self.literal(Kind::Money).alone(),
                false => self.number(Kind::Money, scope, 1).alone(),
            };
            lines.push(format!("  封顶 {value}{shared}"));
        }
        count
    }

    /// Instalments of an amount that may be unpublished, and may be nothing at most.
    fn stage_lines(
        &mut self,
        scope: Scope,
        dated: Option<&str>,
        (unpublished, nothing): (bool, bool),
    ) -> Block {
        let first = dated.map_or_else(|| day(&mut self.draw), str::to_owned);
        let when = |policy: &mut Self| match policy.draw.percent(40) {
            true => format!(" 当 {}", policy.truth(scope, 1).alone()),
            false => String::new(),
        };
        let share = self.draw.of(&["40%", "60%", "33.33%"]);
        let (head, tail) = match (unpublished && self.draw.percent(60), self.draw.below(3)) {
            (true, _) => ("未公布".to_owned(), "余额".to_owned()),
            (_, 0) => ("70%".to_owned(), "30%".to_owned()),
            (_, 1) => (share.to_owned(), "余额".to_owned()),
            _ if nothing => ("0%".to_owned(), "100%".to_owned()),
            _ => ("0.01元".to_owned(), "余额".to_owned()),
        };
        let (one, two) = (when(self), when(self));
        let later = self.draw.of(&["加年", "加月"]);
        vec![
            "  分期".to_owned(),
            format!("    - {first}{one}: {head}"),
            format!("    - {later}({first}, 2){two}: {tail}"),
        ]
    }

    fn sharing_lines(&mut self, subject: usize) -> Block {
        let mut lines = Vec::new();
        let fits = |g: &&Group| {
            g.only.is_none_or(|only| only == subject) && g.keys.iter().all(|k| self.world.leads(subject, *k))
        };
        let groups: Vec<String> = self.groups.iter().filter(fits).map(|g| g.name.clone()).collect();
        let open = |a: &&Account| a.only.is_none_or(|only| only == subject);
        let accounts: Vec<Account> = self.accounts.iter().filter(open).cloned().collect();
        if self.draw.percent(60) {
            lines.extend(self.draw.any(&groups).map(|group| format!("  组合 {group}")));
        }
        if self.draw.percent(50)
            && let Some(account) = self.draw.any(&accounts)
        {
            lines.push(match account.heads {
                true => format!("  支   {} {}家", account.name, 1 + self.draw.below(2)),
                false => format!("  资金 {}", account.name),
            });
        }
        lines
    }
}
