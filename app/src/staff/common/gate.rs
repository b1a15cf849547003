//! What the staff's pages share: who may see them, their frame, the way to sign in and back.

use crate::{
    i18n::Locale,
    shell::{Face, Page},
    web::{Fault, Visit, redirect},
};
use axum::response::{IntoResponse, Response};
use domain::{
    Refusal,
    access::{Action, Identity},
    id::{CenterId, StaffId},
};
use leptos::prelude::*;
use store::{
    Error,
    centers::{self, CenterSummary, CenterView},
    menu::Field,
};

/// A page of this face.
pub(in crate::staff) fn page(visit: &Visit, title: impl Into<String>) -> Page {
    let mut page = visit.page(title);
    page.face = Face::Staff;
    page.signed_in = matches!(visit.caller.identity, Identity::Staff(_));
    for (href, action) in [
        ("/staff/menu", Action::ManageMenu),
        ("/staff/audit", Action::ReadAudit),
    ] {
        if !visit.caller.may_somewhere(action) {
            page.closed.push(href);
        }
    }
    page
}

/// A query of one field.
pub(in crate::staff) fn query(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .finish()
}

/// What a page answers that failed as a whole: who is not signed in may sign in and comes back.
pub(in crate::staff) fn fail(visit: &Visit, error: impl Into<Error>) -> Response {
    let error = error.into();
    match error.refusal() {
        Some(Refusal::Unauthenticated) => {
            redirect(&format!("/staff/sign-in?{}", query("back", &visit.here)))
        }
        _ => Fault::on(page(visit, ""), error).into_response(),
    }
}

/// The member of staff who is signed in.
#[allow(
    clippy::result_large_err,
    reason = "the error is the answer itself, sent at once"
)]
pub(in crate::staff) fn staff(visit: &Visit) -> Result<StaffId, Response> {
    match &visit.caller.identity {
        Identity::Staff(id) => Ok(id.clone()),
        Identity::Anonymous | Identity::Resident(_) => Err(fail(visit, Refusal::Unauthenticated)),
        _ => Err(fail(visit, Refusal::Forbidden)),
    }
}

/// The center of a path, where the caller may do that.
pub(in crate::staff) async fn center(
    visit: &Visit,
    id: &str,
    action: Action,
) -> Result<CenterView, Response> {
    staff(visit)?;
    let id: CenterId = id
        .parse()
        .map_err(|refusal: Refusal| fail(visit, refusal))?;
    let found = centers::find(visit.db(), &id)
        .await
        .map_err(|error| fail(visit, error))?;
    let may = visit.caller.may(action, &found.summary.place());
    may.map_err(|refusal| fail(visit, refusal))?;
    Ok(found)
}

/// All centers whose plans the caller may see, by code.
pub(in crate::staff) async fn own_centers(visit: &Visit) -> Result<Vec<CenterSummary>, Response> {
    staff(visit)?;
    let mut all = centers::all(visit.db())
        .await
        .map_err(|error| fail(visit, error))?;
    all.retain(|center| visit.caller.may(Action::ViewPlans, &center.place()).is_ok());
    Ok(all)
}

/// Which center a page of no particular center means: the only one, or the last one seen.
pub(in crate::staff) fn present<'a>(
    visit: &Visit,
    own: &'a [CenterSummary],
) -> Option<&'a CenterSummary> {
    match own {
        [only] => Some(only),
        _ => own
            .iter()
            .find(|center| Some(&center.id) == visit.center.as_ref()),
    }
}

/// A service field's name in the reader's language.
pub(in crate::staff) fn field_name(locale: Locale, field: &Field) -> String {
    if locale == Locale::en {
        field.name_en.clone()
    } else {
        field.name_zh.clone()
    }
}

/// A part of a page, without its frame, for an island that has asked for it.
pub(in crate::staff) fn fragment<V: IntoView + 'static>(view: impl FnOnce() -> V) -> Response {
    let context = hydration_context::SsrSharedContext::new_islands();
    let owner = Owner::new_root(Some(std::sync::Arc::new(context)));
    let html = owner.with(|| view().into_any().to_html());
    owner.unset_with_forced_cleanup();
    let headers = [
        (axum::http::header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (axum::http::header::CACHE_CONTROL, "no-store"),
        (axum::http::header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, html).into_response()
}
