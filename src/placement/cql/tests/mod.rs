//! What the cluster query language does, rule by rule; texts, answers and places are worked by hand.

mod java;
mod laws;
mod mistakes;
mod rules;

use super::{Constraint, Expression, Queryable};
use crate::units::GroupId;
use std::collections::BTreeMap;

/// The groups that every test here knows, by the place of their ids.
const GROUPS: [&str; 4] = ["service:production", "database", "family:batch", "service:test"];

fn groups() -> impl Iterator<Item = (GroupId, &'static str)> {
    (0..).map(GroupId).zip(GROUPS)
}

/// An instance as a list of what it has.
#[derive(Debug, Clone)]
struct Sample {
    attributes: BTreeMap<String, String>,
    connected: bool,
    version: String,
    id: String,
    registered: i64,
    tasks: u32,
    groups: Vec<GroupId>,
}

impl Sample {
    fn new() -> Self {
        Self {
            attributes: BTreeMap::new(),
            connected: true,
            version: "1.105.1".into(),
            id: "i-abcd1234".into(),
            registered: 0,
            tasks: 0,
            groups: Vec::new(),
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// With a task of each of these groups.
    fn running(mut self, names: &[&str]) -> Self {
        self.groups = groups().filter(|(_, name)| names.contains(name)).map(|(id, _)| id).collect();
        self.tasks = u32::try_from(names.len()).unwrap();
        self
    }
}

impl Queryable for Sample {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
    fn agent_connected(&self) -> bool {
        self.connected
    }
    fn agent_version(&self) -> &str {
        &self.version
    }
    fn ec2_instance_id(&self) -> &str {
        &self.id
    }
    fn registered_at_unix_ms(&self) -> i64 {
        self.registered
    }
    fn running_tasks_count(&self) -> u32 {
        self.tasks
    }
    fn runs_group(&self, group: GroupId) -> bool {
        self.groups.contains(&group)
    }
}

fn constraint(text: &str) -> Constraint {
    match Expression::parse(text) {
        Ok(expression) => expression.resolve(groups()),
        Err(error) => panic!("{text}: {error:?}"),
    }
}

fn holds(text: &str, instance: &Sample) -> bool {
    constraint(text).holds(instance)
}

/// Each text with what it says of one instance.
fn table(instance: &Sample, rows: &[(&str, bool)]) {
    for (text, wanted) in rows {
        assert_eq!(holds(text, instance), *wanted, "{text}");
    }
}
