//! A progress bar on stderr: only on a terminal, and only for runs of over a second.

use crate::units::SimTime;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

const QUIET_FOR: Duration = Duration::from_secs(1);

pub(super) struct Progress {
    started: Instant,
    horizon: SimTime,
    wanted: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    #[expect(clippy::disallowed_methods, reason = "how long a person has waited; no result depends on it")]
    pub(super) fn new(horizon: SimTime, quiet: bool) -> Self {
        let wanted = !quiet && std::io::stderr().is_terminal();
        Self { started: Instant::now(), horizon, wanted, bar: None }
    }

    /// The run has come to `now`.
    pub(super) fn at(&mut self, now: SimTime, events: u64) {
        if !self.wanted || self.started.elapsed() < QUIET_FOR {
            return;
        }
        let horizon = self.horizon.0;
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{bar:30} {percent:>3}%  {msg}  {eta} left");
            let bar = ProgressBar::with_draw_target(Some(horizon), ProgressDrawTarget::stderr());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        bar.set_position(now.0);
        bar.set_message(format!("{now} simulated, {events} events"));
    }

    pub(super) fn clear(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
