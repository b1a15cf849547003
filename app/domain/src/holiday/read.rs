//! Reading a notice: the public JSON format, or rows copied out of a spreadsheet.

use super::{Day, Notice};
use crate::{Reason, Refusal, text};
use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

/// Most bytes that are read; a year has about 4,000.
pub const MOST_BYTES: usize = 40_000;
/// Most days that a notice has; a year has about 40.
pub const MOST_DAYS: usize = 100;
/// Longest name of a holiday, in characters.
const LONGEST_NAME: usize = 20;
/// Longest address of a notice, in octets, and most addresses.
const PAPERS: (usize, usize) = (300, 10);

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Not three cells: day, name, off or worked.
    Cells,
    /// The first is no day.
    NotADay,
    /// The name is empty, too long, or has what no text may hold.
    NotAName,
    /// Neither off nor worked.
    NotAKind,
    /// Neither in the notice's year nor in the December before it.
    OtherYear,
    /// The day was there before.
    Twice,
}

/// A row as it was written, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which one it is, from 1.
    pub number: usize,
    /// What was written.
    pub written: String,
    /// What it says.
    pub day: Result<Day, Wrong>,
}

/// A notice as it was read, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The year that it is of.
    pub year: i32,
    /// Where it can be read.
    pub papers: Vec<String>,
    /// In the order in which they were written.
    pub rows: Vec<Row>,
}

impl Read {
    /// The notice, where nothing is wrong.
    pub fn notice(&self) -> Option<Notice> {
        let days: Result<Vec<Day>, Wrong> = self.rows.iter().map(|row| row.day.clone()).collect();
        let mut days = days.ok().filter(|days| !days.is_empty())?;
        days.sort_by_key(|day| day.on);
        Some(Notice {
            year: self.year,
            papers: self.papers.clone(),
            days,
        })
    }
}

/// A notice in the public format; what else it holds is passed over.
#[derive(Deserialize)]
struct File {
    year: i32,
    #[serde(default)]
    papers: Vec<String>,
    days: Vec<FileDay>,
}

#[derive(Deserialize)]
struct FileDay {
    name: String,
    date: String,
    #[serde(rename = "isOffDay")]
    is_off: bool,
}

fn wrong(reason: Reason) -> Refusal {
    Refusal::invalid("notice", reason)
}

/// Reads a notice: JSON as `{"year", "papers", "days": [{"name", "date", "isOffDay"}]}`, or a row a
/// line with day, name and 休 or 班, apart by tabs, commas or spaces; a line of headings may stand
/// first. Rows are of the notice of the latest year among them.
///
/// # Errors
/// [`Refusal::Invalid`] on `notice`: `missing`, `too_large`, `too_many`, `unreadable`, and
/// `out_of_range` for a year outside of 2000 to 2199. What is wrong in a row stands at the row.
pub fn read(text: &str) -> Result<Read, Refusal> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.len() > MOST_BYTES {
        return Err(wrong(Reason::TooLarge));
    }
    let mut found = match text.starts_with('{') {
        true => json(text)?,
        false => lines(text)?,
    };
    if !(2000..2200).contains(&found.year) {
        return Err(wrong(Reason::OutOfRange));
    }
    match found.rows.len() {
        0 => return Err(wrong(Reason::Missing)),
        many if many > MOST_DAYS => return Err(wrong(Reason::TooMany)),
        _ => check(found.year, &mut found.rows),
    }
    Ok(found)
}

fn json(text: &str) -> Result<Read, Refusal> {
    let file: File = serde_json::from_str(text).map_err(|_| wrong(Reason::Unreadable))?;
    let is_address = |paper: &String| {
        let web = paper.starts_with("https://") || paper.starts_with("http://");
        web && paper.len() <= PAPERS.0 && paper.bytes().all(|b| b.is_ascii_graphic())
    };
    let row = |(at, day): (usize, FileDay)| Row {
        number: at + 1,
        written: format!("{} {}", day.date, day.name),
        day: NaiveDate::parse_from_str(&day.date, "%Y-%m-%d")
            .map_err(|_| Wrong::NotADay)
            .and_then(|on| named(on, &day.name, day.is_off)),
    };
    Ok(Read {
        year: file.year,
        papers: file
            .papers
            .into_iter()
            .filter(is_address)
            .take(PAPERS.1)
            .collect(),
        rows: file.days.into_iter().enumerate().map(row).collect(),
    })
}

fn lines(text: &str) -> Result<Read, Refusal> {
    let filled = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_heading = |line: &&str| !line.chars().any(char::is_numeric);
    let rows: Vec<Row> = filled
        .enumerate()
        .skip_while(|(at, line)| *at == 0 && is_heading(line))
        .map(|(at, line)| Row {
            number: at + 1,
            written: line.to_owned(),
            day: line_day(line),
        })
        .collect();
    let days = rows.iter().filter_map(|row| row.day.as_ref().ok());
    let latest = days.map(|day| day.on.year()).max();
    match (rows.is_empty(), latest) {
        (true, _) => Err(wrong(Reason::Missing)),
        // Not a single day among them: something else was pasted.
        (false, None) => Err(wrong(Reason::Unreadable)),
        (false, Some(year)) => Ok(Read {
            year,
            papers: Vec::new(),
            rows,
        }),
    }
}

fn line_day(line: &str) -> Result<Day, Wrong> {
    let between = |c: char| matches!(c, '\t' | ',' | '，');
    let cells: Vec<&str> = match line.contains(between) {
        true => line.split(between).map(unquoted).collect(),
        false => line.split_whitespace().collect(),
    };
    let [on, name, kind] = cells[..] else {
        return Err(Wrong::Cells);
    };
    // With the first of all days as the nearest, a day without a year is never in range.
    let on = text::day(on, NaiveDate::default()).ok_or(Wrong::NotADay)?;
    let is_off = match kind {
        "休" | "休息" | "放假" | "off" | "true" => true,
        "班" | "上班" | "补班" | "调休" | "working" | "false" => false,
        _ => return Err(Wrong::NotAKind),
    };
    named(on, name, is_off)
}

/// A cell without spaces and the quotes that spreadsheets write.
fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    let inner = cell.strip_prefix('"').and_then(|c| c.strip_suffix('"'));
    inner.unwrap_or(cell).trim()
}

fn named(on: NaiveDate, name: &str, is_off: bool) -> Result<Day, Wrong> {
    let name = text::name("name", name, LONGEST_NAME).map_err(|_| Wrong::NotAName)?;
    Ok(Day { on, name, is_off })
}

/// Marks the rows of another year, and days that stand twice.
fn check(year: i32, rows: &mut [Row]) {
    let mut seen = std::collections::BTreeSet::new();
    for row in rows {
        let Ok(day) = &row.day else { continue };
        let on = day.on;
        let fits = on.year() == year || (on.year() == year - 1 && on.month() == 12);
        if !fits {
            row.day = Err(Wrong::OtherYear);
        } else if !seen.insert(on) {
            row.day = Err(Wrong::Twice);
        }
    }
}
