//! A small table of texts, for the terminal and for Markdown.

use crate::report::sheet::Sheet;

/// The first column reads from the left, figures from the right.
pub(super) struct Grid {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// Figures from the least important on: which are left out first where there is no room. Without, from the last.
    pub(super) dispensable: &'static [&'static str],
}

impl Grid {
    pub(super) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { head: head.map(ToOwned::to_owned).to_vec(), rows: Vec::new(), dispensable: &[] }
    }

    /// For the terminal.
    pub(super) fn sheet(&self) -> Sheet {
        let column = |row: usize| self.rows.iter().map(|cells| cells[row].clone()).collect();
        let mut sheet = Sheet::new(&self.head[0], column(0));
        for (row, title) in self.head.iter().enumerate().skip(1) {
            sheet.column(title, self.rank(row, title), column(row));
        }
        sheet
    }

    /// 0 stays in any case, the highest goes first.
    fn rank(&self, row: usize, title: &str) -> u8 {
        let rank = match self.dispensable.iter().position(|name| *name == title) {
            Some(place) => self.dispensable.len() - place,
            None if self.dispensable.is_empty() && row > 1 => row,
            None => 0,
        };
        u8::try_from(rank).unwrap_or(u8::MAX)
    }

    /// Its first column and those of a range.
    pub(super) fn part(&self, columns: std::ops::Range<usize>) -> Self {
        let cut = |cells: &Vec<String>| [&cells[..1], &cells[columns.clone()]].concat();
        Self { head: cut(&self.head), rows: self.rows.iter().map(cut).collect(), ..*self }
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
