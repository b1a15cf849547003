//! Values of columns whose types are known at run time only.

use crate::Query;

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
