//! How instances are bought, as written.

use super::capacity_raw::some_share;
use super::money_raw::Usd;
use super::raw::{some_usd, usd};
use crate::units::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What Spot costs: one of these is there. A saving is in hundredths of a percent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct SpotPrice {
    pub source: Option<String>,
    #[serde(default, deserialize_with = "some_share")]
    pub saving: Option<u32>,
    #[serde(default, deserialize_with = "some_usd")]
    pub price: Option<Decimal>,
    pub trace: Option<SpotTrace>,
}

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
