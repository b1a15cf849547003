//! Who moves up when places are free (rule 3, C-18 to C-30).

use super::{Offer, PersonFacts, admit_person, admit_time};
use crate::{
    activity::Channel,
    id::{BookingId, PartyId},
    time::Timestamp,
};

/// Somebody in line. The order of the line is the order of joining.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Their booking.
    pub booking: BookingId,
    /// Who, without regard to this booking itself (`live` is not looked at).
    pub person: PersonFacts,
    /// The way they came in, which decides whether kept places are open to them.
    pub channel: Channel,
    /// Those who wait for places together.
    pub party: Option<PartyId>,
}

/// Who gets a place now, and whether the line stands before free places.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Promotion {
    /// Bookings that become confirmed, in order.
    pub promoted: Vec<BookingId>,
    /// Whether somebody eligible goes on waiting although some place is free: a party that needs
    /// more than there are. Newcomers must not take those (C-18).
    pub queue_stands: bool,
}

/// Gives free places to the first who can use them. Nobody is passed over: whoever is skipped
/// cannot take a place now (wrong age, a clash, places kept for another channel), and a party
/// that needs more places than are free holds the line unless the terms say that parties may be
/// passed (C-26). Nothing moves before booking opens, after it closes, or when the occurrence is
/// not published (C-20).
pub fn promote(offer: &Offer, line: &[Waiting], now: Timestamp) -> Promotion {
    let mut result = Promotion::default();
    if admit_time(offer, now).is_err() {
        return result;
    }
    let mut offer = offer.clone();
    for group in line.chunk_by(|a, b| a.party.is_some() && a.party == b.party) {
        let channel = group[0].channel;
        let free = offer.free(channel, now);
        let needed = u32::try_from(group.len()).unwrap_or(u32::MAX);
        if free == 0
            || group
                .iter()
                .any(|w| admit_person(&offer, &w.person, now).is_err())
        {
            continue;
        }
        if needed <= free {
            (0..needed).for_each(|_| offer.take(channel));
            result
                .promoted
                .extend(group.iter().map(|w| w.booking.clone()));
        } else if !offer.first().terms.parties_may_be_passed {
            result.queue_stands = true;
            break;
        }
    }
    result
}
