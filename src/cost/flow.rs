//! A quantity that grows with time, so that a meter can be read at any moment and not at its end alone.

use crate::units::SimTime;

/// What is counted, times ms: it grows by `rate` each ms.
///
/// What is billed beyond the time that something was there (the rest of a second, the rest of a minimum) is added when
/// it ends. Nobody knows of it before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flow {
    quantity: u128,
    rate: u128,
    since: SimTime,
}

impl Flow {
    /// The quantity at a moment that is not before the last change.
    pub(super) fn until(&self, now: SimTime) -> u128 {
        self.quantity + self.rate * u128::from((now - self.since).0)
    }

    /// What has ended, all together.
    pub(super) fn ended(&self) -> u128 {
        self.quantity
    }

    /// Whether anything is there now.
    pub(super) fn is_running(&self) -> bool {
        self.rate > 0
    }

    /// So much more is there from now on.
    pub(super) fn begin(&mut self, now: SimTime, rate: u128) {
        self.advance(now);
        self.rate += rate;
    }

    /// So much ends that was there for `life_ms`, and is billed for `billed_ms`.
    pub(super) fn end(&mut self, now: SimTime, rate: u128, life_ms: u64, billed_ms: u64) {
        self.advance(now);
        self.rate -= rate;
        self.quantity += rate * u128::from(billed_ms - life_ms);
    }

    /// So much more is billed of what was not counted before.
    pub(super) fn add(&mut self, now: SimTime, quantity: u128) {
        self.advance(now);
        self.quantity += quantity;
    }

    fn advance(&mut self, now: SimTime) {
        self.quantity = self.until(now);
        self.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two for 10 s and one more for 4 s of them, the last billed for a minute: 2 x 10 + 60 s.
    #[test]
    fn what_is_billed_beyond_a_life_comes_with_its_end() {
        let mut flow = Flow::default();
        flow.begin(SimTime(0), 2);
        flow.begin(SimTime(5_000), 1);
        assert_eq!(flow.until(SimTime(8_000)), 2 * 8_000 + 3_000);
        flow.end(SimTime(9_000), 1, 4_000, 60_000);
        assert_eq!(flow.until(SimTime(9_000)), 2 * 9_000 + 60_000);
        flow.end(SimTime(10_000), 2, 10_000, 10_000);
        assert_eq!((flow.ended(), flow.until(SimTime(99_000))), (80_000, 80_000));
    }
}
