//! Which of several providers a task gets (ECS-703 to ECS-706).

use super::world::World;
use crate::capacity::Share;
use crate::capacity::strategy::{choose_provider, choose_provider_to_stop};
use crate::fact::Why;
use crate::plan::TaskTemplate;
use crate::units::{PlacementClassId, ProviderId, ServiceId};

/// The provider that a strategy has named for a task.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    pub(super) provider: ProviderId,
    pub(super) class: PlacementClassId,
    pub(super) why: Why,
}

impl Choice {
    fn of(shares: &[Share], counts: &[u32]) -> (usize, Self) {
        let (row, why) = choose_provider(shares, counts);
        (row, Self { provider: shares[row].provider, class: shares[row].class, why })
    }
}

/// Tasks that one call of RunTask has given to each provider so far.
#[derive(Default)]
pub(super) struct Call {
    counts: Vec<u32>,
}

impl<'a> World<'a> {
    fn shares(&self, template: &TaskTemplate) -> Option<&'a [Share]> {
        let plan = self.plan;
        template.strategy.map(|strategy| plan.strategies[strategy].as_slice())
    }

    /// The provider of the next task of a service, if it has several.
    pub(super) fn share_of_service(&self, service: ServiceId) -> Option<Choice> {
        let shares = self.shares(self.template(service))?;
        Some(Choice::of(shares, &self.services[service].by_share).1)
    }

    /// The provider of the next task of a call of RunTask, if there are several.
    pub(super) fn share_of_call(&self, call: &mut Call, template: &TaskTemplate) -> Option<Choice> {
        let shares = self.shares(template)?;
        call.counts.resize(shares.len(), 0);
        let (row, choice) = Choice::of(shares, &call.counts);
        call.counts[row] += 1;
        Some(choice)
    }

    /// The class of the tasks that a service that shrinks stops first: those of the provider with the most for its
    /// weight (ECS-706). `None` where it has one provider, or no task.
    pub(super) fn share_to_stop(&self, service: ServiceId) -> Option<PlacementClassId> {
        let shares = self.shares(self.template(service))?;
        choose_provider_to_stop(shares, &self.services[service].by_share).map(|row| shares[row].class)
    }

    /// Counts a task of a service for its provider, by desired status.
    pub(super) fn count_share(&mut self, service: ServiceId, class: PlacementClassId, change: i32) {
        let Some(row) = self.share_of(service, class) else { return };
        let count = &mut self.services[service].by_share[row];
        *count = count.checked_add_signed(change).expect("no fewer than none");
    }

    /// The item of a service's strategy that a task belongs to, by where it may run: placement may have changed since.
    fn share_of(&self, service: ServiceId, class: PlacementClassId) -> Option<usize> {
        let pool = |class| self.plan.classes[class].pool;
        self.shares(self.template(service))?.iter().position(|share| pool(share.class) == pool(class))
    }

    /// The strategy of a service is another: its tasks are counted anew.
    pub(super) fn recount_shares(&mut self, service: ServiceId) {
        let items = self.shares(self.template(service)).map_or(0, <[Share]>::len);
        self.services[service].by_share = vec![0; items];
        let classes: Vec<PlacementClassId> =
            self.services[service].tasks.values().map(|id| self.tasks.get(*id).class).collect();
        for class in classes {
            self.count_share(service, class, 1);
        }
    }

    /// The class of a task that still waits, now that its service places tasks in another way: on the same capacity.
    pub(super) fn class_now(&self, service: ServiceId, before: PlacementClassId) -> PlacementClassId {
        let template = self.template(service);
        match self.shares(template) {
            Some(shares) => self.share_of(service, before).map_or(before, |row| shares[row].class),
            None => template.class,
        }
    }
}
