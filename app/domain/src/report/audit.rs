//! Whether what is hidden follows from what is shown, by adding and subtracting rows. Rules about single
//! rows and their parts find most of it; what several rows give away together only arithmetic finds.

use std::collections::BTreeMap;

/// Arithmetic modulo a prime says the same as with fractions, but for one case in two thousand million,
/// and its numbers stay small.
const PRIME: u64 = 2_147_483_647;

/// A sum over cells: how often each is in it, modulo [`PRIME`].
pub(super) type Sum = Vec<u64>;

fn inverse(of: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, of % PRIME, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}

/// What somebody knows who was shown some sums: in echelon form, by the first cell of each.
#[derive(Default)]
pub(super) struct Known(BTreeMap<usize, Sum>);

impl Known {
    /// What remains of a sum when what is known is taken away.
    fn rest(&self, mut sum: Sum) -> Sum {
        for (column, known) in &self.0 {
            let factor = sum.get(*column).copied().unwrap_or(0);
            if factor == 0 {
                continue;
            }
            for (value, of) in sum.iter_mut().zip(known) {
                *value = (*value + (PRIME - factor) * of) % PRIME;
            }
        }
        sum
    }

    /// Takes in a sum that is shown.
    pub(super) fn learn(&mut self, sum: Sum) {
        let rest = self.rest(sum);
        let first = rest.iter().enumerate().find(|(_, value)| **value != 0);
        if let Some((column, value)) = first {
            let by = inverse(*value);
            self.0.insert(
                column,
                rest.iter().map(|value| value * by % PRIME).collect(),
            );
        }
    }

    /// Whether a sum can be worked out.
    pub(super) fn gives(&self, sum: Sum) -> bool {
        self.rest(sum).iter().all(|value| *value == 0)
    }
}
