//! Compares a tree with a shape and reports every structural mistake at once.

use super::scalar::{Resolved, resolve};
use super::shape::{Key, MapShape, Quantity, Shape, listed, with_article};
use super::tree::{Entry, Kind, Node};
use super::{aws_spelling, region_called, slips};
use crate::diag::{Code, Finding, Findings, Span, nearest, nearest_setting, printable, quoted};

/// Reports whatever in the tree does not have the shape.
pub fn check(shape: &'static Shape, node: &Node, findings: &mut Findings) {
    let mut walker = Walker { findings, path: String::new(), texts_are_quoted: false, listed: Vec::new() };
    walker.value(shape, node, node.head());
}

/// The same for JSON that a strict reader takes as well: there `512` is no text.
pub(super) fn check_json(shape: &'static Shape, node: &Node, findings: &mut Findings) {
    let mut walker = Walker { findings, path: String::new(), texts_are_quoted: true, listed: Vec::new() };
    walker.value(shape, node, node.head());
}

/// Whether a single value has the shape.
pub(super) fn accepts(shape: &'static Shape, node: &Node) -> bool {
    let mut findings = Findings::new();
    check(shape, node, &mut findings);
    findings.is_empty()
}

/// Longest name; a name becomes part of file names and table columns.
pub(super) const NAME_AT_MOST: usize = 255;

/// Longest path of a file, in characters.
pub(super) const FILE_NAME_AT_MOST: usize = 1000;
/// A block with more settings has them listed once.
const LISTED_AT_MOST: usize = 16;

struct Walker<'a> {
    findings: &'a mut Findings,
    /// Of the value in hand: `services.web.ports[2]`.
    path: String,
    /// Whether a number or word without quotes is refused where a text belongs.
    texts_are_quoted: bool,
    /// Blocks whose settings were listed.
    listed: Vec<&'static str>,
}

impl Walker<'_> {
    /// A value; `place` is where to point at it as a whole: at its key.
    fn value(&mut self, shape: &'static Shape, node: &Node, place: Span) {
        if self.findings.is_full() {
            return;
        }
        if node.is_null() && !matches!(shape, Shape::Anything) {
            self.null(shape, place);
            return;
        }
        match shape.chosen(node) {
            // a word alone that is the key of another alternative: `binpack` for `{binpack: cpu}`
            Some(Shape::OneOf(words))
                if node.text().is_some_and(|text| !words.contains(&text) && slips::as_key(shape, text).is_some()) =>
            {
                self.wrong_kind(shape, node);
            }
            Some(chosen) if chosen.fits(node) => self.fitting(chosen, node, place),
            _ => self.wrong_kind(shape, node),
        }
    }

    fn fitting(&mut self, shape: &'static Shape, node: &Node, place: Span) {
        match (shape, &node.kind) {
            (Shape::List { of, min, max }, Kind::List(items)) => {
                self.amount(items.len(), *min, *max, place);
                for (i, item) in items.iter().enumerate() {
                    self.inside(&format!("[{i}]"), |w| w.value(of, item, item.head()));
                }
            }
            (Shape::Dict { names, of, min, max }, Kind::Map(entries)) => {
                self.amount(entries.len(), *min, *max, place);
                let strays = slips::strays(of, entries);
                let mut owner = "web";
                for entry in entries {
                    let is_stray = strays.iter().any(|stray| std::ptr::eq(*stray, entry));
                    if is_stray {
                        self.inside(&entry.key, |w| w.push(slips::stray(of, entry, owner)));
                    } else {
                        owner = &entry.key;
                    }
                    if is_stray || !strays.is_empty() && entry.value.is_null() {
                        continue; // what its value lacks stands beside it
                    }
                    self.inside(&entry.key, |w| {
                        w.key(names, entry);
                        w.value(of, &entry.value, entry.key_span);
                    });
                }
            }
            (Shape::Map(map), Kind::Map(entries)) => self.map(map, entries, place),
            (Shape::OneKey(map), Kind::Map(entries)) => self.one_key(map, entries, place),
            (_, Kind::Scalar { text, plain }) => self.scalar(shape, node, text, *plain),
            _ => {}
        }
    }

    fn scalar(&mut self, shape: &'static Shape, node: &Node, text: &str, plain: bool) {
        let resolved = node.resolved().unwrap_or(Resolved::Text);
        let is_bool = matches!(resolved, Resolved::Bool(_));
        match shape {
            Shape::Bool if is_bool => {}
            Shape::Integer { min, max } => self.integer(shape, node, (*min, *max), plain),
            Shape::Decimal { min, max } => self.decimal(shape, node, (*min, *max)),
            Shape::Bool => self.wrong_kind(shape, node),
            Shape::Text { .. } | Shape::File | Shape::Name | Shape::Quantity(_) if is_bool => {
                self.wrong_kind(shape, node);
            }
            Shape::Text { .. } | Shape::File | Shape::Name | Shape::Quantity(_) | Shape::OneOf(_)
                if plain && self.texts_are_quoted =>
            {
                self.wrong_kind(shape, node);
            }
            Shape::OneOf(words) => self.keyword(words, text, node.span),
            Shape::Name => self.name(text, node.span),
            Shape::Text { min, max } => self.text(text, (*min, *max), node.span),
            Shape::File => self.text(text, (1, FILE_NAME_AT_MOST), node.span),
            Shape::Quantity(quantity) => self.quantity(quantity, text, node.span),
            _ => {}
        }
    }

    /// A key that the user chose. Keys are text, whatever they look like.
    fn key(&mut self, shape: &'static Shape, entry: &Entry) {
        let (text, span) = (&entry.key, entry.key_span);
        match shape {
            Shape::Name => self.name(text, span),
            Shape::Text { min, max } => self.text(text, (*min, *max), span),
            Shape::OneOf(words) => self.keyword(words, text, span),
            Shape::Quantity(quantity) => self.quantity(quantity, text, span),
            _ => {}
        }
    }

    /// Runs with a step added to the path.
    fn inside(&mut self, step: &str, run: impl FnOnce(&mut Self)) {
        let before = self.path.len();
        if !self.path.is_empty() && !step.starts_with('[') {
            self.path.push('.');
        }
        // A key of a megabyte must not be repeated by ten thousand findings.
        let end = step.char_indices().nth(NAME_AT_MOST);
        self.path.push_str(&step[..end.map_or(step.len(), |(at, _)| at)]);
        run(self);
        self.path.truncate(before);
    }

    fn push(&mut self, finding: Finding) {
        let path = self.path.clone();
        self.findings.push(if path.is_empty() { finding } else { finding.path(path) });
    }

    /// The value in hand as messages call it: by the last step of its path.
    fn subject(&self) -> String {
        if self.path.is_empty() {
            return "the file".into();
        }
        let last = self.path.rsplit('.').next().unwrap_or(&self.path);
        match last.split_once('[') {
            Some((owner, _)) => format!("an entry of {}", quoted(owner)),
            None => quoted(last),
        }
    }

    /// `for example …`, with the key where there is one.
    fn example(&self, shape: &Shape) -> String {
        let last = self.path.rsplit('.').next().unwrap_or("");
        let example = if self.texts_are_quoted { shape.example_in_json() } else { shape.example() };
        if last.is_empty() || last.contains('[') {
            format!("for example `{example}`")
        } else if self.texts_are_quoted {
            format!("for example `\"{last}\": {example}`")
        } else {
            format!("for example `{last}: {example}`")
        }
    }

    fn null(&mut self, shape: &'static Shape, place: Span) {
        let block = matches!(shape, Shape::Map(map) if map.keys.iter().all(|key| !key.required));
        let help = if block {
            "write `{}` for a block in which every setting has its default".into()
        } else {
            format!("{} belongs here, {}", shape.expected(), self.example(shape))
        };
        self.push(
            Finding::error(Code::MissingValue, format!("{} has no value", self.subject()))
                .at(place, "nothing is said here")
                .help(help),
        );
    }

    fn wrong_kind(&mut self, shape: &'static Shape, node: &Node) {
        if let (Kind::Scalar { text, plain: true }, Shape::Map(_) | Shape::Dict { .. }) = (&node.kind, shape)
            && let Some(colon) = super::syntax::key_without_blank(text)
        {
            let at = node.span.start + colon;
            return self.push(super::syntax::blank_missing(Span::new(node.span.source, at, at + 1)));
        }
        let there = describe(node);
        let message = format!("{} is {there}, and {} belongs here", self.subject(), shape.expected());
        let help = match (&node.kind, shape) {
            _ if !self.texts_are_quoted && slips::in_value(shape, node).is_some() => {
                slips::in_value(shape, node).unwrap_or_default()
            }
            (Kind::Scalar { text, .. }, Shape::List { of, .. }) if accepts(of, node) => {
                format!("write `[{}]` for a list of one", cut(text))
            }
            (Kind::Scalar { text, plain: true }, Shape::Quantity(_)) if self.texts_are_quoted => {
                format!("put it in quotes: \"{}\"", cut(text))
            }
            (Kind::Scalar { text, plain: true }, Shape::Text { .. } | Shape::File | Shape::Name) => {
                format!("put it in quotes if it is meant as text: \"{}\"", cut(text))
            }
            (Kind::Scalar { text, plain: false }, Shape::Bool | Shape::Decimal { .. })
                if !matches!(resolve(text), Resolved::Text) =>
            {
                format!("write {} without quotes", quoted(text))
            }
            (Kind::Scalar { text, plain: true }, Shape::Bool) if yes_or_no(text).is_some() => {
                format!("write `{}`", yes_or_no(text).unwrap_or(true))
            }
            _ => self.example(shape),
        };
        self.push(Finding::error(Code::WrongKind, message).at(node.span, format!("this is {there}")).help(help));
    }

    fn amount(&mut self, count: usize, min: usize, max: usize, place: Span) {
        if (min..=max).contains(&count) {
            return;
        }
        let needed = if count < min { format!("needs at least {min}") } else { format!("may have at most {max}") };
        let plural = if count == 1 { "entry" } else { "entries" };
        let message = format!("{} has {count} {plural}, and {needed}", self.subject());
        self.push(Finding::error(Code::WrongCount, message).at(place, needed));
    }

    fn map(&mut self, map: &'static MapShape, entries: &[Entry], place: Span) {
        let mut suggested = Vec::new();
        for entry in entries {
            if self.findings.is_full() {
                return;
            }
            match map.key(&entry.key) {
                Some(key) => self.known(map, key, entry),
                None => suggested.extend(self.unknown(map, entry)),
            }
        }
        for key in map.current().filter(|key| key.required) {
            let there = entries.iter().any(|entry| entry.key == key.name);
            // A misspelt key has its finding; that it is also missing is no news.
            if !there && !suggested.contains(&key.name) {
                self.missing(map, key, place);
            }
        }
        self.one_kind(map, entries, &suggested, place);
    }

    /// Of the kinds that a block may be of exactly one has to be there.
    fn one_kind(&mut self, map: &'static MapShape, entries: &[Entry], suggested: &[&str], place: Span) {
        let mut kinds = map.current().filter(|key| key.alternative);
        let Some(first) = kinds.next() else { return };
        let others = kinds.count();
        let is_kind = |entry: &&Entry| map.key(&entry.key).is_some_and(|key| key.alternative && key.later.is_none());
        let given: Vec<&Entry> = entries.iter().filter(is_kind).collect();
        if let [one, another, ..] = given.as_slice() {
            let message = format!("{} has `{}` and `{}`, and can have one of them", map.title, one.key, another.key);
            let finding = Finding::error(Code::NotOneKey, message)
                .at(another.key_span, "a second kind")
                .also(one.key_span, "the first")
                .help("write an entry of its own for each");
            self.push(finding);
            return;
        }
        // what stands there instead is not there yet, or misspelt: that has its finding
        let instead = entries.iter().any(|entry| map.key(&entry.key).is_some_and(|key| key.later.is_some()));
        let meant = map.current().any(|key| key.alternative && suggested.contains(&key.name));
        if !given.is_empty() || instead || meant {
            return;
        }
        if others == 0 {
            return self.missing(map, first, place);
        }
        let names = listed(map.current().filter(|key| key.alternative).map(|key| key.name));
        let help = format!("for example {}", first.shape.example());
        let finding = Finding::error(Code::MissingSetting, format!("{} needs one of {names}", map.title))
            .at(place, "says nothing of the kind")
            .help(format!("{help} under `{}`", first.name));
        self.push(finding);
    }

    fn one_key(&mut self, map: &'static MapShape, entries: &[Entry], place: Span) {
        if let Some(theirs) = aws_spelling::of_entry(map, entries) {
            let finding = Finding::error(
                Code::UnknownSetting,
                format!("{} says with its key what it is, not with `type`", map.title),
            )
            .at(theirs.at, "as AWS writes it")
            .help(format!("write `{}`", printable(&theirs.ours)));
            return self.push(finding);
        }
        for entry in entries {
            if self.findings.is_full() {
                return;
            }
            match map.key(&entry.key) {
                Some(key) => self.known(map, key, entry),
                None => drop(self.unknown(map, entry)),
            }
        }
        // what is not known has been told, and is no kind beside another
        let known = entries.iter().filter(|entry| map.key(&entry.key).is_some()).count();
        let is_told = !entries.is_empty() && known < 2;
        if is_told || entries.len() == 1 || entries.iter().skip(1).any(|entry| slips::behind_a_comma(entry).is_some()) {
            return;
        }
        let keys = listed(map.current().map(|key| key.name));
        let message = format!("{} has exactly one key, and here are {}", map.title, entries.len());
        let mut finding = Finding::error(Code::NotOneKey, message);
        finding = match entries.get(1) {
            Some(second) => finding.at(second.key_span, "one too many").also(entries[0].key_span, "besides this one"),
            None => finding.at(place, "none here"),
        };
        self.push(finding.help(format!("one of {keys}; make an entry for each")));
    }

    fn known(&mut self, map: &'static MapShape, key: &'static Key, entry: &Entry) {
        self.inside(key.name, |w| match key.later {
            None => w.value(key.shape, &entry.value, entry.key_span),
            Some(why) => {
                let message = format!("`{}` in {} is not there yet", key.name, map.title);
                w.push(
                    Finding::error(Code::NotThereYet, message)
                        .at(entry.key_span, why)
                        .help("leave it out, or use a version that has it"),
                );
            }
        });
    }

    /// Reports a key that does not exist; returns the one that was probably meant.
    fn unknown(&mut self, map: &'static MapShape, entry: &Entry) -> Option<&'static str> {
        if let Some(finding) = slips::behind_a_comma(entry).filter(|_| !self.texts_are_quoted) {
            self.inside(&entry.key, |w| w.push(finding));
            return None;
        }
        let near = nearest_setting(&entry.key, map.keys.iter().map(|key| key.name)).and_then(|name| map.key(name));
        let near = slips::called_elsewhere(map, &entry.key).and_then(|name| map.key(name)).or(near);
        let owner = slips::belongs_under(map, &entry.key).filter(|_| near.is_none_or(|near| near.later.is_some()));
        let near = near.filter(|_| owner.is_none());
        let is_claim = map.key("always").is_some() && map.key("never").is_some();
        let help = match near {
            _ if is_claim && entry.value.text().is_some_and(|text| resolve(text) != Resolved::Text) => {
                format!(
                    "a condition is one text: `- {} == {}`",
                    printable(&entry.key),
                    cut(entry.value.text().unwrap_or(""))
                )
            }
            None if owner.is_some() => {
                let owner = owner.unwrap_or_default();
                format!("it belongs under `{owner}`: `{owner}: {{{}: …}}`", printable(&entry.key))
            }
            None if entry.key.starts_with("x-") => {
                "there are no settings for anchors alone: define `&name` where the value is used first".to_owned()
            }
            None if map.keys.len() > LISTED_AT_MOST && self.listed.contains(&map.title) => {
                "it is none of the settings here, as the finding above says".to_owned()
            }
            Some(Key { name, later: Some(why), .. }) => {
                format!("leave it out: what is meant is probably `{name}`, which {why}")
            }
            Some(near) => format!("did you mean `{}`?", near.name),
            None => {
                self.listed.push(map.title);
                let more = match map.current().count().saturating_sub(LISTED_AT_MOST) {
                    0 => String::new(),
                    more => format!("; {more} more stand in docs/scenario.md"),
                };
                format!("known here: {}{more}", listed(map.current().take(LISTED_AT_MOST).map(|key| key.name)))
            }
        };
        let message = format!("{} has no setting {}", map.title, quoted(&entry.key));
        self.inside(&entry.key, |w| {
            w.push(Finding::error(Code::UnknownSetting, message).at(entry.key_span, "not known here").help(help));
        });
        near.map(|key| key.name).or(owner)
    }

    fn missing(&mut self, map: &'static MapShape, key: &'static Key, place: Span) {
        let message = format!("{} needs `{}`", map.title, key.name);
        self.inside(key.name, |w| {
            let help = format!("{}, {}", key.shape.expected(), w.example(key.shape));
            let finding = Finding::error(Code::MissingSetting, message)
                .at(place, format!("`{}` is missing here", key.name))
                .help(help);
            w.push(if key.doc.is_empty() { finding } else { finding.note(key.doc) });
        });
    }

    fn integer(&mut self, shape: &'static Shape, node: &Node, range: (i64, i64), plain: bool) {
        let text = node.text().unwrap_or("");
        let (min, max) = (i128::from(range.0), i128::from(range.1));
        let meant = resolve(text);
        let help = match (&meant, plain) {
            (Resolved::Integer(value), true) if (min..=max).contains(value) => return,
            (Resolved::Integer(_), true) => return self.out_of_range(shape, node),
            (Resolved::Integer(value), false) => format!("write `{value}` without quotes"),
            (Resolved::Float(value), true) if !value.is_finite() || value.abs() >= 1e15 => {
                return self.out_of_range(shape, node);
            }
            (Resolved::Float(value), _) if value.fract().abs() < f64::EPSILON => {
                format!("write `{value}`")
            }
            (Resolved::Float(_), _) => "round it".into(),
            (Resolved::Text, _) if grouped_digits(text) => "write the digits alone".into(),
            _ => return self.wrong_kind(shape, node),
        };
        let message = format!("{} is {}, and a whole number belongs here", self.subject(), describe(node));
        self.push(Finding::error(Code::NotWhole, message).at(node.span, "not a plain whole number").help(help));
    }

    fn decimal(&mut self, shape: &'static Shape, node: &Node, (min, max): (f64, f64)) {
        let value = match node.resolved() {
            #[expect(clippy::cast_precision_loss, reason = "only compared with the range")]
            Some(Resolved::Integer(value)) => value as f64,
            Some(Resolved::Float(value)) => value,
            _ => return self.wrong_kind(shape, node),
        };
        if !value.is_finite() || value < min || value > max {
            self.out_of_range(shape, node);
        }
    }

    fn out_of_range(&mut self, shape: &'static Shape, node: &Node) {
        let text = quoted(node.text().unwrap_or(""));
        let expected = shape.expected();
        let message = format!("{} is {text}, and {expected} belongs here", self.subject());
        self.push(Finding::error(Code::OutOfRange, message).at(node.span, "outside the range"));
    }

    fn quantity(&mut self, quantity: &'static Quantity, text: &str, span: Span) {
        if let Err(reason) = (quantity.parse)(text) {
            let message = format!("{} is not {}: {reason}", quoted(text), with_article(quantity.name));
            let examples = listed(quantity.examples.iter().copied());
            let help = slips::in_text(text).unwrap_or_else(|| format!("for example {examples}"));
            self.push(
                Finding::error(Code::BadQuantity, message)
                    .at(span, format!("cannot be read as {}", with_article(quantity.name)))
                    .help(help),
            );
        }
    }

    fn keyword(&mut self, words: &'static [&'static str], text: &str, span: Span) {
        if words.contains(&text) {
            return;
        }
        let is_spot = text.replace(['-', ' '], "_").eq_ignore_ascii_case("FARGATE_SPOT");
        let help = match nearest(text, words.iter().copied()) {
            _ if is_spot && self.path.ends_with("launch_type") => {
                "leave it out and write `capacity_provider_strategy: [{provider: fargate_spot}]`".to_owned()
            }
            Some(near) => format!("did you mean `{near}`?"),
            None => slips::in_text(text).unwrap_or_else(|| format!("one of {}", listed(words.iter().copied()))),
        };
        let message = format!("{} is not one of the choices for {}", quoted(text), self.subject());
        self.push(Finding::error(Code::UnknownKeyword, message).at(span, "not one of the choices").help(help));
    }

    fn name(&mut self, text: &str, span: Span) {
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let (message, label) = if text.is_empty() {
            ("a name is empty".into(), "nothing here".into())
        } else if text.len() > NAME_AT_MOST {
            let count = text.chars().count();
            let message = format!("a name has {count} characters, and may have {NAME_AT_MOST}");
            (message, "too long".into())
        } else if let Some(c) = text.chars().find(|c| !fine(*c)) {
            let c = quoted(&c.to_string());
            (format!("the name {} has {c} in it", quoted(text)), format!("{c} cannot be in a name"))
        } else if text.starts_with(['-', '_']) {
            let message = format!("the name {} begins with a sign", quoted(text));
            (message, "a letter or digit comes first".into())
        } else {
            return;
        };
        let as_region = (self.path == "region").then(|| region_called(text)).flatten();
        let help = as_region.map(|region| format!("did you mean `{region}`?")).or_else(|| slips::in_name(text));
        let help = help.unwrap_or_else(|| "names are made of letters, digits, `-` and `_`".to_owned());
        self.push(Finding::error(Code::BadName, message).at(span, label).help(help));
    }

    fn text(&mut self, text: &str, (min, max): (usize, usize), span: Span) {
        let count = text.chars().count();
        let bad = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        let label = if let Some(c) = bad {
            format!("has the control character U+{:04X}", u32::from(c))
        } else if count < min {
            if count == 0 { "is empty".into() } else { format!("is shorter than {min} characters") }
        } else if count > max {
            format!("is longer than {max} characters")
        } else {
            return;
        };
        let message = format!("the text of {} {label}", self.subject());
        self.push(Finding::error(Code::BadText, message).at(span, label));
    }
}

/// What is there, in words.
fn describe(node: &Node) -> String {
    let text = || quoted(node.text().unwrap_or(""));
    match (&node.kind, node.resolved()) {
        (Kind::List(_), _) => "a list".into(),
        (Kind::Map(_), _) => "a block".into(),
        (Kind::Scalar { plain: false, .. }, _) => format!("the text {}", text()),
        (_, Some(Resolved::Null)) => "nothing".into(),
        (_, Some(Resolved::Integer(_) | Resolved::Float(_))) => format!("the number {}", text()),
        (_, Some(Resolved::Bool(_))) => text(),
        _ => format!("the text {}", text()),
    }
}

/// A short piece of the user's text for use in an example.
fn cut(text: &str) -> String {
    quoted(text).trim_matches('`').to_owned()
}

/// What YAML 1.1 took for yes and no, and people still write.
fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "y" => Some(true),
        "no" | "off" | "n" => Some(false),
        _ => None,
    }
}

/// `1_000`, `1,000`, `1'000`.
fn grouped_digits(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '_' | ',' | '\'' | ' '))
}
