//! What of somebody's presence counts.

use super::SETUP_MARGIN;
use crate::{
    check_in::Attendance,
    spans::{common, cut, length, stretch, union, without},
    time::{MINUTE, Span},
};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Why a person should look at what was computed before it is validated.
    pub enum Doubt {
        /// Nobody saw them go: the proposal ends with the shift (C-91).
        NoCheckOut = "no_check_out",
        /// Nobody saw them come: the proposal begins with the shift.
        NoEntry = "no_entry",
        /// They were there, and no lead was.
        NoLead = "no_lead",
    }
}

/// What counts of a presence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// The stretches that count, in order and apart.
    pub spans: Vec<Span>,
    /// Their whole minutes: parts of a minute are not counted (C-87).
    pub minutes: u32,
    /// Why somebody should look at it.
    pub doubt: Option<Doubt>,
}

/// What counts of somebody's presence in a shift: within its times, while a lead was there or nearly
/// ([`SETUP_MARGIN`]), and once (C-86, C-87). Going out and coming back is a break, which does not count.
/// `counted` is what counts already of other shifts.
pub fn credit(shift: Span, mine: &Attendance, leads: &[Attendance], counted: &[Span]) -> Credit {
    let present = presence(shift, mine, 0);
    let led = leads
        .iter()
        .flat_map(|lead| presence(shift, lead, SETUP_MARGIN));
    let led = union(led);
    let spans = without(&common(&present, &led), counted);
    let minutes = u32::try_from(length(&spans) / MINUTE).unwrap_or(0);
    let doubt = if mine.lacks_exit() {
        Some(Doubt::NoCheckOut)
    } else if mine.entry_missing {
        Some(Doubt::NoEntry)
    } else if !present.is_empty() && minutes == 0 && led.is_empty() {
        Some(Doubt::NoLead)
    } else {
        None
    };
    Credit {
        spans,
        minutes,
        doubt,
    }
}

/// When somebody was there within a shift, with a margin on both sides. Without an exit it is until the
/// end, without an entry from the start.
fn presence(shift: Span, of: &Attendance, margin: i64) -> Vec<Span> {
    let stays = of.stays.iter().enumerate().filter_map(|(nth, stay)| {
        let from = match of.entry_missing && nth == 0 {
            true => shift.start(),
            false => stay.from,
        };
        let to = stay.to.unwrap_or(shift.end());
        let there = stretch(from.plus(-margin), to.plus(margin))?;
        cut(there, shift)
    });
    union(stays)
}
