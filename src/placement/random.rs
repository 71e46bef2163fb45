//! ECS-312: `random` holds all feasible instances equal; the draw that ends every chain chooses among them.

use super::{Definition, Level};
use crate::fact::Rule;

/// `random`.
pub(super) const RANDOM: Definition =
    Definition { rule: Rule::ecs(312), narrow: |_, _, _, _, _| {}, level: Level::Equal };
