//! The decoder as a WASM module for a Web Worker: plain functions, no glue.
//!
//! `worker.js` writes a picture where [`input`] says, calls [`read`], and finds the answer where
//! [`output`] says. Each code in the answer is, all little-endian: the length of its text as u32,
//! the text in UTF-8, then its four corners as eight f32.

#![expect(
    unsafe_code,
    reason = "an exported name is an unsafe attribute; there is no unsafe block"
)]

use std::sync::{Mutex, MutexGuard, PoisonError};

use scan::{Effort, Frame, decode};

/// The largest picture in bytes: 4096 by 4096 as RGBA.
const LARGEST: usize = 4096 * 4096 * 4;

static INPUT: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static OUTPUT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes room for a picture of `length` bytes and says where; null where it is too large.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    if length > LARGEST {
        return std::ptr::null_mut();
    }
    let mut input = lock(&INPUT);
    input.resize(length, 0);
    input.as_mut_ptr()
}

/// Reads the picture: `channels` is 1 for brightness, 4 for RGBA; `effort` is -1 for
/// [`Effort::Quick`], -2 for [`Effort::Thorough`], else the number of a camera's frame. Returns
/// the length of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn read(width: usize, height: usize, channels: usize, effort: i32) -> usize {
    let input = lock(&INPUT);
    let frame = match channels {
        1 => Frame::new(width, height, input.clone()),
        _ => Frame::from_rgba(width, height, &input),
    };
    let effort = match effort {
        -1 => Effort::Quick,
        0.. => Effort::Frame(effort.unsigned_abs()),
        _ => Effort::Thorough,
    };
    let mut output = lock(&OUTPUT);
    output.clear();
    for found in frame.iter().flat_map(|frame| decode(frame, effort)) {
        output.extend((found.text.len() as u32).to_le_bytes());
        output.extend(found.text.as_bytes());
        for (x, y) in found.corners {
            output.extend(x.to_le_bytes());
            output.extend(y.to_le_bytes());
        }
    }
    output.len()
}

/// Where the last answer lies.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    lock(&OUTPUT).as_ptr()
}
