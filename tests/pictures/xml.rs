//! A strict little reader of XML: what it takes any browser takes.

/// A text of the drawing with its place.
#[derive(Debug)]
pub(crate) struct Label {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) size: f64,
    pub(crate) text: String,
}

/// What a drawing holds.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) texts: Vec<Label>,
}

type Attributes = Vec<(String, String)>;

/// Reads a document: one root, every element closed by its name, attributes quoted and not repeated, only the five
/// entities, no character that XML has not.
pub(crate) fn read(document: &str) -> Result<Drawing, String> {
    if let Some(odd) = document.chars().find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{FFFE}' | '\u{FFFF}'))
    {
        return Err(format!("the character {odd:?}"));
    }
    let (mut drawing, mut open, mut roots) = (Drawing::default(), Vec::<(String, Attributes, String)>::new(), 0);
    let mut rest = document;
    while let Some(at) = rest.find('<') {
        let text = unescape(&rest[..at])?;
        match open.last_mut() {
            Some((_, _, inner)) => inner.push_str(&text),
            None if text.trim().is_empty() => {}
            None => return Err(format!("text outside the root: {text:?}")),
        }
        let end = rest[at..].find('>').ok_or("a tag does not end")? + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let (opened, attributes, inner) = open.pop().ok_or(format!("</{name}> closes nothing"))?;
            if opened != name {
                return Err(format!("</{name}> closes <{opened}>"));
            }
            take(&mut drawing, &opened, &attributes, inner.trim());
            continue;
        }
        if tag.starts_with(['!', '?']) {
            return Err(format!("<{tag}> is no element"));
        }
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = element(tag)?;
        roots += usize::from(open.is_empty());
        if !closed {
            open.push((name, attributes, String::new()));
        }
    }
    if !rest.trim().is_empty() || !open.is_empty() || roots != 1 {
        return Err(format!("{roots} roots, open: {open:?}, left: {rest:?}"));
    }
    Ok(drawing)
}

fn take(drawing: &mut Drawing, name: &str, attributes: &Attributes, inner: &str) {
    let number = |wanted: &str| {
        let found = attributes.iter().find(|(name, _)| name == wanted);
        found.and_then(|(_, value)| value.parse::<f64>().ok())
    };
    match name {
        "title" => inner.clone_into(&mut drawing.title),
        "desc" => inner.clone_into(&mut drawing.description),
        "text" => drawing.texts.push(Label {
            x: number("x").expect("a text has a place"),
            y: number("y").expect("a text has a place"),
            size: number("font-size").expect("a text has a size"),
            text: inner.to_owned(),
        }),
        _ => {}
    }
}

fn element(tag: &str) -> Result<(String, Attributes), String> {
    let end = tag.find(char::is_whitespace).unwrap_or(tag.len());
    let (name, mut rest) = tag.split_at(end);
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(format!("an element called {name:?}"));
    }
    let mut attributes = Attributes::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok((name.to_owned(), attributes));
        }
        let (key, after) = rest.split_once("=\"").ok_or(format!("an attribute without a value: {rest:?}"))?;
        let (value, after) = after.split_once('"').ok_or(format!("a value without an end: {after:?}"))?;
        if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(format!("an attribute called {key:?}"));
        }
        if attributes.iter().any(|(other, _)| other == key) {
            return Err(format!("{key} twice in <{name}>"));
        }
        if key.starts_with("on") || value.contains("NaN") || value.contains("inf") {
            return Err(format!("{key}=\"{value}\""));
        }
        attributes.push((key.to_owned(), unescape(value)?));
        rest = after;
    }
}

fn unescape(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find(';').ok_or(format!("an & alone: {rest:?}"))? + at;
        out.push(match &rest[at + 1..end] {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            other => return Err(format!("the entity {other:?}")),
        });
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    if out.contains(']') && out.contains("]]>") && text.contains("]]>") {
        return Err("]]> in a text".to_owned());
    }
    Ok(out)
}

#[test]
fn the_reader_refuses_what_is_no_xml() {
    let fine = "<svg a=\"1\"><text x=\"1\" y=\"2\" font-size=\"30\">a &lt; b</text><path d=\"M0 0\"/></svg>\n";
    assert_eq!(read(fine).unwrap().texts[0].text, "a < b");
    for wrong in [
        "",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a b=c/>",
        "<a b=\"1\" b=\"2\"/>",
        "<a>&</a>",
        "<a>&nbsp;</a>",
        "x<a/>",
        "<a onload=\"x\"/>",
        "<a x=\"NaN\"/>",
        "<a>\u{1b}</a>",
        "<a><!-- x --></a>",
        "<a>]]></a>",
    ] {
        assert!(read(wrong).is_err(), "{wrong:?}");
    }
}
