//! The closed list of codes: what each is called and what it means.
//!
//! A code never changes its meaning and is never given to something else;
//! `LS00..` are about reading a text, `LS01..` about the settings in it, `LS02..`
//! about what they mean together, `LS03..` about overrides on the command line.

use std::fmt;

/// Makes the enum and its table from one list, so that neither can miss a code.
macro_rules! codes {
    ($($name:ident = $id:literal, $title:literal, $explanation:literal;)*) => {
        /// What kind of finding it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// All codes in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as it is written, e.g. `LS0104`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }

            /// What it is called, in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }

            /// What it means, why it is refused, and what to do.
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$name => $explanation),* }
            }
        }
    };
}

codes! {
    TooLarge = "LS0001", "the file is too large",
        "A scenario file may have at most 1 MiB. What makes files large is measured load: put the \
         points into a CSV file beside the scenario and name it with `trace:`.";
    NotUtf8 = "LS0002", "the file is not UTF-8",
        "Scenario files are read as UTF-8. Editors offer it as \"save with encoding\"; files \
         exported from spreadsheets or from PowerShell are often UTF-16.";
    ControlCharacter = "LS0003", "a character that YAML does not allow",
        "YAML text consists of printable characters, tabs and line breaks. Control characters \
         such as NUL or ESC usually come from copying out of a terminal, or the file is not text \
         at all. Inside double quotes they can be written as an escape, e.g. \"\\x1b\".";
    Syntax = "LS0004", "not valid YAML",
        "The text does not follow the rules of YAML, so nothing after this place can be read. \
         Usual causes: a tab in the indentation, lines of one block that are indented \
         differently, a missing space after `:` or `-`, a `[`, `{` or quote that is not closed, \
         and a value that begins with one of the characters @ ` % * & ! | > without quotes.";
    TooDeep = "LS0005", "nested too deeply",
        "Lists and blocks may stand in each other up to 64 levels, aliases included. No setting \
         needs ten.";
    TooMany = "LS0006", "too many values",
        "A scenario file may have at most 100,000 values, counting what aliases repeat. Put \
         measured load into a CSV file beside the scenario.";
    AliasTooLarge = "LS0007", "aliases that repeat too much",
        "An alias (`*name`) stands for everything below its anchor (`&name`). Aliases of aliases \
         multiply: a few lines can stand for billions of values. All that aliases repeat counts \
         towards the limits of 100,000 values and 4 MiB of text.";
    AliasOfItself = "LS0008", "an alias inside its own anchor",
        "The alias stands inside the value that its anchor names, so writing it out would never \
         end.";
    EmptyFile = "LS0009", "nothing in the file",
        "The file has no values: it is empty, or everything in it is a comment. \
         `longshore init` writes one to begin with.";
    SecondDocument = "LS0010", "more than one document",
        "A line `---` begins another YAML document. A scenario file has one; variants of a \
         scenario are files of their own, or single settings changed with `--set`.";
    DuplicateKey = "LS0011", "the same key twice",
        "A block may have each key once. Most YAML readers take the last one in silence, which \
         makes a value written further up have no effect; here it is an error.";
    Tag = "LS0012", "a YAML tag",
        "Tags (`!name`, `!!str`) change how a value is read. Scenario files do without them: \
         quotes make text, and numbers are written plainly. CloudFormation's `!Ref` and `!Sub` \
         cannot be resolved here.";
    KeyNotText = "LS0013", "a key that is not a word",
        "The part before `:` must be a word or quoted text. A list or block as a key, an alias, \
         or nothing at all has no meaning in a scenario.";
    MergeKey = "LS0014", "a merge key",
        "`<<: *name` was an extension of YAML 1.1, and readers do not agree on it. Use the anchor \
         for a whole value (`load: *name`), or write the settings out.";
    JsonSyntax = "LS0015", "not valid JSON",
        "The text does not follow the rules of JSON (RFC 8259), so nothing after this place can be read. Usual causes: \
         a comma after the last entry, a comment, a comma or bracket that is missing, and texts or keys without double \
         quotes.";
    ExtendsCircle = "LS0016", "scenarios that extend each other without end",
        "`extends` names scenarios whose settings hold where this one says nothing. A scenario can't be its own base, \
         neither directly nor through others, and a chain of bases has at most 16 files.";
    WrongKind = "LS0101", "another kind of value is needed here",
        "For instance a list where a number belongs, or text where yes or no (`true`, `false`) \
         belongs. Numbers in quotes are text. The message says what is needed and shows an \
         example.";
    MissingValue = "LS0102", "a value is missing",
        "There is nothing after the `:` or `-`, or `null` or `~`. To use the default, leave the \
         whole setting out. A block whose lines are not indented is also read as an empty \
         value followed by other keys.";
    MissingSetting = "LS0103", "a required setting is missing",
        "The block does not say something that has no sensible default. The reference \
         (`docs/scenario.md`) lists what each block needs.";
    UnknownSetting = "LS0104", "no such setting",
        "A setting that does not exist is an error rather than ignored: a typing mistake would \
         otherwise run with the default and look like a result. Settings are written in \
         snake_case, also where AWS writes camelCase.";
    NotThereYet = "LS0105", "not there yet",
        "The setting is planned and this version does not have it. It is refused rather than \
         ignored, because a run without it would answer another question.";
    UnknownKeyword = "LS0106", "not one of the choices",
        "The setting takes one of a fixed list of words.";
    OutOfRange = "LS0107", "a number outside its range",
        "The number is smaller or larger than AWS, or the model, allows for this setting. The \
         message says the range.";
    BadQuantity = "LS0108", "a quantity that cannot be read",
        "Quantities carry their unit (`90s`, `1 GiB`, `0.5 vCPU`, `$0.096`), so that no one has \
         to guess it. The message says what is accepted here.";
    BadName = "LS0109", "a name that cannot be used",
        "Names appear in tables, file names and paths such as `services.web.cpu`. They have 1 to \
         255 characters: letters, digits, `-` and `_`, as in AWS, and begin with a letter or a \
         digit.";
    WrongCount = "LS0110", "too few or too many entries",
        "The list or block has fewer entries than are needed, or more than AWS or the model \
         allows.";
    NotOneKey = "LS0111", "exactly one key is needed here",
        "Entries of this list say what they are with a single key, e.g. `- spread: \
         instance_id`. With two keys it would be open which comes first: make two entries.";
    NotWhole = "LS0112", "a whole number is needed here",
        "The value is a number in quotes, with a fraction, with an exponent or with separators. \
         Write plain digits: `1000`, not `1e3`, `1000.0`, `1_000` or \"1000\".";
    BadText = "LS0113", "a text that cannot be used",
        "The text is empty, too long, or has control characters that would spoil tables and \
         reports.";
    Refused = "LS0114", "something that AWS has and longshore refuses",
        "AWS's task definitions have this member, and a run that ignored it would answer another question: the feature \
         has ended, or it changes what a task does in a way that is not modelled. `docs/scenario.md` lists which members \
         are used, accepted without effect, and refused.";
    UnknownReference = "LS0201", "a name that refers to nothing",
        "A task definition, capacity provider, instance, zone or service is named that the scenario does not have. \
         The message shows the nearest name.";
    UnknownInstanceType = "LS0202", "no such instance type",
        "The name is not among the 1,421 EC2 instance types of the catalogue. Names are a family and a size, such as \
         `m5.large`.";
    NoPrice = "LS0203", "no price for this",
        "The table has no price for this in this Region: it is not sold there, or the table lacks it. Prices on demand, \
         savings of Spot and reserved prices are tables of their own; a Savings Plan without a rate for a type does not \
         cover it. Windows is not in the table: an instance with it needs `windows_surcharge_per_vcpu_hour`, or a \
         `price` of its type in `instance_types` (PLT-11). A missing price is never taken as zero.";
    UnknownRegion = "LS0204", "no such Region",
        "The Region is not in the price table. Regions are written as AWS writes them: `eu-central-1`.";
    NoCapacity = "LS0205", "no capacity to run on",
        "Tasks need instances or a capacity provider. Without a strategy they run by the cluster's default strategy, \
         else on the scenario's `instances` (EC2 launch type, ECS-707), else on Fargate; where the scenario lists \
         providers of instances alone, one has to be named (ECS-721).";
    BadTaskSize = "LS0206", "an impossible task size",
        "What a task reserves comes from its task-level size, else from its containers (ECS-102, ECS-103). Memory is \
         needed at one of the two places, a hard limit is greater than a soft one (ECS-104), a container has at \
         least 6 MiB (ECS-105), and task-level CPU on EC2 is 128 to 196,608 units (ECS-107).";
    Contradiction = "LS0207", "two settings contradict each other",
        "Both places are shown. Only one of the two can hold.";
    BadTime = "LS0208", "not a time that can be used",
        "The start is a date and time with zone on a whole minute, `2026-03-02T00:00:00Z`: metric periods begin on \
         whole minutes of the wall clock (SCL-162).";
    BadExpectation = "LS0209", "an expectation that can't be judged",
        "A condition compares values such as `services.web.running >= 4`, joined by `and`, `or` and `not`. Values of \
         the whole run, such as `cost_usd`, are known only at its end.";
    FileUnreadable = "LS0210", "a file that can't be read",
        "A file named by the scenario is missing, too large, not UTF-8 or, if it is a CSV file, not a regular table. Paths \
         are relative to the scenario's own folder.";
    UnknownColumn = "LS0211", "no such column",
        "The CSV file's heading has no column of this name, or has it twice.";
    BadTableValue = "LS0212", "a value in a CSV file that can't be used",
        "A number is missing, negative, not a plain decimal, a time can't be read, or rows are out of step. Nothing is guessed \
         for a gap.";
    TraceTooShort = "LS0213", "a trace that ends before the run",
        "The rows of the trace cover less time than the run lasts.";
    SituationTooFull = "LS0214", "more is placed than fits",
        "The tasks under `placed:` reserve more than the instance has: CPU, memory, static ports (ECS-124), GPUs (ECS-136) or \
         network interfaces (ECS-210). Placement never over-commits the control-plane ledger (ECS-230).";
    DuplicateName = "LS0215", "the same name twice",
        "Names of instances, zones, services and entries of `tasks:` are used in results and must differ.";
    NeverFits = "LS0216", "a task that fits no instance",
        "Each task reserves more than any instance of its capacity registers, so it will never be placed. Instances \
         register less memory than they are sold with: the kernel keeps some (ECS-204, ECS-205). Or no instance has the \
         processor architecture, the operating system or the GPUs that it needs (ECS-136, ECS-152). On Fargate an enforced \
         quota may be smaller than one task (ECS-814, ECS-833).";
    AfterTheEnd = "LS0217", "something after the end of the run",
        "The run ends before this happens (ECS-951).";
    TooLargeToRun = "LS0218", "a scenario too large to run",
        "The scenario asks for more instances, tasks or work than a run can hold or count exactly. The message says \
         how much it asks for and how much is allowed.";
    OverQuota = "LS0219", "more than an account's quota",
        "AWS limits how many instances and services a cluster has, how many tasks a service, and how many vCPUs run at once \
         on Fargate (ECS-801 to ECS-804, ECS-814). `quotas:` decides what is made of more: `warn`, `enforce` or `ignore` \
         (ECS-833), and says the values that AWS has raised for an account.";
    BadCurve = "LS0221", "a curve that can't be",
        "Steps come in the order of their times, and a load is never below 0. `docs/loads.md` shows each kind of curve.";
    CallsInCircle = "LS0222", "services that call each other in a circle",
        "Each request that a service serves makes its calls at the same moment (PLT-92), so calls that lead back to where they \
         began would make requests without end.";
    UnknownTimeZone = "LS0223", "no such time zone",
        "Profiles and schedules follow the clock of a zone, which is called by its IANA name: `Europe/Berlin`, `America/New_York`, `UTC`.";
    CurveTooFine = "LS0224", "a curve with too many steps",
        "Curves become steps before the run, and one curve may have 2,000,000: a year of minutes has 525,600. `sample` says how \
         finely a curve is sampled.";
    NoCause = "LS0225", "a load that nobody asks for, or calls that nobody can answer",
        "A load needs `requests_per_second` or a service that calls it, and a service that is called needs a `load`, which says \
         what a request costs it (PLT-92).";
    IdleLoad = "LS0226", "a load that asks for nothing",
        "The curve is 0 all through the run, or a service makes 0 calls. The run goes on; it is said because it is rarely meant.";
    BadContainers = "LS0231", "containers that can't live together",
        "A task has at least one essential container (ECS-130). What a container depends on must exist, must be able to \
         reach what is waited for, in time, and may not depend on it in turn; only what is not essential can be waited \
         for to end (ECS-135, PLT-67, PLT-68).";
    BadNetwork = "LS0232", "ports or a network mode that can't be",
        "Network modes depend on operating system and launch type (ECS-120), and what a port mapping may say depends on the \
         network mode (ECS-122). Some ports of an instance are always taken (ECS-126).";
    NotOnFargate = "LS0233", "not possible on Fargate",
        "A task definition with FARGATE in `requires_compatibilities` must keep the rules of Fargate, also when EC2 is \
         listed too (ECS-110 to ECS-115, ECS-120).";
    BadConstraint = "LS0234", "a placement constraint that can't be used",
        "The expression of `member_of` can't be read; or there are more than ten constraints; or one stands where it can't: \
         a task definition knows `member_of` only (ECS-304), a daemon only what stays the same about an instance.";
    WithoutEffect = "LS0235", "a setting without effect",
        "AWS takes the setting and ignores it in this combination; or a file has a heading and no rows; or a price or a \
         commitment is there for something that the scenario does not have.";
    BadPlatform = "LS0236", "a platform that does not exist",
        "ARM64 is for Linux only (ECS-150): neither tasks nor instances with Windows have an Arm processor.";
    FargateSize = "LS0241", "a size that Fargate does not sell",
        "Fargate sells fixed pairs of CPU and memory, both given at task level, and refuses a task definition with any \
         other (ECS-110 to ECS-112).";
    FargateRefuses = "LS0242", "a setting that Fargate does not have",
        "Fargate gives each task a micro-host of its own and spreads tasks over zones by itself: it has no placement \
         strategies, no constraints and no daemons (ECS-115, ECS-305, ECS-402).";
    BadStrategy = "LS0243", "a capacity provider strategy that AWS refuses",
        "A strategy names each provider once, holds Fargate or instances and not both (ECS-701), gives a base to one \
         item (ECS-703) and a weight above 0 to at least one of several (ECS-704). Fargate Spot runs Linux only \
         (ECS-710). The launch type EXTERNAL is not simulated (PLT-4).";
    BadSubnet = "LS0244", "subnets that can't be so",
        "A subnet is a block of /28 to /16 in one zone, of which AWS keeps five addresses; subnets do not overlap \
         (ECS-140). Each instance takes one address of its zone (ECS-142).";
    BadSchedule = "LS0251", "a schedule that can't be kept",
        "A schedule is `rate(5 minutes)`, `cron(0 3 * * ? *)` or `at(2026-01-06T03:00:00)`, as EventBridge Scheduler has \
         them (ECS-904). A cron expression has six fields, and one of day of month and day of week is `?` (ECS-905). Its \
         time zone is an IANA name. `docs/schedules.md` has all forms.";
    NeverDrained = "LS0253", "an instance that is never drained",
        "Tasks of a service leave a draining instance under its minimum healthy and maximum percent. Where the minimum, \
         rounded up, is all that are desired and the maximum, rounded down, is no more, nothing may stop before another \
         runs, and no other may start before something has stopped: draining never finishes (ECS-222, ECS-427).";
    RefusedByAws = "LS0254", "an operation that AWS refuses",
        "Only an ACTIVE instance can be drained (ECS-223), what has left can't be changed, a service that wants tasks is \
         deleted by force alone (ECS-415), and another capacity provider strategy needs a forced deployment (ECS-410). \
         Where it is a warning the run goes on, and the operation fails in it as it would with AWS.";
    BadDeployment = "LS0255", "deployment settings that AWS refuses",
        "The minimum healthy and the maximum percent say between which numbers of tasks a service is kept while its tasks \
         are replaced (ECS-420). A daemon has one task on each instance: its maximum is 100 (ECS-421).";
    InVain = "LS0261", "something that nothing uses",
        "Instances on which no task can ever run, or a load without a task to serve it: legal, and rarely meant.";
    NoSuchValue = "LS0262", "a value that no instance has",
        "A constraint compares an attribute with a value that no instance of the scenario has: `==` and `in` then never \
         hold, `!=` always does. Usually the value is misspelt.";
    TooFewInstances = "LS0263", "fewer instances than a service needs",
        "A fixed port of the instance (ECS-124) and `distinct_instance` (ECS-330) let one task of a service on each \
         instance, and to spread over zones takes instances in two of them.";
    OddInstance = "LS0264", "an instance that registers something strange",
        "It registers more than its type has, or no CPU at all. A run goes on with what is written.";
    NotATaskDefinition = "LS0265", "a file of another tool",
        "A scenario is written in longshore's own words, and `file` of a task definition names the JSON that `aws ecs register-task-definition` takes or that `describe-task-definition` \
         prints. Templates of CloudFormation, Terraform, Compose and Kubernetes are other languages.";
    NoWayOut = "LS0266", "tasks that reach nothing outside their VPC",
        "A task with a network interface of its own never gets a public address on an instance (PRC-35): what it pulls, logs and sends \
         goes through a NAT gateway, or through interface endpoints to AWS's own services, and both are paid for. Tasks in `bridge` and `host` mode use the instance's address.";
    BadOverride = "LS0301", "an override that can't be read",
        "`--set` takes a path, `=` and a value: `services.web.desired_count=4`. Steps of the path are joined by dots; \
         an entry of a list is named in brackets, by its number from 0 or by its name: `instances[0].count`. The value \
         is YAML, `null` takes the setting away. `--variant` has a name and `:` in front of the path.";
    NowhereToSet = "LS0302", "a path that leads nowhere",
        "The path of an override leads through something that the scenario does not have: an entry of a list, a name \
         under `services:`, or a setting inside a single value. A new entry or name is set as a whole: \
         `services.new={task_definition: web}`.";
    Internal = "LS0900", "a mistake of longshore itself",
        "The scenario is not to blame. Please report it with the file.";
}

impl Code {
    /// The code of an id, in any case: for whoever looks one up.
    pub fn find(id: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|code| code.id().eq_ignore_ascii_case(id.trim()))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
