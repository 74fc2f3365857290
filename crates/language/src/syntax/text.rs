//! Text as the language reads it: full-width forms mapped one to one, marks taken off.

use std::borrow::Cow;

/// The character a full-width form stands for: U+FF01–FF5E to ASCII, U+3000 to a space, 、 to a comma.
pub(crate) fn fold(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '、' => ',',
        _ => c,
    }
}

/// `text` with full-width forms mapped.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| fold(c) != c) {
        Cow::Owned(text.chars().map(fold).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The inside of a name in 「」 or 【】, or of a string.
pub(crate) fn unquoted(text: &str) -> &str {
    let mut chars = text.chars();
    let Some(close) = chars.next().and_then(closing) else {
        return text;
    };
    let inside = chars.as_str();
    inside.strip_suffix(close).unwrap_or(inside)
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '「' => '」',
        '【' => '】',
        '“' => '”',
        '"' => '"',
        '＂' => '＂',
        _ => return None,
    })
}

/// N of `近N年`, `近三年`, `recent_3_years`.
pub(crate) fn recent_years(text: &str) -> Option<u32> {
    let inside = text
        .strip_prefix('近')
        .and_then(|rest| rest.strip_suffix('年'))
        .or_else(|| {
            text.strip_prefix("recent_")
                .and_then(|rest| rest.strip_suffix("_years"))
        })?;
    match inside {
        "一" => Some(1),
        "两" | "二" => Some(2),
        "三" => Some(3),
        "四" => Some(4),
        "五" => Some(5),
        "六" => Some(6),
        "七" => Some(7),
        "八" => Some(8),
        "九" => Some(9),
        "十" => Some(10),
        _ if inside.len() <= 2 && inside.bytes().all(|b| b.is_ascii_digit()) => {
            inside.parse().ok().filter(|n| *n > 0)
        }
        _ => None,
    }
}
