//! Activities and their occurrences: what a center runs, when, and for whom.

use crate::{
    Reason, Refusal,
    recurrence::MAX_MONTHS_AHEAD,
    time::{DAY, Span, Timestamp},
};
use chrono::Months;

pub use crate::terms::{MAX_CAPACITY, Terms, TermsEdit};

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
    /// What counts as one place.
    pub enum Unit {
        /// Each place is for one person.
        People = "people",
        /// Each place is for a child with an adult (亲子).
        Pairs = "pairs",
        /// Each place is for a household.
        Households = "households",
    }
}

crate::text_enum! {
    /// How a series is booked.
    pub enum Enrolment {
        /// Each occurrence on its own.
        Single = "single",
        /// One booking covers every occurrence still to come.
        Series = "series",
    }
}

crate::text_enum! {
    /// How places are allocated.
    pub enum Allocation {
        /// First come, first served.
        FirstCome = "first_come",
        /// No booking needed: just come.
        DropIn = "drop_in",
    }
}

crate::text_enum! {
    /// The status of an activity or an occurrence.
    pub enum Status {
        /// Only staff see it.
        Draft = "draft",
        /// Open to residents.
        Published = "published",
        /// Called off; what was booked is cancelled.
        Cancelled = "cancelled",
    }
}

crate::text_enum! {
    /// The channel a booking came through.
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

/// Longest duration of one occurrence.
pub const MAX_DURATION: i64 = 31 * DAY;

/// Checks the time of an occurrence.
///
/// # Errors
/// [`Refusal::Invalid`] if it ends before it starts or lasts more than a month.
pub fn check_times(starts_at: Timestamp, ends_at: Timestamp) -> Result<Span, Refusal> {
    let span = Span::new(starts_at, ends_at)?;
    if ends_at.0 - starts_at.0 > MAX_DURATION {
        return Err(Refusal::invalid("ends_at", Reason::TooLong));
    }
    Ok(span)
}

/// Checks that an occurrence lies within what is planned for: three years from now. A year that was
/// typed wrong lies beyond.
///
/// # Errors
/// [`Refusal::Invalid`] naming the field: `too_far_ahead`.
pub fn check_horizon(field: &str, start: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let beyond = now
        .day()
        .checked_add_months(Months::new(MAX_MONTHS_AHEAD))
        .and_then(|last| last.succ_opt())
        .map(Timestamp::start_of);
    match beyond.is_some_and(|beyond| start < beyond) {
        true => Ok(()),
        false => Err(Refusal::invalid(field, Reason::TooFarAhead)),
    }
}

/// Whether the capacity may be changed, given how many are confirmed (C-10).
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

/// Checks that no two occurrences of a series overlap (C-61).
///
/// # Errors
/// [`Refusal::Invalid`] on `occurrences`.
pub fn check_series(spans: &[Span]) -> Result<(), Refusal> {
    let mut sorted = spans.to_vec();
    sorted.sort_by_key(|s| s.start());
    if sorted.windows(2).any(|pair| pair[0].overlaps(pair[1])) {
        return Err(Refusal::invalid("occurrences", Reason::OverlapEachOther));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;

    #[test]
    fn c61_a_series_cannot_overlap_itself() {
        let at = |h: i64| Span::new(Timestamp(h * HOUR), Timestamp((h + 2) * HOUR)).unwrap();
        assert_eq!(check_series(&[at(4), at(0), at(2)]), Ok(()));
        assert!(check_series(&[at(4), at(0), at(3)]).is_err());
    }

    #[test]
    fn nothing_is_planned_further_ahead_than_three_years() {
        let now = Timestamp::parse("2026-11-28T12:00").unwrap();
        let at = |text| check_horizon("starts_at", Timestamp::parse(text).unwrap(), now);
        assert_eq!(at("2029-11-28T23:00"), Ok(()));
        let refusal = Refusal::invalid("starts_at", Reason::TooFarAhead);
        assert_eq!(at("2029-11-29T00:00"), Err(refusal.clone()));
        assert_eq!(at("2199-01-01T00:00"), Err(refusal.clone()));
        let beyond = Timestamp(i64::MAX);
        assert_eq!(check_horizon("starts_at", beyond, now), Err(refusal));
    }

    #[test]
    fn c10_capacity_never_falls_below_who_is_confirmed() {
        assert_eq!(admit_capacity(5, 5), Ok(()));
        assert_eq!(
            admit_capacity(4, 5),
            Err(Refusal::BelowConfirmed { confirmed: 5 })
        );
    }
}
