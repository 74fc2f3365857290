//! Smaller files that still differ: without documents, blocks, lines, words, rows and columns that do not matter.

use super::compare::Files;

/// How often smaller files are tried.
const TRIES: usize = 4000;

struct Shrink<'a> {
    files: Files,
    still: &'a mut dyn FnMut(&Files) -> bool,
    left: usize,
}

/// The smallest files that were found for which something still holds.
pub(super) fn shrink(files: Files, still: &mut dyn FnMut(&Files) -> bool) -> Files {
    let mut shrink = Shrink {
        files,
        still,
        left: TRIES,
    };
    loop {
        let before = size(&shrink.files);
        shrink.drop_files();
        for at in 0..shrink.files.len() {
            let is_table = shrink.files[at].0.ends_with(".csv");
            shrink.drop_parts(at, "\n\n");
            shrink.drop_parts(at, "\n");
            match is_table {
                true => shrink.drop_columns(at),
                false => shrink.drop_words(at),
            }
        }
        if size(&shrink.files) == before || shrink.left == 0 {
            return shrink.files;
        }
    }
}

fn size(files: &Files) -> usize {
    files.iter().map(|(path, text)| path.len() + text.len()).sum()
}

impl Shrink<'_> {
    fn takes(&mut self, files: Files) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let holds = (self.still)(&files);
        if holds {
            self.files = files;
        }
        holds
    }

    fn with(&self, at: usize, text: String) -> Files {
        let mut files = self.files.clone();
        files[at].1 = text;
        files
    }

    fn drop_files(&mut self) {
        let mut at = 0;
        while at < self.files.len() {
            let mut files = self.files.clone();
            files.remove(at);
            if !self.takes(files) {
                at += 1;
            }
        }
    }

    /// Drops runs of parts of a file, long runs first.
    fn drop_parts(&mut self, at: usize, between: &str) {
        let count = self.files[at].1.split(between).count();
        let mut run = count / 2;
        while run > 0 {
            let mut from = 0;
            loop {
                let parts: Vec<&str> = self.files[at].1.split(between).collect();
                if from >= parts.len() {
                    break;
                }
                let rest: Vec<&str> = parts[..from]
                    .iter()
                    .chain(parts.iter().skip(from + run))
                    .copied()
                    .collect();
                let text = rest.join(between);
                if !self.takes(self.with(at, text)) {
                    from += run;
                }
            }
            run /= 2;
        }
    }

    fn drop_words(&mut self, at: usize) {
        let mut line = 0;
        while line < self.files[at].1.lines().count() {
            for run in [8, 4, 2, 1] {
                let mut from = 1;
                loop {
                    let lines: Vec<&str> = self.files[at].1.split('\n').collect();
                    let words: Vec<&str> = lines[line].split(' ').collect();
                    if from >= words.len() {
                        break;
                    }
                    let kept: Vec<&str> = words[..from]
                        .iter()
                        .chain(words.iter().skip(from + run))
                        .copied()
                        .collect();
                    let kept = kept.join(" ");
                    let mut lines = lines.clone();
                    lines[line] = &kept;
                    let text = lines.join("\n");
                    if text == self.files[at].1 || !self.takes(self.with(at, text)) {
                        from += 1;
                    }
                }
            }
            line += 1;
        }
    }

    fn drop_columns(&mut self, at: usize) {
        let mut column = 0;
        loop {
            let lines: Vec<&str> = self.files[at].1.lines().collect();
            let Some(header) = lines.iter().find(|l| !l.starts_with('#')) else {
                return;
            };
            if column >= header.split(',').count() {
                return;
            }
            let without = |line: &&str| match line.starts_with('#') {
                true => (*line).to_owned(),
                false => {
                    let mut cells: Vec<&str> = line.split(',').collect();
                    if column < cells.len() {
                        cells.remove(column);
                    }
                    cells.join(",")
                }
            };
            let mut text = lines.iter().map(without).collect::<Vec<_>>().join("\n");
            text.push('\n');
            if !self.takes(self.with(at, text)) {
                column += 1;
            }
        }
    }
}
