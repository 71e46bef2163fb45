//! Scenarios to begin with.

use std::fmt::Write;

/// A scenario that runs, with comments that say what to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// Fargate alone: what AWS's old console called "networking only".
    Fargate,
    /// EC2 instances: "EC2 Linux + networking".
    Ec2,
    /// Both.
    Mixed,
}

impl Template {
    /// All, the simplest first.
    pub const ALL: [Self; 3] = [Self::Fargate, Self::Ec2, Self::Mixed];

    /// How it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fargate => "fargate",
            Self::Ec2 => "ec2",
            Self::Mixed => "mixed",
        }
    }

    /// What it is, in a few words.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Fargate => "a service on Fargate, no instances (\"networking only\")",
            Self::Ec2 => "a service on EC2 instances (\"EC2 Linux + networking\")",
            Self::Mixed => "a service on EC2 instances and a nightly job on Fargate",
        }
    }

    /// Its text for a file of this name; with the line by which editors find the schema, where there is one.
    pub fn text(self, file: &str, schema: Option<&str>) -> String {
        let text = match self {
            Self::Fargate => include_str!("templates/fargate.yaml"),
            Self::Ec2 => include_str!("templates/ec2.yaml"),
            Self::Mixed => include_str!("templates/mixed.yaml"),
        };
        let line = schema.map_or(String::new(), |schema| format!("# yaml-language-server: $schema={schema}\n"));
        let mut out = line;
        for each in text.lines() {
            match each.split_once(" FILE") {
                // the comments beside the commands stay in one column as long as there is room
                Some((before, after)) if each.starts_with("#   longshore ") => {
                    let (rest, comment) = after.split_once("   ").unwrap_or((after, ""));
                    let command = format!("{before} {file}{rest}");
                    let _ = writeln!(out, "{command:<44} {}", comment.trim_start());
                }
                _ => drop(writeln!(out, "{each}")),
            }
        }
        out
    }
}
