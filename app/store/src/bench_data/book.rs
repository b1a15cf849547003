//! Bookings, by the rules of `domain` but decided in memory.

use super::{
    city::{Slot, Somebody},
    rows::Rows,
};
use crate::{Act, Error, Result, Tx, seed::Dice};
use domain::{
    id::BookingId,
    time::{DAY, Span},
};
use std::collections::HashSet;
use ticket::ShortCode;

/// One in this many occurrences is popular …
const POPULAR: usize = 25;
/// … and together they get this percentage of attempts.
const RUSH: usize = 30;
/// Attempts per booking before the city counts as full.
const PATIENCE: usize = 200;

/// Makes bookings in order of time until there are enough or nothing fits any more; how many have
/// a place and how many wait.
pub(super) async fn bookings(
    tx: &mut Tx,
    act: &Act,
    people: &[Somebody],
    sittings: &[Slot],
    count: u32,
    dice: &mut Dice,
) -> Result<(usize, usize)> {
    if people.is_empty() || sittings.is_empty() {
        return Ok((0, 0));
    }
    let mut rows = Rows::into(
        "booking (id, occurrence_id, person_id, account_id, state, channel, short_code, queue_no, promised_cancel_until, booked_at, confirmed_at)",
    );
    let mut book = Book {
        taken: vec![(0, 0); sittings.len()],
        calendars: vec![Vec::new(); people.len()],
        codes: HashSet::new(),
    };
    let (mut confirmed, mut waitlisted) = (0, 0);
    let step = 6 * DAY / i64::from(count.max(1));
    let mut at = act.now.plus(-6 * DAY);
    for _ in 0..count {
        let Some((who, what, queue_no)) = book.next(people, sittings, dice) else {
            break;
        };
        let (somebody, sitting) = (&people[who], &sittings[what]);
        let id: BookingId = act.ids.make(at);
        let state = if queue_no.is_some() {
            waitlisted += 1;
            "waitlisted"
        } else {
            confirmed += 1;
            "confirmed"
        };
        let channel = match dice.below(10) {
            0..=6 => "online",
            7 | 8 => "kiosk",
            _ => "desk",
        };
        rows.push([
            id.as_str().into(),
            sitting.id.as_str().into(),
            somebody.person.as_str().into(),
            somebody.account.as_str().into(),
            state.into(),
            channel.into(),
            book.code(act)?.into(),
            queue_no.into(),
            sitting.cancel_until.0.into(),
            at.0.into(),
            queue_no.is_none().then_some(at.0).into(),
        ]);
        at = at.plus(step);
        if rows.is_full() {
            rows.flush(tx).await?;
        }
    }
    rows.flush(tx).await?;
    Ok((confirmed, waitlisted))
}

/// Who sits where so far.
struct Book {
    /// Places taken and places in line, by occurrence.
    taken: Vec<(u32, u32)>,
    /// What each person holds or waits for.
    calendars: Vec<Vec<(usize, Span)>>,
    codes: HashSet<String>,
}

impl Book {
    /// The next booking that the rules allow: person, occurrence, and the place in line.
    fn next(
        &mut self,
        people: &[Somebody],
        sittings: &[Slot],
        dice: &mut Dice,
    ) -> Option<(usize, usize, Option<i64>)> {
        for _ in 0..PATIENCE {
            let what = if dice.below(100) < RUSH {
                dice.below(sittings.len().div_ceil(POPULAR))
            } else {
                dice.below(sittings.len())
            };
            let (sitting, (taken, waiting)) = (&sittings[what], self.taken[what]);
            let room = taken < sitting.capacity;
            // As in reality, most people who find it full don't join the waitlist.
            if !room && (waiting >= sitting.waitlist_capacity || dice.below(3) > 0) {
                continue;
            }
            let who = dice.below(people.len());
            let fits = sitting
                .ages
                .admit(people[who].birth_year, sitting.span.start())
                .is_ok();
            let busy = self.calendars[who]
                .iter()
                .any(|(other, span)| *other == what || span.overlaps(sitting.span));
            if !fits || busy {
                continue;
            }
            self.calendars[who].push((what, sitting.span));
            if room {
                self.taken[what].0 += 1;
                return Some((who, what, None));
            }
            self.taken[what].1 += 1;
            return Some((who, what, Some(i64::from(self.taken[what].1))));
        }
        None
    }

    /// A short code that was not used yet.
    fn code(&mut self, act: &Act) -> Result<String> {
        loop {
            let code = ShortCode::from_random(&act.ids.random::<24>())
                .map_err(|_| Error::Corrupt("randomness"))?
                .compact();
            if self.codes.insert(code.clone()) {
                return Ok(code);
            }
        }
    }
}
