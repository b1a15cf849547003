//! What a center's desk opens with, on both databases: each kind of line comes when there is something to
//! settle and goes when it is settled, for whoever may settle it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door::*, past::*, volunteers::*, *};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    certificate::Which,
    check_in::Direction,
    desk_today::{Matter, Urgency},
    id::{AssignmentId, CenterId, StaffId},
    report::Month,
    shift::Half,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use store::{
    Act, assignments, bookings,
    certificates::{self, Asking},
    check_ins::{NewCheckIn, Presented},
    desk_today::{Decision, DeskToday, What, desk_today},
    hours, reports,
    testing::TestDb,
    volunteers::{self, Application},
};

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

/// A member of staff with that role, who is known by that number.
fn staff(n: u128, role: Role, scope: &str, now: Timestamp) -> Act {
    let caller = Caller {
        identity: Identity::Staff(id(0x5000_0000 + n)),
        grants: vec![Grant {
            role,
            scope: Scope::parse(scope).unwrap(),
        }],
    };
    Act::new(caller, now, ids())
}

fn worker(now: Timestamp) -> Act {
    staff(1, Role::SocialWorker, CENTER, now)
}

fn manager(now: Timestamp) -> Act {
    staff(2, Role::CenterManager, CENTER, now)
}

async fn seen_by(test: &TestDb, act: &Act) -> DeskToday {
    desk_today(&test.db, act, &here()).await.unwrap()
}

async fn seen(test: &TestDb, now: Timestamp) -> DeskToday {
    seen_by(test, &worker(now)).await
}

/// What waits of a matter.
fn of(desk: &DeskToday, matter: Matter) -> Vec<&Decision> {
    let all = desk.decisions.iter().flat_map(|(_, group)| group);
    all.filter(|of| of.matter == matter).collect()
}

async fn many(test: &TestDb, act: &Act, matter: Matter) -> u32 {
    let desk = seen_by(test, act).await;
    of(&desk, matter).iter().map(|of| of.many).sum()
}

async fn run(test: &TestDb, statement: String) {
    test.arrange(vec![statement]).await;
}

fn soon(n: u128, in_hours: i64, capacity: i64, waitlist: i64) -> Sitting {
    let mut date = Sitting::new(n, capacity, waitlist);
    date.in_hours = in_hours;
    date
}

async fn scan(test: &TestDb, place: &AssignmentId, direction: Direction, when: Timestamp) {
    let token = ticket::issue(&signer(), ticket::Kind::Assignment, place.uuid());
    let new = NewCheckIn {
        direction,
        ..NewCheckIn::now(ids().make(when), Presented::Code(token.into_string()))
    };
    admit(test, &at(&kiosk(), when), new).await;
}

/// A staff member whose row is there, so that what they write may name them.
async fn known(test: &TestDb, n: u128) -> StaffId {
    lead(test, n).await
}

async fn what_runs_and_comes_next_stands_first_in_figures(test: TestDb) {
    let dates = [soon(1, 1, 2, 0), soon(2, 5, 2, 0), soon(3, 30, 2, 0)];
    center(&test, &dates, "single").await;
    accounts(&test, 1, 4).await;
    assert!(seen(&test, NOW).await.is_calm());
    let mut new = new_shift(0, 3, 0);
    new.starts_at = NOW.plus(4 * HOUR);
    new.ends_at = NOW.plus(6 * HOUR);
    let shift = shift(&test, new).await;
    let booking = booked(&test, 1, 1).await;
    let desk = seen(&test, NOW).await;
    let what: Vec<_> = desk.on.iter().map(|of| of.what.clone()).collect();
    assert_eq!(
        what,
        [
            What::Occurrence(occurrence(1)),
            What::Shift(shift),
            What::Occurrence(occurrence(2)),
        ],
        "tomorrow's is not among them"
    );
    assert_eq!((desk.on[0].expected, desk.on[0].came), (Some(1), 0));
    assert!(desk.on[0].is_arriving, "the door is open an hour before");
    assert!(!desk.on[2].is_arriving);
    let when = NOW.plus(50 * MINUTE);
    admit(&test, &at(&kiosk(), when), scanned(1, &booking.id)).await;
    assert_eq!(seen(&test, when).await.on[0].came, 1);
    let over = seen(&test, NOW.plus(3 * HOUR)).await;
    assert_eq!(over.on.len(), 2, "what is over has gone");
}

async fn a_shift_is_short_of_whom_it_takes_until_they_are_there(test: TestDb) {
    center(&test, &[], "single").await;
    accounts(&test, 1, 3).await;
    formal(&test, 1, 3).await;
    let mut new = new_shift(0, 3, 0);
    new.starts_at = NOW.plus(2 * HOUR);
    new.ends_at = NOW.plus(4 * HOUR);
    let shift = shift(&test, new).await;
    let start = NOW.plus(2 * HOUR);
    let told = |desk: &DeskToday| -> Vec<(Half, bool)> {
        let gaps = desk.short.iter().flat_map(|of| of.gaps.iter());
        gaps.map(|gap| (gap.half, gap.is_planned)).collect()
    };
    let desk = seen(&test, NOW).await;
    assert_eq!(
        told(&desk),
        [(Half::Lead, false), (Half::Volunteers, false)]
    );
    assert_eq!(desk.short[0].shift, shift);
    assert!(!desk.is_calm());

    let place = signed_up(&test, 1, &shift).await;
    let leader = known(&test, 1).await;
    let act = social_worker();
    let led = assignments::assign_lead(&test.db, &act, shift.clone(), leader).await;
    let led = led.unwrap().unwrap().id;
    assert!(seen(&test, NOW).await.is_calm());
    let begun = start.plus(5 * MINUTE);
    let absent = seen(&test, begun).await;
    assert_eq!(
        told(&absent),
        [(Half::Lead, true), (Half::Volunteers, true)]
    );
    scan(&test, &led, Direction::In, begun).await;
    scan(&test, &place, Direction::In, begun).await;
    let desk = seen(&test, begun).await;
    assert!(desk.is_calm(), "{desk:?}");
    assert_eq!((desk.on[0].expected, desk.on[0].came), (Some(2), 2));
}

async fn an_alert_stands_once_and_until_it_is_cleared(test: TestDb) {
    center(&test, &[], "single").await;
    let near = {
        let mut new = new_shift(0, 3, 0);
        new.starts_at = NOW.plus(HOUR);
        shift(&test, new).await
    };
    let far = shift(&test, new_shift(2, 3, 0)).await;
    for (n, of) in [(1, &near), (2, &far)] {
        run(
            &test,
            format!(
                "INSERT INTO shift_alert (id, shift_id, center_id, half, loss, raised_at)
                 VALUES ('alert{n}', '{of}', '{CENTER}', 'lead', 'planned', {})",
                NOW.0
            ),
        )
        .await;
    }
    let desk = seen(&test, NOW).await;
    let alerts: Vec<_> = desk.alerts.iter().map(|of| &of.shift_id).collect();
    assert_eq!(alerts, [&far], "the other is among what is short already");
    assert_eq!(desk.short.len(), 1);
    run(
        &test,
        format!("UPDATE shift_alert SET cleared_at = {}", NOW.0),
    )
    .await;
    assert!(seen(&test, NOW).await.alerts.is_empty());
}

async fn rooms_and_kiosks_are_missed_until_they_are_there(test: TestDb) {
    center(&test, &[soon(1, 5, 2, 0), soon(2, 60, 2, 0)], "single").await;
    assert!(seen(&test, NOW).await.no_room.is_empty(), "it has no rooms");
    test.arrange(vec![
        format!("INSERT INTO room (id, center_id, name) VALUES ('r', '{CENTER}', '一号室')"),
        format!(
            "INSERT INTO token (id, secret_hash, label, role, scope, created_at)
             VALUES ('t', 't', 't', 'kiosk', 'center:{CENTER}', 0)"
        ),
        format!(
            "INSERT INTO kiosk (id, center_id, name, token_id, wall_secret, paired_by, paired_at,
                 seen_at)
             VALUES ('{}', '{CENTER}', '门口', 't', 's', 'x', 0, {})",
            id::<domain::id::KioskId>(7),
            NOW.plus(-HOUR).0
        ),
    ])
    .await;
    let desk = seen(&test, NOW).await;
    let without: Vec<_> = desk.no_room.iter().map(|of| of.id.clone()).collect();
    assert_eq!(without, [occurrence(1)], "what is later has time");
    assert_eq!(desk.kiosks.len(), 1);
    assert!(!desk.kiosks[0].is_clock);
    let seen_now = format!("UPDATE kiosk SET seen_at = {}, clock_off_ms = 90000", NOW.0);
    let room = "UPDATE occurrence SET room_id = 'r'".to_owned();
    test.arrange(vec![seen_now, room]).await;
    let desk = seen(&test, NOW).await;
    assert!(desk.no_room.is_empty());
    assert!(desk.kiosks[0].is_clock);
    run(&test, "UPDATE kiosk SET clock_off_ms = 0".into()).await;
    assert!(seen(&test, NOW).await.is_calm());
    let unheard = seen(&test, NOW.plus(HOUR)).await;
    assert_eq!(unheard.kiosks.len(), 1);
    run(&test, "UPDATE token SET revoked_at = 1".into()).await;
    assert!(seen(&test, NOW.plus(HOUR)).await.kiosks.is_empty());
}

async fn who_waits_is_decided_on_until_nobody_waits(test: TestDb) {
    center(&test, &[soon(1, 5, 1, 3), soon(2, 120, 1, 3)], "single").await;
    accounts(&test, 1, 5).await;
    booked(&test, 1, 1).await;
    let waits = booked(&test, 2, 1).await;
    booked(&test, 3, 2).await;
    booked(&test, 4, 2).await;
    let desk = seen(&test, NOW).await;
    let full = of(&desk, Matter::Full);
    assert_eq!(full.len(), 2);
    assert_eq!(full[0].about.as_ref().unwrap().occurrence, occurrence(1));
    assert_eq!(full[0].many, 1);
    let urgencies: Vec<_> = desk.decisions.iter().map(|(of, _)| *of).collect();
    assert_eq!(urgencies, [Urgency::Today, Urgency::Later]);
    run(
        &test,
        format!(
            "UPDATE occurrence SET capacity = 2 WHERE id = '{}'",
            occurrence(1)
        ),
    )
    .await;
    let desk = seen(&test, NOW).await;
    assert_eq!(
        of(&desk, Matter::Waitlist).len(),
        1,
        "there is a free place"
    );
    assert_eq!(of(&desk, Matter::Full).len(), 1);
    assert_eq!(desk.decisions[0].0, Urgency::Now);
    bookings::cancel(&test.db, &resident(2), waits.id, String::new())
        .await
        .unwrap();
    assert_eq!(many(&test, &worker(NOW), Matter::Waitlist).await, 0);
}

async fn check_outs_and_scans_in_doubt_are_seen_to(test: TestDb) {
    center(&test, &[soon(1, 1, 5, 0)], "single").await;
    accounts(&test, 1, 3).await;
    run(&test, "UPDATE occurrence SET asks_check_out = TRUE".into()).await;
    let booking = booked(&test, 1, 1).await;
    let start = NOW.plus(HOUR);
    admit(&test, &at(&kiosk(), start), scanned(1, &booking.id)).await;
    let over = start.plus(2 * HOUR + MINUTE);
    let act = worker(over);
    assert_eq!(many(&test, &worker(start), Matter::CheckOuts).await, 0);
    assert_eq!(many(&test, &act, Matter::CheckOuts).await, 1);
    let out = NewCheckIn {
        direction: Direction::Out,
        ..scanned(2, &booking.id)
    };
    admit(&test, &at(&kiosk(), over), out).await;
    assert_eq!(many(&test, &act, Matter::CheckOuts).await, 0);

    assert_eq!(many(&test, &act, Matter::Review).await, 0);
    let mark = |what: &str| {
        format!(
            "UPDATE check_in SET review = '{what}' WHERE id = '{}'",
            scan_id(1)
        )
    };
    run(&test, mark("clock")).await;
    assert_eq!(many(&test, &act, Matter::Review).await, 0, "the kiosk's");
    run(&test, mark("no_room")).await;
    assert_eq!(many(&test, &act, Matter::Review).await, 1);
    assert_eq!(
        many(&test, &worker(over.plus(DAY)), Matter::Review).await,
        0,
        "another day's"
    );
    run(
        &test,
        format!(
            "INSERT INTO check_in (id, kind, at, device_at, received_at, center_id, caller, method,
                 direction, result, undoes, is_evidence, verdict)
             VALUES ('u', 'undo', {0}, {0}, {0}, '{CENTER}', 'test', 'ticket', 'in', 'admitted',
                 '{1}', TRUE, '{{}}')",
            over.0,
            scan_id(1)
        ),
    )
    .await;
    assert_eq!(many(&test, &act, Matter::Review).await, 0, "taken back");
}

async fn shifts_are_closed_and_drafts_published(test: TestDb) {
    center(&test, &[soon(1, 100, 5, 0)], "single").await;
    accounts(&test, 1, 3).await;
    past(&test, 1, 2, &[1]).await;
    let act = worker(NOW);
    assert_eq!(
        many(&test, &act, Matter::Unclosed).await,
        0,
        "nobody was in it"
    );
    run(&test, "UPDATE shift SET volunteers = 1".into()).await;
    let desk = seen(&test, NOW).await;
    let unclosed = of(&desk, Matter::Unclosed)[0].clone();
    assert_eq!(unclosed.many, 1);
    assert_eq!(unclosed.at, Some(NOW.plus(-2 * DAY + 2 * HOUR)));
    assert_eq!(
        many(&test, &worker(NOW.plus(15 * DAY)), Matter::Unclosed).await,
        0
    );
    run(&test, "UPDATE shift SET closed_at = 1".into()).await;
    assert_eq!(many(&test, &act, Matter::Unclosed).await, 0);

    let shift = shift(&test, new_shift(5, 3, 0)).await;
    for (table, matter, id) in [
        ("shift", Matter::Shifts, shift.to_string()),
        ("activity", Matter::Activities, String::new()),
    ] {
        let set = |status: &str| {
            let one = match id.is_empty() {
                true => String::new(),
                false => format!(" WHERE id = '{id}'"),
            };
            format!("UPDATE {table} SET status = '{status}'{one}")
        };
        assert_eq!(many(&test, &act, matter).await, 0);
        run(&test, set("draft")).await;
        assert_eq!(many(&test, &act, matter).await, 1);
        run(&test, set("published")).await;
        assert_eq!(many(&test, &act, matter).await, 0);
    }
}

/// A lead whose role has ended, or whose account is suspended, is somebody's to replace.
async fn a_shift_without_a_lead_who_may_is_told(test: TestDb) {
    center(&test, &[], "single").await;
    let leader = lead(&test, 1).await;
    let act = worker(NOW);
    let shift = shift(&test, new_shift(5, 3, 0)).await;
    let planner = social_worker();
    let led = assignments::assign_lead(&test.db, &planner, shift.clone(), leader.clone());
    led.await.unwrap().unwrap();
    assert_eq!(many(&test, &act, Matter::Leads).await, 0);
    let role =
        |end: i64| format!("UPDATE role_grant SET ends_at = {end} WHERE staff_id = '{leader}'");
    run(&test, role(NOW.0)).await;
    let desk = seen(&test, NOW).await;
    let told = of(&desk, Matter::Leads)[0].clone();
    assert_eq!((told.many, told.at), (1, Some(NOW.plus(5 * DAY))));
    assert_eq!(urgency_of(&desk, Matter::Leads), Urgency::Today);
    let soon = seen(&test, NOW.plus(4 * DAY + HOUR)).await;
    assert_eq!(urgency_of(&soon, Matter::Leads), Urgency::Now);
    run(&test, role(NOW.plus(9 * DAY).0)).await;
    assert_eq!(many(&test, &act, Matter::Leads).await, 0);
    let status =
        |status: &str| format!("UPDATE staff SET status = '{status}' WHERE id = '{leader}'");
    run(&test, status("suspended")).await;
    assert_eq!(many(&test, &act, Matter::Leads).await, 1);
    run(
        &test,
        format!("UPDATE shift SET status = 'cancelled' WHERE id = '{shift}'"),
    )
    .await;
    assert_eq!(many(&test, &act, Matter::Leads).await, 0);
}

fn urgency_of(desk: &DeskToday, matter: Matter) -> Urgency {
    let holds = |(_, lines): &&(Urgency, Vec<Decision>)| lines.iter().any(|of| of.matter == matter);
    desk.decisions.iter().find(holds).unwrap().0
}

async fn hours_wait_for_whose_word_counts(test: TestDb) {
    center(&test, &[], "single").await;
    accounts(&test, 1, 4).await;
    formal(&test, 1, 4).await;
    known(&test, 1).await;
    known(&test, 2).await;
    let (act, manager) = (worker(NOW), manager(NOW));
    assert_eq!(many(&test, &act, Matter::Approvals).await, 0);
    for (nth, approval, author) in [(1, "second", 2), (2, "higher", 2), (3, "second", 1)] {
        past(&test, nth, 10, &[nth]).await;
        run(
            &test,
            format!(
                "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind,
                     counts_as, minutes, approval, author, reason, served_at, at)
                 VALUES ('{0}', '{1}', '{CENTER}', '{2}', '{3}', 'entered', 'entered', 60, '{approval}',
                     '{5}', '签到机坏了', {4}, {4})",
                past_entry(nth, nth),
                person(nth),
                past_shift(nth),
                past_place(nth, nth),
                NOW.plus(-10 * DAY).0,
                id::<StaffId>(0x5000_0000 + author),
            ),
        )
        .await;
    }
    assert_eq!(
        many(&test, &act, Matter::Approvals).await,
        1,
        "the worker's own is another's"
    );
    assert_eq!(
        many(&test, &manager, Matter::Approvals).await,
        1,
        "so is the manager's"
    );
    let other = staff(3, Role::CenterManager, CENTER, NOW);
    assert_eq!(many(&test, &other, Matter::Approvals).await, 3);
    let approved = hours::approve(&test.db, &act, &past_entry(1, 1)).await;
    approved.unwrap();
    assert_eq!(many(&test, &act, Matter::Approvals).await, 0);

    let objected = hours::object(&test.db, &volunteer(1), &past_entry(1, 1), "少了半小时").await;
    objected.unwrap();
    assert_eq!(many(&test, &act, Matter::Objections).await, 1);
    let answered = hours::answer(&test.db, &act, &past_entry(1, 1), "按签到算").await;
    answered.unwrap();
    assert_eq!(many(&test, &act, Matter::Objections).await, 0);
}

async fn who_asks_is_answered(test: TestDb) {
    center(&test, &[], "single").await;
    accounts(&test, 1, 4).await;
    formal(&test, 1, 2).await;
    known(&test, 1).await;
    verified(&test, 1, 1, 10, 60).await;
    let act = worker(NOW);
    for (n, named) in [(2, Some(here())), (3, None)] {
        let application = Application {
            account: account(n),
            person: None,
            center: named,
            skills: None,
        };
        let asked = volunteers::apply(&test.db, &volunteer(n), application).await;
        asked.unwrap();
    }
    assert_eq!(
        many(&test, &act, Matter::Applicants).await,
        1,
        "one lives elsewhere"
    );
    run(
        &test,
        format!(
            "UPDATE person SET community = (SELECT subdistrict_code || ':' || community FROM center)
             WHERE id = '{}'",
            person(3)
        ),
    )
    .await;
    let all = volunteers::applicants(&test.db, &act, &here())
        .await
        .unwrap();
    let count = u32::try_from(all.len()).unwrap();
    assert_eq!(many(&test, &act, Matter::Applicants).await, count);
    for of in all {
        let accepted = volunteers::accept(&test.db, &act, &here(), &of.id).await;
        accepted.unwrap();
    }
    assert_eq!(many(&test, &act, Matter::Applicants).await, 0);

    let asking = Asking {
        center: here(),
        person: person(1),
        which: Which::New,
        purpose: String::new(),
    };
    let asked = certificates::ask(&test.db, &volunteer(1), asking)
        .await
        .unwrap();
    assert_eq!(many(&test, &act, Matter::Certificates).await, 1);
    let declined = certificates::decline(&test.db, &act, &asked.id, "请先补签").await;
    declined.unwrap();
    assert_eq!(many(&test, &act, Matter::Certificates).await, 0);
}

async fn months_are_closed_by_who_decides(test: TestDb) {
    center(&test, &[soon(1, -24 * 65, 5, 0)], "single").await;
    known(&test, 2).await;
    let (act, manager) = (worker(NOW), manager(NOW));
    assert_eq!(many(&test, &act, Matter::Months).await, 0);
    let desk = seen_by(&test, &manager).await;
    let months = of(&desk, Matter::Months)[0].clone();
    assert!((2..=3).contains(&months.many), "{months:?}");
    assert_eq!(desk.decisions.last().unwrap().0, Urgency::Later);
    let mut month = Month::of(months.at.unwrap().day());
    for left in (0..months.many).rev() {
        let closed = reports::close_month(&test.db, &manager, &here(), month).await;
        closed.unwrap();
        assert_eq!(many(&test, &manager, Matter::Months).await, left);
        month = month.next();
    }
}

async fn rights_decide_what_is_told_and_nobody_is_looked_at(test: TestDb) {
    center(&test, &[soon(1, 1, 1, 3)], "single").await;
    accounts(&test, 1, 4).await;
    booked(&test, 1, 1).await;
    booked(&test, 2, 1).await;
    let mut new = new_shift(0, 3, 0);
    new.starts_at = NOW.plus(HOUR);
    shift(&test, new).await;
    let audited = test.number("SELECT COUNT(*) FROM audit").await;
    for (role, scope, decides) in [
        (Role::SocialWorker, CENTER, true),
        (Role::CenterManager, CENTER, true),
        (Role::SubdistrictSupervisor, "440303001", false),
        (Role::DistrictSupervisor, "440303", false),
        (Role::CitySupervisor, "city", false),
        (Role::Evaluator, CENTER, false),
    ] {
        let desk = seen_by(&test, &staff(9, role, scope, NOW)).await;
        assert_eq!(desk.on.len(), 2, "{role}");
        assert_eq!(!desk.is_calm(), decides, "{role}");
    }
    let admin = seen_by(&test, &staff(9, Role::Admin, "city", NOW)).await;
    assert_eq!(
        of(&admin, Matter::Full).len(),
        1,
        "who plans may raise the capacity"
    );
    assert!(admin.short.is_empty(), "who places nobody fills no shift");
    let foreign = staff(9, Role::SocialWorker, "SZ440303002-01", NOW);
    let refused = desk_today(&test.db, &foreign, &here()).await.unwrap_err();
    assert_eq!(refused.refusal(), Some(&Refusal::Forbidden));
    let after = test.number("SELECT COUNT(*) FROM audit").await;
    assert_eq!(after, audited, "figures are no look at anybody");
}

store::on_both_databases! {
    what_runs_and_comes_next_stands_first_in_figures => super::what_runs_and_comes_next_stands_first_in_figures,
    a_shift_is_short_of_whom_it_takes_until_they_are_there => super::a_shift_is_short_of_whom_it_takes_until_they_are_there,
    an_alert_stands_once_and_until_it_is_cleared => super::an_alert_stands_once_and_until_it_is_cleared,
    rooms_and_kiosks_are_missed_until_they_are_there => super::rooms_and_kiosks_are_missed_until_they_are_there,
    who_waits_is_decided_on_until_nobody_waits => super::who_waits_is_decided_on_until_nobody_waits,
    check_outs_and_scans_in_doubt_are_seen_to => super::check_outs_and_scans_in_doubt_are_seen_to,
    shifts_are_closed_and_drafts_published => super::shifts_are_closed_and_drafts_published,
    a_shift_without_a_lead_who_may_is_told => super::a_shift_without_a_lead_who_may_is_told,
    hours_wait_for_whose_word_counts => super::hours_wait_for_whose_word_counts,
    who_asks_is_answered => super::who_asks_is_answered,
    months_are_closed_by_who_decides => super::months_are_closed_by_who_decides,
    rights_decide_what_is_told_and_nobody_is_looked_at => super::rights_decide_what_is_told_and_nobody_is_looked_at,
}
