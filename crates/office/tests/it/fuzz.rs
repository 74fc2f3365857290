//! Mutated documents and tables, fixed seeds: never a panic, never a row unaccounted for.
//!
//! Runs for `JIUFEN_FUZZ_SECONDS` (2 where nothing is said). A find goes to `tests/corpus/` with its mend.

use std::time::{Duration, Instant};

use jiufen_diagnostic::Lang;
use jiufen_office::{Pack, PackFile, PackFiles, Registry, Run, RunOptions, faults_json, testing};
use jiufen_quantity::Date;

use crate::shipped;

/// SplitMix64: small, and the same on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

const PIECES: &[&str] = &[
    "\n",
    "  ",
    "```",
    "```jiufen\n",
    "---\n",
    "当 ",
    "金额 ",
    "封顶 ",
    "每 企业 每年\n",
    "且",
    " 或 ",
    "(",
    ")",
    "「",
    "“",
    "|",
    "-",
    "÷",
    "×",
    "≥",
    "3%",
    "9999999999999999999999亿元",
    "0元",
    "0.0000000001%",
    "1,000",
    "３",
    "缺",
    "未公布",
    "自 2025-02-30",
    "2024年",
    "近9999年.",
    "\t",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "\u{200b}",
    "\r",
    "例 ",
    "应得 ",
    "对象 ",
    "= ",
    ": ",
    ",",
    "E+17",
    "9.1999E17",
    "\"",
    "\r\n",
    "2026-12-31",
    "1.2万",
    "无",
];

fn mutate(text: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(chars.len() + 1);
        match random.below(4) {
            0 => {
                let end = (at + random.below(12)).min(chars.len());
                chars.drain(at..end);
            }
            1 => {
                let piece: Vec<char> = PIECES[random.below(PIECES.len())].chars().collect();
                chars.splice(at..at, piece);
            }
            2 => {
                let from = random.below(chars.len() + 1);
                let to = (from + random.below(60)).min(chars.len());
                let copied: Vec<char> = chars[from..to].to_vec();
                chars.splice(at..at, copied);
            }
            _ => {
                if let Some(c) = chars.get_mut(at) {
                    *c = char::from_u32(random.below(0x3000) as u32).unwrap_or('界');
                }
            }
        }
    }
    chars.into_iter().collect()
}

fn small_registry(files: &PackFiles) -> Vec<PackFile> {
    let lines = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .lines()
            .take(12)
            .collect::<Vec<_>>()
            .join("\n")
    };
    files
        .files
        .iter()
        .filter(|f| f.path.starts_with("data/"))
        .map(|f| PackFile {
            path: f.path.clone(),
            bytes: lines(&f.bytes).into_bytes().into(),
        })
        .collect()
}

#[test]
fn mutated_documents_and_tables_never_panic_and_lose_no_row() {
    let seconds = std::env::var("JIUFEN_FUZZ_SECONDS")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(2);
    let files = PackFiles::read(&shipped::folder("shili")).unwrap();
    let documents: Vec<&PackFile> = files.files.iter().filter(|f| f.path.ends_with(".md")).collect();
    let data = small_registry(&files);
    let options = RunOptions {
        year: 2025,
        as_of: Date::parse("2025-12-31").unwrap(),
    };
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut rounds, mut ran) = (0u64, 0u64);
    while Instant::now() < end || rounds < 20 {
        let mut random = Random(rounds);
        let mut mutated: Vec<PackFile> = documents
            .iter()
            .map(|f| (*f).clone())
            .chain(data.iter().cloned())
            .collect();
        let target = random.below(mutated.len());
        let text = String::from_utf8_lossy(&mutated[target].bytes).into_owned();
        mutated[target].bytes = mutate(&text, &mut random).into_bytes().into();
        let pack = Pack::load(PackFiles {
            name: "fuzz".into(),
            files: mutated,
        });
        for finding in &pack.findings {
            let text = pack.sources.file(finding.span.source).map_or(0, |f| f.text.len());
            assert!(
                finding.span.end as usize <= text.max(1),
                "seed {rounds}: {finding:?}"
            );
        }
        let registry = Registry::load(&pack.program, &pack.files, "data", options.as_of);
        for account in &registry.accounts {
            assert_eq!(account.accepted + account.rejected, account.read, "seed {rounds}");
        }
        let rejected: u64 = registry.accounts.iter().map(|a| a.rejected).sum();
        assert_eq!(registry.rejected.len() as u64, rejected, "seed {rounds}");
        for finding in faults_json(&registry.findings, Lang::Zh).as_array().unwrap() {
            assert!(finding["place"]["path"].is_string(), "seed {rounds}: {finding}");
        }
        if pack.is_sound() {
            testing::run_cases(&pack);
            Run::all(&pack, &registry, options);
            ran += 1;
        }
        rounds += 1;
    }
    assert!(ran > 0, "no mutant of {rounds} was sound");
    println!("{rounds} mutants, {ran} of them ran");
}
