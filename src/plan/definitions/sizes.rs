//! What a task reserves (ECS-101 to ECS-107).

use super::Draft;
use crate::diag::{Code, Finding};
use crate::plan::builder::Builder;
use crate::units::{CpuUnits, MebiBytes, OperatingSystem, Resources};

/// Least memory of a container (ECS-105).
const LEAST_MIB: MebiBytes = MebiBytes(6);

impl Draft<'_> {
    /// Whether the task-level size counts for nothing: Windows on EC2 (ECS-107). Of a definition without containers
    /// the size is that of its one container.
    pub(super) fn ignores_task_size(&self) -> bool {
        self.operating_system == OperatingSystem::Windows
            && !self.requires.fargate_only()
            && !self.written.containers.is_empty()
    }
}

impl Builder<'_> {
    /// What one task reserves: task-level size first, else the sums over containers (ECS-102, ECS-103).
    pub(super) fn need(&mut self, draft: &Draft<'_>) -> Option<Resources> {
        let (path, written) = (&draft.path, draft.written);
        let ignored = draft.ignores_task_size();
        let (task_cpu, task_memory) = if ignored { (None, None) } else { (written.cpu, written.memory) };
        let (mut cpu, mut memory, mut sound) = (0_u64, 0_u64, true);
        for (row, container) in written.containers.iter().enumerate() {
            cpu += u64::from(container.cpu.unwrap_or_default().0);
            memory += u64::from(container.memory_reservation.or(container.memory).unwrap_or_default().0);
            sound &= self.container_limits(draft, row, task_memory, ignored);
        }
        sound &= self.task_size(draft);
        if let Some(most) = task_memory
            && memory > u64::from(most.0)
        {
            let message = format!("the containers reserve {memory} MiB together, more than the task's {most} (PLT-70)");
            let finding = Finding::error(Code::BadTaskSize, message)
                .at(self.place(&format!("{path}.memory")), "less than its containers need")
                .also(self.place(&format!("{path}.containers")), format!("{memory} MiB together"))
                .path(format!("{path}.containers"))
                .help("raise the task's memory, or lower that of its containers");
            self.findings.push(finding);
            sound = false;
        }
        if ignored && !draft.requires.fargate {
            for (key, given) in [("cpu", written.cpu.is_some()), ("memory", written.memory.is_some())] {
                if given {
                    let message = format!("task-level `{key}` is ignored for Windows containers (ECS-107)");
                    let help = "give it to the containers";
                    self.warn(Code::WithoutEffect, &format!("{path}.{key}"), message, "has no effect", help);
                }
            }
        }
        let cpu = task_cpu.map_or(cpu, |cpu| u64::from(cpu.0));
        let memory = task_memory.map_or(memory, |memory| u64::from(memory.0));
        let (Ok(cpu), Ok(memory)) = (u32::try_from(cpu), u32::try_from(memory)) else {
            self.error(Code::BadTaskSize, path, "the containers together are too large", "too large", None);
            return None;
        };
        sound.then_some(Resources { cpu: CpuUnits(cpu), memory: MebiBytes(memory) })
    }

    /// The values at task level (ECS-104, ECS-107).
    fn task_size(&mut self, draft: &Draft<'_>) -> bool {
        let (path, written) = (&draft.path, draft.written);
        let mut sound = true;
        if written.memory.is_none() && written.containers.is_empty() {
            let help =
                Some("add `memory: 512 MiB`, or `containers` with `memory` or `memory_reservation` each".to_owned());
            let message = "a task definition needs memory (ECS-104)";
            self.error(Code::BadTaskSize, path, message, "no memory here", help);
            sound = false;
        }
        if written.memory == Some(MebiBytes(0)) {
            let help = Some(format!("write for example `{}`", draft.either("memory: 512 MiB", "\"memory\": \"512\"")));
            let message = "a task can't live without memory (ECS-104)";
            self.error(Code::BadTaskSize, &format!("{path}.memory"), message, "must be above 0", help);
            sound = false;
        }
        if let Some(cpu) = written.cpu
            && !(128..=196_608).contains(&cpu.0)
        {
            let message = format!("task-level CPU of {} is outside 128 to 196608 units (ECS-107)", cpu.0);
            let range = draft.either("0.125 vCPU to 192 vCPU", "\"128\" to \"196608\"");
            let meant = match cpu.0 {
                vcpus @ 1..=127 if !draft.json => format!("; if vCPUs are meant, write `{vcpus} vCPU`"),
                _ => String::new(),
            };
            let help = Some(format!("write {range}, or leave `cpu` out to reserve the sum of the containers'{meant}"));
            self.error(Code::BadTaskSize, &format!("{path}.cpu"), message, "outside the range", help);
            sound = false;
        }
        sound
    }

    /// ECS-104 and ECS-105 for one container.
    fn container_limits(&mut self, draft: &Draft<'_>, row: usize, task: Option<MebiBytes>, task_ignored: bool) -> bool {
        let (path, container) = (draft.container(row), &draft.written.containers[row]);
        let (hard, soft) = (container.memory, container.memory_reservation);
        if let (Some(hard), Some(soft)) = (hard, soft)
            && hard <= soft
        {
            let finding =
                Finding::error(Code::BadTaskSize, "the hard limit must be greater than the soft one (ECS-104)")
                    .at(self.place(&format!("{path}.memory")), format!("hard limit, {hard}"))
                    .also(self.place(&format!("{path}.memory_reservation")), format!("soft limit, {soft}"))
                    .path(path)
                    .help("raise `memory`, or leave one of the two out");
            self.findings.push(finding);
            return false;
        }
        if hard.or(soft).is_none() && task.is_none() {
            let (message, more) = if task_ignored {
                let message = "a Windows container needs a limit of its own: the task's is ignored (ECS-104, ECS-107)";
                (message, "")
            } else {
                let message = "without task-level memory each container needs a limit (ECS-104)";
                (message, ", or the task `memory`")
            };
            let soft = draft.either("memory_reservation", "memoryReservation");
            let help = format!("give the container `memory` or `{soft}`{more}");
            self.error(Code::BadTaskSize, &path, message, "no memory here", Some(help));
            return false;
        }
        let mut sound = true;
        for (key, limit) in [("memory", hard), ("memory_reservation", soft)] {
            if let Some(least) = limit.filter(|limit| *limit < LEAST_MIB) {
                let message = format!("a container can't live in {least} (ECS-105)");
                let help = Some("give it at least 6 MiB".to_owned());
                self.error(Code::BadTaskSize, &format!("{path}.{key}"), message, "too small", help);
                sound = false;
            }
        }
        sound
    }
}
