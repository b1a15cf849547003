//! Thanks: who was at something says to the volunteers who made it possible that it was good. Only to
//! them, by a few ready sentences, never counted against anybody else, never ranked.

use crate::{
    Reason, Refusal, booking,
    shift::{AssignmentState, Role},
    time::{DAY, Span, Timestamp},
};
use std::collections::BTreeMap;

/// So long after the end somebody can give thanks.
pub const THANK_FOR: i64 = 14 * DAY;

crate::text_enum! {
    /// What can be said: ready sentences, so that there is nothing to moderate.
    pub enum Sentence {
        /// They were welcoming.
        Kind = "kind",
        /// They were patient.
        Patient = "patient",
        /// It was a good time.
        Joy = "joy",
        /// They were a great help.
        Helped = "helped",
        /// They could be relied upon.
        Reliable = "reliable",
        /// They took care.
        Careful = "careful",
        /// It was good to work together.
        Together = "together",
    }
}

/// Who gives thanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody who attended, or whose family did.
    Resident,
    /// A lead of the shift.
    Lead,
}

impl By {
    /// What they can say, in the order in which it is offered.
    pub const fn sentences(self) -> &'static [Sentence] {
        match self {
            Self::Resident => &[
                Sentence::Kind,
                Sentence::Patient,
                Sentence::Joy,
                Sentence::Helped,
            ],
            Self::Lead => &[
                Sentence::Reliable,
                Sentence::Careful,
                Sentence::Helped,
                Sentence::Together,
            ],
        }
    }

    /// # Errors
    /// [`Refusal::Invalid`] for what the other says.
    fn check(self, sentence: Sentence) -> Result<(), Refusal> {
        match self.sentences().contains(&sentence) {
            true => Ok(()),
            false => Err(Refusal::invalid("sentence", Reason::UnknownValue)),
        }
    }
}

/// Whether somebody came to their shift as a volunteer: whoever can be thanked.
pub fn was_there(role: Role, state: AssignmentState) -> bool {
    use AssignmentState as S;
    role == Role::Volunteer && matches!(state, S::CheckedIn | S::CheckedOut | S::Validated)
}

/// Whether a booking can thank the volunteers of its occurrence, of whom so many were there, the
/// family's own not among them.
///
/// # Errors
/// [`Refusal::NotAttended`], [`Refusal::NobodyToThank`], [`Refusal::ThanksOver`].
pub fn may_thank(
    state: booking::State,
    span: Span,
    volunteers: usize,
    now: Timestamp,
) -> Result<(), Refusal> {
    if state != booking::State::CheckedIn {
        return Err(Refusal::NotAttended);
    }
    if volunteers == 0 {
        return Err(Refusal::NobodyToThank);
    }
    in_time(span, now)
}

/// The same with what is said.
///
/// # Errors
/// As [`may_thank`]; [`Refusal::Invalid`].
pub fn thank_by_resident(
    state: booking::State,
    span: Span,
    volunteers: usize,
    sentence: Sentence,
    now: Timestamp,
) -> Result<(), Refusal> {
    may_thank(state, span, volunteers, now)?;
    By::Resident.check(sentence)
}

/// Whether a lead of a shift, who was there or was not, can thank the holder of a place in it. Leads
/// thank volunteers: not each other, and not themselves.
///
/// # Errors
/// [`Refusal::NotAttended`], [`Refusal::NobodyToThank`], [`Refusal::ThanksOver`].
pub fn may_thank_as_lead(
    led: bool,
    (role, state): (Role, AssignmentState),
    span: Span,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !led {
        return Err(Refusal::NotAttended);
    }
    if !was_there(role, state) {
        return Err(Refusal::NobodyToThank);
    }
    in_time(span, now)
}

/// The same with what is said.
///
/// # Errors
/// As [`may_thank_as_lead`]; [`Refusal::Invalid`].
pub fn thank_by_lead(
    led: bool,
    place: (Role, AssignmentState),
    span: Span,
    sentence: Sentence,
    now: Timestamp,
) -> Result<(), Refusal> {
    may_thank_as_lead(led, place, span, now)?;
    By::Lead.check(sentence)
}

fn in_time(span: Span, now: Timestamp) -> Result<(), Refusal> {
    let until = span.end().plus(THANK_FOR);
    match now <= until {
        true => Ok(()),
        false => Err(Refusal::ThanksOver { until }),
    }
}

/// What residents said, each sentence with how often, what was said most first. Nobody's name is in it.
pub fn counted(said: impl IntoIterator<Item = Sentence>) -> Vec<(Sentence, u32)> {
    let mut found: BTreeMap<Sentence, u32> = BTreeMap::new();
    for sentence in said {
        *found.entry(sentence).or_default() += 1;
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(sentence, count)| (std::cmp::Reverse(*count), *sentence));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp(20_000 * DAY);

    fn span() -> Span {
        Span::new(START, START.plus(DAY / 12)).unwrap()
    }

    #[test]
    fn who_attended_thanks_for_two_weeks() {
        use booking::State as S;
        let end = span().end();
        let may = |state, many, now| thank_by_resident(state, span(), many, Sentence::Kind, now);
        assert_eq!(may(S::CheckedIn, 2, end), Ok(()));
        assert_eq!(may(S::CheckedIn, 2, end.plus(THANK_FOR)), Ok(()));
        let over = Err(Refusal::ThanksOver {
            until: end.plus(THANK_FOR),
        });
        assert_eq!(may(S::CheckedIn, 2, end.plus(THANK_FOR + 1)), over);
        assert_eq!(may(S::CheckedIn, 0, end), Err(Refusal::NobodyToThank));
        for state in [S::Confirmed, S::Waitlisted, S::NoShow, S::Cancelled] {
            assert_eq!(may(state, 2, end), Err(Refusal::NotAttended));
        }
    }

    #[test]
    fn leads_who_were_there_thank_volunteers_who_were_there() {
        use AssignmentState as S;
        let now = span().end();
        let may =
            |led, role, state| thank_by_lead(led, (role, state), span(), Sentence::Careful, now);
        for state in [S::CheckedIn, S::CheckedOut, S::Validated] {
            assert_eq!(may(true, Role::Volunteer, state), Ok(()));
            assert_eq!(
                may(false, Role::Volunteer, state),
                Err(Refusal::NotAttended)
            );
            // A lead is nobody whom a lead thanks, themselves least of all.
            assert_eq!(may(true, Role::Lead, state), Err(Refusal::NobodyToThank));
        }
        for state in [S::Confirmed, S::NoShow, S::Withdrawn] {
            assert_eq!(
                may(true, Role::Volunteer, state),
                Err(Refusal::NobodyToThank)
            );
        }
    }

    #[test]
    fn each_says_what_is_theirs_to_say() {
        for by in [By::Resident, By::Lead] {
            for sentence in Sentence::ALL {
                let offered = by.sentences().contains(sentence);
                assert_eq!(by.check(*sentence).is_ok(), offered);
            }
        }
        let offered = |of: &Sentence| {
            By::Resident.sentences().contains(of) || By::Lead.sentences().contains(of)
        };
        assert!(
            Sentence::ALL.iter().all(offered),
            "each is said by somebody"
        );
    }

    proptest! {
        #[test]
        fn every_word_is_counted_once(said in prop::collection::vec(0..Sentence::ALL.len(), 0..40)) {
            let said: Vec<Sentence> = said.into_iter().map(|nth| Sentence::ALL[nth]).collect();
            let found = counted(said.iter().copied());
            let sum: u32 = found.iter().map(|(_, count)| count).sum();
            prop_assert_eq!(sum as usize, said.len());
            prop_assert!(found.is_sorted_by_key(|(_, count)| std::cmp::Reverse(*count)));
        }
    }
}
