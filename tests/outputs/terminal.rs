//! The summary on the terminal as it is on file, in several widths. What changes on purpose is accepted with
//! `LONGSHORE_ACCEPT=1 cargo test --test outputs` and read in the diff of `tests/golden/terminal`.

use super::support::Folder;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// Requests over an hour, a row a minute.
fn trace(of: impl Fn(u32) -> u32) -> String {
    (0..60).fold("requests\n".to_owned(), |text, minute| text + &format!("{}\n", of(minute)))
}

/// A service whose load goes beyond what its tasks can do.
///
/// By hand: three tasks of half a vCPU do 3 x 0.5 / 12 ms = 125 requests a second; minute m asks for 40 + 4 x min(m, 60 - m). So
/// from minute 22 (128) on some are not served: 3 + 7 + … + 35 = 171 a second up to minute 30 (160 = 1.28 x 125), 31 + … + 3 =
/// 136 after it: 307 x 60 = 18,420.
fn one() -> String {
    "\
duration: 1h
instances: [{type: m5.large, count: 2}]
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services:
  web:
    task_definition: web
    desired_count: 3
    load: {requests_per_second: {trace: {file: hill.csv, column: requests, per: 1m}}, per_request: {cpu: 12 ms}}
expect: [services.web.running == 3, services.web.unserved_requests > 0]
"
    .to_owned()
}

/// Services of several sizes; one is too large for what is left, one has a long name.
fn ten() -> String {
    let mut text = "\
duration: 6h
instances: [{type: m5.xlarge, count: 3, name: box}, {type: c5.large, count: 2, name: small}]
task_definitions: {small: {cpu: 256, memory: 512 MiB}, large: {cpu: 1024, memory: 3 GiB}}
services:
"
    .to_owned();
    for number in 1..=8 {
        let load = if number % 2 == 0 { ", load: {requests_per_second: 9, per_request: {cpu: 25 ms}}" } else { "" };
        let _ = writeln!(text, "  shop-{number}: {{task_definition: small, desired_count: {number}{load}}}");
    }
    text += "  a-service-with-a-name-that-nobody-would-type-twice: {task_definition: small, desired_count: 1}\n";
    text + "  heavy: {task_definition: large, desired_count: 9}\n"
}

/// Many services whose names differ in their middle, on many instance types.
fn fifty() -> String {
    let mut text = "duration: 2d\ntask_definitions: {task: {cpu: 256, memory: 512 MiB}}\ninstances:\n".to_owned();
    for kind in [
        "m5.large",
        "m5.xlarge",
        "c5.large",
        "c5.xlarge",
        "r5.large",
        "t3.medium",
        "t3.large",
        "m6i.large",
        "c6i.large",
        "r6i.large",
    ] {
        let _ = writeln!(text, "  - {{type: {kind}, count: 2}}");
    }
    text += "services:\n";
    for number in 1..=50 {
        let rate = 4 + number % 7 * 3;
        let _ = writeln!(
            text,
            "  company-department-{number:02}-production-backend: {{task_definition: task, desired_count: {}, load: \
             {{requests_per_second: {rate}, per_request: {{cpu: 20 ms}}}}}}",
            1 + number % 4
        );
    }
    text
}

/// Fargate, standalone tasks of which one is too large, a schedule, and expectations that fail.
fn mixed() -> String {
    "\
duration: 4h
subnets: {a: 10.0.0.0/26, b: 10.0.1.0/26}
instances: [{type: m5.large, count: 2}]
task_definitions:
  api: {cpu: 512, memory: 1 GiB}
  job: {cpu: 1024, memory: 2 GiB}
  hull: {cpu: 16384, memory: 64 GiB}
services:
  api: {task_definition: api, desired_count: 4, launch_type: FARGATE}
tasks:
  job: {task_definition: job, at: 30m, count: 6, lifetime: 40m, launch_type: EC2}
  hull: {task_definition: hull, at: 1h, lifetime: 10m, launch_type: EC2}
expect:
  - tasks_unplaced == 0
  - cost_usd < 0.01
  - services.api.running == 4
"
    .to_owned()
}

fn scenarios() -> [(&'static str, String); 4] {
    [("one-service", one()), ("ten-services", ten()), ("fifty-services", fifty()), ("mixed", mixed())]
}

fn folder() -> Folder {
    let folder = Folder::with(&[("hill.csv", &trace(|minute| 60 * (40 + 4 * minute.min(60 - minute))))]);
    for (name, text) in scenarios() {
        fs::write(folder.path(&format!("{name}.yaml")), text).unwrap();
    }
    folder
}

/// Lines that are never wrapped, so that they can be copied or read by programs; and one long word.
fn stays_whole(line: &str) -> bool {
    let is_one_word = line.strip_prefix("  - ").is_some_and(|rest| !rest.contains(' '));
    is_one_word || line.starts_with("longshore: ") || line.trim_start().starts_with("longshore why ")
}

#[test]
fn the_summary_is_as_on_file() {
    let accept = std::env::var_os("LONGSHORE_ACCEPT").is_some_and(|value| value == "1");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/terminal");
    let folder = folder();
    let mut wrong = String::new();
    for (name, _) in scenarios() {
        let scenario = format!("{name}.yaml");
        for (kind, width, looks) in
            [("80", 80, vec![]), ("60", 60, vec!["--width", "60"]), ("ascii", 80, vec!["--ascii"])]
        {
            let told = folder.run(&[&["run", &scenario, "--no-charts"][..], &looks].concat());
            assert!(matches!(told.code, Some(0 | 1)), "{name}: {}", told.err);
            for line in told.out.lines().filter(|line| !stays_whole(line)) {
                assert!(line.width() <= width, "{name} {kind}: {} columns: {line}", line.width());
                assert_eq!(line, line.trim_end(), "{name} {kind}");
            }
            assert!(kind != "ascii" || told.out.is_ascii(), "{}", told.out);
            let now = told.out.replace(&format!("longshore {}", env!("CARGO_PKG_VERSION")), "longshore 9.9.9");
            let file = golden.join(format!("{name}-{kind}.txt"));
            if accept {
                fs::write(&file, &now).unwrap();
            } else if fs::read_to_string(&file).unwrap_or_default() != now {
                let _ = writeln!(wrong, "{name}-{kind}.txt is not as on file; now:\n{now}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn any_width_does() {
    let folder = folder();
    for width in [1, 40, 41, 53, 79, 99, 100, 101, 9999] {
        for (name, _) in scenarios() {
            let (scenario, columns) = (format!("{name}.yaml"), width.to_string());
            let told = folder.run(&["run", &scenario, "--no-charts", "--width", &columns]);
            let most = width.clamp(40, 100);
            let wide = told.out.lines().filter(|line| !stays_whole(line)).map(UnicodeWidthStr::width).max().unwrap();
            assert!(wide <= most && wide + 2 >= most, "{name} {width}: {wide}\n{}", told.out);
        }
    }
    // what the environment says of a terminal is nothing to a pipe
    let plain = folder.run(&["run", "mixed.yaml", "--no-charts"]).out;
    let told = folder.command(&["run", "mixed.yaml", "--no-charts"]).env("COLUMNS", "43").output().unwrap();
    assert_eq!(String::from_utf8(told.stdout).unwrap(), plain);
}

#[test]
fn colours_are_there_when_they_are_wanted() {
    let folder = folder();
    let colored = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = folder.command(&[&["run", "mixed.yaml", "--no-charts"], arguments].concat());
        command.env_remove("CLICOLOR_FORCE").envs(environment.iter().copied());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let plain = colored(&[], &[]);
    assert!(!plain.contains('\u{1b}'));
    let painted = colored(&["--color", "always"], &[]);
    assert!(painted.contains("\u{1b}[1;31mFAIL\u{1b}[0m  ") && painted.contains("\u{1b}[34mok\u{1b}[0m    "));
    let bare = ["\u{1b}[1;31m", "\u{1b}[34m", "\u{1b}[33m", "\u{1b}[0m"]
        .iter()
        .fold(painted.clone(), |text, code| text.replace(code, ""));
    assert_eq!(bare, plain, "colours say nothing by themselves and move nothing");
    assert_eq!(colored(&[], &[("CLICOLOR_FORCE", "1")]), painted);
    assert_eq!(colored(&[], &[("CLICOLOR_FORCE", "0")]), plain);
    assert_eq!(colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
    assert_eq!(colored(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]), plain);
    assert_eq!(colored(&["--color", "always"], &[("NO_COLOR", "1")]), painted);
}

/// Each platform has its price and its row; less than a cent is not nothing. By hand, for ten minutes of 0.25 vCPU and
/// 0.5 GB each: 0.25 x (0.04048 + 0.03238) / 6 + 0.5 x (0.004445 + 0.00356) / 6 = 0.003036 + 0.000667 = $0.0037.
#[test]
fn a_small_bill_of_fargate_can_be_read() {
    let text = "duration: 10m\ntask_definitions:\n  x: {cpu: 256, memory: 512 MiB}\n  \
                a: {cpu: 256, memory: 512 MiB, runtime_platform: {cpu_architecture: ARM64}}\nservices:\n  \
                x: {task_definition: x, launch_type: FARGATE}\n";
    let arm = "  a: {task_definition: a, launch_type: FARGATE}\n";
    let spot = "  s: {task_definition: x, capacity_provider_strategy: [{provider: fargate_spot}]}\n";
    let files =
        [("one.yaml", text.to_owned()), ("two.yaml", format!("{text}{arm}")), ("spot.yaml", format!("{text}{spot}"))];
    let folder = Folder::with(&files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let run = |name: &str| folder.run(&["run", name, "--no-charts", "--width", "100"]).ended(0).out;
    let (one, two, spot) = (run("one.yaml"), run("two.yaml"), run("spot.yaml"));
    for row in
        ["  Fargate vCPU (fargate) ", "  Fargate vCPU, Linux/ARM64 (fargate) ", "  Fargate GB, Linux/ARM64 (fargate) "]
    {
        assert_eq!(two.matches(row).count(), 1, "{row}: {two}");
    }
    assert!(two.trim_end().ends_with("cost_usd=0.0037  instance_hours=0.000  unplaced=0  checks=0/0"), "{two}");
    // on one platform the price list says what vCPU and memory cost, and nobody can act upon it
    assert!(!one.contains("of the bill is") && spot.contains("of the bill is"), "{one}{spot}");
    assert!(!one.contains("reclaims") && spot.contains("  Model: AWS takes no task on Fargate Spot back"), "{spot}");
    assert!(one.contains("Not billed here: load balancers") && !one.contains("EBS"), "{one}");
}

/// Warnings of before the run are counted again below, with their codes.
#[test]
fn warnings_are_counted_again() {
    let text = "duration: 1h\ninstances: [{type: m5.large}]\ntask_definitions: {web: {cpu: 256, memory: 512 MiB}}\n\
                services: {web: {task_definition: web}}\nevents: [{at: 2h, stop_task: web/0}, {at: 3h, stop_task: web/0}]\n";
    let folder = Folder::with(&[("late.yaml", text)]);
    let told = folder.run(&["run", "late.yaml", "--no-charts"]).ended(0);
    assert!(told.out.contains("2 warnings about the scenario before the run: LS0217."), "{}", told.out);
    let why = folder.run(&["why", "late.yaml", "--task", "web/0", "--width", "40", "--ascii"]).ended(0);
    assert!(why.out.lines().all(|line| line.len() <= 40) && why.out.is_ascii(), "{}", why.out);
}

#[test]
fn a_comparison_fits_its_screen() {
    let folder = folder();
    let variant = "bigger:instances[0].count=3";
    for (width, looks) in [(80, vec![]), (60, vec!["--width", "60"]), (40, vec!["--width", "40", "--ascii"])] {
        let arguments = ["compare", "one-service.yaml", "--variant", variant, "--seeds", "2"];
        let told = folder.run(&[&arguments[..], &looks].concat()).ended(0);
        let wide = told.out.lines().filter(|line| !stays_whole(line)).map(UnicodeWidthStr::width).max().unwrap();
        assert!(wide <= width, "{width}: {wide}\n{}", told.out);
        assert!(width != 40 || told.out.is_ascii(), "{}", told.out);
    }
}
