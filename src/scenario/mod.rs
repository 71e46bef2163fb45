//! The scenario language: text → [`Node`] tree with places → checked shape →
//! plain values for serde.
//!
//! [`load`] reads a text within fixed bounds, [`check`] compares the tree with
//! a [`Shape`] and reports every structural mistake at once, [`typed`] makes the
//! value that serde turns into the raw structs.

mod complaints;
mod flaws;
mod places;
mod reader;
mod scalar;
mod shape;
mod syntax;
mod tree;
mod value;
mod walk;

#[cfg(test)]
mod tests;

pub use flaws::flaws;
pub use reader::{MAX_BYTES, MAX_DEPTH, MAX_EXPANDED_BYTES, MAX_NODES, load, read};
pub use scalar::{Resolved, resolve};
pub use shape::{Key, MapShape, Quantity, Shape, key};
pub use tree::{Entry, Kind, Node};
pub use value::{plain, typed};
pub use walk::check;
