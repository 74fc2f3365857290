//! Everything of one registry: how many rows each subject has, their keys, and who refers to whom.

use crate::registry::day::Day;
use crate::registry::enterprise::{Enterprise, enterprises};
use crate::registry::identifier::project_code;
use crate::registry::random::Random;
use crate::registry::trade::Setting;
use crate::registry::vocabulary::{Subject, Vocabulary};

/// A registry in the making.
pub struct World {
    pub setting: &'static Setting,
    pub seed: u64,
    pub vocabulary: Vocabulary,
    pub enterprises: Vec<Enterprise>,
    /// The rows of the subjects drawn so far, before any flaw, by subject.
    pub drawn: Vec<(String, Vec<Vec<String>>)>,
}

/// Rows of a subject where a pack has 2,000 enterprises.
const SIZES: &[(&str, usize)] = &[
    ("园区", 48),
    ("项目", 600),
    ("人员", 300),
    ("评价单元", 800),
    ("认定", 1600),
    ("入选", 240),
    ("下达", 240),
    ("取证", 160),
    ("电商业务", 160),
];

impl World {
    /// Draws the enterprises.
    pub fn new(setting: &'static Setting, vocabulary: Vocabulary, seed: u64, count: usize) -> Self {
        let enterprises = enterprises(setting, seed, count, size("园区", count));
        Self {
            setting,
            seed,
            vocabulary,
            enterprises,
            drawn: Vec::new(),
        }
    }

    /// The subject of that name.
    pub fn subject(&self, name: &str) -> Option<&Subject> {
        self.vocabulary.subjects.iter().find(|known| known.name == name)
    }

    /// How many rows a subject has.
    pub fn size(&self, subject: &str) -> usize {
        size(subject, self.enterprises.len())
    }

    /// The key of the `number`th row of a subject, from 1.
    pub fn key(&self, subject: &str, number: usize) -> String {
        match subject {
            "企业" => self
                .enterprises
                .get(number - 1)
                .map_or_else(String::new, |e| e.key.clone()),
            "项目" => project_code(project_year(number), number),
            _ => format!("{subject}{number:04}"),
        }
    }

    /// A cell of a row that was drawn before.
    pub fn cell(&self, subject: &Subject, number: usize, field: &str) -> Option<&str> {
        let (_, rows) = self.drawn.iter().find(|(name, _)| *name == subject.name)?;
        let column = subject.fields.iter().position(|known| known.name == field)?;
        rows.get(number - 1)?.get(column).map(String::as_str)
    }

    /// A day in a cell of a row that was drawn before, the row named by its key.
    pub fn day(&self, subject: &str, key: &str, field: &str) -> Option<Day> {
        let subject = self.subject(subject)?;
        let number = (1..=self.size(&subject.name)).find(|number| self.key(&subject.name, *number) == key)?;
        Day::parse(self.cell(subject, number, field)?)
    }

    /// An enterprise; half of the time one of the territory whose name holds `near`, where there is one.
    pub fn enterprise(&self, random: &mut Random, near: Option<&str>) -> &str {
        let near = near.filter(|_| random.chance(1, 2));
        let there: Vec<&Enterprise> = match near {
            Some(near) => self
                .enterprises
                .iter()
                .filter(|e| e.territory.contains(near))
                .collect(),
            None => Vec::new(),
        };
        let drawn = random
            .pick(&there)
            .copied()
            .or_else(|| random.pick(&self.enterprises));
        drawn.map_or("", |enterprise| enterprise.key.as_str())
    }

    /// The territory of a park. Every fifth lies outside, where the first word of `outside` that it knows is 绍兴.
    pub fn park_territory(&self, number: usize) -> &'static str {
        let outside = self
            .setting
            .outside
            .iter()
            .find(|territory| territory.contains("绍兴"));
        outside
            .filter(|_| is_outside_park(number))
            .copied()
            .unwrap_or(self.setting.home)
    }
}

/// Whether a park is one of those outside the home territory.
pub fn is_outside_park(number: usize) -> bool {
    number.is_multiple_of(5)
}

/// The year in a project's code. Nine years in turn, so that projects of every kind begin in each of them.
pub fn project_year(number: usize) -> i64 {
    const YEARS: [i64; 9] = [2025, 2024, 2023, 2025, 2022, 2021, 2025, 2020, 2024];
    YEARS[number % YEARS.len()]
}

fn size(subject: &str, enterprises: usize) -> usize {
    const OTHERS: usize = 120;
    if subject == "企业" {
        return enterprises;
    }
    let full = SIZES
        .iter()
        .find(|(name, _)| *name == subject)
        .map_or(OTHERS, |(_, size)| *size);
    // A small registry still has some rows of everything.
    (full * enterprises / 2000).max(full.min(40))
}
