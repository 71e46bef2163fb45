//! Instance types, from the catalogue or the scenario's own, and the attributes of instances.

use super::builder::Builder;
use crate::catalog;
use crate::cluster::Attributes;
use crate::diag::{Code, Finding};
use crate::fact::InstanceTypeRole;
use crate::scenario::InstanceType;
use crate::units::{Architecture, AttributeSetId, CpuUnits, Decimal, Id, InstanceTypeId, MebiBytes, Resources, ZoneId};
use std::collections::BTreeMap;

/// Capabilities that every instance of the ECS-optimised AMI registers (PLT-8, PLT-24, ECS-129).
pub(super) const CAPABILITIES: [&str; 3] = [
    "ecs.capability.task-eni",
    "com.amazonaws.ecs.capability.task-iam-role",
    "com.amazonaws.ecs.capability.task-iam-role-network-host",
];
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

/// An instance type as one place of the scenario asks for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) name: &'a str,
    /// What it registers instead.
    pub(super) cpu: Option<CpuUnits>,
    pub(super) memory: Option<MebiBytes>,
    pub(super) gpus: Option<u32>,
    pub(super) interfaces: Option<u32>,
    /// `ECS_RESERVED_MEMORY` (ECS-202).
    pub(super) reserved: MebiBytes,
}

impl<'a> Wish<'a> {
    /// A type as it is.
    pub(super) fn of_type(name: &'a str) -> Self {
        Self { name, cpu: None, memory: None, gpus: None, interfaces: None, reserved: MebiBytes(0) }
    }
}

/// What is known of a type before a place of the scenario asks for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standard {
    cpu: CpuUnits,
    memory: MebiBytes,
    gpus: u32,
    interfaces: u32,
    trunk: bool,
    architecture: Architecture,
}

/// Types that differ in any of these are different ones to the run: name, what is registered, GPUs, interfaces.
pub(super) type TypeKey = (String, Resources, u32, u32);

impl Builder<'_> {
    /// The instance type of a name with its overrides: known, and with a price.
    pub(super) fn instance_type(&mut self, path: &str, key: &str, wish: &Wish<'_>) -> Option<InstanceTypeId> {
        let place = format!("{path}.{key}");
        let scenario = self.scenario;
        let own = scenario.instance_types.get(wish.name);
        // a file of instances asks for one type row after row, and to look it up is to read the catalogue
        let standard = match self.standards.get(wish.name) {
            Some(standard) => *standard,
            None => self.standard(&place, wish.name, own)?,
        };
        self.standards.insert(wish.name.to_owned(), standard);
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
        let key: TypeKey = (wish.name.to_owned(), registered, gpus, interfaces);
        if let Some(id) = self.types.get(&key) {
            return Some(*id);
        }
        let price = self.price(&place, wish.name, own)?;
        let id = self.prices.push(price);
        let (name, trunk) = (wish.name.to_owned(), standard.trunk);
        self.cast.instance_types.push(InstanceTypeRole { name, registered, gpus, interfaces, trunk });
        self.architectures.push(standard.architecture);
        self.types.insert(key, id);
        Some(id)
    }

    /// What an instance of a type is like, unless a place says otherwise.
    fn standard(&mut self, place: &str, name: &str, own: Option<&InstanceType>) -> Option<Standard> {
        let known = catalog::instance_type(name);
        let said = |part: &Option<String>| part.as_deref().and_then(Architecture::named);
        let architecture = own.and_then(|own| said(&own.cpu_architecture));
        let limit = own.and_then(|own| own.awsvpc_task_limit);
        let gpus = own.and_then(|own| own.gpus);
        if let Some(known) = known {
            let registered = known.registered();
            return Some(Standard {
                cpu: own.and_then(|own| own.cpu).unwrap_or(registered.cpu),
                memory: own.and_then(|own| own.memory).unwrap_or(registered.memory),
                gpus: gpus.unwrap_or(known.gpus),
                interfaces: limit.unwrap_or_else(|| known.awsvpc_tasks(self.scenario.awsvpc_trunking)),
                trunk: self.scenario.awsvpc_trunking && known.trunking_supported(),
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
            cpu,
            memory,
            gpus: gpus.unwrap_or(0),
            interfaces: limit.unwrap_or(u32::MAX),
            trunk: false,
            architecture: architecture.unwrap_or_default(),
        })
    }

    /// What an hour costs: the scenario's own price, else the table's.
    fn price(&mut self, place: &str, name: &str, own: Option<&InstanceType>) -> Option<Decimal> {
        if let Some(price) = own.and_then(|own| own.price) {
            return Some(price);
        }
        let found = catalog::on_demand_price(&self.cast.region, name);
        if found.is_some() {
            return found;
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

    fn unknown_type(&mut self, place: &str, name: &str) {
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

    /// The custom attributes written at a place, checked by ECS-207.
    pub(super) fn own_attributes(&mut self, path: &str, given: &BTreeMap<String, String>) -> Option<Attributes> {
        let mut sound = true;
        for (name, value) in given {
            if let Some((is_name, message)) = attribute_flaw(name, value) {
                let help =
                    "names: letters, digits and `-_/\\.`; values: those and `@`, `:` and spaces inside (ECS-207)";
                let block = format!("{path}.attributes");
                // a name with a dot is no step of a path
                let entry = self.tree.find(&block).and_then(|block| block.entry(name));
                let at = entry.map(|entry| if is_name { entry.key_span } else { entry.value.span });
                let finding = Finding::error(Code::BadName, message)
                    .at(at.unwrap_or_else(|| self.tree.nearest_span(&block)), "this attribute")
                    .path(format!("{block}.{name}"))
                    .help(help);
                self.findings.push(finding);
                sound = false;
            }
        }
        sound.then(|| given.clone())
    }

    /// The attributes of an instance: those built in (ECS-206), those of its type and its own.
    pub(super) fn attribute_set(
        &mut self,
        instance_type: InstanceTypeId,
        zone: ZoneId,
        own: &Attributes,
    ) -> AttributeSetId {
        let name = self.cast.instance_types[instance_type].name.clone();
        let mut set = Attributes::new();
        if let Some(of_type) = self.scenario.instance_types.get(&name) {
            set.extend(of_type.attributes.clone());
        }
        set.extend(own.clone());
        set.extend(CAPABILITIES.map(|name| (name.to_owned(), String::new())));
        let architecture = self.architectures.get(instance_type.row()).copied().unwrap_or_default();
        for (name, value) in [
            ("ecs.availability-zone", self.cast.zones[zone].as_str()),
            ("ecs.instance-type", &name),
            ("ecs.os-type", "linux"),
            ("ecs.os-family", "LINUX"),
            ("ecs.cpu-architecture", architecture.attribute()),
            ("ecs.ami-id", "ami-ecs-optimized"),
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
    if BUILT_IN.contains(&name) || name == TRUNK {
        return Some((true, format!("`{name}` is built in: an instance brings it by itself (ECS-206)")));
    }
    if !name.chars().all(|c| allowed(c, "-_/\\.")) {
        return Some((true, format!("`{name}` is no name of an attribute")));
    }
    if !value.chars().all(|c| allowed(c, "-_.@/\\: ")) || value.trim() != value {
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
    }
}
