//! A list of residents out of a spreadsheet: what its rows say of whom, and why a row cannot be used. What
//! a list says that is not asked for, such as numbers of identity cards, is left where it is.

mod heading;
mod read;
#[cfg(test)]
mod tests;

pub use read::{Asked, read};

use crate::{
    person::{BirthYear, PersonName, Phone, Relation},
    place::CommunityKey,
};

/// Most bytes of a list that are read.
pub const MOST_BYTES: usize = 200_000;
/// Most rows of a list.
pub const MOST_ROWS: usize = 500;

/// Somebody, as a row tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Their name.
    pub name: PersonName,
    /// Their birth year.
    pub birth_year: BirthYear,
    /// Their telephone number, or that of their family.
    pub phone: Option<Phone>,
    /// What they are to whom the number belongs.
    pub relation: Relation,
    /// Where they live, if that is said.
    pub community: Option<CommunityKey>,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which one it is, from 1, headings and empty rows counted.
    pub number: usize,
    /// What it says; else the name's cell as it was written, and what is wrong.
    pub entry: Result<Entry, (String, Wrong)>,
}

/// A list as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// In the order in which they were written.
    pub rows: Vec<Row>,
    /// The headings of columns that nothing is taken from.
    pub unused: Vec<String>,
}

/// What keeps a row out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// No name, or none that can be stored.
    Name,
    /// No birth year.
    BirthYear,
    /// Not a telephone number.
    Phone,
    /// Not a relation.
    Relation,
    /// No community around here is called so.
    Community,
    /// A child, whose guardian has to agree (C-144): at the desk.
    NeedsGuardian,
    /// No telephone number and no community: nothing tells them from others.
    NothingToTellApart,
    /// The same as an earlier row.
    Twice {
        /// Which.
        row: usize,
    },
    /// An earlier row says of somebody else that the number is theirs.
    SecondHolder {
        /// Which.
        row: usize,
    },
}
