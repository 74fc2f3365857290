//! Rust source as code only: comments, strings and characters are blanked, line ends stay where they were.

/// A place where floating point is written: the line from 1, and the word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Float {
    /// The line, from 1.
    pub line: usize,
    /// `f64`, `1f32`, `0.5`.
    pub word: String,
}

/// Every floating-point type and literal of a Rust source, in order.
pub fn floats(source: &str) -> Vec<Float> {
    let code = code_only(source);
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        for word in words(line).into_iter().filter(|word| is_float(word)) {
            found.push(Float {
                line: index + 1,
                word,
            });
        }
    }
    found
}

/// Identifiers and numbers of a line. A number that follows a point is a tuple's field (`pair.0.1`) and is not one.
fn words(line: &str) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !is_word(chars[at]) {
            at += 1;
            continue;
        }
        let start = at;
        let number = chars[start].is_ascii_digit();
        let after_point = start > 0 && chars[start - 1] == '.' && (start < 2 || chars[start - 2] != '.');
        let fraction = |at: usize| chars[at] == '.' && chars.get(at + 1).is_some_and(char::is_ascii_digit);
        while at < chars.len() && (is_word(chars[at]) || (number && fraction(at))) {
            at += 1;
        }
        if !(number && after_point) {
            out.push(chars[start..at].iter().collect());
        }
    }
    out
}

fn is_float(word: &str) -> bool {
    if matches!(word, "f32" | "f64") {
        return true;
    }
    let tail = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    if tail.len() == word.len() {
        return false;
    }
    // `1e9`, and `1e` of `1e-9`; `10usize` has no digit there.
    let exponent = |tail: &str| {
        let power = tail.strip_prefix(['e', 'E']);
        power.is_some_and(|power| power.is_empty() || power.starts_with(|c: char| c.is_ascii_digit()))
    };
    let suffix = tail.trim_start_matches('_');
    tail.starts_with('.') || matches!(suffix, "f32" | "f64") || exponent(tail)
}

/// The source with everything that is no code replaced by blanks.
fn code_only(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let end = skipped(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    out
}

/// Where the comment, string or character that begins at `at` ends; `at` itself when none begins there.
fn skipped(chars: &[char], at: usize) -> usize {
    let next = |ahead: usize| chars.get(at + ahead).copied().unwrap_or(' ');
    match (chars[at], next(1)) {
        ('/', '/') => end_of_line(chars, at),
        ('/', '*') => end_of_block(chars, at),
        ('"', _) => end_of_string(chars, at + 1),
        ('r', '"' | '#') if !follows_word(chars, at) => end_of_raw(chars, at),
        // A character, not a lifetime: 'a' closes after one character, '\n' begins with a backslash.
        ('\'', '\\') => end_of_character(chars, at + 2),
        ('\'', _) if next(2) == '\'' => at + 3,
        _ => at,
    }
}

fn follows_word(chars: &[char], at: usize) -> bool {
    // `br"…"` is a raw string too.
    let before = |back: usize| at.checked_sub(back).map(|place| chars[place]);
    match before(1) {
        Some('b') => before(2).is_some_and(|c| c.is_alphanumeric() || c == '_'),
        Some(c) => c.is_alphanumeric() || c == '_',
        None => false,
    }
}

fn end_of_line(chars: &[char], at: usize) -> usize {
    let length = chars[at..].iter().position(|c| *c == '\n');
    length.map_or(chars.len(), |length| at + length)
}

fn end_of_block(chars: &[char], at: usize) -> usize {
    let (mut depth, mut place) = (0usize, at);
    while place < chars.len() {
        match (chars[place], chars.get(place + 1)) {
            ('/', Some('*')) => depth += 1,
            ('*', Some('/')) => depth -= 1,
            _ => {
                place += 1;
                continue;
            }
        }
        place += 2;
        if depth == 0 {
            return place;
        }
    }
    chars.len()
}

fn end_of_string(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn end_of_character(chars: &[char], at: usize) -> usize {
    let length = chars[at + 1..].iter().position(|c| *c == '\'');
    length.map_or(chars.len(), |length| at + length + 2)
}

/// `r#"…"#`; `r#name` is a name, and stays.
fn end_of_raw(chars: &[char], at: usize) -> usize {
    let marks = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    if chars.get(at + 1 + marks) != Some(&'"') {
        return at;
    }
    let mut place = at + 2 + marks;
    while place < chars.len() {
        let closes = chars[place] == '"'
            && chars[place + 1..]
                .iter()
                .take(marks)
                .filter(|c| **c == '#')
                .count()
                == marks;
        place += 1;
        if closes {
            return place + marks;
        }
    }
    chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        floats(source)
            .into_iter()
            .map(|float| format!("{} {}", float.line, float.word))
            .collect()
    }

    #[test]
    fn floating_point_is_found_as_a_type_a_suffix_and_a_literal() {
        assert_eq!(
            found("fn a(x: f64) -> f32 {\n  1f32 + 0.5 - 1e-9 }"),
            ["1 f64", "1 f32", "2 1f32", "2 0.5", "2 1e"]
        );
        assert_eq!(found("let r = x as f64;"), ["1 f64"]);
        assert_eq!(found("let s = br\"f64\"; let t: f64;"), ["1 f64"]);
    }

    #[test]
    fn comments_strings_names_and_tuple_fields_are_no_floating_point() {
        let sources = [
            "// f64\n//! 0.5\n/* f32 /* nested */ 0.5 */",
            "let a = \"f64 0.5 \\\" f32\"; let b = r#\"f64 \" 0.5\"#;",
            "let c = '\"'; let d = '\\''; // f64",
            "let e: &'a str = pair.0.1; for i in 0..10 {} let f = 0xf64; let h = 1_000i64;",
            "fn to_f64x() {} struct F64; let r#type = 1;",
            "let g = 0x1e9; let n = 10usize; let m = 1isize;",
        ];
        for source in sources {
            assert_eq!(found(source), Vec::<String>::new(), "{source}");
        }
    }

    #[test]
    fn lines_are_counted_through_strings_and_comments() {
        assert_eq!(found("/*\n\n*/\nlet a = \"x\ny\";\nlet b: f64;"), ["6 f64"]);
    }
}
