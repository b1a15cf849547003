//! What a person has promised to be at: a booking of an occurrence, or an assignment to a shift.
//! Whether two promises overlap, what a door is shown, what a notice is about and what a ticket
//! stands for are all said of commitments, so that each rule stands once.

use crate::{
    Refusal,
    id::{AssignmentId, BookingId, OccurrenceId, ShiftId},
    time::Span,
};
use serde::{Deserialize, Serialize};

/// The commitment itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "subject", content = "subject_id", rename_all = "snake_case")]
pub enum Subject {
    /// A place in an occurrence.
    Booking(BookingId),
    /// A place in a shift.
    Assignment(AssignmentId),
}

impl Subject {
    /// The stable name of its kind, as it is stored beside the id.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Booking(_) => "booking",
            Self::Assignment(_) => "assignment",
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Booking(id) => id.as_str(),
            Self::Assignment(id) => id.as_str(),
        }
    }

    /// Reads back what was stored.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a kind that is not known, or an id that cannot exist.
    pub fn parse(kind: &str, id: &str) -> Result<Self, Refusal> {
        match kind {
            "booking" => id.parse().map(Self::Booking),
            "assignment" => id.parse().map(Self::Assignment),
            _ => Err(Refusal::NotFound),
        }
    }

    /// Its id as a UUID.
    pub fn uuid(&self) -> uuid::Uuid {
        match self {
            Self::Booking(id) => id.uuid(),
            Self::Assignment(id) => id.uuid(),
        }
    }

    /// The assignment, if it is one.
    pub const fn assignment(&self) -> Option<&AssignmentId> {
        match self {
            Self::Assignment(id) => Some(id),
            Self::Booking(_) => None,
        }
    }

    /// The booking, if it is one.
    pub const fn booking(&self) -> Option<&BookingId> {
        match self {
            Self::Booking(id) => Some(id),
            Self::Assignment(_) => None,
        }
    }
}

/// What the commitment is to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Event {
    /// An occurrence of an activity.
    #[serde(rename = "occurrence_id")]
    Occurrence(OccurrenceId),
    /// A shift.
    #[serde(rename = "shift_id")]
    Shift(ShiftId),
}

impl Event {
    /// The stable name of its kind, as forms and rows use it beside the id.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Occurrence(_) => "occurrence",
            Self::Shift(_) => "shift",
        }
    }

    /// Reads what a form or a row says.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a kind that is not known, or an id that cannot exist.
    pub fn parse(kind: &str, id: &str) -> Result<Self, Refusal> {
        match kind {
            "occurrence" => id.parse().map(Self::Occurrence),
            "shift" => id.parse().map(Self::Shift),
            _ => Err(Refusal::NotFound),
        }
    }

    /// The shift, if it is one.
    pub const fn shift(&self) -> Option<&ShiftId> {
        match self {
            Self::Shift(id) => Some(id),
            Self::Occurrence(_) => None,
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Occurrence(id) => id.as_str(),
            Self::Shift(id) => id.as_str(),
        }
    }

    /// The occurrence, if it is one.
    pub const fn occurrence(&self) -> Option<&OccurrenceId> {
        match self {
            Self::Occurrence(id) => Some(id),
            Self::Shift(_) => None,
        }
    }
}

/// A commitment that holds a place: somebody is expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Which.
    pub subject: Subject,
    /// To what.
    pub event: Event,
    /// What people call it.
    pub title: String,
    /// When.
    pub span: Span,
}

/// A commitment that is in the way of another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clash {
    /// Which.
    #[serde(flatten)]
    pub subject: Subject,
    /// What people call it.
    pub title: String,
    /// When.
    pub span: Span,
}

/// The first of somebody's commitments, in order of time, that overlaps one of these stretches
/// (rule 2, C-60). Spans are half-open: what ends at noon leaves noon free. What somebody has
/// promised to the same event is not in its way; whether they may be there twice is another rule.
/// What is transparent by its terms ([`crate::terms::Terms::is_transparent`]) is neither held
/// nor wanted in this sense.
pub fn clash<'s>(
    held: impl IntoIterator<Item = &'s Commitment>,
    wanted: impl IntoIterator<Item = (&'s Event, Span)>,
) -> Option<Clash> {
    let wanted: Vec<_> = wanted.into_iter().collect();
    let in_the_way = held.into_iter().filter(|commitment| {
        wanted
            .iter()
            .any(|(event, span)| **event != commitment.event && span.overlaps(commitment.span))
    });
    let first =
        in_the_way.min_by_key(|commitment| (commitment.span.start(), &commitment.subject))?;
    Some(Clash {
        subject: first.subject.clone(),
        title: first.title.clone(),
        span: first.span,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id<T: From<Uuid>>(n: u128) -> T {
        Uuid::from_u128(n).into()
    }

    fn span(from: i64, to: i64) -> Span {
        Span::new(Timestamp(from), Timestamp(to)).unwrap()
    }

    fn booking(n: u128, from: i64, to: i64) -> Commitment {
        Commitment {
            subject: Subject::Booking(id(n)),
            event: Event::Occurrence(id(100 + n)),
            title: format!("booking {n}"),
            span: span(from, to),
        }
    }

    fn shift(n: u128, from: i64, to: i64) -> Commitment {
        Commitment {
            subject: Subject::Assignment(id(n)),
            event: Event::Shift(id(200 + n)),
            title: format!("shift {n}"),
            span: span(from, to),
        }
    }

    #[test]
    fn c60_what_touches_does_not_overlap() {
        let wanted = Event::Occurrence(id(9));
        assert_eq!(clash(&[booking(1, 0, 10)], [(&wanted, span(10, 20))]), None);
        assert_eq!(
            clash(&[booking(1, 20, 30)], [(&wanted, span(10, 20))]),
            None
        );
        let found = clash(&[booking(1, 0, 11)], [(&wanted, span(10, 20))]).unwrap();
        assert_eq!(found.subject, Subject::Booking(id(1)));
    }

    #[test]
    fn c79_bookings_and_assignments_are_in_each_others_way() {
        let held = [booking(1, 50, 60), shift(2, 5, 15)];
        let wanted = Event::Occurrence(id(9));
        let found = clash(&held, [(&wanted, span(10, 20)), (&wanted, span(55, 70))]).unwrap();
        assert_eq!(
            found.subject,
            Subject::Assignment(id(2)),
            "the earliest is named"
        );
        assert_eq!(found.title, "shift 2");
    }

    #[test]
    fn a_subject_reads_back_what_was_stored() {
        for subject in [Subject::Booking(id(1)), Subject::Assignment(id(2))] {
            assert_eq!(Subject::parse(subject.kind(), subject.id()), Ok(subject));
        }
        assert_eq!(
            Subject::parse("dream", id::<BookingId>(1).as_str()),
            Err(Refusal::NotFound)
        );
    }

    proptest! {
        /// Whatever is wanted, something is found exactly where some pair overlaps.
        #[test]
        fn a_clash_is_found_exactly_where_there_is_one(
            held in prop::collection::vec((0u128..6, 0i64..30, 1i64..10), 0..8),
            wanted in prop::collection::vec((0u128..6, 0i64..30, 1i64..10), 0..8),
        ) {
            let held: Vec<_> = held
                .into_iter()
                .map(|(n, from, length)| booking(n, from, from + length))
                .collect();
            let wanted: Vec<_> = wanted
                .into_iter()
                .map(|(n, from, length)| (Event::Occurrence(id(100 + n)), span(from, from + length)))
                .collect();
            let expected = held.iter().any(|h| wanted.iter().any(|(event, w)| {
                *event != h.event && h.span.start() < w.end() && w.start() < h.span.end()
            }));
            let found = clash(&held, wanted.iter().map(|(event, span)| (event, *span)));
            prop_assert_eq!(found.is_some(), expected);
        }
    }
}
