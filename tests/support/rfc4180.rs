//! A reader of CSV that forgives nothing: RFC 4180 with `\n` as the end of a line. It shares no code with the writer.

/// All rows of a file, the heading first.
pub(crate) fn rows(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut rows = vec![vec![]];
    let mut rest = text.chars().peekable();
    if text.starts_with('\u{feff}') {
        return Err("a byte order mark".to_owned());
    }
    while rest.peek().is_some() {
        let mut field = String::new();
        if rest.next_if_eq(&'"').is_some() {
            loop {
                match rest.next() {
                    None => return Err(format!("a quoted field without end: {field}")),
                    Some('"') if rest.next_if_eq(&'"').is_some() => field.push('"'),
                    Some('"') => break,
                    Some(c) => field.push(c),
                }
            }
        } else {
            while let Some(c) = rest.next_if(|c| !matches!(c, ',' | '\n')) {
                if matches!(c, '"' | '\r') {
                    return Err(format!("{c:?} in a field without quotes: {field}"));
                }
                field.push(c);
            }
        }
        rows.last_mut().expect("there is a row").push(field);
        match rest.next() {
            Some(',') => {}
            Some('\n') if rest.peek().is_none() => return same_widths(rows),
            Some('\n') => rows.push(vec![]),
            Some(c) => return Err(format!("{c:?} after a quoted field")),
            None => return Err("the last line has no end".to_owned()),
        }
    }
    Err("there is not even a heading".to_owned())
}

fn same_widths(rows: Vec<Vec<String>>) -> Result<Vec<Vec<String>>, String> {
    let width = rows[0].len();
    match rows.iter().find(|row| row.len() != width) {
        Some(row) => Err(format!("{} fields instead of {width}: {row:?}", row.len())),
        None => Ok(rows),
    }
}

#[test]
fn the_reader_is_strict() {
    let read = |text: &str| rows(text).map_err(drop);
    let row = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
    assert_eq!(read("a,b\n\"x,\"\"y\"\"\nz\",\n"), Ok(vec![row(&["a", "b"]), row(&["x,\"y\"\nz", ""])]));
    for wrong in ["", "a,b", "a\r\n", "a\"b\n", "\"a\n", "\"a\"b\n", "a,b\nc\n", "\u{feff}a\n"] {
        assert_eq!(read(wrong), Err(()), "{wrong:?}");
    }
}
