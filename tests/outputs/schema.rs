//! `summary.json` of real runs against its own schema.

use super::draft7::Validator;
use super::support::Folder;
use longshore::report::summary_schema;
use serde_json::Value;
use std::path::Path;

fn check(validator: &Validator, name: &str, summary: &Value) {
    assert_eq!(validator.errors(summary), [""; 0], "{name}");
}

/// Of all kinds: services and tasks, Fargate, Windows, schedules, throttled calls, quotas, failed starts, nothing at all.
#[test]
fn real_summaries_are_valid() {
    let schema: Value = serde_json::from_str(summary_schema()).unwrap();
    let validator = Validator::new(schema.clone());
    let nothing = Folder::with(&[("nothing.yaml", "duration: 1h\n")]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scenario = |name: &str| root.join("scenarios").join(name).display().to_string();
    let files = [
        "nothing.yaml".to_owned(),
        scenario("web-nasa-fixed.yaml"),
        scenario("study-azure-16-vcpu.yaml"),
        scenario("lessons/seed-050-addresses-run-out.yaml"),
        scenario("lessons/seed-073-started-by-uploads.yaml"),
        scenario("lessons/seed-113-hourly-job.yaml"),
        scenario("lessons/seed-157-first-fargate-service.yaml"),
        scenario("lessons/seed-164-task-definitions.yaml"),
    ];
    for file in &files {
        let told = nothing.run(&["run", file, "--out", "o", "--no-charts", "--format", "json"]);
        assert!(matches!(told.code, Some(0 | 1)), "{file}: {}", told.err);
        check(&validator, file, &serde_json::from_str(&told.out).unwrap());
    }
}

/// Every field is described, nothing else may stand there, and what is wrong is seen.
#[test]
fn the_schema_is_tight() {
    let schema: Value = serde_json::from_str(summary_schema()).unwrap();
    let mut open = vec![&schema];
    open.extend(schema["definitions"].as_object().unwrap().values());
    for object in open {
        assert_eq!(object["additionalProperties"], false, "{object}");
        for (name, field) in object["properties"].as_object().unwrap() {
            assert!(field["description"].as_str().is_some_and(|text| text.ends_with('.')), "{name}: {field}");
        }
    }
    let validator = Validator::new(schema.clone());
    let shop = Folder::with(&[("shop.yaml", "duration: 1h\ninstances: [{type: m5.large}]\n")]);
    let told = shop.run(&["run", "shop.yaml", "--no-charts", "--format", "json"]).ended(0);
    let good: Value = serde_json::from_str(&told.out).unwrap();
    check(&validator, "shop", &good);
    for (field, wrong) in
        [("version", 3.into()), ("cost_usd", "0.10".into()), ("digest", "x".into()), ("new", 1.into())]
    {
        let mut bad = good.clone();
        bad[field] = wrong;
        assert!(!validator.is_valid(&bad), "{field}");
    }
    let mut bad = good.clone();
    bad.as_object_mut().unwrap().remove("findings");
    assert!(!validator.is_valid(&bad));
}
