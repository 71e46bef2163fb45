//! A small validator of JSON Schema draft-07, apart from the program: as much as our schemas use, and a keyword that it
//! does not know is an error. Patterns are read by an engine for the regular expressions of JavaScript, as editors do.
//!
//! Why not one of the published validators: each brings a `regex` with all features, and Cargo would then build the
//! program for its tests with another engine than the one that is shipped.

#![allow(dead_code, reason = "each test program uses its part")]

use regress::Regex;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A schema, ready to judge.
pub(crate) struct Validator {
    root: Value,
    patterns: RefCell<BTreeMap<String, Regex>>,
}

/// Keywords that say something to people and editors and refuse nothing.
const SILENT: [&str; 8] =
    ["$schema", "title", "description", "default", "examples", "definitions", "patternErrorMessage", "$comment"];

impl Validator {
    pub(crate) fn new(root: Value) -> Self {
        Self { root, patterns: RefCell::default() }
    }

    pub(crate) fn is_valid(&self, value: &Value) -> bool {
        self.errors(value).is_empty()
    }

    /// What is wrong, each with its place.
    pub(crate) fn errors(&self, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.judge(&self.root, value, "", &mut found);
        found
    }

    fn judge(&self, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
        let Value::Object(schema) = schema else {
            assert_eq!(schema, &Value::Bool(true), "a schema is a block here");
            return;
        };
        if let Some(target) = schema.get("$ref") {
            assert_eq!(schema.len(), 1, "beside `$ref` everything is ignored");
            let target = target.as_str().unwrap().strip_prefix('#').expect("within the schema");
            return self.judge(self.root.pointer(target).expect("a target"), value, place, found);
        }
        for (keyword, rule) in schema {
            if let Some(wrong) = self.keyword(schema, keyword, rule, value, place, found) {
                found.push(format!("{place}: {value}: {wrong}"));
            }
        }
    }

    fn keyword(
        &self,
        schema: &Map<String, Value>,
        keyword: &str,
        rule: &Value,
        value: &Value,
        place: &str,
        found: &mut Vec<String>,
    ) -> Option<String> {
        let count = rule.as_u64().and_then(|count| usize::try_from(count).ok());
        let text = value.as_str();
        let broken = match keyword {
            "type" => !kinds(rule).iter().any(|kind| is_of(kind, value)),
            "enum" => !rule.as_array().unwrap().contains(value),
            "pattern" => text.is_some_and(|text| !self.matches(rule.as_str().unwrap(), text)),
            "minLength" => text.is_some_and(|text| text.chars().count() < count.unwrap()),
            "maxLength" => text.is_some_and(|text| text.chars().count() > count.unwrap()),
            "minimum" => value.as_f64().is_some_and(|number| number < rule.as_f64().unwrap()),
            "const" => rule != value,
            "exclusiveMinimum" => value.as_f64().is_some_and(|number| number <= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_some_and(|number| number > rule.as_f64().unwrap()),
            "minItems" => value.as_array().is_some_and(|list| list.len() < count.unwrap()),
            "maxItems" => value.as_array().is_some_and(|list| list.len() > count.unwrap()),
            "minProperties" => value.as_object().is_some_and(|map| map.len() < count.unwrap()),
            "maxProperties" => value.as_object().is_some_and(|map| map.len() > count.unwrap()),
            "required" => {
                let missing = |map: &Map<_, _>| {
                    rule.as_array().unwrap().iter().any(|key| !map.contains_key(key.as_str().unwrap()))
                };
                value.as_object().is_some_and(missing)
            }
            "if" => {
                if let Some(rule) = schema.get(if self.fits(rule, value) { "then" } else { "else" }) {
                    self.judge(rule, value, place, found);
                }
                false
            }
            "then" | "else" => false, // judged with `if`
            "items" => {
                for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.judge(rule, item, &format!("{place}[{at}]"), found);
                }
                false
            }
            "properties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    if let Some(rule) = rule.get(key) {
                        self.judge(rule, inner, &format!("{place}/{key}"), found);
                    }
                }
                false
            }
            "propertyNames" => {
                for key in value.as_object().into_iter().flatten().map(|(key, _)| key) {
                    self.judge(rule, &Value::from(key.as_str()), &format!("{place}/{key}"), found);
                }
                false
            }
            "additionalProperties" => {
                let listed = |key: &String| schema.get("properties").is_some_and(|keys| keys.get(key).is_some());
                let others = value.as_object().into_iter().flatten().filter(|(key, _)| !listed(key));
                let mut refused = false;
                for (key, inner) in others {
                    match rule {
                        Value::Bool(allowed) => refused |= !allowed,
                        rule => self.judge(rule, inner, &format!("{place}/{key}"), found),
                    }
                }
                refused
            }
            "allOf" | "anyOf" | "oneOf" => {
                let all = rule.as_array().unwrap();
                let good = all.iter().filter(|rule| self.fits(rule, value)).count();
                match keyword {
                    "allOf" => {
                        for rule in all {
                            self.judge(rule, value, place, found);
                        }
                        false
                    }
                    "anyOf" => good == 0,
                    _ => good != 1,
                }
            }
            silent => {
                assert!(SILENT.contains(&silent), "the keyword `{silent}` is not known here");
                false
            }
        };
        broken.then(|| format!("{keyword} {rule}"))
    }

    fn fits(&self, rule: &Value, value: &Value) -> bool {
        let mut found = Vec::new();
        self.judge(rule, value, "", &mut found);
        found.is_empty()
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut patterns = self.patterns.borrow_mut();
        let compiled = patterns
            .entry(pattern.to_owned())
            .or_insert_with(|| Regex::with_flags(pattern, "u").expect("a pattern of JavaScript"));
        compiled.find(text).is_some()
    }
}

fn kinds(rule: &Value) -> Vec<&str> {
    match rule {
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
        one => vec![one.as_str().unwrap()],
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("there is no kind `{other}`"),
    }
}
