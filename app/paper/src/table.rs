//! A list: widths of its columns, rows that stay whole, names that are repeated on every sheet.

use krilla::tagging::{ArtifactType, TableHeaderScope, Tag};

use crate::block::{Block, Words};
use crate::flow::{Align, Branch, CAPACITY, Flow, MARGIN, MEASURE};
use crate::font::Shaper;
use crate::page::{CELL, HAIR, HEAD, LABEL_GAP, LINE, SUBHEADING, SUBHEADING_GAP};
use crate::{PaperError, Table};

/// White above and below the text of a row.
const PAD: f32 = 2.5;

/// Sets a table; its heading is read out before it.
pub(crate) fn set(
    flow: &mut Flow,
    shaper: &Shaper<'_>,
    table: &Table<'_>,
) -> Result<Vec<Branch>, PaperError> {
    let columns = table.columns.len();
    let mut names = Vec::with_capacity(columns);
    for column in &table.columns {
        names.push(Words::of(shaper, &column.name, HEAD)?);
    }
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        if row.len() > columns {
            let problem = format!("a row has {} texts for {columns} columns", row.len());
            return Err(PaperError::Draw(problem));
        }
        let mut cells = Vec::with_capacity(columns);
        for index in 0..columns {
            let text = row.get(index).map_or("", |text| text.as_ref());
            cells.push(Words::of(shaper, text, CELL)?);
        }
        rows.push(cells);
    }

    let mut wanted: Vec<f32> = names.iter().map(Words::natural).collect();
    for cells in &rows {
        for (width, cell) in wanted.iter_mut().zip(cells) {
            *width = width.max(cell.natural());
        }
    }
    let gaps = LABEL_GAP * columns.saturating_sub(1) as f32;
    let widths = share(&wanted, MEASURE - gaps);
    let mut places = Vec::with_capacity(columns);
    let mut x = MARGIN;
    for (width, column) in widths.iter().zip(&table.columns) {
        let align = if column.right {
            Align::Right
        } else {
            Align::Left
        };
        places.push((x, *width, align));
        x += width + LABEL_GAP;
    }
    let blocks = |cells: &[Words]| -> Vec<Block> {
        let cells = cells.iter().zip(&places);
        cells
            .map(|(cell, &(_, width, _))| cell.ragged(width))
            .collect()
    };

    let head = blocks(&names);
    let pad = flow.airy(PAD);
    let head_height = height(&head) + 2.0 * pad;
    let rows: Vec<Vec<Block>> = rows.iter().map(|cells| blocks(cells)).collect();
    let first = rows.first().map_or(0.0, |row| height(row) + 2.0 * pad);

    let mut said = Vec::new();
    let heading = Words::of(shaper, &table.heading, SUBHEADING)?.ragged(MEASURE);
    let above = heading.height() + SUBHEADING_GAP;
    flow.need((above + head_height + first).min(CAPACITY));
    if !heading.lines.is_empty() {
        let title = Some(table.heading.replace('\n', " "));
        let leaves = flow.block(&heading, MARGIN, Align::Left);
        said.push(Branch::Group(
            Tag::Hn(crate::page::SECOND, title).into(),
            leaves,
        ));
        flow.skip(SUBHEADING_GAP);
    }

    let placed = |row: &[Block], flow: &mut Flow| {
        flow.y += pad;
        let row = row.iter().zip(&places);
        let row: Vec<_> = row
            .map(|(block, &(x, _, align))| (block, x, align))
            .collect();
        let leaves = flow.beside(&row);
        flow.y += pad;
        leaves
    };
    let cells = placed(&head, flow).into_iter();
    let cells = cells.map(|leaves| Branch::Group(Tag::TH(TableHeaderScope::Column).into(), leaves));
    let names = Branch::Group(Tag::TR.into(), cells.collect());
    let mut groups = vec![Branch::Group(Tag::THead.into(), vec![names])];
    flow.rule(MARGIN, MEASURE, LINE, CELL.grey);

    let mut body = Vec::with_capacity(rows.len());
    for row in &rows {
        let tall = height(row) + 2.0 * pad;
        if !flow.fits(tall.min(CAPACITY - head_height)) {
            flow.turn();
            flow.y += pad;
            for (block, &(x, _, align)) in head.iter().zip(&places) {
                flow.artifact(block, x, align, ArtifactType::PaginationOther);
            }
            flow.y += head_height - pad;
            flow.rule(MARGIN, MEASURE, LINE, CELL.grey);
        }
        let cells = placed(row, flow).into_iter();
        let cells = cells.map(|leaves| Branch::Group(Tag::TD.into(), leaves));
        body.push(Branch::Group(Tag::TR.into(), cells.collect()));
        flow.rule(MARGIN, MEASURE, LINE, HAIR);
    }
    if !body.is_empty() {
        groups.push(Branch::Group(Tag::TBody.into(), body));
    }
    if columns > 0 {
        said.push(Branch::Group(Tag::Table.into(), groups));
    }
    Ok(said)
}

fn height(row: &[Block]) -> f32 {
    row.iter().map(Block::height).fold(0.0, f32::max)
}

/// Shares a width among columns. If there is enough each gets what it wants and an equal part of
/// the rest; if not, the modest ones get theirs and the others share what remains evenly.
fn share(wanted: &[f32], width: f32) -> Vec<f32> {
    let total: f32 = wanted.iter().sum();
    let count = wanted.len().max(1) as f32;
    if total <= width {
        let more = (width - total) / count;
        return wanted.iter().map(|want| want + more).collect();
    }
    let mut sorted = wanted.to_vec();
    sorted.sort_by(f32::total_cmp);
    let mut rest = width;
    let mut most = 0.0;
    for (index, want) in sorted.iter().enumerate() {
        most = rest / (sorted.len() - index) as f32;
        if *want > most {
            break;
        }
        rest -= want;
    }
    wanted.iter().map(|want| want.min(most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn modest_columns_get_what_they_want() {
        assert_eq!(share(&[10.0, 20.0], 50.0), [20.0, 30.0]);
        assert_eq!(share(&[10.0, 100.0, 80.0], 100.0), [10.0, 45.0, 45.0]);
        assert_eq!(share(&[], 100.0), [0.0; 0]);
    }

    proptest! {
        #[test]
        fn columns_fill_the_width(wanted in prop::collection::vec(0.0f32..500.0, 1..6)) {
            let widths = share(&wanted, 400.0);
            prop_assert!((widths.iter().sum::<f32>() - 400.0).abs() < 0.1);
        }
    }
}
