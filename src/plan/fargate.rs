//! Fargate's two providers, what they cost, and which tasks they run.

use super::builder::Builder;
use super::definitions::{Definition, SIZE, SIZE_IN_JSON};
use crate::capacity::{Fargate, ProviderKind};
use crate::catalog::fargate as catalog;
use crate::cost::{FargatePart, PriceSource, PricedPlatform};
use crate::diag::{Code, Finding};
use crate::fact::Platform;
use crate::scenario::{CapacityProvider, Ideal};
use crate::units::{Architecture, Decimal, OperatingSystem, ProviderId, Resources};
use std::collections::{BTreeMap, BTreeSet};

/// What the plan knows of Fargate so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The providers that are there, by kind: each is there once (ECS-701).
    providers: BTreeMap<Fargate, ProviderId>,
    /// What Spot saves, if the scenario says it, in hundredths of a percent.
    saving: Option<u32>,
    /// What each platform that is used costs.
    pub(super) prices: BTreeMap<(ProviderId, Architecture, OperatingSystem), PricedPlatform>,
    /// Task definitions whose size was found wrong, and platforms without price: said once.
    said: BTreeSet<String>,
}

impl Builder<'_> {
    /// What kind of provider an entry is. Fargate is added here; an ideal one is handed back.
    pub(super) fn provider_kind<'s>(&mut self, name: &str, provider: &'s CapacityProvider) -> Option<&'s Ideal> {
        let path = format!("capacity_providers.{name}");
        let written: Vec<&str> = [
            ("ideal", provider.ideal.is_some()),
            ("fargate", provider.fargate.is_some()),
            ("fargate_spot", provider.fargate_spot.is_some()),
        ]
        .into_iter()
        .filter_map(|(key, given)| given.then_some(key))
        .collect();
        if let [first, second, ..] = written.as_slice() {
            let finding = Finding::error(Code::Contradiction, format!("`{name}` is two kinds of provider at once"))
                .at(self.tree.nearest_span(&format!("{path}.{second}")), "a second kind")
                .also(self.tree.nearest_span(&format!("{path}.{first}")), "one kind")
                .path(path)
                .help("make an entry for each");
            self.findings.push(finding);
            return None;
        }
        let by_name = Fargate::named(name); // also in capitals, as AWS and strategies write it
        let kind = match written.first() {
            Some(&"ideal") => None,
            Some(key) => Fargate::named(key),
            None => by_name,
        };
        // a strategy that names AWS's own two means these (PLT-3)
        let reserved = Fargate::named(&name.to_ascii_lowercase().replace('-', "_"));
        let is_said = written.first().is_none_or(|key| Fargate::named(key) == reserved);
        if let Some(own) = reserved.filter(|_| !is_said) {
            let key = written.first().copied().unwrap_or("ideal");
            let message = format!("`{name}` is the name of AWS's own provider, and this one is `{key}` (PLT-3)");
            let help = format!("give it another name, or write `{}: {{}}`", own.name());
            self.error(Code::Contradiction, &format!("{path}.{key}"), message, "of another kind", Some(help));
            return None;
        }
        if provider.saving.is_some() && !(written.is_empty() && kind == Some(Fargate::Spot)) {
            let message = "`saving` belongs to `fargate_spot`";
            let help = "write `fargate_spot: {saving: 69%}`, or leave it out";
            self.error(Code::Contradiction, &format!("{path}.saving"), message, "not here", Some(help.to_owned()));
            return None;
        }
        let Some(kind) = kind else {
            if provider.ideal.is_none() {
                let message = format!("capacity provider `{name}` does not say what it is");
                let help = "add `ideal: {instance_type: m5.large}`, `fargate: {}` or `fargate_spot: {}`";
                self.error(Code::MissingSetting, &path, message, "which kind?", Some(help.to_owned()));
            }
            return provider.ideal.as_ref();
        };
        if let Some(before) = self.fargate.providers.get(&kind) {
            let message = format!("`{}` is listed already, as `{}`", kind.name(), self.cast.providers[*before]);
            let help = "AWS has one of each: name the same one in every strategy";
            self.error(Code::Contradiction, &path, message, "a second one", Some(help.to_owned()));
            return None;
        }
        let saving = provider.fargate_spot.as_ref().and_then(|spot| spot.saving).or(provider.saving);
        if let Some(saving) = saving {
            self.saving(&path, provider.saving.is_some(), saving);
        }
        self.add_fargate(name, kind);
        None
    }

    fn saving(&mut self, path: &str, is_short: bool, saving: u32) {
        let (least, most) = catalog::SPOT_SAVING_SEEN;
        if !(least..=most).contains(&saving) {
            let path = if is_short { format!("{path}.saving") } else { format!("{path}.fargate_spot.saving") };
            let message = format!("Fargate Spot was seen to save {} to {} %", least / 100, most / 100);
            self.warn(Code::OutOfRange, &path, message, "outside that", "leave it out to take 69% (PRC-20)");
        }
        self.fargate.saving = Some(saving);
    }

    fn add_fargate(&mut self, name: &str, kind: Fargate) -> ProviderId {
        let provider = self.cast.providers.push(name.to_owned());
        self.providers.push(ProviderKind::Fargate { kind });
        self.fargate.providers.insert(kind, provider);
        provider
    }

    /// The provider of a kind; it is there even where the scenario does not list it (PLT-3).
    pub(super) fn fargate_provider(&mut self, kind: Fargate) -> ProviderId {
        match self.fargate.providers.get(&kind) {
            Some(provider) => *provider,
            None => self.add_fargate(kind.name(), kind),
        }
    }

    /// Whether the scenario lists a Fargate provider.
    pub(super) fn lists_fargate(&self) -> bool {
        !self.fargate.providers.is_empty()
    }

    /// Which Fargate a provider is, if it is.
    pub(super) fn fargate_kind(&self, provider: ProviderId) -> Option<Fargate> {
        match self.providers.get(provider) {
            Some(ProviderKind::Fargate { kind }) => Some(*kind),
            _ => None,
        }
    }

    /// The price of a platform on a provider; reports where none is known.
    pub(super) fn fargate_price(&mut self, path: &str, provider: ProviderId, platform: Platform) {
        let Some(kind) = self.fargate_kind(provider) else { return };
        let Platform { architecture, operating_system: system, .. } = platform;
        let region = self.cast.region.clone();
        if kind == Fargate::Spot && system == OperatingSystem::Windows {
            let message = format!("Fargate Spot runs no {system} (ECS-710)");
            let help = "take `fargate`, or a Linux image";
            self.error(Code::BadStrategy, path, message, "on Spot", Some(help.to_owned()));
            return;
        }
        let is_spot = kind == Fargate::Spot;
        let table = catalog::price(&region, architecture, system);
        let no_licence = (Decimal::whole(0), None);
        let parts = [
            self.fargate_part(FargatePart::Vcpus, platform, is_spot, table.map(|table| table.vcpu_hour)),
            self.fargate_part(FargatePart::Memory, platform, is_spot, table.map(|table| table.gb_hour)),
            match system {
                OperatingSystem::Linux => Some(no_licence),
                OperatingSystem::Windows => {
                    let listed = table.map(|table| table.os_licence_vcpu_hour);
                    self.fargate_part(FargatePart::Licence, platform, is_spot, listed)
                }
            },
            self.fargate_part(FargatePart::Storage, platform, is_spot, table.map(|table| table.storage_gb_hour)),
        ];
        let source = parts.iter().flatten().find_map(|(_, source)| source.clone());
        let [Some(vcpu_hour), Some(gb_hour), Some(os_licence_vcpu_hour), Some(storage_gb_hour)] =
            parts.map(|part| part.map(|(price, _)| price))
        else {
            self.no_fargate_price(path, &region, is_spot, platform);
            return;
        };
        let price =
            catalog::FargatePrice { vcpu_hour, gb_hour, os_licence_vcpu_hour, storage_gb_hour, system, is_spot };
        let source = source.unwrap_or_else(|| PriceSource::new("Fargate prices", catalog::FARGATE_PRICES_DATE));
        self.fargate.prices.insert((provider, architecture, system), PricedPlatform { price, source });
    }

    /// An own price, else the table's; on Spot so much less than that on demand (PRC-20). With its source where that is the
    /// scenario's own.
    fn fargate_part(
        &mut self,
        part: FargatePart,
        platform: Platform,
        is_spot: bool,
        listed: Option<Decimal>,
    ) -> Option<(Decimal, Option<PriceSource>)> {
        let key = |is_spot| part.price_key(is_spot, platform.architecture, platform.operating_system);
        if let Some((price, source)) = self.own_price(key(is_spot)) {
            return Some((price, Some(source)));
        }
        let own = if is_spot { self.own_price(key(false)) } else { None };
        let (price, source) = match own {
            Some((price, source)) => (price, Some(source)),
            None => (self.discounted(listed?), None),
        };
        let is_saved = is_spot && matches!(part, FargatePart::Vcpus | FargatePart::Memory);
        let saving = if is_saved { self.fargate.saving.unwrap_or(catalog::SPOT_SAVING_DEFAULT) } else { 0 };
        Some((price.share(10_000_u32.saturating_sub(saving)), source))
    }

    fn no_fargate_price(&mut self, path: &str, region: &str, is_spot: bool, platform: Platform) {
        let Platform { architecture, operating_system: system, .. } = platform;
        if !self.fargate.said.insert(format!("price {system} {architecture}")) {
            return;
        }
        if catalog::knows_region(region) {
            let message = format!("no Fargate price is known for {system} on {architecture} in {region}");
            let key = |part: FargatePart| part.price_key(is_spot, architecture, system);
            let help = format!(
                "Windows prices are known for us-east-1; a missing price is never taken as zero: add `prices: {{items: {{{}: $…, {}: $…, {}: $…, {}: $…}}}}`",
                key(FargatePart::Vcpus),
                key(FargatePart::Memory),
                key(FargatePart::Licence),
                key(FargatePart::Storage),
            );
            self.error(Code::NoPrice, path, message, "no price", Some(help));
        } else {
            let known: Vec<&str> = catalog::regions().collect();
            let (message, help) = super::regions::without_prices(region, "Fargate", &known);
            self.error(Code::NoPrice, "region", message, "not in the price table", Some(help));
        }
    }

    /// Whether Fargate can run the tasks of a definition at all: size, network mode and whatever else it refuses.
    pub(super) fn definition_on_fargate(&mut self, path: &str, name: &str, definition: &Definition) {
        // where the definition itself requires FARGATE all that is wrong has been said there
        if definition.requires.fargate || !self.fargate_size(path, name, definition) {
            return;
        }
        if let Some(reason) = &definition.not_on_fargate
            && self.fargate.said.insert(format!("reason {name}"))
        {
            let finding = Finding::error(Code::FargateRefuses, reason.clone())
                .at(self.tree.nearest_span(&format!("task_definitions.{name}")), "this task definition")
                .also(self.tree.nearest_span(path), "runs on Fargate")
                .path(format!("{path}.task_definition"))
                .help("change the task definition, or run it on instances");
            self.findings.push(finding);
        }
    }

    /// Whether Fargate has tasks of the size of a definition (ECS-110 to ECS-112); `path` is whoever wants it there.
    fn fargate_size(&mut self, path: &str, name: &str, definition: &Definition) -> bool {
        let place = format!("task_definitions.{name}");
        let (key, message, help) = match definition.task_size {
            Some(Resources { cpu, memory }) => match catalog::problem(cpu, memory, definition.operating_system) {
                None => return true,
                Some(problem) => {
                    let key = if problem.refusal == catalog::Refusal::Memory { ".memory" } else { ".cpu" };
                    let help = if self.imports.is_json(name) { problem.help_in_json() } else { problem.help };
                    (key, format!("{} (ECS-111)", problem.message), help)
                }
            },
            None => {
                let message =
                    "Fargate needs `cpu` and `memory` of the task, and not both are given (ECS-110)".to_owned();
                let size = if self.imports.is_json(name) { SIZE_IN_JSON } else { SIZE };
                ("", message, format!("add for example {size}"))
            }
        };
        if self.fargate.said.insert(format!("size {name}")) {
            let finding = Finding::error(Code::FargateSize, message)
                .at(self.tree.nearest_span(&format!("{place}{key}")), "not sold")
                .also(self.tree.nearest_span(path), "runs on Fargate")
                .path(format!("{path}.task_definition"))
                .help(help);
            self.findings.push(finding);
        }
        false
    }

    /// The same for a size that a file gives.
    pub(super) fn fargate_row_size(&mut self, path: &str, need: Resources, platform: Platform) -> bool {
        let Some(problem) = catalog::problem(need.cpu, need.memory, platform.operating_system) else { return true };
        if self.fargate.said.insert(format!("rows {path}")) {
            let message = format!("{} (ECS-111)", problem.message);
            self.error(Code::FargateSize, &format!("{path}.arrivals"), message, "in this file", Some(problem.help));
        }
        false
    }
}
