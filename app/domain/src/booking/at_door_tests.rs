//! Who is given a place at the door, and who comes before them.

use super::{testing::*, *};
use crate::{
    activity::Allocation,
    commitment::{Clash, Subject},
    time::{HOUR, MINUTE},
};
use proptest::prelude::*;

/// Nobody of the line is there.
fn nobody(_: &BookingId) -> bool {
    false
}

fn waiting_line(many: u128) -> Vec<Waiting> {
    (1..=many).map(waiting).collect()
}

#[test]
fn at_the_door_everybody_keeps_their_place_in_line_until_the_start() {
    let (offer, line) = (offer(10, 8), waiting_line(4));
    let start = offer.first().span.start();
    let at = |n: u128, at| line_at_door(&offer, &line, Some(&id(n)), nobody, at);
    let told = |n| {
        let line = at(n, start.plus(-1));
        (line.is_seated, line.kept, line.position)
    };
    assert_eq!(told(1), (true, 0, 1));
    assert_eq!(told(2), (true, 1, 2), "two places are free");
    assert_eq!(told(3), (false, 2, 3));
    let newcomer = line_at_door(&offer, &line, None, nobody, start.plus(-1));
    assert_eq!((newcomer.is_seated, newcomer.position), (false, 5));
    // From the start on nobody waits for who has not come.
    assert!(at(4, start).is_seated);
    assert!(line_at_door(&offer, &line, None, nobody, start).is_seated);
    assert!(!at(4, offer.first().span.end()).is_seated, "it is over");
    assert!(
        !at(1, start.plus(-2 * HOUR)).is_seated,
        "the door is closed"
    );
}

#[test]
fn at_the_door_those_who_are_there_come_in_the_order_of_the_line() {
    let (offer, line) = (offer(10, 9), waiting_line(3));
    let start = offer.first().span.start();
    let first_is_here = |booking: &BookingId| *booking == id(1);
    let third = line_at_door(&offer, &line, Some(&id(3)), first_is_here, start);
    assert_eq!((third.is_seated, third.kept), (false, 1));
    // Somebody who cannot take a place is not waited for.
    let mut clashes = line.clone();
    clashes[0].person.clash = Some(Clash {
        subject: Subject::Booking(id(70)),
        title: "合唱".into(),
        span: Span::new(start, start.plus(HOUR)).unwrap(),
    });
    assert!(line_at_door(&offer, &clashes, Some(&id(3)), first_is_here, start).is_seated);
    assert!(!line_at_door(&offer, &clashes, Some(&id(1)), nobody, start).is_seated);
}

#[test]
fn c26_at_the_door_a_party_holds_the_line_but_not_its_own() {
    let mut offer = offer(10, 8);
    let mut line = waiting_line(4);
    for member in &mut line[..3] {
        member.party = Some(id(9));
    }
    let before = offer.first().span.start().plus(-1);
    let seated =
        |offer: &Offer, n: u128| line_at_door(offer, &line, Some(&id(n)), nobody, before).is_seated;
    assert!(
        seated(&offer, 1) && seated(&offer, 3),
        "each for themselves"
    );
    assert!(!seated(&offer, 4));
    offer.first.terms.parties_may_be_passed = true;
    assert!(seated(&offer, 4), "three do not fit, and may be passed");
}

#[test]
fn c14_a_walk_in_is_told_for_whom_the_free_places_are() {
    let offer = offer(10, 9);
    let start = offer.first().span.start();
    let walk_in = |since, kept| {
        let request = PartyRequest {
            channel: Channel::Desk,
            may_wait: false,
            at_door: Some(AtDoor { since, kept }),
            ..online()
        };
        one(&offer, person(1), request, since)
    };
    let before = start.plus(-1);
    assert_eq!(
        walk_in(before, 1),
        Err(Refusal::KeptForLine { until: Some(start) })
    );
    assert_eq!(walk_in(start, 1), Err(Refusal::KeptForLine { until: None }));
    assert_eq!(walk_in(start, 0), Ok(Placement::Confirm));
}

#[test]
fn what_needs_no_booking_has_room_for_all_unless_a_number_was_set() {
    let drop_in = |capacity| {
        with(|o| {
            o.terms.allocation = Allocation::DropIn;
            o.terms.capacity = capacity;
            o.online = 9;
        })
    };
    let start = occurrence(1, 0).span.start();
    let walk_in = PartyRequest {
        channel: Channel::Desk,
        at_door: Some(AtDoor {
            since: start,
            kept: 0,
        }),
        may_wait: false,
        ..online()
    };
    let come = |capacity| one(&drop_in(capacity), person(1), walk_in, start);
    assert_eq!(come(0), Ok(Placement::Confirm));
    assert_eq!(come(10), Ok(Placement::Confirm));
    assert_eq!(come(9), Err(Refusal::Full));
    assert_eq!(
        one(&drop_in(0), person(1), online(), NOW),
        Err(Refusal::NoBookingNeeded),
        "there is still nothing to book"
    );
}

#[test]
fn c179_at_the_door_nobody_waits_for_a_party_that_can_never_fit() {
    let offer = offer(2, 1);
    let party = |n| Waiting {
        party: Some(id(77)),
        ..waiting(n)
    };
    let line = [party(1), party(2), party(3)];
    let before = offer.first().span.start().plus(-MINUTE);
    let seat = |line: &[Waiting]| line_at_door(&offer, line, None, |_| false, before).is_seated;
    assert!(seat(&line));
    assert!(!seat(&line[..2]), "two could still come");
}

proptest! {
    #[test]
    fn c18_at_the_door_nobody_comes_before_somebody_who_is_there(
        free in 0u32..6,
        here in prop::collection::vec(any::<bool>(), 1..8),
        parties in prop::collection::vec(0u128..3, 8),
        minute in -30i64..30,
    ) {
        let offer = offer(10, 10 - free);
        let line: Vec<Waiting> = (1..=here.len() as u128)
            .map(|n| Waiting { party: (parties[n as usize - 1] > 0).then(|| id(parties[n as usize - 1])), ..waiting(n) })
            .collect();
        let at = offer.first().span.start().plus(minute * MINUTE);
        let is_here = |booking: &BookingId| {
            line.iter().zip(&here).any(|(w, here)| w.booking == *booking && *here)
        };
        // Whoever is there shows their ticket again, in any order, as long as somebody is let in.
        let mut seated: Vec<usize> = Vec::new();
        for (nth, _) in here.iter().enumerate().filter(|(_, here)| **here) {
            let told = line_at_door(&offer, &line, Some(&line[nth].booking), is_here, at);
            prop_assert!(told.kept <= free);
            if told.is_seated {
                seated.push(nth);
            }
        }
        prop_assert!(seated.len() <= free as usize || line.iter().any(|w| w.party.is_some()));
        if minute >= 0 && line.iter().all(|w| w.party.is_none()) {
            let first: Vec<usize> = (0..here.len()).filter(|n| here[*n]).take(free as usize).collect();
            prop_assert_eq!(seated, first, "exactly the first of those who are there");
        }
    }
}

#[test]
fn after_the_start_a_party_at_the_door_is_its_members_who_are_there() {
    let offer = offer(10, 8);
    let start = offer.first().span.start();
    let mut line = waiting_line(4);
    for member in &mut line[..3] {
        member.party = Some(id(9));
    }
    let last = |here: &[u128], at| {
        let here: Vec<BookingId> = here.iter().map(|n| id(*n)).collect();
        let line = line_at_door(&offer, &line, Some(&id(4)), |one| here.contains(one), at);
        (line.is_seated, line.kept, line.position)
    };
    assert_eq!(last(&[], start), (true, 0, 4));
    assert_eq!(last(&[1], start), (true, 1, 4));
    assert_eq!(last(&[1, 2], start), (false, 2, 4));
    // Three are there and two fit: they are for them all the same.
    assert_eq!(last(&[1, 2, 3], start), (false, 2, 4));
    // A party of three never fits two places, and is not waited for.
    let small = with(|o| (o.terms.capacity, o.online) = (2, 1));
    let before = small.first().span.start().plus(-1);
    assert!(line_at_door(&small, &line, Some(&id(4)), nobody, before).is_seated);
}

#[test]
fn at_the_door_those_who_may_be_passed_are_passed_before_the_start_only() {
    let mut offer = offer(10, 9);
    offer.first.terms.parties_may_be_passed = true;
    let start = offer.first().span.start();
    let mut line = waiting_line(3);
    for member in &mut line[..2] {
        member.party = Some(id(9));
    }
    let everybody = |_: &BookingId| true;
    let seated = |at| line_at_door(&offer, &line, Some(&id(3)), everybody, at).is_seated;
    assert!(seated(start.plus(-1)), "two do not fit, and may be passed");
    assert!(!seated(start), "two are there, before this one");
}

proptest! {
    /// C-20, said another way: before the start whoever can come keeps a place for themselves, after
    /// it whoever can come and is here does, and one's own place is the next one.
    #[test]
    fn of_single_people_each_stands_behind_those_who_come_before_them(
        people in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..6),
        unheld in 0..4_u32,
        own in 0..7_usize,
        has_begun: bool,
    ) {
        let offer = offer(10, 10 - unheld);
        let start = offer.first().span.start();
        let at = if has_begun { start } else { start.plus(-MINUTE) };
        let mut line = waiting_line(people.len() as u128);
        for (waiting, (can_come, _)) in line.iter_mut().zip(&people) {
            if !can_come {
                waiting.person.clash = Some(Clash {
                    subject: Subject::Booking(id(70)),
                    title: "合唱".into(),
                    span: offer.first().span,
                });
            }
        }
        let is_here = |booking: &BookingId| {
            line.iter().zip(&people).any(|(w, (_, here))| w.booking == *booking && *here)
        };
        let who = line.get(own).map(|w| w.booking.clone());
        let told = line_at_door(&offer, &line, who.as_ref(), is_here, at);
        let ahead = people.iter().take(own.min(people.len()));
        let before = ahead.filter(|(can_come, here)| *can_come && (*here || !has_begun)).count();
        let kept = u32::try_from(before).unwrap().min(unheld);
        let can_come = people.get(own).is_none_or(|(can_come, _)| *can_come);
        prop_assert_eq!(told.kept, kept);
        prop_assert_eq!(told.is_seated, can_come && kept < unheld);
        prop_assert_eq!(told.position as usize, own.min(people.len()) + 1);
    }
}
