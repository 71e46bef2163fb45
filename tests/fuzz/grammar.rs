//! Changes of an input as a tree: a value somewhere, a key, an entry. What comes out is sound YAML or JSON again, so
//! that it gets past the reader and to the checks of meaning.

use super::rng::Rng;
use super::tokens::{NUMBERS, Tokens};
use serde_yaml::{Mapping, Value};

/// How inputs of a target are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grammar {
    Yaml,
    Json,
    Words,
}

/// Larger inputs are changed as bytes: to read and write them takes long.
const LONGEST: usize = 20_000;

/// The input with a value changed; `None` where it can't be read.
pub(crate) fn change_value(
    bytes: &[u8],
    other: &[u8],
    grammar: Grammar,
    tokens: &Tokens,
    rng: &mut Rng,
) -> Option<Vec<u8>> {
    if bytes.len() > LONGEST || other.len() > LONGEST {
        return None;
    }
    let read = |bytes: &[u8]| -> Option<Value> { serde_yaml::from_slice(bytes).ok() };
    let mut tree = read(bytes)?;
    let loan = if rng.one_in(4) { read(other) } else { None };
    let place = rng.below(count(&tree));
    let mut left = place;
    change_at(&mut tree, &mut left, loan.as_ref(), tokens, rng);
    let text = match grammar {
        Grammar::Json => serde_json::to_string_pretty(&tree).ok()?,
        _ => serde_yaml::to_string(&tree).ok()?,
    };
    Some(text.into_bytes())
}

/// How many values a tree has.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Sequence(items) => items.iter().map(count).sum(),
        Value::Mapping(map) => map.iter().map(|(_, value)| count(value)).sum::<usize>(),
        _ => 0,
    }
}

/// The value that is `left` values further on is changed; whether it was there.
fn change_at(value: &mut Value, left: &mut usize, loan: Option<&Value>, tokens: &Tokens, rng: &mut Rng) -> bool {
    if *left == 0 {
        change(value, loan, tokens, rng);
        return true;
    }
    *left -= 1;
    match value {
        Value::Sequence(items) => items.iter_mut().any(|item| change_at(item, left, loan, tokens, rng)),
        Value::Mapping(map) => map.iter_mut().any(|(_, value)| change_at(value, left, loan, tokens, rng)),
        _ => false,
    }
}

fn change(value: &mut Value, loan: Option<&Value>, tokens: &Tokens, rng: &mut Rng) {
    if let Some(loan) = loan {
        let mut left = rng.below(count(loan));
        *value = nth(loan, &mut left).cloned().unwrap_or(Value::Null);
        return;
    }
    match value {
        Value::Sequence(items) if !rng.one_in(3) => {
            let at = rng.below(items.len());
            match rng.below(4) {
                0 if !items.is_empty() => drop(items.remove(at)),
                1 if !items.is_empty() => items.push(items[at].clone()),
                2 if !items.is_empty() => items.reverse(),
                _ => items.push(single(tokens, rng)),
            }
        }
        Value::Mapping(map) if !rng.one_in(3) => change_map(map, tokens, rng),
        _ => *value = single(tokens, rng),
    }
}

fn change_map(map: &mut Mapping, tokens: &Tokens, rng: &mut Rng) {
    let keys: Vec<Value> = map.iter().map(|(key, _)| key.clone()).collect();
    let new = Value::from(tokens.keys[rng.below(tokens.keys.len())].clone());
    let Some(key) = keys.get(rng.below(keys.len())) else {
        map.insert(new, single(tokens, rng));
        return;
    };
    match rng.below(4) {
        0 => drop(map.remove(key)),
        1 => {
            let value = map.remove(key).unwrap_or(Value::Null);
            map.insert(new, value);
        }
        2 => {
            let value = map.get(key).cloned().unwrap_or(Value::Null);
            map.insert(Value::from(format!("{}{}", key.as_str().unwrap_or("k"), rng.below(3))), value);
        }
        _ => drop(map.insert(new, single(tokens, rng))),
    }
}

/// A value that may stand where another one stood.
fn single(tokens: &Tokens, rng: &mut Rng) -> Value {
    let number = rng.pick(&NUMBERS);
    match rng.below(9) {
        0 | 1 => serde_yaml::from_str(number).unwrap_or(Value::Null),
        2 => Value::from(number),
        3 => {
            let unit = rng.pick(&["s", "m", "h", "d", "ms", " vCPU", " GiB", " MiB", "%", " GB", "w", " milli-vCPU"]);
            Value::from(format!("{number}{unit}"))
        }
        4 => Value::Bool(rng.one_in(2)),
        5 => Value::Null,
        6 => Value::Sequence(vec![Value::from(number)]),
        7 => Value::from(
            rng.pick(&["", "a", "ü", "\u{202e}", "\u{1b}[0m", "a\nb", "../../a", "=1+1", "🤖"])
                .repeat(1 + rng.below(3)),
        ),
        _ => Value::from(tokens.words[rng.below(tokens.words.len())].clone()),
    }
}

fn nth<'v>(value: &'v Value, left: &mut usize) -> Option<&'v Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Sequence(items) => items.iter().find_map(|item| nth(item, left)),
        Value::Mapping(map) => map.iter().find_map(|(_, value)| nth(value, left)),
        _ => None,
    }
}
