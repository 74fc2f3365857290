//! Sharing out whole units by largest remainder.

use jiufen_quantity::exact::{integer, ratio};
use num_traits::ToPrimitive;

/// `total` shared in proportion to `claims`, in whole units: each claim's part rounded down, and what is left over
/// one by one to the largest remainders, the earlier claim first among equals. The parts add up to `total` when the
/// claims come to at least that, and no part exceeds its claim.
pub(crate) fn proportional(total: i128, claims: &[i128]) -> Vec<i128> {
    let sum: i128 = claims.iter().fold(0, |sum, claim| sum.saturating_add(*claim));
    if sum <= total || sum <= 0 {
        return claims.to_vec();
    }
    let share = ratio(total.max(0), sum);
    let exact: Vec<_> = claims.iter().map(|claim| &share * integer(*claim)).collect();
    let mut parts: Vec<i128> = exact
        .iter()
        .map(|e| e.to_integer().to_i128().unwrap_or(0))
        .collect();
    let given: i128 = parts.iter().sum();
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by(|a, b| exact[*b].fract().cmp(&exact[*a].fract()).then(a.cmp(b)));
    let left = usize::try_from(total.max(0) - given).unwrap_or(0);
    for index in order.into_iter().take(left) {
        parts[index] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_fen_goes_to_the_largest_remainder_then_to_the_earlier_claim() {
        assert_eq!(proportional(100, &[100, 100, 100]), [34, 33, 33]);
        assert_eq!(proportional(10, &[7, 6, 7]), [4, 3, 3]);
        assert_eq!(proportional(50, &[20, 10]), [20, 10]);
        assert_eq!(proportional(0, &[5, 5]), [0, 0]);
    }

    proptest::proptest! {
        #[test]
        fn parts_add_up_and_stay_within_their_claims(
            total in 0i128..1_000_000, claims in proptest::collection::vec(0i128..1_000_000, 1..9)
        ) {
            let parts = proportional(total, &claims);
            let sum: i128 = claims.iter().sum();
            proptest::prop_assert_eq!(parts.iter().sum::<i128>(), sum.min(total));
            proptest::prop_assert!(parts.iter().zip(&claims).all(|(part, claim)| part <= claim));
        }
    }
}
