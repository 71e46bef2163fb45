//! Finding lines of an embedded CSV by their first fields, without reading the rest.

/// A CSV text with a heading line and no quotes.
pub(super) struct Lines(pub(super) &'static str);

impl Lines {
    /// All rows but the heading.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'static str> {
        self.0.lines().skip(1).filter(|line| !line.is_empty())
    }

    /// The first row that begins with these fields.
    pub(super) fn find(&self, fields: &[&str]) -> Option<&'static str> {
        if fields.iter().any(|field| field.is_empty() || field.contains([',', '\n'])) {
            return None;
        }
        let wanted = format!("\n{},", fields.join(","));
        let start = self.0.find(&wanted)? + 1;
        self.0[start..].lines().next()
    }
}
