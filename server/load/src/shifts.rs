//! Volunteers: signing up for a shift at once, what suits one of them, a center's week, and their
//! tickets at the door.

mod pages;
mod sign_up;

use crate::{
    base::{Base, Kind},
    crowd,
    direct::{self, Pace},
    door,
    report::Line,
    site, step,
};
use anyhow::Result;
use domain::{
    id::ShiftId,
    time::{DAY, HOUR},
};
use std::{fmt::Write as _, time::Duration};
use uuid::Uuid;

/// How many volunteers want the same shift.
const VOLUNTEERS: usize = 400;
/// How many volunteers such a shift takes.
const PLACES: usize = 200;
/// How many can wait for a place in it.
const LINE: usize = 100;
/// How many such shifts there are.
const ROUNDS: usize = 24;

/// The shift that everybody wants in a round.
fn shift(round: usize) -> ShiftId {
    Uuid::from_u128(0x8000_0000 + round as u128).into()
}

/// Makes the first of the crowd volunteers, and the shifts that they want, long after their bookings.
async fn settle(base: &Base) -> Result<()> {
    let mut sql = String::new();
    for n in 0..VOLUNTEERS {
        write!(
            sql,
            "INSERT INTO volunteer (id, person_id, center_id, standing, formal_no, applied_at, formal_at)
             VALUES ('{}', '{}', '{}', 'formal', '{n:010}', 0, 0);",
            Uuid::from_u128(0x8100_0000 + n as u128),
            crowd::person(n),
            crowd::CENTER
        )?;
    }
    for round in 0..ROUNDS {
        let start = crowd::NOW.plus(100 * DAY + round as i64 * 3 * HOUR).0;
        write!(
            sql,
            "INSERT INTO shift (id, center_id, duty, title, starts_at, ends_at, joining, leads_min,
             volunteers_min, volunteers_max, waitlist_capacity, guardian_below, status, created_at)
             VALUES ('{}', '{}', 'outreach', '测速班次{round}', {start}, {}, 'sign_up', 1, 2,
             {PLACES}, {LINE}, 14, 'published', 0);",
            shift(round),
            crowd::CENTER,
            start + 2 * HOUR
        )?;
    }
    base.run(format!("BEGIN; {sql} COMMIT;")).await
}

/// CPU of the program and, beside it, of the database.
fn cpu(pace: &Pace, kind: Kind, of: &str) -> String {
    let database = match kind {
        Kind::Sqlite => String::new(),
        Kind::Postgres => format!(" (and {:.2} of PostgreSQL's)", pace.database_cpu_each()),
    };
    format!("{:.2} ms CPU {of}{database}", pace.cpu_each())
}

/// What volunteers do, on both databases.
pub(crate) async fn lines(limit: Duration) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        step(&format!("shifts on {kind}"));
        let base = Base::create(kind).await?;
        let db = direct::opened(&base).await?;
        settle(&base).await?;
        let bookings = direct::spread(&db, kind, limit).await?;
        let signed_up = sign_up::directly(&db, &base, limit).await?;
        lines.push(sign_up::line("store", kind, &signed_up));
        let booked = door::bookings(&db, kind, limit).await?;
        let assigned = door::assignments(&db, kind, limit).await?;
        lines.push(door_line(kind, &booked, &assigned));
        lines.push(beside(kind, &bookings, &signed_up));
        db.close().await;
        drop(base);
        let (server, base) = site::server(kind).await?;
        settle(&base).await?;
        lines.push(sign_up::at_once(&server, &base).await?);
        let signed_up = sign_up::over_rest(&server, &base, limit).await?;
        lines.push(sign_up::line("REST", kind, &signed_up));
        lines.extend(pages::lines(&server, &base, limit).await?);
    }
    Ok(lines)
}

/// An assignment's check-in beside a booking's; a tenth is what two runs differ by.
fn door_line(kind: Kind, booked: &Pace, assigned: &Pace) -> Line {
    let text = format!("{:.0} /s, {}", assigned.rate(), cpu(assigned, kind, "each"));
    let note = format!(", {}: of a booking", cpu(booked, kind, "each"));
    let all = |pace: &Pace| pace.cpu_each() + pace.database_cpu_each();
    Line::new(
        format!("Check-in to a shift by ticket, {kind}, store"),
        text,
    )
    .beside(assigned.rate(), booked.rate(), &note)
    .aim(
        "CPU of a booking's, within a tenth",
        all(assigned) <= 1.1 * all(booked),
    )
}

/// A place in a shift beside a place in an occurrence.
fn beside(kind: Kind, bookings: &Pace, signed_up: &Pace) -> Line {
    let text = format!("{:.0} attempts /s", signed_up.rate());
    let note = format!(", {}: bookings spread", cpu(bookings, kind, "each"));
    Line::new(format!("Signing up beside booking, {kind}, store"), text).beside(
        signed_up.rate(),
        bookings.rate(),
        &note,
    )
}
