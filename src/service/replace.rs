//! Tasks are replaced under the minimum healthy and the maximum percent of their service: one pass of it (ECS-420 to
//! ECS-427). Draining instances use it (ECS-221), and rolling deployments will: which tasks leave is the caller's
//! affair.

/// The two percentages of a service's deployment configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percents {
    /// `minimumHealthyPercent`.
    pub minimum_healthy: u32,
    /// `maximumPercent`.
    pub maximum: u32,
}

impl Percents {
    /// What a replica service has where nothing is said (ECS-421).
    pub const REPLICA: Self = Self { minimum_healthy: 100, maximum: 200 };
    /// The same of a daemon (ECS-421).
    pub const DAEMON: Self = Self { minimum_healthy: 0, maximum: 100 };

    /// What they mean for a number of desired tasks: the minimum is rounded up, the maximum down (ECS-420).
    pub fn bounds(self, desired: u32) -> Bounds {
        let of = |percent: u32| u64::from(desired) * u64::from(percent);
        let narrow = |tasks: u64| u32::try_from(tasks).unwrap_or(u32::MAX);
        Bounds { lower: narrow(of(self.minimum_healthy).div_ceil(100)), upper: narrow(of(self.maximum) / 100) }
    }
}

/// Between which numbers of tasks a service is kept while tasks of it are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Of healthy tasks no fewer (ECS-422).
    pub lower: u32,
    /// Of all tasks no more (ECS-423).
    pub upper: u32,
}

/// The tasks of a service at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// How many it wants.
    pub desired: u32,
    /// Those that are to stay, placed or not: desired status RUNNING.
    pub staying: u32,
    /// Those that are to be replaced: desired status RUNNING.
    pub leaving: u32,
    /// Of these, the healthy ones.
    pub leaving_healthy: u32,
    /// Running and healthy tasks, staying and leaving together.
    pub healthy: u32,
    /// All that count for the upper bound.
    pub total: u32,
}

impl Counts {
    /// How many of those that leave may stop now: what is not healthy, and as many more as leave enough healthy ones
    /// (ECS-422, ECS-425). With a minimum below 100 that is so before anything was started (ECS-426).
    pub fn stops(self, bounds: Bounds) -> u32 {
        let spare = self.healthy.saturating_sub(bounds.lower);
        self.leaving - self.leaving_healthy + spare.min(self.leaving_healthy)
    }

    /// How many may be started now: as many as are missing, and no more than the upper bound has room for (ECS-425).
    pub fn starts(self, bounds: Bounds) -> u32 {
        let missing = self.desired.saturating_sub(self.staying);
        missing.min(bounds.upper.saturating_sub(self.total))
    }

    /// Whether the percentages never let this end: nothing may stop before something is started, nor start before
    /// something has stopped (ECS-427).
    pub fn is_stuck(self, bounds: Bounds) -> bool {
        self.leaving > 0
            && bounds.lower >= self.desired
            && bounds.upper <= self.desired
            && self.stops(bounds) == 0
            && self.starts(bounds) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percents(minimum_healthy: u32, maximum: u32) -> Percents {
        Percents { minimum_healthy, maximum }
    }

    /// ECS-420: the table of worked examples, and one by hand: 3 tasks at 50/150: 1.5 up is 2, 4.5 down is 4.
    #[test]
    fn the_minimum_is_rounded_up_and_the_maximum_down() {
        let bounds = |desired, minimum, maximum| {
            let bounds = percents(minimum, maximum).bounds(desired);
            (bounds.lower, bounds.upper)
        };
        assert_eq!(bounds(10, 100, 150), (10, 15));
        assert_eq!(bounds(8, 50, 100), (4, 8));
        assert_eq!(bounds(12, 100, 120), (12, 14)); // 14.4
        assert_eq!(bounds(5, 81, 100), (5, 5)); // 4.05
        assert_eq!(bounds(3, 50, 150), (2, 4));
        assert_eq!(bounds(0, 100, 200), (0, 0));
    }

    /// Replaces all tasks of a service; what is started is healthy in the next pass, what stops is gone by then.
    fn replaced(desired: u32, percents: Percents) -> String {
        let bounds = percents.bounds(desired);
        let (mut old, mut new, mut told) = (desired, 0, Vec::new());
        while old > 0 || new < desired {
            let counts = Counts {
                desired,
                staying: new,
                leaving: old,
                leaving_healthy: old,
                healthy: old + new,
                total: old + new,
            };
            let stops = counts.stops(bounds);
            // what stops is STOPPED before anything is started
            let starts = if stops > 0 { 0 } else { counts.starts(bounds) };
            if stops + starts == 0 {
                assert!(counts.is_stuck(bounds));
                told.push("stuck".to_owned());
                break;
            }
            assert!(!counts.is_stuck(bounds));
            told.push(if stops > 0 { format!("-{stops}") } else { format!("+{starts}") });
            (old, new) = (old - stops, new + starts);
        }
        told.join(" ")
    }

    /// ECS-425, ECS-426: the worked examples of the rules.
    #[test]
    fn passes_follow_each_other() {
        assert_eq!(replaced(10, percents(100, 150)), "+5 -5 +5 -5");
        assert_eq!(replaced(8, percents(50, 100)), "-4 +4 -4 +4");
        assert_eq!(replaced(12, percents(100, 120)), ["+2 -2"; 6].join(" "));
        assert_eq!(replaced(5, percents(80, 100)), ["-1 +1"; 5].join(" "));
        assert_eq!(replaced(5, percents(81, 100)), "stuck");
        assert_eq!(replaced(1, percents(50, 100)), "stuck"); // half a task is a task (ECS-427)
        assert_eq!(replaced(3, percents(0, 100)), "-3 +3");
    }

    /// The same pass as a person would make it, task by task: the judge of the arithmetic.
    fn by_hand(counts: Counts, bounds: Bounds) -> (u32, u32) {
        let (mut stops, mut starts) = (0, 0);
        let mut unhealthy = counts.leaving - counts.leaving_healthy;
        let (mut healthy_leaving, mut healthy) = (counts.leaving_healthy, counts.healthy);
        loop {
            if unhealthy > 0 {
                unhealthy -= 1;
            } else if healthy_leaving > 0 && healthy > bounds.lower {
                healthy_leaving -= 1;
                healthy -= 1;
            } else {
                break;
            }
            stops += 1;
        }
        let (mut staying, mut total) = (counts.staying, counts.total);
        while staying < counts.desired && total < bounds.upper {
            (staying, total, starts) = (staying + 1, total + 1, starts + 1);
        }
        (stops, starts)
    }

    /// All small situations agree with the slow twin.
    #[test]
    fn the_arithmetic_is_that_of_single_steps() {
        let mut looked_at = 0;
        for desired in 0..5 {
            for (minimum, maximum) in [(0, 100), (50, 100), (50, 150), (100, 100), (100, 150), (100, 200)] {
                let bounds = percents(minimum, maximum).bounds(desired);
                for staying in 0..6 {
                    for leaving in 0..5 {
                        for leaving_healthy in 0..=leaving {
                            for healthy_staying in 0..=staying {
                                for stopping in 0..3 {
                                    let counts = Counts {
                                        desired,
                                        staying,
                                        leaving,
                                        leaving_healthy,
                                        healthy: healthy_staying + leaving_healthy,
                                        total: staying + leaving + stopping,
                                    };
                                    let found = (counts.stops(bounds), counts.starts(bounds));
                                    assert_eq!(found, by_hand(counts, bounds), "{counts:?} {bounds:?}");
                                    looked_at += 1;
                                }
                            }
                        }
                    }
                }
            }
        }
        assert!(looked_at > 10_000);
    }
}
