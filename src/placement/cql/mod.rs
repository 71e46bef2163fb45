//! The cluster query language: expressions that say which instances may be used (ECS-331 to ECS-339).
//!
//! [`Expression::parse`] reads a text and says what is wrong with it and where. An expression names task groups; the
//! plan, which knows all groups, makes a [`Constraint`] of it by [`Expression::resolve`], and placement asks
//! [`Constraint::holds`] of anything that is [`Queryable`]. The module knows neither fleet nor facts.
//!
//! # Grammar
//!
//! ```text
//! expr    = or ;
//! or      = and { ( "or" | "||" ) and } ;
//! and     = unary { ( "and" | "&&" ) unary } ;
//! unary   = ( "not" | "!" ) unary | "(" expr ")" | simple ;
//! simple  = subject ( "exists" | "!exists" | "not_exists" )
//!         | subject ( "in" | "!in" | "not_in" ) "[" item { "," item } "]"
//!         | subject operator item ;
//! subject = "agentConnected" | "agentVersion" | "ec2InstanceId" | "registeredAt"
//!         | "runningTasksCount" | "task:group" | "attribute:" name ;
//! item    = bare word without space , [ ] ( ) or quotes | "'" text "'" ;
//! ```
//!
//! | subject | operators (ECS-333) | compares |
//! | --- | --- | --- |
//! | `agentConnected` | `==` `!=` `in` `!in` `=~` `!~` | the text `true` or `false` |
//! | `agentVersion` | `==` `!=` `>` `>=` `<` `<=` | numbers between points; a missing one is 0 |
//! | `attribute:name` | all | text; `>` and its kin see below |
//! | `ec2InstanceId` | `==` `!=` `in` `!in` `=~` `!~` | text |
//! | `registeredAt` | `==` `!=` `>` `>=` `<` `<=` | instants, to the millisecond |
//! | `runningTasksCount` | `==` `!=` `>` `>=` `<` `<=` | whole numbers |
//! | `task:group` | all | the names of the groups that run here |
//!
//! # Choices
//!
//! Where AWS says nothing, this is what happens here. None of it is a claim about ECS.
//!
//! - Keywords, subjects, operators and values are case-sensitive (ECS-339).
//! - A quote within quotes is written twice: `'it''s'`. A `\` is a plain character, since names and regular expressions
//!   use it. Double quotes, quotes inside a bare word, `&&` and `||` inside a bare word, and the bare words `and`, `or`
//!   and `not` as values are refused: they are mistakes more often than they are meant, and quotes make them clear.
//! - Spaces around signs may be left out: `attribute:stack==prod`. A bare value goes on up to a space, comma, bracket or
//!   parenthesis, so a regular expression with one of those stands in quotes.
//! - An attribute that an instance does not have satisfies `!exists` and nothing else (ECS-337 says so of `!=`, `!in` and
//!   `!~`; of the comparisons it follows). `not(...)` is plain negation.
//! - `>`, `>=`, `<` and `<=` of `attribute:` and `task:group` compare exact decimals where both sides are numbers (digits,
//!   perhaps `-` before and a point within, of any length), else byte by byte. `==` always compares text: `1.0` is not `1`.
//! - `exists` and `!exists` are for `attribute:` and `task:group`. The others are always there, and the table of ECS-333
//!   does not give it to them. `task:group exists` means that a task of any group runs here.
//! - Of `task:group` every operator asks whether *some* group that runs here satisfies it (ECS-338): `task:group != db` means
//!   that a task of another group runs here, whether `db` does or not. `not(task:group == db)` keeps away from `db`.
//! - `agentConnected` is compared with `true` and `false` only; anything else is a mistake. `=~` may be any pattern.
//! - `registeredAt` takes the four documented forms and no fraction of a second. Without a zone it is UTC, without a time
//!   midnight. An instance registered half a second later is not `==`.
//! - A version that is none (`1.x`) satisfies nothing on the side of an instance and is refused in an expression.
//! - Regular expressions are Java's as far as they can be matched in linear time, and must match the whole value (ECS-336);
//!   see `pattern.rs` for what is refused.
//!
//! An expression has at most [`LONGEST`] characters (ECS-304) and [`DEEPEST`] levels of parentheses and negations, so that no
//! text takes stack or memory worth mentioning.

mod charset;
mod escape;
mod evaluate;
mod lex;
mod operator;
mod parse;
mod pattern;
mod tree;
mod value;
mod words;

#[cfg(test)]
mod tests;

use crate::units::GroupId;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use tree::{Condition, Groups, Test, Tree};

pub use value::Version;

/// How many characters an expression may have (ECS-304).
pub const LONGEST: usize = 2_000;

/// How many levels of parentheses and negations an expression may have.
pub const DEEPEST: usize = 100;

/// What an expression can ask of an instance: the subjects of ECS-333.
pub trait Queryable {
    /// The value of an attribute, built in or custom (ECS-206, ECS-207), if the instance has it.
    fn attribute(&self, name: &str) -> Option<&str>;
    /// Whether its agent is connected.
    fn agent_connected(&self) -> bool;
    /// The version of its agent, such as `1.105.1`.
    fn agent_version(&self) -> &str;
    /// Its id in EC2.
    fn ec2_instance_id(&self) -> &str;
    /// When it registered, in milliseconds since 1970 began in UTC.
    fn registered_at_unix_ms(&self) -> i64;
    /// How many tasks run on it.
    fn running_tasks_count(&self) -> u32;
    /// Whether a task of this group runs on it.
    fn runs_group(&self, group: GroupId) -> bool;
}

/// What a simple expression is about (ECS-333).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// `agentConnected`
    AgentConnected,
    /// `agentVersion`
    AgentVersion,
    /// `attribute:` and this name
    Attribute(String),
    /// `ec2InstanceId`
    Ec2InstanceId,
    /// `registeredAt`
    RegisteredAt,
    /// `runningTasksCount`
    RunningTasksCount,
    /// `task:group`
    TaskGroup,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AgentConnected => f.write_str("agentConnected"),
            Self::AgentVersion => f.write_str("agentVersion"),
            Self::Attribute(name) => write!(f, "attribute:{name}"),
            Self::Ec2InstanceId => f.write_str("ec2InstanceId"),
            Self::RegisteredAt => f.write_str("registeredAt"),
            Self::RunningTasksCount => f.write_str("runningTasksCount"),
            Self::TaskGroup => f.write_str("task:group"),
        }
    }
}

/// A place where an expression names something, so that a check can say that nothing has this name (SEED-82).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What the simple expression is about.
    pub subject: Subject,
    /// Where the subject stands, in bytes; the name of an attribute is its end.
    pub at: Range<usize>,
    /// The values that `==`, `!=`, `in` and `!in` compare it with, as they are meant, and where they stand (with their
    /// quotes). Empty for the other operators.
    pub values: Vec<(String, Range<usize>)>,
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The place in the text, in bytes, at the borders of characters; empty where something is missing.
    pub at: Range<usize>,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to write instead, where that can be said.
    pub help: Option<String>,
}

impl SyntaxError {
    fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// An expression as it is written, with the names of groups. Two are equal when they say the same in the same order,
/// however they are spelt.
///
/// Its text (`to_string`) is canonical: signs for words, quotes only where needed, lists sorted, dates in UTC. It parses back
/// to an equal expression, unless writing `and` for `&&` made it longer than [`LONGEST`].
#[derive(Debug, Clone)]
pub struct Expression {
    tree: Tree<Test<Condition>>,
    mentions: Vec<Mention>,
}

impl Expression {
    /// Reads an expression. The first mistake is the one that is told.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let (tree, mentions) = parse::parse(text)?;
        Ok(Self { tree, mentions })
    }

    /// What it names, in the order of the text.
    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// The attributes that it names, in the order of the text, and where their names stand, without `attribute:`.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        self.mentions.iter().filter_map(|mention| match &mention.subject {
            Subject::Attribute(name) => Some((name.as_str(), mention.at.end - name.len()..mention.at.end)),
            _ => None,
        })
    }

    /// Whether its answer is the same during an instance's whole life, whatever groups there are.
    pub fn is_static(&self) -> bool {
        let changes = |subject: &Subject| {
            matches!(subject, Subject::AgentConnected | Subject::RunningTasksCount | Subject::TaskGroup)
        };
        !self.mentions.iter().any(|mention| changes(&mention.subject))
    }

    /// Puts ids for the names of groups: all groups that can ever run, each once, in any order.
    pub fn resolve<'a>(&self, groups: impl IntoIterator<Item = (GroupId, &'a str)>) -> Constraint {
        let groups: Vec<(GroupId, &str)> = groups.into_iter().collect();
        let such = |condition: &Condition| {
            let fits = groups.iter().filter(|(_, name)| condition.holds(Some(name)));
            let mut ids: Vec<GroupId> = fits.map(|(id, _)| *id).collect();
            ids.sort_unstable();
            ids.dedup();
            Tree::Test(Test::TaskGroup(Groups { written: condition.clone(), ids }))
        };
        let tree = self.tree.map(&mut |test| match test {
            // that none is there is no question that one of them could answer
            Test::TaskGroup(Condition::Absent) => Tree::Not(Box::new(such(&Condition::Exists))),
            Test::TaskGroup(condition) => such(condition),
            Test::AgentConnected(condition) => Tree::Test(Test::AgentConnected(condition.clone())),
            Test::AgentVersion(comparison, version) => Tree::Test(Test::AgentVersion(*comparison, version.clone())),
            Test::Attribute(name, condition) => Tree::Test(Test::Attribute(name.clone(), condition.clone())),
            Test::Ec2InstanceId(condition) => Tree::Test(Test::Ec2InstanceId(condition.clone())),
            Test::RegisteredAt(comparison, date) => Tree::Test(Test::RegisteredAt(*comparison, *date)),
            Test::RunningTasksCount(comparison, count) => Tree::Test(Test::RunningTasksCount(*comparison, *count)),
        });
        Constraint { tree }
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.tree == other.tree
    }
}

impl Eq for Expression {}

impl PartialOrd for Expression {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Expression {
    fn cmp(&self, other: &Self) -> Ordering {
        self.tree.cmp(&other.tree)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.tree)
    }
}

/// What an instance must satisfy (ECS-331): an expression whose groups are ids.
///
/// It can be compared and ordered, so that placement classes can be told apart by it; equal ones hold for the same instances.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Constraint {
    tree: Tree<Test<Groups>>,
}

impl Constraint {
    /// Whether an instance satisfies it as it is now.
    pub fn holds<Q: Queryable + ?Sized>(&self, instance: &Q) -> bool {
        self.tree.holds(&|test| test.holds(instance))
    }

    /// Whether its answer is the same during an instance's whole life: nothing in it asks for tasks or for the
    /// connection of the agent.
    pub fn is_static(&self) -> bool {
        self.tree.only(&Test::is_static)
    }

    /// The parts that stand between `and` at the top, all of which must hold: those that are static need to be asked once
    /// in an instance's life.
    pub fn conjuncts(self) -> Vec<Self> {
        match self.tree {
            Tree::All(parts) => parts.into_iter().map(|tree| Self { tree }).collect(),
            tree => vec![Self { tree }],
        }
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.tree)
    }
}
