//! What a table holds: its columns, their types, and which of them name a row.

use jiufen_quantity::{Base, Dimension};
use smol_str::SmolStr;

/// What a number of a column is, beyond its dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// Money, an area, a count: a number with a unit.
    Quantity,
    /// 比率: `5%` in the cell, or `5` under a header that says `(%)`.
    Rate,
    /// 百分点: `2个百分点`, a difference of rates.
    Points,
    /// 数: a number without a unit.
    Plain,
}

/// The type of the cells of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnType {
    /// A number, kept exactly in base units of `dimension`.
    Number {
        /// What it measures.
        dimension: Dimension,
        /// What it is beyond that.
        kind: NumberKind,
    },
    /// 文本: words, kept as written between the outer blanks.
    Text,
    /// 是非: 是 or 否.
    Boolean,
    /// 日期: `2025-01-31`.
    Date,
    /// 年度: `2025`.
    Year,
    /// One of a closed list of words.
    Enumeration {
        /// The list's name, as messages call it.
        name: SmolStr,
        /// The words; a table has at most 65,535 of them.
        values: Vec<SmolStr>,
    },
    /// The key of a row of another table. Whether that row exists is not asked here.
    Reference {
        /// The other table.
        table: SmolStr,
    },
    /// An identifier of a code system, text even when it is all digits.
    Code {
        /// The code system, such as 统一社会信用代码.
        system: SmolStr,
    },
    /// 地区: the name of a territory.
    Territory,
}

impl ColumnType {
    /// The noun of a pure count such as 人, when the type is one.
    pub fn counter(&self) -> Option<&SmolStr> {
        match self {
            Self::Number {
                dimension,
                kind: NumberKind::Quantity,
            } => match dimension.powers() {
                [(Base::Count(noun), 1)] => Some(noun),
                _ => None,
            },
            _ => None,
        }
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSchema {
    /// The field's name; also the header, before an optional unit.
    pub name: SmolStr,
    /// A second header under which it is found.
    pub alias: Option<SmolStr>,
    /// The type of its cells.
    pub column_type: ColumnType,
    /// Whether it stands in the yearly file, one value for each year.
    pub yearly: bool,
    /// 可无: `无` is a value, and means that there is none.
    pub optional: bool,
    /// 可负: a number below zero is a value.
    pub signed: bool,
    /// Whether a file without this column is at fault.
    pub required: bool,
}

impl ColumnSchema {
    /// A column that is not yearly, not optional, not signed and not required.
    pub fn new(name: impl Into<SmolStr>, column_type: ColumnType) -> Self {
        Self {
            name: name.into(),
            alias: None,
            column_type,
            yearly: false,
            optional: false,
            signed: false,
            required: false,
        }
    }
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSchema {
    /// The table's name, such as 企业.
    pub name: SmolStr,
    /// The columns whose cells together name a row; empty where rows are numbered.
    pub key: Vec<SmolStr>,
    /// All columns, yearly ones too.
    pub columns: Vec<ColumnSchema>,
}

impl TableSchema {
    /// The index of the column with this name, or with this alias.
    pub fn column(&self, name: &str) -> Option<usize> {
        let by_name = self.columns.iter().position(|c| c.name == name);
        by_name.or_else(|| self.columns.iter().position(|c| c.alias.as_deref() == Some(name)))
    }

    /// Whether the column at `index` is one of the key.
    pub fn is_key(&self, index: usize) -> bool {
        self.columns
            .get(index)
            .is_some_and(|c| self.key.contains(&c.name))
    }

    /// Whether any column is yearly.
    pub fn has_yearly(&self) -> bool {
        self.columns.iter().any(|c| c.yearly)
    }
}
