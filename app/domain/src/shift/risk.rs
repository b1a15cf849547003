//! Which facts put a shift of the coming days at risk. Each can be looked up: no score and no
//! prediction, and nothing is said of a person.

use super::ShiftFacts;
use crate::{
    activity::Status,
    time::{DAY, HOUR, Timestamp},
};
use serde::{Deserialize, Serialize};

/// So far ahead is looked.
pub const RISK_AHEAD: i64 = 72 * HOUR;
/// A place that was given back so long ago still counts.
pub const LATELY: i64 = DAY;
/// So few above the minimum are few: one more who cannot come, and it does not stand.
pub const FEW_ABOVE: u32 = 1;

/// The people who hold a place in a shift, as far as its risks ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crew {
    /// How many volunteers have served in another shift.
    pub experienced: u32,
    /// How many volunteers have not confirmed the newest text of risks.
    pub unconfirmed: u32,
    /// When a place in the shift was given back last.
    pub given_back_at: Option<Timestamp>,
    /// How many of its leads have said since that they are not at work then.
    pub leads_away: u32,
}

/// A fact that puts a shift at risk.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "risk", rename_all = "snake_case")]
pub enum Risk {
    /// Nobody leads it.
    NoLead,
    /// There are too few leads.
    TooFewLeads {
        /// How many are missing.
        missing: u32,
    },
    /// Leads of it have said that they are not at work then.
    LeadAway {
        /// How many.
        leads: u32,
    },
    /// There are too few volunteers.
    TooFewVolunteers {
        /// How many are missing.
        missing: u32,
    },
    /// A position has too few.
    PositionShort {
        /// Which.
        position: String,
        /// How many are missing.
        missing: u32,
    },
    /// A place was given back lately, and hardly more are left than it takes.
    GivenBack {
        /// How many more than it takes.
        above: u32,
    },
    /// Nobody in it has served before.
    AllNew {
        /// How many they are.
        volunteers: u32,
    },
    /// The text of risks was changed, and some have not confirmed it.
    RisksUnread {
        /// How many.
        volunteers: u32,
    },
}

/// Whether a shift lies so near that its risks are looked at: until it begins, then it is the day's
/// matter ([`crate::day`]).
pub fn is_ahead(shift: &ShiftFacts, now: Timestamp) -> bool {
    let start = shift.span.start();
    shift.status == Status::Published && now < start && start < now.plus(RISK_AHEAD)
}

/// What puts a shift at risk, leads first; nothing of one that is not ahead ([`is_ahead`]).
pub fn risks(shift: &ShiftFacts, crew: &Crew, now: Timestamp) -> Vec<Risk> {
    if !is_ahead(shift, now) {
        return Vec::new();
    }
    let mut found = Vec::new();
    found.extend(of_leads(shift));
    if crew.leads_away > 0 {
        let leads = crew.leads_away;
        found.push(Risk::LeadAway { leads });
    }
    found.extend(of_numbers(shift, crew, now));
    found.extend(of_positions(shift));
    if shift.volunteers > 0 && crew.experienced == 0 {
        let volunteers = shift.volunteers;
        found.push(Risk::AllNew { volunteers });
    }
    if !shift.needs.risks.text.is_empty() && crew.unconfirmed > 0 {
        let volunteers = crew.unconfirmed;
        found.push(Risk::RisksUnread { volunteers });
    }
    found
}

fn of_leads(shift: &ShiftFacts) -> Option<Risk> {
    // With nobody to lead there is no shift, whatever its minimum says.
    let missing = shift.needs.leads_min.max(1).saturating_sub(shift.leads);
    match (shift.leads, missing) {
        (_, 0) => None,
        (0, _) => Some(Risk::NoLead),
        _ => Some(Risk::TooFewLeads { missing }),
    }
}

fn of_numbers(shift: &ShiftFacts, crew: &Crew, now: Timestamp) -> Option<Risk> {
    let least = shift.needs.volunteers_min;
    if shift.volunteers < least {
        let missing = least - shift.volunteers;
        return Some(Risk::TooFewVolunteers { missing });
    }
    let above = shift.volunteers - least;
    let lately = crew
        .given_back_at
        .is_some_and(|at| at.plus(LATELY) > now && at <= now);
    (lately && above <= FEW_ABOVE).then_some(Risk::GivenBack { above })
}

fn of_positions(shift: &ShiftFacts) -> impl Iterator<Item = Risk> + '_ {
    let positions = shift.needs.positions.iter().enumerate();
    positions.filter_map(|(nth, position)| {
        let missing = position.min.saturating_sub(shift.taken_in(nth));
        (missing > 0).then(|| Risk::PositionShort {
            position: position.name.clone(),
            missing,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{NOW, position, shift},
        *,
    };
    use crate::{shift::Risks, time::Span};
    use proptest::prelude::*;

    /// In two days; a lead, and two of at least one and at most three, who have served before.
    fn calm() -> (ShiftFacts, Crew) {
        let start = NOW.plus(2 * DAY);
        let mut calm = shift(3, 2);
        calm.span = Span::new(start, start.plus(3 * HOUR)).unwrap();
        calm.leads = 1;
        let crew = Crew {
            experienced: 2,
            ..Crew::default()
        };
        (calm, crew)
    }

    #[test]
    fn each_fact_is_stated_and_nothing_else() {
        let (calm, crew) = calm();
        let of = |change: fn(&mut ShiftFacts, &mut Crew)| {
            let (mut shift, mut crew) = (calm.clone(), crew);
            change(&mut shift, &mut crew);
            risks(&shift, &crew, NOW)
        };
        assert_eq!(of(|_, _| {}), []);
        assert_eq!(of(|shift, _| shift.leads = 0), [Risk::NoLead]);
        assert_eq!(
            of(|_, crew| crew.leads_away = 1),
            [Risk::LeadAway { leads: 1 }]
        );
        assert_eq!(
            of(|shift, _| shift.needs.leads_min = 3),
            [Risk::TooFewLeads { missing: 2 }]
        );
        assert_eq!(
            of(|shift, _| shift.needs.volunteers_min = 3),
            [Risk::TooFewVolunteers { missing: 1 }]
        );
        assert_eq!(
            of(|_, crew| crew.given_back_at = Some(NOW.plus(-HOUR))),
            [Risk::GivenBack { above: 1 }]
        );
        assert_eq!(
            of(|_, crew| crew.given_back_at = Some(NOW.plus(-LATELY))),
            []
        );
        let many = of(|shift, crew| {
            shift.volunteers = 3;
            crew.given_back_at = Some(NOW.plus(-HOUR));
        });
        assert_eq!(many, [], "two above the least are not few");
        assert_eq!(
            of(|_, crew| crew.experienced = 0),
            [Risk::AllNew { volunteers: 2 }]
        );
        assert_eq!(
            of(|_, crew| crew.unconfirmed = 1),
            [],
            "there is no text to confirm"
        );
        let text = of(|shift, crew| {
            shift.needs.risks = Risks {
                text: "要站三个小时".to_owned(),
                version: 2,
            };
            crew.unconfirmed = 1;
        });
        assert_eq!(text, [Risk::RisksUnread { volunteers: 1 }]);
        let parts = of(|shift, _| {
            shift.needs.positions =
                vec![position("门口", 1, 2, None), position("翻译", 1, 1, None)];
            shift.taken = vec![2, 0];
        });
        let short = Risk::PositionShort {
            position: "翻译".to_owned(),
            missing: 1,
        };
        assert_eq!(parts, [short]);
    }

    proptest! {
        /// Whatever is stated of a shift is true of it, and what is true is stated.
        #[test]
        fn what_is_stated_is_true(
            (leads, leads_min, volunteers, least) in (0u32..3, 0u32..3, 0u32..5, 0u32..5),
            (experienced, unconfirmed, ago, ahead) in (0u32..5, 0u32..5, 0i64..60, -5i64..90),
            (text, status, away) in (any::<bool>(), prop::sample::select(Status::ALL), 0u32..3),
        ) {
            let (mut shift, _) = calm();
            let start = NOW.plus(ahead * HOUR);
            shift.span = Span::new(start, start.plus(HOUR)).unwrap();
            shift.status = status;
            shift.leads = leads;
            shift.needs.leads_min = leads_min;
            shift.volunteers = volunteers;
            shift.needs.volunteers_min = least;
            shift.needs.volunteers_max = 5;
            shift.needs.risks.text = if text { "要站三个小时".to_owned() } else { String::new() };
            let crew = Crew {
                experienced: experienced.min(volunteers),
                unconfirmed: unconfirmed.min(volunteers),
                given_back_at: Some(NOW.plus(-ago * HOUR)),
                leads_away: away.min(leads),
            };
            let found = risks(&shift, &crew, NOW);
            if status != Status::Published || ahead <= 0 || ahead >= 72 {
                prop_assert_eq!(found, []);
                return Ok(());
            }
            let has = |wanted: &Risk| found.contains(wanted);
            prop_assert_eq!(has(&Risk::NoLead), leads == 0);
            let away = crew.leads_away;
            prop_assert_eq!(has(&Risk::LeadAway { leads: away }), away > 0);
            let missing = least.saturating_sub(volunteers);
            prop_assert_eq!(has(&Risk::TooFewVolunteers { missing }), missing > 0);
            let above = volunteers.saturating_sub(least);
            let few = missing == 0 && above <= 1 && ago < 24;
            prop_assert_eq!(has(&Risk::GivenBack { above }), few);
            prop_assert_eq!(has(&Risk::AllNew { volunteers }), volunteers > 0 && crew.experienced == 0);
            prop_assert_eq!(has(&Risk::RisksUnread { volunteers: crew.unconfirmed }), text && crew.unconfirmed > 0);
            let kinds: std::collections::BTreeSet<_> = found.iter().map(|risk| format!("{:?}", std::mem::discriminant(risk))).collect();
            prop_assert_eq!(kinds.len(), found.len(), "nothing is said twice");
        }
    }
}
