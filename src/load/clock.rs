//! The service clock: how much CPU each running task of a service has been asked for since the start.
//!
//! All tasks of a service share its requests evenly, so one number serves them all: a task's use is the clock's
//! reading at its end less the reading at its start. A step costs the same for 3 tasks and for 3,000.

use crate::units::{CpuUnits, SimTime};

/// Units per vCPU (ECS-101).
const UNITS_PER_VCPU: u128 = 1024;

/// How a service's work stands to the tasks that share it, in unit-µs per ms times the period in ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// What its requests ask for.
    pub asked: u128,
    /// What is done: what is asked, at most what the running tasks reserve.
    pub done: u128,
}

/// The clock of one service.
#[derive(Debug, Clone)]
pub struct ServiceClock {
    period_ms: u64,
    cpu_per_request_us: u64,
    reserved: CpuUnits,
    requests: u64,
    running: u32,
    read_at: SimTime,
    /// CPU used by each task that ran all the time, in unit-ns.
    per_task: u128,
}

impl ServiceClock {
    /// The clock of a service whose tasks reserve `reserved` each; no load and no task yet.
    pub fn new(period_ms: u64, cpu_per_request_us: u64, reserved: CpuUnits) -> Self {
        Self { period_ms, cpu_per_request_us, reserved, requests: 0, running: 0, read_at: SimTime::START, per_task: 0 }
    }

    /// From `now` on, `requests` arrive per period.
    pub fn set_requests(&mut self, now: SimTime, requests: u64) {
        self.advance(now);
        self.requests = requests;
    }

    /// From `now` on, `running` tasks share them.
    pub fn set_running(&mut self, now: SimTime, running: u32) {
        self.advance(now);
        self.running = running;
    }

    /// Requests per period at present.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Running tasks at present.
    pub fn running(&self) -> u32 {
        self.running
    }

    /// What is asked for and what is done at present. A task does at most what it reserves.
    pub fn share(&self) -> Share {
        let asked = u128::from(self.requests) * u128::from(self.cpu_per_request_us) * UNITS_PER_VCPU;
        // reserved units for 1 ms are that many thousand unit-µs
        let room = u128::from(self.running) * u128::from(self.reserved.0) * 1000 * u128::from(self.period_ms);
        Share { asked, done: asked.min(room) }
    }

    /// What a task has used that ran from the start on, in unit-ns; the difference of two readings is exact to
    /// one unit-ns per change in between.
    pub fn reading(&mut self, now: SimTime) -> u128 {
        self.advance(now);
        self.per_task
    }

    fn advance(&mut self, now: SimTime) {
        let passed = u128::from((now - self.read_at).0);
        self.read_at = now;
        if passed > 0 && self.running > 0 {
            let all_tasks = self.share().done * passed * 1000; // unit-ns times the period
            self.per_task += all_tasks / (u128::from(self.period_ms) * u128::from(self.running));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_uses_its_share() {
        // 600 requests a minute at 12 ms are 0.12 vCPU = 122.88 units; two tasks do 61.44 each.
        let mut clock = ServiceClock::new(60_000, 12_000, CpuUnits(512));
        clock.set_requests(SimTime(0), 600);
        clock.set_running(SimTime(0), 2);
        // over 10 s: 61.44 units x 10 s = 614.4 unit-s = 614,400,000,000 unit-ns
        assert_eq!(clock.reading(SimTime(10_000)), 614_400_000_000);
    }

    #[test]
    fn no_task_does_more_than_it_reserves() {
        // 6,000 requests a minute at 12 ms are 1.2 vCPU = 1,228.8 units; one task of 512 does 512.
        let mut clock = ServiceClock::new(60_000, 12_000, CpuUnits(512));
        clock.set_requests(SimTime(0), 6000);
        clock.set_running(SimTime(0), 1);
        assert_eq!(clock.reading(SimTime(1000)), 512 * 1_000_000_000);
        let share = clock.share();
        // in unit-µs per ms: asked 1,228.8 x 1,000, done 512 x 1,000; times 60,000
        assert_eq!((share.asked, share.done), (1_228_800 * 60_000, 512_000 * 60_000));
    }
}
