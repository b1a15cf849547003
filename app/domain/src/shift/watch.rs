//! How a shift stands for somebody who thinks of coming, and which changes of that are worth a message.

use super::{Duty, ShiftFacts};

crate::text_enum! {
    /// How a shift stands, by its volunteers.
    pub enum Footing {
        /// There are fewer than it takes.
        Short = "short",
        /// There are enough, and room for more.
        Safe = "safe",
        /// Hardly any place is left.
        NearlyFull = "nearly_full",
        /// None is left.
        Full = "full",
    }
}

/// Of so many places a last tenth is hardly any, and always the last one.
const FEW: u32 = 10;

/// How a shift stands with so many volunteers, that takes at least and at most so many.
pub fn footing(volunteers: u32, least: u32, most: u32) -> Footing {
    let free = most.saturating_sub(volunteers);
    match free {
        0 => Footing::Full,
        _ if volunteers < least => Footing::Short,
        _ if free <= (most / FEW).max(1) && free < most => Footing::NearlyFull,
        _ => Footing::Safe,
    }
}

impl ShiftFacts {
    /// How it stands.
    pub fn footing(&self) -> Footing {
        let needs = &self.needs;
        footing(self.volunteers, needs.volunteers_min, needs.volunteers_max)
    }
}

/// What a change is told as. Of a shift that is full now nobody is told: they could not come (C-94).
pub fn told(before: Footing, after: Footing) -> Option<Footing> {
    (before != after && after != Footing::Full).then_some(after)
}

crate::text_enum! {
    /// A kind of shift that somebody watches at a center.
    pub enum ShiftKind {
        /// 前台.
        Reception = "reception",
        /// 门口.
        Door = "door",
        /// 外展.
        Outreach = "outreach",
        /// 上门探访.
        Visit = "visit",
        /// At an activity.
        Occurrence = "occurrence",
    }
}

impl ShiftKind {
    /// The kind of a shift with that duty, or of an occurrence; none of the center's own without a duty.
    pub const fn of(duty: Option<Duty>, is_of_occurrence: bool) -> Option<Self> {
        match (duty, is_of_occurrence) {
            (Some(Duty::Reception), _) => Some(Self::Reception),
            (Some(Duty::Door), _) => Some(Self::Door),
            (Some(Duty::Outreach), _) => Some(Self::Outreach),
            (Some(Duty::Visit), _) => Some(Self::Visit),
            (None, true) => Some(Self::Occurrence),
            (None, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_four_ways_to_stand() {
        for (volunteers, least, most, stands) in [
            (0, 1, 1, Footing::Short),
            (1, 1, 1, Footing::Full),
            (0, 0, 1, Footing::Safe),
            (1, 2, 5, Footing::Short),
            (2, 2, 5, Footing::Safe),
            (4, 2, 5, Footing::NearlyFull),
            (5, 2, 5, Footing::Full),
            (27, 2, 30, Footing::NearlyFull),
            (26, 2, 30, Footing::Safe),
        ] {
            assert_eq!(
                footing(volunteers, least, most),
                stands,
                "{volunteers} {least} {most}"
            );
        }
    }

    proptest! {
        /// As people come a shift only ever goes on, from short to full; and each change is told at most
        /// once, the last one to nobody.
        #[test]
        fn a_shift_that_fills_is_told_of_step_by_step(least in 0u32..20, more in 0u32..40) {
            let most = (least + more).max(1);
            let ways: Vec<Footing> = (0..=most).map(|n| footing(n, least, most)).collect();
            prop_assert!(ways.is_sorted());
            let told: Vec<Footing> = ways.windows(2).filter_map(|two| told(two[0], two[1])).collect();
            let mut once = told.clone();
            once.dedup();
            prop_assert_eq!(&once, &told);
            prop_assert!(!told.contains(&Footing::Full) && !told.contains(&Footing::Short));
            prop_assert_eq!(ways.last(), Some(&Footing::Full));
        }
    }
}
