//! What may change of a shift once it is planned, and when a draft is opened to volunteers or thrown
//! away. Draft, published and cancelled are told apart by acts of their own.

use super::{Needs, Position, ShiftFacts};
use crate::{
    Reason, Refusal,
    activity::{Status, admit_capacity, check_horizon, check_times},
    time::{Span, Timestamp},
};
use std::collections::{BTreeMap, BTreeSet};

/// What changes of a shift's needs. Absent is as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeedsEdit {
    /// The least number of leads.
    pub leads_min: Option<u32>,
    /// The least number of volunteers.
    pub volunteers_min: Option<u32>,
    /// The largest number of volunteers.
    pub volunteers_max: Option<u32>,
    /// How many can wait.
    pub waitlist_capacity: Option<u32>,
    /// All of its positions.
    pub positions: Option<Vec<Position>>,
    /// All skills that it takes.
    pub skills: Option<BTreeSet<String>>,
    /// All trainings that it takes.
    pub trainings: Option<BTreeSet<String>>,
    /// The least age, or none.
    pub min_age: Option<Option<u8>>,
    /// Below this age a guardian is in the same shift.
    pub guardian_below: Option<u8>,
    /// The text of risks; another one has the next version (C-96).
    pub risks: Option<String>,
}

impl NeedsEdit {
    /// The needs after it, as they are stored.
    ///
    /// # Errors
    /// As [`Needs::tidied`].
    pub fn apply(&self, before: &Needs) -> Result<Needs, Refusal> {
        let to = self.clone();
        let mut after = Needs {
            leads_min: to.leads_min.unwrap_or(before.leads_min),
            volunteers_min: to.volunteers_min.unwrap_or(before.volunteers_min),
            volunteers_max: to.volunteers_max.unwrap_or(before.volunteers_max),
            waitlist_capacity: to.waitlist_capacity.unwrap_or(before.waitlist_capacity),
            positions: to.positions.unwrap_or_else(|| before.positions.clone()),
            skills: to.skills.unwrap_or_else(|| before.skills.clone()),
            trainings: to.trainings.unwrap_or_else(|| before.trainings.clone()),
            min_age: to.min_age.unwrap_or(before.min_age),
            guardian_below: to.guardian_below.unwrap_or(before.guardian_below),
            risks: before.risks.clone(),
        };
        if let Some(text) = to.risks {
            after.risks.text = text;
        }
        let mut after = after.tidied()?;
        after.risks = before.risks.followed_by(after.risks.text);
        Ok(after)
    }
}

/// Whether a shift may become what an edit makes of it. `hoped` says for each position how many wait
/// or ask for it by its name, without holding a place.
///
/// # Errors
/// [`Refusal::ShiftCancelled`]; [`Refusal::AlreadyStarted`] for one that is over, or for the times of
/// one that has begun; [`Refusal::Invalid`] for times in the past or too far ahead, and for needs that
/// cannot be met; [`Refusal::BelowConfirmed`] for fewer places than are held (C-10);
/// [`Refusal::PositionHeld`].
pub fn admit_edit(
    shift: &ShiftFacts,
    hoped: &BTreeMap<String, u32>,
    span: Span,
    needs: &Needs,
    now: Timestamp,
) -> Result<(), Refusal> {
    let since = shift.span.start();
    let moves = span != shift.span;
    match shift.status {
        Status::Cancelled => return Err(Refusal::ShiftCancelled),
        Status::Published if now >= shift.span.end() || (moves && now >= since) => {
            return Err(Refusal::AlreadyStarted { since });
        }
        // Of a draft nobody knows.
        Status::Published | Status::Draft => {}
    }
    if moves {
        check_times(span.start(), span.end())?;
        admit_start(span.start(), now)?;
        check_horizon("starts_at", span.start(), now)?;
    }
    needs.check()?;
    // What is kept for a friend is promised like a place that is held.
    admit_capacity(needs.volunteers_max, shift.volunteers + shift.kept)?;
    shift
        .needs
        .positions
        .iter()
        .enumerate()
        .try_for_each(|(nth, position)| {
            let held = shift.taken_in(nth);
            let hoped = hoped.get(&position.name).copied().unwrap_or(0);
            keep_position(position, held, hoped, &needs.positions)
        })
}

/// A position stays while somebody is in it or hopes for it, and takes those who are in it.
fn keep_position(
    position: &Position,
    held: u32,
    hoped: u32,
    after: &[Position],
) -> Result<(), Refusal> {
    let kept = after.iter().find(|other| other.name == position.name);
    let held = match kept {
        Some(kept) if kept.max >= held => return Ok(()),
        Some(_) => held,
        None if held + hoped == 0 => return Ok(()),
        None => held + hoped,
    };
    Err(Refusal::PositionHeld {
        position: position.name.clone(),
        held,
    })
}

/// Nothing moves to where nobody could come, or is opened there.
fn admit_start(start: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    match start > now {
        true => Ok(()),
        false => Err(Refusal::invalid("starts_at", Reason::InThePast)),
    }
}

/// Whether a shift may be opened to volunteers.
///
/// # Errors
/// [`Refusal::ShiftCancelled`]; [`Refusal::Invalid`] where it has begun: its time is changed first.
pub fn admit_publish(shift: &ShiftFacts, now: Timestamp) -> Result<(), Refusal> {
    match shift.status {
        Status::Cancelled => Err(Refusal::ShiftCancelled),
        Status::Published => Ok(()),
        Status::Draft => admit_start(shift.span.start(), now),
    }
}

/// Whether a shift may be thrown away: a draft in which nobody has ever been but its leads.
///
/// # Errors
/// [`Refusal::Stale`] for one that is no draft any more; [`Refusal::HasBookings`].
pub fn admit_discard(shift: &ShiftFacts, others: u32) -> Result<(), Refusal> {
    match (shift.status, others) {
        (Status::Draft, 0) => Ok(()),
        (Status::Draft, live) => Err(Refusal::HasBookings { live }),
        _ => Err(Refusal::Stale),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, position, shift};
    use super::*;
    use crate::time::{DAY, HOUR};
    use proptest::prelude::*;

    fn admit(shift: &ShiftFacts, span: Span, needs: &Needs) -> Result<(), Refusal> {
        admit_edit(shift, &BTreeMap::new(), span, needs, NOW)
    }

    /// Its times and needs stay.
    fn same(shift: &ShiftFacts) -> Result<(), Refusal> {
        admit(shift, shift.span, &shift.needs)
    }

    fn later(span: Span, by: i64) -> Span {
        Span::new(span.start().plus(by), span.end().plus(by)).unwrap()
    }

    fn at(mut shift: ShiftFacts, start: Timestamp) -> ShiftFacts {
        shift.span = later(shift.span, start.0 - shift.span.start().0);
        shift
    }

    #[test]
    fn what_has_begun_does_not_move_and_what_is_over_does_not_change() {
        let begun = at(shift(3, 1), NOW.plus(-HOUR));
        let since = begun.span.start();
        assert_eq!(same(&begun), Ok(()));
        let moved = admit(&begun, later(begun.span, DAY), &begun.needs);
        assert_eq!(moved, Err(Refusal::AlreadyStarted { since }));
        let over = at(shift(3, 1), NOW.plus(-3 * HOUR));
        let since = over.span.start();
        assert_eq!(same(&over), Err(Refusal::AlreadyStarted { since }));
        let cancelled = ShiftFacts {
            status: Status::Cancelled,
            ..shift(3, 0)
        };
        assert_eq!(same(&cancelled), Err(Refusal::ShiftCancelled));
    }

    #[test]
    fn a_draft_that_was_forgotten_moves_to_where_somebody_can_come() {
        let forgotten = ShiftFacts {
            status: Status::Draft,
            ..at(shift(3, 0), NOW.plus(-DAY))
        };
        assert_eq!(same(&forgotten), Ok(()));
        let past = Refusal::invalid("starts_at", Reason::InThePast);
        assert_eq!(admit_publish(&forgotten, NOW), Err(past.clone()));
        let to = later(forgotten.span, HOUR);
        assert_eq!(admit(&forgotten, to, &forgotten.needs), Err(past));
        let to = later(forgotten.span, 2 * DAY);
        assert_eq!(admit(&forgotten, to, &forgotten.needs), Ok(()));
        let far = later(forgotten.span, 4 * 366 * DAY);
        let refused = admit(&forgotten, far, &forgotten.needs);
        let too_far = Refusal::invalid("starts_at", Reason::TooFarAhead);
        assert_eq!(refused, Err(too_far));
    }

    #[test]
    fn a_position_does_not_vanish_under_whoever_is_in_it_or_hopes_for_it() {
        let mut shift = shift(4, 2);
        shift.needs.positions = vec![position("登记台", 1, 2, None), position("电话", 0, 2, None)];
        shift.taken = vec![2, 0];
        let to = |positions: Vec<Position>| Needs {
            positions,
            ..shift.needs.clone()
        };
        let held = |position: &str, held| {
            Err(Refusal::PositionHeld {
                position: position.to_owned(),
                held,
            })
        };
        let (desk, door) = (position("登记台", 0, 2, None), position("门口", 0, 4, None));
        let admit_to = |needs: &Needs, hoped: &[(&str, u32)]| {
            let hoped = hoped.iter().map(|(name, n)| ((*name).to_owned(), *n));
            admit_edit(&shift, &hoped.collect(), shift.span, needs, NOW)
        };
        assert_eq!(admit_to(&to(vec![desk.clone(), door.clone()]), &[]), Ok(()));
        assert_eq!(admit_to(&to(vec![door.clone()]), &[]), held("登记台", 2));
        assert_eq!(admit_to(&to(vec![]), &[("登记台", 1)]), held("登记台", 3));
        let fewer = position("登记台", 0, 1, None);
        assert_eq!(
            admit_to(&to(vec![fewer, door.clone()]), &[]),
            held("登记台", 2)
        );
        let waited_for = [("电话", 1)];
        assert_eq!(
            admit_to(&to(vec![desk.clone(), door]), &waited_for),
            held("电话", 1)
        );
    }

    #[test]
    fn c96_another_text_of_risks_has_the_next_version() {
        let mut before = shift(3, 0).needs;
        before.risks.text = "走外侧".into();
        before.risks.version = 4;
        let with = |text: &str| NeedsEdit {
            risks: Some(text.to_owned()),
            ..NeedsEdit::default()
        };
        assert_eq!(NeedsEdit::default().apply(&before), Ok(before.clone()));
        assert_eq!(with(" 走外侧\r\n").apply(&before), Ok(before.clone()));
        let after = with("走外侧，扶好扶手").apply(&before).unwrap();
        assert_eq!(after.risks.version, 5);
        assert_eq!(with("").apply(&before).unwrap().risks.version, 5);
    }

    #[test]
    fn only_a_draft_is_thrown_away() {
        let of = |status| ShiftFacts {
            status,
            ..shift(3, 0)
        };
        assert_eq!(admit_discard(&of(Status::Draft), 0), Ok(()));
        let somebody = Err(Refusal::HasBookings { live: 1 });
        assert_eq!(admit_discard(&of(Status::Draft), 1), somebody);
        assert_eq!(
            admit_discard(&of(Status::Published), 0),
            Err(Refusal::Stale)
        );
        assert_eq!(admit_publish(&of(Status::Published), NOW), Ok(()));
        let cancelled = admit_publish(&of(Status::Cancelled), NOW);
        assert_eq!(cancelled, Err(Refusal::ShiftCancelled));
    }

    proptest! {
        /// C-10: whatever an edit may do, who holds a place still fits in.
        #[test]
        fn nobody_who_holds_a_place_falls_out(
            most in 1u32..8, taken in 0u32..8, to in 0u32..8, least in 0u32..4,
        ) {
            let taken = taken.min(most);
            let shift = shift(most, taken);
            let needs = Needs { volunteers_max: to, volunteers_min: least, ..shift.needs.clone() };
            if admit(&shift, shift.span, &needs).is_ok() {
                prop_assert!(taken <= to && to >= 1 && least <= to);
            } else {
                prop_assert!(taken > to || to == 0 || least > to);
            }
        }
    }
}
