//! Somebody's page at a center: who they are, what is coming, what was, who is in their family, each
//! with what can be done.

use super::find::told;
use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, ErrorSummary, Field, FormKey, NoticeBox, Problems, StateBadge, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post},
};
use domain::{
    Reason, Refusal,
    access::Action,
    booking::State,
    id::PersonId,
    merging::undoable_until,
    person::{Phone, needs_guardian},
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use store::{
    Error,
    assignments::AssignmentView,
    bookings::BookingView,
    centers::CenterView,
    known::{self, Member, Past, Shown},
    merging::{self, Merge},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/people/{person}", get(show))
        .route(
            "/staff/centers/{center}/people/{person}/phone",
            post(give_phone),
        )
}

async fn show(visit: Visit, Path((center, person)): Path<(String, String)>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::ViewBookings).await?;
    let person: PersonId = person.parse()?;
    // Whoever was merged has the other's page.
    if let Some(kept) = merging::kept_of(visit.db(), &person).await? {
        let here = format!("/staff/centers/{}/people/{kept}", center.summary.id);
        return Ok(redirect(&here));
    }
    answer(&visit, center, &person, form, Problems::none()).await
}

/// A number for somebody who had none.
async fn give_phone(
    visit: Visit,
    Path((center, person)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let person: PersonId = person.parse()?;
    let mut problems = Problems::none();
    let phone = form.need("phone").and_then(Phone::parse);
    let Some(phone) = problems.keep(visit.locale, visit.now, phone) else {
        return answer(&visit, center, &person, form, problems).await;
    };
    let (db, act, at) = (visit.db(), visit.act(), &center.summary.id);
    match store::desk::give_phone(db, &act, at, &person, phone).await {
        Ok(()) => Ok(redirect(&format!(
            "/staff/centers/{at}/people/{person}?done=phone"
        ))),
        Err(Error::Refused(Refusal::Invalid {
            reason: Reason::Taken,
            ..
        })) => {
            let told = td_string!(visit.locale, staff.desk.phone_taken);
            problems.note_text("phone", told.to_owned());
            answer(&visit, center, &person, form, problems).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn answer(
    visit: &Visit,
    center: CenterView,
    person: &PersonId,
    form: Form,
    problems: Problems,
) -> Answer {
    let shown = known::show(visit.db(), &visit.act(), &center.summary.id, person).await?;
    let merges = merging::merges_of(visit.db(), person, visit.now).await?;
    let place = center.summary.place();
    let may_book = visit.caller.may(Action::BookForOthers, &place).is_ok();
    let status = match problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let reader = visit.clone();
    let page = gate::page(visit, shown.person.name.as_str()).status(status);
    Ok(page.render(move || {
        let of = Of {
            visit: &reader,
            center: &center,
            may_book,
        };
        of.page(&shown, &merges, &form, &problems)
    }))
}

/// What has just been done, by its word in the address.
fn done(locale: Locale, form: &Form) -> Option<&'static str> {
    match form.get("done")? {
        "confirmed" => Some(td_string!(locale, people.done_confirmed)),
        "waitlisted" => Some(td_string!(locale, people.done_waitlisted)),
        "phone" => Some(td_string!(locale, staff.desk.phone_given)),
        "merged" => Some(td_string!(locale, merging.done)),
        _ => None,
    }
}

/// Whose page it is for.
struct Of<'a> {
    visit: &'a Visit,
    center: &'a CenterView,
    may_book: bool,
}

impl Of<'_> {
    fn here(&self) -> String {
        format!("/staff/centers/{}", self.center.summary.id)
    }

    fn page(
        &self,
        shown: &Shown,
        merges: &[Merge],
        form: &Form,
        problems: &Problems,
    ) -> impl IntoView + use<> {
        let (locale, now) = (self.visit.locale, self.visit.now);
        let (here, who) = (self.here(), &shown.person);
        let facts = told(locale, (who.birth_year, who.relation, shown.phone.as_ref()));
        let child = needs_guardian(who.birth_year, now);
        let today = |at: Timestamp| at.day() == now.day();
        let soon = shown.bookings.iter().any(|of| today(of.starts_at));
        let has_booked = !shown.bookings.is_empty() || !shown.past.bookings.is_empty();
        let door = soon.then(|| {
            view! { <a class="button" href=format!("{here}/door")>{td_string!(locale, people.door)}</a> }
        });
        let card = (self.may_book && has_booked).then(|| {
            let href = format!("{here}/cards?person={}", who.id);
            view! { <a class="button" href=href>{td_string!(locale, people.card)}</a> }
        });
        let book = self.may_book.then(|| {
            let href = format!("{here}/people/{}/book", who.id);
            view! { <a class="button button-main" href=href>{td_string!(locale, people.book)}</a> }
        });
        let phone = (self.may_book && shown.phone.is_none())
            .then(|| phone_form(locale, &here, &who.id, form, problems));
        view! {
            <a class="back-link" href=format!("{here}/people")>{td_string!(locale, people.title)}</a>
            <div class="page-head">
                <h1>{who.name.as_str().to_owned()}</h1>
                <p class="lead">{facts.join(" · ")}" "{child.then(|| view! { <Badge text=td_string!(locale, people.child) tone=Tone::Warn /> })}</p>
                <div class="cluster">{book}{door}{card}</div>
            </div>
            {done(locale, form).map(|text| view! { <NoticeBox title=text tone=Tone::Good fresh=true /> })}
            <ErrorSummary locale problems=problems.clone() />
            <p class="hint">{self.center.summary.name.clone()}" · "{td_string!(locale, people.only_here)}</p>
            {self.coming(shown)}
            {self.past(&shown.past)}
            {self.household(&shown.household)}
            {phone}
            {self.may_book.then(|| self.merging(&who.id, merges))}
        }
    }

    fn coming(&self, shown: &Shown) -> impl IntoView + use<> {
        let locale = self.visit.locale;
        let rows = self.rows(&shown.bookings, &shown.assignments, false);
        section(
            "coming",
            td_string!(locale, people.coming),
            match rows.is_empty() {
                true => view! { <p class="lead">{td_string!(locale, people.coming_none)}</p> }
                    .into_any(),
                false => view! { <ul class="row-list">{rows}</ul> }.into_any(),
            },
        )
    }

    /// What somebody books and where they serve, by start; the latest first where it is over.
    fn rows(
        &self,
        bookings: &[BookingView],
        places: &[AssignmentView],
        is_over: bool,
    ) -> Vec<AnyView> {
        let booked = bookings.iter().map(|of| (of.starts_at, self.booking(of)));
        let places = places
            .iter()
            .map(|of| (of.span.start(), self.assignment(of)));
        let mut rows: Vec<(Timestamp, AnyView)> = booked.chain(places).collect();
        rows.sort_by_key(|(at, _)| *at);
        if is_over {
            rows.reverse();
        }
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn booking(&self, booking: &BookingView) -> AnyView {
        let (locale, now) = (self.visit.locale, self.visit.now);
        let position = booking.position.and_then(|n| u32::try_from(n).ok());
        let may_cancel = self.may_book
            && booking.ends_at > now
            && matches!(booking.state, State::Confirmed | State::Waitlisted);
        let title = booking.title.clone();
        let cancel = may_cancel.then(|| view! {
            <a class="button button-quiet" href=format!("/staff/bookings/{}/cancel", booking.id)>
                {td_string!(locale, staff.roster.cancel)}<span class="visually-hidden">" "{title}</span>
            </a>
        });
        view! {
            <li><div class="row">
                {row_text(locale, format!("/staff/occurrences/{}", booking.occurrence_id), &booking.title, booking.span(), now)}
                <StateBadge locale state=booking.state position=position />
                {cancel}
            </div></li>
        }
        .into_any()
    }

    fn assignment(&self, place: &AssignmentView) -> AnyView {
        let (locale, now) = (self.visit.locale, self.visit.now);
        let state = words::assignment_state(locale, place.state);
        view! {
            <li><div class="row">
                {row_text(locale, format!("/staff/shifts/{}", place.shift_id), &place.title, place.span, now)}
                <Badge text=td_string!(locale, people.shift) />
                <Badge text=state />
            </div></li>
        }
        .into_any()
    }

    fn past(&self, past: &Past) -> impl IntoView + use<> {
        let locale = self.visit.locale;
        let rows = self.rows(&past.bookings, &past.assignments, true);
        let counts = td_string!(
            locale,
            people.past_counts,
            came = past.came,
            missed = past.missed,
            served = past.served
        );
        section(
            "past",
            td_string!(locale, people.past),
            match rows.is_empty() {
                true => {
                    view! { <p class="lead">{td_string!(locale, people.past_none)}</p> }.into_any()
                }
                false => view! { <p>{counts}</p><ul class="row-list">{rows}</ul> }.into_any(),
            },
        )
    }

    /// The way to merge, and what was merged and can be taken apart again.
    fn merging(&self, person: &PersonId, merges: &[Merge]) -> impl IntoView + use<> {
        let (locale, here) = (self.visit.locale, self.here());
        let page = format!("{here}/people/{person}");
        let row = |merge: &Merge| {
            let name = merge.name.as_str().to_owned();
            let day = words::day_short(locale, merge.merged_at.day());
            let until = words::day_short(locale, undoable_until(merge.merged_at).day());
            view! {
                <li><div class="row">
                    <span class="row-text">
                        <strong>{td_string!(locale, merging.undo_what, name = name, day = day)}</strong>
                        <small>{td_string!(locale, merging.undo_until, day = until)}</small>
                    </span>
                    <form method="post" action=format!("{page}/unmerge")><FormKey />
                        <input type="hidden" name="merge" value=merge.id.to_string() />
                        <button class="button button-quiet" type="submit">{td_string!(locale, merging.undo)}</button>
                    </form>
                </div></li>
            }
        };
        let rows: Vec<_> = merges.iter().map(row).collect();
        let merged = (!rows.is_empty()).then(|| {
            section(
                "merged",
                td_string!(locale, merging.undo_title),
                view! { <ul class="row-list">{rows}</ul> }.into_any(),
            )
        });
        view! {
            {merged}
            <p class="cluster">
                <a class="button button-quiet" href=format!("{page}/merge")>{td_string!(locale, merging.link)}</a>
                <a class="button button-quiet" href=format!("{page}/delete")>{td_string!(locale, data.desk_link)}</a>
            </p>
        }
    }

    /// Whoever is not known here is masked, as the desk shows a family.
    fn household(&self, members: &[Member]) -> impl IntoView + use<> {
        let locale = self.visit.locale;
        let row = |member: &Member| {
            let who = &member.person;
            let relation = words::relation(locale, who.relation);
            match member.is_known {
                true => {
                    let href = format!("{}/people/{}", self.here(), who.id);
                    let name = who.name.as_str().to_owned();
                    view! {
                        <li><a class="row" href=href>
                            <span class="row-text"><strong>{name}</strong><small>{relation}</small></span>
                        </a></li>
                    }
                    .into_any()
                }
                false => {
                    let note = format!("{relation} · {}", td_string!(locale, people.elsewhere));
                    view! {
                        <li><div class="row">
                            <span class="row-text"><strong>{who.name.masked()}</strong><small>{note}</small></span>
                        </div></li>
                    }
                    .into_any()
                }
            }
        };
        let rows: Vec<_> = members.iter().map(row).collect();
        section(
            "household",
            td_string!(locale, people.household),
            match rows.is_empty() {
                true => view! { <p class="lead">{td_string!(locale, people.household_none)}</p> }
                    .into_any(),
                false => view! { <ul class="row-list">{rows}</ul> }.into_any(),
            },
        )
    }
}

fn section(id: &'static str, title: &'static str, content: AnyView) -> impl IntoView + use<> {
    view! {
        <section class="section" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {content}
        </section>
    }
}

/// What it is, which leads there, and when.
fn row_text(
    locale: Locale,
    href: String,
    title: &str,
    span: Span,
    now: Timestamp,
) -> impl IntoView + use<> {
    let when = words::span_near(locale, span, now);
    let title = title.to_owned();
    view! { <span class="row-text"><a href=href><strong>{title}</strong></a><small>{when}</small></span> }
}

/// The field for a number that is missing.
fn phone_form(
    locale: Locale,
    here: &str,
    person: &PersonId,
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let action = format!("{here}/people/{person}/phone");
    view! {
        <section class="section" aria-labelledby="give-phone">
            <h2 id="give-phone">{td_string!(locale, staff.desk.give_phone)}</h2>
            <p>{td_string!(locale, staff.desk.give_phone_lead)}</p>
            <form class="form" method="post" action=action><FormKey />
                <Field name="phone" label=td_string!(locale, field.phone) kind="tel" inputmode="tel" maxlength=20
                    value=form.text("phone").to_owned() error=problems.of("phone") />
                <button class="button" type="submit">{td_string!(locale, staff.save)}</button>
            </form>
        </section>
    }
}
