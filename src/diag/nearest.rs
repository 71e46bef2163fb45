//! Which known word the user probably meant.

use std::cmp::Reverse;

/// Words with more bytes are compared with nothing.
const LONGEST: usize = 100;
/// With fewer letters a word that stands in another says nothing: `at`, `on`.
const SHORTEST: usize = 3;

/// What AWS calls a setting → what it is called here, where neither looks like the other.
const AWS_NAMES: [(&str, &str); 6] = [
    ("network_configuration", "subnets"),
    ("awsvpc_configuration", "subnets"),
    ("schedule_expression_timezone", "timezone"),
    ("resource_requirements", "gpus"),
    ("number_of_tasks", "count"),
    ("expression", "member_of"),
];

/// The candidate nearest to a word, if one is near enough to be worth saying.
///
/// A candidate that differs only in case, in `-` for `_`, or in camelCase is
/// taken at once; else the Damerau-Levenshtein distance decides (the variant
/// that changes no letter twice), and a third of the letters may be wrong. Among equals the one with the same
/// letters wins (`form` is `from`), then the one that begins alike for longer, and then the first.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    by_letters(word, candidates).map(|(_, candidate)| candidate)
}

/// The setting that a key which does not exist was probably meant to be: misspelt, called as AWS calls it, or with
/// words too many or too few (`hostPort` for `host`, `desired` for `desired_count`).
pub fn nearest_setting<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let spelt = by_letters(word, candidates.iter().copied());
    let (letters, plain) = (word.chars().count(), squashed(word));
    // a fifth of the letters wrong is a typing mistake, more may be another word
    if let Some((distance, candidate)) = spelt
        && distance <= (letters / 5).max(1)
    {
        return Some(candidate);
    }
    let called_by_aws = AWS_NAMES.iter().filter(|(theirs, _)| squashed(theirs) == plain);
    let ours = called_by_aws.filter_map(|(_, ours)| candidates.iter().copied().find(|candidate| candidate == ours));
    ours.into_iter().next().or_else(|| by_words(word, &candidates)).or(spelt.map(|(_, candidate)| candidate))
}

/// The setting of which a key is a typing mistake for sure: but for a fifth of its letters the same.
pub fn misspelt<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (distance, candidate) = by_letters(word, candidates)?;
    (distance * 5 <= word.chars().count()).then_some(candidate)
}
/// The lesser is the nearer: letters wrong, whether the letters are others, how many begin alike.
type Rank = (usize, bool, Reverse<usize>);

/// The nearest by single letters, and how many of them are wrong.
fn by_letters<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<(usize, &'a str)> {
    // A distance takes length × length steps, and no setting is that long.
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let plain = squashed(word);
    let length = plain.chars().count();
    let letters = sorted(&plain);
    let mut best: Option<(Rank, &str)> = None;
    for candidate in candidates {
        let other = squashed(candidate);
        if plain == other {
            return Some((0, candidate));
        }
        let other_length = other.chars().count();
        let longer = length.max(other_length);
        let allowed = (longer / 3).max(1);
        // The difference in length is the least the distance can be.
        if length.abs_diff(other_length) > allowed {
            continue;
        }
        let distance = strsim::osa_distance(&plain, &other);
        let near = distance <= allowed && distance < longer;
        let alike = plain.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
        let rank = (distance, sorted(&other) != letters, Reverse(alike)); // letters are swapped more often than lost
        if near && best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, candidate));
        }
    }
    best.map(|((distance, ..), candidate)| (distance, candidate))
}

/// The letters of a word in the order of the alphabet.
fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// The longest candidate whose words all stand in a key; else the only one in which all words of the key stand, or
/// that begins with the key.
fn by_words<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let (own, plain) = (words(word), squashed(word));
    let mut longest: Option<(usize, &str)> = None;
    let (mut longer, mut how_many) = (None, 0);
    for candidate in candidates {
        let theirs = words(candidate);
        let letters: usize = theirs.iter().map(|word| word.chars().count()).sum();
        if letters >= SHORTEST && own.windows(theirs.len().max(1)).any(|part| part == theirs) {
            if longest.is_none_or(|(most, _)| letters > most) {
                longest = Some((letters, candidate));
            }
        } else if plain.chars().count() >= SHORTEST
            && (theirs.windows(own.len().max(1)).any(|part| part == own) || squashed(candidate).starts_with(&plain))
        {
            longer = Some(*candidate);
            how_many += 1;
        }
    }
    longest.map(|(_, candidate)| candidate).or(longer.filter(|_| how_many == 1))
}

/// The words of a name in `snake_case`, `kebab-case` or `camelCase`, in lower case and singular.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in name.chars() {
        let divides = matches!(c, '_' | '-' | ' ' | '.');
        if divides || (c.is_uppercase() && after_small) {
            words.push(String::new());
        }
        if let (false, Some(word)) = (divides, words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    for word in &mut words {
        if word.len() > SHORTEST && word.ends_with('s') {
            word.pop();
        }
    }
    words
}

/// The letters and digits of a word in lower case: how the same name looks in
/// `snake_case`, `kebab-case`, `camelCase` and `Title Case`.
fn squashed(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What AWS calls things, in the blocks where they are written.
    #[test]
    fn settings_are_found_by_aws_names() {
        let service = ["task_definition", "scheduling_strategy", "desired_count", "capacity_provider_strategy"]
            .into_iter()
            .chain(["launch_type", "subnets", "placement", "placement_constraints", "load", "load_balancer"]);
        let instance = ["type", "count", "file", "columns", "name", "zone", "registered_cpu", "attributes"];
        let definition = ["file", "family", "cpu", "memory", "containers", "network_mode", "ports", "gpus"];
        let tasks = ["task_definition", "at", "schedule", "timezone", "start", "end", "count", "start_time", "on"];
        for (written, meant) in [
            ("placement_strategy", "placement"),
            ("placementStrategy", "placement"),
            ("desired", "desired_count"),
            ("networkConfiguration", "subnets"),
            ("loadBalancers", "load_balancer"),
            ("desired_cuont", "desired_count"),
        ] {
            assert_eq!(nearest_setting(written, service.clone()), Some(meant), "{written}");
        }
        for (written, meant) in [("availability_zone", "zone"), ("instance_type", "type"), ("instanceType", "type")] {
            assert_eq!(nearest_setting(written, instance), Some(meant), "{written}");
        }
        for (written, meant) in [
            ("container_definitions", "containers"),
            ("portMappings", "ports"),
            ("gpu", "gpus"),
            ("cpus", "cpu"),
            ("memory_mib", "memory"),
        ] {
            assert_eq!(nearest_setting(written, definition), Some(meant), "{written}");
        }
        for (written, meant) in [
            ("schedule_expression", "schedule"),
            ("ScheduleExpressionTimezone", "timezone"),
            ("start_date", "start"),
            ("start_tiems", "start_time"),
        ] {
            assert_eq!(nearest_setting(written, tasks), Some(meant), "{written}");
        }
        for (written, meant) in [("hostPort", "host"), ("host_port", "host"), ("containerPort", "container")] {
            assert_eq!(nearest_setting(written, ["container", "host", "protocol"]), Some(meant), "{written}");
        }
        assert_eq!(nearest_setting("capacityProvider", ["provider", "base", "weight"]), Some("provider"));
        assert_eq!(nearest_setting("form", ["for", "from", "to"]), Some("from"));
    }

    /// A word of two letters stands in many names, and one that stands in several settings names none.
    #[test]
    fn what_says_too_little_finds_nothing() {
        assert_eq!(nearest_setting("on_failure", ["on", "at", "count"]), None);
        assert_eq!(nearest_setting("time", ["start_time", "exit_time"]), None);
        assert_eq!(nearest_setting("", ["at"]), None);
        assert_eq!(nearest_setting(&"port_".repeat(1000), ["ports"]), None);
    }
}
