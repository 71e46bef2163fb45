//! The instance as its agent sees it: the second ledger (ECS-231) and the line of tasks before it.

use crate::units::{Resources, TaskId};
use std::collections::VecDeque;

/// One instance's agent: what physically runs, and who waits for room.
///
/// The line is first in, first out, and its head blocks all behind it (ECS-231, ECS-506). "Used never exceeds
/// registered" is a law of this ledger only.
#[derive(Debug, Clone, Default)]
pub struct Agent {
    registered: Resources,
    used: Resources,
    line: VecDeque<(TaskId, Resources)>,
    /// Tasks on the instance that are not yet STOPPED, in the line or not.
    tasks: u32,
}

impl Agent {
    /// The agent of an instance with nothing on it.
    pub fn new(registered: Resources) -> Self {
        Self { registered, ..Self::default() }
    }

    /// A task was placed here: it joins the line.
    pub fn join(&mut self, task: TaskId, need: Resources) {
        self.line.push_back((task, need));
        self.tasks += 1;
    }

    /// Starts the head of the line if it fits (ECS-232), and charges this ledger for it.
    pub fn start_next(&mut self) -> Option<TaskId> {
        let (task, need) = *self.line.front()?;
        // subtracted, not added: two tasks together may be more than the largest amount there is
        if !(self.registered - self.used).covers(need) {
            return None;
        }
        self.line.pop_front();
        self.used += need;
        Some(task)
    }

    /// A task that was started has stopped: its resources are free.
    pub fn stopped(&mut self, need: Resources) {
        self.used -= need;
        self.tasks -= 1;
    }

    /// A waiting task is told to stop: it leaves the line without having been charged.
    ///
    /// Returns whether it stood there.
    pub fn leave(&mut self, task: TaskId) -> bool {
        let Some(place) = self.line.iter().position(|(waiting, _)| *waiting == task) else { return false };
        self.line.remove(place);
        self.tasks -= 1;
        true
    }

    /// What the started tasks use of the registered resources.
    pub fn used(&self) -> Resources {
        self.used
    }

    /// Whether no task is left here, waiting or not.
    pub fn is_empty(&self) -> bool {
        self.tasks == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mib(memory: u32) -> Resources {
        Resources::new(0, memory)
    }

    /// ECS-233, worked: 1,024 MiB; A 600 runs; B 600 and C 100 wait, C behind B although 424 are free.
    #[test]
    fn the_head_of_the_line_blocks() {
        let mut agent = Agent::new(mib(1024));
        agent.join(TaskId(0), mib(600));
        assert_eq!(agent.start_next(), Some(TaskId(0)));
        agent.join(TaskId(1), mib(600));
        agent.join(TaskId(2), mib(100));
        assert_eq!(agent.start_next(), None); // 600 + 600 > 1024
        agent.stopped(mib(600));
        assert_eq!(agent.start_next(), Some(TaskId(1)));
        assert_eq!(agent.start_next(), Some(TaskId(2))); // 600 + 100 <= 1024
        assert_eq!(agent.used(), mib(700));
    }

    #[test]
    fn a_waiting_task_that_is_told_to_stop_frees_nothing() {
        let mut agent = Agent::new(mib(100));
        agent.join(TaskId(0), mib(80));
        agent.start_next();
        agent.join(TaskId(1), mib(80));
        assert!(agent.leave(TaskId(1)));
        assert!(!agent.leave(TaskId(0)));
        assert_eq!(agent.used(), mib(80));
        assert!(!agent.is_empty());
        agent.stopped(mib(80));
        assert!(agent.is_empty());
    }
}
