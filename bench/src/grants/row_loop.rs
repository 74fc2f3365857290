//! The policy as a programmer would write it by hand: one loop over the rows, exact integers, branches.

use jiufen_table::lanes::Lanes;

use super::columns::Enterprises;

/// Divides by a constant, halves up; for amounts of at least nothing.
fn half_up(n: i64, d: i64) -> i64 {
    (n + d / 2) / d
}

struct Row {
    revenue: i64,
    previous: i64,
    research: i64,
    output: i64,
    tax: i64,
    energy: i64,
    land: i64,
    employees: i64,
    industry: i32,
    park: i32,
    founded: i32,
    high_tech: bool,
    above_scale: bool,
}

fn payout(r: &Row) -> i64 {
    const YUAN: i64 = 100;
    let within = |low: i32, high: i32| (low..=high).contains(&r.industry);
    let made = within(1310, 4390);
    let trade = made || within(6500, 6599) || within(7300, 7599);
    // Tax per mu: tax / 100 ÷ (land / 100) ≥ 100,000 yuan.
    let dense = r.land == 0 || r.tax >= r.land * 100_000;
    if !((1..=8).contains(&r.park) && r.founded <= 20_231_231 && trade && dense) {
        return 0;
    }
    let mut a = 0;
    if r.high_tech || r.research * 100 >= r.revenue * 3 {
        let million = 1_000_000 * YUAN;
        let bands = r.research.min(million) * 10
            + (r.research.min(5 * million) - million).max(0) * 6
            + (r.research - 5 * million).max(0) * 3;
        a = half_up(bands.min(2 * million * 100), 100);
    }
    let mut b = 0;
    let growth = r.revenue - r.previous;
    if r.above_scale && growth * 10 >= r.previous {
        let rate = if growth * 10 >= r.previous * 3 {
            12
        } else if growth * 5 >= r.previous {
            8
        } else {
            5
        };
        b = half_up((growth * rate).min(1_000_000 * YUAN * 1000), 1000);
    }
    let mut c = 0;
    if made {
        c = match r.output / YUAN {
            5_000_000_000.. => 1_000_000,
            1_000_000_000.. => 500_000,
            500_000_000.. => 300_000,
            100_000_000.. => 100_000,
            _ => 0,
        } * YUAN;
    }
    let d = if r.high_tech {
        200_000 * YUAN + half_up((r.revenue * 15).min(300_000 * YUAN * 10_000), 10_000)
    } else {
        0
    };
    let mut highest = a.max(b).max(c).max(d);
    if within(3910, 3999) || within(2770, 2779) || within(6510, 6599) {
        highest = half_up(highest * 115, 100);
    }
    let mut e = 0;
    if r.above_scale {
        // 0.35 tce per 10,000 yuan: output fen × 35 / 10⁸ tce, energy in 0.01 tce; 30 yuan a tce.
        let saved = (r.output * 35 - r.energy * 1_000_000).max(0);
        e = half_up(saved.min(50_000_000 * 100_000_000 / 3_000) * 3, 100_000);
    }
    let f = 500 * YUAN * (r.employees - 50).clamp(0, 200) + 800 * YUAN * (r.employees - 250).max(0);
    // 0.01 mu × 20/3 m² × 13.75 yuan × 17 % in fen: × 4675 / 3.
    let l = half_up(r.land.min(3_000) * 4_675, 3);
    let cap = half_up(r.tax * 1_875, 10_000).min(5_000_000 * YUAN);
    (highest + e + f + l).min(cap)
}

/// All rows, a stretch of them on each thread.
pub fn run(data: &Enterprises, threads: usize) -> Vec<i64> {
    let wide = |name: &str| match data.lanes(name).map(|c| &c.lanes) {
        Some(Lanes::Wide(lanes)) => lanes.as_slice(),
        _ => &[],
    };
    let narrow = |name: &str| match data.lanes(name).map(|c| &c.lanes) {
        Some(Lanes::Narrow(lanes)) => lanes.as_slice(),
        _ => &[],
    };
    let truth = |name: &str| match data.lanes(name).map(|c| &c.lanes) {
        Some(Lanes::Truth(lanes)) => lanes.as_slice(),
        _ => &[],
    };
    let (revenue, previous, research) = (wide("revenue"), wide("prev_revenue"), wide("rd_spend"));
    let (output, tax, energy, land) = (wide("output"), wide("tax"), wide("energy"), wide("land"));
    let (employees, park, founded) = (narrow("employees"), narrow("park"), narrow("founded"));
    let (high_tech, above_scale) = (truth("is_hitech"), truth("is_above_scale"));
    let codes = data.codes();
    let industry = narrow("industry");
    let mut all = vec![0i64; data.rows()];
    let share = data.rows().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        for (part, out) in all.chunks_mut(share).enumerate() {
            let codes = &codes;
            scope.spawn(move || {
                let first = part * share;
                for (at, out) in out.iter_mut().enumerate() {
                    let i = first + at;
                    *out = payout(&Row {
                        revenue: revenue[i],
                        previous: previous[i],
                        research: research[i],
                        output: output[i],
                        tax: tax[i],
                        energy: energy[i],
                        land: land[i],
                        employees: i64::from(employees[i]),
                        industry: codes[industry[i] as usize],
                        park: park[i],
                        founded: founded[i],
                        high_tech: high_tech[i] != 0,
                        above_scale: above_scale[i] != 0,
                    });
                }
            });
        }
    });
    all
}
