//! A scanner that types (C-104, C-105), for a page without islands of its own: `door.js` gives every
//! `keydown` to [`press`] and does what the answer says.
//!
//! The answer's bits are the fields of [`Response`], in its order. [`output`](super::output) holds
//! the time to call [`tick`] at as f64 (below zero for none), then the text to give back and the
//! scan, each as its length in u32 and UTF-8; all little-endian.

use std::sync::Mutex;

use scan::Repeat;
use scan::wedge::{Key, Response, Wedge};

use super::{INPUT, OUTPUT, lock};

const TAKE_BACK: u32 = 1;
const GIVE_BACK: u32 = 2;
const REMEMBER: u32 = 4;
const SWALLOW: u32 = 8;
const SCAN: u32 = 16;

const COMPOSING: u32 = 1;
const REPEAT: u32 = 2;
const SHIFT: u32 = 4;
const COMMAND: u32 = 8;

/// The page's keyboard, and what the scanner on it has just read (C-102).
struct Reader {
    wedge: Wedge,
    repeat: Repeat,
}

static READER: Mutex<Option<Reader>> = Mutex::new(None);

/// A key was pressed. The input holds `event.key` in so many bytes, then `event.code`; `at` is
/// `event.timeStamp`; `state` has 1 for composing, 2 for a held key, 4 for Shift, 8 for a command
/// (as [`Key`] says). Answers with bits.
#[unsafe(no_mangle)]
pub extern "C" fn press(key: usize, code: usize, at: f64, state: u32) -> u32 {
    let input = lock(&INPUT);
    let text = |from: usize, length: usize| {
        let bytes = input.get(from..from.saturating_add(length));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok())
    };
    let at = whole(at);
    let key = Key {
        key: text(0, key).unwrap_or_default(),
        code: text(key, code).unwrap_or_default(),
        at,
        composing: state & COMPOSING != 0,
        repeat: state & REPEAT != 0,
        shift: state & SHIFT != 0,
        command: state & COMMAND != 0,
    };
    answer(at, |wedge| wedge.press(&key))
}

/// Time has passed without a key; `now` is of the same clock. Answers with bits.
#[unsafe(no_mangle)]
pub extern "C" fn tick(now: f64) -> u32 {
    let now = whole(now);
    answer(now, |wedge| wedge.tick(now))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a page runs for days at most"
)]
fn whole(millis: f64) -> u64 {
    millis.max(0.0) as u64
}

#[expect(clippy::cast_precision_loss, reason = "a page runs for days at most")]
fn answer(now: u64, ask: impl FnOnce(&mut Wedge) -> Response) -> u32 {
    let mut reader = lock(&READER);
    let reader = reader.get_or_insert_with(|| Reader {
        wedge: Wedge::default(),
        repeat: Repeat::default(),
    });
    let mut response = ask(&mut reader.wedge);
    // The same ticket again so soon is the one that is still before the scanner.
    response.scan = response.scan.filter(|scan| reader.repeat.is_new(scan, now));
    let mut output = lock(&OUTPUT);
    output.clear();
    output.extend(response.wake_at.map_or(-1.0, |at| at as f64).to_le_bytes());
    for text in [&response.give_back, &response.scan] {
        let text = text.as_deref().unwrap_or_default();
        output.extend((text.len() as u32).to_le_bytes());
        output.extend(text.as_bytes());
    }
    [
        (TAKE_BACK, response.take_back),
        (GIVE_BACK, response.give_back.is_some()),
        (REMEMBER, response.remember),
        (SWALLOW, response.swallow),
        (SCAN, response.scan.is_some()),
    ]
    .into_iter()
    .filter(|(_, set)| *set)
    .fold(0, |bits, (bit, _)| bits | bit)
}
