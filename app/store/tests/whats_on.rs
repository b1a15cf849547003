//! What is on and what else there is, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::{
    activity::{Channel, Enrolment, Kind},
    id::{CenterId, OccurrenceId},
    texts::Texts,
    time::{DAY, HOUR, Timestamp},
};
use store::{
    activities::{self, Dates, NewActivity, NewOccurrence},
    bookings,
    centers::Directory,
    occurrences::{OccurrenceView, TermsEdit},
    page::{Cursor, Limit, Page, Part},
    testing::TestDb,
    whats_on::{self, Search, Where},
};

const NEXT: &str = "SZ440303001-02";
const FAR: &str = "SZ440305001-01";

fn at_day(day: i64) -> Timestamp {
    NOW.plus(day * DAY + 10 * HOUR)
}

async fn city(test: &TestDb) {
    center(test, &[], "single").await;
    accounts(test, 1, 10).await;
    let other = |id: &str, district: &str, subdistrict: &str, lat: i64| {
        format!(
            "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
             community, lat_e6, lng_e6, name_source, status) VALUES ('{id}', '{id}', '{district}',
             '', '{subdistrict}', '', '{id}社区', {lat}, 114000000, '', 'open')"
        )
    };
    test.arrange(vec![
        other(NEXT, "440303", "440303001", 22_500_000),
        other(FAR, "440305", "440305001", 22_900_000),
        "INSERT INTO service_field (code, name_zh, name_en, sort) VALUES ('child', '儿童', 'Children', 0)".into(),
    ])
    .await;
}

struct New<'a> {
    center: &'a str,
    title: &'a str,
    field: &'a str,
    days: &'a [i64],
    terms: TermsEdit,
}

async fn run(test: &TestDb, new: New<'_>) -> Vec<OccurrenceId> {
    let list = new.days.iter().map(|day| {
        let by = (day - new.days[0]) * DAY;
        let at = |t: Option<Timestamp>| t.map(|t| t.plus(by));
        NewOccurrence {
            starts_at: at_day(*day),
            ends_at: at_day(*day).plus(2 * HOUR),
            room: String::new(),
            terms: TermsEdit {
                booking_opens_at: at(new.terms.booking_opens_at),
                ..new.terms.clone()
            },
        }
    });
    let activity = NewActivity {
        center: new.center.parse().unwrap(),
        texts: Texts {
            title: new.title.into(),
            summary: String::new(),
            kind: Kind::CommunityActivity,
            field: new.field.into(),
            menu_item_id: None,
        },
        enrolment: Enrolment::Single,
        dates: Dates::List(list.collect()),
        publish: true,
    };
    let system = store::Act::new(domain::access::Caller::system(), NOW, ids());
    let made = activities::create(&test.db, &system, activity).await;
    made.unwrap().occurrences
}

fn plain<'a>(center: &'a str, title: &'a str, days: &'a [i64]) -> New<'a> {
    New {
        center,
        title,
        field: "elder",
        days,
        terms: TermsEdit::default(),
    }
}

fn places(n: u32) -> TermsEdit {
    TermsEdit {
        capacity: Some(n),
        ..TermsEdit::default()
    }
}

async fn book(test: &TestDb, n: u128, id: &OccurrenceId, channel: Channel) {
    let mut request = request(n, 0);
    request.occurrence = id.clone();
    request.channel = channel;
    let act = if channel == Channel::Online {
        resident(n)
    } else {
        social_worker()
    };
    bookings::book(&test.db, &act, request).await.unwrap();
}

fn search(center: &str) -> Search {
    Search::at(center.parse().unwrap(), NOW, NOW.plus(60 * DAY), NOW)
}

async fn list(test: &TestDb, search: &Search) -> Page<OccurrenceView> {
    whats_on::list(&test.db, search).await.unwrap()
}

async fn titles(test: &TestDb, search: &Search) -> Vec<String> {
    list(test, search)
        .await
        .items
        .into_iter()
        .map(|o| o.title)
        .collect()
}

async fn the_list_is_by_start_and_goes_on_where_it_stopped(test: TestDb) {
    city(&test).await;
    let first = run(&test, plain(CENTER, "甲", &[1, 3, 5])).await;
    let second = run(&test, plain(CENTER, "乙", &[1, 4])).await;
    run(&test, plain(NEXT, "丙", &[2])).await;
    book(&test, 1, &first[1], Channel::Online).await;
    let mut seen = Vec::new();
    let mut part = Search {
        part: Part::first(Limit::of(2)),
        ..search(CENTER)
    };
    loop {
        let page = list(&test, &part).await;
        assert!(page.items.len() <= 2);
        seen.extend(page.items);
        let Some(next) = page.next else { break };
        part.part.after = Some(next.to_string().parse().unwrap());
    }
    let ids: Vec<_> = seen.iter().map(|o| &o.id).collect();
    assert_eq!(ids.len(), 5);
    assert_eq!(&ids[2..], [&first[1], &second[1], &first[2]]);
    assert_eq!(seen[2].confirmed, 1);
    assert!(
        seen.windows(2)
            .all(|w| (w[0].starts_at, &w[0].id) < (w[1].starts_at, &w[1].id))
    );
    assert!("x".parse::<Cursor>().is_err());
    // Times: what is going on counts, what is over does not.
    let during = Search {
        from: at_day(3).plus(HOUR),
        to: at_day(4),
        ..search(CENTER)
    };
    assert_eq!(list(&test, &during).await.items.len(), 1);
    let after = Search {
        from: at_day(3).plus(2 * HOUR),
        to: at_day(4),
        ..search(CENTER)
    };
    assert_eq!(list(&test, &after).await.items.len(), 0);
}

async fn one_of_each_activity_is_the_next_one(test: TestDb) {
    city(&test).await;
    let first = run(&test, plain(CENTER, "甲", &[1, 3, 5])).await;
    let second = run(&test, plain(CENTER, "乙", &[2, 4])).await;
    let next = async |from| {
        let search = Search {
            dates: whats_on::Dates::Next,
            from,
            ..search(CENTER)
        };
        let ids = list(&test, &search).await.items.into_iter().map(|o| o.id);
        ids.collect::<Vec<_>>()
    };
    assert_eq!(next(NOW).await, [first[0].clone(), second[0].clone()]);
    // What is over makes room for the date after it.
    let later = at_day(2).plus(2 * HOUR);
    assert_eq!(next(later).await, [first[1].clone(), second[1].clone()]);
}

async fn the_list_can_be_narrowed_and_widened(test: TestDb) {
    city(&test).await;
    run(&test, plain(CENTER, "Tai Chi 100%", &[1])).await;
    let old = TermsEdit {
        min_age: Some(Some(60)),
        ..TermsEdit::default()
    };
    run(
        &test,
        New {
            terms: old,
            ..plain(CENTER, "银发茶座", &[2])
        },
    )
    .await;
    run(
        &test,
        New {
            field: "child",
            ..plain(CENTER, "绘本", &[3])
        },
    )
    .await;
    run(&test, plain(NEXT, "隔壁", &[4])).await;
    run(&test, plain(FAR, "远处", &[5])).await;
    let base = search(CENTER);
    let with = |f: &dyn Fn(&mut Search)| {
        let mut s = base.clone();
        f(&mut s);
        s
    };
    let field = with(&|s| s.field = Some("child".into()));
    assert_eq!(titles(&test, &field).await, ["绘本"]);
    let age = with(&|s| s.age = Some(8));
    assert_eq!(titles(&test, &age).await, ["Tai Chi 100%", "绘本"]);
    let age = with(&|s| s.age = Some(60));
    assert_eq!(titles(&test, &age).await.len(), 3);
    for (text, found) in [
        ("tai chi", 1),
        ("100%", 1),
        ("茶", 1),
        ("%", 1),
        ("_", 0),
        ("'", 0),
        (" ", 3),
    ] {
        let text_search = with(&|s| s.text = Some(text.into()));
        assert_eq!(titles(&test, &text_search).await.len(), found, "{text}");
    }
    let around = with(&|s| s.place = Where::Subdistrict("440303001".into()));
    assert_eq!(titles(&test, &around).await.len(), 4);
    let both: Vec<CenterId> = vec![NEXT.parse().unwrap(), FAR.parse().unwrap()];
    assert_eq!(
        titles(&test, &with(&|s| s.place = Where::Centers(both.clone()))).await,
        ["隔壁", "远处"]
    );
    assert_eq!(
        titles(&test, &with(&|s| s.place = Where::City)).await.len(),
        5
    );
    assert_eq!(
        titles(&test, &with(&|s| s.place = Where::Centers(vec![])))
            .await
            .len(),
        0
    );
    let many = with(&|s| s.place = Where::Centers(vec![NEXT.parse().unwrap(); 101]));
    assert!(whats_on::list(&test.db, &many).await.is_err());
}

async fn free_places_only_means_a_place_that_one_can_get(test: TestDb) {
    city(&test).await;
    let full = run(
        &test,
        New {
            terms: places(1),
            ..plain(CENTER, "满", &[1])
        },
    )
    .await;
    book(&test, 1, &full[0], Channel::Online).await;
    let kept = TermsEdit {
        held_back: Some(2),
        held_until: Some(Some(NOW.plus(HOUR))),
        ..places(3)
    };
    let kept = run(
        &test,
        New {
            terms: kept,
            ..plain(CENTER, "留", &[2])
        },
    )
    .await;
    book(&test, 2, &kept[0], Channel::Online).await;
    let drop_in = TermsEdit {
        allocation: Some(domain::activity::Allocation::DropIn),
        ..places(0)
    };
    run(
        &test,
        New {
            terms: drop_in,
            ..plain(CENTER, "来", &[3])
        },
    )
    .await;
    run(&test, plain(CENTER, "有", &[4])).await;
    let free = Search {
        free_only: true,
        ..search(CENTER)
    };
    assert_eq!(titles(&test, &free).await, ["来", "有"]);
    let view = list(&test, &search(CENTER))
        .await
        .items
        .into_iter()
        .find(|o| o.title == "留")
        .unwrap();
    assert_eq!(
        (
            view.free(Channel::Online, NOW),
            view.free(Channel::Desk, NOW)
        ),
        (0, 2)
    );
    // One at the desk uses up one of those that are kept.
    book(&test, 3, &kept[0], Channel::Desk).await;
    assert_eq!(titles(&test, &free).await, ["来", "有"]);
    // When their time comes, what is left is everybody's.
    let later = Search {
        now: NOW.plus(HOUR),
        ..free.clone()
    };
    assert_eq!(titles(&test, &later).await, ["留", "来", "有"]);
    let too_late = Search {
        now: at_day(4),
        ..free
    };
    assert_eq!(titles(&test, &too_late).await, ["来"]);
}

async fn alternatives_are_other_dates_and_then_the_neighbours(test: TestDb) {
    city(&test).await;
    let dates = run(
        &test,
        New {
            terms: places(1),
            ..plain(CENTER, "太极", &[1, 2, 3, 4, 5, 6])
        },
    )
    .await;
    book(&test, 1, &dates[0], Channel::Online).await;
    book(&test, 1, &dates[1], Channel::Online).await;
    let soon = TermsEdit {
        booking_opens_at: Some(NOW.plus(HOUR)),
        ..TermsEdit::default()
    };
    run(
        &test,
        New {
            terms: soon,
            ..plain(NEXT, "未开", &[1])
        },
    )
    .await;
    let near = run(&test, plain(NEXT, "隔壁太极", &[2, 9])).await;
    let far = run(&test, plain(FAR, "远处太极", &[1])).await;
    run(
        &test,
        New {
            field: "child",
            ..plain(NEXT, "绘本", &[1])
        },
    )
    .await;
    let centers = Directory::read(&test.db).await.unwrap();
    let found = whats_on::alternatives(&test.db, &centers, &dates[0], NOW)
        .await
        .unwrap();
    let ids: Vec<_> = found.iter().map(|o| o.id.clone()).collect();
    assert_eq!(ids, [&dates[2..5], &near[..1], &far[..]].concat());
    assert!(found.iter().all(|o| o.is_bookable(NOW)));
    let none = whats_on::alternatives(&test.db, &centers, &id(77), NOW).await;
    assert!(none.unwrap_err().refusal().is_some());
}

store::on_both_databases! {
    the_list_is_by_start_and_goes_on_where_it_stopped => super::the_list_is_by_start_and_goes_on_where_it_stopped,
    one_of_each_activity_is_the_next_one => super::one_of_each_activity_is_the_next_one,
    the_list_can_be_narrowed_and_widened => super::the_list_can_be_narrowed_and_widened,
    free_places_only_means_a_place_that_one_can_get => super::free_places_only_means_a_place_that_one_can_get,
    alternatives_are_other_dates_and_then_the_neighbours => super::alternatives_are_other_dates_and_then_the_neighbours,
}
