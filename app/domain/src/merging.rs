//! One person who is there twice: what speaks for it, whether two entries can be merged, and what moves
//! (C-140, C-141). People merge, never a rule.

use crate::{
    commitment::{Event, Subject},
    person::{BirthYear, PersonName, Phone},
    place::CommunityKey,
    time::{DAY, Span, Timestamp},
    volunteer::Standing,
};
use serde::{Deserialize, Serialize};

/// For so long a merge can be undone (milliseconds).
pub const UNDO_FOR: i64 = 30 * DAY;

/// Until when a merge of that time can be undone.
pub const fn undoable_until(merged_at: Timestamp) -> Timestamp {
    merged_at.plus(UNDO_FOR)
}

/// An entry as it is compared with others.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The name.
    pub name: &'a PersonName,
    /// The birth year.
    pub birth_year: BirthYear,
    /// The community, if given.
    pub community: Option<&'a CommunityKey>,
    /// The number of the account, if it has one.
    pub phone: Option<&'a Phone>,
}

/// What two entries share beside name and birth year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    /// The telephone number.
    Phone,
    /// The community.
    Community,
}

/// What speaks for two entries being one person: never the name alone (C-141). Nobody is merged for it.
pub fn alike(one: Entry<'_>, other: Entry<'_>) -> Option<Alike> {
    if !one.name.reads_as(other.name) || one.birth_year != other.birth_year {
        return None;
    }
    let phone = one.phone.is_some() && one.phone == other.phone;
    let community = one.community.is_some() && one.community == other.community;
    match (phone, community) {
        (true, _) => Some(Alike::Phone),
        (false, true) => Some(Alike::Community),
        (false, false) => None,
    }
}

/// Something that somebody has, or had, a place in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stake {
    /// Which booking or assignment.
    pub subject: Subject,
    /// Of what.
    pub event: Event,
    /// What people call it.
    pub title: String,
    /// When it is.
    pub span: Span,
    /// Whether it still stands: a person has one of these of an event (rule 2).
    pub is_live: bool,
    /// Whether it takes their time: they cannot be elsewhere then (rule 2).
    pub is_expected: bool,
}

/// One of two entries, as the decision needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// Whether they sign in with a number of their own.
    pub signs_in: bool,
    /// How far they are as a volunteer, if they ever asked.
    pub volunteer: Option<Standing>,
    /// What they have and had a place in.
    pub stakes: Vec<Stake>,
}

/// What stands in the way of a merge, and has to be settled first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// Who would be gone signs in with a number of their own: it is the other one that goes.
    SignsIn,
    /// Both serve as volunteers, each with a number.
    BothServe,
    /// Only who would be gone serves as a volunteer, and the other has an application, or has left.
    Serves,
    /// Both have a place in one thing that is not over: the first is of who would be gone.
    Same(Stake, Stake),
    /// Both are expected at the same time: the first is of who would be gone.
    Overlap(Stake, Stake),
}

/// What a merge does with what the one has who goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Their places that become the other's.
    pub moves: Vec<Stake>,
    /// Places in what is over and the other one was at too: they stay on record as they are.
    pub stays: Vec<Stake>,
    /// Whether their record as a volunteer becomes the other's.
    pub volunteer_moves: bool,
}

/// Whether `gone` can be merged into `kept`, and what moves. All that stands in the way is said at once.
///
/// # Errors
/// What has to be settled first.
pub fn decide(gone: &Half, kept: &Half, now: Timestamp) -> Result<Plan, Vec<Conflict>> {
    let mut conflicts = Vec::new();
    if gone.signs_in {
        conflicts.push(Conflict::SignsIn);
    }
    let serves = |half: &Half| half.volunteer.is_some_and(Standing::serves);
    match (serves(gone), kept.volunteer) {
        (true, Some(standing)) if standing.serves() => conflicts.push(Conflict::BothServe),
        (true, Some(_)) => conflicts.push(Conflict::Serves),
        _ => {}
    }
    let mut plan = Plan {
        volunteer_moves: gone.volunteer.is_some() && kept.volunteer.is_none(),
        ..Plan::default()
    };
    for stake in &gone.stakes {
        let same = kept
            .stakes
            .iter()
            .find(|other| stake.is_live && other.is_live && other.event == stake.event);
        match same {
            Some(_) if stake.span.end() <= now => plan.stays.push(stake.clone()),
            Some(other) => conflicts.push(Conflict::Same(stake.clone(), other.clone())),
            None => {
                if let Some(other) = overlapping(stake, &kept.stakes, now) {
                    conflicts.push(Conflict::Overlap(stake.clone(), other.clone()));
                }
                plan.moves.push(stake.clone());
            }
        }
    }
    match conflicts.is_empty() {
        true => Ok(plan),
        false => Err(conflicts),
    }
}

/// The first of the other's things that is at the same time; what is over is in nobody's way.
fn overlapping<'a>(stake: &Stake, others: &'a [Stake], now: Timestamp) -> Option<&'a Stake> {
    if !stake.is_expected || stake.span.end() <= now {
        return None;
    }
    let in_the_way = others.iter().filter(|other| {
        other.is_expected && other.event != stake.event && other.span.overlaps(stake.span)
    });
    in_the_way.min_by_key(|other| (other.span.start(), &other.subject))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{BookingId, OccurrenceId};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id<T: From<Uuid>>(n: u128) -> T {
        Uuid::from_u128(n).into()
    }

    /// A confirmed booking `n` of occurrence `of`, at these times.
    fn stake(n: u128, of: u128, from: i64, to: i64) -> Stake {
        Stake {
            subject: Subject::Booking(id::<BookingId>(n)),
            event: Event::Occurrence(id::<OccurrenceId>(of)),
            title: format!("活动{of}"),
            span: Span::new(Timestamp(from), Timestamp(to)).unwrap(),
            is_live: true,
            is_expected: true,
        }
    }

    fn half(stakes: Vec<Stake>) -> Half {
        Half {
            signs_in: false,
            volunteer: None,
            stakes,
        }
    }

    const NOW: Timestamp = Timestamp(100);

    #[test]
    fn c141_a_name_alone_is_never_enough() {
        let now = Timestamp::parse("2026-11-23T10:00").unwrap();
        let (name, spaced) = (
            PersonName::parse("陈阿婆").unwrap(),
            PersonName::parse(" 陈 阿婆").unwrap(),
        );
        let born = |year| BirthYear::new(year, now).unwrap();
        let (here, there) = (
            CommunityKey::new("1", "黄贝"),
            CommunityKey::new("1", "水库"),
        );
        let number = Phone::parse("13800000001").unwrap();
        let one = Entry {
            name: &name,
            birth_year: born(1944),
            community: Some(&here),
            phone: None,
        };
        let like = |change: fn(&mut Entry<'_>)| {
            let mut other = one;
            change(&mut other);
            other
        };
        assert_eq!(alike(one, one), Some(Alike::Community));
        let written = Entry {
            name: &spaced,
            ..one
        };
        assert_eq!(alike(one, written), Some(Alike::Community));
        assert_eq!(alike(one, like(|of| of.community = None)), None);
        let elsewhere = Entry {
            community: Some(&there),
            ..one
        };
        assert_eq!(alike(one, elsewhere), None);
        let younger = Entry {
            birth_year: born(1945),
            ..one
        };
        assert_eq!(alike(one, younger), None);
        // Neither without a number is no number in common.
        let bare = like(|of| of.community = None);
        assert_eq!(alike(bare, bare), None);
        let called = Entry {
            phone: Some(&number),
            ..bare
        };
        assert_eq!(alike(called, called), Some(Alike::Phone));
        assert_eq!(alike(called, bare), None);
    }

    #[test]
    fn what_is_the_ones_alone_moves() {
        let (one, other) = (half(vec![stake(1, 1, 200, 300)]), half(vec![]));
        let plan = decide(&one, &other, NOW).unwrap();
        assert_eq!((plan.moves, plan.stays), (one.stakes, vec![]));
        let back_to_back = half(vec![stake(2, 2, 300, 400)]);
        let one = half(vec![stake(1, 1, 200, 300)]);
        assert!(
            decide(&one, &back_to_back, NOW).is_ok(),
            "spans are half-open"
        );
    }

    #[test]
    fn two_places_in_one_thing_are_settled_first_and_kept_once_it_is_over() {
        let (mine, theirs) = (stake(1, 1, 200, 300), stake(2, 1, 200, 300));
        let told = decide(&half(vec![mine.clone()]), &half(vec![theirs.clone()]), NOW);
        assert_eq!(told, Err(vec![Conflict::Same(mine, theirs)]));
        let (mine, theirs) = (stake(1, 1, 50, 100), stake(2, 1, 50, 100));
        let plan = decide(&half(vec![mine.clone()]), &half(vec![theirs]), NOW).unwrap();
        assert_eq!((plan.moves, plan.stays), (vec![], vec![mine]));
        // What was given back is no second place.
        let mut gone = stake(1, 1, 200, 300);
        (gone.is_live, gone.is_expected) = (false, false);
        let plan = decide(
            &half(vec![gone.clone()]),
            &half(vec![stake(2, 1, 200, 300)]),
            NOW,
        );
        assert_eq!(plan.unwrap().moves, [gone]);
    }

    #[test]
    fn nobody_is_at_two_places_at_once_after_a_merge() {
        let (mine, theirs) = (stake(1, 1, 200, 300), stake(2, 2, 250, 350));
        let (one, other) = (half(vec![mine.clone()]), half(vec![theirs.clone()]));
        assert_eq!(
            decide(&one, &other, NOW),
            Err(vec![Conflict::Overlap(mine.clone(), theirs.clone())])
        );
        // Who only waits is expected nowhere yet; what is over is over.
        let mut waits = theirs;
        waits.is_expected = false;
        assert!(decide(&one, &half(vec![waits]), NOW).is_ok());
        assert!(decide(&one, &other, Timestamp(300)).is_ok());
    }

    #[test]
    fn who_signs_in_stays_and_so_does_who_serves() {
        let one = Half {
            signs_in: true,
            ..half(vec![])
        };
        let none = half(vec![]);
        assert_eq!(decide(&one, &none, NOW), Err(vec![Conflict::SignsIn]));
        assert!(decide(&none, &one, NOW).is_ok());
        let with = |standing| Half {
            volunteer: Some(standing),
            ..half(vec![])
        };
        let (formal, left) = (with(Standing::Formal), with(Standing::Left));
        let told = decide(&formal, &with(Standing::Probationary), NOW);
        assert_eq!(told, Err(vec![Conflict::BothServe]));
        let told = decide(&formal, &left, NOW);
        assert_eq!(told, Err(vec![Conflict::Serves]));
        assert!(decide(&formal, &none, NOW).unwrap().volunteer_moves);
        assert!(!decide(&left, &formal, NOW).unwrap().volunteer_moves);
        assert!(!decide(&none, &formal, NOW).unwrap().volunteer_moves);
    }

    proptest! {
        /// After a merge rule 2 holds of what is to come, if it held of each before.
        #[test]
        fn rule_2_holds_of_both_together(
            ones in proptest::collection::vec((0u128..6, 0i64..20), 0..5),
            others in proptest::collection::vec((0u128..6, 0i64..20), 0..5),
        ) {
            let at = |offset: u128, all: Vec<(u128, i64)>| {
                let mut kept: Vec<Stake> = Vec::new();
                for (n, (of, _)) in all.into_iter().enumerate() {
                    // When an occurrence is depends on nothing but itself.
                    let from = 90 + i64::try_from(of).unwrap() * 7 % 20;
                    let new = stake(offset + n as u128, of, from, from + 10);
                    let fits = |held: &Stake| held.event != new.event && !held.span.overlaps(new.span);
                    if kept.iter().all(fits) {
                        kept.push(new);
                    }
                }
                half(kept)
            };
            let (one, other) = (at(1000, ones), at(2000, others));
            if let Ok(plan) = decide(&one, &other, NOW) {
                let mut all = plan.moves;
                all.extend(other.stakes);
                for (n, a) in all.iter().enumerate() {
                    for b in &all[n + 1..] {
                        prop_assert!(a.event != b.event);
                        let over = a.span.end() <= NOW || b.span.end() <= NOW;
                        prop_assert!(over || !a.span.overlaps(b.span));
                    }
                }
            }
        }
    }
}
