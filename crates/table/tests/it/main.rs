//! The crate from outside: cells as data in `cells.md`, whole files, and the two properties.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail the test that calls them"
)]

mod batches;
mod cells;
mod excel;
mod files;
mod lanes;
mod output;
mod parquet;
mod properties;
mod snapshot;

use jiufen_quantity::{Base, Dimension};
use jiufen_table::{ColumnSchema, ColumnType, CsvSource, Loaded, NumberKind, TableSchema, read_csv};

fn number(name: &str, dimension: Dimension, kind: NumberKind) -> ColumnSchema {
    ColumnSchema::new(name, ColumnType::Number { dimension, kind })
}

/// One column of each type; the yearly ones at the end.
fn schema() -> TableSchema {
    let quantity = NumberKind::Quantity;
    let people = Dimension::of(Base::Count("人".into()), 1);
    let per_mu = Dimension::money().per(&Dimension::area());
    let values = ["工业", "软件", "生物医药"].map(Into::into).to_vec();
    let mut revenue = number("营业收入", Dimension::money(), quantity);
    revenue.yearly = true;
    let mut staff = number("从业人员", people.clone(), quantity);
    staff.yearly = true;
    let mut profit = number("利润", Dimension::money(), quantity);
    profit.signed = true;
    let mut park = ColumnSchema::new(
        "园区",
        ColumnType::Reference {
            table: "园区".into()
        },
    );
    park.optional = true;
    let mut name = ColumnSchema::new("名称", ColumnType::Text);
    name.alias = Some("企业名称".into());
    name.required = true;
    let code = ColumnType::Code {
        system: "统一社会信用代码".into(),
    };
    TableSchema {
        name: "企业".into(),
        key: vec!["编号".into()],
        columns: vec![
            ColumnSchema::new("编号", code),
            name,
            ColumnSchema::new("成立日期", ColumnType::Date),
            ColumnSchema::new("认定年度", ColumnType::Year),
            ColumnSchema::new("规上", ColumnType::Boolean),
            ColumnSchema::new(
                "行业",
                ColumnType::Enumeration {
                    name: "行业门类".into(),
                    values,
                },
            ),
            park,
            ColumnSchema::new("地区", ColumnType::Territory),
            number("用地", Dimension::area(), quantity),
            number("注册资本", Dimension::money(), quantity),
            profit,
            number("研发强度", Dimension::none(), NumberKind::Rate),
            number("升幅", Dimension::none(), NumberKind::Points),
            number("系数", Dimension::none(), NumberKind::Plain),
            number("人数", people, quantity),
            number("亩均", per_mu, quantity),
            number("年限", Dimension::of(Base::Year, 1), quantity),
            revenue,
            staff,
        ],
    }
}

fn load(main: impl Into<Vec<u8>>, yearly: Option<&str>) -> Loaded {
    let main = CsvSource::new("企业.csv", main.into());
    let yearly = yearly.map(|text| CsvSource::new("企业.年度.csv", text.to_owned()));
    read_csv(&schema(), &main, yearly.as_ref())
}
