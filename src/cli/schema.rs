//! `longshore schema`: JSON Schemas of what longshore reads and writes.

use super::{Exit, print};
use crate::report::summary_schema;
use crate::scenario;
use clap::{Args, ValueEnum};

/// Print a JSON Schema, for editors and other programs.
///
/// Draft-07, made from the language itself. It knows each key, its kind, range and units; what needs more, such as
/// names that refer to each other, is found by `longshore check`. docs/editors.md says how editors find it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longshore schema > scenario.schema.json
  longshore schema summary     of summary.json, which a run writes

The first line of a scenario beside that file, for editors:
  # yaml-language-server: $schema=scenario.schema.json

Exit code: 0")]
pub(super) struct Schema {
    /// Of what
    #[arg(value_enum, default_value_t = Of::Scenario)]
    of: Of,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// A scenario file
    Scenario,
    /// The file summary.json of a run
    Summary,
}

pub(super) fn schema(arguments: &Schema) -> Exit {
    let text = match arguments.of {
        Of::Scenario => scenario::schema(),
        Of::Summary => summary_schema().to_owned(),
    };
    print(&text, Exit::Fine)
}
