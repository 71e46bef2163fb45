//! What people and programs read: tables, JSON, pictures and the summary on the terminal. Only bytes and text are
//! made here; writing them is the command line's business.

mod cells;
pub mod chart;
mod compare;
mod figures;
mod numbers;
mod packing;
mod pictures;
mod summary_json;
mod tables;
mod terminal;
mod why;
mod words;

pub use compare::{
    COMPARE_COLUMNS, compare_csv, compare_json, compare_markdown, compare_pictures, compare_text, runs_columns,
    runs_csv,
};
pub use figures::Figures;
pub use pictures::{Picture, charts, pictures};
pub use summary_json::summary_json;
pub use tables::{CsvTables, EVENT_COLUMNS, SERVICE_COLUMNS, TASK_COLUMNS, timeseries_columns};
pub use terminal::{last_line, summary_text};
pub use why::{WhyView, why_json, why_text};
