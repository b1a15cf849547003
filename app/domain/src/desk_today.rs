//! What a center's desk opens with: what is missing now, and what waits for somebody's decision, the most
//! urgent first.

use crate::{
    access::Action,
    day::is_near,
    report::{Month, check_closable},
    shift::{Half, Halves},
    time::{DAY, Span, Timestamp},
};
use std::collections::BTreeSet;

/// So far ahead is asked after waitlists.
pub const QUEUES_AHEAD: i64 = 14 * DAY;
/// So far back is asked after hours that nobody has approved, and objections.
pub const HOURS_BACK: i64 = 366 * DAY;
/// So many months back is asked after those that nobody has closed.
pub const MONTHS_BACK: usize = 12;

crate::text_enum! {
    /// What waits for a decision.
    pub enum Matter {
        /// People wait for something that has free places.
        Waitlist = "waitlist",
        /// What is over has people in it whom nobody saw go.
        CheckOuts = "check_outs",
        /// Scans of today that somebody should look at.
        Review = "review",
        /// Objections to hours.
        Objections = "objections",
        /// Shifts to come whose lead no longer may lead.
        Leads = "leads",
        /// Shifts that are over and that nobody has closed.
        Unclosed = "unclosed",
        /// Scans that arrived after the hours were validated.
        Late = "late",
        /// Hours that wait for approval.
        Approvals = "approvals",
        /// People who ask to be volunteers.
        Applicants = "applicants",
        /// Requests for certificates.
        Certificates = "certificates",
        /// People wait for something that is full.
        Full = "full",
        /// Months that are over and that nobody has closed.
        Months = "months",
        /// Activities that are not published.
        Activities = "activities",
        /// Shifts to come that are not published.
        Shifts = "shifts",
    }
}

impl Matter {
    /// What it takes to settle it: all of that.
    pub const fn takes(self) -> &'static [Action] {
        match self {
            Self::Full | Self::Activities | Self::Shifts => &[Action::ManageActivities],
            Self::Months => &[Action::SetPolicy],
            Self::Leads => &[Action::ManageActivities, Action::BookForOthers],
            Self::Review => &[Action::ViewBookings, Action::CheckIn],
            Self::Waitlist
            | Self::CheckOuts
            | Self::Objections
            | Self::Unclosed
            | Self::Late
            | Self::Approvals
            | Self::Applicants
            | Self::Certificates => &[Action::ViewBookings, Action::BookForOthers],
        }
    }
}

crate::text_enum! {
    /// How soon something is decided.
    pub enum Urgency {
        /// Somebody stands there, or soon will.
        Now = "now",
        /// Somebody waits for it.
        Today = "today",
        /// When there is time.
        Later = "later",
    }
}

/// How soon something is decided. `at` is when it begins, of what people wait for.
pub fn urgency(matter: Matter, at: Option<Timestamp>, now: Timestamp) -> Urgency {
    let is_soon = at.is_some_and(|at| at < now.plus(DAY));
    match (matter, is_soon) {
        (Matter::CheckOuts | Matter::Review, _) | (Matter::Waitlist | Matter::Leads, true) => {
            Urgency::Now
        }
        (Matter::Months | Matter::Activities | Matter::Shifts, _) | (Matter::Full, false) => {
            Urgency::Later
        }
        _ => Urgency::Today,
    }
}

/// What waits for a decision, by urgency, then by matter, then by time; `of` says what a line is about.
pub fn in_order<T>(
    mut lines: Vec<T>,
    of: impl Fn(&T) -> (Matter, Option<Timestamp>),
    now: Timestamp,
) -> Vec<(Urgency, Vec<T>)> {
    let key = |line: &T| {
        let (matter, at) = of(line);
        (urgency(matter, at, now), matter, at)
    };
    lines.sort_by_key(key);
    let mut groups: Vec<(Urgency, Vec<T>)> = Vec::new();
    for line in lines {
        let (of, ..) = key(&line);
        match groups.last_mut() {
            Some((last, group)) if *last == of => group.push(line),
            _ => groups.push((of, vec![line])),
        }
    }
    groups
}

/// A half of a shift that is not as it should be by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Which half.
    pub half: Half,
    /// How many more it takes.
    pub missing: u32,
    /// Whether enough hold a place, who are only not here.
    pub is_planned: bool,
}

/// What a shift of the next hours is short of; once it has begun also who has not come, or has left.
pub fn gaps(halves: &Halves, span: Span, now: Timestamp) -> Vec<Gap> {
    if !is_near(span, now) {
        return Vec::new();
    }
    let has_begun = now >= span.start();
    let gap = |half, least: u32, held: u32, inside: u32| {
        let is_planned = held >= least;
        let has = match (is_planned, has_begun) {
            (true, false) => least,
            (true, true) => inside,
            (false, _) => held,
        };
        let missing = least.saturating_sub(has);
        (missing > 0).then_some(Gap {
            half,
            missing,
            is_planned,
        })
    };
    // With nobody to lead there is no shift, whatever its minimum says.
    let least = halves.leads_min.max(1);
    let lead = gap(Half::Lead, least, halves.leads, halves.leads_in);
    let volunteers = gap(
        Half::Volunteers,
        halves.volunteers_min,
        halves.volunteers,
        halves.volunteers_in,
    );
    lead.into_iter().chain(volunteers).collect()
}

/// The first month that is asked after.
pub fn months_from(now: Timestamp) -> Month {
    (0..MONTHS_BACK).fold(Month::of(now.day()), |month, _| month.previous())
}

/// The months of a center that are over and not closed, the oldest first; `first` is when it first had
/// something on.
pub fn months_to_close(
    first: Option<Timestamp>,
    closed: &BTreeSet<Month>,
    now: Timestamp,
) -> Vec<Month> {
    let Some(first) = first else {
        return Vec::new();
    };
    let from = Month::of(first.day()).max(months_from(now));
    std::iter::successors(Some(from), |month| Some(month.next()))
        .take_while(|month| check_closable(*month, now).is_ok())
        .filter(|month| !closed.contains(month))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::Role, report, time::HOUR};
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(20_500 * DAY);

    #[test]
    fn what_begins_soon_is_decided_before_what_does_not() {
        let soon = Some(NOW.plus(DAY - 1));
        let later = Some(NOW.plus(DAY));
        for (matter, at, expected) in [
            (Matter::Waitlist, soon, Urgency::Now),
            (Matter::Waitlist, later, Urgency::Today),
            (Matter::Full, soon, Urgency::Today),
            (Matter::Full, later, Urgency::Later),
            (Matter::CheckOuts, None, Urgency::Now),
            (Matter::Review, None, Urgency::Now),
            (Matter::Objections, None, Urgency::Today),
            (Matter::Unclosed, Some(NOW.plus(-DAY)), Urgency::Today),
            (Matter::Months, Some(NOW.plus(-DAY)), Urgency::Later),
            (Matter::Shifts, Some(NOW.plus(HOUR)), Urgency::Later),
        ] {
            assert_eq!(urgency(matter, at, NOW), expected, "{matter} {at:?}");
        }
    }

    #[test]
    fn lines_stand_in_groups_by_urgency_matter_and_time() {
        let lines = vec![
            (Matter::Activities, None),
            (Matter::Waitlist, Some(NOW.plus(2 * HOUR))),
            (Matter::Unclosed, Some(NOW.plus(-HOUR))),
            (Matter::Waitlist, Some(NOW.plus(HOUR))),
            (Matter::Objections, None),
        ];
        let told = in_order(lines, |line| *line, NOW);
        assert_eq!(
            told,
            [
                (
                    Urgency::Now,
                    vec![
                        (Matter::Waitlist, Some(NOW.plus(HOUR))),
                        (Matter::Waitlist, Some(NOW.plus(2 * HOUR))),
                    ]
                ),
                (
                    Urgency::Today,
                    vec![
                        (Matter::Objections, None),
                        (Matter::Unclosed, Some(NOW.plus(-HOUR))),
                    ]
                ),
                (Urgency::Later, vec![(Matter::Activities, None)]),
            ]
        );
        assert!(in_order(Vec::<(Matter, _)>::new(), |line| *line, NOW).is_empty());
    }

    proptest! {
        #[test]
        fn no_line_is_lost_and_each_urgency_stands_once(
            picked in prop::collection::vec((0..Matter::ALL.len(), prop::option::of(-3 * DAY..3 * DAY)), 0..20),
        ) {
            let line = |(n, at): &(usize, Option<i64>)| (Matter::ALL[*n], at.map(|at| NOW.plus(at)));
            let lines: Vec<_> = picked.iter().map(line).collect();
            let groups = in_order(lines.clone(), |line| *line, NOW);
            prop_assert!(groups.is_sorted_by(|a, b| a.0 < b.0));
            for (of, group) in &groups {
                prop_assert!(!group.is_empty());
                prop_assert!(group.iter().all(|(matter, at)| urgency(*matter, *at, NOW) == *of));
            }
            let mut told: Vec<_> = groups.into_iter().flat_map(|(_, group)| group).collect();
            let mut lines = lines;
            told.sort();
            lines.sort();
            prop_assert_eq!(told, lines);
        }
    }

    #[test]
    fn a_worker_decides_all_but_months_and_who_only_looks_decides_nothing() {
        let decides =
            |role: Role, matter: Matter| matter.takes().iter().all(|it| role.includes(*it));
        for matter in Matter::ALL {
            let is_policy = *matter == Matter::Months;
            assert_eq!(decides(Role::SocialWorker, *matter), !is_policy, "{matter}");
            assert!(decides(Role::CenterManager, *matter), "{matter}");
            assert!(!decides(Role::DistrictSupervisor, *matter), "{matter}");
            assert!(!decides(Role::Evaluator, *matter), "{matter}");
        }
    }

    fn halves(leads: (u32, u32, u32), volunteers: (u32, u32, u32)) -> Halves {
        Halves {
            leads_min: leads.0,
            leads: leads.1,
            leads_in: leads.2,
            volunteers_min: volunteers.0,
            volunteers: volunteers.1,
            volunteers_in: volunteers.2,
        }
    }

    #[test]
    fn a_shift_lacks_who_is_not_planned_and_once_it_has_begun_who_is_not_here() {
        let (from, to) = (NOW, NOW.plus(2 * HOUR));
        let told = |of: Halves, now: Timestamp| -> Vec<(Half, u32, bool)> {
            let all = gaps(&of, Span::kept(from, to), now);
            all.iter()
                .map(|gap| (gap.half, gap.missing, gap.is_planned))
                .collect()
        };
        let before = NOW.plus(-HOUR);
        let full = halves((1, 1, 0), (2, 3, 0));
        assert_eq!(told(full, before), []);
        assert_eq!(
            told(full, NOW),
            [(Half::Lead, 1, true), (Half::Volunteers, 2, true)]
        );
        assert_eq!(told(halves((1, 1, 1), (2, 3, 2)), NOW), []);
        let short = halves((0, 0, 0), (2, 1, 1));
        for now in [before, NOW] {
            assert_eq!(
                told(short, now),
                [(Half::Lead, 1, false), (Half::Volunteers, 1, false)]
            );
        }
        assert_eq!(told(short, NOW.plus(-3 * HOUR)), [], "not near yet");
        assert_eq!(told(short, to), [], "over");
    }

    #[test]
    fn months_are_closed_once_they_are_over_since_the_center_had_something_on() {
        let month = |text: &str| -> Month { text.parse().unwrap() };
        let at = |text: &str| Timestamp::start_of(month(text).first()).plus(3 * DAY);
        let now = at("2026-11");
        let told = |first: Option<Timestamp>, closed: &[&str]| -> Vec<String> {
            let closed = closed.iter().map(|text| month(text)).collect();
            let all = months_to_close(first, &closed, now);
            all.iter().map(ToString::to_string).collect()
        };
        assert!(told(None, &[]).is_empty());
        assert!(told(Some(now), &[]).is_empty(), "it is not over");
        assert_eq!(told(Some(at("2026-09")), &[]), ["2026-09", "2026-10"]);
        assert_eq!(told(Some(at("2026-09")), &["2026-09"]), ["2026-10"]);
        assert_eq!(told(Some(at("2020-01")), &[]).len(), MONTHS_BACK);
        for of in told(Some(at("2026-08")), &[]) {
            report::check_closable(month(&of), now).unwrap();
        }
    }
}
