//! Checks the description of the language itself; for its tests.

use super::reader::read;
use super::shape::{Key, MapShape, Shape};
use super::walk::check;
use crate::diag::{Findings, Sources};

/// What is wrong with a shape and all it contains: keys that stand twice or are
/// not explained, examples that do not parse, defaults that would be refused.
pub fn flaws(shape: &'static Shape) -> Vec<String> {
    let mut inspector = Inspector::default();
    inspector.shape(shape, "");
    inspector.flaws
}

#[derive(Default)]
struct Inspector {
    flaws: Vec<String>,
    /// Blocks that were seen: a language may contain itself.
    seen: Vec<&'static MapShape>,
}

impl Inspector {
    fn shape(&mut self, shape: &'static Shape, path: &str) {
        match shape {
            Shape::List { of, min, max } => {
                self.order(min <= max, path);
                self.shape(of, &format!("{path}[]"));
            }
            Shape::Dict { names, of, min, max } => {
                self.order(min <= max, path);
                self.shape(names, &format!("{path}.*"));
                self.shape(of, &format!("{path}.*"));
            }
            Shape::Map(map) | Shape::OneKey(map) => self.map(map, path),
            Shape::Either(shapes) => shapes.iter().for_each(|shape| self.shape(shape, path)),
            Shape::Integer { min, max } => self.order(min <= max, path),
            Shape::Decimal { min, max } => self.order(min <= max, path),
            Shape::Text { min, max } => self.order(min <= max, path),
            Shape::OneOf(words) => self.order(!words.is_empty(), path),
            Shape::Quantity(quantity) => {
                self.order(!quantity.examples.is_empty(), path);
                for example in quantity.examples {
                    if let Err(reason) = (quantity.parse)(example) {
                        self.flaws.push(format!("{path}: `{example}`: {reason}"));
                    }
                }
            }
            Shape::File | Shape::Name | Shape::Bool | Shape::Anything => {}
        }
    }

    fn map(&mut self, map: &'static MapShape, path: &str) {
        if self.seen.iter().any(|seen| std::ptr::eq(*seen, map)) {
            return;
        }
        self.seen.push(map);
        for (i, key) in map.keys.iter().enumerate() {
            let path = format!("{path}.{}", key.name);
            if map.keys[..i].iter().any(|other| other.name == key.name) {
                self.flaws.push(format!("{path}: stands twice"));
            }
            if key.doc.is_empty() && key.later.is_none() {
                self.flaws.push(format!("{path}: is not explained"));
            }
            self.default_of(key, &path);
            self.shape(key.shape, &path);
        }
    }

    fn default_of(&mut self, key: &'static Key, path: &str) {
        let Some(default) = key.default else {
            return;
        };
        if key.required {
            self.flaws.push(format!("{path}: is required and has a default"));
        }
        let mut sources = Sources::new();
        let mut findings = Findings::new();
        let id = sources.add("default", default);
        if let Some(node) = read(&sources, id, &mut findings) {
            check(key.shape, &node, &mut findings);
        }
        for finding in &findings {
            self.flaws.push(format!("{path}: `{default}`: {}", finding.message));
        }
    }

    fn order(&mut self, fine: bool, path: &str) {
        if !fine {
            self.flaws.push(format!("{path}: nothing could be allowed"));
        }
    }
}
