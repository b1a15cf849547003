//! Moving up from the waitlist, in the transaction that frees the place (rule 3).

use super::facts::{self, LoadedOffer, LoadedWaiting};
use crate::{
    Act, Change, Db, Error, Locks, Op, Result, Tx,
    audit::{self, Entry},
    notices,
};
use domain::{
    audit::Verb,
    booking::{cannot_fit, promised_to_promoted, promote},
    commitment::{Event, Subject},
    id::{OccurrenceId, PartyId, PersonId},
    notice::{Details, Notice},
    time::Timestamp,
};
use serde_json::json;

/// Gives free places of the occurrence (of its series, with one enrolment) to those who wait.
/// Returns whether the line still stands before free places (see [`domain::booking::Promotion`]).
pub(crate) async fn promote_in(tx: &mut Tx, act: &Act, occurrence: &OccurrenceId) -> Result<bool> {
    let loaded = facts::offer(tx, occurrence, act.now).await?;
    promote_loaded(tx, act, &loaded)
        .await
        .map(|(stands, _)| stands)
}

/// The same for an offer that is loaded already; also whether anybody moved up, after which the
/// counts that were loaded no longer hold.
pub(super) async fn promote_loaded(
    tx: &mut Tx,
    act: &Act,
    loaded: &LoadedOffer,
) -> Result<(bool, bool)> {
    let somebody_waits = loaded.offer.first().waitlisted > 0;
    let room = loaded.offer.occurrences().all(|o| o.unheld() > 0);
    if !somebody_waits || !room {
        return Ok((false, false));
    }
    let line = facts::line(tx, loaded).await?;
    let waiting: Vec<_> = line.iter().map(|w| w.waiting.clone()).collect();
    let promotion = promote(&loaded.offer, &waiting, act.now);
    // Whether they are free at that time must hold until the commit.
    let moving = |w: &&LoadedWaiting| promotion.promoted.contains(&w.waiting.booking);
    tx.need(line.iter().filter(moving).map(|w| &w.account))?;
    for booking in &promotion.promoted {
        let chosen = line.iter().find(|w| w.waiting.booking == *booking);
        confirm(tx, act, loaded, chosen.ok_or(Error::Corrupt("waitlist"))?).await?;
    }
    Ok((promotion.queue_stands, !promotion.promoted.is_empty()))
}

/// Looks at the lines again in which these people wait: something that was in their own way is gone,
/// as another booking at that time or a wrong birth year. They were passed because of it, and
/// nothing else would make anybody look (C-180).
pub(crate) async fn look_again(tx: &mut Tx, act: &Act, people: &[PersonId]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    // A series has one line, that of its first occurrence.
    let text = format!(
        "SELECT MIN(o.id) FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
         JOIN activity a ON a.id = o.activity_id
         WHERE b.person_id {} AND b.state = 'waitlisted' AND o.status = 'published'
         AND o.starts_at > $2
         GROUP BY CASE WHEN a.enrolment = 'series' THEN a.id ELSE o.id END",
        tx.one_of("$1")
    );
    let waited_for: Vec<(OccurrenceId,)> = tx
        .sql_built(text)
        .bind_list(people.iter().map(PersonId::as_str))
        .bind(act.now)
        .all()
        .await?;
    tx.need(waited_for.iter().map(|(occurrence,)| occurrence))?;
    for (occurrence,) in &waited_for {
        promote_in(tx, act, occurrence).await?;
    }
    Ok(())
}

/// Tells those whose party can never fit any more, once for each number that could (C-179).
pub(crate) async fn tell_who_cannot_fit(
    tx: &mut Tx,
    act: &Act,
    occurrence: &OccurrenceId,
) -> Result<()> {
    let loaded = facts::offer(tx, occurrence, act.now).await?;
    if loaded.offer.first().waitlisted == 0 {
        return Ok(());
    }
    let line = facts::line(tx, &loaded).await?;
    let waiting: Vec<_> = line.iter().map(|w| w.waiting.clone()).collect();
    let mut told: Vec<&Option<PartyId>> = Vec::new();
    for (who, most) in cannot_fit(&loaded.offer, &waiting) {
        if told.contains(&&who.party) {
            continue;
        }
        told.push(&who.party);
        let found = line.iter().find(|w| w.waiting.booking == who.booking);
        let first = found.ok_or(Error::Corrupt("waitlist"))?;
        let notice = Notice::CannotFit {
            person: first.name.clone(),
            subject: Subject::Booking(who.booking.clone()),
            sitting: sitting(&loaded),
            most,
        };
        let about = format!("{}:{most}", who.booking);
        notices::tell(tx, act, &first.account, &notice, &about).await?;
    }
    Ok(())
}

async fn confirm(
    tx: &mut Tx,
    act: &Act,
    loaded: &LoadedOffer,
    chosen: &LoadedWaiting,
) -> Result<()> {
    let booking = &chosen.waiting.booking;
    let (which, id) = match &chosen.enrolment {
        None => ("id", booking.as_str()),
        Some(enrolment) => ("enrolment_id", enrolment.as_str()),
    };
    let promised = promised_to_promoted(&loaded.offer, act.now);
    let moved = tx
        .sql_built(format!(
            "UPDATE booking SET state = 'confirmed', confirmed_at = $1, queue_no = NULL,
             promised_cancel_until = CASE WHEN promised_cancel_until < $3 THEN $3
                 ELSE promised_cancel_until END,
             sequence = sequence + 1 WHERE {which} = $2 AND state = 'waitlisted'"
        ))
        .bind(act.now)
        .bind(id)
        .bind(promised)
        .run()
        .await?;
    if moved == 0 {
        return Err(Error::Corrupt("waitlist"));
    }
    tell(tx, act, loaded, chosen, promised).await
}

async fn tell(
    tx: &mut Tx,
    act: &Act,
    loaded: &LoadedOffer,
    chosen: &LoadedWaiting,
    cancel_until: Timestamp,
) -> Result<()> {
    let (first, booking) = (loaded.offer.first(), &chosen.waiting.booking);
    let entry = Entry {
        action: Verb::BookingPromote,
        subject: ("booking", booking.as_str()),
        center: Some(&loaded.place.center),
        detail: json!({ "occurrence": first.id, "person": chosen.waiting.person.person }),
    };
    audit::record(tx, act, entry).await?;
    let notice = Notice::Promoted {
        person: chosen.name.clone(),
        subject: Subject::Booking(booking.clone()),
        sitting: sitting(loaded),
        cancel_until,
    };
    notices::tell(tx, act, &chosen.account, &notice, booking.as_str()).await?;
    for id in loaded.ids() {
        tx.changed(Change::Occurrence(id.clone()));
    }
    Ok(())
}

/// The first occurrence of an offer as a notice names it.
pub(super) fn sitting(loaded: &LoadedOffer) -> Details {
    let first = loaded.offer.first();
    Details {
        event: Event::Occurrence(first.id.clone()),
        title: loaded.title.clone(),
        center: loaded.center_name.clone(),
        room: loaded.room.clone(),
        starts_at: first.span.start(),
        ends_at: first.span.end(),
    }
}

struct Settle {
    occurrence: OccurrenceId,
}

#[async_trait::async_trait]
impl Op for Settle {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        promote_in(tx, act, &self.occurrence).await.map(drop)
    }
}

/// Gives out places that time alone has freed: held-back places whose time has come, places that
/// the community's residents had first. Run every few seconds; a booking in between does the same
/// for its own occurrence, so that nobody can slip in before those who wait.
///
/// # Errors
/// Database errors; occurrences are settled one by one.
pub async fn settle(db: &Db, act: &Act) -> Result<u32> {
    let mut tx = db.read().await?;
    let waiting: Vec<(OccurrenceId,)> = tx
        .sql(
            "SELECT o.id FROM occurrence o
             WHERE o.starts_at > $1 AND o.booking_closes_at > $1 AND o.status = 'published'
             AND o.waiting > 0 AND o.has_room
             AND ((o.held_until <= $1 AND o.held_until > $2)
                  OR (o.residents_first_until <= $1 AND o.residents_first_until > $2))
             ORDER BY o.starts_at, o.id LIMIT 500",
        )
        .bind(act.now)
        .bind(recently(act.now))
        .all()
        .await?;
    drop(tx);
    let mut settled = 0;
    for (occurrence,) in waiting {
        let locks = Locks::of([&occurrence]);
        db.write(act, locks, Settle { occurrence }).await?;
        settled += 1;
    }
    Ok(settled)
}

/// How far back a release is looked for: a server that was down for two days still catches up.
const fn recently(now: Timestamp) -> Timestamp {
    now.plus(-2 * domain::time::DAY)
}
