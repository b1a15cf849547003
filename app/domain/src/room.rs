//! Rooms of a center, and the rule that two things never share one at a time.

use crate::{
    Reason, Refusal,
    activity::Status,
    id::{OccurrenceId, RoomId},
    time::{Span, Timestamp},
};
use std::collections::BTreeMap;

crate::text_enum! {
    /// What a room is.
    pub enum RoomKind {
        /// Where people are: a hall, a classroom, one half of a hall.
        Space = "space",
        /// What they use: a projector, the kitchen's ovens. It is taken like a room.
        Equipment = "equipment",
    }
}

/// Which rooms of a center lie in which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomTree(BTreeMap<RoomId, Option<RoomId>>);

impl RoomTree {
    /// The rooms of a center, each with the one that it is part of.
    pub fn new(rooms: impl IntoIterator<Item = (RoomId, Option<RoomId>)>) -> Self {
        Self(rooms.into_iter().collect())
    }

    /// A room and all that it is part of, from the inside out.
    fn outwards<'t>(&'t self, room: &'t RoomId) -> impl Iterator<Item = &'t RoomId> {
        let outer = |room: &&'t RoomId| self.0.get(*room)?.as_ref();
        // As many steps as there are rooms, so that a circle in the data ends as well.
        std::iter::successors(Some(room), outer).take(self.0.len().max(1))
    }

    /// The room that a room is part of.
    pub fn outer<'t>(&'t self, room: &RoomId) -> Option<&'t RoomId> {
        self.0.get(room)?.as_ref()
    }

    /// The outermost room that a room is part of. Whoever locks it has locked everything that may
    /// clash with the room.
    pub fn outermost<'t>(&'t self, room: &'t RoomId) -> &'t RoomId {
        self.outwards(room).last().unwrap_or(room)
    }

    /// The rooms that are part of this one, whatever they are part of themselves.
    pub fn parts<'t>(&'t self, of: &'t RoomId) -> impl Iterator<Item = &'t RoomId> {
        let rooms = self.0.keys();
        rooms.filter(move |room| *room != of && self.outwards(room).any(|outer| outer == of))
    }

    /// The same rooms with one of them in another, or in none.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on `part_of` for a room that is not there, or where the room would lie
    /// in itself.
    pub fn moved(&self, room: &RoomId, into: Option<&RoomId>) -> Result<Self, Refusal> {
        let refused = |reason| Err(Refusal::invalid("part_of", reason));
        if into.is_some_and(|outer| !self.0.contains_key(outer)) {
            return refused(Reason::UnknownValue);
        }
        if into.is_some_and(|outer| self.outwards(outer).any(|of| of == room)) {
            return refused(Reason::InsideItself);
        }
        let mut moved = self.clone();
        moved.0.insert(room.clone(), into.cloned());
        Ok(moved)
    }

    /// Whether two rooms cannot be used at the same time: they are one, or one is part of the
    /// other (C-71).
    pub fn share(&self, one: &RoomId, other: &RoomId) -> bool {
        self.outwards(one).any(|room| room == other) || self.outwards(other).any(|room| room == one)
    }
}

/// Something that has a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomUse {
    /// Which occurrence it is.
    pub occurrence: OccurrenceId,
    /// Its title.
    pub title: String,
    /// Which room.
    pub room: RoomId,
    /// That room's name.
    pub room_name: String,
    /// When.
    pub span: Span,
    /// Where it stands: a draft holds its room, what was called off does not.
    pub status: Status,
}

/// What stands in the way of using a room at that time: the first of it.
pub fn in_the_way<'u>(
    tree: &RoomTree,
    room: &RoomId,
    span: Span,
    there: &'u [RoomUse],
) -> Option<&'u RoomUse> {
    there
        .iter()
        .filter(|other| other.span.overlaps(span) && other.is_in_the_way(tree, room))
        .min_by_key(|other| (other.span.start(), &other.occurrence))
}

/// Whether the rooms may be used at these times beside what is there (C-70, C-71).
///
/// # Errors
/// [`Refusal::RoomTaken`] with the first thing that is in the way.
pub fn admit<'w>(
    tree: &RoomTree,
    wanted: impl IntoIterator<Item = (&'w RoomId, Span)>,
    there: &[RoomUse],
) -> Result<(), Refusal> {
    for (room, span) in wanted {
        if let Some(other) = in_the_way(tree, room, span, there) {
            return Err(other.refusal());
        }
    }
    Ok(())
}

/// Whether rooms may lie in each other in another way than until now: nothing that is planned
/// comes to share a room by it (C-71). What shared one before stays as it was.
///
/// # Errors
/// [`Refusal::RoomTaken`] with the first thing that another would be in the way of.
pub fn may_move(from: &RoomTree, to: &RoomTree, there: &[RoomUse]) -> Result<(), Refusal> {
    let stands = |of: &&RoomUse| of.status != Status::Cancelled;
    let mut uses: Vec<&RoomUse> = there.iter().filter(stands).collect();
    uses.sort_by_key(|of| (of.span.start(), &of.occurrence));
    for (n, one) in uses.iter().enumerate() {
        let clash = uses[n + 1..].iter().find(|other| {
            one.span.overlaps(other.span)
                && to.share(&one.room, &other.room)
                && !from.share(&one.room, &other.room)
        });
        if let Some(other) = clash {
            return Err(other.refusal());
        }
    }
    Ok(())
}

/// Whether a room may be used no more: nothing is planned in it from now on, drafts included, and
/// no room that is in use lies in it.
///
/// # Errors
/// [`Refusal::RoomInUse`] with the first thing and how many there are; [`Refusal::Invalid`] on
/// `room` (`holds_others`).
pub fn may_retire(
    (room, name): (&RoomId, &str),
    has_parts: bool,
    there: &[RoomUse],
    now: Timestamp,
) -> Result<(), Refusal> {
    let planned = there
        .iter()
        .filter(|of| of.room == *room && of.status != Status::Cancelled && of.span.end() > now);
    let count = u32::try_from(planned.clone().count()).unwrap_or(u32::MAX);
    if let Some(first) = planned.min_by_key(|of| (of.span.start(), &of.occurrence)) {
        return Err(Refusal::RoomInUse {
            room: name.to_owned(),
            count,
            title: first.title.clone(),
            starts_at: first.span.start(),
            ends_at: first.span.end(),
        });
    }
    match has_parts {
        true => Err(Refusal::invalid("room", Reason::HoldsOthers)),
        false => Ok(()),
    }
}

impl RoomUse {
    /// Whether a room cannot be used meanwhile: what was called off takes none (C-62).
    pub fn is_in_the_way(&self, tree: &RoomTree, room: &RoomId) -> bool {
        self.status != Status::Cancelled && tree.share(&self.room, room)
    }

    /// What somebody is told who wanted the room at that time.
    pub fn refusal(&self) -> Refusal {
        Refusal::RoomTaken {
            room: self.room_name.clone(),
            title: self.title.clone(),
            starts_at: self.span.start(),
            ends_at: self.span.end(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn room(n: usize) -> RoomId {
        Uuid::from_u128(n as u128).into()
    }

    fn span(start: i64, hours: i64) -> Span {
        Span::new(Timestamp(start * HOUR), Timestamp((start + hours) * HOUR)).unwrap()
    }

    fn usage(n: usize, of: usize, span: Span, status: Status) -> RoomUse {
        RoomUse {
            occurrence: Uuid::from_u128(n as u128).into(),
            title: format!("活动{n}"),
            room: room(of),
            room_name: format!("房间{of}"),
            span,
            status,
        }
    }

    /// A hall (1) with two halves (2, 3), a stage (4) in one of them, and a room of its own (5).
    fn house() -> RoomTree {
        RoomTree::new([
            (room(1), None),
            (room(2), Some(room(1))),
            (room(3), Some(room(1))),
            (room(4), Some(room(2))),
            (room(5), None),
        ])
    }

    #[test]
    fn c71_a_room_takes_its_parts_and_what_it_is_part_of() {
        let house = house();
        let shared = |one: usize| -> Vec<usize> {
            (1..=5)
                .filter(|other| house.share(&room(one), &room(*other)))
                .collect()
        };
        assert_eq!(shared(1), [1, 2, 3, 4]);
        assert_eq!(shared(2), [1, 2, 4]);
        assert_eq!(shared(3), [1, 3]);
        assert_eq!(shared(4), [1, 2, 4]);
        assert_eq!(shared(5), [5]);
        assert_eq!(house.outermost(&room(4)), &room(1));
        assert_eq!(house.outermost(&room(5)), &room(5));
    }

    #[test]
    fn c70_the_refusal_names_what_is_there_and_when() {
        let there = [
            usage(8, 5, span(12, 1), Status::Published),
            usage(7, 5, span(9, 2), Status::Draft),
        ];
        let refused = admit(&house(), [(&room(5), span(10, 4))], &there);
        assert_eq!(
            refused,
            Err(Refusal::RoomTaken {
                room: "房间5".into(),
                title: "活动7".into(),
                starts_at: Timestamp(9 * HOUR),
                ends_at: Timestamp(11 * HOUR),
            }),
            "a draft holds its room, and the first is named"
        );
        assert_eq!(admit(&house(), [(&room(5), span(11, 1))], &there), Ok(()));
        let off = [usage(7, 5, span(9, 2), Status::Cancelled)];
        assert_eq!(admit(&house(), [(&room(5), span(9, 2))], &off), Ok(()));
    }

    #[test]
    fn a_circle_in_the_data_ends() {
        let circle = RoomTree::new([(room(1), Some(room(2))), (room(2), Some(room(1)))]);
        assert!(circle.share(&room(1), &room(2)));
        assert!(!circle.share(&room(1), &room(3)));
        let there = [usage(1, 1, span(1, 1), Status::Published)];
        assert!(admit(&circle, [(&room(2), span(1, 1))], &there).is_err());
    }

    #[test]
    fn c71_a_room_moves_where_nothing_comes_to_share_it() {
        let house = house();
        let into =
            |of: usize, outer: Option<usize>| house.moved(&room(of), outer.map(room).as_ref());
        let refused = |reason| Err(Refusal::invalid("part_of", reason));
        assert_eq!(into(1, Some(4)), refused(Reason::InsideItself));
        assert_eq!(into(2, Some(2)), refused(Reason::InsideItself));
        assert_eq!(into(2, Some(9)), refused(Reason::UnknownValue));
        let moved = into(5, Some(2)).unwrap();
        assert_eq!(moved.outermost(&room(5)), &room(1));
        assert_eq!(
            moved.parts(&room(2)).collect::<Vec<_>>(),
            [&room(4), &room(5)]
        );
        let there = [
            usage(1, 4, span(9, 2), Status::Draft),
            usage(2, 5, span(10, 2), Status::Published),
            usage(3, 3, span(10, 2), Status::Published),
        ];
        // Beside the stage in one half of the hall it is another room; in it, it is not.
        assert_eq!(may_move(&house, &moved, &there), Ok(()));
        let inside = into(5, Some(4)).unwrap();
        assert_eq!(may_move(&house, &inside, &there), Err(there[1].refusal()));
        let apart = [
            there[0].clone(),
            usage(2, 5, span(11, 2), Status::Published),
        ];
        assert_eq!(may_move(&house, &inside, &apart), Ok(()));
        let off = [
            there[0].clone(),
            usage(2, 5, span(10, 2), Status::Cancelled),
        ];
        assert_eq!(may_move(&house, &inside, &off), Ok(()));
        // What shares a room already does not keep another from moving.
        let old = [
            usage(1, 1, span(9, 2), Status::Published),
            usage(2, 2, span(9, 2), Status::Published),
        ];
        assert_eq!(may_move(&house, &moved, &old), Ok(()));
    }

    #[test]
    fn a_room_goes_out_of_use_when_nothing_is_planned_in_it() {
        let now = Timestamp(10 * HOUR);
        let goes = |there: &[RoomUse], parts| may_retire((&room(5), "房间5"), parts, there, now);
        let there = [
            usage(3, 5, span(30, 1), Status::Draft),
            usage(2, 5, span(20, 1), Status::Published),
            usage(1, 5, span(9, 1), Status::Published),
            usage(4, 5, span(15, 1), Status::Cancelled),
            usage(5, 4, span(15, 1), Status::Published),
        ];
        assert_eq!(
            goes(&there, true),
            Err(Refusal::RoomInUse {
                room: "房间5".into(),
                count: 2,
                title: "活动2".into(),
                starts_at: Timestamp(20 * HOUR),
                ends_at: Timestamp(21 * HOUR),
            })
        );
        assert_eq!(goes(&there[2..], false), Ok(()));
        let holds = Err(Refusal::invalid("room", Reason::HoldsOthers));
        assert_eq!(goes(&there[2..], true), holds);
    }

    proptest! {
        /// C-70, C-71: whatever is put into rooms one after the other, no hour of any room is
        /// ever used twice, its own or as part of another; and nothing is refused without cause.
        #[test]
        fn no_two_things_ever_share_a_room(
            parents in proptest::collection::vec(0_usize..8, 8),
            wishes in proptest::collection::vec((0_usize..8, 0_i64..12, 1_i64..5, 0_u8..3), 1..40),
        ) {
            // A parent has a lower number, so that there is no circle; 0 has none.
            let outer = |n: usize| (n > 0 && parents[n] < n).then(|| parents[n]);
            let tree = RoomTree::new((0..8).map(|n| (room(n), outer(n).map(room))));
            let inside = |n: usize, of: usize| {
                std::iter::successors(Some(n), |n| outer(*n)).any(|up| up == of)
            };
            let mut there: Vec<RoomUse> = Vec::new();
            let mut hours: Vec<(usize, i64)> = Vec::new();
            for (nth, (of, start, long, status)) in wishes.into_iter().enumerate() {
                let status = Status::ALL[usize::from(status)];
                let taken = (start..start + long).any(|hour| {
                    hours.iter().any(|(room, at)| {
                        *at == hour && (inside(*room, of) || inside(of, *room))
                    })
                });
                let admitted = admit(&tree, [(&room(of), span(start, long))], &there);
                prop_assert_eq!(admitted.is_err(), taken);
                if admitted.is_ok() {
                    there.push(usage(nth, of, span(start, long), status));
                    if status != Status::Cancelled {
                        hours.extend((start..start + long).map(|hour| (of, hour)));
                    }
                }
            }
        }
    }
}
