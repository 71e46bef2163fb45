//! `cost-by-service`: what each service and entry of `tasks` costs, and what of it is used.

use super::Seen;
use super::cost::dollars;
use super::series::top;
use crate::cost::{Owner, Parts};
use crate::report::chart::{Bar, Bars};
use crate::report::numbers::percent1;
use crate::units::NanoUsd;

/// Bars of services; the rest has one more.
const MOST: usize = 12;

pub(super) fn bars(seen: &Seen<'_>) -> Option<Bars> {
    let (cast, total) = (seen.run.cast, seen.run.summary.money.cost);
    if total.0 <= 0 {
        return None;
    }
    let owners = seen.run.shares.by_owner(cast);
    let (sources, nobodys): (Vec<_>, Vec<_>) =
        owners.into_iter().partition(|(owner, parts)| matches!(owner, Owner::Source(_)) && parts.total().0 != 0);
    let (shown, rest) = top(sources.len(), MOST, |place| sources[place].1.total());
    let named = |(owner, parts): &(Owner, Parts)| bar(owner.name(cast), *parts, total);
    let mut rows: Vec<Bar> = shown.iter().map(|place| named(&sources[*place])).collect();
    if !rest.is_empty() {
        let parts = rest.iter().map(|place| sources[*place].1).sum();
        rows.push(bar(&format!("{} others", rest.len()), parts, total));
    }
    rows.extend(nobodys.iter().filter(|(_, parts)| parts.total().0 != 0).map(named));
    let all: Parts = seen.run.shares.rows.iter().map(|row| row.parts).sum();
    let share = |cost: NanoUsd| percent1((cost.0.unsigned_abs(), total.0.unsigned_abs()));
    let (used, unused, idle) = (share(all.used), share(all.reserved_unused), share(all.idle));
    Some(Bars {
        title: format!(
            "{used} % of ${} is for what was used, {unused} % for what was reserved and not used, {idle} % idle",
            total.readable()
        ),
        subtitle: format!("{}, {}, seed {}, {}", cast.scenario, cast.region, cast.seed, cast.horizon),
        x_label: "$ of the whole run".to_owned(),
        parts: ["used", "reserved and not used", "idle: reserved by no task"].map(ToOwned::to_owned),
        rows,
    })
}

fn bar(name: &str, parts: Parts, total: NanoUsd) -> Bar {
    let all = parts.total();
    let text = all.readable();
    Bar {
        label: name.to_owned(),
        parts: [parts.used, parts.reserved_unused, parts.idle].map(dollars),
        note: format!("${text}, {} %", percent1((all.0.unsigned_abs(), total.0.unsigned_abs()))),
    }
}
