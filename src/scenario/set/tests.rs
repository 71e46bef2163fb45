//! Overrides: where they land, and what is said of those that can't.

use super::*;
use crate::scenario::{check, load};

const SHOP: &str = "\
duration: 1h
instances:
  - {type: m5.large, count: 2, name: box}
  - {type: m5.xlarge}
services:
  web:
    task_definition: web
    placement: [random, {spread: host}]
    capacity_provider_strategy: [{provider: free}]
    load: {requests_per_second: 20, per_request: {cpu: 12 ms}}
";

fn over(text: &str) -> Override {
    Override { source: "--set".into(), text: text.into(), from: 0 }
}

/// The tree of `SHOP` with overrides, and codes with the text pointed at.
fn with(texts: &[&str]) -> (Node, Vec<String>) {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let (_, tree) = load(&mut sources, "shop.yaml", SHOP.as_bytes(), &mut findings);
    let mut tree = tree.unwrap();
    for text in texts {
        set(&mut tree, &over(text), &mut sources, &mut Changes::default(), &mut findings);
    }
    let shown = |finding: &Finding| {
        let place = finding.primary().map(|label| sources.slice(label.span)).unwrap_or_default();
        let help = finding.help.as_deref().unwrap_or_default();
        format!("{} {place} | {help}", finding.code)
    };
    let list = findings.iter().map(shown).collect();
    (tree, list)
}

#[track_caller]
fn set_to(texts: &[&str], path: &str, expected: Option<&str>) {
    let (tree, findings) = with(texts);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(tree.find(path).map(|node| node.text().unwrap_or("(block)")), expected, "{texts:?}");
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let (_, findings) = with(&[text]);
    assert_eq!(findings.len(), 1, "{text}: {findings:?}");
    assert!(findings[0].starts_with(expected), "{text}: {findings:?}");
}

#[test]
fn values_land_where_the_path_leads() {
    set_to(&["duration=2h"], "duration", Some("2h"));
    set_to(&[" services.web.desired_count = 4 "], "services.web.desired_count", Some("4"));
    set_to(&["instances[0].count=7"], "instances[0].count", Some("7"));
    set_to(&["instances[box].count=7"], "instances[0].count", Some("7"));
    set_to(&["instances.box.count=7"], "instances[0].count", Some("7"));
    set_to(&["services.web.load.requests_per_second=5"], "services.web.load.requests_per_second", Some("5"));
    // YAML as a value, also a block over several lines, and `=` in it
    set_to(&["services.web.placement=[{binpack: memory}]"], "services.web.placement[0].binpack", Some("memory"));
    set_to(&["services.web.placement=\n- binpack: cpu\n- random"], "services.web.placement[1]", Some("random"));
    set_to(&["expect=[cost_usd == 4]"], "expect[0]", Some("cost_usd == 4"));
    // the last one wins
    set_to(&["seed=1", "seed=2"], "seed", Some("2"));
}

#[test]
fn what_is_missing_on_the_way_is_made() {
    set_to(
        &["capacity_providers={free: {ideal: {instance_type: m5.large}}}"],
        "capacity_providers.free",
        Some("(block)"),
    );
    set_to(&["zones[0]=b"], "zones[0]", Some("b"));
    set_to(&["instances[2]={type: m5.large}"], "instances[2].type", Some("m5.large"));
    set_to(&["task_definitions.web={cpu: 256}"], "task_definitions.web.cpu", Some("256"));
    let per_request = "services.web.load.per_request";
    let texts = ["services.web.load=null", "services.web.load.per_request.cpu=3 ms"];
    set_to(&texts, &format!("{per_request}.cpu"), Some("3 ms"));
}

/// An entry with one key gets the new one instead, and a single value that may be a block becomes one.
#[test]
fn entries_with_one_key_change_their_kind() {
    let (tree, findings) =
        with(&["services.web.placement[1].binpack=memory", "services.web.placement[random].spread=host"]);
    assert!(findings.is_empty(), "{findings:?}");
    let placement = tree.find("services.web.placement").unwrap();
    let Kind::List(items) = &placement.kind else { panic!("a list") };
    let keys = |item: &Node| match &item.kind {
        Kind::Map(entries) => entries.iter().map(|entry| entry.key.clone()).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    assert_eq!(items.iter().map(keys).collect::<Vec<_>>(), [["spread"], ["binpack"]]);
    let curve = "services.web.load.requests_per_second.trace.file";
    set_to(&[&format!("{curve}=t.csv")], curve, Some("t.csv"));
}

#[test]
fn null_takes_away() {
    set_to(&["services.web.load=null"], "services.web.load", None);
    set_to(&["instances[0]=~"], "instances[0].type", Some("m5.xlarge"));
    set_to(&["services.web=null"], "services.web", None);
    set_to(&["seed=null"], "seed", None); // was not there
    set_to(&["services.web.load.requests_per_second.trace=null"], "services.web.load.requests_per_second", Some("20"));
    refused("services.wbe=null", "LS0302 wbe | did you mean `web`?");
    refused("sed=null", "LS0104 sed | did you mean `seed`?");
    refused("instances[9]=null", "LS0302 9 | it has 2, numbered from 0; 2 adds another");
}

#[test]
fn paths_that_lead_nowhere_are_told_with_what_is_there() {
    refused("services.wbe.desired_count=3", "LS0302 wbe | did you mean `web`?");
    refused("services.checkout.desired_count=3", "LS0302 checkout | there are: `web`");
    refused("task_definitions.web.cpu=3", "LS0302 web | there are none");
    refused("instances[5].count=3", "LS0302 5 |");
    refused("instances[99999999999999999999].count=3", "LS0302 9999");
    refused("instances[bxo].count=3", "LS0302 bxo | did you mean `box`?");
    refused("services.web.capacity_provider_strategy[fre].provider=x", "LS0302 fre | did you mean `free`?");
    refused("duration.hours=3", "LS0302 hours | set `duration` as a whole");
    // what the language has no word for is the check's to say, at the place of the override
    let (tree, findings) = with(&["services.web.desird_count=4"]);
    assert!(findings.is_empty(), "{findings:?}");
    let mut found = Findings::new();
    check(&SCENARIO, &tree, &mut found);
    let finding = found.iter().next().unwrap();
    assert_eq!((finding.code, finding.help.as_deref()), (Code::UnknownSetting, Some("did you mean `desired_count`?")));
    assert_eq!(finding.primary().unwrap().span.start, "services.web.".len());
}

#[test]
fn what_is_no_override_is_refused_in_its_place() {
    refused("duration", "LS0301 duration | for example");
    refused("=3", "LS0301 = |");
    refused("", "LS0301  |");
    refused("a..b=3", "LS0301 . |");
    refused("instances[=3", "LS0301 = |");
    refused("instances[0=3", "LS0301 [ |");
    refused("instances[]=3", "LS0301 ] |");
    refused("instances[0]count=3", "LS0301 c |");
    refused("a]=3", "LS0301 ] |");
    refused("seed=", "LS0102 = |");
    refused("seed= # nothing", "LS0102 = |");
    refused("seed=[1", "LS0004");
    refused("seed={a: 1, a: 2}", "LS0011 a |");
    refused("seed=\u{7}", "LS0003");
    refused(&format!("{}=3", ["a"; 40].join(".")), "LS0301 a |");
}

/// Nothing that can be typed makes it fall over.
#[test]
fn any_text_is_taken_or_refused() {
    let pieces = ["a", ".", "[", "]", "=", "0", "é", " ", "{", "}", ":", "-", "\n", "\"", "#", "&x", "*x"];
    for (first, second) in pieces.iter().flat_map(|first| pieces.iter().map(move |second| (first, second))) {
        for third in pieces {
            for text in [format!("{first}{second}{third}"), format!("services{first}web{second}x={third}")] {
                with(&[&text]);
            }
        }
    }
}

/// A path that begins in the middle is shown from the top, and a number that was counted from 1 from 0.
#[test]
fn paths_that_begin_in_the_middle_are_completed() {
    refused("desired_count=4", "LS0104 desired_count | a path begins at the top: `services.web.desired_count`");
    refused("web.desired_count=4", "LS0104 web | a path begins at the top: `services.web.desired_count`");
    refused("instances[2].count=4", "LS0302 2 | entries are counted from 0: the last one is `instances[1]`");
}

/// What has to be there is not gone without a trace: the check points at the `null`.
#[test]
fn what_is_needed_and_taken_away_stays_as_nothing() {
    let (tree, findings) = with(&["services.web.task_definition=null"]);
    assert!(findings.is_empty(), "{findings:?}");
    assert!(tree.find("services.web.task_definition").is_some_and(Node::is_null));
    set_to(
        &["services.web.task_definition=null", "services.web.task_definition=x"],
        "services.web.task_definition",
        Some("x"),
    );
}

/// Names of types have dots of their own.
#[test]
fn names_with_dots() {
    let texts = ["prices.items.m5.large=$0.5", "prices.items.nat_hour=$0.04", "prices.items[c5.large]=$0.4"];
    let (tree, found) = with(&texts);
    let text = |path: &[&str]| tree.at(path).and_then(Node::text).map(str::to_owned);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(text(&["prices", "items", "m5.large"]).as_deref(), Some("$0.5"));
    assert_eq!(text(&["prices", "items", "nat_hour"]).as_deref(), Some("$0.04"));
    assert_eq!(text(&["prices", "items", "c5.large"]).as_deref(), Some("$0.4"));
    let (tree, found) = with(&["instance_types[m5.large]={price: $1}", "instance_types.m5.large.price=$2"]);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(tree.at(&["instance_types", "m5.large", "price"]).and_then(Node::text), Some("$2"));
}
