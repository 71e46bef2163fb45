//! What starts the tasks of an entry of `tasks:`: one kind of start, and the keys that belong to it.

use super::builder::Builder;
use crate::diag::{Code, Finding};
use crate::scenario::Tasks;

/// A key that says something about one kind of start.
struct Belongs {
    key: &'static str,
    to: &'static str,
}

const BELONG: [Belongs; 5] = [
    Belongs { key: "timezone", to: "schedule" },
    Belongs { key: "start", to: "schedule" },
    Belongs { key: "end", to: "schedule" },
    Belongs { key: "flexible_window", to: "schedule" },
    Belongs { key: "delay", to: "on" },
];

impl Builder<'_> {
    /// Whether an entry has one kind of start, and only keys that belong to it; reports it if not.
    pub(super) fn has_one_start(&mut self, path: &str, tasks: &Tasks) -> bool {
        let given = |key: &str| match key {
            "at" => tasks.at.is_some(),
            "arrivals" => tasks.arrivals.is_some(),
            "schedule" => tasks.schedule.is_some(),
            "on" => tasks.on.is_some(),
            "count" => tasks.count.is_some(),
            "lifetime" => tasks.lifetime.is_some(),
            "timezone" => tasks.timezone.is_some(),
            "start" => tasks.start.is_some(),
            "end" => tasks.end.is_some(),
            "flexible_window" => tasks.flexible_window.is_some(),
            _ => tasks.delay.is_some(),
        };
        let kinds: Vec<&str> = ["at", "arrivals", "schedule", "on"].into_iter().filter(|key| given(key)).collect();
        if let [first, second, ..] = kinds.as_slice() {
            self.excludes(
                path,
                first,
                second,
                "says when",
                "says it too",
                &format!("leave one of the two out: `{first}`, or `{second}`"),
            );
            return false;
        }
        if given("arrivals")
            && let Some(key) = ["count", "lifetime"].into_iter().find(|key| given(key))
        {
            let help = format!("leave `{key}` out, or take it from a column of the file");
            self.excludes(path, key, "arrivals", "says it once for all", "says it row by row", &help);
            return false;
        }
        let mut fits = true;
        for Belongs { key, to } in BELONG {
            if given(key) && !given(to) {
                let message = format!("`{key}` is about a `{to}`, and there is none");
                let help = Some(format!("leave it out, or add `{to}`"));
                self.error(Code::MissingSetting, &format!("{path}.{key}"), message, "of what?", help);
                fits = false;
            }
        }
        fits
    }

    /// Two keys of an entry that can't both hold.
    fn excludes(&mut self, path: &str, key: &str, other: &str, label: &str, other_label: &str, help: &str) {
        let finding = Finding::error(Code::Contradiction, format!("`{key}` and `{other}` exclude each other"))
            .at(self.tree.nearest_span(&format!("{path}.{key}")), label)
            .also(self.tree.nearest_span(&format!("{path}.{other}")), other_label)
            .path(path)
            .help(help);
        self.findings.push(finding);
    }
}
