//! Room: what is left for the next one, and what those are told for whom nothing is.

use super::{testing::*, *};
use crate::time::DAY;
use proptest::prelude::*;

/// As many as fit of so many people.
fn as_many(offer: &Offer, people: u128, request: PartyRequest) -> Vec<Result<Placement, Refusal>> {
    let people: Vec<_> = (1..=people).map(person).collect();
    let request = PartyRequest {
        fit: Fit::AsManyAsFit,
        ..request
    };
    decide(offer, &people, request, NOW).unwrap()
}

#[test]
fn each_place_that_is_given_is_one_less_on_every_date_of_a_series() {
    let small = OccurrenceFacts {
        terms: Terms {
            waitlist_capacity: 1,
            ..occurrence(3, 0).terms
        },
        id: id(2),
        ..occurrence(3, 1)
    };
    for dates in [
        vec![occurrence(10, 0), small.clone()],
        vec![small.clone(), occurrence(10, 0)],
        vec![small],
    ] {
        let series = Offer::new(dates).unwrap();
        let (yes, wait) = (Ok(Placement::Confirm), Ok(Placement::Wait));
        let no = || Err(Refusal::Full);
        assert_eq!(
            as_many(&series, 5, online()),
            [yes.clone(), yes, wait, no(), no()]
        );
    }
}

proptest! {
    /// Rule 1: however many ask, each gets a place while there is one, then a place in line while
    /// there is one, then none, in the order in which they ask.
    #[test]
    fn places_run_out_and_then_the_line_does(
        capacity in 1..6_u32, taken in 0..6_u32, line in 0..4_u32, waits in 0..4_u32, people in 1..9_u32,
    ) {
        let taken = taken.min(capacity);
        let offer = with(|o| {
            (o.online, o.waitlisted) = (taken, waits);
            (o.terms.capacity, o.terms.waitlist_capacity) = (capacity, line);
        });
        let (free, room) = (capacity - taken, line.saturating_sub(waits));
        let told = as_many(&offer, u128::from(people), online());
        for (nth, told) in (0..people).zip(told) {
            let expected = if nth < free {
                Ok(Placement::Confirm)
            } else if nth < free + room {
                Ok(Placement::Wait)
            } else {
                Err(Refusal::Full)
            };
            prop_assert_eq!(told, expected, "the {}th of {}", nth, people);
        }
    }
}

#[test]
fn only_who_may_have_them_later_is_told_that_places_are_held_back() {
    let until = NOW.plus(DAY);
    let held = |online, assisted, held_back| {
        with(|o| {
            (o.online, o.assisted) = (online, assisted);
            o.terms.held_back = held_back;
            o.terms.held_until = Some(until);
            o.terms.waitlist_capacity = 0;
        })
    };
    let together = |offer: &Offer, people: u128, channel| {
        let people: Vec<_> = (1..=people).map(person).collect();
        let request = PartyRequest {
            channel,
            ..online()
        };
        decide(offer, &people, request, NOW).unwrap().remove(0)
    };
    let kept = Err(Refusal::HeldBack { until });
    // Two are left, and both are kept for the desk.
    assert_eq!(together(&held(8, 0, 2), 1, Channel::Online), kept);
    // The desk has them all: three are too many for it, and none of them is held back from it.
    let desk = together(&held(8, 0, 2), 3, Channel::Desk);
    assert_eq!(desk, Err(Refusal::Full));
    // What was kept is taken: there is nothing to wait for.
    assert_eq!(
        together(&held(8, 2, 2), 1, Channel::Online),
        Err(Refusal::Full)
    );
    assert_eq!(
        together(&held(10, 0, 2), 1, Channel::Online),
        Err(Refusal::Full)
    );
    // Its time has come, and all have been taken.
    let over = with(|o| {
        (o.online, o.terms.held_back, o.terms.waitlist_capacity) = (10, 2, 0);
        o.terms.held_until = Some(NOW);
    });
    assert_eq!(together(&over, 1, Channel::Online), Err(Refusal::Full));
}

#[test]
fn behind_a_line_that_stands_only_the_desk_takes_and_only_what_is_kept_for_it() {
    let offer = with(|o| {
        o.online = 6;
        o.terms.held_back = 1;
        o.terms.held_until = Some(NOW.plus(DAY));
        o.terms.waitlist_capacity = 0;
    });
    let behind = |channel| PartyRequest {
        channel,
        queue_stands: true,
        ..online()
    };
    let at_desk = as_many(&offer, 2, behind(Channel::Desk));
    assert_eq!(at_desk, [Ok(Placement::Confirm), Err(Refusal::Full)]);
    let refused = as_many(&offer, 1, behind(Channel::Online));
    assert!(refused[0].is_err(), "{refused:?}");
}

#[test]
fn at_the_door_a_full_room_is_full_and_an_early_one_is_kept_until_the_start() {
    let start = occurrence(1, 0).span.start();
    let come = |taken, kept, since| {
        let request = PartyRequest {
            channel: Channel::Desk,
            may_wait: false,
            at_door: Some(AtDoor { since, kept }),
            ..online()
        };
        one(&offer(10, taken), person(1), request, since)
    };
    for since in [start.plus(-1), start, start.plus(1)] {
        assert_eq!(come(10, 0, since), Err(Refusal::Full));
        assert_eq!(come(8, 1, since), Ok(Placement::Confirm));
        let until = (since == start.plus(-1)).then_some(start);
        assert_eq!(come(8, 2, since), Err(Refusal::KeptForLine { until }));
        assert_eq!(come(8, 3, since), Err(Refusal::KeptForLine { until }));
    }
}

#[test]
fn a_place_that_is_kept_beyond_the_end_of_booking_is_never_waited_for_online() {
    let closes = occurrence(1, 0).terms.booking_closes_at;
    let most = |held_until, channel| {
        with(|o| (o.terms.held_back, o.terms.held_until) = (4, held_until)).most_together(channel)
    };
    assert_eq!(most(Some(closes), Channel::Online), 6);
    assert_eq!(most(Some(closes.plus(1)), Channel::Online), 6);
    assert_eq!(most(Some(closes.plus(-1)), Channel::Online), 10);
    assert_eq!(most(None, Channel::Online), 10);
    assert_eq!(most(Some(closes), Channel::Desk), 10);
    // One person alone is not too many, even where none is left for them; two are.
    let none = with(|o| (o.terms.held_back, o.terms.held_until) = (10, Some(closes)));
    let pair = [1, 2].map(|n| Waiting {
        party: Some(id(77)),
        ..waiting(n)
    });
    assert_eq!(cannot_fit(&none, &[waiting(1)]).count(), 0);
    assert_eq!(cannot_fit(&none, &pair).count(), 2);
}
