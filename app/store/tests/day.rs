//! A center's day on both databases: who is missing, who leads, who is new, what was left open, who is in
//! the house.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door::*, volunteers::*, *};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    check_in::Direction,
    day::{Awaited, InHouse, LeadIs, New},
    hours::Doubt,
    id::{AssignmentId, CenterId, ShiftId, StaffId},
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use store::{
    Act, assignments, check_ins,
    check_ins::{NewCheckIn, Presented},
    day::{self, Day, Part, Present},
    hours::{self, Closing},
    shifts,
    testing::TestDb,
};

/// NOW is eight in the morning; the shift lasts from nine to twelve.
const START: Timestamp = NOW.plus(HOUR);
const END: Timestamp = NOW.plus(4 * HOUR);

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

fn staff(id: &StaffId, now: Timestamp) -> Act {
    let caller = Caller {
        identity: Identity::Staff(id.clone()),
        grants: vec![Grant {
            role: Role::SocialWorker,
            scope: Scope::parse(CENTER).unwrap(),
        }],
    };
    Act::new(caller, now, ids())
}

/// A shift of that time, planned days before.
async fn planned(test: &TestDb, title: &str, from: Timestamp, to: Timestamp) -> ShiftId {
    let mut new = new_shift(0, 5, 2);
    new.title = title.into();
    new.place = "一楼大厅".into();
    new.starts_at = from;
    new.ends_at = to;
    let act = at(&social_worker(), from.plus(-5 * DAY));
    let made = shifts::create(&test.db, &act, new).await.unwrap();
    made.into_iter().next().unwrap()
}

/// Account `n` has a place in it since it was planned.
async fn joined(test: &TestDb, n: u128, shift: &ShiftId, from: Timestamp) -> AssignmentId {
    let act = at(&volunteer(n), from.plus(-4 * DAY));
    let placed = assignments::place(&test.db, &act, placing(n, shift)).await;
    placed.unwrap().unwrap().id
}

async fn led_by(test: &TestDb, lead: &StaffId, shift: &ShiftId, from: Timestamp) -> AssignmentId {
    let act = at(&social_worker(), from.plus(-4 * DAY));
    let placed = assignments::assign_lead(&test.db, &act, shift.clone(), lead.clone()).await;
    placed.unwrap().unwrap().id
}

/// One scan of a place's ticket; each has an id of its own.
async fn scan(test: &TestDb, place: &AssignmentId, direction: Direction, when: Timestamp) {
    let token = ticket::issue(&signer(), ticket::Kind::Assignment, place.uuid());
    let new = NewCheckIn {
        direction,
        ..NewCheckIn::now(ids().make(when), Presented::Code(token.into_string()))
    };
    let told = admit(test, &at(&kiosk(), when), new).await;
    assert!(told.verdict.first_at().is_some(), "{:?}", told.verdict);
}

async fn today(test: &TestDb, now: Timestamp) -> Day {
    let act = at(&social_worker(), now);
    day::today(&test.db, &act, &here()).await.unwrap()
}

async fn looks(test: &TestDb, action: &str) -> i64 {
    let text =
        format!("SELECT COUNT(*) FROM audit WHERE action = '{action}' AND center_id = '{CENTER}'");
    test.number(&text).await
}

fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    match result.unwrap_err() {
        store::Error::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

/// A shift with a lead and two volunteers.
struct Stage {
    shift: ShiftId,
    lead: StaffId,
    lead_place: AssignmentId,
    places: Vec<AssignmentId>,
}

async fn stage(test: &TestDb) -> Stage {
    center(test, &[], "single").await;
    accounts(test, 1, 6).await;
    formal(test, 1, 6).await;
    let shift = planned(test, "前台接待", START, END).await;
    let lead = lead(test, 1).await;
    let lead_place = led_by(test, &lead, &shift, START).await;
    let mut places = Vec::new();
    for n in 1..=2 {
        places.push(joined(test, n, &shift, START).await);
    }
    Stage {
        shift,
        lead,
        lead_place,
        places,
    }
}

async fn who_should_be_here_is_missed_from_shortly_before_until_they_come(test: TestDb) {
    let stage = stage(&test).await;
    assert!(today(&test, NOW).await.missing.is_empty(), "an hour before");
    let soon = today(&test, START.plus(-10 * MINUTE)).await;
    let names =
        |day: &Day| -> Vec<String> { day.missing.iter().map(|of| of.name.clone()).collect() };
    assert_eq!(names(&soon), ["社工1", "居民1", "居民2"], "leads first");
    assert!(soon.missing.iter().all(|of| of.awaited == Awaited::Soon));
    assert_eq!(soon.missing[0].phone, None, "staff have no number here");
    let phone = soon.missing[1].phone.as_ref().unwrap();
    assert_eq!(phone.digits(), "13800000001");

    scan(&test, &stage.lead_place, Direction::In, START).await;
    scan(&test, &stage.places[0], Direction::In, START.plus(MINUTE)).await;
    let late = today(&test, START.plus(5 * MINUTE)).await;
    assert_eq!(names(&late), ["居民2"]);
    assert_eq!(late.missing[0].awaited, Awaited::Late);
    assert_eq!(late.missing[0].shift.id, stage.shift);
    // Whoever has gone again is not missed, and when it is over nobody is.
    scan(&test, &stage.places[0], Direction::Out, START.plus(HOUR)).await;
    let later = today(&test, START.plus(2 * HOUR)).await;
    assert_eq!(names(&later), ["居民2"]);
    assert!(today(&test, END).await.missing.is_empty());
    // One entry for each quarter of an hour in which somebody looked.
    assert_eq!(looks(&test, "center.view_day").await, 5);
    today(&test, END.plus(MINUTE)).await;
    assert_eq!(looks(&test, "center.view_day").await, 5);
}

async fn where_the_lead_is_not_here_those_who_are_free_can_step_up(test: TestDb) {
    let stage = stage(&test).await;
    let (second, third) = (lead(&test, 2).await, lead(&test, 3).await);
    let elsewhere = planned(&test, "门口引导", START.plus(HOUR), END.plus(HOUR)).await;
    led_by(&test, &third, &elsewhere, START).await;
    let of = |day: &Day| {
        let found = day.shifts.iter().find(|of| of.shift.id == stage.shift);
        let found = found.unwrap();
        let can: Vec<String> = found.can.iter().map(|can| can.name.clone()).collect();
        (found.lead, can)
    };
    assert_eq!(of(&today(&test, NOW).await), (LeadIs::Named, vec![]));
    let told = of(&today(&test, START).await);
    assert_eq!(
        told,
        (LeadIs::Late, vec!["社工2".to_owned()]),
        "neither who is in it nor who leads elsewhere then"
    );
    scan(&test, &stage.lead_place, Direction::In, START.plus(MINUTE)).await;
    let told = of(&today(&test, START.plus(2 * MINUTE)).await);
    assert_eq!(told, (LeadIs::Here, vec![]));
    scan(&test, &stage.lead_place, Direction::Out, START.plus(HOUR)).await;
    let told = of(&today(&test, START.plus(HOUR)).await);
    assert_eq!(told, (LeadIs::Left, vec!["社工2".to_owned()]));
    // Who is named can really be assigned.
    let act = at(&social_worker(), START.plus(HOUR));
    let placed = assignments::assign_lead(&test.db, &act, stage.shift.clone(), second).await;
    placed.unwrap().unwrap();
    let told = of(&today(&test, START.plus(HOUR)).await);
    assert_eq!(told.0, LeadIs::Late, "and is awaited");

    // Who has led here before comes first, whatever their name.
    let before = NOW.plus(-3 * DAY);
    let fourth = lead(&test, 4).await;
    lead(&test, 0).await;
    let past = planned(&test, "前台接待", before, before.plus(HOUR)).await;
    let place = led_by(&test, &fourth, &past, before).await;
    scan(&test, &place, Direction::In, before).await;
    let told = of(&today(&test, START.plus(HOUR)).await);
    assert_eq!(told.1, ["社工4", "社工0"]);
}

async fn new_is_who_never_came_and_who_has_nothing_verified(test: TestDb) {
    let stage = stage(&test).await;
    let before = NOW.plus(-3 * DAY);
    let past = planned(&test, "长者陪伴", before, before.plus(HOUR)).await;
    let came = joined(&test, 1, &past, before).await;
    joined(&test, 3, &past, before).await;
    scan(&test, &came, Direction::In, before).await;
    // Two has never come, three has been in a shift and did not come; four is in none today.
    joined(&test, 3, &stage.shift, START).await;
    let names = |day: &Day| -> Vec<(String, New, bool)> {
        let new = day.new.iter();
        new.map(|of| (of.name.clone(), of.new, of.is_here))
            .collect()
    };
    assert_eq!(
        names(&today(&test, NOW).await),
        [
            ("居民2".to_owned(), New::First, false),
            ("居民3".to_owned(), New::First, false)
        ]
    );
    let probation = format!(
        "UPDATE volunteer SET standing = 'probationary' WHERE person_id = '{}'",
        person(1)
    );
    test.arrange(vec![probation]).await;
    scan(&test, &stage.places[0], Direction::In, START).await;
    let told = names(&today(&test, START).await);
    assert_eq!(told[0], ("居民1".to_owned(), New::Unproven, true));
    // Somebody new is at the first of their shifts, once.
    let second = planned(&test, "午间陪伴", END, END.plus(HOUR)).await;
    joined(&test, 2, &second, START).await;
    let day = today(&test, START).await;
    let at: Vec<_> = day.new.iter().filter(|of| of.name == "居民2").collect();
    assert_eq!(at.len(), 1);
    assert_eq!(at[0].shift.id, stage.shift);
}

async fn holes_are_those_of_three_hours_and_what_was_left_open_those_of_two_weeks(test: TestDb) {
    center(&test, &[], "single").await;
    accounts(&test, 1, 4).await;
    formal(&test, 1, 4).await;
    let lead = lead(&test, 1).await;
    let near = planned(&test, "近", NOW.plus(2 * HOUR), NOW.plus(3 * HOUR)).await;
    planned(&test, "远", NOW.plus(4 * HOUR), NOW.plus(5 * HOUR)).await;
    let full = planned(&test, "齐", NOW.plus(HOUR), NOW.plus(2 * HOUR)).await;
    led_by(&test, &lead, &full, NOW).await;
    joined(&test, 1, &full, NOW).await;
    let day = today(&test, NOW).await;
    let holes: Vec<_> = day.holes.iter().map(|of| of.id.clone()).collect();
    assert_eq!(holes, [near]);
    assert_eq!(day.shifts.len(), 3);

    // Yesterday one of two forgot to check out; it stays so when the end has been put in by rule.
    let start = NOW.plus(-DAY);
    let past = planned(&test, "昨天", start, start.plus(2 * HOUR)).await;
    let lead_place = led_by(&test, &lead, &past, start).await;
    scan(&test, &lead_place, Direction::In, start).await;
    for (n, went) in [(2, Some(HOUR)), (3, None)] {
        let place = joined(&test, n, &past, start).await;
        scan(&test, &place, Direction::In, start).await;
        if let Some(after) = went {
            scan(&test, &place, Direction::Out, start.plus(after)).await;
        }
    }
    let old = NOW.plus(-15 * DAY);
    let old = planned(&test, "很久以前", old, old.plus(HOUR)).await;
    joined(&test, 1, &old, NOW.plus(-15 * DAY)).await;
    let left = |day: &Day| -> Vec<(ShiftId, u32)> {
        let open = day.left_open.iter();
        open.map(|of| (of.shift.id.clone(), of.forgotten)).collect()
    };
    assert_eq!(left(&today(&test, NOW).await), [(past.clone(), 1)]);
    let system = Act::new(Caller::system(), NOW, ids());
    check_ins::close_missing(&test.db, &system).await.unwrap();
    assert_eq!(left(&today(&test, NOW).await), [(past.clone(), 1)]);
    hours::close(&test.db, &staff(&lead, NOW), &past, vec![])
        .await
        .unwrap();
    let day = today(&test, NOW).await;
    assert!(day.left_open.is_empty());
    assert!(!day.is_calm(), "there is the hole");
}

async fn a_day_is_calm_when_everybody_is_there(test: TestDb) {
    let stage = stage(&test).await;
    let day = today(&test, NOW).await;
    assert!(day.is_calm(), "{day:?}");
    assert_eq!(day.new.len(), 2, "somebody new is a pleasure");
    assert!(!today(&test, START).await.is_calm());
    for place in [&stage.lead_place, &stage.places[0], &stage.places[1]] {
        scan(&test, place, Direction::In, START).await;
    }
    let day = today(&test, START.plus(MINUTE)).await;
    assert!(day.is_calm(), "{day:?}");
    // Over, and nobody has closed it.
    assert!(!today(&test, END).await.is_calm());
}

async fn c148_another_centers_staff_see_nothing_and_nothing_is_on_record(test: TestDb) {
    let stage = stage(&test).await;
    let foreign = |role, scope: &str| {
        let caller = Caller {
            identity: Identity::Staff(id(88)),
            grants: vec![Grant {
                role,
                scope: Scope::parse(scope).unwrap(),
            }],
        };
        Act::new(caller, START, ids())
    };
    let strangers = [
        foreign(Role::SocialWorker, "SZ440305002-01"),
        foreign(Role::DistrictSupervisor, "440303"),
        foreign(Role::Admin, "city"),
        at(&resident(1), START),
    ];
    for act in &strangers {
        let (db, of) = (&test.db, &here());
        assert_eq!(refused(day::today(db, act, of).await), Refusal::Forbidden);
        assert_eq!(
            refused(day::roll_call(db, act, of).await),
            Refusal::Forbidden
        );
        assert_eq!(
            refused(hours::closing(db, act, of).await),
            Refusal::Forbidden
        );
        let phone = day::phone(db, act, of, &stage.places[0]).await;
        assert_eq!(refused(phone), Refusal::Forbidden);
    }
    let recorded = "SELECT COUNT(*) FROM audit WHERE action IN ('center.view_day',
        'center.roll_call', 'assignment.view_phone', 'hours.view')";
    assert_eq!(test.number(recorded).await, 0);
    let nowhere: CenterId = "SZ440305002-01".parse().unwrap();
    let city = foreign(Role::CenterManager, "SZ440305002-01");
    let none = day::today(&test.db, &city, &nowhere).await;
    assert_eq!(refused(none), Refusal::NotFound);
}

async fn a_number_is_told_and_each_time_on_record(test: TestDb) {
    let stage = stage(&test).await;
    let act = at(&social_worker(), START);
    for times in 1..=2 {
        let phone = day::phone(&test.db, &act, &here(), &stage.places[0]).await;
        assert_eq!(phone.unwrap().unwrap().digits(), "13800000001");
        assert_eq!(looks(&test, "assignment.view_phone").await, times);
    }
    // A lead's is not here, and another center's people are not to be had through this one.
    let none = day::phone(&test.db, &act, &here(), &stage.lead_place).await;
    assert_eq!(refused(none), Refusal::NotFound);
    let other = "SZ440305002-01";
    test.arrange(vec![
        format!(
            "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
             community, name_source, status) VALUES ('{other}', '别处', '440305', '南山区',
             '440305002', '南头街道', '别处社区', 'nbs2023', 'open')"
        ),
        format!("UPDATE shift SET center_id = '{other}'"),
    ])
    .await;
    let none = day::phone(&test.db, &act, &here(), &stage.places[0]).await;
    assert_eq!(refused(none), Refusal::NotFound);
    assert_eq!(looks(&test, "assignment.view_phone").await, 2);
}

async fn roll(test: &TestDb, now: Timestamp) -> Vec<Present> {
    let act = at(&social_worker(), now);
    day::roll_call(&test.db, &act, &here()).await.unwrap()
}

async fn the_roll_call_has_everybody_in_the_house_once(test: TestDb) {
    let stage = stage(&test).await;
    // An activity in the next room, at the same time; nobody checks out of it.
    let mut dates = [Sitting::new(1, 10, 0)];
    dates[0].in_hours = 1;
    sittings(&test, &dates, "single").await;
    test.arrange(vec![
        format!("INSERT INTO room (id, center_id, name) VALUES ('r', '{CENTER}', '二楼教室')"),
        "UPDATE occurrence SET room_id = 'r'".into(),
    ])
    .await;
    for n in [4, 5] {
        let booking = booked(&test, n, 1).await;
        let came = scanned(700 + n, &booking.id);
        admit(&test, &at(&kiosk(), START.plus(-10 * MINUTE)), came).await;
    }
    let early = roll(&test, START.plus(-5 * MINUTE)).await;
    assert_eq!(early.len(), 2, "who came early is in, too");
    for place in [&stage.lead_place, &stage.places[0], &stage.places[1]] {
        scan(&test, place, Direction::In, START).await;
    }
    let told = roll(&test, START.plus(HOUR)).await;
    let names: Vec<_> = told.iter().map(|of| (of.part, of.name.as_str())).collect();
    assert_eq!(
        names,
        [
            (Part::Lead, "社工1"),
            (Part::Volunteer, "居民1"),
            (Part::Volunteer, "居民2"),
            (Part::Guest, "居民4"),
            (Part::Guest, "居民5"),
        ]
    );
    assert_eq!(
        (told[0].title.as_str(), told[0].place.as_str()),
        ("前台接待", "一楼大厅")
    );
    assert_eq!(
        (told[3].title.as_str(), told[3].place.as_str()),
        ("活动1", "二楼教室")
    );
    assert!(told.iter().all(|of| of.in_house == InHouse::Inside));
    scan(
        &test,
        &stage.places[0],
        Direction::Out,
        START.plus(90 * MINUTE),
    )
    .await;
    // The activity has ended; whoever was in it may still be here, and an hour later is not.
    let told = roll(&test, START.plus(2 * HOUR)).await;
    let names: Vec<_> = told
        .iter()
        .map(|of| (of.name.as_str(), of.in_house))
        .collect();
    assert_eq!(
        names,
        [
            ("社工1", InHouse::Inside),
            ("居民2", InHouse::Inside),
            ("居民4", InHouse::Perhaps),
            ("居民5", InHouse::Perhaps),
        ]
    );
    assert_eq!(roll(&test, START.plus(3 * HOUR - 1)).await.len(), 4);
    assert_eq!(roll(&test, END).await.len(), 2);
    // A check-out that was put in by rule is no sight of somebody.
    let system = Act::new(Caller::system(), END.plus(MINUTE), ids());
    check_ins::close_missing(&test.db, &system).await.unwrap();
    let told = roll(&test, END.plus(2 * MINUTE)).await;
    let names: Vec<_> = told
        .iter()
        .map(|of| (of.name.as_str(), of.in_house))
        .collect();
    assert_eq!(
        names,
        [("社工1", InHouse::Perhaps), ("居民2", InHouse::Perhaps)]
    );
    assert!(roll(&test, END.plus(HOUR)).await.is_empty());
    // 8:45, 10:00, 11:00, 11:45, 12:00 and 13:00.
    assert_eq!(looks(&test, "center.roll_call").await, 6);
}

async fn whoever_goes_on_to_the_next_thing_is_counted_once(test: TestDb) {
    let stage = stage(&test).await;
    let next = planned(&test, "午间陪伴", END, END.plus(HOUR)).await;
    let place = joined(&test, 1, &next, START).await;
    scan(&test, &stage.places[0], Direction::In, START).await;
    scan(&test, &place, Direction::In, END.plus(MINUTE)).await;
    let told = roll(&test, END.plus(2 * MINUTE)).await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].title.as_str(), told[0].in_house),
        ("午间陪伴", InHouse::Inside)
    );
}

async fn closing(test: &TestDb, act: &Act) -> Closing {
    hours::closing(&test.db, act, &here()).await.unwrap()
}

async fn c91_the_end_of_the_day_proposes_what_was_forgotten_and_says_who_may_close(test: TestDb) {
    let stage = stage(&test).await;
    let other = lead(&test, 2).await;
    let theirs = planned(&test, "午间陪伴", START, END).await;
    let their_place = led_by(&test, &other, &theirs, START).await;
    let third = joined(&test, 3, &theirs, START).await;
    for place in [&stage.lead_place, &stage.places[0], &their_place, &third] {
        scan(&test, place, Direction::In, START).await;
    }
    assert!(
        closing(&test, &staff(&stage.lead, NOW))
            .await
            .open
            .is_empty()
    );
    let after = END.plus(10 * MINUTE);
    let act = staff(&stage.lead, after);
    let told = closing(&test, &act).await;
    assert_eq!(told.open.len(), 2);
    assert!(told.closed.is_empty());
    let mine = told
        .open
        .iter()
        .find(|of| of.shift.id == stage.shift)
        .unwrap();
    assert_eq!(mine.sheet.refusal, None);
    let forgot = mine
        .sheet
        .rows
        .iter()
        .find(|row| row.name == "居民1")
        .unwrap();
    let proposal = forgot.credit.as_ref().unwrap();
    assert_eq!(
        (proposal.minutes, proposal.doubt),
        (180, Some(Doubt::NoCheckOut))
    );
    let not_mine = told.open.iter().find(|of| of.shift.id == theirs).unwrap();
    assert_eq!(not_mine.sheet.refusal, Some(Refusal::WasNotThere));
    let may: Vec<_> = not_mine.sheet.led().map(|row| row.name.as_str()).collect();
    assert_eq!(may, ["社工2"]);

    hours::close(&test.db, &act, &stage.shift, vec![])
        .await
        .unwrap();
    let told = closing(&test, &act).await;
    assert_eq!(told.open.len(), 1);
    let closed = &told.closed[0];
    assert_eq!((closed.people, closed.minutes), (1, 180));
    assert_eq!(closed.closed_by.as_deref(), Some("社工1"));
    // Tomorrow it is yesterday's.
    let tomorrow = closing(&test, &staff(&stage.lead, after.plus(DAY))).await;
    assert!(tomorrow.closed.is_empty());
    assert_eq!(tomorrow.open.len(), 1);
    assert!(looks(&test, "hours.view").await >= 2);
}

store::on_both_databases! {
    who_should_be_here_is_missed_from_shortly_before_until_they_come => super::who_should_be_here_is_missed_from_shortly_before_until_they_come,
    where_the_lead_is_not_here_those_who_are_free_can_step_up => super::where_the_lead_is_not_here_those_who_are_free_can_step_up,
    new_is_who_never_came_and_who_has_nothing_verified => super::new_is_who_never_came_and_who_has_nothing_verified,
    holes_are_those_of_three_hours_and_what_was_left_open_those_of_two_weeks => super::holes_are_those_of_three_hours_and_what_was_left_open_those_of_two_weeks,
    a_day_is_calm_when_everybody_is_there => super::a_day_is_calm_when_everybody_is_there,
    c148_another_centers_staff_see_nothing_and_nothing_is_on_record => super::c148_another_centers_staff_see_nothing_and_nothing_is_on_record,
    a_number_is_told_and_each_time_on_record => super::a_number_is_told_and_each_time_on_record,
    the_roll_call_has_everybody_in_the_house_once => super::the_roll_call_has_everybody_in_the_house_once,
    whoever_goes_on_to_the_next_thing_is_counted_once => super::whoever_goes_on_to_the_next_thing_is_counted_once,
    c91_the_end_of_the_day_proposes_what_was_forgotten_and_says_who_may_close => super::c91_the_end_of_the_day_proposes_what_was_forgotten_and_says_who_may_close,
}
