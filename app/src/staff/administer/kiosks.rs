//! The center's kiosks: pairing, health, letting go, revoking; the poster; signs that codes were
//! passed on.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{DemoLabel, EmptyState, Field, FormKey, NoticeBox, Tone},
    web::{Answer, Form, Site, Visit, redirect, scan_address},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post},
};
use domain::{
    Reason, Refusal,
    access::Action,
    id::KioskId,
    kiosk::{Check, Light, Sign, health},
    time::{DAY, Timestamp},
};
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use store::{
    Error,
    centers::CenterView,
    claims::{self, KioskSigns},
    kiosks::{self, KioskView, Pairing},
};
use ticket::qr::Drawing;

/// Signs are shown for so long (milliseconds).
const SIGNS: i64 = 7 * DAY;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/kiosks", get(show).post(invite))
        .route("/staff/centers/{center}/kiosks/exit", post(let_out))
        .route(
            "/staff/centers/{center}/kiosks/poster",
            get(poster).post(set_poster),
        )
        .route(
            "/staff/centers/{center}/kiosks/{kiosk}/revoke",
            post(revoke),
        )
}

/// What has just happened, told at the top.
enum Fresh {
    /// A code to enter at the device.
    Code(Pairing),
    /// Something that was done.
    Done(&'static str),
    /// Something that was refused.
    Refused(Refusal),
    /// No kiosk shows that number.
    WrongNumber,
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let locale = visit.locale;
    let done = form.get("done").map(|what| match what {
        "out" => td_string!(locale, kiosks.done_out),
        "revoked" => td_string!(locale, kiosks.done_revoked),
        _ => td_string!(locale, staff.saved),
    });
    answer(&visit, &id, done.map(Fresh::Done)).await
}

async fn invite(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageKiosks).await?;
    let center = center.summary.id;
    let key = visit.site.code_key();
    let made = kiosks::invite(visit.db(), &visit.act(), key, &center, form.text("name")).await;
    match made {
        // Shown once, so not after a redirect; sent again it makes another code, which harms nobody.
        Ok(pairing) => answer(&visit, &id, Some(Fresh::Code(pairing))).await,
        Err(Error::Refused(refusal)) => answer(&visit, &id, Some(Fresh::Refused(refusal))).await,
        Err(error) => Err(error.into()),
    }
}

async fn let_out(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageKiosks).await?;
    let center = center.summary.id;
    match kiosks::let_out(visit.db(), &visit.act(), &center, form.text("number")).await {
        Ok(_) => Ok(redirect(&format!(
            "/staff/centers/{center}/kiosks?done=out"
        ))),
        Err(Error::Refused(Refusal::WrongCode)) => {
            answer(&visit, &id, Some(Fresh::WrongNumber)).await
        }
        Err(Error::Refused(refusal)) => answer(&visit, &id, Some(Fresh::Refused(refusal))).await,
        Err(error) => Err(error.into()),
    }
}

async fn revoke(visit: Visit, Path((id, kiosk)): Path<(String, String)>) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageKiosks).await?;
    let center = center.summary.id;
    let kiosk: KioskId = kiosk.parse()?;
    kiosks::revoke(visit.db(), &visit.act(), &kiosk).await?;
    Ok(redirect(&format!(
        "/staff/centers/{center}/kiosks?done=revoked"
    )))
}

async fn set_poster(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageKiosks).await?;
    let center = center.summary.id;
    let on = match form.get("poster") {
        Some("on") => true,
        Some("off") => false,
        _ => {
            let refusal = Refusal::invalid("poster", Reason::UnknownValue);
            return answer(&visit, &id, Some(Fresh::Refused(refusal))).await;
        }
    };
    kiosks::set_poster(visit.db(), &visit.act(), &center, on).await?;
    Ok(redirect(&format!(
        "/staff/centers/{center}/kiosks?done=saved"
    )))
}

/// The poster to print.
async fn poster(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageKiosks).await?;
    let code = match kiosks::poster(visit.db(), &visit.caller, &center.summary.id).await {
        Ok(Some(code)) => code,
        Ok(None) => return Err(Refusal::NotFound.into()),
        Err(error) => return Err(error.into()),
    };
    let locale = visit.locale;
    let title = td_string!(locale, kiosks.poster);
    let drawn = Drawing::of(&scan_address(&visit.site, &code)).map(|drawing| drawing.svg(title));
    let demo = visit.site.settings().demo;
    let printed = visit.now.day();
    Ok(gate::page(&visit, title).narrow().render(move || {
        // Both languages, whichever the reader's: it hangs there for everybody.
        let said: Vec<_> = Locale::get_all()
            .iter()
            .map(|of| {
                let renewed = td_string!(*of, kiosks.poster_until, day = words::day_full(*of, printed));
                view! {
                    <div lang=of.as_str()>
                        <p class="poster-for">{td_string!(*of, kiosks.poster_for)}</p>
                        <p>{td_string!(*of, kiosks.poster_how)}</p>
                        <p class="poster-until">{renewed}</p>
                    </div>
                }
            })
            .collect();
        view! {
            <a class="back-link" href=format!("/staff/centers/{}/kiosks", center.summary.id)>{td_string!(locale, kiosks.title)}</a>
            <p class="hint no-print">{td_string!(locale, kiosks.poster_paper)}</p>
            <article class="poster">
                {demo.then(|| view! { <p><DemoLabel locale /></p> })}
                <h1>{center.summary.name.clone()}</h1>
                {drawn.ok().map(|svg| view! { <div class="qr" inner_html=svg></div> })}
                {said}
            </article>
        }
    }))
}

async fn answer(visit: &Visit, id: &str, fresh: Option<Fresh>) -> Answer {
    let center = gate::center(visit, id, Action::ManageKiosks).await?;
    let (db, caller, of) = (visit.db(), &visit.caller, &center.summary.id);
    let all = kiosks::list(db, caller, of, visit.now).await;
    let signs = claims::signs(db, caller, of, visit.now.plus(-SIGNS)).await;
    let poster = kiosks::poster(db, caller, of).await;
    let (all, signs, poster) = match (all, signs, poster) {
        (Ok(all), Ok(signs), Ok(poster)) => (all, signs, poster.is_some()),
        (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => {
            return Err(error.into());
        }
    };
    let (locale, now) = (visit.locale, visit.now);
    let status = match &fresh {
        Some(Fresh::Refused(refusal)) => crate::web::status(refusal),
        Some(Fresh::WrongNumber) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    Ok(gate::page(visit, td_string!(locale, kiosks.title)).status(status).render(move || {
        let rows: Vec<_> = all.iter().map(|kiosk| row(locale, of_center(&center), kiosk, now)).collect();
        let none = rows.is_empty();
        let wants_out = all.iter().any(|kiosk| kiosk.wants_out);
        view! {
            <div class="page-head">
                <h1>{td_string!(locale, kiosks.title)}</h1>
                <p class="lead"><a class="plain" href=format!("/staff/centers/{}", of_center(&center))>{center.summary.name.clone()}</a></p>
            </div>
            {fresh.map(|fresh| told(locale, fresh, now))}
            {wants_out.then(|| out_form(locale, of_center(&center)))}
            {if none {
                view! { <EmptyState title=td_string!(locale, kiosks.none) text=td_string!(locale, kiosks.none_hint) /> }.into_any()
            } else {
                view! { <ul class="kiosk-list-staff">{rows}</ul> }.into_any()
            }}
            <section class="card" aria-labelledby="pair">
                <h2 id="pair">{td_string!(locale, kiosks.pair)}</h2>
                <p class="hint">{td_string!(locale, kiosks.pair_hint)}</p>
                <form class="form" method="post" action=format!("/staff/centers/{}/kiosks", of_center(&center))><FormKey />
                    <Field name="name" label=td_string!(locale, kiosks.name) hint=td_string!(locale, kiosks.name_hint) maxlength=40 required=true />
                    <button class="button button-main" type="submit">{td_string!(locale, kiosks.make_code)}</button>
                </form>
            </section>
            {(!wants_out).then(|| out_form(locale, of_center(&center)))}
            {poster_form(locale, of_center(&center), poster)}
            {sign_list(locale, &signs, now)}
        }
    }))
}

fn of_center(center: &CenterView) -> &str {
    center.summary.id.as_str()
}

fn told(locale: Locale, fresh: Fresh, now: Timestamp) -> AnyView {
    match fresh {
        Fresh::Code(pairing) => {
            let until = words::clock(locale, pairing.expires_at);
            view! {
                <section class="notice" data-kind="good" role="status">
                    <h2>{td_string!(locale, kiosks.code_title)}</h2>
                    <p class="pairing-code"><code>{pairing.code}</code></p>
                    <p>{td_string!(locale, kiosks.code_hint, until = until)}</p>
                </section>
            }
            .into_any()
        }
        Fresh::Done(text) => {
            view! { <NoticeBox title=text tone=Tone::Good fresh=true /> }.into_any()
        }
        Fresh::WrongNumber => view! {
            <NoticeBox title=td_string!(locale, kiosks.wrong_number) text=td_string!(locale, kiosks.wrong_number_hint)
                tone=Tone::Bad fresh=true />
        }
        .into_any(),
        Fresh::Refused(refusal) => {
            let told = words::refusal(locale, &refusal, now);
            let text = words::join(locale, &told.sentence, &told.next);
            view! { <NoticeBox title=told.title text=text tone=Tone::Bad fresh=true /> }.into_any()
        }
    }
}

fn out_form(locale: Locale, center: &str) -> impl IntoView + use<> {
    view! {
        <section class="card" aria-labelledby="out">
            <h2 id="out">{td_string!(locale, kiosks.out)}</h2>
            <p class="hint">{td_string!(locale, kiosks.out_hint)}</p>
            <form class="form" method="post" action=format!("/staff/centers/{center}/kiosks/exit")><FormKey />
                <Field name="number" label=td_string!(locale, kiosks.number) inputmode="numeric" maxlength=7 class="input-code" required=true />
                <button class="button" type="submit">{td_string!(locale, kiosks.out_confirm)}</button>
            </form>
        </section>
    }
}

fn poster_form(locale: Locale, center: &str, on: bool) -> impl IntoView + use<> {
    let (value, words) = match on {
        true => ("off", td_string!(locale, kiosks.poster_off)),
        false => ("on", td_string!(locale, kiosks.poster_on)),
    };
    let action = format!("/staff/centers/{center}/kiosks/poster");
    let print = on.then(|| {
        view! { <a class="button" href=action.clone()>{td_string!(locale, kiosks.poster_print)}</a> }
    });
    view! {
        <section class="card" aria-labelledby="poster">
            <h2 id="poster">{td_string!(locale, kiosks.poster)}</h2>
            <p class="hint">{td_string!(locale, kiosks.poster_hint)}</p>
            <form class="cluster" method="post" action=action><FormKey />
                {print}
                <button class="button" type="submit" name="poster" value=value>{words}</button>
            </form>
        </section>
    }
}

/// A light with its shape and its word.
fn light(locale: Locale, light: Light, label: &'static str, said: String) -> impl IntoView + use<> {
    let word = match light {
        Light::Green => td_string!(locale, kiosk.green),
        Light::Amber => td_string!(locale, kiosk.amber),
        Light::Red => td_string!(locale, kiosk.red),
    };
    view! {
        <li class="light-row" data-light=light.as_str()>
            <span class="light" aria-hidden="true"></span>
            <div><strong>{label}": "{word}</strong>" "<span>{said}</span></div>
        </li>
    }
}

fn check_name(locale: Locale, check: Check) -> &'static str {
    match check {
        Check::Camera => td_string!(locale, kiosk.check_camera),
        Check::Scanner => td_string!(locale, kiosk.check_scanner),
        Check::Clock => td_string!(locale, kiosk.check_clock),
        Check::Ticket => td_string!(locale, kiosk.check_ticket),
        Check::Storage => td_string!(locale, kiosk.check_storage),
        Check::Network => td_string!(locale, kiosk.check_network),
    }
}

fn row(locale: Locale, center: &str, kiosk: &KioskView, now: Timestamp) -> AnyView {
    if let Some(at) = kiosk.revoked_at {
        let when = words::moment(locale, at, now);
        return view! {
            <li class="card" data-revoked="">
                <h2>{kiosk.name.clone()}</h2>
                <p class="hint">{td_string!(locale, kiosks.ended, when = when)}</p>
            </li>
        }
        .into_any();
    }
    let of = health(&kiosk.told, now);
    let seen = match kiosk.told.seen_at {
        Some(at) => td_string!(locale, kiosks.seen, when = words::moment(locale, at, now)),
        None => td_string!(locale, kiosks.never_seen).to_owned(),
    };
    let clock = match kiosk.told.clock_off_ms {
        Some(off) => {
            let seconds = format!("{:.1}", off.unsigned_abs() as f64 / 1000.0);
            match off {
                0.. => td_string!(locale, kiosks.clock_ahead, seconds = seconds),
                _ => td_string!(locale, kiosks.clock_behind, seconds = seconds),
            }
        }
        None => td_string!(locale, kiosks.not_told).to_owned(),
    };
    let failed: Vec<_> = kiosk
        .told
        .checks
        .iter()
        .filter(|checked| checked.light != Light::Green)
        .map(|checked| check_name(locale, checked.check))
        .collect();
    let tested = match kiosk.told.checked_at {
        Some(at) if failed.is_empty() => words::moment(locale, at, now),
        Some(at) => format!(
            "{} · {}",
            words::moment(locale, at, now),
            failed.join(" · ")
        ),
        None => td_string!(locale, kiosks.not_tested).to_owned(),
    };
    let paired = words::moment(locale, kiosk.paired_at, now);
    let name = kiosk.name.clone();
    view! {
        <li class="card" data-light=of.overall().as_str()>
            <h2>{name.clone()}</h2>
            <ul class="lights">
                {light(locale, of.contact, td_string!(locale, kiosks.contact), seen)}
                {light(locale, of.clock, td_string!(locale, kiosk.check_clock), clock)}
                {light(locale, of.camera, td_string!(locale, kiosk.check_camera), String::new())}
                {light(locale, of.scanner, td_string!(locale, kiosk.check_scanner), String::new())}
                {light(locale, of.checks, td_string!(locale, kiosk.test_title), tested)}
            </ul>
            <p class="hint">{td_string!(locale, kiosks.paired, when = paired, version = kiosk.version.clone())}</p>
            <details>
                <summary>{td_string!(locale, kiosks.revoke)}</summary>
                <p class="hint">{td_string!(locale, kiosks.revoke_hint)}</p>
                <form method="post" action=format!("/staff/centers/{center}/kiosks/{}/revoke", kiosk.id)><FormKey />
                    <button class="button button-danger" type="submit">{td_string!(locale, kiosks.revoke_confirm, name = name)}</button>
                </form>
            </details>
        </li>
    }
    .into_any()
}

fn sign_list(locale: Locale, of: &[KioskSigns], now: Timestamp) -> impl IntoView + use<> {
    let rows: Vec<_> = of
        .iter()
        .flat_map(|kiosk| {
            let name = kiosk.kiosk.clone();
            let name = name.unwrap_or_else(|| td_string!(locale, kiosks.poster).to_owned());
            kiosk.signs.iter().map(move |sign| (name.clone(), *sign))
        })
        .map(|(name, sign)| {
            let moment = |at| words::moment(locale, at, now);
            let text = match sign {
                Sign::Crowd { at, count } => {
                    td_string!(locale, kiosks.sign_crowd, when = moment(at), count = count)
                }
                Sign::Late { at, count } => {
                    td_string!(locale, kiosks.sign_late, when = moment(at), count = count)
                }
                Sign::Shared { at, count } => {
                    td_string!(locale, kiosks.sign_shared, when = moment(at), count = count)
                }
            };
            view! { <li class="row"><span class="row-text"><strong>{name}</strong><small>{text}</small></span></li> }
        })
        .collect();
    let redeemed: usize = of.iter().map(|kiosk| kiosk.redeemed).sum();
    let none = rows.is_empty();
    view! {
        <section class="section" aria-labelledby="signs">
            <h2 id="signs">{td_string!(locale, kiosks.signs)}</h2>
            <p class="hint">{td_string!(locale, kiosks.signs_hint, count = redeemed)}</p>
            {none.then(|| view! { <p>{td_string!(locale, kiosks.signs_none)}</p> })}
            {(!none).then(|| view! { <ul class="row-list">{rows}</ul> })}
        </section>
    }
}
