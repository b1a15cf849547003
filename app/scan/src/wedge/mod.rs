//! Scanners that pretend to be keyboards (C-104): what was scanned, and what a person typed.
//!
//! A scanner is told by its speed: it sends a key every 5 to 30 ms, for eight keys and more, which
//! no person does. The first two keys of a scan cannot be known for such and land where the focus
//! is; from the third on nothing lands, and what had landed is taken back. Where a person was so
//! quick for a moment, their keys are given back.
//!
//! For every `keydown`, and when the time that was asked for has come, the caller gets a
//! [`Response`] and does what it says in the order of its fields. Nothing here knows a browser or
//! a clock.

mod key;

pub use key::Key;

use key::Meaning;

/// The fewest characters that make a scan: a short code's (C-112).
pub const SHORTEST: usize = 8;

/// The most characters that are kept. A scan that is longer is dropped whole.
pub const LONGEST: usize = 1024;

/// The longest gap between the first keys of a scan, in milliseconds: 30, and 10 for a browser
/// that is busy.
pub const GAP_MS: u64 = 40;

/// The longest gap once eight keys came quickly, and the silence that ends a scan without Enter.
pub const SILENCE_MS: u64 = 80;

/// From this key on nothing lands.
const SUSPICIOUS: usize = 3;

/// What to do, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Take back what has landed since the last `remember`: put the field's content and selection
    /// back to what they were then, and end an input method's composition (by moving the focus
    /// away and back).
    pub take_back: bool,
    /// Type this into the field: a person was quicker than usual.
    pub give_back: Option<String>,
    /// Keep the field's content and selection now, before the key lands.
    pub remember: bool,
    /// Let the key have no effect: `preventDefault` and `stopPropagation`.
    pub swallow: bool,
    /// A scan has ended, and this was scanned, normalised (C-105).
    pub scan: Option<String>,
    /// Call [`Wedge::tick`] at this time (of [`Key::at`]'s clock) unless another key comes before.
    pub wake_at: Option<u64>,
}

/// A keyboard on which both a scanner and a person may type.
#[derive(Clone, Debug, Default)]
pub struct Wedge {
    /// Characters that came quickly one after the other.
    burst: String,
    count: usize,
    last: Option<u64>,
    /// Until when the rest of a scan that has ended (a line feed after Enter) has no effect.
    deaf_until: Option<u64>,
}

impl Wedge {
    /// A key was pressed.
    pub fn press(&mut self, key: &Key<'_>) -> Response {
        let meaning = key.meaning();
        if meaning == Meaning::Nothing {
            // part of the scan if there is one; Shift must reach the browser either way
            let swallow = key.command && self.scanning() && self.continues(key.at);
            return Response {
                swallow,
                wake_at: self.wake_at(),
                ..Response::default()
            };
        }
        if self.deaf_until.take().is_some_and(|until| key.at < until) && meaning == Meaning::End {
            self.deaf_until = Some(key.at.saturating_add(GAP_MS));
            return Response {
                swallow: true,
                ..Response::default()
            };
        }
        let mut response = if self.continues(key.at) {
            Response::default()
        } else {
            self.finish()
        };
        match meaning {
            Meaning::Text(c) => self.text(c, key.at, &mut response),
            Meaning::End if self.count >= SHORTEST => {
                let ended = self.finish();
                response.scan = ended.scan;
                response.swallow = true;
                self.deaf_until = Some(key.at.saturating_add(GAP_MS));
            }
            Meaning::End | Meaning::Other | Meaning::Nothing => {
                let ended = self.finish();
                response.give_back = response.give_back.or(ended.give_back);
                response.scan = response.scan.or(ended.scan);
            }
        }
        response
    }

    /// Time has passed without a key.
    pub fn tick(&mut self, now: u64) -> Response {
        if self
            .last
            .is_some_and(|last| now.saturating_sub(last) >= self.patience())
        {
            return self.finish();
        }
        Response {
            wake_at: self.wake_at(),
            ..Response::default()
        }
    }

    fn text(&mut self, c: char, at: u64, response: &mut Response) {
        self.count += 1;
        self.last = Some(at);
        if self.count <= LONGEST {
            self.burst.push(c);
        }
        response.remember = self.count == 1;
        response.swallow = self.scanning();
        response.take_back = self.count == SUSPICIOUS;
        response.wake_at = self.wake_at();
    }

    /// Whether so many keys came quickly that they have no effect any more.
    fn scanning(&self) -> bool {
        self.count >= SUSPICIOUS
    }

    /// The longest gap that does not end the burst.
    fn patience(&self) -> u64 {
        if self.count >= SHORTEST {
            SILENCE_MS
        } else {
            GAP_MS
        }
    }

    fn continues(&self, at: u64) -> bool {
        self.last
            .and_then(|last| at.checked_sub(last))
            .is_some_and(|gap| gap <= self.patience())
    }

    fn wake_at(&self) -> Option<u64> {
        let last = self.last.filter(|_| self.scanning())?;
        Some(last.saturating_add(self.patience() + 1))
    }

    /// Ends the burst and begins anew, whatever it was (C-106).
    fn finish(&mut self) -> Response {
        let burst = std::mem::take(&mut self.burst);
        let count = std::mem::take(&mut self.count);
        self.last = None;
        let mut response = Response::default();
        match count {
            ..SUSPICIOUS => {}
            SUSPICIOUS..SHORTEST => response.give_back = Some(burst),
            SHORTEST..=LONGEST => {
                let text = ticket::normalise(&burst);
                response.scan = Some(text).filter(|text| !text.is_empty());
            }
            _ => {}
        }
        response
    }
}
