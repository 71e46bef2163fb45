//! Compares a tree with a shape and reports every structural mistake at once.

mod scalars;

use super::home::{self, Home, Open};
use super::proposal::Pen;
use super::scalar::{Resolved, resolve};
use super::shape::{Key, MapShape, Shape, listed};
use super::tree::{Entry, Kind, Node};
use super::{aws_spelling, lookalikes, placeholders, slips};
use crate::diag::{Code, Finding, Findings, Span, misspelt, nearest_setting, printable, quoted};

/// Reports whatever in the tree does not have the shape.
pub fn check(shape: &'static Shape, node: &Node, findings: &mut Findings) {
    Walker::new(findings).value(shape, node, node.head());
}

/// The same for JSON that a strict reader takes as well: there `512` is no text.
pub(super) fn check_json(shape: &'static Shape, node: &Node, findings: &mut Findings) {
    let mut walker = Walker { texts_are_quoted: true, ..Walker::new(findings) };
    walker.value(shape, node, node.head());
}

/// Whether a single value has the shape.
pub(super) fn accepts(shape: &'static Shape, node: &Node) -> bool {
    let mut findings = Findings::new();
    let mut walker = Walker { is_asked_only: true, ..Walker::new(&mut findings) };
    walker.value(shape, node, node.head());
    findings.is_empty()
}

/// Longest name; a name becomes part of file names and table columns.
pub(super) const NAME_AT_MOST: usize = 255;

/// Longest path of a file, in characters.
pub(super) const FILE_NAME_AT_MOST: usize = 1000;
/// A block with more settings has them listed once.
const LISTED_AT_MOST: usize = 16;

struct Walker<'a, 'n> {
    findings: &'a mut Findings,
    /// Of the value in hand: `services.web.ports[2]`.
    path: String,
    /// Whether a number or word without quotes is refused where a text belongs.
    texts_are_quoted: bool,
    /// Whether nobody reads the findings: the first ends the walk, and says nothing.
    is_asked_only: bool,
    /// Blocks whose settings were listed.
    listed: Vec<&'static str>,
    /// The blocks that the value in hand is in, the outermost first.
    open: Vec<Open<'n>>,
    /// Of an entry of a list: the key before which a dash is one too many.
    dash: Option<Span>,
}

impl<'a, 'n> Walker<'a, 'n> {
    fn new(findings: &'a mut Findings) -> Self {
        Self {
            findings,
            path: String::new(),
            texts_are_quoted: false,
            is_asked_only: false,
            listed: Vec::new(),
            open: Vec::new(),
            dash: None,
        }
    }

    /// Whether it is enough to know that something is wrong: so it is, and what it is nobody asks.
    fn only_asked(&mut self) -> bool {
        if self.is_asked_only && self.findings.is_empty() {
            self.findings.push(Finding::error(Code::WrongKind, ""));
        }
        self.is_asked_only
    }

    fn pen(&self) -> Pen {
        Pen { json: self.texts_are_quoted }
    }

    /// A value; `place` is where to point at it as a whole: at its key.
    fn value(&mut self, shape: &'static Shape, node: &'n Node, place: Span) {
        if self.findings.is_full() || (self.is_asked_only && !self.findings.is_empty()) {
            return;
        }
        if node.is_null() && !matches!(shape, Shape::Anything) {
            self.null(shape, node, place);
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

    fn fitting(&mut self, shape: &'static Shape, node: &'n Node, place: Span) {
        match (shape, &node.kind) {
            (Shape::List { of, min, max }, Kind::List(items)) => {
                self.amount(items.len(), *min, *max, place);
                for (i, item) in items.iter().enumerate() {
                    self.dash = i.checked_sub(1).and_then(|before| slips::torn_off(of, &items[before], item));
                    self.inside(&format!("[{i}]"), |w| w.value(of, item, item.head()));
                }
                self.dash = None;
            }
            (Shape::Dict { names, of, min, max }, Kind::Map(entries)) => {
                self.amount(entries.len(), *min, *max, place);
                self.named_entries((names, of), entries);
            }
            (Shape::Map(map), Kind::Map(entries)) => self.map(map, entries, place),
            (Shape::OneKey(map), Kind::Map(entries)) => self.one_key(map, entries, place),
            (_, Kind::Scalar { text, plain }) => self.scalar(shape, node, text, *plain),
            _ => {}
        }
    }

    /// Entries under names that the user chose.
    fn named_entries(&mut self, (names, of): (&'static Shape, &'static Shape), entries: &'n [Entry]) {
        let strays = slips::strays(of, entries);
        let mut owner = "web";
        for entry in entries {
            let is_stray = strays.iter().any(|stray| std::ptr::eq(*stray, entry));
            let section = self.open.first().and_then(|outer| slips::section_among_names(outer.map, of, entry));
            if is_stray {
                self.inside(&entry.key, |w| w.push(slips::stray(of, entry, owner)));
            } else if let Some(finding) = section.or_else(|| slips::spoilt_name(entry)) {
                self.inside(&entry.key, |w| w.push(finding));
                continue;
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

    /// The last step of the path, where that is a key.
    fn last_key(&self) -> Option<&str> {
        let last = self.path.rsplit('.').next().unwrap_or("");
        (!last.is_empty() && !last.contains('[')).then_some(last)
    }

    /// A value in backticks, behind its key where there is one.
    fn keyed(&self, value: &str) -> String {
        match self.last_key() {
            None => format!("`{value}`"),
            Some(key) if self.texts_are_quoted => format!("`\"{}\": {value}`", printable(key)),
            Some(key) => format!("`{}: {value}`", printable(key)),
        }
    }

    /// `for example …`, with the key where there is one.
    fn example(&self, shape: &Shape) -> String {
        let example = shape.example_for(self.last_key().unwrap_or(""), self.texts_are_quoted);
        format!("for example {}", self.keyed(&example))
    }

    fn null(&mut self, shape: &'static Shape, node: &Node, place: Span) {
        if self.only_asked() {
            return;
        }
        let block = matches!(shape, Shape::Map(map) if map.keys.iter().all(|key| !key.required));
        let help = if block {
            "write `{}` for a block in which every setting has its default".into()
        } else {
            format!("{} belongs here, {}", shape.expected(), self.example(shape))
        };
        let is_said = node.text().is_some_and(|text| !text.is_empty());
        let label = if is_said { "taken away here" } else { "nothing is said here" };
        self.push(
            Finding::error(Code::MissingValue, format!("{} has no value", self.subject())).at(place, label).help(help),
        );
    }

    fn wrong_kind(&mut self, shape: &'static Shape, node: &Node) {
        if self.only_asked() {
            return;
        }
        if let (Kind::Scalar { text, plain: true }, Shape::Map(_) | Shape::Dict { .. }) = (&node.kind, shape) {
            let Span { source, start, .. } = node.span;
            if let Some(finding) = lookalikes::spoilt_line(text.lines().next().unwrap_or(""), source, start) {
                return self.push(finding);
            }
            if let Some(colon) = super::syntax::key_without_blank(text) {
                let at = start + colon;
                return self.push(super::syntax::blank_missing(Span::new(source, at, at + 1)));
            }
        }
        let there = describe(node);
        let message = format!("{} is {there}, and {} belongs here", self.subject(), shape.expected());
        let help = self.remedy(shape, node);
        self.push(Finding::error(Code::WrongKind, message).at(node.span, format!("this is {there}")).help(help));
    }

    /// What to write instead of a value of the wrong kind.
    fn remedy(&self, shape: &'static Shape, node: &Node) -> String {
        let slip = slips::in_value(shape, node).filter(|_| !self.texts_are_quoted);
        match (&node.kind, shape) {
            (Kind::Scalar { text, .. }, _) if placeholders::is_one(text) => placeholders::help(&self.path),
            _ if slip.is_some() => slip.unwrap_or_default(),
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
            _ => match slips::by_key(self.last_key().unwrap_or(""), node).or_else(|| self.pen().adapted(shape, node)) {
                Some(own) => format!("{}{}", slips::why(shape, node), self.keyed(&own)),
                None => self.example(shape),
            },
        }
    }

    fn amount(&mut self, count: usize, min: usize, max: usize, place: Span) {
        if (min..=max).contains(&count) || self.only_asked() {
            return;
        }
        let needed = if count < min { format!("needs at least {min}") } else { format!("may have at most {max}") };
        let plural = if count == 1 { "entry" } else { "entries" };
        let message = format!("{} has {count} {plural}, and {needed}", self.subject());
        self.push(Finding::error(Code::WrongCount, message).at(place, needed));
    }

    fn map(&mut self, map: &'static MapShape, entries: &'n [Entry], place: Span) {
        let dash = self.dash.take();
        let mut suggested = Vec::new();
        self.open.push(Open { map, entries });
        let told = self.told_together(map, entries, false, &mut suggested);
        for (row, entry) in entries.iter().enumerate() {
            if self.findings.is_full() {
                break;
            }
            match map.key(&entry.key) {
                _ if told.iter().any(|told| std::ptr::eq(*told, entry)) => {}
                Some(_) if self.ends_at_a_comma(entries, row) => {}
                Some(key) => self.known(map, key, entry),
                None => suggested.extend(self.unknown(map, entry)),
            }
        }
        self.open.pop();
        for key in map.current().filter(|key| key.required) {
            let there = entries.iter().any(|entry| entry.key == key.name);
            // A misspelt key has its finding; that it is also missing is no news.
            if !there && !suggested.contains(&key.name) {
                self.missing(map, key, place, dash);
            }
        }
        self.one_kind(map, entries, &suggested, place);
    }

    /// Whether a value is but the part of one before its comma: what is wrong with it is said of the rest.
    fn ends_at_a_comma(&self, entries: &[Entry], row: usize) -> bool {
        let next = entries.get(row + 1).filter(|_| !self.texts_are_quoted);
        next.is_some_and(|next| slips::behind_a_comma(next).is_some())
    }

    /// Reports what several entries of a block are together, and says which: their kind as `type`, or a block whose
    /// settings stand beside it.
    fn told_together(
        &mut self,
        map: &'static MapShape,
        entries: &'n [Entry],
        is_one_key: bool,
        suggested: &mut Vec<&'static str>,
    ) -> Vec<&'n Entry> {
        if let Some((given, kind, ours)) = home::kind_as_type(map, entries, is_one_key) {
            if !self.only_asked() {
                let message = format!("{} says with its key what it is, not with {}", map.title, quoted(&given.key));
                let finding = Finding::error(Code::UnknownSetting, message).at(given.key_span, "not known here");
                self.inside(&given.key, |w| w.push(finding.help(format!("write {}", printable(&ours)))));
            }
            suggested.push(kind);
            return entries.iter().filter(|entry| map.key(&entry.key).is_none()).collect();
        }
        let Some((hollow, mut own)) = home::hollow(map, entries) else { return Vec::new() };
        if !self.only_asked() {
            let names = listed(own.iter().take(LISTED_AT_MOST).map(|entry| entry.key.as_str()));
            let help = format!("its settings stand as far to the left as itself: indent {names} further");
            let message = format!("{} has no value", quoted(&hollow.key));
            let finding = Finding::error(Code::MissingValue, message).at(hollow.key_span, "nothing stands below this");
            let finding = own.first().map_or(finding.clone(), |first| finding.also(first.key_span, "belongs to it"));
            self.inside(&hollow.key, |w| w.push(finding.help(help)));
        }
        own.push(hollow);
        own
    }

    /// Of the kinds that a block may be of exactly one has to be there.
    fn one_kind(&mut self, map: &'static MapShape, entries: &[Entry], suggested: &[&str], place: Span) {
        if self.is_asked_only && !self.findings.is_empty() {
            return;
        }
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
            return self.missing(map, first, place, None);
        }
        let names = listed(map.current().filter(|key| key.alternative).map(|key| key.name));
        let help = format!("for example `{}: {}`", first.name, first.example(self.texts_are_quoted));
        let finding = Finding::error(Code::MissingSetting, format!("{} needs one of {names}", map.title))
            .at(place, "says nothing of the kind")
            .help(help);
        self.push(finding);
    }

    fn one_key(&mut self, map: &'static MapShape, entries: &'n [Entry], place: Span) {
        if let Some(theirs) = aws_spelling::of_entry(map, entries) {
            let finding = Finding::error(
                Code::UnknownSetting,
                format!("{} says with its key what it is, not with `type`", map.title),
            )
            .at(theirs.at, "as AWS writes it")
            .help(format!("write `{}`", printable(&theirs.ours)));
            return self.push(finding);
        }
        self.open.push(Open { map, entries });
        let told = self.told_together(map, entries, true, &mut Vec::new());
        for (row, entry) in entries.iter().enumerate() {
            if self.findings.is_full() {
                break;
            }
            match map.key(&entry.key) {
                _ if told.iter().any(|told| std::ptr::eq(*told, entry)) => {}
                Some(_) if self.ends_at_a_comma(entries, row) => {}
                Some(key) => self.known(map, key, entry),
                None => drop(self.unknown(map, entry)),
            }
        }
        self.open.pop();
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

    fn known(&mut self, map: &'static MapShape, key: &'static Key, entry: &'n Entry) {
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
        if self.only_asked() {
            return None;
        }
        let comma = slips::behind_a_comma(entry).filter(|_| !self.texts_are_quoted);
        let Span { source, start, .. } = entry.key_span;
        if let Some(finding) = comma.or_else(|| lookalikes::spoilt_line(&entry.key, source, start)) {
            self.inside(&entry.key, |w| w.push(finding));
            let meant = lookalikes::spoilt_key(&entry.key);
            return map.key(&meant).map(|key| key.name);
        }
        let Home { help, instead } = self.home(map, entry);
        let message = format!("{} has no setting {}", map.title, quoted(&entry.key));
        self.inside(&entry.key, |w| {
            w.push(Finding::error(Code::UnknownSetting, message).at(entry.key_span, "not known here").help(help));
        });
        instead
    }

    /// What was probably meant by a key that does not exist, the surest first.
    fn home(&mut self, map: &'static MapShape, entry: &Entry) -> Home {
        let told = |help: String| Home { help, instead: None };
        if let Some(help) = slips::instead_of(map, entry) {
            return told(help);
        }
        let keys = || map.keys.iter().map(|key| key.name);
        let meant = misspelt(&entry.key, keys()).or_else(|| slips::called_elsewhere(map, &entry.key));
        if let Some(key) = meant.and_then(|name| map.key(name)) {
            return near(key, entry);
        }
        if let Some(dotted) = home::dotted(map, entry).filter(|_| !self.texts_are_quoted) {
            return told(dotted);
        }
        let is_deep = self.path.contains(['.', '[']);
        if let Some(home) = home::exact(&self.open, entry, is_deep) {
            return home;
        }
        if let Some(key) = nearest_setting(&entry.key, keys()).and_then(|name| map.key(name)) {
            return near(key, entry);
        }
        let here = self.open.last().copied();
        let further = here.and_then(|here| home::far_below(&here, entry).or_else(|| home::elsewhere(&here, entry)));
        if let Some(home) = further.filter(|_| !self.texts_are_quoted) {
            return home;
        }
        if map.keys.len() > LISTED_AT_MOST && self.listed.contains(&map.title) {
            return told("it is none of the settings here, as the finding above says".to_owned());
        }
        self.listed.push(map.title);
        let more = match map.current().count().saturating_sub(LISTED_AT_MOST) {
            0 => String::new(),
            more => format!("; {more} more stand in docs/scenario.md"),
        };
        told(format!("known here: {}{more}", listed(map.current().take(LISTED_AT_MOST).map(|key| key.name))))
    }

    fn missing(&mut self, map: &'static MapShape, key: &'static Key, place: Span, dash: Option<Span>) {
        if self.only_asked() {
            return;
        }
        let message = format!("{} needs `{}`", map.title, key.name);
        self.inside(key.name, |w| {
            let finding =
                Finding::error(Code::MissingSetting, message).at(place, format!("`{}` is missing here", key.name));
            if dash.is_some() {
                return w.push(finding.help(
                    "if this belongs to the entry before, the `-` is one too many: indent it as far as that entry's settings",
                ));
            }
            let finding = finding.help(format!("{}, {}", key.shape.expected(), w.example(key.shape)));
            w.push(if key.doc.is_empty() { finding } else { finding.note(key.doc) });
        });
    }
}

/// A key that was misspelt or called by another name.
fn near(key: &'static Key, entry: &Entry) -> Home {
    let help = match key.later {
        Some(why) => format!("leave it out: what is meant is probably `{}`, which {why}", key.name),
        None => match lookalikes::in_word(&entry.key)
            .filter(|_| lookalikes::plain_word(&entry.key).as_deref() == Some(key.name))
        {
            Some(help) => help,
            None => format!("did you mean `{}`?", key.name),
        },
    };
    Home { help, instead: Some(key.name) }
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
