//! `longshore catalog`: the embedded tables of instance types, Fargate sizes, Regions and prices.

use super::explain::pretty;
use super::{Exit, complain, print};
use crate::diag::printable;
use crate::guide::{Filters, PriceQuestion, Question, Table};
use crate::units::{Architecture, CpuUnits, Decimal, MebiBytes, OperatingSystem, parse_memory};
use clap::{Args, Subcommand, ValueEnum};

/// List instance types, Fargate sizes, Regions and prices that are built in.
///
/// Prices are list prices of the dates shown below each table, for Linux; what Windows costs on top of an EC2 price is
/// not in the tables. A scenario can have prices of its own.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "\
Examples:
  longshore catalog --price m5.large fargate:0.5:1GB nat_hour
  longshore catalog --price c7g.xlarge --count 6 --region eu-west-1
  longshore catalog charges --region eu-west-1
  longshore catalog instances --type 'm5*' --vcpu 2..8 --sort usd_per_hour
  longshore catalog fargate --region eu-central-1
  longshore catalog regions
  longshore catalog prices --type m5.large --sort usd_per_hour

Exit codes: 0 also when nothing matches (which is said on stderr),
            2 a name that does not exist, or wrong usage")]
pub(super) struct Catalog {
    #[command(subcommand)]
    table: Option<Listed>,
    /// What something costs: an instance type, `fargate:0.5:1GB`, or one of `catalog charges`; several after another
    #[arg(long, value_name = "ITEM", num_args = 1.., required = true)]
    price: Vec<String>,
    /// Region of the prices
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// How many of each
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    count: u32,
    /// How the answer is shown
    #[arg(long, value_enum, default_value_t = CatalogFormat::Text)]
    format: CatalogFormat,
}

#[derive(Debug, Subcommand)]
enum Listed {
    /// EC2 instance types, with what they register with ECS and cost
    #[command(after_help = "\
Examples:
  longshore catalog instances --type 'm5*'
  longshore catalog instances --vcpu 2..4 --memory 8GiB.. --arch arm64
  longshore catalog instances --gpu 1.. --region eu-west-1 --format csv
  longshore catalog instances --type 'c7*' --sort usd_per_hour --columns all")]
    Instances(Instances),
    /// Sizes of Fargate tasks, with their prices
    #[command(after_help = "\
Examples:
  longshore catalog fargate --region eu-central-1 --arch arm64
  longshore catalog fargate --vcpu 0.25..1 --memory ..2GiB --format json")]
    Fargate(Fargate),
    /// Regions that have prices
    #[command(after_help = "\
Examples:
  longshore catalog regions --region 'eu-*' --columns all")]
    Regions(Regions),
    /// On-demand prices of instance types by Region
    #[command(after_help = "\
Examples:
  longshore catalog prices --type m5.large --sort usd_per_hour
  longshore catalog prices --region us-east-1 --vcpu 4 --memory 16GiB")]
    Prices(Prices),
    /// What surrounds a cluster: load balancers, NAT gateways, volumes, logs, …
    #[command(after_help = "\
Examples:
  longshore catalog charges
  longshore catalog charges --region eu-west-1 --format csv")]
    Charges(Regions),
}

#[derive(Debug, Args)]
struct Instances {
    #[command(flatten)]
    kinds: Kinds,
    /// Region of the prices [default: us-east-1]
    #[arg(long)]
    region: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Args)]
struct Fargate {
    #[command(flatten)]
    size: Size,
    /// Processor architecture of the prices [default: `x86_64`]
    #[arg(long, value_enum)]
    arch: Option<Arch>,
    /// Operating system
    #[arg(long, value_enum, default_value_t = System::Linux)]
    os: System,
    /// Region of the prices [default: us-east-1]
    #[arg(long)]
    region: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Args)]
struct Regions {
    /// Names, or patterns with `*` and `?`; may be given again
    #[arg(long, value_name = "PATTERN")]
    region: Vec<String>,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Args)]
struct Prices {
    #[command(flatten)]
    kinds: Kinds,
    /// Names, or patterns with `*` and `?`; may be given again
    #[arg(long, value_name = "PATTERN")]
    region: Vec<String>,
    #[command(flatten)]
    shown: Shown,
}

/// Which instance types.
#[derive(Debug, Args)]
struct Kinds {
    /// Names, or patterns with `*` and `?`; may be given again
    #[arg(long = "type", value_name = "PATTERN")]
    types: Vec<String>,
    #[command(flatten)]
    size: Size,
    /// Processor architecture
    #[arg(long, value_enum)]
    arch: Option<Arch>,
    /// GPUs, `1` or `1..8`
    #[arg(long, value_name = "RANGE", value_parser = gpus)]
    gpu: Option<(u32, u32)>,
}

#[derive(Debug, Args)]
struct Size {
    /// vCPUs, `4`, `2..8`, `16..`; both ends count
    #[arg(long, value_name = "RANGE", value_parser = cpu)]
    vcpu: Option<(CpuUnits, CpuUnits)>,
    /// Memory, `16GiB`, `8GiB..32GiB`, `..4GiB`; both ends count
    #[arg(long, value_name = "RANGE", value_parser = memory)]
    memory: Option<(MebiBytes, MebiBytes)>,
}

/// How the rows are shown.
#[derive(Debug, Args)]
struct Shown {
    /// Sort by a column
    #[arg(long, value_name = "COLUMN")]
    sort: Option<String>,
    /// The greatest first
    #[arg(long)]
    reverse: bool,
    /// Columns to show, in this order; `all` for each there is
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    columns: Vec<String>,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = CatalogFormat::Text)]
    format: CatalogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CatalogFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Arch {
    /// Intel and AMD
    #[value(name = "x86_64", alias = "amd64", alias = "X86_64")]
    X86,
    /// Graviton
    #[value(name = "arm64", alias = "ARM64")]
    Arm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum System {
    Linux,
    Windows,
}

pub(super) fn catalog(arguments: &Catalog) -> Exit {
    let (answer, format) = match &arguments.table {
        Some(table) => {
            let (question, format) = question(table);
            (question.answer(), format)
        }
        None => {
            let Catalog { price, region, count, format, .. } = arguments;
            let question = PriceQuestion { items: price.clone(), region: region.clone(), count: *count };
            (question.answer(), *format)
        }
    };
    let listing = match answer {
        Ok(listing) => listing,
        Err(message) => {
            complain(&message);
            return Exit::WrongInput;
        }
    };
    if listing.is_empty() {
        complain(&listing.nothing());
    }
    let text = match format {
        CatalogFormat::Text if listing.is_empty() => String::new(),
        CatalogFormat::Text => listing.text(),
        CatalogFormat::Json => pretty(&listing.json()),
        CatalogFormat::Csv => listing.csv(),
    };
    print(&text, Exit::Fine)
}

fn question(table: &Listed) -> (Question, CatalogFormat) {
    let (table, filters, regions, system, shown) = match table {
        Listed::Instances(Instances { kinds, region, shown }) => {
            (Table::Instances, filters(kinds), region.iter().cloned().collect(), System::Linux, shown)
        }
        Listed::Fargate(Fargate { size, arch, os, region, shown }) => {
            let filters = Filters {
                cpu: size.vcpu,
                memory: size.memory,
                architecture: arch.map(Into::into),
                ..Filters::default()
            };
            (Table::Fargate, filters, region.iter().cloned().collect(), *os, shown)
        }
        Listed::Regions(Regions { region, shown }) => {
            (Table::Regions, Filters::default(), region.clone(), System::Linux, shown)
        }
        Listed::Charges(Regions { region, shown }) => {
            (Table::Charges, Filters::default(), region.clone(), System::Linux, shown)
        }
        Listed::Prices(Prices { kinds, region, shown }) => {
            (Table::Prices, filters(kinds), region.clone(), System::Linux, shown)
        }
    };
    let system = match system {
        System::Linux => OperatingSystem::Linux,
        System::Windows => OperatingSystem::Windows,
    };
    let Shown { sort, reverse, columns, format } = shown;
    let columns = columns.clone();
    (Question { table, filters, regions, system, sort: sort.clone(), reverse: *reverse, columns }, *format)
}

fn filters(kinds: &Kinds) -> Filters {
    let Kinds { types, size, arch, gpu } = kinds;
    let (types, architecture) = (types.clone(), arch.map(Into::into));
    Filters { types, cpu: size.vcpu, memory: size.memory, architecture, gpus: *gpu }
}

impl From<Arch> for Architecture {
    fn from(arch: Arch) -> Self {
        match arch {
            Arch::X86 => Self::X86_64,
            Arch::Arm => Self::Arm64,
        }
    }
}

/// `2..8`, `2..`, `..8` or `4`, each end read by `one`.
fn range<T: Copy + PartialOrd>(
    text: &str,
    all: (T, T),
    one: impl Fn(&str) -> Result<T, String>,
) -> Result<(T, T), String> {
    let end = |text: &str, open: T| if text.trim().is_empty() { Ok(open) } else { one(text.trim()) };
    let (low, high) = match text.split_once("..") {
        Some((low, high)) if low.trim().is_empty() && high.trim().is_empty() => {
            return Err("a range has at least one end: `2..8`, `2..`, `..8`".to_owned());
        }
        Some((low, high)) => (end(low, all.0)?, end(high.trim_start_matches('='), all.1)?),
        None => (one(text.trim())?, one(text.trim())?),
    };
    if low > high { Err("the range runs backwards".to_owned()) } else { Ok((low, high)) }
}

fn cpu(text: &str) -> Result<(CpuUnits, CpuUnits), String> {
    range(text, (CpuUnits(0), CpuUnits(u32::MAX)), |one| {
        let units = one.parse::<Decimal>().ok().and_then(|number| number.times_exact(1024));
        let units = units.and_then(|units| u32::try_from(units).ok());
        units.map(CpuUnits).ok_or_else(|| format!("`{}` is no number of vCPUs; write `2` or `0.25`", printable(one)))
    })
}

fn memory(text: &str) -> Result<(MebiBytes, MebiBytes), String> {
    range(text, (MebiBytes(0), MebiBytes(u32::MAX)), |one| {
        if one.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("`{one}` has no unit; write `{one}GiB` or `{one}MiB`"));
        }
        parse_memory(one).map_err(|error| error.0)
    })
}

fn gpus(text: &str) -> Result<(u32, u32), String> {
    range(text, (0, u32::MAX), |one| one.parse().map_err(|_| format!("`{}` is no number of GPUs", printable(one))))
}
