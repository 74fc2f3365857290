//! Invented enterprises and their years. All arithmetic is in whole fen.

use crate::registry::day::Day;
use crate::registry::identifier::credit_code;
use crate::registry::random::Random;
use crate::registry::trade::{Setting, TRADES, Trade};

/// The years that have figures.
pub const YEARS: std::ops::RangeInclusive<i64> = 2022..=2025;

/// 1万元 in fen.
pub const WAN: u64 = 1_000_000;

/// One enterprise.
#[derive(Debug, Clone)]
pub struct Enterprise {
    pub key: String,
    pub name: String,
    pub territory: &'static str,
    pub founded: Day,
    pub trade: &'static Trade,
    /// The park, by its number; none for a firm outside all parks.
    pub park: Option<usize>,
    /// Its years from [`YEARS`], without those before it was founded.
    pub years: Vec<YearFigures>,
}

/// What an enterprise reports for a year. Money is in fen, area in 0.01 亩.
#[derive(Debug, Clone, Default)]
pub struct YearFigures {
    pub year: i64,
    pub revenue: u64,
    pub assets: u64,
    pub staff: u64,
    pub scientists: u64,
    pub research: u64,
    pub domestic_research: u64,
    pub new_products: u64,
    pub grave_offence: bool,
    pub above_scale: bool,
    pub district_share: u64,
    pub tax: u64,
    pub land: u64,
    pub cores: u64,
    pub tape_out: u64,
    pub masks: u64,
}

/// Draws `count` enterprises; every one has its own stream, so that more of them do not change the first ones.
pub fn enterprises(setting: &'static Setting, seed: u64, count: usize, parks: usize) -> Vec<Enterprise> {
    (1..=count)
        .map(|number| enterprise(setting, &mut Random::new(seed, "企业", number), number, parks))
        .collect()
}

fn enterprise(setting: &'static Setting, random: &mut Random, number: usize, parks: usize) -> Enterprise {
    let trade = trade(random);
    let territory = territory(setting, number);
    let founded = if random.chance(9, 100) {
        Day::new(2024, 1, 1).plus(random.below(640))
    } else {
        Day::new(2000, 1, 1).plus(random.below(8700))
    };
    let outside = territory != setting.home;
    let park =
        (!outside && random.chance(7, 10)).then(|| usize::try_from(random.below(parks as u64)).unwrap_or(0));
    let crossing = crossing(random, number, outside);
    let mut years = Vec::new();
    let mut revenue = random.log_normal(trade.revenue_wan * WAN, 14);
    let land = (revenue / WAN / 4).clamp(30, 60_000);
    for year in YEARS {
        revenue = revenue / 100 * random.between(82, 134) + random.below(100);
        let threshold = trade.threshold_wan * WAN;
        if let Some(first) = crossing.filter(|_| threshold > 0) {
            let below = threshold / 100 * random.between(60, 98);
            let above = threshold / 100 * random.between(100, 130);
            revenue = if year < first {
                revenue.min(below)
            } else {
                revenue.max(above)
            };
        }
        if founded.year() <= year {
            let mut figures = figures(random, trade, year, revenue);
            figures.land = if trade.group == "工业" {
                land
            } else {
                land / 6 + 5
            };
            on_the_line(random, trade, &mut figures);
            years.push(figures);
        }
    }
    Enterprise {
        key: credit_code(number),
        name: format!("{}{}{number:04}有限公司", setting.prefix(territory), trade.word),
        territory,
        founded,
        trade,
        park,
        years,
    }
}

fn trade(random: &mut Random) -> &'static Trade {
    let mut place = random.below(TRADES.iter().map(|trade| trade.share).sum());
    for trade in TRADES {
        match place.checked_sub(trade.share) {
            Some(rest) => place = rest,
            None => return trade,
        }
    }
    &TRADES[0]
}

/// The year in which a firm grows above the 规上 threshold, for those that are made to: one in ten at home, and every
/// firm outside, in turn, so that the neighbours' few firms meet their clauses about it too.
fn crossing(random: &mut Random, number: usize, outside: bool) -> Option<i64> {
    let turn = i64::try_from(number / OUTSIDE_EVERY % 3).unwrap_or(0);
    (outside || random.chance(1, 10)).then_some(2023 + turn)
}

/// One firm in so many is outside, in turn in each of the territories, so that even a small registry has some.
const OUTSIDE_EVERY: usize = 13;

fn territory(setting: &'static Setting, number: usize) -> &'static str {
    if !number.is_multiple_of(OUTSIDE_EVERY) {
        return setting.home;
    }
    setting.outside[(number / OUTSIDE_EVERY - 1) % setting.outside.len()]
}

fn figures(random: &mut Random, trade: &Trade, year: i64, revenue: u64) -> YearFigures {
    let share = |random: &mut Random, of: u64, low: u64, high: u64| {
        // Thousandths, and a few fen, so that amounts are not round.
        (of / 1000 * random.between(low, high) + random.below(1 + of.min(99))).min(of)
    };
    let staff =
        (revenue / (trade.per_head_wan * WAN) * random.between(60, 150) / 100).max(random.between(1, 9));
    let intensity = random.log_normal(trade.research * 100, 6);
    let research = (revenue / 100_000 * intensity).min(revenue * 2);
    let chips = trade.track == "集成电路";
    let chip_cost = |random: &mut Random, low, high| {
        if chips && random.chance(2, 3) {
            share(random, revenue, low, high)
        } else {
            0
        }
    };
    YearFigures {
        year,
        revenue,
        assets: revenue / 100 * random.between(40, 260) + random.below(100),
        staff,
        scientists: staff * random.between(if trade.research > 30 { 8 } else { 0 }, 34) / 100,
        research,
        domestic_research: share(random, research, 520, 1000),
        new_products: if trade.research > 30 {
            share(random, revenue, 420, 960)
        } else {
            share(random, revenue, 0, 300)
        },
        grave_offence: random.chance(1, 100),
        above_scale: trade.threshold_wan > 0 && revenue >= trade.threshold_wan * WAN,
        district_share: share(random, revenue, 4, 30),
        tax: share(random, revenue, 10, 80),
        land: 0,
        cores: chip_cost(random, 5, 80),
        tape_out: chip_cost(random, 10, 120),
        masks: chip_cost(random, 5, 60),
    }
}

/// Moves about three rows of a hundred exactly onto a threshold, or one yuan below it: that is where rules are wrong first.
fn on_the_line(random: &mut Random, trade: &Trade, figures: &mut YearFigures) {
    const REVENUES_WAN: [u64; 5] = [2000, 5000, 20_000, 40_000, 1000];
    if !random.chance(3, 100) {
        return;
    }
    let short = if random.chance(1, 3) { 100 } else { 0 };
    match random.below(6) {
        0 if trade.threshold_wan > 0 => figures.revenue = trade.threshold_wan * WAN - short,
        0 | 1 => figures.revenue = random.pick(&REVENUES_WAN).map_or(0, |wan| wan * WAN) - short,
        2 => figures.research = 1000 * WAN - short,
        3 => {
            // Whole 万元, so that 3 %, 4 % and 5 % of it are whole fen.
            figures.revenue = (figures.revenue / WAN).max(1) * WAN;
            figures.research =
                figures.revenue / 100 * random.between(3, 5) - short.min(figures.revenue / 100);
        }
        4 => figures.domestic_research = figures.research / 5 * 3,
        _ => {
            figures.staff = figures.staff.max(10) / 10 * 10;
            figures.scientists = figures.staff / 10;
        }
    }
    figures.domestic_research = figures.domestic_research.min(figures.research);
    figures.new_products = figures.new_products.min(figures.revenue);
    figures.above_scale = trade.threshold_wan > 0 && figures.revenue >= trade.threshold_wan * WAN;
}
