//! What people and programs read: tables, JSON, pictures and the summary on the terminal. Only bytes and text are
//! made here; writing them is the command line's business.

mod attribution_table;
mod cells;
pub mod chart;
mod compare;
mod cost_table;
mod figures;
mod findings;
mod numbers;
mod packing;
mod pictures;
mod screen;
mod sheet;
mod spark;
mod summary_json;
mod tables;
mod terminal;
mod unit_costs;
mod why;
mod words;

pub use attribution_table::{ATTRIBUTION_COLUMNS, write_attribution_table};
pub use compare::{
    COMPARE_COLUMNS, compare_csv, compare_json, compare_markdown, compare_pictures, compare_text, runs_columns,
    runs_csv,
};
pub use cost_table::{COST_COLUMNS, write_cost_table};
pub use figures::Figures;
pub use pictures::{Picture, charts, pictures};
pub use screen::{Screen, WIDTHS};
pub use summary_json::{summary_json, summary_schema};
pub use tables::{
    CsvTables, EVENT_COLUMNS, INSTANCE_COLUMNS, SERVICE_COLUMNS, TASK_COLUMNS, capacity_columns, timeseries_columns,
};
pub use terminal::{Surroundings, last_line, summary_text};
pub use why::{WhyView, why_json, why_text};

/// The series of a run, as [`CsvTables::finish`] hands them back for curves and charts.
pub type Series = Vec<crate::record::BucketRow>;
