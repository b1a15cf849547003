//! All unmet rules, and that a decision names the first of them.

use super::{testing::*, *};
use crate::{
    activity::Allocation,
    commitment::{Clash, Subject},
    time::HOUR,
};
use proptest::prelude::*;

#[test]
fn all_unmet_rules_are_told_in_the_order_of_the_decision() {
    let offer = with(|o| {
        o.online = 10;
        o.waitlisted = 10;
        o.terms.booking_opens_at = NOW.plus(HOUR);
        o.terms.residents_first_until = Some(NOW.plus(2 * HOUR));
        o.terms.min_age = Some(60);
    });
    let child = PersonFacts {
        birth_year: BirthYear::new(2020, NOW).unwrap(),
        clash: Some(Clash {
            subject: Subject::Booking(id(8)),
            title: "长者茶话会".into(),
            span: Span::new(
                NOW.plus(10 * crate::time::DAY),
                NOW.plus(10 * crate::time::DAY + HOUR),
            )
            .unwrap(),
        }),
        ..person(1)
    };
    let codes: Vec<_> = unmet(&offer, &child, online(), NOW)
        .iter()
        .map(Refusal::code)
        .collect();
    assert_eq!(
        codes,
        [
            "not_open_yet",
            "not_resident",
            "too_young",
            "consent_required",
            "overlaps",
            "full"
        ]
    );
}

#[test]
fn c12_who_is_booked_is_told_that_alone_and_what_is_not_booked_says_only_so() {
    let offer = with(|o| o.online = 10);
    let booked = PersonFacts {
        live: Some(id(7)),
        ..person(1)
    };
    let told = unmet(&offer, &booked, online(), NOW);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].code(), "already_booked");
    let nowhere = with(|o| {
        o.status = Status::Cancelled;
        o.online = 10;
    });
    let told = unmet(&nowhere, &person(1), online(), NOW);
    assert_eq!(told, [Refusal::OccurrenceCancelled]);
}

/// Offers, people and requests in which any of the rules may fail, alone or together.
fn cases() -> impl Strategy<Value = (Offer, PersonFacts, PartyRequest, Timestamp)> {
    let offers = (
        prop_oneof![6 => Just(Status::Published), 1 => Just(Status::Draft), 1 => Just(Status::Cancelled)],
        prop_oneof![6 => Just(Allocation::FirstCome), 1 => Just(Allocation::DropIn)],
        0u32..=4,
        0u32..=2,
        0u32..=2,
        (
            prop::option::of(4u8..60),
            any::<bool>(),
            any::<bool>(),
            any::<bool>(),
        ),
    );
    let people = (
        1930i64..=2024,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    let requests = (
        prop::sample::select(Channel::ALL.to_vec()),
        any::<bool>(),
        any::<bool>(),
        prop::option::weighted(0.3, (0i64..80, 0u32..3)),
    );
    (offers, people, requests, -2i64..300).prop_map(|(offer, person, request, hours)| {
        let (status, allocation, online, assisted, waitlisted, (age, community, kept, room)) =
            offer;
        let offer = with(|o| {
            o.status = status;
            (o.online, o.assisted, o.waitlisted) = (online, assisted, waitlisted);
            o.terms.allocation = allocation;
            o.terms.capacity = 4 + u32::from(room);
            o.terms.waitlist_capacity = 2;
            o.terms.booking_opens_at = NOW;
            o.terms.min_age = age;
            o.terms.residents_first_until = community.then(|| NOW.plus(100 * HOUR));
            (o.terms.held_back, o.terms.held_until) = match kept {
                true => (2, Some(NOW.plus(50 * HOUR))),
                false => (0, None),
            };
        });
        let now = NOW.plus(hours * HOUR);
        let (year, resident, consent, clash, live) = person;
        let who = PersonFacts {
            birth_year: BirthYear::new(year, NOW).unwrap(),
            community: resident.then(here),
            has_consent: consent,
            clash: (clash && !live).then(|| Clash {
                subject: Subject::Booking(id(8)),
                title: "书法班".into(),
                span: Span::new(NOW, NOW.plus(HOUR)).unwrap(),
            }),
            live: (live && clash).then(|| id(9)),
            ..super::testing::person(1)
        };
        let (channel, may_wait, queue_stands, at_door) = request;
        let request = PartyRequest {
            channel,
            may_wait,
            queue_stands,
            at_door: at_door.map(|(hours, kept)| AtDoor {
                since: offer.first().span.start().plus((hours - 40) * HOUR / 20),
                kept,
            }),
            fit: Fit::Together,
        };
        (offer, who, request, now)
    })
}

proptest! {
    #[test]
    fn the_decision_names_the_first_of_all_unmet_rules((offer, person, request, now) in cases()) {
        let all = unmet(&offer, &person, request, now);
        let refused = one(&offer, person, request, now).err();
        prop_assert_eq!(refused.as_ref(), all.first());
        for (nth, refusal) in all.iter().enumerate() {
            prop_assert!(
                all[..nth].iter().all(|earlier| earlier.code() != refusal.code()),
                "{} is told twice", refusal
            );
        }
    }
}
