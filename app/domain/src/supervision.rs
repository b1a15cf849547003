//! Who supervises the social workers of the front line: the ladder of professional supervision (督导), how
//! many there are and how many there should be. It is something else than the roles of
//! [`crate::access`], which say who oversees centers; a social worker who is a 督导 is one by grade.
//!
//! The targets are the report's (7, 21 and 63 front-line workers to one supervisor, `domain.md` section 4).
//! What is counted is computed from who is on the staff: the report's own numbers of posts do not fit
//! its targets and are shown nowhere.

use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// A step of the ladder above the front line.
    pub enum Grade {
        /// 督导助理.
        Assistant = "assistant",
        /// 初级督导.
        Junior = "junior",
        /// 中级督导.
        Intermediate = "intermediate",
    }
}

impl Grade {
    /// To how many front-line social workers there should be one.
    pub const fn target(self) -> u32 {
        match self {
            Self::Assistant => 7,
            Self::Junior => 21,
            Self::Intermediate => 63,
        }
    }
}

/// How many social workers there are somewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staffing {
    /// On the front line: social workers without a grade.
    pub front_line: u32,
    /// 督导助理.
    pub assistants: u32,
    /// 初级督导.
    pub juniors: u32,
    /// 中级督导.
    pub intermediates: u32,
}

/// How one step of the ladder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub grade: Grade,
    /// How many there are.
    pub have: u32,
    /// How many there should be.
    pub needed: u32,
    /// Tenths of front-line workers to one supervisor; none where there is no supervisor.
    pub tenths_each: Option<u32>,
}

impl Step {
    /// How many are missing.
    pub const fn missing(&self) -> u32 {
        self.needed.saturating_sub(self.have)
    }
}

impl Staffing {
    /// One more, of that grade or of the front line.
    pub const fn count(&mut self, grade: Option<Grade>) {
        let counted = match grade {
            None => &mut self.front_line,
            Some(Grade::Assistant) => &mut self.assistants,
            Some(Grade::Junior) => &mut self.juniors,
            Some(Grade::Intermediate) => &mut self.intermediates,
        };
        *counted = counted.saturating_add(1);
    }

    /// How many there are of a grade.
    pub const fn of(&self, grade: Grade) -> u32 {
        match grade {
            Grade::Assistant => self.assistants,
            Grade::Junior => self.juniors,
            Grade::Intermediate => self.intermediates,
        }
    }

    /// Whether there is anybody.
    pub const fn is_empty(&self) -> bool {
        self.front_line == 0 && self.assistants == 0 && self.juniors == 0 && self.intermediates == 0
    }

    /// Actual against target, step by step. A part of a supervisor is one: eight workers need two
    /// assistants.
    pub fn steps(&self) -> Vec<Step> {
        let step = |&grade: &Grade| {
            let have = self.of(grade);
            let tenths = u64::from(self.front_line) * 10;
            let each = tenths.checked_div(u64::from(have));
            Step {
                grade,
                have,
                needed: self.front_line.div_ceil(grade.target()),
                tenths_each: each.map(|each| u32::try_from(each).unwrap_or(u32::MAX)),
            }
        };
        Grade::ALL.iter().map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn actual_stands_against_target() {
        // The report's front line, and what it says of posts, which is no full cover.
        let city = Staffing {
            front_line: 5_073,
            assistants: 595,
            juniors: 185,
            intermediates: 20,
        };
        let told: Vec<_> = city
            .steps()
            .iter()
            .map(|step| (step.needed, step.missing(), step.tenths_each))
            .collect();
        let expected = [
            (725, 130, Some(85)),
            (242, 57, Some(274)),
            (81, 61, Some(2_536)),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn with_nobody_there_is_no_ratio_and_with_one_worker_one_of_each_is_needed() {
        let none = Staffing::default();
        assert!(none.is_empty());
        assert!(
            none.steps()
                .iter()
                .all(|step| step.needed == 0 && step.tenths_each.is_none())
        );
        let mut one = Staffing::default();
        one.count(None);
        assert!(one.steps().iter().all(|step| step.missing() == 1));
    }

    proptest! {
        #[test]
        fn nothing_is_missing_exactly_where_every_worker_is_covered(
            front_line in 0_u32..100_000, have in 0_u32..20_000,
        ) {
            for grade in Grade::ALL {
                let mut staffing = Staffing { front_line, ..Staffing::default() };
                match grade {
                    Grade::Assistant => staffing.assistants = have,
                    Grade::Junior => staffing.juniors = have,
                    Grade::Intermediate => staffing.intermediates = have,
                }
                let steps = staffing.steps();
                let step = steps.iter().find(|step| step.grade == *grade).unwrap();
                let covered = u64::from(have) * u64::from(grade.target()) >= u64::from(front_line);
                prop_assert_eq!(step.missing() == 0, covered);
            }
        }
    }
}
