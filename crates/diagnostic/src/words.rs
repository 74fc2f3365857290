//! The user's words as a message may quote them: every character visible, nothing endless.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::Lang;

/// Digits in a row that a message shows in full; no amount, code or date has more.
const MOST_DIGITS: usize = 40;
/// Digits shown of a longer number.
const SHOWN_DIGITS: usize = 12;
/// Characters of one argument that a message shows in full.
const MOST_CHARS: usize = 500;
/// Characters shown of a longer one.
const SHOWN_CHARS: usize = 80;

/// Whether a character is not seen where it stands: without width, turning the direction, or a control character.
/// Tabs and ends of line are no such characters.
pub fn is_hidden(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{AD}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}' => true,
        _ => c.is_control(),
    }
}

/// The same words with what is not seen written as `⟨U+200B⟩`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The same words, visible, with endless digits and endless words cut at … and counted.
pub fn shortened(text: &str, lang: Lang) -> Cow<'_, str> {
    let text = visible(text);
    let is_long =
        text.len() > MOST_DIGITS && (text.len() > MOST_CHARS || longest_digits(&text) > MOST_DIGITS);
    if is_long {
        Cow::Owned(cut(&cut_digits(&text, lang), lang))
    } else {
        text
    }
}

fn longest_digits(text: &str) -> usize {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    runs.map(str::len).max().unwrap_or(0)
}

fn cut_digits(text: &str, lang: Lang) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let run = &rest[start..];
        let length = run.bytes().take_while(u8::is_ascii_digit).count();
        out.push_str(&rest[..start]);
        if length > MOST_DIGITS {
            out.push_str(&run[..SHOWN_DIGITS]);
            let _ = match lang {
                Lang::Zh => write!(out, "…(共 {length} 位)"),
                Lang::En => write!(out, "… ({length} digits)"),
            };
        } else {
            out.push_str(&run[..length]);
        }
        rest = &run[length..];
    }
    out.push_str(rest);
    out
}

fn cut(text: &str, lang: Lang) -> String {
    let count = text.chars().count();
    if count <= MOST_CHARS {
        return text.to_owned();
    }
    let shown: String = text.chars().take(SHOWN_CHARS).collect();
    match lang {
        Lang::Zh => format!("{shown}…(共 {count} 字)"),
        Lang::En => format!("{shown}… ({count} characters)"),
    }
}

#[cfg(test)]
mod tests {
    use super::{shortened, visible};
    use crate::Lang;

    #[test]
    fn what_is_not_seen_is_written_out() {
        assert_eq!(visible("甲\u{200B}乙\u{1b}[1m"), "甲⟨U+200B⟩乙⟨U+001B⟩[1m");
        assert_eq!(visible("甲 乙\n"), "甲 乙\n");
    }

    #[test]
    fn endless_numbers_and_words_are_cut_and_counted() {
        let number = format!("金额 {}元", "1".repeat(100_000));
        assert_eq!(shortened(&number, Lang::Zh), "金额 111111111111…(共 100000 位)元");
        assert_eq!(
            shortened(&number, Lang::En),
            "金额 111111111111… (100000 digits)元"
        );
        let words = shortened(&"长".repeat(10_000), Lang::Zh).into_owned();
        assert!(
            words.ends_with("…(共 10000 字)") && words.chars().count() < 100,
            "{words}"
        );
        assert_eq!(shortened("91330100MA00000001", Lang::Zh), "91330100MA00000001");
    }
}
