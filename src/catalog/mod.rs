//! Embedded tables of AWS's instance types, Fargate sizes and prices, with their dates and sources.
//!
//! A table is text in the binary; a run reads only the lines it asks for, so that starting costs nothing.

mod awsvpc;
pub mod charges;
mod ec2_offers;
mod ec2_prices;
pub mod fargate;
mod instance_types;
mod table;

pub use ec2_offers::{
    ADVISOR_DATE, ADVISOR_SOURCE, DEDICATED_FACTOR, Offering, RESERVED_DATE, RESERVED_SOURCE, SNAPSHOT_DATE,
    SNAPSHOT_REGION, SNAPSHOT_SOURCE, Term, dedicated_price, family, fargate_plan_factor, normalised_size,
    reserved_price, spot_price_of_a_day, spot_saving,
};
pub use ec2_prices::{PRICES_DATE, PRICES_SOURCE, knows_region, on_demand_price, on_demand_prices, regions};
pub use instance_types::{InstanceType, TYPES_SOURCE, instance_type, instance_type_names, instance_types};
