//! The week's roster on both databases: who could be where, moving people, and what a week needs to be
//! filled.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{plans::refused, volunteers::*, *};
use domain::{
    Refusal,
    activity::Channel,
    audit::Verb,
    availability::{Availability, Slot},
    fill::{self, Places},
    id::ShiftId,
    shift::{AssignmentState, Duty, Position, Role},
    time::{DAY, HOUR},
};
use std::collections::BTreeSet;
use store::{
    Act,
    assignments::{self, assign_lead, place, relocate, withdraw},
    bookings, messages,
    page::{Limit, Part},
    roster::{self, Candidate, Filling, WeekView, fillable, monday_of},
    testing::TestDb,
    volunteers::{of_account, set_availability},
};

/// All parts of all days.
fn always() -> Availability {
    Availability {
        slots: Slot::all().collect(),
        most_shifts: 7,
        ..Availability::default()
    }
}

async fn offers(test: &TestDb, n: u128, said: Availability) {
    set_availability(&test.db, &volunteer(n), &account(n), &person(n), said)
        .await
        .unwrap();
}

async fn stage(test: &TestDb, volunteers: u128) {
    center(test, &[], "single").await;
    accounts(test, 1, volunteers + 1).await;
    formal(test, 1, volunteers + 1).await;
    test.arrange(vec![format!("UPDATE volunteer SET center_id = '{CENTER}'")])
        .await;
}

/// The day from which the shifts of these tests are counted: the first Monday, in days from now.
fn monday() -> i64 {
    (0..7)
        .find(|days| monday_of(NOW.plus(days * DAY)) == NOW.plus(days * DAY).day())
        .unwrap()
        + 7
}

async fn week(test: &TestDb) -> WeekView {
    let monday = NOW.plus(monday() * DAY).day();
    let center = CENTER.parse().unwrap();
    roster::week(&test.db, &social_worker(), &center, monday)
        .await
        .unwrap()
}

async fn filling(test: &TestDb, led: u32) -> Filling {
    let monday = NOW.plus(monday() * DAY).day();
    let center = CENTER.parse().unwrap();
    fillable(&test.db, &social_worker(), &center, monday, led)
        .await
        .unwrap()
}

fn placed_by_desk(n: u128, shift: &ShiftId) -> assignments::Placing {
    assignments::Placing {
        channel: Channel::Desk,
        may_wait: false,
        ..placing(n, shift)
    }
}

async fn when_somebody_has_time_is_theirs_to_say(test: TestDb) {
    stage(&test, 2).await;
    let db = &test.db;
    let mut said = always();
    said.likes = [Duty::Door].into();
    said.away = [NOW.plus(-2 * DAY).day(), NOW.plus(2 * DAY).day()].into();
    offers(&test, 1, said.clone()).await;
    let kept = of_account(db, &account(1)).await.unwrap();
    said.away.pop_first();
    assert_eq!(
        kept[0].availability,
        Some(said.clone()),
        "days that are over are forgotten"
    );
    let foreign = set_availability(db, &volunteer(2), &account(1), &person(1), said.clone()).await;
    assert_eq!(refused(foreign), Refusal::Forbidden);
    let other = set_availability(db, &volunteer(2), &account(2), &person(1), said.clone()).await;
    assert_eq!(refused(other), Refusal::NotFound);
    said.most_shifts = 0;
    let none = set_availability(db, &volunteer(1), &account(1), &person(1), said.clone()).await;
    assert!(matches!(refused(none), Refusal::Invalid { .. }));
    said.most_shifts = 2;
    test.arrange(vec![format!(
        "UPDATE volunteer SET standing = 'left' WHERE person_id = '{}'",
        person(1)
    )])
    .await;
    let left = set_availability(db, &volunteer(1), &account(1), &person(1), said).await;
    assert!(matches!(refused(left), Refusal::NotAVolunteer { .. }));
}

async fn c148_a_week_with_its_people_is_for_the_staff_and_on_record(test: TestDb) {
    stage(&test, 2).await;
    let shift = shift(&test, new_shift(monday() + 1, 2, 1)).await;
    signed_up(&test, 1, &shift).await;
    let found = week(&test).await;
    assert_eq!(found.rows.len(), 1);
    let names: Vec<&str> = found.rows[0]
        .seats
        .iter()
        .map(|seat| seat.name.as_str())
        .collect();
    assert_eq!(names.len(), 1);
    let looks = format!(
        "SELECT COUNT(*) FROM audit WHERE action = '{}'",
        Verb::AssignmentView
    );
    assert_eq!(test.number(&looks).await, 1);
    let center = CENTER.parse().unwrap();
    let monday = found.monday;
    for stranger in [
        volunteer(1),
        Act::new(domain::access::Caller::anonymous(), NOW, ids()),
    ] {
        assert!(
            roster::week(&test.db, &stranger, &center, monday)
                .await
                .is_err()
        );
        assert!(
            roster::candidates(&test.db, &stranger, &shift, Role::Volunteer)
                .await
                .is_err()
        );
        assert!(
            fillable(&test.db, &stranger, &center, monday, 5)
                .await
                .is_err()
        );
    }
    // What begins in another week is not in this one.
    let (worker, other) = (social_worker(), monday + chrono::Days::new(7));
    let empty = roster::week(&test.db, &worker, &center, other).await;
    assert!(empty.unwrap().rows.is_empty());
}

fn outcome(of: &Candidate) -> Vec<&'static str> {
    let unmet = of.outcome.as_ref().err().into_iter().flatten();
    unmet.map(Refusal::code).collect()
}

/// What the list says of each is what giving the place says.
async fn candidates_are_decided_as_the_place_is_given(test: TestDb) {
    stage(&test, 6).await;
    let days = monday() + 2;
    let mut new = new_shift(days, 2, 0);
    new.needs.skills = ["急救".to_owned()].into();
    let asked = shift(&test, new).await;
    let other = shift(&test, new_shift(days, 3, 0)).await;
    for n in [1, 2, 4, 5] {
        test.arrange(vec![format!(
            "UPDATE volunteer SET skills = '[\"急救\"]' WHERE person_id = '{}'",
            person(n)
        )])
        .await;
    }
    signed_up(&test, 2, &other).await; // at the same time
    offers(&test, 1, always()).await;
    let mut once = always();
    once.most_shifts = 1;
    offers(&test, 4, once).await;
    signed_up(&test, 4, &shift(&test, new_shift(days + 1, 1, 0)).await).await;
    let hole = roster::candidates(&test.db, &social_worker(), &asked, Role::Volunteer)
        .await
        .unwrap();
    let of = |n: u128| {
        let of = |of: &&Candidate| of.who.id() == person(n).as_str();
        hole.candidates.iter().find(of).unwrap()
    };
    assert!(of(1).suits() && hole.candidates[0].who.id() == person(1).as_str());
    assert_eq!(outcome(of(2)), ["overlaps"]);
    assert_eq!(outcome(of(3)), ["missing_skill"]);
    assert!(
        of(4).outcome.is_ok() && !of(4).suits(),
        "has all the shifts that they take"
    );
    assert!(
        of(5).outcome.is_ok() && !of(5).suits(),
        "has not offered time"
    );
    for n in 1..=6 {
        let before = outcome(of(n));
        let given = place(&test.db, &social_worker(), placed_by_desk(n, &asked))
            .await
            .unwrap();
        match given {
            Ok(view) => {
                assert_eq!(before, Vec::<&str>::new());
                withdraw(&test.db, &social_worker(), view.id, "")
                    .await
                    .unwrap();
            }
            unmet => assert_eq!(codes(unmet), before, "of {n}"),
        }
    }
}

/// Whoever has confirmed a text of risks need not confirm it again for another shift; a new text is
/// confirmed anew (C-96).
async fn c96_a_text_of_risks_is_confirmed_once(test: TestDb) {
    stage(&test, 2).await;
    let days = monday();
    let with = |days: i64, text: &str| {
        let mut new = new_shift(days, 2, 0);
        new.needs.risks.text = text.into();
        new
    };
    let first = shift(&test, with(days, "走外侧")).await;
    let read = assignments::Placing {
        risks_read: true,
        ..placing(1, &first)
    };
    place(&test.db, &volunteer(1), read).await.unwrap().unwrap();
    let same = shift(&test, with(days + 1, "走外侧")).await;
    let new = shift(&test, with(days + 2, "戴手套")).await;
    let by_desk = async |n: u128, shift: &ShiftId| {
        place(&test.db, &social_worker(), placed_by_desk(n, shift))
            .await
            .unwrap()
    };
    assert_eq!(
        codes(by_desk(2, &same).await),
        ["risks_unread"],
        "has never read it"
    );
    assert_eq!(codes(by_desk(1, &new).await), ["risks_unread"]);
    assert!(by_desk(1, &same).await.is_ok());
}

async fn somebody_moves_by_every_rule_or_stays(test: TestDb) {
    stage(&test, 4).await;
    let days = monday();
    let from = shift(&test, new_shift(days, 1, 2)).await;
    let mut overlapping = new_shift(days, 1, 0);
    overlapping.starts_at = NOW.plus(days * DAY + HOUR);
    overlapping.ends_at = NOW.plus(days * DAY + 2 * HOUR);
    let overlapping = shift(&test, overlapping).await;
    let full = shift(&test, new_shift(days + 1, 1, 0)).await;
    let seat = signed_up(&test, 1, &from).await;
    signed_up(&test, 2, &from).await; // waits
    signed_up(&test, 3, &full).await;
    let db = &test.db;
    let worker = social_worker();
    let moved = |to: &ShiftId| relocate(db, &worker, seat.clone(), to.clone());
    assert_eq!(codes(moved(&full).await.unwrap()), ["full"]);
    let still = assignments::find(db, &social_worker().caller, &seat)
        .await
        .unwrap();
    assert_eq!(
        still.state,
        AssignmentState::Confirmed,
        "nobody falls between two shifts"
    );
    let stranger = relocate(db, &volunteer(1), seat.clone(), overlapping.clone())
        .await
        .unwrap();
    assert_eq!(codes(stranger), ["forbidden"]);

    // What they leave is not in the way of where they go; whoever waited has the place.
    let target = roster::targets(db, &social_worker(), &week(&test).await, &seat).await;
    let outcomes = target.unwrap().unwrap().outcomes;
    let place_of = |view: &WeekView, id: &ShiftId| {
        view.rows
            .iter()
            .position(|row| row.shift.id == *id)
            .unwrap()
    };
    let view = week(&test).await;
    assert!(outcomes[place_of(&view, &overlapping)].is_ok());
    assert!(outcomes[place_of(&view, &full)].is_err());
    let now = moved(&overlapping).await.unwrap().unwrap();
    assert_eq!(
        (now.shift_id.clone(), now.state),
        (overlapping.clone(), AssignmentState::Confirmed)
    );
    assert_eq!(held(&test, &from).await, (1, 1));
    assert_eq!(held(&test, &overlapping).await, (1, 1));
    let old = assignments::find(db, &social_worker().caller, &seat)
        .await
        .unwrap();
    assert_eq!(old.state, AssignmentState::Declined);
    let told = messages::list(db, &account(1), 50).await.unwrap();
    assert_eq!(told.len(), 2, "told of both");
    // Back again: the place is taken now.
    let back = relocate(db, &social_worker(), now.id.clone(), from.clone())
        .await
        .unwrap();
    assert_eq!(codes(back), ["full"]);

    // Something else at that time is in the way of a move as of anything.
    let sitting = Sitting {
        in_hours: (days + 2) * 24,
        ..Sitting::new(1, 5, 0)
    };
    sittings(&test, &[sitting], "single").await;
    bookings::book(db, &resident(1), request(1, 1))
        .await
        .unwrap();
    let later = shift(&test, new_shift(days + 2, 1, 0)).await;
    let busy = relocate(db, &social_worker(), now.id, later).await.unwrap();
    assert_eq!(codes(busy), ["overlaps"]);
}

/// Somebody who waits elsewhere at the time to which they move does not get both (C-78, C-79).
async fn c79_a_move_never_puts_somebody_in_two_places(test: TestDb) {
    stage(&test, 3).await;
    let days = monday();
    let db = &test.db;
    let from = shift(&test, new_shift(days, 1, 0)).await;
    // Where they wait: from the last hour of the one to the first of the other.
    let mut between = new_shift(days, 1, 2);
    between.starts_at = NOW.plus(days * DAY + 2 * HOUR);
    between.ends_at = NOW.plus(days * DAY + 6 * HOUR);
    let between = shift(&test, between).await;
    let mut to = new_shift(days, 1, 0);
    to.starts_at = NOW.plus(days * DAY + 4 * HOUR);
    to.ends_at = NOW.plus(days * DAY + 8 * HOUR);
    let to = shift(&test, to).await;
    let blocking = signed_up(&test, 2, &between).await;
    signed_up(&test, 1, &between).await; // waits
    let seat = signed_up(&test, 1, &from).await;
    // A place comes free that they cannot take: they are in the other shift then.
    withdraw(db, &volunteer(2), blocking, "").await.unwrap();
    relocate(db, &social_worker(), seat, to)
        .await
        .unwrap()
        .unwrap();
    let both = format!(
        "SELECT COUNT(*) FROM assignment WHERE person_id = '{}' AND state = 'confirmed'",
        person(1)
    );
    assert_eq!(test.number(&both).await, 1);
}

async fn a_lead_moves_too(test: TestDb) {
    stage(&test, 1).await;
    let days = monday();
    let (db, staff) = (&test.db, lead(&test, 1).await);
    let from = shift(&test, new_shift(days, 1, 0)).await;
    let same_time = shift(&test, new_shift(days, 1, 0)).await;
    let next_day = shift(&test, new_shift(days + 1, 1, 0)).await;
    let seat = assign_lead(db, &social_worker(), from.clone(), staff.clone())
        .await
        .unwrap()
        .unwrap();
    let found = roster::targets(db, &social_worker(), &week(&test).await, &seat.id).await;
    let found = found.unwrap().unwrap();
    for (nth, outcome) in found.outcomes.iter().enumerate() {
        assert_eq!(outcome.is_ok(), nth != found.from, "all but where they are");
    }
    let moved = relocate(db, &social_worker(), seat.id, same_time.clone())
        .await
        .unwrap()
        .unwrap();
    let leads = |id: &ShiftId| format!("SELECT leads FROM shift WHERE id = '{id}'");
    assert_eq!(test.number(&leads(&from)).await, 0);
    assert_eq!(test.number(&leads(&same_time)).await, 1);
    assign_lead(db, &social_worker(), next_day.clone(), staff)
        .await
        .unwrap()
        .unwrap();
    let twice = relocate(db, &social_worker(), moved.id, next_day)
        .await
        .unwrap();
    assert_eq!(codes(twice), ["already_booked"]);
}

/// The week that the search is given holds who is there already, what people have offered, and nothing
/// that giving the place would refuse.
async fn what_is_proposed_can_be_given(test: TestDb) {
    stage(&test, 8).await;
    for n in 1..=2 {
        lead(&test, n).await;
    }
    let first = monday();
    let mut made = Vec::new();
    for days in 0..5 {
        for hours in [1, 2] {
            let mut new = new_shift(first + days, 3, 0);
            new.starts_at = NOW.plus((first + days) * DAY + hours * HOUR);
            new.ends_at = new.starts_at.plus(2 * HOUR);
            new.needs.volunteers_min = 2;
            new.needs.skills = match days {
                3 => ["急救".to_owned()].into(),
                _ => BTreeSet::new(),
            };
            made.push(shift(&test, new).await);
        }
    }
    for n in 1..=7 {
        let mut said = always();
        said.most_shifts = 3;
        if n == 7 {
            said.slots.retain(|slot| slot.weekday < 3);
        }
        offers(&test, n, said).await;
    }
    let fixed = signed_up(&test, 8, &made[0]).await;
    let found = filling(&test, 4).await;
    assert_eq!(found.week.fixed.len(), 1);
    let offered = |n: u128| {
        let nth = found
            .people
            .iter()
            .position(|(who, _)| who.id() == person(n).as_str());
        found.week.people[nth.unwrap()].offers.len()
    };
    assert_eq!(offered(1), 8, "all but those of which they lack the skill");
    assert_eq!(offered(7), 4, "on the days that they have said");
    assert_eq!(offered(8), 0, "who has said nothing is not proposed");
    let proposal = fill::propose(&found.week, Places::Fairest);
    assert!(
        proposal.count() >= 4,
        "two leads for four each, twelve places of six people"
    );
    let kept = found.week.kept();
    let new: Vec<_> = proposal
        .lines
        .iter()
        .filter(|line| !kept.contains(line))
        .collect();
    assert!(!new.is_empty());
    for line in new {
        let id = found.view.rows[line.shift].shift.id.clone();
        let given = match &found.people[line.person].0 {
            roster::Who::Lead { staff } => {
                assign_lead(&test.db, &social_worker(), id, staff.clone()).await
            }
            roster::Who::Volunteer { person, account } => {
                let placing = assignments::Placing {
                    account: account.clone(),
                    person: Some(person.clone()),
                    ..placed_by_desk(1, &id)
                };
                place(&test.db, &social_worker(), placing).await
            }
        };
        assert!(given.unwrap().is_ok(), "{line:?}");
    }
    let after = filling(&test, 4).await;
    let ready = after.week.ready(&after.week.kept());
    assert_eq!(
        ready.iter().filter(|&&ready| ready).count(),
        proposal.count()
    );
    let still = assignments::find(&test.db, &social_worker().caller, &fixed)
        .await
        .unwrap();
    assert_eq!(still.state, AssignmentState::Confirmed, "nobody was moved");
    let search = store::shifts::Search {
        center: None,
        from: NOW,
        to: NOW.plus(60 * DAY),
        part: Part::first(Limit::MOST),
    };
    for view in store::shifts::list(&test.db, &search).await.unwrap().items {
        assert!(view.halves.volunteers <= view.needs.volunteers_max);
    }
}

/// Where positions ask for different skills, what is proposed is what can be given: all of it, in any
/// order.
async fn what_is_proposed_for_positions_can_be_given(test: TestDb) {
    stage(&test, 3).await;
    for n in 1..=3 {
        offers(&test, n, always()).await;
    }
    lead(&test, 1).await;
    // The second volunteer alone speaks Cantonese, and both positions would suit them.
    let speaks = format!(
        "UPDATE volunteer SET skills = '[\"粤语\"]' WHERE person_id = '{}'",
        person(2)
    );
    test.arrange(vec![speaks]).await;
    let mut new = new_shift(monday() + 2, 2, 0);
    new.needs.volunteers_min = 2;
    let position = |name: &str, skill: Option<&str>| Position {
        name: name.into(),
        min: 1,
        max: 1,
        skill: skill.map(Into::into),
    };
    new.needs.positions = vec![position("登记台", None), position("翻译", Some("粤语"))];
    let made = shift(&test, new).await;
    let found = filling(&test, 5).await;
    let proposal = fill::propose(&found.week, Places::Fairest);
    assert_eq!(proposal.count(), 1);
    let positions = fill::positions(&found.week, &proposal.lines);
    let names = &found.view.rows[0].shift.needs.positions;
    let mut given = 0;
    let all = proposal.lines.iter().zip(positions);
    for (line, position) in all.rev().filter(|(line, _)| line.role == Role::Volunteer) {
        let roster::Who::Volunteer { person, account } = &found.people[line.person].0 else {
            panic!("{line:?}");
        };
        let placing = assignments::Placing {
            account: account.clone(),
            person: Some(person.clone()),
            position: position.map(|nth| names[nth].name.clone()),
            ..placed_by_desk(1, &made)
        };
        let placed = place(&test.db, &social_worker(), placing).await.unwrap();
        assert!(placed.is_ok(), "{line:?}");
        given += 1;
    }
    assert_eq!(given, 2);
    let (db, staff) = (&test.db, social_worker());
    let after = store::shifts::find_for_staff(db, &staff.caller, &made).await;
    assert_eq!(after.unwrap().taken, [1, 1]);
}

store::on_both_databases! {
    what_is_proposed_for_positions_can_be_given => super::what_is_proposed_for_positions_can_be_given,
    when_somebody_has_time_is_theirs_to_say => super::when_somebody_has_time_is_theirs_to_say,
    c148_a_week_with_its_people_is_for_the_staff_and_on_record => super::c148_a_week_with_its_people_is_for_the_staff_and_on_record,
    candidates_are_decided_as_the_place_is_given => super::candidates_are_decided_as_the_place_is_given,
    c96_a_text_of_risks_is_confirmed_once => super::c96_a_text_of_risks_is_confirmed_once,
    somebody_moves_by_every_rule_or_stays => super::somebody_moves_by_every_rule_or_stays,
    c79_a_move_never_puts_somebody_in_two_places => super::c79_a_move_never_puts_somebody_in_two_places,
    a_lead_moves_too => super::a_lead_moves_too,
    what_is_proposed_can_be_given => super::what_is_proposed_can_be_given,
}
