//! The number of a rule of AWS's behaviour or of this simulator's model, as `docs/rules.md` lists them.

use std::fmt;

/// Which set of rules a number belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleSet {
    /// How Amazon ECS behaves.
    Ecs,
    /// Metrics, alarms and scaling.
    Scl,
    /// Prices.
    Prc,
    /// The platform around the cluster.
    Plt,
}

/// A rule's number: `ECS-310`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// The set.
    pub set: RuleSet,
    /// The number within it.
    pub number: u16,
}

impl Rule {
    /// A rule of the scheduler.
    pub const fn ecs(number: u16) -> Self {
        Self { set: RuleSet::Ecs, number }
    }

    /// A rule of prices.
    pub const fn prc(number: u16) -> Self {
        Self { set: RuleSet::Prc, number }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = match self.set {
            RuleSet::Ecs => "ECS",
            RuleSet::Scl => "SCL",
            RuleSet::Prc => "PRC",
            RuleSet::Plt => "PLT",
        };
        write!(f, "{set}-{}", self.number)
    }
}
