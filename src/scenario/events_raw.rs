//! What operators do, and the deployment settings of services, as written.

use super::capacity_raw::StrategyItem;
use super::raw::{Instances, Placement, Tasks, some_span, span};
use super::task_raw::Constraint;
use crate::units::SimSpan;
use serde::Deserialize;

/// The percentages of a service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Deployment {
    pub minimum_healthy_percent: Option<u32>,
    pub maximum_percent: Option<u32>,
}

/// An entry of `events:`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Event {
    #[serde(deserialize_with = "span")]
    pub at: SimSpan,
    pub stop_task: Option<String>,
    pub set_desired_count: Option<SetDesiredCount>,
    pub update_service: Option<Box<UpdateService>>,
    pub delete_service: Option<DeleteService>,
    pub run_task: Option<Box<RunTask>>,
    pub drain_instance: Option<String>,
    pub activate_instance: Option<String>,
    pub terminate_instance: Option<String>,
    pub reclaim_instance: Option<String>,
    pub deregister_instance: Option<Deregister>,
    pub add_instances: Option<Box<Instances>>,
}

/// Another desired count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct SetDesiredCount {
    pub service: String,
    pub count: u32,
}

/// Other settings of a service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct UpdateService {
    pub service: String,
    pub desired_count: Option<u32>,
    pub deployment: Option<Deployment>,
    pub placement: Option<Vec<Placement>>,
    pub placement_constraints: Option<Vec<Constraint>>,
    pub capacity_provider_strategy: Option<Vec<StrategyItem>>,
}

/// The end of a service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct DeleteService {
    pub service: String,
    #[serde(default)]
    pub force: bool,
}

/// An instance leaves the cluster and runs on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Deregister {
    pub instance: String,
    #[serde(default)]
    pub force: bool,
}

/// Standalone tasks that are started once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct RunTask {
    pub task_definition: String,
    pub name: Option<String>,
    pub count: Option<u32>,
    #[serde(default, deserialize_with = "some_span")]
    pub lifetime: Option<SimSpan>,
    pub group: Option<String>,
    #[serde(default)]
    pub capacity_provider_strategy: Vec<StrategyItem>,
    pub launch_type: Option<String>,
    pub subnets: Option<Vec<String>>,
    pub placement: Option<Vec<Placement>>,
    #[serde(default)]
    pub placement_constraints: Vec<Constraint>,
    #[serde(default, deserialize_with = "some_span")]
    pub start_time: Option<SimSpan>,
}

impl RunTask {
    /// The entry of `tasks` that does the same.
    pub fn as_tasks(&self, at: SimSpan) -> Tasks {
        Tasks {
            task_definition: Some(self.task_definition.clone()),
            at: Some(at),
            count: self.count,
            lifetime: self.lifetime,
            group: self.group.clone(),
            capacity_provider_strategy: self.capacity_provider_strategy.clone(),
            launch_type: self.launch_type.clone(),
            subnets: self.subnets.clone(),
            placement: self.placement.clone(),
            placement_constraints: self.placement_constraints.clone(),
            start_time: self.start_time,
            ..Tasks::default()
        }
    }
}
