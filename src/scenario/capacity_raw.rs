//! Where tasks run, as written: capacity providers, strategies, the cluster, subnets.

use super::raw::{Ideal, read};
use crate::units::Decimal;
use serde::Deserialize;
use serde::de::Deserializer;

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
        Ok(share) if share <= 10_000 => Ok(share),
        _ => Err(format!("`{text}` is outside 0% to 100%")),
    }
}

fn some_share<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    read(from, parse_share).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exact() {
        assert_eq!(parse_share("69%"), Ok(6900));
        assert_eq!(parse_share(" 60.75 %"), Ok(6075));
        for bad in ["69", "101%", "-1%", "0.125%", "%", "much%"] {
            assert!(parse_share(bad).is_err(), "{bad}");
        }
    }
}
