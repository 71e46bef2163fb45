//! Which known word the user probably meant.

/// The candidate nearest to a word, if one is near enough to be worth saying.
///
/// A candidate that differs only in case, in `-` for `_`, or in camelCase is
/// taken at once; else the Damerau-Levenshtein distance decides (the variant
/// that changes no letter twice), and a third of the letters may be wrong. Among equals the first candidate wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A distance takes length × length steps, and no setting is that long.
    if word.is_empty() || word.len() > 100 {
        return None;
    }
    let plain = squashed(word);
    let length = plain.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = squashed(candidate);
        if plain == other {
            return Some(candidate);
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
        if near && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The letters and digits of a word in lower case: how the same name looks in
/// `snake_case`, `kebab-case`, `camelCase` and `Title Case`.
fn squashed(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.')).flat_map(char::to_lowercase).collect()
}
