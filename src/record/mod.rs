//! Recorders: facts become tables, series, checks and a digest. None of them can change a run.

mod calls;
mod checks;
mod digest;
mod events;
mod highlights;
mod instances;
mod kept;
mod moments;
mod operations;
mod packing;
mod providers;
mod quotas;
mod recording;
mod series;
mod state;
mod summary;
mod tasks;

pub use calls::CallsSummary;
pub use checks::CheckResult;
pub use digest::Digest;
pub use events::{EventRow, run_task_has_no_place, service_has_no_place};
pub use highlights::{Highlights, Shortage, TaskName, TooLarge, Unused, Wait};
pub use instances::InstanceRow;
pub use kept::KeptBuckets;
pub use moments::{MomentKind, MomentRecorder, Moments};
pub use packing::{Fill, Packing, PackingRecorder, PackingRow};
pub use providers::{CapacityRow, ProviderGauge};
pub use quotas::OverQuota;
pub use recording::{Recording, Tables};
pub use series::{Bucket, BucketRow, ClusterGauge, Purse, Requests, ServiceGauge, bucket_width};
pub use state::State;
pub use summary::{Money, Owed, ServiceSummary, Summary};
pub use tasks::{FinalState, Location, TaskRow};
