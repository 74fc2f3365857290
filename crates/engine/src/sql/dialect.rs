//! How the databases differ: quoting, whole-number division, prefixes, and what keeps an optimiser from copying a stage.

use std::fmt;

/// A database that the program can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
    /// PostgreSQL.
    Postgres,
    /// Spark SQL.
    Spark,
}

/// The longest name that all of them take, in bytes: PostgreSQL cuts longer ones off.
pub(crate) const LONGEST_NAME: usize = 63;

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DuckDb, Self::Postgres, Self::Spark];

    /// The dialect of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Postgres => "postgres",
            Self::Spark => "spark",
        }
    }

    /// A name as an identifier.
    pub(crate) fn identifier(self, name: &str) -> String {
        match self {
            Self::Spark => format!("`{}`", name.replace('`', "``")),
            Self::DuckDb | Self::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// A text as a literal.
    pub(crate) fn text(self, text: &str) -> String {
        match self {
            Self::Spark => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            Self::DuckDb | Self::Postgres => format!("'{}'", text.replace('\'', "''")),
        }
    }

    /// The type of a text.
    pub(crate) fn text_type(self) -> &'static str {
        match self {
            Self::Spark => "STRING",
            Self::DuckDb => "VARCHAR",
            Self::Postgres => "TEXT",
        }
    }

    /// a ÷ b cut towards zero; both are atoms or in brackets.
    pub(crate) fn quotient(self, a: &str, b: &str) -> String {
        match self {
            Self::DuckDb => format!("{a} // {b}"),
            Self::Postgres => format!("{a} / {b}"),
            Self::Spark => format!("{a} div {b}"),
        }
    }

    /// Whether a text begins with another.
    pub(crate) fn starts_with(self, text: &str, prefix: &str) -> String {
        let function = match self {
            Self::Spark => "startswith",
            Self::DuckDb | Self::Postgres => "starts_with",
        };
        format!("{function}({text}, {})", self.text(prefix))
    }

    /// A text that orders by code point, whatever the database's own order is.
    pub(crate) fn by_code_point(self, text: &str) -> String {
        match self {
            Self::Postgres => format!("{text} COLLATE \"C\""),
            Self::DuckDb | Self::Spark => text.to_owned(),
        }
    }

    /// What stands at the end of a stage so that it is computed once: PostgreSQL otherwise puts the expression of a
    /// column in place of each of its uses, which grows without bound from stage to stage.
    pub(crate) fn fence(self) -> &'static str {
        match self {
            Self::Postgres => "\n  OFFSET 0",
            Self::DuckDb | Self::Spark => "",
        }
    }

    /// The beginning of a statement that defines a view.
    pub(crate) fn view(self, name: &str) -> String {
        let name = self.identifier(name);
        match self {
            Self::DuckDb => format!("CREATE OR REPLACE VIEW {name} AS"),
            Self::Postgres => format!("DROP VIEW IF EXISTS {name} CASCADE;\nCREATE VIEW {name} AS"),
            Self::Spark => format!("CREATE OR REPLACE TEMPORARY VIEW {name} AS"),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DuckDb => "DuckDB",
            Self::Postgres => "PostgreSQL",
            Self::Spark => "Spark SQL",
        })
    }
}
