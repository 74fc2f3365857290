//! Random policies over random registries: the engine says what the interpreter says, and so does formatted text.
//!
//! Runs for `JIUFEN_PROOF_SECONDS` (2 where nothing is said), from seed `JIUFEN_PROOF_SEED` (0) on. A find is made small and
//! printed with its seed; with `JIUFEN_PROOF_KEEP` it is written below that folder too. It goes to `tests/corpus/` with
//! its mend.

mod compare;
mod corpus;
mod draw;
mod grants;
mod kind;
mod later;
mod policy;
mod registry;
mod shrink;
mod terms;
mod world;

use std::path::Path;
use std::time::{Duration, Instant};

use jiufen_office::RunOptions;
use jiufen_quantity::Date;

use compare::{Files, Found, Tally, compare};
use draw::Draw;

/// After so many finds the run ends.
const FINDS: usize = 4;

/// Of so many packs in a hundred, one may be refused by the check.
const REFUSED_OF_A_HUNDRED: u64 = 3;

/// Of so many packs in a hundred, one may promise a figure below zero.
const BELOW_ZERO_OF_A_HUNDRED: u64 = 8;

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The files of a random pack, and for when it is run.
fn random(seed: u64) -> (Files, RunOptions) {
    let (mut files, mut policy) = policy::policy(seed);
    files.extend(registry::registry(&mut policy));
    let mut draw = Draw::new(!seed);
    let year = draw.of(&[2024i16, 2025, 2025, 2026]);
    let day = match draw.percent(70) {
        true => format!("{year}-12-31"),
        false => format!("{year}-07-01"),
    };
    let as_of = Date::parse(&day).unwrap();
    (files, RunOptions { year, as_of })
}

fn printed(files: &Files) -> String {
    let one = |(path, text): &(String, String)| format!("=== {path}\n{text}");
    files.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// Makes a find small and tells it.
fn tell(seed: u64, files: Files, options: RunOptions, respect: &'static str) {
    let mut still = |files: &Files| {
        let found = compare(files, options, &mut Tally::default());
        matches!(found, Found::Differs(again, _) if again == respect)
    };
    let small = shrink::shrink(files, &mut still);
    let Found::Differs(_, how) = compare(&small, options, &mut Tally::default()) else {
        return;
    };
    let when = format!("年度 {},今日 {}", options.year, options.as_of);
    println!(
        "seed {seed}, {when}: {respect} differs\n{}\n{how}\n",
        printed(&small)
    );
    if let Ok(folder) = std::env::var("JIUFEN_PROOF_KEEP") {
        let folder = Path::new(&folder).join(format!("seed-{seed}"));
        std::fs::create_dir_all(folder.join("data")).unwrap();
        for (path, text) in &small {
            std::fs::write(folder.join(path), text).unwrap();
        }
        let readme = format!("# seed {seed}\n\n{when}\n\n{respect}:\n\n```text\n{how}\n```\n");
        std::fs::write(folder.join("README.md"), readme).unwrap();
    }
}

#[test]
fn random_policies_say_the_same_by_engine_and_interpreter_and_after_formatting() {
    let seconds = asked("JIUFEN_PROOF_SECONDS").unwrap_or(2);
    let first = asked("JIUFEN_PROOF_SEED").unwrap_or(0);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut tally = Tally::default();
    let mut finds = Vec::new();
    let mut seed = first;
    while (Instant::now() < end || seed < first + 20) && finds.len() < FINDS {
        let (files, options) = random(seed);
        tally.packs += 1;
        match compare(&files, options, &mut tally) {
            Found::Same => {}
            Found::Refused(code, place) => {
                if asked("JIUFEN_PROOF_SHOW") == Some(seed) {
                    println!("{}", printed(&files));
                }
                println!("seed {seed}: refused by {code}: {place}");
                *tally.refused.entry(code).or_default() += 1;
            }
            Found::Differs(respect, _) => {
                finds.push(seed);
                tell(seed, files, options, respect);
            }
        }
        seed += 1;
    }
    let refused: u64 = tally.refused.values().sum();
    // Amounts below zero are drawn now and then, and refused as they should be.
    let below_zero = tally.refused.get("figure-out-of-range").copied().unwrap_or(0);
    println!("{} packs, {refused} refused: {:?}", tally.packs, tally.refused);
    println!(
        "decided by the engine {:?}, left to the interpreter {:?}",
        tally.decided, tally.left
    );
    println!("{} constructs: {:?}", tally.reached().len(), tally.kinds);
    println!("lines: {:?}", tally.lines);
    println!("not planned: {:?}", tally.unplanned);
    assert!(finds.is_empty(), "seeds {finds:?}");
    assert!((refused - below_zero) * 100 <= tally.packs * REFUSED_OF_A_HUNDRED || tally.packs < 100);
    assert!(below_zero * 100 <= tally.packs * BELOW_ZERO_OF_A_HUNDRED || tally.packs < 100);
}
