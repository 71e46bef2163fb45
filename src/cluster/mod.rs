//! Instances and tasks with their accounts: what placement may promise and what physically runs (ECS-230, ECS-231).

mod addresses;
mod agent;
mod demand;
mod fleet;
mod hosts;
mod tasks;

pub use addresses::Addresses;
pub use agent::Agent;
pub use demand::{Attributes, Demand, Ground, HostPort, Protocol, SpreadValues};
pub use fleet::{
    Fleet, MOST_RESERVED_PORTS, RESERVED_ON_WINDOWS, RESERVED_PORTS, Registration, may_reserve, reserved_ports,
};
pub use tasks::{Ending, Task, TaskState, Tasks};
