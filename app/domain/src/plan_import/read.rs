//! Reading a plan: which column says what, and what each row says.

use super::{
    Column, Entry, MAX_ROOM, MOST_BYTES, MOST_ROWS, Read, Row, Wrong,
    cells::cells,
    folded,
    heading::{self, Columns},
    hours,
};
use crate::{
    Reason, Refusal,
    activity::{Kind, MAX_CAPACITY},
    terms::MAX_BRING,
    text,
    texts::{MAX_SUMMARY, MAX_TITLE},
    time::{DAY, Span, Timestamp},
};
use chrono::{NaiveDate, NaiveTime};

/// A service field by all its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldNames {
    /// Its code.
    pub code: String,
    /// What it is called, in each language.
    pub names: Vec<String>,
}

/// What is asked beside the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The year of days without one.
    pub year: i32,
    /// Whether each day is taken a year later, on the same weekday.
    pub a_year_later: bool,
    /// The code of the field of rows that name none.
    pub field: String,
    /// All fields.
    pub fields: Vec<FieldNames>,
}

/// Among so many rows the headings are looked for.
const HEAD: usize = 5;
/// Longest beginning of a row that is shown, in characters.
const SHOWN: usize = 80;

fn wrong(reason: Reason) -> Refusal {
    Refusal::invalid("rows", reason)
}

/// Reads a plan. A row of headings may stand at its beginning and says the order of the columns; without
/// one it is title, day, start, end, room, places, field, summary, or from when to when in one cell.
///
/// # Errors
/// [`Refusal::Invalid`] on `rows`: `missing`, `too_large`, `too_many`. What is wrong in a row stands at the
/// row.
pub fn read(text: &str, asked: &Asked) -> Result<Read, Refusal> {
    if text.len() > MOST_BYTES {
        return Err(wrong(Reason::TooLarge));
    }
    let rows = cells(text);
    let filled: Vec<(usize, &Vec<String>)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()))
        .collect();
    let (columns, skipped) = columns(&filled);
    let filled = filled.into_iter().skip(skipped);
    let rows: Vec<Row> = filled
        .map(|(at, row)| Row {
            number: at + 1,
            written: beginning(row),
            entry: entry(&columns, row, asked),
        })
        .collect();
    match rows.len() {
        0 => Err(wrong(Reason::Missing)),
        many if many > MOST_ROWS => Err(wrong(Reason::TooMany)),
        _ => Ok(Read {
            rows,
            unused: columns.unused,
        }),
    }
}

/// The columns, and how many rows stand before what they are the columns of. Above the headings a plan may
/// have a title of its own.
fn columns(filled: &[(usize, &Vec<String>)]) -> (Columns, usize) {
    let mut first = filled.iter().take(HEAD).enumerate();
    let headed = first.find_map(|(at, (_, row))| Some((heading::headed(row)?, at + 1)));
    headed.unwrap_or_else(|| {
        let third = filled.first().and_then(|(_, row)| row.get(2));
        let has_hours = third.is_some_and(|cell| hours::range(cell).is_some());
        (heading::in_order(has_hours), 0)
    })
}

/// The beginning of a row, in one line.
fn beginning(row: &[String]) -> String {
    let filled = row.iter().map(|cell| cell.trim());
    let cells: Vec<&str> = filled.filter(|cell| !cell.is_empty()).collect();
    let line = cells.join(" ");
    let words: Vec<&str> = line.split_whitespace().collect();
    words.join(" ").chars().take(SHOWN).collect()
}

fn entry(columns: &Columns, row: &[String], asked: &Asked) -> Result<Entry, Wrong> {
    let cell = |column| columns.cell(row, column);
    let title = text::name("title", cell(Column::Title), MAX_TITLE).map_err(|_| Wrong::Title)?;
    // Where day and times are in one column, some call it by the time.
    let day = Some(cell(Column::Day)).filter(|day| !day.is_empty());
    let on = hours::day(day.unwrap_or_else(|| cell(Column::Hours)), asked.year)?;
    let times = times(&cell, &on.rest).ok_or(Wrong::Hours)?;
    let day = match asked.a_year_later {
        true => hours::a_year_later(on.day),
        false => on.day,
    };
    Ok(Entry {
        title,
        span: span(day, times)?,
        room: room(cell(Column::Room))?,
        places: places(cell(Column::Places))?,
        field: field(cell(Column::Field), asked)?,
        kind: kind(cell(Column::Kind))?,
        summary: lines(cell(Column::Summary), MAX_SUMMARY)?,
        bring: text::line("bring", cell(Column::Bring), MAX_BRING).map_err(|_| Wrong::Text)?,
    })
}

/// From when to when: in one cell, in two, or behind the day.
fn times<'r>(cell: &impl Fn(Column) -> &'r str, behind: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (start, end) = (cell(Column::Start), cell(Column::End));
    let whole = [cell(Column::Hours), start, behind];
    let whole = whole.iter().find_map(|cell| hours::range(cell));
    whole.or_else(|| {
        let from = [start, cell(Column::Hours), behind];
        let from = from.into_iter().find(|cell| !cell.is_empty())?;
        hours::ends(from, end)
    })
}

/// An end before the start is on the next morning, as where a date is entered.
fn span(day: NaiveDate, (from, to): (NaiveTime, NaiveTime)) -> Result<Span, Wrong> {
    let start = Timestamp::from_local(day.and_time(from));
    let end = Timestamp::from_local(day.and_time(to));
    let end = if end <= start { end.plus(DAY) } else { end };
    Span::new(start, end).map_err(|_| Wrong::Hours)
}

fn room(cell: &str) -> Result<String, Wrong> {
    match cell {
        "" => Ok(String::new()),
        cell => text::name("room", cell, MAX_ROOM).map_err(|_| Wrong::Room),
    }
}

fn places(cell: &str) -> Result<Option<u32>, Wrong> {
    if cell.is_empty() {
        return Ok(None);
    }
    let places = text::number(cell).parse().ok();
    let fits = places.filter(|places| (1..=MAX_CAPACITY).contains(places));
    fits.map(Some).ok_or(Wrong::Places)
}

/// The field of that name; one of which it is a part, or that is a part of it, where there is only one.
fn field(cell: &str, asked: &Asked) -> Result<String, Wrong> {
    let wanted = folded(cell);
    if wanted.is_empty() {
        return match asked.field.is_empty() {
            true => Err(Wrong::Field),
            false => Ok(asked.field.clone()),
        };
    }
    let is_it = |of: &&FieldNames| {
        let mut names = of.names.iter().chain([&of.code]);
        names.any(|name| folded(name) == wanted)
    };
    if let Some(found) = asked.fields.iter().find(is_it) {
        return Ok(found.code.clone());
    }
    let is_near = |of: &&FieldNames| {
        let names = of.names.iter().map(|name| folded(name));
        let mut names = names.filter(|name| !name.is_empty());
        wanted.chars().count() > 1
            && names.any(|name| name.contains(&wanted) || wanted.contains(&name))
    };
    let mut near = asked.fields.iter().filter(is_near);
    match (near.next(), near.next()) {
        (Some(found), None) => Ok(found.code.clone()),
        _ => Err(Wrong::Field),
    }
}

fn kind(cell: &str) -> Result<Kind, Wrong> {
    match folded(cell).as_str() {
        "" | "社区活动" | "活动" | "communityactivity" | "community_activity" | "community" => {
            Ok(Kind::CommunityActivity)
        }
        "小组" | "小组活动" | "小组工作" | "group" => Ok(Kind::Group),
        "个案" | "个案工作" | "casework" => Ok(Kind::Casework),
        _ => Err(Wrong::Kind),
    }
}

fn lines(cell: &str, most: usize) -> Result<String, Wrong> {
    text::lines("summary", cell, most).map_err(|_| Wrong::Text)
}
