//! How far long work has come: a line on a terminal's standard error, after a second, gone when the work is done.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiufen_diagnostic::Lang;
use jiufen_office::lists::List;
use jiufen_office::progress::{Watch, Work};

/// Work that takes less shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// A progress bar with rows and the time that is left.
pub struct Progress {
    lang: Lang,
    bar: Mutex<Bar>,
}

struct Bar {
    bar: ProgressBar,
    began: Instant,
    shown: bool,
}

impl Progress {
    /// Nothing is shown until work has gone on for a second, and never where standard error is no terminal.
    pub fn new(lang: Lang) -> Self {
        let bar = Bar {
            bar: ProgressBar::hidden(),
            began: Instant::now(),
            shown: false,
        };
        Self {
            lang,
            bar: Mutex::new(bar),
        }
    }

    fn words(&self, work: Work) -> &'static str {
        match work {
            Work::Deciding => self.lang.pick("逐户计算", "deciding"),
            Work::Writing(List::Decisions) => self.lang.pick("写出权利", "writing decisions"),
            Work::Writing(List::Instalments) => self.lang.pick("写出分期", "writing instalments"),
            Work::Writing(List::Verdicts) => self.lang.pick("写出判定", "writing verdicts"),
            Work::Writing(List::Values) => self.lang.pick("写出指标", "writing values"),
            Work::Writing(List::Rejected) => self.lang.pick("写出退回的行", "writing rejected rows"),
        }
    }

    fn template(&self) -> &'static str {
        self.lang.pick(
            "{msg} {wide_bar} {human_pos}/{human_len} 行 还要 {eta_precise}",
            "{msg} {wide_bar} {human_pos}/{human_len} rows, {eta_precise} left",
        )
    }
}

impl Watch for Progress {
    fn begin(&self, work: Work, rows: u64) {
        let mut at = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        at.bar.finish_and_clear();
        let bar = ProgressBar::with_draw_target(Some(rows), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(self.template()) {
            bar.set_style(style);
        }
        bar.set_message(self.words(work));
        *at = Bar {
            bar,
            began: Instant::now(),
            shown: false,
        };
    }

    fn done(&self, rows: u64) {
        let mut at = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if !at.shown && at.began.elapsed() >= PATIENCE && std::io::stderr().is_terminal() {
            at.bar.set_draw_target(ProgressDrawTarget::stderr());
            at.shown = true;
        }
        at.bar.inc(rows);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let at = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        at.bar.finish_and_clear();
    }
}
