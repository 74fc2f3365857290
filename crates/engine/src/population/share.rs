//! Sharing out whole units by largest remainder.

/// `total` shared in proportion to `claims`, in whole units: each claim's part rounded down, and what is left over one by
/// one to the largest remainders, the earlier claim first among equals. Claims that come to no more than `total` stay as
/// they are. None when a product does not fit 127 bits.
pub(super) fn proportional(total: i128, claims: &[i64]) -> Option<Vec<i64>> {
    let sum: i128 = claims.iter().map(|claim| i128::from(*claim)).sum();
    if sum <= total || sum <= 0 {
        return Some(claims.to_vec());
    }
    let total = total.max(0);
    let mut parts = Vec::with_capacity(claims.len());
    let mut remainders = Vec::with_capacity(claims.len());
    let mut given = 0;
    for (at, claim) in claims.iter().enumerate() {
        let product = i128::from(*claim).checked_mul(total)?;
        let part = product / sum;
        given += part;
        // At most the claim, since the total is less than the sum.
        parts.push(part as i64);
        remainders.push((std::cmp::Reverse(product % sum), at));
    }
    let left = usize::try_from(total - given).ok()?;
    if left > 0 {
        // Only which come first matters; each place is different, so that the answer is one.
        remainders.select_nth_unstable(left - 1);
        for (_, at) in remainders.into_iter().take(left) {
            parts[at] += 1;
        }
    }
    Some(parts)
}

/// `part / whole` of an amount of fen, 四舍五入. None when it does not fit.
pub(super) fn scaled(amount: i64, part: i64, whole: i64) -> Option<i64> {
    let whole = i128::from(whole);
    let twice = (i128::from(amount) * i128::from(part)).checked_mul(2)?;
    i64::try_from((twice.checked_add(whole)?).checked_div(2 * whole)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(total: i128, claims: &[i64], parts: Option<&[i64]>) {
        assert_eq!(proportional(total, claims).as_deref(), parts);
    }

    #[test]
    fn the_last_unit_goes_to_the_largest_remainder_then_to_the_earlier_claim() {
        check(100, &[100, 100, 100], Some(&[34, 33, 33]));
        check(10, &[7, 6, 7], Some(&[4, 3, 3]));
        check(50, &[20, 10], Some(&[20, 10]));
        check(0, &[5, 5], Some(&[0, 0]));
        check(-3, &[5, 5], Some(&[0, 0]));
        check(7, &[], Some(&[]));
    }

    #[test]
    fn what_does_not_fit_is_told() {
        check(i128::from(i64::MAX) * 3, &[i64::MAX; 4], None);
        assert_eq!(scaled(i64::MAX, i64::MAX, 1), None);
        assert_eq!(scaled(5, 1, 0), None);
    }

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(scaled(1, 1, 2), Some(1));
        assert_eq!(scaled(100, 1, 3), Some(33));
        assert_eq!(scaled(i64::MAX, 7, 7), Some(i64::MAX));
    }
}
