//! One sheet of paper as PDF: a certificate, or a list that goes on over several pages.
//!
//! The crate knows nothing of what the paper is for. It gets the words and sets them on A4 in one
//! font: a title, a statement, labelled rows, a table, a QR code, and who issues it. It reads no
//! clock and no file, so the same words in the same font always give the same bytes.
//!
//! A character for which the font has no glyph stops it ([`PaperError::MissingGlyph`]), because a
//! box in somebody's name is worse than no paper.
//!
//! The file claims PDF/A-2a (it can be kept) and PDF/UA-1 (it can be read out), and `krilla`
//! refuses to write one that breaks the rules that it can check.
//!
//! From words to file it goes one way: `font` shapes a text, `lines` and `block` break it, `page`,
//! `table` and `closing` set it on sheets through `flow`, `draw` writes the sheets.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use paper::{Code, Day, Font, Paper, pdf};
//!
//! let font = Font::read(std::fs::read("NotoSansCJK-Regular.ttc")?, 2)?;
//! let file = pdf(
//!     &font,
//!     &Paper {
//!         language: "zh-CN".into(),
//!         title: "志愿服务证明".into(),
//!         statement: "兹证明……".into(),
//!         rows: vec![("姓名".into(), "……".into())],
//!         code: Some(Code { text: "https://example.org/c/1".into(), caption: "扫码核验".into() }),
//!         made: Day { year: 2026, month: 10, day: 3 },
//!         ..Paper::default()
//!     },
//! )?;
//! # Ok(())
//! # }
//! ```

mod block;
mod closing;
mod draw;
mod flow;
mod font;
mod lines;
mod page;
mod qr;
mod table;

use std::borrow::Cow;

pub use font::Font;

/// What stands on the paper. Empty texts are left out; `\n` begins a new line in any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paper<'a> {
    /// The language of all words, such as `zh-CN` or `en`: for those who have it read out, and for
    /// the shapes of characters where the font knows several.
    pub language: Cow<'a, str>,
    /// What a viewer shows as the name of the document. If empty, the title.
    pub document_title: Cow<'a, str>,
    /// The title, in large type. Without one the file is not accessible, and none is made.
    pub title: Cow<'a, str>,
    /// Under the title, smaller.
    pub subtitle: Cow<'a, str>,
    /// The line that says the paper's number.
    pub number: Cow<'a, str>,
    /// What the paper states, in paragraphs.
    pub statement: Cow<'a, str>,
    /// Labels and their values, in two columns.
    pub rows: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// A list. If it is long, pages are added and the names of its columns repeated.
    pub table: Option<Table<'a>>,
    /// Paragraphs in small type at the foot of the last page.
    pub notes: Vec<Cow<'a, str>>,
    /// The QR code at the bottom right of the last page.
    pub code: Option<Code<'a>>,
    /// Who issues the paper.
    pub issuer: Cow<'a, str>,
    /// The day of issue, in words.
    pub date: Cow<'a, str>,
    /// The day that the file itself states as that of its making.
    pub made: Day,
    /// A word in large grey type across every page, such as one that says that nothing here is
    /// real.
    pub watermark: Cow<'a, str>,
}

/// A list on the paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table<'a> {
    /// What the list is called.
    pub heading: Cow<'a, str>,
    /// Its columns; up to four are comfortable in width.
    pub columns: Vec<Column<'a>>,
    /// Its rows, a text for each column. Texts that are missing are empty, those beyond the last
    /// column are an error.
    pub rows: Vec<Vec<Cow<'a, str>>>,
}

/// A column of a [`Table`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Whether its texts stand at its right edge, as numbers do.
    pub right: bool,
}

/// A QR code, drawn at level M with at least 28 mm a side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code<'a> {
    /// What the code says, up to 666 bytes.
    pub text: Cow<'a, str>,
    /// The words under it. They also stand for it where it is read out.
    pub caption: Cow<'a, str>,
}

/// A day of the calendar. What is out of range becomes the nearest that is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year, up to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Default for Day {
    /// 1 January 1970, so that a file without a day of its own is still the same every time.
    fn default() -> Self {
        Self {
            year: 1970,
            month: 1,
            day: 1,
        }
    }
}

/// Why there is no paper.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// The font can't draw a text.
    #[error("the font has no glyph for {characters} in \"{text}\": write it with other characters")]
    MissingGlyph {
        /// The characters, each with its code point: `𪚥 (U+2A6A5)`, separated by commas.
        characters: String,
        /// The text that they are in.
        text: String,
    },
    /// The bytes are not a font, or have no such face.
    #[error("this is not a font, or it has no such face")]
    BadFont,
    /// The text of the QR code is too long to be scanned from paper.
    #[error("the text is too long for a QR code on paper")]
    CodeTooLong,
    /// The file could not be written, or would not conform to PDF/A-2a and PDF/UA-1.
    #[error("the PDF could not be written: {0}")]
    Draw(String),
}

/// Draws the paper.
///
/// # Errors
/// [`PaperError::MissingGlyph`] for the first text that the font can't draw, before anything is
/// drawn; [`PaperError::CodeTooLong`]; [`PaperError::Draw`] if the title is empty, a row of the
/// table has more texts than there are columns, or the file would not conform.
pub fn pdf(font: &Font, paper: &Paper<'_>) -> Result<Vec<u8>, PaperError> {
    let shaper = font.shaper(&paper.language).ok_or(PaperError::BadFont)?;
    let document = page::set(&shaper, paper)?;
    draw::write(font, paper, document)
}
