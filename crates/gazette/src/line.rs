//! One line of an issue by itself: heading, signature, masthead or prose.

use std::ops::Range;

/// What the form of a line says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A heading without a number, with its depth.
    Heading(usize),
    /// A heading with a number such as `一`.
    Numbered(String),
    /// The heading of the editor's note, with words that follow it on the same line.
    Note(String),
    /// Who signs the article that begins here.
    Signature { bureau: String, author: String },
    /// Short phrases side by side.
    Motto,
    /// Who runs the column.
    Host,
    /// A mail address, or whatever is given in its place.
    Address(String),
    /// The name of the issue with its number.
    Name,
    /// The number of a page, which says nothing and breaks nothing.
    PageNumber,
    /// Running text; `numbered` when it begins an item and so continues nothing.
    Prose { numbered: bool },
}

/// A line that is not empty.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: usize,
    /// Its words without the signs of a heading.
    pub(crate) text: String,
    pub(crate) kind: Kind,
}

/// Longer than this no line is a title, a heading without `#`, or part of the masthead. In characters.
const SHORT: usize = 40;

const BUREAUS: [&str; 24] = [
    "局", "委", "办", "院", "中心", "部", "厅", "处", "科", "会", "室", "站", "所", "馆", "队", "街道", "镇",
    "乡", "公司", "集团", "学校", "大学", "联", "府",
];

const OFFICES: [&str; 11] = [
    "党组书记",
    "局长",
    "主任",
    "书记",
    "部长",
    "院长",
    "处长",
    "科长",
    "区长",
    "镇长",
    "会长",
];

const NOTES: [&str; 6] = ["编者的话", "编者按", "编后语", "编后", "编辑的话", "编辑手记"];

/// The bytes of each line of a text without its line end, which is LF, CRLF or CR.
pub(crate) fn ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = Some(0);
    std::iter::from_fn(move || {
        let start = at?;
        let rest = &text[start..];
        let end = rest.find(['\n', '\r']).map(|i| start + i);
        at = end.map(|end| end + if text[end..].starts_with("\r\n") { 2 } else { 1 });
        Some(start..end.unwrap_or(text.len()))
    })
}

/// The lines of a text that are not empty, each judged by itself.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let read = |(i, range): (usize, Range<usize>)| {
        let words = text[range].trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let (kind, text) = judge(words);
        (!words.is_empty()).then(|| Line {
            number: i + 1,
            text: text.to_owned(),
            kind,
        })
    };
    ranges(text).enumerate().filter_map(read).collect()
}

fn judge(words: &str) -> (Kind, &str) {
    let bare = words.trim_start_matches('#');
    let level = words.len() - bare.len();
    let bare = bare.trim();
    if let Some(after) = note(bare) {
        return (Kind::Note(after.to_owned()), bare);
    }
    if level > 0 {
        return (numbered(bare).map_or(Kind::Heading(level), Kind::Numbered), bare);
    }
    (plain(words), words)
}

/// A line without `#`.
fn plain(words: &str) -> Kind {
    if is_page_number(words) {
        return Kind::PageNumber;
    }
    let item = is_item(words);
    // Counting stops early: prose lines are long.
    let short = words.chars().take(SHORT + 1).count() <= SHORT;
    if let Some((bureau, author)) = short.then(|| signature(words)).flatten() {
        return Kind::Signature { bureau, author };
    }
    // A masthead can end in a bracket, `(示例)`, but it is no sentence.
    if !short || words.ends_with(['。', '！', '？', '；', '!', '?', ';']) {
        return Kind::Prose { numbered: item };
    }
    if let Some(number) = numbered(words) {
        return Kind::Numbered(number);
    }
    if words.contains("投稿") {
        return Kind::Address(address(words));
    }
    if words.contains("主办") {
        return Kind::Host;
    }
    if is_motto(words) {
        return Kind::Motto;
    }
    if names_issue(words) {
        return Kind::Name;
    }
    Kind::Prose { numbered: item }
}

/// Whether a line can be a title though nothing marks it as a heading.
pub(crate) fn can_be_title(line: &Line) -> bool {
    let short = line.text.chars().take(SHORT + 1).count() <= SHORT;
    line.kind == Kind::Prose { numbered: false } && short && !ends_sentence(&line.text)
}

/// Whether words end as a sentence, a quotation or an announcement ends; a broken line does not.
pub(crate) fn ends_sentence(words: &str) -> bool {
    let last = words.trim_end().chars().next_back();
    last.is_some_and(|c| {
        "。！？：；…”’》）】」』．!?:;)\"\u{ff01}\u{ff1f}\u{ff1a}\u{ff1b}\u{ff09}".contains(c)
    })
}

/// Whether a title is continued rather than followed by another: `——副标题`.
pub(crate) fn is_subtitle(words: &str) -> bool {
    words.starts_with(['—', '–', '-', '─'])
}

/// Whether words give the number of an issue: 第3期.
pub(crate) fn names_issue(words: &str) -> bool {
    words.match_indices('第').any(|(i, mark)| {
        let rest = &words[i + mark.len()..];
        let digits = rest.find(|c: char| !is_numeral(c)).unwrap_or(rest.len());
        digits > 0 && rest[digits..].starts_with('期')
    })
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "〇零一二三四五六七八九十百".contains(c)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

fn note(words: &str) -> Option<&str> {
    let bare = words.trim_matches(['【', '】', '[', ']']);
    let rest = NOTES.iter().find_map(|name| bare.strip_prefix(name))?;
    match rest.strip_prefix([':', '\u{ff1a}', '】']) {
        Some(after) => Some(after.trim()),
        None => rest.is_empty().then_some(""),
    }
}

/// `<bureau> <name>`: the bureau ends as bureaus end, the name has two to four characters and may be spread (胡 强).
fn signature(words: &str) -> Option<(String, String)> {
    let bare = words.trim_matches(['(', ')', '\u{ff08}', '\u{ff09}']);
    let mut parts = bare.split_whitespace();
    let bureau = parts.next()?;
    let held = OFFICES
        .iter()
        .find_map(|o| bureau.strip_suffix(o))
        .map(|b| b.trim_end_matches('副'));
    let bureau = held.unwrap_or(bureau);
    let rest: Vec<&str> = parts
        .filter(|p| !OFFICES.contains(&p.trim_start_matches('副')))
        .collect();
    let spread = rest.len() == 2 && rest.iter().all(|p| p.chars().count() == 1);
    let author = rest.concat();
    let named = (rest.len() == 1 || spread)
        && (2..=4).contains(&author.chars().filter(|c| *c != '·').count())
        && author.chars().all(|c| is_han(c) || c == '·');
    let signs = named
        && bureau.chars().count() >= 2
        && bureau
            .chars()
            .all(|c| is_han(c) || "()\u{ff08}\u{ff09}、".contains(c))
        && BUREAUS.iter().any(|b| bureau.ends_with(b));
    signs.then(|| (bureau.to_owned(), author))
}

/// The number of a section heading: 一 of `一、`, (一) of `(一)`.
fn numbered(words: &str) -> Option<String> {
    let inner = words.strip_prefix(['(', '\u{ff08}']);
    let head = inner.unwrap_or(words);
    let digits: String = head
        .chars()
        .take_while(|c| is_numeral(*c) && !c.is_ascii_digit())
        .collect();
    let after = &head[digits.len()..];
    if digits.is_empty() {
        return None;
    }
    match inner {
        Some(_) => after
            .starts_with([')', '\u{ff09}'])
            .then(|| format!("({digits})")),
        None => after.starts_with('、').then_some(digits),
    }
}

/// Whether a line begins an item of a list, so that it cannot be the rest of a broken one.
fn is_item(words: &str) -> bool {
    let digits: String = words.chars().take_while(|c| is_numeral(*c)).collect();
    let after = &words[digits.len()..];
    // `1.88` is an amount and `1是` no word, but `1.` and `一是` begin items.
    let mut after = after.chars();
    let counted = match after.next() {
        Some('、' | '.' | '\u{ff0e}' | ')') => !after.next().is_some_and(|c| c.is_ascii_digit()),
        Some('是') => !digits.contains(|c: char| c.is_ascii_digit()),
        _ => false,
    } && !digits.is_empty();
    let ordinal = words.strip_prefix(['第', '其']).is_some_and(|rest| {
        let end = rest.find(|c: char| !is_numeral(c)).unwrap_or(rest.len());
        end > 0 && rest[end..].starts_with([',', '\u{ff0c}', '、', '是'])
    });
    let bullet = words.starts_with(['-', '*', '•', '·', '●', '■', '◆'])
        || words.starts_with(|c| ('①'..='⑳').contains(&c));
    counted || ordinal || bullet || numbered(words).is_some()
}

fn is_page_number(words: &str) -> bool {
    let core = words.trim_matches(|c: char| "-—–·第页 ".contains(c));
    !core.is_empty() && core.len() <= 4 && core.bytes().all(|b| b.is_ascii_digit())
}

fn is_motto(words: &str) -> bool {
    let phrases: Vec<&str> = words.split_whitespace().collect();
    phrases.len() >= 3
        && phrases
            .iter()
            .all(|p| (2..=6).contains(&p.chars().count()) && p.chars().all(is_han))
}

/// The mail address in a line such as `投稿邮箱: …`, else what stands after the colon, else the line.
fn address(words: &str) -> String {
    let mail = |c: char| c.is_ascii_alphanumeric() || "@._+-".contains(c);
    let parts = words.split(|c: char| !mail(c));
    if let Some(found) = parts.into_iter().find(|p| p.contains('@')) {
        return found.to_owned();
    }
    words
        .split_once([':', '\u{ff1a}'])
        .map_or(words, |(_, after)| after.trim())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Kind, lines};

    fn check(text: &str, expected: Kind) {
        let found = lines(text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].kind, expected, "{text}");
    }

    fn signed(bureau: &str, author: &str) -> Kind {
        Kind::Signature {
            bureau: bureau.to_owned(),
            author: author.to_owned(),
        }
    }

    #[test]
    fn a_signature_is_a_bureau_and_a_name() {
        check("示例区财政局 张示例", signed("示例区财政局", "张示例"));
        check("示例区发改局\u{3000}李 例", signed("示例区发改局", "李例"));
        check("示例区经信局局长 王示例", signed("示例区经信局", "王示例"));
        check("示例区经信局 副局长 王示例", signed("示例区经信局", "王示例"));
        check(
            "(市规划资源局示例分局 陈例)",
            signed("市规划资源局示例分局", "陈例"),
        );
        for prose in [
            "推动发展 张示例",
            "示例区财政局 张示例。",
            "示例区财政局 2025年",
            "财政局",
            "# 走进中心 感受变化",
        ] {
            assert!(!matches!(lines(prose)[0].kind, Kind::Signature { .. }), "{prose}");
        }
    }

    #[test]
    fn headings_are_told_from_prose_by_signs_and_numbers() {
        check("### 一、新认识", Kind::Numbered("一".to_owned()));
        check("十二、新认识", Kind::Numbered("十二".to_owned()));
        check("## (一)新认识", Kind::Numbered("(一)".to_owned()));
        check("## 奋进", Kind::Heading(2));
        check("一、新认识很重要。", Kind::Prose { numbered: true });
        check("一是抓项目", Kind::Prose { numbered: true });
        check("第一,抓项目", Kind::Prose { numbered: true });
        check("1.88万亿元", Kind::Prose { numbered: false });
        check("一年之计", Kind::Prose { numbered: false });
    }

    #[test]
    fn the_masthead_is_known_by_its_words_and_form() {
        check("看变化 说打算 亮承诺", Kind::Motto);
        check("示例区委组织部主办栏目", Kind::Host);
        check("示例区委组织部主办(示例)", Kind::Host);
        check("我们主办了三场论坛。", Kind::Prose { numbered: false });
        check(
            "投稿邮箱: column@example.invalid",
            Kind::Address("column@example.invalid".to_owned()),
        );
        check("投稿\u{ff1a}示例路1号", Kind::Address("示例路1号".to_owned()));
        check("示例论坛 2025年第3期", Kind::Name);
        check("编者按:贵在落实。", Kind::Note("贵在落实。".to_owned()));
        check("【编者的话】", Kind::Note(String::new()));
        check("— 3 —", Kind::PageNumber);
    }

    #[test]
    fn lines_keep_their_numbers_over_every_line_end() {
        let numbers: Vec<_> = lines("\u{feff}甲\r\n\r\n乙\r丙\n\n丁")
            .iter()
            .map(|l| l.number)
            .collect();
        assert_eq!(numbers, [1, 3, 4, 6]);
        assert!(lines("\u{feff}\n \n").is_empty());
    }
}
