//! The scenario as written: typed, with every setting that was left out still absent. Names are not resolved.
//!
//! serde makes these structs from a tree whose shape has been checked ([`super::language`]), so that a failure here
//! would be a disagreement between the two, which a test excludes.

use super::capacity_raw::{CapacityProvider, Cluster, Quotas, StrategyItem, Subnet};
use super::events_raw::{Deployment, Event};
use super::load_raw::{EventCurve, Load, Trace};
use super::money_raw::{Prices, RootVolume, Volume};
use super::purchase_raw::{ReservedInstances, SavingsPlan, SpotPrice};
use super::start_language::{EventsPer, parse_event_rate, parse_window};
use super::surroundings_raw::{
    CloudWatch, Discovery, Eks, FileSystem, Gateway, LoadBalancer, Logs, PublicAddress, Repository, Secret, Transfer,
};
use super::task_raw::{Constraint, TaskDefinition};
use crate::units::{CpuUnits, Decimal, MebiBytes, SimSpan, parse_cpu, parse_memory, parse_span, parse_usd};
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use std::collections::BTreeMap;

/// A scenario file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Scenario {
    #[serde(default, rename = "extends")]
    _extends: Option<serde_yaml::Value>, // resolved before anything is typed
    pub name: Option<String>,
    pub description: Option<String>,
    pub region: Option<String>,
    pub start: Option<String>,
    #[serde(deserialize_with = "span")]
    pub duration: SimSpan,
    #[serde(default, deserialize_with = "some_span")]
    pub warm_up: Option<SimSpan>,
    pub seed: Option<u64>,
    pub initial_state: Option<String>,
    pub tie_break: Option<String>,
    pub waiting_order: Option<String>,
    pub arch_matching: Option<String>,
    pub zones: Option<Vec<String>>,
    #[serde(default, deserialize_with = "some_span")]
    pub series_bucket: Option<SimSpan>,
    #[serde(default)]
    pub instance_types: BTreeMap<String, InstanceType>,
    #[serde(default)]
    pub awsvpc_trunking: bool,
    #[serde(default, deserialize_with = "some_usd")]
    pub windows_surcharge_per_vcpu_hour: Option<Decimal>,
    #[serde(default)]
    pub prices: Prices,
    pub root_volume: Option<RootVolume>,
    pub spot: Option<SpotPrice>,
    #[serde(default)]
    pub reserved_instances: Vec<ReservedInstances>,
    #[serde(default)]
    pub savings_plans: Vec<SavingsPlan>,
    #[serde(default)]
    pub instances: Vec<Instances>,
    #[serde(default)]
    pub capacity_providers: BTreeMap<String, CapacityProvider>,
    #[serde(default)]
    pub cluster: Cluster,
    #[serde(default, deserialize_with = "some_span")]
    pub fargate_provision: Option<SimSpan>,
    #[serde(default)]
    pub subnets: BTreeMap<String, Subnet>,
    pub subnet_choice: Option<String>,
    pub launch_rates: Option<String>,
    pub quotas: Option<Quotas>,
    pub eni_release: Option<String>,
    #[serde(default, deserialize_with = "some_span")]
    pub instance_boot: Option<SimSpan>,
    pub count_stopping_in_max: Option<bool>,
    #[serde(default, deserialize_with = "some_span")]
    pub drain_health_settle: Option<SimSpan>,
    pub strategy_change: Option<String>,
    #[serde(default, deserialize_with = "some_span")]
    pub throttle_first: Option<SimSpan>,
    pub throttle_factor: Option<u32>,
    #[serde(default, deserialize_with = "some_span")]
    pub throttle_max: Option<SimSpan>,
    #[serde(default)]
    pub task_definitions: BTreeMap<String, TaskDefinition>,
    #[serde(default)]
    pub services: BTreeMap<String, Service>,
    #[serde(default)]
    pub tasks: BTreeMap<String, Tasks>,
    #[serde(default)]
    pub load_balancers: BTreeMap<String, LoadBalancer>,
    #[serde(default)]
    pub nat_gateways: BTreeMap<String, Gateway>,
    #[serde(default)]
    pub endpoints: BTreeMap<String, Gateway>,
    #[serde(default)]
    pub public_addresses: BTreeMap<String, PublicAddress>,
    #[serde(default)]
    pub data_transfer: BTreeMap<String, Transfer>,
    #[serde(default)]
    pub repositories: BTreeMap<String, Repository>,
    #[serde(default)]
    pub logs: BTreeMap<String, Logs>,
    #[serde(default)]
    pub cloudwatch: CloudWatch,
    #[serde(default)]
    pub file_systems: BTreeMap<String, FileSystem>,
    #[serde(default)]
    pub secrets: BTreeMap<String, Secret>,
    pub discovery: Option<Discovery>,
    #[serde(default)]
    pub external_instances: u64,
    pub eks: Option<Eks>,
    #[serde(default)]
    pub placed: Vec<Placed>,
    #[serde(default)]
    pub events: Vec<Event>,
    #[serde(default)]
    pub expect: Vec<Expect>,
}

impl Scenario {
    /// Whether a processor architecture that a task definition gives rules instances out (ECS-152).
    pub fn looks_at_architecture(&self) -> bool {
        self.arch_matching.as_deref() != Some("constraint_only")
    }
}

/// An entry of `instances:`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Instances {
    pub name: Option<String>,
    #[serde(rename = "type")]
    pub instance_type: String,
    pub count: Option<u32>,
    pub zone: Option<String>,
    pub operating_system: Option<String>,
    #[serde(default, deserialize_with = "some_cpu")]
    pub registered_cpu: Option<CpuUnits>,
    #[serde(default, deserialize_with = "some_memory")]
    pub registered_memory: Option<MebiBytes>,
    #[serde(default, deserialize_with = "some_memory")]
    pub reserved_memory: Option<MebiBytes>,
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    pub awsvpc_task_limit: Option<u32>,
    pub purchase: Option<String>,
    pub spot: Option<SpotPrice>,
    pub root_volume: Option<RootVolume>,
    #[serde(default)]
    pub volumes: Vec<Volume>,
    #[serde(default)]
    pub detailed_monitoring: bool,
    #[serde(default)]
    pub public_ipv4: bool,
    pub file: Option<String>,
    pub columns: Option<InstanceColumns>,
}

/// Which column of a file of instances says what.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct InstanceColumns {
    pub name: Option<String>,
    pub zone: Option<String>,
    pub cpu: Option<UnitColumn>,
    pub memory: Option<UnitColumn>,
    pub gpus: Option<String>,
    pub operating_system: Option<String>,
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// An entry of `instance_types:`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct InstanceType {
    #[serde(default, deserialize_with = "some_cpu")]
    pub cpu: Option<CpuUnits>,
    #[serde(default, deserialize_with = "some_memory")]
    pub memory: Option<MebiBytes>,
    pub gpus: Option<u32>,
    pub cpu_architecture: Option<String>,
    pub awsvpc_task_limit: Option<u32>,
    #[serde(default, deserialize_with = "some_usd")]
    pub price: Option<Decimal>,
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// The settings of an ideal provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Ideal {
    pub instance_type: String,
    pub operating_system: Option<String>,
    pub purchase: Option<String>,
    pub spot: Option<SpotPrice>,
    #[serde(default, deserialize_with = "some_cpu")]
    pub registered_cpu: Option<CpuUnits>,
    #[serde(default, deserialize_with = "some_memory")]
    pub registered_memory: Option<MebiBytes>,
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    pub root_volume: Option<RootVolume>,
    #[serde(default)]
    pub volumes: Vec<Volume>,
    #[serde(default)]
    pub detailed_monitoring: bool,
    #[serde(default)]
    pub public_ipv4: bool,
}

/// An entry of `services:`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Service {
    pub task_definition: String,
    pub scheduling_strategy: Option<String>,
    pub desired_count: Option<u32>,
    #[serde(default)]
    pub capacity_provider_strategy: Vec<StrategyItem>,
    pub launch_type: Option<String>,
    pub subnets: Option<Vec<String>>,
    pub placement: Option<Vec<Placement>>,
    #[serde(default)]
    pub placement_constraints: Vec<Constraint>,
    pub deployment: Option<Deployment>,
    pub load: Option<Load>,
}

/// A placement strategy.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub enum Placement {
    Word(String),
    Field(BTreeMap<String, String>),
}

/// An entry of `tasks:`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Tasks {
    pub task_definition: Option<String>,
    #[serde(default, deserialize_with = "some_span")]
    pub at: Option<SimSpan>,
    pub count: Option<u32>,
    #[serde(default, deserialize_with = "some_span")]
    pub lifetime: Option<SimSpan>,
    pub arrivals: Option<Arrivals>,
    pub schedule: Option<String>,
    pub timezone: Option<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    #[serde(default, deserialize_with = "some_window")]
    pub flexible_window: Option<SimSpan>,
    pub on: Option<Trigger>,
    #[serde(default, deserialize_with = "some_span")]
    pub delay: Option<SimSpan>,
    pub group: Option<String>,
    #[serde(default)]
    pub capacity_provider_strategy: Vec<StrategyItem>,
    pub launch_type: Option<String>,
    pub subnets: Option<Vec<String>>,
    pub placement: Option<Vec<Placement>>,
    #[serde(default)]
    pub placement_constraints: Vec<Constraint>,
    #[serde(default, deserialize_with = "some_span")]
    pub start_time: Option<SimSpan>,
}

/// Events that start tasks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Trigger {
    #[serde(default, deserialize_with = "some_event_rate")]
    pub rate: Option<EventsPer>,
    pub trace: Option<Trace>,
    pub curve: Option<EventCurve>,
}

/// Tasks that arrive row by row of a CSV file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Arrivals {
    pub file: String,
    pub columns: Columns,
    pub groups: Option<String>,
}

/// Which column says what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Columns {
    pub at: UnitColumn,
    pub cpu: Option<UnitColumn>,
    pub memory: Option<UnitColumn>,
    pub gpus: Option<String>,
    pub lifetime: Option<UnitColumn>,
    pub open_ended: Option<String>,
}

/// A column of numbers with their unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct UnitColumn {
    pub column: String,
    pub unit: String,
}

/// An entry of `placed:`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Placed {
    pub service: Option<String>,
    pub task: Option<String>,
    pub instance: String,
    pub count: Option<u32>,
}

/// An entry of `expect:`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub enum Expect {
    AtEnd(String),
    Claim(Box<ExpectBlock>),
}

/// An entry of `expect:` with more than a condition.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct ExpectBlock {
    #[serde(default, deserialize_with = "some_span")]
    pub at: Option<SimSpan>,
    pub that: Option<String>,
    pub always: Option<String>,
    pub never: Option<String>,
    pub eventually: Option<String>,
    #[serde(default, deserialize_with = "some_span")]
    pub from: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span")]
    pub to: Option<SimSpan>,
    pub fact: Option<String>,
    pub task: Option<String>,
    pub instance: Option<String>,
    pub host_port: Option<u16>,
    pub rule: Option<String>,
    pub count: Option<u64>,
}

pub(super) fn read<'de, D: Deserializer<'de>, T, E: std::fmt::Display>(
    from: D,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    let text = String::deserialize(from)?;
    parse(&text).map_err(D::Error::custom)
}

pub(super) fn span<'de, D: Deserializer<'de>>(from: D) -> Result<SimSpan, D::Error> {
    read(from, parse_span)
}

pub(super) fn some_span<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SimSpan>, D::Error> {
    read(from, parse_span).map(Some)
}

pub(super) fn some_cpu<'de, D: Deserializer<'de>>(from: D) -> Result<Option<CpuUnits>, D::Error> {
    read(from, parse_cpu).map(Some)
}

pub(super) fn some_memory<'de, D: Deserializer<'de>>(from: D) -> Result<Option<MebiBytes>, D::Error> {
    read(from, parse_memory).map(Some)
}

fn some_window<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SimSpan>, D::Error> {
    read(from, parse_window).map(Some)
}

fn some_event_rate<'de, D: Deserializer<'de>>(from: D) -> Result<Option<EventsPer>, D::Error> {
    read(from, parse_event_rate).map(Some)
}

pub(super) fn usd<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    read(from, parse_usd)
}

pub(super) fn some_usd<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Decimal>, D::Error> {
    read(from, parse_usd).map(Some)
}
