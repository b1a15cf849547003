//! Signing up for a shift at the screen, after somebody has shown who they are: who comes, once more
//! before it is done with the text of risks, and what it came to. Names are masked.

use super::{
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
    commitment::Event,
    kiosk::{Light, TICKET_STAYS},
    shift::{AssignmentState, Placement},
};
use leptos::prelude::*;
use screen::Watched;
use store::{
    assignments::{self, AssignmentView, PersonPreview},
    kiosks,
    shifts::ShiftView,
};
use ticket::qr;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/kiosk/help/{id}/who", get(ask))
        .route("/kiosk/help/{id}/confirm", get(once_more).post(sign_up))
        .route("/kiosk/help/{id}/answer", get(answer))
}

struct Loaded {
    here: Here,
    shift: ShiftView,
    wanted: Wanted,
    visitor: kiosks::KioskVisit,
    people: Vec<PersonPreview>,
}

/// Who stands here, and what signing up would answer to each of theirs.
async fn load(visit: &Visit, headers: &HeaderMap, id: &str) -> Result<Loaded, Fault> {
    let (here, shift) = gate::shift(visit, id).await?;
    let wanted = Wanted::from(&shift);
    let visitor = who::visitor(visit, headers, &wanted.begin).await?;
    let (account, act) = (&visitor.account, visit.act());
    let mut people = assignments::preview(visit.db(), &act, &shift.id, account).await?;
    people.retain(|one| visitor.reaches(&one.person));
    Ok(Loaded {
        here,
        shift,
        wanted,
        visitor,
        people,
    })
}

async fn ask(visit: Visit, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let loaded = load(&visit, &headers, &id).await?;
    let (locale, now) = (visit.locale, visit.now);
    let named = loaded
        .people
        .iter()
        .zip(called(locale, &loaded.people, now));
    let choices = named.map(|(one, (name, relation))| {
        let note = match &one.outcome {
            Ok(Placement::Wait) => format!("{relation} · {}", td_string!(locale, shift.will_wait)),
            Ok(_) => relation,
            Err(unmet) => {
                let first = unmet.first();
                let why = first.map(|refusal| words::refusal(locale, refusal, now).title);
                format!("{relation} · {}", why.unwrap_or_default())
            }
        };
        let person = one.person.clone();
        Choice { person, name, note }
    });
    let choices = choices.collect();
    let title = td_string!(locale, shift.who);
    Ok(who::ask(&visit, loaded.here, loaded.wanted, title, choices))
}

async fn once_more(visit: Visit, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let loaded = load(&visit, &headers, &id).await?;
    let chosen = loaded.visitor.person.as_ref();
    let nth = loaded
        .people
        .iter()
        .position(|one| Some(&one.person) == chosen);
    let Some(nth) = nth else {
        return Ok(redirect(&format!("{}/who", loaded.wanted.begin)));
    };
    let placement = match &loaded.people[nth].outcome {
        Ok(placement) => *placement,
        Err(unmet) => {
            let unmet = unmet.clone();
            return Ok(refused(&visit, &loaded.here, loaded.wanted, unmet));
        }
    };
    let (locale, now) = (visit.locale, visit.now);
    let reader = visit.clone();
    Ok(frame::page(&visit, td_string!(locale, kiosk.help_confirm)).render(move || {
        let (name, relation) = called(locale, &loaded.people, now).swap_remove(nth);
        let risks = loaded.shift.needs.risks.text.clone();
        let has_risks = !risks.is_empty();
        let confirm = match (placement, has_risks) {
            (Placement::Wait, false) => td_string!(locale, shift.wait),
            (Placement::Request, false) => td_string!(locale, shift.ask),
            (Placement::Confirm(_), false) => td_string!(locale, shift.sign_up),
            (Placement::Wait, true) => td_string!(locale, kiosk.read_and_wait),
            (Placement::Request, true) => td_string!(locale, kiosk.read_and_ask),
            (Placement::Confirm(_), true) => td_string!(locale, kiosk.read_and_sign_up),
        };
        let lines: Vec<_> = risks.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect();
        view! {
            <header class="kiosk-tell">
                <p class="kiosk-place">{loaded.here.center.summary.name.clone()}</p>
                <h1>{td_string!(locale, kiosk.help_confirm)}</h1>
            </header>
            <div class="kiosk-list kiosk-text" tabindex="0" role="region" aria-label=td_string!(locale, kiosk.help_confirm)>
                <p class="kiosk-who">{name}" "<small>{relation}</small></p>
                {on::told(locale, &loaded.wanted, now)}
                {has_risks.then(|| view! { <h2>{td_string!(locale, shift.risks)}</h2>{lines} })}
            </div>
            <form class="kiosk-hand" method="post" action=format!("{}/confirm", loaded.wanted.begin) autocomplete="off"><FormKey />
                {has_risks.then(|| view! { <input type="hidden" name="risks" value="1" /> })}
                <button class="kiosk-key" data-tone="main" type="submit"><strong>{confirm}</strong></button>
            </form>
            {frame::bar(&reader, false)}
            {frame::watch(&reader, Watched::Browsing)}
        }
    }))
}

async fn sign_up(visit: Visit, headers: HeaderMap, Path(id): Path<String>, form: Form) -> Answer {
    let (_, shift) = gate::shift(&visit, &id).await?;
    let begin = Wanted::from(&shift).begin;
    let secret = secret(&headers);
    let act = who::once(&visit, &form, shift.id.as_str(), &secret)?;
    let read = form.is_on("risks");
    let signed_up = kiosks::help(visit.db(), &act, &secret, &shift.id, read).await;
    who::went_on(&visit, &begin, "answer", signed_up)
}

async fn answer(visit: Visit, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let (here, shift) = gate::shift(&visit, &id).await?;
    let wanted = Wanted::from(&shift);
    let secret = secret(&headers);
    let visitor = kiosks::visit(visit.db(), &visit.caller, visit.now, &secret).await?;
    let Some(visitor) = visitor else {
        return Ok(redirect("/kiosk"));
    };
    let answered = visitor
        .answer
        .filter(|of| of.event == Event::Shift(shift.id.clone()));
    match answered.map(|answered| answered.outcome) {
        Some(Ok(_)) => match kiosks::helping(visit.db(), &visit.act(), &secret).await? {
            Some(made) => Ok(placed(&visit, &here, wanted, made)),
            None => Ok(redirect("/kiosk")),
        },
        Some(Err(unmet)) => Ok(refused(&visit, &here, wanted, unmet)),
        None => Ok(redirect(&format!("{}/confirm", wanted.begin))),
    }
}

/// A place, a place in line, or a request: large, with what to photograph or write down.
fn placed(visit: &Visit, here: &Here, wanted: Wanted, made: AssignmentView) -> Response {
    let locale = visit.locale;
    let holds = made.state.holds_place();
    let (light, next) = match made.state {
        AssignmentState::Waitlisted => (Light::Amber, td_string!(locale, kiosk.help_waits)),
        AssignmentState::Requested => (Light::Amber, td_string!(locale, kiosk.help_asked)),
        _ => (Light::Green, td_string!(locale, kiosk.help_next)),
    };
    let title = words::assignment_state(locale, made.state);
    let token = visit.site.tickets().of_assignment(&made.id);
    let picture = holds
        .then(|| qr::svg(&token, td_string!(locale, ticket.qr)).ok())
        .flatten();
    let seconds = u32::try_from(TICKET_STAYS / 1000).unwrap_or(60);
    let (reader, demo) = (visit.clone(), frame::demo(visit));
    let place = here.center.summary.name.clone();
    let page = visit.page(title).kiosk().onward(seconds, "/kiosk/idle");
    page.render(move || {
        let code = ticket::ShortCode::parse(&made.short_code)
            .map_or(made.short_code, |code| code.to_string());
        view! {
            <section class="kiosk-result kiosk-booked" data-light=light.as_str() role="status">
                {demo}
                <p class="kiosk-place">{place}</p>
                <span class="light" aria-hidden="true"></span>
                <h1>{title}</h1>
                <p class="kiosk-who">{masked(&made.name)}</p>
                {on::told(locale, &wanted, reader.now)}
                {made.position.map(|position| view! { <p>{position}</p> })}
                {holds.then(|| view! {
                    <div class="kiosk-ticket">
                        {picture.map(|svg| view! { <div class="qr" inner_html=svg></div> })}
                        <p><span>{td_string!(locale, kiosk.short_code)}</span><b class="kiosk-number">{code}</b></p>
                    </div>
                })}
                <p class="kiosk-next">{next}</p>
            </section>
            {frame::done(locale)}
            {frame::watch_for(&reader, Watched::Result, TICKET_STAYS)}
        }
    })
}

/// Everything that is not met, and what to do now (C-116).
fn refused(visit: &Visit, here: &Here, wanted: Wanted, unmet: Vec<Refusal>) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let mut told = unmet
        .iter()
        .map(|refusal| words::refusal(locale, refusal, now));
    let first = told.next();
    let others: Vec<String> = told.map(|told| told.sentence).collect();
    let title = first
        .as_ref()
        .map(|told| told.title.clone())
        .unwrap_or_default();
    let seconds = u32::try_from(TICKET_STAYS / 1000).unwrap_or(60);
    let (reader, demo) = (visit.clone(), frame::demo(visit));
    let place = here.center.summary.name.clone();
    let page = visit
        .page(title.clone())
        .kiosk()
        .onward(seconds, "/kiosk/idle");
    page.render(move || {
        let others: Vec<_> = others.into_iter().map(|why| view! { <p>{why}</p> }).collect();
        view! {
            <section class="kiosk-result" data-light=Light::Amber.as_str() role="status">
                {demo}
                <p class="kiosk-place">{place}</p>
                <span class="light" aria-hidden="true"></span>
                <h1>{title}</h1>
                {on::told(locale, &wanted, now)}
                {first.map(|told| view! { <p class="kiosk-next">{told.sentence}</p><p>{told.next}</p> })}
                {others}
            </section>
            {frame::done(locale)}
            {frame::watch_for(&reader, Watched::Result, TICKET_STAYS)}
        }
    })
}
