//! How lists of values become columns and back: the terms of an occurrence, the texts of an activity.
//! The lists are the domain's; a value of a type that stands here already needs nothing but its
//! column in a migration.

use crate::{Error, Query, Result};
use domain::{
    activity::{Allocation, Kind, Unit},
    id::MenuItemId,
    time::Timestamp,
};

/// A value of a row.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Text(Option<String>),
    Int(Option<i64>),
    Flag(bool),
}

impl Cell {
    /// Binds it as the next value.
    pub(crate) fn bind<'t>(&self, query: Query<'t>) -> Query<'t> {
        match self {
            Self::Text(text) => query.bind(text.as_deref()),
            Self::Int(number) => query.bind(*number),
            Self::Flag(flag) => query.bind(*flag),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

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
stored_as_words!(Allocation, Kind, Unit, String);

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

impl Column for Option<MenuItemId> {
    type Stored = Self;
    fn cell(&self) -> Cell {
        self.as_ref().map(|id| id.as_str().to_owned()).into()
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

impl Column for Option<u16> {
    type Stored = Option<i64>;
    fn cell(&self) -> Cell {
        self.map(i64::from).into()
    }
    fn read(stored: Option<i64>) -> Result<Self> {
        let number = stored.map(u16::try_from).transpose();
        number.map_err(|_| Error::Corrupt("a small number"))
    }
}

impl Column for Option<String> {
    type Stored = Self;
    fn cell(&self) -> Cell {
        self.clone().into()
    }
    fn read(stored: Self) -> Result<Self> {
        Ok(stored)
    }
}

/// The type of a value: `limit T` is an `Option<T>`.
macro_rules! of {
    (plain $type:ty) => { $type };
    (limit $type:ty) => { Option<$type> };
}
pub(crate) use of;

/// Makes, of a list of values, the row that holds them, their names, and a macro that selects them.
macro_rules! columns {
    ({ $row:ident of $type:ident, selected by $select:ident from $alias:literal }
        $($(#[$doc:meta])* $name:ident: $kind:ident $of:ty,)+) => {
        /// The values as they lie in a row: `#[sqlx(flatten, try_from = "…")]` on a field reads them.
        #[derive(sqlx::FromRow)]
        pub(crate) struct $row {
            $($name: <$crate::columns::of!($kind $of) as $crate::columns::Column>::Stored,)+
        }

        impl TryFrom<$row> for $type {
            type Error = $crate::Error;
            fn try_from(row: $row) -> $crate::Result<Self> {
                Ok(Self { $($name: $crate::columns::Column::read(row.$name)?,)+ })
            }
        }

        /// The names of the columns.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),+];

        /// The values as they are written, in the order of their columns.
        pub(crate) fn cells(values: &$type) -> Vec<$crate::columns::Cell> {
            vec![$($crate::columns::Column::cell(&values.$name),)+]
        }

        /// The columns, each behind a comma.
        macro_rules! $select {
            () => { concat!($(", ", $alias, ".", stringify!($name)),+) };
        }
    };
}
pub(crate) use columns;

/// The placeholders of as many values, from that number on, for an INSERT.
pub(crate) fn placeholders(names: &[&str], first: usize) -> String {
    let numbered = (first..).map(|n| format!("${n}")).take(names.len());
    numbered.collect::<Vec<_>>().join(", ")
}

/// `column = $n` for each, from that number on, for an UPDATE.
pub(crate) fn assignments(names: &[&str], first: usize) -> String {
    let numbered = names.iter().zip(first..);
    let numbered = numbered.map(|(name, n)| format!("{name} = ${n}"));
    numbered.collect::<Vec<_>>().join(", ")
}

/// Binds the values in their order.
pub(crate) fn bind<'t>(query: Query<'t>, cells: &[Cell]) -> Query<'t> {
    cells.iter().fold(query, |query, cell| cell.bind(query))
}
