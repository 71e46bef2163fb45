//! Text to [`Expression`]: a small recursive descent, with positions in its errors.

use super::{Comparison, Expression, Quantity, Term};
use crate::units::{Decimal, plain_number};

/// Units that people write behind a number → the ending of the values that are in them, and how many of these they are.
/// With no ending it is said only that the number stands alone.
const UNITS: [(&str, &str, i128); 26] = [
    ("KiB", "", 1),
    ("MiB", "_mib", 1),
    ("MB", "_mib", 1),
    ("GiB", "_mib", 1024),
    ("GB", "_mib", 1024),
    ("TiB", "_mib", 1024 * 1024),
    ("units", "_units", 1),
    ("vCPU", "_units", 1024),
    ("vcpu", "_units", 1024),
    ("vCPUs", "_units", 1024),
    ("USD", "_usd", 1),
    ("usd", "_usd", 1),
    ("dollars", "_usd", 1),
    ("percent", "_percent", 1),
    ("h", "_hours", 1),
    ("hours", "_hours", 1),
    ("d", "_hours", 24),
    ("days", "_hours", 24),
    ("m", "", 1),
    ("min", "", 1),
    ("s", "", 1),
    ("ms", "", 1),
    ("tasks", "", 1),
    ("instances", "", 1),
    ("requests", "", 1),
    ("EUR", "", 1),
];

/// Deepest nesting of parentheses and `not`.
const DEEPEST: usize = 32;

/// What is wrong with an expression, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectError {
    /// First byte of what is wrong.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What is wrong.
    pub message: String,
    /// What would be right, if known.
    pub help: Option<String>,
}

/// Resolves a path such as `services.web.running`; on failure says what is wrong and what would be right.
pub type Resolve<'a> = dyn Fn(&[String]) -> Result<Quantity, (String, Option<String>)> + 'a;

/// Reads a condition such as `services.web.running >= 4 and cost_usd < 400`.
///
/// # Errors
/// What is no condition, or a path that `resolve` does not know; with the position in `text`.
pub fn parse(text: &str, resolve: &Resolve<'_>) -> Result<Expression, ExpectError> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, next: 0, end: text.len(), resolve, depth: 0, since: 0 };
    let expression = parser.alternatives()?;
    match parser.peek() {
        None => Ok(expression),
        Some(token) => Err(token.error("was not expected here", Some("join conditions with `and` or `or`"))),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// In billionths, with the `$` or `%` beside it.
    Number(i128, Option<char>),
    Path(Vec<String>),
    Compare(Comparison),
    Plus,
    Minus,
    Open,
    Close,
    And,
    Or,
    Not,
}

impl Token {
    fn error(&self, what: &str, help: Option<&str>) -> ExpectError {
        ExpectError {
            start: self.start,
            end: self.end,
            message: format!("`{}` {what}", self.text),
            help: help.map(ToOwned::to_owned),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, ExpectError> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().unwrap_or(' ');
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, length) = one_token(rest, at)?;
        found.push(Token { kind, start: at, end: at + length, text: rest[..length].to_owned() });
        at += length;
    }
    Ok(found)
}

fn one_token(rest: &str, at: usize) -> Result<(Kind, usize), ExpectError> {
    let symbols = [
        ("==", Kind::Compare(Comparison::Equal)),
        ("!=", Kind::Compare(Comparison::NotEqual)),
        ("<=", Kind::Compare(Comparison::LessOrEqual)),
        (">=", Kind::Compare(Comparison::GreaterOrEqual)),
        ("<", Kind::Compare(Comparison::Less)),
        (">", Kind::Compare(Comparison::Greater)),
        ("(", Kind::Open),
        (")", Kind::Close),
        ("+", Kind::Plus),
        ("- ", Kind::Minus),
    ];
    if let Some((symbol, kind)) = symbols.into_iter().find(|(symbol, _)| rest.starts_with(symbol)) {
        return Ok((kind, symbol.trim_end().len()));
    }
    let first = rest.chars().next().unwrap_or(' ');
    if first.is_ascii_digit() || first == '-' || first == '$' {
        number(rest, at)
    } else if first.is_alphabetic() || first == '_' || first == '\'' {
        path(rest, at)
    } else {
        Err(no_token(rest, at, first))
    }
}

/// What begins with a sign that the language does not have.
fn no_token(rest: &str, at: usize, first: char) -> ExpectError {
    let others = [("&&", "and"), ("&", "and"), ("||", "or"), ("|", "or"), ("!", "not")];
    let (sign, message, help) = match others.into_iter().find(|(sign, _)| rest.starts_with(sign)) {
        Some((sign, word)) => (sign, format!("`{sign}` is a word here"), format!("write `{word}`")),
        None if first == '=' => ("=", "`=` compares nothing".to_owned(), "write `==`".to_owned()),
        None => {
            let what = format!("`{}` has no meaning here", first.escape_debug());
            (&rest[..first.len_utf8()], what, "a condition looks like `services.web.running >= 4`".to_owned())
        }
    };
    ExpectError { start: at, end: at + sign.len(), message, help: Some(help) }
}

fn number(rest: &str, at: usize) -> Result<(Kind, usize), ExpectError> {
    let end = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '$' | '%' | '_'));
    let mut length = rest.find(end).unwrap_or(rest.len());
    // a unit is a word of its own, and what is said of it comes later
    let unit = rest[..length].trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    if UNITS.iter().any(|(word, ..)| *word == unit) {
        length -= unit.len();
    }
    let grouped = rest.find(|c: char| end(c) && c != ',').unwrap_or(rest.len());
    if let Some(plain) = rest[length..].starts_with(',').then(|| plain_number(&rest[..grouped])).flatten() {
        let message = format!("`{}` has a comma", &rest[..grouped]);
        return Err(ExpectError {
            start: at,
            end: at + grouped,
            message,
            help: Some(format!("without comma: `{plain}`")),
        });
    }
    let written = &rest[..length];
    let (sign, digits) = match (written.strip_prefix('$'), written.strip_suffix('%')) {
        (Some(digits), None) => (Some('$'), digits),
        (None, Some(digits)) => (Some('%'), digits),
        _ => (None, written),
    };
    let nano = digits.parse::<Decimal>().ok().and_then(|number| {
        let factor = 1_000_000_000_i128.checked_rem(number.divisor()).filter(|rest| *rest == 0);
        factor.map(|_| i128::from(number.mantissa) * (1_000_000_000 / number.divisor()))
    });
    match nano {
        Some(nano) => Ok((Kind::Number(nano, sign), length)),
        None => Err(ExpectError {
            start: at,
            end: at + length,
            message: format!("`{}` is no number", &rest[..length]),
            help: Some("write plain numbers with at most nine decimals; the unit stands in the name".to_owned()),
        }),
    }
}

fn path(rest: &str, at: usize) -> Result<(Kind, usize), ExpectError> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut length = rest.len();
    for (place, c) in rest.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            c if quoted || c.is_alphanumeric() || matches!(c, '_' | '-' | '/') => {
                parts.last_mut().expect("starts with one").push(c);
            }
            _ => {
                length = place;
                break;
            }
        }
    }
    if quoted {
        let message = "a quote is not closed".to_owned();
        return Err(ExpectError { start: at, end: at + length, message, help: None });
    }
    let kind = match &rest[..length] {
        "and" => Kind::And,
        "or" => Kind::Or,
        "not" => Kind::Not,
        _ => Kind::Path(parts),
    };
    Ok((kind, length))
}

struct Parser<'a> {
    tokens: Vec<Token>,
    next: usize,
    end: usize,
    resolve: &'a Resolve<'a>,
    depth: usize,
    /// Where the comparison that is read begins.
    since: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let found = self.peek().is_some_and(|token| token.kind == *kind);
        self.next += usize::from(found);
        found
    }

    fn missing(&self, what: &str) -> ExpectError {
        ExpectError {
            start: self.end,
            end: self.end,
            message: format!("{what} is missing at the end"),
            help: Some("a condition looks like `services.web.running >= 4`".to_owned()),
        }
    }

    fn alternatives(&mut self) -> Result<Expression, ExpectError> {
        let mut left = self.conjunction()?;
        while self.take(&Kind::Or) {
            left = Expression::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Expression, ExpectError> {
        let mut left = self.unary()?;
        while self.take(&Kind::And) {
            left = Expression::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, ExpectError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("conditions nest at most {DEEPEST} deep");
            return Err(ExpectError { start: 0, end: self.end, message, help: None });
        }
        let result = if self.take(&Kind::Not) {
            self.unary().map(|inner| Expression::Not(Box::new(inner)))
        } else if self.take(&Kind::Open) {
            let inner = self.alternatives()?;
            if self.take(&Kind::Close) { Ok(inner) } else { Err(self.missing("`)`")) }
        } else {
            self.comparison()
        };
        self.depth -= 1;
        result
    }

    fn comparison(&mut self) -> Result<Expression, ExpectError> {
        self.since = self.next;
        let left = self.sum()?;
        let comparison = match self.peek() {
            Some(Token { kind: Kind::Compare(comparison), .. }) => *comparison,
            Some(token) => {
                return Err(token.error("stands where a comparison is expected", Some("use ==, !=, <, <=, > or >=")));
            }
            None => return Err(self.missing("a comparison")),
        };
        self.next += 1;
        let right = self.sum()?;
        self.signs()?;
        Ok(Expression::Compare(left, comparison, right))
    }

    /// What the comparison measures so far, by the last words of the paths.
    fn measured(&self) -> impl Iterator<Item = &str> {
        let tokens = self.tokens[self.since..self.next].iter();
        tokens.filter_map(|token| match &token.kind {
            Kind::Path(parts) => parts.last().map(String::as_str),
            _ => None,
        })
    }

    /// Dollars and per cent are compared with dollars and per cent.
    fn signs(&self) -> Result<(), ExpectError> {
        for token in &self.tokens[self.since..self.next] {
            let (sign, ending) = match token.kind {
                Kind::Number(_, Some('$')) => ('$', "_usd"),
                Kind::Number(_, Some(sign)) => (sign, "_percent"),
                _ => continue,
            };
            let Some(other) = self.measured().find(|name| !name.ends_with(ending)) else { continue };
            let message = format!("`{}` beside `{other}`, which is not in {sign}", token.text);
            let number = token.text.trim_matches(sign);
            return Err(ExpectError {
                start: token.start,
                end: token.end,
                message,
                help: Some(format!("write `{number}`, or ask for a value that ends in `{ending}`")),
            });
        }
        Ok(())
    }

    /// What is to be said of a unit behind a number.
    fn unit(&self) -> Option<ExpectError> {
        let before = self.next.checked_sub(1).and_then(|before| self.tokens.get(before))?;
        let (Kind::Number(nano, _), Some(token)) = (&before.kind, self.peek()) else { return None };
        let (_, ending, factor) = UNITS.iter().find(|(word, ..)| *word == token.text)?;
        // what is measured may come first or last
        let goes_on = |token: &&Token| !matches!(token.kind, Kind::And | Kind::Or | Kind::Not | Kind::Close);
        let is_unit = |token: &Token| UNITS.iter().any(|(word, ..)| *word == token.text);
        let here = self.tokens[self.since..].iter().take_while(goes_on).filter(|token| !is_unit(token));
        let mut names = here.filter_map(|token| match &token.kind {
            Kind::Path(parts) => parts.last(),
            _ => None,
        });
        let first = names.next().filter(|_| !ending.is_empty());
        let fits = first.is_some_and(|name| name.ends_with(ending)) && names.all(|name| name.ends_with(ending));
        let whole = nano.checked_mul(*factor).filter(|nano| nano % 1_000_000_000 == 0);
        let help = match whole.filter(|_| fits) {
            Some(nano) => format!("the unit stands in the name: write `{}`", nano / 1_000_000_000),
            None => "the unit stands in the name of a value, and numbers have none".to_owned(),
        };
        Some(token.error("is a unit", Some(&help)))
    }

    fn sum(&mut self) -> Result<Term, ExpectError> {
        let mut left = self.term()?;
        loop {
            if let Some(error) = self.unit() {
                return Err(error);
            }
            if self.take(&Kind::Plus) {
                left = Term::Plus(Box::new(left), Box::new(self.term()?));
            } else if self.take(&Kind::Minus) {
                left = Term::Minus(Box::new(left), Box::new(self.term()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn term(&mut self) -> Result<Term, ExpectError> {
        let Some(token) = self.peek().cloned() else { return Err(self.missing("a value")) };
        self.next += 1;
        match &token.kind {
            Kind::Number(number, _) => Ok(Term::Number(*number)),
            Kind::Path(parts) => (self.resolve)(parts).map(Term::Measured).map_err(|(message, help)| ExpectError {
                start: token.start,
                end: token.end,
                message,
                help,
            }),
            _ => Err(token.error("stands where a value is expected", Some("values look like `services.web.running`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LedgerFigure, RunFigure, TaskCount};
    use super::*;

    fn resolve(path: &[String]) -> Result<Quantity, (String, Option<String>)> {
        match path.join(".").as_str() {
            "cost_usd" => Ok(Quantity::Run(RunFigure::CostUsd)),
            "tasks.running" => Ok(Quantity::Tasks(TaskCount::Running)),
            "cpu_reserved_percent" => Ok(Quantity::Run(RunFigure::CpuReservedPercent)),
            "memory_reserved_mib" => Ok(Quantity::ClusterLedger(LedgerFigure::MemoryReserved)),
            "instance_hours" => Ok(Quantity::Run(RunFigure::InstanceHours)),
            other => Err((format!("nothing is called `{other}`"), None)),
        }
    }

    fn holds(text: &str, running: i128) -> bool {
        parse(text, &resolve).unwrap().holds(&mut |quantity| match quantity {
            Quantity::Run(_) => 12_345_678_901, // 12.345678901 dollars
            _ => running * 1_000_000_000,
        })
    }

    #[test]
    fn compares_exactly() {
        assert!(holds("cost_usd == 12.345678901", 0));
        assert!(!holds("cost_usd < 12.345678901", 0));
        assert!(holds("tasks.running + 2 >= 6 and not tasks.running == 5", 4));
        assert!(holds("tasks.running == 1 or tasks.running == 4", 4));
        assert!(holds("tasks.running - 1 == 3", 4));
        assert!(holds("(tasks.running > 3) and cost_usd < $13", 4));
    }

    #[test]
    fn signs_belong_to_values_in_them() {
        let refused = |text: &str| parse(text, &resolve).unwrap_err();
        for fine in ["cost_usd < $5", "$5 > cost_usd", "cpu_reserved_percent < 80%", "80% > cpu_reserved_percent + 1"] {
            assert!(parse(fine, &resolve).is_ok(), "{fine}");
        }
        for (text, at) in [
            ("tasks.running < 80%", 16..19),
            ("cost_usd < 80%", 11..14),
            ("$5 > instance_hours", 0..2),
            ("cost_usd < $5 and tasks.running < $5", 34..36),
        ] {
            let error = refused(text);
            assert_eq!(error.start..error.end, at, "{text}: {error:?}");
        }
        for bad in ["cost_usd < $$5", "cost_usd < $5%", "cost_usd < %5", "cost_usd < 5$"] {
            assert!(parse(bad, &resolve).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_other_languages_write() {
        for (text, help) in [
            ("cost_usd < 5 && tasks.running == 1", "write `and`"),
            ("cost_usd < 5 || tasks.running == 1", "write `or`"),
            ("!tasks.running == 1", "write `not`"),
            ("cost_usd < 1,000", "without comma: `1000`"),
            ("memory_reserved_mib < 1.5 GiB", "the unit stands in the name: write `1536`"),
            ("1GiB > memory_reserved_mib", "the unit stands in the name: write `1024`"),
            ("cost_usd < 5 USD and tasks.running == 1", "the unit stands in the name: write `5`"),
            ("instance_hours <= 2h", "the unit stands in the name: write `2`"),
            ("tasks.running == 2 tasks", "the unit stands in the name of a value, and numbers have none"),
        ] {
            assert_eq!(parse(text, &resolve).unwrap_err().help.as_deref(), Some(help), "{text}");
        }
    }

    #[test]
    fn errors_have_positions() {
        for (text, start, end) in [
            ("tasks.runing == 1", 0, 12),
            ("tasks.running = 1", 14, 15),
            ("tasks.running == 1 tasks.running", 19, 32),
            ("tasks.running ==", 16, 16),
            ("tasks.running", 13, 13),
            ("(tasks.running == 1", 19, 19),
            ("tasks.running == 1e3", 17, 20),
            ("'tasks", 0, 6),
            ("", 0, 0),
            ("tasks.running == ?", 17, 18),
        ] {
            let error = parse(text, &resolve).unwrap_err();
            assert_eq!((error.start, error.end), (start, end), "{text}: {error:?}");
        }
        assert!(parse(&"(".repeat(10_000), &resolve).is_err());
        assert!(parse(&"not ".repeat(10_000), &resolve).is_err());
    }
}
