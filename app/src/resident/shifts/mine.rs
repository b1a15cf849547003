//! My shifts: coming and past, and giving a place back.

use super::{
    super::{
        gate,
        place::phone_link,
        tabs::{Tab, Tabs},
    },
    friend, help, risks,
    ticket::opens_a_door,
    watch,
};
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, FormKey, NoticeBox, TearOff, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{Refusal, id::AssignmentId, shift::AssignmentState};
use leptos::prelude::*;
use store::{
    Error,
    assignments::{self, AssignmentView},
    invitations::{self, Bringing},
    page::{Limit, Part},
    shifts::{self, ShiftView},
};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/me/shifts", get(list))
        .route("/assignments/{id}/withdraw", get(ask).post(withdraw))
}

async fn list(visit: Visit, form: Form) -> Answer {
    let account = visit.account()?;
    let part = Part::first(Limit::MOST);
    let all = assignments::of_account(visit.db(), &account, &part)
        .await?
        .items;
    let calls = help::calls(&visit).await?;
    let watched = watch::watched(&visit).await?;
    let unread = store::messages::unread(visit.db(), &account).await?;
    let bring = invitations::of_inviter(visit.db(), &account, visit.now).await?;
    let invited = invitations::to_account(visit.db(), &account, visit.now).await?;
    let locale = visit.locale;
    // Whoever has come may still check out for a while after the end.
    let is_coming = |view: &AssignmentView| {
        let lasts = view.span.end() > visit.now && view.state.is_live();
        lasts || (view.state == AssignmentState::CheckedIn && opens_a_door(view, visit.now))
    };
    let (mut coming, past): (Vec<_>, Vec<_>) = all.into_iter().partition(is_coming);
    coming.reverse();
    let told = told(locale, &form).or_else(|| friend::told(locale, &form));
    let offered = assignments::swap::offers_of(visit.db(), &account).await?;
    let unread_risks = assignments::risks::unread_of(visit.db(), &account, visit.now).await?;
    let declined = help::declined(locale, &form).map(IntoAny::into_any);
    let declined = declined.or_else(|| watch::told(locale, &form));
    let reader = visit.clone();
    Ok(gate::answer(
        &visit,
        td_string!(locale, shift.my_title),
        false,
        move || {
            let nothing = coming.is_empty();
            let cards: Vec<_> = coming
                .into_iter()
                .map(|view| {
                    let mut bring = bring.iter();
                    let with = bring.find(|of| of.assignment == view.id);
                    let said = Said {
                        offered: offered.contains(&view.id),
                        unread_risks: unread_risks.contains(&view.id),
                    };
                    card(&reader, view, with, said)
                })
                .collect();
            let invited: Vec<_> = invited
                .iter()
                .map(|of| friend::invited(&reader, of, false))
                .collect();
            let rows: Vec<_> = past
                .into_iter()
                .map(|view| past_row(&reader, view))
                .collect();
            view! {
                <Tabs locale current=Tab::Shifts unread=unread as usize />
                <div class="page-head"><h1>{td_string!(locale, shift.my_title)}</h1></div>
                {told.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
                {invited}
                {declined}
                {help::in_mine(locale, &calls, reader.now)}
                {nothing.then(|| view! {
                    <div class="empty-state">
                        <h2>{td_string!(locale, shift.nothing)}</h2>
                        <p>{td_string!(locale, shift.nothing_hint)}</p>
                        <a class="button button-main" href="/shifts">{td_string!(locale, shift.find)}</a>
                    </div>
                })}
                {(!nothing).then(|| view! { <ul class="stack">{cards}</ul> })}
                {watch::in_mine(locale, &watched, reader.now)}
                {(!rows.is_empty()).then(|| view! {
                    <section class="section" aria-labelledby="past">
                        <h2 id="past">{td_string!(locale, mine.past)}</h2>
                        <ul class="row-list">{rows}</ul>
                    </section>
                })}
                <p><a class="button" href="/shifts">{td_string!(locale, shift.for_me)}</a></p>
                <p><a class="button" href="/me/hours">{td_string!(locale, ledger.title)}</a></p>
                <p><a class="button button-quiet" href="/volunteer">{td_string!(locale, volunteer.title)}</a></p>
            }
        },
    ))
}

/// What has just happened.
fn told(locale: Locale, form: &Form) -> Option<&'static str> {
    let told = [
        ("new", td_string!(locale, shift.told_new)),
        ("gone", td_string!(locale, shift.told_gone)),
        ("swapped", td_string!(locale, swap.told_swapped)),
        ("kept", td_string!(locale, swap.told_kept)),
        ("read", td_string!(locale, shift.risks_done)),
    ];
    let told = told.into_iter().find(|(name, _)| form.is_on(name));
    told.map(|(_, words)| words)
}

/// What is to be said of a place besides where it stands.
#[derive(Clone, Copy)]
struct Said {
    /// Whether it is offered for a swap.
    offered: bool,
    /// Whether its text of risks was changed and not read since.
    unread_risks: bool,
}

fn card(
    visit: &Visit,
    view: AssignmentView,
    with: Option<&Bringing>,
    said: Said,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let with = with.map(|with| friend::bringing(visit, with));
    let may_leave = view.may_be_given_back(visit.now);
    let shows_code = opens_a_door(&view, visit.now);
    let mut who = vec![view.name.clone()];
    who.extend(view.position.clone());
    let line = view
        .in_line
        .map(|count| td_string!(locale, shift.in_line_at, count = count).to_string());
    let tone = match view.state {
        AssignmentState::Confirmed | AssignmentState::CheckedIn => Tone::Good,
        _ => Tone::Warn,
    };
    let risks = said.unread_risks.then(|| risks::page_of(&view.id));
    let may_swap = may_leave && view.state == AssignmentState::Confirmed;
    view! {
        <li class="card">
            <div class="occurrence-head">
                <TearOff locale at=view.span.start() />
                <div>
                    <h2><a href=format!("/shifts/{}", view.shift_id)>{view.title.clone()}</a></h2>
                    <p class="clock">{words::span_near(locale, view.span, visit.now)}</p>
                    <p>{view.center_name.clone()}</p>
                    <p>{who.join(" · ")}</p>
                    <p><Badge text=line.unwrap_or_else(|| words::assignment_state(locale, view.state).to_owned()) tone /></p>
                    {said.offered.then(|| view! { <p><Badge text=td_string!(locale, swap.looking) tone=Tone::Plain /></p> })}
                </div>
            </div>
            {risks.map(|page| view! {
                <NoticeBox title=td_string!(locale, shift.risks_changed) tone=Tone::Warn>
                    <p><a class="button" href=page>{td_string!(locale, shift.risks_go)}</a></p>
                </NoticeBox>
            })}
            <div class="cluster">
                {shows_code.then(|| view! {
                    <a class="button button-main" data-keep="" href=format!("/assignments/{}/ticket", view.id)>{td_string!(locale, ledger.ticket)}<span class="visually-hidden">" "{view.name.clone()}</span></a>
                })}
                {may_swap.then(|| view! {
                    <a class="button" href=format!("/assignments/{}/swap", view.id)>{td_string!(locale, swap.link)}<span class="visually-hidden">" "{view.title.clone()}</span></a>
                })}
                {may_leave.then(|| view! {
                    <a class="button button-quiet" href=format!("/assignments/{}/withdraw", view.id)>{td_string!(locale, shift.withdraw)}</a>
                })}
                {(!may_leave).then(|| phone_link(&view.center_phone))}
            </div>
            {with}
        </li>
    }
}

/// What a page about one place begins with: which shift it is, when, and whose the place is.
pub(super) fn head(
    visit: &Visit,
    view: &AssignmentView,
    center: Option<String>,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    view! {
        <div class="occurrence-head">
            <TearOff locale at=view.span.start() />
            <div>
                <h2>{view.title.clone()}</h2>
                <p class="clock">{words::span_near(locale, view.span, visit.now)}" · "{view.name.clone()}</p>
                {center.map(|name| view! { <p>{name}</p> })}
            </div>
        </div>
    }
}

fn past_row(visit: &Visit, view: AssignmentView) -> impl IntoView + use<> {
    let locale = visit.locale;
    let line = format!(
        "{} · {}",
        words::moment(locale, view.span.start(), visit.now),
        view.name
    );
    view! {
        <li>
            <a class="row" href=format!("/shifts/{}", view.shift_id)>
                <span class="row-text"><strong>{view.title}</strong><small>{line}</small></span>
                <span class="badge">{words::assignment_state(locale, view.state)}</span>
            </a>
        </li>
    }
}

/// A place of the reader's, and what giving it back touches.
struct Own {
    view: AssignmentView,
    shift: ShiftView,
    /// Whether a place is kept for a friend beside it.
    keeps: bool,
}

async fn own(visit: &Visit, id: &str) -> Result<Own, Fault> {
    let account = visit.account()?;
    let id: AssignmentId = id.parse()?;
    let view = assignments::find(visit.db(), &visit.caller, &id).await?;
    let shift = shifts::find(visit.db(), &view.shift_id).await?;
    let bring = invitations::of_inviter(visit.db(), &account, visit.now).await?;
    let is_kept = |of: &Bringing| of.assignment == view.id && of.kept.is_some();
    Ok(Own {
        keeps: bring.iter().any(is_kept),
        view,
        shift,
    })
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Answer {
    let own = own(&visit, &id).await?;
    Ok(question(&visit, own, None))
}

async fn withdraw(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let own = own(&visit, &id).await?;
    let (id, act) = (own.view.id.clone(), visit.once(&form)?);
    match assignments::withdraw(visit.db(), &act, id, form.text("reason")).await {
        Ok(_) => Ok(redirect("/me/shifts?gone=1")),
        Err(Error::Refused(refusal)) => Ok(question(&visit, own, Some(refusal))),
        Err(error) => Err(error.into()),
    }
}

/// What giving the place back does: to whoever waits, and to the pair.
fn effect(visit: &Visit, view: &AssignmentView, shift: &ShiftView) -> &'static str {
    let locale = visit.locale;
    match view.state {
        AssignmentState::Waitlisted => td_string!(locale, shift.effect_line),
        AssignmentState::Requested => td_string!(locale, shift.effect_request),
        _ if shift.waiting > 0 => td_string!(locale, shift.effect_next),
        _ if shift.halves.volunteers <= shift.needs.volunteers_min => {
            td_string!(locale, shift.effect_short)
        }
        _ => td_string!(locale, shift.effect_fine),
    }
}

fn question(visit: &Visit, Own { view, shift, keeps }: Own, refusal: Option<Refusal>) -> Response {
    let locale = visit.locale;
    let page = visit
        .page(td_string!(locale, shift.withdraw_title))
        .narrow();
    let page = match &refusal {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    let effect = effect(visit, &view, &shift);
    let friend = keeps.then(|| td_string!(locale, friend.goes_too));
    let reader = visit.clone();
    page.render(move || {
        let explained = refusal.map(|refusal| words::refusal(locale, &refusal, reader.now));
        view! {
            <a class="back-link" href="/me/shifts">{td_string!(locale, shift.my_title)}</a>
            <div class="page-head"><h1>{td_string!(locale, shift.withdraw_title)}</h1></div>
            {explained.map(|told| view! {
                <section class="refusal" role="alert"><h2>{told.title}</h2><p>{told.sentence}</p><p>{told.next}</p>{phone_link(&view.center_phone)}</section>
            })}
            {head(&reader, &view, None)}
            <p>{effect}</p>
            {friend.map(|told| view! { <p>{told}</p> })}
            <form class="form" method="post" action=format!("/assignments/{}/withdraw", view.id)><FormKey />
                <div class="form-field">
                    <label for="reason">{td_string!(locale, cancel.reason)}" "<span class="optional">{td_string!(locale, cancel.optional)}</span></label>
                    <input class="input" id="reason" name="reason" maxlength="200" autocomplete="off" />
                </div>
                <div class="cluster">
                    <button class="button button-danger" type="submit">{td_string!(locale, shift.withdraw_confirm)}</button>
                    <a class="button" href="/me/shifts">{td_string!(locale, shift.keep)}</a>
                </div>
            </form>
        }
    })
}
