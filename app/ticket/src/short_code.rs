//! The short code beside the QR: eight characters that people can read out and type (C-112).

use std::fmt;

use crate::normalise;

/// The characters of a short code, in the order of their values.
///
/// Of every pair that people take for one another one is kept, and typing the other is read as the
/// one that is kept: 2 for Z, 5 for S, 6 for G, 8 for B, V for U, and D for O, Q and 0. 1, I and L
/// are three ways to write a stroke and none is kept. Without A and E as well no code can spell a
/// word. That leaves 23, a prime, which the check character needs; 23^7 makes 3.4 thousand million
/// codes, enough for codes that count only in their own center and window and whose tries are
/// limited.
pub const ALPHABET: &[u8; 23] = b"23456789CDFHJKMNPRTVWXY";

const RADIX: u8 = 23;
const LENGTH: usize = 8;
/// The largest multiple of the radix that a byte can hold; bytes from here on would favour some
/// characters.
const FAIR: u8 = u8::MAX / RADIX * RADIX;

/// A short code: seven random characters and a check character, shown as `XXXX-XXXX`.
///
/// It proves nothing by itself: it finds a booking within one center and one time window, and the
/// caller must limit wrong attempts (C-112). The check character catches every
/// single wrong character and every swap of two, neighbours or not.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShortCode([u8; LENGTH]);

/// Too few of the random bytes were usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too few random bytes for a short code: give 32")]
pub struct NotEnoughRandomness;

/// Why a text isn't a short code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ShortCodeError {
    /// Not eight characters.
    #[error("a short code has eight characters")]
    Length,
    /// A character that no code contains and that isn't a look-alike of one, such as 1, I, L, A or E.
    #[error("a short code has no {0:?}")]
    Character(char),
    /// A character is wrong, or two are swapped.
    #[error("this short code is mistyped: compare it with the one beside the QR code")]
    Check,
}

impl ShortCode {
    /// Makes a code from the caller's random bytes; all codes are equally likely. One byte in 85 is
    /// skipped, so pass some to spare: with 16 about one call in 10^15 fails, with 32 none ever
    /// will.
    ///
    /// # Errors
    /// [`NotEnoughRandomness`] when fewer than seven bytes could be used.
    pub fn from_random(random: &[u8]) -> Result<Self, NotEnoughRandomness> {
        let mut fair = random.iter().filter(|&&byte| byte < FAIR);
        let mut values = [0; LENGTH];
        for value in &mut values[..LENGTH - 1] {
            *value = fair.next().ok_or(NotEnoughRandomness)? % RADIX;
        }
        // The weight of the check character is 8, and 8 * 20 = 160 = -1 modulo 23.
        values[LENGTH - 1] = (weighted_sum(&values) * 20 % u32::from(RADIX)) as u8;
        Ok(Self(values))
    }

    /// Parses what somebody typed. It is normalised first (C-105); dashes, spaces and case don't
    /// matter, and look-alikes are read as the character they resemble.
    ///
    /// # Errors
    /// [`ShortCodeError`]; never panics.
    pub fn parse(input: &str) -> Result<Self, ShortCodeError> {
        let plain = normalise(input);
        let mut values = [0; LENGTH];
        let mut length = 0;
        for c in plain.chars().filter(|&c| c != '-') {
            let slot = values.get_mut(length).ok_or(ShortCodeError::Length)?;
            *slot = value_of(c).ok_or(ShortCodeError::Character(c))?;
            length += 1;
        }
        if length != LENGTH {
            return Err(ShortCodeError::Length);
        }
        if !weighted_sum(&values).is_multiple_of(u32::from(RADIX)) {
            return Err(ShortCodeError::Check);
        }
        Ok(Self(values))
    }

    /// The eight characters without the dash: the form to store and to look up.
    #[must_use]
    pub fn compact(&self) -> String {
        self.characters().collect()
    }

    fn characters(&self) -> impl Iterator<Item = char> {
        self.0
            .iter()
            .map(|&value| char::from(ALPHABET[usize::from(value)]))
    }
}

/// Weights 1 to 8. The radix is prime and no weight, no difference and no sum of two weights is a
/// multiple of it, so that neither one wrong character, nor two swapped, nor the same mistake made
/// to two equal characters leaves the sum a multiple of it.
fn weighted_sum(values: &[u8; LENGTH]) -> u32 {
    (1u32..)
        .zip(values)
        .map(|(weight, &value)| weight * u32::from(value))
        .sum()
}

fn value_of(c: char) -> Option<u8> {
    let kept = match c {
        'Z' => b'2',
        'S' => b'5',
        'G' => b'6',
        'B' => b'8',
        'U' => b'V',
        'O' | 'Q' | '0' => b'D',
        c => u8::try_from(c).ok()?,
    };
    let value = ALPHABET.iter().position(|&character| character == kept)?;
    u8::try_from(value).ok()
}

impl fmt::Display for ShortCode {
    /// `XXXX-XXXX`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, character) in self.characters().enumerate() {
            if index == LENGTH / 2 {
                f.write_str("-")?;
            }
            write!(f, "{character}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ShortCode {
    /// Hides the code, because whoever has it can get in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShortCode(..)")
    }
}
