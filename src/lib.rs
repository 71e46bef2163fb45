//! longshore: a discrete-event simulator for Amazon ECS clusters.

pub mod cluster;
pub mod fact;
pub mod placement;
pub mod units;
