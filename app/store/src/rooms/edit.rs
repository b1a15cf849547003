//! What staff change about the rooms of their center. Whoever changes one has its center's lock, and
//! the locks of everything that may clash with it.

use super::{Rooms, check_name, of_center, read::ahead, uses};
use crate::{
    Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers::{
        self,
        settings::{raise, same},
    },
    outcome,
};
use domain::{
    Reason, Refusal,
    access::Action,
    audit::Verb,
    id::{CenterId, RoomId},
    room::{self, RoomKind},
};
use serde_json::json;

/// Most people whom a room seats.
const MOST_SEATS: u32 = 5_000;

/// A room as somebody describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomEdit {
    /// Its name: no other room of the center has it, in use or not.
    pub name: String,
    /// What it is.
    pub kind: RoomKind,
    /// How many it seats, if known.
    pub seats: Option<u32>,
    /// The room that it is part of.
    pub part_of: Option<RoomId>,
}

impl RoomEdit {
    fn checked(mut self) -> std::result::Result<Self, Refusal> {
        self.name = check_name(&self.name)?;
        if self.name.is_empty() {
            return Err(Refusal::invalid("room", Reason::Missing));
        }
        match self.seats {
            Some(seats) if !(1..=MOST_SEATS).contains(&seats) => {
                Err(Refusal::invalid("seats", Reason::OutOfRange))
            }
            _ => Ok(self),
        }
    }
}

/// Adds a room to a center.
///
/// # Errors
/// [`Refusal::Invalid`] on `room` (`taken` and others), `seats` or `part_of`;
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn add(db: &Db, act: &Act, center: &CenterId, new: RoomEdit) -> Result<RoomId> {
    let deed = Deed::Add(new.checked()?);
    write(db, act, center, None, deed).await
}

/// Changes a room. Nothing that is planned comes to share a room by it.
///
/// # Errors
/// As [`add`]; [`Refusal::RoomTaken`]; [`Refusal::Stale`] where `revision` is not the center's any
/// more.
pub async fn edit(
    db: &Db,
    act: &Act,
    center: &CenterId,
    room: &RoomId,
    to: RoomEdit,
    revision: Option<i64>,
) -> Result<RoomId> {
    let deed = Deed::Edit(room.clone(), to.checked()?);
    write(db, act, center, revision, deed).await
}

/// Takes a room out of use, or back into use.
///
/// # Errors
/// [`Refusal::RoomInUse`] while something is planned in it; [`Refusal::Invalid`] on `room`
/// (`holds_others`) or `part_of` (`retired`); [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn set_retired(
    db: &Db,
    act: &Act,
    center: &CenterId,
    room: &RoomId,
    retired: bool,
) -> Result<RoomId> {
    let deed = match retired {
        true => Deed::Retire(room.clone()),
        false => Deed::BringBack(room.clone()),
    };
    write(db, act, center, None, deed).await
}

enum Deed {
    Add(RoomEdit),
    Edit(RoomId, RoomEdit),
    Retire(RoomId),
    BringBack(RoomId),
}

struct Write {
    center: CenterId,
    revision: Option<i64>,
    deed: Deed,
}

async fn write(
    db: &Db,
    act: &Act,
    center: &CenterId,
    revision: Option<i64>,
    deed: Deed,
) -> Result<RoomId> {
    let op = Write {
        center: center.clone(),
        revision,
        deed,
    };
    Ok(db.write(act, Locks::of([center]), op).await??)
}

#[async_trait::async_trait]
impl Op for Write {
    type Out = Outcome<RoomId>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.write_in(tx, act).await)
    }
}

impl Write {
    async fn write_in(&self, tx: &mut Tx, act: &Act) -> Result<RoomId> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ManageActivities, &place)?;
        same(tx, &self.center, self.revision).await?;
        let rooms = of_center(tx, &self.center).await?;
        if let Some(room) = self.done_already(&rooms) {
            return Ok(room.clone());
        }
        let (verb, room) = match &self.deed {
            Deed::Add(new) => (Verb::RoomAdd, self.add(tx, act, &rooms, new).await?),
            Deed::Edit(room, to) => {
                self.edit(tx, act, &rooms, room, to).await?;
                (Verb::RoomEdit, room.clone())
            }
            Deed::Retire(room) => {
                self.retire(tx, act, &rooms, room).await?;
                (Verb::RoomRetire, room.clone())
            }
            Deed::BringBack(room) => {
                self.bring_back(tx, &rooms, room).await?;
                (Verb::RoomBringBack, room.clone())
            }
        };
        raise(tx, &self.center).await?;
        let entry = Entry {
            action: verb,
            subject: ("room", room.as_str()),
            center: Some(&self.center),
            detail: json!({}),
        };
        audit::record(tx, act, entry).await?;
        Ok(room)
    }

    /// The room, where it is out of use, or in use, already.
    fn done_already(&self, rooms: &Rooms) -> Option<&RoomId> {
        match &self.deed {
            Deed::Retire(room) => Some(room).filter(|room| rooms.retired.contains(*room)),
            Deed::BringBack(room) => Some(room)
                .filter(|room| known(rooms, room).is_ok() && !rooms.retired.contains(*room)),
            Deed::Add(_) | Deed::Edit(..) => None,
        }
    }

    async fn add(&self, tx: &mut Tx, act: &Act, rooms: &Rooms, new: &RoomEdit) -> Result<RoomId> {
        free_name(rooms, &new.name, None)?;
        let id: RoomId = act.ids.make(act.now);
        rooms.tree.moved(&id, new.part_of.as_ref())?;
        in_use(rooms, new.part_of.as_ref())?;
        tx.sql(
            "INSERT INTO room (id, center_id, name, kind, seats, parent_id)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&id)
        .bind(&self.center)
        .bind(&new.name)
        .bind(new.kind)
        .bind(new.seats.map(i64::from))
        .bind(new.part_of.as_ref())
        .run()
        .await?;
        Ok(id)
    }

    async fn edit(
        &self,
        tx: &mut Tx,
        act: &Act,
        rooms: &Rooms,
        room: &RoomId,
        to: &RoomEdit,
    ) -> Result<()> {
        known(rooms, room)?;
        free_name(rooms, &to.name, Some(room))?;
        let moved = rooms.tree.moved(room, to.part_of.as_ref())?;
        in_use(rooms, to.part_of.as_ref())?;
        // Whoever puts something into the room, its parts or what it is part of, waits.
        tx.need([rooms.tree.outermost(room), moved.outermost(room)])?;
        let there = uses(tx, &self.center, &[ahead(act.now)]).await?;
        room::may_move(&rooms.tree, &moved, &there)?;
        tx.sql("UPDATE room SET name = $1, kind = $2, seats = $3, parent_id = $4 WHERE id = $5")
            .bind(&to.name)
            .bind(to.kind)
            .bind(to.seats.map(i64::from))
            .bind(to.part_of.as_ref())
            .bind(room)
            .run()
            .await?;
        Ok(())
    }

    async fn retire(&self, tx: &mut Tx, act: &Act, rooms: &Rooms, room: &RoomId) -> Result<()> {
        let name = known(rooms, room)?;
        tx.need([rooms.tree.outermost(room)])?;
        let there = uses(tx, &self.center, &[ahead(act.now)]).await?;
        let mut parts = rooms.tree.parts(room);
        let has_parts = parts.any(|part| !rooms.retired.contains(part));
        room::may_retire((room, name), has_parts, &there, act.now)?;
        tx.sql("UPDATE room SET retired_at = $1 WHERE id = $2")
            .bind(act.now)
            .bind(room)
            .run()
            .await?;
        Ok(())
    }

    async fn bring_back(&self, tx: &mut Tx, rooms: &Rooms, room: &RoomId) -> Result<()> {
        known(rooms, room)?;
        in_use(rooms, rooms.tree.outer(room))?;
        tx.sql("UPDATE room SET retired_at = NULL WHERE id = $1")
            .bind(room)
            .run()
            .await?;
        Ok(())
    }
}

/// The name of a room of the center.
fn known<'r>(rooms: &'r Rooms, room: &RoomId) -> Result<&'r str> {
    let mut all = rooms.by_name.iter();
    let found = all.find(|(_, id)| *id == room);
    found
        .map(|(name, _)| name.as_str())
        .ok_or(Error::Refused(Refusal::NotFound))
}

/// That no other room has the name.
fn free_name(rooms: &Rooms, name: &str, but: Option<&RoomId>) -> std::result::Result<(), Refusal> {
    match rooms.by_name.get(name) {
        Some(other) if Some(other) != but => Err(Refusal::invalid("room", Reason::Taken)),
        _ => Ok(()),
    }
}

/// That the room which another is part of is in use.
fn in_use(rooms: &Rooms, outer: Option<&RoomId>) -> std::result::Result<(), Refusal> {
    match outer.is_some_and(|outer| rooms.retired.contains(outer)) {
        true => Err(Refusal::invalid("part_of", Reason::Retired)),
        false => Ok(()),
    }
}
