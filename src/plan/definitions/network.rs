//! Network modes and ports (ECS-120 to ECS-127).

use super::{Draft, NetworkMode};
use crate::cluster::{HostPort, MOST_RESERVED_PORTS, Protocol, RESERVED_ON_WINDOWS, RESERVED_PORTS, reserved_ports};
use crate::diag::{Code, Finding};
use crate::plan::builder::Builder;
use crate::scenario::PortMapping;
use crate::units::OperatingSystem;
use std::collections::BTreeMap;

/// What a task asks of the network.
pub(super) struct Network {
    pub(super) mode: NetworkMode,
    /// Ports charged to the instance, sorted (ECS-121).
    pub(super) static_ports: Vec<HostPort>,
    pub(super) dynamic_ports: u32,
}

/// Ports while they are collected.
struct Collected {
    /// Ports of the instance, with the path of the mapping that asked first.
    of_instance: BTreeMap<HostPort, String>,
    dynamic: u32,
    sound: bool,
}

impl Builder<'_> {
    /// Network mode and ports, if they can be.
    pub(super) fn network(&mut self, draft: &Draft<'_>) -> Option<Network> {
        let mode = self.network_mode(draft)?;
        let written = draft.written;
        let own = written.ports.iter().enumerate().map(|(row, port)| (format!("{}.ports[{row}]", draft.path), port));
        let of_containers = written.containers.iter().enumerate().flat_map(|(row, container)| {
            let path = draft.container(row);
            let ports = container.ports.iter().enumerate();
            ports.map(move |(port, mapping)| (format!("{path}.ports[{port}]"), mapping))
        });
        let mut collected = Collected { of_instance: BTreeMap::new(), dynamic: 0, sound: true };
        for (path, mapping) in own.chain(of_containers) {
            self.mapping(draft, mode, &path, mapping, &mut collected);
        }
        let kept = reserved_ports(draft.operating_system);
        let (count, most) = (collected.of_instance.len(), MOST_RESERVED_PORTS - kept);
        if count > most {
            let message =
                format!("{count} fixed ports: an instance reserves at most 100, {kept} of them its own (ECS-127)");
            let help = Some("leave the port of the instance out where any will do".to_owned());
            let path = format!("{}.network_mode", draft.path);
            self.error(Code::BadNetwork, &path, message, "too many fixed ports", help);
            collected.sound = false;
        }
        // tasks in the other modes do not take ports of the instance (ECS-121); Windows' `default` maps them as `bridge`
        // does, so that one container can hold each (ECS-124)
        let charged = matches!(mode, NetworkMode::Bridge | NetworkMode::Host | NetworkMode::Default);
        let static_ports = collected.of_instance.into_keys().filter(|_| charged).collect();
        collected.sound.then_some(Network { mode, static_ports, dynamic_ports: collected.dynamic })
    }

    /// The network mode, by ECS-120.
    fn network_mode(&mut self, draft: &Draft<'_>) -> Option<NetworkMode> {
        let windows = draft.operating_system == OperatingSystem::Windows;
        let mode = match draft.written.network_mode.as_deref() {
            Some("host") => NetworkMode::Host,
            Some("awsvpc") => NetworkMode::Awsvpc,
            Some("none") => NetworkMode::None,
            Some("bridge") => NetworkMode::Bridge,
            Some(_) => NetworkMode::Default,
            None if windows => NetworkMode::Default,
            None => NetworkMode::Bridge,
        };
        let (system, known) = match (windows, mode) {
            (true, NetworkMode::Bridge | NetworkMode::Host | NetworkMode::None) => {
                ("Windows", "`default` and `awsvpc`")
            }
            (false, NetworkMode::Default) => ("Linux", "`bridge`, `host`, `awsvpc` and `none`"),
            _ => return Some(mode),
        };
        let path = format!("{}.network_mode", draft.path);
        let message = format!("{system} does not have this network mode (ECS-120)");
        let help = Some(format!("{system} has {known}"));
        self.error(Code::BadNetwork, &path, message, "not this one", help);
        None
    }

    /// One port mapping, by ECS-122.
    fn mapping(
        &mut self,
        draft: &Draft<'_>,
        mode: NetworkMode,
        path: &str,
        mapping: &PortMapping,
        collected: &mut Collected,
    ) {
        let host = mapping.host.filter(|host| *host != 0);
        let range = !mapping.container.is_single();
        let wrong: Option<(&str, String, &str)> = match (mode, host) {
            (NetworkMode::None, _) => {
                let message = "without a network there are no ports (ECS-120)";
                let help = draft.either(
                    "remove the ports, or take another `network_mode`",
                    "remove the ports, or take another `networkMode`",
                );
                Some((path, message.to_owned(), help))
            }
            (NetworkMode::Host | NetworkMode::Default, _) if range => {
                let message = "a range of ports is for the modes `bridge` and `awsvpc`";
                let help = draft.either(
                    "write the ports one by one, or take another `network_mode`",
                    "write the ports one by one, or take another `networkMode`",
                );
                Some((path, message.to_owned(), help))
            }
            (_, Some(_)) if range => {
                let message = "a range of ports gets its ports of the instance when the task is placed";
                Some((path, message.to_owned(), "leave the port of the instance out, or write the ports one by one"))
            }
            (NetworkMode::Host | NetworkMode::Awsvpc, Some(host)) if host != mapping.container.first => {
                let (name, inside) =
                    (if mode == NetworkMode::Host { "host" } else { "awsvpc" }, mapping.container.first);
                let message = format!(
                    "in `{name}` mode the port of the instance is that of the container, {inside}, and not {host} (ECS-122)"
                );
                Some((path, message, "leave the port of the instance out; `bridge` mode maps ports"))
            }
            _ => None,
        };
        if let Some((path, message, help)) = wrong {
            let key = if host.is_some() && !range && mode != NetworkMode::None { ".host" } else { "" };
            let path = format!("{path}{key}");
            self.error(Code::BadNetwork, &path, message, "not possible here", Some(help.to_owned()));
            collected.sound = false;
            return;
        }
        let protocol = if mapping.protocol.as_deref() == Some("udp") { Protocol::Udp } else { Protocol::Tcp };
        let fixed = match mode {
            NetworkMode::Host => Some(mapping.container.first), // the container's port is the instance's (ECS-123)
            NetworkMode::Bridge | NetworkMode::Default => host,
            NetworkMode::Awsvpc | NetworkMode::None => return,
        };
        match fixed {
            Some(number) => self.fixed_port(draft, path, HostPort { protocol, number }, collected),
            None => collected.dynamic += mapping.container.count(),
        }
    }

    /// A port of the instance: free, and asked for once.
    fn fixed_port(&mut self, draft: &Draft<'_>, path: &str, port: HostPort, collected: &mut Collected) {
        let windows = draft.operating_system == OperatingSystem::Windows;
        let reserved = RESERVED_PORTS.contains(&port.number) || windows && RESERVED_ON_WINDOWS.contains(&port.number);
        if reserved && port.protocol == Protocol::Tcp {
            let message = format!(
                "port {} of the instance is always taken: the task could never be placed (ECS-126)",
                port.number
            );
            let help = Some("take another port of the instance, or leave it out to get any that is free".to_owned());
            self.error(Code::BadNetwork, path, message, "reserved by the instance itself", help);
            collected.sound = false;
        }
        let Some(first) = collected.of_instance.get(&port) else {
            collected.of_instance.insert(port, path.to_owned());
            return;
        };
        let finding = Finding::error(Code::BadNetwork, format!("the task asks twice for port {port} of its instance"))
            .at(self.place(path), "again here")
            .also(self.place(first), "first here")
            .path(path)
            .help("a port of the instance can be held by one container at a time (ECS-124)");
        self.findings.push(finding);
        collected.sound = false;
    }
}
