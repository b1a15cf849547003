//! A shift's counts, and the alert when a half is lost by a change (C-82).

use super::promote;
use crate::{Act, Batch, Change, Error, Result, Tx, bookings::small, notices, shifts, watches};
use domain::{
    activity::Status,
    commitment::Subject,
    id::{AccountId, AssignmentId, CenterId, ShiftId},
    notice::Notice,
    shift::{AssignmentState, Half, Halves, Loss, Lost, Role, footing, lost, restored},
    time::{Span, Timestamp},
};

#[derive(sqlx::FromRow)]
struct Before {
    center_id: CenterId,
    status: Status,
    closed_at: Option<Timestamp>,
    starts_at: Timestamp,
    ends_at: Timestamp,
    leads_min: i64,
    volunteers_min: i64,
    volunteers_max: i64,
    is_watched: bool,
    leads: i64,
    volunteers: i64,
    leads_in: i64,
    volunteers_in: i64,
}

#[derive(sqlx::FromRow)]
struct After {
    leads: i64,
    volunteers: i64,
    leads_in: i64,
    volunteers_in: i64,
}

impl Before {
    fn halves(&self) -> Result<Halves> {
        let after = After {
            leads: self.leads,
            volunteers: self.volunteers,
            leads_in: self.leads_in,
            volunteers_in: self.volunteers_in,
        };
        after.halves(self)
    }
}

impl After {
    fn halves(&self, of: &Before) -> Result<Halves> {
        Ok(Halves {
            leads: small(self.leads)?,
            leads_min: small(of.leads_min)?,
            volunteers: small(self.volunteers)?,
            volunteers_min: small(of.volunteers_min)?,
            leads_in: small(self.leads_in)?,
            volunteers_in: small(self.volunteers_in)?,
        })
    }
}

/// How a shift stands by its own counts, under its lock.
async fn stands(tx: &mut Tx, shift: &ShiftId) -> Result<Before> {
    tx.sql(
        "SELECT center_id, status, closed_at, starts_at, ends_at, leads_min, volunteers_min,
            volunteers_max, leads, volunteers, leads_in, volunteers_in,
            (EXISTS (SELECT 1 FROM watch w WHERE w.shift_id = shift.id)
                OR EXISTS (SELECT 1 FROM watch w WHERE w.center_id = shift.center_id))
                AS is_watched
         FROM shift WHERE id = $1",
    )
    .bind(shift)
    .one()
    .await
}

/// Counts its halves and its line anew, without a word to anybody.
async fn count(tx: &mut Tx, shift: &ShiftId) -> Result<After> {
    tx.sql(
        "UPDATE shift SET
         leads = (SELECT COUNT(*) FROM assignment WHERE shift_id = $1 AND role = 'lead'
             AND state IN ('confirmed', 'checked_in', 'checked_out', 'validated')),
         volunteers = (SELECT COUNT(*) FROM assignment WHERE shift_id = $1
             AND role = 'volunteer'
             AND state IN ('confirmed', 'checked_in', 'checked_out', 'validated')),
         leads_in = (SELECT COUNT(*) FROM assignment WHERE shift_id = $1 AND role = 'lead'
             AND state = 'checked_in'),
         volunteers_in = (SELECT COUNT(*) FROM assignment WHERE shift_id = $1
             AND role = 'volunteer' AND state = 'checked_in'),
         waiting = (SELECT COUNT(*) FROM assignment WHERE shift_id = $1
             AND state = 'waitlisted'),
         kept = (SELECT COUNT(*) FROM invitation WHERE shift_id = $1 AND ended IS NULL)
         WHERE id = $1 RETURNING leads, volunteers, leads_in, volunteers_in",
    )
    .bind(shift)
    .one()
    .await
}

/// Counts a shift's halves and its line anew; last of all that an operation does to them, under the
/// shift's lock. A half that this takes away raises one alert; one that stands again ends it.
pub(crate) async fn recount(tx: &mut Tx, act: &Act, shift: &ShiftId) -> Result<()> {
    let before = stands(tx, shift).await?;
    let after = count(tx, shift).await?;
    tell(tx, act, shift, (&before, &after)).await
}

/// Counts a shift anew after somebody has left it, and gives what is free to who waits. Both are one
/// change: of a place that is taken again at once nobody is alarmed.
pub(crate) async fn recount_and_promote(tx: &mut Tx, act: &Act, shift: &ShiftId) -> Result<()> {
    let before = stands(tx, shift).await?;
    let mut after = count(tx, shift).await?;
    if promote::move_up(tx, act, shift).await? {
        after = count(tx, shift).await?;
    }
    tell(tx, act, shift, (&before, &after)).await
}

/// Raises an alert of each half that was lost between two counts, ends those of halves that stand, and
/// tells who watches.
async fn tell(
    tx: &mut Tx,
    act: &Act,
    shift: &ShiftId,
    (before, after): (&Before, &After),
) -> Result<()> {
    tx.changed(Change::Door(before.center_id.clone()));
    let (was, is) = (before.halves()?, after.halves(before)?);
    if was == is || before.closed_at.is_some() {
        return Ok(());
    }
    if before.is_watched {
        let most = small(before.volunteers_max)?;
        let stands = |of: &Halves| footing(of.volunteers, of.volunteers_min, most);
        watches::stands(tx, act, shift, stands(&was), stands(&is)).await?;
    }
    let span = Span::new(before.starts_at, before.ends_at)?;
    for lost in lost(&was, &is, before.status, span, act.now) {
        raise(tx, act, shift, &before.center_id, lost).await?;
    }
    for lost in restored(&is) {
        clear(tx, act, shift, lost).await?;
    }
    Ok(())
}

/// A shift as its counts stand, read under its lock.
#[derive(Clone, Debug)]
pub(crate) struct ShiftCounts {
    /// At which center.
    pub(crate) center: CenterId,
    /// Draft, published or cancelled.
    pub(crate) status: Status,
    /// From when to when.
    pub(crate) span: Span,
    /// When its hours were validated.
    pub(crate) closed_at: Option<Timestamp>,
    /// Its halves.
    pub(crate) halves: Halves,
    /// The largest number of volunteers.
    pub(crate) most: u32,
}

/// What one assignment adds to its shift's counts: places and presences of its half, and the line.
fn counted(state: AssignmentState) -> (i64, i64, i64) {
    (
        i64::from(state.holds_place()),
        i64::from(state == AssignmentState::CheckedIn),
        i64::from(state == AssignmentState::Waitlisted),
    )
}

/// Counts one assignment that comes into a shift, or stands otherwise than before: what it adds or
/// takes, because counting anew costs more with everybody who is in the shift.
/// The counts are written with the batch; alerts are raised and ended as by [`recount`].
pub(crate) async fn count_one(
    tx: &mut Tx,
    act: &Act,
    batch: &mut Batch,
    (shift, counts): (&ShiftId, &ShiftCounts),
    role: Role,
    (from, to): (Option<AssignmentState>, AssignmentState),
) -> Result<()> {
    let (before, after) = (from.map_or((0, 0, 0), counted), counted(to));
    let (places, there, line) = (after.0 - before.0, after.1 - before.1, after.2 - before.2);
    if (places, there, line) == (0, 0, 0) {
        return Ok(());
    }
    tx.changed(Change::Door(counts.center.clone()));
    let of_lead = i64::from(role == Role::Lead);
    let of_volunteer = 1 - of_lead;
    batch
        .add(
            "UPDATE shift SET leads = leads + $2, volunteers = volunteers + $3,
                 leads_in = leads_in + $4, volunteers_in = volunteers_in + $5,
                 waiting = waiting + $6 WHERE id = $1",
        )
        .bind(shift)
        .bind(places * of_lead)
        .bind(places * of_volunteer)
        .bind(there * of_lead)
        .bind(there * of_volunteer)
        .bind(line);
    if counts.closed_at.is_some() {
        return Ok(());
    }
    let was = counts.halves;
    let mut is = was;
    let half = match role {
        Role::Lead => (&mut is.leads, &mut is.leads_in),
        Role::Volunteer => (&mut is.volunteers, &mut is.volunteers_in),
    };
    *half.0 = small(i64::from(*half.0) + places)?;
    *half.1 = small(i64::from(*half.1) + there)?;
    let stands = |of: &Halves| footing(of.volunteers, of.volunteers_min, counts.most);
    if stands(&was) != stands(&is) {
        batch.run(tx).await?;
        watches::stands(tx, act, shift, stands(&was), stands(&is)).await?;
    }
    for lost in lost(&was, &is, counts.status, counts.span, act.now) {
        // Whoever is told is found by what this wrote.
        batch.run(tx).await?;
        raise(tx, act, shift, &counts.center, lost).await?;
    }
    // While a half stands, no alert of it is open.
    for lost in restored(&is) {
        if !lost.stands(&was) {
            clear(tx, act, shift, lost).await?;
        }
    }
    Ok(())
}

/// Raises one alert of a loss, unless one is open.
pub(crate) async fn raise(
    tx: &mut Tx,
    act: &Act,
    shift: &ShiftId,
    center: &CenterId,
    lost: Lost,
) -> Result<()> {
    let id: uuid::Uuid = act.ids.make(act.now);
    tx.sql(
        "INSERT INTO shift_alert (id, shift_id, center_id, half, loss, raised_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(id.hyphenated().to_string())
    .bind(shift)
    .bind(center)
    .bind(lost.half)
    .bind(lost.loss)
    .bind(act.now)
    .run()
    .await?;
    tx.changed(Change::Center(center.clone()));
    if lost.half == Half::Lead && lost.loss == Loss::Present {
        tell_those_left(tx, act, shift).await?;
    }
    Ok(())
}

/// Ends the alerts of the halves that stand by what a shift needs now, after its needs were changed.
pub(crate) async fn clear_restored(
    tx: &mut Tx,
    act: &Act,
    shift: &ShiftId,
    now: &Halves,
) -> Result<()> {
    for lost in restored(now) {
        clear(tx, act, shift, lost).await?;
    }
    Ok(())
}

async fn clear(tx: &mut Tx, act: &Act, shift: &ShiftId, lost: Lost) -> Result<()> {
    tx.sql(
        "UPDATE shift_alert SET cleared_at = $1
         WHERE shift_id = $2 AND half = $3 AND loss = $4 AND cleared_at IS NULL",
    )
    .bind(act.now)
    .bind(shift)
    .bind(lost.half)
    .bind(lost.loss)
    .run()
    .await
    .map(drop)
}

/// The volunteers who are there without a lead are told what to do.
async fn tell_those_left(tx: &mut Tx, act: &Act, shift: &ShiftId) -> Result<()> {
    let view = shifts::view_in(tx, shift).await?;
    let view = view.ok_or(Error::Corrupt("shift"))?;
    let left: Vec<(AssignmentId, AccountId, String)> = tx
        .sql(
            "SELECT a.id, a.account_id, p.name FROM assignment a JOIN person p ON p.id = a.person_id
             WHERE a.shift_id = $1 AND a.state = 'checked_in' ORDER BY a.id",
        )
        .bind(shift)
        .all()
        .await?;
    for (id, account, person) in left {
        let about = format!("{id}:{}", act.now.0);
        let notice = Notice::LeadGone {
            person,
            subject: Subject::Assignment(id),
            sitting: view.sitting(),
        };
        notices::tell(tx, act, &account, &notice, &about).await?;
    }
    Ok(())
}
