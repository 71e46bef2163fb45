//! longshore: a discrete-event simulator for Amazon ECS clusters. What would it cost, would it cope, and why?
//!
//! The program is a thin shell over this library. One complete run, from text to figures:
//!
//! ```
//! use longshore::diag::{Findings, Sources};
//! use longshore::plan::Files;
//! use std::ops::ControlFlow;
//!
//! /// This scenario names no files.
//! struct NoFiles;
//! impl Files for NoFiles {
//!     fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
//!         Err(format!("{path} is not here"))
//!     }
//! }
//!
//! let text = "
//! duration: 1h
//! root_volume: none
//! instances: [{type: m5.large, count: 2, name: box}]
//! task_definitions: {web: {cpu: 512, memory: 1 GiB}}
//! services: {web: {task_definition: web, desired_count: 3, placement: [{binpack: memory}]}}
//! ";
//! let (mut sources, mut findings) = (Sources::new(), Findings::new());
//! let (_, tree) = longshore::scenario::load(&mut sources, "web.yaml", text.as_bytes(), &mut findings);
//! let tree = tree.expect("sound YAML");
//! let scenario = longshore::scenario::scenario(&tree, &mut findings).expect("no structural mistake");
//! let plan = longshore::plan::plan(&scenario, &tree, "web", &mut sources, &mut NoFiles, &mut findings)
//!     .expect("no mistake of meaning");
//!
//! let result = longshore::study::run_once(&plan, &mut (), &mut |_, _| ControlFlow::Continue(())).expect("it ends");
//! assert_eq!(result.summary.tasks_placed, 3);
//! assert_eq!(result.summary.money.cost.to_string(), "0.192000000"); // 2 instances x 1 h x $0.096
//! ```
//!
//! `docs/architecture.md` in the repository says how the modules hang together.

pub mod capacity;
pub mod catalog;
pub mod cli;
pub mod cluster;
pub mod cost;
pub mod diag;
pub mod expect;
pub mod fact;
pub mod guide;
pub mod load;
pub mod placement;
pub mod plan;
pub mod record;
pub mod report;
pub mod scenario;
pub mod service;
pub mod sim;
pub mod study;
pub mod units;
