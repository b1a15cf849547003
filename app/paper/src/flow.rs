//! Setting blocks one below the other, on as many sheets as they need.

use std::rc::Rc;

use krilla::tagging::{ArtifactType, TagKind};
use krilla::text::KrillaGlyph;

use crate::block::{Block, Line, Style};

/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
/// A4.
pub(crate) const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
/// White on all sides.
pub(crate) const MARGIN: f32 = 25.0 * MM;
/// The width of the text.
pub(crate) const MEASURE: f32 = PAGE.0 - 2.0 * MARGIN;
/// The lower edge of the text.
pub(crate) const BOTTOM: f32 = PAGE.1 - MARGIN;
/// How much a sheet holds.
pub(crate) const CAPACITY: f32 = BOTTOM - MARGIN;

/// Where a line stands in its width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// What is read out, in its order.
pub(crate) enum Branch {
    Group(TagKind, Vec<Branch>),
    /// All pieces with this number.
    Leaf(usize),
}

/// What a piece is to somebody who has the paper read out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mark {
    Leaf(usize),
    /// Nothing.
    Artifact(ArtifactType),
}

/// Something at a place on a sheet; `y` grows downwards.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) mark: Mark,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) grey: u8,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// Its baseline begins at the place.
    Text {
        text: Rc<str>,
        glyphs: Vec<KrillaGlyph>,
        size: f32,
    },
    /// As `Text`, turned upwards about the middle of the sheet.
    Slanted {
        text: Rc<str>,
        glyphs: Vec<KrillaGlyph>,
        size: f32,
    },
    /// Rectangles (x, y, width, height) beside the place.
    Rectangles(Vec<[f32; 4]>),
}

/// The sheets so far, and where the next thing goes.
pub(crate) struct Flow {
    pub(crate) sheets: Vec<Vec<Piece>>,
    pub(crate) y: f32,
    /// How generous the white between things is; 1 is usual.
    air: f32,
    leaves: usize,
}

impl Flow {
    pub(crate) fn new(air: f32) -> Self {
        Self {
            sheets: vec![Vec::new()],
            y: MARGIN,
            air,
            leaves: 0,
        }
    }

    /// A new number for pieces that belong together.
    pub(crate) fn leaf(&mut self) -> usize {
        self.leaves += 1;
        self.leaves - 1
    }

    pub(crate) fn push(&mut self, piece: Piece) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.push(piece);
        }
    }

    /// Whether nothing stands on the sheet yet.
    pub(crate) fn is_fresh(&self) -> bool {
        self.y <= MARGIN
    }

    pub(crate) fn fits(&self, height: f32) -> bool {
        // Rounding must not push the last line to a new sheet.
        self.is_fresh() || self.y + height <= BOTTOM + 0.01
    }

    /// Goes on to a new sheet.
    pub(crate) fn turn(&mut self) {
        self.sheets.push(Vec::new());
        self.y = MARGIN;
    }

    /// Goes on to a new sheet unless there is room here.
    pub(crate) fn need(&mut self, height: f32) {
        if !self.fits(height) {
            self.turn();
        }
    }

    /// Leaves white, except at the top of a sheet after the first.
    pub(crate) fn skip(&mut self, height: f32) {
        if !self.is_fresh() || self.sheets.len() == 1 {
            self.y += self.airy(height);
        }
    }

    /// How much white is left where this much is usual.
    pub(crate) fn airy(&self, height: f32) -> f32 {
        height * self.air
    }

    /// A thin line across.
    pub(crate) fn rule(&mut self, x: f32, width: f32, thickness: f32, grey: u8) {
        self.push(Piece {
            mark: Mark::Artifact(ArtifactType::Layout),
            x,
            y: self.y,
            grey,
            what: What::Rectangles(vec![[0.0, -thickness / 2.0, width, thickness]]),
        });
    }

    /// Sets a block, over sheets if need be.
    pub(crate) fn block(&mut self, block: &Block, x: f32, align: Align) -> Vec<Branch> {
        self.beside(&[(block, x, align)]).pop().unwrap_or_default()
    }

    /// Sets blocks of the same leading side by side. If they don't fit the sheet they start on the
    /// next one; if they fit none they go on there.
    pub(crate) fn beside(&mut self, blocks: &[(&Block, f32, Align)]) -> Vec<Vec<Branch>> {
        let rows = blocks.iter().map(|(block, ..)| block.lines.len());
        let rows = rows.max().unwrap_or_default();
        let leading = blocks.iter().map(|(block, ..)| block.style.leading);
        let leading = leading.fold(0.0, f32::max);
        let mut said: Vec<Vec<Branch>> = blocks.iter().map(|_| Vec::new()).collect();
        for row in 0..rows {
            self.need(leading);
            for ((block, x, align), said) in blocks.iter().zip(&mut said) {
                let Some(line) = block.lines.get(row) else {
                    continue;
                };
                if line.glyphs.is_empty() {
                    continue;
                }
                let leaf = self.leaf();
                said.push(Branch::Leaf(leaf));
                let x = x + aside(line, block.measure, *align);
                self.line(line, block.style, x, Mark::Leaf(leaf));
            }
            self.y += leading;
        }
        said
    }

    /// Sets the lines of a block without taking room, as something that is not read out.
    pub(crate) fn artifact(&mut self, block: &Block, x: f32, align: Align, kind: ArtifactType) {
        let y = self.y;
        for line in &block.lines {
            let x = x + aside(line, block.measure, align);
            self.line(line, block.style, x, Mark::Artifact(kind));
            self.y += block.style.leading;
        }
        self.y = y;
    }

    fn line(&mut self, line: &Line, style: Style, x: f32, mark: Mark) {
        self.push(Piece {
            mark,
            x,
            y: self.y + baseline(style),
            grey: style.grey,
            what: What::Text {
                text: Rc::clone(&line.text),
                glyphs: line.glyphs.clone(),
                size: style.size,
            },
        });
    }
}

/// How far a line of a width begins from the left.
fn aside(line: &Line, measure: f32, align: Align) -> f32 {
    let rest = measure - line.width;
    match align {
        Align::Left => 0.0,
        Align::Centre => rest / 2.0,
        Align::Right => rest,
    }
}

/// From the top of a line to its baseline: an ideograph, which reaches from 0.88 em above it to
/// 0.12 em below, then stands in the middle.
pub(crate) fn baseline(style: Style) -> f32 {
    style.leading / 2.0 + 0.38 * style.size
}
