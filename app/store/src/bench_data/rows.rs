//! Many rows at once.

use crate::{Result, Tx, columns::Cell};
use std::fmt::Write as _;

/// Most values of a statement; both databases take some thousands.
const VALUES: usize = 2_000;
/// So many rows are gathered.
const GATHERED: usize = 10_000;

/// Rows of one table on their way to the database.
pub(super) struct Rows {
    into: String,
    columns: usize,
    rows: Vec<Cell>,
}

impl Rows {
    /// None yet, for a table with its columns, e.g. `room (id, center_id, name)`.
    pub(super) fn into(into: impl Into<String>) -> Self {
        let into = into.into();
        Self {
            columns: into.matches(',').count() + 1,
            into,
            rows: Vec::new(),
        }
    }

    /// One more.
    pub(super) fn push(&mut self, row: impl IntoIterator<Item = Cell>) {
        self.rows.extend(row);
        debug_assert_eq!(self.rows.len() % self.columns, 0, "{}", self.into);
    }

    /// Whether there are enough to be written.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= GATHERED * self.columns
    }

    /// Writes what there is.
    pub(super) async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        let most = (VALUES / self.columns).max(1) * self.columns;
        for part in self.rows.chunks(most) {
            let mut query = tx.sql_built(self.statement(part.len() / self.columns, tx.is_sqlite()));
            for cell in part {
                query = cell.bind(query);
            }
            query.run().await?;
        }
        self.rows.clear();
        Ok(())
    }

    /// On SQLite its placeholders have no numbers: for each value that is bound, the driver looks through
    /// all that have one, which took two thirds of a large city's time.
    fn statement(&self, rows: usize, is_sqlite: bool) -> String {
        let mut text = format!("INSERT INTO {} VALUES ", self.into);
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..self.columns {
                let comma = if column == 0 { "" } else { ", " };
                // Writing to a String cannot fail.
                let _ = match is_sqlite {
                    true => write!(text, "{comma}?"),
                    false => write!(text, "{comma}${}", row * self.columns + column + 1),
                };
            }
            text.push(')');
        }
        text
    }
}
