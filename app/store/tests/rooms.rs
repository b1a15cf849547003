//! Two things never share a room at a time: on every path, under any concurrency.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{
    plans::{activity, at_day, cast, created, edit, here, refused, sitting},
    *,
};
use domain::{
    Refusal,
    activity::Status,
    id::RoomId,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use store::{
    Db,
    activities::{self, Dates, NewActivity, NewOccurrence},
    occurrences::{self, EditScope, OccurrenceEdit},
    rooms,
    testing::{TestDb, decided},
};
use tokio::task::JoinSet;

/// Another activity in a room, on these days.
fn other(title: &str, room: &str, starts: &[Timestamp]) -> NewActivity {
    let date = |start: &Timestamp| NewOccurrence {
        starts_at: *start,
        ends_at: start.plus(2 * HOUR),
        room: room.into(),
        ..sitting(1, 5)
    };
    let mut new = activity(Dates::List(starts.iter().map(date).collect()));
    new.texts.title = title.into();
    new
}

async fn tried(db: &Db, new: NewActivity) -> Result<activities::Created, Refusal> {
    decided(activities::create(db, &social_worker(), new).await)
}

/// How many pairs of occurrences share a room by its id at some time.
async fn shared(test: &TestDb) -> i64 {
    test.number(
        "SELECT COUNT(*) FROM occurrence o JOIN occurrence p ON p.room_id = o.room_id AND p.id > o.id
            AND p.starts_at < o.ends_at AND p.ends_at > o.starts_at
         WHERE o.status <> 'cancelled' AND p.status <> 'cancelled'",
    )
    .await
}

fn taken(room: &str, title: &str, start: Timestamp) -> Refusal {
    Refusal::RoomTaken {
        room: room.into(),
        title: title.into(),
        starts_at: start,
        ends_at: start.plus(2 * HOUR),
    }
}

async fn c70_a_room_is_for_one_thing_at_a_time(test: TestDb) {
    cast(&test, &[2, 9], 5).await;
    let there = taken("多功能室", "太极拳 入门", at_day(9));
    let late = at_day(9).plus(2 * HOUR - MINUTE);
    let refused_at = tried(&test.db, other("书法", "多功能室", &[at_day(3), late])).await;
    assert_eq!(refused_at, Err(there), "what is there, and when");
    assert_eq!(
        test.number("SELECT COUNT(*) FROM activity").await,
        1,
        "all or nothing"
    );
    // It is free from the minute on at which the other ends, and another room is.
    let after = at_day(9).plus(2 * HOUR);
    tried(&test.db, other("书法", "多功能室", &[after]))
        .await
        .unwrap();
    tried(&test.db, other("合唱", "舞蹈室", &[at_day(9)]))
        .await
        .unwrap();
    tried(&test.db, other("散步", "", &[at_day(9)]))
        .await
        .unwrap();
    tried(&test.db, other("骑行", "", &[at_day(9)]))
        .await
        .unwrap();
    assert_eq!(shared(&test).await, 0);
    assert_eq!(test.number("SELECT COUNT(*) FROM room").await, 2);
}

async fn c70_a_draft_holds_its_room_and_what_is_called_off_does_not(test: TestDb) {
    cast(&test, &[2], 5).await;
    let draft = NewActivity {
        publish: false,
        ..other("书法", "舞蹈室", &[at_day(4)])
    };
    let draft = created(&test, draft).await;
    let wanted = || other("合唱", "舞蹈室", &[at_day(4)]);
    assert_eq!(
        tried(&test.db, wanted()).await,
        Err(taken("舞蹈室", "书法", at_day(4)))
    );
    let (db, act) = (&test.db, social_worker());
    occurrences::cancel(db, &act, &draft.occurrences[0], "", None)
        .await
        .unwrap();
    tried(db, wanted()).await.unwrap();
    assert_eq!(shared(&test).await, 0);
}

async fn c71_a_room_takes_its_parts_and_what_it_is_part_of(test: TestDb) {
    cast(&test, &[2], 5).await;
    let ids: Vec<RoomId> = (1..=4).map(id).collect();
    let [hall, half, projector, yard] = &ids[..] else {
        panic!("four")
    };
    test.arrange(vec![format!(
        "INSERT INTO room (id, center_id, parent_id, kind, name) VALUES
         ('{hall}', '{CENTER}', NULL, 'space', '礼堂'),
         ('{half}', '{CENTER}', '{hall}', 'space', '礼堂东半'),
         ('{projector}', '{CENTER}', '{half}', 'equipment', '投影仪'),
         ('{yard}', '{CENTER}', NULL, 'space', '院子')"
    )])
    .await;
    tried(&test.db, other("书法", "礼堂东半", &[at_day(4)]))
        .await
        .unwrap();
    for room in ["礼堂", "礼堂东半", "投影仪"] {
        assert_eq!(
            tried(&test.db, other("合唱", room, &[at_day(4)])).await,
            Err(taken("礼堂东半", "书法", at_day(4))),
            "{room}"
        );
    }
    tried(&test.db, other("散步", "院子", &[at_day(4)]))
        .await
        .unwrap();
    let planned = other("合唱", "礼堂", &[at_day(4), at_day(5)])
        .dates
        .plan(NOW)
        .unwrap();
    let seen = rooms::in_the_way(&test.db, &social_worker().caller, &here(), &planned)
        .await
        .unwrap();
    let seen: Vec<_> = seen
        .iter()
        .map(|use_| use_.as_ref().map(|u| u.refusal()))
        .collect();
    assert_eq!(
        seen,
        [Some(taken("礼堂东半", "书法", at_day(4))), None],
        "the preview sees what creating would find"
    );
}

async fn c73_editing_adding_dates_and_publishing_ask_as_creating_does(test: TestDb) {
    let made = cast(&test, &[2, 9, 16], 5).await;
    let o = &made.occurrences;
    let beside = at_day(9).plus(4 * HOUR);
    created(&test, other("书法", "多功能室", &[beside])).await;
    let later = |hours: i64| OccurrenceEdit {
        starts_at: Some(at_day(9).plus(hours * HOUR)),
        ..OccurrenceEdit::default()
    };
    let there = taken("多功能室", "书法", beside);
    for scope in [
        EditScope::This,
        EditScope::ThisAndFollowing,
        EditScope::AllFuture,
    ] {
        let answer = edit(&test, &o[1], scope, later(3)).await;
        assert_eq!(refused(answer), there, "{scope:?}");
    }
    // Moving within its own time is nobody else's business.
    edit(&test, &o[1], EditScope::AllFuture, later(1))
        .await
        .unwrap();
    edit(&test, &o[1], EditScope::AllFuture, later(0))
        .await
        .unwrap();
    let hall = OccurrenceEdit {
        room: Some("礼堂".into()),
        ..OccurrenceEdit::default()
    };
    created(&test, other("合唱", "礼堂", &[at_day(16)])).await;
    assert_eq!(
        refused(edit(&test, &o[0], EditScope::AllFuture, hall).await),
        taken("礼堂", "合唱", at_day(16))
    );
    let more = Dates::List(vec![NewOccurrence {
        starts_at: beside.plus(-HOUR),
        ends_at: beside.plus(HOUR),
        ..sitting(1, 5)
    }]);
    let (db, act) = (&test.db, social_worker());
    assert_eq!(
        refused(activities::add_occurrences(db, &act, &made.id, more, None).await),
        there
    );
    assert_eq!(shared(&test).await, 0);
    // A draft whose room was given away before this rule is not published over what is there.
    let draft = NewActivity {
        publish: false,
        ..other("象棋", "", &[beside])
    };
    let draft = created(&test, draft).await;
    test.arrange(vec![
        "UPDATE occurrence SET room_id = (SELECT id FROM room WHERE name = '多功能室')
         WHERE room_id IS NULL"
            .into(),
    ])
    .await;
    assert_eq!(
        refused(activities::publish(db, &act, &draft.id, None).await),
        there
    );
    let found = activities::find(db, &act.caller, &draft.id, NOW)
        .await
        .unwrap();
    assert_eq!(found.activity.status, Status::Draft);
}

async fn c70_of_many_who_publish_at_once_one_gets_the_room(test: TestDb) {
    cast(&test, &[2], 5).await;
    let second = Db::open(&test.url, 8).await.unwrap();
    let mut tasks = JoinSet::new();
    for n in 0..20_usize {
        let db = [&test.db, &second][n % 2].clone();
        // Half of them know the room; for the others it is new, and each makes it.
        let room = ["多功能室", "新房间"][n / 2 % 2];
        let new = other(&format!("活动{n}"), room, &[at_day(5), at_day(12)]);
        tasks.spawn(async move { (room, tried(&db, new).await) });
    }
    let outcomes = tasks.join_all().await;
    for room in ["多功能室", "新房间"] {
        let of = || outcomes.iter().filter(|(at, _)| *at == room);
        assert_eq!(of().filter(|(_, made)| made.is_ok()).count(), 1, "{room}");
        assert!(
            of().all(|(_, made)| made.is_ok()
                || matches!(made, Err(Refusal::RoomTaken { room: name, .. }) if name == room)),
            "{outcomes:?}"
        );
    }
    assert_eq!(shared(&test).await, 0);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM room WHERE name = '新房间'")
            .await,
        1
    );
}

async fn c73_of_two_who_move_to_one_time_one_gets_the_room(test: TestDb) {
    cast(&test, &[2], 5).await;
    let mut occurrences = Vec::new();
    for n in 0..6_i64 {
        let start = at_day(5).plus(n * DAY);
        let made = created(&test, other(&format!("活动{n}"), "舞蹈室", &[start])).await;
        occurrences.push(made.occurrences[0].clone());
    }
    let second = Db::open(&test.url, 8).await.unwrap();
    let mut tasks = JoinSet::new();
    for (n, id) in occurrences.into_iter().enumerate() {
        let db = [&test.db, &second][n % 2].clone();
        let change = OccurrenceEdit {
            starts_at: Some(at_day(20).plus(n as i64 * MINUTE)),
            ..OccurrenceEdit::default()
        };
        tasks.spawn(async move {
            let act = social_worker();
            occurrences::edit(&db, &act, &id, EditScope::This, change, None).await
        });
    }
    let moved = tasks.join_all().await;
    assert_eq!(moved.iter().filter(|m| m.is_ok()).count(), 1);
    assert_eq!(shared(&test).await, 0);
}

store::on_both_databases! {
    c70_a_room_is_for_one_thing_at_a_time => super::c70_a_room_is_for_one_thing_at_a_time,
    c70_a_draft_holds_its_room_and_what_is_called_off_does_not => super::c70_a_draft_holds_its_room_and_what_is_called_off_does_not,
    c71_a_room_takes_its_parts_and_what_it_is_part_of => super::c71_a_room_takes_its_parts_and_what_it_is_part_of,
    c73_editing_adding_dates_and_publishing_ask_as_creating_does => super::c73_editing_adding_dates_and_publishing_ask_as_creating_does,
    c70_of_many_who_publish_at_once_one_gets_the_room => super::c70_of_many_who_publish_at_once_one_gets_the_room,
    c73_of_two_who_move_to_one_time_one_gets_the_room => super::c73_of_two_who_move_to_one_time_one_gets_the_room,
}
