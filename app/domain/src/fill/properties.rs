//! What holds for every week, on tiny ones where everything can be tried.

use super::{
    Cause, Places, Role, Week, first_come, gini, helps, holes, improve,
    model::Model,
    propose,
    relax::Relaxation,
    testing::{broken_rules, brute_force, can_hold, tiny_weeks},
    why,
};
use proptest::prelude::*;

/// How many of these shifts somebody can take in a role at best, by trying every set of them.
fn at_best(week: &Week, person: usize, shifts: &[usize], role: Role) -> u32 {
    let fixed: Vec<usize> = week
        .kept()
        .iter()
        .filter(|l| l.person == person)
        .map(|l| l.shift)
        .collect();
    let who = &week.people[person];
    let most = who.most_shifts.saturating_sub(fixed.len() as u32);
    let sets = 0..1_u32 << shifts.len();
    let fits = |set: &u32| {
        let chosen: Vec<usize> = (0..shifts.len())
            .filter(|i| set >> i & 1 == 1)
            .map(|i| shifts[i])
            .collect();
        let able = |shift: &usize| {
            who.offers
                .iter()
                .any(|o| (o.shift, o.role) == (*shift, role))
        };
        let apart = chosen.iter().enumerate().all(|(at, &one)| {
            chosen[..at]
                .iter()
                .chain(&fixed)
                .all(|&other| !week.overlap(one, other))
        });
        set.count_ones() <= most && chosen.iter().all(able) && apart
    };
    sets.filter(fits).map(u32::count_ones).max().unwrap_or(0)
}

/// People whom a shift needs besides the fixed ones.
fn needed(week: &Week, shift: usize, role: Role) -> u32 {
    let fixed = week
        .kept()
        .iter()
        .filter(|l| (l.shift, l.role) == (shift, role))
        .count();
    week.shifts[shift].min(role).saturating_sub(fixed as u32)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn no_rule_is_broken_and_nobody_fixed_moves(week in tiny_weeks(), extra in 0_usize..20) {
        for places in [Places::Least, Places::Fairest, Places::UpTo(extra)] {
            let found = propose(&week, places);
            prop_assert_eq!(broken_rules(&week, &found.lines), Vec::<String>::new());
            prop_assert_eq!(&found.ready, &week.ready(&found.lines));
            let kept = week.kept();
            let in_vain = found.lines.iter().find(|l| !found.ready[l.shift] && !kept.contains(l));
            prop_assert_eq!(in_vain, None);
            let improved = improve(&week, found, places, &mut || true).proposal;
            prop_assert_eq!(broken_rules(&week, &improved.lines), Vec::<String>::new());
            prop_assert_eq!(&improved.ready, &week.ready(&improved.lines));
        }
        prop_assert_eq!(broken_rules(&week, &first_come(&week)), Vec::<String>::new());
    }

    #[test]
    fn the_most_that_is_proven_is_the_most(week in tiny_weeks()) {
        let found = improve(&week, propose(&week, Places::Least), Places::Least, &mut || true);
        prop_assert!(found.is_proven());
        prop_assert_eq!(found.at_most, brute_force(&week));
    }

    #[test]
    fn no_bound_is_below_what_can_be_reached(week in tiny_weeks()) {
        let model = Model::of(&week);
        let program = Relaxation::of(&model);
        let Ok(root) = program.solve() else {
            return Err(TestCaseError::fail("the solver gave up"));
        };
        let most = brute_force(&week);
        prop_assert!(root.at_most >= most);
        let Ok(Some(cut)) = program.tighten(root, 0, 5, &mut || true) else {
            return Err(TestCaseError::fail("every roster was cut off"));
        };
        prop_assert!(cut.at_most >= most, "{} is below {most}", cut.at_most);
    }

    #[test]
    fn a_search_that_is_stopped_promises_nothing_false(week in tiny_weeks(), patience in 0_u32..4) {
        let mut left = patience;
        let mut keep_going = || { left = left.saturating_sub(1); left > 0 };
        // From nothing, so that there is something to be found.
        let nothing = super::Proposal { lines: week.kept(), ready: week.ready(&week.kept()) };
        let before = nothing.count();
        let found = improve(&week, nothing, Places::Least, &mut keep_going);
        let most = brute_force(&week);
        prop_assert!(found.proposal.count() >= before);
        prop_assert!(found.proposal.count() <= most && most <= found.at_most);
    }

    #[test]
    fn what_is_said_of_a_hole_is_true(week in tiny_weeks()) {
        let lines = propose(&week, Places::Least).lines;
        let ready = week.ready(&lines);
        let holes = holes(&week, &lines);
        for shift in (0..ready.len()).filter(|&shift| !ready[shift]) {
            prop_assert!(holes.iter().any(|hole| hole.shift == shift), "{shift} is not explained");
        }
        for hole in holes {
            let have = lines.iter().filter(|l| (l.shift, l.role) == (hole.shift, hole.role)).count();
            prop_assert_eq!(hole.missing + have as u32, week.shifts[hole.shift].min(hole.role));
            match hole.cause {
                Cause::TooFewCan { needed: n, able } => {
                    prop_assert_eq!(n, needed(&week, hole.shift, hole.role));
                    let of = |&person: &usize| at_best(&week, person, &[hole.shift], hole.role) > 0;
                    prop_assert_eq!(able as usize, (0..week.people.len()).filter(of).count());
                    prop_assert!(able < n);
                }
                Cause::Bottleneck { shifts, needed: n, at_best: most, people } => {
                    prop_assert!(shifts.contains(&hole.shift));
                    prop_assert!(shifts.iter().all(|&s| s == hole.shift || ready[s]));
                    let sum: u32 = shifts.iter().map(|&s| needed(&week, s, hole.role)).sum();
                    let each: Vec<u32> = (0..week.people.len())
                        .map(|person| at_best(&week, person, &shifts, hole.role))
                        .collect();
                    prop_assert_eq!(n, sum);
                    prop_assert_eq!(most, each.iter().sum::<u32>());
                    prop_assert_eq!(people, each.iter().filter(|&&places| places > 0).count());
                    prop_assert!(n > most);
                    prop_assert!(!can_hold(&week, &shifts), "they can be held");
                }
                Cause::NoRoom => {
                    let shift = week.shifts[hole.shift];
                    prop_assert!(shift.min(hole.role) > shift.room(hole.role));
                }
                Cause::Spent { free, busy, at_limit } => {
                    let able = |&person: &usize| at_best(&week, person, &[hole.shift], hole.role) > 0;
                    prop_assert_eq!(free + busy + at_limit, (0..week.people.len()).filter(able).count());
                    prop_assert!(free < needed(&week, hole.shift, hole.role) as usize);
                }
                Cause::Open => {}
            }
        }
    }

    #[test]
    fn what_is_said_to_help_does(week in tiny_weeks()) {
        let found = propose(&week, Places::Least);
        for help in helps(&week, &found.lines) {
            let most = brute_force(&help.change.apply(&week));
            prop_assert!(help.gain > 0 && help.gained.len() - help.lost.len() >= help.gain);
            prop_assert!(most >= found.count() + help.gain, "{help:?} of {most}");
            prop_assert!(help.gained.iter().all(|&shift| !found.ready[shift]));
            prop_assert!(help.lost.iter().all(|&shift| found.ready[shift]));
        }
    }

    #[test]
    fn each_line_has_its_reason_and_each_number_a_bound(week in tiny_weeks()) {
        let lines = propose(&week, Places::Fairest).lines;
        prop_assert_eq!(why(&week, &lines).len(), lines.len());
        prop_assert!((0.0..1.0).contains(&gini(&week, &lines)));
    }
}
