//! The shape check and the description of the language, on small examples.

use super::*;
use crate::diag::{Findings, Sources, Span};

const TEXT: &str = r##"# größe
name: 'größe'   # a comment
services:
  web: &web
    cpu: 512 # vCPU
    note: |
      one
      two

    # it's a comment
    "odd \"# key" : &a 'it''s # text' # it's
    even: &'b "x\\"
    ports: [ {container: 80},
             {container: 443} ]
  api: *web
instances:
- type: m5.large
- type: c5.large
empty:
after: {}
gaps:
-
-  # a comment
- - 1
  -
"##;

fn tree() -> (Sources, Node) {
    let mut sources = Sources::new();
    let mut findings = Findings::new();
    let (_, node) = load(&mut sources, "t.yaml", TEXT.as_bytes(), &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    (sources, node.unwrap())
}

#[test]
fn values_are_found_by_path() {
    let (_, node) = tree();
    let text = |path: &str| node.find(path).and_then(Node::text).map(str::to_owned);
    assert_eq!(text("name").as_deref(), Some("größe"));
    assert_eq!(text("services.web.cpu").as_deref(), Some("512"));
    assert_eq!(text("services.api.ports[1].container").as_deref(), Some("443"));
    assert_eq!(text("instances[1].type").as_deref(), Some("c5.large"));
    assert_eq!(node.at(&["instances", "0", "type"]).and_then(Node::text), Some("m5.large"));
    assert!(node.find("empty").is_some_and(Node::is_null));
    for missing in ["nothing", "services.web.cpu.deeper", "instances[2]", "instances.x"] {
        assert!(node.find(missing).is_none(), "{missing}");
    }
}

#[test]
fn places_cover_what_was_written() {
    let (sources, node) = tree();
    let slice = |span: Option<Span>| sources.slice(span.unwrap()).to_owned();
    let value = |path: &str| slice(node.span_of(path));
    let key = |path: &str| slice(node.key_span_of(path));
    assert_eq!(value("name"), "'größe'");
    assert_eq!(key("name"), "name");
    assert_eq!(value("services.web.cpu"), "512");
    assert_eq!(value("services.web.note"), "one\n      two");
    assert_eq!(value("services.web.ports"), "[ {container: 80},\n             {container: 443} ]");
    assert_eq!(value("services.web.odd \"# key"), "&a 'it''s # text'");
    assert_eq!(key("services.web.odd \"# key"), r##""odd \"# key""##);
    assert_eq!(value("services.web.even"), r#"&'b "x\\""#);
    assert_eq!(value("services.web.ports[0]"), "{container: 80}");
    assert_eq!(key("services.web.ports[1].container"), "container");
    assert_eq!(value("services.api"), "*web");
    assert_eq!(value("services.api.cpu"), "512");
    assert_eq!(value("instances"), "- type: m5.large\n- type: c5.large");
    assert_eq!(value("instances[1]"), "type: c5.large");
    assert_eq!(key("instances[1]"), "type");
    assert_eq!(value("after"), "{}");
    assert_eq!(value("gaps[0]"), "-");
    assert_eq!(value("gaps[1]"), "-");
    assert!(node.span_of("gaps[0]") < node.span_of("gaps[1]"));
    assert_eq!(value("gaps[2]"), "- 1\n  -");
}

#[test]
fn what_is_missing_is_shown_where_it_belongs() {
    let (sources, node) = tree();
    let near = |path: &str| sources.slice(node.nearest_span(path)).to_owned();
    assert_eq!(near("services.web.memory"), "web");
    assert_eq!(near("services.web.cpu"), "512");
    assert_eq!(near("services.db.cpu"), "services");
    assert_eq!(near("instances[0].count"), "type");
    assert_eq!(near("instances[7].count"), "instances");
    assert_eq!(near("load_balancers.front"), "name");
}

fn even(text: &str) -> Result<(), String> {
    match text.parse::<u32>() {
        Ok(n) if n % 2 == 0 => Ok(()),
        _ => Err("an even number is needed".into()),
    }
}

static EVEN: Quantity =
    Quantity { name: "even number", parse: even, pattern: "[02468]$", numbers: Numbers::Any, examples: &["2", "3"] };
static TREE: MapShape = MapShape {
    title: "a tree",
    keys: &[
        key("left", &TREE_SHAPE).doc("One side."),
        key("left", &TREE_SHAPE).doc("The same again."),
        key("even", &Shape::Quantity(&EVEN)).default("5").doc("A number."),
        key("mute", &Shape::Bool),
        key("any", &EITHER).doc("This or that."),
    ],
};
static TREE_SHAPE: Shape = Shape::Map(&TREE);
static ONLY: MapShape = MapShape {
    title: "an only",
    keys: &[key("x", &Shape::Integer { min: 3, max: 2 }).required().default("2").doc("X.")],
};
static EITHER: Shape = Shape::Either(&[&Shape::Bool, &Shape::OneKey(&ONLY), &TREE_SHAPE]);

#[test]
fn flaws_of_a_description_are_found_also_when_it_contains_itself() {
    assert_eq!(
        flaws(&TREE_SHAPE),
        [
            ".left: stands twice",
            ".even: `5`: `5` is not an even number: an even number is needed",
            ".even: `3`: an even number is needed",
            ".mute: is not explained",
            ".any.x: is required and has a default",
            ".any.x: `2`: the file is `2`, and a whole number from 3 to 2 belongs here",
            ".any.x: nothing could be allowed",
        ]
    );
    assert_eq!(TREE_SHAPE.example(), "{left: {left: {left: {left: …}}}}");
}

fn messages(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let mut findings = Findings::new();
    let (_, node) = load(&mut sources, "t.yaml", text.as_bytes(), &mut findings);
    if let Some(node) = node {
        check(&TREE_SHAPE, &node, &mut findings);
    }
    findings.iter().map(|finding| finding.message.clone()).collect()
}

#[test]
fn of_several_shapes_the_one_that_was_meant_judges() {
    assert!(messages("any: true").is_empty());
    assert!(messages("any: {left: {mute: false}}").is_empty());
    assert_eq!(messages("any: {mute: 1}"), ["`mute` is the number `1`, and `true` or `false` belongs here"]);
    assert_eq!(messages("any: {x: 1}").len(), 1);
    assert_eq!(messages("any: 3"), ["`any` is the number `3`, and `true` or `false` belongs here"]);
    assert_eq!(messages("any: [3]").len(), 1);
}

#[test]
fn the_deepest_tree_is_checked_converted_and_dropped() {
    let levels = MAX_DEPTH - 1;
    let text = format!("{}{{mute: true}}{}", "{any: ".repeat(levels), "}".repeat(levels));
    assert!(messages(&text).is_empty());
    let mut findings = Findings::new();
    let (_, node) = load(&mut Sources::new(), "t.yaml", text.as_bytes(), &mut findings);
    typed(&node.unwrap(), &TREE_SHAPE);
}
