//! How tasks reach what is not in their VPC: those with a network interface of their own get no public address on an
//! instance, so that a NAT gateway or endpoints have to be paid for (PRC-35).

use super::unmeant::Meant;
use crate::diag::{Code, Finding, Findings};
use crate::placement::Pool;
use std::collections::BTreeSet;

const HELP: &str = "add `nat_gateways`, or `endpoints` for AWS's own services, as they are paid for too; or take another \
                    `network_mode`, in which tasks use the instance's address";

impl Meant<'_> {
    /// Public addresses of tasks that never get one, and tasks without a way to what they are said to reach.
    pub(super) fn ways_out(&self, findings: &mut Findings) {
        let on_instances = self.sources(|_, pool| !matches!(pool, Pool::Fargate(_)));
        for (name, of) in self.scenario.public_addresses.iter().filter(|(_, of)| of.per_task) {
            for (row, source) in
                of.services.iter().enumerate().filter(|(_, source)| on_instances.contains(source.as_str()))
            {
                let path = format!("public_addresses.{name}.services[{row}]");
                let message = format!(
                    "tasks of `{source}` run on instances, and only those on Fargate get a public address (PRC-35)"
                );
                let finding = Finding::error(Code::Contradiction, message)
                    .at(self.tree.nearest_span(&path), "not on Fargate")
                    .path(path)
                    .help("leave it out here; addresses of instances stand at them: `public_ipv4: true`");
                findings.push(finding);
            }
        }
        let cut_off = self.sources(|interface, pool| interface && !matches!(pool, Pool::Fargate(_)));
        if self.scenario.nat_gateways.is_empty() {
            self.without_a_way(&cut_off, findings);
        }
    }

    /// The names of services and entries of `tasks` of which a task, with an interface or without, runs on such capacity.
    fn sources(&self, is_such: impl Fn(bool, Pool) -> bool) -> BTreeSet<&str> {
        let plan = self.plan;
        let templates = plan.services.rows().iter().map(|service| &service.template).chain(&plan.templates);
        let such = templates.filter(|template| {
            let class = &plan.classes[template.class];
            is_such(class.demand.interface, class.pool)
        });
        such.map(|template| plan.cast.sources[template.source].name.as_str()).collect()
    }

    /// The first thing of each kind that a task can't reach is told.
    fn without_a_way(&self, cut_off: &BTreeSet<&str>, findings: &mut Findings) {
        let scenario = self.scenario;
        let behind: BTreeSet<&String> = scenario.load_balancers.values().flat_map(|of| &of.services).collect();
        // what a load balancer answers does not go through a gateway
        let egress = scenario.data_transfer.iter().filter(|(_, of)| of.to == "internet");
        let egress = egress.flat_map(|(name, of)| of.services.iter().map(move |source| (name, source)));
        let egress = egress.filter(|(_, source)| !behind.contains(source));
        let mut all = vec![("data_transfer", "the Internet", egress.collect::<Vec<_>>())];
        if scenario.endpoints.is_empty() {
            let pulls = scenario
                .repositories
                .iter()
                .flat_map(|(name, of)| of.services.iter().map(move |source| (name, source)));
            let logs = scenario.logs.iter().flat_map(|(name, of)| of.services.iter().map(move |source| (name, source)));
            all.push(("repositories", "ECR", pulls.collect()));
            all.push(("logs", "CloudWatch Logs", logs.collect()));
        }
        for (block, what, uses) in all {
            if let Some((name, source)) = uses.into_iter().find(|(_, source)| cut_off.contains(source.as_str())) {
                let message = format!(
                    "tasks of `{source}` have no way to {what}: in `awsvpc` mode on instances they get no public address (PRC-35)"
                );
                self.warn(findings, Code::NoWayOut, &format!("{block}.{name}.services"), message, "not reached", HELP);
            }
        }
    }
}
