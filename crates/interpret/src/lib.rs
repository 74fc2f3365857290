//! In: a checked `Program` and the facts of one subject, seen through the [`Facts`] trait.
//! Out: decisions with their derivation, down to the registry row.
//! Guarantees: exact, no floating point; unknown is never zero; the reference that every other evaluator is held against.
//! Does not know: plans, columns, files, how a derivation is shown.
//!
//! ```
//! # let text = "---\n标题: 示例\n施行: 2025-01-01\n适用地区: 全国\n状态: 示例\n来源: 示例\n---\n## 一、示例\n\n示例。\n\n```jiufen\n\
//! # 对象 企业 家\n  键 代码\n  代码: 文本\n  研发费用: 金额 每年\n\n\
//! # 奖补 研发补助\n  每   企业 每年\n  给   企业\n  口径 上年\n  金额 研发费用 × 5%\n  封顶 200万元\n\n\
//! # 例 甲\n  年度 2025\n  已知 企业 甲: 2024年.研发费用 = 300万元\n  应得 研发补助(甲) = 15万元\n```\n";
//! # let mut sources = jiufen_diagnostic::Sources::default();
//! # let id = sources.add("示例.md", text);
//! # let (document, _) = jiufen_document::parse(&sources, id);
//! # let program = jiufen_language::check(&sources, &[document]).program;
//! use jiufen_interpret::{Interpreter, cases::CaseFacts, describe};
//! // 奖补 研发补助: 金额 研发费用 × 5%, 封顶 200万元; and a case that knows 300万元.
//! let facts = CaseFacts::new(&program, &program.cases[0]);
//! let interpreter = Interpreter::new(&program, &facts, 2025);
//! let (rule, _) = program.rules().next().unwrap();
//! let mut decisions: Vec<_> = interpreter.rights(rule).into_iter().map(|right| interpreter.decide(right)).collect();
//! interpreter.settle(&mut decisions);
//! assert_eq!(decisions[0].payable_fen(), Some(15_000_000));
//! let line = describe::step(&program, &facts, &decisions[0].derivation, jiufen_diagnostic::Lang::Zh);
//! assert_eq!(line, "研发补助(甲) 2025年 = 15万元");
//! ```

mod account;
mod arithmetic;
mod call;
pub mod cases;
pub mod conflict;
mod dateless;
mod decide;
mod decision;
pub mod describe;
mod eval;
mod facts;
mod ground;
mod group;
mod identity;
mod lookup;
mod part;
mod rank;
mod rows;
mod settle;
mod share;
mod stages;
mod terms;
mod value;
mod verdict;

pub use decide::OpenAmount;
pub use decision::{
    Decision, FenInterval, Outside, PartName, Received, Right, SettledBy, Settlement, StageCondition,
    StageDecision, StageStatus, Status, Step, VerdictDecision, What,
};
pub use eval::Interpreter;
pub use facts::{Determination, Fact, FactPlace, Facts, RowId};
pub use ground::FAIR_COMPETITION_SINCE;
pub use settle::{KeyPart, SettlementKey, competes};
pub use terms::{CapTerms, DrawTerms, GroupTerms, Term, Terms};
pub use value::{Fault, FaultCode, Interval, Reason, Reasons, Value};
