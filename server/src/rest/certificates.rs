//! Certificates of volunteer hours: anyone with the number may check one.

use super::{
    api::{Api, Id, Own, SignedIn, created, marked},
    fault::{Answer, done},
    page::{Asked, Page},
    sent::{Query, Sent},
    shapes::Certificate,
};
use axum::{Json, response::Response};
use chrono::{Days, NaiveDate};
use domain::{
    certificate::Number,
    id::{CenterId, PersonId},
    time::Timestamp,
};
use serde::Deserialize;
use store::certificates::{self, Wanted};
use utoipa::ToSchema;

/// A certificate by its number: what stands on it, and what is known of it now. Each look is put on
/// record.
#[utoipa::path(get, path = "/certificates/{number}", operation_id = "certificate", tag = "public",
    params(("number" = String, Path, description = "What stands at the top of the paper")),
    responses((status = 200, description = "`standing` is `valid`, `corrected`, `withdrawn` or `forged`", body = Certificate),
        (status = 404, description = "`not_found`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn one(api: Api, Id(number): Id<Number>) -> Answer<Json<Certificate>> {
    let keyring = api.site.tickets().keyring;
    let found = certificates::find(api.db(), &api.act(), &keyring, number.as_str()).await?;
    Ok(Json(Certificate::of(found)))
}

/// Certificates of the caller and their family, the newest first.
#[utoipa::path(get, path = "/me/certificates", operation_id = "my_certificates", tag = "residents", params(Asked),
    responses((status = 200, description = "Certificates", body = Page<Certificate>)))]
pub(super) async fn mine(
    Own { api, account }: Own,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Certificate>>> {
    let keyring = api.site.tickets().keyring;
    let found = certificates::of_account(api.db(), &keyring, &account, &asked.part()).await?;
    Ok(Json(Page::of(found, Certificate::of)))
}

/// Certificates that a center has made out, the newest first. The look is put on record.
#[utoipa::path(get, path = "/centers/{center}/certificates", operation_id = "certificates", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), Asked),
    responses((status = 200, description = "Certificates", body = Page<Certificate>)))]
pub(super) async fn list(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Certificate>>> {
    let (db, act, keyring) = (api.db(), api.act(), api.site.tickets().keyring);
    let found = certificates::of_center(db, &act, &keyring, &center, &asked.part()).await?;
    Ok(Json(Page::of(found, Certificate::of)))
}

/// What a certificate is to tell of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CertificateWanted {
    /// Whose hours.
    person_id: PersonId,
    /// The first day, as `2026-01-31`.
    #[schema(value_type = String, format = Date)]
    from: NaiveDate,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    to: NaiveDate,
}

/// Makes a certificate out, of the hours that the center itself has recorded and that count.
#[utoipa::path(post, path = "/centers/{center}/certificates", operation_id = "certificate_issue", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code")), request_body = CertificateWanted,
    responses((status = 201, description = "The certificate", body = Certificate),
        (status = 422, description = "`invalid`: no hours in that time", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn issue(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    sent: Sent<CertificateWanted>,
) -> Answer<Response> {
    let (act, asked) = (api.act().with_key(sent.key), sent.body);
    let after = asked.to.checked_add_days(Days::new(1)).unwrap_or(asked.to);
    let wanted = Wanted {
        center,
        person: asked.person_id,
        from: Timestamp::start_of(asked.from),
        to: Timestamp::start_of(after),
    };
    let tickets = api.site.tickets();
    let (signer, keyring) = (&tickets.signer, &tickets.keyring);
    let made = certificates::issue(api.db(), &act, signer, keyring, wanted).await;
    let made = Json(Certificate::of(done(&act, made)?));
    Ok(marked(created(made), act.was_replayed()))
}

/// Why a certificate is withdrawn.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CertificateWithdrawing {
    /// What whoever looks it up is told, at most 200 characters.
    reason: String,
}

/// Withdraws a certificate. It stays, and says so.
#[utoipa::path(delete, path = "/certificates/{number}", operation_id = "certificate_withdraw", tag = "staff",
    params(("number" = String, Path, description = "Its number")), request_body = CertificateWithdrawing,
    responses((status = 200, description = "`standing` is `withdrawn`", body = Certificate),
        (status = 422, description = "`invalid` without a reason", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn withdraw(
    SignedIn(api): SignedIn,
    Id(number): Id<Number>,
    sent: Sent<CertificateWithdrawing>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    let keyring = api.site.tickets().keyring;
    let (number, reason) = (number.as_str(), sent.body.reason.as_str());
    let gone = certificates::withdraw(api.db(), &act, &keyring, number, reason).await;
    let gone = Json(Certificate::of(done(&act, gone)?));
    Ok(marked(gone, act.was_replayed()))
}
