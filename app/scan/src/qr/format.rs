//! The format information: error correction level and mask, chosen by likelihood.

use super::version::Level;

/// A format, and how well the modules agree with it.
#[derive(Clone, Copy)]
pub(crate) struct Format {
    pub(crate) level: Level,
    pub(crate) mask: u8,
}

/// The fifteen bits, lowest first, of each of the 32 formats.
fn pattern(data: u32) -> u32 {
    let mut rest = data << 10;
    for bit in (10..15).rev() {
        if rest >> bit & 1 == 1 {
            rest ^= 0x537 << (bit - 10);
        }
    }
    (data << 10 | rest) ^ 0x5412
}

/// Where bit `i` stands, in both copies, as (column, row).
fn places(i: usize, side: usize) -> [(usize, usize); 2] {
    let first = match i {
        0..=5 => (8, i),
        6 => (8, 7),
        7 => (8, 8),
        8 => (7, 8),
        _ => (14 - i, 8),
    };
    let second = if i < 8 {
        (side - 1 - i, 8)
    } else {
        (8, side - 15 + i)
    };
    [first, second]
}

/// The formats in the order of their likelihood, the first `count` of them. `soft` holds the
/// modules row by row, dark being positive.
pub(crate) fn likely(soft: &[f32], side: usize, count: usize) -> Vec<Format> {
    let mut bits = [0_f32; 15];
    for (i, bit) in bits.iter_mut().enumerate() {
        for (x, y) in places(i, side) {
            *bit += soft.get(y * side + x).map_or(0.0, |v| v.clamp(-1.0, 1.0));
        }
    }
    let mut scored: Vec<(f32, u32)> = (0..32)
        .map(|data| {
            let pattern = pattern(data);
            let score = bits
                .iter()
                .enumerate()
                .map(|(i, &v)| if pattern >> i & 1 == 1 { v } else { -v })
                .sum();
            (score, data)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored
        .into_iter()
        .take(count)
        .map(|(_, data)| Format {
            level: Level::from_bits((data >> 3) as usize),
            mask: (data & 7) as u8,
        })
        .collect()
}

/// Whether the mask turns the module over.
pub(crate) fn masked(mask: u8, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (x / 3 + y / 2).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_differ_in_at_least_seven_bits() {
        assert_eq!(pattern(0), 0x5412);
        for a in 0..32 {
            for b in 0..a {
                assert!((pattern(a) ^ pattern(b)).count_ones() >= 7);
            }
        }
    }
}
