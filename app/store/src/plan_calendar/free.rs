//! When there is time for something.

use crate::{Db, Result, Tx, assignments::leads_of, centers, rooms::Occupied, staff::times_of};
use domain::{
    Reason, Refusal,
    access::{Action, Caller},
    id::{CenterId, RoomId, StaffId},
    planner::{LOOKED_AHEAD, free_times, off_work},
    time::{DAY, HOUR, MINUTE, Span, Timestamp},
};

/// What a time is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The room that it takes.
    pub room: Option<RoomId>,
    /// Who leads it.
    pub lead: Option<StaffId>,
    /// How long it lasts, in minutes.
    pub minutes: u32,
}

/// The next times at which the room and the lead are free, within the usual hours of the coming weeks.
/// A lead has no time while leading a shift, at whatever center, or when they said that they are not at
/// work.
///
/// # Errors
/// [`Refusal::Invalid`] on `minutes`; [`Refusal::NotFound`] for a room or a lead of somewhere else;
/// [`Refusal::Forbidden`] for who does not see the plans, and about a lead for who does not see people;
/// database errors.
pub async fn free(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Vec<Span>> {
    let length = i64::from(wanted.minutes) * MINUTE;
    if !(15 * MINUTE..=13 * HOUR).contains(&length) {
        return Err(Refusal::invalid("minutes", Reason::OutOfRange).into());
    }
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller.may(Action::ViewPlans, &place)?;
    let until = Timestamp::start_of(now.day()).plus(LOOKED_AHEAD as i64 * DAY);
    let ahead = Span::kept(now, until);
    let mut busy = Vec::new();
    if let Some(room) = &wanted.room {
        let occupied = Occupied::during(&mut tx, center, &[ahead]).await?;
        busy.extend(occupied.taken(room).ok_or(Refusal::NotFound)?);
    }
    if let Some(lead) = &wanted.lead {
        caller.may(Action::ViewBookings, &place)?;
        let known = leads_of(&mut tx, center, now).await?;
        if !known.iter().any(|of| of.id == *lead) {
            return Err(Refusal::NotFound.into());
        }
        busy.extend(led(&mut tx, lead, ahead).await?);
        let mut said = times_of(&mut tx, [lead.as_str()]).await?;
        busy.extend(
            said.remove(lead)
                .map(|said| off_work(&said, now))
                .into_iter()
                .flatten(),
        );
    }
    Ok(free_times(length, &busy, now))
}

/// What somebody leads in a span, wherever.
async fn led(tx: &mut Tx, lead: &StaffId, span: Span) -> Result<Vec<Span>> {
    let rows: Vec<(Timestamp, Timestamp)> = tx
        .sql(
            "SELECT s.starts_at, s.ends_at FROM assignment a JOIN shift s ON s.id = a.shift_id
             WHERE a.staff_id = $1 AND a.state IN ('confirmed', 'checked_in')
             AND s.ends_at > $2 AND s.starts_at < $3",
        )
        .bind(lead)
        .bind(span.start())
        .bind(span.end())
        .all()
        .await?;
    let spans = rows.into_iter().map(|(start, end)| Span::kept(start, end));
    Ok(spans.collect())
}

impl Occupied {
    /// When a room is taken, as itself, as a part or as the whole; none for a room of somewhere else,
    /// and for one that is used no more.
    fn taken(&self, room: &RoomId) -> Option<Vec<Span>> {
        let rooms = &self.rooms;
        let mut known = rooms.by_name.values();
        let is_there = known.any(|known| known == room) && !rooms.retired.contains(room);
        is_there.then(|| {
            let uses = self.uses.iter();
            uses.filter(|other| other.is_in_the_way(&rooms.tree, room))
                .map(|other| other.span)
                .collect()
        })
    }
}
