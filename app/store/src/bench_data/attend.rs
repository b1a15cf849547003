//! What is over: who had booked it, who came, who stayed away, and the log of check-ins.

use super::{
    book::{BOOKING, Book, Place},
    city::Slot,
    rows::Rows,
};
use crate::{Act, Result, Tx, seed::Dice};
use domain::{
    booking::State,
    check_in::{Direction, Verdict},
    id::{BookingId, CheckInId},
    time::{DAY, HOUR, MINUTE, Timestamp},
};

/// Of a hundred who had a place, so many stayed away …
const AWAY: usize = 12;
/// … and of a hundred who came, so many came without having booked.
const WALK_INS: usize = 6;

/// What was made of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Attended {
    pub(super) came: usize,
    pub(super) no_shows: usize,
}

impl Attended {
    /// How many bookings that is.
    pub(super) fn bookings(self) -> u32 {
        u32::try_from(self.came + self.no_shows).unwrap_or(u32::MAX)
    }
}

/// How somebody's place at something that is over came out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Came,
    WalkedIn,
    StayedAway,
}

impl Outcome {
    fn drawn(dice: &mut Dice) -> Self {
        if dice.below(100) < AWAY {
            Self::StayedAway
        } else if dice.below(100) < WALK_INS {
            Self::WalkedIn
        } else {
            Self::Came
        }
    }
}

impl Book<'_> {
    /// Fills what is over as evenly as its capacities let, in order of time, so that rows are added where
    /// the last ones were.
    pub(super) async fn attend(
        &mut self,
        tx: &mut Tx,
        act: &Act,
        mut over: Vec<Slot>,
        count: u32,
        dice: &mut Dice,
    ) -> Result<Attended> {
        let mut attended = Attended::default();
        if self.people.is_empty() {
            return Ok(attended);
        }
        over.sort_by_key(|sitting| sitting.span.start());
        let mut rows = Past::none();
        let mut capacity: u64 = over.iter().map(|sitting| u64::from(sitting.capacity)).sum();
        let mut left = u64::from(count);
        for sitting in &over {
            // Its share of those that are left, which leaves no remainder at the end.
            let places = u64::from(sitting.capacity);
            let share = (left * places).div_ceil(capacity.max(1)).min(places);
            capacity -= places;
            for who in self.who_fit(sitting, share, dice) {
                let outcome = Outcome::drawn(dice);
                rows.push(act, self, (sitting, who), outcome, dice)?;
                match outcome {
                    Outcome::StayedAway => attended.no_shows += 1,
                    Outcome::Came | Outcome::WalkedIn => attended.came += 1,
                }
                left -= 1;
            }
            if rows.are_full() {
                rows.flush(tx).await?;
            }
        }
        rows.flush(tx).await?;
        Ok(attended)
    }
}

/// Rows on their way to the database.
struct Past {
    bookings: Rows,
    scans: Rows,
}

impl Past {
    fn none() -> Self {
        Self {
            bookings: Rows::into(format!("{BOOKING}, checked_in_at, is_walk_in)")),
            scans: Rows::into(
                "check_in (id, kind, at, device_at, received_at, center_id, caller, method, direction, result, subject_kind, subject_id, occurrence_id, person_id, is_evidence, verdict)",
            ),
        }
    }

    fn push(
        &mut self,
        act: &Act,
        book: &mut Book<'_>,
        (sitting, who): (&Slot, usize),
        outcome: Outcome,
        dice: &mut Dice,
    ) -> Result<()> {
        let minutes = |dice: &mut Dice, most: usize| i64::try_from(dice.below(most)).unwrap_or(0);
        let start = sitting.span.start();
        let came_at = start.plus((minutes(dice, 20) - 15) * MINUTE);
        let booked_at = match outcome {
            Outcome::WalkedIn => came_at,
            _ => start.plus(-3 * HOUR - minutes(dice, 6 * 24 * 60) * MINUTE),
        };
        // In order of the dates, whenever they were booked: ids are where rows are found.
        let id: BookingId = act.ids.make(start.plus(-7 * DAY));
        let place = Place {
            id: &id,
            sitting,
            who,
            state: match outcome {
                Outcome::StayedAway => State::NoShow,
                _ => State::CheckedIn,
            },
            channel: match outcome {
                Outcome::WalkedIn => "desk",
                _ => book.channel(dice),
            },
            queue_no: None,
            booked_at,
        };
        let came = (outcome != Outcome::StayedAway).then_some(came_at);
        let more = [
            came.map(|at| at.0).into(),
            (outcome == Outcome::WalkedIn).into(),
        ];
        self.bookings
            .push(book.cells(act, &place)?.into_iter().chain(more));
        if let Some(at) = came {
            self.scan(act, book, &place, at)?;
        }
        Ok(())
    }

    fn scan(&mut self, act: &Act, book: &Book<'_>, place: &Place<'_>, at: Timestamp) -> Result<()> {
        let id: CheckInId = act.ids.make(at);
        let verdict = Verdict::Admitted {
            direction: Direction::In,
            first_at: at,
            again: false,
            entry_missing: false,
        };
        let method = if place.booked_at == at {
            "walk_in"
        } else {
            "ticket"
        };
        self.scans.push([
            id.as_str().into(),
            "scan".into(),
            at.0.into(),
            at.0.into(),
            at.0.into(),
            place.sitting.center.as_ref().into(),
            act.caller.key().into(),
            method.into(),
            Direction::In.as_str().into(),
            verdict.outcome().as_str().into(),
            "booking".into(),
            place.id.as_str().into(),
            place.sitting.id.as_str().into(),
            book.people[place.who].person.as_str().into(),
            verdict.is_evidence().into(),
            serde_json::to_string(&verdict)?.into(),
        ]);
        Ok(())
    }

    fn are_full(&self) -> bool {
        self.bookings.is_full()
    }

    /// Bookings first, which the log is of.
    async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        self.bookings.flush(tx).await?;
        self.scans.flush(tx).await
    }
}
