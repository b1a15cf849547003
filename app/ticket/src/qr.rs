//! Drawing a code, as SVG (feature `qr`) and as PNG (feature `png`).
//!
//! Error correction level M, a quiet zone of four modules, black on white whatever the page's
//! colours: many scanners read no light-on-dark code.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::Token;

/// Modules of white around the code.
pub const QUIET_ZONE: usize = 4;

/// A text laid out as a square of black and white modules, without the quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Drawing {
    width: usize,
    dark: Vec<bool>,
}

/// Why a code could not be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    /// The text doesn't fit the largest QR code at level M: 2,331 bytes, or 5,596 digits.
    #[error("the text is too long for a QR code")]
    TooLong,
    /// The PNG encoder failed.
    #[cfg(feature = "png")]
    #[error("the picture could not be encoded")]
    Encoding,
}

/// Draws a ticket as SVG; see [`Drawing::svg`].
///
/// # Errors
/// Never for a token made by [`issue`](crate::issue), which always fits.
pub fn svg(token: &Token, title: &str) -> Result<String, DrawError> {
    Ok(Drawing::of(token.as_str())?.svg(title))
}

/// Draws a ticket as PNG; see [`Drawing::png`].
///
/// # Errors
/// [`DrawError::Encoding`] if the encoder fails.
#[cfg(feature = "png")]
pub fn png(token: &Token, module_px: u32) -> Result<Vec<u8>, DrawError> {
    Drawing::of(token.as_str())?.png(module_px)
}

impl Drawing {
    /// Lays out any text, such as the address of a page, in the smallest code that holds it at
    /// level M.
    ///
    /// # Errors
    /// [`DrawError::TooLong`].
    pub fn of(text: &str) -> Result<Self, DrawError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|_| DrawError::TooLong)?;
        let width = code.width();
        let dark = code.into_colors().into_iter().map(|c| c == Color::Dark);
        let dark = dark.collect();
        Ok(Self { width, dark })
    }

    /// Modules in a row, without the quiet zone.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks_exact(self.width)
    }

    /// An SVG with one unit per module, for embedding in a page or serving as a file. It scales to
    /// the width it is given. `title` is for screen readers, and is escaped.
    #[must_use]
    pub fn svg(&self, title: &str) -> String {
        let side = self.width + 2 * QUIET_ZONE;
        let mut path = String::with_capacity(self.dark.len() * 4);
        for (y, row) in self.rows().enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&true) {
                    let (left, top) = (x + QUIET_ZONE, y + QUIET_ZONE);
                    // Writing to a String can't fail.
                    let _ = write!(path, "M{left} {top}h{0}v1h-{0}z", run.len());
                }
                x += run.len();
            }
        }
        let title = escape(title);
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" shape-rendering="crispEdges"><title>{title}</title><rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{path}"/></svg>"##
        )
    }

    /// A black and white PNG with 1 bit per pixel. `module_px` is the size of a module in pixels,
    /// clamped to 1 to 40; readers want at least 5.
    ///
    /// # Errors
    /// [`DrawError::Encoding`] if the encoder fails.
    #[cfg(feature = "png")]
    pub fn png(&self, module_px: u32) -> Result<Vec<u8>, DrawError> {
        let scale = module_px.clamp(1, 40) as usize;
        let side = (self.width + 2 * QUIET_ZONE) * scale;
        let margin = QUIET_ZONE * scale;
        let white = vec![0xff_u8; side.div_ceil(8)];

        let mut pixels = white.repeat(margin);
        for row in self.rows() {
            let mut line = white.clone();
            for x in 0..self.width * scale {
                if row[x / scale] {
                    let x = margin + x;
                    line[x / 8] &= !(0x80 >> (x % 8));
                }
            }
            pixels.extend(line.repeat(scale));
        }
        pixels.extend(white.repeat(margin));

        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side as u32, side as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(|_| DrawError::Encoding)?;
        writer
            .write_image_data(&pixels)
            .map_err(|_| DrawError::Encoding)?;
        writer.finish().map_err(|_| DrawError::Encoding)?;
        Ok(file)
    }
}

/// Escapes a text for XML and drops characters that XML forbids.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
