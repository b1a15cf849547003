use super::{testing::*, *};
use crate::{
    Reason, Refusal,
    activity::Status,
    availability::Availability,
    commitment::{Clash, Subject},
    id::BookingId,
    person::BirthYear,
    time::{HOUR, MINUTE},
    volunteer::Standing,
};
use proptest::prelude::*;

fn codes(unmet: &[Refusal]) -> Vec<&'static str> {
    unmet.iter().map(Refusal::code).collect()
}

fn refused(shift: &ShiftFacts, who: &Volunteering, ask: Ask<'_>) -> Vec<&'static str> {
    codes(&decide(shift, who, ask, NOW).unwrap_err())
}

#[test]
fn a_volunteer_gets_a_place_and_the_next_one_waits() {
    let who = volunteer(1);
    assert_eq!(
        decide(&shift(2, 1), &who, ask(), NOW),
        Ok(Placement::Confirm(None))
    );
    assert_eq!(decide(&shift(2, 2), &who, ask(), NOW), Ok(Placement::Wait));
    let no_line = Ask {
        may_wait: false,
        ..ask()
    };
    assert_eq!(refused(&shift(2, 2), &who, no_line), ["full"]);
    let mut crowded = shift(2, 2);
    crowded.waiting = 10;
    assert_eq!(refused(&crowded, &who, ask()), ["full"]);
}

#[test]
fn whoever_is_refused_is_told_everything_that_is_missing() {
    let mut shift = shift(2, 2);
    shift.needs.waitlist_capacity = 0;
    shift.needs.min_age = Some(16);
    shift.needs.skills = ["粤语".to_owned()].into();
    shift.needs.trainings = ["急救".to_owned()].into();
    shift.needs.risks.text = "要站三个小时".to_owned();
    let who = Volunteering {
        standing: None,
        birth_year: BirthYear::new(2014, NOW).unwrap(),
        clash: Some(Clash {
            subject: Subject::Booking(id::<BookingId>(7)),
            title: "书法".to_owned(),
            span: shift.span,
        }),
        ..volunteer(1)
    };
    assert_eq!(
        refused(&shift, &who, ask()),
        [
            "not_a_volunteer",
            "too_young",
            "guardian_required",
            "missing_training",
            "missing_skill",
            "risks_unread",
            "overlaps",
            "full"
        ]
    );
}

#[test]
fn what_is_cancelled_or_a_draft_says_only_that() {
    let who = Volunteering {
        standing: None,
        ..volunteer(1)
    };
    for (status, code) in [
        (Status::Cancelled, "occurrence_cancelled"),
        (Status::Draft, "not_found"),
    ] {
        let shift = ShiftFacts {
            status,
            ..shift(1, 1)
        };
        assert_eq!(refused(&shift, &who, ask()), [code]);
    }
    let twice = Volunteering {
        live: Some(id(9)),
        ..volunteer(1)
    };
    assert_eq!(
        refused(&shift(1, 1), &twice, ask()),
        ["already_booked"],
        "C-78"
    );
}

#[test]
fn standings_decide_who_serves() {
    for standing in Standing::ALL {
        let who = Volunteering {
            standing: Some(*standing),
            ..volunteer(1)
        };
        let decided = decide(&shift(1, 0), &who, ask(), NOW);
        assert_eq!(decided.is_ok(), standing.serves(), "{standing}");
    }
}

/// C-96: on every way in, and no override helps.
#[test]
fn c96_a_child_serves_beside_a_guardian_only() {
    let child = Volunteering {
        birth_year: BirthYear::new(2014, NOW).unwrap(),
        ..volunteer(1)
    };
    let by_staff = Ask {
        by_staff: true,
        overrides: true,
        ..ask()
    };
    for ask in [ask(), by_staff] {
        assert_eq!(refused(&shift(2, 0), &child, ask), ["guardian_required"]);
    }
    let guarded = Volunteering {
        has_guardian: true,
        ..child
    };
    assert_eq!(
        decide(&shift(2, 0), &guarded, ask(), NOW),
        Ok(Placement::Confirm(None))
    );
    let mut strict = shift(2, 0);
    strict.needs.guardian_below = 18;
    let teen = Volunteering {
        birth_year: BirthYear::new(2009, NOW).unwrap(),
        ..volunteer(2)
    };
    assert_eq!(refused(&strict, &teen, ask()), ["guardian_required"]);
    strict.needs.guardian_below = 0;
    assert!(decide(&strict, &teen, ask(), NOW).is_ok());
}

/// C-83, C-07, C-81.
#[test]
fn staff_set_aside_only_what_can_be() {
    let mut shift = shift(1, 0);
    shift.needs.trainings = ["急救".to_owned()].into();
    shift.needs.risks.text = "要站三个小时".to_owned();
    let who = volunteer(1);
    let by_staff = Ask {
        by_staff: true,
        ..ask()
    };
    assert_eq!(
        refused(&shift, &who, by_staff),
        ["missing_training", "risks_unread"]
    );
    let overrides = Ask {
        overrides: true,
        ..by_staff
    };
    assert_eq!(
        decide(&shift, &who, overrides, NOW),
        Ok(Placement::Confirm(None))
    );
    let busy = Volunteering {
        clash: Some(Clash {
            subject: Subject::Booking(id::<BookingId>(7)),
            title: "书法".to_owned(),
            span: shift.span,
        }),
        ..who.clone()
    };
    assert_eq!(refused(&shift, &busy, overrides), ["overlaps"]);
    shift.volunteers = 1;
    shift.needs.waitlist_capacity = 0;
    assert_eq!(refused(&shift, &who, overrides), ["full"]);
}

#[test]
fn the_text_of_risks_is_confirmed_in_its_newest_version() {
    let mut shift = shift(1, 0);
    shift.needs.risks = Risks {
        text: "要站三个小时".to_owned(),
        version: 2,
    };
    let read = |version| Volunteering {
        risks_version: version,
        ..volunteer(1)
    };
    assert_eq!(refused(&shift, &read(None), ask()), ["risks_unread"]);
    assert_eq!(refused(&shift, &read(Some(1)), ask()), ["risks_unread"]);
    assert!(decide(&shift, &read(Some(2)), ask(), NOW).is_ok());
}

#[test]
fn how_people_get_in_is_a_setting_of_its_own() {
    let who = volunteer(1);
    let by_staff = Ask {
        by_staff: true,
        ..ask()
    };
    let asked = ShiftFacts {
        joining: Joining::Ask,
        ..shift(1, 1)
    };
    assert_eq!(
        decide(&asked, &who, ask(), NOW),
        Ok(Placement::Request),
        "also when it is full"
    );
    assert_eq!(decide(&asked, &who, by_staff, NOW), Ok(Placement::Wait));
    let invited = ShiftFacts {
        joining: Joining::Invite,
        ..shift(1, 0)
    };
    assert_eq!(refused(&invited, &who, ask()), ["invitation_only"]);
    assert_eq!(
        decide(&invited, &who, by_staff, NOW),
        Ok(Placement::Confirm(None))
    );
}

#[test]
fn positions_have_numbers_and_skills_of_their_own() {
    let mut shift = shift(3, 0);
    shift.needs.positions = vec![
        position("报到处", 1, 2, None),
        position("翻译", 1, 1, Some("粤语")),
    ];
    shift.taken = vec![0, 0];
    let plain = volunteer(1);
    let speaker = Volunteering {
        skills: ["粤语".to_owned()].into(),
        ..volunteer(2)
    };
    let at = |position| Ask {
        position: Some(position),
        may_wait: false,
        ..ask()
    };
    assert_eq!(
        decide(&shift, &plain, ask(), NOW),
        Ok(Placement::Confirm(Some(0)))
    );
    assert_eq!(refused(&shift, &plain, at("翻译")), ["missing_skill"]);
    assert_eq!(
        decide(&shift, &speaker, at("翻译"), NOW),
        Ok(Placement::Confirm(Some(1)))
    );
    let nowhere = decide(&shift, &plain, at("厨房"), NOW).unwrap_err();
    assert_eq!(
        nowhere,
        [Refusal::invalid("position", Reason::UnknownValue)]
    );
    // One place is left, and it takes what this person has not.
    shift.taken = vec![2, 0];
    shift.volunteers = 2;
    let no_line = Ask {
        may_wait: false,
        ..ask()
    };
    assert_eq!(refused(&shift, &plain, no_line), ["full"]);
    assert_eq!(
        decide(&shift, &speaker, ask(), NOW),
        Ok(Placement::Confirm(Some(1)))
    );
    // What has not reached its minimum comes first.
    shift.taken = vec![1, 0];
    shift.volunteers = 1;
    assert_eq!(
        decide(&shift, &speaker, ask(), NOW),
        Ok(Placement::Confirm(Some(1)))
    );
}

#[test]
fn needs_are_checked_field_by_field() {
    let field = |needs: &Needs| match needs.check() {
        Err(Refusal::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let base = shift(3, 0).needs;
    assert_eq!(base.check(), Ok(()));
    assert_eq!(
        field(&Needs {
            leads_min: 0,
            ..base.clone()
        }),
        "leads_min"
    );
    assert_eq!(
        field(&Needs {
            volunteers_max: 0,
            ..base.clone()
        }),
        "volunteers_max"
    );
    assert_eq!(
        field(&Needs {
            volunteers_min: 4,
            ..base.clone()
        }),
        "volunteers_min"
    );
    assert_eq!(
        field(&Needs {
            volunteers_max: 501,
            ..base.clone()
        }),
        "volunteers_max"
    );
    assert_eq!(
        field(&Needs {
            guardian_below: 19,
            ..base.clone()
        }),
        "guardian_below"
    );
    assert_eq!(
        field(&Needs {
            skills: [String::new()].into(),
            ..base.clone()
        }),
        "skills"
    );
    for positions in [
        vec![position("a", 0, 2, None)],
        vec![position("a", 2, 2, None), position("b", 2, 2, None)],
        vec![position("a", 0, 3, None), position("a", 0, 3, None)],
        vec![position("a", 2, 1, None), position("b", 0, 3, None)],
        vec![position("", 0, 3, None)],
    ] {
        assert_eq!(
            field(&Needs {
                positions,
                ..base.clone()
            }),
            "positions"
        );
    }
    let positions = vec![position("a", 1, 2, None), position("b", 0, 1, None)];
    assert_eq!(Needs { positions, ..base }.check(), Ok(()));
}

#[test]
fn a_lead_steps_up_also_while_the_shift_runs() {
    let shift = shift(1, 0);
    let during = shift.span.start().plus(HOUR);
    let free = Leading {
        live: None,
        clash: None,
        at_work: true,
    };
    assert_eq!(decide_lead(&shift, free, false, during), Ok(()));
    assert!(decide_lead(&shift, free, true, shift.span.end()).is_err());
    let codes = |who: Leading<'_>, overrides: bool| -> Vec<&'static str> {
        let unmet = decide_lead(&shift, who, overrides, NOW).err();
        unmet.iter().flatten().map(Refusal::code).collect()
    };
    let (place, other) = (id(3), id(4));
    let twice = Leading {
        live: Some(&place),
        at_work: false,
        ..free
    };
    assert_eq!(codes(twice, true), ["already_booked"]);
    let clash = Clash {
        subject: Subject::Assignment(other),
        title: "门口".to_owned(),
        span: shift.span,
    };
    // C-81: that they are not at work can be set aside; nobody is in two places.
    let away = Leading {
        at_work: false,
        ..free
    };
    assert_eq!(codes(away, false), ["not_at_work"]);
    assert_eq!(codes(away, true), [""; 0]);
    let busy = Leading {
        clash: Some(&clash),
        ..away
    };
    assert_eq!(codes(busy, false), ["overlaps", "not_at_work"]);
    assert_eq!(codes(busy, true), ["overlaps"]);
}

#[test]
fn who_has_said_nothing_is_at_work() {
    let span = shift(1, 0).span;
    assert!(at_work(None, span));
    let mut said = Availability::always();
    assert!(said.check().is_ok() && at_work(Some(&said), span));
    said.away = [span.start().day()].into();
    assert!(!at_work(Some(&said), span));
}

#[test]
fn the_line_moves_up_in_turn_and_passes_who_may_not() {
    let mut shift = shift(2, 0);
    shift.waiting = 3;
    let waiting = |n: u128, who: Volunteering| Waiting {
        assignment: id(50 + n),
        who,
        position: None,
    };
    let left = Volunteering {
        standing: Some(Standing::Left),
        ..volunteer(1)
    };
    let line = [
        waiting(1, left),
        waiting(2, volunteer(2)),
        waiting(3, volunteer(3)),
        waiting(4, volunteer(4)),
    ];
    let promoted = promote(&shift, &line, NOW);
    assert_eq!(promoted, [(id(52), None), (id(53), None)]);
    assert_eq!(
        promote(&shift, &line, shift.span.start()),
        [],
        "nobody is called after the start"
    );
    shift.status = Status::Cancelled;
    assert_eq!(promote(&shift, &line, NOW), []);
}

fn halves(leads: u32, volunteers: u32, leads_in: u32, volunteers_in: u32) -> Halves {
    Halves {
        leads,
        leads_min: 1,
        volunteers,
        volunteers_min: 2,
        leads_in,
        volunteers_in,
    }
}

#[test]
fn the_state_says_which_half_is_missing() {
    let span = shift(1, 0).span;
    let state = |halves: Halves, at| halves.state(Status::Published, span, at);
    assert_eq!(state(halves(0, 1, 0, 0), NOW), State::Open);
    assert_eq!(halves(0, 1, 0, 0).missing(), [Half::Lead, Half::Volunteers]);
    assert_eq!(state(halves(1, 1, 0, 0), NOW), State::Half);
    assert_eq!(halves(1, 1, 0, 0).missing(), [Half::Volunteers]);
    assert_eq!(halves(0, 2, 0, 0).missing(), [Half::Lead]);
    assert_eq!(state(halves(1, 2, 0, 0), NOW), State::Ready);
    let during = span.start().plus(MINUTE);
    assert_eq!(state(halves(1, 2, 1, 1), during), State::Ready);
    assert_eq!(
        state(halves(1, 2, 0, 2), during),
        State::Ready,
        "C-82: not without a lead"
    );
    assert_eq!(state(halves(1, 2, 1, 2), during), State::Live);
    assert_eq!(state(halves(1, 2, 1, 2), span.end()), State::Closed);
    let cancelled = halves(1, 2, 0, 0).state(Status::Cancelled, span, NOW);
    assert_eq!(cancelled, State::Closed);
}

fn facts() -> impl Strategy<Value = (ShiftFacts, Vec<Volunteering>)> {
    let people = prop::collection::vec(
        (1950i64..2017, 0usize..5, any::<bool>(), any::<bool>()),
        1..12,
    );
    (1u32..6, 0u32..6, 0u32..4, any::<bool>(), people).prop_map(
        |(most, taken, line, parts, people)| {
            let mut shift = shift(most, taken.min(most));
            shift.needs.waitlist_capacity = line;
            if parts {
                shift.needs.positions =
                    vec![position("a", 0, most, None), position("b", 1, 1, Some("s"))];
                shift.taken = vec![shift.volunteers, 0];
            }
            let people =
                people
                    .into_iter()
                    .enumerate()
                    .map(|(n, (born, standing, able, guarded))| Volunteering {
                        birth_year: BirthYear::new(born, NOW).unwrap(),
                        standing: Standing::ALL.get(standing).copied(),
                        skills: if able {
                            ["s".to_owned()].into()
                        } else {
                            [].into()
                        },
                        has_guardian: guarded,
                        ..volunteer(n as u128)
                    });
            (shift, people.collect())
        },
    )
}

proptest! {
    /// C-80: whoever comes in whatever order, the maximum holds, in each position too; and who is
    /// refused has a reason that is true.
    #[test]
    fn c80_places_are_never_given_twice((mut shift, people) in facts()) {
        for who in &people {
            match decide(&shift, who, ask(), NOW) {
                Ok(Placement::Confirm(position)) => {
                    shift.volunteers += 1;
                    if let Some(nth) = position {
                        shift.taken[nth] += 1;
                    }
                    prop_assert!(unmet(&shift, who, ask(), NOW).iter().all(|r| *r == Refusal::Full));
                }
                Ok(Placement::Wait) => shift.waiting += 1,
                Ok(Placement::Request) => prop_assert!(false, "nobody has to ask here"),
                Err(unmet) => {
                    prop_assert!(!unmet.is_empty());
                    let child = who.birth_year.ages_on(shift.span.start()).0 < 14 && !who.has_guardian;
                    prop_assert_eq!(child, codes(&unmet).contains(&"guardian_required"));
                    let serves = who.standing.is_some_and(Standing::serves);
                    prop_assert_eq!(!serves, codes(&unmet).contains(&"not_a_volunteer"));
                }
            }
            prop_assert!(shift.volunteers <= shift.needs.volunteers_max);
            prop_assert!(shift.waiting <= shift.needs.waitlist_capacity);
            for (nth, position) in shift.needs.positions.iter().enumerate() {
                prop_assert!(shift.taken[nth] <= position.max);
            }
        }
    }

    /// Whoever moves up could have got the place by asking, nobody moves up twice, and nobody who
    /// could take a place is left waiting before one.
    #[test]
    fn the_line_takes_what_is_free_and_no_more((shift, people) in facts()) {
        let line: Vec<Waiting> = people
            .iter()
            .enumerate()
            .map(|(n, who)| Waiting { assignment: id(500 + n as u128), who: who.clone(), position: None })
            .collect();
        let promoted = promote(&shift, &line, NOW);
        prop_assert!(promoted.len() <= shift.free() as usize);
        let mut after = shift.clone();
        for (assignment, position) in &promoted {
            let who = &line.iter().find(|w| w.assignment == *assignment).unwrap().who;
            let decided = decide(&after, who, Ask { position: None, ..ask() }, NOW);
            prop_assert_eq!(decided, Ok(Placement::Confirm(*position)));
            after.volunteers += 1;
            if let Some(nth) = position {
                after.taken[*nth] += 1;
            }
        }
        for waiting in &line {
            if promoted.iter().all(|(assignment, _)| *assignment != waiting.assignment) {
                let no_line = Ask { may_wait: false, ..ask() };
                prop_assert!(decide(&after, &waiting.who, no_line, NOW).is_err());
            }
        }
    }

    /// C-82: a shift is live only with both halves there.
    #[test]
    fn c82_never_live_without_both_halves(
        leads_min in 1u32..3, volunteers_min in 0u32..4, leads_in in 0u32..4, volunteers_in in 0u32..6,
    ) {
        let halves = Halves {
            leads: leads_in, leads_min, volunteers: volunteers_in, volunteers_min, leads_in, volunteers_in,
        };
        let span = shift(1, 0).span;
        let live = halves.state(Status::Published, span, span.start()) == State::Live;
        prop_assert_eq!(live, leads_in >= leads_min && volunteers_in >= volunteers_min);
    }
}
