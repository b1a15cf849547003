//! Whatever is tried with contracts, in whatever order.

use super::{
    bound::*,
    tests::{grant, noon, of, taken},
    *,
};
use crate::{access::TimedGrant, time::DAY};
use chrono::Duration;
use proptest::prelude::*;

/// What somebody tries with the contracts of one center.
#[derive(Clone, Debug)]
enum Try {
    Add(i64, i64),
    Move(usize, i64),
    TakeBack(usize),
    Give(Option<i64>, Option<i64>),
    Pass(i64),
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = prop_oneof![
        (-20i64..200, -5i64..90).prop_map(|(from, days)| Try::Add(from, days)),
        (0usize..6, -10i64..250).prop_map(|(which, to)| Try::Move(which, to)),
        (0usize..6).prop_map(Try::TakeBack),
        (prop::option::of(0i64..100), prop::option::of(0i64..200))
            .prop_map(|(from, to)| Try::Give(from, to)),
        (0i64..40).prop_map(Try::Pass),
    ];
    prop::collection::vec(one, 1..40)
}

/// One agency's contracts of a center, one of its people, and the clock.
struct World {
    terms: Vec<Term>,
    role: Option<Bound>,
    now: Timestamp,
}

impl World {
    fn day(&self, n: i64) -> NaiveDate {
        self.now.day() + Duration::days(n)
    }

    fn others(&self, but: usize) -> Vec<Taken> {
        let others = self.terms.iter().enumerate().filter(|(n, _)| *n != but);
        others.map(|(_, term)| taken("甲社工", *term)).collect()
    }

    fn attempt(&mut self, what: &Try) {
        let today = self.now.day();
        match what {
            Try::Add(from, days) => {
                let from = self.day(*from);
                if let Ok(term) = Term::new(from, from + Duration::days(*days))
                    && add(term, &self.others(usize::MAX), today).is_ok()
                {
                    self.terms.push(term);
                }
            }
            Try::Move(which, to) => {
                if let Some(term) = self.terms.get(*which)
                    && let Ok(moved) = move_end(*term, self.day(*to), &self.others(*which), today)
                {
                    self.terms[*which] = moved;
                }
            }
            Try::TakeBack(which) => {
                if let Some(term) = self.terms.get(*which)
                    && take_back(*term, today).is_ok()
                {
                    self.terms.remove(*which);
                }
            }
            Try::Give(from, to) => {
                let asked = TimedGrant {
                    begins_at: from.map(|n| Timestamp::start_of(self.day(n))),
                    ends_at: to.map(|n| Timestamp::after(self.day(n))),
                    ..grant()
                };
                let given = give(asked, self.role.as_ref(), of(&self.terms), self.now);
                self.role = given.ok().or(self.role.take());
            }
            Try::Pass(days) => self.now = self.now.plus(days * DAY),
        }
        if let Some(role) = &self.role {
            self.role = Some(settle(role, of(&self.terms), self.now));
        }
    }
}

proptest! {
    #[test]
    fn no_order_of_tries_leaves_two_contracts_on_a_day_or_a_role_beyond_its_contract(
        tries in tries()
    ) {
        let now = noon("2026-12-01");
        let mut world = World { terms: Vec::new(), role: None, now };
        for what in &tries {
            world.attempt(what);
            for (n, term) in world.terms.iter().enumerate() {
                prop_assert!(world.terms[n + 1..].iter().all(|of| !of.overlaps(*term)));
            }
            let Some(role) = world.role.as_ref().filter(|of| !of.timed.has_ended(world.now)) else {
                continue;
            };
            let begins = role.timed.begins_at.unwrap_or(world.now).max(world.now);
            let last = unbroken(&world.terms, begins.day());
            prop_assert!(last.is_some(), "{what:?} leaves a role without a contract");
            prop_assert!(role.timed.ends_at <= last.map(Timestamp::after));
            prop_assert!(role.timed.ends_at.is_some());
        }
    }
}
