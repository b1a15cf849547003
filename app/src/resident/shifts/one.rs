//! One shift: what it is, how far its two halves stand, and the form to sign up.

use super::{super::gate, friend, help, watch, ways};
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Choice, DemoLabel, FormKey, NoticeBox, TearOff, Tone, shift_lead, shift_need},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{
    Reason, Refusal,
    activity::{Channel, Status},
    id::{PersonId, ShiftId},
    person::Relation,
    shift::{AssignmentState, Joining, KEPT_FOR, Placement, State},
    time::MINUTE,
    volunteer::Standing,
};
use leptos::prelude::*;
use store::{
    accounts::Account,
    assignments::{self, AssignmentView, PersonPreview, Placing},
    cover::Call,
    invitations::{self, Invited},
    partners,
    shifts::{self, ShiftView},
    trainings::Way,
    watches::Watch,
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/shifts/{id}", get(show).post(sign_up))
}

pub(super) async fn load(visit: &Visit, id: &str) -> Result<ShiftView, Fault> {
    let id: ShiftId = id.parse()?;
    Ok(shifts::find(visit.db(), &id).await?)
}

/// What the page shows to somebody who is signed in.
struct Signed {
    people: Vec<PersonPreview>,
    /// Invitations into this shift.
    invited: Vec<Invited>,
    /// Names of partners who are in it.
    partners: Vec<String>,
}

async fn signed(visit: &Visit, account: &Account, shift: &ShiftView) -> store::Result<Signed> {
    let mut invited = invitations::to_account(visit.db(), &account.id, visit.now).await?;
    invited.retain(|of| of.shift == shift.id);
    let people = assignments::preview(visit.db(), &visit.act(), &shift.id, &account.id).await?;
    let partners = partners::here(visit.db(), &account.id, &shift.id).await?;
    Ok(Signed {
        people,
        invited,
        partners,
    })
}

pub(super) async fn people(
    visit: &Visit,
    account: &Account,
    shift: &ShiftView,
) -> store::Result<Vec<PersonPreview>> {
    assignments::preview(visit.db(), &visit.act(), &shift.id, &account.id).await
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let shift = load(&visit, &id).await?;
    let signed = match visit.account() {
        Ok(_) => {
            let account = gate::complete_account(&visit).await?;
            Some(signed(&visit, &account, &shift).await?)
        }
        Err(_) => None,
    };
    let declined = help::declined(visit.locale, &form).map(IntoAny::into_any);
    let told = Told {
        calls: calls(&visit, &shift).await?,
        done: declined.or_else(|| watch::told(visit.locale, &form)),
        watched: watch::watched(&visit).await?,
        offered: offered(&visit, &shift).await?,
        ways: ways::load(&visit, &shift, people_of(signed.as_ref()), &[]).await?,
        ..Told::default()
    };
    Ok(page(&visit, shift, signed, told))
}

fn people_of(signed: Option<&Signed>) -> Option<&[PersonPreview]> {
    signed.map(|signed| signed.people.as_slice())
}

/// Whether somebody offers their place in it to the caller.
async fn offered(visit: &Visit, shift: &ShiftView) -> store::Result<bool> {
    let Ok(account) = visit.account() else {
        return Ok(false);
    };
    let place = assignments::swap::offered_in(visit.db(), &shift.id, &account).await?;
    Ok(place.is_some() && shift.status == Status::Published && visit.now < shift.span.start())
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
    /// Where a training that is missing can be had.
    ways: Option<Vec<Way>>,
    /// Whether somebody offers their place.
    offered: bool,
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
                Ok(placed) => return Ok(redirect(&next(&form, &placed))),
                Err(unmet) => unmet,
            }
        }
    };
    // What the form says must be what holds now.
    let shift = load(&visit, &id).await?;
    let signed = signed(&visit, &account, &shift).await?;
    let told = Told {
        calls: calls(&visit, &shift).await?,
        offered: offered(&visit, &shift).await?,
        ways: ways::load(&visit, &shift, Some(&signed.people), &unmet).await?,
        done: None,
        watched: watch::watched(&visit).await?,
        chosen: Some(chosen),
        unmet,
    };
    Ok(page(&visit, shift, Some(signed), told))
}

/// Where it goes on: to whoever wants to bring a friend, or to their shifts.
fn next(form: &Form, placed: &AssignmentView) -> String {
    match form.is_on("friend") && placed.state == AssignmentState::Confirmed {
        true => format!("{}?new=1", friend::page_of(&placed.id)),
        false => "/me/shifts?new=1".to_owned(),
    }
}

fn page(visit: &Visit, shift: ShiftView, signed: Option<Signed>, told: Told) -> Response {
    let locale = visit.locale;
    let Told {
        calls,
        done,
        watched,
        chosen,
        unmet,
        ways,
        offered,
    } = told;
    let page = visit.page(shift.title.clone()).narrow();
    let page = match unmet.first() {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    let reader = visit.clone();
    let is_known = signed.is_some();
    page.render(move || {
        let refused = refusals(&reader, &unmet);
        let partners = signed.as_ref().and_then(|signed| partners_here(locale, signed));
        let invited = signed.as_ref().map(|signed| invitation(&reader, signed));
        let form = match signed {
            _ if shift.state(reader.now) == State::Closed => None,
            Some(signed) => Some(form(&reader, &shift, signed, chosen).into_any()),
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
            {invited}
            {help::on_shift(locale, &calls)}
            {without_lead(&reader, &shift)}
            {partners}
            {refused}
            {facts(locale, &shift)}
            {offered.then(|| view! {
                <p><a class="button" href=format!("/shifts/{}/take-over", shift.id)>{td_string!(locale, swap.take_over_link)}</a></p>
            })}
            {form}
            {ways::section(locale, ways, reader.now)}
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

pub(super) fn head(visit: &Visit, shift: &ShiftView) -> impl IntoView + use<> {
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

/// The center's policy while the lead is not there.
fn without_lead(visit: &Visit, shift: &ShiftView) -> Option<impl IntoView + use<>> {
    let policy = shift.without_lead(visit.now)?;
    let (title, text) = words::without_lead(visit.locale, policy);
    Some(view! { <NoticeBox title text=text.to_owned() tone=Tone::Warn /> })
}

/// Everything that is not met, each with what to do about it.
pub(super) fn refusals(visit: &Visit, unmet: &[Refusal]) -> Option<impl IntoView + use<>> {
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
    let kept = (shift.kept > 0).then_some(shift.kept);
    let waiting = (shift.waiting > 0).then_some(shift.waiting);
    view! {
        <dl class="facts">
            <dt>{td_string!(locale, shift.lead)}</dt><dd>{shift_lead(locale, shift)}</dd>
            <dt>{td_string!(locale, shift.volunteers)}</dt><dd>{volunteers}</dd>
            {kept.map(|count| view! { <dt>{td_string!(locale, shift.kept)}</dt><dd>{count}</dd> })}
            {waiting.map(|count| view! { <dt>{td_string!(locale, shift.in_line)}</dt><dd>{count}</dd> })}
            {list(&needs.skills).map(|names| view! { <dt>{td_string!(locale, shift.skills)}</dt><dd>{names}</dd> })}
            {list(&needs.trainings).map(|names| view! { <dt>{td_string!(locale, shift.trainings)}</dt><dd>{names}</dd> })}
            {age.map(|age| view! { <dt>{td_string!(locale, shift.age)}</dt><dd>{age}</dd> })}
            {joining.map(|text| view! { <dt>{td_string!(locale, shift.joining)}</dt><dd>{text}</dd> })}
        </dl>
    }
}

/// Which partners are in it.
fn partners_here(locale: Locale, signed: &Signed) -> Option<impl IntoView + use<>> {
    let names = &signed.partners;
    (!names.is_empty()).then(|| {
        let title = td_string!(locale, partner.here, names = words::list(locale, names));
        view! { <NoticeBox title=title tone=Tone::Good /> }
    })
}

/// Who invites them, until when, and what it takes.
fn invitation(visit: &Visit, signed: &Signed) -> impl IntoView + use<> {
    let holder = signed.people.iter();
    let mut holder = holder.filter(|person| person.relation == Relation::Myself);
    let serves = holder.any(|holder| holder.standing.is_some_and(Standing::serves));
    let boxes: Vec<_> = signed
        .invited
        .iter()
        .map(|of| friend::invited(visit, of, true))
        .collect();
    let become_one = (!boxes.is_empty() && !serves).then(|| friend::become_one(visit.locale));
    view! {
        {boxes}
        {become_one}
    }
}

/// Whether one more place can be kept beside the one that is asked for.
fn offers_friend(shift: &ShiftView) -> bool {
    shift.joining == Joining::SignUp && shift.waiting == 0 && shift.free() >= 2
}

fn form(
    visit: &Visit,
    shift: &ShiftView,
    signed: Signed,
    chosen: Option<String>,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let is_friend = !signed.invited.is_empty();
    let people = signed.people;
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
            {can.then(|| risk_text(locale, shift))}
            {(can && !is_friend && offers_friend(shift)).then(|| view! {
                <Choice name="friend" value="1" label=td_string!(locale, friend.want) note=td_string!(locale, friend.want_note, minutes = KEPT_FOR / MINUTE).to_string() checked=false />
            })}
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
pub(super) fn risk_text(locale: Locale, shift: &ShiftView) -> Option<impl IntoView + use<>> {
    let text = &shift.needs.risks.text;
    (!text.is_empty()).then(|| {
        view! {
            {risk_card(locale, text)}
            <label class="choice">
                <input type="checkbox" name="risks" value="1" />
                <span><strong>{td_string!(locale, shift.risks_read)}</strong></span>
            </label>
        }
    })
}

/// A text of risks.
pub(super) fn risk_card(locale: Locale, text: &str) -> impl IntoView + use<> {
    let paragraphs: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    view! {
        <section class="card">
            <h2>{td_string!(locale, shift.risks)}</h2>
            {paragraphs.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
        </section>
    }
}
