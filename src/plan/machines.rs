//! Instance types, from the catalogue or the scenario's own, and the attributes of instances.

use super::builder::Builder;
use super::prices::Along;
use super::purchases::{Asked, Buying, ListPrice, ON_DEMAND, Offer};
use crate::catalog;
use crate::cluster::Attributes;
use crate::cost::{InstancePrice, Part, PriceSource};
use crate::diag::{Code, Finding};
use crate::fact::{InstanceTypeRole, Purchase};
use crate::scenario::{InstanceType, Node};
use crate::units::{
    Architecture, AttributeSetId, CpuUnits, Decimal, Id, InstanceTypeId, MebiBytes, OperatingSystem, Resources,
    SimTime, SystemFamily, ZoneId,
};
use std::collections::BTreeMap;

/// Capabilities that every instance of the ECS-optimised AMI registers (PLT-8, PLT-24, ECS-129), the log drivers of EC2
/// among them (PLT-104).
pub(super) const CAPABILITIES: [&str; 12] = [
    "ecs.capability.task-eni",
    "com.amazonaws.ecs.capability.task-iam-role",
    "com.amazonaws.ecs.capability.task-iam-role-network-host",
    "com.amazonaws.ecs.capability.logging-driver.awsfirelens",
    "com.amazonaws.ecs.capability.logging-driver.awslogs",
    "com.amazonaws.ecs.capability.logging-driver.fluentd",
    "com.amazonaws.ecs.capability.logging-driver.gelf",
    "com.amazonaws.ecs.capability.logging-driver.journald",
    "com.amazonaws.ecs.capability.logging-driver.json-file",
    "com.amazonaws.ecs.capability.logging-driver.none",
    "com.amazonaws.ecs.capability.logging-driver.splunk",
    "com.amazonaws.ecs.capability.logging-driver.syslog",
];
/// Those that the Windows AMI registers with network interfaces for tasks enabled: task roles have to be switched on
/// there, which can't be said yet (PLT-24).
const CAPABILITIES_ON_WINDOWS: [&str; 1] = ["ecs.capability.task-eni"];
/// Attributes that some instances have, and those that are simulated rarely or never; to ask that they are not there is
/// usual (ECS-206, ECS-337).
pub(super) const OPTIONAL: [&str; 3] = [TRUNK, "ecs.outpost-arn", "ecs.capability.external"];
/// Attributes that an author may not set: the instance brings them (ECS-206).
pub(super) const BUILT_IN: [&str; 8] = [
    "ecs.ami-id",
    "ecs.availability-zone",
    "ecs.instance-type",
    "ecs.os-type",
    "ecs.os-family",
    "ecs.cpu-architecture",
    "ecs.vpc-id",
    "ecs.subnet-id",
];

/// The attribute of an instance with a trunk interface (ECS-206, ECS-211).
const TRUNK: &str = "ecs.awsvpc-trunk-id";

/// Most letters of the name of an attribute, and of its value (ECS-207).
const LONGEST_ATTRIBUTE: usize = 128;
const ATTRIBUTE_HELP: &str =
    "names: letters, digits and `-_/\\.`; values: those and `@`, `:` and spaces inside; 128 at most (ECS-207)";

/// An instance type as one place of the scenario asks for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) name: &'a str,
    /// The operating system that is started on it.
    pub(super) family: SystemFamily,
    /// What it registers instead.
    pub(super) cpu: Option<CpuUnits>,
    pub(super) memory: Option<MebiBytes>,
    pub(super) gpus: Option<u32>,
    pub(super) interfaces: Option<u32>,
    /// `ECS_RESERVED_MEMORY` (ECS-202).
    pub(super) reserved: MebiBytes,
    /// What it brings along that is paid for.
    pub(super) along: Along<'a>,
    pub(super) buying: Buying<'a>,
}

impl<'a> Wish<'a> {
    /// A type as it is, with the operating system that a place of the scenario asks for.
    pub(super) fn of_type(name: &'a str, operating_system: Option<&str>) -> Self {
        let family = operating_system.and_then(SystemFamily::named).unwrap_or_default();
        Self {
            name,
            family,
            cpu: None,
            memory: None,
            gpus: None,
            interfaces: None,
            reserved: MebiBytes(0),
            along: Along::default(),
            buying: Buying::default(),
        }
    }
}

/// What is known of a type before a place of the scenario asks for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standard {
    /// All that AWS sells with the type; what is not in the catalogue has a price of its own.
    vcpus: u32,
    cpu: CpuUnits,
    memory: MebiBytes,
    gpus: u32,
    interfaces: u32,
    trunk: bool,
    architecture: Architecture,
}

/// Types that differ in any of these are different ones to the run: name, system, how they are bought, what is
/// registered, GPUs, interfaces, what is paid for with them.
pub(super) type TypeKey = (String, OperatingSystem, Bought, Resources, u32, u32, Vec<Part>);
/// How instances are bought, and of Spot all prices: from when on, digits, and how many of them behind the point.
pub(super) type Bought = (Purchase, Vec<(u64, i64, u8)>);

fn bought(purchase: Purchase, spot: Option<&Offer>) -> Bought {
    let prices =
        spot.into_iter().flat_map(|offer| std::iter::once((SimTime(0), offer.price)).chain(offer.later.clone()));
    (purchase, prices.map(|(from, price)| (from.0, price.mantissa, price.scale)).collect())
}

impl Builder<'_> {
    /// The instance type of a name with its overrides: known, and with a price.
    pub(super) fn instance_type(&mut self, path: &str, key: &str, wish: &Wish<'_>) -> Option<InstanceTypeId> {
        let place = format!("{path}.{key}");
        let scenario = self.scenario;
        let own = scenario.instance_types.get(wish.name);
        // a file of instances asks for one type row after row, and to look it up is to read the catalogue
        let system = wish.family.system();
        let of_standard = (wish.name.to_owned(), system);
        let standard = match self.standards.get(&of_standard) {
            Some(standard) => *standard,
            None => self.standard(&place, wish.name, system, own)?,
        };
        self.standards.insert(of_standard, standard);
        if system == OperatingSystem::Windows && standard.architecture == Architecture::Arm64 {
            let message = format!("`{}` has an Arm processor, and Windows runs on X86_64 (ECS-150)", wish.name);
            let help = Some("choose a type with an Intel or AMD processor, or Linux".to_owned());
            self.error(Code::BadPlatform, &format!("{path}.operating_system"), message, "not on this type", help);
            return None;
        }
        let memory = wish.memory.unwrap_or(standard.memory);
        let Some(left) = memory.0.checked_sub(wish.reserved.0) else {
            let message =
                format!("more is reserved than the {memory} that the instance has: it would not register (ECS-202)");
            let help = Some(format!("reserve at most {memory}"));
            self.error(Code::OutOfRange, &format!("{path}.reserved_memory"), message, "too much", help);
            return None;
        };
        let registered = Resources { cpu: wish.cpu.unwrap_or(standard.cpu), memory: MebiBytes(left) };
        if left == 0 {
            let message = format!("`{}` registers no memory, and each task needs some (ECS-104)", wish.name);
            let help = Some("give it memory, or leave it out".to_owned());
            self.error(Code::OutOfRange, &place, message, "runs nothing", help);
            return None;
        }
        let gpus = wish.gpus.unwrap_or(standard.gpus);
        let interfaces = wish.interfaces.unwrap_or(standard.interfaces);
        let parts = self.parts(path, wish.along);
        let purchase = wish.buying.kind();
        let of = Asked { path, of_type: &place, wish, vcpus: standard.vcpus, own };
        let spot = match purchase {
            Purchase::Spot => Some(self.spot_offer(of)?),
            Purchase::OnDemand | Purchase::Dedicated => None,
        };
        let bought = bought(purchase, spot.as_ref());
        let key: TypeKey = (wish.name.to_owned(), system, bought, registered, gpus, interfaces, parts.clone());
        if let Some(id) = self.types.get(&key) {
            return Some(*id);
        }
        let offer = match spot {
            Some(offer) => offer,
            None => self.offer(of)?,
        };
        let Offer { price, later, coverable, licence, source } = offer;
        let id = self.instance_prices.push(InstancePrice { price, later, coverable, licence, source, parts });
        let (name, trunk) = (wish.name.to_owned(), standard.trunk);
        let role = InstanceTypeRole { name, operating_system: system, purchase, registered, gpus, interfaces, trunk };
        self.cast.instance_types.push(role);
        self.architectures.push(standard.architecture);
        self.types.insert(key, id);
        Some(id)
    }

    /// What an instance of a type is like, unless a place says otherwise.
    fn standard(
        &mut self,
        place: &str,
        name: &str,
        system: OperatingSystem,
        own: Option<&InstanceType>,
    ) -> Option<Standard> {
        let known = catalog::instance_type(name);
        let said = |part: &Option<String>| part.as_deref().and_then(Architecture::named);
        let architecture = own.and_then(|own| said(&own.cpu_architecture));
        let limit = own.and_then(|own| own.awsvpc_task_limit);
        let gpus = own.and_then(|own| own.gpus);
        if let Some(known) = known {
            let registered = known.registered_on(system);
            let trunking = self.scenario.awsvpc_trunking && system == OperatingSystem::Linux; // ECS-211
            return Some(Standard {
                vcpus: known.vcpus,
                cpu: own.and_then(|own| own.cpu).unwrap_or(registered.cpu),
                memory: own.and_then(|own| own.memory).unwrap_or(registered.memory),
                gpus: gpus.unwrap_or(known.gpus),
                interfaces: limit.unwrap_or_else(|| known.awsvpc_tasks(trunking)),
                trunk: trunking && known.trunking_supported(),
                architecture: architecture.unwrap_or(known.architecture),
            });
        }
        let Some(own) = own else {
            self.unknown_type(place, name);
            return None;
        };
        let (Some(cpu), Some(memory)) = (own.cpu, own.memory) else {
            let message = format!("`{name}` is not in the catalogue, so its `cpu` and `memory` must be given");
            let help =
                Some("write what an instance registers: `{cpu: 16 vCPU, memory: 62 GiB, price: $0.77}`".to_owned());
            self.error(Code::MissingSetting, &format!("instance_types.{name}"), message, "not complete", help);
            return None;
        };
        Some(Standard {
            vcpus: 0,
            cpu,
            memory,
            gpus: gpus.unwrap_or(0),
            interfaces: limit.unwrap_or(u32::MAX),
            trunk: false,
            architecture: architecture.unwrap_or_default(),
        })
    }

    /// What an hour costs: the scenario's own price, else the table's.
    fn price(&mut self, place: &str, name: &str, own: Option<&InstanceType>) -> Option<(Decimal, PriceSource)> {
        if let Some(price) = own.and_then(|own| own.price) {
            return Some((price, PriceSource::new("instance_types of the scenario", "")));
        }
        if let Some(listed) = self.own_price(name) {
            return Some(listed);
        }
        if let Some(found) = catalog::on_demand_price(&self.cast.region, name) {
            return Some((self.discounted(found), PriceSource::new(ON_DEMAND, catalog::PRICES_DATE)));
        }
        if catalog::instance_type(name).is_none() {
            let message = format!("`{name}` is a type of your own and has no price");
            let help = Some("add `price: $0.77`, dollars per hour; `price: $0` if nothing is to be billed".to_owned());
            self.error(Code::NoPrice, &format!("instance_types.{name}"), message, "no price", help);
        } else if catalog::knows_region(&self.cast.region) {
            let message = format!("`{name}` has no on-demand price in {}", self.cast.region);
            let help = format!(
                "a type without a price is not sold there, or not in the table; choose another type or Region, or add `instance_types: {{{name}: {{price: $…}}}}`"
            );
            self.error(Code::NoPrice, place, message, "no price", Some(help));
        }
        None
    }

    /// The list price: the scenario's own, else the table's; with Windows and the surcharge (PLT-11).
    pub(super) fn list_price(&mut self, of: Asked<'_>) -> Option<ListPrice> {
        let Asked { wish, vcpus, own, .. } = of;
        let name = wish.name;
        let (base, source) = self.price(of.of_type, name, own)?;
        let licence = Decimal::whole(0);
        if wish.family.system() == OperatingSystem::Linux {
            return Some(ListPrice { base, licence, apart: true, source });
        }
        if own.is_some_and(|own| own.price.is_some()) {
            return Some(ListPrice { base, licence, apart: false, source });
        }
        let Some(surcharge) = self.scenario.windows_surcharge_per_vcpu_hour else {
            if !std::mem::replace(&mut self.lacks_windows_price, true) {
                let message = format!("Windows prices are not in the catalogue: `{name}` has none with it (PLT-11)");
                let help = format!(
                    "add `windows_surcharge_per_vcpu_hour: $0.046` at the top: $0.046 per vCPU-hour is a usual surcharge; or the whole price, `instance_types: {{{name}: {{price: $…}}}}`"
                );
                let place = format!("{}.operating_system", of.path);
                self.error(Code::NoPrice, &place, message, "no price", Some(help));
            }
            return None;
        };
        self.cast.windows_surcharge = Some(surcharge);
        let licence = licence.plus_times(vcpus, surcharge);
        // the sum must fit too, which is what is paid
        if licence.and_then(|licence| base.plus_times(1, licence)).is_none() {
            let message = format!("{vcpus} times this and {base}, the price of `{name}`, have too many digits");
            let help = Some("write for example `windows_surcharge_per_vcpu_hour: $0.046`".to_owned());
            self.error(Code::OutOfRange, "windows_surcharge_per_vcpu_hour", message, "too many digits", help);
            return None;
        }
        Some(ListPrice { base, licence: licence?, apart: true, source })
    }

    pub(super) fn unknown_type(&mut self, place: &str, name: &str) {
        let name_low = name.to_lowercase();
        let distance = |known: &str| strsim::damerau_levenshtein(&name_low, known);
        let scenario = self.scenario;
        let own = scenario.instance_types.keys().map(String::as_str);
        let mut near: Vec<(usize, &str)> =
            catalog::instance_type_names().map(|known| (distance(known), known)).collect();
        near.extend(own.map(|known| (distance(known), known)));
        near.sort_unstable();
        let near: Vec<&str> = near.iter().take(3).map(|(_, known)| *known).collect();
        let help = format!("the nearest are `{}`; a type of your own stands under `instance_types`", near.join("`, `"));
        let message = format!("there is no instance type `{name}`");
        self.error(Code::UnknownInstanceType, place, message, "not in the catalogue", Some(help));
    }

    /// The attributes of the scenario's own types are checked like those of instances.
    pub(super) fn attributes_of_types(&mut self) {
        let (scenario, tree) = (self.scenario, self.tree);
        for (name, own) in &scenario.instance_types {
            // names of types have dots of their own
            let block = tree.at(&["instance_types", name, "attributes"]);
            self.sound_attributes(block, &format!("instance_types.{name}"), &own.attributes);
        }
    }

    /// The custom attributes written at a place, checked by ECS-207.
    pub(super) fn own_attributes(&mut self, path: &str, given: &BTreeMap<String, String>) -> Option<Attributes> {
        let block = self.tree.find(&format!("{path}.attributes"));
        self.sound_attributes(block, path, given).then(|| given.clone())
    }

    /// Whether attributes are names and values that an author may give.
    fn sound_attributes(&mut self, block: Option<&Node>, path: &str, given: &BTreeMap<String, String>) -> bool {
        let mut sound = true;
        for (name, value) in given {
            let Some((is_name, message)) = attribute_flaw(name, value) else { continue };
            // a name with a dot is no step of a path
            let entry = block.and_then(|block| block.entry(name));
            let at = entry.map(|entry| if is_name { entry.key_span } else { entry.value.span });
            let path = format!("{path}.attributes");
            let finding = Finding::error(Code::BadName, message)
                .at(at.unwrap_or_else(|| self.tree.nearest_span(&path)), "this attribute")
                .path(format!("{path}.{name}"))
                .help(ATTRIBUTE_HELP);
            self.findings.push(finding);
            sound = false;
        }
        sound
    }

    /// The attributes of an instance: those built in (ECS-206), those of its type and its own.
    pub(super) fn attribute_set(
        &mut self,
        instance_type: InstanceTypeId,
        family: SystemFamily,
        zone: ZoneId,
        own: &Attributes,
    ) -> AttributeSetId {
        let name = self.cast.instance_types[instance_type].name.clone();
        let mut set = Attributes::new();
        if let Some(of_type) = self.scenario.instance_types.get(&name) {
            set.extend(of_type.attributes.clone());
        }
        set.extend(own.clone());
        let system = family.system();
        let (capabilities, ami): (&[&str], _) = match system {
            OperatingSystem::Linux => (&CAPABILITIES, "ami-ecs-optimized"),
            OperatingSystem::Windows => (&CAPABILITIES_ON_WINDOWS, "ami-ecs-optimized-windows"),
        };
        set.extend(capabilities.iter().map(|name| ((*name).to_owned(), String::new())));
        let architecture = self.architectures.get(instance_type.row()).copied().unwrap_or_default();
        for (name, value) in [
            ("ecs.availability-zone", self.cast.zones[zone].as_str()),
            ("ecs.instance-type", &name),
            ("ecs.os-type", system.attribute()),
            ("ecs.os-family", family.name()),
            ("ecs.cpu-architecture", architecture.attribute()),
            ("ecs.ami-id", ami),
            ("ecs.vpc-id", "vpc-1"),
        ] {
            set.insert(name.to_owned(), value.to_owned());
        }
        if self.cast.instance_types[instance_type].trunk {
            set.insert(TRUNK.to_owned(), "eni-trunk".to_owned());
        }
        if let Some(id) = self.attribute_ids.get(&set) {
            return *id;
        }
        let id = self.attributes.push(set.clone());
        self.attribute_ids.insert(set, id);
        id
    }
}

/// What is wrong with a custom attribute, if anything (ECS-207), and whether it is its name.
fn attribute_flaw(name: &str, value: &str) -> Option<(bool, String)> {
    let allowed = |c: char, more: &str| c.is_ascii_alphanumeric() || more.contains(c);
    if BUILT_IN.contains(&name) || OPTIONAL.contains(&name) || CAPABILITIES.contains(&name) {
        return Some((true, format!("`{name}` is built in: an instance brings it by itself (ECS-206)")));
    }
    if name.is_empty() || name.len() > LONGEST_ATTRIBUTE || !name.chars().all(|c| allowed(c, "-_/\\.")) {
        return Some((true, format!("`{name}` is no name of an attribute")));
    }
    let is_long = value.len() > LONGEST_ATTRIBUTE;
    if is_long || !value.chars().all(|c| allowed(c, "-_.@/\\: ")) || value.trim() != value {
        return Some((false, format!("`{value}` is no value of an attribute")));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ECS-207: letters, digits and `-_/\.` in names; `-_.@/\:` and inner spaces in values.
    #[test]
    fn attributes_have_names_and_values_of_their_own_letters() {
        assert_eq!(attribute_flaw("stack", "prod"), None);
        assert_eq!(attribute_flaw("a/b.c-d_e\\f", "x y:z@1/2\\3.4"), None);
        for (name, value) in [("a b", "x"), ("a:b", "x"), ("a", " x"), ("a", "x "), ("a", "x;y"), ("ecs.os-type", "x")]
        {
            assert!(attribute_flaw(name, value).is_some(), "{name}={value}");
        }
        assert!(attribute_flaw(&"a".repeat(128), &"x".repeat(128)).is_none() && attribute_flaw("", "x").is_some());
        assert!(attribute_flaw(&"a".repeat(129), "x").is_some() && attribute_flaw("a", &"x".repeat(129)).is_some());
    }
}
