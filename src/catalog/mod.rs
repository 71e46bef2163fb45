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

/// The month in which this version was made: the age of tables is told as of then, so that a run says the same whenever
/// it is made.
pub const MADE: (i32, i32) = (2026, 11);

/// How many months before [`MADE`] a date is: `2026-02-07`, `2026-02` or `2026`. `None` for anything else.
pub fn months_old(date: &str) -> Option<i32> {
    let mut parts = date.split('-').map(str::parse::<i32>);
    let year = parts.next()?.ok().filter(|year| (1900..=9999).contains(year))?;
    let month = parts.next().map_or(Some(1), Result::ok).filter(|month| (1..=12).contains(month))?;
    Some((MADE.0 - year) * 12 + MADE.1 - month)
}

#[cfg(test)]
mod tests {
    use super::months_old;

    #[test]
    fn ages_in_months() {
        assert_eq!(
            (months_old("2026-02-07"), months_old("2025-06"), months_old("2021")),
            (Some(9), Some(17), Some(70))
        );
        assert_eq!((months_old("last year"), months_old("2026-13"), months_old("")), (None, None, None));
    }
}
