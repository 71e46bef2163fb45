//! Where tasks run, as written: capacity providers, strategies, the cluster, subnets.

use super::raw::{Ideal, read};
use crate::units::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// An entry of `capacity_providers:`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct CapacityProvider {
    pub ideal: Option<Ideal>,
    pub fargate: Option<Empty>,
    pub fargate_spot: Option<FargateSpot>,
    #[serde(default, deserialize_with = "some_share")]
    pub saving: Option<u32>,
}

/// A block without settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// The settings of a Fargate Spot provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct FargateSpot {
    #[serde(default, deserialize_with = "some_share")]
    pub saving: Option<u32>,
}

/// The block `cluster:`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Cluster {
    pub name: Option<String>,
    #[serde(default)]
    pub default_capacity_provider_strategy: Vec<StrategyItem>,
}

/// The setting `quotas:`: one word, or a block.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub enum Quotas {
    Mode(String),
    Block(QuotasBlock),
}

/// The setting `quotas:` as a block.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct QuotasBlock {
    pub mode: Option<String>,
    pub fargate_vcpus: Option<u32>,
    pub fargate_spot_vcpus: Option<u32>,
    pub services_per_cluster: Option<u32>,
}

/// An item of a capacity provider strategy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct StrategyItem {
    pub provider: String,
    #[serde(default)]
    pub base: u32,
    #[serde(default)]
    pub weight: u32,
}

/// An entry of `subnets:`: the addresses alone, or a block.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub enum Subnet {
    Block(SubnetBlock),
    Addresses(#[serde(deserialize_with = "cidr")] Cidr),
}

/// An entry of `subnets:` as a block.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct SubnetBlock {
    #[serde(deserialize_with = "cidr")]
    pub cidr: Cidr,
    pub zone: Option<String>,
    pub reserved: Option<u32>,
}

/// A block of IPv4 addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    /// Its first address.
    pub first: u32,
    /// How many leading bits its addresses share.
    pub prefix: u8,
}

impl Cidr {
    /// Its last address.
    pub const fn last(self) -> u32 {
        self.first | (u32::MAX >> self.prefix)
    }

    /// Addresses that AWS leaves to use: all but five (ECS-140).
    pub const fn usable(self) -> u32 {
        (self.last() - self.first) - 4
    }
}

/// Addresses: `10.0.0.0/24`. Bits behind the prefix are cut off, as EC2 does it.
///
/// # Errors
/// What is wrong with it; EC2 has subnets of /28 to /16 (ECS-140).
pub(super) fn parse_cidr(text: &str) -> Result<Cidr, String> {
    let (address, prefix) = text.trim().split_once('/').ok_or(format!("`{text}` has no `/` with a prefix"))?;
    let first = ipv4(address).ok_or(format!("`{address}` is no IPv4 address"))?;
    let prefix = small(prefix).ok_or(format!("`/{prefix}` is no prefix"))?;
    if !(16..=28).contains(&prefix) {
        return Err(format!("a subnet is /28 to /16 (ECS-140), not /{prefix}"));
    }
    Ok(Cidr { first: first & !(u32::MAX >> prefix), prefix })
}

fn ipv4(text: &str) -> Option<u32> {
    let parts: Vec<u8> = text.split('.').map(small).collect::<Option<_>>()?;
    parts.try_into().ok().map(u32::from_be_bytes)
}

/// Up to three digits and nothing else.
fn small(text: &str) -> Option<u8> {
    let plain = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// A part of a whole: `69%` or `60.75%`, in hundredths of a percent.
///
/// # Errors
/// No percentage, outside 0 to 100 %, or with more than two decimals.
pub(super) fn parse_share(text: &str) -> Result<u32, String> {
    let Some(number) = text.trim().strip_suffix('%') else {
        return Err(format!("`{text}` has no `%`"));
    };
    let number: Decimal = number.trim().parse().map_err(|_| format!("`{text}` is no percentage"))?;
    let hundredths = number.times_exact(100).ok_or(format!("`{text}` has more than two decimals"))?;
    match u32::try_from(hundredths) {
        Ok(share) if share <= 10_000 && !text.trim().starts_with('-') => Ok(share),
        _ => Err(format!("`{text}` is outside 0% to 100%")),
    }
}

pub(super) fn some_share<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    read(from, parse_share).map(Some)
}

fn cidr<'de, D: Deserializer<'de>>(from: D) -> Result<Cidr, D::Error> {
    let text = String::deserialize(from)?;
    parse_cidr(&text).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ECS-140: usable = 2^(32 - prefix) - 5.
    #[test]
    fn aws_keeps_five_addresses() {
        let usable = |text: &str| parse_cidr(text).unwrap().usable();
        assert_eq!(
            ["10.0.0.0/28", "10.0.0.0/27", "10.0.0.0/26", "10.0.0.0/24", "10.0.0.0/20", "10.0.0.0/16"].map(usable),
            [11, 27, 59, 251, 4091, 65_531]
        );
        assert_eq!(parse_cidr("10.0.1.77/24"), parse_cidr("10.0.1.0/24"));
        for bad in ["10.0.0.0", "10.0.0/24", "10.0.0.0/29", "10.0.0.0/15", "::1/24", "10.0.0.0/x", ""] {
            assert!(parse_cidr(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn percentages_are_exact() {
        assert_eq!(parse_share("69%"), Ok(6900));
        assert_eq!(parse_share(" 60.75 %"), Ok(6075));
        for bad in ["69", "101%", "-1%", "0.125%", "%", "much%"] {
            assert!(parse_share(bad).is_err(), "{bad}");
        }
    }
}
