//! Kiosks: paired devices of a center, their health, and suspicious patterns in scans of their
//! wall codes.

use crate::{
    booking::State,
    time::{HOUR, MINUTE, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How long a pairing code is valid (milliseconds).
pub const PAIRING_LIFE: i64 = 10 * MINUTE;
/// How long the number for releasing a kiosk is valid (milliseconds).
pub const EXIT_LIFE: i64 = 3 * MINUTE;
/// How long after scanning a wall code somebody may check in (milliseconds, C-108).
pub const CLAIM_LIFE: i64 = 5 * MINUTE;
/// Interval between a kiosk's heartbeats (milliseconds).
pub const HEARTBEAT: i64 = MINUTE;
/// Beyond this clock error a kiosk shows no wall code (milliseconds, C-110).
pub const CLOCK_LIMIT: i64 = MINUTE;
/// How long the screen may be idle before it asks whether anybody is there (milliseconds, C-131).
pub const IDLE: i64 = MINUTE;
/// How long it asks before it clears the visit (milliseconds, C-131).
pub const IDLE_WARNING: i64 = 25_000;
/// How long a scan's result stays on screen (milliseconds).
pub const RESULT_STAYS: i64 = 20_000;
/// How long somebody who is booking at a kiosk, or has just proved who they are, may take
/// (milliseconds): long enough to wait for a text message, short enough to expire by itself.
pub const VISIT_LIFE: i64 = 5 * MINUTE;
/// How long a freshly booked ticket stays on screen (milliseconds), to be photographed or written
/// down.
pub const TICKET_STAYS: i64 = MINUTE;

crate::text_enum! {
    /// How somebody proved to a kiosk who they are.
    pub enum Proof {
        /// By a code sent to their phone.
        Phone = "phone",
        /// By a card that a center printed for them.
        Card = "card",
        /// By a ticket, or its short code, for something that isn't over yet.
        Ticket = "ticket",
    }
}

impl Proof {
    /// Whether the whole family can be booked for. Paper can be found or lent, so a card or a
    /// ticket stands only for the person on it.
    pub const fn reaches_family(self) -> bool {
        matches!(self, Self::Phone)
    }
}

/// Whether a ticket still identifies somebody: while its booking is live and not over. A ticket
/// fished out of a bin afterwards opens nothing.
pub const fn ticket_identifies(state: State, ends_at: Timestamp, now: Timestamp) -> bool {
    state.is_live() && now.0 < ends_at.0
}

crate::text_enum! {
    /// Whether a part of a kiosk is working.
    pub enum Part {
        /// Not known.
        Unknown = "unknown",
        /// Working.
        Works = "ok",
        /// Not working.
        Failed = "failed",
    }
}

crate::text_enum! {
    /// What the morning self-test checks.
    pub enum Check {
        /// There is a camera, and permission to use it.
        Camera = "camera",
        /// The scanner types the test code.
        Scanner = "scanner",
        /// The clock is right.
        Clock = "clock",
        /// A ticket of the test kind is read as genuine, a forged one as forged.
        Ticket = "ticket",
        /// The browser's storage works.
        Storage = "storage",
        /// The server answers.
        Network = "network",
    }
}

crate::text_enum! {
    /// A traffic light. Pages add a shape and words, and never rely on the colour alone.
    pub enum Light {
        /// All is well.
        Green = "green",
        /// Needs attention when there is time.
        Amber = "amber",
        /// Needs attention now.
        Red = "red",
    }
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// What was checked.
    pub check: Check,
    /// The result.
    pub light: Light,
}

/// What a kiosk last reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When it was last heard of.
    pub seen_at: Option<Timestamp>,
    /// How many milliseconds its clock is ahead of the server's.
    pub clock_off_ms: Option<i64>,
    /// Its camera.
    pub camera: Part,
    /// Its scanner.
    pub scanner: Part,
    /// The last self-test.
    pub checks: Vec<Checked>,
    /// When the last self-test was.
    pub checked_at: Option<Timestamp>,
}

/// A kiosk's health, part by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether heartbeats arrive.
    pub contact: Light,
    /// Whether its clock is right.
    pub clock: Light,
    /// Its camera.
    pub camera: Light,
    /// Its scanner.
    pub scanner: Light,
    /// Its last self-test; amber if there was none today.
    pub checks: Light,
}

impl Health {
    /// The worst of the parts.
    pub fn overall(&self) -> Light {
        [
            self.contact,
            self.clock,
            self.camera,
            self.scanner,
            self.checks,
        ]
        .into_iter()
        .max()
        .unwrap_or(Light::Red)
    }
}

/// The light for a clock that is off by this many milliseconds: two seconds don't matter, and
/// beyond [`CLOCK_LIMIT`] nothing that it stamps can be relied on.
pub const fn clock_light(off_ms: i64) -> Light {
    match off_ms.unsigned_abs() {
        0..=2_000 => Light::Green,
        off if off <= CLOCK_LIMIT.unsigned_abs() => Light::Amber,
        _ => Light::Red,
    }
}

const fn part_light(part: Part) -> Light {
    match part {
        Part::Works => Light::Green,
        Part::Unknown => Light::Amber,
        Part::Failed => Light::Red,
    }
}

/// Whether heartbeats arrive: amber after three missed ones, red after a quarter of an hour.
pub fn contact(seen_at: Option<Timestamp>, now: Timestamp) -> Light {
    match seen_at {
        Some(at) if now.0 - at.0 <= 3 * HEARTBEAT => Light::Green,
        Some(at) if now.0 - at.0 <= 15 * MINUTE => Light::Amber,
        _ => Light::Red,
    }
}

/// A kiosk's health now.
pub fn health(told: &Told, now: Timestamp) -> Health {
    let today = told.checked_at.is_some_and(|at| at.day() == now.day());
    let worst = told.checks.iter().map(|checked| checked.light).max();
    Health {
        contact: contact(told.seen_at, now),
        clock: told.clock_off_ms.map_or(Light::Amber, clock_light),
        camera: part_light(told.camera),
        scanner: part_light(told.scanner),
        checks: match worst {
            Some(worst) if today => worst,
            _ => Light::Amber,
        },
    }
}

/// How long after it left the screen a step's code was redeemed, in milliseconds; 0 if it was
/// still showing.
pub const fn late(step_began: i64, step_length: i64, now: Timestamp) -> i64 {
    let late = now.0 - (step_began + step_length);
    if late > 0 { late } else { 0 }
}

/// One redemption of a wall code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// The step that the code belongs to; `None` for a poster.
    pub step: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// How late, in milliseconds ([`late`]).
    pub late_ms: i64,
    /// Stable pseudonym of the device.
    pub device: String,
    /// Stable pseudonym of the account that used it, if any.
    pub account: Option<String>,
}

/// How many phones can plausibly scan one screen within one step.
pub const PLAUSIBLE_PER_STEP: usize = 12;
/// How many late redemptions of one step are unremarkable.
pub const PLAUSIBLE_LATE: usize = 3;
/// A redemption later than this was probably read off a photo (milliseconds).
pub const LATE: i64 = 5_000;
/// How many accounts one phone may check in per day unremarked: a couple may share one.
pub const PLAUSIBLE_PER_DEVICE: usize = 2;

/// A sign that codes were passed on. It is shown to staff and has no consequence of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// More redemptions of one step than there is room for people in front of a screen.
    Crowd {
        /// When the first was.
        at: Timestamp,
        /// How many.
        count: usize,
    },
    /// Many redemptions of one step after it left the screen.
    Late {
        /// When the first late one was.
        at: Timestamp,
        /// How many.
        count: usize,
    },
    /// One device used for several accounts in a day.
    Shared {
        /// When the last was.
        at: Timestamp,
        /// How many accounts.
        count: usize,
    },
}

/// The signs in these redemptions of one kiosk, the oldest first.
pub fn signs(redemptions: &[Redemption]) -> Vec<Sign> {
    let mut steps: BTreeMap<i64, Vec<&Redemption>> = BTreeMap::new();
    let mut devices: BTreeMap<(&str, chrono::NaiveDate), Vec<&Redemption>> = BTreeMap::new();
    for one in redemptions {
        if let Some(step) = one.step {
            steps.entry(step).or_default().push(one);
        }
        if one.account.is_some() {
            let key = (one.device.as_str(), one.at.day());
            devices.entry(key).or_default().push(one);
        }
    }
    let mut signs = Vec::new();
    for of_step in steps.values() {
        let first = |of: &[&Redemption]| of.iter().map(|r| r.at).min().unwrap_or_default();
        if of_step.len() > PLAUSIBLE_PER_STEP {
            let (at, count) = (first(of_step), of_step.len());
            signs.push((at, Sign::Crowd { at, count }));
        }
        let late: Vec<_> = of_step
            .iter()
            .filter(|r| r.late_ms > LATE)
            .copied()
            .collect();
        if late.len() > PLAUSIBLE_LATE {
            let (at, count) = (first(&late), late.len());
            signs.push((at, Sign::Late { at, count }));
        }
    }
    for of_device in devices.values() {
        let accounts: BTreeSet<_> = of_device.iter().map(|r| &r.account).collect();
        if accounts.len() > PLAUSIBLE_PER_DEVICE {
            let at = of_device.iter().map(|r| r.at).max().unwrap_or_default();
            let count = accounts.len();
            signs.push((at, Sign::Shared { at, count }));
        }
    }
    signs.sort_by_key(|(at, _)| *at);
    signs.into_iter().map(|(_, sign)| sign).collect()
}

/// How long redemptions that nobody used are kept, which strangers can make (milliseconds).
pub const KEEP_UNUSED: i64 = HOUR;
/// How long redemptions are kept, so that signs can be seen (milliseconds).
pub const KEEP_CLAIMS: i64 = 30 * 24 * HOUR;

#[cfg(test)]
mod tests;
