//! A situation that the scenario sets up, and what operators do.

use super::builder::Builder;
use super::{Action, Operation, Situation, TaskTemplate};
use crate::diag::Code;
use crate::fact::Origin;
use crate::placement::Pool;
use crate::scenario::{Event, Placed};
use crate::units::{Resources, ServiceId, SimTime, TaskSourceId};

impl Builder<'_> {
    pub(super) fn situation(&mut self) {
        let mut left: Vec<Resources> =
            self.instances.iter().map(|row| self.cast.instance_types[row.instance_type].registered).collect();
        let scenario = self.scenario;
        for (row, placed) in scenario.placed.iter().enumerate() {
            self.placed(&format!("placed[{row}]"), placed, &mut left);
        }
    }

    fn placed(&mut self, path: &str, placed: &Placed, left: &mut [Resources]) {
        let template = self.placed_template(path, placed);
        let Some(instance) = self.cast.instance_names.iter().position(|name| *name == placed.instance) else {
            let names = self.cast.instance_names.clone();
            let known = names.iter().map(String::as_str);
            self.dangling(&format!("{path}.instance"), "instance", &placed.instance, known);
            return;
        };
        let Some(template) = template else { return };
        if matches!(self.classes.get(template.class).map(|class| class.pool), Some(Pool::Fargate(_))) {
            let help = Some("leave the entry out: at a steady start its tasks stand on Fargate".to_owned());
            self.error(Code::Contradiction, path, "these tasks run on Fargate, not on instances", "on Fargate", help);
            return;
        }
        for _ in 0..placed.count.unwrap_or(1) {
            let Some(after) = left[instance].checked_sub(template.need) else {
                let message = format!(
                    "instance `{}` has {} and {} left, a task needs {} and {}",
                    placed.instance, left[instance].cpu, left[instance].memory, template.need.cpu, template.need.memory
                );
                let help = Some("instances register less memory than they are sold with (ECS-205)".to_owned());
                self.error(Code::SituationTooFull, path, message, "does not fit", help);
                return;
            };
            left[instance] = after;
            // standalone tasks that arrive are numbered first; those that stand there already come after them
            let ordinal = self.next_ordinal(template.source);
            let instance = u32::try_from(instance).expect("few instances");
            self.situation.push(Situation { template, instance, ordinal });
        }
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

    pub(super) fn operations(&mut self) {
        let scenario = self.scenario;
        for (row, event) in scenario.events.iter().enumerate() {
            let path = format!("events[{row}]");
            let at = SimTime(event.at.0);
            if at > self.cast.horizon {
                let message = format!("this is after the end of the run at {}", self.cast.horizon);
                self.warn(Code::AfterTheEnd, &format!("{path}.at"), message, "never happens", "lengthen `duration`");
            }
            if let Some(action) = self.action(&path, event) {
                self.operations.push(Operation { at, action });
            }
        }
        self.operations.sort_by_key(|operation| operation.at); // stable: the order of the scenario at one instant
    }

    /// What an entry of `events` does.
    fn action(&mut self, path: &str, event: &Event) -> Option<Action> {
        if let Some(task) = &event.stop_task {
            let (source, ordinal) = self.task_by_name(&format!("{path}.stop_task"), task)?;
            return Some(Action::StopTask { source, ordinal });
        }
        let wanted = event.set_desired_count.as_ref()?;
        let place = format!("{path}.set_desired_count.service");
        let service = self.service_by_name(&place, &wanted.service)?;
        if self.services[service].daemon {
            let help = Some("drain or add instances instead".to_owned());
            self.error(
                Code::Contradiction,
                &place,
                "a daemon service has no desired count (ECS-402)",
                "a daemon",
                help,
            );
            return None;
        }
        Some(Action::SetDesiredCount { service, count: wanted.count })
    }

    /// The service of a name.
    fn service_by_name(&mut self, path: &str, name: &str) -> Option<ServiceId> {
        let found = self.cast.services.iter().find(|(_, role)| role.name == name).map(|(id, _)| id);
        if found.is_none() {
            let scenario = self.scenario;
            self.dangling(path, "service", name, scenario.services.keys().map(String::as_str));
        }
        found
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
