//! Which word was probably meant.

/// The candidate nearest to a word, if one is near enough to be worth saying: at most a third of its letters wrong, the
/// case and signs between the words not counted. The first of equals.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // a distance takes length × length steps, and no word of the language is that long
    if word.len() > 100 {
        return None;
    }
    let plain = squashed(word);
    let near = candidates.into_iter().filter_map(|candidate| {
        let other = squashed(candidate);
        let longer = plain.chars().count().max(other.chars().count());
        let distance = strsim::osa_distance(&plain, &other);
        (!plain.is_empty() && distance <= (longer / 3).max(1) && distance < longer).then_some((distance, candidate))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

fn squashed(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
