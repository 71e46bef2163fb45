//! Zones, plain instances and capacity providers.

use super::builder::Builder;
use super::machines::Wish;
use super::prices::Along;
use super::purchases::Buying;
use super::regions;
use crate::capacity::ProviderKind;
use crate::catalog;
use crate::cluster::{Attributes, Registration};
use crate::diag::Code;
use crate::units::{AttributeSetId, Id, InstanceTypeId, ProviderId, SystemFamily, Table, ZoneId};

impl Builder<'_> {
    pub(super) fn capacity(&mut self) {
        let mut listed = self.scenario.capacity_providers.values();
        let adds = self.scenario.events.iter().any(|event| event.add_instances.is_some());
        let uses_ec2 = adds || !self.scenario.instances.is_empty() || listed.any(|provider| provider.ideal.is_some());
        if uses_ec2 && !catalog::knows_region(&self.cast.region) {
            let (message, help) = regions::without_prices(&self.cast.region, "EC2", &catalog::regions());
            self.error(Code::UnknownRegion, "region", message, "not in the price table", Some(help));
        }
        self.zones();
        self.cast.providers.push("instances".to_owned());
        self.providers.push(ProviderKind::Instances);
        let scenario = self.scenario;
        self.attributes_of_types();
        self.instances();
        for (name, provider) in &scenario.capacity_providers {
            let Some(ideal) = self.provider_kind(name, provider) else { continue };
            let path = format!("capacity_providers.{name}.ideal");
            let wish = Wish {
                cpu: ideal.registered_cpu,
                memory: ideal.registered_memory,
                along: Along {
                    root_volume: ideal.root_volume.as_ref(),
                    volumes: &ideal.volumes,
                    detailed_monitoring: ideal.detailed_monitoring,
                    public_ipv4: ideal.public_ipv4,
                },
                buying: Buying { purchase: ideal.purchase.as_deref(), spot: ideal.spot.as_ref() },
                ..Wish::of_type(&ideal.instance_type, ideal.operating_system.as_deref())
            };
            self.check_buying(&path, wish.buying);
            let own = self.own_attributes(&path, &ideal.attributes);
            if let (Some(instance_type), Some(own)) = (self.instance_type(&path, "instance_type", &wish), own) {
                self.warn_if_odd(&path, &wish);
                self.ideal(name, instance_type, wish.family, &own);
            }
        }
        self.colliding_names();
    }

    fn ideal(&mut self, name: &str, instance_type: InstanceTypeId, family: SystemFamily, own: &Attributes) {
        self.cast.providers.push(name.to_owned());
        let provider = ProviderId::from_row(self.providers.len());
        let zones: Vec<ZoneId> = self.cast.zones.ids().collect();
        let attributes: Table<ZoneId, AttributeSetId> =
            zones.iter().map(|zone| self.attribute_set(instance_type, family, *zone, own)).collect();
        let role = &self.cast.instance_types[instance_type];
        let registration =
            Registration { provider, attributes: attributes[ZoneId(0)], ..Registration::of_type(instance_type, role) };
        self.providers.push(ProviderKind::Ideal { registration, attributes });
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
                if catalog::knows_region(&self.cast.region) {
                    self.doubts.unsettle("zones"); // who names a zone may have meant this one
                }
            }
        }
        names.sort_unstable();
        names.dedup(); // that one stands twice has been said; planning goes on to find the rest
        self.cast.zones = names.into_iter().collect::<Table<ZoneId, String>>();
    }

    /// What helps where a zone is named that the scenario does not have.
    pub(super) fn zone_help(&self, name: &str) -> String {
        let region = self.cast.region.as_str();
        let letter = |zone: &str| zone.strip_prefix(region).unwrap_or(zone).to_owned();
        let mut letters: Vec<String> = self.cast.zones.rows().iter().map(|zone| letter(zone)).collect();
        let wanted = letter(name);
        if matches!(wanted.as_str(), "a" | "b" | "c" | "d" | "e" | "f") {
            letters.push(wanted);
            letters.sort_unstable();
            return format!("add it at the top: `zones: [{}]`", letters.join(", "));
        }
        format!("the scenario has `{}`", self.cast.zones.rows().join("`, `"))
    }

    fn zone_name(&self, letter: &str) -> String {
        if letter.starts_with(&self.cast.region) { letter.to_owned() } else { format!("{}{letter}", self.cast.region) }
    }
}
