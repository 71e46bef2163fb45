//! Instances and tasks over the whole run, and how much of what was there was reserved.

use super::line;
use crate::record::{Bucket, ClusterGauge};
use crate::report::figures::Figures;
use crate::report::numbers::{grouped, grouped_ratio, percent1};
use crate::report::screen::{Screen, counted};
use crate::report::sheet::Sheet;
use std::fmt::Write;

pub(super) fn capacity(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    counts(text, run, screen);
    reserved(text, run, screen);
    standalone(text, run, screen);
}

fn counts(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let summary = run.summary;
    let rows = [
        ("instances", summary.gauge(ClusterGauge::Instances)),
        ("tasks running", summary.gauge(ClusterGauge::TasksRunning)),
        ("tasks waiting", summary.gauge(ClusterGauge::TasksWaiting)),
    ];
    let span = u128::from(summary.measured.0.max(1));
    let cells = |read: &dyn Fn(Bucket) -> String| rows.iter().map(|(_, bucket)| read(*bucket)).collect();
    let mut sheet = Sheet::new("capacity", rows.iter().map(|(name, _)| (*name).to_owned()).collect());
    sheet.column("mean", 0, cells(&|bucket| grouped_ratio(bucket.integral, span, 2)));
    sheet.column("least", 1, cells(&|bucket| grouped(bucket.min)));
    sheet.column("most", 0, cells(&|bucket| grouped(bucket.max)));
    sheet.write(text, screen);
    line(text, "");
}

/// What instances had on average, and how much of it was reserved; nothing without instances.
fn reserved(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let (cpu, memory) = (run.summary.cpu_reserved_share(), run.summary.memory_reserved_share());
    if cpu.1 == 0 && memory.1 == 0 {
        return;
    }
    let unit = u128::from(run.summary.measured.0.max(1)) * 1024; // 1,024 CPU units are a vCPU, 1,024 MiB a GiB
    let rows = [cpu, memory];
    let cells = |read: &dyn Fn((u128, u128)) -> String| rows.iter().map(|row| read(*row)).collect();
    let mut sheet = Sheet::new("of instances, on average", vec!["vCPU".to_owned(), "memory, GiB".to_owned()]);
    sheet.column("registered", 1, cells(&|(_, all)| grouped_ratio(all, unit, 2)));
    sheet.column("reserved", 0, cells(&|(part, _)| grouped_ratio(part, unit, 2)));
    sheet.column("share", 0, cells(&|share| format!("{} %", percent1(share))));
    sheet.write(text, screen);
    line(text, "");
}

fn standalone(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let (asked, unplaced) = (run.cast.standalone_tasks, run.summary.tasks_unplaced);
    if asked == 0 {
        return;
    }
    let mut sentence = format!("{} asked for, {} not placed", counted(asked, "standalone task"), grouped(unplaced));
    match run.summary.tasks_too_large {
        0 => {}
        1 => sentence += " (1 larger than an instance)",
        count => _ = write!(sentence, " ({} larger than an instance)", grouped(count)),
    }
    screen.wrapped(text, "  ", &sentence, 4);
    line(text, "");
}
