//! C-97 for the code's arithmetic: made-up, cut and damaged bytes and modules are read rightly, or
//! not at all, and never make it panic. `make fuzz` runs a million of each.

#[path = "../../../ticket/tests/support/fuzz.rs"]
#[allow(dead_code, missing_docs, unreachable_pub)]
mod support;

use super::{Layout, Reader, Reading, Version, segments};
use qrcode::{Color, EcLevel, QrCode, Version as Drawn};
use support::{Random, fuzz};

/// Writes bits as a code's data holds them.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn put(&mut self, value: u64, width: usize) {
        for place in (0..width).rev() {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = (value >> place & 1) as u8;
            *self.bytes.last_mut().unwrap() |= bit << (7 - self.count % 8);
            self.count += 1;
        }
    }
}

const LETTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Segments as the standard has them, and what they say.
fn honest(random: &mut Random, version: usize) -> (Bits, String) {
    let (mut bits, mut text) = (Bits::default(), String::new());
    let group = usize::from(version >= 10) + usize::from(version >= 27);
    for _ in 0..random.below(5) {
        let length = random.below(30);
        match random.below(6) {
            0 => {
                let digits: Vec<u8> = (0..length).map(|_| b'0' + random.below(10) as u8).collect();
                bits.put(1, 4);
                bits.put(length as u64, [10, 12, 14][group]);
                for three in digits.chunks(3) {
                    let number = std::str::from_utf8(three).unwrap();
                    bits.put(number.parse().unwrap(), [0, 4, 7, 10][three.len()]);
                    text.push_str(number);
                }
            }
            1 => {
                let places: Vec<usize> = (0..length).map(|_| random.below(45)).collect();
                bits.put(2, 4);
                bits.put(length as u64, [9, 11, 13][group]);
                for two in places.chunks(2) {
                    match two {
                        [a, b] => bits.put((a * 45 + b) as u64, 11),
                        _ => bits.put(two[0] as u64, 6),
                    }
                }
                text.extend(places.iter().map(|&at| char::from(LETTERS[at])));
            }
            2 | 3 => {
                let all = ["邻", "里", "a", "7", "\0", "é", "\u{10ffff}"];
                let part: String = (0..length).map(|_| *random.of(&all)).collect();
                bits.put(4, 4);
                bits.put(part.len() as u64, [8, 16, 16][group]);
                part.bytes().for_each(|byte| bits.put(byte.into(), 8));
                text.push_str(&part);
            }
            4 => {
                bits.put(7, 4);
                let number = random.next();
                match random.below(4) {
                    0 => bits.put(26, 8),
                    1 => bits.put(number & 0x7f, 8),
                    2 => bits.put(0x8000 | number & 0x3fff, 16),
                    _ => bits.put(0xc0_0000 | number & 0x1f_ffff, 24),
                }
            }
            _ => {
                let (mode, width) = *random.of(&[(3, 16), (5, 0), (9, 8)]);
                bits.put(mode, 4);
                bits.put(random.next() & 0xffff >> (16 - width.max(1)), width);
            }
        }
    }
    (bits, text)
}

/// The end of the data, and the padding.
fn close(random: &mut Random, bits: &mut Bits) {
    bits.put(0, 4);
    for pad in [0xec, 0x11].iter().cycle().take(random.below(20)) {
        bits.bytes.push(*pad);
    }
}

/// Modes with lengths that nobody counted.
fn lies(random: &mut Random) -> Vec<u8> {
    let mut bits = Bits::default();
    for _ in 0..random.below(9) {
        bits.put(random.next(), 4);
        let width = *random.of(&[8, 9, 10, 11, 12, 13, 14, 16, 24]);
        let count = *random.of(&[0, 1, 2, 3, 7, 200, 255, 1_023, 65_535, u64::MAX]);
        bits.put(count, width);
        for _ in 0..random.below(20) {
            bits.put(random.next(), 8);
        }
    }
    bits.bytes
}

#[test]
fn c_97_fuzz_segments_say_what_was_written_or_nothing() {
    fuzz(97, 60_000, 1, |random| {
        let version = 1 + random.below(40);
        let (mut bits, text) = honest(random, version);
        match random.below(5) {
            0 => {
                close(random, &mut bits);
                let read = segments::read(&bits.bytes, version);
                assert!(read.as_ref().is_none_or(|content| content.padded));
                assert_eq!(read.map(|c| c.text), Some(text).filter(|t| !t.is_empty()));
                return;
            }
            1 => {
                let end = random.below(bits.bytes.len() + 1);
                // a character whose end is missing would be taken for Latin-1
                if let Some(read) = segments::read(&bits.bytes[..end], version)
                    && text.is_ascii()
                {
                    assert!(text.starts_with(&read.text), "{text:?} {:?}", read.text);
                }
                return;
            }
            2 => bits.bytes = (0..random.below(300)).map(|_| random.byte()).collect(),
            3 => bits.bytes = lies(random),
            _ => {
                for _ in 0..=random.below(4) {
                    if let at @ 1.. = bits.bytes.len() {
                        bits.bytes[random.below(at)] ^= 1 << random.below(8);
                    }
                }
            }
        }
        if let Some(read) = segments::read(&bits.bytes, version) {
            // three digits take ten bits; nothing takes less
            let characters = read.text.chars().count();
            assert!((1..=bits.bytes.len() * 24 / 10).contains(&characters));
        }
    });
}

struct Code {
    text: String,
    version: usize,
    soft: Vec<f32>,
}

fn codes() -> Vec<Code> {
    let mut codes = Vec::new();
    for version in [1, 2, 3, 5, 6, 7, 9, 10, 14] {
        for level in [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H] {
            for text in ["4711".to_owned(), "LINLI 7".to_owned(), "31".repeat(100)] {
                let drawn = Drawn::Normal(version as i16);
                if let Ok(code) = QrCode::with_version(&text, drawn, level) {
                    let colours = code.into_colors().into_iter();
                    let soft = colours.map(|c| if c == Color::Dark { 1.0 } else { -1.0 });
                    codes.push(Code {
                        text,
                        version,
                        soft: soft.collect(),
                    });
                }
            }
        }
    }
    codes
}

/// Any float, including NaN.
fn any(random: &mut Random) -> f32 {
    match random.below(4) {
        0 => f32::from_bits(random.next() as u32),
        1 => *random.of(&[
            0.0,
            -0.0,
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MIN_POSITIVE,
        ]),
        _ => f32::from(random.byte() as i8) / 100.0,
    }
}

#[test]
fn c_97_fuzz_modules_are_read_rightly_or_not_at_all() {
    let codes = codes();
    let layouts = codes.iter().map(|code| {
        (
            code.version,
            Layout::new(Version::new(code.version).unwrap()),
        )
    });
    let layouts: std::collections::BTreeMap<_, _> = layouts.collect();
    fuzz(98, 8_000, 1, |random| {
        let code = random.of(&codes);
        let reader = Reader {
            layout: &layouts[&code.version],
            formats: 1 + random.below(3),
        };
        let mut soft = code.soft.clone();
        let side = reader.layout.side();
        let mut whole = false;
        match random.below(8) {
            // the wrong number of modules
            0 => soft.truncate(random.below(soft.len())),
            1 => soft.extend((0..=random.below(50)).map(|_| 1.0)),
            // no code
            2 => soft.iter_mut().for_each(|module| *module = any(random)),
            3 => soft
                .iter_mut()
                .for_each(|m| *m = if random.byte() < 128 { 1.0 } else { -1.0 }),
            // single modules, certain and doubtful
            4 | 5 => {
                let many = random.below(soft.len() / 3);
                whole = many <= 1;
                let certainty = *random.of(&[1.0, 0.5, 0.01, f32::MIN_POSITIVE]);
                for _ in 0..many {
                    soft[random.below(side * side)] *= -certainty;
                }
            }
            // a part of it
            6 => {
                let (left, top) = (random.below(side), random.below(side));
                for y in top..(top + 1 + random.below(side)).min(side) {
                    let end = (left + 1 + random.below(side)).min(side);
                    soft[y * side + left..y * side + end]
                        .iter_mut()
                        .for_each(|m| *m = any(random));
                }
            }
            // rows moved
            _ => soft.rotate_left(random.below(side * side)),
        }
        match reader.read(&soft) {
            Reading::Text(text) => assert_eq!(text, code.text),
            Reading::Part(known) => assert!(known.len() == side * side && !whole),
            Reading::Nothing => assert!(!whole, "{} unread", code.text),
        }
    });
}
