//! Paths of `expect:` to what they measure, against the run's cast.

use super::{CallsFigure, LedgerFigure, OwedFigure, Quantity, RunFigure, ServiceFigure, TaskCount};
use crate::fact::{Cast, Origin};
use crate::units::{ProviderId, TaskSourceId, ZoneId};

type Unknown = (String, Option<String>);

/// Capacity providers whose names AWS writes in capitals.
const IN_CAPITALS: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];
const RUN: [(&str, RunFigure); 16] = [
    ("cost_usd", RunFigure::CostUsd),
    ("idle_usd", RunFigure::IdleUsd),
    ("instance_hours", RunFigure::InstanceHours),
    ("peak_instances", RunFigure::PeakInstances),
    ("peak_tasks_running", RunFigure::PeakTasksRunning),
    ("instances_ever", RunFigure::InstancesEver),
    ("instances_used", RunFigure::InstancesUsed),
    ("tasks_wanted", RunFigure::TasksWanted),
    ("tasks_placed", RunFigure::TasksPlaced),
    ("tasks_unplaced", RunFigure::TasksUnplaced),
    ("tasks_failed_to_start", RunFigure::TasksFailedToStart),
    ("tasks_larger_than_an_instance", RunFigure::TasksTooLarge),
    ("tasks_waiting_at_end", RunFigure::TasksWaitingAtEnd),
    ("tasks_stopped", RunFigure::TasksStopped),
    ("cpu_reserved_percent", RunFigure::CpuReservedPercent),
    ("memory_reserved_percent", RunFigure::MemoryReservedPercent),
];

const STATES: [(&str, TaskCount); 5] = [
    ("running", TaskCount::Running),
    ("pending", TaskCount::Pending),
    ("waiting", TaskCount::Waiting),
    ("stopping", TaskCount::Stopping),
    ("wanted", TaskCount::Wanted),
];

const LEDGER: [(&str, LedgerFigure); 6] = [
    ("cpu_registered_units", LedgerFigure::CpuRegistered),
    ("cpu_reserved_units", LedgerFigure::CpuReserved),
    ("cpu_remaining_units", LedgerFigure::CpuRemaining),
    ("memory_registered_mib", LedgerFigure::MemoryRegistered),
    ("memory_reserved_mib", LedgerFigure::MemoryReserved),
    ("memory_remaining_mib", LedgerFigure::MemoryRemaining),
];

const SERVICE: [(&str, ServiceFigure); 8] = [
    ("cost_usd", ServiceFigure::Owed(OwedFigure::Cost)),
    ("reserved_unused_usd", ServiceFigure::Owed(OwedFigure::ReservedUnused)),
    ("idle_usd", ServiceFigure::Owed(OwedFigure::Idle)),
    ("offered_requests", ServiceFigure::OfferedRequests),
    ("requests_from_services", ServiceFigure::RequestsFromServices),
    ("served_requests", ServiceFigure::ServedRequests),
    ("unserved_requests", ServiceFigure::UnservedRequests),
    ("cpu_utilization_percent", ServiceFigure::CpuUtilizationPercent),
];

const CALLS: [(&str, CallsFigure); 7] = [
    ("calls", CallsFigure::Calls),
    ("cost_usd", CallsFigure::Owed(OwedFigure::Cost)),
    ("idle_usd", CallsFigure::Owed(OwedFigure::Idle)),
    ("lost_runs", CallsFigure::LostRuns),
    ("most_at_once", CallsFigure::MostAtOnce),
    ("placed", CallsFigure::Placed),
    ("unplaced", CallsFigure::Unplaced),
];

/// All forms that a path may take, for messages and documents.
pub fn known_paths() -> Vec<String> {
    let mut all: Vec<String> = RUN.iter().map(|(name, _)| (*name).to_owned()).collect();
    all.extend(LEDGER.iter().map(|(name, _)| (*name).to_owned()));
    all.extend(["instances", "instances_draining"].map(ToOwned::to_owned));
    all.extend(STATES.iter().map(|(name, _)| format!("tasks.{name}")));
    all.extend(STATES.iter().map(|(name, _)| format!("tasks.NAME.{name}")));
    all.extend(CALLS.iter().map(|(name, _)| format!("tasks.NAME.{name}")));
    all.extend(STATES.iter().map(|(name, _)| format!("services.NAME.{name}")));
    all.push("services.NAME.desired".to_owned());
    all.extend(SERVICE.iter().map(|(name, _)| format!("services.NAME.{name}")));
    all.extend(["instances.NAME.tasks", "instances.NAME.tasks.SOURCE"].map(ToOwned::to_owned));
    all.extend(LEDGER.iter().map(|(name, _)| format!("instances.NAME.{name}")));
    all.extend(["zones.NAME.instances", "zones.NAME.tasks", "zones.NAME.tasks.SOURCE"].map(ToOwned::to_owned));
    all.extend(["instances", "tasks", "tasks.SOURCE"].map(|figure| format!("capacity_providers.NAME.{figure}")));
    all.push("subnets.NAME.free_addresses".to_owned());
    all
}

impl Cast {
    /// What a path of `expect:` measures.
    ///
    /// # Errors
    /// What is not known, with the nearest that is: `nearest` chooses among names.
    pub fn quantity(
        &self,
        path: &[String],
        nearest: &dyn Fn(&str, &[&str]) -> Option<String>,
    ) -> Result<Quantity, Unknown> {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let look = Look { cast: self, nearest };
        match parts.as_slice() {
            ["instances"] => Ok(Quantity::Instances),
            ["instances_draining"] => Ok(Quantity::InstancesDraining),
            [name] => match pick(&LEDGER, name) {
                Some(figure) => Ok(Quantity::ClusterLedger(figure)),
                None => {
                    let mut names: Vec<&str> = RUN.iter().map(|(name, _)| *name).collect();
                    names.extend(LEDGER.iter().map(|(name, _)| *name));
                    names.extend(["instances", "instances_draining", "tasks.running", "services.NAME.running"]);
                    pick(&RUN, name).map(Quantity::Run).ok_or_else(|| look.unknown("figure of the run", name, &names))
                }
            },
            ["tasks", state] => {
                pick(&STATES, state).map(Quantity::Tasks).ok_or_else(|| look.unknown("count", state, &names(&STATES)))
            }
            ["tasks", source, figure] => look.tasks(source, figure),
            ["services", name, figure] => look.service(name, figure),
            ["instances", name, rest @ ..] => look.instance(name, rest),
            ["zones", name, rest @ ..] => look.zone(name, rest),
            ["subnets", name, "free_addresses"] => look.subnet(name),
            ["capacity_providers", name, rest @ ..] => look.of_provider(name, rest),
            _ => {
                let text = parts.join(".");
                let heads = ["services", "tasks", "instances", "zones", "capacity_providers"];
                let help = match parts.first().and_then(|first| nearest(first, &heads)) {
                    Some(head) if parts[0] != head => format!("did you mean `{head}.…`?"),
                    _ => "values look like `cost_usd`, `tasks.running`, `services.NAME.running`, \
                          `instances.NAME.tasks`, `zones.NAME.tasks` or `capacity_providers.NAME.instances`"
                        .to_owned(),
                };
                Err((format!("there is no value called `{text}`"), Some(help)))
            }
        }
    }

    /// The instance of a name: a plain one, or `PROVIDER-NUMBER`.
    pub fn instance_by_name(&self, name: &str) -> Option<(ProviderId, u32)> {
        if let Some(row) = self.instance_names.iter().position(|known| known == name) {
            return Some((ProviderId(0), u32::try_from(row).ok()?));
        }
        let (provider, number) = name.rsplit_once('-')?;
        let (id, _) = self.providers.iter().skip(1).find(|(_, known)| *known == provider)?;
        number.parse::<u32>().ok()?.checked_sub(1).map(|ordinal| (id, ordinal))
    }

    /// The source of tasks of a name: a service or an entry of `tasks:`.
    pub fn source_by_name(&self, name: &str) -> Option<TaskSourceId> {
        self.sources.iter().find(|(_, source)| source.name == name).map(|(id, _)| id)
    }

    /// The zone of a name, in full (`us-east-1a`) or by its letter (`a`).
    pub fn zone_by_name(&self, name: &str) -> Option<ZoneId> {
        let full = format!("{}{name}", self.region);
        self.zones.iter().find(|(_, known)| *known == name || **known == full).map(|(id, _)| id)
    }
}

fn pick<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

fn names<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(name, _)| *name).collect()
}

struct Look<'a> {
    cast: &'a Cast,
    nearest: &'a dyn Fn(&str, &[&str]) -> Option<String>,
}

impl Look<'_> {
    fn unknown(&self, what: &str, name: &str, known: &[&str]) -> Unknown {
        let help = match (self.nearest)(name, known) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if known.is_empty() => "the scenario has none".to_owned(),
            None => format!("known are {}", known.join(", ")),
        };
        (format!("there is no {what} called `{name}`"), Some(help))
    }

    fn source(&self, name: &str) -> Result<TaskSourceId, Unknown> {
        let known: Vec<&str> = self.cast.sources.rows().iter().map(|source| source.name.as_str()).collect();
        self.cast.source_by_name(name).ok_or_else(|| self.unknown("service or entry of `tasks:`", name, &known))
    }

    fn subnet(&self, name: &str) -> Result<Quantity, Unknown> {
        let known: Vec<&str> = self.cast.subnets.rows().iter().map(|subnet| subnet.name.as_str()).collect();
        let found = self.cast.subnets.iter().find(|(_, subnet)| subnet.name == name);
        found.map(|(id, _)| Quantity::FreeAddresses(id)).ok_or_else(|| self.unknown("subnet", name, &known))
    }

    fn of_provider(&self, name: &str, rest: &[&str]) -> Result<Quantity, Unknown> {
        let provider = self.provider(name)?;
        match rest {
            ["instances"] => Ok(Quantity::ProviderInstances(provider)),
            ["tasks"] => Ok(Quantity::ProviderTasks(provider, None)),
            ["tasks", source] => self.source(source).map(|source| Quantity::ProviderTasks(provider, Some(source))),
            _ => Err(self.unknown(
                "figure of a capacity provider",
                &rest.join("."),
                &["instances", "tasks", "tasks.SOURCE"],
            )),
        }
    }

    fn tasks(&self, source: &str, figure: &str) -> Result<Quantity, Unknown> {
        let source = self.source(source)?;
        if let Some(count) = pick(&STATES, figure) {
            return Ok(Quantity::SourceTasks(source, count));
        }
        let mut figures = names(&STATES);
        let is_called = self.cast.sources[source].origin == Origin::Standalone;
        if is_called {
            figures.extend(names(&CALLS));
        }
        let found = pick(&CALLS, figure).filter(|_| is_called);
        found.map(|figure| Quantity::CallsRun(source, figure)).ok_or_else(|| self.unknown("count", figure, &figures))
    }

    fn provider(&self, name: &str) -> Result<ProviderId, Unknown> {
        let known: Vec<&str> = self.cast.providers.rows().iter().skip(1).map(String::as_str).collect();
        let called = |wanted: &str| self.cast.providers.iter().skip(1).find(|(_, known)| *known == wanted);
        // AWS writes its own two in capitals, and a strategy may too (PLT-3)
        let in_capitals = || IN_CAPITALS.contains(&name).then(|| called(&name.to_ascii_lowercase())).flatten();
        let found = called(name).or_else(in_capitals).map(|(id, _)| id);
        // capacity.csv calls the plain ones so
        let plain = || self.cast.providers.iter().next().filter(|(_, known)| *known == name).map(|(id, _)| id);
        found.or_else(plain).ok_or_else(|| self.unknown("capacity provider", name, &known))
    }

    fn service(&self, name: &str, figure: &str) -> Result<Quantity, Unknown> {
        let known: Vec<&str> = self.cast.services.rows().iter().map(|service| service.name.as_str()).collect();
        let source = self.cast.source_by_name(name);
        let service = source.and_then(|source| match self.cast.sources[source].origin {
            Origin::Service(service) => Some((service, source)),
            Origin::Standalone => None,
        });
        let (service, source) = service.ok_or_else(|| self.unknown("service", name, &known))?;
        if let Some(count) = pick(&STATES, figure) {
            return Ok(Quantity::SourceTasks(source, count));
        }
        if figure == "desired" {
            return Ok(Quantity::ServiceDesired(service));
        }
        let mut figures = names(&STATES);
        figures.push("desired");
        figures.extend(names(&SERVICE));
        pick(&SERVICE, figure)
            .map(|figure| Quantity::ServiceRun(service, figure))
            .ok_or_else(|| self.unknown("figure of a service", figure, &figures))
    }

    fn instance(&self, name: &str, rest: &[&str]) -> Result<Quantity, Unknown> {
        let known: Vec<&str> = self.cast.instance_names.iter().map(String::as_str).collect();
        let instance = self.cast.instance_by_name(name).ok_or_else(|| self.unknown("instance", name, &known))?;
        let mut figures = names(&LEDGER);
        figures.extend(["tasks", "tasks.SOURCE"]);
        match rest {
            ["tasks"] => Ok(Quantity::InstanceTasks(instance, None)),
            ["tasks", source] => self.source(source).map(|source| Quantity::InstanceTasks(instance, Some(source))),
            [figure] => pick(&LEDGER, figure)
                .map(|figure| Quantity::InstanceLedger(instance, figure))
                .ok_or_else(|| self.unknown("figure of an instance", figure, &figures)),
            _ => Err(self.unknown("figure of an instance", &rest.join("."), &figures)),
        }
    }

    fn zone(&self, name: &str, rest: &[&str]) -> Result<Quantity, Unknown> {
        let known: Vec<&str> = self.cast.zones.rows().iter().map(String::as_str).collect();
        let zone = self.cast.zone_by_name(name).ok_or_else(|| self.unknown("zone", name, &known))?;
        match rest {
            ["instances"] => Ok(Quantity::ZoneInstances(zone)),
            ["tasks"] => Ok(Quantity::ZoneTasks(zone, None)),
            ["tasks", source] => self.source(source).map(|source| Quantity::ZoneTasks(zone, Some(source))),
            _ => Err(self.unknown("figure of a zone", &rest.join("."), &["instances", "tasks", "tasks.SOURCE"])),
        }
    }
}
