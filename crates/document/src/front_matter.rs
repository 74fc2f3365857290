//! The lines between `---` at the start of a document. A reader of its own: an input method types `标题:` with a
//! full-width colon, and a YAML reader would then find no key.

use jiff::civil::Date;
use jiufen_diagnostic::catalogue::document as entries;
use jiufen_diagnostic::catalogue::syntax::YEAR_OUT_OF_RANGE;
use jiufen_diagnostic::{Argument, Diagnostic, SourceId, nearest};
use jiufen_quantity::YEARS;

use crate::fences::{Opening, span};
use crate::meta::{Dated, Key, Meta, SourceStatus, Status, Text};

/// What sites call the same things, so that a copied label finds its key.
const SYNONYMS: &[(&str, Key)] = &[
    ("名称", Key::Title),
    ("发文字号", Key::Number),
    ("文件编号", Key::Number),
    ("发布机构", Key::Issuer),
    ("制定机关", Key::Issuer),
    ("适用范围", Key::Territory),
    ("施行日期", Key::Effective),
    ("生效日期", Key::Effective),
    ("实施日期", Key::Effective),
    ("失效日期", Key::Expires),
    ("有效期至", Key::Expires),
    ("成文日期", Key::Dated),
    ("发布日期", Key::Published),
    ("发文日期", Key::Published),
    ("有效性", Key::Status),
];

/// What was read, and where the rest of the document begins.
pub(crate) struct FrontMatter {
    pub(crate) meta: Meta,
    pub(crate) body: usize,
}

/// Reads the front matter of a text. A text without one has the default metadata.
pub(crate) fn read(text: &str, source: SourceId, findings: &mut Vec<Diagnostic>) -> FrontMatter {
    let first = lines(text, 0).next().map_or("", |(_, line)| line);
    if !is_rule(first) {
        findings.push(Diagnostic::new(
            &entries::NO_FRONT_MATTER,
            span(source, 0..first.len()),
        ));
        return FrontMatter {
            meta: Meta::default(),
            body: 0,
        };
    }
    let (end, body) = extent(text).unwrap_or_else(|cut| {
        let opening = span(source, 0..first.len());
        let at = text[..cut].trim_end().len();
        findings.push(
            Diagnostic::new(&entries::UNCLOSED_FRONT_MATTER, opening).fix(span(source, at..at), "\n---"),
        );
        (cut, cut)
    });
    let mut reader = Reader {
        source,
        findings,
        meta: Meta::default(),
        seen: Vec::new(),
    };
    for entry in reader.entries(&text[..end]) {
        reader.take(entry);
    }
    reader.finish(first.len());
    FrontMatter {
        meta: reader.meta,
        body,
    }
}

/// The lines from byte `from` on, each with its first byte and without its line end.
fn lines(text: &str, from: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = from;
    text[from..].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3 && line.bytes().all(|b| b == b'-')
}

/// Where the last line of the front matter ends and the body begins; `Err` is where it must have ended when no line
/// closes it before the first heading or fence.
fn extent(text: &str) -> Result<(usize, usize), usize> {
    let mut cut = None;
    for (start, line) in lines(text, 0).skip(1) {
        if is_rule(line) {
            let after = text[start..].find('\n').map_or(text.len(), |i| start + i + 1);
            return Ok((start, after));
        }
        let plain = line.trim();
        let belongs = plain.contains([':', '\u{ff1a}']) || plain.starts_with('-');
        if cut.is_none() && (!belongs || plain.starts_with('#')) {
            cut = Some(start);
        }
        if line.starts_with("## ") || line.starts_with("### ") || Opening::read(line).is_some() {
            return Err(cut.unwrap_or(start));
        }
    }
    Err(cut.unwrap_or(text.len()))
}

struct Entry {
    key: Text,
    /// The value on the line of the key, then the items below it; never empty words.
    values: Vec<Text>,
}

struct Reader<'f> {
    source: SourceId,
    findings: &'f mut Vec<Diagnostic>,
    meta: Meta,
    seen: Vec<(Key, Text)>,
}

impl Reader<'_> {
    fn entries(&mut self, block: &str) -> Vec<Entry> {
        let mut found: Vec<Entry> = Vec::new();
        for (start, line) in lines(block, 0).skip(1) {
            let plain = line.trim();
            if plain.is_empty() || plain.starts_with('#') {
                continue;
            }
            if let (Some(item), Some(entry)) = (plain.strip_prefix('-'), found.last_mut()) {
                let at = start + line.len() - line.trim_start().len() + 1;
                entry.values.extend(self.value(item, at));
                continue;
            }
            let Some((key, value)) = line.split_once([':', '\u{ff1a}']) else {
                let place = span(self.source, start..start + line.len());
                self.findings
                    .push(Diagnostic::new(&entries::FRONT_MATTER_LINE, place).with("found", plain));
                continue;
            };
            let at = start + line.len() - value.len();
            let key = self.text(key, start);
            found.push(Entry {
                key,
                values: self.value(value, at).into_iter().collect(),
            });
        }
        found
    }

    fn text(&self, raw: &str, at: usize) -> Text {
        let from = at + raw.len() - raw.trim_start().len();
        let value = raw.trim();
        Text {
            value: value.to_owned(),
            span: span(self.source, from..from + value.len()),
        }
    }

    /// A value without its comment and without quotation marks around the whole; `None` when nothing is left.
    fn value(&self, raw: &str, at: usize) -> Option<Text> {
        let said = &raw[..comment(raw)];
        let mut at = at + said.len() - said.trim_start().len();
        let mut said = said.trim();
        for (open, close) in [('“', '”'), ('"', '"')] {
            let inner = said.strip_prefix(open).and_then(|s| s.strip_suffix(close));
            if let Some(inner) = inner.filter(|s| !s.contains([open, close])) {
                at += open.len_utf8();
                said = inner;
                break;
            }
        }
        Some(self.text(said, at)).filter(|t| !t.value.is_empty())
    }

    fn take(&mut self, entry: Entry) {
        let Entry { key: word, values } = entry;
        let Some(key) = Key::from_word(&word.value) else {
            self.unknown_key(word, values);
            return;
        };
        if let Some((_, first)) = self.seen.iter().find(|(k, _)| *k == key) {
            let finding = Diagnostic::new(&entries::DUPLICATE_KEY, word.span).related(first.span);
            self.findings.push(finding.with("key", word.value));
            return;
        }
        self.seen.push((key, word.clone()));
        if key == Key::References {
            self.meta.references = values.iter().flat_map(|v| self.listed(v)).collect();
            return;
        }
        let mut values = values.into_iter();
        let Some(value) = values.next() else {
            self.findings
                .push(Diagnostic::new(&entries::EMPTY_VALUE, word.span).with("key", word.value.as_str()));
            return;
        };
        for extra in values {
            self.findings
                .push(Diagnostic::new(&entries::FRONT_MATTER_LINE, extra.span).with("found", extra.value));
        }
        self.set(key, &word, value);
    }

    fn set(&mut self, key: Key, word: &Text, value: Text) {
        match key {
            Key::Title => self.meta.title = Some(value),
            Key::Number => self.meta.number = Some(value),
            Key::Issuer => self.meta.issuer = Some(value),
            Key::Territory => self.meta.territory = Some(value),
            Key::Follows => self.meta.follows = Some(value),
            Key::Note => self.meta.note = Some(value),
            Key::Effective => self.meta.valid_from = self.date(word, &value),
            Key::Expires => self.meta.valid_to = self.date(word, &value),
            Key::Dated => self.meta.dated = self.date(word, &value),
            Key::Published => self.meta.published = self.date(word, &value),
            Key::Status => {
                let words: Vec<_> = Status::WORDS.to_vec();
                self.meta.status = self.choice(word, &value, &words).unwrap_or_default();
                self.meta.status_span = Some(value.span);
            }
            Key::Source => {
                let words: Vec<_> = SourceStatus::WORDS.to_vec();
                self.meta.source_status = self.choice(word, &value, &words).unwrap_or_default();
                self.meta.source_span = Some(value.span);
            }
            Key::Retroactive => {
                let words = [(true, "是", "yes"), (false, "否", "no")];
                self.meta.retroactive = self.choice(word, &value, &words).unwrap_or_default();
            }
            Key::References => self.meta.references.push(value),
        }
    }

    fn unknown_key(&mut self, word: Text, values: Vec<Text>) {
        let known = Key::WORDS.iter().flat_map(|(_, zh, en)| [*zh, *en]);
        let synonym = SYNONYMS
            .iter()
            .find(|(s, _)| *s == word.value)
            .map(|(_, key)| key.zh());
        let near = synonym.or_else(|| nearest(&word.value, known));
        let advice = match near {
            Some(near) => Argument::term(format!("是“{near}”吗?"), format!("did you mean `{near}`?")),
            None => Argument::term("备注写在“说明”里", "put remarks under `note`"),
        };
        let mut finding = Diagnostic::new(&entries::UNKNOWN_KEY, word.span)
            .with("found", word.value.as_str())
            .with("advice", advice);
        if let Some(near) = near {
            finding = finding.fix(word.span, near);
        }
        self.findings.push(finding);
        let value = values.into_iter().next();
        let value = value.unwrap_or_else(|| Text {
            value: String::new(),
            span: word.span.at_end(),
        });
        self.meta.extra.push((word, value));
    }

    /// `2025-01-01` and nothing else; a day written otherwise is offered in this form.
    fn date(&mut self, word: &Text, value: &Text) -> Option<Dated> {
        let day = said_date(&value.value);
        if let Some(date) = day.filter(|d| d.to_string() == value.value) {
            if !YEARS.contains(&date.year()) {
                let finding = Diagnostic::new(&YEAR_OUT_OF_RANGE, value.span);
                self.findings.push(finding.with("found", value.value.as_str()));
                return None;
            }
            return Some(Dated {
                date,
                span: value.span,
            });
        }
        let suggestion = day.map(|d| d.to_string());
        let advice = match &suggestion {
            Some(day) => Argument::from(day.as_str()),
            None => Argument::term("2025-01-01 这样的日期", "a day like 2025-01-01"),
        };
        let mut finding = Diagnostic::new(&entries::UNREADABLE_DATE, value.span)
            .with("key", word.value.as_str())
            .with("found", value.value.as_str())
            .with("suggestion", advice);
        if let Some(day) = suggestion {
            finding = finding.fix(value.span, day);
        }
        self.findings.push(finding);
        None
    }

    /// One word of a closed list; words after a space or bracket are a remark.
    fn choice<T: Copy>(&mut self, word: &Text, value: &Text, words: &[(T, &str, &str)]) -> Option<T> {
        let said = value.value.as_str();
        let head = said
            .split([' ', '\u{3000}', '(', '\u{ff08}', ',', '\u{ff0c}', ';', '\u{ff1b}'])
            .next()
            .unwrap_or(said);
        let named = |w: &(T, &str, &str)| w.1 == head || w.2.eq_ignore_ascii_case(head);
        if let Some(found) = words.iter().find(|w| named(w)) {
            return Some(found.0);
        }
        let list = |pick: fn(&(T, &str, &str)) -> String| words.iter().map(pick).collect::<Vec<_>>();
        let choices = Argument::term(
            list(|w| w.1.to_owned()).join("、"),
            list(|w| w.2.to_owned()).join(", "),
        );
        let mut finding = Diagnostic::new(&entries::UNKNOWN_VALUE, value.span)
            .with("key", word.value.as_str())
            .with("found", said)
            .with("choices", choices);
        let contained = words.iter().map(|w| w.1).find(|zh| said.starts_with(zh));
        if let Some(near) = contained.or_else(|| nearest(said, words.iter().flat_map(|w| [w.1, w.2]))) {
            finding = finding.fix(value.span, near);
        }
        self.findings.push(finding);
        None
    }

    /// The parts of a list, cut at 、 and commas that stand outside every pair of brackets and quotation marks.
    fn listed(&self, value: &Text) -> Vec<Text> {
        let mut depth = 0usize;
        let mut parts = Vec::new();
        let mut from = 0;
        for (i, c) in value.value.char_indices() {
            match c {
                '《' | '「' | '“' | '(' | '\u{ff08}' | '〔' => depth += 1,
                '》' | '」' | '”' | ')' | '\u{ff09}' | '〕' => depth = depth.saturating_sub(1),
                '、' | ',' | '\u{ff0c}' if depth == 0 => {
                    parts.push((from, i));
                    from = i + c.len_utf8();
                }
                _ => {}
            }
        }
        parts.push((from, value.value.len()));
        let base = value.span.start as usize;
        parts
            .into_iter()
            .filter_map(|(start, end)| self.value(&value.value[start..end], base + start))
            .collect()
    }

    fn finish(&mut self, first_line: usize) {
        if let (Some(from), Some(to)) = (self.meta.valid_from, self.meta.valid_to)
            && from.date > to.date
        {
            let finding = Diagnostic::new(&entries::DATES_REVERSED, to.span).related(from.span);
            self.findings.push(
                finding
                    .with("from", from.date.to_string())
                    .with("to", to.date.to_string()),
            );
        }
        if !self.seen.iter().any(|(k, _)| *k == Key::Status) {
            let place = span(self.source, 0..first_line);
            self.findings
                .push(Diagnostic::new(&entries::MISSING_STATUS, place));
        }
        if self.meta.source_span.is_none() && self.meta.status == Status::Example {
            self.meta.source_status = SourceStatus::Invented;
        }
    }
}

/// Where the comment of a value begins: at a `#` after a space, outside quotation marks.
fn comment(raw: &str) -> usize {
    let mut quoted = 0usize;
    let mut straight = false;
    let mut after_space = true;
    for (i, c) in raw.char_indices() {
        match c {
            '#' if after_space && quoted == 0 && !straight => return i,
            '“' => quoted += 1,
            '”' => quoted = quoted.saturating_sub(1),
            '"' => straight = !straight,
            _ => {}
        }
        after_space = c.is_whitespace();
    }
    raw.len()
}

/// A day in any of the usual spellings: 2025-1-1, 2025年1月1日, 2025/1/1, 2025.1.1, in digits of either width.
fn said_date(said: &str) -> Option<Date> {
    let folded: String = said
        .chars()
        .map(|c| match c {
            '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect();
    let known = |c: char| {
        c.is_ascii_digit() || c.is_whitespace() || "年月日号-/.\u{ff0d}\u{ff0f}\u{ff0e}—".contains(c)
    };
    if !folded.chars().all(known) {
        return None;
    }
    let mut numbers = folded
        .split(|c: char| !c.is_ascii_digit())
        .filter(|n| !n.is_empty());
    let (year, month, day) = (numbers.next()?, numbers.next()?, numbers.next()?);
    if numbers.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiufen_diagnostic::{Diagnostic, Lang, SourceId, apply_edits};

    use super::{FrontMatter, read};
    use crate::meta::{SourceStatus, Status};

    fn front(text: &str) -> (FrontMatter, Vec<Diagnostic>) {
        let mut findings = Vec::new();
        let front = read(text, SourceId(0), &mut findings);
        (front, findings)
    }

    fn check(lines: &str, code: &str, words: &[&str], mended: Option<&str>) {
        let text = format!("---\n状态: 示例\n{lines}\n---\n");
        let (_, findings) = front(&text);
        assert_eq!(
            findings.iter().map(|f| f.code()).collect::<Vec<_>>(),
            [code],
            "{lines}"
        );
        let said = format!(
            "{}\n{}",
            findings[0].message(Lang::Zh),
            findings[0].help(Lang::Zh)
        );
        for word in words {
            assert!(said.contains(word), "{said} lacks {word}");
        }
        assert!(
            !said.contains('{') && !findings[0].message(Lang::En).contains('{'),
            "{said}"
        );
        let fixed = apply_edits(&text, &findings[0].fix);
        let expected = mended.map_or(text.clone(), |m| format!("---\n状态: 示例\n{m}\n---\n"));
        assert_eq!(fixed, expected);
    }

    #[test]
    fn values_are_read_with_either_colon_quoted_commented_and_listed() {
        let text = "---\n标题\u{ff1a}“甲 # 乙”  # 备注\nnumber: \"示例〔2025〕1号\"\n施行: 2025-01-01\n引用: 《甲、乙办法》、示例〔2024〕2号\u{ff0c}“丙,丁”\n  - 戊\n\n# 说明\n状态: 示例(自编)\n追溯: 是\n---\n正文";
        let (front, findings) = front(text);
        assert!(findings.is_empty(), "{findings:?}");
        let meta = front.meta;
        let title = meta.title.unwrap();
        assert_eq!(title.value, "甲 # 乙");
        assert_eq!(
            &text[title.span.start as usize..title.span.end as usize],
            "甲 # 乙"
        );
        assert_eq!(meta.number.unwrap().value, "示例〔2025〕1号");
        let references: Vec<_> = meta.references.iter().map(|r| r.value.as_str()).collect();
        assert_eq!(references, ["《甲、乙办法》", "示例〔2024〕2号", "丙,丁", "戊"]);
        for reference in &meta.references {
            assert_eq!(
                &text[reference.span.start as usize..reference.span.end as usize],
                reference.value
            );
        }
        assert_eq!(
            (meta.status, meta.source_status, meta.retroactive),
            (Status::Example, SourceStatus::Invented, true)
        );
        assert_eq!(&text[front.body..], "正文");
    }

    #[test]
    fn both_languages_of_keys_give_the_same_metadata() {
        let (chinese, _) = front("---\n标题: 甲\n施行: 2025-01-01\n状态: 正式\n来源: 法条\n---\n");
        let (english, _) =
            front("---\ntitle: 甲\neffective: 2025-01-01\nstatus: official\nsource: law\n---\n");
        assert_eq!(
            chinese.meta.title.unwrap().value,
            english.meta.title.unwrap().value
        );
        assert_eq!(
            chinese.meta.valid_from.unwrap().date,
            english.meta.valid_from.unwrap().date
        );
        assert_eq!(chinese.meta.status, english.meta.status);
        assert_eq!(chinese.meta.source_status, english.meta.source_status);
    }

    #[test]
    fn a_date_in_another_spelling_is_refused_and_the_right_one_offered() {
        for day in [
            "2025年1月1日",
            "2025/1/1",
            "2025.1.1",
            "2025-1-1",
            "\u{ff12}025年1月1日",
        ] {
            check(
                &format!("施行: {day}"),
                "unreadable-date",
                &[day, "2025-01-01"],
                Some("施行: 2025-01-01"),
            );
        }
        for day in ["长期", "2025-02-30", "2025年", "25-01-01", "2025-01-01 起"] {
            check(&format!("失效: {day}"), "unreadable-date", &[day], None);
        }
    }

    #[test]
    fn a_year_that_no_policy_speaks_of_is_refused() {
        for day in ["0000-01-01", "1899-12-31", "2200-01-01"] {
            check(&format!("施行: {day}"), "year-out-of-range", &[day], None);
        }
    }

    #[test]
    fn a_key_or_value_that_is_not_known_names_the_nearest() {
        check(
            "发文机构: 甲",
            "unknown-key",
            &["发文机构", "发文机关"],
            Some("发文机关: 甲"),
        );
        check(
            "施行日期: 2025-01-01",
            "unknown-key",
            &["施行"],
            Some("施行: 2025-01-01"),
        );
        check("联系电话: 0", "unknown-key", &["联系电话", "说明"], None);
        check(
            "来源: 转裁",
            "unknown-metadata-value",
            &["转裁", "见过原文、转载"],
            Some("来源: 转载"),
        );
        check("追溯: 大概", "unknown-metadata-value", &["大概", "是、否"], None);
    }

    #[test]
    fn other_faults_of_single_lines_are_named() {
        check("标题: 甲\n标题: 乙", "duplicate-key", &["标题"], None);
        check(
            "施行: 2025-02-01\n失效: 2025-01-31",
            "dates-reversed",
            &["2025-02-01", "2025-01-31"],
            None,
        );
        check("标题 甲", "front-matter-line", &["标题 甲"], None);
        check("标题:  # 待定", "empty-value", &["标题"], None);
        check("标题: 甲\n- 乙", "front-matter-line", &["乙"], None);
    }

    #[test]
    fn a_document_without_status_counts_as_a_draft() {
        let (front, findings) = front("---\n标题: 甲\n---\n");
        assert_eq!(front.meta.status, Status::Draft);
        assert_eq!(findings[0].code(), "missing-status");
    }

    #[test]
    fn front_matter_that_is_never_closed_ends_where_the_body_begins() {
        for (text, body) in [
            (
                "---\n状态: 示例\n\n# 标题\n\n## 第一条\n---\n",
                "\n# 标题\n\n## 第一条\n---\n",
            ),
            ("---\n状态: 示例\n正文\n", "正文\n"),
            ("---\n状态: 示例", ""),
            ("---\n状态: 示例\n```jiufen\n```\n", "```jiufen\n```\n"),
        ] {
            let (front, findings) = front(text);
            assert_eq!(
                findings.iter().map(|f| f.code()).collect::<Vec<_>>(),
                ["unclosed-front-matter"]
            );
            assert_eq!(&text[front.body..], body);
            assert_eq!(front.meta.status, Status::Example);
            let mended = apply_edits(text, &findings[0].fix);
            assert_eq!(self::front(&mended).1.len(), 0, "{mended}");
        }
    }
}
