//! The staff's calendar on both databases: what it shows to whom, what is in each other's way, when
//! there is time, and that a date can be moved exactly where it was said.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{
    plans::{activity, at_day, cast, created, edit, here, refused, sitting},
    volunteers::{formal, lead, new_shift, shift, signed_up},
    *,
};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    activity::Status,
    availability::{Availability, Part, Slot},
    commitment::Event,
    id::{OccurrenceId, RoomId, ShiftId},
    planner::{self, Shared, View, window},
    shift::Half,
    time::{DAY, HOUR, MINUTE, Span, Timestamp},
};
use store::{
    activities::{Dates, NewOccurrence},
    assignments::assign_lead,
    occurrences::{self, EditScope, OccurrenceEdit},
    plan_calendar::{self, Calendar, Item, Pair, Wanted, free, targets},
    shifts::NewShift,
    testing::TestDb,
};

fn caller(role: Role, scope: &str) -> Caller {
    Caller {
        identity: Identity::Staff(id(2)),
        grants: vec![Grant {
            role,
            scope: Scope::parse(scope).unwrap(),
        }],
    }
}

/// The week in which the day lies that is so many days from now.
fn week(days: i64) -> Span {
    window(&View::Week.days(at_day(days).day())).unwrap()
}

async fn read(test: &TestDb, span: Span) -> Calendar {
    let caller = social_worker().caller;
    plan_calendar::read(&test.db, &caller, &here(), span, NOW)
        .await
        .unwrap()
}

fn day(days: i64) -> Span {
    planner::whole(at_day(days).day())
}

fn of<'c>(calendar: &'c Calendar, event: &Event) -> &'c Item {
    let mut items = calendar.items.iter();
    items.find(|item| item.event == *event).unwrap()
}

/// One date in a room, this many hours after the usual one of the day.
fn in_room(room: &str, days: i64, later: i64) -> NewOccurrence {
    NewOccurrence {
        starts_at: at_day(days).plus(later * HOUR),
        ends_at: at_day(days).plus((later + 2) * HOUR),
        room: room.into(),
        ..sitting(days, 5)
    }
}

async fn date(test: &TestDb, new: NewOccurrence) -> OccurrenceId {
    let made = created(test, activity(Dates::List(vec![new]))).await;
    made.occurrences[0].clone()
}

/// A shift that belongs to a date, from an hour before it to its end.
async fn shift_of(test: &TestDb, date: &OccurrenceId, days: i64) -> ShiftId {
    let new = NewShift {
        occurrence: Some(date.clone()),
        starts_at: at_day(days).plus(-HOUR),
        ends_at: at_day(days).plus(2 * HOUR),
        ..new_shift(days, 1, 0)
    };
    shift(test, new).await
}

async fn everything_that_touches_the_span_is_there_once(test: TestDb) {
    let cast = cast(&test, &[2, 3], 5).await;
    let (published, off) = (&cast.occurrences[0], &cast.occurrences[1]);
    occurrences::cancel(&test.db, &social_worker(), off, "", None)
        .await
        .unwrap();
    let mut hidden = activity(Dates::List(vec![in_room("舞蹈室", 2, 1)]));
    hidden.publish = false;
    let draft = created(&test, hidden).await.occurrences.remove(0);
    // C-52: from 22:00 to 02:00.
    let night = NewOccurrence {
        ends_at: at_day(2).plus(8 * HOUR),
        ..in_room("", 2, 4)
    };
    let night = date(&test, night).await;
    let duty = shift(&test, new_shift(2, 2, 0)).await;

    let events = |calendar: &Calendar| -> Vec<Event> {
        let items = calendar.items.iter();
        items.map(|item| item.event.clone()).collect()
    };
    let on_second = read(&test, day(2)).await;
    assert_eq!(
        events(&on_second),
        [
            Event::Shift(duty.clone()),
            Event::Occurrence(published.clone()),
            Event::Occurrence(draft.clone()),
            Event::Occurrence(night.clone()),
        ]
    );
    let on_third = read(&test, day(3)).await;
    assert_eq!(
        events(&on_third),
        [
            Event::Occurrence(night.clone()),
            Event::Occurrence(off.clone())
        ],
        "C-52: on both days"
    );
    assert_eq!(
        of(&on_third, &Event::Occurrence(off.clone())).status,
        Status::Cancelled
    );
    assert_eq!(
        of(&on_second, &Event::Occurrence(draft)).status,
        Status::Draft
    );
    let shown = of(&on_second, &Event::Occurrence(published.clone()));
    assert_eq!(
        (shown.room.as_str(), shown.field.as_str()),
        ("多功能室", "elder")
    );
    assert_eq!((shown.places, &shown.pair), (Some((0, 5)), &Pair::NoShift));
    let own = of(&on_second, &Event::Shift(duty));
    assert_eq!((own.room.as_str(), own.field.as_str()), ("", ""));
    assert_eq!(own.pair, Pair::Missing(vec![Half::Lead, Half::Volunteers]));
    let names: Vec<&str> = on_second
        .rooms
        .iter()
        .map(|room| room.name.as_str())
        .collect();
    assert_eq!(names, ["多功能室", "舞蹈室"]);
    // C-51: what ends at midnight is not on the next day.
    let until = NewOccurrence {
        ends_at: day(5).end(),
        ..in_room("", 5, 4)
    };
    date(&test, until).await;
    assert!(read(&test, day(6)).await.items.is_empty());
}

async fn a_date_says_who_leads_its_shifts_and_what_they_miss(test: TestDb) {
    let cast = cast(&test, &[2], 5).await;
    formal(&test, 1, 5).await;
    let (date, worker) = (&cast.occurrences[0], social_worker());
    let of_date = shift_of(&test, date, 2).await;
    let before = NewShift {
        occurrence: Some(date.clone()),
        starts_at: at_day(1),
        ends_at: at_day(1).plus(HOUR),
        ..new_shift(1, 1, 0)
    };
    let before = shift(&test, before).await;
    let event = Event::Occurrence(date.clone());
    let both = Pair::Missing(vec![Half::Lead, Half::Volunteers]);
    assert_eq!(of(&read(&test, day(2)).await, &event).pair, both);

    let staff = lead(&test, 1).await;
    for shift in [&of_date, &before] {
        assign_lead(&test.db, &worker, shift.clone(), staff.clone())
            .await
            .unwrap()
            .unwrap();
    }
    let found = read(&test, day(2)).await;
    let shown = of(&found, &event);
    assert_eq!(shown.pair, Pair::Missing(vec![Half::Volunteers]));
    let names: Vec<&str> = shown.leads.iter().map(|lead| lead.name.as_str()).collect();
    assert_eq!(names, ["社工1"], "once, though of two shifts");
    assert_eq!(
        found.items.len(),
        2,
        "the shift of the day before is not on this day"
    );
    let work = of(&found, &Event::Shift(of_date.clone()));
    assert_eq!(
        (work.of.as_ref(), work.room.as_str()),
        (Some(date), "多功能室")
    );
    assert_eq!((work.field.as_str(), work.leads.len()), ("elder", 1));
    signed_up(&test, 2, &of_date).await;
    let found = read(&test, day(2)).await;
    assert_eq!(
        of(&found, &event).pair,
        Pair::Missing(vec![Half::Volunteers]),
        "of the shift of the day before"
    );
    signed_up(&test, 3, &before).await;
    let found = read(&test, day(2)).await;
    assert_eq!(of(&found, &event).pair, Pair::Ready);
    assert_eq!(of(&found, &Event::Shift(of_date)).places, Some((1, 1)));
    assert!(
        found.clashes.is_empty(),
        "a shift is not in the way of its own date"
    );

    // Who sees figures alone is told of nobody, and who is of elsewhere of nothing.
    let db = &test.db;
    let evaluator = caller(Role::Evaluator, CENTER);
    let found = plan_calendar::read(db, &evaluator, &here(), day(2), NOW)
        .await
        .unwrap();
    assert!(found.leads.is_empty() && found.items.iter().all(|item| item.leads.is_empty()));
    assert_eq!(of(&found, &event).pair, Pair::Ready);
    let stranger = caller(Role::SocialWorker, "SZ440303001-02");
    let told = plan_calendar::read(db, &stranger, &here(), day(2), NOW).await;
    assert_eq!(refused(told), Refusal::Forbidden);
}

/// Puts a date into a room past the guard, as data from before a room was made part of another is.
async fn past_the_guard(test: &TestDb, date: &OccurrenceId, room: &str) {
    test.arrange(vec![format!(
        "UPDATE occurrence SET room_id = (SELECT id FROM room WHERE name = '{room}')
         WHERE id = '{date}'"
    )])
    .await;
}

async fn c75_what_shares_a_room_or_a_lead_at_once_is_told_and_c62_never_what_was_called_off(
    test: TestDb,
) {
    cast(&test, &[20], 5).await;
    let one = date(&test, in_room("礼堂", 2, 0)).await;
    let other = date(&test, in_room("礼堂东", 2, 1)).await;
    let after = date(&test, in_room("舞蹈室", 2, 2)).await;
    let nowhere = date(&test, in_room("", 2, 0)).await;
    assert!(read(&test, week(2)).await.clashes.is_empty());
    test.arrange(vec![
        "UPDATE room SET parent_id = (SELECT id FROM room WHERE name = '礼堂') WHERE name = '礼堂东'".into(),
    ])
    .await;
    past_the_guard(&test, &after, "礼堂").await;
    let pairs = |calendar: &Calendar| -> Vec<(Event, Event, Shared)> {
        let of = |place: usize| calendar.items[place].event.clone();
        let all = calendar.clashes.iter();
        all.map(|clash| (of(clash.one), of(clash.other), clash.shared.clone()))
            .collect()
    };
    let event = |date: &OccurrenceId| Event::Occurrence(date.clone());
    // C-51: `after` begins when `one` ends.
    assert_eq!(
        pairs(&read(&test, week(2)).await),
        [
            (event(&one), event(&other), Shared::Room),
            (event(&other), event(&after), Shared::Room),
        ]
    );
    occurrences::cancel(&test.db, &social_worker(), &other, "", None)
        .await
        .unwrap();
    assert!(pairs(&read(&test, week(2)).await).is_empty(), "C-62");

    let staff = lead(&test, 1).await;
    let (mine, also) = (
        shift_of(&test, &one, 2).await,
        shift_of(&test, &nowhere, 3).await,
    );
    for shift in [&mine, &also] {
        assign_lead(&test.db, &social_worker(), shift.clone(), staff.clone())
            .await
            .unwrap()
            .unwrap();
    }
    assert!(pairs(&read(&test, week(2)).await).is_empty());
    let (start, end) = (at_day(2).0, at_day(2).plus(HOUR).0);
    test.arrange(vec![format!(
        "UPDATE shift SET starts_at = {start}, ends_at = {end} WHERE id = '{also}'"
    )])
    .await;
    let lead = Shared::Lead(staff);
    assert_eq!(
        pairs(&read(&test, week(2)).await),
        [(Event::Shift(mine), Event::Shift(also), lead)]
    );
}

fn wanted(room: Option<RoomId>, minutes: u32) -> Wanted {
    Wanted {
        room,
        lead: None,
        minutes,
    }
}

async fn told(test: &TestDb, wanted: &Wanted) -> Vec<String> {
    let caller = social_worker().caller;
    let found = free(&test.db, &caller, &here(), wanted, NOW).await.unwrap();
    let day = |at: Timestamp| at.day().signed_duration_since(NOW.day()).num_days();
    let text = |span: &Span| {
        let clock = span.start().local().format("%H:%M");
        format!("{} {clock}", day(span.start()))
    };
    found.iter().map(text).collect()
}

async fn the_next_free_times_are_those_of_the_room_and_the_lead(test: TestDb) {
    // NOW is 08:00 in Shenzhen.
    cast(&test, &[20], 5).await;
    let date = |from: i64, hours: i64, room: &str| NewOccurrence {
        starts_at: NOW.plus(from * HOUR),
        ends_at: NOW.plus((from + hours) * HOUR),
        ..in_room(room, 0, 0)
    };
    let list = vec![date(1, 4, "礼堂"), date(6, 5, "礼堂")];
    created(&test, activity(Dates::List(list))).await;
    created(&test, activity(Dates::List(vec![date(24, 13, "礼堂东")]))).await;
    let rooms = read(&test, week(0)).await.rooms;
    let room = |name: &str| {
        rooms
            .iter()
            .find(|room| room.name == name)
            .unwrap()
            .id
            .clone()
    };
    let hall = wanted(Some(room("礼堂")), 60);
    assert_eq!(told(&test, &hall).await, ["0 13:00", "0 19:00", "1 08:00"]);
    let long = wanted(Some(room("礼堂")), 120);
    assert_eq!(told(&test, &long).await, ["0 19:00", "1 08:00", "2 08:00"]);
    // C-71: the whole is taken with its part.
    test.arrange(vec![
        "UPDATE room SET parent_id = (SELECT id FROM room WHERE name = '礼堂') WHERE name = '礼堂东'".into(),
    ])
    .await;
    assert_eq!(told(&test, &long).await, ["0 19:00", "2 08:00", "3 08:00"]);

    let staff = lead(&test, 1).await;
    let mine = NewShift {
        starts_at: NOW.plus(10 * HOUR),
        ends_at: NOW.plus(12 * HOUR),
        ..new_shift(0, 1, 0)
    };
    let mine = shift(&test, mine).await;
    assign_lead(&test.db, &social_worker(), mine, staff.clone())
        .await
        .unwrap()
        .unwrap();
    let mut both = Wanted {
        lead: Some(staff.clone()),
        ..hall
    };
    assert_eq!(told(&test, &both).await, ["0 13:00", "0 20:00", "2 08:00"]);
    let evenings = Availability {
        slots: (1..=7)
            .map(|weekday| Slot {
                weekday,
                part: Part::Evening,
            })
            .collect(),
        ..Availability::default()
    };
    let evenings = serde_json::to_string(&evenings).unwrap();
    test.arrange(vec![format!(
        "INSERT INTO staff_time (staff_id, availability) VALUES ('{staff}', '{evenings}')"
    )])
    .await;
    assert_eq!(told(&test, &both).await, ["0 20:00", "2 18:00", "3 18:00"]);

    let (db, worker) = (&test.db, social_worker().caller);
    let evaluator = caller(Role::Evaluator, CENTER);
    let asked = free(db, &evaluator, &here(), &both, NOW).await;
    assert_eq!(
        refused(asked),
        Refusal::Forbidden,
        "when somebody works is about them"
    );
    both.lead = Some(id(0x77));
    let asked = free(db, &worker, &here(), &both, NOW).await;
    assert_eq!(refused(asked), Refusal::NotFound);
    let foreign = wanted(Some(id(0x77)), 60);
    let asked = free(db, &worker, &here(), &foreign, NOW).await;
    assert_eq!(refused(asked), Refusal::NotFound);
    for minutes in [0, 14, 781] {
        let asked = free(db, &worker, &here(), &wanted(None, minutes), NOW).await;
        assert_eq!(refused(asked).code(), "invalid", "{minutes}");
    }
}

async fn c73_a_date_can_be_moved_exactly_where_it_was_said(test: TestDb) {
    let cast = cast(&test, &[2, 4], 5).await;
    let moved = &cast.occurrences[0];
    date(&test, in_room("多功能室", 3, 0)).await;
    let off = date(&test, in_room("多功能室", 5, 0)).await;
    occurrences::cancel(&test.db, &social_worker(), &off, "", None)
        .await
        .unwrap();
    let starts = [
        at_day(2),
        at_day(2).plus(30 * MINUTE),
        at_day(3),
        at_day(3).plus(-2 * HOUR),
        at_day(3).plus(90 * MINUTE),
        at_day(4).plus(HOUR),
        at_day(5),
        NOW.plus(-DAY),
        NOW.plus(4 * 365 * DAY),
    ];
    let worker = social_worker();
    let said = targets(&test.db, &worker.caller, moved, &starts, NOW)
        .await
        .unwrap();
    let codes: Vec<Option<&str>> = said
        .iter()
        .map(|of| of.as_ref().err().map(Refusal::code))
        .collect();
    let (taken, invalid) = (Some("room_taken"), Some("invalid"));
    assert_eq!(
        codes,
        [
            None, None, taken, None, taken, invalid, None, invalid, invalid
        ]
    );
    for (start, said) in starts.iter().zip(said) {
        let change = OccurrenceEdit {
            starts_at: Some(*start),
            ..OccurrenceEdit::default()
        };
        let done = edit(&test, moved, EditScope::This, change).await;
        match said {
            Ok(span) => {
                done.unwrap();
                let now = read(&test, planner::whole(span.start().day())).await;
                assert_eq!(of(&now, &Event::Occurrence(moved.clone())).span, span);
            }
            Err(refusal) => assert_eq!(refused(done), refusal),
        }
    }
    let evaluator = caller(Role::Evaluator, CENTER);
    let asked = targets(&test.db, &evaluator, moved, &starts, NOW).await;
    assert_eq!(refused(asked), Refusal::Forbidden);
}

store::on_both_databases! {
    everything_that_touches_the_span_is_there_once => super::everything_that_touches_the_span_is_there_once,
    a_date_says_who_leads_its_shifts_and_what_they_miss => super::a_date_says_who_leads_its_shifts_and_what_they_miss,
    c75_what_shares_a_room_or_a_lead_at_once_is_told_and_c62_never_what_was_called_off => super::c75_what_shares_a_room_or_a_lead_at_once_is_told_and_c62_never_what_was_called_off,
    the_next_free_times_are_those_of_the_room_and_the_lead => super::the_next_free_times_are_those_of_the_room_and_the_lead,
    c73_a_date_can_be_moved_exactly_where_it_was_said => super::c73_a_date_can_be_moved_exactly_where_it_was_said,
}
