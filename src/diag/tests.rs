//! Findings in order, drawn for people and for programs.

use super::*;

fn sample() -> (Sources, SourceId) {
    let mut sources = Sources::new();
    let text = "a: 1\nb: 2\npolicies:\n  - x: 1\n    cooldwn: 3\n";
    let id = sources.add("scenarios/web.yaml", text);
    (sources, id)
}

fn only(finding: Finding, sources: &Sources) -> String {
    let mut findings = Findings::new();
    findings.push(finding);
    render(&findings, sources, false, 100)
}

#[test]
fn a_finding_looks_like_one_of_rustc() {
    let (sources, id) = sample();
    let message = "a scaling policy has no setting `cooldwn`";
    let finding = Finding::error(Code::UnknownSetting, message)
        .at(Span::new(id, 33, 40), "not known here")
        .help("did you mean `cooldown`?");
    let expected = "\
error[LS0104]: a scaling policy has no setting `cooldwn`
 --> scenarios/web.yaml:5:5
  |
5 |     cooldwn: 3
  |     ^^^^^^^ not known here
  |
help: did you mean `cooldown`?

";
    assert_eq!(only(finding, &sources), expected);
}

#[test]
fn both_ends_of_a_contradiction_are_drawn() {
    let (sources, id) = sample();
    let finding = Finding::error(Code::OutOfRange, "`a` is above `b`")
        .at(Span::new(id, 3, 4), "this is larger")
        .also(Span::new(id, 8, 9), "than this");
    let text = only(finding, &sources);
    assert!(text.contains("1 | a: 1\n  |    ^ this is larger\n2 | b: 2\n  |    - than this"), "{text}");
}

#[test]
fn labels_far_apart_and_in_two_files_are_drawn() {
    let mut sources = Sources::new();
    let text = format!("first: 1\n{}last: 2\n", "#\n".repeat(50));
    let one = sources.add("one.yaml", text.clone());
    let two = sources.add("two.yaml", "other: 3\n");
    let finding = Finding::error(Code::DuplicateKey, "twice")
        .at(Span::new(one, text.len() - 8, text.len() - 4), "here")
        .also(Span::new(one, 0, 5), "there")
        .also(Span::new(two, 0, 5), "and there");
    let text = only(finding, &sources);
    for part in ["--> one.yaml:52:1", "1 | first: 1", "52 | last: 2", "two.yaml:1:1", "1 | other: 3"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn a_finding_without_a_place_is_drawn() {
    let sources = Sources::new();
    let finding = Finding::warning(Code::EmptyFile, "nothing here").note("a note").help("some help");
    let text = only(finding, &sources);
    assert!(text.starts_with("warning[LS0009]: nothing here\n"), "{text}");
    assert!(text.contains("note: a note") && text.contains("help: some help"), "{text}");
}

#[test]
fn nothing_harmful_reaches_the_terminal() {
    let mut sources = Sources::new();
    let text = "name: \"a\u{1b}[31m\u{202e}\u{9b}b\u{0}\tü\"\r\nnext: 1\r\n";
    let id = sources.add("evil\u{1b}[2J\n.yaml", text);
    let at = text.find('ü').unwrap();
    let finding = Finding::error(Code::BadName, "bad \u{1b}]0;title\u{7}")
        .at(Span::new(id, at, at + 2), "here\u{1b}[0m\r")
        .path("x\u{1b}")
        .help("do\u{8}");
    let mut findings = Findings::new();
    findings.push(finding);
    let drawn = render(&findings, &sources, false, 80);
    let bad = drawn.chars().find(|c| *c != '\n' && !printable::is_harmless(*c));
    assert_eq!(bad, None, "{drawn:?}");
    let json = to_json(&findings, &sources).to_string();
    assert!(!json.contains('\u{9b}') && !json.contains('\u{1b}'), "{json:?}");
    assert!(json.contains(r#""line":1,"#), "{json}");
}

#[test]
fn a_very_long_line_is_cut_around_the_label() {
    let mut sources = Sources::new();
    let text = format!("a: [{}BAD, {}]\n", "1, ".repeat(200_000), "2, ".repeat(100_000));
    let id = sources.add("long.yaml", text.clone());
    let at = text.find("BAD").unwrap();
    let finding = Finding::error(Code::WrongKind, "no number").at(Span::new(id, at, at + 3), "this");
    let drawn = only(finding, &sources);
    assert!(drawn.len() < 2_000, "{}", drawn.len());
    assert!(drawn.contains("BAD") && drawn.contains("^^^ this"), "{drawn}");
    assert!(drawn.contains(&format!("long.yaml:1:{}", at + 1)), "{drawn}");
}

/// A label that would reach beyond the terminal stands below the lines.
#[test]
fn a_label_without_room_stands_below() {
    let mut sources = Sources::new();
    let text = format!("{{key: {}value}}\n", "x".repeat(60));
    let id = sources.add("wide.yaml", text.clone());
    let at = text.find("value").unwrap();
    let finding = |label: &str| Finding::error(Code::WrongKind, "x").at(Span::new(id, at, at + 5), label);
    let drawn = only(finding("cannot be read as a span of time"), &sources);
    assert!(drawn.contains("^^^^^\n") && drawn.contains("= note: cannot be read as a span of time"), "{drawn}");
    assert!(drawn.lines().all(|line| line.chars().count() <= 100), "{drawn}");
    assert!(only(finding("short"), &sources).contains("^^^^^ short"));
}

#[test]
fn offsets_outside_the_text_or_inside_a_character_do_no_harm() {
    let mut sources = Sources::new();
    let id = sources.add("u.yaml", "ü: ü");
    for (start, end) in [(1, 1), (0, 1), (4, 900), (900, 901), (3, 2), (6, 6)] {
        let finding = Finding::error(Code::Syntax, "x").at(Span::new(id, start, end), "here");
        let drawn = only(finding, &sources);
        assert!(drawn.contains("u.yaml:1:"), "{drawn}");
    }
    assert_eq!(sources.place(id, 4), Place { line: 1, column: 4 });
}

#[test]
fn errors_come_first_and_then_the_places() {
    let (sources, id) = sample();
    let mut findings = Findings::new();
    assert!(!findings.has_errors());
    findings.push(Finding::warning(Code::WrongKind, "w").at(Span::new(id, 0, 1), ""));
    assert!(!findings.has_errors());
    findings.push(Finding::error(Code::WrongKind, "late").at(Span::new(id, 9, 10), ""));
    findings.push(Finding::error(Code::WrongKind, "early").at(Span::new(id, 3, 4), ""));
    findings.push(Finding::error(Code::WrongKind, "early").at(Span::new(id, 3, 4), ""));
    let order: Vec<&str> = findings.sorted().iter().map(|f| f.message.as_str()).collect();
    assert_eq!(order, ["early", "late", "w"]);
    assert!(findings.has_errors());
    for _ in 0..30 {
        let n = findings.len();
        findings.push(Finding::error(Code::WrongKind, format!("e{n}")));
    }
    assert!(render(&findings, &sources, false, 80).ends_with("and 13 more\n"));
}

#[test]
fn color_is_used_only_when_asked_for() {
    let (sources, id) = sample();
    let mut findings = Findings::new();
    findings.push(Finding::error(Code::WrongKind, "x").at(Span::new(id, 0, 1), "y"));
    assert!(render(&findings, &sources, true, 80).contains('\u{1b}'));
    assert!(!render(&findings, &sources, false, 80).contains('\u{1b}'));
}

#[test]
fn the_nearest_word_is_the_one_meant() {
    let words = ["cooldown", "cpu", "memory", "desired_count", "min", "max"];
    let near = |word| nearest(word, words);
    assert_eq!(near("cooldwn"), Some("cooldown"));
    assert_eq!(near("cooldonw"), Some("cooldown"));
    assert_eq!(near("desiredCount"), Some("desired_count"));
    assert_eq!(near("Desired-Count"), Some("desired_count"));
    assert_eq!(near("CPU"), Some("cpu"));
    assert_eq!(near("mxa"), Some("max"));
    assert_eq!(near("zebra"), None);
    assert_eq!(near("x"), None);
    assert_eq!(near(""), None);
    assert_eq!(nearest(&"c".repeat(1_000_000), words), None);
}

#[test]
fn codes_are_unique_in_order_and_explained() {
    let ids: Vec<&str> = Code::ALL.iter().map(|code| code.id()).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted);
    for code in Code::ALL {
        assert_eq!(Code::find(&code.id().to_lowercase()), Some(*code));
        assert!(code.explanation().ends_with('.') && !code.title().ends_with('.'), "{code}");
    }
    assert_eq!(Code::find("LS9999"), None);
}
