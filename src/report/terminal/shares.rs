//! Whose the bill is: services and entries of `tasks`, the dearest first, and what is nobody's, which is never left out.

use super::line;
use crate::cost::{Owner, Parts};
use crate::report::figures::Figures;
use crate::report::numbers::percent1;
use crate::report::screen::Screen;
use crate::report::sheet::Sheet;
use crate::units::NanoUsd;
use std::cmp::Reverse;

/// Services that are shown one by one.
const MOST_SHOWN: usize = 8;

pub(super) fn by_service(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let total = run.summary.money.cost;
    let owners = run.shares.by_owner(run.cast);
    let (mut sources, nobodys): (Vec<_>, Vec<_>) =
        owners.into_iter().partition(|(owner, _)| matches!(owner, Owner::Source(_)));
    if total.0 <= 0 || sources.is_empty() {
        return;
    }
    sources.sort_by_key(|(_, parts)| Reverse(parts.total())); // stable: equal ones stay in the order of their names
    let all = sources.iter().chain(&nobodys).map(|(_, parts)| *parts).collect::<Vec<Parts>>();
    let rest = sources.split_off(if sources.len() > MOST_SHOWN + 1 { MOST_SHOWN } else { sources.len() });
    let named = |(owner, parts): &(Owner, Parts)| (owner.name(run.cast).to_owned(), *parts);
    let mut rows: Vec<(String, Parts)> = sources.iter().map(named).collect();
    if !rest.is_empty() {
        rows.push((format!("{} others", rest.len()), rest.iter().map(|(_, parts)| *parts).sum()));
    }
    rows.extend(nobodys.iter().map(named));
    rows.push(("total".to_owned(), all.into_iter().sum()));
    let cells =
        |read: fn(&Parts) -> NanoUsd| rows.iter().map(|(_, parts)| format!("${}", read(parts).readable())).collect();
    let mut sheet = Sheet::new("cost by service", rows.iter().map(|(name, _)| name.clone()).collect());
    sheet.column("used", 2, cells(|parts| parts.used)).column("unused", 1, cells(|parts| parts.reserved_unused));
    sheet.column("idle", 0, cells(|parts| parts.idle)).column("total", 0, cells(|parts| parts.total()));
    let share = |parts: &Parts| percent1((parts.total().0.unsigned_abs(), total.0.unsigned_abs()));
    sheet.column("share", 3, rows.iter().map(|(_, parts)| format!("{} %", share(parts))).collect());
    sheet.write(text, screen);
    let words = "reserved and not used; idle: reserved by no task. attribution.csv has it by category.";
    screen.wrapped(text, "  unused: ", words, 4);
    line(text, "");
}
