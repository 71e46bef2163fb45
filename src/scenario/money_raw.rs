//! What things cost, as written.

use super::capacity_raw::some_share;
use super::load_raw::some_decimal;
use super::raw::some_memory;
use crate::units::{Decimal, MebiBytes};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The block `prices:`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Prices {
    #[serde(default)]
    pub items: BTreeMap<String, Usd>,
    #[serde(default, deserialize_with = "some_decimal")]
    pub dedicated_factor: Option<Decimal>,
    pub date: Option<String>,
    pub file: Option<String>,
    #[serde(default, deserialize_with = "some_share")]
    pub discount: Option<u32>,
    pub hour_meters: Option<String>,
    pub traffic_gb: Option<String>,
    pub month_hours: Option<u32>,
    pub internet_free: Option<u64>,
    #[serde(default)]
    pub month_used: BTreeMap<String, u64>,
    pub idle: Option<String>,
}

/// A price in dollars.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub struct Usd(#[serde(deserialize_with = "super::raw::usd")] pub Decimal);

/// An EBS volume.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Volume {
    #[serde(default, deserialize_with = "some_memory")]
    pub size: Option<MebiBytes>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub iops: Option<u32>,
    pub throughput: Option<u32>,
}

/// A root volume: `none`, or one.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub enum RootVolume {
    None(String),
    Volume(Volume),
}
