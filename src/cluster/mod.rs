//! Instances and tasks with their accounts: what placement may promise and what physically runs (ECS-230, ECS-231).

mod fleet;

pub use fleet::{Fleet, Registration};
