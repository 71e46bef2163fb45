//! What AWS sells as Fargate: sizes, prices, and how fast tasks are launched.

mod launch;
mod prices;
mod sizes;

pub use launch::{LaunchRate, NEW_ACCOUNT_VCPUS, launch_rate};
pub use prices::{
    FARGATE_PRICES_DATE, FARGATE_PRICES_SOURCE, FargatePrice, NamedPrice, SPOT_SAVING_DEFAULT, SPOT_SAVING_SEEN,
    STORAGE_INCLUDED_GB, knows_region, named_prices, price, regions,
};
pub use sizes::{Memories, Problem, Refusal, is_valid, memories, nearest, problem, sizes};
