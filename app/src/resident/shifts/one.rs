//! One shift: what it is, how far its two halves stand, and the form to sign up.

use super::{super::gate, help, watch};
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, DemoLabel, FormKey, NoticeBox, TearOff, Tone, shift_lead, shift_need},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{
    Reason, Refusal,
    activity::{Channel, Status},
    id::{PersonId, ShiftId},
    shift::{Joining, Placement, State},
};
use leptos::prelude::*;
use store::{
    accounts::Account,
    assignments::{self, PersonPreview, Placing},
    cover::Call,
    shifts::{self, ShiftView},
    watches::Watch,
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/shifts/{id}", get(show).post(sign_up))
}

async fn load(visit: &Visit, id: &str) -> Result<ShiftView, Fault> {
    let id: ShiftId = id.parse()?;
    Ok(shifts::find(visit.db(), &id).await?)
}

async fn people(
    visit: &Visit,
    account: &Account,
    shift: &ShiftView,
) -> store::Result<Vec<PersonPreview>> {
    assignments::preview(visit.db(), &visit.act(), &shift.id, &account.id).await
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let shift = load(&visit, &id).await?;
    let people = match visit.account() {
        Ok(_) => {
            let account = gate::complete_account(&visit).await?;
            Some(people(&visit, &account, &shift).await?)
        }
        Err(_) => None,
    };
    let calls = calls(&visit, &shift).await?;
    let declined = help::declined(visit.locale, &form).map(IntoAny::into_any);
    let told = Told {
        calls,
        done: declined.or_else(|| watch::told(visit.locale, &form)),
        watched: watch::watched(&visit).await?,
        ..Told::default()
    };
    Ok(page(&visit, shift, people, told))
}

/// Who of the account is asked to help out in this shift.
async fn calls(visit: &Visit, shift: &ShiftView) -> store::Result<Vec<Call>> {
    let mut calls = help::calls(visit).await?;
    calls.retain(|call| call.shift == shift.id);
    Ok(calls)
}

/// What the page says beside the shift.
#[derive(Default)]
struct Told {
    calls: Vec<Call>,
    /// What was done just now.
    done: Option<AnyView>,
    watched: Vec<Watch>,
    chosen: Option<String>,
    unmet: Vec<Refusal>,
}

async fn sign_up(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let account = gate::complete_account(&visit).await?;
    let shift = load(&visit, &id).await?;
    let chosen = form.text("person").to_owned();
    let person: Result<PersonId, Refusal> = match chosen.as_str() {
        "" => Err(Refusal::invalid("person", Reason::NobodyChosen)),
        id => id.parse(),
    };
    let unmet = match person {
        Err(refusal) => vec![refusal],
        Ok(person) => {
            let position = Some(form.text("position")).filter(|name| !name.is_empty());
            let placing = Placing {
                shift: shift.id.clone(),
                account: account.id.clone(),
                person: Some(person),
                position: position.map(ToOwned::to_owned),
                risks_read: form.is_on("risks"),
                may_wait: true,
                channel: Channel::Online,
                override_reason: None,
            };
            match assignments::place(visit.db(), &visit.once(&form)?, placing).await? {
                Ok(_) => return Ok(redirect("/me/shifts?new=1")),
                Err(unmet) => unmet,
            }
        }
    };
    // What the form says must be what holds now.
    let shift = load(&visit, &id).await?;
    let people = people(&visit, &account, &shift).await?;
    let told = Told {
        calls: calls(&visit, &shift).await?,
        done: None,
        watched: watch::watched(&visit).await?,
        chosen: Some(chosen),
        unmet,
    };
    Ok(page(&visit, shift, Some(people), told))
}

fn page(
    visit: &Visit,
    shift: ShiftView,
    people: Option<Vec<PersonPreview>>,
    told: Told,
) -> Response {
    let locale = visit.locale;
    let Told {
        calls,
        done,
        watched,
        chosen,
        unmet,
    } = told;
    let page = visit.page(shift.title.clone()).narrow();
    let page = match unmet.first() {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    let reader = visit.clone();
    let is_known = people.is_some();
    page.render(move || {
        let refused = refusals(&reader, &unmet);
        let form = match people {
            _ if shift.state(reader.now) == State::Closed => None,
            Some(people) => Some(form(&reader, &shift, people, chosen).into_any()),
            None => {
                let back = gate::query("back", &reader.here);
                Some(view! {
                    <div class="action-bar">
                        <a class="button button-main button-wide" href=format!("/sign-in?{back}")>{td_string!(locale, shift.sign_in)}</a>
                    </div>
                }.into_any())
            }
        };
        view! {
            <a class="back-link" href=format!("/centers/{}/shifts", shift.center_id)>{td_string!(locale, shift.title)}</a>
            <div class="page-head">
                {shift.demo.then(|| view! { <p class="cluster"><DemoLabel locale /></p> })}
                <h1>{shift.title.clone()}</h1>
            </div>
            {cancelled(locale, &shift)}
            {done}
            {head(&reader, &shift)}
            {help::on_shift(locale, &calls)}
            {refused}
            {facts(locale, &shift)}
            {form}
            {(is_known && shift.status == Status::Published).then(|| watch::on_shift(locale, &shift, &watched, reader.now))}
        }
    })
}

fn cancelled(locale: Locale, shift: &ShiftView) -> Option<impl IntoView + use<>> {
    (shift.status == Status::Cancelled).then(|| {
        let text = shift.cancel_reason.clone();
        view! { <NoticeBox title=td_string!(locale, shift.cancelled) text tone=Tone::Warn /> }
    })
}

fn head(visit: &Visit, shift: &ShiftView) -> impl IntoView + use<> {
    let locale = visit.locale;
    let (tone, text) = shift_need(locale, shift, visit.now);
    let place = match shift.place.as_str() {
        "" => shift.center_name.clone(),
        place => format!("{} · {place}", shift.center_name),
    };
    view! {
        <div class="occurrence-head">
            <TearOff locale at=shift.span.start() />
            <div>
                <p class="clock">{words::span_near(locale, shift.span, visit.now)}</p>
                <p>{place}</p>
                {shift.occurrence_id.as_ref().map(|id| view! { <p><a href=format!("/occurrences/{id}")>{td_string!(locale, shift.of_occurrence)}</a></p> })}
                <p><Badge text tone /></p>
            </div>
        </div>
    }
}

/// Everything that is not met, each with what to do about it.
fn refusals(visit: &Visit, unmet: &[Refusal]) -> Option<impl IntoView + use<>> {
    let locale = visit.locale;
    let all = unmet.iter().map(|refusal| {
        let told = words::refusal(locale, refusal, visit.now);
        view! {
            <h3>{told.title}</h3>
            <p>{told.sentence}</p>
            <p class="refusal-until">{told.next}</p>
        }
    });
    let all: Vec<_> = all.collect();
    (!all.is_empty()).then(|| {
        view! {
            <section class="refusal" role="alert" aria-labelledby="why">
                <h2 id="why">{td_string!(locale, shift.not_yet)}</h2>
                {all}
            </section>
        }
    })
}

fn facts(locale: Locale, shift: &ShiftView) -> impl IntoView + use<> {
    let needs = &shift.needs;
    let volunteers = td_string!(
        locale,
        shift.of_most,
        taken = shift.halves.volunteers,
        most = needs.volunteers_max
    )
    .to_string();
    let joining = match shift.joining {
        Joining::SignUp => None,
        Joining::Ask => Some(td_string!(locale, shift.joining_ask)),
        Joining::Invite => Some(td_string!(locale, shift.joining_invite)),
    };
    let list = |names: &std::collections::BTreeSet<String>| {
        let names: Vec<String> = names.iter().cloned().collect();
        (!names.is_empty()).then(|| words::list(locale, &names))
    };
    let age = needs
        .min_age
        .map(|age| td_string!(locale, shift.from_age, age = age).to_string());
    let waiting = (shift.waiting > 0).then_some(shift.waiting);
    view! {
        <dl class="facts">
            <dt>{td_string!(locale, shift.lead)}</dt><dd>{shift_lead(locale, shift)}</dd>
            <dt>{td_string!(locale, shift.volunteers)}</dt><dd>{volunteers}</dd>
            {waiting.map(|count| view! { <dt>{td_string!(locale, shift.in_line)}</dt><dd>{count}</dd> })}
            {list(&needs.skills).map(|names| view! { <dt>{td_string!(locale, shift.skills)}</dt><dd>{names}</dd> })}
            {list(&needs.trainings).map(|names| view! { <dt>{td_string!(locale, shift.trainings)}</dt><dd>{names}</dd> })}
            {age.map(|age| view! { <dt>{td_string!(locale, shift.age)}</dt><dd>{age}</dd> })}
            {joining.map(|text| view! { <dt>{td_string!(locale, shift.joining)}</dt><dd>{text}</dd> })}
        </dl>
    }
}

fn form(
    visit: &Visit,
    shift: &ShiftView,
    people: Vec<PersonPreview>,
    chosen: Option<String>,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let able = people.iter().find(|person| person.outcome.is_ok());
    let chosen = chosen.or_else(|| able.map(|person| person.person.to_string()));
    let can = able.is_some();
    let button = match able.map(|person| &person.outcome) {
        Some(Ok(Placement::Wait)) => td_string!(locale, shift.wait),
        Some(Ok(Placement::Request)) => td_string!(locale, shift.ask),
        _ => td_string!(locale, shift.sign_up),
    };
    let nobody_yet = people.iter().all(|person| person.standing.is_none());
    let choices: Vec<_> = people
        .into_iter()
        .map(|person| choice(visit, person, chosen.as_deref()))
        .collect();
    view! {
        <form class="form" id="sign-up" method="post" action=format!("/shifts/{}", shift.id)><FormKey />
            <fieldset class="form-field">
                <legend>{td_string!(locale, shift.who)}</legend>
                {choices}
            </fieldset>
            {can.then(|| positions(locale, shift))}
            {can.then(|| risks(locale, shift))}
            {can.then(|| view! {
                <div class="action-bar"><button class="button button-main button-wide" type="submit">{button}</button></div>
            })}
        </form>
        {nobody_yet.then(|| view! {
            <div class="action-bar">
                <a class="button button-main button-wide" href="/volunteer">{td_string!(locale, volunteer.apply)}</a>
            </div>
        })}
    }
}

fn choice(visit: &Visit, person: PersonPreview, chosen: Option<&str>) -> impl IntoView + use<> {
    let locale = visit.locale;
    let id = person.person.to_string();
    let able = person.outcome.is_ok();
    let checked = able && chosen == Some(id.as_str());
    let notes: Vec<String> = match &person.outcome {
        Ok(Placement::Wait) => vec![td_string!(locale, shift.will_wait).to_owned()],
        Ok(_) => Vec::new(),
        Err(unmet) => {
            let all = unmet
                .iter()
                .map(|refusal| words::refusal(locale, refusal, visit.now));
            all.map(|told| told.sentence).collect()
        }
    };
    let mine = person.live.is_some();
    view! {
        <label class="choice">
            <input type="radio" name="person" value=id checked=checked disabled=!able />
            <span>
                <strong>{person.name}</strong>
                {notes.into_iter().map(|note| view! { <small>{note}</small> }).collect_view()}
                {mine.then(|| view! { <small><a href="/me/shifts">{td_string!(locale, shift.mine)}</a></small> })}
            </span>
        </label>
    }
}

fn positions(locale: Locale, shift: &ShiftView) -> Option<impl IntoView + use<>> {
    let needs = &shift.needs;
    let any = (
        String::new(),
        td_string!(locale, shift.any_position).to_owned(),
    );
    let taken = shift.taken.iter().copied().chain(std::iter::repeat(0));
    let options = needs.positions.iter().zip(taken).map(|(position, taken)| {
        let free = position.max.saturating_sub(taken);
        let words = td_string!(
            locale,
            shift.position_free,
            name = position.name.clone(),
            free = free
        );
        (position.name.clone(), words.to_string())
    });
    let options: Vec<_> = std::iter::once(any).chain(options).collect();
    (!needs.positions.is_empty()).then(|| {
        let label = td_string!(locale, shift.position);
        view! { <crate::ui::SelectField name="position" label options /> }
    })
}

/// The text that is confirmed, and its box (C-96).
fn risks(locale: Locale, shift: &ShiftView) -> Option<impl IntoView + use<>> {
    let text = shift.needs.risks.text.clone();
    let paragraphs: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    (!text.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="risks-text">
                <h2 id="risks-text">{td_string!(locale, shift.risks)}</h2>
                {paragraphs.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
            </section>
            <label class="choice">
                <input type="checkbox" name="risks" value="1" />
                <span><strong>{td_string!(locale, shift.risks_read)}</strong></span>
            </label>
        }
    })
}
