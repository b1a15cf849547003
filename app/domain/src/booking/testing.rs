//! Builders for the tests of this module.

use super::*;
use crate::time::{DAY, HOUR};

pub(super) const NOW: Timestamp = Timestamp(20_000 * DAY);

pub(super) fn id<T: From<uuid::Uuid>>(n: u128) -> T {
    uuid::Uuid::from_u128(n).into()
}

pub(super) fn here() -> CommunityKey {
    CommunityKey::new("440303001", "大塘龙社区")
}

/// An occurrence in ten days, two hours long, open for booking.
pub(super) fn occurrence(capacity: u32, taken: u32) -> OccurrenceFacts {
    let span = Span::new(NOW.plus(10 * DAY), NOW.plus(10 * DAY + 2 * HOUR)).unwrap();
    OccurrenceFacts {
        id: id(1),
        span,
        status: Status::Published,
        community: here(),
        terms: Terms {
            capacity,
            waitlist_capacity: 10,
            ..Terms::defaults(span, NOW)
        },
        online: taken,
        assisted: 0,
        waitlisted: 0,
    }
}

pub(super) fn offer(capacity: u32, taken: u32) -> Offer {
    Offer::new(vec![occurrence(capacity, taken)]).unwrap()
}

pub(super) fn person(n: u128) -> PersonFacts {
    PersonFacts {
        person: id(n),
        birth_year: BirthYear::new(1958, NOW).unwrap(),
        community: None,
        has_consent: false,
        live: None,
        clash: None,
    }
}

pub(super) fn online() -> PartyRequest {
    PartyRequest {
        channel: Channel::Online,
        fit: Fit::Together,
        may_wait: true,
        queue_stands: false,
        at_door: None,
    }
}

pub(super) fn waiting(n: u128) -> Waiting {
    Waiting {
        booking: id(n),
        person: person(n),
        channel: Channel::Online,
        party: None,
    }
}

/// The answer to one person.
pub(super) fn one(
    offer: &Offer,
    person: PersonFacts,
    request: PartyRequest,
    now: Timestamp,
) -> Result<Placement, Refusal> {
    decide(offer, &[person], request, now).and_then(|mut all| all.remove(0))
}

/// An offer of one occurrence with ten places that differs in something.
pub(super) fn with(change: impl FnOnce(&mut OccurrenceFacts)) -> Offer {
    let mut facts = occurrence(10, 0);
    change(&mut facts);
    Offer::new(vec![facts]).unwrap()
}
