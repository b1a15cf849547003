//! Many rows at once.

use crate::{Act, Db, Locks, Op, Result, Tx};
use std::fmt::Write as _;

/// A value of a row.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Text(Option<String>),
    Int(Option<i64>),
    Flag(bool),
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

/// Most values of a statement; both databases take some thousands.
const VALUES: usize = 2_000;
/// Rows of a transaction.
const TRANSACTION: usize = 10_000;

/// Rows of one table on their way to the database.
pub(super) struct Rows {
    into: &'static str,
    columns: usize,
    rows: Vec<Cell>,
}

impl Rows {
    /// None yet, for a table with its columns, e.g. `room (id, center_id, name)`.
    pub(super) fn into(into: &'static str) -> Self {
        Self {
            into,
            columns: into.matches(',').count() + 1,
            rows: Vec::new(),
        }
    }

    /// One more.
    pub(super) fn push<const N: usize>(&mut self, row: [Cell; N]) {
        debug_assert_eq!(N, self.columns, "{}", self.into);
        self.rows.extend(row);
    }

    /// Whether there are enough for a transaction.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= TRANSACTION * self.columns
    }

    /// Writes what there is, in one transaction.
    pub(super) async fn flush(&mut self, db: &Db, act: &Act) -> Result<()> {
        let write = Write {
            into: self.into,
            columns: self.columns,
            rows: std::mem::take(&mut self.rows),
        };
        db.write(act, Locks::none(), write).await
    }
}

struct Write {
    into: &'static str,
    columns: usize,
    rows: Vec<Cell>,
}

impl Op for Write {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _act: &Act) -> Result<()> {
        let most = (VALUES / self.columns).max(1) * self.columns;
        for part in self.rows.chunks(most) {
            let mut query = tx.sql_built(self.statement(part.len() / self.columns));
            for cell in part {
                query = match cell {
                    Cell::Text(text) => query.bind(text.as_deref()),
                    Cell::Int(number) => query.bind(*number),
                    Cell::Flag(flag) => query.bind(*flag),
                };
            }
            query.run().await?;
        }
        Ok(())
    }
}

impl Write {
    fn statement(&self, rows: usize) -> String {
        let mut text = format!("INSERT INTO {} VALUES ", self.into);
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..self.columns {
                let comma = if column == 0 { "" } else { ", " };
                // Writing to a String cannot fail.
                let _ = write!(text, "{comma}${}", row * self.columns + column + 1);
            }
            text.push(')');
        }
        text
    }
}
