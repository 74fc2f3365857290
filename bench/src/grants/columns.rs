//! The columns of `gen.py`, from `.npy` files.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use jiufen_engine::Columns;
use jiufen_language::program::{FieldRef, Program, SubjectId};
use jiufen_quantity::exact::ratio;
use jiufen_table::lanes::{LaneColumn, LaneState, Lanes, Meaning};
use smol_str::SmolStr;

/// The enterprises of the benchmark: columns by field, and the same by name for the row loop.
pub struct Enterprises {
    columns: HashMap<FieldRef, LaneColumn>,
    names: HashMap<&'static str, FieldRef>,
    rows: usize,
}

/// Names of `gen.py`, of the policy's fields as aliases.
const MONEY: [&str; 5] = ["revenue", "prev_revenue", "rd_spend", "output", "tax"];

impl Enterprises {
    /// Loads a folder that `gen.py` wrote.
    pub fn load(program: &Program, folder: &Path) -> Result<Self, String> {
        let mut all = Self {
            columns: HashMap::new(),
            names: HashMap::new(),
            rows: 0,
        };
        let wide = |name: &str| read(folder, name, 8).map(|bytes| numbers(&bytes));
        let narrow = |name: &str| read(folder, name, 4).map(|bytes| numbers_narrow(&bytes));
        for name in MONEY {
            let column = LaneColumn::known(Lanes::Wide(wide(name)?), Meaning::Number(ratio(1, 100)));
            all.put(program, name, column)?;
        }
        let energy = LaneColumn::known(Lanes::Wide(wide("energy")?), Meaning::Number(ratio(1, 100)));
        all.put(program, "energy", energy)?;
        // 0.01 亩 is 20/3 平方米.
        let land = LaneColumn::known(Lanes::Wide(wide("land")?), Meaning::Number(ratio(20, 3)));
        all.put(program, "land", land)?;
        for name in ["employees", "park"] {
            let column = LaneColumn::known(Lanes::Narrow(narrow(name)?), Meaning::Number(ratio(1, 1)));
            all.put(program, name, column)?;
        }
        all.put(
            program,
            "founded",
            LaneColumn::known(Lanes::Narrow(narrow("founded")?), Meaning::Date),
        )?;
        all.put(program, "industry", industries(narrow("industry")?))?;
        for name in ["is_hitech", "is_above_scale"] {
            let bytes = read(folder, name, 1)?;
            all.put(
                program,
                name,
                LaneColumn::known(Lanes::Truth(bytes), Meaning::Truth),
            )?;
        }
        Ok(all)
    }

    fn put(&mut self, program: &Program, name: &'static str, column: LaneColumn) -> Result<(), String> {
        let field = program
            .field_named(SubjectId(0), name)
            .ok_or_else(|| format!("the policy has no field {name}"))?;
        if !self.columns.is_empty() && column.len() != self.rows {
            return Err(format!("{name}: {} rows, {} expected", column.len(), self.rows));
        }
        self.rows = column.len();
        self.columns.insert(field, column);
        self.names.insert(name, field);
        Ok(())
    }

    /// The same with one more enterprise, of which nothing is known: so every column may be missing.
    pub fn with_one_unknown(mut self) -> Self {
        for column in self.columns.values_mut() {
            match &mut column.lanes {
                Lanes::Wide(lanes) => lanes.push(0),
                Lanes::Narrow(lanes) => lanes.push(0),
                Lanes::Truth(lanes) => lanes.push(0),
            }
            let mut states = vec![LaneState::KNOWN; self.rows];
            states.push(LaneState::MISSING);
            column.states = Some(states);
        }
        self.rows += 1;
        self
    }

    /// How many enterprises there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of all columns.
    pub fn bytes(&self) -> usize {
        let of = |column: &LaneColumn| match &column.lanes {
            Lanes::Wide(lanes) => lanes.len() * 8,
            Lanes::Narrow(lanes) => lanes.len() * 4,
            Lanes::Truth(lanes) => lanes.len(),
        };
        self.columns.values().map(of).sum()
    }

    /// What the places in the dictionary of industries stand for.
    pub fn codes(&self) -> Vec<i32> {
        match self.lanes("industry").map(|c| &c.meaning) {
            Some(Meaning::Text(words)) => words.iter().filter_map(|w| w.parse().ok()).collect(),
            _ => Vec::new(),
        }
    }

    /// A column by name, for the row loop.
    pub fn lanes(&self, name: &str) -> Option<&LaneColumn> {
        self.columns.get(self.names.get(name)?)
    }
}

impl Columns for Enterprises {
    fn column(&self, field: FieldRef, _year: Option<i16>) -> Option<&LaneColumn> {
        self.columns.get(&field)
    }

    fn years(&self, _subject: SubjectId) -> Option<(i16, i16)> {
        None
    }
}

/// Industries as words of a sorted dictionary, as a code of GB/T 4754 is kept.
fn industries(codes: Vec<i32>) -> LaneColumn {
    let mut words: Vec<i32> = codes.clone();
    words.sort_unstable();
    words.dedup();
    let lanes = codes
        .iter()
        .map(|code| words.binary_search(code).unwrap_or(0) as i32)
        .collect();
    let words: Vec<SmolStr> = words.iter().map(|w| SmolStr::new(format!("{w:04}"))).collect();
    LaneColumn::known(Lanes::Narrow(lanes), Meaning::Text(words.into()))
}

/// The data of a one-dimensional little-endian `.npy` file.
fn read(folder: &Path, name: &str, width: usize) -> Result<Vec<u8>, String> {
    let path = folder.join(format!("{name}.npy"));
    let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let header = bytes
        .get(8..10)
        .map(|b| 10 + usize::from(u16::from_le_bytes([b[0], b[1]])))
        .ok_or_else(|| format!("{}: no .npy file", path.display()))?;
    let data = bytes.get(header..).unwrap_or(&[]);
    if data.len() % width != 0 {
        return Err(format!("{}: not of {width} bytes a value", path.display()));
    }
    Ok(data.to_vec())
}

fn numbers(bytes: &[u8]) -> Vec<i64> {
    bytes
        .as_chunks::<8>()
        .0
        .iter()
        .map(|b| i64::from_le_bytes(*b))
        .collect()
}

fn numbers_narrow(bytes: &[u8]) -> Vec<i32> {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|b| i32::from_le_bytes(*b))
        .collect()
}

/// The whole numbers of a `.npy` file of 64-bit integers.
pub fn load_numbers(path: &Path) -> Result<Vec<i64>, String> {
    let (folder, name) = (path.parent(), path.file_stem().and_then(|n| n.to_str()));
    match (folder, name) {
        (Some(folder), Some(name)) => read(folder, name, 8).map(|bytes| numbers(&bytes)),
        _ => Err(format!("{}: no .npy file", path.display())),
    }
}

/// Writes numbers as `.npy`.
pub fn save(path: &Path, numbers: &[i64]) -> io::Result<()> {
    let head = format!(
        "{{'descr': '<i8', 'fortran_order': False, 'shape': ({},), }}",
        numbers.len()
    );
    let padded = format!(
        "{head:<width$}\n",
        width = (10 + head.len() + 1).div_ceil(64) * 64 - 11
    );
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(padded.len()).unwrap_or(u16::MAX).to_le_bytes());
    bytes.extend(padded.as_bytes());
    bytes.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
    std::fs::write(path, bytes)
}
