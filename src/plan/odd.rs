//! Instances that register something strange: legal in a model, and surely a slip.

use super::builder::Builder;
use super::machines::Wish;
use crate::catalog;
use crate::diag::Code;
use crate::units::{CpuUnits, OperatingSystem};

impl Builder<'_> {
    /// Warns of an instance that registers more than its type has, or no CPU at all.
    pub(super) fn warn_if_odd(&mut self, path: &str, wish: &Wish<'_>) {
        let known = catalog::instance_type(wish.name);
        let own = self.scenario.instance_types.get(wish.name);
        if wish.cpu.or(own.and_then(|own| own.cpu)) == Some(CpuUnits(0)) {
            let key = if wish.cpu.is_some() { "registered_cpu" } else { "type" };
            let message = format!("`{}` registers no CPU: only tasks that reserve none run on it", wish.name);
            self.warn(
                Code::OddInstance,
                &format!("{path}.{key}"),
                message,
                "no CPU",
                "1 vCPU is 1,024 units (ECS-201)",
            );
        }
        let Some(known) = known.filter(|_| own.is_none_or(|own| own.cpu.is_none() && own.memory.is_none())) else {
            return; // a type of the author's own is as it says
        };
        let all = known.registered_on(OperatingSystem::Linux);
        if let Some(cpu) = wish.cpu.filter(|cpu| *cpu > all.cpu) {
            let message = format!("`{}` has {} and would register {cpu}", wish.name, all.cpu);
            let help = "leave `registered_cpu` out to get what it has, or take a larger type";
            self.warn(Code::OddInstance, &format!("{path}.registered_cpu"), message, "more than it has", help);
        }
        if let Some(memory) = wish.memory.filter(|memory| memory.0 > known.memory.0) {
            let message = format!("`{}` has {} and would register {memory}", wish.name, known.memory);
            let help = "leave `registered_memory` out to get what it registers (ECS-205), or take a larger type";
            self.warn(Code::OddInstance, &format!("{path}.registered_memory"), message, "more than it has", help);
        }
    }
}
