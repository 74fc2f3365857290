//! Identifiers that are well formed and cannot belong to anyone.

/// The division code of the registration office. GB/T 2260 gives no code that begins with 9, so no real firm, office or
/// project has it; the form and the check characters are right, so that programs that verify them are exercised.
const NOWHERE: &str = "999999";

/// The characters of GB 32100-2015, by value; I, O, S, V and Z are not used.
const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A 统一社会信用代码 of 18 characters after GB 32100-2015: 91 (a firm), the division 999999, the organisation code
/// `MA` + six digits + its check character (GB 11714-1997), and the check character of the whole.
pub fn credit_code(number: usize) -> String {
    let organisation = format!("MA{number:06}");
    let mut code = format!("91{NOWHERE}{organisation}{}", organisation_check(&organisation));
    let weights = std::iter::successors(Some(1u64), |weight| Some(weight * 3 % 31));
    let sum: u64 = code
        .bytes()
        .zip(weights)
        .map(|(c, weight)| value(c) * weight)
        .sum();
    code.push(character((31 - sum % 31) % 31));
    code
}

/// A 投资项目统一代码: year, division, two numbers of classes, and a running number; 24 characters with the hyphens.
pub fn project_code(year: i64, number: usize) -> String {
    format!("{year:04}-{NOWHERE}-04-01-{number:06}")
}

fn organisation_check(eight: &str) -> char {
    const WEIGHTS: [u64; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    // GB 11714 counts A as 10 to Z as 35, with no letter left out.
    let value = |c: u8| {
        if c.is_ascii_digit() {
            u64::from(c - b'0')
        } else {
            u64::from(c - b'A') + 10
        }
    };
    let sum: u64 = eight
        .bytes()
        .zip(WEIGHTS)
        .map(|(c, weight)| value(c) * weight)
        .sum();
    match 11 - sum % 11 {
        11 => '0',
        10 => 'X',
        check => character(check),
    }
}

fn value(c: u8) -> u64 {
    let at = CHARACTERS.iter().position(|known| *known == c);
    u64::try_from(at.unwrap_or(0)).unwrap_or(0)
}

fn character(value: u64) -> char {
    let at = usize::try_from(value).unwrap_or(0);
    CHARACTERS.get(at).map_or('0', |c| char::from(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check character of any 17 characters, by the standard's own words.
    fn check_of(code: &str) -> char {
        let sum: u64 = code
            .bytes()
            .take(17)
            .zip(0..)
            .map(|(c, i)| value(c) * (3u64.pow(i) % 31))
            .sum();
        character((31 - sum % 31) % 31)
    }

    #[test]
    fn codes_are_well_formed_and_different() {
        let codes: Vec<String> = (1..=500).map(credit_code).collect();
        for code in &codes {
            assert_eq!(code.len(), 18);
            assert!(code.starts_with("91999999MA"), "{code}");
            assert_eq!(code.chars().last(), Some(check_of(code)), "{code}");
        }
        let mut once = codes.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), codes.len());
    }

    #[test]
    fn the_check_characters_are_those_of_the_standards() {
        // The examples that GB 11714-1997 and GB 32100-2015 print themselves.
        assert_eq!(organisation_check("D2143569"), 'X');
        assert_eq!(check_of("91350100M000100Y43"), '3');
        assert_eq!(project_code(2025, 12).len(), 24);
    }
}
