//! Members of AWS's JSON that the run makes no use of, with the shapes that AWS asks for: a file with a number where AWS
//! wants a text would be refused at registration, whether longshore looks at it or not.

use super::language::{NOT_YET, WITHOUT_EFFECT};
use crate::scenario::shape::{Key, MapShape, Shape, key};

/// Commands and environments may be long; the whole file has a bound of its own.
static TEXT: Shape = Shape::Text { min: 0, max: 65_536 };
static TEXTS: Shape = Shape::List { of: &TEXT, min: 0, max: 1000 };
static YES_OR_NO: Shape = Shape::Bool;
static NUMBER: Shape = Shape::Integer { min: 0, max: i64::MAX };

const fn accepted(name: &'static str, shape: &'static Shape, what: &'static str) -> Key {
    key(name, shape).doc(what)
}

static PAIR: MapShape = MapShape {
    title: "an environment variable of AWS",
    keys: &[key("name", &TEXT).required().doc("Its name."), key("value", &TEXT).doc("Its value, a text.")],
};
static PAIRS: Shape = Shape::List { of: &Shape::Map(&PAIR), min: 0, max: 1000 };

static TAG: MapShape = MapShape {
    title: "a tag of AWS",
    keys: &[key("key", &TEXT).required().doc("Its name."), key("value", &TEXT).doc("Its value.")],
};
static TAGS: Shape = Shape::List { of: &Shape::Map(&TAG), min: 0, max: 50 };

static SECRET: MapShape = MapShape {
    title: "a secret of AWS",
    keys: &[
        key("name", &TEXT).required().doc("The variable."),
        key("valueFrom", &TEXT).required().doc("Where its value is."),
    ],
};
static SECRETS: Shape = Shape::List { of: &Shape::Map(&SECRET), min: 0, max: 1000 };

static MOUNT: MapShape = MapShape {
    title: "a mount point of AWS",
    keys: &[
        key("sourceVolume", &TEXT).doc("The volume."),
        key("containerPath", &TEXT).doc("Where it is seen."),
        key("readOnly", &YES_OR_NO).doc("Whether it can be written to."),
    ],
};
static MOUNTS: Shape = Shape::List { of: &Shape::Map(&MOUNT), min: 0, max: 1000 };

static VOLUMES_FROM: MapShape = MapShape {
    title: "an entry of `volumesFrom` of AWS",
    keys: &[
        key("sourceContainer", &TEXT).doc("Whose volumes."),
        key("readOnly", &YES_OR_NO).doc("Whether they can be written to."),
    ],
};
static ALL_VOLUMES_FROM: Shape = Shape::List { of: &Shape::Map(&VOLUMES_FROM), min: 0, max: 1000 };

static LOG: Shape = Shape::Map(&LOG_MAP);
static LOG_MAP: MapShape = MapShape {
    title: "a log configuration of AWS",
    keys: &[
        key("logDriver", &TEXT).required().doc("The driver."),
        key("options", &Shape::Anything).doc("What it is told."),
        key("secretOptions", &SECRETS).doc("What it is told in secret."),
    ],
};

static HEALTH: Shape = Shape::Map(&HEALTH_MAP);
static HEALTH_MAP: MapShape = MapShape {
    title: "a health check of AWS",
    keys: &[
        key("command", &TEXTS).required().doc("What is run."),
        key("interval", &NUMBER).doc("Seconds."),
        key("timeout", &NUMBER).doc("Seconds."),
        key("retries", &NUMBER).doc("How often."),
        key("startPeriod", &NUMBER).doc("Seconds."),
    ],
};

static ULIMIT: MapShape = MapShape {
    title: "an ulimit of AWS",
    keys: &[
        key("name", &TEXT).required().doc("Which."),
        key("softLimit", &SIGNED).required().doc("The soft limit."),
        key("hardLimit", &SIGNED).required().doc("The hard limit."),
    ],
};
static SIGNED: Shape = Shape::Integer { min: -1, max: i64::MAX };
static ULIMITS: Shape = Shape::List { of: &Shape::Map(&ULIMIT), min: 0, max: 100 };

static RESTART: Shape = Shape::Map(&RESTART_MAP);
static RESTART_MAP: MapShape = MapShape {
    title: "a restart policy of AWS",
    keys: &[
        key("enabled", &YES_OR_NO).required().doc("Whether it restarts."),
        key("ignoredExitCodes", &Shape::List { of: &SIGNED, min: 0, max: 50 }).doc("After which it does not."),
        key("restartAttemptPeriod", &NUMBER).doc("Seconds."),
    ],
};

pub(super) const IMAGE: Key = accepted("image", &TEXT, NOT_YET);
pub(super) const RESTART_POLICY: Key = accepted("restartPolicy", &RESTART, NOT_YET);
pub(super) const HEALTH_CHECK: Key = accepted("healthCheck", &HEALTH, NOT_YET);
pub(super) const LOG_CONFIGURATION: Key = accepted("logConfiguration", &LOG, NOT_YET);
pub(super) const SECRETS_KEY: Key = accepted("secrets", &SECRETS, NOT_YET);
pub(super) const MOUNT_POINTS: Key = accepted("mountPoints", &MOUNTS, NOT_YET);
pub(super) const VOLUMES_FROM_KEY: Key = accepted("volumesFrom", &ALL_VOLUMES_FROM, NOT_YET);
pub(super) const ENTRY_POINT: Key = accepted("entryPoint", &TEXTS, WITHOUT_EFFECT);
pub(super) const COMMAND: Key = accepted("command", &TEXTS, WITHOUT_EFFECT);
pub(super) const ENVIRONMENT: Key = accepted("environment", &PAIRS, WITHOUT_EFFECT);
pub(super) const ULIMITS_KEY: Key = accepted("ulimits", &ULIMITS, WITHOUT_EFFECT);
pub(super) const TAGS_KEY: Key = accepted("tags", &TAGS, WITHOUT_EFFECT);
pub(super) const TASK_ROLE: Key = accepted("taskRoleArn", &TEXT, NOT_YET);
pub(super) const EXECUTION_ROLE: Key = accepted("executionRoleArn", &TEXT, NOT_YET);

/// A text without effect.
pub(super) const fn text(name: &'static str) -> Key {
    accepted(name, &TEXT, WITHOUT_EFFECT)
}

/// A list of texts without effect.
pub(super) const fn texts(name: &'static str) -> Key {
    accepted(name, &TEXTS, WITHOUT_EFFECT)
}

/// Yes or no, without effect.
pub(super) const fn yes_or_no(name: &'static str) -> Key {
    accepted(name, &YES_OR_NO, WITHOUT_EFFECT)
}
