//! A room of a center: its name, what it is part of, what is planned in it, out of use or not.

use super::{back, code, home, revision};
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Choice, ErrorSummary, Field, FormKey, Problems, Row, SelectField},
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use domain::{
    Refusal,
    access::Action,
    activity::Status,
    id::RoomId,
    room::{RoomKind, RoomUse},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    rooms::{self, RoomEdit, RoomView},
};

/// The most things that are shown of what is planned in a room.
const SHOWN: usize = 20;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(
            "/staff/centers/{center}/settings/rooms/new",
            get(ask_new).post(add),
        )
        .route(
            "/staff/centers/{center}/settings/rooms/{room}",
            get(ask).post(save),
        )
        .route(
            "/staff/centers/{center}/settings/rooms/{room}/use",
            post(turn),
        )
}

/// What there is to say of a room beside its name.
pub(super) fn facts(locale: Locale, room: &RoomView, rooms: &[RoomView]) -> String {
    let kind = match room.kind {
        RoomKind::Space => None,
        RoomKind::Equipment => Some(td_string!(locale, center_settings.equipment).to_owned()),
    };
    let seats = room.seats.map(|seats| {
        let label = td_string!(locale, center_settings.seats);
        format!("{label}: {seats}")
    });
    let outer = rooms
        .iter()
        .find(|other| Some(&other.id) == room.part_of.as_ref());
    let outer = outer.map(|outer| {
        let label = td_string!(locale, center_settings.part_of);
        format!("{label}: {}", outer.name)
    });
    let facts: Vec<String> = [kind, seats, outer].into_iter().flatten().collect();
    facts.join(" · ")
}

/// A center with all its rooms, and the one that the form is about, with what is planned in it.
struct At {
    center: CenterView,
    rooms: Vec<RoomView>,
    of: Option<(RoomView, Vec<RoomUse>)>,
}

async fn at(visit: &Visit, id: &str, room: Option<&str>) -> Result<At, Fault> {
    let center = gate::center(visit, id, Action::ManageActivities).await?;
    let (db, caller, here) = (visit.db(), &visit.caller, &center.summary.id);
    let rooms = rooms::list(db, caller, here).await?;
    let of = match room {
        None => None,
        Some(room) => {
            let room: RoomId = room.parse()?;
            let found = rooms.iter().find(|of| of.id == room).cloned();
            let found = found.ok_or(Refusal::NotFound)?;
            let uses = rooms::planned_in(db, caller, here, &room, visit.now).await?;
            Some((found, uses))
        }
    };
    Ok(At { center, rooms, of })
}

async fn ask_new(visit: Visit, Path(id): Path<String>) -> Answer {
    let at = at(&visit, &id, None).await?;
    Ok(page(&visit, at, Form::default(), Problems::none(), None))
}

async fn ask(visit: Visit, Path((id, room)): Path<(String, String)>) -> Answer {
    let at = at(&visit, &id, Some(&room)).await?;
    let form = as_it_is(&at);
    Ok(page(&visit, at, form, Problems::none(), None))
}

/// The form as the room stands.
fn as_it_is(at: &At) -> Form {
    let Some((room, _)) = &at.of else {
        return Form::default();
    };
    let part_of = room.part_of.as_ref().map(ToString::to_string);
    let seats = room.seats.map(|seats| seats.to_string());
    Form::of([
        ("room", room.name.clone()),
        ("kind", room.kind.to_string()),
        ("seats", seats.unwrap_or_default()),
        ("part_of", part_of.unwrap_or_default()),
    ])
}

/// The room that was entered; what is wrong is noted.
fn read(visit: &Visit, form: &Form, problems: &mut Problems) -> Option<RoomEdit> {
    let (locale, now) = (visit.locale, visit.now);
    let kind = form.get("kind").map_or(Ok(RoomKind::Space), str::parse);
    let kind = problems.keep(locale, now, kind);
    let seats = problems.keep(locale, now, form.number("seats"));
    let part_of = form.get("part_of").map(str::parse).transpose();
    let part_of = problems.keep(locale, now, part_of);
    Some(RoomEdit {
        name: form.text("room").to_owned(),
        kind: kind?,
        seats: seats?,
        part_of: part_of?,
    })
}

async fn add(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let at = at(&visit, &id, None).await?;
    let mut problems = Problems::none();
    let Some(new) = read(&visit, &form, &mut problems) else {
        return Ok(page(&visit, at, form, problems, None));
    };
    let here = &at.center.summary.id;
    let added = rooms::add(visit.db(), &visit.once(&form)?, here, new).await;
    answer(&visit, at, form, problems, added)
}

async fn save(visit: Visit, Path((id, room)): Path<(String, String)>, form: Form) -> Answer {
    let now_at = at(&visit, &id, Some(&room)).await?;
    let mut problems = Problems::none();
    let Some(to) = read(&visit, &form, &mut problems) else {
        return Ok(page(&visit, now_at, form, problems, None));
    };
    let (here, room_id) = (&now_at.center.summary.id, room.parse()?);
    let (act, revision) = (visit.once(&form)?, revision(&form));
    let saved = rooms::edit(visit.db(), &act, here, &room_id, to, revision).await;
    // What stands by now is shown with the refusal.
    let now_at = at(&visit, &id, Some(&room)).await?;
    answer(&visit, now_at, form, problems, saved)
}

async fn turn(visit: Visit, Path((id, room)): Path<(String, String)>, form: Form) -> Answer {
    let at = at(&visit, &id, Some(&room)).await?;
    let (here, room) = (&at.center.summary.id, room.parse()?);
    let (act, retired) = (visit.once(&form)?, form.text("do") == "retire");
    let turned = rooms::set_retired(visit.db(), &act, here, &room, retired).await;
    let as_it_is = as_it_is(&at);
    answer(&visit, at, as_it_is, Problems::none(), turned)
}

fn answer(
    visit: &Visit,
    at: At,
    form: Form,
    mut problems: Problems,
    done: store::Result<RoomId>,
) -> Answer {
    match done {
        Ok(_) => Ok(redirect(&format!("{}?saved=1", home(&at.center)))),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            Ok(page(visit, at, form, problems, Some(refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(
    visit: &Visit,
    at: At,
    form: Form,
    problems: Problems,
    refused: Option<Refusal>,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let status = code(problems.any(), refused.as_ref());
    let title = match &at.of {
        None => td_string!(locale, center_settings.add_room).to_owned(),
        Some((room, _)) => room.name.clone(),
    };
    gate::page(visit, title.clone()).narrow().status(status).render(move || {
        let rooms = format!("{}/rooms", home(&at.center));
        let action = match &at.of {
            None => format!("{rooms}/new"),
            Some((room, _)) => format!("{rooms}/{}", room.id),
        };
        let below = at.of.as_ref().map(|(room, uses)| {
            view! { {planned(locale, uses, now)}{out_of_use(locale, &action, room)} }
        });
        view! {
            {back(locale, &at.center)}
            <div class="page-head"><h1>{title}</h1></div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=action.clone()><FormKey />
                <input type="hidden" name="revision" value=at.center.revision.to_string() />
                {fields(locale, &at, &form, &problems)}
                <div class="action-bar"><button class="button button-main" type="submit">{td_string!(locale, staff.save)}</button></div>
            </form>
            {below}
        }
    })
}

fn fields(locale: Locale, at: &At, form: &Form, problems: &Problems) -> impl IntoView + use<> {
    let equipment = form.text("kind") == RoomKind::Equipment.as_str();
    let own = at.of.as_ref().map(|(room, _)| &room.id);
    let none = (
        String::new(),
        td_string!(locale, center_settings.part_of_none).to_owned(),
    );
    let others = at
        .rooms
        .iter()
        .filter(|room| room.retired_at.is_none() && Some(&room.id) != own)
        .map(|room| (room.id.to_string(), room.name.clone()));
    let options: Vec<(String, String)> = std::iter::once(none).chain(others).collect();
    let kind = |of: RoomKind, label: &'static str, checked| {
        view! { <Choice name="kind" value=of.as_str() label checked radio=true /> }
    };
    view! {
        <Field name="room" label=td_string!(locale, center_settings.room_name) value=form.text("room").to_owned()
            error=problems.of("room") maxlength=60 />
        <fieldset class="form-field">
            <legend>{td_string!(locale, center_settings.kind)}</legend>
            {kind(RoomKind::Space, td_string!(locale, center_settings.space), !equipment)}
            {kind(RoomKind::Equipment, td_string!(locale, center_settings.equipment), equipment)}
        </fieldset>
        <Field name="seats" label=td_string!(locale, center_settings.seats) note=td_string!(locale, ui.optional)
            value=form.text("seats").to_owned() error=problems.of("seats") inputmode="numeric" class="input-short" />
        <SelectField name="part_of" label=td_string!(locale, center_settings.part_of) hint=td_string!(locale, center_settings.part_of_hint)
            options selected=form.text("part_of").to_owned() error=problems.of("part_of") />
    }
}

/// What is planned in the room.
fn planned(locale: Locale, uses: &[RoomUse], now: Timestamp) -> impl IntoView + use<> {
    let rows: Vec<_> = uses
        .iter()
        .take(SHOWN)
        .map(|of| {
            let href = format!("/staff/occurrences/{}", of.occurrence);
            let when = words::span_near(locale, of.span, now);
            let note = match of.status {
                Status::Draft => format!("{when} · {}", td_string!(locale, center_settings.draft)),
                _ => when,
            };
            view! { <Row href title=of.title.clone() note /> }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="uses">
            <h2 id="uses">{td_string!(locale, center_settings.room_uses)}</h2>
            {if rows.is_empty() {
                view! { <p>{td_string!(locale, center_settings.room_uses_none)}</p> }.into_any()
            } else {
                view! { <ul class="row-list">{rows}</ul> }.into_any()
            }}
        </section>
    }
}

/// The button that takes it out of use, or back.
fn out_of_use(locale: Locale, action: &str, room: &RoomView) -> impl IntoView + use<> {
    let (todo, words) = match room.retired_at {
        None => ("retire", td_string!(locale, center_settings.retire)),
        Some(_) => ("bring_back", td_string!(locale, center_settings.bring_back)),
    };
    let hint = room
        .retired_at
        .is_none()
        .then(|| view! { <p class="hint">{td_string!(locale, center_settings.retire_hint)}</p> });
    view! {
        <form class="form" method="post" action=format!("{action}/use")><FormKey />
            {hint}
            <div class="cluster"><button class="button" type="submit" name="do" value=todo>{words}</button></div>
        </form>
    }
}
