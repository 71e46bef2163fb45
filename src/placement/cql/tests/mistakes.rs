//! What is said of a text that is no expression, and which part of it is shown.

use crate::placement::cql::Expression;

/// Text, the part that is shown, the message, a piece of the help.
type Row = (&'static str, &'static str, &'static str, &'static str);

fn check(rows: &[Row]) {
    for (text, shown, message, help) in rows {
        let error = Expression::parse(text).expect_err(text);
        assert_eq!(error.message, *message, "{text}");
        assert_eq!(&text[error.at.clone()], *shown, "{text}: {error:?}");
        let said = error.help.clone().unwrap_or_default();
        assert!(said.contains(help) && said.is_empty() == help.is_empty(), "{text}: {error:?}");
    }
}

#[test]
fn ecs_333_subjects() {
    check(&[
        ("attribte:stack == prod", "attribte:", "`attribte` is no subject", "did you mean `attribute:`?"),
        ("Attribute:stack == prod", "Attribute:", "`Attribute` is no subject", "did you mean `attribute:`?"),
        ("attribute == prod", "attribute", "`attribute` is no subject", "did you mean `attribute:`?"),
        ("runningTaskCount < 3", "runningTaskCount", "`runningTaskCount` is no subject", "`runningTasksCount`"),
        ("ec2InstanceID == i-1", "ec2InstanceID", "`ec2InstanceID` is no subject", "did you mean `ec2InstanceId`?"),
        (
            "registered_at < 2018-06-18",
            "registered_at",
            "`registered_at` is no subject",
            "did you mean `registeredAt`?",
        ),
        ("task:grp == web", "task:grp", "`task:grp` is no subject", "did you mean `task:group`?"),
        ("tasks:group == web", "tasks:group", "`tasks:group` is no subject", "did you mean `task:group`?"),
        (
            "ecs.instance-type == t2",
            "ecs.instance-type",
            "`ecs.instance-type` is no subject",
            "`attribute:ecs.instance-type`",
        ),
        ("NOT(task:group == web)", "NOT", "`NOT` is no subject", "did you mean `not`?"),
        ("colour == red", "colour", "`colour` is no subject", "the subjects are `agentConnected`, `agentVersion`"),
        ("attribute: == prod", "attribute:", "`attribute:` stands without a name", "ecs.availability-zone"),
        ("attribute:a:b == c", ":", "`:` can't stand in the name of an attribute", "letters, digits"),
        ("attribute:größe == c", "ö", "`ö` can't stand in the name of an attribute", "letters, digits"),
        (
            "'attribute:a' == c",
            "'attribute:a'",
            "`'attribute:a'` stands where a subject is expected",
            "the subjects are",
        ),
        ("== c", "==", "`==` stands where a subject is expected", "the subjects are"),
        ("", "", "the expression is empty", "for example"),
        ("  \t", "", "the expression is empty", "for example"),
        ("attribute:a == b and", "", "the expression ends where a subject is expected", "for example"),
        ("not", "", "the expression ends where a subject is expected", "for example"),
        ("()", ")", "`)` stands where a subject is expected", "the subjects are"),
    ]);
}

#[test]
fn ecs_334_operators() {
    check(&[
        ("attribute:a ~= b", "~=", "`~=` is no operator", "did you mean `=~`?"),
        ("attribute:a = b", "=", "`=` is no operator", "did you mean `==`?"),
        ("attribute:a=b", "=", "`=` is no operator", "did you mean `==`?"),
        ("attribute:a === b", "===", "`===` is no operator", "did you mean `==`?"),
        ("attribute:a <> b", "<>", "`<>` is no operator", "did you mean `!=`?"),
        ("attribute:a => b", "=>", "`=>` is no operator", "did you mean `>=`?"),
        ("attribute:a like b", "like", "`like` is no operator", "did you mean `=~`?"),
        ("attribute:a notin [b]", "notin", "`notin` is no operator", "did you mean `not_in`?"),
        ("attribute:a not in [b]", "not", "`not` is no operator", "did you mean `!in` or `!exists`?"),
        ("attribute:a ! in [b]", "!", "`!` is no operator", "did you mean `!in` or `!exists`?"),
        ("attribute:a !matches b", "!matches", "`!matches` is no operator", "did you mean `!~`?"),
        ("attribute:a equal b", "equal", "`equal` is no operator", "did you mean `equals`?"),
        ("attribute:a EXISTS", "EXISTS", "`EXISTS` is no operator", "did you mean `exists`?"),
        ("attribute:a greater-than 3", "greater-than", "`greater-than` is no operator", "did you mean `greater_than`?"),
        ("attribute:a foo b", "foo", "`foo` is no operator", "the operators are `==`, `!=`"),
        ("attribute:a", "", "an operator is missing behind the subject", "the operators are"),
        ("attribute:a [b]", "", "an operator is missing behind the subject", "the operators are"),
        (
            "agentVersion =~ 1.*",
            "=~",
            "`agentVersion` does not take `=~`",
            "it takes `==`, `!=`, `>`, `>=`, `<` and `<=`",
        ),
        (
            "agentConnected exists",
            "exists",
            "`agentConnected` does not take `exists`",
            "it takes `==`, `!=`, `in`, `!in`, `=~` and `!~`",
        ),
        ("runningTasksCount not_in [1]", "not_in", "`runningTasksCount` does not take `not_in`", "it takes"),
    ]);
}

#[test]
fn ecs_335_values_and_lists() {
    let brackets = "stands in single quotes";
    check(&[
        ("attribute:a ==", "", "the expression ends where a value is expected", "what it is compared with"),
        ("attribute:a == and attribute:b == c", "and", "`and` stands where a value is expected", "write `'and'`"),
        ("(attribute:a == )", ")", "`)` stands where a value is expected", "what it is compared with"),
        ("attribute:a == \"b\"", "\"b\"", "a value stands in single quotes, not in double ones", "'like this'"),
        ("attribute:a == b'c", "'", "a quote stands inside a bare value", "written twice"),
        ("attribute:a == 'b", "'b", "a quote is opened and never closed", "at the end of the value"),
        ("attribute:a == b&&attribute:c exists", "&&", "`&&` stands inside a value", "put a space before `&&`"),
        ("attribute:a =~ (b|c).*", "(", "`(` stands where a value is expected", brackets),
        ("attribute:a =~ b(c|d)", "(", "`(` stands inside a value", brackets),
        ("attribute:a =~ b[cd]", "[", "`[` stands inside a value", brackets),
        ("attribute:a == [b]", "[", "a list stands where one value is expected", "`in` and `!in` take lists"),
        ("attribute:a in b", "b", "`in` takes a list", "write `[a, b]`"),
        ("attribute:a in", "", "`in` takes a list", "write `[a, b]`"),
        ("attribute:a not_in (b)", "(", "`!in` takes a list", "write `[a, b]`"),
        ("attribute:a in []", "]", "a list without values", "write one value at least"),
        ("attribute:a in [b,]", "]", "a value is missing behind `,`", "none that is empty"),
        ("attribute:a in [,b]", ",", "`,` stands where a value is expected", "what it is compared with"),
        ("attribute:a in [b c]", "c", "`c` stands where `,` or `]` is expected", "separated by commas"),
        ("attribute:a in [b", "[", "a list is opened and never closed", "put `]`"),
        ("agentConnected == yes", "yes", "`agentConnected` is never `yes`", "`true` or `false`"),
        ("agentConnected in [true, True]", "True", "`agentConnected` is never `True`", "`true` or `false`"),
        ("agentVersion > 1.x", "1.x", "`1.x` is no version of the agent", "`1.105.1`"),
        ("agentVersion > v1", "v1", "`v1` is no version of the agent", "`1.105.1`"),
        ("agentVersion > 1..2", "1..2", "`1..2` is no version of the agent", "`1.105.1`"),
        (
            "agentVersion > 1234567890123456789",
            "1234567890123456789",
            "`1234567890123456789` is no version of the agent",
            "1",
        ),
        ("runningTasksCount > -1", "-1", "`-1` is no number of tasks", "whole numbers"),
        ("runningTasksCount > 1.5", "1.5", "`1.5` is no number of tasks", "whole numbers"),
        ("runningTasksCount > '1 '", "'1 '", "`1 ` is no number of tasks", "whole numbers"),
    ]);
}

#[test]
fn ecs_332_between_simple_expressions() {
    check(&[
        (
            "attribute:a == b attribute:c exists",
            "attribute:c",
            "`attribute:c` stands where `and`, `or` or the end is expected",
            "single quotes",
        ),
        ("attribute:a == web shop", "shop", "`shop` stands where `and`, `or` or the end is expected", "single quotes"),
        (
            "attribute:a exists AND attribute:b exists",
            "AND",
            "`AND` stands where `and`, `or` or the end is expected",
            "did you mean `and`?",
        ),
        (
            "attribute:a exists adn attribute:b exists",
            "adn",
            "`adn` stands where `and`, `or` or the end is expected",
            "did you mean `and`?",
        ),
        (
            "attribute:a exists & attribute:b exists",
            "&",
            "`&` stands where `and`, `or` or the end is expected",
            "did you mean `and`?",
        ),
        (
            "attribute:a exists | attribute:b exists",
            "|",
            "`|` stands where `and`, `or` or the end is expected",
            "did you mean `or`?",
        ),
        ("(attribute:a exists", "(", "a parenthesis is opened and never closed", "put `)`"),
        ("(attribute:a == b c)", "c", "`c` stands where `and`, `or` or `)` is expected", "single quotes"),
        ("attribute:a exists)", ")", "a parenthesis is closed and was never opened", "leave it out"),
        ("attribute:a (== b)", "", "an operator is missing behind the subject", "the operators are"),
        (
            "attribute:a exists, attribute:b exists",
            ",",
            "`,` stands where `and`, `or` or the end is expected",
            "did you mean `and`?",
        ),
    ]);
}

#[test]
fn ecs_333_dates() {
    for wrong in [
        "2018-6-18",
        "18-06-2018",
        "2018-06-31",
        "2018-13-01",
        "2018-06-18T",
        "2018-06-18T22:28",
        "2018-06-18T24:00:00",
        "2018-06-18T22:28:60Z",
        "2018-06-18T22:28:28.5Z",
        "2018-06-18t22:28:28z",
        "2018-06-18T22:28:28+0000",
        "2018-06-18T22:28:28+24:00",
        "2018-06-18T22:28:28+00:60",
        "2018-06-18Z",
        "1529360908",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2018-06-18T22:28:28ä",
        "２018-06-18",
        "+018-06-18",
    ] {
        let error = Expression::parse(&format!("registeredAt < {wrong}")).expect_err(wrong);
        assert_eq!(error.message, format!("`{wrong}` is no date"));
        assert_eq!(error.at.start, "registeredAt < ".len());
    }
}

#[test]
fn ecs_335_mistakes_in_regular_expressions_are_shown_in_their_place() {
    let (linear, doubled) = ("can't be matched in linear time", "split the condition");
    let rows: &[(&str, &str, &str, &str)] = &[
        (r"attribute:a =~ '(b)\1'", r"\1", "back-references", "write out"),
        (r"attribute:a =~ 'it''s(?=b)'", "(?=", "look-ahead", doubled),
        (r"attribute:a =~ '(?!b)c'", "(?!", "look-ahead", doubled),
        (r"attribute:a =~ 'c(?<=b)'", "(?<=", "look-behind", doubled),
        (r"attribute:a =~ 'c(?<!b)'", "(?<!", "look-behind", doubled),
        (r"attribute:a =~ '(?>b*)'", "(?>", "atomic groups", doubled),
        (r"attribute:a =~ b*+", "*+", "possessive quantifiers", "leave the last `+` out"),
        (r"attribute:a =~ b{2}+", "{2}+", "possessive quantifiers", "leave the last `+` out"),
    ];
    for (text, shown, what, help) in rows {
        let error = Expression::parse(text).expect_err(text);
        assert_eq!(error.message, format!("{what} {linear}"), "{text}");
        assert_eq!(&text[error.at.clone()], *shown, "{text}");
        assert!(error.help.is_some_and(|said| said.contains(help)), "{text}");
    }
}
