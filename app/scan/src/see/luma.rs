//! A picture as brightness, one byte a pixel.

/// A picture: brightness from 0 to 255, row by row from the top left.
#[derive(Clone, Debug)]
pub struct Frame {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadFrame {
    /// Width times height is not the number of pixels.
    Length,
    /// A side is 0, or longer than [`Frame::LONGEST`].
    Size,
}

impl std::fmt::Display for BadFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Length => "the picture's bytes do not match its width and height",
            Self::Size => "a picture has sides of 1 to 8192 pixels",
        })
    }
}

impl std::error::Error for BadFrame {}

impl Frame {
    /// The longest side that is looked at, in pixels.
    pub const LONGEST: usize = 8192;

    /// A picture of brightness bytes.
    ///
    /// # Errors
    /// [`BadFrame`] where sizes and bytes contradict each other.
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Result<Self, BadFrame> {
        check(width, height, pixels.len(), 1)?;
        Ok(Self {
            width,
            height,
            pixels,
        })
    }

    /// A picture of red, green, blue and opacity bytes, as a canvas gives them.
    ///
    /// # Errors
    /// [`BadFrame`] where sizes and bytes contradict each other.
    pub fn from_rgba(width: usize, height: usize, rgba: &[u8]) -> Result<Self, BadFrame> {
        check(width, height, rgba.len(), 4)?;
        let pixels = rgba.as_chunks::<4>().0.iter().map(brightness).collect();
        Ok(Self {
            width,
            height,
            pixels,
        })
    }

    /// Pixels in a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// The brightness bytes, row by row.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Half as wide and high, each pixel the mean of four; nothing where too little is left.
    pub(crate) fn halved(&self) -> Option<Self> {
        let (width, height) = (self.width / 2, self.height / 2);
        if width < 24 || height < 24 {
            return None;
        }
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let upper = &self.pixels[2 * y * self.width..][..self.width];
            let lower = &self.pixels[(2 * y + 1) * self.width..][..self.width];
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            pixels.extend(pairs.map(|(u, l)| {
                let sum = u16::from(u[0]) + u16::from(u[1]) + u16::from(l[0]) + u16::from(l[1]);
                ((sum + 2) / 4) as u8
            }));
        }
        Some(Self {
            width,
            height,
            pixels,
        })
    }

    /// Dark and light exchanged.
    pub(crate) fn inverted(&self) -> Self {
        Self {
            pixels: self.pixels.iter().map(|&p| 255 - p).collect(),
            ..*self
        }
    }
}

fn check(width: usize, height: usize, bytes: usize, each: usize) -> Result<(), BadFrame> {
    let sides = 1..=Frame::LONGEST;
    if !sides.contains(&width) || !sides.contains(&height) {
        return Err(BadFrame::Size);
    }
    if width * height * each != bytes {
        return Err(BadFrame::Length);
    }
    Ok(())
}

/// By BT.601, on white where it can be seen through.
fn brightness(&[r, g, b, a]: &[u8; 4]) -> u8 {
    let light = (u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8;
    if a == 255 {
        return light as u8;
    }
    let a = u32::from(a);
    ((light * a + 255 * (255 - a)) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_97_sizes_that_contradict_the_bytes_are_refused() {
        assert!(matches!(
            Frame::new(2, 2, vec![0; 3]),
            Err(BadFrame::Length)
        ));
        assert!(matches!(Frame::new(0, 2, vec![]), Err(BadFrame::Size)));
        assert!(matches!(
            Frame::from_rgba(usize::MAX, 2, &[0; 8]),
            Err(BadFrame::Size)
        ));
        assert!(Frame::from_rgba(1, 2, &[0; 8]).is_ok());
    }

    #[test]
    fn transparent_is_white() {
        let frame = Frame::from_rgba(2, 1, &[0, 0, 0, 0, 9, 9, 9, 255]).unwrap();
        assert_eq!(frame.pixels(), [255, 9]);
    }
}
