//! The door of the cast's center.

use super::{CENTER, NOW, account, at, id, ids, occurrence, request, resident};
use domain::{
    access::{Caller, Grant, Identity, Role, Scope},
    booking::State,
    check_in::{Direction, Outcome},
    id::{BookingId, CheckInId},
    time::Timestamp,
};
use std::sync::Arc;
use store::{
    Act,
    bookings::{self, BookingView},
    check_ins::{self, Admission, NewCheckIn, Presented},
    testing::TestDb,
};
use ticket::{Keyring, Kind, SigningKey, Status};

pub fn signer() -> SigningKey {
    SigningKey::from_seed(1, &[7; 32])
}

pub fn keyring() -> Arc<Keyring> {
    let mut keyring = Keyring::new();
    keyring
        .add(1, Status::Current, signer().verifying_key())
        .unwrap();
    Arc::new(keyring)
}

/// A kiosk of that center; `n` tells several apart.
pub fn kiosk_at(n: u128, center: &str) -> Act {
    Act::new(
        Caller {
            identity: Identity::Program(id(0x9000 + n)),
            grants: vec![Grant {
                role: Role::Kiosk,
                scope: Scope::parse(center).unwrap(),
            }],
        },
        NOW,
        ids(),
    )
}

pub fn kiosk() -> Act {
    kiosk_at(1, CENTER)
}

pub fn scan_id(n: u128) -> CheckInId {
    id(0xf000_0000 + n)
}

/// Account `n` books sitting `of`.
pub async fn booked(test: &TestDb, n: u128, of: u128) -> BookingView {
    let mut answer = bookings::book(&test.db, &resident(n), request(n, of))
        .await
        .unwrap();
    answer.people.remove(0).1.unwrap()
}

pub fn token(booking: &BookingId) -> String {
    ticket::issue(&signer(), Kind::Booking, booking.uuid()).into_string()
}

pub fn scanned(n: u128, booking: &BookingId) -> NewCheckIn {
    NewCheckIn::now(scan_id(n), Presented::Code(token(booking)))
}

pub async fn admit(test: &TestDb, act: &Act, new: NewCheckIn) -> Admission {
    check_ins::admit(&test.db, &keyring(), act, new)
        .await
        .unwrap()
}

/// The result of a scan of the ticket at that time.
pub async fn result_at(test: &TestDb, n: u128, booking: &BookingId, when: Timestamp) -> Outcome {
    let answer = admit(test, &at(&kiosk(), when), scanned(n, booking)).await;
    answer.verdict.outcome()
}

/// Where the booking stands.
pub async fn state(test: &TestDb, booking: &BookingId) -> State {
    let mut tx = test.db.read().await.unwrap();
    let (state,): (State,) = tx
        .sql("SELECT state FROM booking WHERE id = $1")
        .bind(booking)
        .one()
        .await
        .unwrap();
    state
}

/// When they came and went.
pub async fn times(test: &TestDb, booking: &BookingId) -> (Option<Timestamp>, Option<Timestamp>) {
    let mut tx = test.db.read().await.unwrap();
    tx.sql("SELECT checked_in_at, checked_out_at FROM booking WHERE id = $1")
        .bind(booking)
        .one()
        .await
        .unwrap()
}

type BookingRow = (
    BookingId,
    Timestamp,
    Timestamp,
    bool,
    Option<Timestamp>,
    Option<Timestamp>,
    State,
);
type LogRow = (
    CheckInId,
    domain::check_in::Kind,
    Direction,
    Timestamp,
    String,
);

/// Every booking stands as its evidence says.
pub async fn rows_agree_with_the_log(test: &TestDb) {
    let mut tx = test.db.read().await.unwrap();
    let rows: Vec<BookingRow> = tx
        .sql(
            "SELECT b.id, o.starts_at, o.ends_at, o.asks_check_out, b.checked_in_at,
                b.checked_out_at, b.state
             FROM booking b JOIN occurrence o ON o.id = b.occurrence_id",
        )
        .all()
        .await
        .unwrap();
    for (booking, starts_at, ends_at, asks_check_out, came, went, state) in rows {
        let log: Vec<LogRow> = tx
            .sql(
                "SELECT id, kind, direction, at, door FROM check_in
                 WHERE subject_id = $1 AND is_evidence",
            )
            .bind(&booking)
            .all()
            .await
            .unwrap();
        let evidence: Vec<_> = log
            .into_iter()
            .map(
                |(id, kind, direction, at, door)| domain::check_in::Evidence {
                    id,
                    kind,
                    direction,
                    at,
                    door,
                },
            )
            .collect();
        let terms = domain::check_in::DoorTerms {
            opens_before_min: 60,
            asks_check_out,
        };
        let span = domain::time::Span::new(starts_at, ends_at).unwrap();
        let told = domain::check_in::attendance(terms, span, &evidence);
        assert_eq!(came, told.first.as_ref().map(|f| f.at));
        assert_eq!(went, told.left.as_ref().map(|l| l.at));
        assert!(
            told.is_present() || state != State::CheckedIn,
            "{booking} is checked in without evidence"
        );
        if state == State::Confirmed {
            assert!(!told.is_present(), "{booking} came and is not checked in");
        }
    }
}

/// How many hold a place never exceeds the capacity.
pub async fn capacity_holds(test: &TestDb, of: u128, capacity: i64) {
    let held = super::confirmed(test, of).await;
    assert!(held <= capacity, "{held} of {capacity}");
}

pub fn walk_in(n: u128, of: u128) -> Presented {
    Presented::WalkIn(check_ins::WalkIn {
        occurrence: occurrence(of),
        account: account(n),
        person: super::person(n),
    })
}
