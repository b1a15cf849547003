//! Reading the log of a center's doors: personal data, so each look is in the audit log.

use super::{facts::SubjectRow, lead, log, scan::Admission};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry as AuditEntry},
    centers,
    page::{Cursor, Limit, Page, Part},
};
use domain::{
    access::Action,
    audit::Verb,
    check_in::{Direction, Kind, Method, Outcome, Review},
    commitment::Subject,
    id::{CenterId, CheckInId, OccurrenceId, ShiftId},
    person::PersonName,
    time::{DAY, Timestamp},
};
use serde::Serialize;
use serde_json::json;

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Entry {
    /// Its id.
    pub id: CheckInId,
    /// What it is.
    pub kind: Kind,
    /// When it happened, corrected.
    pub at: Timestamp,
    /// What the device's clock said.
    pub device_at: Timestamp,
    /// When the server had it.
    pub received_at: Timestamp,
    /// At which door; may be empty.
    pub door: String,
    /// Who scanned, as the audit log names callers.
    pub caller: String,
    /// How somebody was recognised.
    pub method: Method,
    /// Which way.
    pub direction: Direction,
    /// The result.
    pub result: Outcome,
    /// Why, for what is unknown or forged.
    pub reason: Option<String>,
    /// The commitment, if one was found.
    #[sqlx(flatten, try_from = "SubjectRow")]
    pub subject: Option<Subject>,
    /// Of which occurrence.
    pub occurrence_id: Option<OccurrenceId>,
    /// Of which shift.
    pub shift_id: Option<ShiftId>,
    /// Title of the activity or the shift.
    pub title: Option<String>,
    /// Who.
    pub person_name: Option<PersonName>,
    /// Which entry it takes back.
    pub undoes: Option<CheckInId>,
    /// Whether it was taken back.
    pub is_undone: bool,
    /// Why somebody should look at it.
    pub review: Option<Review>,
}

/// The entries of a center from `from` until before `to`, the newest first.
///
/// # Errors
/// [`domain::Refusal::NotFound`] where there is no such center, [`domain::Refusal::Forbidden`].
pub async fn between(
    db: &Db,
    act: &Act,
    center: &CenterId,
    (from, to): (Timestamp, Timestamp),
    part: Part,
) -> Result<Page<Entry>> {
    let look = ShowLog {
        center: center.clone(),
        from,
        to,
        part,
    };
    db.write(act, Locks::none(), look).await
}

/// The last entries of a center's day, the newest first.
///
/// # Errors
/// As [`between`].
pub async fn recent(db: &Db, act: &Act, center: &CenterId, limit: Limit) -> Result<Vec<Entry>> {
    let from = Timestamp::start_of(act.now.day());
    let day = (from, from.plus(DAY));
    let page = between(db, act, center, day, Part::first(limit)).await?;
    Ok(page.items)
}

struct ShowLog {
    center: CenterId,
    from: Timestamp,
    to: Timestamp,
    part: Part,
}

#[async_trait::async_trait]
impl Op for ShowLog {
    type Out = Page<Entry>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Page<Entry>> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ViewBookings, &place)?;
        let (at, id) = self.part.before();
        let entries: Vec<Entry> = tx
            .sql(
                "SELECT c.id, c.kind, c.at, c.device_at, c.received_at, c.door, c.caller, c.method,
                    c.direction, c.result, c.reason, c.subject_kind, c.subject_id,
                    c.occurrence_id, c.shift_id, COALESCE(a.title, s.title) AS title,
                    COALESCE(p.name, t.name) AS person_name, c.undoes,
                    EXISTS (SELECT 1 FROM check_in u WHERE u.undoes = c.id) AS is_undone, c.review
                 FROM check_in c
                 LEFT JOIN occurrence o ON o.id = c.occurrence_id
                 LEFT JOIN activity a ON a.id = o.activity_id
                 LEFT JOIN shift s ON s.id = c.shift_id
                 LEFT JOIN person p ON p.id = c.person_id
                 LEFT JOIN assignment g ON c.person_id IS NULL AND g.id = c.subject_id
                 LEFT JOIN staff t ON t.id = g.staff_id
                 WHERE c.center_id = $1 AND c.at >= $2 AND c.at < $3
                 AND (c.at < $4 OR (c.at = $4 AND c.id < $5))
                 ORDER BY c.at DESC, c.id DESC LIMIT $6",
            )
            .bind(&self.center)
            .bind(self.from)
            .bind(self.to)
            .bind(at)
            .bind(id)
            .bind(self.part.limit.and_one())
            .all()
            .await?;
        let page = self
            .part
            .of_rows(entries, |entry| Cursor::after(entry.at, &entry.id));
        let entry = AuditEntry {
            action: Verb::CheckInView,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "from": self.from, "to": self.to, "entries": page.items.len() }),
        };
        let looked_at = format!("{}-{}", self.from.0, self.to.0);
        audit::record_look(tx, act, &looked_at, entry).await?;
        Ok(page)
    }
}

/// What was said of a scan, again, for whoever scanned it or may admit at its center.
///
/// # Errors
/// [`domain::Refusal::IdempotencyMismatch`] for somebody else's scan; database errors.
pub async fn told(db: &Db, act: &Act, id: &CheckInId) -> Result<Option<Admission>> {
    told_in(&mut db.read().await?, act, id).await
}

pub(crate) async fn told_in(tx: &mut Tx, act: &Act, id: &CheckInId) -> Result<Option<Admission>> {
    let first = log::first(tx, act, id).await?;
    let Some(mut answer) = first.map(|first| first.answer) else {
        return Ok(None);
    };
    lead::look(tx, &mut answer, act.now).await?;
    Ok(Some(answer))
}
