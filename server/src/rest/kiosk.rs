//! What a kiosk asks of the server for itself. Everything else that it may is at the doors.

use super::api::{Answer, Api, Sent};
use app::web::scan_address;
use axum::Json;
use domain::{
    Refusal,
    kiosk::{Checked, Light},
};
use serde::{Deserialize, Serialize};
use store::kiosks::{self, Report};
use utoipa::ToSchema;

/// A kiosk, as it knows itself.
#[derive(Serialize, ToSchema)]
pub(super) struct Kiosk {
    /// Its id.
    id: String,
    /// Its center.
    center_id: String,
    /// What staff call it.
    name: String,
    /// The server's time, RFC 3339.
    now: String,
    /// The secret of its wall codes, 64 hexadecimal digits.
    wall_secret: String,
    /// The address that a wall code leads to, without the code.
    wall_address: String,
}

/// The kiosk that asks, with the server's time and the secret of its wall codes.
#[utoipa::path(get, path = "/kiosk", operation_id = "kiosk", tag = "doors",
    responses((status = 200, description = "The kiosk", body = Kiosk)))]
pub(super) async fn own(api: Api) -> Answer<Json<Kiosk>> {
    let own = api.answer(kiosks::own(api.db(), &api.caller).await)?;
    Ok(Json(Kiosk {
        id: own.id.to_string(),
        center_id: own.center_id.to_string(),
        name: own.name,
        now: api.now.rfc3339(),
        wall_secret: own.wall_secret,
        wall_address: scan_address(&api.site, ""),
    }))
}

/// A sign of life. What it says nothing of stays as it was.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Health {
    /// The version of the program, at most 40 characters.
    version: String,
    /// By how many milliseconds the device's clock is ahead of the server's.
    clock_off_ms: Option<i64>,
    /// `ok`, `failed` or `unknown`.
    camera: Option<String>,
    /// `ok`, `failed` or `unknown`.
    scanner: Option<String>,
    /// What a self-test came to.
    checks: Option<Vec<CheckResult>>,
}

/// What one check came to.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckResult {
    /// `camera`, `scanner`, `clock`, `ticket`, `storage` or `network`.
    check: String,
    /// `green`, `amber` or `red`.
    light: String,
}

/// The answer to a sign of life.
#[derive(Serialize, ToSchema)]
pub(super) struct Heard {
    /// The server's time, RFC 3339.
    now: String,
}

fn read<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, Refusal> {
    text.parse()
        .map_err(|_| Refusal::invalid(field, "unknown_value"))
}

impl Health {
    fn report(self) -> Result<Report, Refusal> {
        let checked = |one: CheckResult| {
            Ok(Checked {
                check: read("checks", &one.check)?,
                light: read::<Light>("checks", &one.light)?,
            })
        };
        let checks = self
            .checks
            .map(|all| all.into_iter().map(checked).collect::<Result<_, Refusal>>());
        let part = |field, text: Option<String>| text.map(|text| read(field, &text)).transpose();
        Ok(Report {
            version: self.version,
            clock_off_ms: self.clock_off_ms,
            camera: part("camera", self.camera)?,
            scanner: part("scanner", self.scanner)?,
            checks: checks.transpose()?,
        })
    }
}

/// Tells how the kiosk is.
#[utoipa::path(post, path = "/kiosk/health", operation_id = "kiosk_health", tag = "doors",
    request_body = Health,
    responses((status = 200, description = "It was heard", body = Heard)))]
pub(super) async fn health(api: Api, sent: Sent<Health>) -> Answer<Json<Heard>> {
    api.signed_in()?;
    // Who is no kiosk is told that, whatever they send.
    api.answer(kiosks::own(api.db(), &api.caller).await)?;
    let report = api.rule(sent.body.report())?;
    api.answer(kiosks::report(api.db(), &api.act(), report).await)?;
    Ok(Json(Heard {
        now: api.now.rfc3339(),
    }))
}

/// What a scanner or a camera would have read.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TestTicket {
    /// What the QR says.
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
pub(super) async fn test_ticket(api: Api, sent: Sent<TestTicket>) -> Answer<Json<TestedTicket>> {
    api.signed_in()?;
    api.answer(kiosks::own(api.db(), &api.caller).await)?;
    let genuine = ticket::verify(&api.site.tickets().keyring, &sent.body.token).is_ok();
    Ok(Json(TestedTicket { genuine }))
}
