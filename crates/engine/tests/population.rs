//! Steps 7 to 10 over columns: what each class comes to, and which claims are left.

use jiufen_engine::population::{
    Account, Claims, Draw, Group, Member, NONE, Over, Population, Settled, Units,
};
use jiufen_language::program::GroupMode;

/// Claims by law day and fen; no fen: open.
fn claims(of: &[(i32, Option<i64>)]) -> Claims {
    Claims {
        fen: of.iter().map(|(_, fen)| fen.unwrap_or(0)).collect(),
        most: of.iter().map(|(_, fen)| fen.unwrap_or(i64::MAX)).collect(),
        law_day: of.iter().map(|(day, _)| *day).collect(),
        open: of.iter().map(|(_, fen)| fen.is_none()).collect(),
    }
}

/// What each claim comes to: `40`, `0 → 1` merged into claim 1, `left`, `refused`.
fn check(population: &Population, expected: &[&str]) {
    let settled = population.settle();
    assert_eq!(settled, population.settle(), "the same twice");
    let words: Vec<String> = (0..population.claims.len())
        .map(|at| words(&settled, at))
        .collect();
    assert_eq!(words, expected);
}

fn words(settled: &Settled, at: usize) -> String {
    match (settled.left[at], settled.refused_by[at], settled.merged_into[at]) {
        (true, ..) => "left".to_owned(),
        (_, NONE, NONE) => settled.fen[at].to_string(),
        (_, NONE, into) => format!("{} → {into}", settled.fen[at]),
        _ => "refused".to_owned(),
    }
}

fn group(mode: GroupMode, of: &[(i32, Option<i64>)], members: Vec<Member>) -> Population {
    Population {
        claims: claims(of),
        groups: vec![Group { mode, members }],
        ..Population::default()
    }
}

fn members(keys: &[u32]) -> Vec<Member> {
    (0u32..)
        .zip(keys)
        .map(|(claim, key)| Member::new(claim, *key))
        .collect()
}

#[test]
fn of_the_highest_the_earlier_stands_then_the_smaller_right() {
    let of = |a: i32, b: i32| [(a, Some(50)), (b, Some(50)), (1, Some(0)), (9, Some(70))];
    check(
        &group(GroupMode::Highest, &of(5, 4), members(&[0, 0, 0, 1])),
        &["0 → 1", "50", "0", "70"],
    );
    check(
        &group(GroupMode::Highest, &of(5, 5), members(&[0, 0, 0, 1])),
        &["50", "0 → 0", "0", "70"],
    );
}

#[test]
fn what_was_received_elsewhere_is_deducted_from_what_stands_only() {
    let of = [(1, Some(50)), (2, Some(80))];
    let received = |fen| {
        let with = |member| Member {
            received: Some(fen),
            ..member
        };
        members(&[0, 0]).into_iter().map(with).collect()
    };
    check(&group(GroupMode::Highest, &of, received(30)), &["0 → 1", "50"]);
    check(&group(GroupMode::FirstCome, &of, received(60)), &["0", "0 → 0"]);
    check(&group(GroupMode::TopUp, &of, received(30)), &["20", "30"]);
}

#[test]
fn a_later_right_pays_what_it_adds() {
    let of = [(3, Some(100)), (1, Some(60)), (2, Some(40)), (4, Some(100))];
    check(
        &group(GroupMode::TopUp, &of, members(&[0; 4])),
        &["40", "60", "0 → 1", "0 → 0"],
    );
}

#[test]
fn two_that_exclude_each_other_are_left_and_one_alone_is_not() {
    let of = [(1, Some(5)), (1, Some(6)), (1, Some(7)), (1, Some(0))];
    check(
        &group(GroupMode::Exclusive, &of, members(&[0, 0, 1, 1])),
        &["left", "left", "7", "0"],
    );
}

#[test]
fn stacked_rights_are_cut_in_proportion_under_the_cap_of_the_latest() {
    let of = [(2, Some(100)), (3, Some(100)), (1, Some(100))];
    let with = |limits: [Option<i64>; 3]| {
        let members = members(&[0; 3]).into_iter().zip(limits);
        members
            .map(|(member, limit)| Member { limit, ..member })
            .collect()
    };
    check(
        &group(GroupMode::Stack, &of, with([None, Some(200), Some(1)])),
        &["67", "67", "66"],
    );
    check(
        &group(GroupMode::Stack, &of, with([Some(1), None, Some(1)])),
        &["100", "100", "100"],
    );
    check(
        &group(GroupMode::Stack, &of, with([None, Some(0), None])),
        &["0", "0", "0"],
    );
}

#[test]
fn a_shared_cap_is_used_up_by_law_day() {
    let limited = |claim, limit| Member {
        limit,
        ..Member::new(claim, 0)
    };
    let caps = |limits: [Option<i64>; 3]| Population {
        claims: claims(&[(3, Some(50)), (1, Some(50)), (2, Some(50))]),
        caps: vec![
            (0u32..)
                .zip(limits)
                .map(|(claim, limit)| limited(claim, limit))
                .collect(),
        ],
        ..Population::default()
    };
    check(&caps([Some(80); 3]), &["0", "50", "30"]);
    // A right under no cap uses nothing up, and a later law may lay down less than is used.
    check(&caps([Some(80), None, Some(80)]), &["30", "50", "50"]);
    check(&caps([Some(20), Some(80), Some(80)]), &["0", "50", "30"]);
}

fn account(over: Over, quota: Option<i128>, units: &[Units], scores: &[Option<i128>]) -> Account {
    let draw = |(claim, (units, score)): (u32, (&Units, &Option<i128>))| Draw {
        claim,
        units: *units,
        score: *score,
    };
    Account {
        quota,
        over,
        divisible: units.contains(&Units::OwnMoney),
        draws: (0u32..).zip(units.iter().zip(scores)).map(draw).collect(),
    }
}

fn drawn(of: &[(i32, Option<i64>)], accounts: Vec<Account>) -> Population {
    Population {
        claims: claims(of),
        accounts,
        ..Population::default()
    }
}

#[test]
fn an_account_that_is_not_enough_is_shared_out_as_it_says() {
    let of = [(3, Some(100)), (1, Some(100)), (2, Some(100))];
    let money = [Units::OwnMoney; 3];
    let with = |over, quota| {
        drawn(
            &of,
            vec![account(over, Some(quota), &money, &[Some(1), None, Some(2)])],
        )
    };
    check(&with(Over::ProRata, 100), &["34", "33", "33"]);
    check(&with(Over::InOrder, 150), &["0", "100", "50"]);
    check(&with(Over::ByScore, 150), &["50", "0", "100"]);
    check(&with(Over::Left, 150), &["left", "left", "left"]);
    check(&with(Over::Left, 300), &["100", "100", "100"]);
    let heads = [Units::Whole(1), Units::Whole(2), Units::Whole(1)];
    // Heads cannot be divided, and who comes later does not overtake.
    let places = account(Over::InOrder, Some(2), &heads, &[None; 3]);
    check(&drawn(&of, vec![places]), &["0", "100", "0"]);
    let places = account(Over::ProRata, Some(2), &heads, &[None; 3]);
    check(&drawn(&of, vec![places]), &["100", "50", "0"]);
}

#[test]
fn an_account_without_a_figure_refuses_what_comes_to_something() {
    let of = [(1, Some(100)), (1, Some(0)), (1, None)];
    let without = account(Over::ProRata, None, &[Units::OwnMoney; 3], &[None; 3]);
    check(&drawn(&of, vec![without]), &["refused", "0", "left"]);
}

#[test]
fn an_open_claim_leaves_all_that_share_with_it_and_nobody_else() {
    let of = [
        (1, Some(10)),
        (1, None),
        (1, Some(10)),
        (1, Some(10)),
        (1, Some(10)),
    ];
    let mut population = group(GroupMode::Highest, &of, members(&[0, 0, 1, 1, 2]));
    check(&population, &["left", "left", "10", "0 → 2", "10"]);
    // What is without limit may be more than there is, so that its account ties it to the others.
    population.accounts = vec![account(
        Over::ProRata,
        Some(1_000_000),
        &[Units::OwnMoney, Units::OwnMoney, Units::OwnMoney],
        &[None; 3],
    )];
    check(&population, &["left", "left", "left", "left", "10"]);
    population.bonds = vec![(4, 3)];
    check(&population, &["left"; 5]);
    // An account that is enough for the most that all may come to ties nobody.
    population.claims.most[1] = 500;
    population.bonds.clear();
    check(&population, &["left", "left", "10", "0 → 2", "10"]);
}

#[test]
fn a_product_that_does_not_fit_is_left() {
    let of = [(1, Some(i64::MAX)); 5];
    let money = [Units::OwnMoney; 5];
    let quota = i128::from(i64::MAX) * 4;
    let accounts = vec![account(Over::ProRata, Some(quota), &money, &[None; 5])];
    check(&drawn(&of, accounts), &["left"; 5]);
}

proptest::proptest! {
    /// Every class by itself comes to what it does among all others, and what is shared out never exceeds what there is.
    #[test]
    fn classes_do_not_feel_each_other(
        of in proptest::collection::vec((1i32..4, 0i64..200, 0u32..4), 1..24), mode in 0usize..5, cap in 0i64..300
    ) {
        let modes = [
            GroupMode::Highest, GroupMode::TopUp, GroupMode::Exclusive, GroupMode::FirstCome, GroupMode::Stack,
        ];
        let with_cap = |claim: u32, key: u32| Member { limit: Some(cap), ..Member::new(claim, key) };
        let whole: Vec<(i32, Option<i64>)> = of.iter().map(|(day, fen, _)| (*day, Some(*fen))).collect();
        let all: Vec<Member> = (0u32..).zip(&of).map(|(claim, (_, _, key))| with_cap(claim, *key)).collect();
        let together = group(modes[mode], &whole, all).settle();
        for key in 0..4 {
            let own: Vec<usize> = (0..of.len()).filter(|at| of[*at].2 == key).collect();
            let alone: Vec<(i32, Option<i64>)> = own.iter().map(|at| whole[*at]).collect();
            let members = (0..own.len() as u32).map(|claim| with_cap(claim, 0)).collect();
            let alone = group(modes[mode], &alone, members).settle();
            let fen: Vec<i64> = own.iter().map(|at| together.fen[*at]).collect();
            let left: Vec<bool> = own.iter().map(|at| together.left[*at]).collect();
            proptest::prop_assert_eq!(&fen, &alone.fen);
            proptest::prop_assert_eq!(&left, &alone.left);
            if modes[mode] == GroupMode::Stack {
                let claimed: i64 = own.iter().map(|at| of[*at].1).sum();
                proptest::prop_assert_eq!(fen.iter().sum::<i64>(), claimed.min(cap));
            }
        }
    }
}
