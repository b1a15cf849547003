//! Who has no place yet: somebody without a booking, and somebody who waits for one.

use super::{
    admit::Admit,
    facts::{self, Loaded},
    resolve::Shown,
    scan::{Admission, WalkIn},
};
use crate::{
    Act, Error, Result, Tx,
    bookings::{BookRequest, Comer, Seat, book_at_door_in, seat_in, seated_since},
};
use domain::{
    access::Action,
    activity::Channel,
    booking::{Fit, State},
    check_in::{Method, Scan, ScanTime, Verdict, verdict_if_seated},
    commitment::{Event, Subject},
    time::Timestamp,
};

impl Admit {
    /// Books for somebody without a booking, and admits them.
    pub(super) async fn take_in(
        &self,
        tx: &mut Tx,
        act: &Act,
        walk_in: &WalkIn,
        time: ScanTime,
    ) -> Result<Admission> {
        tx.need([&walk_in.account])?;
        tx.need([&walk_in.occurrence])?;
        let known = facts::live_of_person(tx, &walk_in.person, &walk_in.occurrence).await?;
        let loaded = match known {
            Some(loaded) => loaded,
            None => self.book(tx, act, walk_in, time.at).await?,
        };
        act.caller.may(Action::BookForOthers, &loaded.place)?;
        let center = Some(loaded.facts.center.clone());
        let shown = Shown {
            method: Method::WalkIn,
            card: None,
            means: Ok(vec![]),
            missed: false,
        };
        self.decide(tx, act, loaded, &shown, center, time).await
    }

    async fn book(
        &self,
        tx: &mut Tx,
        act: &Act,
        walk_in: &WalkIn,
        at: Timestamp,
    ) -> Result<Loaded> {
        let request = BookRequest {
            occurrence: walk_in.occurrence.clone(),
            account: walk_in.account.clone(),
            people: vec![walk_in.person.clone()],
            channel: Channel::Desk,
            fit: Fit::Together,
            may_wait: false,
        };
        let view = book_at_door_in(tx, act, &request, at).await?;
        let loaded = facts::of_subject(tx, &Subject::Booking(view.id)).await?;
        let mut loaded = loaded.ok_or(Error::Corrupt("booking"))?;
        // They stood at the door before the booking was written.
        loaded.facts.booked_at = loaded.facts.booked_at.min(at);
        Ok(loaded)
    }

    /// For somebody who waits: a place, if one is free for them at the door; else where they stand
    /// in line. One who was let in by a later scan that came before this one is judged as if this
    /// one had come first.
    pub(super) async fn seat(
        &self,
        tx: &mut Tx,
        act: &Act,
        loaded: Loaded,
        scan: &Scan,
        waits: Verdict,
    ) -> Result<(Loaded, Verdict)> {
        let would = verdict_if_seated(&loaded.facts, scan);
        let facts = &loaded.facts;
        let (Subject::Booking(booking), Event::Occurrence(occurrence), Some(account)) =
            (&facts.subject, &facts.event, &loaded.account)
        else {
            return Ok((loaded, waits));
        };
        let who = Comer {
            occurrence,
            booking,
            account,
            at: scan.at,
        };
        let is_theirs = match loaded.facts.state {
            State::Waitlisted => match seat_in(tx, act, &who, would.is_evidence()).await? {
                Seat::Theirs => true,
                Seat::None {
                    position,
                    kept_until,
                } => {
                    let told = Verdict::Waitlisted {
                        position: Some(position),
                        kept_until,
                    };
                    return Ok((loaded, told));
                }
            },
            _ => {
                let since = loaded.facts.confirmed_at;
                let was_let_in = loaded.facts.evidence.iter().any(|e| Some(e.at) == since);
                was_let_in && would.is_evidence() && seated_since(tx, act, &who).await?
            }
        };
        if !is_theirs {
            return Ok((loaded, waits));
        }
        let mut seated = loaded;
        if seated.facts.state == State::Waitlisted {
            seated.facts.state = State::Confirmed;
        }
        seated.facts.confirmed_at = Some(scan.at);
        Ok((seated, would))
    }
}
