//! Builders for the tests of this module.

use super::*;
use crate::{
    person::BirthYear,
    time::{DAY, HOUR, Timestamp},
    volunteer::Standing,
};
use std::collections::BTreeSet;

pub(super) const NOW: Timestamp = Timestamp(20_500 * DAY);

pub(super) fn id<T: From<uuid::Uuid>>(n: u128) -> T {
    uuid::Uuid::from_u128(n).into()
}

/// A shift in ten days, three hours long, for this many volunteers, with room for ten in line.
pub(super) fn shift(most: u32, taken: u32) -> ShiftFacts {
    ShiftFacts {
        id: id(1),
        span: Span::new(NOW.plus(10 * DAY), NOW.plus(10 * DAY + 3 * HOUR)).unwrap(),
        status: Status::Published,
        joining: Joining::SignUp,
        needs: Needs {
            volunteers_max: most,
            waitlist_capacity: 10,
            ..Needs::default()
        },
        leads: 0,
        volunteers: taken,
        kept: 0,
        waiting: 0,
        taken: Vec::new(),
    }
}

pub(super) fn position(name: &str, min: u32, max: u32, skill: Option<&str>) -> Position {
    Position {
        name: name.to_owned(),
        min,
        max,
        skill: skill.map(ToOwned::to_owned),
    }
}

/// A formal volunteer of 60.
pub(super) fn volunteer(n: u128) -> Volunteering {
    Volunteering {
        person: id(100 + n),
        standing: Some(Standing::Formal),
        birth_year: BirthYear::new(1966, NOW).unwrap(),
        has_guardian: false,
        skills: BTreeSet::new(),
        trainings: BTreeSet::new(),
        risks_version: None,
        live: None,
        clash: None,
    }
}

pub(super) fn ask() -> Ask<'static> {
    Ask {
        position: None,
        may_wait: true,
        by_staff: false,
        overrides: false,
    }
}
