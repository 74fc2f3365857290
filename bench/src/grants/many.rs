//! `rules FOLDER COPIES`: many policies like the fifteen-rule one, no two with the same figures, in one plan.

use std::path::Path;

use jiufen_engine::Plan;
use jiufen_language::program::{RuleId, SubjectId};
use jiufen_quantity::Date;

use super::columns::Enterprises;
use super::cpu_seconds;
use crate::{YEAR, policy_of};

/// Rules of one policy.
const RULES: usize = 15;

/// How often each thing is timed; the median counts.
const ROUNDS: usize = 9;

/// What each copy has of its own: definitions, the table, the grant.
const NAMES: [&str; 16] = [
    "符合申报条件",
    "研发补助",
    "增长奖励率",
    "增长奖励",
    "上台阶奖励",
    "台阶奖励",
    "高企奖励",
    "就高数",
    "加成后",
    "节能奖励",
    "用工奖励",
    "用地补助",
    "综合奖补",
    "制造业",
    "重点产业",
    "增量",
];

/// The policy `copies` times, with names and figures of their own.
fn text(copies: usize) -> String {
    let policy = include_str!("../../grants/policy.md");
    let (head, articles) = policy.split_once("## 第二条").unwrap_or((policy, ""));
    let mut all = head.to_owned();
    for copy in 0..copies {
        let mut own = format!("## 第二条{articles}");
        // Longer names first: one name may be part of another.
        let mut names = NAMES;
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        for (index, name) in names.iter().enumerate() {
            own = own.replace(name, &format!("《{index}》"));
        }
        for (index, name) in names.iter().enumerate() {
            own = own.replace(&format!("《{index}》"), &format!("{name}第{}套", copy + 1));
        }
        let figures = [
            ("100万元", format!("{}万元", 100 + copy)),
            ("500万元", format!("{}万元", 500 + copy)),
            ("200万元", format!("{}万元", 200 + copy)),
            ("30万元", format!("{}万元", 30 + copy)),
            ("50万元", format!("{}万元", 50 + copy)),
            ("10万元/亩", format!("{}万元/亩", 10 + copy)),
            ("800元/人", format!("{}元/人", 800 + copy)),
            ("30元/吨标准煤", format!("{}元/吨标准煤", 30 + copy)),
            ("13.75元", format!("{}元", 13 + copy)),
            ("18.75%", format!("{}%", 18 + copy % 60)),
            ("1.5‰", format!("{}‰", 2 + copy)),
        ];
        for (figure, by) in figures {
            own = own.replace(figure, &by);
        }
        all.push_str(&own.replace("## 第", &format!("## 第{}百", chapter(copy))));
        all.push('\n');
    }
    all
}

/// A number of its own for the articles of a copy.
fn chapter(copy: usize) -> String {
    const DIGITS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    format!("{}千{}", DIGITS[copy / 10 % 10], DIGITS[copy % 10])
}

/// Times lowering, and one column of fen a grant, on one thread.
pub fn run(folder: &Path, copies: usize) -> Result<(), String> {
    let pack = policy_of(&text(copies))?;
    let data = Enterprises::load(&pack.program, folder)?;
    let today = Date::year_end(YEAR).ok_or("no such year")?;
    let rules: Vec<RuleId> = pack.program.rules().map(|(id, _)| id).collect();
    let (mut lowering, mut running, mut deciding) = (Vec::new(), Vec::new(), Vec::new());
    let mut operations = 0;
    for _ in 0..ROUNDS {
        let start = cpu_seconds();
        let mut plan = Plan::new(&pack.program, SubjectId(0), &rules, &data, (YEAR, today));
        lowering.push(cpu_seconds() - start);
        let machine = plan.payables();
        operations = machine.operations();
        let start = cpu_seconds();
        drop(machine.run(&plan.inputs, &data, data.rows(), 1));
        running.push(cpu_seconds() - start);
        let start = cpu_seconds();
        drop(plan.run(&data, data.rows(), 1));
        deciding.push(cpu_seconds() - start);
    }
    for timed in [&mut lowering, &mut running, &mut deciding] {
        timed.sort_unstable_by(f64::total_cmp);
    }
    let million = |seconds: f64| data.rows() as f64 / seconds.max(1e-9) / 1e6;
    println!(
        "{} rules in {copies} grants, {operations} operations: lowering {:.2} ms, payable {:.2} Mrows/s, decisions {:.2} Mrows/s, CPU time of one thread",
        copies * RULES,
        lowering[ROUNDS / 2] * 1000.0,
        million(running[ROUNDS / 2]),
        million(deciding[ROUNDS / 2]),
    );
    Ok(())
}
