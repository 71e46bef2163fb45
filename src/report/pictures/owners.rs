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
        let sum = |part: fn(Parts) -> NanoUsd| rest.iter().map(|place| part(sources[*place].1)).sum();
        let parts = Parts {
            used: sum(|parts| parts.used),
            reserved_unused: sum(|parts| parts.reserved_unused),
            idle: sum(|parts| parts.idle),
        };
        rows.push(bar(&format!("{} others", rest.len()), parts, total));
    }
    rows.extend(nobodys.iter().filter(|(_, parts)| parts.total().0 != 0).map(named));
    let all = |part: fn(Parts) -> NanoUsd| seen.run.shares.rows.iter().map(|row| part(row.parts)).sum::<NanoUsd>();
    let share = |cost: NanoUsd| percent1((cost.0.unsigned_abs(), total.0.unsigned_abs()));
    let (used, unused, idle) =
        (share(all(|parts| parts.used)), share(all(|parts| parts.reserved_unused)), share(all(|parts| parts.idle)));
    Some(Bars {
        title: format!(
            "Of ${} {used} % is for what was used, {unused} % reserved and not used, {idle} % idle",
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
    Bar {
        label: name.to_owned(),
        parts: [parts.used, parts.reserved_unused, parts.idle].map(dollars),
        note: format!("${}, {} %", all.readable(), percent1((all.0.unsigned_abs(), total.0.unsigned_abs()))),
    }
}
