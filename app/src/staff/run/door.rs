//! The check-in page of a center, for a phone or a PC at the door: one field for a scanner that
//! types or for a short code, a large answer, a search by name, today's counts and the last scans.

mod find;
mod live;

use crate::staff::common::{gate, live::LiveState};
use crate::{
    assets::assets,
    i18n::{Locale, td_string},
    ui::{FormKey, NoticeBox, RefusalBlock, Tone, VerdictBox},
    web::{Answer, Form, Site, Visit, redirect, status},
    words,
};
use axum::{
    Router,
    extract::Path,
    routing::{get, post},
};
use domain::{
    Reason, Refusal,
    access::Action,
    check_in::{Direction, UNDO_WITHIN, Verdict},
    commitment::Subject,
    id::{CenterId, CheckInId},
};
use leptos::prelude::*;
use live::Live;
use store::{
    Error,
    centers::CenterView,
    check_ins::{self, Admission, Expected, NewCheckIn, Presented},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/door", get(show).post(scan))
        .route("/staff/centers/{center}/door/part", get(live::part))
        .route("/staff/centers/{center}/door/undo", post(undo))
}

/// What the page shows beside its form.
#[derive(Default)]
struct Shown {
    answer: Option<Admission>,
    refusal: Option<Refusal>,
    undone: bool,
    /// The code that was scanned, while one of several bookings is chosen.
    code: String,
    name: String,
}

async fn show(visit: Visit, Path(center): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::ViewBookings).await?;
    let id = form.get("scan").and_then(|id| id.parse::<CheckInId>().ok());
    let answer = match id {
        Some(id) => check_ins::told(visit.db(), &visit.act(), &id).await?,
        None => None,
    };
    let shown = Shown {
        answer,
        undone: form.get("done") == Some("undone"),
        name: form.text("name").to_owned(),
        ..Shown::default()
    };
    page(&visit, center, shown).await
}

/// What a form of this page says; none where nothing was shown.
fn presented(form: &Form) -> Result<Presented, Refusal> {
    match (form.get("booking"), form.get("code")) {
        (Some(booking), _) => Subject::parse("booking", booking).map(Presented::Roster),
        (None, Some(code)) => Ok(Presented::Code(code.to_owned())),
        (None, None) => Err(Refusal::invalid("code", Reason::Missing)),
    }
}

fn read(visit: &Visit, center: &CenterId, form: &Form) -> Result<NewCheckIn, Refusal> {
    // A form without an id of its own was not made by this page; it gets a new one.
    let id = form.get("id").and_then(|id| id.parse().ok());
    let id = id.unwrap_or_else(|| visit.site.ids().make(visit.now));
    Ok(NewCheckIn {
        direction: match form.is_on("out") {
            true => Direction::Out,
            false => Direction::Either,
        },
        center: Some(center.clone()),
        // Several may scan at once; who is told "already" learns by whom (C-101).
        door: visit
            .login
            .as_ref()
            .map(|login| login.name.clone())
            .unwrap_or_default(),
        event: form.event()?,
        ..NewCheckIn::now(id, presented(form)?)
    })
}

async fn scan(visit: Visit, Path(center): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::ViewBookings).await?;
    let keyring = visit.site.tickets().keyring;
    let answer = match read(&visit, &center.summary.id, &form) {
        Ok(new) => check_ins::admit(visit.db(), &keyring, &visit.act(), new).await,
        Err(refusal) => Err(refusal.into()),
    };
    let shown = match answer {
        Ok(answer) if matches!(answer.verdict, Verdict::Choose { .. }) => Shown {
            answer: Some(answer),
            code: form.text("code").to_owned(),
            ..Shown::default()
        },
        Ok(answer) => {
            let here = format!("/staff/centers/{}/door", center.summary.id);
            return Ok(redirect(&format!(
                "{here}?{}",
                gate::query("scan", answer.id.as_str())
            )));
        }
        Err(Error::Refused(refusal)) => Shown {
            refusal: Some(refusal),
            ..Shown::default()
        },
        Err(error) => return Err(error.into()),
    };
    page(&visit, center, shown).await
}

async fn undo(visit: Visit, Path(center): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &center, Action::BookForOthers).await?;
    let id = form.need("scan").and_then(str::parse::<CheckInId>);
    let done = match id {
        Ok(id) => check_ins::undo(visit.db(), &visit.act(), &id).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(_) => Ok(redirect(&format!(
            "/staff/centers/{}/door?done=undone",
            center.summary.id
        ))),
        Err(Error::Refused(refusal)) => {
            let shown = Shown {
                refusal: Some(refusal),
                ..Shown::default()
            };
            page(&visit, center, shown).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(visit: &Visit, center: CenterView, shown: Shown) -> Answer {
    let id = center.summary.id.clone();
    let found = match shown.name.as_str() {
        "" => Ok(Vec::new()),
        name => check_ins::expected(visit.db(), &visit.act(), &id, name).await,
    };
    let (live, found) = match (Live::read(visit, &id).await, found) {
        (Ok(live), Ok(found)) => (live, found),
        (Err(error), _) | (_, Err(error)) => return Err(error.into()),
    };
    let page = gate::page(visit, td_string!(visit.locale, door.title));
    let page = match &shown.refusal {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    let reader = visit.clone();
    Ok(page.render(move || page_view(&reader, &center, shown, &live, found)))
}

fn page_view(
    visit: &Visit,
    center: &CenterView,
    shown: Shown,
    live: &Live,
    found: Vec<Expected>,
) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let id = center.summary.id.to_string();
    let here = format!("/staff/centers/{id}/door");
    let new_id: CheckInId = visit.site.ids().make(now);
    view! {
        <a class="back-link" href=format!("/staff/centers/{id}")>{center.summary.name.clone()}</a>
        <div class="page-head">
            <h1>{td_string!(locale, door.title)}</h1>
            <div class="cluster">
                <LiveState
                    locale
                    source=format!("/api/v1/centers/{id}/door/live")
                    part=format!("{here}/part")
                />
                <a class="button button-quiet" href=here.clone()>{td_string!(locale, staff.roster.refresh)}</a>
            </div>
        </div>
        <div id="door-answer" class="stack" data-part="" aria-live="assertive" aria-atomic="true">
            {shown.undone.then(|| view! { <NoticeBox title=td_string!(locale, door.undone) tone=Tone::Good fresh=true /> })}
            {shown.refusal.map(|refusal| view! { <RefusalBlock locale explained=words::refusal(locale, &refusal, now) /> })}
            {shown.answer.map(|answer| answer_view(visit, &here, answer, &shown.code))}
        </div>
        <div class="columns">
            <div class="column stack">
                {camera(locale)}
                <form class="form door-form" method="post" action=here.clone() data-in-place=""><FormKey />
                    <span id="door-scan" data-part=""><input type="hidden" name="id" value=new_id.to_string() /></span>
                    <div class="form-field">
                        <label for="code">{td_string!(locale, door.code)}</label>
                        <p class="hint" id="code-hint">{td_string!(locale, door.code_hint)}</p>
                        <input class="input input-code" id="code" name="code" type="text" autocomplete="off" autocapitalize="characters"
                            spellcheck="false" autofocus=true aria-describedby="code-hint" />
                    </div>
                    <label class="choice"><input type="checkbox" name="out" value="1" /><span><strong>{td_string!(locale, door.out)}</strong><small>{td_string!(locale, door.out_hint)}</small></span></label>
                    <button class="button button-main" type="submit">{td_string!(locale, door.check)}</button>
                </form>
                {sound(locale)}
                {find::section(visit, &here, shown.name, found)}
            </div>
            <aside class="column"><div id="roster" class="stack">{live.view(visit, &id)}</div></aside>
        </div>
    }
}

/// The camera of the device. It is turned on by a tap, and shown only where the crate `desk` runs:
/// nobody's camera opens by itself.
fn camera(locale: Locale) -> impl IntoView {
    let files = assets();
    view! {
        <figure class="door-camera" hidden=true
            data-worker=files.scan_worker.as_str() data-wasm=files.scan_wasm.as_str()
            data-looking=td_string!(locale, door.camera_looking) data-several=td_string!(locale, door.camera_several)
            data-denied=td_string!(locale, door.camera_denied) data-none=td_string!(locale, door.camera_missing)
            data-busy=td_string!(locale, door.camera_busy) data-frozen=td_string!(locale, door.camera_frozen) data-failed=td_string!(locale, door.camera_none)
            data-stop=td_string!(locale, door.camera_off)
        >
            <video muted=true playsinline="" aria-hidden="true" hidden=true></video>
            <figcaption role="status"></figcaption>
            <button type="button" class="button">{td_string!(locale, door.camera_on)}</button>
            <button type="button" class="button" hidden=true aria-pressed="false">{td_string!(locale, door.torch)}</button>
        </figure>
    }
}

/// Whether answers are heard. The crate `desk` shows the switch and keeps it on this device.
fn sound(locale: Locale) -> impl IntoView {
    view! {
        <label class="choice" hidden=true>
            <input type="checkbox" id="door-sound" aria-describedby="door-sound-wanted" />
            <span>
                <strong>{td_string!(locale, door.sound)}</strong>
                <small>{td_string!(locale, door.sound_hint)}</small>
                <small id="door-sound-wanted" role="status" hidden=true>{td_string!(locale, door.sound_wanted)}</small>
            </span>
        </label>
    }
}

/// The answer, with what one can do about it.
fn answer_view(visit: &Visit, here: &str, answer: Admission, code: &str) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let admitted = matches!(answer.verdict, Verdict::Admitted { .. });
    let undo = (admitted && now < answer.at.plus(UNDO_WITHIN)).then(|| {
        view! {
            <form method="post" action=format!("{here}/undo") data-in-place=""><FormKey />
                <input type="hidden" name="scan" value=answer.id.to_string() />
                <button class="button button-quiet" type="submit">{td_string!(locale, door.undo)}</button>
            </form>
        }
    });
    let choices: Vec<_> = match &answer.verdict {
        Verdict::Choose { candidates } => candidates
            .iter()
            .map(|candidate| {
                let id: CheckInId = visit.site.ids().make(now);
                let when = words::hours(locale, candidate.span());
                view! {
                    <form method="post" action=here.to_owned() data-in-place=""><FormKey />
                        <input type="hidden" name="id" value=id.to_string() />
                        <input type="hidden" name="code" value=code.to_owned() />
                        <button class="button" type="submit" name=candidate.event.kind() value=candidate.event.id().to_owned()>
                            {candidate.title.clone()}" · "{when}
                        </button>
                    </form>
                }
            })
            .collect(),
        _ => Vec::new(),
    };
    view! { <VerdictBox locale answer now>{choices}{undo}</VerdictBox> }
}
