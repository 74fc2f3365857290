//! Cases in Markdown: a heading, one or more documents, and the messages they must give.

use jiufen_diagnostic::{Diagnostic, Lang, Severity, Sources, apply_edits};
use jiufen_language::Checked;

/// A fenced block with the place of its lines, fence lines included.
#[derive(Debug, Clone)]
pub(crate) struct Fence {
    pub(crate) info: String,
    pub(crate) body: String,
}

/// A heading of level 2 and what stands below it.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) heading: String,
    /// The text before the first `text` fence, as it stands in the file.
    kept: String,
    pub(crate) fences: Vec<Fence>,
}

impl Section {
    /// The documents of a case, in order.
    pub(crate) fn documents(&self) -> Vec<String> {
        self.fences
            .iter()
            .filter(|f| f.info == "markdown")
            .map(|f| f.body.clone())
            .collect()
    }

    /// The messages a case expects, in order.
    pub(crate) fn expected(&self) -> Vec<String> {
        let texts = self.fences.iter().filter(|f| f.info == "text");
        texts.map(|f| f.body.trim_end().to_owned()).collect()
    }

    /// The section with other messages.
    pub(crate) fn rewritten(&self, messages: &[String]) -> String {
        let mut out = format!("## {}\n{}", self.heading, self.kept.trim_end());
        for message in messages {
            out.push_str(&format!("\n\n```text\n{message}\n```"));
        }
        out.push_str("\n\n");
        out
    }
}

/// The words before the first heading of level 2, and the sections.
pub(crate) fn sections(file: &str) -> (String, Vec<Section>) {
    let mut preface = String::new();
    let mut sections: Vec<Section> = Vec::new();
    let mut open: Option<(String, Fence)> = None;
    let mut kept = true;
    for line in file.split_inclusive('\n') {
        let marks: String = line.chars().take_while(|c| *c == '`').collect();
        let rest = line[marks.len()..].trim_end();
        let heading = line.strip_prefix("## ").filter(|_| open.is_none());
        if let Some(heading) = heading {
            kept = true;
            let heading = heading.trim().to_owned();
            sections.push(Section {
                heading,
                kept: String::new(),
                fences: Vec::new(),
            });
            continue;
        }
        if open.is_none() && marks.len() >= 3 && rest == "text" {
            kept = false;
        }
        match sections.last_mut() {
            Some(section) if kept => section.kept.push_str(line),
            Some(_) => {}
            None => preface.push_str(line),
        }
        match &mut open {
            None if marks.len() >= 3 => {
                open = Some((
                    marks,
                    Fence {
                        info: rest.to_owned(),
                        body: String::new(),
                    },
                ));
            }
            None => {}
            Some((opening, _)) if rest.is_empty() && marks.len() >= opening.len() => {
                if let (Some(section), Some((_, fence))) = (sections.last_mut(), open.take()) {
                    section.fences.push(fence);
                }
            }
            Some((_, fence)) => fence.body.push_str(line),
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    (preface, sections)
}

/// A pack that was read and checked.
pub(crate) struct Run {
    pub(crate) sources: Sources,
    pub(crate) findings: Vec<Diagnostic>,
    pub(crate) checked: Checked,
    /// How many documents stand before the case's own: the vocabulary.
    before: u32,
    texts: Vec<String>,
}

/// Reads and checks documents together, the vocabulary first.
pub(crate) fn run(vocabulary: &[String], documents: &[String]) -> Run {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let mut read = Vec::new();
    let texts: Vec<String> = vocabulary.iter().chain(documents).cloned().collect();
    for (index, text) in texts.iter().enumerate() {
        let (id, found) = jiufen_document::load(&mut sources, &format!("{index}.md"), text.as_bytes());
        findings.extend(found);
        let (document, found) = jiufen_document::parse(&sources, id);
        findings.extend(found);
        read.push(document);
    }
    let checked = jiufen_language::check(&sources, &read);
    findings.extend(checked.findings.iter().cloned());
    findings.sort_by_key(|d| (d.span.source, d.span.start, d.span.end));
    let before = u32::try_from(vocabulary.len()).unwrap();
    Run {
        sources,
        findings,
        checked,
        before,
        texts,
    }
}

impl Run {
    pub(crate) fn codes(&self) -> Vec<&'static str> {
        self.findings.iter().map(Diagnostic::code).collect()
    }

    pub(crate) fn errors(&self) -> usize {
        self.findings
            .iter()
            .filter(|f| f.severity() == Severity::Error)
            .count()
    }

    /// All messages as the suite states them.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.findings.iter().map(|f| self.message(f)).collect()
    }

    fn message(&self, finding: &Diagnostic) -> String {
        let severity = match finding.severity() {
            Severity::Error => "错误",
            Severity::Warning => "提醒",
            Severity::Note => "说明",
        };
        let zh = Lang::Zh;
        let mut out = format!(
            "{severity}[{}] {}:{}\n怎么办:{}",
            finding.code(),
            self.place(finding.span),
            finding.message(zh),
            finding.help(zh)
        );
        for span in &finding.related {
            out.push_str(&format!(
                "\n另见{}:{}",
                self.place(*span),
                finding.related_words(zh)
            ));
        }
        for line in self.mended_lines(finding) {
            out.push_str(format!("\n改后:{line}").trim_end());
        }
        out
    }

    fn place(&self, span: jiufen_diagnostic::Span) -> String {
        let line = self.sources.file(span.source).unwrap().place(span.start).line;
        let number = (span.source.0 + 1).checked_sub(self.before).filter(|n| *n > 0);
        let several = self.texts.len() as u32 - self.before > 1;
        match number {
            None => format!("词汇第 {line} 行"),
            Some(number) if several => format!("第 {number} 份第 {line} 行"),
            Some(_) => format!("第 {line} 行"),
        }
    }

    /// The documents after the fix of one finding.
    pub(crate) fn mended(&self, finding: &Diagnostic) -> Vec<String> {
        let edits = |id: u32| {
            let own = finding.fix.iter().filter(|e| e.span.source.0 == id);
            own.cloned().collect::<Vec<_>>()
        };
        let each = self.texts.iter().zip(0u32..);
        each.map(|(text, id)| apply_edits(text, &edits(id))).collect()
    }

    /// The lines that the fix of a finding writes.
    fn mended_lines(&self, finding: &Diagnostic) -> Vec<String> {
        if finding.fix.is_empty() {
            return Vec::new();
        }
        let id = finding.fix[0].span.source.0 as usize;
        let (before, after) = (&self.texts[id], &self.mended(finding)[id]);
        let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
        let same =
            |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(a, b)| a == b).count();
        let head = same(&mut old.iter().zip(&new));
        let tail = same(&mut old.iter().rev().zip(new.iter().rev()));
        let tail = tail.min(new.len() - head).min(old.len().saturating_sub(head));
        new[head..new.len() - tail]
            .iter()
            .map(|l| (*l).to_owned())
            .collect()
    }
}
