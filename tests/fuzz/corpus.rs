//! Where inputs begin: the scenarios, cases and wrong files of the repository, and inputs that were once found.

use std::fs;
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Of a table the first lines are as good as all.
const MOST_LINES: usize = 60;

/// The files of the repository that a scenario is made of.
pub(crate) struct Corpus(Vec<(String, Vec<u8>)>);

impl Corpus {
    pub(crate) fn load() -> Self {
        let mut files = Vec::new();
        for folder in [
            "scenarios",
            "scenarios/lessons",
            "scenarios/traces",
            "tests/bad",
            "tests/malformed",
            "tests/aws",
            "tests/cases",
            "tests/golden",
        ] {
            read_folder(&Path::new(ROOT).join(folder), &mut files);
        }
        files.sort();
        Self(files)
    }

    /// Inputs that a target once failed at, by name.
    pub(crate) fn found(target: &str) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        read_folder(&Path::new(ROOT).join("tests/fuzz/found"), &mut files);
        files.retain(|(name, _)| name.strip_prefix(target).is_some_and(|rest| rest.starts_with('-')));
        files.sort();
        files
    }

    pub(crate) fn ending(&self, ending: &str) -> Vec<Vec<u8>> {
        let fitting = self.0.iter().filter(|(name, _)| name.rsplit('.').next() == Some(ending));
        fitting.map(|(_, bytes)| head(bytes, ending)).collect()
    }

    pub(crate) fn scenarios(&self) -> Vec<Vec<u8>> {
        self.ending("yaml")
    }

    /// The file of a name, wherever it stands.
    pub(crate) fn file(&self, path: &str) -> Option<Vec<u8>> {
        let name = path.rsplit('/').next()?;
        let (_, bytes) = self.0.iter().find(|(known, _)| known == name)?;
        Some(head(bytes, name.rsplit('.').next()?))
    }

    /// All values of a key in the scenarios, as they stand in their lines.
    fn values_of(&self, keys: &[&str]) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        for bytes in self.scenarios() {
            for line in String::from_utf8_lossy(&bytes).lines() {
                for key in keys {
                    if let Some((_, value)) = line.split_once(key) {
                        found.push(value.trim().trim_matches(['"', '\'', '{', '}', '[', ']']).as_bytes().to_vec());
                    }
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    pub(crate) fn constraints(&self) -> Vec<Vec<u8>> {
        self.values_of(&["member_of: "])
    }

    pub(crate) fn expectations(&self) -> Vec<Vec<u8>> {
        let mut found = self.values_of(&["always: ", "never: ", "eventually: ", "that: "]);
        found.extend(self.values_of(&["  - "]).into_iter().filter(|text| text.windows(2).any(|two| two == b"==")));
        found
    }

    pub(crate) fn quantities(&self) -> Vec<Vec<u8>> {
        self.values_of(&["cpu: ", "memory: ", "duration: ", "at: ", "price: ", "schedule: ", "rate: ", "unit: "])
    }

    /// `--set` as one would type it.
    pub(crate) fn overrides() -> Vec<Vec<u8>> {
        let texts = [
            "services.web.desired_count=4",
            "services.web.placement=[{binpack: memory}]",
            "services.web.placement[0].spread=instance_id",
            "services.new={task_definition: web}",
            "instances[0].count=3",
            "instances[box].type=m5.xlarge",
            "instances[1]={type: m5.large}",
            "task_definitions.web.memory=2 GiB",
            "task_definitions[web].cpu=512",
            "services.web.load=null",
            "expect=null",
            "instance_types[m5.large].price=$0.1",
            "services.web.load.requests_per_second=1",
            "name=a=b",
        ];
        texts.iter().map(|text| text.as_bytes().to_vec()).collect()
    }
}

/// The first lines of a table; other files as they are.
fn head(bytes: &[u8], ending: &str) -> Vec<u8> {
    if ending != "csv" {
        return bytes.to_vec();
    }
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let end = ends.map(|(at, _)| at + 1).nth(MOST_LINES).unwrap_or(bytes.len());
    bytes[..end].to_vec()
}

fn read_folder(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.push((name, fs::read(&path).unwrap()));
        }
    }
}
