//! The counts on an occurrence's row are those of its bookings, whatever happened to them (C-193).
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{
    door::{admit, kiosk, scan_id, scanned, walk_in},
    *,
};
use domain::{
    access::Caller,
    activity::Channel,
    booking::Fit,
    check_in::Direction,
    id::{BookingId, CheckInId},
    texts::TextsEdit,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use store::{
    Act, activities, bookings,
    check::{self, Counts},
    check_ins::{self, NewCheckIn},
    occurrences::{self, EditScope, OccurrenceEdit, TermsEdit},
    testing::{TestDb, decided},
};

/// Reproducible chance.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// People of the cast, occurrences of it (the last three are a series), acts on each database.
const PEOPLE: u64 = 14;
const SITTINGS: u64 = 6;
const ACTS: u64 = 260;

struct Story<'a> {
    test: &'a TestDb,
    chance: Chance,
    scans: Vec<CheckInId>,
    /// The moment of the day: doors are open.
    now: Timestamp,
}

impl Story<'_> {
    async fn a_booking(&mut self) -> Option<BookingId> {
        let mut tx = self.test.db.read().await.unwrap();
        let all: Vec<(BookingId,)> = tx
            .sql("SELECT id FROM booking ORDER BY id")
            .all()
            .await
            .unwrap();
        let many = all.len() as u64;
        (many > 0).then(|| all[self.chance.below(many) as usize].0.clone())
    }

    fn a_sitting(&mut self) -> u128 {
        u128::from(1 + self.chance.below(SITTINGS))
    }

    /// One act of any kind; a refusal is one too.
    async fn act(&mut self) {
        let db = &self.test.db;
        let n = u128::from(1 + self.chance.below(PEOPLE));
        let of = self.a_sitting();
        let staff = social_worker().at(self.now);
        match self.chance.below(14) {
            0..=3 => {
                let mut wanted = request(n, of);
                if self.chance.below(4) == 0 {
                    wanted.people = vec![person(n), relative(n, 1), relative(n, 2)];
                    wanted.fit = [Fit::Together, Fit::AsManyAsFit][self.chance.below(2) as usize];
                }
                let mut act = resident(n).at(NOW);
                if self.chance.below(3) == 0 {
                    wanted.channel =
                        [Channel::Desk, Channel::Telephone][self.chance.below(2) as usize];
                    act = social_worker();
                }
                let _ = decided(bookings::book(db, &act, wanted).await);
            }
            4 | 5 => {
                if let Some(booking) = self.a_booking().await {
                    let _ = decided(bookings::cancel(db, &staff, booking, String::new()).await);
                }
            }
            6 | 7 => {
                if let Some(booking) = self.a_booking().await {
                    let id = self.scan();
                    let way = [Direction::In, Direction::In, Direction::Out];
                    let new = NewCheckIn {
                        id: id.clone(),
                        direction: way[self.chance.below(3) as usize],
                        ..scanned(0, &booking)
                    };
                    admit(self.test, &kiosk().at(self.now), new).await;
                }
            }
            8 => {
                let new = NewCheckIn::now(self.scan(), walk_in(n, of));
                let _ = decided(check_ins::admit(db, &door::keyring(), &staff, new).await);
            }
            9 => {
                let many = self.scans.len() as u64;
                if many > 0 {
                    let id = self.scans[self.chance.below(many) as usize].clone();
                    let _ = decided(check_ins::undo(db, &staff, &id).await);
                }
            }
            10 => {
                let change = OccurrenceEdit {
                    terms: TermsEdit {
                        capacity: Some(2 + self.chance.below(8) as u32),
                        ..TermsEdit::default()
                    },
                    ..OccurrenceEdit::default()
                };
                let scope = EditScope::This;
                let _ = decided(
                    occurrences::edit(db, &social_worker(), &occurrence(of), scope, change, None)
                        .await,
                );
            }
            11 => {
                self.now = self.now.plus(20 * MINUTE);
            }
            12 if self.chance.below(8) == 0 => {
                let staff = social_worker();
                let off = occurrences::cancel(db, &staff, &occurrence(of), "", None).await;
                let _ = decided(off);
            }
            _ => {
                let system = Act::new(Caller::system(), NOW.plus(DAY), ids());
                bookings::settle(db, &system).await.unwrap();
            }
        }
    }

    fn scan(&mut self) -> CheckInId {
        let id = scan_id(self.scans.len() as u128);
        self.scans.push(id.clone());
        id
    }
}

async fn cast(test: &TestDb) {
    let sitting = |n: u64| Sitting {
        in_hours: 10 + (n as i64 % 3) * 3,
        held_back: n as i64 % 2,
        ..Sitting::new(n.into(), 2 + n as i64, 4)
    };
    let single: Vec<_> = (1..=SITTINGS - 3).map(sitting).collect();
    center(test, &single, "single").await;
    let series: Vec<_> = (SITTINGS - 2..=SITTINGS)
        .map(|n| Sitting {
            activity: 99,
            ..sitting(n)
        })
        .collect();
    sittings(test, &series, "series").await;
    test.arrange(vec![format!(
        "UPDATE occurrence SET asks_check_out = TRUE WHERE id = '{}'",
        occurrence(2)
    )])
    .await;
    accounts(test, 1, u128::from(PEOPLE) + 1).await;
}

/// All counts together.
async fn in_all(test: &TestDb) -> Counts {
    let mut tx = test.db.read().await.unwrap();
    let sum = |column: &str| format!("CAST(SUM({column}) AS BIGINT) AS {column}");
    let columns = [
        "taken_online",
        "taken_assisted",
        "waiting",
        "came",
        "went",
        "no_shows",
        "walk_ins",
    ];
    let text = columns.map(sum).join(", ");
    tx.sql_built(format!("SELECT {text} FROM occurrence"))
        .one()
        .await
        .unwrap()
}

async fn c193_the_counts_are_those_of_the_rows_whatever_happens(test: TestDb) {
    cast(&test).await;
    let mut seen = [false; 5];
    let mut story = Story {
        test: &test,
        chance: Chance(20_261_129),
        scans: Vec::new(),
        now: NOW.plus(9 * HOUR + 30 * MINUTE),
    };
    for step in 0..ACTS {
        story.act().await;
        assert_eq!(
            check::counts(&test.db).await.unwrap(),
            [],
            "after act {step}"
        );
        let all = in_all(&test).await;
        let now = [
            all.taken_online,
            all.taken_assisted,
            all.waiting,
            all.came,
            all.went,
        ];
        for (seen, now) in seen.iter_mut().zip(now) {
            *seen |= now > 0;
        }
    }
    assert_eq!(seen, [true; 5], "the story shows every count");
    // What time alone does.
    let later = Act::new(Caller::system(), NOW.plus(4 * DAY), ids());
    check_ins::close_missing(&test.db, &later).await.unwrap();
    check_ins::mark_no_shows(&test.db, &later).await.unwrap();
    assert_eq!(check::counts(&test.db).await.unwrap(), []);
    let all = in_all(&test).await;
    assert!(all.no_shows > 0 && all.came > 0, "{all:?}");
    // And what an end of the data would do.
    test.arrange(vec![
        "DELETE FROM check_in".into(),
        "DELETE FROM booking".into(),
    ])
    .await;
    assert_eq!(check::counts(&test.db).await.unwrap(), []);
    let none = Counts {
        taken_online: 0,
        taken_assisted: 0,
        waiting: 0,
        came: 0,
        went: 0,
        no_shows: 0,
        walk_ins: 0,
    };
    assert_eq!(in_all(&test).await, none);
}

/// What an occurrence is about follows its activity, for its next date as for those that are there.
async fn c193_an_occurrence_knows_what_its_activity_is_about(test: TestDb) {
    cast(&test).await;
    test.arrange(vec![
        "INSERT INTO service_field (code, name_zh, name_en, sort) VALUES ('child', '儿童', 'Children', 0)".into(),
    ])
    .await;
    let activity = id(0xe000_0001);
    let edit = TextsEdit {
        field: Some("child".into()),
        ..TextsEdit::default()
    };
    activities::edit(&test.db, &social_worker(), &activity, edit, None)
        .await
        .unwrap();
    sittings(
        &test,
        &[Sitting {
            activity: 1,
            ..Sitting::new(40, 5, 0)
        }],
        "single",
    )
    .await;
    assert_eq!(check::counts(&test.db).await.unwrap(), []);
    let children = test
        .number("SELECT COUNT(*) FROM occurrence WHERE field = 'child'")
        .await;
    assert_eq!(children, 2);
}

/// The tests above would see a difference, and it can be mended.
async fn c193_a_wrong_count_is_seen_and_counted_anew(test: TestDb) {
    cast(&test).await;
    door::booked(&test, 1, 1).await;
    door::booked(&test, 2, 2).await;
    let columns = [
        "taken_online = taken_online + 1",
        "taken_assisted = 1",
        "waiting = 7",
        "came = 1",
        "went = 1",
        "no_shows = 2",
        "field = ''",
        "menu_item_id = 'x'",
    ];
    for wrong in columns {
        test.arrange(vec![format!(
            "UPDATE occurrence SET {wrong} WHERE id = '{}'",
            occurrence(1)
        )])
        .await;
        let seen = check::counts(&test.db).await.unwrap();
        assert_eq!(seen.len(), 1, "{wrong}");
        assert_eq!(seen[0].occurrence, occurrence(1));
        assert_eq!(seen[0].counted.taken_online, 1);
        let system = Act::new(Caller::system(), NOW, ids());
        check::count_anew(&test.db, &system, vec![occurrence(1)])
            .await
            .unwrap();
        assert_eq!(check::counts(&test.db).await.unwrap(), [], "{wrong}");
    }
}

/// What the story above would tell without one of the triggers.
async fn c193_without_a_trigger_a_count_is_wrong(test: TestDb) {
    cast(&test).await;
    test.arrange(vec![match test.db.is_postgres() {
        true => "DROP TRIGGER booking_changed ON booking".into(),
        false => "DROP TRIGGER booking_changed".into(),
    }])
    .await;
    let booking = door::booked(&test, 1, 1).await;
    assert_eq!(check::counts(&test.db).await.unwrap(), []);
    bookings::cancel(&test.db, &resident(1), booking.id, String::new())
        .await
        .unwrap();
    let wrong = check::counts(&test.db).await.unwrap();
    assert_eq!(wrong.len(), 1);
    assert_eq!(
        (wrong[0].kept.taken_online, wrong[0].counted.taken_online),
        (1, 0)
    );
}

store::on_both_databases! {
    c193_the_counts_are_those_of_the_rows_whatever_happens => super::c193_the_counts_are_those_of_the_rows_whatever_happens,
    c193_an_occurrence_knows_what_its_activity_is_about => super::c193_an_occurrence_knows_what_its_activity_is_about,
    c193_without_a_trigger_a_count_is_wrong => super::c193_without_a_trigger_a_count_is_wrong,
    c193_a_wrong_count_is_seen_and_counted_anew => super::c193_a_wrong_count_is_seen_and_counted_anew,
}
