//! A small table on the terminal: the first column names, the others are figures that end at the right border. What
//! does not fit is shortened (names) or left out (figures, the least important first).

use super::screen::{Screen, width_of};

/// Columns between two cells.
const GAP: usize = 2;
/// Indent of all lines.
const INDENT: usize = 2;
/// Narrowest column of names while figures can be left out instead.
const LEAST_NAME: usize = 16;
/// Width that a column of figures has where there is room for it.
const GOOD_FIGURE: usize = 12;

/// A table to be.
pub(super) struct Sheet {
    names: (String, Vec<String>),
    /// Columns that names keep before figures are left out.
    least_name: usize,
    columns: Vec<Column>,
}

struct Column {
    title: String,
    /// 0 stays in any case; of the others the highest goes first.
    rank: u8,
    cells: Vec<String>,
}

impl Sheet {
    /// With the title and the cells of its first column.
    pub(super) fn new(title: &str, names: Vec<String>) -> Self {
        Self { names: (title.to_owned(), names), least_name: LEAST_NAME, columns: Vec::new() }
    }

    /// Names say more than the figures beside them: they keep so many columns.
    pub(super) fn keep_names(&mut self, width: usize) {
        self.least_name = width;
    }

    /// A column of figures, one for each name.
    pub(super) fn column(&mut self, title: &str, rank: u8, cells: Vec<String>) -> &mut Self {
        self.columns.push(Column { title: title.to_owned(), rank, cells });
        self
    }

    /// Writes the table as wide as the screen.
    pub(super) fn write(mut self, text: &mut String, screen: &Screen) {
        let longest = self.names.1.iter().map(|name| width_of(&screen.plain(name))).max().unwrap_or(0);
        let wanted = longest.max(width_of(&self.names.0));
        let mut left_out = Vec::new();
        while self.room_for_names(screen) < wanted.min(self.least_name) {
            let Some(column) = self.drop_one() else { break };
            left_out.push(column.title);
        }
        let room = self.room_for_names(screen).max(1);
        let names = screen.names(self.names.1.iter().map(String::as_str), room);
        let mut widths: Vec<usize> = self.columns.iter().map(|column| column.width(screen)).collect();
        let mut spare = room.saturating_sub(wanted);
        for width in &mut widths {
            let more = GOOD_FIGURE.saturating_sub(*width).min(spare);
            (*width, spare) = (*width + more, spare - more);
        }
        let room = screen.width().saturating_sub(INDENT + widths.iter().map(|width| width + GAP).sum::<usize>());
        let title = screen.name(&self.names.0, room);
        let titles = self.columns.iter().map(|column| column.title.clone()).collect();
        write_line(text, (&title, room), titles, &widths, screen);
        for (row, name) in names.iter().enumerate() {
            let cells = self.columns.iter_mut().map(|column| std::mem::take(&mut column.cells[row])).collect();
            write_line(text, (name, room), cells, &widths, screen);
        }
        if !left_out.is_empty() {
            screen.wrapped(text, "  ", &format!("(no room for: {})", left_out.join(", ")), 4);
        }
    }

    /// Whether all figures have room beside the names.
    pub(super) fn fits(&self, screen: &Screen) -> bool {
        let longest = self.names.1.iter().map(|name| width_of(&screen.plain(name))).max().unwrap_or(0);
        self.room_for_names(screen) >= longest.max(width_of(&self.names.0)).min(self.least_name)
    }

    fn room_for_names(&self, screen: &Screen) -> usize {
        let figures: usize = self.columns.iter().map(|column| column.width(screen) + GAP).sum();
        screen.width().saturating_sub(INDENT + figures)
    }

    /// Leaves the least important column out, if one may go.
    fn drop_one(&mut self) -> Option<Column> {
        let may_go = (0..self.columns.len()).filter(|row| self.columns[*row].rank > 0);
        let last = may_go.max_by_key(|row| self.columns[*row].rank)?;
        Some(self.columns.remove(last))
    }
}

impl Column {
    fn width(&self, screen: &Screen) -> usize {
        let cells = self.cells.iter().map(|cell| width_of(&screen.keep_to_ascii(cell.clone())));
        cells.max().unwrap_or(0).max(width_of(&self.title))
    }
}

fn write_line(text: &mut String, (name, room): (&str, usize), cells: Vec<String>, widths: &[usize], screen: &Screen) {
    let mut line = format!("{}{name}{}", " ".repeat(INDENT), " ".repeat(room.saturating_sub(width_of(name))));
    for (cell, width) in cells.into_iter().zip(widths) {
        let cell = screen.keep_to_ascii(cell);
        line.push_str(&" ".repeat(GAP + width.saturating_sub(width_of(&cell))));
        line.push_str(&cell);
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new("service", vec!["web".to_owned(), "a-service-with-a-long-name".to_owned()]);
        sheet.column("desired", 0, vec!["12".to_owned(), "3".to_owned()]);
        sheet.column("requests", 1, vec!["1,000,000".to_owned(), "-".to_owned()]);
        sheet.column("CPU used", 2, vec!["16.0 %".to_owned(), "-".to_owned()]);
        sheet
    }

    #[test]
    fn figures_end_at_the_border() {
        let mut text = String::new();
        sheet().write(&mut text, &Screen::default());
        // 80 = 2 + name + (2 + 12) + (2 + 12) + (2 + 12): 36 for the names
        // the columns end at 52, 66 and 80
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "  service                                    desired      requests      CPU used");
        assert_eq!(lines[1], "  web                                             12     1,000,000        16.0 %");
        assert_eq!(lines[2], "  a-service-with-a-long-name                       3             -             -");
    }

    #[test]
    fn what_is_narrow_loses_figures_before_names() {
        let mut text = String::new();
        sheet().write(&mut text, &Screen::new(40, false, false));
        // 2 + name + (2 + 7) + (2 + 9) = 40: 18 for the names
        assert_eq!(
            text,
            "  service             desired   requests\n  \
               web                      12  1,000,000\n  \
               a-servic…long-name        3          -\n  (no room for: CPU used)\n"
        );
        assert!(text.lines().all(|line| width_of(line) <= 40));
    }
}
