//! Reading requests for certificates, and what somebody could ask for.

use crate::{
    Act, Db, Result, Tx,
    audit::{self, CenterLook},
    hours::of_person_in,
    merging::whole_person,
    people,
};
use domain::{
    Refusal,
    audit::Verb,
    certificate::{Ended, Served, Which, stretch},
    id::{AccountId, CenterId, CertificateRequestId, HourEntryId, PersonId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;

/// A request for a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct RequestView {
    /// Its id.
    pub id: CertificateRequestId,
    /// For whom.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// Their account.
    pub account_id: AccountId,
    /// The center.
    pub center_id: CenterId,
    /// Its name.
    pub center_name: String,
    /// Of shifts that began from then on.
    pub from_at: Timestamp,
    /// And before then.
    pub to_at: Timestamp,
    /// What for; may be empty.
    pub purpose: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// How it ended; `None` while it is open.
    pub ended: Option<Ended>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it was declined, in the center's words.
    pub reason: String,
}

const REQUEST: &str = "SELECT r.id, r.person_id, p.name AS person_name, r.account_id, r.center_id,
        c.name AS center_name, r.from_at, r.to_at, r.purpose, r.asked_at, r.ended, r.ended_at,
        r.reason
    FROM certificate_request r
    JOIN person p ON p.id = r.person_id
    JOIN center c ON c.id = r.center_id";

pub(super) async fn find_in(tx: &mut Tx, id: &CertificateRequestId) -> Result<Option<RequestView>> {
    tx.sql_built(format!("{REQUEST} WHERE r.id = $1"))
        .bind(id)
        .optional()
        .await
}

/// A request that can still be answered.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Stale`] for one that somebody has answered.
pub(super) async fn open_in(tx: &mut Tx, id: &CertificateRequestId) -> Result<RequestView> {
    let found = find_in(tx, id).await?.ok_or(Refusal::NotFound)?;
    match found.ended {
        None => Ok(found),
        Some(_) => Err(Refusal::Stale.into()),
    }
}

/// The open request of somebody at a center.
pub(super) async fn open_of(
    tx: &mut Tx,
    person: &PersonId,
    center: &CenterId,
) -> Result<Option<RequestView>> {
    tx.sql_built(format!(
        "{REQUEST} WHERE r.person_id = $1 AND r.center_id = $2 AND r.ended IS NULL"
    ))
    .bind(person)
    .bind(center)
    .optional()
    .await
}

/// What counts of somebody at a center, and of what a certificate that stands tells.
pub(super) async fn served_in(
    tx: &mut Tx,
    person: &PersonId,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<Served>> {
    let all = (Timestamp(0), now.plus(1));
    let entries = of_person_in(tx, person, center, all).await?;
    let told: Vec<(HourEntryId,)> = tx
        .sql(concat!(
            "SELECT e.entry_id FROM hour_entry h JOIN certificate_entry e ON e.entry_id = h.id
             JOIN certificate k ON k.id = e.certificate_id
             WHERE h.center_id = $2 AND k.withdrawn_at IS NULL AND h.person_id ",
            whole_person!("$1")
        ))
        .bind(person)
        .bind(center)
        .all()
        .await?;
    let told: HashSet<HourEntryId> = told.into_iter().map(|(id,)| id).collect();
    let counted = entries.into_iter().filter(|entry| entry.sum.counts());
    Ok(counted
        .map(|entry| Served {
            at: entry.span.start(),
            minutes: entry.sum.minutes,
            is_certified: told.contains(&entry.id),
        })
        .collect())
}

/// What somebody could ask a center for, and what became of what they asked for last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The center.
    pub center: CenterId,
    /// Its name.
    pub center_name: String,
    /// How many minutes a certificate would tell of that begins with what none tells of yet.
    pub new: Option<i64>,
    /// How many one of everything would tell of.
    pub whole: Option<i64>,
    /// What they asked for last, open or not.
    pub last: Option<RequestView>,
}

impl Offer {
    /// The request that waits for the center's answer.
    pub fn open(&self) -> Option<&RequestView> {
        self.last.as_ref().filter(|last| last.ended.is_none())
    }
}

/// What one of an account's people could ask each center for that has recorded hours of theirs.
///
/// # Errors
/// [`Refusal::NotFound`] for a person of another account; database errors.
pub async fn offers(
    db: &Db,
    account: &AccountId,
    person: &PersonId,
    now: Timestamp,
) -> Result<Vec<Offer>> {
    let mut tx = db.read().await?;
    people::find_in(&mut tx, account, person).await?;
    let centers: Vec<(CenterId, String)> = tx
        .sql(concat!(
            "SELECT c.id, c.name FROM center c
             WHERE c.id IN (SELECT h.center_id FROM hour_entry h WHERE h.person_id ",
            whole_person!("$1"),
            ") ORDER BY c.name, c.id"
        ))
        .bind(person)
        .all()
        .await?;
    let mut found = Vec::new();
    for (center, center_name) in centers {
        let served = served_in(&mut tx, person, &center, now).await?;
        let minutes = |which| stretch(which, &served, now).ok().map(|of| of.minutes);
        let last = tx
            .sql_built(format!(
                "{REQUEST} WHERE r.person_id = $1 AND r.center_id = $2
                 ORDER BY r.asked_at DESC, r.id DESC LIMIT 1"
            ))
            .bind(person)
            .bind(&center)
            .optional()
            .await?;
        found.push(Offer {
            new: minutes(Which::New),
            whole: minutes(Which::Whole),
            center,
            center_name,
            last,
        });
    }
    Ok(found)
}

/// The requests that wait for a center's answer, the oldest first. The look is put on record (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn asked(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<RequestView>> {
    let look = CenterLook {
        center,
        action: Verb::CertificateView,
        page: "requests",
        detail: json!({}),
    };
    audit::look_at(db, act, look).await?;
    let mut tx = db.read().await?;
    tx.sql_built(format!(
        "{REQUEST} WHERE r.center_id = $1 AND r.ended IS NULL ORDER BY r.asked_at, r.id LIMIT 200"
    ))
    .bind(center)
    .all()
    .await
}
