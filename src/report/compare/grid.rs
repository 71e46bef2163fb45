//! A small table of texts, for the terminal and for Markdown.

use std::fmt::Write;

/// Longest name in a table on the terminal.
const NAME: usize = 28;

/// The first column reads from the left, figures from the right.
pub(super) struct Grid {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Grid {
    pub(super) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { head: head.map(ToOwned::to_owned).to_vec(), rows: Vec::new() }
    }

    /// For the terminal: as narrow as its texts, indented by two.
    pub(super) fn text(&self) -> String {
        let mut lines = vec![self.head.clone()];
        lines.extend(self.rows.iter().cloned());
        for line in &mut lines {
            if let Some(name) = line.first_mut() {
                *name = cut(name);
            }
        }
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let mut text = String::new();
        for line in &lines {
            for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
                let _ = if column == 0 { write!(text, "  {cell:<width$}") } else { write!(text, "  {cell:>width$}") };
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }

    /// As Markdown.
    pub(super) fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule: Vec<String> =
            (0..self.head.len()).map(|column| if column == 0 { "---" } else { "---:" }.to_owned()).collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        line(&self.head) + &line(&rule) + &rows
    }
}

/// A long name without its middle: names of a comparison often begin alike.
pub(super) fn cut(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    if chars.len() <= NAME {
        return name.to_owned();
    }
    let head = NAME / 2;
    chars[..head].iter().chain(['…'].iter()).chain(&chars[chars.len() - (NAME - head - 1)..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_texts() {
        let mut grid = Grid::new(["side", "cost"]);
        grid.rows.push(vec!["a".to_owned(), "$10.00".to_owned()]);
        grid.rows.push(vec!["longer".to_owned(), "$1.00".to_owned()]);
        assert_eq!(grid.text(), "  side      cost\n  a       $10.00\n  longer   $1.00\n");
        assert_eq!(grid.markdown(), "| side | cost |\n| --- | ---: |\n| a | $10.00 |\n| longer | $1.00 |\n");
    }

    #[test]
    fn long_names_keep_both_ends() {
        let name = "azure-binpack-memory-registered-one";
        assert_eq!(cut(name), "azure-binpack-…egistered-one");
        assert_eq!(cut(name).chars().count(), NAME);
    }
}
