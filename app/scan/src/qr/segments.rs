//! From the corrected bytes to the text.

const LETTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// A text, and whether what follows it is the padding that the standard prescribes.
pub(crate) struct Content {
    pub(crate) text: String,
    pub(crate) padded: bool,
}

/// Reads the segments. Nothing where they contradict the standard, where the text is empty, or
/// where they use what this reader does not know (kanji).
pub(crate) fn read(data: &[u8], version: usize) -> Option<Content> {
    let mut bits = Bits { data, at: 0 };
    let mut bytes = Vec::new();
    let mut utf8 = false;
    let group = match version {
        ..10 => 0,
        10..27 => 1,
        _ => 2,
    };
    loop {
        if bits.left() < 4 {
            break;
        }
        match bits.take(4)? {
            0 => break,
            1 => {
                let count = bits.take([10, 12, 14][group])?;
                numeric(&mut bits, count, &mut bytes)?;
            }
            2 => {
                let count = bits.take([9, 11, 13][group])?;
                alphanumeric(&mut bits, count, &mut bytes)?;
            }
            3 => {
                bits.take(16)?;
            }
            4 => {
                let count = bits.take([8, 16, 16][group])?;
                if count as usize * 8 > bits.left() {
                    return None;
                }
                for _ in 0..count {
                    bytes.push(bits.take(8)? as u8);
                }
            }
            5 => {}
            7 => utf8 |= eci(&mut bits)? == 26,
            9 => {
                bits.take(8)?;
            }
            _ => return None,
        }
    }
    if bytes.is_empty() {
        return None;
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) if utf8 => return None,
        // the standard's own character set where none is named
        Err(other) => other.into_bytes().into_iter().map(char::from).collect(),
    };
    Some(Content {
        text,
        padded: bits.rest_is_padding(),
    })
}

fn numeric(bits: &mut Bits<'_>, count: u32, out: &mut Vec<u8>) -> Option<()> {
    let mut left = count;
    while left > 0 {
        let (digits, width) = match left {
            1 => (1, 4),
            2 => (2, 7),
            _ => (3, 10),
        };
        let value = bits.take(width)?;
        if value >= 10_u32.pow(digits) {
            return None;
        }
        for place in (0..digits).rev() {
            out.push(b'0' + (value / 10_u32.pow(place) % 10) as u8);
        }
        left -= digits;
    }
    Some(())
}

fn alphanumeric(bits: &mut Bits<'_>, count: u32, out: &mut Vec<u8>) -> Option<()> {
    for _ in 0..count / 2 {
        let value = bits.take(11)? as usize;
        out.push(*LETTERS.get(value / 45)?);
        out.push(LETTERS[value % 45]);
    }
    if count % 2 == 1 {
        out.push(*LETTERS.get(bits.take(6)? as usize)?);
    }
    Some(())
}

/// The number of the character set that follows.
fn eci(bits: &mut Bits<'_>) -> Option<u32> {
    let first = bits.take(8)?;
    if first < 0x80 {
        Some(first)
    } else if first < 0xc0 {
        Some((first & 0x3f) << 8 | bits.take(8)?)
    } else if first < 0xe0 {
        Some((first & 0x1f) << 16 | bits.take(16)?)
    } else {
        None
    }
}

struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn left(&self) -> usize {
        self.data.len() * 8 - self.at
    }

    fn take(&mut self, count: usize) -> Option<u32> {
        if count > self.left() {
            return None;
        }
        let mut value = 0;
        for _ in 0..count {
            let bit = self.data[self.at / 8] >> (7 - self.at % 8) & 1;
            value = value << 1 | u32::from(bit);
            self.at += 1;
        }
        Some(value)
    }

    /// Zero bits to the next byte, then 0xec and 0x11 by turns.
    fn rest_is_padding(&mut self) -> bool {
        while !self.at.is_multiple_of(8) {
            if self.take(1) != Some(0) {
                return false;
            }
        }
        let rest = &self.data[self.at / 8..];
        rest.iter()
            .zip([0xec, 0x11].iter().cycle())
            .all(|(a, b)| a == b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn c_97_any_bytes_are_read_or_refused(data in prop::collection::vec(any::<u8>(), 0..300), version in 1_usize..=40) {
            let _ = read(&data, version);
        }

        #[test]
        fn c_97_lengths_beyond_the_data_are_refused(mode in prop::sample::select(vec![1_u8, 2, 4]), length in 20_u8..) {
            let data = [mode << 4 | length >> 4, length << 4 | 0xf, 0xff];
            prop_assert!(read(&data, 1).is_none());
        }
    }
}
