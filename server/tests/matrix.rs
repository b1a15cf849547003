//! Who may call what, at their own center and at a foreign one (C-148, C-149). Every operation of
//! the description must have a line here, and nothing else may: a route without an answer to
//! "who may?" fails the build. Pages stand in `pages.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{FOREIGN, OWN, RESIDENT, STRANGER, Stage};
use domain::access::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{
    bookings::{self, BookRequest},
    occurrences::TermsEdit,
    testing::TestDb,
};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Anonymous,
    /// Whose booking it is at the own center.
    Resident,
    /// Whose booking it is at the foreign one.
    Stranger,
    Kiosk,
    SocialWorker,
    CenterManager,
    SubdistrictSupervisor,
    DistrictSupervisor,
    CitySupervisor,
    Evaluator,
    Admin,
}

use Who::*;

const ALL: &[Who] = &[
    Anonymous,
    Resident,
    Stranger,
    Kiosk,
    SocialWorker,
    CenterManager,
    SubdistrictSupervisor,
    DistrictSupervisor,
    CitySupervisor,
    Evaluator,
    Admin,
];
const RESIDENTS: &[Who] = &[Resident, Stranger];
/// Those who see a center's plans.
const PLANS: &[Who] = &[
    SocialWorker,
    CenterManager,
    SubdistrictSupervisor,
    DistrictSupervisor,
    CitySupervisor,
    Evaluator,
    Admin,
];
const LOG: &[Who] = &[
    CenterManager,
    SubdistrictSupervisor,
    DistrictSupervisor,
    CitySupervisor,
    Admin,
];
const MAKERS: &[Who] = &[SocialWorker, CenterManager, Admin];
const CITY: &[Who] = &[CitySupervisor, Admin];
const DOORS: &[Who] = &[Kiosk, SocialWorker, CenterManager];
const DESK: &[Who] = &[SocialWorker, CenterManager];

/// Operation, who may at their own center, who may at the foreign one.
const TABLE: &[(&str, &[Who], &[Who])] = &[
    ("centers", ALL, ALL),
    ("center", ALL, ALL),
    ("center_live", ALL, ALL),
    ("menu", ALL, ALL),
    ("whats_on", ALL, ALL),
    ("occurrence", ALL, ALL),
    ("occurrence_live", ALL, ALL),
    (
        "book",
        &[Resident, Stranger, SocialWorker, CenterManager],
        RESIDENTS,
    ),
    ("my_bookings", RESIDENTS, RESIDENTS),
    ("my_people", RESIDENTS, RESIDENTS),
    (
        "booking",
        &[Resident, SocialWorker, CenterManager],
        &[Stranger],
    ),
    (
        "cancel_booking",
        &[Resident, SocialWorker, CenterManager],
        &[Stranger],
    ),
    (
        "ticket_svg",
        &[Resident, SocialWorker, CenterManager],
        &[Stranger],
    ),
    (
        "ticket_png",
        &[Resident, SocialWorker, CenterManager],
        &[Stranger],
    ),
    ("roster", &[SocialWorker, CenterManager], &[]),
    ("activities", PLANS, CITY),
    ("activity", PLANS, CITY),
    ("activity_dates", PLANS, CITY),
    ("activity_create", MAKERS, &[Admin]),
    ("activity_edit", MAKERS, &[Admin]),
    ("activity_remove", MAKERS, &[Admin]),
    ("activity_add_dates", MAKERS, &[Admin]),
    ("occurrence_edit", MAKERS, &[Admin]),
    ("occurrence_remove", MAKERS, &[Admin]),
    ("menu_add", MAKERS, &[Admin]),
    ("menu_edit", MAKERS, &[Admin]),
    ("menu_remove", MAKERS, &[Admin]),
    ("audit", LOG, CITY),
    // A kiosk knows itself wherever it asks.
    ("kiosk", &[Kiosk], &[Kiosk]),
    ("kiosk_health", &[Kiosk], &[Kiosk]),
    ("kiosk_test_ticket", &[Kiosk], &[Kiosk]),
    ("check_in", DOORS, &[]),
    // Each item says for itself; who may not admit gets a problem in its place.
    (
        "check_in_batch",
        &[
            Resident,
            Stranger,
            Kiosk,
            SocialWorker,
            CenterManager,
            SubdistrictSupervisor,
            DistrictSupervisor,
            CitySupervisor,
            Evaluator,
            Admin,
        ],
        &[
            Resident,
            Stranger,
            Kiosk,
            SocialWorker,
            CenterManager,
            SubdistrictSupervisor,
            DistrictSupervisor,
            CitySupervisor,
            Evaluator,
            Admin,
        ],
    ),
    ("check_in_undo", DESK, &[]),
    ("walk_in", DESK, &[]),
    ("sheet", DESK, &[]),
    ("check_ins", DESK, &[]),
    (
        "door",
        &[
            Kiosk,
            SocialWorker,
            CenterManager,
            SubdistrictSupervisor,
            DistrictSupervisor,
            CitySupervisor,
            Evaluator,
            Admin,
        ],
        CITY,
    ),
    (
        "door_live",
        &[
            Kiosk,
            SocialWorker,
            CenterManager,
            SubdistrictSupervisor,
            DistrictSupervisor,
            CitySupervisor,
            Evaluator,
            Admin,
        ],
        CITY,
    ),
    ("cards", DESK, &[]),
    ("card_issue", DESK, &[]),
    ("card_revoke", DESK, &[]),
    ("card_svg", DESK, &[]),
];

/// What the requests are about, at one of the two centers.
struct Place {
    center: &'static str,
    activity: String,
    occurrence: String,
    booking: String,
    item: String,
    person: String,
    card: String,
    scan: String,
}

async fn place(stage: &Stage, center: &'static str, phone: &str) -> Place {
    let (activity, occurrence) = stage.activity(center, TermsEdit::default(), true).await;
    let token = stage.resident(phone).await;
    let people = stage
        .get("/api/v1/me/people", Some(&token))
        .await
        .is(200)
        .json;
    let person = people["items"][0]["id"].as_str().unwrap();
    let mut tx = stage.test.db.read().await.unwrap();
    let (account,): (domain::id::AccountId,) = tx
        .sql("SELECT account_id FROM person WHERE id = $1")
        .bind(person)
        .one()
        .await
        .unwrap();
    drop(tx);
    let request = BookRequest {
        occurrence: occurrence.clone(),
        account,
        people: vec![],
        channel: domain::activity::Channel::Desk,
        fit: domain::booking::Fit::Together,
        may_wait: false,
    };
    let booked = bookings::book(&stage.test.db, &stage.system(), request)
        .await
        .unwrap();
    let booking = booked.bookings().next().unwrap().id.to_string();
    // Who is checked in can be looked at, and cancelling is refused for everyone alike.
    stage
        .test
        .arrange(vec![format!(
            "UPDATE booking SET state = 'checked_in' WHERE id = '{booking}'"
        )])
        .await;
    let admin = stage.token(Role::Admin, "city").await;
    let own = json!({ "field": "elder", "name": "血压" });
    let item = stage
        .post(&format!("/api/v1/centers/{center}/menu"), &admin, own)
        .await
        .is(201)
        .json;
    let system = stage.system();
    let here = center.parse().unwrap();
    let whose = person.parse().unwrap();
    let card = store::cards::issue(&stage.test.db, &system, &here, &whose)
        .await
        .unwrap();
    // A scan that admitted nobody: who may take it back is told that there is nothing.
    let scan = stage
        .site
        .ids()
        .make::<domain::id::CheckInId>(system.now)
        .to_string();
    let new = store::check_ins::NewCheckIn::now(
        scan.parse().unwrap(),
        store::check_ins::Presented::Roster(booking.parse().unwrap()),
    );
    let keyring = stage.site.tickets().keyring;
    store::check_ins::admit(&stage.test.db, &keyring, &system, new)
        .await
        .unwrap();
    Place {
        center,
        activity: activity.to_string(),
        occurrence: occurrence.to_string(),
        booking,
        item: item["id"].as_str().unwrap().to_owned(),
        person: person.to_owned(),
        card: card.id.to_string(),
        scan,
    }
}

/// A request that changes nothing that another one needs: where the caller may, it is refused
/// as outdated, or makes something new.
fn request(operation: &str, path: &str, place: &Place) -> (String, Option<Value>) {
    let id = if path.contains("/activities/") {
        &place.activity
    } else if path.contains("/occurrences/") {
        &place.occurrence
    } else if path.contains("/check-ins/") {
        &place.scan
    } else if path.contains("/cards/") {
        &place.card
    } else {
        &place.booking
    };
    let path = path
        .replace("{center}", place.center)
        .replace("{item}", &place.item)
        .replace("{id}", id);
    let outdated = Some(json!({ "revision": -1 }));
    let time = "2027-01-05T09:00:00+08:00";
    match operation {
        "activity_create" => (
            path,
            Some(json!({ "title": "新", "kind": "group", "field": "elder", "starts_at": time })),
        ),
        "activity_add_dates" => (path, Some(json!({ "starts_at": time, "revision": -1 }))),
        "activity_edit" | "occurrence_edit" => (path, outdated),
        "menu_add" => (path, Some(json!({ "field": "elder", "name": "新" }))),
        "menu_edit" => (
            path,
            Some(json!({ "field": "elder", "name": "新", "revision": -1 })),
        ),
        "menu_remove" | "activity_remove" | "occurrence_remove" => {
            (format!("{path}?revision=-1"), None)
        }
        "check_in" | "check_in_batch" => {
            let scan =
                json!({ "id": uuid::Uuid::from_u128(1), "token": "?", "center_id": place.center });
            let body = match operation {
                "check_in" => scan,
                _ => json!({ "items": [scan] }),
            };
            (path, Some(body))
        }
        "walk_in" => (
            path,
            Some(json!({ "id": uuid::Uuid::from_u128(2), "person_id": place.person })),
        ),
        "sheet" => (
            path,
            Some(
                json!({ "items": [{ "id": uuid::Uuid::from_u128(3), "booking_id": place.booking }] }),
            ),
        ),
        "card_issue" => (path, Some(json!({ "person_id": place.person }))),
        "book" => (path, Some(json!({ "account_phone": RESIDENT }))),
        "audit" => (format!("{path}?center={}", place.center), None),
        _ => (path, None),
    }
}

async fn tokens(stage: &Stage) -> BTreeMap<Who, Option<String>> {
    let (subdistrict, district) = ("440303001", "440303");
    let mut tokens = BTreeMap::from([(Anonymous, None)]);
    tokens.insert(Resident, Some(stage.resident(RESIDENT).await));
    tokens.insert(Stranger, Some(stage.resident(STRANGER).await));
    for (who, role, scope) in [
        (SocialWorker, Role::SocialWorker, OWN),
        (CenterManager, Role::CenterManager, OWN),
        (
            SubdistrictSupervisor,
            Role::SubdistrictSupervisor,
            subdistrict,
        ),
        (DistrictSupervisor, Role::DistrictSupervisor, district),
        (CitySupervisor, Role::CitySupervisor, "city"),
        (Evaluator, Role::Evaluator, OWN),
        (Admin, Role::Admin, "city"),
    ] {
        tokens.insert(who, Some(stage.token(role, scope).await));
    }
    tokens.insert(Kiosk, Some(stage.kiosk(OWN, "门口").await.0));
    assert_eq!(tokens.len(), ALL.len());
    tokens
}

/// Operation, method and path of everything that the description lists.
fn operations() -> Vec<(String, String, String)> {
    let document: Value =
        serde_json::from_str(&server::rest::document().to_json().unwrap()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            found.push((id, method.to_uppercase(), path.clone()));
        }
    }
    found
}

#[test]
fn every_operation_says_who_may_call_it() {
    let mut described: Vec<String> = operations().into_iter().map(|(id, _, _)| id).collect();
    let mut listed: Vec<String> = TABLE.iter().map(|(id, _, _)| (*id).to_owned()).collect();
    described.sort();
    listed.sort();
    assert_eq!(
        described, listed,
        "the description, and the table in server/tests/matrix.rs"
    );
}

async fn c148_every_route_is_for_whom_it_is_meant(test: TestDb) {
    let stage = Stage::new(test).await;
    let own = place(&stage, OWN, RESIDENT).await;
    let foreign = place(&stage, FOREIGN, STRANGER).await;
    let tokens = tokens(&stage).await;
    let mut wrong = Vec::new();
    for (operation, method, path) in operations() {
        let (_, at_own, at_foreign) = TABLE.iter().find(|(id, _, _)| *id == operation).unwrap();
        for (place, allowed) in [(&own, at_own), (&foreign, at_foreign)] {
            for who in ALL {
                let (path, body) = request(&operation, &path, place);
                let status = status(&stage, &method, &path, tokens[who].as_deref(), body).await;
                let expected = allowed.contains(who);
                let fits = match (expected, who) {
                    (true, _) => !matches!(status, 401 | 403 | 404) && status < 500,
                    (false, Anonymous) => status == 401,
                    (false, _) => matches!(status, 403 | 404),
                };
                if !fits {
                    let may = if expected { "may" } else { "may not" };
                    wrong.push(format!("{who:?} {may} {method} {path}: {status}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The status alone: a stream of news has no end to wait for.
async fn status(
    stage: &Stage,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<Value>,
) -> u16 {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt;
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = match body {
        Some(body) => {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    stage
        .app
        .clone()
        .oneshot(request.body(body).unwrap())
        .await
        .unwrap()
        .status()
        .as_u16()
}

async fn c149_ids_that_do_not_belong_together_open_nothing(test: TestDb) {
    let stage = Stage::new(test).await;
    let own = place(&stage, OWN, RESIDENT).await;
    let foreign = place(&stage, FOREIGN, STRANGER).await;
    let worker = stage.token(Role::SocialWorker, OWN).await;
    // The worker's own center in front of the foreign center's item.
    let path = format!("/api/v1/centers/{OWN}/menu/{}", foreign.item);
    let edit = json!({ "field": "elder", "name": "新" });
    stage
        .call("PATCH", &path, Some(&worker), Some(edit), &[])
        .await
        .refused(404, "not_found");
    stage
        .call("DELETE", &path, Some(&worker), None, &[])
        .await
        .refused(404, "not_found");
    // An entry of another center's menu under an own activity.
    let body = json!({ "menu_item_id": foreign.item });
    let path = format!("/api/v1/activities/{}", own.activity);
    stage
        .call("PATCH", &path, Some(&worker), Some(body), &[])
        .await
        .refused(422, "invalid");
    // The audit log of a foreign center, by naming the thing instead of the center.
    let manager = stage.token(Role::CenterManager, OWN).await;
    let path = format!("/api/v1/audit?subject=occurrence:{}", foreign.occurrence);
    let log = stage.get(&path, Some(&manager)).await.is(200).json;
    assert_eq!(log["items"], json!([]));
}

store::on_both_databases! {
    c148_every_route_is_for_whom_it_is_meant => super::c148_every_route_is_for_whom_it_is_meant,
    c149_ids_that_do_not_belong_together_open_nothing => super::c149_ids_that_do_not_belong_together_open_nothing,
}
