//! Sizes, and how codewords are divided into blocks (ISO/IEC 18004).

/// A version: 1 (21 by 21 modules) to 40 (177 by 177).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version(u8);

/// Error correction level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    L,
    M,
    Q,
    H,
}

/// Check bytes in a block, by level, then by version.
const CHECK_BYTES: [[u8; 40]; 4] = [
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30,
        30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
    [
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30,
        30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
];

/// Blocks, by level, then by version.
const BLOCKS: [[u8; 40]; 4] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13,
        14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23,
        25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29,
        34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35,
        37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
];

impl Version {
    /// The version by its number.
    pub(crate) fn new(number: usize) -> Option<Self> {
        match u8::try_from(number) {
            Ok(number @ 1..=40) => Some(Self(number)),
            _ => None,
        }
    }

    pub(crate) fn number(self) -> usize {
        usize::from(self.0)
    }

    /// Modules in a row.
    pub(crate) fn side(self) -> usize {
        17 + 4 * self.number()
    }

    /// Where alignment patterns have their middles, along each axis.
    pub(crate) fn alignment(self) -> Vec<usize> {
        if self.0 == 1 {
            return Vec::new();
        }
        let count = self.number() / 7 + 2;
        let step = (self.number() * 8 + count * 3 + 5) / (count * 4 - 4) * 2;
        let mut middles: Vec<usize> = (0..count - 1).map(|i| self.side() - 7 - i * step).collect();
        middles.push(6);
        middles.reverse();
        middles
    }

    /// Codewords of data and check bytes together.
    pub(crate) fn codewords(self) -> usize {
        let n = self.number();
        let mut modules = (16 * n + 128) * n + 64;
        if n >= 2 {
            let count = n / 7 + 2;
            modules -= (25 * count - 10) * count - 55;
            if n >= 7 {
                modules -= 36;
            }
        }
        modules / 8
    }

    /// Check bytes in each block.
    pub(crate) fn check_bytes(self, level: Level) -> usize {
        usize::from(CHECK_BYTES[level.row()][self.number() - 1])
    }

    /// Number of blocks.
    pub(crate) fn blocks(self, level: Level) -> usize {
        usize::from(BLOCKS[level.row()][self.number() - 1])
    }
}

impl Level {
    fn row(self) -> usize {
        match self {
            Self::L => 0,
            Self::M => 1,
            Self::Q => 2,
            Self::H => 3,
        }
    }

    /// From the two bits in the format information.
    pub(crate) fn from_bits(bits: usize) -> Self {
        match bits & 3 {
            0 => Self::M,
            1 => Self::L,
            2 => Self::H,
            _ => Self::Q,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_fill_every_version_exactly() {
        for version in (1..=40).filter_map(Version::new) {
            for level in [Level::L, Level::M, Level::Q, Level::H] {
                let all = version.codewords();
                let blocks = version.blocks(level);
                assert!(all / blocks > version.check_bytes(level));
                assert!(all.div_ceil(blocks) <= 255);
            }
        }
        let ticket = Version::new(5).unwrap();
        assert_eq!((ticket.side(), ticket.codewords()), (37, 134));
        assert_eq!(ticket.alignment(), [6, 30]);
        assert_eq!(
            Version::new(32).unwrap().alignment(),
            [6, 34, 60, 86, 112, 138]
        );
    }
}
