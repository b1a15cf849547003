//! A table that comes as a file: a workbook, or separated values in whatever encoding spreadsheets save
//! them. It becomes the text that somebody would have pasted.

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike as _};
use domain::{Reason, Refusal};
use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read as _},
};
use zip::ZipArchive;

/// What a workbook's file begins with.
const ZIP: &[u8] = b"PK\x03\x04";
/// Most bytes of all that is packed in a workbook together: what is read of it stays within a few times
/// that, however well it was packed.
const MOST_UNPACKED: u64 = 6 * 1024 * 1024;
/// Most files that a workbook is made of.
const MOST_FILES: usize = 300;
/// The rows that are read of a sheet.
const ROWS: u32 = 2000;
/// And the columns.
const COLUMNS: u32 = 50;

fn wrong(reason: Reason) -> Refusal {
    Refusal::invalid("file", reason)
}

/// The table in a file: the first sheet of an `.xlsx`, or the text as it is.
///
/// # Errors
/// [`Refusal::Invalid`] on `file`: `unreadable`, `too_large`.
pub fn text(bytes: &[u8]) -> Result<String, Refusal> {
    let text = match bytes.starts_with(ZIP) {
        true => workbook(bytes)?,
        false => gazetteer::data::decode(bytes).ok_or_else(|| wrong(Reason::Unreadable))?,
    };
    match text.contains('\0') {
        true => Err(wrong(Reason::Unreadable)),
        false => Ok(text),
    }
}

fn workbook(bytes: &[u8]) -> Result<String, Refusal> {
    within_limits(bytes)?;
    let unreadable = |_| wrong(Reason::Unreadable);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let first = book.sheet_names().into_iter().next();
    let first = first.ok_or_else(|| wrong(Reason::Unreadable))?;
    let mut reader = book.worksheet_cells_reader(&first).map_err(unreadable)?;
    let mut rows: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    while let Some(cell) = reader.next_cell().map_err(unreadable)? {
        let (row, column) = cell.get_position();
        let text = written(cell.get_value());
        if text.is_empty() || column >= COLUMNS {
            continue;
        }
        if row >= ROWS {
            return Err(wrong(Reason::TooLarge));
        }
        rows.entry(row).or_default().insert(column, text);
    }
    Ok(lines(&rows))
}

/// Unpacks everything once into nothing, counting: what a file says of its own size is not believed.
fn within_limits(bytes: &[u8]) -> Result<(), Refusal> {
    let unreadable = || wrong(Reason::Unreadable);
    let mut packed = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if packed.len() > MOST_FILES {
        return Err(wrong(Reason::TooLarge));
    }
    let mut left = MOST_UNPACKED;
    for at in 0..packed.len() {
        let file = packed.by_index(at).map_err(|_| unreadable())?;
        let read = io::copy(&mut file.take(left + 1), &mut io::sink()).map_err(|_| unreadable())?;
        left = left
            .checked_sub(read)
            .ok_or_else(|| wrong(Reason::TooLarge))?;
    }
    Ok(())
}

/// A cell as somebody reads it.
fn written(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::DateTime(at) => moment(at),
        DataRef::Bool(_) | DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A day, a time of day, or both: to the minute, since a spreadsheet keeps a time as a fraction of a day.
fn moment(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
    let exact = date.and_then(|date| {
        date.and_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into())
    });
    let Some(exact) = exact else {
        return String::new();
    };
    let near: NaiveDateTime = exact + TimeDelta::seconds(30);
    let has_time = near.hour() + near.minute() > 0;
    let is_time = at.as_f64() < 1.0 || at.is_duration();
    let format = match (is_time, has_time) {
        (true, _) => "%H:%M",
        (false, true) => "%Y-%m-%d %H:%M",
        (false, false) => "%Y-%m-%d",
    };
    near.format(format).to_string()
}

/// The rows as a spreadsheet copies them, each at its place.
fn lines(rows: &BTreeMap<u32, BTreeMap<u32, String>>) -> String {
    let last = rows.keys().next_back().copied().unwrap_or_default();
    let wide = rows.values().filter_map(|row| row.keys().next_back());
    let wide = wide.max().copied().unwrap_or_default().max(1);
    let mut text = String::new();
    for at in 0..=last {
        let row = rows.get(&at);
        for column in 0..=wide {
            if column > 0 {
                text.push('\t');
            }
            let cell = row.and_then(|row| row.get(&column));
            text.push_str(&quoted(cell.map_or("", String::as_str)));
        }
        text.push('\n');
    }
    text
}

fn quoted(cell: &str) -> String {
    match cell.contains(['\t', '\n', '\r', '"']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}
