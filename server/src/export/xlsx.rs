//! A workbook: the figures on the first sheet, what they mean on the second. A cell of text is text,
//! whatever it begins with, so nothing is put before it.

use super::{Cell, Table};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// Widths of columns, in characters: of figures, and the least and the most of words.
const NUMBER: f64 = 12.0;
const LEAST: usize = 8;
const MOST: usize = 48;

pub(super) fn bytes(table: &Table) -> Result<Vec<u8>, String> {
    workbook(table).map_err(|error| error.to_string())
}

fn workbook(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold();
    let mut book = Workbook::new();
    // When it was made stands on its second sheet; the same table is the same file.
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    sheet.set_name(&table.name)?;
    for (column, name) in (0u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, column, name, &bold)?;
        sheet.set_column_width(column, width(table, column.into()))?;
    }
    for (row, cells) in (1u32..).zip(&table.rows) {
        for (column, cell) in (0u16..).zip(cells) {
            write(sheet, row, column, cell)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let wrapped = Format::new().set_text_wrap();
    let about = book.add_worksheet();
    about.set_name(&table.about_name)?;
    about.set_column_width(0, 16.0)?;
    about.set_column_width(1, 90.0)?;
    for (row, (label, text)) in (0u32..).zip(&table.about) {
        about.write_string_with_format(row, 0, label, &bold)?;
        about.write_string_with_format(row, 1, text, &wrapped)?;
    }
    book.save_to_buffer()
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => sheet.write_string(row, column, text)?,
        // Beyond 2^53 a spreadsheet would round; no figure here comes near.
        Cell::Number(number) => sheet.write_number(row, column, *number as f64)?,
        Cell::Empty => return Ok(()),
    };
    Ok(())
}

/// How wide a column has to be. A Chinese character is as wide as two others.
fn width(table: &Table, column: usize) -> f64 {
    let wide =
        |text: &str| -> usize { text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum() };
    let cells = table.rows.iter().filter_map(|row| match row.get(column) {
        Some(Cell::Text(text)) => Some(wide(text)),
        _ => None,
    });
    let head = table.columns.get(column).map_or(0, |name| wide(name));
    let most = cells.chain([head]).max().unwrap_or(0);
    // At most forty-eight: exact in this type.
    NUMBER.max(most.clamp(LEAST, MOST) as f64 + 2.0)
}
