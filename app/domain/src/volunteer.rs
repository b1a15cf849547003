//! Volunteers (义工): residents who applied, from the first day on probation (预备义工) to the formal
//! number. Two standings, two numbers (`domain.md` 3.4).

use crate::{
    Refusal,
    person::{AgeRange, BirthYear, needs_guardian},
    time::Timestamp,
};

/// From this age on people may volunteer; until 13 with a guardian at their side (`domain.md` 3.4).
pub const LEAST_AGE: u8 = 10;

/// Below this age a guardian is in the same shift, unless the shift asks for more.
pub const GUARDIAN_BELOW: u8 = 14;

crate::text_enum! {
    /// How far somebody is on the way to being a volunteer.
    pub enum Standing {
        /// Has asked; nobody has answered yet.
        Applied = "applied",
        /// 预备义工: takes part, and its hours are counted on the way to the formal number.
        Probationary = "probationary",
        /// A formal volunteer.
        Formal = "formal",
        /// Has left. What was done stays on record, as the law asks.
        Left = "left",
    }
}

impl Standing {
    /// The standings in which somebody takes part in shifts. Whatever asks for volunteers, in SQL
    /// too, goes by this set.
    pub const SERVING: [Self; 2] = [Self::Probationary, Self::Formal];

    /// Whether they take part in shifts.
    pub const fn serves(self) -> bool {
        matches!(self, Self::Probationary | Self::Formal)
    }
}

/// Whether somebody may apply: old enough, and as a child with their guardian's consent.
///
/// # Errors
/// [`Refusal::TooYoung`], [`Refusal::ConsentRequired`].
pub fn admit(birth: BirthYear, has_consent: bool, now: Timestamp) -> Result<(), Refusal> {
    AgeRange::new(Some(LEAST_AGE), None)?.admit(birth, now)?;
    match needs_guardian(birth, now) && !has_consent {
        true => Err(Refusal::ConsentRequired),
        false => Ok(()),
    }
}

/// The standing after an application. Whoever has left, or never was one, asks anew; whoever has
/// asked or serves stays what they are.
pub const fn after_applying(now: Option<Standing>) -> Standing {
    match now {
        None | Some(Standing::Left) => Standing::Applied,
        Some(standing) => standing,
    }
}

/// The standing after the staff accept an application: on probation. Accepting again changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] for somebody who has left.
pub const fn after_accepting(now: Standing) -> Result<Standing, Refusal> {
    match now {
        Standing::Applied => Ok(Standing::Probationary),
        Standing::Probationary | Standing::Formal => Ok(now),
        Standing::Left => Err(Refusal::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn born(years_ago: i64) -> BirthYear {
        let now = Timestamp::parse("2026-06-01T12:00").unwrap();
        BirthYear::new(2026 - years_ago, now).unwrap()
    }

    #[test]
    fn children_volunteer_from_ten_and_below_fourteen_with_consent() {
        let now = Timestamp::parse("2026-06-01T12:00").unwrap();
        let young = Err(Refusal::TooYoung { min_age: LEAST_AGE });
        assert_eq!(admit(born(9), true, now), young);
        assert_eq!(admit(born(10), true, now), Ok(()));
        assert_eq!(admit(born(10), false, now), Err(Refusal::ConsentRequired));
        // Somebody born 14 years ago may still be 13.
        assert_eq!(admit(born(14), false, now), Err(Refusal::ConsentRequired));
        assert_eq!(admit(born(15), false, now), Ok(()));
        assert_eq!(admit(born(80), false, now), Ok(()));
    }

    #[test]
    fn standings_follow_each_other() {
        assert_eq!(after_applying(None), Standing::Applied);
        assert_eq!(after_applying(Some(Standing::Left)), Standing::Applied);
        assert_eq!(after_applying(Some(Standing::Formal)), Standing::Formal);
        assert_eq!(
            after_accepting(Standing::Applied),
            Ok(Standing::Probationary)
        );
        assert_eq!(after_accepting(Standing::Formal), Ok(Standing::Formal));
        assert_eq!(after_accepting(Standing::Left), Err(Refusal::NotFound));
        for standing in Standing::ALL {
            assert_eq!(standing.serves(), Standing::SERVING.contains(standing));
        }
    }
}
