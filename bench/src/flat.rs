//! Enterprises of the grants policy as one flat Parquet file of any length, made row by row: as long as a nation's, and
//! never in memory.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use jiufen_quantity::Date;
use jiufen_table::output::{OutputCell, OutputColumn, OutputFormat, OutputTable, OutputType, OutputWriter};
use smol_str::SmolStr;

/// Writes so many rows.
pub fn write(rows: u64, path: &Path) -> Result<(), String> {
    written(rows, path).map_err(|error| format!("{}: {error}", path.display()))
}

fn written(rows: u64, path: &Path) -> io::Result<()> {
    let decimal =
        |name: &str, unit: &str| OutputColumn::new(name, OutputType::Decimal { places: 2 }).in_unit(unit);
    let table = OutputTable {
        name: "企业".into(),
        note: Some("合成数据 synthetic".to_owned()),
        columns: vec![
            OutputColumn::new("编号", OutputType::Text),
            decimal("营业收入", "元"),
            decimal("上年营业收入", "元"),
            decimal("研发费用", "元"),
            decimal("产值", "元"),
            decimal("税收", "元"),
            decimal("能耗", "吨标准煤"),
            decimal("用地", "亩"),
            OutputColumn::new("职工", OutputType::Integer).in_unit("人"),
            OutputColumn::new("行业代码", OutputType::Text),
            OutputColumn::new("园区号", OutputType::Integer),
            OutputColumn::new("成立日", OutputType::Date),
            OutputColumn::new("高新技术企业", OutputType::Boolean),
            OutputColumn::new("规上", OutputType::Boolean),
        ],
        provenance: Vec::new(),
    };
    let out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut writer = OutputWriter::new(&table, OutputFormat::Parquet, out)?;
    let codes: Vec<SmolStr> = (131..460)
        .chain(650..660)
        .map(|n| SmolStr::new(format!("{n}0")))
        .collect();
    let mut draw = Draw(20_250_101);
    for row in 0..rows {
        let revenue = draw.below(80_000_000_000);
        let code = codes
            .get(draw.below(codes.len() as u64) as usize)
            .cloned()
            .unwrap_or_default();
        let founded = Date::new(
            2000 + draw.below(25) as i16,
            1 + draw.below(12) as i8,
            1 + draw.below(28) as i8,
        );
        let number = |number: u64| OutputCell::Number(i128::from(number));
        writer.append(&[
            OutputCell::Text(SmolStr::new(format!("E{row:010}"))),
            number(revenue),
            number(draw.below(80_000_000_000)),
            number(draw.below(revenue / 8 + 1)),
            number(revenue + draw.below(1_000_000)),
            number(draw.below(revenue / 10 + 1)),
            number(draw.below(2_000_000)),
            number(draw.below(20_000)),
            number(draw.below(2_000)),
            OutputCell::Text(code),
            number(1 + draw.below(12)),
            founded.map_or(OutputCell::Empty, OutputCell::Date),
            OutputCell::Boolean(draw.below(3) == 0),
            OutputCell::Boolean(draw.below(2) == 0),
        ])?;
    }
    writer.finish()?.flush()
}

/// A stream of numbers from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 20) % n
    }
}
