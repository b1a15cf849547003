//! Changing a shift that is planned, and the acts that a draft has of its own, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{volunteers::*, *};
use domain::{
    Reason, Refusal,
    activity::Status,
    id::{AssignmentId, ShiftId},
    notice::Notice,
    shift::{AssignmentState, Joining, NeedsEdit, Position},
    time::{DAY, HOUR},
};
use store::{
    Act, Error, Key, assignments,
    assignments::{Placing, assign_lead, place, risks},
    bookings, messages,
    page::{Limit, Part},
    shifts::{self, NewShift, Search, ShiftEdit, ShiftEdited},
    testing::TestDb,
};

async fn stage(test: &TestDb, volunteers: u128) {
    center(test, &[], "single").await;
    accounts(test, 1, volunteers + 1).await;
    formal(test, 1, volunteers + 1).await;
}

async fn edit(test: &TestDb, shift: &ShiftId, change: ShiftEdit) -> store::Result<ShiftEdited> {
    shifts::edit(&test.db, &social_worker(), shift, change, None).await
}

async fn refused(test: &TestDb, shift: &ShiftId, change: ShiftEdit) -> Refusal {
    let error = edit(test, shift, change).await.unwrap_err();
    error.refusal().unwrap().clone()
}

async fn state_of(test: &TestDb, id: &AssignmentId) -> AssignmentState {
    let view = assignments::find(&test.db, &domain::access::Caller::system(), id).await;
    view.unwrap().state
}

fn numbers(most: u32) -> ShiftEdit {
    ShiftEdit {
        needs: NeedsEdit {
            volunteers_max: Some(most),
            ..NeedsEdit::default()
        },
        ..ShiftEdit::default()
    }
}

fn positions(positions: &[Position]) -> ShiftEdit {
    ShiftEdit {
        needs: NeedsEdit {
            positions: Some(positions.to_vec()),
            ..NeedsEdit::default()
        },
        ..ShiftEdit::default()
    }
}

fn position(name: &str, max: u32) -> Position {
    Position {
        name: name.into(),
        min: 0,
        max,
        skill: None,
    }
}

/// C-65: another time or place is told once, with both; everything else to nobody.
async fn c65_another_time_or_place_is_told_once_and_nothing_else(test: TestDb) {
    stage(&test, 3).await;
    let shift = shift(&test, new_shift(5, 2, 1)).await;
    for n in 1..=3 {
        sign_up(&test, n, &shift).await.unwrap();
    }
    let inbox = async |n| messages::list(&test.db, &account(n), 10).await.unwrap();
    let text = ShiftEdit {
        title: Some(" 登记台 ".into()),
        joining: Some(Joining::Ask),
        needs: NeedsEdit {
            min_age: Some(Some(16)),
            ..NeedsEdit::default()
        },
        ..ShiftEdit::default()
    };
    let edited = edit(&test, &shift, text.clone()).await.unwrap();
    assert_eq!(edited, ShiftEdited::default());
    assert!(inbox(1).await.is_empty());
    let view = shifts::find(&test.db, &shift).await.unwrap();
    assert_eq!((view.title.as_str(), view.revision), ("登记台", 2));
    assert_eq!(view.needs.min_age, Some(16));
    // The same again is no change, and no other revision.
    edit(&test, &shift, text).await.unwrap();
    let again = shifts::find(&test.db, &shift).await.unwrap();
    assert_eq!(again, view);

    let later = ShiftEdit {
        starts_at: Some(NOW.plus(6 * DAY)),
        place: Some("二楼".into()),
        ..ShiftEdit::default()
    };
    let key = Key::new("edit", &[b"{}"]).unwrap();
    let act = social_worker().with_key(Some(key));
    for _ in 0..2 {
        let moved = shifts::edit(&test.db, &act, &shift, later.clone(), Some(2))
            .await
            .unwrap();
        assert!(moved.moved);
        assert_eq!((moved.told, moved.overlapping), (3, 0));
    }
    for n in 1..=3 {
        let told = inbox(n).await;
        let [one] = told.as_slice() else {
            panic!("told {} times", told.len());
        };
        let Notice::Moved { before, after, .. } = &one.notice else {
            panic!("{:?}", one.notice);
        };
        assert_eq!(before.starts_at, NOW.plus(5 * DAY));
        assert_eq!(after.starts_at, NOW.plus(6 * DAY));
        // It stays as long.
        assert_eq!(after.ends_at, NOW.plus(6 * DAY + 3 * HOUR));
        assert_eq!((before.room.as_str(), after.room.as_str()), ("", "二楼"));
    }
    let audited = test
        .number("SELECT COUNT(*) FROM audit WHERE action = 'shift.edit'")
        .await;
    assert_eq!(audited, 2);
}

/// C-96: a text of risks that was changed is read again by whoever has a place, who keeps it.
async fn c96_a_changed_text_of_risks_is_read_again_without_leaving(test: TestDb) {
    stage(&test, 3).await;
    let mut new = new_shift(5, 2, 1);
    new.needs.risks.text = "走内侧".into();
    let shift = shift(&test, new).await;
    let mut places = Vec::new();
    for n in 1..=3 {
        let placing = Placing {
            risks_read: true,
            ..placing(n, &shift)
        };
        let placed = place(&test.db, &volunteer(n), placing).await.unwrap();
        places.push(placed.unwrap());
    }
    let unread = async || risks::unread_in(&test.db, &shift).await.unwrap().len();
    assert_eq!(unread().await, 0);
    let text = ShiftEdit {
        needs: NeedsEdit {
            risks: Some("走外侧".into()),
            ..NeedsEdit::default()
        },
        ..ShiftEdit::default()
    };
    edit(&test, &shift, text).await.unwrap();
    assert_eq!(unread().await, 3);
    for n in 1..=3 {
        let told = messages::list(&test.db, &account(n), 10).await.unwrap();
        let is_told = told
            .iter()
            .filter(|one| matches!(one.notice, Notice::RisksChanged { .. }));
        assert_eq!(is_told.count(), 1);
        let mine = risks::unread_of(&test.db, &account(n), NOW).await.unwrap();
        let nth = usize::try_from(n).unwrap() - 1;
        assert_eq!(
            mine.into_iter().collect::<Vec<_>>(),
            [places[nth].id.clone()]
        );
    }
    let confirm = async |n, version| {
        let id = places[0].id.clone();
        risks::confirm(&test.db, &volunteer(n), id, version).await
    };
    assert_eq!(
        common::plans::refused(confirm(2, 2).await),
        Refusal::NotFound
    );
    let old = common::plans::refused(confirm(1, 1).await);
    assert_eq!(old, Refusal::RisksUnread { version: 2 });
    assert_eq!(unread().await, 3);
    confirm(1, 2).await.unwrap();
    assert_eq!(unread().await, 2);
    let kept = "SELECT COUNT(*) FROM assignment WHERE risks_version = 2 AND risks_at IS NOT NULL
        AND state = 'confirmed'";
    assert_eq!(
        test.number(kept).await,
        1,
        "version and time, and the place"
    );
}

/// One of a series changes by itself, and the series does not grow.
async fn an_edit_makes_no_second_shift(test: TestDb) {
    stage(&test, 1).await;
    let new = NewShift {
        rule: Some("FREQ=WEEKLY;COUNT=3".into()),
        ..new_shift(5, 2, 0)
    };
    let act = social_worker();
    let made = shifts::create(&test.db, &act, new).await.unwrap();
    let later = ShiftEdit {
        starts_at: Some(NOW.plus(6 * DAY)),
        ends_at: Some(NOW.plus(6 * DAY + HOUR)),
        ..ShiftEdit::default()
    };
    edit(&test, &made[0], later).await.unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM shift").await, 3);
    let next = shifts::find(&test.db, &made[1]).await.unwrap();
    assert_eq!(next.span.start(), NOW.plus(12 * DAY));
}

/// C-10, rule 3: nobody falls out, and a higher maximum goes to who waits.
async fn a_higher_maximum_goes_to_the_line_and_a_lower_one_to_nobody(test: TestDb) {
    stage(&test, 3).await;
    let shift = shift(&test, new_shift(5, 2, 1)).await;
    for n in 1..=2 {
        signed_up(&test, n, &shift).await;
    }
    let third = sign_up(&test, 3, &shift).await.unwrap();
    assert_eq!(third.state, AssignmentState::Waitlisted);
    let fewer = refused(&test, &shift, numbers(1)).await;
    assert_eq!(fewer, Refusal::BelowConfirmed { confirmed: 2 });
    edit(&test, &shift, numbers(3)).await.unwrap();
    assert_eq!(state_of(&test, &third.id).await, AssignmentState::Confirmed);
    assert_eq!(held(&test, &shift).await, (3, 3));
    let told = messages::list(&test.db, &account(3), 10).await.unwrap();
    assert!(matches!(&told[..], [one] if matches!(one.notice, Notice::Promoted { .. })));
}

async fn a_position_stays_while_somebody_is_in_it_or_hopes_for_it(test: TestDb) {
    stage(&test, 3).await;
    let mut new = new_shift(5, 2, 1);
    new.needs.positions = vec![position("登记台", 1), position("电话", 1)];
    let shift = shift(&test, new).await;
    signed_up(&test, 1, &shift).await;
    let held = |position: &str, held| Refusal::PositionHeld {
        position: position.into(),
        held,
    };
    let elsewhere = positions(&[position("门口", 1), position("电话", 1)]);
    assert_eq!(refused(&test, &shift, elsewhere).await, held("登记台", 1));
    signed_up(&test, 2, &shift).await;
    let waits = Placing {
        position: Some("电话".into()),
        ..placing(3, &shift)
    };
    place(&test.db, &volunteer(3), waits)
        .await
        .unwrap()
        .unwrap();
    let without = positions(&[position("登记台", 2)]);
    assert_eq!(refused(&test, &shift, without).await, held("电话", 2));
    // More of one goes to who waits for it.
    let more = ShiftEdit {
        needs: NeedsEdit {
            positions: Some(vec![position("登记台", 1), position("电话", 2)]),
            volunteers_max: Some(3),
            ..NeedsEdit::default()
        },
        ..ShiftEdit::default()
    };
    edit(&test, &shift, more).await.unwrap();
    let view = shifts::find(&test.db, &shift).await.unwrap();
    assert_eq!((view.taken, view.waiting), (vec![1, 2], 0));
}

/// C-69: the second save is refused.
async fn c69_who_saves_second_overwrites_nothing(test: TestDb) {
    stage(&test, 1).await;
    let shift = shift(&test, new_shift(5, 2, 0)).await;
    let save =
        async |most| shifts::edit(&test.db, &social_worker(), &shift, numbers(most), Some(1)).await;
    save(3).await.unwrap();
    let second = save(4).await.unwrap_err();
    assert_eq!(second.refusal(), Some(&Refusal::Stale));
    let view = shifts::find(&test.db, &shift).await.unwrap();
    assert_eq!(view.needs.volunteers_max, 3);
    let theirs = shifts::edit(&test.db, &resident(1), &shift, numbers(5), None).await;
    let theirs = theirs.unwrap_err();
    assert_eq!(theirs.refusal(), Some(&Refusal::Forbidden));
}

async fn who_is_busy_at_the_new_time_is_counted(test: TestDb) {
    stage(&test, 2).await;
    let lead = lead(&test, 1).await;
    let moving = shift(&test, new_shift(5, 2, 0)).await;
    let other = shift(&test, new_shift(8, 2, 0)).await;
    for n in 1..=2 {
        signed_up(&test, n, &moving).await;
    }
    for shift in [&moving, &other] {
        let led = assign_lead(&test.db, &social_worker(), shift.clone(), lead.clone()).await;
        led.unwrap().unwrap();
    }
    let sitting = Sitting {
        in_hours: 8 * 24 + 1,
        ..Sitting::new(1, 5, 0)
    };
    sittings(&test, &[sitting], "single").await;
    bookings::book(&test.db, &resident(1), request(1, 1))
        .await
        .unwrap();
    let later = ShiftEdit {
        starts_at: Some(NOW.plus(8 * DAY)),
        ..ShiftEdit::default()
    };
    let edited = edit(&test, &moving, later).await.unwrap();
    assert_eq!((edited.told, edited.overlapping), (2, 2));
}

/// A half that stands by the new needs needs nobody any more.
async fn a_lower_minimum_ends_the_alarm(test: TestDb) {
    stage(&test, 2).await;
    let mut new = new_shift(5, 3, 0);
    new.needs.volunteers_min = 2;
    let shift = shift(&test, new).await;
    let first = signed_up(&test, 1, &shift).await;
    signed_up(&test, 2, &shift).await;
    assignments::withdraw(&test.db, &volunteer(1), first, "")
        .await
        .unwrap();
    let alarms = async || shifts::alerts_of(&test.db, &shift, NOW).await.unwrap();
    assert_eq!(alarms().await.len(), 1);
    let fewer = ShiftEdit {
        needs: NeedsEdit {
            volunteers_min: Some(1),
            ..NeedsEdit::default()
        },
        ..ShiftEdit::default()
    };
    edit(&test, &shift, fewer).await.unwrap();
    assert!(alarms().await.is_empty());
}

async fn what_has_begun_does_not_move(test: TestDb) {
    stage(&test, 1).await;
    let shift = shift(&test, new_shift(5, 2, 0)).await;
    let late: Act = social_worker().at(NOW.plus(5 * DAY + HOUR));
    let later = ShiftEdit {
        starts_at: Some(NOW.plus(6 * DAY)),
        ..ShiftEdit::default()
    };
    let refused = |result: store::Result<ShiftEdited>| match result {
        Err(Error::Refused(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    };
    let moved = shifts::edit(&test.db, &late, &shift, later.clone(), None).await;
    assert_eq!(refused(moved), "already_started");
    shifts::edit(&test.db, &late, &shift, numbers(3), None)
        .await
        .unwrap();
    let over = social_worker().at(NOW.plus(5 * DAY + 3 * HOUR));
    let changed = shifts::edit(&test.db, &over, &shift, numbers(4), None).await;
    assert_eq!(refused(changed), "already_started");
    shifts::cancel(&test.db, &social_worker(), &shift, "", None)
        .await
        .unwrap();
    let gone = edit(&test, &shift, later).await;
    assert_eq!(refused(gone), "occurrence_cancelled");
}

async fn a_draft_is_seen_by_the_staff_alone_until_it_is_published(test: TestDb) {
    stage(&test, 1).await;
    let new = NewShift {
        publish: false,
        ..new_shift(5, 2, 0)
    };
    let shift = shift(&test, new).await;
    let search = Search {
        center: Some(CENTER.parse().unwrap()),
        from: NOW,
        to: NOW.plus(30 * DAY),
        part: Part::first(Limit::MOST),
    };
    let public = async || shifts::list(&test.db, &search).await.unwrap().items.len();
    let (staff, resident) = (social_worker().caller, resident(1).caller);
    let (here, until) = (CENTER.parse().unwrap(), search.to);
    let seen = shifts::all_for_staff(&test.db, &staff, &here, NOW, until)
        .await
        .unwrap();
    assert_eq!((seen.len(), public().await), (1, 0));
    assert_eq!(seen[0].status, Status::Draft);
    let theirs = shifts::all_for_staff(&test.db, &resident, &here, NOW, until).await;
    assert!(theirs.is_err());
    assert_eq!(codes(sign_up(&test, 1, &shift).await), ["not_found"]);
    let not_theirs = shifts::publish(&test.db, &self::resident(1), &shift, None).await;
    assert!(not_theirs.is_err());

    let stale = shifts::publish(&test.db, &social_worker(), &shift, Some(9)).await;
    assert_eq!(stale.unwrap_err().refusal(), Some(&Refusal::Stale));
    let late = social_worker().at(NOW.plus(5 * DAY));
    let late = shifts::publish(&test.db, &late, &shift, None).await;
    let past = Refusal::invalid("starts_at", Reason::InThePast);
    assert_eq!(late.unwrap_err().refusal(), Some(&past));
    for _ in 0..2 {
        let view = shifts::publish(&test.db, &social_worker(), &shift, Some(1)).await;
        assert_eq!(view.unwrap().status, Status::Published);
    }
    assert_eq!(public().await, 1);
    signed_up(&test, 1, &shift).await;
    let known = shifts::discard(&test.db, &social_worker(), &shift, None).await;
    assert_eq!(known.unwrap_err().refusal(), Some(&Refusal::Stale));
}

async fn a_draft_is_thrown_away_with_its_lead(test: TestDb) {
    stage(&test, 1).await;
    let lead = lead(&test, 1).await;
    let new = NewShift {
        publish: false,
        ..new_shift(5, 2, 0)
    };
    let shift = shift(&test, new).await;
    let led = assign_lead(&test.db, &social_worker(), shift.clone(), lead).await;
    led.unwrap().unwrap();
    let act = social_worker();
    shifts::discard(&test.db, &act, &shift, Some(1))
        .await
        .unwrap();
    let left = "SELECT (SELECT COUNT(*) FROM shift) + (SELECT COUNT(*) FROM assignment)";
    assert_eq!(test.number(left).await, 0);
    let audited = test
        .number("SELECT COUNT(*) FROM audit WHERE action = 'shift.delete'")
        .await;
    assert_eq!(audited, 1);
    let again = shifts::discard(&test.db, &act, &shift, Some(1)).await;
    assert_eq!(again.unwrap_err().refusal(), Some(&Refusal::NotFound));
}

store::on_both_databases! {
    c96_a_changed_text_of_risks_is_read_again_without_leaving => super::c96_a_changed_text_of_risks_is_read_again_without_leaving,
    c65_another_time_or_place_is_told_once_and_nothing_else => super::c65_another_time_or_place_is_told_once_and_nothing_else,
    an_edit_makes_no_second_shift => super::an_edit_makes_no_second_shift,
    a_higher_maximum_goes_to_the_line_and_a_lower_one_to_nobody => super::a_higher_maximum_goes_to_the_line_and_a_lower_one_to_nobody,
    a_position_stays_while_somebody_is_in_it_or_hopes_for_it => super::a_position_stays_while_somebody_is_in_it_or_hopes_for_it,
    c69_who_saves_second_overwrites_nothing => super::c69_who_saves_second_overwrites_nothing,
    who_is_busy_at_the_new_time_is_counted => super::who_is_busy_at_the_new_time_is_counted,
    a_lower_minimum_ends_the_alarm => super::a_lower_minimum_ends_the_alarm,
    what_has_begun_does_not_move => super::what_has_begun_does_not_move,
    a_draft_is_seen_by_the_staff_alone_until_it_is_published => super::a_draft_is_seen_by_the_staff_alone_until_it_is_published,
    a_draft_is_thrown_away_with_its_lead => super::a_draft_is_thrown_away_with_its_lead,
}
