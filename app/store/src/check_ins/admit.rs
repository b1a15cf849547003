//! Admitting: one scan, one transaction.

use super::{
    facts::{self, Loaded},
    lead,
    log::{self, NewEntry},
    resolve::{Read, Shown, read, resolve},
    scan::{Admission, NewCheckIn},
    settle::settle_in,
};
use crate::{
    Act, Batch, Change, Db, Locks, Op, Result, Tx,
    attempts::{self, Limit},
    centers,
};
use domain::{
    Refusal,
    access::{Action, Caller, Identity, Scope},
    check_in::{
        Candidate, CommitmentFacts, Evidence, Kind, Method, Outcome, Review, Scan, ScanTime,
        UnknownReason, Verdict, choose, scan_time, verdict,
    },
    id::CenterId,
    time::{MINUTE, Timestamp},
};
use futures_util::future::join_all;
use std::sync::Arc;
use ticket::Keyring;

/// So many of a batch are handed over at a time.
const TOGETHER: usize = 100;
/// Short codes that miss, from one caller (C-112). Mistyped ones are caught by their check
/// character and not counted.
const GUESSES: [Limit; 1] = [Limit {
    tries: 10,
    window: 10 * MINUTE,
}];

/// Decides about a scan and keeps it, whatever it means. A refusal of the rules is a
/// [`Verdict`]; an error is one where nothing was kept.
///
/// # Errors
/// [`Refusal::Forbidden`] where the caller may not admit at that center, [`Refusal::NotFound`] for
/// a booking that does not exist, [`Refusal::RateLimited`] for too many short codes that missed,
/// [`Refusal::Invalid`] for a short code without a center; for a walk-in the refusals of a booking
/// and [`Refusal::DoorNotOpen`]. Database errors.
pub async fn admit(
    db: &Db,
    keyring: &Arc<Keyring>,
    act: &Act,
    new: NewCheckIn,
) -> Result<Admission> {
    let op = Admit::new(keyring, new);
    let locks = op.locks(act, db).await?;
    // A scan under another one's id has to be kept, so the refusal comes as an answer.
    let mut answer = db.write(act, locks, op).await??;
    if answer
        .event
        .as_ref()
        .is_some_and(|event| event.shift().is_some())
    {
        lead::look(&mut db.read().await?, &mut answer, act.now).await?;
    }
    Ok(answer)
}

/// The same inside a transaction that decides more than this one scan.
pub(crate) async fn admit_in(
    tx: &mut Tx,
    keyring: &Arc<Keyring>,
    act: &Act,
    new: NewCheckIn,
) -> Result<Admission> {
    let op = Admit::new(keyring, new);
    Ok(op.run(tx, act).await??)
}

/// Several in order, each by itself: one that fails never blocks the others (C-120). They are
/// handed over together, so that they share commits.
pub async fn admit_all(
    db: &Db,
    keyring: &Arc<Keyring>,
    act: &Act,
    all: Vec<NewCheckIn>,
) -> Vec<Result<Admission>> {
    let mut jobs = Vec::with_capacity(all.len());
    for new in all {
        let op = Admit::new(keyring, new);
        jobs.push((op.locks(act, db).await, op));
    }
    let mut answers = Vec::with_capacity(jobs.len());
    let mut jobs = jobs.into_iter();
    loop {
        // A job is in line as soon as it is first polled, so those of one occurrence stay in order.
        let part = jobs.by_ref().take(TOGETHER);
        let part = part.map(async |(locks, op)| Ok(db.write(act, locks?, op).await??));
        let part: Vec<Result<Admission>> = join_all(part).await;
        if part.is_empty() {
            return answers;
        }
        answers.extend(part);
    }
}

pub(super) struct Admit {
    new: NewCheckIn,
    read: Read,
}

/// The center of the door, where the scan or the caller's grants tell it.
fn door_center(caller: &Caller, asked: Option<&CenterId>) -> Option<CenterId> {
    let mut named = caller
        .grants
        .iter()
        .filter(|g| g.role.includes(Action::CheckIn))
        .map(|g| match &g.scope {
            Scope::Center(center) => Some(center.clone()),
            _ => None,
        });
    let only = match (named.next(), named.next()) {
        (Some(Some(center)), None) => Some(center),
        _ => None,
    };
    asked.cloned().or(only)
}

#[async_trait::async_trait]
impl Op for Admit {
    type Out = std::result::Result<Admission, Refusal>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let new = &self.new;
        let center = door_center(&act.caller, new.center.as_ref());
        // Most scans are of tickets at their own center's door: one look tells all about those.
        let (seen, is_known) = match &self.read {
            Read::Ticket(id) => facts::ticket(tx, id, &new.id).await?.unzip(),
            _ => (None, None),
        };
        self.authorise_door(tx, act, center.as_ref(), seen.as_ref())
            .await?;
        if is_known.unwrap_or(true)
            && let Some(first) = log::first(tx, act, &new.id).await?
        {
            if first.is_of(new) {
                return Ok(Ok(first.answer));
            }
            self.keep_reused(tx, act, center, seen).await?;
            return Ok(Err(Refusal::IdempotencyMismatch));
        }
        self.admit_new(tx, act, center, seen).await.map(Ok)
    }
}

impl Admit {
    /// A scan of which nothing is known yet.
    async fn admit_new(
        &self,
        tx: &mut Tx,
        act: &Act,
        center: Option<CenterId>,
        seen: Option<Loaded>,
    ) -> Result<Admission> {
        let new = &self.new;
        let time = scan_time(new.at, new.sent_at, act.now);
        if let Read::WalkIn(walk_in) = &self.read {
            return self.take_in(tx, act, walk_in, time).await;
        }
        let shown = resolve(tx, &self.read, seen, center.as_ref(), time.at).await?;
        self.limit_guesses(tx, act, &shown).await?;
        let loaded = match self.chosen(&shown, center.as_ref(), time.at)? {
            Ok(loaded) => loaded,
            Err(verdict) => {
                return self
                    .keep_refused(tx, act, center, &shown, verdict, time)
                    .await;
            }
        };
        self.authorise_commitment(act, &loaded, center.is_none())?;
        let time = time.of_booking(loaded.facts.booked_at);
        self.decide(tx, act, loaded, &shown, center, time).await
    }

    /// Keeps a scan that came under the id of another one, with whom it stands for, so that nobody
    /// is lost by it (C-192).
    async fn keep_reused(
        &self,
        tx: &mut Tx,
        act: &Act,
        center: Option<CenterId>,
        seen: Option<Loaded>,
    ) -> Result<()> {
        let id = self.new.id_when_reused();
        if log::has(tx, &id).await? {
            return Ok(());
        }
        let time = scan_time(self.new.at, self.new.sent_at, act.now);
        let (method, card, loaded) = match &self.read {
            Read::WalkIn(_) => (Method::WalkIn, None, None),
            read => {
                let shown = resolve(tx, read, seen, center.as_ref(), time.at).await?;
                let chosen = self.chosen(&shown, center.as_ref(), time.at).ok();
                let loaded = chosen.and_then(std::result::Result::ok);
                let loaded =
                    loaded.filter(|l| self.authorise_commitment(act, l, center.is_none()).is_ok());
                (shown.method, shown.card, loaded)
            }
        };
        let entry = NewEntry {
            new: &NewCheckIn {
                id,
                ..self.new.clone()
            },
            center: center.as_ref().or(loaded.as_ref().map(|l| &l.facts.center)),
            time,
            method,
            card: card.as_ref(),
            loaded: loaded.as_ref(),
            verdict: &Verdict::Unknown {
                reason: UnknownReason::IdReused,
            },
            review: Some(Review::IdReused),
        };
        let mut batch = Batch::new(tx);
        log::add(&mut batch, act, &entry)?;
        log::add_audit(&mut batch, act, &entry);
        batch.run(tx).await
    }

    fn new(keyring: &Keyring, new: NewCheckIn) -> Self {
        Self {
            read: read(keyring, &new.presented),
            new,
        }
    }

    /// On PostgreSQL the event is looked up first, so that its lock is taken at the start.
    async fn locks(&self, act: &Act, db: &Db) -> Result<Locks> {
        if let Read::WalkIn(walk_in) = &self.read {
            let locks = Locks::of([&walk_in.account]);
            return Ok(locks.and([&walk_in.occurrence]));
        }
        if !db.is_postgres() {
            return Ok(Locks::none());
        }
        let mut tx = db.read().await?;
        if let Read::Ticket(id) | Read::Found(id, _) = &self.read {
            match facts::event_of(&mut tx, id).await? {
                Some((event, None)) => {
                    return Ok(Locks::of([&event]));
                }
                // Of a series several dates may be meant.
                Some((_, Some(_))) => {}
                None => return Ok(Locks::none()),
            }
        }
        let center = door_center(&act.caller, self.new.center.as_ref());
        let at = scan_time(self.new.at, self.new.sent_at, act.now).at;
        let shown = resolve(&mut tx, &self.read, None, center.as_ref(), at).await?;
        Ok(match self.chosen(&shown, center.as_ref(), at)? {
            Ok(loaded) => Locks::of([&loaded.facts.event]),
            Err(_) => Locks::none(),
        })
    }

    /// Whether the caller may admit at all, there if the center is known. `seen` may know where
    /// that lies.
    async fn authorise_door(
        &self,
        tx: &mut Tx,
        act: &Act,
        center: Option<&CenterId>,
        seen: Option<&Loaded>,
    ) -> Result<()> {
        let caller = &act.caller;
        match (&caller.identity, &self.read, center) {
            // A claim is one's own; whose commitment it is comes later.
            (Identity::Resident(_), Read::Found(_, Method::WallCode), _) => Ok(()),
            (_, _, Some(center)) => match seen {
                Some(seen) if seen.place.center == *center => {
                    Ok(caller.may(Action::CheckIn, &seen.place)?)
                }
                _ => {
                    let place = centers::place(tx, center).await?;
                    Ok(caller.may(Action::CheckIn, &place)?)
                }
            },
            (Identity::Anonymous, ..) => Err(Refusal::Unauthenticated.into()),
            (Identity::System, ..) => Ok(()),
            _ if caller.may_somewhere(Action::CheckIn) => Ok(()),
            _ => Err(Refusal::Forbidden.into()),
        }
    }

    /// Whether the caller may admit this commitment this way.
    fn authorise_commitment(&self, act: &Act, loaded: &Loaded, anywhere: bool) -> Result<()> {
        let caller = &act.caller;
        let action = match (&caller.identity, &self.read) {
            (Identity::Resident(account), Read::Found(_, Method::WallCode))
                if Some(account) == loaded.account.as_ref() =>
            {
                return Ok(());
            }
            (Identity::Resident(_), _) => return Err(Refusal::NotFound.into()),
            (_, Read::Found(_, Method::Name | Method::Sheet)) => Action::ViewBookings,
            // A door whose center is not known is one of the commitment's.
            _ if anywhere => Action::CheckIn,
            _ => return Ok(()),
        };
        Ok(caller.may(action, &loaded.place)?)
    }

    async fn limit_guesses(&self, tx: &mut Tx, act: &Act, shown: &Shown) -> Result<()> {
        if shown.method != Method::ShortCode {
            return Ok(());
        }
        limit_guesses_in(tx, act, shown.missed).await
    }

    /// The commitment that is meant, or what is said where none or several are (C-103).
    fn chosen(
        &self,
        shown: &Shown,
        center: Option<&CenterId>,
        at: Timestamp,
    ) -> Result<std::result::Result<Loaded, Verdict>> {
        let all = match &shown.means {
            Ok(all) => all,
            Err(verdict) => return Ok(Err(verdict.clone())),
        };
        if let Some(wanted) = &self.new.event {
            let picked = all.iter().find(|b| b.facts.event == *wanted);
            return Ok(Ok(picked.cloned().ok_or(Refusal::NotFound)?));
        }
        if let [only] = all.as_slice() {
            return Ok(Ok(only.clone()));
        }
        let facts: Vec<CommitmentFacts> = all.iter().map(|b| b.facts.clone()).collect();
        Ok(match choose(&facts, center, at) {
            Ok(nth) => nth
                .and_then(|nth| all.get(nth).cloned())
                .ok_or(Verdict::Unknown {
                    reason: UnknownReason::NoBooking,
                }),
            Err(fits) => Err(Verdict::Choose {
                candidates: fits
                    .iter()
                    .filter_map(|nth| all.get(*nth))
                    .map(candidate)
                    .collect(),
            }),
        })
    }

    /// A scan that stands for no one commitment is kept too.
    async fn keep_refused(
        &self,
        tx: &mut Tx,
        act: &Act,
        center: Option<CenterId>,
        shown: &Shown,
        verdict: Verdict,
        time: ScanTime,
    ) -> Result<Admission> {
        let entry = NewEntry {
            new: &self.new,
            center: center.as_ref(),
            time,
            method: shown.method,
            card: shown.card.as_ref(),
            loaded: None,
            verdict: &verdict,
            review: time.review,
        };
        let mut batch = Batch::new(tx);
        log::add(&mut batch, act, &entry)?;
        log::add_audit(&mut batch, act, &entry);
        batch.run(tx).await?;
        if let Some(center) = &center {
            tx.changed(Change::Door(center.clone()));
        }
        Ok(entry.answer(&act.caller))
    }

    pub(super) async fn decide(
        &self,
        tx: &mut Tx,
        act: &Act,
        mut loaded: Loaded,
        shown: &Shown,
        center: Option<CenterId>,
        time: ScanTime,
    ) -> Result<Admission> {
        tx.need([&loaded.facts.event])?;
        let scan = Scan {
            id: self.new.id.clone(),
            at: time.at,
            center: center.clone(),
            direction: self.new.direction,
        };
        let mut verdict = verdict(&loaded.facts, &scan);
        if verdict.outcome() == Outcome::Waitlisted {
            (loaded, verdict) = self.seat(tx, act, loaded, &scan, verdict).await?;
        }
        let mut batch = Batch::new(tx);
        let mut review = time.review;
        if verdict.is_evidence() {
            let evidence = Evidence {
                id: scan.id,
                kind: Kind::Scan,
                direction: scan.direction,
                at: scan.at,
                door: log::door(&self.new.door),
            };
            let settled = settle_in(tx, act, &mut batch, &loaded, Some(evidence)).await?;
            review = settled.or(review);
        }
        if matches!(
            verdict,
            Verdict::Admitted {
                entry_missing: true,
                ..
            }
        ) {
            review = review.or(Some(Review::EntryMissing));
        }
        let entry = NewEntry {
            new: &self.new,
            center: center.as_ref().or(Some(&loaded.facts.center)),
            time,
            method: shown.method,
            card: shown.card.as_ref(),
            loaded: Some(&loaded),
            verdict: &verdict,
            review,
        };
        log::add(&mut batch, act, &entry)?;
        log::add_audit(&mut batch, act, &entry);
        batch.run(tx).await?;
        tx.changed((&loaded.facts.event).into());
        tx.changed(Change::Door(
            center.clone().unwrap_or(loaded.facts.center.clone()),
        ));
        Ok(entry.answer(&act.caller))
    }
}

/// Counts a short code that missed against whoever tried it, and stops them beyond [`GUESSES`]
/// (C-112), at whatever they try it.
pub(crate) async fn limit_guesses_in(tx: &mut Tx, act: &Act, missed: bool) -> Result<()> {
    let subject = format!("short_code:{}", act.caller.key());
    if missed {
        attempts::guard(tx, &subject, act.now).await?;
    }
    attempts::check(tx, &subject, &GUESSES, act.now).await?;
    if missed {
        attempts::count(tx, &subject, act.now).await?;
    }
    Ok(())
}

fn candidate(loaded: &Loaded) -> Candidate {
    Candidate {
        event: loaded.facts.event.clone(),
        title: loaded.title.clone(),
        starts_at: loaded.facts.span.start(),
        ends_at: loaded.facts.span.end(),
    }
}
