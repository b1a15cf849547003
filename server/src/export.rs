//! The one writer of everything that leaves as a table (C-156): as CSV and as a workbook.

mod csv;
mod xlsx;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Words, a code, an id, a telephone number: never a number or a formula.
    Text(String),
    /// A figure.
    Number(i64),
    /// Nothing.
    Empty,
}

/// A table with what there is to say about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// What the file is called, without its ending.
    pub file: String,
    /// What the sheet with the figures is called.
    pub name: String,
    /// What the columns are called.
    pub columns: Vec<String>,
    /// Its rows, each with as many cells.
    pub rows: Vec<Vec<Cell>>,
    /// What the sheet with the definitions is called.
    pub about_name: String,
    /// What was asked, as of when, what the figures mean: label and text.
    pub about: Vec<(String, String)>,
}

/// How it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Comma-separated, in UTF-8 with a mark that spreadsheets know it by (C-157).
    Csv,
    /// A workbook.
    Xlsx,
}

impl Table {
    /// The file.
    ///
    /// # Errors
    /// Where the table does not fit the format: a workbook takes a million rows.
    pub(crate) fn bytes(&self, format: Format) -> Result<Vec<u8>, String> {
        match format {
            Format::Csv => csv::bytes(self),
            Format::Xlsx => xlsx::bytes(self),
        }
    }

    /// The answer with the file, to be saved.
    ///
    /// # Errors
    /// As of [`Self::bytes`].
    pub(crate) fn answer(&self, format: Format) -> Result<Response, String> {
        let (kind, ending) = match format {
            Format::Csv => ("text/csv; charset=utf-8", "csv"),
            Format::Xlsx => (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "xlsx",
            ),
        };
        let saved = format!("attachment; filename=\"{}.{ending}\"", self.file);
        let headers = [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, saved),
        ];
        Ok((headers, self.bytes(format)?).into_response())
    }
}

#[cfg(test)]
mod tests;
