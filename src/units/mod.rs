//! Quantities with their units, and the ids and tables that everything else is built from.
//!
//! Nothing here knows what ECS is. All quantities are integers; a number that decides something is never a
//! binary float (see `docs/architecture.md`, "Numbers").

mod data;
mod decimal;
mod ids;
mod keyed;
mod money;
mod platform;
mod quantity;
mod resources;
mod shares;
mod time;

pub use data::{HOURS_OF_A_MONTH, Rate, parse_count_rate, parse_data, parse_data_rate};
pub use decimal::{Decimal, DecimalError, plain_number};
pub use ids::{
    AttributeSetId, GroupId, Id, InstanceId, InstanceTypeId, PlacementClassId, ProviderId, ServiceId, SpreadKeyId,
    StrategyId, SubnetId, Table, TaskDefinitionId, TaskId, TaskSourceId, ZoneId,
};
pub use keyed::KeyedStream;
pub(crate) use money::divide_half_even;
pub use money::{NanoUsd, price_exactly};
pub use platform::{Architecture, OperatingSystem, SystemFamily};
pub use quantity::{MOST_USD, QuantityError, parse_cpu, parse_memory, parse_span, parse_usd};
pub use resources::{CpuUnits, MebiBytes, Resources};
pub(crate) use shares::times_share;
pub use time::{SimSpan, SimTime};
