//! Why a record of what was paid (兑付.csv) is refused; listed with the findings about registry tables.

use super::error;
use crate::Entry;

/// A cell that every record needs.
pub static INCOMPLETE: Entry = error(
    "payment-incomplete",
    "兑付记录没有写“{column}”",
    "补上;规则、对象、金额、日期、文件都要有,才说得清付的是哪一份",
    "the payment has no “{column}”",
    "write it: a payment needs its rule, row, amount, date and paper, or it cannot be told which right it was for",
);

/// A rule that no document has.
pub static UNKNOWN_RULE: Entry = error(
    "payment-unknown-rule",
    "兑付记录里的规则“{found}”在政策里找不到",
    "{proposal}也可以照 decisions.csv 的 rule 一栏抄;旧文件的规则,旧文件要在政策包里",
    "the rule “{found}” of the payment is in no document",
    "{proposal} The column rule of decisions.csv shows how rules are named; the document of an old rule has to be in the pack",
);

/// Rules of one name that do not continue one another.
pub static AMBIGUOUS_RULE: Entry = error(
    "payment-ambiguous-rule",
    "有几个文件写了“{found}”,互不承接,不知道付的是哪一条",
    "写明是哪个文件的:{choices}",
    "several documents have a rule “{found}” and none continues another, so it is not known which was paid",
    "say whose it is: {choices}",
);

/// A row that the registry does not have.
pub static UNKNOWN_ROW: Entry = error(
    "payment-unknown-row",
    "“{rule}”按“{each}”算,登记的“{each}”里没有“{found}”",
    "写{each}的键,照 decisions.csv 的 subject 一栏;{each}的那一行被退回的,先改好那一行",
    "“{rule}” is counted by “{each}”, and no row of “{each}” has the key “{found}”",
    "write the key as the column subject of decisions.csv shows it; if the row of “{each}” was rejected, mend it first",
);

/// A right of each year, paid in no year.
pub static NO_YEAR: Entry = error(
    "payment-without-year",
    "“{rule}”每年一份,兑付记录没有写是哪个年度的",
    "补上权利年度(不是付款的那一年)",
    "“{rule}” gives one right a year, and the payment does not say of which year",
    "write the year of the entitlement, which need not be the year of the payment",
);

/// Nothing, or a part of a fen.
pub static NOT_AN_AMOUNT: Entry = error(
    "payment-amount",
    "付出的金额要大于零、最小到分,“{found}”不行",
    "写实际付出的数;收回的,把原来那一行改成实付的净数",
    "a payment is more than nothing and whole fen; “{found}” is not",
    "write what was paid; where money was returned, write the net amount in the row of the payment",
);

/// The same payment twice.
pub static REPEATED: Entry = error(
    "payment-repeated",
    "同一份权利、同一天、同一个文件(“{found}”)的兑付,第 {first} 行已经有了",
    "重复的删去一行;确是两笔的,文件写得分得开。这一行没有计入",
    "line {first} already has a payment on the same right, of the same day and by the same paper (“{found}”)",
    "delete one of them; where they are two payments, name their papers so that they can be told apart. This row is not counted",
);
