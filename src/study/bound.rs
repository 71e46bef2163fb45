//! What a perfect packing would need at least: no placement of the same tasks does with fewer instances.
//!
//! At each moment the tasks together ask for so much CPU, memory and so many GPUs, and `k` instances hold at most what the `k`
//! largest of each kind add up to. The least `k` that covers every one of the sums is a lower bound for that moment;
//! over time it adds up to instance time. Whether a packing reaches it is another question: sizes need not fit together.

use crate::plan::{Action, Plan, TaskTemplate};
use crate::units::{InstanceTypeId, NanoUsd, ProviderId, SimTime, price_exactly};
use std::cmp::Reverse;
use std::collections::BTreeMap;

const HOUR_MS: u128 = 3_600_000;

/// CPU units, MiB, GPUs.
type Amounts = [i64; 3];

/// The bound over a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackingBound {
    /// Tasks that count; of a service, those that it wants first.
    pub tasks: u64,
    /// Tasks that do not: larger than any instance, or not wanted before the end of the run.
    pub left_out: u64,
    /// Instances at the moment that needs most.
    pub peak: u64,
    /// Instance time.
    pub instance_ms: u128,
    /// Its price; none for plain instances, which cost the same however full they are.
    pub cost: Option<NanoUsd>,
}

/// The bound for what a plan asks for, each task from the moment at which it is wanted until its lifetime is over, and
/// each service with its desired count. It takes for granted that nobody waits.
///
/// # Errors
/// Why there is no such bound: tasks run on more than one source of capacity, or a service has no count of its own.
pub fn packing_bound(plan: &Plan) -> Result<PackingBound, &'static str> {
    let (supply, paid) = supply(plan)?;
    let mut bound = PackingBound { tasks: 0, left_out: 0, peak: 0, instance_ms: 0, cost: None };
    let mut steps: BTreeMap<SimTime, Amounts> = BTreeMap::new();
    let fits: Vec<bool> = plan.templates.iter().map(|template| supply.holds(amounts(plan, template))).collect();
    for arrival in &plan.arrivals {
        let template = usize::try_from(arrival.template).unwrap_or(usize::MAX);
        if !fits[template] || arrival.at >= plan.horizon {
            bound.left_out += 1;
            continue;
        }
        bound.tasks += 1;
        let template = &plan.templates[template];
        let by_itself = template.ending.map(|ending| ending.after);
        let life = arrival.lifetime.into_iter().chain(by_itself).min();
        let end = life.map_or(plan.horizon, |life| arrival.at + template.start_time + life);
        add(&mut steps, arrival.at, amounts(plan, template), 1);
        add(&mut steps, end, amounts(plan, template), -1);
    }
    for (id, service) in plan.services.iter() {
        let need = amounts(plan, &service.template);
        if !supply.holds(need) {
            return Err("a task of a service is larger than any instance");
        }
        let mut count = i64::from(service.desired);
        add(&mut steps, SimTime::START, need, count);
        bound.tasks += u64::from(service.desired);
        for operation in &plan.operations {
            if let Action::SetDesiredCount { service, count: next } = operation.action
                && service == id
            {
                add(&mut steps, operation.at, need, i64::from(next) - count);
                count = i64::from(next);
            }
        }
    }
    over_time(&steps, plan.horizon, &supply, &mut bound);
    bound.cost = paid.map(|paid| price_exactly(bound.instance_ms, plan.instance_prices[paid].price, HOUR_MS));
    Ok(bound)
}

fn over_time(steps: &BTreeMap<SimTime, Amounts>, horizon: SimTime, supply: &Supply, bound: &mut PackingBound) {
    let mut sums: Amounts = [0; 3];
    let mut moments = steps.iter().take_while(|(at, _)| **at < horizon).peekable();
    while let Some((at, change)) = moments.next() {
        sums = [0, 1, 2].map(|kind| sums[kind] + change[kind]);
        let until = moments.peek().map_or(horizon, |(next, _)| **next);
        let needed = supply.least(sums);
        bound.peak = bound.peak.max(needed);
        bound.instance_ms += u128::from(needed) * u128::from((until - *at).0);
    }
}

fn add(steps: &mut BTreeMap<SimTime, Amounts>, at: SimTime, need: Amounts, times: i64) {
    let step = steps.entry(at).or_insert([0; 3]);
    *step = [0, 1, 2].map(|kind| step[kind] + need[kind] * times);
}

fn amounts(plan: &Plan, template: &TaskTemplate) -> Amounts {
    let gpus = plan.classes[template.class].demand.gpus;
    [template.need.cpu.0, template.need.memory.0, gpus].map(i64::from)
}

/// What there is to put tasks on.
enum Supply {
    /// As many as are needed, all of one size.
    Endless(Amounts),
    /// So many and no more.
    Fleet {
        /// Of each kind, what the largest, the two largest, … hold.
        largest: [Vec<i64>; 3],
        /// The sizes, each once.
        sizes: Vec<Amounts>,
    },
}

impl Supply {
    fn fleet(instances: &[Amounts]) -> Self {
        let mut sizes = instances.to_vec();
        sizes.sort_unstable();
        sizes.dedup();
        let largest = [0, 1, 2].map(|kind| {
            let mut all: Vec<i64> = instances.iter().map(|size| size[kind]).collect();
            all.sort_unstable_by_key(|held| Reverse(*held));
            all.into_iter()
                .scan(0, |sum, next| {
                    *sum += next;
                    Some(*sum)
                })
                .collect()
        });
        Self::Fleet { largest, sizes }
    }

    /// Whether an empty instance holds it.
    fn holds(&self, need: Amounts) -> bool {
        let covers = |size: &Amounts| size.iter().zip(need).all(|(has, asks)| *has >= asks);
        match self {
            Self::Endless(size) => covers(size),
            Self::Fleet { sizes, .. } => sizes.iter().any(covers),
        }
    }

    /// Fewer instances than this do not hold the sums; all of them where a fleet does not either.
    fn least(&self, sums: Amounts) -> u64 {
        let of_kind = |kind: usize| match self {
            _ if sums[kind] <= 0 => 0,
            Self::Endless(size) => sums[kind].unsigned_abs().div_ceil(size[kind].unsigned_abs().max(1)),
            Self::Fleet { largest, .. } => {
                let short = largest[kind].partition_point(|held| *held < sums[kind]);
                u64::try_from(largest[kind].len().min(short + 1)).unwrap_or(u64::MAX)
            }
        };
        [0, 1, 2].map(of_kind).into_iter().max().unwrap_or(0)
    }
}

/// The one source of capacity that all tasks run on; its type where each instance more is paid for.
fn supply(plan: &Plan) -> Result<(Supply, Option<InstanceTypeId>), &'static str> {
    if plan.services.rows().iter().any(|service| service.daemon) {
        return Err("a daemon has as many tasks as there are instances");
    }
    let templates = plan.templates.iter().chain(plan.services.rows().iter().map(|service| &service.template));
    let mut pools = templates.map(|template| plan.classes[template.class].pool);
    let first = pools.next().ok_or("nothing is asked for")?;
    if pools.any(|pool| pool != first) {
        return Err("tasks run on more than one source of capacity");
    }
    let size = |id: InstanceTypeId| {
        let role = &plan.cast.instance_types[id];
        [role.registered.cpu.0, role.registered.memory.0, role.gpus].map(i64::from)
    };
    match first.provider() {
        None | Some(ProviderId(0)) => {
            let sizes: Vec<Amounts> = plan.instances.iter().map(|instance| size(instance.instance_type)).collect();
            Ok((Supply::fleet(&sizes), None))
        }
        Some(provider) => {
            let registration = plan.providers[provider].ideal().ok_or("the provider is not an ideal one")?;
            Ok((Supply::Endless(size(registration.instance_type)), Some(registration.instance_type)))
        }
    }
}
