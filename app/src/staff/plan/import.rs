//! Importing activities out of a spreadsheet: pasted or as a file, looked at row by row, made as drafts at
//! one press, and exactly those that were last shown (C-63, C-159).

mod look;

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Choice, ErrorSummary, Field, FormKey, NoticeBox, Problems, SelectField, TextArea, Tone},
    web::{Answer, Form, MAX_UPLOAD, Site, Upload, Visit, redirect, sheet},
    words,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path},
    http::StatusCode,
    routing::get,
};
use chrono::Datelike as _;
use domain::{
    Reason, Refusal,
    access::Action,
    plan_import::{self as plan, Asked, Read},
};
use leptos::prelude::*;
use store::{
    Error,
    centers::CenterView,
    holidays,
    menu::{self, Field as ServiceField},
    plan_import::{self, Look},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    let page = get(show).post(take);
    Router::new().route(
        "/staff/centers/{center}/activities/import",
        page.layer(DefaultBodyLimit::max(MAX_UPLOAD)),
    )
}

/// What the form asks beside the rows, by the names of its fields; they travel with what was looked at.
const ASKED: [&str; 3] = ["of_year", "later", "field"];

fn address(center: &CenterView) -> String {
    format!("/staff/centers/{}/activities/import", center.summary.id)
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let year = visit.now.day().year().to_string();
    let form = form.with("of_year", year);
    let fields = menu::fields(visit.db()).await?;
    answer(&visit, &center, &fields, form, Problems::none(), None).await
}

async fn take(visit: Visit, Path(id): Path<String>, upload: Upload) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let fields = menu::fields(visit.db()).await?;
    let mut problems = Problems::none();
    let form = problems.keep(visit.locale, visit.now, with_file(&upload));
    let form = form.unwrap_or(upload.form);
    let read = asked(&visit, &form, &fields).and_then(|asked| plan::read(rows(&form), &asked));
    let read = match problems.any() {
        true => None,
        false => problems.keep(visit.locale, visit.now, read),
    };
    let Some(read) = read else {
        return answer(&visit, &center, &fields, form, problems, None).await;
    };
    if let (Some("import"), Some(seen)) = (form.get("do"), form.get("seen")) {
        let (act, own) = (visit.once(&form)?, &center.summary.id);
        match plan_import::bring_in(visit.db(), &act, own, read.clone(), seen.to_owned()).await {
            Ok(done) => {
                let told = format!(
                    "?made={}&extended={}&dates={}",
                    done.activities, done.extended, done.dates
                );
                return Ok(redirect(&format!("{}{told}", address(&center))));
            }
            Err(Error::Refused(Refusal::Stale)) => {
                let text = td_string!(visit.locale, plan_import.look_again).to_owned();
                problems.note_text("look", text);
            }
            Err(Error::Refused(refusal)) => {
                problems.note_at("look", visit.locale, &refusal, visit.now)
            }
            Err(error) => return Err(error.into()),
        }
    }
    let own = &center.summary.id;
    let look = plan_import::look(visit.db(), &visit.caller, own, &read, visit.now).await?;
    answer(&visit, &center, &fields, form, problems, Some((read, look))).await
}

/// The form with the rows of the file that was chosen, as if they had been pasted.
fn with_file(upload: &Upload) -> Result<Form, Refusal> {
    let form = upload.form.clone();
    let Some(bytes) = &upload.file else {
        return Ok(form);
    };
    Ok(form.with("rows", sheet::text(bytes)?))
}

/// The rows as they were sent: a tab before the first one is an empty cell.
fn rows(form: &Form) -> &str {
    form.raw("rows").trim_start_matches('\u{feff}')
}

fn asked(visit: &Visit, form: &Form, fields: &[ServiceField]) -> Result<Asked, Refusal> {
    let year = form.number("of_year")?;
    let year = year.unwrap_or_else(|| visit.now.day().year());
    if !(2000..2190).contains(&year) {
        return Err(Refusal::invalid("of_year", Reason::OutOfRange));
    }
    Ok(Asked {
        year,
        a_year_later: form.is_on("later"),
        field: form.text("field").to_owned(),
        fields: plan_import::field_names(fields),
    })
}

async fn answer(
    visit: &Visit,
    center: &CenterView,
    fields: &[ServiceField],
    form: Form,
    problems: Problems,
    looked: Option<(Read, Look)>,
) -> Answer {
    let locale = visit.locale;
    let holidays = holidays::known(visit.db()).await?;
    let status = match problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let shown = look::Shown {
        locale,
        holidays: &holidays,
        times: center.times(),
        now: visit.now,
    };
    let action = address(center);
    let title = td_string!(locale, plan_import.title);
    let list = format!("/staff/centers/{}/activities", center.summary.id);
    let name = center.summary.name.clone();
    Ok(gate::page(visit, title).status(status).render(move || {
        let look = looked.map(|(read, look)| {
            let again = again(&form, &action, &look.seen);
            shown.section(&read, &look, again)
        });
        view! {
            <a class="back-link" href=list.clone()>{td_string!(locale, nav.activities)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{name}</p>
                <p>{td_string!(locale, plan_import.intro)}</p>
            </div>
            {done(locale, &form, &list)}
            <ErrorSummary locale problems=problems.clone() />
            {look}
            {entry(locale, &form, &problems, fields, &action)}
        }
    }))
}

/// What has just been made.
fn done(locale: Locale, form: &Form, list: &str) -> Option<AnyView> {
    let count = |name| form.number::<u32>(name).ok().flatten();
    let (activities, extended) = (count("made")?, count("extended")?);
    let dates = count("dates")?;
    let title = td_string!(locale, plan_import.done, activities, extended, dates);
    let drafts = format!("{list}?status=draft");
    let box_of_it = view! {
        <NoticeBox title text=td_string!(locale, plan_import.done_hint) tone=Tone::Good fresh=true>
            <a href=drafts>{td_string!(locale, plan_import.drafts)}</a>
        </NoticeBox>
    };
    Some(box_of_it.into_any())
}

/// Where the look's button sends what was looked at.
fn again(form: &Form, action: &str, seen: &str) -> look::Again {
    let asked = ASKED.map(|name| (name, form.text(name).to_owned()));
    let asked = asked.into_iter().filter(|(_, value)| !value.is_empty());
    let more = [("rows", rows(form).to_owned()), ("seen", seen.to_owned())];
    look::Again {
        action: action.to_owned(),
        fields: asked.chain(more).collect(),
    }
}

/// Where a plan is pasted or chosen; sending it shows what would be made and makes nothing.
fn entry(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    fields: &[ServiceField],
    action: &str,
) -> impl IntoView + use<> {
    let none = td_string!(locale, plan_import.no_field).to_owned();
    let named = |field: &ServiceField| (field.code.clone(), words::field_name(locale, field));
    let options: Vec<(String, String)> = std::iter::once((String::new(), none))
        .chain(fields.iter().map(named))
        .collect();
    view! {
        <form class="form" method="post" action=action.to_owned() enctype="multipart/form-data"><FormKey />
            <TextArea name="rows" label=td_string!(locale, plan_import.rows) hint=td_string!(locale, plan_import.rows_hint)
                value=rows(form).to_owned() error=problems.of("rows") rows=10 />
            <Field name="file" label=td_string!(locale, plan_import.file) note=td_string!(locale, ui.optional)
                hint=td_string!(locale, plan_import.file_hint) error=problems.of("file") kind="file" />
            <Choice name="later" value="1" label=td_string!(locale, plan_import.later)
                note=td_string!(locale, plan_import.later_hint) checked=form.is_on("later") />
            <div class="form-grid">
                <Field name="of_year" label=td_string!(locale, plan_import.year) value=form.text("of_year").to_owned()
                    error=problems.of("of_year") inputmode="numeric" class="input-short" />
                <SelectField name="field" label=td_string!(locale, plan_import.field) options=options
                    selected=form.text("field").to_owned() error=problems.of("field") />
            </div>
            <div class="cluster"><button class="button button-main" type="submit" name="do" value="look">{td_string!(locale, plan_import.look)}</button></div>
        </form>
    }
}
