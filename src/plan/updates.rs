//! `UpdateService` with settings that start no deployment (ECS-403, ECS-413), and the percentages of services (ECS-421).

use super::Action;
use super::builder::Builder;
use super::constraints::Asked;
use super::definitions::Definition;
use super::model::{Placing, ServiceUpdate, TaskTemplate};
use super::operations::Foreseen;
use super::strategy::{Destination, Wanted, Wish};
use crate::diag::{Code, Finding};
use crate::fact::ServiceSetting;
use crate::placement::Strategy;
use crate::scenario::{Deployment, Service, UpdateService};
use crate::service::Percents;
use crate::units::{ServiceId, SubnetId};
use std::rc::Rc;

/// A service without a strategy of its own: over zones, then instances (ECS-315).
pub(super) const BY_DEFAULT: [Strategy; 2] = [Strategy::SpreadZone, Strategy::SpreadInstance];

/// The settings of a service at some moment of the operators' list.
#[derive(Clone)]
pub(super) struct Setting {
    pub(super) desired: u32,
    pub(super) percents: Percents,
    pub(super) definition: Rc<Definition>,
    pub(super) to: Destination,
    pub(super) subnets: Vec<SubnetId>,
    pub(super) asked: Rc<Asked>,
    pub(super) own_chain: Option<Vec<Strategy>>,
    pub(super) template: TaskTemplate,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setting")
            .field("desired", &self.desired)
            .field("percents", &self.percents)
            .finish_non_exhaustive()
    }
}

impl Builder<'_> {
    /// The percentages of a service as it is given (ECS-421).
    pub(super) fn percents_of(&mut self, path: &str, service: &Service, daemon: bool) -> Percents {
        let standard = if daemon { Percents::DAEMON } else { Percents::REPLICA };
        self.percents(&format!("{path}.deployment"), service.deployment.as_ref(), standard, daemon)
    }

    fn percents(&mut self, path: &str, given: Option<&Deployment>, before: Percents, daemon: bool) -> Percents {
        let Some(given) = given else { return before };
        if daemon && given.maximum_percent.is_some_and(|maximum| maximum != 100) {
            let message = "the maximum percent of a daemon is 100: one task on each instance (ECS-421)";
            let help = Some("leave `maximum_percent` out".to_owned());
            self.error(Code::BadDeployment, &format!("{path}.maximum_percent"), message, "must be 100", help);
        }
        Percents {
            minimum_healthy: given.minimum_healthy_percent.unwrap_or(before.minimum_healthy),
            maximum: given.maximum_percent.unwrap_or(before.maximum),
        }
    }

    /// An entry `update_service`.
    pub(super) fn update(
        &mut self,
        path: &str,
        service: ServiceId,
        update: &UpdateService,
        foreseen: &mut Foreseen,
    ) -> Option<Action> {
        let daemon = self.services[service].daemon;
        if update.desired_count.is_some() {
            self.has_count(&format!("{path}.desired_count"), service)?;
        }
        self.refuse_placement_of_daemon(path, update, daemon);
        let before = foreseen.services.get(&service)?.clone();
        let percents =
            self.percents(&format!("{path}.deployment"), update.deployment.as_ref(), before.percents, daemon);
        let mut after = Setting { percents, desired: update.desired_count.unwrap_or(before.desired), ..before.clone() };
        let settings = self.placing(path, update, &mut after, daemon)?;
        let changes_nothing = settings.is_empty() && update.desired_count.is_none() && percents == before.percents;
        if changes_nothing {
            let message = "this changes nothing: what it says holds already, or it says nothing (ECS-411)";
            let help = "add what is to change, such as `desired_count: 4` or `deployment: {maximum_percent: 150}`";
            self.warn(Code::WithoutEffect, path, message, "without effect", help);
        }
        let placing = (!settings.is_empty()).then(|| Placing {
            template: after.template,
            chain: after.own_chain.clone(),
            settings,
        });
        foreseen.services.insert(service, after);
        let row = u32::try_from(self.updates.len()).expect("few entries");
        let percents = (percents != before.percents).then_some(percents);
        self.updates.push(ServiceUpdate { desired: update.desired_count, percents, placing });
        Some(Action::UpdateService { service, update: row })
    }

    /// Nothing is chosen for a daemon (ECS-402).
    fn refuse_placement_of_daemon(&mut self, path: &str, update: &UpdateService, daemon: bool) {
        if daemon && update.placement.is_some() {
            let message = "a daemon service takes no `placement`: there is nothing to choose (ECS-402)";
            let help = Some("leave it out; `placement_constraints` say on which instances it runs".to_owned());
            self.error(Code::Contradiction, &format!("{path}.placement"), message, "not for a daemon", help);
        }
    }

    /// How tasks are placed from then on; which settings are others than before. None after mistakes.
    fn placing(
        &mut self,
        path: &str,
        update: &UpdateService,
        after: &mut Setting,
        daemon: bool,
    ) -> Option<Vec<ServiceSetting>> {
        let mut settings = Vec::new();
        let (chain_before, to_before) = (after.own_chain.clone(), after.to.clone());
        if let Some(items) = &update.capacity_provider_strategy {
            let wish = Wish { strategy: items, launch_type: None };
            after.to = self.destination(path, wish)?;
            if after.to != to_before {
                self.may_change_strategy(path)?;
                if after.to.is_fargate() != to_before.is_fargate() {
                    let message = "tasks would change between Fargate and instances, which takes new ones";
                    let help = Some("comes with deployments; until then keep to one of the two".to_owned());
                    let path = format!("{path}.capacity_provider_strategy");
                    self.error(Code::RefusedByAws, &path, message, "another kind of capacity", help);
                    return None;
                }
                settings.push(ServiceSetting::Strategy);
            }
        }
        if let Some(placement) = &update.placement {
            self.placement_on_fargate(path, Some(placement), &after.to);
            let own = (!placement.is_empty()).then(|| self.chain(path, Some(placement), &BY_DEFAULT));
            if own != chain_before {
                settings.push(ServiceSetting::Placement);
            }
            after.own_chain = own;
        }
        if let Some(constraints) = &update.placement_constraints {
            self.constraints_on_fargate(path, constraints, &after.to);
            let asked = self.asked(path, Some(&after.definition.clone()), constraints)?;
            self.check_daemon(path, daemon, &asked, &after.to);
            if asked.requirements != after.asked.requirements {
                settings.push(ServiceSetting::Constraints);
            }
            after.asked = Rc::new(asked);
        }
        if !settings.is_empty() {
            let chain = after.own_chain.clone().unwrap_or_else(|| BY_DEFAULT.to_vec());
            let (demand, group) = (after.definition.demand.clone(), after.template.group);
            let asked = Rc::clone(&after.asked);
            let wanted = Wanted { demand, chain: &chain, group, asked: &asked };
            (after.template.class, after.template.strategy) = self.classes_of(&wanted, &after.to, &after.subnets);
        }
        Some(settings)
    }

    /// AWS refuses another capacity provider strategy without a forced deployment (ECS-410).
    fn may_change_strategy(&mut self, path: &str) -> Option<()> {
        if self.scenario.strategy_change.as_deref() == Some("silent") {
            return Some(());
        }
        let path = format!("{path}.capacity_provider_strategy");
        let message = "InvalidParameterException: when making a change to a capacity provider strategy, you must force a \
                       new deployment (ECS-410)";
        let finding = Finding::error(Code::RefusedByAws, message)
            .at(self.tree.nearest_span(&path), "refused")
            .path(path)
            .help("forced deployments come later; `strategy_change: silent` at the top takes it for tasks that come later");
        self.findings.push(finding);
        None
    }
}
