//! temporary
#![expect(missing_docs, reason = "temporary")]
use crate::units::GroupId;
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expression;
pub trait Subject {
    fn attribute(&self, name: &str) -> Option<&str>;
    fn agent_connected(&self) -> bool;
    fn agent_version(&self) -> &str;
    fn ec2_instance_id(&self) -> &str;
    fn registered_at_unix_ms(&self) -> i64;
    fn running_tasks_count(&self) -> u32;
    fn runs_group(&self, group: GroupId) -> bool;
}
impl Expression {
    pub fn holds(&self, _: &impl Subject) -> bool {
        true
    }
    pub fn is_static(&self) -> bool {
        true
    }
}
