//! Standalone tasks that arrive row by row of a CSV file.

use super::Arrival;
use super::builder::Builder;
use super::table::CsvFile;
use super::tasks::Kind;
use crate::cluster::Demand;
use crate::diag::Code;
use crate::fact::Calls;
use crate::scenario::{Arrivals, UnitColumn};
use crate::units::{CpuUnits, Decimal, DecimalError, GroupId, MebiBytes, Resources, SimSpan, SimTime};
use std::collections::BTreeMap;

/// Longer than any run of arrivals, and shorter than what a clock counts from 1970: 30 years.
const SINCE_1970_MS: u64 = 30 * 365 * 86_400_000;

/// A column with the factor from its unit to ours.
#[derive(Clone, Copy)]
pub(super) struct Scaled {
    column: usize,
    factor: i64,
    divisor: i64,
}

/// What becomes of parts of a unit.
#[derive(Clone, Copy)]
pub(super) enum Rounding {
    /// A reservation is never smaller than what is asked for.
    Up,
    /// An instance never offers more than it has.
    Down,
}

struct Columns {
    at: Scaled,
    cpu: Option<Scaled>,
    memory: Option<Scaled>,
    gpus: Option<usize>,
    lifetime: Option<Scaled>,
    open_ended: Option<usize>,
}

impl Builder<'_> {
    /// The arrivals of a file; `need` holds where the file does not say it.
    pub(super) fn arrivals_from_file(&mut self, path: &str, arrivals: &Arrivals, kind: &Kind, need: Option<Resources>) {
        let Some(mut file) = self.csv(&format!("{path}.file"), &arrivals.file) else { return };
        let Some(columns) = self.columns(path, &file, arrivals) else { return };
        for (name, given) in [("cpu", columns.cpu.is_some()), ("memory", columns.memory.is_some())] {
            if need.is_none() && !given {
                let message = format!("neither a column nor a task definition says how much {name} a task reserves");
                let help = Some(format!("add `{name}: {{column: …, unit: …}}`, or name a `task_definition`"));
                self.error(Code::MissingSetting, &format!("{path}.columns"), message, "not said here", help);
                return;
            }
        }
        let per_size = arrivals.groups.as_deref() == Some("per_size");
        let mut templates: BTreeMap<Demand, u32> = BTreeMap::new();
        let (mut late, mut first) = (0_u64, SimTime(u64::MAX));
        self.warn_if_no_rows(&format!("{path}.file"), &file, "no task arrives");
        for row in 0..file.len() {
            let Some(read) = self.row(&mut file, row, &columns, need.unwrap_or_default()) else { continue };
            let (at, demand, lifetime) = read;
            let template = match templates.get(&demand) {
                Some(template) => *template,
                None => {
                    if kind.to.is_fargate() && !self.fargate_row_size(&kind.path, demand.need, kind.platform) {
                        return;
                    }
                    let group = if per_size { self.group_of_size(kind.group, &demand) } else { kind.group };
                    let template = self.template(&Kind { group, ..kind.clone() }, demand.clone());
                    templates.insert(demand, template);
                    template
                }
            };
            let ordinal = self.next_ordinal(kind.source);
            late += u64::from(at > self.cast.horizon);
            first = first.min(at);
            self.arrivals.push(Arrival { at, template, ordinal, lifetime });
        }
        let end = self.numbered.get(&kind.source).copied().unwrap_or(0);
        self.tell_calls(kind.source, Calls { first: 0, end, size: 1, recurring: false });
        self.not_reported(&format!("{path}.file"), &file);
        if late > 0 {
            let arrive = if late == 1 { "task arrives" } else { "tasks arrive" };
            let message = format!("of `{}`, {late} {arrive} after the end of the run", file.name);
            let help = if first.0 > SINCE_1970_MS {
                "times count from the start of the run, and these look like times since 1970: subtract the first from each"
            } else {
                "lengthen `duration`"
            };
            self.warn(Code::AfterTheEnd, &format!("{path}.file"), message, "not all of it is used", help);
        }
    }

    /// The group of the tasks of one size: the common one's name and the size.
    fn group_of_size(&mut self, group: GroupId, demand: &Demand) -> GroupId {
        let (cpu, memory) = (demand.need.cpu.0, demand.need.memory.0);
        let gpus = if demand.gpus > 0 { format!("-{}", demand.gpus) } else { String::new() };
        self.group(format!("{}-{cpu}-{memory}{gpus}", self.cast.groups[group]))
    }

    fn columns(&mut self, path: &str, file: &CsvFile, arrivals: &Arrivals) -> Option<Columns> {
        let path = format!("{path}.columns");
        let columns = &arrivals.columns;
        let optional = |builder: &mut Self, key: &str, column: Option<&UnitColumn>| {
            builder.optional_unit_column(&format!("{path}.{key}"), file, column)
        };
        let gpus = match &columns.gpus {
            None => Some(None),
            Some(heading) => self.column(&format!("{path}.gpus"), file, heading).map(Some),
        };
        let at = optional(self, "at", Some(&columns.at));
        let cpu = optional(self, "cpu", columns.cpu.as_ref());
        let memory = optional(self, "memory", columns.memory.as_ref());
        let lifetime = optional(self, "lifetime", columns.lifetime.as_ref());
        let open_ended = match &columns.open_ended {
            None => Some(None),
            Some(heading) => self.column(&format!("{path}.open_ended"), file, heading).map(Some),
        };
        Some(Columns {
            at: at??,
            cpu: cpu?,
            memory: memory?,
            gpus: gpus?,
            lifetime: lifetime?,
            open_ended: open_ended?,
        })
    }

    /// As [`Builder::unit_column`], for one that may be left out; none at all if it is given and wrong.
    #[expect(clippy::option_option, reason = "left out is not the same as wrong")]
    pub(super) fn optional_unit_column(
        &mut self,
        path: &str,
        file: &CsvFile,
        column: Option<&UnitColumn>,
    ) -> Option<Option<Scaled>> {
        match column {
            None => Some(None),
            Some(column) => self.unit_column(path, file, column).map(Some),
        }
    }

    fn unit_column(&mut self, path: &str, file: &CsvFile, column: &UnitColumn) -> Option<Scaled> {
        let column_unit = column.unit.as_str();
        let factor = match column_unit {
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "vCPU" | "GiB" | "milli-vCPU" => 1024,
            _ => 1, // ms, units, MiB
        };
        let column = self.column(&format!("{path}.column"), file, &column.column)?;
        let divisor = if column_unit == "milli-vCPU" { 1000 } else { 1 };
        Some(Scaled { column, factor, divisor })
    }

    fn row(
        &mut self,
        file: &mut CsvFile,
        row: usize,
        columns: &Columns,
        default: Resources,
    ) -> Option<(SimTime, Demand, Option<SimSpan>)> {
        let at = self.moment_of_row(file, row, columns.at)?;
        let mut need = default;
        // measured loads hold tasks of any size: the least that a task definition may say is not asked of a row
        if let Some(column) = columns.cpu {
            need.cpu = CpuUnits(self.narrow(file, row, column, Rounding::Up)?);
        }
        if let Some(column) = columns.memory {
            need.memory = MebiBytes(self.narrow(file, row, column, Rounding::Up)?);
        }
        let gpus = match columns.gpus {
            Some(column) => self.whole(file, row, column)?,
            None => 0,
        };
        let mut lifetime = match columns.lifetime {
            Some(column) => Some(SimSpan(self.scaled(file, row, column, Rounding::Up)?)),
            None => None,
        };
        if let Some(column) = columns.open_ended {
            match file.field(row, column) {
                "0" => {}
                "1" => lifetime = None,
                other => {
                    let message = format!("`{}` is neither 0 nor 1: `{other}`", file.heading(column));
                    self.bad_value(file, row, message, "1 means that the task runs to the end of the run, 0 that not");
                    return None;
                }
            }
        }
        Some((SimTime(at), Demand { gpus, ..need.into() }, lifetime))
    }

    /// When a task arrives, from the start of the run on.
    fn moment_of_row(&mut self, file: &mut CsvFile, row: usize, at: Scaled) -> Option<u64> {
        let text = file.field(row, at.column);
        if text.is_empty() || text.parse::<Decimal>() != Err(DecimalError::NotANumber) {
            return self.scaled(file, row, at, Rounding::Up);
        }
        let unit = match at.factor {
            1 => "milliseconds",
            1000 => "seconds",
            60_000 => "minutes",
            3_600_000 => "hours",
            _ => "days",
        };
        let since = text.parse::<jiff::Timestamp>().ok().map(|at| at.as_millisecond() - self.cast.start_unix_s * 1000);
        let here = match since {
            Some(ms) if ms >= 0 && ms % at.factor == 0 => format!(": here `{}`", ms / at.factor),
            _ => String::new(),
        };
        let message = format!("`{}` is no time: `{text}`", file.heading(at.column));
        self.bad_value(file, row, message, format!("write {unit} since the start of the run{here}"));
        None
    }

    /// A number in our unit.
    fn scaled(&mut self, file: &mut CsvFile, row: usize, scaled: Scaled, rounding: Rounding) -> Option<u64> {
        let number = self.number(file, row, scaled.column)?;
        let product = i128::from(number.mantissa) * i128::from(scaled.factor);
        let divisor = number.divisor() * i128::from(scaled.divisor);
        let rounded = match rounding {
            Rounding::Up => (product + divisor - 1) / divisor,
            Rounding::Down => product / divisor,
        };
        let value = u64::try_from(rounded).ok().filter(|value| *value < 1 << 45);
        if value.is_none() {
            self.bad_value(file, row, format!("`{number}` is too large"), "check the column's unit");
        }
        value
    }

    /// A whole number.
    pub(super) fn whole(&mut self, file: &mut CsvFile, row: usize, column: usize) -> Option<u32> {
        let plain = Scaled { column, factor: 1, divisor: 1 };
        let (up, down) = (self.narrow(file, row, plain, Rounding::Up)?, self.narrow(file, row, plain, Rounding::Down)?);
        if up != down {
            let message = format!("`{}` is no whole number: `{}`", file.heading(column), file.field(row, column));
            self.bad_value(file, row, message, "write a whole number");
            return None;
        }
        Some(up)
    }

    /// A number in our unit that fits 32 bits.
    pub(super) fn narrow(&mut self, file: &mut CsvFile, row: usize, scaled: Scaled, rounding: Rounding) -> Option<u32> {
        let value = self.scaled(file, row, scaled, rounding)?;
        let narrow = u32::try_from(value).ok();
        if narrow.is_none() {
            self.bad_value(file, row, format!("`{value}` is too large"), "check the column's unit");
        }
        narrow
    }
}
