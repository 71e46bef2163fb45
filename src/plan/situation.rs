//! A situation that the scenario sets up.

use super::builder::Builder;
use super::{Situation, TaskTemplate};
use crate::cluster::{Fleet, Registration};
use crate::diag::Code;
use crate::fact::{Lack, Origin};
use crate::placement::{PlacementClass, Pool};
use crate::scenario::Placed;
use crate::units::{GroupId, Id, InstanceId, Resources, TaskSourceId, ZoneId};

impl Builder<'_> {
    pub(super) fn situation(&mut self) {
        let scenario = self.scenario;
        if scenario.placed.is_empty() {
            return;
        }
        let mut ledger = self.ledger_of_instances();
        for (row, placed) in scenario.placed.iter().enumerate() {
            self.placed(&format!("placed[{row}]"), placed, &mut ledger);
        }
    }

    /// The plain instances with nothing on them. Groups do not matter here.
    fn ledger_of_instances(&self) -> Fleet {
        let mut ledger = Fleet::new(self.cast.zones.len().max(1), 1);
        for instance in &self.instances {
            let role = &self.cast.instance_types[instance.instance_type];
            // an instance that could not be planned registers all there is, which marks something else in a ledger
            let at_most = |amount: u32| amount.min(u32::MAX - 1);
            let Resources { cpu, memory } = role.registered;
            let registered = Resources::new(at_most(cpu.0), at_most(memory.0));
            let of_type = Registration::of_type(instance.instance_type, role);
            ledger.register(Registration { zone: instance.zone, registered, ..of_type });
        }
        ledger
    }

    fn placed(&mut self, path: &str, placed: &Placed, ledger: &mut Fleet) {
        let template = self.placed_template(path, placed);
        // those that come later are not there at the start
        let there = &self.cast.instance_names[..self.instances.len().min(self.cast.instance_names.len())];
        let Some(instance) = there.iter().position(|name| *name == placed.instance) else {
            let names = there.to_vec();
            let known = names.iter().map(String::as_str);
            self.dangling(&format!("{path}.instance"), "instance", &placed.instance, known);
            return;
        };
        let Some(template) = template else { return };
        // tasks that could not be planned need nothing and have no class of their own
        let known = self.classes.get(template.class).filter(|class| class.demand.need == template.need).cloned();
        let class =
            known.unwrap_or_else(|| PlacementClass::plain(template.need, Vec::new(), GroupId(0), Pool::LaunchTypeEc2));
        let id = InstanceId::from_row(instance);
        if !self.may_stand_there(path, placed, &template, &class, ledger.zone(id)) {
            return;
        }
        for _ in 0..placed.count.unwrap_or(1) {
            if !self.has_room_there(path, placed, &class, ledger, id) {
                return;
            }
            ledger.charge(id, &class.demand, GroupId(0));
            // standalone tasks that arrive are numbered first; those that stand there already come after them
            let ordinal = self.next_ordinal(template.source);
            let instance = u32::try_from(instance).expect("few instances");
            self.situation.push(Situation { template, instance, ordinal });
        }
    }

    /// Whether tasks of this kind can stand on plain instances, and in this zone.
    fn may_stand_there(
        &mut self,
        path: &str,
        placed: &Placed,
        template: &TaskTemplate,
        class: &PlacementClass,
        zone: ZoneId,
    ) -> bool {
        let is_daemon = match self.cast.sources[template.source].origin {
            Origin::Service(service) => self.services[service].daemon,
            Origin::Standalone => false,
        };
        let (message, label, help) = if matches!(class.pool, Pool::Fargate(_)) {
            let help = "leave the entry out: at a steady start its tasks stand on Fargate";
            ("these tasks run on Fargate, not on instances".to_owned(), "on Fargate", help)
        } else if let Pool::Provider(provider) = class.pool {
            let name = &self.cast.providers[provider];
            let message = format!(
                "these tasks run on instances of their capacity providers, `{name}` first, and `{}` belongs to none",
                placed.instance
            );
            (
                message,
                "of no provider",
                "leave the entry out: at a steady start its tasks stand on instances that came for them",
            )
        } else if is_daemon {
            let message = "a daemon has its task on each instance from the start (ECS-402)".to_owned();
            (message, "a daemon", "leave the entry out")
        } else if class.requirements.zones.as_ref().is_some_and(|zones| !zones.contains(&zone)) {
            let message = format!(
                "instance `{}` is in {}, and none of the subnets of these tasks is (ECS-143)",
                placed.instance, self.cast.zones[zone]
            );
            (message, "in another zone", "put them on another instance, or list a subnet of that zone")
        } else {
            return true;
        };
        self.error(Code::Contradiction, path, message, label, Some(help.to_owned()));
        false
    }

    /// Whether one more task of a class has room on an instance, beside those placed so far.
    fn has_room_there(
        &mut self,
        path: &str,
        placed: &Placed,
        class: &PlacementClass,
        ledger: &Fleet,
        id: InstanceId,
    ) -> bool {
        let Some(first) = class.lacks_room(ledger, id).first() else { return true };
        let (left, demand, name) = (ledger.free(id), &class.demand, &placed.instance);
        let (message, help) = match first {
            Lack::Ports => {
                let taken = demand.ports.iter().find(|port| ledger.ports(id).contains(port));
                let message = match taken {
                    Some(port) => format!("port {port} of instance `{name}` is taken, and a task needs it (ECS-124)"),
                    None => format!("instance `{name}` would have more than 100 reserved ports (ECS-127)"),
                };
                (message, "put one such task on an instance, or use dynamic ports")
            }
            Lack::Gpu => {
                let (free, needed) = (ledger.free_gpus(id), demand.gpus);
                let message = format!("instance `{name}` has {free} GPUs left, a task needs {needed} (ECS-136)");
                (message, "put it on an instance with GPUs, such as g4dn.xlarge with one")
            }
            Lack::Interface => {
                let message =
                    format!("instance `{name}` can take no more tasks with a network interface of their own (ECS-210)");
                (message, "put fewer there, or set `awsvpc_trunking: true` where the type has it")
            }
            _ => {
                let need = demand.need;
                let message = format!(
                    "instance `{name}` has {} and {} left, a task needs {} and {}",
                    left.cpu, left.memory, need.cpu, need.memory
                );
                (message, "instances register less memory than they are sold with (ECS-205)")
            }
        };
        self.error(Code::SituationTooFull, path, message, "does not fit", Some(help.to_owned()));
        false
    }

    fn placed_template(&mut self, path: &str, placed: &Placed) -> Option<TaskTemplate> {
        let scenario = self.scenario;
        match (&placed.service, &placed.task) {
            (Some(name), None) => {
                if !scenario.services.contains_key(name) {
                    let known = scenario.services.keys().map(String::as_str);
                    self.dangling(&format!("{path}.service"), "service", name, known);
                }
                let source = self.cast.source_by_name(name)?;
                match self.cast.sources[source].origin {
                    Origin::Service(service) => Some(self.services[service].template),
                    Origin::Standalone => None,
                }
            }
            (None, Some(name)) => {
                if !scenario.tasks.contains_key(name) {
                    let known = scenario.tasks.keys().map(String::as_str);
                    self.dangling(&format!("{path}.task"), "entry of `tasks`", name, known);
                }
                let source = self.cast.source_by_name(name)?;
                self.templates.iter().find(|template| template.source == source).copied()
            }
            (None, None) => {
                let help = Some("add `service: NAME` or `task: NAME`".to_owned());
                self.error(Code::MissingSetting, path, "it is not said whose tasks these are", "whose?", help);
                None
            }
            (Some(_), Some(_)) => {
                let help = Some("a task belongs to a service or to an entry of `tasks`, not to both".to_owned());
                self.error(Code::Contradiction, path, "both `service` and `task` are given", "which one?", help);
                None
            }
        }
    }

    /// The task of a name such as `web/3`.
    pub(super) fn task_by_name(&mut self, path: &str, name: &str) -> Option<(TaskSourceId, u32)> {
        let numbered = name.rsplit_once('/').and_then(|(source, number)| Some((source, number.parse::<u32>().ok()?)));
        let Some((source, ordinal)) = numbered else {
            let help = Some("tasks are named by source and number, from 0: `web/3`".to_owned());
            self.error(Code::BadName, path, format!("`{name}` names no task"), "not a task", help);
            return None;
        };
        let found = self.cast.source_by_name(source);
        if found.is_none() {
            let known: Vec<String> = self.cast.sources.rows().iter().map(|source| source.name.clone()).collect();
            self.dangling(path, "service or entry of `tasks`", source, known.iter().map(String::as_str));
        }
        found.map(|source| (source, ordinal))
    }
}
