//! What longshore says about itself: findings explained, rules looked up, tables listed, scenarios to begin with.
//!
//! All of it is text made from what the rest of the program knows, so that it cannot say something else. The command
//! line prints it, and tests keep the generated pages of `docs/` fresh with it.

mod catalogue;
mod examples;
mod explain;
mod listing;
mod price;
mod rules;
mod templates;
mod words;

pub use catalogue::{Filters, Question, Table};
pub use examples::{Example, examples};
pub use explain::{errors_page, explain, explain_json, list_codes};
pub use listing::{Cell, Column, Listing};
pub use price::PriceQuestion;
pub use rules::{RuleEntry, nearest_subject, rule, rules};
pub use templates::Template;
