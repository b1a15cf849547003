//! A plan of activities out of a spreadsheet: what its rows say, what they are to what is there, and
//! which activities come of them. Rows of one title are one activity with several dates.
//!
//! Nothing that is there is ever changed by a plan: what is new becomes a draft.

mod cells;
mod decide;
mod heading;
mod hours;
mod make;
mod read;
#[cfg(test)]
mod tests;

pub use cells::cells;
pub use decide::{Facts, News, Rooms, ThereDate, decide};
use heading::Column;
pub use make::{ToMake, ToMakeDate, to_make};
pub use read::{Asked, FieldNames, read};

use crate::{activity::Kind, text, time::Span};

/// Most bytes of a plan that are read.
pub const MOST_BYTES: usize = 200_000;
/// Most rows of a plan.
pub const MOST_ROWS: usize = 500;
/// Most characters of a room's name.
const MAX_ROOM: usize = 60;

/// What a row says of one date of an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The activity's title, as it would be stored.
    pub title: String,
    /// When.
    pub span: Span,
    /// Where; empty where nothing is said.
    pub room: String,
    /// For how many, where that is said.
    pub places: Option<u32>,
    /// Code of the service field.
    pub field: String,
    /// What it counts as.
    pub kind: Kind,
    /// What happens; may be empty.
    pub summary: String,
    /// What to bring; may be empty.
    pub bring: String,
}

/// A row as it was written, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which one it is, from 1, headings and empty rows counted.
    pub number: usize,
    /// The beginning of what was written.
    pub written: String,
    /// What it says.
    pub entry: Result<Entry, Wrong>,
}

/// A plan as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// In the order in which they were written.
    pub rows: Vec<Row>,
    /// The headings of columns that nothing is taken from.
    pub unused: Vec<String>,
}

/// What keeps a row out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// No title, or none that can be stored.
    Title,
    /// No day.
    Day,
    /// The day is another weekday than the row says.
    Weekday,
    /// No time of day from and to.
    Hours,
    /// A room's name that cannot be stored.
    Room,
    /// Not a number of places.
    Places,
    /// Not a service field.
    Field,
    /// Not a kind of activity.
    Kind,
    /// A text that is too long, or holds what no text may.
    Text,
    /// Later than anything is planned.
    TooFarAhead,
    /// The same title at the same time as in an earlier row.
    Twice {
        /// Which.
        row: usize,
    },
    /// At a time at which an earlier row of the title is not over.
    Overlaps {
        /// Which.
        row: usize,
    },
    /// At a time at which a date is not over that the draft of the title has.
    OverlapsDraft {
        /// When that is.
        span: Span,
    },
    /// Another field or kind than an earlier row of the title.
    OtherSubject {
        /// Which.
        row: usize,
    },
    /// The room is used no more.
    RoomRetired,
    /// Something else has the room.
    RoomTaken {
        /// What.
        title: String,
        /// When.
        span: Span,
    },
    /// More dates than an activity may have.
    TooManyDates,
}

/// The form in which titles and rooms are compared: width, case and spaces make no difference (C-143).
pub fn folded(text: &str) -> String {
    let plain = text::plain(text).to_lowercase();
    plain.split_whitespace().collect()
}
