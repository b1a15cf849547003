//! Booking at the screen, after somebody has shown who they are: for whom, once more before it is
//! done, and what it came to. Names are masked: who stands here knows their own.

use super::{
    browse,
    called::{called, masked},
    frame,
    gate::{self, Here, Wanted},
    identify::secret,
    on,
    who::{self, Choice},
};
use crate::{
    i18n::td_string,
    ui::FormKey,
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, http::HeaderMap, response::Response, routing::get};
use domain::{
    Refusal,
    activity::Channel,
    booking::{Placement, State},
    commitment::Event,
    id::OccurrenceId,
    kiosk::{Light, TICKET_STAYS},
};
use leptos::prelude::*;
use screen::Watched;
use store::{
    bookings::{self, BookingView, Preview},
    kiosks,
    occurrences::OccurrenceView,
    whats_on,
};
use ticket::qr;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/kiosk/book/{id}/who", get(ask))
        .route("/kiosk/book/{id}/confirm", get(once_more).post(book))
        .route("/kiosk/book/{id}/answer", get(answer))
}

/// So many others are told of where something cannot be had.
const OTHERS: usize = 3;

/// Where the booking of an occurrence begins.
fn begin(id: &OccurrenceId) -> String {
    format!("/kiosk/book/{id}")
}

struct Loaded {
    here: Here,
    view: OccurrenceView,
    visitor: kiosks::KioskVisit,
    preview: Preview,
}

/// Who stands here, and what booking would answer to each of theirs.
async fn load(visit: &Visit, headers: &HeaderMap, id: &str) -> Result<Loaded, Fault> {
    let (here, view) = gate::occurrence(visit, id).await?;
    let visitor = who::visitor(visit, headers, &begin(&view.id)).await?;
    let (account, act) = (&visitor.account, visit.act());
    let preview = bookings::preview(visit.db(), &act, &view.id, account, Channel::Kiosk).await;
    let mut preview = preview?;
    preview.people.retain(|one| visitor.reaches(&one.person));
    Ok(Loaded {
        here,
        view,
        visitor,
        preview,
    })
}

async fn ask(visit: Visit, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let loaded = load(&visit, &headers, &id).await?;
    let (locale, now) = (visit.locale, visit.now);
    let people = &loaded.preview.people;
    let named = people.iter().zip(called(locale, people, now));
    let choices = named.map(|(one, (name, relation))| {
        let note = match &one.outcome {
            Ok(Placement::Confirm) => relation,
            Ok(Placement::Wait) => {
                format!("{relation} · {}", td_string!(locale, book.will_wait))
            }
            Err(refusal) => {
                format!(
                    "{relation} · {}",
                    words::refusal(locale, refusal, now).title
                )
            }
        };
        let person = one.person.clone();
        Choice { person, name, note }
    });
    let (wanted, choices) = (Wanted::from(&loaded.view), choices.collect());
    let title = td_string!(locale, book.who);
    Ok(who::ask(&visit, loaded.here, wanted, title, choices))
}

async fn once_more(visit: Visit, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let Loaded {
        here,
        view,
        visitor,
        preview,
    } = load(&visit, &headers, &id).await?;
    let chosen = preview
        .people
        .iter()
        .position(|one| visitor.person.as_ref() == Some(&one.person));
    let Some(nth) = chosen else {
        return Ok(redirect(&format!("{}/who", begin(&view.id))));
    };
    let placement = match &preview.people[nth].outcome {
        Ok(placement) => *placement,
        Err(refusal) => {
            let refusal = refusal.clone();
            return Ok(refused(&visit, here, view, refusal).await);
        }
    };
    let (locale, now) = (visit.locale, visit.now);
    let reader = visit.clone();
    Ok(frame::page(&visit, td_string!(locale, kiosk.confirm_title)).render(move || {
        let (name, relation) = called(locale, &preview.people, now).swap_remove(nth);
        let confirm = match placement {
            Placement::Confirm => td_string!(locale, book.confirm),
            Placement::Wait => td_string!(locale, book.confirm_wait),
        };
        let waits = (placement == Placement::Wait)
            .then(|| td_string!(locale, book.no_place_left, count = preview.waitlisted).to_string());
        let series = (preview.sittings.len() > 1)
            .then(|| td_string!(locale, book.series, count = preview.sittings.len()).to_string());
        let until = words::giving_back_later(locale, preview.terms.cancel_until, now);
        let somebody_else = visitor.proof.reaches_family() && preview.people.len() > 1;
        let somebody_else = somebody_else.then(|| {
            view! { <a class="kiosk-key" href=format!("{}/who", begin(&view.id))>{td_string!(locale, kiosk.somebody_else)}</a> }
        });
        view! {
            <header class="kiosk-tell">
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <h1>{td_string!(locale, kiosk.confirm_title)}</h1>
            </header>
            <div class="kiosk-list kiosk-text" tabindex="0" role="region" aria-label=td_string!(locale, kiosk.confirm_title)>
                <p class="kiosk-who">{name}" "<small>{relation}</small></p>
                {on::told(locale, &Wanted::from(&view), now)}
                {series.map(|text| view! { <p>{text}</p> })}
                {waits.map(|text| view! { <p class="place-count" data-state="full"><span>{text}</span></p> })}
                <p class="kiosk-note">{until}</p>
            </div>
            <form class="kiosk-hand" method="post" action=format!("{}/confirm", begin(&view.id)) autocomplete="off"><FormKey />
                <button class="kiosk-key" data-tone="main" type="submit"><strong>{confirm}</strong></button>
                {somebody_else}
            </form>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    }))
}

async fn book(visit: Visit, headers: HeaderMap, Path(id): Path<String>, form: Form) -> Answer {
    let (_, view) = gate::occurrence(&visit, &id).await?;
    let secret = secret(&headers);
    let act = who::once(&visit, &form, view.id.as_str(), &secret)?;
    let booked = kiosks::book(visit.db(), &act, &secret, &view.id).await;
    who::went_on(&visit, &begin(&view.id), "answer", booked)
}

async fn answer(visit: Visit, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let (here, view) = gate::occurrence(&visit, &id).await?;
    let secret = secret(&headers);
    let visitor = match kiosks::visit(visit.db(), &visit.caller, visit.now, &secret).await {
        Ok(Some(visitor)) => visitor,
        Ok(None) => return Ok(redirect("/kiosk")),
        Err(error) => return Err(error.into()),
    };
    let answered = visitor
        .answer
        .filter(|of| of.event == Event::Occurrence(view.id.clone()));
    match answered.map(|answered| answered.outcome) {
        Some(Ok(_)) => match kiosks::made(visit.db(), &visit.act(), &secret).await {
            Ok(Some(booking)) => Ok(booked(&visit, here, view, booking)),
            Ok(None) => Ok(redirect("/kiosk")),
            Err(error) => Err(error.into()),
        },
        Some(Err(mut unmet)) if !unmet.is_empty() => {
            Ok(refused(&visit, here, view, unmet.swap_remove(0)).await)
        }
        _ => Ok(redirect(&format!("{}/confirm", begin(&view.id)))),
    }
}

/// A place, or a place in line: large, with what to photograph or write down.
fn booked(visit: &Visit, here: Here, view: OccurrenceView, booking: BookingView) -> Response {
    let locale = visit.locale;
    let waits = booking.state == State::Waitlisted;
    let (light, title, next) = match waits {
        true => (
            Light::Amber,
            td_string!(locale, kiosk.waits_title),
            td_string!(locale, ticket.new_waiting),
        ),
        false => (
            Light::Green,
            td_string!(locale, ticket.new_title),
            td_string!(locale, kiosk.booked_next),
        ),
    };
    let token = visit.site.tickets().ticket(&booking.id);
    let picture = qr::svg(&token, td_string!(locale, ticket.qr)).ok();
    let seconds = u32::try_from(TICKET_STAYS / 1000).unwrap_or(60);
    let (reader, demo) = (visit.clone(), frame::demo(visit));
    let page = visit.page(title).kiosk().onward(seconds, "/kiosk/idle");
    page.render(move || {
        let time = words::span_near(locale, booking.span(), reader.now);
        let place = booking.position.and_then(|nth| u32::try_from(nth).ok());
        let place = place.map(|nth| words::position(locale, nth));
        let code = ticket::ShortCode::parse(&booking.short_code)
            .map_or(booking.short_code, |code| code.to_string());
        view! {
            <section class="kiosk-result kiosk-booked" data-light=light.as_str() role="status">
                {demo}
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <span class="light" aria-hidden="true"></span>
                <h1>{title}</h1>
                <p class="kiosk-who">{masked(&booking.person_name)}</p>
                <p><strong>{view.title.clone()}</strong></p>
                <p>{time}{(!booking.room.is_empty()).then(|| format!(" · {}", booking.room))}</p>
                {place.map(|place| view! { <p class="kiosk-next"><strong>{place}</strong></p> })}
                <div class="kiosk-ticket">
                    {picture.map(|svg| view! { <div class="qr" inner_html=svg></div> })}
                    <p><span>{td_string!(locale, kiosk.short_code)}</span><b class="kiosk-number">{code}</b></p>
                </div>
                <p class="kiosk-next">{next}</p>
            </section>
            {frame::done(locale)}
            {frame::watch_for(&reader, Watched::Result, TICKET_STAYS)}
        }
    })
}

/// Why not, what to do now, and what else there is (C-116).
async fn refused(visit: &Visit, here: Here, view: OccurrenceView, refusal: Refusal) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let mut others = match refusal.has_alternatives() {
        // That none can be found is no reason to keep the refusal back.
        true => whats_on::alternatives(visit.db(), &visit.site.centers(), &view.id, now)
            .await
            .unwrap_or_default(),
        false => Vec::new(),
    };
    others.retain(|other| other.center_id == here.own.center_id);
    others.truncate(OTHERS);
    let told = words::refusal(locale, &refusal, now);
    let seconds = u32::try_from(TICKET_STAYS / 1000).unwrap_or(60);
    let (reader, demo) = (visit.clone(), frame::demo(visit));
    let page = visit.page(told.title.clone()).kiosk();
    page.onward(seconds, "/kiosk/idle").render(move || {
        let none = others.is_empty();
        view! {
            <section class="kiosk-result" data-light=Light::Amber.as_str() role="status">
                {demo}
                <p class="kiosk-place">{here.center.summary.name.clone()}</p>
                <span class="light" aria-hidden="true"></span>
                <h1>{told.title}</h1>
                {on::told(locale, &Wanted::from(&view), now)}
                <p class="kiosk-next">{told.sentence}</p>
                <p>{told.next}</p>
            </section>
            {(!none).then(|| browse::rows(locale, &others, now))}
            {frame::done(locale)}
            {frame::watch_for(&reader, Watched::Result, TICKET_STAYS)}
        }
    })
}
