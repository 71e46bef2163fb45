//! Why a task went where it went, in words for people and as JSON for programs.

mod help;
mod json;
mod one;
mod steps;
mod text;
mod words;

use crate::fact::Cast;
use crate::study::Story;
use crate::units::InstanceId;

pub use json::why_json;
pub use text::why_text;

/// An answer to be shown.
#[derive(Debug, Clone, Copy)]
pub struct WhyView<'a> {
    /// The names behind its ids.
    pub cast: &'a Cast,
    /// The task's story.
    pub story: &'a Story,
    /// The one instance that was asked about.
    pub instance: Option<InstanceId>,
    /// Whether lists are shown whole.
    pub all: bool,
}

impl WhyView<'_> {
    fn name(&self, instance: InstanceId) -> String {
        self.story.instance_name(self.cast, instance)
    }

    fn task(&self) -> String {
        self.cast.task_name(self.story.question.source, self.story.question.ordinal)
    }
}
