//! A database with rows survives every migration: each dump in `tests/dumps` is a database as an
//! earlier version left it (`0001.sql` after migration 1). It is restored, migrated to the end,
//! and compared with a fresh database.
//!
//! A new migration comes with a dump of its own: raise [`NEWEST`], put a row into each new table in
//! [`missing`], and run `cargo test -p store --test migrate -- --ignored`, which writes the file.
//! Dumps that are there never change.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::ids;
use domain::{access::Caller, time::Timestamp};
use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};
use store::{
    Act, check,
    seed::{self, Password},
    testing::{self, TestDb},
};

/// The migration that the newest dump was made after.
const NEWEST: i64 = 30;

/// The table that says what a tally of a report doesn't know yet: in no dump either.
const MARKS: &str = "report_change";
/// What triggers write down beside other rows: the same after a restore, and in no dump.
const FOLLOWS: &str = "known_at";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/dumps")
}

/// The dumps by the migration that they were made after.
fn dumps() -> BTreeMap<i64, String> {
    let files = std::fs::read_dir(folder()).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            let version = path.file_stem().unwrap().to_str().unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            (version.parse().expect("a number"), text)
        })
        .collect()
}

fn is_sqlite(test: &TestDb) -> bool {
    test.url.starts_with("sqlite")
}

async fn restore(test: &TestDb, dump: &str) {
    let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(dump.to_owned()));
    if is_sqlite(test) {
        let pool = sqlx_sqlite::SqlitePool::connect(&test.url).await.unwrap();
        sql.execute(&pool).await.unwrap();
        pool.close().await;
    } else {
        let pool = sqlx_postgres::PgPool::connect(&test.url).await.unwrap();
        sql.execute(&pool).await.unwrap();
        pool.close().await;
    }
}

async fn texts(test: &TestDb, query: String) -> Vec<String> {
    let mut tx = test.db.read().await.unwrap();
    let rows: Vec<(String,)> = tx.sql_built(query).all().await.unwrap();
    rows.into_iter().map(|(text,)| text).collect()
}

/// The tables in the order in which they were made, so that none refers to a later one.
async fn tables(test: &TestDb) -> Vec<String> {
    let query = if is_sqlite(test) {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'
         AND name <> '_sqlx_migrations' ORDER BY rowid"
    } else {
        "SELECT CAST(relname AS TEXT) FROM pg_class WHERE relkind = 'r'
         AND relnamespace = 'public'::regnamespace AND relname <> '_sqlx_migrations' ORDER BY oid"
    };
    texts(test, query.to_owned()).await
}

/// Every column, index, view and trigger, a line each.
async fn schema(test: &TestDb) -> Vec<String> {
    let query = if is_sqlite(test) {
        "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' '
            || COALESCE(c.dflt_value, '-') || ' ' || c.pk
         FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'
         AND m.name NOT LIKE 'sqlite%'
         UNION ALL SELECT name || ' ' || COALESCE(sql, '-') FROM sqlite_master WHERE type <> 'table'
         ORDER BY 1"
    } else {
        "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
            || COALESCE(column_default, '-')
         FROM information_schema.columns WHERE table_schema = 'public'
         UNION ALL SELECT CAST(indexdef AS TEXT) FROM pg_indexes WHERE schemaname = 'public'
         UNION ALL SELECT viewname || ' ' || definition FROM pg_views WHERE schemaname = 'public'
         UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
         ORDER BY 1"
    };
    texts(test, query.to_owned()).await
}

/// The columns of a table with their types.
async fn columns(test: &TestDb, table: &str) -> Vec<(String, String)> {
    let mut tx = test.db.read().await.unwrap();
    tx.sql_built(format!(
        "SELECT name, type FROM pragma_table_info('{table}') ORDER BY cid"
    ))
    .all()
    .await
    .unwrap()
}

/// Every row of a table as one text.
async fn rows(test: &TestDb, table: &str) -> Vec<String> {
    let query = if is_sqlite(test) {
        let names: Vec<String> = columns(test, table)
            .await
            .into_iter()
            .map(|(name, _)| format!("quote({name})"))
            .collect();
        format!(
            "SELECT {} FROM {table} ORDER BY 1",
            names.join(" || ' ' || ")
        )
    } else {
        format!("SELECT CAST(ROW(t.*) AS TEXT) FROM {table} t ORDER BY 1")
    };
    texts(test, query).await
}

/// `old` is empty, `fresh` is at the newest version.
async fn every_dump_migrates(make: impl AsyncFn() -> (TestDb, TestDb)) {
    let dumps = dumps();
    assert!(dumps.contains_key(&NEWEST), "no dump of the newest version");
    for (version, dump) in dumps {
        let (old, fresh) = make().await;
        assert_eq!(
            fresh.newest_migration(),
            Some(NEWEST),
            "a new migration needs a dump: see the head of this file"
        );
        old.migrate_to(version).await;
        restore(&old, &dump).await;
        store::migrate(&old.db).await.unwrap();
        restore(&fresh, &dump).await;
        store::migrate(&fresh.db).await.unwrap();
        assert_eq!(schema(&old).await, schema(&fresh).await, "{version}");
        assert_eq!(check::counts(&old.db).await.unwrap(), [], "{version}");
        let tables = tables(&fresh).await;
        assert!(tables.len() > 20, "{tables:?}");
        for table in tables {
            // A mark is of a row that was written since: of none where all of it was there before.
            if table == MARKS {
                continue;
            }
            let kept = rows(&old, &table).await;
            assert_eq!(kept, rows(&fresh, &table).await, "{table} of {version}");
            if table == FOLLOWS {
                continue;
            }
            let inserted = dump.matches(&format!("INSERT INTO {table} (")).count();
            assert_eq!(kept.len(), inserted, "{table} of {version}");
            assert!(version < NEWEST || inserted > 0, "nothing in {table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_dump_migrates_on_sqlite() {
    every_dump_migrates(async || (testing::empty_sqlite().await, testing::sqlite().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_dump_migrates_on_postgres() {
    every_dump_migrates(async || (testing::empty_postgres().await, testing::postgres().await))
        .await;
}

/// The center of the demo that is kept, and one beside it.
const KEPT: &str = "('SZ440303001-03', 'SZ440303001-01')";

/// Leaves two centers of the demo, with what shows every kind of row.
fn cut() -> Vec<String> {
    let others = format!("center_id IS NOT NULL AND center_id NOT IN {KEPT}");
    let few = "SELECT o.activity_id FROM occurrence o JOIN booking b ON b.occurrence_id = o.id
         UNION SELECT id FROM (SELECT id FROM activity WHERE rrule IS NOT NULL ORDER BY id LIMIT 2)
         UNION SELECT id FROM (SELECT id FROM activity WHERE enrolment = 'series' ORDER BY id LIMIT 1)
         UNION SELECT activity_id FROM occurrence WHERE status = 'cancelled'";
    vec![
        // The ledger of hours refuses; `missing` has an entry.
        "DROP TRIGGER hour_entry_is_kept".into(),
        "DELETE FROM hour_entry".into(),
        // So does the audit log, of which some is kept.
        "DROP TRIGGER audit_is_kept".into(),
        format!("DELETE FROM {FOLLOWS}"),
        // What is over is told by `missing` too.
        "DELETE FROM check_in".into(),
        "DELETE FROM booking WHERE state IN ('checked_in', 'no_show')".into(),
        "DELETE FROM booking WHERE occurrence_id IN (SELECT id FROM occurrence WHERE ends_at < (
             SELECT MAX(created_at) FROM activity))"
            .into(),
        "DELETE FROM message".into(),
        "DELETE FROM outbox".into(),
        "DELETE FROM thanks".into(),
        "DELETE FROM shift_alert".into(),
        "DELETE FROM assignment".into(),
        "DELETE FROM shift".into(),
        "DELETE FROM volunteer".into(),
        format!("DELETE FROM occurrence WHERE {others}"),
        format!("DELETE FROM activity WHERE {others}"),
        format!("CREATE TEMP TABLE few AS {few}"),
        "DELETE FROM occurrence WHERE activity_id NOT IN (SELECT activity_id FROM few)".into(),
        "DELETE FROM activity WHERE id NOT IN (SELECT activity_id FROM few)".into(),
        "DELETE FROM room WHERE id NOT IN (SELECT room_id FROM occurrence WHERE room_id IS NOT NULL)"
            .into(),
        format!("UPDATE account SET center_id = 'SZ440303001-03' WHERE {others}"),
        "DELETE FROM person WHERE id NOT IN (SELECT person_id FROM booking) AND relation <> 'self'"
            .into(),
        format!("DELETE FROM center_exception WHERE {others}"),
        format!("DELETE FROM contract WHERE {others}"),
        format!("DELETE FROM center WHERE id NOT IN {KEPT}"),
        "DELETE FROM menu_item WHERE id NOT IN (SELECT menu_item_id FROM activity
             WHERE menu_item_id IS NOT NULL)"
            .into(),
        "DELETE FROM audit WHERE subject_id NOT IN (SELECT id FROM activity
             UNION SELECT id FROM booking)"
            .into(),
        "DROP TABLE few".into(),
    ]
}

/// A row for every table that the demo leaves empty.
fn missing(now: Timestamp) -> Vec<String> {
    let id = |n: u128| uuid::Uuid::from_u128(0x0d0_0000 + n);
    let (now, later) = (now.0, now.0 + 600_000);
    let center = "SZ440303001-03";
    let booking = "(SELECT id FROM booking WHERE state = 'confirmed' ORDER BY id LIMIT 1)";
    let occurrence =
        "(SELECT occurrence_id FROM booking WHERE state = 'confirmed' ORDER BY id LIMIT 1)";
    let person = "(SELECT person_id FROM booking WHERE state = 'confirmed' ORDER BY id LIMIT 1)";
    let account = "(SELECT account_id FROM booking WHERE state = 'confirmed' ORDER BY id LIMIT 1)";
    let staff = "(SELECT id FROM staff ORDER BY id LIMIT 1)";
    let mut rows = vec![
        "INSERT INTO setting (name, value) VALUES ('dump', 'yes')".into(),
        format!("INSERT INTO booking_note (booking_id, text, at) VALUES ({booking}, '坐前排', {now})"),
        format!("INSERT INTO person_number (number, person_id) VALUES (7, {person})"),
        format!(
            "INSERT INTO people_cell (what, center_id, month, field, changes, people, numbers, made_at)
             VALUES ('came', '{center}', '2026-11', 'elder', 1, 1, '', {now})"
        ),
        format!(
            "INSERT INTO month_tally (month, center_id, lines, made_at)
             VALUES ('2026-11', '{center}', '[]', {now})"
        ),
        format!(
            "INSERT INTO closed_month (center_id, month, figures, closed_at, closed_by)
             VALUES ('{center}', '2026-10', '[]', {now}, {staff})"
        ),
        format!(
            "INSERT INTO evaluation (center_id, year, stage, findings, saved_by, saved_at)
             VALUES ('{center}', 2026, 'final',
                 '{{\"of\":{{}},\"overall\":null,\"summary\":\"\"}}', {staff}, {now})"
        ),
        format!(
            "INSERT INTO contract_target (center_id, year, figure, target)
             VALUES ('{center}', 2026, 'activities', 96)"
        ),
        format!(
            "INSERT INTO center_exception (center_id, on_day, hours, reason, said_by, at)
             VALUES ('{center}', '2026-12-24', '09:00-12:00', '盘点', 'system', {now})"
        ),
        format!(
            "INSERT INTO room (id, center_id, parent_id, kind, name, seats) VALUES
             ('{0}', '{center}', NULL, 'space', '礼堂', 120),
             ('{1}', '{center}', '{0}', 'space', '礼堂东半', 60),
             ('{2}', '{center}', '{1}', 'equipment', '投影仪', NULL)",
            id(1), id(2), id(3)
        ),
        format!(
            "INSERT INTO menu_override (center_id, item_id, hidden, texts_zh) VALUES
             ('{center}', (SELECT id FROM menu_item ORDER BY id LIMIT 1), TRUE, '{{\"when\":\"周六''上午\"}}')"
        ),
        format!("INSERT INTO ticket_key (kid, secret, public, created_at) VALUES (1, 'secret', 'public', {now})"),
        format!(
            "INSERT INTO idempotency (caller, idempotency_key, fingerprint, answer, created_at)
             VALUES ('account:1', 'key', 'print', '{{}}', {now})"
        ),
        format!(
            "INSERT INTO message (id, account_id, kind, data, dedupe_key, created_at)
             VALUES ('{}', {account}, 'confirmed', '{{}}', 'dump', {now})",
            id(4)
        ),
        format!(
            "INSERT INTO outbox (id, channel, recipient, locale, kind, data, dedupe_key, created_at, due_at)
             VALUES ('{}', 'sms', '13800000001', 'zh-CN', 'confirmed', '{{}}', 'dump', {now}, {now})",
            id(5)
        ),
        format!(
            "INSERT INTO sign_in_code (id, phone, code_hash, created_at, expires_at)
             VALUES ('{}', '13800000001', 'hash', {now}, {later})",
            id(6)
        ),
        format!(
            "INSERT INTO token (id, secret_hash, label, role, scope, created_at) VALUES
             ('{}', 'hash', '东门的屏幕', 'kiosk', '{center}', {now})",
            id(7)
        ),
        format!(
            "INSERT INTO login (id, secret_hash, kind, staff_id, created_at, last_seen_at, expires_at)
             VALUES ('{}', 'hash', 'staff', {staff}, {now}, {now}, {later})",
            id(8)
        ),
        format!(
            "INSERT INTO known_browser (subject, browser, seen_at)
             VALUES ('13800000001', 'hash', {now})"
        ),
        format!("INSERT INTO attempt (subject, at) VALUES ('code:13800000001', {now})"),
        format!("INSERT INTO staff_time (staff_id, availability) VALUES ({staff}, '{{}}')"),
        format!("INSERT INTO guard (subject, failures, touched_at) VALUES ('staff:demo', 1, {now})"),
        format!(
            "INSERT INTO card (id, person_id, center_id, short_code, issued_at, issued_by)
             VALUES ('{}', {person}, '{center}', 'C4RD', {now}, 'system')",
            id(9)
        ),
        format!(
            "INSERT INTO check_in (id, kind, at, device_at, received_at, center_id, caller, method,
                 direction, result, subject_kind, subject_id, occurrence_id, person_id, card_id, is_evidence, verdict)
             VALUES ('{}', 'scan', {now}, {now}, {now}, '{center}', 'system', 'scanner', 'in',
                 'admitted', 'booking', {booking}, {occurrence}, {person}, '{}', TRUE, '{{}}')",
            id(10), id(9)
        ),
        format!(
            "INSERT INTO check_in (id, kind, at, device_at, received_at, center_id, caller, method,
                 direction, result, undoes, is_evidence, verdict)
             VALUES ('{}', 'undo', {later}, {later}, {later}, '{center}', 'system', 'desk', 'in',
                 'admitted', '{}', FALSE, '{{}}')",
            id(11), id(10)
        ),
        format!(
            "INSERT INTO kiosk (id, center_id, name, token_id, wall_secret, paired_by, paired_at)
             VALUES ('{}', '{center}', '东门', '{}', 'secret', 'system', {now})",
            id(12), id(7)
        ),
        format!(
            "INSERT INTO pairing (id, code_hash, center_id, name, made_by, made_at, expires_at)
             VALUES ('{}', 'hash', '{center}', '西门', 'system', {now}, {later})",
            id(13)
        ),
        format!(
            "INSERT INTO kiosk_exit (kiosk_id, number, asked_at, expires_at)
             VALUES ('{}', '42', {now}, {later})",
            id(12)
        ),
        format!(
            "INSERT INTO door_policy (center_id, poster_secret, changed_at)
             VALUES ('{center}', 'poster', {now})"
        ),
        format!(
            "INSERT INTO claim (id, secret_hash, center_id, kiosk_id, scanned_at, expires_at, device_hash)
             VALUES ('{}', 'hash', '{center}', '{}', {now}, {later}, 'device')",
            id(14), id(12)
        ),
        format!(
            "INSERT INTO kiosk_visit (kiosk_id, secret_hash, account_id, expires_at)
             VALUES ('{}', 'hash', {account}, {later})",
            id(12)
        ),
        "INSERT INTO training (name, includes) VALUES ('急救', '[]'), ('高级急救', '[\"急救\"]')
             ON CONFLICT DO NOTHING".into(),
        format!(
            "INSERT INTO volunteer (id, person_id, center_id, standing, probation_no, skills, applied_at,
                 accepted_at)
             VALUES ('{}', {person}, '{center}', 'probationary', 'P000000001', '[\"粤语\"]', {now}, {now})",
            id(15)
        ),
        format!("INSERT INTO trained (person_id, training, since) VALUES ({person}, '急救', {now})"),
        format!(
            "INSERT INTO shift (id, center_id, duty, title, starts_at, ends_at, joining, leads_min,
                 volunteers_min, volunteers_max, positions, guardian_below, status, volunteers,
                 created_at)
             VALUES ('{}', '{center}', 'reception', '前台接待', {now}, {later}, 'sign_up', 1, 1, 2,
                 '[{{\"name\":\"报到处\",\"min\":1,\"max\":2,\"skill\":null}}]', 14, 'published', 1, {now})",
            id(16)
        ),
        format!(
            "INSERT INTO assignment (id, shift_id, role, person_id, account_id, position, state, channel,
                 short_code, asked_at, confirmed_at)
             VALUES ('{}', '{}', 'volunteer', {person}, {account}, '报到处', 'confirmed', 'online', 'SH1FT',
                 {now}, {now})",
            id(17), id(16)
        ),
        format!(
            "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind, counts_as,
                 minutes, spans, approval, served_at, author, at)
             VALUES ('{}', {person}, '{center}', '{}', '{}', 'verified', 'verified', 10,
                 '[[{now},{later}]]', 'second', {now}, {staff}, {later})",
            id(18), id(16), id(17)
        ),
        format!(
            "INSERT INTO hour_word (id, entry_id, nth, word, said_by, reason, at)
             VALUES ('{}', '{}', 1, 'objected', 'account:1', '不对', {later})",
            id(19), id(18)
        ),
        format!(
            "INSERT INTO shift_alert (id, shift_id, center_id, half, loss, raised_at)
             VALUES ('{}', '{}', '{center}', 'lead', 'planned', {now})",
            id(21), id(16)
        ),
        format!(
            "INSERT INTO star (person_id, star, granted_at, granted_by, center_id)
             VALUES ({person}, 1, {later}, {staff}, '{center}')"
        ),
        format!(
            "INSERT INTO certificate (id, number, person_id, account_id, center_id, content, signature,
                 issued_at, issued_by)
             VALUES ('{}', '{center}-2345', {person}, {account}, '{center}', '{{}}', '1:00', {later},
                 {staff})",
            id(20)
        ),
        format!(
            "INSERT INTO certificate_entry (certificate_id, entry_id) VALUES ('{}', '{}')",
            id(20), id(18)
        ),
    ];
    rows.push(format!(
        "INSERT INTO postponement (id, activity_id, steps, moves, made_by, made_at)
         SELECT '{}', activity_id, 1, '[]', 'system', {now} FROM occurrence WHERE id = {occurrence}",
        id(28)
    ));
    rows.extend(together(center, person, (now, later)));
    rows.extend(given_back(center, person, (now, later)));
    rows.extend(twice(center, person, now));
    rows
}

/// What volunteers arrange among themselves, and whom the staff ask.
fn together(center: &str, person: &str, (now, later): (i64, i64)) -> [String; 6] {
    let id = |n: u128| uuid::Uuid::from_u128(0x0d0_0000 + n);
    let account = format!("(SELECT account_id FROM person WHERE id = {person})");
    let other = format!("(SELECT MAX(id) FROM person WHERE id <> {person})");
    [
        format!(
            "INSERT INTO swap_offer (assignment_id, hand_over, offered_at) VALUES ('{}', TRUE, {now})",
            id(17)
        ),
        format!(
            "INSERT INTO swap_wish (assignment_id, shift_id, risks_version) VALUES ('{}', '{}', 1)",
            id(17), id(16)
        ),
        format!(
            "INSERT INTO invitation (id, shift_id, assignment_id, phone, invited_at, until, ended, ended_at)
             VALUES ('{}', '{}', '{}', '', {now}, {later}, 'expired', {later})",
            id(22), id(16), id(17)
        ),
        format!(
            "INSERT INTO partner (person_id, other_id, asked_at, agreed_at)
             VALUES ({person}, {other}, {now}, {later})"
        ),
        format!(
            "INSERT INTO watch (id, account_id, center_id, kind, since, told)
             VALUES ('{}', {account}, '{center}', 'reception', {now}, 1)",
            id(23)
        ),
        format!(
            "INSERT INTO cover_call (id, shift_id, person_id, account_id, asked_by, asked_at, answer,
                 answered_at)
             VALUES ('{}', '{}', {person}, {account}, (SELECT MIN(id) FROM staff), {now}, 'no', {later})",
            id(24), id(16)
        ),
    ]
}

/// What volunteers get back.
fn given_back(center: &str, person: &str, (now, later): (i64, i64)) -> [String; 3] {
    let id = |n: u128| uuid::Uuid::from_u128(0x0d0_0000 + n);
    let account = format!("(SELECT account_id FROM person WHERE id = {person})");
    [
        format!(
            "INSERT INTO certificate_request (id, person_id, account_id, center_id, from_at, to_at,
                 purpose, asked_at, ended, ended_at, certificate_id)
             VALUES ('{}', {person}, {account}, '{center}', 0, {later}, '入学', {now}, 'given', {later},
                 '{}')",
            id(25), id(20)
        ),
        format!(
            "INSERT INTO thanks (id, occurrence_id, booking_id, sentence, at)
             SELECT '{}', occurrence_id, id, 'kind', {later} FROM booking
             WHERE state = 'confirmed' ORDER BY id LIMIT 1",
            id(26)
        ),
        format!(
            "INSERT INTO thanks (id, assignment_id, staff_id, sentence, at)
             VALUES ('{}', '{}', (SELECT MIN(id) FROM staff), 'careful', {later})",
            id(27), id(17)
        ),
    ]
}

/// One person who was there twice and was merged, and two of whom somebody said that they are two.
fn twice(center: &str, person: &str, now: i64) -> [String; 3] {
    let merge = uuid::Uuid::from_u128(0x0d0_0000 + 28);
    let other = format!("(SELECT MAX(id) FROM person WHERE id <> {person})");
    [
        format!(
            "INSERT INTO person_merge (id, gone_id, kept_id, center_id, merged_by, merged_at, undone_by,
                 undone_at)
             VALUES ('{merge}', {other}, {person}, '{center}', 'system', {now}, 'system', {now})"
        ),
        format!(
            "INSERT INTO merged_row (merge_id, kind, row_id, was)
             SELECT '{merge}', 'booking', MIN(id), 'confirmed' FROM booking"
        ),
        format!(
            "INSERT INTO person_apart (one_id, other_id, said_by, said_at)
             VALUES ({person}, {other}, 'system', {now})"
        ),
    ]
}

/// A value as both databases read it.
fn literal(kind: &str, quoted: String) -> String {
    match (kind, quoted.as_str()) {
        ("BOOLEAN", "0") => "FALSE".to_owned(),
        ("BOOLEAN", "1") => "TRUE".to_owned(),
        _ => quoted,
    }
}

/// What a restored row gets from its bookings and its activity (migration 4).
const COUNTED: [&str; 11] = [
    "taken_online",
    "taken_assisted",
    "waiting",
    "came",
    "went",
    "no_shows",
    "field",
    "menu_item_id",
    "kind",
    "walk_ins",
    "came_changes",
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes the dump of the newest version"]
async fn make_the_dump() {
    let test = testing::sqlite().await;
    let now = Timestamp::parse("2026-11-23T15:00").unwrap();
    let act = Act::new(Caller::system(), now, ids());
    let mut password = |_: &str| Password {
        shown: String::new(),
        hash: "$argon2id$none".to_owned(),
    };
    seed::seed(&test.db, &act, 7, &mut password).await.unwrap();
    test.arrange(cut()).await;
    test.arrange(missing(now)).await;
    let mut dump =
        format!("-- Two centers of the demo after migration {NEWEST}; made by tests/migrate.rs.\n");
    let mut tables = tables(&test).await;
    // Older tables refer to these by columns that they got later.
    tables.sort_by_key(|table| table != "agency");
    for table in tables {
        if table == FOLLOWS || table == MARKS {
            continue;
        }
        let mut columns = columns(&test, &table).await;
        columns.retain(|(name, _)| table != "occurrence" || !COUNTED.contains(&name.as_str()));
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let mut tx = test.db.read().await.unwrap();
        // One column at a time, each in the order of the rows.
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (name, kind) in &columns {
            let values: Vec<(String,)> = tx
                .sql_built(format!("SELECT quote({name}) FROM {table} ORDER BY rowid"))
                .all()
                .await
                .unwrap();
            rows.resize(values.len(), Vec::new());
            for (row, (value,)) in rows.iter_mut().zip(values) {
                row.push(literal(kind, value));
            }
        }
        assert!(
            !rows.is_empty(),
            "nothing in {table}: add a row to `missing`"
        );
        for row in rows {
            writeln!(
                dump,
                "INSERT INTO {table} ({}) VALUES ({});",
                names.join(", "),
                row.join(", ")
            )
            .unwrap();
        }
    }
    std::fs::write(folder().join(format!("{NEWEST:04}.sql")), dump).unwrap();
}
