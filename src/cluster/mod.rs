//! Instances and tasks with their accounts: what placement may promise and what physically runs (ECS-230, ECS-231).

mod agent;
mod fleet;
mod tasks;

pub use agent::Agent;
pub use fleet::{Fleet, Registration};
pub use tasks::{Task, TaskState, Tasks};
