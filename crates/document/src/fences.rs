//! Fence lines: which blocks hold rules, and where a block that is never closed must have ended.

use std::ops::Range;

use jiufen_diagnostic::catalogue::document as entries;
use jiufen_diagnostic::{Diagnostic, SourceId, Span, nearest};

use crate::document::FenceLanguage;

/// The word that makes a fenced block a rule block.
const NAME: &str = "jiufen";

/// A span of bytes of one text. Texts beyond 4 GiB are cut by `Sources`, so that an offset always fits.
pub(crate) fn span(source: SourceId, range: Range<usize>) -> Span {
    let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span {
        source,
        start: clamp(range.start),
        end: clamp(range.end),
    }
}

/// What the info string of a fence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Info<'a> {
    /// Rules, with keywords of this language.
    Rules(FenceLanguage),
    /// Rules, with a word after `jiufen` that is not known.
    UnknownOption(&'a str),
    /// A word that is nearly `jiufen`.
    Misspelled(&'a str),
    /// Some other block.
    Other,
}

impl<'a> Info<'a> {
    pub(crate) fn read(info: &'a str) -> Self {
        let mut words = info.split_whitespace();
        let Some(name) = words.next() else {
            return Info::Other;
        };
        if !name.eq_ignore_ascii_case(NAME) {
            let near = nearest(name, [NAME]).is_some();
            return if near { Info::Misspelled(name) } else { Info::Other };
        }
        match words.next() {
            None | Some("zh") => Info::Rules(FenceLanguage::Chinese),
            Some("en") => Info::Rules(FenceLanguage::English),
            Some(option) => Info::UnknownOption(option),
        }
    }

    pub(crate) fn is_rules(self) -> bool {
        matches!(self, Info::Rules(_) | Info::UnknownOption(_))
    }
}

/// The opening line of a fence: its sign (`` ` `` or `~`), how many of them, and the info string.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening<'a> {
    sign: u8,
    count: usize,
    pub(crate) info: &'a str,
}

impl<'a> Opening<'a> {
    /// Reads a line without its line end.
    pub(crate) fn read(line: &'a str) -> Option<Self> {
        let rest = unindented(line)?;
        let sign = *rest.as_bytes().first().filter(|b| matches!(b, b'`' | b'~'))?;
        let count = rest.bytes().take_while(|b| *b == sign).count();
        let info = rest[count..].trim();
        let opens = count >= 3 && !(sign == b'`' && info.contains('`'));
        opens.then_some(Self { sign, count, info })
    }

    /// Whether a line ends the block that this line opened.
    pub(crate) fn closed_by(self, line: &str) -> bool {
        let Some(rest) = unindented(line) else {
            return false;
        };
        let rest = rest.trim_end();
        rest.len() >= self.count && rest.bytes().all(|b| b == self.sign)
    }
}

/// A line without its indent; four spaces or more are an indented block, never a fence or heading.
fn unindented(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(' ');
    (line.len() - rest.len() < 4).then_some(rest)
}

/// Cuts the text after `from` where a fence that is never closed must have ended, and reports each such fence.
///
/// Markdown would run such a block on to the fence line of the next one, or to the end, and swallow the rules between.
/// A block is known to be open when the opening line of a rule block stands in it. It is taken to end at the first
/// heading in it, else at that opening line. Every part can be read as Markdown of its own.
pub(crate) fn segments(
    text: &str,
    from: usize,
    source: SourceId,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Range<usize>> {
    let mut scan = Scan {
        text,
        source,
        begin: from,
        at: from,
        open: None,
        segments: Vec::new(),
        findings,
    };
    loop {
        while scan.at < text.len() {
            scan.line();
        }
        // Only the last part can be left open, because a cut at its heading leaves no rule block after it.
        match scan.open.take() {
            Some(open) if scan.cut(&open, open.heading.unwrap_or(text.len())) => {}
            _ => break,
        }
    }
    scan.segments.push(scan.begin..text.len());
    scan.segments
}

struct Scan<'a, 'f> {
    text: &'a str,
    source: SourceId,
    begin: usize,
    at: usize,
    open: Option<OpenFence<'a>>,
    segments: Vec<Range<usize>>,
    findings: &'f mut Vec<Diagnostic>,
}

#[derive(Clone, Copy)]
struct OpenFence<'a> {
    line: (usize, usize),
    opening: Opening<'a>,
    rules: bool,
    /// The first line in it that looks like a heading. One `#` is a comment of the rules.
    heading: Option<usize>,
}

impl<'a> Scan<'a, '_> {
    fn line(&mut self) {
        let start = self.at;
        let end = self.text[start..]
            .find('\n')
            .map_or(self.text.len(), |i| start + i);
        let line = self.text[start..end].trim_end_matches('\r');
        self.at = (end + 1).min(self.text.len());
        if end == self.text.len() {
            self.at = end;
        }
        let Some(open) = &mut self.open else {
            match Opening::read(line) {
                Some(opening) => {
                    let rules = Info::read(opening.info).is_rules();
                    self.open = Some(OpenFence {
                        line: (start, start + line.len()),
                        opening,
                        rules,
                        heading: None,
                    });
                }
                None => self.look_alike(line, start),
            }
            return;
        };
        if open.opening.closed_by(line) {
            self.open = None;
            return;
        }
        if let Some(inner) = Opening::read(line).filter(|o| Info::read(o.info).is_rules()) {
            let outer = open.opening;
            if open.rules || (inner.sign == outer.sign && inner.count >= outer.count) {
                let open = *open;
                self.open = None;
                self.cut(&open, open.heading.unwrap_or(start));
            }
        } else if open.rules && open.heading.is_none() && is_subheading(line) {
            open.heading = Some(start);
        }
    }

    /// Ends a part at `at`, goes on reading there, and says whether anything is left to read.
    fn cut(&mut self, open: &OpenFence, at: usize) -> bool {
        let content = self.text[..at].trim_end().len().max(open.line.1);
        let place = span(self.source, open.line.0..open.line.1);
        self.findings.push(
            Diagnostic::new(&entries::UNCLOSED_FENCE, place)
                .fix(span(self.source, content..content), "\n```"),
        );
        if at < self.text.len() {
            self.segments.push(self.begin..at);
            self.begin = at;
        }
        self.at = at;
        at < self.text.len()
    }

    /// An input method can turn ``` into ··· or ｀｀｀, and the rules would be read as prose.
    fn look_alike(&mut self, line: &str, start: usize) {
        let words = line.trim();
        let name = words.trim_start_matches(['·', '｀', '‘', '’', '\'', '`', '～']);
        let signs = words.len() - name.len();
        // Real backticks deeper than the margin are the walk's to report.
        let mistyped = words[..signs].chars().any(|c| c != '`');
        if mistyped && Info::read(name).is_rules() {
            let at = start + line.len() - line.trim_start().len();
            let place = span(self.source, at..at + words.len());
            let signs = span(self.source, at..at + signs);
            self.findings.push(
                Diagnostic::new(&entries::MISSPELLED_FENCE, place)
                    .with("found", words)
                    .fix(signs, "```"),
            );
        }
    }
}

fn is_subheading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    (2..=6).contains(&(line.len() - rest.len())) && rest.starts_with([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use jiufen_diagnostic::SourceId;

    use super::{Info, segments};
    use crate::document::FenceLanguage;

    fn check(text: &str, expected: &[&str], codes: &[&str]) {
        let mut findings = Vec::new();
        let parts = segments(text, 0, SourceId(0), &mut findings);
        let parts: Vec<&str> = parts.into_iter().map(|r| &text[r]).collect();
        assert_eq!(parts, expected);
        assert_eq!(findings.iter().map(|f| f.code()).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn closed_fences_leave_the_text_whole() {
        for text in [
            "",
            "甲\n",
            "```jiufen\n## 注\n```\n乙\n",
            "~~~~jiufen\n```\n~~~~\n",
            "````md\n```jiufen\n```\n````\n",
        ] {
            check(text, &[text], &[]);
        }
    }

    #[test]
    fn an_open_fence_ends_at_the_next_heading_or_rule_block() {
        check(
            "```jiufen\n甲\n```jiufen\n乙\n```\n",
            &["```jiufen\n甲\n", "```jiufen\n乙\n```\n"],
            &["unclosed-fence"],
        );
        check(
            "```jiufen\n甲\n\n## 第二条\n文\n```jiufen\n乙\n```\n",
            &["```jiufen\n甲\n\n", "## 第二条\n文\n```jiufen\n乙\n```\n"],
            &["unclosed-fence"],
        );
        check(
            "```jiufen\n甲\n## 附则\n文",
            &["```jiufen\n甲\n", "## 附则\n文"],
            &["unclosed-fence"],
        );
        check("```jiufen\n甲", &["```jiufen\n甲"], &["unclosed-fence"]);
        check(
            "```text\n甲\n```jiufen\n乙\n```\n",
            &["```text\n甲\n", "```jiufen\n乙\n```\n"],
            &["unclosed-fence"],
        );
    }

    #[test]
    fn a_fence_typed_with_the_wrong_sign_is_pointed_out() {
        check("···jiufen\n甲\n", &["···jiufen\n甲\n"], &["misspelled-fence"]);
        check(
            "  ｀｀｀jiufen en\n",
            &["  ｀｀｀jiufen en\n"],
            &["misspelled-fence"],
        );
        check("jiufen\n", &["jiufen\n"], &[]);
    }

    #[test]
    fn the_info_string_names_the_language_of_the_keywords() {
        assert_eq!(Info::read("jiufen"), Info::Rules(FenceLanguage::Chinese));
        assert_eq!(Info::read("Jiufen zh"), Info::Rules(FenceLanguage::Chinese));
        assert_eq!(Info::read("jiufen en"), Info::Rules(FenceLanguage::English));
        assert_eq!(Info::read("jiufen fr"), Info::UnknownOption("fr"));
        assert_eq!(Info::read("jiufne"), Info::Misspelled("jiufne"));
        assert_eq!(Info::read("rust"), Info::Other);
        assert_eq!(Info::read(""), Info::Other);
    }
}
