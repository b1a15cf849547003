//! Reading the audit log.

use super::{
    api::{Answer, Api, Query},
    centers::limit,
    shapes::Page,
};
use axum::Json;
use domain::{Refusal, time::Timestamp};
use serde::{Deserialize, Serialize};
use store::trail::{self, Cursor, Filter, Trace};
use utoipa::{IntoParams, ToSchema};

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only of this center.
    center: Option<String>,
    /// Only about this thing: `KIND:ID`, e.g. `booking:0190…`.
    subject: Option<String>,
    /// How many, 50 unless told, at most 200.
    limit: Option<u32>,
    /// From the `next` of the part before.
    cursor: Option<String>,
}

impl Wanted {
    fn filter(&self) -> Result<Filter, Refusal> {
        let subject = |text: &str| {
            let (kind, id) = text
                .split_once(':')
                .ok_or_else(|| Refusal::invalid("subject", "unknown_value"))?;
            Ok((kind.to_owned(), id.to_owned()))
        };
        Ok(Filter {
            center: self.center.as_deref().map(str::parse).transpose()?,
            subject: self.subject.as_deref().map(subject).transpose()?,
            before: self.cursor.as_deref().map(Cursor::parse).transpose()?,
            limit: limit(self.limit),
        })
    }
}

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditEntry {
    /// Its id.
    id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
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
    center_id: Option<String>,
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
            center_id: trace.center_id.map(|id| id.to_string()),
            detail: trace.detail,
        }
    }
}

/// Who did what, where, when, the newest first; of the centers that the caller oversees.
#[utoipa::path(get, path = "/audit", operation_id = "audit", tag = "staff", params(Wanted),
    responses((status = 200, description = "Entries", body = Page<AuditEntry>)))]
pub(super) async fn list(api: Api, Query(wanted): Query<Wanted>) -> Answer<Json<Page<AuditEntry>>> {
    api.signed_in()?;
    let filter = api.rule(wanted.filter())?;
    let page = api.answer(trail::entries(api.db(), &api.caller, &filter).await)?;
    Ok(Json(Page {
        items: page.entries.into_iter().map(AuditEntry::from).collect(),
        next: page.next.map(|cursor| cursor.to_string()),
    }))
}
