//! No statement of a hot path reads a large table from end to end, on either database. The
//! statements are those that the operations really run, as the driver logs them.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;
#[path = "query_plans/postgres.rs"]
mod on_postgres;
#[path = "query_plans/sqlite.rs"]
mod on_sqlite;
#[path = "query_plans/recorder.rs"]
mod recorder;

use common::{door::*, volunteers, *};
use domain::{
    access::{self, Caller, Identity},
    activity::Channel,
    id::{CenterId, PersonId, RoomId, StaffId},
    planner::{View, window},
    shift::{Role, ShiftKind},
    sought::Sought,
    time::{DAY, HOUR},
};
use recorder::Recorder;
use store::{
    Act, Ids, assignments,
    bench_data::{self, Size},
    bookings::{self, BookingView},
    centers::Directory,
    check_ins::{self, NewCheckIn, Presented},
    cover, day,
    desk_today::desk_today,
    hours, known, merging, occurrences,
    page::{Limit, Part},
    plan_calendar::{self, Wanted},
    roster::{self, monday_of},
    shifts,
    testing::TestDb,
    watches::{self, What},
    whats_on::{self, Search, Where},
};

/// Tables that grow with the city and with the years.
const LARGE: [&str; 26] = [
    "account",
    "activity",
    "assignment",
    "attempt",
    "audit",
    "booking",
    "certificate",
    "certificate_request",
    "check_in",
    "claim",
    "cover_call",
    "hour_entry",
    "idempotency",
    "known_at",
    "login",
    "message",
    "month_tally",
    "occurrence",
    "person",
    "shift",
    "thanks",
    "people_cell",
    "person_number",
    "report_change",
    "volunteer",
    "watch",
];

/// Enough for PostgreSQL's planner to have something to weigh.
const CITY: Size = Size {
    centers: 100,
    accounts: 1_500,
    activities: 300,
    bookings: 4_000,
    past_days: 0,
    seed: 11,
};

/// Two thousand shifts long past, and somebody of the city in each of them.
fn shifts_of_years() -> Vec<String> {
    vec![
        "INSERT INTO shift (id, center_id, title, starts_at, ends_at, joining, leads_min,
             volunteers_min, volunteers_max, guardian_below, status, created_at)
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
         SELECT 's' || i, (SELECT MIN(id) FROM center), '前台接待', i * CAST(3600000 AS BIGINT),
             i * CAST(3600000 AS BIGINT) + 3600000, 'sign_up', 1, 1, 3, 14, 'published', 0 FROM n"
            .into(),
        "INSERT INTO assignment (id, shift_id, role, person_id, account_id, state, channel,
             short_code, asked_at)
         SELECT 'a' || p.rn, 's' || (p.rn % 2000), 'volunteer', p.id, p.account_id, 'confirmed',
             'online', 'Q' || p.rn, 0
         FROM (SELECT id, account_id, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM person) p"
            .into(),
        "INSERT INTO volunteer (id, person_id, standing, applied_at)
         SELECT 'v' || id, id, 'formal', 0 FROM person"
            .into(),
        "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind, counts_as,
             minutes, approval, served_at, at)
         SELECT 'h' || a.id, a.person_id, s.center_id, s.id, a.id, 'verified', 'verified', 60, 'none',
             s.starts_at, s.ends_at
         FROM assignment a JOIN shift s ON s.id = a.shift_id"
            .into(),
        "INSERT INTO check_in (id, kind, at, device_at, received_at, caller, method, direction,
             result, subject_kind, subject_id, shift_id, is_evidence, verdict)
         SELECT 'c' || a.id, 'scan', 0, 0, 0, 'test', 'ticket', 'in', 'admitted', 'assignment', a.id,
             a.shift_id, TRUE, '{}'
         FROM assignment a"
            .into(),
    ]
}

/// A city, and in it the cast's center with three full dates that people wait for. A booking of the
/// second, which begins in two hours.
async fn city(test: &TestDb) -> BookingView {
    let system = Act::new(Caller::system(), NOW, Ids::repeatable(5));
    bench_data::fill(&test.db, &system, CITY).await.unwrap();
    test.arrange(shifts_of_years()).await;
    let mut dates: Vec<_> = (1..=3).map(|n| Sitting::new(n, 2, 3)).collect();
    dates[1].in_hours = 2;
    sittings(test, &dates, "single").await;
    accounts(test, 1, 30).await;
    let mut all = Vec::new();
    for of in 1..=3 {
        for n in 1..=4 {
            all.push(booked(test, of * 5 + n, of).await);
        }
    }
    all.swap_remove(4)
}

/// Runs the hot paths; each with the statements that it ran.
async fn hot_paths(
    test: &TestDb,
    recorder: &Recorder,
    due: &BookingView,
) -> Vec<(&'static str, Vec<String>)> {
    let db = &test.db;
    let center: CenterId = CENTER.parse().unwrap();
    let mut paths = Vec::new();
    recorder.take().await;

    let made = booked(test, 21, 3).await;
    paths.push(("booking", recorder.take().await));

    let (of, by) = (occurrence(3), account(22));
    bookings::preview(db, &resident(22), &of, &by, Channel::Online)
        .await
        .unwrap();
    paths.push(("the booking form", recorder.take().await));

    bookings::of_account(db, &account(21), &Part::default())
        .await
        .unwrap();
    paths.push(("my bookings", recorder.take().await));

    bookings::cancel(db, &resident(21), made.id, String::new())
        .await
        .unwrap();
    paths.push(("cancelling", recorder.take().await));

    let door = at(&kiosk(), NOW.plus(2 * HOUR));
    admit(test, &door, scanned(1, &due.id)).await;
    paths.push(("checking in by ticket", recorder.take().await));

    let shown = Presented::Code(due.short_code.clone());
    admit(test, &door, NewCheckIn::now(scan_id(2), shown)).await;
    paths.push(("checking in by short code", recorder.take().await));

    for (name, place) in [
        (
            "what is on at a center",
            Where::Centers(vec![center.clone()]),
        ),
        (
            "what is on in a subdistrict",
            Where::Subdistrict("440303001".into()),
        ),
        ("what is on in the city", Where::City),
    ] {
        let search = Search {
            place,
            ..Search::at(center.clone(), NOW, NOW.plus(7 * DAY), NOW)
        };
        whats_on::list(db, &search).await.unwrap();
        paths.push((name, recorder.take().await));
    }

    occurrences::find(db, &occurrence(1)).await.unwrap();
    paths.push(("an occurrence", recorder.take().await));

    let shift = volunteers::shift(test, volunteers::new_shift(5, 3, 3)).await;
    volunteers::formal(test, 23, 25).await;
    recorder.take().await;
    let placed = volunteers::signed_up(test, 23, &shift).await;
    paths.push(("signing up for a shift", recorder.take().await));
    assignments::preview(db, &resident(24), &shift, &account(24))
        .await
        .unwrap();
    paths.push(("a shift's form", recorder.take().await));
    assignments::of_account(db, &account(23), &Part::default())
        .await
        .unwrap();
    paths.push(("my shifts", recorder.take().await));
    let shown = ticket::issue(&signer(), ticket::Kind::Assignment, placed.uuid());
    let shown = NewCheckIn::now(scan_id(3), Presented::Code(shown.into_string()));
    let open = at(&kiosk(), NOW.plus(5 * DAY));
    let came = admit(test, &open, shown).await;
    paths.push(("checking in to a shift", recorder.take().await));
    hours::sheet(db, &social_worker().caller, &shift, open.now)
        .await
        .unwrap();
    paths.push(("the sheet of a shift", recorder.take().await));
    hours::of_account(db, &account(23), None, &Part::default())
        .await
        .unwrap();
    paths.push(("my hours", recorder.take().await));
    let undo = at(&social_worker(), open.now);
    check_ins::undo(db, &undo, &came.id).await.unwrap();
    recorder.take().await;
    assignments::withdraw(db, &resident(23), placed, "")
        .await
        .unwrap();
    paths.push(("leaving a shift", recorder.take().await));
    for center in [Some(center.clone()), None] {
        let search = shifts::Search {
            center,
            from: NOW,
            to: NOW.plus(7 * DAY),
            part: Part::default(),
        };
        shifts::list(db, &search).await.unwrap();
        paths.push(("the coming shifts", recorder.take().await));
    }

    shifts::short(db, &center, NOW, NOW.plus(7 * DAY), 3)
        .await
        .unwrap();
    paths.push(("the shifts that miss somebody", recorder.take().await));
    test.arrange(vec![format!("UPDATE volunteer SET center_id = '{CENTER}'")])
        .await;
    recorder.take().await;
    let (monday, worker) = (monday_of(NOW.plus(5 * DAY)), social_worker());
    roster::week(db, &worker, &center, monday).await.unwrap();
    paths.push(("a week's roster", recorder.take().await));
    roster::fillable(db, &worker, &center, monday, 5)
        .await
        .unwrap();
    paths.push(("a week to be filled", recorder.take().await));
    roster::candidates(db, &worker, &shift, Role::Volunteer)
        .await
        .unwrap();
    paths.push(("who could be in a shift", recorder.take().await));

    let soon = volunteers::shift(test, volunteers::new_shift(2, 3, 0)).await;
    let staff = volunteers::lead(test, 1).await;
    planning(test, recorder, &staff, &mut paths).await;
    let asking = worker.by(Caller {
        identity: Identity::Staff(staff),
        grants: worker.caller.grants.clone(),
    });
    recorder.take().await;
    cover::ask(db, &asking, &soon, 5).await.unwrap();
    paths.push(("asking for help in a shift", recorder.take().await));
    cover::of_account(db, &account(23), NOW).await.unwrap();
    paths.push(("who is asked to help", recorder.take().await));
    let found = shifts::at_risk(db, &worker.caller, &center, NOW).await;
    assert!(found.unwrap().iter().any(|of| of.effect.asked > 0));
    paths.push(("the shifts at risk", recorder.take().await));

    for what in [
        What::Shift(soon.clone()),
        What::Kind(center.clone(), Some(ShiftKind::Door)),
    ] {
        watches::watch(db, &resident(25), what).await.unwrap();
    }
    paths.push(("watching a shift", recorder.take().await));
    volunteers::signed_up(test, 24, &soon).await;
    paths.push(("telling who watches", recorder.take().await));
    watches::of_account(db, &account(25), NOW).await.unwrap();
    paths.push(("what is watched", recorder.take().await));

    let centers = Directory::read(db).await.unwrap();
    recorder.take().await;
    whats_on::alternatives(db, &centers, &occurrence(1), NOW)
        .await
        .unwrap();
    paths.push(("alternatives", recorder.take().await));

    occurrences::roster(db, &social_worker(), &occurrence(1))
        .await
        .unwrap();
    paths.push(("roster", recorder.take().await));

    finding(test, recorder, &due.person_id, &mut paths).await;

    check_ins::today(db, &social_worker().caller, &center, NOW)
        .await
        .unwrap();
    check_ins::recent(db, &social_worker(), &center, Limit::default())
        .await
        .unwrap();
    paths.push(("the door's page", recorder.take().await));

    for hours_on in [0, 4] {
        let worker = at(&social_worker(), open.now.plus(hours_on * HOUR));
        day::today(db, &worker, &center).await.unwrap();
        paths.push(("the day of a center", recorder.take().await));
        day::roll_call(db, &worker, &center).await.unwrap();
        paths.push(("the roll call", recorder.take().await));
        hours::closing(db, &worker, &center).await.unwrap();
        paths.push(("the end of a day", recorder.take().await));
        let mut caller = worker.caller.clone();
        caller.grants[0].role = access::Role::CenterManager;
        let manager = worker.by(caller);
        desk_today(db, &manager, &center).await.unwrap();
        paths.push(("what the desk opens with", recorder.take().await));
    }

    let system = Act::new(Caller::system(), NOW.plus(47 * HOUR), ids());
    assert!(shifts::remind(db, &system).await.unwrap() > 0);
    paths.push(("telling again of what is missing", recorder.take().await));
    let system = Act::new(Caller::system(), NOW.plus(240 * HOUR), ids());
    bookings::settle(db, &system).await.unwrap();
    check_ins::close_missing(db, &system).await.unwrap();
    check_ins::mark_no_shows(db, &system).await.unwrap();
    paths.push(("the settling jobs", recorder.take().await));
    paths
}

/// Finding somebody among the people of a center, and their page.
async fn finding(
    test: &TestDb,
    recorder: &Recorder,
    who: &PersonId,
    paths: &mut Vec<(&'static str, Vec<String>)>,
) {
    let center: CenterId = CENTER.parse().unwrap();
    recorder.take().await;
    for (path, typed) in [
        ("finding somebody by name", "居民"),
        ("finding somebody by the end of a number", "0006"),
        ("finding somebody by a number", "13800000006"),
        ("finding somebody by a code", "2222-2222"),
    ] {
        let sought = Sought::read(typed).unwrap();
        known::search(&test.db, &social_worker(), &center, sought)
            .await
            .unwrap();
        paths.push((path, recorder.take().await));
    }
    known::show(&test.db, &social_worker(), &center, who)
        .await
        .unwrap();
    paths.push(("somebody's page", recorder.take().await));
    merging::suggestions(&test.db, &social_worker(), &center)
        .await
        .unwrap();
    paths.push(("who may be there twice", recorder.take().await));
    let (gone, kept) = (person(6), person(7));
    merging::preview(&test.db, &social_worker(), &center, &gone, &kept)
        .await
        .unwrap();
    paths.push(("a merge's preview", recorder.take().await));
}

/// What the calendar of a center asks.
async fn planning(
    test: &TestDb,
    recorder: &Recorder,
    lead: &StaffId,
    paths: &mut Vec<(&'static str, Vec<String>)>,
) {
    let (db, caller) = (&test.db, social_worker().caller);
    let center: CenterId = CENTER.parse().unwrap();
    let shown = View::Month.days(NOW.plus(5 * DAY).day());
    let span = window(&shown).unwrap();
    recorder.take().await;
    let found = plan_calendar::read(db, &caller, &center, span, NOW)
        .await
        .unwrap();
    assert!(found.items.len() > 2, "{}", found.items.len());
    paths.push(("a month's calendar", recorder.take().await));
    test.arrange(vec![format!(
        "INSERT INTO room (id, center_id, name) VALUES ('{}', '{CENTER}', '礼堂')",
        id::<RoomId>(0x31)
    )])
    .await;
    recorder.take().await;
    let wanted = Wanted {
        room: Some(id(0x31)),
        lead: Some(lead.clone()),
        minutes: 60,
    };
    plan_calendar::free(db, &caller, &center, &wanted, NOW)
        .await
        .unwrap();
    paths.push(("the next free times", recorder.take().await));
    plan_calendar::targets(db, &caller, &occurrence(1), &[NOW.plus(9 * DAY)], NOW)
        .await
        .unwrap();
    paths.push(("where a date may be moved", recorder.take().await));
}

/// Whether a statement has a plan at all: transactions and settings have none.
fn has_a_plan(statement: &str) -> bool {
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]
        .iter()
        .any(|verb| statement.starts_with(verb))
}

async fn no_hot_path_reads_a_large_table_from_end_to_end(test: TestDb) {
    let recorder = Recorder::start().await;
    let due = city(&test).await;
    let paths = hot_paths(&test, &recorder, &due).await;
    let mut planner = match test.db.is_postgres() {
        true => Some(on_postgres::Planner::start(&test).await),
        false => None,
    };
    let mut found = Vec::new();
    let mut count = 0;
    for (path, statements) in &paths {
        let planned: Vec<_> = statements.iter().filter(|s| has_a_plan(s)).collect();
        assert!(!planned.is_empty(), "{path} ran nothing: {statements:?}");
        for statement in planned {
            count += 1;
            let scans = match &mut planner {
                Some(planner) => planner.scans(statement).await,
                None => on_sqlite::scans(&test, statement).await,
            };
            if !scans.is_empty() {
                found.push(format!("{path}: {}\n{statement}", scans.join(", ")));
            }
        }
    }
    assert!(count > 30, "only {count} statements were seen");
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

/// The test above would see a scan if there were one.
async fn a_scan_is_seen(test: TestDb) {
    let statement = "SELECT id FROM person WHERE name = $1";
    let scans = match test.db.is_postgres() {
        true => {
            on_postgres::Planner::start(&test)
                .await
                .scans(statement)
                .await
        }
        false => on_sqlite::scans(&test, statement).await,
    };
    assert_eq!(scans.len(), 1, "{scans:?}");
}

store::on_both_databases! {
    no_hot_path_reads_a_large_table_from_end_to_end => super::no_hot_path_reads_a_large_table_from_end_to_end,
    a_scan_is_seen => super::a_scan_is_seen,
}
