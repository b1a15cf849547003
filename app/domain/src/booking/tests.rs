use super::{testing::*, *};
use crate::{
    activity::{Allocation, Unit},
    commitment::{Clash, Subject},
    time::{DAY, HOUR},
};
use proptest::prelude::*;

#[test]
fn what_holds_a_place_is_live_and_what_has_ended_is_neither() {
    for state in State::ALL {
        assert!(!state.holds_place() || state.is_live(), "{state}");
        let has_ended = matches!(state, State::Cancelled | State::NoShow);
        assert_eq!(state.is_live(), !has_ended, "{state}");
    }
}

#[test]
fn a_free_place_is_given_and_then_a_place_in_line_and_then_none() {
    assert_eq!(
        one(&offer(10, 9), person(1), online(), NOW),
        Ok(Placement::Confirm)
    );
    assert_eq!(
        one(&offer(10, 10), person(1), online(), NOW),
        Ok(Placement::Wait)
    );
    let full = with(|o| (o.online, o.waitlisted) = (10, 10));
    assert_eq!(one(&full, person(1), online(), NOW), Err(Refusal::Full));
    let no_wait = PartyRequest {
        may_wait: false,
        ..online()
    };
    assert_eq!(
        one(&offer(10, 10), person(1), no_wait, NOW),
        Err(Refusal::Full)
    );
}

#[test]
fn each_refusal_goes_away_with_the_one_thing_that_it_names() {
    let closes = occurrence(1, 0).terms.booking_closes_at;
    let cases: Vec<(Offer, PersonFacts, Timestamp, Refusal)> = vec![
        (
            with(|o| o.status = Status::Draft),
            person(1),
            NOW,
            Refusal::NotFound,
        ),
        (
            with(|o| o.status = Status::Cancelled),
            person(1),
            NOW,
            Refusal::OccurrenceCancelled,
        ),
        (
            with(|o| o.terms.allocation = Allocation::DropIn),
            person(1),
            NOW,
            Refusal::NoBookingNeeded,
        ),
        (
            offer(10, 0),
            person(1),
            closes,
            Refusal::Closed { since: closes },
        ),
        (
            with(|o| o.terms.booking_opens_at = NOW.plus(1)),
            person(1),
            NOW,
            Refusal::NotOpenYet { until: NOW.plus(1) },
        ),
        (
            with(|o| o.terms.residents_first_until = Some(NOW.plus(DAY))),
            person(1),
            NOW,
            Refusal::NotResident {
                until: NOW.plus(DAY),
            },
        ),
        (
            with(|o| o.terms.min_age = Some(90)),
            person(1),
            NOW,
            Refusal::TooYoung { min_age: 90 },
        ),
        (
            with(|o| o.terms.max_age = Some(16)),
            person(1),
            NOW,
            Refusal::TooOld { max_age: 16 },
        ),
        (
            offer(10, 0),
            PersonFacts {
                birth_year: BirthYear::new(2020, NOW).unwrap(),
                ..person(1)
            },
            NOW,
            Refusal::ConsentRequired,
        ),
        (
            offer(10, 0),
            PersonFacts {
                live: Some(id(9)),
                ..person(1)
            },
            NOW,
            Refusal::AlreadyBooked { booking_id: id(9) },
        ),
    ];
    for (offer, person, now, refusal) in cases {
        assert_eq!(one(&offer, person, online(), now), Err(refusal));
    }
    assert_eq!(
        one(&offer(10, 0), person(1), online(), NOW),
        Ok(Placement::Confirm)
    );
    let neighbour = PersonFacts {
        community: Some(here()),
        ..person(1)
    };
    let first = with(|o| o.terms.residents_first_until = Some(NOW.plus(DAY)));
    assert_eq!(
        one(&first, neighbour, online(), NOW),
        Ok(Placement::Confirm)
    );
    assert_eq!(
        one(&first, person(1), online(), NOW.plus(DAY)),
        Ok(Placement::Confirm)
    );
}

#[test]
fn a_clash_is_named() {
    let clash = Clash {
        subject: Subject::Booking(id(70)),
        title: "太极".into(),
        span: Span::new(NOW, NOW.plus(HOUR)).unwrap(),
    };
    let refusal = Refusal::Overlaps {
        title: "太极".into(),
        starts_at: NOW,
        ends_at: NOW.plus(HOUR),
    };
    let busy = PersonFacts {
        clash: Some(clash),
        ..person(1)
    };
    assert_eq!(one(&offer(10, 0), busy, online(), NOW), Err(refusal));
}

#[test]
fn places_held_back_are_for_kiosk_desk_and_telephone_until_their_time() {
    let held = with(|o| {
        o.online = 6;
        o.terms.held_back = 4;
        o.terms.held_until = Some(NOW.plus(DAY));
        o.terms.waitlist_capacity = 0;
    });
    let at_desk = PartyRequest {
        channel: Channel::Desk,
        ..online()
    };
    assert_eq!(
        one(&held, person(1), online(), NOW),
        Err(Refusal::HeldBack {
            until: NOW.plus(DAY)
        })
    );
    assert_eq!(one(&held, person(1), at_desk, NOW), Ok(Placement::Confirm));
    assert_eq!(
        one(&held, person(1), online(), NOW.plus(DAY)),
        Ok(Placement::Confirm)
    );
}

#[test]
fn c26_a_family_books_together_or_not_at_all_or_as_many_as_fit() {
    let family = [person(1), person(2), person(3)];
    let together = decide(&offer(10, 8), &family, online(), NOW).unwrap();
    assert_eq!(together, vec![Ok(Placement::Wait); 3]);
    let fit = PartyRequest {
        fit: Fit::AsManyAsFit,
        ..online()
    };
    assert_eq!(
        decide(&offer(10, 8), &family, fit, NOW).unwrap(),
        [
            Ok(Placement::Confirm),
            Ok(Placement::Confirm),
            Ok(Placement::Wait)
        ]
    );
    let no_line = with(|o| (o.online, o.terms.waitlist_capacity) = (8, 2));
    assert_eq!(
        decide(&no_line, &family, online(), NOW).unwrap(),
        vec![Err(Refusal::Full); 3]
    );
}

#[test]
fn one_who_cannot_come_keeps_a_family_that_books_together_from_booking() {
    let booked = PersonFacts {
        live: Some(id(9)),
        ..person(2)
    };
    let refusal = Refusal::AlreadyBooked { booking_id: id(9) };
    let answer = decide(&offer(10, 0), &[person(1), booked], online(), NOW).unwrap();
    assert_eq!(answer, [Err(refusal.clone()), Err(refusal)]);
}

#[test]
fn a_household_has_one_place() {
    let tables = with(|o| o.terms.unit = Unit::Households);
    let fit = PartyRequest {
        fit: Fit::AsManyAsFit,
        ..online()
    };
    let answer = decide(&tables, &[person(1), person(2)], fit, NOW).unwrap();
    assert_eq!(answer[0], Ok(Placement::Confirm));
    assert!(matches!(answer[1], Err(Refusal::Invalid { .. })));
}

#[test]
fn a_series_gives_a_place_in_all_its_occurrences_or_in_none() {
    let later = |n: u128, taken| OccurrenceFacts {
        id: id(n),
        ..occurrence(10, taken)
    };
    let series = Offer::new(vec![later(1, 3), later(2, 10)]).unwrap();
    assert_eq!(one(&series, person(1), online(), NOW), Ok(Placement::Wait));
    let series = Offer::new(vec![later(1, 3), later(2, 9)]).unwrap();
    assert_eq!(
        one(&series, person(1), online(), NOW),
        Ok(Placement::Confirm)
    );
}

#[test]
fn c18_newcomers_join_the_line_behind_a_party_that_waits_for_room() {
    let behind = PartyRequest {
        queue_stands: true,
        ..online()
    };
    assert_eq!(
        one(&offer(10, 9), person(1), behind, NOW),
        Ok(Placement::Wait)
    );
}

#[test]
fn c20_nobody_moves_up_after_booking_closed_or_when_it_is_called_off() {
    let line = [waiting(1)];
    assert_eq!(
        promote(&offer(1, 0), &line, NOW).promoted,
        [id::<BookingId>(1)]
    );
    let closes = occurrence(1, 0).terms.booking_closes_at;
    assert_eq!(promote(&offer(1, 0), &line, closes), Promotion::default());
    assert_eq!(
        promote(&with(|o| o.status = Status::Cancelled), &line, NOW),
        Promotion::default()
    );
}

#[test]
fn freed_place_goes_to_the_first_who_can_use_it() {
    let clash = Some(Clash {
        subject: Subject::Booking(id(70)),
        title: "x".into(),
        span: Span::new(NOW, NOW.plus(1)).unwrap(),
    });
    let busy = Waiting {
        person: PersonFacts { clash, ..person(1) },
        ..waiting(1)
    };
    let promotion = promote(&offer(10, 9), &[busy, waiting(2), waiting(3)], NOW);
    assert_eq!(promotion.promoted, [id::<BookingId>(2)]);
}

#[test]
fn c26_a_party_holds_the_line_unless_the_terms_let_others_pass() {
    let party = |n| Waiting {
        party: Some(id(77)),
        ..waiting(n)
    };
    let line = [party(1), party(2), waiting(3)];
    let strict = promote(&offer(10, 9), &line, NOW);
    assert_eq!(
        strict,
        Promotion {
            promoted: vec![],
            queue_stands: true
        }
    );
    let lenient = with(|o| (o.online, o.terms.parties_may_be_passed) = (9, true));
    assert_eq!(promote(&lenient, &line, NOW).promoted, [id::<BookingId>(3)]);
    assert_eq!(promote(&offer(10, 7), &line, NOW).promoted.len(), 3);
}

#[test]
fn c179_a_party_that_can_never_fit_is_told_how_many_can_and_nobody_waits_behind_it() {
    let family = [person(1), person(2), person(3)];
    let too_large = |offer: &Offer, request| decide(offer, &family, request, NOW).unwrap();
    assert_eq!(
        too_large(&offer(2, 0), online()),
        vec![Err(Refusal::PartyTooLarge { most: 2 }); 3]
    );
    assert_eq!(
        too_large(&offer(3, 2), online()),
        vec![Ok(Placement::Wait); 3],
        "three places can come free"
    );
    let small_date = Offer::new(vec![occurrence(10, 0), occurrence(2, 0)]).unwrap();
    assert_eq!(
        too_large(&small_date, online()),
        vec![Err(Refusal::PartyTooLarge { most: 2 }); 3],
        "one small date of a series"
    );
    let kept_for_good = |places| {
        with(|o| {
            o.terms.held_back = places;
            o.terms.held_until = Some(o.terms.booking_closes_at);
        })
    };
    assert_eq!(
        too_large(&kept_for_good(8), online()),
        vec![Err(Refusal::PartyTooLarge { most: 2 }); 3]
    );
    let at_desk = PartyRequest {
        channel: Channel::Desk,
        ..online()
    };
    assert_eq!(
        too_large(&kept_for_good(8), at_desk),
        vec![Ok(Placement::Confirm); 3]
    );
    let until = occurrence(1, 0).terms.booking_closes_at;
    assert_eq!(
        too_large(&kept_for_good(10), online()),
        vec![Err(Refusal::HeldBack { until }); 3],
        "nobody waits for what is never theirs"
    );
    assert_eq!(
        one(&kept_for_good(10), person(1), online(), NOW),
        Err(Refusal::HeldBack { until })
    );

    let party = |n| Waiting {
        party: Some(id(77)),
        ..waiting(n)
    };
    let line = [party(1), party(2), party(3), waiting(4)];
    let small = offer(2, 1);
    assert_eq!(
        promote(&small, &line, NOW),
        Promotion {
            promoted: vec![id(4)],
            queue_stands: false
        }
    );
    let told: Vec<_> = cannot_fit(&small, &line)
        .map(|(w, most)| (w.booking.clone(), most))
        .collect();
    assert_eq!(told, [(id(1), 2), (id(2), 2), (id(3), 2)]);
    assert_eq!(cannot_fit(&offer(3, 3), &line).count(), 0);
}

#[test]
fn a_kept_place_passes_those_online_by_and_reaches_who_asked_at_the_desk() {
    let held = with(|o| {
        o.online = 9;
        o.terms.held_back = 1;
        o.terms.held_until = Some(NOW.plus(DAY));
    });
    let at_desk = Waiting {
        channel: Channel::Telephone,
        ..waiting(2)
    };
    assert_eq!(
        promote(&held, &[waiting(1), at_desk], NOW).promoted,
        [id::<BookingId>(2)]
    );
}

#[test]
fn c40_the_more_generous_cutoff_holds() {
    let span = occurrence(1, 0).span;
    let cutoff = span.start().plus(-2 * HOUR);
    let facts = CancelFacts {
        state: State::Confirmed,
        span,
        promised_until: cutoff,
        current_until: cutoff.plus(-DAY),
    };
    assert_eq!(
        decide_cancel(facts, By::Resident, cutoff),
        Ok(CancelDecision::Cancel { frees_place: true })
    );
    assert_eq!(
        decide_cancel(facts, By::Resident, cutoff.plus(1)),
        Err(Refusal::CutoffPassed { since: cutoff })
    );
    let generous = CancelFacts {
        current_until: span.start(),
        ..facts
    };
    assert!(decide_cancel(generous, By::Resident, cutoff.plus(1)).is_ok());
    assert!(decide_cancel(facts, By::Staff, span.start()).is_ok());
    assert!(decide_cancel(facts, By::Staff, span.end()).is_err());
}

#[test]
fn who_waits_may_leave_until_the_start_and_a_second_cancel_changes_nothing() {
    let span = occurrence(1, 0).span;
    let facts = CancelFacts {
        state: State::Waitlisted,
        span,
        promised_until: NOW,
        current_until: NOW,
    };
    assert_eq!(
        decide_cancel(facts, By::Resident, span.start().plus(-1)),
        Ok(CancelDecision::Cancel { frees_place: false })
    );
    let again = CancelFacts {
        state: State::Cancelled,
        ..facts
    };
    assert_eq!(
        decide_cancel(again, By::Resident, span.end()),
        Ok(CancelDecision::AlreadyCancelled)
    );
    let inside = CancelFacts {
        state: State::CheckedIn,
        ..facts
    };
    assert_eq!(
        decide_cancel(inside, By::Staff, NOW),
        Err(Refusal::AlreadyCheckedIn)
    );
}

/// A little world of one occurrence that takes every step through the rules, as the store does.
struct World {
    facts: OccurrenceFacts,
    held: Vec<(BookingId, Channel)>,
    line: Vec<Waiting>,
    next: u128,
}

#[derive(Clone, Debug)]
enum Step {
    Book {
        size: usize,
        together: bool,
        assisted: bool,
    },
    GiveBack(usize),
    Leave(usize),
    Capacity(u32),
    Later,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1usize..4, any::<bool>(), any::<bool>())
            .prop_map(|(size, together, assisted)| Step::Book { size, together, assisted }),
        3 => any::<usize>().prop_map(Step::GiveBack),
        1 => any::<usize>().prop_map(Step::Leave),
        1 => (1u32..8).prop_map(Step::Capacity),
        1 => Just(Step::Later),
    ];
    prop::collection::vec(step, 1..60)
}

impl World {
    fn offer(&self) -> Offer {
        let count = |assisted| {
            self.held
                .iter()
                .filter(|(_, c)| c.is_assisted() == assisted)
                .count() as u32
        };
        let facts = OccurrenceFacts {
            online: count(false),
            assisted: count(true),
            waitlisted: self.line.len() as u32,
            ..self.facts.clone()
        };
        Offer::new(vec![facts]).unwrap()
    }

    fn promote(&mut self, now: Timestamp) -> bool {
        let before = self.line.clone();
        let promotion = promote(&self.offer(), &self.line, now);
        for booking in &promotion.promoted {
            let at = self
                .line
                .iter()
                .position(|w| w.booking == *booking)
                .unwrap();
            let waiting = self.line.remove(at);
            self.held.push((waiting.booking, waiting.channel));
        }
        // Nobody is passed over: everyone who stood before the last one promoted and still waits
        // may not use the kind of place that was given, or waits for more than there can ever be.
        let offer = self.offer();
        let too_many: Vec<_> = cannot_fit(&offer, &before)
            .map(|(w, _)| &w.booking)
            .collect();
        if let Some(last) = promotion.promoted.last() {
            let last = before.iter().position(|w| w.booking == *last).unwrap();
            let given = before[last].channel;
            for passed in before[..last]
                .iter()
                .filter(|w| !promotion.promoted.contains(&w.booking))
                .filter(|w| !too_many.contains(&&w.booking))
            {
                assert!(!passed.channel.is_assisted() && given.is_assisted());
            }
        }
        promotion.queue_stands
    }

    fn book(&mut self, size: usize, together: bool, channel: Channel, now: Timestamp) {
        let queue_stands = self.promote(now);
        let before = self.offer();
        let in_vain: Vec<_> = cannot_fit(&before, &self.line).map(|(w, _)| w).collect();
        let mut online = self.line.iter().filter(|w| !w.channel.is_assisted());
        let somebody_waits_online = online.any(|w| !in_vain.contains(&w));
        let people: Vec<_> = (0..size as u128).map(|n| person(self.next + n)).collect();
        let fit = if together {
            Fit::Together
        } else {
            Fit::AsManyAsFit
        };
        let request = PartyRequest {
            channel,
            fit,
            may_wait: true,
            queue_stands,
            at_door: None,
        };
        let answers = decide(&self.offer(), &people, request, now).unwrap();
        // C-179: all that are free would be enough, and nobody in line could ever use them.
        let offer = self.offer();
        let in_vain = cannot_fit(&offer, &self.line).count() == self.line.len();
        if in_vain && size as u32 <= offer.free(channel, now) {
            assert_eq!(answers, vec![Ok(Placement::Confirm); size]);
        }
        let party = together.then(|| id(self.next));
        for (person, answer) in people.into_iter().zip(answers) {
            let booking = id(self.next);
            self.next += 1;
            match answer {
                Ok(Placement::Confirm) => {
                    // C-18: no newcomer online takes a place while somebody online waits for it.
                    assert!(channel.is_assisted() || !somebody_waits_online);
                    self.held.push((booking, channel));
                }
                Ok(Placement::Wait) => {
                    self.line.push(Waiting {
                        booking,
                        person,
                        channel,
                        party: party.clone(),
                    });
                }
                Err(Refusal::PartyTooLarge { most }) => {
                    assert!(together && size as u32 > most && most > 0)
                }
                Err(refusal) => {
                    assert!(matches!(refusal, Refusal::Full | Refusal::HeldBack { .. }))
                }
            }
        }
    }

    fn step(&mut self, step: Step, now: &mut Timestamp) {
        match step {
            Step::Book {
                size,
                together,
                assisted,
            } => {
                let channel = if assisted {
                    Channel::Desk
                } else {
                    Channel::Online
                };
                self.book(size, together, channel, *now);
            }
            Step::GiveBack(n) if !self.held.is_empty() => {
                drop(self.held.remove(n % self.held.len()))
            }
            Step::Leave(n) if !self.line.is_empty() => drop(self.line.remove(n % self.line.len())),
            Step::Capacity(n) if n >= self.held.len() as u32 => {
                self.facts.terms.capacity = n;
                self.facts.terms.held_back = self.facts.terms.held_back.min(n);
            }
            Step::Later => *now = now.plus(DAY),
            _ => {}
        }
        self.promote(*now);
    }
}

#[test]
fn c14_a_walk_in_takes_a_place_while_the_door_is_open_though_booking_has_closed() {
    let offer = offer(10, 9);
    let span = offer.first().span;
    let walk_in = |at| PartyRequest {
        channel: Channel::Desk,
        may_wait: false,
        at_door: Some(AtDoor { since: at, kept: 0 }),
        ..online()
    };
    let late = span.start().plus(HOUR);
    assert_eq!(
        one(&offer, person(1), walk_in(late), late),
        Ok(Placement::Confirm)
    );
    let early = span.start().plus(-2 * HOUR);
    assert_eq!(
        one(&offer, person(1), walk_in(early), early),
        Err(Refusal::DoorNotOpen {
            until: span.start().plus(-HOUR)
        })
    );
    assert_eq!(
        one(
            &super::testing::offer(10, 10),
            person(1),
            walk_in(late),
            late
        ),
        Err(Refusal::Full)
    );
}

#[test]
fn c39_who_moves_up_has_a_day_to_give_the_place_back_or_until_the_start() {
    let offer = offer(10, 9);
    let (start, cutoff) = {
        let first = offer.first();
        (first.span.start(), first.terms.cancel_until)
    };
    let promised = |now| promised_to_promoted(&offer, now);
    let day_before = cutoff.plus(-DAY);
    assert_eq!(promised(day_before.plus(-DAY)), cutoff);
    assert_eq!(promised(day_before), cutoff);
    assert_eq!(promised(day_before.plus(1)), cutoff.plus(1));
    assert_eq!(promised(cutoff.plus(1)), start);
}

proptest! {
    #[test]
    fn c01_c08_c18_c19_the_line_keeps_its_promises(steps in steps(), held_back in 0u32..3) {
        let mut facts = occurrence(4, 0);
        facts.terms.held_back = held_back;
        facts.terms.held_until = Some(NOW.plus(3 * DAY));
        let mut world = World { facts, held: vec![], line: vec![], next: 100 };
        let mut now = NOW;
        for step in steps {
            if now >= world.facts.terms.booking_closes_at {
                break;
            }
            world.step(step, &mut now);
            let offer = world.offer();
            prop_assert!(offer.first().taken() <= offer.first().terms.capacity);
            // No place stands free while a single person who could take it waits at the head.
            if let Some(head) = world.line.first().filter(|w| w.party.is_none()) {
                prop_assert_eq!(offer.free(head.channel, now), 0);
            }
            let mut all: Vec<_> = world.held.iter().map(|(b, _)| b.clone())
                .chain(world.line.iter().map(|w| w.booking.clone())).collect();
            all.sort();
            let count = all.len();
            all.dedup();
            prop_assert_eq!(all.len(), count, "somebody was promoted twice");
        }
    }
}
