//! Operators: how they are spelt (ECS-334) and which subject takes which (ECS-333).

use super::tree::Comparison;
use super::{Subject, SyntaxError};
use std::ops::Range;

/// What stands between a subject and its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Compare(Comparison),
    In,
    NotIn,
    Matches,
    NotMatches,
    Exists,
    Absent,
}

use Comparison::{Different, Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
use Operator::{Absent, Compare, Exists, In, Matches, NotIn, NotMatches};

/// Each operator with its spellings (ECS-334), the one that messages show first.
const SPELLINGS: [(Operator, &[&str]); 12] = [
    (Compare(Equal), &["==", "equals"]),
    (Compare(Different), &["!=", "not_equals"]),
    (Compare(Greater), &[">", "greater_than"]),
    (Compare(GreaterOrEqual), &[">=", "greater_than_equal"]),
    (Compare(Less), &["<", "less_than"]),
    (Compare(LessOrEqual), &["<=", "less_than_equal"]),
    (Exists, &["exists"]),
    (Absent, &["!exists", "not_exists"]),
    (In, &["in"]),
    (NotIn, &["!in", "not_in"]),
    (Matches, &["=~", "matches"]),
    (NotMatches, &["!~", "not_matches"]),
];

/// What other languages write, and what is meant.
const MISTAKES: [(&[&str], &str); 9] = [
    (&["=", "===", "is", "eq"], "=="),
    (&["<>", "!==", "=!", "ne", "!equals"], "!="),
    (&["=>", "ge", "gte"], ">="),
    (&["=<", "le", "lte"], "<="),
    (&["~=", "~", "~~", "like", "==~"], "=~"),
    (&["!=~", "!~=", "~!", "!matches", "!like"], "!~"),
    (&["gt", ">>"], ">"),
    (&["lt", "<<"], "<"),
    (&["not", "!"], "!in` or `!exists"),
];

impl Operator {
    /// Reads an operator.
    pub(super) fn read(text: &str, at: Range<usize>) -> Result<Self, SyntaxError> {
        let known = SPELLINGS.iter().find(|(_, spellings)| spellings.contains(&text));
        if let Some((operator, _)) = known {
            return Ok(*operator);
        }
        let words = SPELLINGS.iter().flat_map(|(_, spellings)| spellings.iter().copied());
        let meant = MISTAKES.iter().find(|(mistakes, _)| mistakes.contains(&text)).map(|(_, meant)| *meant);
        // a sign is near to every other sign, so only words are compared by their letters
        let is_word = text.contains(|c: char| c.is_ascii_alphabetic());
        let meant = meant.or_else(|| super::words::nearest(text, words.filter(|_| is_word)));
        let message = if text.is_empty() {
            "an operator is missing behind the subject".to_owned()
        } else {
            format!("`{text}` is no operator")
        };
        let signs: Vec<&str> = SPELLINGS.iter().map(|(_, spellings)| spellings[0]).collect();
        Err(SyntaxError::new(at, message).help(match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the operators are {}", quoted(&signs)),
        }))
    }

    /// Whether its argument names values that something ought to have.
    pub(super) fn names(self) -> bool {
        matches!(self, Compare(Equal | Different) | In | NotIn)
    }

    /// How messages show it.
    pub(super) fn sign(self) -> &'static str {
        SPELLINGS.iter().find(|(operator, _)| *operator == self).map_or("", |(_, spellings)| spellings[0])
    }
}

impl Subject {
    /// Whether it takes the operator (ECS-333). What the table does not restrict takes all.
    pub(super) fn takes(&self, operator: Operator) -> bool {
        match self {
            Self::AgentConnected | Self::Ec2InstanceId => {
                matches!(operator, Compare(Equal | Different) | In | NotIn | Matches | NotMatches)
            }
            Self::AgentVersion | Self::RegisteredAt | Self::RunningTasksCount => matches!(operator, Compare(_)),
            Self::Attribute(_) | Self::TaskGroup => true,
        }
    }

    /// The signs of the operators that it takes, for a message.
    pub(super) fn operators(&self) -> String {
        let taken = SPELLINGS.iter().filter(|(operator, _)| self.takes(*operator));
        quoted(&taken.map(|(_, spellings)| spellings[0]).collect::<Vec<_>>())
    }
}

/// Words for a message: `a`, `b` and `c`.
pub(super) fn quoted(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}
