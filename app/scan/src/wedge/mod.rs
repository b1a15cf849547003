//! Scanners that act as keyboards (C-104): telling a scan from a person's typing.
//!
//! A scanner is recognised by its speed: it sends a key every 5 to 30 ms, for eight keys or more,
//! which no person does. The first two keys of a scan can't be recognised yet and land wherever the
//! focus is; from the third on nothing lands, and what had landed is removed again. If it was a
//! person typing quickly for a moment, their keys are typed after all.
//!
//! For every `keydown`, and when a requested timer fires, the caller gets a [`Response`] and does
//! what it says, in the order of its fields. Nothing here knows about browsers or clocks.

mod key;

pub use key::Key;

use key::Meaning;

/// Minimum length of a scan: a short code (C-112).
pub const SHORTEST: usize = 8;

/// Maximum length. Longer scans are dropped entirely.
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

/// A keyboard shared by a scanner and a person.
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

    /// The timer fired without a key in between.
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

    /// Whether enough keys came quickly for them to have no effect any more.
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
