//! In: digits, unit words and dates as they stand in official texts. Out: exact numbers with dimensions, and words for people.
//! Out: rationals of arbitrary precision; whole fen only where a caller rounds, by a named mode.
//! Guarantees: no floating point anywhere; 1亩 = 2000/3 平方米 exactly; unknown units are told apart from known ones.
//! Does not know: the language, policies, tables.
//!
//! ```
//! use jiufen_quantity::{exact, show, unit::Unit};
//! let mu = Unit::parse("亩").unwrap();
//! assert_eq!(exact::decimal("5.6").unwrap() * exact::integer(10_000) * &mu.factor, exact::ratio(112_000_000, 3));
//! let yuan = Unit::parse("万元/亩/年").unwrap();
//! assert_eq!(yuan.dimension.to_string(), "元/平方米/年");
//! assert_eq!(show::money(&exact::integer(2_000_000)), "200万元");
//! ```

pub mod date;
pub mod dimension;
pub mod exact;
pub mod show;
pub mod unit;

pub use date::{Date, Period, YEARS};
pub use dimension::{Base, Dimension};
pub use exact::{Exact, Rounding};
pub use unit::Unit;
