//! The JSON Schema of scenarios, judged by a validator apart from the program: it takes whatever is shipped, and agrees
//! with the check of the language on everything that a schema can say.

#[path = "support/draft7.rs"]
mod draft7;

use draft7::Validator;
use longshore::diag::{Findings, Sources};
use longshore::scenario::{MapShape, Numbers, Quantity, SCENARIO, Shape, check, load, schema};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn value() -> Value {
    serde_json::from_str(&schema()).unwrap()
}

fn validator() -> Validator {
    Validator::new(value())
}

/// All scenarios of these folders.
fn scenarios(folders: &[&str]) -> Vec<PathBuf> {
    let all = folders.iter().flat_map(|folder| fs::read_dir(Path::new(ROOT).join(folder)).unwrap());
    let mut files: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
}

/// A YAML text as an editor sees it: keys are texts. `None` where it is no YAML.
fn as_json(text: &str) -> Option<Value> {
    fn keys_as_text(value: serde_yaml::Value) -> Value {
        match value {
            serde_yaml::Value::Mapping(map) => {
                let key = |key| match keys_as_text(key) {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                Value::Object(map.into_iter().map(|(k, v)| (key(k), keys_as_text(v))).collect())
            }
            serde_yaml::Value::Sequence(list) => Value::Array(list.into_iter().map(keys_as_text).collect()),
            other => serde_json::to_value(other).unwrap(),
        }
    }
    serde_yaml::from_str(text).ok().map(keys_as_text)
}

#[test]
fn it_is_a_sound_schema() {
    let schema = value();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    let service = &schema["definitions"]["service"];
    assert_eq!(service["additionalProperties"], false);
    assert_eq!(service["required"], json!(["task_definition"]));
    assert_eq!(service["properties"]["desired_count"]["default"], 1);
    assert_eq!(service["properties"].get("autoscaling"), None, "a key of a later version");
}

#[test]
fn whatever_is_shipped_is_taken() {
    let validator = validator();
    let files = scenarios(&["scenarios", "scenarios/lessons", "tests/cases"]);
    assert!(files.len() > 200, "{} files", files.len());
    for file in files {
        let value = as_json(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(validator.errors(&value), [""; 0], "{}", file.display());
    }
}

/// What a schema cannot see: `1000.0` is whole to it, and the number of characters is all it knows of a text.
const BEYOND: [&str; 2] = ["LS0112", "LS0113"];

/// Files in which the check of the language finds something are refused by the schema too.
#[test]
fn structural_mistakes_are_refused() {
    let validator = validator();
    let mut refused = 0;
    for file in scenarios(&["tests/malformed"]) {
        let text = fs::read_to_string(&file).unwrap();
        let (mut sources, mut findings) = (Sources::new(), Findings::new());
        let (_, tree) = load(&mut sources, "it.yaml", text.as_bytes(), &mut findings);
        let (Some(value), Some(tree), false) = (as_json(&text), tree, findings.has_errors()) else { continue };
        check(&SCENARIO, &tree, &mut findings);
        if tree.get("extends").is_some() {
            continue; // what is missing here may stand in the base
        }
        let found: Vec<&str> = findings.iter().map(|finding| finding.code.id()).collect();
        if found.iter().any(|code| !BEYOND.contains(code)) {
            assert!(!validator.is_valid(&value), "{}: {found:?}", file.display());
            refused += 1;
        } else if found.is_empty() {
            assert_eq!(validator.errors(&value), [""; 0], "{}: only its meaning is wrong", file.display());
        }
    }
    assert!(refused >= 15, "{refused} files");
}

/// Puts every one of `wrong` in every place of a value, takes every key away, and adds one that does not exist.
fn spoilt(value: &Value, wrong: &[Value], found: &mut Vec<Value>) {
    found.extend(wrong.iter().cloned());
    match value {
        Value::Object(map) => {
            let mut more = map.clone();
            more.insert("no_such_key".to_owned(), json!(1));
            found.push(Value::Object(more));
            for (key, inner) in map {
                let mut fewer = map.clone();
                fewer.remove(key);
                found.push(Value::Object(fewer));
                let mut inside = Vec::new();
                spoilt(inner, wrong, &mut inside);
                found.extend(inside.into_iter().map(|spoilt| {
                    let mut changed = map.clone();
                    changed.insert(key.clone(), spoilt);
                    Value::Object(changed)
                }));
            }
        }
        Value::Array(list) => {
            for (at, inner) in list.iter().enumerate().take(2) {
                let mut inside = Vec::new();
                spoilt(inner, wrong, &mut inside);
                found.extend(inside.into_iter().map(|spoilt| {
                    let mut changed = list.clone();
                    changed[at] = spoilt;
                    Value::Array(changed)
                }));
            }
        }
        _ => {}
    }
}

/// Each lesson, spoilt in each place: the schema refuses what the check of the language refuses, and nothing else.
#[test]
fn schema_and_check_agree_on_spoilt_lessons() {
    let validator = validator();
    let wrong = [json!([]), json!({}), json!("a b!"), json!(-1), json!(3.5), json!(true), json!(10_000_000_000_i64)];
    let mut seen = 0;
    for file in scenarios(&["scenarios/lessons"]) {
        let mut all = Vec::new();
        spoilt(&as_json(&fs::read_to_string(&file).unwrap()).unwrap(), &wrong, &mut all);
        for value in all {
            let (text, mut sources, mut findings) = (value.to_string(), Sources::new(), Findings::new());
            let (_, tree) = load(&mut sources, "spoilt.yaml", text.as_bytes(), &mut findings);
            if let Some(tree) = tree {
                check(&SCENARIO, &tree, &mut findings);
            }
            let ours = findings.iter().next().map(|finding| finding.message.clone());
            assert_eq!(
                validator.is_valid(&value),
                ours.is_none(),
                "{}: {text}\nours: {ours:?}\nschema: {:?}",
                file.display(),
                validator.errors(&value)
            );
            seen += 1;
        }
    }
    assert!(seen > 5000, "{seen} values");
}

/// Every notation of the language by its name.
fn quantities() -> BTreeMap<&'static str, &'static Quantity> {
    fn collect(
        shape: &'static Shape,
        seen: &mut Vec<*const MapShape>,
        found: &mut BTreeMap<&'static str, &'static Quantity>,
    ) {
        match shape {
            Shape::Quantity(quantity) => drop(found.insert(quantity.name, quantity)),
            Shape::List { of, .. } | Shape::Dict { of, .. } => collect(of, seen, found),
            Shape::Either(shapes) => shapes.iter().for_each(|shape| collect(shape, seen, found)),
            Shape::Map(map) | Shape::OneKey(map) if !seen.contains(&std::ptr::from_ref(*map)) => {
                seen.push(std::ptr::from_ref(*map));
                map.keys.iter().for_each(|key| collect(key.shape, seen, found));
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    collect(&SCENARIO, &mut Vec::new(), &mut found);
    assert!(found.len() >= 12, "{:?}", found.keys());
    found
}

fn pattern(quantity: &Quantity) -> Validator {
    Validator::new(json!({"type": "string", "pattern": quantity.pattern}))
}

/// Refusals that a regular expression cannot see: how large or how fine a number is, and which way a range runs.
const ABOUT_SIZE: [&str; 13] = [
    "too large",
    "whole number",
    "more than",
    "longer than",
    "more digits",
    "outside",
    "finer than",
    "not above 0",
    "whole minutes",
    "over a million",
    "ports are 1 to",
    "runs backwards",
    "no IPv4 address",
];

fn agree(quantity: &Quantity, pattern: &Validator, text: &str) {
    let matches = pattern.is_valid(&json!(text));
    match (quantity.parse)(text) {
        Ok(()) => assert!(matches, "{}: `{text}` is one, and the pattern refuses it", quantity.name),
        Err(reason) => assert!(
            !matches || ABOUT_SIZE.iter().any(|word| reason.contains(word)),
            "{}: the pattern takes `{text}`, which is refused: {reason}",
            quantity.name
        ),
    }
}

#[test]
fn patterns_and_parsers_agree_on_what_people_write() {
    const NUMBERS: [&str; 16] =
        ["0", "1", "12", "007", "0.5", "1.0", "1.", ".5", "-1", "-0", "+1", "1e3", "1,000", "", "21", "100"];
    const UNITS: [&str; 44] = [
        "",
        "s",
        "ms",
        "us",
        "µs",
        "m",
        "min",
        "mins",
        "h",
        "d",
        "w",
        "y",
        "second",
        "seconds",
        "Seconds",
        "units",
        "unit",
        "vCPU",
        "vcpu",
        "VCPU",
        "MiB",
        "MB",
        "GB",
        "GiB",
        "TiB",
        "gib",
        "%",
        "%%",
        "USD",
        "EUR",
        "$",
        "/tcp",
        "/udp",
        "/TCP",
        ":80",
        "-90",
        ":80/udp",
        ":80-90",
        " per hour",
        "per hour",
        " per  day ",
        " per year",
        "x",
        "s 5ms",
    ];
    for quantity in quantities().values() {
        let pattern = pattern(quantity);
        for text in quantity.examples {
            assert_eq!((quantity.parse)(text), Ok(()));
            agree(quantity, &pattern, text);
        }
        for number in NUMBERS {
            for unit in UNITS {
                for text in [
                    format!("{number}{unit}"),
                    format!("{number} {unit}"),
                    format!(" {number}{unit}\n"),
                    format!("${number}{unit}"),
                    format!("$ {number} {unit}"),
                    format!("{unit}{number}"),
                    format!("1h {number}{unit}"),
                    format!("1h{number}{unit}"),
                    format!("{number}:{number}{unit}"),
                    format!("10.0.{number}.0/24{unit}"),
                    format!("10.0.0.0/{number}{unit}"),
                ] {
                    agree(quantity, &pattern, &text);
                }
            }
        }
    }
}

/// Numbers without quotes: what the schema takes beside texts is what the parser makes of their digits.
#[test]
fn plain_numbers_are_taken_where_the_parser_takes_them() {
    for quantity in quantities().values() {
        for text in ["0", "1", "80", "512", "65535", "65536", "4294967294", "4294967295", "0.5", "0.25", "-1"] {
            let accepted = match quantity.numbers {
                Numbers::No => false,
                Numbers::Whole(first, last) => text.parse().is_ok_and(|n: i64| (first..=last).contains(&n)),
                Numbers::Any => text.parse().is_ok_and(|n: f64| n >= 0.0),
                Numbers::UpTo(most) => {
                    text.parse().is_ok_and(|n: f64| (0.0..=f64::from(i32::try_from(most).unwrap())).contains(&n))
                }
                Numbers::Signed => text.parse::<f64>().is_ok(),
            };
            assert_eq!((quantity.parse)(text).is_ok(), accepted, "{}: {text}", quantity.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn patterns_and_parsers_agree_on_random_texts(text in "[ 0-9.$%:/-]{0,6}(ms|s|us|µs|m|h|d|w|hours|min|units|vCPU|MiB|GiB|GB|TiB|USD|%|/tcp|/udp| per hour)?[ 0-9.]{0,4}(s|h|m|%)?") {
        for quantity in quantities().values() {
            agree(quantity, &pattern(quantity), &text);
        }
    }
}
