//! Builders for the tests of this module.

use super::*;
use crate::{
    booking::State,
    commitment::{Event, Subject},
};

/// 09:00 in Shanghai, on some day.
pub(super) const START: Timestamp = Timestamp(20_000 * DAY + HOUR);

pub(super) fn id<T: From<uuid::Uuid>>(n: u128) -> T {
    uuid::Uuid::from_u128(n).into()
}

/// So many minutes after the start.
pub(super) fn min(minutes: i64) -> Timestamp {
    START.plus(minutes * MINUTE)
}

/// Two hours.
pub(super) fn span() -> Span {
    Span::new(START, min(120)).unwrap()
}

pub(super) const CHECK_OUT: DoorTerms = DoorTerms {
    opens_before_min: 60,
    asks_check_out: true,
};

/// A confirmed booking, made a week before.
pub(super) fn facts() -> CommitmentFacts {
    CommitmentFacts {
        subject: Subject::Booking(id(1)),
        event: Event::Occurrence(id(2)),
        center: "SZ440303001-01".parse().unwrap(),
        center_name: "大塘龙社区党群服务中心".into(),
        span: span(),
        door: DoorTerms::default(),
        state: State::Confirmed,
        booked_at: min(-7 * 1440),
        confirmed_at: Some(min(-7 * 1440)),
        cancelled_at: None,
        evidence: vec![],
    }
}

pub(super) fn scan(at: Timestamp, direction: Direction) -> Scan {
    Scan {
        id: id(99),
        at,
        center: Some("SZ440303001-01".parse().unwrap()),
        direction,
    }
}

pub(super) fn entry(n: u128, kind: Kind, direction: Direction, at: Timestamp) -> Evidence {
    Evidence {
        id: id(n),
        kind,
        direction,
        at,
        door: format!("door {n}"),
    }
}
