//! What is done with an input, and what must hold whatever it is.

use super::corpus::Corpus;
use super::watch::LARGE;
use longshore::diag::{Finding, Findings, Sources, render, to_json};
use longshore::plan::{Files, InitialState, Plan, from_tree};
use longshore::scenario::{Changes, MAX_BYTES, Override, SCENARIO, load, plain, set, typed};
use longshore::units::{Decimal, SystemFamily, parse_cpu, parse_memory, parse_span, parse_usd};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;

static CORPUS: LazyLock<Corpus> = LazyLock::new(Corpus::load);

/// A run of a plan is broken off after so many events; plans with more than these are not run.
const MOST_EVENTS: u64 = 20_000;
const MOST_INSTANCES: usize = 1_000;
const MOST_TASKS: usize = 5_000;

/// Files beside a scenario: the input is `x.csv` or `x.json`, the others are those of the repository.
struct Beside<'a>(&'a [u8]);

impl Files for Beside<'_> {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        match path {
            "x.csv" | "x.json" => Ok(self.0.to_vec()),
            _ => CORPUS.file(path).ok_or_else(|| "there is no such file".to_owned()),
        }
    }
}

/// What must hold of findings. Says which there are.
fn examine(findings: &Findings, sources: &Sources) -> String {
    for finding in findings {
        assert!(finding.code.id() != "LS0900", "a mistake of longshore itself: {}", finding.message);
        assert!(!finding.message.is_empty() && !finding.message.ends_with('.'), "message: {:?}", finding.message);
        assert!(finding.message.chars().count() <= 1_001, "a message that long is not read: {}", finding.message);
        assert!(finding.help.as_ref().is_none_or(|help| help.chars().count() <= 1_001), "help: {:?}", finding.help);
        for label in &finding.labels {
            let text = sources.text(label.span.source);
            let (start, end) = (label.span.start, label.span.end);
            assert!(start <= end && end <= text.len(), "outside the file: {label:?}");
            assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "inside a character: {label:?}");
        }
    }
    let drawn = render(findings, sources, false, 80);
    let strange = drawn.chars().find(|c| c.is_control() && *c != '\n');
    assert!(strange.is_none(), "the text has {strange:?}");
    for c in ['\u{202e}', '\u{2028}', '\u{200b}', '\u{feff}'] {
        assert!(!drawn.contains(c), "the text has {c:?}");
    }
    assert!(drawn.len() < 1 << 20, "{} bytes", drawn.len());
    to_json(findings, sources);
    let kinds: BTreeSet<String> = findings.iter().take(200).map(kind_of).collect();
    kinds.into_iter().collect::<Vec<_>>().join(" ")
}

/// Code and the words of a message that are not the user's: a new mixture is somewhere new.
fn kind_of(finding: &Finding) -> String {
    let own = finding.message.split('`').step_by(2).collect::<String>();
    let words: String = own.chars().filter(char::is_ascii_alphabetic).take(40).collect();
    format!("{}{words}", finding.code)
}

pub(crate) fn reader(input: &[u8]) -> String {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let (_, node) = load(&mut sources, "a.yaml", input, &mut findings);
    let led_to = examine(&findings, &sources);
    assert!(node.is_some() || findings.has_errors(), "neither a tree nor an error");
    if let Some(node) = node {
        let ours = plain(&node);
        typed(&node, &SCENARIO);
        // what both read without a word, both read alike; the tests of the reader say where they differ and why
        let text = String::from_utf8_lossy(input);
        let strange = ['\u{2028}', '\u{2029}', '\u{85}', '\u{feff}'];
        if findings.is_empty()
            && input.len() < MAX_BYTES / 8
            && node.text().is_none()
            && !text.contains(strange)
            && let Ok(theirs) = serde_yaml::from_slice::<serde_yaml::Value>(input)
            && let (Some(ours), Some(theirs)) = (comparable(&ours), comparable(&theirs))
        {
            assert_eq!(ours, theirs, "read differently");
        }
    }
    led_to
}

/// A value to compare; `None` where the two readers differ on purpose (numbers with leading zeros, binary numbers and
/// signs before 0x, keys that are no text).
fn comparable(value: &serde_yaml::Value) -> Option<String> {
    use serde_yaml::Value;
    match value {
        Value::Sequence(items) => items.iter().map(comparable).collect::<Option<Vec<_>>>().map(|all| all.join(",")),
        Value::Mapping(map) => {
            let entry = |(key, value): (&Value, &Value)| Some(format!("{}:{}", key.as_str()?, comparable(value)?));
            map.iter().map(entry).collect::<Option<Vec<_>>>().map(|all| all.join(","))
        }
        Value::String(text) => {
            let digits = text.trim_start_matches(['-', '+']);
            let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
            if is_number { None } else { Some(text.clone()) }
        }
        Value::Number(_) => Some("number".to_owned()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null => Some("null".to_owned()),
        Value::Tagged(_) => None,
    }
}

/// Reads, plans and, if it is small, runs a scenario.
fn whole(text: &[u8], beside: &[u8], overrides: &[Override]) -> String {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let (_, tree) = load(&mut sources, "a.yaml", text, &mut findings);
    let plan = tree.and_then(|mut tree| {
        let mut changes = Changes::default();
        for given in overrides {
            set(&mut tree, given, &mut sources, &mut changes, &mut findings);
        }
        let plan = from_tree(&tree, "a", &mut sources, &mut Beside(beside), &mut findings);
        changes.explain(&mut findings);
        plan
    });
    assert_eq!(plan.is_none(), findings.has_errors(), "a plan with errors, or none without");
    let led_to = examine(&findings, &sources);
    if plan.as_ref().is_some_and(|plan| plan.arrivals.len() + plan.instances.len() > 500_000) {
        LARGE.store(true, Ordering::Relaxed);
    }
    let ran = plan.map_or_else(String::new, |plan| run(&plan));
    format!("{led_to} {ran}")
}

fn run(plan: &Plan) -> String {
    let desired: u64 = plan.services.rows().iter().map(|service| u64::from(service.desired)).sum();
    let steps = plan.services.rows().iter().filter_map(|service| service.load.as_ref());
    let steps: usize = steps.map(|load| load.curve.points().len()).sum();
    let tasks = plan.arrivals.len() + plan.situation.len() + usize::try_from(desired).unwrap_or(usize::MAX);
    let buckets = plan.series_bucket.map_or(0, |width| plan.horizon.0 / width.0.max(1));
    if plan.instances.len() > MOST_INSTANCES || tasks > MOST_TASKS || steps > MOST_TASKS || buckets > 50_000 {
        return "not run".to_owned();
    }
    if plan.operations.len() > 100 || plan.initial_state == InitialState::Steady && desired > 2_000 {
        return "not run".to_owned();
    }
    let mut stop = |_, events| if events > MOST_EVENTS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let result = longshore::study::run_once(plan, &mut (), &mut stop).expect("no endless chain of causes");
    assert!(result.bill.iter().all(|line| line.cost.0 >= 0), "a negative bill");
    let width = u64::BITS - result.outcome.events.leading_zeros();
    format!("ran {width} {}", result.summary.tasks_placed.min(3))
}

pub(crate) fn scenario(input: &[u8]) -> String {
    whole(input, b"time,requests\n0,1\n60,2\n120,1\n", &[])
}

/// A constraint inside a scenario with some instances.
pub(crate) fn constraints(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input).into_owned();
    if let Ok(expression) = longshore::placement::cql::Expression::parse(&text) {
        let mentions = expression.mentions().iter().all(|mention| text.get(mention.at.clone()).is_some());
        assert!(mentions, "a mention outside the text");
    }
    let quoted = serde_json::to_string(&text).expect("a text");
    let scenario = format!(
        "duration: 1m\nzones: [a, b]\ninstances:\n  - {{type: m5.large, count: 3, attributes: {{stack: prod}}}}\n  - {{type: \
         c5.large, count: 2}}\ntask_definitions: {{t: {{cpu: 128, memory: 64, placement_constraints: [{{member_of: \
         {quoted}}}]}}}}\nservices: {{web: {{task_definition: t, desired_count: 3, placement_constraints: [{{member_of: \
         {quoted}}}]}}}}\n"
    );
    whole(scenario.as_bytes(), b"", &[])
}

pub(crate) fn expectations(input: &[u8]) -> String {
    let text = serde_json::to_string(&String::from_utf8_lossy(input)).expect("a text");
    let scenario = format!(
        "duration: 1m\ninstances: [{{type: m5.large, count: 2, name: box}}]\ntask_definitions: {{t: {{cpu: 128, memory: \
         64}}}}\nservices: {{web: {{task_definition: t, desired_count: 3}}}}\nexpect:\n  - {text}\n  - {{always: {text}}}\n  \
         - {{that: {text}, at: 5s}}\n  - {{fact: task_placed, task: {text}}}\n"
    );
    whole(scenario.as_bytes(), b"", &[])
}

/// A task definition on instances and on Fargate.
pub(crate) fn aws_json(input: &[u8]) -> String {
    const SCENARIO: &[u8] = b"duration: 1m\ninstances: [{type: m5.large, count: 2}]\ntask_definitions: {t: {file: \
        x.json}, u: {file: x.json, exit_time: 1s}}\nservices: {a: {task_definition: t, desired_count: 2}, b: \
        {task_definition: u, launch_type: FARGATE}}\n";
    whole(SCENARIO, input, &[])
}

pub(crate) fn csv_trace(input: &[u8]) -> String {
    const SCENARIO: &[u8] = b"duration: 2m\ninstances: [{type: m5.large}]\ntask_definitions: {t: {cpu: 128, memory: \
        64}}\nservices:\n  a: {task_definition: t, load: {per_request: {cpu: 2 ms}, requests_per_second: {trace: {file: \
        x.csv, column: requests, time_column: time_s, per: 1m, scale: 10}}}}\n";
    whole(SCENARIO, input, &[])
}

pub(crate) fn csv_arrivals(input: &[u8]) -> String {
    const SCENARIO: &[u8] = b"duration: 1h\ninstances: [{type: m5.large, count: 2}]\ntasks:\n  vm: {arrivals: {file: \
        x.csv, columns: {at: {column: arrival_s, unit: s}, cpu: {column: vcpu, unit: vCPU}, memory: {column: memory_gib, \
        unit: GiB}, lifetime: {column: lifetime_s, unit: s}, open_ended: censored}}}\n";
    whole(SCENARIO, input, &[])
}

pub(crate) fn csv_instances(input: &[u8]) -> String {
    const SCENARIO: &[u8] = b"duration: 1m\ninstances:\n  - {type: m5.large, file: x.csv, columns: {name: sn, cpu: \
        {column: cpu_milli, unit: milli-vCPU}, memory: {column: memory_mib, unit: MiB}, gpus: gpu}}\ntask_definitions: {t: \
        {cpu: 128, memory: 64}}\nservices: {web: {task_definition: t, desired_count: 3}}\n";
    whole(SCENARIO, input, &[])
}

/// What is billed by prices from a file.
const PRICED: &str = "nat_gateways: {n: {processed: 1 GB per hour}}\ndata_transfer: {o: {to: internet, amount: 1 TB per \
    hour}}\ninstances: [{type: m5.large}]\ntask_definitions: {t: {cpu: 256, memory: 512}}\nservices: {web: \
    {task_definition: t, launch_type: FARGATE}}\nsavings_plans: [{type: compute, commitment: 0.1}]\n";

pub(crate) fn csv_prices(input: &[u8]) -> String {
    whole(format!("duration: 40d\nprices: {{file: x.csv}}\n{PRICED}").as_bytes(), input, &[])
}

pub(crate) fn json_prices(input: &[u8]) -> String {
    whole(format!("duration: 40d\nprices: {{file: x.json, discount: 7%}}\n{PRICED}").as_bytes(), input, &[])
}

pub(crate) fn csv_spot(input: &[u8]) -> String {
    const SCENARIO: &[u8] =
        b"duration: 2d\nstart: 2026-03-02T05:00:00Z\ninstances: [{type: m5.large, purchase: spot, spot: \
        {trace: {file: x.csv, time_column: from, column: usd}}}]\n";
    whole(SCENARIO, input, &[])
}

pub(crate) fn quantities(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let said = [
        parse_cpu(&text).map(|_| ()).err(),
        parse_memory(&text).map(|_| ()).err(),
        parse_span(&text).map(|_| ()).err(),
        parse_usd(&text).map(|_| ()).err(),
    ];
    let read = text.parse::<Decimal>();
    if let Ok(number) = &read {
        let _ = (number.times_exact(1000), number.times_rounded(i64::MAX), number.to_string());
    }
    let quoted = serde_json::to_string(&text).expect("a text");
    let scenario = format!(
        "duration: {quoted}\nstart: {quoted}\ninstances: [{{type: m5.large, registered_cpu: {quoted}, registered_memory: \
         {quoted}}}]\ntask_definitions: {{t: {{cpu: {quoted}, memory: {quoted}, exit_time: {quoted}}}}}\ntasks: {{a: \
         {{task_definition: t, schedule: {quoted}, timezone: {quoted}}}, b: {{task_definition: t, on: {{events: \
         {quoted}}}}}}}\nservices: {{web: {{task_definition: t}}}}\n"
    );
    let whole = whole(scenario.as_bytes(), b"", &[]);
    format!("{:?} {} {whole}", said.map(|error| error.is_none()), SystemFamily::named(&text).is_some())
}

pub(crate) fn overrides(input: &[u8]) -> String {
    const SCENARIO: &[u8] =
        b"duration: 1m\ninstances: [{type: m5.large, count: 2, name: box}]\ntask_definitions: {web: \
        {cpu: 128, memory: 64}}\nservices: {web: {task_definition: web, placement: [{binpack: cpu}], load: \
        {per_request: {cpu: 2 ms}, requests_per_second: 1}}}\nexpect: [tasks_placed == 1]\n";
    let text = String::from_utf8_lossy(input).into_owned();
    whole(SCENARIO, b"", &[Override { source: "--set".to_owned(), text, from: 0 }])
}
