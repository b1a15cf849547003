//! Swapping a place in a shift: what one would take for it, and the swaps that are possible now.

use super::{
    mine::head,
    one::{risk_card, risk_text},
};
use crate::{
    i18n::{Locale, td_string},
    ui::{Choice, EmptyState, FormKey, NoticeBox, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
    words,
};
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use domain::{Refusal, id::AssignmentId};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::{
    Error,
    assignments::{
        self, AssignmentView,
        swap::{self, Found, NewOffer, OfferView, Wish},
    },
    shifts::ShiftView,
};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/assignments/{id}/swap", get(show).post(save))
        .route("/assignments/{id}/swap/take-back", post(take_back))
        .route("/assignments/{id}/swap/with", post(exchange))
}

async fn own(visit: &Visit, id: &str) -> Result<AssignmentView, Fault> {
    visit.account()?;
    let id: AssignmentId = id.parse()?;
    Ok(assignments::find(visit.db(), &visit.caller, &id).await?)
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let view = own(&visit, &id).await?;
    page(&visit, view, form.is_on("offered"), Vec::new()).await
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let view = own(&visit, &id).await?;
    let new = read(&form)?;
    match swap::offer(visit.db(), &visit.once(&form)?, view.id.clone(), new).await {
        Ok(()) => Ok(redirect(&format!(
            "/assignments/{}/swap?offered=1",
            view.id
        ))),
        Err(Error::Refused(refusal)) => page(&visit, view, false, vec![refusal]).await,
        Err(error) => Err(error.into()),
    }
}

fn read(form: &Form) -> Result<NewOffer, Refusal> {
    let risks_read = form.is_on("risks");
    let wish = |id: &str| {
        let shift = id.parse()?;
        Ok(Wish { shift, risks_read })
    };
    Ok(NewOffer {
        hand_over: form.is_on("hand_over"),
        wishes: form.all("wish").map(wish).collect::<Result<_, Refusal>>()?,
    })
}

async fn take_back(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let view = own(&visit, &id).await?;
    swap::take_back(visit.db(), &visit.once(&form)?, view.id).await?;
    Ok(redirect("/me/shifts?kept=1"))
}

async fn exchange(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let view = own(&visit, &id).await?;
    let others: Result<Vec<AssignmentId>, Refusal> = form.all("with").map(str::parse).collect();
    let circle = std::iter::once(view.id.clone()).chain(others?).collect();
    let act = visit.once(&form)?;
    match swap::exchange(visit.db(), &act, circle, form.is_on("risks")).await? {
        Ok(_) => Ok(redirect("/me/shifts?swapped=1")),
        Err(unmet) => page(&visit, view, false, unmet).await,
    }
}

/// What the page shows of a place.
struct Shown {
    view: AssignmentView,
    offer: Option<OfferView>,
    found: Vec<Found>,
    wishes: Vec<ShiftView>,
    offered: bool,
    unmet: Vec<Refusal>,
}

async fn page(visit: &Visit, view: AssignmentView, offered: bool, unmet: Vec<Refusal>) -> Answer {
    let (db, act) = (visit.db(), visit.act());
    let found = match swap::find_swaps(db, &act, &view.id).await {
        // A place that cannot change hands says so.
        Err(Error::Refused(refusal)) if unmet.is_empty() => {
            return Ok(answer(visit, &refused(view, vec![refusal])));
        }
        Err(Error::Refused(_)) => Vec::new(),
        found => found?,
    };
    let shown = Shown {
        offer: swap::offer_of(db, &act, &view.id).await?,
        wishes: swap::wishes_for(db, &act, &view.id).await?,
        found,
        view,
        offered,
        unmet,
    };
    Ok(answer(visit, &shown))
}

const fn refused(view: AssignmentView, unmet: Vec<Refusal>) -> Shown {
    Shown {
        view,
        offer: None,
        found: Vec::new(),
        wishes: Vec::new(),
        offered: false,
        unmet,
    }
}

fn answer(visit: &Visit, shown: &Shown) -> Response {
    let locale = visit.locale;
    let page = visit.page(td_string!(locale, swap.title)).narrow();
    let page = match shown.unmet.first() {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    page.render(|| {
        let view = &shown.view;
        let told = shown.unmet.iter().map(|refusal| {
            let told = words::refusal(locale, refusal, visit.now);
            view! { <h2>{told.title}</h2><p>{told.sentence}</p><p class="refusal-until">{told.next}</p> }
        });
        let told: Vec<_> = told.collect();
        let found = shown.found.iter().map(|found| card(visit, view, found));
        let found: Vec<_> = found.collect();
        let can = view.may_be_given_back(visit.now) && view.state.holds_place();
        view! {
            <a class="back-link" href="/me/shifts">{td_string!(locale, shift.my_title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, swap.title)}</h1>
                <p class="lead">{td_string!(locale, swap.intro)}</p>
            </div>
            {(!told.is_empty()).then(|| view! { <section class="refusal" role="alert">{told}</section> })}
            {shown.offered.then(|| view! { <NoticeBox title=td_string!(locale, swap.offered) text=td_string!(locale, swap.still_yours) tone=Tone::Good fresh=true /> })}
            {head(visit, view, Some(view.center_name.clone()))}
            {(!found.is_empty()).then(|| view! {
                <section class="section" aria-labelledby="now">
                    <h2 id="now">{td_string!(locale, swap.now)}</h2>
                    <ul class="stack">{found}</ul>
                </section>
            })}
            {can.then(|| form(visit, shown))}
        }
    })
}

/// A swap that is possible now.
fn card(visit: &Visit, view: &AssignmentView, found: &Found) -> impl IntoView + use<> {
    let locale = visit.locale;
    let others = found.circle.iter().skip(1);
    let fields: Vec<_> = others
        .map(|id| view! { <input type="hidden" name="with" value=id.to_string() /> })
        .collect();
    let note = match found.circle.len() {
        2 => td_string!(locale, swap.with_one),
        _ => td_string!(locale, swap.with_two),
    };
    let got = &found.got;
    view! {
        <li class="card">
            <h3>{got.title.clone()}</h3>
            <p class="clock">{words::span_near(locale, got.span, visit.now)}</p>
            <p>{got.center_name.clone()}</p>
            <p>{note}</p>
            <form class="form" method="post" action=format!("/assignments/{}/swap/with", view.id)><FormKey />
                {fields}
                {risk_text(locale, got)}
                <button class="button button-main" type="submit">{td_string!(locale, swap.take)}<span class="visually-hidden">" "{got.title.clone()}</span></button>
            </form>
        </li>
    }
}

fn form(visit: &Visit, shown: &Shown) -> impl IntoView + use<> {
    let locale = visit.locale;
    let id = shown.view.id.clone();
    let offer = shown.offer.clone().unwrap_or_default();
    let wishes: Vec<_> = shown
        .wishes
        .iter()
        .map(|shift| wish(visit, shift, offer.wishes.contains(&shift.id)))
        .collect();
    let none = wishes.is_empty();
    let risks = all_risks(locale, &shown.wishes);
    let stands = shown.offer.is_some();
    let button = match stands {
        true => td_string!(locale, swap.change),
        false => td_string!(locale, swap.look),
    };
    view! {
        <form class="form" method="post" action=format!("/assignments/{id}/swap")><FormKey />
            <fieldset class="form-field">
                <legend>{td_string!(locale, swap.for_which)}</legend>
                {none.then(|| view! { <EmptyState title=td_string!(locale, swap.none) text=td_string!(locale, swap.none_hint) /> })}
                {wishes}
            </fieldset>
            {risks}
            <Choice name="hand_over" value="1" label=td_string!(locale, swap.hand_over) note=td_string!(locale, swap.hand_over_note) checked=offer.hand_over />
            <div class="action-bar"><button class="button button-main button-wide" type="submit">{button}</button></div>
        </form>
        {stands.then(|| view! {
            <form class="form" method="post" action=format!("/assignments/{id}/swap/take-back")><FormKey />
                <button class="button button-quiet" type="submit">{td_string!(locale, swap.take_back)}</button>
            </form>
        })}
        <p><a href=format!("/assignments/{id}/withdraw")>{td_string!(locale, swap.or_withdraw)}</a></p>
    }
}

/// A shift that somebody would come into.
fn wish(visit: &Visit, shift: &ShiftView, checked: bool) -> impl IntoView + use<> {
    let locale = visit.locale;
    let mut note = words::span_near(locale, shift.span, visit.now);
    if !shift.needs.risks.text.is_empty() {
        note = format!("{note} · {}", td_string!(locale, shift.risks));
    }
    view! { <Choice name="wish" value=shift.id.to_string() label=shift.title.clone() note checked /> }
}

/// The texts of risks of these shifts, each once, and one box for them all (C-96).
fn all_risks(locale: Locale, shifts: &[ShiftView]) -> Option<impl IntoView + use<>> {
    let mut seen = BTreeSet::new();
    let texts = shifts.iter().map(|shift| &shift.needs.risks.text);
    let texts = texts.filter(|text| !text.is_empty() && seen.insert(text.as_str()));
    let cards: Vec<_> = texts.map(|text| risk_card(locale, text)).collect();
    (!cards.is_empty()).then(|| {
        view! {
            {cards}
            <Choice name="risks" value="1" label=td_string!(locale, shift.risks_read) note=td_string!(locale, swap.risks_note) />
        }
    })
}
