//! Staff accounts: who may use the desk, what they may do where, and until when.

mod agency;
mod grant;
mod history;
mod list;
mod new;
mod one;

pub(super) use list::roles;

use super::account::scope_name;
use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{NoticeBox, Tone},
    web::{Answer, Fault, Site, Visit, secrets},
    words,
};
use axum::Router;
use domain::{
    Refusal,
    access::{Action, StaffStatus, TimedGrant, granting::FIRST_PASSWORD_LIFE},
    id::StaffId,
    time::Timestamp,
};
use leptos::prelude::*;
use store::centers::CenterSummary;

/// The routes of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(list::routes())
        .merge(new::routes())
        .merge(one::routes())
}

/// Whoever manages staff somewhere.
fn manager(visit: &Visit) -> Result<(), Refusal> {
    gate::staff(visit)?;
    match visit.caller.may_somewhere(Action::ManageStaff) {
        true => Ok(()),
        false => Err(Refusal::Forbidden),
    }
}

/// The day before a grant ends: the last one on which it holds.
fn last_day(ends_at: Timestamp) -> chrono::NaiveDate {
    ends_at.plus(-1).day()
}

/// When it begins and ends, where either matters: `11月28日起 · 到2026年12月31日为止`.
fn days(locale: Locale, timed: &TimedGrant, now: Timestamp) -> Vec<String> {
    let from = timed.begins_at.filter(|at| *at > now).map(|at| {
        let day = words::day_plain(locale, at.day());
        td_string!(locale, staff.accounts.from, day = day)
    });
    let to = timed.ends_at.map(|at| {
        let day = words::day_plain(locale, last_day(at));
        td_string!(locale, staff.accounts.to, day = day)
    });
    from.into_iter().chain(to).collect()
}

/// A grant in a line: role, place, days.
fn line(
    locale: Locale,
    timed: &TimedGrant,
    centers: &[CenterSummary],
    now: Timestamp,
) -> (String, String) {
    let mut about = vec![scope_name(locale, &timed.grant.scope, centers)];
    about.extend(days(locale, timed, now));
    if timed.has_ended(now) {
        about.push(td_string!(locale, staff.accounts.over).to_owned());
    }
    let role = words::role(locale, timed.grant.role).to_owned();
    (role, about.join(" · "))
}

fn status_name(locale: Locale, status: StaffStatus) -> &'static str {
    match status {
        StaffStatus::Active => td_string!(locale, staff.accounts.active),
        StaffStatus::Suspended => td_string!(locale, staff.accounts.suspended),
        StaffStatus::Closed => td_string!(locale, staff.accounts.closed),
    }
}

/// A first password and its hash.
async fn first_password(visit: &Visit) -> Result<(String, String), Fault> {
    let password = secrets::random_password(visit.site.ids());
    let hash = super::account::hashed(visit, password.clone()).await?;
    Ok((password, hash))
}

/// The page with a first password, which is shown once and so not after a redirect. `password` is none
/// where the form was sent again: nobody knows it any more.
fn told_once(
    visit: &Visit,
    title: &'static str,
    who: (StaffId, String),
    password: Option<String>,
) -> Answer {
    let (locale, now) = (visit.locale, visit.now);
    let until = words::moment(locale, now.plus(FIRST_PASSWORD_LIFE), now);
    let (id, name) = who;
    Ok(gate::page(visit, title).narrow().render(move || {
        let account = format!("/staff/accounts/{id}");
        let told = match password {
            Some(password) => view! {
                <section class="notice" data-kind="good" role="status">
                    <h2>{td_string!(locale, staff.accounts.first_password)}</h2>
                    <p class="lead"><code>{password}</code></p>
                    <p>{td_string!(locale, staff.accounts.shown_once, until = until)}</p>
                </section>
            }
            .into_any(),
            None => view! {
                <NoticeBox title=td_string!(locale, staff.accounts.sent_twice)
                    text=td_string!(locale, staff.accounts.sent_twice_hint) tone=Tone::Warn fresh=true />
            }
            .into_any(),
        };
        view! {
            <a class="back-link" href="/staff/accounts">{td_string!(locale, staff.accounts.title)}</a>
            <div class="page-head"><h1>{title}</h1><p class="lead">{name}</p></div>
            {told}
            <p><a class="button" href=account>{td_string!(locale, staff.accounts.to_account)}</a></p>
        }
    }))
}
