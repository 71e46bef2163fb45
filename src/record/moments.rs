//! Moments that charts mark: what operators did, and what failed.

use crate::fact::{Fact, Observer, Why};
use crate::units::SimTime;
use std::collections::BTreeMap;

/// At most so many moments of a kind: what lies closer is one.
const MOST: u64 = 600;

/// What happened at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MomentKind {
    /// An operator changed or stopped something.
    Operator,
    /// A task found no place or failed to start, or an operation could not be done.
    Failure,
}

/// The moments of a run, by kind, in order of time.
#[derive(Debug, Clone, Default)]
pub struct Moments {
    /// What operators did.
    pub operator: Vec<SimTime>,
    /// What failed.
    pub failure: Vec<SimTime>,
}

/// Finds the moments of a run. Memory does not grow with their number.
#[derive(Debug, Clone)]
pub struct MomentRecorder {
    apart_ms: u64,
    /// The first moment of each kind in each part of the run.
    seen: BTreeMap<(MomentKind, u64), SimTime>,
}

impl MomentRecorder {
    /// Ready for the first fact of a run of that length.
    pub fn new(horizon: SimTime) -> Self {
        Self { apart_ms: horizon.0.div_ceil(MOST).max(1), seen: BTreeMap::new() }
    }

    /// All of them.
    pub fn finish(self) -> Moments {
        let mut moments = Moments::default();
        for ((kind, _), at) in self.seen {
            match kind {
                MomentKind::Operator => moments.operator.push(at),
                MomentKind::Failure => moments.failure.push(at),
            }
        }
        moments
    }
}

fn kind(fact: &Fact) -> Option<MomentKind> {
    match fact {
        Fact::TaskUnplaced { .. }
        | Fact::OperationFailed { .. }
        | Fact::SpotNotice { .. }
        | Fact::OperationRefused { .. }
        | Fact::ReplacementStuck { .. }
        | Fact::ServiceThrottled { .. }
        | Fact::TaskStopping { why: Why::NoAddress { .. }, .. } => Some(MomentKind::Failure),
        Fact::DesiredCount { why, .. }
        | Fact::TaskStopping { why, .. }
        | Fact::InstanceGone { why, .. }
        | Fact::InstanceLaunched { why, .. } => (*why == Why::UserInitiated).then_some(MomentKind::Operator),
        Fact::InstanceDraining { .. }
        | Fact::InstanceActivated { .. }
        | Fact::InstanceDeregistered { .. }
        | Fact::ServiceUpdated { .. }
        | Fact::ServiceDraining { .. } => Some(MomentKind::Operator),
        _ => None,
    }
}

impl Observer for MomentRecorder {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        if let Some(kind) = kind(fact) {
            self.seen.entry((kind, at.0 / self.apart_ms)).or_insert(at);
        }
    }

    fn close(&mut self, _: SimTime) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ServiceId;

    /// 600,000 ms in 600 parts: moments in one second are one.
    #[test]
    fn close_moments_are_one() {
        let mut recorder = MomentRecorder::new(SimTime(600_000));
        for (at, why) in
            [(0, Why::Given), (1_000, Why::UserInitiated), (1_999, Why::UserInitiated), (2_000, Why::UserInitiated)]
        {
            recorder.observe(SimTime(at), &Fact::DesiredCount { service: ServiceId(0), desired: 1, why });
        }
        let moments = recorder.finish();
        assert_eq!(moments.operator, [SimTime(1_000), SimTime(2_000)]);
        assert!(moments.failure.is_empty());
    }
}
