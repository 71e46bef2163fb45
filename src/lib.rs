//! longshore: a discrete-event simulator for Amazon ECS clusters.

pub mod capacity;
pub mod catalog;
pub mod cli;
pub mod cluster;
pub mod cost;
pub mod diag;
pub mod expect;
pub mod fact;
pub mod load;
pub mod placement;
pub mod plan;
pub mod record;
pub mod report;
pub mod scenario;
pub mod sim;
pub mod study;
pub mod units;
