//! The only SQL of Linli: one file a subject, one transaction an operation, one text for SQLite
//! and PostgreSQL.
//!
//! A write goes through [`Db::write`]: it names the rows that its decision depends on
//! ([`Locks`]), loads the facts under those locks, lets `domain` decide, applies the decision and
//! writes audit, messages and the idempotency answer in the same transaction.

pub mod accounts;
pub mod activities;
mod aftermath;
pub mod agencies;
pub mod assignments;
pub mod attempts;
mod audit;
pub mod backup;
pub mod bench_data;
pub mod bookings;
pub mod brakes;
pub mod cards;
pub mod casework;
pub mod centers;
pub mod certificates;
pub mod check;
pub mod check_ins;
pub mod claims;
mod columns;
mod commitments;
pub mod cover;
pub mod day;
pub mod day_off;
pub mod desk;
pub mod desk_today;
pub mod engine;
pub mod evaluations;
pub mod holder;
pub mod holidays;
pub mod hours;
pub mod invitations;
pub mod kiosks;
pub mod known;
mod lines;
pub mod logins;
pub mod menu;
pub mod merging;
pub mod messages;
mod moved;
mod notices;
pub mod occurrences;
pub mod outbox;
pub mod page;
pub mod paper;
pub mod partners;
pub mod people;
pub mod personal;
pub mod plan_calendar;
pub mod plan_import;
pub mod purge;
mod reach;
pub mod reports;
pub mod rooms;
pub mod roster;
pub mod sealed;
pub mod seed;
pub mod seen;
pub mod settings;
pub mod shifts;
pub mod sign_in;
pub mod staff;
pub mod stars;
mod states;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod thanks;
pub mod ticket_keys;
pub mod tokens;
pub mod trail;
pub mod trainings;
mod upgrade;
pub mod volunteers;
pub mod watches;
pub mod whats_on;

pub use engine::{
    Act, Asker, Change, Db, Error, Ids, Key, Lock, Locks, Op, Outcome, Query, Replay, Result, Row,
    Tx, Value,
};
pub(crate) use engine::{Batch, outcome, packed};
pub use upgrade::migrate;
