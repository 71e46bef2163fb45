//! The rules that messages cite, as `docs/rules.md` has them.

use super::words::wrapped;
use crate::diag::nearest;
use serde_json::{Value, json};
use std::fmt::Write;

/// The page of rules.
const PAGE: &str = include_str!("../../docs/rules.md");

/// A rule that longshore cites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleEntry {
    /// Its number: `ECS-310`.
    pub number: &'static str,
    /// What it states, in a sentence.
    pub states: &'static str,
    /// How it is known: `fact`, `choice`, `model`, `recalled`; of what courses say, how far it holds.
    pub standing: &'static str,
    /// Where it is followed, and how far; in Markdown. Nothing for what courses say.
    implemented: &'static str,
    /// What fails if it is broken, in Markdown; the lesson of what courses say.
    pinned: &'static str,
}

/// All rules, in the order of the page.
pub fn rules() -> impl Iterator<Item = RuleEntry> {
    PAGE.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
        let (number, states, standing) = (cells.next()?, cells.next()?, cells.next()?);
        let (family, digits) = number.split_once('-')?;
        let is_rule = family.bytes().all(|c| c.is_ascii_uppercase()) && digits.bytes().all(|c| c.is_ascii_digit());
        let (third, fourth) = (cells.next()?, cells.next());
        let (implemented, pinned) = fourth.map_or(("", third), |fourth| (third, fourth));
        Some(RuleEntry { number, states, standing, implemented, pinned }).filter(|_| is_rule && !digits.is_empty())
    })
}

/// The rule of a number, in any case: `ecs-310`.
pub fn rule(number: &str) -> Option<RuleEntry> {
    rules().find(|rule| rule.number.eq_ignore_ascii_case(number.trim()))
}

/// The code or rule that was probably meant.
pub fn nearest_subject(text: &str) -> Option<&'static str> {
    let is_code = text.trim().get(..2).is_some_and(|start| start.eq_ignore_ascii_case("ls"));
    if is_code {
        nearest(text.trim(), crate::diag::Code::ALL.iter().map(|code| code.id()))
    } else {
        nearest(text.trim(), rules().map(|rule| rule.number))
    }
}

impl RuleEntry {
    /// For a person.
    pub fn text(&self) -> String {
        let mut text = wrapped(&format!("{}: {}", self.number, self.states), 78, "");
        let standing = match self.standing {
            "fact" => "a fact, read in AWS's own documents or source, or measured",
            "choice" => "a choice of longshore: AWS publishes nothing",
            "model" => "a model of longshore's own",
            "recalled" => "known from experience, without a source",
            other => other,
        };
        let _ = write!(text, "\nStanding: {standing}\n");
        for (what, cell) in [("Followed in", self.implemented), ("Shown by", self.pinned)] {
            let targets = targets(cell);
            if !targets.is_empty() {
                let _ = writeln!(text, "{what}:");
                for target in targets {
                    let _ = writeln!(text, "  {target}");
                }
            }
        }
        text.push_str("\nThe number stands in `docs/rules.md`, and in comments and tests.\n");
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "rule": self.number,
            "states": self.states,
            "standing": self.standing,
            "implemented_in": targets(self.implemented),
            "pinned_by": targets(self.pinned),
        })
    }
}

/// The files that a cell of Markdown links to, from the repository's root.
fn targets(cell: &str) -> Vec<String> {
    let links = cell.split("](").skip(1).filter_map(|part| part.split([')', '#']).next());
    links.map(|link| link.strip_prefix("../").map_or_else(|| format!("docs/{link}"), ToOwned::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_by_their_number() {
        assert!(rules().count() > 150);
        let rule = rule("ecs-310").unwrap();
        assert_eq!((rule.number, rule.standing), ("ECS-310", "fact"));
        assert!(rule.text().contains("src/placement/binpack.rs"), "{}", rule.text());
        assert!(super::rule("ECS-").is_none() && super::rule("rule").is_none() && super::rule("---").is_none());
        assert!(super::rule("SEED-2").unwrap().text().contains("scenarios/lessons/seed-002-one-region.yaml"));
        assert_eq!(nearest_subject("LS01O4"), Some("LS0104"));
    }
}
