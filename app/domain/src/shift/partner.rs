//! Partners (搭档): two volunteers who would like to serve together. One asks, by telephone number, the
//! other agrees, and either ends it at any time. It makes a shift fit somebody better in which their
//! partner is; it gives nobody a place.

use crate::{Refusal, time::DAY, volunteer::Standing};

/// The most partners of somebody's.
pub const MOST_PARTNERS: u32 = 3;

/// Who was asked can agree for so long.
pub const ASKED_FOR: i64 = 30 * DAY;

/// Whether somebody with so many partners, who serves as that, may ask for one more. Nothing of it
/// depends on whose the number is, so that the answer does not tell.
///
/// # Errors
/// [`Refusal::NotAVolunteer`], [`Refusal::OwnNumber`], [`Refusal::TooManyPartners`].
pub fn ask_partner(
    standing: Option<Standing>,
    own_number: bool,
    partners: u32,
) -> Result<(), Refusal> {
    admit_standing(standing)?;
    if own_number {
        return Err(Refusal::OwnNumber);
    }
    admit_count(partners)
}

/// Whether somebody who was asked may agree: both have room for one more, and both serve.
///
/// # Errors
/// [`Refusal::NotAVolunteer`], [`Refusal::TooManyPartners`].
pub fn agree_partner(standing: Option<Standing>, own: u32, theirs: u32) -> Result<(), Refusal> {
    admit_standing(standing)?;
    admit_count(own.max(theirs))
}

fn admit_standing(standing: Option<Standing>) -> Result<(), Refusal> {
    match standing.is_some_and(Standing::serves) {
        true => Ok(()),
        false => Err(Refusal::NotAVolunteer { standing }),
    }
}

const fn admit_count(partners: u32) -> Result<(), Refusal> {
    match partners < MOST_PARTNERS {
        true => Ok(()),
        false => Err(Refusal::TooManyPartners {
            most: MOST_PARTNERS,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners_are_volunteers_and_few() {
        let formal = Some(Standing::Formal);
        assert_eq!(ask_partner(formal, false, 2), Ok(()));
        assert_eq!(ask_partner(formal, true, 2), Err(Refusal::OwnNumber));
        let many = Err(Refusal::TooManyPartners { most: 3 });
        assert_eq!(ask_partner(formal, false, 3), many);
        for standing in [None, Some(Standing::Applied), Some(Standing::Left)] {
            let nobody = Err(Refusal::NotAVolunteer { standing });
            assert_eq!(ask_partner(standing, false, 0), nobody);
            assert_eq!(agree_partner(standing, 0, 0), nobody);
        }
        assert_eq!(agree_partner(Some(Standing::Probationary), 2, 2), Ok(()));
        assert_eq!(agree_partner(formal, 3, 0), many);
        assert_eq!(agree_partner(formal, 0, 3), many);
    }
}
