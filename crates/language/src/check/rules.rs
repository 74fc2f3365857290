//! A fence without its cases, for reading rules that were checked before.

use jiufen_diagnostic::Span;
use jiufen_document::Fence;

use crate::syntax::text::fold;

/// The stretches of a fence's text that lie between its cases. A block begins at a word in the first column and goes on
/// to the next one.
pub(super) fn without_cases(text: &str, fence: &Fence) -> Vec<Span> {
    let mut parts: Vec<Span> = Vec::new();
    let mut in_case = false;
    let mut at = fence.content.start;
    for line in text.split_inclusive('\n') {
        let end = at + u32::try_from(line.len()).unwrap_or(u32::MAX);
        if begins_block(line) {
            in_case = is_case(line);
        }
        if !in_case {
            match parts.last_mut() {
                Some(last) if last.end == at => last.end = end,
                _ => parts.push(Span {
                    source: fence.content.source,
                    start: at,
                    end,
                }),
            }
        }
        at = end;
    }
    parts
}

fn begins_block(line: &str) -> bool {
    let first = line.chars().next().map(fold);
    first.is_some_and(|c| !c.is_whitespace() && c != '#')
}

fn is_case(line: &str) -> bool {
    ["例", "case"].iter().any(|word| {
        let rest = line.strip_prefix(word);
        rest.is_some_and(|rest| rest.chars().next().is_none_or(|c| fold(c).is_whitespace()))
    })
}

#[cfg(test)]
mod tests {
    use jiufen_diagnostic::Sources;

    use super::*;

    #[test]
    fn cases_are_left_out_wherever_they_stand() {
        let rules = "参数 甲: 数\n  自 2025-01-01: 1\n\n# 注\n";
        let case = "例 一\n  应得 甲 = 1\n\n# 里面的注\n  年度 2025\n";
        let other = "案例 不是例\n例外\u{3000}乙 对 甲\n  = 2\n";
        let fenced = format!("```jiufen\n{rules}{case}{other}{case}{case}{rules}```\n");
        let text = format!("---\n标题: 甲\n状态: 词汇\n---\n\n## 一、甲\n\n{fenced}");
        let mut sources = Sources::default();
        let (source, _) = jiufen_document::load(&mut sources, "甲.md", text.as_bytes());
        let (document, _) = jiufen_document::parse(&sources, source);
        let fence = &document.fences[0];
        let parts = without_cases(sources.text(fence.content), fence);
        let words: Vec<&str> = parts.iter().map(|part| sources.text(*part)).collect();
        assert_eq!(words, [rules, other, rules]);
    }
}
