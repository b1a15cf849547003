//! Booking: the one place where it is decided whether a booking is allowed, who moves up from
//! the waitlist, and whether a place can be given back. Rules 1 to 4 of the design; the store
//! makes the decisions true in one transaction.

mod cancel;
mod decide;
mod places;
mod waitlist;

pub use cancel::{By, CancelDecision, CancelFacts, decide_cancel};
pub use decide::{AtDoor, Fit, PartyRequest, Placement, decide, unmet};
pub use places::{Places, is_few};
pub use waitlist::{
    DoorLine, Promotion, Waiting, cannot_fit, line_at_door, promised_to_promoted, promote,
};

use crate::{
    Refusal,
    activity::{Allocation, Channel, Status, Terms},
    commitment::Clash,
    id::{BookingId, OccurrenceId, PersonId},
    person::{BirthYear, needs_guardian},
    place::CommunityKey,
    time::{Span, Timestamp},
};
use std::iter::once_with;

crate::text_enum! {
    /// Where a booking stands.
    pub enum State {
        /// In line for a place.
        Waitlisted = "waitlisted",
        /// Holds a place.
        Confirmed = "confirmed",
        /// Came.
        CheckedIn = "checked_in",
        /// Given back, called off, or left the line.
        Cancelled = "cancelled",
        /// Held a place and did not come.
        NoShow = "no_show",
    }
}

impl State {
    /// The states in which a booking still stands: a person has at most one of these per
    /// occurrence (rule 2). Whatever counts or finds live bookings, in SQL too, goes by this set.
    pub const LIVE: [Self; 3] = [Self::Waitlisted, Self::Confirmed, Self::CheckedIn];

    /// The states that hold a place of the capacity (rule 1). Whatever counts places, in SQL too,
    /// goes by this set.
    pub const HOLDING: [Self; 2] = [Self::Confirmed, Self::CheckedIn];

    /// Whether the booking still stands.
    pub const fn is_live(self) -> bool {
        self.is_one_of(&Self::LIVE)
    }

    /// Whether the booking holds a place of the capacity.
    pub const fn holds_place(self) -> bool {
        self.is_one_of(&Self::HOLDING)
    }

    pub(crate) const fn is_one_of(self, states: &[Self]) -> bool {
        let mut rest = states;
        while let [first, others @ ..] = rest {
            if *first as u8 == self as u8 {
                return true;
            }
            rest = others;
        }
        false
    }
}

/// An occurrence as far as a booking asks, counted under its lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccurrenceFacts {
    /// Which.
    pub id: OccurrenceId,
    /// When.
    pub span: Span,
    /// The lesser of the activity's and the occurrence's own.
    pub status: Status,
    /// The community of its center.
    pub community: CommunityKey,
    /// Its terms.
    pub terms: Terms,
    /// Places held that were booked online.
    pub online: u32,
    /// Places held that were booked at kiosk, desk or by telephone.
    pub assisted: u32,
    /// How many wait.
    pub waitlisted: u32,
}

impl OccurrenceFacts {
    /// Its places as counted. What needs no booking may have no limit.
    pub fn places(&self) -> Places {
        Places {
            capacity: (!self.terms.is_unlimited()).then_some(self.terms.capacity),
            taken: self.taken(),
            assisted: self.assisted,
            held_back: self.terms.held_back,
            held_until: self.terms.held_until,
        }
    }

    /// Places held.
    pub const fn taken(&self) -> u32 {
        self.online.saturating_add(self.assisted)
    }

    /// Places that nobody holds.
    pub fn unheld(&self) -> u32 {
        self.places().unheld()
    }

    /// Unheld places that are still kept for kiosk, desk and telephone.
    pub fn kept(&self, now: Timestamp) -> u32 {
        self.places().kept(now)
    }

    /// Unheld places that this channel may take.
    pub fn free(&self, channel: Channel, now: Timestamp) -> u32 {
        self.places().free(channel, now)
    }

    /// The most places that this channel could ever take together.
    fn most_together(&self, channel: Channel) -> u32 {
        let terms = &self.terms;
        let Some(capacity) = self.places().capacity else {
            return u32::MAX;
        };
        // Places that are kept beyond the end of booking are never this channel's.
        let kept_for_good = terms
            .held_until
            .is_some_and(|until| until >= terms.booking_closes_at);
        match kept_for_good && !channel.is_assisted() {
            true => capacity.saturating_sub(terms.held_back),
            false => capacity,
        }
    }

    fn take(&mut self, channel: Channel) {
        if channel.is_assisted() {
            self.assisted += 1
        } else {
            self.online += 1
        }
    }
}

/// What is booked as a whole: one occurrence, or all that are still to come of a series with one
/// enrolment, in order of time. The first one's terms govern the booking window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    first: OccurrenceFacts,
    rest: Vec<OccurrenceFacts>,
}

impl Offer {
    /// An offer of these occurrences.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] where there is none.
    pub fn new(occurrences: Vec<OccurrenceFacts>) -> Result<Self, Refusal> {
        let mut all = occurrences.into_iter();
        let first = all.next().ok_or(Refusal::NotFound)?;
        Ok(Self {
            first,
            rest: all.collect(),
        })
    }

    /// The occurrence that comes first.
    pub const fn first(&self) -> &OccurrenceFacts {
        &self.first
    }

    /// All its occurrences.
    pub fn occurrences(&self) -> impl Iterator<Item = &OccurrenceFacts> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// Places that this channel may take in every one of the occurrences.
    pub fn free(&self, channel: Channel, now: Timestamp) -> u32 {
        self.occurrences()
            .map(|o| o.free(channel, now))
            .min()
            .unwrap_or(0)
    }

    /// The most places that this channel could ever take together in every one of the occurrences,
    /// if everybody else gave theirs back: a party that is larger would wait for ever (C-179).
    pub fn most_together(&self, channel: Channel) -> u32 {
        let most = self.occurrences().map(|o| o.most_together(channel));
        most.min().unwrap_or(0)
    }

    fn kept(&self, now: Timestamp) -> u32 {
        self.occurrences().map(|o| o.kept(now)).min().unwrap_or(0)
    }

    fn waitlist_room(&self) -> u32 {
        self.occurrences()
            .map(|o| o.terms.waitlist_capacity.saturating_sub(o.waitlisted))
            .min()
            .unwrap_or(0)
    }

    fn take(&mut self, channel: Channel) {
        self.first.take(channel);
        self.rest.iter_mut().for_each(|o| o.take(channel));
    }

    fn wait(&mut self) {
        self.first.waitlisted += 1;
        self.rest.iter_mut().for_each(|o| o.waitlisted += 1);
    }
}

/// A person as far as a booking asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFacts {
    /// Who.
    pub person: PersonId,
    /// Birth year.
    pub birth_year: BirthYear,
    /// The community that they live in, if known.
    pub community: Option<CommunityKey>,
    /// Whether a guardian's consent is on record.
    pub has_consent: bool,
    /// A live booking of theirs in the offer; where households are counted, of their household.
    pub live: Option<BookingId>,
    /// Something confirmed that overlaps the offer.
    pub clash: Option<Clash>,
}

/// Whether the offer takes place, as far as is known.
fn admit_status(offer: &Offer) -> Result<(), Refusal> {
    match offer.first().status {
        Status::Draft => Err(Refusal::NotFound),
        Status::Cancelled => Err(Refusal::OccurrenceCancelled),
        Status::Published => Ok(()),
    }
}

/// Whether the offer is one that is booked, whoever asks and whenever.
fn admit_offer(offer: &Offer) -> Result<(), Refusal> {
    admit_status(offer)?;
    if offer.first().terms.allocation == Allocation::DropIn {
        return Err(Refusal::NoBookingNeeded);
    }
    Ok(())
}

/// Whether somebody who stands at the door since `at` can be taken in, room aside. What needs no
/// booking is no exception: whoever is taken in is counted like everybody else.
fn admit_at_door(offer: &Offer, at: Timestamp) -> Result<(), Refusal> {
    admit_status(offer)?;
    let first = offer.first();
    first.terms.door().admit_walk_in(first.span, at)
}

/// Whether the offer can be booked at all at this time, whoever asks.
fn admit_time(offer: &Offer, now: Timestamp) -> Result<(), Refusal> {
    admit_offer(offer)?;
    let terms = &offer.first().terms;
    if now >= terms.booking_closes_at {
        return Err(Refusal::Closed {
            since: terms.booking_closes_at,
        });
    }
    if now < terms.booking_opens_at {
        return Err(Refusal::NotOpenYet {
            until: terms.booking_opens_at,
        });
    }
    Ok(())
}

/// The rules about the person that are not met, room aside, in their fixed order. Each is looked at
/// only when it is asked for.
fn unmet_by_person(
    offer: &Offer,
    person: &PersonFacts,
    now: Timestamp,
) -> impl Iterator<Item = Refusal> {
    let first = offer.first();
    let residence = move || match first.terms.residents_first_until {
        Some(until) if now < until && person.community.as_ref() != Some(&first.community) => {
            Some(Refusal::NotResident { until })
        }
        _ => None,
    };
    let ages = move || {
        let admit = |o: &OccurrenceFacts| o.terms.ages().admit(person.birth_year, o.span.start());
        offer.occurrences().find_map(|o| admit(o).err())
    };
    let consent = move || {
        let lacks = needs_guardian(person.birth_year, now) && !person.has_consent;
        lacks.then_some(Refusal::ConsentRequired)
    };
    let clash = move || {
        person.clash.as_ref().map(|clash| Refusal::Overlaps {
            title: clash.title.clone(),
            starts_at: clash.span.start(),
            ends_at: clash.span.end(),
        })
    };
    once_with(residence)
        .chain(once_with(ages))
        .chain(once_with(consent))
        .chain(once_with(clash))
        .flatten()
}

/// Whether the person may take part, room aside. A newcomer and somebody who waits pass the same
/// gate.
fn admit_person(offer: &Offer, person: &PersonFacts, now: Timestamp) -> Result<(), Refusal> {
    unmet_by_person(offer, person, now)
        .next()
        .map_or(Ok(()), Err)
}

#[cfg(test)]
mod at_door_tests;
#[cfg(test)]
mod room_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unmet_tests;
