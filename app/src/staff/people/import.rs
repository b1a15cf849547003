//! Writing down many residents at once, out of a list that the center has kept: pasted or as a file, looked
//! at row by row, and each written down by the road of the desk, which says why where it cannot (C-159).

mod look;

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{
        Communities, CommunityField, ErrorSummary, Field, FormKey, NoticeBox, Problems, TextArea,
        Tone,
    },
    web::{Answer, Form, MAX_UPLOAD, Site, Upload, Visit, redirect, sheet},
    words,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path},
    http::StatusCode,
    response::Response,
    routing::get,
};
use domain::{
    Reason, Refusal,
    access::Action,
    people_import::{Asked, Entry, Read, Row, read},
    place::CommunityKey,
};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    desk::{Contact, Newcomer, register},
    known,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    let page = get(show).post(take);
    Router::new().route(
        "/staff/centers/{center}/people/import",
        page.layer(DefaultBodyLimit::max(MAX_UPLOAD)),
    )
}

fn address(center: &CenterView) -> String {
    format!("/staff/centers/{}/people/import", center.summary.id)
}

/// A row that could not be written down, and why.
type Failed = Vec<(String, String)>;

/// What the page shows beside the form.
#[derive(Default)]
struct Shown {
    form: Form,
    problems: Problems,
    /// The rows, and of those that can be used whether they are known here.
    look: Option<(Read, Vec<bool>)>,
    failed: Failed,
    done: Option<usize>,
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let shown = Shown {
        done: form.number("done")?,
        ..Shown::default()
    };
    Ok(page(&visit, center, shown))
}

async fn take(visit: Visit, Path(id): Path<String>, upload: Upload) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let mut shown = Shown::default();
    let form = shown
        .problems
        .keep(visit.locale, visit.now, with_file(&upload));
    shown.form = form.unwrap_or(upload.form);
    if shown.problems.any() {
        return Ok(page(&visit, center, shown));
    }
    let list = asked(&visit, &center, &shown.form)
        .and_then(|asked| read(shown.form.raw("rows"), &asked, visit.now));
    let Some(list) = shown.problems.keep(visit.locale, visit.now, list) else {
        return Ok(page(&visit, center, shown));
    };
    if shown.form.text("do") == "import" {
        if shown.form.is_on("told") {
            let (done, failed) = write_down(&visit, &center, &shown.form, &list).await?;
            if failed.is_empty() {
                return Ok(redirect(&format!("{}?done={done}", address(&center))));
            }
            shown.done = Some(done);
            shown.failed = failed;
        } else {
            let untold = Refusal::invalid("told", Reason::Missing);
            shown.problems.note(visit.locale, &untold, visit.now);
        }
    }
    let entries = list.rows.iter().filter_map(|row| row.entry.as_ref().ok());
    let entries: Vec<Entry> = entries.cloned().collect();
    let known = known::listed(visit.db(), &visit.act(), &center.summary.id, entries).await?;
    shown.look = Some((list, known));
    Ok(page(&visit, center, shown))
}

/// The form with the rows of the file that was chosen, as if they had been pasted.
fn with_file(upload: &Upload) -> Result<Form, Refusal> {
    let form = upload.form.clone();
    let Some(bytes) = &upload.file else {
        return Ok(form);
    };
    Ok(form.with("rows", sheet::text(bytes)?))
}

fn communities(visit: &Visit, center: &CenterView, form: &Form) -> Communities {
    Communities::around(
        &visit.site,
        Some(&center.summary.id),
        form.text("community"),
    )
}

fn asked(visit: &Visit, center: &CenterView, form: &Form) -> Result<Asked, Refusal> {
    let community = form.get("community").map(CommunityKey::parse).transpose()?;
    Ok(Asked {
        communities: communities(visit, center, form).named(),
        community,
    })
}

/// Writes down each that can be used: how many are, and which are not.
async fn write_down(
    visit: &Visit,
    center: &CenterView,
    form: &Form,
    list: &Read,
) -> store::Result<(usize, Failed)> {
    let (mut done, mut failed) = (0, Failed::new());
    for row in &list.rows {
        let Ok(entry) = &row.entry else { continue };
        let act = visit.once_each(form, &row.number.to_string())?;
        let here = &center.summary.id;
        match register(visit.db(), &act, here, contact(entry), newcomer(entry)).await {
            Ok(_) => done += 1,
            Err(Error::Refused(refusal)) => failed.push(told(visit, row, entry, &refusal)),
            Err(error) => return Err(error),
        }
    }
    Ok((done, failed))
}

fn contact(entry: &Entry) -> Contact {
    match &entry.phone {
        Some(phone) => Contact::Phone(phone.clone()),
        None => Contact::None { is_another: false },
    }
}

fn newcomer(entry: &Entry) -> Newcomer {
    Newcomer {
        name: entry.name.clone(),
        birth_year: entry.birth_year,
        relation: entry.relation,
        community: entry.community.clone(),
        consent: None,
    }
}

fn told(visit: &Visit, row: &Row, entry: &Entry, refusal: &Refusal) -> (String, String) {
    let said = words::refusal(visit.locale, refusal, visit.now);
    let name = entry.name.as_str();
    (
        td_string!(
            visit.locale,
            people_import.row_of,
            row = row.number,
            name = name
        ),
        words::join(visit.locale, &said.sentence, &said.next),
    )
}

fn page(visit: &Visit, center: CenterView, shown: Shown) -> Response {
    let locale = visit.locale;
    let status = match shown.problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let near = communities(visit, &center, &shown.form);
    let title = td_string!(locale, people_import.title);
    gate::page(visit, title).status(status).render(move || {
        let action = address(&center);
        let back = format!("/staff/centers/{}/people", center.summary.id);
        let Shown { form, problems, look, failed, done } = shown;
        let many = failed.len();
        let failed: Vec<_> = failed
            .into_iter()
            .map(|(who, why)| view! { <li><strong>{who}</strong>" "{why}</li> })
            .collect();
        let look = look.map(|(list, known)| look::section(locale, &action, &form, &list, &known, &problems));
        view! {
            <a class="back-link" href=back>{td_string!(locale, people.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{center.summary.name.clone()}</p>
                <p>{td_string!(locale, people_import.intro)}</p>
            </div>
            {done.map(|count| view! { <NoticeBox title=td_string!(locale, people_import.done, count) text=td_string!(locale, people_import.done_hint) tone=Tone::Good fresh=true /> })}
            {(many > 0).then(|| view! {
                <NoticeBox title=td_string!(locale, people_import.failed, count = many) tone=Tone::Bad fresh=true><ul>{failed}</ul></NoticeBox>
            })}
            <ErrorSummary locale problems=problems.clone() />
            {look}
            {entry_form(locale, &action, &form, &problems, near)}
        }
    })
}

/// Where a list is pasted or chosen; sending it shows what it says and writes nobody down.
fn entry_form(
    locale: Locale,
    action: &str,
    form: &Form,
    problems: &Problems,
    near: Communities,
) -> impl IntoView + use<> {
    view! {
        <form class="form" method="post" action=action.to_owned() enctype="multipart/form-data"><FormKey />
            <TextArea name="rows" label=td_string!(locale, people_import.rows) hint=td_string!(locale, people_import.rows_hint)
                value=form.raw("rows").to_owned() error=problems.of("rows") rows=10 />
            <Field name="file" label=td_string!(locale, plan_import.file) note=td_string!(locale, ui.optional)
                hint=td_string!(locale, plan_import.file_hint) error=problems.of("file") kind="file" />
            <CommunityField locale communities=near chosen=form.text("community").to_owned() error=problems.of("community")
                hint=td_string!(locale, people_import.community_hint) optional=true />
            <div class="cluster"><button class="button button-main" type="submit" name="do" value="look">{td_string!(locale, plan_import.look)}</button></div>
        </form>
    }
}
