//! `longshore init`: a scenario to begin with.

use super::input::reason;
use super::{Exit, complain, print};
use crate::diag::printable;
use crate::guide::Template;
use crate::scenario;
use clap::{Args, ValueEnum};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Name of the schema beside a new scenario.
const SCHEMA: &str = "scenario.schema.json";

/// Write a scenario to begin with.
///
/// It has comments, a load and expectations, and runs as it is. Beside it the JSON Schema is written, so that editors
/// complete keys and show mistakes. On a terminal the kind is asked for; elsewhere it is `fargate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longshore init                                 my-cluster.yaml; asks which kind
  longshore init shop.yaml --template ec2
  longshore init - --template mixed > both.yaml

AWS's old console had two of the kinds by other names, which are taken too:
`networking-only` is fargate, `ec2-linux-networking` is ec2.

Exit codes: 0 written, 2 the file is there already (--force overwrites it),
            3 it can't be written")]
pub(super) struct Init {
    /// The file to write; `-` prints it
    #[arg(default_value = "my-cluster.yaml")]
    file: PathBuf,
    /// The kind of cluster [default: asked for on a terminal, else fargate]
    #[arg(long, value_enum)]
    template: Option<Kind>,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
    /// Write no schema, and no line that names it
    #[arg(long)]
    no_schema: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A service on Fargate, no instances
    #[value(alias = "networking-only")]
    Fargate,
    /// A service on EC2 instances
    #[value(alias = "ec2-linux-networking", alias = "ec2-linux")]
    Ec2,
    /// A service on EC2 instances, and a nightly job on Fargate
    Mixed,
}

impl From<Kind> for Template {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Fargate => Self::Fargate,
            Kind::Ec2 => Self::Ec2,
            Kind::Mixed => Self::Mixed,
        }
    }
}

pub(super) fn init(arguments: &Init) -> Exit {
    if arguments.file.as_os_str() == "-" {
        let template = arguments.template.map_or(Template::Fargate, Into::into);
        let schema = Some(SCHEMA).filter(|_| !arguments.no_schema);
        return print(&template.text("FILE", schema), Exit::Fine);
    }
    if arguments.file.exists() && !arguments.force {
        let help = "name another file, or overwrite it with `--force`";
        complain(&format!("error: {} is there already\n\nhelp: {help}\n", shown(&arguments.file)));
        return Exit::WrongInput;
    }
    let folder = arguments.file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        complain(&format!("error: there is no folder {}\n\nhelp: make it first, or name another one\n", shown(folder)));
        return Exit::NotFinished;
    }
    let Some(template) = chosen(arguments.template) else {
        complain("error: no kind was chosen, and nothing was written\n");
        return Exit::WrongInput;
    };
    match written(arguments, template) {
        Ok(text) => print(&text, Exit::Fine),
        Err((path, error)) => {
            complain(&format!("error: {} can't be written: {}\n", shown(&path), reason(&error)));
            Exit::NotFinished
        }
    }
}

fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}

/// The kind that was named; else the answer of the person at the terminal; else the simplest.
fn chosen(named: Option<Kind>) -> Option<Template> {
    if let Some(kind) = named {
        return Some(kind.into());
    }
    let is_person = io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal();
    if is_person {
        return asked();
    }
    complain("note: no `--template` was named; this is `fargate` (there are also ec2 and mixed)\n");
    Some(Template::Fargate)
}

/// Asks until there is an answer; `None` at the end of the input.
fn asked() -> Option<Template> {
    let mut question = "Which kind of cluster?\n".to_owned();
    for (number, template) in (1..).zip(Template::ALL) {
        let _ = writeln!(question, "  {number}  {:<8} {}", template.name(), template.about());
    }
    complain(&question);
    loop {
        complain("Number or name [1]: ");
        let mut answer = String::new();
        if io::stdin().lock().read_line(&mut answer).ok()? == 0 {
            complain("\n");
            return None;
        }
        let answer = answer.trim().to_ascii_lowercase();
        if answer.is_empty() {
            return Some(Template::Fargate);
        }
        let numbered = (1..).zip(Template::ALL);
        for (number, template) in numbered {
            if answer == template.name() || answer == number.to_string() {
                return Some(template);
            }
        }
        complain("That is none of them. ");
    }
}

/// Writes the scenario and its schema; returns what is said about it.
fn written(arguments: &Init, template: Template) -> Result<String, (PathBuf, io::Error)> {
    let path = &arguments.file;
    let folder = path.parent().unwrap_or(Path::new(""));
    let schema = Some(SCHEMA).filter(|_| !arguments.no_schema);
    let name = path.display().to_string();
    let text = template.text(&printable(&name), schema);
    let mut options = fs::OpenOptions::new();
    let options = if arguments.force { options.create(true).truncate(true) } else { options.create_new(true) };
    let file = options.write(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| (path.clone(), error))?;
    let mut said = format!("wrote {} ({})\n", shown(path), template.about());
    if schema.is_some() {
        let (beside, text) = (folder.join(SCHEMA), scenario::schema());
        let there = fs::read_to_string(&beside).ok();
        if there.as_ref().is_some_and(|there| *there != text) && !arguments.force {
            let _ = writeln!(said, "{} is there already and stays as it is (--force renews it)", shown(&beside));
        } else {
            fs::write(&beside, text).map_err(|error| (beside.clone(), error))?;
            let _ = writeln!(said, "wrote {} (lets editors complete and check it)", shown(&beside));
        }
    }
    Ok(said + &format!("\nlongshore run {}\n", shown(path)))
}
