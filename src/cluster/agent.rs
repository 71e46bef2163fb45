//! The instance as its agent sees it: the second ledger (ECS-231) and the line of tasks before it.

use super::demand::{Demand, HostPort, Protocol};
use crate::units::{Resources, TaskId};
use std::collections::{BTreeMap, VecDeque};

/// First port of the range from which the agent hands out dynamic ones (ECS-125).
const FIRST_DYNAMIC_PORT: u16 = 32768;

/// One instance's agent: what physically runs, and who waits for room.
///
/// The line is first in, first out, and its head blocks all behind it (ECS-231, ECS-506). "Used never exceeds
/// registered" is a law of this ledger only.
#[derive(Debug, Clone, Default)]
pub struct Agent {
    registered: Resources,
    used: Resources,
    gpus: u32,
    /// Static host ports in use, in order.
    ports: Vec<HostPort>,
    /// Host ports handed out, with the task that holds each.
    dynamic: BTreeMap<u16, TaskId>,
    line: VecDeque<TaskId>,
    /// Tasks on the instance that are not yet STOPPED, in the line or not.
    tasks: u32,
}

impl Agent {
    /// The agent of an instance with nothing on it.
    pub fn new(registered: Resources, gpus: u32) -> Self {
        Self { registered, gpus, ..Self::default() }
    }

    /// A task was placed here: it joins the line.
    pub fn join(&mut self, task: TaskId) {
        self.line.push_back(task);
        self.tasks += 1;
    }

    /// Starts the head of the line if it fits (ECS-232), and charges this ledger for it; `demand` says what a task
    /// takes.
    pub fn start_next<'d>(&mut self, demand: impl Fn(TaskId) -> &'d Demand) -> Option<TaskId> {
        let task = *self.line.front()?;
        let demand = demand(task);
        // subtracted, not added: two tasks together may be more than the largest amount there is
        let has_room = (self.registered - self.used).covers(demand.need);
        // dynamic ports are not charged (ECS-121): one that equals a static port holds nobody up
        let is_free = |port: &HostPort| self.ports.binary_search(port).is_err();
        if !has_room || self.gpus < demand.gpus || !demand.ports.iter().all(is_free) {
            return None;
        }
        self.line.pop_front();
        self.used += demand.need;
        self.gpus -= demand.gpus;
        for &port in &demand.ports {
            let place = self.ports.binary_search(&port).expect_err("the port was free");
            self.ports.insert(place, port);
        }
        for _ in 0..demand.dynamic_ports {
            self.hand_out(task);
        }
        Some(task)
    }

    /// Gives a task the lowest free port of the dynamic range; where all are taken the pool is treated as never
    /// exhausted (ECS-125).
    fn hand_out(&mut self, task: TaskId) {
        let static_port = |number| self.ports.binary_search(&HostPort { protocol: Protocol::Tcp, number }).is_ok();
        let free =
            (FIRST_DYNAMIC_PORT..=u16::MAX).find(|number| !self.dynamic.contains_key(number) && !static_port(*number));
        if let Some(number) = free {
            self.dynamic.insert(number, task);
        }
    }

    /// The first host port that a started task was given from the dynamic range, if any.
    pub fn dynamic_port(&self, task: TaskId) -> Option<u16> {
        self.dynamic.iter().find(|(_, holder)| **holder == task).map(|(number, _)| *number)
    }

    /// A task that was started has stopped: its resources are free.
    pub fn stopped(&mut self, task: TaskId, demand: &Demand) {
        self.used -= demand.need;
        self.gpus += demand.gpus;
        if !demand.ports.is_empty() {
            self.ports.retain(|port| !demand.ports.contains(port));
        }
        if demand.dynamic_ports > 0 {
            self.dynamic.retain(|_, holder| *holder != task);
        }
        self.tasks -= 1;
    }

    /// A waiting task is told to stop: it leaves the line without having been charged.
    ///
    /// Returns whether it stood there.
    pub fn leave(&mut self, task: TaskId) -> bool {
        let Some(place) = self.line.iter().position(|waiting| *waiting == task) else { return false };
        self.line.remove(place);
        self.tasks -= 1;
        true
    }

    /// What the started tasks use of the registered resources.
    pub fn used(&self) -> Resources {
        self.used
    }

    /// How many tasks on the instance are not yet STOPPED, waiting or not.
    pub fn tasks(&self) -> u32 {
        self.tasks
    }

    /// Whether no task is left here, waiting or not.
    pub fn is_empty(&self) -> bool {
        self.tasks == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mib(memory: u32) -> Demand {
        Resources::new(0, memory).into()
    }

    /// ECS-233, worked: 1,024 MiB; A 600 runs; B 600 and C 100 wait, C behind B although 424 are free.
    #[test]
    fn the_head_of_the_line_blocks() {
        let demands = [mib(600), mib(600), mib(100)];
        let demand = |task: TaskId| &demands[task.0 as usize];
        let mut agent = Agent::new(Resources::new(0, 1024), 0);
        agent.join(TaskId(0));
        assert_eq!(agent.start_next(demand), Some(TaskId(0)));
        agent.join(TaskId(1));
        agent.join(TaskId(2));
        assert_eq!(agent.start_next(demand), None); // 600 + 600 > 1024
        agent.stopped(TaskId(0), &demands[0]);
        assert_eq!(agent.start_next(demand), Some(TaskId(1)));
        assert_eq!(agent.start_next(demand), Some(TaskId(2))); // 600 + 100 <= 1024
        assert_eq!(agent.used(), Resources::new(0, 700));
    }

    #[test]
    fn a_waiting_task_that_is_told_to_stop_frees_nothing() {
        let demand = mib(80);
        let mut agent = Agent::new(Resources::new(0, 100), 0);
        agent.join(TaskId(0));
        agent.start_next(|_| &demand);
        agent.join(TaskId(1));
        assert!(agent.leave(TaskId(1)));
        assert!(!agent.leave(TaskId(0)));
        assert_eq!(agent.used(), Resources::new(0, 80));
        assert!(!agent.is_empty());
        agent.stopped(TaskId(0), &demand);
        assert!(agent.is_empty());
    }

    /// ECS-128, ECS-232: a static port and a GPU are free for the next task when the one before is STOPPED.
    #[test]
    fn ports_and_gpus_are_waited_for() {
        let port = |number| HostPort { protocol: Protocol::Tcp, number };
        let one = Demand { gpus: 1, ports: vec![port(80)], ..Demand::default() };
        let other = Demand { ports: vec![HostPort { protocol: Protocol::Udp, number: 80 }], ..Demand::default() };
        let demand = |task: TaskId| if task.0 == 2 { &other } else { &one };
        let mut agent = Agent::new(Resources::new(0, 0), 2);
        for task in [0, 1, 2].map(TaskId) {
            agent.join(task);
        }
        assert_eq!(agent.start_next(demand), Some(TaskId(0)));
        assert_eq!(agent.start_next(demand), None); // port 80 is taken, though a GPU is free
        agent.stopped(TaskId(0), &one);
        assert_eq!(agent.start_next(demand), Some(TaskId(1)));
        assert_eq!(agent.start_next(demand), Some(TaskId(2))); // UDP is kept apart (ECS-121)
    }

    /// ECS-121, ECS-231: a static port that another task was given dynamically is free on the ledger.
    #[test]
    fn a_dynamic_port_holds_no_static_one_up() {
        let web = Demand { dynamic_ports: 1, ..Demand::default() };
        let port = HostPort { protocol: Protocol::Tcp, number: FIRST_DYNAMIC_PORT };
        let fixed = Demand { ports: vec![port], ..Demand::default() };
        let demand = |task: TaskId| if task.0 == 0 { &web } else { &fixed };
        let mut agent = Agent::new(Resources::new(0, 0), 0);
        for task in [0, 1].map(TaskId) {
            agent.join(task);
            assert_eq!(agent.start_next(demand), Some(task));
        }
        assert_eq!(agent.dynamic_port(TaskId(0)), Some(FIRST_DYNAMIC_PORT));
    }

    /// ECS-125, SEED-44: dynamic ports are distinct and come from 32768 upward.
    #[test]
    fn dynamic_ports_are_handed_out_upward() {
        let web = Demand { dynamic_ports: 1, ..Demand::default() };
        let fixed = Demand { ports: vec![HostPort { protocol: Protocol::Tcp, number: 32769 }], ..Demand::default() };
        let demand = |task: TaskId| if task.0 == 1 { &fixed } else { &web };
        let mut agent = Agent::new(Resources::new(0, 0), 0);
        for task in (0..4).map(TaskId) {
            agent.join(task);
            agent.start_next(demand);
        }
        assert_eq!([0, 2, 3].map(|task| agent.dynamic_port(TaskId(task))), [Some(32768), Some(32770), Some(32771)]);
        agent.stopped(TaskId(0), &web);
        agent.join(TaskId(4));
        agent.start_next(demand);
        assert_eq!(agent.dynamic_port(TaskId(4)), Some(32768));
    }
}
