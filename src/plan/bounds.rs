//! What a run can hold in memory and count exactly; said before it starts instead of failing in the middle.

use super::Action;
use super::builder::Builder;
use crate::diag::Code;
use crate::units::{ServiceId, Table};

/// Most plain instances.
const MOST_INSTANCES: usize = 1_000_000;
/// Most tasks that are wanted at one time or listed to arrive.
const MOST_TASKS: u64 = 20_000_000;
/// Most unit-ms of CPU, and most requests, of all services over a run: what 64 bits hold with room to add a few.
const MOST_COUNTED: u128 = 1 << 60;

/// What makes a scenario with too many tasks smaller.
const FEWER_TASKS: &str = "lower `count` or `desired_count`, shorten the run, or take a part of the file of arrivals";

impl Builder<'_> {
    /// Whether the run can hold `more` plain instances; reports it at `path` if not.
    pub(super) fn holds_instances(&mut self, path: &str, more: u32) -> bool {
        let instances = self.instances.len() + more as usize;
        if instances > MOST_INSTANCES {
            let message = format!("with these the scenario has {instances} instances; a run can hold {MOST_INSTANCES}");
            let help = Some("AWS has 5,000 in a cluster (ECS-801): lower `count`, or take larger types".to_owned());
            self.error(Code::TooLargeToRun, path, message, "too many", help);
        }
        instances <= MOST_INSTANCES
    }

    /// Whether the run can hold `more` standalone tasks; reports it at `path` if not.
    pub(super) fn holds_tasks(&mut self, path: &str, more: u32) -> bool {
        let tasks = self.arrivals.len() as u64 + u64::from(more);
        if tasks > MOST_TASKS {
            let message = format!("with these the scenario asks for {tasks} tasks; a run can hold {MOST_TASKS}");
            self.error(Code::TooLargeToRun, path, message, "too many", Some(FEWER_TASKS.to_owned()));
        }
        tasks <= MOST_TASKS
    }

    /// How many standalone tasks more the run can hold.
    pub(super) fn room_for_tasks(&self) -> u64 {
        MOST_TASKS.saturating_sub(self.arrivals.len() as u64)
    }

    pub(super) fn bounds(&mut self) {
        let most_desired = self.most_desired();
        let standing: u64 = most_desired.rows().iter().map(|desired| u64::from(*desired)).sum();
        let tasks = standing + self.arrivals.len() as u64;
        if tasks > MOST_TASKS {
            let message = format!("the scenario asks for {tasks} tasks; a run can hold {MOST_TASKS}");
            let path = if standing > MOST_TASKS { "services" } else { "tasks" };
            self.error(Code::TooLargeToRun, path, message, "too many", Some(FEWER_TASKS.to_owned()));
        }
        self.bound_work(&most_desired);
    }

    /// The most tasks that each service ever wants.
    fn most_desired(&self) -> Table<ServiceId, u32> {
        let mut most: Table<ServiceId, u32> = self.services.rows().iter().map(|service| service.desired).collect();
        for operation in &self.operations {
            match operation.action {
                Action::SetDesiredCount { service, count } => most[service] = most[service].max(count),
                Action::UpdateService { service, update } => {
                    most[service] = most[service].max(self.updates[update as usize].desired.unwrap_or(0));
                }
                _ => {}
            }
        }
        most
    }

    /// Work and requests are whole numbers that must not overflow.
    fn bound_work(&mut self, most_desired: &Table<ServiceId, u32>) {
        let horizon = u128::from(self.cast.horizon.0);
        let mut too_much = Vec::new();
        let (mut all_unit_ms, mut all_requests) = (0_u128, 0_u128);
        for (id, service) in self.services.iter() {
            let Some(load) = &service.load else { continue };
            let unit_ms = u128::from(most_desired[id]) * u128::from(service.template.need.cpu.0) * horizon;
            let requests = u128::from(load.most) * horizon / u128::from(load.period_ms);
            // the clock works in unit-ns times the period
            let fine = unit_ms.checked_mul(1_000_000 * u128::from(load.period_ms));
            all_unit_ms = all_unit_ms.saturating_add(unit_ms);
            all_requests = all_requests.saturating_add(requests);
            // tables add the services up, so it is the sum that must fit
            if all_unit_ms > MOST_COUNTED || all_requests > MOST_COUNTED || fine.is_none() {
                too_much.push((format!("services.{}.load", self.cast.services[id].name), all_requests, all_unit_ms));
            }
        }
        for (path, requests, unit_ms) in too_much {
            let help = Some("shorten the run, lower the rate, or give it fewer decimals".to_owned());
            let message = format!(
                "too much work to be counted exactly: over the run the services up to this one get {} requests and their \
                 tasks have {} ms of a CPU unit; a run counts up to {} of each",
                about(requests),
                about(unit_ms),
                about(MOST_COUNTED)
            );
            self.error(Code::TooLargeToRun, &path, message, "too much", help);
        }
    }
}

/// A large number as a person takes it in: `3 x 10^19`.
fn about(number: u128) -> String {
    let digits = number.to_string();
    match digits.len() {
        0..=7 => digits,
        len => format!("{} x 10^{}", &digits[..1], len - 1),
    }
}
