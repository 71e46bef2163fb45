//! Truth tables of each rule.

use super::{Sample, constraint, groups, holds, table};
use crate::placement::cql::{DEEPEST, Expression, LONGEST, Queryable, Subject, Version};
use crate::units::GroupId;

/// An instance of the documents' examples: a t2.small in us-east-1a with a custom attribute.
fn example() -> Sample {
    Sample::new()
        .with("ecs.instance-type", "t2.small")
        .with("ecs.availability-zone", "us-east-1a")
        .with("stack", "prod")
        .with("team", "web shop")
}

#[test]
fn ecs_331_the_examples_of_the_documents() {
    let other = Sample::new()
        .with("ecs.instance-type", "g2.2xlarge")
        .with("ecs.availability-zone", "us-east-1d")
        .with("stack", "test")
        .running(&["database"]);
    let mut busy = example().running(&["service:production"]);
    busy.id = "i-wxyx7890".into();
    busy.registered = 1_529_280_000_000; // 2018-06-18: 17,700 days of 86,400 s after 1970
    // (text, the t2.small without tasks, the g2 with the database, the t2.small with production)
    let rows = [
        ("attribute:ecs.instance-type == t2.small", true, false, true),
        ("attribute:ecs.instance-type =~ t2.*", true, false, true),
        ("attribute:ecs.availability-zone in [us-east-1a, us-east-1b]", true, false, true),
        ("attribute:ecs.availability-zone == us-east-1a and attribute:stack == prod", true, false, true),
        ("attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d", false, false, false),
        ("task:group == service:production", false, false, true),
        ("not(task:group == database)", true, false, true),
        ("runningTasksCount == 1", false, true, true),
        ("ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']", true, true, true),
        ("ec2InstanceId in ['i-wxyx7890']", false, false, true),
        ("registeredAt < 2018-06-18", true, true, false),
        ("agentConnected == true", true, true, true),
    ];
    for (text, small, g2, production) in rows {
        let answers = (holds(text, &example()), holds(text, &other), holds(text, &busy));
        assert_eq!(answers, (small, g2, production), "{text}");
    }
}

#[test]
fn ecs_332_compounds_in_both_spellings() {
    // a holds, b does not
    let (a, b) = ("attribute:stack exists", "attribute:none exists");
    for (not, and, or) in [("not ", " and ", " or "), ("!", "&&", "||"), ("not(", ") && (", ") || (")] {
        let bracket = not.ends_with('(');
        let all = |left: &str, between: &str, right: &str| {
            if bracket { format!("({left}{between}{right})") } else { format!("{left}{between}{right}") }
        };
        let close = if bracket { ")" } else { "" };
        let rows = [
            (all(a, and, a), true),
            (all(a, and, b), false),
            (all(b, and, a), false),
            (all(b, and, b), false),
            (all(a, or, a), true),
            (all(a, or, b), true),
            (all(b, or, a), true),
            (all(b, or, b), false),
            (format!("{not}{a}{close}"), false),
            (format!("{not}{b}{close}"), true),
            (format!("{not}{not}{a}{close}{close}"), true),
        ];
        for (text, wanted) in rows {
            assert_eq!(holds(&text, &example()), wanted, "{text}");
        }
    }
}

#[test]
fn ecs_333_each_subject_takes_its_operators() {
    let operators = ["==", "!=", ">", ">=", "<", "<=", "exists", "!exists", "in", "!in", "=~", "!~"];
    let equality = ["==", "!=", "in", "!in", "=~", "!~"];
    let order = ["==", "!=", ">", ">=", "<", "<="];
    let subjects: [(&str, &[&str], &str); 7] = [
        ("agentConnected", &equality, "true"),
        ("agentVersion", &order, "1.2.3"),
        ("attribute:stack", &operators, "prod"),
        ("ec2InstanceId", &equality, "i-1"),
        ("registeredAt", &order, "2018-06-18"),
        ("runningTasksCount", &order, "3"),
        ("task:group", &operators, "db"),
    ];
    for (subject, taken, value) in subjects {
        for operator in operators {
            let argument = match operator {
                "exists" | "!exists" => String::new(),
                "in" | "!in" => format!(" [{value}]"),
                _ => format!(" {value}"),
            };
            let text = format!("{subject} {operator}{argument}");
            let parsed = Expression::parse(&text);
            assert_eq!(parsed.is_ok(), taken.contains(&operator), "{text}");
            if let Err(error) = parsed {
                assert_eq!(error.message, format!("`{subject}` does not take `{operator}`"));
                let named = error.help.unwrap();
                for sign in operators {
                    assert_eq!(named.contains(&format!("`{sign}`")), taken.contains(&sign), "{named}: {sign}");
                }
            }
        }
    }
}

#[test]
fn ecs_333_versions_go_by_their_numbers() {
    let at = |version: &str| {
        let mut instance = Sample::new();
        instance.version = version.into();
        instance
    };
    let rows = [
        ("1.6.0", "agentVersion < 1.10", true), // 6 < 10, though "6" > "1"
        ("1.6.0", "agentVersion == 1.6", true),
        ("1.6.1", "agentVersion > 1.6", true),
        ("1.6", "agentVersion >= 1.6.0.0", true),
        ("01.06", "agentVersion == 1.6", true),
        ("2", "agentVersion <= 1.99.99", false),
        ("1.105.1", "agentVersion != 1.105.1", false),
        ("1.105.1", "agentVersion != 1.105.2", true),
        ("", "agentVersion != 1.105.2", false), // no version satisfies nothing
        ("1.x", "agentVersion >= 0", false),
    ];
    for (version, text, wanted) in rows {
        assert_eq!(holds(text, &at(version)), wanted, "{version}: {text}");
    }
    assert_eq!(Version::parse("1.30.0").unwrap().to_string(), "1.30");
    assert_eq!(Version::parse("0.0").unwrap().to_string(), "0");
}

#[test]
fn ecs_333_dates_in_four_forms() {
    // 1,529,280,000 s is midnight (17,700 × 86,400), 22:28:28 is 80,908 s more
    let moment = 1_529_280_000_000 + 80_908_000;
    let mut instance = Sample::new();
    instance.registered = moment;
    table(
        &instance,
        &[
            ("registeredAt == 2018-06-18T22:28:28+00:00", true),
            ("registeredAt == 2018-06-18T22:28:28Z", true),
            ("registeredAt == 2018-06-18T22:28:28", true),
            ("registeredAt == '2018-06-18T22:28:28'", true),
            ("registeredAt == 2018-06-19T00:28:28+02:00", true),
            ("registeredAt == 2018-06-18T16:58:28-05:30", true),
            ("registeredAt > 2018-06-18", true), // midnight has passed
            ("registeredAt == 2018-06-18", false),
            ("registeredAt < 2018-06-19", true),
            ("registeredAt >= 2018-06-18T22:28:29Z", false),
            ("registeredAt != 2018-06-18T22:28:28Z", false),
            ("registeredAt > 0000-01-01", true),
            ("registeredAt < 9999-12-31T23:59:59", true),
        ],
    );
    instance.registered = moment + 500;
    table(
        &instance,
        &[
            ("registeredAt == 2018-06-18T22:28:28Z", false),
            ("registeredAt > 2018-06-18T22:28:28Z", true),
            ("registeredAt <= 2018-06-18T22:28:29Z", true),
        ],
    );
}

#[test]
fn ecs_333_counts_and_connection_and_id() {
    let mut instance = Sample::new().running(&["database", "family:batch"]);
    instance.connected = false;
    table(
        &instance,
        &[
            ("runningTasksCount == 2", true),
            ("runningTasksCount != 2", false),
            ("runningTasksCount > 1", true),
            ("runningTasksCount >= 3", false),
            ("runningTasksCount < 2", false),
            ("runningTasksCount <= 002", true),
            ("runningTasksCount<10", true), // as numbers; as text "2" > "10"
            ("agentConnected == true", false),
            ("agentConnected != true", true),
            ("agentConnected in [true, false]", true),
            ("agentConnected !in [false]", false),
            ("agentConnected =~ f.*", true),
            ("agentConnected !~ 't.*|f.*'", false),
            ("ec2InstanceId == i-abcd1234", true),
            ("ec2InstanceId != i-abcd1234", false),
            ("ec2InstanceId =~ i-abcd", false), // not the whole
            ("ec2InstanceId =~ 'i-abcd[0-9]+'", true),
            ("ec2InstanceId !in [i-1, i-2]", true),
        ],
    );
}

#[test]
fn ecs_334_both_spellings_are_one() {
    let pairs = [
        ("== prod", "equals prod"),
        ("!= prod", "not_equals prod"),
        ("> prod", "greater_than prod"),
        (">= prod", "greater_than_equal prod"),
        ("< prod", "less_than prod"),
        ("<= prod", "less_than_equal prod"),
        ("!exists", "not_exists"),
        ("!in [prod]", "not_in [prod]"),
        ("=~ p.*", "matches p.*"),
        ("!~ p.*", "not_matches p.*"),
        ("==prod", " ==   'prod'"),
        ("in[a,b]", "in [ 'b' , a , 'a' ]"),
    ];
    for (sign, word) in pairs {
        let parse = |operator: &str| Expression::parse(&format!("attribute:stack {operator}")).unwrap();
        assert_eq!(parse(sign), parse(word), "{sign} and {word}");
        assert_eq!(parse(sign).to_string(), parse(word).to_string());
    }
}

#[test]
fn ecs_335_lists_and_quotes() {
    table(
        &example().with("odd", "it's [1, 2]"),
        &[
            ("attribute:stack in [test, prod]", true),
            ("attribute:stack in ['prod']", true),
            ("attribute:stack in [pro, d]", false),
            ("attribute:stack not_in [test]", true),
            ("attribute:team == 'web shop'", true),
            ("attribute:team in [web, 'web shop']", true),
            ("attribute:odd == 'it''s [1, 2]'", true),
            ("attribute:team == 'web  shop'", false),
            ("attribute:stack == ''", false),
            ("attribute:odd =~ 'it''s .*'", true),
        ],
    );
}

#[test]
fn ecs_336_the_whole_value_must_match() {
    table(
        &example(),
        &[
            ("attribute:ecs.instance-type =~ t2", false),
            ("attribute:ecs.instance-type =~ t2.*", true),
            ("attribute:ecs.instance-type =~ small", false),
            ("attribute:ecs.instance-type =~ .*small", true),
            ("attribute:ecs.instance-type =~ 't2|t3'", false), // neither branch is the whole
            ("attribute:ecs.instance-type =~ '(t2|t3).small'", true),
            ("attribute:ecs.instance-type !~ t2", true),
            ("attribute:ecs.instance-type !~ t2.*", false),
            ("attribute:ecs.instance-type matches '^t2[.]small$'", true),
        ],
    );
}

#[test]
fn ecs_337_without_the_attribute() {
    // (text, with x = v, with x = w, without x)
    let rows = [
        ("attribute:x == v", true, false, false),
        ("attribute:x != v", false, true, false),
        ("not(attribute:x == v)", false, true, true),
        ("not(attribute:x != v)", true, false, true),
        ("attribute:x in [v]", true, false, false),
        ("attribute:x !in [v]", false, true, false),
        ("!(attribute:x in [v])", false, true, true),
        ("attribute:x =~ v", true, false, false),
        ("attribute:x !~ v", false, true, false),
        ("not attribute:x =~ v", false, true, true),
        ("attribute:x > v", false, true, false),
        ("attribute:x >= v", true, true, false),
        ("attribute:x < v", false, false, false),
        ("attribute:x <= v", true, false, false),
        ("attribute:x exists", true, true, false),
        ("attribute:x !exists", false, false, true),
    ];
    for (text, v, w, without) in rows {
        let with = |value: &str| holds(text, &Sample::new().with("x", value));
        assert_eq!((with("v"), with("w"), holds(text, &Sample::new())), (v, w, without), "{text}");
    }
}

#[test]
fn ecs_338_groups_that_run_here() {
    // (text, nothing runs, database, production, both)
    let rows = [
        ("task:group == database", false, true, false, true),
        ("not(task:group == database)", true, false, true, false),
        ("task:group != database", false, false, true, true), // some other group runs here
        ("task:group in [database, nobody]", false, true, false, true),
        ("task:group !in [database]", false, false, true, true),
        ("task:group =~ service:.*", false, false, true, true),
        ("task:group !~ service:.*", false, true, false, true),
        ("task:group < e", false, true, false, true),
        ("task:group >= e", false, false, true, true),
        ("task:group exists", false, true, true, true),
        ("task:group !exists", true, false, false, false),
        ("task:group == nobody", false, false, false, false),
        ("not(task:group == nobody)", true, true, true, true),
    ];
    for (text, nothing, database, production, both) in rows {
        let with = |names: &[&str]| holds(text, &Sample::new().running(names));
        let answers =
            (with(&[]), with(&["database"]), with(&["service:production"]), with(&["database", "service:production"]));
        assert_eq!(answers, (nothing, database, production, both), "{text}");
    }
}

#[test]
fn ecs_339_precedence_and_case() {
    // not before and before or: (not a and b) or c
    for a in [false, true] {
        for b in [false, true] {
            for c in [false, true] {
                let mut instance = Sample::new();
                for (name, there) in [("a", a), ("b", b), ("c", c)] {
                    if there {
                        instance = instance.with(name, "1");
                    }
                }
                let says = |text: &str| {
                    let long = text.replace('A', "attribute:a exists").replace('B', "attribute:b exists");
                    holds(&long.replace('C', "attribute:c exists"), &instance)
                };
                assert_eq!(says("A or B and C"), a || (b && c));
                assert_eq!(says("A and B or C"), (a && b) || c);
                assert_eq!(says("(A or B) and C"), (a || b) && c);
                assert_eq!(says("not A and B or C"), (!a && b) || c);
                assert_eq!(says("not (A and B) or C"), !(a && b) || c);
                assert_eq!(says("!A || B && !C"), !a || (b && !c));
                assert_eq!(says("!(!A&&!(B||C))"), a || b || c);
            }
        }
    }
    table(
        &example(),
        &[
            ("attribute:stack == Prod", false),
            ("attribute:Stack == prod", false),
            ("attribute:stack =~ PROD", false),
            ("attribute:stack =~ '(?i)PROD'", true),
        ],
    );
}

#[test]
fn numbers_are_compared_as_numbers_and_text_as_bytes() {
    let rows = [
        ("9", "<", "10", true),
        ("v9", "<", "v10", false), // '9' > '1'
        ("9", "<", "a", true),     // one is no number: '9' is 0x39, 'a' is 0x61
        ("1.0", "<=", "1", true),
        ("1.0", ">=", "1", true),
        ("1.0", "==", "1", false), // equality is of text
        ("1.10", "<", "1.9", true),
        ("-2", "<", "-1.5", true),
        ("-0", ">=", "0.0", true),
        ("-1", "<", "1", true),
        ("0.1000000000000000000000000000001", ">", "0.1", true),
        ("100000000000000000000000000000000", ">", "99999999999999999999999999999999", true),
        ("1e3", ">", "999", false), // not in this form a number: '1' < '9'
        ("007", "<", "8", true),
        ("1.", "<", "1.0", true), // no number: a prefix is less
        (".5", "<", "0.4", true), // no number: '.' < '0'
    ];
    for (value, operator, bound, wanted) in rows {
        let instance = Sample::new().with("n", value);
        assert_eq!(
            holds(&format!("attribute:n {operator} '{bound}'"), &instance),
            wanted,
            "{value} {operator} {bound}"
        );
    }
}

#[test]
fn ecs_304_two_thousand_characters() {
    let name = "attribute:x == ";
    let most = format!("{name}{}", "ä".repeat(LONGEST - name.len())); // characters, not bytes
    assert!(Expression::parse(&most).is_ok());
    let error = Expression::parse(&format!("{most}b")).unwrap_err();
    assert_eq!(error.message, "the expression has 2001 characters, at most 2000 are allowed");
    assert_eq!(error.at, most.len()..most.len() + 1);
}

#[test]
fn as_deep_as_is_allowed_and_no_deeper() {
    let nested = |open: &str, close: &str, levels: usize| {
        format!("{}attribute:x exists{}", open.repeat(levels), close.repeat(levels))
    };
    for (open, close) in [("(", ")"), ("!", ""), ("not ", ""), ("!(", ")")] {
        let deep = Expression::parse(&nested(open, close, DEEPEST)).unwrap();
        assert_eq!(Expression::parse(&deep.to_string()).unwrap(), deep);
        let error = Expression::parse(&nested(open, close, DEEPEST + 1)).unwrap_err();
        assert_eq!(error.message, "parentheses and negations stand in each other more than 100 deep");
        assert_eq!(error.at.start, open.len() * DEEPEST);
    }
    // one behind the other is not one in the other
    let wide = vec!["!(attribute:x exists)"; 70].join(" and ");
    assert!(Expression::parse(&wide).is_ok());
}

#[test]
fn ecs_207_names_of_attributes() {
    let custom = "Aa0-_/\\.";
    assert!(holds(&format!("attribute:{custom} == 1"), &Sample::new().with(custom, "1")));
    assert!(Expression::parse(&format!("attribute:{} exists", "x".repeat(128))).is_ok());
    assert!(Expression::parse(&format!("attribute:{} exists", "x".repeat(129))).is_err());
}

#[test]
fn ecs_206_built_in_names_are_names() {
    for name in
        ["ecs.ami-id", "ecs.os-type", "ecs.capability.external", "com.amazonaws.ecs.capability.docker-remote-api.1.17"]
    {
        assert!(holds(&format!("attribute:{name} exists"), &Sample::new().with(name, "")), "{name}");
    }
}

#[test]
fn the_static_part_can_be_asked_once() {
    let still = ["attribute:x == 1", "agentVersion > 1", "ec2InstanceId =~ i.*", "registeredAt < 2020-01-01"];
    let moving = ["agentConnected == true", "runningTasksCount < 3", "task:group == database", "task:group !exists"];
    for text in still {
        assert!(constraint(text).is_static(), "{text}");
        assert!(constraint(&format!("not({text})")).is_static());
        assert!(!constraint(&format!("{text} or {}", moving[0])).is_static());
    }
    for text in moving {
        assert!(!constraint(text).is_static(), "{text}");
    }
    assert!(constraint("task:group == nobody").is_static()); // never
    let all =
        constraint(&format!("{} and ({} and {}) and ({} or {})", still[0], moving[0], still[1], still[2], moving[1]));
    let parts: Vec<(String, bool)> =
        all.conjuncts().into_iter().map(|part| (part.to_string(), part.is_static())).collect();
    let wanted = [
        (still[0], true),
        (moving[0], false),
        (still[1], true),
        ("ec2InstanceId =~ i.* or runningTasksCount < 3", false),
    ];
    assert_eq!(parts, wanted.map(|(text, still)| (text.to_owned(), still)));
    let single = constraint(still[0]);
    assert_eq!(single.clone().conjuncts(), [single]);
}

#[test]
fn resolved_constraints_can_be_interned() {
    let same = |left: &str, right: &str| constraint(left) == constraint(right);
    assert!(same("attribute:x =~ a.* && (attribute:y == 1)", "attribute:x matches 'a.*' and attribute:y equals '1'"));
    assert!(same("registeredAt > 2018-06-18", "registeredAt > 2018-06-18T02:00:00+02:00"));
    assert!(same("agentVersion == 1.6", "agentVersion == 1.6.0"));
    assert!(!same("attribute:x =~ a.*", "attribute:x =~ a.+"));
    // another set of groups, another constraint
    let expression = Expression::parse("task:group =~ service:.*").unwrap();
    let few = expression.resolve([(GroupId(3), "service:test")]);
    assert_ne!(few, expression.resolve(groups()));
    assert_eq!(few, expression.resolve([(GroupId(3), "service:test"), (GroupId(3), "service:test")]));
    let any: &dyn Queryable = &Sample::new().running(&["service:test"]);
    assert!(few.holds(any));
}

#[test]
fn seed_82_what_is_named_where() {
    let text = "attribute:ecs.availability-zones in [a, 'b''c'] and not task:group == web or runningTasksCount > 1";
    let expression = Expression::parse(text).unwrap();
    let names: Vec<(&str, &str)> = expression.attributes().map(|(name, at)| (name, &text[at])).collect();
    assert_eq!(names, [("ecs.availability-zones", "ecs.availability-zones")]);
    let mentions: Vec<(String, &str)> =
        expression.mentions().iter().map(|mention| (mention.subject.to_string(), &text[mention.at.clone()])).collect();
    assert_eq!(
        mentions.iter().map(|(subject, _)| subject.as_str()).collect::<Vec<_>>(),
        ["attribute:ecs.availability-zones", "task:group", "runningTasksCount"]
    );
    assert!(mentions.iter().all(|(subject, written)| subject == written));
    let values: Vec<(&str, &str)> = expression
        .mentions()
        .iter()
        .flat_map(|mention| &mention.values)
        .map(|(value, at)| (value.as_str(), &text[at.clone()]))
        .collect();
    assert_eq!(values, [("a", "a"), ("b'c", "'b''c'"), ("web", "web")]);
    assert_eq!(expression.mentions()[1].subject, Subject::TaskGroup);
}

#[test]
fn canonical_texts() {
    let rows = [
        (
            "attribute:a=='1'&&!attribute:b exists||task:group in [y,'x','a b']",
            "attribute:a == 1 and not(attribute:b exists) or task:group in ['a b', x, y]",
        ),
        (
            "(attribute:a == 1 or attribute:b == 2) and attribute:c not_exists",
            "(attribute:a == 1 or attribute:b == 2) and attribute:c !exists",
        ),
        ("not not (attribute:a == 'and')", "not not(attribute:a == 'and')"),
        (
            "((attribute:a == 1) or (attribute:b == 2 or attribute:c == 3))",
            "attribute:a == 1 or attribute:b == 2 or attribute:c == 3",
        ),
        ("registeredAt >= 2018-06-18T22:28:28+01:00", "registeredAt >= 2018-06-18T21:28:28Z"),
        ("agentVersion equals 01.6.00", "agentVersion == 1.6"),
        ("runningTasksCount < 007", "runningTasksCount < 7"),
    ];
    for (text, canonical) in rows {
        assert_eq!(Expression::parse(text).unwrap().to_string(), canonical);
        assert_eq!(Expression::parse(canonical).unwrap(), Expression::parse(text).unwrap());
    }
    assert_eq!(constraint("task:group !exists").to_string(), "not(task:group exists)");
}
