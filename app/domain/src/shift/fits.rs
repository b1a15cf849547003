//! Why a shift suits somebody. What keeps them from it is [`super::unmet`]: all of it, not the first.

use super::{ShiftFacts, Volunteering};
use crate::{id::CenterId, time::DAY};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A reason that a shift suits somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Why {
    /// Partners of theirs are in it.
    Partner {
        /// Their names, which both have agreed to be told.
        names: Vec<String>,
    },
    /// It has too few volunteers without them.
    Needed {
        /// How many are missing.
        missing: u32,
    },
    /// It is at the center where they volunteer.
    OwnCenter,
    /// It is at another center where they like to serve.
    LikedCenter,
    /// It asks for something that they can do.
    Skills {
        /// What.
        skills: Vec<String>,
    },
    /// A social worker is named already.
    Led,
    /// They have had no shift for a while: it is their turn.
    Turn,
}

impl Why {
    /// The stable code that programs rely on.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Partner { .. } => "partner",
            Self::Needed { .. } => "needed",
            Self::OwnCenter => "own_center",
            Self::LikedCenter => "liked_center",
            Self::Skills { .. } => "skills",
            Self::Led => "led",
            Self::Turn => "turn",
        }
    }
}

/// Whoever has had no shift for so long has the next turn.
pub const TURN_AFTER: i64 = 21 * DAY;

/// What of somebody's life reasons are drawn from, beside the facts of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leanings {
    /// Where they volunteer.
    pub center: Option<CenterId>,
    /// Where else they like to serve.
    pub liked: BTreeSet<CenterId>,
    /// Whether they have had no shift for [`TURN_AFTER`], and have none ahead.
    pub is_their_turn: bool,
    /// Names of their partners who hold a place in the shift.
    pub partners: Vec<String>,
}

/// Why a shift of that center suits somebody, the strongest reason first.
pub fn reasons(
    shift: &ShiftFacts,
    center: &CenterId,
    who: &Volunteering,
    leanings: &Leanings,
) -> Vec<Why> {
    let mut reasons = Vec::new();
    if !leanings.partners.is_empty() {
        reasons.push(Why::Partner {
            names: leanings.partners.clone(),
        });
    }
    let missing = shift.needs.volunteers_min.saturating_sub(shift.volunteers);
    if missing > 0 {
        reasons.push(Why::Needed { missing });
    }
    let open = shift.needs.positions.iter().zip(0..);
    let open = open.filter(|(_, nth)| shift.free_in(*nth) > 0);
    let asked = open.filter_map(|(position, _)| position.skill.as_ref());
    let mut skills: Vec<String> = asked
        .chain(&shift.needs.skills)
        .filter(|skill| who.skills.contains(*skill))
        .cloned()
        .collect();
    skills.sort();
    skills.dedup();
    if !skills.is_empty() {
        reasons.push(Why::Skills { skills });
    }
    if leanings.center.as_ref() == Some(center) {
        reasons.push(Why::OwnCenter);
    } else if leanings.liked.contains(center) {
        reasons.push(Why::LikedCenter);
    }
    if leanings.is_their_turn {
        reasons.push(Why::Turn);
    }
    if shift.leads >= shift.needs.leads_min {
        reasons.push(Why::Led);
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, *};
    use crate::shift::Position;

    fn nobody() -> Leanings {
        Leanings {
            center: None,
            liked: BTreeSet::new(),
            is_their_turn: false,
            partners: Vec::new(),
        }
    }

    #[test]
    fn what_is_needed_comes_first_and_a_full_position_asks_for_nobody() {
        let own: CenterId = "SZ440303001-01".parse().unwrap();
        let mut shift = shift(5, 1);
        shift.needs.volunteers_min = 3;
        shift.leads = 1;
        let position = |name: &str, max| Position {
            name: name.into(),
            min: 0,
            max,
            skill: Some(name.into()),
        };
        shift.needs.positions = vec![position("急救", 1), position("粤语", 5)];
        shift.taken = vec![1, 0];
        let mut who = volunteer(1);
        who.skills = ["急救", "粤语", "摄影"].map(str::to_owned).into();
        let leanings = Leanings {
            center: Some(own.clone()),
            liked: [own.clone()].into(),
            is_their_turn: true,
            partners: vec!["陈建国".into()],
        };
        let all = reasons(&shift, &own, &who, &leanings);
        let codes: Vec<&str> = all.iter().map(Why::code).collect();
        assert_eq!(
            codes,
            ["partner", "needed", "skills", "own_center", "turn", "led"]
        );
        assert_eq!(all[1], Why::Needed { missing: 2 });
        let skills = vec!["粤语".to_owned()];
        assert_eq!(all[2], Why::Skills { skills });
        shift.volunteers = 3;
        shift.leads = 0;
        who.skills.clear();
        assert_eq!(reasons(&shift, &own, &who, &nobody()), []);
    }

    #[test]
    fn a_center_that_was_chosen_is_a_reason_too() {
        let [own, liked, other] = ["SZ440303001-01", "SZ440303001-02", "SZ440303001-03"]
            .map(|id| id.parse::<CenterId>().unwrap());
        let mut shift = shift(5, 1);
        shift.needs.volunteers_min = 0;
        shift.leads = 0;
        let leanings = Leanings {
            center: Some(own.clone()),
            liked: [liked.clone()].into(),
            partners: Vec::new(),
            is_their_turn: false,
        };
        let at = |center| reasons(&shift, center, &volunteer(1), &leanings);
        assert_eq!(at(&own), [Why::OwnCenter]);
        assert_eq!(at(&liked), [Why::LikedCenter]);
        assert_eq!(at(&other), []);
    }
}
