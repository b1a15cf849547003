//! What runs now and next, and what it is short of.

use super::{About, Asking, Decision};
use crate::{Result, Tx, occurrences::columns::room_column, shifts::ShiftView};
use domain::{
    access::Action,
    activity::{Allocation, MAX_DURATION},
    desk_today::{Gap, Matter, gaps},
    id::{KioskId, OccurrenceId, ShiftId},
    kiosk::{Light, clock_light, contact},
    time::{DAY, MINUTE, Span, Timestamp},
};

/// What it takes to find somebody for a shift.
pub(super) const ARRANGES: [Action; 2] = [Action::BookForOthers, Action::ManageActivities];

/// What is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A date of an activity.
    Occurrence(OccurrenceId),
    /// A shift.
    Shift(ShiftId),
}

/// Something that is on today and not over, in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct On {
    /// What.
    pub what: What,
    /// Its title.
    pub title: String,
    /// Where; may be empty.
    pub place: String,
    /// From when to when.
    pub span: Span,
    /// How many hold a place; none where nobody books.
    pub expected: Option<u32>,
    /// How many came.
    pub came: u32,
    /// Whether people arrive: it runs, or its door is open.
    pub is_arriving: bool,
}

/// A shift that is short of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// Which.
    pub shift: ShiftId,
    /// Its title.
    pub title: String,
    /// From when to when.
    pub span: Span,
    /// Of whom.
    pub gaps: Vec<Gap>,
}

/// Something that is on soon, and nobody has said where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRoom {
    /// Which.
    pub id: OccurrenceId,
    /// Its title.
    pub title: String,
    /// From when to when.
    pub span: Span,
}

/// A kiosk that does not work as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SilentKiosk {
    /// Which.
    pub id: KioskId,
    /// What staff call it.
    pub name: String,
    /// When it was last heard of.
    pub seen_at: Option<Timestamp>,
    /// Whether it is heard of, and only its clock is wrong.
    pub is_clock: bool,
}

/// A date of yesterday's night, of today or of tomorrow.
#[derive(sqlx::FromRow)]
pub(super) struct DateRow {
    id: OccurrenceId,
    title: String,
    room: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    no_room: bool,
    allocation: Allocation,
    door_opens_before_min: i64,
    asks_check_out: bool,
    expected: i64,
    came: i64,
    went: i64,
}

impl DateRow {
    const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

/// Everything that is on from today to the end of tomorrow.
pub(super) async fn dates(tx: &mut Tx, asking: &Asking<'_>) -> Result<Vec<DateRow>> {
    let today = asking.today();
    tx.sql(concat!(
        "SELECT o.id, a.title, o.starts_at, o.ends_at",
        room_column!(),
        ", o.room_id IS NULL AND EXISTS (SELECT 1 FROM room r WHERE r.center_id = o.center_id AND r.retired_at IS NULL)
             AS no_room,
            o.allocation, o.door_opens_before_min, o.asks_check_out,
            o.taken_online + o.taken_assisted AS expected, o.came, o.went
         FROM occurrence o JOIN activity a ON a.id = o.activity_id
         WHERE o.center_id = $1 AND o.starts_at >= $2 AND o.starts_at < $3 AND o.ends_at > $4
         AND o.status = 'published' AND a.status = 'published'
         ORDER BY o.starts_at, o.id"
    ))
    .bind(asking.center)
    .bind(today.plus(-MAX_DURATION))
    .bind(today.plus(2 * DAY))
    .bind(today)
    .all()
    .await
}

fn count(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

/// What of it is today's and not over, shifts included.
pub(super) fn on(dates: &[DateRow], shifts: &[ShiftView], asking: &Asking<'_>) -> Vec<On> {
    let (now, tomorrow) = (asking.now(), asking.today().plus(DAY));
    let is_on = |span: Span| now < span.end() && span.start() < tomorrow;
    let dates = dates.iter().filter(|of| is_on(of.span())).map(|of| On {
        what: What::Occurrence(of.id.clone()),
        title: of.title.clone(),
        place: of.room.clone(),
        span: of.span(),
        expected: (of.allocation == Allocation::FirstCome).then(|| count(of.expected)),
        came: count(of.came),
        is_arriving: now >= of.starts_at.plus(-of.door_opens_before_min * MINUTE),
    });
    let shifts = shifts.iter().filter(|of| is_on(of.span)).map(|of| On {
        what: What::Shift(of.id.clone()),
        title: of.title.clone(),
        place: of.place.clone(),
        span: of.span,
        expected: Some(of.halves.leads.saturating_add(of.halves.volunteers)),
        came: of.halves.leads_in.saturating_add(of.halves.volunteers_in),
        is_arriving: now >= of.span.start(),
    });
    let mut all: Vec<On> = dates.chain(shifts).collect();
    all.sort_by_key(|of| (of.span.start(), of.span.end()));
    all
}

/// Which shifts are short of somebody.
pub(super) fn short(shifts: &[ShiftView], now: Timestamp) -> Vec<Short> {
    let all = shifts.iter().map(|of| Short {
        shift: of.id.clone(),
        title: of.title.clone(),
        span: of.span,
        gaps: gaps(&of.halves, of.span, now),
    });
    all.filter(|of| !of.gaps.is_empty()).collect()
}

/// What has no room, for whoever may give it one.
pub(super) fn no_room(dates: &[DateRow], asking: &Asking<'_>) -> Vec<NoRoom> {
    if !asking.may(&[Action::ManageActivities]) {
        return Vec::new();
    }
    let without = dates.iter();
    let without = without.filter(|of| of.no_room && asking.now() < of.starts_at);
    let all = without.map(|of| NoRoom {
        id: of.id.clone(),
        title: of.title.clone(),
        span: of.span(),
    });
    all.collect()
}

/// What is over and asks people to check out, with those whom nobody saw go.
pub(super) fn check_outs(dates: &[DateRow], asking: &Asking<'_>) -> Vec<Decision> {
    let is_open =
        |of: &&DateRow| of.asks_check_out && of.ends_at <= asking.now() && of.came > of.went;
    let all = dates.iter().filter(is_open).map(|of| Decision {
        matter: Matter::CheckOuts,
        many: count(of.came - of.went),
        at: Some(of.ends_at),
        about: Some(About {
            occurrence: of.id.clone(),
            title: of.title.clone(),
        }),
    });
    all.collect()
}

#[derive(sqlx::FromRow)]
struct KioskRow {
    id: KioskId,
    name: String,
    seen_at: Option<Timestamp>,
    clock_off_ms: Option<i64>,
}

/// The kiosks in use that do not work as they should, for whoever manages them.
pub(super) async fn kiosks(tx: &mut Tx, asking: &Asking<'_>) -> Result<Vec<SilentKiosk>> {
    if !asking.may(&[Action::ManageKiosks]) {
        return Ok(Vec::new());
    }
    let rows: Vec<KioskRow> = tx
        .sql(
            "SELECT k.id, k.name, k.seen_at, k.clock_off_ms FROM kiosk k
             JOIN token t ON t.id = k.token_id
             WHERE k.center_id = $1 AND t.revoked_at IS NULL ORDER BY k.name, k.id",
        )
        .bind(asking.center)
        .all()
        .await?;
    let found = rows.into_iter().filter_map(|of| {
        let is_silent = contact(of.seen_at, asking.now()) == Light::Red;
        let is_wrong = of.clock_off_ms.map(clock_light) == Some(Light::Red);
        (is_silent || is_wrong).then_some(SilentKiosk {
            id: of.id,
            name: of.name,
            seen_at: of.seen_at,
            is_clock: !is_silent,
        })
    });
    Ok(found.collect())
}
