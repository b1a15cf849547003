//! The decision on a request to book.

use super::{Offer, PersonFacts, admit_at_door, admit_person, admit_time, unmet_by_person};
use crate::{
    Reason, Refusal,
    activity::{Channel, Unit},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What people who book together want.
    pub enum Fit {
        /// All of them or none.
        Together = "together",
        /// As many as fit.
        AsManyAsFit = "as_many_as_fit",
    }
}

/// How a booking is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartyRequest {
    /// The way it came in.
    pub channel: Channel,
    /// Together, or as many as fit.
    pub fit: Fit,
    /// Whether a place in line will do where there is no room.
    pub may_wait: bool,
    /// Whether somebody who could take a free place stands in line (from [`super::promote`]);
    /// newcomers then join the line behind them (C-18).
    pub queue_stands: bool,
    /// For somebody who stands at the door. The door's window then takes the place of the booking
    /// window (C-14).
    pub at_door: Option<AtDoor>,
}

/// Somebody who stands at the door without a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtDoor {
    /// Since when.
    pub since: Timestamp,
    /// Free places that are for those who wait in line (from [`super::line_at_door`]).
    pub kept: u32,
}

/// What a person gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// A place.
    Confirm,
    /// A place in line.
    Wait,
}

/// Decides on each person, in the order of the request. The outer error is one that holds
/// whoever asks; under [`Fit::Together`] either all are placed the same way or none is placed.
///
/// # Errors
/// The closest unmet rule, in a fixed order: what the occurrence is, its window, then the person.
pub fn decide(
    offer: &Offer,
    people: &[PersonFacts],
    request: PartyRequest,
    now: Timestamp,
) -> Result<Vec<Result<Placement, Refusal>>, Refusal> {
    // Who is booked already is told so even when booking has closed since (C-12).
    if let [only] = people
        && let Err(refusal) = admit_once(only)
    {
        return Ok(vec![Err(refusal)]);
    }
    admit_window(offer, request, now)?;
    let admitted = people.iter().enumerate().map(|(nth, person)| {
        admit_once(person)?;
        if nth > 0 && offer.first().terms.unit == Unit::Households {
            return Err(Refusal::invalid("person_ids", Reason::OnePerHousehold));
        }
        admit_person(offer, person, now)
    });
    let admitted: Vec<Result<(), Refusal>> = admitted.collect();
    let mut room = Room {
        offer: offer.clone(),
        request,
        now,
    };
    Ok(match request.fit {
        Fit::Together => room.place_together(admitted),
        Fit::AsManyAsFit => admitted
            .into_iter()
            .map(|a| a.and_then(|()| room.place(1)))
            .collect(),
    })
}

/// Every rule that keeps one person from a place, or a place in line, in the order of [`decide`],
/// whose answer is the first of them; none where [`decide`] places them. Whoever is booked already,
/// and whoever asks for something that cannot be booked at all, is told that alone.
pub fn unmet(
    offer: &Offer,
    person: &PersonFacts,
    request: PartyRequest,
    now: Timestamp,
) -> Vec<Refusal> {
    if let Err(refusal) = admit_once(person) {
        return vec![refusal];
    }
    let window = admit_window(offer, request, now).err();
    if let Some(
        alone @ (Refusal::NotFound | Refusal::OccurrenceCancelled | Refusal::NoBookingNeeded),
    ) = window
    {
        return vec![alone];
    }
    let mut room = Room {
        offer: offer.clone(),
        request,
        now,
    };
    window
        .into_iter()
        .chain(unmet_by_person(offer, person, now))
        .chain(room.place(1).err())
        .collect()
}

/// Whether the person has no live booking of the offer yet (rule 2).
fn admit_once(person: &PersonFacts) -> Result<(), Refusal> {
    person.live.as_ref().map_or(Ok(()), |booking_id| {
        Err(Refusal::AlreadyBooked {
            booking_id: booking_id.clone(),
        })
    })
}

/// Whether the offer can be booked at this time, or come to without a booking.
fn admit_window(offer: &Offer, request: PartyRequest, now: Timestamp) -> Result<(), Refusal> {
    match request.at_door {
        Some(AtDoor { since, .. }) => admit_at_door(offer, since),
        None => admit_time(offer, now),
    }
}

struct Room {
    offer: Offer,
    request: PartyRequest,
    now: Timestamp,
}

impl Room {
    fn free(&self) -> u32 {
        let channel = self.request.channel;
        if let Some(AtDoor { kept, .. }) = self.request.at_door {
            return self.offer.first().unheld().saturating_sub(kept);
        }
        match (self.request.queue_stands, channel.is_assisted()) {
            (false, _) => self.offer.free(channel, self.now),
            (true, true) => self.offer.kept(self.now),
            (true, false) => 0,
        }
    }

    fn place(&mut self, count: u32) -> Result<Placement, Refusal> {
        if let Some(refusal) = self.never(count) {
            return Err(refusal);
        }
        if count <= self.free() {
            (0..count).for_each(|_| self.offer.take(self.request.channel));
            return Ok(Placement::Confirm);
        }
        if self.request.may_wait && count <= self.offer.waitlist_room() {
            (0..count).for_each(|_| self.offer.wait());
            return Ok(Placement::Wait);
        }
        Err(self.full())
    }

    /// Why so many could never have places, however long they waited (C-179).
    fn never(&self, count: u32) -> Option<Refusal> {
        let most = self.offer.most_together(self.request.channel);
        let is_beyond = self.request.at_door.is_none() && count > most;
        is_beyond.then(|| match most {
            0 => self.full(),
            most => Refusal::PartyTooLarge { most },
        })
    }

    fn place_together(
        &mut self,
        admitted: Vec<Result<(), Refusal>>,
    ) -> Vec<Result<Placement, Refusal>> {
        if admitted.iter().any(Result::is_err) {
            // Those who could have come are told what stood in the way of the others.
            let reason = admitted
                .iter()
                .find_map(|a| a.clone().err())
                .unwrap_or(Refusal::Full);
            return admitted
                .into_iter()
                .map(|a| Err(a.err().unwrap_or(reason.clone())))
                .collect();
        }
        let count = u32::try_from(admitted.len()).unwrap_or(u32::MAX);
        let placement = self.place(count);
        vec![placement; admitted.len()]
    }

    fn full(&self) -> Refusal {
        let first = self.offer.first();
        if let Some(AtDoor { since, .. }) = self.request.at_door
            && first.unheld() > 0
        {
            let start = first.span.start();
            return Refusal::KeptForLine {
                until: (since < start).then_some(start),
            };
        }
        match first.terms.held_until {
            Some(until) if !self.request.channel.is_assisted() && self.offer.kept(self.now) > 0 => {
                Refusal::HeldBack { until }
            }
            _ => Refusal::Full,
        }
    }
}
