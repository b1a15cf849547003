//! Wall codes (feature `wall`), which a kiosk shows for phones to scan. They change every 15 seconds
//! and depend only on a secret and the step, so showing one takes no network and reloading changes
//! nothing (C-107).
//!
//! A code is the kiosk's UUID and 80 bits of HMAC-SHA256 over [`CONTEXT`], that UUID and the step:
//! 26 bytes in base32, 42 characters. It names nobody.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// Length of a step in milliseconds.
pub const STEP: i64 = 15_000;
/// Characters of a code.
pub const LENGTH: usize = 42;
/// Prefix of everything authenticated here, so that other uses of a secret can't yield a code.
pub const CONTEXT: &[u8] = b"linli-wall-v1\0";

const MAC: usize = 10;
const BYTES: usize = 16 + MAC;
/// RFC 4648 in lower case.
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The step that contains an instant (UTC milliseconds).
#[must_use]
pub const fn step_at(millis: i64) -> i64 {
    millis.div_euclid(STEP)
}

/// The instant at which a step begins, in UTC milliseconds.
#[must_use]
pub const fn begins(step: i64) -> i64 {
    step.saturating_mul(STEP)
}

/// Why a screen shows no code (C-110).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotShown {
    /// The server's time hasn't been measured yet, or not recently enough.
    Unmeasured,
    /// The device's clock is off by more than is allowed.
    WrongClock,
    /// The device's clock was changed after the server's time was measured.
    Jumped,
}

/// How long a measurement of the server's time is trusted (milliseconds): clocks drift by seconds a
/// day, and a code is valid for 15.
pub const RELY: i64 = 6 * 3_600_000;
/// How far the device's clock may move relative to the page's running time (milliseconds).
pub const JUMP: i64 = 5_000;

/// Whether a screen may show codes. `age` is how long ago the server's time was measured, by a
/// monotonic clock (`None`: never); `off` is how far the device's clock was ahead then, `off_now`
/// how far it is ahead now; `limit` is how far it may be off. All in milliseconds.
///
/// # Errors
/// [`NotShown`], which the screen should explain.
pub fn may_show(age: Option<i64>, off: i64, off_now: i64, limit: i64) -> Result<(), NotShown> {
    match age {
        Some(age) if (0..=RELY).contains(&age) => {}
        _ => return Err(NotShown::Unmeasured),
    }
    if off.saturating_abs() > limit {
        return Err(NotShown::WrongClock);
    }
    if off_now.saturating_sub(off).saturating_abs() > JUMP {
        return Err(NotShown::Jumped);
    }
    Ok(())
}

/// The secret of one kiosk.
#[derive(Clone)]
pub struct WallKey {
    kiosk: Uuid,
    secret: [u8; 32],
}

/// A code as received: the kiosk it claims, and the proof.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WallCode {
    /// The kiosk that it claims to be from.
    pub kiosk: Uuid,
    mac: [u8; MAC],
}

impl WallCode {
    /// Parses a code, in any letter case. `None` if it isn't one; never panics.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = decode(text)?;
        let (kiosk, mac) = bytes.split_at(16);
        Some(Self {
            kiosk: Uuid::from_slice(kiosk).ok()?,
            mac: mac.try_into().ok()?,
        })
    }
}

impl WallKey {
    /// The key of a kiosk: 32 random bytes that only it and the server have.
    #[must_use]
    pub const fn new(kiosk: Uuid, secret: [u8; 32]) -> Self {
        Self { kiosk, secret }
    }

    /// The same from 64 hexadecimal digits; `None` for anything else.
    #[must_use]
    pub fn from_hex(kiosk: Uuid, secret: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if secret.len() != 64 || !secret.is_ascii() {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(secret.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self::new(kiosk, bytes))
    }

    fn mac(&self, step: i64) -> Option<[u8; MAC]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(CONTEXT);
        mac.update(self.kiosk.as_bytes());
        mac.update(&step.to_be_bytes());
        mac.finalize().into_bytes().get(..MAC)?.try_into().ok()
    }

    /// The code of a step: [`LENGTH`] characters.
    #[must_use]
    pub fn code(&self, step: i64) -> String {
        let mut bytes = [0; BYTES];
        bytes[..16].copy_from_slice(self.kiosk.as_bytes());
        // HMAC takes a key of any length, so this always exists.
        bytes[16..].copy_from_slice(&self.mac(step).unwrap_or_default());
        encode(&bytes)
    }

    /// The code's step, if it is valid at `millis`: during its own step and one on either side.
    /// All three are compared in full, so that time does not tell which one it was.
    #[must_use]
    pub fn check(&self, code: &WallCode, millis: i64) -> Option<i64> {
        let now = step_at(millis);
        let mut found = None;
        for step in [now - 1, now, now + 1] {
            let right = self.mac(step)?;
            let differs = right
                .iter()
                .zip(&code.mac)
                .fold(0, |differs, (a, b)| differs | (a ^ b));
            if differs == 0 {
                found = Some(step);
            }
        }
        found.filter(|_| code.kiosk == self.kiosk)
    }
}

fn encode(bytes: &[u8; BYTES]) -> String {
    let bit = |at: usize| {
        bytes
            .get(at / 8)
            .is_some_and(|byte| byte << (at % 8) & 0x80 != 0)
    };
    (0..LENGTH)
        .map(|n| {
            let value = (0..5).fold(0, |value, k| value << 1 | usize::from(bit(5 * n + k)));
            char::from(BASE32[value])
        })
        .collect()
}

/// Exactly [`LENGTH`] characters whose two spare bits are zero, so that a code has one spelling.
fn decode(text: &str) -> Option<[u8; BYTES]> {
    if text.len() != LENGTH {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (n, character) in text.bytes().enumerate() {
        let character = character.to_ascii_lowercase();
        let value = BASE32.iter().position(|&c| c == character)?;
        for k in (0..5).filter(|k| value << k & 0x10 != 0) {
            let at = 5 * n + k;
            *bytes.get_mut(at / 8)? |= 0x80 >> (at % 8);
        }
    }
    Some(bytes)
}
