//! Activities and their occurrences: what a center runs, when, and for whom.

use crate::{
    Refusal,
    check_in::{DoorTerms, MAX_DOOR_OPENS_BEFORE_MIN},
    person::AgeRange,
    time::{DAY, HOUR, MINUTE, Span, Timestamp},
};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Kinds that social-work statistics keep apart.
    pub enum Kind {
        /// 个案: an appointment for one person.
        Casework = "casework",
        /// 小组: a group that meets several times.
        Group = "group",
        /// 社区活动: an activity for the community.
        CommunityActivity = "community_activity",
    }
}

crate::text_enum! {
    /// What a place is counted in.
    pub enum Unit {
        /// One person a place.
        People = "people",
        /// One child with one adult a place (亲子).
        Pairs = "pairs",
        /// One household a place.
        Households = "households",
    }
}

crate::text_enum! {
    /// How a series is booked.
    pub enum Enrolment {
        /// Each occurrence on its own.
        Single = "single",
        /// One booking for all occurrences that are still to come.
        Series = "series",
    }
}

crate::text_enum! {
    /// How places are given out.
    pub enum Allocation {
        /// First come, first served.
        FirstCome = "first_come",
        /// No booking: come by.
        DropIn = "drop_in",
    }
}

crate::text_enum! {
    /// Where an activity or an occurrence stands.
    pub enum Status {
        /// Staff only.
        Draft = "draft",
        /// Open to residents.
        Published = "published",
        /// Called off; what was booked is cancelled.
        Cancelled = "cancelled",
    }
}

crate::text_enum! {
    /// The way a booking came in.
    pub enum Channel {
        /// The resident's own phone or computer, or a program of theirs.
        Online = "online",
        /// The center's touch screen.
        Kiosk = "kiosk",
        /// In person with the staff.
        Desk = "desk",
        /// By telephone with the staff.
        Telephone = "telephone",
    }
}

impl Channel {
    /// Whether places held back for people without a phone are open to this channel.
    pub const fn is_assisted(self) -> bool {
        !matches!(self, Self::Online)
    }
}

/// The terms of an occurrence: everything that decides who may book and when. Instants are
/// absolute, so that what was promised does not move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How places are given out.
    pub allocation: Allocation,
    /// What a place is counted in.
    pub unit: Unit,
    /// Places in all, at least 1 unless drop-in.
    pub capacity: u32,
    /// Places of the waitlist; 0 is none.
    pub waitlist_capacity: u32,
    /// Of the capacity, how many are kept for kiosk, desk and telephone …
    pub held_back: u32,
    /// … until then; none holds nothing back.
    pub held_until: Option<Timestamp>,
    /// Ages on the day.
    pub ages: AgeRange,
    /// Until then only the community's residents may book.
    pub residents_first_until: Option<Timestamp>,
    /// Booking begins.
    pub booking_opens_at: Timestamp,
    /// Booking ends, at the latest when the occurrence starts.
    pub booking_closes_at: Timestamp,
    /// Until then a confirmed place can be given back.
    pub cancel_until: Timestamp,
    /// Whether a smaller party may pass one that waits for several places (C-26).
    pub parties_may_be_passed: bool,
    /// What its door asks.
    pub door: DoorTerms,
}

/// Most people that one occurrence may take.
pub const MAX_CAPACITY: u32 = 100_000;

impl Terms {
    /// Sensible terms for what nothing was said about: thirty places, ten on the waitlist,
    /// booking from now until the start, giving back until two hours before.
    pub fn defaults(span: Span, now: Timestamp) -> Self {
        Self {
            allocation: Allocation::FirstCome,
            unit: Unit::People,
            capacity: 30,
            waitlist_capacity: 10,
            held_back: 0,
            held_until: None,
            ages: AgeRange::default(),
            residents_first_until: None,
            booking_opens_at: now.min(span.start().plus(-MINUTE)),
            booking_closes_at: span.start(),
            cancel_until: span.start().plus(-2 * HOUR),
            parties_may_be_passed: false,
            door: DoorTerms::default(),
        }
    }

    /// Whether everybody who comes finds a place: no booking is needed, and no number of places
    /// was set.
    pub const fn is_unlimited(&self) -> bool {
        matches!(self.allocation, Allocation::DropIn) && self.capacity == 0
    }

    /// Checks that the terms fit together and with the time of the occurrence.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the first field that does not fit.
    pub fn check(&self, span: Span) -> Result<(), Refusal> {
        let fail = |field: &str, reason: &str| Err(Refusal::invalid(field, reason));
        if self.capacity > MAX_CAPACITY
            || (self.capacity == 0 && self.allocation != Allocation::DropIn)
        {
            return fail("capacity", "out_of_range");
        }
        if self.waitlist_capacity > MAX_CAPACITY {
            return fail("waitlist_capacity", "out_of_range");
        }
        if self.held_back > self.capacity {
            return fail("held_back", "above_capacity");
        }
        if self.booking_closes_at > span.end() {
            return fail("booking_closes_at", "after_end");
        }
        if self.booking_opens_at >= self.booking_closes_at {
            return fail("booking_opens_at", "after_close");
        }
        if self.cancel_until > span.start() {
            return fail("cancel_until", "after_start");
        }
        if self.door.opens_before_min > MAX_DOOR_OPENS_BEFORE_MIN {
            return fail("door_opens_before_min", "out_of_range");
        }
        AgeRange::new(self.ages.min, self.ages.max).map(drop)
    }

    /// The same terms for an occurrence that starts later or earlier: every instant moves with
    /// it (C-64).
    pub fn moved(&self, by: i64) -> Self {
        Self {
            held_until: self.held_until.map(|t| t.plus(by)),
            residents_first_until: self.residents_first_until.map(|t| t.plus(by)),
            booking_opens_at: self.booking_opens_at.plus(by),
            booking_closes_at: self.booking_closes_at.plus(by),
            cancel_until: self.cancel_until.plus(by),
            ..self.clone()
        }
    }
}

/// Longest stretch that one occurrence may last.
pub const MAX_DURATION: i64 = 31 * DAY;

/// Checks the time of an occurrence.
///
/// # Errors
/// [`Refusal::Invalid`] where it ends before it starts or lasts over a month.
pub fn check_times(starts_at: Timestamp, ends_at: Timestamp) -> Result<Span, Refusal> {
    let span = Span::new(starts_at, ends_at)?;
    if ends_at.0 - starts_at.0 > MAX_DURATION {
        return Err(Refusal::invalid("ends_at", "too_long"));
    }
    Ok(span)
}

/// Whether a capacity may be changed while that many are confirmed (C-10).
///
/// # Errors
/// [`Refusal::BelowConfirmed`].
pub const fn admit_capacity(capacity: u32, confirmed: u32) -> Result<(), Refusal> {
    if capacity < confirmed {
        Err(Refusal::BelowConfirmed { confirmed })
    } else {
        Ok(())
    }
}

/// Whether the occurrences of one series may stand side by side: none overlaps another (C-61).
///
/// # Errors
/// [`Refusal::Invalid`] on `occurrences`.
pub fn check_series(spans: &[Span]) -> Result<(), Refusal> {
    let mut sorted = spans.to_vec();
    sorted.sort_by_key(|s| s.start());
    if sorted.windows(2).any(|pair| pair[0].overlaps(pair[1])) {
        return Err(Refusal::invalid("occurrences", "overlap_each_other"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span() -> Span {
        Span::new(Timestamp(100 * DAY), Timestamp(100 * DAY + 2 * HOUR)).unwrap()
    }

    #[test]
    fn the_defaults_fit_together() {
        assert_eq!(
            Terms::defaults(span(), Timestamp(99 * DAY)).check(span()),
            Ok(())
        );
        assert_eq!(
            Terms::defaults(span(), Timestamp(101 * DAY)).check(span()),
            Ok(())
        );
    }

    #[test]
    fn terms_that_cannot_be_kept_are_refused_by_field() {
        let good = Terms::defaults(span(), Timestamp(99 * DAY));
        let field = |t: Terms| match t.check(span()) {
            Err(Refusal::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            field(Terms {
                capacity: 0,
                ..good.clone()
            }),
            "capacity"
        );
        assert_eq!(
            field(Terms {
                held_back: 31,
                ..good.clone()
            }),
            "held_back"
        );
        assert_eq!(
            field(Terms {
                booking_opens_at: span().end(),
                ..good.clone()
            }),
            "booking_opens_at"
        );
        assert_eq!(
            field(Terms {
                door: DoorTerms {
                    opens_before_min: 1441,
                    asks_check_out: false
                },
                ..good.clone()
            }),
            "door_opens_before_min"
        );
        assert_eq!(
            field(Terms {
                cancel_until: span().end(),
                ..good.clone()
            }),
            "cancel_until"
        );
        assert_eq!(
            field(Terms {
                ages: AgeRange {
                    min: Some(9),
                    max: Some(8)
                },
                ..good
            }),
            "max_age"
        );
    }

    #[test]
    fn c61_a_series_cannot_overlap_itself() {
        let at = |h: i64| Span::new(Timestamp(h * HOUR), Timestamp((h + 2) * HOUR)).unwrap();
        assert_eq!(check_series(&[at(4), at(0), at(2)]), Ok(()));
        assert!(check_series(&[at(4), at(0), at(3)]).is_err());
    }

    #[test]
    fn c10_capacity_never_falls_below_who_is_confirmed() {
        assert_eq!(admit_capacity(5, 5), Ok(()));
        assert_eq!(
            admit_capacity(4, 5),
            Err(Refusal::BelowConfirmed { confirmed: 5 })
        );
    }

    #[test]
    fn c64_terms_move_with_their_occurrence() {
        let terms = Terms {
            held_until: Some(Timestamp(99 * DAY)),
            ..Terms::defaults(span(), Timestamp(98 * DAY))
        };
        let moved = terms.moved(DAY);
        assert_eq!(moved.held_until, Some(Timestamp(100 * DAY)));
        assert_eq!(moved.cancel_until, terms.cancel_until.plus(DAY));
    }
}
