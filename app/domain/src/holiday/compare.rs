//! What an import would change, row by row.

use super::{Day, Read, Wrong};

/// What a row is to what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The day is not there yet.
    New,
    /// The day is there, otherwise.
    Changed {
        /// As it is there.
        was: Day,
    },
    /// The day is there, just so.
    Same,
    /// The row cannot be used.
    Wrong(Wrong),
}

impl News {
    /// What a day is to those that are there of its notice.
    pub fn of(there: &[Day], day: &Day) -> Self {
        match there.iter().find(|known| known.on == day.on) {
            None => Self::New,
            Some(known) if known == day => Self::Same,
            Some(known) => Self::Changed { was: known.clone() },
        }
    }
}

/// For each row what it would do to the days that are there of the same notice. Days that are there
/// and not among the rows stay.
pub fn compare(there: &[Day], read: &Read) -> Vec<News> {
    let of_row = |day: &Result<Day, Wrong>| match day {
        Err(wrong) => News::Wrong(*wrong),
        Ok(day) => News::of(there, day),
    };
    read.rows.iter().map(|row| of_row(&row.day)).collect()
}
