//! Standalone tasks that arrive row by row of a CSV file.

use super::Arrival;
use super::builder::Builder;
use super::table::CsvFile;
use super::tasks::Kind;
use crate::diag::Code;
use crate::scenario::{Arrivals, UnitColumn};
use crate::units::{CpuUnits, MebiBytes, Resources, SimSpan, SimTime};
use std::collections::BTreeMap;

/// A column with the factor from its unit to ours.
#[derive(Clone, Copy)]
struct Scaled {
    column: usize,
    factor: i64,
}

struct Columns {
    at: Scaled,
    cpu: Option<Scaled>,
    memory: Option<Scaled>,
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
        let mut templates: BTreeMap<Resources, u32> = BTreeMap::new();
        let mut late = 0_u64;
        for row in 0..file.len() {
            let Some(read) = self.row(&mut file, row, &columns, need.unwrap_or_default()) else { continue };
            let (at, need, lifetime) = read;
            let template = match templates.get(&need) {
                Some(template) => *template,
                None => {
                    if kind.to.is_fargate() && !self.fargate_row_size(&kind.path, need, kind.platform) {
                        return;
                    }
                    let template = self.template(kind, need);
                    templates.insert(need, template);
                    template
                }
            };
            let ordinal = self.next_ordinal(kind.source);
            late += u64::from(at > self.cast.horizon);
            self.arrivals.push(Arrival { at, template, ordinal, lifetime });
        }
        self.not_reported(&format!("{path}.file"), &file);
        if late > 0 {
            let message = format!("{late} tasks of `{}` arrive after the end of the run", file.name);
            self.warn(
                Code::AfterTheEnd,
                &format!("{path}.file"),
                message,
                "not all of it is used",
                "lengthen `duration`",
            );
        }
    }

    fn columns(&mut self, path: &str, file: &CsvFile, arrivals: &Arrivals) -> Option<Columns> {
        let path = format!("{path}.columns");
        let columns = &arrivals.columns;
        let optional = |builder: &mut Self, key: &str, column: Option<&UnitColumn>| match column {
            None => Some(None),
            Some(column) => builder.unit_column(&format!("{path}.{key}"), file, column).map(Some),
        };
        let at = optional(self, "at", Some(&columns.at));
        let cpu = optional(self, "cpu", columns.cpu.as_ref());
        let memory = optional(self, "memory", columns.memory.as_ref());
        let lifetime = optional(self, "lifetime", columns.lifetime.as_ref());
        let open_ended = match &columns.open_ended {
            None => Some(None),
            Some(heading) => self.column(&format!("{path}.open_ended"), file, heading).map(Some),
        };
        Some(Columns { at: at??, cpu: cpu?, memory: memory?, lifetime: lifetime?, open_ended: open_ended? })
    }

    fn unit_column(&mut self, path: &str, file: &CsvFile, column: &UnitColumn) -> Option<Scaled> {
        let factor = match column.unit.as_str() {
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "vCPU" | "GiB" => 1024,
            _ => 1, // ms, units, MiB
        };
        let column = self.column(&format!("{path}.column"), file, &column.column)?;
        Some(Scaled { column, factor })
    }

    fn row(
        &mut self,
        file: &mut CsvFile,
        row: usize,
        columns: &Columns,
        default: Resources,
    ) -> Option<(SimTime, Resources, Option<SimSpan>)> {
        let at = self.scaled(file, row, columns.at)?;
        let mut need = default;
        if let Some(column) = columns.cpu {
            need.cpu = CpuUnits(self.narrow(file, row, column)?);
        }
        if let Some(column) = columns.memory {
            need.memory = MebiBytes(self.narrow(file, row, column)?);
        }
        let mut lifetime = match columns.lifetime {
            Some(column) => Some(SimSpan(self.scaled(file, row, column)?)),
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
        Some((SimTime(at), need, lifetime))
    }

    /// A number in our unit, parts of it rounded up: a reservation is never smaller than what is asked for.
    fn scaled(&mut self, file: &mut CsvFile, row: usize, scaled: Scaled) -> Option<u64> {
        let number = self.number(file, row, scaled.column)?;
        let product = i128::from(number.mantissa) * i128::from(scaled.factor);
        let up = (product + number.divisor() - 1) / number.divisor();
        let value = u64::try_from(up).ok().filter(|value| *value < 1 << 45);
        if value.is_none() {
            self.bad_value(file, row, format!("`{number}` is too large"), "check the column's unit");
        }
        value
    }

    fn narrow(&mut self, file: &mut CsvFile, row: usize, scaled: Scaled) -> Option<u32> {
        let value = self.scaled(file, row, scaled)?;
        let narrow = u32::try_from(value).ok();
        if narrow.is_none() {
            self.bad_value(file, row, format!("`{value}` is too large"), "check the column's unit");
        }
        narrow
    }
}
