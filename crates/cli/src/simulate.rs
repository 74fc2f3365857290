//! `jiufen simulate`.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use jiufen_diagnostic::{Lang, nearest};
use jiufen_office::simulate::{By, Counts, Effect, Outcome as Comes, RightChange, Side, Simulation};
use jiufen_office::site::whatif;
use jiufen_office::{
    ByteOrderMark, Document, DocumentStatus, FenInterval, Pack, PackFile, PackFiles, Run, lists,
};
use jiufen_quantity::show;

use crate::Outcome;
use crate::arguments::{Format, SimulateArguments};
use crate::packs;
use crate::terminal::Terminal;
use crate::trouble::wrong;

/// Values of a column that are shown, the greatest change first.
const VALUES: usize = 8;

/// Beneficiaries for whom it is shown why.
const SHOWN: usize = 5;

/// Runs the law in force and the law with the draft, and shows who gains and who loses.
pub fn run(command: &SimulateArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let before = packs::load(&command.pack)?;
    if !before.is_sound() {
        packs::refuse(before, terminal)?;
        return Ok(Outcome::Findings);
    }
    let after = with_drafts(before, &command.with)?;
    if !after.is_sound() {
        packs::refuse(after, terminal)?;
        return Ok(Outcome::Findings);
    }
    let (registry, options) = packs::facts(before, &command.when, Vec::new())?;
    let (with_draft, _) = packs::facts(after, &command.when, Vec::new())?;
    let (was, becomes) = (
        Run::columnar(before, registry, options),
        Run::columnar(after, with_draft, options),
    );
    let side = |pack, registry, run| Side { pack, registry, run };
    let simulation = Simulation::new(side(before, registry, &was), side(after, with_draft, &becomes));
    let by = columns(&simulation, &command.by)?;
    if let Some(folder) = &command.out {
        write(&simulation, &by, folder, terminal.lang)?;
    }
    match terminal.format {
        Format::Json => terminal.json(&simulation.to_json(&by, terminal.lang))?,
        Format::Text => show_all(&simulation, &by, &command.out, terminal)?,
    }
    Ok(packs::outcome(with_draft, terminal))
}

/// A pack as if some drafts were in force.
pub fn with_drafts(before: &Pack, asked: &[String]) -> io::Result<&'static Pack> {
    let (files, enacted) = drafts(before, before.files.clone(), asked)?;
    let after = Pack::enacting(files, |document| enacted.contains(&document.path));
    packs::kept(&before.name, after)
}

/// The files with the drafts among them, and the paths of the drafts.
fn drafts(pack: &Pack, mut files: PackFiles, asked: &[String]) -> io::Result<(PackFiles, BTreeSet<String>)> {
    let mut enacted = BTreeSet::new();
    for words in asked {
        let named = pack.documents.iter().find(|document| {
            let meta = &document.meta;
            let is =
                |text: &Option<jiufen_office::DocumentText>| text.as_ref().is_some_and(|t| t.value == *words);
            document.path == *words || is(&meta.number) || is(&meta.title)
        });
        if let Some(document) = named {
            is_a_draft(document)?;
            enacted.insert(document.path.clone());
            continue;
        }
        let path = Path::new(words);
        if !path.is_file() {
            return Err(no_draft(pack, words));
        }
        let bytes = fs::read(path).map_err(packs::about(path))?;
        // A draft that lies in the pack already is not read twice.
        if let Some(known) = files.files.iter().find(|file| *file.bytes == *bytes) {
            let document = pack.documents.iter().find(|document| document.path == known.path);
            document.map_or(Ok(()), is_a_draft)?;
            enacted.insert(known.path.clone());
            continue;
        }
        let name = path
            .file_name()
            .map_or_else(|| words.clone(), |n| n.to_string_lossy().into_owned());
        files.files.retain(|file| file.path != name);
        files.files.push(PackFile {
            path: name.clone(),
            bytes: bytes.into(),
        });
        enacted.insert(name);
    }
    files.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((files, enacted))
}

/// Refuses a document of the pack that stands on both sides anyway.
fn is_a_draft(document: &Document) -> io::Result<()> {
    let status = document.meta.status;
    if status == DocumentStatus::Draft {
        return Ok(());
    }
    let path = &document.path;
    Err(wrong(
        io::ErrorKind::InvalidInput,
        format!(
            "「{path}」不是草案(状态 {}),包里本来就有它,两边一样;试算的写 状态: 征求意见",
            status.zh()
        ),
        format!(
            "“{path}” is no draft (status {}): the pack has it on both sides; a draft says status: draft (状态: 征求意见)",
            status.en()
        ),
    ))
}

fn no_draft(pack: &Pack, words: &str) -> io::Error {
    let drafts = |document: &&Document| document.meta.status == DocumentStatus::Draft;
    let known: Vec<&str> = pack
        .documents
        .iter()
        .filter(drafts)
        .map(|d| d.path.as_str())
        .collect();
    let (zh, en) = if known.is_empty() {
        (
            "包里没有征求意见稿;写草案 .md 文件的路径".to_owned(),
            "the pack has no drafts; give the path of an .md file".to_owned(),
        )
    } else {
        (
            format!("包里的征求意见稿是 {}", known.join("、")),
            format!("the drafts of the pack are {}", known.join(", ")),
        )
    };
    wrong(
        io::ErrorKind::NotFound,
        format!("没有找到草案「{words}」:{zh}"),
        format!("no draft “{words}”: {en}"),
    )
}

/// The columns that were asked for, or those that tell subjects apart.
fn columns(simulation: &Simulation<'_>, asked: &[String]) -> io::Result<Vec<By>> {
    if asked.is_empty() {
        return Ok(simulation.by_default());
    }
    let find = |name: &String| {
        simulation.by_name(name).ok_or_else(|| {
            let names = simulation.by_names();
            let near = nearest(name, names.iter().map(String::as_str));
            let (zh, en) = match near {
                Some(near) => (format!("是 {near} 吗?"), format!("did you mean {near}?")),
                None => (
                    format!("可以写 {}", names.join("、")),
                    format!("one of {}", names.join(", ")),
                ),
            };
            wrong(
                io::ErrorKind::InvalidInput,
                format!("登记表没有「{name}」这一列:{zh}"),
                format!("the registry has no column “{name}”: {en}"),
            )
        })
    };
    asked.iter().map(find).collect()
}

fn write(simulation: &Simulation<'_>, by: &[By], folder: &Path, lang: Lang) -> io::Result<()> {
    fs::create_dir_all(folder).map_err(packs::about(folder))?;
    let sheets = [
        ("simulation.csv", simulation.rules_sheet()),
        ("changes.csv", simulation.changes_sheet()),
        ("groups.csv", simulation.groups_sheet(by)),
    ];
    for (name, sheet) in sheets {
        crate::lists::write(folder, name, |out| sheet.write_csv(out, ByteOrderMark::Written))?;
    }
    crate::lists::write(folder, "whatif.html", |out| {
        io::Write::write_all(out, whatif::page(simulation, by, lang).as_bytes())
    })
}

fn show_all(
    simulation: &Simulation<'_>,
    by: &[By],
    out: &Option<std::path::PathBuf>,
    terminal: &mut Terminal,
) -> io::Result<()> {
    let synthetic = if simulation.after.registry.is_synthetic() {
        terminal.say(" · 合成数据", " · synthetic data")
    } else {
        ""
    };
    let options = simulation.after.run.options;
    let head = format!(
        "{} · {} · {} {} · {} {}{synthetic}",
        simulation.after.pack.name,
        terminal.say("试算", "what-if"),
        terminal.say("当年", "year"),
        options.year,
        terminal.say("今日", "as of"),
        options.as_of
    );
    terminal.strong_lines("", &head)?;
    show_rules(simulation, terminal)?;
    let counts = count_words(&simulation.counts, terminal.lang);
    let words = terminal.say("领受人", "beneficiaries").to_owned();
    terminal.text(&format!("{words}  {counts}"))?;
    for by in by {
        show_groups(simulation, *by, terminal)?;
    }
    show_largest(simulation, terminal)?;
    let next = match out {
        Some(folder) => format!(
            "{} simulation.csv changes.csv groups.csv whatif.html → {}",
            terminal.say("已写出", "written:"),
            folder.display()
        ),
        None => terminal
            .say(
                "要逐户名单和网页,加 --out 文件夹",
                "for the list of everybody and a page add --out FOLDER",
            )
            .to_owned(),
    };
    terminal.text(&next)
}

fn count_words(counts: &Counts, lang: Lang) -> String {
    let of = [
        (counts.gains, Effect::Gains),
        (counts.loses, Effect::Loses),
        (counts.same, Effect::Same),
        (counts.open, Effect::Open),
    ];
    let each: Vec<String> = of
        .into_iter()
        .map(|(count, effect)| {
            let (zh, en) = effect.words();
            format!("{} {count}", lang.pick(zh, en))
        })
        .collect();
    each.join(" · ")
}

fn signed(fen: i128) -> String {
    let plus = if fen > 0 { "+" } else { "" };
    format!("{plus}{}", show::fen(fen))
}

fn show_rules(simulation: &Simulation<'_>, terminal: &mut Terminal) -> io::Result<()> {
    let header = match terminal.lang {
        Lang::Zh => [
            "规则",
            "符合",
            "试算后",
            "可兑付(元)",
            "试算后(元)",
            "增减(元)",
            "增/减/未定",
        ],
        Lang::En => [
            "rule",
            "yes",
            "then",
            "payable (yuan)",
            "then (yuan)",
            "change",
            "up/down/open",
        ],
    };
    let mut rows = Vec::new();
    let mut unchanged = 0;
    for rule in &simulation.rules {
        let counts = rule.rights;
        if counts.gains + counts.loses + counts.open == 0 {
            unchanged += 1;
            continue;
        }
        rows.push(vec![
            simulation.rule_label(rule),
            rule.was.eligible.to_string(),
            rule.becomes.eligible.to_string(),
            show::fen(rule.was.payable_fen),
            show::fen(rule.becomes.payable_fen),
            signed(rule.becomes.payable_fen - rule.was.payable_fen),
            format!("{}/{}/{}", counts.gains, counts.loses, counts.open),
        ]);
    }
    if rows.is_empty() {
        let words = terminal
            .say("草案没有改变任何权利", "the draft changes no right")
            .to_owned();
        terminal.text(&words)?;
        for document in not_drafts(simulation) {
            terminal.text(&document_is_no_draft(document, terminal.lang))?;
        }
    } else {
        terminal.table(&header, &rows)?;
    }
    if unchanged > 0 {
        let words = match terminal.lang {
            Lang::Zh => format!("另有 {unchanged} 条规则不变"),
            Lang::En => format!("{unchanged} more rules stay the same"),
        };
        terminal.text(&words)?;
    }
    let (was, becomes) = (simulation.before.total(), simulation.after.total());
    let words = match terminal.lang {
        Lang::Zh => "可兑付合计(元)",
        Lang::En => "payable in all (yuan)",
    };
    terminal.text(&format!(
        "{words}  {} → {}  ({})",
        show::fen(was.payable_fen),
        show::fen(becomes.payable_fen),
        signed(becomes.payable_fen - was.payable_fen)
    ))
}

/// Documents that one side only has and that are no drafts, nor were.
fn not_drafts<'a>(simulation: &Simulation<'a>) -> Vec<&'a Document> {
    let before = &simulation.before.pack.documents;
    let after = simulation.after.pack.documents.iter();
    let added = after.filter(|document| before.iter().all(|known| known.path != document.path));
    let said = |document: &&Document| !matches!(document.meta.status, DocumentStatus::Official);
    added.filter(said).collect()
}

fn document_is_no_draft(document: &Document, lang: Lang) -> String {
    let (path, status) = (&document.path, document.meta.status);
    match lang {
        Lang::Zh => format!("「{path}」不是草案(状态 {})", status.zh()),
        Lang::En => format!("“{path}” is no draft (status {})", status.en()),
    }
}

fn show_groups(simulation: &Simulation<'_>, by: By, terminal: &mut Terminal) -> io::Result<()> {
    let groups = simulation.groups(by);
    let changed: Vec<_> = groups.iter().filter(|g| g.counts.all() > g.counts.same).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let column = simulation.column_name(by);
    let header = match terminal.lang {
        Lang::Zh => [column.as_str(), "领受人", "增", "减", "未定", "增减(元)"],
        Lang::En => [column.as_str(), "paid", "up", "down", "open", "change (yuan)"],
    };
    let rows: Vec<Vec<String>> = changed
        .iter()
        .take(VALUES)
        .map(|g| {
            vec![
                g.label.clone(),
                g.counts.all().to_string(),
                g.counts.gains.to_string(),
                g.counts.loses.to_string(),
                g.counts.open.to_string(),
                signed(g.after_fen - g.before_fen),
            ]
        })
        .collect();
    terminal.table(&header, &rows)?;
    if changed.len() > VALUES {
        let more = changed.len() - VALUES;
        let words = match terminal.lang {
            Lang::Zh => format!("另有 {more} 个值有变化,见 groups.csv"),
            Lang::En => format!("{more} more values change; see groups.csv"),
        };
        terminal.text(&words)?;
    }
    Ok(())
}

fn show_largest(simulation: &Simulation<'_>, terminal: &mut Terminal) -> io::Result<()> {
    if simulation.counts.all() == simulation.counts.same {
        return Ok(());
    }
    let head = terminal.say("变化最大的", "the largest changes").to_owned();
    terminal.strong_lines("", &head)?;
    for subject in simulation.largest().take(SHOWN) {
        let (_, name) = simulation.key_and_name(subject.row);
        let ends = (subject.before, subject.after);
        let line = format!("  {name}  {}", from_to(ends, terminal.lang));
        terminal.text(&line)?;
        for right in simulation.rights_of(subject) {
            show_right(simulation, right, terminal)?;
        }
    }
    Ok(())
}

fn show_right(simulation: &Simulation<'_>, change: &RightChange, terminal: &mut Terminal) -> io::Result<()> {
    let sides = [change.before, change.after];
    let amounts: Vec<FenInterval> = sides.iter().flatten().map(|outcome| outcome.amount).collect();
    let mut words = lists::amounts_in_one_form(&amounts, terminal.lang).into_iter();
    let mut side = |outcome: Option<Comes>| {
        let words = outcome.and_then(|_| words.next());
        words.unwrap_or_else(|| terminal.say("无此权利", "no such right").to_owned())
    };
    let (was, becomes) = (side(change.before), side(change.after));
    let line = format!("    {}  {was} → {becomes}", simulation.right_label(change));
    terminal.text(&line)?;
    for reason in simulation.reasons(change, terminal.lang) {
        terminal.faint_lines("      ", &reason)?;
    }
    Ok(())
}

fn from_to((was, becomes): (FenInterval, FenInterval), lang: Lang) -> String {
    lists::amounts_in_one_form(&[was, becomes], lang).join(" → ")
}
