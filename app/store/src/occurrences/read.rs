//! Reading one occurrence.

use super::columns::{TermsRow, room_column, term_columns};
use crate::{Db, Result, Row, Tx, centers};
use domain::{
    Refusal,
    access::{Action, Caller},
    activity::{Allocation, Channel, Enrolment, Kind, Status},
    booking::Places,
    id::{ActivityId, CenterId, MenuItemId, OccurrenceId, RoomId},
    place::CommunityKey,
    terms::Terms,
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

/// An occurrence as pages and programs show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct OccurrenceView {
    /// Its id.
    pub id: OccurrenceId,
    /// Its activity.
    pub activity_id: ActivityId,
    /// Its center.
    pub center_id: CenterId,
    /// That center's name.
    pub center_name: String,
    /// Code of that center's subdistrict.
    pub subdistrict_code: String,
    /// The community that the center serves: its residents come first where that is set.
    pub community: String,
    /// Title of the activity.
    pub title: String,
    /// What happens.
    pub summary: String,
    /// What the activity counts as.
    pub kind: Kind,
    /// Code of its field.
    pub field: String,
    /// Whether a booking says something about health, hardship or a specific identity.
    pub sensitive: bool,
    /// The entry of the menu that it belongs to, if one.
    pub menu_item_id: Option<MenuItemId>,
    /// Whether each date is booked on its own or the series as a whole.
    pub enrolment: Enrolment,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// The room, if it has one.
    pub room_id: Option<RoomId>,
    /// That room's name; empty where there is none.
    pub room: String,
    /// Its terms.
    #[sqlx(flatten, try_from = "TermsRow")]
    #[serde(flatten)]
    pub terms: Terms,
    /// Places taken.
    pub confirmed: i64,
    /// How many wait.
    pub waitlisted: i64,
    /// Of the places taken, those that were booked at kiosk, desk or by telephone.
    pub assisted: i64,
    /// The lesser of the activity's and its own.
    pub status: Status,
    /// Why it was called off; may be empty.
    pub cancel_reason: String,
    /// Whether the activity is demonstration.
    pub demo: bool,
    /// Rises when time or room change (C-160).
    pub sequence: i64,
    /// Rises with every change of its row (C-69).
    pub revision: i64,
    /// All dates of the activity but drafts, in order; filled by [`find`] and [`find_for_staff`].
    #[sqlx(skip)]
    #[serde(default)]
    pub dates: Vec<SeriesDate>,
}

/// A date of the same activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct SeriesDate {
    /// Which occurrence.
    pub id: OccurrenceId,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// Whether it stands.
    pub status: Status,
    /// Places in all.
    pub capacity: i64,
    /// Places taken.
    pub confirmed: i64,
}

impl SeriesDate {
    /// When it is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

impl OccurrenceView {
    /// When it is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }

    /// Places that somebody who comes this way could take now, were the booking window open. It
    /// says nothing about drop-in, which nobody books.
    pub fn free(&self, channel: Channel, now: Timestamp) -> i64 {
        let count = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
        let places = Places {
            capacity: Some(self.terms.capacity),
            taken: count(self.confirmed),
            assisted: count(self.assisted),
            held_back: self.terms.held_back,
            held_until: self.terms.held_until,
        };
        places.free(channel, now).into()
    }

    /// Whether somebody who comes by or books online may find a place before booking ends.
    pub fn has_room(&self, now: Timestamp) -> bool {
        self.terms.allocation == Allocation::DropIn
            || (now < self.terms.booking_closes_at && self.free(Channel::Online, now) > 0)
    }

    /// Whether a place can be booked online at this moment, residence and age aside.
    pub fn is_bookable(&self, now: Timestamp) -> bool {
        self.status == Status::Published
            && self.terms.allocation == Allocation::FirstCome
            && self.terms.booking_opens_at <= now
            && now < self.terms.booking_closes_at
            && self.free(Channel::Online, now) > 0
    }

    /// The community whose residents may come first.
    pub fn community_key(&self) -> CommunityKey {
        CommunityKey::new(&self.subdistrict_code, &self.community)
    }
}

/// Everything of [`OccurrenceView`] but the dates; conditions name `o`, `a`, `c`, `f`.
pub(crate) const VIEW: &str = concat!(
    "SELECT o.id, o.activity_id, o.center_id, c.name AS center_name,
        c.subdistrict_code, c.community, a.title, a.summary, a.kind, a.field,
        (f.sensitive OR COALESCE(i.sensitive, FALSE)) AS sensitive, a.menu_item_id, a.enrolment,
        o.starts_at, o.ends_at, o.room_id",
    room_column!(),
    term_columns!(),
    ", CASE WHEN 'cancelled' IN (a.status, o.status) THEN 'cancelled'
        WHEN 'draft' IN (a.status, o.status) THEN 'draft' ELSE 'published' END AS status,
        o.cancel_reason, a.demo, o.sequence, o.revision,
        o.taken_online + o.taken_assisted AS confirmed, o.waiting AS waitlisted,
        o.taken_assisted AS assisted
    FROM occurrence o
    JOIN activity a ON a.id = o.activity_id
    JOIN center c ON c.id = o.center_id
    JOIN service_field f ON f.code = a.field
    LEFT JOIN menu_item i ON i.id = a.menu_item_id"
);

/// The occurrences that meet a condition on one value, in order of time.
pub(crate) async fn views<'v>(
    tx: &mut Tx,
    condition: &'static str,
    value: impl crate::Value<'v>,
) -> Result<Vec<OccurrenceView>> {
    tx.sql_built(format!(
        "{VIEW} WHERE {condition} ORDER BY o.starts_at, o.id"
    ))
    .bind(value)
    .all()
    .await
}

async fn dates<R: Row>(tx: &mut Tx, activity: &ActivityId) -> Result<Vec<R>> {
    tx.sql(
        "SELECT o.id, o.starts_at, o.ends_at, o.status, o.capacity,
            o.taken_online + o.taken_assisted AS confirmed
         FROM occurrence o WHERE o.activity_id = $1 AND o.status <> 'draft'
         ORDER BY o.starts_at, o.id",
    )
    .bind(activity)
    .all()
    .await
}

async fn load(tx: &mut Tx, id: &OccurrenceId) -> Result<OccurrenceView> {
    let mut view: OccurrenceView = tx
        .sql_built(format!("{VIEW} WHERE o.id = $1"))
        .bind(id)
        .optional()
        .await?
        .ok_or(Refusal::NotFound)?;
    view.dates = dates(tx, &view.activity_id).await?;
    Ok(view)
}

/// One occurrence, with the dates of its activity.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none, or a draft.
pub async fn find(db: &Db, id: &OccurrenceId) -> Result<OccurrenceView> {
    let mut tx = db.read().await?;
    let view = load(&mut tx, id).await?;
    if view.status == Status::Draft {
        return Err(Refusal::NotFound.into());
    }
    Ok(view)
}

/// The same for the staff of its center, drafts included.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none, [`Refusal::Forbidden`] for a draft of others.
pub async fn find_for_staff(db: &Db, caller: &Caller, id: &OccurrenceId) -> Result<OccurrenceView> {
    let mut tx = db.read().await?;
    let view = load(&mut tx, id).await?;
    let place = centers::place(&mut tx, &view.center_id).await?;
    caller.may(Action::ViewPlans, &place)?;
    Ok(view)
}
