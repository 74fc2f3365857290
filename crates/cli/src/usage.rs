//! The command line in words: help, and what is said of wrong use, in the language of the reader.

use std::ffi::OsString;

use clap::builder::PossibleValue;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory};
use jiufen_diagnostic::catalogue::usage as entries;
use jiufen_diagnostic::{Argument, Diagnostic, Entry, Lang, SourceId, Span, nearest};
use unicode_width::UnicodeWidthStr;

use crate::arguments::{Arguments, LangChoice};
use crate::terminal::{self, columns, wrap};

/// Columns of help.
const WIDTH: usize = 80;
/// Columns that words need beside their label; with fewer they stand below it.
const LEAST_ROOM: usize = 20;

/// The words for an argument: its name (of one command, or of all), the value's name in both languages, and the help in
/// English. The Chinese help stands with the argument.
const ARGUMENTS: &[(&str, &str, &str, &str)] = &[
    ("format", "形式", "FORM", "output"),
    (
        "lang",
        "语言",
        "LANG",
        "language; Chinese unless the environment is English (LANG=en_GB)",
    ),
    ("color", "何时", "WHEN", "colour"),
    (
        "pack",
        "包",
        "PACK",
        "folder of a pack or a single .md file; the shipped packs are qiantang and shili",
    ),
    ("strict", "", "", "warnings count as findings too"),
    (
        "data",
        "文件夹",
        "FOLDER",
        "folder of the registry; data inside the pack unless given",
    ),
    (
        "sql.data",
        "文件夹",
        "FOLDER",
        "folder of the registry, for units, bounds and what is missing; declared values unless given",
    ),
    (
        "as_of",
        "日期",
        "DAY",
        "today, such as 2026-03-01; 31 December of the entitlement year unless given",
    ),
    (
        "year",
        "年度",
        "YEAR",
        "entitlement year, 1900 to 2199; the last year of the registry unless given",
    ),
    (
        "run.out",
        "文件夹",
        "FOLDER",
        "folder for decisions.csv, instalments.csv, verdicts.csv, values.csv and rejected.csv",
    ),
    (
        "with",
        "草案",
        "DRAFT",
        "a draft: an .md file, or the path, number or title of one in the pack; may be given again",
    ),
    (
        "by",
        "列",
        "COLUMN",
        "column to tell subjects apart by; may be given again; references, enumerations and codes unless given",
    ),
    (
        "simulate.out",
        "文件夹",
        "FOLDER",
        "folder for simulation.csv, changes.csv, groups.csv and the page whatif.html",
    ),
    (
        "run",
        "文件夹",
        "FOLDER",
        "folder of a run, with its manifest.json",
    ),
    (
        "replay.pack",
        "包",
        "PACK",
        "the pack; the one of the run unless given",
    ),
    (
        "replay.data",
        "文件夹",
        "FOLDER",
        "folder of the registry; the one of the run unless given",
    ),
    (
        "subject",
        "键或名称",
        "KEY",
        "key or name of a subject; TABLE:KEY where several tables have it",
    ),
    ("rule", "规则", "RULE", "this rule only"),
    (
        "all",
        "",
        "",
        "show each right that is ineligible, without folding them",
    ),
    ("name", "名称", "NAME", "name of a rule, parameter or definition"),
    ("at", "日期", "DAY", "on which day, such as 2026-03-01"),
    ("files", "文件", "FILE", "files, or whole folders"),
    ("check", "", "", "only check, write nothing"),
    ("keywords", "语言", "LANG", "language the keywords are written in"),
    ("out", "文件夹", "FOLDER", "folder for the pages"),
    ("column", "文件", "FILE", "text file with an issue of the column"),
    ("dialect", "数据库", "DATABASE", "database to write for"),
    (
        "sql.out",
        "文件",
        "FILE",
        "file for the SQL; standard output unless given",
    ),
    ("lists", "格式", "FORMAT", "format of the lists"),
    (
        "stream",
        "文件",
        "FILE",
        "a table larger than memory: a Parquet file whose rows are decided one by one and written as they come",
    ),
    (
        "snapshot.out",
        "文件夹",
        "FOLDER",
        "folder for the snapshot, whose own folder is named by its hash",
    ),
    (
        "tables",
        "文件夹",
        "FOLDER",
        "folder for the registry as the tables that the SQL reads: CSV and the statements that make them",
    ),
    ("version", "", "", "version"),
];

/// The Chinese help of an argument that several commands share and one reads otherwise.
const OWN_HELP: &[(&str, &str)] = &[(
    "sql.data",
    "登记数据的文件夹,各栏的单位、界限、有没有缺照它;不写就用声明值",
)];

/// The English words for the commands; the Chinese ones stand with them.
const COMMANDS: &[(&str, &str)] = &[
    (
        "jiufen",
        "Jiufen: policy as its own text, carried out: who gets what, why, under which clause.",
    ),
    (
        "check",
        "check a pack: names, units, dates, exceptions, fair competition",
    ),
    ("test", "run the cases beside the clauses"),
    (
        "run",
        "decide for every row of a registry; write decisions.csv and rejected.csv",
    ),
    (
        "simulate",
        "what-if: a draft against the law in force: cost, who gains and who loses",
    ),
    (
        "replay",
        "run again what a run was of: the same byte for byte, or what differs",
    ),
    ("explain", "explain how a subject came to its results"),
    (
        "show",
        "the consolidated text of a day, with the source of every part",
    ),
    ("fmt", "write rule blocks in their one form"),
    ("site", "write pages that open without a network"),
    ("sql", "write the rules as SQL, to run on a cluster of one's own"),
    (
        "snapshot",
        "keep a registry as it is, named by its content, to run on it later",
    ),
    ("demo", "run the packs inside this program"),
];

/// What each exit code means; `docs/output.md` says it at length.
const EXIT_CODES: [(&str, &str, &str); 3] = [
    (
        "0",
        "无事;有提醒、有退回的行也是 0",
        "fine, with warnings and rejected rows too",
    ),
    (
        "1",
        "有发现:包有错误、例未通过、登记文件有错误、格式不统一",
        "findings: errors in a pack or in registry files, failed cases, unformatted files",
    ),
    (
        "2",
        "用法不对,或读不到、写不出",
        "wrong use, or nothing to read, or no place to write to",
    ),
];

/// The language of these words: `--lang` where it is written well, else the environment's.
pub fn language(words: &[OsString]) -> Lang {
    let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    let following = words.windows(2).find(|pair| pair[0] == "--lang");
    let joined = words.iter().find_map(|word| word.strip_prefix("--lang="));
    let choice = match joined.or(following.map(|pair| pair[1])) {
        Some("zh") => Some(LangChoice::Zh),
        Some("en") => Some(LangChoice::En),
        _ => None,
    };
    terminal::lang(choice)
}

/// The command line as it is parsed, with the names of values in a language.
pub fn command(lang: Lang) -> Command {
    let name_value = |scope: &str, arg: Arg| {
        let id = arg.get_id().to_string();
        match words_of(scope, &id) {
            Some((_, zh, en, _)) if !zh.is_empty() => arg.value_name(lang.pick(zh, en)),
            _ => arg,
        }
    };
    let root = Arguments::command()
        .disable_help_flag(true)
        .mut_args(|arg| name_value("jiufen", arg));
    root.mut_subcommands(|command| {
        let scope = command.get_name().to_owned();
        command
            .disable_help_flag(true)
            .mut_args(|arg| name_value(&scope, arg))
    })
}

fn words_of(
    scope: &str,
    id: &str,
) -> Option<&'static (&'static str, &'static str, &'static str, &'static str)> {
    let own = format!("{scope}.{id}");
    let find = |name: &str| ARGUMENTS.iter().find(|words| words.0 == name);
    find(&own).or_else(|| find(id))
}

/// The help that these words ask for, if they do.
pub fn help_asked(words: &[OsString], lang: Lang) -> Option<String> {
    let asked = words
        .iter()
        .take_while(|word| *word != "--")
        .any(|word| word == "--help" || word == "-h");
    asked.then(|| help(words, lang))
}

/// The help of the command among these words, or of all.
pub fn help(words: &[OsString], lang: Lang) -> String {
    let root = command(lang);
    let own = chosen(&root, words);
    let about = match lang {
        Lang::Zh => own.unwrap_or(&root).get_about().map(ToString::to_string),
        Lang::En => COMMANDS
            .iter()
            .find(|(name, _)| *name == own.unwrap_or(&root).get_name())
            .map(|(_, about)| (*about).to_owned()),
    };
    let width = columns().min(WIDTH);
    let mut out = format!("{}\n\n", lines(&about.unwrap_or_default(), width).join("\n"));
    let usage = format!("{}{}", lang.pick("用法:", "Usage: "), usage(&root, own, lang));
    out.push_str(&lines(&usage, width).join("\n  "));
    out.push('\n');
    if own.is_none() {
        let rows = root.get_subcommands().map(|command| {
            let english = COMMANDS.iter().find(|(name, _)| *name == command.get_name());
            let about = match lang {
                Lang::Zh => command.get_about().map(ToString::to_string).unwrap_or_default(),
                Lang::En => english.map_or("", |(_, about)| about).to_owned(),
            };
            (command.get_name().to_owned(), about)
        });
        section(&mut out, lang.pick("命令:", "Commands:"), rows.collect());
    }
    let scope = own.map_or("jiufen", Command::get_name);
    let row = |arg: &Arg| (label(arg), words_for(scope, arg, lang));
    let of = |command: &Command, positional: bool| -> Vec<(String, String)> {
        let wanted = command
            .get_arguments()
            .filter(|arg| arg.is_positional() == positional);
        wanted.map(row).collect()
    };
    section(
        &mut out,
        lang.pick("参数:", "Arguments:"),
        own.map_or_else(Vec::new, |own| of(own, true)),
    );
    let mut options = own.map_or_else(Vec::new, |own| of(own, false));
    options.extend(of(&root, false));
    options.push((
        "-h, --help".to_owned(),
        lang.pick("看说明", "show this").to_owned(),
    ));
    if own.is_none() {
        options.push((
            "-V, --version".to_owned(),
            lang.pick("看版本", "show the version").to_owned(),
        ));
    }
    section(&mut out, lang.pick("选项:", "Options:"), options);
    if own.is_none() {
        let codes = EXIT_CODES.map(|(code, zh, en)| (code.to_owned(), lang.pick(zh, en).to_owned()));
        section(&mut out, lang.pick("退出码:", "Exit codes:"), codes.into());
    }
    out
}

/// The command named among these words.
fn chosen<'c>(root: &'c Command, words: &[OsString]) -> Option<&'c Command> {
    let mut words = words.iter().skip(1).filter_map(|word| word.to_str());
    words.find_map(|word| root.find_subcommand(word))
}

/// `jiufen run [选项] <包>`.
fn usage(root: &Command, own: Option<&Command>, lang: Lang) -> String {
    let Some(own) = own else {
        return lang
            .pick("jiufen <命令> [选项]", "jiufen <COMMAND> [OPTIONS]")
            .to_owned();
    };
    let required = own.get_arguments().filter(|arg| arg.is_required_set());
    let required: Vec<String> = required.map(label).collect();
    let options = lang.pick("[选项]", "[OPTIONS]");
    format!(
        "{} {} {} {options}",
        root.get_name(),
        own.get_name(),
        required.join(" ")
    )
    .replace("  ", " ")
}

/// `--year <年度>`, `<包>`.
fn label(arg: &Arg) -> String {
    let takes = arg.get_action().takes_values();
    let value = arg
        .get_value_names()
        .filter(|_| takes)
        .and_then(|names| names.first());
    let value = value.map(|name| format!("<{name}>"));
    match (arg.get_long(), value) {
        (Some(long), Some(value)) => format!("--{long} {value}"),
        (Some(long), None) => format!("--{long}"),
        (None, value) => value.unwrap_or_default(),
    }
}

/// What an argument is for, the values it can take and the one it has where none is given.
fn words_for(scope: &str, arg: &Arg, lang: Lang) -> String {
    let mut words = match lang {
        Lang::Zh => match OWN_HELP
            .iter()
            .find(|(id, _)| *id == format!("{scope}.{}", arg.get_id()))
        {
            Some((_, words)) => (*words).to_owned(),
            None => arg.get_help().map(ToString::to_string).unwrap_or_default(),
        },
        Lang::En => words_of(scope, arg.get_id().as_str()).map_or_else(String::new, |w| w.3.to_owned()),
    };
    let values: Vec<PossibleValue> = if arg.get_action().takes_values() {
        arg.get_possible_values()
    } else {
        Vec::new()
    };
    if !values.is_empty() {
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        words.push_str(&format!(
            "{}{}",
            lang.pick(":", ": "),
            names.join(lang.pick("、", ", "))
        ));
    }
    if let Some(value) = arg.get_default_values().first() {
        words.push_str(&format!(
            "{}{}",
            lang.pick(";缺省 ", "; default "),
            value.display()
        ));
    }
    words
}

fn section(out: &mut String, heading: &str, rows: Vec<(String, String)>) {
    let Some(widest) = rows.iter().map(|(label, _)| label.width()).max() else {
        return;
    };
    out.push_str(&format!("\n{heading}\n"));
    let width = columns().min(WIDTH);
    let is_beside = width >= widest + 4 + LEAST_ROOM;
    let margin = if is_beside { widest + 4 } else { 6 };
    let indent = " ".repeat(margin);
    for (label, words) in rows {
        let words = lines(&words, width - margin).join(&format!("\n{indent}"));
        let between = match is_beside {
            true => " ".repeat(widest + 2 - label.width()),
            false => format!("\n{indent}"),
        };
        out.push_str(&format!("  {label}{between}{words}\n"));
    }
}

/// Lines of at most `width` columns, broken at blanks and, in words longer than that, as Chinese is, anywhere.
fn lines(words: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split(' ') {
        if let Some(line) = lines.last_mut() {
            let blank = usize::from(!line.is_empty());
            if line.width() + blank + word.width() <= width {
                line.push_str(&" "[..blank]);
                line.push_str(word);
                continue;
            }
        }
        lines.extend(wrap(word, width));
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// What is wrong with these words, and what to write instead.
pub fn complaint(error: &clap::Error, words: &[OsString], lang: Lang) -> String {
    let root = command(lang);
    let own = chosen(&root, words);
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(lang.pick("、", ", ")),
        _ => String::new(),
    };
    let told = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let argument = told.split([' ', '=']).next().unwrap_or(&told).to_owned();
    let finding = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let found = context(ContextKind::InvalidSubcommand);
            let names: Vec<&str> = root.get_subcommands().map(Command::get_name).collect();
            let proposal = either(nearest(&found, names.iter().copied()), &names);
            say(&entries::UNKNOWN_COMMAND, &found).with("proposal", proposal)
        }
        ErrorKind::UnknownArgument if told.starts_with('-') => {
            let known: Vec<String> = own
                .into_iter()
                .chain([&root])
                .flat_map(Command::get_arguments)
                .filter_map(|arg| arg.get_long().map(|long| format!("--{long}")))
                .collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let proposal = either(nearest(&told, known.iter().copied()), &known);
            say(&entries::UNKNOWN_ARGUMENT, &told).with("proposal", proposal)
        }
        ErrorKind::UnknownArgument => say(&entries::EXTRA_ARGUMENT, &told),
        ErrorKind::InvalidValue if value.is_empty() => {
            let expected = told.split_once(' ').map_or("", |(_, expected)| expected);
            say(&entries::MISSING_VALUE, &argument).with("expected", expected)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => say(&entries::INVALID_VALUE, &value)
            .with("proposal", value_proposal(&argument, error))
            .with("argument", argument),
        ErrorKind::MissingRequiredArgument => {
            say(&entries::MISSING_ARGUMENT, &told).with("usage", usage(&root, own, lang))
        }
        ErrorKind::ArgumentConflict => say(&entries::CONFLICTING_ARGUMENT, &argument),
        ErrorKind::InvalidUtf8 => say(&entries::UNREADABLE_ARGUMENT, ""),
        _ => return error.to_string(),
    };
    format!(
        "jiufen: {}\n  {}{}\n",
        finding.message(lang),
        lang.pick("怎么办:", "help: "),
        finding.help(lang)
    )
}

/// What a value may be.
fn value_proposal(argument: &str, error: &clap::Error) -> Argument {
    match (argument, error.get(ContextKind::ValidValue)) {
        ("--year", _) => Argument::term(
            "年度写 1900 至 2199 的四位数字,例如 2025",
            "write a year of four digits, 1900 to 2199, such as 2025",
        ),
        ("--as-of", _) => Argument::term(
            "写历法上有的一天,1900 至 2199 年,例如 2026-03-01",
            "write a day that exists, in 1900 to 2199, such as 2026-03-01",
        ),
        (_, Some(ContextValue::Strings(valid))) => Argument::term(
            format!("写其中之一:{}", valid.join("、")),
            format!("write one of {}", valid.join(", ")),
        ),
        _ => Argument::term("用 --help 看可以写什么", "see --help for what can be written"),
    }
}

fn say(entry: &'static Entry, found: &str) -> Diagnostic {
    let nowhere = Span {
        source: SourceId(u32::MAX),
        start: 0,
        end: 0,
    };
    Diagnostic::new(entry, nowhere).with("found", found)
}

/// The nearest name, or all there are.
fn either(near: Option<&str>, names: &[&str]) -> Argument {
    match near {
        Some(near) => Argument::term(format!("是否想写 {near}?"), format!("did you mean {near}?")),
        None => Argument::term(
            format!("写其中之一:{}", names.join("、")),
            format!("write one of {}", names.join(", ")),
        ),
    }
}
