//! One's own account: password, sessions, and the way to the second factor.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{ErrorSummary, Field, FormKey, NoticeBox, Problems, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect, secrets},
    words,
};
use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};
use domain::{Reason, Refusal, access::Scope, id::LoginId};
use leptos::prelude::*;
use store::{
    Result,
    centers::CenterSummary,
    logins::{self, LoginView},
    staff::{self, StaffView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/account", get(show))
        .route("/staff/account/password", post(password))
        .route("/staff/account/logins", post(end))
}

/// Proves that it is really they who sit there: the password again. A wrong one counts as a try
/// to sign in.
pub(super) async fn prove(visit: &Visit, own: &StaffView, password: &str) -> Result<()> {
    let found = staff::begin_sign_in(visit.db(), &visit.act(), &own.username).await?;
    let hash = found.map(|candidate| candidate.password_hash);
    if visit.site.hashers().fits(password.to_owned(), hash).await? {
        staff::proved(visit.db(), &visit.act()).await
    } else {
        Err(Refusal::WrongCredentials.into())
    }
}

/// The caller's own account.
pub(super) async fn own(visit: &Visit) -> std::result::Result<StaffView, Fault> {
    gate::staff(visit)?;
    let own = staff::own(visit.db(), &visit.caller, visit.now).await;
    Ok(own?)
}

async fn show(visit: Visit, form: Form) -> Answer {
    let locale = visit.locale;
    let done = form.get("done").map(|what| match what {
        "password" => td_string!(locale, staff.account.done_password),
        "factor" => td_string!(locale, staff.account.done_factor),
        _ => td_string!(locale, staff.saved),
    });
    answer(&visit, Problems::none(), done).await
}

async fn answer(visit: &Visit, problems: Problems, done: Option<&'static str>) -> Answer {
    let own = own(visit).await?;
    let sessions = logins::list(visit.db(), &visit.caller, visit.now).await?;
    let locale = visit.locale;
    let status = if problems.any() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let centers = visit.site.centers();
    let reader = visit.clone();
    Ok(gate::page(visit, td_string!(locale, staff.account.title)).narrow().status(status).render(move || {
        let roles: Vec<_> = own
            .grants
            .iter()
            .map(|timed| {
                let until = timed.ends_at.map(|at| {
                    let time = words::moment(locale, at, reader.now);
                    format!(" · {}", td_string!(locale, date.until_moment, moment = time))
                });
                let role = words::role(locale, timed.grant.role);
                view! { <li class="row"><span class="row-text"><strong>{role}</strong><small>{scope_name(locale, &timed.grant.scope, centers.all())}{until}</small></span></li> }
            })
            .collect();
        view! {
            <div class="page-head">
                <h1>{own.name.as_str().to_owned()}</h1>
                <p class="lead">{own.username.clone()}</p>
            </div>
            {done.map(|text| view! { <NoticeBox title=text tone=Tone::Good fresh=true /> })}
            <ErrorSummary locale problems=problems.clone() />
            <section class="section" aria-labelledby="roles">
                <h2 id="roles">{td_string!(locale, field.role)}</h2>
                <ul class="row-list">{roles}</ul>
            </section>
            <section class="section" aria-labelledby="time">
                <h2 id="time">{td_string!(locale, staff.time.title)}</h2>
                <p class="lead">{td_string!(locale, staff.time.intro)}</p>
                <p><a class="button" href="/staff/account/time">{td_string!(locale, staff.time.open)}</a></p>
            </section>
            <section class="section" aria-labelledby="factor">
                <h2 id="factor">{td_string!(locale, staff.account.factor)}</h2>
                <p class="lead">{if own.second_factor { td_string!(locale, staff.account.factor_on) } else { td_string!(locale, staff.account.factor_off) }}</p>
                <p><a class="button" href="/staff/account/second-factor">
                    {if own.second_factor { td_string!(locale, staff.account.factor_change) } else { td_string!(locale, staff.account.factor_set) }}
                </a></p>
            </section>
            <section class="section" aria-labelledby="password-head">
                <h2 id="password-head">{td_string!(locale, staff.account.password)}</h2>
                <form class="form" method="post" action="/staff/account/password"><FormKey />
                    <input type="text" name="username" value=own.username.clone() autocomplete="username" hidden />
                    <Field name="current" label=td_string!(locale, staff.account.current) kind="password"
                        autocomplete="current-password" error=problems.of("current") required=true />
                    <Field name="password" label=td_string!(locale, staff.account.new) kind="password"
                        hint=td_string!(locale, staff.account.new_hint) autocomplete="new-password"
                        error=problems.of("password") required=true />
                    <Field name="again" label=td_string!(locale, staff.account.again) kind="password"
                        autocomplete="new-password" error=problems.of("again") required=true />
                    <div class="cluster"><button class="button button-main" type="submit">{td_string!(locale, staff.account.change)}</button></div>
                </form>
            </section>
            {session_list(&reader, sessions)}
        }
    }))
}

/// Where a role holds, by name.
pub(super) fn scope_name(locale: Locale, scope: &Scope, centers: &[CenterSummary]) -> String {
    let named = match scope {
        Scope::City => return td_string!(locale, staff.account.city).to_owned(),
        Scope::District(code) => centers
            .iter()
            .find(|c| c.district_code == *code)
            .map(|c| &c.district),
        Scope::Subdistrict(code) => centers
            .iter()
            .find(|c| c.subdistrict_code == *code)
            .map(|c| &c.subdistrict),
        Scope::Center(id) => centers.iter().find(|c| c.id == *id).map(|c| &c.name),
    };
    named.cloned().unwrap_or_else(|| scope.to_string())
}

fn session_list(visit: &Visit, sessions: Vec<LoginView>) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let this = visit.login.as_ref().map(|login| login.id.clone());
    let several = sessions.len() > 1;
    let rows: Vec<_> = sessions
        .into_iter()
        .map(|session| {
            let mine = this.as_ref() == Some(&session.id);
            let seen = words::moment(locale, session.last_seen_at, now);
            let note = if mine { td_string!(locale, staff.account.this_one).to_owned() } else { td_string!(locale, staff.account.seen, time = seen) };
            view! {
                <li class="row">
                    <span class="row-text"><strong>{session.device.clone()}</strong><small>{note}</small></span>
                    {(!mine).then(|| view! {
                        <form method="post" action="/staff/account/logins"><FormKey />
                            <button class="button button-quiet" type="submit" name="login" value=session.id.to_string()>{td_string!(locale, staff.account.end)}</button>
                        </form>
                    })}
                </li>
            }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="sessions">
            <h2 id="sessions">{td_string!(locale, staff.account.sessions)}</h2>
            <ul class="row-list">{rows}</ul>
            {several.then(|| view! {
                <form method="post" action="/staff/account/logins"><FormKey />
                    <button class="button" type="submit" name="login" value="others">{td_string!(locale, staff.account.end_others)}</button>
                </form>
            })}
        </section>
    }
}

async fn password(visit: Visit, form: Form) -> Answer {
    let own = own(&visit).await?;
    let locale = visit.locale;
    let mut problems = Problems::none();
    let new = form.raw("password").to_owned();
    if new != form.raw("again") {
        problems.note_text("again", td_string!(locale, staff.account.differ).to_owned());
        return answer(&visit, problems, None).await;
    }
    match prove(&visit, &own, form.raw("current")).await {
        Ok(()) => {}
        Err(error) => match error.refusal() {
            Some(Refusal::WrongCredentials) => {
                problems.note_text(
                    "current",
                    td_string!(locale, staff.account.wrong).to_owned(),
                );
                return answer(&visit, problems, None).await;
            }
            Some(refusal) => {
                problems.note(locale, refusal, visit.now);
                return answer(&visit, problems, None).await;
            }
            None => return Err(error.into()),
        },
    }
    let Some(hash) = problems.keep(locale, visit.now, hashed(&visit, new).await) else {
        return answer(&visit, problems, None).await;
    };
    let keep = visit.login.as_ref().map(|login| login.id.clone());
    staff::set_password(visit.db(), &visit.act(), own.id, hash, keep).await?;
    Ok(redirect("/staff/account?done=password"))
}

/// The hash of a password that somebody chose.
pub(super) async fn hashed(visit: &Visit, new: String) -> std::result::Result<String, Refusal> {
    let ids = visit.site.ids().clone();
    let hashed = tokio::task::spawn_blocking(move || secrets::hash_password(&new, &ids)).await;
    match hashed {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(secrets::PasswordError::TooLong)) => {
            Err(Refusal::invalid("password", Reason::TooLong))
        }
        Ok(Err(_)) | Err(_) => Err(Refusal::invalid("password", Reason::TooShort)),
    }
}

async fn end(visit: Visit, form: Form) -> Answer {
    gate::staff(&visit)?;
    let keep = visit.login.as_ref().map(|login| login.id.clone());
    let ended = match form.text("login") {
        "others" => logins::end_all(visit.db(), &visit.act(), keep)
            .await
            .map(drop),
        id => match id.parse::<LoginId>() {
            Ok(id) => logins::end(visit.db(), &visit.act(), id).await,
            Err(refusal) => Err(refusal.into()),
        },
    };
    match ended {
        // One that has ended by itself meanwhile is gone too.
        Ok(()) => Ok(redirect("/staff/account?done=saved")),
        Err(error) if error.refusal() == Some(&Refusal::NotFound) => {
            Ok(redirect("/staff/account?done=saved"))
        }
        Err(error) => Err(error.into()),
    }
}
