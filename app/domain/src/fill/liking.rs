//! Preferences: of rosters that are as full and as fair, one with more shifts that people like.

use super::plan::Plan;

/// Gives shifts to those who like them: who likes one takes it over from somebody who does not, for
/// another one or as the next to serve. Every step gives one more shift to somebody who likes it, and
/// how much work lies on how many stays as it is.
pub(super) fn please(plan: &mut Plan<'_>) {
    let model = plan.model;
    let mut changed = true;
    while changed {
        changed = false;
        for need in 0..model.needs.len() {
            for person in plan.crew[need].clone() {
                if !model.likes(person, need) && pass_on(plan, person, need) {
                    changed = true;
                }
            }
        }
    }
}

/// Passes a need on to the first who likes it, if that is to be had.
fn pass_on(plan: &mut Plan<'_>, person: usize, need: usize) -> bool {
    let model = plan.model;
    for &other in &model.needs[need].able {
        let fits = plan.fits(other, need, Some(person));
        if !model.likes(other, need) || plan.crew[need].contains(&other) || !fits {
            continue;
        }
        let is_free = plan.has_time(other) && plan.in_the_way(other, need).next().is_none();
        if is_free && plan.load(other) + 1 == plan.load(person) {
            plan.take(person, need);
            plan.put(other, need);
            return true;
        }
        let swap = plan.duty[other].iter().copied().find(|&given| {
            let mut loses = plan.in_the_way(other, need).filter(|&duty| duty != given);
            let mut clashes = plan.in_the_way(person, given).filter(|&duty| duty != need);
            (!model.likes(other, given) || model.likes(person, given))
                && model.hands[person].offers.binary_search(&given).is_ok()
                && plan.fits(person, given, Some(other))
                && loses.next().is_none()
                && clashes.next().is_none()
        });
        if let Some(given) = swap {
            plan.take(person, need);
            plan.take(other, given);
            plan.put(other, need);
            plan.put(person, given);
            return true;
        }
    }
    false
}
