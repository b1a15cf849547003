//! What is in each other's way: of one room, or of one lead, at the same time (C-75).

use crate::{
    activity::Status,
    id::StaffId,
    room::{RoomTree, RoomUse, in_the_way},
    time::Span,
};

/// Something planned, as far as it may be in the way of something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// When.
    pub span: Span,
    /// Where it stands: what was called off is in nobody's way (C-62).
    pub status: Status,
    /// The room that it takes.
    pub room: Option<RoomUse>,
    /// Who leads it.
    pub leads: Vec<StaffId>,
}

/// What two things share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// A room, or one's room is part of the other's.
    Room,
    /// A lead.
    Lead(StaffId),
}

/// Two things that cannot both be as planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The place of the one that begins first.
    pub one: usize,
    /// The place of the other.
    pub other: usize,
    /// What they share.
    pub shared: Shared,
}

/// Every two things that are in each other's way, by start. Drafts count, what was called off does not
/// (C-62).
pub fn clashes(tree: &RoomTree, all: &[Planned]) -> Vec<Clash> {
    let stands = |of: &usize| all[*of].status != Status::Cancelled;
    let mut order: Vec<usize> = (0..all.len()).filter(stands).collect();
    order.sort_by_key(|&of| (all[of].span.start(), of));
    let mut found = Vec::new();
    for (nth, &one) in order.iter().enumerate() {
        let later = order.iter().skip(nth + 1);
        let at_once = later.take_while(|&&other| all[other].span.start() < all[one].span.end());
        for &other in at_once {
            let shared = shared(tree, &all[one], &all[other]);
            found.extend(shared.map(|shared| Clash { one, other, shared }));
        }
    }
    found
}

/// What two things share that are on at once.
fn shared(tree: &RoomTree, one: &Planned, other: &Planned) -> impl Iterator<Item = Shared> {
    let room = one.room.as_ref().zip(other.room.as_ref());
    let room = room.and_then(|(one, other)| {
        in_the_way(tree, &one.room, one.span, std::slice::from_ref(other))
    });
    let mut leads: Vec<StaffId> = one.leads.clone();
    leads.retain(|lead| other.leads.contains(lead));
    leads.sort();
    leads.dedup();
    let room = room.map(|_| Shared::Room);
    room.into_iter().chain(leads.into_iter().map(Shared::Lead))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{OccurrenceId, RoomId},
        time::{HOUR, Timestamp},
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    fn room(n: u128) -> RoomId {
        Uuid::from_u128(n).into()
    }

    fn lead(n: u128) -> StaffId {
        Uuid::from_u128(n).into()
    }

    /// A hall (1) with a half (2), and a room of its own (3).
    fn house() -> RoomTree {
        RoomTree::new([(room(1), None), (room(2), Some(room(1))), (room(3), None)])
    }

    fn planned(from: i64, hours: i64, of: Option<u128>, leads: &[u128]) -> Planned {
        let span = Span::new(Timestamp(from * HOUR), Timestamp((from + hours) * HOUR)).unwrap();
        let id: OccurrenceId = Uuid::from_u128(9).into();
        Planned {
            span,
            status: Status::Draft,
            room: of.map(|of| RoomUse {
                occurrence: id,
                title: "书法".into(),
                room: room(of),
                room_name: "教室".into(),
                span,
                status: Status::Draft,
            }),
            leads: leads.iter().map(|n| lead(*n)).collect(),
        }
    }

    fn off(mut of: Planned) -> Planned {
        of.status = Status::Cancelled;
        if let Some(room) = &mut of.room {
            room.status = Status::Cancelled;
        }
        of
    }

    #[test]
    fn c71_a_part_and_its_whole_clash_and_c51_what_follows_does_not() {
        let all = [
            planned(9, 2, Some(1), &[]),
            planned(10, 2, Some(2), &[]),
            planned(11, 2, Some(3), &[]),
            planned(12, 1, Some(2), &[]),
        ];
        let pair = |one, other, shared| Clash { one, other, shared };
        assert_eq!(clashes(&house(), &all), [pair(0, 1, Shared::Room)]);
    }

    #[test]
    fn c75_a_lead_of_two_things_at_once_clashes_besides_the_room() {
        let all = [
            planned(9, 2, Some(1), &[7, 8]),
            planned(10, 2, Some(1), &[8, 7]),
        ];
        let shared: Vec<Shared> = clashes(&house(), &all)
            .into_iter()
            .map(|clash| clash.shared)
            .collect();
        let both = [Shared::Room, Shared::Lead(lead(7)), Shared::Lead(lead(8))];
        assert_eq!(shared, both);
    }

    #[test]
    fn c62_what_was_called_off_is_in_nobodys_way() {
        let one = planned(9, 2, Some(1), &[7]);
        for all in [
            [off(one.clone()), one.clone()],
            [one.clone(), off(one.clone())],
        ] {
            assert!(clashes(&house(), &all).is_empty());
        }
    }

    proptest! {
        #[test]
        fn clashes_are_all_pairs_that_share_something_at_once(
            things in proptest::collection::vec(
                (0_i64..20, 1_i64..5, 0_u128..4, 0_u128..3, any::<bool>()),
                0..20,
            ),
        ) {
            let all: Vec<Planned> = things
                .iter()
                .map(|&(from, hours, of, who, is_off)| {
                    let of = planned(from, hours, (of > 0).then_some(of), &[who]);
                    if is_off { crate::planner::clash::tests::off(of) } else { of }
                })
                .collect();
            let found = clashes(&house(), &all);
            let share = |one: u128, other: u128| {
                one > 0 && other > 0 && (one == other || (one.min(other), one.max(other)) == (1, 2))
            };
            for one in 0..all.len() {
                for other in 0..one {
                    let (a, b) = (things[one], things[other]);
                    let at_once = all[one].span.overlaps(all[other].span) && !a.4 && !b.4;
                    let of = |shared: &Shared| {
                        let those = found.iter().filter(|clash| {
                            (clash.one.min(clash.other), clash.one.max(clash.other)) == (other, one)
                        });
                        those.filter(|clash| clash.shared == *shared).count()
                    };
                    prop_assert_eq!(of(&Shared::Room), usize::from(at_once && share(a.2, b.2)));
                    let led = usize::from(at_once && a.3 == b.3);
                    prop_assert_eq!(of(&Shared::Lead(lead(a.3))), led);
                }
            }
        }
    }
}
