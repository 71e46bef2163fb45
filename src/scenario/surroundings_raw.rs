//! What surrounds a cluster and is paid for, as written.

use super::raw::{read, some_memory, some_span};
use crate::units::{Decimal, MebiBytes, Rate, SimSpan, parse_count_rate, parse_data, parse_data_rate};
use serde::Deserialize;
use serde::de::Deserializer;

macro_rules! raw {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $of:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        #[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
        pub struct $name { $($(#[$attribute])* pub $field: $of,)* }
    )*};
}

raw! {
    /// An entry of `load_balancers:`.
    LoadBalancer {
        #[serde(rename = "type")]
        kind: Option<String>,
        services: Vec<String>,
        #[serde(deserialize_with = "some_decimal")]
        requests_per_connection: Option<Decimal>,
        #[serde(deserialize_with = "some_span")]
        connection_time: Option<SimSpan>,
        #[serde(deserialize_with = "some_data")]
        per_request: Option<u64>,
        rules: u64,
        mutual_tls: bool,
        protocol: Option<String>,
        cross_zone: bool,
        public_ipv4: u64,
        traffic: Traffic,
    }
    /// What comes to a load balancer besides.
    Traffic {
        #[serde(deserialize_with = "some_decimal")]
        new_connections_per_second: Option<Decimal>,
        #[serde(deserialize_with = "some_decimal")]
        requests_per_second: Option<Decimal>,
        #[serde(deserialize_with = "some_data_rate")]
        processed: Option<Rate>,
    }
    /// An entry of `nat_gateways:` or `endpoints:`.
    Gateway {
        count: Option<u64>,
        zones: Option<u64>,
        #[serde(deserialize_with = "some_data_rate")]
        processed: Option<Rate>,
        #[serde(deserialize_with = "some_data")]
        per_request: Option<u64>,
        #[serde(deserialize_with = "some_data")]
        per_task_start: Option<u64>,
        services: Vec<String>,
    }
    /// An entry of `public_addresses:`.
    PublicAddress {
        count: Option<u64>,
        per_task: bool,
        services: Vec<String>,
    }
    /// An entry of `data_transfer:`.
    Transfer {
        to: String,
        #[serde(deserialize_with = "some_data_rate")]
        amount: Option<Rate>,
        #[serde(deserialize_with = "some_data")]
        per_request: Option<u64>,
        #[serde(deserialize_with = "some_data")]
        per_task_start: Option<u64>,
        services: Vec<String>,
    }
    /// An entry of `repositories:`.
    Repository {
        #[serde(deserialize_with = "some_data")]
        stored: Option<u64>,
        services: Vec<String>,
    }
    /// An entry of `logs:`.
    Logs {
        #[serde(deserialize_with = "some_data_rate")]
        ingested: Option<Rate>,
        #[serde(deserialize_with = "some_data")]
        per_request: Option<u64>,
        #[serde(deserialize_with = "some_data")]
        stored: Option<u64>,
        keep: Option<bool>,
        #[serde(deserialize_with = "some_decimal")]
        compression: Option<Decimal>,
        #[serde(deserialize_with = "some_data_rate")]
        scanned: Option<Rate>,
        services: Vec<String>,
    }
    /// The block `cloudwatch:`.
    CloudWatch {
        custom_metrics: u64,
        high_resolution_metrics: u64,
        insights_metrics: u64,
        alarms: u64,
        high_resolution_alarms: u64,
    }
    /// An entry of `file_systems:`.
    FileSystem {
        class: Option<String>,
        #[serde(deserialize_with = "some_memory")]
        size: Option<MebiBytes>,
        #[serde(deserialize_with = "some_data_rate")]
        read: Option<Rate>,
        #[serde(deserialize_with = "some_data_rate")]
        written: Option<Rate>,
        provisioned_throughput: Option<u64>,
        services: Vec<String>,
    }
    /// An entry of `secrets:`.
    Secret {
        kind: Option<String>,
        count: Option<u64>,
        #[serde(deserialize_with = "some_count_rate")]
        calls: Option<Rate>,
        services: Vec<String>,
    }
    /// The block `discovery:`.
    Discovery {
        hosted_zones: Option<u64>,
        #[serde(deserialize_with = "some_count_rate")]
        queries: Option<Rate>,
        #[serde(deserialize_with = "some_count_rate")]
        calls: Option<Rate>,
        registered_resources: u64,
        services: Vec<String>,
    }
    /// The block `eks:`.
    Eks {
        clusters: Option<u64>,
        extended_support: bool,
    }
}

fn some_data<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    read(from, parse_data).map(Some)
}

fn some_data_rate<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rate>, D::Error> {
    read(from, parse_data_rate).map(Some)
}

fn some_count_rate<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rate>, D::Error> {
    read(from, parse_count_rate).map(Some)
}

fn some_decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Decimal>, D::Error> {
    read(from, |text| text.trim().parse::<Decimal>().map_err(|_| "no plain number")).map(Some)
}
