//! What the staff's pages share: who may see them, their frame, the way to sign in and back.

use super::nav;
use crate::{
    page::{Face, Page},
    web::{Fault, Visit, fault_page, redirect},
};
use axum::response::{IntoResponse, Response};
use domain::{
    Refusal,
    access::{Action, Identity},
    audit::Verb,
    id::{ActivityId, BookingId, CenterId, OccurrenceId, StaffId},
};
use leptos::prelude::*;
use serde_json::json;
use store::{
    activities::{self, ActivityDetail},
    bookings::{self, BookingView},
    centers::{self, CenterSummary, CenterView},
    occurrences::{self, OccurrenceView},
    trail::{self, View},
};

/// A page of this face.
pub(in crate::staff) fn page(visit: &Visit, title: impl Into<String>) -> Page {
    let mut page = visit.page(title);
    page.face = Face::Staff;
    page.signed_in = matches!(visit.caller.identity, Identity::Staff(_));
    page.nav = nav::links(visit.locale, &visit.caller, &page.here);
    page
}

/// A query of one field.
pub(in crate::staff) fn query(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .finish()
}

/// What a page answers that failed as a whole: staff who are not signed in may sign in and come back,
/// and those who have yet to choose a password do that first.
pub(in crate::staff) fn tell(visit: &Visit, refusal: Option<Refusal>) -> Response {
    match refusal {
        Some(Refusal::Unauthenticated | Refusal::Forbidden) if wants_password(visit) => {
            let back = query("back", &visit.here);
            redirect(&format!("/staff/first-password?{back}"))
        }
        Some(Refusal::Unauthenticated) => {
            redirect(&format!("/staff/sign-in?{}", query("back", &visit.here)))
        }
        refusal => fault_page(page(visit, ""), refusal.as_ref()),
    }
}

/// Whether the visitor signed in with a first password, which opens nothing yet.
pub(in crate::staff) fn wants_password(visit: &Visit) -> bool {
    let login = visit.login.as_ref();
    login.is_some_and(|login| login.wants_password)
}

/// The member of staff who is signed in.
pub(in crate::staff) fn staff(visit: &Visit) -> Result<StaffId, Refusal> {
    match &visit.caller.identity {
        Identity::Staff(_) if wants_password(visit) => Err(Refusal::Unauthenticated),
        Identity::Staff(id) => Ok(id.clone()),
        Identity::Anonymous | Identity::Resident(_) => Err(Refusal::Unauthenticated),
        _ => Err(Refusal::Forbidden),
    }
}

/// The center of a path, where the caller may do that. One that is not there is 404 to everyone;
/// 403 is for those who may not do that at a center that is.
pub(in crate::staff) async fn center(
    visit: &Visit,
    id: &str,
    action: Action,
) -> Result<CenterView, Fault> {
    staff(visit)?;
    let id: CenterId = id.parse()?;
    of_center(visit, &id, action).await
}

/// The same for a center that something belongs to.
async fn of_center(visit: &Visit, id: &CenterId, action: Action) -> Result<CenterView, Fault> {
    let found = centers::find(visit.db(), id).await?;
    visit.caller.may(action, &found.summary.place())?;
    Ok(found)
}

/// The occurrence of a path with its center, where the caller may see the center's plans and do
/// that.
pub(in crate::staff) async fn occurrence(
    visit: &Visit,
    id: &str,
    action: Action,
) -> Result<(OccurrenceView, CenterView), Fault> {
    staff(visit)?;
    let id: OccurrenceId = id.parse()?;
    let found = occurrences::find_for_staff(visit.db(), &visit.caller, &id).await?;
    let center = of_center(visit, &found.center_id, action).await?;
    Ok((found, center))
}

/// The activity of a path with its center, where the caller may see the center's plans and do that.
pub(in crate::staff) async fn activity(
    visit: &Visit,
    id: &str,
    action: Action,
) -> Result<(ActivityDetail, CenterView), Fault> {
    staff(visit)?;
    let id: ActivityId = id.parse()?;
    let found = activities::find(visit.db(), &visit.caller, &id, visit.now).await?;
    let center = of_center(visit, &found.activity.center_id, action).await?;
    Ok((found, center))
}

/// The booking of a path, for those who may see bookings at its center; `look` is what the audit
/// log says.
pub(in crate::staff) async fn booking(
    visit: &Visit,
    id: &str,
    look: Verb,
) -> Result<BookingView, Fault> {
    staff(visit)?;
    let id: BookingId = id.parse()?;
    let found = bookings::find(visit.db(), &visit.caller, &id).await?;
    let look = View {
        action: look,
        subject: ("booking", found.id.to_string()),
        center: Some(found.center_id.clone()),
        detail: json!({}),
    };
    trail::record_view(visit.db(), &visit.act(), look).await?;
    Ok(found)
}

/// All centers whose plans the caller may see, by code.
pub(in crate::staff) async fn own_centers(visit: &Visit) -> Result<Vec<CenterSummary>, Fault> {
    staff(visit)?;
    let all = visit.site.centers();
    let own = |center: &&CenterSummary| {
        let may = visit.caller.may(Action::ViewPlans, &center.place());
        may.is_ok()
    };
    Ok(all.all().iter().filter(own).cloned().collect())
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
