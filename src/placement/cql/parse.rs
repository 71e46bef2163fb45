//! From text to what it says: recursive descent, as deep as [`DEEPEST`] and no deeper.

use super::lex::{Cursor, Item};
use super::operator::{Operator, quoted};
use super::pattern::Pattern;
use super::tree::{Condition, Test, Tree};
use super::value::{Date, Version, whole};
use super::words::nearest;
use super::{DEEPEST, LONGEST, Mention, Subject, SyntaxError};
use std::ops::Range;

/// The subjects of ECS-333 as they are written; behind `attribute:` stands a name.
const SUBJECTS: [&str; 7] = [
    "agentConnected",
    "agentVersion",
    "attribute:",
    "ec2InstanceId",
    "registeredAt",
    "runningTasksCount",
    "task:group",
];

/// How long the name of an attribute may be (ECS-207).
const LONGEST_NAME: usize = 128;

type Written = Tree<Test<Condition>>;

/// Reads an expression, and where it names what.
pub(super) fn parse(text: &str) -> Result<(Written, Vec<Mention>), SyntaxError> {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        let length = text.chars().count();
        let message = format!("the expression has {length} characters, at most {LONGEST} are allowed");
        return Err(SyntaxError::new(end..text.len(), message).help("split it into several constraints"));
    }
    parse_any_length(text)
}

/// The same for a canonical text, which may be longer than what was written.
pub(super) fn parse_any_length(text: &str) -> Result<(Written, Vec<Mention>), SyntaxError> {
    let mut parser = Parser { cursor: Cursor::new(text), mentions: Vec::new(), depth: 0 };
    let tree = parser.either()?;
    match parser.cursor.next() {
        None => Ok((tree, parser.mentions)),
        Some(')') => {
            let at = parser.cursor.anything();
            Err(SyntaxError::new(at, "a parenthesis is closed and was never opened")
                .help("leave it out, or put `(` where what belongs together begins"))
        }
        Some(_) => Err(parser.leftover("the end")),
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    mentions: Vec<Mention>,
    /// How many parentheses and negations are open.
    depth: usize,
}

impl Parser<'_> {
    /// `or`, the loosest (ECS-339).
    fn either(&mut self) -> Result<Written, SyntaxError> {
        let mut parts = vec![self.both()?];
        while self.connects("||", "or") {
            parts.push(self.both()?);
        }
        Ok(Tree::any(parts))
    }

    fn both(&mut self) -> Result<Written, SyntaxError> {
        let mut parts = vec![self.unary()?];
        while self.connects("&&", "and") {
            parts.push(self.unary()?);
        }
        Ok(Tree::all(parts))
    }

    fn connects(&mut self, sign: &str, word: &str) -> bool {
        self.cursor.next();
        self.cursor.eat(sign) || self.cursor.eat_word(word)
    }

    /// Negations, then parentheses or a simple expression. A negation and the parenthesis behind it count as one level,
    /// so that the canonical text, which puts parentheses behind each last `not`, is no deeper than the text was.
    fn unary(&mut self) -> Result<Written, SyntaxError> {
        let before = self.depth;
        loop {
            self.cursor.next();
            let rest = self.cursor.rest();
            let start = self.cursor.at();
            let is_operator = rest.starts_with("!=") || rest.starts_with("!~");
            if is_operator || !(self.cursor.eat("!") || self.cursor.eat_word("not")) {
                break;
            }
            self.deeper(start)?;
        }
        let negations = self.depth - before;
        let mut tree = if self.cursor.next() == Some('(') {
            if negations == 0 {
                self.deeper(self.cursor.at())?;
            }
            self.inner()?
        } else {
            self.simple()?
        };
        self.depth = before;
        for _ in 0..negations {
            tree = Tree::Not(Box::new(tree));
        }
        Ok(tree)
    }

    fn deeper(&mut self, start: usize) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("parentheses and negations stand in each other more than {DEEPEST} deep");
            return Err(SyntaxError::new(start..start + 1, message).help("`not (not a)` is `a`, and `(a)` is `a`"));
        }
        Ok(())
    }

    fn inner(&mut self) -> Result<Written, SyntaxError> {
        let start = self.cursor.at();
        self.cursor.eat("(");
        let tree = self.either()?;
        match self.cursor.next() {
            Some(')') => {
                self.cursor.eat(")");
                Ok(tree)
            }
            None => Err(SyntaxError::new(start..start + 1, "a parenthesis is opened and never closed")
                .help("put `)` where what belongs together ends")),
            Some(_) => Err(self.leftover("`)`")),
        }
    }

    /// Something stands where a simple expression has ended.
    fn leftover(&self, end: &str) -> SyntaxError {
        let word = self.cursor.word();
        let at = if word.is_empty() { self.cursor.anything() } else { word };
        let found = self.cursor.text(&at);
        let error = SyntaxError::new(at, format!("`{found}` stands where `and`, `or` or {end} is expected"));
        match nearest(found, ["and", "or"]).or(match found {
            "&" | "," => Some("and"),
            "|" => Some("or"),
            _ => None,
        }) {
            Some(meant) => error.help(format!("did you mean `{meant}`?")),
            None if found.starts_with(|c: char| c.is_alphanumeric()) => {
                error.help("a value with a space in it stands in single quotes: `'like this'`")
            }
            None => error,
        }
    }

    /// `subject operator [argument]` (ECS-332).
    fn simple(&mut self) -> Result<Written, SyntaxError> {
        let (subject, at) = self.subject()?;
        self.cursor.next();
        let sign = self.cursor.operator();
        let spelt = self.cursor.text(&sign);
        let operator = Operator::read(spelt, sign.clone())?;
        let not_taken = || {
            let error = SyntaxError::new(sign.clone(), format!("`{subject}` does not take `{spelt}`"));
            Err(error.help(format!("it takes {}", subject.operators())))
        };
        if !subject.takes(operator) {
            return not_taken();
        }
        self.cursor.pass(&sign);
        let (test, items) = match (&subject, operator) {
            (Subject::AgentVersion, Operator::Compare(comparison)) => {
                let item = self.argument()?;
                (Test::AgentVersion(comparison, version(&item)?), vec![item])
            }
            (Subject::RegisteredAt, Operator::Compare(comparison)) => {
                let item = self.argument()?;
                (Test::RegisteredAt(comparison, date(&item)?), vec![item])
            }
            (Subject::RunningTasksCount, Operator::Compare(comparison)) => {
                let item = self.argument()?;
                (Test::RunningTasksCount(comparison, count(&item)?), vec![item])
            }
            (Subject::AgentVersion | Subject::RegisteredAt | Subject::RunningTasksCount, _) => return not_taken(),
            (Subject::AgentConnected, _) => {
                let (condition, items) = self.condition(operator)?;
                if !matches!(operator, Operator::Matches | Operator::NotMatches) {
                    items.iter().try_for_each(truth)?;
                }
                (Test::AgentConnected(condition), items)
            }
            (Subject::Ec2InstanceId, _) => {
                self.condition(operator).map(|(is, items)| (Test::Ec2InstanceId(is), items))?
            }
            (Subject::TaskGroup, _) => self.condition(operator).map(|(is, items)| (Test::TaskGroup(is), items))?,
            (Subject::Attribute(name), _) => {
                self.condition(operator).map(|(is, items)| (Test::Attribute(name.clone(), is), items))?
            }
        };
        let values =
            if operator.names() { items.into_iter().map(|item| (item.value, item.at)).collect() } else { Vec::new() };
        self.mentions.push(Mention { subject, at, values });
        Ok(Tree::Test(test))
    }

    /// What stands behind an operator whose argument is text, and what is asked of it.
    fn condition(&mut self, operator: Operator) -> Result<(Condition, Vec<Item>), SyntaxError> {
        let sorted = |items: &[Item]| {
            let mut values: Vec<String> = items.iter().map(|item| item.value.clone()).collect();
            values.sort_unstable();
            values.dedup();
            values
        };
        Ok(match operator {
            Operator::Compare(comparison) => {
                let item = self.argument()?;
                (Condition::Is(comparison, item.value.clone()), vec![item])
            }
            Operator::In => {
                let items = self.list(operator)?;
                (Condition::In(sorted(&items)), items)
            }
            Operator::NotIn => {
                let items = self.list(operator)?;
                (Condition::NotIn(sorted(&items)), items)
            }
            Operator::Matches => (Condition::Matches(pattern(&self.argument()?)?), Vec::new()),
            Operator::NotMatches => (Condition::NotMatches(pattern(&self.argument()?)?), Vec::new()),
            Operator::Exists => (Condition::Exists, Vec::new()),
            Operator::Absent => (Condition::Absent, Vec::new()),
        })
    }

    fn subject(&mut self) -> Result<(Subject, Range<usize>), SyntaxError> {
        if self.cursor.next().is_none() {
            let at = self.cursor.at();
            let message = if at == 0 || self.cursor.text(&(0..at)).trim().is_empty() {
                "the expression is empty"
            } else {
                "the expression ends where a subject is expected"
            };
            return Err(SyntaxError::new(at..at, message).help("for example `attribute:ecs.instance-type == t3.small`"));
        }
        let at = self.cursor.word();
        let word = self.cursor.text(&at);
        if word.is_empty() {
            let at = self.cursor.anything();
            let message = format!("`{}` stands where a subject is expected", self.cursor.text(&at));
            return Err(SyntaxError::new(at, message).help(format!("the subjects are {}", quoted(&SUBJECTS))));
        }
        let subject = match word {
            "agentConnected" => Subject::AgentConnected,
            "agentVersion" => Subject::AgentVersion,
            "ec2InstanceId" => Subject::Ec2InstanceId,
            "registeredAt" => Subject::RegisteredAt,
            "runningTasksCount" => Subject::RunningTasksCount,
            "task:group" => Subject::TaskGroup,
            _ => match word.strip_prefix("attribute:") {
                Some(name) => Subject::Attribute(attribute(name, &at)?),
                None => return Err(no_subject(word, at)),
            },
        };
        self.cursor.pass(&at);
        Ok((subject, at))
    }

    /// One value; a list in its place is told what takes it.
    fn argument(&mut self) -> Result<Item, SyntaxError> {
        if self.cursor.next() == Some('[') {
            return Err(SyntaxError::new(self.cursor.anything(), "a list stands where one value is expected")
                .help("`in` and `!in` take lists; a regular expression that begins with `[` stands in single quotes"));
        }
        self.cursor.item()
    }

    /// `[a, b]`, with one item at least (ECS-335).
    fn list(&mut self, operator: Operator) -> Result<Vec<Item>, SyntaxError> {
        let found = self.cursor.next();
        let start = self.cursor.at();
        if !self.cursor.eat("[") {
            let at = if found.is_none() { start..start } else { self.cursor.anything() };
            let message = format!("`{}` takes a list", operator.sign());
            return Err(SyntaxError::new(at, message).help("write `[a, b]`"));
        }
        let mut items = Vec::new();
        loop {
            if self.cursor.next() == Some(']') {
                let message = if items.is_empty() { "a list without values" } else { "a value is missing behind `,`" };
                return Err(SyntaxError::new(self.cursor.anything(), message)
                    .help("write one value at least, and none that is empty: `[a, b]`"));
            }
            items.push(self.cursor.item()?);
            match self.cursor.next() {
                Some(',') => self.cursor.eat(","),
                Some(']') => {
                    self.cursor.eat("]");
                    return Ok(items);
                }
                None => {
                    return Err(SyntaxError::new(start..start + 1, "a list is opened and never closed")
                        .help("put `]` behind the last value: `[a, b]`"));
                }
                Some(_) => {
                    let at = self.cursor.anything();
                    let message = format!("`{}` stands where `,` or `]` is expected", self.cursor.text(&at));
                    let help =
                        "values are separated by commas: `[a, b]`; one with a space in it stands in single quotes";
                    return Err(SyntaxError::new(at, message).help(help));
                }
            };
        }
    }
}

/// The name of an attribute (ECS-207).
fn attribute(name: &str, word: &Range<usize>) -> Result<String, SyntaxError> {
    let start = word.end - name.len();
    if name.is_empty() {
        let example = "for example `attribute:ecs.availability-zone`";
        return Err(SyntaxError::new(word.clone(), "`attribute:` stands without a name").help(example));
    }
    let strange =
        name.char_indices().find(|(_, c)| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '/' | '\\' | '.'));
    if let Some((offset, c)) = strange {
        let at = start + offset..start + offset + c.len_utf8();
        return Err(SyntaxError::new(at, format!("`{c}` can't stand in the name of an attribute"))
            .help("names are made of letters, digits and `-`, `_`, `/`, `\\`, `.`"));
    }
    if name.len() > LONGEST_NAME {
        let message =
            format!("the name of this attribute has {} characters, at most {LONGEST_NAME} are allowed", name.len());
        return Err(SyntaxError::new(start..word.end, message).help("names and values have 128 at most (ECS-207)"));
    }
    Ok(name.to_owned())
}

fn no_subject(word: &str, at: Range<usize>) -> SyntaxError {
    let head = word.split_inclusive(':').next().unwrap_or(word);
    let meant = match nearest(head, ["attribute:", "task:"]) {
        // `ecs.instance-type`: a name with a point is an attribute's, whatever it is near to
        _ if word.contains('.') && !word.contains(':') => None,
        Some(prefix) if word.contains(':') => Some(if prefix == "task:" { "task:group" } else { prefix }),
        _ => nearest(word, SUBJECTS.into_iter().chain(["not"])),
    };
    // what is to be replaced: all of `task:grp`, but of `attribte:stack` only what stands before the name
    let at = if meant == Some("attribute:") { at.start..at.start + head.len() } else { at };
    let shown = &word[..at.len()];
    SyntaxError::new(at, format!("`{}` is no subject", shown.trim_end_matches(':'))).help(match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if word.contains(['.', '-', '/']) && !word.contains(':') => {
            format!("an attribute is written `attribute:{word}`")
        }
        None => format!("the subjects are {}", quoted(&SUBJECTS)),
    })
}

fn pattern(item: &Item) -> Result<Pattern, SyntaxError> {
    Pattern::parse(&item.value).map_err(|refusal| {
        let error = SyntaxError::new(item.within(&refusal.at), refusal.message);
        SyntaxError { help: refusal.help, ..error }
    })
}

fn truth(item: &Item) -> Result<(), SyntaxError> {
    match item.value.as_str() {
        "true" | "false" => Ok(()),
        other => {
            let error = SyntaxError::new(item.at.clone(), format!("`agentConnected` is never `{other}`"));
            Err(error.help("it is `true` or `false`"))
        }
    }
}

fn version(item: &Item) -> Result<Version, SyntaxError> {
    Version::parse(&item.value).ok_or_else(|| {
        SyntaxError::new(item.at.clone(), format!("`{}` is no version of the agent", item.value))
            .help("versions are whole numbers between points, such as `1.105.1`")
    })
}

fn date(item: &Item) -> Result<Date, SyntaxError> {
    Date::parse(&item.value).ok_or_else(|| {
        SyntaxError::new(item.at.clone(), format!("`{}` is no date", item.value)).help(
            "dates are `2018-06-18T22:28:28+00:00`, `2018-06-18T22:28:28Z`, `2018-06-18T22:28:28` and `2018-06-18`",
        )
    })
}

fn count(item: &Item) -> Result<u64, SyntaxError> {
    whole(&item.value).ok_or_else(|| {
        SyntaxError::new(item.at.clone(), format!("`{}` is no number of tasks", item.value))
            .help("`runningTasksCount` is compared with whole numbers, such as `0` or `12`")
    })
}
