//! longshore: a discrete-event simulator for Amazon ECS clusters.
pub mod diag;
pub mod scenario;
