//! From soft modules to codewords, blocks and the text, doubtful bytes being erased.

use super::format::{self, Format, masked};
use super::layout::Layout;
use super::reed_solomon::correct;
use super::segments;

/// Check bytes that must be left over once bytes were erased by guess: another text of the same
/// kind would then be read once in 2^32 tries.
const SLACK: usize = 4;

/// What came of reading a square of modules.
pub(crate) enum Reading {
    /// The text.
    Text(String),
    /// No text; but the modules of the blocks that could be corrected are now known: 1 dark, -1
    /// light, 0 unknown, row by row.
    Part(Vec<i8>),
    /// Nothing.
    Nothing,
}

/// Reads squares of modules.
pub(crate) struct Reader<'a> {
    /// Where everything stands.
    pub(crate) layout: &'a Layout,
    /// How many of the likeliest formats are tried.
    pub(crate) formats: usize,
}

struct Word {
    value: u8,
    /// The smallest certainty of its bits.
    certainty: f32,
    /// Which codeword of the code it is.
    index: usize,
}

impl Reader<'_> {
    /// Reads `soft`: the modules row by row, dark being positive, with their certainty.
    pub(crate) fn read(&self, soft: &[f32]) -> Reading {
        let side = self.layout.side();
        if soft.len() != side * side {
            return Reading::Nothing;
        }
        let mut best = Reading::Nothing;
        for format in format::likely(soft, side, self.formats) {
            match self.read_as(soft, format) {
                Reading::Text(text) => return Reading::Text(text),
                Reading::Part(known) => {
                    if matches!(best, Reading::Nothing) {
                        best = Reading::Part(known);
                    }
                }
                Reading::Nothing => {}
            }
        }
        best
    }

    fn read_as(&self, soft: &[f32], format: Format) -> Reading {
        let version = self.layout.version();
        let parity = version.check_bytes(format.level);
        let mut blocks = self.blocks(soft, format);
        let mut done = vec![None; blocks.len()];
        for (block, slack) in blocks.iter_mut().zip(&mut done) {
            *slack = repair(block, parity);
        }
        if done.iter().any(Option::is_none) {
            let certain: Vec<&Vec<Word>> = blocks
                .iter()
                .zip(&done)
                .filter(|(_, slack)| slack.is_some_and(|slack| slack >= SLACK))
                .map(|(block, _)| block)
                .collect();
            if certain.is_empty() {
                return Reading::Nothing;
            }
            return Reading::Part(self.modules(&certain, format));
        }
        let slack = done.iter().flatten().min().copied().unwrap_or(0);
        let data: Vec<u8> = blocks
            .iter()
            .flat_map(|block| block.iter().take(block.len() - parity))
            .map(|word| word.value)
            .collect();
        match segments::read(&data, version.number()) {
            // a text at the edge of what can be corrected must at least end as texts do
            Some(content) if content.padded || slack >= SLACK => Reading::Text(content.text),
            _ => Reading::Nothing,
        }
    }

    /// The codewords, sorted into their blocks.
    fn blocks(&self, soft: &[f32], format: Format) -> Vec<Vec<Word>> {
        let version = self.layout.version();
        let side = self.layout.side();
        let count = version.blocks(format.level);
        let all = version.codewords();
        let data = all / count - version.check_bytes(format.level);
        let short = count - all % count;
        let mut blocks: Vec<Vec<Word>> = (0..count).map(|_| Vec::new()).collect();
        for (index, bits) in self.layout.path().chunks_exact(8).enumerate() {
            let mut value = 0;
            let mut certainty = f32::INFINITY;
            for &place in bits {
                let place = usize::from(place);
                let dark = soft[place] > 0.0;
                let one = dark != masked(format.mask, place % side, place / side);
                value = value << 1 | u8::from(one);
                certainty = certainty.min(soft[place].abs());
            }
            let block = if index < data * count {
                index % count
            } else if index < data * count + (count - short) {
                short + index - data * count
            } else {
                (index - data * count - (count - short)) % count
            };
            if let Some(block) = blocks.get_mut(block) {
                block.push(Word {
                    value,
                    certainty,
                    index,
                });
            }
        }
        blocks
    }

    fn modules(&self, blocks: &[&Vec<Word>], format: Format) -> Vec<i8> {
        let side = self.layout.side();
        let mut known = vec![0; side * side];
        for word in blocks.iter().copied().flatten() {
            let bits = self.layout.path().iter().skip(word.index * 8).take(8);
            for (bit, &place) in bits.enumerate() {
                let place = usize::from(place);
                let one = word.value >> (7 - bit) & 1 == 1;
                let dark = one != masked(format.mask, place % side, place / side);
                known[place] = if dark { 1 } else { -1 };
            }
        }
        known
    }
}

/// Corrects a block, erasing ever more of its least certain bytes. Returns what check bytes are
/// left.
fn repair(block: &mut [Word], parity: usize) -> Option<usize> {
    let mut bytes: Vec<u8> = block.iter().map(|word| word.value).collect();
    let mut order: Vec<usize> = (0..block.len()).collect();
    order.sort_by(|&a, &b| block[a].certainty.total_cmp(&block[b].certainty));
    let most = parity.saturating_sub(SLACK);
    let step = (most / 6).max(1);
    for erased in (0..=most).step_by(step) {
        let Some(slack) = correct(&mut bytes, parity, order.get(..erased)?) else {
            continue;
        };
        if erased > 0 && slack < SLACK {
            // cannot be told from chance
            for (byte, word) in bytes.iter_mut().zip(block.iter()) {
                *byte = word.value;
            }
            continue;
        }
        for (word, byte) in block.iter_mut().zip(bytes) {
            word.value = byte;
        }
        return Some(slack);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::version::Version;
    use super::*;
    use qrcode::{Color, EcLevel, QrCode, Version as Drawn};

    fn drawn(text: &str, version: i16, level: EcLevel) -> Vec<f32> {
        let code = QrCode::with_version(text, Drawn::Normal(version), level).unwrap();
        let colours = code.into_colors().into_iter();
        colours
            .map(|c| if c == Color::Dark { 1.0 } else { -1.0 })
            .collect()
    }

    #[test]
    fn every_version_and_level_is_read() {
        for number in 1..=40 {
            let layout = Layout::new(Version::new(number).unwrap());
            let reader = Reader {
                layout: &layout,
                formats: 1,
            };
            for level in [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H] {
                for text in ["4711", "LINLI 42", "邻里"] {
                    let soft = drawn(text, number as i16, level);
                    let fixed = layout.fixed().iter().zip(&soft);
                    assert!(fixed.clone().all(|(&f, &s)| f == 0 || f32::from(f) == s));
                    match reader.read(&soft) {
                        Reading::Text(read) => assert_eq!(read, text),
                        _ => panic!("version {number} {level:?} {text}"),
                    }
                }
            }
        }
    }

    #[test]
    fn doubtful_bytes_count_half() {
        let layout = Layout::new(Version::new(5).unwrap());
        let reader = Reader {
            layout: &layout,
            formats: 1,
        };
        let text = "31".repeat(100);
        let mut soft = drawn(&text, 5, EcLevel::M);
        // 36 of 134 bytes wrong, 18 a block; 12 a block can be corrected unless they are known
        for word in 98..134 {
            let place = usize::from(layout.path()[word * 8 + 3]);
            soft[place] *= -0.1;
        }
        assert!(matches!(reader.read(&soft), Reading::Text(read) if read == text));
        for value in &mut soft {
            *value = value.signum();
        }
        assert!(!matches!(reader.read(&soft), Reading::Text(_)));
    }
}
