//! Keys that say what operators do, and the deployment settings of services.

use super::capacity_language::{LAUNCH_TYPE, STRATEGY, SUBNET_NAMES};
use super::language::{CONSTRAINTS, COUNT, PLACEMENT, PLACEMENT_ITEM, SOME, SPAN, TEXT, of_instances};
use super::money_language::along;
use super::purchase_language::{PURCHASE, SPOT_OF_EACH};
use super::shape::{Key, MapShape, Shape, key};

/// The percentages of a service.
pub(super) static DEPLOYMENT: Shape = Shape::Map(&DEPLOYMENT_MAP);
static DEPLOYMENT_MAP: MapShape = MapShape {
    title: "the block `deployment`",
    keys: &[
        key("minimum_healthy_percent", &Shape::Integer { min: 0, max: 100 }).default("100").doc(
            "How many of the desired tasks must be RUNNING and healthy while tasks are replaced, rounded up (ECS-420, ECS-422). Of a daemon 0 by default (ECS-421).",
        ),
        key("maximum_percent", &Shape::Integer { min: 100, max: 10_000 }).default("200").doc(
            "How many of the desired tasks there may be in all meanwhile, rounded down (ECS-420, ECS-423). Of a daemon always 100 (ECS-421).",
        ),
        Key::later("strategy", "comes with deployments"),
        Key::later("circuit_breaker", "comes with deployments"),
        Key::later("alarms", "comes with deployments"),
        Key::later("bake_time", "comes with deployments"),
        Key::later("rolling_order", "comes with deployments"),
        Key::later("health_settle", "comes with deployments; `drain_health_settle` is there"),
    ],
};

pub(super) static EVENTS: Shape = Shape::List { of: &Shape::Map(&EVENT_MAP), min: 0, max: 100_000 };
static EVENT_MAP: MapShape = MapShape {
    title: "an entry of `events`",
    keys: &[
        key("at", &SPAN).required().doc("When."),
        key("stop_task", &TEXT)
            .required_kind()
            .doc("StopTask for one task, named by source and number: `web/3` (ECS-415)."),
        key("set_desired_count", &Shape::Map(&SET_DESIRED_COUNT_MAP))
            .required_kind()
            .doc("UpdateService with another desired count; no deployment starts (ECS-403, ECS-413). Which tasks stop: ECS-340 to ECS-350."),
        key("update_service", &Shape::Map(&UPDATE_SERVICE_MAP))
            .required_kind()
            .doc("UpdateService with settings that start no deployment (ECS-403, ECS-413). What is left out stays as it is."),
        key("delete_service", &Shape::Map(&DELETE_SERVICE_MAP))
            .required_kind()
            .doc("DeleteService: its tasks stop, its status is DRAINING and then INACTIVE (ECS-408)."),
        key("run_task", &Shape::Map(&RUN_TASK_MAP))
            .required_kind()
            .doc("RunTask: standalone tasks, started once, as by an entry of `tasks` with `at` (ECS-901)."),
        key("drain_instance", &Shape::Name).required_kind().doc(
            "Sets an ACTIVE instance DRAINING, by its name: it takes no more tasks. Tasks of services that are PENDING there stop at once, RUNNING ones are replaced under `deployment`; standalone tasks stay, daemons stop last (ECS-221 to ECS-224). What is on it still counts for spread.",
        ),
        key("activate_instance", &Shape::Name)
            .required_kind()
            .doc("Sets a DRAINING instance ACTIVE again (ECS-223)."),
        key("terminate_instance", &Shape::Name).required_kind().doc(
            "EC2 terminates an instance with all that is on it: services want other tasks, standalone ones are lost, and it costs no more (ECS-220, ECS-907). A plain instance is not replaced.",
        ),
        key("reclaim_instance", &Shape::Name).required_kind().doc(
            "EC2 takes a Spot instance back: it gives notice at once and terminates it two minutes later, with all that is on it (PRC-40). Within its first hour it is free then; its volumes are not (PRC-41).",
        ),
        key("deregister_instance", &Shape::Map(&DEREGISTER_MAP))
            .required_kind()
            .doc("Takes an instance out of the cluster; it runs on and is paid for (ECS-220)."),
        key("add_instances", &Shape::Map(&ADD_INSTANCES_MAP))
            .required_kind()
            .doc("EC2 launches plain instances, which are paid for from then on and ACTIVE after `instance_boot` (ECS-226)."),
        Key::later("deploy", "comes with deployments"),
        Key::later("force_new_deployment", "comes with deployments"),
        Key::later("stop_service_deployment", "comes with deployments"),
        Key::later("set_group_size", "comes with Auto Scaling groups"),
        Key::later("update_capacity_provider", "comes with Auto Scaling groups"),
        Key::later("put_cluster_capacity_providers", "comes with Auto Scaling groups"),
        Key::later("zone_outage", "comes with faults"),
        Key::later("restart_agent", "comes with faults"),
        Key::later("push_image", "comes with registries and images"),
        Key::later("retire_tasks", "comes with Fargate"),
        Key::later("network_rules", "comes with awsvpc networking"),
        Key::later("delete_cluster", "comes with clusters of their own"),
    ],
};

static SET_DESIRED_COUNT_MAP: MapShape = MapShape {
    title: "`set_desired_count`",
    keys: &[
        key("service", &Shape::Name).required().doc("The service."),
        key("count", &COUNT).required().doc("How many tasks it wants from then on."),
    ],
};

static PLACEMENT_OR_NONE: Shape = Shape::List { of: &PLACEMENT_ITEM, min: 0, max: 5 };
static UPDATE_SERVICE_MAP: MapShape = MapShape {
    title: "`update_service`",
    keys: &[
        key("service", &Shape::Name).required().doc("The service."),
        key("desired_count", &COUNT).doc("How many tasks it wants from then on."),
        key("deployment", &DEPLOYMENT)
            .doc("Its percentages from then on; they hold for what is being replaced, too (ECS-413)."),
        key("placement", &PLACEMENT_OR_NONE).doc(
            "Placement strategies of tasks that are placed later, and for the choice of those that stop; running tasks are not moved (ECS-413). An empty list: those of ECS-315.",
        ),
        key("placement_constraints", &CONSTRAINTS).doc(
            "Constraints of tasks that are placed later; running tasks are not moved, but those of daemons stop where they no longer hold (ECS-413, ECS-401). An empty list: none.",
        ),
        key("capacity_provider_strategy", &STRATEGY).doc(
            "Where tasks that come later run. AWS refuses another one without a forced deployment, as this does unless `strategy_change: silent` is set (ECS-410).",
        ),
        Key::later("task_definition", "comes with deployments"),
        Key::later("force_new_deployment", "comes with deployments"),
        Key::later("launch_type", "comes with deployments"),
        Key::later("platform_version", "comes with deployments"),
        Key::later("subnets", "comes with deployments"),
        Key::later("load_balancer", "comes with load balancers"),
        Key::later("health_check_grace_period", "comes with load balancers"),
        Key::later("availability_zone_rebalancing", "comes with zone rebalancing"),
        Key::later("discovery", "comes with service discovery"),
    ],
};

static DELETE_SERVICE_MAP: MapShape = MapShape {
    title: "`delete_service`",
    keys: &[
        key("service", &Shape::Name).required().doc("The service."),
        key("force", &Shape::Bool)
            .default("false")
            .doc("Delete it though it wants tasks; without, AWS refuses that, save of a daemon (ECS-415)."),
    ],
};

static DEREGISTER_MAP: MapShape = MapShape {
    title: "`deregister_instance`",
    keys: &[
        key("instance", &Shape::Name).required().doc("Its name."),
        key("force", &Shape::Bool).default("false").doc(
            "Though tasks are on it: they are none of ECS's any more, and services want others. Without, AWS refuses that (ECS-415).",
        ),
    ],
};

static RUN_TASK_MAP: MapShape = MapShape {
    title: "`run_task`",
    keys: &[
        key("task_definition", &Shape::Name).required().doc("Which tasks."),
        key("name", &Shape::Name)
            .doc("What they are called: `NAME/0`, `NAME/1`, …; by default `run-task-` and the number of the entry among those of `run_task`, from 1."),
        key("count", &SOME).default("1").doc("How many; ten go into a call (ECS-806)."),
        key("lifetime", &SPAN).doc("How long each runs, from RUNNING on; without, to the end of the run."),
        key("group", &TEXT)
            .default("family:<task definition>")
            .doc("Task group, which spread counts (ECS-311, ECS-317)."),
        key("capacity_provider_strategy", &STRATEGY).doc("As for `tasks`."),
        key("launch_type", &LAUNCH_TYPE).doc("As for `tasks`."),
        key("subnets", &SUBNET_NAMES).doc("As for `tasks`."),
        key("placement", &PLACEMENT).default("[random]").doc("As for `tasks`; the default is ECS-316."),
        key("placement_constraints", &CONSTRAINTS).doc("As for `tasks`."),
        key("start_time", &SPAN).doc("Instead of the task definition's."),
    ],
};

static ADD_INSTANCES_MAP: MapShape = MapShape {
    title: "`add_instances`",
    keys: &[
        of_instances::TYPE,
        of_instances::COUNT,
        key("name", &Shape::Name)
            .doc("Its name; with a count above 1, `-1`, `-2` and so on are added. By default they are numbered on from those of `instances`: `i-3`, `i-4`, …"),
        of_instances::ZONE,
        of_instances::SYSTEM,
        of_instances::REGISTERED_CPU,
        of_instances::REGISTERED_MEMORY,
        of_instances::RESERVED_MEMORY,
        of_instances::ATTRIBUTES,
        of_instances::AWSVPC_TASK_LIMIT,
        PURCHASE,
        SPOT_OF_EACH,
        along::ROOT,
        along::DATA,
        along::MONITORING,
        along::ADDRESS,
    ],
};
