//! What is planned.

use crate::{
    Db, Result, Tx,
    assignments::{Candidate, leads_of},
    bookings::small,
    centers,
    rooms::{self, Rooms},
};
use domain::{
    access::{Action, Caller},
    activity::{Allocation, MAX_DURATION, Status},
    commitment::Event,
    id::{CenterId, OccurrenceId, RoomId, ShiftId, StaffId},
    planner::{Clash, Planned, clashes},
    room::RoomUse,
    shift::{Half, Halves},
    time::{Span, Timestamp},
};
use std::collections::{BTreeSet, HashMap};

/// How the two halves of something stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pair {
    /// A date that no shift belongs to.
    NoShift,
    /// These halves are missing; of a date, in any of its shifts.
    Missing(Vec<Half>),
    /// Both stand.
    Ready,
}

impl Pair {
    fn of(missing: impl IntoIterator<Item = Half>) -> Self {
        let missing: BTreeSet<Half> = missing.into_iter().collect();
        match missing.is_empty() {
            true => Self::Ready,
            false => Self::Missing(missing.into_iter().collect()),
        }
    }
}

/// Something planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What.
    pub event: Event,
    /// The date that a shift belongs to, if one.
    pub of: Option<OccurrenceId>,
    /// What it is called.
    pub title: String,
    /// Code of its service field; empty for a center's own duty.
    pub field: String,
    /// Its room; a shift's is that of its date.
    pub room_id: Option<RoomId>,
    /// That room's name, or the place that a shift says; may be empty.
    pub room: String,
    /// When.
    pub span: Span,
    /// Where it stands.
    pub status: Status,
    /// Who leads it, by name: a shift, or the shifts of a date. Nobody is named to who sees figures
    /// alone.
    pub leads: Vec<Candidate>,
    /// How its halves stand.
    pub pair: Pair,
    /// Places taken and in all; none where nobody books. A shift's are those of volunteers.
    pub places: Option<(u32, u32)>,
    /// Rises with every change (C-69).
    pub revision: i64,
    /// Whether it is demo data.
    pub demo: bool,
}

/// A room of the center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// Whether it is used no more.
    pub is_retired: bool,
}

/// What is planned at a center in a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// All rooms, by name; of those that are used no more the ones that something of it has.
    pub rooms: Vec<Place>,
    /// All who can lead, by name; empty for who sees figures alone.
    pub leads: Vec<Candidate>,
    /// Dates and shifts, drafts and what was called off among them, by start.
    pub items: Vec<Item>,
    /// What is in each other's way, by places in `items`. Who sees figures alone is told of rooms.
    pub clashes: Vec<Clash>,
}

/// What touches a span at a center, for whoever sees its plans.
///
/// # Errors
/// [`Refusal::NotFound`](domain::Refusal::NotFound),
/// [`Refusal::Forbidden`](domain::Refusal::Forbidden); database errors.
pub async fn read(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    span: Span,
    now: Timestamp,
) -> Result<Calendar> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewPlans, &place)?;
    let may_see = caller.may(Action::ViewBookings, &place).is_ok();
    let rooms = rooms::of_center(&mut tx, center).await?;
    let dates = dates(&mut tx, center, span).await?;
    let shifts = shifts(&mut tx, center, span, &dates).await?;
    let (leads, led) = match may_see {
        true => (
            leads_of(&mut tx, center, now).await?,
            led(&mut tx, &shifts).await?,
        ),
        false => (Vec::new(), HashMap::new()),
    };
    let (items, planned) = together(dates, shifts, &led, span)?;
    Ok(Calendar {
        clashes: clashes(&rooms.tree, &planned),
        rooms: places(rooms, &planned),
        leads,
        items,
    })
}

fn places(rooms: Rooms, planned: &[Planned]) -> Vec<Place> {
    let retired = rooms.retired;
    let has = |of: &Planned, id: &RoomId| of.room.as_ref().is_some_and(|of| of.room == *id);
    let all = rooms.by_name.into_iter().map(|(name, id)| Place {
        is_retired: retired.contains(&id),
        id,
        name,
    });
    all.filter(|room| !room.is_retired || planned.iter().any(|of| has(of, &room.id)))
        .collect()
}

#[derive(sqlx::FromRow)]
struct DateRow {
    id: OccurrenceId,
    title: String,
    field: String,
    room_id: Option<RoomId>,
    room: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    status: Status,
    allocation: Allocation,
    capacity: i64,
    taken: i64,
    revision: i64,
    demo: bool,
}

async fn dates(tx: &mut Tx, center: &CenterId, span: Span) -> Result<Vec<DateRow>> {
    tx.sql(
        "SELECT o.id, a.title, a.field, o.room_id, COALESCE(r.name, '') AS room, o.starts_at,
            o.ends_at, CASE WHEN 'cancelled' IN (a.status, o.status) THEN 'cancelled'
                WHEN 'draft' IN (a.status, o.status) THEN 'draft' ELSE 'published' END AS status,
            o.allocation, o.capacity, o.taken_online + o.taken_assisted AS taken, o.revision, a.demo
         FROM occurrence o
         JOIN activity a ON a.id = o.activity_id
         LEFT JOIN room r ON r.id = o.room_id
         WHERE o.center_id = $1 AND o.starts_at >= $2 AND o.starts_at < $3 AND o.ends_at > $4
         ORDER BY o.starts_at, o.id",
    )
    .bind(center)
    // The bound on the start lets the index skip what is long over.
    .bind(span.start().plus(-MAX_DURATION))
    .bind(span.end())
    .bind(span.start())
    .all()
    .await
}

#[derive(Clone, sqlx::FromRow)]
struct ShiftRow {
    id: ShiftId,
    occurrence_id: Option<OccurrenceId>,
    title: String,
    field: String,
    room_id: Option<RoomId>,
    room: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    status: Status,
    leads: i64,
    leads_min: i64,
    volunteers: i64,
    volunteers_min: i64,
    volunteers_max: i64,
    revision: i64,
    demo: bool,
}

impl ShiftRow {
    fn missing(&self) -> Result<Vec<Half>> {
        let halves = Halves {
            leads: small(self.leads)?,
            leads_min: small(self.leads_min)?,
            volunteers: small(self.volunteers)?,
            volunteers_min: small(self.volunteers_min)?,
            leads_in: 0,
            volunteers_in: 0,
        };
        Ok(halves.missing())
    }

    const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

const SHIFTS: &str =
    "SELECT s.id, s.occurrence_id, s.title, COALESCE(a.field, '') AS field, o.room_id,
        CASE WHEN s.place <> '' THEN s.place ELSE COALESCE(r.name, '') END AS room,
        s.starts_at, s.ends_at, s.status, s.leads, s.leads_min, s.volunteers, s.volunteers_min,
        s.volunteers_max, s.revision, s.demo
     FROM shift s
     LEFT JOIN occurrence o ON o.id = s.occurrence_id
     LEFT JOIN activity a ON a.id = o.activity_id
     LEFT JOIN room r ON r.id = o.room_id";

/// The shifts that touch the span, and those of the dates, which may lie before or after.
async fn shifts(
    tx: &mut Tx,
    center: &CenterId,
    span: Span,
    dates: &[DateRow],
) -> Result<Vec<ShiftRow>> {
    let mut all: Vec<ShiftRow> = tx
        .sql_built(format!(
            "{SHIFTS} WHERE s.center_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3
             AND s.ends_at > $4 ORDER BY s.starts_at, s.id"
        ))
        .bind(center)
        .bind(span.start().plus(-MAX_DURATION))
        .bind(span.end())
        .bind(span.start())
        .all()
        .await?;
    if dates.is_empty() {
        return Ok(all);
    }
    let text = format!(
        "{SHIFTS} WHERE s.occurrence_id {} AND s.status <> 'cancelled'",
        tx.one_of("$1")
    );
    let theirs: Vec<ShiftRow> = tx
        .sql_built(text)
        .bind_list(dates.iter().map(|date| date.id.as_str()))
        .all()
        .await?;
    let known: BTreeSet<ShiftId> = all.iter().map(|shift| shift.id.clone()).collect();
    all.extend(
        theirs
            .into_iter()
            .filter(|shift| !known.contains(&shift.id)),
    );
    Ok(all)
}

type Led = HashMap<ShiftId, Vec<Candidate>>;

/// Who leads each of these shifts, by name.
async fn led(tx: &mut Tx, shifts: &[ShiftRow]) -> Result<Led> {
    let mut led = Led::new();
    if shifts.is_empty() {
        return Ok(led);
    }
    let text = format!(
        "SELECT a.shift_id, t.id, t.name FROM assignment a JOIN staff t ON t.id = a.staff_id
         WHERE a.shift_id {} AND a.role = 'lead'
         AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated')
         ORDER BY t.name, t.id",
        tx.one_of("$1")
    );
    let rows: Vec<(ShiftId, StaffId, String)> = tx
        .sql_built(text)
        .bind_list(shifts.iter().map(|shift| shift.id.as_str()))
        .all()
        .await?;
    for (shift, id, name) in rows {
        led.entry(shift).or_default().push(Candidate { id, name });
    }
    Ok(led)
}

/// All items in the order of their start, each with what it may be in the way of.
fn together(
    dates: Vec<DateRow>,
    shifts: Vec<ShiftRow>,
    led: &Led,
    span: Span,
) -> Result<(Vec<Item>, Vec<Planned>)> {
    let mut both = Vec::with_capacity(dates.len() + shifts.len());
    for date in dates {
        both.push(of_date(date, &shifts, led)?);
    }
    for shift in shifts {
        if shift.span().overlaps(span) {
            both.push(of_shift(shift, led)?);
        }
    }
    both.sort_by(|(one, _), (other, _)| {
        let key = |item: &Item| (item.span.start(), item.span.end());
        key(one)
            .cmp(&key(other))
            .then_with(|| one.event.id().cmp(other.event.id()))
    });
    Ok(both.into_iter().unzip())
}

fn of_date(row: DateRow, shifts: &[ShiftRow], led: &Led) -> Result<(Item, Planned)> {
    let stands = |shift: &&ShiftRow| {
        shift.occurrence_id.as_ref() == Some(&row.id) && shift.status != Status::Cancelled
    };
    let own: Vec<&ShiftRow> = shifts.iter().filter(stands).collect();
    let mut leads: Vec<Candidate> = own
        .iter()
        .filter_map(|shift| led.get(&shift.id))
        .flatten()
        .cloned()
        .collect();
    leads.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    leads.dedup();
    let mut missing = Vec::new();
    for shift in &own {
        missing.extend(shift.missing()?);
    }
    let pair = match own.is_empty() {
        true => Pair::NoShift,
        false => Pair::of(missing),
    };
    let span = Span::kept(row.starts_at, row.ends_at);
    let room = row.room_id.as_ref().map(|room| RoomUse {
        occurrence: row.id.clone(),
        title: row.title.clone(),
        room: room.clone(),
        room_name: row.room.clone(),
        span,
        status: row.status,
    });
    let planned = Planned {
        span,
        status: row.status,
        room,
        // A lead is busy with the shifts, which stand for themselves.
        leads: Vec::new(),
    };
    let places = match row.allocation {
        Allocation::DropIn => None,
        Allocation::FirstCome => Some((small(row.taken)?, small(row.capacity)?)),
    };
    let item = Item {
        event: Event::Occurrence(row.id),
        of: None,
        title: row.title,
        field: row.field,
        room_id: row.room_id,
        room: row.room,
        span,
        status: row.status,
        leads,
        pair,
        places,
        revision: row.revision,
        demo: row.demo,
    };
    Ok((item, planned))
}

fn of_shift(row: ShiftRow, led: &Led) -> Result<(Item, Planned)> {
    let leads = led.get(&row.id).cloned().unwrap_or_default();
    let planned = Planned {
        span: row.span(),
        status: row.status,
        // Its room is taken by its date.
        room: None,
        leads: leads.iter().map(|lead| lead.id.clone()).collect(),
    };
    let item = Item {
        pair: Pair::of(row.missing()?),
        places: Some((small(row.volunteers)?, small(row.volunteers_max)?)),
        span: row.span(),
        event: Event::Shift(row.id),
        of: row.occurrence_id,
        title: row.title,
        field: row.field,
        room_id: row.room_id,
        room: row.room,
        status: row.status,
        leads,
        revision: row.revision,
        demo: row.demo,
    };
    Ok((item, planned))
}
