//! A small table of texts, for the terminal and for Markdown.

use crate::report::sheet::Sheet;

/// The first column reads from the left, figures from the right.
pub(super) struct Grid {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Grid {
    pub(super) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { head: head.map(ToOwned::to_owned).to_vec(), rows: Vec::new() }
    }

    /// For the terminal; where there is no room, the last figures are left out first.
    pub(super) fn sheet(&self) -> Sheet {
        let column = |row: usize| self.rows.iter().map(|cells| cells[row].clone()).collect();
        let mut sheet = Sheet::new(&self.head[0], column(0));
        for (row, title) in self.head.iter().enumerate().skip(1) {
            let rank = if row == 1 { 0 } else { u8::try_from(row).unwrap_or(u8::MAX) };
            sheet.column(title, rank, column(row));
        }
        sheet
    }

    /// Its first column and those of a range.
    pub(super) fn part(&self, columns: std::ops::Range<usize>) -> Self {
        let cut = |cells: &Vec<String>| [&cells[..1], &cells[columns.clone()]].concat();
        Self { head: cut(&self.head), rows: self.rows.iter().map(cut).collect() }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_reads_figures_from_the_right() {
        let mut grid = Grid::new(["side", "cost", "peak"]);
        grid.rows.push(vec!["a".to_owned(), "$10.00".to_owned(), "3".to_owned()]);
        assert_eq!(grid.part(1..2).markdown(), "| side | cost |\n| --- | ---: |\n| a | $10.00 |\n");
        assert_eq!(grid.part(2..3).rows, [["a", "3"]]);
    }
}
