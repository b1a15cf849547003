//! Rooms of a center: known by name, made when a new name is used, and given to one thing at a
//! time.

mod edit;
mod read;

pub use edit::{RoomEdit, add, edit, set_retired};
pub use read::{RoomView, list, planned_in};

use crate::{Act, Db, Lock, Result, Tx, activities::Planned, centers};
use domain::{
    Reason, Refusal,
    access::{Action, Caller},
    activity::{MAX_DURATION, Status},
    id::{CenterId, OccurrenceId, RoomId},
    room::{self, RoomTree, RoomUse},
    text,
    time::{Span, Timestamp},
};
use std::collections::{BTreeMap, BTreeSet};

/// The rooms of a center, as far as sharing them asks.
pub(crate) struct Rooms {
    pub(crate) tree: RoomTree,
    pub(crate) by_name: BTreeMap<String, RoomId>,
    /// Those that are used no more.
    pub(crate) retired: BTreeSet<RoomId>,
}

/// The rooms of a center with what has them.
pub(crate) struct Occupied {
    pub(crate) rooms: Rooms,
    pub(crate) uses: Vec<RoomUse>,
}

impl Occupied {
    /// While any of these spans lasts.
    pub(crate) async fn during(tx: &mut Tx, center: &CenterId, spans: &[Span]) -> Result<Self> {
        Ok(Self {
            rooms: of_center(tx, center).await?,
            uses: uses(tx, center, spans).await?,
        })
    }

    /// What is in the way of using the room of that name at that time.
    pub(crate) fn in_the_way(&self, room: &str, span: Span) -> Option<&RoomUse> {
        let wanted = self.rooms.by_name.get(room)?;
        room::in_the_way(&self.rooms.tree, wanted, span, &self.uses)
    }
}

pub(crate) async fn of_center(tx: &mut Tx, center: &CenterId) -> Result<Rooms> {
    let rows: Vec<(RoomId, Option<RoomId>, String, bool)> = tx
        .sql("SELECT id, parent_id, name, retired_at IS NOT NULL FROM room WHERE center_id = $1")
        .bind(center)
        .all()
        .await?;
    let retired = rows.iter().filter(|(.., retired)| *retired);
    Ok(Rooms {
        retired: retired.map(|(id, ..)| id.clone()).collect(),
        tree: RoomTree::new(
            rows.iter()
                .map(|(id, outer, ..)| (id.clone(), outer.clone())),
        ),
        by_name: rows
            .into_iter()
            .map(|(id, _, name, _)| (name, id))
            .collect(),
    })
}

#[derive(sqlx::FromRow)]
struct UseRow {
    id: OccurrenceId,
    title: String,
    room_id: RoomId,
    room_name: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    status: Status,
    activity_status: Status,
}

/// What has a room of the center while any of these spans lasts.
async fn uses(tx: &mut Tx, center: &CenterId, spans: &[Span]) -> Result<Vec<RoomUse>> {
    let (Some(from), Some(to)) = (
        spans.iter().map(|span| span.start()).min(),
        spans.iter().map(|span| span.end()).max(),
    ) else {
        return Ok(Vec::new());
    };
    let rows: Vec<UseRow> = tx
        .sql(
            "SELECT o.id, a.title, o.room_id, r.name AS room_name, o.starts_at, o.ends_at, o.status,
                a.status AS activity_status
             FROM occurrence o
             JOIN activity a ON a.id = o.activity_id
             JOIN room r ON r.id = o.room_id
             WHERE o.center_id = $1 AND o.starts_at >= $2 AND o.starts_at < $3 AND o.ends_at > $4",
        )
        .bind(center)
        // The bound on the start lets the index skip what is long over.
        .bind(from.plus(-MAX_DURATION))
        .bind(to)
        .bind(from)
        .all()
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(RoomUse {
                occurrence: row.id,
                title: row.title,
                room: row.room_id,
                room_name: row.room_name,
                span: Span::new(row.starts_at, row.ends_at)?,
                status: match row.activity_status {
                    Status::Cancelled => Status::Cancelled,
                    _ => row.status,
                },
            })
        })
        .collect()
}

/// A room, by its name (empty: none), for a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish<'w> {
    pub(crate) room: &'w str,
    pub(crate) span: Span,
}

/// Gives rooms of a center to occurrences: under their locks nothing else has them, nor what they
/// are part of, nor a part of them, but for the occurrences `but` that move. A name that the
/// center does not know yet becomes a room. The ids by name.
///
/// # Errors
/// [`Refusal::RoomTaken`]; [`Refusal::Invalid`] on `room` for one that is used no more.
pub(crate) async fn take(
    tx: &mut Tx,
    act: &Act,
    center: &CenterId,
    wishes: &[Wish<'_>],
    but: &[&OccurrenceId],
) -> Result<BTreeMap<String, RoomId>> {
    let wishes: Vec<_> = wishes.iter().filter(|wish| !wish.room.is_empty()).collect();
    if wishes.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut rooms = of_center(tx, center).await?;
    let known: Vec<(&RoomId, Span)> = wishes
        .iter()
        .filter_map(|wish| Some((rooms.by_name.get(wish.room)?, wish.span)))
        .collect();
    let new: BTreeSet<&str> = wishes
        .iter()
        .map(|wish| wish.room)
        .filter(|name| !rooms.by_name.contains_key(*name))
        .collect();
    let outermost = known
        .iter()
        .map(|(room, _)| rooms.tree.outermost(room).into());
    // Whoever makes a room has the center, so that nobody else gives the name meanwhile.
    let here = (!new.is_empty()).then(|| Lock::from(center));
    tx.need(outermost.chain(here))?;
    if known.iter().any(|(room, _)| rooms.retired.contains(*room)) {
        return Err(Refusal::invalid("room", Reason::Retired).into());
    }
    let spans: Vec<Span> = known.iter().map(|(_, span)| *span).collect();
    let mut there = uses(tx, center, &spans).await?;
    there.retain(|other| !but.contains(&&other.occurrence));
    room::admit(&rooms.tree, known, &there)?;
    for name in new {
        let id = make(tx, act, center, name).await?;
        rooms.by_name.insert(name.to_owned(), id);
    }
    Ok(rooms.by_name)
}

/// A new room of that name, which the center does not know: its lock is held.
async fn make(tx: &mut Tx, act: &Act, center: &CenterId, name: &str) -> Result<RoomId> {
    let id: RoomId = act.ids.make(act.now);
    tx.sql("INSERT INTO room (id, center_id, name) VALUES ($1, $2, $3)")
        .bind(&id)
        .bind(center)
        .bind(name)
        .run()
        .await?;
    tx.made(&id);
    Ok(id)
}

/// For each of the planned dates what is in its way, as creating them would find it.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such center, [`Refusal::Forbidden`].
pub async fn in_the_way(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    planned: &[Planned],
) -> Result<Vec<Option<RoomUse>>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ManageActivities, &place)?;
    let spans: Vec<Span> = planned.iter().map(|date| date.span).collect();
    let occupied = Occupied::during(&mut tx, center, &spans).await?;
    let found = planned.iter().map(|date| {
        let other = occupied.in_the_way(&date.room, date.span);
        other.cloned()
    });
    Ok(found.collect())
}

/// A room's name as it is stored.
///
/// # Errors
/// [`Refusal::Invalid`] on `room` for over 60 characters, for what nobody can see, and for what no
/// text may hold.
pub(crate) fn check_name(room: &str) -> std::result::Result<String, Refusal> {
    match room.trim() {
        "" => Ok(String::new()),
        room => text::name("room", room, 60),
    }
}
