//! How the terms of an occurrence become columns and back. The list of terms is the domain's: a
//! term of a type that stands here already needs nothing but its column in the migration.

use crate::{Error, Query, Result, cell::Cell};
use domain::{
    activity::{Allocation, Unit},
    check_in::DoorTerms,
    each_term,
    terms::Terms,
    time::Timestamp,
};

/// A value that lies in one column.
pub(crate) trait Column: Sized {
    /// The type that both databases read.
    type Stored;
    /// Its value, as it is written.
    fn cell(&self) -> Cell;
    /// Its value, as it was read.
    fn read(stored: Self::Stored) -> Result<Self>;
}

macro_rules! stored_as_integers {
    ($($type:ty),+) => {$(
        impl Column for $type {
            type Stored = i64;
            fn cell(&self) -> Cell {
                i64::from(*self).into()
            }
            fn read(stored: i64) -> Result<Self> {
                Self::try_from(stored).map_err(|_| Error::Corrupt("a number"))
            }
        }
    )+};
}
stored_as_integers!(u16, u32);

macro_rules! stored_as_words {
    ($($type:ty),+) => {$(
        impl Column for $type {
            type Stored = Self;
            fn cell(&self) -> Cell {
                self.as_str().into()
            }
            fn read(stored: Self) -> Result<Self> {
                Ok(stored)
            }
        }
    )+};
}
stored_as_words!(Allocation, Unit, String);

impl Column for bool {
    type Stored = Self;
    fn cell(&self) -> Cell {
        (*self).into()
    }
    fn read(stored: Self) -> Result<Self> {
        Ok(stored)
    }
}

impl Column for Timestamp {
    type Stored = Self;
    fn cell(&self) -> Cell {
        self.0.into()
    }
    fn read(stored: Self) -> Result<Self> {
        Ok(stored)
    }
}

impl Column for Option<Timestamp> {
    type Stored = Self;
    fn cell(&self) -> Cell {
        self.map(|at| at.0).into()
    }
    fn read(stored: Self) -> Result<Self> {
        Ok(stored)
    }
}

impl Column for Option<u8> {
    type Stored = Option<i64>;
    fn cell(&self) -> Cell {
        self.map(i64::from).into()
    }
    fn read(stored: Option<i64>) -> Result<Self> {
        let number = stored.map(u8::try_from).transpose();
        number.map_err(|_| Error::Corrupt("a small number"))
    }
}

macro_rules! of {
    (plain $type:ty) => { $type };
    (limit $type:ty) => { Option<$type> };
}

macro_rules! columns {
    ({} $($(#[$doc:meta])* $name:ident: $kind:ident $type:ty,)+) => {
        /// The terms as they lie in a row: `#[sqlx(flatten, try_from = "TermsRow")]` on a field of
        /// [`Terms`] reads the columns that `term_columns!` selects.
        #[derive(sqlx::FromRow)]
        pub(crate) struct TermsRow {
            $($name: <of!($kind $type) as Column>::Stored,)+
        }

        impl TryFrom<TermsRow> for Terms {
            type Error = Error;
            fn try_from(row: TermsRow) -> Result<Self> {
                Ok(Self { $($name: Column::read(row.$name)?,)+ })
            }
        }

        const NAMES: &[&str] = &[$(stringify!($name)),+];

        /// The terms as they are written, in the order of their columns.
        pub(crate) fn cells(terms: &Terms) -> Vec<Cell> {
            vec![$(Column::cell(&terms.$name),)+]
        }

        /// The columns of the terms of the occurrence `o`, each behind a comma.
        macro_rules! term_columns {
            () => { concat!($(", o.", stringify!($name)),+) };
        }
    };
}
each_term!([columns] {});
pub(crate) use term_columns;

/// The name of the room of the occurrence `o`, empty where it has none, as `room`.
macro_rules! room_column {
    () => {
        ", COALESCE((SELECT r.name FROM room r WHERE r.id = o.room_id), '') AS room"
    };
}
pub(crate) use room_column;

/// What a door asks, of the columns that `door_columns!` selects.
#[derive(sqlx::FromRow)]
pub(crate) struct DoorRow {
    door_opens_before_min: i64,
    asks_check_out: bool,
}

impl TryFrom<DoorRow> for DoorTerms {
    type Error = Error;
    fn try_from(row: DoorRow) -> Result<Self> {
        Ok(Self {
            opens_before_min: Column::read(row.door_opens_before_min)?,
            asks_check_out: row.asks_check_out,
        })
    }
}

/// What a door needs of the terms of the occurrence `o`, each column behind a comma.
macro_rules! door_columns {
    () => {
        ", o.door_opens_before_min, o.asks_check_out"
    };
}
pub(crate) use door_columns;

/// The names of the columns, for an INSERT.
pub(crate) fn names() -> String {
    NAMES.join(", ")
}

/// The placeholders of the values, from that number on, for an INSERT.
pub(crate) fn placeholders(first: usize) -> String {
    let numbered: Vec<String> = (first..)
        .map(|n| format!("${n}"))
        .take(NAMES.len())
        .collect();
    numbered.join(", ")
}

/// `column = $n` for every term, from that number on, for an UPDATE.
pub(crate) fn assignments(first: usize) -> String {
    let numbered: Vec<String> = NAMES
        .iter()
        .zip(first..)
        .map(|(name, n)| format!("{name} = ${n}"))
        .collect();
    numbered.join(", ")
}

/// Binds the values of the terms.
pub(crate) fn bind<'t>(query: Query<'t>, terms: &Terms) -> Query<'t> {
    cells(terms)
        .iter()
        .fold(query, |query, cell| cell.bind(query))
}
