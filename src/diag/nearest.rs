//! Which known word the user probably meant.

/// The candidate nearest to a word, if one is near enough to be worth saying.
///
/// A candidate that differs only in case, in `-` for `_`, or in camelCase is
/// taken at once; else the Damerau-Levenshtein distance decides, and a third of
/// the letters may be wrong. Among equals the first candidate wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A distance takes length × length steps, and no setting is that long.
    if word.is_empty() || word.len() > 100 {
        return None;
    }
    let plain = squashed(word);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = squashed(candidate);
        if plain == other {
            return Some(candidate);
        }
        let distance = strsim::damerau_levenshtein(&plain, &other);
        let allowed = (plain.chars().count().max(other.chars().count()) / 3).max(1);
        let shared = distance < plain.chars().count().max(other.chars().count());
        if shared && distance <= allowed && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The letters and digits of a word in lower case: how the same name looks in
/// `snake_case`, `kebab-case`, `camelCase` and `Title Case`.
fn squashed(word: &str) -> String {
    word.chars()
        .filter(|c| !matches!(c, '_' | '-' | ' ' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}
