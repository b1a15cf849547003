//! Booking a place for one person or several.

use super::{
    facts::{self, LoadedOffer, LoadedPerson},
    promote::{promote_loaded, sitting},
    read::{BookingView, view_in},
};
use crate::{
    Act, Batch, Change, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    notices, outcome,
};
use domain::{
    Reason, Refusal,
    access::{Action, Identity},
    activity::{Channel, Enrolment},
    audit::Verb,
    booking::{AtDoor, Fit, OccurrenceFacts, PartyRequest, Placement, State, decide},
    commitment::Subject,
    id::{AccountId, BookingId, EnrolmentId, OccurrenceId, PartyId, PersonId},
    notice::Notice,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ticket::ShortCode;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct BookRequest {
    /// Which occurrence (with one enrolment: of which series).
    pub occurrence: OccurrenceId,
    /// Whose people.
    pub account: AccountId,
    /// Who of them; empty is the holder.
    pub people: Vec<PersonId>,
    /// The way it came in.
    pub channel: Channel,
    /// All or none, or as many as fit.
    pub fit: Fit,
    /// Whether a place in line will do.
    pub may_wait: bool,
}

/// What each person got, in the order of the request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Booked {
    /// A booking, or why not.
    pub people: Vec<(PersonId, std::result::Result<BookingView, Refusal>)>,
}

impl Booked {
    /// The bookings that were made.
    pub fn bookings(&self) -> impl Iterator<Item = &BookingView> {
        self.people
            .iter()
            .filter_map(|(_, outcome)| outcome.as_ref().ok())
    }
}

/// Books (rules 1 to 4).
///
/// # Errors
/// The refusal where nobody got anything, given again to the same key like any other answer;
/// database errors.
pub async fn book(db: &Db, act: &Act, request: BookRequest) -> Result<Booked> {
    let mut people = request.people.clone();
    people.sort();
    people.dedup();
    if people.len() != request.people.len() || people.len() > 20 {
        return Err(Refusal::invalid("person_ids", Reason::RepeatedOrTooMany).into());
    }
    let locks = Locks::of([&request.account]).and([&request.occurrence]);
    Ok(db.write(act, locks, Book { request }).await??)
}

struct Book {
    request: BookRequest,
}

#[async_trait::async_trait]
impl Op for Book {
    type Out = Outcome<Booked>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        book_in(tx, act, &self.request).await
    }
}

/// Books inside a transaction. A refusal is a value: whoever moved up before it was decided stays
/// where they are.
pub(crate) async fn book_in(
    tx: &mut Tx,
    act: &Act,
    request: &BookRequest,
) -> Result<Outcome<Booked>> {
    let mut batch = Batch::new(tx);
    let attempted = match facts::offer(tx, &request.occurrence, act.now).await {
        Ok(loaded) => attempt(tx, act, request, loaded, &mut batch).await,
        Err(error) => Err(error),
    };
    let booked = outcome(attempted)?.and_then(|booked| booked);
    tx.write_last(batch);
    Ok(booked)
}

/// Whether this caller may book for this account by this channel.
pub(super) fn authorise(act: &Act, request: &BookRequest, loaded: &LoadedOffer) -> Result<()> {
    let caller = &act.caller;
    let action = match (&caller.identity, request.channel) {
        (Identity::System, _) => return Ok(()),
        (Identity::Resident(account), Channel::Online) if *account == request.account => {
            return Ok(());
        }
        (Identity::Anonymous, _) => return Err(Refusal::Unauthenticated.into()),
        (Identity::Resident(_), _) => return Err(Refusal::Forbidden.into()),
        (_, Channel::Kiosk) => Action::BookAtKiosk,
        (_, Channel::Desk | Channel::Telephone) => Action::BookForOthers,
        (_, Channel::Online) => return Err(Refusal::Forbidden.into()),
    };
    Ok(caller.may(action, &loaded.place)?)
}

async fn attempt(
    tx: &mut Tx,
    act: &Act,
    request: &BookRequest,
    mut loaded: LoadedOffer,
    batch: &mut Batch,
) -> Result<Outcome<Booked>> {
    authorise(act, request, &loaded)?;
    // Whoever waits comes before whoever asks now (C-18).
    let (queue_stands, moved) = promote_loaded(tx, act, &loaded).await?;
    if moved {
        loaded = facts::offer(tx, &request.occurrence, act.now).await?;
    }
    let asked = Asked {
        act,
        request,
        queue_stands,
        at_door: None,
    };
    decide_and_place(tx, asked, &loaded, batch).await
}

/// A request with who made it and what the line means for it.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) act: &'a Act,
    pub(super) request: &'a BookRequest,
    pub(super) queue_stands: bool,
    pub(super) at_door: Option<AtDoor>,
}

/// Decides, and writes what was decided.
pub(super) async fn decide_and_place(
    tx: &mut Tx,
    asked: Asked<'_>,
    loaded: &LoadedOffer,
    batch: &mut Batch,
) -> Result<Outcome<Booked>> {
    let Asked { act, request, .. } = asked;
    let people = facts::people(tx, loaded, &request.account, &request.people).await?;
    let wanted = PartyRequest {
        channel: request.channel,
        fit: request.fit,
        may_wait: request.may_wait,
        queue_stands: asked.queue_stands,
        at_door: asked.at_door,
    };
    let facts: Vec<_> = people.iter().map(|p| p.facts.clone()).collect();
    let decisions = match decide(&loaded.offer, &facts, wanted, act.now) {
        Ok(decisions) => decisions,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if decisions.iter().all(std::result::Result::is_err) {
        let refusal = decisions
            .into_iter()
            .find_map(std::result::Result::err)
            .unwrap_or(Refusal::Full);
        return Ok(Err(refusal));
    }
    place(tx, asked, loaded, people, decisions, batch)
        .await
        .map(Ok)
}

/// Writes what was decided.
async fn place(
    tx: &mut Tx,
    asked: Asked<'_>,
    loaded: &LoadedOffer,
    people: Vec<LoadedPerson>,
    decisions: Vec<std::result::Result<Placement, Refusal>>,
    batch: &mut Batch,
) -> Result<Booked> {
    let Asked { act, request, .. } = asked;
    let together = request.fit == Fit::Together && people.len() > 1;
    let party: Option<PartyId> = together.then(|| act.ids.make(act.now));
    let has_phone = people.iter().any(|person| person.has_phone);
    let mut outcomes = Vec::with_capacity(people.len());
    for (person, decision) in people.into_iter().zip(decisions) {
        let outcome = match decision {
            Ok(placement) => {
                let made = insert(batch, asked, loaded, &person, placement, party.as_ref())?;
                tell_booked_by_staff(tx, asked, loaded, &person, &made.id).await?;
                let single = loaded.enrolment == Enrolment::Single;
                let view = match placement {
                    Placement::Confirm if single => confirmed(asked, loaded, &person, made),
                    _ => {
                        batch.run(tx).await?;
                        view_in(tx, &made.id)
                            .await?
                            .ok_or(Error::Corrupt("booking"))?
                    }
                };
                Ok(view)
            }
            Err(refusal) => Err(refusal),
        };
        outcomes.push((person.facts.person, outcome));
    }
    let booked = Booked { people: outcomes };
    let made: Vec<_> = booked.bookings().map(|b| (&b.id, b.state)).collect();
    let entry = Entry {
        action: Verb::BookingBook,
        subject: ("occurrence", request.occurrence.as_str()),
        center: Some(&loaded.place.center),
        detail: json!({ "bookings": made, "channel": request.channel }),
    };
    audit::add(batch, act, entry);
    if has_phone {
        confirm_by_text(batch, asked, loaded, &booked)?;
    }
    for id in loaded.ids() {
        tx.changed(Change::Occurrence(id.clone()));
    }
    Ok(booked)
}

/// What [`view_in`] would read of a place that was just confirmed; it saves a fifth of the time
/// of a booking.
fn confirmed(
    asked: Asked<'_>,
    loaded: &LoadedOffer,
    person: &LoadedPerson,
    made: Made,
) -> BookingView {
    let Asked { act, request, .. } = asked;
    let occurrence = loaded.offer.first();
    BookingView {
        id: made.id,
        occurrence_id: occurrence.id.clone(),
        activity_id: loaded.activity.clone(),
        center_id: loaded.place.center.clone(),
        center_name: loaded.center_name.clone(),
        center_phone: loaded.center_phone.clone(),
        title: loaded.title.clone(),
        room: loaded.room.clone(),
        starts_at: occurrence.span.start(),
        ends_at: occurrence.span.end(),
        occurrence_status: occurrence.status,
        unit: occurrence.terms.unit,
        person_id: person.facts.person.clone(),
        person_name: person.name.clone(),
        account_id: request.account.clone(),
        state: State::Confirmed,
        position: None,
        short_code: made.short_code,
        channel: request.channel,
        enrolment_id: None,
        cancel_until: occurrence.terms.cancel_until,
        booked_at: act.now,
        cancelled_at: None,
        cancelled_by: None,
        cancel_reason: String::new(),
        sequence: loaded.sequence,
    }
}

/// A booking that was written.
struct Made {
    id: BookingId,
    short_code: String,
}

/// The rows of one person: one, or with one enrolment one for each occurrence. The id of the one
/// in the occurrence that was asked for.
fn insert(
    batch: &mut Batch,
    asked: Asked<'_>,
    loaded: &LoadedOffer,
    person: &LoadedPerson,
    placement: Placement,
    party: Option<&PartyId>,
) -> Result<Made> {
    let Asked { act, request, .. } = asked;
    let enrolment: Option<EnrolmentId> =
        (loaded.enrolment == Enrolment::Series).then(|| act.ids.make(act.now));
    let mut of_asked: Option<Made> = None;
    for occurrence in loaded.offer.occurrences() {
        let row = NewRow {
            occurrence,
            person,
            placement,
            enrolment: enrolment.as_ref(),
            party,
        };
        let made = insert_row(batch, asked, &row)?;
        if occurrence.id == request.occurrence || of_asked.is_none() {
            of_asked = Some(made);
        }
    }
    of_asked.ok_or(Error::Corrupt("offer"))
}

struct NewRow<'a> {
    occurrence: &'a OccurrenceFacts,
    person: &'a LoadedPerson,
    placement: Placement,
    enrolment: Option<&'a EnrolmentId>,
    party: Option<&'a PartyId>,
}

/// A short code that exists already, one of three billion, makes the operation run again, with
/// another one.
fn insert_row(batch: &mut Batch, asked: Asked<'_>, row: &NewRow<'_>) -> Result<Made> {
    let Asked { act, request, .. } = asked;
    // Whoever is taken in at the door has their place since they stood there.
    let since = asked
        .at_door
        .map_or(act.now, |door| door.since.min(act.now));
    let id: BookingId = act.ids.make(act.now);
    let short_code = short_code(act)?;
    let waits = row.placement == Placement::Wait;
    let state = if waits {
        State::Waitlisted
    } else {
        State::Confirmed
    };
    batch
        .add(
            "INSERT INTO booking (id, occurrence_id, person_id, account_id, enrolment_id,
                 party_id, state, channel, short_code, queue_no, promised_cancel_until,
                 booked_at, confirmed_at, is_walk_in)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
                 CASE WHEN $13 THEN (SELECT COALESCE(MAX(queue_no), 0) + 1 FROM booking
                     WHERE occurrence_id = $2 AND state = 'waitlisted') END,
                 $10, $11, $12, $14)
             ON CONFLICT (short_code) DO NOTHING",
        )
        .bind(&id)
        .bind(&row.occurrence.id)
        .bind(&row.person.facts.person)
        .bind(&request.account)
        .bind(row.enrolment)
        .bind(row.party)
        .bind(state)
        .bind(request.channel)
        .bind(&short_code)
        .bind(row.occurrence.terms.cancel_until)
        .bind(act.now)
        .bind((!waits).then_some(since))
        .bind(waits)
        .bind(asked.at_door.is_some());
    Ok(Made { id, short_code })
}

/// A new short code, of a booking or an assignment.
pub(crate) fn short_code(act: &Act) -> Result<String> {
    let code = ShortCode::from_random(&act.ids.random::<24>())
        .map_err(|_| Error::Corrupt("randomness"))?;
    Ok(code.compact())
}

/// Whoever booked for themselves, on a phone or at the kiosk, has it in writing.
fn confirm_by_text(
    batch: &mut Batch,
    asked: Asked<'_>,
    loaded: &LoadedOffer,
    booked: &Booked,
) -> Result<()> {
    let Asked { act, request, .. } = asked;
    let by_themselves = matches!(request.channel, Channel::Online | Channel::Kiosk);
    let Some(first) = booked.bookings().next() else {
        return Ok(());
    };
    if asked.at_door.is_some() || !by_themselves {
        return Ok(());
    }
    let count = |waits: bool| {
        let those = booked.bookings();
        let those = those.filter(|booking| (booking.state == State::Waitlisted) == waits);
        u32::try_from(those.count()).unwrap_or(u32::MAX)
    };
    let notice = Notice::Booked {
        person: first.person_name.clone(),
        people: count(false),
        waiting: count(true),
        subject: Subject::Booking(first.id.clone()),
        sitting: sitting(loaded),
    };
    notices::text(batch, act, &request.account, &notice, first.id.as_str())
}

async fn tell_booked_by_staff(
    tx: &mut Tx,
    asked: Asked<'_>,
    loaded: &LoadedOffer,
    person: &LoadedPerson,
    booking: &BookingId,
) -> Result<()> {
    let Asked { act, request, .. } = asked;
    // Whoever stands at the door sees it happen.
    if asked.at_door.is_some() || !matches!(request.channel, Channel::Desk | Channel::Telephone) {
        return Ok(());
    }
    let notice = Notice::BookedByStaff {
        person: person.name.clone(),
        subject: Subject::Booking(booking.clone()),
        sitting: sitting(loaded),
    };
    notices::tell(tx, act, &request.account, &notice, booking.as_str()).await
}
