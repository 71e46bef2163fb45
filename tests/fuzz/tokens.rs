//! The dictionary: words of the language, of AWS, units, and what breaks things elsewhere.

use longshore::scenario::{MapShape, SCENARIO, Shape};

/// Texts to put into inputs.
pub(crate) struct Tokens {
    pub(crate) words: Vec<String>,
    pub(crate) keys: Vec<String>,
}

/// Numbers at the edges of what types and limits hold.
pub(crate) const NUMBERS: [&str; 40] = [
    "0",
    "1",
    "-1",
    "2",
    "7",
    "10",
    "60",
    "100",
    "127",
    "128",
    "255",
    "256",
    "999",
    "1000",
    "1024",
    "4096",
    "5000",
    "32767",
    "65535",
    "65536",
    "196608",
    "1000000",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "0.5",
    "1e3",
    "1e400",
    "-0",
    "0.0000000000000000001",
    ".nan",
    ".inf",
];

const OTHERS: [&str; 105] = [
    ": ",
    ":",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'",
    "\"",
    "|\n",
    ">\n",
    "&a ",
    "*a",
    "!t ",
    "? ",
    "# ",
    "---\n",
    "...\n",
    "<<: ",
    "~",
    "null",
    "true",
    "false",
    "yes",
    "0x1f",
    "\t",
    "\r\n",
    "\\",
    "\\u00e4",
    "%YAML 1.2\n",
    "\u{feff}",
    "\u{2028}",
    "\u{202e}",
    "\0",
    "\u{1b}[31m",
    "ü",
    "日本",
    "😀",
    "e\u{301}",
    "\u{200b}",
    "vCPU",
    "milli-vCPU",
    "GiB",
    "MiB",
    "MB",
    "KiB",
    "ms",
    "s",
    "m",
    "h",
    "d",
    "w",
    "$",
    "%",
    "/s",
    "per",
    " and ",
    " or ",
    " not ",
    " == ",
    " != ",
    " >= ",
    " < ",
    " + ",
    " - ",
    "(",
    ")",
    "in",
    "=~",
    "!~",
    "exists",
    "attribute:",
    "ecs.instance-type",
    "ecs.availability-zone",
    "task:group",
    "service:web",
    "runningTasksCount",
    "services.web.running",
    "cost_usd",
    "100000 TB",
    "100000 TB per second",
    "1 GB per month",
    "1000000000000000 per second",
    "$1000000",
    "$0.123456789012345678",
    "nat_gb",
    "m5.large",
    "t3.micro",
    "c5.large",
    "us-east-1",
    "eu-central-1",
    "a",
    "web",
    "rate(5 minutes)",
    "cron(0 3 * * ? *)",
    "at(2026-01-06T03:00:00)",
    "2026-03-02T00:00:00Z",
    "../../x",
    "FARGATE",
    "awsvpc",
    "x.csv",
];

impl Tokens {
    pub(crate) fn new() -> Self {
        let (mut keys, mut words) = (Vec::new(), Vec::new());
        collect(&SCENARIO, &mut keys, &mut words, 0);
        keys.extend(
            [
                "containerDefinitions",
                "portMappings",
                "hostPort",
                "essential",
                "dependsOn",
                "condition",
                "family",
                "cpu",
                "memory",
                "memoryReservation",
                "networkMode",
                "requiresCompatibilities",
                "runtimePlatform",
                "image",
                "name",
                "value",
                "ephemeralStorage",
                "sizeInGiB",
                "resourceRequirements",
                "placementConstraints",
                "expression",
            ]
            .map(ToOwned::to_owned),
        );
        keys.sort();
        keys.dedup();
        words.extend(keys.iter().cloned());
        words.extend(OTHERS.iter().map(|text| (*text).to_owned()));
        words.extend(NUMBERS.iter().map(|text| (*text).to_owned()));
        words.sort();
        words.dedup();
        Self { words, keys }
    }
}

fn collect(shape: &Shape, keys: &mut Vec<String>, words: &mut Vec<String>, depth: usize) {
    if depth > 12 {
        return;
    }
    let mut of_map = |map: &MapShape| {
        for key in map.keys {
            keys.push(key.name.to_owned());
            collect(key.shape, keys, words, depth + 1);
        }
    };
    match shape {
        Shape::Map(map) | Shape::OneKey(map) => of_map(map),
        Shape::List { of, .. } | Shape::Dict { of, .. } => collect(of, keys, words, depth + 1),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| collect(shape, keys, words, depth + 1)),
        Shape::OneOf(choices) => words.extend(choices.iter().map(|word| (*word).to_owned())),
        Shape::Quantity(quantity) => words.extend(quantity.examples.iter().map(|text| (*text).to_owned())),
        _ => {}
    }
}
