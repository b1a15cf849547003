//! Reading bookings: one, and those of an account.

use crate::{
    Db, Error, Result, Tx, centers,
    occurrences::columns::room_column,
    page::{Cursor, Page, Part},
};
use domain::{
    Refusal,
    access::{Action, Caller, Identity},
    activity::{Channel, Status, Unit},
    booking::{By, CancelDecision, CancelFacts, State, decide_cancel},
    id::{AccountId, ActivityId, BookingId, CenterId, EnrolmentId, OccurrenceId, PersonId},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

/// A booking with what a ticket, a list and an answer show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, sqlx::FromRow)]
pub struct BookingView {
    /// Its id.
    pub id: BookingId,
    /// Of which occurrence.
    pub occurrence_id: OccurrenceId,
    /// Of which activity.
    pub activity_id: ActivityId,
    /// At which center.
    pub center_id: CenterId,
    /// That center's name.
    pub center_name: String,
    /// Its telephone number, as people write it; may be empty.
    pub center_phone: String,
    /// Title of the activity.
    pub title: String,
    /// The room, may be empty.
    pub room: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Whether the occurrence still stands.
    pub occurrence_status: Status,
    /// What a place is counted in.
    pub unit: Unit,
    /// Whose place.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// The account that they belong to.
    pub account_id: AccountId,
    /// Where the booking stands.
    pub state: State,
    /// The place in line from 1, while waitlisted.
    #[sqlx(default)]
    pub position: Option<i64>,
    /// The code beside the QR.
    pub short_code: String,
    /// The way it came in.
    pub channel: Channel,
    /// The enrolment in a series, if it is one.
    pub enrolment_id: Option<EnrolmentId>,
    /// Until when a confirmed place can be given back: the more generous of what was promised
    /// and of today's terms (C-40).
    pub cancel_until: Timestamp,
    /// When it was made.
    pub booked_at: Timestamp,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// Who cancelled: `resident` or `staff`.
    pub cancelled_by: Option<By>,
    /// Why it was cancelled; may be empty.
    pub cancel_reason: String,
    /// Rises with every change that a calendar must learn of (C-160).
    pub sequence: i64,
}

impl BookingView {
    /// When it is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }

    /// Whether the person or their family can still give it back by themselves, by the rule that
    /// cancelling takes.
    pub fn may_be_given_back(&self, now: Timestamp) -> bool {
        let facts = CancelFacts {
            state: self.state,
            span: self.span(),
            promised_until: self.cancel_until,
            current_until: self.cancel_until,
        };
        matches!(
            decide_cancel(facts, By::Resident, now),
            Ok(CancelDecision::Cancel { .. })
        )
    }
}

pub(super) const BOOKING: &str = concat!(
    "SELECT b.id, b.occurrence_id, o.activity_id, o.center_id, c.name AS center_name, c.phone AS center_phone,
        a.title, o.starts_at, o.ends_at,
        CASE WHEN a.status = 'cancelled' THEN 'cancelled' ELSE o.status END AS occurrence_status,
        o.unit, b.person_id, p.name AS person_name, b.account_id, b.state,
        CASE WHEN b.state = 'waitlisted' THEN (SELECT COUNT(*) FROM booking w
            WHERE w.occurrence_id = b.occurrence_id AND w.state = 'waitlisted'
            AND w.queue_no <= b.queue_no) END AS position,
        b.short_code, b.channel, b.enrolment_id,
        CASE WHEN o.cancel_until > b.promised_cancel_until THEN o.cancel_until
            ELSE b.promised_cancel_until END AS cancel_until,
        b.booked_at, b.cancelled_at, b.cancelled_by, b.cancel_reason,
        b.sequence + o.sequence AS sequence",
    room_column!(),
    " FROM booking b
    JOIN occurrence o ON o.id = b.occurrence_id
    JOIN activity a ON a.id = o.activity_id
    JOIN center c ON c.id = o.center_id
    JOIN person p ON p.id = b.person_id"
);

pub(crate) async fn view_in(tx: &mut Tx, id: &BookingId) -> Result<Option<BookingView>> {
    tx.sql_built(format!("{BOOKING} WHERE b.id = $1"))
        .bind(id)
        .optional()
        .await
}

/// One booking, for those who may see it: its account, or staff of its center (who must audit
/// the view).
///
/// # Errors
/// [`Refusal::NotFound`] where it does not exist or is somebody else's.
pub async fn find(db: &Db, caller: &Caller, id: &BookingId) -> Result<BookingView> {
    let mut tx = db.read().await?;
    let view = view_in(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    match &caller.identity {
        Identity::Resident(account) if *account == view.account_id => Ok(view),
        Identity::Anonymous => Err(Refusal::Unauthenticated.into()),
        Identity::Resident(_) => Err(Refusal::NotFound.into()),
        Identity::System => Ok(view),
        _ => {
            let place = centers::place(&mut tx, &view.center_id).await?;
            caller
                .may(Action::ViewBookings, &place)
                .map_err(|_| Error::from(Refusal::NotFound))?;
            Ok(view)
        }
    }
}

/// The bookings of an account and its family, those that start last first.
///
/// # Errors
/// Database errors.
pub async fn of_account(db: &Db, account: &AccountId, part: &Part) -> Result<Page<BookingView>> {
    let mut tx = db.read().await?;
    let (at, id) = part.before();
    let found: Vec<BookingView> = tx.sql_built(format!(
        "{BOOKING} WHERE b.account_id = $1 AND (o.starts_at < $2 OR (o.starts_at = $2 AND b.id < $3))
         ORDER BY o.starts_at DESC, b.id DESC LIMIT $4"
    ))
    .bind(account)
    .bind(at)
    .bind(id)
    .bind(part.limit.and_one())
    .all()
    .await?;
    Ok(part.of_rows(found, |booking| {
        Cursor::after(booking.starts_at, &booking.id)
    }))
}
