//! Putting a date down at another time: an edit of that date alone, which can be undone.

use super::{Page, Told, answer, asked::Asked};
use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{FormKey, NoticeBox, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, routing::post};
use domain::{Reason, Refusal, access::Action, activity::Status, time::Timestamp};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    occurrences::{self, EditScope, Edited, OccurrenceEdit, OccurrenceView},
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/calendar/put", post(put))
}

/// What was moved.
pub(super) struct Done {
    view: OccurrenceView,
    from: Timestamp,
    told: u32,
    overlapping: u32,
}

fn instant(form: &Form, name: &str) -> Result<Timestamp, Refusal> {
    let read = Timestamp::parse(form.need(name)?);
    read.map_err(|_| Refusal::invalid(name, Reason::NotATime))
}

/// What the address says was moved.
pub(super) async fn done(
    visit: &Visit,
    center: &CenterView,
    form: &Form,
) -> Result<Option<Done>, Fault> {
    let (Some(id), Ok(from)) = (form.get("moved"), instant(form, "from")) else {
        return Ok(None);
    };
    let found = occurrences::find_for_staff(visit.db(), &visit.caller, &id.parse()?).await;
    let view = match found {
        Ok(view) if view.center_id == center.summary.id => view,
        Ok(_) | Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let count = |name| form.number(name).ok().flatten().unwrap_or_default();
    Ok(Some(Done {
        view,
        from,
        told: count("told"),
        overlapping: count("overlapping"),
    }))
}

impl Done {
    /// What happened, with the way to undo it.
    pub(super) fn notice(self, page: &Page) -> AnyView {
        let (locale, view) = (page.locale, &self.view);
        let when = words::span(locale, view.span());
        let title = td_string!(locale, planner.moved, title = view.title.clone(), when);
        let was = words::moment(locale, self.from, page.now);
        let mut text = vec![td_string!(locale, planner.was, when = was)];
        if self.told > 0 {
            text.push(td_string!(locale, planner.told, count = self.told));
        }
        if self.overlapping > 0 {
            let count = self.overlapping;
            text.push(td_string!(locale, planner.overlapping, count));
        }
        let can_undo = page.may_plan
            && view.status != Status::Cancelled
            && self.from > page.now
            && view.starts_at > page.now
            && view.starts_at != self.from;
        let undo = can_undo.then(|| {
            view! {
                <form method="post" action=page.asked.path("/put")><FormKey />
                    {page.asked.take(Some(view.id.clone())).fields(true)}
                    <input type="hidden" name="at" value=self.from.rfc3339() />
                    <input type="hidden" name="from" value=view.starts_at.rfc3339() />
                    <input type="hidden" name="revision" value=view.revision.to_string() />
                    <button class="button" type="submit">{td_string!(locale, roster.undo)}</button>
                </form>
            }
        });
        view! { <div id="moved"><NoticeBox title text=text.join(" ") tone=Tone::Good fresh=true>{undo}</NoticeBox></div> }
            .into_any()
    }
}

/// Why it was not moved.
pub(super) fn not_moved(page: &Page, refusal: &Refusal) -> AnyView {
    let locale = page.locale;
    let told = words::refusal(locale, refusal, page.now);
    view! {
        <section class="refusal" role="alert" aria-labelledby="why">
            <h2 id="why">{td_string!(locale, planner.not_moved)}</h2>
            <p>{told.sentence}</p>
            <p class="refusal-until">{told.next}</p>
        </section>
    }
    .into_any()
}

/// Puts the date down.
async fn put(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let (view, home) =
        gate::occurrence(&visit, form.need("take")?, Action::ManageActivities).await?;
    if home.summary.id != center.summary.id {
        return Err(Refusal::NotFound.into());
    }
    let (at, from) = (instant(&form, "at")?, instant(&form, "from")?);
    let revision = form.number("revision")?.ok_or(Refusal::Stale)?;
    let change = OccurrenceEdit {
        starts_at: Some(at),
        ..OccurrenceEdit::default()
    };
    let (db, act) = (visit.db(), visit.once(&form)?);
    let moved =
        occurrences::edit(db, &act, &view.id, EditScope::This, change, Some(revision)).await;
    match moved {
        Ok(edited) => Ok(redirect(&back(&visit, &center, &form, from, &edited))),
        Err(Error::Refused(refusal)) => {
            let told = Told {
                done: None,
                refusal: Some(refusal),
            };
            answer(&visit, center, &form, told).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The calendar as it was, nothing picked up, with what was moved.
fn back(
    visit: &Visit,
    center: &CenterView,
    form: &Form,
    from: Timestamp,
    edited: &Edited,
) -> String {
    let id = &center.summary.id;
    let place = center.summary.place();
    let may_see = visit.caller.may(Action::ViewBookings, &place).is_ok();
    let asked = Asked::of(id, form, visit.now, may_see).take(None);
    let moved = edited.occurrences.first().map(ToString::to_string);
    let moved = moved.unwrap_or_default();
    format!(
        "{}&moved={moved}&{}&told={}&overlapping={}#moved",
        asked.address(),
        gate::query("from", &from.rfc3339()),
        edited.told,
        edited.overlapping
    )
}
