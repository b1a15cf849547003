//! Shifts and their volunteers, on both databases: signing up, the line, giving back, and what is in
//! the way.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{volunteers::*, *};
use domain::{
    Refusal,
    activity::{Channel, Status},
    id::{AssignmentId, ShiftId},
    shift::{AssignmentState, Half, Joining, Needs, Position, Risks, State},
    time::{DAY, HOUR},
    volunteer::Standing,
};
use std::collections::BTreeSet;
use store::{
    Key,
    assignments::{self, Answer, AssignmentView, Placing, answer, assign_lead, place, withdraw},
    bookings, messages,
    occurrences::{self, EditScope, OccurrenceEdit},
    page::{Limit, Part},
    people,
    shifts::{self, NewShift, Search},
    testing::TestDb,
    volunteers::{Application, accept, applicants, apply, leave, of_account},
};

async fn stage(test: &TestDb, volunteers: u128) {
    center(test, &[], "single").await;
    accounts(test, 1, volunteers + 1).await;
    formal(test, 1, volunteers + 1).await;
}

async fn state_of(test: &TestDb, id: &AssignmentId) -> AssignmentState {
    let view = assignments::find(&test.db, &domain::access::Caller::system(), id).await;
    view.unwrap().state
}

async fn c64_shifts_follow_their_occurrence(test: TestDb) {
    stage(&test, 2).await;
    sittings(
        &test,
        &[Sitting::new(1, 5, 0), Sitting::new(2, 5, 0)],
        "single",
    )
    .await;
    let mut made = Vec::new();
    for n in 1..=2 {
        let mut new = new_shift(10, 2, 0);
        new.occurrence = Some(occurrence(n));
        made.push(shift(&test, new).await);
    }
    signed_up(&test, 1, &made[0]).await;
    let db = &test.db;
    let later = OccurrenceEdit {
        starts_at: Some(NOW.plus(11 * DAY)),
        ..OccurrenceEdit::default()
    };
    occurrences::edit(
        db,
        &social_worker(),
        &occurrence(1),
        EditScope::This,
        later,
        None,
    )
    .await
    .unwrap();
    let moved = shifts::find(db, &made[0]).await.unwrap();
    assert_eq!(moved.span.start(), NOW.plus(11 * DAY));
    assert_eq!(moved.span.end(), NOW.plus(11 * DAY + 3 * HOUR));
    let still = shifts::find(db, &made[1]).await.unwrap();
    assert_eq!(still.span.start(), NOW.plus(10 * DAY));
    let told = messages::list(db, &account(1), 50).await.unwrap();
    assert_eq!(told.len(), 1, "told once of the move");
    // Nobody is in the second one's shift: it goes; the first one's stays.
    let kept = occurrences::delete(db, &social_worker(), &occurrence(1), None).await;
    assert!(kept.is_err(), "somebody is in its shift");
    occurrences::delete(db, &social_worker(), &occurrence(2), None)
        .await
        .unwrap();
    let left = shifts::find(db, &made[1]).await.unwrap();
    assert_eq!((left.status, left.occurrence_id), (Status::Cancelled, None));
    occurrences::cancel(db, &social_worker(), &occurrence(1), "台风", None)
        .await
        .unwrap();
    let gone = shifts::find(db, &made[0]).await.unwrap();
    assert_eq!(
        (gone.status, gone.cancel_reason.as_str()),
        (Status::Cancelled, "台风")
    );
    let told = messages::list(db, &account(1), 50).await.unwrap();
    assert_eq!(told.len(), 2, "and of the end");
}

/// What a list says of each shift is what signing up for it says.
async fn shifts_for_me_are_decided_as_signing_up_is(test: TestDb) {
    stage(&test, 4).await;
    let mut made = Vec::new();
    for (days, most, skill) in [
        (3, 1, None),
        (4, 2, Some("急救")),
        (5, 1, None),
        (6, 2, None),
    ] {
        let mut new = new_shift(days, most, 1);
        new.needs.skills.extend(skill.map(str::to_owned));
        if days == 6 {
            new.needs.risks.text = "走外侧".into();
            new.joining = Joining::Ask;
        }
        made.push(shift(&test, new).await);
    }
    // Full with a line; one's own; at the time of a booking.
    signed_up(&test, 2, &made[0]).await;
    signed_up(&test, 3, &made[0]).await;
    signed_up(&test, 1, &made[2]).await;
    let sitting = Sitting {
        in_hours: 6 * 24 + 1,
        ..Sitting::new(1, 5, 0)
    };
    sittings(&test, &[sitting], "single").await;
    bookings::book(&test.db, &resident(1), request(1, 1))
        .await
        .unwrap();
    let search = Search {
        center: None,
        from: NOW,
        to: NOW.plus(30 * DAY),
        part: Part::first(Limit::MOST),
    };
    for n in 1..=4 {
        let all = shifts::for_me(&test.db, &account(n), None, &search, false, NOW)
            .await
            .unwrap();
        assert_eq!(all.items.len(), 4);
        for of in &all.items {
            let shown =
                assignments::preview(&test.db, &resident(n), &of.shift.id, &account(n)).await;
            let shown = shown.unwrap().remove(0).outcome;
            let listed = of.outcome.clone().map(|(placement, _)| placement);
            assert_eq!(listed, shown, "{n} {}", of.shift.title);
        }
        let fits = shifts::for_me(&test.db, &account(n), None, &search, true, NOW)
            .await
            .unwrap();
        assert_eq!(
            fits.items.len(),
            all.items.iter().filter(|of| of.outcome.is_ok()).count()
        );
    }
    let (mine, hers) = (account(1), relative(2, 1));
    let foreign = shifts::for_me(&test.db, &mine, Some(&hers), &search, false, NOW).await;
    assert!(foreign.is_err());
}

async fn the_line_of_a_full_shift_moves_up_and_is_told(test: TestDb) {
    stage(&test, 3).await;
    let shift = shift(&test, new_shift(5, 1, 2)).await;
    let first = signed_up(&test, 1, &shift).await;
    let second = sign_up(&test, 2, &shift).await.unwrap();
    let third = sign_up(&test, 3, &shift).await.unwrap();
    assert_eq!(
        (second.state, second.in_line),
        (AssignmentState::Waitlisted, Some(1))
    );
    assert_eq!(
        (third.state, third.in_line),
        (AssignmentState::Waitlisted, Some(2))
    );
    assert_eq!(held(&test, &shift).await, (1, 1));
    let gone = withdraw(&test.db, &volunteer(1), first.clone(), "")
        .await
        .unwrap();
    assert_eq!(gone.state, AssignmentState::Withdrawn);
    assert_eq!(
        state_of(&test, &second.id).await,
        AssignmentState::Confirmed
    );
    assert_eq!(
        state_of(&test, &third.id).await,
        AssignmentState::Waitlisted
    );
    assert_eq!(held(&test, &shift).await, (1, 1));
    let inbox = messages::list(&test.db, &account(2), 10).await.unwrap();
    assert_eq!(inbox.len(), 1, "told once");
    // C-08: giving back what is given back changes nothing.
    let again = withdraw(&test.db, &volunteer(1), first, "").await.unwrap();
    assert_eq!(again.state, AssignmentState::Withdrawn);
    assert_eq!(held(&test, &shift).await, (1, 1));
    let late = volunteer(2).at(NOW.plus(5 * DAY));
    let refused = withdraw(&test.db, &late, second.id, "").await.unwrap_err();
    assert_eq!(refused.refusal().unwrap().code(), "already_started");
    let others = withdraw(&test.db, &volunteer(1), third.id, "")
        .await
        .unwrap_err();
    assert_eq!(others.refusal(), Some(&Refusal::NotFound));
}

async fn c79_shifts_and_bookings_are_in_each_others_way(test: TestDb) {
    stage(&test, 2).await;
    let date = Sitting {
        in_hours: 120 + 1,
        ..Sitting::new(1, 5, 0)
    };
    sittings(&test, &[date], "single").await;
    let shift = shift(&test, new_shift(5, 2, 0)).await;
    // Booked first: no shift at that time.
    bookings::book(&test.db, &resident(1), request(1, 1))
        .await
        .unwrap();
    assert_eq!(codes(sign_up(&test, 1, &shift).await), ["overlaps"]);
    // In a shift first: no booking at that time.
    signed_up(&test, 2, &shift).await;
    let refused = bookings::book(&test.db, &resident(2), request(2, 1))
        .await
        .unwrap_err();
    assert_eq!(refused.refusal().unwrap().code(), "overlaps");
    // C-78.
    assert_eq!(codes(sign_up(&test, 2, &shift).await), ["already_booked"]);
}

/// C-180: whoever was passed in a line because of a booking moves up when they give it back, and the
/// other way round.
async fn c180_lines_are_looked_at_again_across_kinds(test: TestDb) {
    stage(&test, 3).await;
    let date = Sitting {
        in_hours: 120 + 1,
        ..Sitting::new(1, 1, 3)
    };
    sittings(&test, &[date], "single").await;
    let shift = shift(&test, new_shift(5, 1, 2)).await;
    let first = signed_up(&test, 1, &shift).await;
    let second = sign_up(&test, 2, &shift).await.unwrap();
    let booked = bookings::book(&test.db, &resident(2), request(2, 1))
        .await
        .unwrap();
    let booking = booked.bookings().next().unwrap().id.clone();
    // The place comes free while the second is booked elsewhere: they are rightly passed.
    withdraw(&test.db, &volunteer(1), first, "").await.unwrap();
    assert_eq!(
        state_of(&test, &second.id).await,
        AssignmentState::Waitlisted
    );
    bookings::cancel(&test.db, &resident(2), booking, String::new())
        .await
        .unwrap();
    assert_eq!(
        state_of(&test, &second.id).await,
        AssignmentState::Confirmed
    );
    // And the line of an occurrence, when a shift is given back.
    let third = bookings::book(&test.db, &resident(3), request(3, 1))
        .await
        .unwrap();
    let third = third.bookings().next().unwrap().id.clone();
    let shift_of_two = second.id;
    withdraw(&test.db, &volunteer(2), shift_of_two, "")
        .await
        .unwrap();
    bookings::book(&test.db, &resident(2), request(2, 1))
        .await
        .unwrap();
    let again = sign_up(&test, 2, &shift).await.unwrap();
    bookings::cancel(&test.db, &resident(3), third, String::new())
        .await
        .unwrap();
    assert_eq!(
        waitlisted(&test, 1).await,
        1,
        "passed: they are in the shift"
    );
    withdraw(&test.db, &volunteer(2), again.id, "")
        .await
        .unwrap();
    assert_eq!(
        (confirmed(&test, 1).await, waitlisted(&test, 1).await),
        (1, 0)
    );
}

async fn c96_children_serve_beside_a_guardian_and_leave_with_them(test: TestDb) {
    stage(&test, 1).await;
    let child = relative(1, 1);
    test.arrange(vec![
        format!("UPDATE person SET birth_year = 2015, consent_at = 0, consent_version = '1', relation = 'child' WHERE id = '{child}'"),
        format!(
            "INSERT INTO volunteer (id, person_id, standing, applied_at) VALUES ('{}', '{child}', 'probationary', 0)",
            id::<domain::id::VolunteerId>(77)
        ),
    ])
    .await;
    let shift = shift(&test, new_shift(5, 3, 1)).await;
    let with_child = || Placing {
        person: Some(child.clone()),
        ..placing(1, &shift)
    };
    let alone = place(&test.db, &volunteer(1), with_child()).await.unwrap();
    assert_eq!(codes(alone), ["guardian_required"]);
    // Nor by the desk, whatever reason is given.
    let at_desk = Placing {
        channel: Channel::Desk,
        override_reason: Some("急需人手".into()),
        ..with_child()
    };
    let alone = place(&test.db, &social_worker(), at_desk).await.unwrap();
    assert_eq!(codes(alone), ["guardian_required"]);
    let guardian = signed_up(&test, 1, &shift).await;
    let beside = place(&test.db, &volunteer(1), with_child())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(beside.state, AssignmentState::Confirmed);
    withdraw(&test.db, &volunteer(1), guardian, "")
        .await
        .unwrap();
    assert_eq!(state_of(&test, &beside.id).await, AssignmentState::Declined);
    assert_eq!(held(&test, &shift).await, (0, 0));
    assert_eq!(
        messages::list(&test.db, &account(1), 10)
            .await
            .unwrap()
            .len(),
        1
    );
}

/// C-83: trainings count on the day of the shift, and a higher one covers a lower.
async fn c83_trainings_count_on_the_day_and_include_others(test: TestDb) {
    stage(&test, 3).await;
    let shift_id = {
        let mut new = new_shift(5, 3, 0);
        new.needs.trainings = ["急救".to_owned()].into();
        shift(&test, new).await
    };
    let (before, after) = (NOW.plus(4 * DAY).0, NOW.plus(6 * DAY).0);
    test.arrange(vec![
        "INSERT INTO training (name, includes) VALUES ('急救', '[]'), ('高级急救', '[\"急救\"]')".into(),
        format!("INSERT INTO trained (person_id, training, since, until) VALUES ('{}', '急救', 0, {before})", person(1)),
        format!("INSERT INTO trained (person_id, training, since, until) VALUES ('{}', '急救', 0, {after})", person(2)),
        format!("INSERT INTO trained (person_id, training, since, until) VALUES ('{}', '高级急救', 0, NULL)", person(3)),
    ])
    .await;
    assert_eq!(
        codes(sign_up(&test, 1, &shift_id).await),
        ["missing_training"],
        "it has run out by then"
    );
    signed_up(&test, 2, &shift_id).await;
    signed_up(&test, 3, &shift_id).await;
    // C-81: with a reason, which stays on record.
    let by_staff = |reason: Option<&str>| Placing {
        channel: Channel::Desk,
        override_reason: reason.map(ToOwned::to_owned),
        ..placing(1, &shift_id)
    };
    let refused = place(&test.db, &social_worker(), by_staff(None))
        .await
        .unwrap();
    assert_eq!(codes(refused), ["missing_training"]);
    let blank = place(&test.db, &social_worker(), by_staff(Some(" ")))
        .await
        .unwrap();
    assert_eq!(codes(blank), ["invalid"]);
    place(&test.db, &social_worker(), by_staff(Some("当天补课")))
        .await
        .unwrap()
        .unwrap();
    let recorded = test
        .number("SELECT COUNT(*) FROM assignment WHERE override_reason = '当天补课'")
        .await;
    let audited = test
        .number("SELECT COUNT(*) FROM audit WHERE action = 'assignment.place' AND detail LIKE '%\"override\":true%'")
        .await;
    assert_eq!((recorded, audited), (1, 1));
}

async fn c96_which_text_of_risks_was_confirmed_is_kept(test: TestDb) {
    stage(&test, 2).await;
    let mut new = new_shift(5, 2, 0);
    new.needs.risks = Risks {
        text: "要站三个小时".into(),
        version: 1,
    };
    let shift = shift(&test, new).await;
    assert_eq!(codes(sign_up(&test, 1, &shift).await), ["risks_unread"]);
    let read = Placing {
        risks_read: true,
        ..placing(1, &shift)
    };
    place(&test.db, &volunteer(1), read).await.unwrap().unwrap();
    let kept = format!(
        "SELECT risks_version * 1000 + CASE WHEN risks_at = {} THEN 1 ELSE 0 END FROM assignment",
        NOW.0
    );
    assert_eq!(test.number(&kept).await, 1001);
}

async fn requests_hold_no_place_until_they_are_accepted(test: TestDb) {
    stage(&test, 3).await;
    let shift = shift(
        &test,
        NewShift {
            joining: Joining::Ask,
            ..new_shift(5, 1, 1)
        },
    )
    .await;
    let mut asked = Vec::new();
    for n in 1..=3 {
        let view = sign_up(&test, n, &shift).await.unwrap();
        assert_eq!(view.state, AssignmentState::Requested);
        asked.push(view.id);
    }
    assert_eq!(held(&test, &shift).await, (0, 0));
    let yes = || Answer::Accept {
        override_reason: None,
    };
    let not_theirs = answer(&test.db, &volunteer(1), asked[0].clone(), yes())
        .await
        .unwrap();
    assert_eq!(codes(not_theirs), ["forbidden"]);
    let mut states = Vec::new();
    for id in &asked {
        let said = answer(&test.db, &social_worker(), id.clone(), yes())
            .await
            .unwrap();
        states.push(said.map(|view: AssignmentView| view.state));
    }
    assert_eq!(states[0], Ok(AssignmentState::Confirmed));
    assert_eq!(states[1], Ok(AssignmentState::Waitlisted));
    assert_eq!(states[2], Err(vec![Refusal::Full]));
    let no = answer(
        &test.db,
        &social_worker(),
        asked[2].clone(),
        Answer::Decline,
    )
    .await
    .unwrap();
    assert_eq!(no.unwrap().state, AssignmentState::Declined);
    assert_eq!(held(&test, &shift).await, (1, 1));
}

async fn leads_make_the_other_half(test: TestDb) {
    stage(&test, 1).await;
    let (one, two) = (lead(&test, 1).await, lead(&test, 2).await);
    let shift_id = shift(&test, new_shift(5, 1, 0)).await;
    let view = async || shifts::find(&test.db, &shift_id).await.unwrap();
    assert_eq!(view().await.state(NOW), State::Open);
    signed_up(&test, 1, &shift_id).await;
    assert_eq!(view().await.state(NOW), State::Half);
    assert_eq!(view().await.missing(), [Half::Lead]);
    let staff = social_worker();
    let known = assignments::can_lead(&test.db, &staff.caller, &CENTER.parse().unwrap(), NOW)
        .await
        .unwrap();
    assert_eq!(
        known.iter().map(|c| c.id.clone()).collect::<BTreeSet<_>>(),
        BTreeSet::from([one.clone(), two.clone()])
    );
    let first = assign_lead(&test.db, &staff, shift_id.clone(), one.clone())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view().await.state(NOW), State::Ready);
    assert_eq!(first.name, "社工1");
    let again = assign_lead(&test.db, &staff, shift_id.clone(), one.clone())
        .await
        .unwrap();
    assert_eq!(codes(again), ["already_booked"]);
    // Rule 2: one lead, one place at a time.
    let mut beside = new_shift(5, 1, 0);
    beside.starts_at = beside.starts_at.plus(HOUR);
    beside.ends_at = beside.ends_at.plus(HOUR);
    let beside = shift(&test, beside).await;
    let both = assign_lead(&test.db, &staff, beside.clone(), one.clone())
        .await
        .unwrap();
    assert_eq!(codes(both), ["overlaps"]);
    assign_lead(&test.db, &staff, beside, two)
        .await
        .unwrap()
        .unwrap();
    let nobody = assign_lead(&test.db, &staff, shift_id.clone(), id(404))
        .await
        .unwrap();
    assert_eq!(codes(nobody), ["invalid"]);
    withdraw(&test.db, &staff, first.id, "病了").await.unwrap();
    assert_eq!(view().await.state(NOW), State::Half);
}

async fn a_cancelled_shift_tells_everybody_once(test: TestDb) {
    stage(&test, 3).await;
    let shift = shift(&test, new_shift(5, 2, 1)).await;
    for n in 1..=3 {
        sign_up(&test, n, &shift).await.unwrap();
    }
    let stale = shifts::cancel(&test.db, &social_worker(), &shift, "台风", Some(9))
        .await
        .unwrap_err();
    assert_eq!(stale.refusal(), Some(&Refusal::Stale));
    for _ in 0..2 {
        let view = shifts::cancel(&test.db, &social_worker(), &shift, "台风", None)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (view.state(NOW), view.cancel_reason.as_str()),
            (State::Closed, "台风")
        );
    }
    for n in 1..=3 {
        assert_eq!(
            messages::list(&test.db, &account(n), 10)
                .await
                .unwrap()
                .len(),
            1
        );
    }
    assert_eq!(held(&test, &shift).await, (0, 0));
    assert_eq!(
        codes(sign_up(&test, 1, &shift).await),
        ["occurrence_cancelled"]
    );
    let not_theirs = shifts::cancel(&test.db, &resident(1), &shift, "", None)
        .await
        .unwrap_err();
    assert_eq!(not_theirs.refusal(), Some(&Refusal::Forbidden));
}

async fn a_series_is_the_list_that_was_previewed(test: TestDb) {
    stage(&test, 1).await;
    let new = NewShift {
        rule: Some("FREQ=WEEKLY;COUNT=4".into()),
        excluded: vec![NOW.plus(12 * DAY).day()],
        moved: Vec::new(),
        // C-52: across midnight.
        starts_at: NOW.plus(5 * DAY + 14 * HOUR),
        ends_at: NOW.plus(5 * DAY + 18 * HOUR),
        ..new_shift(5, 2, 0)
    };
    let planned = new.plan(NOW).unwrap();
    assert_eq!(planned.len(), 3);
    let made = shifts::create(&test.db, &social_worker(), new)
        .await
        .unwrap();
    let search = Search {
        center: Some(CENTER.parse().unwrap()),
        from: NOW,
        to: NOW.plus(60 * DAY),
        part: store::page::Part::default(),
    };
    let listed = shifts::list(&test.db, &search).await.unwrap().items;
    assert_eq!(listed.iter().map(|s| s.span).collect::<Vec<_>>(), planned);
    assert_eq!(
        listed.iter().map(|s| s.id.clone()).collect::<Vec<_>>(),
        made
    );
    assert_ne!(listed[0].span.start().day(), listed[0].span.end().day());
    let everywhere = shifts::list(
        &test.db,
        &Search {
            center: None,
            ..search
        },
    )
    .await
    .unwrap();
    assert_eq!(everywhere.items, listed);
}

async fn positions_are_counted_by_themselves(test: TestDb) {
    stage(&test, 3).await;
    test.arrange(vec![format!(
        "UPDATE volunteer SET skills = '[\"粤语\"]' WHERE person_id = '{}'",
        person(3)
    )])
    .await;
    let position = |name: &str, max, skill: Option<&str>| Position {
        name: name.into(),
        min: 0,
        max,
        skill: skill.map(ToOwned::to_owned),
    };
    let shift = shift(
        &test,
        NewShift {
            needs: Needs {
                positions: vec![
                    position("报到处", 1, None),
                    position("翻译", 1, Some("粤语")),
                ],
                volunteers_max: 2,
                ..Needs::default()
            },
            ..new_shift(5, 2, 0)
        },
    )
    .await;
    let first = sign_up(&test, 1, &shift).await.unwrap();
    assert_eq!(first.position.as_deref(), Some("报到处"));
    assert_eq!(codes(sign_up(&test, 2, &shift).await), ["full"]);
    let third = sign_up(&test, 3, &shift).await.unwrap();
    assert_eq!(third.position.as_deref(), Some("翻译"));
    let view = shifts::find(&test.db, &shift).await.unwrap();
    assert_eq!(view.taken, [1, 1]);
}

async fn from_an_application_to_a_number(test: TestDb) {
    center(&test, &[], "single").await;
    accounts(&test, 1, 3).await;
    let shift = shift(&test, new_shift(5, 2, 0)).await;
    assert_eq!(codes(sign_up(&test, 1, &shift).await), ["not_a_volunteer"]);
    let application = || Application {
        account: account(1),
        person: None,
        center: Some(CENTER.parse().unwrap()),
        skills: Some(["粤语".to_owned()].into()),
    };
    let key = Key::new("apply", &[b"{}"]).unwrap();
    let act = volunteer(1).with_key(Some(key));
    let asked = apply(&test.db, &act, application()).await.unwrap();
    assert_eq!((asked.standing, asked.number()), (Standing::Applied, None));
    let again = apply(&test.db, &act, application()).await.unwrap();
    assert_eq!(again, asked, "C-33");
    assert_eq!(codes(sign_up(&test, 1, &shift).await), ["not_a_volunteer"]);
    let others = Application {
        account: account(2),
        ..application()
    };
    let refused = apply(&test.db, &volunteer(1), others).await.unwrap_err();
    assert_eq!(refused.refusal(), Some(&Refusal::Forbidden));

    let center: domain::id::CenterId = CENTER.parse().unwrap();
    let waiting = applicants(&test.db, &social_worker(), &center)
        .await
        .unwrap();
    assert_eq!(waiting.len(), 1);
    let looked = test
        .number("SELECT COUNT(*) FROM audit WHERE action = 'volunteer.view'")
        .await;
    assert_eq!(looked, 1, "rule 6");
    let refused = accept(&test.db, &volunteer(1), &center, &asked.id)
        .await
        .unwrap_err();
    assert_eq!(refused.refusal(), Some(&Refusal::Forbidden));
    let accepted = accept(&test.db, &social_worker(), &center, &asked.id)
        .await
        .unwrap();
    assert_eq!(accepted.standing, Standing::Probationary);
    let number = accepted.number().unwrap().to_owned();
    let once_more = accept(&test.db, &social_worker(), &center, &asked.id)
        .await
        .unwrap();
    assert_eq!(once_more.number(), Some(number.as_str()));
    assert_eq!(
        messages::list(&test.db, &account(1), 10)
            .await
            .unwrap()
            .len(),
        1
    );

    let place = signed_up(&test, 1, &shift).await;
    let busy = leave(&test.db, &volunteer(1), &account(1), &person(1))
        .await
        .unwrap_err();
    assert_eq!(busy.refusal(), Some(&Refusal::HasBookings { live: 1 }));
    withdraw(&test.db, &volunteer(1), place, "").await.unwrap();
    leave(&test.db, &volunteer(1), &account(1), &person(1))
        .await
        .unwrap();
    let left = of_account(&test.db, &account(1)).await.unwrap();
    assert_eq!(left[0].standing, Standing::Left);
    assert_eq!(left[0].number(), Some(number.as_str()), "the record stays");
    let anew = apply(
        &test.db,
        &volunteer(1),
        Application {
            skills: None,
            ..application()
        },
    )
    .await
    .unwrap();
    assert_eq!(anew.standing, Standing::Applied);
    assert_eq!(anew.skills, ["粤语".to_owned()].into());
}

async fn nobody_in_a_shift_is_removed_from_their_family(test: TestDb) {
    stage(&test, 1).await;
    let relative = relative(1, 1);
    test.arrange(vec![format!(
        "INSERT INTO volunteer (id, person_id, standing, applied_at) VALUES ('{}', '{relative}', 'formal', 0)",
        id::<domain::id::VolunteerId>(78)
    )])
    .await;
    let shift = shift(&test, new_shift(5, 1, 0)).await;
    let placing = Placing {
        person: Some(relative.clone()),
        ..placing(1, &shift)
    };
    place(&test.db, &volunteer(1), placing)
        .await
        .unwrap()
        .unwrap();
    let refused = people::remove(&test.db, &volunteer(1), relative)
        .await
        .unwrap_err();
    assert_eq!(refused.refusal(), Some(&Refusal::HasBookings { live: 1 }));
}

/// C-33: the same key gets the first answer again, a refusal too.
async fn c33_a_repeated_request_is_answered_the_same(test: TestDb) {
    stage(&test, 2).await;
    let shift: ShiftId = shift(&test, new_shift(5, 1, 0)).await;
    let act = |n, key: &str| volunteer(n).with_key(Some(Key::new(key, &[b"{}"]).unwrap()));
    let (mine, theirs) = (act(1, "a"), act(2, "b"));
    let first = place(&test.db, &mine, placing(1, &shift))
        .await
        .unwrap()
        .unwrap();
    let again = place(&test.db, &mine, placing(1, &shift))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(first, again);
    assert!(mine.was_replayed());
    assert_eq!(
        codes(place(&test.db, &theirs, placing(2, &shift)).await.unwrap()),
        ["full"]
    );
    withdraw(&test.db, &volunteer(1), first.id, "")
        .await
        .unwrap();
    assert_eq!(
        codes(place(&test.db, &theirs, placing(2, &shift)).await.unwrap()),
        ["full"]
    );
    signed_up(&test, 2, &shift).await;
}

store::on_both_databases! {
    c64_shifts_follow_their_occurrence => super::c64_shifts_follow_their_occurrence,
    shifts_for_me_are_decided_as_signing_up_is => super::shifts_for_me_are_decided_as_signing_up_is,
    the_line_of_a_full_shift_moves_up_and_is_told => super::the_line_of_a_full_shift_moves_up_and_is_told,
    c79_shifts_and_bookings_are_in_each_others_way => super::c79_shifts_and_bookings_are_in_each_others_way,
    c180_lines_are_looked_at_again_across_kinds => super::c180_lines_are_looked_at_again_across_kinds,
    c96_children_serve_beside_a_guardian_and_leave_with_them => super::c96_children_serve_beside_a_guardian_and_leave_with_them,
    c83_trainings_count_on_the_day_and_include_others => super::c83_trainings_count_on_the_day_and_include_others,
    c96_which_text_of_risks_was_confirmed_is_kept => super::c96_which_text_of_risks_was_confirmed_is_kept,
    requests_hold_no_place_until_they_are_accepted => super::requests_hold_no_place_until_they_are_accepted,
    leads_make_the_other_half => super::leads_make_the_other_half,
    a_cancelled_shift_tells_everybody_once => super::a_cancelled_shift_tells_everybody_once,
    a_series_is_the_list_that_was_previewed => super::a_series_is_the_list_that_was_previewed,
    positions_are_counted_by_themselves => super::positions_are_counted_by_themselves,
    from_an_application_to_a_number => super::from_an_application_to_a_number,
    nobody_in_a_shift_is_removed_from_their_family => super::nobody_in_a_shift_is_removed_from_their_family,
    c33_a_repeated_request_is_answered_the_same => super::c33_a_repeated_request_is_answered_the_same,
}
