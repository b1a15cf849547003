//! Comma-separated values. A spreadsheet takes text that begins like a formula for one: there it gets an
//! apostrophe before it, which it shows and never runs.

use super::{Cell, Table};

/// What spreadsheets know UTF-8 by.
const MARK: &str = "\u{feff}";

/// What a formula can begin with, blanks before it and its full-width forms included.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

fn harmless(text: &str) -> String {
    let begins = text.trim_start().chars().next();
    let is_formula = begins.is_some_and(|first| FORMULA.contains(&first))
        || text.starts_with(['\t', '\r', '\n']);
    match is_formula {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text),
        Cell::Number(number) => number.to_string(),
        Cell::Empty => String::new(),
    }
}

pub(super) fn bytes(table: &Table) -> Result<Vec<u8>, String> {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(MARK.as_bytes().to_vec());
    let failed = |error: ::csv::Error| error.to_string();
    let head = table.columns.iter().map(|column| harmless(column));
    writer.write_record(head).map_err(failed)?;
    for row in &table.rows {
        writer
            .write_record(row.iter().map(written))
            .map_err(failed)?;
    }
    for (label, text) in &table.about {
        writer
            .write_record([harmless(label), harmless(text)])
            .map_err(failed)?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}
