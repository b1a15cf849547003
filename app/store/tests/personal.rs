//! What is stored of an account: told, taken along, deleted, on both databases (C-168, C-169; PIPL art.
//! 45 and 47).
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door, past, volunteers, *};
use domain::{
    Refusal,
    access::{Caller, Identity},
    audit::Verb,
    booking::State,
    check_in::Outcome,
    id::{CenterId, PersonId},
    person::{BirthYear, PersonName},
    retention::{Kind, TAKEN_BACK_WITHIN},
    time::{DAY, HOUR, Timestamp},
};
use store::{
    Act, Db, accounts, bookings, cards, check, hours, known, merging, occurrences,
    page::{Limit, Part},
    people, personal, purge,
    testing::{TestDb, decided},
};

const NAME: &str = "诸葛拾遗";
const CHILD: &str = "诸葛小遗";
const PHONE: &str = "13800000001";

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

fn whole() -> Part {
    Part::first(Limit::MOST)
}

fn system(now: Timestamp) -> Act {
    Act::new(Caller::system(), now, ids())
}

/// The account of this test, with a name that nobody else has, and another one.
async fn household(test: &TestDb) {
    center(
        test,
        &[
            Sitting::new(1, 1, 5),
            Sitting {
                in_hours: 1,
                ..Sitting::new(2, 5, 5)
            },
            Sitting {
                in_hours: 24 * 8,
                ..Sitting::new(3, 5, 5)
            },
        ],
        "single",
    )
    .await;
    accounts(test, 1, 4).await;
    let profile = accounts::Profile {
        name: PersonName::parse(NAME).unwrap(),
        birth_year: BirthYear::new(1958, NOW).unwrap(),
        community: None,
        center: Some(here()),
    };
    accounts::save_profile(&test.db, &resident(1), profile)
        .await
        .unwrap();
    test.arrange(vec![format!(
        "UPDATE person SET name = '{CHILD}', search = '{CHILD}' WHERE account_id = '{}'
         AND relation <> 'self'",
        account(1)
    )])
    .await;
}

async fn asked(db: &Db, n: u128) -> Timestamp {
    personal::ask(db, &resident(n)).await.unwrap()
}

async fn run_due(db: &Db, now: Timestamp) -> u32 {
    personal::run_due(db, &system(now)).await.unwrap()
}

/// Every table with its columns, as the database itself tells.
async fn columns(db: &Db) -> Vec<(String, String)> {
    let text = match db.is_postgres() {
        true => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
             WHERE table_schema = 'public' ORDER BY 1, 2"
        }
        false => {
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
             WHERE m.type = 'table' ORDER BY 1, 2"
        }
    };
    let mut tx = db.read().await.unwrap();
    tx.sql_built(text.to_owned()).all().await.unwrap()
}

/// Where in the database a text stands: the full-text search of C-168.
async fn found(test: &TestDb, needle: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (table, column) in columns(&test.db).await {
        let text = format!(
            "SELECT COUNT(*) FROM \"{table}\" WHERE CAST(\"{column}\" AS TEXT) LIKE '%{needle}%'"
        );
        if test.number(&text).await > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

/// Rows of tables that the roads of this test do not lead through.
async fn traces(test: &TestDb) {
    let of = account(1);
    let caller = Caller::resident(of.clone()).key();
    let rows = [
        format!(
            "INSERT INTO login (id, secret_hash, kind, account_id, device, created_at, last_seen_at, expires_at)
             VALUES ('{}', 'h', 'resident', '{of}', '{NAME}的手机', 0, 0, {})",
            id::<uuid::Uuid>(0x51),
            NOW.plus(99 * DAY).0
        ),
        format!(
            "INSERT INTO sign_in_code (id, phone, code_hash, created_at, expires_at)
             VALUES ('{}', '{PHONE}', 'h', 0, {})",
            id::<uuid::Uuid>(0x52),
            NOW.plus(99 * DAY).0
        ),
        format!("INSERT INTO known_browser (subject, browser, seen_at) VALUES ('{PHONE}', 'b', {})", NOW.0),
        format!(
            "INSERT INTO idempotency (caller, idempotency_key, fingerprint, answer, created_at)
             VALUES ('{caller}', 'k', 'f', '{NAME}', {})",
            NOW.0
        ),
        format!(
            "INSERT INTO certificate_request (id, person_id, account_id, center_id, from_at, to_at, purpose, asked_at)
             VALUES ('{}', '{}', '{of}', '{CENTER}', 0, 1, '{NAME}升学', {})",
            id::<uuid::Uuid>(0x53),
            person(1),
            NOW.0
        ),
        format!(
            "INSERT INTO token (id, secret_hash, label, role, scope, account_id, created_at)
             VALUES ('{}', 't', '{NAME}', 'resident', 'city', '{of}', 0)",
            id::<uuid::Uuid>(0x54)
        ),
        format!(
            "INSERT INTO message (id, account_id, kind, data, dedupe_key, created_at)
             VALUES ('{}', '{}', 'partner_asks', '{{\"kind\":\"partner_asks\",\"person\":\"{NAME}\"}}',
                 'partner_asks:{}:{}:0', 0)",
            id::<uuid::Uuid>(0x55),
            account(2),
            person(1),
            person(2)
        ),
        format!(
            "INSERT INTO partner (person_id, other_id, asked_at, agreed_at) VALUES ('{}', '{}', 0, 0)",
            person(1),
            person(2)
        ),
    ];
    test.arrange(rows.into()).await;
}

async fn c168_nothing_of_a_deleted_account_is_found_and_counts_stay(test: TestDb) {
    household(&test).await;
    let db = &test.db;
    // One came, one was given back with words, one was cancelled by the staff with words.
    let came = door::booked(&test, 1, 2).await;
    let at_door = door::result_at(&test, 1, &came.id, came.starts_at).await;
    assert_eq!(at_door, Outcome::Admitted);
    let back = door::booked(&test, 1, 1).await;
    bookings::cancel(db, &resident(1), back.id, format!("{NAME}病了"))
        .await
        .unwrap();
    let off = door::booked(&test, 1, 3).await;
    bookings::cancel(db, &social_worker(), off.id, format!("{NAME}来过电话"))
        .await
        .unwrap();
    bookings::note(
        db,
        &social_worker(),
        came.id.clone(),
        &format!("{NAME}坐前排"),
    )
    .await
    .unwrap();
    cards::issue(db, &social_worker(), &here(), &person(1))
        .await
        .unwrap();
    volunteers::formal(&test, 1, 3).await;
    traces(&test).await;
    assert!(!found(&test, NAME).await.is_empty() && !found(&test, PHONE).await.is_empty());
    let counts = "SELECT CAST(SUM(came) * 1000 + SUM(taken_online) AS BIGINT) FROM occurrence";
    let before = test.number(counts).await;
    assert_eq!(before, 1001);

    let at = asked(db, 1).await;
    assert_eq!(at, NOW.plus(TAKEN_BACK_WITHIN));
    assert_eq!(asked(db, 1).await, at, "asking again changes nothing");
    assert_eq!(run_due(db, at.plus(-1)).await, 0);
    assert_eq!(run_due(db, at).await, 1);
    assert_eq!(run_due(db, at.plus(DAY)).await, 0, "once");
    // What goes by time alone is gone by then.
    purge::run(db, &system(at.plus(4 * DAY))).await.unwrap();
    for needle in [NAME, CHILD, PHONE] {
        assert_eq!(found(&test, needle).await, Vec::<String>::new(), "{needle}");
    }
    assert_eq!(test.number(counts).await, before);
    assert_eq!(check::counts(db).await.unwrap(), []);
    let people = check::people(db).await.unwrap();
    assert_eq!(people.unknown, 0);
    let rows = "SELECT COUNT(*) FROM person WHERE status = 'deleted' AND birth_year = 1950";
    assert_eq!(test.number(rows).await, 4);
    let live = "SELECT COUNT(*) FROM card WHERE revoked_at IS NULL";
    assert_eq!(test.number(live).await, 0);
    let live = "SELECT COUNT(*) FROM token WHERE revoked_at IS NULL AND account_id IS NOT NULL";
    assert_eq!(test.number(live).await, 0);

    // Nobody gets in again, and the number is free for a new account.
    let again = bookings::book(db, &resident(1), request(1, 3)).await;
    assert!(
        again.is_err() || confirmed(&test, 3).await == 0,
        "{again:?}"
    );
    let again = personal::ask(db, &resident(1)).await;
    assert_eq!(decided(again), Err(Refusal::NotFound));
    let told = "SELECT COUNT(*) FROM audit WHERE action = 'account.delete'";
    assert_eq!(test.number(told).await, 1);
}

async fn c169_the_record_of_a_volunteer_stays_and_is_found_by_nobody(test: TestDb) {
    household(&test).await;
    let db = &test.db;
    volunteers::formal(&test, 1, 2).await;
    past::verified(&test, 1, 1, 40, 120).await;
    test.arrange(vec![format!(
        "INSERT INTO known_at (center_id, person_id, search)
         SELECT '{CENTER}', id, search FROM person WHERE id = '{}'
         AND NOT EXISTS (SELECT 1 FROM known_at WHERE person_id = '{}')",
        person(1),
        person(1)
    )])
    .await;
    let before = hours::of_account(db, &account(1), None, &whole())
        .await
        .unwrap()
        .totals;
    let at = asked(db, 1).await;
    assert_eq!(run_due(db, at).await, 1);
    let number = "SELECT COUNT(*) FROM volunteer WHERE formal_no IS NOT NULL AND standing = 'left'";
    assert_eq!(test.number(number).await, 1);
    let after = hours::of_account(db, &account(1), None, &whole())
        .await
        .unwrap()
        .totals;
    assert_eq!(before, after);
    assert_eq!(found(&test, NAME).await, ["person.name"]);
    assert_eq!(found(&test, CHILD).await, Vec::<String>::new());
    assert_eq!(found(&test, PHONE).await, Vec::<String>::new());
    let shown = known::show(db, &social_worker(), &here(), &person(1)).await;
    assert_eq!(decided(shown), Err(Refusal::NotFound));
    assert!(people::list(db, &account(1)).await.unwrap().is_empty());
}

async fn what_lies_ahead_is_given_back_and_what_cannot_be_is_waited_for(test: TestDb) {
    household(&test).await;
    let db = &test.db;
    // In ten days, with somebody in line; and one that has begun when the week is over.
    let ahead = door::booked(&test, 1, 1).await;
    let next = bookings::book(db, &resident(2), request(2, 1))
        .await
        .unwrap();
    assert_eq!(waitlisted(&test, 1).await, 1, "{next:?}");
    test.arrange(vec![format!(
        "UPDATE occurrence SET starts_at = {}, ends_at = {}, booking_closes_at = {} WHERE id = '{}'",
        NOW.plus(TAKEN_BACK_WITHIN - HOUR).0,
        NOW.plus(TAKEN_BACK_WITHIN + HOUR).0,
        NOW.plus(DAY).0,
        occurrence(3)
    )])
    .await;
    let running = door::booked(&test, 1, 3).await;
    let at = asked(db, 1).await;
    assert_eq!(door::state(&test, &ahead.id).await, State::Confirmed);
    assert_eq!(run_due(db, at).await, 0, "it runs");
    assert_eq!(door::state(&test, &ahead.id).await, State::Cancelled);
    assert_eq!(confirmed(&test, 1).await, 1, "the next in line moved up");
    assert_eq!(door::state(&test, &running.id).await, State::Confirmed);
    assert_eq!(run_due(db, at.plus(2 * HOUR)).await, 1);
    assert_eq!(check::counts(db).await.unwrap(), []);
}

async fn who_waits_holds_up_nobody_behind_them(test: TestDb) {
    household(&test).await;
    let db = &test.db;
    accounts(&test, 4, 70).await;
    // More than are read at a time have served and wait for their hours; the last one has nothing open.
    let who: Vec<u128> = (4..69).collect();
    past::past(&test, 1, 1, &who).await;
    let all = format!(
        "UPDATE account SET delete_at = 1 WHERE id >= '{}'",
        account(4)
    );
    test.arrange(vec![all]).await;
    assert_eq!(run_due(db, NOW).await, 1);
    let gone = personal::deleted(db).await.unwrap();
    assert_eq!(gone[0].id, account(69));
}

async fn hours_are_validated_first(test: TestDb) {
    household(&test).await;
    let db = &test.db;
    volunteers::formal(&test, 1, 2).await;
    let at = asked(db, 1).await;
    // Served on the sixth day, and not validated yet.
    past::past(&test, 1, -6, &[1]).await;
    assert_eq!(run_due(db, at).await, 0);
    test.arrange(vec![format!(
        "UPDATE shift SET closed_at = {} WHERE id = '{}'",
        at.0,
        past::past_shift(1)
    )])
    .await;
    assert_eq!(run_due(db, at).await, 1);
}

async fn it_is_taken_back_within_the_week_and_by_who_may(test: TestDb) {
    household(&test).await;
    let db = &test.db;
    let at = asked(db, 1).await;
    assert_eq!(personal::asked(db, &account(1)).await.unwrap(), Some(at));
    let told = "SELECT COUNT(*) FROM outbox WHERE kind = 'deletion_asked'";
    assert_eq!(test.number(told).await, 1);
    personal::take_back(db, &resident(1), None).await.unwrap();
    assert_eq!(run_due(db, at).await, 0);
    assert_eq!(personal::asked(db, &account(1)).await.unwrap(), None);

    // At the desk only where they are known, and by who may book for others.
    let (worker, who) = (social_worker(), person(1));
    let unknown = personal::ask_for(db, &worker, &here(), &who).await;
    assert_eq!(decided(unknown), Err(Refusal::NotFound));
    door::booked(&test, 1, 1).await;
    let nobody = Act::new(
        Caller {
            identity: Identity::Staff(id(9)),
            grants: Vec::new(),
        },
        NOW,
        ids(),
    );
    let strangers = [
        personal::ask_for(db, &nobody, &here(), &who)
            .await
            .map(drop),
        personal::ask_for(db, &resident(2), &here(), &who)
            .await
            .map(drop),
        personal::take_back(db, &nobody, Some((&here(), &who))).await,
    ];
    for refused in strangers {
        assert!(decided(refused).is_err());
    }
    let at = personal::ask_for(db, &worker, &here(), &who).await.unwrap();
    personal::take_back(db, &worker, Some((&here(), &who)))
        .await
        .unwrap();
    assert_eq!(run_due(db, at).await, 0);
    let seen = format!(
        "SELECT COUNT(*) FROM audit WHERE center_id = '{CENTER}' AND action LIKE 'account.deletion%'"
    );
    assert_eq!(test.number(&seen).await, 2);
}

async fn who_was_merged_goes_along_and_is_not_brought_back(test: TestDb) {
    household(&test).await;
    let db = &test.db;
    test.arrange(vec![
        format!("UPDATE account SET phone = '-none' WHERE id = '{}'", account(2)),
        format!("UPDATE person SET status = 'removed' WHERE account_id = '{}' AND relation <> 'self'", account(2)),
        format!("UPDATE person SET name = '{NAME}', search = '{NAME}' WHERE id = '{}'", person(2)),
        format!("INSERT INTO known_at (center_id, person_id) VALUES ('{CENTER}', '{}'), ('{CENTER}', '{}')", person(1), person(2)),
    ])
    .await;
    let worker = social_worker();
    let merge = merging::merge(db, &worker, &here(), &person(2), &person(1)).await;
    let merge = merge.unwrap().unwrap();
    let at = asked(db, 1).await;
    assert_eq!(run_due(db, at).await, 1);
    assert_eq!(found(&test, NAME).await, Vec::<String>::new());
    let undone = merging::undo(db, &worker.at(at), &here(), &merge).await;
    assert_eq!(decided(undone), Err(Refusal::NotFound));
}

async fn a_copy_holds_what_is_stored_and_nobody_elses(test: TestDb) {
    household(&test).await;
    let db = &test.db;
    let own = door::booked(&test, 1, 1).await;
    door::booked(&test, 2, 2).await;
    traces(&test).await;
    let stored = personal::stored(db, &account(1)).await.unwrap();
    let count = |kind| {
        let of = stored.iter().find(|of| of.kind == kind);
        of.map_or(0, |of| of.count)
    };
    assert_eq!(count(Kind::Profile), 1);
    assert_eq!(count(Kind::Family), 3);
    assert_eq!(count(Kind::Bookings), 1);
    assert_eq!(count(Kind::SignIns), 1);
    assert_eq!(count(Kind::Volunteering), 0);
    let everything = personal::copy(db, &resident(1)).await.unwrap();
    assert_eq!(everything.account.phone.as_deref(), Some(PHONE));
    assert_eq!(everything.people.len(), 4);
    assert_eq!(everything.bookings.len(), 1);
    assert_eq!(everything.bookings[0].activity, own.title);
    let text = serde_json::to_string(&everything).unwrap();
    assert!(text.contains(NAME) && text.contains("+08:00"));
    for secret in ["居民2", "13800000002", &own.short_code, "\"h\""] {
        assert!(!text.contains(secret), "{secret}");
    }
    let nobody = personal::copy(db, &social_worker()).await;
    assert!(decided(nobody).is_err());
    let told = "SELECT COUNT(*) FROM audit WHERE action = 'account.copy'";
    assert_eq!(test.number(told).await, 1);
}

async fn c169_what_was_deleted_is_deleted_again_after_a_restore(test: TestDb) {
    household(&test).await;
    let db = &test.db;
    let at = asked(db, 1).await;
    run_due(db, at).await;
    let gone = personal::deleted(db).await.unwrap();
    assert_eq!(gone.len(), 1);
    assert_eq!((&gone[0].id, gone[0].deleted_at), (&account(1), at));
    // As the backup from before has it.
    test.arrange(vec![
        format!(
            "UPDATE account SET phone = '{PHONE}', deleted_at = NULL WHERE id = '{}'",
            account(1)
        ),
        format!(
            "UPDATE person SET name = '{NAME}', status = 'active' WHERE id = '{}'",
            person(1)
        ),
    ])
    .await;
    let ids = gone.into_iter().map(|gone| gone.id).chain([account(999)]);
    let found_again = personal::again(db, &system(at), ids.collect()).await;
    assert_eq!(found_again.unwrap(), 1);
    assert_eq!(run_due(db, at).await, 1);
    assert_eq!(found(&test, NAME).await, Vec::<String>::new());
    let person: PersonId = person(1);
    let stays = format!("SELECT COUNT(*) FROM person WHERE id = '{person}'");
    assert_eq!(test.number(&stays).await, 1);
}

async fn who_looked_is_told_and_what_others_looked_at_is_not(test: TestDb) {
    household(&test).await;
    let db = &test.db;
    let looks = async |n| personal::looks(db, &account(n), NOW, 9).await.unwrap();
    let booked = door::booked(&test, 1, 1).await;
    door::booked(&test, 2, 2).await;
    assert_eq!(looks(1).await, []);
    let worker = social_worker();
    known::show(db, &worker, &here(), &person(1)).await.unwrap();
    occurrences::roster(db, &worker, &occurrence(1))
        .await
        .unwrap();
    let told: Vec<Verb> = looks(1).await.iter().map(|look| look.action).collect();
    assert!(told.contains(&Verb::PersonView) && told.contains(&Verb::BookingViewRoster));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(looks(1).await.iter().all(|look| look.center_name.is_some()));
    assert_eq!(looks(2).await, [], "another one's date");
    // One's own look is none, nor is what was looked at before one was in it.
    bookings::find(db, &resident(1).caller, &booked.id)
        .await
        .unwrap();
    let late = resident(3).at(NOW.plus(HOUR));
    bookings::book(db, &late, request(3, 1)).await.unwrap();
    assert_eq!(looks(3).await, []);
    assert_eq!(looks(1).await.len(), 2);
}

store::on_both_databases! {
    c168_nothing_of_a_deleted_account_is_found_and_counts_stay => super::c168_nothing_of_a_deleted_account_is_found_and_counts_stay,
    c169_the_record_of_a_volunteer_stays_and_is_found_by_nobody => super::c169_the_record_of_a_volunteer_stays_and_is_found_by_nobody,
    what_lies_ahead_is_given_back_and_what_cannot_be_is_waited_for => super::what_lies_ahead_is_given_back_and_what_cannot_be_is_waited_for,
    who_waits_holds_up_nobody_behind_them => super::who_waits_holds_up_nobody_behind_them,
    hours_are_validated_first => super::hours_are_validated_first,
    it_is_taken_back_within_the_week_and_by_who_may => super::it_is_taken_back_within_the_week_and_by_who_may,
    who_was_merged_goes_along_and_is_not_brought_back => super::who_was_merged_goes_along_and_is_not_brought_back,
    a_copy_holds_what_is_stored_and_nobody_elses => super::a_copy_holds_what_is_stored_and_nobody_elses,
    who_looked_is_told_and_what_others_looked_at_is_not => super::who_looked_is_told_and_what_others_looked_at_is_not,
    c169_what_was_deleted_is_deleted_again_after_a_restore => super::c169_what_was_deleted_is_deleted_again_after_a_restore,
}
