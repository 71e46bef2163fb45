//! Zones, plain instances and capacity providers.

use super::PlannedInstance;
use super::builder::Builder;
use crate::capacity::ProviderKind;
use crate::catalog;
use crate::cluster::{Attributes, Registration};
use crate::diag::Code;
use crate::fact::InstanceTypeRole;
use crate::scenario::Instances;
use crate::units::{AttributeSetId, CpuUnits, Id, InstanceTypeId, MebiBytes, ProviderId, Resources, Table, ZoneId};
use std::collections::BTreeSet;

impl Builder<'_> {
    pub(super) fn capacity(&mut self) {
        let mut listed = self.scenario.capacity_providers.values();
        let uses_ec2 = !self.scenario.instances.is_empty() || listed.any(|provider| provider.ideal.is_some());
        if uses_ec2 && !catalog::knows_region(&self.cast.region) {
            let region = self.cast.region.clone();
            let help = match crate::diag::nearest(&region, catalog::regions()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("prices are known for {}", catalog::regions().join(", ")),
            };
            let message = format!("no EC2 prices are known for a Region called `{region}`");
            self.error(Code::UnknownRegion, "region", message, "not in the price table", Some(help));
        }
        self.zones();
        self.cast.providers.push("instances".to_owned());
        self.providers.push(ProviderKind::Instances);
        let scenario = self.scenario;
        let mut names = BTreeSet::new();
        for (row, entry) in scenario.instances.iter().enumerate() {
            self.instances_entry(row, entry, &mut names);
        }
        for (name, provider) in &scenario.capacity_providers {
            let Some(ideal) = self.provider_kind(name, provider) else { continue };
            let path = format!("capacity_providers.{name}.ideal");
            let found = self.instance_type(
                &path,
                "instance_type",
                &ideal.instance_type,
                ideal.registered_cpu,
                ideal.registered_memory,
            );
            if let Some((instance_type, registered)) = found {
                self.cast.providers.push(name.clone());
                let provider = ProviderId::from_row(self.providers.len());
                let role = &self.cast.instance_types[instance_type];
                let (gpus, interfaces) = (role.gpus, role.interfaces);
                let zones: Vec<ZoneId> = self.cast.zones.ids().collect();
                let custom = Attributes::new();
                let attributes: Table<ZoneId, AttributeSetId> =
                    zones.iter().map(|zone| self.attribute_set(instance_type, *zone, &custom)).collect();
                let zone = ZoneId(0);
                let first = attributes[zone];
                let registration =
                    Registration { zone, provider, instance_type, registered, gpus, interfaces, attributes: first };
                self.providers.push(ProviderKind::Ideal { registration, attributes });
            }
        }
        self.colliding_names();
    }

    /// Instances of a provider are called by its name and a number; a plain one must not be called so.
    fn colliding_names(&mut self) {
        let providers: Vec<String> = self.cast.providers.rows().iter().skip(1).cloned().collect();
        for provider in providers {
            let is_like_its = |name: &&String| {
                let number = name.strip_prefix(provider.as_str()).and_then(|rest| rest.strip_prefix('-'));
                number.is_some_and(|number| number.parse::<u32>().is_ok())
            };
            if let Some(name) = self.cast.instance_names.iter().find(is_like_its).cloned() {
                let message = format!("an instance of provider `{provider}` would be called `{name}` like a plain one");
                let help = Some("give the provider or the instance another name".to_owned());
                self.error(Code::DuplicateName, &format!("capacity_providers.{provider}"), message, "its name", help);
            }
        }
    }

    fn zones(&mut self) {
        let scenario = self.scenario;
        let default = ["a", "b", "c"].map(ToOwned::to_owned);
        let letters = scenario.zones.as_deref().unwrap_or(&default);
        let mut names: Vec<String> = letters.iter().map(|letter| self.zone_name(letter)).collect();
        for (row, letter) in letters.iter().enumerate() {
            let path = format!("zones[{row}]");
            let name = &names[row];
            if names[..row].contains(name) {
                let help = Some("leave one of the two out".to_owned());
                self.error(Code::DuplicateName, &path, format!("zone `{name}` is listed twice"), "a second time", help);
            }
            let is_letter = |c: char| c.is_ascii_lowercase();
            if !(letter.starts_with(&self.cast.region) || letter.len() == 1 && letter.chars().all(is_letter)) {
                let help = Some("write its letter, `a` for `us-east-1a`".to_owned());
                self.error(Code::BadName, &path, format!("`{letter}` is no Availability Zone"), "not a letter", help);
            }
        }
        names.sort_unstable();
        names.dedup(); // that one stands twice has been said; planning goes on to find the rest
        self.cast.zones = names.into_iter().collect::<Table<ZoneId, String>>();
    }

    fn zone_name(&self, letter: &str) -> String {
        if letter.starts_with(&self.cast.region) { letter.to_owned() } else { format!("{}{letter}", self.cast.region) }
    }

    fn instances_entry(&mut self, row: usize, entry: &Instances, names: &mut BTreeSet<String>) {
        let path = format!("instances[{row}]");
        let found =
            self.instance_type(&path, "type", &entry.instance_type, entry.registered_cpu, entry.registered_memory);
        let zone = match &entry.zone {
            None => None,
            Some(letter) => match self.cast.zone_by_name(letter) {
                Some(zone) => Some(zone),
                None => {
                    let zones: Vec<String> = self.cast.zones.rows().to_vec();
                    self.dangling(&format!("{path}.zone"), "zone", letter, zones.iter().map(String::as_str));
                    return;
                }
            },
        };
        let Some((instance_type, _)) = found else { return };
        let count = entry.count.unwrap_or(1);
        if !self.holds_instances(&path, count) {
            return;
        }
        for number in 1..=count {
            let name = match &entry.name {
                None => format!("i-{}", self.instances.len() + 1),
                Some(name) if count == 1 => name.clone(),
                Some(name) => format!("{name}-{number}"),
            };
            if !names.insert(name.clone()) {
                let message = format!("two instances are called `{name}`");
                let help = Some("an instance without a `name` is called `i-` and its number in the list".to_owned());
                self.error(Code::DuplicateName, &format!("{path}.name"), message, "used before", help);
                return;
            }
            let zones = self.cast.zones.len();
            let in_turn = || ZoneId(u32::try_from(self.instances.len() % zones).expect("few zones"));
            let zone = zone.unwrap_or_else(in_turn);
            let attributes = self.attribute_set(instance_type, zone, &Attributes::new());
            self.instances.push(PlannedInstance { zone, instance_type, attributes });
            self.cast.instance_names.push(name);
        }
    }

    /// The instance type of a name with its overrides: in the catalogue, sold in the Region, with a price.
    fn instance_type(
        &mut self,
        path: &str,
        key: &str,
        name: &str,
        cpu: Option<CpuUnits>,
        memory: Option<MebiBytes>,
    ) -> Option<(InstanceTypeId, Resources)> {
        let place = format!("{path}.{key}");
        let Some(known) = catalog::instance_type(name) else {
            self.unknown_type(&place, name);
            return None;
        };
        let standard = known.registered();
        let registered = Resources { cpu: cpu.unwrap_or(standard.cpu), memory: memory.unwrap_or(standard.memory) };
        if let Some(id) = self.types.get(&(name.to_owned(), registered)) {
            return Some((*id, registered));
        }
        let Some(price) = catalog::on_demand_price(&self.cast.region, name) else {
            if catalog::knows_region(&self.cast.region) {
                let message = format!("`{name}` has no on-demand price in {}", self.cast.region);
                let help =
                    "a type without a price is not sold there, or not in the table; choose another type or Region";
                self.error(Code::NoPrice, &place, message, "no price", Some(help.to_owned()));
            }
            return None;
        };
        let id = self.prices.push(price);
        self.cast.instance_types.push(InstanceTypeRole {
            name: name.to_owned(),
            registered,
            gpus: 0,
            interfaces: u32::MAX,
        });
        self.types.insert((name.to_owned(), registered), id);
        Some((id, registered))
    }

    /// The attributes of an instance: those built in (ECS-206) and its own, which may not hide the former.
    fn attribute_set(&mut self, instance_type: InstanceTypeId, zone: ZoneId, own: &Attributes) -> AttributeSetId {
        let mut set = own.clone();
        for (name, value) in [
            ("ecs.availability-zone", self.cast.zones[zone].as_str()),
            ("ecs.instance-type", self.cast.instance_types[instance_type].name.as_str()),
            ("ecs.os-type", "linux"),
            ("ecs.capability.task-eni", ""),
        ] {
            set.insert(name.to_owned(), value.to_owned());
        }
        if let Some(id) = self.attribute_ids.get(&set) {
            return *id;
        }
        let id = self.attributes.push(set.clone());
        self.attribute_ids.insert(set, id);
        id
    }

    fn unknown_type(&mut self, place: &str, name: &str) {
        let name_low = name.to_lowercase();
        let distance = |known| strsim::damerau_levenshtein(&name_low, known);
        let mut near: Vec<(usize, &str)> =
            catalog::instance_type_names().map(|known| (distance(known), known)).collect();
        near.sort_unstable();
        let near: Vec<&str> = near.iter().take(3).map(|(_, known)| *known).collect();
        let help = Some(format!("the nearest are `{}`", near.join("`, `")));
        self.error(
            Code::UnknownInstanceType,
            place,
            format!("there is no instance type `{name}`"),
            "not in the catalogue",
            help,
        );
    }
}
