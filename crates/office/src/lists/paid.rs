//! What was paid before, in words and as JSON.

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Facts, Interpreter};
use jiufen_quantity::{exact, show};
use serde_json::{Value, json};

use super::Listing;
use crate::pack::Pack;
use crate::payments::{Paid, SetOff};
use crate::registry::Registry;
use crate::run::{Line, Run};

/// The rights that received too much as JSON, and how much.
pub fn reclaim_json(pack: &Pack, registry: &Registry, run: &Run) -> Vec<Value> {
    let interpreter = Interpreter::new(&pack.program, registry, run.options.year);
    let listing = Listing::new(pack, registry, run, &interpreter);
    let one = |(line, fen): (Line<'_>, i128)| {
        let right = line.right();
        json!({
            "rule": pack.rule_label(right.rule),
            "subject": registry.key(right.row).as_str(),
            "name": registry.name(right.row).as_str(),
            "right": listing.identity(&line),
            "fen": fen.to_string(),
        })
    };
    run.overpaid().map(one).collect()
}

/// What was paid on a right and what that leaves, in words.
pub fn set_off_words(set_off: SetOff, lang: Lang) -> String {
    let yuan = |fen: i128| show::money(&exact::ratio(fen, 100));
    let paid = format!(
        "{} {}",
        lang.pick("已兑付", "paid before:"),
        yuan(set_off.paid_fen)
    );
    let left = match set_off.remaining_fen {
        None => return paid,
        Some(left) if left < 0 => {
            let words = lang.pick("多付,建议追回", "too much, to be reclaimed:");
            format!("{words} {}", yuan(-left))
        }
        Some(left) => format!("{} {}", lang.pick("还应付", "still to pay:"), yuan(left)),
    };
    format!("{paid}{}{left}", lang.pick(",", ", "))
}

/// What was paid before on the rights of a run, what is still to be paid, and what was paid on others, so that one can
/// be reckoned from the other; empty where no payment is recorded.
pub fn paid_words(registry: &Registry, run: &Run, lang: Lang) -> Vec<String> {
    let recorded = registry.payments.total_fen();
    if recorded == 0 {
        return Vec::new();
    }
    let paid = run.paid();
    let settled = paid.payable_fen - paid.to_pay_fen;
    let (payable, covered) = (show::fen(paid.payable_fen), show::fen(settled));
    let (all, before, left) = (
        show::fen(recorded),
        show::fen(paid.paid_fen),
        show::fen(paid.to_pay_fen),
    );
    let listed = format!("{before}{}", parts(&paid, lang));
    let others = show::fen(recorded - paid.paid_fen);
    let mut out = vec![
        match lang {
            Lang::Zh => format!("还应兑付(元)  {left},是可兑付 {payable} 减去其中已经付清的 {covered}"),
            Lang::En => {
                format!("still to pay (yuan)  {left}: payable {payable}, less {covered} of it settled before")
            }
        },
        match lang {
            Lang::Zh => format!(
                "兑付记录(元)  {all}:付在这里列出的权利上 {listed},付在别的权利(如别的年度的)上 {others},后者不从这里的可兑付里减"
            ),
            Lang::En => format!(
                "payments recorded (yuan)  {all}: {listed} on rights listed here, {others} on others, such as those of other years, which are not taken off here"
            ),
        },
    ];
    // A right that arises once is settled whatever this year makes of it.
    let once = paid.paid_fen - settled - paid.overpaid_fen - paid.open_fen;
    if once != 0 {
        let apart = show::fen(once.abs());
        let more = once > 0;
        out.push(match lang {
            Lang::Zh => format!(
                "一次的权利付过就算付清:记录的比这一次算出的{} {apart} 元,不追也不补",
                if more { "多" } else { "少" }
            ),
            Lang::En => format!(
                "a right that arises once is settled once it was paid: {apart} yuan {} than this run finds, neither reclaimed nor paid",
                if more { "more" } else { "less" }
            ),
        });
    }
    out
}

/// What of the payments on listed rights settles nothing that is payable.
fn parts(paid: &Paid, lang: Lang) -> String {
    let mut parts = Vec::new();
    if paid.overpaid > 0 {
        let words = lang.pick("多付", "too much:");
        parts.push(format!("{words} {}", show::fen(paid.overpaid_fen)));
    }
    if paid.open_fen > 0 {
        let words = lang.pick("可兑付未定的", "where it is open what is payable:");
        parts.push(format!("{words} {}", show::fen(paid.open_fen)));
    }
    match (parts.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("(其中{})", parts.join("、")),
        (false, Lang::En) => format!(" (of it {})", parts.join(", ")),
    }
}
