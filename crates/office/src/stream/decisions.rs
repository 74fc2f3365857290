//! The lists of a table larger than memory: some rows at a time are a registry of their own, run and listed as any other.

use std::io::{self, Write};
use std::path::Path;

use jiufen_diagnostic::Lang;
use jiufen_language::program::{RuleId, SubjectId};
use jiufen_table::snapshot::Chunks;

use super::Streamed;
use crate::lists::{List, ListFormat, ListWriter, Written};
use crate::pack::Pack;
use crate::progress::{Unwatched, Watch, Work};
use crate::registry::{Registry, schema_of};
use crate::run::{RuleSummary, Run, RunOptions};

/// A good number of rows to have in memory at a time.
pub const ROWS_AT_A_TIME: usize = 1 << 16;

/// How a stream is listed.
#[derive(Clone, Copy)]
pub struct Streaming<'a> {
    /// The pack; none of its rules may be tied ([`super::tied`]).
    pub pack: &'a Pack,
    /// The subject that its rules are about.
    pub subject: SubjectId,
    /// For which year and day.
    pub options: RunOptions,
    /// The language of words.
    pub lang: Lang,
    /// The format of the lists.
    pub format: ListFormat,
    /// Rows in memory at a time, at least: whole batches of the file are read.
    pub rows_at_a_time: usize,
    /// Who is told how far it has come.
    pub watch: &'a dyn Watch,
}

/// What came of a stream.
#[derive(Debug, Clone, Default)]
pub struct StreamSummary {
    /// Rows read, decided and rejected.
    pub rows: Streamed,
    /// How each rule came out.
    pub rules: Vec<(RuleId, RuleSummary)>,
}

impl Streaming<'_> {
    /// Decides every row of a Parquet file and writes `decisions` and `rejected` as the rows come. The same lists as a run
    /// over a registry of those rows gives, but that the rights of all rules of some rows stand before those of the next.
    ///
    /// # Errors
    /// What the disk reports; a file that is no Parquet file or breaks off.
    pub fn write<D: Write + Send, R: Write + Send>(
        &self,
        path: &Path,
        decisions: D,
        rejected: R,
    ) -> io::Result<StreamSummary> {
        let program = &self.pack.program;
        let mut chunks = Chunks::open(path, &schema_of(program, self.subject))?;
        let provenance = [
            ("政策包".to_owned(), self.pack.name.clone()),
            ("当年".to_owned(), self.options.year.to_string()),
            ("今日".to_owned(), self.options.as_of.to_string()),
        ];
        let head = (self.lang, chunks.is_synthetic());
        let mut decisions = ListWriter::new((List::Decisions, self.format), head, &provenance, decisions)?;
        let mut rejected = ListWriter::new((List::Rejected, self.format), head, &provenance, rejected)?;
        let mut summary = StreamSummary::default();
        self.watch.begin(Work::Deciding, chunks.rows());
        while let Some(loaded) = chunks.next(self.rows_at_a_time)? {
            let read = loaded.read;
            summary.rows.read += read;
            summary.rows.accepted += loaded.accepted;
            summary.rows.rejected += loaded.rejected.len() as u64;
            let registry = Registry::of_table(program, self.subject, loaded, self.options.as_of);
            let run = Run::columnar(self.pack, &registry, self.options);
            let written = Written {
                pack: self.pack,
                registry: &registry,
                run: &run,
                lang: self.lang,
                provenance: &provenance,
                watch: &Unwatched,
            };
            decisions.append(&written)?;
            rejected.append(&written)?;
            summary.include(run.summaries());
            self.watch.done(read);
        }
        decisions.finish()?.flush()?;
        rejected.finish()?.flush()?;
        Ok(summary)
    }
}

impl StreamSummary {
    fn include(&mut self, of_rules: Vec<(RuleId, RuleSummary)>) {
        if self.rules.is_empty() {
            self.rules = of_rules;
            return;
        }
        for ((_, sum), (_, more)) in self.rules.iter_mut().zip(&of_rules) {
            sum.include(more);
        }
    }
}
