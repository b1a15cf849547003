//! Tallies: a report that reads them says what it would say without, whatever changed meanwhile.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{attended::*, *};
use domain::{
    access::Role,
    report::Asked,
    time::{DAY, HOUR, Timestamp},
};
use futures_util::future::join_all;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{
    reports::{self, Report},
    testing::TestDb,
};

/// Reports of a city and of parts of it, over whole months and cut ones.
fn questions() -> Vec<Asked> {
    [
        ("city", "2026-01-01", "2026-04-30", "field,month,center"),
        ("city", "2026-01-17", "2026-03-09", "field,month,center"),
        ("city", "2026-02-10", "2026-02-16", "center"),
        ("district:440303", "2026-01-01", "2026-03-31", "field"),
        (CENTERS[0].0, "2026-02-03", "2026-12-31", "field,month"),
    ]
    .map(|(scope, from, to, by)| asked(scope, from, to, by))
    .into()
}

async fn told(test: &TestDb) -> Vec<Report> {
    let act = act_of(Role::CenterManager, "city");
    let mut told = Vec::new();
    for asked in questions() {
        let report = reports::attendance(&test.db, &act, &asked).await;
        told.push(report.unwrap());
    }
    told
}

/// What the same reports say without any tally.
async fn told_without(test: &TestDb) -> Vec<Report> {
    let hidden = "UPDATE month_tally SET month = '9' || month";
    test.arrange(vec![hidden.into()]).await;
    let told = told(test).await;
    let back = "UPDATE month_tally SET month = SUBSTR(month, 2)";
    test.arrange(vec![back.into()]).await;
    told
}

async fn keep(test: &TestDb) {
    let act = act_of(Role::CenterManager, "city");
    let days = days("2026-01-01", "2026-04-30");
    reports::refresh(&test.db, &act, days, 500).await.unwrap();
}

fn shift(n: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x7100_0000 + u128::from(n))
}

fn place(n: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x7200_0000 + u128::from(n))
}

fn entry(n: usize) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x7300_0000 + n as u128)
}

fn instant(dice: &mut Dice) -> Timestamp {
    let begin = Timestamp::start_of("2026-01-01".parse().unwrap());
    let day = i64::try_from(dice.below(110)).unwrap() * DAY;
    begin.plus(day + i64::try_from(dice.below(24)).unwrap() * HOUR)
}

/// Shifts with a volunteer each who came, the first ones of an occurrence.
const SHIFTS: u64 = 12;

async fn shifts(test: &TestDb, dice: &mut Dice) {
    let mut rows = Vec::new();
    for n in 0..SHIFTS {
        let start = instant(dice);
        let of = match n < SHIFTS / 2 {
            true => format!("'{}'", occurrence(u128::from(n) * 7)),
            false => "NULL".into(),
        };
        rows.push(format!(
            "INSERT INTO shift (id, center_id, occurrence_id, title, starts_at, ends_at, joining,
                 leads_min, volunteers_min, volunteers_max, guardian_below, status, created_at)
             VALUES ('{}', '{}', {of}, '前台接待', {}, {}, 'sign_up', 1, 1, 9, 14, 'published', 0)",
            shift(n),
            CENTERS[roll(dice, 4)].0,
            start.0,
            start.plus(HOUR).0
        ));
        rows.push(format!(
            "INSERT INTO assignment (id, shift_id, role, person_id, account_id, state, channel,
                 short_code, asked_at)
             VALUES ('{}', '{}', 'volunteer', '{}', '{}', 'checked_out', 'online', 'P{n}', 0)",
            place(n),
            shift(n),
            person(u128::from(n) + 1),
            account(u128::from(n) + 1)
        ));
    }
    test.arrange(rows).await;
}

/// Something that happens, or is corrected: everything that a figure may come from.
fn change(dice: &mut Dice, step: usize, bookings: usize, entries: usize) -> Vec<String> {
    let booking = format!("short_code = 'R{}'", roll(dice, bookings as u64));
    let date = occurrence(u128::from(dice.below(160)));
    let activity = uuid::Uuid::from_u128(0xe000_0000 + u128::from(dice.below(40)));
    let of = shift(dice.below(SHIFTS));
    let (start, center) = (instant(dice), CENTERS[roll(dice, 4)].0);
    let states = ["checked_in", "no_show", "confirmed", "cancelled"];
    let there = ["checked_out", "validated", "no_show", "confirmed"];
    vec![match step % 15 {
        0 | 1 => {
            let state = states[roll(dice, 4)];
            format!("UPDATE booking SET state = '{state}' WHERE {booking}")
        }
        2 => format!("UPDATE booking SET is_walk_in = NOT is_walk_in WHERE {booking}"),
        3 => {
            let who = person(u128::from(dice.below(120)) + 1);
            format!(
                "UPDATE booking SET person_id = '{who}' WHERE {booking} AND NOT EXISTS (SELECT 1
                 FROM booking b WHERE b.occurrence_id = booking.occurrence_id
                 AND b.person_id = '{who}')"
            )
        }
        4 => {
            let kind = KINDS[roll(dice, 3)];
            format!("UPDATE activity SET kind = '{kind}' WHERE id = '{activity}'")
        }
        5 => {
            let field = FIELDS[roll(dice, 3)];
            format!(
                "UPDATE activity SET field = '{field}' WHERE id IN ('{activity}',
                 (SELECT activity_id FROM occurrence WHERE id = '{}'))",
                occurrence(u128::from(dice.below(SHIFTS / 2)) * 7)
            )
        }
        6 => format!(
            "UPDATE occurrence SET starts_at = {0}, ends_at = {0} + {HOUR} WHERE id = '{date}'",
            start.0
        ),
        7 => format!("UPDATE occurrence SET center_id = '{center}' WHERE id = '{date}'"),
        8 => format!(
            "UPDATE shift SET starts_at = {0}, ends_at = {0} + {HOUR} WHERE id = '{of}'",
            start.0
        ),
        9 => format!("UPDATE shift SET center_id = '{center}' WHERE id = '{of}'"),
        10 => format!("UPDATE shift SET occurrence_id = '{date}' WHERE id = '{of}'"),
        11 => format!("UPDATE shift SET occurrence_id = NULL WHERE id = '{of}'"),
        12 => {
            let state = there[roll(dice, 4)];
            format!("UPDATE assignment SET state = '{state}' WHERE shift_id = '{of}'")
        }
        13 => format!(
            "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind,
                 counts_as, minutes, approval, served_at, at)
             SELECT '{}', a.person_id, s.center_id, s.id, a.id, 'entered', 'entered', {}, '{}',
                 s.starts_at, 0 FROM assignment a JOIN shift s ON s.id = a.shift_id
             WHERE s.id = '{of}'",
            entry(entries),
            30 + step,
            ["none", "second"][roll(dice, 2)]
        ),
        _ => format!(
            "INSERT INTO hour_word (id, entry_id, nth, word, said_by, at)
             SELECT 'w{step}', h.id, 1, '{}', 'x', 0 FROM hour_entry h WHERE h.id = '{}'
             AND NOT EXISTS (SELECT 1 FROM hour_word w WHERE w.entry_id = h.id)",
            ["approved", "refused"][roll(dice, 2)],
            entry(roll(dice, entries as u64 + 1))
        ),
    }]
}

/// C-171 of what is kept: after every change, whatever it is and whatever of it has been kept by then, a
/// report says the same with tallies and without; and what is kept is true where no mark says otherwise.
async fn tallies_never_tell_anything_else(test: TestDb) {
    let mut dice = Dice(20_261_201);
    let facts = city(&test).await;
    shifts(&test, &mut dice).await;
    keep(&test).await;
    assert_eq!(told(&test).await, told_without(&test).await);
    let mut entries = 0;
    for step in 0..150 {
        let rows = change(&mut dice, step, facts.len(), entries);
        entries += usize::from(step % 15 == 13);
        test.arrange(rows.clone()).await;
        assert_eq!(told(&test).await, told_without(&test).await, "{rows:?}");
        assert_eq!(
            reports::wrong_tallies(&test.db).await.unwrap(),
            [],
            "{rows:?}"
        );
        if dice.below(2) == 0 {
            keep(&test).await;
        }
    }
    keep(&test).await;
    assert_eq!(test.number("SELECT COUNT(*) FROM report_change").await, 0);
    assert_eq!(told(&test).await, told_without(&test).await);
    let volunteered: i64 = told(&test)
        .await
        .iter()
        .map(|r| {
            r.rows
                .iter()
                .filter_map(|row| row.served)
                .map(|served| served.entered)
                .sum::<i64>()
                + i64::try_from(r.total.shifts).unwrap()
        })
        .sum();
    assert!(volunteered > 0, "nothing of shifts was compared");
}

/// What goes takes its figures along, and leaves nothing in a tally.
async fn what_is_deleted_counts_no_more(test: TestDb) {
    let mut dice = Dice(7);
    let facts = city(&test).await;
    shifts(&test, &mut dice).await;
    keep(&test).await;
    let came = facts.iter().find(|fact| fact.state == "checked_in");
    let gone = occurrence(came.unwrap().date);
    let shift = shift(9);
    test.arrange(vec![
        format!("UPDATE shift SET occurrence_id = NULL WHERE occurrence_id = '{gone}'"),
        format!("DELETE FROM booking WHERE occurrence_id = '{gone}'"),
        format!("DELETE FROM assignment WHERE shift_id = '{shift}'"),
    ])
    .await;
    assert_eq!(told(&test).await, told_without(&test).await);
    keep(&test).await;
    test.arrange(vec![
        format!("DELETE FROM occurrence WHERE id = '{gone}'"),
        format!("DELETE FROM shift WHERE id = '{shift}'"),
    ])
    .await;
    assert_eq!(told(&test).await, told_without(&test).await);
    assert_eq!(reports::wrong_tallies(&test.db).await.unwrap(), []);
}

/// Hours stay in the month in which they were served, and follow their shift to another field.
async fn hours_of_a_moved_shift_follow_its_field(test: TestDb) {
    let mut dice = Dice(7);
    city(&test).await;
    shifts(&test, &mut dice).await;
    let shift = shift(9);
    let month = |month: u32| Timestamp::start_of(format!("2026-{month:02}-11").parse().unwrap());
    let moved = |to: Timestamp| {
        format!(
            "UPDATE shift SET starts_at = {0}, ends_at = {0} + {HOUR} WHERE id = '{shift}'",
            to.0
        )
    };
    test.arrange(vec![
        moved(month(1)),
        format!(
            "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind,
                 counts_as, minutes, approval, served_at, at)
             SELECT '{}', a.person_id, s.center_id, s.id, a.id, 'entered', 'entered', 45, 'none',
                 s.starts_at, 0 FROM assignment a JOIN shift s ON s.id = a.shift_id
             WHERE s.id = '{shift}'",
            entry(1)
        ),
        moved(month(3)),
    ])
    .await;
    keep(&test).await;
    test.arrange(vec![format!(
        "UPDATE shift SET occurrence_id = '{}' WHERE id = '{shift}'",
        occurrence(1)
    )])
    .await;
    assert_eq!(told(&test).await, told_without(&test).await);
    assert_eq!(reports::wrong_tallies(&test.db).await.unwrap(), []);
}

/// People come while the job keeps tallies: none of them is lost to the next report.
async fn tallies_and_people_race(test: TestDb) {
    let facts = city(&test).await;
    let coming: Vec<usize> = (0..facts.len())
        .filter(|n| facts[*n].state == "confirmed")
        .collect();
    assert!(coming.len() > 50);
    keep(&test).await;
    let are_all_there = AtomicBool::new(false);
    let keeping = async {
        while !are_all_there.load(Ordering::Relaxed) {
            keep(&test).await;
            let wrong = reports::wrong_tallies(&test.db).await.unwrap();
            assert_eq!(wrong, [], "somebody came and left no mark");
        }
    };
    // At several doors at once, some of them by mistake.
    let door = async |state: &str, these: &[usize]| {
        for n in these {
            let scan = format!("UPDATE booking SET state = '{state}' WHERE short_code = 'R{n}'");
            test.arrange(vec![scan]).await;
        }
    };
    let arriving = async {
        for state in ["checked_in", "confirmed", "checked_in"] {
            let doors = coming.chunks(coming.len() / 4 + 1);
            join_all(doors.map(|these| door(state, these))).await;
        }
        are_all_there.store(true, Ordering::Relaxed);
    };
    tokio::join!(keeping, arriving);
    assert_eq!(told(&test).await, told_without(&test).await);
    keep(&test).await;
    assert_eq!(reports::wrong_tallies(&test.db).await.unwrap(), []);
    assert_eq!(told(&test).await, told_without(&test).await);
}

store::on_both_databases! {
    tallies_never_tell_anything_else => super::tallies_never_tell_anything_else,
    what_is_deleted_counts_no_more => super::what_is_deleted_counts_no_more,
    hours_of_a_moved_shift_follow_its_field => super::hours_of_a_moved_shift_follow_its_field,
    tallies_and_people_race => super::tallies_and_people_race,
}
