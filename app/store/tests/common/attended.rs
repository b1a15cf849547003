//! A city with a past: who came to what, as facts that a report can be compared with.

use super::{NOW, account, accounts, id, ids, occurrence, person};
use domain::{
    access::{Caller, Grant, Identity, Role, Scope},
    report::{Asked, By, Days},
    time::{DAY, HOUR, Timestamp},
};
use store::{Act, testing::TestDb};

/// A center of each of three subdistricts in two districts, and one more.
pub const CENTERS: [(&str, &str, &str); 4] = [
    ("SZ440303001-01", "440303", "440303001"),
    ("SZ440303001-02", "440303", "440303001"),
    ("SZ440303002-01", "440303", "440303002"),
    ("SZ440304001-01", "440304", "440304001"),
];
pub const FIELDS: [&str; 3] = ["elder", "children", "culture"];
pub const KINDS: [&str; 3] = ["casework", "group", "community_activity"];

pub fn act_of(role: Role, scope: &str) -> Act {
    let scope = Scope::parse(scope).unwrap();
    let caller = Caller {
        identity: Identity::Staff(id(1)),
        grants: vec![Grant { role, scope }],
    };
    Act::new(caller, NOW, ids())
}

pub fn days(from: &str, to: &str) -> Days {
    Days::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

pub fn asked(scope: &str, from: &str, to: &str, by: &str) -> Asked {
    Asked {
        scope: Scope::parse(scope).unwrap(),
        days: days(from, to),
        by: By::parse(by).unwrap(),
    }
}

/// One attendance, or what came of a booking.
#[derive(Clone, Debug)]
pub struct Fact {
    pub center: usize,
    pub field: usize,
    pub kind: usize,
    pub activity: u128,
    pub date: u128,
    pub day: String,
    pub person: u128,
    pub state: &'static str,
    pub walk_in: bool,
}

/// Numbers that are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// `n` of something from `most`.
pub fn roll(dice: &mut Dice, most: u64) -> usize {
    usize::try_from(dice.below(most)).unwrap()
}

pub async fn places(test: &TestDb) {
    let mut sql: Vec<String> = FIELDS
        .iter()
        .map(|field| {
            format!("INSERT INTO service_field (code, name_zh, name_en, sort) VALUES ('{field}', '{field}', '{field}', 1)")
        })
        .collect();
    for (n, (center, district, subdistrict)) in CENTERS.iter().enumerate() {
        sql.push(format!(
            "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
             community, name_source, status) VALUES ('{center}', '中心{n}', '{district}', '区{district}',
             '{subdistrict}', '街道{subdistrict}', '社区', 'nbs2023', 'open')"
        ));
    }
    test.arrange(sql).await;
}

/// A city's quarter: 40 activities with 160 dates and some thousand bookings of 120 people.
pub async fn city(test: &TestDb) -> Vec<Fact> {
    places(test).await;
    accounts(test, 1, 121).await;
    let mut dice = Dice(20_261_130);
    let (mut sql, mut facts) = (Vec::new(), Vec::new());
    let begin = Timestamp::start_of("2026-01-01".parse().unwrap());
    for activity in 0..40u128 {
        let (center, field, kind) = (roll(&mut dice, 4), roll(&mut dice, 3), roll(&mut dice, 3));
        let key = uuid::Uuid::from_u128(0xe000_0000 + activity);
        sql.push(format!(
            "INSERT INTO activity (id, center_id, title, kind, field, enrolment, status, created_at)
             VALUES ('{key}', '{}', '活动{activity}', '{}', '{}', 'single', 'published', 0)",
            CENTERS[center].0, KINDS[kind], FIELDS[field]
        ));
        for nth in 0..4u128 {
            let date = activity * 4 + nth;
            // Near midnight too: the month is Shanghai's.
            let start = begin.plus(
                i64::try_from(dice.below(90)).unwrap() * DAY
                    + i64::try_from(dice.below(24)).unwrap() * HOUR,
            );
            sql.push(format!(
                "INSERT INTO occurrence (id, activity_id, center_id, starts_at, ends_at, allocation, unit,
                 capacity, waitlist_capacity, booking_opens_at, booking_closes_at, cancel_until, status)
                 VALUES ('{}', '{key}', '{}', {}, {}, 'first_come', 'people', 50, 9, 0, {}, 0, 'published')",
                occurrence(date), CENTERS[center].0, start.0, start.plus(HOUR).0, start.0
            ));
            for _ in 0..dice.below(12) {
                let who = u128::from(dice.below(120)) + 1;
                let states = [
                    "checked_in",
                    "checked_in",
                    "no_show",
                    "confirmed",
                    "cancelled",
                    "waitlisted",
                ];
                let state = states[roll(&mut dice, 6)];
                let fact = Fact {
                    center,
                    field,
                    kind,
                    activity,
                    date,
                    person: who,
                    state,
                    day: start.day().to_string(),
                    walk_in: dice.below(4) == 0,
                };
                let known = |f: &Fact| f.date == date && f.person == who;
                if !facts.iter().any(known) {
                    sql.push(booking(facts.len(), &fact));
                    facts.push(fact);
                }
            }
        }
    }
    test.arrange(sql).await;
    facts
}

pub fn booking(n: usize, fact: &Fact) -> String {
    format!(
        "INSERT INTO booking (id, occurrence_id, person_id, account_id, state, channel, short_code,
         promised_cancel_until, booked_at, is_walk_in)
         VALUES ('{}', '{}', '{}', '{}', '{}', 'desk', 'R{n}', 0, 0, {})",
        uuid::Uuid::from_u128(0xf000_0000 + n as u128),
        occurrence(fact.date),
        person(fact.person),
        account(fact.person),
        fact.state,
        fact.walk_in
    )
}
