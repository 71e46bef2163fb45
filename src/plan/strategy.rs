//! Where tasks run: launch types, capacity provider strategies, and what holds where nothing is said (ECS-701 to
//! ECS-707, ECS-721).

use super::builder::Builder;
use super::constraints::Asked;
use crate::capacity::{Fargate, ProviderKind, Share};
use crate::cluster::Demand;
use crate::diag::{Code, Finding};
use crate::fact::Platform;
use crate::placement::{PlacementClass, Pool, Strategy};
use crate::scenario::{Constraint, Placement, StrategyItem};
use crate::units::{GroupId, PlacementClassId, ProviderId, StrategyId, SubnetId, ZoneId};
use std::collections::BTreeSet;

/// Where the tasks of a source run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    /// Launch type EC2: on any EC2 instance (ECS-707).
    Ec2,
    /// On these providers: base, weight.
    Providers(Vec<Item>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    provider: ProviderId,
    is_fargate: bool,
    base: u32,
    weight: u32,
}

impl Item {
    fn pool(self) -> Pool {
        if self.is_fargate { Pool::Fargate(self.provider) } else { Pool::Provider(self.provider) }
    }
}

impl Destination {
    /// Whether it is Fargate: a strategy holds one kind only (ECS-701).
    pub(super) fn is_fargate(&self) -> bool {
        matches!(self, Self::Providers(items) if items.iter().any(|item| item.is_fargate))
    }

    /// All pools.
    pub(super) fn pools(&self) -> Vec<Pool> {
        match self {
            Self::Ec2 => vec![Pool::LaunchTypeEc2],
            Self::Providers(items) => items.iter().map(|item| item.pool()).collect(),
        }
    }
}

/// What the tasks of a source are placed by, wherever that is.
pub(super) struct Wanted<'w> {
    pub(super) demand: Demand,
    pub(super) chain: &'w [Strategy],
    pub(super) group: GroupId,
    pub(super) asked: &'w Asked,
}

/// What a service or an entry of `tasks:` says about where it runs.
#[derive(Clone, Copy)]
pub(super) struct Wish<'s> {
    pub(super) strategy: &'s [StrategyItem],
    pub(super) launch_type: Option<&'s str>,
}

impl Builder<'_> {
    /// Reads the cluster's default strategy, once.
    pub(super) fn default_strategy(&mut self) {
        let items = &self.scenario.cluster.default_capacity_provider_strategy;
        if !items.is_empty() {
            self.cluster_default = self.strategy("cluster.default_capacity_provider_strategy", items);
        }
    }

    /// Where the tasks of a source run; reports what is wrong with its wish.
    pub(super) fn destination(&mut self, path: &str, wish: Wish<'_>) -> Option<Destination> {
        if let (Some(launch_type), false) = (wish.launch_type, wish.strategy.is_empty()) {
            let message = "a launch type and a capacity provider strategy exclude each other (ECS-707)";
            let finding = Finding::error(Code::Contradiction, message)
                .at(self.tree.nearest_span(&format!("{path}.launch_type")), format!("{launch_type} by type"))
                .also(self.tree.nearest_span(&format!("{path}.capacity_provider_strategy")), "by strategy")
                .path(path)
                .help("leave one of the two out");
            self.findings.push(finding);
            return None;
        }
        if !wish.strategy.is_empty() {
            return self.strategy(&format!("{path}.capacity_provider_strategy"), wish.strategy);
        }
        match wish.launch_type {
            Some("FARGATE") => Some(self.plain_fargate()),
            Some("EC2") => {
                let brings_instances = |kind: &ProviderKind| matches!(kind, ProviderKind::Ideal { .. });
                let has_ec2 = self.has_plain() || self.providers.rows().iter().any(brings_instances);
                has_ec2.then_some(Destination::Ec2).or_else(|| self.no_capacity(path, "the launch type EC2"))
            }
            Some(other) => {
                let path = format!("{path}.launch_type");
                let message = format!("the launch type {other} is not simulated (PLT-4)");
                let help = Some("take `EC2` or `FARGATE`".to_owned());
                self.error(Code::BadStrategy, &path, message, "not here", help);
                None
            }
            None => self.by_default(path),
        }
    }

    /// Whether there are plain instances, at the start or later.
    fn has_plain(&self) -> bool {
        let adds = |event: &crate::scenario::Event| event.add_instances.is_some();
        !self.scenario.instances.is_empty() || self.scenario.events.iter().any(adds)
    }

    /// Nothing is said: the cluster's default, else EC2 instances, else Fargate; where only providers of instances are
    /// listed the author has to choose one (ECS-707, ECS-721).
    fn by_default(&mut self, path: &str) -> Option<Destination> {
        if !self.scenario.cluster.default_capacity_provider_strategy.is_empty() {
            return self.cluster_default.clone(); // what is wrong with it has been said
        }
        if self.has_plain() {
            return Some(Destination::Ec2);
        }
        if !self.lists_fargate() && !self.scenario.capacity_providers.is_empty() {
            return self.no_capacity(path, "no capacity provider");
        }
        Some(self.plain_fargate())
    }

    /// Launch type FARGATE: on-demand only.
    fn plain_fargate(&mut self) -> Destination {
        let provider = self.fargate_provider(Fargate::OnDemand);
        Destination::Providers(vec![Item { provider, is_fargate: true, base: 0, weight: 1 }])
    }

    fn no_capacity(&mut self, path: &str, names: &str) -> Option<Destination> {
        let first = self.scenario.capacity_providers.keys().next();
        let help = match first {
            Some(name) => format!("add `capacity_provider_strategy: [{{provider: {name}}}]`"),
            None => "add `instances: [{type: m5.large, count: 2}]`".to_owned(),
        };
        let message = format!("no capacity: it names {names}, and the scenario has no `instances`");
        self.error(Code::NoCapacity, path, message, "runs nowhere", Some(help));
        None
    }

    /// A strategy with all that AWS refuses about it (ECS-701 to ECS-704).
    fn strategy(&mut self, path: &str, written: &[StrategyItem]) -> Option<Destination> {
        let mut items = Vec::new();
        for (row, item) in written.iter().enumerate() {
            let found = self.provider_by_name(&format!("{path}[{row}].provider"), &item.provider);
            items.push(found.map(|provider| Item {
                provider,
                is_fargate: self.fargate_kind(provider).is_some(),
                base: item.base,
                weight: item.weight,
            }));
        }
        let mut items: Vec<Item> = items.into_iter().collect::<Option<_>>()?;
        let mut sound = true;
        let mut refuse = |this: &mut Self, row: usize, key: &str, message: &str, help: &str| {
            let path = format!("{path}[{row}]{key}");
            this.error(Code::BadStrategy, &path, message, "refused", Some(help.to_owned()));
            sound = false;
        };
        let mut seen = BTreeSet::new();
        if let Some(row) = items.iter().position(|item| !seen.insert(item.provider)) {
            refuse(self, row, ".provider", "a strategy names each provider once", "add the two up");
        }
        if let Some(row) = items.iter().position(|item| item.is_fargate != items[0].is_fargate) {
            let message = "a strategy holds Fargate or instances, not both (ECS-701)";
            refuse(self, row, ".provider", message, "split the work between two services");
        }
        let mut with_base = (0..items.len()).filter(|&row| items[row].base > 0);
        if let Some(row) = with_base.nth(1) {
            refuse(self, row, ".base", "one item of a strategy may have a base (ECS-703)", "leave the other out");
        }
        if items.len() > 1 && items.iter().all(|item| item.weight == 0) {
            let message = "of several providers at least one needs a weight above 0 (ECS-704)";
            refuse(self, 0, "", message, "add `weight: 1`; it is 0 where it is left out");
        }
        if let [only] = items.as_mut_slice() {
            only.weight = only.weight.max(1); // all tasks go there
        }
        sound.then_some(Destination::Providers(items))
    }

    /// The provider of a name; AWS's names of Fargate stand for those two, listed or not (PLT-3).
    fn provider_by_name(&mut self, path: &str, name: &str) -> Option<ProviderId> {
        let found = self.cast.providers.iter().skip(1).find(|(_, known)| *known == name).map(|(id, _)| id);
        if found.is_some() || self.scenario.capacity_providers.contains_key(name) {
            return found; // one that is listed and not known has mistakes, which were said
        }
        if let Some(kind) = Fargate::named(name) {
            return Some(self.fargate_provider(kind));
        }
        let names = self.scenario.capacity_providers.keys().map(String::as_str);
        let known: Vec<&str> = names.chain(Fargate::ALL.map(Fargate::name)).collect();
        self.dangling(path, "capacity provider", name, known);
        None
    }

    /// Fargate has no placement strategies (ECS-305).
    pub(super) fn placement_on_fargate(&mut self, path: &str, placement: Option<&[Placement]>, to: &Destination) {
        if placement.is_some() && to.is_fargate() {
            let path = format!("{path}.placement");
            let message = "Fargate has no placement strategies: it spreads over zones by itself (ECS-305)";
            let help = "leave `placement` out, or run it on instances";
            self.error(Code::FargateRefuses, &path, message, "on Fargate", Some(help.to_owned()));
        }
    }

    /// Constraints choose among instances, and there are none (ECS-115, ECS-305).
    pub(super) fn constraints_on_fargate(&mut self, path: &str, given: &[Constraint], to: &Destination) {
        if !given.is_empty() && to.is_fargate() {
            let path = format!("{path}.placement_constraints");
            let message = "Fargate has no placement constraints: there are no instances to choose from (ECS-115)";
            let help = "leave `placement_constraints` out, or run it on instances";
            self.error(Code::FargateRefuses, &path, message, "on Fargate", Some(help.to_owned()));
        }
    }

    /// The prices of whatever Fargate is used.
    pub(super) fn prices_of(&mut self, path: &str, to: &Destination, platform: Platform) {
        for pool in to.pools() {
            if let Pool::Fargate(provider) = pool {
                self.fargate_price(path, provider, platform);
            }
        }
    }

    /// The class of the tasks of a source on each of its providers: the first, and the strategy if there are several.
    pub(super) fn classes_of(
        &mut self,
        wanted: &Wanted<'_>,
        to: &Destination,
        subnets: &[SubnetId],
    ) -> (PlacementClassId, Option<StrategyId>) {
        let zones: BTreeSet<ZoneId> = subnets.iter().map(|subnet| self.cast.subnets[*subnet].zone).collect();
        let of_pool = |pool| {
            let (demand, group) = (wanted.demand.clone(), wanted.group);
            if matches!(pool, Pool::Fargate(_)) {
                return PlacementClass::plain(demand, vec![Strategy::Random], group, pool); // ECS-305
            }
            let requirements = wanted.asked.requirements.clone();
            let mut class = PlacementClass { demand, requirements, chain: wanted.chain.to_vec(), group, pool };
            if class.demand.interface && !subnets.is_empty() {
                class.requirements.zones = Some(zones.iter().copied().collect()); // ECS-143
            }
            class
        };
        let classes: Vec<PlacementClassId> = to.pools().into_iter().map(|pool| self.class(of_pool(pool))).collect();
        for class in &classes {
            self.remember(*class, wanted.asked.expressions.clone());
        }
        let Destination::Providers(items) = to else { return (classes[0], None) };
        if items.len() == 1 {
            return (classes[0], None);
        }
        let share = |(item, class): (&Item, &PlacementClassId)| Share {
            provider: item.provider,
            class: *class,
            base: item.base,
            weight: item.weight,
        };
        let shares = items.iter().zip(&classes).map(share).collect();
        (classes[0], Some(self.strategies.push(shares)))
    }
}
