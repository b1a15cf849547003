//! Terms as the staff state them: only what they want otherwise than it is.

use domain::{
    activity::{Allocation, Terms, Unit},
    check_in::DoorTerms,
    person::AgeRange,
    time::Timestamp,
};
use serde::{Deserialize, Deserializer};

/// What of the terms is stated. Absent is as it was (for a new occurrence: the default); for what
/// can be none, `null` is none. Instants are those of the occurrence that is edited, or of the
/// first one of a list or rule; for the others they are as far from their own start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TermsEdit {
    /// How places are given out.
    pub allocation: Option<Allocation>,
    /// What a place is counted in.
    pub unit: Option<Unit>,
    /// Places in all.
    pub capacity: Option<u32>,
    /// Places of the waitlist.
    pub waitlist_capacity: Option<u32>,
    /// Places kept for kiosk, desk and telephone …
    pub held_back: Option<u32>,
    /// … until then.
    #[serde(deserialize_with = "present")]
    pub held_until: Option<Option<Timestamp>>,
    /// Least age in years on the day.
    #[serde(deserialize_with = "present")]
    pub min_age: Option<Option<u8>>,
    /// Greatest age in years on the day.
    #[serde(deserialize_with = "present")]
    pub max_age: Option<Option<u8>>,
    /// Until then only the community's residents may book.
    #[serde(deserialize_with = "present")]
    pub residents_first_until: Option<Option<Timestamp>>,
    /// Booking begins.
    pub booking_opens_at: Option<Timestamp>,
    /// Booking ends.
    pub booking_closes_at: Option<Timestamp>,
    /// Until then a place can be given back.
    pub cancel_until: Option<Timestamp>,
    /// Whether a smaller party may pass a larger one in line.
    pub parties_may_be_passed: Option<bool>,
    /// How many minutes before the start the door opens.
    pub door_opens_before_min: Option<u16>,
    /// Whether people check out as well.
    pub asks_check_out: Option<bool>,
}

/// Tells `null` from a field that is absent.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl TermsEdit {
    /// The terms with what is stated; `by` is how many milliseconds later the occurrence starts
    /// than the one that the instants are meant for.
    #[must_use]
    pub fn apply(&self, base: &Terms, by: i64) -> Terms {
        let at = |stated: Option<Timestamp>, was: Timestamp| stated.map_or(was, |t| t.plus(by));
        let maybe = |stated: Option<Option<Timestamp>>, was: Option<Timestamp>| match stated {
            Some(stated) => stated.map(|t| t.plus(by)),
            None => was,
        };
        Terms {
            allocation: self.allocation.unwrap_or(base.allocation),
            unit: self.unit.unwrap_or(base.unit),
            capacity: self.capacity.unwrap_or(base.capacity),
            waitlist_capacity: self.waitlist_capacity.unwrap_or(base.waitlist_capacity),
            held_back: self.held_back.unwrap_or(base.held_back),
            held_until: maybe(self.held_until, base.held_until),
            ages: AgeRange {
                min: self.min_age.unwrap_or(base.ages.min),
                max: self.max_age.unwrap_or(base.ages.max),
            },
            residents_first_until: maybe(self.residents_first_until, base.residents_first_until),
            booking_opens_at: at(self.booking_opens_at, base.booking_opens_at),
            booking_closes_at: at(self.booking_closes_at, base.booking_closes_at),
            cancel_until: at(self.cancel_until, base.cancel_until),
            parties_may_be_passed: self
                .parties_may_be_passed
                .unwrap_or(base.parties_may_be_passed),
            door: DoorTerms {
                opens_before_min: self
                    .door_opens_before_min
                    .unwrap_or(base.door.opens_before_min),
                asks_check_out: self.asks_check_out.unwrap_or(base.door.asks_check_out),
            },
        }
    }
}

/// The terms for another start (C-64). What has opened already stays open: booking, the places
/// held back, the time of the community's own residents.
pub(super) fn moved_terms(terms: &Terms, by: i64, now: Timestamp) -> Terms {
    let moved = terms.moved(by);
    let stays = |was: Timestamp, moved: Timestamp| if was <= now { was.min(moved) } else { moved };
    let maybe = |was: Option<Timestamp>, moved: Option<Timestamp>| {
        was.zip(moved).map(|(was, moved)| stays(was, moved))
    };
    Terms {
        booking_opens_at: stays(terms.booking_opens_at, moved.booking_opens_at),
        held_until: maybe(terms.held_until, moved.held_until),
        residents_first_until: maybe(terms.residents_first_until, moved.residents_first_until),
        ..moved
    }
}
