//! The scenario language as a JSON Schema (draft-07), for editors and other programs.
//!
//! It is made from the same tables that check a text, so that the two cannot disagree. It says what a schema can say:
//! keys, kinds, ranges, units. What needs more, such as names that refer to each other, is left to `longshore check`.

use super::language::SCENARIO;
use super::shape::{Key, MapShape, Numbers, Quantity, Shape, with_article};
use super::walk::{FILE_NAME_AT_MOST, NAME_AT_MOST};
use serde_json::{Map, Value, json};
use std::collections::VecDeque;

/// The schema of a scenario file.
pub fn schema() -> String {
    let (mut whole, mut changes) = (Blocks::default(), Blocks { of_changes: true, ..Blocks::default() });
    let (scenario, variant) = (whole.shape(&SCENARIO), changes.shape(&SCENARIO));
    let mut definitions = whole.definitions();
    definitions.extend(changes.definitions());
    let root = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A scenario of longshore",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": variant,
        "else": scenario,
        "definitions": definitions,
    });
    let mut text = serde_json::to_string_pretty(&root).expect("text keys");
    text.push('\n');
    text
}

/// Blocks that are referred to, each with the name it has under `definitions`.
#[derive(Default)]
struct Blocks {
    /// Of a scenario that extends another one: nothing is required, and `null` takes a setting away.
    of_changes: bool,
    named: Vec<(String, &'static MapShape)>,
    /// Those whose keys are still to be written down.
    open: VecDeque<Block>,
}

/// A block to be written down.
struct Block {
    name: String,
    map: &'static MapShape,
    /// Whether it has exactly one of its keys.
    one_key: bool,
}

impl Blocks {
    /// All blocks that can be reached, written down.
    fn definitions(mut self) -> Map<String, Value> {
        let mut written = Map::new();
        while let Some(Block { name, map, one_key }) = self.open.pop_front() {
            let block = self.block(map, one_key);
            written.insert(name, block);
        }
        written
    }

    /// The name of a block, which is asked for from now on. Blocks of one title are told apart by a number.
    fn name(&mut self, map: &'static MapShape, one_key: bool) -> String {
        if let Some((name, _)) = self.named.iter().find(|(_, named)| std::ptr::eq(*named, map)) {
            return name.clone();
        }
        let slug = format!("{}{}", if self.of_changes { "changed_" } else { "" }, slug(map.title));
        let same = self.named.iter().filter(|(name, _)| name.trim_end_matches(|c: char| c.is_ascii_digit()) == slug);
        let name = match same.count() {
            0 => slug,
            others => format!("{slug}{}", others + 1),
        };
        self.named.push((name.clone(), map));
        self.open.push_back(Block { name: name.clone(), map, one_key });
        name
    }

    fn block(&mut self, map: &'static MapShape, one_key: bool) -> Value {
        let properties: Map<String, Value> =
            map.current().map(|key| (key.name.to_owned(), self.property(key))).collect();
        let required: Vec<&str> = map.current().filter(|key| key.required).map(|key| key.name).collect();
        let kinds: Vec<Value> =
            map.current().filter(|key| key.alternative).map(|key| json!({"required": [key.name]})).collect();
        let mut block = json!({
            "type": "object",
            "title": map.title.replace('`', ""),
            "properties": properties,
            "additionalProperties": false,
        });
        if self.of_changes {
            return block;
        }
        if !required.is_empty() {
            block["required"] = json!(required);
        }
        if !kinds.is_empty() {
            block["oneOf"] = Value::Array(kinds);
        }
        if one_key {
            block["minProperties"] = json!(1);
            block["maxProperties"] = json!(1);
        }
        block
    }

    /// A key: its value, what it means, and what holds without it.
    fn property(&mut self, key: &Key) -> Value {
        let mut property = self.shape(key.shape);
        if self.of_changes {
            property = json!({"anyOf": [property, {"type": "null"}]});
        }
        property["description"] = json!(key.doc);
        if let Some(default) = key.default {
            property["default"] = value_of(default);
        }
        property
    }

    /// What stands under a name that the user chose.
    fn named_value(&mut self, shape: &'static Shape) -> Value {
        let value = self.shape(shape);
        if self.of_changes { json!({"anyOf": [value, {"type": "null"}]}) } else { value }
    }

    fn shape(&mut self, shape: &'static Shape) -> Value {
        match shape {
            Shape::Text { min, max } => text(*min, *max),
            Shape::File => text(1, FILE_NAME_AT_MOST),
            Shape::Name => name(),
            Shape::Bool => json!({"type": "boolean"}),
            Shape::Integer { min, max } if *max == i64::MAX => json!({"type": "integer", "minimum": min}),
            Shape::Integer { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
            Shape::Decimal { min, max } => {
                let mut number = json!({"type": "number", "minimum": min});
                if max.is_finite() {
                    number["maximum"] = json!(max);
                }
                number
            }
            Shape::Quantity(kind) => quantity(kind),
            Shape::OneOf(words) => json!({"enum": words}),
            Shape::List { of, min, max } => {
                json!({"type": "array", "items": self.shape(of), "minItems": min, "maxItems": max})
            }
            Shape::Dict { names, of, min, max } => json!({
                "type": "object",
                "propertyNames": key_names(names),
                "additionalProperties": self.named_value(of),
                "minProperties": min,
                "maxProperties": max,
            }),
            // Beside `$ref` draft-07 ignores everything, so that a description needs `allOf` around it.
            Shape::Map(map) => json!({"allOf": [{"$ref": format!("#/definitions/{}", self.name(map, false))}]}),
            Shape::OneKey(map) => json!({"allOf": [{"$ref": format!("#/definitions/{}", self.name(map, true))}]}),
            Shape::Either(shapes) => {
                json!({"anyOf": shapes.iter().map(|shape| self.shape(shape)).collect::<Vec<_>>()})
            }
            Shape::Anything => json!({}),
        }
    }
}

/// Plain numbers count as text.
fn text(min: usize, max: usize) -> Value {
    json!({"type": ["string", "number"], "minLength": min, "maxLength": max})
}

const NAME: &str = "^[A-Za-z0-9][A-Za-z0-9_-]*$";

/// A name may be a whole number.
fn name() -> Value {
    json!({
        "type": ["string", "integer"],
        "pattern": NAME,
        "patternErrorMessage": "a name has letters, digits, `-` and `_`",
        "maxLength": NAME_AT_MOST,
        "minimum": 0,
    })
}

/// What a key may be that the user chooses; in JSON it is always a text.
fn key_names(shape: &Shape) -> Value {
    match shape {
        Shape::Text { min, max } => json!({"minLength": min, "maxLength": max}),
        Shape::Quantity(kind) => json!({"pattern": kind.pattern}),
        _ => json!({"pattern": NAME, "maxLength": NAME_AT_MOST}),
    }
}

fn quantity(kind: &Quantity) -> Value {
    let examples = kind.examples.join("`, `");
    let mut schema = json!({
        "type": ["string"],
        "pattern": kind.pattern,
        "patternErrorMessage": format!("this is not {}; for example `{examples}`", with_article(kind.name)),
        "examples": kind.examples,
    });
    match kind.numbers {
        Numbers::No => schema["type"] = json!("string"),
        Numbers::Whole(first, last) => {
            schema["type"] = json!(["string", "integer"]);
            schema["minimum"] = json!(first);
            schema["maximum"] = json!(last);
        }
        Numbers::UpTo(most) => {
            schema["type"] = json!(["string", "number"]);
            schema["minimum"] = json!(0);
            schema["maximum"] = json!(most);
        }
        Numbers::Any => {
            schema["type"] = json!(["string", "number"]);
            schema["minimum"] = json!(0);
        }
        Numbers::Signed => schema["type"] = json!(["string", "number"]),
    }
    schema
}

/// A default as it would be written.
fn value_of(default: &str) -> Value {
    serde_yaml::from_str(default).unwrap_or_else(|_| json!(default))
}

/// A title as a name: without its article, and with `_` for whatever a name may not have.
fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let words = if matches!(words.first(), Some(&("a" | "an" | "the"))) { &words[1..] } else { &words[..] };
    words.join("_")
}
