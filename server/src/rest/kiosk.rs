//! What a kiosk asks of the server for itself. Everything else that it may is at the doors.

use super::{
    api::Api,
    fault::{Answer, Fault},
    sent::Sent,
};
use app::web::{Site, scan_address};
use axum::{Json, extract::FromRequestParts, http::request::Parts};
use domain::{
    id::{CenterId, KioskId},
    kiosk::{Check, Checked, Light, Part},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use store::kiosks::{self, Report};
use utoipa::ToSchema;

/// A request of a paired kiosk. Whoever is no kiosk is told that, whatever they send.
pub(super) struct Paired {
    api: Api,
    kiosk: kiosks::Own,
}

impl FromRequestParts<Site> for Paired {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let api = Api::from_request_parts(parts, site).await?;
        let kiosk = kiosks::own(api.db(), &api.caller).await?;
        Ok(Self { api, kiosk })
    }
}

/// A kiosk, as it knows itself.
#[derive(Serialize, ToSchema)]
pub(super) struct Kiosk {
    /// Its id.
    id: KioskId,
    /// Its center.
    center_id: CenterId,
    /// What staff call it.
    name: String,
    /// The server's time.
    now: Timestamp,
    /// The secret of its wall codes, 64 hexadecimal digits.
    wall_secret: String,
    /// The address that a wall code leads to, without the code.
    wall_address: String,
}

/// The kiosk that asks, with the server's time and the secret of its wall codes.
#[utoipa::path(get, path = "/kiosk", operation_id = "kiosk", tag = "doors",
    responses((status = 200, description = "The kiosk", body = Kiosk)))]
pub(super) async fn own(Paired { api, kiosk }: Paired) -> Json<Kiosk> {
    Json(Kiosk {
        id: kiosk.id,
        center_id: kiosk.center_id,
        name: kiosk.name,
        now: api.now,
        wall_secret: kiosk.wall_secret,
        wall_address: scan_address(&api.site, ""),
    })
}

/// A sign of life. What it says nothing of stays as it was.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Health {
    /// The version of the program, at most 40 characters.
    #[serde(default)]
    version: String,
    /// By how many milliseconds the device's clock is ahead of the server's.
    clock_off_ms: Option<i64>,
    /// Whether its camera works.
    camera: Option<Part>,
    /// Whether its scanner works.
    scanner: Option<Part>,
    /// What a self-test came to.
    checks: Option<Vec<CheckResult>>,
}

/// What one check came to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckResult {
    /// Which.
    check: Check,
    /// How it went.
    light: Light,
}

impl From<CheckResult> for Checked {
    fn from(CheckResult { check, light }: CheckResult) -> Self {
        Self { check, light }
    }
}

/// The answer to a sign of life.
#[derive(Serialize, ToSchema)]
pub(super) struct Heard {
    /// The server's time.
    now: Timestamp,
}

/// Tells how the kiosk is.
#[utoipa::path(post, path = "/kiosk/health", operation_id = "kiosk_health", tag = "doors",
    request_body = Health,
    responses((status = 200, description = "It was heard", body = Heard)))]
pub(super) async fn health(Paired { api, .. }: Paired, sent: Sent<Health>) -> Answer<Json<Heard>> {
    let told = sent.body;
    let report = Report {
        version: told.version,
        clock_off_ms: told.clock_off_ms,
        camera: told.camera,
        scanner: told.scanner,
        checks: told
            .checks
            .map(|checks| checks.into_iter().map(Checked::from).collect()),
    };
    kiosks::report(api.db(), &api.act(), report).await?;
    Ok(Json(Heard { now: api.now }))
}

/// What a scanner or a camera would have read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TestTicket {
    /// What the QR says.
    #[serde(default)]
    token: String,
}

/// What a test of a ticket came to.
#[derive(Serialize, ToSchema)]
pub(super) struct TestedTicket {
    /// Whether one of the center's keys signed it. Nothing is looked up and nobody is let in.
    genuine: bool,
}

/// Whether a ticket is genuine, for a kiosk's self-test: by the keys of every door, and without a
/// line in their log.
#[utoipa::path(post, path = "/kiosk/test-ticket", operation_id = "kiosk_test_ticket", tag = "doors",
    request_body = TestTicket,
    responses((status = 200, description = "It was looked at", body = TestedTicket)))]
pub(super) async fn test_ticket(
    Paired { api, .. }: Paired,
    sent: Sent<TestTicket>,
) -> Json<TestedTicket> {
    let genuine = ticket::verify(&api.site.tickets().keyring, &sent.body.token).is_ok();
    Json(TestedTicket { genuine })
}
