//! Who may call what, at their own center and at a foreign one (C-148, C-149). Every operation of
//! the description must have a line here, and nothing else may: a route without an answer to
//! "who may?" fails the build. Pages stand in `pages.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, RESIDENT, STRANGER, Stage,
    requests::{City, Good, operations},
};
use domain::access::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::testing::TestDb;

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
    ("shifts", ALL, ALL),
    ("shift", ALL, ALL),
    ("shift_create", MAKERS, &[Admin]),
    ("shift_edit", MAKERS, &[Admin]),
    ("leads", DESK, &[]),
    (
        "assign",
        &[Resident, SocialWorker, CenterManager],
        &[Stranger],
    ),
    ("shift_roster", DESK, &[]),
    ("my_assignments", RESIDENTS, RESIDENTS),
    (
        "assignment",
        &[Resident, SocialWorker, CenterManager],
        &[Stranger],
    ),
    (
        "withdraw",
        &[Resident, SocialWorker, CenterManager],
        &[Stranger],
    ),
    ("assignment_accept", DESK, &[]),
    ("volunteer_apply", RESIDENTS, RESIDENTS),
    ("my_volunteers", RESIDENTS, RESIDENTS),
    ("applicants", DESK, &[]),
    ("shift_close", DESK, &[]),
    ("assignment_validate", DESK, &[]),
    ("hours_enter", DESK, &[]),
    ("hours_correct", DESK, &[]),
    // Only its volunteer objects; what the staff say of an entry is tested in `hours.rs`.
    ("hours_say", &[Resident], &[Stranger]),
    ("my_hours", RESIDENTS, RESIDENTS),
    ("my_shifts", RESIDENTS, RESIDENTS),
    ("hours_waiting", DESK, &[]),
    ("hours_entered", DESK, &[]),
    ("on_probation", DESK, &[]),
    ("volunteer_formal", DESK, &[]),
    ("stars", DESK, &[]),
    ("star_grant", &[CenterManager], &[]),
    ("certificate", ALL, ALL),
    ("certificate_withdraw", DESK, &[]),
    ("certificates", DESK, &[]),
    ("certificate_issue", DESK, &[]),
    ("my_certificates", RESIDENTS, RESIDENTS),
    ("volunteer_accept", DESK, &[]),
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
    ("report", PLANS, CITY),
    ("report_csv", PLANS, CITY),
    ("report_xlsx", PLANS, CITY),
    ("report_rows", PLANS, CITY),
    // A kiosk knows itself wherever it asks.
    ("kiosk", &[Kiosk], &[Kiosk]),
    ("kiosk_health", &[Kiosk], &[Kiosk]),
    ("kiosk_test_ticket", &[Kiosk], &[Kiosk]),
    ("check_in", DOORS, &[]),
    // Each item says for itself; who may not admit gets a problem in its place.
    ("check_in_batch", DOORS, &[]),
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

/// Whoever may call an operation succeeds with a known-good request; whoever may not is refused
/// the same, whatever they send.
async fn c148_every_route_is_for_whom_it_is_meant(test: TestDb) {
    let city = City::new(test).await;
    let mut tokens = tokens(&city.stage).await;
    // Who validates hours is a member of staff.
    tokens.insert(SocialWorker, Some(city.worker.clone()));
    tokens.insert(CenterManager, Some(city.manager.clone()));
    let mut wrong = Vec::new();
    for (operation, method, path) in operations() {
        let (_, at_own, at_foreign) = TABLE.iter().find(|(id, _, _)| *id == operation).unwrap();
        for (place, allowed) in [(&city.own, at_own), (&city.foreign, at_foreign)] {
            for who in ALL {
                let expected = allowed.contains(who);
                let request = match expected {
                    true => city.good(&operation, &path, place).await,
                    false => city.standing(&operation, &path, place),
                };
                let token = tokens[who].as_deref();
                let (status, told) = answer(&city.stage, &method, &request, token).await;
                let fits = match (expected, who) {
                    (true, _) => (200..300).contains(&status),
                    (false, Anonymous) => status == 401,
                    (false, _) => matches!(status, 403 | 404),
                };
                if !fits {
                    let may = if expected { "may" } else { "may not" };
                    let path = request.path;
                    wrong.push(format!("{who:?} {may} {method} {path}: {status} {told}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Status and JSON. A stream of news has no end to wait for; of a list of scans the one that was
/// sent counts, and one that admits nobody who has a ticket is no success.
async fn answer(stage: &Stage, method: &str, request: &Good, token: Option<&str>) -> (u16, Value) {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt;
    if !request.path.ends_with("/live") {
        let body = request.body.clone();
        let reply = stage.call(method, &request.path, token, body, &[]).await;
        let scan = match &reply.json["items"][0] {
            one if one.get("problem").is_some() => one,
            one if one.get("result").is_some() && method == "POST" => one,
            _ => &reply.json,
        };
        let status = match (scan["problem"]["status"].as_u64(), scan["result"].as_str()) {
            (Some(status), _) => u16::try_from(status).unwrap(),
            (None, Some(result)) if method == "POST" && result != "admitted" => 0,
            _ => reply.status.as_u16(),
        };
        return (status, reply.json);
    }
    let mut sent = Request::builder().method(method).uri(&request.path);
    if let Some(token) = token {
        sent = sent.header("authorization", format!("Bearer {token}"));
    }
    let app = stage.app.clone();
    let response = app.oneshot(sent.body(Body::empty()).unwrap()).await;
    (response.unwrap().status().as_u16(), Value::Null)
}

async fn c149_ids_that_do_not_belong_together_open_nothing(test: TestDb) {
    let City {
        stage,
        own,
        foreign,
        ..
    } = City::new(test).await;
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
