//! Text to [`Expression`]: a small recursive descent, with positions in its errors.

use super::{Comparison, Expression, Quantity, Term};
use crate::units::Decimal;

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
    let mut parser = Parser { tokens, next: 0, end: text.len(), resolve, depth: 0 };
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
    Number(i128),
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
        let (message, help) = if first == '=' {
            ("`=` compares nothing".to_owned(), "write `==`".to_owned())
        } else {
            let what = format!("`{}` has no meaning here", first.escape_debug());
            (what, "a condition looks like `services.web.running >= 4`".to_owned())
        };
        Err(ExpectError { start: at, end: at + first.len_utf8(), message, help: Some(help) })
    }
}

fn number(rest: &str, at: usize) -> Result<(Kind, usize), ExpectError> {
    let end = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '$' | '%' | '_'));
    let length = rest.find(end).unwrap_or(rest.len());
    let digits = rest[..length].trim_start_matches('$').trim_end_matches('%');
    let nano = digits.parse::<Decimal>().ok().and_then(|number| {
        let factor = 1_000_000_000_i128.checked_rem(number.divisor()).filter(|rest| *rest == 0);
        factor.map(|_| i128::from(number.mantissa) * (1_000_000_000 / number.divisor()))
    });
    match nano {
        Some(nano) => Ok((Kind::Number(nano), length)),
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
        let left = self.sum()?;
        let comparison = match self.peek() {
            Some(Token { kind: Kind::Compare(comparison), .. }) => *comparison,
            Some(token) => {
                return Err(token.error("stands where a comparison is expected", Some("use ==, !=, <, <=, > or >=")));
            }
            None => return Err(self.missing("a comparison")),
        };
        self.next += 1;
        Ok(Expression::Compare(left, comparison, self.sum()?))
    }

    fn sum(&mut self) -> Result<Term, ExpectError> {
        let mut left = self.term()?;
        loop {
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
            Kind::Number(number) => Ok(Term::Number(*number)),
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
    use super::super::{RunFigure, TaskCount};
    use super::*;

    fn resolve(path: &[String]) -> Result<Quantity, (String, Option<String>)> {
        match path.join(".").as_str() {
            "cost_usd" => Ok(Quantity::Run(RunFigure::CostUsd)),
            "tasks.running" => Ok(Quantity::Tasks(TaskCount::Running)),
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
