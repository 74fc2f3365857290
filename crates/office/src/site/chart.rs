//! Charts as SVG: they need no script, print, and say their figures in words too.

use super::markup::Markup;

/// A bar of a chart: a label, and a number whose words stand beside it.
pub(super) struct Bar {
    /// What it is of.
    pub label: String,
    /// Its length; below zero it goes to the left.
    pub value: i128,
    /// The number in words.
    pub words: String,
}

/// Pixels of a bar and the space below it.
const STEP: usize = 26;
/// Pixels of the labels, of the longest bars to both sides together, and of the words.
const LABEL: usize = 220;
const BARS: i128 = 360;
const WORDS: usize = 180;

/// Bars to the right for what is above zero and to the left for what is below, on one scale.
pub(super) fn bars(title: &str, bars: &[Bar]) -> Markup {
    let most = |side: fn(i128) -> i128| bars.iter().map(|bar| side(bar.value)).max().unwrap_or(0).max(0);
    let (above, below) = (most(|v| v), most(|v| -v));
    let whole = (above + below).max(1);
    let length = |n: i128| n * BARS / whole;
    let axis = LABEL as i128 + length(below);
    let (width, height) = (LABEL + BARS as usize + WORDS, STEP * bars.len() + 4);
    let mut out = Markup::new();
    out.raw("<figure class=\"chart\"><figcaption>")
        .text(title)
        .raw("</figcaption><div class=\"scroll\" tabindex=\"0\" role=\"region\"");
    out.attribute("aria-label", title).raw("><svg role=\"img\"");
    out.attribute("aria-label", title)
        .attribute("viewBox", &format!("0 0 {width} {height}"))
        .attribute("width", &width.to_string())
        .raw(" xmlns=\"http://www.w3.org/2000/svg\">");
    for (at, bar) in bars.iter().enumerate() {
        let top = at * STEP + 4;
        let (from, long) = match bar.value {
            v if v < 0 => (axis - length(-v), length(-v)),
            v => (axis, length(v)),
        };
        let class = if bar.value < 0 { "less" } else { "more" };
        out.raw("<text class=\"label\"")
            .attribute("x", &(LABEL - 8).to_string())
            .attribute("y", &(top + 15).to_string())
            .raw(">")
            .text(&shortened(&bar.label))
            .raw("</text><rect")
            .attribute("class", class)
            .attribute("x", &from.to_string())
            .attribute("y", &top.to_string())
            .attribute("width", &long.max(1).to_string())
            .raw(" height=\"20\"/><text");
        out.attribute("x", &(LABEL as i128 + BARS + 8).to_string())
            .attribute("y", &(top + 15).to_string())
            .raw(">")
            .text(&bar.words)
            .raw("</text>");
    }
    out.raw("<line class=\"axis\"")
        .attribute("x1", &axis.to_string())
        .attribute("x2", &axis.to_string())
        .raw(" y1=\"0\"");
    out.attribute("y2", &height.to_string())
        .raw("/></svg></div></figure>\n");
    out
}

/// A label that fits its place.
fn shortened(label: &str) -> String {
    const MOST: usize = 14;
    if label.chars().count() <= MOST {
        return label.to_owned();
    }
    label.chars().take(MOST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::{BARS, Bar, LABEL, WORDS, bars};

    #[test]
    fn a_chart_is_never_drawn_smaller_than_its_words_can_be_read() {
        let bar = Bar {
            label: "园区".to_owned(),
            value: 1,
            words: "1".to_owned(),
        };
        let chart = bars("增减", &[bar]);
        let scrolls = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"增减\"><svg ";
        assert!(chart.as_str().contains(scrolls), "{}", chart.as_str());
        let width = LABEL + BARS as usize + WORDS;
        let style = format!(".chart svg {{ display: block; min-width: {width}px;");
        assert!(include_str!("site.css").contains(&style), "{style}");
    }
}
