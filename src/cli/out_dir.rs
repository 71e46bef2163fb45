//! The folder of a run: written beside its place under another name, and moved there when it is whole.

use super::Exit;
use super::input::reason;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const MANIFEST: &str = "manifest.json";

/// What made the folder, and which files it made.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) tool: String,
    pub(super) version: String,
    pub(super) scenario: String,
    pub(super) scenario_digest: String,
    pub(super) seed: u64,
    pub(super) run_digest: String,
    #[serde(default)]
    pub(super) overrides: Vec<String>,
    pub(super) files: Vec<String>,
}

/// Why a folder can't be begun.
pub(super) struct Refused {
    pub(super) message: String,
    /// Wrong input where another name would do, not finished where the disk says no.
    pub(super) exit: Exit,
}

impl Refused {
    fn wrong(message: String) -> Self {
        Self { message, exit: Exit::WrongInput }
    }

    fn by_the_disk(path: &Path, verb: &str, error: &io::Error) -> Self {
        let message = format!("error: {} can't be {verb}: {}\n", shown(path), reason(error));
        Self { message, exit: Exit::NotFinished }
    }
}

/// A folder that is being made. Dropped before [`OutDir::publish`], it vanishes.
pub(super) struct OutDir {
    target: PathBuf,
    making: PathBuf,
    files: Vec<String>,
    overlay: bool,
    published: bool,
}

impl OutDir {
    /// Begins a folder that will stand at `target`.
    ///
    /// # Errors
    /// Why that can't be: something else stands there, or the disk says no.
    pub(super) fn begin(target: &Path, force: bool) -> Result<Self, Refused> {
        let target: &Path = &target.components().collect::<PathBuf>(); // `new/.` is `new`
        let Some(name) = target.file_name() else {
            return Err(Refused::wrong(format!(
                "error: {} can't be replaced as a whole\n\nhelp: name a folder of its own, such as `--out results`\n",
                shown(target)
            )));
        };
        let overlay = match occupant(target)? {
            Occupant::Nobody | Occupant::OurRun => false,
            Occupant::Others(example) if !force => {
                return Err(Refused::wrong(format!(
                    "error: {} has files that no run of longshore made ({example})\n\nhelp: choose another folder with \
                     `--out`, or keep them and write beside them with `--force`\n",
                    shown(target)
                )));
            }
            Occupant::Others(_) => true,
        };
        let fail = |what: &Path, error: &io::Error| Refused::by_the_disk(what, "made", error);
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(|error| fail(parent, &error))?;
        let making = parent.join(format!(".{}.partial-{}", name.to_string_lossy(), std::process::id()));
        fs::create_dir(&making).map_err(|error| fail(&making, &error))?;
        Ok(Self { target: target.to_owned(), making, files: Vec::new(), overlay, published: false })
    }

    /// Opens a file of the folder; `name` may have one folder in it.
    pub(super) fn create(&mut self, name: &str) -> io::Result<BufWriter<File>> {
        let path = self.making.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        self.files.push(name.to_owned());
        Ok(BufWriter::with_capacity(1 << 16, File::create(path)?))
    }

    /// The files so far, in the order in which they were made.
    pub(super) fn files(&self) -> &[String] {
        &self.files
    }

    /// Writes a whole file of the folder.
    pub(super) fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create(name)?;
        file.write_all(bytes)?;
        file.flush()
    }

    /// The folder is whole: it takes its place, instead of an earlier run if there is one.
    pub(super) fn publish(mut self, mut manifest: Manifest) -> io::Result<()> {
        manifest.files.clone_from(&self.files);
        manifest.files.sort_unstable();
        let mut text = serde_json::to_string_pretty(&manifest)?;
        text.push('\n');
        self.write(MANIFEST, text.as_bytes())?;
        if self.overlay {
            self.lay_over()?;
        } else {
            self.replace()?;
        }
        self.published = true;
        Ok(())
    }

    /// Moves the old folder aside, the new one in, and only then lets go of the old one.
    fn replace(&self) -> io::Result<()> {
        if !self.target.exists() {
            return fs::rename(&self.making, &self.target);
        }
        let name = self.target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let aside = self.target.with_file_name(format!(".{name}.replaced-{}", std::process::id()));
        fs::rename(&self.target, &aside)?;
        if let Err(error) = fs::rename(&self.making, &self.target) {
            let _ = fs::rename(&aside, &self.target);
            return Err(error);
        }
        fs::remove_dir_all(&aside)
    }

    /// Moves file by file into a folder that has others.
    fn lay_over(&self) -> io::Result<()> {
        for name in &self.files {
            let to = self.target.join(name);
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::rename(self.making.join(name), to)?;
        }
        fs::remove_dir_all(&self.making)
    }
}

impl Drop for OutDir {
    fn drop(&mut self) {
        if !self.published {
            let _ = fs::remove_dir_all(&self.making);
        }
    }
}

/// A path as text that does nothing to a terminal.
fn shown(path: &Path) -> String {
    crate::diag::printable(&path.display().to_string())
}

enum Occupant {
    Nobody,
    OurRun,
    /// With the name of a file that is not ours.
    Others(String),
}

/// What stands at the place of the folder.
fn occupant(target: &Path) -> Result<Occupant, Refused> {
    let metadata = match fs::symlink_metadata(target) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Occupant::Nobody),
        Err(error) => return Err(Refused::by_the_disk(target, "read", &error)),
    };
    if !metadata.is_dir() {
        return Err(Refused::wrong(format!("error: {} is there already and is no folder\n", shown(target))));
    }
    let manifest: Option<Manifest> =
        fs::read(target.join(MANIFEST)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let known = manifest.filter(|manifest| manifest.tool == "longshore").map(|manifest| manifest.files);
    let is_ours = |name: &str| known.as_ref().is_some_and(|files| name == MANIFEST || files.iter().any(|f| f == name));
    match first_of_others(target, "", &is_ours).map_err(|error| Refused::by_the_disk(target, "read", &error))? {
        Some(other) => Ok(Occupant::Others(crate::diag::printable(&other))),
        None => Ok(Occupant::OurRun), // or an empty folder
    }
}

/// The first file below a folder that is not ours, by its path in it; the rest, which may be a whole disk, is not
/// looked at.
fn first_of_others(folder: &Path, prefix: &str, is_ours: &dyn Fn(&str) -> bool) -> io::Result<Option<String>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let other = if entry.file_type()?.is_dir() {
            first_of_others(&entry.path(), &format!("{name}/"), is_ours)?
        } else {
            Some(name).filter(|name| !is_ours(name))
        };
        if other.is_some() {
            return Ok(other);
        }
    }
    Ok(None)
}
