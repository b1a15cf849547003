//! Check-ins through the store: everybody who has a place shows their ticket at the door.

use crate::{
    base::Kind,
    crowd,
    direct::{AT_ONCE, Meter, Pace},
};
use anyhow::{Context, Result, ensure};
use domain::{
    access::{Caller, Grant, Identity, Role, Scope},
    check_in::Verdict,
    id::{AssignmentId, BookingId},
    time::Timestamp,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use store::{
    Act, Db, Ids,
    check_ins::{NewCheckIn, Presented, admit},
};
use ticket::{Keyring, Kind as TicketKind, SigningKey, Status, issue};
use uuid::Uuid;

/// A ticket and when it is shown.
type Arrival = (String, Timestamp);

/// The device at the center's door.
fn kiosk(now: Timestamp) -> Result<Act> {
    let scope = Scope::parse(crowd::CENTER).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    Ok(Act::new(
        Caller {
            identity: Identity::Program(Uuid::from_u128(1).into()),
            grants: vec![Grant {
                role: Role::Kiosk,
                scope,
            }],
        },
        now,
        Ids::repeatable(11),
    ))
}

/// The tickets of everybody with a place in the spread occurrences.
async fn arrivals(db: &Db, signer: &SigningKey) -> Result<Vec<Arrival>> {
    let mut tx = db.read().await?;
    let rows: Vec<(BookingId, Timestamp)> = tx
        .sql(
            "SELECT b.id, o.starts_at FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
             WHERE b.state = 'confirmed' AND o.capacity < $1 ORDER BY b.id",
        )
        .bind(crowd::HOT_PLACES as i64)
        .all()
        .await?;
    let ticket = |id: &BookingId| {
        issue(signer, TicketKind::Booking, id.uuid())
            .as_str()
            .to_owned()
    };
    Ok(rows.iter().map(|(id, at)| (ticket(id), *at)).collect())
}

/// The tickets of everybody with a place in a shift, in no order of theirs.
async fn of_shifts(db: &Db, signer: &SigningKey) -> Result<Vec<Arrival>> {
    let mut tx = db.read().await?;
    let rows: Vec<(AssignmentId, Timestamp)> = tx
        .sql(
            "SELECT a.id, s.starts_at FROM assignment a JOIN shift s ON s.id = a.shift_id
             WHERE a.state = 'confirmed' ORDER BY a.short_code",
        )
        .all()
        .await?;
    let ticket = |id: &AssignmentId| {
        issue(signer, TicketKind::Assignment, id.uuid())
            .as_str()
            .to_owned()
    };
    Ok(rows.iter().map(|(id, at)| (ticket(id), *at)).collect())
}

/// Admits everybody who is booked.
pub(crate) async fn bookings(db: &Db, kind: Kind, limit: Duration) -> Result<Pace> {
    let signer = SigningKey::from_seed(1, &[7; 32]);
    let arrivals = arrivals(db, &signer).await?;
    measure(db, kind, limit, &signer, arrivals, 0x6000_0000).await
}

/// Admits everybody who is in a shift.
pub(crate) async fn assignments(db: &Db, kind: Kind, limit: Duration) -> Result<Pace> {
    let signer = SigningKey::from_seed(1, &[7; 32]);
    let arrivals = of_shifts(db, &signer).await?;
    measure(db, kind, limit, &signer, arrivals, 0x6800_0000).await
}

/// Admits them, [`AT_ONCE`] at a time, until time is up; the ids of the scans begin with that one.
async fn measure(
    db: &Db,
    kind: Kind,
    limit: Duration,
    signer: &SigningKey,
    arrivals: Vec<Arrival>,
    first: u128,
) -> Result<Pace> {
    let mut keyring = Keyring::new();
    keyring.add(1, Status::Current, signer.verifying_key())?;
    let keyring = Arc::new(keyring);
    let arrivals = Arc::new(arrivals);
    ensure!(!arrivals.is_empty(), "nobody has a place");
    let next = Arc::new(AtomicUsize::new(0));
    let meter = Meter::start(std::process::id(), kind)?;
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (db, keyring, arrivals, next) =
            (db.clone(), keyring.clone(), arrivals.clone(), next.clone());
        tasks.spawn(async move {
            let mut admitted = 0;
            while begun.elapsed() < limit {
                let k = next.fetch_add(1, Ordering::Relaxed);
                let Some((ticket, at)) = arrivals.get(k) else {
                    break;
                };
                let id = Uuid::from_u128(first + k as u128).into();
                let new = NewCheckIn::now(id, Presented::Code(ticket.clone()));
                let answer = admit(&db, &keyring, &kiosk(*at)?, new).await?;
                ensure!(
                    matches!(answer.verdict, Verdict::Admitted { .. }),
                    "{:?}",
                    answer.verdict
                );
                admitted += 1;
            }
            anyhow::Ok(admitted)
        });
    }
    let mut admitted = 0;
    for done in tasks.join_all().await {
        admitted += done.context("a check-in")?;
    }
    meter.stop(admitted, admitted)
}
