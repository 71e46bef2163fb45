//! The order of cover, said plainly and slowly, beside the one that runs.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A fraction in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ratio(i128, i128);

impl Ratio {
    fn of(n: i128, d: i128) -> Self {
        let (mut a, mut b) = (n.abs(), d.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Self(n / a.max(1), d / a.max(1))
    }
    fn decimal(number: Decimal) -> Self {
        Self::of(number.mantissa.into(), number.divisor())
    }
    fn times(self, n: i128) -> Self {
        Self::of(self.0 * n, self.1)
    }
    fn minus(self, other: Self) -> Self {
        Self::of(self.0 * other.1 - other.0 * self.1, self.1 * other.1)
    }
    fn over(self, other: Self) -> Self {
        Self::of(self.0 * other.1, self.1 * other.0)
    }
    fn less(self, other: Self) -> bool {
        self.0 * other.1 < other.0 * self.1
    }
}

/// What each commitment covers of each type, worked out anew for every hour by looking again and again for the pair that
/// comes first.
fn plainly(town: &Town, lives: &[Life]) -> BTreeMap<(usize, u32), u128> {
    let mut covered = BTreeMap::new();
    let (horizon, start) = (town.cast.horizon.0, u64::try_from(town.cast.start_unix_s).unwrap() * 1000);
    let mut bounds: Vec<u64> = (0..=horizon).step_by(1000).filter(|at| (start + at).is_multiple_of(HOUR)).collect();
    bounds.extend([0, horizon]);
    bounds.sort_unstable();
    bounds.dedup();
    for hour in bounds.windows(2) {
        let mut used: BTreeMap<(u32, u32), i128> = BTreeMap::new();
        for (from, to, of, zone) in lives {
            let inside = (*to).min(hour[1]).saturating_sub((*from).max(hour[0]));
            *used.entry((*of, *zone)).or_default() += i128::from(inside);
        }
        plain_hour(town, i128::from(hour[1] - hour[0]), &mut used, &mut covered);
    }
    covered.retain(|_, quantity| *quantity > 0);
    covered
}

fn plain_hour(
    town: &Town,
    ms: i128,
    used: &mut BTreeMap<(u32, u32), i128>,
    covered: &mut BTreeMap<(usize, u32), u128>,
) {
    let (reserved, savings) = (&town.portfolio.reserved, &town.portfolio.savings);
    // of a reservation ms of the smallest part of its size; of a plan dollars times ms
    let mut money: Vec<Ratio> = reserved.iter().map(|of| Ratio::of(i128::from(of.size * of.count) * ms, 1)).collect();
    money.extend(savings.iter().map(|plan| Ratio::decimal(plan.commitment).times(ms)));
    let mut done = BTreeSet::new();
    loop {
        let mut best: Option<(usize, (u32, u32))> = None;
        for commitment in 0..money.len() {
            for key in used.keys().copied().collect::<Vec<_>>() {
                if done.contains(&(commitment, key)) || rate(town, commitment, key).is_none() {
                    continue;
                }
                if best.is_none_or(|best| comes_before(town, (commitment, key), best)) {
                    best = Some((commitment, key));
                }
            }
        }
        let Some((commitment, key)) = best else { return };
        done.insert((commitment, key));
        let rate = rate(town, commitment, key).unwrap();
        let fits = money[commitment].over(rate);
        let (whole, left) = (fits.0 / fits.1, used[&key]);
        let quantity = whole.min(left);
        money[commitment] = if quantity < left { Ratio(0, 1) } else { money[commitment].minus(rate.times(quantity)) };
        *used.get_mut(&key).unwrap() -= quantity;
        *covered.entry((commitment, key.0)).or_default() += u128::try_from(quantity).unwrap();
    }
}

fn rate(town: &Town, commitment: usize, (of, zone): (u32, u32)) -> Option<Ratio> {
    let reserved = &town.portfolio.reserved;
    match reserved.get(commitment) {
        Some(one) if one.zone.is_some_and(|own| own.0 != zone) => None,
        Some(one) => one.covers.get(&InstanceTypeId(of)).map(|size| Ratio::of((*size).into(), 1)),
        None => {
            let plan = &town.portfolio.savings[commitment - reserved.len()];
            plan.rates.instances.get(&InstanceTypeId(of)).map(|rate| Ratio::decimal(*rate))
        }
    }
}

fn comes_before(town: &Town, a: (usize, (u32, u32)), b: (usize, (u32, u32))) -> bool {
    let reserved = &town.portfolio.reserved;
    let rank = |(commitment, _): (usize, (u32, u32))| match reserved.get(commitment) {
        Some(one) => u8::from(one.zone.is_none()),
        None => 2 + u8::from(town.portfolio.savings[commitment - reserved.len()].is_compute),
    };
    if rank(a) != rank(b) {
        return rank(a) < rank(b);
    }
    let size = |(commitment, (of, _)): (usize, (u32, u32))| {
        reserved.get(commitment).map_or(0, |one| one.covers[&InstanceTypeId(of)])
    };
    if size(a) != size(b) {
        return size(a) < size(b);
    }
    // the part of the price on demand that is still paid; of reservations the price of a part of their size
    let paid = |(commitment, key): (usize, (u32, u32))| match reserved.get(commitment) {
        Some(one) => Ratio::decimal(one.price).over(Ratio::of(one.size.into(), 1)),
        None => rate(town, commitment, key).unwrap().over(Ratio::decimal(usd(TYPES[key.0 as usize].1))),
    };
    let (paid_a, paid_b) = (paid(a), paid(b));
    if paid_a != paid_b {
        return paid_a.less(paid_b);
    }
    let cost = |(commitment, key): (usize, (u32, u32))| {
        if commitment < reserved.len() { Ratio(0, 1) } else { rate(town, commitment, key).unwrap() }
    };
    if cost(a) != cost(b) {
        return cost(a).less(cost(b));
    }
    let name = |(_, (of, zone)): (usize, (u32, u32))| (TYPES[of as usize].0, zone);
    let by = |(commitment, _): (usize, (u32, u32))| match reserved.get(commitment) {
        Some(one) => one.name.clone(),
        None => town.portfolio.savings[commitment - reserved.len()].name.clone(),
    };
    (name(a), by(a), a.0) < (name(b), by(b), b.0)
}

fn reservations() -> impl Strategy<Value = Vec<Reservation>> {
    let one = (0_usize..3, 1_u32..3, prop_oneof![Just(None), (0_u32..2).prop_map(Some)], 1_u32..150);
    let one = one.prop_map(|(of, count, zone, mills)| reservation(of, count, zone, &format!("0.{mills:03}")));
    prop::collection::vec(one, 0..4)
}

fn savings() -> impl Strategy<Value = Vec<SavingsPlan>> {
    let rates = prop::collection::btree_map(0_u32..3, 1_u32..100, 0..4);
    let one = (any::<bool>(), 1_u32..400, rates, 0_u32..3);
    let one = one.prop_map(|(is_compute, mills, rates, name)| {
        let rates: Vec<(u32, String)> = rates.into_iter().map(|(of, rate)| (of, format!("0.{rate:03}"))).collect();
        let rates: Vec<(u32, &str)> = rates.iter().map(|(of, rate)| (*of, rate.as_str())).collect();
        plan(&format!("plan-{name}"), is_compute, &format!("0.{mills:03}"), &rates, &[])
    });
    prop::collection::vec(one, 0..4)
}

fn lives() -> impl Strategy<Value = Vec<Life>> {
    prop::collection::vec((0_u64..12_000, 60_u64..12_000, 0_u32..4, 0_u32..2), 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_covered_is_what_a_plain_reading_covers(
        reserved in reservations(),
        savings in savings(),
        lives in lives(),
        start in 0_i64..60,
        seconds in 60_u64..24_000,
        probes in prop::collection::vec(0_u64..14_000, 4),
    ) {
        let horizon = seconds * 1000;
        let town = town(horizon, start * 60, Portfolio { reserved, savings });
        let fits = |(from, long, of, zone): Life| {
            (from < seconds).then(|| (from * 1000, ((from + long) * 1000).min(horizon), of, zone))
        };
        // one that is cut after less than a minute would be billed for more
        let lives: Vec<Life> =
            lives.into_iter().filter_map(fits).filter(|life| life.1 - life.0 >= 60_000).collect();
        let mut probes: Vec<u64> = probes.into_iter().map(|at| at * 1000).filter(|at| *at < horizon).collect();
        probes.sort_unstable();
        let mut of_hours = 0;
        let mut seen = |open: &Commitments<'_>| of_hours += open.hour_cost().values().map(|cost| cost.0).sum::<i128>();
        let (bills, covered) = run(&town, &lives, None, &probes, Some(&mut seen));
        // hours that are alike are closed in one, and nobody sees it
        prop_assert!(run(&town, &lives, None, &probes, None) == (bills.clone(), covered.clone()));
        let mut found = BTreeMap::new();
        for (commitment, items) in covered.by.iter().enumerate() {
            for (item, quantity) in items {
                let Item::Instances(_, of) = item else { continue };
                found.insert((commitment, of.0), *quantity);
            }
        }
        prop_assert_eq!(found, plainly(&town, &lives));
        // each commitment comes to its price for the time of the run, to the nano-dollar
        let bill = bills.last().unwrap();
        let mut wholes: BTreeMap<(Category, Arc<str>), i128> = BTreeMap::new();
        for one in &town.portfolio.reserved {
            let whole = price_exactly(u128::from(horizon) * u128::from(one.count), one.price, HOUR.into());
            *wholes.entry((Category::ReservedInstances, one.name.clone())).or_default() += whole.0;
        }
        for plan in &town.portfolio.savings {
            let whole = price_exactly(horizon.into(), plan.commitment, HOUR.into());
            *wholes.entry((Category::SavingsPlans, plan.name.clone())).or_default() += whole.0;
        }
        for line in bill.iter().filter(|line| matches!(line.category, Category::ReservedInstances | Category::SavingsPlans)) {
            *wholes.get_mut(&(line.category, line.provider.clone())).unwrap() -= line.cost.0;
            prop_assert!(line.cost.0 >= 0);
            // and each line to its part of it, as far as its price has digits
            let exact = price_exactly(line.quantity, line.price, line.unit.per).0;
            let of_one = price_exactly(1, line.price, line.unit.per).0; // the quantity has no parts of a ms
            prop_assert!((exact - line.cost.0).abs() <= 2 + of_one + exact / 1_000_000, "{:?}", line);
        }
        prop_assert!(wholes.values().all(|left| *left == 0), "{:?}", wholes);
        // nothing that was spent comes back
        for pair in bills.windows(2) {
            let (before, after) = (Spent::on(&pair[0]), Spent::on(&pair[1]));
            for category in Category::ALL {
                prop_assert!(after[category].0 >= before[category].0 - 8, "{category}");
            }
        }
        // hours that were closed cost what was paid for instances in them
        let paid: i128 = bill.iter().filter(|line| &*line.item != "unused commitment").map(|line| line.cost.0).sum();
        prop_assert!(of_hours <= paid + 100, "{of_hours} of {paid}");
    }
}
