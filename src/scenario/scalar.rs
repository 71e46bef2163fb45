//! What plain text means, by the core schema of YAML 1.2 (section 10.3.2).

/// What a plain single value means.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved {
    /// Nothing: the empty text, `~`, `null`.
    Null,
    /// `true` or `false`. `yes`, `no`, `on` and `off` are text, as in YAML 1.2.
    Bool(bool),
    /// A whole number: decimal, `0o17` or `0x1f`.
    Integer(i128),
    /// A number with a fraction or exponent, or a whole one beyond 128 bits;
    /// may be infinite (`.inf`) or not a number (`.nan`).
    Float(f64),
    /// Everything else.
    Text,
}

/// Reads plain text by the core schema.
pub fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "true" | "True" | "TRUE" => Resolved::Bool(true),
        "false" | "False" | "FALSE" => Resolved::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
        _ => integer(text).or_else(|| float(text)).unwrap_or(Resolved::Text),
    }
}

fn integer(text: &str) -> Option<Resolved> {
    let (digits, radix) = if let Some(rest) = text.strip_prefix("0x") {
        (rest, 16)
    } else if let Some(rest) = text.strip_prefix("0o") {
        (rest, 8)
    } else {
        (text.strip_prefix(['+', '-']).unwrap_or(text), 10)
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let signed = if radix == 10 { text } else { digits };
    // Too long for an integer: still a number, and a range check refuses it.
    Some(
        i128::from_str_radix(signed, radix)
            .map_or_else(|_| Resolved::Float(text.parse().unwrap_or(f64::INFINITY)), Resolved::Integer),
    )
}

fn float(text: &str) -> Option<Resolved> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    let good_exponent = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    if has_digits && digits(whole) && digits(fraction) && good_exponent {
        text.parse().ok().map(Resolved::Float)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_schema_decides() {
        for (text, value) in [
            ("", Resolved::Null),
            ("~", Resolved::Null),
            ("NULL", Resolved::Null),
            ("nULL", Resolved::Text),
            ("true", Resolved::Bool(true)),
            ("FALSE", Resolved::Bool(false)),
            ("yes", Resolved::Text),
            ("off", Resolved::Text),
            ("0", Resolved::Integer(0)),
            ("-12", Resolved::Integer(-12)),
            ("+7", Resolved::Integer(7)),
            ("007", Resolved::Integer(7)),
            ("0x1F", Resolved::Integer(31)),
            ("0o17", Resolved::Integer(15)),
            ("0b11", Resolved::Text),
            ("-0x1", Resolved::Text),
            ("0x", Resolved::Text),
            ("+", Resolved::Text),
            ("-", Resolved::Text),
            (".", Resolved::Text),
            ("1_000", Resolved::Text),
            ("1.5", Resolved::Float(1.5)),
            (".5", Resolved::Float(0.5)),
            ("5.", Resolved::Float(5.0)),
            ("-1e3", Resolved::Float(-1000.0)),
            ("1E+2", Resolved::Float(100.0)),
            ("1e", Resolved::Text),
            ("e1", Resolved::Text),
            ("1e999", Resolved::Float(f64::INFINITY)),
            ("-.inf", Resolved::Float(f64::NEG_INFINITY)),
            ("inf", Resolved::Text),
            ("nan", Resolved::Text),
            ("infinity", Resolved::Text),
            ("90s", Resolved::Text),
            ("1.2.3", Resolved::Text),
            ("12:30", Resolved::Text),
            ("2026-03-02", Resolved::Text),
            ("٣", Resolved::Text),
        ] {
            assert_eq!(resolve(text), value, "{text:?}");
        }
        assert!(matches!(resolve(".NaN"), Resolved::Float(f) if f.is_nan()));
        let long = "9".repeat(60);
        assert!(matches!(resolve(&long), Resolved::Float(f) if f > 1e59));
    }
}
