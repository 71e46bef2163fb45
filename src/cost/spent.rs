//! What was spent until a moment, by category: the bill over time.
//!
//! A line of the bill at a moment is the price of its quantity until then, rounded once. A part of the run costs the
//! difference of two moments, so the parts add up to the line to the nano-dollar, whatever is rounded.

use crate::units::NanoUsd;
use std::fmt;
use std::ops::{Index, IndexMut};

/// What a line of the bill belongs to. A new kind of meter adds its own here: tables and charts follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Instances, by the second.
    Ec2OnDemand,
    /// Tasks on Fargate.
    Fargate,
    /// Tasks on Fargate Spot.
    FargateSpot,
}

impl Category {
    /// All of them, in the order of tables and charts.
    pub const ALL: [Self; 3] = [Self::Ec2OnDemand, Self::Fargate, Self::FargateSpot];

    /// For people, and in `summary.json`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ec2OnDemand => "EC2 on-demand",
            Self::Fargate => "Fargate",
            Self::FargateSpot => "Fargate Spot",
        }
    }

    /// In names of columns.
    pub const fn column(self) -> &'static str {
        match self {
            Self::Ec2OnDemand => "ec2_on_demand",
            Self::Fargate => "fargate",
            Self::FargateSpot => "fargate_spot",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// Dollars by category, since the start of the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent(pub [NanoUsd; Category::ALL.len()]);

impl Index<Category> for Spent {
    type Output = NanoUsd;
    fn index(&self, category: Category) -> &NanoUsd {
        &self.0[category as usize]
    }
}

impl IndexMut<Category> for Spent {
    fn index_mut(&mut self, category: Category) -> &mut NanoUsd {
        &mut self.0[category as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_stand_in_their_order() {
        for (place, category) in Category::ALL.into_iter().enumerate() {
            assert_eq!(category as usize, place);
        }
    }
}
