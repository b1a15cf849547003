//! Weeks to test with, and what every roster is checked against.

use super::{Line, Offer, Person, Role, Shift, Week};
use crate::time::{HOUR, Span, Timestamp};
use proptest::prelude::*;

/// Hours since Monday, 2026-12-07, 00:00 in Shanghai.
pub(super) fn hours(from: i64, to: i64) -> Span {
    let monday = Timestamp::parse("2026-12-07T00:00").unwrap();
    Span::new(monday.plus(from * HOUR), monday.plus(to * HOUR)).unwrap()
}

pub(super) fn shift(from: i64, to: i64, leads: u32, volunteers: (u32, u32)) -> Shift {
    Shift {
        span: hours(from, to),
        leads_min: leads,
        volunteers_min: volunteers.0,
        volunteers_max: volunteers.1,
    }
}

pub(super) fn person(role: Role, most: u32, before: u32, shifts: &[usize]) -> Person {
    Person {
        most_shifts: most,
        served_before: before,
        offers: shifts.iter().map(|&s| offer(s, role, false)).collect(),
    }
}

pub(super) const fn offer(shift: usize, role: Role, liked: bool) -> Offer {
    Offer { shift, role, liked }
}

pub(super) const fn line(shift: usize, person: usize, role: Role) -> Line {
    Line {
        shift,
        person,
        role,
    }
}

/// What a roster may not be, read from the week alone. Lines that are fixed are not judged, but
/// counted.
pub(super) fn broken_rules(week: &Week, lines: &[Line]) -> Vec<String> {
    let mut broken = Vec::new();
    let kept = week.kept();
    for fixed in &kept {
        if !lines.contains(fixed) {
            broken.push(format!("{fixed:?} was moved"));
        }
    }
    for new in lines.iter().filter(|line| !kept.contains(line)) {
        let person = &week.people[new.person];
        let able = |offer: &Offer| (offer.shift, offer.role) == (new.shift, new.role);
        let of_person = lines.iter().filter(|line| line.person == new.person);
        let others = of_person.clone().filter(|line| *line != new);
        let crew = lines
            .iter()
            .filter(|line| (line.shift, line.role) == (new.shift, new.role));
        let room = match new.role {
            Role::Lead => week.shifts[new.shift].leads_min,
            Role::Volunteer => week.shifts[new.shift].volunteers_max,
        };
        let rules = [
            ("they cannot take it", person.offers.iter().any(able)),
            (
                "twice",
                lines.iter().filter(|line| *line == new).count() == 1,
            ),
            (
                "above their limit",
                of_person.count() <= person.most_shifts as usize,
            ),
            (
                "two at a time",
                others.clone().all(|o| !week.overlap(o.shift, new.shift)),
            ),
            ("above the shift's room", crew.count() <= room as usize),
        ];
        broken.extend(
            rules
                .iter()
                .filter(|(_, kept)| !kept)
                .map(|(rule, _)| format!("{new:?}: {rule}")),
        );
    }
    broken
}

/// The most shifts that can be ready, by trying everything.
pub(super) fn brute_force(week: &Week) -> usize {
    let sets = 1_u32 << week.shifts.len();
    let mut best = 0;
    for set in 0..sets {
        let size = set.count_ones() as usize;
        let wanted: Vec<usize> = (0..week.shifts.len())
            .filter(|s| set >> s & 1 == 1)
            .collect();
        if size > best && can_hold(week, &wanted) {
            best = size;
        }
    }
    best
}

/// Whether these shifts can all be ready, by trying everything.
pub(super) fn can_hold(week: &Week, wanted: &[usize]) -> bool {
    let lines = week.kept();
    let mut places = Vec::new();
    for &shift in wanted {
        for role in [Role::Lead, Role::Volunteer] {
            let held = lines
                .iter()
                .filter(|l| (l.shift, l.role) == (shift, role))
                .count();
            let missing = (week.shifts[shift].min(role) as usize).saturating_sub(held);
            if missing > 0 && held + missing > week.shifts[shift].room(role) as usize {
                return false;
            }
            places.extend(vec![(shift, role); missing]);
        }
    }
    place_all(week, &places, &mut lines.clone())
}

fn place_all(week: &Week, places: &[(usize, Role)], lines: &mut Vec<Line>) -> bool {
    let Some((&(shift, role), rest)) = places.split_first() else {
        return true;
    };
    // Places of one need are all alike, so they are filled in order of the people.
    let twin = lines
        .last()
        .filter(|l| (l.shift, l.role) == (shift, role) && !week.kept().contains(l));
    let first = twin.map_or(0, |line| line.person + 1);
    for person in first..week.people.len() {
        let of_person = lines.iter().filter(|line| line.person == person);
        let fits = week.people[person]
            .offers
            .iter()
            .any(|o| (o.shift, o.role) == (shift, role))
            && of_person.clone().count() < week.people[person].most_shifts as usize
            && of_person
                .clone()
                .all(|line| !week.overlap(line.shift, shift));
        if fits {
            lines.push(line(shift, person, role));
            if place_all(week, rest, lines) {
                return true;
            }
            lines.pop();
        }
    }
    false
}

/// Tiny weeks with everything odd in them: overlaps, no need at all, too little room, shifts that
/// do not exist, people in both roles, lines that are fixed against the rules.
pub(super) fn tiny_weeks() -> impl Strategy<Value = Week> {
    let shift = (0_i64..8, 1_i64..5, 0_u32..3, 0_u32..4, 0_u32..3);
    let role = prop_oneof![Just(Role::Lead), Just(Role::Volunteer)];
    let offer = (0_usize..6, role.clone(), any::<bool>());
    let offers = prop::collection::vec(offer, 0..7);
    let person = (0_u32..4, 0_u32..5, offers);
    let fixed = prop::collection::vec((0_usize..6, 0_usize..7, role), 0..3);
    let shifts = prop::collection::vec(shift, 0..6);
    (shifts, prop::collection::vec(person, 0..8), fixed).prop_map(|(shifts, people, fixed)| Week {
        shifts: shifts
            .into_iter()
            .map(|(from, long, leads, least, more)| {
                // Now and then less room than is needed.
                let most = (least + more).saturating_sub(u32::from(from == 7));
                self::shift(from, from + long, leads.min(1 + leads % 2), (least, most))
            })
            .collect(),
        positions: std::collections::BTreeMap::new(),
        people: people
            .into_iter()
            .map(|(most_shifts, served_before, offers)| Person {
                most_shifts,
                served_before,
                offers: offers
                    .into_iter()
                    .map(|(shift, role, liked)| self::offer(shift, role, liked))
                    .collect(),
            })
            .collect(),
        fixed: fixed
            .into_iter()
            .map(|(shift, person, role)| line(shift, person, role))
            .collect(),
    })
}

/// How many people a made-up week of 200 shifts has, and how often they have time.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) seed: u64,
    pub(super) leads: usize,
    pub(super) volunteers: usize,
    /// Of ten half days, how many somebody has time.
    pub(super) in_ten: u64,
}

/// A made-up week with skills, half days and weekly limits. The same seed gives the same week.
pub(super) fn made_week(kind: Kind) -> Week {
    const SHIFTS: u64 = 200;
    let mut dice = Dice(kind.seed);
    let mut week = Week::default();
    let mut skills = Vec::new();
    for _ in 0..SHIFTS {
        let from = 24 * dice.roll(7) + [9, 10, 13, 14, 15, 18, 19][dice.roll(7) as usize];
        let to = from + 2 + dice.roll(3);
        let least = 1 + dice.roll(4) as u32;
        let most = least + dice.roll(3) as u32;
        skills.push(dice.roll(6));
        week.shifts
            .push(shift(from as i64, to as i64, 1, (least, most)));
    }
    let limits = [1, 1, 2, 2, 3];
    for number in 0..kind.leads + kind.volunteers {
        let is_lead = number < kind.leads;
        let (role, wide) = if is_lead {
            (Role::Lead, 3)
        } else {
            (Role::Volunteer, 1)
        };
        let mut skilled = [false; 6];
        (0..wide + dice.roll(2)).for_each(|_| skilled[dice.roll(6) as usize] = true);
        let free: Vec<bool> = (0..21)
            .map(|_| dice.roll(10) < kind.in_ten + 2 * u64::from(is_lead))
            .collect();
        let mut offers = Vec::new();
        for (at, skill) in skills.iter().enumerate() {
            let local = week.shifts[at].span.start().0 - hours(0, 1).start().0;
            let (day, hour) = (local / HOUR / 24, local / HOUR % 24);
            let half = i64::from(hour >= 13) + i64::from(hour >= 18);
            if skilled[*skill as usize] && free[(3 * day + half) as usize] && dice.roll(3) > 0 {
                offers.push(offer(at, role, false));
            }
        }
        week.people.push(Person {
            most_shifts: if is_lead {
                8
            } else {
                limits[dice.roll(5) as usize]
            },
            served_before: if is_lead {
                0
            } else {
                [0, 0, 0, 1, 2, 4, 8][dice.roll(7) as usize]
            },
            offers,
        });
    }
    week
}

/// Numbers that look like chance (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides
    }
}
