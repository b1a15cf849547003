//! Shifts at risk, and asking people to help out, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{plans::refused, volunteers::*, *};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    audit::Verb,
    availability::{Availability, Slot},
    id::{CenterId, ShiftId, StaffId},
    shift::{Joining, Risk, Risks},
    time::{DAY, HOUR, MINUTE},
};
use store::{
    Act, Key,
    assignments::{self, assign_lead, withdraw},
    cover::{self, Asked, Effect},
    messages, outbox,
    shifts::{NewShift, at_risk},
    testing::TestDb,
    volunteers::set_availability,
};

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

/// A social worker of the center who is known by name.
fn desk(staff: &StaffId) -> Act {
    let caller = Caller {
        identity: Identity::Staff(staff.clone()),
        grants: vec![Grant {
            role: Role::SocialWorker,
            scope: Scope::parse(CENTER).unwrap(),
        }],
    };
    Act::new(caller, NOW, ids())
}

/// A center with so many volunteers, and somebody at its desk. It is eight in the morning.
async fn stage(test: &TestDb, volunteers: u128) -> Act {
    center(test, &[], "single").await;
    accounts(test, 1, volunteers + 1).await;
    formal(test, 1, volunteers + 1).await;
    test.arrange(vec![format!("UPDATE volunteer SET center_id = '{CENTER}'")])
        .await;
    desk(&lead(test, 1).await)
}

async fn ask(test: &TestDb, act: &Act, shift: &ShiftId, how_many: u32) -> Asked {
    cover::ask(&test.db, act, shift, how_many).await.unwrap()
}

const fn effect(asked: u32, said_no: u32, came: u32) -> Effect {
    Effect {
        asked,
        said_no,
        came,
    }
}

/// The accounts that were asked for a shift, by number.
async fn asked_for(test: &TestDb, shift: &ShiftId) -> Vec<u128> {
    let mut tx = test.db.read().await.unwrap();
    let rows: Vec<(String,)> = tx
        .sql("SELECT account_id FROM cover_call WHERE shift_id = $1 ORDER BY account_id")
        .bind(shift)
        .all()
        .await
        .unwrap();
    let number = |id: &str| uuid::Uuid::parse_str(id).unwrap().as_u128() - 0xa000_0000;
    rows.iter().map(|(id,)| number(id)).collect()
}

async fn risks_of(test: &TestDb, act: &Act) -> Vec<(ShiftId, Vec<Risk>)> {
    let found = at_risk(&test.db, &act.caller, &here(), act.now)
        .await
        .unwrap();
    let stated = found.into_iter().map(|of| (of.shift.id, of.risks));
    stated.collect()
}

async fn the_facts_of_a_shift_at_risk_are_stated(test: TestDb) {
    let desk = stage(&test, 4).await;
    let shift = shift(&test, two_of_three(2)).await;
    let far = common::volunteers::shift(&test, two_of_three(3)).await;
    let all = risks_of(&test, &desk).await;
    assert_eq!(
        all,
        [(
            shift.clone(),
            vec![Risk::NoLead, Risk::TooFewVolunteers { missing: 2 }]
        )],
        "that of {far} is 72 hours away"
    );
    let leading: StaffId = id(0x5000_0001);
    let led = assign_lead(&test.db, &desk, shift.clone(), leading).await;
    led.unwrap().unwrap();
    for n in 1..=3 {
        signed_up(&test, n, &shift).await;
    }
    let only = async |risk| assert_eq!(risks_of(&test, &desk).await, [(shift.clone(), vec![risk])]);
    only(Risk::AllNew { volunteers: 3 }).await;
    // Somebody of them has served before.
    let past = common::volunteers::shift(&test, two_of_three(1)).await;
    signed_up(&test, 1, &past).await;
    test.arrange(vec![
        format!("UPDATE assignment SET state = 'validated' WHERE shift_id = '{past}'"),
        format!("UPDATE shift SET status = 'cancelled' WHERE id = '{past}'"),
    ])
    .await;
    assert_eq!(risks_of(&test, &desk).await, []);
    let third = assignments::of_shift(&test.db, &shift).await.unwrap();
    let third = third
        .into_iter()
        .find(|of| of.account_id == Some(account(3)));
    withdraw(&test.db, &volunteer(3), third.unwrap().id, "")
        .await
        .unwrap();
    only(Risk::GivenBack { above: 0 }).await;
    let tomorrow = later(&desk, NOW.plus(DAY + MINUTE));
    assert_eq!(risks_of(&test, &tomorrow).await.len(), 1, "only {far}");
    test.arrange(vec![format!(
        "UPDATE shift SET risks = '要站三个小时', risks_version = 2 WHERE id = '{shift}'"
    )])
    .await;
    let stated = risks_of(&test, &desk).await.remove(0).1;
    assert_eq!(
        stated,
        [
            Risk::GivenBack { above: 0 },
            Risk::RisksUnread { volunteers: 2 }
        ]
    );
    for stranger in [volunteer(1), foreign(&desk)] {
        let seen = at_risk(&test.db, &stranger.caller, &here(), NOW).await;
        assert_eq!(refused(seen), Refusal::Forbidden);
    }
}

/// A shift in so many days for two to three volunteers.
fn two_of_three(days: i64) -> NewShift {
    let mut new = new_shift(days, 3, 0);
    new.needs.volunteers_min = 2;
    new
}

/// The same person, at another center.
fn foreign(act: &Act) -> Act {
    let grant = Grant {
        role: Role::SocialWorker,
        scope: Scope::parse("SZ440303001-02").unwrap(),
    };
    act.by(Caller {
        identity: act.caller.identity.clone(),
        grants: vec![grant],
    })
}

async fn c94_the_least_recently_asked_come_first_and_nobody_twice(test: TestDb) {
    let desk = stage(&test, 5).await;
    let one = shift(&test, two_of_three(2)).await;
    let other = shift(&test, two_of_three(1)).await;
    let asked = ask(&test, &desk, &one, 2).await;
    assert_eq!((asked.now, asked.effect), (2, effect(2, 0, 0)));
    let first = asked_for(&test, &one).await;
    let next = later(&desk, NOW.plus(MINUTE));
    ask(&test, &next, &other, 3).await;
    let second = asked_for(&test, &other).await;
    assert!(
        first.iter().all(|n| !second.contains(n)),
        "{first:?} {second:?}"
    );
    // Now those come first who were asked first.
    let last = later(&desk, NOW.plus(2 * MINUTE));
    ask(&test, &last, &other, 2).await;
    assert_eq!(asked_for(&test, &other).await, [1, 2, 3, 4, 5]);
    let nobody = ask(&test, &last, &other, 2).await;
    assert_eq!((nobody.now, nobody.is_filled), (0, false));
    assert_eq!(nobody.effect, effect(5, 0, 0));
    for n in 1..=5 {
        let inbox = messages::list(&test.db, &account(n), 10).await.unwrap();
        let calls = inbox.iter().filter(|of| of.notice.kind() == "help_asked");
        let for_both = first.contains(&n);
        assert_eq!(calls.count(), 1 + usize::from(for_both));
    }
    let audited = format!(
        "SELECT COUNT(*) FROM audit WHERE action = '{}'",
        Verb::CoverAsk
    );
    assert_eq!(test.number(&audited).await, 3);
}

async fn c94_a_no_ends_it_and_the_effect_is_counted(test: TestDb) {
    let desk = stage(&test, 4).await;
    let db = &test.db;
    let shift = shift(&test, two_of_three(2)).await;
    ask(&test, &desk, &shift, 3).await;
    let asked = asked_for(&test, &shift).await;
    let call = async |n: u128| {
        let mut calls = cover::of_account(db, &account(n), NOW).await.unwrap();
        calls.pop()
    };
    let (refuses, comes) = (asked[0], asked[1]);
    let open = call(refuses).await.unwrap();
    assert!(!open.is_filled && open.shift == shift);
    let meddling = cover::decline(db, &volunteer(comes), &open.id).await;
    assert_eq!(refused(meddling), Refusal::NotFound);
    for _ in 0..2 {
        let said = cover::decline(db, &volunteer(refuses), &open.id).await;
        assert_eq!(said.unwrap(), shift);
    }
    assert_eq!(call(refuses).await, None);
    signed_up(&test, comes, &shift).await;
    assert_eq!(call(comes).await, None);
    let again = ask(&test, &desk, &shift, 5).await;
    assert_eq!((again.now, again.effect), (1, effect(4, 1, 1)));
    let told = messages::list(db, &account(refuses), 10).await.unwrap();
    assert_eq!(told.len(), 1, "the no ended it");
    let declined = format!(
        "SELECT COUNT(*) FROM audit WHERE action = '{}'",
        Verb::CoverDecline
    );
    assert_eq!(test.number(&declined).await, 1);
    // Whoever comes after all came.
    signed_up(&test, refuses, &shift).await;
    let found = at_risk(db, &desk.caller, &here(), NOW).await.unwrap();
    assert_eq!(found[0].effect, effect(4, 0, 2));
}

async fn c94_whoever_says_yes_too_late_is_told_so(test: TestDb) {
    let desk = stage(&test, 4).await;
    let shift = shift(&test, new_shift(2, 1, 0)).await;
    ask(&test, &desk, &shift, 2).await;
    let asked = asked_for(&test, &shift).await;
    signed_up(&test, asked[0], &shift).await;
    let late = asked[1];
    let calls = cover::of_account(&test.db, &account(late), NOW).await;
    assert!(calls.unwrap()[0].is_filled);
    assert_eq!(codes(sign_up(&test, late, &shift).await), ["full"]);
    let more = ask(&test, &desk, &shift, 2).await;
    assert_eq!((more.now, more.is_filled), (0, true));
    assert_eq!(more.effect, effect(2, 0, 1));
}

async fn c94_only_those_are_asked_who_can_come(test: TestDb) {
    let desk = stage(&test, 5).await;
    let db = &test.db;
    // The first is elsewhere then, the second away, the third has time on other days only, and the fourth
    // is no volunteer any more.
    let shift = shift(&test, two_of_three(2)).await;
    let same_time = common::volunteers::shift(&test, new_shift(2, 1, 0)).await;
    signed_up(&test, 1, &same_time).await;
    let day = NOW.plus(2 * DAY).day();
    let away = Availability {
        away: [day].into(),
        ..Availability::default()
    };
    let said = set_availability(db, &volunteer(2), &account(2), &person(2), away).await;
    said.unwrap();
    let never = Availability {
        slots: Slot::all().take(1).collect(),
        ..Availability::default()
    };
    let covers = never.covers(domain::time::Span::kept(
        NOW.plus(2 * DAY),
        NOW.plus(2 * DAY + HOUR),
    ));
    let never = Availability {
        slots: Slot::all()
            .skip(if covers { 20 } else { 0 })
            .take(1)
            .collect(),
        ..never
    };
    let said = set_availability(db, &volunteer(3), &account(3), &person(3), never).await;
    said.unwrap();
    test.arrange(vec![format!(
        "UPDATE volunteer SET standing = 'left' WHERE person_id = '{}'",
        person(4)
    )])
    .await;
    ask(&test, &desk, &shift, 9).await;
    assert_eq!(asked_for(&test, &shift).await, [5]);
}

/// C-96: a child is asked where a guardian is in the shift, by the rule of every place.
async fn c96_a_child_is_asked_only_beside_a_guardian(test: TestDb) {
    let desk = stage(&test, 1).await;
    let child = relative(1, 1);
    test.arrange(vec![
        format!("UPDATE person SET birth_year = 2014 WHERE id = '{child}'"),
        format!(
            "INSERT INTO volunteer (id, person_id, center_id, standing, formal_no, applied_at)
             VALUES ('{}', '{child}', '{CENTER}', 'formal', '7', 0)",
            id::<domain::id::VolunteerId>(0xf100_0000)
        ),
    ])
    .await;
    let shift = shift(&test, two_of_three(2)).await;
    let asked = ask(&test, &desk, &shift, 5).await;
    assert_eq!(asked.now, 1, "the grown one");
    signed_up(&test, 1, &shift).await;
    let asked = ask(&test, &desk, &shift, 5).await;
    assert_eq!((asked.now, asked.effect), (1, effect(2, 0, 1)));
}

async fn nobody_is_woken_and_what_is_filled_by_morning_is_not_sent(test: TestDb) {
    let desk = stage(&test, 4).await;
    let db = &test.db;
    let shift = shift(&test, new_shift(2, 1, 0)).await;
    // Eleven in the evening; it begins at eight, the day after tomorrow.
    let evening = later(&desk, NOW.plus(15 * HOUR));
    assert_eq!(ask(&test, &evening, &shift, 2).await.now, 2);
    let system = Act::new(Caller::system(), NOW, ids());
    let due = async |hours: i64| {
        let act = system.at(NOW.plus(hours * HOUR));
        let claimed = outbox::claim(db, &act, 20).await.unwrap();
        let calls = claimed.iter().filter(|of| of.notice.kind() == "help_asked");
        calls.count()
    };
    assert_eq!(due(16).await, 0);
    assert_eq!(due(23).await, 0);
    let asked = asked_for(&test, &shift).await;
    let inbox = messages::list(db, &account(asked[0]), 9).await.unwrap();
    assert_eq!(inbox.len(), 1, "the inbox rings nowhere");
    let other = common::volunteers::shift(&test, new_shift(1, 1, 0)).await;
    let early = later(&desk, NOW.plus(-HOUR));
    assert_eq!(ask(&test, &early, &other, 1).await.now, 1);
    signed_up(&test, asked[0], &shift).await;
    assert_eq!(due(24).await, 0, "one has come, the other is not needed");
    let given_up = "SELECT COUNT(*) FROM outbox WHERE error = 'outdated'";
    assert_eq!(test.number(given_up).await, 3, "also for what has begun");
}

async fn asking_is_for_the_center_and_once_a_form(test: TestDb) {
    let desk = stage(&test, 4).await;
    let db = &test.db;
    let shift = shift(&test, two_of_three(2)).await;
    for stranger in [volunteer(1), foreign(&desk)] {
        assert_eq!(
            refused(cover::ask(db, &stranger, &shift, 1).await),
            Refusal::Forbidden
        );
    }
    for wrong in [0, 31] {
        let asked = cover::ask(db, &desk, &shift, wrong).await;
        assert!(matches!(refused(asked), Refusal::Invalid { .. }));
    }
    let keyed = desk.with_key(Some(Key::new("k", &[b"ask"]).unwrap()));
    let first = ask(&test, &keyed, &shift, 2).await;
    assert_eq!(ask(&test, &keyed, &shift, 2).await, first);
    assert_eq!(asked_for(&test, &shift).await.len(), 2);
    let invited = NewShift {
        joining: Joining::Invite,
        ..two_of_three(2)
    };
    let invited = common::volunteers::shift(&test, invited).await;
    assert_eq!(
        refused(cover::ask(db, &desk, &invited, 1).await),
        Refusal::InvitationOnly
    );
    let begun = later(&desk, NOW.plus(2 * DAY));
    assert_eq!(
        refused(cover::ask(db, &begun, &shift, 1).await).code(),
        "already_started"
    );
}

async fn two_who_ask_at_once_ask_nobody_twice(test: TestDb) {
    let desk = stage(&test, 6).await;
    let mut new = two_of_three(2);
    new.needs.risks = Risks {
        text: "要站三个小时".into(),
        version: 1,
    };
    let shift = shift(&test, new).await;
    let (one, other) = (desk.clone(), desk.at(NOW));
    let (one, other) = tokio::join!(
        cover::ask(&test.db, &one, &shift, 3),
        cover::ask(&test.db, &other, &shift, 3)
    );
    assert_eq!((one.unwrap().now, other.unwrap().now), (3, 3));
    assert_eq!(asked_for(&test, &shift).await, [1, 2, 3, 4, 5, 6]);
}

store::on_both_databases! {
    the_facts_of_a_shift_at_risk_are_stated => super::the_facts_of_a_shift_at_risk_are_stated,
    c94_the_least_recently_asked_come_first_and_nobody_twice => super::c94_the_least_recently_asked_come_first_and_nobody_twice,
    c94_a_no_ends_it_and_the_effect_is_counted => super::c94_a_no_ends_it_and_the_effect_is_counted,
    c94_whoever_says_yes_too_late_is_told_so => super::c94_whoever_says_yes_too_late_is_told_so,
    c94_only_those_are_asked_who_can_come => super::c94_only_those_are_asked_who_can_come,
    c96_a_child_is_asked_only_beside_a_guardian => super::c96_a_child_is_asked_only_beside_a_guardian,
    nobody_is_woken_and_what_is_filled_by_morning_is_not_sent => super::nobody_is_woken_and_what_is_filled_by_morning_is_not_sent,
    asking_is_for_the_center_and_once_a_form => super::asking_is_for_the_center_and_once_a_form,
    two_who_ask_at_once_ask_nobody_twice => super::two_who_ask_at_once_ask_nobody_twice,
}
