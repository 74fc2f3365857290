//! Sample registries: invented enterprises, projects, certificates and persons in the vocabulary of a pack, for demos and
//! tests. The same seed gives the same bytes; nobody in them exists.

mod day;
mod determination;
mod enterprise;
mod facts;
mod flaws;
mod identifier;
mod random;
mod sheet;
mod trade;
mod vocabulary;
mod world;

use std::path::{Path, PathBuf};

use crate::read;
use enterprise::YEARS;
use facts::Draft;
use sheet::{Column, Sheet};
use trade::{SETTINGS, Setting};
use vocabulary::{Field, Kind, Subject, Vocabulary};
use world::World;

/// One registry to write.
#[derive(Debug)]
struct Order {
    setting: &'static Setting,
    vocabulary: PathBuf,
    out: PathBuf,
    enterprises: usize,
    seed: u64,
}

/// Writes the registries that the options ask for; without options, those of all shipped packs.
///
/// # Errors
/// A sentence about an option, or about a file that cannot be read or written.
pub fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    let orders = if options.is_empty() {
        SETTINGS.iter().map(|setting| shipped(root, setting)).collect()
    } else {
        vec![order(options)?]
    };
    for order in orders {
        let sheets = sheets(&order)?;
        let cannot = |error: std::io::Error| format!("cannot write {}: {error}", order.out.display());
        std::fs::create_dir_all(&order.out).map_err(cannot)?;
        for sheet in &sheets {
            std::fs::write(order.out.join(format!("{}.csv", sheet.name)), sheet.text()).map_err(cannot)?;
        }
        let rows: usize = sheets.iter().map(|sheet| sheet.rows.len()).sum();
        println!("{}: {} files, {rows} rows", order.out.display(), sheets.len());
    }
    Ok(())
}

fn shipped(root: &Path, setting: &'static Setting) -> Order {
    let pack = root.join("packs").join(setting.pack);
    Order {
        setting,
        vocabulary: pack.join("词汇.md"),
        out: pack.join("data"),
        enterprises: setting.enterprises,
        seed: setting.seed,
    }
}

/// The setting is that of the pack whose folder holds the vocabulary; 钱塘 where that is no shipped pack.
fn order(options: &[&str]) -> Result<Order, String> {
    let value = |name: &str| {
        options
            .chunks(2)
            .find(|pair| pair[0] == name)
            .and_then(|pair| pair.get(1))
            .copied()
    };
    let known = ["--out", "--enterprises", "--seed", "--vocabulary"];
    if let Some(pair) = options
        .chunks(2)
        .find(|pair| !known.contains(&pair[0]) || pair.len() < 2)
    {
        return Err(format!(
            "`{}`: expected {} with a value each",
            pair.join(" "),
            known.join(", ")
        ));
    }
    let number = |name: &str, default: u64| {
        let words = value(name);
        words.map_or(Ok(default), |words| {
            words
                .parse()
                .map_err(|_| format!("{name} {words}: expected a whole number"))
        })
    };
    let out = PathBuf::from(value("--out").ok_or("registry: expected --out DIR")?);
    let beside = out
        .parent()
        .map_or_else(|| PathBuf::from("词汇.md"), |above| above.join("词汇.md"));
    let vocabulary = value("--vocabulary").map_or(beside, PathBuf::from);
    let folder = vocabulary.parent().and_then(Path::file_name);
    let setting = SETTINGS
        .iter()
        .find(|setting| folder.is_some_and(|name| name == setting.pack))
        .unwrap_or(&SETTINGS[0]);
    Ok(Order {
        setting,
        vocabulary,
        out,
        enterprises: usize::try_from(number("--enterprises", setting.enterprises as u64)?)
            .unwrap_or(usize::MAX),
        seed: number("--seed", setting.seed)?,
    })
}

/// All files of a registry, flaws included.
fn sheets(order: &Order) -> Result<Vec<Sheet>, String> {
    let vocabulary = Vocabulary::parse(&read(&order.vocabulary)?)
        .map_err(|problem| format!("{}: {problem}", order.vocabulary.display()))?;
    let subjects = vocabulary.subjects.clone();
    let mut world = World::new(order.setting, vocabulary, order.seed, order.enterprises);
    let mut sheets = Vec::new();
    for subject in &subjects {
        let numbers = 1..=world.size(&subject.name);
        let rows: Vec<Vec<String>> = numbers
            .map(|number| Draft::main_row(&world, subject, number))
            .collect();
        world.drawn.push((subject.name.clone(), rows));
        sheets.extend(files_of(&world, subject));
    }
    let whole = |sheet: &Sheet| order.setting.whole.contains(&sheet.name.as_str());
    for sheet in sheets.iter_mut().filter(|sheet| !whole(sheet)) {
        flaws::put_in(sheet, order.seed);
    }
    let determinations = determination::sheet(&world, &sheets);
    let choices = determination::choices(&world, &sheets);
    sheets.extend(determinations.into_iter().chain(choices));
    Ok(sheets)
}

/// The main file of a subject, and its yearly file where it has yearly fields.
fn files_of(world: &World, subject: &Subject) -> Vec<Sheet> {
    let place = |wanted: &dyn Fn(&Field) -> bool| -> Vec<usize> {
        subject
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| wanted(field))
            .map(|(at, _)| at)
            .collect()
    };
    let column = |at: &usize| Column::of(&subject.fields[*at], subject.is_key(&subject.fields[*at]));
    let cells = |row: &[String], places: &[usize]| -> Vec<String> {
        places.iter().map(|at| row[*at].clone()).collect()
    };
    let rows = world
        .drawn
        .iter()
        .find(|(name, _)| *name == subject.name)
        .map_or(&[][..], |(_, rows)| rows);

    let main = place(&|field| !field.yearly);
    let mut out = vec![Sheet {
        name: subject.name.clone(),
        columns: main.iter().map(column).collect(),
        rows: rows.iter().map(|row| cells(row, &main)).collect(),
    }];
    let yearly = place(&|field| field.yearly);
    if yearly.is_empty() {
        return out;
    }
    let key = place(&|field| subject.is_key(field));
    let year_column = Column {
        header: "年度".to_owned(),
        kind: Kind::Year,
        key: true,
    };
    let mut year_rows = Vec::new();
    for (row, number) in rows.iter().zip(1..) {
        for year in YEARS {
            let figures = facts::year_row(world, subject, number, year);
            year_rows.extend(figures.map(|figures| {
                [cells(row, &key), vec![year.to_string()], cells(&figures, &yearly)].concat()
            }));
        }
    }
    out.push(Sheet {
        name: format!("{}.年度", subject.name),
        columns: key
            .iter()
            .map(column)
            .chain([year_column])
            .chain(yearly.iter().map(column))
            .collect(),
        rows: year_rows,
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn small(pack: usize, enterprises: usize, seed: u64) -> Vec<Sheet> {
        sheets(&Order {
            enterprises,
            seed,
            ..shipped(&crate::root(), &SETTINGS[pack])
        })
        .unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        let text = |seed| small(0, 30, seed).iter().map(Sheet::text).collect::<String>();
        assert_eq!(text(1), text(1));
        assert_ne!(text(1), text(2));
    }

    #[test]
    fn the_committed_registries_are_what_the_generator_writes() {
        for setting in SETTINGS {
            let order = shipped(&crate::root(), setting);
            let mut written: BTreeMap<String, String> = sheets(&order)
                .unwrap()
                .iter()
                .map(|sheet| (format!("{}.csv", sheet.name), sheet.text()))
                .collect();
            for entry in std::fs::read_dir(&order.out).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let expected = written.remove(&name);
                let same =
                    expected.is_some_and(|expected| expected == std::fs::read_to_string(&path).unwrap());
                assert!(
                    same,
                    "{}: run `cargo xtask registry` and commit what it writes",
                    path.display()
                );
            }
            assert!(written.is_empty(), "not committed: {:?}", written.keys());
        }
    }

    #[test]
    fn every_word_of_every_enumeration_occurs() {
        for sheet in SETTINGS
            .iter()
            .flat_map(|setting| sheets(&shipped(&crate::root(), setting)).unwrap())
        {
            for (at, column) in sheet.columns.iter().enumerate() {
                let Kind::Enumeration(words) = &column.kind else {
                    continue;
                };
                // What a firm is, and the level of a title, follow from its trade and from the title.
                let follows = sheet.name == "企业" || column.header == "级别";
                for word in words.iter().filter(|_| sheet.rows.len() >= 100 && !follows) {
                    assert!(
                        sheet.rows.iter().any(|row| row[at] == *word),
                        "{} {}: no {word}",
                        sheet.name,
                        column.header
                    );
                }
            }
        }
    }

    #[test]
    fn flaws_are_few_and_of_every_kind() {
        let sheets = small(0, 2000, SETTINGS[0].seed);
        let cells: Vec<&str> = sheets
            .iter()
            .flat_map(|sheet| sheet.rows.iter().flatten())
            .map(String::as_str)
            .collect();
        let count = |of: &dyn Fn(&str) -> bool| cells.iter().filter(|cell| of(cell)).count();
        let share = |number: usize, of: usize| number * 1000 / of;
        let missing = share(count(&|cell| matches!(cell, "" | "缺")), cells.len());
        assert!((15..45).contains(&missing), "{missing} of 1000 missing");
        for (what, found) in [
            ("multiplier", count(&|cell| cell == "1.2万")),
            (
                "full width",
                count(&|cell| cell.contains(|c: char| ('０'..='９').contains(&c))),
            ),
            ("separators", count(&|cell| cell.contains(','))),
            ("scientific", count(&|cell| cell == "9.2E+17")),
            ("unknown word", count(&|cell| cell.ends_with("(待定)"))),
            ("mark", count(&|cell| cell == "√")),
            ("date", count(&|cell| cell.ends_with("-02-30"))),
        ] {
            assert!((1..60).contains(&found), "{what}: {found}");
        }
        let bytes: usize = sheets.iter().map(|sheet| sheet.text().len()).sum();
        assert!(bytes < 2_500_000, "{bytes} bytes");
    }
}
