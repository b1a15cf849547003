//! What stands where on the paper.

use std::num::NonZeroU16;
use std::rc::Rc;

use krilla::tagging::{ArtifactType, TableHeaderScope, Tag, TagKind};

use crate::block::{Style, Words};
use crate::flow::{
    Align, Branch, CAPACITY, Flow, MARGIN, MEASURE, MM, Mark, PAGE, Piece, What, baseline,
};
use crate::font::Shaper;
use crate::{Paper, PaperError, closing, table};

pub(crate) const BLACK: u8 = 0x1a;
pub(crate) const GREY: u8 = 0x59;
/// The colour of thin lines.
pub(crate) const HAIR: u8 = 0xc8;
/// The thickness of thin lines.
pub(crate) const LINE: f32 = 0.5;

pub(crate) const fn style(size: f32, leading: f32, grey: u8) -> Style {
    Style {
        size,
        leading,
        grey,
    }
}

const TITLE: Style = style(30.0, 42.0, BLACK);
const SUBTITLE: Style = style(12.0, 19.0, GREY);
const NUMBER: Style = style(10.0, 15.0, GREY);
const STATEMENT: Style = style(13.0, 24.0, BLACK);
const LABEL: Style = style(12.0, 20.0, GREY);
const VALUE: Style = style(12.0, 20.0, BLACK);
pub(crate) const SUBHEADING: Style = style(13.0, 20.0, BLACK);
pub(crate) const HEAD: Style = style(10.0, 15.0, GREY);
pub(crate) const CELL: Style = style(10.0, 15.0, BLACK);
const RUNNING: Style = style(8.5, 12.0, GREY);
const WATERMARK: u8 = 0xee;

/// Between a label and its value, and between columns.
pub(crate) const LABEL_GAP: f32 = 14.0;
/// Under the heading of a table.
pub(crate) const SUBHEADING_GAP: f32 = 4.0;
/// Between the parts of the paper.
pub(crate) const GAP: f32 = 22.0;
/// Between paragraphs of the statement.
const PARAGRAPH: f32 = 6.0;
/// How generous the white is on papers of several sheets.
const USUAL: f32 = 1.0;

const FIRST: NonZeroU16 = NonZeroU16::MIN;
/// The level of headings under the title.
pub(crate) const SECOND: NonZeroU16 = FIRST.saturating_add(1);

/// A paper with everything in its place.
pub(crate) struct Document {
    pub(crate) sheets: Vec<Vec<Piece>>,
    pub(crate) tree: Vec<Branch>,
}

/// Sets the paper: on one sheet if that is possible, with as much white as there is room for.
pub(crate) fn set(shaper: &Shaper<'_>, paper: &Paper<'_>) -> Result<Document, PaperError> {
    for air in [1.5, USUAL, 0.7, 0.4] {
        let document = set_with(shaper, paper, air)?;
        match document.sheets.len() {
            1 => return Ok(document),
            2 => {}
            _ => break,
        }
    }
    set_with(shaper, paper, USUAL)
}

fn set_with(shaper: &Shaper<'_>, paper: &Paper<'_>, air: f32) -> Result<Document, PaperError> {
    let mut flow = Flow::new(air);
    let mut tree = Vec::new();
    let words = |text: &str, style| Words::of(shaper, text, style);

    flow.skip(8.0 * MM);
    let title = Some(paper.title.replace('\n', " "));
    let block = words(&paper.title, TITLE)?.spaced(0.16).ragged(MEASURE);
    let leaves = flow.block(&block, MARGIN, Align::Centre);
    tree.push(Branch::Group(Tag::Hn(FIRST, title).into(), leaves));
    for (text, style, above) in [
        (&paper.subtitle, SUBTITLE, 6.0),
        (&paper.number, NUMBER, 4.0),
    ] {
        if !text.is_empty() {
            flow.skip(above);
            let block = words(text, style)?.ragged(MEASURE);
            tree.push(paragraph(flow.block(&block, MARGIN, Align::Centre)));
        }
    }
    flow.skip(GAP);
    flow.rule(MARGIN, MEASURE, LINE, GREY);
    flow.skip(GAP);

    let paragraphs = paper.statement.lines();
    for text in paragraphs.filter(|text| !text.trim().is_empty()) {
        let block = words(text, STATEMENT)?.justified(MEASURE);
        tree.push(paragraph(flow.block(&block, MARGIN, Align::Left)));
        flow.skip(PARAGRAPH);
    }
    if !paper.rows.is_empty() {
        flow.skip(GAP);
        tree.push(rows(&mut flow, shaper, paper)?);
    }
    if let Some(table) = &paper.table {
        flow.skip(GAP);
        tree.extend(table::set(&mut flow, shaper, table)?);
    }
    closing::set(&mut flow, &mut tree, shaper, paper)?;

    running(&mut flow, shaper, paper)?;
    if !paper.watermark.is_empty() {
        watermark(&mut flow, shaper, &paper.watermark)?;
    }
    Ok(Document {
        sheets: flow.sheets,
        tree,
    })
}

pub(crate) fn paragraph(leaves: Vec<Branch>) -> Branch {
    Branch::Group(Tag::P.into(), leaves)
}

/// Labels and values.
fn rows(flow: &mut Flow, shaper: &Shaper<'_>, paper: &Paper<'_>) -> Result<Branch, PaperError> {
    let mut all = Vec::with_capacity(paper.rows.len());
    let mut left: f32 = 0.0;
    for (label, value) in &paper.rows {
        let label = Words::of(shaper, label, LABEL)?;
        left = left.max(label.natural());
        all.push((label, Words::of(shaper, value, VALUE)?));
    }
    let left = left.min(MEASURE * 0.4);
    let from = left + LABEL_GAP;
    let mut said = Vec::with_capacity(all.len());
    for (label, value) in all {
        let label = label.ragged(left);
        let value = value.ragged(MEASURE - from);
        flow.need(label.height().max(value.height()).min(CAPACITY));
        let mut cells = flow
            .beside(&[
                (&label, MARGIN, Align::Left),
                (&value, MARGIN + from, Align::Left),
            ])
            .into_iter();
        let kinds: [TagKind; 2] = [Tag::TH(TableHeaderScope::Row).into(), Tag::TD.into()];
        let cells = kinds
            .into_iter()
            .map(|kind| Branch::Group(kind, cells.next().unwrap_or_default()));
        said.push(Branch::Group(Tag::TR.into(), cells.collect()));
        flow.skip(3.0);
    }
    Ok(Branch::Group(Tag::Table.into(), said))
}

/// If there are several sheets: the number of each at its foot, and what they belong to at the head
/// of all but the first.
fn running(flow: &mut Flow, shaper: &Shaper<'_>, paper: &Paper<'_>) -> Result<(), PaperError> {
    let count = flow.sheets.len();
    if count < 2 {
        return Ok(());
    }
    let head = [paper.title.as_ref(), paper.number.as_ref()].map(|text| text.replace('\n', " "));
    let head = head.join(if paper.number.is_empty() { "" } else { "  " });
    let head = Words::of(shaper, &head, RUNNING)?.ragged(MEASURE);
    let sheets = std::mem::take(&mut flow.sheets);
    for (index, sheet) in sheets.into_iter().enumerate() {
        flow.sheets.push(sheet);
        let number = format!("{} / {count}", index + 1);
        let number = Words::of(shaper, &number, RUNNING)?.ragged(MEASURE);
        flow.y = PAGE.1 - 15.0 * MM;
        flow.artifact(&number, MARGIN, Align::Centre, ArtifactType::PageNumber);
        if index > 0 {
            flow.y = MARGIN - 10.0 * MM;
            flow.artifact(&head, MARGIN, Align::Left, ArtifactType::Header);
        }
    }
    Ok(())
}

/// A word from the lower left to the upper right of every sheet, under everything else.
fn watermark(flow: &mut Flow, shaper: &Shaper<'_>, word: &str) -> Result<(), PaperError> {
    const LARGEST: f32 = 120.0;
    let run = shaper.shape(word)?;
    let width: f32 = run.glyphs.iter().map(|glyph| glyph.x_advance).sum();
    if width <= 0.0 {
        return Ok(());
    }
    let size = (0.6 * PAGE.0.hypot(PAGE.1) / width).min(LARGEST);
    let middle = baseline(style(size, 0.0, 0));
    for sheet in &mut flow.sheets {
        sheet.insert(
            0,
            Piece {
                mark: Mark::Artifact(ArtifactType::Watermark),
                x: (PAGE.0 - width * size) / 2.0,
                y: PAGE.1 / 2.0 + middle,
                grey: WATERMARK,
                what: What::Slanted {
                    text: Rc::clone(&run.text),
                    glyphs: run.glyphs.clone(),
                    size,
                },
            },
        );
    }
    Ok(())
}
