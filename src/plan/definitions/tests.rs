//! Task definitions, worked out by hand.
