//! Findings about law: dates, sources, territory, and what a person should look at before adopting a text.

use crate::Entry;

use super::{error, note, warning};

/// A grant that singles out operators.
pub static FAIR_COMPETITION: Entry = warning(
    "fair-competition",
    "「{name}」{why}:《公平竞争审查条例》第十条(2024-08-01 施行)不允许没有依据地给予特定经营者选择性差异化奖补",
    "需公平竞争审查:2024-08-01 起的新权利不出金额;有法律、行政法规依据或国务院批准的,另立条款写明依据",
    "“{name}” {why}: article 10 of the Fair Competition Review Regulation (in force 2024-08-01) bars selective grants to particular operators without a legal basis",
    "needs fair-competition review: new rights from 2024-08-01 on get no amount; where a law or the State Council allows it, write a clause that cites it",
);

/// Prose and block differ on whether the limit itself belongs.
pub static PROSE_CONTRADICTS: Entry = warning(
    "prose-contradicts",
    "条文写「{words}」({prose_meaning}),规则写「{symbol}」({symbol_meaning})",
    "民法典第一千二百五十九条:以上、以下、以内、届满含本数,不满、超过、以外不含本数;改条文或把符号改成「{proper}」",
    "the text says “{words}” ({prose_meaning}), the rule says “{symbol}” ({symbol_meaning})",
    "Civil Code article 1259: 以上 以下 以内 include the limit, 不满 超过 以外 exclude it; change the text, or the symbol to “{proper}”",
)
.second("条文在这里", "the text is here");

/// A draft: takes part in what-if only.
pub static DRAFT_SOURCE: Entry = note(
    "draft-source",
    "《{title}》是征求意见稿,只参加测算,不产生权利",
    "正式印发后核对全文,把「状态」改为 正式",
    "《{title}》 is a draft: it takes part in what-if only and creates no right",
    "when it is issued, check the whole text and set status: official (状态: 正式)",
);

/// A document that has lapsed or says so.
pub static LAPSED_SOURCE: Entry = note(
    "lapsed-source",
    "《{title}》已失效({to} 为最后一天)",
    "失效前发生的权利仍可查;新权利不再产生",
    "《{title}》 has lapsed (last day {to})",
    "rights that arose before can still be looked up; new ones do not arise",
);

/// Figures from memory or unverified.
pub static UNVERIFIED_SOURCE: Entry = note(
    "unverified-source",
    "《{title}》的来源是「{source}」,数字没有对照原文",
    "对照原文核实后,把「来源」改为 见过原文",
    "the source of 《{title}》 is “{source}”: its figures were not checked against the original",
    "check them against the original and set source: seen (来源: 见过原文)",
);

/// A rule without a document number or title to cite.
pub static NO_SOURCE: Entry = warning(
    "no-source",
    "「{name}」没有可引用的出处",
    "在文件开头写 文号 或 标题,并把规则放在条款标题下面",
    "“{name}” has no source to cite",
    "write number (文号) or title (标题) in the front matter, and put the rule under the heading of its clause",
);

/// A document that does not say where it holds, although its rules could ask.
pub static TERRITORY_NOT_SAID: Entry = warning(
    "territory-not-said",
    "《{title}》没有写 适用地区,「{name}」不管{subject}在哪里都算",
    "在文件开头加一行 适用地区,从省写起,例如 适用地区: 浙江省杭州市;全国适用的写 适用地区: 全国",
    "《{title}》 does not say where it holds (territory, 适用地区): “{name}” counts wherever the {subject} is",
    "add a line territory (适用地区) to the front matter, from the province down, such as `territory: 浙江省杭州市`; what holds in the whole country says 全国",
);

/// A territory that is not written as registries write it, so that nothing lies in it.
pub static TERRITORY_NOT_IN_FULL: Entry = warning(
    "territory-not-in-full",
    "适用地区「{territory}」不是从省写起的全称,登记表里的地区和它对不上,都会算作不适用",
    "从省写起,每一级写全:浙江省杭州市钱塘区、北京市海淀区;全国适用的写 全国",
    "the territory “{territory}” is not written in full from the province down: no row of a registry would lie in it",
    "write every level in full from the province down, such as 浙江省杭州市钱塘区 or 北京市海淀区; 全国 for the whole country",
);

/// Two documents with one number.
pub static NUMBER_TWICE: Entry = error(
    "document-number-twice",
    "文号「{number}」是两个文件的:引用和权利分不清是哪一个文件的",
    "核对原文,改正其中一个;同一个文件拆成几份的,合成一份",
    "two documents have the number “{number}”: citations and rights cannot tell them apart",
    "check the originals and correct one of them; one document in several files is joined into one",
)
.second("前一个在这里", "the earlier one is here");

/// A territory that a rule cannot ask about.
pub static TERRITORY_NOT_ASKED: Entry = warning(
    "territory-not-asked",
    "「{name}」只在「{territory}」适用,可是「{subject}」没有地区,外地的也会算上",
    "给「{subject}」加一个字段 地区: 地区,或加一个指向有地区的对象的字段;几个字段都指得到时,在 给 一行写明是哪一个",
    "“{name}” holds in “{territory}” only, but “{subject}” has no territory, so that those elsewhere count as well",
    "give “{subject}” a field 地区: 地区, or one that refers to a subject with a territory; where several do, pay_to (给) says which",
);

/// A parameter without any value.
pub static EMPTY_PARAMETER: Entry = note(
    "empty-parameter",
    "参数「{name}」还没有核实的数值",
    "用到它的结果会写「参数未核实」;查到原文后加一行:自 日期: 数值 依据 \"文号 条款\"",
    "the parameter “{name}” has no verified value yet",
    "results that need it say so; when the text is found, add: from date: value cite (自 … 依据) \"number clause\"",
);

/// Parts that do not add up to the stated total.
pub static SUM_MISMATCH: Entry = warning(
    "sum-mismatch",
    "合计写 {total},各项相加是 {sum},差 {difference}",
    "核对原文;原文如此就在说明里写明,不要改数",
    "the total is stated as {total}, the parts add up to {sum}, a difference of {difference}",
    "check the original; if it says so, note it and leave the figures as they are",
);

/// In force before it was drawn up.
pub static RETROACTIVE: Entry = warning(
    "retroactive",
    "「自 {from}」早于成文日期 {dated},没有写明追溯",
    "确要追溯,在文件开头写 追溯: 是;否则改正日期",
    "“from (自) {from}” is before the day the document was drawn up, {dated}, and nothing says that it reaches back",
    "if it does, write retroactive: yes (追溯: 是) in the front matter; otherwise correct the date",
);

/// An amount that depends on the day of the run.
pub static TODAY_IN_AMOUNT: Entry = warning(
    "today-in-amount",
    "金额里用了「今日」:同一权利隔天算会不一样",
    "「今日」只用来判断事情发生了没有;金额用事件日期算",
    "the amount depends on today (今日): the same right would differ from day to day",
    "use today (今日) only to ask whether something has happened yet; compute amounts from the dates of events",
);

/// A formula that can go below zero.
pub static MAY_BE_NEGATIVE: Entry = warning(
    "may-be-negative",
    "「{name}」的金额可能小于零",
    "写明小于零怎么办,例如 最大(…, 0元)",
    "the amount of “{name}” can be below zero",
    "say what then, for instance max(…, 0元) (最大)",
);

/// A figure of the block that its clause does not mention.
pub static FIGURE_NOT_IN_PROSE: Entry = warning(
    "figure-not-in-prose",
    "规则里的「{figure}」在本条条文里找不到",
    "核对条文;条文是另一个数,改规则;条文没写,补进摘要或写明 依据",
    "the figure “{figure}” of the rule is not in the text of its clause",
    "check the text: correct the rule, complete the summary, or add cite (依据)",
);

/// A delivery without application whose facts are not all in the registry.
pub static NOT_AUTOMATIC: Entry = warning(
    "not-automatic",
    "「{name}」写了免申即享,又要企业附「{paper}」",
    "免申即享的条件要都能从登记数据判断;需要材料的改为 方式 申报",
    "“{name}” is delivered without application (automatic, 免申即享) and yet asks for “{paper}”",
    "all its conditions have to be decidable from the registry; if papers are needed write delivery on_application (方式 申报)",
);

/// A gap between a document and the one that continues it.
pub static SUCCESSION_GAP: Entry = warning(
    "succession-gap",
    "《{earlier}》{to} 失效,《{later}》{from} 才施行,中间没有规定",
    "核对是否有延续通知;这段时间的权利不会自动产生",
    "《{earlier}》 lapses on {to}, 《{later}》 takes effect on {from}: nothing holds in between",
    "check for a notice of extension; no right arises in between",
);

/// All findings of this stage.
pub static ALL: &[&Entry] = &[
    &FAIR_COMPETITION,
    &PROSE_CONTRADICTS,
    &DRAFT_SOURCE,
    &LAPSED_SOURCE,
    &UNVERIFIED_SOURCE,
    &NO_SOURCE,
    &TERRITORY_NOT_SAID,
    &TERRITORY_NOT_IN_FULL,
    &TERRITORY_NOT_ASKED,
    &NUMBER_TWICE,
    &EMPTY_PARAMETER,
    &SUM_MISMATCH,
    &RETROACTIVE,
    &TODAY_IN_AMOUNT,
    &MAY_BE_NEGATIVE,
    &FIGURE_NOT_IN_PROSE,
    &NOT_AUTOMATIC,
    &SUCCESSION_GAP,
];
