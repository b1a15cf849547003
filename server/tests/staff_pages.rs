//! The staff's pages through the router, without JavaScript: what they show to whom, and what
//! their forms do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::{body::Body, http::Request};
use common::{FOREIGN, OWN, RESIDENT, Reply, Stage, now};
use domain::{access::Role, time::Timestamp};
use store::{occurrences::TermsEdit, testing::TestDb};

/// Fetches a page, or sends a form, as a browser with that cookie does.
async fn visit(
    stage: &Stage,
    method: &str,
    path: &str,
    cookie: &str,
    form: &[(&str, &str)],
) -> Reply {
    let body = form_urlencoded(form);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("cookie", format!("{cookie}; lang=zh-CN"))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    stage.send(request.body(Body::from(body)).unwrap()).await
}

fn form_urlencoded(form: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|b| format!("%{b:02X}"))
            .collect::<String>()
    };
    let pairs: Vec<String> = form
        .iter()
        .map(|(k, v)| format!("{}={}", escape(k), escape(v)))
        .collect();
    pairs.join("&")
}

async fn audited(stage: &Stage, action: &str) -> i64 {
    stage
        .test
        .number(&format!(
            "SELECT COUNT(*) FROM audit WHERE action = '{action}'"
        ))
        .await
}

async fn who_oversees_sees_counts_and_no_names(test: TestDb) {
    let stage = Stage::new(test).await;
    let at = stage.occurrence(5, 5).await;
    let resident = stage.resident(RESIDENT).await;
    stage.book(&at, &resident).await.is(201);
    let path = format!("/staff/occurrences/{at}");
    let name = "138****0001";

    let worker = stage.staff("worker", Role::SocialWorker, OWN).await;
    let page = visit(&stage, "GET", &path, &worker, &[]).await.is(200);
    assert!(
        page.text.contains(name) && !page.text.contains(RESIDENT),
        "masked"
    );
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(audited(&stage, "booking.view_roster").await, 1);

    for (username, role, scope) in [
        ("district", Role::DistrictSupervisor, "440303"),
        ("evaluator", Role::Evaluator, "440303"),
        ("admin", Role::Admin, "city"),
    ] {
        let cookie = stage.staff(username, role, scope).await;
        let page = visit(&stage, "GET", &path, &cookie, &[]).await.is(200);
        assert!(
            !page.text.contains(name),
            "{username} sees a name or number"
        );
        assert!(page.text.contains("您的角色只看人数"), "{username}");
        visit(&stage, "GET", &format!("{path}/roster"), &cookie, &[])
            .await
            .is(403);
        visit(&stage, "GET", &format!("{path}/sheet"), &cookie, &[])
            .await
            .is(403);
    }
    assert_eq!(audited(&stage, "booking.view_roster").await, 1);
}

async fn a_phone_number_is_shown_on_demand_and_on_record(test: TestDb) {
    let stage = Stage::new(test).await;
    let at = stage.occurrence(5, 5).await;
    let resident = stage.resident(RESIDENT).await;
    let booked = stage.book(&at, &resident).await.is(201);
    let id = booked.json["id"].as_str().unwrap().to_owned();
    let worker = stage.staff("worker", Role::SocialWorker, OWN).await;
    let page = visit(
        &stage,
        "POST",
        &format!("/staff/bookings/{id}/phone"),
        &worker,
        &[],
    )
    .await;
    assert!(page.is(200).text.contains(RESIDENT));
    assert_eq!(audited(&stage, "booking.view_phone").await, 1);
    let other = stage
        .staff("other", Role::SocialWorker, common::FOREIGN)
        .await;
    visit(
        &stage,
        "POST",
        &format!("/staff/bookings/{id}/phone"),
        &other,
        &[],
    )
    .await
    .is(404);
}

const WEEKLY: &[(&str, &str)] = &[
    ("title", "六点半作业灯"),
    ("kind", "group"),
    ("field", "elder"),
    ("mode", "rule"),
    ("starts_on", "2026-11-24"),
    ("starts_at", "18:30"),
    ("ends_at", "20:00"),
    ("freq", "weekly"),
    ("weekdays", "2"),
    ("weekdays", "4"),
    ("end", "count"),
    ("count", "4"),
    ("capacity", "25"),
    ("waitlist_capacity", "10"),
    ("held_back", "3"),
    ("cancel_until", "120"),
];

async fn c63_what_is_previewed_is_what_is_created(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.staff("worker", Role::SocialWorker, OWN).await;
    let path = format!("/staff/centers/{OWN}/activities/new");
    let with = |what| {
        WEEKLY
            .iter()
            .copied()
            .chain([("do", what)])
            .collect::<Vec<_>>()
    };
    let preview = visit(&stage, "POST", &path, &worker, &with("preview"))
        .await
        .is(200);
    let days = [
        "11月25日 周三",
        "11月27日 周五",
        "12月2日 周三",
        "12月4日 周五",
    ];
    for day in days {
        assert!(
            preview.text.contains(&format!("{day} 18:30–20:00")),
            "{day}"
        );
    }
    assert_eq!(
        stage.test.number("SELECT COUNT(*) FROM activity").await,
        0,
        "nothing yet"
    );

    let made = visit(&stage, "POST", &path, &worker, &with("draft"))
        .await
        .is(303);
    let page = visit(&stage, "GET", made.header("location"), &worker, &[])
        .await
        .is(200);
    for day in days.iter().skip(1) {
        assert!(page.text.contains(&format!("{day} 18:30–20:00")), "{day}");
    }
    assert_eq!(
        stage.test.number("SELECT COUNT(*) FROM occurrence").await,
        4
    );
    let first = Timestamp::parse("2026-11-25T18:30").unwrap().0;
    let earliest = stage
        .test
        .number("SELECT MIN(starts_at) FROM occurrence")
        .await;
    assert_eq!(
        earliest, first,
        "the first day of the pattern, not a day outside of it"
    );
}

async fn a_refusal_stands_beside_its_field_and_what_was_entered_stays(test: TestDb) {
    let stage = Stage::new(test).await;
    let worker = stage.staff("worker", Role::SocialWorker, OWN).await;
    let path = format!("/staff/centers/{OWN}/activities/new");
    let mut form: Vec<_> = WEEKLY
        .iter()
        .copied()
        .filter(|(k, _)| *k != "held_back")
        .collect();
    form.extend([("held_back", "26"), ("do", "publish")]);
    let page = visit(&stage, "POST", &path, &worker, &form).await.is(422);
    assert!(
        page.text.contains("id=\"held_back-error\""),
        "{}",
        page.text
    );
    assert!(page.text.contains("六点半作业灯"));
}

async fn c69_who_saves_second_is_told_what_changed_and_overwrites_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    let terms = TermsEdit {
        capacity: Some(6),
        ..TermsEdit::default()
    };
    let (_, at) = stage.activity(OWN, terms, true).await;
    let worker = stage.staff("worker", Role::SocialWorker, OWN).await;
    let path = format!("/staff/occurrences/{at}/edit");
    let opened = visit(&stage, "GET", &path, &worker, &[]).await.is(200);
    let was = hidden(&opened.text, "was");
    let start = now().plus(10 * domain::time::DAY);
    let (start, end) = (
        start.form_value(),
        start.plus(2 * domain::time::HOUR).form_value(),
    );
    let fields = |room: &'static str, capacity: &'static str| {
        vec![("room", room.to_owned()), ("capacity", capacity.to_owned())]
    };
    let send = |revision: &str, changed: Vec<(&'static str, String)>| {
        // Everything else as it was opened.
        let mut form: Vec<(String, String)> = query(&was);
        form.retain(|(name, _)| !changed.iter().any(|(n, _)| n == name));
        form.extend(changed.into_iter().map(|(n, v)| (n.to_owned(), v)));
        form.push(("revision".into(), revision.to_owned()));
        form.push(("was".into(), was.clone()));
        form
    };
    assert!(
        was.contains(&start.replace(':', "%3A")) && was.contains(&end.replace(':', "%3A")),
        "{was}"
    );
    let revision = hidden(&opened.text, "revision");
    let first = send(&revision, fields("二楼", "6"));
    let pairs: Vec<(&str, &str)> = first
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    visit(&stage, "POST", &path, &worker, &pairs).await.is(303);
    let second = send(&revision, fields("活动室", "12"));
    let pairs: Vec<(&str, &str)> = second
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let page = visit(&stage, "POST", &path, &worker, &pairs).await.is(409);
    assert!(
        page.text.contains("原来是“活动室”，现在是“二楼”"),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("value=\"二楼\"") && page.text.contains("value=\"12\""),
        "both are kept"
    );
    assert_eq!(
        stage.test.number("SELECT capacity FROM occurrence").await,
        6,
        "nothing saved yet"
    );
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let from = page
        .find(&format!("name=\"{name}\" value=\""))
        .expect("the field");
    let rest = &page[from..];
    let value = rest
        .split("value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    value.unwrap_or_default().replace("&amp;", "&")
}

/// The fields of `application/x-www-form-urlencoded` text.
fn query(text: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let (mut bytes, mut from) = (Vec::new(), text.replace('+', " ").into_bytes().into_iter());
        while let Some(byte) = from.next() {
            if byte == b'%' {
                let hex: String = from.by_ref().take(2).map(char::from).collect();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(k, v)| (decode(k), decode(v)))
        .collect()
}

async fn the_desk_books_for_somebody_who_has_no_account(test: TestDb) {
    let stage = Stage::new(test).await;
    let at = stage.occurrence(1, 5).await;
    let worker = stage.staff("worker", Role::SocialWorker, OWN).await;
    let form = [
        ("phone", "139 1234 5678"),
        ("channel", "telephone"),
        ("person", "new"),
        ("name", "周小满"),
        ("birth_year", "1950"),
        ("relation", "self"),
        ("key", "once"),
    ];
    let path = format!("/staff/occurrences/{at}/bookings");
    let done = visit(&stage, "POST", &path, &worker, &form).await.is(303);
    assert!(
        done.header("location").ends_with("done=confirmed"),
        "{}",
        done.header("location")
    );
    // Sent twice: the first answer again.
    visit(&stage, "POST", &path, &worker, &form).await.is(303);
    let booked = "SELECT COUNT(*) FROM booking WHERE channel = 'telephone' AND state = 'confirmed'";
    assert_eq!(stage.test.number(booked).await, 1);
    // The next step shows the family masked.
    let path = format!("/staff/occurrences/{at}/desk");
    let page = visit(&stage, "POST", &path, &worker, &[("phone", "13912345678")])
        .await
        .is(200);
    assert!(
        page.text.contains("周**") && !page.text.contains("周小满"),
        "{}",
        page.text
    );
    let supervisor = stage
        .staff("district", Role::DistrictSupervisor, "440303")
        .await;
    visit(
        &stage,
        "POST",
        &path,
        &supervisor,
        &[("phone", "13912345678")],
    )
    .await
    .is(403);
}

async fn a_locked_user_name_is_told_like_a_wrong_password(test: TestDb) {
    let stage = Stage::new(test).await;
    stage.staff("worker", Role::SocialWorker, OWN).await;
    let mut told = Vec::new();
    for password in ["a", "b", "c", "d", "e", "f", "g"] {
        let form = [("username", "worker"), ("password", password)];
        let page = visit(&stage, "POST", "/staff/sign-in", "", &form)
            .await
            .is(401);
        told.push(page.text.contains("没有登录成功"));
    }
    assert!(told.iter().all(|told| *told));
    let form = [("username", "nobody"), ("password", "a")];
    let page = visit(&stage, "POST", "/staff/sign-in", "", &form)
        .await
        .is(401);
    assert!(page.text.contains("没有登录成功"));
    let away = visit(&stage, "GET", "/staff/account", "", &[])
        .await
        .is(303);
    assert_eq!(
        away.header("location"),
        "/staff/sign-in?back=%2Fstaff%2Faccount"
    );
}

async fn c70_a_taken_room_is_seen_in_the_preview_and_refused(test: TestDb) {
    let stage = Stage::new(test).await;
    let start = domain::time::Timestamp::parse("2026-12-03T09:00").unwrap();
    stage
        .activity_at(OWN, TermsEdit::default(), false, start)
        .await;
    let worker = stage.staff("worker", Role::SocialWorker, OWN).await;
    let path = format!("/staff/centers/{OWN}/activities/new");
    let form = |room: &'static str, other: &'static str, what: &'static str| {
        vec![
            ("title", "合唱"),
            ("kind", "group"),
            ("field", "elder"),
            ("mode", "one"),
            ("starts_on", "2026-12-03"),
            ("starts_at", "10:00"),
            ("ends_at", "11:30"),
            ("room", room),
            ("other_room", other),
            ("capacity", "10"),
            ("waitlist_capacity", "5"),
            ("bring", "歌谱"),
            ("do", what),
        ]
    };
    let there = "活动室已安排“八段锦”";
    let seen = visit(
        &stage,
        "POST",
        &path,
        &worker,
        &form("活动室", "", "preview"),
    )
    .await;
    let seen = seen.is(200);
    assert!(
        seen.text.contains(there) && seen.text.contains("data-clash"),
        "a draft holds its room: {}",
        seen.text
    );
    let refused = visit(
        &stage,
        "POST",
        &path,
        &worker,
        &form("活动室", "", "publish"),
    )
    .await;
    let refused = refused.is(422);
    assert!(
        refused.text.contains("id=\"room-error\""),
        "{}",
        refused.text
    );
    assert!(refused.text.contains(there), "{}", refused.text);
    let made = visit(
        &stage,
        "POST",
        &path,
        &worker,
        &form("活动室", "三楼露台", "publish"),
    )
    .await;
    made.is(303);
    assert_eq!(
        stage
            .test
            .number(
                "SELECT COUNT(*) FROM occurrence o JOIN room r ON r.id = o.room_id
                 WHERE r.name = '三楼露台' AND o.bring = '歌谱'"
            )
            .await,
        1
    );
}

/// From an activity's date its shift is planned, and each of their pages leads to the other.
async fn a_shift_is_planned_for_one_date(test: TestDb) {
    let stage = Stage::new(test).await;
    let at = stage.occurrence(5, 5).await;
    let worker = stage.staff("worker", Role::SocialWorker, OWN).await;
    let roster = format!("/staff/occurrences/{at}");
    let new = format!("/staff/centers/{OWN}/shifts/new");
    let page = visit(&stage, "GET", &roster, &worker, &[]).await.is(200);
    assert!(page.text.contains(&format!("{new}?occurrence={at}")));

    let of_date = format!("{new}?occurrence={at}");
    let asked = visit(&stage, "GET", &of_date, &worker, &[]);
    let asked = asked.await.is(200);
    let title = value_of(&asked.text, "title");
    assert_eq!(value_of(&asked.text, "occurrence"), at.as_str());
    let (day, from) = (
        value_of(&asked.text, "starts_on"),
        value_of(&asked.text, "starts_at"),
    );
    let to = value_of(&asked.text, "ends_at");
    let form = [
        ("occurrence", at.as_str()),
        ("title", &title),
        ("starts_on", &day),
        ("starts_at", &from),
        ("ends_at", &to),
        ("volunteers_min", "1"),
        ("volunteers_max", "2"),
        ("do", "create"),
        ("key", "shift"),
    ];
    let made = visit(&stage, "POST", &new, &worker, &form).await.is(303);
    assert_eq!(made.header("location"), roster);
    let same = "SELECT COUNT(*) FROM shift s JOIN occurrence o ON o.id = s.occurrence_id
        WHERE s.starts_at = o.starts_at AND s.ends_at = o.ends_at";
    assert_eq!(stage.test.number(same).await, 1);

    let staffs = visit(&stage, "GET", &roster, &worker, &[]).await.is(200);
    let public = format!("/occurrences/{at}");
    let residents = visit(&stage, "GET", &public, "", &[]).await.is(200);
    for (page, kind, back) in [
        (staffs, "/staff/shifts/", format!("href=\"{roster}\"")),
        (residents, "/shifts/", format!("href=\"/occurrences/{at}\"")),
    ] {
        let start = page.text.find(&format!("href=\"{kind}")).expect(kind) + 6;
        let href = page.text[start..].split('"').next().unwrap();
        let shift = visit(&stage, "GET", href, &worker, &[]).await.is(200);
        assert!(shift.text.contains(&back), "{href} leads back");
    }

    // One of another center is not to be had, and a series belongs to no single date.
    let foreign = stage.activity(FOREIGN, TermsEdit::default(), true).await.1;
    let elsewhere = format!("{new}?occurrence={foreign}");
    visit(&stage, "GET", &elsewhere, &worker, &[]).await.is(403);
    let series: Vec<_> = form.iter().copied().chain([("weeks", "3")]).collect();
    visit(&stage, "POST", &new, &worker, &series).await.is(422);
    assert_eq!(stage.test.number(same).await, 1);
}

/// What stands in a field of a page.
fn value_of(page: &str, name: &str) -> String {
    let field = page
        .split("<input")
        .find(|input| input.contains(&format!("name=\"{name}\"")));
    let value = field.unwrap().split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

store::on_both_databases! {
    a_shift_is_planned_for_one_date => super::a_shift_is_planned_for_one_date,
    c70_a_taken_room_is_seen_in_the_preview_and_refused => super::c70_a_taken_room_is_seen_in_the_preview_and_refused,
    who_oversees_sees_counts_and_no_names => super::who_oversees_sees_counts_and_no_names,
    a_phone_number_is_shown_on_demand_and_on_record => super::a_phone_number_is_shown_on_demand_and_on_record,
    c63_what_is_previewed_is_what_is_created => super::c63_what_is_previewed_is_what_is_created,
    a_refusal_stands_beside_its_field_and_what_was_entered_stays => super::a_refusal_stands_beside_its_field_and_what_was_entered_stays,
    c69_who_saves_second_is_told_what_changed_and_overwrites_nothing => super::c69_who_saves_second_is_told_what_changed_and_overwrites_nothing,
    the_desk_books_for_somebody_who_has_no_account => super::the_desk_books_for_somebody_who_has_no_account,
    a_locked_user_name_is_told_like_a_wrong_password => super::a_locked_user_name_is_told_like_a_wrong_password,
}
