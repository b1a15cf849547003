//! Carrying out a change of dates: the rows, their rooms, the shifts that belong to them, and those who
//! are told. Under the locks of the activity and of all its dates.

use super::{
    columns,
    load::{ActivityHead, Affected, LoadedOccurrence, Told, affected},
};
use crate::{
    Act, Change, Error, Result, Tx,
    bookings::{promote_in, tell_who_cannot_fit},
    columns::{assignments, bind},
    commitments,
    lines::look_again,
    moved::{Moving, Telling},
    rooms::{self, Wish},
    shifts,
    states::holding,
    trainings,
};
use domain::{
    Refusal,
    activity::{Enrolment, Status, check_series},
    commitment::{Event, Subject, clash},
    id::{OccurrenceId, PersonId},
    time::Span,
};

/// An occurrence before and after.
pub(super) struct Step {
    pub(super) before: LoadedOccurrence,
    pub(super) after: LoadedOccurrence,
}

impl Step {
    pub(super) fn moves(&self) -> bool {
        self.before.span != self.after.span || self.before.room != self.after.room
    }

    pub(super) fn changes(&self) -> bool {
        self.moves() || self.before.terms != self.after.terms
    }
}

/// What carrying out steps did.
#[derive(Default)]
pub(super) struct Done {
    /// How many have another time or room now.
    pub(super) moved: u32,
    /// How many people were told of that at once.
    pub(super) told: u32,
    /// How many of those who hold a place have something else confirmed at the new time.
    pub(super) overlapping: u32,
}

/// Whether no two dates of the series would overlap afterwards (C-61).
pub(super) fn check_all(
    all: &[LoadedOccurrence],
    steps: &[Step],
) -> std::result::Result<(), Refusal> {
    let spans: Vec<Span> = all
        .iter()
        .filter(|o| o.status != Status::Cancelled)
        .map(|o| {
            let step = steps.iter().find(|s| s.after.id == o.id);
            step.map_or(o.span, |s| s.after.span)
        })
        .collect();
    check_series(&spans)
}

/// Carries them out, which were admitted.
///
/// # Errors
/// [`Refusal::RoomTaken`]; [`Refusal::Stale`] where somebody else was faster.
pub(super) async fn carry_out(
    tx: &mut Tx,
    act: &Act,
    head: &ActivityHead,
    steps: &mut [Step],
    telling: &mut Telling,
) -> Result<Done> {
    take_rooms(tx, act, head, steps).await?;
    let mut told = Told::default();
    let mut done = Done::default();
    let mut free_now = Vec::new();
    // All of them first: what of a series was at that time may have moved too.
    for step in steps.iter() {
        save(tx, step).await?;
    }
    for step in steps.iter() {
        if step.moves() {
            done.moved += 1;
            done.overlapping += overlaps(tx, &step.after).await?;
            let (id, span) = (&step.after.id, step.after.span);
            shifts::move_with(tx, act, id, (step.before.span, span), telling).await?;
            let booked = affected(tx, &step.after.id).await?;
            free_now.extend(booked.iter().map(|who| who.person.clone()));
            if step.before.status == Status::Published {
                tell(tx, act, head, step, booked, (&mut told, telling)).await?;
            }
        }
        tx.changed(Change::Occurrence(step.after.id.clone()));
    }
    promote(tx, act, head, steps).await?;
    look_again(tx, act, &free_now).await?;
    done.told = told.people;
    Ok(done)
}

async fn save(tx: &mut Tx, step: &Step) -> Result<()> {
    let Step { before, after } = step;
    trainings::make_known(tx, after.terms.grants_training.as_deref()).await?;
    let update = tx
        .sql_built(format!(
            "UPDATE occurrence SET starts_at = $1, ends_at = $2, room_id = $3,
                sequence = sequence + $4, revision = revision + 1, {}
             WHERE id = $5 AND revision = $6",
            assignments(columns::NAMES, 7)
        ))
        .bind(after.span.start())
        .bind(after.span.end())
        .bind(after.room_id.as_ref())
        .bind(i64::from(step.moves()))
        .bind(&after.id)
        .bind(before.revision);
    let saved = bind(update, &columns::cells(&after.terms)).run().await?;
    if saved == 1 {
        Ok(())
    } else {
        Err(Refusal::Stale.into())
    }
}

/// Whoever waits may have a place now. A series has one line.
async fn promote(tx: &mut Tx, act: &Act, head: &ActivityHead, steps: &[Step]) -> Result<()> {
    let changed = steps
        .iter()
        .filter(|s| s.after.status == Status::Published)
        .take(match head.enrolment {
            Enrolment::Series => 1,
            Enrolment::Single => usize::MAX,
        });
    for step in changed {
        promote_in(tx, act, &step.after.id).await?;
        tell_who_cannot_fit(tx, act, &step.after.id).await?;
    }
    Ok(())
}

/// The rooms of what moves.
async fn take_rooms(tx: &mut Tx, act: &Act, head: &ActivityHead, steps: &mut [Step]) -> Result<()> {
    let moving = || steps.iter().filter(|step| step.moves());
    let wishes: Vec<Wish<'_>> = moving()
        .map(|step| Wish {
            room: &step.after.room,
            span: step.after.span,
        })
        .collect();
    let but: Vec<&OccurrenceId> = moving().map(|step| &step.after.id).collect();
    let rooms = rooms::take(tx, act, &head.center_id, &wishes, &but).await?;
    for step in steps.iter_mut().filter(|step| step.moves()) {
        step.after.room_id = rooms.get(&step.after.room).cloned();
    }
    Ok(())
}

/// How many who hold a place here have something else confirmed at that time.
async fn overlaps(tx: &mut Tx, at: &LoadedOccurrence) -> Result<u32> {
    if at.terms.is_transparent {
        return Ok(0);
    }
    let people: Vec<(PersonId,)> = tx
        .sql(concat!(
            "SELECT DISTINCT person_id FROM booking WHERE occurrence_id = $1 AND state IN ",
            holding!()
        ))
        .bind(&at.id)
        .all()
        .await?;
    let people: Vec<PersonId> = people.into_iter().map(|(id,)| id).collect();
    let held = commitments::held(tx, &people, at.span).await?;
    let event = Event::Occurrence(at.id.clone());
    let busy = held
        .values()
        .filter(|held| clash(*held, [(&event, at.span)]).is_some());
    u32::try_from(busy.count()).map_err(|_| Error::Corrupt("count"))
}

async fn tell(
    tx: &mut Tx,
    act: &Act,
    head: &ActivityHead,
    step: &Step,
    booked: Vec<Affected>,
    (told, telling): (&mut Told, &mut Telling),
) -> Result<()> {
    for who in booked {
        // Told together, each date counts, also those of an enrolment.
        if !telling.is_gathered() && !told.is_new(&who) {
            continue;
        }
        let moving = Moving {
            account: who.account,
            person: who.name,
            subject: Subject::Booking(who.booking.clone()),
            before: step.before.sitting(head),
            after: step.after.sitting(head),
            // Each move is told, once.
            about: format!("{}:{}", who.booking, step.after.sequence + 1),
        };
        telling.moved(tx, act, moving).await?;
    }
    Ok(())
}
