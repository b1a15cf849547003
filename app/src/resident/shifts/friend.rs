//! Bringing a friend: naming them by their telephone number, and what the friend sees of it. The number is
//! sent with a form and stands in no address, so that nobody can hand an invitation on.

use crate::{
    i18n::{Locale, td_string},
    ui::{ErrorSummary, Field, FormKey, NoticeBox, Problems, RefusalBlock, TearOff, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
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
    id::{AssignmentId, InvitationId},
    person::Phone,
    shift::KEPT_FOR,
    time::MINUTE,
};
use leptos::prelude::*;
use store::{
    Error,
    assignments::{self, AssignmentView},
    invitations::{self, Bringing, Invited},
};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/assignments/{id}/friend", get(ask).post(invite))
        .route("/invitations/{id}/take-back", post(take_back))
        .route("/invitations/{id}/decline", post(decline))
}

/// The page on which somebody with that place names a friend.
pub(super) fn page_of(assignment: &AssignmentId) -> String {
    format!("/assignments/{assignment}/friend")
}

/// What a page of one's shifts says after one of these forms.
pub(super) fn told(locale: Locale, form: &Form) -> Option<&'static str> {
    let said = [
        ("kept", td_string!(locale, friend.told_kept)),
        ("back", td_string!(locale, friend.told_back)),
        ("declined", td_string!(locale, friend.told_declined)),
    ];
    let mut said = said.into_iter();
    said.find_map(|(name, words)| form.is_on(name).then_some(words))
}

async fn own(visit: &Visit, id: &str) -> Result<AssignmentView, Fault> {
    visit.account()?;
    let id: AssignmentId = id.parse()?;
    Ok(assignments::find(visit.db(), &visit.caller, &id).await?)
}

async fn ask(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let view = own(&visit, &id).await?;
    let shown = Shown {
        is_new: form.is_on("new"),
        ..Shown::default()
    };
    match invitations::may_invite(visit.db(), &visit.act(), &view.id).await {
        Ok(_) => Ok(page(&visit, view, shown)),
        Err(Error::Refused(refusal)) if refusal != Refusal::NotFound => {
            let cannot = Some(refusal);
            Ok(page(&visit, view, Shown { cannot, ..shown }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn invite(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let view = own(&visit, &id).await?;
    let wrong = |refusal: &Refusal| {
        let mut problems = Problems::none();
        match refusal {
            Refusal::Invalid { .. } => problems.note(visit.locale, refusal, visit.now),
            other => problems.note_at("phone", visit.locale, other, visit.now),
        }
        Shown {
            entered: form.text("phone").to_owned(),
            problems,
            ..Shown::default()
        }
    };
    let phone = match form.need("phone").and_then(Phone::parse) {
        Ok(phone) => phone,
        Err(refusal) => return Ok(page(&visit, view, wrong(&refusal))),
    };
    let act = visit.once(&form)?;
    match invitations::invite(visit.db(), &act, view.id.clone(), phone).await {
        Ok(_) => Ok(redirect("/me/shifts?kept=1")),
        Err(Error::Refused(refusal @ Refusal::OwnNumber)) => {
            Ok(page(&visit, view, wrong(&refusal)))
        }
        Err(Error::Refused(refusal)) if refusal != Refusal::NotFound => {
            let cannot = Some(refusal);
            let shown = Shown {
                cannot,
                ..Shown::default()
            };
            Ok(page(&visit, view, shown))
        }
        Err(error) => Err(error.into()),
    }
}

async fn take_back(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    visit.account()?;
    let id: InvitationId = id.parse()?;
    invitations::take_back(visit.db(), &visit.once(&form)?, id).await?;
    Ok(redirect("/me/shifts?back=1"))
}

async fn decline(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    visit.account()?;
    let id: InvitationId = id.parse()?;
    invitations::decline(visit.db(), &visit.once(&form)?, id).await?;
    Ok(redirect("/me/shifts?declined=1"))
}

/// What the page shows beside the place.
#[derive(Default)]
struct Shown {
    /// Whether the place has just been got.
    is_new: bool,
    entered: String,
    problems: Problems,
    /// Why no friend can be brought at all.
    cannot: Option<Refusal>,
}

fn page(visit: &Visit, view: AssignmentView, shown: Shown) -> Response {
    let locale = visit.locale;
    let page = visit.page(td_string!(locale, friend.title)).narrow();
    let page = match (&shown.cannot, shown.problems.any()) {
        (Some(refusal), _) => page.status(status(refusal)),
        (None, true) => page.status(axum::http::StatusCode::UNPROCESSABLE_ENTITY),
        (None, false) => page,
    };
    let reader = visit.clone();
    page.render(move || {
        let Shown {
            is_new,
            entered,
            problems,
            cannot,
        } = shown;
        let new = is_new.then(|| td_string!(locale, friend.own));
        let inner = match cannot {
            Some(refusal) => {
                let explained = words::refusal(locale, &refusal, reader.now);
                view! { <RefusalBlock locale explained /> }.into_any()
            }
            None => form(locale, &view.id, entered, &problems).into_any(),
        };
        view! {
            <a class="back-link" href="/me/shifts">{td_string!(locale, shift.my_title)}</a>
            {new.map(|title| view! { <NoticeBox title tone=Tone::Good fresh=true /> })}
            <div class="page-head"><h1>{td_string!(locale, friend.title)}</h1></div>
            <ErrorSummary locale problems=problems.clone() />
            <div class="occurrence-head">
                <TearOff locale at=view.span.start() />
                <div>
                    <h2>{view.title.clone()}</h2>
                    <p class="clock">{words::span_near(locale, view.span, reader.now)}</p>
                    <p>{view.center_name.clone()}</p>
                </div>
            </div>
            {inner}
            <p><a class="button" href="/me/shifts">{td_string!(locale, friend.back)}</a></p>
        }
    })
}

fn form(
    locale: Locale,
    assignment: &AssignmentId,
    entered: String,
    problems: &Problems,
) -> impl IntoView + use<> {
    let minutes = KEPT_FOR / MINUTE;
    view! {
        <p>{td_string!(locale, friend.intro, minutes)}</p>
        <form class="form" method="post" action=page_of(assignment)><FormKey />
            <Field name="phone" kind="tel" inputmode="numeric" label=td_string!(locale, friend.phone) hint=td_string!(locale, friend.seen) value=entered error=problems.of("phone") maxlength=20 required=true />
            <div class="action-bar">
                <button class="button button-main button-wide" type="submit">{td_string!(locale, friend.send)}</button>
            </div>
        </form>
    }
}

/// The inviter's side, on the card of their own place.
pub(super) fn bringing(visit: &Visit, with: &Bringing) -> AnyView {
    let locale = visit.locale;
    let Some(kept) = &with.kept else {
        return view! {
            <p><a class="button" href=page_of(&with.assignment)>{td_string!(locale, friend.link)}</a></p>
        }
        .into_any();
    };
    let until = words::moment(locale, kept.until, visit.now);
    let title = td_string!(locale, friend.kept, phone = kept.phone.masked(), until);
    let action = format!("/invitations/{}/take-back", kept.id);
    view! {
        <NoticeBox title=title text=td_string!(locale, friend.kept_hint) level=3>
            <form method="post" action=action><FormKey />
                <button class="button button-quiet" type="submit">{td_string!(locale, friend.take_back)}</button>
            </form>
        </NoticeBox>
    }
    .into_any()
}

/// The friend's side: who invites them, and until when. On the shift's own page the form to sign up stands
/// below.
pub(super) fn invited(visit: &Visit, of: &Invited, is_here: bool) -> AnyView {
    let locale = visit.locale;
    let title = td_string!(locale, friend.invited, person = &of.inviter);
    let until = words::moment(locale, of.until, visit.now);
    let until = td_string!(locale, friend.invited_until, until);
    let text = match is_here {
        true => until,
        false => {
            let shift = td_string!(
                locale,
                friend.invited_shift,
                span = words::span_near(locale, of.span, visit.now),
                title = &of.title,
                center = &of.center_name
            );
            words::join(locale, &shift, &until)
        }
    };
    let action = format!("/invitations/{}/decline", of.id);
    let see = (!is_here).then(|| format!("/shifts/{}", of.shift));
    view! {
        <NoticeBox title=title text=text tone=Tone::Good>
            <div class="cluster">
                {see.map(|href| view! { <a class="button button-main" href=href>{td_string!(locale, friend.see)}</a> })}
                <form method="post" action=action><FormKey />
                    <button class="button button-quiet" type="submit">{td_string!(locale, friend.decline)}</button>
                </form>
            </div>
        </NoticeBox>
    }
    .into_any()
}

/// What somebody does who is invited and is no volunteer yet.
pub(super) fn become_one(locale: Locale) -> AnyView {
    view! {
        <p>{td_string!(locale, friend.not_yet)}" "<a href="/volunteer">{td_string!(locale, friend.apply)}</a></p>
    }
    .into_any()
}
