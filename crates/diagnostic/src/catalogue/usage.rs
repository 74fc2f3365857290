//! Wrong use of the command line. It is told on the spot and belongs to no text, so that these entries have no page and
//! stand in no list of findings.

use super::error;
use crate::Entry;

/// A word that is no command.
pub static UNKNOWN_COMMAND: Entry = error(
    "unknown-command",
    "没有“{found}”这个命令",
    "{proposal}",
    "there is no command `{found}`",
    "{proposal}",
);

/// A word with a dash that is no option of the command.
pub static UNKNOWN_ARGUMENT: Entry = error(
    "unknown-argument",
    "这个命令没有“{found}”这个选项",
    "{proposal}",
    "this command has no option `{found}`",
    "{proposal}",
);

/// A word more than the command takes.
pub static EXTRA_ARGUMENT: Entry = error(
    "extra-argument",
    "多出了“{found}”",
    "删去它;名称里有空格的用引号括起来",
    "`{found}` is one word too many",
    "leave it out; put quotes around a name with blanks",
);

/// An option without its value.
pub static MISSING_VALUE: Entry = error(
    "missing-value",
    "“{found}”后面没有写值",
    "写成 {found} {expected}",
    "`{found}` has no value",
    "write {found} {expected}",
);

/// A value that an option does not take.
pub static INVALID_VALUE: Entry = error(
    "invalid-value",
    "“{argument}”不能是“{found}”",
    "{proposal}",
    "`{argument}` cannot be `{found}`",
    "{proposal}",
);

/// Arguments that a command cannot be without.
pub static MISSING_ARGUMENT: Entry = error(
    "missing-argument",
    "还要写 {found}",
    "用法:{usage}",
    "{found} is missing",
    "usage: {usage}",
);

/// An option given twice, or together with another that it excludes.
pub static CONFLICTING_ARGUMENT: Entry = error(
    "conflicting-argument",
    "“{found}”写了不止一次,或与别的选项不能同时写",
    "只写一次",
    "`{found}` is given more than once, or with an option that it excludes",
    "give it once",
);

/// A word that is not UTF-8.
pub static UNREADABLE_ARGUMENT: Entry = error(
    "unreadable-argument",
    "有一个参数不是 UTF-8,读不出",
    "在 UTF-8 的终端里重新输入",
    "an argument is not UTF-8 and cannot be read",
    "type it again in a terminal that uses UTF-8",
);

/// All sentences about wrong use.
pub static ALL: &[&Entry] = &[
    &UNKNOWN_COMMAND,
    &UNKNOWN_ARGUMENT,
    &EXTRA_ARGUMENT,
    &MISSING_VALUE,
    &INVALID_VALUE,
    &MISSING_ARGUMENT,
    &CONFLICTING_ARGUMENT,
    &UNREADABLE_ARGUMENT,
];
