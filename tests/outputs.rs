//! What a run shows and writes, read by others: tables by a strict reader, the summary by a validator of schemas, the
//! text on the terminal as it is on file.

mod support;

#[path = "outputs/csv.rs"]
mod csv;
#[path = "support/draft7.rs"]
mod draft7;
#[path = "support/rfc4180.rs"]
mod rfc4180;
#[path = "outputs/schema.rs"]
mod schema;
#[path = "outputs/terminal.rs"]
mod terminal;
#[path = "outputs/warm_up.rs"]
mod warm_up;
