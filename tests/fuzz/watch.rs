//! What looks on while inputs are tried: how long one takes, and how much memory the process takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How much time of a processor an input may take; most take less than a millisecond. Where the system does not say,
/// twice that by the clock counts.
const HANG: Duration = Duration::from_secs(15);

/// What takes longer than this is kept to be looked at.
const SLOW: Duration = Duration::from_secs(2);

/// Memory of all targets together above that at the start, in KiB.
const MOST_KIB: u64 = 256 << 10;

/// An input that is being tried, and since when: by the clock, and by the processor.
type Current = Arc<Mutex<Option<(Instant, Option<Duration>, Vec<u8>)>>>;

/// Set by a target whose input asks for millions of tasks: such a scenario takes memory by right.
pub(crate) static LARGE: AtomicBool = AtomicBool::new(false);

/// Ends the process when one input takes too long, and keeps it in a file.
pub(crate) struct Watch {
    current: Current,
    meter: PathBuf,
    first_kib: Option<u64>,
    target: &'static str,
    pub(crate) slowest: Duration,
}

impl Watch {
    pub(crate) fn begin(target: &'static str) -> Self {
        let current = Current::default();
        let seen = Arc::clone(&current);
        let meter = fs::read_link("/proc/thread-self").map(|thread| Path::new("/proc").join(thread).join("schedstat"));
        let meter = meter.unwrap_or_default();
        let read_by_watch = meter.clone();
        thread::spawn(move || {
            // ends with the process, or when the target is through
            while Arc::strong_count(&seen) > 1 {
                thread::sleep(Duration::from_millis(100));
                let now = seen.lock().expect("no panic while it is held");
                if let Some((since, used, input)) = now.as_ref()
                    && match (used, used_by(&read_by_watch)) {
                        (Some(before), Some(now)) => now.saturating_sub(*before) > HANG,
                        _ => since.elapsed() > HANG * 2,
                    }
                {
                    let file = keep(target, input);
                    eprintln!("fuzz {target}: an input takes more than {HANG:?}: {}", file.display());
                    process::abort();
                }
            }
        });
        Self { current, meter, first_kib: peak_kib(), target, slowest: Duration::ZERO }
    }

    /// Tries an input under watch.
    pub(crate) fn over<T>(&mut self, input: &[u8], try_it: impl FnOnce() -> T) -> T {
        let since = Instant::now();
        *self.current.lock().expect("no panic while it is held") = Some((since, used_by(&self.meter), input.to_vec()));
        let result = try_it();
        *self.current.lock().expect("no panic while it is held") = None;
        let took = since.elapsed();
        if took > SLOW && took > self.slowest {
            println!("fuzz {}: {took:?} for {}", self.target, keep(self.target, input).display());
        }
        self.slowest = self.slowest.max(took);
        if LARGE.swap(false, Ordering::Relaxed) {
            self.first_kib = peak_kib();
        }
        if let (Some(first), Some(now)) = (self.first_kib, peak_kib())
            && now > first + MOST_KIB
        {
            let file = keep(self.target, input);
            panic!(
                "{}: memory rose from {first} to {now} KiB, at this input or before: {}",
                self.target,
                file.display()
            );
        }
        result
    }
}

/// What a thread has used of a processor so far, where the system says so.
fn used_by(meter: &Path) -> Option<Duration> {
    let text = fs::read_to_string(meter).ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}

/// The most memory that the process ever had, where the system says so.
fn peak_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Keeps an input in a file of its own below `target/fuzz`.
pub(crate) fn keep(target: &str, input: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("fuzz");
    let _ = fs::create_dir_all(&folder);
    let name = format!("{target}-{:016x}", xxhash_rust::xxh3::xxh3_64(input));
    let file = folder.join(name);
    let _ = fs::write(&file, input);
    file
}
