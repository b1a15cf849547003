//! What a center says of itself, the days that are otherwise and its rooms, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use chrono::NaiveDate;
use common::{
    plans::{activity, at_day, cast, created, edit, here, refused, sitting},
    volunteers::{new_shift, shift},
    *,
};
use domain::{
    Reason, Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    id::RoomId,
    opening::{Change, Day, State, Week, parse_openings},
    place::CenterStatus,
    room::RoomKind,
    time::{DAY, HOUR, Timestamp},
};
use gazetteer::data::parse_centers;
use store::{
    Act, Db, Key,
    activities::{self, Dates, NewActivity, NewOccurrence},
    centers::{self, Origin, Setting},
    occurrences::{EditScope, OccurrenceEdit},
    rooms::{self, RoomEdit},
    testing::{TestDb, decided},
};
use tokio::task::JoinSet;

fn with(role: Role) -> Act {
    let caller = Caller {
        identity: Identity::Staff(id(7)),
        grants: vec![Grant {
            role,
            scope: Scope::parse(CENTER).unwrap(),
        }],
    };
    Act::new(caller, NOW, ids())
}

fn manager() -> Act {
    with(Role::CenterManager)
}

fn contact(phone: &str) -> Setting {
    Setting::Contact {
        phone: phone.into(),
        address: "人民路1号".into(),
    }
}

fn hours(text: &str) -> Setting {
    Setting::Hours(Week::parse(text).unwrap())
}

fn day(n: i64) -> NaiveDate {
    NOW.plus(n * DAY).day()
}

fn change(from: i64, to: i64, hours: &str, reason: &str) -> Change {
    let openings = parse_openings(hours).unwrap();
    Change::new((day(from), day(to)), openings, reason, NOW.day()).unwrap()
}

async fn view(test: &TestDb) -> centers::CenterView {
    centers::find(&test.db, &here()).await.unwrap()
}

async fn recorded(test: &TestDb, verb: &str) -> i64 {
    test.number(&format!(
        "SELECT COUNT(*) FROM audit WHERE action = '{verb}'"
    ))
    .await
}

async fn a_manager_sets_what_a_center_says_of_itself_on_record(test: TestDb) {
    center(&test, &[], "single").await;
    let set = async |act: &Act, setting, revision| {
        decided(centers::set(&test.db, act, &here(), setting, revision).await)
    };
    for role in [
        Role::SocialWorker,
        Role::SubdistrictSupervisor,
        Role::Evaluator,
    ] {
        let tried = set(&with(role), contact("0755-1"), None).await;
        assert!(tried.is_err(), "{role}");
    }
    let wrong = Refusal::invalid("telephone", Reason::NotAPhone);
    assert_eq!(set(&manager(), contact("前台"), None).await, Err(wrong));
    assert_eq!(set(&manager(), contact("0755-123"), Some(1)).await, Ok(2));
    assert_eq!(
        set(&manager(), contact("0755-123"), Some(2)).await,
        Ok(2),
        "the same again"
    );
    let week = "Mo-Fr 09:00-12:00,14:00-18:00; Sa-Su off";
    assert_eq!(set(&manager(), hours(week), Some(2)).await, Ok(3));
    assert_eq!(
        set(&manager(), hours("24/7"), Some(2)).await,
        Err(Refusal::Stale),
        "C-69"
    );
    let shut = |note: &str| Setting::Status {
        status: CenterStatus::Closed,
        note: note.into(),
    };
    let wrong = Refusal::invalid("closed_note", Reason::TooLong);
    let long = shut(&"修".repeat(centers::CLOSED_NOTE + 1));
    assert_eq!(set(&manager(), long, None).await, Err(wrong));
    assert_eq!(set(&manager(), shut(" 装修到三月底 "), None).await, Ok(4));
    assert_eq!(
        set(&manager(), shut("装修到三月底"), None).await,
        Ok(4),
        "the same again"
    );
    let now = view(&test).await;
    assert_eq!(now.closed_note, "装修到三月底");
    assert_eq!((now.phone.as_str(), now.hours.as_str()), ("0755-123", week));
    assert_eq!(now.summary.status, CenterStatus::Closed);
    for verb in ["center.contact", "center.hours", "center.status"] {
        assert_eq!(recorded(&test, verb).await, 1, "{verb}");
    }
    assert_eq!(
        test.number("SELECT COUNT(*) FROM audit WHERE detail LIKE '%0755%'")
            .await,
        0
    );
    let nowhere = "SZ440303009-99".parse().unwrap();
    let tried = centers::set(&test.db, &manager(), &nowhere, hours("24/7"), None).await;
    assert_eq!(refused(tried), Refusal::NotFound);
}

async fn c69_of_many_who_save_on_one_revision_one_does(test: TestDb) {
    center(&test, &[], "single").await;
    let second = Db::open(&test.url, 8).await.unwrap();
    let mut tasks = JoinSet::new();
    for n in 0..16_u32 {
        let db = [&test.db, &second][n as usize % 2].clone();
        let setting = match n % 4 {
            0 => contact(&format!("0755-{n}00")),
            _ => hours(&format!("Mo-Fr {:02}:00-21:00", n % 12)),
        };
        tasks.spawn(async move {
            decided(centers::set(&db, &manager(), &here(), setting, Some(1)).await)
        });
    }
    let saved = tasks.join_all().await;
    assert_eq!(saved.iter().filter(|saved| **saved == Ok(2)).count(), 1);
    let stale = saved.iter().filter(|saved| **saved == Err(Refusal::Stale));
    assert_eq!(stale.count(), 15);
}

async fn what_a_center_has_said_an_import_leaves(test: TestDb) {
    let list = |phone: &str, hours: &str| {
        parse_centers(&format!(
            "center_id,name,district,subdistrict_code,subdistrict,community,address,phone,lat,lng,hours
{CENTER},甲社区党群服务中心,罗湖区,440303001,桂园街道,甲社区,人民路1号,{phone},,,{hours}\n"
        ))
    };
    let import = async |phone: &str, hours: &str| {
        let system = Act::new(Caller::system(), NOW, ids());
        centers::import(&test.db, &system, list(phone, hours), Origin::City, false)
            .await
            .unwrap()
    };
    import("0755-100", "Mo-Fr 09:00-18:00").await;
    let week = hours("Tu-Su 10:00-20:00");
    centers::set(&test.db, &manager(), &here(), week, None)
        .await
        .unwrap();
    import("0755-200", "Mo-Fr 08:00-18:00").await;
    let now = view(&test).await;
    assert_eq!(now.hours, "Mo off; Tu-Su 10:00-20:00", "its own word");
    assert_eq!(now.phone, "0755-200", "of which it has said nothing");
    centers::set(&test.db, &manager(), &here(), contact("0755-300"), None)
        .await
        .unwrap();
    assert_eq!(import("0755-400", "24/7").await.skipped(), 1);
    assert_eq!(view(&test).await.phone, "0755-300");
}

async fn a_closure_shows_what_it_hits_and_touches_none_of_it(test: TestDb) {
    // 18:00 to 20:00 of these days.
    let made = cast(&test, &[2, 4, 5], 5).await;
    plans::book(&test.db, 1, &made.occurrences[1])
        .await
        .unwrap();
    let mut duty = new_shift(10, 2, 0);
    (duty.starts_at, duty.ends_at) = (at_day(4).plus(-HOUR), at_day(4));
    shift(&test, duty).await;
    let act = social_worker();
    let hit = async |change: &Change| {
        let days = change.exceptions();
        centers::hit_by(&test.db, &act.caller, &here(), &days, NOW)
            .await
            .unwrap()
    };
    let closed = change(3, 4, "", "盘点");
    let items = hit(&closed).await;
    let told: Vec<_> = items
        .iter()
        .map(|item| (item.event.kind(), item.people))
        .collect();
    assert_eq!(
        told,
        [("shift", 0), ("occurrence", 1)],
        "the day's, in order of time"
    );
    let short = change(4, 4, "09:00-18:00", "早一点关门");
    let items = hit(&short).await;
    assert_eq!(items.len(), 1, "the shift ends in time");
    assert_eq!(items[0].event.kind(), "occurrence");

    let key = Key::new("close", &[b"{}"]).unwrap();
    let once = act.with_key(Some(key));
    for _ in 0..2 {
        centers::add_exceptions(&test.db, &once, &here(), closed.clone())
            .await
            .unwrap();
    }
    assert!(once.was_replayed());
    assert_eq!(recorded(&test, "center.exception").await, 1);
    let now = view(&test).await;
    assert_eq!((now.exceptions.len(), now.revision), (2, 2));
    assert_eq!(now.exceptions, closed.exceptions());
    assert_eq!(hit(&closed).await.len(), 2, "everything stands");
    let state = now.times().at(at_day(4)).map(|state| format!("{state:?}"));
    assert!(state.unwrap().contains("盘点"), "closed for that reason");

    let taken = Refusal::DayTaken {
        on: day(4),
        reason: "盘点".into(),
    };
    let again = change(4, 6, "", "台风");
    let tried = centers::add_exceptions(&test.db, &act, &here(), again).await;
    assert_eq!(refused(tried), taken, "all or nothing");
    assert_eq!(view(&test).await.exceptions.len(), 2);
    let back = async |act: &Act, from, to| {
        centers::remove_exceptions(&test.db, act, &here(), (day(from), day(to))).await
    };
    assert_eq!(back(&act, 4, 9).await.unwrap(), 1);
    assert_eq!(back(&act, 4, 9).await.unwrap(), 0);
    let later = act.at(NOW.plus(4 * DAY));
    assert_eq!(
        back(&later, 3, 4).await.unwrap(),
        0,
        "what is over stays on record"
    );
    assert_eq!(recorded(&test, "center.exception_end").await, 1);
}

async fn only_who_plans_there_closes_a_day(test: TestDb) {
    center(&test, &[], "single").await;
    let closed = || change(3, 4, "", "盘点");
    for act in [
        resident(1),
        with(Role::Evaluator),
        with(Role::SubdistrictSupervisor),
    ] {
        let tried = centers::add_exceptions(&test.db, &act, &here(), closed()).await;
        assert_eq!(refused(tried), Refusal::Forbidden);
        let days = (day(3), day(4));
        let tried = centers::remove_exceptions(&test.db, &act, &here(), days).await;
        assert_eq!(refused(tried), Refusal::Forbidden);
        let days = closed().exceptions();
        let looked = centers::hit_by(&test.db, &act.caller, &here(), &days, NOW).await;
        assert_eq!(refused(looked), Refusal::Forbidden);
    }
}

async fn of_many_who_close_a_day_at_once_one_does(test: TestDb) {
    center(&test, &[], "single").await;
    let second = Db::open(&test.url, 8).await.unwrap();
    let mut tasks = JoinSet::new();
    for n in 0..16_i64 {
        let db = [&test.db, &second][n as usize % 2].clone();
        // All of them want the fifth day.
        let closed = change(5 - n % 3, 5 + n % 4, "", &format!("原因{n}"));
        tasks.spawn(async move {
            let act = social_worker();
            decided(centers::add_exceptions(&db, &act, &here(), closed).await)
        });
    }
    let closed = tasks.join_all().await;
    assert_eq!(closed.iter().filter(|closed| closed.is_ok()).count(), 1);
    let reasons = "SELECT COUNT(DISTINCT reason) FROM center_exception";
    assert_eq!(test.number(reasons).await, 1);
}

fn room(name: &str, part_of: Option<&RoomId>) -> RoomEdit {
    RoomEdit {
        name: name.into(),
        kind: RoomKind::Space,
        seats: Some(40),
        part_of: part_of.cloned(),
    }
}

async fn added(test: &TestDb, name: &str, part_of: Option<&RoomId>) -> RoomId {
    rooms::add(&test.db, &social_worker(), &here(), room(name, part_of))
        .await
        .unwrap()
}

/// An activity in a room on a day, 18:00 to 20:00.
fn planned(title: &str, room: &str, day: i64) -> NewActivity {
    let mut new = activity(Dates::List(vec![NewOccurrence {
        room: room.into(),
        ..sitting(day, 5)
    }]));
    new.texts.title = title.into();
    new
}

async fn rooms_are_added_renamed_and_put_into_each_other(test: TestDb) {
    center(&test, &[], "single").await;
    let hall = added(&test, "礼堂", None).await;
    let half = added(&test, "礼堂东半", Some(&hall)).await;
    let (db, act) = (&test.db, social_worker());
    let add = async |of: RoomEdit| decided(rooms::add(db, &act, &here(), of).await);
    let invalid = |field: &str, reason| Err(Refusal::invalid(field, reason));
    assert_eq!(
        add(room(" 礼堂 ", None)).await,
        invalid("room", Reason::Taken)
    );
    assert_eq!(add(room(" ", None)).await, invalid("room", Reason::Missing));
    let elsewhere: RoomId = id(99);
    let unknown = invalid("part_of", Reason::UnknownValue);
    assert_eq!(add(room("书房", Some(&elsewhere))).await, unknown);
    let none = RoomEdit {
        seats: Some(0),
        ..room("书房", None)
    };
    assert_eq!(add(none).await, invalid("seats", Reason::OutOfRange));

    let change = async |of: &RoomId, to: RoomEdit, revision| {
        decided(rooms::edit(db, &act, &here(), of, to, revision).await)
    };
    let inside = change(&hall, room("礼堂", Some(&half)), None).await;
    assert_eq!(inside, invalid("part_of", Reason::InsideItself));
    let taken = change(&half, room("礼堂", None), None).await;
    assert_eq!(taken, invalid("room", Reason::Taken));
    let stale = change(&half, room("东厅", Some(&hall)), Some(1)).await;
    assert_eq!(stale, Err(Refusal::Stale), "rooms were added since");
    let revision = view(&test).await.revision;
    change(&half, room("东厅", Some(&hall)), Some(revision))
        .await
        .unwrap();
    let list = rooms::list(db, &act.caller, &here()).await.unwrap();
    let names: Vec<_> = list
        .iter()
        .map(|r| (r.name.as_str(), r.part_of.clone()))
        .collect();
    assert_eq!(names, [("东厅", Some(hall)), ("礼堂", None)]);
    assert_eq!(
        change(&elsewhere, room("书房", None), None).await,
        Err(Refusal::NotFound)
    );
    assert_eq!(recorded(&test, "room.add").await, 2);
    assert_eq!(recorded(&test, "room.edit").await, 1);
    for act in [resident(1), with(Role::Evaluator)] {
        let tried = rooms::add(db, &act, &here(), room("书房", None)).await;
        assert_eq!(refused(tried), Refusal::Forbidden);
    }
}

async fn c71_a_room_moves_where_nothing_comes_to_share_it(test: TestDb) {
    center(&test, &[], "single").await;
    let hall = added(&test, "礼堂", None).await;
    let yard = added(&test, "院子", None).await;
    created(&test, planned("合唱", "礼堂", 4)).await;
    created(&test, planned("散步", "院子", 4)).await;
    let (db, act) = (&test.db, social_worker());
    let to = || room("院子", Some(&hall));
    let tried = refused(rooms::edit(db, &act, &here(), &yard, to(), None).await);
    let Refusal::RoomTaken { starts_at, .. } = tried else {
        panic!("{tried:?}")
    };
    assert_eq!(starts_at, at_day(4));
    // Once they are at different times, it may; and then they share it.
    let made = test.number("SELECT COUNT(*) FROM occurrence").await;
    assert_eq!(made, 2);
    test.arrange(vec![format!(
        "UPDATE occurrence SET starts_at = starts_at + {0}, ends_at = ends_at + {0}
         WHERE room_id = '{yard}'",
        DAY
    )])
    .await;
    rooms::edit(db, &act, &here(), &yard, to(), None)
        .await
        .unwrap();
    let both = activities::create(db, &act, planned("书法", "礼堂", 5)).await;
    assert!(matches!(refused(both), Refusal::RoomTaken { .. }));
}

async fn a_room_goes_out_of_use_when_nothing_is_planned_in_it(test: TestDb) {
    center(&test, &[], "single").await;
    let hall = added(&test, "礼堂", None).await;
    let half = added(&test, "礼堂东半", Some(&hall)).await;
    let made = created(&test, planned("合唱", "礼堂东半", 4)).await;
    let (db, act) = (&test.db, social_worker());
    let set = async |of: &RoomId, retired| {
        decided(rooms::set_retired(db, &act, &here(), of, retired).await)
    };
    let in_use = Refusal::RoomInUse {
        room: "礼堂东半".into(),
        count: 1,
        title: "合唱".into(),
        starts_at: at_day(4),
        ends_at: at_day(4).plus(2 * HOUR),
    };
    assert_eq!(set(&half, true).await, Err(in_use));
    let uses = rooms::planned_in(db, &act.caller, &here(), &half, NOW)
        .await
        .unwrap();
    assert_eq!(uses.len(), 1);
    let holds = Refusal::invalid("room", Reason::HoldsOthers);
    assert_eq!(set(&hall, true).await, Err(holds));
    let away = OccurrenceEdit {
        room: Some(String::new()),
        ..OccurrenceEdit::default()
    };
    edit(&test, &made.occurrences[0], EditScope::This, away)
        .await
        .unwrap();
    set(&half, true).await.unwrap();
    set(&half, true).await.unwrap();
    assert_eq!(recorded(&test, "room.retire").await, 1, "once");
    let names: Vec<_> = view(&test)
        .await
        .rooms
        .into_iter()
        .map(|room| room.name)
        .collect();
    assert_eq!(names, ["礼堂"], "nobody is offered it");
    let retired = Refusal::invalid("room", Reason::Retired);
    let tried = activities::create(db, &act, planned("书法", "礼堂东半", 9)).await;
    assert_eq!(refused(tried), retired);
    set(&hall, true).await.unwrap();
    let first = Refusal::invalid("part_of", Reason::Retired);
    assert_eq!(set(&half, false).await, Err(first));
    set(&hall, false).await.unwrap();
    set(&half, false).await.unwrap();
    created(&test, planned("书法", "礼堂东半", 9)).await;
    assert_eq!(recorded(&test, "room.bring_back").await, 2);
}

/// Whoever is first: a room never goes out of use with something planned in it.
async fn a_room_goes_out_of_use_or_is_used(test: TestDb) {
    center(&test, &[], "single").await;
    let second = Db::open(&test.url, 8).await.unwrap();
    for round in 0..12_i64 {
        let name = format!("房间{round}");
        let of = added(&test, &name, None).await;
        let retiring = {
            let db = second.clone();
            async move {
                let act = social_worker();
                decided(rooms::set_retired(&db, &act, &here(), &of, true).await)
            }
        };
        let using = {
            let (db, new) = (test.db.clone(), planned("合唱", &name, 4 + round));
            async move { decided(activities::create(&db, &social_worker(), new).await) }
        };
        let (retired, used) = match round % 2 {
            0 => tokio::join!(tokio::spawn(retiring), tokio::spawn(using)),
            _ => {
                let (used, retired) = tokio::join!(tokio::spawn(using), tokio::spawn(retiring));
                (retired, used)
            }
        };
        match (retired.unwrap(), used.unwrap()) {
            (Ok(_), Err(refusal)) => {
                assert_eq!(refusal, Refusal::invalid("room", Reason::Retired));
            }
            (Err(Refusal::RoomInUse { count: 1, .. }), Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    let broken = "SELECT COUNT(*) FROM occurrence o JOIN room r ON r.id = o.room_id
        WHERE r.retired_at IS NOT NULL";
    assert_eq!(test.number(broken).await, 0);
}

/// Two give one name at once, by hand and by planning something in it: one room has it.
async fn of_two_who_give_one_name_one_does(test: TestDb) {
    center(&test, &[], "single").await;
    let second = Db::open(&test.url, 8).await.unwrap();
    for round in 0..8_i64 {
        let name = format!("新房间{round}");
        let old = added(&test, &format!("旧房间{round}"), None).await;
        let renaming = {
            let (db, to) = (second.clone(), room(&name, None));
            async move {
                let act = social_worker();
                decided(rooms::edit(&db, &act, &here(), &old, to, None).await)
            }
        };
        let using = {
            let (db, new) = (test.db.clone(), planned("合唱", &name, 4 + round));
            async move { decided(activities::create(&db, &social_worker(), new).await) }
        };
        let (renamed, used) = tokio::join!(tokio::spawn(renaming), tokio::spawn(using));
        used.unwrap().unwrap();
        if let Err(refusal) = renamed.unwrap() {
            assert_eq!(refusal, Refusal::invalid("room", Reason::Taken));
        }
    }
}

async fn what_a_center_is_open_follows_all_three(test: TestDb) {
    center(&test, &[], "single").await;
    let set = async |setting| {
        centers::set(&test.db, &manager(), &here(), setting, None)
            .await
            .unwrap()
    };
    set(hours("Mo-Su 09:00-21:00")).await;
    let noon: Timestamp = Timestamp::start_of(day(3)).plus(12 * HOUR);
    assert!(matches!(
        view(&test).await.times().at(noon),
        Some(State::Open { .. })
    ));
    let closed = change(3, 3, "", "盘点");
    centers::add_exceptions(&test.db, &social_worker(), &here(), closed)
        .await
        .unwrap();
    let times = view(&test).await.times();
    let Some(State::Closed { opens, .. }) = times.at(noon) else {
        panic!("closed")
    };
    assert_eq!(opens, Some(Timestamp::start_of(day(4)).plus(9 * HOUR)));
    assert!(!times.week().unwrap().on(Day::of(day(3))).is_empty());
    set(Setting::Status {
        status: CenterStatus::Closed,
        note: String::new(),
    })
    .await;
    let times = view(&test).await.times();
    assert!(matches!(
        times.at(noon),
        Some(State::Closed { opens: None, .. })
    ));
}

store::on_both_databases! {
    a_manager_sets_what_a_center_says_of_itself_on_record => super::a_manager_sets_what_a_center_says_of_itself_on_record,
    c69_of_many_who_save_on_one_revision_one_does => super::c69_of_many_who_save_on_one_revision_one_does,
    what_a_center_has_said_an_import_leaves => super::what_a_center_has_said_an_import_leaves,
    a_closure_shows_what_it_hits_and_touches_none_of_it => super::a_closure_shows_what_it_hits_and_touches_none_of_it,
    only_who_plans_there_closes_a_day => super::only_who_plans_there_closes_a_day,
    of_many_who_close_a_day_at_once_one_does => super::of_many_who_close_a_day_at_once_one_does,
    rooms_are_added_renamed_and_put_into_each_other => super::rooms_are_added_renamed_and_put_into_each_other,
    c71_a_room_moves_where_nothing_comes_to_share_it => super::c71_a_room_moves_where_nothing_comes_to_share_it,
    a_room_goes_out_of_use_when_nothing_is_planned_in_it => super::a_room_goes_out_of_use_when_nothing_is_planned_in_it,
    a_room_goes_out_of_use_or_is_used => super::a_room_goes_out_of_use_or_is_used,
    of_two_who_give_one_name_one_does => super::of_two_who_give_one_name_one_does,
    what_a_center_is_open_follows_all_three => super::what_a_center_is_open_follows_all_three,
}
