//! What surrounds the cluster and is paid for: names resolved, prices found, and what drives each charge.

use super::builder::Builder;
use crate::catalog::charges::Charge;
use crate::cost::{Balancer, BalancerKind, Besides, Declared, Drive};
use crate::diag::{Code, Finding};
use crate::fact::Origin;
use crate::scenario::{FileSystem, Gateway, LoadBalancer, Logs, Secret, Transfer};
use crate::units::{Decimal, Rate, ServiceId, SimSpan, TaskSourceId};

const MILLION: i64 = 1_000_000;
/// Bytes of a GB where the scenario takes powers of two (PRC-8).
const BINARY_GB: u128 = 1 << 30;
/// GB out to the Internet that are free each month (PRC-65).
const INTERNET_FREE: u64 = 100;
/// Rules of a request that cost nothing (PRC-61).
const FREE_RULES: u64 = 10;

/// Who shares a thing.
#[derive(Debug, Clone, Default)]
struct Owners {
    sources: Vec<TaskSourceId>,
    services: Vec<ServiceId>,
}

impl Builder<'_> {
    /// How things are counted; before any price is asked for.
    pub(super) fn counting(&mut self) {
        let prices = &self.scenario.prices;
        if prices.traffic_gb.as_deref() == Some("binary") {
            self.declared.bytes_per_gb = BINARY_GB;
        }
        self.cast.hours_begun = prices.hour_meters.as_deref().map(|word| word != "pro_rata");
        for (name, used) in &self.scenario.prices.month_used {
            match Charge::named(name) {
                Some(charge) => {
                    let is_tiered = self.own_tiers(name).is_some_and(|(tiers, _)| tiers.len() > 1)
                        || charge.prices(&self.cast.region).is_some_and(|(tiers, _)| tiers.len() > 1);
                    if !is_tiered {
                        let message = format!("`{name}` has one price, however much the month has seen of it");
                        let path = format!("prices.month_used.{name}");
                        self.warn(Code::WithoutEffect, &path, message, "not in tiers", "leave it out");
                    }
                    self.declared.month_used.insert(charge, *used);
                }
                None => {
                    let charges: Vec<&str> = Charge::all().map(Charge::id).collect();
                    self.dangling(&format!("prices.month_used.{name}"), "charge", name, charges);
                }
            }
        }
    }

    /// GB out to the Internet that cost nothing.
    pub(super) fn internet_free(&self) -> u64 {
        self.scenario.prices.internet_free.unwrap_or(INTERNET_FREE)
    }

    /// Everything that is declared.
    pub(super) fn surroundings(&mut self) {
        let scenario = self.scenario;
        for (name, of) in &scenario.load_balancers {
            self.load_balancer(name, of);
        }
        for (name, of) in &scenario.nat_gateways {
            self.gateway(&format!("nat_gateways.{name}"), name, of, (Charge::NatHour, Charge::NatGb));
        }
        for (name, of) in &scenario.endpoints {
            self.gateway(&format!("endpoints.{name}"), name, of, (Charge::EndpointHour, Charge::EndpointGb));
        }
        for (name, of) in &scenario.public_addresses {
            let path = format!("public_addresses.{name}");
            let owners = self.owners(&path, &of.services);
            let drives = if of.per_task {
                self.addresses_of_tasks(&path, &owners)
            } else {
                vec![Drive::Objects(of.count.unwrap_or(1))]
            };
            self.declare(&path, name, Charge::PublicIpv4, drives, &owners);
        }
        for (name, of) in &scenario.data_transfer {
            self.transfer(name, of);
        }
        for (name, of) in &scenario.repositories {
            let path = format!("repositories.{name}");
            let owners = self.owners(&path, &of.services);
            let stored = vec![Drive::Held(of.stored.unwrap_or(0).into())];
            self.declare(&path, name, Charge::Ecr, stored, &owners);
        }
        for (name, of) in &scenario.logs {
            self.logs(name, of);
        }
        for (name, of) in &scenario.file_systems {
            self.file_system(name, of);
        }
        for (name, of) in &scenario.secrets {
            self.secret(name, of);
        }
        self.account();
    }

    /// What belongs to no single service as a rule.
    fn account(&mut self) {
        let scenario = self.scenario;
        let nobody = Owners::default();
        let of = &scenario.cloudwatch;
        for (key, count, charge) in [
            ("custom_metrics", of.custom_metrics, Charge::Metric),
            ("high_resolution_metrics", of.high_resolution_metrics, Charge::HighResolutionMetric),
            ("insights_metrics", of.insights_metrics, Charge::InsightsMetric),
            ("alarms", of.alarms, Charge::Alarm),
            ("high_resolution_alarms", of.high_resolution_alarms, Charge::HighResolutionAlarm),
        ] {
            self.held(&format!("cloudwatch.{key}"), "cloudwatch", charge, count, &nobody);
        }
        if let Some(of) = &scenario.discovery {
            let owners = self.owners("discovery", &of.services);
            let zones = of.hosted_zones.unwrap_or(1);
            self.held("discovery.hosted_zones", "discovery", Charge::HostedZone, zones, &owners);
            let resources = of.registered_resources;
            self.held("discovery.registered_resources", "discovery", Charge::RegisteredResource, resources, &owners);
            let rates = [("queries", of.queries, Charge::DnsQueries), ("calls", of.calls, Charge::DiscoveryCalls)];
            for (key, rate, charge) in rates {
                let drives = rate.map(Drive::Rate).into_iter().collect();
                self.declare(&format!("discovery.{key}"), "discovery", charge, drives, &owners);
            }
        }
        if scenario.external_instances > 0 {
            let instances = vec![Drive::Held(scenario.external_instances.into())];
            self.declare("external_instances", "ECS Anywhere", Charge::ExternalInstanceHour, instances, &nobody);
        }
        if let Some(of) = &scenario.eks {
            let charge = if of.extended_support { Charge::EksExtendedHour } else { Charge::EksHour };
            let clusters = vec![Drive::Held(of.clusters.unwrap_or(1).into())];
            self.declare("eks", "eks", charge, clusters, &nobody);
        }
    }

    fn held(&mut self, path: &str, name: &str, charge: Charge, count: u64, owners: &Owners) {
        let drives = if count > 0 { vec![Drive::Held(count.into())] } else { Vec::new() };
        self.declare(path, name, charge, drives, owners);
    }

    /// Adds a charge, unless nothing drives it.
    fn declare(&mut self, path: &str, name: &str, charge: Charge, drives: Vec<Drive>, owners: &Owners) {
        if drives.is_empty() {
            return;
        }
        self.tariff(path, charge);
        let drives = drives.into_iter().map(|drive| drive.with_month_of(self.month_hours())).collect();
        let owners = owners.sources.clone();
        self.declared.charges.push(Declared { name: name.into(), charge, drives, owners });
    }

    /// The services and entries of `tasks` that a thing names.
    fn owners(&mut self, path: &str, names: &[String]) -> Owners {
        let mut owners = Owners::default();
        for (row, name) in names.iter().enumerate() {
            let found = self.cast.sources.iter().find(|(_, source)| source.name == *name);
            match found.map(|(id, source)| (id, source.origin)) {
                Some((id, _)) if owners.sources.contains(&id) => {}
                Some((id, origin)) => {
                    owners.sources.push(id);
                    if let Origin::Service(service) = origin {
                        owners.services.push(service);
                    }
                }
                None => {
                    let known: Vec<String> = self.cast.sources.rows().iter().map(|role| role.name.clone()).collect();
                    let place = format!("{path}.services[{row}]");
                    self.dangling(&place, "service or entry of `tasks`", name, known.iter().map(String::as_str));
                }
            }
        }
        owners
    }

    /// What each request of the services brings; a warning where they have none.
    fn by_requests(&mut self, path: &str, each: Option<u64>, owners: &Owners) -> Vec<Drive> {
        let Some(each) = each else { return Vec::new() };
        let loaded = |service: &&ServiceId| self.cast.services[**service].has_load();
        let services: Vec<ServiceId> = owners.services.iter().filter(loaded).copied().collect();
        if services.is_empty() {
            self.drives_nothing(&format!("{path}.per_request"), "no service with a load stands in its `services`");
        }
        services.into_iter().map(|service| Drive::Requests(service, each.into())).collect()
    }

    fn by_starts(&mut self, path: &str, each: Option<u64>, owners: &Owners) -> Vec<Drive> {
        let Some(each) = each else { return Vec::new() };
        if owners.sources.is_empty() {
            self.drives_nothing(&format!("{path}.per_task_start"), "nothing stands in its `services`");
        }
        owners.sources.iter().map(|source| Drive::Starts(*source, each.into())).collect()
    }

    fn drives_nothing(&mut self, path: &str, why: &str) {
        let finding = Finding::warning(Code::WithoutEffect, format!("this comes to nothing: {why}"))
            .at(self.tree.nearest_span(path), "nothing to count")
            .path(path.to_owned())
            .help("name services that have a `load` in `services`, or leave it out");
        self.findings.push(finding);
    }

    fn addresses_of_tasks(&mut self, path: &str, owners: &Owners) -> Vec<Drive> {
        if owners.sources.is_empty() {
            self.drives_nothing(&format!("{path}.per_task"), "nothing stands in its `services`");
        }
        owners.sources.iter().map(|source| Drive::Tasks(*source, 1)).collect()
    }

    fn gateway(&mut self, path: &str, name: &str, of: &Gateway, (hours, data): (Charge, Charge)) {
        let owners = self.owners(path, &of.services);
        let count = of.count.unwrap_or(1).saturating_mul(of.zones.unwrap_or(1));
        self.declare(path, name, hours, vec![Drive::Objects(count)], &owners);
        let mut drives: Vec<Drive> = of.processed.map(Drive::Rate).into_iter().collect();
        drives.extend(self.by_requests(path, of.per_request, &owners));
        drives.extend(self.by_starts(path, of.per_task_start, &owners));
        self.declare(path, name, data, drives, &owners);
    }

    fn transfer(&mut self, name: &str, of: &Transfer) {
        let path = format!("data_transfer.{name}");
        let owners = self.owners(&path, &of.services);
        // between zones each side pays (PRC-64)
        let (charge, sides) = match of.to.as_str() {
            "zone" => (Charge::CrossZoneGb, 2),
            "region" => (Charge::CrossRegionGb, 1),
            "us_east" => (Charge::UsEastCrossRegionGb, 1),
            _ => (Charge::InternetGb, 1),
        };
        let rate = of.amount.map(|rate| Rate { amount: rate.amount * sides, ..rate });
        let mut drives: Vec<Drive> = rate.map(Drive::Rate).into_iter().collect();
        drives.extend(self.by_requests(&path, of.per_request.map(|each| each * sides), &owners));
        drives.extend(self.by_starts(&path, of.per_task_start.map(|each| each * sides), &owners));
        self.declare(&path, name, charge, drives, &owners);
    }

    fn logs(&mut self, name: &str, of: &Logs) {
        let path = format!("logs.{name}");
        let owners = self.owners(&path, &of.services);
        let mut drives: Vec<Drive> = of.ingested.map(Drive::Rate).into_iter().collect();
        drives.extend(self.by_requests(&path, of.per_request, &owners));
        let mut kept: Vec<Drive> = of.stored.map(|bytes| Drive::Held(bytes.into())).into_iter().collect();
        if of.keep.unwrap_or(true) {
            let compression = of.compression.unwrap_or(Decimal { mantissa: 15, scale: 2 });
            if compression.compare(Decimal::whole(1)).is_gt() {
                let message = format!("of what comes in {compression} would be stored: more than all");
                let help = Some("write 0 to 1: `compression: 0.15`".to_owned());
                self.error(Code::OutOfRange, &format!("{path}.compression"), message, "above 1", help);
            }
            let millionths =
                compression.times_rounded(MILLION).and_then(|share| u64::try_from(share).ok()).unwrap_or(0);
            kept.extend(drives.iter().map(|drive| Drive::Kept(Box::new(drive.clone()), millionths)));
        }
        self.declare(&path, name, Charge::LogsIngested, drives, &owners);
        self.declare(&path, name, Charge::LogsStored, kept, &owners);
        let scanned = of.scanned.map(Drive::Rate).into_iter().collect();
        self.declare(&path, name, Charge::LogsScanned, scanned, &owners);
    }

    fn file_system(&mut self, name: &str, of: &FileSystem) {
        let path = format!("file_systems.{name}");
        let owners = self.owners(&path, &of.services);
        let (storage, infrequent) = match of.class.as_deref() {
            Some("one_zone") => (Charge::EfsOneZone, false),
            Some("standard_ia") => (Charge::EfsStandardIa, true),
            Some("one_zone_ia") => (Charge::EfsOneZoneIa, true),
            _ => (Charge::EfsStandard, false),
        };
        let size = of.size.unwrap_or_default();
        if !size.0.is_multiple_of(1024) {
            let help = Some("write whole GiB: `size: 100 GiB`".to_owned());
            self.error(Code::OutOfRange, &format!("{path}.size"), "a file system has whole GiB", "its size", help);
        }
        self.declare(&path, name, storage, vec![Drive::Held((size.0 / 1024).into())], &owners);
        if let Some(throughput) = of.provisioned_throughput {
            self.held(&path, name, Charge::EfsProvisioned, throughput, &owners);
        }
        let rates = |rate: Option<Rate>| rate.map(Drive::Rate).into_iter().collect::<Vec<_>>();
        if infrequent {
            let both = rates(of.read).into_iter().chain(rates(of.written)).collect();
            self.declare(&path, name, Charge::EfsIaAccess, both, &owners);
        }
        if of.provisioned_throughput.is_none() {
            self.declare(&path, name, Charge::EfsRead, rates(of.read), &owners);
            self.declare(&path, name, Charge::EfsWritten, rates(of.written), &owners);
        }
    }

    fn secret(&mut self, name: &str, of: &Secret) {
        let path = format!("secrets.{name}");
        let owners = self.owners(&path, &of.services);
        let (month, calls) = match of.kind.as_deref() {
            Some("parameter") => return, // standard parameters are free (PRC-77)
            Some("advanced_parameter") => (Charge::AdvancedParameter, Charge::ParameterCalls),
            _ => (Charge::Secret, Charge::SecretCalls),
        };
        let count = of.count.unwrap_or(1);
        self.held(&path, name, month, count, &owners);
        let mut drives: Vec<Drive> = of.calls.map(Drive::Rate).into_iter().collect();
        drives.extend(owners.sources.iter().map(|source| Drive::Starts(*source, count.into())));
        self.declare(&path, name, calls, drives, &owners);
    }

    fn load_balancer(&mut self, name: &str, of: &LoadBalancer) {
        let path = format!("load_balancers.{name}");
        let owners = self.owners(&path, &of.services);
        let kind = match of.kind.as_deref() {
            Some("classic") => BalancerKind::Classic,
            Some("network") => match of.protocol.as_deref() {
                Some("udp") => BalancerKind::Network { new: 400, active: 50_000 },
                Some("tls") => BalancerKind::Network { new: 50, active: 3_000 },
                _ => BalancerKind::Network { new: 800, active: 100_000 },
            },
            _ => BalancerKind::Application { mutual_tls: of.mutual_tls },
        };
        let charges = match kind {
            BalancerKind::Application { .. } => [Charge::AlbHour, Charge::AlbLcu],
            BalancerKind::Network { .. } => [Charge::NlbHour, Charge::NlbLcu],
            BalancerKind::Classic => [Charge::ClbHour, Charge::ClbGb],
        };
        for charge in charges {
            self.tariff(&path, charge);
        }
        if of.public_ipv4 > 0 {
            self.declare(&path, name, Charge::PublicIpv4, vec![Drive::Objects(of.public_ipv4)], &owners);
        }
        let scaled = |number: Option<Decimal>, factor: i64| {
            let whole = number.and_then(|number| number.times_rounded(factor));
            whole.and_then(|whole| u64::try_from(whole).ok())
        };
        if let Some(few) = of.requests_per_connection.filter(|_| scaled(of.requests_per_connection, 1000) < Some(1)) {
            let message = format!("{few} requests a connection: each carries at least a thousandth of one");
            let help = Some("write for example `requests_per_connection: 10`".to_owned());
            self.error(Code::OutOfRange, &format!("{path}.requests_per_connection"), message, "too few", help);
        }
        let besides = Besides {
            connections: scaled(of.traffic.new_connections_per_second, MILLION).unwrap_or(0),
            requests: scaled(of.traffic.requests_per_second, MILLION).unwrap_or(0),
            bytes: of.traffic.processed.map(|rate| rate.with_month_of(self.month_hours())),
        };
        if of.cross_zone {
            self.cross_zone(&path, name, of, &owners);
        }
        let balancer = Balancer {
            name: name.into(),
            kind,
            requests_per_connection: scaled(of.requests_per_connection, 1000).filter(|some| *some > 0).unwrap_or(1000),
            connection_ms: of.connection_time.unwrap_or(SimSpan(1000)).0,
            bytes_per_request: of.per_request.unwrap_or(0),
            rules_beyond_free: of.rules.saturating_sub(FREE_RULES),
            besides,
            owners: owners.services.iter().map(|service| self.cast.services[*service].source).collect(),
            services: owners.services,
        };
        self.declared.balancers.push(balancer);
    }

    /// Between a Network Load Balancer and targets in other zones both sides pay (PRC-64).
    fn cross_zone(&mut self, path: &str, name: &str, of: &LoadBalancer, owners: &Owners) {
        if of.kind.as_deref() != Some("network") {
            self.drives_nothing(&format!("{path}.cross_zone"), "only a Network Load Balancer pays for it");
            return;
        }
        let zones = self.cast.zones.len().max(1) as u64;
        let mut drives: Vec<Drive> = of.traffic.processed.map(Drive::Rate).into_iter().collect();
        drives.extend(self.by_requests(path, of.per_request, owners));
        let drives = drives.into_iter().map(|drive| Drive::Crossing(Box::new(drive), zones)).collect();
        self.declare(path, name, Charge::CrossZoneGb, drives, owners);
    }
}
