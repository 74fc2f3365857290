//! The vocabulary of a pack, read line by line from its document: what subjects there are, and which fields they have.
//!
//! It knows the three declarations 对象, 事件 and 类别 in the spelling of the formatter, and no more of the language.

/// What a number, word or reference of a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Money,
    Area,
    Rate,
    Points,
    Plain,
    Boolean,
    Date,
    Year,
    Text,
    Territory,
    Code(String),
    /// One of the words of a 类别.
    Enumeration(Vec<String>),
    /// The key of a row of another subject.
    Reference(String),
    /// A unit such as 人 or 元/亩, written in each cell where no header can imply it.
    Measure(String),
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub yearly: bool,
    /// 可无: 无 is a value.
    pub optional: bool,
    /// 缺则: that it is missing has a meaning of its own.
    pub pending: bool,
}

/// One 对象 or 事件.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub name: String,
    pub key: Vec<String>,
    pub fields: Vec<Field>,
}

impl Subject {
    /// Whether the field is one of the key.
    pub fn is_key(&self, field: &Field) -> bool {
        self.key.contains(&field.name)
    }
}

/// All subjects, in the order of the document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vocabulary {
    pub subjects: Vec<Subject>,
}

/// A field whose type is not resolved yet.
type Unresolved = (Field, String);

impl Vocabulary {
    /// Reads every fence marked `jiufen` of a document.
    ///
    /// # Errors
    /// A sentence when the document declares no subject, or a subject has no key.
    pub fn parse(document: &str) -> Result<Self, String> {
        let mut enumerations: Vec<(String, Vec<String>)> = Vec::new();
        let mut subjects: Vec<(Subject, Vec<Unresolved>)> = Vec::new();
        let mut in_subject = false;
        for line in lines(document) {
            if let Some(declared) = line.strip_prefix("类别 ") {
                enumerations.extend(enumeration(declared));
            }
            if !line.starts_with(' ') {
                let declared = line.strip_prefix("对象 ").or_else(|| line.strip_prefix("事件 "));
                in_subject = declared.is_some();
                subjects.extend(declared.map(|declared| (subject(declared), Vec::new())));
            } else if let (true, Some((subject, fields))) = (in_subject, subjects.last_mut()) {
                body_line(line.trim(), subject, fields);
            }
        }
        let names: Vec<String> = subjects.iter().map(|(subject, _)| subject.name.clone()).collect();
        if names.is_empty() {
            return Err("the vocabulary declares no 对象 and no 事件".to_owned());
        }
        let resolve = |(mut subject, fields): (Subject, Vec<Unresolved>)| {
            if subject.key.is_empty() {
                return Err(format!("{} has no 键", subject.name));
            }
            subject.fields = fields
                .into_iter()
                .map(|(field, words)| resolved(field, &words, &enumerations, &names))
                .collect();
            Ok(subject)
        };
        Ok(Self {
            subjects: subjects.into_iter().map(resolve).collect::<Result<_, _>>()?,
        })
    }
}

/// The lines of all fences, a line that continues another joined to it.
fn lines(document: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut inside = false;
    for line in document.lines() {
        if line.starts_with("```") {
            inside = !inside && line.trim_end() == "```jiufen";
            continue;
        }
        let line = line.split('#').next().unwrap_or("").trim_end();
        if !inside || line.is_empty() {
            continue;
        }
        match out.last_mut() {
            Some(last) if last.ends_with([',', ':']) && line.starts_with(' ') => {
                last.push_str(line.trim_start())
            }
            _ => out.push(line.to_owned()),
        }
    }
    out
}

/// `级别 序: 区, 市` — a list that comes from a table is not known here.
fn enumeration(declared: &str) -> Option<(String, Vec<String>)> {
    let (head, words) = declared.split_once(':')?;
    let name = head.trim().trim_end_matches(" 序");
    Some((unquoted(name), words.split([',', '、']).map(unquoted).collect()))
}

fn subject(declared: &str) -> Subject {
    Subject {
        name: unquoted(declared.split(' ').next().unwrap_or("")),
        key: Vec::new(),
        fields: Vec::new(),
    }
}

fn body_line(line: &str, subject: &mut Subject, fields: &mut Vec<Unresolved>) {
    if let Some(key) = line.strip_prefix("键 ") {
        subject.key = key.split(',').map(unquoted).collect();
    } else if let Some((name, words)) = line.split_once(": ") {
        let has = |word: &str| words.split(' ').any(|part| part == word);
        let field = Field {
            name: unquoted(name),
            kind: Kind::Text,
            yearly: has("每年"),
            optional: has("可无"),
            pending: has("缺则"),
        };
        fields.push((field, words.to_owned()));
    }
}

fn resolved(
    mut field: Field,
    words: &str,
    enumerations: &[(String, Vec<String>)],
    subjects: &[String],
) -> Field {
    let mut parts = words.split(' ').filter(|part| !part.is_empty());
    let word = unquoted(parts.next().unwrap_or(""));
    field.kind = match word.as_str() {
        "金额" => Kind::Money,
        "面积" => Kind::Area,
        "比率" => Kind::Rate,
        "百分点" => Kind::Points,
        "数" => Kind::Plain,
        "是否" => Kind::Boolean,
        "日期" => Kind::Date,
        "年" | "年度" => Kind::Year,
        "文本" => Kind::Text,
        "地区" => Kind::Territory,
        "代码" => Kind::Code(
            parts
                .next()
                .unwrap_or("")
                .trim_matches(['"', '“', '”'])
                .to_owned(),
        ),
        _ => match enumerations.iter().find(|(name, _)| *name == word) {
            Some((_, words)) => Kind::Enumeration(words.clone()),
            None if subjects.contains(&word) => Kind::Reference(word),
            None => Kind::Measure(word),
        },
    };
    field
}

fn unquoted(name: &str) -> String {
    name.trim().trim_matches(['「', '」', '【', '】']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vocabulary_gives_subjects_with_typed_fields() {
        let document = "正文\n```jiufen\n类别 级别 序: 区,\n  「Ⅰ期」\n\n对象 企业 家\n  键   代码\n  按   成立日\n  代码: 代码 \"统一社会信用代码\"\n\
                        \x20 园区: 园区 可无   # 没有就写无\n  营业收入: 金额 每年\n  人数: 人 每年\n  级别: 级别\n```\n\
                        ```text\n对象 不算\n```\n```jiufen\n定义 企业.某: 是否\n  = 是\n对象 园区\n  键 编号\n  编号: 文本\n\
                        \x20 到账日: 日期 缺则 待到账\n```\n";
        let vocabulary = Vocabulary::parse(document).unwrap();
        let shown: Vec<String> = vocabulary
            .subjects
            .iter()
            .flat_map(|subject| {
                let marks = |f: &Field| {
                    [(f.yearly, "每年"), (f.optional, "可无"), (f.pending, "缺则")]
                        .map(|(is, word)| if is { word } else { "" })
                        .concat()
                };
                subject.fields.iter().map(move |f| {
                    format!(
                        "{}{:?}.{} {:?} {}",
                        subject.name,
                        subject.key,
                        f.name,
                        f.kind,
                        marks(f)
                    )
                })
            })
            .collect();
        assert_eq!(
            shown,
            [
                "企业[\"代码\"].代码 Code(\"统一社会信用代码\") ",
                "企业[\"代码\"].园区 Reference(\"园区\") 可无",
                "企业[\"代码\"].营业收入 Money 每年",
                "企业[\"代码\"].人数 Measure(\"人\") 每年",
                "企业[\"代码\"].级别 Enumeration([\"区\", \"Ⅰ期\"]) ",
                "园区[\"编号\"].编号 Text ",
                "园区[\"编号\"].到账日 Date 缺则",
            ]
        );
    }

    #[test]
    fn a_document_without_subjects_or_keys_is_refused() {
        assert_eq!(
            Vocabulary::parse("对象 企业").unwrap_err(),
            "the vocabulary declares no 对象 and no 事件"
        );
        assert_eq!(
            Vocabulary::parse("```jiufen\n对象 企业\n  名称: 文本\n```").unwrap_err(),
            "企业 has no 键"
        );
    }
}
