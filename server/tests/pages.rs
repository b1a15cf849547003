//! Who may open and send what among the pages (C-148): the table beside the routers. The list of
//! pages is taken from the routers themselves, so a page without a line here fails the test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::{body::Body, http::Request};
use common::{FOREIGN, OWN, RESIDENT, STRANGER, Stage, paths, places::place};
use domain::access::Role;
use std::collections::{BTreeMap, BTreeSet};
use store::testing::TestDb;
use tower::ServiceExt;

/// Who asks; staff are signed in with a password, as pages want it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Anonymous,
    Resident,
    Stranger,
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
    SocialWorker,
    CenterManager,
    SubdistrictSupervisor,
    DistrictSupervisor,
    CitySupervisor,
    Evaluator,
    Admin,
];
const RESIDENTS: &[Who] = &[Resident, Stranger];
const STAFF: &[Who] = &[
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
const DESK: &[Who] = &[SocialWorker, CenterManager];
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
const OVERSEERS: &[Who] = &[
    SubdistrictSupervisor,
    DistrictSupervisor,
    CitySupervisor,
    Admin,
];
const CITY: &[Who] = &[CitySupervisor, Admin];
const NOBODY: &[Who] = &[];

/// Page, method, who may at their own center (or with their own thing), who at the foreign one.
const TABLE: &[(&str, &str, &[Who], &[Who])] = &[
    ("/", "GET", ALL, ALL),
    ("/help", "GET", ALL, ALL),
    ("/privacy", "GET", ALL, ALL),
    ("/offline", "GET", ALL, ALL),
    ("/manifest.webmanifest", "GET", ALL, ALL),
    ("/sw.js", "GET", ALL, ALL),
    ("/preferences", "POST", ALL, ALL),
    // Without the development mode there is no such page.
    ("/dev/messages", "GET", NOBODY, NOBODY),
    ("/sign-in", "GET", ALL, ALL),
    ("/sign-in", "POST", ALL, ALL),
    ("/sign-in/code", "POST", ALL, ALL),
    // Leads on where nobody has to say who they are.
    ("/sign-in/who", "GET", ALL, ALL),
    ("/sign-in/who", "POST", NOBODY, NOBODY),
    ("/sign-in/anew", "POST", NOBODY, NOBODY),
    ("/sign-out", "POST", ALL, ALL),
    ("/centers", "GET", ALL, ALL),
    ("/centers/{id}", "GET", ALL, ALL),
    ("/centers/{id}/menu", "GET", ALL, ALL),
    ("/centers/{id}/menu/{item}", "GET", ALL, ALL),
    ("/centers/{id}/whats-on", "GET", ALL, ALL),
    ("/centers/{id}/shifts", "GET", ALL, ALL),
    ("/shifts/{id}", "GET", ALL, ALL),
    ("/shifts/{id}", "POST", RESIDENTS, RESIDENTS),
    ("/shifts/{id}/decline", "POST", RESIDENTS, RESIDENTS),
    ("/shifts/{id}/watch", "POST", RESIDENTS, RESIDENTS),
    ("/centers/{id}/watch-shifts", "POST", RESIDENTS, RESIDENTS),
    ("/me/watches", "POST", RESIDENTS, RESIDENTS),
    ("/me/shifts", "GET", RESIDENTS, RESIDENTS),
    (
        "/assignments/{id}/withdraw",
        "GET",
        &[Resident],
        &[Stranger],
    ),
    (
        "/assignments/{id}/withdraw",
        "POST",
        &[Resident],
        &[Stranger],
    ),
    ("/assignments/{id}/risks", "GET", &[Resident], &[Stranger]),
    ("/assignments/{id}/risks", "POST", &[Resident], &[Stranger]),
    ("/assignments/{id}/swap", "GET", &[Resident], &[Stranger]),
    ("/assignments/{id}/swap", "POST", &[Resident], &[Stranger]),
    (
        "/assignments/{id}/swap/take-back",
        "POST",
        &[Resident],
        &[Stranger],
    ),
    (
        "/assignments/{id}/swap/with",
        "POST",
        &[Resident],
        &[Stranger],
    ),
    ("/shifts/{id}/take-over", "GET", RESIDENTS, RESIDENTS),
    ("/shifts/{id}/take-over", "POST", RESIDENTS, RESIDENTS),
    ("/assignments/{id}/friend", "GET", &[Resident], &[Stranger]),
    ("/assignments/{id}/friend", "POST", &[Resident], &[Stranger]),
    // There is no invitation here: `friend_pages.rs` tests who may.
    ("/invitations/{id}/take-back", "POST", NOBODY, NOBODY),
    ("/invitations/{id}/decline", "POST", NOBODY, NOBODY),
    ("/assignments/{id}/ticket", "GET", &[Resident], &[Stranger]),
    (
        "/assignments/{id}/event.ics",
        "GET",
        &[Resident],
        &[Stranger],
    ),
    ("/me/hours", "GET", RESIDENTS, RESIDENTS),
    ("/shifts", "GET", RESIDENTS, RESIDENTS),
    ("/me/hours/{id}/object", "POST", &[Resident], &[Stranger]),
    ("/me/hours/certificates", "POST", RESIDENTS, RESIDENTS),
    ("/me/bookings/{id}/thank", "POST", &[Resident], &[Stranger]),
    ("/certificates/{number}", "GET", ALL, ALL),
    ("/volunteer", "GET", ALL, ALL),
    ("/volunteer", "POST", RESIDENTS, RESIDENTS),
    ("/volunteer/leave", "POST", RESIDENTS, RESIDENTS),
    ("/volunteer/partner", "GET", RESIDENTS, RESIDENTS),
    ("/volunteer/partner", "POST", RESIDENTS, RESIDENTS),
    ("/volunteer/partner/answer", "POST", RESIDENTS, RESIDENTS),
    ("/volunteer/partner/end", "POST", RESIDENTS, RESIDENTS),
    ("/volunteer/partner/take-back", "POST", RESIDENTS, RESIDENTS),
    ("/volunteer/time", "GET", RESIDENTS, RESIDENTS),
    ("/volunteer/time", "POST", RESIDENTS, RESIDENTS),
    ("/volunteer/places", "GET", RESIDENTS, RESIDENTS),
    ("/volunteer/places", "POST", RESIDENTS, RESIDENTS),
    ("/occurrences/{id}", "GET", ALL, ALL),
    ("/occurrences/{id}/event.ics", "GET", ALL, ALL),
    ("/occurrences/{id}/reminder.ics", "GET", ALL, ALL),
    ("/occurrences/{id}/book", "GET", RESIDENTS, RESIDENTS),
    ("/occurrences/{id}/book", "POST", RESIDENTS, RESIDENTS),
    ("/me/bookings", "GET", RESIDENTS, RESIDENTS),
    ("/me/booked", "GET", RESIDENTS, RESIDENTS),
    // Only leads on to the ticket, whatever the id.
    ("/me/bookings/{id}", "GET", ALL, ALL),
    (
        "/me/bookings/{id}/event.ics",
        "GET",
        &[Resident],
        &[Stranger],
    ),
    ("/me/bookings/{id}/ticket", "GET", &[Resident], &[Stranger]),
    ("/bookings/{id}/cancel", "GET", &[Resident], &[Stranger]),
    ("/bookings/{id}/cancel", "POST", &[Resident], &[Stranger]),
    ("/me/details", "GET", RESIDENTS, RESIDENTS),
    ("/me/details", "POST", RESIDENTS, RESIDENTS),
    ("/me/family", "GET", RESIDENTS, RESIDENTS),
    ("/me/family", "POST", RESIDENTS, RESIDENTS),
    ("/me/family/add", "GET", RESIDENTS, RESIDENTS),
    ("/me/family/{id}", "GET", &[Resident], &[Stranger]),
    ("/me/family/{id}", "POST", &[Resident], &[Stranger]),
    ("/me/family/{id}/remove", "POST", &[Resident], &[Stranger]),
    ("/me/data", "GET", RESIDENTS, RESIDENTS),
    ("/me/data/copy", "GET", RESIDENTS, RESIDENTS),
    ("/me/data/delete", "GET", RESIDENTS, RESIDENTS),
    ("/me/data/delete", "POST", RESIDENTS, RESIDENTS),
    ("/me/data/keep", "POST", RESIDENTS, RESIDENTS),
    ("/me/messages", "GET", RESIDENTS, RESIDENTS),
    ("/me/messages/read", "POST", RESIDENTS, RESIDENTS),
    ("/staff/sign-in", "GET", ALL, ALL),
    ("/staff/sign-in", "POST", ALL, ALL),
    ("/staff/sign-out", "POST", ALL, ALL),
    ("/staff", "GET", STAFF, STAFF),
    ("/staff/activities", "GET", STAFF, STAFF),
    ("/staff/menu", "GET", STAFF, STAFF),
    ("/staff/people", "GET", STAFF, STAFF),
    ("/staff/account", "GET", STAFF, STAFF),
    ("/staff/account/logins", "POST", STAFF, STAFF),
    ("/staff/account/password", "POST", STAFF, STAFF),
    ("/staff/account/time", "GET", STAFF, STAFF),
    ("/staff/account/time", "POST", STAFF, STAFF),
    (
        "/staff/centers/{center}/staff-time",
        "GET",
        &[CenterManager],
        NOBODY,
    ),
    ("/staff/account/second-factor", "GET", STAFF, STAFF),
    ("/staff/account/second-factor", "POST", STAFF, STAFF),
    ("/staff/account/second-factor/off", "POST", STAFF, STAFF),
    // Leads on where nobody has to choose a password.
    ("/staff/first-password", "GET", STAFF, STAFF),
    ("/staff/first-password", "POST", STAFF, STAFF),
    ("/staff/accounts", "GET", LOG, LOG),
    ("/staff/accounts/new", "GET", LOG, LOG),
    ("/staff/accounts/new", "POST", LOG, LOG),
    (
        "/staff/centers/new",
        "GET",
        &[CitySupervisor, Admin],
        &[CitySupervisor, Admin],
    ),
    (
        "/staff/centers/new",
        "POST",
        &[CitySupervisor, Admin],
        &[CitySupervisor, Admin],
    ),
    ("/staff/accounts/{id}", "GET", LOG, CITY),
    ("/staff/accounts/{id}", "POST", LOG, CITY),
    ("/staff/accounts/{id}/grants", "POST", LOG, CITY),
    ("/staff/evaluations", "GET", STAFF, STAFF),
    (
        "/staff/centers/{center}/evaluations/{year}/{stage}",
        "GET",
        STAFF,
        CITY,
    ),
    (
        "/staff/centers/{center}/evaluations/{year}/{stage}",
        "POST",
        &[Evaluator],
        NOBODY,
    ),
    (
        "/staff/centers/{center}/evaluations/{year}/{stage}/reply",
        "POST",
        &[CenterManager, Admin],
        &[Admin],
    ),
    // Agencies are known to all who manage staff; the people and contracts of elsewhere are left out.
    ("/staff/agencies", "GET", LOG, LOG),
    ("/staff/agencies", "POST", CITY, CITY),
    ("/staff/agencies/{id}", "GET", LOG, LOG),
    ("/staff/agencies/{id}", "POST", CITY, CITY),
    ("/staff/agencies/{id}/contracts/new", "GET", CITY, CITY),
    ("/staff/agencies/{id}/contracts/new", "POST", CITY, CITY),
    (
        "/staff/agencies/{id}/contracts/{contract}",
        "GET",
        CITY,
        CITY,
    ),
    (
        "/staff/agencies/{id}/contracts/{contract}",
        "POST",
        CITY,
        CITY,
    ),
    ("/staff/holidays", "GET", STAFF, STAFF),
    ("/staff/holidays", "POST", CITY, CITY),
    ("/staff/holidays/remove", "POST", CITY, CITY),
    ("/staff/audit", "GET", LOG, CITY),
    ("/staff/overview", "GET", PLANS, PLANS),
    ("/staff/reports", "GET", PLANS, PLANS),
    ("/staff/reports/rows", "GET", PLANS, PLANS),
    ("/staff/centers/{center}/year", "GET", PLANS, CITY),
    (
        "/staff/centers/{center}/year/targets",
        "POST",
        &[CenterManager, Admin],
        &[Admin],
    ),
    (
        "/staff/centers/{center}/year/close",
        "POST",
        &[CenterManager, Admin],
        &[Admin],
    ),
    ("/staff/supervision", "GET", OVERSEERS, OVERSEERS),
    ("/staff/centers/{center}", "GET", STAFF, CITY),
    ("/staff/centers/{center}/activities", "GET", STAFF, CITY),
    (
        "/staff/centers/{center}/activities/new",
        "GET",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/activities/new",
        "POST",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/activities/import",
        "GET",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/activities/import",
        "POST",
        MAKERS,
        &[Admin],
    ),
    ("/staff/centers/{center}/menu", "GET", MAKERS, &[Admin]),
    ("/staff/centers/{center}/menu/new", "GET", MAKERS, &[Admin]),
    ("/staff/centers/{center}/menu/new", "POST", MAKERS, &[Admin]),
    (
        "/staff/centers/{center}/menu/{item}",
        "GET",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/menu/{item}",
        "POST",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/menu/{item}/hidden",
        "POST",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/menu/{item}/move",
        "POST",
        MAKERS,
        &[Admin],
    ),
    ("/staff/menu/template", "GET", &[Admin], &[Admin]),
    ("/staff/menu/template/new", "GET", &[Admin], &[Admin]),
    ("/staff/menu/template/new", "POST", &[Admin], &[Admin]),
    ("/staff/menu/template/{item}", "GET", &[Admin], &[Admin]),
    ("/staff/menu/template/{item}", "POST", &[Admin], &[Admin]),
    (
        "/staff/menu/template/{item}/move",
        "POST",
        &[Admin],
        &[Admin],
    ),
    ("/staff/activities/{id}", "GET", STAFF, CITY),
    ("/staff/activities/{id}", "POST", MAKERS, &[Admin]),
    ("/staff/activities/{id}/dates", "GET", MAKERS, &[Admin]),
    ("/staff/activities/{id}/dates", "POST", MAKERS, &[Admin]),
    ("/staff/activities/{id}/postpone", "GET", MAKERS, &[Admin]),
    ("/staff/activities/{id}/postpone", "POST", MAKERS, &[Admin]),
    (
        "/staff/activities/{id}/postpone/undo",
        "POST",
        MAKERS,
        &[Admin],
    ),
    ("/staff/activities/{id}/status", "POST", MAKERS, &[Admin]),
    ("/staff/occurrences/{id}", "GET", STAFF, CITY),
    ("/staff/occurrences/{id}/edit", "GET", MAKERS, &[Admin]),
    ("/staff/occurrences/{id}/edit", "POST", MAKERS, &[Admin]),
    ("/staff/occurrences/{id}/status", "POST", MAKERS, &[Admin]),
    ("/staff/occurrences/{id}/roster", "GET", DESK, NOBODY),
    ("/staff/occurrences/{id}/sheet", "GET", DESK, NOBODY),
    ("/staff/occurrences/{id}/write", "GET", DESK, NOBODY),
    ("/staff/occurrences/{id}/write", "POST", DESK, NOBODY),
    ("/staff/occurrences/{id}/bulk", "GET", DESK, NOBODY),
    ("/staff/occurrences/{id}/bulk", "POST", DESK, NOBODY),
    ("/staff/occurrences/{id}/desk", "GET", DESK, NOBODY),
    ("/staff/occurrences/{id}/desk", "POST", DESK, NOBODY),
    ("/staff/occurrences/{id}/bookings", "POST", DESK, NOBODY),
    ("/staff/occurrences/{id}/attend", "GET", DESK, NOBODY),
    ("/staff/occurrences/{id}/attend", "POST", DESK, NOBODY),
    ("/staff/occurrences/{id}/walk-in", "GET", DESK, NOBODY),
    ("/staff/occurrences/{id}/walk-in", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/door", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/door", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/door/part", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/door/undo", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/cards", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/cards", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/cards/find", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/cards/alone", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/people", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/people", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/people/alike", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/people/alike", "POST", DESK, NOBODY),
    (
        "/staff/centers/{center}/people/{person}/merge",
        "GET",
        DESK,
        NOBODY,
    ),
    (
        "/staff/centers/{center}/people/{person}/merge",
        "POST",
        DESK,
        NOBODY,
    ),
    (
        "/staff/centers/{center}/people/{person}/unmerge",
        "POST",
        DESK,
        NOBODY,
    ),
    (
        "/staff/centers/{center}/people/{person}",
        "GET",
        DESK,
        NOBODY,
    ),
    (
        "/staff/centers/{center}/people/{person}/delete",
        "GET",
        DESK,
        NOBODY,
    ),
    (
        "/staff/centers/{center}/people/{person}/delete",
        "POST",
        DESK,
        NOBODY,
    ),
    (
        "/staff/centers/{center}/people/{person}/phone",
        "POST",
        DESK,
        NOBODY,
    ),
    (
        "/staff/centers/{center}/people/{person}/book",
        "GET",
        DESK,
        NOBODY,
    ),
    (
        "/staff/centers/{center}/people/{person}/book",
        "POST",
        DESK,
        NOBODY,
    ),
    ("/staff/cards/{id}/phone", "POST", DESK, NOBODY),
    ("/staff/cards/{id}", "GET", DESK, NOBODY),
    ("/staff/cards/{id}/revoke", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/shifts", "GET", STAFF, CITY),
    (
        "/staff/centers/{center}/shifts/new",
        "GET",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/shifts/new",
        "POST",
        MAKERS,
        &[Admin],
    ),
    ("/staff/centers/{center}/applicants", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/roster", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/roster/part", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/roster/hole", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/roster/type", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/roster/put", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/roster/take", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/roster/undo", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/roster/fill", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/roster/fill", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/now", "GET", STAFF, CITY),
    ("/staff/centers/{center}/today", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/today/part", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/today/phone", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/today/close", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/today/close", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/roll-call", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/people/import", "GET", DESK, NOBODY),
    (
        "/staff/centers/{center}/people/import",
        "POST",
        DESK,
        NOBODY,
    ),
    ("/staff/centers/{center}/sheets", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/sheets/key-in", "GET", DESK, NOBODY),
    (
        "/staff/centers/{center}/sheets/key-in",
        "POST",
        DESK,
        NOBODY,
    ),
    ("/staff/centers/{center}/risk", "GET", STAFF, CITY),
    ("/staff/centers/{center}/risk", "POST", DESK, NOBODY),
    ("/staff/shifts/{id}", "GET", STAFF, CITY),
    ("/staff/centers/{center}/hours", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/hours/say", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/hours/formal", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/hours/star", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/hours/late", "POST", DESK, NOBODY),
    ("/staff/centers/{center}/certificates", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/certificates", "POST", DESK, NOBODY),
    (
        "/staff/centers/{center}/certificates/give",
        "POST",
        DESK,
        NOBODY,
    ),
    (
        "/staff/centers/{center}/certificates/decline",
        "POST",
        DESK,
        NOBODY,
    ),
    (
        "/staff/centers/{center}/certificates/withdraw",
        "POST",
        DESK,
        NOBODY,
    ),
    ("/staff/shifts/{id}/check-in", "POST", DESK, NOBODY),
    // Only a lead who was there; none of these was.
    ("/staff/shifts/{id}/close", "POST", NOBODY, NOBODY),
    ("/staff/shifts/{id}/enter", "POST", DESK, NOBODY),
    ("/staff/shifts/{id}/correct", "POST", DESK, NOBODY),
    ("/staff/shifts/{id}/lead", "POST", DESK, NOBODY),
    ("/staff/shifts/{id}/thank", "POST", DESK, NOBODY),
    ("/staff/shifts/{id}/accept", "POST", DESK, NOBODY),
    ("/staff/shifts/{id}/remove", "POST", DESK, NOBODY),
    ("/staff/shifts/{id}/cancel", "POST", MAKERS, &[Admin]),
    ("/staff/shifts/{id}/edit", "GET", MAKERS, &[Admin]),
    ("/staff/shifts/{id}/edit", "POST", MAKERS, &[Admin]),
    ("/staff/shifts/{id}/publish", "POST", MAKERS, &[Admin]),
    ("/staff/shifts/{id}/remove-draft", "POST", MAKERS, &[Admin]),
    ("/staff/centers/{center}/calendar", "GET", STAFF, CITY),
    ("/staff/centers/{center}/casework", "GET", STAFF, CITY),
    ("/staff/centers/{center}/alike", "GET", STAFF, CITY),
    ("/staff/centers/{center}/hand-over", "GET", DESK, NOBODY),
    ("/staff/centers/{center}/hand-over", "POST", DESK, NOBODY),
    (
        "/staff/centers/{center}/calendar/put",
        "POST",
        MAKERS,
        &[Admin],
    ),
    ("/staff/centers/{center}/day-off", "GET", MAKERS, &[Admin]),
    ("/staff/centers/{center}/day-off", "POST", MAKERS, &[Admin]),
    ("/staff/bookings/{id}/phone", "POST", DESK, NOBODY),
    ("/staff/bookings/{id}/note", "GET", DESK, NOBODY),
    ("/staff/bookings/{id}/note", "POST", DESK, NOBODY),
    ("/staff/bookings/{id}/cancel", "GET", DESK, NOBODY),
    ("/staff/bookings/{id}/cancel", "POST", DESK, NOBODY),
    (
        "/staff/centers/{center}/policy",
        "GET",
        &[CenterManager, Admin],
        &[Admin],
    ),
    (
        "/staff/centers/{center}/policy",
        "POST",
        &[CenterManager, Admin],
        &[Admin],
    ),
    ("/staff/centers/{center}/settings", "GET", STAFF, CITY),
    (
        "/staff/centers/{center}/settings/contact",
        "GET",
        &[CenterManager, Admin],
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/contact",
        "POST",
        &[CenterManager, Admin],
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/hours",
        "GET",
        &[CenterManager, Admin],
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/hours",
        "POST",
        &[CenterManager, Admin],
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/status",
        "GET",
        &[CenterManager, Admin],
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/status",
        "POST",
        &[CenterManager, Admin],
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/days",
        "GET",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/days",
        "POST",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/days/planned",
        "GET",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/days/remove",
        "POST",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/rooms/new",
        "GET",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/rooms/new",
        "POST",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/rooms/{room}",
        "GET",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/rooms/{room}",
        "POST",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/settings/rooms/{room}/use",
        "POST",
        MAKERS,
        &[Admin],
    ),
    ("/staff/centers/{center}/kiosks", "GET", MAKERS, &[Admin]),
    ("/staff/centers/{center}/kiosks", "POST", MAKERS, &[Admin]),
    (
        "/staff/centers/{center}/kiosks/exit",
        "POST",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/kiosks/poster",
        "GET",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/kiosks/poster",
        "POST",
        MAKERS,
        &[Admin],
    ),
    (
        "/staff/centers/{center}/kiosks/{kiosk}/revoke",
        "POST",
        MAKERS,
        &[Admin],
    ),
    // What a phone scans; without a claim they say that it is over.
    ("/w/{code}", "GET", ALL, ALL),
    ("/here", "GET", ALL, ALL),
    ("/here", "POST", RESIDENTS, RESIDENTS),
    // A kiosk's screens are for paired devices, which `kiosk.rs` tests; these lead there.
    ("/kiosk", "GET", NOBODY, NOBODY),
    ("/kiosk/pair", "GET", ALL, ALL),
    ("/kiosk/pair", "POST", ALL, ALL),
    ("/kiosk/panel.css", "GET", ALL, ALL),
    ("/kiosk/idle", "GET", ALL, ALL),
    ("/kiosk/done", "POST", ALL, ALL),
    ("/kiosk/preferences", "POST", ALL, ALL),
    ("/kiosk/still-here", "GET", NOBODY, NOBODY),
    ("/kiosk/check-in", "GET", NOBODY, NOBODY),
    ("/kiosk/check-in", "POST", NOBODY, NOBODY),
    ("/kiosk/result", "GET", NOBODY, NOBODY),
    ("/kiosk/today", "GET", NOBODY, NOBODY),
    ("/kiosk/menu", "GET", NOBODY, NOBODY),
    ("/kiosk/wall", "GET", NOBODY, NOBODY),
    ("/kiosk/self-test", "GET", NOBODY, NOBODY),
    ("/kiosk/exit", "GET", NOBODY, NOBODY),
    ("/kiosk/exit/number", "GET", NOBODY, NOBODY),
    ("/kiosk/exit/number", "POST", NOBODY, NOBODY),
    ("/kiosk/exit/sign-in", "GET", NOBODY, NOBODY),
    ("/kiosk/exit/sign-in", "POST", NOBODY, NOBODY),
    ("/kiosk/on/{id}", "GET", NOBODY, NOBODY),
    ("/kiosk/shifts", "GET", NOBODY, NOBODY),
    ("/kiosk/shifts/{id}", "GET", NOBODY, NOBODY),
    ("/kiosk/help/{id}", "GET", NOBODY, NOBODY),
    ("/kiosk/help/{id}", "POST", NOBODY, NOBODY),
    ("/kiosk/help/{id}/short", "GET", NOBODY, NOBODY),
    ("/kiosk/help/{id}/short", "POST", NOBODY, NOBODY),
    ("/kiosk/help/{id}/phone", "GET", NOBODY, NOBODY),
    ("/kiosk/help/{id}/phone", "POST", NOBODY, NOBODY),
    ("/kiosk/help/{id}/code", "GET", NOBODY, NOBODY),
    ("/kiosk/help/{id}/code", "POST", NOBODY, NOBODY),
    ("/kiosk/help/{id}/who", "GET", NOBODY, NOBODY),
    ("/kiosk/help/{id}/who", "POST", NOBODY, NOBODY),
    ("/kiosk/help/{id}/confirm", "GET", NOBODY, NOBODY),
    ("/kiosk/help/{id}/confirm", "POST", NOBODY, NOBODY),
    ("/kiosk/help/{id}/answer", "GET", NOBODY, NOBODY),
    ("/kiosk/book/{id}", "GET", NOBODY, NOBODY),
    ("/kiosk/book/{id}", "POST", NOBODY, NOBODY),
    ("/kiosk/book/{id}/short", "GET", NOBODY, NOBODY),
    ("/kiosk/book/{id}/short", "POST", NOBODY, NOBODY),
    ("/kiosk/book/{id}/phone", "GET", NOBODY, NOBODY),
    ("/kiosk/book/{id}/phone", "POST", NOBODY, NOBODY),
    ("/kiosk/book/{id}/code", "GET", NOBODY, NOBODY),
    ("/kiosk/book/{id}/code", "POST", NOBODY, NOBODY),
    ("/kiosk/book/{id}/who", "GET", NOBODY, NOBODY),
    ("/kiosk/book/{id}/who", "POST", NOBODY, NOBODY),
    ("/kiosk/book/{id}/confirm", "GET", NOBODY, NOBODY),
    ("/kiosk/book/{id}/confirm", "POST", NOBODY, NOBODY),
    ("/kiosk/book/{id}/answer", "GET", NOBODY, NOBODY),
];

#[test]
fn every_page_says_who_may_open_it() {
    let routed = paths(
        &app::resident::routes()
            .merge(app::staff::routes())
            .merge(app::kiosk::routes()),
    );
    assert!(
        routed.contains("/me/bookings/{id}"),
        "axum's debugging text has changed: {routed:?}"
    );
    let listed: BTreeSet<String> = TABLE.iter().map(|(path, ..)| (*path).to_owned()).collect();
    let missing: Vec<_> = routed.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&routed).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "without a line: {missing:?}; without a page: {gone:?}"
    );
}

/// What each sends along: nothing, a token, or a cookie.
async fn credentials(stage: &Stage) -> BTreeMap<Who, (&'static str, String)> {
    let mut found = BTreeMap::from([(Anonymous, ("x-nobody", String::new()))]);
    for (who, phone) in [(Resident, RESIDENT), (Stranger, STRANGER)] {
        found.insert(
            who,
            (
                "authorization",
                format!("Bearer {}", stage.resident(phone).await),
            ),
        );
    }
    for (who, name, role, scope) in [
        (SocialWorker, "worker", Role::SocialWorker, OWN),
        (CenterManager, "manager", Role::CenterManager, OWN),
        (
            SubdistrictSupervisor,
            "subdistrict",
            Role::SubdistrictSupervisor,
            "440303001",
        ),
        (
            DistrictSupervisor,
            "district",
            Role::DistrictSupervisor,
            "440303",
        ),
        (CitySupervisor, "city", Role::CitySupervisor, "city"),
        (Evaluator, "evaluator", Role::Evaluator, OWN),
        (Admin, "admin", Role::Admin, "city"),
    ] {
        found.insert(who, ("cookie", stage.staff(name, role, scope).await));
    }
    assert_eq!(found.len(), ALL.len());
    found
}

/// Status and where it leads, with an empty form: who may is told what is missing, and nothing
/// changes.
async fn open(
    stage: &Stage,
    method: &str,
    path: &str,
    (name, value): &(&'static str, String),
) -> (u16, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(*name, value);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let request = request.header("sec-fetch-site", "same-origin");
    let response = stage
        .app
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let to = response
        .headers()
        .get("location")
        .map(|v| v.to_str().unwrap().to_owned());
    (response.status().as_u16(), to.unwrap_or_default())
}

/// Pages that end what the others need come last.
fn ends_something(path: &str) -> bool {
    path.ends_with("/cancel")
        || path.ends_with("/withdraw")
        || path.ends_with("/remove")
        || path.contains("sign-out")
        || path.ends_with("/logins")
}

/// The account of somebody who works at the center.
async fn colleague(stage: &Stage, center: &str) -> String {
    let username = format!("colleague.{center}").to_lowercase();
    stage.staff(&username, Role::SocialWorker, center).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (id,): (String,) = tx
        .sql("SELECT id FROM staff WHERE username = $1")
        .bind(username)
        .one()
        .await
        .unwrap();
    id
}

async fn c148_every_page_is_for_whom_it_is_meant(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut own = place(
        &stage,
        OWN,
        RESIDENT,
        "0190f000-0000-7000-8000-00000000000a",
    )
    .await;
    let mut foreign = place(
        &stage,
        FOREIGN,
        STRANGER,
        "0190f000-0000-7000-8000-00000000000b",
    )
    .await;
    own.account = colleague(&stage, OWN).await;
    foreign.account = colleague(&stage, FOREIGN).await;
    own.contract(&stage).await;
    foreign.contract(&stage).await;
    let credentials = credentials(&stage).await;
    let mut table: Vec<_> = TABLE.iter().collect();
    table.sort_by_key(|(path, method, ..)| ends_something(path) && *method == "POST");
    let mut wrong = Vec::new();
    for (template, method, at_own, at_foreign) in table {
        for (place, allowed) in [(&own, at_own), (&foreign, at_foreign)] {
            let path = place.path(template);
            for who in ALL {
                let ends = ends_something(template) && *method == "POST";
                // Whoever may would end it for the next one; the others must not be able to.
                if ends && allowed.contains(who) {
                    continue;
                }
                let (status, to) = open(&stage, method, &path, &credentials[who]).await;
                let to_sign_in = to.starts_with("/sign-in") || to.starts_with("/staff/sign-in");
                let itself = template.contains("sign-");
                let denied = matches!(status, 401 | 403 | 404) || (to_sign_in && !itself);
                if status >= 500 || denied == allowed.contains(who) && !itself {
                    let may = if allowed.contains(who) {
                        "may"
                    } else {
                        "may not"
                    };
                    wrong.push(format!("{who:?} {may} {method} {path}: {status} {to}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Nobody who may not has ended anything.
    let booked = stage
        .test
        .number("SELECT COUNT(*) FROM booking WHERE state = 'confirmed'")
        .await;
    assert!(booked >= 2, "{booked}");
}

store::on_both_databases! {
    c148_every_page_is_for_whom_it_is_meant => super::c148_every_page_is_for_whom_it_is_meant,
}
