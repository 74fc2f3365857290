//! Dimensions: what kind of thing a number measures, as exponents over base dimensions.

use std::fmt;

use smol_str::SmolStr;

/// A base dimension. Each counter noun is one of its own: 人 never adds to 家.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// Money, base unit 元.
    Money,
    /// Length, base unit 米. Area is its square.
    Length,
    /// Primary energy in standard coal, base unit 吨标准煤.
    Coal,
    /// Electricity, base unit 千瓦时. It never converts to coal by itself: the factor is a policy's choice.
    Electricity,
    /// Mass, base unit 千克.
    Mass,
    /// Calendar time counted in years; a month is a twelfth.
    Year,
    /// Calendar days.
    Day,
    /// Working days; they need a calendar to become dates.
    Workday,
    /// Points of a score (分).
    Score,
    /// A thing counted with its noun.
    Count(SmolStr),
}

/// A product of powers of base dimensions; empty for a pure number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Dimension(Vec<(Base, i8)>);

impl Dimension {
    /// A pure number.
    pub fn none() -> Self {
        Self::default()
    }

    /// One base dimension to a power.
    pub fn of(base: Base, power: i8) -> Self {
        if power == 0 {
            Self::none()
        } else {
            Self(vec![(base, power)])
        }
    }

    /// Money.
    pub fn money() -> Self {
        Self::of(Base::Money, 1)
    }

    /// Area.
    pub fn area() -> Self {
        Self::of(Base::Length, 2)
    }

    /// Whether this is a pure number.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// The dimension of a product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let mut powers = self.0.clone();
        for (base, power) in &other.0 {
            match powers.binary_search_by(|(b, _)| b.cmp(base)) {
                Ok(i) => powers[i].1 = powers[i].1.saturating_add(*power),
                Err(i) => powers.insert(i, (base.clone(), *power)),
            }
        }
        powers.retain(|(_, p)| *p != 0);
        Self(powers)
    }

    /// The dimension of a quotient.
    #[must_use]
    pub fn per(&self, other: &Self) -> Self {
        let inverse = Self(
            other
                .0
                .iter()
                .map(|(b, p)| (b.clone(), p.saturating_neg()))
                .collect(),
        );
        self.times(&inverse)
    }

    /// The base dimensions with their powers, in a fixed order.
    pub fn powers(&self) -> &[(Base, i8)] {
        &self.0
    }
}

/// The base unit of a base dimension at a power; area prints as 平方米.
fn base_unit(base: &Base, power: u8) -> String {
    let name = match base {
        Base::Money => "元",
        Base::Length => match power {
            2 => return "平方米".into(),
            3 => return "立方米".into(),
            _ => "米",
        },
        Base::Coal => "吨标准煤",
        Base::Electricity => "千瓦时",
        Base::Mass => "千克",
        Base::Year => "年",
        Base::Day => "日",
        Base::Workday => "工作日",
        Base::Score => "分",
        Base::Count(noun) => noun.as_str(),
    };
    vec![name; usize::from(power)].join("·")
}

impl fmt::Display for Dimension {
    /// Base units, `元/平方米/年`; a pure number prints as `1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |positive: bool| {
            self.0
                .iter()
                .filter(move |(_, p)| (*p > 0) == positive)
                .map(|(b, p)| base_unit(b, p.unsigned_abs()))
        };
        let upper: Vec<String> = side(true).collect();
        let upper = if upper.is_empty() {
            "1".to_owned()
        } else {
            upper.join("·")
        };
        f.write_str(&upper)?;
        side(false).try_for_each(|unit| write!(f, "/{unit}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yearly_rate_per_mu_is_not_a_rate_per_mu() {
        let per_mu = Dimension::money().per(&Dimension::area());
        let yearly = per_mu.per(&Dimension::of(Base::Year, 1));
        assert_ne!(per_mu, yearly);
        assert_eq!(yearly.times(&Dimension::of(Base::Year, 1)), per_mu);
        assert_eq!(yearly.to_string(), "元/平方米/年");
    }

    fn any_dimension() -> impl proptest::strategy::Strategy<Value = Dimension> {
        use proptest::prelude::Strategy;
        let base = proptest::sample::select(vec![
            Base::Money,
            Base::Length,
            Base::Year,
            Base::Coal,
            Base::Count("人".into()),
            Base::Count("家".into()),
        ]);
        proptest::collection::vec((base, -2i8..3), 0..5).prop_map(|powers| {
            powers
                .into_iter()
                .fold(Dimension::none(), |d, (b, p)| d.times(&Dimension::of(b, p)))
        })
    }

    proptest::proptest! {
        #[test]
        fn dimensions_form_an_abelian_group(a in any_dimension(), b in any_dimension(), c in any_dimension()) {
            proptest::prop_assert_eq!(a.times(&b), b.times(&a));
            proptest::prop_assert_eq!(a.times(&b).times(&c), a.times(&b.times(&c)));
            proptest::prop_assert_eq!(a.times(&b).per(&b), a.clone());
            proptest::prop_assert!(a.per(&a).is_none());
        }
    }
}
