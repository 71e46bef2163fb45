//! All mistakes of a scenario at once: those of structure and those of meaning, and nothing that only follows from
//! another mistake.

use longshore::diag::{Findings, Sources, render};
use longshore::plan::{Files, from_tree};
use longshore::scenario::load;

#[path = "mend/changes.rs"]
mod changes;
#[path = "mend/definitions.rs"]
mod definitions;

/// Three small tables.
struct Tables;

impl Files for Tables {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        match path {
            "load.csv" => Ok(b"time,requests\n0,10\n60,20\n120,30\n".to_vec()),
            "vms.csv" => Ok(b"at,cpu,memory\n0,1,2\n90000,1,2\n".to_vec()),
            "holes.csv" => Ok(b"time,requests\n0,10\n60,\n120,x\n".to_vec()),
            _ => Err("there is no such file".to_owned()),
        }
    }
}

/// What is found about a text.
fn examine(text: &str, files: &mut dyn Files) -> (Findings, Sources) {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let (_, tree) = load(&mut sources, "scenario.yaml", text.as_bytes(), &mut findings);
    let plan = tree.and_then(|tree| from_tree(&tree, "scenario", &mut sources, files, &mut findings));
    assert_eq!(plan.is_none(), findings.has_errors(), "{}", render(&findings, &sources, false, 120));
    (findings, sources)
}

/// `LS0104 5` for each finding: code and line, with the file where it is another one.
fn summary(findings: &Findings, sources: &Sources) -> Vec<String> {
    let mut lines: Vec<(String, usize, String)> = findings
        .sorted()
        .iter()
        .map(|finding| {
            let span = finding.primary().expect("a place").span;
            let line = sources.place(span.source, span.start).line;
            let file = match sources.name(span.source) {
                "scenario.yaml" => String::new(),
                other => format!(" of {other}"),
            };
            (file.clone(), line, format!("{} {line}{file}", finding.code.id()))
        })
        .collect();
    lines.sort();
    lines.into_iter().map(|(_, _, text)| text).collect()
}

/// Each `# LS0104` at the end of a line is expected there, and nothing else is.
fn expect(name: &str, text: &str) {
    expect_also(name, text, &[]);
}

fn expect_also(name: &str, text: &str, elsewhere: &[&str]) {
    let mut expected = Vec::new();
    for (row, line) in text.lines().enumerate() {
        let codes = line.split_once("# LS").map_or("", |(_, codes)| codes);
        let codes = codes.split_whitespace().filter(|_| line.contains("# LS"));
        expected.extend(codes.map(|code| format!("LS{} {}", code.trim_start_matches("LS"), row + 1)));
    }
    expected.extend(elsewhere.iter().map(|text| (*text).to_owned()));
    let (findings, sources) = examine(text, &mut Tables);
    let found = summary(&findings, &sources);
    assert_eq!(found, expected, "{name}\n{}", render(&findings, &sources, false, 120));
}

#[test]
fn a_sound_text_has_no_findings() {
    expect(
        "sound",
        "
duration: 3m
instances: [{type: m5.large, count: 2, name: box}]
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services:
  web:
    task_definition: web
    load: {requests_per_second: {trace: {file: load.csv, column: requests, time_column: time, per: 1m}}, per_request: {cpu: 12 ms}}
placed: [{service: web, instance: box-2}]
events: [{at: 1m, stop_task: web/0}]
expect: [services.web.running == 1, {fact: task_placed, task: web/0, instance: box-1, rule: ECS-310}]
",
    );
}

#[test]
fn structure_and_meaning_come_together() {
    expect(
        "a bad quantity, an unknown type, a dangling name and a bad expectation",
        "
duration: 1h
seed: -1 # LS0107
instances: [{type: m5.largo}] # LS0202
task_definitions:
  web: {cpu: 512 units of it, memory: 1 GiB} # LS0108
services:
  web: {task_definition: wbe} # LS0201
expect:
  - services.web.runing == 1 # LS0209
  - services.shop.running == 1 # LS0209
  - tasks.running = 1 # LS0209
",
    );
    expect(
        "a missing duration makes nothing late",
        "
instances: [{type: m5.large, nmae: box}] # LS0103 LS0104
task_definitions: {web: {memory: 1 GiB}}
series_bucket: 1ms
services:
  web:
    task_definition: web
    load: # LS0206
      requests_per_second: {trace: {file: load.csv, column: requests, per: 1m}}
      per_request: {cpu: 12 ms}
events:
  - {at: 900d, stop_task: web/0}
  - {at: 900d, stop_task: wbe/0} # LS0201
expect:
  - {at: 900d, that: services.web.running == 1}
  - {at: 900d, that: services.web.runing == 1} # LS0209
",
    );
}

#[test]
fn a_wrong_duration_makes_nothing_late() {
    for (duration, code) in [("5 apples", "LS0108"), ("0s", "LS0107"), ("[1h]", "LS0101"), ("", "LS0102")] {
        expect(
            duration,
            &format!(
                "
duration: {duration} # {code}
instances: [{{type: m5.large}}]
task_definitions: {{web: {{cpu: 512, memory: 1 GiB}}}}
services:
  web:
    task_definition: web
    load: {{requests_per_second: {{trace: {{file: load.csv, column: requests, per: 1m}}}}, per_request: {{cpu: 12 ms}}}}
tasks:
  vm:
    arrivals: {{file: vms.csv, columns: {{at: {{column: at, unit: d}}, cpu: {{column: cpu, unit: vCPU}}, memory: {{column: memory, unit: GiB}}}}}}
events: [{{at: 2h, stop_task: web/0}}]
expect:
  - {{always: tasks.running == 1, from: 1h, to: 5h}}
  - {{always: tasks.running == 1, from: 5h, to: 1h}} # LS0207
"
            ),
        );
    }
}

#[test]
fn an_unknown_key_at_each_level() {
    expect(
        "levels",
        "
duration: 1h
colour: blue # LS0104
instances: [{type: m5.large, name: box, colour: blue}] # LS0104
capacity_providers:
  free:
    colour: blue # LS0104
    ideal: {instance_type: m5.large, colour: blue} # LS0104
task_definitions:
  web:
    colour: blue # LS0104
    cpu: 512
    containers: [{name: app, memory: 64 MiB, memory_reservation: 64 MiB, colour: blue}] # LS0104
services:
  web:
    task_definition: webb # LS0201
    colour: blue # LS0104
    load:
      colour: blue # LS0104
      per_request: {cpu: 12 ms, colour: blue} # LS0104
      requests_per_second: {trace: {file: none.csv, column: requests, per: 1m, colour: blue}} # LS0104 LS0210
tasks:
  job:
    colour: blue # LS0104
    task_definition: jobb # LS0201
placed: [{service: web, instance: bax, colour: blue}] # LS0104
events: [{at: 1h, stop_task: job, colour: blue}] # LS0104 LS0109
expect: [{always: services.web.runing == 1, colour: blue}] # LS0104 LS0209
",
    );
}

#[test]
fn a_misspelt_key_is_taken_for_the_one_that_was_meant() {
    expect(
        "sections",
        "
duraton: 1h # LS0104
instnces: [{type: m5.large, name: box}] # LS0104
task_defintions: {web: {cpu: 512, memory: 1 GiB}} # LS0104
srvices: # LS0104
  web: {task_definition: web}
placed:
  - {service: web, instance: box}
  - {service: wob, instance: box} # LS0201
expect:
  - services.web.running == 1
  - services.web.runs == 1 # LS0209
",
    );
    expect(
        "settings",
        "
duration: 1h
capacity_providers: {free: {ideal: {instance_typ: m5.large}}} # LS0104
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services:
  web:
    task_defintion: web # LS0104
    capacity_provider_stategy: [{provider: free}] # LS0104
  api: {task_definition: web, capacity_provider_strategy: [{provider: fre}]} # LS0201
expect:
  - {always: services.web.running == 1, nevr: capacity_providers.free.instances == 1} # LS0104
",
    );
}

#[test]
fn what_stands_under_a_key_that_does_not_exist_is_not_missing() {
    expect(
        "another section",
        "
duration: 1h
machines: [{type: m5.large, name: box, count: 3}] # LS0104
apps: {web: {task_definition: web}} # LS0104
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services: {api: {task_definition: web}}
placed: [{service: web, instance: box-2}, {service: api, instance: i-1}]
events: [{at: 5m, stop_task: web/0}]
expect:
  - services.web.running == 1
  - services.shop.running == 1 # LS0209
  - instances.box-3.tasks == 1
  - {fact: task_placed, task: web/0, instance: i-2}
",
    );
    expect(
        "another version",
        "
duration: 1h
docker_hub: {free: {provider: free}} # LS0105
task_definitions: {web: {image: web}, api: {cpu: 512, memory: 1 GiB}} # LS0105
services:
  web: {task_definition: web, deployment: {circuit_breaker: {enable: true}}} # LS0105
  api: {task_definition: api}
  shop: {task_definition: shoop} # LS0201
expect:
  - services.web.running == 1
  - services.web.runing == 1 # LS0209
  - servces.web.running == 1 # LS0209
",
    );
}

#[test]
fn a_missing_heading_does_not_make_its_names_disappear() {
    expect(
        "task definitions under providers",
        "
duration: 1h
capacity_providers:
  free: {ideal: {instance_type: m5.large}}
  web:
    cpu: 512 # LS0104
    memory: 1 GiB # LS0104
services:
  web: {task_definition: web, capacity_provider_strategy: [{provider: free}]}
  api: {task_definition: api, capacity_provider_strategy: [{provider: free}]} # LS0201
",
    );
}

#[test]
fn keys_that_stand_twice() {
    expect(
        "sections",
        "
duration: 1h
instances: [{type: m5.large, name: box}]
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services:
  api: {task_definition: api} # LS0201
services: # LS0011
  web: {task_definition: web}
placed: [{service: web, instance: box}]
events: [{at: 5m, stop_task: web/0}, {at: 5m, stop_task: x}] # LS0109
expect: [services.web.running == 1, zones.d.tasks == 1] # LS0209
",
    );
    expect(
        "settings",
        "
duration: 1m
duration: 9d # LS0011
instances:
  - {type: m5.large, name: box, count: 2, count: 3} # LS0011
task_definitions:
  web:
    containers:
      - name: app
        memory: 64 MiB
        memory: 128 MiB # LS0011
        memory_reservation: 64 MiB
services:
  web: {task_definition: web}
  web: {task_definition: wob} # LS0011
placed: [{service: web, instance: box-3}]
events: [{at: 2h, stop_task: web/0}]
",
    );
    expect(
        "with an empty first",
        "
duration: 1h
instances: [{type: m5.large}]
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services: # LS0102
services: # LS0011
  web: {task_definition: web}
expect: [services.web.running == 1]
",
    );
}

#[test]
fn broken_items_keep_their_names_and_numbers() {
    expect(
        "instances",
        "
duration: 1h
instances:
  - {name: first} # LS0103
  - {type: m5.largo, name: second} # LS0202
  - {type: m5.large, name: third, zone: x} # LS0201
  - 5 # LS0101
  - {type: m5.large, name: fifth}
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services: {web: {task_definition: web, desired_count: 100}}
placed:
  - {service: web, instance: first}
  - {service: web, instance: second, count: 50}
  - {service: web, instance: third}
  - {service: web, instance: sixth}
  - {service: wub, instance: fifth} # LS0201
",
    );
    expect(
        "tables of tasks",
        "
duration: 1h
zones: [a, [b], c] # LS0101
capacity_providers: {free: {}} # LS0103
instances: [{type: m5.large, zone: b, count: many}] # LS0101
task_definitions: {web: , api: [1]} # LS0101 LS0102
services:
  web: {task_definition: web, capacity_provider_strategy: [{provider: free}]}
  api: # LS0103
    desired_count: 2
  shop: {task_definition: api, placement: [{spread: zone}, {binpack: [1]}, soon]} # LS0101 LS0106 LS0106
tasks:
  job: {} # LS0103
  vm: {task_definition: [web]} # LS0101
events: [{at: 5h}] # LS0103 LS0217
expect:
  - services.web.running + services.api.running + services.shop.running == 3
  - instances.i-7.tasks == tasks.vm.running + tasks.job.running
  - zones.b.tasks.api == capacity_providers.free.instances
",
    );
}

#[test]
fn consequences_among_mistakes_of_meaning_are_not_told() {
    expect(
        "dangling names",
        "
duration: 1h
instances: [{type: m5.largo, name: box, count: 2}, {type: m5.large}] # LS0202
capacity_providers: {free: {ideal: {instance_type: m9.huge}}} # LS0202
task_definitions:
  api: {cpu: 64, memory: 1 GiB} # LS0206
services:
  web: {task_definition: web, desired_count: 20} # LS0201
  api: {task_definition: api, capacity_provider_strategy: [{provider: free}]}
tasks:
  job: {task_definition: jab, count: 3} # LS0201
placed:
  - {service: web, instance: box-1, count: 9}
  - {task: job, instance: i-3, count: 900}
  - {task: jib, instance: i-3} # LS0201
  - {service: web, instance: bux-1} # LS0201
events: [{at: 5m, stop_task: web/0}, {at: 5m, stop_task: job/0}]
expect:
  - services.web.running == tasks.job.running + services.api.running
  - services.wob.running == 1 # LS0209
  - capacity_providers.free.instances == instances.box-2.tasks.web
  - {fact: task_placed, task: job/1, instance: box-1}
  - {fact: task_placed, task: job/1, instance: free-1}
  - {fact: task_placed, rule: ECS310} # LS0209
",
    );
    expect(
        "a Region that does not exist",
        "
duration: 1h
region: eu-centrall-1 # LS0204
zones: [eu-central-1a, b]
instances: [{type: m5.large, zone: eu-central-1b, name: box}]
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services: {web: {task_definition: web}}
placed: [{service: web, instance: box}]
expect:
  - zones.eu-central-1a.tasks == zones.b.tasks
  - zones.q.tasks == 1 # LS0209
",
    );
    expect(
        "zones that stand twice",
        "
duration: 1h
zones: [b, b] # LS0215
instances: [{type: m5.large, zone: b}, {type: m5.large}, {type: m5.large, zone: c}] # LS0201
expect: [zones.b.instances == 1, zones.us-east-1b.tasks == 0]
",
    );
    expect(
        "too many",
        "
duration: 1h
instances:
  - {type: m5.large, count: 1000000, name: a}
  - {type: m5.large, count: 1000000, name: b} # LS0218
",
    );
    expect(
        "a name for two",
        "
duration: 1h
instances: [{type: m5.large, name: box, count: 3}, {type: m5.large, name: box-2}, {type: m5.large, name: box, count: 4}] # LS0215 LS0215
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services: {web: {task_definition: web}}
tasks: {web: {task_definition: web}} # LS0215
placed: [{service: web, instance: box-4}, {task: web, instance: box-4}]
expect: [tasks.web.running == 2, services.web.running == instances.box-4.tasks]
",
    );
}

#[test]
fn sizes_that_were_made_up_are_not_judged() {
    expect(
        "task and instance",
        "
duration: 1h
instances: [{type: m5.large, name: box, registered_memory: much}] # LS0108
task_definitions:
  web: {cpu: lots, memory: 900 GiB} # LS0108
  api: {memory: 1 GiB}
  both:
    containers:
      - {name: a, memory: 1 GiB, memory_reservation: 2 GiB} # LS0206
      - {name: b, memory: 1 GiB, memory_reservation: two} # LS0108
      - {name: c} # LS0206
services:
  web: {task_definition: web, load: {requests_per_second: 5, per_request: {cpu: 1 ms}}}
  api:
    task_definition: api
    desired_count: 1000
    load: # LS0206
      {requests_per_second: 5, per_request: {cpu: 1 ms}}
  both: {task_definition: both}
placed: [{service: api, instance: box, count: 1000}]
",
    );
}

#[test]
fn counts_and_names_that_were_made_up_are_not_judged() {
    expect(
        "placed and named",
        "
instances: [{type: m5.large, name: [x], count: 2}, {type: m5.large, name: web-1}] # LS0101 LS0103
capacity_providers: {web: {ideal: {instance_type: m5.large}}}
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services:
  web: {task_definition: web, wanted: 3} # LS0104
  api: {task_definition: web, desired_count: three} # LS0101
  shop:
    task_definition: web
    load: {requests_per_second: 1000000, per_request: {cpu: 12 ms}}
placed:
  - {service: web, instance: web-1, count: 2}
  - {service: api, instance: web-1, count: 2}
  - {service: shop, instance: web-1, count: 2}
",
    );
}

#[test]
fn tables_are_not_judged_by_settings_in_doubt() {
    expect_also(
        "traces",
        "
duration: 3m
seed: x # LS0101
instances: [{type: m5.large}]
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services:
  a:
    task_definition: web
    load: {requests_per_second: {trace: {file: load.csv, column: request, time_column: time, per: soon}}, per_request: {cpu: 1 ms}} # LS0108 LS0211
  b:
    task_definition: web
    load: {requests_per_second: {trace: {file: load.csv, column: requests, time_column: time, per: never}}, per_request: {cpu: 1 ms}} # LS0108
  c:
    task_definition: web
    load: {requests_per_second: {trace: {file: holes.csv, column: requests, per: 1m}}, per_request: {cpu: 1 ms}}
  d:
    task_definition: web
    load: {requests_per_second: {trace: {file: load.csv, column: requests, per: 1s}}, per_request: {cpu: 1 ms}} # LS0213
tasks:
  vm: {arrivals: {file: vms.csv, columns: {at: {column: at, unit: year}, cpu: {column: cpu}, memory: {column: ram, unit: GiB}}}} # LS0103 LS0106 LS0211
  late: {arrivals: {file: vms.csv, columns: {at: {column: at, unit: s}}}} # LS0103
",
        &["LS0212 3 of holes.csv", "LS0212 4 of holes.csv"],
    );
}

#[test]
fn everything_is_wrong_at_once() {
    expect(
        "everything",
        "
name: 'a b' # LS0109
start: tomorrow # LS0208
duration: 1 fortnight # LS0108
seed: 1.5 # LS0112
tie_break: coin # LS0106
zones: [] # LS0110
instances: {type: m5.large} # LS0101
capacity_providers: [free] # LS0101
task_definitions: none # LS0101
services:
  web: # LS0102
  'a.b': {task_definition: nope} # LS0109
  api: {task_definition: nope, desired_count: -1, capacity_provider_strategy: []} # LS0107 LS0110
tasks: 7 # LS0101
placed: [{instance: x, service: web}, {service: wub}, 3] # LS0101 LS0103 LS0201
events: {} # LS0101
expect:
  - # LS0102
  - services.web.running == services.api.running
  - services.wob.running == 1 # LS0209
  - {at: 5m} # LS0209
  - {fact: nothing, always: tasks.running == 1} # LS0106 LS0209
  - {fact: task_placed, rule: 7, task: 8, count: -1} # LS0107 LS0109 LS0209
  - {that: tasks.running == 1, at: soon} # LS0108
  - {that: [tasks.running == 1], at: 5m, from: 1m} # LS0101 LS0209
  - tasks.running == # LS0209
",
    );
    for text in ["5", "[1, 2]", "a", "{}", "duration:", "? [a]\n: b", "<<: {a: 1}", "extends: x", "services: {'': {}}"]
    {
        let (findings, _) = examine(text, &mut Tables);
        assert!(findings.has_errors(), "{text}");
    }
}
