//! The edges of the interface: what is no JSON, no route, no method; other sites; tokens; live
//! news; health and figures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::{body::Body, http::Request};
use common::{OWN, RESIDENT, Stage};
use domain::{
    access::{Caller, Role},
    id::TokenId,
    time::DAY,
};
use http_body_util::BodyExt;
use serde_json::json;
use server::{
    health::Clocks,
    layers::ByAddress,
    rest::Streams,
    router::{Around, router},
};
use std::{num::NonZeroU32, time::Duration};
use store::{testing::TestDb, tokens};
use tower::ServiceExt;

async fn what_cannot_be_read_is_a_problem_too(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.resident(RESIDENT).await;
    let occurrence = stage.occurrence(2, 0).await;
    let path = format!("/api/v1/occurrences/{occurrence}/bookings");
    let send = async |kind: &'static str, body: String| {
        let request = Request::post(&path).header("authorization", format!("Bearer {token}"));
        let request = request
            .header("content-type", kind)
            .body(Body::from(body))
            .unwrap();
        stage.send(request).await
    };
    send("application/json", "{".into())
        .await
        .refused(400, "malformed");
    send("text/plain", "{}".into())
        .await
        .refused(415, "unsupported_media_type");
    let refused = send("application/json", r#"{"may_wait": "yes"}"#.into())
        .await
        .refused(422, "invalid");
    assert_eq!(refused.json["field"], "may_wait");
    send("application/json", "x".repeat(300_000))
        .await
        .refused(413, "too_large");
    send("application/json; charset=utf-8", "{}".into())
        .await
        .is(201);

    stage
        .get("/api/v1/nothing", None)
        .await
        .refused(404, "not_found");
    stage
        .get("/api/v1/rosters", None)
        .await
        .refused(404, "not_found");
    stage.get("/api/v1", None).await.refused(404, "not_found");
    let none = stage
        .call("PUT", &path, Some(&token), None, &[])
        .await
        .refused(405, "method_not_allowed");
    assert!(none.header("allow").contains("POST"));
    stage
        .get("/api/v1/occurrences/not-an-id", None)
        .await
        .refused(404, "not_found");
    stage
        .get("/api/v1/centers/SZ000/menu", None)
        .await
        .refused(404, "not_found");
    stage
        .get("/api/v1/centers?near=here", None)
        .await
        .refused(422, "invalid");
    stage
        .get(
            &format!("/api/v1/centers/{OWN}/occurrences?from=soon"),
            None,
        )
        .await
        .refused(422, "invalid");
    let page = stage.get("/nothing", None).await.is(404);
    assert!(
        page.header("content-type").starts_with("text/html"),
        "{}",
        page.text
    );
}

async fn centers_are_found_as_people_look_for_them(test: TestDb) {
    let stage = Stage::new(test).await;
    let ids = async |query: &str| {
        let page = stage
            .get(&format!("/api/v1/centers?{query}"), None)
            .await
            .is(200)
            .json;
        let items = page["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|c| c["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("q=dtl").await, [OWN]);
    assert_eq!(ids("q=%E5%A4%A7%E5%A1%98%E9%BE%99").await, [OWN]);
    assert_eq!(ids("q=yanshan").await, [common::FOREIGN]);
    assert_eq!(ids("district=440303&limit=1").await, [OWN]);
    assert_eq!(ids("subdistrict=440305002").await, [common::FOREIGN]);
    assert_eq!(ids("q=zzzz").await, Vec::<String>::new());
    let near = stage
        .get("/api/v1/centers?near=22.546,114.107&limit=1", None)
        .await
        .is(200)
        .json;
    assert!(near["items"][0]["distance_m"].as_u64().unwrap() < 200);
    let one = stage
        .get(&format!("/api/v1/centers/{OWN}"), None)
        .await
        .is(200)
        .json;
    assert_eq!(one["opening_hours"].as_array().unwrap().len(), 5);
    let monday = &one["opening_hours"][0];
    assert_eq!(
        (&monday["weekday"], &monday["opens"]),
        (&json!(1), &json!("09:00"))
    );
}

async fn another_site_cannot_write_with_a_visitors_cookie(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.resident(RESIDENT).await;
    let occurrence = stage.occurrence(2, 0).await;
    let path = format!("/api/v1/occurrences/{occurrence}/bookings");
    let post = async |headers: &[(&str, &str)], token: Option<&str>| {
        stage.call("POST", &path, token, None, headers).await
    };
    let cookie = ("cookie", "linli=whatever");
    post(&[cookie, ("sec-fetch-site", "cross-site")], None)
        .await
        .refused(403, "cross_site");
    post(&[cookie, ("sec-fetch-site", "same-site")], None)
        .await
        .refused(403, "cross_site");
    let elsewhere = ("origin", "https://evil.example");
    post(&[cookie, elsewhere, ("host", "localhost:3000")], None)
        .await
        .refused(403, "cross_site");
    post(&[cookie, ("sec-fetch-site", "same-origin")], None)
        .await
        .refused(401, "unauthenticated");
    let own = ("origin", "http://localhost:3000");
    post(&[cookie, own], None)
        .await
        .refused(401, "unauthenticated");
    // A token is no cookie: no other site can make a browser send it.
    post(&[elsewhere, ("sec-fetch-site", "cross-site")], Some(&token))
        .await
        .is(201);
    let form = [("sec-fetch-site", "cross-site")];
    let page = stage
        .call("POST", "/sign-in", None, None, &form)
        .await
        .is(403);
    assert!(page.header("content-type").starts_with("text/html"));
}

async fn a_token_that_is_wrong_or_revoked_opens_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.resident(RESIDENT).await;
    stage.get("/api/v1/me/bookings", Some(&token)).await.is(200);
    stage
        .get("/api/v1/me/bookings", None)
        .await
        .refused(401, "unauthenticated");
    let wrong = stage
        .get("/api/v1/centers", Some("lnl_wrong"))
        .await
        .refused(401, "unauthenticated");
    assert_eq!(wrong.header("www-authenticate"), "Bearer");
    let basic = [("authorization", "Basic eA==")];
    stage
        .call("GET", "/api/v1/centers", None, None, &basic)
        .await
        .refused(401, "unauthenticated");
    let id: TokenId = tokens::list(&stage.test.db, &Caller::system())
        .await
        .unwrap()[0]
        .id
        .clone();
    tokens::revoke(&stage.test.db, &stage.system(), id)
        .await
        .unwrap();
    stage
        .get("/api/v1/me/bookings", Some(&token))
        .await
        .refused(401, "unauthenticated");
}

async fn a_change_is_heard_by_who_listens(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.resident(RESIDENT).await;
    let (occurrence, other) = (stage.occurrence(2, 0).await, stage.occurrence(2, 0).await);
    let request = Request::get(format!("/api/v1/occurrences/{occurrence}/live"));
    let response = stage
        .app
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let mut next = async || {
        let frame = tokio::time::timeout(Duration::from_secs(10), body.frame()).await;
        let frame = frame.expect("news within ten seconds").unwrap().unwrap();
        String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
    };
    let topic = format!("\"topic\":\"occurrence:{occurrence}\"");
    let first = next().await;
    assert!(
        first.contains("event: changed") && first.contains(&topic),
        "{first}"
    );
    assert!(first.contains("\"revision\":0"), "{first}");
    stage.at(common::now().plus(DAY));
    let elsewhere = stage.resident(common::STRANGER).await;
    stage.book(&other, &elsewhere).await.is(201);
    stage.book(&occurrence, &token).await.is(201);
    let second = next().await;
    assert!(
        second.contains(&topic) && second.contains("\"revision\":1"),
        "{second}"
    );
    assert!(!second.contains("confirmed"), "no state travels: {second}");
}

async fn c190_one_network_holds_so_many_live_streams(test: TestDb) {
    let stage = Stage::new(test).await;
    let (occurrence, token) = (
        stage.occurrence(2, 0).await,
        stage.token(Role::SocialWorker, OWN).await,
    );
    let around = Around {
        limits: ByAddress::new(NonZeroU32::MAX, Some("x-forwarded-for".parse().unwrap())),
        streams: Streams::new(3),
        ..Around::default()
    };
    let app = router(stage.site.clone(), around).unwrap();
    let listen = async |path: String, from: &str| {
        let request = Request::get(path)
            .header("x-forwarded-for", from)
            .header("authorization", format!("Bearer {token}"));
        let request = request.body(Body::empty()).unwrap();
        app.clone().oneshot(request).await.unwrap()
    };
    let of_occurrence = format!("/api/v1/occurrences/{occurrence}/live");
    let of_center = format!("/api/v1/centers/{OWN}/live");
    let of_door = format!("/api/v1/centers/{OWN}/door/live");
    let mut open = Vec::new();
    // Whatever they follow, and wherever in the network they are.
    for (path, from) in [
        (&of_occurrence, "2001:db8:1:2::1"),
        (&of_center, "2001:db8:1:2::2"),
        (&of_door, "2001:db8:1:2::3"),
    ] {
        let answer = listen(path.clone(), from).await;
        assert_eq!(answer.status(), 200, "{path}");
        open.push(answer);
    }
    for path in [&of_occurrence, &of_center, &of_door] {
        let refused = listen(path.clone(), "2001:db8:1:2::4").await;
        assert_eq!(refused.status(), 429, "{path}");
        assert_eq!(refused.headers()["retry-after"], "60");
        assert_eq!(
            refused.headers()["content-type"],
            "application/problem+json"
        );
        let body = refused.into_body().collect().await.unwrap().to_bytes();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "too_many_streams");
    }
    // Others are not concerned, nor is what is no stream.
    open.push(listen(of_center.clone(), "2001:db8:1:3::1").await);
    assert_eq!(open[3].status(), 200);
    let page = listen("/api/v1/centers".into(), "2001:db8:1:2::4").await;
    assert_eq!(page.status(), 200);
    // A stream that has ended makes room for one.
    drop(open.remove(0));
    let again = listen(of_center.clone(), "2001:db8:1:2::4").await;
    assert_eq!(again.status(), 200);
    let one_too_many = listen(of_center, "2001:db8:1:2::4").await;
    assert_eq!(one_too_many.status(), 429);
}

async fn the_operator_sees_how_it_stands(test: TestDb) {
    let stage = Stage::new(test).await;
    let token = stage.resident(RESIDENT).await;
    let occurrence = stage.occurrence(1, 0).await;
    stage.get("/healthz", None).await.is(200);
    stage.get("/readyz", None).await.is(200);
    stage.book(&occurrence, &token).await.is(201);
    stage
        .book(&occurrence, &token)
        .await
        .refused(409, "already_booked");
    let text = stage.get("/metrics", None).await.is(200).text;
    for line in [
        r#"linli_bookings_total{outcome="confirmed"} 1"#,
        r#"linli_bookings_total{outcome="already_booked"} 1"#,
        r#"linli_http_requests_total{method="POST",route="/api/v1/occurrences/{id}/bookings",status="201"} 1"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(
        !text.contains(occurrence.as_str()),
        "a route is its template"
    );
}

async fn c175_a_clock_that_goes_wrong_is_noticed(test: TestDb) {
    let stage = Stage::new(test).await;
    let health = async || {
        let reply = stage.get("/healthz", None).await;
        (reply.status.as_u16(), reply.text)
    };
    let (well, ill) = ((200, "ok\n".to_owned()), (503, "clock\n".to_owned()));
    assert_eq!(health().await, well);
    let (right, minute) = (common::now(), DAY / 24 / 60);
    for (off, told) in [
        (minute, &well),
        (-minute, &well),
        (-30 * DAY, &ill),
        (2 * minute, &well),
    ] {
        stage.at(right.plus(off));
        assert_eq!(health().await, *told, "{off}");
    }
    // PostgreSQL has a clock of its own, which is right here; SQLite's is this process's.
    let around = Around {
        clocks: Clocks::Real,
        ..Around::default()
    };
    let app = router(stage.site.clone(), around).unwrap();
    let asked = async || {
        let request = Request::get("/healthz").body(Body::empty()).unwrap();
        app.clone()
            .oneshot(request)
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    let is_postgres = stage.test.db.is_postgres();
    stage.at(server::clock::now());
    assert_eq!(asked().await, 200);
    stage.at(server::clock::now().plus(30 * DAY));
    assert_eq!(asked().await, if is_postgres { 503 } else { 200 });
}

async fn one_address_cannot_try_for_ever(test: TestDb) {
    let stage = Stage::new(test).await;
    let three = NonZeroU32::new(3).unwrap();
    let limits = ByAddress::new(three, Some("x-forwarded-for".parse().unwrap()));
    let app = router(
        stage.site.clone(),
        Around {
            limits,
            ..Around::default()
        },
    )
    .unwrap();
    let sign_in = async |from: &'static str| {
        let request = Request::post("/sign-in").header("x-forwarded-for", from);
        app.clone()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    for _ in 0..3 {
        assert_ne!(sign_in("192.0.2.1").await, 429);
    }
    assert_eq!(sign_in("192.0.2.1").await, 429);
    // What the client itself claims stands further left and counts for nothing.
    assert_eq!(sign_in("198.51.100.7, 192.0.2.1").await, 429);
    assert_ne!(sign_in("192.0.2.2").await, 429);
    // With a port it is the same address, and another one is another one's.
    assert_eq!(sign_in("192.0.2.1:4711").await, 429);
    assert_eq!(sign_in("::ffff:192.0.2.1").await, 429);
    assert_ne!(sign_in("192.0.2.3:4711").await, 429);
    // Whoever has one IPv6 address has 2^64 of them.
    for last in 1..=3 {
        assert_ne!(
            sign_in(["[2001:db8::1]:80", "2001:db8::2", "2001:db8::3"][last - 1]).await,
            429
        );
    }
    assert_eq!(sign_in("2001:db8::4").await, 429);
    assert_ne!(sign_in("2001:db8:0:1::4").await, 429);
}

async fn every_answer_carries_what_browsers_go_by(test: TestDb) {
    let stage = Stage::new(test).await;
    for path in [
        "/api/v1/centers",
        "/api/v1/nothing",
        "/healthz",
        "/nothing",
        "/sign-in",
    ] {
        let reply = stage.get(path, None).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("x-frame-options"), "DENY", "{path}");
        assert!(!reply.header("cache-control").is_empty(), "{path}");
    }
}

store::on_both_databases! {
    c190_one_network_holds_so_many_live_streams => super::c190_one_network_holds_so_many_live_streams,
    what_cannot_be_read_is_a_problem_too => super::what_cannot_be_read_is_a_problem_too,
    centers_are_found_as_people_look_for_them => super::centers_are_found_as_people_look_for_them,
    another_site_cannot_write_with_a_visitors_cookie => super::another_site_cannot_write_with_a_visitors_cookie,
    a_token_that_is_wrong_or_revoked_opens_nothing => super::a_token_that_is_wrong_or_revoked_opens_nothing,
    a_change_is_heard_by_who_listens => super::a_change_is_heard_by_who_listens,
    the_operator_sees_how_it_stands => super::the_operator_sees_how_it_stands,
    one_address_cannot_try_for_ever => super::one_address_cannot_try_for_ever,
    c175_a_clock_that_goes_wrong_is_noticed => super::c175_a_clock_that_goes_wrong_is_noticed,
    every_answer_carries_what_browsers_go_by => super::every_answer_carries_what_browsers_go_by,
}
