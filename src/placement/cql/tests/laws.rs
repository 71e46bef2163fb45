//! What holds for every text: nothing panics, the canonical text means the same, and evaluation is what a second,
//! plain evaluator says.

use super::{GROUPS, Sample, groups};
use crate::placement::cql::{Expression, parse};
use proptest::prelude::*;

/// Pieces of the language and of what looks like it.
const PIECES: [&str; 48] = [
    "agentConnected",
    "agentVersion",
    "attribute:x",
    "attribute:",
    "attribute:ecs.os-type",
    "ec2InstanceId",
    "registeredAt",
    "runningTasksCount",
    "task:group",
    "task:",
    "==",
    "!=",
    ">",
    ">=",
    "<",
    "<=",
    "=~",
    "!~",
    "exists",
    "!exists",
    "in",
    "!in",
    "not_in",
    "matches",
    "equals",
    "and",
    "or",
    "not",
    "&&",
    "||",
    "!",
    "(",
    ")",
    "[",
    "]",
    ",",
    "'",
    "''",
    "'a b'",
    "\"",
    "a.*",
    "true",
    "1.2",
    "12",
    "2018-06-18",
    "é",
    " ",
    "\\",
];

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        if let Err(error) = Expression::parse(&text) {
            prop_assert!(text.get(error.at.clone()).is_some(), "{:?}", error);
        }
    }

    #[test]
    fn no_row_of_pieces_panics(pieces in prop::collection::vec((prop::sample::select(&PIECES[..]), any::<bool>()), 0..24)) {
        let text: String = pieces.iter().flat_map(|(piece, space)| [*piece, if *space { " " } else { "" }]).collect();
        match Expression::parse(&text) {
            Err(error) => {
                prop_assert!(text.get(error.at.clone()).is_some(), "{}: {:?}", text, error);
                prop_assert!(!error.message.is_empty());
            }
            Ok(expression) => {
                let again = Expression::parse(&expression.to_string());
                prop_assert_eq!(again.as_ref(), Ok(&expression), "{}", text);
            }
        }
    }

    #[test]
    fn no_depth_overflows(piece in prop::sample::select(vec!["(", "!", "not ", "!(", "not(", "[", "attribute:x in [", "attribute:x == '"]), times in 0..2_000_usize) {
        let text = piece.repeat(times);
        prop_assert!(Expression::parse(&text[..text.len().min(2_000)]).is_err());
    }
}

/// The language once more, without cleverness.
#[derive(Debug, Clone)]
enum Plain {
    Text { subject: &'static str, operator: &'static str, values: Vec<String> },
    Exists { subject: &'static str, there: bool },
    Number { operator: &'static str, bound: u32 },
    Not(Box<Plain>),
    And(Box<Plain>, Box<Plain>),
    Or(Box<Plain>, Box<Plain>),
}

const VALUES: [&str; 7] = ["prod", "web shop", "it's", "9", "10.5", "database", "service:test"];

fn spelt(operator: &str, word: bool) -> &str {
    match (operator, word) {
        ("==", true) => "equals",
        ("!=", true) => "not_equals",
        ("<", true) => "less_than",
        (">=", true) => "greater_than_equal",
        ("!in", true) => "not_in",
        ("=~", true) => "matches",
        _ => operator,
    }
}

impl Plain {
    /// A text of it; the dice choose between spellings.
    fn text(&self, dice: &mut impl FnMut() -> bool) -> String {
        match self {
            Self::Text { subject, operator, values } => {
                let sign = spelt(operator, dice());
                let quoted: Vec<String> =
                    values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
                match *operator {
                    "in" | "!in" => format!("{subject} {sign} [{}]", quoted.join(if dice() { "," } else { " , " })),
                    _ => format!("{subject} {sign} {}", quoted[0]),
                }
            }
            Self::Exists { subject, there: true } => format!("{subject} exists"),
            Self::Exists { subject, there: false } => format!("{subject} {}exists", if dice() { "!" } else { "not_" }),
            Self::Number { operator, bound } => format!("runningTasksCount {} {bound}", spelt(operator, dice())),
            Self::Not(inner) => format!("{}({})", if dice() { "!" } else { "not" }, inner.text(dice)),
            Self::And(left, right) => {
                let (left, right) = (left.text(dice), right.text(dice));
                format!("({left}) {} ({right})", if dice() { "&&" } else { "and" })
            }
            // without parentheses where `and` binds closer anyway
            Self::Or(left, right) => {
                format!("({} {} {})", left.text(dice), if dice() { "||" } else { "or" }, right.text(dice))
            }
        }
    }

    fn holds(&self, instance: &Sample) -> bool {
        match self {
            Self::Text { subject, operator, values } => {
                present(subject, instance).iter().any(|value| satisfies(value, operator, values))
            }
            Self::Exists { subject, there } => present(subject, instance).is_empty() != *there,
            Self::Number { operator, bound } => match *operator {
                "==" => instance.tasks == *bound,
                "!=" => instance.tasks != *bound,
                "<" => instance.tasks < *bound,
                _ => instance.tasks >= *bound,
            },
            Self::Not(inner) => !inner.holds(instance),
            Self::And(left, right) => left.holds(instance) & right.holds(instance),
            Self::Or(left, right) => left.holds(instance) | right.holds(instance),
        }
    }
}

/// The values that an instance has of a subject.
fn present(subject: &str, instance: &Sample) -> Vec<String> {
    match subject {
        "task:group" => {
            groups().filter(|(id, _)| instance.groups.contains(id)).map(|(_, name)| name.to_owned()).collect()
        }
        "ec2InstanceId" => vec![instance.id.clone()],
        "agentConnected" => vec![instance.connected.to_string()],
        _ => instance.attributes.get(subject.trim_start_matches("attribute:")).cloned().into_iter().collect(),
    }
}

fn satisfies(value: &str, operator: &str, wanted: &[String]) -> bool {
    // the numbers of this test are few and exact in binary
    let less = match (value.parse::<f64>(), wanted[0].parse::<f64>()) {
        (Ok(value), Ok(bound)) => value < bound,
        _ => value < wanted[0].as_str(),
    };
    match operator {
        "<" => less,
        ">=" => !less,
        "in" => wanted.iter().any(|one| one == value),
        "!in" => wanted.iter().all(|one| one != value),
        // the values of this test hold no sign that means anything but the point, which none of them differs by
        "==" | "=~" => value == wanted[0],
        _ => value != wanted[0],
    }
}

fn plain() -> impl Strategy<Value = Plain> {
    let value = || prop::sample::select(&VALUES[..]).prop_map(str::to_owned);
    let values = || prop::collection::vec(value(), 1..4);
    let open = prop::sample::select(vec!["attribute:a", "attribute:b", "task:group"]);
    let all = prop::sample::select(vec!["==", "!=", "<", ">=", "in", "!in", "=~", "!~"]);
    let equality = prop::sample::select(vec!["==", "!=", "in", "!in", "=~", "!~"]);
    let truths = || prop::collection::vec(any::<bool>().prop_map(|truth| truth.to_string()), 1..3);
    let leaf = prop_oneof![
        (open.clone(), all, values()).prop_map(|(subject, operator, values)| Plain::Text { subject, operator, values }),
        (equality.clone(), values()).prop_map(|(operator, values)| Plain::Text {
            subject: "ec2InstanceId",
            operator,
            values
        }),
        (equality, truths()).prop_map(|(operator, values)| Plain::Text { subject: "agentConnected", operator, values }),
        (open, any::<bool>()).prop_map(|(subject, there)| Plain::Exists { subject, there }),
        (prop::sample::select(vec!["==", "!=", "<", ">="]), 0..4_u32)
            .prop_map(|(operator, bound)| Plain::Number { operator, bound }),
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| Plain::Not(Box::new(inner))),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| Plain::And(Box::new(left), Box::new(right))),
            (inner.clone(), inner).prop_map(|(left, right)| Plain::Or(Box::new(left), Box::new(right))),
        ]
    })
}

fn instance() -> impl Strategy<Value = Sample> {
    let value = || prop::option::of(prop::sample::select(&VALUES[..]));
    let running = prop::sample::subsequence(GROUPS.to_vec(), 0..=GROUPS.len());
    (value(), value(), running, any::<bool>(), prop::sample::select(&VALUES[..])).prop_map(
        |(a, b, running, connected, id)| {
            let mut instance = Sample::new().running(&running);
            for (name, value) in [("a", a), ("b", b)] {
                if let Some(value) = value {
                    instance = instance.with(name, value);
                }
            }
            Sample { connected, id: id.to_owned(), ..instance }
        },
    )
}

proptest! {
    #[test]
    fn two_evaluators_agree(plain in plain(), instances in prop::collection::vec(instance(), 1..6), dice in any::<u64>()) {
        let mut rolls = (0..64).cycle().map(|place| dice >> place & 1 == 1);
        let text = plain.text(&mut || rolls.next().unwrap_or(false));
        let expression = parse::parse_any_length(&text).map(|(tree, mentions)| Expression { tree, mentions }).unwrap();
        let again = parse::parse_any_length(&expression.to_string()).unwrap().0;
        prop_assert_eq!(&again, &expression.tree, "{}", text);
        let constraint = expression.resolve(groups());
        prop_assert_eq!(&constraint, &constraint.clone());
        let parts = constraint.clone().conjuncts();
        for instance in &instances {
            let wanted = plain.holds(instance);
            prop_assert_eq!(constraint.holds(instance), wanted, "{}", text);
            prop_assert_eq!(parts.iter().all(|part| part.holds(instance)), wanted, "{}", text);
        }
    }

    /// A constraint that is called static answers the same whatever an instance runs.
    #[test]
    fn static_means_static(plain in plain(), instance in instance(), other in instance()) {
        let text = plain.text(&mut || false);
        let constraint = parse::parse_any_length(&text).map(|(tree, mentions)| Expression { tree, mentions }).unwrap().resolve(groups());
        let later = Sample { tasks: other.tasks, groups: other.groups, connected: other.connected, ..instance.clone() };
        if constraint.is_static() {
            prop_assert_eq!(constraint.holds(&instance), constraint.holds(&later), "{}", text);
        }
    }
}
