//! What each event does: one file each.

pub(super) mod arrive;
pub(super) mod calls;
pub(super) mod demand;
pub(super) mod launch;
pub(super) mod operate;
pub(super) mod place;
pub(super) mod reconcile;
pub(super) mod registers;
pub(super) mod task_ends;
pub(super) mod task_provisioned;
pub(super) mod task_runs;
