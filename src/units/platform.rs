//! What a task needs under it: a CPU architecture and an operating system.

use std::fmt;

/// The CPU architecture of an instance, or the one that a task's images are built for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// Intel and AMD.
    #[default]
    X86_64,
    /// Graviton.
    Arm64,
}

/// The operating system of an instance, or the one that a task's images are built for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperatingSystem {
    /// Any Linux.
    #[default]
    Linux,
    /// Any Windows Server.
    Windows,
}

/// A family of operating systems, by the word that a task definition's `runtimePlatform` and the attribute
/// `ecs.os-family` have for it (ECS-206).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemFamily(&'static str);

impl SystemFamily {
    /// The words: Linux, and the Windows Servers that ECS runs.
    pub const ALL: [&'static str; 10] = [
        "LINUX",
        "WINDOWS_SERVER_2016_FULL",
        "WINDOWS_SERVER_2019_CORE",
        "WINDOWS_SERVER_2019_FULL",
        "WINDOWS_SERVER_2004_CORE",
        "WINDOWS_SERVER_20H2_CORE",
        "WINDOWS_SERVER_2022_CORE",
        "WINDOWS_SERVER_2022_FULL",
        "WINDOWS_SERVER_2025_CORE",
        "WINDOWS_SERVER_2025_FULL",
    ];

    /// The family of a word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| *known == name).map(Self)
    }

    /// Its word: `WINDOWS_SERVER_2022_CORE`.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// The operating system that it is a family of.
    pub fn system(self) -> OperatingSystem {
        OperatingSystem::named(self.0).unwrap_or_default()
    }
}

/// Any Linux.
impl Default for SystemFamily {
    fn default() -> Self {
        Self(Self::ALL[0])
    }
}

impl Architecture {
    /// Both.
    pub const ALL: [Self; 2] = [Self::X86_64, Self::Arm64];

    /// The value of the attribute `ecs.cpu-architecture` of an instance (ECS-206).
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    /// The word in a task definition's `runtimePlatform`.
    pub const fn runtime_platform(self) -> &'static str {
        match self {
            Self::X86_64 => "X86_64",
            Self::Arm64 => "ARM64",
        }
    }

    /// The architecture of either of its names, as an attribute or in a `runtimePlatform`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| name == known.attribute() || name == known.runtime_platform())
    }
}

impl OperatingSystem {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Linux, Self::Windows];

    /// The value of the attribute `ecs.os-type` of an instance (ECS-206).
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Windows => "windows",
        }
    }

    /// The system of an attribute's value (`linux`, `windows`), or of a family in a `runtimePlatform`: `LINUX`, or
    /// any `WINDOWS_SERVER_…`, which longshore does not tell apart.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "linux" | "LINUX" => Some(Self::Linux),
            "windows" => Some(Self::Windows),
            _ if name.len() > "WINDOWS_SERVER_".len() && name.starts_with("WINDOWS_SERVER_") => Some(Self::Windows),
            _ => None,
        }
    }
}

/// As in a `runtimePlatform`: `X86_64`, `ARM64`.
impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.runtime_platform())
    }
}

/// The name that people know: `Linux`, `Windows`.
impl fmt::Display for OperatingSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Linux => "Linux",
            Self::Windows => "Windows",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ECS-206.
    #[test]
    fn both_ways_to_write_a_platform_are_read() {
        for architecture in Architecture::ALL {
            assert_eq!(Architecture::named(architecture.attribute()), Some(architecture));
            assert_eq!(Architecture::named(&architecture.to_string()), Some(architecture));
        }
        for system in OperatingSystem::ALL {
            assert_eq!(OperatingSystem::named(system.attribute()), Some(system));
        }
        assert_eq!(Architecture::Arm64.to_string(), "ARM64");
        assert_eq!(Architecture::X86_64.attribute(), "x86_64");
        assert_eq!(OperatingSystem::named("LINUX"), Some(OperatingSystem::Linux));
        assert_eq!(OperatingSystem::named("WINDOWS_SERVER_2022_CORE"), Some(OperatingSystem::Windows));
        assert!(SystemFamily::ALL.iter().all(|word| SystemFamily::named(word).is_some_and(|it| it.name() == *word)));
        let on_windows = |word: &&str| SystemFamily::named(word).unwrap().system() == OperatingSystem::Windows;
        assert_eq!(SystemFamily::ALL.iter().filter(|word| on_windows(word)).count(), 9);
        assert_eq!((SystemFamily::default().name(), SystemFamily::named("WINDOWS_SERVER_")), ("LINUX", None));
        for bad in ["", "x86", "amd64", "Arm64", "aarch64", "X86-64"] {
            assert_eq!(Architecture::named(bad), None, "{bad}");
        }
        for bad in ["", "macos", "WINDOWS_SERVER_", "Linux 2"] {
            assert_eq!(OperatingSystem::named(bad), None, "{bad}");
        }
    }
}
