//! The scenario language as data: what may stand where.
//!
//! One description serves the check of a text, the value handed to serde, the
//! JSON Schema and the reference, so that they cannot disagree. It is made of
//! statics:
//!
//! ```
//! use longshore::scenario::{Key, MapShape, Shape, key};
//! static COUNT: Shape = Shape::Integer { min: 0, max: 5000 };
//! static SERVICE: MapShape = MapShape {
//!     title: "a service",
//!     keys: &[
//!         key("task_definition", &Shape::Name).required().doc("Which tasks it runs."),
//!         key("desired_count", &COUNT).default("1").doc("How many tasks it keeps."),
//!         Key::later("autoscaling", "comes with service scaling"),
//!     ],
//! };
//! static SERVICES: Shape = Shape::Dict {
//!     names: &Shape::Name,
//!     of: &Shape::Map(&SERVICE),
//!     min: 1,
//!     max: 5000,
//! };
//! ```

use super::tree::{Kind, Node};
use super::walk;

/// What may stand at a place.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Free text; plain numbers count as text. Lengths in characters.
    Text {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
    /// The path of a file, relative to the text that names it: 1 to 1,000 characters.
    File,
    /// A name that other settings and tables refer to: 1 to 255 letters, digits,
    /// `-` and `_`, beginning with a letter or digit.
    Name,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer {
        /// The smallest allowed.
        min: i64,
        /// The largest allowed.
        max: i64,
    },
    /// A number, possibly with a fraction.
    Decimal {
        /// The smallest allowed.
        min: f64,
        /// The largest allowed.
        max: f64,
    },
    /// A number with a unit, or anything else that has a notation of its own.
    Quantity(&'static Quantity),
    /// One of a list of words.
    OneOf(&'static [&'static str]),
    /// Entries of the same shape in order.
    List {
        /// The shape of an entry.
        of: &'static Shape,
        /// Fewest entries.
        min: usize,
        /// Most entries.
        max: usize,
    },
    /// Keys chosen by the user, each with a value of the same shape.
    Dict {
        /// The shape of a key: mostly [`Shape::Name`].
        names: &'static Shape,
        /// The shape of a value.
        of: &'static Shape,
        /// Fewest entries.
        min: usize,
        /// Most entries.
        max: usize,
    },
    /// A block with the given keys.
    Map(&'static MapShape),
    /// A block with exactly one of the given keys: `- spread: instance_id`.
    OneKey(&'static MapShape),
    /// Any of several shapes. Those for single values are tried in order; among
    /// blocks, the one that knows most of the keys is meant.
    Either(&'static [&'static Shape]),
    /// Whatever YAML can say; something else checks it.
    Anything,
}

/// A notation for single values, e.g. durations.
#[derive(Debug)]
pub struct Quantity {
    /// What it is, in the singular without an article: `duration`.
    pub name: &'static str,
    /// Whether a text is one; if not, the reason with what is accepted.
    pub parse: fn(&str) -> Result<(), String>,
    /// The same as a regular expression of JSON Schema, for editors: it takes whatever `parse` takes, and refuses what
    /// a regular expression can see to be wrong. A test compares the two.
    pub pattern: &'static str,
    /// Which numbers without quotes are one too.
    pub numbers: Numbers,
    /// Texts to show; each of them parses.
    pub examples: &'static [&'static str],
}

/// Which plain numbers a [`Quantity`] takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// None: it needs a unit or sign.
    No,
    /// Whole ones from the first to the last.
    Whole(i64, i64),
    /// Any that is not negative.
    Any,
    /// Any that is not negative, up to this one.
    UpTo(i64),
    /// Any.
    Signed,
}

/// A block: what it describes and the keys it has, in the order of the reference.
#[derive(Debug)]
pub struct MapShape {
    /// With article: `a service`.
    pub title: &'static str,
    /// All keys.
    pub keys: &'static [Key],
}

impl MapShape {
    /// The key of a name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Whether a key can't stand beside another one: of several kinds exactly one has to be there.
    pub(super) fn excludes(&self, key: &str, other: &str) -> bool {
        let is_kind = |name: &str| self.key(name).is_some_and(|key| key.alternative);
        key != other && is_kind(key) && is_kind(other)
    }

    /// The keys that can be used in this version.
    pub fn current(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().filter(|key| key.later.is_none())
    }
}

/// A key of a block.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// How it is written.
    pub name: &'static str,
    /// What its value may be.
    pub shape: &'static Shape,
    /// Whether it has to be there.
    pub required: bool,
    /// What it means, in a sentence or two for the reference.
    pub doc: &'static str,
    /// What holds without it, as it would be written.
    pub default: Option<&'static str>,
    /// Whether a key of a later version may stand instead of this required one.
    pub alternative: bool,
    /// Set for keys of a later version: what they come with.
    pub later: Option<&'static str>,
}

/// A key, optional and without a default until more is said.
pub const fn key(name: &'static str, shape: &'static Shape) -> Key {
    Key { name, shape, required: false, doc: "", default: None, alternative: false, later: None }
}

impl Key {
    /// A key that a later version brings, e.g. `comes with service scaling`.
    pub const fn later(name: &'static str, why: &'static str) -> Self {
        let mut key = key(name, &Shape::Anything);
        key.later = Some(why);
        key
    }

    /// One of several kinds, exactly one of which has to be there; a key of a later version may stand in their place.
    #[must_use]
    pub const fn required_kind(mut self) -> Self {
        self.alternative = true;
        self
    }

    /// What its value may look like, on one line.
    pub(super) fn example(&self, json: bool) -> String {
        self.shape.example_for(self.name, json)
    }

    /// It has to be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What it means.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// What holds without it.
    #[must_use]
    pub const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }
}

impl Shape {
    /// The shape a value is to be judged by: itself, or of several the one that
    /// was probably meant. `None` if no alternative has a value of this kind.
    pub(super) fn chosen(&'static self, node: &Node) -> Option<&'static Shape> {
        let Self::Either(shapes) = self else {
            return Some(self);
        };
        let fitting = || shapes.iter().copied().filter(|shape| shape.fits(node));
        match &node.kind {
            Kind::Scalar { .. } => fitting()
                .find(|shape| shape.chosen(node).is_some_and(|s| walk::accepts(s, node)))
                .or_else(|| fitting().next().filter(|_| fitting().count() == 1)),
            Kind::List(_) => fitting().next(),
            Kind::Map(entries) => {
                let known = |shape: &Shape| {
                    let keys = entries.iter().filter(|entry| shape.knows(&entry.key));
                    keys.count()
                };
                // Of equals the first: `max_by_key` would take the last.
                fitting().rev().max_by_key(|shape| known(shape))
            }
        }
        .and_then(|shape| shape.chosen(node))
    }

    /// Whether values of this kind (single, list, block) can have the shape.
    pub(super) fn fits(&self, node: &Node) -> bool {
        match self {
            Self::Either(shapes) => shapes.iter().any(|shape| shape.fits(node)),
            Self::Anything => true,
            Self::List { .. } => matches!(node.kind, Kind::List(_)),
            Self::Dict { .. } | Self::Map(_) | Self::OneKey(_) => matches!(node.kind, Kind::Map(_)),
            _ => matches!(node.kind, Kind::Scalar { .. }),
        }
    }

    pub(super) fn knows(&self, key: &str) -> bool {
        match self {
            Self::Map(map) | Self::OneKey(map) => map.key(key).is_some(),
            Self::Either(shapes) => shapes.iter().any(|shape| shape.knows(key)),
            _ => false,
        }
    }

    /// What belongs here, in words: `a whole number from 1 to 10`.
    pub fn expected(&self) -> String {
        match self {
            Self::Text { .. } => "a text".into(),
            Self::File => "the path of a file".into(),
            Self::Name => "a name".into(),
            Self::Bool => "`true` or `false`".into(),
            Self::Integer { min, max } => format!("a whole number{}", range(min, max, &i64::MAX)),
            Self::Decimal { min, max } => format!("a number{}", range(min, max, &f64::INFINITY)),
            Self::Quantity(quantity) => with_article(quantity.name),
            Self::OneOf(words) => match words {
                [word] => format!("`{word}`"),
                _ => format!("one of {}", listed(words.iter().copied())),
            },
            Self::List { .. } => "a list".into(),
            Self::Dict { .. } => "a block of names with their values".into(),
            Self::Map(map) => format!("a block ({})", map.title),
            Self::OneKey(map) => {
                let keys = map.current().map(|key| key.name);
                format!("a block with one of the keys {}", listed(keys))
            }
            Self::Either(shapes) => {
                let all: Vec<String> = shapes.iter().map(|shape| shape.expected()).collect();
                all.join(" or ")
            }
            Self::Anything => "a value".into(),
        }
    }

    /// A value of this shape as it would be written on one line.
    pub fn example(&self) -> String {
        self.example_within(EXAMPLE_LEVELS, false)
    }

    /// A value of the setting with this name, with all that it needs.
    pub(super) fn example_for(&self, name: &str, json: bool) -> String {
        self.named_example(name, EXAMPLE_LEVELS, json)
    }

    fn named_example(&self, name: &str, levels: usize, json: bool) -> String {
        let known = EXAMPLES.iter().find(|(key, text)| *key == name && self.takes(text));
        match (known, self) {
            (Some((_, text)), _) if json => format!("\"{text}\""),
            (Some((_, text)), _) => (*text).to_owned(),
            (None, Self::List { of, .. }) if levels > 0 => format!("[{}]", of.named_example(name, levels - 1, json)),
            _ => self.example_within(levels, json),
        }
    }

    /// Whether a text without quotes is a single value of this shape.
    fn takes(&self, text: &str) -> bool {
        match self {
            Self::Text { .. } | Self::Name | Self::File => true,
            Self::OneOf(words) => words.contains(&text),
            Self::Quantity(quantity) => (quantity.parse)(text).is_ok(),
            Self::Either(shapes) => shapes.iter().any(|shape| shape.takes(text)),
            _ => false,
        }
    }

    /// Shapes may contain themselves; `levels` ends the example.
    fn example_within(&self, levels: usize, json: bool) -> String {
        let Some(inner) = levels.checked_sub(1) else {
            return "…".into();
        };
        let text = |text: &str| if json { format!("\"{text}\"") } else { text.to_owned() };
        let field = |key: &Key| format!("{}: {}", text(key.name), key.shape.named_example(key.name, inner, json));
        match self {
            Self::Text { .. } => text("some text"),
            Self::File => text("folder/file"),
            Self::Name => text("web"),
            Self::Bool => "true".into(),
            Self::Integer { min, max } => 1.clamp(*min, *max).to_string(),
            Self::Decimal { min, max } => 1_f64.clamp(*min, *max).to_string(),
            Self::Quantity(quantity) => text(quantity.examples.first().unwrap_or(&"…")),
            Self::OneOf(words) => text(words.first().unwrap_or(&"…")),
            Self::List { of, .. } => format!("[{}]", of.example_within(inner, json)),
            Self::Dict { names, of, .. } => {
                let name = names.example_within(inner, json);
                format!("{{{name}: {}}}", of.example_within(inner, json))
            }
            Self::Map(map) => {
                let needed = map.current().filter(|key| key.required);
                let mut keys: Vec<&Key> = needed.chain(map.current().find(|key| key.alternative)).collect();
                if keys.is_empty() {
                    keys.extend(map.current().next());
                }
                format!("{{{}}}", keys.into_iter().map(field).collect::<Vec<_>>().join(", "))
            }
            Self::OneKey(map) => {
                let first = map.current().next().map(field);
                format!("{{{}}}", first.unwrap_or_default())
            }
            Self::Either(shapes) => {
                shapes.first().map_or_else(|| "…".into(), |shape| shape.example_within(levels, json))
            }
            Self::Anything => "…".into(),
        }
    }
}

/// Levels of an example.
const EXAMPLE_LEVELS: usize = 4;

/// What the value of a setting may look like where its shape alone says too little.
const EXAMPLES: [(&str, &str); 25] = [
    ("type", "m5.large"),
    ("instance_type", "m5.large"),
    ("provider", "fargate"),
    ("instance", "i-1"),
    ("drain_instance", "i-1"),
    ("activate_instance", "i-1"),
    ("terminate_instance", "i-1"),
    ("stop_task", "web/3"),
    ("task", "web/3"),
    ("container", "app"),
    ("extends", "base.yaml"),
    ("region", "us-east-1"),
    ("zone", "a"),
    ("zones", "a"),
    ("schedule", "rate(5 minutes)"),
    ("timezone", "Europe/Berlin"),
    ("spread", "instance_id"),
    ("member_of", "attribute:ecs.instance-type =~ m5.*"),
    ("column", "requests"),
    ("per", "hour"),
    ("that", "services.web.running >= 1"),
    ("always", "services.web.running >= 1"),
    ("never", "services.web.running >= 1"),
    ("eventually", "services.web.running >= 1"),
    ("rule", "ECS-310"),
];

/// ` from 1 to 10`, ` from 1 on`; an open end is not worth words.
fn range<T: PartialEq + std::fmt::Display>(min: &T, max: &T, open: &T) -> String {
    if max == open { format!(" from {min} on") } else { format!(" from {min} to {max}") }
}

/// `duration` → `a duration`.
pub(super) fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// `` `a`, `b`, `c` ``.
pub(super) fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    words.join(", ")
}
