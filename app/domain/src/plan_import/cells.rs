//! From pasted text, or a file of separated values, to rows of cells.

/// What our own exports put an apostrophe before, so that no spreadsheet takes it for a formula (C-156).
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The rows of a table as a spreadsheet copies or saves it: cells apart by tabs, or by commas where the
/// first line has no tab; quotes around a cell that holds those, quotes or line breaks. Rows without
/// anything in them are kept, so that a row has its place.
pub fn cells(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let between = between(text);
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (cell, after) = quoted(rest, between).unwrap_or_else(|| bare(rest, between));
        row.push(harmed(cell));
        rest = match after.strip_prefix(between) {
            Some("") => {
                row.push(String::new());
                ""
            }
            Some(next) => next,
            None => {
                rows.push(std::mem::take(&mut row));
                after_break(after)
            }
        };
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

/// What parts the cells.
fn between(text: &str) -> char {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or_default();
    let signs = ['\t', ',', '，'];
    let found = signs.into_iter().find(|sign| first.contains(*sign));
    found.unwrap_or('\t')
}

const fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n')
}

/// What follows a line break.
fn after_break(text: &str) -> &str {
    text.strip_prefix("\r\n")
        .or_else(|| text.strip_prefix(is_break))
        .unwrap_or(text)
}

/// A cell without quotes, and what follows it.
fn bare(text: &str, between: char) -> (String, &str) {
    let end = text.find(|c: char| c == between || is_break(c));
    let (cell, rest) = text.split_at(end.unwrap_or(text.len()));
    (cell.to_owned(), rest)
}

/// A cell in quotes, and what follows it; none where the quotes are part of what it says.
fn quoted(text: &str, between: char) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut cell = String::new();
    loop {
        let (before, after) = rest.split_once('"')?;
        cell.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None if after.is_empty()
                || after.starts_with(between)
                || after.starts_with(is_break) =>
            {
                return Some((cell, after));
            }
            None => return None,
        }
    }
}

/// A cell without the apostrophe that stands before what begins like a formula.
fn harmed(cell: String) -> String {
    let is_formula =
        |text: &str| text.trim_start().starts_with(FORMULA) || text.starts_with(['\t', '\r', '\n']);
    match cell.strip_prefix('\'').filter(|inner| is_formula(inner)) {
        Some(inner) => inner.to_owned(),
        None => cell,
    }
}
