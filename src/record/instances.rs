//! One row for each instance that ever was, handed out when it goes, or when the run ends.

use super::state::{InstanceNow, State};
use crate::units::{InstanceId, InstanceTypeId, ProviderId, Resources, SimSpan, SimTime, ZoneId};

/// What is known of an instance beside its present state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    launched: SimTime,
    came: SimTime,
    /// When it left the cluster; from then on its tasks are none of ECS's.
    left: Option<SimTime>,
    /// Whether EC2 has ended it: one that is only deregistered runs on and is paid for (ECS-220).
    pub(super) is_terminated: bool,
    /// Whether it left by a call, and ran on.
    pub(super) is_deregistered: bool,
    /// Since when it has the tasks that it has.
    since: SimTime,
    cpu_reserved_unit_ms: u128,
    memory_reserved_mib_ms: u128,
    tasks: u32,
    tasks_placed: u32,
    tasks_peak: u32,
}

impl Life {
    pub(super) fn begun(launched: SimTime, came: SimTime) -> Self {
        Self {
            launched,
            came,
            left: None,
            is_terminated: false,
            is_deregistered: false,
            since: came,
            cpu_reserved_unit_ms: 0,
            memory_reserved_mib_ms: 0,
            tasks: 0,
            tasks_placed: 0,
            tasks_peak: 0,
        }
    }

    /// A task comes: until now, `reserved` was reserved.
    pub(super) fn gets_a_task(&mut self, now: SimTime, reserved: Resources) {
        self.advance(now, reserved);
        self.tasks += 1;
        self.tasks_placed += 1;
    }

    /// The reservation of a task is freed: until now, `reserved` was reserved.
    pub(super) fn loses_a_task(&mut self, now: SimTime, reserved: Resources) {
        self.advance(now, reserved);
        self.tasks -= 1;
    }

    /// It leaves the cluster, terminated or only deregistered: until now, `reserved` was reserved.
    pub(super) fn leaves(&mut self, now: SimTime, reserved: Resources, is_terminated: bool) {
        self.advance(now, reserved);
        self.left = Some(now);
        self.is_terminated = is_terminated;
        self.is_deregistered = !is_terminated;
    }

    /// Counts what held until now. What held for no time does not count.
    fn advance(&mut self, now: SimTime, reserved: Resources) {
        let held = u128::from((now - self.since).0);
        if held > 0 {
            self.cpu_reserved_unit_ms += u128::from(reserved.cpu.0) * held;
            self.memory_reserved_mib_ms += u128::from(reserved.memory.0) * held;
            self.tasks_peak = self.tasks_peak.max(self.tasks);
            self.since = now;
        }
    }
}

/// An instance that EC2 has started and that has not registered yet (ECS-226).
#[derive(Debug, Clone, Copy)]
pub(super) struct Boot {
    pub(super) at: SimTime,
    pub(super) instance_type: InstanceTypeId,
    pub(super) zone: ZoneId,
}

/// The life of one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceRow {
    /// Its source of capacity.
    pub provider: ProviderId,
    /// Its number there.
    pub ordinal: u32,
    /// Its type.
    pub instance_type: InstanceTypeId,
    /// Its zone.
    pub zone: ZoneId,
    /// What it registered.
    pub registered: Resources,
    /// When EC2 started it, or the start of the run: it is billed from then on.
    pub launched: SimTime,
    /// When it became ACTIVE; none of one that still boots when the run ends.
    pub came: Option<SimTime>,
    /// When it left the cluster, if it did.
    pub left: Option<SimTime>,
    /// When it was terminated, if it was.
    pub gone: Option<SimTime>,
    /// When it was terminated, or the run ended: it is billed until then.
    pub until: SimTime,
    /// CPU reserved on it, in unit-ms.
    pub cpu_reserved_unit_ms: u128,
    /// Memory reserved on it, in MiB-ms.
    pub memory_reserved_mib_ms: u128,
    /// Tasks that ever got a place on it.
    pub tasks_placed: u32,
    /// Most tasks at one time whose reservations it had.
    pub tasks_peak: u32,
}

impl InstanceRow {
    fn of(instance: &InstanceNow, until: SimTime, is_gone: bool) -> Self {
        let mut life = instance.life;
        if life.left.is_none() {
            life.advance(until, instance.reserved);
        }
        Self {
            provider: instance.provider,
            ordinal: instance.ordinal,
            instance_type: instance.instance_type,
            zone: instance.zone,
            registered: instance.registered,
            launched: life.launched,
            came: Some(life.came),
            left: life.left.or(is_gone.then_some(until)),
            gone: is_gone.then_some(until),
            until,
            cpu_reserved_unit_ms: life.cpu_reserved_unit_ms,
            memory_reserved_mib_ms: life.memory_reserved_mib_ms,
            tasks_placed: life.tasks_placed,
            tasks_peak: life.tasks_peak,
        }
    }

    /// One that still boots when the run ends.
    fn booting(provider: ProviderId, ordinal: u32, boot: Boot, until: SimTime) -> Self {
        Self {
            provider,
            ordinal,
            instance_type: boot.instance_type,
            zone: boot.zone,
            registered: Resources::default(),
            launched: boot.at,
            came: None,
            left: None,
            gone: None,
            until,
            cpu_reserved_unit_ms: 0,
            memory_reserved_mib_ms: 0,
            tasks_placed: 0,
            tasks_peak: 0,
        }
    }

    /// How long it belonged to the cluster.
    pub fn span(&self) -> SimSpan {
        self.came.map_or(SimSpan::ZERO, |came| self.left.unwrap_or(self.until) - came)
    }
}

impl State {
    /// The row of an instance that goes now.
    pub(super) fn gone(&self, instance: InstanceId, at: SimTime) -> InstanceRow {
        InstanceRow::of(&self.instances[instance], at, true)
    }

    /// The rows of those that are there when the run ends, in the order in which they came.
    pub(super) fn still_here(&self, horizon: SimTime) -> impl Iterator<Item = InstanceRow> {
        let here = self.instances.rows().iter().filter(|instance| !instance.life.is_terminated);
        let boots = self.boots.iter();
        let boots =
            boots.map(move |(&(provider, ordinal), boot)| InstanceRow::booting(provider, ordinal, *boot, horizon));
        here.map(move |instance| InstanceRow::of(instance, horizon, false)).chain(boots)
    }
}
