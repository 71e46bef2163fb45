//! What a run leaves behind for people: charts, and the pages that hold them.

pub mod chart;
