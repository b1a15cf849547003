//! The foot of the last sheet: who issues the paper and when, the QR code, and the notes under them.

use krilla::tagging::{ArtifactType, Tag};

use crate::block::{Block, Style, Words};
use crate::flow::{Align, BOTTOM, Branch, CAPACITY, Flow, MARGIN, MEASURE, MM, Mark, Piece, What};
use crate::font::Shaper;
use crate::page::{BLACK, GAP, GREY, HAIR, LINE, paragraph, style};
use crate::{Code, Paper, PaperError, qr};

const ISSUER: Style = style(13.0, 22.0, BLACK);
const DATE: Style = style(12.0, 20.0, BLACK);
const CAPTION: Style = style(8.5, 12.0, GREY);
const NOTE: Style = style(8.5, 13.5, GREY);

/// The least side of a QR code, and of one of its modules.
const CODE: f32 = 28.0 * MM;
const MODULE: f32 = 0.45 * MM;

/// Sets the foot of the last sheet.
pub(crate) fn set(
    flow: &mut Flow,
    tree: &mut Vec<Branch>,
    shaper: &Shaper<'_>,
    paper: &Paper<'_>,
) -> Result<(), PaperError> {
    let code = match &paper.code {
        Some(code) => Some(Drawn::of(code, shaper)?),
        None => None,
    };
    let beside = code.as_ref().map_or(0.0, |code| code.side + GAP);
    let issuer = Words::of(shaper, &paper.issuer, ISSUER)?.ragged(MEASURE - beside);
    let date = Words::of(shaper, &paper.date, DATE)?.ragged(MEASURE - beside);
    let left = issuer.height() + date.height();
    let right = code.as_ref().map_or(0.0, Drawn::height);
    let height = left.max(right);

    let mut notes = Vec::with_capacity(paper.notes.len());
    for note in &paper.notes {
        notes.push(Words::of(shaper, note, NOTE)?.justified(MEASURE));
    }
    let below: f32 = notes
        .iter()
        .map(|note| note.height() + flow.airy(2.0))
        .sum();
    let below = if notes.is_empty() {
        0.0
    } else {
        below + flow.airy(GAP)
    };

    flow.skip(GAP);
    flow.need((height + below).min(CAPACITY));
    if !flow.is_fresh() {
        flow.y = flow.y.max(BOTTOM - height - below);
    }
    let top = flow.y;
    // Both stand on one line: the foot of the code's caption and that of the day.
    flow.y = top + height - left;
    for block in [&issuer, &date] {
        if !block.lines.is_empty() {
            tree.push(paragraph(flow.block(block, MARGIN, Align::Left)));
        }
    }
    if let Some(code) = &code {
        flow.y = top + height - right;
        code.place(flow, tree);
    }
    flow.y = top + height;
    if !notes.is_empty() {
        flow.skip(GAP / 2.0);
        flow.rule(MARGIN, MEASURE, LINE, HAIR);
        flow.skip(GAP / 2.0);
    }
    for note in &notes {
        tree.push(paragraph(flow.block(note, MARGIN, Align::Left)));
        flow.skip(2.0);
    }
    Ok(())
}

/// A QR code with its size and caption.
struct Drawn {
    matrix: qr::Matrix,
    module: f32,
    side: f32,
    caption: Block,
    alternative: String,
}

impl Drawn {
    fn of(code: &Code<'_>, shaper: &Shaper<'_>) -> Result<Self, PaperError> {
        let matrix = qr::matrix(&code.text)?;
        let module = (CODE / matrix.side as f32).max(MODULE);
        let side = module * matrix.side as f32;
        let caption = Words::of(shaper, &code.caption, CAPTION)?.ragged(side);
        let alternative = if code.caption.is_empty() {
            code.text.to_string()
        } else {
            format!("{} {}", code.caption.replace('\n', " "), code.text)
        };
        Ok(Self {
            matrix,
            module,
            side,
            caption,
            alternative,
        })
    }

    fn quiet(&self) -> f32 {
        qr::QUIET_ZONE as f32 * self.module
    }

    fn height(&self) -> f32 {
        // Without a caption the quiet zone below lies in the margin.
        let below = if self.caption.lines.is_empty() {
            0.0
        } else {
            self.quiet()
        };
        self.quiet() + self.side + below + self.caption.height()
    }

    /// Draws it at the right margin, in which its quiet zone lies.
    fn place(&self, flow: &mut Flow, tree: &mut Vec<Branch>) {
        let (quiet, module) = (self.quiet(), self.module);
        let x = MARGIN + MEASURE - self.side;
        let leaf = flow.leaf();
        flow.y += quiet;
        let whole = self.side + 2.0 * quiet;
        let runs = self.matrix.runs.iter();
        let runs = runs.map(|&(x, y, length)| {
            [x as f32, y as f32, length as f32, 1.0].map(|modules| modules * module)
        });
        for (mark, grey, what) in [
            (
                Mark::Artifact(ArtifactType::Layout),
                0xff,
                vec![[-quiet, -quiet, whole, whole]],
            ),
            (Mark::Leaf(leaf), 0, runs.collect()),
        ] {
            flow.push(Piece {
                mark,
                x,
                y: flow.y,
                grey,
                what: What::Rectangles(what),
            });
        }
        let figure = Tag::Figure(Some(self.alternative.clone()));
        tree.push(Branch::Group(figure.into(), vec![Branch::Leaf(leaf)]));
        flow.y += self.side + quiet;
        if !self.caption.lines.is_empty() {
            tree.push(paragraph(flow.block(&self.caption, x, Align::Centre)));
        }
    }
}
