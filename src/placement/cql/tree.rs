//! What an expression says, and its canonical text.

use super::lex::needs_quotes;
use super::pattern::Pattern;
use super::value::{Date, Version};
use crate::units::GroupId;
use std::cmp::Ordering;
use std::fmt;

/// Tests put together. Canonical: a list has two members at least and none of its own kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tree<T> {
    Test(T),
    Not(Box<Tree<T>>),
    All(Vec<Tree<T>>),
    Any(Vec<Tree<T>>),
}

/// One simple expression. `G` is what stands for groups: names as they are written, or ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Test<G> {
    /// Compares `true` or `false`.
    AgentConnected(Condition),
    AgentVersion(Comparison, Version),
    Attribute(String, Condition),
    Ec2InstanceId(Condition),
    RegisteredAt(Comparison, Date),
    RunningTasksCount(Comparison, u64),
    TaskGroup(G),
}

/// What a text must be like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Condition {
    Is(Comparison, String),
    /// Sorted, each once.
    In(Vec<String>),
    /// Sorted, each once.
    NotIn(Vec<String>),
    Matches(Pattern),
    NotMatches(Pattern),
    Exists,
    Absent,
}

/// The operators that compare with one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Comparison {
    Equal,
    Different,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// Groups that satisfy a condition: one of them must run here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Groups {
    /// As it was written; for the text only.
    pub(super) written: Condition,
    /// Sorted, each once.
    pub(super) ids: Vec<GroupId>,
}

impl Comparison {
    /// Whether things that are ordered so satisfy it.
    pub(super) fn admits(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Different => order.is_ne(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Different => "!=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }
}

impl<T> Tree<T> {
    /// Where all must hold.
    pub(super) fn all(parts: Vec<Self>) -> Self {
        let flat = parts.into_iter().flat_map(|part| if let Self::All(inner) = part { inner } else { vec![part] });
        Self::of_one_or(flat.collect(), Self::All)
    }

    /// Where one must hold.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        let flat = parts.into_iter().flat_map(|part| if let Self::Any(inner) = part { inner } else { vec![part] });
        Self::of_one_or(flat.collect(), Self::Any)
    }

    fn of_one_or(mut parts: Vec<Self>, many: impl Fn(Vec<Self>) -> Self) -> Self {
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                many(parts)
            }
        }
    }

    /// The same with other tests.
    pub(super) fn map<U>(&self, change: &mut impl FnMut(&T) -> Tree<U>) -> Tree<U> {
        match self {
            Self::Test(test) => change(test),
            Self::Not(inner) => Tree::Not(Box::new(inner.map(change))),
            Self::All(parts) => Tree::all(parts.iter().map(|part| part.map(change)).collect()),
            Self::Any(parts) => Tree::any(parts.iter().map(|part| part.map(change)).collect()),
        }
    }

    /// What it says, given what each test says. Stops where the answer is known.
    pub(super) fn holds(&self, test: &impl Fn(&T) -> bool) -> bool {
        match self {
            Self::Test(one) => test(one),
            Self::Not(inner) => !inner.holds(test),
            Self::All(parts) => parts.iter().all(|part| part.holds(test)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(test)),
        }
    }

    /// Whether each test is such a one.
    pub(super) fn only(&self, such: &impl Fn(&T) -> bool) -> bool {
        match self {
            Self::Test(one) => such(one),
            Self::Not(inner) => inner.only(such),
            Self::All(parts) | Self::Any(parts) => parts.iter().all(|part| part.only(such)),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Tree<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test(test) => write!(f, "{test}"),
            Self::Not(inner) if matches!(**inner, Self::Not(_)) => write!(f, "not {inner}"),
            Self::Not(inner) => write!(f, "not({inner})"),
            Self::All(parts) => separated(f, parts, " and ", |part, f| match part {
                Self::Any(_) => write!(f, "({part})"),
                _ => write!(f, "{part}"),
            }),
            Self::Any(parts) => separated(f, parts, " or ", |part, f| write!(f, "{part}")),
        }
    }
}

fn separated<T>(
    f: &mut fmt::Formatter<'_>,
    parts: &[T],
    between: &str,
    write: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_str(between)?;
        }
        write(part, f)?;
    }
    Ok(())
}

impl<G: fmt::Display> fmt::Display for Test<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AgentConnected(condition) => write!(f, "agentConnected {condition}"),
            Self::AgentVersion(comparison, version) => write!(f, "agentVersion {} {version}", comparison.sign()),
            Self::Attribute(name, condition) => write!(f, "attribute:{name} {condition}"),
            Self::Ec2InstanceId(condition) => write!(f, "ec2InstanceId {condition}"),
            Self::RegisteredAt(comparison, date) => write!(f, "registeredAt {} {date}", comparison.sign()),
            Self::RunningTasksCount(comparison, count) => write!(f, "runningTasksCount {} {count}", comparison.sign()),
            Self::TaskGroup(groups) => write!(f, "task:group {groups}"),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(comparison, value) => write!(f, "{} {}", comparison.sign(), Written(value)),
            Self::In(values) => list(f, "in", values),
            Self::NotIn(values) => list(f, "!in", values),
            Self::Matches(pattern) => write!(f, "=~ {}", Written(pattern.source())),
            Self::NotMatches(pattern) => write!(f, "!~ {}", Written(pattern.source())),
            Self::Exists => f.write_str("exists"),
            Self::Absent => f.write_str("!exists"),
        }
    }
}

impl fmt::Display for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.written)
    }
}

fn list(f: &mut fmt::Formatter<'_>, operator: &str, values: &[String]) -> fmt::Result {
    write!(f, "{operator} [")?;
    separated(f, values, ", ", |value, f| write!(f, "{}", Written(value)))?;
    f.write_str("]")
}

/// A value, in quotes where it needs them.
struct Written<'a>(&'a str);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if needs_quotes(self.0) { write!(f, "'{}'", self.0.replace('\'', "''")) } else { f.write_str(self.0) }
    }
}
