//! Subnets and their addresses, and who is in which (ECS-140 to ECS-145, PLT-27).

use super::builder::Builder;
use crate::diag::{Code, Finding};
use crate::fact::SubnetRole;
use crate::scenario::{Cidr, Subnet};
use crate::units::{SubnetId, ZoneId};
use std::collections::BTreeMap;

/// Most subnets of one awsvpc configuration (ECS-817).
const MOST_OF_A_TASK: usize = 16;

/// Whether Fargate leaves out zones whose subnets are full (ECS-145).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubnetChoice {
    /// It does: a start fails only when every listed subnet is full.
    SkipFull,
    /// The zone is chosen first; the start fails if its subnet is full.
    Blind,
}

impl Builder<'_> {
    /// All subnets; to be called when zones and instances are known.
    pub(super) fn subnets(&mut self) {
        let scenario = self.scenario;
        let mut ranges: Vec<(Cidr, &String)> = Vec::new();
        for (name, written) in &scenario.subnets {
            let (cidr, zone, reserved) = match written {
                Subnet::Addresses(cidr) => (*cidr, None, 0),
                Subnet::Block(block) => (block.cidr, block.zone.as_ref(), block.reserved.unwrap_or(0)),
            };
            let path = format!("subnets.{name}");
            let overlap = ranges.iter().find(|(other, _)| cidr.first <= other.last() && other.first <= cidr.last());
            if let Some((_, other)) = overlap {
                let finding = Finding::error(Code::BadSubnet, format!("`{name}` shares addresses with `{other}`"))
                    .at(self.tree.nearest_span(&path), "overlaps")
                    .also(self.tree.nearest_span(&format!("subnets.{other}")), "with this one")
                    .path(path.clone())
                    .help("give each its own block, such as 10.0.1.0/24");
                self.findings.push(finding);
            }
            ranges.push((cidr, name));
            let Some(zone) = self.zone_of_subnet(&path, name, zone) else { continue };
            let Some(usable) = cidr.usable().checked_sub(reserved) else {
                let message = format!("{reserved} addresses are reserved of {} (ECS-140)", cidr.usable());
                let help = Some("AWS keeps five addresses of each subnet; take a larger one".to_owned());
                self.error(Code::BadSubnet, &format!("{path}.reserved"), message, "too many", help);
                continue;
            };
            self.cast.subnets.push(SubnetRole { name: name.clone(), zone, usable });
        }
        self.instances_in_subnets();
    }

    fn zone_of_subnet(&mut self, path: &str, name: &str, written: Option<&String>) -> Option<ZoneId> {
        let letter = written.map_or(name, String::as_str);
        let found = self.cast.zone_by_name(letter);
        if found.is_none() && written.is_none() {
            let message = format!("it is not said in which zone subnet `{name}` is");
            let help =
                format!("write `{name}: {{zone: a, cidr: 10.0.0.0/24}}`; one called like a zone needs no `zone`");
            self.error(Code::BadSubnet, path, message, "which zone?", Some(help));
        } else if found.is_none() {
            let zones: Vec<String> = self.cast.zones.rows().to_vec();
            self.dangling(&format!("{path}.zone"), "zone", letter, zones.iter().map(String::as_str));
        }
        found
    }

    /// Each plain instance takes an address in its zone, with a trunk two of one subnet (ECS-142).
    fn instances_in_subnets(&mut self) {
        if self.scenario.subnets.is_empty() || self.findings.has_errors() {
            return;
        }
        let mut wanted: BTreeMap<ZoneId, Vec<u32>> = BTreeMap::new();
        for instance in &self.instances {
            let addresses = self.cast.instance_types[instance.instance_type].addresses();
            wanted.entry(instance.zone).or_default().push(addresses);
        }
        for (zone, wanted) in wanted {
            let in_zone = self.cast.subnets.rows().iter().filter(|subnet| subnet.zone == zone);
            let usable: Vec<u32> = in_zone.map(|subnet| subnet.usable).collect();
            if !holds(usable.clone(), &wanted) {
                let message = format!(
                    "{} in {} {} {}, and its subnets have {}",
                    if wanted.len() == 1 { "1 instance".to_owned() } else { format!("{} instances", wanted.len()) },
                    self.cast.zones[zone],
                    if wanted.len() == 1 { "needs" } else { "need" },
                    match wanted.iter().sum::<u32>() {
                        1 => "1 address".to_owned(),
                        sum => format!("{sum} addresses"),
                    },
                    usable.iter().sum::<u32>()
                );
                let help = "each instance takes one address of its zone, and one of the same subnet for its trunk where \
                            it has one (ECS-142): add a subnet or a larger one";
                self.error(Code::BadSubnet, "subnets", message, "too few addresses", Some(help.to_owned()));
            }
        }
    }

    /// The subnets of the tasks of a source: those that it names, else all. Tasks with an interface of their own have at
    /// most sixteen (ECS-817).
    pub(super) fn subnets_of(&mut self, path: &str, named: Option<&[String]>, has_interface: bool) -> Vec<SubnetId> {
        let Some(named) = named else {
            let all = self.cast.subnets.len();
            if has_interface && all > MOST_OF_A_TASK {
                let message = format!("its tasks would have all {all} subnets; at most 16 can be listed (ECS-817)");
                let help = Some("name those that they use: `subnets: [a, b, c]`".to_owned());
                self.error(Code::BadSubnet, path, message, "in too many subnets", help);
            }
            return self.cast.subnets.ids().collect();
        };
        let mut found = Vec::new();
        for (row, name) in named.iter().enumerate() {
            let path = format!("{path}.subnets[{row}]");
            let subnet = self.cast.subnets.iter().find(|(_, role)| role.name == *name).map(|(id, _)| id);
            if let Some(subnet) = subnet.filter(|subnet| !found.contains(subnet)) {
                found.push(subnet);
            } else if subnet.is_some() {
                let help = Some("leave one of the two out".to_owned());
                self.error(Code::BadSubnet, &path, format!("`{name}` is listed twice"), "a second time", help);
            } else if !self.scenario.subnets.contains_key(name) {
                let known: Vec<String> = self.scenario.subnets.keys().cloned().collect();
                self.dangling(&path, "subnet", name, known.iter().map(String::as_str));
            }
        }
        found.sort_unstable();
        found
    }
}

/// Whether subnets with so many addresses hold instances that come one after the other, each with all of its
/// addresses in the subnet that has the most left, as they do in the run.
fn holds(mut free: Vec<u32>, wanted: &[u32]) -> bool {
    wanted.iter().all(|count| match free.iter_mut().max() {
        Some(most) if *most >= *count => {
            *most -= count;
            true
        }
        _ => false,
    })
}
