//! The bill: a line for each thing that is paid for, the dearest first.

use super::line;
use crate::cost::{Counted, Line};
use crate::report::figures::Figures;
use crate::report::numbers::grouped_ratio;
use crate::report::screen::Screen;
use crate::report::sheet::Sheet;
use crate::report::unit_costs::{MONTH_HOURS, UnitCosts, projection};
use crate::units::{Decimal, NanoUsd};

/// Lines that are shown one by one.
const MOST_SHOWN: usize = 8;
/// What is paid for must be readable, before hours and prices.
const LEAST_NAME: usize = 28;

/// What tasks are built for unless they say something else (ECS-152).
const USUAL_PLATFORM: &str = ", Linux/X86_64";

/// Lines of the bill that a reader could not tell apart, together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Merged {
    /// What is paid for.
    pub(in crate::report) name: String,
    is_of_instances: bool,
    /// What was counted, and how much of it is one unit.
    quantity: u128,
    per: u128,
    unit: &'static str,
    /// How many lines are in it.
    lines: u64,
    /// None of several prices.
    price: Option<Decimal>,
    /// What it comes to.
    pub(in crate::report) cost: NanoUsd,
}

impl Merged {
    fn of(line: &Line) -> Self {
        let owner = if line.provider.is_empty() { String::new() } else { format!(" ({})", line.provider) };
        Self {
            name: match line.counted {
                Counted::None => format!("{}{owner}", line.item),
                // the usual platform needs no word
                _ => format!("{} {}{owner}", line.category, line.item.trim_end_matches(USUAL_PLATFORM)),
            },
            is_of_instances: matches!(line.counted, Counted::Instances(_)),
            quantity: line.quantity,
            per: line.unit.per,
            unit: line.unit.name,
            lines: 1,
            price: Some(line.price),
            cost: line.cost,
        }
    }

    /// Takes in another one.
    fn add(&mut self, other: &Self) {
        self.quantity += other.quantity;
        self.lines += other.lines;
        self.cost += other.cost;
        self.price = self.price.filter(|price| Some(*price) == other.price);
    }
}

/// The lines of the bill, the dearest first; those of one name and price are one, and those that cost nothing are one
/// for each source of capacity.
pub(in crate::report) fn merged_lines(run: &Figures<'_>) -> Vec<Merged> {
    let mut merged: Vec<Merged> = Vec::new();
    for line in run.bill {
        let mut next = Merged::of(line);
        if next.price.is_some_and(|price| price.mantissa == 0) {
            next.name = format!("{} at no price ({})", line.category, line.provider);
        }
        let same = |known: &&mut Merged| (&known.name, known.price) == (&next.name, next.price);
        match merged.iter_mut().find(same) {
            Some(known) => known.add(&next),
            None => merged.push(next),
        }
    }
    merged.sort_by_key(|line| std::cmp::Reverse(line.cost)); // stable: equal ones stay in the order of the bill
    merged
}

pub(super) fn bill(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let mut lines = merged_lines(run);
    let only_instances = lines.iter().all(|line| line.is_of_instances);
    let rest = lines.split_off(lines.len().min(if lines.len() > MOST_SHOWN { MOST_SHOWN - 1 } else { MOST_SHOWN }));
    let decimals = lines.iter().filter_map(|line| line.price).map(|price| price.scale).max().unwrap_or(0);
    let mut names: Vec<String> = lines.iter().map(|line| line.name.clone()).collect();
    let quantity = |line: &Merged| {
        let number = grouped_ratio(line.quantity, line.per, 2);
        if only_instances { number } else { format!("{number} {}", line.unit) }
    };
    let mut quantities: Vec<String> = lines.iter().map(quantity).collect();
    let mut prices: Vec<String> =
        lines.iter().map(|line| line.price.map_or_else(|| "-".to_owned(), |price| padded(price, decimals))).collect();
    let mut costs: Vec<String> = lines.iter().map(|line| dollars(line.cost)).collect();
    let mut row = |name: String, quantity: String, cost: String| {
        names.push(name);
        quantities.push(quantity);
        prices.push(String::new());
        costs.push(cost);
    };
    if !rest.is_empty() {
        let cost = rest.iter().map(|line| line.cost).sum();
        let hours: u128 = rest.iter().map(|line| line.quantity).sum();
        let hours = if only_instances { grouped_ratio(hours, 3_600_000, 2) } else { String::new() };
        row(format!("{} others, in cost.csv", rest.len()), hours, dollars(cost));
    }
    let total = &run.summary.money;
    // with Fargate on the bill hours are of several things, and have no sum
    let hours = if only_instances { grouped_ratio(total.billed_instance_ms, 3_600_000, 2) } else { String::new() };
    row("total".to_owned(), hours, dollars(total.cost));
    let month = projection(run).filter(|month| month.0 > 0 && run.summary.horizon.0 != MONTH_HOURS * 3_600_000);
    if let Some(month) = month {
        row("total, for 30 days like this".to_owned(), String::new(), dollars(month));
    }
    let mut sheet = Sheet::new("cost", names);
    sheet.keep_names(LEAST_NAME);
    sheet.column(if only_instances { "instance-hours" } else { "quantity" }, 1, quantities);
    sheet.column(if only_instances { "$ per hour" } else { "price $" }, 2, prices).column("cost", 0, costs);
    sheet.write(text, screen);
    if month.is_some() {
        let hours = trimmed(&grouped_ratio(run.summary.horizon.0.into(), 3_600_000, 2));
        let sentence = format!(
            "{MONTH_HOURS} h from the {hours} h simulated, each line by time; tiers and commitments are not worked out anew."
        );
        screen.wrapped(text, "  30 days: ", &sentence, 4);
    }
    each(text, run, screen);
    line(text, "");
}

/// What one of each thing costs.
fn each(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let costs = UnitCosts::of(run);
    let all = [
        (costs.million_requests, "per million requests served"),
        (costs.vcpu_hour, "per vCPU-hour used"),
        (costs.task_hour, "per task-hour"),
    ];
    let priced = all.into_iter().filter_map(|(cost, of)| Some(format!("{} {of}", fine(cost?))));
    let priced: Vec<String> = if costs.cost.0 > 0 { priced.collect() } else { Vec::new() };
    if !priced.is_empty() {
        screen.wrapped(text, "  That is ", &format!("{}.", priced.join(", ")), 4);
    }
}

/// Dollars with cents, or with as many decimals as small amounts need.
fn fine(cost: NanoUsd) -> String {
    match cost.0 {
        0 | 1_000_000_000.. => dollars(cost),
        nanos => {
            let decimals = if nanos >= 10_000_000 { 4 } else { 6 };
            format!("${}", grouped_ratio(nanos.unsigned_abs(), 1_000_000_000, decimals))
        }
    }
}

fn trimmed(number: &str) -> String {
    number.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn dollars(cost: NanoUsd) -> String {
    format!("${}", cost.readable())
}

/// A price with as many decimals as the others in its column.
fn padded(price: Decimal, decimals: u8) -> String {
    let text = price.to_string();
    let dot = if price.scale == 0 && decimals > 0 { "." } else { "" };
    format!("{text}{dot}{}", "0".repeat(usize::from(decimals - price.scale)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_have_the_same_decimals() {
        let price = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(padded(price("0.096"), 6), "0.096000");
        assert_eq!((padded(price("3"), 2), padded(price("3"), 0)), ("3.00".to_owned(), "3".to_owned()));
    }

    #[test]
    fn small_amounts_keep_their_digits() {
        let texts = [0, 4_567_000, 45_670_000, 1_234_000_000].map(|nanos| fine(NanoUsd(nanos)));
        assert_eq!(texts, ["$0.00", "$0.004567", "$0.0457", "$1.23"]);
    }
}
