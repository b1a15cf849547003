//! Where an occurrence may be moved: what its edit would say, told before it is put down.

use crate::{
    Reason, Refusal,
    activity::{Status, check_horizon, check_series},
    id::{OccurrenceId, RoomId},
    room::{RoomTree, RoomUse, admit},
    time::{Span, Timestamp},
};

/// An occurrence that is picked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// Which.
    pub id: OccurrenceId,
    /// When it is now.
    pub span: Span,
    /// Where it stands.
    pub status: Status,
    /// The room that it takes with it.
    pub room: Option<RoomId>,
    /// The other dates of its activity that were not called off.
    pub series: Vec<Span>,
}

impl Moving {
    /// When it would be that begins then; it lasts as long.
    pub const fn at(&self, start: Timestamp) -> Span {
        Span::kept(start, start.plus(self.span.end().0 - self.span.start().0))
    }
}

/// Whether it may be at that time: the checks of the edit, in its order.
///
/// # Errors
/// [`Refusal::OccurrenceCancelled`], [`Refusal::AlreadyStarted`] for what is not moved any more;
/// [`Refusal::Invalid`] for the past, too far ahead and another date of the series;
/// [`Refusal::RoomTaken`].
pub fn may_move(
    tree: &RoomTree,
    moving: &Moving,
    start: Timestamp,
    there: &[RoomUse],
    now: Timestamp,
) -> Result<Span, Refusal> {
    if moving.status == Status::Cancelled {
        return Err(Refusal::OccurrenceCancelled);
    }
    if moving.span.start() <= now {
        let since = moving.span.start();
        return Err(Refusal::AlreadyStarted { since });
    }
    if start <= now {
        return Err(Refusal::invalid("starts_at", Reason::InThePast));
    }
    check_horizon("starts_at", start, now)?;
    let span = moving.at(start);
    let mut series = moving.series.clone();
    series.push(span);
    check_series(&series)?;
    let others: Vec<RoomUse> = there
        .iter()
        .filter(|other| other.occurrence != moving.id)
        .cloned()
        .collect();
    admit(tree, moving.room.iter().map(|room| (room, span)), &others)?;
    Ok(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY, HOUR};
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp(20_500 * DAY);

    fn room() -> RoomId {
        Uuid::from_u128(1).into()
    }

    fn hours(from: i64, hours: i64) -> Span {
        Span::kept(NOW.plus(from * HOUR), NOW.plus((from + hours) * HOUR))
    }

    fn moving() -> Moving {
        Moving {
            id: Uuid::from_u128(7).into(),
            span: hours(24, 2),
            status: Status::Published,
            room: Some(room()),
            series: vec![hours(48, 2)],
        }
    }

    fn usage(of: u128, span: Span) -> RoomUse {
        RoomUse {
            occurrence: Uuid::from_u128(of).into(),
            title: "书法".into(),
            room: room(),
            room_name: "教室".into(),
            span,
            status: Status::Draft,
        }
    }

    fn code(moving: &Moving, start: i64, there: &[RoomUse]) -> Option<&'static str> {
        let tree = RoomTree::new([(room(), None)]);
        let told = may_move(&tree, moving, NOW.plus(start * HOUR), there, NOW);
        told.err().map(|refusal| refusal.code())
    }

    #[test]
    fn it_may_be_wherever_its_edit_would_let_it_be() {
        let there = [usage(7, hours(24, 2)), usage(8, hours(30, 2))];
        for (start, expected) in [
            (25, None),
            (28, None),
            (29, Some("room_taken")),
            (31, Some("room_taken")),
            (32, None),
            (0, Some("invalid")),
            (-5, Some("invalid")),
            (47, Some("invalid")),
            (50, None),
            (24 * 365 * 5, Some("invalid")),
        ] {
            assert_eq!(code(&moving(), start, &there), expected, "{start}");
        }
        let mut nowhere = moving();
        nowhere.room = None;
        assert_eq!(code(&nowhere, 30, &there), None);
    }

    #[test]
    fn what_has_begun_or_was_called_off_stays() {
        let mut begun = moving();
        begun.span = hours(0, 2);
        assert_eq!(code(&begun, 30, &[]), Some("already_started"));
        let mut off = moving();
        off.status = Status::Cancelled;
        assert_eq!(code(&off, 30, &[]), Some("occurrence_cancelled"));
    }
}
