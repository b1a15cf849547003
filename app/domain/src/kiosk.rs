//! Kiosks: paired devices of one center, what is known of their health, and what the scans of
//! their wall codes look like.

use crate::{
    booking::State,
    time::{HOUR, MINUTE, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A pairing code is good for so long (milliseconds).
pub const PAIRING_LIFE: i64 = 10 * MINUTE;
/// The number by which staff lets a kiosk go is good for so long (milliseconds).
pub const EXIT_LIFE: i64 = 3 * MINUTE;
/// Who has scanned a wall code may be checked in for so long (milliseconds, C-108).
pub const CLAIM_LIFE: i64 = 5 * MINUTE;
/// A kiosk tells its health so often (milliseconds).
pub const HEARTBEAT: i64 = MINUTE;
/// A kiosk whose clock differs more shows no wall code (milliseconds, C-110).
pub const CLOCK_LIMIT: i64 = MINUTE;
/// Nobody touches the screen for so long, then it asks (milliseconds, C-131).
pub const IDLE: i64 = MINUTE;
/// It asks for so long before it forgets (milliseconds, C-131).
pub const IDLE_WARNING: i64 = 25_000;
/// A result stays for so long (milliseconds).
pub const RESULT_STAYS: i64 = 20_000;
/// Who has begun to book at a kiosk, or has just proven who they are, has so long (milliseconds):
/// long enough to wait for a short message, short enough to be over if nothing else ends it.
pub const VISIT_LIFE: i64 = 5 * MINUTE;
/// A ticket that was booked stays on the screen for so long (milliseconds): it is photographed or
/// written down.
pub const TICKET_STAYS: i64 = MINUTE;

crate::text_enum! {
    /// How somebody has shown a kiosk who they are.
    pub enum Proof {
        /// By the code that was sent to their telephone.
        Phone = "phone",
        /// By the card that a center has printed for them.
        Card = "card",
        /// By the ticket of something that is still to come, or its short code.
        Ticket = "ticket",
    }
}

impl Proof {
    /// Whether places can be had for the whole family. Paper can be found or lent, so a card or a
    /// ticket stands for the one person on it.
    pub const fn reaches_family(self) -> bool {
        matches!(self, Self::Phone)
    }
}

/// Whether a ticket still says who somebody is: while its booking stands and is not over. What
/// lies in a bin afterwards opens nothing.
pub const fn ticket_identifies(state: State, ends_at: Timestamp, now: Timestamp) -> bool {
    state.is_live() && now.0 < ends_at.0
}

crate::text_enum! {
    /// Whether a part of a kiosk works.
    pub enum Part {
        /// Nobody knows.
        Unknown = "unknown",
        /// It does.
        Works = "ok",
        /// It does not.
        Failed = "failed",
    }
}

crate::text_enum! {
    /// What the morning's self-test looks at.
    pub enum Check {
        /// A camera is there and may be used.
        Camera = "camera",
        /// The scanner types the test string.
        Scanner = "scanner",
        /// The clock is right.
        Clock = "clock",
        /// A ticket of the test kind is read as genuine, a forged one as forged.
        Ticket = "ticket",
        /// The browser keeps what it is given.
        Storage = "storage",
        /// The server answers.
        Network = "network",
    }
}

crate::text_enum! {
    /// How good something is; pages add a shape and words, never the colour alone.
    pub enum Light {
        /// All is well.
        Green = "green",
        /// Look at it when there is time.
        Amber = "amber",
        /// It needs somebody now.
        Red = "red",
    }
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Which.
    pub check: Check,
    /// How it went.
    pub light: Light,
}

/// What a kiosk told last of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When it was last heard of.
    pub seen_at: Option<Timestamp>,
    /// By how many milliseconds its clock is ahead of the server's.
    pub clock_off_ms: Option<i64>,
    /// Its camera.
    pub camera: Part,
    /// Its scanner.
    pub scanner: Part,
    /// The last self-test.
    pub checks: Vec<Checked>,
    /// When that was.
    pub checked_at: Option<Timestamp>,
}

/// A kiosk's health, part by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether it is heard of.
    pub contact: Light,
    /// Whether its clock is right.
    pub clock: Light,
    /// Its camera.
    pub camera: Light,
    /// Its scanner.
    pub scanner: Light,
    /// Its last self-test: amber where there is none of today.
    pub checks: Light,
}

impl Health {
    /// The worst of all parts.
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

/// How right a clock is that is off by so many milliseconds: two seconds are as good as none, and
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

/// A kiosk's health now. Three heartbeats may be missed before it turns amber, a quarter of an
/// hour before it turns red.
pub fn health(told: &Told, now: Timestamp) -> Health {
    let contact = match told.seen_at {
        Some(at) if now.0 - at.0 <= 3 * HEARTBEAT => Light::Green,
        Some(at) if now.0 - at.0 <= 15 * MINUTE => Light::Amber,
        _ => Light::Red,
    };
    let today = told.checked_at.is_some_and(|at| at.day() == now.day());
    let worst = told.checks.iter().map(|checked| checked.light).max();
    Health {
        contact,
        clock: told.clock_off_ms.map_or(Light::Amber, clock_light),
        camera: part_light(told.camera),
        scanner: part_light(told.scanner),
        checks: match worst {
            Some(worst) if today => worst,
            _ => Light::Amber,
        },
    }
}

/// How much later the code of a step was redeemed than its screen showed it, in milliseconds; 0
/// while it was shown.
pub const fn late(step_began: i64, step_length: i64, now: Timestamp) -> i64 {
    let late = now.0 - (step_began + step_length);
    if late > 0 { late } else { 0 }
}

/// One redemption of a wall code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// The step whose code it was; none for a poster.
    pub step: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// How late ([`late`]).
    pub late_ms: i64,
    /// Stands for the device.
    pub device: String,
    /// Stands for the account that used it, if one did.
    pub account: Option<String>,
}

/// So many phones can plausibly scan one screen within one step.
pub const PLAUSIBLE_PER_STEP: usize = 12;
/// So many redemptions of one step may come late without being remarkable.
pub const PLAUSIBLE_LATE: usize = 3;
/// A redemption that comes so much later was probably read off a picture (milliseconds).
pub const LATE: i64 = 5_000;
/// So many accounts may be checked in by one phone in a day without being remarkable: a couple
/// that shares one.
pub const PLAUSIBLE_PER_DEVICE: usize = 2;

/// A sign that codes were passed on. It is shown to staff and has no consequence by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// More redemptions of one step than people can stand before a screen.
    Crowd {
        /// When the first was.
        at: Timestamp,
        /// How many.
        count: usize,
    },
    /// Many redemptions of one step after its screen had changed.
    Late {
        /// When the first late one was.
        at: Timestamp,
        /// How many.
        count: usize,
    },
    /// One device for several accounts in a day.
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

/// How long redemptions are kept, so that signs can be seen (milliseconds).
pub const KEEP_CLAIMS: i64 = 30 * 24 * HOUR;

#[cfg(test)]
mod tests;
