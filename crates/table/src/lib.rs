//! In: a table's schema and its files as CSV, Excel or Parquet, one of subjects and one of their years; result rows.
//! Out: typed columns and lanes with the place of every row; every row not taken, with all its faults; files, snapshots.
//! Guarantees: accepted + rejected = read; numbers are exact and never guessed at; the same input gives the same bytes.
//! Does not know: policies, who is entitled to what, whether a reference has a target.
//!
//! ```
//! use jiufen_quantity::{Dimension, exact};
//! use jiufen_table::{Cell, ColumnSchema, ColumnType, CsvSource, NumberKind, TableSchema, read_csv};
//! let money = ColumnType::Number { dimension: Dimension::money(), kind: NumberKind::Quantity };
//! let schema = TableSchema {
//!     name: "企业".into(),
//!     key: vec!["名称".into()],
//!     columns: vec![
//!         ColumnSchema::new("名称", ColumnType::Text),
//!         ColumnSchema { yearly: true, ..ColumnSchema::new("营业收入", money) },
//!     ],
//! };
//! let main = CsvSource::new("企业.csv", "# 合成数据\n名称\n甲\n");
//! let yearly = CsvSource::new("企业.年度.csv", "名称,年度,营业收入(万元)\n甲,2024,1.5\n甲,2025,1.2万\n");
//! let loaded = read_csv(&schema, &main, Some(&yearly));
//! assert_eq!(loaded.table.yearly_cell(0, 1, 2024), Cell::Number(exact::integer(15_000)));
//! assert_eq!((loaded.read, loaded.accepted), (3, 2));
//! assert_eq!(loaded.rejected.get(0).unwrap().code(), "multiplier-without-unit");
//! assert!(loaded.table.is_synthetic());
//! ```

mod arrow_cells;
pub mod batches;
mod builder;
mod cell;
mod column;
mod column_lanes;
mod csv_rows;
mod excel;
pub mod files;
mod flaw;
mod guard;
mod header;
pub mod lanes;
mod lines;
mod number;
pub mod output;
mod parquet_rows;
mod parse;
mod quotes;
mod read;
mod rejection;
mod rejections;
mod rows;
mod schema;
mod sheet;
pub mod snapshot;
mod source;
mod table;
mod text;

pub use builder::TableBuilder;
pub use cell::Cell;
pub use column_lanes::YearRows;
pub use lines::CsvLines;
pub use read::{Loaded, read_csv, read_table};
pub use rejection::{Fault, Rejection};
pub use rejections::{RejectedFor, Rejections};
pub use schema::{ColumnSchema, ColumnType, NumberKind, TableSchema};
pub use sheet::{ByteOrderMark, Sheet, write_rejected};
pub use source::{FileBytes, TableSource};
pub use table::{Provenance, Table};
pub use text::CsvSource;
