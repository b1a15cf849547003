//! C-97 for what comes from outside: pictures of any content and size, and keys of any kind at any
//! time. `make fuzz` runs a million key sequences and 100,000 pictures.
#![allow(clippy::unwrap_used)]

#[path = "../../ticket/tests/support/fuzz.rs"]
#[allow(dead_code, missing_docs, unreachable_pub)]
mod support;

use qrcode::{Color, EcLevel, QrCode};
use scan::wedge::{Key, LONGEST, Response, SHORTEST, SILENCE_MS};
use scan::{BadFrame, Effort, Frame, Wedge, decode};
use support::{Random, fuzz};

struct Code {
    text: String,
    side: usize,
    dark: Vec<bool>,
}

fn codes() -> Vec<Code> {
    let texts = [
        "31".repeat(100),
        "4711".to_owned(),
        "https://linli.example/w/2aq7".to_owned(),
        "邻里站".to_owned(),
    ];
    let drawn = texts.into_iter().flat_map(|text| {
        [EcLevel::L, EcLevel::M, EcLevel::H].map(|level| {
            let code = QrCode::with_error_correction_level(&text, level).unwrap();
            let side = code.width();
            let dark = code.into_colors().into_iter().map(|c| c == Color::Dark);
            Code {
                text: text.clone(),
                side,
                dark: dark.collect(),
            }
        })
    });
    drawn.collect()
}

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn draw(&mut self, random: &mut Random, code: &Code) {
        let module = 1.0 + random.below(300) as f32 / 100.0;
        let (sin, cos) = (random.below(628) as f32 / 100.0).sin_cos();
        let (left, top) = (
            random.below(self.width) as f32,
            random.below(self.height) as f32,
        );
        let (dark, light) = (random.byte() / 2, 128 + random.byte() / 2);
        let half = code.side as f32 / 2.0;
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            let (x, y) = (
                (at % self.width) as f32 - left,
                (at / self.width) as f32 - top,
            );
            let u = (x * cos + y * sin) / module + half;
            let v = (y * cos - x * sin) / module + half;
            let far = half + 4.0;
            if (u - half).abs() > far || (v - half).abs() > far {
                continue;
            }
            let inside = 0.0 <= u.min(v) && u.max(v) < code.side as f32;
            let is_dark = inside && code.dark[v as usize * code.side + u as usize];
            *pixel = if is_dark { dark } else { light };
        }
    }

    /// Noise, stripes, rings, steps: what looks a little like parts of codes.
    fn rubbish(&mut self, random: &mut Random) {
        let (kind, pitch) = (random.below(5), 1 + random.below(9));
        let width = self.width;
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            let (x, y) = (at % width, at / width);
            *pixel = match kind {
                0 => random.byte(),
                1 => (x / pitch % 2 * 255) as u8,
                2 => ((x + y) / pitch % 2 * 255) as u8,
                3 => {
                    let ring = (x % (pitch * 9))
                        .abs_diff(pitch * 4)
                        .max((y % (pitch * 9)).abs_diff(pitch * 4));
                    if matches!(ring / pitch, 0 | 1 | 3) {
                        20
                    } else {
                        230
                    }
                }
                _ => (x * y / pitch) as u8,
            };
        }
    }

    fn damage(&mut self, random: &mut Random) {
        for _ in 0..random.below(4) {
            match random.below(5) {
                0 => {
                    for _ in 0..random.below(self.pixels.len()) {
                        let at = random.below(self.pixels.len());
                        self.pixels[at] = random.byte();
                    }
                }
                1 => {
                    let at = random.below(self.pixels.len());
                    let length = random.below(self.pixels.len() - at);
                    self.pixels[at..at + length / 2].fill(random.byte());
                }
                2 => {
                    let by = random.below(self.pixels.len());
                    self.pixels.rotate_left(by);
                }
                3 => self
                    .pixels
                    .iter_mut()
                    .for_each(|pixel| *pixel = 255 - *pixel),
                _ => {
                    let by = 1 + random.below(12) as u8;
                    self.pixels
                        .iter_mut()
                        .for_each(|pixel| *pixel = 120 + *pixel / by / 2);
                }
            }
        }
    }
}

#[test]
fn c_97_fuzz_pictures_are_read_rightly_or_not_at_all() {
    let codes = codes();
    let mut seen = 0_u64;
    fuzz(99, 400, 10, |random| {
        let (width, height) = (1 + random.below(160), 1 + random.below(160));
        let mut canvas = Canvas {
            width,
            height,
            pixels: vec![200; width * height],
        };
        let mut truth = Vec::new();
        if random.below(4) == 0 {
            canvas.rubbish(random);
        }
        for _ in 0..random.below(3) {
            let code = random.of(&codes);
            canvas.draw(random, code);
            truth.push(&code.text);
        }
        if random.below(4) > 0 {
            canvas.damage(random);
        }
        let effort = match random.below(3) {
            0 => Effort::Quick,
            1 => Effort::Frame(random.next() as u32),
            _ => Effort::Thorough,
        };
        let frame = Frame::new(width, height, canvas.pixels).unwrap();
        for found in decode(&frame, effort) {
            assert!(truth.contains(&&found.text), "{:?}", found.text);
            assert!(
                found
                    .corners
                    .iter()
                    .all(|(x, y)| x.is_finite() && y.is_finite())
            );
            seen += 1;
        }
    });
    // Alone, a round may well be of a picture without a code.
    assert!(
        seen > 0 || std::env::var("LINLI_FUZZ_ROUND").is_ok(),
        "nothing was ever read"
    );
}

#[test]
fn c_97_fuzz_sizes_that_lie_are_refused() {
    const SIDES: [usize; 12] = [
        0,
        1,
        2,
        3,
        24,
        255,
        8_191,
        8_192,
        8_193,
        1 << 32,
        1 << 63,
        usize::MAX,
    ];
    fuzz(100, 20_000, 1, |random| {
        let (width, height) = (*random.of(&SIDES), *random.of(&SIDES));
        let bytes: Vec<u8> = (0..random.below(300)).map(|_| random.byte()).collect();
        for each in [1, 4] {
            let made = match each {
                1 => Frame::new(width, height, bytes.clone()),
                _ => Frame::from_rgba(width, height, &bytes),
            };
            let fits = width
                .checked_mul(height)
                .and_then(|all| all.checked_mul(each))
                == Some(bytes.len());
            let sides = [width, height]
                .iter()
                .all(|side| (1..=Frame::LONGEST).contains(side));
            match made {
                Ok(frame) => assert!(fits && sides && frame.pixels().len() == width * height),
                Err(BadFrame::Length) => assert!(!fits && sides),
                Err(BadFrame::Size) => assert!(!sides),
            }
        }
    });
}

const KEYS: [&str; 24] = [
    "3",
    "7",
    "a",
    "A",
    "-",
    "Enter",
    "Tab",
    "Process",
    "Unidentified",
    "Dead",
    "Shift",
    "CapsLock",
    "ArrowUp",
    "Backspace",
    "",
    "７",
    "票",
    "\u{feff}",
    "\0",
    "\u{1d}",
    "\u{10ffff}",
    "\\",
    "]",
    "ab",
];
const CODES: [&str; 18] = [
    "",
    "Digit7",
    "Digit",
    "Digit77",
    "Digitß",
    "KeyA",
    "KeyM",
    "Keya",
    "Key",
    "Numpad3",
    "NumpadEnter",
    "Enter",
    "Tab",
    "Space",
    "Minus",
    "Backslash",
    "BracketRight",
    "ShiftLeft",
];

/// What a caller of the wedge may rely on, whatever was pressed.
fn check(response: &Response, waits: bool) {
    if let Some(scan) = &response.scan {
        assert!(!scan.is_empty() && scan.len() <= 4 * LONGEST);
        assert_eq!(&ticket::normalise(scan), scan);
    }
    if let Some(text) = &response.give_back {
        assert!((3..SHORTEST).contains(&text.chars().count()), "{text:?}");
    }
    assert!(
        !(response.remember && response.swallow),
        "what is swallowed never lands"
    );
    assert!(!waits || response.wake_at.is_none() || response.scan.is_none());
}

#[test]
fn c_97_c_106_fuzz_any_keys_at_any_time_do_no_harm_and_the_next_scan_is_read() {
    fuzz(101, 20_000, 1, |random| {
        let mut wedge = Wedge::default();
        let mut at = *random.of(&[0, 1_000, 1 << 40, u64::MAX - 500]);
        let mut latest = at;
        let hurried = random.below(2) == 0;
        for _ in 0..random.below(40) {
            at = match random.below(40) {
                0 => random.next(),
                1 => at.saturating_sub(random.below(100) as u64),
                _ if hurried => at.saturating_add(random.below(45) as u64),
                _ => at.saturating_add(random.below(200) as u64),
            };
            latest = latest.max(at);
            let flags = random.byte();
            let rare = |bit: u8| flags >> bit & 3 == 3;
            let key = Key {
                key: KEYS[random.below(KEYS.len())],
                code: CODES[random.below(CODES.len())],
                at,
                composing: rare(0),
                repeat: flags & 0x3c == 0x3c,
                shift: rare(4),
                command: flags & 0xe1 == 0xe1,
            };
            check(&wedge.press(&key), false);
            if random.below(3) == 0 {
                check(
                    &wedge.tick(at.saturating_add(random.below(100) as u64)),
                    true,
                );
            }
        }
        // Now the device's clock is right, and somebody scans.
        let mut at = latest.saturating_add(SILENCE_MS).min(1 << 50);
        wedge.tick(at);
        let mut scans = Vec::new();
        for key in "0123456789"
            .chars()
            .map(String::from)
            .chain(["Enter".to_owned()])
        {
            let response = wedge.press(&Key {
                key: &key,
                at,
                ..Key::default()
            });
            check(&response, false);
            scans.extend(response.scan);
            at += 10;
        }
        assert_eq!(scans.last().map(String::as_str), Some("0123456789"));
    });
}
