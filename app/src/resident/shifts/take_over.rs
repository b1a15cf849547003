//! Taking over a place in a shift that somebody offers.

use super::{
    super::gate,
    one::{head, load, people, refusals, risk_text},
};
use crate::{
    i18n::td_string,
    ui::{Choice, EmptyState, FormKey},
    web::{Answer, Form, Site, Visit, redirect, status},
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{Reason, Refusal, id::AssignmentId, volunteer::Standing};
use leptos::prelude::*;
use store::{
    accounts::Account,
    assignments::{PersonPreview, swap},
    shifts::ShiftView,
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/shifts/{id}/take-over", get(show).post(take))
}

async fn show(visit: Visit, Path(id): Path<String>) -> Answer {
    let account = gate::complete_account(&visit).await?;
    let shift = load(&visit, &id).await?;
    page(&visit, &account, shift, None, Vec::new()).await
}

async fn take(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let account = gate::complete_account(&visit).await?;
    let shift = load(&visit, &id).await?;
    let chosen = form.text("person");
    let place: AssignmentId = form.need("place")?.parse()?;
    let unmet = match chosen {
        "" => vec![Refusal::invalid("person", Reason::NobodyChosen)],
        person => {
            let (act, person) = (visit.once(&form)?, Some(person.parse()?));
            let read = form.is_on("risks");
            match swap::take_over(visit.db(), &act, place, person, read).await? {
                Ok(_) => return Ok(redirect("/me/shifts?new=1")),
                Err(unmet) => unmet,
            }
        }
    };
    page(&visit, &account, shift, Some(chosen.to_owned()), unmet).await
}

async fn page(
    visit: &Visit,
    account: &Account,
    shift: ShiftView,
    chosen: Option<String>,
    unmet: Vec<Refusal>,
) -> Answer {
    let place = swap::offered_in(visit.db(), &shift.id, &account.id).await?;
    let people = people(visit, account, &shift).await?;
    Ok(answer(visit, &shift, place, &people, chosen, &unmet))
}

fn answer(
    visit: &Visit,
    shift: &ShiftView,
    place: Option<AssignmentId>,
    people: &[PersonPreview],
    chosen: Option<String>,
    unmet: &[Refusal],
) -> Response {
    let locale = visit.locale;
    let page = visit.page(td_string!(locale, swap.take_over)).narrow();
    let page = match unmet.first() {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    page.render(|| {
        let form = match place {
            Some(place) => form(visit, shift, &place, people, chosen).into_any(),
            None => view! { <EmptyState title=td_string!(locale, swap.nothing) text=td_string!(locale, swap.nothing_hint) /> }.into_any(),
        };
        view! {
            <a class="back-link" href=format!("/shifts/{}", shift.id)>{shift.title.clone()}</a>
            <div class="page-head">
                <h1>{td_string!(locale, swap.take_over)}</h1>
                <p class="lead">{td_string!(locale, swap.take_over_intro)}</p>
            </div>
            {head(visit, shift)}
            {refusals(visit, unmet)}
            {form}
        }
    })
}

fn form(
    visit: &Visit,
    shift: &ShiftView,
    place: &AssignmentId,
    people: &[PersonPreview],
    chosen: Option<String>,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let can = |person: &PersonPreview| {
        person.live.is_none() && person.standing.is_some_and(Standing::serves)
    };
    let first = people.iter().find(|person| can(person));
    let chosen = chosen.or_else(|| first.map(|person| person.person.to_string()));
    let nobody = first.is_none();
    let choices = people.iter().map(|person| {
        let id = person.person.to_string();
        let note = match person.live {
            Some(_) => td_string!(locale, swap.in_it),
            None if can(person) => "",
            None => td_string!(locale, swap.no_volunteer),
        };
        let checked = chosen.as_deref() == Some(id.as_str());
        view! { <Choice name="person" value=id label=person.name.clone() note checked=checked disabled=!can(person) radio=true /> }
    });
    let choices: Vec<_> = choices.collect();
    view! {
        <form class="form" method="post" action=format!("/shifts/{}/take-over", shift.id)><FormKey />
            <input type="hidden" name="place" value=place.to_string() />
            <fieldset class="form-field"><legend>{td_string!(locale, shift.who)}</legend>{choices}</fieldset>
            {risk_text(locale, shift)}
            {(!nobody).then(|| view! {
                <div class="action-bar"><button class="button button-main button-wide" type="submit">{td_string!(locale, swap.i_take)}</button></div>
            })}
        </form>
        {nobody.then(|| view! {
            <div class="action-bar"><a class="button button-main button-wide" href="/volunteer">{td_string!(locale, volunteer.apply)}</a></div>
        })}
    }
}
