//! The cast of the store's tests: a center, an activity, occurrences, accounts.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses its part"
)]

pub mod agencies;
pub mod attended;
pub mod door;
pub mod past;
pub mod plans;
pub mod volunteers;

use domain::{
    access::{Caller, Grant, Identity, Role, Scope},
    activity::Channel,
    booking::Fit,
    id::{AccountId, OccurrenceId, PersonId},
    time::{DAY, HOUR, Timestamp},
};
use store::{Act, Ids, bookings::BookRequest, testing::TestDb};

pub const NOW: Timestamp = Timestamp(20_500 * DAY);
pub const CENTER: &str = "SZ440303001-01";

pub fn id<T: From<uuid::Uuid>>(n: u128) -> T {
    uuid::Uuid::from_u128(n).into()
}

pub fn account(n: u128) -> AccountId {
    id(0xa000_0000 + n)
}

/// The holder of account `n`.
pub fn person(n: u128) -> PersonId {
    id(0xb000_0000 + n)
}

/// The `m`th family member of account `n`.
pub fn relative(n: u128, m: u128) -> PersonId {
    id(0xc000_0000 + n * 100 + m)
}

pub fn occurrence(n: u128) -> OccurrenceId {
    id(0xd000_0000 + n)
}

/// Ids that no other act of the same test run makes.
pub fn ids() -> Ids {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    Ids::repeatable(NEXT.fetch_add(1_000_003, std::sync::atomic::Ordering::Relaxed))
}

pub fn resident(n: u128) -> Act {
    Act::new(Caller::resident(account(n)), NOW, ids())
}

pub fn social_worker() -> Act {
    let scope = Scope::parse(CENTER).unwrap();
    Act::new(
        Caller {
            identity: Identity::Staff(id(1)),
            grants: vec![Grant {
                role: Role::SocialWorker,
                scope,
            }],
        },
        NOW,
        ids(),
    )
}

pub fn at(act: &Act, now: Timestamp) -> Act {
    act.at(now)
}

pub fn request(n: u128, of: u128) -> BookRequest {
    BookRequest {
        occurrence: occurrence(of),
        account: account(n),
        people: vec![],
        channel: Channel::Online,
        fit: Fit::Together,
        may_wait: true,
    }
}

/// An occurrence: number, activity, hours from now until it starts, capacity, waitlist.
pub struct Sitting {
    pub n: u128,
    pub activity: u128,
    pub in_hours: i64,
    pub capacity: i64,
    pub waitlist: i64,
    pub held_back: i64,
}

impl Sitting {
    pub fn new(n: u128, capacity: i64, waitlist: i64) -> Self {
        Self {
            n,
            activity: n,
            in_hours: 240,
            capacity,
            waitlist,
            held_back: 0,
        }
    }
}

/// A center with these occurrences (an activity each, unless they share one).
pub async fn center(test: &TestDb, dates: &[Sitting], enrolment: &str) {
    let sql = vec![
        format!(
            "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
             community, name_source, status) VALUES ('{CENTER}', '大塘龙社区党群服务中心', '440303',
             '罗湖区', '440303001', '桂园街道', '大塘龙社区', 'nbs2023', 'open')"
        ),
        "INSERT INTO service_field (code, name_zh, name_en, sort) VALUES ('elder', '长者', 'Elders', 1)".into(),
    ];
    test.arrange(sql).await;
    sittings(test, dates, enrolment).await;
}

/// These occurrences at the cast's center.
pub async fn sittings(test: &TestDb, dates: &[Sitting], enrolment: &str) {
    let mut sql = Vec::new();
    for s in dates {
        let activity = uuid::Uuid::from_u128(0xe000_0000 + s.activity);
        sql.push(format!(
            "INSERT INTO activity (id, center_id, title, kind, field, enrolment, status, created_at)
             VALUES ('{activity}', '{CENTER}', '活动{}', 'group', 'elder', '{enrolment}', 'published', {})
             ON CONFLICT (id) DO NOTHING",
            s.activity, NOW.0
        ));
        let start = NOW.plus(s.in_hours * HOUR).0;
        sql.push(format!(
            "INSERT INTO occurrence (id, activity_id, center_id, starts_at, ends_at, allocation, unit,
             capacity, waitlist_capacity, held_back, held_until, booking_opens_at, booking_closes_at,
             cancel_until, status)
             VALUES ('{}', '{activity}', '{CENTER}', {start}, {}, 'first_come', 'people', {}, {}, {},
             {}, {}, {start}, {}, 'published')",
            occurrence(s.n),
            start + 2 * HOUR,
            s.capacity,
            s.waitlist,
            s.held_back,
            NOW.plus(DAY).0,
            NOW.plus(-DAY).0,
            start - 2 * HOUR
        ));
    }
    test.arrange(sql).await;
}

/// Accounts `from..to`, each with a holder born in 1958 and three grown relatives.
pub async fn accounts(test: &TestDb, from: u128, to: u128) {
    let mut sql = Vec::new();
    for n in from..to {
        sql.push(format!(
            "INSERT INTO account (id, phone, created_at) VALUES ('{}', '138{n:08}', 0)",
            account(n)
        ));
        let people =
            std::iter::once((person(n), "self")).chain((1..=3).map(|m| (relative(n, m), "other")));
        for (who, relation) in people {
            sql.push(format!(
                "INSERT INTO person (id, account_id, relation, name, birth_year, created_at)
                 VALUES ('{who}', '{}', '{relation}', '居民{n}', 1958, 0)",
                account(n)
            ));
        }
    }
    test.arrange(sql).await;
}

/// How many hold a place.
pub async fn confirmed(test: &TestDb, n: u128) -> i64 {
    test.number(&format!(
        "SELECT COUNT(*) FROM booking WHERE occurrence_id = '{}' AND state IN ('confirmed', 'checked_in')",
        occurrence(n)
    ))
    .await
}

/// How many wait.
pub async fn waitlisted(test: &TestDb, n: u128) -> i64 {
    test.number(&format!(
        "SELECT COUNT(*) FROM booking WHERE occurrence_id = '{}' AND state = 'waitlisted'",
        occurrence(n)
    ))
    .await
}
