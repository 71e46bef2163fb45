//! Plain instances, written out or row by row in a CSV file.

use super::PlannedInstance;
use super::arrivals::Rounding;
use super::builder::Builder;
use super::machines::Wish;
use super::prices::Along;
use super::purchases::Buying;
use super::table::CsvFile;
use crate::cluster::Attributes;
use crate::diag::{Code, Finding, Findings, Span};
use crate::scenario::{Instances, Kind, Node, Shape, check};
use crate::units::{AttributeSetId, CpuUnits, InstanceTypeId, MebiBytes, SystemFamily, ZoneId};
use std::collections::BTreeMap;

/// One instance to be, as far as its entry or row says.
struct One<'a> {
    path: &'a str,
    name: Option<String>,
    zone: Option<ZoneId>,
    instance_type: InstanceTypeId,
    family: SystemFamily,
    own: Attributes,
    /// Where its name stands, or would: the entry, or the row of a file.
    place: Span,
}

/// A name that an instance has, for the next that wants it.
pub(super) struct Named {
    place: Span,
    /// Whether it was given, and not made from a number.
    is_given: bool,
}

/// The names of instances so far.
pub(super) type Names = BTreeMap<String, Named>;

impl Builder<'_> {
    pub(super) fn instances(&mut self) {
        let scenario = self.scenario;
        let mut names = std::mem::take(&mut self.names);
        for (row, entry) in scenario.instances.iter().enumerate() {
            let path = format!("instances[{row}]");
            let first = self.instances.len();
            match &entry.file {
                Some(file) => self.instances_from_file(&path, entry, file, &mut names),
                None => self.instances_entry(&path, entry, &mut names),
            }
            self.entries.push(first..self.instances.len());
        }
        self.names = names;
    }

    pub(super) fn instances_entry(&mut self, path: &str, entry: &Instances, names: &mut Names) {
        if entry.columns.is_some() {
            let help = Some("add `file: nodes.csv`, or leave `columns` out".to_owned());
            self.error(Code::MissingSetting, path, "`columns` without a `file`", "of which file?", help);
        }
        let wish = wish(entry);
        self.check_buying(path, wish.buying);
        let (instance_type, family) = (self.instance_type(path, "type", &wish), wish.family);
        if instance_type.is_some() {
            self.warn_if_odd(path, &wish);
        }
        let own = self.own_attributes(path, &entry.attributes);
        let zone = match &entry.zone {
            None => None,
            Some(letter) => match self.zone_of(&format!("{path}.zone"), letter) {
                Some(zone) => Some(zone),
                None => return,
            },
        };
        let (Some(instance_type), Some(own)) = (instance_type, own) else { return };
        let count = entry.count.unwrap_or(1);
        if !self.holds_instances(path, count) {
            return;
        }
        let mut alike = BTreeMap::new();
        let place = self.tree.nearest_span(&format!("{path}.name"));
        for number in 1..=count {
            let name = match &entry.name {
                Some(name) if count > 1 => Some(format!("{name}-{number}")),
                name => name.clone(),
            };
            if !self.instance(
                One { path, name, zone, instance_type, family, own: own.clone(), place },
                names,
                &mut alike,
            ) {
                return;
            }
        }
    }

    /// Adds an instance; false if its name is taken.
    ///
    /// `alike` has the attributes of those before it that differ in nothing but the zone: a million of them are
    /// listed in a moment.
    fn instance(&mut self, one: One<'_>, names: &mut Names, alike: &mut BTreeMap<ZoneId, AttributeSetId>) -> bool {
        let is_given = one.name.is_some();
        let name = one.name.unwrap_or_else(|| format!("i-{}", self.cast.instance_names.len() + 1));
        if let Some(first) = names.get(&name) {
            let help = if is_given && first.is_given {
                "give each instance a name of its own"
            } else {
                "an instance without a `name` is called `i-` and its number in the list"
            };
            let mut finding = Finding::error(Code::DuplicateName, format!("two instances are called `{name}`"))
                .at(one.place, "used before");
            if first.place != one.place {
                finding = finding.also(first.place, "the first");
            }
            self.findings.push(finding.path(format!("{}.name", one.path)).help(help));
            return false;
        }
        names.insert(name.clone(), Named { place: one.place, is_given });
        let zones = self.cast.zones.len();
        let in_turn = || ZoneId(u32::try_from(self.cast.instance_names.len() % zones).expect("few zones"));
        let zone = one.zone.unwrap_or_else(in_turn);
        let attributes = match alike.get(&zone) {
            Some(known) => *known,
            None => self.attribute_set(one.instance_type, one.family, zone, &one.own),
        };
        alike.insert(zone, attributes);
        self.instances.push(PlannedInstance { zone, instance_type: one.instance_type, attributes });
        self.cast.instance_names.push(name);
        true
    }

    pub(super) fn zone_of(&mut self, path: &str, letter: &str) -> Option<ZoneId> {
        let zone = self.cast.zone_by_name(letter);
        if zone.is_none() {
            let message = format!("there is no zone called `{letter}`");
            let help = self.zone_help(letter);
            self.error(Code::UnknownReference, path, message, "not found", Some(help));
        }
        zone
    }

    /// One instance a row.
    fn instances_from_file(&mut self, path: &str, entry: &Instances, file: &str, names: &mut Names) {
        for (key, given) in [("count", entry.count.is_some()), ("name", entry.name.is_some())] {
            if given {
                let finding = Finding::error(Code::Contradiction, format!("`{key}` and `file` exclude each other"))
                    .at(self.tree.nearest_span(&format!("{path}.{key}")), "says it once for all")
                    .also(self.tree.nearest_span(&format!("{path}.file")), "has one instance a row")
                    .path(path)
                    .help(format!("leave `{key}` out"));
                self.findings.push(finding);
                return;
            }
        }
        self.check_buying(path, wish(entry).buying);
        let Some(mut table) = self.csv(&format!("{path}.file"), file) else { return };
        let Some(columns) = self.instance_columns(path, &table, entry) else { return };
        let Some(own) = self.own_attributes(path, &entry.attributes) else { return };
        let zone = match &entry.zone {
            None => None,
            Some(letter) => match self.zone_of(&format!("{path}.zone"), letter) {
                Some(zone) => Some(zone),
                None => return,
            },
        };
        if !self.holds_instances(path, u32::try_from(table.len()).unwrap_or(u32::MAX)) {
            return;
        }
        self.warn_if_no_rows(&format!("{path}.file"), &table, "it brings no instance");
        for row in 0..table.len() {
            let Some(one) = self.instance_row(path, entry, &columns, &mut table, row) else { continue };
            let own = own.clone().into_iter().chain(one.own).collect();
            if !self.instance(One { zone: one.zone.or(zone), own, ..one }, names, &mut BTreeMap::new()) {
                return;
            }
        }
        self.not_reported(&format!("{path}.file"), &table);
    }

    fn instance_columns(&mut self, path: &str, table: &CsvFile, entry: &Instances) -> Option<InstanceColumns> {
        let none = crate::scenario::InstanceColumns::default();
        let given = entry.columns.as_ref().unwrap_or(&none);
        let path = format!("{path}.columns");
        let plain = |builder: &mut Self, key: &str, heading: &Option<String>| match heading {
            None => Some(None),
            Some(heading) => builder.column(&format!("{path}.{key}"), table, heading).map(Some),
        };
        let (name, zone) = (plain(self, "name", &given.name), plain(self, "zone", &given.zone));
        let gpus = plain(self, "gpus", &given.gpus);
        let operating_system = plain(self, "operating_system", &given.operating_system);
        let cpu = self.optional_unit_column(&format!("{path}.cpu"), table, given.cpu.as_ref());
        let memory = self.optional_unit_column(&format!("{path}.memory"), table, given.memory.as_ref());
        let mut attributes = Vec::new();
        for (attribute, heading) in &given.attributes {
            let column = self.column(&format!("{path}.attributes.{attribute}"), table, heading)?;
            attributes.push((attribute.clone(), column));
        }
        let (name, zone, gpus, operating_system) = (name?, zone?, gpus?, operating_system?);
        Some(InstanceColumns { name, zone, cpu: cpu?, memory: memory?, gpus, operating_system, attributes })
    }

    fn instance_row<'p>(
        &mut self,
        path: &'p str,
        entry: &Instances,
        columns: &InstanceColumns,
        table: &mut CsvFile,
        row: usize,
    ) -> Option<One<'p>> {
        let mut wish = wish(entry);
        if let Some(column) = columns.cpu {
            wish.cpu = Some(CpuUnits(self.narrow(table, row, column, Rounding::Down)?));
        }
        if let Some(column) = columns.memory {
            let memory = self.narrow(table, row, column, Rounding::Down)?;
            if memory == 0 {
                let message = "an instance without memory runs no task: each needs some (ECS-104)";
                self.bad_value(table, row, message, "write what it registers, or remove the row");
                return None;
            }
            wish.memory = Some(MebiBytes(memory));
        }
        if let Some(column) = columns.gpus {
            wish.gpus = Some(self.whole(table, row, column)?);
        }
        if let Some(column) = columns.operating_system
            && let word = table.field(row, column).to_owned()
            && !word.is_empty()
        {
            let Some(family) = SystemFamily::named(&word) else {
                let help = "it is `LINUX` or a Windows Server, such as `WINDOWS_SERVER_2022_CORE`";
                self.bad_value(table, row, format!("there is no operating system `{word}`"), help);
                return None;
            };
            wish.family = family;
        }
        let zone = match columns.zone {
            None => None,
            Some(column) => {
                let letter = table.field(row, column).to_owned();
                let zone = self.cast.zone_by_name(&letter);
                if zone.is_none() {
                    let help = self.zone_help(&letter);
                    self.bad_value(table, row, format!("there is no zone called `{letter}`"), help);
                    return None;
                }
                zone
            }
        };
        let mut given = BTreeMap::new();
        for (name, column) in &columns.attributes {
            let value = table.field(row, *column);
            if !value.is_empty() {
                given.insert(name.clone(), value.to_owned());
            }
        }
        let own = self.own_attributes(path, &given)?;
        let name = columns.name.map(|column| table.field(row, column).to_owned());
        let instance_type = self.instance_type(path, "type", &wish)?;
        let place = self.row_span(table, row);
        if let Some(flaw) = name.as_deref().and_then(|name| flaw_of_name(name, place)) {
            self.bad_value(table, row, flaw.message, flaw.help.unwrap_or_default());
            return None;
        }
        Some(One { path, name, zone, instance_type, family: wish.family, own, place })
    }
}

/// What the language has against a name, as it would of one in the scenario.
fn flaw_of_name(name: &str, place: Span) -> Option<Finding> {
    let mut findings = Findings::new();
    check(
        &Shape::Name,
        &Node { span: place, kind: Kind::Scalar { text: name.to_owned(), plain: false } },
        &mut findings,
    );
    findings.iter().next().cloned()
}

/// Columns of a file of instances, found.
struct InstanceColumns {
    name: Option<usize>,
    zone: Option<usize>,
    cpu: Option<super::arrivals::Scaled>,
    memory: Option<super::arrivals::Scaled>,
    gpus: Option<usize>,
    operating_system: Option<usize>,
    attributes: Vec<(String, usize)>,
}

fn wish(entry: &Instances) -> Wish<'_> {
    Wish {
        cpu: entry.registered_cpu,
        memory: entry.registered_memory,
        interfaces: entry.awsvpc_task_limit,
        reserved: entry.reserved_memory.unwrap_or_default(),
        along: Along {
            root_volume: entry.root_volume.as_ref(),
            volumes: &entry.volumes,
            detailed_monitoring: entry.detailed_monitoring,
            public_ipv4: entry.public_ipv4,
        },
        buying: Buying { purchase: entry.purchase.as_deref(), spot: entry.spot.as_ref() },
        ..Wish::of_type(&entry.instance_type, entry.operating_system.as_deref())
    }
}
