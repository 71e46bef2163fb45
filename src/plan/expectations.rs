//! `expect:` resolved against the run's cast.

use super::builder::Builder;
use crate::capacity::Fargate;
use crate::diag::{Code, Finding, Span};
use crate::expect::{Claim, Expectation, Expression, FactPattern, Window, parse};
use crate::fact::{Rule, RuleSet};
use crate::scenario::{Expect, ExpectBlock};
use crate::units::{SimSpan, SimTime};
use std::fmt::Write;

impl Builder<'_> {
    pub(super) fn expectations(&mut self) {
        let scenario = self.scenario;
        for (row, expect) in scenario.expect.iter().enumerate() {
            let path = format!("expect[{row}]");
            let expectation = match expect {
                Expect::AtEnd(text) => self
                    .condition(&path, text, true)
                    .map(|condition| Expectation { text: text.clone(), claim: Claim::AtEnd(condition) }),
                Expect::Claim(block) => self.claim(&path, block),
            };
            self.expectations.extend(expectation);
        }
    }

    fn claim(&mut self, path: &str, block: &ExpectBlock) -> Option<Expectation> {
        let kinds = [
            ("that", &block.that),
            ("always", &block.always),
            ("never", &block.never),
            ("eventually", &block.eventually),
            ("fact", &block.fact),
        ];
        let given: Vec<&str> = kinds.iter().filter(|(_, text)| text.is_some()).map(|(key, _)| *key).collect();
        let &[kind] = given.as_slice() else {
            let help = Some("give exactly one of `that`, `always`, `never`, `eventually` and `fact`".to_owned());
            let message = if given.is_empty() { "nothing is claimed" } else { "more than one thing is claimed" };
            self.error(Code::BadExpectation, path, message, "one claim an entry", help);
            return None;
        };
        self.foreign_keys(path, kind, block);
        if kind == "fact" {
            return self.fact(path, block);
        }
        let text = kinds.iter().find_map(|(key, text)| (*key == kind).then_some(text.as_deref()).flatten())?;
        let condition = self.condition(&format!("{path}.{kind}"), text, false);
        if kind == "that" {
            let Some(at) = block.at else {
                let help = Some("add `at: 90s`, or write the condition alone for the end of the run".to_owned());
                self.error(Code::BadExpectation, path, "it is not said when", "needs `at`", help);
                return None;
            };
            let at = self.moment(&format!("{path}.at"), at)?;
            return Some(Expectation { text: format!("at {at}: {text}"), claim: Claim::At(at, condition?) });
        }
        let window = self.window(path, block);
        let (condition, window) = (condition?, window?);
        let text = format!("{kind} from {} to {}: {text}", window.from, window.to);
        let claim = match kind {
            "always" => Claim::Always(window, condition),
            "never" => Claim::Never(window, condition),
            _ => Claim::Eventually(window, condition),
        };
        Some(Expectation { text, claim })
    }

    /// Keys that belong to another kind of claim.
    fn foreign_keys(&mut self, path: &str, kind: &str, block: &ExpectBlock) {
        let of_fact = [
            ("task", block.task.is_some()),
            ("instance", block.instance.is_some()),
            ("host_port", block.host_port.is_some()),
            ("rule", block.rule.is_some()),
            ("count", block.count.is_some()),
        ];
        let of_window = [("from", block.from.is_some()), ("to", block.to.is_some())];
        let wrong: Vec<&str> = match kind {
            "fact" => of_window.iter().filter(|(_, given)| *given).map(|(key, _)| *key).collect(),
            "that" => of_fact.iter().chain(&of_window).filter(|(_, given)| *given).map(|(key, _)| *key).collect(),
            _ => of_fact
                .iter()
                .chain(&[("at", block.at.is_some())])
                .filter(|(_, given)| *given)
                .map(|(key, _)| *key)
                .collect(),
        };
        for key in wrong {
            let message = format!("`{key}` says nothing beside `{kind}`");
            let help = match kind {
                "fact" => "leave it out: a fact has one moment, `at`",
                "that" => "leave it out: `that` is asked at one moment, `at`",
                _ => "leave it out: a window is given by `from` and `to`",
            };
            self.error(Code::BadExpectation, &format!("{path}.{key}"), message, "has no effect", Some(help.to_owned()));
        }
    }

    fn fact(&mut self, path: &str, block: &ExpectBlock) -> Option<Expectation> {
        let kind = block.fact.clone()?;
        let mut pattern = FactPattern { kind: kind.clone(), count: block.count, ..FactPattern::default() };
        let mut text = format!("fact {kind}");
        let mut sound = true; // goes on after a mistake, to find the others
        if let Some(task) = &block.task {
            pattern.task = self.task_by_name(&format!("{path}.task"), task);
            sound &= pattern.task.is_some();
            let _ = write!(text, " of {task}");
        }
        if let Some(name) = &block.instance {
            pattern.instance = self.cast.instance_by_name(name);
            if pattern.instance.is_none() {
                let names = self.cast.instance_names.clone();
                self.dangling(&format!("{path}.instance"), "instance", name, names.iter().map(String::as_str));
                sound = false;
            }
            let _ = write!(text, " on {name}");
        }
        if let Some(port) = block.host_port {
            pattern.host_port = Some(port);
            let _ = write!(text, " with host port {port}");
            if kind != "task_starting" {
                let help = Some("ask for it with `fact: task_starting`".to_owned());
                let message = format!("`{kind}` tells no host port");
                self.error(Code::BadExpectation, &format!("{path}.host_port"), message, "has no effect", help);
                sound = false;
            }
        }
        if let Some(rule) = &block.rule {
            pattern.rule = self.rule(&format!("{path}.rule"), rule);
            sound &= pattern.rule.is_some();
            let _ = write!(text, " by {rule}");
        }
        if let Some(at) = block.at {
            pattern.at = self.moment(&format!("{path}.at"), at);
            sound &= pattern.at.is_some();
            let _ = write!(text, " at {at}");
        }
        if let Some(count) = block.count {
            let _ = write!(text, ", {count} times");
        }
        sound.then_some(Expectation { text, claim: Claim::Fact(pattern) })
    }

    fn rule(&mut self, path: &str, text: &str) -> Option<Rule> {
        let rule = text.split_once('-').and_then(|(set, number)| {
            let set = match set {
                "ECS" => RuleSet::Ecs,
                "SCL" => RuleSet::Scl,
                "PRC" => RuleSet::Prc,
                "PLT" => RuleSet::Plt,
                _ => return None,
            };
            Some(Rule { set, number: number.parse().ok()? })
        });
        if rule.is_none() {
            let help = Some("rules are written `ECS-310`".to_owned());
            self.error(Code::BadExpectation, path, format!("`{text}` is no rule"), "not a rule", help);
        }
        rule
    }

    fn window(&mut self, path: &str, block: &ExpectBlock) -> Option<Window> {
        let from = self.moment(&format!("{path}.from"), block.from.unwrap_or_default());
        let to = self.moment(&format!("{path}.to"), block.to.unwrap_or(SimSpan(self.cast.horizon.0)));
        let (from, to) = (from?, to?);
        if from > to {
            let finding = Finding::error(Code::Contradiction, "the window ends before it begins")
                .at(self.tree.nearest_span(&format!("{path}.to")), "ends here")
                .also(self.tree.nearest_span(&format!("{path}.from")), "begins here")
                .path(path)
                .help("exchange `from` and `to`");
            self.findings.push(finding);
            return None;
        }
        Some(Window { from, to })
    }

    fn moment(&mut self, path: &str, at: SimSpan) -> Option<SimTime> {
        let at = SimTime(at.0);
        if at > self.cast.horizon {
            let message = format!("this is after the end of the run at {}", self.cast.horizon);
            let help = Some("lengthen `duration`, or ask about an earlier moment".to_owned());
            self.error(Code::BadExpectation, path, message, "never reached", help);
            return None;
        }
        Some(at)
    }

    /// A condition; at one moment only what is known then may be asked.
    fn condition(&mut self, path: &str, text: &str, at_end: bool) -> Option<Expression> {
        self.own_providers_in(text);
        let nearest = |name: &str, known: &[&str]| {
            let known = || known.iter().copied();
            let near = crate::diag::nearest(name, known()).or_else(|| crate::diag::nearest_setting(name, known()));
            near.map(ToOwned::to_owned)
        };
        let resolved = parse(text, &|path: &[String]| {
            let quantity = self.cast.quantity(path, &nearest)?;
            if !at_end && quantity.is_of_run() {
                let help = "write the condition as an entry of its own, for the end of the run";
                return Err((
                    format!("`{}` is known only when the run is over", path.join(".")),
                    Some(help.to_owned()),
                ));
            }
            Ok(quantity)
        });
        let mut error = match resolved {
            Ok(condition) => return Some(condition),
            Err(error) => error,
        };
        let kind = ["always", "never", "eventually"].into_iter().find(|kind| text.trim_start().starts_with(*kind));
        if let Some((kind, rest)) = kind.and_then(|kind| Some((kind, text.trim_start().strip_prefix(kind)?))) {
            error.help = Some(format!("`{kind}` is a key: write `- {kind}: {}`", rest.trim()));
        }
        let span = self.inside(path, text, error.start, error.end);
        let mut finding = Finding::error(Code::BadExpectation, error.message).at(span, "here").path(path);
        if let Some(help) = error.help {
            finding = finding.help(help);
        }
        self.findings.push(finding);
        None
    }

    /// AWS's own two providers are there even where nothing runs on them (PLT-3).
    fn own_providers_in(&mut self, text: &str) {
        let small = text.to_ascii_lowercase();
        for kind in Fargate::ALL {
            let path = format!("capacity_providers.{}.", kind.name());
            let is_known = |known: &String| known == kind.name();
            if small.contains(&path) && !self.cast.providers.rows().iter().any(is_known) {
                self.fargate_provider(kind);
            }
        }
    }

    /// The part of a setting's text from byte `start` to `end`; all of it where quotes or folding hide the place.
    fn inside(&self, path: &str, text: &str, start: usize, end: usize) -> Span {
        let whole = self.tree.nearest_span(path);
        match self.sources.slice(whole).find(text) {
            Some(offset) => {
                let begin = whole.start + offset;
                Span::new(whole.source, begin + start, begin + end.max(start))
            }
            None => whole,
        }
    }
}
