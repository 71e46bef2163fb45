//! Task definitions as written: typed, with every setting that was left out still absent.

use super::raw::{read, some_cpu, some_memory, some_span};
use crate::units::{CpuUnits, MebiBytes, SimSpan};
use serde::Deserialize;
use serde::de::Deserializer;

/// An entry of `task_definitions:`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct TaskDefinition {
    pub file: Option<String>,
    pub family: Option<String>,
    #[serde(default, deserialize_with = "some_cpu")]
    pub cpu: Option<CpuUnits>,
    #[serde(default, deserialize_with = "some_memory")]
    pub memory: Option<MebiBytes>,
    #[serde(default)]
    pub containers: Vec<Container>,
    pub network_mode: Option<String>,
    #[serde(default)]
    pub ports: Vec<PortMapping>,
    pub gpus: Option<u32>,
    #[serde(default, deserialize_with = "some_storage")]
    pub ephemeral_storage: Option<u32>,
    #[serde(default)]
    pub runtime_platform: RuntimePlatform,
    #[serde(default)]
    pub requires_compatibilities: Vec<String>,
    #[serde(default)]
    pub placement_constraints: Vec<Constraint>,
    #[serde(default, deserialize_with = "some_span")]
    pub start_time: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span")]
    pub exit_time: Option<SimSpan>,
}

/// A container of a task definition.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Container {
    pub name: String,
    #[serde(default, deserialize_with = "some_cpu")]
    pub cpu: Option<CpuUnits>,
    #[serde(default, deserialize_with = "some_memory")]
    pub memory: Option<MebiBytes>,
    #[serde(default, deserialize_with = "some_memory")]
    pub memory_reservation: Option<MebiBytes>,
    pub essential: Option<bool>,
    #[serde(default)]
    pub depends_on: Vec<Dependency>,
    #[serde(default, deserialize_with = "some_span")]
    pub start_timeout: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span")]
    pub stop_timeout: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span")]
    pub start_time: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span")]
    pub healthy_after: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span")]
    pub exits_after: Option<SimSpan>,
    pub exit_code: Option<u8>,
    #[serde(default, deserialize_with = "some_span")]
    pub exit_time: Option<SimSpan>,
    #[serde(default)]
    pub ports: Vec<PortMapping>,
    pub gpus: Option<u32>,
}

/// An entry of `depends_on:`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Dependency {
    pub container: String,
    pub condition: Option<String>,
}

/// Processor architecture and operating system.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct RuntimePlatform {
    pub cpu_architecture: Option<String>,
    pub operating_system_family: Option<String>,
}

/// An entry of `placement_constraints:` of a task definition.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Constraint {
    pub member_of: Option<String>,
    pub distinct_instance: Option<bool>,
}

/// A port mapping, in either of its two forms.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "WrittenPort")]
pub struct PortMapping {
    /// Port of the container, or a range of them.
    pub container: ContainerPorts,
    /// Port of the instance.
    pub host: Option<u16>,
    /// `tcp` or `udp`.
    pub protocol: Option<String>,
}

/// Ports of a container: the first and the last, which is the same for a single one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerPorts {
    /// The first.
    pub first: u16,
    /// The last.
    pub last: u16,
}

impl ContainerPorts {
    /// Whether it was a single number.
    pub fn is_single(self) -> bool {
        self.first == self.last
    }

    /// How many ports there are.
    pub fn count(self) -> u32 {
        u32::from(self.last - self.first) + 1
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenPort {
    #[serde(deserialize_with = "short_port")]
    Short(PortMapping),
    Long {
        #[serde(deserialize_with = "container_ports")]
        container: ContainerPorts,
        host: Option<u16>,
        protocol: Option<String>,
    },
}

impl From<WrittenPort> for PortMapping {
    fn from(written: WrittenPort) -> Self {
        match written {
            WrittenPort::Short(mapping) => mapping,
            WrittenPort::Long { container, host, protocol } => Self { container, host, protocol },
        }
    }
}

/// A port mapping in short: `80`, `8080:80`, `53:53/udp`, `8000-8010`.
/// Refused: what is no port, and a range with a port of the instance.
pub(super) fn parse_ports(text: &str) -> Result<PortMapping, String> {
    let (numbers, protocol) = match text.trim().split_once('/') {
        Some((numbers, protocol @ ("tcp" | "udp"))) => (numbers, Some(protocol.to_owned())),
        Some((_, other)) => return Err(format!("`{other}` is no protocol; write `/tcp` or `/udp`")),
        None => (text.trim(), None),
    };
    let Some((host, container)) = numbers.split_once(':') else {
        return Ok(PortMapping { container: parse_container_ports(numbers)?, host: None, protocol });
    };
    if container.contains(':') {
        return Err("it has more than one `:`; an address of the host can't be given".to_owned());
    }
    if host.trim().is_empty() || container.trim().is_empty() {
        return Err(format!("a port is missing beside the `:` of `{numbers}`"));
    }
    let is_range = container.contains('-');
    let container = parse_container_ports(container)?;
    if is_range {
        return Err("a range gets its ports of the instance when the task is placed; leave the first part out".into());
    }
    let host = if host.trim() == "0" { 0 } else { port(host)? };
    Ok(PortMapping { container, host: Some(host), protocol })
}

/// Ports of a container: `80` or `8000-8010`.
/// Refused: what is no port, and a range that runs backwards.
pub(super) fn parse_container_ports(text: &str) -> Result<ContainerPorts, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    if first.trim().is_empty() || last.trim().is_empty() {
        return Err(format!("`{}` is no port; ports are 1 to 65535", text.trim()));
    }
    let ports = ContainerPorts { first: port(first)?, last: port(last)? };
    if ports.first > ports.last { Err(format!("the range `{}` runs backwards", text.trim())) } else { Ok(ports) }
}

fn port(text: &str) -> Result<u16, String> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(number) if digits && number > 0 => Ok(number),
        _ => Err(format!("`{text}` is no port; ports are 1 to 65535")),
    }
}

/// Ephemeral storage in whole GiB: `40 GiB` (ECS-114).
/// Refused: another unit, a part of a GiB, and what is outside 21 to 200 GiB.
pub(super) fn parse_storage(text: &str) -> Result<u32, String> {
    let number = text.trim().strip_suffix("GiB").map(str::trim);
    let Some(number) = number.filter(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    else {
        return Err("storage is given in whole GiB; write for example `40 GiB`".to_owned());
    };
    match number.parse::<u32>() {
        Ok(size @ 21..=200) => Ok(size),
        Ok(20) => Err("20 GiB is what a task has without asking; leave it out (ECS-114)".to_owned()),
        _ => Err(format!("{number} GiB is outside 21 to 200 GiB (ECS-114)")),
    }
}

fn short_port<'de, D: Deserializer<'de>>(from: D) -> Result<PortMapping, D::Error> {
    read(from, parse_ports)
}

fn container_ports<'de, D: Deserializer<'de>>(from: D) -> Result<ContainerPorts, D::Error> {
    read(from, parse_container_ports)
}

fn some_storage<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    read(from, parse_storage).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(first: u16, last: u16, host: Option<u16>, protocol: Option<&str>) -> PortMapping {
        let container = ContainerPorts { first, last };
        PortMapping { container, host, protocol: protocol.map(ToOwned::to_owned) }
    }

    #[test]
    fn ports_in_short() {
        assert_eq!(parse_ports("80"), Ok(mapping(80, 80, None, None)));
        assert_eq!(parse_ports("8080:80"), Ok(mapping(80, 80, Some(8080), None)));
        assert_eq!(parse_ports("0:80/tcp"), Ok(mapping(80, 80, Some(0), Some("tcp"))));
        assert_eq!(parse_ports("53:53/udp"), Ok(mapping(53, 53, Some(53), Some("udp"))));
        assert_eq!(parse_ports("8000-8010"), Ok(mapping(8000, 8010, None, None)));
        assert_eq!(parse_container_ports("8000-8010").map(ContainerPorts::count), Ok(11)); // both ends count
        for bad in ["", "0", "65536", "80/sctp", "a:80", "80:", ":80", "1:2:3", "90-80", "9000:80-90", "+80", "80-"] {
            assert!(parse_ports(bad).is_err(), "{bad}");
        }
    }

    /// What is missing is said by what is there.
    #[test]
    fn a_port_that_is_missing_is_no_hole_in_the_sentence() {
        for bad in ["-1", "80-", "", ":80", "80:", "0:"] {
            let said = parse_ports(bad).unwrap_err();
            assert_eq!(said.contains("``"), bad.is_empty(), "{bad}: {said}");
        }
        assert_eq!(parse_ports("-1").unwrap_err(), "`-1` is no port; ports are 1 to 65535");
    }

    #[test]
    fn storage_in_gib() {
        assert_eq!(parse_storage("21 GiB"), Ok(21));
        assert_eq!(parse_storage("200GiB"), Ok(200));
        for bad in ["40", "40 GB", "20 GiB", "201 GiB", "21.5 GiB", "GiB", "99999999999 GiB", "-30 GiB"] {
            assert!(parse_storage(bad).is_err(), "{bad}");
        }
    }
}
