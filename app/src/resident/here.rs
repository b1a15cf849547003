//! I am here: what a phone finds that scans the code on a kiosk's screen. The code is exchanged at
//! once, so that signing in afterwards does not lose it; the moment of the scan counts (C-108).

use crate::{
    i18n::td_string,
    ui::{Choice, EmptyState, FormKey, NoticeBox, Tone, VerdictBox},
    web::{Answer, Fault, Form, Site, Visit, cookie, redirect, secrets, with_cookie},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use domain::{Refusal, booking::State, commitment::Subject, kiosk::CLAIM_LIFE, time::HOUR};
use leptos::prelude::*;
use store::{
    Error,
    check_ins::Admission,
    claims::{self, Claim, Spendable},
};

/// The cookie that holds a claim's secret.
const CLAIM: &str = "linli-claim";
/// The cookie that stands for the phone, so that one phone for many people can be seen.
const PHONE: &str = "linli-phone";
/// Seconds of a day.
const DAY: i64 = 24 * 3600;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/w/{code}", get(scan))
        .route("/here", get(show).post(check_in))
}

async fn scan(visit: Visit, Path(code): Path<String>, headers: HeaderMap) -> Answer {
    let secure = visit.site.settings().secure_cookies;
    let secret = secrets::new_login_secret(visit.site.ids());
    let phone = cookie(&headers, PHONE).filter(|text| (16..=64).contains(&text.len()));
    let phone = phone.unwrap_or_else(|| secrets::new_login_secret(visit.site.ids()));
    match claims::redeem(visit.db(), &visit.act(), &code, &phone, &secret).await {
        Ok(_) => {
            let to = with_cookie(redirect("/here"), CLAIM, &secret, CLAIM_LIFE / 1000, secure);
            Ok(with_cookie(to, PHONE, &phone, DAY, secure))
        }
        Err(Error::Refused(Refusal::WrongCode)) => Ok(over(&visit)),
        Err(error) => Err(error.into()),
    }
}

/// What was scanned is no code of now.
fn over(visit: &Visit) -> Response {
    let locale = visit.locale;
    let title = td_string!(locale, here.over);
    let page = visit.page(title).narrow().status(StatusCode::GONE);
    page.render(move || {
        view! {
            <EmptyState title=title text=td_string!(locale, here.over_hint)>
                <p><a class="button" href="/me/bookings">{td_string!(locale, mine.bookings)}</a></p>
            </EmptyState>
        }
    })
}

/// The claim of this browser, while it is good; else what it came to, or that it is over.
async fn claim(visit: &Visit, headers: &HeaderMap) -> Result<(String, Claim), Fault> {
    let Some(secret) = cookie(headers, CLAIM) else {
        return Err(Fault::instead(over(visit)));
    };
    match claims::find(visit.db(), &secret).await {
        Ok(Some(claim)) if claim.is_good(visit.now) => Ok((secret, claim)),
        Ok(Some(claim)) => Err(Fault::instead(ended(visit, &secret, &claim).await?)),
        Ok(None) => Err(Fault::instead(over(visit))),
        Err(error) => Err(error.into()),
    }
}

/// What a claim came to that is not good any more.
async fn ended(visit: &Visit, secret: &str, claim: &Claim) -> Answer {
    match claims::answers(visit.db(), &visit.act(), secret).await {
        Ok(answers) if answers.is_empty() => Ok(over(visit)),
        Ok(answers) => Ok(done(visit, claim, answers)),
        Err(error) => Err(error.into()),
    }
}

async fn show(visit: Visit, headers: HeaderMap) -> Answer {
    let (_, claim) = claim(&visit, &headers).await?;
    let Ok(account) = visit.account() else {
        return Ok(sign_in_first(&visit, claim));
    };
    let bookings = claims::spendable(visit.db(), &account, &claim).await?;
    Ok(choose(&visit, claim, bookings, None))
}

fn noted(visit: &Visit, claim: &Claim) -> impl IntoView + use<> {
    let locale = visit.locale;
    let text = td_string!(
        locale,
        here.noted_text,
        time = words::clock(locale, claim.scanned_at),
        until = words::clock(locale, claim.expires_at)
    );
    view! {
        <div class="page-head">
            <h1>{td_string!(locale, here.title)}</h1>
            <p class="lead">{claim.center_name.clone()}</p>
        </div>
        <NoticeBox title=td_string!(locale, here.noted) text=text tone=Tone::Good fresh=true />
    }
}

fn sign_in_first(visit: &Visit, claim: Claim) -> Response {
    let (locale, reader) = (visit.locale, visit.clone());
    visit.page(td_string!(locale, here.title)).narrow().render(move || {
        view! {
            {noted(&reader, &claim)}
            <p>{td_string!(locale, here.sign_in)}</p>
            <div class="action-bar">
                <a class="button button-main button-wide" href="/sign-in?back=%2Fhere">{td_string!(locale, sign_in.title)}</a>
            </div>
        }
    })
}

fn choose(
    visit: &Visit,
    claim: Claim,
    bookings: Vec<Spendable>,
    refusal: Option<Refusal>,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let reader = visit.clone();
    let status = refusal.as_ref().map_or(StatusCode::OK, crate::web::status);
    let page = visit
        .page(td_string!(locale, here.title))
        .narrow()
        .status(status);
    page.render(move || {
        let none = bookings.is_empty();
        let whats_on = format!("/centers/{}/whats-on", claim.center_id);
        let rows: Vec<_> = bookings
            .into_iter()
            .map(|b| {
                let time = words::span_near(locale, b.span(), now);
                let seen = b.state == State::CheckedIn;
                let state = seen.then(|| format!(" · {}", words::state(locale, b.state)));
                let note = format!("{} · {time}{}", b.person_name.as_str(), state.unwrap_or_default());
                view! { <Choice name=b.subject.kind() value=b.subject.id().to_owned() label=b.title note=note checked=!seen /> }
            })
            .collect();
        let error = refusal.map(|refusal| {
            let told = words::refusal(locale, &refusal, now);
            view! { <NoticeBox title=told.title text=told.sentence tone=Tone::Bad fresh=true /> }
        });
        let body = if none {
            view! {
                <EmptyState title=td_string!(locale, here.nothing) text=td_string!(locale, here.nothing_hint)>
                    <p><a class="button" href=whats_on>{td_string!(locale, nav.whats_on)}</a></p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <form class="form" method="post" action="/here"><FormKey />
                    <fieldset class="form-field"><legend>{td_string!(locale, here.which)}</legend>{rows}</fieldset>
                    <div class="action-bar">
                        <button class="button button-main button-wide" type="submit">{td_string!(locale, here.check_in)}</button>
                    </div>
                </form>
            }
            .into_any()
        };
        view! {
            {noted(&reader, &claim)}
            {error}
            {body}
        }
    })
}

async fn check_in(visit: Visit, headers: HeaderMap, form: Form) -> Answer {
    let account = visit.account()?;
    let (secret, claim) = claim(&visit, &headers).await?;
    let chosen = ["booking", "assignment"].into_iter().flat_map(|kind| {
        form.all(kind)
            .map(move |id| Subject::parse(kind, id))
            .collect::<Vec<_>>()
    });
    let chosen: Result<Vec<Subject>, Refusal> = chosen.collect();
    let keyring = visit.site.tickets().keyring;
    match claims::spend(visit.db(), &keyring, &visit.act(), &secret, chosen?).await {
        // Used: the answer has an address, and the claim is remembered for it.
        Ok(answers) if answers.iter().any(|answer| answer.verdict.is_evidence()) => {
            let secure = visit.site.settings().secure_cookies;
            Ok(with_cookie(
                redirect("/here"),
                CLAIM,
                &secret,
                HOUR / 1000,
                secure,
            ))
        }
        Ok(answers) => Ok(done(&visit, &claim, answers)),
        // Sent twice at once: the first one has the answer.
        Err(Error::Refused(Refusal::WrongCode)) => ended(&visit, &secret, &claim).await,
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
            let bookings = claims::spendable(visit.db(), &account, &claim).await?;
            Ok(choose(&visit, claim, bookings, Some(refusal)))
        }
        Err(error) => Err(error.into()),
    }
}

/// What it came to, booking by booking: once used, for as long as the cookie lives, so that a reload
/// or the way back shows it again.
fn done(visit: &Visit, claim: &Claim, answers: Vec<Admission>) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let center = claim.center_name.clone();
    let again = !answers.iter().any(|answer| answer.verdict.is_evidence());
    let page = visit.page(td_string!(locale, here.title)).narrow();
    page.render(move || {
        let rows: Vec<_> = answers
            .into_iter()
            .map(|answer| view! { <VerdictBox locale answer now /> })
            .collect();
        view! {
            <div class="page-head">
                <h1>{td_string!(locale, here.title)}</h1>
                <p class="lead">{center}</p>
            </div>
            <div class="stack" role="status">{rows}</div>
            <div class="cluster">
                {again.then(|| view! { <a class="button" href="/here">{td_string!(locale, here.other)}</a> })}
                <a class="button" href="/me/bookings">{td_string!(locale, mine.bookings)}</a>
            </div>
        }
    })
}
