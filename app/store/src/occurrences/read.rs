//! Reading one occurrence.

use crate::{Db, Result, Row, Tx, centers};
use domain::{
    Refusal,
    access::{Action, Caller},
    activity::{Allocation, Channel, Enrolment, Kind, Status, Unit},
    id::{ActivityId, CenterId, MenuItemId, OccurrenceId},
    place::CommunityKey,
    time::Timestamp,
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
    /// The room, may be empty.
    pub room: String,
    /// How places are given out.
    pub allocation: Allocation,
    /// What a place is counted in.
    pub unit: Unit,
    /// Places in all.
    pub capacity: i64,
    /// Places taken.
    pub confirmed: i64,
    /// Places of the waitlist.
    pub waitlist_capacity: i64,
    /// How many wait.
    pub waitlisted: i64,
    /// Places set aside for kiosk, desk and telephone …
    pub held_back: i64,
    /// … until then.
    pub held_until: Option<Timestamp>,
    /// Of the places taken, those that were booked at kiosk, desk or by telephone; counted only
    /// where some are set aside.
    pub assisted: i64,
    /// Least age in years on the day.
    pub min_age: Option<i64>,
    /// Greatest age in years on the day.
    pub max_age: Option<i64>,
    /// Until then only the community's residents may book.
    pub residents_first_until: Option<Timestamp>,
    /// Booking begins.
    pub booking_opens_at: Timestamp,
    /// Booking ends.
    pub booking_closes_at: Timestamp,
    /// Until then a place can be given back.
    pub cancel_until: Timestamp,
    /// Whether a smaller party may pass a larger one in line.
    pub parties_may_be_passed: bool,
    /// How many minutes before the start the door opens.
    pub door_opens_before_min: i64,
    /// Whether people check out as well.
    pub asks_check_out: bool,
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

impl OccurrenceView {
    /// Places that somebody who comes this way could take now, were the booking window open. It
    /// says nothing about drop-in, which nobody books.
    pub fn free(&self, channel: Channel, now: Timestamp) -> i64 {
        let unheld = (self.capacity - self.confirmed).max(0);
        let kept = match self.held_until {
            Some(until) if now < until => (self.held_back - self.assisted).clamp(0, unheld),
            _ => 0,
        };
        if channel.is_assisted() {
            unheld
        } else {
            unheld - kept
        }
    }

    /// Whether a place can be booked online at this moment, residence and age aside.
    pub fn is_bookable(&self, now: Timestamp) -> bool {
        self.status == Status::Published
            && self.allocation == Allocation::FirstCome
            && self.booking_opens_at <= now
            && now < self.booking_closes_at
            && self.free(Channel::Online, now) > 0
    }

    /// The community whose residents may come first.
    pub fn community_key(&self) -> CommunityKey {
        CommunityKey::new(&self.subdistrict_code, &self.community)
    }
}

/// Everything of [`OccurrenceView`] but the dates; conditions name `o`, `a`, `c`, `f`.
pub(crate) const VIEW: &str = "SELECT o.id, o.activity_id, o.center_id, c.name AS center_name,
        c.subdistrict_code, c.community, a.title, a.summary, a.kind, a.field,
        (f.sensitive OR COALESCE(i.sensitive, FALSE)) AS sensitive, a.menu_item_id, a.enrolment,
        o.starts_at, o.ends_at, o.room, o.allocation, o.unit, o.capacity, o.waitlist_capacity,
        o.held_back, o.held_until, o.min_age, o.max_age, o.residents_first_until,
        o.booking_opens_at, o.booking_closes_at, o.cancel_until, o.parties_may_be_passed,
        o.door_opens_before_min, o.asks_check_out,
        CASE WHEN 'cancelled' IN (a.status, o.status) THEN 'cancelled'
            WHEN 'draft' IN (a.status, o.status) THEN 'draft' ELSE 'published' END AS status,
        o.cancel_reason, a.demo, o.sequence, o.revision,
        (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = o.id
            AND b.state IN ('confirmed', 'checked_in')) AS confirmed,
        (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = o.id
            AND b.state = 'waitlisted') AS waitlisted,
        CASE WHEN o.held_back = 0 THEN 0 ELSE (SELECT COUNT(*) FROM booking b
            WHERE b.occurrence_id = o.id AND b.state IN ('confirmed', 'checked_in')
            AND b.channel <> 'online') END AS assisted
    FROM occurrence o
    JOIN activity a ON a.id = o.activity_id
    JOIN center c ON c.id = o.center_id
    JOIN service_field f ON f.code = a.field
    LEFT JOIN menu_item i ON i.id = a.menu_item_id";

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
            (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = o.id
                AND b.state IN ('confirmed', 'checked_in')) AS confirmed
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
