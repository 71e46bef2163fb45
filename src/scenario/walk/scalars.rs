//! Single values: what each shape takes, and what is wrong with others.

use super::{FILE_NAME_AT_MOST, NAME_AT_MOST, Walker, describe};
use crate::diag::{Code, Finding, Span, nearest, quoted};
use crate::scenario::scalar::{Resolved, resolve};
use crate::scenario::shape::{Quantity, Shape, listed, with_article};
use crate::scenario::tree::{Entry, Node};
use crate::scenario::{amounts, lookalikes, placeholders, region_called, slips};

/// Most digits of a number that something may mean.
const DIGITS: usize = 15;

impl Walker<'_, '_> {
    pub(super) fn scalar(&mut self, shape: &'static Shape, node: &Node, text: &str, plain: bool) {
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
    pub(super) fn key(&mut self, shape: &'static Shape, entry: &Entry) {
        let (text, span) = (&entry.key, entry.key_span);
        match shape {
            Shape::Name => self.name(text, span),
            Shape::Text { min, max } => self.text(text, (*min, *max), span),
            Shape::OneOf(words) => self.keyword(words, text, span),
            Shape::Quantity(quantity) => self.quantity(quantity, text, span),
            _ => {}
        }
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
            (Resolved::Text, _) if grouped_digits(text) && !self.is_asked_only => match self.pen().adapted(shape, node)
            {
                Some(digits) => format!("write the digits alone: `{digits}`"),
                None => "write the digits alone".into(),
            },
            _ => return self.wrong_kind(shape, node),
        };
        if self.only_asked() {
            return;
        }
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
        if self.only_asked() {
            return;
        }
        let text = quoted(node.text().unwrap_or(""));
        let expected = shape.expected();
        let message = format!("{} is {text}, and {expected} belongs here", self.subject());
        let finding = Finding::error(Code::OutOfRange, message).at(node.span, "outside the range");
        self.push(match shape {
            Shape::Integer { max: i64::MAX, .. } => finding.help(format!("the largest is `{}`", i64::MAX)),
            _ => finding,
        });
    }

    fn quantity(&mut self, quantity: &'static Quantity, text: &str, span: Span) {
        let Err(reason) = (quantity.parse)(text) else { return };
        if self.only_asked() {
            return;
        }
        let message = format!("{} is not {}: {reason}", quoted(text), with_article(quantity.name));
        let examples = listed(quantity.examples.iter().copied());
        let help = if placeholders::is_one(text) {
            placeholders::help(&self.path)
        } else if let Some(help) = slips::in_text(text) {
            help
        } else if let Some(written) = amounts::of_kind(quantity, text) {
            format!("write `{written}`")
        } else if let Some(days) = amounts::days(text).filter(|_| quantity.name == "time of the week") {
            format!(
                "one point for each day: {}; with `interpolation: step` each holds until the next",
                listed(days.into_iter())
            )
        } else if text.bytes().take_while(u8::is_ascii_digit).count() > DIGITS {
            format!("a number with so many digits is too large for anything here: for example {examples}")
        } else {
            format!("for example {examples}")
        };
        let label = format!("cannot be read as {}", with_article(quantity.name));
        self.push(Finding::error(Code::BadQuantity, message).at(span, label).help(help));
    }

    fn keyword(&mut self, words: &'static [&'static str], text: &str, span: Span) {
        if words.contains(&text) || self.only_asked() {
            return;
        }
        let is_spot = text.replace(['-', ' '], "_").eq_ignore_ascii_case("FARGATE_SPOT");
        let help = match nearest(text, words.iter().copied()) {
            _ if is_spot && self.path.ends_with("launch_type") => {
                "leave it out and write `capacity_provider_strategy: [{provider: fargate_spot}]`".to_owned()
            }
            _ if placeholders::is_one(text) => placeholders::help(&self.path),
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
        } else if let Some(told) = lookalikes::told(text) {
            (format!("the name {} has {told}", quoted(text)), "not what it looks like".into())
        } else if let Some(c) = text.chars().find(|c| !fine(*c)) {
            let c = quoted(&c.to_string());
            (format!("the name {} has {c} in it", quoted(text)), format!("{c} cannot be in a name"))
        } else if text.starts_with(['-', '_']) {
            let message = format!("the name {} begins with a sign", quoted(text));
            (message, "a letter or digit comes first".into())
        } else {
            return;
        };
        if self.only_asked() {
            return;
        }
        let as_region = (self.path == "region").then(|| region_called(text)).flatten();
        let help = match slips::in_name(text) {
            _ if placeholders::is_one(text) => placeholders::help(&self.path),
            _ if as_region.is_some() => format!("did you mean `{}`?", as_region.unwrap_or_default()),
            Some(help) => help,
            None => "names are made of letters, digits, `-` and `_`".to_owned(),
        };
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

/// `1_000`, `1,000`, `1'000`.
fn grouped_digits(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '_' | ',' | '\'' | ' '))
}
