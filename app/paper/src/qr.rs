//! A QR code as rectangles: one for each run of black modules in a row, in modules.

use qrcode::{Color, EcLevel, QrCode};

use crate::PaperError;

/// Modules of white around the code.
pub(crate) const QUIET_ZONE: usize = 4;
/// The largest version that is drawn, 20 (97 modules a side): a larger one fills half the page.
const LARGEST: usize = 97;

/// A code, without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Matrix {
    /// Modules a side.
    pub(crate) side: usize,
    /// Black runs: x, y, length.
    pub(crate) runs: Vec<(usize, usize, usize)>,
}

/// Lays a text out at level M.
pub(crate) fn matrix(text: &str) -> Result<Matrix, PaperError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|_| PaperError::CodeTooLong)?;
    let side = code.width();
    if side > LARGEST {
        return Err(PaperError::CodeTooLong);
    }
    let mut runs = Vec::new();
    for (y, row) in code.to_colors().chunks_exact(side).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                runs.push((x, y, run.len()));
            }
            x += run.len();
        }
    }
    Ok(Matrix { side, runs })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_runs_cover_exactly_the_dark_modules() {
        for text in [
            "1",
            "https://example.org/certificates/019f2f4c",
            &"证".repeat(150),
        ] {
            let matrix = matrix(text).unwrap();
            let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
            let mut dark = vec![Color::Light; matrix.side * matrix.side];
            for (x, y, length) in matrix.runs {
                dark[y * matrix.side + x..][..length].fill(Color::Dark);
            }
            assert_eq!(dark, code.to_colors());
        }
    }

    #[test]
    fn a_text_that_no_phone_would_read_from_paper_is_refused() {
        assert!(matrix(&"a".repeat(666)).is_ok());
        assert_eq!(matrix(&"a".repeat(667)), Err(PaperError::CodeTooLong));
        assert_eq!(matrix(&"a".repeat(4_000)), Err(PaperError::CodeTooLong));
    }
}
