//! The instances as the control plane sees them: its ledger (ECS-230), zones and the counts that spread reads.
//!
//! Plain arrays by instance id, so that a scan over all instances reads memory in one direction.

use crate::units::CpuUnits;
use crate::units::{GroupId, Id, InstanceId, InstanceTypeId, MebiBytes, ProviderId, Resources, Table, ZoneId};

/// What an instance brings when it registers with the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registration {
    /// Where it stands.
    pub zone: ZoneId,
    /// The source of capacity that it belongs to.
    pub provider: ProviderId,
    /// Its type, as the scenario uses it.
    pub instance_type: InstanceTypeId,
    /// Registered CPU and memory (ECS-201, ECS-202); fixed from now on (ECS-203).
    pub registered: Resources,
}

/// All instances that ever registered, by id; ids are given in the order of registration and never used again.
///
/// Holds the control-plane ledger: charged when a task is placed, freed when the task's desired status becomes
/// STOPPED (ECS-230).
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    free_cpu: Vec<u32>,
    free_memory: Vec<u32>,
    active: Vec<bool>,
    tasks: Vec<u32>,
    registrations: Table<InstanceId, Registration>,
    live: Vec<InstanceId>,
    zones: usize,
    groups: Vec<GroupCounts>,
    log: ChangeLog,
}

/// Where the tasks of one group are (desired status RUNNING: ECS-233).
#[derive(Debug, Clone, Default)]
struct GroupCounts {
    by_instance: Vec<u32>,
    by_zone: Vec<u32>,
}

/// Which instances changed, oldest first. Whoever keeps something derived from the fleet reads it from where it
/// stopped reading; only the newest part is kept.
#[derive(Debug, Clone, Default)]
struct ChangeLog {
    forgotten: usize,
    kept: Vec<InstanceId>,
}

impl ChangeLog {
    /// Fewer than this are never worth forgetting.
    const LEAST_KEPT: usize = 1024;

    /// Appends a change and keeps at least one per live instance: who is further behind looks at all of them anyway.
    fn push(&mut self, instance: InstanceId, live: usize) {
        let keep = live.max(Self::LEAST_KEPT);
        if self.kept.len() >= 2 * keep {
            let old = self.kept.len() - keep;
            self.kept.drain(..old);
            self.forgotten += old;
        }
        self.kept.push(instance);
    }
}

impl Fleet {
    /// No instance yet; `zones` and `groups` are the numbers of those that tasks may ask about.
    pub fn new(zones: usize, groups: usize) -> Self {
        let counts = GroupCounts { by_instance: Vec::new(), by_zone: vec![0; zones] };
        Self { zones, groups: vec![counts; groups], ..Self::default() }
    }

    /// Adds an ACTIVE instance with nothing on it.
    ///
    /// # Panics
    /// When it registers the largest number there is, which marks what has no number.
    pub fn register(&mut self, registration: Registration) -> InstanceId {
        let Resources { cpu, memory } = registration.registered;
        assert!(cpu.0 < u32::MAX && memory.0 < u32::MAX, "less than the largest number");
        assert!(registration.zone.row() < self.zones, "a zone of the scenario");
        self.free_cpu.push(registration.registered.cpu.0);
        self.free_memory.push(registration.registered.memory.0);
        self.active.push(true);
        self.tasks.push(0);
        let id = self.registrations.push(registration);
        self.live.push(id);
        self.log.push(id, self.live.len());
        id
    }

    /// Takes an instance out of the cluster for good.
    ///
    /// # Panics
    /// When it is gone already, or a task is still on the ledger.
    pub fn remove(&mut self, instance: InstanceId) {
        let row = instance.row();
        assert!(self.active[row] && self.tasks[row] == 0, "only an active instance without tasks can go");
        self.active[row] = false;
        self.free_cpu[row] = 0;
        self.free_memory[row] = 0;
        let place = self.live.binary_search(&instance).expect("an active instance is listed");
        self.live.remove(place);
        self.log.push(instance, self.live.len());
    }

    /// Reserves `need` for a task of `group`.
    ///
    /// # Panics
    /// When the instance can't cover it: placement never over-commits this ledger (ECS-108, ECS-230).
    pub fn charge(&mut self, instance: InstanceId, need: Resources, group: GroupId) {
        let row = instance.row();
        assert!(self.active[row] && self.free(instance).covers(need), "placement promised what is not there");
        self.free_cpu[row] -= need.cpu.0;
        self.free_memory[row] -= need.memory.0;
        self.tasks[row] += 1;
        let zone = self.zone(instance).row();
        let counts = &mut self.groups[group.row()];
        if counts.by_instance.len() <= row {
            counts.by_instance.resize(row + 1, 0);
        }
        counts.by_instance[row] += 1;
        counts.by_zone[zone] += 1;
        self.log.push(instance, self.live.len());
    }

    /// Gives back what a task of `group` had reserved: its desired status is STOPPED now (ECS-505).
    pub fn release(&mut self, instance: InstanceId, need: Resources, group: GroupId) {
        let row = instance.row();
        self.free_cpu[row] += need.cpu.0;
        self.free_memory[row] += need.memory.0;
        debug_assert!(self.registered(instance).covers(self.free(instance)), "freed more than was charged");
        self.tasks[row] -= 1;
        let zone = self.zone(instance).row();
        let counts = &mut self.groups[group.row()];
        counts.by_instance[row] -= 1;
        counts.by_zone[zone] -= 1;
        self.log.push(instance, self.live.len());
    }

    /// Remaining resources (ECS-203): registered less reserved by tasks whose desired status is RUNNING.
    pub fn free(&self, instance: InstanceId) -> Resources {
        Resources { cpu: CpuUnits(self.free_cpu[instance.row()]), memory: MebiBytes(self.free_memory[instance.row()]) }
    }

    /// Remaining CPU units of every instance that ever registered, by row; 0 for one that is gone.
    pub fn free_cpu(&self) -> &[u32] {
        &self.free_cpu
    }

    /// Remaining MiB of every instance that ever registered, by row; 0 for one that is gone.
    pub fn free_memory(&self) -> &[u32] {
        &self.free_memory
    }

    /// What it registered (ECS-203).
    pub fn registered(&self, instance: InstanceId) -> Resources {
        self.registrations[instance].registered
    }

    /// All that it brought at registration.
    pub fn registration(&self, instance: InstanceId) -> &Registration {
        &self.registrations[instance]
    }

    /// Its zone.
    pub fn zone(&self, instance: InstanceId) -> ZoneId {
        self.registrations[instance].zone
    }

    /// Its source of capacity.
    pub fn provider(&self, instance: InstanceId) -> ProviderId {
        self.registrations[instance].provider
    }

    /// Whether it may receive tasks: ACTIVE with a connected agent (ECS-220).
    pub fn is_active(&self, instance: InstanceId) -> bool {
        self.active[instance.row()]
    }

    /// `runningTasksCount`: tasks whose desired status is RUNNING (ECS-504).
    pub fn tasks(&self, instance: InstanceId) -> u32 {
        self.tasks[instance.row()]
    }

    /// Tasks of a group on an instance, by desired status.
    pub fn group_on_instance(&self, group: GroupId, instance: InstanceId) -> u32 {
        self.groups[group.row()].by_instance.get(instance.row()).copied().unwrap_or(0)
    }

    /// Tasks of a group in a zone, by desired status; infeasible instances count too (ECS-311).
    pub fn group_in_zone(&self, group: GroupId, zone: ZoneId) -> u32 {
        self.groups[group.row()].by_zone[zone.row()]
    }

    /// The ACTIVE instances in the order of registration.
    pub fn live(&self) -> &[InstanceId] {
        &self.live
    }

    /// How many instances ever registered; ids run from 0 to this.
    pub fn ever(&self) -> usize {
        self.registrations.len()
    }

    /// How many changes there were: registrations, removals, charges and releases.
    pub fn changes(&self) -> usize {
        self.log.forgotten + self.log.kept.len()
    }

    /// The instances that changed after the first `seen` changes, oldest first and as often as they changed; `None`
    /// when that is too long ago.
    pub fn changed_since(&self, seen: usize) -> Option<&[InstanceId]> {
        self.log.kept.get(seen.checked_sub(self.log.forgotten)?..)
    }

    /// How many zones there are.
    pub fn zones(&self) -> usize {
        self.zones
    }
}
