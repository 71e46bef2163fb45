//! The bill: billed time from each instance's life, and each line by what rounding half to even means.

use super::cases;
use super::log::{Rows, facts};
use super::town::town;
use longshore::cost::{Category, Counted};
use longshore::fact::Fact;
use longshore::plan::Plan;
use longshore::study::run_once;
use longshore::units::{InstanceId, InstanceTypeId, NanoUsd, ProviderId, SimTime, price_exactly};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// PRC-30, one millisecond after another: seconds begun, at least sixty; nothing for no time at all.
fn billed_ms(life_ms: u64) -> u128 {
    let mut seconds = 0_u64;
    while seconds * 1000 < life_ms {
        seconds += 1;
    }
    if seconds > 0 && seconds < 60 { 60_000 } else { u128::from(seconds) * 1000 }
}

type Lines = BTreeMap<(ProviderId, InstanceTypeId), (u128, u64)>;

/// Since when, until when, whose, and what.
type Life = (u64, u64, ProviderId, InstanceTypeId);

/// All instances, from registration to their end or to that of the run.
fn lives(plan: &Plan) -> Vec<Life> {
    let mut here: BTreeMap<InstanceId, (u64, ProviderId, InstanceTypeId)> = BTreeMap::new();
    let mut lives = Vec::new();
    for (at, fact) in facts(plan) {
        match fact {
            Fact::InstanceRegistered { instance, provider, instance_type, .. } => {
                here.insert(instance, (at.0, provider, instance_type));
            }
            Fact::InstanceGone { instance, .. } => {
                let (since, provider, instance_type) = here.remove(&instance).unwrap();
                lives.push((since, at.0, provider, instance_type));
            }
            _ => {}
        }
    }
    let left = here.into_values();
    lives.extend(left.map(|(since, provider, instance_type)| (since, plan.horizon.0, provider, instance_type)));
    lives
}

/// What instances cost until a moment: the time that each was there, and what is billed beyond it once it has ended.
fn spent(plan: &Plan, lives: &[Life], until: u64) -> i128 {
    let over = until == plan.horizon.0;
    let mut sums: BTreeMap<(ProviderId, InstanceTypeId), u128> = BTreeMap::new();
    for &(since, end, provider, instance_type) in lives {
        let ended = end < until || over;
        let time = if ended { billed_ms(end - since) } else { u128::from(until.saturating_sub(since)) };
        *sums.entry((provider, instance_type)).or_default() += time;
    }
    sums.iter().map(|((_, of), quantity)| price_exactly(*quantity, plan.instance_prices[*of].price, 3_600_000).0).sum()
}

/// Billed time and instances of each line.
fn billed(plan: &Plan) -> Lines {
    let mut sums = Lines::new();
    for (since, until, provider, instance_type) in lives(plan) {
        let line = sums.entry((provider, instance_type)).or_default();
        line.0 += billed_ms(until - since);
        line.1 += 1;
    }
    sums
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn the_bill_adds_up(town in town()) {
        let plan = town.plan();
        let result = run_once(&plan, &mut (), &mut |_, _| ControlFlow::Continue(())).unwrap();
        let expected = billed(&plan);
        let of_instances = |line: &&longshore::cost::Line| matches!(line.counted, Counted::Instances(_));
        let instances: Vec<_> = result.bill.iter().filter(of_instances).collect();
        prop_assert_eq!(instances.len(), expected.len());
        for (line, ((provider, instance_type), (quantity, count))) in instances.into_iter().zip(&expected) {
            prop_assert_eq!(&*line.provider, &plan.cast.providers[*provider]);
            prop_assert_eq!(&*line.item, &plan.cast.instance_types[*instance_type].name);
            prop_assert_eq!((line.quantity, line.count()), (*quantity, *count));
            // cost = quantity / 3,600,000 x mantissa / 10^scale dollars; it is the nearest whole nano-dollar if no
            // other is nearer, and the even one of two that are equally near
            let price = plan.instance_prices[*instance_type].price;
            let exact = i128::try_from(*quantity).unwrap() * i128::from(price.mantissa) * 1_000_000_000;
            let parts = 3_600_000 * 10_i128.pow(u32::from(price.scale));
            let twice_off = 2 * (line.cost.0 * parts - exact).abs();
            prop_assert!(twice_off < parts || (twice_off == parts && line.cost.0 % 2 == 0), "{line:?}");
        }
        // each has a root volume of 30 GiB, for the same time (PRC-36)
        let mut volumes: BTreeMap<&str, u128> = BTreeMap::new();
        for ((provider, _), (quantity, _)) in &expected {
            *volumes.entry(&plan.cast.providers[*provider]).or_default() += 30 * quantity;
        }
        let seen = result.bill.iter().filter(|line| line.category == Category::Volumes);
        let seen: BTreeMap<&str, u128> = seen.map(|line| (&*line.provider, line.quantity)).collect();
        prop_assert_eq!(seen, volumes);
        let cost: i128 = result.bill.iter().map(|line| line.cost.0).sum();
        prop_assert_eq!(result.summary.money.cost, NanoUsd(cost));
        let billed: u128 = expected.values().map(|(quantity, _)| quantity).sum();
        prop_assert_eq!(result.summary.money.billed_instance_ms, billed);
    }

    /// The cost of all buckets is the bill, to the nano-dollar, and each has what the time until its end comes to.
    #[test]
    fn buckets_add_up_to_the_bill(town in town()) {
        let plan = town.plan();
        let (lives, mut rows) = (lives(&plan), Rows::default());
        let result = run_once(&plan, &mut rows, &mut |_, _| ControlFlow::Continue(())).unwrap();
        let mut sums = [0_i128; Category::ALL.len()];
        for row in &rows.buckets {
            prop_assert_eq!(row.cost.len(), sums.len());
            for (sum, part) in sums.iter_mut().zip(&row.cost) {
                prop_assert!(part.0 >= 0);
                *sum += part.0;
            }
            let SimTime(until) = row.to;
            prop_assert_eq!(sums[Category::Ec2OnDemand as usize], spent(&plan, &lives, until), "until {}", until);
        }
        for category in Category::ALL {
            let of = result.bill.iter().filter(|line| line.category == category);
            prop_assert_eq!(sums[category as usize], of.map(|line| line.cost.0).sum::<i128>());
        }
        prop_assert_eq!(result.summary.money.cost, NanoUsd(sums.iter().sum()));
    }

    /// Rounding itself, where lines of random scenarios never come: halves, zero prices, years of instances.
    #[test]
    fn each_product_is_rounded_once(quantity in 0..10_u128.pow(14), mantissa in 0..10_i64.pow(7), scale in 0..7_u8) {
        let price = longshore::units::Decimal { mantissa, scale };
        for (quantity, period) in [(quantity, 3_600_000), (quantity * 1000, 3_600_000), (quantity, 8)] {
            let NanoUsd(cost) = longshore::units::price_exactly(quantity, price, period);
            let exact = i128::try_from(quantity).unwrap() * i128::from(mantissa) * 1_000_000_000;
            let parts = i128::try_from(period).unwrap() * 10_i128.pow(u32::from(scale));
            let twice_off = 2 * (cost * parts - exact).abs();
            prop_assert!(twice_off < parts || (twice_off == parts && cost % 2 == 0));
        }
    }
}
