//! File names from names that a scenario chose.

use std::collections::BTreeSet;

/// Longest part of a name that comes from a scenario.
const LONGEST: usize = 60;

/// A file name for each name: harmless on any system, and no two equal, whatever a system thinks of capitals.
pub(in crate::report) fn file_names<'n>(prefix: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut file_name = |name: &str| {
        let plain = format!("{prefix}{}", harmless(name));
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let mut wanted = std::iter::once(plain.clone()).chain(numbered);
        let free = wanted.find(|wanted| taken.insert(wanted.to_ascii_lowercase()));
        free.unwrap_or(plain)
    };
    names.into_iter().map(&mut file_name).collect()
}

/// Letters, digits, `-`, `_`, and dots between them.
fn harmless(name: &str) -> String {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let text: String = name.chars().take(LONGEST).map(|c| if fine(c) { c } else { '_' }).collect();
    text.trim_matches('.').replace("..", "__")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_names_are_one_file() {
        let names = ["web", "Web", "web-2", "a/b", "a:b", "..", "../../x", "con."];
        let expected = ["t-web", "t-Web-2", "t-web-2-2", "t-a_b", "t-a_b-2", "t-", "t-____x", "t-con"];
        assert_eq!(file_names("t-", names), expected);
        let odd = file_names("t-", ["Größe\u{1b}[31m\\x"]);
        assert_eq!(odd, ["t-Gr__e__31m_x"]);
        assert_eq!(file_names("", ["x".repeat(10_000).as_str()])[0].len(), LONGEST);
    }
}
