//! The instances as the control plane sees them: its ledger (ECS-230), zones and the counts that spread reads.
//!
//! Plain arrays by instance id, so that a scan over all instances reads memory in one direction.

use super::demand::{Attributes, Demand, Ground, HostPort, SpreadValues};
use super::hosts::Hosts;
use crate::fact::InstanceTypeRole;
use crate::units::{
    AttributeSetId, CpuUnits, GroupId, Id, InstanceId, InstanceTypeId, MebiBytes, OperatingSystem, ProviderId,
    Resources, SimTime, SpreadKeyId, Table, ZoneId,
};

/// Ports that an instance reserves from the start: 22, 2375, 2376, 51678 and 51679 (ECS-126).
pub const RESERVED_PORTS: [u16; 5] = [22, 2375, 2376, 51678, 51679];
/// Ports that an instance with Windows reserves besides (ECS-126).
pub const RESERVED_ON_WINDOWS: [u16; 7] = [53, 135, 139, 445, 3389, 5985, 5986];
/// Most reserved ports of an instance, those of running tasks included (ECS-127).
pub const MOST_RESERVED_PORTS: usize = 100;

/// How many ports an instance reserves from the start (ECS-126).
pub const fn reserved_ports(system: OperatingSystem) -> usize {
    match system {
        OperatingSystem::Linux => RESERVED_PORTS.len(),
        OperatingSystem::Windows => RESERVED_PORTS.len() + RESERVED_ON_WINDOWS.len(),
    }
}

/// Whether an instance may have so many static ports of tasks beside its own (ECS-127).
pub fn may_reserve(system: OperatingSystem, ports: usize) -> bool {
    reserved_ports(system) + ports <= MOST_RESERVED_PORTS
}

/// What an instance brings when it registers with the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registration {
    /// Where it stands.
    pub zone: ZoneId,
    /// The source of capacity that it belongs to.
    pub provider: ProviderId,
    /// Its type, as the scenario uses it.
    pub instance_type: InstanceTypeId,
    /// Its operating system, which keeps ports of its own (ECS-126).
    pub operating_system: OperatingSystem,
    /// Registered CPU and memory (ECS-201, ECS-202); fixed from now on (ECS-203).
    pub registered: Resources,
    /// Its GPUs (ECS-136).
    pub gpus: u32,
    /// How many tasks may have a network interface of their own here (ECS-210, ECS-211).
    pub interfaces: u32,
    /// Its attributes: a row of [`Ground::attributes`].
    pub attributes: AttributeSetId,
}

impl Registration {
    /// With CPU and memory alone: Linux, no GPU, no limit of interfaces, the first set of attributes.
    pub fn plain(zone: ZoneId, provider: ProviderId, instance_type: InstanceTypeId, registered: Resources) -> Self {
        let (operating_system, attributes) = (OperatingSystem::Linux, AttributeSetId(0));
        Self { zone, provider, instance_type, operating_system, registered, gpus: 0, interfaces: u32::MAX, attributes }
    }

    /// What an instance of a type brings, in the first zone, with the first set of attributes and of no provider: say
    /// what is different.
    pub fn of_type(instance_type: InstanceTypeId, role: &InstanceTypeRole) -> Self {
        Self {
            zone: ZoneId(0),
            provider: ProviderId(0),
            instance_type,
            operating_system: role.operating_system,
            registered: role.registered,
            gpus: role.gpus,
            interfaces: role.interfaces,
            attributes: AttributeSetId(0),
        }
    }
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
    free_gpus: Vec<u32>,
    free_interfaces: Vec<u32>,
    /// Static host ports of tasks, in order (ECS-124).
    ports: Vec<Vec<HostPort>>,
    names: Vec<Box<str>>,
    registered_at: Vec<SimTime>,
    registrations: Table<InstanceId, Registration>,
    live: Vec<InstanceId>,
    /// DRAINING, in the order of registration: nearly always none.
    draining: Vec<InstanceId>,
    ground: Ground,
    groups: Vec<GroupCounts>,
    log: ChangeLog,
}

/// Where the tasks of one group are (desired status RUNNING: ECS-233).
#[derive(Debug, Clone, Default)]
struct GroupCounts {
    on_instance: Hosts,
    in_zone: Vec<u32>,
    /// For each attribute that is spread over: tasks by its value.
    with_value: Vec<Vec<u32>>,
}

/// Which instances changed, oldest first. Whoever keeps something derived from the fleet reads it from where it
/// stopped reading; only the newest part is kept.
#[derive(Debug, Clone, Default)]
struct ChangeLog {
    forgotten: usize,
    kept: Vec<InstanceId>,
    /// For each of those: the group that has one task more or less there.
    groups: Vec<Option<GroupId>>,
}

impl ChangeLog {
    /// Fewer than this are never worth forgetting.
    const LEAST_KEPT: usize = 1024;

    /// Appends a change and keeps at least one per live instance: who is further behind looks at all of them anyway.
    fn push(&mut self, instance: InstanceId, group: Option<GroupId>, live: usize) {
        let keep = live.max(Self::LEAST_KEPT);
        if self.kept.len() >= 2 * keep {
            let old = self.kept.len() - keep;
            self.kept.drain(..old);
            self.groups.drain(..old);
            self.forgotten += old;
        }
        self.kept.push(instance);
        self.groups.push(group);
    }
}

impl Fleet {
    /// No instance yet; `zones` and `groups` are the numbers of those that tasks may ask about.
    pub fn new(zones: usize, groups: usize) -> Self {
        Self::on(Ground::plain(zones, groups))
    }

    /// No instance yet, on this ground.
    pub fn on(ground: Ground) -> Self {
        let with_value = ground.spreads.rows().iter().map(|spread| vec![0; spread.count]).collect();
        let counts = GroupCounts { on_instance: Hosts::default(), in_zone: vec![0; ground.zones], with_value };
        Self { groups: vec![counts; ground.groups], ground, ..Self::default() }
    }

    /// Adds an ACTIVE instance with nothing on it, without a name, at the start of the run.
    pub fn register(&mut self, registration: Registration) -> InstanceId {
        self.register_named(registration, "", SimTime::START)
    }

    /// Adds an ACTIVE instance with nothing on it; queries see its name as `ec2InstanceId` and the moment as
    /// `registeredAt` (ECS-333).
    ///
    /// # Panics
    /// When it registers the largest number there is, which marks what has no number.
    pub fn register_named(&mut self, registration: Registration, name: &str, at: SimTime) -> InstanceId {
        let Resources { cpu, memory } = registration.registered;
        assert!(cpu.0 < u32::MAX && memory.0 < u32::MAX, "less than the largest number");
        assert!(registration.zone.row() < self.ground.zones, "a zone of the scenario");
        self.free_cpu.push(cpu.0);
        self.free_memory.push(memory.0);
        self.free_gpus.push(registration.gpus);
        self.free_interfaces.push(registration.interfaces);
        self.ports.push(Vec::new());
        self.names.push(name.into());
        self.registered_at.push(at);
        self.active.push(true);
        self.tasks.push(0);
        let id = self.registrations.push(registration);
        self.live.push(id);
        self.log.push(id, None, self.live.len());
        id
    }

    /// An ACTIVE instance is DRAINING from now on: it takes no tasks, and those that it has stay counted (ECS-221).
    ///
    /// # Panics
    /// When it is not ACTIVE (ECS-223).
    pub fn drain(&mut self, instance: InstanceId) {
        assert!(self.active[instance.row()], "only an ACTIVE instance can be drained");
        self.active[instance.row()] = false;
        move_between(instance, &mut self.live, &mut self.draining);
        self.log.push(instance, None, self.live.len());
    }

    /// A DRAINING instance is ACTIVE again (ECS-223).
    ///
    /// # Panics
    /// When it is not DRAINING.
    pub fn activate(&mut self, instance: InstanceId) {
        assert!(self.is_draining(instance), "only a DRAINING instance can be activated");
        self.active[instance.row()] = true;
        move_between(instance, &mut self.draining, &mut self.live);
        self.log.push(instance, None, self.live.len());
    }

    /// Takes an instance out of the cluster for good.
    ///
    /// # Panics
    /// When it is gone already, or a task is still on the ledger.
    pub fn remove(&mut self, instance: InstanceId) {
        let row = instance.row();
        assert!(self.is_here(instance) && self.tasks[row] == 0, "only an instance without tasks can go");
        let list = if self.active[row] { &mut self.live } else { &mut self.draining };
        let place = list.binary_search(&instance).expect("an instance is listed");
        list.remove(place);
        self.active[row] = false;
        self.free_cpu[row] = 0;
        self.free_memory[row] = 0;
        self.names[row] = Box::default(); // what is gone keeps no memory
        self.log.push(instance, None, self.live.len());
    }

    /// Reserves what a task of `group` takes.
    ///
    /// # Panics
    /// When the instance can't cover it: placement never over-commits this ledger (ECS-108, ECS-230).
    pub fn charge(&mut self, instance: InstanceId, demand: &Demand, group: GroupId) {
        let row = instance.row();
        assert!(self.active[row] && self.has_room(instance, demand), "placement promised what is not there");
        self.free_cpu[row] -= demand.need.cpu.0;
        self.free_memory[row] -= demand.need.memory.0;
        if !demand.is_plain() {
            self.free_gpus[row] -= demand.gpus;
            self.free_interfaces[row] -= u32::from(demand.interface);
            for &port in &demand.ports {
                let place = self.ports[row].binary_search(&port).expect_err("the port was free");
                self.ports[row].insert(place, port);
            }
        }
        self.tasks[row] += 1;
        self.count(instance, group, Hosts::add, |count| *count += 1);
        self.log.push(instance, Some(group), self.live.len());
    }

    /// Gives back what a task of `group` had reserved: its desired status is STOPPED now (ECS-505). Its interface
    /// stays until [`Fleet::detach`], unless the scenario has it otherwise (ECS-141).
    pub fn release(&mut self, instance: InstanceId, demand: &Demand, group: GroupId) {
        let row = instance.row();
        self.free_cpu[row] += demand.need.cpu.0;
        self.free_memory[row] += demand.need.memory.0;
        debug_assert!(self.registered(instance).covers(self.free(instance)), "freed more than was charged");
        if !demand.is_plain() {
            self.free_gpus[row] += demand.gpus;
            self.ports[row].retain(|port| !demand.ports.contains(port));
            if demand.interface && self.ground.frees_interfaces_early {
                self.free_interfaces[row] += 1;
            }
        }
        self.tasks[row] -= 1;
        self.count(instance, group, Hosts::take, |count| *count -= 1);
        self.log.push(instance, Some(group), self.live.len());
    }

    /// A task is STOPPED: its interface is detached (ECS-141), if that was not so before.
    pub fn detach(&mut self, instance: InstanceId, demand: &Demand) {
        if demand.interface && !self.ground.frees_interfaces_early {
            self.free_interfaces[instance.row()] += 1;
            self.log.push(instance, None, self.live.len());
        }
    }

    /// Changes the counts of a group for one task on an instance.
    fn count(
        &mut self,
        instance: InstanceId,
        group: GroupId,
        on_instance: fn(&mut Hosts, InstanceId, usize),
        change: impl Fn(&mut u32),
    ) {
        let Registration { zone, attributes, .. } = self.registrations[instance];
        let counts = &mut self.groups[group.row()];
        on_instance(&mut counts.on_instance, instance, self.registrations.len());
        change(&mut counts.in_zone[zone.row()]);
        for (spread, with_value) in self.ground.spreads.rows().iter().zip(&mut counts.with_value) {
            change(&mut with_value[spread.of_set[attributes] as usize]);
        }
    }

    /// Whether an instance has all that a task takes: CPU, memory, GPUs, static ports and an interface (ECS-301).
    pub fn has_room(&self, instance: InstanceId, demand: &Demand) -> bool {
        self.free(instance).covers(demand.need) && (demand.is_plain() || self.has_extras(instance, demand))
    }

    /// The same without CPU and memory.
    pub fn has_extras(&self, instance: InstanceId, demand: &Demand) -> bool {
        self.free_gpus(instance) >= demand.gpus
            && self.free_interfaces(instance) >= u32::from(demand.interface)
            && self.has_ports(instance, demand)
    }

    /// Whether the static ports of a task are free on an instance, and may be reserved (ECS-124, ECS-127).
    pub fn has_ports(&self, instance: InstanceId, demand: &Demand) -> bool {
        if demand.ports.is_empty() {
            return true;
        }
        let taken = &self.ports[instance.row()];
        let count = taken.len() + demand.ports.len();
        // which system runs there is looked up only where it could matter: nearly never
        let may = may_reserve(OperatingSystem::Windows, count)
            || may_reserve(self.registrations[instance].operating_system, count);
        may && demand.ports.iter().all(|port| taken.binary_search(port).is_err())
    }

    /// Free GPUs (ECS-136).
    pub fn free_gpus(&self, instance: InstanceId) -> u32 {
        self.free_gpus[instance.row()]
    }

    /// How many tasks with an interface of their own can still come (ECS-210).
    pub fn free_interfaces(&self, instance: InstanceId) -> u32 {
        self.free_interfaces[instance.row()]
    }

    /// Static host ports of the tasks on an instance, in order.
    pub fn ports(&self, instance: InstanceId) -> &[HostPort] {
        &self.ports[instance.row()]
    }

    /// Its name, which queries see as `ec2InstanceId`.
    pub fn name(&self, instance: InstanceId) -> &str {
        &self.names[instance.row()]
    }

    /// When it registered, in Unix ms (ECS-333).
    pub fn registered_at_unix_ms(&self, instance: InstanceId) -> i64 {
        self.ground.unix_ms(self.registered_at[instance.row()])
    }

    /// Its attributes (ECS-206, ECS-207).
    pub fn attributes(&self, instance: InstanceId) -> &Attributes {
        &self.ground.attributes[self.registrations[instance].attributes]
    }

    /// What stays the same all through the run.
    pub fn ground(&self) -> &Ground {
        &self.ground
    }

    /// What strategies spread over, apart from the zone.
    pub fn spread(&self, key: SpreadKeyId) -> &SpreadValues {
        &self.ground.spreads[key]
    }

    /// The value that an instance has of an attribute that is spread over.
    pub fn spread_value(&self, key: SpreadKeyId, instance: InstanceId) -> u32 {
        self.ground.spreads[key].of_set[self.registrations[instance].attributes]
    }

    /// Tasks of a group on all instances with a value, by desired status; infeasible instances count too (ECS-311).
    pub fn group_with_value(&self, group: GroupId, key: SpreadKeyId, value: u32) -> u32 {
        self.groups[group.row()].with_value[key.row()][value as usize]
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

    /// Whether it is DRAINING: it has its tasks and takes no others (ECS-221).
    pub fn is_draining(&self, instance: InstanceId) -> bool {
        !self.draining.is_empty() && self.draining.binary_search(&instance).is_ok()
    }

    /// Whether it belongs to the cluster, ACTIVE or DRAINING.
    pub fn is_here(&self, instance: InstanceId) -> bool {
        self.is_active(instance) || self.is_draining(instance)
    }

    /// `runningTasksCount`: tasks whose desired status is RUNNING (ECS-504).
    pub fn tasks(&self, instance: InstanceId) -> u32 {
        self.tasks[instance.row()]
    }

    /// Tasks of a group on an instance, by desired status.
    pub fn group_on_instance(&self, group: GroupId, instance: InstanceId) -> u32 {
        self.groups[group.row()].on_instance.on(instance)
    }

    /// The instances that have tasks of a group, in the order of registration, with how many; `None` when they are not
    /// few.
    pub fn few_hosts(&self, group: GroupId) -> Option<&[(InstanceId, u32)]> {
        self.groups[group.row()].on_instance.few()
    }

    /// Tasks of a group in a zone, by desired status; infeasible instances count too (ECS-311).
    pub fn group_in_zone(&self, group: GroupId, zone: ZoneId) -> u32 {
        self.groups[group.row()].in_zone[zone.row()]
    }

    /// The ACTIVE instances in the order of registration.
    pub fn live(&self) -> &[InstanceId] {
        &self.live
    }

    /// The DRAINING instances in the order of registration.
    pub fn draining(&self) -> &[InstanceId] {
        &self.draining
    }

    /// All instances of the cluster, ACTIVE and DRAINING, in the order of registration.
    pub fn here(&self) -> impl Iterator<Item = InstanceId> + '_ {
        let (mut live, mut draining) = (self.live.iter().copied().peekable(), self.draining.iter().copied().peekable());
        std::iter::from_fn(move || match (live.peek(), draining.peek()) {
            (Some(first), Some(second)) if second < first => draining.next(),
            (Some(_), _) => live.next(),
            (None, _) => draining.next(),
        })
    }

    /// How many instances ever registered; ids run from 0 to this.
    pub fn ever(&self) -> usize {
        self.registrations.len()
    }

    /// How many changes there were: registrations, removals, drains, activations, charges and releases.
    pub fn changes(&self) -> usize {
        self.log.forgotten + self.log.kept.len()
    }

    /// The instances that changed after the first `seen` changes, oldest first and as often as they changed; `None`
    /// when that is too long ago.
    pub fn changed_since(&self, seen: usize) -> Option<&[InstanceId]> {
        self.log.kept.get(seen.checked_sub(self.log.forgotten)?..)
    }

    /// For each of the same changes the group that has one task more or less on the instance.
    pub fn groups_since(&self, seen: usize) -> Option<&[Option<GroupId>]> {
        self.log.groups.get(seen.checked_sub(self.log.forgotten)?..)
    }

    /// How many zones there are.
    pub fn zones(&self) -> usize {
        self.ground.zones
    }
}

/// Moves an instance from one list in the order of registration to another.
fn move_between(instance: InstanceId, from: &mut Vec<InstanceId>, to: &mut Vec<InstanceId>) {
    let place = from.binary_search(&instance).expect("it is in the list");
    from.remove(place);
    let place = to.binary_search(&instance).expect_err("it is in one list alone");
    to.insert(place, instance);
}
