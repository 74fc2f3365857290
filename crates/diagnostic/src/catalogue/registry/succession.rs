//! Why a row of 沿革.csv is refused.

use super::{Entry, row};

/// A change of rows that are not there.
pub static SUCCESSION_WITHOUT_ROW: Entry = row(
    "succession-without-row",
    (
        "沿革里的“{column}”写的“{found}”找不到",
        "对象写表名(如 企业),后继写那张表里的一个键;前身已经不在表里的,照写它原来的键",
    ),
    (
        "`{found}`, the `{column}` of the succession, is not there",
        "对象 is the name of a table (such as 企业) and 后继 a key of it; a 前身 that is no longer in the table keeps its old key",
    ),
);

/// A merger or split that no one has confirmed.
pub static SUCCESSION_NOT_CONFIRMED: Entry = row(
    "succession-not-confirmed",
    (
        "“{found}”没有写确认人,不算",
        "合并、分立以后“一次”和“首次”算在谁头上要由人认定;认定了写上“确认人”",
    ),
    (
        "the change “{found}” names no one who confirmed it and does not count",
        "after a merger or split a person decides whose first time it was; write that person as 确认人",
    ),
);

/// A row with two successors, or a line that comes back to itself.
pub static SUCCESSION_NOT_SINGLE: Entry = row(
    "succession-not-single",
    (
        "“{found}”的沿革接不上:有两个后继而不都是分立,或者绕回了自己",
        "更名、迁入、合并只有一个后继;分成几家的,每一行的事由都写 分立;绕成圈的,核对前身和后继",
    ),
    (
        "the succession of `{found}` cannot be followed: it has two successors and was not split, or comes back to itself",
        "更名, 迁入 and 合并 have one successor; where one firm became several, each row says 分立; where they go round, check 前身 and 后继",
    ),
);
