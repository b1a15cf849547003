//! The check-in page of a center, for a phone or a PC at the door: one field for a scanner that
//! types or for a short code, a large answer, a search by name, today's counts and the last scans.

use super::gate;
use crate::{
    assets::assets,
    i18n::{Locale, td_string},
    islands::RosterLive,
    ui::{
        Badge, Field, Filters, NoticeBox, RefusalBlock, StateBadge, Tone, VerdictBox, verdict_tone,
    },
    web::{Form, Site, Visit, redirect, status},
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
    access::Action,
    booking::State,
    check_in::{Direction, Kind, UNDO_WITHIN, Verdict},
    id::{BookingId, CenterId, CheckInId, OccurrenceId},
    time::{Span, Timestamp},
};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    check_ins::{self, Admission, Entry, Expected, NewCheckIn, Presented, Sitting},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/door", get(show).post(scan))
        .route("/staff/centers/{center}/door/part", get(part))
        .route("/staff/centers/{center}/door/undo", post(undo))
}

/// So many of the last scans are shown.
const LAST: u32 = 12;

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

async fn show(visit: Visit, Path(center): Path<String>, form: Form) -> Response {
    let center = match gate::center(&visit, &center, Action::ViewBookings).await {
        Ok(center) => center,
        Err(response) => return response,
    };
    let id = form.get("scan").and_then(|id| id.parse::<CheckInId>().ok());
    let answer = match id {
        Some(id) => match check_ins::told(visit.db(), &visit.act(), &id).await {
            Ok(answer) => answer,
            Err(error) => return gate::fail(&visit, error),
        },
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
        (Some(booking), _) => booking.parse::<BookingId>().map(Presented::Roster),
        (None, Some(code)) => Ok(Presented::Code(code.to_owned())),
        (None, None) => Err(Refusal::invalid("code", "missing")),
    }
}

fn read(visit: &Visit, center: &CenterId, form: &Form) -> Result<NewCheckIn, Refusal> {
    let occurrence = form.get("occurrence").map(str::parse::<OccurrenceId>);
    // A form without an id of its own was not made by this page; it gets a new one.
    let id = form.get("id").and_then(|id| id.parse().ok());
    let id = id.unwrap_or_else(|| visit.site.ids().make(visit.now));
    Ok(NewCheckIn {
        direction: match form.is_on("out") {
            true => Direction::Out,
            false => Direction::Either,
        },
        center: Some(center.clone()),
        occurrence: occurrence.transpose()?,
        ..NewCheckIn::now(id, presented(form)?)
    })
}

async fn scan(visit: Visit, Path(center): Path<String>, form: Form) -> Response {
    let center = match gate::center(&visit, &center, Action::ViewBookings).await {
        Ok(center) => center,
        Err(response) => return response,
    };
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
            return redirect(&format!(
                "{here}?{}",
                gate::query("scan", answer.id.as_str())
            ));
        }
        Err(Error::Refused(refusal)) => Shown {
            refusal: Some(refusal),
            ..Shown::default()
        },
        Err(error) => return gate::fail(&visit, error),
    };
    page(&visit, center, shown).await
}

async fn undo(visit: Visit, Path(center): Path<String>, form: Form) -> Response {
    let center = match gate::center(&visit, &center, Action::BookForOthers).await {
        Ok(center) => center,
        Err(response) => return response,
    };
    let id = form.need("scan").and_then(str::parse::<CheckInId>);
    let done = match id {
        Ok(id) => check_ins::undo(visit.db(), &visit.act(), &id).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(_) => redirect(&format!(
            "/staff/centers/{}/door?done=undone",
            center.summary.id
        )),
        Err(Error::Refused(refusal)) => {
            let shown = Shown {
                refusal: Some(refusal),
                ..Shown::default()
            };
            page(&visit, center, shown).await
        }
        Err(error) => gate::fail(&visit, error),
    }
}

/// What changes by itself: today's counts and the last scans.
struct Live {
    today: Vec<Sitting>,
    last: Vec<Entry>,
}

async fn live(visit: &Visit, center: &CenterId) -> store::Result<Live> {
    Ok(Live {
        today: check_ins::today(visit.db(), &visit.caller, center, visit.now).await?,
        last: check_ins::recent(visit.db(), &visit.act(), center, LAST).await?,
    })
}

async fn part(visit: Visit, Path(center): Path<String>) -> Response {
    let center = match gate::center(&visit, &center, Action::ViewBookings).await {
        Ok(center) => center,
        Err(response) => return response,
    };
    match live(&visit, &center.summary.id).await {
        Ok(live) => {
            let reader = visit.clone();
            let id = center.summary.id.to_string();
            gate::fragment(move || live_view(&reader, &id, &live))
        }
        Err(error) => gate::fail(&visit, error),
    }
}

async fn page(visit: &Visit, center: CenterView, shown: Shown) -> Response {
    let id = center.summary.id.clone();
    let found = match shown.name.as_str() {
        "" => Ok(Vec::new()),
        name => check_ins::expected(visit.db(), &visit.act(), &id, name).await,
    };
    let (live, found) = match (live(visit, &id).await, found) {
        (Ok(live), Ok(found)) => (live, found),
        (Err(error), _) | (_, Err(error)) => return gate::fail(visit, error),
    };
    let page = gate::page(visit, td_string!(visit.locale, door.title));
    let page = match &shown.refusal {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    let reader = visit.clone();
    page.render(move || page_view(&reader, &center, shown, &live, found))
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
    let searched = !shown.name.is_empty();
    let new_id: CheckInId = visit.site.ids().make(now);
    let rows: Vec<_> = found
        .iter()
        .map(|person| found_row(visit, &here, person))
        .collect();
    let none = searched && rows.is_empty();
    view! {
        <a class="back-link" href=format!("/staff/centers/{id}")>{center.summary.name.clone()}</a>
        <div class="page-head">
            <h1>{td_string!(locale, door.title)}</h1>
            <div class="cluster">
                <RosterLive
                    source=format!("/api/v1/centers/{id}/door/live")
                    part=format!("{here}/part")
                    live=td_string!(locale, staff.roster.live).to_owned()
                    lost=td_string!(locale, staff.roster.lost).to_owned()
                />
                <a class="button button-quiet" href=here.clone()>{td_string!(locale, staff.roster.refresh)}</a>
            </div>
        </div>
        <div id="door-answer" class="stack" data-part="">
            {shown.undone.then(|| view! { <NoticeBox title=td_string!(locale, door.undone) tone=Tone::Good fresh=true /> })}
            {shown.refusal.map(|refusal| view! { <RefusalBlock locale explained=words::refusal(locale, &refusal, now) /> })}
            {shown.answer.map(|answer| answer_view(visit, &here, answer, &shown.code))}
        </div>
        <div class="columns">
            <div class="column stack">
                {camera(locale)}
                <form class="form door-form" method="post" action=here.clone() data-in-place="">
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
                <section class="section" aria-labelledby="by-name">
                    <h2 id="by-name">{td_string!(locale, door.by_name)}</h2>
                    <Filters locale action=here.clone() label=td_string!(locale, door.find)>
                        <Field name="name" label=td_string!(locale, field.name) value=shown.name kind="search" maxlength=40 />
                    </Filters>
                    {none.then(|| view! { <p class="lead">{td_string!(locale, door.nobody)}</p> })}
                    {(!rows.is_empty()).then(|| view! { <ul class="row-list">{rows}</ul> })}
                </section>
            </div>
            <aside class="column"><div id="roster" class="stack">{live_view(visit, &id, live)}</div></aside>
        </div>
    }
}

/// The camera of the device. It is turned on by a tap, and shown only where a script runs
/// (`app/tools.js`): nobody's camera opens by itself.
fn camera(locale: Locale) -> impl IntoView {
    let files = assets();
    view! {
        <figure class="door-camera" hidden=true
            data-camera=files.scan_camera.as_str() data-worker=files.scan_worker.as_str() data-wasm=files.scan_wasm.as_str()
            data-looking=td_string!(locale, door.camera_looking) data-several=td_string!(locale, door.camera_several)
            data-denied=td_string!(locale, door.camera_denied) data-none=td_string!(locale, door.camera_missing)
            data-busy=td_string!(locale, door.camera_busy) data-failed=td_string!(locale, door.camera_none)
            data-stop=td_string!(locale, door.camera_off)
        >
            <video muted=true playsinline="" aria-hidden="true" hidden=true></video>
            <figcaption role="status"></figcaption>
            <button type="button" class="button">{td_string!(locale, door.camera_on)}</button>
            <button type="button" class="button" hidden=true aria-pressed="false">{td_string!(locale, door.torch)}</button>
        </figure>
    }
}

/// The answer, with what one can do about it.
fn answer_view(visit: &Visit, here: &str, answer: Admission, code: &str) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let admitted = matches!(answer.verdict, Verdict::Admitted { .. });
    let undo = (admitted && now < answer.at.plus(UNDO_WITHIN)).then(|| {
        view! {
            <form method="post" action=format!("{here}/undo") data-in-place="">
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
                let span = Span::new(candidate.starts_at, candidate.ends_at);
                let when = span.map(|span| words::hours(locale, span)).unwrap_or_default();
                view! {
                    <form method="post" action=here.to_owned() data-in-place="">
                        <input type="hidden" name="id" value=id.to_string() />
                        <input type="hidden" name="code" value=code.to_owned() />
                        <button class="button" type="submit" name="occurrence" value=candidate.occurrence_id.to_string()>
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

fn found_row(visit: &Visit, here: &str, person: &Expected) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let id: CheckInId = visit.site.ids().make(now);
    let span = Span::new(person.starts_at, person.ends_at);
    let when = span
        .map(|span| words::hours(locale, span))
        .unwrap_or_default();
    let name = person.person_name.as_str().to_owned();
    let waits = person.state == State::Waitlisted;
    let open = !waits && person.checked_in_at.is_none();
    view! {
        <li><div class="row">
            <div class="row-text"><strong>{name.clone()}</strong><small>{person.title.clone()}" · "{when}</small></div>
            <StateBadge locale state=person.state position=None />
            {open.then(|| view! {
                <form method="post" action=here.to_owned()>
                    <input type="hidden" name="id" value=id.to_string() />
                    <input type="hidden" name="booking" value=person.booking_id.to_string() />
                    <button class="button" type="submit">{td_string!(locale, door.present)}<span class="visually-hidden">{td_string!(locale, door.present_of, name = name)}</span></button>
                </form>
            })}
        </div></li>
    }
}

fn live_view(visit: &Visit, center: &str, live: &Live) -> impl IntoView + use<> {
    let locale = visit.locale;
    let today: Vec<_> = live.today.iter().map(|s| sitting_row(locale, s)).collect();
    let last: Vec<_> = live
        .last
        .iter()
        .map(|entry| entry_row(locale, entry))
        .collect();
    let (no_day, no_scan) = (today.is_empty(), last.is_empty());
    view! {
        <section class="section" aria-labelledby="today">
            <div class="section-head">
                <h2 id="today">{td_string!(locale, staff.dash.today)}</h2>
                <a class="more" href=format!("/staff/centers/{center}/cards")>{td_string!(locale, door.cards)}</a>
            </div>
            {no_day.then(|| view! { <p class="lead">{td_string!(locale, staff.dash.nothing_today)}</p> })}
            <ul class="row-list">{today}</ul>
        </section>
        <section class="section" aria-labelledby="last">
            <h2 id="last">{td_string!(locale, door.last)}</h2>
            {no_scan.then(|| view! { <p class="lead">{td_string!(locale, door.no_scan)}</p> })}
            <ul class="row-list">{last}</ul>
        </section>
    }
}

fn sitting_row(locale: Locale, sitting: &Sitting) -> impl IntoView + use<> {
    let span = Span::new(sitting.starts_at, sitting.ends_at);
    let when = span
        .map(|span| words::hours(locale, span))
        .unwrap_or_default();
    let inside = sitting.came - sitting.went;
    view! {
        <li><div class="row">
            <div class="row-text">
                <a href=format!("/staff/occurrences/{}/attend", sitting.id)>{sitting.title.clone()}</a>
                <small>{when}{(!sitting.room.is_empty()).then(|| format!(" · {}", sitting.room))}</small>
            </div>
            <span class="number">
                {td_string!(locale, door.came_of, came = sitting.came, expected = sitting.expected)}
                {sitting.asks_check_out.then(|| view! { <br /><small>{td_string!(locale, door.inside, many = inside)}</small> })}
            </span>
        </div></li>
    }
}

fn entry_row(locale: Locale, entry: &Entry) -> impl IntoView + use<> {
    let tone = match entry.kind {
        Kind::Scan => verdict_tone(entry.result),
        Kind::Undo | Kind::Close => Tone::Plain,
    };
    let name = entry.person_name.as_ref().map(|n| n.as_str().to_owned());
    let title = entry.title.clone().unwrap_or_default();
    let method = words::method(locale, entry.method);
    let said: Vec<String> = [
        clock(locale, entry.at),
        title,
        method.to_owned(),
        entry.door.clone(),
    ]
    .into_iter()
    .filter(|text| !text.is_empty())
    .collect();
    view! {
        <li><div class="row">
            <div class="row-text">
                <strong>{name.unwrap_or_else(|| td_string!(locale, door.unknown_person).to_owned())}</strong>
                <small>{said.join(" · ")}</small>
                {entry.review.map(|review| view! { <small>{words::review(locale, review)}</small> })}
            </div>
            {entry.is_undone.then(|| view! { <Badge text=td_string!(locale, door.outcome_undo) /> })}
            <Badge text=words::outcome(locale, entry.kind, entry.result) tone />
        </div></li>
    }
}

fn clock(locale: Locale, at: Timestamp) -> String {
    words::clock(locale, at)
}
