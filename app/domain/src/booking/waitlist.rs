//! Who moves up when places are free (rule 3, C-18 to C-30).

use super::{Offer, PersonFacts, admit_at_door, admit_person, admit_time};
use crate::{
    activity::Channel,
    id::{BookingId, PartyId},
    time::{DAY, Timestamp},
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
/// passed (C-26), or it could never fit (C-179). Nothing moves before booking opens, after it closes, or when the occurrence is
/// not published (C-20).
pub fn promote(offer: &Offer, line: &[Waiting], now: Timestamp) -> Promotion {
    let mut result = Promotion::default();
    if admit_time(offer, now).is_err() {
        return result;
    }
    let mut offer = offer.clone();
    for group in groups(line) {
        let channel = group[0].channel;
        let free = offer.free(channel, now);
        let needed = size(group);
        if free == 0
            || never_fits(&offer, group)
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

/// Those who wait together; whoever waits alone is a group of one.
fn groups(line: &[Waiting]) -> impl Iterator<Item = &[Waiting]> {
    line.chunk_by(|a, b| a.party.is_some() && a.party == b.party)
}

fn size(group: &[Waiting]) -> u32 {
    u32::try_from(group.len()).unwrap_or(u32::MAX)
}

/// Whether a party asks for more places than there can ever be for it. One person alone always
/// could fit, if there are places at all.
fn never_fits(offer: &Offer, group: &[Waiting]) -> bool {
    group.len() > 1 && size(group) > offer.most_together(group[0].channel)
}

/// Those in line whose party can never fit, as after a capacity was lowered, and how many of them
/// could come together: they are told, and nobody waits behind them (C-179).
pub fn cannot_fit<'a>(
    offer: &'a Offer,
    line: &'a [Waiting],
) -> impl Iterator<Item = (&'a Waiting, u32)> {
    groups(line)
        .filter(|group| never_fits(offer, group))
        .flat_map(|group| {
            let most = offer.most_together(group[0].channel);
            group.iter().map(move |waiting| (waiting, most))
        })
}

/// Whoever moves up has so long to give the place back.
const TO_THINK_IT_OVER: i64 = DAY;

/// Until when somebody who moves up at `now` can give the place back: until the cutoff as everybody
/// can, and at least for a day, if the start is not before. They asked for the place some time ago,
/// and nobody has asked since whether they can still come (C-39, C-40).
pub fn promised_to_promoted(offer: &Offer, now: Timestamp) -> Timestamp {
    let first = offer.first();
    let at_least = now.plus(TO_THINK_IT_OVER).min(first.span.start());
    first.terms.cancel_until.max(at_least)
}

/// What the line means for somebody who stands at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DoorLine {
    /// Whether a place is free for them.
    pub is_seated: bool,
    /// Free places that are for those who come before them.
    pub kept: u32,
    /// Their position in line from 1; for somebody who is not in it, one behind the last.
    pub position: u32,
}

/// Who of the line comes before somebody at the door since `at`, and whether a place is left for
/// them. `who` is their booking, none for somebody who did not wait; `is_here` says who else of the
/// line was seen at this door.
///
/// Until the start everybody keeps their place in line, here or not: a free place is for the first
/// who can use it, and the next one comes in only if there is one more. From the start on a place
/// that nobody has taken is for those who are here, in the order of the line: whoever has not come
/// by then is not waited for. They lose nothing that was promised to them, since after booking has
/// closed nobody is told of a place any more (C-20).
///
/// A party holds the line until the start as it does before ([`promote`]), unless it could never
/// fit; at the door each of its
/// members stands for themselves, so that one who came is not sent away because another is late.
/// Places kept for the desk are open to everybody who has come.
pub fn line_at_door(
    offer: &Offer,
    line: &[Waiting],
    who: Option<&BookingId>,
    is_here: impl Fn(&BookingId) -> bool,
    at: Timestamp,
) -> DoorLine {
    let own = line.iter().position(|w| Some(&w.booking) == who);
    let before = &line[..own.unwrap_or(line.len())];
    let party = own.and_then(|own| line[own].party.as_ref());
    let has_begun = at >= offer.first().span.start();
    let can_come = |w: &Waiting| admit_person(offer, &w.person, at).is_ok();
    let unheld = offer.first().unheld();
    let mut kept: u32 = 0;
    for group in groups(before) {
        if party.is_some() && group[0].party.as_ref() == party {
            continue;
        }
        let needed = if has_begun {
            let here = group.iter().filter(|w| is_here(&w.booking) && can_come(w));
            here.count()
        } else if !never_fits(offer, group) && group.iter().all(can_come) {
            group.len()
        } else {
            0
        };
        let needed = u32::try_from(needed).unwrap_or(u32::MAX);
        if needed <= unheld.saturating_sub(kept) {
            kept += needed;
        } else if has_begun || !offer.first().terms.parties_may_be_passed {
            kept = unheld;
            break;
        }
    }
    let fits = own.is_none_or(|own| can_come(&line[own]));
    DoorLine {
        is_seated: fits && kept < unheld && admit_at_door(offer, at).is_ok(),
        kept,
        position: u32::try_from(before.len() + 1).unwrap_or(u32::MAX),
    }
}
