//! Bookings, by the rules of `domain` but decided in memory.

use super::{
    city::{Slot, Somebody},
    rows::Rows,
};
use crate::{Act, Error, Result, Tx, columns::Cell, seed::Dice};
use domain::{
    booking::State,
    id::BookingId,
    time::{DAY, Span, Timestamp},
};
use std::collections::HashSet;
use ticket::ShortCode;

/// One in this many occurrences is popular …
const POPULAR: usize = 25;
/// … and together they get this percentage of attempts.
const RUSH: usize = 30;
/// Attempts per booking before the city counts as full.
const PATIENCE: usize = 200;

/// The columns that every booking has.
pub(super) const BOOKING: &str = "booking (id, occurrence_id, person_id, account_id, state, channel, short_code, queue_no, promised_cancel_until, booked_at, confirmed_at";

/// Who sits where so far.
pub(super) struct Book<'c> {
    pub(super) people: &'c [Somebody],
    coming: &'c [Slot],
    /// Places taken and places in line, by occurrence.
    taken: Vec<(u32, u32)>,
    /// What each person holds or waits for.
    calendars: Vec<Vec<Span>>,
    codes: HashSet<String>,
}

/// A booking on its way.
pub(super) struct Place<'p> {
    pub(super) id: &'p BookingId,
    pub(super) sitting: &'p Slot,
    pub(super) who: usize,
    pub(super) state: State,
    pub(super) channel: &'static str,
    pub(super) queue_no: Option<i64>,
    pub(super) booked_at: Timestamp,
}

impl<'c> Book<'c> {
    /// Nobody anywhere yet.
    pub(super) fn of(people: &'c [Somebody], coming: &'c [Slot]) -> Self {
        Self {
            people,
            coming,
            taken: vec![(0, 0); coming.len()],
            calendars: vec![Vec::new(); people.len()],
            codes: HashSet::new(),
        }
    }

    /// Makes bookings of what is coming in order of time until there are enough or nothing fits any more;
    /// how many have a place and how many wait.
    pub(super) async fn bookings(
        &mut self,
        tx: &mut Tx,
        act: &Act,
        count: u32,
        dice: &mut Dice,
    ) -> Result<(usize, usize)> {
        if self.people.is_empty() || self.coming.is_empty() {
            return Ok((0, 0));
        }
        let mut rows = Rows::into(format!("{BOOKING})"));
        let (mut confirmed, mut waitlisted) = (0, 0);
        let step = 6 * DAY / i64::from(count.max(1));
        let mut at = act.now.plus(-6 * DAY);
        for _ in 0..count {
            let Some((who, what, queue_no)) = self.next(dice) else {
                break;
            };
            let id: BookingId = act.ids.make(at);
            let place = Place {
                id: &id,
                sitting: &self.coming[what],
                who,
                state: match queue_no {
                    Some(_) => State::Waitlisted,
                    None => State::Confirmed,
                },
                channel: self.channel(dice),
                queue_no,
                booked_at: at,
            };
            match queue_no {
                Some(_) => waitlisted += 1,
                None => confirmed += 1,
            }
            rows.push(self.cells(act, &place)?);
            at = at.plus(step);
            if rows.is_full() {
                rows.flush(tx).await?;
            }
        }
        rows.flush(tx).await?;
        Ok((confirmed, waitlisted))
    }

    /// Where a booking was made.
    pub(super) fn channel(&self, dice: &mut Dice) -> &'static str {
        match dice.below(10) {
            0..=6 => "online",
            7 | 8 => "kiosk",
            _ => "desk",
        }
    }

    /// The cells of [`BOOKING`].
    pub(super) fn cells(&mut self, act: &Act, place: &Place<'_>) -> Result<[Cell; 11]> {
        let (sitting, at) = (place.sitting, place.booked_at);
        let code = self.code(act)?;
        let somebody = &self.people[place.who];
        let confirmed_at = place.queue_no.is_none().then_some(at.0);
        Ok([
            place.id.as_str().into(),
            sitting.id.as_str().into(),
            somebody.person.as_str().into(),
            somebody.account.as_str().into(),
            place.state.as_str().into(),
            place.channel.into(),
            code.into(),
            place.queue_no.into(),
            sitting.cancel_until.0.into(),
            at.0.into(),
            confirmed_at.into(),
        ])
    }

    /// So many people for whom it is and who have nothing else on then; fewer where few fit.
    pub(super) fn who_fit(&mut self, sitting: &Slot, count: u64, dice: &mut Dice) -> Vec<usize> {
        let mut found = Vec::new();
        for _ in 0..count {
            let mut drawn = (0..PATIENCE).map(|_| dice.below(self.people.len()));
            let Some(who) = drawn.find(|who| self.fits(*who, sitting)) else {
                continue;
            };
            self.calendars[who].push(sitting.span);
            found.push(who);
        }
        found
    }

    /// Whether it is for them, and they have nothing else on then.
    fn fits(&self, who: usize, sitting: &Slot) -> bool {
        let is_free = |span: &Span| !span.overlaps(sitting.span);
        let (born, start) = (self.people[who].birth_year, sitting.span.start());
        sitting.ages.admit(born, start).is_ok() && self.calendars[who].iter().rev().all(is_free)
    }

    /// The next booking that the rules allow: person, occurrence, and the place in line.
    fn next(&mut self, dice: &mut Dice) -> Option<(usize, usize, Option<i64>)> {
        for _ in 0..PATIENCE {
            let what = if dice.below(100) < RUSH {
                dice.below(self.coming.len().div_ceil(POPULAR))
            } else {
                dice.below(self.coming.len())
            };
            let (sitting, (taken, waiting)) = (&self.coming[what], self.taken[what]);
            let room = taken < sitting.capacity;
            // As in reality, most people who find it full don't join the waitlist.
            if !room && (waiting >= sitting.waitlist_capacity || dice.below(3) > 0) {
                continue;
            }
            let who = dice.below(self.people.len());
            if !self.fits(who, sitting) {
                continue;
            }
            self.calendars[who].push(sitting.span);
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
