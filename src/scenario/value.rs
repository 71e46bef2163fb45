//! Tree → plain values for serde. Places stay behind in the tree.

use super::scalar::Resolved;
use super::shape::Shape;
use super::tree::{Kind, Node};
use serde_yaml::{Mapping, Number, Value};

/// The value by YAML's core schema alone. Keys are always text.
pub fn plain(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar { text, .. } => match node.resolved() {
            Some(Resolved::Null) => Value::Null,
            Some(Resolved::Bool(value)) => Value::Bool(value),
            Some(Resolved::Integer(value)) => integer(value),
            Some(Resolved::Float(value)) => Value::Number(Number::from(value)),
            Some(Resolved::Text) | None => Value::String(text.clone()),
        },
        Kind::List(items) => Value::Sequence(items.iter().map(plain).collect()),
        Kind::Map(entries) => entries
            .iter()
            .map(|entry| (Value::String(entry.key.clone()), plain(&entry.value)))
            .collect::<Mapping>()
            .into(),
    }
}

/// The value as its shape means it: where a text, name, keyword or quantity
/// belongs, what the user wrote becomes text, digit for digit. So `0.1` as a
/// price never passes through a binary fraction, and the name `007` stays.
pub fn typed(node: &Node, shape: &'static Shape) -> Value {
    let Some(shape) = shape.chosen(node) else {
        return plain(node);
    };
    match (&node.kind, shape) {
        (
            Kind::Scalar { text, .. },
            Shape::Text { .. } | Shape::File | Shape::Name | Shape::Quantity(_) | Shape::OneOf(_),
        ) if !node.is_null() => Value::String(text.clone()),
        (Kind::List(items), Shape::List { of, .. }) => {
            Value::Sequence(items.iter().map(|item| typed(item, of)).collect())
        }
        (Kind::Map(entries), Shape::Dict { .. } | Shape::Map(_) | Shape::OneKey(_)) => {
            let value = |key: &str, node: &Node| match shape {
                Shape::Dict { of, .. } => typed(node, of),
                Shape::Map(map) | Shape::OneKey(map) => match map.key(key) {
                    Some(key) => typed(node, key.shape),
                    None => plain(node),
                },
                _ => plain(node),
            };
            entries.iter().map(|e| (Value::String(e.key.clone()), value(&e.key, &e.value))).collect::<Mapping>().into()
        }
        _ => plain(node),
    }
}

/// Whole numbers beyond 64 bits become floats, which every range check refuses.
fn integer(value: i128) -> Value {
    let small = i64::try_from(value).map(Number::from);
    let number = small.or_else(|_| u64::try_from(value).map(Number::from));
    #[expect(clippy::cast_precision_loss, reason = "only its size matters from here on")]
    Value::Number(number.unwrap_or_else(|_| Number::from(value as f64)))
}
