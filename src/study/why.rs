//! Why a task went where it went: the run is made again, its facts tell the task's story, and the engine explains the
//! attempts to place it.

use crate::fact::{Cast, Fact, Observer, Origin, Place, TaskRef, Why};
use crate::plan::Plan;
use crate::sim::agenda::Endless;
use crate::sim::{Attempt, Attempts, Question, explain};
use crate::units::{Id, InstanceId, ProviderId, SimTime, TaskSourceId};
use std::collections::BTreeMap;

/// What somebody wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WhyQuestion {
    /// The task's source.
    pub source: TaskSourceId,
    /// Its number there.
    pub ordinal: u32,
    /// The last decision up to then; without, the first, and the one that placed it.
    pub at: Option<SimTime>,
    /// Whether all instances of the run are to be known, for a question about one of them.
    pub all_instances: bool,
}

/// An instance of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownInstance {
    provider: ProviderId,
    ordinal: u32,
    /// When it became ACTIVE.
    pub came: SimTime,
    /// When it left, if it did.
    pub went: Option<SimTime>,
}

/// What happened to a task, and what its placing looked at.
#[derive(Debug, Clone)]
pub struct Story {
    /// What was asked.
    pub question: WhyQuestion,
    /// Whether it is a daemon's: one on each instance, nothing to choose (ECS-401).
    pub daemon: bool,
    /// When the task was first wanted; none if there never was such a task.
    pub wanted: Option<SimTime>,
    /// When, where and why it was placed, if it was.
    pub placed: Option<(SimTime, Place, Why)>,
    /// When it was said to wait, and why, if it was.
    pub waits: Option<(SimTime, Why)>,
    /// When it was given up, and why, if it was (ECS-901).
    pub unplaced: Option<(SimTime, Why)>,
    /// When it was told to stop, if it was.
    pub stopping: Option<(SimTime, Why)>,
    /// Since when its instance was DRAINING when it was told to stop, if it was.
    pub draining: Option<SimTime>,
    /// The attempts to place it; none of a task that nobody had to choose an instance for.
    pub attempts: Attempts,
    /// How many tasks its source had; of the part of the run that was looked at.
    pub tasks_of_source: u32,
    /// Instances that registered in that part.
    pub instances: Vec<KnownInstance>,
}

impl Story {
    /// The name of an instance.
    pub fn instance_name(&self, cast: &Cast, instance: InstanceId) -> String {
        self.instances[instance.row()].name(cast)
    }

    /// The instance of a name, if there was one.
    pub fn instance(&self, cast: &Cast, name: &str) -> Option<InstanceId> {
        self.instances.iter().position(|instance| instance.name(cast) == name).map(InstanceId::from_row)
    }

    /// The attempts to show: of a question about a moment the last; else the first, and the one that placed it.
    pub fn shown(&self) -> Vec<&Attempt> {
        let Attempts { first, last, .. } = &self.attempts;
        let placed = |attempt: &&Attempt| attempt.explanation.choice.is_some();
        if self.question.at.is_some() {
            return last.as_ref().or(first.as_ref()).into_iter().collect();
        }
        first.iter().chain(last.as_ref().filter(placed)).collect()
    }
}

impl KnownInstance {
    /// Its name.
    pub fn name(&self, cast: &Cast) -> String {
        cast.instance_name(self.provider, self.ordinal).into_owned()
    }
}

/// Runs a plan again and tells the story of one task.
///
/// # Errors
/// As [`run`](crate::sim::run).
pub fn why(plan: &Plan, question: WhyQuestion) -> Result<Story, Endless> {
    let WhyQuestion { source, ordinal, at, all_instances } = question;
    let mut story = Story {
        question,
        daemon: matches!(plan.cast.sources[source].origin, Origin::Service(service) if plan.services[service].daemon),
        wanted: None,
        placed: None,
        waits: None,
        unplaced: None,
        stopping: None,
        draining: None,
        attempts: Attempts::default(),
        tasks_of_source: 0,
        instances: Vec::new(),
    };
    let asked = Question { source, ordinal, until: at, to_the_end: all_instances };
    let attempts = explain(plan, asked, &mut Teller { story: &mut story, draining: BTreeMap::new() })?;
    Ok(Story { attempts, ..story })
}

/// Picks from the facts of a run what concerns the task.
struct Teller<'a> {
    story: &'a mut Story,
    /// DRAINING instances, and since when.
    draining: BTreeMap<InstanceId, SimTime>,
}

impl Teller<'_> {
    fn is_it(&self, task: TaskRef) -> bool {
        (task.source, task.ordinal) == (self.story.question.source, self.story.question.ordinal)
    }
}

impl Observer for Teller<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::InstanceRegistered { provider, ordinal, .. } => {
                self.story.instances.push(KnownInstance { provider, ordinal, came: at, went: None });
            }
            Fact::InstanceGone { instance, .. } | Fact::InstanceDeregistered { instance, .. } => {
                self.story.instances[instance.row()].went.get_or_insert(at);
            }
            Fact::InstanceDraining { instance, .. } => drop(self.draining.insert(instance, at)),
            Fact::InstanceActivated { instance, .. } => drop(self.draining.remove(&instance)),
            Fact::TaskWanted { task, .. } if task.source == self.story.question.source => {
                self.story.tasks_of_source += 1;
                if self.is_it(task) {
                    self.story.wanted.get_or_insert(at);
                }
            }
            _ => {
                if fact.task().is_some_and(|task| self.is_it(task)) {
                    self.of_the_task(at, fact);
                }
            }
        }
    }

    fn close(&mut self, _: SimTime) {}
}

impl Teller<'_> {
    fn of_the_task(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::TaskPlaced { place, why, .. } => self.story.placed = Some((at, place, why)),
            Fact::TaskWaits { why, .. } => {
                let since = self.story.waits.map_or(at, |(since, _)| since);
                self.story.waits = Some((since, why)); // what it hears last holds it back in the end
            }
            Fact::TaskUnplaced { why, .. } => self.story.unplaced = Some((at, why)),
            Fact::TaskStopping { why, .. } => {
                let instance = self.story.placed.and_then(|(_, place, _)| place.instance());
                self.story.draining = instance.and_then(|instance| self.draining.get(&instance).copied());
                self.story.stopping = Some((at, why));
            }
            _ => {}
        }
    }
}
