//! What is not known of a scenario with mistakes, and which findings may be nothing but consequences of that.
//!
//! A false finding is worse than a missing one: whatever rests on something in doubt is left unsaid until the
//! mistake behind it is mended.

use super::tree::Node;
use crate::diag::{Code, Finding, Severity, Sources, Span};
use std::collections::BTreeSet;

/// What is in doubt about a scenario.
#[derive(Debug, Clone, Default)]
pub struct Doubts {
    /// Paths of values that are made up.
    made_up: BTreeSet<String>,
    /// Paths of values that were moved to the key that was probably meant. Their names can be relied on.
    moved: BTreeSet<String>,
    /// Where values of both kinds stand.
    spans: Vec<Span>,
    /// Paths of blocks that lost a setting.
    touched: BTreeSet<String>,
    /// Words of what was lost: any of them may be a name.
    words: BTreeSet<String>,
    /// Top-level settings that are not known as a whole, such as the names of `instances`.
    unsettled: BTreeSet<String>,
    /// Whether something at the top was lost, so that any section may lack something.
    lost: bool,
}

impl Doubts {
    /// The value at a path is made up; `span` is where the wrong one stands, if one stands anywhere.
    pub(super) fn made_up(&mut self, path: &str, span: Option<Span>) {
        self.made_up.insert(path.to_owned());
        self.spans.extend(span);
        let last = path.rsplit('.').next().unwrap_or(path);
        let item_of = |list: &str| path.starts_with(list) && path[list.len()..].starts_with('[');
        if item_of("zones") {
            self.unsettle("zones");
        }
        if item_of("instances") && (last.ends_with(']') || matches!(last, "name" | "count")) {
            self.unsettle("instances");
        }
    }

    /// The value at a path stood under another key.
    pub(super) fn moved(&mut self, path: &str, span: Span) {
        self.moved.insert(path.to_owned());
        self.spans.push(span);
        if let Some((block, _)) = path.rsplit_once('.') {
            self.touched.insert(block.to_owned());
        }
    }

    /// The block at a path lost a setting.
    pub(super) fn touched(&mut self, path: &str) {
        self.touched.insert(path.to_owned());
        if path.starts_with("instances[") {
            self.unsettle("instances");
        }
        if path.is_empty() {
            self.lost = true;
            self.unsettle("instances");
        }
    }

    /// A text was lost: its words may be names.
    pub(super) fn lost_text(&mut self, text: &str) {
        self.words.extend(words(text).map(ToOwned::to_owned));
    }

    /// A top-level setting can't be known as a whole.
    pub fn unsettle(&mut self, section: &str) {
        self.unsettled.insert(section.to_owned());
    }

    /// Whether a top-level setting is in doubt as a whole.
    pub fn about(&self, section: &str) -> bool {
        self.unsettled.contains(section) || self.made_up.contains(section)
    }

    /// Whether the scenario is not the one that was written.
    fn was_mended(&self) -> bool {
        [&self.made_up, &self.moved, &self.touched, &self.words].iter().any(|set| !set.is_empty())
    }

    /// Whether anything at or below a path is in doubt.
    fn below(&self, path: &str) -> bool {
        let within = |set: &BTreeSet<String>| {
            let longer = set.range(path.to_owned()..).map_while(|other| other.strip_prefix(path));
            longer.into_iter().any(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        within(&self.made_up) || within(&self.moved) || within(&self.touched)
    }

    /// Whether a finding about the tree may be a mere consequence of what is in doubt.
    pub fn excuse(&self, finding: &Finding, tree: &Node, sources: &Sources) -> bool {
        let path = finding.path.as_deref().unwrap_or("");
        let inside = |span: Span| {
            self.spans.iter().any(|out| out.source == span.source && out.start <= span.start && span.end <= out.end)
        };
        ancestors(path).any(|step| self.made_up.contains(step) || self.moved.contains(step))
            || (!path.is_empty() && self.touched.contains(path))
            || finding.labels.iter().any(|label| inside(label.span))
            || match finding.code {
                Code::MissingSetting => ancestors(path).any(|step| self.touched.contains(step)),
                // who asks, or what a request needs, may be what was lost
                Code::NoCause => self.lost || self.below("services"),
                Code::NoCapacity => self.lost || self.about("instances") || self.where_it_runs(path),
                Code::NoPrice => self.lost || self.about("region"),
                Code::BadName if path.starts_with("zones[") => self.lost || self.about("region"),
                Code::SituationTooFull | Code::NeverFits => {
                    self.about("sizes")
                        || self.where_it_runs(path)
                        || ["task_definitions", "instances", "capacity_providers"].iter().any(|of| self.below(of))
                }
                Code::BadTaskSize => {
                    // the containers together, of which one is in doubt
                    self.of_doubtful_definition(path, tree) || path.ends_with(".containers") && self.below(path)
                }
                Code::BadContainers | Code::BadNetwork | Code::NotOnFargate | Code::WithoutEffect => {
                    self.within_doubtful_definition(path)
                }
                // a container whose name was lost is still waited for
                Code::UnknownReference if path.contains(".depends_on[") => self.within_doubtful_definition(path),
                Code::FargateSize | Code::FargateRefuses => {
                    // what is not known to run on Fargate at all is not measured by its rules
                    self.lost
                        || self.about("instances")
                        || ["task_definitions", "cluster", "capacity_providers"].iter().any(|of| self.below(of))
                        || ancestors(path).any(|step| self.touched.contains(step))
                }
                Code::BadSubnet => {
                    self.lost
                        || self.about("instances")
                        || self.about("zones")
                        || ["subnets", "instances"].iter().any(|of| self.below(of))
                }
                Code::TraceTooShort | Code::AfterTheEnd => self.about("duration") || self.of_doubtful_table(path),
                Code::BadTableValue => self.of_doubtful_table(path) || self.in_doubtful_file(finding, tree, sources),
                // an instance whose name is made up may be called like another
                Code::DuplicateName => {
                    self.about("instances")
                        && (path.starts_with("instances[") || path.starts_with("capacity_providers."))
                }
                Code::Contradiction => {
                    // where an instance and the subnets of a task are
                    self.of_doubtful_service(path, tree)
                        || path.starts_with("placed[")
                            && ["subnets", "instances", "zones"].iter().any(|of| self.about(of) || self.below(of))
                }
                // what AWS refuses depends on what came before, and the time of an event is not known
                Code::RefusedByAws if path.starts_with("events[") => {
                    finding.severity == Severity::Warning && self.below("events")
                }
                Code::TooLargeToRun => self.about("duration") || self.was_mended(),
                Code::UnknownReference | Code::BadExpectation => self.names_what_was_lost(finding, tree, sources),
                _ => false,
            }
    }

    /// `services.web` says where its tasks run, and that is in doubt.
    fn where_it_runs(&self, path: &str) -> bool {
        ["launch_type", "capacity_provider_strategy"].iter().any(|key| self.below(&format!("{path}.{key}")))
    }

    /// `services.web.load` asks for CPU that a doubtful task definition may well reserve.
    fn of_doubtful_definition(&self, path: &str, tree: &Node) -> bool {
        let service = path.strip_suffix(".load");
        let definition = service.and_then(|service| tree.find(&format!("{service}.task_definition"))?.text());
        definition.is_some_and(|name| self.below(&format!("task_definitions.{name}")))
    }

    /// A setting of a task definition of which anything is in doubt: what its parts make together is not known.
    fn within_doubtful_definition(&self, path: &str) -> bool {
        let Some(rest) = path.strip_prefix("task_definitions.") else { return false };
        let name = rest.split(['.', '[']).next().unwrap_or(rest);
        self.below(&format!("task_definitions.{name}"))
    }

    /// More is placed than a service wants, whose desired count may have been lost.
    fn of_doubtful_service(&self, path: &str, tree: &Node) -> bool {
        let service = tree.find(&format!("{path}.service")).and_then(Node::text);
        service.is_some_and(|name| self.touched.contains(&format!("services.{name}")))
    }

    /// A path `….file` beside settings that are in doubt.
    fn of_doubtful_table(&self, path: &str) -> bool {
        path.strip_suffix(".file").is_some_and(|block| self.below(block))
    }

    /// A row of a file that is read by settings in doubt.
    fn in_doubtful_file(&self, finding: &Finding, tree: &Node, sources: &Sources) -> bool {
        let Some(label) = finding.primary() else { return false };
        let name = sources.name(label.span.source);
        self.made_up.iter().chain(&self.moved).chain(&self.touched).any(|path| {
            let reads = |step: &&str| matches!(step.rsplit('.').next(), Some("trace" | "arrivals"));
            let mut blocks = ancestors(path).filter(reads);
            blocks.any(|block| tree.find(&format!("{block}.file")).and_then(Node::text) == Some(name))
        })
    }

    /// A name that stands in what was lost, or belongs to a section that is not known as a whole.
    fn names_what_was_lost(&self, finding: &Finding, tree: &Node, sources: &Sources) -> bool {
        let path = finding.path.as_deref().unwrap_or("");
        let Some(label) = finding.primary() else { return false };
        let text = match finding.code {
            Code::UnknownReference => tree.find(path).and_then(Node::text).unwrap_or(""),
            _ => sources.slice(label.span),
        };
        // `zones.a.tasks.web`: the words between are the language's; a longer text may have names anywhere
        let path_alone = finding.code == Code::BadExpectation && !text.contains(char::is_whitespace);
        if path_alone && !may_deny_a_name(text, tree) {
            return false;
        }
        let may_be_name = |(row, _): &(usize, &str)| !path_alone || row % 2 == 1;
        let stem = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-').to_owned();
        let was_lost = |word: &str| self.words.contains(word) || self.words.contains(&stem(word));
        // `us-east-1a` is another zone in another Region, `a` is not
        let unsettled =
            |section: &str| self.about(section) || section == "zones" && text.contains('-') && self.about("region");
        sections(finding.code, path, text).any(unsettled)
            || words(text).enumerate().filter(may_be_name).any(|(_, word)| was_lost(word))
    }
}

/// Whether a path of `expect:` that was refused may have been refused for a name in it.
fn may_deny_a_name(text: &str, tree: &Node) -> bool {
    let has = |section: &str, name: &str| tree.get(section).and_then(|names| names.get(name)).is_some();
    match words(text).collect::<Vec<_>>().as_slice() {
        ["services", name, _] => !has("services", name),
        ["tasks", name, _] => !has("services", name) && !has("tasks", name),
        ["capacity_providers", name, _] => !has("capacity_providers", name),
        ["instances" | "zones", ..] => true,
        _ => false,
    }
}

/// The top-level settings that a name may come from.
fn sections(code: Code, path: &str, text: &str) -> impl Iterator<Item = &'static str> {
    let of_value: Vec<&str> = words(text).take(4).collect();
    let (kind, figure) = match code {
        Code::UnknownReference => (path.rsplit('.').next().unwrap_or(""), ""),
        _ => match of_value.as_slice() {
            [kind, _, figure, _] => (*kind, *figure),
            others => (others.first().copied().unwrap_or(""), ""),
        },
    };
    let first: &[&str] = match kind {
        "task_definition" => &["task_definitions"],
        "provider" | "capacity_providers" => &["capacity_providers"],
        "zone" | "zones" => &["zones"],
        "subnets" => &["subnets"],
        "service" | "services" => &["services"],
        "instance" | "instances" => &["instances", "capacity_providers"],
        "task" | "stop_task" | "tasks" => &["services", "tasks"],
        _ => &[],
    };
    // `zones.a.tasks.web`
    let second: &[&str] = if figure == "tasks" { &["services", "tasks"] } else { &[] };
    first.iter().chain(second).copied()
}

/// A path and all that contain it: `a.b[0].c`, `a.b[0]`, `a.b`, `a`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let end = |step: &&str| step.rfind(['.', '[']);
    std::iter::successors(Some(path), move |step| end(step).map(|at| &step[..at])).filter(|step| !step.is_empty())
}

/// The parts of a text that could be names.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).filter(|word| !word.is_empty())
}
