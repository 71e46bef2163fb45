//! Services, those in trouble first, and what schedules started.

use super::line;
use crate::record::{CallsSummary, ServiceSummary};
use crate::report::figures::Figures;
use crate::report::numbers::{grouped, grouped_ratio, percent1};
use crate::report::screen::{Paint, Screen};
use crate::report::sheet::Sheet;
use crate::units::{ServiceId, TaskSourceId};
use std::cmp::Reverse;

/// Rows of a table that are shown one by one.
const MOST_SHOWN: usize = 12;

/// Services in the order in which they are shown, and how many are left out.
pub(super) struct Shown {
    pub(super) ids: Vec<ServiceId>,
    pub(super) left_out: usize,
}

impl Shown {
    /// Those that left most of what was asked unserved, then those whose tasks waited longest, then the largest.
    fn of(run: &Figures<'_>) -> Self {
        let mut ids: Vec<ServiceId> = run.cast.services.ids().collect();
        let trouble = |id: &ServiceId| {
            let figures = run.summary.services[*id];
            let unserved = u128::from(figures.requests.unserved()) * 1_000_000;
            let unserved = unserved.checked_div(figures.requests.offered.into()).unwrap_or(0);
            let size = figures.running.integral * u128::from(run.cast.services[*id].need.cpu.0);
            Reverse((unserved, figures.waiting.integral, size))
        };
        ids.sort_by_key(trouble); // stable: equal ones stay in the order of their names
        let shown = if ids.len() > MOST_SHOWN + 1 { MOST_SHOWN } else { ids.len() };
        let left_out = ids.split_off(shown).len();
        Self { ids, left_out }
    }
}

pub(super) fn services(text: &mut String, run: &Figures<'_>, screen: &Screen) -> Shown {
    let shown = Shown::of(run);
    if shown.ids.is_empty() {
        return shown;
    }
    let span = u128::from(run.summary.measured.0.max(1));
    let cells = |read: &dyn Fn(ServiceId, ServiceSummary) -> String| {
        shown.ids.iter().map(|id| read(*id, run.summary.services[*id])).collect::<Vec<String>>()
    };
    let loaded = |id: ServiceId, value: String| if run.cast.services[id].has_load() { value } else { "-".to_owned() };
    let mut sheet = Sheet::new("service", cells(&|id, _| run.cast.services[id].name.clone()));
    sheet.column("desired", 1, cells(&|_, service| grouped(service.desired.into())));
    sheet.column("running", 0, cells(&|_, service| grouped_ratio(service.running.integral, span, 2)));
    if run.summary.services.rows().iter().any(|service| service.waiting.integral > 0) {
        sheet.column("waiting", 2, cells(&|_, service| grouped_ratio(service.waiting.integral, span, 2)));
    }
    if shown.ids.iter().any(|id| run.cast.services[*id].has_load()) {
        sheet.column("requests", 4, cells(&|id, service| loaded(id, grouped(service.requests.offered))));
        sheet.column("not served", 0, cells(&|id, service| loaded(id, grouped(service.requests.unserved()))));
        let used = |service: ServiceSummary| {
            percent1((service.requests.cpu_used_unit_ms.into(), service.requests.cpu_reserved_unit_ms))
        };
        sheet.column("CPU used", 3, cells(&|id, service| loaded(id, format!("{} %", used(service)))));
    }
    sheet.write(text, screen);
    let differs = |id: &ServiceId| {
        let service = run.summary.services[*id];
        service.running.integral != u128::from(service.desired) * span
    };
    if shown.ids.iter().any(differs) {
        screen.wrapped(text, "  ", "(desired: at the end; running and waiting: on average)", 4);
    }
    if shown.left_out > 0 {
        screen.wrapped(text, "  ", &format!("and {} more in services.csv", shown.left_out), 4);
    }
    line(text, "");
    shown
}

/// What schedules and events started; the other entries of `tasks` stand in the figures of the cluster.
pub(super) fn calls(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let mut recurring: Vec<(TaskSourceId, CallsSummary)> =
        run.summary.calls.iter().map(|(id, calls)| (*id, *calls)).collect();
    recurring.retain(|(_, figures)| figures.most_at_once.is_some());
    if recurring.is_empty() {
        return;
    }
    let lost: u64 = recurring.iter().map(|(_, figures)| figures.lost_runs).sum();
    recurring.sort_by_key(|(_, figures)| Reverse((figures.lost_runs, figures.asked)));
    let left_out = if recurring.len() > MOST_SHOWN + 1 { recurring.split_off(MOST_SHOWN).len() } else { 0 };
    let cells = |read: &dyn Fn(&CallsSummary) -> u64| {
        recurring.iter().map(|(_, figures)| grouped(read(figures))).collect::<Vec<String>>()
    };
    let name = |(source, _): &(TaskSourceId, CallsSummary)| run.cast.sources[*source].name.clone();
    let mut sheet = Sheet::new("started by schedule", recurring.iter().map(name).collect());
    sheet.column("calls", 1, cells(&|figures| figures.calls));
    sheet.column("placed", 2, cells(&|figures| figures.placed));
    sheet.column("not placed", 0, cells(&|figures| figures.unplaced));
    sheet.column("lost", 0, cells(&|figures| figures.lost_runs));
    sheet.column("at once", 3, cells(&|figures| figures.most_at_once.unwrap_or(0)));
    sheet.write(text, screen);
    if left_out > 0 {
        screen.wrapped(text, "  ", &format!("and {left_out} more in summary.json"), 4);
    }
    if lost > 0 {
        let runs = if lost == 1 { "1 run was".to_owned() } else { format!("{} runs were", grouped(lost)) };
        let sentence = format!("{runs} lost: RunTask answered without an error, and nobody tries again (PLT-97).");
        screen.wrapped(text, &format!("  {} ", screen.painted("Warning:", Paint::Warning)), &sentence, 4);
    }
    line(text, "");
}
