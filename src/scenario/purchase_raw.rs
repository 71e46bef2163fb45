//! How instances are bought, as written.

use super::money_raw::Usd;
use super::raw::{some_usd, usd};
use crate::units::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What Spot costs, by its key.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub enum SpotPrice {
    Source(String),
    Saving(Saving),
    Price(Usd),
    Trace(SpotTrace),
}

/// A part of a price, in hundredths of a percent.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub struct Saving(#[serde(deserialize_with = "super::capacity_raw::share")] pub u32);

/// Prices that hold from a time on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct SpotTrace {
    pub file: String,
    pub time_column: String,
    pub column: String,
}

/// An entry of `reserved_instances:`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct ReservedInstances {
    #[serde(rename = "type")]
    pub instance_type: String,
    pub count: Option<u32>,
    pub class: Option<String>,
    pub term: Option<String>,
    pub zone: Option<String>,
    #[serde(default, deserialize_with = "some_usd")]
    pub price: Option<Decimal>,
    pub name: Option<String>,
}

/// An entry of `savings_plans:`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct SavingsPlan {
    #[serde(rename = "type")]
    pub kind: String,
    pub family: Option<String>,
    #[serde(deserialize_with = "usd")]
    pub commitment: Decimal,
    pub term: Option<String>,
    #[serde(default)]
    pub rates: BTreeMap<String, Usd>,
    pub name: Option<String>,
}
