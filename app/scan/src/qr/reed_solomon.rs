//! Correcting a block: wrong bytes whose place is unknown, and erased ones whose place is known.

use super::gf::{divide, evaluate, power, times};

/// Corrects `block` in place, its last `parity` bytes being the check bytes. `erased` lists the
/// places that are known to be doubtful. Returns the number of check bytes left over when every
/// error took two and every erasure one, or nothing where the block cannot be corrected; it is
/// then unchanged.
pub(crate) fn correct(block: &mut [u8], parity: usize, erased: &[usize]) -> Option<usize> {
    let length = block.len();
    if parity == 0 || parity >= length || length > 255 || erased.len() > parity {
        return None;
    }
    let syndromes = syndromes(block, parity);
    if syndromes.iter().all(|&s| s == 0) {
        return Some(parity - erased.len());
    }
    let mut locator = vec![1_u8];
    for &place in erased {
        if place >= length {
            return None;
        }
        multiply_by_root(&mut locator, power(length - 1 - place));
    }
    let locator = berlekamp_massey(&syndromes, locator, erased.len());
    let found = locator.len() - 1;
    let errors = found.checked_sub(erased.len())?;
    let slack = parity.checked_sub(erased.len() + 2 * errors)?;

    let mut evaluator = vec![0_u8; parity];
    for (i, &s) in syndromes.iter().enumerate() {
        for (j, &l) in locator.iter().enumerate() {
            if let Some(slot) = evaluator.get_mut(i + j) {
                *slot ^= times(s, l);
            }
        }
    }
    // the derivative: odd powers, one lower
    let derivative: Vec<u8> = (1..locator.len())
        .map(|i| if i % 2 == 1 { locator[i] } else { 0 })
        .collect();

    let mut repaired = block.to_vec();
    let mut roots = 0;
    for (place, byte) in repaired.iter_mut().enumerate() {
        let exponent = length - 1 - place;
        let inverse = power(255 - exponent % 255);
        if evaluate(&locator, inverse) != 0 {
            continue;
        }
        roots += 1;
        let slope = evaluate(&derivative, inverse);
        if slope == 0 {
            return None;
        }
        let value = divide(evaluate(&evaluator, inverse), slope);
        // the first root of the generator is 2^0, so the value is to be multiplied by the locator
        *byte ^= times(value, power(exponent));
    }
    if roots != found || self::syndromes(&repaired, parity).iter().any(|&s| s != 0) {
        return None;
    }
    block.copy_from_slice(&repaired);
    Some(slack)
}

fn syndromes(block: &[u8], parity: usize) -> Vec<u8> {
    (0..parity)
        .map(|i| {
            let x = power(i);
            block.iter().fold(0, |sum, &byte| times(sum, x) ^ byte)
        })
        .collect()
}

/// Multiplies by (1 + root x).
fn multiply_by_root(polynomial: &mut Vec<u8>, root: u8) {
    polynomial.push(0);
    for i in (1..polynomial.len()).rev() {
        polynomial[i] ^= times(polynomial[i - 1], root);
    }
}

/// The shortest locator that explains the syndromes and contains the erasures.
fn berlekamp_massey(syndromes: &[u8], start: Vec<u8>, erasures: usize) -> Vec<u8> {
    let mut current = start.clone();
    let mut previous = start;
    let mut length = erasures;
    let mut shift = 1;
    let mut scale = 1_u8;
    for n in erasures..syndromes.len() {
        let discrepancy = current
            .iter()
            .take(n + 1)
            .enumerate()
            .fold(0, |sum, (i, &c)| sum ^ times(c, syndromes[n - i]));
        if discrepancy == 0 {
            shift += 1;
            continue;
        }
        let factor = divide(discrepancy, scale);
        let mut next = current.clone();
        if next.len() < previous.len() + shift {
            next.resize(previous.len() + shift, 0);
        }
        for (i, &p) in previous.iter().enumerate() {
            next[i + shift] ^= times(factor, p);
        }
        if 2 * length <= n + erasures {
            length = n + 1 + erasures - length;
            previous = current;
            scale = discrepancy;
            shift = 1;
        } else {
            shift += 1;
        }
        current = next;
    }
    while current.len() > 1 && current.last() == Some(&0) {
        current.pop();
    }
    current
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Appends the check bytes: the remainder of dividing by the generator.
    fn encode(data: &[u8], parity: usize) -> Vec<u8> {
        let mut generator = vec![1_u8];
        for i in 0..parity {
            // highest coefficient first: times (x + 2^i)
            generator.push(0);
            for j in (1..generator.len()).rev() {
                generator[j] ^= times(generator[j - 1], power(i));
            }
        }
        let mut work = data.to_vec();
        work.resize(data.len() + parity, 0);
        for i in 0..data.len() {
            let factor = work[i];
            for (j, &g) in generator.iter().enumerate() {
                work[i + j] ^= times(factor, g);
            }
        }
        let mut block = data.to_vec();
        block.extend(&work[data.len()..]);
        block
    }

    proptest! {
        #[test]
        fn what_fits_into_the_check_bytes_is_corrected(
            data in prop::collection::vec(any::<u8>(), 1..100),
            parity in 2_usize..30,
            places in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
            noise in prop::collection::vec(1_u8.., 30),
            split in any::<prop::sample::Index>(),
        ) {
            let good = encode(&data, parity);
            let mut places: Vec<usize> = places.iter().map(|p| p.index(good.len())).collect();
            places.sort_unstable();
            places.dedup();
            let erasures = split.index(places.len() + 1);
            let errors = (places.len() - erasures).min(parity.saturating_sub(erasures) / 2);
            let erasures = erasures.min(parity);
            places.truncate(erasures + errors);
            let mut bad = good.clone();
            for (&place, &change) in places.iter().zip(&noise) {
                bad[place] ^= change;
            }
            let erased = &places[..erasures.min(places.len())];
            prop_assert!(correct(&mut bad, parity, erased).is_some());
            prop_assert_eq!(bad, good);
        }

        #[test]
        fn c_97_hostile_blocks_do_no_harm(
            mut block in prop::collection::vec(any::<u8>(), 0..300),
            parity in 0_usize..300,
            erased in prop::collection::vec(0_usize..400, 0..40),
        ) {
            let before = block.clone();
            if correct(&mut block, parity, &erased).is_none() {
                prop_assert_eq!(block, before);
            }
        }
    }
}
