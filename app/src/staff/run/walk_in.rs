//! Taking in who came without a booking: the telephone number, then who of that account is here, or
//! somebody new. Each of them takes the road of a scan, and who cannot come in is told why.

use super::attend::{Failed, why_not};
use super::desk;
use crate::staff::common::gate;
use crate::staff::common::told::when;
use crate::{
    i18n::{Locale, td_string},
    ui::{
        Choice, Communities, ErrorSummary, Field, FormKey, NoticeBox, Problems, Tone, VerdictBox,
    },
    web::{Answer, Form, Site, Visit, status},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use domain::{
    Reason, Refusal,
    access::Action,
    check_in::Outcome,
    id::{AccountId, CheckInId, PersonId},
    person::{Phone, Relation},
    time::Timestamp,
};
use leptos::prelude::*;
use store::{
    Error,
    check_ins::{self, Admission, NewCheckIn, Presented, WalkIn},
    desk::{Contact, Family, family, register},
    occurrences::OccurrenceView,
    people::Person,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/occurrences/{id}/walk-in", get(ask).post(take_in))
}

/// What the page shows.
#[derive(Default)]
struct Shown {
    form: Form,
    problems: Problems,
    /// The second step: the number, and who is known there.
    who: Option<(Contact, Vec<Person>)>,
    near: Communities,
    came: Vec<Admission>,
    failed: Failed,
    status: StatusCode,
    /// When they came, where it is taken from a paper sheet.
    on_paper: Option<Timestamp>,
}

/// When they came, of a page that keys back a paper sheet.
fn on_paper(form: &Form) -> Result<Option<Timestamp>, Refusal> {
    let wrong = |_| Refusal::invalid("at", Reason::NotATime);
    form.get("at")
        .map(Timestamp::parse)
        .transpose()
        .map_err(wrong)
}

async fn ask(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (at, _) = gate::occurrence(&visit, &id, Action::BookForOthers).await?;
    let alone = form.is_on("no_phone");
    let shown = Shown {
        near: desk::communities(&visit, &at, &form),
        who: alone.then(|| (Contact::None { is_another: false }, Vec::new())),
        on_paper: on_paper(&form)?,
        ..Shown::default()
    };
    Ok(page(&visit, at, shown))
}

/// Where a scan's id stands in the form: made with the page, so that sending it twice is one scan.
fn row_id(person: &PersonId) -> String {
    format!("id-{person}")
}

async fn take_in(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (at, _) = gate::occurrence(&visit, &id, Action::BookForOthers).await?;
    let mut problems = Problems::none();
    let contact = problems.keep(visit.locale, visit.now, desk::contact(&form));
    let Some(contact) = contact else {
        let shown = Shown {
            on_paper: on_paper(&form)?,
            form,
            problems,
            ..Shown::default()
        };
        return Ok(page(&visit, at, shown));
    };
    // The look is in the audit log.
    let known = match &contact {
        Contact::Phone(phone) => {
            family(visit.db(), &visit.act(), &at.center_id, phone.clone()).await?
        }
        Contact::None { .. } => None,
    };
    let mut shown = Shown {
        problems,
        near: desk::communities(&visit, &at, &form),
        on_paper: on_paper(&form)?,
        ..Shown::default()
    };
    if form.is_on("chosen") || form.get("name").is_some() {
        match come_in(
            &visit,
            &at,
            &form,
            contact.clone(),
            known.as_ref(),
            &mut shown,
        )
        .await
        {
            Ok(()) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Whoever could not come in is asked again; who has come in leaves room for the next one.
    if shown.problems.any() || !shown.failed.is_empty() || shown.came.is_empty() {
        shown.who = Some((
            contact,
            known.map(|family| family.people).unwrap_or_default(),
        ));
        // Whoever has come in is not ticked again.
        if shown.came.is_empty() {
            shown.form = form;
        }
    }
    Ok(page(&visit, at, shown))
}

/// Takes in whoever was chosen, and who is written down anew.
async fn come_in(
    visit: &Visit,
    at: &OccurrenceView,
    form: &Form,
    contact: Contact,
    known: Option<&Family>,
    shown: &mut Shown,
) -> store::Result<()> {
    let mut coming: Vec<(AccountId, PersonId, String, CheckInId)> = Vec::new();
    let scan = |name: &str| {
        let id = form.get(name).and_then(|id| id.parse().ok());
        id.unwrap_or_else(|| visit.site.ids().make(visit.now))
    };
    for person in known.iter().flat_map(|family| &family.people) {
        if form.all("person").any(|id| id == person.id.as_str()) {
            let name = person.name.masked();
            let id = scan(&row_id(&person.id));
            coming.push((person.account_id.clone(), person.id.clone(), name, id));
        }
    }
    if form.get("name").is_some() || known.is_none_or(|family| family.people.is_empty()) {
        let Some(newcomer) = desk::newcomer(visit, form, &mut shown.problems) else {
            return Ok(());
        };
        let name = newcomer.name.as_str().to_owned();
        match register(visit.db(), &visit.act(), &at.id, contact, newcomer).await {
            Ok((account, person)) => coming.push((account, person, name, scan("id"))),
            Err(Error::Refused(refusal)) => {
                shown.problems.note(visit.locale, &refusal, visit.now);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
    if coming.is_empty() {
        let refusal = Refusal::invalid("person", Reason::NobodyChosen);
        shown.problems.note(visit.locale, &refusal, visit.now);
        return Ok(());
    }
    let scans = coming.iter().map(|(account, person, _, id)| {
        let walk_in = WalkIn {
            occurrence: at.id.clone(),
            account: account.clone(),
            person: person.clone(),
        };
        NewCheckIn {
            at: shown.on_paper,
            ..NewCheckIn::now(id.clone(), Presented::WalkIn(walk_in))
        }
    });
    let keyring = visit.site.tickets().keyring;
    let answers = check_ins::admit_all(visit.db(), &keyring, &visit.act(), scans.collect()).await;
    for ((_, _, name, _), answer) in coming.into_iter().zip(answers) {
        match answer {
            Ok(answer) if answer.verdict.outcome() == Outcome::Admitted => shown.came.push(answer),
            answer => {
                if let Err(Error::Refused(refusal)) = &answer {
                    shown.status = status(refusal);
                }
                match why_not(visit.locale, visit.now, answer)? {
                    Some(why) => shown.failed.push((name, why)),
                    None => shown
                        .failed
                        .push((name, td_string!(visit.locale, door.here_already).to_owned())),
                }
            }
        }
    }
    Ok(())
}

fn page(visit: &Visit, at: OccurrenceView, shown: Shown) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let status = match shown.problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        // Where somebody came in, the page tells of both.
        false if !shown.came.is_empty() => StatusCode::OK,
        false => shown.status,
    };
    let reader = visit.clone();
    let page = gate::page(visit, td_string!(locale, door.walk_in_title));
    page.narrow().status(status).render(move || {
        let back = format!("/staff/occurrences/{}", at.id);
        let came: Vec<_> = shown
            .came
            .into_iter()
            .map(|answer| view! { <VerdictBox locale answer now /> })
            .collect();
        let many = shown.failed.len();
        let failed: Vec<_> = shown
            .failed
            .into_iter()
            .map(|(name, why)| view! { <li><strong>{name}</strong>" "{why}</li> })
            .collect();
        let fields = match &shown.who {
            Some((Contact::Phone(phone), people)) => {
                second(&reader, phone, people, &shown.form, &shown.problems).into_any()
            }
            Some((Contact::None { .. }, _)) => {
                alone(&reader, &shown.form, &shown.problems, shown.near).into_any()
            }
            None => first(locale, &back, shown.on_paper, &shown.form, &shown.problems).into_any(),
        };
        view! {
            <a class="back-link" href=format!("{back}/attend")>{td_string!(locale, door.attend)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, door.walk_in_title)}</h1>
                <p class="lead">{at.title.clone()}" · "{when(&reader, &at)}</p>
                <p class="hint">{td_string!(locale, door.walk_in_hint)}</p>
            </div>
            {(!came.is_empty()).then(|| view! { <div class="stack" role="status">{came}</div> })}
            {(many > 0).then(|| view! {
                <NoticeBox title=td_string!(locale, door.failed_many, many) tone=Tone::Bad fresh=true><ul>{failed}</ul></NoticeBox>
            })}
            <ErrorSummary locale problems=shown.problems.clone() />
            {shown.on_paper.map(|at| view! { <p class="lead">{td_string!(locale, paper.walk_in_at, time = words::moment(locale, at, now))}</p> })}
            <form class="form" method="post" action=format!("{back}/walk-in")><FormKey />
                {shown.on_paper.map(|at| view! { <input type="hidden" name="at" value=at.form_value() /> })}
                {fields}
            </form>
        }
    })
}

/// The first step: whose telephone it is.
fn first(
    locale: Locale,
    back: &str,
    on_paper: Option<Timestamp>,
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let alone = match on_paper {
        Some(at) => format!("{back}/walk-in?at={}", at.form_value()),
        None => format!("{back}/walk-in"),
    };
    view! {
        <Field name="phone" label=td_string!(locale, field.phone) kind="tel" inputmode="tel"
            value=form.text("phone").to_owned() error=problems.of("phone") />
        <div class="cluster">
            <button class="button button-main" type="submit">{td_string!(locale, staff.desk.go_on)}</button>
            {desk::no_phone_link(locale, &alone)}
        </div>
    }
}

/// The second step for somebody without a telephone number.
fn alone(
    visit: &Visit,
    form: &Form,
    problems: &Problems,
    near: Communities,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let new_id: CheckInId = visit.site.ids().make(visit.now);
    view! {
        <input type="hidden" name="chosen" value="1" />
        <input type="hidden" name="id" value=new_id.to_string() />
        {desk::alone_fields(locale, form, problems, near)}
        <button class="button button-main" type="submit">{td_string!(locale, door.walk_in_save)}</button>
    }
}

/// The second step: who of them is here, or somebody new.
fn second(
    visit: &Visit,
    phone: &Phone,
    people: &[Person],
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let has_holder = people.iter().any(|p| p.relation == Relation::Myself);
    let fields = desk::newcomer_fields(locale, form, problems, has_holder);
    let new_id: CheckInId = visit.site.ids().make(visit.now);
    let rows: Vec<_> = people
        .iter()
        .map(|person| {
            let scan: CheckInId = visit.site.ids().make(visit.now);
            let ticked = form.all("person").any(|id| id == person.id.as_str());
            view! {
                <input type="hidden" name=row_id(&person.id) value=scan.to_string() />
                <Choice name="person" value=person.id.to_string() label=person.name.masked()
                    note=told_apart(locale, person, people) checked=ticked />
            }
        })
        .collect();
    let fields = if rows.is_empty() {
        view! { <p class="hint">{td_string!(locale, door.nobody_known)}</p>{fields} }.into_any()
    } else {
        view! {
            <fieldset class="form-field" id="person" tabindex="-1"><legend>{td_string!(locale, door.who_is_here)}</legend>{rows}</fieldset>
            <fieldset class="form-section"><legend>{td_string!(locale, staff.desk.somebody_else)}</legend>{fields}</fieldset>
        }
        .into_any()
    };
    view! {
        <input type="hidden" name="chosen" value="1" />
        <input type="hidden" name="id" value=new_id.to_string() />
        <input type="hidden" name="phone" value=phone.digits().to_owned() />
        <p class="lead">{phone.masked()}</p>
        {fields}
        <button class="button button-main" type="submit">{td_string!(locale, door.walk_in_save)}</button>
    }
}

/// What somebody is to the holder; their birth year as well where two would read alike, because
/// names are masked.
pub(in crate::staff) fn told_apart(locale: Locale, person: &Person, people: &[Person]) -> String {
    let relation = words::relation(locale, person.relation);
    let alike = |other: &&Person| {
        other.relation == person.relation && other.name.masked() == person.name.masked()
    };
    match people.iter().filter(alike).count() > 1 {
        true => format!("{relation} · {}", person.birth_year.year()),
        false => relation.to_owned(),
    }
}
