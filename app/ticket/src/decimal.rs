//! 83 bytes as one big-endian number of 200 decimal digits, and back.

/// Bytes of a ticket.
pub(crate) const BYTES: usize = 83;
/// Digits of a ticket: the largest 83-byte number has exactly 200.
pub const DIGITS: usize = 200;

/// Digits taken in one step: the most that an `u32` holds.
const STEP: usize = 9;
const STEP_VALUE: u64 = 1_000_000_000;
/// The number in words, most significant first; the first byte of the first word is not used.
type Words = [u32; (BYTES + 1) / 4];

/// Writes the number in decimal, padded with zeros to [`DIGITS`].
pub(crate) fn encode(bytes: &[u8; BYTES]) -> String {
    let mut padded = [0; BYTES + 1];
    padded[1..].copy_from_slice(bytes);
    let mut words = Words::default();
    for (word, four) in words.iter_mut().zip(padded.chunks_exact(4)) {
        *word = four
            .iter()
            .fold(0, |word, &byte| word << 8 | u32::from(byte));
    }
    let mut digits = [b'0'; DIGITS];
    for step in digits.rchunks_mut(STEP) {
        let mut rest = 0;
        for word in &mut words {
            let value = rest << 32 | u64::from(*word);
            *word = (value / STEP_VALUE) as u32;
            rest = value % STEP_VALUE;
        }
        for digit in step.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    }
    digits.iter().map(|&digit| char::from(digit)).collect()
}

/// Reads exactly [`DIGITS`] ASCII digits. `None` for anything else, and for the numbers that fit
/// 200 digits but not 83 bytes, so that every ticket has one spelling.
pub(crate) fn decode(text: &str) -> Option<[u8; BYTES]> {
    let digits = text.as_bytes();
    if digits.len() != DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut words = Words::default();
    for step in digits.rchunks(STEP).rev() {
        let mut carry = step
            .iter()
            .fold(0, |value, digit| value * 10 + u64::from(digit - b'0'));
        for word in words.iter_mut().rev() {
            let value = u64::from(*word) * STEP_VALUE + carry;
            *word = value as u32;
            carry = value >> 32;
        }
    }
    let mut padded = [0; BYTES + 1];
    for (four, word) in padded.chunks_exact_mut(4).zip(words) {
        four.copy_from_slice(&word.to_be_bytes());
    }
    let (unused, bytes) = padded.split_first()?;
    if *unused != 0 {
        return None;
    }
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2^664, the first number that does not fit.
    fn first_too_large() -> String {
        let mut digits = [0u8; DIGITS];
        digits[DIGITS - 1] = 1;
        for _ in 0..BYTES * 8 {
            let mut carry = 0;
            for digit in digits.iter_mut().rev() {
                let doubled = *digit * 2 + carry;
                *digit = doubled % 10;
                carry = doubled / 10;
            }
            assert_eq!(carry, 0, "2^664 has more than 200 digits");
        }
        digits.iter().map(|d| char::from(b'0' + d)).collect()
    }

    #[test]
    fn the_ends_of_the_range_are_where_they_should_be() {
        assert_eq!(encode(&[0; BYTES]), "0".repeat(DIGITS));
        let largest = encode(&[0xff; BYTES]);
        let too_large = first_too_large();
        assert!(largest < too_large);
        assert_eq!(decode(&largest), Some([0xff; BYTES]));
        assert_eq!(decode(&too_large), None);
        assert_eq!(decode(&"9".repeat(DIGITS)), None);
        assert!(!largest.starts_with('0'), "199 digits would do");
    }

    #[test]
    fn small_numbers_are_padded_on_the_left() {
        let mut bytes = [0; BYTES];
        bytes[BYTES - 2..].copy_from_slice(&[0x01, 0x02]);
        let text = encode(&bytes);
        assert_eq!(text, format!("{:0>200}", 258));
        assert_eq!(decode(&text), Some(bytes));
    }

    #[test]
    fn only_ascii_digits_are_read() {
        for odd in ["+", "-", " ", "a", "/", ":"] {
            let text = format!("{odd}{}", "0".repeat(DIGITS - odd.len()));
            assert_eq!(decode(&text), None, "{odd}");
        }
        assert_eq!(decode(&"é".repeat(100)), None);
    }
}
