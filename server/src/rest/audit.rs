//! Reading the audit log.

use super::{
    api::SignedIn,
    fault::Answer,
    page::{Asked, Page},
    sent::Query,
};
use axum::Json;
use chrono::NaiveDate;
use domain::{Reason, Refusal, id::CenterId, time::Timestamp};
use serde::{Deserialize, Serialize};
use store::trail::{self, Filter, Trace};
use utoipa::{IntoParams, ToSchema};

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only of this center.
    center: Option<CenterId>,
    /// Only about this thing: `KIND:ID`, e.g. `booking:0190…`.
    subject: Option<String>,
    /// Only about things of this kind, e.g. `booking`.
    kind: Option<String>,
    /// Only what they did, e.g. `staff:0190…`.
    actor: Option<String>,
    /// From the beginning of this day.
    from: Option<NaiveDate>,
    /// To the end of this day.
    to: Option<NaiveDate>,
}

/// Kind and id of a thing.
fn subject(text: &str) -> Result<(String, String), Refusal> {
    let (kind, id) = text
        .split_once(':')
        .ok_or_else(|| Refusal::invalid("subject", Reason::UnknownValue))?;
    Ok((kind.to_owned(), id.to_owned()))
}

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditEntry {
    /// Its id.
    id: String,
    /// When.
    at: Timestamp,
    /// Who, e.g. `staff:0190…`, `account:…`, `token:…`, `system`.
    actor: String,
    /// A stable verb, e.g. `booking.cancel`.
    action: String,
    /// What kind of thing it was done to.
    subject_kind: String,
    /// Which one.
    subject_id: String,
    /// The center that it belongs to.
    center_id: Option<CenterId>,
    /// Facts, without names and telephone numbers.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

impl From<Trace> for AuditEntry {
    fn from(trace: Trace) -> Self {
        Self {
            id: trace.id,
            at: trace.at,
            actor: trace.actor,
            action: trace.action,
            subject_kind: trace.subject_kind,
            subject_id: trace.subject_id,
            center_id: trace.center_id,
            detail: trace.detail,
        }
    }
}

/// Who did what, where, when, the newest first; of the centers that the caller oversees.
#[utoipa::path(get, path = "/audit", operation_id = "audit", tag = "staff", params(Wanted, Asked),
    responses((status = 200, description = "Entries", body = Page<AuditEntry>)))]
pub(super) async fn list(
    SignedIn(api): SignedIn,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<AuditEntry>>> {
    let filter = Filter {
        center: wanted.center,
        subject: wanted.subject.as_deref().map(subject).transpose()?,
        kind: wanted.kind,
        actor: wanted.actor,
        from: wanted.from.map(Timestamp::start_of),
        until: wanted.to.map(Timestamp::after),
        part: asked.part(),
    };
    let page = trail::entries(api.db(), &api.caller, &filter).await?;
    Ok(Json(Page::of(page, AuditEntry::from)))
}
